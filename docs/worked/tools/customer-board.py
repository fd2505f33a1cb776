"""The customer advisory board: whom ten seats can speak for, by how they are filled."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts
from casebook.worked.figures import Column
from casebook.worked.journeys import mean_interval
from casebook.worked.measures import Z_95, difference, share_interval
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
SEATS, DRAWS, SEED = 10, 500, 7
CALLED = "callback_after_order"
GOOD_ANSWER = 9
WANTED = 0.9
VOTES = 7
MEMBER_EUR, STAFF, STAFF_HOURS, HOUR_EUR, ROOM_EUR = 90, 4, 8, 40, 320
"""What a session costs, in our story: voucher and fare of a member, staff with their preparation, room and lunch."""
PLACES = {
    "lot": ("center", 0, 30),
    "fans": ("left", 9, -9),
    "writers": ("right", -8, -12),
    "complainers": ("right", -9, 5),
    "experience": ("right", -9, -9),
}
"""Where the name of each kind of board stands beside its dot: alignment, pixels to the right and down."""
TEXTS = {
    "late": {"en": "Parcel late", "fr": "Colis en retard"},
    "damaged": {"en": "Parcel damaged", "fr": "Colis abîmé"},
    "returned": {"en": "Returned something", "fr": "A rendu un article"},
    "faulty": {"en": "Article faulty", "fr": "Article défectueux"},
    "invoice": {"en": "Question on a bill", "fr": "Question de facture"},
    "stock": {"en": "Looked for stock", "fr": "A cherché un article"},
    "card": {"en": "Loyalty card", "fr": "Carte de fidélité"},
    "gave_up": {"en": "Gave up a call", "fr": "Appel abandonné"},
    "unsettled": {"en": "Not settled at once", "fr": "Non réglé d’emblée"},
    "passed_on": {"en": "Passed on", "fr": "Renvoyé ailleurs"},
    "complained": {"en": "Complained", "fr": "A réclamé"},
    "gone": {"en": "No order for a year", "fr": "Un an sans commande"},
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    buyers, lived = known(data)
    page.value("seats", SEATS)
    page.value("draws", DRAWS)
    page.value("buyers", len(buyers))
    page.value("experiences", lived.shape[1])
    page.value("good", GOOD_ANSWER)
    called = data["surveys"].query("programme == @CALLED").dropna(subset=["csat"])
    recruited(page, buyers, lived, called)
    misses(page, lived)
    sessions(page, data["panel_sessions"])
    poll(page)
    diaries(page, data["journey_steps"])
    exercise(page, lived)
    drawn(page, data)


def known(data: cxdata.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the buyers of two years, and what each of them lived through, one column for each experience."""
    orders = data["orders"]
    bought = orders.groupby("customer_id").agg(orders=("order_id", "size"), last=("ordered_at", "max"))
    buyers = data["customers"].set_index("customer_id").join(bought, how="inner")
    deliveries, contacts, surveys = data["deliveries"], data["contacts"], data["surveys"]
    reasons = contacts["reason"].astype(str)
    rows = {
        "late": deliveries[deliveries["is_late"]],
        "damaged": deliveries[deliveries["is_damaged"]],
        "returned": data["order_lines"][data["order_lines"]["is_returned"]],
        "faulty": contacts[reasons.isin(["faulty_product", "damaged_item"])],
        "invoice": contacts[reasons == "invoice"],
        "stock": contacts[reasons == "availability"],
        "card": contacts[reasons == "loyalty_account"],
        "gave_up": contacts[contacts["is_abandoned"].fillna(False).astype(bool)],
        "unsettled": contacts[~contacts["is_resolved_first_time"].fillna(True).astype(bool)],
        "passed_on": contacts[contacts["is_transferred"].fillna(False).astype(bool)],
        "complained": data["complaints"],
    }
    lived = pd.DataFrame({name: buyers.index.isin(one["customer_id"].unique()) for name, one in rows.items()})
    lived["gone"] = (buyers["last"] < "2024-01-01").to_numpy()
    written = surveys[surveys["programme"] != CALLED]  # not the call-backs, by which they are judged
    content = written.loc[written["ltr"] >= GOOD_ANSWER, "customer_id"].unique()
    buyers["is_fan"] = buyers["tier"].isin(["silver", "gold"]) & buyers.index.isin(content)
    buyers["is_reviewer"] = buyers.index.isin(data["reviews"]["customer_id"].unique())
    return buyers, lived.set_index(buyers.index)


