"""A cell depends on nothing but its own place: what is added, left out or renamed around it moves no value, no key.

Worlds are compared row by row under their keys, in every published table and in the answer key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from cxdata.catalog import scan, vocabulary
from cxdata.engine.block import generate_block
from cxdata.engine.graph import Graph
from cxdata.engine.plan import build
from cxdata.recipes import derived, temporal
from cxdata.schema.kinds import ForeignKey, Key, Number, Text, Word
from cxdata.schema.recipe import Recipe
from cxdata.schema.scenario import Parameter, Scenario
from cxdata.schema.table import Column, PerParent, Table

SCENARIOS = ("tilmarenne", "aldeane")
TABLES = [(scenario, table) for scenario in SCENARIOS for table in scan.published(scenario)]
CUSTOMERS = 2_000
SEED = 7

World = dict[str, pd.DataFrame]


def world(
    scenario: str,
    tables: Mapping[str, Table] | None = None,
    *,
    horizon: float | None = None,
    locale: str = "fr_FR",
    seed: int = SEED,
    overrides: Mapping[str, Any] | None = None,
    **options: Any,
) -> World:
    """Return the published tables and the answer key of the first block, each row under its key."""
    plan = build(
        scan.scenario(scenario) if horizon is None else with_horizon(scan.scenario(scenario), horizon),
        tables or scan.tables(scenario),
        figures=scan.figures(),
        calibrated=scan.calibrated_values(scenario),
        vocabulary=vocabulary.load(locale),
        customers=CUSTOMERS,
        seed=seed,
        overrides=overrides,
        **options,
    )
    block = generate_block(plan, 0)
    found = {}
    for name, table in (block.observed | block.truth).items():
        frame = table.to_pandas()
        key = ["table_name", "row_key", "column_name", "noise"] if name == "noise" else next(iter(frame))
        categories = frame.select_dtypes("category").columns
        found[name] = frame.astype(dict.fromkeys(categories, object)).set_index(key)
        assert found[name].index.is_unique
    return found


def with_horizon(scenario: Scenario, horizon: float) -> Scenario:
    """Return a scenario whose window ends at another tick."""
    fixed = Parameter(name="horizon", value=horizon, unit="ticks", meaning="Tick at which the window ends.")
    return replace(scenario, parameters=tuple(fixed if p.name == "horizon" else p for p in scenario.parameters))


def gone(base: World, other: World) -> list[str]:
    """Return the tables of which ``other`` has lost rows."""
    return [name for name, frame in base.items() if not frame.index.isin(other[name].index).all()]


def moved(base: World, other: World) -> list[str]:
    """Return the columns of ``base`` that hold another value in a row that both worlds have."""
    found = []
    for name, frame in base.items():
        common = frame.index.intersection(other[name].index)
        was, now = frame.loc[common], other[name].loc[common]
        found += [f"{name}.{column}" for column in was if not was[column].equals(now[column])]
    return found


def same(base: World, other: World) -> bool:
    """Return whether all tables that both worlds have are the same, rows and values."""
    return all(frame.equals(other[name]) for name, frame in base.items() if name in other)


@pytest.fixture(scope="module")
def full() -> dict[str, World]:
    return {scenario: world(scenario) for scenario in SCENARIOS}


def with_column(scenario: str, table: str, column: Column) -> dict[str, Table]:
    """Return a scenario's tables with a column put in the place of its namesake, or right after the key."""
    tables = dict(scan.tables(scenario))
    key, *others = tables[table].columns
    if column.name in tables[table]:
        columns = tuple(column if one.name == column.name else one for one in tables[table].columns)
    else:
        columns = (key, column, *others)
    return {**tables, table: replace(tables[table], columns=columns)}


def extra_column(name: str = "extra") -> Column:
    return Column(
        name=name,
        kind=Number(2),
        meaning="Something new.",
        recipe=derived.draw(lambda u: u[0] + u[1], draws=2, sentence="sum of two"),
    )


def extra_table(parent: str, count: str) -> Table:
    columns = (
        Column(name="extra_id", kind=Key(), meaning="Key."),
        Column(name="parent_id", kind=ForeignKey(parent), meaning="Parent."),
        extra_column(),
    )
    return Table(name="extras", meaning="Something new.", rows=(PerParent(parent, count, 4),), columns=columns)


def test_another_seed_moves_what_this_comparison_looks_at(full):
    other = world("aldeane", seed=SEED + 1)
    assert not same(full["aldeane"], other)
    assert {"customers.first_name", "customers.age", "complaints.received_at", "scores.ltr"} <= set(
        moved(full["aldeane"], other)
    )


@pytest.mark.parametrize(("scenario", "table"), TABLES)
def test_a_column_more_moves_nothing(full, scenario, table):
    other = world(scenario, with_column(scenario, table, extra_column()))
    assert other[table].pop("extra").nunique() > 1
    assert same(full[scenario], other)


@pytest.mark.parametrize(
    ("scenario", "parent", "count"),
    [("tilmarenne", "orders", "is_bulky"), ("tilmarenne", "households", "has_garden"), ("aldeane", "customers", "age")],
)
def test_a_table_more_moves_nothing(full, scenario, parent, count):
    tables = scan.tables(scenario)
    other = world(scenario, {"extras": extra_table(parent, count), **tables})
    assert len(other["extras"]) > 100
    assert same(full[scenario], other)


