"""Hug your haters: what a reply does, once easy complaints are compared with easy ones."""

import math
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page
from cxdata.catalog import scan

CHANNELS = {
    "phone": {"en": "Phone", "fr": "Téléphone"},
    "email": {"en": "E-mail", "fr": "E-mail"},
    "social": {"en": "Social networks", "fr": "Réseaux sociaux"},
    "review_site": {"en": "Review sites", "fr": "Sites d’avis"},
    "forum": {"en": "Forums", "fr": "Forums"},
}
PUBLISHED_CHANNELS = ("email", "social", "review_site")
SHARES = {
    "private_first_share": {"en": "Complaints made in private", "fr": "Réclamations faites en privé"},
    "frequent_complainer_share": {"en": "Frequent complainers", "fr": "Réclamants fréquents"},
    "public_ever_share_age_25_34": {
        "en": "Aged 25 to 34: complained in public",
        "fr": "25-34 ans : réclamation en public",
    },
    "private_only_share_age_55_64": {
        "en": "Aged 55 to 64: in private only",
        "fr": "55-64 ans : en privé seulement",
    },
    "frequent_smartphone_share": {"en": "Smartphone, frequent", "fr": "Smartphone, fréquents"},
    "occasional_smartphone_share": {"en": "Smartphone, occasional", "fr": "Smartphone, occasionnels"},
    "frequent_twitter_account_share": {"en": "Twitter account, frequent", "fr": "Compte Twitter, fréquents"},
    "reply_expected_share_email": {"en": "E-mail: expects a reply", "fr": "E-mail : attend une réponse"},
    "reply_rate_email": {"en": "E-mail: gets one", "fr": "E-mail : en reçoit une"},
    "reply_expected_share_social": {"en": "Social networks: expects one", "fr": "Réseaux sociaux : en attend une"},
    "reply_rate_social": {"en": "Social networks: gets one", "fr": "Réseaux sociaux : en reçoit une"},
    "reply_expected_share_review_site": {"en": "Review sites: expects one", "fr": "Sites d’avis : en attend une"},
    "reply_rate_review_site": {"en": "Review sites: gets one", "fr": "Sites d’avis : en reçoit une"},
}
IN_FRENCH = {
    "reply_on_score": {
        "question": "Que fait une réponse à une réclamation sur la recommandation qui suit ?",
        "estimand": "variation moyenne de la note de 0 à 10, sur toutes les réclamations suivies d’une enquête, si chacune avait reçu une réponse plutôt qu’aucune",
        "basis": "Les écarts bruts de NPS par canal sont publiés ; la sélection par gravité, donc l’effet causal, est de nous.",
    },
    "speed_on_score": {
        "question": "Qu’ajoute une réponse dans la journée à une réponse plus tardive ?",
        "estimand": "variation moyenne de la note de 0 à 10, sur les réclamations qui ont eu une réponse et une enquête, si chaque réponse était venue dans la journée plutôt que plus tard",
        "basis": "Que la rapidité compte moins que la réponse est publié ; l’ampleur est de nous.",
    },
}
STRATA = ("channel", "severity")
FAST_HOURS = 24
"""A reply within a day, as the answer key defines it."""
MINUTES = {1: 10, 2: 15, 3: 25, 4: 40, 5: 60}
"""Assumed minutes to handle one complaint, by severity: read, inquire, write. The data hold no handling times; a trifle
needs a polite answer, a grave complaint an inquiry in other departments."""


def nps_points(answers: pd.Series) -> pd.Series:
    """Return what each answer adds to an NPS: 100, 0 or -100, so that the score is their mean."""
    return 100.0 * (answers >= 9) - 100.0 * (answers <= 6)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("aldeane", "class")
    complaints = data["complaints"]
    followed = data["scores"][["complaint_id", "ltr"]].merge(complaints, on="complaint_id")
    followed["points"] = nps_points(followed["ltr"])
    followed["fast"] = followed["reply_delay_hours"] <= FAST_HOURS
    could = data.truth["effects/reply_on_score"].merge(complaints[["complaint_id", "channel"]], on="complaint_id")
    could["gain"] = nps_points(could["ltr_treated"]) - nps_points(could["ltr_untreated"])
    key = cxdata.answer_key(data)

    page.value("customers", len(data["customers"]))
    page.value("complaints", len(complaints))
    page.value("followed", len(followed))
    twin_pairs(page, data.tables)
    twin_shares(page, data.tables)
    planted(page, key)
    selection(page, followed)
    three_answers(page, followed, key)
    by_channel(page, followed, could)
    surprise(page, followed)
    plan(page, complaints, followed, could)


