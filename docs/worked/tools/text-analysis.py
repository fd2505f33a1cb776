"""Text analysis: a program that is right on phrases it has seen miscounts those it has not, and a read sample mends it."""

import re
from functools import cache

import altair as alt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

import cxdata
from casebook.worked import charts, coding, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

CUSTOMERS, SEED, LOCALE = 12_000, 7, "en_GB"
"""Three times the customers of the class edition, of whom those are the first, writing English."""
CODES = {
    "quality": {"en": "Quality", "fr": "Qualité"},
    "price": {"en": "Price", "fr": "Prix"},
    "choice": {"en": "Choice", "fr": "Choix"},
    "courtesy": {"en": "Courtesy", "fr": "Amabilité"},
    "advice": {"en": "Advice", "fr": "Conseil"},
    "stock": {"en": "Stock", "fr": "Disponibilité"},
    "delivery": {"en": "Delivery", "fr": "Livraison"},
    "packaging": {"en": "Packaging", "fr": "Emballage"},
}
REST = "something else"
WORDS = {
    "quality": r"quality|broke|flimsy|solid|faulty|\brust|material|finish|\blast|durab|sturdy",
    "price": r"price|cheap|expensive|\bdear\b|\bcost|value|bargain|money|\bsale\b|\boffer",
    "choice": r"choice|range|selection|variety|colours",
    "courtesy": r"polite|rude|friendly|smile|\bstaff\b|\bkind\b|helpful|manners|welcom",
    "advice": r"advice|advis|\btips?\b|recommend|explain|suggest",
    "stock": r"stock|sold out|shelf|shelves|availab",
    "delivery": r"deliver|courier|driver|parcel|\bvan\b|doorstep|\blate\b|arriv|tracking|\bslot|collect",
    "packaging": r"packag|packed|\bbox|carton|wrap|padding|polystyrene|damaged|crushed|plastic",
}
"""The word list, written from the codebook before any comment was read."""
FOLDS = 5
READ, READ_TWICE = 400, 200
"""Comments that a person reads; of these, how many a second one reads too."""
BORDER = re.compile(r"price\..*(free_delivery|_fee|fee_)|packaging\..*(broken|damaged|scratched|_dam|intact)")
"""Families on the border of delivery, its fees and what breaks on the way, which the first codebook gives to nobody."""
PATIENCE = 5
"""Passages of a comment after which the second reader stops."""
KNOWN_AS = {"delivery": "delivery", "quality": "product", "price": "price", "choice": "choice"}
"""Codes whose weight the answer key knows, with the name of the mark that bears it."""


@cache
def comments() -> tuple[cxdata.Dataset, pd.DataFrame, pd.DataFrame]:
    """Return the data, the comments after orders, and their passages with the words and the program's readings."""
    tables = ("verbatims", "passages", "orders", "surveys")
    data = cxdata.generate("tilmarenne", customers=CUSTOMERS, seed=SEED, locale=LOCALE, tables=tables)
    texts = data["verbatims"].merge(data["surveys"][["survey_id", "programme"]], on="survey_id")
    texts = texts[texts["programme"].isin(["email_after_order", "callback_after_order"])]
    truth = data.truth["latents/passages"]
    passages = truth[truth["kind"] == "concept"].merge(texts[["verbatim_id", "text"]], on="verbatim_id")
    spans = zip(passages["text"], passages["start"].astype(int), passages["end"].astype(int), strict=True)
    passages["words"] = [text[start:end] for text, start, end in spans]
    for name in ("aspect", "polarity", "family", "tone"):
        passages[name] = passages[name].astype(str)
    passages["code"] = passages["aspect"].where(passages["aspect"].isin(list(CODES)), REST)
    by_family, by_lot = folds(passages)
    passages["new"] = read(passages, "code", by_family)
    passages["seen"] = read(passages, "code", by_lot)
    passages["tone_new"] = read(passages, "polarity", by_family)
    passages["tone_seen"] = read(passages, "polarity", by_lot)
    passages["listed"] = by_list(passages["words"])
    return data, texts, passages


