"""Customer advocates: who says it, who does it, and what a friend brought along is worth."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, cycle, measures, sheet
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

CUSTOMERS = 25_000
TURN = pd.Timestamp("2024-01-01")
MARGIN = 0.30
"""Gross margin on sales."""
REWARD_EUR, KIT_EUR, LEAST_EUR = 10, 30, 40
"""Voucher of today; a kit and the least first order of tomorrow, both in our story."""
TABLES = ("customers", "orders", "referrals", "surveys")
WORDS = Path(__file__).with_suffix(".toml")


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.generate("tilmarenne", customers=CUSTOMERS, seed=7, tables=TABLES, truth=False)
    few = cxdata.edition("tilmarenne", "class")["referrals"]
    page.value("run", CUSTOMERS)
    page.value("class.invitations", len(few))
    page.value("class.friends", int(few["friend_became_customer"].sum()))
    page.value("kit", KIT_EUR, unit="euros")
    page.value("reward", REWARD_EUR, unit="euros")
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("least", LEAST_EUR, unit="euros")
    answers = said_and_done(page, data)
    people = two_years(data)
    worth(page, data)
    lists(page, people)
    buyers(page, people)
    staying(page, people)
    channels(page, data)
    drawn(page, data, people)
    exercise(page, answers)


def said_and_done(page: Page, data: cxdata.Dataset) -> pd.DataFrame:
    """Invitations after an order, by the answer to the question about it."""
    surveys = data["surveys"].dropna(subset=["order_id", "ltr"])
    rows = surveys[["order_id", "customer_id", "programme", "ltr"]].merge(
        data["referrals"][["order_id", "friend_became_customer"]].astype({"order_id": "float64"}), how="left"
    )
    rows["invited"] = rows["friend_became_customer"].notna()
    grouped = rows.groupby("ltr")["invited"].agg(["sum", "size"]).reset_index()
    ends = [
        measures.share_interval(int(one), int(all_)) for one, all_ in zip(grouped["sum"], grouped["size"], strict=True)
    ]
    table = pd.DataFrame(
        {
            "ltr": grouped["ltr"].astype(int),
            "answers": grouped["size"],
            "share": 100 * grouped["sum"] / grouped["size"],
            "low": [100 * low for low, _ in ends],
            "high": [100 * high for _, high in ends],
        }
    )
    kinds = {"promoters": rows["ltr"] >= 9, "passives": rows["ltr"].between(7, 8), "detractors": rows["ltr"] <= 6}
    for name, mask in kinds.items():
        part = rows[mask]
        page.value(f"{name}.rate", 100 * part["invited"].mean(), digits=1, unit="percent")
    promoters = rows[kinds["promoters"]]
    page.value("answers", len(rows))
    page.value("promoters.silent", 100 * (1 - promoters["invited"].mean()), unit="percent")
    others = 1 - promoters["invited"].sum() / rows["invited"].sum()
    page.value("others.share", 100 * others, unit="percent")
    page.value("ten", table["share"].iloc[-1], digits=1, unit="percent")
    page.value("nine", table["share"].iloc[-2], digits=1, unit="percent")
    hold("promoters invite most", promoters["invited"].mean() > 1.5 * rows.loc[kinds["passives"], "invited"].mean())
    hold("nineteen of twenty promoters invite nobody", 0.94 < 1 - promoters["invited"].mean() < 0.96)
    hold("about a third of invitations come from others", 0.25 < others < 0.40)
    hold("ten stands above nine", table["low"].iloc[-1] > table["share"].iloc[-2])

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("ltr:O", title=page.say(en="Would recommend, 0 to 10", fr="Recommanderait, de 0 à 10"))
        )
        y = alt.Y(
            "share:Q", title=page.say(en="Orders with an invitation, %", fr="Commandes suivies d’une invitation, %")
        )
        colour = alt.condition("datum.ltr >= 9", alt.value(charts.GOOD), alt.value(charts.NEUTRAL))
        return (
            base.mark_bar(opacity=0.8).encode(y=y, color=colour)
            + base.mark_rule(strokeWidth=2, color=charts.INK).encode(y="low:Q", y2="high:Q")
        ).properties(width=width, height=220)

    page.chart(
        "said",
        bars,
        title=page.say(
            en="Those who say ten invite most, and still hardly one in fifteen does",
            fr="Ceux qui disent dix invitent le plus, et pourtant à peine un sur quinze",
        ),
        alternative=page.say(
            en="Orders followed by an invitation, by answer: ", fr="Commandes suivies d’une invitation, par réponse : "
        )
        + ", ".join(f"{row.ltr}: {page.written(row.share, digits=1, unit='percent')}" for row in table.itertuples())
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=table,
        columns={
            "ltr": Column(label=page.say(en="Answer", fr="Réponse")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "share": Column(label=page.say(en="Invited", fr="Ont invité"), digits=1, unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), digits=1, unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), digits=1, unit="percent"),
        },
    )
    hold("hardly one in fifteen of the tens", 0.05 < table["share"].iloc[-1] / 100 < 1 / 15)
    return rows


def two_years(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per customer who ordered in 2023: what they did then, and in 2024."""
    orders = data["orders"]
    invited = data["referrals"].merge(orders[["order_id", "ordered_at"]], on="order_id")
    first, second = orders[orders["ordered_at"] < TURN], orders[orders["ordered_at"] >= TURN]
    before, after = invited[invited["ordered_at"] < TURN], invited[invited["ordered_at"] >= TURN]
    people = first.groupby("customer_id").agg(orders=("order_id", "size"), eur=("amount_eur", "sum"))
    people["invited"] = before.groupby("customer_id").size()
    people["won"] = before.groupby("customer_id")["friend_became_customer"].sum()
    people["invited_next"] = after.groupby("customer_id").size()
    people["won_next"] = after.groupby("customer_id")["friend_became_customer"].sum()
    people["orders_next"] = second.groupby("customer_id").size()
    people = people.fillna(0).astype(float)
    surveys = data["surveys"].dropna(subset=["order_id", "ltr"])
    asked = surveys[surveys["answered_at"] < TURN].groupby("customer_id")["ltr"].mean()
    card = data["customers"].set_index("customer_id")["is_loyalty_member"]
    people = people.assign(ltr=people.index.map(asked), card=people.index.map(card).astype(bool))
    return people.reset_index()


