"""Design thinking: do prototypes get better by mending or by luck with testers, and what is the best score worth?"""

from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, flow, journeys, sheet
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95, share_interval
from casebook.worked.page import Page, hold

WORLDS = range(8, 32)
"""Seeds of other worlds: the same prototypes and rounds, other testers."""
ROUND_EUR, GATE = 5_000, 8
"""What a round costs, and the mark that the board wants before it builds; both in our story."""
MESSAGE_CENTS = 5
TWO_ERRORS = 2.0
"""Student's 97.5 % point for the 65 degrees of freedom of a spread pooled over twelve rounds."""
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
QUOTE_LENGTHS = (25, 80)
TRACKER, PLANNER, KIOSK = "delivery_tracker", "garden_planner", "returns_kiosk"
NAMES = {
    TRACKER: {"en": "Delivery tracker", "fr": "Suivi de livraison"},
    KIOSK: {"en": "Returns kiosk", "fr": "Borne de retours"},
    PLANNER: {"en": "Garden planner", "fr": "Plan de jardin"},
}


@cache
def elsewhere() -> pd.DataFrame:
    """Return the sessions of the other worlds."""
    parts = []
    for seed in WORLDS:
        world = cxdata.generate("tilmarenne", customers=100, seed=seed, tables=["prototype_tests"], truth=False)
        parts.append(world["prototype_tests"].assign(seed=seed))
    return pd.concat(parts).astype({"prototype": str})


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    tests = data["prototype_tests"].astype({"prototype": str})
    others = elsewhere()
    page.value("testers", len(tests))
    page.value("rounds", tests["round"].max())
    page.value("least.testers", tests.groupby(["prototype", "round"]).size().min())
    page.value("most.testers", tests.groupby(["prototype", "round"]).size().max())
    page.value("worlds", len(WORLDS))
    page.value("round.cost", ROUND_EUR, unit="euros")
    page.value("gate", GATE)
    spread = pooled(tests)
    page.value("spread", spread, digits=1)
    marks = by_round(page, tests, spread)
    line = mending(page, tests, others, marks, spread)
    scores(page, marks, line)
    gate(page, tests, others, marks)
    winners(page, others)
    kindness(page, tests)
    insights(page, data, marks, line)
    exercise(page, tests, marks, others, spread)


def pooled(tests: pd.DataFrame) -> float:
    """Return the standard deviation of marks within a prototype's round, pooled, in marks."""
    own = tests["score"] - tests.groupby(["prototype", "round"])["score"].transform("mean")
    return float(np.sqrt((own**2).sum() / (len(tests) - tests.groupby(["prototype", "round"]).ngroups)))


def by_round(page: Page, tests: pd.DataFrame, spread: float) -> pd.DataFrame:
    """Return and name what each round found."""
    found = tests.groupby(["prototype", "round"]).agg(
        testers=("score", "size"),
        mark=("score", "mean"),
        done=("task_done", "sum"),
        problems=("problems_seen", "mean"),
        minutes=("task_minutes", "median"),
    )
    margin = TWO_ERRORS * spread / np.sqrt(found["testers"])
    found["low"], found["high"] = found["mark"] - margin, found["mark"] + margin
    for (prototype, number), one in found.iterrows():
        name = f"{prototype}.{number}"
        page.value(f"{name}.mark", one["mark"], digits=1)
        page.value(f"{name}.low", one["low"], digits=1)
        page.value(f"{name}.high", one["high"], digits=1)
        page.value(f"{name}.testers", one["testers"])
        page.value(f"{name}.done", one["done"])
        page.value(f"{name}.problems", one["problems"], digits=1)
    return found


