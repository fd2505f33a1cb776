"""Progress dashboard: ninety actions, their indicators with limits, and what would praise them wrongly."""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, control, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

MONTHS = pd.period_range("2023-01", "2024-12", freq="M")
PROJECT = 41
"""The action whose extension the board discusses."""
BASELINE = 9
"""Months of 2023 before the parcel jam."""
AFTER, FEWEST_BEFORE, MOST_BEFORE = 3, 6, 12
"""Months that a verdict looks at after an action, and before it at least and at most."""
KNOWN = {"delivery": ("2023-10",), "waits": ("2023-10", "2024-05")}
"""Months with a logged crisis, left out of what is usual: the parcel jam and the lamp recall."""
TOPICS = {
    "delivery": {"en": "Parcels late, %", "fr": "Colis en retard, %"},
    "waits": {"en": "Calls given up, %", "fr": "Appels abandonnés, %"},
    "returns": {"en": "Contacts on returns, per 1,000 orders", "fr": "Contacts sur les retours, pour 1 000 commandes"},
    "advice": {"en": "Help in shops, 0 to 10", "fr": "Aide en magasin, de 0 à 10"},
    "web": {"en": "Ease on the web, 0 to 10", "fr": "Facilité en ligne, de 0 à 10"},
    "billing": {"en": "Contacts on bills, per 1,000 orders", "fr": "Contacts sur les factures, pour 1 000 commandes"},
    "product_information": {
        "en": "Product questions, per 1,000 orders",
        "fr": "Questions sur les produits, pour 1 000 commandes",
    },
    "shop_checkout": {"en": "Ease in shops, 0 to 10", "fr": "Facilité en magasin, de 0 à 10"},
}
SHORT = {
    "delivery": {"en": "late parcels, %", "fr": "retards, %"},
    "waits": {"en": "calls given up, %", "fr": "abandons, %"},
    "returns": {"en": "returns, per 1,000", "fr": "retours, pour 1 000"},
    "advice": {"en": "help, 0–10", "fr": "aide, 0–10"},
    "web": {"en": "ease, 0–10", "fr": "facilité, 0–10"},
    "billing": {"en": "bills, per 1,000", "fr": "factures, pour 1 000"},
    "product_information": {"en": "questions, per 1,000", "fr": "questions, pour 1 000"},
    "shop_checkout": {"en": "ease, 0–10", "fr": "facilité, 0–10"},
}
HIGH_IS_GOOD = ("advice", "web", "shop_checkout")
OWNERS = {
    "logistics": {"en": "Logistics", "fr": "Logistique"},
    "service_centre": {"en": "Service centre", "fr": "Service clients"},
    "shops": {"en": "Shops", "fr": "Magasins"},
    "digital": {"en": "Digital", "fr": "Digital"},
    "finance": {"en": "Finance", "fr": "Finance"},
    "purchasing": {"en": "Purchasing", "fr": "Achats"},
}
VERDICTS = {
    "better": {"en": "better", "fr": "mieux"},
    "same": {"en": "same", "fr": "pareil"},
    "worse": {"en": "worse", "fr": "moins bien"},
    "early": {"en": "too early", "fr": "trop tôt"},
}
Series = Mapping[str, pd.Series]


def month(stamps: pd.Series) -> pd.Series:
    """Return the month of each date."""
    return pd.to_datetime(stamps).dt.to_period("M")


def indicators(data: cxdata.Dataset, larger: cxdata.Dataset) -> dict[str, pd.Series]:
    """Return the monthly series of each topic, 2023 and 2024."""
    orders, parcels, contacts = larger["orders"], larger["deliveries"], larger["contacts"]
    line = data["contact_volumes"]
    calls = line.groupby(month(line["starts_at"]))[["calls_offered", "calls_abandoned"]].sum().reindex(MONTHS)
    ordered = orders.groupby(month(orders["ordered_at"])).size().reindex(MONTHS)
    asked = larger["surveys"].loc[lambda rows: rows["programme"] == "email_after_order", ["survey_id", "sent_at"]]
    items = (
        larger["survey_items"]
        .merge(asked, on="survey_id")
        .merge(larger["surveys"][["survey_id", "order_id"]], on="survey_id")
    )
    items = items.merge(orders[["order_id", "channel"]], on="order_id")

    def contacts_on(reason: str) -> pd.Series:
        found = contacts[contacts["reason"] == reason]
        return 1000 * found.groupby(month(found["contacted_at"])).size().reindex(MONTHS) / ordered

    def marks(item: str, channel: str) -> pd.Series:
        found = items[(items["item"] == item) & (items["channel"] == channel)]
        return found.groupby(month(found["sent_at"]))["answer"].mean().reindex(MONTHS)

    return {
        "delivery": 100 * parcels.groupby(month(parcels["promised_on"]))["is_late"].mean().reindex(MONTHS),
        "waits": 100 * calls["calls_abandoned"] / calls["calls_offered"],
        "returns": contacts_on("return_refund"),
        "advice": marks("help", "shop"),
        "web": marks("ease", "web"),
        "billing": contacts_on("invoice"),
        "product_information": contacts_on("product_advice"),
        "shop_checkout": marks("ease", "shop"),
    }


