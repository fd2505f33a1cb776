"""Online reputation: who writes, who is answered, and what an answer does to the stars."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

LOCALES = {"en": "en_GB", "fr": "fr_FR"}
CRITICAL = 3
"""Reviews of this many stars or fewer are critical."""
OFFER_EUR = 12
"""Price of one reply in the agency's offer, in our story."""
FEW_REVIEWS = 20
SITES = {
    "own_site": {"en": "Own site", "fr": "Site de l’enseigne"},
    "kerivote": {"en": "Kerivote", "fr": "Kerivote"},
    "plumavis": {"en": "Plumavis", "fr": "Plumavis"},
}
SAMPLES = {  # review by language: the texts of a language are written for it, not translated
    "late": {"en": 1188932, "fr": 1240579},
    "refund": {"en": 1348161, "fr": 1348161},
    "goods": {"en": 290312, "fr": 808966},
    "price": {"en": 1192962, "fr": 1150021},
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    page.value("larger.customers", len(larger["customers"]))
    reviews = larger["reviews"].assign(shown=lambda rows: rows["stars_after"].fillna(rows["stars"]).astype(float))
    critical = reviews[reviews["stars"] <= CRITICAL]
    truth = cxdata.answer_key(data)["answer_on_stars"]["planted"]["value"]
    shapes(page, data)
    answers(page, data["reviews"], critical, truth)
    decision(page, data, reviews, critical, truth)
    sites(page, reviews, larger.truth["latents/orders"])
    shops(page, reviews, larger)
    causes(page, reviews, larger)
    speed(page, critical)
    samples(page)


def mean_row(stars: pd.Series) -> dict[str, float]:
    """Return number, mean and 95 % interval of stars."""
    margin = measures.Z_95 * stars.std() / np.sqrt(len(stars))
    return {"reviews": len(stars), "mean": stars.mean(), "low": stars.mean() - margin, "high": stars.mean() + margin}


def ends(page: Page, low: float, high: float, *, digits: int = 2, sign: bool = False) -> str:
    """Return an interval as text that no line breaks."""
    between = page.say(en="to", fr="à")
    first, last = (page.written(end, digits=digits, sign=sign) for end in (low, high))
    return f"{first}\N{NO-BREAK SPACE}{between}\N{NO-BREAK SPACE}{last}"


def shapes(page: Page, data: cxdata.Dataset) -> None:
    """The stars of those who write unasked, of those invited by lot, and of all customers."""
    reviews, everyone = data["reviews"], data.truth["latents/orders"]["stars"]
    groups = {
        page.say(en="Unasked", fr="Spontanés"): reviews.loc[reviews["origin"] == "spontaneous", "stars"],
        page.say(en="Invited by lot", fr="Invités par tirage"): reviews.loc[reviews["origin"] == "invited", "stars"],
        page.say(en="All orders (answer key)", fr="Toutes les commandes (corrigé)"): everyone,
    }
    found = {name: mean_row(stars) for name, stars in groups.items()}
    unasked, invited, truth = found.values()
    hold("those who write unasked flatter", unasked["low"] > truth["mean"])
    hold("the invited tell the truth within their margin", invited["low"] < truth["mean"] < invited["high"])
    for name, row in zip(("unasked", "invited", "everyone"), (unasked, invited, truth), strict=True):
        page.value(f"{name}.reviews", row["reviews"])
        page.value(f"{name}.mean", row["mean"], digits=2)
        page.value(f"{name}.low", row["low"], digits=2)
        page.value(f"{name}.high", row["high"], digits=2)
    page.value("reviews", len(reviews))
    page.value("public.mean", reviews["stars"].mean(), digits=2)
    shares = {
        name: stars.value_counts(normalize=True).reindex(range(1, 6), fill_value=0) * 100
        for name, stars in groups.items()
    }
    first, _, last = shares.values()
    hold("unasked, the middle is rare and the ends are common", first[3] < first[2] < first[1] < first[5])
    hold("of all customers four stars are most", last.idxmax() == 4)
    page.value("unasked.five", first[5], unit="percent")
    page.value("everyone.five", last[5], unit="percent")
    page.value("unasked.middle", first[3], unit="percent")
    page.value("everyone.middle", last[3], unit="percent")
    page.value("unasked.one", first[1], unit="percent")
    page.value("everyone.one", last[1], unit="percent")
    wide = pd.DataFrame(shares).rename_axis("stars").reset_index()
    long = wide.melt(id_vars="stars", var_name="who", value_name="percent")
    long["label"] = long["percent"].map(lambda share: page.written(share, unit="percent"))

    def bars(width: int) -> alt.FacetChart:
        columns = 1 if width <= charts.NARROW else 3
        each = (width - 20 * (columns - 1)) / columns
        base = alt.Chart(long).encode(
            x=alt.X("stars:O", title=page.say(en="Stars", fr="Étoiles")),
            y=alt.Y("percent:Q", axis=None, scale=alt.Scale(domain=[0, 82])),
        )
        bar = base.mark_bar().encode(
            color=alt.condition("datum.stars <= 3", alt.value(charts.BAD), alt.value(charts.GOOD))
        )
        drawn = (bar + base.mark_text(dy=-8).encode(text="label:N")).properties(
            width=each, height=110 if columns == 1 else 170
        )
        return drawn.facet(
            facet=alt.Facet("who:N", sort=list(groups), header=alt.Header(labelAnchor="start")),
            columns=columns,
            spacing=20,
        )

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "shapes",
        bars,
        title=page.say(
            en="Public stars pile up at both ends; what all customers think piles up at four",
            fr="Les étoiles publiques s’entassent aux deux bouts, l’avis de tous se masse à quatre",
        ),
        alternative=page.say(
            en="Shares of one to five stars, in this order. ", fr="Parts d’une à cinq étoiles, dans cet ordre. "
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{name}{colon}" + ", ".join(page.written(share, unit="percent") for share in share_of)
            for name, share_of in shares.items()
        )
        + ".",
        note=page.say(
            en="Orders of 2023 and 2024, share of reviews in percent; three stars and fewer are critical.",
            fr="Commandes de 2023 et 2024, part des avis en pour cent ; trois étoiles ou moins : avis critique.",
        ),
        data=wide,
        columns={
            "stars": Column(label=page.say(en="Stars", fr="Étoiles")),
            **{name: Column(unit="percent") for name in groups},
        },
    )


