"""NPS: the same customers give three scores, because three different groups answer."""

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PROGRAMMES = {
    "email_after_order": {"en": "E-mail after the order", "fr": "E-mail après commande"},
    "callback_after_order": {"en": "Call-back after the order", "fr": "Appel après commande"},
}
GROUPS = {
    "detractor": {"en": "Detractors", "fr": "Détracteurs"},
    "passive": {"en": "Passives", "fr": "Passifs"},
    "promoter": {"en": "Promoters", "fr": "Promoteurs"},
}
BONUS_FROM = 25
"""NPS at which, in our story, the shops' bonus is paid."""


def group(answers: pd.Series) -> pd.Series:
    """Return the group of each answer from 0 to 10."""
    return pd.cut(answers, [-1, 6, 8, 10], labels=list(GROUPS)).astype("object")


def score_row(label: str, answers: pd.Series) -> dict:
    """Return one line of the table of scores."""
    found = measures.nps(answers)
    shares = group(answers.dropna()).value_counts(normalize=True)
    return {
        "who": label,
        "answers": found.answers,
        **{name: 100 * shares.get(name, 0.0) for name in GROUPS},
        "nps": found.score,
        "low": found.low,
        "high": found.high,
    }


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    surveys, orders = data["surveys"], data["orders"]
    latent = data.truth["latents/orders"]
    asked = surveys[surveys["programme"].isin(list(PROGRAMMES))].merge(
        latent[["order_id", "ltr"]], on="order_id", suffixes=("", "_true")
    )

    scores(page, asked, latent)
    who_answers(page, asked)
    months(page, asked)
    channels(page, asked, orders, latent)
    barometer(page, surveys)
    compared(page, asked, orders, data["deliveries"])


