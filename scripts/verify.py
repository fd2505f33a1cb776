"""The long counts: twenty seeds, large sizes, fifty kills, calibration solved anew, a hundred thousand texts.

Results go to ``verification/results.json`` with a digest of their inputs; ``make test`` fails when the digest is stale.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import numpy as np

from conformance.killing import run_killed_then_resumed
from cxdata import api
from cxdata.catalog import phrases, scan
from cxdata.check.recovery import over_seeds, recover
from cxdata.config import RunConfig

RESULTS = ROOT / "verification" / "results.json"
SEEDS = range(101, 121)
# Customers at which effects are recovered: enough that the bias of a tempting estimator is six standard errors or more.
RECOVERY_CUSTOMERS = {"tilmarenne": 160_000, "aldeane": 40_000}
CHECK_CUSTOMERS = {"tilmarenne": 200_000, "aldeane": 200_000}
# From 32 blocks on every part is as large as the largest: the last two sizes differ in the number of parts alone.
MEMORY_CUSTOMERS = (8_192, 262_144, 786_432)
MEMORY_LIMIT_MB = 600
KILLS = 50
KILL_CUSTOMERS = 26_000  # four parts
# Customers whose texts are a little more than those that are counted.
TEXTS, TEXT_CUSTOMERS = 100_000, 96_000
LOCALES = {"fr": "fr_FR", "en": "en_GB"}
SEED_OF_WORDS = 20_240_611
LONG = 8  # words from which a copy of a text is no chance
MOST_DUPLICATES = 0.01
GROWTH = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
HEAPS = (0.2, 0.8)
SIGNS_OF_TEXTS = (".", ",", "!", "?", "…", "'", "-")
PUBLISHED_OF_TEXTS = (
    *("review_words", "review_concepts", "survey_words", "survey_concepts"),
    *("chat_words", "chat_concepts", "chat_exchanges"),
    *("complaint_words_highest", "complaint_concepts_highest"),
)
SPANS = 40_000
TARGETS_OF_LEARNING = ("aspect", "polarity")
LEARNT_BY_LEAST = 0.1
MEMORISED_BY_LEAST = 0.02
# What decides values and files; the command line and the catalogue's self-description do not.
INPUTS = ("generator/cxdata", "scripts/verify.py", "tests/conformance/killing.py")
NOT_INPUTS = ("cli.py", "__main__.py", "describe.py")


def digest_of_inputs() -> str:
    """Return SHA-256 over the names and contents of all files that the results rest on."""
    files = []
    for name in INPUTS:
        path = ROOT / name
        found = (
            [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        )
        files += [p for p in found if p.name not in NOT_INPUTS]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def recovery() -> dict[str, Any]:
    """Estimate every effect and quantity over all seeds and judge by the rule of ``cxdata.check.recovery``."""
    out: dict[str, Any] = {}
    for name, customers in RECOVERY_CUSTOMERS.items():
        scenario = scan.scenario(name)
        wanted = sorted({table for planted in scenario.planted for table in planted.tables})
        runs: dict[str, list[Any]] = {}
        for seed in SEEDS:
            data = api.generate(name, customers=customers, seed=seed, tables=wanted)
            for found in recover(scenario.planted, data.tables, api.answer_key(data)):
                runs.setdefault(found.id, []).append(found)
        for id_, found_runs in runs.items():
            verdicts = over_seeds(found_runs)
            truths = [run.truth for run in found_runs]
            out[f"{name}.{id_}"] = {
                **{
                    key: round(value, 5) if isinstance(value, float) else value
                    for key, value in asdict(verdicts).items()
                },
                "customers": customers,
                # One planted value for all seeds; a quantity of the run has one for each, and here their mean.
                "truth": truths[0] if len(set(truths)) == 1 else round(sum(truths) / len(truths), 5),
                "right_passes": verdicts.right_passes,
                "tempting_fails": verdicts.tempting_fails,
                "passes": verdicts.passes,
            }
    return out


def checks() -> dict[str, Any]:
    """Generate each world at size and run every check of the command on it."""
    out = {}
    for name, customers in CHECK_CUSTOMERS.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "data"
            api.generate_files(RunConfig(scenario=name, customers=customers, seed=11), folder)
            found = api.check(folder)
        verdicts = Counter(finding.verdict for finding in found)
        # Shops and advisers are as many in every run: one run of such a company may not tell, twenty seeds do.
        fixed = {quantity.id for quantity in scan.scenario(name).quantities if quantity.of == "run"}
        untold = {finding.name.partition(":")[0] for finding in found if finding.verdict == "too few rows"}
        out[name] = {
            "customers": customers,
            "pass": verdicts["pass"],
            "fail": verdicts["fail"],
            "too_few_rows": sorted(untold),
            "passes": verdicts["fail"] == 0 and untold <= fixed,
        }
    return out


def calibration() -> dict[str, Any]:
    """Solve every scenario's calibrated parameters anew and compare them with the committed ones."""
    out = {}
    for name in scan.scenario_ids():
        path = scan.calibration_path(name)
        committed = path.read_bytes()
        try:
            api.calibrate_scenario(name)
            solved = path.read_bytes()
        finally:
            path.write_bytes(committed)
        out[name] = {"values": len(tomllib.loads(committed.decode())["parameters"]), "passes": solved == committed}
    return out


