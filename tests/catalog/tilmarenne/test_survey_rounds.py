"""Calls of the call-back programme, and what another invitation does to the answers by e-mail."""

from __future__ import annotations

import numpy as np
import pytest

from cxdata import api
from cxdata.catalog.tables.tilmarenne import surveys

CALLED = "callback_after_order"
RULE = surveys.RULES[0]


@pytest.fixture(scope="module")
def rows():
    return api.generate("tilmarenne", customers=16_000, seed=5, tables=["surveys"], truth=False)["surveys"]


def lately(rows):
    """Return rows about orders with whether the customer had been invited about another in the 90 days before."""
    rows = rows[rows["order_id"].notna() & rows["contact_id"].isna()].sort_values(["customer_id", "sent_at"])
    gap = rows["sent_at"] - rows.groupby("customer_id")["sent_at"].shift()
    return rows.assign(is_recent=gap.dt.total_seconds() < 90 * 86_400)


def test_call_backs_are_made_up_to_three_times_on_days_of_their_own(rows):
    assert RULE.violations({"surveys": rows}) == 0
    calls = rows[rows["programme"] == CALLED]
    reached = calls["was_reached"].astype(bool)
    shares = calls.loc[reached, "call_count"].value_counts(normalize=True).sort_index()
    assert shares.to_numpy() == pytest.approx([0.58, 0.27, 0.15], abs=0.03)
    assert (~reached).mean() == pytest.approx(0.6 * 0.15, abs=0.02)
    assert not calls.loc[~reached, "answered"].any()
    assert 0 < (reached & ~calls["answered"]).mean() < 0.1
    assert (calls["answered_at"].dropna().dt.day_of_week < 6).all()
    assert calls["answered_at"].dropna().dt.hour.between(8, 20).all()


def test_the_rule_can_break(rows):
    assert RULE.violations({"surveys": rows.assign(call_count=1)}) > 0


def test_how_often_somebody_was_called_says_nothing_of_the_answer(rows):
    calls = rows[(rows["programme"] == CALLED) & rows["answered"]]
    assert abs(calls["call_count"].astype(float).corr(calls["ltr"].astype(float))) < 0.06


def test_who_was_invited_lately_answers_less_by_e_mail_and_on_no_call_back(rows):
    rates = lately(rows).groupby(["programme", "is_recent"], observed=True)["answered"].mean()
    mail, calls = rates["email_after_order"], rates[CALLED]
    assert mail[False] - mail[True] == pytest.approx(0.05, abs=0.02)
    assert abs(calls[False] - calls[True]) < 0.03
    assert lately(rows).loc[lambda all_: all_["programme"] == "email_after_order", "is_recent"].mean() > 0.3


def test_without_fatigue_it_makes_no_difference():
    made = api.generate(
        "tilmarenne", customers=16_000, seed=5, tables=["surveys"], truth=False, parameters={"answer_recent": 0.0}
    )
    rates = lately(made["surveys"]).groupby(["programme", "is_recent"], observed=True)["answered"].mean()
    assert abs(rates["email_after_order"][False] - rates["email_after_order"][True]) < 0.015


def test_an_invitation_is_recent_after_one_about_another_order_in_whatever_order_they_stand():
    def recent(customers, sources, days):
        given = (np.array(values, dtype=np.int64) for values in (customers, sources, [86_400 * day for day in days]))
        return surveys.invited_recently(*given).tolist()

    assert recent([1, 1, 1], [0, 0, 0], [90, 0, 179]) == [False, False, True]
    assert recent([1, 2], [0, 0], [0, 1]) == [False, False]
    assert recent([1, 1, 1, 1], [1, 0, 2, 0], [0, 1, 2, 3]) == [False, False, False, True]
    assert recent([], [], []) == []
