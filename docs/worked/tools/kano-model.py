"""Kano: two-hour collection delighted in 2023 and is taken for granted in 2024, and one category hides five segments."""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, kano, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

ATTRIBUTES = {
    "delivery_on_promised_day": {"en": "promised day", "fr": "jour promis"},
    "parcel_tracking": {"en": "tracking", "fr": "suivi du colis"},
    "free_returns": {"en": "free returns", "fr": "retours gratuits"},
    "expert_advice_in_shop": {"en": "expert in shop", "fr": "expert en magasin"},
    "plant_guarantee": {"en": "plant guarantee", "fr": "plantes garanties"},
    "click_and_collect_in_2_hours": {"en": "two-hour collection", "fr": "retrait en deux heures"},
    "evening_delivery": {"en": "evening delivery", "fr": "livraison le soir"},
    "assembly_service": {"en": "assembly", "fr": "montage"},
    "loyalty_vouchers": {"en": "vouchers", "fr": "bons d’achat"},
    "gift_wrapping": {"en": "gift wrapping", "fr": "papier cadeau"},
    "workshops": {"en": "workshops", "fr": "ateliers"},
    "app_with_shelf_finder": {"en": "shelf finder", "fr": "appli de rayon"},
    "green_packaging": {"en": "green packaging", "fr": "emballage vert"},
    "price_match": {"en": "price match", "fr": "prix alignés"},
    "chat_24_hours": {"en": "chat day and night", "fr": "chat jour et nuit"},
}
CATEGORIES = {
    "must_be": {"en": "must-be", "fr": "obligatoire"},
    "one_dimensional": {"en": "one-dimensional", "fr": "proportionnel"},
    "attractive": {"en": "attractive", "fr": "attractif"},
    "indifferent": {"en": "indifferent", "fr": "indifférent"},
    "reverse": {"en": "reverse", "fr": "inverse"},
    "questionable": {"en": "questionable", "fr": "douteux"},
}
SEGMENTS = {
    "gardeners": {"en": "Gardeners", "fr": "Jardiniers"},
    "home_makers": {"en": "Home makers", "fr": "Aménageurs"},
    "renovators": {"en": "Renovators", "fr": "Rénovateurs"},
    "gift_buyers": {"en": "Gift buyers", "fr": "Offreurs de cadeaux"},
    "bargain_hunters": {"en": "Bargain hunters", "fr": "Chasseurs de bonnes affaires"},
}
COLLECT, ADVICE, EVENING = "click_and_collect_in_2_hours", "expert_advice_in_shop", "evening_delivery"
CAMPAIGN_EUR, LETTERS = 180_000, 300_000
"""What our story sets aside for the campaign, and how many customers it writes to."""
HALF = 0.5
"""Where the lines of the diagram cross, by custom."""
SIZES = (20, 50, 100, 200)
DRAWS = 500


def judged(data: cxdata.Dataset) -> pd.DataFrame:
    """Return the pairs of answers with their category, the customer's segment and what the answer key holds."""
    rows = data["kano_answers"].merge(data["customers"][["customer_id", "segment"]], on="customer_id")
    rows["judged"] = [kano.category(*pair) for pair in zip(rows["functional"], rows["dysfunctional"], strict=True)]
    return rows.merge(data.truth["latents/kano_answers"], on="kano_answer_id")


def counted(rows: pd.DataFrame, column: str = "judged") -> dict[str, int]:
    """Return pairs by category."""
    return {name: int((rows[column] == name).sum()) for name in CATEGORIES}


