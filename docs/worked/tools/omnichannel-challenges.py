"""Three challenges of omnichannel: Tilmarenne answers more than most, and its channels agree no more than strangers do."""

from itertools import combinations
from math import comb
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet
from cxdata.catalog.tables.tilmarenne import brand_tests as declared
from cxdata.schema.statistic import clustered_error

OURS, SHARED = "tilmarenne", "ostravelle"
CELL = ["question", "quarter"]
MESSAGING_EUR, BASE_EUR, KEEPING_EUR = 60_000, 45_000, 25_000
"""Prices of our story: a seventh channel for a year, a shared base of answers once, and its upkeep for a year."""
TARGET_PAIRS, TARGET_KNOWN = 60, 75
"""Aims of our story for the first year, in percent."""
DRAWS = 1_000
CHANNELS = {
    "phone": {"en": "Phone", "fr": "Téléphone"},
    "shop": {"en": "Shop", "fr": "Magasin"},
    "chat": {"en": "Chat", "fr": "Tchat"},
    "web_form": {"en": "Web form", "fr": "Formulaire"},
    "social": {"en": "Social", "fr": "Réseaux"},
    "email": {"en": "E-mail", "fr": "Courriel"},
}


def build(page: Page) -> None:
    """Compute the page."""
    tests = cxdata.edition("tilmarenne", "class")["brand_tests"]
    tests = tests.assign(
        **{name: tests[name].astype(str) for name in ("brand", "channel", *CELL)},
        version=tests["answer_version"].cat.codes,
        cell=tests.groupby(CELL, observed=True).ngroup(),
    )
    larger = cxdata.edition("tilmarenne", "study")
    page.value("larger.customers", len(larger["customers"]))
    for name, price in (("messaging", MESSAGING_EUR), ("base", BASE_EUR), ("keeping", KEEPING_EUR)):
        page.value(f"{name}.price", price, unit="euros")
    page.value("target.pairs", TARGET_PAIRS, unit="percent")
    page.value("target.known", TARGET_KNOWN, unit="percent")
    reach, right = reachable(page, tests)
    pairs, chance = consistent(page, tests)
    channels(page, tests)
    matters = continuous(page, larger["contacts"])
    grid(page, reach, right, pairs, matters)
    market(page, tests, pairs, chance)
    decision(page, pairs, matters)
    majority(page, tests)
    promises(page, tests)
    users(page, larger)
    exercise(page, tests, pairs)


def shares(page: Page, name: str, kept: pd.Series) -> tuple[float, float, float]:
    """Name a share and its Wilson interval, in percent, and return them."""
    low, high = measures.share_interval(int(kept.sum()), len(kept))
    found = (100 * float(kept.mean()), 100 * low, 100 * high)
    named(page, name, found)
    return found


def named(page: Page, name: str, found: tuple[float, float, float]) -> None:
    """Name an estimate and the ends of its interval, in percent."""
    for part, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"{name}{part}", number, unit="percent")


def counted(tests: pd.DataFrame) -> np.ndarray:
    """Return how many channels gave each version, by cell and version."""
    answered = tests[tests["answered"]]
    counts = np.zeros((16, len(declared.VERSIONS)))
    np.add.at(counts, (answered["cell"], answered["version"]), 1)
    return counts


def ratio(agreeing: np.ndarray, pairs: np.ndarray) -> tuple[float, float, float]:
    """Return agreeing pairs out of all, in percent, with an interval by cell: pairs of one question depend."""
    share = agreeing.sum() / pairs.sum()
    error = clustered_error((agreeing - share * pairs) / pairs.sum(), np.arange(len(pairs)))
    return 100 * share, 100 * (share - measures.Z_95 * error), 100 * (share + measures.Z_95 * error)


