"""Published figures: entered twice, computed as stated, used under their names; and the scan that finds the rest."""

from __future__ import annotations

import importlib
import sys
import tomllib
from pathlib import Path

import pytest

from cxdata import describe
from cxdata.catalog import scan
from cxdata.catalog.scenarios import aldeane
from cxdata.errors import FigureError, ScenarioError, TableError

BLIND = Path(__file__).parent / "blind"
FIGURES = scan.figures()
PUBLICATIONS = sorted({figure.publication.id for figure in FIGURES.values()})


def blind(publication: str) -> dict[str, dict[str, object]]:
    """Return a publication's second entries, made without sight of the first."""
    return tomllib.loads((BLIND / f"{publication}.toml").read_text(encoding="utf-8"))


class TestTheSecondEntry:
    def test_has_the_same_publications(self):
        assert sorted(path.stem for path in BLIND.glob("*.toml")) == PUBLICATIONS

    @pytest.mark.parametrize("publication", PUBLICATIONS)
    def test_has_the_same_figures(self, publication):
        first = {id_.partition(".")[2] for id_ in FIGURES if id_.startswith(f"{publication}.")}
        assert first == set(blind(publication))

    @pytest.mark.parametrize("id_", FIGURES)
    def test_agrees_with_the_first(self, id_):
        publication, _, name = id_.partition(".")
        second = blind(publication)[name]
        assert (FIGURES[id_].value, FIGURES[id_].unit) == (second["value"], second["unit"])


class TestAFigure:
    @pytest.mark.parametrize("id_", [id_ for id_, figure in FIGURES.items() if figure.computed])
    def test_that_is_computed_equals_its_arithmetic(self, id_):
        figure = FIGURES[id_]
        numerator, operator, denominator = figure.computed.split()
        assert operator == "/"
        values = [FIGURES[f"{figure.publication.id}.{name}"].value for name in (numerator, denominator)]
        assert figure.value == pytest.approx(values[0] / values[1], rel=1e-12)

    def test_of_contacts_per_customer_is_among_the_computed(self):
        assert FIGURES["pmu_2015.contacts_per_customer_year"].computed == "contacts_per_year / customers"
        assert FIGURES["pmu_2015.contacts_per_customer_year"].value == 1_200_000 / 5_000_000

    @pytest.mark.parametrize("world", scan.scenario_ids())
    def test_that_a_world_names_exists(self, world):
        declared = scan.scenario(world)
        named = {parameter.figure for parameter in declared.parameters if parameter.figure is not None}
        named |= {target.figure for target in declared.targets}
        named |= {
            item.goal for group in declared.calibrations for item in group if isinstance(vars(item).get("goal"), str)
        }
        named |= {figure for effect in declared.effects for figure in effect.figures}
        assert named <= set(FIGURES)
        assert named

    @pytest.mark.parametrize("id_", [id_ for id_, figure in FIGURES.items() if figure.unit == "percent"])
    def test_in_percent_is_a_share_of_a_hundred(self, id_):
        assert 0 <= FIGURES[id_].value <= 100

    def test_is_listed_with_its_citation_and_its_use(self):
        listed = {figure["id"]: figure for figure in describe.figures(None, None)}
        assert set(listed) == set(FIGURES)
        assert all(figure["citation"] for figure in listed.values())
        used = {
            target.figure: f"target of {world}"
            for world in scan.scenario_ids()
            for target in scan.scenario(world).targets
        }
        assert used
        for id_, use in used.items():
            assert use in listed[id_]["used"]


def test_the_frequent_threshold_of_aldeane_is_the_published_one():
    assert FIGURES["baer_2016.frequent_complainer_threshold"].value == aldeane.FREQUENT_THRESHOLD
    (parameter,) = [p for p in aldeane.PARAMETERS if p.name == "frequent_threshold"]
    assert parameter.figure == "baer_2016.frequent_complainer_threshold"


def modules(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}


