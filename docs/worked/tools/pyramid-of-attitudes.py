"""Pyramid of attitudes: the lower steps bring customers back, the top step brings friends, and habit beats both."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, tiers
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.tiers import Pyramid

WORDS = Path(__file__).with_suffix(".toml")
LATER = pd.Timedelta(days=183)
SATISFIED, RECOMMENDS = 8, 9
"""Marks of ten from which the market survey's respondents count."""
LIFT_EUR, BUDGET_EUR = 20, 10_000
"""What lifting one customer by one step costs, and what there is to spend: both ours."""
DRAWS = 1_000
"""Draws of the respondents behind the interval of a difference."""
STEPS = {
    "low": {"en": "Disappointed", "fr": "Déçu"},
    "middle": {"en": "Neither", "fr": "Ni l’un ni l’autre"},
    "content": {"en": "Satisfied", "fr": "Satisfait"},
    "top": {"en": "Recommends", "fr": "Recommande"},
}
"""Steps of those called back: csat 1 or 2; 3; 4 or 5; and whoever gives nine or ten for recommending."""


def build(page: Page) -> None:
    """Compute the page."""
    market = cxdata.edition("tilmarenne", "class")["market_survey"]
    pyramid(page, market)
    data = cxdata.edition("tilmarenne", "study")
    page.value("larger.customers", len(data["customers"]))
    called = answers(data)
    after(page, called)
    habit(page, called)
    again(page, data)
    exercise(page, market)


def levels(market: pd.DataFrame, brand: str) -> dict[str, pd.Series]:
    """Return who stands on each level of a brand's pyramid, each level within the one below."""
    knows = market[f"knows_{brand}"].astype(bool)
    considers = knows & market[f"considers_{brand}"].astype(bool)
    prefers = considers & (market["main_brand"] == brand)
    satisfied = prefers & (market["satisfaction"] >= SATISFIED)
    return {
        "knows": knows,
        "considers": considers,
        "prefers": prefers,
        "satisfied": satisfied,
        "recommends": satisfied & (market["ltr"] >= RECOMMENDS),
    }


def pyramid(page: Page, market: pd.DataFrame) -> None:
    """The pyramid of the market survey, who skips a level of it, and where its levels are cut."""
    found = levels(market, "tilmarenne")
    counts = {name: int(who.sum()) for name, who in found.items()}
    total, words = len(market), {}
    below = total
    for name, count in counts.items():
        low, high = measures.share_interval(count, total)
        page.value(f"{name}.of", 100 * count / total, unit="percent")
        page.value(f"{name}.low", 100 * low, unit="percent")
        page.value(f"{name}.high", 100 * high, unit="percent")
        page.value(f"{name}.pass", 100 * count / below, unit="percent")
        words[name] = page.say(
            en=f"{page.written(100 * count / total, unit='percent')} of the market ({page.written(count)})",
            fr=f"{page.written(100 * count / total, unit='percent')} du marché ({page.written(count)})",
        )
        below = count
    page.value("asked", total)
    drawn = artefacts.read(page, WORDS, Pyramid, words, part="pyramid")
    page.drawing(
        "pyramid",
        tiers.wide(drawn),
        narrow=tiers.narrow(drawn),
        title=page.say(
            en="Of a hundred buyers in the market, seven stand at the top",
            fr="Sur cent acheteurs du marché, sept sont au sommet",
        ),
        alternative=page.say(en="Pyramid, from the base: ", fr="Pyramide, depuis la base : ")
        + ", ".join(
            f"{level.name} {page.written(100 * counts[name] / total, unit='percent')}"
            for level, name in zip(reversed(drawn.levels), counts, strict=True)
        )
        + ".",
        note=page.say(
            en="Levels and cut-points are ours. Market survey, both waves.",
            fr="Niveaux et seuils choisis par nous. Enquête de marché, deux vagues.",
        ),
    )
    hold("half are satisfied", 0.47 < counts["satisfied"] / counts["prefers"] < 0.53)
    hold("seven of a hundred", 6.5 <= 100 * counts["recommends"] / total < 7.5)
    fans = (market["main_brand"] == "tilmarenne") & (market["ltr"] >= RECOMMENDS)
    page.value("fans", int(fans.sum()))
    page.value("fans.skipped", 100 * (fans & ~found["satisfied"]).sum() / fans.sum(), unit="percent")
    own = found["prefers"]
    for name, cut in (("seven", 7), ("eight", 8), ("nine", 9)):
        page.value(f"cut.{name}", 100 * (market.loc[own, "satisfaction"] >= cut).mean(), unit="percent")


