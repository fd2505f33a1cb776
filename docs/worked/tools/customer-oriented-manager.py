"""Practices of a customer-oriented manager: a quarter of what they seem to do for the team is their doing."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

import cxdata
from casebook.worked import artefacts, charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
COURSE_EUR = 900
"""What the course costs for one manager in our story."""
PRACTICES = {
    "reads_comments": {"en": "Reads comments aloud", "fr": "Lit les verbatims à voix haute"},
    "holds_briefing": {"en": "Opens with a briefing", "fr": "Ouvre par un point d’équipe"},
    "works_the_floor": {"en": "Serves beside the team", "fr": "Sert aux côtés de l’équipe"},
    "calls_customers": {"en": "Calls customers back", "fr": "Rappelle des clients"},
    "thanks_staff": {"en": "Thanks by name", "fr": "Remercie nommément"},
    "lets_staff_decide": {"en": "Lets staff decide", "fr": "Laisse l’équipe décider"},
}
TOLD_APART = 7
"""The team whose manager gets the plan on the page."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    rows = months(data)
    units = rows.groupby("unit")[["pulse", "seen", "declared", *PRACTICES]].mean()
    page.value("managers", len(units))
    page.value("teams", int(rows.loc[rows["is_team"], "unit"].nunique()))
    page.value("visits", len(rows))
    page.value("seen", rows["seen"].mean(), digits=1)
    page.value("declared", rows["declared"].mean(), digits=1)
    sheets(page, rows, units)
    slopes(page, rows, units, cxdata.answer_key(data)["practice_on_pulse"]["realised"]["value"])
    steps(page, rows, units)
    course(page, rows)
    mirror(page, rows, units)
    single(page, rows, units)
    customers(page, data, rows)
    exercise(page, rows)


