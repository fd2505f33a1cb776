"""Mirror survey: staff put satisfied customers far too high, those who serve them most of all, offices least."""

import math

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.measures import Z_95
from casebook.worked.page import Page, hold
from cxdata.catalog import scan
from cxdata.schema.statistic import clustered_error

AUTUMN = {"autumn_2023": ("2022-11-06", "2023-11-06"), "autumn_2024": ("2023-11-06", "2024-11-06")}
"""The twelve months that staff are asked about: those before each survey; our data begin in January 2023."""
GUESSES = {"satisfied": "estimated_satisfied_percent", "nps": "estimated_nps"}
ITEMS = {
    "satisfied": {"en": "Satisfied, % of customers", "fr": "Satisfaits, % des clients"},
    "nps": {"en": "NPS, −100 to +100", "fr": "NPS, de −100 à +100"},
}
ROLES = {
    "shop_manager": {"en": "shop managers", "fr": "directeurs de magasin"},
    "department_head": {"en": "department heads", "fr": "chefs de rayon"},
    "sales_assistant": {"en": "sales assistants", "fr": "vendeurs"},
    "cashier": {"en": "cashiers", "fr": "hôtes de caisse"},
    "stock_handler": {"en": "stock handlers", "fr": "manutentionnaires"},
    "marketing": {"en": "marketing", "fr": "marketing"},
    "purchasing": {"en": "purchasing", "fr": "achats"},
    "information_technology": {"en": "IT", "fr": "informatique"},
    "finance": {"en": "finance", "fr": "finance"},
    "human_resources": {"en": "human resources", "fr": "ressources humaines"},
    "order_processing": {"en": "order processing", "fr": "gestion des commandes"},
    "accounts": {"en": "accounts", "fr": "comptabilité"},
    "claims": {"en": "claims", "fr": "litiges"},
    "adviser": {"en": "advisers", "fr": "conseillers"},
}
CELLS = {
    (True, True): {"en": "serve, see indicators", "fr": "servent, voient les indicateurs"},
    (True, False): {"en": "serve, see none", "fr": "servent, n’en voient pas"},
    (False, True): {"en": "never serve, see them", "fr": "ne servent pas, les voient"},
    (False, False): {"en": "never serve, see none", "fr": "ne servent pas, n’en voient pas"},
}
FEWEST = 15
"""Guesses under which a role is not shown: anybody could tell who said what."""
THRESHOLD = 15
"""Points of gap from which the board has agreed to act, in our story."""
DAY_EUR, HOUR_EUR, MEETINGS, MEETING_HOURS = 280, 28, 12, 1 / 6
"""A day at the counter for those who never serve; an hour of anybody; ten minutes a month over the customers' sheet."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    staff, everyone = guesses(data), customers(data)
    now = staff[staff["wave"] == "autumn_2024"]
    called = everyone["callback_after_order"]["autumn_2024"]
    page.value("threshold", THRESHOLD)
    answering(page, data, now)
    mirror(page, now, called)
    roles(page, now, called)
    contact(page, data, now, called)
    which_customers(page, data, now, everyone)
    shops(page, data, now)
    worst(page, staff)
    pride(page, now)
    exercise(page, staff, everyone["callback_after_order"]["autumn_2023"])


def guesses(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per employee and wave with a guess; who works in one shop stands in one cluster."""
    rows = data["employee_surveys"].merge(data["employees"], on="employee_id")
    rows = rows.dropna(subset=["estimated_satisfied_percent"])
    return rows.assign(cluster=rows["store_id"].fillna(-rows["employee_id"]))


