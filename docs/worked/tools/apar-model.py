"""A loop for one improvement, plan, do, study, act: a month of announced delays lost nobody, and the loop stopped there."""

from pathlib import Path

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, control, cycle, measures
from casebook.worked.cycle import Cycle
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

WORDS = Path(__file__).with_suffix(".toml")
TEST = pd.Timestamp("2023-10-01")
ALLOWED = 5
"""Points more that may cancel, by the plan's prediction: ours."""
LETTER_EUR, MARGIN = 0.80, 0.30
"""A letter or text message, and margin as a share of the price: ours."""
BANDS = [0, 3, 6, 12, 24]
ALIKE = ("accepts_email", "band")
BIG_STEP = 2
"""Points from one month to the next that somebody would explain."""
KINDS = {
    "time": {"en": "On time", "fr": "À l’heure"},
    "told": {"en": "Late, announced", "fr": "En retard, annoncée"},
    "silent": {"en": "Late, no word", "fr": "En retard, sans un mot"},
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "study")
    boxes = data["box_deliveries"].merge(data["customers"][["customer_id", "accepts_email"]], on="customer_id")
    boxes["month"] = pd.to_datetime(boxes["planned_on"]).dt.to_period("M").dt.to_timestamp()
    told = boxes["is_announced"].fillna(False).astype(bool)
    boxes["kind"] = "time"
    boxes.loc[boxes["is_late"], "kind"] = "silent"
    boxes.loc[boxes["is_late"] & told, "kind"] = "told"
    boxes["told"], boxes["silent"] = boxes["kind"] == "told", boxes["kind"] == "silent"
    boxes["band"] = pd.cut(boxes["box_number"], BANDS).astype(str)
    boxes["cancelled"] = 100.0 * boxes["is_cancelled_after"]
    page.value("customers", len(data["customers"]))
    page.value("boxes", len(boxes))
    page.value("subscriptions", boxes["subscription_id"].nunique())
    page.value("allowed", ALLOWED)
    turn(page, boxes)
    series(page, boxes)
    study(page, boxes, float(cxdata.answer_key(data)["silence_on_cancelling"]["realised"]["value"]))
    price(page, boxes, float(data["subscriptions"]["price_eur_month"].mean()))
    exercise(page, boxes)


def compared(rows: pd.DataFrame, treatment: str, *strata: str) -> measures.Difference:
    """Return how many more of a hundred cancel; the boxes of one subscription stand in one cluster."""
    return measures.difference(rows, outcome="cancelled", treatment=treatment, strata=strata, cluster="subscription_id")


def keep(page: Page, name: str, found: measures.Difference, digits: int = 1) -> None:
    """Name a difference and both ends of its interval."""
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{suffix}", number, digits=digits, sign=found.low < 0)


def turn(page: Page, boxes: pd.DataFrame) -> None:
    """The wheel with what each stage of the turn found."""
    late = boxes[boxes["is_late"]]
    test = late[late["month"] == TEST]
    shares = {
        "told_before": late.loc[late["month"] < TEST, "told"],
        "told_after": late.loc[late["month"] > TEST, "told"],
    }
    october = boxes[(boxes["kind"] == "time") | (boxes["told"] & (boxes["month"] == TEST))]
    found = compared(october, "told", *ALIKE)
    keep(page, "test", found)
    hold("the prediction held", found.high < ALLOWED)
    values: dict[str, str | float] = {
        "allowed": page.written(ALLOWED),
        "late": page.written(len(test)),
        "told": page.written(int(test["told"].sum())),
        "found": page.written(found.value, digits=1, sign=True),
        "low": page.written(found.low, digits=1, sign=True),
        "high": page.written(found.high, digits=1, sign=True),
    }
    for name, share in shares.items():
        values[name] = page.written(100 * share.mean(), unit="percent")
        low, high = measures.share_interval(int(share.sum()), len(share))
        page.value(name, 100 * share.mean(), unit="percent")
        page.value(f"{name}.low", 100 * low, unit="percent")
        page.value(f"{name}.high", 100 * high, unit="percent")
        page.value(f"{name}.rows", len(share))
    hold("nothing was adopted", abs(shares["told_before"].mean() - shares["told_after"].mean()) < 0.03)
    page.value("test.late", len(test))
    page.value("test.told", int(test["told"].sum()))
    page.value("test.boxes", int((boxes["month"] == TEST).sum()))
    wheel = artefacts.read(page, WORDS, Cycle, values, part="wheel")
    page.drawing(
        "wheel",
        cycle.wide(wheel),
        narrow=cycle.narrow(wheel),
        title=page.say(
            en="One turn: planned, done, studied, and not acted on",
            fr="Un tour : préparé, fait, étudié, et resté sans suite",
        ),
        alternative=page.say(en="Wheel of four stages. ", fr="Roue de quatre étapes. ")
        + " ".join(f"{stage.name}. {stage.measure}. {stage.text}." for stage in wheel.stages),
        note=page.say(
            en="The prediction and its date are our story; the counts are the data’s.",
            fr="La prédiction et sa date sont notre récit ; les comptes viennent des données.",
        ),
    )


