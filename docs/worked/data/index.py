"""The data page: editions, tables, effects, quantities and presets, read from the catalogue."""

import pandas as pd

import cxdata
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from cxdata.api import VERSION, default_parameters
from cxdata.catalog import scan

GROUPS = {
    "company": ({"en": "The company", "fr": "L’entreprise"}, ("calendar", "stores", "products", "touchpoints")),
    "customers": ({"en": "Customers", "fr": "Les clients"}, ("households", "customers", "crm_records")),
    "orders": (
        {"en": "Orders and parcels", "fr": "Commandes et colis"},
        ("orders", "order_lines", "deliveries", "subscriptions", "box_deliveries"),
    ),
    "web": (
        {"en": "Web and messages", "fr": "Web et messages"},
        ("web_sessions", "page_zones", "campaigns", "campaign_sends"),
    ),
    "centre": (
        {"en": "The service centre", "fr": "Le service clients"},
        (
            "contacts",
            "contact_volumes",
            "written_volumes",
            "teams",
            "agents",
            "rosters",
            "skill_ratings",
            "coaching_sessions",
            "attitude_scores",
        ),
    ),
    "voice": (
        {"en": "The voice of customers", "fr": "La voix des clients"},
        (
            "surveys",
            "survey_items",
            "experience_scores",
            "journey_steps",
            "kano_answers",
            "reviews",
            "social_posts",
            "social_mentions",
            "referrals",
            "verbatims",
        ),
    ),
    "complaints": (
        {"en": "Complaints", "fr": "Les réclamations"},
        ("complaints", "complaint_events", "compensations", "complaint_costs"),
    ),
    "employees": (
        {"en": "Employees and quality", "fr": "Personnel et qualité"},
        (
            "employees",
            "employee_surveys",
            "quiz_answers",
            "workshop_scores",
            "manager_practices",
            "team_pulses",
            "sellers",
            "shop_bonuses",
            "promises",
            "audits",
            "mystery_visits",
            "improvement_actions",
            "voice_broadcasts",
            "meetings",
            "immersion_visits",
        ),
    ),
    "market": (
        {"en": "Market and participation", "fr": "Marché et participation"},
        (
            "market_survey",
            "brand_tests",
            "ideas",
            "idea_votes",
            "panel_sessions",
            "prototype_tests",
            "usability_tests",
            "community_questions",
        ),
    ),
}
"""Tilmarenne's tables as a reader looks for them."""
LINKAGE = "linkage-"


def build(page: Page) -> None:
    """Compute the page."""
    page.text(
        "citation",
        en=f"CX Casebook, synthetic data, version {VERSION}",
        fr=f"CX Casebook, données synthétiques, version {VERSION}",
    )
    editions(page)
    tilmarenne(page)
    contents(page, "aldeane")
    effects(page)
    quantities(page)
    presets(page)


