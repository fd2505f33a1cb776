"""Measures of coded texts: agreement of two readers, and shares corrected for a program's mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from casebook.worked.measures import Z_95


@dataclass(frozen=True)
class Estimate:
    """A number with the two ends of its 95 % interval, all in the same unit."""

    value: float
    low: float
    high: float

    @property
    def margin(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def kappa(first: Sequence[object], second: Sequence[object]) -> Estimate:
    """Return Cohen's kappa of two readers: agreement beyond what their own habits would give by chance.

    Args:
        first: Code of each text by the first reader.
        second: Code of the same texts by the second, in the same order.

    Returns:
        Kappa and its large-sample interval; 1 is full agreement, 0 that of chance.

    Raises:
        ValueError: If the readers coded different numbers of texts, none at all, or one code alone.

    Source: Cohen (1960).
    """
    if len(first) != len(second) or not len(first):
        raise ValueError("Kappa needs two readers' codes of the same texts, one at least.")
    one, two = (np.array([str(code) for code in codes]) for codes in (first, second))
    agreed = float((one == two).mean())
    by_chance = float(sum((one == code).mean() * (two == code).mean() for code in np.union1d(one, two)))
    if by_chance == 1:
        raise ValueError("Both readers gave one code to every text; kappa needs a code that differs.")
    value = (agreed - by_chance) / (1 - by_chance)
    half = Z_95 * math.sqrt(agreed * (1 - agreed) / len(one)) / (1 - by_chance)
    return Estimate(value, value - half, min(value + half, 1.0))


def corrected_share(flagged: float, *, texts: int, right: int, checked: int, missed: int, passed: int) -> Estimate:
    """Return a share that a program counted, corrected by a sample of the same texts that a person read.

    Args:
        flagged: Share of all texts that the program gave the code, 0 to 1.
        texts: Number of all texts.
        right: Texts of the sample with the code that the program flagged.
        checked: Texts of the sample that the program flagged.
        missed: Texts of the sample with the code that the program passed over.
        passed: Texts of the sample that the program passed over.

    Returns:
        Share and interval, 0 to 1: the flagged times how often a flag is right, plus the others times how often
        they should have had one. The two parts of the sample bring the error, and the split of all texts a little.

    Raises:
        ValueError: If the sample holds no flagged or no other text, or the numbers contradict each other.

    Source: Tenenbein (1970), double sampling.
    """
    if not (0 <= right <= checked and 0 <= missed <= passed and checked > 0 and passed > 0 and 0 <= flagged <= 1):
        raise ValueError("A correction needs read texts on both sides, flagged and not, and counts that fit them.")
    hit, slip = right / checked, missed / passed
    value = flagged * hit + (1 - flagged) * slip
    variance = (
        flagged**2 * hit * (1 - hit) / checked
        + (1 - flagged) ** 2 * slip * (1 - slip) / passed
        + (hit - slip) ** 2 * flagged * (1 - flagged) / texts
    )
    half = Z_95 * math.sqrt(variance)
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0))


def rogan_gladen(flagged: float, *, sensitivity: float, specificity: float) -> float:
    """Return a share corrected with a sensitivity and a specificity that were measured elsewhere.

    Args:
        flagged: Share of texts that the program gave the code, 0 to 1.
        sensitivity: Share of texts with the code that it flags, 0 to 1.
        specificity: Share of texts without the code that it leaves alone, 0 to 1.

    Returns:
        The share, cut at 0 and 1.

    Raises:
        ValueError: If the program does no better than a coin, so that nothing can be corrected.

    Source: Rogan and Gladen (1978).
    """
    if sensitivity + specificity <= 1:
        raise ValueError("A program with sensitivity and specificity of 1 or less together tells nothing apart.")
    return min(max((flagged + specificity - 1) / (sensitivity + specificity - 1), 0.0), 1.0)
