"""Compensation grid: like cases get unlike gestures, gestures seem to do harm, and their size buys nothing."""

from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

VALUABLE_EUR = 120
LIKE = ("severity", "is_damaged", "is_valuable")
"""What makes two complaints alike for whoever decides a gesture: what they know when they decide."""
OURS = ("late_delivery", "damaged_item", "faulty_product", "product_recall")
"""Reasons that are our fault by themselves; a late or damaged parcel is, whatever the reason."""
BANDS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 3}
"""Severity of the grid by severity as recorded."""


def cases(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the complaints with what is known of their order."""
    rows = (
        data["complaints"]
        .merge(data["orders"][["order_id", "amount_eur"]], on="order_id")
        .merge(data["deliveries"][["order_id", "is_damaged", "is_late"]], on="order_id", how="left")
        .merge(data["contacts"][["contact_id", "reason"]], on="contact_id")
    )
    for name in ("is_damaged", "is_late"):
        rows[name] = rows[name].fillna(False).astype(bool)
    rows["is_valuable"] = rows["amount_eur"] >= VALUABLE_EUR
    rows["given"] = rows["compensation_eur"] > 0
    rows["is_ours"] = rows["reason"].isin(OURS) | rows["is_late"] | rows["is_damaged"]
    rows["band"] = rows["severity"].map(BANDS)
    return rows


def build(page: Page) -> None:
    """Compute the page."""
    page.value("edition.complaints", len(cxdata.edition("tilmarenne", "class")["complaints"]))
    data = cxdata.edition("tilmarenne", "study")
    every = cases(data)
    effects = data.truth["effects/gesture_on_score"]
    effects = effects.assign(effect=effects["ltr_treated"] - effects["ltr_untreated"])
    answered = every[every["replied"]].merge(effects[["complaint_id", "effect"]], on="complaint_id")
    page.value("customers", len(data["customers"]))
    page.value("complaints", len(every))
    page.value("answered", len(answered))
    page.value("given", answered["given"].sum())
    page.value("given.share", 100 * answered["given"].mean(), unit="percent")
    page.value("spent", answered["compensation_eur"].sum(), unit="euros")
    page.value("valuable", VALUABLE_EUR, unit="euros")
    page.value("adviser.limit", measures.COMPENSATION_GRID.adviser_eur, unit="euros")
    page.value("leader.limit", measures.COMPENSATION_GRID.team_leader_eur, unit="euros")
    page.value("step", measures.COMPENSATION_GRID.step_eur, unit="euros")
    hold(
        "the limit of advisers is the one in force",
        data["compensations"].query("decided_by == 'adviser'")["amount_eur"].max()
        <= measures.COMPENSATION_GRID.adviser_eur,
    )
    hold("no gesture goes out without a reply", not every.loc[~every["replied"], "given"].any())
    lottery(page, answered)
    effect(page, data, answered)
    budget(page, answered)
    traps(page, data, answered)


def lottery(page: Page, answered: pd.DataFrame) -> None:
    """How often like cases get a gesture, and how often two of them are treated unlike."""
    whole = answered[~answered["is_damaged"]]
    rows = []
    for (severity, valuable), part in whole.groupby(["severity", "is_valuable"]):
        low, high = measures.share_interval(int(part["given"].sum()), len(part))
        rows.append(
            {
                "severity": severity,
                "order": page.say(
                    en=f"order of €{VALUABLE_EUR} or more" if valuable else "cheaper order",
                    fr=f"commande de {VALUABLE_EUR} € ou plus" if valuable else "commande moins chère",
                ),
                "cases": len(part),
                "share": 100 * part["given"].mean(),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
    table = pd.DataFrame(rows)
    middle = whole[(whole["severity"] == 3) & ~whole["is_valuable"]]
    low, high = measures.share_interval(int(middle["given"].sum()), len(middle))
    page.value("middle.cases", len(middle))
    page.value("middle.order", 5 * round(middle["amount_eur"].median() / 5))
    page.value("middle.given", middle["given"].sum())
    dear = whole[(whole["severity"] == 3) & whole["is_valuable"] & whole["given"]]
    page.value("middle.mean", middle.loc[middle["given"], "compensation_eur"].mean(), unit="euros")
    page.value("dear.mean", dear["compensation_eur"].mean(), unit="euros")
    hold(
        "dear orders bring much more for the same severity",
        dear["compensation_eur"].mean() > 2.5 * middle.loc[middle["given"], "compensation_eur"].mean(),
    )
    page.value("middle.share", 100 * middle["given"].mean(), unit="percent")
    page.value("middle.low", 100 * low, unit="percent")
    page.value("middle.high", 100 * high, unit="percent")
    among = middle.loc[middle["given"], "compensation_eur"].quantile([0.1, 0.9])
    page.value("middle.least", among[0.1], unit="euros")
    page.value("middle.most", among[0.9], unit="euros")
    pairs, low, high = unlike_pairs(answered)
    page.value("pairs", 100 * pairs, unit="percent")
    page.value("pairs.low", 100 * low, unit="percent")
    page.value("pairs.high", 100 * high, unit="percent")
    hold("about every third pair is treated unlike", low > 0.3 and high < 0.45)
    names = list(dict.fromkeys(table["order"]))

    def dots(width: int) -> alt.LayerChart:
        colour = alt.Color("order:N", sort=names, scale=alt.Scale(domain=names, range=[charts.NEUTRAL, charts.GOOD]))
        base = alt.Chart(table).encode(
            x=alt.X("severity:O", title=page.say(en="Severity (5 is grave)", fr="Gravité (5 : grave)")),
            xOffset=alt.XOffset("order:N", sort=names),
        )
        scale = alt.Scale(domain=[0, 100])
        title = page.say(en="Given a gesture, %", fr="Ont reçu un geste, %")
        return (
            base.mark_rule(strokeWidth=3).encode(y=alt.Y("low:Q", scale=scale, title=title), y2="high:Q", color=colour)
            + base.mark_point(size=80, opacity=1).encode(y="share:Q", color=colour)
        ).properties(width=width, height=230)

    said = "; ".join(
        f"{row.severity}, {row.order}{page.say(en=':', fr=' :')} {page.written(row.share, unit='percent')}"
        for row in table.itertuples()
    )
    page.chart(
        "lottery",
        dots,
        title=page.say(
            en="The same harm brings a gesture to one customer and nothing to the next",
            fr="Pour un même tort, l’un reçoit un geste et l’autre rien",
        ),
        alternative=page.say(
            en=f"Share of answered complaints given a gesture, by severity and value of the order: {said}.",
            fr=f"Part des réclamations traitées ayant reçu un geste, selon la gravité et le montant : {said}.",
        ),
        note=page.say(
            en="Answered complaints without damaged goods; lines are 95% intervals. A fair rule would put every dot at 0 or at 100.",
            fr="Réclamations traitées, sans article abîmé ; traits : intervalles à 95 %. Avec une règle équitable, chaque point serait à 0 ou à 100.",
        ),
        data=table,
        columns={
            "severity": Column(label=page.say(en="Severity", fr="Gravité")),
            "order": Column(label=page.say(en="Order", fr="Commande")),
            "cases": Column(label=page.say(en="Cases", fr="Cas")),
            "share": Column(label=page.say(en="Given", fr="Geste"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def unlike_pairs(answered: pd.DataFrame) -> tuple[float, float, float]:
    """Return the share of pairs of like cases of which one got a gesture and the other did not, with its interval.

    Pairs are weighed by the cases of their kind; the interval is a bootstrap that draws the gestures of each kind.
    """
    cells = answered.groupby(list(LIKE))["given"].agg(["sum", "size"])
    cells = cells[cells["size"] > 1]
    size = cells["size"].to_numpy()

    def unlike(given: np.ndarray) -> np.ndarray:
        pairs = given * (size - given) / (size * (size - 1) / 2)
        return (pairs * size).sum(axis=-1) / size.sum()

    draws = np.random.default_rng(1).binomial(size, cells["sum"] / size, size=(2000, len(cells)))
    share = float(unlike(cells["sum"].to_numpy()))
    again = unlike(draws)
    low, high = np.quantile(again, [0.025, 0.975]) + share - again.mean()  # draws from shares lie a little low
    return share, float(low), float(high)


def effect(page: Page, data: cxdata.Dataset, answered: pd.DataFrame) -> None:
    """What a gesture, and a larger one, does to the answer: plainly, among like cases, and by the key."""
    rated = answered[answered["ltr_after"].notna()].copy()
    got = rated[rated["given"]].copy()
    got["is_larger"] = got["compensation_eur"] > got["compensation_eur"].median()
    got["is_larger_here"] = got["compensation_eur"] > got.groupby(list(LIKE))["compensation_eur"].transform("median")
    key = cxdata.answer_key(data)["gesture_on_score"]
    truth = key["realised"]["value"]
    found = {
        "plain": measures.difference(rated, outcome="ltr_after", treatment="given"),
        "like": measures.difference(rated, outcome="ltr_after", treatment="given", strata=LIKE),
        "larger.plain": measures.difference(got, outcome="ltr_after", treatment="is_larger"),
        "larger.like": measures.difference(got, outcome="ltr_after", treatment="is_larger_here", strata=LIKE),
    }
    for name, one in found.items():
        for part in ("value", "low", "high"):
            page.value(f"{name}.{part}", getattr(one, part), digits=1, sign=True)
    page.value("rated", len(rated))
    page.value("like.left_out", found["like"].left_out)
    page.value("truth", truth, digits=1, sign=True)
    page.value("larger.mean", got.loc[got["is_larger"], "compensation_eur"].mean(), unit="euros")
    page.value("smaller.mean", got.loc[~got["is_larger"], "compensation_eur"].mean(), unit="euros")
    hold("the plain comparison has the wrong sign", found["plain"].high < 0 < truth)
    hold("like cases hold the truth", 0 < found["like"].low < truth < found["like"].high)
    hold("larger gestures seem to do harm", found["larger.plain"].high < 0)
    hold("among like cases size cannot be told from nothing", found["larger.like"].low < 0 < found["larger.like"].high)
    labels = {
        "plain": page.say(en="Gesture, plainly", fr="Geste, brut"),
        "like": page.say(en="Gesture, like cases", fr="Geste, à cas égal"),
        "larger.plain": page.say(en="Larger, plainly", fr="Plus grand, brut"),
        "larger.like": page.say(en="Larger, like cases", fr="Plus grand, à cas égal"),
    }
    table = pd.DataFrame(
        {
            "what": list(labels.values()),
            "change": [one.value for one in found.values()],
            "low": [one.low for one in found.values()],
            "high": [one.high for one in found.values()],
            "planted": [truth, truth, 0.0, 0.0],
        }
    )

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)))
        zero = alt.Chart(pd.DataFrame({"change": [0.0]})).mark_rule(strokeDash=[5, 4]).encode(x="change:Q")
        title = page.say(en="Change of the mark, points", fr="Écart de la note, points")
        return (
            zero
            + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
                x=alt.X("low:Q", title=title, axis=alt.Axis(tickCount=5)), x2="high:Q"
            )
            + base.mark_point(size=90, opacity=1).encode(x="change:Q")
            + base.mark_tick(color=charts.BAD, thickness=3, size=22).encode(x="planted:Q")
        ).properties(width=width - 150, height=190)

    colon = page.say(en=":", fr=" :")
    said = "; ".join(
        f"{row.what}{colon} {page.written(row.change, digits=1, sign=True)} "
        f"({page.written(row.low, digits=1, sign=True)}, {page.written(row.high, digits=1, sign=True)})"
        for row in table.itertuples()
    )
    page.chart(
        "effect",
        dots,
        title=page.say(
            en="Plainly compared, gestures do harm; among like cases they help, and their size does not matter",
            fr="Comparés brutalement, les gestes nuisent ; à cas semblables ils aident, et leur taille ne compte pas",
        ),
        alternative=page.say(
            en=f"Differences of the answer with 95% intervals: {said}. The key has {page.written(truth, digits=1, sign=True)} for a gesture and nothing for its size.",
            fr=f"Écarts de la note avec intervalles à 95 % : {said}. La clé donne {page.written(truth, digits=1, sign=True)} pour un geste et rien pour sa taille.",
        ),
        note=page.say(
            en="Dots are differences, lines their 95% intervals, red ticks what the answer key has.",
            fr="Points : écarts ; traits : intervalles à 95 % ; barres rouges : ce que dit la clé.",
        ),
        data=table,
        columns={
            "what": Column(label=page.say(en="Compared", fr="Comparaison")),
            "change": Column(label=page.say(en="Difference", fr="Écart"), digits=1, sign=True),
            "low": Column(label=page.say(en="From", fr="De"), digits=1, sign=True),
            "high": Column(label=page.say(en="To", fr="À"), digits=1, sign=True),
            "planted": Column(label=page.say(en="Key", fr="Clé"), digits=1, sign=True),
        },
    )


def granted(rows: pd.DataFrame, grid: measures.CompensationGrid = measures.COMPENSATION_GRID) -> pd.DataFrame:
    """Return what the grid would have given for each complaint, and who would have decided."""
    found = [
        measures.gesture(
            int(row.band),
            our_fault=bool(row.is_ours),
            order_eur=row.amount_eur,
            earlier_failures=int(row.is_second_failure),
            grid=grid,
        )
        for row in rows.itertuples()  # a grid is read case by case, a thousand times
    ]
    return rows.assign(grid_eur=[one.amount_eur for one in found], grid_by=[one.decided_by for one in found])


def budget(page: Page, answered: pd.DataFrame) -> None:
    """Two years of answered complaints without damage: what was given, and what the grid would have given."""
    owed = answered[answered["is_damaged"]]
    page.value("owed.cases", len(owed))
    page.value("owed.spent", owed["compensation_eur"].sum(), unit="euros")
    scope = granted(answered[~answered["is_damaged"]])
    page.value("scope.cases", len(scope))
    names = {
        1: page.say(en="Trifle (1 or 2)", fr="Bagatelle (1 ou 2)"),
        2: page.say(en="Nuisance (3)", fr="Désagrément (3)"),
        3: page.say(en="Grave (4 or 5)", fr="Grave (4 ou 5)"),
    }
    fields = []
    for (band, ours), part in scope.groupby(["band", "is_ours"], sort=True):
        fields.append(
            {
                "field": names[band]
                + ", "
                + (page.say(en="our fault", fr="notre faute") if ours else page.say(en="not ours", fr="pas la nôtre")),
                "cases": len(part),
                "given": 100 * part["given"].mean(),
                "today": part["compensation_eur"].sum(),
                "grid": part["grid_eur"].sum(),
            }
        )
    page.table(
        "fields",
        pd.DataFrame(fields),
        caption=page.say(
            en="Two years of complaints in the six fields of the grid",
            fr="Deux ans de réclamations dans les six cases de la grille",
        ),
        columns={
            "field": Column(label=page.say(en="Field", fr="Case")),
            "cases": Column(label=page.say(en="Cases", fr="Cas")),
            "given": Column(label=page.say(en="Given one", fr="Geste fait"), unit="percent"),
            "today": Column(label=page.say(en="Spent", fr="Dépensé"), unit="euros"),
            "grid": Column(label=page.say(en="By the grid", fr="Selon la grille"), unit="euros"),
        },
    )
    plans = {
        "today": (scope["compensation_eur"], page.say(en="As it was", fr="Comme avant")),
        "double": (2 * scope["compensation_eur"], page.say(en="Twice the amounts", fr="Montants doublés")),
        "grid": (scope["grid_eur"], page.say(en="The grid", fr="La grille")),
    }
    rows = []
    for name, (amounts, label) in plans.items():
        points = scope.loc[amounts > 0, "effect"].sum()
        rows.append(
            {
                "plan": label,
                "gestures": int((amounts > 0).sum()),
                "euros": amounts.sum(),
                "points": points,
                "price": amounts.sum() / points,
            }
        )
        for part in ("gestures", "points"):
            page.value(f"{name}.{part}", rows[-1][part])
        for part in ("euros", "price"):
            page.value(f"{name}.{part}", rows[-1][part], unit="euros")
    today, double, grid = rows
    hold("twice the amounts buy no point", today["points"] == double["points"])
    hold(
        "the grid buys more points for less each",
        grid["points"] > 1.5 * today["points"] and grid["price"] < today["price"],
    )
    page.value("grid.more_gestures", grid["gestures"] - today["gestures"])
    page.value("grid.more_points", grid["points"] - today["points"])
    page.value("grid.extra", abs(grid["euros"] - today["euros"]), unit="euros")
    page.text(
        "grid.direction",
        en="more" if grid["euros"] > today["euros"] else "less",
        fr="de plus" if grid["euros"] > today["euros"] else "de moins",
    )
    page.table(
        "plans",
        pd.DataFrame(rows),
        caption=page.say(en="Three plans for the same complaints", fr="Trois politiques pour les mêmes réclamations"),
        columns={
            "plan": Column(label=page.say(en="Plan", fr="Politique")),
            "gestures": Column(label=page.say(en="Gestures", fr="Gestes")),
            "euros": Column(label=page.say(en="Cost", fr="Coût"), unit="euros"),
            "points": Column(label=page.say(en="Points gained", fr="Points gagnés")),
            "price": Column(label=page.say(en="Price of a point", fr="Prix d’un point"), unit="euros"),
        },
    )
    cheaper(page, scope, grid["points"])
    made = scope[scope["grid_eur"] > 0]
    alone = made["grid_by"].eq("adviser").mean()
    page.value("grid.adviser", 100 * alone, unit="percent")
    before = scope.loc[scope["given"], "compensation_eur"].le(measures.COMPENSATION_GRID.adviser_eur).mean()
    page.value("today.adviser", 100 * before, unit="percent")


def cheaper(page: Page, scope: pd.DataFrame, points: float) -> None:
    """The exercise: upper bounds halved, or no gesture for trifles."""
    rules = measures.COMPENSATION_GRID.rules
    halved = {field: replace(rule, most_eur=max(rule.most_eur / 2, rule.least_eur)) for field, rule in rules.items()}
    without = {field: measures.GestureRule(0, 0, 0) if field[0] == 1 else rule for field, rule in rules.items()}
    least = {field: replace(rule, most_eur=rule.least_eur) for field, rule in rules.items()}
    for name, changed in (("halved", halved), ("without", without), ("least", least)):
        found = granted(scope, replace(measures.COMPENSATION_GRID, rules=changed))
        kept = found.loc[found["grid_eur"] > 0, "effect"].sum()
        page.value(f"{name}.euros", found["grid_eur"].sum(), unit="euros")
        page.value(f"{name}.points", kept)
        hold(f"{name} keeps {'fewer' if name == 'without' else 'all'} points", (kept == points) == (name != "without"))


def traps(page: Page, data: cxdata.Dataset, answered: pd.DataFrame) -> None:
    """The reply against the gesture, vouchers by the time they had, and the exercise."""
    reply = cxdata.answer_key(data)["reply_on_score"]["realised"]["value"]
    page.value("reply", reply, digits=1, sign=True)
    hold(
        "a reply does more than a gesture", reply > 2 * cxdata.answer_key(data)["gesture_on_score"]["realised"]["value"]
    )
    vouchers = data["compensations"].query("kind == 'voucher'")
    page.value("vouchers", len(vouchers))
    page.value("vouchers.worth", vouchers["amount_eur"].sum(), unit="euros")
    early = vouchers[vouchers["granted_at"] < "2024-01-01"]
    late = vouchers[vouchers["granted_at"] >= "2024-07-01"]
    for name, part in (("all", vouchers), ("early", early), ("late", late)):
        low, high = measures.share_interval(int(part["is_used"].sum()), len(part))
        page.value(f"vouchers.{name}", 100 * part["is_used"].mean(), unit="percent")
        page.value(f"vouchers.{name}.low", 100 * low, unit="percent")
        page.value(f"vouchers.{name}.high", 100 * high, unit="percent")
    hold("late vouchers have had no time", late["is_used"].mean() < early["is_used"].mean() - 0.15)
    public = answered.assign(is_public=answered["channel"].eq("social"), percent=100.0 * answered["given"])
    found = measures.difference(public, outcome="percent", treatment="is_public", strata=LIKE)
    page.value("public", found.value, sign=True)
    page.value("public.low", found.low, sign=True)
    page.value("public.high", found.high, sign=True)
    hold("whoever complains in public gets no more", found.low < 0 and found.high < 6)
    again = answered.assign(percent=100.0 * answered["given"])
    found = measures.difference(again, outcome="percent", treatment="is_second_failure", strata=LIKE)
    page.value("again", found.value, sign=True)
    page.value("again.low", found.low, sign=True)
    page.value("again.high", found.high, sign=True)
    page.value("again.cases", answered["is_second_failure"].sum())
    hold("a second failure brings no gesture more often", found.low < 0 < found.high)
