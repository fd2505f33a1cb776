"""Idea platform: whether votes find the best ideas, whose votes they are, and what another rule would find."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, measures, sheet
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PLACES, SHORTLIST = 20, 100
"""Ideas that can be studied, and that a panel reads if votes come first."""
THRESHOLD = 3_000
"""Votes from which an idea is studied today."""
STUDY_EUR, READ_EUR = 5_000, 10
"""A study, and a reading of a quarter of an hour by one reader; in our story."""
READERS, READER_ERROR = 3, 1.0
"""Readers per idea, and how far one reader strays, in standard deviations of merit; our assumption."""
LAST = pd.Timestamp("2024-12-31")
WORDS = Path(__file__).with_suffix(".toml")


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    ideas = data["ideas"].merge(data.truth["latents/ideas"], on="idea_id")
    ideas["submitted_on"] = pd.to_datetime(ideas["submitted_on"])
    ideas["decided_on"] = pd.to_datetime(ideas["decided_on"])
    ideas["open_days"] = (ideas["decided_on"].fillna(LAST) - ideas["submitted_on"]).dt.days
    page.value("ideas", len(ideas))
    page.value("places", PLACES)
    page.value("study", STUDY_EUR, unit="euros")
    page.value("threshold", THRESHOLD)
    merit(page, ideas)
    votes(page, data, ideas)
    answers(page, ideas)
    rules(page, ideas)
    young(page, ideas, data["idea_votes"])
    exercise(page, ideas)
    page.html("rule", sheet.sheet(artefacts.read(page, WORDS, sheet.Sheet, part="rule"), language=page.language))


def correlation(x: pd.Series, y: pd.Series) -> tuple[float, float, float]:
    """Return Spearman's correlation with its 95 % interval by Fisher's transformation."""
    found = x.corr(y, method="spearman")
    half = measures.Z_95 * np.sqrt((1 + found**2 / 2) / (len(x) - 3))
    return found, np.tanh(np.arctanh(found) - half), np.tanh(np.arctanh(found) + half)


def merit(page: Page, ideas: pd.DataFrame) -> None:
    """Votes against merit."""
    for name, column in (("votes", "votes_total"), ("comments", "comments")):
        for key, number in zip(("", ".low", ".high"), correlation(ideas[column], ideas["merit"]), strict=True):
            page.value(f"{name}.r{key}", number, digits=2)
    best = set(ideas.nlargest(PLACES, "merit")["idea_id"])
    top = ideas.nlargest(PLACES, "votes_total")
    page.value("both", len(best & set(top["idea_id"])))
    page.value("by.chance", PLACES**2 / len(ideas))
    passed = ideas[ideas["votes_total"] >= THRESHOLD]
    page.value("passed", len(passed))
    page.value("passed.adopted", int((passed["status"] == "adopted").sum()))
    page.value("passed.refused", int((passed["status"] == "refused").sum()))
    page.value("adopted", int((ideas["status"] == "adopted").sum()))
    page.value("best.refused", int((ideas[ideas["idea_id"].isin(best)]["status"] == "refused").sum()))
    page.value("best.median", ideas[ideas["idea_id"].isin(best)]["votes_total"].median())
    hold("votes find merit hardly better than chance", len(best & set(top["idea_id"])) <= 2)
    table = ideas.assign(
        shown=ideas["votes_total"].clip(lower=1),
        kind=np.where(
            ideas["idea_id"].isin(best),
            page.say(en="best 20 by merit", fr="20 meilleures par le mérite"),
            page.say(en="others", fr="autres"),
        ),
    )

    table = table[ideas["idea_id"].isin(best) | (ideas["idea_id"] % 4 == 0)]  # 400 dots would weigh too much

    def dots(width: int) -> alt.LayerChart:
        kinds = [page.say(en="best 20 by merit", fr="20 meilleures par le mérite"), page.say(en="others", fr="autres")]
        line = alt.Chart(pd.DataFrame({"at": [THRESHOLD]})).mark_rule(strokeDash=[4, 4]).encode(x="at:Q")
        points = (
            alt.Chart(table[["shown", "merit", "kind"]])
            .mark_point(size=34, opacity=0.7)
            .encode(
                x=alt.X(
                    "shown:Q",
                    scale=alt.Scale(type="log"),
                    axis=alt.Axis(values=[1, 10, 100, 1_000, 10_000, 100_000], format="~s"),
                    title=page.say(en="Votes, each step tenfold", fr="Votes, chaque pas vaut dix fois plus"),
                ),
                y=alt.Y("merit:Q", title=page.say(en="Merit, standard deviations", fr="Mérite, écarts-types")),
                color=alt.Color(
                    "kind:N", sort=kinds, scale=alt.Scale(domain=kinds, range=[charts.GOOD, charts.NEUTRAL])
                ),
            )
        )
        return (line + points).properties(width=width, height=260)

    found = page.written(correlation(ideas["votes_total"], ideas["merit"])[0], digits=2)
    page.chart(
        "merit",
        dots,
        title=page.say(
            en="The best ideas stand among all numbers of votes, few beyond the threshold",
            fr="Les meilleures idées sont à tous les niveaux de votes, peu passent le seuil",
        ),
        alternative=page.say(
            en=f"{len(ideas)} ideas by votes and merit; rank correlation {found}. Of the {PLACES} best by merit, {len(best & set(passed['idea_id']))} have {page.written(THRESHOLD)} votes or more.",
            fr=f"{len(ideas)} idées selon les votes et le mérite ; corrélation des rangs {found}. Des {PLACES} meilleures par le mérite, {len(best & set(passed['idea_id']))} ont au moins {page.written(THRESHOLD)} votes.",
        ),
        note=page.say(
            en="All of the best 20, and one in four of the others. Merit is known from the answer key alone. Dashes: votes from which an idea is studied.",
            fr="Les 20 meilleures, et une autre sur quatre. Le mérite n’est connu que du corrigé. Tirets : votes à partir desquels une idée est étudiée.",
        ),
        data=ideas.nlargest(10, "merit")[["idea_id", "merit", "votes_total"]],
        columns={
            "idea_id": Column(label=page.say(en="Idea (ten best)", fr="Idée (dix meilleures)")),
            "merit": Column(label=page.say(en="Merit", fr="Mérite"), digits=1),
            "votes_total": Column(label=page.say(en="Votes", fr="Votes")),
        },
    )
    hold("few of the best pass the threshold", len(best & set(passed["idea_id"])) < PLACES / 4)


def votes(page: Page, data: cxdata.Dataset, ideas: pd.DataFrame) -> None:
    """Whose votes, and on what."""
    rows, customers = data["idea_votes"], data["customers"]
    each = rows.groupby("customer_id").size().sort_values(ascending=False)
    low, high = measures.share_interval(len(each), len(customers))
    page.value("voters", len(each))
    page.value("customers", len(customers))
    page.value("voters.share", 100 * len(each) / len(customers), digits=1, unit="percent")
    page.value("cast", len(rows))
    page.value("tenth", 100 * each.iloc[: len(each) // 10].sum() / each.sum(), unit="percent")
    page.value("once", 100 * (each == 1).mean(), unit="percent")
    holders = rows["customer_id"].isin(customers.loc[customers["is_loyalty_member"], "customer_id"])
    page.value("card.customers", 100 * customers["is_loyalty_member"].mean(), unit="percent")
    page.value("card.votes", 100 * holders.mean(), unit="percent")
    page.value("card.points", 100 * rows.loc[holders, "weight"].sum() / rows["weight"].sum(), unit="percent")
    order = ideas["votes_total"].sort_values(ascending=False)
    first = ideas.loc[ideas["votes_total"].idxmax()]
    page.value("first.share", 100 * order.iloc[0] / order.sum(), unit="percent")
    page.value("first.votes", order.iloc[0])
    page.value("ten.share", 100 * order.iloc[:10].sum() / order.sum(), unit="percent")
    page.value("second.votes", order.iloc[1])
    page.value("median.votes", order.median())
    page.value("first.merit.rank", int((ideas["merit"] > first["merit"]).sum()) + 1)
    hold("one voter in two votes once", 0.45 < (each == 1).mean() < 0.55)
    hold("few vote at all", high < 0.1 and low > 0.05)


def answers(page: Page, ideas: pd.DataFrame) -> None:
    """How long authors wait."""
    refused = ideas[ideas["status"] == "refused"]
    days = (refused["decided_on"] - refused["submitted_on"]).dt.days
    page.value("refused", len(refused))
    page.value("refused.days", days.median())
    page.value("late.share", 100 * (days > 120).mean(), unit="percent")
    old = ideas[(ideas["status"] == "new") & (ideas["open_days"] > 120)]
    page.value("silent", len(old))
    staff, others = ideas[ideas["author_type"] == "employee"], ideas[ideas["author_type"] == "customer"]
    gap = staff["merit"].mean() - others["merit"].mean()
    half = measures.Z_95 * np.sqrt(staff["merit"].var() / len(staff) + others["merit"].var() / len(others))
    for key, number in (("", gap), (".low", gap - half), (".high", gap + half)):
        page.value(f"staff{key}", number, digits=2, sign=True)
    page.value("staff.votes", staff["votes_total"].median())
    page.value("customer.votes", others["votes_total"].median())
    hold("staff's ideas are better", gap - half > 0)


def rules(page: Page, ideas: pd.DataFrame, draws: int = 2_000) -> None:
    """What each rule of selection finds, by the key; readers and the lot are drawn many times."""
    random = np.random.default_rng(7)
    truth, count = ideas["merit"].to_numpy(), ideas["votes_total"].to_numpy()
    door = np.argsort(-count)[:SHORTLIST]

    def best_of(candidates: np.ndarray, *, redrawn: bool = False) -> np.ndarray:
        if redrawn:
            drawn = np.argsort(random.random((draws, len(truth))), axis=1)[:, : len(candidates)]
            seen = truth[drawn] + random.normal(0, READER_ERROR / np.sqrt(READERS), drawn.shape)
            kept = np.take_along_axis(drawn, np.argsort(-seen, axis=1)[:, :PLACES], axis=1)
            return truth[kept].mean(axis=1)
        seen = truth[candidates] + random.normal(0, READER_ERROR / np.sqrt(READERS), (draws, len(candidates)))
        chosen = candidates[np.argsort(-seen, axis=1)[:, :PLACES]]
        return truth[chosen].mean(axis=1)

    by_lot = np.array([random.choice(truth, PLACES, replace=False).mean() for _ in range(draws)])
    by_votes = truth[np.argsort(-count)[:PLACES]].mean()
    found = {
        "lot": by_lot,
        "votes": np.full(draws, by_votes),
        "some": best_of(door, redrawn=True),
        "both": best_of(door),
        "panel": best_of(np.arange(len(truth))),
        "key": np.full(draws, np.sort(truth)[-PLACES:].mean()),
    }
    names = {
        "lot": page.say(en="A lot", fr="Tirage au sort"),
        "votes": page.say(en="Most votes", fr="Le plus de votes"),
        "some": page.say(en="100 by lot, then readers", fr="100 au sort, puis lecteurs"),
        "both": page.say(en="Top 100 by votes, then readers", fr="100 plus votées, puis lecteurs"),
        "panel": page.say(en="Readers of all", fr="Lecteurs de toutes"),
        "key": page.say(en="The best possible", fr="Le mieux possible"),
    }
    read = {"lot": 0, "votes": 0, "some": SHORTLIST, "both": SHORTLIST, "panel": len(truth), "key": 0}
    table = pd.DataFrame(
        [
            {
                "rule": names[name],
                "merit": values.mean(),
                "low": np.quantile(values, 0.025),
                "high": np.quantile(values, 0.975),
                "cost": READ_EUR * READERS * read[name],
            }
            for name, values in found.items()
        ]
    )
    for (name, values), cost in zip(found.items(), table["cost"], strict=True):
        page.value(f"rule.{name}", values.mean(), digits=2)
        page.value(f"rule.{name}.cost", cost, unit="euros")
    page.value("studies", STUDY_EUR * PLACES, unit="euros")
    page.value("read", READ_EUR, unit="euros")
    page.value("shortlist", SHORTLIST)
    page.value("lot.low", np.quantile(by_lot, 0.025), digits=2, sign=True)
    page.value("lot.high", np.quantile(by_lot, 0.975), digits=2, sign=True)
    good = set(np.argsort(-truth)[: len(truth) // 10])
    studied = np.argsort(-count)[:PLACES]
    wasted = sum(one not in good for one in studied)
    page.value("good", len(good))
    page.value("wasted", wasted)
    page.value("wasted.eur", STUDY_EUR * wasted, unit="euros")
    hold("votes lie within what a lot gives", np.quantile(by_lot, 0.025) < by_votes < np.quantile(by_lot, 0.975))
    hold("readers of all find far more", found["panel"].mean() > 3 * found["votes"].mean() + 0.5)
    hold("a short list by votes lies between", found["votes"].mean() < found["both"].mean() < found["panel"].mean())

    def bars(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("rule:N", sort=list(names.values()), title=None, axis=alt.Axis(labelLimit=200))
        )
        x = alt.X(
            "merit:Q",
            title=page.say(en="Mean merit of the 20", fr="Mérite moyen des 20"),
            axis=alt.Axis(values=[0, 1, 2]),
        )
        return (
            base.mark_bar(opacity=0.75).encode(x=x)
            + base.mark_rule(strokeWidth=2, color=charts.INK).encode(x="low:Q", x2="high:Q")
        ).properties(width=width - 195, height=190)

    page.chart(
        "rules",
        bars,
        title=page.say(
            en="Votes choose like a lot; three readers who do not see the votes find most of what there is",
            fr="Les votes choisissent comme le hasard ; trois lecteurs qui ne les voient pas trouvent l’essentiel",
        ),
        alternative=page.say(en="Mean merit of the 20 ideas chosen: ", fr="Mérite moyen des 20 idées retenues : ")
        + "; ".join(f"{row.rule} {page.written(row.merit, digits=2)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="In standard deviations of merit. Lines hold 95% of the draws of lot or readers; how far readers stray is our assumption.",
            fr="En écarts-types de mérite. Traits : 95 % des tirages ; l’erreur des lecteurs est notre hypothèse.",
        ),
        data=table,
        columns={
            "rule": Column(label=page.say(en="Rule", fr="Règle")),
            "merit": Column(label=page.say(en="Merit", fr="Mérite"), digits=2),
            "low": Column(label=page.say(en="From", fr="De"), digits=2),
            "high": Column(label=page.say(en="To", fr="À"), digits=2),
            "cost": Column(label=page.say(en="Reading costs", fr="Coût de lecture"), unit="euros"),
        },
    )


def young(page: Page, ideas: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Votes take time, and the young have had little."""
    dated = rows.merge(ideas[["idea_id", "submitted_on"]], on="idea_id")
    days = (dated["voted_at"].dt.normalize() - dated["submitted_on"]).dt.days
    page.value("vote.median", days.median())
    page.value("within.ninety", 100 * (days <= 90).mean(), unit="percent")
    short, long = ideas[ideas["open_days"] < 60], ideas[ideas["open_days"] >= 90]
    page.value("short.ideas", len(short))
    page.value("short.votes", short["votes_total"].median())
    page.value("long.votes", long["votes_total"].median())
    page.value("short.merit", short["merit"].mean(), digits=2, sign=True)
    page.value("long.merit", long["merit"].mean(), digits=2, sign=True)
    hold(
        "ideas that were open for long have more votes",
        long["votes_total"].median() > 2 * short["votes_total"].median(),
    )
    hold("and no more merit", long["merit"].mean() < short["merit"].mean())


def exercise(page: Page, ideas: pd.DataFrame) -> None:
    """Comments instead of votes."""
    top = ideas.nlargest(PLACES, "comments")
    page.value("comments.merit", top["merit"].mean(), digits=2, sign=True)
    page.value("comments.both", len(set(top["idea_id"]) & set(ideas.nlargest(PLACES, "votes_total")["idea_id"])))
    share = ideas[ideas["votes_total"] >= 50].assign(rate=lambda rows: rows["comments"] / rows["votes_total"])
    page.value("rate.ideas", len(share))
    found = correlation(share["rate"], share["merit"])
    for key, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"rate.r{key}", number, digits=2, sign=True)
    hold("comments per vote tell nothing", found[1] < 0 < found[2])
    both = ideas["votes_total"].corr(ideas["comments"], method="spearman")
    page.value("comments.votes", both, digits=2)