def kills() -> dict[str, Any]:
    """Kill and resume a run fifty times; each must end with the manifest of an undisturbed run."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        plain = RunConfig(scenario="tilmarenne", customers=KILL_CUSTOMERS, seed=5)
        wanted = dict(api.generate_files(plain, base / "undisturbed").content)
        same = 0
        for number in range(KILLS):
            # The moment of the kill runs over the whole length of a run, in equal steps.
            moment = (number + 0.5) / KILLS
            found = run_killed_then_resumed("tilmarenne", KILL_CUSTOMERS, base / str(number), 5, [moment])
            same += found == wanted
    return {"kills": KILLS, "same_manifest": same, "passes": same == KILLS}


def memory() -> dict[str, Any]:
    """Measure the peak memory of one process at growing sizes; it must not grow with the customers."""
    out: dict[str, Any] = {}
    for customers in MEMORY_CUSTOMERS:
        with tempfile.TemporaryDirectory() as scratch:
            code = f"""
import sys
from pathlib import Path
from cxdata import api
from cxdata.config import RunConfig
api.generate_files(RunConfig(scenario="tilmarenne", customers={customers}), Path(sys.argv[1]), jobs=1)
# The kernel's own mark of this process: getrusage would start from the parent's.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
            done = subprocess.run(
                [sys.executable, "-c", code, f"{scratch}/data"], capture_output=True, text=True, check=True
            )
        out[str(customers)] = {"peak_mb": round(int(done.stdout) / 1024)}
    peaks = [entry["peak_mb"] for entry in out.values()]
    # Peak memory is not exact from run to run, so the committed record keeps the verdict and round figures.
    return {
        "peak_mb_rounded": {size: round(entry["peak_mb"], -1) for size, entry in out.items()},
        "passes": max(peaks) < MEMORY_LIMIT_MB and peaks[-1] < 1.25 * peaks[-2],
    }


def words() -> dict[str, Any]:
    """Count what customers write in each language: copies, lengths, vocabulary, signs, and how well it is learnt."""
    return {language: words_of(locale) for language, locale in LOCALES.items()}


def words_of(locale: str) -> dict[str, Any]:
    """Return the figures of the texts of a locale and whether they pass."""
    data = api.generate(
        "tilmarenne", customers=TEXT_CUSTOMERS, seed=13, tables=["verbatims", "passages"], locale=locale
    )
    texts = data.tables["verbatims"].merge(data.truth["latents/verbatims"][["verbatim_id", "concept_count"]])
    # In an order of chance: rows stand source by source, and growth is that of a mixed reading.
    texts = texts.sample(min(TEXTS, len(texts)), random_state=SEED_OF_WORDS)
    long = texts.loc[texts["word_count"] >= LONG, "text"]
    said = of_customers(texts["text"], locale)
    by_source = texts.groupby("source", observed=True)[["word_count", "concept_count", "turn_count"]].mean()
    found: dict[str, Any] = {
        "texts": len(texts),
        "long_texts": len(long),
        "duplicates": round(float(long.duplicated().mean()), 5),
        "published": {name: scan.figures()[f"erdil_2017.{name}"].value for name in PUBLISHED_OF_TEXTS},
        "by_source": {
            str(source): {name: round(float(mean), 2) for name, mean in row.dropna().items()}
            for source, row in by_source.iterrows()
        },
        "vocabulary": vocabulary_of(said),
        "signs": signs_of(said),
        "learnt": learnt(data.tables["verbatims"], data.truth["latents/passages"]),
    }
    scores = found["learnt"]
    found["passes"] = (
        found["duplicates"] < MOST_DUPLICATES
        and HEAPS[0] < found["vocabulary"]["heaps_exponent"] < HEAPS[1]
        and all(
            scores["majority"][target]["micro_f1"] + LEARNT_BY_LEAST
            < scores["other_families"][target]["micro_f1"]
            < scores["random_split"][target]["micro_f1"] - MEMORISED_BY_LEAST
            for target in TARGETS_OF_LEARNING
        )
    )
    return found


def of_customers(texts: Any, locale: str) -> Any:
    """Return texts without the lines of advisers and without who speaks."""
    style = tomllib.loads((phrases.FOLDER / phrases.language_of(locale) / "style.toml").read_text(encoding="utf-8"))
    customer, adviser = (re.escape(style["speakers"][who] + style["colon"]) for who in ("customer", "adviser"))
    without = texts.str.replace(rf"(?im)^{adviser}.*\n?", "", regex=True)
    return without.str.replace(rf"(?im)^{customer}", "", regex=True).str.strip()


