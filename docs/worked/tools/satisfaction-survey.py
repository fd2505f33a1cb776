"""CSAT: the e-mails are too kind; weighting mends what is known of the silent, a sample that is answered mends the rest."""

import math

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

AGES = {
    "18": {"en": "under 35", "fr": "moins de 35 ans"},
    "35": {"en": "35 to 49", "fr": "35 à 49 ans"},
    "50": {"en": "50 to 64", "fr": "50 à 64 ans"},
    "65": {"en": "65 and over", "fr": "65 ans et plus"},
}
AGE_ENDS = [0, 35, 50, 65, 120]
MARGINS = ("age", "happened", "segment")
"""What is known of every order, answered or not, and what the answers are raked to."""
ROUNDS = 30
"""Rounds of raking; the weights have long stopped moving by then."""
DRAWS = 400
"""Samples of customers that the bootstrap draws with replacement."""
VOUCHER_EUR = 20
"""What the promise of our story gives a customer who is not satisfied."""
INTERVIEW_EUR = 6
"""What an answered call-back costs in our story."""
BEST_SHOPS = 10
SATISFIED = 4
"""Least mark of five that counts as satisfied."""


def everybody(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per order with what the company knows of it, and ``truth``, the answer it would be given."""
    orders, customers = data["orders"], data["customers"][["customer_id", "birth_date", "segment", "accepts_email"]]
    told = data.truth["latents/orders"][["order_id", "csat"]].rename(columns={"csat": "truth"})
    rows = orders.merge(told, on="order_id").merge(customers, on="customer_id")
    years = (rows["ordered_at"] - pd.to_datetime(rows["birth_date"])).dt.days / 365.25
    late = rows["order_id"].map(data["deliveries"].set_index("order_id")["is_late"])
    return rows.assign(
        age=pd.cut(years, AGE_ENDS, right=False, labels=list(AGES)).astype(str),
        happened=np.where(rows["channel"] == "shop", "shop", np.where(late.eq(True), "late", "on_time")),
        is_satisfied=rows["truth"] >= SATISFIED,
    )


Arrays = tuple[np.ndarray, ...]


def margins(answers: pd.DataFrame, population: pd.DataFrame) -> tuple[Arrays, Arrays]:
    """Return the codes of the answers on each margin and the population's shares in the same order, for ``raked``."""
    codes, shares = [], []
    for name in MARGINS:
        kinds = sorted(population[name].astype(str).unique())
        codes.append(pd.Categorical(answers[name].astype(str), kinds).codes)
        shares.append(population[name].astype(str).value_counts(normalize=True).loc[kinds].to_numpy())
    return tuple(codes), tuple(shares)


def raked(weight: np.ndarray, codes: Arrays, shares: Arrays) -> np.ndarray:
    """Return weights that give every margin its share in the population (Deming and Stephan, 1940)."""
    for _ in range(ROUNDS):
        for code, share in zip(codes, shares, strict=True):
            held = np.bincount(code, weight, minlength=len(share))
            weight = weight * (share * weight.sum() / np.maximum(held, 1e-9))[code]
    return weight


def interval_row(who: str, kind: str, answers: pd.Series) -> dict:
    """Return one line of the picture: the share of satisfied answers with its Wilson interval, in percent."""
    satisfied = int((answers >= SATISFIED).sum())
    low, high = measures.share_interval(satisfied, len(answers))
    return {
        "who": who,
        "kind": kind,
        "answers": len(answers),
        "share": 100 * satisfied / len(answers),
        "low": 100 * low,
        "high": 100 * high,
    }


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    orders = everybody(data)
    known = orders.drop(columns=["customer_id"])
    surveys = data["surveys"]
    mail, call = (
        surveys[surveys["programme"] == programme].merge(known, on="order_id")
        for programme in ("email_after_order", "callback_after_order")
    )
    rows = routes(page, orders, mail, call)
    silent(page, orders, mail)
    sizes(page, orders, mail, call)
    promise(page, orders, rows)
    mode(page, orders, mail, call)
    shops(page, orders, mail)
    halo(page, data)
    exercise(page, orders, mail, call)


def routes(page: Page, orders: pd.DataFrame, mail: pd.DataFrame, call: pd.DataFrame) -> pd.DataFrame:
    """Raw, weighted, called back and everybody: one picture."""
    mailed, called = mail[mail["answered"]], call[call["answered"]]
    truth = 100 * orders["is_satisfied"].mean()
    names = {
        "raw": page.say(en="E-mail, as answered", fr="E-mail, brut"),
        "weighted": page.say(en="E-mail, weighted", fr="E-mail, redressé"),
        "call": page.say(en="Call-back, by lot", fr="Appel, tiré au sort"),
    }
    raw = interval_row(names["raw"], "raw", mailed["csat"])
    codes, shares = margins(mailed, orders)
    good = (mailed["csat"] >= SATISFIED).to_numpy(float)
    weight = raked(np.ones(len(mailed)), codes, shares)
    of_customer, customer = np.unique(mailed["customer_id"], return_inverse=True)
    draws, random = [], np.random.default_rng(7)
    for _ in range(DRAWS):
        drawn = np.bincount(random.integers(len(of_customer), size=len(of_customer)), minlength=len(of_customer))
        draws.append(np.average(good, weights=raked(drawn[customer].astype(float), codes, shares)))
    low, high = 100 * np.quantile(draws, [0.025, 0.975])
    weighted = {
        "who": names["weighted"],
        "kind": "weighted",
        "answers": len(mailed),
        "share": 100 * np.average(good, weights=weight),
        "low": low,
        "high": high,
    }
    table = pd.DataFrame([raw, weighted, interval_row(names["call"], "call", called["csat"])])
    by_kind = table.set_index("kind")
    hold("the e-mails miss the truth", by_kind.at["raw", "low"] > truth)
    hold("weighted they still miss it", by_kind.at["weighted", "low"] > truth)
    hold("the call-backs hold it", by_kind.at["call", "low"] < truth < by_kind.at["call", "high"])
    for kind, row in by_kind.iterrows():
        for name in ("share", "low", "high"):
            page.value(f"{kind}.{name}", row[name], digits=1, unit="percent")
        page.value(f"{kind}.answers", row["answers"])
    mended = 100 * (raw["share"] - weighted["share"]) / (raw["share"] - truth)
    hold("weighting mends a part, and less than a third", 5 < mended < 33)
    page.value("truth", truth, digits=1, unit="percent")
    page.value("bias", raw["share"] - truth, digits=1)
    page.value("mended", mended, unit="percent")
    page.value("mail.sent", len(mail))
    page.value("mail.rate", 100 * mail["answered"].mean(), unit="percent")
    page.value("call.sent", len(call))
    page.value("call.rate", 100 * call["answered"].mean(), unit="percent")
    page.value("call.rate.plain", 100 * call["answered"].mean(), digits=2)
    page.value("orders", len(orders))
    page.value("accepts", 100 * orders.loc[orders["accepts_email"], "is_satisfied"].mean(), digits=1, unit="percent")
    hold(
        "who accepts mail is like everybody",
        abs(100 * orders.loc[orders["accepts_email"], "is_satisfied"].mean() - truth) < 1,
    )
    weight = weight / weight.mean()
    page.value("weight.least", weight.min(), digits=1)
    page.value("weight.most", weight.max(), digits=1)
    page.value("effective", weight.sum() ** 2 / (weight**2).sum())
    share = truth / 100
    page.value("equivalent", share * (1 - share) / ((raw["share"] - truth) / 100) ** 2)
    page.value("mail.satisfied", int(good.sum()))
    dots_with_truth(page, table, truth)
    return by_kind


def dots_with_truth(page: Page, table: pd.DataFrame, truth: float) -> None:
    """Draw the shares as dots with their intervals and the answer of everybody as a line."""
    line = pd.DataFrame([{"truth": truth, "label": page.say(en="all orders", fr="toutes les commandes")}])

    def dots(width: int) -> alt.LayerChart:
        def place(field: str) -> alt.X:
            return alt.X(
                f"{field}:Q",
                scale=alt.Scale(domain=[64, 82], zero=False),
                title=page.say(en="Satisfied (4 or 5 of five), %", fr="Satisfaits (4 ou 5 sur cinq), %"),
            )

        base = alt.Chart(table).encode(y=alt.Y("who:N", sort=list(table["who"]), title=None))
        key = alt.Chart(line).encode(x=place("truth"))
        colour = alt.condition("datum.kind == 'call'", alt.value(charts.GOOD), alt.value(charts.BAD))
        return (
            key.mark_rule(strokeWidth=2, strokeDash=[5, 4], color=charts.INK)
            + key.mark_text(align="right", dx=-6, color=charts.INK).encode(y=alt.value(6), text="label:N")
            + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=place("low"), x2="high:Q")
            + base.mark_point(size=110, opacity=1).encode(x=place("share"), color=colour)
        ).properties(width=width if width > charts.NARROW else width - 130, height=150)

    colon = page.say(en=": ", fr=" : ")

    def said(number: float) -> str:
        return page.written(number, digits=1, unit="percent")

    page.chart(
        "routes",
        dots,
        title=page.say(
            en="Weighting moves the e-mails a little way; the call-backs were there all along",
            fr="Le redressement rapproche un peu les e-mails ; les appels y étaient déjà",
        ),
        alternative=page.say(en="Share of satisfied answers: ", fr="Part des réponses satisfaites : ")
        + "; ".join(
            f"{row.who}{colon}{said(row.share)} ({said(row.low)}, {said(row.high)})" for row in table.itertuples()
        )
        + page.say(en=f". All orders: {said(truth)}.", fr=f". Toutes les commandes : {said(truth)}."),
        note=page.say(
            en="Dots are shares, lines their 95% intervals. The broken line is the answer key.",
            fr="Points : parts ; traits : intervalles à 95 %. La ligne brisée est le corrigé.",
        ),
        data=table.drop(columns="kind"),
        columns={
            "who": Column(label=page.say(en="Route", fr="Voie")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "share": Column(label=page.say(en="Satisfied", fr="Satisfaits"), digits=1, unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), digits=1, unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), digits=1, unit="percent"),
        },
    )


