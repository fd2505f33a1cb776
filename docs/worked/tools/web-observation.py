"""Web observation: what visits do, what eyes see, and which differences between two layouts are more than chance."""

import math
from itertools import product

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.lettering import canvas, written
from casebook.worked.page import Page, hold
from casebook.worked.palette import css

STEPS = {
    "visit": {"en": "Visits", "fr": "Visites"},
    "reached_product": {"en": "saw a product", "fr": "ont vu un produit"},
    "added_to_basket": {"en": "filled a basket", "fr": "ont rempli un panier"},
    "began_checkout": {"en": "began to pay", "fr": "ont commencé à payer"},
    "purchased": {"en": "ordered", "fr": "ont commandé"},
}
TASKS = {
    "buy": {"en": "Buy", "fr": "Acheter"},
    "look_up": {"en": "Look something up", "fr": "Se renseigner"},
    "inspiration": {"en": "Find ideas", "fr": "Trouver des idées"},
    "store_hours": {"en": "Opening hours", "fr": "Horaires"},
    "help": {"en": "Get help", "fr": "Trouver de l’aide"},
    "returns": {"en": "Return something", "fr": "Retourner un article"},
}
ZONES = {
    "menu_and_search": {"en": "Menu and search", "fr": "Menu et recherche"},
    "product_picture": {"en": "Picture", "fr": "Photo"},
    "title_and_stars": {"en": "Title and stars", "fr": "Titre et étoiles"},
    "price": {"en": "Price", "fr": "Prix"},
    "delivery_note": {"en": "Delivery note", "fr": "Note de livraison"},
    "add_to_basket": {"en": "Add to basket", "fr": "Ajouter au panier"},
    "description": {"en": "Description", "fr": "Description"},
    "reviews": {"en": "Reviews", "fr": "Avis"},
}
LAYOUTS = ("a", "b")
DOZEN = 12
CHANCE_OF_FINDING = 0.9
POWER_Z = 0.8416
"""Standard normal quantile of 80 % power."""
WANTED_POINTS = 3
"""Rise of the share of product visits with a basket that the field test shall not miss."""
FULL = 0.5
"""Opacity of a zone that every tester looked at."""


def difference_of_shares(a: tuple[int, int], b: tuple[int, int]) -> tuple[float, float, float]:
    """Return the second share less the first and the ends of its 95 % interval; counts and totals given.

    Source: Newcombe (1998), the interval from two Wilson intervals.
    """
    (low_a, high_a), (low_b, high_b) = measures.share_interval(*a), measures.share_interval(*b)
    share_a, share_b = a[0] / a[1], b[0] / b[1]
    gap = share_b - share_a
    low = gap - math.hypot(share_b - low_b, high_a - share_a)
    return gap, low, gap + math.hypot(high_b - share_b, share_a - low_a)


