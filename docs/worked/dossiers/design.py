"""What dossier 3 adds up to: gap times weight times people, and whether a moment fails some or is middling for all."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, journeys
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95
from casebook.worked.page import Page, hold

PATHS = {
    "web": (journeys.WEB, {"en": "web", "fr": "site"}),
    "shop": (journeys.SHOP, {"en": "shop", "fr": "magasin"}),
}
HELP = "ask_help"
FIRST = "discover"
"""Before anything can fail: what journeys without a failure mark higher here is not the failures' doing."""
PER = 1000
HIGHER_GOAL = 8.0
BUDGET_EUR, CLOSED_SHARE = 60_000, 0.5
"""What the board has, and how much of the gap of two moments it is thought to close, in our story."""
SHOWN, FOLLOWED = 8, 6


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    rows = journeys.told(data["journey_steps"]).merge(
        data.truth["latents/journey_steps"][["journey_step_id", "weight"]], on="journey_step_id"
    )
    rows["fails"] = rows.groupby("order_id")["has_incident"].transform("any")
    found = moments(rows, data["customers"].set_index("customer_id")["segment"])
    page.value("customers", len(data["customers"]))
    page.value("journeys", rows["order_id"].nunique())
    page.value("moments", len(found))
    ranks(page, found)
    kinds(page, found)
    choice(page, found, len(data["orders"]) / 2)
    higher(page, found)


def moments(rows: pd.DataFrame, segments: pd.Series) -> pd.DataFrame:
    """Return each step of each path: its mark, its weight, who passes there, and the marks of the whole lost there.

    Lost marks count per thousand journeys of both paths. Errors of mark and weight are taken as independent, and the
    goal as given.
    """
    parts = []
    for path, (steps, _) in PATHS.items():
        told = rows[rows["path"] == path]
        table = journeys.step_marks(told)
        plain = journeys.weights(journeys.by_journey(told, steps, segments), steps)
        asked = journeys.by_journey(told, (*steps, HELP), segments)
        helped = journeys.weights(asked, (*steps, HELP))
        heavy = pd.concat([plain.loc[list(steps)], helped.loc[[HELP]]])
        table = table.join(heavy[["weight"]]).join(heavy[["low", "high"]].add_prefix("weight_"))
        table["spotless"] = told[~told["fails"]].groupby("step")["step_score"].mean()
        table["milder"] = (table["spotless"] - table["mark"])[FIRST]
        table["key"] = told.groupby("step")["weight"].mean()
        parts.append(table.assign(path=path).reset_index())
    found = pd.concat(parts, ignore_index=True)
    found["reach"] = PER * found["journeys"] / rows["order_id"].nunique()
    return lost(found, float(found["mark"].max()))


def lost(found: pd.DataFrame, goal: float) -> pd.DataFrame:
    """Return the moments with what is lost against a goal, with its interval, and the part that failures explain."""
    gap = goal - found["mark"]
    of_mark = (found["high"] - found["low"]) / (2 * Z_95)
    of_weight = (found["weight_high"] - found["weight_low"]) / (2 * Z_95)
    amount = gap * found["weight"] * found["reach"]
    margin = Z_95 * found["reach"] * np.sqrt((found["weight"] * of_mark) ** 2 + (gap * of_weight) ** 2)
    failures = (found["spotless"] - found["mark"] - found["milder"]) * found["weight"] * found["reach"]
    return found.assign(
        goal=goal,
        lost=amount,
        lost_low=amount - margin,
        lost_high=amount + margin,
        failures=failures.clip(0, amount),
        true=gap * found["key"] * found["reach"],
    ).sort_values("lost", ascending=False, ignore_index=True)


def called(page: Page, row: pd.Series) -> str:
    """Return what a moment is called: its step and its path."""
    return f"{page.say(**journeys.STEPS[row['step']])}, {page.say(**PATHS[row['path']][1])}"