def answers(data: cxdata.Dataset) -> pd.DataFrame:
    """Return call-backs old enough to be followed for half a year, with step, habit, return and invitations."""
    surveys, orders = data["surveys"], data["orders"]
    called = surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]]
    called = called.dropna(subset=["csat", "ltr"]).astype({"order_id": "int64"})
    called = called[called["sent_at"] <= orders["ordered_at"].max() - LATER].copy()
    called["step"] = "content"
    called.loc[called["csat"] <= 2, "step"] = "low"
    called.loc[called["csat"] == 3, "step"] = "middle"
    called.loc[called["ltr"] >= RECOMMENDS, "step"] = "top"
    near = called[["survey_id", "customer_id", "sent_at"]].merge(
        orders[["customer_id", "ordered_at"]], on="customer_id"
    )
    since = near["ordered_at"] - near["sent_at"]
    later = near[(since > pd.Timedelta(0)) & (since <= LATER)]
    before = near[(since <= pd.Timedelta(0)) & (since > -LATER)]
    called["back"] = called["survey_id"].isin(later["survey_id"])
    called["bought"] = called["survey_id"].map(before.groupby("survey_id").size()).fillna(1).clip(1, 3)
    called["had_half_year"] = called["sent_at"] >= called["sent_at"].min() + LATER
    friends = called[["survey_id", "customer_id", "sent_at"]].merge(
        data["referrals"][["customer_id", "sent_at"]].rename(columns={"sent_at": "invited_at"}), on="customer_id"
    )
    since = friends["invited_at"] - friends["sent_at"]
    friends = friends[(since > pd.Timedelta(0)) & (since <= LATER)]
    called["invites"] = called["survey_id"].isin(friends["survey_id"])
    return called.merge(data.truth["latents/orders"][["order_id", "leave_chance"]], on="order_id")


def after(page: Page, called: pd.DataFrame) -> None:
    """What the half-year after the answer brought, by step."""
    rows = []
    for step, label in STEPS.items():
        part = called[called["step"] == step]
        for act in ("back", "invites"):
            low, high = measures.share_interval(int(part[act].sum()), len(part))
            share = 100 * part[act].mean()
            rows.append((page.say(**label), act, len(part), share, 100 * low, 100 * high))
            page.value(f"{step}.{act}", share, unit="percent")
        page.value(f"{step}.rows", len(part))
        page.value(f"{step}.leave", 100 * part["leave_chance"].mean(), unit="percent", digits=0)
    table = pd.DataFrame(rows, columns=["step", "act", "answers", "share", "low", "high"])
    page.value("called", len(called))
    moves = {}
    for name, (lower, upper) in {"bottom": ("low", "middle"), "top": ("content", "top")}.items():
        pair = called[called["step"].isin([lower, upper])]
        pair = pair.assign(up=pair["step"] == upper, back=100.0 * pair["back"], invites=100.0 * pair["invites"])
        for act in ("back", "invites"):
            found = measures.difference(pair, outcome=act, treatment="up", strata=("bought",))
            moves[name, act] = found
            for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
                page.value(f"{name}.step.{act}{suffix}", number, digits=0, sign=found.low < 0)
    hold("the bottom step brings more back", moves["bottom", "back"].low > moves["top", "back"].value)
    hold("the top step brings more friends", moves["top", "invites"].low > moves["bottom", "invites"].value)
    hold("the bottom step's friends are unsure", moves["bottom", "invites"].low < 0)
    chance = called.groupby("step")["leave_chance"].mean()
    page.value("leave.fall", 100 * (chance["low"] - chance["middle"]) / (chance["low"] - chance["top"]), unit="percent")
    hold(
        "most of the fall lies at the bottom",
        chance["low"] - chance["middle"] > 2 * (chance["middle"] - chance["top"]) - 0.03,
    )
    page.value("lift", LIFT_EUR, unit="euros")
    page.value("budget", BUDGET_EUR, unit="euros")
    page.value("lifts", BUDGET_EUR / LIFT_EUR)
    for (name, act), found in moves.items():
        page.value(f"{name}.buys.{act}", BUDGET_EUR / LIFT_EUR * found.value / 100)
    order = [page.say(**label) for label in STEPS.values()]
    titles = {
        "back": page.say(en="Buy again, %", fr="Rachètent, %"),
        "invites": page.say(en="Invite a friend, %", fr="Invitent un ami, %"),
    }

    def panels(width: int) -> alt.VConcatChart:
        parts = []
        for act, colour, ends in (("back", charts.GOOD, [45, 75]), ("invites", charts.NEUTRAL, [0, 14])):
            last = act == "invites"
            base = alt.Chart(table[table["act"] == act]).encode(
                x=alt.X("step:N", sort=order, title=None, axis=alt.Axis(labelLimit=100) if last else None)
            )
            y = alt.Y("low:Q", title=titles[act], scale=alt.Scale(domain=ends, zero=False), axis=alt.Axis(tickCount=4))
            parts.append(
                (
                    base.mark_rule(strokeWidth=3, color=colour).encode(y=y, y2="high:Q")
                    + base.mark_point(size=100, filled=True, opacity=1, color=colour).encode(y="share:Q")
                ).properties(width=width, height=140)
            )
        return alt.vconcat(*parts, spacing=12)

    page.chart(
        "steps",
        panels,
        title=page.say(
            en="Past the lowest step more customers come back; only at the top do more invite friends",
            fr="Passée la marche du bas, davantage de clients reviennent ; au sommet seulement, davantage invitent un ami",
        ),
        alternative=page.say(
            en="Share of customers in the half-year after their answer, from the lowest step to the highest. Buy again: ",
            fr="Part des clients dans le semestre qui suit la réponse, de la marche la plus basse à la plus haute. Rachètent : ",
        )
        + ", ".join(page.written(row.share, unit="percent") for row in table[table["act"] == "back"].itertuples())
        + page.say(en=". Invite a friend: ", fr=". Invitent un ami : ")
        + ", ".join(page.written(row.share, unit="percent") for row in table[table["act"] == "invites"].itertuples())
        + ".",
        note=page.say(
            en="Half a year after a call-back; lines are 95% intervals; the upper scale does not begin at nought.",
            fr="Semestre après un rappel téléphonique ; traits : intervalles à 95 % ; l’échelle du haut ne part pas de zéro.",
        ),
        data=table.assign(act=table["act"].map(titles)),
        columns={
            "step": Column(label=page.say(en="Step", fr="Marche")),
            "act": Column(label=page.say(en="Act", fr="Acte")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=1, unit="percent")
                for name, en, fr in (("share", "Share", "Part"), ("low", "From", "De"), ("high", "To", "À"))
            },
        },
    )
    inviters = called[called["invites"]]
    page.value("inviters", len(inviters))
    page.value("inviters.below", 100 * (inviters["step"] != "top").mean(), unit="percent")
    page.value("inviters.low", 100 * (inviters["step"] == "low").mean(), unit="percent")


