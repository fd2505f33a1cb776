"""How hard the single customer view is: each preset linked by two rules and by Splink, held against the true link.

Needs the extra ``linkage`` (``pip install -e ".[linkage]"``). Writes ``linkage.md`` beside this script.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import platform
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import cxdata

HERE = Path(__file__).parent
SCENARIO, TABLE = "tilmarenne", "crm_records"
CUSTOMERS, SEED = 6_000, 1
LEAST_MATCH_WEIGHT = -6.0
"""Pairs below this weight are not scored: no sensible threshold lies there."""
PACKAGES = ("splink", "duckdb", "numpy", "pandas", "pyarrow")


@dataclass(frozen=True)
class Score:
    """Pairwise precision, recall and F1 of a linkage, each from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairs_within(labels: Iterable[Any]) -> int:
    """Return how many pairs of rows share a label."""
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def score(true_pairs: int, claimed: int, hits: int) -> Score:
    """Return the score of a linkage that claims so many pairs, of which so many are true."""
    return Score(hits / claimed if claimed else 1.0, hits / true_pairs if true_pairs else 1.0)


def score_clusters(persons: pd.Series, clusters: pd.Series) -> Score:
    """Return the score of a partition of the records; a record with an empty cluster stands alone."""
    known = clusters.notna().to_numpy()
    person, cluster = persons[known].tolist(), clusters[known].tolist()
    return score(pairs_within(persons), pairs_within(cluster), pairs_within(zip(person, cluster, strict=True)))


def best_clusters(persons: Sequence[Any], edges: Iterable[tuple[int, int, float]]) -> tuple[Score, float]:
    """Return the best score that any threshold gives, and that threshold: the truth chooses, so it is an upper bound.

    All records joined by a chain of edges at or above the threshold are one cluster.

    Args:
        persons: True person of each record.
        edges: Two records and the weight of their link.
    """
    root = list(range(len(persons)))
    content = [Counter([person]) for person in persons]
    true_pairs = pairs_within(persons)
    best, threshold = score(true_pairs, 0, 0), float("inf")
    claimed = hits = 0

    def find(record: int) -> int:
        while root[record] != record:
            root[record] = root[root[record]]
            record = root[record]
        return record

    ordered = sorted(edges, key=lambda edge: -edge[2])
    for place, (one, other, weight) in enumerate(ordered):
        small, large = sorted((find(one), find(other)), key=lambda at: content[at].total())
        if small != large:
            claimed += content[small].total() * content[large].total()
            hits += sum(count * content[large][person] for person, count in content[small].items())
            root[small] = large
            content[large] += content[small]
            content[small] = Counter()
        if place + 1 == len(ordered) or ordered[place + 1][2] < weight:
            reached = score(true_pairs, claimed, hits)
            if reached.f1 > best.f1:
                best, threshold = reached, weight
    return best, threshold


def cleaned(records: pd.DataFrame) -> pd.DataFrame:
    """Return records in the order of their keys, texts in small letters without accents and signs."""
    frame = records.sort_values("record_id", ignore_index=True)
    for name in ("first_name", "last_name", "town", "address"):
        plain = frame[name].astype("string").str.lower().str.normalize("NFKD").str.replace(r"\p{M}", "", regex=True)
        kept = " 0-9" if name == "address" else ""
        frame[name] = plain.str.replace(rf"[^a-z{kept}]", "", regex=True)
    frame["initial"] = frame["first_name"].str[:1]
    frame["source"] = frame["source"].astype("string")
    frame["department"] = frame["department"].astype("string")
    frame["birth_date"] = frame["birth_date"].astype("string")
    return frame


def by_email(frame: pd.DataFrame) -> pd.Series:
    """Return clusters of records with the same e-mail address."""
    return frame["email"]


def by_rule(frame: pd.DataFrame) -> pd.Series:
    """Return clusters of records with the same initial, last name and birth date."""
    rule = frame["initial"] + "|" + frame["last_name"] + "|" + frame["birth_date"]
    return rule.where(frame["birth_date"].notna())


