"""What is planted: effects, differences that move the data and write the answer key; and quantities, read off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that a run must make so that the effect is known and both its estimators can be tried."""
        return tuple(sorted({self.table, *(name for one in self.estimators.values() for name in one.tables)}))

    @property
    def estimators(self) -> dict[str, Statistic]:
        """Its estimators by their role."""
        return {"right": self.right, "tempting": self.tempting}


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number of the whole population that the published tables hide: the answer to a question without a treatment.

    The net promoter score had everybody answered, the share of silent dissatisfied customers, the importance of an
    attribute: known from the answer key, to be estimated from the published tables.

    Attributes:
        id: Short name, unique in its scenario among effects and quantities.
        title: What is asked, as a student would.
        estimand: The number asked for, in words, with its unit.
        confounding: Why the tempting estimate errs; without one, why no shortcut errs by enough to be told.
        basis: Which part is published and which is ours.
        truth: The number itself, from published tables and those of the answer key, named as ``latents/orders``. It is
            computed over batches of customers and averaged by their rows, so that no run is too large for it: exact for
            means, shares and scores; other statistics must hold for a batch as for the whole.
        of: Whose number it is. ``population``: of all customers there could be, one value for every seed, planted like
            an effect and computed on the pilot, since the standard error of an estimate says how far the customers of
            one run may lie from it. ``run``: of the company that a seed has made, where the number rests on reference
            tables (its advisers, its shops), of which no run has a sample; then the truth is the realised value.
        right: Estimator that recovers it from the published tables.
        tempting: Estimator that misses it; None where those that come to mind err by less than a run can tell. Then
            the right one alone is judged.
        coefficients: Parameters that make it what it is; the answer key tells their values.
        figures: Published figures that it rests on.
    """

    id: str
    title: str
    estimand: str
    confounding: str
    basis: str
    truth: Statistic
    right: Statistic
    tempting: Statistic | None
    of: Literal["population", "run"] = "population"
    coefficients: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The tables that the truth is read from, as a run makes them: ``orders`` for ``latents/orders``."""
        return tuple(sorted({name.removeprefix("latents/") for name in self.truth.tables}))

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that a run must make so that the quantity is known and its estimators can be tried."""
        return tuple(sorted({*self.read, *(name for one in self.estimators.values() for name in one.tables)}))

    @property
    def estimators(self) -> dict[str, Statistic]:
        """Its estimators by their role: the right one, and the tempting one if it has any."""
        return {"right": self.right} | ({} if self.tempting is None else {"tempting": self.tempting})


Planted = Effect | Quantity