def habit(page: Page, called: pd.DataFrame) -> None:
    """Return by habit and by attitude: the four corners."""
    rows = called[called["had_half_year"]].copy()
    labels = {
        "fan": page.say(en="would recommend, 9–10", fr="recommanderait, 9–10"),
        "cool": page.say(en="would not, 0–6", fr="ne recommanderait pas, 0–6"),
    }
    rows["attitude"] = rows["ltr"].map(lambda mark: "fan" if mark >= 9 else "cool" if mark <= 6 else "")
    rows = rows[rows["attitude"] != ""]
    lines = []
    for (attitude, bought), part in rows.groupby(["attitude", "bought"]):
        low, high = measures.share_interval(int(part["back"].sum()), len(part))
        share = 100 * part["back"].mean()
        times = page.say(en="3 or more", fr="3 ou plus") if bought == 3 else str(int(bought))
        lines.append((labels[attitude], times, len(part), share, 100 * low, 100 * high))
        page.value(f"{attitude}.{int(bought)}", share, unit="percent")
        page.value(f"{attitude}.{int(bought)}.low", 100 * low, unit="percent")
        page.value(f"{attitude}.{int(bought)}.high", 100 * high, unit="percent")
        page.value(f"{attitude}.{int(bought)}.rows", len(part))
    table = pd.DataFrame(lines, columns=["attitude", "bought", "answers", "share", "low", "high"])
    cool3 = table[(table["attitude"] == labels["cool"])].iloc[-1]
    fan1 = table[(table["attitude"] == labels["fan"])].iloc[0]
    hold("cool regulars come back more often than new fans", cool3["low"] > fan1["high"])
    order = ["1", "2", page.say(en="3 or more", fr="3 ou plus")]

    def lines_of(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "bought:N",
                sort=order,
                title=page.say(en="Purchases in the half-year before", fr="Achats du semestre précédent"),
            ),
            color=alt.Color(
                "attitude:N",
                scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.NEUTRAL]),
                legend=alt.Legend(columns=2 if width > charts.NARROW else 1),
            ),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[30, 90], zero=False),
            axis=alt.Axis(values=[30, 50, 70, 90]),
            title=page.say(en="Buy again in half a year, %", fr="Rachètent en six mois, %"),
        )
        return (
            base.mark_rule(strokeWidth=3).encode(y=y, y2="high:Q")
            + base.mark_line().encode(y="share:Q")
            + base.mark_point(size=90, filled=True, opacity=1).encode(y="share:Q")
        ).properties(width=width, height=230)

    page.chart(
        "habit",
        lines_of,
        title=page.say(
            en="Regulars who would not recommend come back more often than fans who bought once",
            fr="Les habitués tièdes reviennent plus souvent que les conquis d’un seul achat",
        ),
        alternative=page.say(
            en="Share who buy again within half a year, by purchases before. ",
            fr="Part qui rachète en six mois, selon les achats d’avant. ",
        )
        + "; ".join(
            f"{row.attitude}, {row.bought} → {page.written(row.share, unit='percent')}" for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="The purchase asked about is counted; the scale begins at 30.",
            fr="L’achat évalué est compté ; l’échelle part de 30.",
        ),
        data=table,
        columns={
            "attitude": Column(label=page.say(en="Attitude", fr="Attitude")),
            "bought": Column(label=page.say(en="Purchases", fr="Achats")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            **{
                name: Column(label=page.say(en=en, fr=fr), digits=1, unit="percent")
                for name, en, fr in (("share", "Back", "Reviennent"), ("low", "From", "De"), ("high", "To", "À"))
            },
        },
    )


def again(page: Page, data: cxdata.Dataset) -> None:
    """The same customers, called back after another order."""
    surveys = data["surveys"]
    called = surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]].sort_values("sent_at")
    called = called.assign(first=called.groupby("customer_id")["ltr"].shift(1)).dropna(subset=["first", "ltr"])
    fans = called[called["first"] >= RECOMMENDS]
    stay = int((fans["ltr"] >= RECOMMENDS).sum())
    low, high = measures.share_interval(stay, len(fans))
    page.value("twice", len(called))
    page.value("stay", 100 * stay / len(fans), unit="percent")
    page.value("stay.low", 100 * low, unit="percent")
    page.value("stay.high", 100 * high, unit="percent")
    page.value("stay.all", 100 * (called["ltr"] >= RECOMMENDS).mean(), unit="percent")
    hold("about half keep their level", 0.45 < stay / len(fans) < 0.6)


