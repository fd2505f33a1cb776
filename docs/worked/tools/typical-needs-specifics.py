"""Typical needs: most remarks name no motive, readers hear one all the same, and one segment of five stands apart."""

from functools import cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import artefacts, charts, coding, tree
from casebook.worked.figures import Column
from casebook.worked.journeys import mean_interval
from casebook.worked.measures import difference
from casebook.worked.page import Page, hold
from casebook.worked.tree import Branch

WORDS = Path(__file__).with_suffix(".toml")
WRITTEN = {"customers": 12_000, "seed": 7, "locale": "en_GB", "tables": ("customers", "verbatims", "passages", "orders", "surveys")}  # fmt: skip
"""Three times the customers of the class edition, of whom those are the first, writing English."""
MOTIVES = {
    "thrift": {"en": "Thrift", "fr": "Économie"},
    "esteem": {"en": "Esteem", "fr": "Considération"},
    "beauty": {"en": "Beauty", "fr": "Beauté"},
    "ease": {"en": "Ease", "fr": "Tranquillité"},
    "mastery": {"en": "Mastery", "fr": "Savoir-faire"},
    "lasting": {"en": "Durability", "fr": "Durée"},
    "conscience": {"en": "Conscience", "fr": "Conscience"},
}
"""Our list; the letters of the French tool are not public and have no part in it."""
NONE = {"en": "No motive", "fr": "Aucun motif"}
SAID = {
    "thrift": "good_deal p_long_good pot_luck_sale student_budget p_casual_good price_pleased multi_buy drop_after "
    "p_long_bad all_budgets poor_price price_quality",
    "esteem": "looked_after known_by_name kind_to_children kind_to_frail respectful talked_down accused no_interest ignored "
    "no_empathy customer_unimportant honest_advice pushy_advice loyal_ignored robotic_mails k_long_good k_long_bad "
    "rushed_out heart_warming eyes_rolled went_extra_mile rushed_advice",
    "beauty": "true_to_photo not_like_photo love_it style_taste all_grey taste_dated inspiration colour_advice "
    "affordable_style room_displays q_long_bad",
    "ease": "everything_one_roof all_there s_long_good s_long_bad s_casual_bad waited_in no_evening easy_rearrange good_slot "
    "wide_slot other_shop big_items_ready suits_my_times chasing chasing_again f_long_chase web_only_range one_contact "
    "solved_at_once",
    "mastery": "beginner_friendly planting_tips plant_rescue plants_took plants_died project_guided workshops "
    "right_plant_place tool_performance easy_build online_guides wrong_quantity quantity_right plant_diagnosis fiddly",
    "lasting": "ages_well poor_last broke_soon q_long_bad2 rust_fade quality_drop part_snapped motor_trouble faulty_soon "
    "long_lasting not_repairable",
}
"""Kinds of remark in which the words themselves say what it does for the customer: the first reader's code, ours."""
READ_IN = {
    "price": "thrift", "loyalty": "thrift", "quality": "lasting", "choice": "beauty", "shop": "beauty", "advice": "mastery",
    "assembly": "mastery", "courtesy": "esteem", "competence": "esteem", "ecology": "conscience",
    **dict.fromkeys(("stock", "delivery", "returns", "website", "wait", "app", "opening_hours", "parking"), "ease"),
}  # fmt: skip
"""What the second reader hears wherever somebody speaks of a theme: the motive that such people surely have."""
BORDER = [
    "good_value",
    "cheaper_than_rivals",
    "fee_reasonable",
    "flimsy",
    "solid",
    "no_advice",
    "sold_out_again",
    "apologised_well",
]
"""Kinds of remark in which the second reader still hears a motive once the rule is agreed."""
SAMPLE = 300
BOUND = 3.19
"""Standard errors that chance exceeds in one of 35 comparisons, each with five per cent in all (Bonferroni)."""
VERSION_EUR = 9_000
"""What a version of the leaflet costs, in our story."""
SEGMENTS = {
    "gardeners": {"en": "gardeners", "fr": "jardiniers"},
    "home_makers": {"en": "home makers", "fr": "aménageurs"},
    "renovators": {"en": "renovators", "fr": "rénovateurs"},
    "gift_buyers": {"en": "gift buyers", "fr": "offreurs de cadeaux"},
    "bargain_hunters": {"en": "bargain hunters", "fr": "chasseurs de bonnes affaires"},
}