def reproduced(tables: Mapping[str, pd.DataFrame], names: list[str]) -> pd.DataFrame:
    """Return published value, value in the tables and its 95 % interval, one row per figure of the study."""
    targets = {target.figure.partition(".")[2]: target for target in scan.scenario("aldeane").targets}
    rows = []
    for name in names:
        found = targets[name].statistic(tables)
        margin = measures.Z_95 * found.standard_error
        rows.append(
            {
                "name": name,
                "published": scan.figures()[targets[name].figure].value,
                "twin": found.value,
                "low": found.value - margin,
                "high": found.value + margin,
            }
        )
    return pd.DataFrame(rows)


def twin_pairs(page: Page, tables: Mapping[str, pd.DataFrame]) -> None:
    """The six published NPS beside those of the twin, and how many figures of the study its intervals hold."""
    every = reproduced(tables, [target.figure.partition(".")[2] for target in scan.scenario("aldeane").targets])
    holds = (every["low"] <= every["published"]) & (every["published"] <= every["high"])
    page.value("figures", len(every))
    page.value("figures.held", holds.sum())
    page.value("twin.twitter", every.set_index("name").loc["frequent_twitter_account_share", "twin"], unit="percent")

    table = reproduced(
        tables, [f"nps_{side}_reply_{name}" for name in PUBLISHED_CHANNELS for side in ("without", "with")]
    )
    said = {"without": page.say(en="No reply", fr="Sans réponse"), "with": page.say(en="Reply", fr="Avec réponse")}
    table["reply"] = table["name"].str.split("_").str[1].map(said)
    table["channel"] = [page.say(**CHANNELS[name]) for name in PUBLISHED_CHANNELS for _ in said]
    axis = page.say(en="NPS, points", fr="NPS, points")

    def pairs(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("channel:N", sort=None, axis=None))
        colour = alt.Color(
            "reply:N", sort=None, scale=alt.Scale(domain=list(said.values()), range=[charts.BAD, charts.GOOD])
        )
        x = alt.X(
            "low:Q", title=axis, scale=alt.Scale(domain=[-80, 40]), axis=alt.Axis(values=list(range(-80, 41, 20)))
        )
        return (
            base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", color=colour)
            + base.mark_point(size=110, opacity=1).encode(x="twin:Q", color=colour)
            + base.mark_point(
                shape="diamond", size=110, filled=False, strokeWidth=2, color=charts.INK, yOffset=15, opacity=1
            ).encode(x="published:Q")
            + heads(table.drop_duplicates("channel"), "channel", above=22)
        ).properties(width=width, height=alt.Step(66))

    number = Column(sign=True)
    page.chart(
        "pairs",
        pairs,
        title=page.say(
            en="The twin shows the same contrast as the study",
            fr="Le jumeau montre le même écart que l’étude",
        ),
        alternative=page.say(
            en="NPS after a complaint, published and in the synthetic twin: ",
            fr="NPS après une réclamation, publié et dans le jumeau synthétique : ",
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{row.channel}, {row.reply}: {page.written(row.published, sign=True)} / {page.written(row.twin, sign=True)}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Hollow diamonds are published; dots are the synthetic twin, lines their 95% intervals.",
            fr="Losanges vides : publié ; points : jumeau synthétique ; traits : intervalles à 95 %.",
        ),
        data=table[["channel", "reply", "published", "twin", "low", "high"]],
        columns={
            "channel": Column(label=page.say(en="Channel", fr="Canal")),
            "reply": Column(label=page.say(en="Outcome", fr="Issue")),
            **twin_columns(page, number),
        },
    )


def twin_columns(page: Page, form: Column) -> dict[str, Column]:
    """Return headings for published value, twin and interval, with one number format."""
    labels = {
        "published": page.say(en="Published", fr="Publié"),
        "twin": page.say(en="Twin", fr="Jumeau"),
        "low": page.say(en="From", fr="De"),
        "high": page.say(en="To", fr="À"),
    }
    return {
        name: Column(label=label, digits=form.digits, sign=form.sign, unit=form.unit) for name, label in labels.items()
    }


