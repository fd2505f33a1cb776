"""K-means, latent classes, agreement of groupings, and what groups explain."""

import numpy as np
import pytest

from casebook.worked import segments

PROFILES = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]])
SHARES = np.array([0.5, 0.3, 0.2])


def blobs() -> tuple[np.ndarray, np.ndarray]:
    """Return points around three centres far apart, and whose they are."""
    rng = np.random.default_rng(1)
    whose = rng.choice(3, size=300, p=SHARES)
    return np.array([[0, 0], [10, 0], [0, 10]])[whose] + rng.normal(size=(300, 2)), whose


def baskets(rows: int = 3_000, size: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return counts drawn from known profiles, and whose they are."""
    rng = np.random.default_rng(1)
    whose = rng.choice(3, size=rows, p=SHARES)
    return np.array([rng.multinomial(size, PROFILES[one]) for one in whose]), whose


def test_k_means_finds_clusters_that_are_far_apart() -> None:
    points, whose = blobs()
    found = segments.k_means(points, 3)
    assert segments.adjusted_rand(found.labels, whose) == 1
    assert (np.bincount(found.labels)[:-1] >= np.bincount(found.labels)[1:]).all(), "largest first"
    assert (segments.nearest(points, found.centres) == found.labels).all()
    assert 0.9 < found.explained < 1


def test_k_means_finds_clusters_in_nothing() -> None:
    noise = np.random.default_rng(2).normal(size=(400, 2))
    found = segments.k_means(noise, 3)
    assert np.bincount(found.labels).min() > 50
    assert found.explained > 0.4


def test_k_means_refuses_gaps_and_too_few_rows() -> None:
    with pytest.raises(ValueError, match="missing"):
        segments.k_means([[1.0], [np.nan], [2.0]], 2)
    with pytest.raises(ValueError, match="distinct rows"):
        segments.k_means([[1.0], [1.0], [2.0]], 3)


def test_standardised_columns_weigh_the_same_and_a_constant_is_refused() -> None:
    scaled = segments.standardised([[1, 100], [2, 300], [3, 800]])
    assert np.allclose(scaled.mean(axis=0), 0)
    assert np.allclose(scaled.std(axis=0), 1)
    with pytest.raises(ValueError, match="Column 1"):
        segments.standardised([[1, 5], [2, 5]])


def test_latent_classes_find_shares_and_profiles() -> None:
    counts, whose = baskets()
    found = segments.latent_classes(counts, 3)
    error = np.sqrt(0.25 / (len(counts) * SHARES.min() / 2))  # half the smallest class, for what stays in doubt
    assert abs(found.shares - SHARES).max() < 4 * error
    assert abs(found.profiles - PROFILES).max() < 4 * error
    assert segments.adjusted_rand(found.assigned(counts), whose) > 0.9


def test_the_criterion_asks_for_as_many_classes_as_there_are() -> None:
    counts, _ = baskets(rows=1_500)
    bic = {count: segments.latent_classes(counts, count, starts=3).bic for count in range(1, 6)}
    assert min(bic, key=bic.__getitem__) == 3


def test_a_customer_without_purchases_gets_the_shares() -> None:
    counts, _ = baskets(rows=500)
    found = segments.latent_classes(counts, 3, starts=2)
    assert np.allclose(found.chances([[0, 0, 0, 0]])[0], found.shares)
    assert np.allclose(found.chances(counts).sum(axis=1), 1)


def test_latent_classes_refuse_what_is_no_count() -> None:
    with pytest.raises(ValueError, match="Counts"):
        segments.latent_classes([[1, -1]], 1)
    with pytest.raises(ValueError, match="at least one class"):
        segments.latent_classes([[1, 1]], 0)


def test_adjusted_rand_is_one_for_the_same_groups_and_nought_by_lot() -> None:
    rng = np.random.default_rng(3)
    one = rng.integers(0, 4, 5_000)
    assert segments.adjusted_rand(one, (one + 1) % 4) == 1
    assert abs(segments.adjusted_rand(one, rng.integers(0, 3, 5_000))) < 0.01
    # Two pairs against two crossed pairs: no pair in common where 2/3 are expected, so (0 - 2/3) / (2 - 2/3).
    assert segments.adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)
    with pytest.raises(ValueError, match="same rows"):
        segments.adjusted_rand([0, 1], [0])


def test_matched_labels_bear_the_names_of_the_reference() -> None:
    reference = np.array([0, 0, 0, 1, 1, 2])
    assert (segments.matched(reference, (reference + 1) % 3) == reference).all()
    with pytest.raises(ValueError, match="eight"):
        segments.matched(np.arange(9), np.arange(9))


def test_explained_takes_off_what_many_groups_explain_by_chance() -> None:
    rng = np.random.default_rng(4)
    group = rng.integers(0, 50, 2_000)
    assert abs(segments.explained(rng.normal(size=2_000), group)) < 0.02
    assert segments.explained(group.astype(float), group) == pytest.approx(1)
    with pytest.raises(ValueError, match="vary"):
        segments.explained([1, 1], [0, 1])