@cache
def read() -> pd.DataFrame:
    """Return the remarks of comments after orders, as two readers code them."""
    data = cxdata.generate("tilmarenne", **WRITTEN)
    passages = data.truth["latents/passages"].drop(columns="source", errors="ignore")
    texts = data["verbatims"][["verbatim_id", "customer_id", "survey_id", "order_id", "text"]]
    hold("somebody said what is quoted", texts["text"].str.contains("prices are a godsend").any())
    rows = passages[passages["kind"] == "concept"].merge(texts, on="verbatim_id")
    rows = rows.merge(data["customers"][["customer_id", "segment"]], on="customer_id")
    rows = rows.merge(data["orders"][["order_id", "product_family", "channel"]], on="order_id")
    rows["programme"] = rows["survey_id"].map(data["surveys"].set_index("survey_id")["programme"].astype(str))
    rows = rows[rows["programme"].isin(["callback_after_order", "email_after_order"])]
    rows = rows.astype(dict.fromkeys(("aspect", "family", "segment", "product_family"), str))
    kind = rows["family"].str.split(".").str[1]
    rows["said"] = kind.map({one: motive for motive, kinds in SAID.items() for one in kinds.split()}).fillna("none")
    rows.loc[rows["aspect"] == "ecology", "said"] = "conscience"
    guess = rows["aspect"].map(READ_IN).fillna("none")
    rows["heard"] = rows["said"].where(rows["said"] != "none", guess)
    rows["ruled"] = rows["said"].where(~kind.isin(BORDER), guess)
    return rows.reset_index(drop=True)


def build(page: Page) -> None:
    """Compute the page."""
    both = read()
    rows = both[both["programme"] == "callback_after_order"]
    page.value("world", WRITTEN["customers"])
    page.value("comments", rows["verbatim_id"].nunique())
    page.value("remarks", len(rows))
    readers(page, rows)
    ladders(page, rows)
    segments(page, rows)
    gardeners(page, rows)
    twice(page, both)
    weighs(page, rows)
    exercise(page, rows)
    codes(page)


def readers(page: Page, rows: pd.DataFrame) -> None:
    """Two readers of the same remarks."""
    sample = rows.sort_values(["verbatim_id", "start"]).sample(SAMPLE, random_state=7)
    page.value("sample", SAMPLE)
    for name, code in (("free", "heard"), ("rule", "ruled")):
        found = coding.kappa(list(sample["said"]), list(sample[code]))
        page.value(f"kappa.{name}", found.value, digits=2)
        page.value(f"kappa.{name}.low", found.low, digits=2)
        page.value(f"kappa.{name}.high", found.high, digits=2)
        hold(
            "they disagree before the rule and agree after it",
            found.value < 0.4 if name == "free" else found.low > 0.75,
        )
    lines = []
    for name, label in {**MOTIVES, "none": NONE}.items():
        line = {code: 100 * (rows[code] == name).mean() for code in ("said", "heard")}
        lines.append({"motive": page.say(**label), **line})
        for code, share in line.items():
            page.value(f"{code}.{name}", share, unit="percent")
    page.value("heard.any", 100 * (rows["heard"] != "none").mean(), unit="percent")
    page.value("said.any", 100 * (rows["said"] != "none").mean(), unit="percent")
    hold("four remarks in five name no motive", 0.75 < (rows["said"] == "none").mean() < 0.85)
    hold("the second reader hears one in four of five", 0.75 < (rows["heard"] != "none").mean() < 0.87)
    table = pd.DataFrame(lines)
    first = table.iloc[:-1]
    hold(
        "ease leads among the heard, thrift among the said",
        first["heard"].idxmax() == 3 and first["said"].idxmax() == 0,
    )
    labels = {
        "said": page.say(en="The words say so", fr="Les mots le disent"),
        "heard": page.say(en="A reader hears it", fr="Un lecteur l’entend"),
    }
    long = table.melt("motive", var_name="reader", value_name="share").assign(
        reader=lambda one: one["reader"].map(labels),
        text=lambda one: [page.written(share, unit="percent") for share in one["share"]],
    )

    def bars(width: int) -> alt.LayerChart:
        left = 110
        base = alt.Chart(long).encode(
            y=alt.Y("motive:N", sort=list(table["motive"]), title=None, axis=alt.Axis(minExtent=left, labelLimit=left)),
            yOffset=alt.YOffset("reader:N", sort=list(labels.values())),
        )
        x = alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, 95]))
        colour = alt.Color(
            "reader:N", scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.NEUTRAL]),
            legend=alt.Legend(title=None, orient="top", columns=1 if width < charts.WIDE else 2),
        )  # fmt: skip
        return (
            base.mark_bar().encode(x=x, color=colour) + base.mark_text(align="left", dx=4).encode(x=x, text="text:N")
        ).properties(width=width - left - 10, height=300)

    page.chart(
        "readers",
        bars,
        title=page.say(
            en="Four remarks in five name no motive; a willing reader hears one in most of them",
            fr="Quatre remarques sur cinq ne nomment aucun motif ; un lecteur de bonne volonté en entend un presque partout",
        ),
        alternative=page.say(en="Share of remarks, words alone then willing reader: ", fr="Part des remarques, mots seuls puis lecteur de bonne volonté : ")
        + "; ".join(f"{row.motive} {page.written(row.said, unit='percent')}, {page.written(row.heard, unit='percent')}" for row in table.itertuples())
        + ".",
        data=table,
        columns={
            "motive": Column(label=page.say(en="Motive", fr="Motif")),
            **{code: Column(label=label, unit="percent") for code, label in labels.items()},
        },
    )  # fmt: skip


