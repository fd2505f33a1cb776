"""The data page: editions, tables and effects, read from the catalogue."""

import pandas as pd

import cxdata
from casebook.worked.figures import Column
from casebook.worked.page import Page
from cxdata.api import VERSION, default_parameters
from cxdata.catalog import scan


def build(page: Page) -> None:
    """Compute the page."""
    page.text(
        "citation",
        en=f"CX Casebook, synthetic data, version {VERSION}",
        fr=f"CX Casebook, données synthétiques, version {VERSION}",
    )
    editions(page)
    for world in scan.scenario_ids():
        contents(page, world)
    effects(page)


def editions(page: Page) -> None:
    """The published editions with their rows."""
    rows = []
    for world in scan.scenario_ids():
        for name, edition in scan.editions(world).items():
            data = cxdata.edition(world, name)
            rows.append(
                {
                    "edition": f'cxdata.edition("{world}", "{name}")',
                    "customers": edition.customers,
                    "tables": len(data.tables),
                    "rows": sum(len(table) for table in data.tables.values()),
                    "seed": edition.seed,
                    "fingerprint": edition.fingerprint[:12],
                }
            )
    page.table(
        "editions",
        pd.DataFrame(rows).sort_values(["edition"]),
        caption=page.say(en="Editions", fr="Éditions"),
        columns={
            "edition": Column(label=page.say(en="Edition", fr="Édition")),
            "customers": Column(label=page.say(en="Customers", fr="Clients")),
            "tables": Column(label="Tables"),
            "rows": Column(label=page.say(en="Rows", fr="Lignes")),
            "seed": Column(label=page.say(en="Seed", fr="Graine")),
            "fingerprint": Column(label=page.say(en="Fingerprint begins", fr="Début d’empreinte")),
        },
    )


def contents(page: Page, world: str) -> None:
    """One world's tables with what a row of each is."""
    scenario = scan.scenario(world)
    data = cxdata.edition(world, "class")
    rows = [
        {"table": name, "meaning": table.meaning, "columns": len(table.observed), "rows": len(data[name])}
        for name, table in scan.tables(world).items()
        if name in data.tables
    ]
    page.table(
        world,
        pd.DataFrame(rows),
        caption=page.say(
            en=f"{scenario.brand}: a row of each table, and rows in the class edition",
            fr=f"{scenario.brand} : une ligne de chaque table, et le nombre de lignes de l’édition « class »",
        ),
        columns={
            "table": Column(label="Table"),
            "meaning": Column(label=page.say(en="One row is", fr="Une ligne est")),
            "columns": Column(label=page.say(en="Columns", fr="Colonnes")),
            "rows": Column(label=page.say(en="Rows", fr="Lignes")),
        },
    )


def effects(page: Page) -> None:
    """What was planted in each world, and what it rests on."""
    rows = [
        {"world": scan.scenario(world).brand, "question": effect.title, "basis": effect.basis}
        for world in scan.scenario_ids()
        for effect in scan.scenario(world).effects
    ]
    for world in scan.scenario_ids():
        page.value(f"{world}.parameters", len(default_parameters(world)))
    page.table(
        "effects",
        pd.DataFrame(rows),
        caption=page.say(en="Planted effects", fr="Effets plantés"),
        columns={
            "world": Column(label=page.say(en="World", fr="Monde")),
            "question": Column(label="Question"),
            "basis": Column(label=page.say(en="What is published of it", fr="Ce qui en est publié")),
        },
    )