def within(tests: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return agreeing pairs and all pairs of a brand's channels, by cell."""
    counts = counted(tests)
    n = counts.sum(axis=1)
    return (counts * (counts - 1)).sum(axis=1) / 2, n * (n - 1) / 2


def reachable(page: Page, tests: pd.DataFrame) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """What is answered, and what meets the question."""
    own = tests[tests["brand"] == OURS]
    page.value("tests", len(own))
    page.value("tests.all", len(tests))
    page.value("brands", tests["brand"].nunique())
    page.value("cells", tests["cell"].nunique())
    reach = shares(page, "answered", own["answered"])
    by_brand = tests.groupby("brand")["answered"].mean()
    page.value("answered.market", 100 * by_brand.drop(OURS).mean(), unit="percent")
    hold("nobody answers more", by_brand.max() == by_brand[OURS])
    right = shares(page, "right", own.loc[own["answered"], "is_relevant"].astype(bool))
    page.value("served", 100 * (own["answered"] & own["is_relevant"].eq(True)).mean(), unit="percent")
    return reach, right


def consistent(page: Page, tests: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """How often two channels of a brand say the same, and two brands."""
    lines = []
    for brand, part in tests.groupby("brand"):
        share, low, high = ratio(*within(part))
        answered = measures.share_interval(int(part["answered"].sum()), len(part))
        lines.append(
            {
                "brand": brand,
                "answered": 100 * part["answered"].mean(),
                "answered_low": 100 * answered[0],
                "answered_high": 100 * answered[1],
                "pairs": share,
                "low": max(low, 0.0),
                "high": high,
            }
        )
    found = pd.DataFrame(lines).set_index("brand")
    for name, brand in (("pairs", OURS), ("shared", SHARED)):
        line = found.loc[brand]
        named(page, name, (line["pairs"], line["low"], line["high"]))
    agreeing, pairs = within(tests[tests["brand"] == OURS])
    page.value("pairs.n", pairs.sum())
    page.value("pairs.agree", agreeing.sum())
    others = counted(tests[tests["brand"] != OURS])
    own = counted(tests[tests["brand"] == OURS])
    strange, all_strange = (own * others).sum(axis=1), own.sum(axis=1) * others.sum(axis=1)
    stranger, low, high = ratio(strange, all_strange)
    named(page, "stranger", (stranger, low, high))
    inner = agreeing.sum() / pairs.sum()
    outer = strange.sum() / all_strange.sum()
    error = clustered_error(
        (agreeing - inner * pairs) / pairs.sum() - (strange - outer * all_strange) / all_strange.sum(), np.arange(16)
    )
    page.value("beyond", 100 * (inner - outer), sign=True)
    page.value("beyond.low", 100 * (inner - outer - measures.Z_95 * error), sign=True)
    page.value("beyond.high", 100 * (inner - outer + measures.Z_95 * error), sign=True)
    hold(
        "our channels agree no more than strangers, as far as the tests tell",
        inner - outer - measures.Z_95 * error < 0 < inner - outer + measures.Z_95 * error,
    )
    hold("one brand stands apart", found.drop(SHARED)["pairs"].max() < 40 < found.at[SHARED, "low"])
    made = {one.name: one.value for one in declared.PARAMETERS}
    apart, shared = made["tests_versions_apart"], made["tests_versions_shared"]
    page.value("key.apart", 100 * sum(part**2 for part in apart), unit="percent")
    page.value("key.shared", 100 * sum(part**2 for part in shared), unit="percent")
    hold(
        "the plan gives one brand a shared base",
        made["tests_shared_base"].index(1.0) == 2 and sum(made["tests_shared_base"]) == 1,
    )
    hold("that brand is the one we found", declared.TESTED_BRANDS[2] == SHARED and declared.TESTED_BRANDS[0] == OURS)
    return found, stranger


def channels(page: Page, tests: pd.DataFrame) -> None:
    """Each channel of the company: answered, right, and how long it takes."""
    own = tests[tests["brand"] == OURS]
    written = own[own["channel"].isin(["email", "web_form", "social"])]
    spoken = own[own["channel"].isin(["phone", "shop", "chat"])]
    for name, part in (("written", written), ("spoken", spoken)):
        page.value(f"{name}.right", 100 * part["is_relevant"].dropna().astype(bool).mean(), unit="percent")
    page.value("written.hours", written["answer_delay_hours"].median(), digits=1)
    page.value("spoken.minutes", 60 * spoken["answer_delay_hours"].median())
    rows = tests[tests["answered"]].assign(
        soon=lambda all_rows: all_rows["channel"].isin(["phone", "shop", "chat"]),
        met=lambda all_rows: all_rows["is_relevant"].astype(float),
    )
    gap = measures.difference(rows, outcome="met", treatment="soon", strata=("brand",), cluster="cell")
    page.value("soon", 100 * gap.value, sign=True)
    page.value("soon.low", 100 * gap.low, sign=True)
    page.value("soon.high", 100 * gap.high, sign=True)
    hold("quick channels answer no better and no worse", gap.low < 0 < gap.high and abs(gap.value) < 0.04)


def continuous(page: Page, contacts: pd.DataFrame) -> pd.DataFrame:
    """What becomes of a matter that needs a second contact."""
    rows = contacts[~contacts["is_abandoned"]].sort_values(["order_id", "contacted_at"])
    rows = rows.assign(channel=rows["channel"].astype(str), reason=rows["reason"].astype(str))
    before = rows.groupby("order_id")[["channel", "reason"]].shift()
    again = rows["reason"] == before["reason"]
    first = before["channel"].isna()
    second = rows[again].assign(switched=rows["channel"] != before["channel"])
    page.value("contacts", len(rows))
    page.value("second", len(second))
    shares(page, "switched", second["switched"])
    shares(page, "known", second["is_recognised"].astype(bool))
    shares(page, "known.first", rows.loc[first, "is_recognised"].astype(bool))
    page.value("switchers", second["switched"].sum())
    hold("half are known at the second contact", 0.47 < second["is_recognised"].astype(bool).mean() < 0.53)
    return second


def grid(
    page: Page,
    reach: tuple[float, float, float],
    right: tuple[float, float, float],
    pairs: pd.DataFrame,
    matters: pd.DataFrame,
) -> None:
    """The diagnosis, and the roadmap."""
    between = page.say(en="to", fr="à")
    known = matters["is_recognised"].astype(bool)
    changed = matters["switched"]
    rows = [
        (page.say(en="Reachable: question answered", fr="Joignable : question répondue"), reach),
        (page.say(en="Reachable: answer meets the question", fr="Joignable : la réponse traite la question"), right),
        (page.say(en="Consistent: two channels say the same", fr="Cohérent : même réponse sur deux canaux"), tuple(pairs.loc[OURS, ["pairs", "low", "high"]])),
        (page.say(en="Continuous: channel kept at the second contact", fr="Continu : même canal au second contact"), wilson(~changed)),
        (page.say(en="Continuous: known at the second contact", fr="Continu : reconnu au second contact"), wilson(known)),
    ]  # fmt: skip
    frame = pd.DataFrame(
        {
            "measure": [label for label, _ in rows],
            "today": [found[0] for _, found in rows],
            "interval": [f"{page.written(found[1])} {between} {page.written(found[2])}" for _, found in rows],
        }
    )
    page.table(
        "grid",
        frame,
        caption=page.say(en="The diagnosis, in percent", fr="Le diagnostic, en pourcentage"),
        columns={
            "measure": Column(label=page.say(en="Challenge: measure", fr="Défi : mesure")),
            "today": Column(label=page.say(en="Today", fr="Aujourd’hui")),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )
    values: dict[str, str | float] = {
        "reach": page.written(reach[0], unit="percent"),
        "pairs": page.written(pairs.at[OURS, "pairs"], unit="percent"),
        "known": page.written(100 * known.mean(), unit="percent"),
        "target.pairs": page.written(TARGET_PAIRS, unit="percent"),
        "target.known": page.written(TARGET_KNOWN, unit="percent"),
        "base": page.written(BASE_EUR, unit="euros"),
        "keeping": page.written(KEEPING_EUR, unit="euros"),
    }
    content = artefacts.read(page, Path(__file__).with_suffix(".toml"), Sheet, values, part="roadmap")
    page.html("roadmap", sheet(content, language=page.language))


def wilson(kept: pd.Series) -> tuple[float, float, float]:
    """Return a share and its interval, in percent."""
    low, high = measures.share_interval(int(kept.sum()), len(kept))
    return 100 * float(kept.mean()), 100 * low, 100 * high


def market(page: Page, tests: pd.DataFrame, pairs: pd.DataFrame, chance: float) -> None:
    """The twelve brands: what they answer, and whether their channels agree."""
    frame = pairs.reset_index()
    frame["kind"] = frame["brand"].map({OURS: "ours", SHARED: "shared"}).fillna("other")
    frame["label"] = frame["brand"].str.capitalize().where(frame["kind"] != "other", "")

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(
            x=alt.X(
                "answered:Q",
                scale=alt.Scale(domain=[50, 100]),
                axis=alt.Axis(values=[50, 60, 70, 80, 90, 100]),
                title=page.say(en="Questions answered, %", fr="Questions répondues, %"),
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["ours", "shared", "other"], range=[charts.BAD, charts.GOOD, charts.NEUTRAL]),
                legend=None,
            ),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, 100]),
            title=page.say(en="Two channels say the same, %", fr="Même réponse sur deux canaux, %"),
        )
        line = (
            alt.Chart(pd.DataFrame({"y": [chance]}))
            .mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=charts.INK)
            .encode(y="y:Q")
        )
        told = (
            alt.Chart(
                pd.DataFrame({"y": [chance], "x": [100], "t": [page.say(en="two strangers", fr="deux inconnus")]})
            )
            .mark_text(align="right", dy=-30, dx=-2)
            .encode(y="y:Q", x="x:Q", text="t:N")
        )
        return (
            base.mark_rule(strokeWidth=2.5, opacity=0.45).encode(y=y, y2="high:Q")
            + base.mark_point(size=90, opacity=1).encode(y="pairs:Q")
            + alt.Chart(frame[frame["kind"] == "shared"]).mark_text(align="left", dx=9).encode(x="answered:Q", y="pairs:Q", text="label:N")
            + alt.Chart(frame[frame["kind"] == "ours"]).mark_text(align="center", dy=30).encode(x="answered:Q", y="pairs:Q", text="label:N")
            + line
            + told
        ).properties(width=width, height=270)  # fmt: skip

    page.chart(
        "market",
        dots,
        title=page.say(
            en="Answering often and saying the same are two things: only one brand of twelve does the second",
            fr="Répondre souvent et dire la même chose font deux : une seule marque sur douze fait la seconde",
        ),
        alternative=page.say(en="Questions answered, and pairs of channels that agree: ", fr="Questions répondues, et paires de canaux d’accord : ")
        + "; ".join(
            f"{row.brand.capitalize()} {page.written(row.answered, unit='percent')}, {page.written(row.pairs, unit='percent')}"
            for row in frame.itertuples()
        )
        + page.say(en=f". Two strangers agree in {page.written(chance, unit='percent')}.", fr=f". Deux inconnus : {page.written(chance, unit='percent')}."),
        note=page.say(
            en="Dashed: a channel of ours and one of another brand. Upright lines are 95% intervals by question and quarter.",
            fr="Tirets : un de nos canaux et un d’une autre marque. Traits : intervalles à 95 % par question et trimestre.",
        ),
        data=frame[["brand", "answered", "pairs", "low", "high"]].assign(brand=frame["brand"].str.capitalize()),
        columns={
            "brand": Column(label=page.say(en="Brand", fr="Marque")),
            "answered": Column(label=page.say(en="Answered", fr="Répondu"), unit="percent"),
            "pairs": Column(label=page.say(en="Pairs that agree", fr="Paires d’accord"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )  # fmt: skip
    other = tests[tests["brand"] == SHARED]
    shares(page, "shared.right", other.loc[other["answered"], "is_relevant"].astype(bool))
    page.value("shared.answered", pairs.at[SHARED, "answered"], unit="percent")
    own = tests[(tests["brand"] == OURS) & tests["answered"]]
    hold("the brand that agrees is right less often", own["is_relevant"].astype(bool).mean() > other.loc[other["answered"], "is_relevant"].astype(bool).mean() + 0.05)  # fmt: skip


def decision(page: Page, pairs: pd.DataFrame, matters: pd.DataFrame) -> None:
    """How many of those who change channel hear two things."""
    switchers = matters["switched"].sum()
    told = {
        name: switchers * (1 - pairs.at[brand, "pairs"] / 100) for name, brand in (("today", OURS), ("then", SHARED))
    }
    page.value("two.today", round(told["today"], -1))
    page.value("two.low", round(switchers * (1 - pairs.at[OURS, "high"] / 100), -1))
    page.value("two.high", round(switchers * (1 - pairs.at[OURS, "low"] / 100), -1))
    aimed = switchers * (1 - TARGET_PAIRS / 100)
    page.value("two.aim", round(aimed, -1))
    page.value("spared", round(told["today"] - aimed, -1))
    apart = 1 - pairs.at[OURS, "pairs"] / 100
    page.value("pairs.six", comb(6, 2))
    page.value("pairs.seven", comb(7, 2))
    page.value("split.six", comb(6, 2) * apart)
    page.value("split.seven", comb(7, 2) * apart)


def majority(page: Page, tests: pd.DataFrame) -> None:
    """What "as most of the channels say" gives to channels that know nothing of each other."""
    own = tests[tests["brand"] == OURS]
    kept = shares(page, "majority", own["is_consistent"].dropna().astype(bool))
    random = np.random.default_rng(7)
    answered = own["answered"].to_numpy().reshape(-1, 6)
    pool = {
        question: part.loc[part["answered"], "version"].to_numpy()
        for question, part in tests[tests["brand"] != OURS].groupby("question")
    }
    asked = own["question"].to_numpy().reshape(-1, 6)[:, 0]
    found = []
    for _ in range(DRAWS // 4):
        drawn = np.stack([random.choice(pool[question], 6) for question in asked])
        rows = np.where(answered, drawn, -1)
        counts = np.stack([(rows == code).sum(axis=1) for code in range(4)], axis=1)
        alone = (counts == counts.max(axis=1, keepdims=True)).sum(axis=1) == 1
        leading = np.where(alone, counts.argmax(axis=1), -2)
        compared = answered.sum(axis=1) >= 2
        agrees = (rows == leading[:, None])[compared][answered[compared]]
        found.append(agrees.mean())
    page.value("majority.chance", 100 * float(np.mean(found)), unit="percent")
    hold("the majority agrees with itself by chance as often", kept[1] < 100 * float(np.mean(found)) < kept[2] + 6)


def promises(page: Page, tests: pd.DataFrame) -> None:
    """All the same, by the number of channels that one asks."""

    def unanimous(part: pd.DataFrame, k: int) -> float:
        counts = counted(part).astype(int)
        same = sum(comb(n, k) for n in counts.ravel())
        return 100 * same / sum(comb(n, k) for n in counts.sum(axis=1))

    groups = {
        "Tilmarenne": tests[tests["brand"] == OURS],
        "Ostravelle": tests[tests["brand"] == SHARED],
    }
    lines = [
        {"brand": brand, "channels": k, "percent": unanimous(part, k)} for brand, part in groups.items() for k in (2, 3, 4)
    ]  # fmt: skip
    frame = pd.DataFrame(lines)
    at = frame.set_index(["brand", "channels"])["percent"]
    for k in (2, 3, 4):
        page.value(f"same.{k}", at["Tilmarenne", k], digits=0, unit="percent")
        page.value(f"same.shared.{k}", at["Ostravelle", k], unit="percent")
    hold(
        "with four channels hardly one question is answered alike", at["Tilmarenne", 4] < 6 and at["Ostravelle", 4] > 40
    )
    assert len(list(combinations(range(6), 2))) == comb(6, 2)

    def lines_of(width: int) -> alt.LayerChart:
        base = alt.Chart(frame).encode(
            x=alt.X(
                "channels:O",
                title=page.say(en="Channels that one customer asks", fr="Canaux interrogés par un même client"),
                scale=alt.Scale(padding=0.35),
            ),
            y=alt.Y(
                "percent:Q",
                scale=alt.Scale(domain=[0, 100]),
                title=page.say(en="All say the same, %", fr="Même réponse partout, %"),
            ),
            color=alt.Color(
                "brand:N",
                scale=alt.Scale(domain=["Tilmarenne", "Ostravelle"], range=[charts.BAD, charts.GOOD]),
                legend=None,
            ),
        )
        last = alt.Chart(frame[frame["channels"] == 3]).encode(x="channels:O", y="percent:Q", text="brand:N")
        return (base.mark_line() + base.mark_point(size=80, opacity=1) + last.mark_text(dy=-16, align="left", dx=-10)).properties(
            width=width, height=200
        )  # fmt: skip

    page.chart(
        "promises",
        lines_of,
        title=page.say(
            en="Without a shared base of answers, each further channel makes one answer rarer",
            fr="Sans base de réponses commune, chaque canal de plus rend la réponse unique plus rare",
        ),
        alternative=page.say(en="All say the same, by channels asked: ", fr="Même réponse partout, selon le nombre de canaux interrogés : ")
        + "; ".join(f"{row.brand}, {row.channels}: {page.written(row.percent, unit='percent')}" for row in frame.itertuples())
        + ".",
        note=page.say(
            en="All groups of two, three or four channels that answered the same question in the same quarter.",
            fr="Tous les groupes de deux, trois ou quatre canaux ayant répondu à la même question au même trimestre.",
        ),
        data=frame,
        columns={
            "brand": Column(label=page.say(en="Brand", fr="Marque")),
            "channels": Column(label=page.say(en="Channels", fr="Canaux")),
            "percent": Column(label=page.say(en="All the same", fr="Même réponse"), unit="percent"),
        },
    )  # fmt: skip


def users(page: Page, larger: cxdata.Dataset) -> None:
    """Letters please more than calls, until like is compared with like."""
    surveys, contacts = larger["surveys"], larger["contacts"]
    rated = surveys[surveys["programme"] == "after_contact"].dropna(subset=["contact_csat"])
    rows = rated[["contact_id", "contact_csat"]].merge(contacts, on="contact_id")
    rows = rows[rows["channel"].isin(["post", "phone"])].assign(
        satisfied=lambda kept: (kept["contact_csat"].astype(float) >= 4).astype(float),
        by_post=lambda kept: kept["channel"] == "post",
    )
    page.value("letters", int(rows["by_post"].sum()))
    page.value("calls", int((~rows["by_post"]).sum()))
    plain = measures.difference(rows, outcome="satisfied", treatment="by_post")
    like = measures.difference(
        rows, outcome="satisfied", treatment="by_post", strata=("reason", "emotion_before", "is_complaint")
    )
    for name, found in (("post", plain), ("post.like", like)):
        page.value(name, 100 * found.value, sign=True)
        page.value(f"{name}.low", 100 * found.low, sign=True)
        page.value(f"{name}.high", 100 * found.high, sign=True)
    hold(
        "the plain gap is clear of nought and the like one is not",
        plain.low > 0 > like.low and like.value < plain.value,
    )
    late = rows["reason"].astype(str) == "late_delivery"
    page.value("post.late", 100 * late[rows["by_post"]].mean(), unit="percent")
    page.value("phone.late", 100 * late[~rows["by_post"]].mean(), unit="percent")
    hold("fewer letters are about late parcels", late[rows["by_post"]].mean() < late[~rows["by_post"]].mean() - 0.03)


def exercise(page: Page, tests: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """Another brand, alone."""
    name = "brindorle"
    part = tests[tests["brand"] == name]
    shares(page, "other.answered", part["answered"])
    line = pairs.loc[name]
    named(page, "other.pairs", (line["pairs"], line["low"], line["high"]))
    agreeing, every = within(part)
    page.value("other.agree", agreeing.sum())
    page.value("other.n", every.sum())
    shares(page, "other.majority", part["is_consistent"].dropna().astype(bool))
    own = counted(part)
    rest = counted(tests[tests["brand"] != name])
    stranger = ratio((own * rest).sum(axis=1), own.sum(axis=1) * rest.sum(axis=1))
    page.value("other.stranger", stranger[0], unit="percent")
    hold("this brand is no better", line["low"] < stranger[0] < line["high"])
