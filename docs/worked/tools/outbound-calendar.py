"""Outbound calendar: what messages bring when a lot decides who gets them, and what a subject line is worth."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, calendar, charts, measures, sheet
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

CUSTOMERS = 25_000
"""Of the larger run."""
MARGIN = 0.30
"""Gross margin on sales."""
COST_EUR = {"email": 0.01, "sms": 0.07, "app": 0.0, "post": 0.60}
"""What a message costs, in our story."""
ADDRESS_EUR = 4.0
"""What winning a new address costs, in our story."""
TABLES = ("customers", "campaigns", "campaign_sends", "orders")
WORDS = Path(__file__).with_suffix(".toml")


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.generate("tilmarenne", customers=CUSTOMERS, seed=7, tables=TABLES, truth=False)
    page.value("run", CUSTOMERS)
    sends = data["campaign_sends"]
    reach(page, data)
    lot, lot_larger = by_lot(data), by_lot(larger)
    credit(page, data, lot, lot_larger)
    letters(page, sends, lot, lot_larger)
    openers(page, sends)
    subject(page, data)
    peeking(page, data)
    opting_out(page, sends, larger["campaign_sends"])
    heavy(page, data)
    exercise(page, lot)
    plan(page, data)


def by_lot(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per e-mail or letter campaign and customer within its reach, drawn for it or not.

    SMS and app are left out: who can be reached there is not in the tables.
    """
    customers = data["customers"].loc[lambda rows: rows["accepts_email"]]
    sends, orders = data["campaign_sends"], data["orders"]
    left = customers["customer_id"].map(sends[sends["opted_out"]].groupby("customer_id")["sent_at"].min())
    joined = pd.to_datetime(customers["joined_on"])
    ordered = orders["ordered_at"].dt.normalize()
    parts = []
    for one in data["campaigns"].itertuples():
        if one.channel not in ("email", "post"):
            continue
        day = pd.Timestamp(one.sent_on)
        meant = one.target_segment in ("all", None) or customers["segment"] == one.target_segment
        group = customers[(joined < day) & ~(left < day) & meant]
        got = sends.loc[sends["campaign_id"] == one.campaign_id, "customer_id"]
        after = (ordered - day).dt.days
        spent = orders[(after >= 1) & (after <= 7)].groupby("customer_id")["amount_eur"].sum()
        parts.append(
            pd.DataFrame(
                {
                    "campaign_id": one.campaign_id,
                    "channel": one.channel,
                    "wide": one.target_segment == "all",
                    "customer_id": group["customer_id"],
                    "card": group["is_loyalty_member"],
                    "got": group["customer_id"].isin(got),
                    "eur": group["customer_id"].map(spent).fillna(0.0),
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(bought=(rows["eur"] > 0).astype(float))


def lift(rows: pd.DataFrame, outcome: str = "bought") -> measures.Difference:
    """Return what messages change, drawn against not drawn, within campaign and card."""
    return measures.difference(rows, outcome=outcome, treatment="got", strata=("campaign_id", "card"))


def reach(page: Page, data: cxdata.Dataset) -> None:
    """Who can be written to, and what they got."""
    sends, customers = data["campaign_sends"], data["customers"]
    each = sends.groupby("customer_id").size()
    page.value("customers", len(customers))
    page.value("accept", int(customers["accepts_email"].sum()))
    page.value("campaigns", len(data["campaigns"]))
    page.value("campaigns.year", len(data["campaigns"]) / 2)
    page.value("messages", len(sends))
    page.value("each.year", each.mean() / 2, digits=1)
    gap = sends.sort_values("sent_at").groupby("customer_id")["sent_at"].diff(2).dt.days
    page.value("three.month", 100 * (gap.groupby(sends["customer_id"]).min() <= 30).mean(), unit="percent")


def credit(page: Page, data: cxdata.Dataset, lot: pd.DataFrame, larger: pd.DataFrame) -> None:
    """What is counted after messages, and what the lot says."""
    sends = data["campaign_sends"]
    followed = sends["purchased_within_7_days"]
    clicked = sends["clicked_at"].notna()
    page.value("counted", int(followed.sum()))
    mail = sends["channel"] == "email"
    lines = []
    for channel, en, fr in (("email", "E-mail", "E-mail"), ("post", "Letter", "Courrier")):
        part, drawn, many = (
            sends[sends["channel"] == channel],
            lot[lot["channel"] == channel],
            larger[larger["channel"] == channel],
        )
        page.value(f"{channel}.messages", len(part))
        counts = [("counted", int(part["purchased_within_7_days"].sum()))]
        if channel == "email":
            counts.append(("clicked", int((followed & clicked & mail).sum())))
        for kind, count in counts:
            low, high = measures.share_interval(count, len(part))
            lines.append((channel, page.say(en=en, fr=fr), kind, 1e3 * count / len(part), 1e3 * low, 1e3 * high))
            page.value(f"{channel}.{kind}", 1e3 * count / len(part), digits=1)
        for kind, rows in (("lot", drawn), ("run", many)):
            found = lift(rows)
            hold(f"the lot finds nothing by {channel}, {kind}", found.low < 0 < found.high)
            lines.append((channel, page.say(en=en, fr=fr), kind, 1e3 * found.value, 1e3 * found.low, 1e3 * found.high))
            for name, number in (("", found.value), (".low", found.low), (".high", found.high)):
                page.value(f"{channel}.{kind}{name}", 1e3 * number, digits=1, sign=True)
        page.value(f"{channel}.drawn", 100 * drawn["got"].mean(), unit="percent")
    kinds = {
        "counted": page.say(en="ordered within 7 days", fr="commande sous 7 jours"),
        "clicked": page.say(en="ordered after a click", fr="commande après un clic"),
        "lot": page.say(en="by lot, the class", fr="par tirage, la classe"),
        "run": page.say(en="by lot, larger run", fr="par tirage, grand jeu"),
    }
    table = pd.DataFrame(lines, columns=["channel", "medium", "kind", "value", "low", "high"])
    table["what"] = table["medium"] + page.say(en=": ", fr=" : ") + table["kind"].map(kinds)
    table["lot"] = table["kind"].isin(["lot", "run"])

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("what:N", sort=list(table["what"]), title=None, axis=alt.Axis(labelLimit=210)),
            color=alt.condition("datum.lot", alt.value(charts.GOOD), alt.value(charts.BAD)),
        )
        x = alt.X("low:Q", title=page.say(en="Buyers per 1,000 messages", fr="Acheteurs pour 1 000 messages"))
        zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=charts.LINE).encode(x="at:Q")
        return (
            zero
            + base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q")
            + base.mark_point(size=90, opacity=1).encode(x="value:Q")
        ).properties(width=width - 175, height=230)

    page.chart(
        "credit",
        dots,
        title=page.say(
            en="Customers who were not drawn bought as often as those who were written to",
            fr="Les clients non tirés ont acheté aussi souvent que ceux à qui l’on a écrit",
        ),
        alternative="; ".join(
            f"{row.what} {page.written(row.value, digits=1)} ({page.written(row.low, digits=1)} – {page.written(row.high, digits=1)})"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Red is credited to messages by counting, green is what receiving changes. Lines are 95% intervals.",
            fr="En rouge, ce que le comptage attribue aux messages ; en vert, ce que recevoir change. Intervalles à 95 %.",
        ),
        data=table[["what", "value", "low", "high"]],
        columns={
            "what": Column(label=page.say(en="Message and count", fr="Message et comptage")),
            "value": Column(label=page.say(en="Per 1,000", fr="Pour 1 000"), digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
        },
    )


def letters(page: Page, sends: pd.DataFrame, lot: pd.DataFrame, larger: pd.DataFrame) -> None:
    """Euros: what a letter is credited with, what it brings, what it would have to bring."""
    drawn = lot[(lot["channel"] == "post") & lot["got"]]
    per_letter = MARGIN * drawn["eur"].mean()
    buyer = MARGIN * drawn.loc[drawn["bought"] > 0, "eur"].mean()
    count = int((sends["channel"] == "post").sum())
    hold("the count makes letters pay", per_letter > COST_EUR["post"])
    page.value("letter.cost", COST_EUR["post"], digits=2)
    page.value("mail.cost", COST_EUR["email"], digits=2)
    page.value("margin", 100 * MARGIN, unit="percent")
    page.value("letter.credited", per_letter, digits=2)
    page.value("letters.gain", count * (per_letter - COST_EUR["post"]), unit="euros")
    page.value("letters.cost", count * COST_EUR["post"], unit="euros")
    money = lift(larger[larger["channel"] == "post"], "eur")
    few = lift(lot[lot["channel"] == "post"], "eur")
    hold("even the class excludes that letters pay", MARGIN * few.high < COST_EUR["post"])
    page.value("letter.class", MARGIN * few.value, digits=2, sign=True)
    page.value("letter.class.low", MARGIN * few.low, digits=2, sign=True)
    page.value("letter.class.high", MARGIN * few.high, digits=2, sign=True)
    hold("the larger run excludes that letters pay", MARGIN * money.high < COST_EUR["post"])
    page.value("letter.lot", MARGIN * money.value, digits=2, sign=True)
    page.value("letter.lot.low", MARGIN * money.low, digits=2, sign=True)
    page.value("letter.lot.high", MARGIN * money.high, digits=2, sign=True)
    page.value("letters.lost", count * (COST_EUR["post"] - MARGIN * money.value), unit="euros")
    page.value("letters.lost.least", count * (COST_EUR["post"] - MARGIN * money.high), unit="euros")
    page.value("buyer.margin", buyer, unit="euros")
    base = lot.loc[~lot["got"], "bought"].mean()
    for channel, name in (("post", "letter"), ("email", "mail")):
        even = COST_EUR[channel] / buyer
        page.value(f"{name}.even", 1e3 * even, digits=1)
        page.value(f"{name}.needed", measures.answers_per_wave(base, difference=even))
    hold(
        "half of all is enough for the letter's test",
        lot["customer_id"].nunique() / 2 > measures.answers_per_wave(base, difference=COST_EUR["post"] / buyer),
    )
    hold("letters would need nearly all their buyers", COST_EUR["post"] / buyer > 0.7 * base)


def openers(page: Page, sends: pd.DataFrame) -> None:
    """Openers against others: who they are, not what reading does."""
    mails = sends[(sends["channel"] == "email") & sends["is_delivered"]]
    share = mails["purchased_within_7_days"].groupby(mails["opened_at"].notna()).mean()
    page.value("openers", 100 * share[True], digits=1, unit="percent")
    page.value("others", 100 * share[False], digits=1, unit="percent")
    clicked = mails[mails["clicked_at"].notna()]
    page.value("clickers", 100 * clicked["purchased_within_7_days"].mean(), digits=1, unit="percent")
    hold("openers buy about twice as often", 1.7 < share[True] / share[False] < 2.3)


def tested(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the delivered e-mails of the subject tests."""
    columns = ["campaign_id", "is_ab_test", "target_segment"]
    rows = data["campaign_sends"].merge(data["campaigns"][columns], on="campaign_id")
    rows = rows[rows["is_ab_test"] & rows["is_delivered"]]
    return rows.assign(
        opened=rows["opened_at"].notna().astype(float),
        b=rows["variant"] == "B",
        wide=rows["target_segment"] == "all",
        bought=rows["purchased_within_7_days"].astype(float),
    )


def subject(page: Page, data: cxdata.Dataset) -> None:
    """The subject test: plain, and within campaigns."""
    rows = tested(data)
    every = {
        "wide": (page.say(en="To all", fr="À tous"), rows[rows["wide"]], True),
        "targeted": (page.say(en="To the own segment", fr="Au segment concerné"), rows[~rows["wide"]], True),
        "plain": (page.say(en="All, plain", fr="Ensemble, brut"), rows, False),
        "within": (page.say(en="All, within campaigns", fr="Ensemble, par campagne"), rows, True),
    }
    lines = []
    between = page.say(en="to", fr="à")
    for name, (label, part, within) in every.items():
        found = measures.difference(part, outcome="opened", treatment="b", strata=("campaign_id",) if within else ())
        a, b = part[~part["b"]], part[part["b"]]
        for key, number in (("", found.value), (".low", found.low), (".high", found.high)):
            page.value(f"ab.{name}{key}", 100 * number, digits=1, sign=True)
        lines.append(
            {
                "label": label,
                "n_a": len(a),
                "n_b": len(b),
                "a": 100 * a["opened"].mean() if name != "within" else np.nan,
                "b": 100 * b["opened"].mean() if name != "within" else np.nan,
                "gap": 100 * found.value,
                "interval": f"{page.written(100 * found.low, digits=1, sign=True)} {between} "
                f"{page.written(100 * found.high, digits=1, sign=True)}",
            }
        )
        if name == "plain":
            hold("the plain comparison sees nothing", found.low < 0 < found.high)
        elif name == "within":
            hold("within campaigns the name works", found.low > 0)
            key = cxdata.answer_key(data)["first_name_on_opening"]["realised"]["value"]
            hold("the interval holds the key", found.low < key < found.high)
            page.value("ab.truth", 100 * key, digits=1, sign=True)
    bought = measures.difference(rows, outcome="bought", treatment="b", strata=("campaign_id",))
    hold("opened more, bought no more", bought.low < 0 < bought.high)
    for key, number in (("", bought.value), (".low", bought.low), (".high", bought.high)):
        page.value(f"ab.bought{key}", 100 * number, digits=1, sign=True)
    singles = [measures.difference(part, outcome="opened", treatment="b") for _, part in rows.groupby("campaign_id")]
    page.value("tests", len(singles))
    page.value("tests.clear", sum(one.low > 0 or one.high < 0 for one in singles))
    page.value("tests.worse", sum(one.value < 0 for one in singles))
    base = rows.loc[rows["wide"] & ~rows["b"], "opened"].mean()
    page.value("open.base", 100 * base, digits=1, unit="percent")
    page.value("ab.needed", measures.answers_per_wave(base, difference=0.03))
    page.value("ab.wide.size", len(rows[rows["wide"]]) / rows.loc[rows["wide"], "campaign_id"].nunique())
    page.value("ab.mailings", 2 * measures.answers_per_wave(base, difference=0.03) / len(rows[rows["wide"]]) * 20)
    hold("there are twenty wide tests", rows.loc[rows["wide"], "campaign_id"].nunique() == 20)
    page.value("ab.wide.b", 100 * rows.loc[rows["wide"], "b"].mean(), unit="percent")
    page.value("ab.targeted.b", 100 * rows.loc[~rows["wide"], "b"].mean(), unit="percent")
    page.table(
        "subject",
        pd.DataFrame(lines),
        caption=page.say(
            en="Subject A is plain, B names the reader: share opened in the tests of two years, by lot within each",
            fr="Objet A neutre, objet B avec le prénom : part d’ouverture dans les tests de deux ans, tirés au sort",
        ),
        columns={
            "label": Column(label=page.say(en="Mailings", fr="Envois")),
            "n_a": Column(label=page.say(en="Mails A", fr="Envois A")),
            "n_b": Column(label=page.say(en="Mails B", fr="Envois B")),
            "a": Column(label=page.say(en="A opened", fr="A ouverts"), digits=1, unit="percent"),
            "b": Column(label=page.say(en="B opened", fr="B ouverts"), digits=1, unit="percent"),
            "gap": Column(label=page.say(en="Points", fr="Points"), digits=1, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )


def peeking(page: Page, data: cxdata.Dataset, histories: int = 20_000) -> None:
    """How often a look after each mailing calls a useless subject line better, at least once."""
    rows = tested(data)
    rows = rows[rows["wide"]]
    counted = rows.groupby("campaign_id").agg(n=("b", "size"), b=("b", "sum"), opened=("opened", "sum")).astype(int)
    random = np.random.default_rng(7)
    n, b, opened = (counted[name].to_numpy() for name in ("n", "b", "opened"))
    hits = random.hypergeometric(opened, n - opened, b, (histories, len(n)))
    gap = hits / b - (opened - hits) / (n - b)
    share = opened / n
    variance = share * (1 - share) * n / (n - 1) * (1 / b + 1 / (n - b))
    z = np.cumsum(n * gap, axis=1) / np.sqrt(np.cumsum(n**2 * variance))
    ever = 100 * np.maximum.accumulate(np.abs(z) > measures.Z_95, axis=1).mean(axis=0)
    once = 100 * (np.abs(z) > measures.Z_95).mean(axis=0)
    hold("one look errs about one time in twenty", 4 < once[-1] < 6)
    hold("many looks err in more than one test out of five", ever[-1] > 20)
    table = pd.DataFrame({"looks": np.arange(1, len(n) + 1), "ever": ever})
    page.value("looks", len(n))
    page.value("peek.once", once[-1], unit="percent")
    page.value("peek.five", ever[4], unit="percent")
    page.value("peek.all", ever[-1], unit="percent")
    last = table.tail(1)

    def line(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("looks:Q", title=page.say(en="Looks, one after each mailing", fr="Lectures, une par envoi")),
            y=alt.Y("ever:Q", title=page.say(en="Share of false winners, %", fr="Part de faux gagnants, %")),
        )
        five = alt.Chart(pd.DataFrame({"at": [5]})).mark_rule(strokeDash=[4, 4]).encode(y="at:Q")
        said = alt.Chart(last).mark_text(align="right", dx=4, dy=-14, fontWeight=600)
        return (
            five
            + base.mark_line(color=charts.BAD)
            + said.encode(x="looks:Q", y="ever:Q", text=alt.value(page.written(ever[-1], unit="percent")))
        ).properties(width=width, height=200)

    page.chart(
        "looks",
        line,
        title=page.say(
            en="Look after every mailing, and chance alone names a winner in more than one test out of five",
            fr="À lire après chaque envoi, le hasard seul désigne un gagnant dans plus d’un test sur cinq",
        ),
        alternative=page.say(
            en=f"Share of tests without any effect in which a look has found one at 5%: {page.written(ever[0], unit='percent')} after one look, "
            f"{page.written(ever[4], unit='percent')} after five, {page.written(ever[-1], unit='percent')} after {len(n)}.",
            fr=f"Part des tests sans aucun effet où une lecture en trouve un au seuil de 5 % : {page.written(ever[0], unit='percent')} après une lecture, "
            f"{page.written(ever[4], unit='percent')} après cinq, {page.written(ever[-1], unit='percent')} après {len(n)}.",
        ),
        note=page.say(
            en="Two equal subject lines; openings of the wide mailings drawn anew. Dashes: the 5% that one look promises.",
            fr="Deux objets équivalents ; ouvertures des envois à tous retirées au sort. Tirets : les 5 % promis par une seule lecture.",
        ),
        data=table[table["looks"].isin([1, 2, 5, 10, 15, len(n)])],
        columns={
            "looks": Column(label=page.say(en="Looks", fr="Lectures")),
            "ever": Column(label=page.say(en="False winners", fr="Faux gagnants"), unit="percent"),
        },
    )


def opting_out(page: Page, sends: pd.DataFrame, larger: pd.DataFrame) -> None:
    """What each message costs in consent, and what it costs during an incident."""
    gone, everybody = int(sends["opted_out"].sum()), sends["customer_id"].nunique()
    page.value("out", gone)
    page.value("out.receivers", everybody)
    page.value("out.message", 100 * gone / len(sends), digits=2, unit="percent")
    page.value("out.share", 100 * gone / everybody, digits=1, unit="percent")
    chance, each = gone / len(sends), len(sends) / everybody
    double = 1 - (1 - chance) ** (2 * each)
    page.value("out.double", 100 * double, digits=1, unit="percent")
    more = everybody * double - gone
    page.value("out.more", more)
    page.value("out.price", ADDRESS_EUR, unit="euros")
    page.value("out.bill", ADDRESS_EUR * more, unit="euros")
    page.value("incident.class", int(sends["has_open_incident"].sum()))
    page.value("incident.class.out", int(sends.loc[sends["has_open_incident"], "opted_out"].sum()))
    mails = larger[larger["channel"].isin(["email", "sms"])]
    for name, part in (("incident", mails[mails["has_open_incident"]]), ("calm", mails[~mails["has_open_incident"]])):
        count = int(part["opted_out"].sum())
        low, high = measures.share_interval(count, len(part))
        page.value(f"{name}.messages", len(part))
        page.value(f"{name}.out", count)
        for key, number in (("", count / len(part)), (".low", low), (".high", high)):
            page.value(f"{name}.rate{key}", 100 * number, digits=1, unit="percent")
    ill, well = (mails.loc[mails["has_open_incident"] == state, "opted_out"].mean() for state in (True, False))
    hold("an open incident multiplies opting out", ill > 3 * well)
    hold(
        "and the intervals are apart",
        measures.share_interval(
            int(mails.loc[mails["has_open_incident"], "opted_out"].sum()), int(mails["has_open_incident"].sum())
        )[0]
        > 2 * well,
    )
    page.value("incident.times", ill / well, digits=0)
    bought = sends.groupby("has_open_incident")["purchased_within_7_days"].mean()
    page.value("incident.bought", 100 * bought[True], digits=1, unit="percent")
    page.value("calm.bought", 100 * bought[False], digits=1, unit="percent")


def heavy(page: Page, data: cxdata.Dataset) -> None:
    """Who gets more messages buys more, because the card brings both."""
    customers = data["customers"].loc[
        lambda rows: rows["accepts_email"] & (pd.to_datetime(rows["joined_on"]) < "2023-01-01")
    ]
    rows = pd.DataFrame(
        {
            "card": customers["is_loyalty_member"].to_numpy(),
            "messages": customers["customer_id"].map(data["campaign_sends"].groupby("customer_id").size()).fillna(0),
            "orders": customers["customer_id"].map(data["orders"].groupby("customer_id").size()).fillna(0),
        }
    )
    rows = rows[rows["messages"] > 5]
    much = rows["messages"] > 10
    for name, part in (("", rows), (".card", rows[rows["card"]]), (".plain", rows[~rows["card"]])):
        few, many = (part.loc[much == state, "orders"].mean() for state in (False, True))
        page.value(f"heavy.few{name}", few, digits=1)
        page.value(f"heavy.many{name}", many, digits=1)
        hold(f"more orders with more messages{name}", (many > few + 0.1) == (name == ""))
    page.value("heavy.few.holders", 100 * rows.loc[~much, "card"].mean(), unit="percent")
    page.value("heavy.many.holders", 100 * rows.loc[much, "card"].mean(), unit="percent")


def exercise(page: Page, lot: pd.DataFrame) -> None:
    """E-mails to the own segment: opened more, and bought?"""
    rows = lot[(lot["channel"] == "email") & ~lot["wide"]]
    page.value("own.rows", len(rows))
    page.value("own.drawn", int(rows["got"].sum()))
    page.value("own.counted", 1e3 * rows.loc[rows["got"], "bought"].mean(), digits=1)
    page.value("own.plain", 1e3 * rows.loc[~rows["got"], "bought"].mean(), digits=1)
    found = lift(rows)
    hold("the own segment buys no more either", found.low < 0 < found.high)
    for key, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"own{key}.lift", 1e3 * number, digits=1, sign=True)
    base = rows.loc[~rows["got"], "bought"].mean()
    page.value("own.needed", measures.answers_per_wave(base, difference=0.005))


def plan(page: Page, data: cxdata.Dataset) -> None:
    """The calendar of 2025 and its rules."""
    months = data["orders"]["ordered_at"].dt.month.value_counts().sort_index()
    days = pd.Series([31, 28.5, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], index=range(1, 13))
    level = months / days / (months.sum() / 365.5)
    names = {
        1: ("January", "janvier"), 2: ("February", "février"), 3: ("March", "mars"), 4: ("April", "avril"),
        5: ("May", "mai"), 6: ("June", "juin"), 7: ("July", "juillet"), 8: ("August", "août"),
        9: ("September", "septembre"), 10: ("October", "octobre"), 11: ("November", "novembre"),
        12: ("December", "décembre"),
    }  # fmt: skip
    busiest, quietest = int(level.idxmax()), int(level.idxmin())
    page.text("busiest", en=names[busiest][0], fr=names[busiest][1])
    page.text("quietest", en=names[quietest][0], fr=names[quietest][1])
    page.value("busiest.level", 100 * (level.max() - 1), sign=True, unit="percent")
    page.value("quietest.level", 100 * (level.min() - 1), sign=True, unit="percent")
    accepting = data["customers"].loc[lambda rows: rows["accepts_email"]]
    values = {"all": page.written(len(accepting))} | {
        str(name): page.written(count) for name, count in accepting["segment"].value_counts().items()
    }
    found = artefacts.read(page, WORDS, calendar.Calendar, values, part="calendar")
    found = calendar.Calendar(**{**vars(found), "levels": tuple(level)})
    planned = sum(len(row.bars) for row in found.rows[:-1])
    to_all = len(found.rows[0].bars)
    page.value("half", len(accepting) / 2)
    page.value("planned", planned)
    page.value("planned.all", to_all)
    page.drawing(
        "calendar",
        calendar.wide(found),
        narrow=calendar.narrow(found),
        title=page.say(
            en="Tilmarenne’s calendar of 2025: fewer wide mailings, no letter but one test, and every one with a group left out",
            fr="Le calendrier 2025 de Tilmarenne : moins d’envois à tous, un seul courrier, en test, et toujours un groupe laissé de côté",
        ),
        alternative=page.say(en="Planned messages by row. ", fr="Messages prévus par ligne. ")
        + " ".join(
            f"{row.name}: {', '.join(f'{bar.text} ({found.periods[int(bar.start)]})' for bar in row.bars)}."
            for row in found.rows
        ),
        note=page.say(
            en="The shade is counted (orders a day of 2023 and 2024), the bars are our plan; a bar is the week or weeks of sending.",
            fr="Le fond est compté (commandes par jour, 2023 et 2024), les barres sont notre plan ; une barre couvre les semaines d’envoi.",
        ),
    )
    page.html(
        "rules", sheet.sheet(artefacts.read(page, WORDS, sheet.Sheet, values, part="rules"), language=page.language)
    )