def folds(passages: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return two ways to cut the passages in five: whole families of phrases together, or passages by lot."""
    families = passages.drop_duplicates("family").sample(frac=1, random_state=SEED)
    part = families.groupby(["aspect", "polarity"]).cumcount() % FOLDS
    by_family = passages["family"].map(dict(zip(families["family"], part, strict=True))).to_numpy()
    return by_family, np.random.default_rng(SEED).integers(0, FOLDS, len(passages))


def read(passages: pd.DataFrame, target: str, part: np.ndarray) -> np.ndarray:
    """Return what a logistic classifier reads in each passage, trained on the parts that do not hold it."""
    words, codes = CountVectorizer().fit_transform(passages["words"]), passages[target].to_numpy(str)
    found = np.empty(len(passages), object)
    for one in range(FOLDS):
        model = make_pipeline(
            TfidfTransformer(sublinear_tf=True),
            SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=5, tol=None, random_state=SEED),
        )
        found[part == one] = model.fit(words[part != one], codes[part != one]).predict(words[part == one])
    return found


def by_list(words: pd.Series) -> np.ndarray:
    """Return the code with the most hits of the word list, or the rest where there is none."""
    low = words.str.lower()
    hits = np.column_stack([low.str.count(pattern) for pattern in WORDS.values()])
    return np.where(hits.max(axis=1) > 0, np.array(list(WORDS))[hits.argmax(axis=1)], REST)


def having(texts: pd.DataFrame, passages: pd.DataFrame, column: str, code: str) -> np.ndarray:
    """Return which comments hold a passage with a code in a column of readings."""
    return texts["verbatim_id"].isin(passages.loc[passages[column] == code, "verbatim_id"]).to_numpy()


def build(page: Page) -> None:
    """Compute the page."""
    data, texts, passages = comments()
    page.value("customers", CUSTOMERS)
    page.value("comments", len(texts))
    page.value("passages", len(passages))
    page.value("each.words", texts["word_count"].mean(), digits=1)
    page.value("each.concepts", len(passages) / len(texts), digits=1)
    page.value("families", passages["family"].nunique())
    page.value("read", READ)
    page.value("read.twice", READ_TWICE)
    page.value("read.hours", READ / 60, digits=1)
    drawn = np.random.default_rng(SEED).permutation(len(texts))[:READ]
    sample = np.zeros(len(texts), bool)
    sample[drawn] = True
    twice = np.zeros(len(texts), bool)
    twice[drawn[:READ_TWICE]] = True
    readers(page, texts, passages, twice)
    splits(page, passages)
    quality(page, passages)
    counts(page, texts, passages, sample)
    weekly(page, texts, passages)
    blame(page, texts, passages)
    irony(page, passages)
    codebook(page, texts, passages)
    importance(page, data, texts, passages)
    writers(page, data, texts)
    exercise(page, data, texts, passages, sample)


def second_reader(passages: pd.DataFrame) -> pd.Series:
    """Return the codes of a reader with two habits: the border is delivery, and long comments are not finished."""
    code = passages["code"].copy()
    code[[bool(BORDER.match(family)) for family in passages["family"]]] = "delivery"
    place = passages.groupby("verbatim_id").cumcount()
    return code.where(place < PATIENCE, "")


def readers(page: Page, texts: pd.DataFrame, passages: pd.DataFrame, twice: np.ndarray) -> None:
    """Agreement of two readers, code by code."""
    passages["other"] = second_reader(passages)
    mended = passages["code"].where(passages["other"] != "", "")
    passages["mended"] = mended
    found = {}
    for name in ("other", "mended"):
        for code in CODES:
            one, two = (having(texts, passages, column, code)[twice] for column in ("code", name))
            found[name, code] = coding.kappa(list(one), list(two))
    order = sorted(CODES, key=lambda code: found["other", code].value)
    hold("the readers part most over packaging and delivery", order[:2] == ["packaging", "delivery"])
    for code in order[:2]:
        page.value(f"kappa.{code}", found["other", code].value, digits=2)
        page.value(f"kappa.{code}.low", found["other", code].low, digits=2)
        page.value(f"kappa.{code}.high", found["other", code].high, digits=2)
        hold("one rule more mends it", found["mended", code].value > 0.9)
    mended = min(found["mended", code].value for code in order[:2])
    page.value("kappa.mended", np.floor(100 * mended) / 100, digits=2)
    page.value("kappa.rest", found["other", order[2]].value, digits=2)
    page.value("patience", PATIENCE)


def splits(page: Page, passages: pd.DataFrame) -> None:
    """Share of passages named rightly: by guessing, by word list, and by the program tested in two ways."""
    right = {
        "guess": (passages["code"] == REST).mean(),
        "listed": (passages["code"] == passages["listed"]).mean(),
        "new": (passages["code"] == passages["new"]).mean(),
        "seen": (passages["code"] == passages["seen"]).mean(),
    }
    for name, share in right.items():
        page.value(f"right.{name}", 100 * share, unit="percent")
    page.value("wrong.seen", 1 / (1 - right["seen"]))
    hold(
        "seen phrases flatter the program",
        right["seen"] > 0.94 and right["guess"] < right["listed"] and right["new"] < 0.7,
    )
    page.value("wrong.new", 1 / (1 - right["new"]), digits=1)
    names = {
        "guess": page.say(en="Always “something else”", fr="Toujours « autre chose »"),
        "listed": page.say(en="Word list", fr="Liste de mots"),
        "new": page.say(en="Program, phrases it has never seen", fr="Programme, phrases jamais vues"),
        "seen": page.say(en="Program, passages drawn by lot", fr="Programme, passages tirés au sort"),
    }
    table = pd.DataFrame(
        [
            {"name": names[name], "percent": 100 * share, "kind": "flattering" if name == "seen" else "honest"}
            for name, share in right.items()
        ]
    )
    table["label"] = [page.written(share, unit="percent") for share in table["percent"]]

    def bars(width: int) -> alt.FacetChart:
        base = alt.Chart(table).encode(y=alt.value(30))
        bar = base.mark_bar(height=18).encode(
            x=alt.X("percent:Q", axis=None, scale=alt.Scale(domain=[0, 112])),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["honest", "flattering"], range=[charts.GOOD, charts.BAD]),
                legend=None,
            ),
        )
        value = base.mark_text(align="left", dx=6, fontWeight=600).encode(x="percent:Q", text="label:N")
        head = base.mark_text(align="left").encode(x=alt.value(0), y=alt.value(10), text="name:N")
        return (
            (bar + value + head)
            .properties(width=width, height=42)
            .facet(row=alt.Row("name:N", sort=list(table["name"]), header=None), spacing=6)
        )

    page.chart(
        "splits",
        bars,
        title=page.say(
            en="On phrases it has seen, the program reads almost perfectly; on new ones it does not",
            fr="Sur des phrases déjà vues, le programme lit presque sans faute ; sur de nouvelles, non",
        ),
        alternative=page.say(en="Passages named rightly: ", fr="Passages bien nommés : ")
        + "; ".join(f"{row.name}, {row.label}" for row in table[["name", "label"]].itertuples(index=False, name="Row"))
        + ".",
        note=page.say(
            en="Share of passages that get the right one of nine codes. Red: the number that a sales talk shows.",
            fr="Part des passages qui reçoivent le bon code parmi neuf. En rouge : le chiffre des démonstrations.",
        ),
        data=table[["name", "percent"]],
        columns={
            "name": Column(label=page.say(en="Who reads", fr="Qui lit")),
            "percent": Column(label=page.say(en="Named rightly", fr="Bien nommés"), unit="percent"),
        },
    )


def quality(page: Page, passages: pd.DataFrame) -> None:
    """Precision and recall of the program on new phrases, with their intervals, by code."""
    rows = []
    for code, label in CODES.items():
        flagged, true = passages["new"] == code, passages["code"] == code
        precision, recall = (flagged & true).sum() / flagged.sum(), (flagged & true).sum() / true.sum()
        ends = {
            "precision": measures.share_interval(int((flagged & true).sum()), int(flagged.sum())),
            "recall": measures.share_interval(int((flagged & true).sum()), int(true.sum())),
        }
        written = {
            name: page.say(
                en=f"{page.written(100 * low)} to {page.written(100 * high)}",
                fr=f"{page.written(100 * low)} à {page.written(100 * high)}",
            )
            for name, (low, high) in ends.items()
        }
        rows.append(
            {
                "code": page.say(**label),
                "precision": 100 * precision,
                "precision_ends": written["precision"],
                "recall": 100 * recall,
                "recall_ends": written["recall"],
            }
        )
        page.value(f"precision.{code}", 100 * precision, unit="percent")
        page.value(f"recall.{code}", 100 * recall, unit="percent")
    table = pd.DataFrame(rows)
    hold("flags are mostly right, and most codes lose half", (table["precision"] > table["recall"]).sum() >= 6)
    least, most = table["recall"].min(), table["recall"].max()
    page.value("recall.least", least, unit="percent")
    page.value("recall.most", most, unit="percent")
    between = page.say(en="95% interval", fr="intervalle à 95 %")
    page.table(
        "quality",
        table,
        caption=page.say(
            en="The program on passages whose phrases it has never seen",
            fr="Le programme, sur des passages aux phrases jamais vues",
        ),
        columns={
            "code": Column(label=page.say(en="Code", fr="Code")),
            "precision": Column(label=page.say(en="Precision", fr="Précision"), unit="percent"),
            "precision_ends": Column(label=between, right=True),
            "recall": Column(label=page.say(en="Recall", fr="Rappel"), unit="percent"),
            "recall_ends": Column(label=between, right=True),
        },
    )


def counts(page: Page, texts: pd.DataFrame, passages: pd.DataFrame, sample: np.ndarray) -> None:
    """Share of comments that speak of each code: as flagged, as corrected, and in the key."""
    rows = []
    for code, label in CODES.items():
        true, flagged = (having(texts, passages, column, code) for column in ("code", "new"))
        found = corrected(true, flagged, sample)
        alone = measures.share_interval(int(true[sample].sum()), READ)
        rows.append(
            {
                "code": code,
                "name": page.say(**label),
                "flagged": 100 * flagged.mean(),
                "value": 100 * found.value,
                "low": 100 * found.low,
                "high": 100 * found.high,
                "truth": 100 * true.mean(),
                "alone": 50 * (alone[1] - alone[0]) * 100 / 100,
            }
        )
    table = pd.DataFrame(rows)
    inside = ((table["low"] <= table["truth"]) & (table["truth"] <= table["high"])).sum()
    hold("the raw count is too low for every code", (table["flagged"] < table["truth"]).all())
    hold("the corrected intervals hold the truth", inside == len(table))
    by_code = table.set_index("code")
    for code in ("price", "delivery", "stock", "quality"):
        for name in ("flagged", "value", "low", "high", "truth"):
            page.value(f"{code}.{name}", by_code.loc[code, name], unit="percent")
    raw, real = (by_code[name].rank(ascending=False) for name in ("flagged", "truth"))
    hold("the raw count puts delivery before stock, and the key after it", raw["delivery"] < raw["stock"])
    hold("in the key stock comes first", real["stock"] < real["delivery"])
    hold("the corrected count cannot tell which comes first", overlap(by_code.loc["stock"], by_code.loc["delivery"]))
    page.value(
        "stock.lost",
        (by_code.loc["stock", "truth"] - by_code.loc["stock", "flagged"]) / 100 * len(texts),
    )
    page.value(
        "price.lost",
        (by_code.loc["price", "truth"] - by_code.loc["price", "flagged"]) / 100 * len(texts),
    )
    page.value("inside", inside)
    page.value("margin.most", ((table["high"] - table["low"]) / 2).max(), digits=1)
    page.value("margin.least", ((table["high"] - table["low"]) / 2).min(), digits=1)
    page.value("margin.delivery", (by_code.loc["delivery", "high"] - by_code.loc["delivery", "low"]) / 2, digits=1)
    page.value("margin.delivery.alone", by_code.loc["delivery", "alone"], digits=1)
    true, flagged = (having(texts, passages, column, "delivery") for column in ("code", "new"))
    page.value("delivery.checked", (flagged & sample).sum())
    page.value("delivery.right", (flagged & true & sample).sum())
    page.value("delivery.passed", (~flagged & sample).sum())
    page.value("delivery.missed", (~flagged & true & sample).sum())
    series = {
        "flagged": page.say(en="Flagged by the program", fr="Repérés par le programme"),
        "value": page.say(en="Corrected, with 95% interval", fr="Corrigés, avec intervalle à 95 %"),
        "truth": page.say(en="Answer key", fr="Corrigé du jeu de données"),
    }
    long = table.melt(id_vars=["name"], value_vars=list(series), var_name="series", value_name="percent")
    long["series"] = long["series"].map(series)
    order = list(table["name"])

    def dots(width: int) -> alt.LayerChart:
        y = alt.Y("name:N", sort=order, title=None)
        x = alt.X(
            "percent:Q",
            title=page.say(en="% of comments that speak of it", fr="% des commentaires qui en parlent"),
            scale=alt.Scale(domain=[0, 50]),
        )
        colour = alt.Color(
            "series:N",
            sort=list(series.values()),
            scale=alt.Scale(domain=list(series.values()), range=[charts.BAD, charts.GOOD, charts.INK]),
            legend=alt.Legend(direction="vertical", columns=1, symbolType="circle"),
        )
        line = (
            alt.Chart(table)
            .mark_rule(strokeWidth=5, opacity=0.45, color=charts.GOOD)
            .encode(y=y, x=alt.X("low:Q"), x2="high:Q")
        )
        base = alt.Chart(long)
        truth = (
            base.transform_filter(alt.datum.series == series["truth"])
            .mark_tick(thickness=3, size=20)
            .encode(y=y, x=x, color=colour)
        )
        point = (
            base.transform_filter(alt.datum.series != series["truth"])
            .mark_point(size=90, opacity=1)
            .encode(y=y, x=x, color=colour)
        )
        return (line + truth + point).properties(width=width - 110, height=8 * 34)

    said = "; ".join(
        page.say(
            en=f"{row.name}: flagged {page.written(row.flagged, unit='percent')}, corrected "
            f"{page.written(row.value, unit='percent')}, key {page.written(row.truth, unit='percent')}",
            fr=f"{row.name} : repérés {page.written(row.flagged, unit='percent')}, corrigés "
            f"{page.written(row.value, unit='percent')}, corrigé {page.written(row.truth, unit='percent')}",
        )
        for row in table[["name", "flagged", "value", "truth"]].itertuples(index=False, name="Row")
    )
    page.chart(
        "counts",
        dots,
        title=page.say(
            en="The program counts too few of everything; a sample that somebody read puts it right",
            fr="Le programme compte trop peu de tout ; un échantillon lu remet les choses en place",
        ),
        alternative=page.say(en="Share of comments by code. ", fr="Part des commentaires, par code. ") + said + ".",
        data=table[["name", "flagged", "value", "low", "high", "truth"]],
        columns={
            "name": Column(label=page.say(en="Code", fr="Code")),
            "flagged": Column(label=page.say(en="Flagged", fr="Repérés"), unit="percent"),
            "value": Column(label=page.say(en="Corrected", fr="Corrigés"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
            "truth": Column(label=page.say(en="Answer key", fr="Corrigé"), unit="percent"),
        },
    )


def overlap(one: pd.Series, other: pd.Series) -> bool:
    """Return whether two intervals share a value."""
    return bool(one["low"] <= other["high"] and other["low"] <= one["high"])


def corrected(true: np.ndarray, flagged: np.ndarray, sample: np.ndarray) -> coding.Estimate:
    """Return the corrected share, from what the program flagged everywhere and a person read in the sample."""
    return coding.corrected_share(
        flagged.mean(),
        texts=len(flagged),
        right=int((true & flagged & sample).sum()),
        checked=int((flagged & sample).sum()),
        missed=int((true & ~flagged & sample).sum()),
        passed=int((~flagged & sample).sum()),
    )


def weekly(page: Page, texts: pd.DataFrame, passages: pd.DataFrame) -> None:
    """What chance does to the comments of one week, even if they are read without a mistake."""
    delivery = pd.Series(having(texts, passages, "code", "delivery"), texts["written_at"].to_numpy())
    weeks = delivery[delivery.index < "2025"].resample("W").agg(["mean", "size"])
    whole = weeks.iloc[1:-1]
    share, size = delivery.mean(), whole["size"].mean()
    page.value("week.comments", size)
    page.value("week.margin", 196 * np.sqrt(share * (1 - share) / size))
    page.value("week.low", 100 * whole["mean"].quantile(0.05), unit="percent")
    page.value("week.high", 100 * whole["mean"].quantile(0.95), unit="percent")
    quarter = len(texts) / 8
    page.value("quarter.comments", quarter)
    page.value("quarter.margin", 196 * np.sqrt(share * (1 - share) / quarter), digits=1)


def blame(page: Page, texts: pd.DataFrame, passages: pd.DataFrame) -> None:
    """What is left of delivery when the program must find the blame as well."""
    true = (passages["code"] == "delivery") & (passages["polarity"] == "negative")
    flagged = (passages["new"] == "delivery") & (passages["tone_new"] == "negative")
    page.value("blame.recall", 100 * (true & flagged).sum() / true.sum(), unit="percent")
    page.value("blame.precision", 100 * (true & flagged).sum() / flagged.sum(), unit="percent")
    page.value("tone.new", 100 * (passages["tone_new"] == passages["polarity"]).mean(), unit="percent")
    page.value("tone.seen", 100 * (passages["tone_seen"] == passages["polarity"]).mean(), unit="percent")


def irony(page: Page, passages: pd.DataFrame) -> None:
    """How often the program takes ironic passages the wrong way, beside sincere ones."""
    ironic = passages["tone"] == "ironic"
    wrong = passages["tone_new"] != passages["polarity"]
    low, high = measures.share_interval(int((wrong & ironic).sum()), int(ironic.sum()))
    page.value("irony.passages", ironic.sum())
    page.value("irony.share", 100 * ironic.mean(), digits=1, unit="percent")
    page.value("irony.wrong", 100 * wrong[ironic].mean(), unit="percent")
    page.value("irony.low", 100 * low, unit="percent")
    page.value("irony.high", 100 * high, unit="percent")
    page.value("irony.sincere", 100 * wrong[~ironic].mean(), unit="percent")
    page.value("irony.of_wrong", 100 * (wrong & ironic).sum() / wrong.sum(), digits=1, unit="percent")
    hold("irony is a small part of the mistakes", (wrong & ironic).sum() < 0.03 * wrong.sum())
    hold("the program does no clearly worse on irony", low < wrong[~ironic].mean() < high)


def codebook(page: Page, texts: pd.DataFrame, passages: pd.DataFrame) -> None:
    """A codebook that changes in the middle of a series: what is delivery from 2024 on takes in promised dates."""
    old = having(texts, passages, "aspect", "delivery")
    new = old | having(texts, passages, "aspect", "promises")
    frame = pd.DataFrame({"old": old, "new": new, "at": texts["written_at"].to_numpy()})
    frame = frame[frame["at"] < "2025"]
    frame["quarter"] = frame["at"].dt.to_period("Q").dt.to_timestamp()
    shares = 100 * frame.groupby("quarter")[["old", "new"]].mean()
    sizes = frame.groupby("quarter").size()
    changed = shares.index >= "2024"
    printed = shares["old"].where(~changed, shares["new"])
    before, after = frame[frame["at"] < "2024"], frame[frame["at"] >= "2024"]
    jump = 100 * (after["new"].mean() - before["old"].mean())
    alike = 100 * (after["old"].mean() - before["old"].mean())
    error = 196 * np.sqrt(sum(part["old"].mean() * (1 - part["old"].mean()) / len(part) for part in (before, after)))
    hold("the codebook makes a rise where customers made none", jump > 3 and abs(alike) < error)
    page.value("codebook.before", 100 * before["old"].mean(), unit="percent")
    page.value("codebook.after", 100 * after["new"].mean(), unit="percent")
    page.value("codebook.jump", jump, digits=1)
    page.value("codebook.alike", alike, digits=1, sign=True)
    page.value("codebook.alike.low", alike - error, digits=1, sign=True)
    page.value("codebook.alike.high", alike + error, digits=1, sign=True)
    names = {
        "printed": page.say(en="As printed", fr="Tel qu’imprimé"),
        "old": page.say(en="Old codebook throughout", fr="Ancien plan de codage partout"),
    }
    wide = pd.DataFrame({"quarter": shares.index, "printed": printed.to_numpy(), "old": shares["old"].to_numpy()})
    long = wide.melt(id_vars="quarter", var_name="series", value_name="percent")
    long["series"] = long["series"].map(names)

    def lines(width: int) -> alt.LayerChart:
        base = alt.Chart(long).encode(
            x=alt.X(
                "quarter:T",
                title=None,
                axis=alt.Axis(format="%Y", tickCount="year", labelAlign="left"),
            ),
            y=alt.Y(
                "percent:Q",
                title=page.say(en="% of comments", fr="% des commentaires"),
                scale=alt.Scale(domain=[0, 30]),
            ),
            color=alt.Color(
                "series:N",
                sort=list(names.values()),
                scale=alt.Scale(domain=list(names.values()), range=[charts.BAD, charts.GOOD]),
            ),
        )
        rule = (
            alt.Chart(pd.DataFrame({"quarter": [pd.Timestamp("2023-11-15")]}))
            .mark_rule(strokeDash=[4, 4], color=charts.MUTED)
            .encode(x="quarter:T")
        )
        return (rule + base.mark_line(point=True)).properties(width=width - 50, height=190)

    wide["label"] = [f"{one.year} T{(one.month + 2) // 3}" for one in wide["quarter"]]
    wide["label"] = wide["label"].map(lambda text: page.say(en=text.replace("T", "Q"), fr=text))
    said = {name: ", ".join(page.written(share, unit="percent") for share in wide[name]) for name in ("printed", "old")}
    page.chart(
        "codebook",
        lines,
        title=page.say(
            en="A new rule for “delivery”, and delivery seems to get worse",
            fr="Une nouvelle règle pour « livraison », et la livraison semble se dégrader",
        ),
        alternative=page.say(
            en=f"Share of comments coded delivery, eight quarters from 2023. As printed: {said['printed']}. "
            f"With the old codebook throughout: {said['old']}.",
            fr=f"Part des commentaires codés livraison, huit trimestres à partir de 2023. Imprimé : {said['printed']}. "
            f"Avec l’ancien plan de codage : {said['old']}.",
        ),
        note=page.say(
            en="Both lines are read by the answer key, without a mistake; the dashed line is the change of codebook.",
            fr="Les deux courbes suivent le corrigé, sans erreur de lecture ; le trait pointillé marque le changement.",
        ),
        data=wide.assign(size=sizes.to_numpy())[["label", "printed", "old", "size"]],
        columns={
            "label": Column(label=page.say(en="Quarter", fr="Trimestre")),
            "printed": Column(label=names["printed"], unit="percent"),
            "old": Column(label=names["old"], unit="percent"),
            "size": Column(label=page.say(en="Comments", fr="Commentaires")),
        },
    )


def importance(page: Page, data: cxdata.Dataset, texts: pd.DataFrame, passages: pd.DataFrame) -> None:
    """Share of what web customers write about, beside what weighs on their recommendation."""
    key = cxdata.answer_key(data)
    web = data["orders"].loc[data["orders"]["channel"] == "web", "order_id"]
    own = passages[passages["verbatim_id"].isin(texts.loc[texts["order_id"].isin(web), "verbatim_id"])]
    rows = []
    for code, mark in KNOWN_AS.items():
        weight = key[f"{mark}_in_recommendation"]["planted"]["value"]
        rows.append({"code": page.say(**CODES[code]), "said": 100 * (own["aspect"] == code).mean(), "weight": weight})
    table = pd.DataFrame(rows).sort_values("weight", ascending=False)
    first = table.iloc[0]
    hold("what weighs most is not what is said most", first["said"] < table["said"].max())
    hold("delivery weighs most", first["code"] == page.say(**CODES["delivery"]))
    page.value("weight.delivery", first["weight"], unit="percent")
    page.value("said.delivery", first["said"], unit="percent")
    quality_row = table[table["code"] == page.say(**CODES["quality"])].iloc[0]
    page.value("said.quality", quality_row["said"], unit="percent")
    page.value("weight.quality", quality_row["weight"], unit="percent")
    page.table(
        "importance",
        table,
        caption=page.say(
            en="What web customers write about, and what weighs",
            fr="Ce dont parlent les clients du site, et ce qui pèse",
        ),
        columns={
            "code": Column(label=page.say(en="Code", fr="Code")),
            "said": Column(label=page.say(en="Share of what is said", fr="Part de ce qui est dit"), unit="percent"),
            "weight": Column(
                label=page.say(en="Share of the recommendation (key)", fr="Part de la recommandation (corrigé)"),
                unit="percent",
            ),
        },
    )


def writers(page: Page, data: cxdata.Dataset, texts: pd.DataFrame) -> None:
    """The score of those who write, by programme, beside the score of everybody."""
    marks = texts.merge(data["surveys"][["survey_id", "ltr"]], on="survey_id")
    everyone = measures.nps(data.truth["latents/orders"]["ltr"])
    for name, programme in (("email", "email_after_order"), ("call", "callback_after_order")):
        own = marks[marks["programme"] == programme]
        found = measures.nps(own["ltr"])
        page.value(f"writers.{name}", found.score, sign=True)
        page.value(f"writers.{name}.low", found.low, sign=True)
        page.value(f"writers.{name}.high", found.high, sign=True)
        page.value(f"writers.{name}.comments", len(own))
        hold("those who write are happier than everybody", found.score > everyone.score)
    page.value("writers.everyone", everyone.score, sign=True)


def exercise(page: Page, data: cxdata.Dataset, texts: pd.DataFrame, passages: pd.DataFrame, sample: np.ndarray) -> None:
    """The exercise: two programmes with one sensitivity and specificity."""
    true, flagged = (having(texts, passages, column, "packaging") for column in ("code", "new"))
    found = corrected(true, flagged, sample)
    sensitivity, specificity = flagged[sample & true].mean(), (~flagged)[sample & ~true].mean()
    page.value("task.flagged", 100 * flagged.mean(), digits=1, unit="percent")
    page.value("task.checked", (flagged & sample).sum())
    page.value("task.right", (flagged & true & sample).sum())
    page.value("task.passed", (~flagged & sample).sum())
    page.value("task.missed", (~flagged & true & sample).sum())
    page.value("task.value", 100 * found.value, digits=1, unit="percent")
    page.value("task.low", 100 * found.low, digits=1, unit="percent")
    page.value("task.high", 100 * found.high, digits=1, unit="percent")
    page.value("task.truth", 100 * true.mean(), digits=1, unit="percent")
    page.value("task.sensitivity", 100 * sensitivity, unit="percent")
    page.value("task.specificity", 100 * specificity, digits=1, unit="percent")
    again = coding.rogan_gladen(flagged.mean(), sensitivity=sensitivity, specificity=specificity)
    page.value("task.rogan", 100 * again, digits=1, unit="percent")
    hold("both corrections come near each other", abs(again - found.value) < 0.02)
    elsewhere(page, data)
    hold("the interval holds the key", found.low <= true.mean() <= found.high)


def elsewhere(page: Page, data: cxdata.Dataset) -> None:
    """The word list for delivery: accuracy borrowed from surveys, used on complaints."""
    passages = data.truth["latents/passages"]
    ids = passages.loc[passages["aspect"] == "delivery", "verbatim_id"]
    texts = data["verbatims"]
    texts = texts.assign(
        hit=texts["text"].str.lower().str.contains(WORDS["delivery"]), true=texts["verbatim_id"].isin(ids)
    )
    survey, letters = (texts[texts["source"] == name] for name in ("survey", "complaint"))
    sensitivity, specificity = survey.loc[survey["true"], "hit"].mean(), 1 - survey.loc[~survey["true"], "hit"].mean()
    found = coding.rogan_gladen(letters["hit"].mean(), sensitivity=sensitivity, specificity=specificity)
    page.value("letters", len(letters))
    page.value("letters.flagged", 100 * letters["hit"].mean(), unit="percent")
    page.value("letters.borrowed", 100 * found, unit="percent")
    page.value("letters.truth", 100 * letters["true"].mean(), unit="percent")
    page.value("letters.sensitivity", 100 * letters.loc[letters["true"], "hit"].mean(), unit="percent")
    page.value("letters.survey", 100 * sensitivity, unit="percent")
    hold("borrowed accuracy overshoots in letters", found > letters["true"].mean() + 0.1)
