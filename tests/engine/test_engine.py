"""The engine on a tiny lending library: order, rows, empties, keys, switched treatments, noise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdata import api, streams
from cxdata.catalog import vocabulary
from cxdata.config import RunConfig
from cxdata.engine.block import BlockResult, BlockState, generate_block
from cxdata.engine.calibrate import World, starting_values
from cxdata.engine.effects import EffectSums, potential_outcomes
from cxdata.engine.graph import Graph
from cxdata.engine.noise import typo
from cxdata.engine.parameters import resolve_parameters
from cxdata.engine.plan import BLOCK_CUSTOMERS, EffectPath, Plan, build
from cxdata.errors import ConfigError, CxdataError, ParameterError, PlanError, TableError
from cxdata.recipes import categorical, derived, lookup, numeric, reserved
from cxdata.schema.effect import Effect
from cxdata.schema.inputs import parse_input
from cxdata.schema.kinds import (
    KEYS_PER_BLOCK,
    Boolean,
    Category,
    Date,
    ForeignKey,
    Integer,
    Key,
    Kind,
    Number,
    Text,
    Word,
)
from cxdata.schema.noise import Noise
from cxdata.schema.recipe import Recipe
from cxdata.schema.scenario import Bisection, Constraint, Parameter, Scenario
from cxdata.schema.statistic import Estimate, Statistic
from cxdata.schema.table import Arrivals, Column, PerParent, Reference, Root, Table

Declared = dict[str, Table]

SEED = 3
CUSTOMERS = 500
PARAMETERS = {
    "zero": 0.0,
    "half": 0.5,
    "quarter": 0.25,
    "sd": 1.0,
    "horizon": 400.0,
    "overdue_on_mood": 0.8,
    "typo_rate": 0.1,
    "blank_rate": 0.2,
}
NOTHING = Statistic(function=lambda tables: Estimate(0.0, 1.0, 1), tables=("loans",), sentence="nothing")


def column(name: str, kind: Kind, recipe: Recipe | None = None, **options: Any) -> Column:
    return Column(name=name, kind=kind, meaning=f"{name}.", recipe=recipe, **options)


def table(name: str, rows: Any, *columns: Column, **options: Any) -> Table:
    sources = rows if isinstance(rows, tuple) else (rows,)
    key = column(f"{name.removesuffix('s')}_id", Key())
    return Table(name=name, meaning=f"{name}.", rows=sources, columns=(key, *columns), **options)


def up_to(highest: int) -> Recipe:
    """Return whole numbers from 0, uniform."""
    return derived.draw(lambda u: (u * (highest + 1)).astype(np.int64), sentence="uniform")


BRANCHES = table(
    "branches",
    Reference(3),
    column("size", Integer(0, 9), derived.listed((2, 0, 6))),
    column("quality", Number(1), derived.listed((0.5, 1.5, -2.5))),
    column("place", Category(("town", "village")), derived.listed((0, 1, 0))),
)
HOMES = table("homes", Root(), column("member_count", Integer(0, 3), up_to(3)))
READERS = table(
    "readers",
    PerParent("homes", "member_count", 2),  # fewer slots than members: the third is cut
    column("home_id", ForeignKey("homes")),
    column("branch_id", ForeignKey("branches"), categorical.among("branches.size[]")),
    column("genre", Category(("crime", "poetry", "travel")), up_to(2)),
    column("first_name", Word("first_names"), categorical.word("%first_names"), noise=(Noise("typo", "typo_rate"),)),
    column(
        "last_name",
        Word("last_names"),
        categorical.word("%last_names"),
        noise=(Noise("typo", "typo_rate"), Noise("blank", "blank_rate")),
    ),
    column("joined_on", Date(), up_to(9_999), noise=(Noise("blank", "blank_rate"),)),
    column("token", Text("token"), reserved.token("T"), when="is_keen", noise=(Noise("blank", "blank_rate"),)),
    column("is_keen", Boolean(), numeric.chance("$half")),
    column("trust", Number(2), numeric.score("$zero", {}, noise="$sd"), role="latent"),
    column("start", Integer(0, 500), up_to(500), role="working"),  # some start after the horizon
    column(
        "gap",
        Integer(1, 100),
        derived.formula(lambda start: 1 + start % 100, "start", sentence="1 to 100"),
        role="working",
    ),
    column("branch_quality", Number(1), derived.copy("branches.quality@branch_id")),
    column("in_town", Boolean(), derived.copy("branches.place@branch_id=town")),
    column("loan_count", Integer(0, 99), derived.copy("loans.fine:count")),
    column("was_overdue", Boolean(), derived.copy("loans.overdue:any")),
    column("fines", Integer(0, 999), derived.copy("loans.fine:sum")),
    column("greatest_fine", Integer(0, 99), derived.copy("loans.fine:max")),
    column("overdue_count", Integer(0, 99), derived.copy("loans.overdue:sum")),
    column("least_worry", Integer(-9, 0), derived.copy("loans.worry:max")),
)
LOANS = table(
    "loans",
    Arrivals("readers", start="start", gap="gap", horizon="horizon", clock="clock", slots=6),
    column("reader_id", ForeignKey("readers")),
    column("clock", Integer(0, 400), role="working"),
    # Declared before what it reads: order follows the inputs, not the page.
    column(
        "mood",
        Number(2),
        numeric.score("$zero", {"overdue": "-$overdue_on_mood", "readers.trust": "$half"}, noise="$sd"),
        role="working",
    ),
    column(
        "answer",
        Integer(0, 10),
        derived.formula(
            lambda mood: np.clip(np.rint(5 + 2 * mood), 0, 10).astype(int), "mood", sentence="mood on 0 to 10"
        ),
        role="latent",
    ),
    column("overdue", Boolean(), numeric.happens("$zero", {"readers.genre=crime": "$half"})),
    column("fine", Integer(0, 20), up_to(20), when="overdue"),
    column(
        "worry",
        Integer(-9, -1),
        derived.formula(lambda fine: -1 - fine % 9, "fine", sentence="below 0"),
        role="working",
    ),
    column("left", Boolean(), numeric.chance("$quarter")),
    column("still_reader", Boolean(), derived.none_before("left"), role="working"),
    column("noted", Boolean(), numeric.chance("$half"), role="working"),
    column("call_count", Integer(0, 3), up_to(3), role="working"),
    column(
        "counts", Boolean(), derived.formula(lambda fine: fine > 2, "fine", sentence="fine above 2"), role="working"
    ),
    keep="still_reader",
)
CALLS = table(
    "calls",
    PerParent("loans", "call_count", 2),
    column("loan_id", ForeignKey("loans")),
    column("minutes", Number(1), derived.draw(lambda u: 1 + u * 9, sentence="1 to 10")),
    column("is_long", Boolean(), derived.formula(lambda minutes: minutes > 5, "minutes", sentence="above 5")),
    column("noted", Boolean(), numeric.chance("$half"), role="working"),
)
NOTES = table(
    "notes",
    (PerParent("loans", "noted", 1), PerParent("calls", "noted", 1)),
    column("reader_id", ForeignKey("readers")),
    column("loan_id", ForeignKey("loans")),
    column("call_id", ForeignKey("calls", optional=True)),
    column("source", Integer(0, 1), derived.copy("#source")),
    column("minutes", Number(1), derived.copy("calls.minutes")),
    column("is_long", Boolean(), derived.copy("calls.is_long")),
    column("parent_row", Integer(0, 10**6), derived.copy("#parent")),
    column("slot", Integer(0, 9), derived.copy("#slot")),
)
TABLES = {one.name: one for one in (BRANCHES, HOMES, READERS, LOANS, CALLS, NOTES)}

OVERDUE = Effect(
    id="overdue_on_answer",
    title="What does an overdue loan do to the answer?",
    treatment="loans.overdue",
    outcome="answer",
    population="counts",
    coefficients=("overdue_on_mood",),
    estimand="mean change of the answer",
    confounding="None.",
    basis="Ours.",
    right=NOTHING,
    tempting=NOTHING,
)


def scenario(effects: tuple[Effect, ...] = (OVERDUE,), **changes: Any) -> Scenario:
    declared = {
        "id": "library",
        "brand": "Library",
        "title": "A lending library",
        "premise": "Readers borrow books.",
        "root": "homes",
        "customers": "readers",
        "parameters": tuple(
            Parameter(name=name, value=value, unit="number", meaning=f"{name}.") for name, value in PARAMETERS.items()
        ),
        "effects": effects,
    }
    return Scenario(**{**declared, **changes})


def plan_of(
    tables: Mapping[str, Table] = TABLES,
    declared: Scenario | None = None,
    *,
    customers: int = CUSTOMERS,
    **options: Any,
) -> Plan:
    return build(
        declared or scenario(),
        tables,
        figures={},
        calibrated={},
        vocabulary=vocabulary.load("fr_FR"),
        customers=customers,
        **{"seed": SEED, **options},
    )


def state_of(plan: Plan, index: int = 0) -> BlockState:
    state = BlockState(plan, index)
    state.run()
    return state


def with_columns(name: str, *added: Column) -> Declared:
    """Return the library's tables with columns added to one, or put in the place of those of the same name."""
    names = {one.name for one in added}
    columns = (*(one for one in TABLES[name].columns if one.name not in names), *added)
    return {**TABLES, name: replace(TABLES[name], columns=columns)}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of()