def editions(page: Page) -> None:
    """The published editions with their rows."""
    rows = []
    for world in scan.scenario_ids():
        for name, edition in sorted(scan.editions(world).items(), key=lambda item: item[1].customers):
            data = cxdata.edition(world, name)
            rows.append(
                {
                    "edition": f'cxdata.edition("{world}", "{name}")',
                    "customers": edition.customers,
                    "tables": len(data.tables),
                    "rows": sum(entry["rows"] for entry in data.manifest.tables.values()),
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


def tilmarenne(page: Page) -> None:
    """The tables of Tilmarenne by group: those that grow with the customers, and those of the whole company."""
    tables = scan.tables("tilmarenne")
    data = cxdata.edition("tilmarenne", "class")
    left_out = scan.editions("tilmarenne")["sample"].without
    company = sorted((name for name in tables if tables[name].is_reference), key=lambda name: -len(data[name]))
    hold("the sample lacks the five longest company tables", sorted(left_out) == sorted(company[:5]))
    grouped = [name for _, names in GROUPS.values() for name in names]
    published = scan.published("tilmarenne")
    hold("each published table stands in one group", sorted(grouped) == sorted(published) == sorted(data.tables))
    hold("passages are the one table of the answer key alone", set(tables) - set(published) == {"passages"})
    page.value("tilmarenne.tables", len(published))
    page.value("tilmarenne.company", sum(table.is_reference for table in tables.values()))
    thousands = len(data["customers"]) / 1000
    for group, (label, names) in GROUPS.items():
        rows = [
            {
                "table": name,
                "meaning": tables[name].meaning,
                "rows": page.say(
                    en=f"{page.written(len(data[name]))} in all", fr=f"{page.written(len(data[name]))} en tout"
                )
                if tables[name].is_reference
                else page.say(
                    en=f"{page.written(len(data[name]) / thousands)} per thousand",
                    fr=f"{page.written(len(data[name]) / thousands)} pour mille",
                ),
            }
            for name in names
        ]
        page.table(
            f"tilmarenne.{group}",
            pd.DataFrame(rows),
            caption=page.say(**label),
            columns={
                "table": Column(label="Table"),
                "meaning": Column(label=page.say(en="One row is", fr="Une ligne est")),
                "rows": Column(label=page.say(en="Rows", fr="Lignes"), right=True),
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
        {"id": effect.id, "world": scan.scenario(world).brand, "question": effect.title, "basis": effect.basis}
        for world in reversed(scan.scenario_ids())
        for effect in scan.scenario(world).effects
    ]
    for world in scan.scenario_ids():
        page.value(f"{world}.parameters", len(default_parameters(world)))
    page.value("effects", len(rows))
    page.table(
        "effects",
        pd.DataFrame(rows),
        caption=page.say(en="Planted effects", fr="Effets plantés"),
        columns={
            "id": Column(label=page.say(en="Name in the key", fr="Nom dans le corrigé")),
            "world": Column(label=page.say(en="World", fr="Monde")),
            "question": Column(label="Question"),
            "basis": Column(label=page.say(en="What is published of it", fr="Ce qui en est publié")),
        },
    )


def quantities(page: Page) -> None:
    """Numbers that the published tables hide and the answer key knows."""
    whose = {
        "population": page.say(en="the population", fr="la population"),
        "run": page.say(en="this company", fr="cette entreprise"),
    }
    rows = [
        {"id": one.id, "question": one.title, "trap": one.confounding, "of": whose[one.of]}
        for world in scan.scenario_ids()
        for one in scan.scenario(world).quantities
    ]
    hold("only Tilmarenne has quantities", not scan.scenario("aldeane").quantities)
    page.value("quantities", len(rows))
    page.table(
        "quantities",
        pd.DataFrame(rows),
        caption=page.say(en="Quantities behind the data of Tilmarenne", fr="Grandeurs derrière les données"),
        columns={
            "id": Column(label=page.say(en="Name in the key", fr="Nom dans le corrigé")),
            "question": Column(label="Question"),
            "trap": Column(label=page.say(en="Where shortcuts err", fr="Où les raccourcis se trompent")),
            "of": Column(label=page.say(en="Of", fr="De")),
        },
    )


def presets(page: Page) -> None:
    """The degrees of difficulty of the single customer view."""
    usual = default_parameters("tilmarenne")
    found = {name: sets for name, sets in scan.scenario("tilmarenne").presets.items() if name.startswith(LINKAGE)}
    hold("all presets are those of linkage", len(found) == len(scan.scenario("tilmarenne").presets))
    rows = []
    for name, sets in {page.say(en="none", fr="aucun"): {}, **found}.items():
        values = {**usual, **sets}
        members = values["household_members"]
        people = sum(count * share for count, share in enumerate(members, start=1))
        rows.append(
            {
                "preset": name,
                "errors": 100 * values["crm_error_share"],
                "missing": 100 * values["crm_missing_share"],
                "others": 100 * (people - 1) / people,
                "shared": 100 * values["crm_shared_contact_share"],
            }
        )
    page.table(
        "presets",
        pd.DataFrame(rows),
        caption=page.say(en="Presets of the single customer view", fr="Préréglages de la vue client unique"),
        columns={
            "preset": Column(label=page.say(en="Preset", fr="Préréglage")),
            "errors": Column(label=page.say(en="Fields with an error", fr="Champs avec erreur"), unit="percent"),
            "missing": Column(label=page.say(en="Empty fields", fr="Champs vides"), unit="percent"),
            "others": Column(
                label=page.say(en="Customers not the first of their household", fr="Clients d’un même foyer"),
                unit="percent",
            ),
            "shared": Column(
                label=page.say(en="Households that share e-mail or phone", fr="Foyers à contact commun"), unit="percent"
            ),
        },
    )
