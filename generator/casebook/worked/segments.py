"""Segments from data: k-means, latent classes of what was bought, and how far two groupings agree.

Numpy alone, so that a student can read every step; each start is drawn from a seed that the caller gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]

FLOOR = 0.5
"""Counts added to each cell of a class's profile, so that nothing counts as impossible."""


def standardised(features: ArrayLike) -> Numbers:
    """Return columns with mean 0 and standard deviation 1.

    Args:
        features: (n, d) numbers.

    Raises:
        ValueError: If a column does not vary.
    """
    given = np.asarray(features, dtype=np.float64)
    spread = given.std(axis=0)
    if (spread == 0).any():
        raise ValueError(f"Column {int(np.argmin(spread))} does not vary; leave it out.")
    scaled: Numbers = (given - given.mean(axis=0)) / spread
    return scaled


@dataclass(frozen=True)
class Clusters:
    """Clusters of k-means, the largest first.

    Attributes:
        labels: (n,) cluster of each row.
        centres: (k, d) mean of each cluster, in the features' units.
        within: Sum of squared distances to the own centre.
        explained: Share of all squared distances to the mean of all that lies between clusters, 0 to 1.
    """

    labels: Labels
    centres: Numbers
    within: float
    explained: float


def k_means(features: ArrayLike, count: int, *, seed: int = 7, starts: int = 10, rounds: int = 100) -> Clusters:
    """Return the best of several runs of k-means, started as k-means++ does.

    Args:
        features: (n, d) numbers without gaps; each column weighs by its variance.
        count: Number of clusters, 2 to n.
        seed: Of the starts.
        starts: Runs, of which the one with the smallest sum of squares is kept.
        rounds: Steps of one run at most.

    Raises:
        ValueError: If there are gaps, or fewer distinct rows than clusters.

    Source: Lloyd (1982), Least squares quantization in PCM; Arthur and Vassilvitskii (2007), k-means++.
    """
    given = np.asarray(features, dtype=np.float64)
    if not np.isfinite(given).all():
        raise ValueError("k-means takes no missing values; fill or drop them, and say so.")
    if count < 2 or len(np.unique(given, axis=0)) < count:
        raise ValueError(f"{count} clusters need at least two, and as many distinct rows; there are {len(given)} rows.")
    rng = np.random.default_rng(seed)
    total = float(((given - given.mean(axis=0)) ** 2).sum())
    best: tuple[float, Labels, Numbers] | None = None
    for _ in range(starts):
        centres = _spread_out(given, count, rng)
        labels = nearest(given, centres)
        for _ in range(rounds):
            for group in range(count):
                if (labels == group).any():
                    centres[group] = given[labels == group].mean(axis=0)
            moved = nearest(given, centres)
            if (moved == labels).all():
                break
            labels = moved
        within = float(((given - centres[labels]) ** 2).sum())
        if best is None or within < best[0]:
            best = within, labels, centres
    assert best is not None  # there is at least one start
    within, labels, centres = best
    order = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    return Clusters(np.argsort(order)[labels], centres[order], within, 1 - within / total)


def nearest(features: ArrayLike, centres: Numbers) -> Labels:
    """Return the place of the nearest centre for each row: the rule that assigns new rows."""
    given = np.asarray(features, dtype=np.float64)
    # |x - c|2 but for |x|2, which is the same for all centres.
    labels: Labels = np.argmin((centres**2).sum(axis=1) - 2 * given @ centres.T, axis=1)
    return labels


def _spread_out(given: Numbers, count: int, rng: np.random.Generator) -> Numbers:
    """Return first centres, each drawn with a chance that grows with its squared distance to those before."""
    centres = [given[rng.integers(len(given))]]
    while len(centres) < count:
        far = np.min([((given - centre) ** 2).sum(axis=1) for centre in centres], axis=0)
        centres.append(given[rng.choice(len(given), p=far / far.sum())])
    return np.array(centres)


@dataclass(frozen=True)
class Classes:
    """Latent classes of rows of counts, the largest first.

    Attributes:
        shares: (k,) share of each class; sums to 1.
        profiles: (k, d) chance of each column in a class; rows sum to 1.
        log_likelihood: Of the counts, but for a part that is the same for any classes.
        bic: Bayesian information criterion; lower is better.
    """

    shares: Numbers
    profiles: Numbers
    log_likelihood: float
    bic: float

    def chances(self, counts: ArrayLike) -> Numbers:
        """Return the chance of each class for each row, (n, k); a row without counts gets the shares."""
        joint = np.asarray(counts, dtype=np.float64) @ np.log(self.profiles).T + np.log(self.shares)
        joint -= joint.max(axis=1, keepdims=True)
        likely = np.exp(joint)
        chances: Numbers = likely / likely.sum(axis=1, keepdims=True)
        return chances

    def assigned(self, counts: ArrayLike) -> Labels:
        """Return the likeliest class of each row."""
        labels: Labels = self.chances(counts).argmax(axis=1)
        return labels