def scores(page: Page, asked: pd.DataFrame, latent: pd.DataFrame) -> None:
    """The three scores of the worked example, as table and as stacked bars."""
    everyone = page.say(en="All orders (answer key)", fr="Toutes les commandes (corrigé)")
    rows = [
        score_row(page.say(**label), asked.loc[asked["programme"] == name, "ltr"]) for name, label in PROGRAMMES.items()
    ]
    rows.append(score_row(everyone, latent["ltr"]))
    table = pd.DataFrame(rows)
    email, call, truth = rows
    hold("the two intervals do not overlap", call["high"] < email["low"])
    hold(
        "the call-backs hold the truth and the e-mails miss it",
        call["low"] <= truth["nps"] <= call["high"] < email["low"],
    )
    hold("the bonus is not earned, though the e-mails say so", call["high"] < BONUS_FROM <= email["nps"])
    for name, row in (("email", email), ("call", call), ("truth", truth)):
        page.value(f"{name}.nps", row["nps"], sign=True)
        page.value(f"{name}.low", row["low"], sign=True)
        page.value(f"{name}.high", row["high"], sign=True)
        page.value(f"{name}.answers", row["answers"])
        page.value(f"{name}.detractors", row["detractor"], unit="percent")
        page.value(f"{name}.promoters", row["promoter"], unit="percent")
    counts = group(asked.loc[asked["programme"] == "callback_after_order", "ltr"].dropna()).value_counts()
    for name in GROUPS:
        page.value(f"call.count.{name}", counts[name])
    for name in PROGRAMMES:
        sent = asked[asked["programme"] == name]
        page.value(f"{name}.rate", 100 * sent["answered"].mean(), unit="percent")
        page.value(f"{name}.sent", len(sent))
    page.value("bias", email["nps"] - truth["nps"])
    page.value("bonus", BONUS_FROM, sign=True)
    page.value("orders", len(latent))
    unseen = (truth["detractor"] - email["detractor"]) / 100 * len(latent)
    page.value("unseen", unseen)
    answers = page.say(en="answers", fr="réponses")
    between = page.say(en="to", fr="à")
    colon = page.say(en=": ", fr=" : ")
    ends = [
        f"{page.written(row['low'], sign=True)}\N{NO-BREAK SPACE}{between}\N{NO-BREAK SPACE}{page.written(row['high'], sign=True)}"
        for row in rows
    ]
    ends[-1] = page.say(en="all counted", fr="toutes comptées")  # a margin measures chance, and here is none
    page.table(
        "scores",
        table.assign(interval=ends)[["who", "nps", "interval", "answers", *GROUPS]],
        caption=page.say(en="One company, three scores", fr="Une entreprise, trois scores"),
        columns={
            "who": Column(label=page.say(en="Who is counted", fr="Qui est compté")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            **{name: Column(label=page.say(**label), unit="percent") for name, label in GROUPS.items()},
            "nps": Column(label="NPS", sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
        },
    )
    long = table.melt(
        id_vars=["who", "answers", "nps"], value_vars=list(GROUPS), var_name="group", value_name="percent"
    )
    long["order"] = long["group"].map({name: place for place, name in enumerate(GROUPS)})
    long["label"] = long["percent"].map(lambda share: page.written(share, unit="percent"))
    long["name"] = long["group"].map(lambda name: page.say(**GROUPS[name]))
    long["line"] = long.apply(
        lambda row: f"{row['who']}, NPS {page.written(row['nps'], sign=True)}", axis=1
    )  # three rows

    def bars(width: int) -> alt.Chart:
        # The label stands above its bar, where a phone has room for it.
        base = alt.Chart(long).transform_stack(
            stack="percent", as_=["from", "to"], groupby=["line"], sort=[alt.SortField("order")]
        )
        colour = alt.Color(
            "name:N",
            sort=[page.say(**label) for label in GROUPS.values()],
            scale=alt.Scale(
                domain=[page.say(**label) for label in GROUPS.values()], range=[charts.BAD, charts.NEUTRAL, charts.GOOD]
            ),
        )
        head = (
            alt.Chart(long)
            .mark_text(align="left", fontWeight=600)
            .encode(x=alt.value(0), y=alt.value(12), text="line:N")
        )
        bar = base.mark_bar(height=24).encode(x=alt.X("from:Q", axis=None), x2="to:Q", y=alt.value(36), color=colour)
        text = (
            base.transform_calculate(middle="(datum.from + datum.to) / 2")
            .mark_text(color=charts.ON_COLOUR, fontWeight=600)
            .encode(x="middle:Q", y=alt.value(36), text="label:N")
        )
        rows = alt.Row("line:N", sort=list(long["line"].unique()), header=None)
        return (head + bar + text).properties(width=width, height=50).facet(row=rows, spacing=10)

    page.chart(
        "three-scores",
        bars,
        title=page.say(
            en="The e-mail programme shows a happier company than the one that exists",
            fr="L’enquête par e-mail montre une entreprise plus aimée qu’elle ne l’est",
        ),
        alternative=page.say(
            en="Stacked bars of detractors, passives and promoters. ",
            fr="Barres empilées de détracteurs, passifs et promoteurs. ",
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{row['who']}{colon}{page.written(row['detractor'], unit='percent')}, {page.written(row['passive'], unit='percent')}, {page.written(row['promoter'], unit='percent')}, {page.written(row['answers'])} {answers}"
            for row in rows
        )
        + ".",
        note=page.say(
            en="The last bar is what a real company never sees: the answer every customer would have given, asked or not.",
            fr="La dernière barre montre ce qu’aucune vraie entreprise ne voit : la note que chaque client aurait donnée, interrogé ou non.",
        ),
        data=table[["who", "nps", *GROUPS]],
        columns={
            "who": Column(label=page.say(en="Who is counted", fr="Qui est compté")),
            "nps": Column(label="NPS", sign=True),
            **{name: Column(label=page.say(**label), unit="percent") for name, label in GROUPS.items()},
        },
    )


def who_answers(page: Page, asked: pd.DataFrame) -> None:
    """The share of e-mails answered, by the answer the customer has in mind."""
    sent = asked[asked["programme"] == "email_after_order"]
    rate = sent.groupby("ltr_true")["answered"].agg(["mean", "size"]).reset_index()
    rate["percent"] = 100 * rate["mean"]
    rate["group"] = group(rate["ltr_true"]).map(lambda name: page.say(**GROUPS[name]))
    by_group = sent.assign(group=group(sent["ltr_true"])).groupby("group")["answered"].mean() * 100
    for name in GROUPS:
        page.value(f"rate.{name}", by_group[name], unit="percent")
    by_mark = {place: sent.loc[sent["ltr_true"].between(*place), "answered"].mean() for place in ((0, 1), (2, 6))}
    hold("the furious write more than the disappointed", by_mark[0, 1] > by_mark[2, 6])
    listed = rate[["ltr_true", "size", "percent"]]
    names = [page.say(**label) for label in GROUPS.values()]
    colon = page.say(en=": ", fr=" : ")

    def bars(width: int) -> alt.Chart:
        return (
            alt.Chart(rate)
            .mark_bar()
            .encode(
                x=alt.X(
                    "ltr_true:O",
                    title=page.say(en="Answer the customer has in mind", fr="Note que le client a en tête"),
                ),
                y=alt.Y("percent:Q", title=page.say(en="E-mails answered, %", fr="Taux de réponse, %")),
                color=alt.Color(
                    "group:N", scale=alt.Scale(domain=names, range=[charts.BAD, charts.NEUTRAL, charts.GOOD])
                ),
            )
            .properties(width=width, height=210)
        )

    page.chart(
        "who-answers",
        bars,
        title=page.say(
            en="Those who answer an e-mail are not those who were asked",
            fr="Ceux qui répondent à un e-mail ne sont pas ceux qu’on a interrogés",
        ),
        alternative=page.say(
            en="Bars of the share of e-mails answered, by the answer in mind: ",
            fr="Barres du taux de réponse aux e-mails, selon la note en tête : ",
        )
        + ", ".join(f"{row.ltr_true}{colon}{page.written(row.percent, unit='percent')}" for row in rate.itertuples())
        + ".",
        note=page.say(
            en="Few customers have a very low answer in mind, so the bars on the left jump by chance; the table gives their numbers.",
            fr="Peu de clients ont une note très basse en tête : les barres de gauche varient au gré du hasard ; le tableau donne les effectifs.",
        ),
        data=listed,
        columns={
            "ltr_true": Column(label=page.say(en="Answer in mind", fr="Note en tête")),
            "size": Column(label=page.say(en="E-mails sent", fr="E-mails envoyés")),
            "percent": Column(label=page.say(en="Answered", fr="Taux de réponse"), unit="percent"),
        },
    )


def months(page: Page, asked: pd.DataFrame) -> None:
    """The score by month with its interval: most of the movement is chance."""
    call = asked[(asked["programme"] == "callback_after_order") & asked["answered"]]
    call = call[call["sent_at"] < "2025"]
    rows = []
    for month, answers in call.groupby(call["sent_at"].dt.to_period("M"))["ltr"]:
        found = measures.nps(answers)
        rows.append(
            {
                "month": month.to_timestamp(),
                "answers": found.answers,
                "nps": found.score,
                "low": found.low,
                "high": found.high,
            }
        )
    table = pd.DataFrame(rows)
    overall = measures.nps(call["ltr"])
    inside = ((table["low"] <= overall.score) & (table["high"] >= overall.score)).sum()
    step = table["nps"].diff().abs().max()
    page.value("months", len(table))
    page.value("months.inside", inside)
    page.value("months.outside", len(table) - inside)
    hold("one or two months would miss it by chance", 1 <= 0.05 * len(table) <= 2)
    december(page, table, asked, overall.score)
    page.value("months.answers", table["answers"].mean())
    page.value("months.margin", ((table["high"] - table["low"]) / 2).mean())
    page.value("months.step", step)
    best, worst = table.loc[table["nps"].idxmax()], table.loc[table["nps"].idxmin()]
    page.value("months.best", best["nps"], sign=True)
    page.value("months.worst", worst["nps"], sign=True)
    wanted = measures.answers_for_margin(
        *(int((group(call["ltr"]) == name).sum()) for name in ("promoter", "passive", "detractor")), margin=5
    )
    page.value("months.needed", wanted)

    def lines(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(x=alt.X("month:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=6)))
        level = pd.DataFrame({"nps": [overall.score]})
        return (
            alt.Chart(level).mark_rule(strokeDash=[5, 4]).encode(y="nps:Q")
            + base.mark_rule(strokeWidth=2, color=charts.NEUTRAL).encode(
                y=alt.Y("low:Q", title=page.say(en="NPS, points", fr="NPS, points")), y2="high:Q"
            )
            + base.mark_point(size=50).encode(y="nps:Q")
        ).properties(width=width, height=230)

    page.chart(
        "months",
        lines,
        title=page.say(
            en="Month by month, most of the movement is chance",
            fr="D’un mois à l’autre, presque tout le mouvement est dû au hasard",
        ),
        alternative=page.say(
            en=f"Monthly NPS of the call-backs with 95% intervals; {inside} of {len(table)} intervals hold the overall score of {page.written(overall.score, sign=True)}.",
            fr=f"NPS mensuel des appels, avec des intervalles à 95 % ; {inside} intervalles sur {len(table)} contiennent le score global de {page.written(overall.score, sign=True)}.",
        ),
        note=page.say(
            en="Dots are the monthly score, lines its 95% interval, the dashed line the score of all months.",
            fr="Points : score du mois ; traits : intervalle à 95 % ; pointillés : score de tous les mois.",
        ),
        data=table.assign(month=table["month"].dt.strftime("%Y-%m")),
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "answers": Column(label=page.say(en="Answers", fr="Réponses")),
            "nps": Column(label="NPS", sign=True),
            "low": Column(label=page.say(en="From", fr="De"), sign=True),
            "high": Column(label=page.say(en="To", fr="À"), sign=True),
        },
    )


def channels(page: Page, asked: pd.DataFrame, orders: pd.DataFrame, latent: pd.DataFrame) -> None:
    """Shop and web apart, among call-backs and among all."""
    channel = orders.set_index("order_id")["channel"]
    call = asked[asked["programme"] == "callback_after_order"]
    for name in ("shop", "web"):
        found = measures.nps(call.loc[call["order_id"].map(channel) == name, "ltr"])
        page.value(f"{name}.nps", found.score, sign=True)
        page.value(f"{name}.low", found.low, sign=True)
        page.value(f"{name}.high", found.high, sign=True)
        page.value(f"{name}.answers", found.answers)
        page.value(
            f"{name}.truth", measures.nps(latent.loc[latent["order_id"].map(channel) == name, "ltr"]).score, sign=True
        )
        if name == "shop":
            truth = measures.nps(latent.loc[latent["order_id"].map(channel) == name, "ltr"]).score
            hold("call-backs cannot tell whether the shops reach the bonus", found.low < BONUS_FROM < found.high)
            earned = truth >= BONUS_FROM
            page.text("shop.earned", en="was" if earned else "was not", fr="oui" if earned else "non")


def barometer(page: Page, surveys: pd.DataFrame) -> None:
    """The yearly barometer: the same question, of customers and not of orders."""
    sent = surveys[surveys["programme"] == "relationship_barometer"]
    found = measures.nps(sent["ltr"])
    page.value("barometer.sent", len(sent))
    page.value("barometer.answers", found.answers)
    page.value("barometer.nps", found.score, sign=True)
    page.value("barometer.low", found.low, sign=True)
    page.value("barometer.high", found.high, sign=True)


def december(page: Page, table: pd.DataFrame, asked: pd.DataFrame, overall: float) -> None:
    """The two Decembers and the month of the jam, by call-backs and by the answer key of everybody who was asked."""
    truth = asked.drop_duplicates("order_id")
    jam = table[table["month"] == "2023-10-01"].iloc[0]
    hold("call-backs cannot tell the month of the jam from chance", jam["low"] < overall < jam["high"])
    key = measures.nps(truth.loc[truth["sent_at"].dt.to_period("M") == "2023-10", "ltr_true"])
    page.text("jam", en="October 2023", fr="octobre 2023")
    page.value("jam.nps", jam["nps"], sign=True)
    page.value("jam.low", jam["low"], sign=True)
    page.value("jam.high", jam["high"], sign=True)
    page.value("jam.truth", key.score, sign=True)
    for name, year in (("first", 2023), ("second", 2024)):
        row = table[table["month"] == f"{year}-12-01"].iloc[0]
        key = truth[truth["sent_at"].dt.to_period("M") == f"{year}-12"]
        hold(
            f"December {year} {'misses' if name == 'first' else 'holds'} the score",
            (row["high"] < overall) == (name == "first"),
        )
        page.text(f"december.{name}", en=f"December {year}", fr=f"décembre {year}")
        page.value(f"december.{name}.low", row["low"], sign=True)
        page.value(f"december.{name}.high", row["high"], sign=True)
        page.value(f"december.{name}.truth", measures.nps(key["ltr_true"]).score, sign=True)


def compared(page: Page, asked: pd.DataFrame, orders: pd.DataFrame, deliveries: pd.DataFrame) -> None:
    """Who answered, by what the company knows of everybody it asked; and the exercise's scores by lateness."""
    channel = asked["order_id"].map(orders.set_index("order_id")["channel"])
    late = asked["order_id"].map(deliveries.set_index("order_id")["is_late"])
    kinds = {
        "shop": (channel == "shop", page.say(en="Shop", fr="Magasin")),
        "on_time": (
            (channel == "web") & late.eq(False),
            page.say(en="Web, parcel on time", fr="Web, colis à l’heure"),
        ),
        "late": ((channel == "web") & late.eq(True), page.say(en="Web, parcel late", fr="Web, colis en retard")),
    }
    rows = []
    for name, (chosen, label) in kinds.items():
        row = {"who": label}
        for programme in PROGRAMMES:
            sent = asked[chosen & (asked["programme"] == programme)]
            row[f"{programme}.sent"] = len(sent)
            row[f"{programme}.rate"] = 100 * sent["answered"].mean()
        rows.append(row)
        if name != "shop":
            found = measures.nps(asked.loc[chosen & (asked["programme"] == "callback_after_order"), "ltr"])
            page.value(f"{name}.nps", found.score, sign=True)
            page.value(f"{name}.low", found.low, sign=True)
            page.value(f"{name}.high", found.high, sign=True)
            page.value(f"{name}.answers", found.answers)
    page.value(
        "parcels.answers",
        sum(
            int((asked[chosen & (asked["programme"] == "callback_after_order")])["answered"].sum())
            for name, (chosen, _) in kinds.items()
            if name != "shop"
        ),
    )
    page.value(
        "late.effect",
        cxdata.answer_key(cxdata.edition("tilmarenne", "class"))["late_on_recommendation"]["realised"]["value"],
        digits=1,
        sign=True,
    )
    email, call = (page.say(**PROGRAMMES[name]) for name in PROGRAMMES)
    answered = page.say(en="answered", fr="répondus")
    page.table(
        "compared",
        pd.DataFrame(rows),
        caption=page.say(
            en="Asked and answered, by what is known of everybody",
            fr="Interrogés et répondants, selon ce qu’on sait de tous",
        ),
        columns={
            "who": Column(label=page.say(en="Order", fr="Commande")),
            "email_after_order.sent": Column(label=page.say(en="E-mails sent", fr="E-mails envoyés")),
            "email_after_order.rate": Column(label=f"{email}, {answered}", unit="percent"),
            "callback_after_order.sent": Column(label=page.say(en="Calls", fr="Appels")),
            "callback_after_order.rate": Column(label=f"{call}, {answered}", unit="percent"),
        },
    )
