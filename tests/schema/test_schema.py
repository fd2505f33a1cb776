"""Declarations: what they accept, what they refuse and in which words; and the statistics held against hand and lot."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxdata import errors
from cxdata.catalog.scan import load_figures
from cxdata.errors import FigureError, ParameterError, ScenarioError, TableError, unknown
from cxdata.recipes import derived, numeric
from cxdata.schema import inputs as grammar
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.figure import Figure, Publication, load_publication
from cxdata.schema.inputs import Input, parse_input
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Text
from cxdata.schema.scenario import Bisection, Parameter, Scenario
from cxdata.schema.statistic import Estimate, Statistic, clustered_ratio, mean, nps, nps_points, percent
from cxdata.schema.table import Arrivals, Column, PerParent, Reference, Root, Table

# One example per spelling of the grammar's own table, and what it means.
SPELLINGS = {
    "late": Input("late", "column", "late"),
    "customers.trust": Input("customers.trust", "column", "trust", table="customers"),
    "channel=web": Input("channel=web", "column", "channel", value="web"),
    "orders.channel=web": Input("orders.channel=web", "column", "channel", table="orders", value="web"),
    "stores.quality@store_id": Input("stores.quality@store_id", "lookup", "quality", table="stores", via="store_id"),
    "stores.weight[]": Input("stores.weight[]", "whole", "weight", table="stores"),
    "orders.late:any": Input("orders.late:any", "aggregate", "late", table="orders", aggregate="any"),
    "$late_base": Input("$late_base", "parameter", "late_base"),
    "%first_names": Input("%first_names", "pool", "first_names"),
    "#slot": Input("#slot", "place", "slot"),
    "#parent": Input("#parent", "place", "parent"),
    "#source": Input("#source", "place", "source"),
}


class TestInputs:
    @pytest.mark.parametrize(("text", "read"), SPELLINGS.items(), ids=SPELLINGS)
    def test_every_spelling_is_read_as_the_grammar_says(self, text, read):
        assert parse_input(text) == read

    def test_every_row_of_the_grammar_is_tried_here(self):
        first_column = [line.split("  ")[0] for line in grammar.__doc__.splitlines() if line.startswith("``")]
        written = set(re.findall(r"``([^`]+)``", "\n".join(first_column)))
        assert written | {"orders.channel=web"} == set(SPELLINGS)

    @pytest.mark.parametrize("aggregate", ["any", "sum", "count", "max"])
    def test_every_aggregate_is_read(self, aggregate):
        assert parse_input(f"orders.late:{aggregate}").aggregate == aggregate

    def test_a_word_may_hold_any_letter(self):
        assert parse_input("area=zone d'emploi (1)").value == "zone d'emploi (1)"

    def test_a_word_can_be_asked_of_a_looked_up_column(self):
        read = parse_input("stores.format@store_id=city")
        assert (read.kind, read.via, read.value) == ("lookup", "store_id", "city")

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "does not follow the grammar"),
            ("two words", "does not follow the grammar"),
            ("Customers.trust", "does not follow the grammar"),
            ("a.b.c", "does not follow the grammar"),
            ("channel=", "does not follow the grammar"),
            ("stores.weight[]@store_id", "does not follow the grammar"),
            ("#row", "a place is one of #slot, #parent, #source"),
            ("orders.late:mean", "an aggregate is one of any, sum, count, max"),
            ("quality@store_id", "must name the table"),
            ("weight[]", "must name the table"),
            ("late:any", "must name the table"),
        ],
    )
    def test_anything_else_is_refused_with_the_way_out(self, text, reason):
        with pytest.raises(TableError, match=re.escape(reason)) as error:
            parse_input(text)
        assert repr(text) in str(error.value)


class TestKinds:
    def test_an_integer_needs_bounds_in_order(self):
        assert Integer(3, 3).high == 3
        with pytest.raises(TableError, match=r"Integer\(5, 1\): low must not exceed high"):
            Integer(5, 1)

    @pytest.mark.parametrize("words", [(), ("web", "web")], ids=["none", "twice"])
    def test_a_category_needs_distinct_words(self, words):
        with pytest.raises(TableError, match="words must be distinct, and at least one"):
            Category(words)

    def test_a_category_codes_its_words_in_their_order(self):
        assert [Category(("shop", "web")).code(word) for word in ("shop", "web")] == [0, 1]

    def test_a_text_names_what_it_may_hold(self):
        with pytest.raises(TableError, match=r"Text\('verse'\): content must be one of email, phone"):
            Text("verse")


KEY = Column(name="order_id", kind=Key(), meaning="Key.")
LATE = Column(name="late", kind=Boolean(), meaning="Late.", recipe=numeric.chance("$late"))


def table(*columns: Column, rows: tuple[Any, ...] = (Root(),), keep: str | None = None) -> Table:
    return Table(name="orders", meaning="An order.", rows=rows, columns=(KEY, *columns), keep=keep)


def column(name: str, *reads: str, **options: Any) -> Column:
    recipe = derived.formula(np.add, *reads, sentence="sum")
    return Column(name=name, kind=Number(1), meaning="Number.", recipe=recipe, **options)


class TestTable:
    def test_columns_are_found_by_name_and_role(self):
        latent = column("need", role="latent")
        working = column("ticks", role="working")
        made = table(LATE, latent, working, rows=(PerParent("customers", "order_count", 3),))
        assert made.column("late") is LATE
        assert "late" in made
        assert "early" not in made
        assert made.key == "order_id"
        assert made.observed == (KEY, LATE)
        assert made.latent == (latent,)
        assert made.parents == ("customers",)
        assert not made.is_reference
        assert table(rows=(Reference(3),)).is_reference

    def test_a_table_under_several_parents_names_them_in_order(self):
        clock = Column(name="clock", kind=Integer(0, 9), meaning="Tick.")
        arrivals = Arrivals("customers", start="start", gap="gap", horizon="end", clock="clock", slots=2)
        assert table(clock, rows=(PerParent("visits", "buys", 1), arrivals)).parents == ("visits", "customers")

    def test_a_declaration_cannot_be_changed(self):
        with pytest.raises(FrozenInstanceError):
            LATE.name = "early"

    @pytest.mark.parametrize(
        ("declare", "message"),
        [
            (lambda: table(LATE, LATE), "table 'orders' declares late twice"),
            (lambda: table(rows=()), "table 'orders' names no source of rows"),
            (
                lambda: Table(name="orders", meaning="", rows=(Root(),), columns=(LATE, KEY)),
                "table 'orders': the first column must be its Key",
            ),
            (
                lambda: Table(name="orders", meaning="", rows=(Root(),), columns=()),
                "table 'orders': the first column must be its Key",
            ),
            (
                lambda: table(column("need"), keep="need"),
                "orders.need decides which rows are kept, so it must be Boolean",
            ),
            (
                lambda: table(LATE, keep="lat"),
                "unknown column of orders 'lat'. Available: late, order_id. Did you mean 'late'?",
            ),
            (
                lambda: table(Column(name="need", kind=Number(1), meaning="")),
                "orders.need has no recipe; only keys and arrival clocks can do without",
            ),
            (
                lambda: table(column("size"), column("need", when="size")),
                "orders.need is empty unless 'size', which must be Boolean",
            ),
            (lambda: table(column("need", when="lat")), "unknown column of orders 'lat'"),
            (
                lambda: table(LATE, column("need", "lat")),
                "orders.need draws on 'lat': unknown column of orders 'lat'. Available: late, need, order_id. "
                "Did you mean 'late'?",
            ),
            (lambda: table(LATE, column("need", "orders.lat")), "orders.need draws on 'lat': unknown column of orders"),
        ],
        ids=[
            "a column twice",
            "no rows",
            "key not first",
            "no columns",
            "keep not Boolean",
            "keep unknown",
            "no recipe",
            "when not Boolean",
            "when unknown",
            "input unknown",
            "input of the own table unknown",
        ],
    )
    def test_a_contradiction_is_refused_where_it_stands(self, declare, message):
        with pytest.raises(TableError, match=re.escape(message)):
            declare()

    def test_keys_links_and_clocks_do_without_a_recipe(self):
        link = Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who.")
        clock = Column(name="clock", kind=Integer(0, 9), meaning="Tick.")
        arrivals = Arrivals("customers", start="start", gap="gap", horizon="end", clock="clock", slots=2)
        assert len(table(link, clock, rows=(arrivals,)).columns) == 3
        with pytest.raises(TableError, match=r"orders\.clock has no recipe"):
            table(link, clock)


def parameter(**options: Any) -> Parameter:
    return Parameter(**{"name": "late_base", "meaning": "Late.", "unit": "logit", **options})


class TestParameter:
    @pytest.mark.parametrize(
        "homes",
        [
            {},
            {"value": 1.0, "figure": "baer_2016.x"},
            {"value": 0.0, "calibrated": True},
            {"figure": "baer_2016.x", "derive": min},
        ],
    )
    def test_it_has_exactly_one_home(self, homes):
        with pytest.raises(ParameterError, match="'late_base' must have one home: value, figure, derive or calibrated"):
            parameter(**homes)

    @pytest.mark.parametrize(
        ("home", "source"),
        [
            ({"value": 0.0}, "ours"),
            ({"figure": "baer_2016.x"}, "baer_2016.x"),
            ({"derive": min, "inputs": ("a", "b")}, "derived from a, b"),
            ({"calibrated": True}, "calibrated"),
        ],
    )
    def test_it_says_where_its_value_comes_from(self, home, source):
        assert parameter(**home).source == source

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), (0.5, float("nan"))])
    def test_a_value_must_be_finite(self, value):
        with pytest.raises(ParameterError, match=r"'late_base' must be a finite number, not (nan|inf|-inf)\."):
            parameter(value=0.0).check(value)

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
    def test_a_share_lies_between_0_and_1(self, value):
        assert parameter(value=0.5, unit="share").check(value) == value

    @pytest.mark.parametrize("value", [-0.001, 1.001])
    def test_any_other_share_is_refused(self, value):
        with pytest.raises(ParameterError, match=r"allowed: 0 to 1 \(share\)"):
            parameter(value=0.5, unit="share").check(value)

    def test_bounds_are_included_and_nothing_beyond(self):
        bounded = parameter(value=3.0, unit="sd", low=0.0, high=5.0)
        assert [bounded.check(value) for value in (0.0, 5.0, (1.0, 2.0))] == [0.0, 5.0, (1.0, 2.0)]
        with pytest.raises(ParameterError, match=r"'late_base' is 5.1; allowed: 0 to 5 \(sd\)"):
            bounded.check(5.1)
        with pytest.raises(ParameterError, match="is -1; allowed: 0 to 5"):
            bounded.check((1.0, -1.0))
        with pytest.raises(ParameterError, match="is -1; allowed: 0 to 50"):
            parameter(value=3.0, low=0.0).check(-1.0)

    def test_shares_sum_to_one_within_a_millionth(self):
        shares = parameter(value=(0.5, 0.5), unit="shares")
        assert shares.check((0.3, 0.7000005)) == (0.3, 0.7000005)
        with pytest.raises(ParameterError, match="holds shares that must sum to 1"):
            shares.check((0.3, 0.70001))
        with pytest.raises(ParameterError, match="holds shares that must sum to 1"):
            shares.check(1.0)
        with pytest.raises(ParameterError, match="allowed: 0 to 1"):
            shares.check((1.5, -0.5))


STATISTIC = Statistic(function=lambda tables: Estimate(0.0, 1.0, 1), tables=("orders",), sentence="nothing")


def scenario(parameters: tuple[Parameter, ...], *solved: str) -> Scenario:
    items = tuple((Bisection(parameter=name, statistic=STATISTIC, goal=0.0, low=-1.0, high=1.0),) for name in solved)
    return Scenario(
        id="tiny",
        brand="Tiny",
        title="Tiny",
        premise="Tiny.",
        root="customers",
        customers="customers",
        parameters=parameters,
        calibrations=items,
    )


class TestScenario:
    def test_it_indexes_its_parameters(self):
        one = parameter(value=1.0)
        assert scenario((one,)).parameter_index() == {"late_base": one}

    def test_a_parameter_is_declared_once(self):
        with pytest.raises(ScenarioError, match="scenario 'tiny' declares parameter late_base twice"):
            scenario((parameter(value=1.0), parameter(value=2.0)))

    def test_what_is_calibrated_is_solved_and_what_is_solved_is_calibrated(self):
        assert scenario((parameter(calibrated=True),), "late_base").calibrations
        with pytest.raises(ScenarioError, match="late_base must be both a calibrated parameter and calibrated once"):
            scenario((parameter(calibrated=True),))
        with pytest.raises(ScenarioError, match="late_base must be both a calibrated parameter and calibrated once"):
            scenario((parameter(value=1.0),), "late_base")


PUBLICATION = """
[publication]
title = "A study"
authors = "A. Author"
year = 2020
kind = "survey"
read_in = "the study itself"
"""
FIGURE = """
[figures.late_share]
value = 38
unit = "percent"
population = "parcels"
place = "page 3"
statement = "Of parcels, 38% are late."
"""


@pytest.fixture
def load(tmp_path) -> Callable[[str], dict[str, Figure]]:
    def read(text: str) -> dict[str, Figure]:
        path = tmp_path / "study_2020.toml"
        path.write_text(text, encoding="utf-8")
        return load_publication(path)

    return read


def with_field(text: str, name: str, written: str) -> str:
    """Return TOML with one field's line replaced, or dropped where nothing is written."""
    changed = re.sub(rf"(?m)^{name} = .*\n", f"{name} = {written}\n" if written else "", text)
    assert changed != text
    return changed


