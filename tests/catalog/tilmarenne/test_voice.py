"""The customers' voice at Tilmarenne: what is planted shows and is found again, and nothing contradicts itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxdata import api
from cxdata.catalog import scan
from cxdata.catalog.tables.tilmarenne import journey_steps, kano_answers, reviews, social_mentions, social_posts
from cxdata.catalog.tables.tilmarenne.customers import SEGMENTS
from cxdata.check.recovery import FAR, NEAR
from cxdata.errors import ParameterError

CUSTOMERS = 24_000
VOICES = (reviews, social_posts, social_mentions, kano_answers, journey_steps)
OTHERS = ("orders", "customers", "calendar", "contacts", "deliveries")
# Rows functional, columns dysfunctional: like, must-be, neutral, live-with, dislike (Kano et al. 1984).
EVALUATION = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
LETTERS = dict(zip(kano_answers.CATEGORIES, "MOAIR", strict=True))


def parameter(name: str):
    return scan.scenario("tilmarenne").parameter_index()[name].value


@pytest.fixture(scope="module")
def run():
    names = [*(module.TABLE.name for module in VOICES), *OTHERS]
    return api.generate("tilmarenne", customers=CUSTOMERS, seed=11, tables=names)


@pytest.fixture(scope="module")
def everything(run):
    return {**{name: run.tables[name] for name in run.tables}, **{name: run.truth[name] for name in run.truth}}


RULES = [rule for module in VOICES for rule in module.RULES]


@pytest.mark.parametrize("rule", RULES, ids=[rule.sentence for rule in RULES])
def test_rules_hold(run, rule):
    assert rule.violations(run.tables) == 0


# Each rule with a change that must break it.
BREAKS = {
    "no review is answered on a Sunday": ("reviews", "posted_at", pd.Timestamp("2023-06-04 00:01")),
    "a review follows its order": ("reviews", "posted_at", pd.Timestamp("2020-01-01")),
    "an answer to a review has a delay and an author, and stars change upwards": ("reviews", "stars_after", 1),
    "invited reviews stand on the company's own site": ("reviews", "site", "plumavis"),
    "a post follows its order, and nobody posts before joining": (
        "social_posts",
        "posted_at",
        pd.Timestamp("2010-01-01"),
    ),
    "an answered post has a delay": ("social_posts", "answered", True),
    "only complaints are handed up": ("social_posts", "escalated", True),
    "negative mentions are part of the mentions, and nobody is reached without one": ("social_mentions", "mentions", 0),
    "mentions are counted for every hour of 2023 and 2024": (
        "social_mentions",
        "starts_at",
        pd.Timestamp("2023-01-01"),
    ),
    "who answers the Kano survey answers once, on all attributes, on one day": (
        "kano_answers",
        "attribute",
        "workshops",
    ),
    "nobody answers the Kano survey before joining": ("kano_answers", "answered_on", pd.Timestamp("2000-01-01").date()),
    "a journey's steps are numbered without a gap, one of them is its peak, and it has one overall score": (
        "journey_steps",
        "is_peak",
        False,
    ),
    "no step begins before the one told ahead of it, and help is asked for after the order": (
        "journey_steps",
        "started_on",
        None,
    ),
    "no journey begins with an e-mail to a customer who does not accept any": ("journey_steps", "channel", "email"),
}


@pytest.mark.parametrize("rule", RULES, ids=[rule.sentence for rule in RULES])
def test_rules_can_be_broken(run, rule):
    table, column, value = BREAKS[rule.sentence]
    spoiled = run.tables[table].copy()
    spoiled[column] = spoiled[column].to_numpy()[::-1] if value is None else value
    assert rule.violations({**{name: run.tables[name] for name in rule.tables}, table: spoiled}) > 0


# Reviews


def test_published_stars_are_j_shaped_and_those_of_all_are_humped(run):
    published = run.tables["reviews"]["stars"].value_counts(normalize=True).sort_index()
    of_all = run.truth["latents/orders"]["stars"].value_counts(normalize=True).sort_index()
    assert published[5] > 0.50
    assert 0.10 < published[1] < 0.14
    assert published[1] > published[2]
    assert of_all.idxmax() == 4
    assert of_all[1] < of_all[2] < of_all[3] < of_all[4]


def test_invited_reviews_look_like_all_orders_and_unasked_ones_do_not(everything):
    quantity = next(one for one in reviews.QUANTITIES if one.id == "stars_of_all")
    truth, right, tempting = (one(everything) for one in (quantity.truth, quantity.right, quantity.tempting))
    assert abs(right.value - truth.value) <= NEAR * right.standard_error
    assert abs(tempting.value - truth.value) >= FAR * tempting.standard_error


def test_an_answer_raises_stars_by_what_was_planted_and_mild_critics_are_answered_more(run, everything):
    (effect,) = reviews.EFFECTS
    realised = api.answer_key(run)[effect.id]["realised"]["value"]
    right, tempting = effect.right(everything), effect.tempting(everything)
    assert 0.2 < realised < 0.4
    assert abs(right.value - realised) <= NEAR * right.standard_error
    assert abs(tempting.value - realised) >= FAR * tempting.standard_error
    answered = run.tables["reviews"].groupby("stars")["answered"].mean()
    assert answered[1] < answered[2] < answered[3]
    assert answered[4] < answered[3]


def test_without_its_coefficient_an_answer_changes_no_stars():
    made = api.generate("tilmarenne", customers=3_000, tables=["reviews"], parameters={"reviews_answer_on_raise": 0.0})
    potential = made.truth["effects/answer_on_stars"]
    assert len(potential) > 50
    assert (potential["final_stars_treated"] == potential["final_stars_untreated"]).all()


# Social posts


def test_posts_are_rare_and_come_from_the_connected_with_a_problem(run, everything):
    posts = run.tables["social_posts"]
    assert 40 < 1_000 * len(posts) / CUSTOMERS < 80
    traits = run.truth["latents/customers"].set_index("customer_id")
    assert traits.loc[posts["customer_id"], "digital_affinity"].mean() > traits["digital_affinity"].mean() + 0.4
    orders = run.truth["latents/orders"]
    posted = orders["order_id"].isin(posts["order_id"])
    assert orders.loc[posted, "has_problem"].mean() > 2 * orders["has_problem"].mean()


def test_posts_crowd_into_the_two_crises(run):
    posts = run.tables["social_posts"]
    weekly = posts.set_index("posted_at").resample("W").size()
    usual = weekly.median()
    assert weekly["2024-05-26"] > 3 * usual
    assert weekly["2023-10-15"] > 1.5 * usual
    assert (posts.loc[posts["is_about_crisis"], "stance"] == "complaint").mean() > 0.5


def test_followers_have_a_heavy_tail_and_answers_wait_for_the_morning(run):
    posts = run.tables["social_posts"]
    followers = posts["reach_followers"]
    assert followers.quantile(0.99) > 20 * followers.median()
    hour = (posts["posted_at"] + pd.to_timedelta(posts["answer_delay_minutes"], unit="min")).dropna().dt.hour
    assert hour.between(8, 22).all()


# Social mentions


@pytest.fixture(scope="module")
def hours(run):
    return run.tables["social_mentions"].merge(run.truth["latents/social_mentions"], on="hour_id")


def by_day(hours: pd.DataFrame) -> pd.DataFrame:
    return hours.groupby(hours["starts_at"].dt.normalize())[["mentions", "negative_mentions"]].sum()


def z_per_day(series: pd.Series) -> pd.Series:
    """Return standard deviations from the same weekday of the eight weeks before, over-dispersion allowed for."""
    usual = pd.concat([series.shift(7 * week) for week in range(1, 9)], axis=1).median(axis=1)
    fano = ((series - usual) ** 2 / usual).median() / 0.455  # the median of a squared normal
    return (series - usual) / np.sqrt(usual * fano)


def test_the_series_covers_every_hour_and_counts_spread_beyond_poisson(hours):
    assert len(hours) == 731 * 24
    calm = hours[~hours["is_crisis"] & hours["mentions"].notna()]
    assert calm["mentions"].sum() == pytest.approx(calm["expected_mentions"].sum(), rel=0.03)
    excess = (calm["mentions"] - calm["expected_mentions"]) ** 2 - calm["expected_mentions"]
    assert excess.sum() / (calm["expected_mentions"] ** 2).sum() == pytest.approx(0.2**2 + 0.12**2 + 0.08**2, abs=0.03)
    profile = calm.groupby(calm["starts_at"].dt.hour)["mentions"].mean()
    assert profile.idxmax() in (20, 21)
    assert profile.idxmin() in (3, 4)


def test_the_clock_skips_an_hour_in_march_and_repeats_one_in_october(hours):
    at = hours.set_index("starts_at")
    for year, spring, autumn in ((2023, "03-26", "10-29"), (2024, "03-31", "10-27")):
        assert pd.isna(at.loc[f"{year}-{spring} 02:00", "mentions"])
        ratio = at.loc[f"{year}-{autumn} 02:00", "usual_rate"] / at.loc[f"{year}-{autumn} 03:00", "usual_rate"]
        assert ratio == pytest.approx(2 * 0.15 / 0.10, rel=0.01)


def test_both_crises_can_be_detected_on_their_days(hours):
    days = by_day(hours)
    for column, least in (("mentions", 4.0), ("negative_mentions", 8.0)):
        z = z_per_day(days[column])
        assert z["2023-10-11":"2023-10-14"].max() > least
        assert z["2024-05-21"] > least


def test_decoys_lift_the_volume_and_not_the_negative_share(hours):
    days = by_day(hours)
    share = days["negative_mentions"] / days["mentions"]
    calm = share[~days.index.isin(hours.loc[hours["is_crisis"], "starts_at"].dt.normalize())]
    campaign = days["2024-03-18":"2024-03-31"]
    before = days["2024-03-01":"2024-03-17"]
    assert campaign["mentions"].mean() > 1.2 * before["mentions"].mean()
    pooled = campaign["negative_mentions"].sum() / campaign["mentions"].sum()
    assert abs(pooled - calm.mean()) < 0.02
    assert share["2024-05-21":"2024-05-22"].min() > 0.4


def test_the_recall_breaks_at_its_hour_with_an_echo_in_the_evening(hours):
    day = hours[hours["starts_at"].dt.normalize() == "2024-05-21"].set_index(
        hours["starts_at"].dt.hour.iloc[:24].to_numpy()
    )
    assert (day["recall_surge"].iloc[:11] == 0).all()
    assert day["recall_surge"].iloc[11] > 0
    assert day["recall_surge"].iloc[20] > day["recall_surge"].iloc[19] + 4


def test_a_statement_softens_what_is_said_in_a_crisis(hours):
    crisis = hours[hours["is_crisis"] & hours["mentions"].notna()]
    usual = crisis["mentions"] / (1.0 + crisis["jam_surge"] + crisis["recall_surge"])
    stirred = crisis["mentions"] - usual
    bad = crisis["negative_mentions"] - parameter("mentions_negative") * usual
    first = hours[(hours["message_kind"] == "statement")]["starts_at"].tolist()
    for start, spoken in zip(("2023-10-10", "2024-05-21"), first, strict=True):
        span = (crisis["starts_at"] >= start) & (crisis["starts_at"] < pd.Timestamp(start) + pd.Timedelta(days=16))
        late = crisis["starts_at"] > spoken
        before = bad[span & ~late].sum() / stirred[span & ~late].sum()
        after = bad[span & late].sum() / stirred[span & late].sum()
        assert before > after + 0.08


def test_a_crisis_of_no_height_is_none():
    calm = {"mentions_jam_lift": 0.0, "mentions_recall_lift": 0.0, "mentions_recall_echo": 0.0}
    made = api.generate("tilmarenne", customers=0, tables=["social_mentions"], parameters=calm)
    assert not made.truth["latents/social_mentions"]["is_crisis"].any()


def test_the_evening_news_cannot_come_before_the_outbreak():
    with pytest.raises(ParameterError, match="evening news"):
        api.generate("tilmarenne", customers=0, tables=["social_mentions"], parameters={"mentions_recall_evening": 9.0})


# Kano


@pytest.fixture(scope="module")
def kano(run):
    rows = run.tables["kano_answers"].merge(run.truth["latents/kano_answers"], on="kano_answer_id")
    rows = rows.merge(run.tables["customers"][["customer_id", "segment"]], on="customer_id")
    codes = [rows[name].cat.codes.to_numpy() for name in ("functional", "dysfunctional")]
    table = np.array([list(row) for row in EVALUATION])
    return rows.assign(seen=table[codes[0], codes[1]], meant=rows["category"].astype(str).map(LETTERS))


def modal(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows.groupby(["attribute", "segment"], observed=True)[column].agg(
        lambda letters: letters.value_counts().index[0]
    )


def test_the_evaluation_table_finds_the_modal_category_of_nearly_every_cell(kano):
    assert (modal(kano, "meant") == modal(kano, "seen")).mean() >= 0.90


def test_answers_slip_as_planted(kano):
    assert (kano["seen"] == kano["meant"]).mean() == pytest.approx(0.88, abs=0.04)
    assert 0.01 < (kano["seen"] == "Q").mean() < 0.03
    assert 0.015 < (kano["seen"] == "R").mean() < 0.045


def test_attributes_mean_something_else_to_some_segments(kano):
    cell = modal(kano, "seen")
    assert cell["expert_advice_in_shop", "gardeners"] == "M"
    assert cell["expert_advice_in_shop", "bargain_hunters"] == "I"
    assert cell["price_match", "bargain_hunters"] == "M"
    assert cell["gift_wrapping", "gift_buyers"] == "O"
    assert cell["gift_wrapping", "renovators"] == "I"
    assert set(cell["delivery_on_promised_day"]) == {"M"}


def test_a_delighter_of_2023_is_taken_for_granted_in_2024(kano):
    rows = kano[kano["attribute"] == "click_and_collect_in_2_hours"]
    shares = pd.crosstab(rows["wave"], rows["seen"], normalize="index")
    assert shares.loc["2023"].idxmax() == "A"
    assert shares.loc["2024"].idxmax() == "M"
    others = kano[kano["attribute"] != "click_and_collect_in_2_hours"]
    stable = pd.crosstab([others["attribute"], others["wave"]], others["seen"], normalize="index")["M"].unstack()
    assert (stable["2024"] - stable["2023"]).abs().max() < 0.12


def test_segments_hold_the_shares_of_the_parameters(kano):
    base = np.array(parameter("kano_shares")).reshape(15, 5)
    rows = kano[(kano["segment"] == "home_makers") & (kano["attribute"] == "delivery_on_promised_day")]
    found = rows["meant"].value_counts(normalize=True).reindex(list("MOAIR")).to_numpy()
    chance = np.sqrt(base[0] * (1 - base[0]) / len(rows))
    assert (np.abs(found - base[0]) <= 4 * chance + 0.02).all()


def test_shares_that_do_not_sum_to_one_are_refused():
    shares = list(parameter("kano_shares"))
    shares[0] += 0.1
    with pytest.raises(ParameterError, match="sum to 1"):
        api.generate("tilmarenne", customers=0, tables=["kano_answers"], parameters={"kano_shares": tuple(shares)})


# Journey


def test_durations_do_not_tell_the_weight_of_a_step(run):
    steps = run.tables["journey_steps"].merge(run.truth["latents/journey_steps"], on="journey_step_id")
    steps = steps.merge(run.tables["orders"][["order_id", "channel"]].rename(columns={"channel": "of"}), on="order_id")
    for rows in (steps, steps[steps["of"] == "web"], steps[steps["of"] == "shop"]):
        by_step = rows.groupby("step", observed=True)[["duration_minutes", "weight"]].mean()
        assert abs(by_step.corr("spearman").iloc[0, 1]) < 0.2


def test_a_regression_finds_the_moments_of_truth_in_their_order(everything):
    rows = journey_steps.web_journeys(everything)
    names = list(journey_steps.WEB_WEIGHED)
    x = np.column_stack([rows[[*names, "peak"]].to_numpy(float), pd.get_dummies(rows["segment"]).to_numpy(float)])
    beta = np.linalg.lstsq(x, rows["overall"].to_numpy(float), rcond=None)[0]
    true = journey_steps.weighed_web_steps(everything).groupby("step", observed=True)["weight"].mean()[names]
    found = pd.Series(beta[: len(names)], index=names)
    assert found.corr(true, method="spearman") > 0.8
    assert found.idxmax() == true.idxmax() == "receive"
    assert found.to_numpy() == pytest.approx(true.to_numpy(), abs=0.06)
    assert beta[len(names)] == pytest.approx(parameter("journey_peak_weight"), abs=0.06)


def test_the_share_of_receiving_is_found_by_regression_and_missed_by_correlation(everything):
    (quantity,) = journey_steps.QUANTITIES
    truth, right, tempting = (one(everything) for one in (quantity.truth, quantity.right, quantity.tempting))
    assert abs(right.value - truth.value) <= NEAR * right.standard_error
    assert abs(tempting.value - truth.value) >= FAR * tempting.standard_error


def test_a_gift_must_arrive_and_a_gardener_wants_advice():
    weights = np.array(parameter("journey_weights")).reshape(len(SEGMENTS), len(journey_steps.STEPS))
    assert weights[SEGMENTS.index("gift_buyers")].argmax() == journey_steps.RECEIVE
    assert weights[SEGMENTS.index("gardeners")].argmax() == journey_steps.ADVICE
    assert weights[SEGMENTS.index("bargain_hunters")].argmax() == journey_steps.PAY


def test_journeys_begin_with_an_e_mail_as_often_as_given_among_those_who_accept_it(run):
    steps = run.tables["journey_steps"]
    first = steps[steps["step"] == "discover"].merge(run.tables["customers"], on="customer_id")
    by_email = first.groupby("accepts_email")["channel"].apply(lambda channel: (channel == "email").mean())
    assert by_email[False] == 0.0
    low, high = (parameter(f"journey_discover_{place}")[2] for place in ("shop", "web"))
    assert low < by_email[True] < high


def test_steps_agree_with_deliveries_contacts_and_problems(run):
    steps = run.tables["journey_steps"]
    parcels = run.tables["deliveries"].set_index("order_id")
    received = steps[steps["step"] == "receive"].set_index("order_id")
    matched = parcels.loc[received.index]
    assert (pd.to_datetime(received["started_on"]) == pd.to_datetime(matched["delivered_on"])).all()
    places = matched["mode"].astype(str).replace({"pickup_point": "pick_up_point", "shop_collect": "shop"})
    assert (received["channel"].astype(str) == places).all()
    asked = set(steps.loc[steps["step"] == "ask_help", "order_id"])
    assert asked == set(steps["order_id"]) & set(run.tables["contacts"]["order_id"])
    problems = run.truth["latents/orders"].set_index("order_id")["problem"]
    late = steps[steps["incident"] == "late_parcel"]
    assert (late["step"] == "wait").all()
    assert set(late["order_id"]) == set(steps["order_id"]) & set(problems[problems == "late_parcel"].index)


def test_the_peak_is_the_step_felt_most_and_the_bad_counts_more(run):
    steps = run.tables["journey_steps"].merge(run.truth["latents/journey_steps"], on="journey_step_id")
    strength = steps["feeling"].where(steps["feeling"] >= 0, -parameter("journey_peak_negative") * steps["feeling"])
    greatest = strength.groupby(steps["order_id"]).transform("max")
    assert np.allclose(strength[steps["is_peak"]], greatest[steps["is_peak"]])
