"""Relational expectations: thirteen attitudes are one liking, five marks of one contact can be ranked, behaviours counted."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, drivers
from casebook.worked.figures import Column
from casebook.worked.measures import difference, share_interval
from casebook.worked.page import Page, hold

ATTITUDES = {
    "competent": {"en": "competent", "fr": "compétents"},
    "friendly": {"en": "friendly", "fr": "aimables"},
    "simplifies_life": {"en": "make life simpler", "fr": "simplifient la vie"},
    "reachable": {"en": "easy to reach", "fr": "faciles à joindre"},
    "keeps_commitments": {"en": "keep commitments", "fr": "tiennent parole"},
    "trusted": {"en": "trusted", "fr": "dignes de confiance"},
    "listens": {"en": "listen", "fr": "à l’écoute"},
    "adapts": {"en": "adapt", "fr": "s’adaptent"},
    "attentive_to_needs": {"en": "mind one’s needs", "fr": "attentifs aux besoins"},
    "attentive_to_complaints": {"en": "mind complaints", "fr": "attentifs aux plaintes"},
    "considerate": {"en": "considerate", "fr": "pleins d’égards"},
    "effortless": {"en": "spare effort", "fr": "épargnent l’effort"},
    "bends_rules": {"en": "step outside rules", "fr": "savent déroger"},
}
RATER = {
    "reliability": {"en": "reliability", "fr": "fiabilité"},
    "assurance": {"en": "assurance", "fr": "assurance"},
    "tangibles": {"en": "tangibles", "fr": "éléments tangibles"},
    "empathy": {"en": "empathy", "fr": "empathie"},
    "responsiveness": {"en": "responsiveness", "fr": "réactivité"},
}
QUALITIES = {
    "competence": {"en": "Competence", "fr": "Compétence"},
    "efficiency": {"en": "Efficiency", "fr": "Efficacité"},
    "friendliness": {"en": "Friendliness", "fr": "Amabilité"},
    "listening": {"en": "Listening", "fr": "Écoute"},
    "availability": {"en": "Availability", "fr": "Disponibilité"},
    "personalisation": {"en": "Personalisation", "fr": "Personnalisation"},
    "proactivity": {"en": "Proactivity", "fr": "Proactivité"},
}
BEHAVIOURS = {
    "competence": {"en": "Knows the answer, or who has it*", "fr": "Sait répondre, ou qui le sait*"},
    "efficiency": {"en": "Settled at the first contact", "fr": "Réglé au premier contact"},
    "friendliness": {"en": "Greets and speaks with a smile*", "fr": "Salue et parle avec le sourire*"},
    "listening": {"en": "Lets speak, then sums up*", "fr": "Laisse parler, puis résume*"},
    "availability": {"en": "Call taken within three minutes", "fr": "Appel pris sous trois minutes"},
    "personalisation": {"en": "Customer recognised", "fr": "Client reconnu"},
    "proactivity": {"en": "Told before asking", "fr": "Prévenu avant de demander"},
}
YOUNG, OLD = ("18_24", "25_34"), ("55_70",)
WAIT_MINUTES, HEARD = 3, 4
"""Longest wait that keeps the behaviour; lowest listener's score, of five, that counts as shown."""
COURSE_EUR = 40_000
"""What the consultants of our story ask for a programme on the leading attitude."""
SPLITS, SHUFFLES = 2_000, 100
THREE = ["competent", "keeps_commitments", "listens"]


def wide(data: cxdata.Dataset, items: list[str]) -> pd.DataFrame:
    """Return one row per answered survey with the marks for some items, and its other answers."""
    rows = data["survey_items"]
    rows = rows[rows["item"].isin(items)].assign(item=lambda table: table["item"].astype(str))
    marks = rows.pivot(index="survey_id", columns="item", values="answer").astype(float)[items]
    answers = data["surveys"].set_index("survey_id")[["customer_id", "contact_id", "ltr", "contact_csat"]]
    return marks.join(answers.astype({"ltr": float, "contact_csat": float})).reset_index()


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    page.value("larger", len(larger["customers"]))
    page.value("course", COURSE_EUR, unit="euros")
    liking(page, wide(data, list(ATTITUDES)))
    dimensions(page, wide(larger, list(RATER)))
    grid(page, data["market_survey"], larger)
    who(page, data["market_survey"])
    exercise(page, data, larger)