def heads(rows: pd.DataFrame, column: str, *, above: int) -> alt.Chart:
    """Return each row's words at the left above its marks, where a phone has room for them."""
    return (
        alt.Chart(rows)
        .mark_text(align="left", dy=-above)
        .encode(x=alt.value(0), y=alt.Y(f"{column}:N", sort=None, axis=None), text=f"{column}:N")
    )


def twin_shares(page: Page, tables: Mapping[str, pd.DataFrame]) -> None:
    """Published shares of people and complaints beside those of the twin."""
    table = reproduced(tables, list(SHARES))
    table["line"] = [page.say(**label) for label in SHARES.values()]

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("line:N", sort=None, axis=None))
        x = alt.X(
            "low:Q",
            title=page.say(en="Share, %", fr="Part, %"),
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100]),
        )
        return (
            base.mark_rule(color=charts.LINE).encode(x=alt.value(0), x2=alt.value(width))
            + base.mark_rule(strokeWidth=3, color=charts.GOOD).encode(x=x, x2="high:Q")
            + base.mark_point(size=80, opacity=1).encode(x="twin:Q")
            + base.mark_point(
                shape="diamond", size=120, filled=False, strokeWidth=2, color=charts.INK, opacity=1
            ).encode(x="published:Q")
            + heads(table, "line", above=15)
        ).properties(width=width, height=alt.Step(38))

    page.chart(
        "shares",
        dots,
        title=page.say(
            en="Who complains, where, and who gets a reply: published and twin",
            fr="Qui réclame, où, et qui reçoit une réponse : publié et jumeau",
        ),
        alternative=page.say(en="Published and synthetic shares: ", fr="Parts publiées et synthétiques : ")
        + page.say(en="; ", fr=" ; ").join(
            f"{row.line}, {page.written(row.published, unit='percent')} / {page.written(row.twin, unit='percent')}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Hollow diamonds are published; dots and lines are the synthetic twin and its 95% intervals.",
            fr="Losanges vides : publié ; points et traits : jumeau synthétique et ses intervalles à 95 %.",
        ),
        data=table[["line", "published", "twin", "low", "high"]],
        columns={
            "line": Column(label=page.say(en="Share", fr="Part")),
            **twin_columns(page, Column(unit="percent")),
        },
    )


def planted(page: Page, key: Mapping[str, Any]) -> None:
    """The planted effects and their basis, as the scenario declares them."""
    asked = {
        "question": page.say(en="Question", fr="Question"),
        "estimand": page.say(en="Number asked for", fr="Nombre cherché"),
        "basis": page.say(en="Published or ours", fr="Publié ou de nous"),
    }
    said = {name: page.say(en=key[name], fr={**key[name], **IN_FRENCH[name]}) for name in IN_FRENCH}
    page.table(
        "planted",
        pd.DataFrame([{"what": label, **{name: said[name][field] for name in said}} for field, label in asked.items()]),
        caption=page.say(
            en="What is planted in the synthetic data", fr="Ce qui est planté dans les données synthétiques"
        ),
        columns={"what": Column(label=page.say(en="Effect", fr="Effet"))},
    )


