"""Empathy map of one persona: what customers write about price hardly tells whether they buy again."""

from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, faces
from casebook.worked.figures import Column
from casebook.worked.journeys import mean_interval
from casebook.worked.measures import difference, share_interval
from casebook.worked.page import Page, hold
from casebook.worked.sheet import Sheet, sheet

WORDS = Path(__file__).with_suffix(".toml")
WRITTEN = {
    "customers": 12_000,
    "seed": 7,
    "locale": "en_GB",
    "tables": ("customers", "verbatims", "passages", "orders", "surveys"),
}
"""Three times the customers of the class edition, of whom those are the first, writing English."""
SEGMENT, AGE = "bargain_hunters", 44
LOOK = {"skin": "deep", "hair": "black", "cut": "crop", "accessory": "cap", "clothes": "2"}
"""Guillaume, as the page on personas draws him."""
DAYS = 180
"""Within which a purchase after a text counts."""
DISCOUNT = 0.05
"""What the marketing manager of our story would give on every purchase."""
LEAVING = ["never_again", "better_elsewhere", "lost_trust", "fed_up"]
"""Kinds of remark that say goodbye."""
UPSET = ["worried", "disappointed", "angry"]
QUOTED = {"praise": ("price", "positive"), "blame": ("price", "negative"), "silence": ("follow_up", "negative")}
QUOTE_LENGTHS = (28, 70)
LOTS = {"en": 8, "fr": 5}
"""State of the lot that draws quotations, by language."""
PILES = {
    "orders": {"en": "Asked after an order", "fr": "Interrogés après achat"},
    "service": {"en": "Wrote to the service centre", "fr": "Ont écrit au service client"},
}
THEMES = {
    "price": {"en": "Price", "fr": "Prix"},
    "quality": {"en": "Quality of goods", "fr": "Qualité des produits"},
    "follow_up": {"en": "No news", "fr": "Pas de nouvelles"},
    "stock": {"en": "Out of stock", "fr": "Ruptures"},
    "delivery": {"en": "Delivery", "fr": "Livraison"},
}


def coded(data: cxdata.Dataset, customers: pd.DataFrame) -> pd.DataFrame:
    """Return the remarks with their words, writer and segment."""
    passages = data.truth["latents/passages"].drop(columns="source", errors="ignore")
    texts = data["verbatims"][["verbatim_id", "customer_id", "survey_id", "source", "written_at", "text"]]
    rows = passages[passages["kind"] == "concept"].merge(texts, on="verbatim_id")
    rows["words"] = [text[int(a) : int(b)] for text, a, b in zip(rows["text"], rows["start"], rows["end"], strict=True)]
    rows = rows.merge(customers[["customer_id", "segment"]], on="customer_id")
    rows["mine"] = rows["segment"] == SEGMENT
    return rows.astype(dict.fromkeys(("aspect", "polarity", "family", "tone", "source"), str))


@cache
def written() -> tuple[cxdata.Dataset, pd.DataFrame]:
    """Return the world that writes English, and its remarks."""
    data = cxdata.generate("tilmarenne", **WRITTEN)
    rows = coded(data, data["customers"])
    programme = data["surveys"].set_index("survey_id")["programme"].astype(str)
    rows["programme"] = rows["survey_id"].map(programme)
    after = rows["programme"].isin(["email_after_order", "callback_after_order"])
    service = rows["source"].isin(["message", "complaint", "chat"])
    rows["pile"] = np.select([after, service], ["orders", "service"], "other")
    return data, rows


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    world, rows = written()
    mine = rows[rows["mine"]]
    page.value("texts", mine["verbatim_id"].nunique())
    page.value("remarks", len(mine))
    page.value("world", WRITTEN["customers"])
    page.value("customers", int((data["customers"]["segment"] == SEGMENT).sum()))
    page.value("age", AGE)
    said = says(page, rows)
    done = does(page, data)
    felt = feels(page, data)
    deeds(page, world, rows)
    piles(page, mine)
    nobody(page, mine)
    adviser(page, data)
    price(page, data)
    guesses(page, said, done, felt)
    drawn(page, data)
    exercise(page, rows)