def by_attribute(rows: pd.DataFrame) -> dict[str, kano.Attribute]:
    """Return what the pairs say of each attribute."""
    found = {str(name): kano.attribute(counted(part)) for name, part in rows.groupby("attribute")}
    return {name: found[name] for name in ATTRIBUTES}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    few, many = judged(data), judged(larger)
    waves = {wave: many[many["wave"] == wave] for wave in ("2023", "2024")}
    found = by_attribute(waves["2024"])
    for wave, rows in waves.items():
        page.value(f"asked.{wave}", rows["customer_id"].nunique())
    page.value("few", few["customer_id"].nunique())
    page.value("larger.customers", len(larger["customers"]))
    page.value("attributes", len(ATTRIBUTES))
    page.value("half", HALF, digits=1)
    diagram(page, found, by_attribute(waves["2023"])[COLLECT])
    families(page, found, data)
    drift(page, waves)
    decision(page, found)
    segments(page, waves["2024"])
    slips(page, waves["2024"], found)
    sizes(page, waves["2024"], found)
    importance(page, waves["2024"], found)
    calculator(page, few)
    exercise(page, few, waves["2024"])


Place = tuple[str, int, int]
PLACES: Mapping[str, Place] = {
    "free_returns": ("left", 9, 8),
    "loyalty_vouchers": ("left", 9, -8),
    "price_match": ("right", -9, -8),
    ADVICE: ("right", -9, 8),
    "chat_24_hours": ("left", 9, 11),
    "assembly_service": ("left", 9, -6),
    "app_with_shelf_finder": ("right", -6, -13),
    EVENING: ("left", 9, 13),
    "workshops": ("right", 12, 16),
    "gift_wrapping": ("left", 9, 8),
    "green_packaging": ("center", 0, -13),
    "delivery_on_promised_day": ("right", 8, 18),
    COLLECT: ("right", -9, 8),
}
"""Where a label stands: alignment, shift to the right, shift down; above to the right unless named here."""
PHONE_PLACES: Mapping[str, Place] = {
    **PLACES,
    "free_returns": ("left", 7, 8),
    "loyalty_vouchers": ("left", 7, -13),
    "price_match": ("left", 8, 2),
    ADVICE: ("left", 8, 9),
    "chat_24_hours": ("left", 6, 13),
    "app_with_shelf_finder": ("center", 0, -13),
    EVENING: ("center", -8, 16),
    "gift_wrapping": ("left", 8, 0),
    "green_packaging": ("left", 7, -7),
    COLLECT: ("right", -4, 17),
}
"""The same on phones."""
SHORT = {"en": "collection", "fr": "retrait"}
"""Name of the red dot where there is no room for more."""