def mending(page: Page, tests: pd.DataFrame, others: pd.DataFrame, marks: pd.DataFrame, spread: float) -> pd.DataFrame:
    """Return the common line through all rounds, and compare its slope with single steps and the other worlds."""
    names = sorted(NAMES)
    own = tests["prototype"].to_numpy()[:, None] == np.array(names)
    x = np.column_stack([own, tests["round"] - 1]).astype(float)
    y = tests["score"].to_numpy(np.float64)
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ (x.T @ y)
    variance = ((y - x @ slopes) ** 2).sum() / (len(y) - x.shape[1])
    margin = TWO_ERRORS * np.sqrt(variance * inverse[-1, -1])
    page.value("step", slopes[-1], digits=1)
    page.value("step.low", slopes[-1] - margin, digits=1)
    page.value("step.high", slopes[-1] + margin, digits=1)
    worth = others.groupby(["prototype", "round"])["score"].mean()
    true = float(np.mean([np.polyfit(range(1, 5), worth[name], 1)[0] for name in names]))
    page.value("step.true", true, digits=1)
    hold(
        "mending brings something, and the interval holds what it truly brings",
        0 < slopes[-1] - margin < true < slopes[-1] + margin,
    )
    rises = [
        (
            marks.loc[(name, number + 1), "mark"] - marks.loc[(name, number), "mark"],
            TWO_ERRORS
            * spread
            * np.sqrt(1 / marks.loc[(name, number), "testers"] + 1 / marks.loc[(name, number + 1), "testers"]),
        )
        for name in names
        for number in (1, 2, 3)
    ]
    page.value("rises", len(rises))
    page.value("rises.lowest", min(rise for rise, _ in rises), digits=1, sign=True)
    page.value("rises.highest", max(rise for rise, _ in rises), digits=1, sign=True)
    page.value("rises.clear", sum(rise > margin for rise, margin in rises))
    page.value("rise.margin", np.mean([margin for _, margin in rises]), digits=1)
    hold(
        "one round went down",
        sum(rise < 0 for rise, _ in rises) == 1
        and min(rises)[0] == marks.loc[(TRACKER, 3), "mark"] - marks.loc[(TRACKER, 2), "mark"],
    )
    hold("few rounds show it by themselves", sum(rise > margin for rise, margin in rises) <= 3)
    for name in names:
        first, last = marks.loc[(name, 1)], marks.loc[(name, 4)]
        margin = TWO_ERRORS * spread * np.sqrt(1 / first["testers"] + 1 / last["testers"])
        page.value(f"{name}.gain", last["mark"] - first["mark"], digits=1)
        page.value(f"{name}.gain.low", last["mark"] - first["mark"] - margin, digits=1)
        page.value(f"{name}.gain.high", last["mark"] - first["mark"] + margin, digits=1)
    fitted = pd.DataFrame(
        [
            {
                "prototype": name,
                "round": number,
                "line": start + (number - 1) * slopes[-1],
                "worth": worth[name, number],
            }
            for name, start in zip(names, slopes, strict=False)
            for number in (1, 2, 3, 4)
        ]
    ).set_index(["prototype", "round"])
    for name in names:
        page.value(f"{name}.line", fitted.loc[(name, 4), "line"], digits=1)
        page.value(f"{name}.worth", worth[name, 4], digits=1)
    hold(
        "the line comes nearer than the mark for the winner",
        abs(fitted.loc[(TRACKER, 4), "line"] - worth[TRACKER, 4])
        < abs(marks.loc[(TRACKER, 4), "mark"] - worth[TRACKER, 4]),
    )
    hold("the kiosk is no worse than the tracker", worth[KIOSK, 4] > worth[TRACKER, 4])
    return fitted  # fmt: skip