def series(page: Page, boxes: pd.DataFrame) -> None:
    """Late boxes by month, announced or not, above the control chart of cancelling."""
    months = boxes.groupby("month")
    limits = control.shares(months["is_cancelled_after"].sum(), months.size())
    start = list(months.groups)
    limits.index = pd.Index(start)
    hold("no month is a signal", not (limits["is_beyond"] | limits["is_run"]).any())
    row = limits.loc[TEST]
    page.value("october", 100 * row["value"], digits=1, unit="percent")
    page.value("october.low", 100 * row["low"], digits=1, unit="percent")
    page.value("october.high", 100 * row["high"], digits=1, unit="percent")
    page.value("centre", 100 * row["centre"], digits=1, unit="percent")
    page.value("months", len(limits))
    plain = 3 * (row["centre"] * (1 - row["centre"]) / (boxes["month"] == TEST).sum()) ** 0.5
    page.value("stretch", (row["high"] - row["centre"]) / plain, digits=1)
    silent = compared(boxes[~boxes["told"]], "silent", *ALIKE)
    october = boxes[boxes["month"] == TEST]
    feared = 100 * row["centre"] + silent.value * october["is_late"].mean()
    page.value("feared", feared, unit="percent")
    hold("silence would have shown", feared > 100 * row["high"] + 3)
    steps = (100 * limits["value"]).diff().dropna()
    page.value("steps", len(steps))
    page.value("steps.big", int((steps.abs() >= BIG_STEP).sum()))
    page.value("steps.size", BIG_STEP)
    page.value("may", 100 * limits.loc[pd.Timestamp("2024-05-01"), "value"], digits=1, unit="percent")
    page.value("june", 100 * limits.loc[pd.Timestamp("2024-06-01"), "value"], digits=1, unit="percent")
    hold("June lies below May", steps.loc[pd.Timestamp("2024-06-01")] < -1.5)
    parts = pd.DataFrame(
        [
            (month, page.say(**KINDS[kind]), 100 * (rows["kind"] == kind).mean())
            for month, rows in months
            for kind in ("told", "silent")
        ],
        columns=["month", "kind", "share"],
    )
    parts["time"] = parts["month"].dt.strftime("%m/%y")
    others = boxes.loc[boxes["month"] != TEST, "is_late"].mean()
    hold("one box in seven is late", 0.133 < others < 0.154)
    labels = [page.say(**KINDS[kind]) for kind in ("told", "silent")]

    def panels(width: int) -> alt.VConcatChart:
        narrow = width <= charts.NARROW
        top = (
            alt.Chart(parts)
            .mark_bar(size=8 if narrow else 18)
            .encode(
                x=alt.X("time:O", sort=None, title=None, axis=alt.Axis(labels=False, ticks=False)),
                y=alt.Y(
                    "share:Q",
                    title=page.say(en="Late, %", fr="En retard, %"),
                    scale=alt.Scale(domain=[0, 100]),
                    axis=alt.Axis(values=[0, 50, 100]),
                ),
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(domain=labels, range=[charts.GOOD, charts.BAD]),
                    legend=alt.Legend(columns=1 if narrow else 2),
                ),
            )
            .properties(width=width, height=110)
        )
        bottom = control.chart(
            limits.reset_index(drop=True),
            time=[f"{month:%m/%y}" for month in start],
            width=width,
            title=page.say(en="Cancel, %", fr="Se désabonnent, %"),
            unit=100,
            height=150,
        )
        return alt.vconcat(top, bottom, spacing=12)

    page.chart(
        "series",
        panels,
        title=page.say(
            en="In October 2023 four boxes in five came late, and no more subscribers left",
            fr="En octobre 2023, quatre boxes sur cinq sont arrivées en retard, sans plus de désabonnés",
        ),
        alternative=page.say(
            en="Above, late boxes by month, about one in seven, but {late} in October 2023, nearly all announced. Below, the share who cancel after a box: {value} in October 2023, within the limits {low} and {high}; no month lies outside.",
            fr="En haut, boxes en retard par mois, environ une sur sept, mais {late} en octobre 2023, presque toutes annoncées. En bas, part qui se désabonne après une box : {value} en octobre 2023, entre les limites {low} et {high} ; aucun mois n’en sort.",
        ).format(
            late=page.written(100 * october["is_late"].mean(), unit="percent"),
            **{name: page.written(100 * row[name], digits=1, unit="percent") for name in ("value", "low", "high")},
        ),
        note=page.say(
            en="The band holds what chance does; no month lies outside it.",
            fr="La bande contient ce que fait le hasard ; aucun mois n’en sort.",
        ),
        data=pd.DataFrame(
            {
                "month": [f"{month:%Y-%m}" for month in start],
                "boxes": months.size().to_numpy(),
                "late": 100 * months["is_late"].mean().to_numpy(),
                "cancelled": months["cancelled"].mean().to_numpy(),
            }
        ),
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "boxes": Column(label=page.say(en="Boxes", fr="Boxes")),
            "late": Column(label=page.say(en="Late", fr="En retard"), digits=1, unit="percent"),
            "cancelled": Column(label=page.say(en="Cancel", fr="Désabonnés"), digits=1, unit="percent"),
        },
    )