def splink_edges(frame: pd.DataFrame) -> list[tuple[int, int, float]]:
    """Return the pairs of records that Splink scores, with their match weights; no label is used."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = ["first_name", "last_name", "initial", "birth_date", "email", "phone_token", "address", "town"]
    rows = frame[columns].astype(object).where(frame[columns].notna(), None)
    rows = rows.assign(unique_id=np.arange(len(frame)), area=frame["department"].astype(object))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("last_name").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone_token", [2]),
            cl.JaroWinklerAtThresholds("address", [0.9]),
            cl.JaroWinklerAtThresholds("town", [0.9]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("area").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone_token"),
            block_on("birth_date", "area"),
            block_on("birth_date", "initial"),
            block_on("first_name", "last_name"),
            block_on("last_name", "area"),
            block_on("first_name", "area"),
            block_on("address", "area"),
        ],
    )
    # One thread, so that sums run in one order and the last digit stays.
    database = DuckDBAPI(duckdb.connect(config={"threads": 1}))
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        linker = Linker(database.register(rows, dataset_display_name="records"), settings, log_level="ERROR")
        certain = [block_on("email", "birth_date"), block_on("first_name", "last_name", "birth_date")]
        linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
        for rule in (block_on("birth_date", "area"), block_on("first_name", "last_name"), block_on("email")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
        scored = linker.inference.predict(threshold_match_weight=LEAST_MATCH_WEIGHT).as_pandas_dataframe()
    links = scored[["unique_id_l", "unique_id_r", "match_weight"]].itertuples(index=False)
    return [(int(one), int(other), float(weight)) for one, other, weight in links]


@dataclass(frozen=True)
class Row:
    """What was measured with one preset."""

    preset: str
    records: int
    pairs: int
    email: Score
    rule: Score
    splink: Score
    threshold: float
    seconds: float


def measure(preset: str | None, customers: int, seed: int) -> Row:
    """Generate the records of a preset, or of none, and link them three ways."""
    start = time.perf_counter()
    presets = () if preset is None else (preset,)
    made = cxdata.generate(SCENARIO, customers=customers, seed=seed, tables=[TABLE], presets=presets)
    frame = cleaned(made[TABLE])
    link = made.truth[f"latents/{TABLE}"].set_index("record_id")["customer_id"]
    persons = frame["record_id"].map(link)
    best, threshold = best_clusters(persons.tolist(), splink_edges(frame))
    return Row(
        preset or "none",
        len(frame),
        pairs_within(persons),
        score_clusters(persons, by_email(frame)),
        score_clusters(persons, by_rule(frame)),
        best,
        threshold,
        time.perf_counter() - start,
    )


def presets() -> dict[str, dict[str, Any]]:
    """Return the presets of the task with what they set, in their declared order."""
    from cxdata.catalog import scan

    found = scan.scenario(SCENARIO).presets
    return {name: dict(values) for name, values in found.items() if name.startswith("linkage-")}


def settings_of(preset: str | None) -> str:
    """Return the four knobs of a preset: later members of a household, errors, empty fields, shared contacts."""
    from cxdata.api import parameters_set
    from cxdata.catalog import scan
    from cxdata.config import RunConfig

    own = parameters_set(RunConfig(scenario=SCENARIO, presets=() if preset is None else (preset,)))
    known = {
        name: own.get(name, parameter.value) for name, parameter in scan.scenario(SCENARIO).parameter_index().items()
    }
    members = known["household_members"]
    mean = sum(share * size for size, share in enumerate(members, start=1))
    knobs = (1 - 1 / mean, known["crm_error_share"], known["crm_missing_share"], known["crm_shared_contact_share"])
    return " / ".join(f"{knob:.2f}" for knob in knobs)


def page(rows: Sequence[Row], customers: int, seed: int) -> str:
    """Return the results as Markdown."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    lines = [
        "# Difficulty of the single customer view",
        "",
        "Written by `python benchmarks/linkage.py`; nothing here is typed.",
        "",
        f"`{TABLE}` of {SCENARIO}, {customers:,} customers, seed {seed}.",
        f"Python {platform.python_version()}, {versions}.",
        "",
        "Pairwise scores against the true link of the answer key.",
        "The rule is the same initial, last name and birth date.",
        "Splink is trained without labels; its clusters are taken at the threshold that scores best,",
        "so its column is an upper bound for this model.",
        "The settings are: customers who are not the first of their household / fields with an error /",
        "empty fields / households that share e-mail or phone.",
        "",
        "| preset | settings | records | true pairs | e-mail F1 | rule F1 | Splink F1 (P/R) | threshold |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        settings = settings_of(None if row.preset == "none" else row.preset)
        ours = row.splink
        lines.append(
            f"| {row.preset} | {settings} | {row.records:,} | {row.pairs:,} | {row.email.f1:.2f} | {row.rule.f1:.2f} "
            f"| {ours.f1:.2f} ({ours.precision:.2f}/{ours.recall:.2f}) | {row.threshold:.1f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every preset, print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--preset", action="append", help="only this one, printed and not written; repeatable")
    options = parser.parse_args()
    rows = []
    for name in options.preset or [None, *presets()]:
        rows.append(measure(None if name == "none" else name, options.customers, options.seed))
        print(f"{rows[-1].preset}: {rows[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    text = page(rows, options.customers, options.seed)
    print(text)
    if not options.preset:
        (HERE / "linkage.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
