"""Published contrasts come out as the naive contrasts they were; the effect behind them is ours, and smaller."""

from __future__ import annotations

import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.schema.statistic import nps_points

CHANNELS = ("email", "social", "review_site")


@pytest.fixture(scope="module")
def world():
    return api.generate("aldeane", customers=40_000, seed=21)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_reply_does_less_than_the_published_contrast_suggests(world, channel):
    units = world.truth["effects/reply_on_score"].merge(world["complaints"][["complaint_id", "channel"]])
    units = units[units["channel"] == channel]
    causal = nps_points(units["ltr_treated"]).mean() - nps_points(units["ltr_untreated"]).mean()
    figures = scan.figures()
    published = (
        figures[f"baer_2016.nps_with_reply_{channel}"].value - figures[f"baer_2016.nps_without_reply_{channel}"].value
    )
    scored = world["scores"].merge(world["complaints"][["complaint_id", "channel", "replied"]])
    scored = scored[scored["channel"] == channel]
    points = nps_points(scored["ltr"])
    naive = points[scored["replied"]].mean() - points[~scored["replied"]].mean()
    standard_error = (
        100 * (1 / scored["replied"].sum() + 1 / (~scored["replied"]).sum()) ** 0.5
    )  # 100: most a point can spread
    assert abs(naive - published) < 6 + 2 * standard_error  # two figures, each within its tolerance of three points
    assert 0 < causal < 0.85 * published


def test_answering_matters_at_least_three_times_as_much_as_speed(world):
    # Published as an order without sizes: answering everywhere beats answering fast (Baer 2016, point 6).
    key = api.answer_key(world)
    assert key["reply_on_score"]["planted"]["value"] >= 3 * key["speed_on_score"]["planted"]["value"] > 0