@pytest.fixture(scope="module")
def state() -> BlockState:
    """Return a block that a run fills."""
    return state_of(plan_of(customers=BLOCK_CUSTOMERS))


@pytest.fixture(scope="module")
def small(plan) -> BlockState:
    """Return the same block in a run that ends inside it."""
    return state_of(plan)


@pytest.fixture(scope="module")
def block(plan) -> BlockResult:
    return generate_block(plan, 0)


@pytest.fixture(scope="module")
def unkept() -> BlockState:
    """Return a full block of the world in which every loan happens, even those of readers who had left."""
    return state_of(plan_of({**TABLES, "loans": replace(LOANS, keep=None)}, customers=BLOCK_CUSTOMERS))


def frame(state: BlockState, name: str) -> pd.DataFrame:
    """Return all rows and columns of a block's table, working ones too, with its key and its ancestors' rows."""
    rows = state.frames[name]
    values = {one: value if isinstance(value, np.ndarray) else value.to_pylist() for one, value in rows.values.items()}
    lineage = {f"row of {ancestor}": index for ancestor, index in rows.lineage.items()}
    return pd.DataFrame({**values, **lineage, "key": state.keys(name), "slot of row": rows.slot})


def plain(table: pa.Table) -> pa.Table:
    """Return a table with words in place of dictionary codes: noise may code the same words in another order."""
    texts = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns]
    return pa.table(texts, names=table.column_names)


class TestOrder:
    def test_every_row_and_column_stands_after_all_it_needs(self, plan):
        graph = Graph(plan.scenario, plan.tables)
        done = set()
        for node in plan.nodes:
            assert {one for one in graph.needs(node) if not plan.tables[one[1]].is_reference} <= done
            done.add(node)

    def test_working_columns_that_nobody_reads_are_never_made(self, plan):
        idle = column("idle", Number(1), derived.draw(lambda u: u, sentence="never"), role="working")
        assert plan_of(with_columns("readers", idle)).nodes == plan.nodes

    def test_the_order_of_declaration_moves_nothing(self, plan, block):
        turned = {
            name: replace(one, columns=(one.columns[0], *reversed(one.columns[1:])))
            for name, one in reversed(TABLES.items())
            if name != "branches"
        }
        other = generate_block(plan_of({**turned, "branches": BRANCHES}), 0)
        for name, table in block.observed.items():
            assert other.observed[name].select(table.column_names).equals(table)

    def test_columns_in_a_circle_are_refused_with_the_circle(self):
        circle = with_columns(
            "readers",
            column("a", Number(1), derived.copy("b")),
            column("b", Number(1), derived.copy("c")),
            column("c", Number(1), derived.copy("a")),
        )
        with pytest.raises(PlanError, match=r"in a circle: readers\.a -> readers\.b -> readers\.c -> readers\.a"):
            plan_of(circle)

    def test_a_circle_through_child_rows_is_refused(self):
        circle = with_columns("loans", column("fine", Integer(0, 20), derived.copy("readers.fines"), when="overdue"))
        with pytest.raises(PlanError, match=r"in a circle: .*readers\.fines -> loans\.fine -> readers\.fines"):
            plan_of(circle)

    def test_tables_in_a_circle_are_refused_with_the_circle(self):
        tables = {**TABLES, "homes": replace(HOMES, rows=(PerParent("notes", "source", 1),))}
        with pytest.raises(PlanError, match="tables hang under each other in a circle: homes -> notes -> "):
            plan_of(tables)

    def test_columns_of_a_reference_table_may_be_declared_in_any_order(self):
        first, *others = BRANCHES.columns
        shelves = column(
            "shelves", Integer(0, 60), derived.formula(lambda size: 10 * size, "size", sentence="size x 10")
        )
        made = plan_of({**TABLES, "branches": replace(BRANCHES, columns=(first, shelves, *others))})
        assert made.reference["branches"].values["shelves"].tolist() == [20, 0, 60]


UNKNOWN_READS = {
    "a column": (
        "trusst",
        TableError,
        "readers.x draws on 'trusst': unknown column of readers 'trusst' ... Did you mean 'trust'?",
    ),
    "a column of an ancestor": ("homes.members", TableError, "readers.x draws on 'members': unknown column of homes"),
    "a table": ("home.member_count", TableError, "readers.x draws on table 'home': ... Did you mean 'homes'?"),
    "a word": (
        "genre=poetr",
        PlanError,
        "readers.x draws on 'genre=poetr': unknown word of genre 'poetr'. Available: crime, poetry, travel. "
        "Did you mean 'poetry'?",
    ),
    "a word of what has none": ("trust=high", PlanError, "unknown word of trust 'high'. Available: none"),
    "a parameter": (
        "$halff",
        ParameterError,
        "readers.x draws on unknown parameter of library 'halff' ... Did you mean 'half'?",
    ),
    "a pool": ("%first_name", CxdataError, "unknown pool 'first_name' ... Did you mean 'first_names'?"),
    "a table that is no ancestor": (
        "calls.minutes",
        PlanError,
        "readers.x draws on 'calls.minutes', but readers does not hang under calls. Ancestors: homes.",
    ),
    "a reference table without a link": (
        "branches.quality",
        PlanError,
        "readers.x draws on 'branches.quality', but readers does not hang under branches. Ancestors: homes.",
    ),
    "a look-up in what is no reference table": (
        "homes.member_count@home_id",
        PlanError,
        "readers.x looks up 'homes.member_count@home_id', but homes is no reference table.",
    ),
    "a look-up through what is no link": (
        "branches.quality@start",
        PlanError,
        "readers.x looks up 'branches.quality@start', but start is no foreign key of branches.",
    ),
    "a look-up through an unknown link": ("branches.quality@branch", TableError, "Did you mean 'branch_id'?"),
    "all of what is no reference table": ("homes.member_count[]", PlanError, "but homes is no reference table"),
    "a sum over what is no child": (
        "calls.minutes:sum",
        PlanError,
        "readers.x sums 'calls.minutes:sum', but calls is no child of readers.",
    ),
    "a sum of an unknown column": ("loans.fines:sum", TableError, "Did you mean 'fine'?"),
}