def latent_classes(counts: ArrayLike, count: int, *, seed: int = 7, starts: int = 8, rounds: int = 300) -> Classes:
    """Return classes whose members draw what they buy with the same chances: a mixture of multinomials.

    Unlike k-means on shares, a row with few counts says little, and its class stays in doubt.

    Args:
        counts: (n, d) how often each row shows each column.
        count: Number of classes, from 1.
        seed: Of the starts.
        starts: Runs of expectation maximisation, of which the likeliest is kept.
        rounds: Steps of one run at most.

    Raises:
        ValueError: If a count is negative or missing, or ``count`` is below one.

    Source: McLachlan and Peel (2000), Finite Mixture Models, chapter 5.
    """
    given = np.asarray(counts, dtype=np.float64)
    if not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("Counts are 0 or more, and none is missing.")
    if count < 1:
        raise ValueError(f"There is at least one class, not {count}.")
    rng = np.random.default_rng(seed)
    rows, columns = given.shape
    best: tuple[float, Numbers, Numbers] | None = None
    for _ in range(starts if count > 1 else 1):
        belongs = rng.dirichlet(np.ones(count), size=rows)
        before = -math.inf
        for _ in range(rounds):
            shares = (belongs.sum(axis=0) + FLOOR) / (rows + count * FLOOR)
            profiles = belongs.T @ given + FLOOR
            profiles /= profiles.sum(axis=1, keepdims=True)
            joint = given @ np.log(profiles).T + np.log(shares)
            top = joint.max(axis=1, keepdims=True)
            each = np.log(np.exp(joint - top).sum(axis=1)) + top[:, 0]
            belongs = np.exp(joint - each[:, None])
            likely = float(each.sum())
            if likely - before < 1e-3:
                break
            before = likely
        if best is None or likely > best[0]:
            best = likely, shares, profiles
    assert best is not None  # there is at least one start
    likely, shares, profiles = best
    order = np.argsort(-shares, kind="stable")
    free = count - 1 + count * (columns - 1)
    return Classes(shares[order], profiles[order], likely, free * math.log(rows) - 2 * likely)


def adjusted_rand(first: ArrayLike, second: ArrayLike) -> float:
    """Return how far two groupings of the same rows agree: 1 fully, 0 as by chance.

    Names of groups do not matter, nor their number: pairs of rows are compared that one grouping puts together.

    Raises:
        ValueError: If the groupings are not of the same length, or of fewer than two rows.

    Source: Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2.
    """
    one, two = np.asarray(first), np.asarray(second)
    if len(one) != len(two) or len(one) < 2:
        raise ValueError(f"Two groupings of the same rows are compared; these have {len(one)} and {len(two)}.")
    rows, columns = np.unique(one, return_inverse=True)[1], np.unique(two, return_inverse=True)[1]
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)

    def pairs(sizes: Numbers) -> float:
        return float((sizes * (sizes - 1) / 2).sum())

    both, of_one, of_two = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = of_one * of_two / (len(one) * (len(one) - 1) / 2)
    most = (of_one + of_two) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def matched(reference: ArrayLike, labels: ArrayLike) -> Labels:
    """Return labels renamed to the reference's, so that as many rows as possible agree (each name used once).

    Args:
        reference: (n,) integers from 0.
        labels: (n,) integers from 0, at most eight groups.

    Raises:
        ValueError: If there are more than eight groups, for which all orders would be too many to try.
    """
    wanted, given = np.asarray(reference, dtype=np.int64), np.asarray(labels, dtype=np.int64)
    size = int(max(wanted.max(), given.max())) + 1
    if size > 8:
        raise ValueError(f"At most eight groups are matched, not {size}.")
    table = np.zeros((size, size))
    np.add.at(table, (given, wanted), 1)
    reached: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for group in range(size):  # the best use of each set of names, one more group at a time
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for used, (agreed, names) in reached.items():
            for name in range(size):
                if used >> name & 1:
                    continue
                now = agreed + table[group, name]
                if used | 1 << name not in further or now > further[used | 1 << name][0]:
                    further[used | 1 << name] = now, (*names, name)
        reached = further
    (_, best) = reached[(1 << size) - 1]
    renamed: Labels = np.array(best)[given]
    return renamed


def explained(outcome: ArrayLike, group: ArrayLike) -> float:
    """Return the share of an outcome's variance that lies between groups, adjusted for their number; may be below 0.

    Raises:
        ValueError: If the outcome does not vary.
    """
    value, label = np.asarray(outcome, dtype=np.float64), np.unique(np.asarray(group), return_inverse=True)[1]
    sizes = np.bincount(label)
    means = np.bincount(label, weights=value) / sizes
    total = float(((value - value.mean()) ** 2).sum())
    if total == 0:
        raise ValueError("The outcome does not vary.")
    within = float(((value - means[label]) ** 2).sum())
    return 1 - (within / (len(value) - len(sizes))) / (total / (len(value) - 1))