def ladders(page: Page, rows: pd.DataFrame) -> None:
    """The tree from motive to consequence to attribute."""
    values: dict[str, str | float] = {}
    for motive in MOTIVES:
        themes = [theme for theme, guess in READ_IN.items() if guess == motive]
        bare = (rows["said"] == "none") & rows["aspect"].isin(themes)
        values[f"{motive}.share"] = page.values[f"said.{motive}"]
        values[f"{motive}.said"] = page.written(int((rows["said"] == motive).sum()))
        values[f"{motive}.bare"] = page.written(int(bare.sum()))
    root = artefacts.read(page, WORDS, Branch, values, part="tree")
    page.drawing(
        "tree",
        tree.wide(root),
        narrow=tree.narrow(root),
        title=page.say(
            en="Most remarks stop at an attribute; few climb to what it is wanted for",
            fr="La plupart des remarques s’arrêtent à un attribut ; peu montent jusqu’à ce que l’on recherche",
        ),
        alternative=page.say(en="Ladders of seven motives, with the share of remarks whose words name them: ", fr="Échelles de sept motifs, avec la part des remarques qui les nomment : ")
        + ", ".join(f"{page.say(**label)} {page.values[f'said.{motive}']}" for motive, label in MOTIVES.items())
        + ".",
        note=page.say(
            en="Remarks are counted; values and consequences are worded by us.",
            fr="Les remarques sont comptées ; valeurs et conséquences sont formulées par nous.",
        ),
    )  # fmt: skip


def by_comment(rows: pd.DataFrame, motive: str, code: str = "said") -> pd.DataFrame:
    """Return one row per comment: whether a remark in it names the motive, in percent."""
    flagged = rows.assign(named=100.0 * (rows[code] == motive))
    return flagged.groupby(["verbatim_id", "customer_id", "segment", "product_family"], as_index=False)["named"].max()


