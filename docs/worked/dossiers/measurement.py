"""The scoreboard of dossier 4: a few indicators of Tilmarenne, each with its margin, and their quarters."""

import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

LONG_WAIT_MINUTES = 1
LAST_QUARTER = "2024Q4"
"""Surveys and parcels of its orders run into the next year, which has no orders of its own."""


def share_row(name: str, meaning: str, count: int, total: int) -> dict:
    """Return a line of the scoreboard for a share, in percent."""
    low, high = measures.share_interval(count, total)
    return {
        "name": name,
        "meaning": meaning,
        "rows": total,
        "value": 100 * count / total,
        "low": 100 * low,
        "high": 100 * high,
    }


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    surveys, contacts = data["surveys"], data["contacts"]
    deliveries, orders, complaints = data["deliveries"], data["orders"], data["complaints"]
    call = surveys[(surveys["programme"] == "callback_after_order") & surveys["answered"]]
    calls = contacts.dropna(subset=["wait_minutes"])
    taken = calls[~calls["is_abandoned"]]
    effort = surveys["ces"].dropna()
    late = deliveries["is_late"].dropna().astype(bool)

    nps = measures.nps(call["ltr"])
    rows = [
        {
            "name": "NPS",
            "meaning": page.say(en="call-backs after an order", fr="rappels après commande"),
            "rows": nps.answers,
            "value": nps.score,
            "low": nps.low,
            "high": nps.high,
        },
        share_row(
            "CSAT",
            page.say(en="4 or 5 of 5, call-backs", fr="4 ou 5 sur 5, rappels"),
            int((call["csat"] >= 4).sum()),
            int(call["csat"].notna().sum()),
        ),
        share_row(
            "CES",
            page.say(en="5 to 7 of 7, contacts since July 2023", fr="5 à 7 sur 7, contacts depuis juillet 2023"),
            int((effort >= 5).sum()),
            len(effort),
        ),
        share_row(
            page.say(en="Settled at once", fr="Réglé du premier coup"),
            page.say(en="contacts that an adviser took", fr="contacts traités par un conseiller"),
            int(contacts["is_resolved_first_time"].sum()),
            int(contacts["is_resolved_first_time"].notna().sum()),
        ),
        share_row(
            page.say(en="Long waits", fr="Longues attentes"),
            page.say(en="calls taken after a minute or more", fr="appels pris après une minute ou plus"),
            int((taken["wait_minutes"] >= LONG_WAIT_MINUTES).sum()),
            len(taken),
        ),
        share_row(
            page.say(en="Calls given up", fr="Appels abandonnés"),
            page.say(en="all calls", fr="tous les appels"),
            int(calls["is_abandoned"].sum()),
            len(calls),
        ),
        share_row(
            page.say(en="Late parcels", fr="Colis en retard"),
            page.say(en="deliveries", fr="livraisons"),
            int(late.sum()),
            len(late),
        ),
    ]
    by_name = {row["name"]: row for row in rows}
    page.value("nps", nps.score, sign=True)
    page.value("nps.margin", nps.margin)
    page.value("late", rows[6]["value"], unit="percent")
    page.value("fcr", rows[3]["value"], unit="percent")
    page.value("long_wait", rows[4]["value"], unit="percent")
    page.value("given_up", rows[5]["value"], unit="percent")
    page.value("complaints", 1000 * len(complaints) / len(orders))
    to = page.say(en="to", fr="à")

    def ends(row: dict) -> str:
        form = {"sign": True} if row["name"] == "NPS" else {"unit": "percent"}
        return f"{page.written(row['low'], **form)} {to} {page.written(row['high'], **form)}"

    shown = pd.DataFrame(
        {
            "name": list(by_name),
            "value": [
                page.written(row["value"], sign=True)
                if row["name"] == "NPS"
                else page.written(row["value"], unit="percent")
                for row in rows
            ],
            "interval": [ends(row) for row in rows],
            "meaning": [row["meaning"] for row in rows],
            "rows": [row["rows"] for row in rows],
        }
    )
    page.table(
        "scoreboard",
        shown,
        caption=page.say(
            en="Seven indicators of two years, synthetic data", fr="Sept indicateurs sur deux ans, données synthétiques"
        ),
        columns={
            "name": Column(label=page.say(en="Indicator", fr="Indicateur")),
            "meaning": Column(label=page.say(en="Measured on", fr="Mesuré sur")),
            "value": Column(label=page.say(en="Value", fr="Valeur")),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
            "rows": Column(label=page.say(en="Cases", fr="Cas")),
        },
    )
    quarters(page, call, deliveries)
    about = call["order_id"].map(deliveries.dropna(subset=["is_late"]).set_index("order_id")["is_late"]).dropna()
    page.value("rows.answers", len(about))
    page.value("rows.late", int(about.astype(bool).sum()))