def one(found: pd.DataFrame, path: str, step: str) -> pd.Series:
    """Return the line of a moment."""
    return found[(found["path"] == path) & (found["step"] == step)].iloc[0]


def ranks(page: Page, found: pd.DataFrame) -> None:
    """The moments by what is lost there, in two parts."""
    page.value("goal", found["goal"].iloc[0], digits=1)
    page.value("total", found["lost"].sum())
    page.value("total.failures", 100 * found["failures"].sum() / found["lost"].sum(), unit="percent")
    for name, path, step in (
        ("receive", "web", "receive"),
        ("advice", "shop", "advice"),
        ("help", "web", HELP),
        ("wait", "web", "wait"),
        ("use", "shop", "use"),
        ("shop_help", "shop", HELP),
    ):
        row = one(found, path, step)
        page.value(f"{name}.mark", row["mark"], digits=1)
        page.value(f"{name}.weight", row["weight"], digits=2)
        page.value(f"{name}.reach", row["reach"])
        page.value(f"{name}.lost", row["lost"])
        page.value(f"{name}.low", row["lost_low"])
        page.value(f"{name}.high", row["lost_high"])
        page.value(f"{name}.rank", row.name + 1)
        page.value(f"{name}.failures", 100 * row["failures"] / row["lost"], unit="percent")
        page.value(f"{name}.spotless", row["spotless"], digits=1)
        page.value(f"{name}.true", row["true"])
        page.value(f"{name}.milder", row["milder"], digits=2)
    door, advice, helped = (one(found, *where) for where in (("web", "receive"), ("shop", "advice"), ("web", HELP)))
    lowest = found.nsmallest(2, "mark")
    hold("asking for help has the two lowest marks", set(lowest["step"]) == {HELP})
    hold("help on the web weighs as much as the door", helped["weight_high"] > door["weight"])
    hold("the door and advice lead", list(found["step"].iloc[:2]) == ["receive", "advice"])
    hold("they cannot be told apart", advice["lost_high"] > door["lost_low"])
    hold("the door loses clearly more than help", door["lost_low"] > helped["lost_high"])
    hold("with the true weights they lead too", set(found.nlargest(2, "true")["step"]) == {"receive", "advice"})
    top = found.head(SHOWN).copy()
    top["name"] = [called(page, row) for _, row in top.iterrows()]
    order = list(top["name"])
    failed, middling = (
        page.say(en="by failures", fr="par pannes"),
        page.say(en="lost without any", fr="perdus sans panne"),
    )
    long = pd.concat(
        [
            top[["name"]].assign(kind=failed, marks=top["failures"], rank=0),
            top[["name"]].assign(kind=middling, marks=top["lost"] - top["failures"], rank=1),
        ]
    )

    def make(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(minExtent=140))
        bars = (
            alt.Chart(long)
            .mark_bar(height=15)
            .encode(
                y=y,
                x=alt.X(
                    "marks:Q",
                    stack=True,
                    title=page.say(en="Marks lost per 1,000 journeys", fr="Points perdus pour 1 000 parcours"),
                    scale=alt.Scale(domain=[0, 55], nice=False),
                    axis=alt.Axis(values=[0, 10, 20, 30, 40, 50]),
                ),
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(domain=[failed, middling], range=[charts.BAD, charts.NEUTRAL]),
                    legend=alt.Legend(columns=1 if is_narrow else 2),
                ),
                order="rank:Q",
            )
        )
        rule = alt.Chart(top).mark_rule(strokeWidth=1.5, color=charts.INK).encode(y=y, x="lost_low:Q", x2="lost_high:Q")
        return (bars + rule).properties(width=width - 150, height=235)

    said = "; ".join(
        f"{row.name} {page.written(row.lost)} ({page.written(row.lost_low)}, {page.written(row.lost_high)}), "
        f"{page.written(row.failures)}"
        for row in top.itertuples(index=False)
    )
    page.chart(
        "moments",
        make,
        title=page.say(
            en="Receiving loses most, over half by failures; using loses marks with hardly any",
            fr="La réception perd le plus, surtout par pannes ; l’usage perd presque sans panne",
        ),
        alternative=page.say(
            en=f"Marks of the whole lost per thousand journeys, 95% interval in brackets, then the part by failures: {said}.",
            fr=f"Points de la note globale perdus pour mille parcours, intervalle à 95 % entre parenthèses, puis la part due aux pannes : {said}.",
        ),
        note=page.say(
            en=f"The {SHOWN} largest of {len(found)}; lines are 95% intervals of the whole bar.",
            fr=f"Les {SHOWN} plus grandes pertes sur {len(found)} ; traits : intervalles à 95 % de la barre entière.",
        ),
        data=top[["name", "mark", "weight", "reach", "lost", "failures"]],
        columns={
            "name": Column(label=page.say(en="Moment", fr="Moment")),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=1),
            "weight": Column(label=page.say(en="Weight", fr="Poids"), digits=2),
            "reach": Column(label=page.say(en="Pass there", fr="Y passent")),
            "lost": Column(label=page.say(en="Lost", fr="Perdus")),
            "failures": Column(label=page.say(en="By failures", fr="Par pannes")),
        },
    )