def diagram(page: Page, found: Mapping[str, kano.Attribute], before: kano.Attribute) -> None:
    """Better against worse, with the way of one attribute from wave to wave."""
    names = {name: page.say(**label) for name, label in ATTRIBUTES.items()}
    frame = pd.DataFrame(
        [
            {
                "attribute": name,
                "name": names[name],
                "leading": page.say(**CATEGORIES[one.leading]),
                "worse": one.worse,
                "better": one.better,
                "low": one.better_low,
                "high": one.better_high,
                "worse_low": one.worse_low,
                "worse_high": one.worse_high,
                "loss": -one.worse,
            }
            for name, one in found.items()
        ]
    ).sort_values("worse")
    widest = (frame["high"] - frame["low"]).max() / 2
    page.value("margin", widest, digits=2)
    hold("no interval is wider than three hundredths either way", widest < 0.035)
    way = pd.DataFrame(
        [{"x": -before.worse, "y": before.better, "x2": -found[COLLECT].worse, "y2": found[COLLECT].better}]
    )
    corners = pd.DataFrame(
        [
            {"x": 0.01, "y": 0.83, "zone": page.say(en="attractive", fr="attractif"), "end": False},
            {"x": 0.99, "y": 0.83, "zone": page.say(en="one-dimensional", fr="proportionnel"), "end": True},
            {"x": 0.01, "y": 0.13, "zone": page.say(en="indifferent", fr="indifférent"), "end": False},
            {"x": 0.99, "y": 0.13, "zone": page.say(en="must-be", fr="obligatoire"), "end": True},
        ]
    )

    def dots(width: int) -> alt.LayerChart:
        x_axis = alt.X(
            "loss:Q",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(tickCount=5, format=".1f"),
            title=page.say(en="Worse, without its minus →", fr="Worse, sans son signe →"),
        )
        y_axis = alt.Y(
            "better:Q",
            scale=alt.Scale(domain=[0.1, 0.86], zero=False),
            axis=alt.Axis(grid=False, tickCount=5, format=".1f"),
            title=page.say(en="Better →", fr="Better →"),
        )
        base = alt.Chart(frame).encode(x=x_axis, y=y_axis)
        cross = alt.Chart(pd.DataFrame([{"at": HALF}]))
        rule = {"strokeDash": [5, 4], "color": charts.LINE, "strokeWidth": 1.5}
        moved = alt.Chart(way)
        phone = width <= charts.NARROW
        layers = [
            cross.mark_rule(**rule).encode(x="at:Q"),
            cross.mark_rule(**rule).encode(y="at:Q"),
            *(
                alt.Chart(corners[corners["end"] == end])
                .mark_text(align=side, color=charts.MUTED, fontStyle="italic")
                .encode(x="x:Q", y="y:Q", text="zone:N")
                for end, side in ((False, "left"), (True, "right"))
            ),
            moved.mark_rule(color=charts.BAD, strokeWidth=2).encode(x="x:Q", y="y:Q", x2="x2:Q", y2="y2:Q"),
            moved.mark_point(size=80, filled=False, color=charts.BAD, opacity=1).encode(x="x:Q", y="y:Q"),
            moved.mark_text(align="left", dx=8, dy=-9, color=charts.BAD, text="2023").encode(x="x:Q", y="y:Q"),
            base.mark_point(size=80, opacity=1).encode(
                color=alt.condition(f"datum.attribute == '{COLLECT}'", alt.value(charts.BAD), alt.value(charts.GOOD))
            ),
        ]
        for name in ATTRIBUTES:
            align, across, down = (PHONE_PLACES if phone else PLACES).get(name, ("left", 9, -8))
            words = alt.value(page.say(**SHORT)) if phone and name == COLLECT else alt.Text("name:N")
            layers.append(
                base.transform_filter(f"datum.attribute == '{name}'")
                .mark_text(
                    align=align,
                    dx=across,
                    dy=down,
                    fontSize=12 if phone else 13,
                    color=charts.BAD if name == COLLECT else charts.INK,
                )
                .encode(text=words)
            )
        return alt.layer(*layers).properties(width=width, height=470 if phone else 400)

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "diagram",
        dots,
        title=page.say(
            en="In one year two-hour collection has moved from delight to duty",
            fr="En un an, le retrait en deux heures est passé du plaisir au dû",
        ),
        alternative=page.say(
            en="Better and worse of fifteen attributes in 2024: ", fr="Better et worse de quinze attributs en 2024 : "
        )
        + "; ".join(
            f"{row.name}{colon}{page.written(row.better, digits=2)}, {page.written(row.worse, digits=2)}"
            for row in frame.itertuples(index=False)
        )
        + page.say(
            en=f". Two-hour collection in 2023: {page.written(before.better, digits=2)}, {page.written(before.worse, digits=2)}.",
            fr=f". Retrait en deux heures en 2023 : {page.written(before.better, digits=2)}, {page.written(before.worse, digits=2)}.",
        ),
        note=page.say(
            en="To the right, those whom its absence displeases; upwards, those whom its presence pleases.",
            fr="Vers la droite, ceux à qui l’absence déplaît ; vers le haut, ceux à qui la présence plaît.",
        ),
        data=frame[["name", "leading", "better", "low", "high", "worse", "worse_low", "worse_high"]],
        columns={
            "name": Column(label=page.say(en="Attribute", fr="Attribut")),
            "leading": Column(label=page.say(en="Leading category", fr="Catégorie en tête")),
            "better": Column(label="Better", digits=2),
            "low": Column(label=page.say(en="From", fr="De"), digits=2),
            "high": Column(label=page.say(en="To", fr="À"), digits=2),
            "worse": Column(label="Worse", digits=2),
            "worse_low": Column(label=page.say(en="From", fr="De"), digits=2),
            "worse_high": Column(label=page.say(en="To", fr="À"), digits=2),
        },
    )