def segments(page: Page, rows: pd.DataFrame) -> None:
    """Whether segments name other motives."""
    lines, apart = [], []
    for motive, label in MOTIVES.items():
        comments = by_comment(rows, motive)
        for segment, words in SEGMENTS.items():
            mine = comments[comments["segment"] == segment]
            value, low, high = mean_interval(mine["named"], mine["customer_id"])
            found = difference(comments.assign(mine=comments["segment"] == segment), outcome="named", treatment="mine")
            stands = abs(found.value) > BOUND * found.standard_error
            if stands:
                apart.append((motive, segment))
            lines.append({"motive": page.say(**label), "segment": page.say(**words), "share": value, "low": max(low, 0.0), "high": high, "apart": stands})  # fmt: skip
            page.value(f"{motive}.{segment}", value, unit="percent")
            page.value(f"{motive}.{segment}.low", low, unit="percent")
            page.value(f"{motive}.{segment}.high", high, unit="percent")
        others = comments[comments["segment"] != "bargain_hunters"]
        page.value(f"{motive}.others", others["named"].mean(), unit="percent")
    hold("thrift with bargain hunters alone stands apart", apart == [("thrift", "bargain_hunters")])
    page.value("comparisons", len(lines))
    page.value("versions", len(SEGMENTS))
    page.value("version", VERSION_EUR, unit="euros")
    page.value("saved", VERSION_EUR * (len(SEGMENTS) - 2), unit="euros")
    table = pd.DataFrame(lines)
    yes, no = page.say(**SEGMENTS["bargain_hunters"]), page.say(en="the four others", fr="les quatre autres")
    table["who"] = np.where(table["segment"] == yes, yes, no)

    def dots(width: int) -> alt.LayerChart:
        left = 110
        base = alt.Chart(table).encode(
            y=alt.Y(
                "motive:N",
                sort=[page.say(**label) for label in MOTIVES.values()],
                title=None,
                axis=alt.Axis(minExtent=left, labelLimit=left),
            ),
            yOffset=alt.YOffset("segment:N"),
            color=alt.Color(
                "who:N",
                sort=[yes, no],
                scale=alt.Scale(domain=[yes, no], range=[charts.BAD, charts.NEUTRAL]),
                legend=alt.Legend(title=None, orient="top", columns=1 if width < charts.WIDE else 2),
            ),
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, 25]),
            axis=alt.Axis(values=[0, 5, 10, 15, 20, 25]),
            title=page.say(en="Comments that name it, %", fr="Commentaires qui le nomment, %"),
        )
        return (
            base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
            + base.mark_point(filled=True, opacity=1, size=45).encode(x="share:Q")
        ).properties(width=width - left, height=380)

    page.chart(
        "segments",
        dots,
        title=page.say(
            en="Bargain hunters name thrift more often; nothing else tells the segments apart",
            fr="Les chasseurs de bonnes affaires nomment plus souvent l’économie ; rien d’autre ne distingue les segments",
        ),
        alternative=page.say(en="Share of comments that name a motive, bargain hunters then the others together: ", fr="Part des commentaires qui nomment un motif, chasseurs de bonnes affaires puis autres ensemble : ")
        + "; ".join(f"{page.say(**label)} {page.values[f'{motive}.bargain_hunters']}, {page.values[f'{motive}.others']}" for motive, label in MOTIVES.items())
        + ".",
        note=page.say(
            en="One line per segment: 95% interval, by customer. Motives by the first reader.",
            fr="Un trait par segment : intervalle à 95 %, par client. Motifs selon le premier lecteur.",
        ),
        data=table.pivot(index="motive", columns="segment", values="share").reindex([page.say(**label) for label in MOTIVES.values()])[[page.say(**words) for words in SEGMENTS.values()]].reset_index(),
        columns={
            "motive": Column(label=page.say(en="Motive", fr="Motif")),
            **{page.say(**words): Column(label=page.say(**words).capitalize(), unit="percent") for words in SEGMENTS.values()},
        },
    )  # fmt: skip


def gardeners(page: Page, rows: pd.DataFrame) -> None:
    """Whether mastery belongs to gardeners or to plants."""
    comments = by_comment(rows, "mastery")
    comments = comments.assign(mine=comments["segment"] == "gardeners", plants=comments["product_family"] == "plants")
    for name, treatment, strata in (
        ("plain", "mine", ()),
        ("within", "mine", ("product_family",)),
        ("plants", "plants", ()),
        ("plants.within", "plants", ("segment",)),
    ):
        found = difference(comments, outcome="named", treatment=treatment, strata=strata)
        page.value(f"gap.{name}", found.value, digits=1, sign=True)
        page.value(f"gap.{name}.low", found.low, digits=1, sign=True)
        page.value(f"gap.{name}.high", found.high, digits=1, sign=True)
        if name == "within":
            hold("within goods the gap of gardeners may be chance", found.low < 0 < found.high)
    for side, name in ((True, "mine"), (False, "others")):
        part = comments[comments["mine"] == side]
        page.value(f"learnt.{name}", part["named"].mean(), digits=1, unit="percent")
        page.value(f"plants.{name}", 100 * part["plants"].mean(), unit="percent")