class TestFigureFile:
    def test_a_good_file_gives_its_figures_with_their_publication(self, load):
        found = load(PUBLICATION + 'note = "Inferred."\n' + FIGURE + 'reading = "As printed."\n')
        figure = found["study_2020.late_share"]
        assert list(found) == ["study_2020.late_share"]
        assert figure.id == "study_2020.late_share"
        assert (figure.value, figure.unit, figure.reading, figure.computed) == (38, "percent", "As printed.", "")
        assert figure.publication.id == "study_2020"
        assert (figure.publication.year, figure.publication.note) == (2020, "Inferred.")
        assert figure.share == pytest.approx(0.38)

    def test_a_figure_that_is_no_percentage_is_no_share(self, load):
        figure = load(PUBLICATION + with_field(FIGURE, "unit", '"people"'))["study_2020.late_share"]
        with pytest.raises(FigureError, match=r"study_2020\.late_share is in people, not percent"):
            _ = figure.share

    @pytest.mark.parametrize("name", ["title", "authors", "year", "kind", "read_in"])
    def test_a_missing_field_of_the_publication_is_named(self, load, name):
        with pytest.raises(
            FigureError, match=rf"study_2020\.toml \[publication\]: field '{name}' is missing\. Needed: "
        ):
            load(with_field(PUBLICATION, name, "") + FIGURE)

    @pytest.mark.parametrize("name", ["value", "unit", "population", "place", "statement"])
    def test_a_missing_field_of_a_figure_is_named(self, load, name):
        message = rf"study_2020\.toml \[figures\.late_share\]: field '{name}' is missing\. Needed: "
        with pytest.raises(FigureError, match=message):
            load(PUBLICATION + with_field(FIGURE, name, ""))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (PUBLICATION + 'publisher = "X"\n' + FIGURE, "[publication]: unknown field 'publisher'. Allowed: authors,"),
            (PUBLICATION + 'id = "x"\n' + FIGURE, "[publication]: unknown field 'id'"),
            (PUBLICATION + FIGURE + "year = 2020\n", "[figures.late_share]: unknown field 'year'. Allowed: computed,"),
            (with_field(PUBLICATION, "year", '"2020"') + FIGURE, "field 'year' must be a int, not '2020'"),
            (with_field(PUBLICATION, "year", "2020.5") + FIGURE, "field 'year' must be a int, not 2020.5"),
            (with_field(PUBLICATION, "title", "3") + FIGURE, "field 'title' must be a str, not 3"),
            (PUBLICATION + with_field(FIGURE, "value", '"38"'), "field 'value' must be a float, not '38'"),
            (PUBLICATION + with_field(FIGURE, "value", "true"), "field 'value' must be a float, not True"),
            (with_field(PUBLICATION, "authors", '""') + FIGURE, "[publication]: field 'authors' is empty"),
            (PUBLICATION + with_field(FIGURE, "statement", '"  "'), "[figures.late_share]: field 'statement' is empty"),
            (
                PUBLICATION + with_field(FIGURE, "unit", '"percents"'),
                "[figures.late_share]: unknown unit 'percents'. Allowed: percent,",
            ),
            (
                PUBLICATION + FIGURE + "[extra]\nx = 1\n",
                "unknown table [extra]. Allowed: [publication], [figures.<id>]",
            ),
            (FIGURE, "[publication]: must be a table of fields, not NoneType"),
            ("publication = 3\n" + FIGURE, "[publication]: must be a table of fields, not int"),
            (PUBLICATION, "holds no [figures.<id>] table"),
            (PUBLICATION + "[figures]\n", "holds no [figures.<id>] table"),
            (PUBLICATION + "[figures]\nlate_share = 38\n", "[figures.late_share]: must be a table of fields, not int"),
            ("figures: late\n", "cannot be read as TOML"),
        ],
    )
    def test_a_fault_is_reported_with_its_file_and_place(self, load, text, message):
        with pytest.raises(FigureError, match=re.escape(message)) as error:
            load(text)
        assert str(error.value).startswith("study_2020.toml")
        assert "\n" not in str(error.value)

    def test_a_file_that_is_no_text_or_not_there_is_reported(self, tmp_path):
        path = tmp_path / "study_2020.toml"
        with pytest.raises(FigureError, match=r"study_2020\.toml: cannot be read"):
            load_publication(path)
        path.write_bytes(b"\xff\xfe")
        with pytest.raises(FigureError, match=r"study_2020\.toml: cannot be read"):
            load_publication(path)

    def test_a_folder_without_a_figure_file_is_refused(self, tmp_path):
        with pytest.raises(FigureError, match="no figure file"):
            load_figures(tmp_path)

    def test_a_figure_is_what_its_file_says(self, repository):
        path = repository / "generator/cxdata/catalog/figures/metapack_2016.toml"
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        read = load_publication(path)["metapack_2016.never_again_share"]
        assert read.publication == Publication(id="metapack_2016", **written["publication"])
        assert read == Figure(id=read.id, publication=read.publication, **written["figures"]["never_again_share"])