def selection(page: Page, followed: pd.DataFrame) -> None:
    """Mean answers with and without a reply, all together and by severity: the picture of the confounding."""
    words = {
        1: page.say(en="Severity 1, a trifle", fr="Gravité 1, une broutille"),
        5: page.say(en="Severity 5, grave", fr="Gravité 5, grave"),
    }
    groups = [(page.say(en="All together", fr="Toutes ensemble"), followed)]
    groups += [
        (words.get(level, page.say(en=f"Severity {level}", fr=f"Gravité {level}")), rows)
        for level, rows in followed.groupby("severity")
    ]
    table = pd.DataFrame(
        [
            {
                "who": label,
                "complaints": len(rows),
                "rate": 100 * rows["replied"].mean(),
                "silent": rows.loc[~rows["replied"], "ltr"].mean(),
                "heard": rows.loc[rows["replied"], "ltr"].mean(),
            }
            for label, rows in groups
        ]
    )
    table["gap"] = table["heard"] - table["silent"]
    page.value("rate.trifle", table["rate"].iloc[1], unit="percent")
    page.value("rate.grave", table["rate"].iloc[-1], unit="percent")
    page.value("gap.smallest", table["gap"].iloc[1:].min(), digits=1)
    page.value("gap.largest", table["gap"].iloc[1:].max(), digits=1)
    page.value("gap.all", table["gap"].iloc[0], digits=1)
    answered = page.say(en="answered", fr="avec réponse")
    colon = page.say(en=": ", fr=" : ")
    table["line"] = [
        f"{row.who}{colon}{page.written(row.rate, unit='percent')} {answered}" for row in table.itertuples()
    ]
    said = {"silent": page.say(en="No reply", fr="Sans réponse"), "heard": page.say(en="Reply", fr="Avec réponse")}
    long = table.melt(id_vars=["line"], value_vars=list(said), var_name="side", value_name="mean")
    long["reply"] = long["side"].map(said)

    def dumbbells(width: int) -> alt.LayerChart:
        y = alt.Y("line:N", sort=None, axis=None)
        colour = alt.Color(
            "reply:N", sort=None, scale=alt.Scale(domain=list(said.values()), range=[charts.BAD, charts.GOOD])
        )
        x = alt.X(
            "silent:Q",
            scale=alt.Scale(domain=[2, 10]),
            axis=alt.Axis(values=list(range(2, 11)), format="d"),
            title=page.say(en="Mean likelihood to recommend, 0 to 10", fr="Recommandation moyenne, de 0 à 10"),
        )
        return (
            alt.Chart(table).mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="heard:Q", y=y)
            + alt.Chart(long).mark_point(size=140, opacity=1).encode(x="mean:Q", y=y, color=colour)
            + heads(table, "line", above=17)
        ).properties(width=width, height=alt.Step(46))

    page.chart(
        "severity",
        dumbbells,
        title=page.say(
            en="Within every severity the gap is narrower than all together",
            fr="À gravité égale, l’écart est toujours plus étroit que toutes gravités ensemble",
        ),
        alternative=page.say(
            en="Mean recommendation without and with a reply: ",
            fr="Recommandation moyenne sans et avec réponse : ",
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{row.line}, {page.written(row.silent, digits=1)} / {page.written(row.heard, digits=1)}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Grave complaints are answered less often, and score lower either way. Synthetic data.",
            fr="Les plus graves reçoivent moins de réponses et notent plus bas dans tous les cas. Données synthétiques.",
        ),
        data=table[["who", "complaints", "rate", "silent", "heard", "gap"]],
        columns={
            "who": Column(label=page.say(en="Complaints", fr="Réclamations")),
            "complaints": Column(label=page.say(en="Number", fr="Nombre")),
            "rate": Column(label=page.say(en="Answered", fr="Avec réponse"), unit="percent"),
            "silent": Column(label=said["silent"], digits=1),
            "heard": Column(label=said["heard"], digits=1),
            "gap": Column(label=page.say(en="Gap", fr="Écart"), digits=1, sign=True),
        },
    )


