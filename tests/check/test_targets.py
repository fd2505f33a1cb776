"""Published figures come out, and the verdict says so only where the data can tell."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.check import targets
from cxdata.check.targets import findings, judge, judge_targets
from cxdata.config import RunConfig
from cxdata.engine.graph import Graph
from cxdata.recipes import derived, numeric
from cxdata.schema.figure import Figure, Publication, Target
from cxdata.schema.kinds import Boolean, Key
from cxdata.schema.scenario import Parameter, Scenario
from cxdata.schema.statistic import Estimate, percent
from cxdata.schema.table import Column, Root, Table

# Adequate: at these sizes no standard error exceeds half the tolerance of its target.
ADEQUATE = {"tilmarenne": 60_000, "aldeane": 40_000}
SEED = 12  # not the pilot's: what was solved on its rows must come out on others


def linked(world: str) -> dict[str, bool]:
    graph = Graph(scan.scenario(world), scan.tables(world))
    return {target.column: graph.has_links(*target.column.split(".")) for target in scan.scenario(world).targets}


def results(world: str, tables: dict[str, pd.DataFrame]) -> dict[str, targets.TargetResult]:
    found = judge_targets(scan.scenario(world).targets, scan.figures(), tables, linked(world))
    return {result.figure.id: result for result in found}


def read(world: str) -> list[str]:
    """Return the tables that the targets of a world read."""
    targets = scan.scenario(world).targets
    return sorted({"customers", *(name for target in targets for name in target.statistic.tables)})


@pytest.fixture(scope="module")
def made():
    """Return the tables of a world at adequate size."""
    kept: dict[str, dict[str, pd.DataFrame]] = {}

    def tables(world: str) -> dict[str, pd.DataFrame]:
        if world not in kept:
            kept[world] = dict(
                api.generate(world, customers=ADEQUATE[world], seed=SEED, tables=read(world), truth=False).tables
            )
        return kept[world]

    return tables


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("value", "standard_error", "verdict"),
        [
            (50.0, 0.0625, "pass"),
            (52.125, 0.0625, "pass"),
            (47.875, 0.0625, "pass"),
            (52.1875, 0.0625, "fail"),
            (47.8125, 0.0625, "fail"),
            (54.0, 1.0, "pass"),  # the tolerance and two standard errors
            (54.0625, 1.0, "fail"),
            (46.0, 1.0, "pass"),
            (45.9375, 1.0, "fail"),
            (50.0, 1.0, "pass"),  # half the tolerance is still enough
            (50.0, 1.0625, "too few rows"),
            (99.0, 1.0625, "too few rows"),
            (50.0, math.inf, "too few rows"),
            (math.nan, math.inf, "too few rows"),
            (50.0, math.nan, "too few rows"),
            (math.nan, 0.5, "fail"),
        ],
    )
    def test_has_its_edges_where_it_says(self, value, standard_error, verdict):
        assert judge(Estimate(value, standard_error, 10_000), 50.0, 2.0) == verdict

    @pytest.mark.parametrize("world", scan.scenario_ids())
    @pytest.mark.parametrize("customers", [2, 5, 20, 100, 500])
    def test_is_never_fail_because_a_run_is_small(self, world, customers):
        # Three people who all say yes are 100%, with an estimated standard error of zero; they prove nothing.
        for seed in range(1, 6):
            data = api.generate(world, customers=customers, seed=seed, tables=read(world), truth=False)
            failed = {name: r.estimate for name, r in results(world, data.tables).items() if r.verdict == "fail"}
            assert failed == {}, f"seed {seed}"


@pytest.mark.parametrize("world", scan.scenario_ids())
class TestTheTargetsOfAWorld:
    def test_all_pass_at_adequate_size(self, made, world):
        found = results(world, made(world))
        assert set(found) == {target.figure for target in scan.scenario(world).targets}
        missed = {name: (r.estimate, r.verdict) for name, r in found.items() if r.verdict != "pass"}
        assert missed == {}

    def test_are_told_with_the_published_and_the_found_value(self, made, world):
        found = results(world, made(world))
        for finding in findings(list(found.values())):
            result = found[finding.name]
            assert (finding.group, finding.verdict) == ("target", "pass")
            assert f"published {result.figure.value:g}, here {result.estimate.value:.4g} (SE" in finding.detail
            assert f"{result.estimate.rows:,} rows" in finding.detail
            assert finding.detail.endswith(result.standing)

    def test_whose_tables_are_missing_are_left_out(self, made, world):
        customers = {"customers": made(world)["customers"]}
        alone = {t.figure for t in scan.scenario(world).targets if set(t.statistic.tables) <= {"customers"}}
        assert set(results(world, customers)) == alone
        assert results(world, {}) == {}


class TestASettingThatBreaksAFigure:
    BROKEN = {
        "tilmarenne": ("complaint_base", -3.0, {"pmu_2015.complaint_share_of_contacts"}),
        "aldeane": ("smartphone_frequent", 6.0, {"baer_2016.frequent_smartphone_share"}),
    }

    @pytest.mark.parametrize("world", scan.scenario_ids())
    def test_makes_its_target_fail_and_those_it_does_not_touch_pass(self, world):
        parameter, value, wanted = self.BROKEN[world]
        data = api.generate(
            world, customers=ADEQUATE[world], seed=SEED, tables=read(world), parameters={parameter: value}, truth=False
        )
        verdicts = {name: result.verdict for name, result in results(world, data.tables).items()}
        failed = {name for name, verdict in verdicts.items() if verdict == "fail"}
        assert wanted <= failed
        assert len(failed) < len(verdicts)

    @pytest.mark.parametrize("world", scan.scenario_ids())
    def test_takes_the_targets_out_of_the_check_which_expects_them_of_the_world_as_declared(self, world, tmp_path):
        parameter, value, _ = self.BROKEN[world]
        groups = []
        for name, parameters in (("declared", {}), ("set", {parameter: value})):
            config = RunConfig(scenario=world, customers=100, seed=SEED, parameters=parameters)
            api.generate_files(config, tmp_path / name, jobs=1)
            groups.append({finding.group for finding in api.check(tmp_path / name)})
        assert groups == [{"integrity", "safety", "target", "recovery"}, {"integrity", "safety", "recovery"}]

    def test_to_the_value_it_has_anyway_breaks_nothing(self, tmp_path):
        usual = api.default_parameters("aldeane")["typo_rate"]
        config = RunConfig(scenario="aldeane", customers=100, seed=SEED, parameters={"typo_rate": usual})
        api.generate_files(config, tmp_path, jobs=1)
        assert "target" in {finding.group for finding in api.check(tmp_path)}


def claim(name: str, *causes: str) -> Column:
    recipe = derived.copy(*causes) if causes else numeric.chance("$share")
    return Column(name=name, kind=Boolean(), meaning=f"Whether {name}.", recipe=recipe)


PEOPLE = Table(
    name="people",
    meaning="A person.",
    rows=(Root(),),
    columns=(
        Column(name="person_id", kind=Key(), meaning="Key."),
        claim("alone"),
        claim("cause"),
        claim("consequence", "cause"),
    ),
)
TINY = Scenario(
    id="tiny",
    brand="Tiny",
    title="Tiny",
    premise="Tiny.",
    root="people",
    customers="people",
    parameters=(Parameter(name="share", value=0.5, unit="share", meaning="Share."),),
)
STUDY = Publication(id="study", title="Study", authors="A", year=2020, kind="survey", read_in="itself")


@pytest.mark.parametrize(
    ("column", "standing"), [("alone", "marginal"), ("cause", "reproduced"), ("consequence", "reproduced")]
)
def test_a_figure_is_reproduced_only_if_its_column_has_causes_or_consequences(column, standing):
    graph = Graph(TINY, {"people": PEOPLE})
    figure = Figure(
        id="study.half", publication=STUDY, value=50, unit="percent", population="p", place="1", statement="Half."
    )
    statistic = percent("people", lambda rows: rows[column], cluster="person_id", sentence="half")
    target = Target(figure=figure.id, statistic=statistic, column=f"people.{column}", tolerance=50.0)
    tables = {"people": pd.DataFrame({"person_id": range(100), column: [True, False] * 50})}
    has_links = {target.column: graph.has_links("people", column)}
    (result,) = judge_targets([target], {figure.id: figure}, tables, has_links)
    assert (result.verdict, result.standing) == ("pass", standing)
    assert next(findings([result])).detail.endswith(f"; {standing}")


def test_the_check_takes_the_standing_from_the_worlds_own_graph(tmp_path):
    api.generate_files(RunConfig(scenario="aldeane", customers=50), tmp_path, jobs=1)
    told = {f.name: f.detail.rpartition("; ")[2] for f in api.check(tmp_path) if f.group == "target"}
    expected = {t.figure: linked("aldeane")[t.column] for t in scan.scenario("aldeane").targets}
    assert told == {name: "reproduced" if links else "marginal" for name, links in expected.items()}