class TestUnknown:
    def test_it_lists_what_exists_and_the_nearest_match(self):
        message = unknown("table", "order", ["orders", "stores"], listing="cxdata tables")
        assert (
            message == "unknown table 'order'. Available: orders, stores. Did you mean 'orders'? See 'cxdata tables'."
        )

    def test_a_long_list_is_cut_and_counted(self):
        assert "c10, c11, and 3 more." in unknown("column", "x", [f"c{n:02d}" for n in range(15)])

    def test_nothing_to_choose_from_is_said(self):
        assert unknown("pool", "x", []) == "unknown pool 'x'. Available: none."

    def test_every_class_of_error_is_one_that_the_command_line_prints(self):
        classes = [
            one
            for one in vars(errors).values()
            if getattr(one, "__module__", "") == errors.__name__ and isinstance(one, type)
        ]
        assert len(classes) > 1
        assert all(issubclass(one, errors.CxdataError) for one in classes)


class TestClusteredRatio:
    VALUES = np.array([1.0, 4.0, 2.0, 9.0, 5.0, 5.0, 0.0])

    def test_rows_on_their_own_give_the_plain_mean_and_its_standard_error(self):
        found = clustered_ratio(self.VALUES, np.ones(7), np.arange(7))
        assert found.value == pytest.approx(self.VALUES.mean())
        assert found.standard_error == pytest.approx(self.VALUES.std(ddof=1) / np.sqrt(7))
        assert found.rows == 7

    def test_clusters_are_summed_before_they_are_squared(self):
        # By hand: mean 3; residuals -2, -1 | 1, 1 | 1 sum to -3, 2, 1; sqrt(3/2 * (9 + 4 + 1)) / 5 = sqrt(21) / 5.
        found = clustered_ratio(np.array([1.0, 2, 4, 4, 4]), np.ones(5), np.array(["a", "a", "b", "b", "c"]))
        assert found == Estimate(3.0, pytest.approx(np.sqrt(21) / 5), 5)

    def test_a_ratio_is_linearised_around_its_value(self):
        # By hand: 12 / 4 = 3; residuals 4 - 3*1, 6 - 3*2, 2 - 3*1 = 1, 0, -1; sqrt(3/2 * 2) / 4.
        found = clustered_ratio(np.array([4.0, 6, 2]), np.array([1.0, 2, 1]), np.arange(3))
        assert found == Estimate(3.0, pytest.approx(np.sqrt(3) / 4), 3)

    def test_the_order_of_rows_does_not_matter(self):
        cluster = np.array([3, 1, 3, 2, 1, 2, 2])
        turned = [6, 2, 0, 5, 1, 3, 4]
        one = clustered_ratio(self.VALUES, np.ones(7), cluster)
        other = clustered_ratio(self.VALUES[turned], np.ones(7), cluster[turned])
        assert other.standard_error == pytest.approx(one.standard_error)

    @pytest.mark.parametrize("rows", [0, 3])
    def test_nothing_to_divide_by_gives_no_value_and_no_certainty(self, rows):
        found = clustered_ratio(np.zeros(rows), np.zeros(rows), np.arange(rows))
        assert np.isnan(found.value)
        assert found.standard_error == np.inf
        assert found.rows == 0

    def test_one_cluster_alone_says_nothing_of_its_error(self):
        found = clustered_ratio(self.VALUES, np.ones(7), np.zeros(7))
        assert found.value == pytest.approx(self.VALUES.mean())
        assert found.standard_error == np.inf


