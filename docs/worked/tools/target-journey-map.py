"""Target journey map: what each standard promises by the weights of its step, and what the punctual world really gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, journey, journeys
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95, difference
from casebook.worked.page import Page, hold

LARGER = {"customers": 40_000, "seed": 7}
"""Size and seed of the study edition, for its punctual twin."""
TABLES = ["journey_steps", "orders", "customers"]
PUNCTUAL = {"late_base": -9.0}
"""The same world in which hardly a parcel is late."""
DRAWS = 120
WISH = 9
HELP = "ask_help"
NO_BREAK = "\u00a0"
MOMENTS = ("choose", "receive", "use")
"""The moments of truth of the page before."""


@dataclass(frozen=True, kw_only=True)
class Standard:
    """What a step's standard is to end: ``left`` of 100 who take the step still meet it; costs are our story's."""

    incident: str
    felt: tuple[str, ...]
    left: float
    cost_eur: int
    en: str
    fr: str


STANDARDS = {
    "parcel": Standard(
        incident="late_parcel", felt=("wait", "receive"), left=5, cost_eur=24_000,
        en="On the promised day", fr="Au jour promis",
    ),
    "unharmed": Standard(
        incident="damaged_parcel", felt=("receive",), left=1, cost_eur=20_000, en="Unharmed", fr="Intact",
    ),
    "found": Standard(
        incident="not_found", felt=("search",), left=2, cost_eur=15_000, en="Found by search", fr="Trouvé en cherchant",
    ),
    "stock": Standard(
        incident="out_of_stock", felt=("choose",), left=1, cost_eur=8_000, en="In stock as shown", fr="En stock comme affiché",
    ),
    "page": Standard(
        incident="page_error", felt=("order",), left=1, cost_eur=6_000, en="No page error", fr="Aucune page en panne",
    ),
    "sound": Standard(
        incident="faulty_product", felt=("use",), left=1, cost_eur=12_000, en="Works at first use", fr="Marche d’emblée",
    ),
    "answered": Standard(
        incident="no_answer", felt=(HELP,), left=5, cost_eur=10_000, en="Every call for help answered", fr="Chaque appel à l’aide a sa réponse",
    ),
}  # fmt: skip
SHOP = {
    "advice": ("nobody_free", 3.0),
    "collect": ("long_queue", 2.0),
}
"""The exercise: incident of the step, and what of 100 is to be left."""


@cache
def worlds() -> tuple[cxdata.Dataset, cxdata.Dataset]:
    """Return the world as it is, and the punctual one."""
    return (
        cxdata.edition("tilmarenne", "study"),
        cxdata.generate("tilmarenne", **LARGER, tables=TABLES, parameters=PUNCTUAL),
    )


def build(page: Page) -> None:
    """Compute the page."""
    data, punctual = worlds()
    segments = data["customers"].set_index("customer_id")["segment"]
    rows = journeys.told(data["journey_steps"])
    web = rows[rows["path"] == "web"]
    page.value("customers", len(data["customers"]))
    page.value("journeys", web["order_id"].nunique())
    drawn = Drawn(web, segments)
    found = drawn.promises(np.ones(drawn.customers))
    samples = np.random.default_rng(LARGER["seed"])
    equal = np.full(drawn.customers, 1 / drawn.customers)
    again = pd.DataFrame([drawn.promises(samples.multinomial(drawn.customers, equal)) for _ in range(DRAWS)])
    ends = again.quantile([0.025, 0.975])

    def named(name: str, of: str, digits: int = 1) -> tuple[float, float, float]:
        low, high = float(ends.loc[0.025, of]), float(ends.loc[0.975, of])
        for end, number in (("", found[of]), (".low", low), (".high", high)):
            page.value(f"{name}{end}", number, digits=digits)
        return found[of], low, high

    target_map(page, web, found)
    prizes(page, found, ends)
    truth = judged(page, data, punctual, web)
    promised(page, web, named, truth)
    lowest(page, web, found)
    wish(page, web, drawn)
    partners(page, web, found)
    exercise(page, rows, segments)


class Drawn:
    """Web diaries as arrays, so that customers can be drawn again and all promises computed anew."""

    def __init__(self, web: pd.DataFrame, segments: pd.Series) -> None:
        """Lay the diaries out."""
        owners, _ = pd.factorize(web["customer_id"])
        self.customers = int(owners.max()) + 1
        place = dict(zip(web["customer_id"], owners, strict=True))
        self.orders = web["order_id"].nunique()
        self.table = journeys.by_journey(web, journeys.WEB, segments)
        with_help = journeys.by_journey(web, [*journeys.WEB, HELP], segments)
        self.owner = {
            True: self.table["customer_id"].map(place).to_numpy(),
            False: with_help["customer_id"].map(place).to_numpy(),
        }
        self.laid = {
            True: self._laid(self.table, [*journeys.WEB, "peak"]),
            False: self._laid(with_help, [*journeys.WEB, HELP, "peak"]),
        }
        self.of_orders = web.drop_duplicates("order_id")["customer_id"].map(place).to_numpy()
        self.whole = web.drop_duplicates("order_id").set_index("order_id")["overall_score"]
        self.peaks = web[web["is_peak"]].set_index("order_id")["step_score"].reindex(self.whole.index).to_numpy(float)
        self.steps = {}
        for step, part in web.groupby("step"):
            self.steps[step] = (
                part["order_id"].to_numpy(),
                part["step_score"].to_numpy(np.float64),
                part["customer_id"].map(place).to_numpy(),
            )
        self.hits = {
            incident: set(web.loc[web["incident"] == incident, "order_id"])
            for incident in {one.incident for one in STANDARDS.values()}
        }
        self.was = {
            (incident, step): np.fromiter((order in hit for order in self.steps[step][0]), bool)
            for incident, hit in self.hits.items()
            for step in self.steps
        }
        self.late = np.fromiter((order in self.hits["late_parcel"] for order in self.whole.index), bool)

    @staticmethod
    def _laid(table: pd.DataFrame, names: list[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
        dummies = pd.get_dummies(table["segment"]).to_numpy(np.float64)
        x = np.column_stack([table[names].to_numpy(np.float64), dummies])
        return names, x, table["overall"].to_numpy(np.float64)

    def weights(self, times: np.ndarray, *, without_help: bool) -> dict[str, float]:
        """Return slopes of the overall mark on steps and peak, within segments; ``times`` each customer was drawn."""
        names, x, y = self.laid[without_help]
        weighed = x * times[self.owner[without_help]][:, None]
        slopes = np.linalg.lstsq(weighed.T @ x, weighed.T @ y, rcond=None)[0]
        return dict(zip(names, slopes, strict=False))

    def simple(self, times: np.ndarray, step: str) -> float:
        """Return the slope of the overall mark on one step alone."""
        weight = times[self.owner[True]].astype(float)
        x, y = self.table[step].to_numpy(np.float64), self.table["overall"].to_numpy(np.float64)
        x = x - np.average(x, weights=weight)
        return float((weight * x * y).sum() / (weight * x * x).sum())

    def gap(self, times: np.ndarray, incident: str, step: str) -> tuple[float, float, float]:
        """Return the share of those who take a step that met an incident, the marks it takes, and how many take it."""
        _, score, owner = self.steps[step]
        was, weight = self.was[incident, step], times[owner].astype(float)
        gap = np.average(score[~was], weights=weight[~was]) - np.average(score[was], weights=weight[was])
        return float(np.average(was, weights=weight)), float(gap), float(weight.sum() / times[self.of_orders].sum())

    def promises(self, times: np.ndarray) -> dict[str, float]:
        """Return what each standard promises, in hundredths of the overall mark per web order, by several ways."""
        weights = self.weights(times, without_help=True)
        weights[HELP] = self.weights(times, without_help=False)[HELP]
        found: dict[str, float] = {}
        for name, one in STANDARDS.items():
            prize = 0.0
            for step in one.felt:
                share, gap, taken = self.gap(times, one.incident, step)
                lift = max(share - one.left / 100, 0.0) * gap
                prize += 100 * taken * weights[step] * lift
                found[f"{name}.{step}.lift"], found[f"{name}.share"], found[f"{name}.gap"] = lift, share, gap
            found[name] = prize
        found["total"] = sum(found[name] for name in STANDARDS)
        order = times[self.of_orders].astype(float)
        late, whole = self.late, self.whole.to_numpy(np.float64)
        share = float(np.average(late, weights=order))

        def apart(values: np.ndarray) -> float:
            return float(
                np.average(values[~late], weights=order[~late]) - np.average(values[late], weights=order[late])
            )

        gaps = {step: self.gap(times, "late_parcel", step)[1] for step in ("wait", "receive")}
        found["two"] = 100 * share * sum(weights[step] * gap for step, gap in gaps.items())
        found["peak"] = found["two"] + 100 * share * weights["peak"] * apart(self.peaks)
        found["simple"] = 100 * share * sum(self.simple(times, step) * gap for step, gap in gaps.items())
        found["direct"] = 100 * share * apart(whole)
        return found


def target_map(page: Page, web: pd.DataFrame, found: Mapping[str, float]) -> None:
    """Draw today's curve, and where the standards would lift it."""
    marks = journeys.step_marks(web)
    values: dict[str, str | float] = {}
    lifts = dict.fromkeys(marks.index, 0.0)
    for name, one in STANDARDS.items():
        values[f"{name}.kept"] = page.written(100 - one.left)
        for step in one.felt:
            lifts[step] += found[f"{name}.{step}.lift"]
    for step, line in marks.iterrows():
        values |= {f"{step}.{end}": float(line[end]) for end in ("mark", "low", "high")}
        target = float(line["mark"] + lifts[step])
        values[f"{step}.target"] = target
        page.value(f"{step}.mark", line["mark"], digits=2)
        page.value(f"{step}.target", target, digits=2)
        values[f"{step}.aim"] = page.written(target, digits=2)
    page.value("lift.most", max(lifts.values()), digits=2)
    page.value("help.taken", 100 * marks.loc[HELP, "journeys"] / web["order_id"].nunique(), unit="percent")
    content = artefacts.read(page, Path(__file__).with_suffix(".toml"), journey.Journey, values, part="map")
    order = [*journeys.WEB, HELP]
    spoken = ", ".join(
        f"{page.say(**journeys.STEPS[step])} {page.written(marks.loc[step, 'mark'], digits=2)}"
        + (
            page.say(
                en=f" to {page.written(values[f'{step}.target'], digits=2)}",
                fr=f" vers {page.written(values[f'{step}.target'], digits=2)}",
            )
            if lifts[step]
            else ""
        )
        for step in order
    )
    hold("only receiving gathers two standards", lifts["receive"] > lifts["wait"] > 0 and lifts["pay"] == 0)
    page.drawing(
        "target-map",
        journey.wide(content),
        narrow=journey.narrow(content),
        title=page.say(
            en="Seven standards lift seven steps a little; two are kept as they are",
            fr="Sept standards relèvent un peu sept étapes ; deux restent telles quelles",
        ),
        alternative=page.say(
            en=f"Mean mark today and target by step: {spoken}.", fr=f"Note moyenne actuelle et cible par étape : {spoken}."
        ),
        note=page.say(
            en=f"Marks counted in {page.written(web['order_id'].nunique())} diaries; targets computed from the standards; wording and owners are ours.",
            fr=f"Notes comptées dans {page.written(web['order_id'].nunique())} carnets ; cibles calculées d’après les standards ; textes et responsables sont de nous.",
        ),
    )  # fmt: skip
    hold("seven steps have a standard", sum(lift > 0 for lift in lifts.values()) == 7)