def kinds(page: Page, found: pd.DataFrame) -> None:
    """Which moment goes to which tools next."""
    top = found.head(FOLLOWED)
    share = 100 * top["failures"] / top["lost"]
    mend = page.say(en="Mend: blueprint, lean, standard", fr="Réparer : blueprint, lean, standard")
    redesign = page.say(en="Design: prototype, target map", fr="Concevoir : prototype, carte cible")
    frame = pd.DataFrame(
        {
            "moment": [called(page, row) for _, row in top.iterrows()],
            "share": share,
            "next": np.where(share > 50, mend, redesign),
        }
    )
    hold("the door and the wait are to mend", (share[top["step"].isin(["receive", "wait"])] > 50).all())
    hold("use in the shop is to design", share[(top["step"] == "use") & (top["path"] == "shop")].iloc[0] < 15)
    page.table(
        "kinds",
        frame,
        caption=page.say(en="What each moment asks for next", fr="Ce que chaque moment demande ensuite"),
        columns={
            "moment": Column(label=page.say(en="Moment", fr="Moment")),
            "share": Column(label=page.say(en="By failures", fr="Par pannes"), unit="percent"),
            "next": Column(label=page.say(en="Next tools", fr="Outils suivants")),
        },
    )


def choice(page: Page, found: pd.DataFrame, orders_a_year: float) -> None:
    """What two moments chosen by mark and by product would bring for the same sum."""
    page.value("budget", BUDGET_EUR, unit="euros")
    chosen = {"product": found.nlargest(2, "lost"), "mark": found.nsmallest(2, "mark")}
    for name, rows in chosen.items():
        gained = CLOSED_SHARE * rows["lost"].sum()
        page.value(f"{name}.gained", gained)
        page.value(f"{name}.price", BUDGET_EUR / (gained / PER * orders_a_year), unit="euros")
    hold(
        "the product buys about three times as much",
        2.5 < chosen["product"]["lost"].sum() / chosen["mark"]["lost"].sum() < 3.5,
    )
    page.value("orders", round(orders_a_year, -2))


def higher(page: Page, found: pd.DataFrame) -> None:
    """The order of moments under a goal that no step reaches today."""
    again = lost(found, HIGHER_GOAL)
    page.value("higher", HIGHER_GOAL)
    page.value("higher.advice", one(again, "shop", "advice")["lost"])
    page.value("higher.receive", one(again, "web", "receive")["lost"])
    page.value("higher.use", one(again, "shop", "use")["lost"])
    page.value("higher.help.rank", one(again, "web", HELP).name + 1)
    hold("with the higher goal advice leads", list(again["step"].iloc[:3]) == ["advice", "use", "receive"])