class TestErrorsAtPlanTime:
    @pytest.mark.parametrize(("text", "error", "message"), UNKNOWN_READS.values(), ids=UNKNOWN_READS)
    def test_a_recipe_cannot_read(self, text, error, message):
        with pytest.raises(error) as raised:
            plan_of(with_columns("readers", column("x", Number(1), Recipe(lambda u, x: x, (text,)))))
        assert [part for part in message.split(" ... ") if part not in str(raised.value)] == []
        assert "\n" not in str(raised.value)

    @pytest.mark.parametrize(
        ("tables", "message"),
        [
            (with_columns("readers", column("shop_id", ForeignKey("shops"))), "shops"),
            (with_columns("readers", column("call_id", ForeignKey("calls"))), "calls"),
            (with_columns("homes", column("branch_id", ForeignKey("branches"))), "branches"),
        ],
        ids=["to an unknown table", "to a table below", "to a reference table"],
    )
    def test_a_link_without_a_recipe_leads_to_an_ancestor(self, tables, message):
        with pytest.raises(CxdataError, match=message):
            plan_of(tables)

    def test_the_rate_of_noise_must_be_a_parameter(self):
        noisy = replace(READERS.column("first_name"), noise=(Noise("typo", "typo_rat"),))
        with pytest.raises(CxdataError, match="typo_rat"):
            plan_of(with_columns("readers", noisy))

    def test_the_horizon_of_arrivals_must_be_a_parameter(self):
        source = replace(LOANS.rows[0], horizon="horizonn")
        with pytest.raises(CxdataError, match="horizonn"):
            plan_of({**TABLES, "loans": replace(LOANS, rows=(source,))})

    @pytest.mark.parametrize(
        "rows",
        [(Reference(3), PerParent("loans", "noted", 1)), (Root(), PerParent("loans", "noted", 1)), (Root(),)],
        ids=["reference rows beside children", "root rows beside children", "a second root"],
    )
    def test_reference_and_root_rows_stand_alone_and_one_table_is_the_root(self, rows):
        with pytest.raises(CxdataError, match="visits"):
            plan_of({**TABLES, "visits": table("visits", rows)})

    @pytest.mark.parametrize(
        ("source", "error", "message"),
        [
            (PerParent("home", "member_count", 2), TableError, r"readers draws on table 'home'"),
            (PerParent("homes", "members", 2), TableError, r"readers draws on 'members': unknown column of homes"),
        ],
    )
    def test_rows_come_from_a_table_and_a_count_that_exist(self, source, error, message):
        with pytest.raises(error, match=message):
            plan_of({**TABLES, "readers": replace(READERS, rows=(source,))})

    def test_rows_are_counted_in_whole_numbers(self):
        tables = {**TABLES, "calls": replace(CALLS, rows=(PerParent("loans", "mood", 2),))}
        with pytest.raises(PlanError, match=r"calls: its rows are counted by loans\.mood, which must be whole"):
            plan_of(tables)

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            (replace(LOANS.rows[0], start="begin"), "loans draws on 'begin'"),
            (replace(LOANS.rows[0], gap="gaps"), "loans draws on 'gaps'"),
            (replace(LOANS.rows[0], at_once="keen"), "loans draws on 'keen'"),
        ],
    )
    def test_a_clock_starts_and_ticks_by_columns_that_exist(self, source, message):
        with pytest.raises(TableError, match=message):
            plan_of({**TABLES, "loans": replace(LOANS, rows=(source,))})

    def test_what_decides_which_rows_are_kept_cannot_sum_over_their_children(self):
        kept = column("still_reader", Boolean(), derived.copy("calls.is_long:any"), role="working")
        with pytest.raises(PlanError, match=r"loans\.still_reader decides which rows are kept, so it cannot sum"):
            plan_of(with_columns("loans", kept))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"root": "house"}, "unknown table 'house'"),
            ({"customers": "reader"}, "unknown table 'reader'.*Did you mean 'readers'"),
            ({"root": "readers", "customers": "readers"}, r"'readers' must have Root\(\) rows"),
            ({"customers": "loans"}, "'loans' must hang under the root 'homes'"),
        ],
    )
    def test_root_and_customers_are_tables_of_the_right_kind(self, changes, message):
        with pytest.raises(PlanError, match=message):
            plan_of(declared=scenario(**changes))

    @pytest.mark.parametrize("selected", [("reader",), ()])
    def test_only_tables_that_exist_can_be_selected_and_one_at_least(self, selected):
        with pytest.raises(TableError, match="Available: "):
            plan_of(selected=selected)

    @pytest.mark.parametrize("options", [{"customers": -1}, {"customers": 1.5}, {"seed": -1}, {"seed": 2**63}])
    def test_size_and_seed_are_whole_numbers_in_range(self, options):
        with pytest.raises(ConfigError, match="it must be a whole number from 0 to"):
            plan_of(**options)

    def test_an_unknown_override_is_refused_with_the_nearest_match(self):
        with pytest.raises(ParameterError, match=r"unknown parameter of library 'typorate'.*Did you mean 'typo_rate'"):
            plan_of(overrides={"typorate": 0.5})

    def test_an_override_takes_the_place_of_the_value(self):
        assert plan_of(overrides={"typo_rate": 0.5}).parameters["typo_rate"] == 0.5

    def test_parameters_that_contradict_each_other_are_refused_with_their_values_and_the_way_out(self):
        order = Constraint(
            sentence="quarter must not exceed half: lower quarter or raise half.",
            parameters=("quarter", "half"),
            holds=lambda quarter, half: quarter <= half,
        )
        declared = scenario(constraints=(order,))
        assert plan_of(declared=declared, overrides={"half": 0.25}).parameters["half"] == 0.25  # equal is allowed
        message = "contradict each other: quarter = 0.25, half = 0.2; quarter must not exceed half: lower quarter or"
        with pytest.raises(ParameterError, match=re.escape(message)):
            plan_of(declared=declared, overrides={"half": 0.2})
        with pytest.raises(ParameterError, match="a constraint reads an unknown parameter of library 'quarters'"):
            plan_of(declared=scenario(constraints=(replace(order, parameters=("quarters", "half")),)))

    def test_a_first_guess_at_what_is_still_to_be_solved_may_break_a_constraint(self):
        solved = Parameter(name="solved", calibrated=True, unit="number", meaning="Solved.")
        search = Bisection(parameter="solved", statistic=NOTHING, goal=0.0, low=3.0, high=5.0)
        positive = Constraint(
            sentence="solved must be positive.", parameters=("solved",), holds=lambda value: value > 0
        )
        usual = scenario()
        declared = replace(
            usual, parameters=(*usual.parameters, solved), calibrations=((search,),), constraints=(positive,)
        )
        assert starting_values(World(declared, TABLES, {}, vocabulary.load("fr_FR"), {})) == {"solved": 4.0}
        with pytest.raises(ParameterError, match="solved = 0; solved must be positive"):
            resolve_parameters(declared, {}, {"solved": 0.0}, {})

    def test_derived_parameters_follow_what_they_derive_from_and_not_in_circles(self):
        twice = Parameter(name="twice", derive=lambda x: 2 * x, inputs=("half",), unit="number", meaning="2 x half.")
        declared = scenario()
        more = replace(declared, parameters=(twice, *declared.parameters))
        assert plan_of(declared=more, overrides={"half": 0.75}).parameters["twice"] == 1.5
        circle = replace(declared, parameters=(replace(twice, inputs=("twice",)), *declared.parameters))
        with pytest.raises(ParameterError, match="in a circle: twice -> twice"):
            plan_of(declared=circle)