def scores(page: Page, marks: pd.DataFrame, line: pd.DataFrame) -> None:
    """Chart the marks of each round beside the common line."""
    table = marks.join(line).reset_index()
    table["name"] = table["prototype"].map({name: page.say(**words) for name, words in NAMES.items()})
    order = [page.say(**words) for words in NAMES.values()]

    def chart(width: int) -> alt.FacetChart:
        narrow = width <= charts.NARROW
        x = alt.X("round:O", title=page.say(en="Round", fr="Tour"))
        scale, title = alt.Scale(domain=[4, 9], zero=False), page.say(en="Mean mark", fr="Note moyenne")
        base = alt.Chart(table).encode(x=x)
        return (
            (
                base.mark_line(strokeDash=[5, 4], color=charts.MUTED).encode(y=alt.Y("line:Q", scale=scale, title=title))
                + base.mark_rule(strokeWidth=2, color=charts.GOOD).encode(y=alt.Y("low:Q", scale=scale, title=title), y2="high:Q")
                + base.mark_point(size=80, opacity=1, filled=True, color=charts.GOOD).encode(y=alt.Y("mark:Q", scale=scale, title=title))
            )
            .properties(width=width - 60 if narrow else (width - 110) / 3, height=130 if narrow else 200)
            .facet(alt.Facet("name:N", sort=order, title=None), columns=1 if narrow else 3)
        )  # fmt: skip

    spoken = "; ".join(
        f"{name} " + ", ".join(page.written(mark, digits=1) for mark in table.loc[table["name"] == name, "mark"])
        for name in order
    )
    page.chart(
        "scores",
        chart,
        title=page.say(
            en="All three prototypes get better, and hardly a single step shows it",
            fr="Les trois prototypes progressent, mais presque aucun tour, seul, ne le montre",
        ),
        alternative=page.say(en="Mean marks of rounds one to four: ", fr="Notes moyennes des tours un à quatre : ")
        + spoken
        + ".",
        note=page.say(
            en="Marks of 0 to 10; lines are 95% intervals; dashed: one common slope. The scale is cut at 4 and 9.",
            fr="Notes de 0 à 10 ; traits : intervalles à 95 % ; tirets : une pente commune. Échelle coupée à 4 et 9.",
        ),
        data=table[["name", "round", "testers", "mark", "low", "high", "line"]],
        columns={
            "name": Column(label=page.say(en="Prototype", fr="Prototype")),
            "round": Column(label=page.say(en="Round", fr="Tour")),
            "testers": Column(label=page.say(en="Testers", fr="Testeurs")),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
            "line": Column(label=page.say(en="Line", fr="Droite"), digits=1),
        },
    )


def gate(page: Page, tests: pd.DataFrame, others: pd.DataFrame, marks: pd.DataFrame) -> None:
    """Which prototypes pass the board's mark, here and in the other worlds."""
    last = others[others["round"] == 4].groupby(["seed", "prototype"])["score"].mean().unstack()
    for name in NAMES:
        page.value(f"{name}.passes", int((last[name] >= GATE).sum()))
    final = marks.xs(4, level="round")["mark"]
    hold("the tracker alone passes", list(final.index[final >= GATE]) == [TRACKER])
    hold("elsewhere the kiosk passes at least as often", (last[KIOSK] >= GATE).sum() >= (last[TRACKER] >= GATE).sum())
    page.value("sunk", 4 * ROUND_EUR, unit="euros")
    lines = []
    for name, words in NAMES.items():
        one = marks.loc[(name, 4)]
        low, high = share_interval(int(one["done"]), int(one["testers"]))
        to = page.say(en="to", fr="à")
        lines.append(
            {
                "prototype": page.say(**words),
                "mark": one["mark"],
                "done": page.say(
                    en=f"{one['done']:.0f} of {one['testers']:.0f}", fr=f"{one['done']:.0f} sur {one['testers']:.0f}"
                ),
                "interval": f"{page.written(100 * low)} {to} {page.written(100 * high)}",
                "problems": one["problems"],
            }
        )
    page.table(
        "last",
        pd.DataFrame(lines),
        caption=page.say(en="The last round of each prototype", fr="Le dernier tour de chaque prototype"),
        columns={
            "prototype": Column(label=page.say(en="Prototype", fr="Prototype")),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=1),
            "done": Column(label=page.say(en="Alone", fr="Sans aide"), right=True),
            "interval": Column(label=page.say(en="95%", fr="95 %"), right=True),
            "problems": Column(label=page.say(en="Problems each", fr="Problèmes par testeur"), digits=1),
        },
    )