def boards(chosen: np.ndarray, seed: int) -> np.ndarray:
    """Return (DRAWS, SEATS) rows of buyers drawn by lot among those chosen."""
    rng = np.random.default_rng(seed)
    places = np.flatnonzero(chosen)
    return np.array([rng.choice(places, SEATS, replace=False) for _ in range(DRAWS)])


def by_experience(lived: pd.DataFrame, seed: int) -> np.ndarray:
    """Return (DRAWS, SEATS) rows: a seat by lot for each experience not yet at the table, rarest first, then by lot."""
    rng = np.random.default_rng(seed)
    table = lived.to_numpy()
    rarest = np.argsort(table.mean(axis=0))
    drawn = []
    for _ in range(DRAWS):
        board: list[int] = []
        for experience in rarest:
            if len(board) < SEATS and not table[board, experience].any():
                board.append(int(rng.choice(np.flatnonzero(table[:, experience]))))
        while len(board) < SEATS:
            if (one := int(rng.integers(len(table)))) not in board:
                board.append(one)
        drawn.append(board)
    return np.array(drawn)


def heard(lived: pd.DataFrame, drawn: np.ndarray) -> float:
    """Return how many experiences a board has lived through, on average."""
    return float(lived.to_numpy()[drawn].any(axis=1).sum(axis=1).mean())


def marks(called: pd.DataFrame, buyers: pd.DataFrame, drawn: np.ndarray) -> tuple[float, float, float]:
    """Return the mean mark that members gave when they were called back, with its 95 % interval.

    Members count as often as they are drawn; the marks of one customer stand in one cluster.
    """
    weight = pd.Series(np.bincount(drawn.ravel(), minlength=len(buyers)), index=buyers.index)
    rows = called.assign(weight=called["customer_id"].map(weight)).query("weight > 0")
    total = rows["weight"].sum()
    mean = float((rows["weight"] * rows["csat"]).sum() / total)
    influence = (rows["weight"] * (rows["csat"] - mean) / total).groupby(rows["customer_id"]).sum()
    margin = Z_95 * float(np.sqrt((influence**2).sum()))
    return mean, mean - margin, mean + margin