class TestKeys:
    def test_keys_are_unique_and_stand_for_the_place_of_the_row(self, state):
        for name in TABLES:
            keys = state.keys(name)
            assert len(np.unique(keys)) == len(keys) > 0
        readers, homes = state.frames["readers"], state.frames["homes"]
        assert (readers.place == homes.place[readers.lineage["homes"]] * 2 + readers.slot).all()
        assert (state.keys("readers") == readers.place + 1).all()
        assert state.keys("branches").tolist() == [1, 2, 3]

    def test_each_block_has_a_range_of_keys_of_its_own(self):
        later = state_of(plan_of(customers=3 * BLOCK_CUSTOMERS), 2)
        for name in TABLES:
            if name != "branches":
                keys = later.keys(name)
                assert keys.min() > 2 * KEYS_PER_BLOCK
                assert keys.max() <= 3 * KEYS_PER_BLOCK

    def test_tables_that_overflow_a_blocks_keys_are_refused(self):
        most = KEYS_PER_BLOCK // BLOCK_CUSTOMERS

        def with_slots(slots: int) -> Declared:
            lone = table("visits", PerParent("homes", "member_count", slots))
            return {**TABLES, "visits": lone}

        assert plan_of(with_slots(most - 1)).capacity["visits"] == (most - 1) * BLOCK_CUSTOMERS
        with pytest.raises(
            PlanError, match=r"'visits' can hold 4,294,967,296 rows in a block; keys allow 4,294,967,295"
        ):
            plan_of(with_slots(most))

    def test_a_deep_family_overflows_too(self):
        deep = table("pages", PerParent("notes", "source", 100_000))
        with pytest.raises(PlanError, match="'pages' can hold"):
            plan_of({**TABLES, "pages": deep})

    def test_links_lead_to_the_parents_key(self, state):
        calls, loans = state.frames["calls"], state.frames["loans"]
        assert (state.fill("calls", "loan_id") == state.keys("loans")[calls.lineage["loans"]]).all()
        assert (state.fill("loans", "reader_id") == state.keys("readers")[loans.lineage["readers"]]).all()


class TestAddresses:
    """The place from which every draw comes: a promise to users, since it decides every value."""

    def test_rows_are_addressed_by_seed_root_slot_and_the_tables_between(self, state):
        later = state_of(plan_of(customers=2 * BLOCK_CUSTOMERS), 1)
        for block in (state, later):
            homes, readers, loans = (block.frames[name] for name in ("homes", "readers", "loans"))
            index = block.index * BLOCK_CUSTOMERS + homes.place
            assert (homes.address == streams.root_addresses(streams.key("library", SEED), index)).all()
            of_home = homes.address[readers.lineage["homes"]]
            of_reader = readers.address[loans.lineage["readers"]]
            by_home = streams.child_addresses(of_home, streams.key("readers", "homes"), readers.slot)
            by_reader = streams.child_addresses(of_reader, streams.key("loans", "readers"), loans.slot)
            assert (readers.address == by_home).all()
            assert (loans.address == by_reader).all()

    def test_a_row_under_several_parents_is_addressed_by_its_own(self, state):
        notes = state.frames["notes"]
        for number, name in enumerate(("loans", "calls")):
            own = notes.source == number
            parents = state.frames[name].address[notes.lineage[name][own]]
            expected = streams.child_addresses(parents, streams.key("notes", name), notes.slot[own])
            assert (notes.address[own] == expected).all()

    def test_reference_rows_are_addressed_by_seed_and_table(self, plan):
        expected = streams.root_addresses(streams.key("library", SEED, "branches"), np.arange(3))
        assert (plan.reference["branches"].address == expected).all()

    def test_a_cell_is_drawn_at_its_rows_address_under_the_names_of_table_and_column(self, state):
        readers, loans = state.frames["readers"], state.frames["loans"]
        u = streams.uniforms(readers.address, streams.key("readers", "is_keen"), 1)
        assert (readers.values["is_keen"] == (u < PARAMETERS["half"])).all()
        u = streams.uniforms(loans.address, streams.key("loans", "fine"), 1)
        assert (loans.values["fine"] == (u * 21).astype(int)).all()


class TestRows:
    def test_a_block_holds_exactly_its_customers_and_their_homes_alone(self, state):
        readers, homes = state.frames["readers"], state.frames["homes"]
        assert len(readers) == BLOCK_CUSTOMERS
        assert set(readers.lineage["homes"]) == set(range(len(homes)))

    def test_a_run_that_ends_inside_a_block_makes_no_home_beyond_its_last_customer(self, small):
        readers, homes = small.frames["readers"], small.frames["homes"]
        of_run = readers.lineage["homes"][:CUSTOMERS]
        assert set(of_run) == set(range(len(homes)))
        assert CUSTOMERS <= len(readers) <= CUSTOMERS + 1  # a home at the end stays whole, and holds two at most
        assert small.in_run("readers").sum() == CUSTOMERS

    def test_every_value_of_a_small_run_is_the_one_of_a_large_run(self, small, state):
        for name in TABLES:
            few, many = (frame(one, name).set_index("key") for one in (small, state))
            columns = [one for one in few if not one.startswith("row of ") and one != "parent_row"]
            assert 0 < len(few) < len(many) or name == "branches"
            pd.testing.assert_frame_equal(few[columns], many.loc[few.index, columns])

    def test_a_customer_on_the_root_is_cut_off_at_the_runs_end(self):
        lone = table("readers", Root(), column("is_keen", Boolean(), numeric.chance("$half")))
        alone = scenario((), root="readers", customers="readers")
        few, many = (state_of(plan_of({"readers": lone}, alone, customers=size)) for size in (CUSTOMERS, 9_000))
        assert len(few.frames["readers"]) == CUSTOMERS
        assert (few.frames["readers"].values["is_keen"] == many.frames["readers"].values["is_keen"][:CUSTOMERS]).all()

    def test_children_are_as_many_as_counted_and_slots_allow(self, state):
        per_home = np.bincount(state.frames["readers"].lineage["homes"])
        counted = np.minimum(state.frames["homes"].values["member_count"], 2)
        assert (per_home[:-1] == counted[:-1]).all()  # the last home may be cut at the block's end
        assert per_home[-1] <= counted[-1]
        per_loan = np.bincount(state.frames["calls"].lineage["loans"], minlength=len(state.frames["loans"]))
        assert (per_loan == np.minimum(state.frames["loans"].values["call_count"], 2)).all()

    def test_a_run_is_cut_by_customer_and_keeps_their_families_whole(self, block, state):
        readers = block.observed["readers"]
        assert readers.num_rows == CUSTOMERS
        assert set(block.observed["homes"]["home_id"].to_pylist()) == set(readers["home_id"].to_pylist())
        assert set(block.observed["loans"]["reader_id"].to_pylist()) <= set(readers["reader_id"].to_pylist())
        of_run = state.frames["loans"].lineage["readers"] < CUSTOMERS
        assert block.observed["loans"].num_rows == of_run.sum()

    def test_a_small_run_is_a_prefix_of_a_large_one(self, block):
        large = generate_block(plan_of(customers=BLOCK_CUSTOMERS), 0)
        for small, full in ((block.observed, large.observed), (block.truth, large.truth)):
            for name in small.keys() - {"noise"}:  # which lists its cells by column
                assert plain(full[name].slice(0, small[name].num_rows)).equals(plain(small[name]))
                assert name == "branches" or full[name].num_rows > small[name].num_rows

    def test_a_run_without_customers_has_headers_alone_beside_reference_tables(self):
        empty = generate_block(plan_of(customers=0), 0)
        sizes = {name: one.num_rows for name, one in (empty.observed | empty.truth).items()}
        assert sizes.pop("branches") == 3
        assert set(sizes.values()) == {0}

    def test_reference_tables_come_once_whatever_the_size(self, plan):
        assert generate_block(plan, 1).observed["branches"].num_rows == 0


