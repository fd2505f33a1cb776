"""The calibration page: every target of every world beside what the data show, and every parameter with its home."""

import json
from collections import Counter
from pathlib import Path

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column
from casebook.worked.numbers import Unit
from casebook.worked.page import Page, hold
from cxdata.api import default_parameters
from cxdata.catalog import scan
from cxdata.check import targets
from cxdata.engine import calibrate
from cxdata.engine.graph import Graph

ROOT = Path(__file__).resolve().parents[3]
CUSTOMERS = {"tilmarenne": 60_000, "aldeane": 40_000}
"""Sizes at which no target has too few rows, and a build takes seconds."""
UNITS = {
    "percent": {"en": "percent", "fr": "pour cent"},
    "nps_points": {"en": "NPS points", "fr": "points de NPS"},
    "complaints_per_year": {"en": "a year", "fr": "par an"},
    "contacts_per_customer_year": {"en": "a year", "fr": "par an"},
}
COARSE = ("percent", "nps_points", "percentage_points", "points_of_100")
"""Units of which a tenth is the last digit that matters."""
SEED = 11
"""Neither the pilot's seed nor an edition's: the page judges data that calibration never saw."""


def build(page: Page) -> None:
    """Compute the page."""
    rows = []
    for world, customers in CUSTOMERS.items():
        scenario, tables = scan.scenario(world), scan.tables(world)
        wanted = sorted({table for target in scenario.targets for table in target.statistic.tables})
        data = cxdata.generate(world, customers=customers, seed=SEED, tables=wanted, truth=False)
        graph = Graph(scenario, tables)
        linked = {target.column: graph.has_links(*target.column.split(".")) for target in scenario.targets}
        for result in targets.judge_targets(scenario.targets, scan.figures(), data.tables, linked):
            rows.append(
                {
                    "figure": result.figure.statement,
                    "of": page.say(**UNITS.get(result.figure.unit, {"en": result.figure.unit.replace("_", " ")})),
                    "published": result.figure.value,
                    "here": result.estimate.value,
                    "error": result.estimate.standard_error,
                    "tolerance": result.target.tolerance,
                    "standing": result.standing,
                    "verdict": result.verdict,
                    "world": scenario.brand,
                    "unit": result.figure.unit,
                }
            )
            keep(page, world, result)
        page.value(f"{world}.customers", customers)
        parameters(page, world)
    found = pd.DataFrame(rows)
    page.value("targets", len(found))
    page.value("reproduced", int((found["standing"] == "reproduced").sum()))
    page.value("marginal", int((found["standing"] == "marginal").sum()))
    hold("no target has too few rows", "too few rows" not in set(found["verdict"]))
    page.value("passed", int((found["verdict"] == "pass").sum()))
    page.value("standard_errors", targets.STANDARD_ERRORS)
    page.value("seed", SEED)
    page.value("pilot", calibrate.PILOT_CUSTOMERS)
    page.value("planted", calibrate.PLANTED_CUSTOMERS)
    for world in CUSTOMERS:
        brand = scan.scenario(world).brand
        page.table(
            f"targets.{world}",
            rounded(page, found[found["world"] == brand]),
            caption=page.say(
                en=f"{brand}: published figures and what newly generated data show",
                fr=f"{brand} : chiffres publiés et ce que montrent des données neuves",
            ),
            columns={
                "figure": Column(label=page.say(en="Figure", fr="Chiffre")),
                "of": Column(label=page.say(en="Unit", fr="Unité")),
                "published": Column(label=page.say(en="Published", fr="Publié"), right=True),
                "here": Column(label=page.say(en="Here", fr="Ici"), right=True),
                "error": Column(label=page.say(en="Standard error", fr="Erreur type"), right=True),
                "tolerance": Column(label=page.say(en="Tolerance", fr="Tolérance"), right=True),
                "verdict": Column(label="Verdict"),
            },
        )
    agreement(page, found)
    recovery(page)


def keep(page: Page, world: str, result: targets.TargetResult) -> None:
    """Name a target's result for the index of published figures, which does not compute it again."""
    name = f"{world}.{result.figure.id}"
    printed = f"{float(result.figure.value):g}".partition(".")[2]
    unit: Unit = "percent" if result.figure.unit == "percent" else ""
    page.value(f"{name}.here", result.estimate.value, digits=len(printed) + 1, unit=unit)
    page.text(f"{name}.standing", en=result.standing)
    page.text(f"{name}.verdict", en=result.verdict)


def rounded(page: Page, found: pd.DataFrame) -> pd.DataFrame:
    """Return the table's columns, each row with the digits that its unit deserves: a rate a year needs more than a percentage."""
    fine = ~found["unit"].isin(COARSE)
    table = found[["figure", "of", "published", "here", "error", "tolerance", "verdict"]].copy()
    for name, digits in {"published": 0, "here": 1, "error": 2, "tolerance": 1}.items():
        table[name] = [
            page.written(value, digits=digits + (2 if small else 0))
            for value, small in zip(found[name], fine, strict=True)
        ]
    return table