def exercise(page: Page, market: pd.DataFrame) -> None:
    """Tilmarenne beside its largest rival."""
    for brand, name in (("tilmarenne", "ours"), ("brindorle", "rival")):
        below = len(market)
        for level, who in levels(market, brand).items():
            count = int(who.sum())
            low, high = measures.share_interval(count, below)
            page.value(f"{name}.{level}", 100 * count / below, unit="percent")
            page.value(f"{name}.{level}.low", 100 * low, unit="percent")
            page.value(f"{name}.{level}.high", 100 * high, unit="percent")
            page.value(f"{name}.{level}.count", count)
            below = count
    ours, rival = levels(market, "tilmarenne"), levels(market, "brindorle")
    for upper, lower, better in (("considers", "knows", False), ("satisfied", "prefers", True)):
        ends = [measures.share_interval(int(one[upper].sum()), int(one[lower].sum())) for one in (ours, rival)]
        hold(
            "the intervals are apart" if not better else "the passage is better",
            ends[0][0] > ends[1][0] if better else ends[0][1] < ends[1][0],
        )
    # The same respondents judge both brands, so the difference is taken draw by draw.
    rng = np.random.default_rng(7)
    weights = rng.multinomial(len(market), np.full(len(market), 1 / len(market)), size=DRAWS)
    for upper, lower in (("prefers", "considers"), ("satisfied", "prefers"), ("recommends", "satisfied")):
        gaps = 100 * (passages(weights, ours[upper], ours[lower]) - passages(weights, rival[upper], rival[lower]))
        once = np.ones((1, len(market)))
        gap = 100 * (passages(once, ours[upper], ours[lower]) - passages(once, rival[upper], rival[lower]))[0]
        low, high = np.quantile(gaps, [0.025, 0.975])
        for side, number in (("", gap), (".low", low), (".high", high)):
            page.value(f"apart.{upper}{side}", number, digits=1, sign=True)
        hold(f"{upper}: only the satisfied are surely apart", low > 0 if upper == "satisfied" else low < 0 < high)


def passages(weights: np.ndarray, upper: pd.Series, lower: pd.Series) -> np.ndarray:
    """Return the share of a level that stands on the next one, for each draw of the respondents."""
    return (weights @ upper.to_numpy(float)) / (weights @ lower.to_numpy(float))