SURVEYS = pd.DataFrame(
    {
        "customer_id": [1, 1, 2, 3],
        "ltr": [10, 9, 7, 3],
        "answered": [True, True, False, True],
        "minutes": [3.0, 1.0, 2.0, 2.0],
    }
)


class TestStatistics:
    TABLES = {"surveys": SURVEYS}

    def test_a_mean_counts_the_rows_that_it_is_asked_for(self):
        statistic = mean("surveys", lambda rows: rows["ltr"], where=lambda rows: rows["answered"], sentence="ltr")
        found = statistic(self.TABLES)
        assert found.value == pytest.approx(22 / 3)
        assert found.rows == 3
        # By hand: residuals 8/3 + 5/3 | -13/3 of two customers, and a third of what one more row could change.
        assert found.standard_error == pytest.approx(np.hypot(np.sqrt(2 * 2 * (13 / 3) ** 2) / 3, 1 / 3))
        assert statistic.tables == ("surveys",)

    def test_a_mean_can_be_per_something_and_scaled(self):
        statistic = mean(
            "surveys", lambda rows: rows["ltr"], per=lambda rows: rows["minutes"], scale=10.0, sentence="ltr a minute"
        )
        assert statistic(self.TABLES).value == pytest.approx(10 * 29 / 8)

    def test_a_percentage_is_a_hundred_times_a_share(self):
        assert percent("surveys", lambda rows: rows["answered"], sentence="answers")(self.TABLES).value == 75.0

    def test_rows_can_be_joined_by_a_function_that_names_its_tables(self):
        statistic = percent(
            lambda tables: tables["surveys"].iloc[:2],
            lambda rows: rows["ltr"] > 9,
            sentence="tens",
            tables=("surveys", "orders"),
        )
        assert statistic(self.TABLES).value == 50.0
        assert statistic.tables == ("surveys", "orders")

    def test_no_row_that_counts_gives_no_value(self):
        found = percent("surveys", lambda rows: rows["answered"], where=lambda rows: rows["ltr"] > 10, sentence="none")(
            self.TABLES
        )
        assert np.isnan(found.value)
        assert found.standard_error == np.inf

    def test_promoters_and_detractors_begin_where_the_score_says(self):
        assert nps_points([0, 6, 7, 8, 9, 10]).tolist() == [-100, -100, 0, 0, 100, 100]

    def test_the_net_promoter_score_is_promoters_less_detractors(self):
        assert nps("surveys", "ltr", sentence="NPS")(self.TABLES).value == pytest.approx(100 * (2 - 1) / 4)