def three_answers(page: Page, followed: pd.DataFrame, key: Mapping[str, Any]) -> None:
    """Plain, adjusted and planted value of both effects, on one scale."""
    answered = followed[followed["replied"]]
    questions = {
        "reply": (
            followed,
            "replied",
            "reply_on_score",
            page.say(en="A reply instead of none", fr="Une réponse plutôt qu’aucune"),
        ),
        "speed": (
            answered,
            "fast",
            "speed_on_score",
            page.say(en="A reply within a day instead of later", fr="Une réponse dans la journée plutôt que plus tard"),
        ),
    }
    methods = {
        "naive": page.say(en="Plain difference", fr="Différence brute"),
        "right": page.say(en="Like with like", fr="À cas égaux"),
        "key": page.say(en="Answer key", fr="Corrigé"),
    }
    rows = []
    for name, (frame, treatment, effect, question) in questions.items():
        plain = measures.difference(frame, outcome="ltr", treatment=treatment)
        right = measures.difference(frame, outcome="ltr", treatment=treatment, strata=STRATA)
        truth = key[effect]["planted"]["value"]
        page.value(f"{name}.here", key[effect]["realised"]["value"], digits=2, sign=True)
        for kind, found in (("naive", plain), ("right", right)):
            page.value(f"{name}.{kind}", found.value, digits=2, sign=True)
            page.value(f"{name}.{kind}.low", found.low, digits=2, sign=True)
            page.value(f"{name}.{kind}.high", found.high, digits=2, sign=True)
            rows.append((question, kind, found.value, found.low, found.high))
        page.value(f"{name}.truth", truth, digits=2, sign=True)
        page.value(f"{name}.naive.errors", math.floor(abs(plain.value - truth) / plain.standard_error))
        rows.append((question, "key", truth, truth, truth))
    for name in STRATA:
        only = measures.difference(followed, outcome="ltr", treatment="replied", strata=(name,))
        page.value(f"reply.only.{name}", only.value, digits=2, sign=True)
    page.value("ratio", key["reply_on_score"]["planted"]["value"] / key["speed_on_score"]["planted"]["value"])
    slow_calls = (answered["channel"] == "phone") & ~answered["fast"]
    page.value("slow_calls", slow_calls.sum())
    page.value("calls", (answered["channel"] == "phone").sum())
    page.value(
        "speed.phone",
        100 * answered.loc[answered["channel"] == "phone", "fast"].mean(),
        unit="percent",
    )

    table = pd.DataFrame(rows, columns=["question", "kind", "value", "low", "high"])
    table["method"] = table["kind"].map(methods)
    listed = table[["question", "method", "value", "low", "high"]].copy()
    listed.loc[table["kind"] == "key", ["low", "high"]] = math.nan  # the key has no interval
    between, colon = page.say(en="to", fr="à"), page.say(en=": ", fr=" : ")

    def written(number: float) -> str:
        return page.written(number, digits=2, sign=True)

    table["label"] = [
        f"{row.method} {written(row.value)}"
        + ("" if row.kind == "key" else f" ({written(row.low)} {between} {written(row.high)})")
        for row in table.itertuples()
    ]
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=list(methods), range=[charts.BAD, charts.GOOD, charts.INK]),
    )
    shape = alt.Shape(
        "kind:N", legend=None, scale=alt.Scale(domain=list(methods), range=["circle", "circle", "diamond"])
    )

    def panels(width: int) -> alt.VConcatChart:
        def panel(question: str, *, last: bool) -> alt.LayerChart:
            part = table[table["question"] == question]
            base = alt.Chart(part).encode(y=alt.Y("label:N", sort=None, axis=None))
            title = page.say(en="Points of the answer from 0 to 10", fr="Points de la note de 0 à 10")
            x = alt.X(
                "low:Q",
                title=title if last else None,
                scale=alt.Scale(domain=[-0.5, 2.5]),
                axis=alt.Axis(values=[-0.5, 0, 0.5, 1, 1.5, 2, 2.5], labels=last, ticks=last, format=".1f"),
            )
            nought = base.mark_tick(size=12, thickness=1.5, color=charts.MUTED).encode(x=alt.datum(0.0))
            return (
                nought
                + base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", color=colour)
                + base.mark_point(size=120, opacity=1).encode(x="value:Q", color=colour, shape=shape)
                + heads(part, "label", above=15)
            ).properties(width=width, height=alt.Step(42), title=alt.Title(question, offset=14))

        first, second = table["question"].unique()
        return alt.vconcat(panel(first, last=False), panel(second, last=True), spacing=18)

    page.chart(
        "three-answers",
        panels,
        title=page.say(
            en="The plain difference misses both answers, on opposite sides",
            fr="La différence brute manque les deux réponses, de part et d’autre",
        ),
        alternative=page.say(en="; ", fr=" ; ").join(f"{row.question}{colon}{row.label}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Like with like: within channel and severity. Lines are 95% intervals that allow for several complaints of one person. Synthetic data.",
            fr="À cas égaux : même canal, même gravité. Traits : intervalles à 95 %, qui tiennent compte des réclamations répétées d’une même personne. Données synthétiques.",
        ),
        data=listed,
        columns={
            "question": Column(label=page.say(en="Question", fr="Question")),
            "method": Column(label=page.say(en="Method", fr="Méthode")),
            "value": Column(label=page.say(en="Points", fr="Points"), digits=2, sign=True),
            "low": Column(label=page.say(en="From", fr="De"), digits=2, sign=True),
            "high": Column(label=page.say(en="To", fr="À"), digits=2, sign=True),
        },
    )


