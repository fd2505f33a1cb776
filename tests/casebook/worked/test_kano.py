"""Kano's model: pairs by the evaluation table, coefficients and leads from counts."""

from __future__ import annotations

import numpy as np
import pytest

from casebook.worked import kano
from casebook.worked.measures import share_interval


@pytest.mark.parametrize(
    ("there", "missing", "found"),
    [
        ("like", "dislike", "one_dimensional"),
        ("like", "neutral", "attractive"),
        ("neutral", "dislike", "must_be"),
        ("live_with", "must_be", "indifferent"),
        ("neutral", "like", "reverse"),
        ("dislike", "live_with", "reverse"),
        ("like", "like", "questionable"),
        ("dislike", "dislike", "questionable"),
    ],
)
def test_a_pair_has_the_category_of_the_evaluation_table(there, missing, found):
    assert kano.category(there, missing) == found


def test_swapping_both_answers_turns_what_pleases_into_reverse_and_leaves_contradictions():
    for there in kano.ANSWERS:
        for missing in kano.ANSWERS:
            one, other = kano.category(there, missing), kano.category(missing, there)
            if one in ("must_be", "attractive", "one_dimensional"):
                assert other == "reverse"
            elif one in ("questionable", "indifferent"):
                assert other == one


def test_coefficients_leave_out_reverse_and_questionable_pairs():
    counts = {"must_be": 20, "one_dimensional": 30, "attractive": 40, "indifferent": 10}
    found = kano.attribute(counts)
    assert (found.leading, found.better, found.worse) == ("attractive", 0.7, -0.5)
    assert (found.better_low, found.better_high) == share_interval(70, 100)
    assert (-found.worse_high, -found.worse_low) == share_interval(50, 100)
    more = kano.attribute({**counts, "reverse": 25, "questionable": 9})
    assert (more.better, more.worse) == (found.better, found.worse)


def test_a_lead_is_called_clear_as_often_as_chance_allows():
    draws = np.random.default_rng(5).multinomial(400, [0.35, 0.35, 0.1, 0.1, 0.06, 0.04], size=2_000)
    clear = np.mean([kano.attribute(dict(zip(kano.CATEGORIES, map(int, row), strict=True))).is_clear for row in draws])
    assert abs(clear - 0.05) < 4 * np.sqrt(0.05 * 0.95 / len(draws))
    assert kano.attribute({"must_be": 60, "indifferent": 30}).is_clear


def test_equal_counts_are_decided_for_what_angers_when_missing():
    found = kano.attribute({"indifferent": 9, "attractive": 9, "must_be": 9})
    assert found.leading == "must_be"
    assert not found.is_clear


@pytest.mark.parametrize("counts", [{}, {"reverse": 4}, {"must_be": -1, "indifferent": 3}])
def test_counts_without_a_usable_pair_are_refused(counts):
    with pytest.raises(ValueError, match="need a pair"):
        kano.attribute(counts)


def test_strange_words_are_refused():
    with pytest.raises(ValueError, match="'great' is no answer"):
        kano.category("great", "like")
    with pytest.raises(ValueError, match="'basic' is no category"):
        kano.attribute({"basic": 3})