class TestKeep:
    def test_rows_after_the_first_event_never_happened(self, state, unkept):
        kept, everything = frame(state, "loans"), frame(unkept, "loans")
        expected = []
        for _, family in everything.sort_values("slot of row").groupby("row of readers"):
            left_before = family["left"].cumsum() - family["left"]
            expected += family.loc[left_before == 0, "key"].tolist()
        assert 0 < len(kept) < len(everything)
        assert sorted(expected) == sorted(kept["key"])

    def test_what_is_kept_has_the_values_it_would_have_had(self, state, unkept):
        kept, everything = (frame(one, "loans").set_index("key") for one in (state, unkept))
        values = ["clock", "mood", "answer", "overdue", "fine", "left", "noted", "call_count"]
        pd.testing.assert_frame_equal(kept[values], everything.loc[kept.index, values])

    def test_text_that_helps_to_decide_is_dropped_with_its_row(self):
        token = column("token", Text("token"), reserved.token("L"))
        kept = derived.formula(lambda token, left: ~left, "token", "left", sentence="not left")
        made = state_of(plan_of(with_columns("loans", token, column("still_reader", Boolean(), kept, role="working"))))
        loans = made.frames["loans"]
        assert not loans.values["left"].any()
        assert loans.values["token"].equals(made.fill("loans", "token"))

    def test_children_and_sums_know_the_kept_rows_alone(self, state):
        assert state.frames["calls"].lineage["loans"].max() < len(state.frames["loans"])
        counted = np.bincount(state.frames["loans"].lineage["readers"], minlength=len(state.frames["readers"]))
        assert (state.frames["readers"].values["loan_count"] == counted).all()


LATE_START = column(
    "start",
    Integer(0, 999),
    derived.formula(lambda keen: np.full(len(keen), 999), "is_keen", sentence="999"),
    role="working",
)
NOBODY_ARRIVES = with_columns("readers", LATE_START)


class TestArrivals:
    def test_each_parents_clock_is_the_renewal_process_of_its_own_uniforms(self, unkept):
        parents = unkept.frames["readers"]
        table_key, clock_key = streams.key("loans", "readers"), streams.key("loans", "clock")
        found = frame(unkept, "loans").groupby("row of readers")["clock"].apply(list).to_dict()
        for row in range(200):
            clock, gap = int(parents.values["start"][row]), float(parents.values["gap"][row])
            expected: list[int] = []
            while len(expected) < 6:
                slot = np.array([len(expected)])
                address = streams.child_addresses(parents.address[row : row + 1], table_key, slot)
                clock += 1 + int(np.rint(gap * lookup.exponential(streams.uniforms(address, clock_key, 1)))[0])
                if clock >= PARAMETERS["horizon"]:
                    break
                expected.append(clock)
            assert found.get(row, []) == expected

    def test_arrivals_follow_each_other_from_the_start_to_the_horizon(self, unkept):
        loans = frame(unkept, "loans")
        start = unkept.frames["readers"].values["start"][loans["row of readers"]]
        assert (loans["clock"] > start).all()
        assert (loans["clock"] < PARAMETERS["horizon"]).all()
        family = loans.groupby("row of readers")
        assert loans["row of readers"].is_monotonic_increasing
        assert (loans["slot of row"] == family.cumcount()).all()
        assert (family["clock"].diff().dropna() > 0).all()
        assert loans["slot of row"].max() == LOANS.rows[0].slots - 1

    def test_gaps_average_the_parents_gap(self, unkept):
        first = frame(unkept, "loans").query("`slot of row` == 0")
        parents = frame(unkept, "readers").loc[first["row of readers"]]
        # Starts so early and gaps so short that the horizon hides no first arrival: exp(-20) of them at most.
        seen = ((parents["start"] < 200) & (parents["gap"] <= 10)).to_numpy()
        waits = first["clock"].to_numpy() - parents["start"].to_numpy() - 1 - parents["gap"].to_numpy()
        # An exponential's spread is its mean. Rounding to whole ticks shifts the mean by less than a tick's 24th part.
        error = np.sqrt(np.square(parents["gap"].to_numpy()[seen]).sum())
        assert seen.sum() > 200
        assert abs(waits[seen].sum()) < 4 * error + seen.sum() / 24

    def test_where_a_claim_says_so_the_first_arrival_comes_at_the_start(self, unkept):
        at_once = replace(LOANS, keep=None, rows=(replace(LOANS.rows[0], at_once="is_keen"),))
        prompt, usual = (
            frame(one, "loans")
            for one in (state_of(plan_of({**TABLES, "loans": at_once}, customers=BLOCK_CUSTOMERS)), unkept)
        )
        first = prompt.query("`slot of row` == 0").set_index("row of readers")
        readers = unkept.frames["readers"].values
        keen, start = readers["is_keen"][first.index], readers["start"][first.index]
        assert (first["clock"][keen] == start[keen] + 1).all()
        before = usual.query("`slot of row` == 0").set_index("row of readers")["clock"]
        others = first.index[~keen]
        assert (first.loc[others, "clock"] == before[others]).all()
        # The gaps after the first arrival are those of the usual world.
        gaps = [one.groupby("row of readers")["clock"].diff() for one in (prompt, usual)]
        both = [
            one.assign(gap=gap).set_index("key")["gap"].dropna() for one, gap in zip((prompt, usual), gaps, strict=True)
        ]
        common = both[0].index.intersection(both[1].index)
        assert len(common) > 1000
        assert (both[0][common] == both[1][common]).all()

    def test_nobody_arrives_where_every_clock_starts_too_late(self):
        empty = generate_block(plan_of(NOBODY_ARRIVES), 0)
        assert [empty.observed[name].num_rows for name in ("loans", "calls", "notes")] == [0, 0, 0]
        assert empty.observed["readers"]["loan_count"].to_pylist() == [0] * CUSTOMERS