def silent(page: Page, orders: pd.DataFrame, mail: pd.DataFrame) -> None:
    """Who answers the e-mail: by age, which is on file, and by the mark itself, which only the answer key has."""
    names = {
        True: page.say(en="Satisfied", fr="Satisfaits"),
        False: page.say(en="Not satisfied", fr="Pas satisfaits"),
    }
    rows = []
    for (age, satisfied), part in mail.groupby(["age", "is_satisfied"]):
        low, high = measures.share_interval(int(part["answered"].sum()), len(part))
        rows.append(
            {
                "age": page.say(**AGES[str(age)]),
                "who": names[bool(satisfied)],
                "sent": len(part),
                "rate": 100 * part["answered"].mean(),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
    table = pd.DataFrame(rows)
    wide = table.pivot(index="age", columns="who", values="rate")
    hold("at every age the satisfied answer more", (wide[names[True]] > wide[names[False]]).all())
    by_age = mail.groupby("age")["answered"].mean() * 100
    by_mark = mail.groupby("is_satisfied")["answered"].mean() * 100
    page.value("rate.young", by_age["18"], unit="percent")
    page.value("rate.old", by_age["65"], unit="percent")
    page.value("rate.satisfied", by_mark[True], unit="percent")
    page.value("rate.not", by_mark[False], unit="percent")
    shares = {
        name: 100 * (rows["age"] == "18").mean() for name, rows in (("all", orders), ("mail", mail[mail["answered"]]))
    }
    page.value("young.orders", shares["all"], unit="percent")
    page.value("young.answers", shares["mail"], unit="percent")
    true_by_age = 100 * orders.groupby("age")["is_satisfied"].mean()
    page.value("young.truth", true_by_age["18"], unit="percent")
    page.value("old.truth", true_by_age["65"], unit="percent")
    hold(
        "the young are less satisfied and answer less",
        true_by_age["18"] < true_by_age["65"] and by_age["18"] < by_age["65"],
    )

    def dots(width: int) -> alt.LayerChart:
        order = [page.say(**label) for label in AGES.values()]
        narrow = width <= charts.NARROW
        x = alt.X("age:N", sort=order, title=page.say(en="Age of the customer", fr="Âge du client"))
        if narrow:
            x = alt.X("age:N", sort=order, title=None, axis=alt.Axis(labelAngle=-35))
        offset = alt.XOffset("who:N", sort=[names[False], names[True]])
        base = alt.Chart(table).encode(x=x, xOffset=offset)
        colour = alt.Color(
            "who:N", scale=alt.Scale(domain=[names[False], names[True]], range=[charts.BAD, charts.GOOD])
        )
        y = alt.Y("low:Q", scale=alt.Scale(domain=[0, 32]), title=page.say(en="Answered, %", fr="Répondants, %"))
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
            + base.mark_point(size=110, opacity=1).encode(y="rate:Q", color=colour)
        ).properties(width=width, height=210)

    colon = page.say(en=": ", fr=" : ")
    said = "; ".join(
        f"{row.age}, {row.who.lower()}{colon}{page.written(row.rate, unit='percent')}" for row in table.itertuples()
    )
    page.chart(
        "silent",
        dots,
        title=page.say(
            en="At every age the satisfied answer more of their e-mails",
            fr="À tout âge, les satisfaits répondent davantage aux e-mails",
        ),
        alternative=page.say(
            en=f"Share of e-mails answered, by age and by the mark that would be given: {said}.",
            fr=f"Part des e-mails suivis d’une réponse, par âge et selon la note qui serait donnée : {said}.",
        ),
        note=page.say(
            en="Dots are shares, lines their 95% intervals. What the silent would mark is known from the answer key alone.",
            fr="Points : parts ; traits : intervalles à 95 %. Seul le corrigé sait ce que les silencieux noteraient.",
        ),
        data=table,
        columns={
            "age": Column(label=page.say(en="Age", fr="Âge")),
            "who": Column(label=page.say(en="Would be", fr="Serait")),
            "sent": Column(label=page.say(en="E-mails", fr="E-mails")),
            "rate": Column(label=page.say(en="Answered", fr="Répondants"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def sizes(page: Page, orders: pd.DataFrame, mail: pd.DataFrame, call: pd.DataFrame) -> None:
    """How many answers, invitations and euros each question takes."""
    share = 0.7
    quarter = orders[orders["ordered_at"].dt.to_period("Q") == "2024Q2"]
    small = quarter[quarter["is_bulky"]]
    step = 0.03
    two = measures.answers_per_wave(share, difference=step)
    wanted = {
        page.say(en="One wave, margin of 3 points", fr="Une vague, marge de 3 points"): measures.sample_size(
            share, margin=step
        ),
        page.say(en="The same, of one quarter’s orders", fr="La même, commandes d’un trimestre"): measures.sample_size(
            share, margin=step, population=len(quarter)
        ),
        page.say(en="The same, its bulky goods alone", fr="La même, articles volumineux seuls"): measures.sample_size(
            share, margin=step, population=len(small)
        ),
        page.say(en="A rise of 3 points, each wave", fr="Une hausse de 3 points, chaque vague"): two,
    }
    rate = call["answered"].mean()
    table = pd.DataFrame(
        [
            {"question": name, "answers": count, "calls": count / rate, "cost": count * INTERVIEW_EUR}
            for name, count in wanted.items()
        ]
    )
    counts = list(wanted.values())
    page.value("needed", counts[0])
    page.value("needed.quarter", counts[1])
    page.value("needed.small", counts[2])
    page.value("needed.step", counts[3])
    page.value("needed.times", counts[3] / counts[0], digits=1)
    page.value("quarter.orders", len(quarter))
    page.value("small.orders", len(small))
    hold("a rise takes about four times the answers of a level", 3.5 < counts[3] / counts[0] < 4.5)
    page.value("interview", INTERVIEW_EUR, unit="euros")
    page.table(
        "sizes",
        table,
        caption=page.say(en="Answers that a question takes", fr="Réponses qu’il faut à chaque question"),
        columns={
            "question": Column(label=page.say(en="Question", fr="Question")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "calls": Column(label=page.say(en="Customers to call", fr="Clients à appeler")),
            "cost": Column(label=page.say(en="Cost", fr="Coût"), unit="euros"),
        },
    )


def promise(page: Page, orders: pd.DataFrame, rows: pd.DataFrame) -> None:
    """What the promise of a voucher costs, by each route and in truth."""
    page.value("voucher", VOUCHER_EUR, unit="euros")

    def cost(percent: float) -> float:
        return (100 - percent) / 100 * len(orders) * VOUCHER_EUR

    truth = 100 * orders["is_satisfied"].mean()
    page.value("cost.raw", cost(rows.at["raw", "share"]), unit="euros")
    page.value("cost.weighted", cost(rows.at["weighted", "share"]), unit="euros")
    page.value("cost.call", cost(rows.at["call", "share"]), unit="euros")
    page.value("cost.call.low", cost(rows.at["call", "high"]), unit="euros")
    page.value("cost.call.high", cost(rows.at["call", "low"]), unit="euros")
    page.value("cost.truth", cost(truth), unit="euros")
    page.value("cost.short", cost(truth) - cost(rows.at["raw", "share"]), unit="euros")
    spent = rows.at["call", "answers"] * INTERVIEW_EUR
    page.value("cost.calls", spent, unit="euros")
    hold("the calls cost less than the hole that they find", spent < cost(truth) - cost(rows.at["raw", "share"]))


def mode(page: Page, orders: pd.DataFrame, mail: pd.DataFrame, call: pd.DataFrame) -> None:
    """The telephone in 2023, the e-mail in 2024: a rise that nobody felt."""
    rows = []
    for source, year, name in ((call, 2023, "phone"), (mail, 2024, "mail")):
        given = source[source["answered"] & (source["sent_at"].dt.year == year)]
        for quarter, part in given.groupby(given["sent_at"].dt.to_period("Q")):
            rows.append({"quarter": str(quarter), **interval_row("", name, part["csat"])})
    table = pd.DataFrame(rows).drop(columns="who")
    truth = 100 * orders.groupby(orders["ordered_at"].dt.to_period("Q"))["is_satisfied"].mean()
    table["truth"] = [truth[pd.Period(quarter)] for quarter in table["quarter"]]
    names = {
        "phone": page.say(en="asked by telephone", fr="par téléphone"),
        "mail": page.say(en="asked by e-mail", fr="par e-mail"),
        "truth": page.say(en="all orders (answer key)", fr="toutes les commandes (corrigé)"),
    }
    table["asked"] = table["kind"].map(names)
    first = call[call["answered"] & (call["sent_at"].dt.year == 2023)]["csat"] >= SATISFIED
    second = mail[mail["answered"] & (mail["sent_at"].dt.year == 2024)]["csat"] >= SATISFIED
    step = 100 * (second.mean() - first.mean())
    error = 100 * math.sqrt(
        second.mean() * (1 - second.mean()) / len(second) + first.mean() * (1 - first.mean()) / len(first)
    )
    years = 100 * orders.groupby(orders["ordered_at"].dt.year)["is_satisfied"].mean()
    hold("the change of route looks like a rise", step - measures.Z_95 * error > 0)
    hold("the true rise is much smaller", years[2024] - years[2023] < step / 2)
    page.value("mode.step", step, digits=1)
    page.value("mode.low", step - measures.Z_95 * error, digits=1)
    page.value("mode.high", step + measures.Z_95 * error, digits=1)
    page.value("mode.truth", years[2024] - years[2023], digits=1)
    long = pd.concat(
        [
            table[["quarter", "asked", "share", "low", "high"]],
            table[["quarter", "truth"]].rename(columns={"truth": "share"}).assign(asked=names["truth"]),
        ]
    )
    long["label"] = long["quarter"].str.replace("Q", page.say(en=" Q", fr=" T"))

    def lines(width: int) -> alt.LayerChart:
        narrow = width <= charts.NARROW
        x = alt.X("label:O", title=None, axis=alt.Axis(labelAngle=-45 if narrow else 0))
        colour = alt.Color(
            "asked:N",
            scale=alt.Scale(domain=list(names.values()), range=[charts.GOOD, charts.BAD, charts.INK]),
            legend=alt.Legend(columns=1 if narrow else 3, columnPadding=20),
        )
        y = alt.Y("share:Q", scale=alt.Scale(domain=[45, 90]), title=page.say(en="Satisfied, %", fr="Satisfaits, %"))
        asked = alt.Chart(long[long["asked"] != names["truth"]])
        key = alt.Chart(long[long["asked"] == names["truth"]])
        return (
            asked.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
                x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[45, 90])), y2="high:Q"
            )
            + key.mark_line(strokeWidth=2, strokeDash=[5, 4]).encode(x=x, y=y, color=colour)
            + asked.mark_point(size=100, opacity=1).encode(x=x, y=y, color=colour)
        ).properties(width=width, height=230)

    colon = page.say(en=": ", fr=" : ")
    said = "; ".join(
        f"{row.quarter} ({row.asked}){colon}{page.written(row.share, unit='percent')} / "
        f"{page.written(row.truth, unit='percent')}"
        for row in table.itertuples()
    )
    page.chart(
        "mode",
        lines,
        title=page.say(
            en="The rise came with the e-mail",
            fr="La hausse est arrivée avec l’e-mail",
        ),
        alternative=page.say(
            en=f"Satisfied by quarter, as asked and among all orders: {said}.",
            fr=f"Satisfaits par trimestre, selon l’enquête et parmi toutes les commandes : {said}.",
        ),
        note=page.say(
            en="Dots are shares among answers, lines their 95% intervals.",
            fr="Points : parts des réponses ; traits : intervalles à 95 %.",
        ),
        data=table[["quarter", "asked", "answers", "share", "low", "high", "truth"]],
        columns={
            "quarter": Column(label=page.say(en="Quarter", fr="Trimestre")),
            "asked": Column(label=page.say(en="Route", fr="Voie")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "share": Column(label=page.say(en="Satisfied", fr="Satisfaits"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
            "truth": Column(label=page.say(en="All orders", fr="Toutes"), unit="percent"),
        },
    )


def shops(page: Page, orders: pd.DataFrame, mail: pd.DataFrame) -> None:
    """The league table of shops: means of few answers, and who leads it in truth."""
    given = mail[mail["answered"] & (mail["channel"] == "shop")]
    table = given.groupby("store_id")["csat"].agg(answers="size", mean="mean")
    bought = orders[orders["channel"] == "shop"].groupby("store_id")["is_satisfied"].agg(orders="size", truth="mean")
    table = table.join(bought)
    table["place"] = table["truth"].rank(ascending=False)
    best = table.sort_values("mean", ascending=False).head(BEST_SHOPS)
    hold("the best shop by the mean has a single answer", best["answers"].iloc[0] == 1)
    page.value("shops", len(table))
    page.value("shops.answers", table["answers"].median())
    page.value("shops.best.mean", best["mean"].iloc[0], digits=1)
    page.value("shops.best.place", best["place"].iloc[0])
    among = int((best["place"] <= BEST_SHOPS).sum())
    hold("few of the ten best belong there", among <= 5)
    page.text("shops.among", **{"en": WORDS_EN[among], "fr": WORDS_FR[among]})
    overall = (given["csat"] >= SATISFIED).mean()
    apart = 0
    for _, part in given.groupby("store_id"):
        low, high = measures.share_interval(int((part["csat"] >= SATISFIED).sum()), len(part))
        apart += not low <= overall <= high
    page.value("shops.apart", apart)


WORDS_EN = ["none", "one", "two", "three", "four", "five"]
WORDS_FR = ["aucun", "un", "deux", "trois", "quatre", "cinq"]


def halo(page: Page, data: cxdata.Dataset) -> None:
    """How much six marks have in common."""
    items = data["survey_items"]
    aspects = ["choice", "help", "price", "product", "delivery", "ease"]
    marks = items[items["item"].isin(aspects)].pivot(index="survey_id", columns="item", values="answer")
    found = marks.corr()
    apart = found.to_numpy()[np.triu_indices(len(aspects), 1)]
    page.value("halo.least", apart.min(), digits=2)
    page.value("halo.most", apart.max(), digits=2)
    page.value("halo.common", 100 * np.linalg.eigvalsh(found)[-1] / len(aspects), unit="percent")
    surveys = data["surveys"]
    answered = surveys[(surveys["programme"] == "email_after_order") & surveys["answered"]]
    page.value("halo.went_on", 100 * answered["survey_id"].isin(items["survey_id"]).mean(), unit="percent")


def exercise(page: Page, orders: pd.DataFrame, mail: pd.DataFrame, call: pd.DataFrame) -> None:
    """Shop and web apart: raw, weighted by age, truth, and what the call-backs tell."""
    gaps, variances = {}, {}
    for name in ("shop", "web"):
        given = mail[mail["answered"] & (mail["channel"] == name)]
        population = orders[orders["channel"] == name]
        good = given["csat"] >= SATISFIED
        low, high = measures.share_interval(int(good.sum()), len(given))
        share = population["age"].value_counts(normalize=True)
        weighted = sum(share[age] * part.mean() for age, part in good.groupby(given["age"]))
        page.value(f"{name}.raw", 100 * good.mean(), digits=1, unit="percent")
        page.value(f"{name}.low", 100 * low, digits=1, unit="percent")
        page.value(f"{name}.high", 100 * high, digits=1, unit="percent")
        page.value(f"{name}.weighted", 100 * weighted, digits=1, unit="percent")
        page.value(f"{name}.truth", 100 * population["is_satisfied"].mean(), digits=1, unit="percent")
        page.value(f"{name}.bias", 100 * (good.mean() - population["is_satisfied"].mean()), digits=1)
        page.value(f"{name}.answers", len(given))
        told = call.loc[call["answered"] & (call["channel"] == name), "csat"] >= SATISFIED
        gaps[name] = 100 * (good.mean() - told.mean())
        variances[name] = 1e4 * (good.var(ddof=0) / len(good) + told.var(ddof=0) / len(told))
        page.value(f"{name}.call", 100 * told.mean(), digits=1, unit="percent")
        margin = measures.Z_95 * math.sqrt(variances[name])
        page.value(f"{name}.gap", gaps[name], digits=1)
        page.value(f"{name}.gap.low", gaps[name] - margin, digits=1, sign=True)
        page.value(f"{name}.gap.high", gaps[name] + margin, digits=1, sign=True)
        hold("of the web one may be sure, of the shops not", (gaps[name] > margin) == (name == "web"))
    apart, margin = gaps["web"] - gaps["shop"], measures.Z_95 * math.sqrt(sum(variances.values()))
    hold("the call-backs leave open which is flattered more", -margin < apart < margin)
    page.value("gaps", apart, digits=1)
    page.value("gaps.low", apart - margin, digits=1, sign=True)
    page.value("gaps.high", apart + margin, digits=1, sign=True)
    web = mail[mail["channel"] == "web"].groupby("is_satisfied")["answered"].mean() * 100
    shop = mail[mail["channel"] == "shop"].groupby("is_satisfied")["answered"].mean() * 100
    page.value("web.rate.satisfied", web[True], unit="percent")
    page.value("web.rate.not", web[False], unit="percent")
    page.value("shop.rate.satisfied", shop[True], unit="percent")
    page.value("shop.rate.not", shop[False], unit="percent")
    hold("the web is the more flattered", web[True] - web[False] > shop[True] - shop[False])
