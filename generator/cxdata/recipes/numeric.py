"""Scores, claims and ordinal answers: linear predictors with tabulated noise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cxdata.recipes import lookup
from cxdata.schema.recipe import Array, Inputs, Recipe

Floats = NDArray[np.float64]


def _predictor(intercept: str | None, terms: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Return the inputs of a linear predictor and the sentence that says it.

    A coefficient written ``-$name`` is subtracted; without an intercept the terms must cover every row.
    """
    names = tuple(coefficient.removeprefix("-") for coefficient in terms.values())
    parts = [f"{'- ' if c.startswith('-') else '+ '}{c.removeprefix('-').lstrip('$')} x {t}" for t, c in terms.items()]
    constant = () if intercept is None else (intercept,)
    return (*constant, *terms, *names), " ".join([*(name.lstrip("$") for name in constant), *parts]).removeprefix("+ ")


def _evaluate(x: Inputs, intercept: str | None, terms: Mapping[str, str]) -> Floats | float:
    total: Floats | float = 0.0 if intercept is None else x[intercept]
    for term, coefficient in terms.items():
        product = x[coefficient.removeprefix("-")] * x[term]
        total = total - product if coefficient.startswith("-") else total + product
    return total


def score(intercept: str | None, terms: Mapping[str, str], *, noise: str | None = None) -> Recipe:
    """Return a continuous score: a linear predictor plus normal noise.

    Args:
        intercept: Input of the constant, usually a parameter.
        terms: Input to coefficient, both in the grammar of inputs; ``-$name`` subtracts.
        noise: Parameter with the standard deviation of the noise; none without.
    """
    inputs, sentence = _predictor(intercept, terms)
    if noise is None:
        return Recipe(lambda u, x: _evaluate(x, intercept, terms), inputs, 0, sentence)

    def compute(u: Array | None, x: Inputs) -> Floats:
        assert u is not None
        total: Floats = _evaluate(x, intercept, terms) + x[noise] * lookup.normal(u)
        return total

    return Recipe(compute, (*inputs, noise), 1, f"{sentence} + {noise.lstrip('$')} x normal")


def happens(intercept: str | None, terms: Mapping[str, str] | None = None, *, only: str | None = None) -> Recipe:
    """Return a claim that holds with logit probability: ``predictor + tabulated logistic noise > 0``.

    Args:
        intercept: Input of the constant, or None.
        terms: Input to coefficient; ``-$name`` subtracts.
        only: Boolean input without which the claim cannot hold.
    """
    terms = terms or {}
    inputs, sentence = _predictor(intercept, terms)

    def compute(u: Array | None, x: Inputs) -> NDArray[np.bool_]:
        assert u is not None
        holds: NDArray[np.bool_] = (_evaluate(x, intercept, terms) + lookup.logistic(u)) > 0
        return holds if only is None else holds & x[only]

    condition = "" if only is None else f"if {only}, "
    return Recipe(compute, inputs if only is None else (*inputs, only), 1, f"{condition}true with logit {sentence}")


def chance(share: str) -> Recipe:
    """Return a claim that holds with a plain probability, independent of everything."""
    return Recipe(lambda u, x: u < x[share], (share,), 1, f"true with probability {share.lstrip('$')}")


def ordinal(of: str, cuts: str, *, lowest: int) -> Recipe:
    """Return an ordinal answer: the number of thresholds below a score, plus the lowest answer.

    Args:
        of: Input with the score.
        cuts: Parameter with the (k - 1,) increasing thresholds of k answers.
        lowest: The lowest answer.

    Source: McCullagh (1980), cumulative link model.
    """

    def compute(u: Array | None, x: Inputs) -> Array:
        answer: Array = lowest + lookup.count_below(np.asarray(x[cuts]), x[of])
        return answer

    return Recipe(compute, (of, cuts), 0, f"{of} cut at {cuts.lstrip('$')}")


def log_normal(intercept: str | None, terms: Mapping[str, str], *, noise: str) -> Recipe:
    """Return a positive quantity whose logarithm is a linear predictor plus normal noise."""
    inputs, sentence = _predictor(intercept, terms)

    def compute(u: Array | None, x: Inputs) -> Floats:
        assert u is not None
        return lookup.exp(_evaluate(x, intercept, terms) + x[noise] * lookup.normal(u))

    return Recipe(compute, (*inputs, noise), 1, f"exp({sentence} + {noise.lstrip('$')} x normal)")


def between(low: str, high: str) -> Recipe:
    """Return whole numbers uniform between two inputs, both included."""

    def compute(u: Array | None, x: Inputs) -> NDArray[np.int64]:
        assert u is not None
        low_value = np.asarray(x[low], dtype=np.int64)
        spread = np.asarray(x[high], dtype=np.int64) - low_value + 1
        whole: NDArray[np.int64] = low_value + (u * spread).astype(np.int64)
        return whole

    return Recipe(compute, (low, high), 1, f"uniform from {low.lstrip('$')} to {high.lstrip('$')}")