def exact_p(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Return the two-sided p-value of Fisher's exact test for two counts of two totals."""
    hits, total = a[0] + b[0], a[1] + b[1]

    def chance(count: int) -> float:
        return math.comb(a[1], count) * math.comb(b[1], hits - count) / math.comb(total, hits)

    found = chance(a[0])
    possible = range(max(0, hits - b[1]), min(a[1], hits) + 1)
    return sum(chance(count) for count in possible if chance(count) <= found * (1 + 1e-9))


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    visits, zones = data["web_sessions"], data["page_zones"]
    funnel(page, visits)
    tasks(page, visits)
    devices(page, visits)
    people(page, data, visits)
    marks(page, data, visits)
    button(page, zones)
    page_map(page, zones)
    many(page, zones)
    looks(page, zones)
    few(page, zones)
    field(page, visits)
    note(page, zones)


def funnel(page: Page, visits: pd.DataFrame) -> None:
    """How many visits get how far."""
    page.value("visits", len(visits))
    for name in ("reached_product", "added_to_basket", "began_checkout", "purchased"):
        page.value(f"{name}.share", 100 * visits[name].mean(), unit="percent")
    seen = visits[visits["reached_product"]]
    page.value("product.visits", len(seen))
    page.value("product.basket", 100 * seen["added_to_basket"].mean(), unit="percent")
    baskets = seen[seen["added_to_basket"]]
    page.value("basket.order", 100 * baskets["purchased"].mean(), unit="percent")
    page.value("basket.left", 100 * baskets["is_basket_abandoned"].mean(), unit="percent")
    page.value("basket.left.eur", baskets.loc[baskets["is_basket_abandoned"], "basket_eur"].median(), unit="euros")
    searched = visits[visits["searches"] > 0]
    vain = searched["searches_without_result"] > 0
    page.value("vain", 100 * vain.mean(), unit="percent")
    rows = searched.assign(vain=vain)
    gap = measures.difference(rows, outcome="task_success", treatment="vain", strata=("task", "device"))
    page.value("vain.loss", -100 * gap.value)
    page.value("vain.low", -100 * gap.high)
    page.value("vain.high", -100 * gap.low)
    hold("a search in vain goes with fewer successes", gap.high < 0)


def tasks(page: Page, visits: pd.DataFrame) -> None:
    """What visitors came for, and whether they got it."""
    rows = []
    for task, label in TASKS.items():
        part = visits[visits["task"] == task]
        mean = part["task_success"].astype(float)
        error = _cluster_error(mean, part["customer_id"])
        rows.append(
            {
                "task": f"{page.say(**label)} ({page.written(100 * len(part) / len(visits), unit='percent')})",
                "visits": len(part),
                "success": 100 * mean.mean(),
                "low": 100 * (mean.mean() - measures.Z_95 * error),
                "high": 100 * (mean.mean() + measures.Z_95 * error),
            }
        )
        page.value(f"task.{task}", 100 * mean.mean(), unit="percent")
        page.value(f"task.{task}.share", 100 * len(part) / len(visits), unit="percent")
    page.value("success", 100 * visits["task_success"].mean(), unit="percent")
    not_buying = visits["task"] != "buy"
    page.value("not.buying", 100 * not_buying.mean(), unit="percent")
    page.value("not.buying.success", 100 * visits.loc[not_buying, "task_success"].mean(), unit="percent")
    hold("every order is put down as a visit to buy", (visits.loc[visits["purchased"], "task"] == "buy").all())
    table = pd.DataFrame(rows, index=list(TASKS)).sort_values("success")
    hold("help and returns fail most, but for buying", set(table.index[1:3]) == {"help", "returns"})

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            y=alt.Y("task:N", sort=list(table["task"]), title=None),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[50, 85]),
            axis=alt.Axis(values=[50, 60, 70, 80]),
            title=page.say(en="Visits that got what they came for, %", fr="Visites qui ont abouti, %"),
        )
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=110, opacity=1, color=charts.GOOD).encode(x="success:Q")
        ).properties(width=width - (150 if width <= charts.NARROW else 60), height=34 * len(table))

    page.chart(
        "tasks",
        dots,
        title=page.say(
            en="Most visits do not come to buy, and most of those succeed",
            fr="La plupart des visites ne viennent pas acheter, et la plupart aboutissent",
        ),
        alternative=page.say(
            en="Share of visits that got what they came for: ", fr="Part des visites qui ont abouti : "
        )
        + ", ".join(f"{row.task} {page.written(row.success, unit='percent')}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="In brackets: share of visits. Lines are 95% intervals by customer, because one customer's visits are alike. To buy, success is an order.",
            fr="Entre parenthèses : part des visites. Traits : intervalles à 95 % par client, car les visites d’un même client se ressemblent. Pour un achat, aboutir, c’est commander.",
        ),
        data=table,
        columns={
            "task": Column(label=page.say(en="Came to", fr="Venu pour")),
            "visits": Column(label=page.say(en="Visits", fr="Visites")),
            "success": Column(label=page.say(en="Success", fr="Réussite"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def _cluster_error(values: pd.Series, cluster: pd.Series) -> float:
    """Return the standard error of a mean whose rows depend on each other within clusters."""
    sums = (values - values.mean()).groupby(cluster).sum()
    return float(np.sqrt((sums**2).sum()) / len(values))


def devices(page: Page, visits: pd.DataFrame) -> None:
    """The gap between phone and computer, plainly and for the same task."""
    two = visits[visits["device"].isin(["phone", "computer"])].assign(phone=lambda rows: rows["device"] == "phone")
    for name in ("phone", "computer"):
        page.value(f"{name}.orders", 100 * two.loc[two["device"] == name, "purchased"].mean(), digits=1, unit="percent")
        page.value(f"{name}.buy", 100 * (two.loc[two["device"] == name, "task"] == "buy").mean(), unit="percent")
    plain = measures.difference(two, outcome="purchased", treatment="phone")
    within = measures.difference(two, outcome="purchased", treatment="phone", strata=("task",))
    for name, found, digits in (("gap", plain, 0), ("gap.task", within, 1)):
        page.value(name, -100 * found.value, digits=digits)
        page.value(f"{name}.low", -100 * found.high, digits=1)
        page.value(f"{name}.high", -100 * found.low, digits=1)
    page.value("gap.part", 100 * within.value / plain.value, unit="percent")
    hold("about half of the gap is the task", 0.35 < within.value / plain.value < 0.65)
    hold("the gap within tasks is more than chance", within.high < 0)


def people(page: Page, data: cxdata.Dataset, visits: pd.DataFrame) -> None:
    """Visits are not people."""
    by_person = visits.groupby("customer_id")["purchased"].agg(["size", "any"])
    page.value("people", len(by_person))
    page.value("people.order", 100 * by_person["any"].mean(), unit="percent")
    customers = data["customers"].set_index("customer_id")
    came = customers.index.isin(visits["customer_id"])
    page.value("never", 100 * (1 - came.mean()), unit="percent")
    born = pd.to_datetime(customers["birth_date"]).dt.year
    young, old = born > 1989, born < 1960
    page.value("came.young", 100 * came[young].mean(), unit="percent")
    page.value("came.old", 100 * came[old].mean(), unit="percent")
    hold("the young come more often", came[young].mean() > came[old].mean() + 0.05)
    busiest = by_person["size"].sort_values(ascending=False)
    page.value("busy", 100 * busiest.iloc[: len(busiest) // 10].sum() / len(visits), unit="percent")
    bought = visits["purchased"].astype(float)
    design = (_cluster_error(bought, visits["customer_id"]) / (bought.std() / math.sqrt(len(bought)))) ** 2
    page.value("design", design, digits=1)
    page.value("effective", len(visits) / design)


def marks(page: Page, data: cxdata.Dataset, visits: pd.DataFrame) -> None:
    """The mark at the foot of the page against what everybody would give."""
    given = visits["feedback_score"].dropna()
    every = data.truth["latents/web_sessions"]["score"]
    page.value("mark.share", 100 * len(given) / len(visits), digits=1, unit="percent")
    for name, rows in (("given", given), ("key", every)):
        page.value(f"mark.{name}.five", 100 * (rows == 5).mean(), unit="percent")
        page.value(f"mark.{name}.one", 100 * (rows == 1).mean(), unit="percent")
    hold(
        "the extremes leave marks",
        (given == 5).mean() > 1.5 * (every == 5).mean() and (given == 1).mean() > 2 * (every == 1).mean(),
    )


def counts(zones: pd.DataFrame, zone: str, what: str, *, seen: bool = False) -> dict[str, tuple[int, int]]:
    """Return hits and testers by layout, of all testers or of those who looked at the zone."""
    rows = zones[zones["zone"] == zone]
    rows = rows[rows["was_seen"]] if seen else rows
    return {layout: (int(part[what].sum()), len(part)) for layout, part in rows.groupby("layout", observed=True)}


def button(page: Page, zones: pd.DataFrame) -> None:
    """Why the button is not clicked."""
    page.value("testers", zones["tester_number"].nunique())
    page.value("testers.each", zones[zones["layout"] == "a"]["tester_number"].nunique())
    found = {
        "seen": counts(zones, "add_to_basket", "was_seen"),
        "clicked": counts(zones, "add_to_basket", "clicked"),
        "of_seen": counts(zones, "add_to_basket", "clicked", seen=True),
    }
    for name, by_layout in found.items():
        for layout, (hits, total) in by_layout.items():
            low, high = measures.share_interval(hits, total)
            page.value(f"{name}.{layout}", hits)
            page.value(f"{name}.{layout}.of", total)
            page.value(f"{name}.{layout}.share", 100 * hits / total, unit="percent")
            page.value(f"{name}.{layout}.low", 100 * low, unit="percent")
            page.value(f"{name}.{layout}.high", 100 * high, unit="percent")
        gap, low, high = difference_of_shares(by_layout["a"], by_layout["b"])
        page.value(f"{name}.gap", 100 * gap, sign=True)
        page.value(f"{name}.gap.low", 100 * low, sign=True)
        page.value(f"{name}.gap.high", 100 * high, sign=True)
        hold(
            f"{name}: above the fold differs by more than chance, but for those who saw it",
            (low > 0) == (name != "of_seen"),
        )
    first = zones[zones["zone"] == "add_to_basket"].groupby("layout", observed=True)["first_fixation_seconds"].median()
    for layout in LAYOUTS:
        page.value(f"first.{layout}", first[layout], digits=1)


def page_map(page: Page, zones: pd.DataFrame) -> None:
    """The product page of both layouts: zones shaded by gaze, with clicks beside them."""
    rows = zones[zones["page"] == "product"]
    shown = {}
    for layout, part in rows.groupby("layout", observed=True):
        by_zone = part.groupby("zone", observed=True).agg(
            seen=("was_seen", "mean"),
            clicked=("clicked", "mean"),
            dead=("is_dead_click", "sum"),
            below=("is_below_fold", "mean"),
            order=("first_fixation_seconds", "median"),
        )
        shown[layout] = by_zone.sort_values("order")
    heads = {
        "a": page.say(en="Layout A, as it is", fr="Page A, l’actuelle"),
        "b": page.say(en="Layout B, the draft", fr="Page B, le projet"),
    }

    def draw(layout: str, x: float, top: float) -> tuple[str, float]:
        """Draw one page; returns it and its lower edge."""
        wide, high, gap = 296.0, 44.0, 5.0
        parts = [written(heads[layout], x, top, size=14, bold=True)]
        y, folded = top + 26, False
        for row in shown[layout].itertuples():
            if row.below == 1 and not folded:
                folded = True
                parts.append(
                    f'<line x1="{x}" y1="{y + 9}" x2="{x + wide}" y2="{y + 9}" stroke="{css("muted")}" stroke-dasharray="5 4"/>'
                    + written(
                        page.say(en="fold: below it, scroll", fr="au-dessous : il faut défiler"),
                        x + wide,
                        y + 12,
                        size=11.5,
                        anchor="end",
                        colour="muted",
                    )
                )
                y += 30
            parts.append(
                f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="5" fill="{css("raised")}" stroke="{css("line")}"/>'
                f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="5" fill="{css("1")}" fill-opacity="{FULL * row.seen:.2f}"/>'
            )
            parts.append(written(page.say(**ZONES[row.Index]), x + 10, y + 5, size=13, bold=True))
            said = page.say(
                en=f"seen {page.written(100 * row.seen, unit='percent')}, clicked {page.written(100 * row.clicked, unit='percent')}",
                fr=f"vue {page.written(100 * row.seen, unit='percent')}, cliquée {page.written(100 * row.clicked, unit='percent')}",
            )
            parts.append(written(said, x + 10, y + 23, size=12))
            bar = 96.0
            parts.append(
                f'<rect x="{x + wide - bar - 10}" y="{y + 10}" width="{bar}" height="9" fill="{css("raised")}" stroke="{css("line")}"/>'
                f'<rect x="{x + wide - bar - 10}" y="{y + 10}" width="{bar * row.clicked:.1f}" height="9" fill="{css("3")}"/>'
            )
            if row.dead:
                dead = page.say(en=f"{row.dead} dead clicks", fr=f"{row.dead} clics morts")
                parts.append(written(dead, x + wide - 10, y + 23, size=12, anchor="end", bold=True))
            y += high + gap
        return "".join(parts), y

    left, low_a = draw("a", 1, 4)
    right, low_b = draw("b", 322, 4)
    above, end_a = draw("a", 1, 4)
    under, end_b = draw("b", 1, end_a + 18)
    said = "; ".join(
        f"{heads[layout]}: "
        + ", ".join(
            f"{page.say(**ZONES[row.Index])} {page.written(100 * row.seen, unit='percent')} / {page.written(100 * row.clicked, unit='percent')}"
            for row in shown[layout].itertuples()
        )
        for layout in LAYOUTS
    )
    page.drawing(
        "map",
        canvas(left + right, width=620, height=max(low_a, low_b)),
        narrow=canvas(above + under, width=298, height=end_b),
        title=page.say(
            en="Two testers in three never look where the button is",
            fr="Deux testeurs sur trois ne regardent jamais là où est le bouton",
        ),
        alternative=page.say(
            en=f"Shares seen and clicked by zone. {said}.", fr=f"Parts vue et cliquée, par zone. {said}."
        ),
        note=page.say(
            en="Zones in the order of first looks. The darker, the more testers looked; the bar is the share who clicked.",
            fr="Zones dans l’ordre des premiers regards. Plus c’est foncé, plus de testeurs ont regardé ; la barre est la part de ceux qui ont cliqué.",
        ),
    )
    missed = 1 - shown["a"].loc["add_to_basket", "seen"]
    hold("two in three miss the button", 0.6 < missed < 0.72)
    hold(
        "all dead clicks of layout A fall on the delivery note",
        shown["a"]["dead"].sum() == shown["a"].loc["delivery_note", "dead"],
    )


def many(page: Page, zones: pd.DataFrame) -> None:
    """Every zone compared between the layouts, and what survives Holm's correction."""
    rows = []
    for zone, what in product(zones["zone"].unique(), ("was_seen", "clicked")):
        found = counts(zones, zone, what)
        gap, low, high = difference_of_shares(found["a"], found["b"])
        on = str(zones.loc[zones["zone"] == zone, "page"].iloc[0])
        rows.append(
            {
                "zone": zone,
                "what": what,
                "page": on,
                "gap": gap,
                "low": low,
                "high": high,
                "p": exact_p(found["a"], found["b"]),
            }
        )
    table = pd.DataFrame(rows).sort_values("p", ignore_index=True)
    page.value("tests", len(table))
    outside = table[(table["low"] > 0) | (table["high"] < 0)]
    page.value("alarms", len(outside))
    hold("there are thirty comparisons and three alarms", len(table) == 30 and len(outside) == 3)
    page.value("by.chance", 0.05 * len(table), digits=1)
    steps = table["p"] * (len(table) - table.index)
    kept = table[steps.cummax() < 0.05]
    page.value("kept", len(kept))
    hold("after Holm only the button's two differences stay", set(kept["zone"]) == {"add_to_basket"} and len(kept) == 2)
    checkout = table[(table["zone"] == "checkout_button") & (table["what"] == "clicked")].iloc[0]
    hold("the checkout button raises a false alarm", checkout["low"] > 0)
    for layout, (hits, _) in counts(zones, "checkout_button", "clicked").items():
        page.value(f"checkout.{layout}", hits)
    page.value("checkout.gap", 100 * checkout["gap"], sign=True)
    page.value("checkout.low", 100 * checkout["low"], sign=True)
    page.value("checkout.high", 100 * checkout["high"], sign=True)
    page.value("checkout.p", checkout["p"], digits=2)
    names = {
        **{zone: page.say(**label) for zone, label in ZONES.items()},
        **{zone: page.say(**label) for zone, label in BASKET.items()},
    }
    clicked = table[table["what"] == "clicked"].copy()
    clicked["name"] = clicked["zone"].map(names)
    clicked["page_name"] = clicked["page"].map(
        {
            "product": page.say(en="Product page, two layouts", fr="Page produit, deux versions"),
            "basket": page.say(en="Basket page, the same for all", fr="Page panier, la même pour tous"),
        }
    )
    for name in ("gap", "low", "high"):
        clicked[name] *= 100
    clicked = clicked.sort_values(["page", "gap"], ascending=[False, False])

    def dots(width: int) -> alt.FacetChart:
        base = alt.Chart().encode(y=alt.Y("name:N", sort=list(clicked["name"]), title=None))
        x = alt.X(
            "low:Q",
            title=page.say(en="Clicked in B less A, points", fr="Cliquée en B moins A, points"),
            axis=alt.Axis(format="+d", values=[-20, 0, 20, 40, 60]),
        )
        zero = alt.Chart().mark_rule(color=charts.MUTED).encode(x=alt.datum(0))
        colour = alt.condition("datum.low > 0 || datum.high < 0", alt.value(charts.BAD), alt.value(charts.NEUTRAL))
        return (
            alt.layer(
                zero,
                base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q", color=colour),
                base.mark_point(size=80, opacity=1).encode(x="gap:Q", color=colour),
                data=clicked,
            )
            .properties(width=width - (130 if width <= charts.NARROW else 20), height=170)
            .facet(
                row=alt.Row(
                    "page_name:N",
                    sort=list(dict.fromkeys(clicked["page_name"])),
                    header=alt.Header(labelOrient="top", labelAnchor="start"),
                )
            )
            .resolve_scale(y="independent")
        )

    page.chart(
        "many",
        dots,
        title=page.say(
            en="One of fifteen zones differs for a reason, another one by chance",
            fr="Sur quinze zones, l’une diffère pour une raison, une autre par hasard",
        ),
        alternative=page.say(
            en="Clicks in layout B less layout A, in points, with 95% interval: ",
            fr="Clics en B moins A, en points, avec intervalle à 95 % : ",
        )
        + "; ".join(
            f"{row.name_} {page.written(row.gap, sign=True)} ({page.written(row.low, sign=True)}, {page.written(row.high, sign=True)})"
            for row in clicked.rename(columns={"name": "name_"}).itertuples()
        )
        + ".",
        note=page.say(
            en="Lines are 95% intervals; red ones leave out nought.",
            fr="Traits : intervalles à 95 % ; en rouge, ceux qui excluent zéro.",
        ),
        data=clicked[["name", "gap", "low", "high"]],
        columns={
            "name": Column(label=page.say(en="Zone", fr="Zone")),
            "gap": Column(label=page.say(en="Difference", fr="Écart"), sign=True),
            "low": Column(label=page.say(en="From", fr="De"), sign=True),
            "high": Column(label=page.say(en="To", fr="À"), sign=True),
        },
    )
    red = clicked[(clicked["low"] > 0) | (clicked["high"] < 0)]
    hold("two zones are red", set(red["zone"]) == {"add_to_basket", "checkout_button"})


BASKET = {
    "basket_lines": {"en": "Articles", "fr": "Articles"},
    "delivery_fee": {"en": "Delivery fee", "fr": "Frais de port"},
    "voucher_field": {"en": "Voucher field", "fr": "Code promo"},
    "total": {"en": "Total", "fr": "Total"},
    "checkout_button": {"en": "Checkout", "fr": "Payer"},
    "recommendations": {"en": "Suggestions", "fr": "Suggestions"},
    "help": {"en": "Help", "fr": "Aide"},
}


def looks(page: Page, zones: pd.DataFrame) -> None:
    """A long look is no liking: times by zone, and what follows them."""
    rows = zones[(zones["page"] == "product") & zones["was_seen"]]
    time = rows.groupby("zone", observed=True)["dwell_seconds"].median()
    clicks = rows.groupby("zone", observed=True)["clicked"].mean()
    for zone in ("description", "add_to_basket", "price"):
        page.value(f"dwell.{zone}", time[zone], digits=1)
        page.value(f"dwell.{zone}.click", 100 * clicks[zone], unit="percent")
    hold("the description holds the eye longest but for the reviews", time.drop("reviews").idxmax() == "description")
    hold(
        "the button needs the least time and gets the most clicks",
        time.idxmin() == "add_to_basket" and clicks.idxmax() == "add_to_basket",
    )


def few(page: Page, zones: pd.DataFrame) -> None:
    """What the first dozen testers would have said."""
    first = zones[zones["tester_number"] <= DOZEN]
    page.value("dozen", DOZEN)
    clicked = counts(first, "add_to_basket", "clicked")
    for layout, (hits, total) in clicked.items():
        page.value(f"dozen.{layout}", hits)
        page.value(f"dozen.{layout}.of", total)
    gap, low, high = difference_of_shares(clicked["a"], clicked["b"])
    page.value("dozen.gap", 100 * gap, sign=True)
    page.value("dozen.low", 100 * low, sign=True)
    page.value("dozen.high", 100 * high, sign=True)
    page.value("dozen.dead", int(counts(first, "delivery_note", "is_dead_click")["a"][0]))


def field(page: Page, visits: pd.DataFrame) -> None:
    """What a change could be worth on the site, and how many visits a test there needs."""
    seen = visits[visits["reached_product"]]
    base = seen["added_to_basket"].mean()
    buyers = seen[seen["task"] == "buy"]
    page.value("field.buyers", 100 * buyers["added_to_basket"].mean(), unit="percent")
    hold("those who come to buy find the button", buyers["added_to_basket"].mean() > 0.85)
    order = visits.loc[visits["purchased"], "basket_eur"].mean()
    page.value("field.order", order, unit="euros")
    share = seen.loc[seen["added_to_basket"], "purchased"].mean()
    page.value("field.point", 1000 * 0.01 * share * order, unit="euros")
    after = base + WANTED_POINTS / 100
    needed = (measures.Z_95 + POWER_Z) ** 2 * (base * (1 - base) + after * (1 - after)) / (WANTED_POINTS / 100) ** 2
    design = (
        _cluster_error(seen["added_to_basket"].astype(float), seen["customer_id"])
        / (seen["added_to_basket"].astype(float).std() / math.sqrt(len(seen)))
    ) ** 2
    page.value("field.points", WANTED_POINTS)
    page.value("field.needed", round(needed * max(design, 1), -2))
    page.value("field.design", design, digits=1)
    page.value("field.wanted.eur", WANTED_POINTS * 1000 * 0.01 * share * order, unit="euros")


def note(page: Page, zones: pd.DataFrame) -> None:
    """The exercise: the delivery note that looks like a link."""
    clicked = counts(zones, "delivery_note", "clicked")
    for layout, (hits, total) in clicked.items():
        low, high = measures.share_interval(hits, total)
        page.value(f"note.{layout}", hits)
        page.value(f"note.{layout}.of", total)
        page.value(f"note.{layout}.share", 100 * hits / total, unit="percent")
        page.value(f"note.{layout}.low", 100 * low, unit="percent")
        page.value(f"note.{layout}.high", 100 * high, unit="percent")
    gap, low, high = difference_of_shares(clicked["a"], clicked["b"])
    page.value("note.gap", 100 * gap, sign=True)
    page.value("note.gap.low", 100 * low, sign=True)
    page.value("note.gap.high", 100 * high, sign=True)
    hold("the difference in clicks on the note could be chance", low < 0 < high)
    share = clicked["a"][0] / clicked["a"][1]
    page.value("note.five", 100 * (1 - (1 - share) ** 5), unit="percent")
    page.value("note.testers", math.ceil(math.log(1 - CHANCE_OF_FINDING) / math.log(1 - share)))
    page.value("note.sure", 100 * CHANCE_OF_FINDING, unit="percent")