def winners(page: Page, others: pd.DataFrame) -> None:
    """What the best of three is worth when other testers judge it."""
    cells = others.groupby(["seed", "round", "prototype"])["score"].mean()
    worth = others.groupby(["round", "prototype"])["score"].mean().unstack()
    lines = []
    for (seed, number), line in cells.unstack().iterrows():
        best = line.idxmax()
        again = cells.xs((number, best), level=("round", "prototype")).drop(seed).mean()
        lines.append(
            {
                "seed": seed,
                "round": number,
                "won": line[best],
                "again": again,
                "is_best": worth.loc[number].idxmax() == best,
            }
        )
    found = pd.DataFrame(lines)
    found["gap"] = found["won"] - found["again"]
    each = found.groupby("seed")["gap"].mean()
    margin = Z_95 * each.std() / np.sqrt(len(each))
    page.value("contests", len(found))
    page.value("shrinks", found["gap"].mean(), digits=1)
    page.value("shrinks.low", found["gap"].mean() - margin, digits=1)
    page.value("shrinks.high", found["gap"].mean() + margin, digits=1)
    page.value("truly_best", 100 * found["is_best"].mean(), unit="percent")
    hold("the winner shrinks", found["gap"].mean() - margin > 0.1)
    means = found.groupby("round")[["won", "again"]].mean().reset_index()
    ways = {
        "won": page.say(en="when it won", fr="quand il gagne"),
        "again": page.say(en="with other testers", fr="avec d’autres testeurs"),
    }
    long = means.melt("round", var_name="way", value_name="mark")
    long["way"] = long["way"].map(ways)

    def dots(width: int) -> alt.LayerChart:
        x = alt.X(
            "mark:Q",
            scale=alt.Scale(domain=[5, 9], zero=False),
            title=page.say(en="Mean mark of the best of three", fr="Note moyenne du meilleur des trois"),
            axis=alt.Axis(tickCount=5, format="~r"),
        )
        y = alt.Y("round:O", title=page.say(en="Round", fr="Tour"))
        joined = (
            alt.Chart(means)
            .mark_rule(strokeWidth=2)
            .encode(y=y, x=alt.X("won:Q", scale=alt.Scale(domain=[5, 9], zero=False)), x2="again:Q")
        )
        points = (
            alt.Chart(long)
            .mark_point(size=100, opacity=1, filled=True)
            .encode(
                x=x,
                y=y,
                color=alt.Color(
                    "way:N",
                    sort=list(ways.values()),
                    title=None,
                    scale=alt.Scale(domain=list(ways.values()), range=[charts.BAD, charts.GOOD]),
                ),
            )
        )
        return (joined + points).properties(width=width - 40, height=170)  # fmt: skip

    page.chart(
        "winners",
        dots,
        title=page.say(
            en="The best of three falls when other testers judge it",
            fr="Le meilleur des trois retombe quand d’autres testeurs le jugent",
        ),
        alternative=page.say(en="Mean mark when it won, and with other testers: ", fr="Note quand il gagne, puis avec d’autres testeurs : ")
        + "; ".join(
            page.say(en="round", fr="tour") + f" {row.round} {page.written(row.won, digits=1)}, {page.written(row.again, digits=1)}"
            for row in means.itertuples()
        )
        + ".",
        note=page.say(
            en=f"{len(found)} contests: four rounds in each of {len(WORLDS)} other worlds. The scale is cut at 5 and 9.",
            fr=f"{len(found)} concours : quatre tours dans chacun de {len(WORLDS)} autres mondes. Échelle coupée à 5 et 9.",
        ),
        data=means,
        columns={
            "round": Column(label=page.say(en="Round", fr="Tour")),
            "won": Column(label=page.say(en="When it won", fr="Quand il gagne"), digits=2),
            "again": Column(label=page.say(en="With other testers", fr="Avec d’autres testeurs"), digits=2),
        },
    )  # fmt: skip


def kindness(page: Page, tests: pd.DataFrame) -> None:
    """The marks of those who could not do the task alone."""
    failed, did = tests[~tests["task_done"]], tests[tests["task_done"]]
    page.value("failed", len(failed))
    page.value("failed.mark", failed["score"].mean(), digits=1)
    page.value("did.mark", did["score"].mean(), digits=1)
    page.value("failed.six", int((failed["score"] >= 6).sum()))
    page.value("failed.worst", failed["score"].min())
    hold("those who failed are kind", (failed["score"] >= 6).mean() >= 0.4 and failed["score"].min() >= 3)
    low, _ = share_interval(8, 8)
    page.value("all.low", 100 * low, unit="percent")