class TestTheScan:
    def test_finds_every_scenario_under_the_name_of_its_file(self):
        assert set(scan.scenario_ids()) == modules(scan.HERE / "scenarios")
        assert {scan.scenario(name).id for name in scan.scenario_ids()} == set(scan.scenario_ids())

    @pytest.mark.parametrize("world", scan.scenario_ids())
    def test_finds_every_table_under_the_name_of_its_file_parents_first(self, world):
        found = scan.tables(world)
        assert set(found) == modules(scan.HERE / "tables" / world)
        assert all(name == table.name for name, table in found.items())
        order = list(found)
        assert all(order.index(parent) < order.index(name) for name in found for parent in found[name].parents)

    def test_finds_every_figure_under_the_name_of_its_file(self):
        files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (scan.HERE / "figures").glob("*.toml")}
        assert set(FIGURES) == {f"{name}.{figure}" for name, content in files.items() for figure in content["figures"]}

    @pytest.fixture
    def elsewhere(self, tmp_path, monkeypatch):
        """Move the catalogue to a folder of the test's own."""
        for name in ("scenarios", "tables"):
            package = getattr(__import__(f"cxdata.catalog.{name}").catalog, name)
            (tmp_path / name).mkdir()
            monkeypatch.setattr(package, "__path__", [str(tmp_path / name)])
        monkeypatch.setattr(scan, "HERE", tmp_path)
        return tmp_path

    def test_refuses_a_scenario_that_declares_another_name(self, elsewhere):
        (elsewhere / "scenarios/odd_world.py").write_text(
            "from types import SimpleNamespace\nSCENARIO = SimpleNamespace(id='even_world')\n"
        )
        with pytest.raises(ScenarioError, match=r"odd_world\.py declares scenario 'even_world'; rename one of the two"):
            scan.scenario("odd_world")

    @pytest.mark.parametrize(
        ("name", "parents", "message"),
        [
            ("even_table", (), r"odd_table\.py declares table 'even_table'; rename one of the two"),
            ("odd_table", ("nowhere",), "unknown table 'nowhere'"),
            ("odd_table", ("odd_table",), "circle"),
        ],
        ids=["another name", "a parent that does not exist", "itself as parent"],
    )
    def test_refuses_a_table_that_declares(self, elsewhere, name, parents, message):
        world = f"odd_world_{name}_{len(parents)}_{''.join(parents)}"
        (elsewhere / "tables" / world).mkdir()
        (elsewhere / "tables" / world / "odd_table.py").write_text(
            "from types import SimpleNamespace\n"
            f"TABLE = SimpleNamespace(name={name!r}, parents={parents!r}, is_reference=False)\n"
        )
        with pytest.raises(TableError, match=message):
            scan.tables(world)

    @pytest.fixture
    def world_of_two_modules(self, elsewhere):
        """Write a world whose one table brings all that belongs to it alone, and return its name."""
        (elsewhere / "scenarios/shared_world.py").write_text(
            "from cxdata.schema.scenario import Parameter, Scenario\n"
            "SCENARIO = Scenario(id='shared_world', brand='', title='', premise='', root='guests',\n"
            "    customers='guests', parameters=(Parameter(name='own', value=1.0, unit='number', meaning='Own.'),))\n"
        )
        (elsewhere / "tables/shared_world").mkdir()
        declared = (
            "from types import SimpleNamespace\n"
            "from cxdata.schema.scenario import Parameter\n"
            "TABLE = SimpleNamespace(name='guests', parents=(), is_reference=False)\n"
            "PARAMETERS = (Parameter(name='{name}', value=2.0, unit='number', meaning='Brought.'),)\n"
        )
        others = [name for name in scan.DECLARATIONS if name not in ("parameters", "calibrations")]
        declared += "".join(f"{name.upper()} = (SimpleNamespace(id={name!r}, coefficients=()),)\n" for name in others)
        declared += "CALIBRATIONS = ()\n"

        def write(parameter: str) -> str:
            (elsewhere / "tables/shared_world/guests.py").write_text(declared.replace("{name}", parameter))
            scan.scenario.cache_clear()
            for module in ("scenarios.shared_world", "tables.shared_world.guests"):
                sys.modules.pop(f"cxdata.catalog.{module}", None)
            importlib.invalidate_caches()
            return "shared_world"

        yield write
        scan.scenario.cache_clear()

    def test_adds_to_a_scenario_what_the_modules_of_its_tables_declare(self, world_of_two_modules):
        found = scan.scenario(world_of_two_modules("brought"))
        assert list(found.parameter_index()) == ["own", "brought"]
        for name in scan.DECLARATIONS:
            if name not in ("parameters", "calibrations"):
                assert [one.id for one in getattr(found, name)] == [name]

    def test_refuses_a_table_that_brings_a_parameter_which_the_scenario_has(self, world_of_two_modules):
        with pytest.raises(ScenarioError, match="scenario 'shared_world' declares parameter own twice"):
            scan.scenario(world_of_two_modules("own"))

    def test_says_what_exists_when_it_finds_nothing(self):
        with pytest.raises(ScenarioError, match=r"unknown scenario 'tilmaren'\. .* Did you mean 'tilmarenne'\?"):
            scan.scenario("tilmaren")
        with pytest.raises(FigureError, match="unknown publication 'pmu'"):
            describe.figures("pmu", None)