def families(page: Page, found: Mapping[str, kano.Attribute], data: cxdata.Dataset) -> None:
    """Which attributes are of which kind, and how often the first must is missed."""
    kinds = {kind: {name for name, one in found.items() if one.leading == kind} for kind in CATEGORIES}
    hold("three musts", kinds["must_be"] == {"delivery_on_promised_day", "parcel_tracking", COLLECT})
    hold(
        "four are one-dimensional",
        kinds["one_dimensional"] == {"free_returns", "loyalty_vouchers", "price_match", ADVICE},
    )
    hold("three are attractive", kinds["attractive"] == {"plant_guarantee", EVENING, "app_with_shelf_finder"})
    hold("five leave most customers cold", len(kinds["indifferent"]) == 5)
    for short, name in {
        "day": "delivery_on_promised_day",
        "guarantee": "plant_guarantee",
        "chat": "chat_24_hours",
    }.items():
        page.value(f"{short}.better", found[name].better, digits=2)
        page.value(f"{short}.worse", found[name].worse, digits=2)
    hold(
        "the promised day is missed most", min(found, key=lambda name: found[name].worse) == "delivery_on_promised_day"
    )
    late = data["deliveries"]["is_late"]
    page.value("late", 100 * late.mean(), unit="percent")


def drift(page: Page, waves: Mapping[str, pd.DataFrame]) -> None:
    """Pairs on two-hour collection by wave, with two attributes that did not move."""
    rows = []
    for wave, part in waves.items():
        one = part[part["attribute"] == COLLECT]
        counts, result = counted(one), kano.attribute(counted(one))
        for name in ("must_be", "attractive", "one_dimensional"):
            page.value(f"collect.{name}.{wave}", 100 * counts[name] / len(one), unit="percent")
        page.value(f"collect.better.{wave}", result.better, digits=2)
        page.value(f"collect.worse.{wave}", result.worse, digits=2)
        page.value(f"collect.truth.{wave}", 100 * (one["category"] == "attractive").mean(), unit="percent")
        rows.append(result)
        hold(f"the lead of {wave} is clear", result.is_clear)
    hold("attractive first, must-be then", [one.leading for one in rows] == ["attractive", "must_be"])
    both = pd.concat(waves.values())
    both["later"], both["delighted"] = both["wave"] == "2024", (both["judged"] == "attractive").astype(float)
    moved = {
        name: measures.difference(part, outcome="delighted", treatment="later")
        for name, part in both.groupby("attribute")
    }
    change = moved[COLLECT]
    page.value("change", 100 * -change.value)
    page.value("change.low", 100 * -change.high)
    page.value("change.high", 100 * -change.low)
    others = [one for name, one in moved.items() if name != COLLECT]
    page.value("others.most", 100 * max(abs(one.value) for one in others))
    hold("no other attribute moved half as far", max(abs(one.value) for one in others) < -change.value / 2)
    page.value("others.beyond", sum(one.low > 0 or one.high < 0 for one in others))
    mixed = kano.attribute(counted(both[both["attribute"] == COLLECT]))
    hold("both waves together call it a must", mixed.leading == "must_be")
    page.value("mixed.worse", mixed.worse, digits=2)