def quarters(page: Page, call: pd.DataFrame, deliveries: pd.DataFrame) -> None:
    """Score and lateness by quarter, one above the other."""
    score = call.groupby(call["sent_at"].dt.to_period("Q"))["ltr"].apply(measures.nps)
    known = deliveries.dropna(subset=["is_late"])
    lateness = 100 * known.groupby(pd.to_datetime(known["promised_on"]).dt.to_period("Q"))["is_late"].apply(
        lambda late: late.astype(float).mean()
    )
    periods = [period for period in score.index if str(period) <= LAST_QUARTER]
    frame = pd.DataFrame(
        {
            "quarter": [f"{period.year} Q{period.quarter}" for period in periods],
            "nps": [score[period].score for period in periods],
            "low": [score[period].low for period in periods],
            "high": [score[period].high for period in periods],
            "late": [lateness[period] for period in periods],
        }
    )

    def lines(width: int) -> alt.VConcatChart:
        x = alt.X("quarter:O", title=None, axis=alt.Axis(labelAngle=0 if width > charts.NARROW else -60))
        upper = alt.Chart(frame).encode(x=alt.X("quarter:O", title=None, axis=None))
        scores = upper.mark_rule(color=charts.NEUTRAL, strokeWidth=2).encode(
            y=alt.Y("low:Q", title="NPS"), y2="high:Q"
        ) + upper.mark_point().encode(y="nps:Q")
        late = (
            alt.Chart(frame)
            .mark_bar(color=charts.BAD)
            .encode(x=x, y=alt.Y("late:Q", title=page.say(en="Late, %", fr="En retard, %")))
        )
        return alt.vconcat(scores.properties(width=width, height=150), late.properties(width=width, height=90))

    worst, *others = (row for _, row in frame.sort_values("late", ascending=False).iterrows())
    second = others[0]
    for name, row in (("worst", worst), ("second", second)):
        page.text(f"{name}.quarter", en=row["quarter"], fr=row["quarter"])
        page.value(f"{name}.late", row["late"], unit="percent")
        page.value(f"{name}.nps", row["nps"], sign=True)
    hold("the quarter of the jam is worst in lateness and in the score", worst["nps"] == frame["nps"].min())
    hold("it is the last of its first year", worst["quarter"] == "2023 Q4")
    hold("the next one in lateness is no worse than most", (frame["nps"] < second["nps"]).sum() >= 2)
    page.value("quarter.margin", ((frame["high"] - frame["low"]) / 2).mean())
    page.chart(
        "quarters",
        lines,
        title=page.say(
            en="The worst quarter is worst in both, but the next one disagrees",
            fr="Le pire trimestre l’est pour les deux, mais le suivant n’est pas d’accord",
        ),
        alternative=page.say(
            en=f"NPS of call-backs with 95% intervals, above the share of late parcels, by quarter. Lateness is highest in {worst['quarter']}, {page.written(worst['late'], unit='percent')}, with an NPS of {page.written(worst['nps'], sign=True)}.",
            fr=f"NPS des rappels avec intervalles à 95 %, au-dessus de la part de colis en retard, par trimestre. Le retard culmine en {worst['quarter']}, {page.written(worst['late'], unit='percent')}, avec un NPS de {page.written(worst['nps'], sign=True)}.",
        ),
        data=frame,
        columns={
            "quarter": Column(label=page.say(en="Quarter", fr="Trimestre")),
            "nps": Column(label="NPS", sign=True),
            "low": Column(label=page.say(en="From", fr="De"), sign=True),
            "high": Column(label=page.say(en="To", fr="À"), sign=True),
            "late": Column(label=page.say(en="Late", fr="En retard"), unit="percent", digits=1),
        },
    )