def by_channel(page: Page, followed: pd.DataFrame, could: pd.DataFrame) -> None:
    """The published contrast by channel beside naive, adjusted and true differences of the twin, in NPS points."""
    figures = scan.figures()
    rows, missed = [], []
    for name in PUBLISHED_CHANNELS:
        part = followed[followed["channel"] == name]
        plain = measures.difference(part, outcome="points", treatment="replied")
        right = measures.difference(part, outcome="points", treatment="replied", strata=("severity",))
        with_reply, without = (figures[f"baer_2016.nps_{side}_reply_{name}"].value for side in ("with", "without"))
        truth = could.loc[could["channel"] == name, "gain"].mean()
        rows.append(
            {
                "channel": page.say(**CHANNELS[name]),
                "published": with_reply - without,
                "plain": plain.value,
                "within": right.value,
                "interval": ends(page, right.low, right.high),
                "truth": truth,
            }
        )
        page.value(f"{name}.published", with_reply - without)
        page.value(f"{name}.plain", plain.value)
        page.value(f"{name}.truth", truth)
        if not right.low <= truth <= right.high:
            missed.append(CHANNELS[name])
    page.value("channels", len(rows))
    page.value("channels.held", len(rows) - len(missed))
    page.text(
        "channels.missed",
        en=" and ".join(name["en"].lower() for name in missed) or "none",
        fr=" et ".join(name["fr"].lower() for name in missed) or "aucun",
    )
    page.table(
        "by-channel",
        pd.DataFrame(rows),
        caption=page.say(en="What a reply adds, in NPS points", fr="Ce qu’ajoute une réponse, en points de NPS"),
        columns={
            "channel": Column(label=page.say(en="Channel", fr="Canal")),
            "published": Column(label=page.say(en="Published contrast", fr="Écart publié"), sign=True),
            "plain": Column(label=page.say(en="Twin, plain", fr="Jumeau, brut"), sign=True),
            "within": Column(label=page.say(en="Twin, within severity", fr="Jumeau, à gravité égale"), sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
            "truth": Column(label=page.say(en="Answer key", fr="Corrigé"), sign=True),
        },
    )


def ends(page: Page, low: float, high: float, *, digits: int = 0) -> str:
    """Return an interval in words."""
    between = page.say(en="to", fr="à")
    words = page.written(low, digits=digits, sign=True), between, page.written(high, digits=digits, sign=True)
    return "\N{NO-BREAK SPACE}".join(words)


def surprise(page: Page, followed: pd.DataFrame) -> None:
    """Whether a reply does more where none was expected, on social networks, where the author saw a good surprise."""
    social = followed[followed["channel"] == "social"]
    for name, expected in (("expected", True), ("unexpected", False)):
        part = social[social["expects_reply"] == expected]
        found = measures.difference(part, outcome="ltr", treatment="replied", strata=("severity",))
        page.value(f"surprise.{name}", found.value, digits=2, sign=True)
        page.text(
            f"surprise.{name}.interval",
            en=ends(page, found.low, found.high, digits=2),
            fr=ends(page, found.low, found.high, digits=2),
        )


def per_hour(page: Page, lines: Mapping[str, Mapping[str, Any]]) -> None:
    """What an hour a week brings, by channel, for the question whom to answer first.

    Raises:
        ValueError: If the estimates or the key no longer rank the channels as the trainer's answer says.
    """
    hour = {
        name: {part: line[part] / line["hours"] for part in ("gain", "low", "high", "error", "truth")}
        for name, line in lines.items()
    }
    for name, one in hour.items():
        page.value(f"plan.{name}.per_hour", one["gain"], digits=2)
        page.value(f"plan.{name}.true_per_hour", one["truth"], digits=2)
        between = ends(page, one["low"], one["high"], digits=2)
        page.text(f"plan.{name}.interval", en=between, fr=between)
    phone, email, social, forum = (hour[name] for name in ("phone", "email", "social", "forum"))

    def ahead(first: Mapping[str, float], second: Mapping[str, float]) -> float:
        """Return by how many standard errors one estimate is ahead of another."""
        return (first["gain"] - second["gain"]) / math.hypot(first["error"], second["error"])

    says = {
        "phone before social networks is a safe choice": ahead(phone, social) > measures.Z_95
        and phone["truth"] > social["truth"],
        "e-mail before social networks is chance": 0 < ahead(email, social) < measures.Z_95,
        "the key reverses e-mail and social networks": email["truth"] < social["truth"],
        "by the key forums come first": forum["truth"] == max(one["truth"] for one in hour.values()),
        "the interval of forums is too wide to show it": abs(ahead(forum, phone)) < measures.Z_95,
    }
    if wrong := [sentence for sentence, holds in says.items() if not holds]:
        raise ValueError(f"In these data it is not true that {wrong[0]}; change the trainer's answer to question five")


def plan(page: Page, complaints: pd.DataFrame, followed: pd.DataFrame, could: pd.DataFrame) -> None:
    """What answering everyone takes and brings: hours by channel, points of NPS."""
    days = (complaints["received_at"].max().normalize() - complaints["received_at"].min().normalize()).days + 1
    weeks = days / 7
    left = complaints[~complaints["replied"]]
    minutes = left["severity"].map(MINUTES)
    usual = complaints.loc[complaints["replied"], "severity"].map(MINUTES).mean()

    def line(label: str, names: list[str]) -> dict[str, Any]:
        mine = left["channel"].isin(names)
        asked = followed[followed["channel"].isin(names)]
        strata = STRATA if len(names) > 1 else ("severity",)
        found = measures.difference(asked, outcome="points", treatment="replied", strata=strata, of="untreated")
        share = (~asked["replied"]).sum() / len(followed)
        truth = could.loc[could["channel"].isin(names) & ~could["replied"], "gain"].sum() / len(could)
        return {
            "channel": label,
            "unanswered": mine.sum() / weeks * 52,
            "rate": 100 * mine.sum() / complaints["channel"].isin(names).sum(),
            "minutes": minutes[mine].mean(),
            "hours": minutes[mine].sum() / 60 / weeks,
            "gain": found.value * share,
            "low": found.low * share,
            "high": found.high * share,
            "error": found.standard_error * share,
            "truth": truth,
        }

    rows = [line(page.say(**CHANNELS[name]), [name]) for name in CHANNELS]
    total = line(page.say(en="All channels", fr="Tous les canaux"), list(CHANNELS))
    table = pd.DataFrame([*rows, total])
    table["interval"] = [ends(page, row.low, row.high, digits=1) for row in table.itertuples()]
    plain = measures.difference(followed, outcome="points", treatment="replied")
    promised = plain.value * (~followed["replied"]).mean()
    now = followed["points"].mean()

    for level, value in MINUTES.items():
        page.value(f"minutes.{level}", value)
    page.value("plan.unanswered", total["unanswered"])
    page.value("plan.share", total["rate"], unit="percent")
    page.value("plan.hours", total["hours"])
    page.value("plan.minutes", total["minutes"])
    page.value("plan.usual_minutes", usual)
    page.value("plan.usual_hours", len(left) * usual / 60 / weeks)
    page.value("plan.promised", promised)
    page.value("plan.now", now, sign=True)
    page.value("plan.gain", total["gain"], digits=1)
    page.value("plan.low", total["low"], digits=1)
    page.value("plan.high", total["high"], digits=1)
    page.value("plan.truth", total["truth"], digits=1)
    per_hour(page, dict(zip(CHANNELS, rows, strict=True)))
    page.table(
        "plan",
        table[["channel", "rate", "unanswered", "hours", "gain", "interval", "truth"]],
        caption=page.say(
            en="Answering everyone: what it takes and what it brings",
            fr="Répondre à tous : ce qu’il faut, ce qu’on gagne",
        ),
        columns={
            "channel": Column(label=page.say(en="Channel", fr="Canal")),
            "rate": Column(label=page.say(en="Unanswered", fr="Sans réponse"), unit="percent"),
            "unanswered": Column(label=page.say(en="A year", fr="Par an")),
            "hours": Column(label=page.say(en="Hours a week", fr="Heures par semaine"), digits=1),
            "gain": Column(label=page.say(en="NPS points", fr="Points de NPS"), digits=1, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
            "truth": Column(label=page.say(en="Answer key", fr="Corrigé"), digits=1, sign=True),
        },
    )