def decision(page: Page, found: Mapping[str, kano.Attribute]) -> None:
    """What a campaign buys with a must, and with an attractive attribute."""
    page.value("campaign", CAMPAIGN_EUR, unit="euros")
    page.value("letters", LETTERS)
    pleased = {"collect": found[COLLECT].better, "evening": found[EVENING].better}
    for name, share in pleased.items():
        page.value(f"{name}.pleased", 100 * share, unit="percent")
        page.value(f"{name}.each", CAMPAIGN_EUR / (LETTERS * share), digits=2, unit="euros")
    hold("evening delivery pleases more, beyond chance", found[EVENING].better_low > found[COLLECT].better_high)
    page.value("evening.worse", found[EVENING].worse, digits=2)
    page.value("wasted", round(CAMPAIGN_EUR * (1 - pleased["collect"] / pleased["evening"]), -3), unit="euros")


def segments(page: Page, rows: pd.DataFrame) -> None:
    """One attribute, five segments."""
    shown = [*list(CATEGORIES)[:4], "rest"]
    words = {**CATEGORIES, "rest": {"en": "reverse or questionable", "fr": "inverse ou douteux"}}
    advice = rows[rows["attribute"] == ADVICE]
    everybody = page.say(en="All", fr="Tous")
    parts = {
        everybody: advice,
        **{page.say(**label): advice[advice["segment"] == one] for one, label in SEGMENTS.items()},
    }
    lines, table = [], []
    for name, part in parts.items():
        counts = counted(part)
        counts["rest"] = counts["reverse"] + counts["questionable"]
        shares = {kind: 100 * counts[kind] / len(part) for kind in shown}
        table.append({"segment": name, "pairs": len(part), **shares})
        lines += [
            {"segment": name, "kind": page.say(**words[kind]), "order": place, "percent": shares[kind]}
            for place, kind in enumerate(shown)
        ]
    leading = {one: kano.attribute(counted(advice[advice["segment"] == one])).leading for one in SEGMENTS}
    hold(
        "a must for gardeners, nothing for bargain hunters, proportional for the rest",
        list(leading.values()) == ["must_be", *["one_dimensional"] * 3, "indifferent"],
    )
    wide = pd.DataFrame(table).set_index("segment")
    garden, bargain = wide.loc[page.say(**SEGMENTS["gardeners"])], wide.loc[page.say(**SEGMENTS["bargain_hunters"])]
    page.value("garden.must", garden["must_be"], unit="percent")
    page.value("bargain.indifferent", bargain["indifferent"], unit="percent")
    page.value("bargain.pairs", bargain["pairs"])
    for one in ("gardeners", "bargain_hunters"):
        result = kano.attribute(counted(advice[advice["segment"] == one]))
        page.value(f"{one}.worse", result.worse, digits=2)
        page.value(f"{one}.worse.low", result.worse_low, digits=2)
        page.value(f"{one}.worse.high", result.worse_high, digits=2)
    whole = by_attribute(rows)
    differ = {
        name
        for one in SEGMENTS
        for name, result in by_attribute(rows[rows["segment"] == one]).items()
        if result.is_clear and result.leading != whole[name].leading
    }
    page.value("differ", len(differ))
    hold("gift wrapping is among them", "gift_wrapping" in differ)
    gifts = kano.attribute(counted(rows[(rows["segment"] == "gift_buyers") & (rows["attribute"] == "gift_wrapping")]))
    hold("gift buyers take wrapping as proportional", gifts.leading == "one_dimensional")
    frame, names = pd.DataFrame(lines), [page.say(**words[kind]) for kind in shown]

    def bars(width: int) -> alt.Chart:
        phone = width <= charts.NARROW
        return (
            alt.Chart(frame)
            .mark_bar()
            .encode(
                y=alt.Y("segment:N", sort=list(parts), title=None, axis=alt.Axis(labelLimit=110 if phone else 200)),
                x=alt.X("percent:Q", title="%", scale=alt.Scale(domain=[0, 100])),
                color=alt.Color(
                    "kind:N",
                    sort=names,
                    scale=alt.Scale(
                        domain=names,
                        range=[charts.BAD, charts.SERIES[2], charts.GOOD, charts.NEUTRAL, charts.LINE],
                    ),
                    legend=alt.Legend(columns=1 if phone else 3, title=None, labelLimit=260),
                ),
                order="order:Q",
            )
            .properties(width=width - (110 if phone else 170), height=210)
        )

    page.chart(
        "segments",
        bars,
        title=page.say(
            en="An expert in the shop: a must to gardeners, nothing to most bargain hunters",
            fr="L’expert en magasin : un dû pour les jardiniers, rien pour la plupart des chasseurs de bonnes affaires",
        ),
        alternative=page.say(
            en="Shares of must-be, one-dimensional, attractive and indifferent pairs: ",
            fr="Parts des réponses obligatoires, proportionnelles, attractives et indifférentes : ",
        )
        + "; ".join(
            f"{name} " + ", ".join(page.written(row[kind], unit="percent") for kind in shown[:4])
            for name, row in wide.iterrows()
        )
        + ".",
        data=wide.reset_index(),
        columns={
            "segment": Column(label=page.say(en="Segment", fr="Segment")),
            "pairs": Column(label=page.say(en="Customers", fr="Clients")),
            **{kind: Column(label=page.say(**words[kind]), unit="percent") for kind in shown},
        },
    )


