"""CX coat of arms: a team workshop helps, by less than half of what a before-and-after says; customers notice nothing so far."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, shield
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95
from casebook.worked.page import Page, hold
from casebook.worked.shield import Shield
from cxdata.schema.drivers import adjusted_slope

WORDS = Path(__file__).with_suffix(".toml")
WAVES = {
    "before": {"en": "January", "fr": "janvier"},
    "after": {"en": "April", "fr": "avril"},
    "follow_up": {"en": "July", "fr": "juillet"},
}
GROUPS = {
    "workshop": {"en": "workshop", "fr": "atelier"},
    "waiting": {"en": "had to wait", "fr": "en attente"},
    "not_chosen": {"en": "not chosen", "fr": "non retenus"},
}
ITEMS = {
    "promise": {"en": "We know what we promise", "fr": "Nous savons ce que nous promettons"},
    "strengths": {"en": "We use our strengths", "fr": "Nous utilisons nos forces"},
    "mutual_help": {"en": "We help each other", "fr": "Nous nous entraidons"},
    "pride": {"en": "We are proud of our service", "fr": "Nous sommes fiers de notre service"},
}
SECOND_CARD = "2024-04-08"
"""Monday of the second card, after the last workshop."""
HOURS, STAFF_PER_ANSWER, HOUR_EUR, FACILITATOR_EUR = 2.5, 3, 25, 600
"""Of a workshop; employees behind one of the sample; an hour of shop staff and a facilitator, in our story."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    scores = data["workshop_scores"]
    people = by_employee(scores)
    groups(page, people)
    estimates(page, data, people)
    arms(page, data, scores)
    customers(page, scores)
    exercise(page, data, scores)


def by_employee(scores: pd.DataFrame, item: str = "") -> pd.DataFrame:
    """Return one row per employee: the mean of the four items in each wave, or one item, and the shop's January."""
    rows = scores[scores["item"] == item] if item else scores
    by = rows.groupby("employee_id")
    people = by[[f"score_{wave}" for wave in WAVES]].mean().join(by[["store_id", "workshop_group"]].first())
    people.columns = [*WAVES, "store_id", "group"]
    people["group"] = people["group"].astype(str)
    people["start"] = people.groupby("store_id")["before"].transform("mean")
    return people.reset_index()


def by_lot(people: pd.DataFrame, wave: str) -> tuple[float, float, float]:
    """Return the score of a wave with a workshop less that of shops that had to wait, given January, and its interval.

    Shops are the clusters: the lot drew shops, so that employees of one bring less than as many of different shops.
    """
    rows = people[people["group"].isin(["workshop", "waiting"])].dropna(subset=[wave, "start"])
    found = adjusted_slope(
        rows[wave].to_numpy(float),
        (rows["group"] == "workshop").to_numpy(),
        np.column_stack([np.ones(len(rows)), rows["start"].to_numpy(float)]),
        rows["store_id"].to_numpy(),
    )
    return found.value, found.value - Z_95 * found.standard_error, found.value + Z_95 * found.standard_error