def customers(data: cxdata.Dataset) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the answers after an order, by programme and by the twelve months before each wave."""
    asked = data["surveys"].dropna(subset=["csat"])
    asked = asked.assign(
        satisfied=100.0 * (asked["csat"] >= 4),
        nps=100.0 * (asked["ltr"] >= 9) - 100.0 * (asked["ltr"] <= 6),
        cluster=asked["customer_id"],
    )
    return {
        programme: {wave: rows[rows["sent_at"].between(*months)] for wave, months in AUTUMN.items()}
        for programme, rows in asked.groupby("programme", observed=True)
    }


def mean(rows: pd.DataFrame, column: str) -> tuple[float, float]:
    """Return a mean and its standard error, rows of one cluster counted together."""
    values = rows[column].astype(float)
    return float(values.mean()), clustered_error(
        ((values - values.mean()) / len(rows)).to_numpy(), rows["cluster"].to_numpy()
    )


def gap(staff: pd.DataFrame, asked: pd.DataFrame, item: str) -> tuple[float, float, float]:
    """Return guess less answer, in points, with its 95 % interval: both sides are uncertain."""
    guess, of_guess = mean(staff, GUESSES[item])
    real, of_real = mean(asked, item)
    margin = Z_95 * math.hypot(of_guess, of_real)
    return guess - real, guess - real - margin, guess - real + margin


def interval(page: Page, low: float, high: float) -> str:
    """Write an interval of points."""
    first, last = (page.written(end, sign=low < 0) for end in (low, high))
    return page.say(en=f"{first} to {last}", fr=f"{first} à {last}")


def keep(page: Page, name: str, found: tuple[float, float, float], digits: int = 0) -> None:
    """Name a number and both ends of its interval."""
    for suffix, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"{name}{suffix}", number, digits=digits)


def answering(page: Page, data: cxdata.Dataset, now: pd.DataFrame) -> None:
    """Who was asked, who answered, who ventured a guess."""
    rows = data["employee_surveys"]
    rows = rows[(rows["wave"] == "autumn_2024") & rows["is_invited"]]
    page.value("staff", len(rows))
    page.value("answered", int(rows["answered"].sum()))
    page.value("guesses", len(now))
    page.value("round", 100 * (now["estimated_satisfied_percent"] % 5 == 0).mean(), unit="percent")


def mirror(page: Page, now: pd.DataFrame, called: pd.DataFrame) -> None:
    """The two items: guess, answer, gap."""
    lines = []
    for item, label in ITEMS.items():
        found = gap(now, called, item)
        keep(page, f"gap.{item}", found)
        guess, real = mean(now, GUESSES[item])[0], mean(called, item)[0]
        page.value(f"guess.{item}", guess)
        page.value(f"real.{item}", real)
        lines.append((page.say(**label), guess, real, found[0], interval(page, *found[1:])))
        hold("staff guess too high on both items", found[1] > 0)
    page.value("called", len(called))
    below = now["estimated_satisfied_percent"] <= mean(called, "satisfied")[0]
    page.value("not_above", int(below.sum()))
    page.value("not_above.share", 100 * below.mean(), unit="percent")
    page.table(
        "mirror",
        pd.DataFrame(lines, columns=["item", "guess", "real", "gap", "interval"]),
        caption=page.say(
            en="What staff believe and what customers called back say, autumn 2024",
            fr="Ce que croit le personnel et ce que disent les clients rappelés, automne 2024",
        ),
        columns={
            "item": Column(label=page.say(en="Item", fr="Question")),
            "guess": Column(label=page.say(en="Staff", fr="Personnel")),
            "real": Column(label=page.say(en="Customers", fr="Clients")),
            "gap": Column(label=page.say(en="Gap", fr="Écart"), sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )


def roles(page: Page, now: pd.DataFrame, called: pd.DataFrame) -> None:
    """The gap of each role, coloured by whether it serves customers."""
    served = now.groupby("role", observed=True)["has_customer_contact"].mean()
    lines = []
    for role, rows in now.groupby("role", observed=True):
        if len(rows) < FEWEST:
            continue
        found = gap(rows, called, "satisfied")
        lines.append((str(role), page.say(**ROLES[str(role)]), len(rows), *found, served[role] > 0.5))
    table = pd.DataFrame(lines, columns=["key", "role", "guesses", "gap", "low", "high", "serves"])
    table = table.sort_values("gap", ascending=False).reset_index(drop=True)
    top, last = table.iloc[0], table.iloc[-1]
    page.value("roles", len(table))
    page.value("roles.hidden", now["role"].nunique() - len(table))
    page.value("fewest", FEWEST)
    for name, row in (("first", top), ("last", last)):
        page.text(f"role.{name}", **ROLES[row["key"]])
        page.value(f"role.{name}.gap", row["gap"])
        page.value(f"role.{name}.low", row["low"])
        page.value(f"role.{name}.high", row["high"])
    hold("every role guesses too high, beyond chance", bool((table["low"] > 0).all()))
    hold("the first five roles serve customers", bool(table["serves"].head(5).all()))
    hold("the last four do not", not table["serves"].tail(4).any())
    kinds = {
        True: page.say(en="serve customers", fr="servent des clients"),
        False: page.say(en="mostly do not", fr="le plus souvent non"),
    }
    table["kind"] = table["serves"].map(kinds)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("role:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(kinds.values()), range=[charts.BAD, charts.GOOD]),
                legend=alt.Legend(title=None, orient="top", labelLimit=240),
            ),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 30]),
            axis=alt.Axis(values=[0, 10, 20, 30]),
            title=page.say(en="Guess less answer, points", fr="Croyance moins réponse, points"),
        )
        return (
            base.mark_rule(strokeWidth=3, opacity=0.55).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, filled=True, opacity=1).encode(x="gap:Q")
        ).properties(width=width - 150, height=24 * len(table))

    page.chart(
        "roles",
        dots,
        title=page.say(
            en="Those who meet customers every day are the furthest from what customers say",
            fr="Ceux qui voient des clients tous les jours sont les plus éloignés de ce que disent les clients",
        ),
        alternative=page.say(
            en="Gap between guess and answer on satisfied customers, in points, by role: ",
            fr="Écart entre croyance et réponse sur la part de clients satisfaits, en points, par métier : ",
        )
        + ", ".join(f"{row.role} {page.written(row.gap, sign=True)}" for row in table.itertuples())
        + ".",
        note=page.say(
            en=f"Dots are gaps, lines their 95% intervals. Roles with fewer than {FEWEST} guesses are left out.",
            fr=f"Points : écarts ; traits : intervalles à 95 %. Les métiers de moins de {FEWEST} réponses n’y figurent pas.",
        ),
        data=table.drop(columns=["key", "serves"]),
        columns={
            "role": Column(label=page.say(en="Role", fr="Métier")),
            "guesses": Column(label=page.say(en="Guesses", fr="Réponses")),
            "gap": Column(label=page.say(en="Gap", fr="Écart"), sign=True),
            "low": Column(label=page.say(en="From", fr="De"), sign=True),
            "high": Column(label=page.say(en="To", fr="À"), sign=True),
            "kind": Column(label=page.say(en="Customers", fr="Clients")),
        },
    )


def contact(page: Page, data: cxdata.Dataset, now: pd.DataFrame, called: pd.DataFrame) -> None:
    """Contact and indicators: four cells, two differences, and what the two plans cost."""
    lines = []
    for (serves, sees), rows in now.groupby(["has_customer_contact", "kpi_shared"]):
        found = gap(rows, called, "satisfied")
        name = f"cell.{'served' if serves else 'back'}.{'seen' if sees else 'unseen'}"
        page.value(name, found[0])
        page.value(f"{name}.guess", rows["estimated_satisfied_percent"].mean())
        lines.append(
            (
                page.say(**CELLS[bool(serves), bool(sees)]),
                len(rows),
                found[0],
                interval(page, *found[1:]),
            )
        )
    table = pd.DataFrame(lines, columns=["cell", "guesses", "gap", "interval"])
    table = table.sort_values("gap", ascending=False)
    page.table(
        "cells",
        table,
        caption=page.say(
            en="The gap on satisfied customers by what people do and see",
            fr="L’écart sur les clients satisfaits, selon ce que chacun fait et voit",
        ),
        columns={
            "cell": Column(label=page.say(en="Who", fr="Qui")),
            "guesses": Column(label=page.say(en="Guesses", fr="Réponses")),
            "gap": Column(label=page.say(en="Gap", fr="Écart"), sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
        },
    )
    known = scan.scenario("tilmarenne").parameter_index()
    pairs = (("contact", "has_customer_contact", "kpi_shared", 1), ("unseen", "kpi_shared", "has_customer_contact", -1))
    for name, treatment, other, sign in pairs:
        planted = float(known[f"employee_survey_mirror_{'contact' if name == 'contact' else 'unshared'}"].value)
        page.value(f"{name}.planted", planted)
        for kind, strata in (("plain", ()), ("within", (other,))):
            found = measures.difference(
                now.assign(guess=now["estimated_satisfied_percent"]),
                outcome="guess",
                treatment=treatment,
                strata=strata,
                cluster="cluster",
            )
            ends = sorted((sign * found.low, sign * found.high))
            keep(page, f"{name}.{kind}", (sign * found.value, *ends), digits=1)
            hold(f"{name} widens the gap", ends[0] > 0)
            if kind == "within":
                hold("the comparison within finds what the recipe holds", ends[0] < planted < ends[1])
    people = data["employees"]
    apart, unseen = (int((~people[name].astype(bool)).sum()) for name in ("has_customer_contact", "kpi_shared"))
    page.value("apart", apart)
    page.value("unseen", unseen)
    page.value("day", DAY_EUR, unit="euros")
    page.value("days.cost", apart * DAY_EUR, unit="euros")
    sheet = unseen * MEETINGS * MEETING_HOURS * HOUR_EUR
    page.value("sheet.cost", round(sheet, -2), unit="euros")
    page.value("sheet.half", round(sheet / 2, -2), unit="euros")
    page.value("hour", HOUR_EUR, unit="euros")
    within = measures.difference(
        now.assign(guess=now["estimated_satisfied_percent"]),
        outcome="guess",
        treatment="kpi_shared",
        strata=("has_customer_contact",),
        cluster="cluster",
    )
    page.value("sheet.most", -within.value * unseen / len(people), digits=1)
    serves = now["has_customer_contact"].astype(bool)
    keep(page, "back", gap(now[~serves], called, "satisfied"))
    keep(page, "served", gap(now[serves], called, "satisfied"))


def which_customers(
    page: Page, data: cxdata.Dataset, now: pd.DataFrame, everyone: dict[str, dict[str, pd.DataFrame]]
) -> None:
    """The mirror held to those who answer e-mails, to those called back by lot, and to all."""
    mailed = everyone["email_after_order"]["autumn_2024"]
    truth = data.truth["latents/orders"].merge(data["orders"][["order_id", "ordered_at"]], on="order_id")
    truth = truth[truth["ordered_at"].between(*AUTUMN["autumn_2024"])]
    key = {
        "satisfied": 100.0 * float((truth["csat"] >= 4).mean()),
        "nps": 100.0 * float((truth["ltr"] >= 9).mean() - (truth["ltr"] <= 6).mean()),
    }
    for item in ITEMS:
        found = gap(now, mailed, item)
        keep(page, f"mail.gap.{item}", found)
        page.value(f"mail.{item}", mean(mailed, item)[0])
        page.value(f"key.{item}", key[item])
        page.value(f"key.gap.{item}", mean(now, GUESSES[item])[0] - key[item])
        called = gap(now, everyone["callback_after_order"]["autumn_2024"], item)
        hold("call-backs hold the true gap", called[1] < mean(now, GUESSES[item])[0] - key[item] < called[2])
        hold("the e-mails' gap is too small", found[2] < mean(now, GUESSES[item])[0] - key[item])
    hold("with the e-mails the board would not act", gap(now, mailed, "satisfied")[0] < THRESHOLD)
    surveys = data["surveys"][data["surveys"]["sent_at"].between(*AUTUMN["autumn_2024"])]
    for name, programme in (("mail", "email_after_order"), ("called", "callback_after_order")):
        page.value(
            f"{name}.rate", 100 * surveys.loc[surveys["programme"] == programme, "answered"].mean(), unit="percent"
        )


def shops(page: Page, data: cxdata.Dataset, now: pd.DataFrame) -> None:
    """A league of shops by gap: it ranks the customers' sample; and what guesses know of their own shop."""
    asked = data["surveys"].query("programme == 'callback_after_order'").dropna(subset=["csat"])
    asked = asked.merge(data["orders"][["order_id", "store_id"]].dropna(), on="order_id")
    asked = asked.assign(satisfied=100.0 * (asked["csat"] >= 4), second=asked["sent_at"] >= "2024-01-01")
    real = asked.groupby("store_id")["satisfied"].agg(["mean", "size"])
    table = now.dropna(subset=["store_id"]).groupby("store_id")["estimated_satisfied_percent"].mean().rename("guess")
    table = real.join(table, how="inner").reset_index()
    table = table[table["size"] >= 3]
    table["gap"] = table["guess"] - table["mean"]
    page.value("shops", len(table))
    page.value("shops.median", table["size"].median())
    page.value("shops.correlation", table["gap"].corr(table["mean"]), digits=2)
    page.value("shops.spread.guess", table["guess"].std())
    page.value("shops.spread.real", table["mean"].std())
    hold("the gap of a shop is its customers' share turned round", table["gap"].corr(table["mean"]) < -0.95)
    halves = asked.groupby(["store_id", "second"])["satisfied"].mean().unstack().dropna()
    guess = table.set_index("store_id")["guess"]
    halves = halves[halves.index.isin(guess.index)]
    first, second = (guess[halves.index] - halves[side] for side in (False, True))
    page.value("shops.stable", first.corr(second), digits=2)
    page.value("shops.halves", len(halves))
    hold("the gaps of two years' customers hardly agree", abs(first.corr(second)) < 0.35)
    own = data["shop_bonuses"][data["shop_bonuses"]["quarter"].astype(str).str.startswith("2024")]
    own = own.groupby("store_id").agg(csat=("call_csat", "mean"), answers=("call_answers", "sum"))
    both = own.join(guess, how="inner")
    found = float(both["csat"].corr(both["guess"]))
    low, high = np.tanh(np.arctanh(found) + np.array([-1, 1]) * Z_95 / math.sqrt(len(both) - 3))
    page.value("own", found, digits=2, sign=True)
    page.value("own.low", low, digits=2, sign=True)
    page.value("own.high", high, digits=2, sign=True)
    page.value("own.answers", both["answers"].mean())
    hold("guesses know nothing of their own shop", low < 0 < high and abs(found) < 0.2)

    def dots(width: int) -> alt.Chart:
        return (
            alt.Chart(table)
            .mark_point(filled=True, opacity=0.75)
            .encode(
                x=alt.X(
                    "mean:Q",
                    scale=alt.Scale(domain=[0, 100]),
                    axis=alt.Axis(values=[0, 25, 50, 75, 100]),
                    title=page.say(en="Satisfied customers called back, %", fr="Clients rappelés satisfaits, %"),
                ),
                y=alt.Y("gap:Q", title=page.say(en="Gap, points", fr="Écart, points")),
                size=alt.Size(
                    "size:Q",
                    scale=alt.Scale(range=[20, 160]),
                    legend=None,
                ),
            )
            .properties(width=width, height=230)
        )

    page.chart(
        "shops",
        dots,
        title=page.say(
            en="A shop’s gap is its few customers’ mark turned upside down",
            fr="L’écart d’un magasin n’est que la note de ses quelques clients, retournée",
        ),
        alternative=page.say(
            en=f"{len(table)} shops, their gap against the share of satisfied customers: the dots fall on a straight line, from {page.written(table['gap'].max(), sign=True)} where {page.written(table['mean'].min(), unit='percent')} are satisfied to {page.written(table['gap'].min(), sign=True)} where {page.written(table['mean'].max(), unit='percent')} are.",
            fr=f"{len(table)} magasins, leur écart selon la part de clients satisfaits : les points tombent sur une droite, de {page.written(table['gap'].max(), sign=True)} pour {page.written(table['mean'].min(), unit='percent')} de satisfaits à {page.written(table['gap'].min(), sign=True)} pour {page.written(table['mean'].max(), unit='percent')}.",
        ),
        note=page.say(
            en="One dot per shop; the larger, the more customers were called back in two years, three at least.",
            fr="Un point par magasin, d’autant plus grand que plus de clients ont été rappelés en deux ans, trois au moins.",
        ),
        data=table.sort_values("gap", ascending=False).head(8)[["store_id", "size", "guess", "mean", "gap"]],
        columns={
            "store_id": Column(label=page.say(en="Shop (first eight)", fr="Magasin (huit premiers)")),
            "size": Column(label=page.say(en="Called", fr="Rappelés")),
            "guess": Column(label=page.say(en="Guess", fr="Croyance")),
            "mean": Column(label=page.say(en="Satisfied", fr="Satisfaits")),
            "gap": Column(label=page.say(en="Gap", fr="Écart"), sign=True),
        },
    )