def test_another_parent_for_a_table_moves_none_of_its_rows(full):
    tables = dict(scan.tables("tilmarenne"))
    referrals = tables["referrals"]
    tables["referrals"] = replace(referrals, rows=(*referrals.rows, PerParent("complaints", "is_resolved", 1)))
    other = world("tilmarenne", tables)
    assert len(other["referrals"]) > len(full["tilmarenne"]["referrals"])
    assert gone(full["tilmarenne"], other) == []
    assert strays("tilmarenne", full["tilmarenne"], other) == []


def one_more(scenario: str, count: str, *, where: str) -> dict[str, Table]:
    """Return a scenario's tables with a count, ``table.column``, that is one higher where a claim holds."""
    table, _, name = count.partition(".")
    column = scan.tables(scenario)[table].column(name)
    usual = column.recipe
    raised = Recipe(lambda u, x: usual(u, x) + x[where], (*usual.inputs, where), usual.draws)
    return with_column(scenario, table, replace(column, recipe=raised))


MORE_CHILDREN: dict[str, tuple[str, Callable[[], World], str, str]] = {
    "a complaint more from owners of a smartphone": (
        "aldeane",
        lambda: world("aldeane", one_more("aldeane", "customers.complaint_count", where="has_smartphone")),
        "complaints",
        "customers.complaint_count",
    ),
    "more people asked for a score": (
        "aldeane",
        lambda: world("aldeane", overrides={"asked_share": 0.9}),
        "scores",
        "complaints.asked",
    ),
    "a contact more about orders on offer": (
        "tilmarenne",
        lambda: world("tilmarenne", one_more("tilmarenne", "orders.contact_count", where="is_promotion")),
        "contacts",
        "orders.contact_count",
    ),
    "more surveys after contacts": (
        "tilmarenne",
        lambda: world("tilmarenne", overrides={"contact_survey_share": 1.0}),
        "surveys",
        "contacts.surveyed",
    ),
}


@pytest.mark.parametrize(("scenario", "make", "table", "count"), MORE_CHILDREN.values(), ids=MORE_CHILDREN)
def test_child_rows_more_move_no_other_row(full, scenario, make, table, count):
    other = make()
    assert len(other[table]) > len(full[scenario][table])
    assert gone(full[scenario], other) == []
    assert strays(scenario, full[scenario], other, count) == []


def strays(scenario: str, base: World, other: World, *counts: str) -> list[str]:
    """Return the columns that have moved without a cause, where ``other`` has more rows than ``base``.

    What reads a count, sums over the rows that are more, or compares them with their siblings may follow them: that is
    a cause at work, not a draw out of step.
    """
    more = {name for name in base if len(other[name]) > len(base[name])}
    followers = readers(scenario, {*counts, *looks_at_rows(scenario, more)})
    return [name for name in moved(base, other) if cause(scenario, name) not in followers]


def looks_at_rows(scenario: str, changed: set[str]) -> set[str]:
    """Return the columns that sum over the rows of some tables, or compare such a row with its siblings."""
    return {
        f"{one.name}.{column.name}"
        for one in scan.tables(scenario).values()
        for column in one.columns
        for read in Graph.inputs(column)
        if (read.kind == "aggregate" and read.table in changed) or (one.name in changed and read.text == "#parent")
    }


def decides_rows(scenario: str, name: str) -> set[str]:
    """Return the columns that count a table's rows or keep them, those of the tables above it among them."""
    table = scan.tables(scenario)[name]
    found = {f"{name}.{table.keep}"} if table.keep is not None else set()
    for source in table.rows:
        if isinstance(source, PerParent):
            found |= {f"{source.parent}.{source.count}"} | decides_rows(scenario, source.parent)
    return found


def readers(scenario: str, columns: set[str]) -> set[str]:
    """Return columns and all that read them or stand empty by them, directly or through other columns.

    What compares the rows of one parent reads the count of these rows.
    """
    tables = scan.tables(scenario)
    graph = Graph(scan.scenario(scenario), tables)
    found = set(columns)
    while True:
        more = {
            f"{table.name}.{one.name}"
            for table in tables.values()
            for one in table.columns
            for kind, *place in graph.needs(("column", table.name, one.name))
            if (kind == "column" and ".".join(place) in found) or f"{table.name}.{one.when}" in found
        } | {
            f"{table.name}.{one.name}"
            for table in tables.values()
            if any(f"{rows.parent}.{rows.count}" in found for rows in table.rows if isinstance(rows, PerParent))
            for one in table.columns
            if any(read.kind == "place" and read.column == "parent" for read in Graph.inputs(one))
        }
        if more <= found:
            return found
        found |= more


def cause(scenario: str, written: str) -> str:
    """Return the declared column behind one of the published tables or of the answer key."""
    table, _, column = written.partition(".")
    effects = {f"effects/{effect.id}": effect.table for effect in scan.scenario(scenario).effects}
    declared = effects.get(table, table.removeprefix("latents/"))
    return f"{declared}.{column.removesuffix('_untreated').removesuffix('_treated')}"