def twice(page: Page, rows: pd.DataFrame) -> None:
    """Whether somebody who names a motive once names it again."""
    named = rows[rows["said"] != "none"].drop_duplicates("verbatim_id")[["customer_id", "verbatim_id", "said"]]
    pairs = named.merge(named, on="customer_id")
    pairs = pairs[pairs["verbatim_id_x"] < pairs["verbatim_id_y"]]
    same = 100.0 * (pairs["said_x"] == pairs["said_y"])
    value, low, high = mean_interval(same, pairs["customer_id"])
    chance = 100 * float((named["said"].value_counts(normalize=True) ** 2).sum())
    hold("the same motive comes back no more often than by chance", low < chance < high)
    page.value("twice", pairs["customer_id"].nunique())
    page.value("twice.same", value, unit="percent")
    page.value("twice.low", low, unit="percent")
    page.value("twice.high", high, unit="percent")
    page.value("twice.chance", chance, unit="percent")


def weighs(page: Page, rows: pd.DataFrame) -> None:
    """What is talked of, beside what the answer key gives weight in the recommendation."""
    rows = rows[rows["channel"] == "web"]
    key = cxdata.answer_key(cxdata.edition("tilmarenne", "class"))
    for theme, aspect in (("price", "price"), ("delivery", "delivery"), ("product", "quality")):
        page.value(f"key.{theme}", key[f"{theme}_in_recommendation"]["planted"]["value"], unit="percent")
        page.value(f"talk.{theme}", 100 * (rows["aspect"] == aspect).mean(), unit="percent")
    talk = rows["aspect"].value_counts(normalize=True)
    hold("price is talked of about as much as delivery", abs(talk["price"] - talk["delivery"]) < 0.04)


def exercise(page: Page, rows: pd.DataFrame) -> None:
    """What the second reader's codes would say of segments."""
    apart = []
    for motive in MOTIVES:
        comments = by_comment(rows, motive, "heard")
        for segment in SEGMENTS:
            chosen = comments["segment"] == segment
            found = difference(comments.assign(mine=chosen), outcome="named", treatment="mine")
            if abs(found.value) > BOUND * found.standard_error:
                apart.append((motive, segment))
            if (motive, segment) in (("thrift", "bargain_hunters"), ("beauty", "home_makers")):
                name = f"try.{motive}"
                page.value(f"{name}.mine", comments.loc[chosen, "named"].mean(), unit="percent")
                page.value(f"{name}.others", comments.loc[~chosen, "named"].mean(), unit="percent")
                for suffix, number in (("", found.value), (".low", found.low), (".high", found.high)):
                    page.value(f"{name}{suffix}", number, digits=1, sign=True)
    hold("the second reader finds one pair more", apart == [("thrift", "bargain_hunters"), ("beauty", "home_makers")])
    choice = rows.assign(named=100.0 * (rows["aspect"] == "choice"))
    page.value("choice.mine", choice.loc[choice["segment"] == "home_makers", "named"].mean(), unit="percent")
    page.value("choice.others", choice.loc[choice["segment"] != "home_makers", "named"].mean(), unit="percent")


def codes(page: Page) -> None:
    """The code lists of both readers, as somebody who repeats them needs them."""
    said, heard = page.say(en="said in", fr="dit dans"), page.say(en="heard in", fr="entendu dans")
    lines = []
    for motive, label in MOTIVES.items():
        kinds = (
            ", ".join(SAID[motive].split())
            if motive in SAID
            else page.say(en="all of ecology", fr="tous les codes d’ecology")
        )
        themes = ", ".join(theme for theme, guess in READ_IN.items() if guess == motive)
        lines.append(f"<li><b>{page.say(**label)}</b>: {said} {kinds}; {heard} {themes}.</li>")
    page.html("codes", f"<ul>{''.join(lines)}</ul>")
