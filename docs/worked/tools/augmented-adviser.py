"""The augmented adviser: the shared knowledge base spares transfers; longer calls are the luck of three teams."""

from itertools import combinations
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
TWINS = {"customers": 10_000, "seed": 7, "tables": ["contacts"], "truth": False}
"""The world that is made twice for the answer: without the knowledge base anywhere, and with it everywhere."""
NOBODY, EVERYBODY = (1.0, 0.0), (0.0, 1.0)
MINUTE_EUR = 0.55
"""What a minute of an adviser costs in our story."""
PRICED = 10_000
"""Contacts for which the decision is priced."""
NEW_SINCE = "2022-01-01"
OUTCOMES = {
    "transferred": {"en": "Passed on, %", "fr": "Transférés, %"},
    "settled": {"en": "Settled at once, %", "fr": "Réglés du premier coup, %"},
    "minutes": {"en": "Minutes per contact", "fr": "Minutes par contact"},
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    rows = handled(larger, data["agents"])
    page.value("larger", len(larger["customers"]))
    page.value("contacts", len(rows))
    key = twins(page)
    found = compared(page, rows, key)
    strips(page, rows)
    who(page, data["agents"])
    price(page, rows, found, key)
    plan(page, data, rows)
    minutes(page, rows)
    novices(page, rows)
    asked(page, data)
    exercise(page, handled(data, data["agents"]))


def handled(source: cxdata.Dataset, agents: pd.DataFrame) -> pd.DataFrame:
    """Return one row per contact that an adviser took, with the three outcomes, shares in percent."""
    rows = source["contacts"].dropna(subset=["agent_id"]).astype({"agent_id": "int64"}).merge(agents, on="agent_id")
    return rows.assign(
        transferred=100.0 * rows["is_transferred"].astype(float),
        settled=100.0 * rows["is_resolved_first_time"].astype(float),
        minutes=rows["handle_minutes"].astype(float),
        has_base=rows["has_knowledge_base"].astype(bool),
    )


def twins(page: Page) -> dict[str, float]:
    """Return what the base does, from two runs of one world that differ in nothing else."""
    without, everywhere = (
        cxdata.generate("tilmarenne", **TWINS, parameters={"knowledge_base_shares": shares})["contacts"]
        for shares in (NOBODY, EVERYBODY)
    )
    pairs = without.merge(everywhere, on="contact_id", suffixes=("_without", "_with"))
    hold("the twins have the same contacts", len(pairs) == len(without) == len(everywhere))
    key = {
        name: scale * float((pairs[f"{column}_with"].astype(float) - pairs[f"{column}_without"].astype(float)).mean())
        for name, column, scale in (
            ("transferred", "is_transferred", 100.0),
            ("settled", "is_resolved_first_time", 100.0),
            ("minutes", "handle_minutes", 1.0),
        )
    }
    page.value("twins", TWINS["customers"])
    page.value("key.transferred", key["transferred"], digits=1, sign=True)
    page.value("key.settled", key["settled"], digits=1, sign=True)
    hold("the base takes no time", key["minutes"] == 0)
    return key


def as_large(rows: pd.DataFrame, outcome: str) -> tuple[float, int, int]:
    """Return the difference of team means, how many ways of dealing the base give one as large, and all ways.

    Teams are dealt within their site, as many without the base as there are. Means are taken around the site's.
    """
    teams = rows.groupby("team_id").agg(
        mean=(outcome, "mean"), site=("site", "first"), base=("has_base", "first"), contacts=("has_base", "size")
    )
    around = teams["mean"] - teams.groupby("site")["mean"].transform("mean")
    lacking = teams.loc[~teams["base"]].groupby("site").size()
    ways: list[set[int]] = [set()]
    for site, count in lacking.items():
        members = teams.index[teams["site"] == site]
        ways = [one | set(chosen) for one in ways for chosen in combinations(members, int(count))]

    def gap(chosen: set[int]) -> float:
        out = teams.index.isin(chosen)
        return float(around[~out].mean() - around[out].mean())

    seen = gap(set(teams.index[~teams["base"]]))
    return seen, sum(abs(gap(one)) >= abs(seen) - 1e-9 for one in ways), len(ways)


def compared(page: Page, rows: pd.DataFrame, key: dict[str, float]) -> dict[str, measures.Difference]:
    """Three outcomes with and without the base: by contacts, by teams, and by the key."""
    lines, by_team = [], {}
    for name, label in OUTCOMES.items():
        options = {"outcome": name, "treatment": "has_base", "strata": ("site",)}
        contact = measures.difference(rows, **options, cluster="contact_id")
        team = measures.difference(rows, **options, cluster="team_id")
        _, ways, all_ways = as_large(rows, name)
        digits = 2 if name == "minutes" else 1
        by_team[name] = team
        mean = rows.groupby("has_base")[name].mean()
        unit = {} if name == "minutes" else {"unit": "percent"}
        page.value(f"{name}.without", mean[False], digits=1, **unit)
        page.value(f"{name}.with", mean[True], digits=1, **unit)
        for suffix, number in (("", team.value), (".low", team.low), (".high", team.high)):
            page.value(f"{name}.team{suffix}", number, digits=digits, sign=True)
        page.value(f"{name}.ways", ways)
        lines.append(
            {
                "outcome": page.say(**label),
                "value": page.written(team.value, digits=digits, sign=True),
                "ways": page.say(en=f"{ways} of {all_ways}", fr=f"{ways} sur {all_ways}"),
                "key": page.written(key[name], digits=digits, sign=key[name] != 0),
            }
        )
        page.value(f"{name}.contact.low", contact.low, digits=digits, sign=True)
        page.value(f"{name}.contact.high", contact.high, digits=digits, sign=True)
        hold(f"by contacts alone {name} would be proven", contact.low > 0 or contact.high < 0)
    page.value("ways", all_ways)
    hold("by teams the minutes prove nothing", by_team["minutes"].low < 0 < by_team["minutes"].high)
    hold(
        "the key lies within both other intervals",
        by_team["transferred"].low < key["transferred"] < by_team["transferred"].high,
    )
    hold("and that of settling", by_team["settled"].low < key["settled"] < by_team["settled"].high)
    page.table(
        "outcomes",
        pd.DataFrame(lines),
        caption=page.say(
            en="With the base less without, within sites: points of percent, and minutes",
            fr="Avec la base moins sans, à site égal : points de pourcentage et minutes",
        ),
        columns={
            "outcome": Column(label=page.say(en="Outcome", fr="Résultat")),
            "value": Column(label=page.say(en="Gap", fr="Écart"), right=True),
            "ways": Column(label=page.say(en="Ways as large", fr="Tirages aussi forts"), right=True),
            "key": Column(label=page.say(en="Key", fr="Corrigé"), right=True),
        },
    )
    return by_team


def strips(page: Page, rows: pd.DataFrame) -> None:
    """The twelve teams, three outcomes."""
    teams = rows.groupby("team_id").agg(
        base=("has_base", "first"), site=("site", "first"), **{name: (name, "mean") for name in OUTCOMES}
    )
    labels = {
        True: page.say(en="with the base", fr="avec la base"),
        False: page.say(en="without", fr="sans"),
    }
    table = teams.reset_index().assign(who=lambda one: one["base"].map(labels))
    page.value("teams.with", int(teams["base"].sum()))
    page.value("teams.without", int((~teams["base"]).sum()))
    missing = table.loc[~table["base"]]
    hold("all teams without pass on more than most", missing["transferred"].min() > teams["transferred"].median())

    def panels(width: int) -> alt.VConcatChart:
        drawn = []
        for name, label in OUTCOMES.items():
            base = alt.Chart(table).encode(
                y=alt.Y("who:N", sort=list(labels.values()), title=None),
                color=alt.Color(
                    "who:N",
                    scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.BAD]),
                    legend=None,
                ),
            )
            low, high = {"transferred": (3, 9), "settled": (62, 76), "minutes": (6, 8)}[name]
            ticks = {"transferred": [3, 5, 7, 9], "settled": [62, 66, 70, 74], "minutes": [6, 7, 8]}[name]
            x = alt.X(
                f"{name}:Q",
                scale=alt.Scale(domain=[low, high], zero=False),
                axis=alt.Axis(values=ticks, format="d"),
                title=page.say(**label),
            )
            drawn.append(
                (
                    base.mark_point(size=90, opacity=0.75).encode(x=x)
                    + base.mark_tick(thickness=3, size=26).encode(x=alt.X(f"mean({name}):Q"))
                ).properties(width=width - 100, height=80)
            )
        return alt.vconcat(*drawn, spacing=14)

    def means(name: str) -> str:
        of = teams.groupby("base")[name].agg(["mean", "min", "max"])
        return ", ".join(
            f"{labels[one]} {page.written(of.loc[one, 'mean'], digits=1)} "
            f"({page.written(of.loc[one, 'min'], digits=1)}–{page.written(of.loc[one, 'max'], digits=1)})"
            for one in (True, False)
        )

    page.chart(
        "teams",
        panels,
        title=page.say(
            en="The three teams without the base pass more on; in minutes they stand among the others",
            fr="Les trois équipes sans la base transfèrent plus ; en minutes, rien ne les distingue",
        ),
        alternative=page.say(en="Means of teams, with least and most. ", fr="Moyennes des équipes, avec extrêmes. ")
        + "; ".join(f"{page.say(**label)}: {means(name)}" for name, label in OUTCOMES.items())
        + ".",
        note=page.say(
            en="Each dot is a team of ten; the stroke is the mean of its row.",
            fr="Chaque point est une équipe de dix ; le trait est la moyenne de sa ligne.",
        ),
        data=table[["team_id", "who", *OUTCOMES]],
        columns={
            "team_id": Column(label=page.say(en="Team", fr="Équipe")),
            "who": Column(label=page.say(en="Base", fr="Base")),
            **{
                name: Column(label=page.say(**label), digits=2 if name == "minutes" else 1)
                for name, label in OUTCOMES.items()
            },
        },
    )