def study(page: Page, boxes: pd.DataFrame, key: float) -> None:
    """Boxes on time, late and announced, late without a word; plainly and among like subscribers."""
    rows = []
    for kind, label in KINDS.items():
        part = boxes[boxes["kind"] == kind]
        low, high = measures.share_interval(int(part["is_cancelled_after"].sum()), len(part))
        to = page.say(en="to", fr="à")
        ends = f"{page.written(100 * low, unit='percent')} {to} {page.written(100 * high, unit='percent')}"
        rows.append((page.say(**label), part["cancelled"].mean(), ends))
        page.value(f"{kind}.boxes", len(part))
    page.table(
        "study",
        pd.DataFrame(rows, columns=["kind", "cancelled", "interval"]),
        caption=page.say(
            en="Who cancels after a box, over two years", fr="Qui se désabonne après une box, sur deux ans"
        ),
        columns={
            "kind": Column(label=page.say(en="Box", fr="Box")),
            "cancelled": Column(label=page.say(en="Cancel", fr="Partent"), unit="percent", digits=1),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )
    told = compared(boxes[~boxes["silent"]], "told", *ALIKE)
    silent = compared(boxes, "silent", *ALIKE)
    plain = compared(boxes, "silent")
    ordinary = compared(boxes[~boxes["silent"] & ~(boxes["told"] & (boxes["month"] == TEST))], "told", *ALIKE)
    for name, found in (("told", told), ("silent", silent), ("plain", plain), ("ordinary", ordinary)):
        keep(page, name, found)
    page.value("key", 100 * key, digits=1)
    page.value("ordinary.rows", int((boxes["told"] & (boxes["month"] != TEST)).sum()))
    hold("the key lies in the interval", silent.low < 100 * key < silent.high)
    hold("the plain comparison misses it", plain.low > 100 * key)
    hold("announced boxes lose few", told.low < 0 and told.high < ALLOWED)
    hold("ordinary months are less sure", ordinary.low < 0 and ordinary.high < ALLOWED)
    for name in ("told", "silent"):
        page.value(f"{name}.email", 100 * boxes.loc[boxes[name], "accepts_email"].mean(), unit="percent")


def price(page: Page, boxes: pd.DataFrame, eur: float) -> None:
    """What the missing rule has cost, and what it would."""
    missed = boxes[boxes["silent"] & (boxes["month"] > TEST)]
    months = boxes.loc[boxes["month"] > TEST, "month"].nunique()
    found = compared(boxes[~boxes["told"]], "silent", *ALIKE)
    left = [len(missed) * number / 100 for number in (found.value, found.low, found.high)]
    further = 1 / boxes["is_cancelled_after"].mean()
    each = eur * MARGIN * further
    for name, number in zip(("", ".low", ".high"), left, strict=True):
        page.value(f"missed.left{name}", number)
    page.value("missed", len(missed))
    page.value("missed.months", months)
    page.value("eur", eur, unit="euros")
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("further", further)
    page.value("each", each, unit="euros")
    page.value("missed.eur", round(left[0] * each, -2), unit="euros")
    page.value("letter", LETTER_EUR, digits=2, unit="euros")
    page.value("letters.eur", len(missed) * LETTER_EUR, unit="euros")
    hold("the rule is cheap", len(missed) * LETTER_EUR * 5 < left[1] * each)


def exercise(page: Page, boxes: pd.DataFrame) -> None:
    """The second turn: subscribers whom no e-mail reaches."""
    apart = boxes[~boxes["accepts_email"]]
    late = apart[apart["is_late"] & (apart["month"] != TEST)]
    silent = compared(apart[~apart["told"]], "silent", "band")
    keep(page, "second.silent", silent, digits=0)
    keep(page, "second.told", compared(apart[~apart["silent"]], "told", "band"), digits=0)
    page.value("second.share", 100 * late["told"].mean(), unit="percent")
    with_mail = boxes[boxes["accepts_email"] & boxes["is_late"] & (boxes["month"] != TEST)]
    page.value("first.share", 100 * with_mail["told"].mean(), unit="percent")
    recent = late[late["month"] >= "2024-01-01"]
    page.value("second.monthly", len(recent) / recent["month"].nunique(), digits=0)
    shares = apart.groupby("kind")["cancelled"].mean()
    page.value("second.kind.silent", shares["silent"], unit="percent")
    page.value("second.kind.told", shares["told"], unit="percent")
    middle, gap = (shares["silent"] + shares["told"]) / 200, (shares["silent"] - shares["told"]) / 100
    needed = measures.answers_per_wave(middle, difference=gap)
    page.value("second.needed", needed)
    page.value("second.time", 2 * needed / (len(recent) / recent["month"].nunique()))