def slips(page: Page, rows: pd.DataFrame, found: Mapping[str, kano.Attribute]) -> None:
    """Contradictions show; slips do not."""
    odd = rows["judged"] == "questionable"
    page.value("odd", 100 * odd.mean(), digits=1, unit="percent")
    wrong = rows["judged"] != rows["category"]
    page.value("wrong", 100 * wrong.mean(), digits=1, unit="percent")
    page.value("wrong.seen", 100 * odd[wrong].mean(), unit="percent")
    hold("most misread pairs look sound", odd[wrong].mean() < 0.5)
    truth = {name: kano.attribute(counted(part, "category")) for name, part in rows.groupby("attribute")}
    same = [name for name in ATTRIBUTES if truth[name].leading == found[name].leading]
    hold("the leading category survives everywhere", len(same) == len(ATTRIBUTES))
    page.value("off", max(abs(truth[n].better - found[n].better) for n in ATTRIBUTES), digits=2)
    page.value("off.worse", max(abs(truth[n].worse - found[n].worse) for n in ATTRIBUTES), digits=2)
    chat = rows[rows["attribute"] == "chat_24_hours"]
    page.value("chat.reverse", 100 * (chat["judged"] == "reverse").mean(), unit="percent")
    page.value("chat.key", 100 * (chat["category"] == "reverse").mean(), unit="percent")


def sizes(page: Page, rows: pd.DataFrame, found: Mapping[str, kano.Attribute]) -> None:
    """How often few respondents give an attribute the category that all give it."""
    grid = rows.assign(code=rows["judged"].map(list(CATEGORIES).index)).pivot(
        index="customer_id", columns="attribute", values="code"
    )
    codes, names = grid.to_numpy(), list(grid.columns)
    truth = np.array([list(CATEGORIES).index(found[name].leading) for name in names])
    random, lines = np.random.default_rng(7), []
    for size in SIZES:
        right, twin = [], []
        for _ in range(DRAWS):
            drawn = codes[random.permutation(len(codes))[:size]]
            counts = np.stack([(drawn == code).sum(axis=0) for code in range(len(CATEGORIES))])
            top = counts.argmax(axis=0)
            right.append(int((top == truth).sum()))
            twin.append(bool(top[names.index(COLLECT)] == list(CATEGORIES).index("must_be")))
        lines.append(
            {"size": size, "right": np.mean(right), "low": np.quantile(right, 0.05), "collect": 100 * np.mean(twin)}
        )
    table = pd.DataFrame(lines)
    hold("more respondents are right more often", table["right"].is_monotonic_increasing)
    hold("twenty misplace about three", 2.5 < len(ATTRIBUTES) - table["right"].iloc[0] < 3.5)
    page.value("twenty.wrong", len(ATTRIBUTES) - table["right"].iloc[0], digits=1)
    page.value("hundred.wrong", len(ATTRIBUTES) - table["right"].iloc[2], digits=1)
    page.table(
        "sizes",
        table,
        caption=page.say(
            en=f"Attributes of fifteen that get the category of the whole wave, in {DRAWS} samples of each size",
            fr=f"Attributs sur quinze qui reçoivent la catégorie de toute la vague, sur {DRAWS} échantillons par taille",
        ),
        columns={
            "size": Column(label=page.say(en="Customers asked", fr="Clients interrogés")),
            "right": Column(label=page.say(en="Right, mean", fr="Justes, moyenne"), digits=1),
            "low": Column(label=page.say(en="Right, worst 5%", fr="Justes, pires 5 %")),
            "collect": Column(label=page.say(en="Two-hour collection right", fr="Retrait bien classé"), unit="percent"),
        },
    )