def says(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Praise and blame of the price, in comments after orders."""
    after = rows[rows["pile"] == "orders"]
    for polarity in ("positive", "negative"):
        about = (after["aspect"] == "price") & (after["polarity"] == polarity)
        hold("no segment says it more often", about.groupby(after["segment"].astype(str)).mean().idxmax() == SEGMENT)
    asked = after[after["mine"]]
    counts = asked.groupby(["aspect", "polarity"]).size()
    praise, blame = int(counts["price", "positive"]), int(counts["price", "negative"])
    all_blame = int((asked["polarity"] == "negative").sum())
    page.value("asked", asked["verbatim_id"].nunique())
    page.value("praise", praise)
    page.value("blame", blame)
    page.value("blame.all", all_blame)
    for theme in THEMES:
        page.value(f"blame.{theme}", 100 * counts[theme, "negative"] / all_blame, unit="percent")
    judged = asked[(asked["aspect"] == "price") & asked["polarity"].isin(["positive", "negative"])]
    value, low, high = mean_interval(100.0 * (judged["polarity"] == "positive"), judged["customer_id"])
    page.value("praise.share", value, unit="percent")
    page.value("praise.low", low, unit="percent")
    page.value("praise.high", high, unit="percent")
    hold("of remarks on price more praise than blame", low > 50)
    top = {
        polarity: asked.loc[asked["polarity"] == polarity, "aspect"].value_counts().index[0]
        for polarity in ("positive", "negative")
    }
    hold("price comes first in praise and in blame", set(top.values()) == {"price"})
    gap = counts["price", "negative"] - counts["quality", "negative"]
    hold("quality is blamed about as often as price", abs(gap) < 1.96 * np.sqrt(counts["price", "negative"] * 2))
    return asked


def with_segment(data: cxdata.Dataset, table: str) -> pd.DataFrame:
    """Return a table with whether each row is a bargain hunter's."""
    customers = data["customers"].assign(mine=data["customers"]["segment"] == SEGMENT)
    return data[table].merge(customers[["customer_id", "mine"]], on="customer_id")


def against(page: Page, name: str, rows: pd.DataFrame, what: str, unit: str = "percent") -> bool:
    """Name a share of this segment and of the others; return whether they differ beyond chance."""
    shares = rows.groupby("mine")[what].mean()
    found = difference(rows.assign(value=100.0 * rows[what]), outcome="value", treatment="mine", cluster="customer_id")
    page.value(f"{name}.mine", 100 * shares[True], unit="percent")
    page.value(f"{name}.others", 100 * shares[False], unit="percent")
    return not found.low < 0 < found.high


def does(page: Page, data: cxdata.Dataset) -> dict[str, bool]:
    """What orders and visits say."""
    orders, visits = with_segment(data, "orders"), with_segment(data, "web_sessions")
    visits = visits.assign(
        phone=visits["device"] == "phone",
        evening=visits["started_at"].dt.hour >= 20,
        guide=(visits["content_topic"] == "buying_guides"),
    )
    readers = visits[visits["content_topic"].notna()]
    differs = {
        "offer": against(page, "offer", orders, "is_promotion"),
        "phone": against(page, "phone", visits, "phone"),
        "evening": against(page, "evening", visits, "evening"),
        "guide": against(page, "guide", readers, "guide"),
    }
    hold(
        "he buys on offer more, visits by phone more, reads guides more",
        all(differs[one] for one in ("offer", "phone", "guide")),
    )
    hold("his evenings are like those of others", not differs["evening"])
    mine = orders[orders["mine"]]
    hold("half on offer, half not", abs(mine["is_promotion"].mean() - 0.5) < 0.05)
    return differs


def feels(page: Page, data: cxdata.Dataset) -> dict[str, bool]:
    """What advisers noted in contacts."""
    contacts = with_segment(data, "contacts").loc[lambda rows: ~rows["is_abandoned"]]
    contacts = contacts.assign(
        angry=contacts["emotion_before"] == "angry",
        before=contacts["emotion_before"].isin(UPSET),
        after=contacts["emotion_after"].isin(UPSET),
    )
    differs = {name: against(page, name, contacts, name) for name in ("angry", "before", "after")}
    hold("he is not angrier than others when he calls", not differs["angry"])
    end = difference(
        contacts.assign(value=100.0 * contacts["after"]), outcome="value", treatment="mine", cluster="customer_id"
    )
    page.value("after.gap", end.value)
    page.value("after.low", end.low)
    page.value("after.high", end.high)
    page.value("contacts", int(contacts["mine"].sum()))
    orders = with_segment(data, "orders")
    per = 100 * contacts.loc[contacts["mine"], "order_id"].nunique() / orders["mine"].sum()
    page.value("contact.orders", per, unit="percent")
    return differs


def deeds(page: Page, world: cxdata.Dataset, rows: pd.DataFrame) -> None:
    """Who bought again after which words."""
    rows = rows[rows["written_at"] < pd.Timestamp("2025-01-01") - pd.Timedelta(days=DAYS)]
    kind = rows["family"].str.split(".").str[1]
    price = rows["mine"] & (rows["aspect"] == "price")
    groups = {
        "all": (rows["mine"], {"en": "Bargain hunters: all texts", "fr": "Chasseurs : tous les textes"}),
        "praise": (price & (rows["polarity"] == "positive"), {"en": "... that praise the price", "fr": "... qui vantent le prix"}),
        "blame": (price & (rows["polarity"] == "negative"), {"en": "... that blame the price", "fr": "... qui critiquent le prix"}),
        "everybody": (rows["mine"] | True, {"en": "All customers: all texts", "fr": "Tous les clients : tous les textes"}),
        "return": (kind == "will_return", {"en": "... “I’ll be back”", "fr": "... « je reviendrai »"}),
        "leave": (kind.isin(LEAVING), {"en": "... “never again” and the like", "fr": "... « plus jamais » et semblables"}),
    }  # fmt: skip
    orders = world["orders"][["customer_id", "ordered_at"]]
    lines = []
    for name, (chosen, label) in groups.items():
        texts = rows[chosen].drop_duplicates("verbatim_id")[["verbatim_id", "customer_id", "written_at"]]
        near = texts.merge(orders, on="customer_id")
        wait = (near["ordered_at"] - near["written_at"]).dt.total_seconds() / 86_400
        bought = set(near.loc[(wait > 0) & (wait <= DAYS), "verbatim_id"])
        again = 100.0 * texts["verbatim_id"].isin(bought)
        value, low, high = mean_interval(again, texts["customer_id"])
        lines.append((page.say(**label), len(texts), value, low, high))
        page.value(f"again.{name}", value, unit="percent")
        page.value(f"again.{name}.low", low, unit="percent")
        page.value(f"again.{name}.high", high, unit="percent")
        page.value(f"again.{name}.texts", len(texts))
    table = pd.DataFrame(lines, columns=["who", "texts", "again", "low", "high"])
    of = dict(zip(groups, lines, strict=True))
    hold(
        "blame and praise of the price buy alike",
        of["blame"][4] > of["praise"][3] and of["blame"][4] > of["all"][2] > of["blame"][3],
    )
    hold("about half of those who say goodbye are back", 40 < of["leave"][2] < 62 and of["leave"][3] > 35)
    hold("goodbyes are followed by fewer purchases", of["leave"][4] < of["everybody"][2])
    page.value("days", DAYS)

    def dots(width: int) -> alt.LayerChart:
        narrow = width < charts.WIDE
        names, down = (0, 9) if narrow else (230, 0)
        base = alt.Chart(table)
        y = alt.Y("who:N", sort=None, axis=None)
        scale = alt.Scale(domain=[0, 100], range=[names, width])
        x = alt.X("low:Q", scale=scale, axis=alt.Axis(values=[0, 25, 50, 75, 100], grid=True), title=page.say(
            en="Texts followed by a purchase within six months, %" if not narrow else "Bought within six months, %",
            fr="Textes suivis d’un achat sous six mois, %" if not narrow else "Achat sous six mois, %",
        ))  # fmt: skip
        rule = base.mark_rule(strokeWidth=3, color=charts.NEUTRAL, yOffset=down, y2Offset=down).encode(
            y=y, x=x, x2="high:Q"
        )
        point = base.mark_point(size=90, filled=True, opacity=1, yOffset=down).encode(y=y, x="again:Q")
        label = base.mark_text(align="left", dy=-8 if narrow else 0, color=charts.MUTED).encode(
            y=y, x=alt.value(0), text="who:N"
        )
        return (rule + point + label).properties(width=width, height=(42 if narrow else 30) * len(table))

    page.chart(
        "deeds",
        dots,
        title=page.say(
            en="Whoever blames the price buys again like whoever praises it; half of those who say goodbye are back",
            fr="Qui critique le prix rachète autant que qui le vante ; la moitié de ceux qui disent adieu reviennent",
        ),
        alternative=page.say(en="Share of texts followed by a purchase within 180 days: ", fr="Part des textes suivis d’un achat sous 180 jours : ")
        + "; ".join(f"{row.who} {page.written(row.again, unit='percent')} ({page.written(row.low)}–{page.written(row.high)})" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Lines are 95% intervals, by customer. Only texts that 180 days of data follow.",
            fr="Traits : intervalles à 95 %, par client. Seuls comptent les textes suivis de 180 jours de données.",
        ),
        data=table,
        columns={
            "who": Column(label=page.say(en="Whose texts", fr="Quels textes")),
            "texts": Column(label=page.say(en="Texts", fr="Textes")),
            "again": Column(label=page.say(en="Bought", fr="Achat"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )  # fmt: skip


def piles(page: Page, mine: pd.DataFrame) -> None:
    """The same person has other pains in another pile of texts."""
    blame = mine[mine["polarity"] == "negative"]
    lines = []
    for theme, label in THEMES.items():
        line = {"theme": page.say(**label)}
        for pile in PILES:
            rows = blame[blame["pile"] == pile]
            line[pile] = 100 * (rows["aspect"] == theme).mean()
            page.value(f"pile.{pile}.{theme}", line[pile], unit="percent")
        lines.append(line)
    table = pd.DataFrame(lines)
    for pile in PILES:
        page.value(f"pile.{pile}", int((blame["pile"] == pile).sum()))
    hold(
        "price all but vanishes in what goes to the service centre",
        table.at[0, "service"] < 3 and table.at[0, "orders"] > 10,
    )
    hold("silence comes first there", table["service"].idxmax() == 2)
    long = table.melt("theme", var_name="pile", value_name="percent")
    long["pile"] = long["pile"].map(lambda pile: page.say(**PILES[pile]))
    long["text"] = [page.written(value, unit="percent") for value in long["percent"]]

    def bars(width: int) -> alt.LayerChart:
        narrow = width < charts.WIDE
        names = [page.say(**label) for label in PILES.values()]
        left = 110 if narrow else 150
        base = alt.Chart(long).encode(
            y=alt.Y(
                "theme:N",
                sort=[page.say(**label) for label in THEMES.values()],
                title=None,
                axis=alt.Axis(labelLimit=left, minExtent=left),
            ),
            yOffset=alt.YOffset("pile:N", sort=names),
        )
        x = alt.X("percent:Q", axis=None, scale=alt.Scale(domain=[0, 25]))
        colour = alt.Color(
            "pile:N",
            sort=names,
            scale=alt.Scale(domain=names, range=[charts.GOOD, charts.BAD]),
            legend=alt.Legend(title=None, orient="top", columns=1 if narrow else 2),
        )
        return (
            base.mark_bar().encode(x=x, color=colour) + base.mark_text(align="left", dx=5).encode(x=x, text="text:N")
        ).properties(width=width - left - 10, height=230)

    page.chart(
        "piles",
        bars,
        title=page.say(
            en="Price is a pain of those who are asked, silence of those who write to the service centre",
            fr="Le prix gêne ceux qu’on interroge, le silence ceux qui écrivent au service client",
        ),
        alternative=page.say(en="Share of blame, asked after an order against written to the service centre: ", fr="Part des critiques, interrogés après achat contre écrits au service client : ")
        + "; ".join(f"{row.theme} {page.written(row.orders, unit='percent')} / {page.written(row.service, unit='percent')}" for row in table.itertuples())
        + ".",
        note=page.say(
            en="Of the remarks of bargain hunters that blame something, the share about each theme; other themes are left out.",
            fr="Part de chaque thème dans les critiques des chasseurs de bonnes affaires ; les autres thèmes ne figurent pas.",
        ),
        data=table,
        columns={
            "theme": Column(label=page.say(en="Theme", fr="Thème")),
            **{pile: Column(label=page.say(**label), unit="percent") for pile, label in PILES.items()},
        },
    )  # fmt: skip


def nobody(page: Page, mine: pd.DataFrame) -> None:
    """How many of the map's remarks come together in one person."""
    lines = {
        "praise": ("price", "positive"),
        "blame": ("price", "negative"),
        "quality": ("quality", "negative"),
        "silence": ("follow_up", "negative"),
    }
    writers = pd.Index(mine["customer_id"].unique())
    count = np.zeros(len(writers), int)
    for aspect, polarity in lines.values():
        count += writers.isin(mine.loc[(mine["aspect"] == aspect) & (mine["polarity"] == polarity), "customer_id"])
    page.value("writers", len(writers))
    page.value("lines", len(lines))
    page.value("lines.none", 100 * (count == 0).mean(), unit="percent")
    page.value("lines.all", int((count == len(lines)).sum()))
    page.value("lines.two", 100 * (count >= 2).mean(), unit="percent")
    hold("hardly anybody said it all", (count == len(lines)).mean() < 0.02)
    hold("a third said none of it", 0.28 < (count == 0).mean() < 0.42)


def adviser(page: Page, data: cxdata.Dataset) -> None:
    """What advisers note at the end, beside what customers answer."""
    surveys = data["surveys"]
    marks = surveys.loc[surveys["programme"] == "after_contact", ["contact_id", "contact_csat"]].dropna()
    rows = data["contacts"].merge(marks, on="contact_id")
    noted = rows["emotion_after"].isin(["calm", "satisfied"])
    unhappy = rows["contact_csat"] <= 2
    page.value("noted", int(noted.sum()))
    page.value("noted.unhappy", 100 * unhappy[noted].mean(), unit="percent")
    page.value("upset", int((~noted).sum()))
    page.value("upset.happy", 100 * (rows.loc[~noted, "contact_csat"] >= 4).mean(), unit="percent")


def price(page: Page, data: cxdata.Dataset) -> None:
    """What the discount gives away on purchases that are made anyway."""
    orders = with_segment(data, "orders")
    mine = orders[orders["mine"] & (orders["ordered_at"] >= "2024-01-01")]
    full = mine.loc[~mine["is_promotion"], "amount_eur"].sum()
    people = int((data["customers"]["segment"] == SEGMENT).sum())
    page.value("discount", 100 * DISCOUNT, unit="percent")
    page.value("full", full, unit="euros")
    page.value("given", DISCOUNT * full, unit="euros")
    page.value("given.thousand", round(1000 * DISCOUNT * full / people, -1), unit="euros")


def guesses(page: Page, asked: pd.DataFrame, done: dict[str, bool], felt: dict[str, bool]) -> None:
    """The team's guesses beside what is on file."""
    value = page.values
    same, half = page.say(en="no different", fr="pas de différence"), page.say(en="half right", fr="à moitié juste")
    wrong, none = page.say(en="wrong", fr="faux"), page.say(en="nobody knows", fr="nul ne sait")
    lines = [
        (
            page.say(en="Says “too dear”", fr="Dit : « trop cher »"),
            page.say(en=f"of the price: {value['praise']} praise, {value['blame']} blame", fr=f"du prix : {value['praise']} éloges, {value['blame']} critiques"),
            half,
        ),
        (
            page.say(en="Buys offers only", fr="N’achète qu’en promotion"),
            page.say(en=f"{value['offer.mine']} of orders (others {value['offer.others']})", fr=f"{value['offer.mine']} des commandes (autres : {value['offer.others']})"),
            half,
        ),
        (
            page.say(en="Shops at night, by phone", fr="Achète le soir, au mobile"),
            page.say(
                en=f"by phone {value['phone.mine']} (others {value['phone.others']}), after eight {value['evening.mine']} ({value['evening.others']})",
                fr=f"mobile {value['phone.mine']} (autres : {value['phone.others']}), après 20 h {value['evening.mine']} ({value['evening.others']})",
            ),
            half,
        ),
        (
            page.say(en="Feels angry when he calls", fr="Appelle en colère"),
            page.say(en=f"{value['angry.mine']} of contacts (others {value['angry.others']})", fr=f"{value['angry.mine']} des contacts (autres : {value['angry.others']})"),
            same,
        ),
        (
            page.say(en="Says “never again”, is gone", fr="Dit « plus jamais » et part"),
            page.say(en=f"{value['again.leave']} buy within six months", fr=f"{value['again.leave']} rachètent sous six mois"),
            wrong,
        ),
        (
            page.say(en="Thinks himself cleverer than the shop", fr="Se croit plus malin que l’enseigne"),
            page.say(en="nothing on file", fr="rien en base"),
            none,
        ),
    ]  # fmt: skip
    page.value("guesses", len(lines))
    page.table(
        "guesses",
        pd.DataFrame(lines, columns=["guess", "file", "verdict"]),
        caption=page.say(en="Six lines of the workshop’s map (ours), checked", fr="Six lignes de la carte de l’atelier (de nous), vérifiées"),
        columns={
            "guess": Column(label=page.say(en="The team guessed", fr="L’équipe supposait")),
            "file": Column(label=page.say(en="On file", fr="En base")),
            "verdict": Column(label=page.say(en="So", fr="Donc")),
        },
    )  # fmt: skip


def drawn(page: Page, data: cxdata.Dataset) -> None:
    """The map itself, with quotations in the page's language."""
    rows = written()[1] if page.language == "en" else coded(data, data["customers"])
    mine = rows[rows["mine"] & (rows["tone"] != "ironic") & rows["words"].str.len().between(*QUOTE_LENGTHS)]
    quotes = {}
    for name, (aspect, polarity) in QUOTED.items():
        fits = mine[(mine["aspect"] == aspect) & (mine["polarity"] == polarity)].sort_values(["verbatim_id", "start"])
        words = str(fits.sample(1, random_state=LOTS[page.language])["words"].iloc[0])
        quotes[f"quote.{name}"] = words[0].upper() + words[1:]
    face = faces.figure(faces.Face(age=AGE, **LOOK), size=96)
    page.html(
        "map",
        sheet(
            artefacts.read(page, WORDS, Sheet, quotes, part="map"),
            language=page.language,
            picture=face,
            alternative=page.say(en="Drawn face of a man of about 44", fr="Visage dessiné d’un homme d’environ 44 ans"),
        ),
    )


def exercise(page: Page, rows: pd.DataFrame) -> None:
    """The pains of another persona, from two piles."""
    blame = rows[(rows["segment"] == "gift_buyers") & (rows["polarity"] == "negative")]
    for pile in PILES:
        part = blame[blame["pile"] == pile]
        page.value(f"sylvie.{pile}", len(part))
        for theme in ("packaging", "quality", "follow_up", "delivery", "price"):
            count = int((part["aspect"] == theme).sum())
            low, high = share_interval(count, len(part))
            page.value(f"sylvie.{pile}.{theme}", 100 * count / len(part), unit="percent")
            page.value(f"sylvie.{pile}.{theme}.low", 100 * low, unit="percent")
            page.value(f"sylvie.{pile}.{theme}.high", 100 * high, unit="percent")