def prizes(page: Page, found: Mapping[str, float], ends: pd.DataFrame) -> None:
    """What each standard promises by the weight of its step, and what a hundredth costs."""
    between, lines = page.say(en="to", fr="à"), []
    for name, one in STANDARDS.items():
        low, high = ends[name]
        lines.append(
            {
                "standard": page.say(en=one.en, fr=one.fr),
                "prize": found[name],
                "price": round(one.cost_eur / found[name], -2),
                "missed": f"{page.written(100 * found[f'{name}.share'], digits=1)} → {page.written(one.left)}".replace(
                    " ", NO_BREAK
                ),
                "interval": f"{page.written(low, digits=1)} {between} {page.written(high, digits=1)}".replace(
                    " ", NO_BREAK
                ),
            }
        )
        page.value(f"{name}.prize", found[name], digits=1)
        page.value(f"{name}.today", 100 * found[f"{name}.share"], digits=1)
        page.value(f"{name}.left", one.left)
        page.value(f"{name}.kept", 100 - one.left)
        page.value(f"{name}.cost", one.cost_eur, unit="euros")
        page.value(f"{name}.price", round(one.cost_eur / found[name], -2), unit="euros")
    table = pd.DataFrame(lines).sort_values("prize", ascending=False)
    page.value("total", found["total"], digits=1)
    page.value("total.low", ends.loc[0.025, "total"], digits=1)
    page.value("total.high", ends.loc[0.975, "total"], digits=1)
    page.value("total.cost", sum(one.cost_eur for one in STANDARDS.values()), unit="euros")
    page.value("parcel.part", 100 * found["parcel"] / found["total"], unit="percent")
    first = ("parcel", "answered")
    bought = sum(found[name] for name in first)
    spent = sum(STANDARDS[name].cost_eur for name in first)
    rest = sum(one.cost_eur for one in STANDARDS.values()) - spent
    page.value("first.prize", bought, digits=1)
    page.value("first.cost", spent, unit="euros")
    page.value("rest.prize", found["total"] - bought, digits=1)
    page.value("rest.cost", rest, unit="euros")
    page.value("rest.price", round(rest / (found["total"] - bought), -2), unit="euros")
    page.value("first.price", round(spent / bought, -2), unit="euros")
    hold("the two are the cheapest", set(table.sort_values("price")["prize"].head(2)) == {found[n] for n in first})
    page.value("rest.most", max(found[name] for name in STANDARDS if name != "parcel"), digits=1)
    hold(
        "punctuality leads, clearly",
        ends.loc[0.025, "parcel"] > max(ends.loc[0.975, name] for name in STANDARDS if name != "parcel"),
    )
    hold("punctuality costs least per hundredth", table.sort_values("price")["standard"].iloc[0] == table["standard"].iloc[0])  # fmt: skip
    page.table(
        "prizes",
        table,
        caption=page.say(
            en="What the standards promise, in hundredths of the overall mark per web order; missed today and by the target",
            fr="Ce que promettent les standards, en centièmes de la note globale par commande web ; manqués aujourd’hui et selon la cible",
        ),
        columns={
            "standard": Column(label=page.say(en="Standard", fr="Standard")),
            "prize": Column(label=page.say(en="Prize", fr="Gain"), digits=1),
            "price": Column(label=page.say(en="Price of one", fr="Prix d’un"), unit="euros"),
            "missed": Column(label=page.say(en="Missed, of 100", fr="Manqué, sur 100"), right=True),
            "interval": Column(label=page.say(en="Prize, 95%", fr="Gain, 95 %"), right=True),
        },
    )