def importance(page: Page, rows: pd.DataFrame, found: Mapping[str, kano.Attribute]) -> None:
    """Stated importance follows worse and is blind to better."""
    stated = rows.groupby("attribute")["importance"].mean()
    frame = pd.DataFrame(
        {"stated": stated, **{n: pd.Series({a: getattr(r, n) for a, r in found.items()}) for n in ("better", "worse")}}
    )
    page.value("stated.worse", frame["stated"].corr(-frame["worse"]), digits=2)
    page.value("stated.better", frame["stated"].corr(frame["better"]), digits=2)
    order = stated.sort_values(ascending=False).index.tolist()
    for short, name in {"evening": EVENING, "app": "app_with_shelf_finder"}.items():
        page.value(f"{short}.place", order.index(name) + 1)
        page.value(f"{short}.better", found[name].better, digits=2)
    hold(
        "evening delivery and shelf finder are of the four that please most",
        {EVENING, "app_with_shelf_finder"} < set(sorted(found, key=lambda n: -found[n].better)[:4]),
    )
    hold(
        "importance follows worse",
        frame["stated"].corr(-frame["worse"]) > 0.9 and frame["stated"].corr(frame["better"]) < 0.4,
    )
    page.value("skipped", 100 * rows["importance"].isna().mean(), unit="percent")


def calculator(page: Page, few: pd.DataFrame) -> None:
    """What the boxes hold first: an attribute of the class edition whose lead could be chance."""
    for name, count in counted(few[few["attribute"] == "free_returns"]).items():
        page.value(f"box.{name}", count)


def exercise(page: Page, few: pd.DataFrame, many: pd.DataFrame) -> None:
    """Vouchers in the class edition: all, bargain hunters, and the same in the study edition."""
    vouchers = few[few["attribute"] == "loyalty_vouchers"]
    for name, part in (
        ("all", vouchers),
        ("hunters", vouchers[vouchers["segment"] == "bargain_hunters"]),
        ("others", vouchers[vouchers["segment"] != "bargain_hunters"]),
    ):
        counts, result = counted(part), kano.attribute(counted(part))
        page.value(f"{name}.pairs", len(part))
        for kind in ("must_be", "one_dimensional", "attractive", "indifferent"):
            page.value(f"{name}.{kind}", counts[kind])
        page.value(f"{name}.better", result.better, digits=2)
        page.value(f"{name}.worse", result.worse, digits=2)
        page.value(f"{name}.worse.low", result.worse_low, digits=2)
        page.value(f"{name}.worse.high", result.worse_high, digits=2)
        page.value(f"{name}.lead", counts[result.leading] - sorted(counts.values())[-2])
        page.value(f"{name}.chance", measures.Z_95 * np.sqrt(sum(sorted(counts.values())[-2:])), digits=1)
    hunters = many[(many["attribute"] == "loyalty_vouchers") & (many["segment"] == "bargain_hunters")]
    key = (hunters["category"] == "must_be").mean()
    page.value("hunters.key", 100 * key, unit="percent")