def answers(page: Page, few: pd.DataFrame, critical: pd.DataFrame, truth: float) -> None:
    """Who is answered, and what remains of the difference among equals."""
    little = few[few["stars"] <= CRITICAL].assign(
        shown=lambda rows: rows["stars_after"].fillna(rows["stars"]).astype(float)
    )
    page.value("few.critical", len(little))
    page.value("few.answered", int(little["answered"].sum()))
    page.value("critical", len(critical))
    for name, side in (("answered", True), ("silent", False)):
        page.value(f"shown.{name}", critical.loc[critical["answered"] == side, "shown"].mean(), digits=1)
        page.value(f"first.{name}", critical.loc[critical["answered"] == side, "stars"].mean(), digits=1)
    found = {
        "plain": measures.difference(critical, outcome="shown", treatment="answered"),
        "within": measures.difference(critical, outcome="shown", treatment="answered", strata=("stars", "site")),
    }
    small = measures.difference(little, outcome="shown", treatment="answered", strata=("stars", "site"))
    plain, within = found["plain"], found["within"]
    hold("within stars and site the interval holds the truth", within.low < truth < within.high)
    hold("the plain difference lies far above", plain.low > 2 * truth)
    for name, one in {**found, "small": small}.items():
        page.value(name, one.value, digits=2, sign=True)
        page.value(f"{name}.low", one.low, digits=2, sign=True)
        page.value(f"{name}.high", one.high, digits=2, sign=True)
    page.value("truth", truth, digits=2, sign=True)
    page.value("plain.times", plain.value / truth, digits=1)
    rows = [
        (
            page.say(en="Answered less unanswered", fr="Répondus moins sans réponse"),
            plain.rows,
            plain.value,
            ends(page, plain.low, plain.high, sign=True),
        ),
        (
            page.say(en="The same, within first stars and site", fr="De même, à étoiles et site égaux"),
            within.rows,
            within.value,
            ends(page, within.low, within.high, sign=True),
        ),
        (page.say(en="Answer key", fr="Corrigé"), np.nan, truth, "–"),
    ]
    page.table(
        "estimates",
        pd.DataFrame(rows, columns=["how", "reviews", "value", "interval"]),
        caption=page.say(
            en="What an answer does to a critical review", fr="Ce que fait une réponse à un avis critique"
        ),
        columns={
            "how": Column(label=page.say(en="Comparison", fr="Comparaison")),
            "reviews": Column(label=page.say(en="Reviews", fr="Avis")),
            "value": Column(label=page.say(en="Stars", fr="Étoiles"), digits=2, sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
        },
    )
    by_first(page, critical)


def by_first(page: Page, critical: pd.DataFrame) -> None:
    """Left: who is answered. Right: how many raise their stars, answered and not."""
    records = []
    names = {True: page.say(en="Answered", fr="Avec réponse"), False: page.say(en="Not answered", fr="Sans réponse")}
    answered = {}
    for stars, part in critical.groupby("stars"):
        answered[stars] = 100 * part["answered"].mean()
        for side, name in names.items():
            given = part[part["answered"] == side]
            raised = int(given["stars_after"].notna().sum())
            low, high = measures.share_interval(raised, len(given))
            records.append((stars, name, len(given), 100 * raised / len(given), 100 * low, 100 * high))
    table = pd.DataFrame(records, columns=["stars", "who", "reviews", "percent", "low", "high"])
    yes, no = (table[table["who"] == name] for name in names.values())
    hold("the milder the review, the likelier an answer", answered[1] < answered[2] < answered[3])
    hold(
        "answered reviews are raised about as often whatever their stars",
        yes["percent"].max() - yes["percent"].min() < 6,
    )
    hold("about one answered review in four is raised", 20 < yes["percent"].mean() < 27)
    for stars in (1, 2, 3):
        page.value(f"answered.{stars}", answered[stars], unit="percent")
    page.value(
        "raised.answered", 100 * critical.loc[critical["answered"], "stars_after"].notna().mean(), unit="percent"
    )
    page.value("raised.silent", 100 * critical.loc[~critical["answered"], "stars_after"].notna().mean(), unit="percent")
    said = {
        1: page.say(en="1 star", fr="1 étoile"),
        2: page.say(en="2 stars", fr="2 étoiles"),
        3: page.say(en="3 stars", fr="3 étoiles"),
    }
    first = pd.DataFrame({"stars": [said[place] for place in answered], "percent": list(answered.values())})
    first["label"] = first["percent"].map(lambda share: page.written(share, unit="percent"))
    drawn = table.assign(stars=table["stars"].map(said))
    drawn["label"] = drawn["percent"].map(lambda share: page.written(share, unit="percent"))

    def pair(width: int) -> alt.HConcatChart | alt.VConcatChart:
        narrow = width <= charts.NARROW
        each = width - 60 if narrow else (width - 150) / 2
        left = alt.Chart(first).encode(
            y=alt.Y("stars:N", title=None, sort=list(said.values())),
            x=alt.X("percent:Q", axis=None, scale=alt.Scale(domain=[0, 90])),
        )
        left = (
            left.mark_bar(color=charts.NEUTRAL, height=20) + left.mark_text(align="left", dx=5).encode(text="label:N")
        ).properties(width=each, height=110, title=page.say(en="Answered by Tilmarenne", fr="Ont reçu une réponse"))
        colour = alt.Color(
            "who:N",
            sort=list(names.values()),
            scale=alt.Scale(domain=list(names.values()), range=[charts.GOOD, charts.BAD]),
            legend=alt.Legend(orient="bottom", symbolType="circle", symbolOpacity=1),
        )
        right = alt.Chart(drawn).encode(
            y=alt.Y("stars:N", title=None, sort=list(said.values())),
            yOffset=alt.YOffset("who:N", sort=list(names.values())),
        )
        right = (
            right.mark_rule(strokeWidth=3, opacity=0.45).encode(
                x=alt.X("low:Q", axis=None, scale=alt.Scale(domain=[0, 45])), x2="high:Q", color=colour
            )
            + right.mark_point(size=80, opacity=1).encode(x="percent:Q", color=colour)
            + right.mark_text(align="left", dx=6).encode(x="high:Q", text="label:N")
        ).properties(
            width=each, height=110, title=page.say(en="Stars raised afterwards", fr="Étoiles relevées ensuite")
        )
        joined = (left & right) if narrow else alt.hconcat(left, right, spacing=30)
        return joined.resolve_scale(color="independent")

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "chosen",
        pair,
        title=page.say(
            en="Mild reviews get the answers, yet an answer moves the harsh ones just as often",
            fr="On répond aux avis modérés, or une réponse fait bouger les sévères tout autant",
        ),
        alternative=page.say(
            en="Share answered and, with and without an answer, share whose stars were raised. ",
            fr="Part des avis ayant reçu une réponse et, avec puis sans réponse, part dont les étoiles ont été relevées. ",
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{said[place]}{colon}{page.written(answered[place], unit='percent')}, "
            f"{page.written(a, unit='percent')}, {page.written(b, unit='percent')}"
            for place, a, b in zip((1, 2, 3), yes["percent"], no["percent"], strict=True)
        )
        + ".",
        note=page.say(
            en="Right: dots are shares, lines their 95% intervals.",
            fr="À droite : points, parts ; traits, intervalles à 95 %.",
        ),
        data=table,
        columns={
            "stars": Column(label=page.say(en="First stars", fr="Étoiles au départ")),
            "who": Column(label=page.say(en="Answer", fr="Réponse")),
            "reviews": Column(label=page.say(en="Reviews", fr="Avis")),
            "percent": Column(label=page.say(en="Raised", fr="Relevés"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def decision(page: Page, data: cxdata.Dataset, reviews: pd.DataFrame, critical: pd.DataFrame, truth: float) -> None:
    """What it costs and brings to answer the critical reviews that stay unanswered."""
    within = measures.difference(
        critical, outcome="shown", treatment="answered", strata=("stars", "site"), of="untreated"
    )
    plain = measures.difference(critical, outcome="shown", treatment="answered")
    left = int((~critical["answered"]).sum())
    praise = reviews[reviews["stars"] > CRITICAL]
    thanked = int(praise["answered"].sum())
    hold("more answers go to praise than critical reviews are left", thanked > left)
    hold("praise is never raised", praise["stars_after"].isna().all())
    emails = data["contacts"].loc[data["contacts"]["channel"] == "email", "handle_minutes"].dropna()
    costs = data["complaint_costs"]
    euros = emails.mean() * costs["work_eur"].sum() / costs["work_minutes"].sum()
    page.value("offer", OFFER_EUR, unit="euros")
    page.value("left", left)
    page.value("thanked", thanked)
    page.value("bill", left * OFFER_EUR, unit="euros")
    page.value("own.minutes", emails.mean(), digits=1)
    page.value("own.cost", euros, digits=2, unit="euros")
    hold("the desk is cheaper than the agency", euros < OFFER_EUR / 2)
    page.value("per_star.believed", OFFER_EUR / plain.value, unit="euros")
    page.value("per_star", OFFER_EUR / within.value, unit="euros")
    page.value("stars.believed", left * plain.value)
    page.value("stars.real", left * within.value)
    page.value("stars.real.low", left * within.low)
    page.value("stars.real.high", left * within.high)
    page.value("shown.mean", reviews["shown"].mean(), digits=2)
    page.value("all", len(reviews))
    rise = left * within.value / len(reviews)
    page.value("rise", rise, digits=2)
    page.value("rise.believed", left * plain.value / len(reviews), digits=2)
    hold("what all answers bring to the mean is a few hundredths", 0.02 < rise < 0.045)
    hold("the truth is not far from what is counted on", abs(within.value - truth) < 2 * within.standard_error)


def sites(page: Page, reviews: pd.DataFrame, latent: pd.DataFrame) -> None:
    """The same company on three sites, and what the mix of invited and unasked does."""
    records = []
    for site, label in SITES.items():
        part = reviews[reviews["site"] == site]
        row = mean_row(part["stars"])
        unasked = part.loc[part["origin"] == "spontaneous", "stars"]
        share = 100 * (part["origin"] == "invited").mean()
        records.append(
            (page.say(**label), row["reviews"], row["mean"], ends(page, row["low"], row["high"]), share, unasked.mean())
        )
        page.value(f"site.{site}", row["mean"], digits=2)
        page.value(f"site.{site}.unasked", unasked.mean(), digits=2)
    table = pd.DataFrame(records, columns=["site", "reviews", "mean", "interval", "invited", "unasked"])
    hold("the sites differ though the company is one", table["mean"].max() - table["mean"].min() > 0.2)
    page.table(
        "sites",
        table,
        caption=page.say(en="One company on three sites", fr="Une enseigne sur trois sites"),
        columns={
            "site": Column(label=page.say(en="Site", fr="Site")),
            "reviews": Column(label=page.say(en="Reviews", fr="Avis")),
            "mean": Column(label=page.say(en="Mean stars", fr="Moyenne"), digits=2),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
            "invited": Column(label=page.say(en="Invited", fr="Invités"), unit="percent"),
            "unasked": Column(label=page.say(en="Mean, unasked", fr="Moyenne, spontanés"), digits=2),
        },
    )
    invited, unasked = (reviews.loc[reviews["origin"] == name, "stars"].mean() for name in ("invited", "spontaneous"))
    now = (reviews["origin"] == "invited").mean()
    page.value("mix.now", 100 * now, unit="percent")
    page.value("mix.half", (invited + unasked) / 2, digits=2)
    page.value("mix.mean", reviews["stars"].mean(), digits=2)
    page.value("mix.drop", reviews["stars"].mean() - (invited + unasked) / 2, digits=2)
    page.value("mix.truth", latent["stars"].mean(), digits=2)
    hold("half invited costs a tenth of a star and more", reviews["stars"].mean() - (invited + unasked) / 2 > 0.1)


def shrunk(shops: pd.DataFrame, within: float) -> tuple[pd.Series, float]:
    """Return shrunken means and the reviews that the prior weighs, by the method of moments."""
    centre = (shops["mean"] * shops["reviews"]).sum() / shops["reviews"].sum()
    between = max(shops["mean"].var() - (within / shops["reviews"]).mean(), 1e-6)
    prior = within / between
    return (shops["reviews"] * shops["mean"] + prior * centre) / (shops["reviews"] + prior), prior


def shops(page: Page, reviews: pd.DataFrame, larger: cxdata.Dataset) -> None:
    """The shop with the best mean has few reviews; shrinking puts it back among the others."""
    store = larger["orders"].set_index("order_id")["store_id"]
    rows = reviews.assign(store=reviews["order_id"].map(store)).dropna(subset=["store"])
    found = rows.groupby("store")["stars"].agg(reviews="size", mean="mean")
    residual = rows["stars"] - rows.groupby("store")["stars"].transform("mean")
    within = float((residual**2).sum() / (len(rows) - len(found)))
    found["shrunk"], prior = shrunk(found, within)
    latent = larger.truth["latents/orders"]
    found["truth"] = latent.groupby(latent["order_id"].map(store))["stars"].mean()
    best = found["mean"].idxmax()
    place = int((found["truth"] > found.loc[best, "truth"]).sum()) + 1
    hold(
        "the best shop has few reviews, all of five stars",
        found.loc[best, "reviews"] < FEW_REVIEWS and found.loc[best, "mean"] == 5,
    )
    hold("the best shop is truly below the middle", place > len(found) / 2)
    corrected = found["shrunk"].rank(ascending=False)[best]
    for name, number, digits in (
        ("best.reviews", found.loc[best, "reviews"], 0),
        ("best.mean", found.loc[best, "mean"], 1),
        ("best.shrunk", found.loc[best, "shrunk"], 2),
        ("best.truth", found.loc[best, "truth"], 2),
        ("best.place", place, 0),
        ("shops", len(found), 0),
        ("shops.truth", found["truth"].mean(), 2),
        ("prior", prior, 0),
        ("best.corrected", corrected, 0),
    ):
        page.value(name, number, digits=digits)
    gap = {
        name: float(np.sqrt(((found[name] - found[name].mean() - found["truth"] + found["truth"].mean()) ** 2).mean()))
        for name in ("mean", "shrunk")
    }
    hold("shrinking brings the shops nearer to the truth", gap["shrunk"] < 0.8 * gap["mean"])
    page.value("miss.raw", gap["mean"], digits=2)
    page.value("miss.shrunk", gap["shrunk"], digits=2)
    ranking(page, found, best)


def ranking(page: Page, found: pd.DataFrame, best: float) -> None:
    """The five best and the five worst shops, each compared with the average shop: two means and the truth."""
    kinds = {
        "mean": page.say(en="Plain mean", fr="Moyenne simple"),
        "shrunk": page.say(en="Shrunken mean", fr="Moyenne rétrécie"),
        "truth": page.say(en="All orders (answer key)", fr="Toutes les commandes (corrigé)"),
    }
    apart = found.sort_values("mean", ascending=False)
    apart[list(kinds)] -= apart[list(kinds)].mean()
    ends_of_it = pd.concat([apart.head(5), apart.tail(5)]).reset_index()
    shop = page.say(en="Shop", fr="Magasin")
    ends_of_it["label"] = [f"{shop} {row.store:.0f} ({row.reviews})" for row in ends_of_it.itertuples()]
    nearer = (ends_of_it["truth"].abs() < ends_of_it["mean"].abs()).sum()
    hold("all shops at the ends are nearer to the average than their stars say", nearer == len(ends_of_it))
    hold("the order is that of the plain mean", ends_of_it["store"].iloc[0] == best)
    page.value("ends", len(ends_of_it))
    long = ends_of_it.melt(id_vars=["label"], value_vars=list(kinds), var_name="kind", value_name="stars")
    long["name"] = long["kind"].map(kinds)
    order = list(ends_of_it["label"])

    def dots(width: int) -> alt.LayerChart:
        narrow = width <= charts.NARROW
        y = alt.Y("label:N", title=None, sort=order)
        title = page.say(en="Stars, less the average shop’s", fr="Étoiles, moins celles du magasin moyen")
        axis = alt.Axis(tickCount=4)
        x = alt.X("stars:Q", title=title, axis=axis)
        shape = {
            "color": alt.Color(
                "name:N",
                sort=list(kinds.values()),
                scale=alt.Scale(domain=list(kinds.values()), range=[charts.BAD, charts.GOOD, charts.INK]),
                legend=alt.Legend(orient="top", columns=1 if narrow else 3, symbolType="circle", columnPadding=20),
            ),
        }
        nought = alt.Chart(pd.DataFrame({"stars": [0.0]})).mark_rule(strokeDash=[5, 4]).encode(x="stars:Q")
        way = alt.Chart(ends_of_it).mark_rule(color=charts.LINE, strokeWidth=2)
        way = way.encode(y=y, x=alt.X("mean:Q", title=title, axis=axis), x2="truth:Q")
        dot = alt.Chart(long).mark_point(size=70, opacity=1).encode(y=y, x=x, **shape)
        return (nought + way + dot).properties(width=width - (80 if narrow else 120), height=260)

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "shops",
        dots,
        title=page.say(
            en="The best and the worst shops are less special than their stars say",
            fr="Les meilleurs et les pires magasins sont moins à part que leurs étoiles ne le disent",
        ),
        alternative=page.say(
            en="Five best and five worst shops, stars above or below the average shop, by plain mean, shrunken mean and answer key. ",
            fr="Cinq meilleurs et cinq pires magasins, écart au magasin moyen, par moyenne simple, moyenne rétrécie et corrigé. ",
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{row.label}{colon}" + ", ".join(page.written(getattr(row, name), digits=1, sign=True) for name in kinds)
            for row in ends_of_it.itertuples()
        )
        + ".",
        note=page.say(en="In brackets: number of reviews.", fr="Entre parenthèses : le nombre d’avis."),
        data=ends_of_it[["label", *kinds]],
        columns={
            "label": Column(label=shop),
            **{name: Column(label=label, digits=2, sign=True) for name, label in kinds.items()},
        },
    )


def causes(page: Page, reviews: pd.DataFrame, larger: cxdata.Dataset) -> None:
    """What no answer can do: the parcels behind the harsh reviews."""
    parcels = larger["deliveries"].set_index("order_id")
    failed = parcels["is_late"] | parcels["is_damaged"]
    rows = reviews.assign(failed=reviews["order_id"].map(failed).astype("boolean"), month=reviews["posted_at"].dt.month)
    web = rows.dropna(subset=["failed"])
    bad = web["failed"].astype(bool)
    harsh = web["stars"] <= CRITICAL - 1
    page.value("web.failed", 100 * bad.mean(), unit="percent")
    page.value("web.failed.harsh", 100 * bad[harsh].mean(), unit="percent")
    hold("failed parcels are over-represented among harsh reviews", bad[harsh].mean() > 2 * bad.mean())
    december = rows[rows["month"] == 12]
    others = rows[rows["month"] != 12]
    page.value("december", december["stars"].mean(), digits=2)
    page.value("others", others["stars"].mean(), digits=2)
    page.value("december.dip", others["stars"].mean() - december["stars"].mean(), digits=1)
    hold("december costs half a star", others["stars"].mean() - december["stars"].mean() > 0.45)


def speed(page: Page, critical: pd.DataFrame) -> None:
    """The exercise: answers within a day against later ones."""
    given = critical[critical["answered"]].assign(fast=lambda rows: rows["answer_delay_hours"] <= 24)
    page.value("fast", int(given["fast"].sum()))
    page.value("slow", int((~given["fast"]).sum()))
    for name, strata in (("plain", ()), ("within", ("stars",))):
        found = measures.difference(given, outcome="shown", treatment="fast", strata=strata)
        page.value(f"speed.{name}", found.value, digits=2, sign=True)
        page.value(f"speed.{name}.low", found.low, digits=2, sign=True)
        page.value(f"speed.{name}.high", found.high, digits=2, sign=True)
        if name == "plain":
            hold("fast answers seem to end with more stars", found.low > 0)
        else:
            hold("within first stars nothing remains that chance cannot do", found.low < 0 < found.high)
    medians = given.groupby("stars")["answer_delay_hours"].median()
    hold("harsh reviews wait longer", medians[1] > medians[2] > medians[3])
    page.value("delay.one", medians[1])
    page.value("delay.three", medians[3])


def samples(page: Page) -> None:
    """Four reviews as they stand in the data, in the page's language."""
    data = cxdata.generate(
        "tilmarenne",
        customers=4_000,
        seed=7,
        locale=LOCALES[page.language],
        tables=["verbatims", "reviews", "deliveries"],
        truth=False,
    )
    texts = data["verbatims"].dropna(subset=["review_id"]).set_index("review_id")["text"]
    reviews = data["reviews"].set_index("review_id")
    for name, ids in SAMPLES.items():
        review = reviews.loc[ids[page.language]]
        page.text(f"said.{name}", **{"en": "", page.language: texts[ids[page.language]]})
        page.value(f"said.{name}.stars", review["stars"])
        if name == "late":
            days = data["deliveries"].set_index("order_id").loc[review["order_id"], "days_late"]
            hold("the parcel came late", days >= 2)
            page.value("said.late.days", days)