def who(page: Page, agents: pd.DataFrame) -> None:
    """Who works with the base."""
    new = pd.to_datetime(agents["hired_on"]) >= NEW_SINCE
    share = new.groupby(agents["has_knowledge_base"]).mean()
    page.value("new.with", 100 * share[True], unit="percent")
    page.value("new.without", 100 * share[False], unit="percent")
    hold("more newcomers work with the base", share[True] > share[False])
    outside = (agents["site"] == "outsourced").groupby(agents["has_knowledge_base"]).mean()
    page.value("contractor.with", 100 * outside[True], unit="percent")
    page.value("contractor.without", 100 * outside[False], unit="percent")


def price(page: Page, rows: pd.DataFrame, found: dict[str, measures.Difference], key: dict[str, float]) -> None:
    """What finance's sum says, and what the others do, per ten thousand contacts."""
    each = float(rows["minutes"].mean()) * MINUTE_EUR
    page.value("priced", PRICED)
    page.value("minute", MINUTE_EUR, digits=2, unit="euros")
    page.value("each", each, digits=2, unit="euros")
    page.value("cost.minutes", PRICED * found["minutes"].value * MINUTE_EUR, unit="euros")
    page.value("spared.key", -PRICED * key["transferred"] / 100)
    page.value("more.key", PRICED * key["settled"] / 100)
    page.value("key.eur", PRICED * (key["settled"] - key["transferred"]) / 100 * each, unit="euros")