def parameters(page: Page, world: str) -> None:
    """Count a world's parameters by where they come from."""
    values = default_parameters(world)
    homes = Counter(
        "figure"
        if parameter.figure is not None
        else "derived"
        if parameter.derive is not None
        else "calibrated"
        if parameter.calibrated
        else "ours"
        for parameter in scan.scenario(world).parameters
    )
    page.value(f"{world}.parameters", len(values))
    for home in ("figure", "derived", "calibrated", "ours"):
        page.value(f"{world}.{home}", homes[home])


def agreement(page: Page, found: pd.DataFrame) -> None:
    """Published against generated, for figures in percent and in NPS points."""
    drawn = found[found["unit"].isin(["percent", "nps_points"])].copy()
    drawn["kind"] = drawn["unit"].map(
        {"percent": page.say(en="percent", fr="pour cent"), "nps_points": page.say(en="NPS points", fr="points de NPS")}
    )
    ends = pd.DataFrame({"at": [-60.0, 100.0]})
    largest = (drawn["here"] - drawn["published"]).abs().max()

    def scatter(width: int) -> alt.LayerChart:
        line = alt.Chart(ends).mark_line(strokeWidth=1, color=charts.NEUTRAL).encode(x="at:Q", y="at:Q")
        dots = (
            alt.Chart(drawn)
            .mark_point(size=55)
            .encode(
                x=alt.X("published:Q", title=page.say(en="Published", fr="Publié")),
                y=alt.Y("here:Q", title=page.say(en="In the data", fr="Dans les données")),
                color=alt.Color("kind:N"),
            )
        )
        return (line + dots).properties(width=width, height=min(width, 340))

    page.chart(
        "agreement",
        scatter,
        title=page.say(en="The data show what was published", fr="Les données montrent ce qui a été publié"),
        alternative=page.say(
            en=f"Published values against those of generated data, {len(drawn)} figures in percent or NPS points; all lie close to the diagonal, the largest difference is {largest:.1f}.",
            fr=f"Valeurs publiées et valeurs des données, {len(drawn)} chiffres en pour cent ou points de NPS ; tous près de la diagonale, écart maximal {page.written(largest, digits=1)}.",
        ),
        note=page.say(en="On the line, both are equal.", fr="Sur la droite, les deux sont égaux."),
        data=drawn[["figure", "kind", "published", "here"]],
        columns={
            "figure": Column(label=page.say(en="Figure", fr="Chiffre")),
            "kind": Column(label=page.say(en="Unit", fr="Unité")),
            "published": Column(label=page.say(en="Published", fr="Publié")),
            "here": Column(label=page.say(en="Here", fr="Ici"), digits=1),
        },
    )


def recovery(page: Page) -> None:
    """The long counts over many seeds, as committed."""
    results = json.loads((ROOT / "verification/results.json").read_text(encoding="utf-8"))
    rows = [
        {
            "effect": name.replace(".", ": ").replace("_", " ").capitalize(),
            "truth": one["truth"],
            "error": one["mean_error"],
            "covered": one["covered"],
            "bias": one["bias"],
            "missed": one["missed"],
            "seeds": one["seeds"],
        }
        for name, one in results["recovery"].items()
    ]
    page.value("seeds", rows[0]["seeds"])
    page.value("covered", sum(row["covered"] for row in rows))
    page.value("intervals", sum(row["seeds"] for row in rows))
    page.value("expected", 0.95 * sum(row["seeds"] for row in rows))
    page.value("least", min(row["covered"] for row in rows))
    page.table(
        "recovery",
        pd.DataFrame(rows).drop(columns=["seeds"]),
        caption=page.say(en="Effects and quantities over many seeds", fr="Effets et grandeurs sur plusieurs graines"),
        columns={
            "effect": Column(label=page.say(en="Effect or quantity", fr="Effet ou grandeur")),
            "truth": Column(label=page.say(en="True value", fr="Vraie valeur"), digits=2, sign=True),
            "error": Column(
                label=page.say(en="Mean error of the right method", fr="Erreur moyenne de la bonne méthode"),
                digits=2,
                sign=True,
            ),
            "covered": Column(label=page.say(en="Intervals that hold it", fr="Intervalles qui le contiennent")),
            "bias": Column(
                label=page.say(en="Bias of the tempting method", fr="Biais de la méthode tentante"), digits=2, sign=True
            ),
            "missed": Column(label=page.say(en="Times it misses", fr="Fois où elle échoue")),
        },
    )