def worth(page: Page, data: cxdata.Dataset) -> None:
    """What a friend's order leaves, after the voucher."""
    rows = data["referrals"]
    friends = rows.dropna(subset=["friend_first_order_eur"])
    mean = friends["friend_first_order_eur"].mean()
    left = MARGIN * mean - REWARD_EUR
    even = REWARD_EUR / MARGIN
    short = friends["friend_first_order_eur"] < even
    page.value("invitations", len(rows))
    page.value("friends", len(friends))
    low, high = measures.share_interval(len(friends), len(rows))
    for name, number in (("", len(friends) / len(rows)), (".low", low), (".high", high)):
        page.value(f"came{name}", 100 * number, unit="percent")
    page.value("first", mean)
    page.value("first.median", friends["friend_first_order_eur"].median(), unit="euros")
    page.value("first.margin", MARGIN * mean, digits=1)
    page.value("first.left", left, digits=1)
    page.value("even", even, unit="euros")
    page.value("short", 100 * short.mean(), unit="percent")
    page.value("covered", 100 * (1 - short.mean()), unit="percent")
    page.value("anyway", 100 * (1 - REWARD_EUR / (MARGIN * mean)), unit="percent")
    page.value("short.paid", REWARD_EUR * int((friends["friend_first_order_eur"] < LEAST_EUR).sum()), unit="euros")
    page.value("rewards", rows["reward_eur"].sum(), unit="euros")
    page.value("third", (1 - 1 / 3) * MARGIN * mean - REWARD_EUR, digits=1)
    hold("a third who come anyway leave a little", 0 < (2 / 3) * MARGIN * mean - REWARD_EUR < 4)
    hold("the voucher eats more than half of the first margin", left < 0.5 * MARGIN * mean)


def spread(values: pd.Series) -> tuple[float, float, float]:
    """Return a mean with the ends of its 95 % interval, customers being independent."""
    error = measures.Z_95 * values.std() / np.sqrt(len(values))
    return values.mean(), values.mean() - error, values.mean() + error