def change(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Return the mean change from January to July of employees who filled in both cards, and its interval by shop."""
    both = rows.dropna(subset=["before", "follow_up"])
    gain = (both["follow_up"] - both["before"]).to_numpy(float)
    error = float(
        np.sqrt((pd.Series(gain - gain.mean()).groupby(both["store_id"].to_numpy()).sum() ** 2).sum()) / len(both)
    )
    return gain.mean(), gain.mean() - Z_95 * error, gain.mean() + Z_95 * error


def keep(page: Page, name: str, found: tuple[float, float, float], digits: int = 1) -> None:
    """Name a difference and both ends of its interval."""
    for suffix, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"{name}{suffix}", number, digits=digits, sign=found[1] < 0)


def groups(page: Page, people: pd.DataFrame) -> None:
    """The three groups of shops in three waves."""
    shops = people.groupby("group")["store_id"].nunique()
    means = people.groupby("group")[list(WAVES)].mean()
    page.value("shops", shops.sum())
    page.value("people", len(people))
    for group in GROUPS:
        page.value(f"{group}.shops", shops[group])
        for wave in WAVES:
            page.value(f"{group}.{wave}", means.loc[group, wave], digits=1)
    page.value("chosen.shops", shops["workshop"] + shops["waiting"])
    hold("those who had to wait rise too", means.loc["waiting", "follow_up"] > means.loc["waiting", "before"] + 0.5)
    hold("those not chosen fall", means.loc["not_chosen", "follow_up"] < means.loc["not_chosen", "before"] - 0.2)
    hold(
        "the workshop shops come out above those not chosen",
        means.loc["workshop", "follow_up"] > means.loc["not_chosen", "follow_up"],
    )
    keep(page, "waiting.change", change(people[people["group"] == "waiting"]))
    page.value("not_chosen.lost", -change(people[people["group"] == "not_chosen"])[0], digits=1)
    waves = [page.say(**label) for label in WAVES.values()]
    table = pd.DataFrame(
        [
            (page.say(**GROUPS[group]), page.say(**WAVES[wave]), means.loc[group, wave])
            for group in GROUPS
            for wave in WAVES
        ],
        columns=["group", "wave", "score"],
    )
    names = [page.say(**label) for label in GROUPS.values()]

    def lines(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("wave:N", sort=waves, title=None, scale=alt.Scale(padding=0.2)),
            y=alt.Y(
                "score:Q",
                scale=alt.Scale(domain=[5, 7.5]),
                axis=alt.Axis(values=[5, 6, 7]),
                title=page.say(en="Mean of the card, 1 to 10", fr="Moyenne de la carte, 1 à 10"),
            ),
            color=alt.Color(
                "group:N",
                scale=alt.Scale(domain=names, range=[charts.GOOD, charts.BAD, charts.NEUTRAL]),
                legend=alt.Legend(symbolType="stroke", columns=3),
            ),
        )
        return (base.mark_line() + base.mark_point(size=80, filled=True, opacity=1)).properties(
            width=width - 60, height=220
        )

    page.chart(
        "groups",
        lines,
        title=page.say(
            en="Shops that were chosen for a bad January rise without a workshop too",
            fr="Les magasins retenus pour un mauvais janvier remontent aussi sans atelier",
        ),
        alternative=page.say(
            en="Mean scores in January, April and July: ", fr="Moyennes en janvier, avril et juillet : "
        )
        + "; ".join(
            f"{page.say(**GROUPS[group])} "
            + ", ".join(page.written(means.loc[group, wave], digits=1) for wave in WAVES)
            for group in GROUPS
        )
        + ".",
        note=page.say(
            en="Employees’ scores of their own team, 2024; the scale is cut at 5 and 7.5.",
            fr="Notes que les salariés donnent à leur équipe, 2024 ; échelle coupée à 5 et 7,5.",
        ),
        data=table,
        columns={
            "group": Column(label=page.say(en="Shops", fr="Magasins")),
            "wave": Column(label=page.say(en="Card of", fr="Carte de")),
            "score": Column(label=page.say(en="Score", fr="Note"), digits=2),
        },
    )


def estimates(page: Page, data: cxdata.Dataset, people: pd.DataFrame) -> None:
    """Four answers to one question, and the key; what the roll-out costs."""
    key = float(cxdata.answer_key(data)["workshop_on_team"]["realised"]["value"])
    own = change(people[people["group"] == "workshop"])
    rows = people[people["group"] != "waiting"].dropna(subset=["before", "follow_up"])
    others = measures.difference(
        rows.assign(gain=rows["follow_up"] - rows["before"], had=rows["group"] == "workshop"),
        outcome="gain",
        treatment="had",
        cluster="store_id",
    )
    found = {
        "change": ({"en": "July less January", "fr": "Juillet moins janvier"}, own),
        "others": (
            {"en": "... less not chosen", "fr": "... moins non retenus"},
            (others.value, others.low, others.high),
        ),
        "april": ({"en": "By lot, in April", "fr": "Par tirage, en avril"}, by_lot(people, "after")),
        "lot": ({"en": "By lot, in July", "fr": "Par tirage, en juillet"}, by_lot(people, "follow_up")),
    }
    for name, (_, one) in found.items():
        keep(page, name, one)
    page.value("key", key, digits=1)
    hold("only July by lot holds the key", found["lot"][1][1] < key < found["lot"][1][2])
    hold("the plain change is twice too high", own[1] > 1.8 * key)
    hold("the shops left out make it worse", others.value > own[0])
    hold("April is higher than July", found["april"][1][0] > found["lot"][1][0] + 0.2)
    table = pd.DataFrame(
        [(page.say(**label), *one) for label, one in found.values()], columns=["how", "value", "low", "high"]
    )
    page.table(
        "estimates",
        table.assign(
            interval=[
                f"{page.written(low, digits=1)} {page.say(en='to', fr='à')} {page.written(high, digits=1)}"
                for low, high in zip(table["low"], table["high"], strict=True)
            ]
        )[["how", "value", "interval"]],
        caption=page.say(
            en=f"Points that the workshop seems to add to a team’s own score; the answer key says {page.written(key, digits=1)}",
            fr=f"Points que l’atelier ajoute à la note de l’équipe ; le corrigé dit {page.written(key, digits=1)}",
        ),
        columns={
            "how": Column(label=page.say(en="Compared", fr="Comparaison")),
            "value": Column(label=page.say(en="Points", fr="Points"), digits=1),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )
    staff = STAFF_PER_ANSWER * len(people) / people["store_id"].nunique()
    price = HOURS * staff * HOUR_EUR + FACILITATOR_EUR
    left = people.loc[people["group"] == "not_chosen", "store_id"].nunique()
    page.value("staff", staff)
    page.value("hours", HOURS, digits=1)
    page.value("hour", HOUR_EUR, unit="euros")
    page.value("facilitator", FACILITATOR_EUR, unit="euros")
    page.value("price", round(price, -1), unit="euros")
    page.value("price.left", round(price * left, -3), unit="euros")
    page.value("price.all", round(price * (people["store_id"].nunique() - 24), -3), unit="euros")
    hold("24 had a workshop", people.loc[people["group"] == "workshop", "store_id"].nunique() == 24)


def arms(page: Page, data: cxdata.Dataset, scores: pd.DataFrame) -> None:
    """The coat of arms of a shop's team, its proofs counted by mystery visitors of all shops."""
    visits = data["mystery_visits"]
    visits = visits[(visits["channel"] == "shop") & (visits["visited_at"] >= SECOND_CARD)]
    page.value("visits", len(visits))
    values: dict[str, str | float] = {
        name: page.written(100 * visits[column].astype(float).mean(), unit="percent")
        for name, column in (
            ("greeted", "was_greeted"),
            ("advised", "was_advised"),
            ("clean", "is_clean"),
        )
    }
    values["queue"] = page.written(visits["checkout_minutes"].astype(float).median(), digits=1)
    group = scores.groupby("store_id")["workshop_group"].first().astype(str)
    own = visits.assign(group=visits["store_id"].map(group), advised=100.0 * visits["was_advised"].astype(float))
    own = own[own["group"].isin(["workshop", "waiting"])]
    found = measures.difference(
        own.assign(had=own["group"] == "workshop"), outcome="advised", treatment="had", cluster="store_id"
    )
    keep(page, "advised", (found.value, found.low, found.high), digits=0)
    page.value("advised.share", 100 * visits["was_advised"].astype(float).mean(), unit="percent")
    page.value("advised.visits", len(own))
    hold("mystery visitors see no difference beyond chance", found.low < 0 < found.high)
    content = artefacts.read(page, WORDS, Shield, values, part="arms")
    page.drawing(
        "arms",
        shield.wide(content),
        narrow=shield.narrow(content),
        title=page.say(en="The coat of arms of a shop’s team", fr="Le blason de l’équipe d’un magasin"),
        alternative=page.say(en="A shield of four quarters: ", fr="Un blason à quatre quartiers : ")
        + "; ".join(f"{one.title}, {one.measure}" for one in content.quarters)
        + page.say(en=f". Motto: {content.motto}.", fr=f". Devise : {content.motto}."),
        note=page.say(
            en="Numbers: mystery visits of all shops since April 2024, where this team starts from. Words: ours.",
            fr="Nombres : visites mystère de tous les magasins depuis avril 2024, le point de départ de l’équipe. Mots : de nous.",
        ),
    )


def customers(page: Page, scores: pd.DataFrame) -> None:
    """Whether customers of those shops mark differently: after the workshop, and as a change."""
    data = cxdata.edition("tilmarenne", "study")
    calls = data["surveys"][(data["surveys"]["programme"] == "callback_after_order")].dropna(subset=["csat"])
    calls = calls.merge(data["orders"][["order_id", "store_id", "ordered_at"]].dropna(), on="order_id")
    group = scores.groupby("store_id")["workshop_group"].first().astype(str)
    calls = calls.assign(
        group=calls["store_id"].map(group),
        content=100.0 * (calls["csat"] >= 4),
        later=calls["ordered_at"] >= SECOND_CARD,
    )
    calls = calls[calls["group"].isin(["workshop", "waiting"])]
    calls["had"] = calls["group"] == "workshop"
    after = measures.difference(calls[calls["later"]], outcome="content", treatment="had", cluster="store_id")
    keep(page, "content", (after.value, after.low, after.high), digits=0)
    page.value("calls", calls["later"].sum())
    for later, name in ((False, "earlier"), (True, "later")):
        share = calls[calls["later"] == later].groupby("had")["content"].mean()
        page.value(f"content.{name}.workshop", share[True], unit="percent")
        page.value(f"content.{name}.waiting", share[False], unit="percent")
        page.value(f"content.{name}.gap", share[True] - share[False], digits=1, sign=True)
    shops = calls.groupby(["store_id", "had", "later"])["content"].mean().unstack().dropna()
    gain = (shops[True] - shops[False]).rename("gain").reset_index()
    both = measures.difference(gain, outcome="gain", treatment="had", cluster="store_id")
    keep(page, "content.change", (both.value, both.low, both.high), digits=0)
    hold("neither is beyond chance", after.low < 0 < after.high and both.low < 0 < both.high)
    before = calls[~calls["later"]].groupby("had")["content"].mean()
    hold("the gap was there before", abs(before[True] - before[False] - after.value) < 1)


def exercise(page: Page, data: cxdata.Dataset, scores: pd.DataFrame) -> None:
    """Item by item, by the lot, and the key's own."""
    truth = data.truth["latents/workshop_scores"].merge(scores[["workshop_score_id", "item"]], on="workshop_score_id")
    truth = truth[truth["is_chosen"].astype(bool)]
    key = (truth["follow_up_with"] - truth["follow_up_without"]).astype(float).groupby(truth["item"].astype(str)).mean()
    lines = []
    for item, label in ITEMS.items():
        found = by_lot(by_employee(scores, item), "follow_up")
        keep(page, f"item.{item}", found)
        page.value(f"item.{item}.key", key[item], digits=1)
        lines.append((item, *found, page.say(**label)))
        hold(f"{item} holds its key", found[1] < key[item] < found[2])
    hold("the four intervals overlap", max(one[2] for one in lines) < min(one[3] for one in lines))
    page.value("item.count", len(lines))
