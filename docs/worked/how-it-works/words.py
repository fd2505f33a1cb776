"""The page on customers' words: counts of the banks, one text taken apart, and what a bank is refused for."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from casebook.worked import figures, verbatims
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from cxdata.api import default_parameters
from cxdata.catalog import phrases, scan
from cxdata.catalog.tables.tilmarenne import _words
from cxdata.errors import VocabularyError
from cxdata.recipes import text
from cxdata.schema.phrasebook import ASPECTS, EVENTS, FRAMES, STYLES, TOPICS

RESULTS = Path(__file__).parents[3] / "verification/results.json"
NAMES = {"fr": "French", "en": "English"}
FILES: Mapping[str, tuple[str, str]] = {
    "aspects/delivery.txt": ("family | polarity | intensity | register | tone | event | phrase", " {late} "),
    "frames.txt": ("kind | polarity | register | source | text", "closing | negative | "),
    "slots.txt": ("slot | condition | text", "late | 2"),
    "style.toml": ("what a word becomes in haste, or by ear", '" = "'),
    "forbidden.txt": ("one word", ""),
}
"""Files of a bank: what a line holds, and what marks the line shown as an example."""
EXAMPLE_CAUSES = ("late_parcel", "damaged_parcel", "faulty_product")
"""Of which one must stand behind the comment that is taken apart."""
EMPTY = "; empty where no aspect is spoken of."
"""End of most meanings in the table of passages, which the page says once."""
BROKEN: tuple[tuple[str, str, str], ...] = (
    ("aspects/delivery.txt", "a line with a field too few", "no_bell | negative | 2 | plain | sincere | nobody rang"),
    (
        "aspects/delivery.txt",
        "an event that does not exist",
        "no_bell | negative | 2 | plain | sincere | lost_parcel | nobody rang",
    ),
    (
        "aspects/delivery.txt",
        "a delay where nothing was late",
        "no_bell | negative | 2 | plain | sincere | any | they rang {late} too late",
    ),
    ("aspects/delivery.txt", "a digit", "no_bell | negative | 2 | plain | sincere | any | they rang 3 times"),
    ("aspects/delivery.txt", "a family of one", "no_bell | negative | 2 | plain | sincere | any | nobody rang my bell"),
    ("frames.txt", "a slot that only events fill", "closing | negative | any | web | another {wait} of my life gone"),
)
"""Lines that a writer could get wrong: the file, what is wrong, the line as written at the end of it."""


def build(page: Page) -> None:
    """Compute the page."""
    sizes(page)
    steps(page)
    example(page)
    truth(page)
    formats(page)
    refusals(page)
    measured(page)


def sizes(page: Page) -> None:
    """How large the banks are."""
    rows = []
    for language, name in NAMES.items():
        book = phrases.load(language)
        said = phrases.read_phrases(phrases.FOLDER / language / "aspects", book.forbidden)
        frames = phrases.read_frames(phrases.FOLDER / language / "frames.txt", book.forbidden)
        per_family = pd.Series([f"{one.aspect}.{one.family}" for one in said]).value_counts()
        hold("each family says its thing in two ways at least", per_family.min() >= 2)
        distinct = pd.DataFrame({(one.aspect, one.polarity, one.family) for one in said})
        hold("each aspect has several families of each polarity", distinct.groupby([0, 1]).size().min() >= 2)
        rows.append(
            {
                "language": name,
                "phrases": len(said),
                "families": len(per_family),
                "each": per_family.mean(),
                "frames": len(frames),
            }
        )
    table = pd.DataFrame(rows)
    hold("a language has more than 2,500 phrases", table["phrases"].min() > 2500)
    page.value("aspects", len(ASPECTS))
    page.value("frames", len(FRAMES))
    page.value("topics", len(TOPICS))
    page.table(
        "sizes",
        table,
        caption="The banks of phrases",
        columns={
            "language": Column(label="Language"),
            "phrases": Column(label="Phrases"),
            "families": Column(label="Families"),
            "each": Column(label="Phrases a family", digits=1),
            "frames": Column(label="Frames"),
        },
    )


def steps(page: Page) -> None:
    """Numbers in the steps from an event to a text: the parameters themselves."""
    of = default_parameters("tilmarenne")
    page.value("events", len(EVENTS) - 1)
    page.value("happened", of["texts_happened"])
    page.value("most", text.MOST_CONCEPTS)
    page.value("styles", len(STYLES))
    page.value("occasions", len(_words.OCCASIONS))
    slips = 10_000 * np.asarray(of["texts_slips"])
    page.value("slips.least", slips.min(), digits=0)
    page.value("slips.most", slips.max(), digits=0)
    page.value("slips.phone", of["texts_slips_phone"], digits=1)
    hold(
        "a chat has the most slips, a complaint the fewest",
        (slips.argmax(), slips.argmin()) == (text.CHAT, text.COMPLAINT),
    )
    hold("who writes in the casual register is ironic most often", of["texts_ironic"][2] == max(of["texts_ironic"]))


def example(page: Page) -> None:
    """One comment of the small world, taken apart."""
    data = verbatims.world("en")
    latent = data.truth["latents/verbatims"]
    texts = data["verbatims"].merge(latent, on="verbatim_id")
    concepts = verbatims.concepts(data)
    by_text = concepts.groupby("verbatim_id")
    mixed = by_text["polarity"].agg(lambda said: {"negative", "positive"} <= set(said))
    caused = by_text["cause"].agg(lambda causes: bool(set(EXAMPLE_CAUSES) & set(causes)))
    asked = texts[(texts["occasion"] == "order") & (texts["style"] == "standard") & texts["clean_text"].notna()]
    asked = asked[(asked["concept_count"] == 3) & asked["word_count"].between(30, 50)].set_index("verbatim_id")
    row = asked[mixed.reindex(asked.index) & caused.reindex(asked.index)].sort_index().iloc[0:1].reset_index()
    sample = verbatims.samples_of(row, concepts, "en")[0]
    facts = row.iloc[0]
    page.html("example", f'<div data-search-exclude lang="en">{verbatims.card(sample)}</div>')
    page.text("example.mood", en=page.written(facts["mood"], digits=1, sign=True))
    page.text("example.register", en=str(facts["register"]))
    page.value("example.words", facts["word_count"])
    hold("the example says three things", len(sample.passages) == 3)
    hold("it was written after an order", facts["occasion"] == "order")
    page.html("clean", f'<blockquote lang="en" data-search-exclude><p>{escape(facts["clean_text"])}</p></blockquote>')
    page.table(
        "passages",
        pd.DataFrame(
            [
                {
                    "words": sample.text[one.start : one.end],
                    "aspect": one.aspect,
                    "polarity": f"{one.polarity}, {one.intensity}",
                    "cause": one.cause,
                    "family": one.family.partition(".")[2],
                    "place": f"{one.start}:{one.end}",
                }
                for one in sample.passages
            ]
        ),
        caption="Its passages in the answer key",
        columns={
            "words": Column(label="Words"),
            "aspect": Column(label="Aspect"),
            "polarity": Column(label="Polarity, intensity"),
            "cause": Column(label="Cause"),
            "family": Column(label="Family"),
            "place": Column(label="Start:end", right=True),
        },
    )


def truth(page: Page) -> None:
    """The columns of the answer key about texts, as they are declared."""
    tables = scan.tables("tilmarenne")
    hold("passages are of the answer key alone", tables["passages"].is_truth and not tables["verbatims"].is_truth)
    for table in ("verbatims", "passages"):
        rows = [
            {"column": column.name, "meaning": column.meaning.replace(EMPTY, ".")}
            for column in tables[table].columns
            if column.role == "latent"
        ]
        page.table(
            f"truth.{table}",
            pd.DataFrame(rows),
            caption=f"latents/{table}",
            columns={"column": Column(label="Column"), "meaning": Column(label="Meaning")},
        )


def formats(page: Page) -> None:
    """Each file of a bank with a line of it, in both languages where they differ."""
    parts = []
    for name, (fields, mark) in FILES.items():
        lines = []
        for language in ("fr", "en"):
            read = (phrases.FOLDER / language / name).read_text(encoding="utf-8").splitlines()
            found = [line for line in read if mark in line and line and not line.startswith("#")] if mark else []
            lines += found[:1]
        shown = "".join(f"<code>{escape(line)}</code>" for line in lines)
        parts.append(f"<dt>{escape(name)}</dt><dd><p>{escape(fields)}</p>{shown}</dd>")
    page.html("formats", f'<dl class="cx-formats" data-search-exclude>{"".join(parts)}</dl>')


def refusals(page: Page) -> None:
    """What the reader of a bank says of lines that are wrong."""
    rows = []
    for name, wrong, line in BROKEN:
        with tempfile.TemporaryDirectory() as folder:
            bank = Path(folder) / "en"
            shutil.copytree(phrases.FOLDER / "en", bank)
            with (bank / name).open("a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")
            try:
                phrases.read_phrases(bank / "aspects", frozenset())
                phrases.read_frames(bank / "frames.txt", frozenset())
            except VocabularyError as error:
                rows.append(f"<dt>{escape(wrong)}</dt><dd><code>{escape(line)}</code><p>{escape(str(error))}</p></dd>")
    hold("each of the wrong lines is refused", len(rows) == len(BROKEN))
    page.html("refusals", f'<dl class="cx-formats" data-search-exclude>{"".join(rows)}</dl>')


def measured(page: Page) -> None:
    """What the committed counts say of texts: copies, vocabulary, and how well families never seen are read."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")).get("words", {})
    if not results:
        page.html("counted", "")
        page.html("learnt", "")
        return
    counted = pd.DataFrame(
        [
            {
                "language": name,
                "texts": results[language]["texts"],
                "copies": 100 * results[language]["duplicates"],
                "tokens": results[language]["vocabulary"]["tokens"][-1],
                "types": results[language]["vocabulary"]["types"][-1],
                "exponent": results[language]["vocabulary"]["heaps_exponent"],
            }
            for language, name in NAMES.items()
        ]
    )
    hold("fewer than one long text in a hundred is a copy", counted["copies"].max() < 1.0)
    page.table(
        "counted",
        counted,
        caption="Counted over many texts",
        columns={
            "language": Column(label="Language"),
            "texts": Column(label="Texts"),
            "copies": Column(label="Copies among those of eight words or more", digits=2, unit="percent"),
            "tokens": Column(label="Words of customers"),
            "types": Column(label="Different ones, slips included"),
            "exponent": Column(label="Growth of vocabulary (Heaps)", digits=2),
        },
    )
    rows = [
        {
            "language": name,
            "target": target,
            **{
                way: 100 * results[language]["learnt"][way][target]["micro_f1"]
                for way in ("majority", "other_families", "random_split")
            },
        }
        for language, name in NAMES.items()
        for target in results[language]["learnt"]["other_families"]
    ]
    learnt = pd.DataFrame(rows)
    hold(
        "families never seen are read better than by guessing, and worse than those learnt by heart",
        (learnt["majority"] < learnt["other_families"]).all()
        and (learnt["other_families"] < learnt["random_split"]).all(),
    )
    table = figures.table(
        learnt,
        caption="Passages that a linear classifier names rightly",
        columns={
            "language": Column(label="Language"),
            "target": Column(label="What it names"),
            "majority": Column(label="Always the commonest", unit="percent"),
            "other_families": Column(label="Families never seen", unit="percent"),
            "random_split": Column(label="Passages drawn by lot", unit="percent"),
        },
        language=page.language,
    )
    note = "The last column is the flattering one: most of what it adds to the one before was learnt by heart."
    page.html("learnt", f"{table}<p>{note}</p>")