def groups(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the lists of advocates that could be made at the end of 2023."""
    tenth = len(people) // 10
    return {
        "all": people,
        "promoters": people[people["ltr"] >= 9],
        "spenders": people.nlargest(tenth, "eur"),
        "frequent": people.nlargest(tenth, "orders"),
        "invited": people[people["invited"] > 0],
    }


def lists(page: Page, people: pd.DataFrame) -> None:
    """What each list brought in 2024."""
    names = {
        "all": page.say(en="Everybody who ordered", fr="Tous les acheteurs"),
        "promoters": page.say(en="Promoters", fr="Promoteurs"),
        "spenders": page.say(en="Top tenth by euros", fr="Premier dixième en euros"),
        "frequent": page.say(en="Top tenth by orders", fr="Premier dixième en commandes"),
        "invited": page.say(en="Invited in 2023", fr="Ont invité en 2023"),
    }
    lines = []
    for name, part in groups(people).items():
        mean, low, high = spread(part["won_next"])
        per_order = 100 * part["invited_next"].sum() / part["orders_next"].sum()
        worth_eur = KIT_EUR / max(mean, 1e-9)
        lines.append(
            {
                "list": names[name],
                "people": len(part),
                "invited": 100 * part["invited_next"].mean(),
                "won": 100 * mean,
                "low": 100 * low,
                "high": 100 * high,
                "per_order": per_order,
            }
        )
        page.value(f"{name}.people", len(part))
        page.value(f"{name}.invited", 100 * part["invited_next"].mean(), digits=1)
        page.value(f"{name}.won", 100 * mean, digits=1)
        page.value(f"{name}.won.low", 100 * low, digits=1)
        page.value(f"{name}.won.high", 100 * high, digits=1)
        page.value(f"{name}.per.order", per_order, digits=1)
        page.value(f"{name}.none", 100 * (part["invited_next"] == 0).mean(), unit="percent")
        page.value(f"{name}.kit", worth_eur, unit="euros")
    page.value("kits", KIT_EUR * len(groups(people)["promoters"]), unit="euros")
    table = pd.DataFrame(lines)
    best = table["won"].iloc[1:]
    hold("luck could explain those who had invited", table["low"].iloc[-1] < table["won"].iloc[0])
    hold("every list beats everybody", best.min() > table["won"].iloc[0])
    hold("the intervals of the lists overlap", table["low"].iloc[1:].max() < table["high"].iloc[1:].min())
    hold("a kit costs far more than a friend leaves", KIT_EUR / (best.max() / 100) > 500)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("list:N", sort=list(names.values()), title=None))
        x = alt.X(
            "low:Q",
            title=page.say(en="Friends won in 2024 per 100 on the list", fr="Amis gagnés en 2024 pour 100 noms"),
            scale=alt.Scale(domainMin=0),
        )
        return (
            base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, opacity=1).encode(x="won:Q")
        ).properties(width=width - 165, height=190)

    page.chart(
        "lists",
        dots,
        title=page.say(
            en="Whichever list you make, a hundred names bring three or four friends a year",
            fr="Quelle que soit la liste, cent noms amènent trois ou quatre amis par an",
        ),
        alternative=page.say(
            en="Friends won in 2024 per 100 people listed: ", fr="Amis gagnés en 2024 pour 100 personnes : "
        )
        + "; ".join(
            f"{row.list} {page.written(row.won, digits=1)} ({page.written(row.low, digits=1)} – {page.written(row.high, digits=1)})"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Lists made with what was known at the end of 2023. Lines are 95% intervals.",
            fr="Listes faites avec ce que l’on savait fin 2023. Traits : intervalles à 95 %.",
        ),
        data=table,
        columns={
            "list": Column(label=page.say(en="List", fr="Liste")),
            "people": Column(label=page.say(en="People", fr="Personnes")),
            "invited": Column(label=page.say(en="Invitations per 100", fr="Invitations pour 100"), digits=1),
            "won": Column(label=page.say(en="Friends per 100", fr="Amis pour 100"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
            "per_order": Column(
                label=page.say(en="Invitations per 100 orders", fr="Invitations pour 100 commandes"), digits=1
            ),
        },
    )
    hold("three or four friends", best.min() > 2.5 and best.max() < 4.5)


def buyers(page: Page, people: pd.DataFrame) -> None:
    """Big buyers invite more because they order more."""
    fifth = pd.qcut(people["eur"], 5, labels=False)
    sums = people.groupby(fifth)[["invited", "orders", "eur"]].sum()
    for name, place in (("least", 0), ("most", 4)):
        row = sums.loc[place]
        page.value(f"fifth.{name}.share", 100 * row["invited"] / sums["invited"].sum(), unit="percent")
        page.value(f"fifth.{name}.order", 100 * row["invited"] / row["orders"], digits=1)
        page.value(f"fifth.{name}.eur", 1000 * row["invited"] / row["eur"], digits=1)
    rates = sums["invited"] / sums["orders"]
    hold("per order the ends are alike", abs(rates[4] / rates[0] - 1) < 0.15)
    hold("the largest buyers make the most invitations", sums["invited"].idxmax() == 4)


def staying(page: Page, people: pd.DataFrame) -> None:
    """Those who invited came back more often: as they would have, mostly."""
    rows = people.assign(
        back=(people["orders_next"] > 0).astype(float),
        inviting=people["invited"] > 0,
        many=people["orders"].clip(upper=8),
    )
    plain = measures.difference(rows, outcome="back", treatment="inviting")
    alike = measures.difference(rows, outcome="back", treatment="inviting", strata=("many", "card"), of="untreated")
    for name, found in (("plain", plain), ("alike", alike)):
        for key, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"stay.{name}{key}", 100 * number, digits=1, sign=True)
    share = rows.groupby("inviting")["back"].mean()
    page.value("stay.inviters", 100 * share[True], unit="percent")
    page.value("stay.others", 100 * share[False], unit="percent")
    hold("the plain gap is clear", plain.low > 0.04)
    hold("among alike customers most of it goes", alike.value < 0.6 * plain.value)


def channels(page: Page, data: cxdata.Dataset) -> None:
    """How often the friend comes, by the way of inviting."""
    grouped = data["referrals"].groupby("channel")["friend_became_customer"].agg(["sum", "size"])
    for name, channel in (("card", "voucher_card"), ("link", "link")):
        count, total = int(grouped.loc[channel, "sum"]), int(grouped.loc[channel, "size"])
        low, high = measures.share_interval(count, total)
        for key, number in (("", count / total), (".low", low), (".high", high)):
            page.value(f"{name}.came{key}", 100 * number, unit="percent")


def drawn(page: Page, data: cxdata.Dataset, people: pd.DataFrame) -> None:
    """The wheel and the plan."""
    orders = data["orders"]
    page.value("orders", len(orders))
    page.value("rate", 100 * len(data["referrals"]) / len(orders), digits=1, unit="percent")
    winners = people[people["won"] > 0]
    page.value("again", 100 * (winners["invited_next"] > 0).mean(), unit="percent")
    page.value("winners", len(winners))
    wheel = artefacts.read(page, WORDS, cycle.Cycle, part="wheel")
    page.drawing(
        "wheel",
        cycle.wide(wheel),
        narrow=cycle.narrow(wheel),
        title=page.say(
            en="The wheel turns slowly: three invitations in a hundred orders, one friend in four invitations",
            fr="La roue tourne lentement : trois invitations pour cent commandes, un ami pour quatre invitations",
        ),
        alternative=" ".join(f"{stage.name}: {stage.measure} {stage.text}; {stage.passing}." for stage in wheel.stages),
        note=page.say(
            en=f"Counted in a run of {page.written(CUSTOMERS)} customers.",
            fr=f"Compté sur un jeu de {page.written(CUSTOMERS)} clients.",
        ),
    )
    page.html(
        "programme", sheet.sheet(artefacts.read(page, WORDS, sheet.Sheet, part="programme"), language=page.language)
    )


def exercise(page: Page, answers: pd.DataFrame) -> None:
    """The same by programme: whose promoters do what they say."""
    for name, programme in (("mail", "email_after_order"), ("call", "callback_after_order")):
        part = answers[answers["programme"] == programme]
        told = part[part["ltr"] >= 9]
        count = int(told["invited"].sum())
        low, high = measures.share_interval(count, len(told))
        page.value(f"{name}.promoters", 100 * len(told) / len(part), unit="percent")
        page.value(f"{name}.told", len(told))
        page.value(f"{name}.count", count)
        for key, number in (("", count / len(told)), (".low", low), (".high", high)):
            page.value(f"{name}.rate{key}", 100 * number, digits=1, unit="percent")
        page.value(f"{name}.all", 100 * part["invited"].mean(), digits=1, unit="percent")