def units(outcome: list[float], treated: list[int], **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"y": outcome, "t": np.array(treated, dtype=bool), **columns})
    return frame.assign(customer_id=columns.get("customer_id", np.arange(len(frame))))


def stratified(frame: pd.DataFrame, *strata: str, cluster: str = "customer_id") -> Estimate:
    return stratified_difference(
        lambda tables: tables["units"],
        outcome="y",
        treatment="t",
        strata=strata,
        sentence="",
        tables=("units",),
        cluster=cluster,
    )({"units": frame})


class TestStratifiedDifference:
    # Stratum a: means 3 and 1, four rows; stratum b: means 10 and 4, two rows. (4*2 + 2*6) / 6 = 10/3.
    BY_HAND = units([2, 4, 0, 2, 10, 4], [1, 1, 0, 0, 1, 0], s=list("aaaabb"))

    def test_differences_are_weighted_by_the_strata_shares_of_all_rows(self):
        found = stratified(self.BY_HAND, "s")
        assert found.value == pytest.approx(10 / 3)
        assert found.rows == 6

    def test_its_standard_error_by_hand(self):
        # Influence times 6, stratum a (share 1/2): (2 - 10/3) + 2 * (-1, 1) treated, - 2 * (-1, 1) untreated;
        # stratum b: 6 - 10/3 twice. Squares: 2 * (10/3)**2 + 2 * (2/3)**2 + 2 * (8/3)**2 = 112/3; times 6/5, over 36.
        assert stratified(self.BY_HAND, "s").standard_error == pytest.approx(np.sqrt(6 / 5 * 112 / 3) / 6)

    def test_without_strata_it_is_the_plain_difference_and_its_textbook_error(self):
        y, t = self.BY_HAND["y"].to_numpy(), self.BY_HAND["t"].to_numpy()
        plain = difference_in_means(
            lambda tables: tables["units"], outcome="y", treatment="t", sentence="", tables=("units",)
        )({"units": self.BY_HAND})
        squares = [np.square(y[group] - y[group].mean()).sum() / group.sum() ** 2 for group in (t, ~t)]
        assert plain.value == pytest.approx(y[t].mean() - y[~t].mean())
        assert plain.standard_error == pytest.approx(np.sqrt(6 / 5 * sum(squares)))
        assert plain == stratified(self.BY_HAND)

    def test_strata_without_both_groups_are_left_out(self):
        lonely = units([50, 60, -70], [1, 1, 0], s=["c", "c", "d"])
        both = pd.concat([self.BY_HAND, lonely.assign(customer_id=[90, 91, 92])])
        assert stratified(both, "s") == stratified(self.BY_HAND, "s")

    def test_several_columns_make_a_stratum_of_each_combination(self):
        crossed = self.BY_HAND.assign(one=[0, 0, 0, 0, 1, 1], other=pd.Categorical(list("xxxxyy"), list("xyz")))
        assert stratified(crossed, "one", "other") == stratified(self.BY_HAND, "s")

    def test_rows_without_an_outcome_are_left_out(self):
        silent = units([np.nan, np.nan], [1, 0], s=["a", "b"]).assign(customer_id=[90, 91])
        assert stratified(pd.concat([self.BY_HAND, silent]), "s") == stratified(self.BY_HAND, "s")

    @pytest.mark.parametrize(
        "frame",
        [units([], [], s=[]), units([1.0, 2.0], [1, 1], s=["a", "a"]), units([np.nan, np.nan], [1, 0], s=["a", "a"])],
        ids=["no rows", "one group", "no outcome"],
    )
    def test_nothing_to_compare_gives_no_value_and_no_certainty(self, frame):
        found = stratified(frame, "s")
        assert np.isnan(found.value)
        assert (found.standard_error, found.rows) == (np.inf, 0)