class TestSeveralParents:
    def test_a_row_under_the_first_parent_has_no_ancestor_of_the_second(self, state):
        notes = state.frames["notes"]
        assert ((notes.lineage["calls"] == -1) == (notes.source == 0)).all()
        assert (notes.lineage["loans"] >= 0).all()
        assert set(notes.source) == {0, 1}

    def test_an_optional_link_is_empty_there_and_others_are_not(self, block):
        notes = block.observed["notes"].to_pandas()
        assert (notes["call_id"].isna() == (notes["source"] == 0)).all()
        assert notes["loan_id"].notna().all()
        assert set(notes["call_id"].dropna()) <= set(block.observed["calls"]["call_id"].to_pylist())

    def test_what_is_read_from_an_absent_parent_is_nothing(self, state):
        notes = frame(state, "notes")
        absent = notes["source"] == 0
        assert (notes.loc[absent, "minutes"] == 0).all()
        assert not notes.loc[absent, "is_long"].any()
        minutes = state.frames["calls"].values["minutes"]
        assert (notes.loc[~absent, "minutes"] == minutes[notes.loc[~absent, "row of calls"]]).all()

    def test_the_index_of_the_parent_row_is_that_of_its_own_parent(self, state):
        notes = frame(state, "notes")
        own = np.where(notes["source"] == 0, notes["row of loans"], notes["row of calls"])
        assert (notes["parent_row"] == own).all()

    def test_rows_stand_by_customer_and_keys_do_not_clash(self, state):
        notes = frame(state, "notes")
        assert notes["row of readers"].is_monotonic_increasing
        assert notes["key"].is_unique

    def test_each_parent_counts_its_own(self, state):
        notes = frame(state, "notes")
        for number, name in enumerate(("loans", "calls")):
            found = np.bincount(
                notes.loc[notes["source"] == number, f"row of {name}"], minlength=len(state.frames[name])
            )
            assert (found == state.frames[name].values["noted"]).all()

    def test_arrivals_on_the_clocks_of_two_parents_keep_their_ticks(self):
        by_reader = Arrivals("readers", start="start", gap="gap", horizon="horizon", clock="clock", slots=2)
        by_loan = replace(by_reader, parent="loans", start="fine", gap="fine_gap")
        gap = column("fine_gap", Integer(1, 21), derived.formula(lambda fine: 1 + fine, "fine", sentence="fine + 1"))
        visits = table("visits", (by_reader, by_loan), column("clock", Integer(0, 400)))
        made = frame(state_of(plan_of({**with_columns("loans", gap), "visits": visits})), "visits")
        for source in ("row of readers", "row of loans"):
            family = made[made["row of loans"].ge(0) == (source == "row of loans")].groupby(source)["clock"]
            assert (family.diff().dropna() > 0).all()
            assert family.size().max() == 2

    @pytest.mark.parametrize(
        "of_homes",
        [
            PerParent("homes", "visit_count", 2),
            Arrivals("homes", start="visit_count", gap="pause", horizon="horizon", clock="clock", slots=2),
        ],
        ids=["counted", "arriving"],
    )
    def test_rows_under_the_root_beside_rows_under_customers_are_those_of_the_runs_homes(self, of_homes):
        of_readers = replace(LOANS.rows[0], slots=2)
        home = column("home_id", ForeignKey("homes"))
        visits = table("visits", (of_readers, of_homes), home, column("clock", Integer(0, 400), role="working"))
        pause = derived.formula(lambda count: 1 + count, "visit_count", sentence="visit_count + 1")
        more = with_columns(
            "homes", column("visit_count", Integer(0, 3), up_to(3)), column("pause", Integer(1, 4), pause)
        )
        made = generate_block(plan_of({**more, "visits": visits}), 0).observed
        assert set(made["visits"]["home_id"].to_pylist()) <= set(made["homes"]["home_id"].to_pylist())
        assert generate_block(plan_of({**more, "visits": visits}, customers=0), 0).observed["visits"].num_rows == 0

    def test_the_root_is_not_asked_for_the_counts_of_other_parents(self):
        sources = (PerParent("readers", "loan_count", 2), PerParent("homes", "member_count", 1))
        visits = table("visits", sources, column("home_id", ForeignKey("homes")))
        state = state_of(plan_of({**TABLES, "visits": visits}))
        of_readers = np.minimum(state.frames["readers"].values["loan_count"], 2).sum()
        assert len(state.frames["visits"]) == of_readers + len(state.frames["homes"])

    def test_two_kinds_of_children_under_one_parent_are_refused_or_drawn_apart(self):
        twice = (PerParent("loans", "noted", 1), PerParent("loans", "call_count", 2))
        try:
            made = state_of(plan_of({**TABLES, "visits": table("visits", twice)}))
        except CxdataError:
            return
        addresses = made.frames["visits"].address
        assert len(np.unique(addresses)) == len(addresses)


class TestReads:
    def test_a_look_up_follows_its_link(self, state):
        readers = frame(state, "readers")
        assert set(readers["branch_id"]) == {1, 3}  # the second branch has no size
        assert (readers["branch_quality"] == readers["branch_id"].map({1: 0.5, 3: -2.5})).all()
        assert readers["in_town"].all()

    def test_a_whole_reference_column_is_read_as_it_stands(self):
        total = derived.formula(
            lambda sizes, start: np.full(len(start), sizes.sum()), "branches.size[]", "start", sentence=""
        )
        towns = derived.formula(
            lambda town, start: np.full(len(start), town.sum()), "branches.place[]=town", "start", sentence=""
        )
        made = state_of(
            plan_of(with_columns("readers", column("all", Integer(0, 9), total), column("towns", Integer(0, 3), towns)))
        )
        assert set(made.frames["readers"].values["all"]) == {8}
        assert set(made.frames["readers"].values["towns"]) == {2}

    def test_a_claim_about_a_word_is_true_where_it_stands(self):
        made = state_of(plan_of(with_columns("readers", column("likes_crime", Boolean(), derived.copy("genre=crime")))))
        readers = made.frames["readers"].values
        assert (readers["likes_crime"] == (readers["genre"] == 0)).all()

    def test_a_number_is_rounded_to_its_places_and_held_in_its_bounds(self):
        held = Number(1, 0.0, 0.7)
        raw = derived.draw(lambda u: u * 2 - 0.5, sentence="-0.5 to 1.5")
        made = state_of(plan_of(with_columns("readers", column("held", held, raw), column("raw", Number(1), raw))))
        values = made.frames["readers"].values
        assert (values["held"].min(), values["held"].max()) == (0.0, 0.7)
        assert (values["raw"] == np.round(values["raw"], 1)).all()
        assert values["raw"].max() == pytest.approx(1.5)

    def test_one_value_serves_every_row(self):
        made = state_of(plan_of(with_columns("readers", column("same", Number(1), numeric.score("$half", {})))))
        assert set(made.frames["readers"].values["same"]) == {0.5}

    @pytest.mark.parametrize("text", ["loans.overdue", "loans.call_count", "loans.mood"])
    def test_what_is_read_of_a_table_without_rows_keeps_its_type(self, state, text):
        empty = state_of(plan_of(NOBODY_ARRIVES))
        assert len(empty.frames["loans"]) == 0
        usual = state.frames["loans"].values[text.removeprefix("loans.")].dtype
        assert empty.read("notes", parse_input(text)).dtype == usual

    def test_text_of_an_ancestor_can_be_copied(self):
        made = state_of(plan_of(with_columns("loans", column("token", Text("token"), derived.copy("readers.token")))))
        tokens = made.frames["readers"].values["token"].to_pylist()
        copied = made.frames["loans"].values["token"].to_pylist()
        assert copied == [tokens[row] for row in made.frames["loans"].lineage["readers"]]


class TestAggregates:
    @pytest.mark.parametrize(
        ("name", "of", "how"),
        [
            ("loan_count", "fine", "count"),
            ("fines", "fine", "sum"),
            ("greatest_fine", "fine", "max"),
            ("was_overdue", "overdue", "max"),
            ("overdue_count", "overdue", "sum"),
        ],
    )
    def test_children_are_summed_up_and_no_children_are_nothing(self, state, name, of, how):
        readers, loans = frame(state, "readers"), frame(state, "loans")
        expected = loans.astype({"overdue": int}).groupby("row of readers")[of].agg(how)
        assert len(expected) < len(readers)
        assert readers[name].tolist() == expected.reindex(readers.index, fill_value=0).tolist()

    def test_a_sum_of_a_claim_about_a_word_is_refused(self):
        with pytest.raises(CxdataError, match="an aggregate takes no word"):
            column("crime_readers", Integer(0, 2), derived.copy("readers.genre:sum=crime"))

    def test_the_greatest_of_negative_numbers_is_negative(self, state):
        readers, loans = frame(state, "readers"), frame(state, "loans")
        expected = loans.groupby("row of readers")["worry"].max()
        assert readers.loc[expected.index, "least_worry"].tolist() == expected.tolist()


class TestPublished:
    def test_cells_are_empty_where_their_claim_is_false_and_full_elsewhere(self, block):
        loans = block.observed["loans"].to_pandas()
        assert (loans["fine"].isna() == ~loans["overdue"]).all()
        assert loans["overdue"].any()

    def test_the_value_behind_an_empty_cell_exists(self, state):
        loans = state.frames["loans"].values
        assert set(loans["fine"][~loans["overdue"]]) == set(range(21))

    def test_latent_columns_go_to_the_truth_alone_and_working_ones_nowhere(self, block):
        assert block.truth["latents/readers"].column_names == ["reader_id", "trust"]
        assert block.truth["latents/loans"].column_names == ["loan_id", "answer"]
        for name, one in TABLES.items():
            assert block.observed[name].column_names == [column.name for column in one.observed]
        written = {name for one in (block.observed | block.truth).values() for name in one.column_names}
        assert written.isdisjoint(
            {column.name for one in TABLES.values() for column in one.columns if column.role == "working"} - {"noted"}
        )

    def test_latents_have_a_row_for_each_published_one(self, block):
        for name in ("readers", "loans"):
            assert block.truth[f"latents/{name}"].column(0).equals(block.observed[name].column(0))

    def test_without_truth_there_is_none_and_the_tables_are_the_same(self, block):
        bare = generate_block(plan_of(truth=False), 0)
        assert bare.truth == {}
        assert bare.effects == {}
        assert all(bare.observed[name].equals(one) for name, one in block.observed.items())


