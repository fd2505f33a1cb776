"""Records are compared, weighed and grouped as the page on the single customer view says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casebook.worked import linkage
from casebook.worked.linkage import MISSING, NEAR, OTHER, SAME

ROWS = {
    "record_id": [1, 2, 3, 4],
    "first_name": ["Agnès", "AGNES", "Léo", "A"],
    "last_name": ["Le Goff", "LE GOF", "Le Goff", "Martin"],
    "birth_date": ["1980-03-04", "1980-04-03", None, "1999-12-31"],
    "email": ["a@x.example", None, "a@x.example", "a@y.example"],
    "phone_token": ["TAB", "TBA", None, "TZZ"],
    "address": ["12 avenue de Voisin", "12 AV DE VOISIN", "12 avenue de Voisin", None],
    "town": ["Sète", "SETE", None, "Lyon"],
    "department": ["34", "34", "34", None],
}


@pytest.fixture
def frame() -> pd.DataFrame:
    return linkage.cleaned(pd.DataFrame(ROWS))


class TestComparing:
    def test_case_accents_and_signs_do_not_count(self, frame):
        assert frame["first_name"].tolist() == ["agnes", "agnes", "leo", "a"]
        assert frame["initial"].tolist() == ["a", "a", "l", "a"]
        assert frame.loc[2, "birth_date"] is None

    @pytest.mark.parametrize(
        ("one", "other", "is_slip"),
        [("laine", "laine", False), ("laine", "neila", False), ("laine", "lanie", True), ("laine", "lane", True),
         ("laine", "lainne", True), ("laine", "lainr", True), ("laine", "liame", False), ("a", "", True)],
    )  # fmt: skip
    def test_one_slip_is_a_letter_more_less_wrong_or_two_swapped(self, one, other, is_slip):
        assert linkage.one_slip(one, other) is is_slip
        assert linkage.one_slip(other, one) is is_slip

    def test_each_field_has_its_own_nearness(self, frame):
        pairs = pd.DataFrame({"left": [0, 0, 0], "right": [1, 2, 3]})
        found = pd.DataFrame(linkage.levels_of(frame, pairs), columns=linkage.COMPARED)
        assert found.loc[0].tolist() == [SAME, NEAR, NEAR, MISSING, NEAR, NEAR, SAME]
        assert found.loc[1, ["first_name", "birth_date", "email", "address"]].tolist() == [OTHER, MISSING, SAME, SAME]
        assert found.loc[2, ["first_name", "last_name", "email", "address"]].tolist() == [NEAR, OTHER, NEAR, MISSING]

    def test_pairs_agree_in_a_block_and_a_missing_value_agrees_with_nothing(self, frame):
        pairs = linkage.candidate_pairs(frame, (("email",), ("phone_token", "department")))
        assert pairs.to_numpy().tolist() == [[0, 2]]
        both = linkage.candidate_pairs(frame, (("email",), ("last_name", "department"), ("initial",)))
        assert both.to_numpy().tolist() == [[0, 1], [0, 2], [0, 3], [1, 3]]


class TestWeighing:
    LEVEL = np.array([[SAME], [SAME], [SAME], [OTHER], [OTHER], [MISSING]], dtype=np.int8)
    IS_ONE = np.array([True, True, True, False, False, False])

    def test_weights_are_the_logarithm_of_counted_shares(self):
        model = linkage.counted(self.LEVEL, self.IS_ONE)
        assert model.prior == 0.5
        assert model.m[0] == pytest.approx([0.5 / 4.5, 0.5 / 4.5, 3.5 / 4.5])
        assert model.u[0] == pytest.approx([2.5 / 3.5, 0.5 / 3.5, 0.5 / 3.5])
        assert model.scores(self.LEVEL)[0] == pytest.approx(np.log2((3.5 / 4.5) / (0.5 / 3.5)))

    def test_a_missing_field_says_nothing(self):
        model = linkage.counted(self.LEVEL, self.IS_ONE)
        assert model.scores(self.LEVEL)[-1] == 0.0

    def test_a_sample_of_one_kind_is_refused(self):
        with pytest.raises(ValueError, match="draw more pairs"):
            linkage.counted(self.LEVEL[:3], self.IS_ONE[:3])


class TestGrouping:
    def test_chains_are_one_group(self):
        assert linkage.groups(6, [0, 4, 1], [1, 5, 3]).tolist() == [0, 0, 2, 0, 4, 4]

    def test_agreement_counts_pairs_and_people(self):
        found = linkage.agreement([1, 1, 1, 2, 3], [0, 0, 7, 7, 9])
        assert (found.groups, found.claimed, found.right, found.true) == (3, 2, 1, 3)
        assert (found.mixed, found.split, found.extra, found.largest) == (2, 1, 1, 2)
        assert (found.precision, found.recall, found.f1) == (0.5, pytest.approx(1 / 3), pytest.approx(0.4))

    def test_perfect_and_empty_groupings_score_as_they_should(self):
        assert linkage.agreement([1, 1, 2], [5, 5, 6]).f1 == 1.0
        alone = linkage.agreement([1, 1, 2], [0, 1, 2])
        assert (alone.precision, alone.recall, alone.f1) == (1.0, 0.0, 0.0)

    def test_a_record_without_a_group_is_refused(self):
        with pytest.raises(ValueError, match="3 persons and 2 groups"):
            linkage.agreement([1, 1, 2], [0, 0])
