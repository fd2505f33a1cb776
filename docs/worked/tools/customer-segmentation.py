"""Segmentation: buyers of 2023 in three classes by basket, tested on what they bought in 2024, and judged by the key."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures, segments, value
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from casebook.worked.palette import SERIES

GUIDE_EUR = 2.10
"""Printing and posting one guide."""
LEAST_LINES = 3
"""Lines of 2023 from which a customer takes part in forming the classes."""
FAMILIES = {
    "plants": {"en": "Plants", "fr": "Plantes"},
    "garden_tools": {"en": "Garden tools", "fr": "Outils de jardin"},
    "paint": {"en": "Paint", "fr": "Peinture"},
    "lighting": {"en": "Lighting", "fr": "Luminaires"},
    "furniture": {"en": "Furniture", "fr": "Meubles"},
    "decoration": {"en": "Decoration", "fr": "Décoration"},
    "kitchen": {"en": "Kitchenware", "fr": "Cuisine"},
}
GUIDES = {
    "home": {"en": "Home", "fr": "Maison"},
    "garden": {"en": "Garden", "fr": "Jardin"},
    "works": {"en": "Works", "fr": "Travaux"},
}
GUIDE_OF = {
    "plants": "garden",
    "garden_tools": "garden",
    "paint": "works",
    "lighting": "works",
    "furniture": "home",
    "decoration": "home",
    "kitchen": "home",
}
STANDS_FOR = {"gardeners": "garden", "renovators": "works", "home_makers": "home"}
"""Segments of the answer key for which a class stands; the two others are spread over all three."""
AGE_EDGES = (0, 35, 50, 65, 120)
TRIED, MOST = (3, 4, 7), 7
"""Numbers of classes whose steadiness is measured, and the largest of them."""
RESAMPLES = 10
SEEN = ((1, 1), (2, 2), (3, 4), (5, 8), (9, 999))
COLOUR = {"home": SERIES[3], "garden": SERIES[0], "works": SERIES[2]}
SEED = 7


@dataclass
class Base:
    """Customers with enough lines in 2023, and what they did a year later; all frames have their ids as index."""

    first: pd.DataFrame
    later: pd.DataFrame
    lines: pd.DataFrame
    key: pd.Series
    classes: segments.Classes
    names: list[str]
    groups: pd.DataFrame
    outcomes: dict[str, pd.Series]


def counts_of(lines: pd.DataFrame) -> pd.DataFrame:
    """Return lines by customer and family."""
    counted = lines.groupby(["customer_id", "product_family"]).size().unstack(fill_value=0)
    return counted.reindex(columns=list(FAMILIES), fill_value=0)


def named(classes: segments.Classes) -> list[str]:
    """Return for each class the guide whose families it buys beyond what all do."""
    over = pd.DataFrame(classes.profiles, columns=list(FAMILIES)).T.groupby(GUIDE_OF).sum().T
    lift = over / over.mean()
    return list(lift.idxmax(axis=1))


def base_of(data: cxdata.Dataset) -> Base:
    """Return customers, classes and outcomes."""
    customers, orders = data["customers"].set_index("customer_id"), data["orders"]
    lines = data["order_lines"].merge(data["products"][["product_id", "product_family"]], on="product_id")
    lines = lines.merge(orders[["order_id", "ordered_at"]], on="order_id")
    lines = lines.assign(product_family=lines["product_family"].astype(str), year=lines["ordered_at"].dt.year)
    first = counts_of(lines[lines["year"] == 2023])
    first = first[first.sum(axis=1) >= LEAST_LINES]
    later = counts_of(lines[lines["year"] == 2024])
    classes = segments.latent_classes(first, 3, seed=SEED, starts=3)
    names = named(classes)
    ids = first.index
    year = orders.assign(year=orders["ordered_at"].dt.year)
    past = (
        year[year["year"] == 2023]
        .groupby("customer_id")
        .agg(last=("ordered_at", "max"), orders=("order_id", "size"), euros=("amount_eur", "sum"))
    )
    past = past.loc[ids]
    rank = past.rank(pct=True).sum(axis=1)
    age = (pd.Timestamp("2024-01-01") - pd.to_datetime(customers.loc[ids, "birth_date"])).dt.days / 365.25
    groups = pd.DataFrame(
        {
            "age": pd.cut(age, AGE_EDGES, labels=False),
            "rfm": pd.qcut(rank, 4, labels=False),
            "basket": classes.assigned(first),
            "key": pd.factorize(customers.loc[ids, "segment"].astype(str), sort=True)[0],
        },
        index=ids,
    )
    after = year[year["year"] == 2024].groupby("customer_id")
    bought = later.reindex(ids)
    share = bought.div(bought.sum(axis=1), axis=0)
    offer = lines[lines["year"] == 2024].groupby("customer_id")["is_promotion"].mean().reindex(ids)
    outcomes = {
        "garden": share["plants"] + share["garden_tools"],
        "works": share["paint"] + share["lighting"],
        "home": share["furniture"] + share["decoration"] + share["kitchen"],
        "offer": offer,
        "orders": after["order_id"].size().reindex(ids).fillna(0).astype(float),
        "euros": after["amount_eur"].sum().reindex(ids).fillna(0),
    }
    key = customers["segment"].astype(str)
    return Base(first, later, lines, key, classes, names, groups, outcomes)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    base = base_of(data)
    page.value("customers", len(base.first))
    page.value("lines", base.first.to_numpy().sum())
    page.value("least", LEAST_LINES)
    page.value("guide", GUIDE_EUR, digits=2, unit="euros")
    how_many(page, base, data["orders"])
    profiles(page, base)
    explains(page, base)
    sent(page, base)
    rule(page, base)
    bargains(page, base)
    scale(page, base, data["orders"])
    survey(page, data["kano_answers"], base.key)
    by_hand(page, base)


def how_many(page: Page, base: Base, orders: pd.DataFrame) -> None:
    """The number of classes: bootstrap stability, and the criterion on lines and on orders."""
    rng = np.random.default_rng(SEED)
    share = base.first.div(base.first.sum(axis=1), axis=0).to_numpy()
    scaled, counts = segments.standardised(share), base.first.to_numpy()
    rows = []
    for count in TRIED:
        found = segments.latent_classes(counts, count, seed=SEED, starts=3, rounds=120).assigned(counts)
        means = segments.k_means(scaled, count, seed=SEED)
        agree, agree_means = [], []
        for again in range(RESAMPLES):
            drawn = rng.integers(0, len(counts), len(counts))
            refit = segments.latent_classes(counts[drawn], count, starts=2, rounds=60, seed=again)
            agree.append(segments.adjusted_rand(found, refit.assigned(counts)))
            centres = segments.k_means(scaled[drawn], count, starts=4, seed=again).centres
            agree_means.append(segments.adjusted_rand(means.labels, segments.nearest(scaled, centres)))
        rows.append(
            {
                "count": count,
                "classes": np.mean(agree),
                "classes.low": min(agree),
                "means": np.mean(agree_means),
                "key": segments.adjusted_rand(base.groups["key"], found),
                "key.means": segments.adjusted_rand(base.groups["key"], means.labels),
            }
        )
    table = pd.DataFrame(rows).set_index("count")
    first = orders[orders["ordered_at"].dt.year == 2023]
    by_order = counts_of(first.assign(product_family=first["product_family"].astype(str)))
    bic_orders = {k: segments.latent_classes(by_order, k, seed=SEED, starts=3).bic for k in range(1, 6)}
    bic_lines = {k: segments.latent_classes(counts, k, seed=SEED, starts=2, rounds=80).bic for k in (1, *TRIED)}
    best_orders, best_lines = min(bic_orders, key=bic_orders.get), min(bic_lines, key=bic_lines.get)
    hold("orders ask for three classes", best_orders == 3)
    hold("lines ask for as many as are tried", best_lines == MOST)
    hold("three classes are stable", table.loc[3, "classes"] > 0.8 and table.loc[3, "classes.low"] > 0.7)
    hold("four are not", table.loc[4, "classes"] < 0.75)
    hold("seven k-means clusters are steadier still", table.loc[MOST, "means"] > table.loc[3, "classes"])
    hold("and farther from the key", table.loc[MOST, "key.means"] < table.loc[3, "key"])
    hold("k-means in three is less steady", table.loc[3, "means"] < table.loc[3, "classes"] - 0.1)
    page.value("most", MOST)
    page.value("resamples", RESAMPLES)
    page.value("bic.orders", bic_orders[3])
    page.value("bic.orders.two", bic_orders[2])
    page.value("bic.orders.four", bic_orders[4])
    page.value("stable.three", table.loc[3, "classes"], digits=2)
    page.value("stable.three.low", table.loc[3, "classes.low"], digits=2)
    page.value("stable.four", table.loc[4, "classes"], digits=2)
    page.value("means.three", table.loc[3, "means"], digits=2)
    page.value("means.seven", table.loc[MOST, "means"], digits=2)
    page.value("key.three", table.loc[3, "key"], digits=2)
    page.value("key.seven", table.loc[MOST, "key.means"], digits=2)
    seven = segments.k_means(scaled, MOST, seed=SEED).centres.argmax(axis=1)
    hold("each of the seven clusters is one family", len(set(seven)) == MOST)
    # Shuffled within columns: the same sales of each family, with no kind of customer left.
    shuffled = np.column_stack([rng.permutation(column) for column in scaled.T])
    page.value("gain.real", 100 * segments.k_means(scaled, 3, seed=SEED).explained, unit="percent")
    page.value("gain.shuffled", 100 * segments.k_means(shuffled, 3, seed=SEED).explained, unit="percent")
    sizes = np.bincount(segments.k_means(shuffled, 3, seed=SEED).labels)
    page.value("shuffled.smallest", sizes.min())


def profiles(page: Page, base: Base) -> None:
    """What each class buys, as dots by family, and a table of its size and value."""
    total = base.first.sum() / base.first.to_numpy().sum()
    rows = []
    for place, name in enumerate(base.names):
        for family, share in zip(FAMILIES, base.classes.profiles[place], strict=True):
            rows.append(
                {
                    "name": page.say(**GUIDES[name]),
                    "family": page.say(**FAMILIES[family]),
                    "percent": 100 * share,
                    "all": 100 * total[family],
                }
            )
    long = pd.DataFrame(rows)
    hold("the three classes are home, garden and works", sorted(base.names) == sorted(GUIDES))
    names = [page.say(**GUIDES[name]) for name in GUIDES]
    order = [page.say(**label) for label in FAMILIES.values()]

    def dots(width: int) -> alt.Chart:
        y = alt.Y("family:N", sort=order, title=None)
        everyone = (
            alt.Chart(long)
            .mark_tick(color=charts.MUTED, thickness=2, size=22)
            .encode(x=alt.X("all:Q", title=page.say(en="Share of lines, %", fr="Part des lignes, %")), y=y)
        )
        colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=[COLOUR[name] for name in GUIDES]))
        shape = alt.Shape("name:N", scale=alt.Scale(domain=names, range=["circle", "square", "triangle-up"]))
        one = (
            alt.Chart(long)
            .mark_point(filled=True, size=110, opacity=1)
            .encode(x="percent:Q", y=y, color=colour, shape=shape)
        )
        return (everyone + one).properties(width=width - 110, height=250)

    wide = long.pivot(index="family", columns="name", values="percent").loc[order].reset_index()[["family", *names]]
    page.chart(
        "profiles",
        dots,
        title=page.say(
            en="Three baskets: a garden, a home, works in progress",
            fr="Trois paniers : un jardin, une maison, des travaux",
        ),
        alternative=page.say(en="Share of lines by family. ", fr="Part des lignes par famille. ")
        + "; ".join(
            f"{row['family']}: " + ", ".join(f"{name} {page.written(row[name], unit='percent')}" for name in names)
            for _, row in wide.iterrows()
        )
        + ".",
        note=page.say(en="The stroke is the share among all.", fr="Le trait marque la part chez l’ensemble."),
        data=wide,
        columns={
            "family": Column(label=page.say(en="Family", fr="Famille")),
            **{n: Column(unit="percent") for n in names},
        },
    )
    label = base.groups["basket"].map(dict(enumerate(base.names)))
    chance = base.classes.chances(base.first).max(axis=1)
    page.value("sure", 100 * chance.mean(), unit="percent")
    page.value("doubtful", 100 * (chance < 0.7).mean(), unit="percent")
    rows = []
    stood_for = {guide: segment for segment, guide in STANDS_FOR.items()}
    for name, words in GUIDES.items():
        mine = label == name
        who = base.key.loc[label.index[mine]]
        rows.append(
            {
                "name": page.say(**words),
                "customers": int(mine.sum()),
                "orders": base.outcomes["orders"][mine].mean(),
                "euros": base.outcomes["euros"][mine].mean(),
                "own": 100 * base.outcomes[name][mine].mean(),
            }
        )
        page.value(f"{name}.customers", mine.sum())
        page.value(f"{name}.own", 100 * base.outcomes[name][mine].mean(), unit="percent")
        page.value(f"{name}.others", 100 * base.outcomes[name][~mine].mean(), unit="percent")
        page.value(f"{name}.pure", 100 * (who == stood_for[name]).mean(), unit="percent")
    page.table(
        "sizes",
        pd.DataFrame(rows),
        caption=page.say(en="The classes of 2023, a year later", fr="Les classes de 2023, un an plus tard"),
        columns={
            "name": Column(label=page.say(en="Class", fr="Classe")),
            "customers": Column(label=page.say(en="Customers", fr="Clients")),
            "orders": Column(label=page.say(en="Orders in 2024, each", fr="Commandes en 2024, chacun"), digits=1),
            "euros": Column(label=page.say(en="Spent in 2024, each", fr="Dépense en 2024, chacun"), unit="euros"),
            "own": Column(
                label=page.say(en="Of lines, own families", fr="Lignes des familles de la classe"), unit="percent"
            ),
        },
    )


def explains(page: Page, base: Base) -> None:
    """Share of the variance of 2024 that each segmentation of 2023 explains."""
    ways = {
        "age": page.say(en="Age", fr="Âge"),
        "rfm": "RFM",
        "basket": page.say(en="Basket", fr="Panier"),
    }
    what = {
        "garden": page.say(en="Garden goods", fr="Articles de jardin"),
        "works": page.say(en="Paint, lighting", fr="Peinture, luminaires"),
        "home": page.say(en="Home goods", fr="Articles de maison"),
        "offer": page.say(en="On offer", fr="En promotion"),
        "orders": page.say(en="Orders", fr="Commandes"),
        "euros": page.say(en="Euros spent", fr="Euros dépensés"),
    }
    found: dict[tuple[str, str], float] = {}
    for way in (*ways, "key"):
        for name, values in base.outcomes.items():
            known = values.notna()
            found[way, name] = 100 * segments.explained(values[known], base.groups.loc[known, way])
            page.value(f"r2.{way}.{name}", max(found[way, name], 0.0), digits=1, unit="percent")
    page.value("back", int(base.outcomes["garden"].notna().sum()))
    hold("the basket says what, not how much", found["basket", "garden"] > 10 and found["basket", "orders"] < 1)
    hold("RFM says how much, not what", found["rfm", "orders"] > 10 and found["rfm", "garden"] < 1)
    hold("age says next to nothing", max(found["age", name] for name in what) < 3)
    hold("no basket class knows offers", found["basket", "offer"] < 1 and found["key", "offer"] > 8)
    long = pd.DataFrame(
        [
            {"way": label, "what": text, "percent": max(found[way, name], 0.0)}
            for way, label in ways.items()
            for name, text in what.items()
        ]
    )
    long["text"] = long["percent"].map(lambda share: page.written(share, digits=1, unit="percent"))
    order, by = list(what.values()), list(ways.values())

    def bars(width: int) -> alt.Chart:
        narrow = width <= charts.NARROW
        room = width - 130 if narrow else (width - 130) // 3 - 14
        y = alt.Y("what:N", sort=order, title=None)
        head = alt.Scale(domain=[0, 20])
        shown = alt.Chart(long).mark_bar(height=14).encode(x=alt.X("percent:Q", scale=head, axis=None), y=y)
        text = shown.mark_text(align="left", dx=4).encode(text="text:N")
        both = (shown + text).properties(width=room, height=150)
        if narrow:
            return both.facet(
                row=alt.Row("way:N", sort=by, header=alt.Header(labelAngle=0, labelOrient="top", title=None))
            )
        return both.facet(column=alt.Column("way:N", sort=by, header=alt.Header(title=None)))

    page.chart(
        "explains",
        bars,
        title=page.say(
            en="The basket tells what will be bought, RFM how often, age neither",
            fr="Le panier dit ce qui sera acheté, le RFM combien de fois, l’âge ni l’un ni l’autre",
        ),
        alternative=page.say(
            en="Share of the differences of 2024 that groups of 2023 explain. ",
            fr="Part des écarts de 2024 qu’expliquent les groupes de 2023. ",
        )
        + "; ".join(
            f"{label}: " + ", ".join(f"{row.what} {row.text}" for row in long[long["way"] == label].itertuples())
            for label in by
        )
        + ".",
        note=page.say(
            en="Groups formed on 2023 alone; R², adjusted for the number of groups.",
            fr="Groupes formés sur 2023 seul ; R² ajusté du nombre de groupes.",
        ),
        data=long.pivot(index="what", columns="way", values="percent").loc[order].reset_index()[["what", *by]],
        columns={
            "what": Column(label=page.say(en="In 2024", fr="En 2024")),
            **{label: Column(digits=1, unit="percent") for label in by},
        },
    )


def bought_most(counts: pd.DataFrame) -> pd.Series:
    """Return the guide whose families a customer buys most; ties go to the first by name, a matter of chance."""
    by_guide = counts.T.groupby(GUIDE_OF).sum().T
    return by_guide.idxmax(axis=1)


def sent(page: Page, base: Base) -> None:
    """Which guide each customer gets under each segmentation, and how many get the one they can use."""
    wanted = bought_most(base.later.reindex(base.first.index).dropna())
    before = bought_most(base.first)
    ids = wanted.index
    plans = {"one": pd.Series(before.mode()[0], index=base.first.index)}
    for way in ("age", "rfm"):
        commonest = before.groupby(base.groups[way]).agg(lambda guides: guides.mode()[0])
        plans[way] = base.groups[way].map(commonest)
    plans["own"] = before
    plans["basket"] = base.groups["basket"].map(dict(enumerate(base.names)))
    plans["key"] = base.key.loc[base.first.index].map(
        lambda segment: STANDS_FOR.get(segment, "home")  # a dictionary's default, 1,400 rows
    )
    label = {
        "one": page.say(en="One guide for all", fr="Un seul guide pour tous"),
        "age": page.say(en="By age", fr="Selon l’âge"),
        "rfm": page.say(en="By RFM", fr="Selon le RFM"),
        "own": page.say(en="By own commonest family", fr="Selon ses propres achats"),
        "basket": page.say(en="By basket class", fr="Selon la classe de panier"),
        "key": page.say(en="By true segment (answer key)", fr="Selon le vrai segment (corrigé)"),
    }
    rows, hit = [], {}
    for name, plan in plans.items():
        right = plan.loc[ids] == wanted
        hit[name] = right.astype(float)
        low, high = measures.share_interval(int(right.sum()), len(right))
        rows.append(
            {
                "plan": label[name],
                "right": 100 * right.mean(),
                "interval": f"{page.written(100 * low)}–{page.written(100 * high)}",
                "lost": GUIDE_EUR * (~right).sum(),
            }
        )
        page.value(f"plan.{name}", 100 * right.mean(), unit="percent")
        page.value(f"plan.{name}.lost", GUIDE_EUR * (~right).sum(), unit="euros")
    gap = hit["basket"] - hit["age"]
    error = gap.std() / np.sqrt(len(gap))
    page.value("plan.gain", 100 * gap.mean(), digits=1, sign=True)
    page.value("plan.gain.low", 100 * (gap.mean() - 1.96 * error), digits=1, sign=True)
    page.value("plan.gain.high", 100 * (gap.mean() + 1.96 * error), digits=1, sign=True)
    page.value("plan.saved", GUIDE_EUR * gap.sum(), unit="euros")
    per = GUIDE_EUR * len(ids)
    page.value("plan.posted", per, unit="euros")
    page.value("plan.buyers", len(ids))
    hold("classes beat age beyond chance", gap.mean() > 1.96 * error)
    hold("RFM is no better than one guide", hit["rfm"].mean() < hit["one"].mean() + 0.03)
    page.table(
        "plans",
        pd.DataFrame(rows),
        caption=page.say(en="Who got the guide they could use", fr="Qui a reçu le guide utile"),
        columns={
            "plan": Column(label=page.say(en="Guides sent", fr="Guides envoyés")),
            "right": Column(label=page.say(en="Right guide", fr="Bon guide"), unit="percent"),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %"), right=True),
            "lost": Column(label=page.say(en="Wrong guides cost", fr="Coût des mauvais guides"), unit="euros"),
        },
    )


def rule(page: Page, base: Base) -> None:
    """The assignment rule on customers who took no part: error by the number of lines seen."""
    new = base.later.loc[~base.later.index.isin(base.first.index)]
    key = base.key.loc[new.index].map(STANDS_FOR)
    new, key = new[key.notna()], key.dropna()
    given = pd.Series(base.classes.assigned(new), index=new.index).map(dict(enumerate(base.names)))
    size = new.sum(axis=1)
    rows = []
    for least, most in SEEN:
        these = size.between(least, most)
        wrong = int((given[these] != key[these]).sum())
        low, high = measures.share_interval(wrong, int(these.sum()))
        label = f"{least}" if least == most else (f"{least}–{most}" if most < 999 else f"{least}+")
        rows.append(
            {
                "lines": label,
                "customers": int(these.sum()),
                "wrong": 100 * wrong / these.sum(),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
    table = pd.DataFrame(rows)
    first, last = rows[0], rows[-1]
    hold("errors fall with what was seen", first["wrong"] > 40 and last["wrong"] < 30)
    for name, row in (("first", first), ("last", last), ("middle", rows[2])):
        page.value(f"rule.{name}", row["wrong"], unit="percent")
        page.value(f"rule.{name}.customers", row["customers"])
        page.value(f"rule.{name}.low", row["low"], unit="percent")
        page.value(f"rule.{name}.high", row["high"], unit="percent")
    page.value("rule.customers", len(new))

    def points(width: int) -> alt.Chart:
        x = alt.X("lines:N", sort=list(table["lines"]), title=page.say(en="Lines seen", fr="Lignes observées"))
        axis = alt.Y(
            "wrong:Q", scale=alt.Scale(domain=[0, 70]), title=page.say(en="Wrong class, %", fr="Mauvaise classe, %")
        )
        spans = alt.Chart(table).mark_rule(color=charts.MUTED).encode(x=x, y="low:Q", y2="high:Q")
        dot = alt.Chart(table).mark_point(size=90, filled=True, opacity=1).encode(x=x, y=axis)
        text = (
            alt.Chart(table.assign(text=[page.written(one, unit="percent") for one in table["wrong"]]))
            .mark_text(align="left", dx=9)
            .encode(x=x, y="wrong:Q", text="text:N")
        )
        return (spans + dot + text).properties(width=width, height=220)

    page.chart(
        "rule",
        points,
        title=page.say(
            en="One line is not enough to know somebody", fr="Une ligne d’achat ne suffit pas à connaître quelqu’un"
        ),
        alternative=page.say(
            en="Share of new customers put into a wrong class, by lines seen: ",
            fr="Part des nouveaux clients mal classés, selon les lignes observées : ",
        )
        + "; ".join(f"{row['lines']}: {page.written(row['wrong'], unit='percent')}" for row in rows)
        + ".",
        note=page.say(
            en="Customers who took no part in forming the classes and are, in the key, gardeners, renovators or home makers; 95% intervals.",
            fr="Clients absents du calcul des classes et, dans le corrigé, jardiniers, rénovateurs ou aménageurs ; intervalles à 95 %.",
        ),
        data=table,
        columns={
            "lines": Column(label=page.say(en="Lines seen", fr="Lignes observées")),
            "customers": Column(label=page.say(en="Customers", fr="Clients")),
            "wrong": Column(label=page.say(en="Wrong", fr="Erreurs"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def bargains(page: Page, base: Base) -> None:
    """The segment that families cannot show: bargain hunters, spread over all classes; and the exercise that looks for them."""
    hunters = base.key.loc[base.first.index] == "bargain_hunters"
    by_class = hunters.groupby(base.groups["basket"]).mean() * 100
    page.value("hunters", 100 * hunters.mean(), unit="percent")
    page.value("hunters.least", by_class.min(), unit="percent")
    page.value("hunters.most", by_class.max(), unit="percent")
    first = base.lines[base.lines["year"] == 2023]
    first = first[first["customer_id"].isin(base.first.index)]
    offers = first.groupby("customer_id")["is_promotion"].agg(["sum", "size"]).loc[base.first.index]
    flagged = (offers["sum"] / offers["size"]) >= 0.30
    page.value("flag", flagged.sum())
    page.value("flag.found", 100 * flagged[hunters].mean(), unit="percent")
    page.value("flag.right", 100 * hunters[flagged].mean(), unit="percent")
    later = base.outcomes["offer"]
    known = later.notna()
    page.value("flag.later", 100 * later[known & flagged].mean(), unit="percent")
    page.value("flag.later.others", 100 * later[known & ~flagged].mean(), unit="percent")
    page.value("flag.r2", 100 * segments.explained(later[known], flagged[known]), digits=1, unit="percent")
    share = offers["sum"] / offers["size"]
    page.value("flag.before", 100 * share[flagged].mean(), unit="percent")
    gap = later[known & flagged].mean() - later[known & ~flagged].mean()
    error = np.sqrt(
        later[known & flagged].var() / (known & flagged).sum()
        + later[known & ~flagged].var() / (known & ~flagged).sum()
    )
    page.value("flag.gap", 100 * gap, sign=True)
    page.value("flag.gap.low", 100 * (gap - 1.96 * error), sign=True)
    page.value("flag.gap.high", 100 * (gap + 1.96 * error), sign=True)
    hold("who bought on offer does so again", gap > 1.96 * error)
    hold("most of the flagged are no bargain hunters", hunters[flagged].mean() < 0.5)
    found, passed = flagged[hunters].mean(), 1 - flagged[~hunters].mean()
    size = value.segment_share(int(flagged.sum()), len(flagged), sensitivity=found, specificity=passed)
    hold("the correction leads back to the key", abs(size.value - hunters.mean()) < 1e-9)
    page.value("flag.share", 100 * flagged.mean(), unit="percent")
    page.value("flag.passed", 100 * passed, digits=1, unit="percent")
    page.value("calculator.customers", len(base.key))
    page.value("calculator.asked", len(flagged))
    page.value("calculator.found", flagged.sum())
    page.value("calculator.sensitivity", 100 * found, digits=1)
    page.value("calculator.specificity", 100 * passed, digits=1)
    page.value("calculator.contact", GUIDE_EUR, digits=2)


def scale(page: Page, base: Base, orders: pd.DataFrame) -> None:
    """Euros beside shares, unscaled: the clusters are those of the euros."""
    spent = (
        orders[orders["ordered_at"].dt.year == 2023].groupby("customer_id")["amount_eur"].sum().loc[base.first.index]
    )
    share = base.first.div(base.first.sum(axis=1), axis=0)
    mixed = share.assign(euros=spent).to_numpy()
    raw = segments.k_means(mixed, 3, seed=SEED)
    alone = segments.k_means(spent.to_numpy()[:, None], 3, seed=SEED)
    page.value("scale.same", 100 * (segments.matched(alone.labels, raw.labels) == alone.labels).mean(), unit="percent")
    hold("unscaled, euros decide alone", segments.adjusted_rand(raw.labels, alone.labels) > 0.99)
    scaled = segments.k_means(segments.standardised(mixed), 3, seed=SEED)
    page.value("scale.key", segments.adjusted_rand(base.groups["key"], scaled.labels), digits=2)
    page.value("scale.key.raw", segments.adjusted_rand(base.groups["key"], raw.labels), digits=2)


def survey(page: Page, answers: pd.DataFrame, key: pd.Series) -> None:
    """Four clusters of stated importance: they sort by how high somebody marks everything, and do not come back."""
    wide = answers.pivot_table(index="customer_id", columns="attribute", values="importance", observed=True).dropna()
    rng = np.random.default_rng(SEED)
    own = wide.sub(wide.mean(axis=1), axis=0)
    for name, marks in (("raw", wide), ("centred", own)):
        scaled = segments.standardised(marks)
        found = segments.k_means(scaled, 4, seed=SEED)
        agree = []
        for again in range(20):
            drawn = rng.integers(0, len(scaled), len(scaled))
            refit = segments.k_means(scaled[drawn], 4, seed=again)
            agree.append(segments.adjusted_rand(found.labels, segments.nearest(scaled, refit.centres)))
        page.value(f"survey.{name}.stable", np.mean(agree), digits=2)
        page.value(
            f"survey.{name}.level", 100 * max(segments.explained(wide.mean(axis=1), found.labels), 0), unit="percent"
        )
        agreed = segments.adjusted_rand(pd.factorize(key.loc[wide.index])[0], found.labels)
        page.value(f"survey.{name}.key", max(agreed, 0.0), digits=2)
        hold(f"{name} clusters of marks do not find the segments", agreed < 0.05)
        hold(f"{name} clusters of marks do not come back", np.mean(agree) < 0.55)
    page.value("survey.answers", len(wide))


def by_hand(page: Page, base: Base) -> None:
    """The exercise by hand: one customer's odds from three lines."""
    frame = pd.DataFrame(base.classes.profiles, columns=list(FAMILIES), index=base.names)
    shares = pd.Series(base.classes.shares, index=base.names)
    for guide in GUIDES:
        page.value(f"share.{guide}", shares[guide], digits=2)
        for family in ("plants", "lighting", "paint"):
            page.value(f"p.{guide}.{family}", frame.loc[guide, family], digits=2)
    rounded = frame.round(2)
    joint = shares.round(2) * rounded["plants"] * rounded["paint"] * rounded["lighting"]
    odds = joint / joint.sum()
    for guide in GUIDES:
        page.value(f"joint.{guide}", 1000 * joint[guide], digits=2)
        page.value(f"odds.{guide}", 100 * odds[guide], unit="percent")
    page.value("joint.all", 1000 * joint.sum(), digits=2)
    hold("the three lines speak for works", odds["works"] > 0.6)