def one_at_a_time(state: BlockState, path: EffectPath, unit: int, value: bool) -> np.ndarray:
    """Return every row's outcome when one unit's treatment alone is set, everything else staying as generated."""
    treatment = path.effect.treatment.partition(".")[2]
    table = path.effect.table
    switched = state.frames[table].values[treatment].copy()
    switched[unit] = value
    overlay: dict[tuple[str, str], Any] = {(table, treatment): switched}
    for step in path.steps:
        overlay[step] = state.fill(*step, overlay)
    return overlay[table, path.effect.outcome]


WORLDS: dict[str, Callable[[], Plan]] = {
    "library": plan_of,
    "tilmarenne": lambda: api.plan(RunConfig(scenario="tilmarenne", customers=CUSTOMERS)),
    "aldeane": lambda: api.plan(RunConfig(scenario="aldeane", customers=CUSTOMERS)),
}


@pytest.fixture(scope="module", params=WORLDS)
def world(request) -> BlockState:
    return state_of(WORLDS[request.param]())


class TestPotentialOutcomes:
    def test_switching_all_units_at_once_equals_switching_each_alone(self, world):
        for path in world.plan.effects:
            generated = world.frames[path.effect.table].values[path.effect.outcome]
            all_at_once = potential_outcomes(world, path)
            units = np.flatnonzero(world.frames[path.effect.table].values[path.effect.population])
            for unit in units[:: max(1, len(units) // 12)][:12]:
                for value, expected in ((False, all_at_once.without), (True, all_at_once.having)):
                    found = one_at_a_time(world, path, unit, value)
                    assert found[unit] == expected[unit]
                    untouched = np.arange(len(found)) != unit
                    assert (found[untouched] == generated[untouched]).all()

    def test_the_outcome_under_the_treatment_as_it_was_is_the_generated_one(self, world):
        for path in world.plan.effects:
            found = potential_outcomes(world, path)
            generated = world.frames[path.effect.table].values[path.effect.outcome]
            assert (np.where(found.treated, found.having, found.without) == generated).all()
            assert (found.having != found.without).any()

    def test_the_path_runs_from_treatment_to_outcome(self, plan):
        assert plan.effects[0].steps == (("loans", "mood"), ("loans", "answer"))

    def test_an_effect_set_to_zero_changes_nobody(self):
        still = state_of(plan_of(overrides={"overdue_on_mood": 0.0}))
        found = potential_outcomes(still, still.plan.effects[0])
        assert (found.having == found.without).all()

    def test_what_follows_from_a_switched_link_is_looked_up_anew(self):
        moved = column(
            "branch_id",
            ForeignKey("branches"),
            derived.formula(
                lambda keen, half: 1 + (keen * 4 * half).astype(np.int64), "is_keen", "$half", sentence="1 or 3"
            ),
        )
        outcome = column("outcome", Number(1), derived.copy("branches.quality@branch_id"), role="latent")
        effect = replace(
            OVERDUE, treatment="readers.is_keen", outcome="outcome", population="is_keen", coefficients=("half",)
        )
        made = state_of(plan_of(with_columns("readers", moved, outcome), scenario((effect,))))
        found = potential_outcomes(made, made.plan.effects[0])
        assert (set(found.without), set(found.having)) == ({0.5}, {-2.5})

    def test_the_truth_table_and_the_sums_say_the_same(self, block):
        rows = block.truth["effects/overdue_on_answer"].to_pandas()
        assert list(rows) == ["loan_id", "overdue", "answer_untreated", "answer_treated"]
        loans = block.observed["loans"].to_pandas().set_index("loan_id")
        assert (loans.loc[rows["loan_id"], "overdue"].to_numpy() == rows["overdue"]).all()
        gain = rows["answer_treated"] - rows["answer_untreated"]
        expected = EffectSums(
            units=len(rows),
            treated=int(rows["overdue"].sum()),
            difference=gain.sum(),
            difference_squared=(gain**2).sum(),
            difference_treated=gain[rows["overdue"]].sum(),
            outcome_treated=rows.loc[rows["overdue"], "answer_treated"].sum(),
            outcome_untreated=rows.loc[~rows["overdue"], "answer_untreated"].sum(),
        )
        assert block.effects["overdue_on_answer"] == expected

    def test_its_units_are_the_population_in_the_run(self, block, state):
        counted = state.frames["loans"].values["counts"] & (state.frames["loans"].lineage["readers"] < CUSTOMERS)
        keys = state.keys("loans")[counted]
        assert block.truth["effects/overdue_on_answer"]["loan_id"].to_pylist() == keys.tolist()

    def test_sums_of_blocks_add_up(self):
        one, other = EffectSums(1, 1, 2.0, 4.0, 2.0, 7.0, 0.0), EffectSums(2, 0, 1.0, 1.0, 0.0, 0.0, 9.0)
        assert one + other == EffectSums(3, 1, 3.0, 5.0, 2.0, 7.0, 9.0)
        assert one + EffectSums() == one


ROW_MIXING = {
    "a sum over rows": (
        {
            **with_columns("readers", column("worst", Integer(0, 99), derived.copy("loans.answer:max"))),
            "loans": replace(
                LOANS,
                columns=(*LOANS.columns, column("later", Number(1), derived.copy("readers.worst"), role="latent")),
            ),
        },
        "readers.worst mixes rows",
    ),
    "siblings": (
        with_columns(
            "loans",
            column("later", Boolean(), Recipe(lambda u, x: x["overdue"], ("overdue", "#parent")), role="latent"),
        ),
        "loans.later mixes rows",
    ),
}


class TestEffectsRefused:
    @pytest.mark.parametrize(("tables", "message"), ROW_MIXING.values(), ids=ROW_MIXING)
    def test_a_path_that_mixes_rows(self, tables, message):
        effect = replace(OVERDUE, outcome="later", coefficients=())
        with pytest.raises(
            PlanError, match=f"effect overdue_on_answer: {message}, so one unit cannot be switched alone"
        ):
            plan_of(tables, scenario((effect,)))

    def test_a_path_through_what_came_before_the_unit_which_stays_as_it_was(self):
        # An overdue loan can move what later siblings count, and nothing in its own row.
        before = column("later", Boolean(), derived.none_before("overdue"), role="latent")
        effect = replace(OVERDUE, outcome="later", coefficients=())
        with pytest.raises(PlanError, match=re.escape("loans.overdue does not reach loans.later")):
            plan_of(with_columns("loans", before), scenario((effect,)))

    @pytest.mark.parametrize("idle", ["typo_rate", "quarter", "no_such"])
    def test_a_coefficient_that_plays_no_part(self, idle):
        effect = replace(OVERDUE, coefficients=("overdue_on_mood", idle))
        message = f"parameter '{idle}' has no part between loans.overdue and loans.answer. Parameters there: half, over"
        with pytest.raises(PlanError, match=re.escape(message)):
            plan_of(declared=scenario((effect,)))

    def test_a_treatment_that_does_not_reach_the_outcome(self):
        effect = replace(OVERDUE, treatment="loans.left", coefficients=())
        with pytest.raises(PlanError, match=re.escape("loans.left does not reach loans.answer")):
            plan_of(declared=scenario((effect,)))

    @pytest.mark.parametrize(
        ("changes", "name"), [({"treatment": "loans.fine"}, "fine"), ({"population": "mood"}, "mood")]
    )
    def test_a_treatment_or_population_that_is_no_claim(self, changes, name):
        with pytest.raises(PlanError, match=rf"effect overdue_on_answer: loans\.{name} must be Boolean"):
            plan_of(declared=scenario((replace(OVERDUE, **changes),)))

    @pytest.mark.parametrize(
        ("changes", "nearest"),
        [
            ({"treatment": "loans.overdu"}, "overdue"),
            ({"outcome": "answers"}, "answer"),
            ({"population": "count"}, "counts"),
            ({"treatment": "loan.overdue"}, "loans"),
        ],
    )
    def test_a_column_or_table_that_does_not_exist(self, changes, nearest):
        with pytest.raises(TableError, match=rf"effect overdue_on_answer draws on .*Did you mean '{nearest}'"):
            plan_of(declared=scenario((replace(OVERDUE, **changes),)))


NOISY = [(one, kind) for one in READERS.columns for kind in one.noise]
SILENT = {"typo_rate": 0.0, "blank_rate": 0.0}


def restored(recorded: pa.Table, changes: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a table's columns as text with every change undone, the last one first."""
    cells = {name: recorded[name].cast(pa.string()).to_pylist() for name in recorded.column_names}
    place = {key: row for row, key in enumerate(recorded.column(0).to_pylist())}
    for change in reversed(list(changes.itertuples())):
        cells[change.column_name][place[change.row_key]] = change.clean
    return cells


@pytest.fixture(scope="module")
def noisy() -> tuple[pa.Table, pa.Table, pd.DataFrame]:
    """Return a full block's readers as recorded and as they were, and the list of changes."""
    made = generate_block(plan_of(customers=BLOCK_CUSTOMERS), 0)
    clean = generate_block(plan_of(customers=BLOCK_CUSTOMERS, overrides=SILENT), 0)
    assert clean.truth["noise"].num_rows == 0
    return made.observed["readers"], clean.observed["readers"], made.truth["noise"].to_pandas()


class TestNoise:
    @pytest.mark.parametrize(("column", "kind"), NOISY, ids=[f"{one.name} {kind.kind}" for one, kind in NOISY])
    def test_it_strikes_full_cells_at_its_rate(self, noisy, column, kind):
        _, clean, changes = noisy
        struck = ((changes["column_name"] == column.name) & (changes["noise"] == kind.kind)).sum()
        cells = clean.num_rows - clean[column.name].null_count
        rate = PARAMETERS[kind.rate]
        assert abs(struck - rate * cells) < 4 * np.sqrt(rate * (1 - rate) * cells)

    @pytest.mark.parametrize(("one", "other"), list(combinations(NOISY, 2)), ids=lambda noisy: noisy[0].name)
    def test_kinds_and_columns_are_struck_apart(self, noisy, one, other):
        _, clean, changes = noisy
        full = [set(clean.filter(clean[column.name].is_valid())["reader_id"].to_pylist()) for column, _ in (one, other)]
        struck = [
            set(changes.query("column_name == @column.name and noise == @kind.kind")["row_key"])
            for column, kind in (one, other)
        ]
        cells = len(full[0] & full[1])
        rate = PARAMETERS[one[1].rate] * PARAMETERS[other[1].rate]
        assert abs(len(struck[0] & struck[1]) - rate * cells) < 4 * np.sqrt(rate * (1 - rate) * cells)

    def test_its_list_of_changes_restores_the_clean_table_exactly(self, noisy):
        recorded, clean, changes = noisy
        assert not recorded.equals(clean)
        expected = {name: clean[name].cast(pa.string()).to_pylist() for name in clean.column_names}
        assert restored(recorded, changes) == expected

    def test_it_lists_every_cell_that_it_changed_and_no_other(self, noisy):
        recorded, clean, changes = noisy
        differ = set()
        for name in clean.column_names:
            was, now = (one[name].cast(pa.string()).to_pylist() for one in (clean, recorded))
            differ |= {(key, name) for key, a, b in zip(clean[0].to_pylist(), was, now, strict=True) if a != b}
        assert set(zip(changes["row_key"], changes["column_name"], strict=True)) == differ
        assert set(changes["table_name"]) == {"readers"}

    def test_a_blank_empties_the_cell_whatever_its_type(self, noisy):
        recorded, _, changes = noisy
        readers = recorded.to_pandas().set_index("reader_id")
        blanks = changes[changes["noise"] == "blank"]
        assert set(blanks["column_name"]) == {"last_name", "joined_on", "token"}
        for name, struck in blanks.groupby("column_name"):
            assert readers.loc[struck["row_key"], name].isna().all()

    def test_a_second_kind_of_noise_strikes_what_the_first_has_left(self, noisy):
        _, _, changes = noisy
        twice = changes[changes["column_name"] == "last_name"].groupby("row_key").filter(lambda rows: len(rows) == 2)
        assert len(twice) > 0
        for _, pair in twice.groupby("row_key"):
            first, second = pair["clean"]
            assert pair["noise"].tolist() == ["typo", "blank"]
            assert abs(len(first) - len(second)) <= 1
            assert first[0] == second[0]

    def test_one_columns_noise_moves_no_other_column(self, noisy):
        recorded, _, _ = noisy
        some = generate_block(plan_of(customers=BLOCK_CUSTOMERS, overrides={"blank_rate": 0.0}), 0).observed["readers"]
        assert some["first_name"].equals(recorded["first_name"])
        assert not some["joined_on"].equals(recorded["joined_on"])

    def test_a_rate_of_one_strikes_every_full_cell(self):
        made = generate_block(plan_of(overrides={"blank_rate": 1.0}), 0)
        assert made.observed["readers"]["joined_on"].null_count == CUSTOMERS
        assert made.observed["readers"]["token"].null_count == CUSTOMERS

    def test_the_truth_behind_noise_is_untouched(self, block):
        silent = generate_block(plan_of(overrides=SILENT), 0)
        for name, one in block.truth.items():
            if name != "noise":
                assert one.equals(silent.truth[name])


WORDS = st.text(st.characters(categories=["L"], include_characters="-' "), min_size=1, max_size=20)
UNIFORMS = st.floats(0.0, 1.0, exclude_max=True)
reproducible = settings(derandomize=True)


class TestTypo:
    @reproducible
    @given(WORDS, UNIFORMS)
    def test_a_slip_keeps_the_first_letter_and_the_length_within_one_and_adds_no_letter(self, word, u):
        slip = typo(word, u)
        assert slip[0] == word[0]
        assert abs(len(slip) - len(word)) <= 1
        assert set(slip) <= set(word)

    @reproducible
    @given(WORDS, UNIFORMS)
    def test_a_slip_swaps_drops_or_doubles_one_letter(self, word, u):
        slips = {word} if len(word) < 3 else set()
        for place in range(1, len(word) - 1):
            slips.add(word[:place] + word[place + 1] + word[place] + word[place + 2 :])
            slips.add(word[:place] + word[place + 1 :])
            slips.add(word[: place + 1] + word[place:])
        assert typo(word, u) in slips

    def test_each_kind_has_a_third_of_the_uniforms(self):
        slips = [typo("abcd", (n + 0.5) / 6) for n in range(6)]
        assert slips == ["acbd", "abdc", "acd", "abd", "abbcd", "abccd"]

    @pytest.mark.parametrize("word", ["", "a", "Al"])
    def test_a_word_too_short_to_slip_in_stays(self, word):
        assert {typo(word, u) for u in (0.0, 0.5, np.nextafter(1.0, 0.0))} == {word}