def test_orders_of_a_longer_window_move_none_of_a_shorter_one(full):
    horizon = 600 * temporal.TICKS_PER_DAY
    shorter = world("tilmarenne", horizon=horizon)
    assert 0 < len(shorter["orders"]) < len(full["tilmarenne"]["orders"])
    # A longer past weighs in what sums it up.
    followers = readers("tilmarenne", looks_at_rows("tilmarenne", {"orders"}))
    counted = {name for name in scan.tables("tilmarenne") if followers & decides_rows("tilmarenne", name)}
    lost = gone(shorter, full["tilmarenne"])
    assert [name for name in lost if name.removeprefix("latents/") not in counted] == []
    assert "orders" not in lost
    moves = moved(shorter, full["tilmarenne"])
    assert [name for name in moves if cause("tilmarenne", name) not in followers] == []
    assert not [name for name in moves if name.startswith("orders.")]


def test_a_customer_more_in_a_household_moves_neither_siblings_nor_neighbours(full):
    other = world("tilmarenne", one_more("tilmarenne", "households.member_count", where="has_garden"))
    # The run keeps its size, so newcomers push others over its end; those who stay are who they were.
    stay = full["tilmarenne"]["customers"].index.intersection(other["customers"].index)
    assert CUSTOMERS / 2 < len(stay) < CUSTOMERS
    assert moved(full["tilmarenne"], other) == []


@pytest.mark.parametrize(("scenario", "table"), TABLES)
def test_a_table_written_alone_is_the_one_of_the_full_run(full, scenario, table):
    alone = world(scenario, selected=(table,))
    expected = {
        name: frame
        for name, frame in full[scenario].items()
        if name in (table, f"latents/{table}") or name in effects_on(scenario, table)
    }
    changes = full[scenario]["noise"].query("table_name == @table")
    if any(column.noise for column in scan.tables(scenario)[table].observed):
        expected["noise"] = changes
    assert set(alone) == set(expected)
    assert same(expected, alone)


def effects_on(scenario: str, table: str) -> set[str]:
    return {f"effects/{effect.id}" for effect in scan.scenario(scenario).effects if effect.table == table}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_run_without_truth_has_the_same_tables_and_nothing_else(full, scenario):
    bare = world(scenario, truth=False)
    assert set(bare) == set(scan.published(scenario))
    assert same(bare, full[scenario])


def names_and_contacts(scenario: str) -> set[str]:
    """Return the published columns that hold a locale's words or what is made of them, and the record of slips."""
    tables = scan.tables(scenario)
    columns = {f"{table.name}.{column.name}": column for table in tables.values() for column in table.columns}
    drawn = {
        name
        for name, column in columns.items()
        if isinstance(column.kind, Word) or any(read.kind == "pool" for read in Graph.inputs(column))
    }
    moving = readers(scenario, drawn)
    published = {f"{table.name}.{column.name}" for table in tables.values() for column in table.observed}
    texts = {name for name in moving & published if isinstance(columns[name].kind, Word | Text)}
    # Of customers' texts, words and what the phrases tell follow the language, latent or not; what is said does not.
    words = {
        f"{'' if column.role == 'observed' else 'latents/'}{name}.{column.name}"
        for name in set(tables) & {"verbatims", "passages"}
        for column in (*tables[name].observed, *tables[name].latent)
        if f"{name}.{column.name}" in moving
    }
    return {"noise.clean", *texts, *words}


@pytest.mark.parametrize(
    ("scenario", "some"),
    [
        ("tilmarenne", {"stores.town", "households.address", "customers.first_name", "customers.email"}),
        ("aldeane", {"customers.last_name", "customers.email"}),
    ],
)
def test_a_locale_has_a_say_in_names_and_contact_data(scenario, some):
    assert some <= names_and_contacts(scenario)
    assert "customers.phone_token" not in names_and_contacts(scenario)


def all_but_slips(base: World) -> World:
    """Return a world without its record of slips: whether two letters swapped change a word depends on the word."""
    return {**base, "noise": base["noise"].query("noise != 'typo'")}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_another_shipped_locale_changes_names_and_contact_data_and_nothing_else(full, scenario):
    french, british = full[scenario], world(scenario, locale="en_GB")
    assert gone(all_but_slips(french), british) == gone(all_but_slips(british), french) == []
    assert set(moved(french, british)) == names_and_contacts(scenario)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_locale_that_is_not_shipped_changes_names_and_leaves_contact_data_empty(full, scenario):
    french, german = full[scenario], world(scenario, locale="de_DE")
    assert [name for name in gone(french, german) if name != "noise"] == []  # no noise where a cell is empty
    assert set(moved(french, german)) == names_and_contacts(scenario)
    for name in names_and_contacts(scenario) - {"noise.clean"}:
        table, _, column = name.partition(".")
        # Texts of customers are English where a language has no phrases of its own.
        kept = column in ("first_name", "last_name", "email") or table.endswith(("verbatims", "passages"))
        assert german[table][column].isna().all() != kept, name