def worst(page: Page, staff: pd.DataFrame) -> None:
    """Those furthest off in 2023, one year later, with nothing done."""
    both = staff.pivot(index="employee_id", columns="wave", values="estimated_satisfied_percent").dropna()
    cut = both["autumn_2023"].quantile(0.2)
    low, high = both[both["autumn_2023"] <= cut], both[both["autumn_2023"] >= 95]
    page.value("twice", len(both))
    page.value("twice.correlation", both["autumn_2023"].corr(both["autumn_2024"]), digits=2)
    for name, rows in (("worst", high), ("best", low)):
        page.value(name, len(rows))
        page.value(f"{name}.first", rows["autumn_2023"].mean(), digits=1)
        page.value(f"{name}.second", rows["autumn_2024"].mean(), digits=1)
    page.value("worst.fall", high["autumn_2023"].mean() - high["autumn_2024"].mean(), digits=1)
    page.value("best.rise", low["autumn_2024"].mean() - low["autumn_2023"].mean(), digits=1)
    page.value("twice.first", both["autumn_2023"].mean(), digits=1)
    page.value("twice.second", both["autumn_2024"].mean(), digits=1)
    hold("the furthest come back", high["autumn_2023"].mean() - high["autumn_2024"].mean() > 1.5)
    hold("the nearest leave", low["autumn_2024"].mean() - low["autumn_2023"].mean() > 1.5)
    hold("all together stand still", abs((both["autumn_2024"] - both["autumn_2023"]).mean()) < 0.6)