WORLDS = 400
"""Simulated worlds; the spread of their estimates is known within 1 / sqrt(2 * 399), or 3.5 %."""
SPREAD_ERROR = 4 / np.sqrt(2 * (WORLDS - 1))


def simulate(rng: np.random.Generator, *, clusters: int, size: int, shared: float) -> pd.DataFrame:
    """Return units whose stratum moves both treatment and outcome; the effect is 1, 2 or 3 by stratum."""
    cluster = np.repeat(np.arange(clusters), size)
    stratum = np.repeat(rng.integers(0, 3, clusters), size)
    treated = rng.random(clusters * size) < np.array([0.3, 0.5, 0.7])[stratum]
    common = np.repeat(rng.normal(0, shared, clusters), size)
    outcome = stratum * 5.0 + treated * (1.0 + stratum) + common + rng.normal(0, 1, clusters * size)
    return pd.DataFrame(
        {"y": outcome, "t": treated, "s": stratum, "customer_id": cluster, "row": np.arange(len(cluster))}
    )


@pytest.fixture(scope="module", params=[(300, 1, 0.0), (100, 3, 2.0)], ids=["rows alone", "rows in clusters"])
def worlds(request):
    clusters, size, shared = request.param
    rng = np.random.default_rng(20230101)
    return [simulate(rng, clusters=clusters, size=size, shared=shared) for _ in range(WORLDS)], size