def importance(marks: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return the correlation of each column with the outcome."""
    centred = marks - marks.mean(axis=0)
    gap = outcome - outcome.mean()
    return (centred * gap[:, None]).sum(axis=0) / np.sqrt((centred**2).sum(axis=0) * (gap**2).sum())


def liking(page: Page, rows: pd.DataFrame) -> None:
    """One factor, and rankings of importance that do not come back."""
    names = list(ATTITUDES)
    page.value("answers", len(rows))
    page.value("attitudes", len(names))
    complete = rows.dropna(subset=names)
    page.value("skipped", 100 * (1 - len(complete) / len(rows)), unit="percent")
    marks, outcome = complete[names].to_numpy(), complete["ltr"].to_numpy()
    page.value("complete", len(complete))
    roots = np.linalg.eigvalsh(np.corrcoef(marks.T))[::-1]
    rng = np.random.default_rng(7)
    shuffled = [
        np.linalg.eigvalsh(np.corrcoef(np.array([rng.permutation(column) for column in marks.T])))[::-1]
        for _ in range(SHUFFLES)
    ]
    bound = np.quantile(shuffled, 0.95, axis=0)
    hold("one factor alone exceeds what shuffled answers give", roots[0] > bound[0] and (roots[1:] < bound[1:]).all())
    page.value("root", roots[0], digits=1)
    page.value("root.second", roots[1], digits=1)
    page.value("root.chance", bound[1], digits=1)
    page.value("root.share", 100 * roots[0] / len(names), unit="percent")
    correlations = np.corrcoef(marks.T)[np.triu_indices(len(names), 1)]
    page.value("r.mean", correlations.mean(), digits=2)
    alone = importance(marks, outcome)
    leader = names[int(alone.argmax())]
    page.text("leader", en=ATTITUDES[leader]["en"], fr=ATTITUDES[leader]["fr"])
    page.value("leader.r", alone.max(), digits=2)
    page.value("last.r", alone.min(), digits=2)
    hold("trust leads", leader == "trusted")
    half = len(marks) // 2
    order = rng.permutation(len(marks))
    parts = (importance(marks[part], outcome[part]) for part in (order[:half], order[half : 2 * half]))
    ranks = [pd.Series(-one, index=names).rank().astype(int) for one in parts]
    same = returns(rows, names, "ltr")[1]
    page.value("same", 100 * same, unit="percent")
    page.value("lot", 100 / len(names), unit="percent")
    page.value("splits", SPLITS)
    hold("the leader of one half hardly ever leads the other", same < 0.25)
    rest = [names.index(name) for name in names if name not in THREE]
    three = [names.index(name) for name in THREE]
    page.value("three.rest", np.corrcoef(marks[:, three].mean(1), marks[:, rest].mean(1))[0, 1], digits=2)
    page.value("three.ltr", np.corrcoef(marks[:, three].mean(1), outcome)[0, 1], digits=2)
    page.value("all.ltr", np.corrcoef(marks.mean(1), outcome)[0, 1], digits=2)
    halves(page, ranks, half)
    level = rows[names].mean()
    page.value("level.top", level.max(), digits=1)
    page.value("level.bends", level["bends_rules"], digits=1)
    page.value("level.next", level.drop("bends_rules").min(), digits=1)
    hold("stepping outside the rules is last", level.idxmin() == "bends_rules")


def halves(page: Page, ranks: list[pd.Series], half: int) -> None:
    """Draw two rankings of the same answers, cut in two by lot."""
    table = pd.DataFrame(
        {
            "name": [page.say(**ATTITUDES[name]) for name in ranks[0].index],
            "first": ranks[0].to_numpy(),
            "second": ranks[1].to_numpy(),
        }
    ).sort_values("first", ignore_index=True)
    moved = int((table["first"] - table["second"]).abs().max())
    page.value("half", half)
    page.value("moved", moved)
    leader = table.iloc[0]
    page.value("leader.second", int(leader["second"]))
    page.text("half.leader", en=leader["name"], fr=leader["name"])
    hold("the leader of the first half falls", leader["second"] >= 4)
    table["fallen"] = table["first"] == 1

    def slopes(width: int) -> alt.LayerChart:
        narrow = width < charts.WIDE
        names = 136 if narrow else 170
        left, right = names, width - (30 if narrow else names)
        base = alt.Chart(table)
        scale = alt.Scale(domain=[0.5, 13.5], reverse=False, range=[0, 330])
        colour = alt.condition("datum.fallen", alt.value(charts.BAD), alt.value(charts.NEUTRAL))
        line = base.mark_rule(strokeWidth=2).encode(
            x=alt.value(left + 8), x2=alt.value(right - 8), y=alt.Y("first:Q", scale=scale, axis=None), y2="second:Q", color=colour,
        )  # fmt: skip
        begin = base.mark_text(align="right").encode(x=alt.value(left), y=alt.Y("first:Q", scale=scale), text="label:N")
        end = base.mark_text(align="left").encode(x=alt.value(right), y=alt.Y("second:Q", scale=scale), text="other:N")
        data = table.assign(
            label=table["name"] + "  " + table["first"].astype(str),
            other=table["second"].astype(str) if narrow else table["second"].astype(str) + "  " + table["name"],
        )
        return (line + begin + end).properties(width=width, height=330, data=data)

    page.chart(
        "halves",
        slopes,
        title=page.say(
            en="Two halves of the same answers rank the “drivers” of recommendation anew",
            fr="Deux moitiés des mêmes réponses classent autrement les « leviers » de la recommandation",
        ),
        alternative=page.say(en="Rank of thirteen attitudes by correlation, first half then second: ", fr="Rang de treize attitudes par corrélation, première moitié puis seconde : ")
        + ", ".join(f"{row.name} {row.first}, {row.second}" for row in table.rename(columns={"name": "label"}).rename(columns={"label": "name"}).itertuples(index=False))
        + ".",
        note=page.say(
            en=f"{half} answers each, cut by lot; left and right, rank by correlation with the recommendation.",
            fr=f"{half} réponses chacune, séparées au sort ; à gauche et à droite, rang par corrélation avec la recommandation.",
        ),
        data=table[["name", "first", "second"]],
        columns={
            "name": Column(label=page.say(en="Attitude", fr="Attitude")),
            "first": Column(label=page.say(en="First half", fr="Première moitié")),
            "second": Column(label=page.say(en="Second half", fr="Seconde moitié")),
        },
    )  # fmt: skip


def dimensions(page: Page, rows: pd.DataFrame) -> None:
    """The five dimensions of one contact, which can be ranked."""
    found = drivers.derived_importance(rows, outcome="contact_csat", aspects=list(RATER), draws=100)
    found = found.set_index("aspect")
    page.value("rater.answers", len(rows.dropna(subset=[*RATER, "contact_csat"])))
    for name in RATER:
        page.value(f"rater.{name}", found.at[name, "share"], unit="percent")
        page.value(f"rater.{name}.low", found.at[name, "share_low"], unit="percent")
        page.value(f"rater.{name}.high", found.at[name, "share_high"], unit="percent")
    others = found.drop(["reliability", "responsiveness"])
    page.value("rater.others", others["share"].max(), unit="percent")
    hold("reliability leads beyond chance", found.at["reliability", "share_low"] > others["share_high"].max())
    hold("responsiveness comes second", found.at["responsiveness", "share_low"] >= others["share_high"].max() - 1)
    marks = rows.dropna(subset=list(RATER))[list(RATER)]
    page.value("rater.root", 100 * np.linalg.eigvalsh(marks.corr())[-1] / len(RATER), unit="percent")


def grid(page: Page, market: pd.DataFrame, larger: cxdata.Dataset) -> None:
    """From expectation to behaviour: named by, kept today, and what goes with it."""
    surveys = larger["surveys"]
    answers = surveys.loc[surveys["programme"] == "after_contact", ["contact_id", "contact_csat"]].dropna()
    contacts = larger["contacts"].loc[lambda table: ~table["is_abandoned"]]
    contacts = contacts.merge(
        larger["attitude_scores"].drop(columns=["customer_id", "agent_id"]), on="contact_id", how="left"
    )
    contacts = contacts.merge(answers.astype({"contact_csat": float}), on="contact_id", how="left")
    settled = contacts["is_resolved_first_time"].astype(float)
    kept = {
        "competence": (contacts["competent_score"] >= HEARD).where(contacts["competent_score"].notna()),
        "efficiency": settled,
        "friendliness": (contacts["friendly_score"] >= HEARD).where(contacts["friendly_score"].notna()),
        "listening": (contacts["listens_score"] >= HEARD).where(contacts["listens_score"].notna()),
        "availability": (contacts["wait_minutes"] <= WAIT_MINUTES).where(contacts["wait_minutes"].notna()),
        "personalisation": contacts["is_recognised"].astype(float),
    }
    lines = []
    for name, label in QUALITIES.items():
        share = 100 * market[f"expects_{name}"].mean()
        page.value(f"expects.{name}", share, unit="percent")
        line = {
            "quality": f"{page.say(**label)}, {page.written(share, unit='percent')}",
            "behaviour": page.say(**BEHAVIOURS[name]),
        }
        if name in kept:
            rows = contacts.assign(kept=kept[name].astype(float)).dropna(subset=["kept"])
            page.value(f"kept.{name}", 100 * rows["kept"].mean(), unit="percent")
            marked = rows.dropna(subset=["contact_csat"]).assign(kept=lambda table: table["kept"] > 0)
            found = difference(marked, outcome="contact_csat", treatment="kept", cluster="customer_id")
            for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
                page.value(f"gap.{name}{suffix}", number, digits=2, sign=True)
            line["kept"] = f"{page.values[f'kept.{name}']}, {page.values[f'gap.{name}']}"
            if name == "friendliness":
                within = difference(
                    marked,
                    outcome="contact_csat",
                    treatment="kept",
                    strata=("is_resolved_first_time",),
                    cluster="customer_id",
                )
                page.value("gap.within", within.value, digits=2, sign=True)
                page.value("gap.within.low", within.low, digits=2, sign=True)
                page.value("gap.within.high", within.high, digits=2, sign=True)
                for side in (True, False):
                    part = marked[marked["is_resolved_first_time"] == side]
                    page.value(f"friendly.{'settled' if side else 'open'}", 100 * part["kept"].mean(), unit="percent")
                hold("part of friendliness is the solution", 0 < within.value < 0.9 * found.value)
        else:
            line["kept"] = page.say(en="no measure", fr="sans mesure")
        lines.append(line)
    hold("recognised customers are no more satisfied", page.values["gap.personalisation.low"].startswith("−"))
    hold("settling goes with most", 100 * settled.mean() < 75)
    page.value("contacts", len(contacts))
    page.value("marked", int(contacts["contact_csat"].notna().sum()))
    page.value("open", 100 * (1 - settled.mean()), unit="percent")
    page.value("respondents", len(market))
    page.table(
        "grid",
        pd.DataFrame(lines)[["quality", "behaviour", "kept"]],
        caption=page.say(
            en="Expectation, behaviour, how often it is kept, and the marks (1 to 5) of contacts that keep it less those of the others",
            fr="Attente, comportement, part tenue, et notes (1 à 5) des contacts où il est tenu moins celles des autres",
        ),
        columns={
            "quality": Column(label=page.say(en="Expected by", fr="Attente, par")),
            "behaviour": Column(label=page.say(en="Behaviour (ours)", fr="Comportement (choisi par nous)")),
            "kept": Column(label=page.say(en="Kept, marks", fr="Tenu, notes"), right=True),
        },
    )  # fmt: skip


def who(page: Page, market: pd.DataFrame) -> None:
    """Who names what: the young and the old."""
    bands = {"young": market["age_band"].isin(YOUNG), "old": market["age_band"].isin(OLD)}
    lines = []
    for name, label in QUALITIES.items():
        line: dict[str, str | float] = {"quality": page.say(**label)}
        for band, chosen in bands.items():
            picked = market.loc[chosen, f"expects_{name}"]
            low, high = share_interval(int(picked.sum()), len(picked))
            line |= {band: 100 * picked.mean(), f"{band}.low": 100 * low, f"{band}.high": 100 * high}
            page.value(f"{band}.{name}", 100 * picked.mean(), unit="percent")
        lines.append(line)
    for band, chosen in bands.items():
        page.value(f"{band}.count", int(chosen.sum()))
    table = pd.DataFrame(lines)
    of = table.set_index("quality")
    efficiency, friendly = of.loc[page.say(**QUALITIES["efficiency"])], of.loc[page.say(**QUALITIES["friendliness"])]
    hold("the young name efficiency more", efficiency["young.low"] > efficiency["old.high"])
    hold("the old name friendliness more", friendly["old.low"] > friendly["young.high"])
    labels = {"young": page.say(en="18 to 34", fr="18 à 34 ans"), "old": page.say(en="55 to 70", fr="55 à 70 ans")}
    long = pd.concat(
        [
            table[["quality", band, f"{band}.low", f"{band}.high"]]
            .set_axis(["quality", "share", "low", "high"], axis=1)
            .assign(band=label)
            for band, label in labels.items()
        ]
    )

    def dots(width: int) -> alt.LayerChart:
        left = 120
        base = alt.Chart(long).encode(
            y=alt.Y(
                "quality:N", sort=list(table["quality"]), title=None, axis=alt.Axis(minExtent=left, labelLimit=left)
            ),
            yOffset=alt.YOffset("band:N", sort=list(labels.values())),
            color=alt.Color(
                "band:N",
                sort=list(labels.values()),
                scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.BAD]),
                legend=alt.Legend(title=None, orient="top"),
            ),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 55]),
            axis=alt.Axis(values=[0, 10, 20, 30, 40, 50]),
            title=page.say(en="Named among two of seven, %", fr="Citée parmi deux sur sept, %"),
        )
        return (
            base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q")
            + base.mark_point(filled=True, opacity=1, size=70).encode(x="share:Q")
        ).properties(width=width - left, height=280)

    page.chart(
        "who",
        dots,
        title=page.say(
            en="The young name efficiency more often, the old friendliness",
            fr="Les jeunes citent plus souvent l’efficacité, les aînés l’amabilité",
        ),
        alternative=page.say(en="Share naming each quality, 18 to 34 then 55 to 70: ", fr="Part qui cite chaque qualité, 18 à 34 ans puis 55 à 70 ans : ")
        + "; ".join(f"{row['quality']} {page.written(row['young'], unit='percent')}, {page.written(row['old'], unit='percent')}" for row in lines)
        + ".",
        note=page.say(en="Lines are 95% intervals.", fr="Traits : intervalles à 95 %."),
        data=table[["quality", "young", "old"]],
        columns={
            "quality": Column(label=page.say(en="Quality", fr="Qualité")),
            "young": Column(label=labels["young"], unit="percent"),
            "old": Column(label=labels["old"], unit="percent"),
        },
    )  # fmt: skip


def returns(rows: pd.DataFrame, names: list[str], outcome: str) -> tuple[int, float]:
    """Return how many complete answers there are, and the share of cuts by lot in which one mark leads both halves."""
    rows = rows.dropna(subset=[*names, outcome])
    marks, result = rows[names].to_numpy(), rows[outcome].to_numpy()
    rng, half = np.random.default_rng(7), len(marks) // 2
    same = 0
    for _ in range(SPLITS):
        order = rng.permutation(len(marks))
        first, second = (importance(marks[part], result[part]) for part in (order[:half], order[half : 2 * half]))
        same += int(first.argmax() == second.argmax())
    return len(marks), same / SPLITS


def exercise(page: Page, data: cxdata.Dataset, larger: cxdata.Dataset) -> None:
    """The same test by halves on five marks of one contact, with few answers and with many."""
    found = {
        (kind, size): returns(wide(source, list(items)), list(items), outcome)
        for kind, items, outcome in (("rater", RATER, "contact_csat"), ("attitudes", ATTITUDES, "ltr"))
        for size, source in (("class", data), ("larger", larger))
    }
    for (kind, size), (answers, same) in found.items():
        page.value(f"try.{kind}.{size}", 100 * same, unit="percent")
        page.value(f"try.{kind}.{size}.answers", answers)
    page.value("try.lot", 100 / len(RATER), unit="percent")
    hold("few answers hide the leader of the five", found["rater", "class"][1] < 0.5)
    hold("many answers find it", found["rater", "larger"][1] > 0.9)
    hold("no number of answers finds a leader of the thirteen", found["attitudes", "larger"][1] < 0.25)