def plan(page: Page, data: cxdata.Dataset, rows: pd.DataFrame) -> None:
    """The plan of equipment and skills."""
    staff = data["employees"].dropna(subset=["agent_id"])
    answers = data["employee_surveys"].merge(staff[["employee_id"]], on="employee_id")
    wants = answers["wants_digital_training"].dropna().astype(float).mean()
    market = data["market_survey"]
    buyers = market.loc[market["main_brand"] == "tilmarenne", "agents_lack_info"].astype(float)
    low, high = measures.share_interval(int(buyers.sum()), len(buyers))
    page.value("lack", 100 * buyers.mean(), unit="percent")
    page.value("lack.low", 100 * low, unit="percent")
    page.value("lack.high", 100 * high, unit="percent")
    trained = staff["is_trained_digital"].astype(float).mean()
    page.value("untrained", 100 * (1 - trained), unit="percent")
    page.value("wants", 100 * wants, unit="percent")
    teams, with_base = len(data["teams"]), int(data["teams"]["has_knowledge_base"].sum())
    hold("three of twelve are left", (teams, with_base) == (12, 9))
    values: dict[str, str | float] = {
        "recognised": page.written(100 * rows["is_recognised"].astype(float).mean(), unit="percent"),
        "base": page.say(en=f"{with_base} of {teams} teams", fr=f"{with_base} équipes sur {teams}"),
        "trained": page.written(100 * trained, unit="percent"),
        "wants": page.written(100 * wants, unit="percent"),
        "transferred": page.written(rows["transferred"].mean(), digits=1, unit="percent"),
        "settled": page.written(rows["settled"].mean(), unit="percent"),
    }
    drawn = artefacts.read(page, WORDS, Sheet, values, part="plan")
    page.html("plan", sheet(drawn, language=page.language))