def insights(page: Page, data: cxdata.Dataset, marks: pd.DataFrame, line: pd.DataFrame) -> None:
    """Insight cards with their sources, and the way from watching to building."""
    rows = journeys.told(data["journey_steps"])
    web = rows[rows["path"] == "web"]
    late = set(web.loc[web["incident"] == "late_parcel", "order_id"])
    wait = web[web["step"] == "wait"]
    was = wait["order_id"].isin(late)
    page.value("diaries", web["order_id"].nunique())
    page.value("wait.late", wait.loc[was, "step_score"].mean(), digits=1)
    page.value("wait.other", wait.loc[~was, "step_score"].mean(), digits=1)
    contacts = data["contacts"]
    about = contacts["reason"].astype(str) == "late_delivery"
    page.value("contacts.late", int(about.sum()))
    hold(
        "late parcels are waited for badly",
        wait.loc[was, "step_score"].mean() < wait.loc[~was, "step_score"].mean() - 2,
    )
    page.value("message.cents", MESSAGE_CENTS)
    minutes = marks.loc[(TRACKER, 4), "minutes"]
    page.value("tracker.minutes", minutes, digits=1)
    values = {"quote": quote(page, len(data["customers"]))}
    path = Path(__file__).with_suffix(".toml")
    page.html(
        "cards", sheet.sheet(artefacts.read(page, path, sheet.Sheet, values, part="cards"), language=page.language)
    )
    process = artefacts.read(page, path, flow.Process, values, part="process")
    page.drawing(
        "process",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="From diaries to a tracker that is built: problem first, then rounds until nobody fails",
            fr="Des carnets au suivi que l’on construit : d’abord le problème, puis des tours jusqu’à ce que plus personne n’échoue",
        ),
        alternative=page.say(
            en="Process in three lanes, customers, team and testers: diaries and contacts, insight cards, problem statement, rough prototype, round one, mending, rounds two to four, stop or mend again, build.",
            fr="Processus en trois couloirs, clients, équipe et testeurs : carnets et contacts, fiches, énoncé du problème, prototype sommaire, premier tour, corrections, tours deux à quatre, arrêt ou correction, construction.",
        ),
        note=page.say(
            en="Counts and marks are measured; cards and problem are our story.",
            fr="Comptes et notes sont mesurés ; fiches et problème viennent de notre récit.",
        ),
    )  # fmt: skip


def quote(page: Page, customers: int) -> str:
    """Return what a customer wrote about a parcel that did not come, in the language of the page."""
    written = cxdata.generate(
        "tilmarenne", customers=customers, seed=7, locale=LOCALES[page.language], tables=["verbatims", "passages"]
    )
    passages = written.truth["latents/passages"].drop(columns="source", errors="ignore").dropna(subset=["start", "end"])
    found = passages.merge(written["verbatims"][["verbatim_id", "text"]], on="verbatim_id")
    found = found.astype({"aspect": str, "polarity": str, "tone": str, "cause": str})
    found = found[
        found["aspect"].eq("follow_up")
        & found["polarity"].eq("negative")
        & found["tone"].ne("ironic")
        & found["cause"].eq("late_parcel")
    ].sort_values(["verbatim_id", "start"])
    said = [text[int(a) : int(b)] for text, a, b in zip(found["text"], found["start"], found["end"], strict=True)]
    fits = [one for one in said if QUOTE_LENGTHS[0] <= len(one) <= QUOTE_LENGTHS[1]]
    hold("somebody wrote about waiting without news", fits)
    return fits[0]


def exercise(page: Page, tests: pd.DataFrame, marks: pd.DataFrame, others: pd.DataFrame, spread: float) -> None:
    """The kiosk's last step."""
    one, two = marks.loc[(KIOSK, 3)], marks.loc[(KIOSK, 4)]
    margin = TWO_ERRORS * spread * np.sqrt(1 / one["testers"] + 1 / two["testers"])
    rise = two["mark"] - one["mark"]
    page.value("kiosk.rise", rise, digits=1, sign=True)
    page.value("kiosk.low", rise - margin, digits=1, sign=True)
    page.value("kiosk.high", rise + margin, digits=1, sign=True)
    worth = others[others["prototype"] == KIOSK].groupby("round")["score"].mean()
    page.value("kiosk.true", worth[4] - worth[3], digits=1, sign=True)
    hold(
        "the kiosk's last step is open, and there truly was one",
        rise - margin < 0 < worth[4] - worth[3] < rise + margin,
    )
    low, high = share_interval(int(two["done"]), int(two["testers"]))
    page.value("kiosk.done.low", 100 * low, unit="percent")
    page.value("kiosk.done.high", 100 * high, unit="percent")
    needed = 2 * (TWO_ERRORS * spread) ** 2 / worth.diff().mean() ** 2
    page.value("needed", np.ceil(needed))