def judged(page: Page, data: cxdata.Dataset, punctual: cxdata.Dataset, web: pd.DataFrame) -> tuple[float, float]:
    """Compare the same orders in the punctual world: the true prize of punctuality, with its margin."""
    other = journeys.told(punctual["journey_steps"])
    whole = web.drop_duplicates("order_id").set_index("order_id")
    there = other.drop_duplicates("order_id").set_index("order_id")["overall_score"]
    hold("every web diary exists in both worlds", whole.index.isin(there.index).all())
    gain = 100 * (there.reindex(whole.index) - whole["overall_score"]).astype(float)
    mean, low, high = journeys.mean_interval(gain, whole["customer_id"])
    page.value("truth", mean, digits=1)
    page.value("truth.low", low, digits=1)
    page.value("truth.high", high, digits=1)
    late = set(web.loc[web["incident"] == "late_parcel", "order_id"])
    was = whole.index.isin(late)
    page.value("late.share", 100 * was.mean(), digits=1)
    page.value("truth.each", gain[was].mean() / 100, digits=1)
    asked = {
        "today": set(web.loc[web["step"] == HELP, "order_id"]),
        "then": set(other.loc[other["step"] == HELP, "order_id"]),
    }
    for name, orders in asked.items():
        page.value(f"asked.{name}", 100 * whole.index[was].isin(orders).mean(), unit="percent")
    share = whole.index[was]
    hold("late customers ask for help more", share.isin(asked["today"]).mean() > 2 * share.isin(asked["then"]).mean())
    one, two = data["orders"], punctual["orders"]
    more = two["amount_eur"].sum() - one["amount_eur"].sum()
    page.value("more.orders", len(two) - len(one))
    page.value("more.sales", round(more, -3), unit="euros")
    page.value("more.share", 100 * more / one["amount_eur"].sum(), digits=1, unit="percent")
    return mean, low