def minutes(page: Page, rows: pd.DataFrame) -> None:
    """Fast and slow advisers, and settled and open contacts of the same adviser."""
    advisers = rows.groupby("agent_id").agg(
        minutes=("minutes", "mean"), settled=("settled", "mean"), desk=("desk", "first")
    )
    quarter = advisers.groupby("desk")["minutes"].transform(lambda one: pd.qcut(one, 4, labels=False))
    by_quarter = advisers.groupby(quarter)["settled"].mean()
    page.value("fast", by_quarter.iloc[0], unit="percent")
    page.value("slow", by_quarter.iloc[-1], unit="percent")
    hold("fast advisers settle more", by_quarter.iloc[0] > by_quarter.iloc[-1] + 2)
    same = measures.difference(
        rows.assign(was_settled=rows["settled"] > 0),
        outcome="minutes",
        treatment="was_settled",
        strata=("agent_id", "reason"),
        cluster="agent_id",
    )
    for suffix, number in (("", same.value), (".low", same.low), (".high", same.high)):
        page.value(f"same{suffix}", number, digits=2, sign=True)
    hold("within advisers and reasons minutes do not tell", same.low < 0 < same.high)


def novices(page: Page, rows: pd.DataFrame) -> None:
    """The difference among newcomers and among the others."""
    new = pd.to_datetime(rows["hired_on"]) >= NEW_SINCE
    found = {}
    for name, part in (("new", rows[new]), ("old", rows[~new])):
        found[name] = measures.difference(
            part, outcome="settled", treatment="has_base", strata=("site",), cluster="team_id"
        )
        for suffix, number in (("", found[name].value), (".low", found[name].low), (".high", found[name].high)):
            page.value(f"settled.{name}{suffix}", number, digits=1, sign=True)
    hold("newcomers seem to gain more", found["new"].value > found["old"].value)
    gap = found["new"].value - found["old"].value
    half = measures.Z_95 * np.hypot(found["new"].standard_error, found["old"].standard_error)
    page.value("novice.gap", gap, digits=1, sign=True)
    page.value("novice.gap.low", gap - half, digits=1, sign=True)
    page.value("novice.gap.high", gap + half, digits=1, sign=True)
    hold("and the difference may be none", gap - half < 0 < gap + half)
    page.value("novices.without", rows.loc[new & ~rows["has_base"], "agent_id"].nunique())


def asked(page: Page, data: cxdata.Dataset) -> None:
    """What advisers say of their tools."""
    staff = data["employees"].dropna(subset=["agent_id"]).astype({"agent_id": "int64"})
    answers = (
        data["employee_surveys"].dropna(subset=["tools"]).merge(staff[["employee_id", "agent_id"]], on="employee_id")
    )
    answers = answers.merge(data["agents"], on="agent_id").astype({"tools": float, "has_knowledge_base": bool})
    mean = answers.groupby("has_knowledge_base")["tools"].mean()
    page.value("tools.with", mean[True], digits=1)
    page.value("tools.without", mean[False], digits=1)
    hold("those with the base mark their tools lower", mean[True] < mean[False])
    same = measures.difference(
        answers, outcome="tools", treatment="has_knowledge_base", strata=("site",), cluster="team_id"
    )
    for suffix, number in (("", same.value), (".low", same.low), (".high", same.high)):
        page.value(f"tools.same{suffix}", number, digits=1, sign=True)
    site = answers.groupby("site")["tools"].mean()
    page.value("tools.own", site["in_house"], digits=1)
    page.value("tools.theirs", site["outsourced"], digits=1)


def exercise(page: Page, rows: pd.DataFrame) -> None:
    """The twelve teams of the class edition."""
    page.value("class.contacts", len(rows))
    for name in ("transferred", "settled"):
        seen, ways, _ = as_large(rows, name)
        page.value(f"class.{name}", seen, digits=1, sign=True)
        page.value(f"class.{name}.ways", ways)
    page.value("class.least", rows.groupby("team_id").size().min())
    page.value("class.most", rows.groupby("team_id").size().max())