def usual(topic: str, series: pd.Series) -> pd.Series:
    """Return a series without the months whose crisis stands in the log."""
    return series.drop([pd.Period(one) for one in KNOWN.get(topic, ()) if pd.Period(one) in series.index])


def verdict(topic: str, series: pd.Series, done: pd.Period) -> dict[str, object]:
    """Return what an action's indicator did: the usual before it, the mean after it, the limits, and a verdict."""
    before = usual(topic, series[series.index < done])[-MOST_BEFORE:]
    after = series[(series.index > done)][:AFTER]
    if len(before) < FEWEST_BEFORE or len(after) < AFTER:
        return {"verdict": "early"}
    spread = np.abs(np.diff(before)).mean() / control.MEAN_RANGE
    half = measures.Z_95 * spread * np.sqrt(1 / len(after) + 1 / len(before))
    change = after.mean() - before.mean()
    name = "same"
    if abs(change) > half:
        name = "better" if (change > 0) == (topic in HIGH_IS_GOOD) else "worse"
    return {
        "before": before.mean(),
        "after": after.mean(),
        "low": before.mean() - half,
        "high": before.mean() + half,
        "verdict": name,
    }


def judged(actions: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Return one row per action that is done, with what four ways of looking say of it."""
    rows = []
    for one in actions[actions["status"] == "done"].itertuples():
        of = series[one.topic]
        sign = 1 if one.topic in HIGH_IS_GOOD else -1
        reason, done = month(pd.Series([one.decided_on]))[0] - 1, month(pd.Series([one.done_on]))[0]
        after, before = of[of.index > done][:AFTER], of[of.index < done][-AFTER:]
        enough = len(after) == AFTER and reason in of.index
        windows = [
            sign * (of[of.index > done][:width].mean() - of[of.index < done][-width:].mean()) for width in (1, 2, 3, 6)
        ]
        rows.append(
            {
                "action_id": one.action_id,
                "topic": one.topic,
                "owner": one.owner_department,
                "cost_eur": one.cost_eur,
                "done": done,
                "late_days": (pd.Timestamp(one.done_on) - pd.Timestamp(one.due_on)).days,
                "enough": enough,
                "after_bad": enough and sign * (of[reason] - of.median()) < 0,
                "since_decision": enough and sign * (after.mean() - of[reason]) > 0,
                "claim": after.mean() - of[reason] if enough else np.nan,
                "three_and_three": enough and sign * (after.mean() - before.mean()) > 0,
                "some_window": enough and (max(windows) > 0 or sign * (after.mean() - of[reason]) > 0),
                **verdict(one.topic, of, done),
            }
        )
    return pd.DataFrame(rows)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    key = cxdata.answer_key(data)
    hold(
        "the answer key plants nothing for actions",
        not any("improvement_action" in str(entry) for entry in key.values()),
    )
    series = indicators(data, larger)
    actions = data["improvement_actions"]
    found = judged(actions, series)
    stock(page, actions, found)
    claim(page, actions, found, series, data["calendar"], data.truth["latents/calendar"])
    ways(page, found)
    board(page, actions, found, series)
    programmes(page, data, key)
    traps(page, actions, found, series)
    exercise(page, found)


def stock(page: Page, actions: pd.DataFrame, found: pd.DataFrame) -> None:
    """How many actions there are, and what they cost."""
    page.value("actions", len(actions))
    for status in ("done", "open", "dropped"):
        page.value(f"actions.{status}", int((actions["status"] == status).sum()))
    page.value("cost.all", actions["cost_eur"].sum(), unit="euros")
    page.value("cost.done", found["cost_eur"].sum(), unit="euros")
    late = found["late_days"] > 0
    page.value("late.share", 100 * late.mean(), unit="percent")
    page.value("late.days", found.loc[late, "late_days"].median())
    page.value("on_time", int((~late).sum()))


def claim(
    page: Page, actions: pd.DataFrame, found: pd.DataFrame, series: Series, calendar: pd.DataFrame, truth: pd.DataFrame
) -> None:
    """The project against late parcels: before, after, and the limits of the months before the jam."""
    one = found.set_index("action_id").loc[PROJECT]
    declared = actions.set_index("action_id").loc[PROJECT]
    late = series["delivery"]
    reason = month(pd.Series([declared["decided_on"]]))[0] - 1
    hold(
        "the project was decided after the jam and done in January 2024",
        str(reason) == "2023-10" and str(one["done"]) == "2024-01",
    )
    jam = truth.set_index(pd.to_datetime(calendar["date"]))["jam"]
    hold("the jam was over a month before the project was done", jam["2023-12-10":"2023-12-20"].max() < 0.02)
    limits = control.individuals(late.to_numpy(), baseline=BASELINE)
    after = late[late.index > one["done"]][:AFTER]
    hold(
        "after the project, late parcels are where they were before the jam",
        abs(after.mean() - limits["centre"][0]) < 0.5,
    )
    page.value("project", PROJECT)
    page.value("project.half", (one["high"] - one["low"]) / 2, digits=1)
    hold("it is the dearest on parcels", one["cost_eur"] == found.loc[found["topic"] == "delivery", "cost_eur"].max())
    page.value("project.cost", one["cost_eur"], unit="euros")
    page.value("project.reason", late[reason], digits=1, unit="percent")
    page.value("project.after", after.mean(), digits=1, unit="percent")
    page.value("project.claim", -one["claim"], digits=1)
    page.value("project.per_point", one["cost_eur"] / -one["claim"], unit="euros")
    page.value("project.usual", limits["centre"][0], digits=1, unit="percent")
    page.value("project.low", limits["low"][0], digits=1, unit="percent")
    page.value("project.high", limits["high"][0], digits=1, unit="percent")
    beyond = [str(MONTHS[place]) for place in np.flatnonzero(limits["is_beyond"])]
    page.value("december.2023", late["2023-12"], digits=1, unit="percent")
    page.value("december.2024", late["2024-12"], digits=1, unit="percent")
    hold("the jam and both Decembers lie beyond the limits", {"2023-10", "2023-12", "2024-12"} <= set(beyond))
    stamps = MONTHS.to_timestamp()
    marks = pd.DataFrame(
        {
            "time": [pd.Timestamp(declared["decided_on"]), pd.Timestamp(declared["done_on"])],
            "label": [page.say(en="decided", fr="décidé"), page.say(en="done", fr="fait")],
            "what": ["decided", "done"],
            "top": [25.5, 25.5],
        }
    )

    def drawn(width: int) -> alt.LayerChart:
        shown = limits.assign(is_run=False)  # eight in a row mean little beside two seasons
        chart = control.chart(
            shown, time=stamps, width=width, title=page.say(en="Parcels late, %", fr="Colis en retard, %"), height=220
        )
        base = alt.Chart(marks).encode(x="time:T")
        rule = base.mark_rule(strokeWidth=2, color=charts.SERIES[3]).encode()
        texts = [
            base.transform_filter(alt.datum["what"] == what)
            .mark_text(align=align, dx=dx, fontWeight=600)
            .encode(y="top:Q", text="label:N")
            for what, align, dx in (("decided", "right", -5), ("done", "left", 5))
        ]
        return chart + rule + texts[0] + texts[1]

    listed = pd.DataFrame({"month": [str(one) for one in MONTHS], "late": late.to_numpy()})
    page.chart(
        "project",
        drawn,
        title=page.say(
            en="Decided after the worst month, done when it was long over",
            fr="Décidé après le pire mois, terminé bien après la fin de la crise",
        ),
        alternative=page.say(
            en=f"Control chart of late parcels by month: usual {page.written(limits['centre'][0], digits=1)}, limits {page.written(limits['low'][0], digits=1)} to {page.written(limits['high'][0], digits=1)} percent; October 2023 {page.written(late['2023-10'], digits=1)}, after the project {page.written(after.mean(), digits=1)}.",
            fr=f"Carte de contrôle des colis en retard par mois : habituel {page.written(limits['centre'][0], digits=1)}, limites {page.written(limits['low'][0], digits=1)} à {page.written(limits['high'][0], digits=1)} pour cent ; octobre 2023 {page.written(late['2023-10'], digits=1)}, après le projet {page.written(after.mean(), digits=1)}.",
        ),
        note=page.say(
            en="Band: limits of chance from the nine months before the jam; red: months beyond them.",
            fr="Bande : limites du hasard d’après les neuf mois avant la crise ; rouge : mois hors limites.",
        ),
        data=listed,
        columns={"month": Column(label=page.say(en="Month", fr="Mois")), "late": Column(label="%", digits=1)},
    )


def ways(page: Page, found: pd.DataFrame) -> None:
    """Four ways of looking at actions none of which did anything."""
    tried = found[found["enough"]]
    limited = found[found["verdict"] != "early"]
    groups = {
        "bad": (
            tried[tried["after_bad"]]["since_decision"],
            {"en": "Since a decision in bad times", "fr": "Depuis une décision en creux"},
        ),
        "good": (
            tried[~tried["after_bad"].astype(bool)]["since_decision"],
            {"en": "Since a decision in good times", "fr": "Depuis une décision en haut"},
        ),
        "three": (
            tried["three_and_three"],
            {"en": "Three months before, three after", "fr": "Trois mois avant, trois après"},
        ),
        "window": (tried["some_window"], {"en": "Best of five windows", "fr": "Meilleure de cinq fenêtres"}),
        "limits": (
            limited["verdict"] == "better",
            {"en": "Beyond the limits of chance", "fr": "Hors des limites du hasard"},
        ),
    }
    records = []
    for name, (praised, label) in groups.items():
        count, total = int(praised.astype(bool).sum()), len(praised)
        low, high = measures.share_interval(count, total)
        records.append((name, page.say(**label), total, 100 * count / total, 100 * low, 100 * high))
        page.value(f"way.{name}", 100 * count / total, unit="percent")
        page.value(f"way.{name}.count", count)
        page.value(f"way.{name}.total", total)
    table = pd.DataFrame(records, columns=["name", "way", "actions", "percent", "low", "high"])
    share = table.set_index("name")["percent"]
    hold("after a bad month most actions look good, after a good month few", share["bad"] > 65 and share["good"] < 35)
    hold("three and three is a coin", 35 < share["three"] < 60)
    hold("the best of five windows praises most", share["window"] > 65)
    hold("limits praise few", share["limits"] < 12)
    worse = limited[limited["verdict"] == "worse"]
    winter = [any((one + step).month == 12 for step in range(1, AFTER + 1)) for one in worse["done"]]
    page.value("worse.winter", sum(winter))
    page.value("worse.other", len(worse) - sum(winter))
    hold("half of the worse verdicts and more look at a December", sum(winter) >= len(worse) / 2)
    hold("the limits praise no action", not (found["verdict"] == "better").any())
    page.value("judged", len(limited))
    for name in VERDICTS:
        page.value(f"verdict.{name}", int((found["verdict"] == name).sum()))
    table["label"] = table["percent"].map(lambda value: page.written(value, unit="percent"))
    order = list(table["way"])

    def bars(width: int) -> alt.LayerChart:
        narrow = width <= charts.NARROW
        base = alt.Chart(table).encode(
            y=alt.Y("way:N", sort=order, title=None, axis=None if narrow else alt.Axis(labelLimit=270)),
            x=alt.X("percent:Q", axis=None, scale=alt.Scale(domain=[0, 100])),
        )
        bar = base.mark_bar(color=charts.NEUTRAL, opacity=0.45, height=18)
        error = base.mark_rule(strokeWidth=2, color=charts.INK).encode(x="low:Q", x2="high:Q")
        text = base.mark_text(align="left", dx=6, fontWeight=600).encode(x="high:Q", text="label:N")
        if not narrow:
            return (bar + error + text).properties(width=width - 250, height=190)
        names = base.mark_text(align="left", dy=-20).encode(x=alt.value(0), text="way:N")
        return (bar + error + text + names).properties(width=width, height=270)

    page.chart(
        "ways",
        bars,
        title=page.say(
            en="How often actions that change nothing are called a success",
            fr="Combien de fois une action sans effet passe pour un succès",
        ),
        alternative=page.say(
            en="Share of done actions called better: ", fr="Part des actions terminées jugées en progrès : "
        )
        + ", ".join(f"{row.way} {row.label}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Lines are 95% intervals, too narrow where actions of one topic share their months.",
            fr="Traits : intervalles à 95 %, trop étroits quand des actions d’un même sujet partagent leurs mois.",
        ),
        data=table[["way", "actions", "percent", "low", "high"]],
        columns={
            "way": Column(label=page.say(en="Way of looking", fr="Façon de regarder")),
            "actions": Column(label=page.say(en="Actions", fr="Actions")),
            "percent": Column(label=page.say(en="Called better", fr="Jugées en progrès"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def board(page: Page, actions: pd.DataFrame, found: pd.DataFrame, series: Series) -> None:
    """The dashboard: eight indicators with limits and the days of their actions, then the dearest actions."""
    records, marks = [], []
    for topic, label in TOPICS.items():
        kept = usual(topic, series[topic])
        spread = np.abs(np.diff(kept)).mean() / control.MEAN_RANGE
        centre = kept.mean()
        part = pd.DataFrame({"time": MONTHS.to_timestamp(), "value": series[topic].to_numpy()})
        part = part.assign(
            name=page.say(**label),
            low=max(centre - control.SIGMAS * spread, 0.0),
            high=centre + control.SIGMAS * spread,
        )
        part["beyond"] = (part["value"] > part["high"]) | (part["value"] < part["low"])
        records.append(part)
        done = found.loc[found["topic"] == topic, "done"]
        marks.append(
            pd.DataFrame(
                {"time": done.dt.to_timestamp(), "name": page.say(**label), "value": part["low"].min()}
            ).drop_duplicates()
        )
    drawn, ticks = pd.concat(records), pd.concat(marks)
    beyond = int(drawn["beyond"].sum())
    page.value("board.points", len(drawn))
    page.value("board.beyond", beyond)
    page.value("board.chance", len(drawn) * 0.0027, digits=1)
    high_is_good = {page.say(**TOPICS[topic]) for topic in HIGH_IS_GOOD}
    good = drawn[drawn["beyond"] & ((drawn["value"] > drawn["high"]) == drawn["name"].isin(high_is_good))]
    hold(
        "the only month beyond the limits on the good side is the first one",
        list(good["time"]) == [MONTHS.to_timestamp()[0]],
    )

    def panels(width: int) -> alt.VConcatChart:
        columns = 1 if width <= charts.NARROW else 2
        each = (width - 60 * (columns - 1)) / columns - 10

        names = [page.say(**label) for label in TOPICS.values()]

        def one(name: str) -> alt.LayerChart:
            part = drawn[drawn["name"] == name]
            ends = part.iloc[[0, -1]]
            last = name in names[-columns:]
            x = alt.X("time:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=4, labels=last, ticks=last))
            y = alt.Y(
                "low:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=3, grid=False, minExtent=34)
            )
            band = alt.Chart(ends).mark_area(opacity=0.18, color=charts.NEUTRAL).encode(x=x, y=y, y2="high:Q")
            line = alt.Chart(part).mark_line(color=charts.INK, strokeWidth=1.5).encode(x=x, y="value:Q")
            signal = (
                alt.Chart(part[part["beyond"]])
                .mark_point(color=charts.BAD, opacity=1, size=45)
                .encode(x=x, y="value:Q")
            )
            tick = alt.Chart(ticks[ticks["name"] == name]).mark_tick(
                color=charts.SERIES[3], thickness=2, size=10, orient="vertical"
            )
            tick = tick.encode(x=x, y=alt.value(86))
            return (band + line + signal + tick).properties(
                width=each, height=86, title=alt.TitleParams(name, fontSize=12)
            )

        rows = [
            alt.hconcat(*(one(name) for name in names[place : place + columns]), spacing=24)
            for place in range(0, len(names), columns)
        ]
        return alt.vconcat(*rows, spacing=10)

    lasts = drawn.groupby("name", sort=False)["value"].last()
    page.chart(
        "board",
        panels,
        title=page.say(
            en="The board: eight indicators, their limits, and when actions were done",
            fr="Le tableau : huit indicateurs, leurs limites et la date des actions",
        ),
        alternative=page.say(
            en="Eight small control charts, 2023 and 2024. December 2024: ",
            fr="Huit petites cartes de contrôle, 2023 et 2024. Décembre 2024 : ",
        )
        + "; ".join(f"{name} {page.written(value, digits=1)}" for name, value in lasts.items())
        + ".",
        note=page.say(
            en="Band: limits of chance; red: months beyond them; blue ticks below: months in which an action was done.",
            fr="Bande : limites du hasard ; rouge : mois hors limites ; traits bleus : mois où une action s’est terminée.",
        ),
        data=pd.DataFrame(
            {
                "name": list(lasts.index),
                "low": drawn.groupby("name", sort=False)["low"].first().to_numpy(),
                "high": drawn.groupby("name", sort=False)["high"].first().to_numpy(),
                "last": lasts.to_numpy(),
            }
        ),
        columns={
            "name": Column(label=page.say(en="Indicator", fr="Indicateur")),
            "low": Column(label=page.say(en="Limit from", fr="Limite de"), digits=1),
            "high": Column(label=page.say(en="to", fr="à"), digits=1),
            "last": Column(label=page.say(en="December 2024", fr="Décembre 2024"), digits=1),
        },
    )
    top = found.sort_values("cost_eur", ascending=False).head(6)
    rows = []
    for one in top.itertuples():
        arrow = "–"
        if one.verdict != "early":
            arrow = f"{page.written(one.before, digits=1)} → {page.written(one.after, digits=1)} ({page.written(one.low, digits=1)}–{page.written(one.high, digits=1)})"
        rows.append(
            (
                f"{one.action_id}, {page.say(**OWNERS[one.owner])}, {one.done.strftime('%m/%y')}",
                one.cost_eur,
                f"{page.say(**SHORT[one.topic])}{page.say(en=': ', fr=' : ')}{arrow}",
                page.say(**VERDICTS[one.verdict]),
            )
        )
    page.table(
        "dearest",
        pd.DataFrame(rows, columns=["action", "cost", "change", "verdict"]),
        caption=page.say(en="The six dearest actions that are done", fr="Les six actions terminées les plus chères"),
        columns={
            "action": Column(label=page.say(en="Action, owner, done", fr="Action, porteur, fait")),
            "cost": Column(label=page.say(en="Cost", fr="Coût"), unit="euros"),
            "change": Column(
                label=page.say(en="Indicator: before → after (limits)", fr="Indicateur : avant → après (limites)")
            ),
            "verdict": Column(label=page.say(en="Verdict", fr="Verdict")),
        },
    )


def programmes(page: Page, data: cxdata.Dataset, key: Mapping[str, dict]) -> None:
    """Three programmes that kept a comparison: before and after, with it, and the truth."""
    records = []
    quiz = data["quiz_answers"].pivot_table(index="employee_id", columns="round", values="correct_count", observed=True)
    trained = (
        data["quiz_answers"].loc[lambda rows: rows["round"] == "after_training"].set_index("employee_id")["is_trained"]
    )
    gain = (quiz["after_training"] - quiz["before_training"]).dropna().rename("gain").reset_index()
    gain["trained"] = gain["employee_id"].map(trained).astype(bool)
    right = measures.difference(gain, outcome="gain", treatment="trained", cluster="employee_id")
    records.append(
        (
            "training",
            {"en": "Training, right answers of 10", "fr": "Formation, bonnes réponses sur 10"},
            gain.loc[gain["trained"], "gain"].mean(),
            right,
            key["training_on_quiz"],
        )
    )

    ratings = data["skill_ratings"].dropna(subset=["overall_score"]).copy()
    ratings["month"] = month(ratings["month"])
    started = month(data["coaching_sessions"].groupby("agent_id")["planned_on"].min())
    staff = data["agents"].set_index("agent_id")
    late = ratings[ratings["month"] >= "2024-09"].groupby("agent_id")["overall_score"].mean()
    first = ratings[ratings["month"] < "2024-01"].groupby("agent_id")["overall_score"].mean()
    weak = ratings[ratings["month"] == ratings["agent_id"].map(started) - 1].set_index("agent_id")["overall_score"]
    people = pd.DataFrame({"gain": late - first}).dropna().reset_index()
    people["coached"] = people["agent_id"].isin(started.index)
    people["team"] = people["agent_id"].map(staff["team_id"])
    right = measures.difference(people, outcome="gain", treatment="coached", strata=("team",), cluster="agent_id")
    records.append(
        (
            "coaching",
            {"en": "Coaching, points of 100", "fr": "Coaching, points sur 100"},
            (late - weak).dropna().mean(),
            right,
            key["coaching_on_rating"],
        )
    )

    visits = data["mystery_visits"].loc[lambda rows: rows["channel"] == "shop"].copy()
    visits["second"] = visits["visited_at"].dt.year == 2024
    plain = measures.difference(
        visits, outcome="overall_score", treatment="second", strata=("store_id",), cluster="store_id"
    )
    right = measures.difference(
        visits, outcome="overall_score", treatment="second", strata=("assessor_id",), cluster="store_id"
    )
    records.append(
        (
            "shops",
            {"en": "Shop standards, points of 100", "fr": "Standards des magasins, points sur 100"},
            plain.value,
            right,
            key["progress_of_shops"],
        )
    )

    rows = []
    between = page.say(en="to", fr="à")
    for name, label, tempting, right, entry in records:
        truth = entry["realised"]["value"]
        hold(
            f"{name}: the comparison holds the truth and before-after promises more",
            right.low < truth < right.high and tempting > 1.3 * truth,
        )
        page.value(f"{name}.tempting", tempting, digits=1, sign=True)
        page.value(f"{name}.right", right.value, digits=1, sign=True)
        page.value(f"{name}.truth", truth, digits=1, sign=True)
        interval = f"{page.written(right.low, digits=1, sign=True)}\N{NO-BREAK SPACE}{between}\N{NO-BREAK SPACE}{page.written(right.high, digits=1, sign=True)}"
        rows.append((page.say(**label), tempting, right.value, interval, truth))
    page.table(
        "programmes",
        pd.DataFrame(rows, columns=["programme", "tempting", "right", "interval", "truth"]),
        caption=page.say(
            en="Three programmes that kept a comparison", fr="Trois programmes qui ont gardé une comparaison"
        ),
        columns={
            "programme": Column(label=page.say(en="Programme", fr="Programme")),
            "tempting": Column(label=page.say(en="Before and after", fr="Avant et après"), digits=1, sign=True),
            "right": Column(label=page.say(en="With the comparison", fr="Avec la comparaison"), digits=1, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
            "truth": Column(label=page.say(en="Answer key", fr="Corrigé"), digits=1, sign=True),
        },
    )


def traps(page: Page, actions: pd.DataFrame, found: pd.DataFrame, series: Series) -> None:
    """Seasons that rebound, effects claimed twice, many indicators."""
    delivery = found[(found["topic"] == "delivery") & found["enough"]]
    late = series["delivery"]
    winter = late["2024-01":"2024-03"].mean()
    page.value("winter", winter, digits=1, unit="percent")
    page.value("rebound", late["2023-12"] - winter, digits=1)
    jam = delivery[delivery["claim"] < -8]
    hold("two actions claim the same fall", len(jam) == 2)
    hold(
        "one committee decided both", actions.set_index("action_id").loc[jam["action_id"], "decided_on"].nunique() == 1
    )
    page.value("twice.sum", -jam["claim"].sum())
    page.value("twice.real", late["2023-10"], digits=0, unit="percent")
    hold("together they claim as much as the rate held", -jam["claim"].sum() > 0.9 * late["2023-10"])
    page.value("twice.cost", jam["cost_eur"].sum(), unit="euros")


def exercise(page: Page, found: pd.DataFrame) -> None:
    """On time, late, and how much of the plan is worth a verdict."""
    waits = found[(found["topic"] == "waits") & found["enough"]]
    page.value("waits.done", len(waits))
    bad = waits[waits["after_bad"].astype(bool)]
    good = waits[~waits["after_bad"].astype(bool)]
    page.value("waits.bad", len(bad))
    page.value("waits.bad.better", int(bad["since_decision"].sum()))
    page.value("waits.good", len(good))
    page.value("waits.good.better", int(good["since_decision"].sum()))
    hold("waits show it too", bad["since_decision"].mean() > good["since_decision"].mean())