def promised(
    page: Page, web: pd.DataFrame, named: Callable[[str, str], tuple[float, float, float]], truth: tuple[float, float]
) -> None:
    """Chart four promises of full punctuality beside what it truly brings."""
    names = {
        "two": page.say(en="Weights of two steps", fr="Poids de deux étapes"),
        "peak": page.say(en="With what is remembered", fr="Avec le souvenir"),
        "direct": page.say(en="Late against other orders", fr="Retards contre autres"),
        "simple": page.say(en="Each step by itself", fr="Chaque étape seule"),
    }
    table = pd.DataFrame(
        [
            {"way": label, **dict(zip(("promise", "low", "high"), named(f"way.{way}", way), strict=True))}
            for way, label in names.items()
        ]
    )
    found = table.set_index("way")
    hold("the weights promise too little", found.loc[names["two"], "high"] < truth[1])
    hold("simple slopes promise more than twice the truth", found.loc[names["simple"], "promise"] > 2 * truth[0])
    hold("even their low end is too high", found.loc[names["simple"], "low"] > 1.5 * truth[0])
    direct = found.loc[names["direct"]]
    hold("the comparison of orders lands", direct["low"] < truth[0] < direct["high"])
    half = 1 - STANDARDS["parcel"].left / (
        100 * web.groupby("order_id")["incident"].agg(lambda one: (one == "late_parcel").any()).mean()
    )
    page.value("parcel.truth", half * truth[0], digits=1)
    page.value("parcel.truth.price", round(STANDARDS["parcel"].cost_eur / (half * truth[0]), -2), unit="euros")
    page.value(
        "parcel.halo.price",
        round(STANDARDS["parcel"].cost_eur / (half * found.loc[names["simple"], "promise"]), -2),
        unit="euros",
    )
    page.value("simple.times", found.loc[names["simple"], "promise"] / truth[0], digits=1)
    page.value("two.part", 100 * found.loc[names["two"], "promise"] / truth[0], unit="percent")
    rule = pd.DataFrame({"truth": [truth[0]], "label": [page.say(en="truth", fr="vérité")]})

    def dots(width: int) -> alt.LayerChart:
        y = alt.Y("way:N", sort=list(names.values()), title=None)
        title = page.say(en="Hundredths of the overall mark", fr="Centièmes de la note globale")
        scale = alt.Scale(domain=[0, 35])
        base = alt.Chart(table).encode(y=y)
        line = alt.Chart(rule).encode(x=alt.X("truth:Q", scale=scale, title=title))
        return (
            line.mark_rule(strokeDash=[5, 4], strokeWidth=2, color=charts.INK)
            + line.mark_text(align="left", dx=5, dy=-4, baseline="top", color=charts.INK).encode(y=alt.value(2), text="label:N")
            + base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", scale=scale, title=title), x2="high:Q")
            + base.mark_point(size=90, opacity=1, filled=True).encode(
                x=alt.X("promise:Q", scale=scale, title=title),
                color=alt.condition(alt.datum.low > truth[0], alt.value(charts.BAD), alt.value(charts.GOOD)),
            )
        ).properties(width=width - (110 if width <= charts.NARROW else 170), height=190)  # fmt: skip

    page.chart(
        "promises",
        dots,
        title=page.say(
            en="Asked what punctuality would bring, four calculations give four answers",
            fr="Combien rapporterait la ponctualité ? Quatre calculs, quatre réponses",
        ),
        alternative=page.say(en="Hundredths promised: ", fr="Centièmes promis : ")
        + "; ".join(
            f"{row.way} {page.written(row.promise, digits=1)} ({page.written(row.low, digits=1)}–{page.written(row.high, digits=1)})"
            for row in table.itertuples()
        )
        + page.say(en=f". Truth: {page.written(truth[0], digits=1)}.", fr=f". Vérité : {page.written(truth[0], digits=1)}."),
        note=page.say(
            en="If no parcel were late. Lines are 95% intervals; dashed: the same orders in a world without late parcels.",
            fr="Si aucun colis n’était en retard. Traits : intervalles à 95 % ; tirets : les mêmes commandes dans un monde sans retard.",
        ),
        data=table,
        columns={
            "way": Column(label=page.say(en="Calculation", fr="Calcul")),
            "promise": Column(label=page.say(en="Promise", fr="Promesse"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )  # fmt: skip


def lowest(page: Page, web: pd.DataFrame, found: Mapping[str, float]) -> None:
    """The target at the lowest mark."""
    marks = journeys.step_marks(web)["mark"]
    hold("help has the lowest mark of all", marks.idxmin() == HELP)
    page.value("lowest.times", found["parcel"] / found["answered"], digits=1)
    hold("punctuality promises several times as much", found["parcel"] > 3 * found["answered"])


def wish(page: Page, web: pd.DataFrame, drawn: Drawn) -> None:
    """What would be left if nothing went wrong any more, and who has nine everywhere today."""
    smooth = web.groupby("order_id")["incident"].transform(lambda one: one.isna().all())
    clean = web[smooth]
    marks = clean[clean["step"] != HELP].groupby("step")["step_score"].mean()
    page.value("clean.share", 100 * clean["order_id"].nunique() / web["order_id"].nunique(), unit="percent")
    page.value("clean.least", marks.min(), digits=1)
    page.value("clean.most", marks.max(), digits=1)
    table = drawn.table
    full = (table[list(journeys.WEB)] >= WISH).all(axis=1)
    page.value("wish", WISH)
    page.value("wish.count", int(full.sum()))
    page.value("wish.of", len(table))
    hold("hardly anybody gives nine everywhere", full.mean() < 0.01)
    hold("a journey without incident stands near seven", marks.between(6.8, 7.4).all())
    weights = drawn.weights(np.ones(drawn.customers), without_help=True)
    lift = sum(weights[step] * (WISH - table[step].mean()) for step in journeys.WEB)
    page.value("wish.promise", lift, digits=1)


def partners(page: Page, web: pd.DataFrame, found: Mapping[str, float]) -> None:
    """How much of the prize lies at steps that somebody else runs."""
    total = found["total"]
    others = 0.0
    for name, one in STANDARDS.items():
        part = web[web["step"].isin(one.felt)]
        others += found[name] * (part["partner"].astype(str) != "own").mean()
    page.value("partners.part", 100 * others / total, unit="percent")
    by_carrier = web[web["step"].isin(["wait", "receive"])]
    page.value("carrier.share", 100 * (by_carrier["partner"].astype(str) == "carrier").mean(), unit="percent")
    hold("most of the prize lies with partners", others > 0.5 * total)


def exercise(page: Page, rows: pd.DataFrame, segments: pd.Series) -> None:
    """Two standards for the shop."""
    shop = rows[rows["path"] == "shop"]
    table = journeys.by_journey(rows, journeys.SHOP, segments)
    weights = journeys.weights(table, journeys.SHOP)
    marks = journeys.step_marks(shop)
    prize = {}
    for step, (incident, left) in SHOP.items():
        part = shop[shop["step"] == step]
        was = part["incident"] == incident
        gap = difference(part.assign(free=~was), outcome="step_score", treatment="free")
        lift = (was.mean() - left / 100) * gap.value
        prize[step] = 100 * lift * weights.loc[step, "weight"]
        page.value(f"shop.{step}.mark", marks.loc[step, "mark"], digits=2)
        page.value(f"shop.{step}.target", marks.loc[step, "mark"] + lift, digits=2)
        page.value(f"shop.{step}.today", 100 * was.mean(), digits=1)
        page.value(f"shop.{step}.left", left)
        page.value(f"shop.{step}.gap", gap.value, digits=2)
        page.value(f"shop.{step}.weight", weights.loc[step, "weight"], digits=2)
        page.value(f"shop.{step}.prize", prize[step], digits=1)
        spread = np.hypot(
            (weights.loc[step, "high"] - weights.loc[step, "low"]) / (2 * Z_95) * lift,
            gap.standard_error * (was.mean() - left / 100) * weights.loc[step, "weight"],
        )
        page.value(f"shop.{step}.low", prize[step] - 100 * Z_95 * spread, digits=1)
        page.value(f"shop.{step}.high", prize[step] + 100 * Z_95 * spread, digits=1)
    hold("advice promises more than the till", prize["advice"] > 2 * prize["collect"])
    page.value("shop.times", prize["advice"] / prize["collect"], digits=1)