def recruited(page: Page, buyers: pd.DataFrame, lived: pd.DataFrame, called: pd.DataFrame) -> None:
    """Boards by how they are filled: what they have lived through, and how content they are."""
    all_, _, high = mean_interval(called["csat"].astype(float), called["customer_id"])
    page.value("all.mark", all_, digits=1)
    page.value("fans", int(buyers["is_fan"].sum()))
    everyone = np.ones(len(buyers), dtype=bool)
    drawn = {
        "lot": (boards(everyone, SEED), {"en": "By lot", "fr": "Tirés au sort"}),
        "fans": (boards(buyers["is_fan"].to_numpy(), SEED), {"en": "Friends of the house", "fr": "Amis de la maison"}),
        "writers": (boards(buyers["is_reviewer"].to_numpy(), SEED), {"en": "Reviewers", "fr": "Auteurs d’avis"}),
        "complainers": (boards(lived["complained"].to_numpy(), SEED), {"en": "Complainers", "fr": "Réclamants"}),
        "experience": (by_experience(lived, SEED), {"en": "By experience", "fr": "Par expérience"}),
    }
    rows = []
    for name, (one, label) in drawn.items():
        mean, bottom, top = marks(called, buyers, one)
        count = heard(lived, one)
        rows.append({"name": name, "who": page.say(**label), "heard": count, "mark": mean, "low": bottom, "high": top})
        page.value(f"{name}.heard", count, digits=1)
        page.value(f"{name}.mark", mean, digits=1)
        page.value(f"{name}.low", bottom, digits=1)
        page.value(f"{name}.high", top, digits=1)
        page.value(f"{name}.orders", buyers["orders"].to_numpy()[one].mean(), digits=1)
    frame = pd.DataFrame(rows)
    by = frame.set_index("name")
    hold("friends have lived through more than a board by lot", by.loc["fans", "heard"] > by.loc["lot", "heard"] + 0.7)
    hold("and are more content than buyers", by.loc["fans", "low"] > high)
    hold("seats by experience hear nearly all", by.loc["experience", "heard"] > lived.shape[1] - 0.5)
    hold("and are as content as buyers", abs(by.loc["experience", "mark"] - all_) < 0.1)
    price = SEATS * MEMBER_EUR + STAFF * STAFF_HOURS * HOUR_EUR + ROOM_EUR
    page.value("price", price, unit="euros")
    for name in ("lot", "fans", "experience"):
        page.value(f"{name}.price", price / by.loc[name, "heard"], unit="euros")
    line = pd.DataFrame({"mark": [all_], "text": [page.say(en="all buyers", fr="tous les acheteurs")], "heard": [9.2]})

    def make(width: int) -> alt.LayerChart:
        is_narrow = width <= charts.NARROW
        x = alt.X(
            "heard:Q",
            scale=alt.Scale(domain=[5, 12.5], nice=False),
            axis=alt.Axis(values=[6, 8, 10, 12]),
            title=page.say(
                en=f"Experiences at the table, of {lived.shape[1]}",
                fr=f"Expériences autour de la table, sur {lived.shape[1]}",
            ),
        )
        y = alt.Y(
            "mark:Q",
            scale=alt.Scale(domain=[3, 4.3], zero=False, nice=False),
            axis=alt.Axis(values=[3, 3.5, 4]),
            title=page.say(en="Mean mark, 1 to 5", fr="Note moyenne, de 1 à 5"),
        )
        colour = alt.condition("datum.name == 'fans'", alt.value(charts.BAD), alt.value(charts.GOOD))
        base = alt.Chart(frame)
        rule = alt.Chart(line).mark_rule(strokeDash=[4, 4]).encode(y=y)
        said = alt.Chart(line).mark_text(dy=11, color=charts.MUTED, fontSize=12).encode(x=x, y=y, text="text:N")
        spread = base.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour)
        dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour)
        size = 12 if is_narrow else 13
        names = [
            base.transform_filter(f"datum.name == '{name}'")
            .mark_text(align=align, dx=dx, dy=dy, fontWeight=600, fontSize=size)
            .encode(x=x, y=y, text="who:N")
            for name, (align, dx, dy) in PLACES.items()
        ]
        return alt.layer(rule, said, spread, dots, *names).properties(width=width, height=260)

    said = "; ".join(
        f"{row.who} {page.written(row.heard, digits=1)}, {page.written(row.mark, digits=1)} "
        f"({page.written(row.low, digits=1)}, {page.written(row.high, digits=1)})"
        for row in frame.itertuples()
    )
    page.chart(
        "recruited",
        make,
        title=page.say(
            en="Friends have seen more than ten by lot, and are too content",
            fr="Les amis en ont vu plus que dix tirés au sort, et sont trop contents",
        ),
        alternative=page.say(
            en=f"Boards of ten by how they are filled: experiences at the table, then the mean mark of their members with its interval. {said}. All buyers: {page.written(all_, digits=1)}.",
            fr=f"Comités de dix selon leur recrutement : expériences autour de la table, puis note moyenne des membres et son intervalle. {said}. Tous les acheteurs : {page.written(all_, digits=1)}.",
        ),
        note=page.say(
            en=f"Means of {DRAWS} boards drawn each way; marks from call-backs after orders, with 95% intervals.",
            fr=f"Moyennes de {DRAWS} comités tirés de chaque façon ; notes des rappels après commande, intervalles à 95 %.",
        ),
        data=frame.drop(columns="name"),
        columns={
            "who": Column(label=page.say(en="Board", fr="Comité")),
            "heard": Column(label=page.say(en="Experiences", fr="Expériences"), digits=1),
            "mark": Column(label=page.say(en="Mark", fr="Note"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )


def misses(page: Page, lived: pd.DataFrame) -> None:
    """The chance that ten by lot hold at least one who lived through something."""
    share = lived.mean().sort_values(ascending=False)
    frame = pd.DataFrame({"what": [page.say(**TEXTS[name]) for name in share.index], "share": 100 * share.to_numpy()})
    frame["chance"] = 100 * (1 - (1 - frame["share"] / 100) ** SEATS)
    by = dict(zip(share.index, frame.itertuples(), strict=True))
    for name in ("damaged", "passed_on", "returned"):
        page.value(f"{name}.share", by[name].share, unit="percent")
        page.value(f"{name}.chance", by[name].chance, unit="percent")
    page.value("rare.count", int((frame["chance"] < 50).sum()))
    hold("eight of twelve are missed more often than not", (frame["chance"] < 50).sum() == 8)
    page.value("nobody", 100 * (1 - 0.05 ** (1 / SEATS)), unit="percent")
    order = list(frame["what"])

    def make(width: int) -> alt.LayerChart:
        y = alt.Y("what:N", sort=order, title=None, axis=alt.Axis(minExtent=130))
        base = alt.Chart(frame).encode(y=y)
        x = alt.X(
            "chance:Q",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
            title=page.say(en="Chance of one at the table, %", fr="Chance qu’un membre l’ait vécu, %"),
        )
        colour = alt.condition("datum.chance < 50", alt.value(charts.BAD), alt.value(charts.GOOD))
        bars = base.mark_bar(height=12).encode(x=x, color=colour)
        shares = base.mark_tick(thickness=3, size=16, color=charts.INK).encode(x="share:Q")
        return (bars + shares).properties(width=width - 145, height=270)

    said = "; ".join(
        f"{row.what} {page.written(row.share, unit='percent')}, {page.written(row.chance, unit='percent')}"
        for row in frame.itertuples()
    )
    page.chart(
        "misses",
        make,
        title=page.say(
            en="Ten by lot miss most of what few have lived through",
            fr="Dix tirés au sort manquent l’essentiel de ce que peu ont vécu",
        ),
        alternative=page.say(
            en=f"Share of buyers who lived through it, then the chance that one of ten drawn by lot did: {said}.",
            fr=f"Part des acheteurs qui l’ont vécu, puis chance que l’un de dix tirés au sort l’ait vécu : {said}.",
        ),
        note=page.say(
            en="Bars: at least one of ten. Ticks: share of buyers within two years.",
            fr="Barres : au moins un sur dix. Traits : part des acheteurs en deux ans.",
        ),
        data=frame,
        columns={
            "what": Column(label=page.say(en="Experience", fr="Expérience")),
            "share": Column(label=page.say(en="Buyers", fr="Acheteurs"), unit="percent"),
            "chance": Column(label=page.say(en="One of ten", fr="Un sur dix"), unit="percent"),
        },
    )


def sessions(page: Page, held: pd.DataFrame) -> None:
    """What became of the recommendations."""
    year = pd.to_datetime(held["held_on"]).dt.year
    given, followed = int(held["recommendations"].sum()), int(held["adopted_recommendations"].sum())
    low, high = share_interval(followed, given)
    page.value("sessions", len(held))
    page.value("given", given)
    page.value("followed", followed)
    for name, share in (("followed.share", followed / given), ("followed.low", low), ("followed.high", high)):
        page.value(name, 100 * share, unit="percent")
    hold("the recipe's four in ten lies within", low < 0.4 < high)
    price = SEATS * MEMBER_EUR + STAFF * STAFF_HOURS * HOUR_EUR + ROOM_EUR
    page.value("price.followed", round(price * len(held) / followed, -1), unit="euros")
    shares, errors = {}, {}
    for one in (2023, 2024):
        part = held[year == one]
        total, count = int(part["recommendations"].sum()), int(part["adopted_recommendations"].sum())
        shares[one], errors[one] = count / total, count / total * (1 - count / total) / total
        page.value(f"{one}.share", 100 * shares[one], unit="percent")
        page.value(f"{one}.given", total)
        page.value(f"{one}.followed", count)
    gap = 100 * (shares[2024] - shares[2023])
    margin = 100 * Z_95 * float(np.sqrt(errors[2023] + errors[2024]))
    page.value("gap", gap, sign=True)
    page.value("gap.low", gap - margin, sign=True)
    page.value("gap.high", gap + margin, sign=True)
    hold("the years cannot be told apart", gap - margin < 0 < gap + margin)


def poll(page: Page) -> None:
    """Seven votes of ten."""
    low, high = share_interval(VOTES, SEATS)
    page.value("votes", VOTES)
    page.value("poll.low", 100 * low, unit="percent")
    page.value("poll.high", 100 * high, unit="percent")


def diaries(page: Page, steps: pd.DataFrame) -> None:
    """Whether those who keep a second diary mark otherwise than in their first."""
    rows = steps.groupby("order_id").agg(
        customer_id=("customer_id", "first"), began=("started_on", "min"), mark=("overall_score", "first")
    )
    rows["later"] = rows.groupby("customer_id")["began"].rank(method="first") > 1
    rows["mark"] = rows["mark"].astype(float)
    found = difference(rows, outcome="mark", treatment="later", strata=("customer_id",))
    page.value("diary.people", rows.loc[rows["later"], "customer_id"].nunique())
    for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"diary{suffix}", number, digits=1, sign=True)
    hold("no difference can be seen", found.low < 0 < found.high)


def exercise(page: Page, lived: pd.DataFrame) -> None:
    """How many must be drawn by lot to have one with a rare experience."""
    page.value("x.wanted", 100 * WANTED, unit="percent")
    for name in ("damaged", "gave_up"):
        share = float(lived[name].mean())
        seats = int(np.ceil(np.log(1 - WANTED) / np.log(1 - share)))
        page.value(f"x.{name}.share", 100 * share, digits=1, unit="percent")
        page.value(f"x.{name}.people", int(lived[name].sum()))
        page.value(f"x.{name}.seats", seats)
        page.value(f"x.{name}.eur", seats * MEMBER_EUR, unit="euros")
    page.value("x.member", MEMBER_EUR, unit="euros")


def drawn(page: Page, data: cxdata.Dataset) -> None:
    """The agenda of a session and its minutes."""
    fifth = data["panel_sessions"].query("topic == 'parcel_delays'").iloc[0]
    late = data["deliveries"].merge(data["orders"][["order_id", "ordered_at"]], on="order_id")
    jam = late[late["ordered_at"].between("2023-10-01", "2023-11-01", inclusive="left")]
    values: dict[str, str | float] = {
        "present": page.written(fifth["participants"]),
        "recommended": page.written(fifth["recommendations"]),
        "adopted": page.written(fifth["adopted_recommendations"]),
        "late": page.written(100 * jam["is_late"].mean(), unit="percent"),
    }
    for part in ("agenda", "minutes"):
        page.html(part, sheet(artefacts.read(page, WORDS, Sheet, values, part=part), language=page.language))
