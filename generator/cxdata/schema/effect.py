"""Planted effects: a difference that moves the data and writes the answer key, so the two cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass

from cxdata.schema.statistic import Statistic


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One planted effect of a treatment on an outcome.

    Attributes:
        id: Short name, unique in its scenario.
        title: What is asked, as a student would.
        treatment: ``table.column``, Boolean: the cause that is switched, one unit at a time.
        outcome: Column of the same table: what is recorded per unit under both states of the treatment.
        population: Boolean column of the same table: the units over which the estimand averages.
        coefficients: Parameters that plant it; the plan checks that they work between treatment and outcome.
        estimand: The number asked for, in words, with its unit.
        confounding: Why the tempting estimate errs, in one sentence.
        basis: Which part is published and which is ours.
        right: Estimator that recovers it from the published tables.
        tempting: Estimator that misses it.
        figures: Published figures whose contrast is reproduced as the naive one it was.
    """

    id: str
    title: str
    treatment: str
    outcome: str
    population: str
    coefficients: tuple[str, ...]
    estimand: str
    confounding: str
    basis: str
    right: Statistic
    tempting: Statistic
    figures: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The table whose rows are the units."""
        return self.treatment.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number of the whole population that the published tables hide: the answer to a question without a treatment.

    The net promoter score had everybody answered, the share of silent dissatisfied customers, the importance of an
    attribute: known from the answer key, to be estimated from the published tables.

    Attributes:
        id: Short name, unique in its scenario among effects and quantities.
        title: What is asked, as a student would.
        estimand: The number asked for, in words, with its unit.
        confounding: Why the tempting estimate errs, in one sentence.
        basis: Which part is published and which is ours.
        truth: The number itself, from published tables and those of the answer key, named as ``latents/orders``.
        right: Estimator that recovers it from the published tables.
        tempting: Estimator that misses it.
        figures: Published figures that it rests on.
    """

    id: str
    title: str
    estimand: str
    confounding: str
    basis: str
    truth: Statistic
    right: Statistic
    tempting: Statistic
    figures: tuple[str, ...] = ()