def vocabulary_of(texts: Any) -> dict[str, Any]:
    """Return how the types grow with the tokens (Heaps 1978), and the share of types that occur once."""
    counts: Counter[str] = Counter()
    tokens, types, total = [], [], 0
    for number, text in enumerate(texts, start=1):
        read = re.findall(r"[^\W\d_]+", text.lower())
        counts.update(read)
        total += len(read)
        if number in GROWTH or number == len(texts):
            tokens.append(total)
            types.append(len(counts))
    exponent, _ = np.polyfit(np.log(tokens), np.log(types), 1)
    once = sum(count == 1 for count in counts.values())
    return {
        "tokens": tokens,
        "types": types,
        "heaps_exponent": round(float(exponent), 3),
        "hapaxes_of_types": round(once / len(counts), 3),
        "commonest_of_tokens": {word: round(count / total, 4) for word, count in counts.most_common(10)},
    }


def signs_of(texts: Any) -> dict[str, float]:
    """Return how many of each sign there are among a hundred words, and the share of texts that end without one."""
    whole = "\n".join(texts)
    of_words = 100.0 / len(re.findall(r"[^\W\d_]+", whole))
    found = {sign: round(whole.count(sign) * of_words, 3) for sign in SIGNS_OF_TEXTS}
    emoji = sum(unicodedata.category(sign) == "So" for sign in whole)
    bare = float(texts.str.contains(r"\w$").mean())
    return {**found, "emoji": round(emoji * of_words, 3), "texts_without_a_last_sign": round(bare, 3)}


def learnt(texts: Any, passages: Any) -> dict[str, Any]:
    """Return how well a linear classifier learns aspects and polarities from half of the families, and of all spans.

    Families of phrases say the same in other words. Who is trained and tested on the same ones can learn them by heart.
    """
    concepts = passages[passages["kind"] == "concept"].merge(texts[["verbatim_id", "text"]])
    concepts = concepts.sample(min(SPANS, len(concepts)), random_state=SEED_OF_WORDS)
    spans = [
        whole[int(start) : int(end)]
        for whole, start, end in zip(concepts["text"], concepts["start"], concepts["end"], strict=True)
    ]
    told = {target: concepts[target].astype(str).to_numpy() for target in TARGETS_OF_LEARNING}
    of_families = concepts["family"].astype(str).isin(half_of_families(concepts)).to_numpy()
    at_random = np.random.default_rng(SEED_OF_WORDS).random(len(concepts)) < of_families.mean()
    found: dict[str, Any] = {
        "spans": len(spans),
        "families": int(concepts["family"].nunique()),
        "other_families": scores_of(spans, told, of_families),
        "random_split": scores_of(spans, told, at_random),
        "majority": {},
    }
    for target, labels in told.items():
        commonest = Counter(labels[of_families]).most_common(1)[0][0]
        rest = labels[~of_families]
        found["majority"][target] = f1(rest, np.full(len(rest), commonest))
    return found


def half_of_families(concepts: Any) -> set[str]:
    """Return half of the families of every aspect and polarity, by lot."""
    random = np.random.default_rng(SEED_OF_WORDS)
    told = concepts[["aspect", "polarity", "family"]].astype(str).drop_duplicates().sort_values("family")
    half: set[str] = set()
    for _, families in told.groupby(["aspect", "polarity"])["family"]:
        drawn = random.permutation(families.to_numpy())
        half |= set(drawn[: (len(drawn) + int(random.integers(2))) // 2])  # an odd one falls to either half
    return half


def scores_of(spans: list[str], told: dict[str, Any], train: Any) -> dict[str, dict[str, float]]:
    """Return the scores on the rows that are not trained on, of a linear classifier on words and letters."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True, dtype=np.float32),
    )
    seen = features.fit_transform([span for span, chosen in zip(spans, train, strict=True) if chosen])
    unseen = features.transform([span for span, chosen in zip(spans, train, strict=True) if not chosen])
    found = {}
    for target, labels in told.items():
        model = LinearSVC(C=0.5, random_state=0).fit(seen, labels[train])
        found[target] = f1(labels[~train], model.predict(unseen))
    return found


def f1(truth: Any, guessed: Any) -> dict[str, float]:
    """Return F1 over all rows, which is the share of right ones, and its mean over the classes."""
    from sklearn.metrics import f1_score

    return {
        f"{mean}_f1": round(float(f1_score(truth, guessed, average=mean, zero_division=0)), 3)
        for mean in ("micro", "macro")
    }


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "recovery": recovery,
    "checks": checks,
    "calibration": calibration,
    "kills": kills,
    "memory": memory,
    "words": words,
}


def passes(part: Any) -> bool:
    """Return whether a part of the results passes: its own verdict, or those of all its entries."""
    if "passes" in part:
        return bool(part["passes"])
    return all(passes(entry) for entry in part.values())


def main() -> int:
    """Run all parts and write the results."""
    digest = digest_of_inputs()
    content: dict[str, Any] = {"inputs": digest}
    for name, part in PARTS.items():
        content[name] = part()
        print(f"{name}: {'pass' if passes(content[name]) else 'FAIL'}", flush=True)
        print(json.dumps(content[name], indent=2), flush=True)
    if digest_of_inputs() != digest:
        print("the code changed while it was being verified; run again.", file=sys.stderr)
        return 1
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0 if all(passes(content[name]) for name in PARTS) else 1


if __name__ == "__main__":
    sys.exit(main())