def months(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per manager and month with a visit and a pulse."""
    rows = data["manager_practices"].merge(data["team_pulses"], on=["store_id", "team_id", "month"])
    rows = rows.dropna(subset=["practice_count", "pulse_score"])
    is_team = rows["team_id"].notna()
    unit = np.where(is_team, "team " + rows["team_id"].astype(str), "shop " + rows["store_id"].astype(str))
    return rows.assign(
        is_team=is_team,
        unit=unit,
        period=rows["month"].astype(str) + is_team.astype(str),
        seen=rows["practice_count"].astype(float),
        declared=rows["declared_count"].astype(float),
        pulse=rows["pulse_score"].astype(float),
        trained=rows["is_trained"].astype(float),
        **{name: rows[name].astype(float) for name in PRACTICES},
    )


def within(rows: pd.DataFrame, outcome: str, *given: str) -> pd.DataFrame:
    """Return slopes of an outcome within managers and months, with 95 % intervals, a manager's months dependent.

    Args:
        rows: What :func:`months` returns.
        outcome: Column of numbers.
        given: Columns whose slopes are wanted, each with the others held fixed.

    Returns:
        Columns ``slope``, ``low`` and ``high``, in the outcome's unit per unit given, one row for each.
    """
    rows = rows.dropna(subset=[outcome, *given])
    left = around(rows, [*given, outcome])
    x, y = left[:, :-1], left[:, -1]
    inverse = np.linalg.inv(x.T @ x)
    slope = inverse @ (x.T @ y)
    parts = pd.DataFrame(x * (y - x @ slope)[:, None]).groupby(rows["unit"].to_numpy()).sum().to_numpy()
    half = measures.Z_95 * np.sqrt(np.diag(inverse @ parts.T @ parts @ inverse))
    return pd.DataFrame({"slope": slope, "low": slope - half, "high": slope + half}, index=list(given))


def around(rows: pd.DataFrame, columns: list[str]) -> NDArray[np.float64]:
    """Return columns less what managers and months explain: dummies of both taken out."""
    fixed = pd.concat([pd.get_dummies(rows["unit"]), pd.get_dummies(rows["period"])], axis=1).to_numpy(np.float64)
    values = rows[columns].to_numpy(np.float64)
    left: NDArray[np.float64] = values - fixed @ np.linalg.lstsq(fixed, values, rcond=None)[0]
    return left


def keep(page: Page, name: str, found: pd.Series, digits: int = 2, *, sign: bool = False) -> None:
    """Name a slope and both ends of its interval."""
    for suffix, part in (("", "slope"), (".low", "low"), (".high", "high")):
        page.value(f"{name}{suffix}", found[part], digits=digits, sign=sign)


def sheets(page: Page, rows: pd.DataFrame, units: pd.DataFrame) -> None:
    """The grid of practices, and the plan of one manager."""
    values: dict[str, str | float] = {name: page.written(100 * rows[name].mean(), unit="percent") for name in PRACTICES}
    one = units.loc[f"team {TOLD_APART}.0"]
    values |= {
        "team": str(TOLD_APART),
        "team_seen": page.written(one["seen"], digits=1),
        "team_declared": page.written(one["declared"], digits=1),
        "team_pulse": page.written(one["pulse"], digits=1),
    }
    hold("the manager of the plan keeps about one practice", 0.5 < one["seen"] < 1.5)
    for part in ("grid", "plan"):
        drawn = artefacts.read(page, WORDS, Sheet, values, part=part)
        page.html(part, sheet(drawn, language=page.language))


def slopes(page: Page, rows: pd.DataFrame, units: pd.DataFrame, key: float) -> None:
    """One practice more: between managers, and within them."""
    between = float(np.polyfit(units["seen"], units["pulse"], 1)[0])
    page.value("between", between, digits=2)
    same = within(rows, "pulse", "seen").loc["seen"]
    keep(page, "within", same)
    page.value("key", key, digits=2)
    hold("between managers it is over three times as much", between > 3 * same["high"])
    hold("about a quarter is the practice's doing", 0.2 < key / between < 0.3)
    fourth = len(units) // 4
    order = units["seen"].sort_values()
    low, high = units.loc[order.index[:fourth]], units.loc[order.index[-fourth:]]
    more = float(high["seen"].mean() - low["seen"].mean())
    page.value("fourth", fourth)
    for name, part in (("low", low), ("high", high)):
        page.value(f"{name}.seen", part["seen"].mean(), digits=1)
        page.value(f"{name}.pulse", part["pulse"].mean(), digits=1)
    page.value("more", more, digits=1)
    page.value("promised", more * between, digits=1)
    page.value("real", more * same["slope"], digits=2)
    page.value("real.low", more * same["low"], digits=2)
    page.value("real.high", more * same["high"], digits=2)


def steps(page: Page, rows: pd.DataFrame, units: pd.DataFrame) -> None:
    """Pulse by practices more than usual: than others keep, and than the same manager keeps in other months."""
    labels = {
        "between": page.say(en="than other managers", fr="que d’autres managers"),
        "within": page.say(en="than the same manager in other months", fr="que le même manager un autre mois"),
    }
    apart = units[["seen", "pulse"]] - units[["seen", "pulse"]].mean()
    left = pd.DataFrame(around(rows, ["seen", "pulse"]), columns=["seen", "pulse"]).assign(unit=rows["unit"].to_numpy())
    lines = []
    for kind, one in (("between", apart), ("within", left)):
        group = one.assign(more=one["seen"].round().clip(-2, 2)).groupby("more")
        part = group.agg(pulse=("pulse", "mean"), sem=("pulse", "sem"), cases=("pulse", "size")).reset_index()
        lines.append(part.assign(kind=labels[kind], name=kind))
    table = pd.concat(lines)
    table["low"] = table["pulse"] - measures.Z_95 * table["sem"]
    table["high"] = table["pulse"] + measures.Z_95 * table["sem"]
    signed = "replace(format(datum.value, '+d'), '+0', '0')"

    def drawn(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "more:Q",
                scale=alt.Scale(domain=[-2.2, 2.2]),
                axis=alt.Axis(values=[-2, -1, 0, 1, 2], labelExpr=signed),
                title=page.say(en="Practices more, or fewer", fr="Pratiques en plus ou en moins"),
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(labels.values()), range=[charts.BAD, charts.GOOD]),
                legend=alt.Legend(columns=1),
            ),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[-1.5, 1.5]),
            axis=alt.Axis(values=[-1, 0, 1], labelExpr=signed),
            title=page.say(en="Pulse, points", fr="Pouls, en points"),
        )
        return (
            base.mark_rule(strokeWidth=2).encode(y=y, y2="high:Q")
            + base.mark_line(strokeWidth=2.4).encode(y="pulse:Q")
            + base.mark_point(size=80, opacity=1).encode(y="pulse:Q")
        ).properties(width=width, height=260)

    page.chart(
        "steps",
        drawn,
        title=page.say(
            en="Managers who keep more practices have happier teams; the same manager with one more gains little",
            fr="Qui tient plus de pratiques a une équipe plus heureuse ; en tenir une de plus y ajoute peu",
        ),
        alternative=page.say(
            en="Points of pulse by practices more, ", fr="Points de pouls selon les pratiques en plus, "
        )
        + "; ".join(
            f"{labels[name]}: "
            + ", ".join(
                f"{page.written(row.more, sign=row.more != 0)}: {page.written(row.pulse, digits=2, sign=True)}"
                for row in part.itertuples()
            )
            for name, part in table.groupby("name")
        )
        + ".",
        note=page.say(
            en="Rounded to whole practices, two meaning two or more; lines are 95% intervals.",
            fr="Arrondi à l’unité, deux signifiant deux ou plus ; traits : intervalles à 95 %.",
        ),
        data=table[["kind", "more", "pulse", "low", "high", "cases"]],
        columns={
            "kind": Column(label=page.say(en="More", fr="En plus")),
            "more": Column(label=page.say(en="Practices", fr="Pratiques"), sign=True),
            "pulse": Column(label=page.say(en="Pulse", fr="Pouls"), digits=2, sign=True),
            "low": Column(label=page.say(en="From", fr="De"), digits=2, sign=True),
            "high": Column(label=page.say(en="To", fr="À"), digits=2, sign=True),
            "cases": Column(label=page.say(en="Cases", fr="Cas")),
        },
    )


def course(page: Page, rows: pd.DataFrame) -> None:
    """What the course did, whose waves were drawn by lot."""
    on_practices = within(rows, "seen", "trained").loc["trained"]
    on_pulse = within(rows, "pulse", "trained").loc["trained"]
    keep(page, "course", on_practices, sign=True)
    keep(page, "course.pulse", on_pulse, sign=True)
    hold("the course adds practices", on_practices["low"] > 0.3)
    hold("its effect on the pulse is too small to see", on_pulse["low"] < 0 < on_pulse["high"])
    slope = within(rows, "pulse", "seen").loc["seen", "slope"]
    steep = float(np.polyfit(*(rows.groupby("unit")[name].mean() for name in ("seen", "pulse")), 1)[0])
    page.value("course.promised", on_practices["slope"] * steep, digits=2, sign=True)
    hold("the lot rules the steep line out", on_practices["slope"] * steep > on_pulse["high"])
    page.value("course.due", on_practices["slope"] * slope, digits=2, sign=True)
    hold("and what is due lies within", on_practices["slope"] * slope < on_pulse["high"])
    page.value("course.each", COURSE_EUR, unit="euros")
    fourth = rows["unit"].nunique() // 4
    page.value("course.all", fourth * COURSE_EUR, unit="euros")


def mirror(page: Page, rows: pd.DataFrame, units: pd.DataFrame) -> None:
    """Practices declared beside those seen."""
    both = rows.dropna(subset=["declared"])
    table = both.groupby("seen")["declared"].agg(["mean", "size"]).reset_index()
    page.value("none.declared", table["mean"].iloc[0], digits=1)
    page.value("five.declared", table["mean"].iloc[5], digits=1)
    hold("who keeps none declares about two", 1.5 < table["mean"].iloc[0] < 2.5)
    low = both[both["unit"].isin(units["seen"].nsmallest(len(units) // 4).index)]
    high = both[both["unit"].isin(units["seen"].nlargest(len(units) // 4).index)]
    page.value("low.gap", low["declared"].mean() - low["seen"].mean(), digits=1)
    page.value("high.gap", high["declared"].mean() - high["seen"].mean(), digits=1)
    names = {
        "mean": page.say(en="declared", fr="déclarées"),
        "seen": page.say(en="seen", fr="vues"),
    }

    def drawn(width: int) -> alt.LayerChart:
        x = alt.X(
            "seen:Q",
            scale=alt.Scale(domain=[0, 6]),
            axis=alt.Axis(values=list(range(7)), format="d"),
            title=page.say(en="Practices seen in the month", fr="Pratiques vues dans le mois"),
        )
        y = alt.Y(
            "mean:Q",
            scale=alt.Scale(domain=[0, 6]),
            axis=alt.Axis(values=[0, 2, 4, 6], format="d"),
            title=page.say(en="Practices", fr="Pratiques"),
        )
        base = alt.Chart(table)
        words = pd.DataFrame(
            {"seen": [1.0, 3.4], "mean": [3.55, 2.6], "word": [names["mean"], names["seen"]], "kind": ["a", "b"]}
        )
        return (
            base.mark_rule(strokeWidth=2, color=charts.LINE).encode(x=x, y=alt.Y("seen:Q"), y2="mean:Q")
            + base.mark_line(strokeDash=[4, 4], color=charts.NEUTRAL).encode(x=x, y=alt.Y("seen:Q"))
            + base.mark_line(color=charts.BAD).encode(x=x, y=y)
            + base.mark_point(color=charts.BAD, size=80, opacity=1).encode(x=x, y=y)
            + alt.Chart(words)
            .mark_text(fontWeight=600)
            .encode(
                x="seen:Q",
                y="mean:Q",
                text="word:N",
                color=alt.Color(
                    "kind:N", scale=alt.Scale(domain=["a", "b"], range=[charts.BAD, charts.NEUTRAL]), legend=None
                ),
            )
        ).properties(width=width, height=230)

    page.chart(
        "mirror",
        drawn,
        title=page.say(
            en="The fewer practices a manager keeps, the more are added on the own sheet",
            fr="Moins un manager tient de pratiques, plus sa propre fiche en ajoute",
        ),
        alternative=page.say(en="Mean number declared, by number seen: ", fr="Nombre déclaré, selon le nombre vu : ")
        + ", ".join(f"{page.written(row.seen)}: {page.written(row.mean, digits=1)}" for row in table.itertuples())
        + ".",
        data=table,
        columns={
            "seen": Column(label=page.say(en="Seen", fr="Vues")),
            "mean": Column(label=page.say(en="Declared", fr="Déclarées"), digits=1),
            "size": Column(label=page.say(en="Months", fr="Mois")),
        },
    )


def single(page: Page, rows: pd.DataFrame, units: pd.DataFrame) -> None:
    """Each practice by itself: across twelve teams, and within all managers with the others held fixed."""
    teams = units[units.index.str.startswith("team")]
    joint = within(rows, "pulse", *PRACTICES)
    table = pd.DataFrame(
        {
            "practice": [page.say(**label) for label in PRACTICES.values()],
            "teams": [float(np.polyfit(teams[name], teams["pulse"], 1)[0]) for name in PRACTICES],
            "within": joint["slope"].to_numpy(),
        }
    )
    page.value("single.teams.least", table["teams"].min(), digits=1)
    page.value("single.teams.most", table["teams"].max(), digits=1)
    page.value("single.least", table["within"].min(), digits=2)
    page.value("single.most", table["within"].max(), digits=2)
    hold("every single practice seems worth over two points", table["teams"].min() > 2)
    hold("and is worth a fraction", table["within"].max() < 0.2)
    page.value("single.sum", table["teams"].sum())
    pairs = teams[list(PRACTICES)].corr().to_numpy()[np.triu_indices(len(PRACTICES), 1)]
    page.value("single.pairs", np.median(pairs), digits=1)
    page.table(
        "single",
        table,
        caption=page.say(
            en="Points of pulse with the practice against without it",
            fr="Points de pouls, avec la pratique contre sans",
        ),
        columns={
            "practice": Column(label=page.say(en="Practice", fr="Pratique")),
            "teams": Column(label=page.say(en="Twelve teams", fr="Douze équipes"), digits=1, sign=True),
            "within": Column(label=page.say(en="Same manager", fr="Même manager"), digits=2, sign=True),
        },
    )


def customers(page: Page, data: cxdata.Dataset, rows: pd.DataFrame) -> None:
    """Practices, pulse and customers' marks of twelve teams."""
    larger = cxdata.edition("tilmarenne", "study")
    marks = larger["surveys"].dropna(subset=["contact_csat"])[["contact_id", "contact_csat"]]
    marks = marks.merge(larger["contacts"][["contact_id", "agent_id"]].dropna(), on="contact_id")
    marks = marks.astype({"agent_id": "int64"}).merge(data["agents"], on="agent_id")
    csat = marks.groupby("team_id")["contact_csat"].mean()
    of_team = rows[rows["is_team"]].groupby("team_id")[["seen", "pulse"]].mean()
    together = of_team.set_index(of_team.index.astype("int64")).join(csat)
    page.value("larger", len(larger["customers"]))
    page.value("marks", len(marks))
    n = len(together)
    for name, pair in (("practice", "seen"), ("pulse", "pulse")):
        found = float(together[pair].corr(together["contact_csat"]))
        centre, half = np.arctanh(found), measures.Z_95 / np.sqrt(n - 3)
        page.value(f"csat.{name}", found, digits=2)
        page.value(f"csat.{name}.low", np.tanh(centre - half), digits=2)
        page.value(f"csat.{name}.high", np.tanh(centre + half), digits=2)
        hold(f"{name} goes with customers' marks", np.tanh(centre - half) > 0)


def exercise(page: Page, rows: pd.DataFrame) -> None:
    """Shops and teams apart, and by what managers declare."""
    for name, part in (("shops", rows[~rows["is_team"]]), ("teams", rows[rows["is_team"]])):
        keep(page, f"by.{name}", within(part, "pulse", "seen").loc["seen"])
        means = part.groupby("unit")[["seen", "pulse"]].mean()
        page.value(f"by.{name}.between", float(np.polyfit(means["seen"], means["pulse"], 1)[0]), digits=2)
    declared = rows.dropna(subset=["declared"]).groupby("unit")[["declared", "pulse"]].mean()
    page.value("by.declared.between", float(np.polyfit(declared["declared"], declared["pulse"], 1)[0]), digits=2)
    keep(page, "by.declared", within(rows, "pulse", "declared").loc["declared"])