class TestStandardErrorsInTheLongRun:
    def test_estimates_centre_on_the_effect_and_spread_as_their_errors_say(self, worlds):
        frames, _ = worlds
        found = [stratified(frame, "s") for frame in frames]
        values = np.array([one.value for one in found])
        spread = values.std(ddof=1)
        assert abs(values.mean() - 2.0) < 4 * spread / np.sqrt(WORLDS)  # mean of 1, 2 and 3
        typical = np.sqrt(np.mean([one.standard_error**2 for one in found]))
        assert typical == pytest.approx(spread, rel=SPREAD_ERROR)

    def test_a_mean_spreads_as_its_error_says_and_more_than_if_clusters_are_ignored(self, worlds):
        frames, size = worlds
        found = [clustered_ratio(frame["y"], np.ones(len(frame)), frame["customer_id"]) for frame in frames]
        ignored = [clustered_ratio(frame["y"], np.ones(len(frame)), frame["row"]) for frame in frames]
        spread = np.std([one.value for one in found], ddof=1)
        typical = np.sqrt(np.mean([one.standard_error**2 for one in found]))
        naive = np.sqrt(np.mean([one.standard_error**2 for one in ignored]))
        assert typical == pytest.approx(spread, rel=SPREAD_ERROR)
        # Three rows of a cluster that share nearly all of their spread are worth little more than one.
        assert (naive < spread * (1 - SPREAD_ERROR)) == (size > 1)

    def test_the_plain_difference_misses_what_strata_recover(self, worlds):
        frames, _ = worlds
        found = [stratified(frame) for frame in frames]
        assert np.mean([abs(one.value - 2.0) > 1.96 * one.standard_error for one in found]) > 0.95