def pride(page: Page, now: pd.DataFrame) -> None:
    """Staff who like their work guess higher."""
    quarters = now["experience_score"].quantile([0.25, 0.75])
    ends = now[(now["experience_score"] <= quarters[0.25]) | (now["experience_score"] >= quarters[0.75])]
    ends = ends.assign(guess=ends["estimated_satisfied_percent"], is_content=ends["experience_score"] >= quarters[0.75])
    found = measures.difference(
        ends,
        outcome="guess",
        treatment="is_content",
        strata=("has_customer_contact", "kpi_shared"),
        cluster="cluster",
    )
    keep(page, "pride", (found.value, found.low, found.high), digits=1)
    page.value("pride.from", quarters[0.75], digits=1)
    page.value("pride.to", quarters[0.25], digits=1)
    hold("the content guess higher", found.low > 0)


def exercise(page: Page, staff: pd.DataFrame, called: pd.DataFrame) -> None:
    """The autumn before."""
    then = staff[staff["wave"] == "autumn_2023"]
    for item in ITEMS:
        keep(page, f"then.{item}", gap(then, called, item))
    page.value("then.guesses", len(then))
    page.value("then.called", len(called))
    rows = then.assign(guess=then["estimated_nps"])
    for kind, strata in (("plain", ()), ("within", ("kpi_shared",))):
        found = measures.difference(
            rows, outcome="guess", treatment="has_customer_contact", strata=strata, cluster="cluster"
        )
        keep(page, f"then.{kind}", (found.value, found.low, found.high), digits=1)
    share = then.groupby("has_customer_contact")["kpi_shared"].mean()
    page.value("then.seen.served", 100 * share[True], unit="percent")
    page.value("then.seen.back", 100 * share[False], unit="percent")
    hold("those who serve see indicators more often, which hides part of the difference", share[True] > share[False])
