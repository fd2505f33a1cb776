"""Multimarque Aldéane, the invented twin of the study behind *Hug Your Haters*."""

from __future__ import annotations

from datetime import date

import pandas as pd

from cxdata.recipes.calibration import mixture_with_mean
from cxdata.recipes.temporal import day_ends
from cxdata.schema.effect import Effect
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.figure import Target
from cxdata.schema.scenario import Bisection, Parameter, Rule, Scenario, ours
from cxdata.schema.statistic import Statistic, Tables, mean, nps, percent

PUBLISHED_CHANNELS = ("email", "social", "review_site")
DAYS_OF_YEAR = {2023: 365, 2024: 366}


def scored(tables: Tables) -> pd.DataFrame:
    """Return one row per score with the complaint it follows."""
    return tables["scores"][["complaint_id", "ltr"]].merge(tables["complaints"], on="complaint_id")


def answered(tables: Tables) -> pd.DataFrame:
    """Return one row per score after an answered complaint, with whether the reply came within a day."""
    rows = scored(tables)
    rows = rows[rows["replied"]]
    return rows.assign(within_a_day=rows["reply_delay_hours"] <= 24.0)


def persons(tables: Tables) -> pd.DataFrame:
    """Return one row per person with what the complaints on record say of them."""
    complaints = tables["complaints"]
    year = complaints["received_at"].dt.year
    record = pd.DataFrame(
        {
            "ever_public": complaints.groupby("customer_id")["is_public"].any(),
            "ever_private": ~complaints.groupby("customer_id")["is_public"].all(),
            "last_year": complaints[year == max(DAYS_OF_YEAR)].groupby("customer_id").size(),
            "complaints": complaints.groupby("customer_id").size(),
        }
    )
    frame = tables["customers"].merge(record, left_on="customer_id", right_index=True)
    return frame.assign(is_frequent=frame["last_year"] >= FREQUENT_THRESHOLD)


FREQUENT_THRESHOLD = 7  # baer_2016.frequent_complainer_threshold; a test holds the two together
_BOTH = ("customers", "complaints")
_SCORED = ("complaints", "scores")


def _of_persons(of: str, sentence: str, where: object = None) -> Statistic:
    return percent(persons, lambda rows: rows[of], where=where, tables=_BOTH, sentence=sentence)


def _per_year(profile: str) -> Statistic:
    return mean(
        persons,
        lambda rows: rows["complaints"] / len(DAYS_OF_YEAR),
        where=lambda rows: rows["profile"] == profile,
        tables=_BOTH,
        sentence=f"complaints a year by one {profile} person",
    )


def _nps(channel: str, *, replied: bool) -> Statistic:
    return nps(
        scored,
        "ltr",
        where=lambda rows: (rows["channel"] == channel) & (rows["replied"] == replied),
        tables=_SCORED,
        sentence=f"NPS after a complaint by {channel} {'with' if replied else 'without'} a reply",
    )


def _by_channel(claim: str, channel: str) -> Statistic:
    return percent(
        "complaints",
        lambda rows: rows[claim],
        where=lambda rows: rows["channel"] == channel,
        sentence=f"{claim} among {channel}",
    )


STATISTICS: dict[str, Statistic] = {
    "private_first_share": percent(
        "complaints", lambda rows: ~rows["is_public"], sentence="private complaints, by volume"
    ),
    "frequent_complainer_share": _of_persons("is_frequent", "persons with seven complaints or more in the last year"),
    "complaints_per_year_offstage": _per_year("offstage"),
    "complaints_per_year_onstage": _per_year("onstage"),
    "private_only_share_age_55_64": percent(
        persons,
        lambda rows: ~rows["ever_public"],
        where=lambda rows: rows["age_band"] == "55-64",
        tables=_BOTH,
        sentence="persons of 55 to 64 without a public complaint",
    ),
    "public_ever_share_age_25_34": _of_persons(
        "ever_public", "persons of 25 to 34 with a public complaint", lambda rows: rows["age_band"] == "25-34"
    ),
    "offstage_ever_share": _of_persons("ever_private", "persons with a private complaint"),
    "frequent_smartphone_share": _of_persons(
        "has_smartphone", "smartphone, frequent", lambda rows: rows["is_frequent"]
    ),
    "occasional_smartphone_share": _of_persons(
        "has_smartphone", "smartphone, occasional", lambda rows: ~rows["is_frequent"]
    ),
    "onstage_smartphone_share": _of_persons(
        "has_smartphone", "smartphone, onstage", lambda rows: rows["profile"] == "onstage"
    ),
    "frequent_facebook_account_share": _of_persons(
        "has_facebook", "Facebook account, frequent", lambda rows: rows["is_frequent"]
    ),
    "frequent_twitter_account_share": _of_persons(
        "has_twitter", "Twitter account, frequent", lambda rows: rows["is_frequent"]
    ),
    "frequent_facebook_daily_share": _of_persons(
        "uses_facebook_daily", "Facebook daily, frequent", lambda rows: rows["is_frequent"]
    ),
    "frequent_twitter_daily_share": _of_persons(
        "uses_twitter_daily", "Twitter daily, frequent", lambda rows: rows["is_frequent"]
    ),
    **{f"reply_expected_share_{name}": _by_channel("expects_reply", name) for name in PUBLISHED_CHANNELS},
    **{f"reply_rate_{name}": _by_channel("replied", name) for name in PUBLISHED_CHANNELS},
    **{f"nps_with_reply_{name}": _nps(name, replied=True) for name in PUBLISHED_CHANNELS},
    **{f"nps_without_reply_{name}": _nps(name, replied=False) for name in PUBLISHED_CHANNELS},
}


def _target(name: str, column: str, tolerance: float, why: str = "") -> Target:
    return Target(figure=f"baer_2016.{name}", statistic=STATISTICS[name], column=column, tolerance=tolerance, why=why)


def _solve(parameter: str, name: str, low: float, high: float) -> Bisection:
    return Bisection(parameter=parameter, statistic=STATISTICS[name], goal=f"baer_2016.{name}", low=low, high=high)


def _solved(name: str, unit: str, meaning: str, low: float | None = None, high: float | None = None) -> Parameter:
    return Parameter(name=name, calibrated=True, unit=unit, meaning=meaning, low=low, high=high)


def body_shares(per_year: float, frequent: float, threshold: float, tail: tuple[float, ...]) -> tuple[float, ...]:
    """Return shares of 1 .. threshold - 1 complaints a year among occasional complainers of a profile."""
    whole = mixture_with_mean(per_year, frequent, low=1, tail_from=int(threshold), tail_shares=tail)
    body = whole[: int(threshold) - 1]
    return tuple(share / (1.0 - frequent) for share in body)


_YEAR_SHARES = ("frequent_share", "frequent_threshold", "tail_shares")
CHANNEL_NAMES = ("phone", "email", "social", "review_site", "forum")

PARAMETERS = (
    # People
    ours("genders", (0.52, 0.48), "shares", "Women and men among complainers."),
    ours(
        "age_bands", (0.12, 0.23, 0.22, 0.18, 0.14, 0.11), "shares", "Age bands of complainers, 18-24 to 65 and over."
    ),
    ours("onstage_18_24", 0.74, "share", "Onstage persons at 18 to 24."),
    _solved("onstage_25_34", "share", "Onstage persons at 25 to 34."),
    ours("onstage_35_44", 0.56, "share", "Onstage persons at 35 to 44."),
    ours("onstage_45_54", 0.36, "share", "Onstage persons at 45 to 54."),
    _solved("onstage_55_64", "share", "Onstage persons at 55 to 64."),
    ours("onstage_65_up", 0.04, "share", "Onstage persons at 65 and over."),
    _solved("public_only_share", "share", "Onstage persons who never complain in private."),
    Parameter(
        name="frequent_share",
        figure="baer_2016.frequent_complainer_share",
        unit="share",
        meaning="Frequent complainers among all.",
    ),
    Parameter(
        name="frequent_threshold",
        figure="baer_2016.frequent_complainer_threshold",
        unit="complaints",
        meaning="Complaints in a year that make a frequent complainer.",
        low=2,
        high=10,
    ),
    Parameter(
        name="per_year_offstage",
        figure="baer_2016.complaints_per_year_offstage",
        unit="complaints",
        meaning="Mean complaints a year of an offstage person.",
        low=1,
        high=12,
    ),
    Parameter(
        name="per_year_onstage",
        figure="baer_2016.complaints_per_year_onstage",
        unit="complaints",
        meaning="Mean complaints a year of an onstage person.",
        low=1,
        high=12,
    ),
    ours(
        "tail_shares",
        (0.72, 0.21, 0.07),
        "shares",
        "Frequent complainers with seven, eight and nine complaints: a short tail, because the means leave no room for a long one.",
    ),
    Parameter(
        name="body_offstage",
        derive=body_shares,
        inputs=("per_year_offstage", *_YEAR_SHARES),
        unit="shares",
        meaning="Complaints a year of occasional offstage persons, one to six.",
    ),
    Parameter(
        name="body_onstage",
        derive=body_shares,
        inputs=("per_year_onstage", *_YEAR_SHARES),
        unit="shares",
        meaning="Complaints a year of occasional onstage persons, one to six.",
    ),
    _solved("smartphone_base", "logit", "Smartphone, occasional offstage persons."),
    _solved("smartphone_frequent", "logit", "Smartphone, added for frequent complainers."),
    _solved("smartphone_onstage", "logit", "Smartphone, added for onstage persons."),
    ours("facebook_base", 1.3, "logit", "Facebook account of occasional complainers (79%)."),
    _solved("facebook_frequent", "logit", "Facebook account, added for frequent complainers."),
    ours("twitter_base", -0.5, "logit", "Twitter account of occasional complainers (38%)."),
    _solved("twitter_frequent", "logit", "Twitter account, added for frequent complainers."),
    ours("network_senior", 1.0, "logit", "Account on either network, less at 65 and over."),
    ours("facebook_daily_base", -0.6, "logit", "Daily use among occasional complainers with a Facebook account."),
    _solved("facebook_daily_frequent", "logit", "Daily Facebook use, added for frequent complainers."),
    ours("twitter_daily_base", 0.2, "logit", "Daily use among occasional complainers with a Twitter account."),
    _solved("twitter_daily_frequent", "logit", "Daily Twitter use, added for frequent complainers."),
    ours("leniency_mean", 0.0, "sd", "Mean leniency; sets the zero of the scale."),
    ours("leniency_sd", 1.0, "sd", "Spread of leniency; sets the unit of the scale."),
    ours("typo_rate", 0.01, "share", "Names recorded with a slip of the keyboard."),
    ours("blank_rate", 0.04, "share", "E-mail addresses missing from the record."),
    # Complaints
    ours(
        "hours",
        (
            0.012,
            0.006,
            0.004,
            0.003,
            0.003,
            0.006,
            0.015,
            0.03,
            0.052,
            0.068,
            0.072,
            0.066,
            0.058,
            0.056,
            0.06,
            0.062,
            0.06,
            0.062,
            0.066,
            0.068,
            0.062,
            0.05,
            0.036,
            0.023,
        ),
        "shares",
        "Hour of the day of a complaint.",
    ),
    ours(
        "phone_hours",
        (
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.06,
            0.12,
            0.14,
            0.12,
            0.07,
            0.06,
            0.10,
            0.10,
            0.09,
            0.07,
            0.05,
            0.02,
            0.0,
            0.0,
            0.0,
            0.0,
        ),
        "shares",
        "Hour of the day of a complaint by phone: lines open from eight to eight.",
    ),
    ours(
        "weekdays",
        (1.25, 1.10, 1.05, 1.0, 1.0, 0.85, 0.75),
        "factor",
        "Pace of complaints by weekday, Monday first.",
        0.01,
    ),
    ours(
        "months",
        (1.15, 1.0, 0.98, 0.97, 0.97, 0.98, 0.95, 0.85, 1.0, 1.0, 1.02, 1.13),
        "factor",
        "Pace of complaints by month: after Christmas, before it, least in August.",
        0.01,
    ),
    Parameter(
        name="day_ends",
        derive=lambda weekdays, months: day_ends(date(2023, 1, 1), date(2024, 12, 31), weekdays, months, {}),
        inputs=("weekdays", "months"),
        unit="ticks",
        meaning="Tick at which each day of the two years ends.",
    ),
    _solved(
        "public_share_onstage",
        "share",
        "Public complaints of onstage persons who use both kinds of channel, mean of the two years.",
    ),
    ours(
        "public_share_trend",
        0.06,
        "share",
        "Rise of that share from the first year to the second; only its sign is published.",
    ),
    ours("public_channels", (0.0, 0.0, 0.60, 0.31, 0.09), "shares", "Channels of public complaints, phone to forum."),
    ours(
        "public_channels_without_account",
        (0.0, 0.0, 0.0, 0.77, 0.23),
        "shares",
        "Channels of public complaints by people without an account on a network.",
    ),
    ours("private_channels", (0.46, 0.54, 0.0, 0.0, 0.0), "shares", "Channels of private complaints, phone to forum."),
    ours("severities", (0.17, 0.26, 0.28, 0.19, 0.10), "shares", "Severity of complaints, 1 to 5."),
    ours("expect_severity", 0.35, "logit", "Expecting a reply, per step of severity."),
    ours("expect_phone", 3.0, "logit", "Expecting an answer on the phone."),
    *(_solved(f"expect_{name}", "logit", f"Expecting a reply by {name}.") for name in PUBLISHED_CHANNELS),
    ours("expect_forum", -0.4, "logit", "Expecting a reply on a forum."),
    ours(
        "reply_severity",
        0.8,
        "logit",
        "Less chance of a reply per step of severity: easy complaints are answered first. The selection is ours.",
    ),
    ours("reply_phone", 2.9, "logit", "Reply on the phone: the service called back or settled it there."),
    *(_solved(f"reply_{name}", "logit", f"Reply by {name}.") for name in PUBLISHED_CHANNELS),
    ours("reply_forum", -1.1, "logit", "Reply on a forum."),
    ours("delay_phone", 1.2, "log hours", "Median delay of a reply by phone (3 hours)."),
    ours("delay_email", 3.1, "log hours", "Median delay of a reply by e-mail (22 hours)."),
    ours("delay_social", 2.1, "log hours", "Median delay of a reply on social networks (8 hours)."),
    ours("delay_review_site", 3.9, "log hours", "Median delay of a reply on review sites (49 hours)."),
    ours("delay_forum", 3.6, "log hours", "Median delay of a reply on forums (37 hours)."),
    ours("delay_sd", 0.9, "log hours", "Spread of delays."),
    ours("resolve_base", 0.7, "logit", "A reply settles the matter, middle severity."),
    ours("resolve_severity", 0.5, "logit", "Less chance of that per step of severity."),
    # Scores
    ours("one", 1.0, "factor", "Weight of a term that is already in the unit of the score."),
    ours("score_phone", -0.55, "sd", "Attitude after a complaint by phone without a reply, middle severity."),
    *(
        _solved(f"score_{name}", "sd", f"Attitude after a complaint by {name} without a reply, middle severity.")
        for name in PUBLISHED_CHANNELS
    ),
    ours("score_forum", -0.6, "sd", "Attitude after a complaint on a forum without a reply, middle severity."),
    ours("reply_on_score_phone", 0.6, "sd", "Direct effect of a reply by phone."),
    *(
        _solved(
            f"reply_on_score_{name}",
            "sd",
            f"Direct effect of a reply by {name}: what the naive contrast leaves after our selection by severity.",
        )
        for name in PUBLISHED_CHANNELS
    ),
    ours("reply_on_score_forum", 0.6, "sd", "Direct effect of a reply on a forum."),
    ours("speed_on_score", 0.15, "sd", "Effect of a reply within a day; its weakness is published, its size is ours."),
    ours("resolution_on_score", 0.3, "sd", "Effect of settling the matter."),
    ours("severity_on_score", 0.45, "sd", "Loss per step of severity. Ours: it makes the naive contrast overstate."),
    ours("leniency_on_score", 0.5, "sd", "Weight of leniency."),
    ours("score_sd", 1.0, "sd", "Spread of attitudes beyond all that."),
    ours(
        "ltr_cuts",
        (-1.5, -1.25, -1.0, -0.78, -0.58, -0.12, 0.12, 0.48, 0.98, 1.35),
        "sd",
        "Thresholds between the answers 0 to 10; polarised, as answers after a complaint are.",
    ),
    ours("asked_share", 0.5, "share", "Complainers asked for a score, by lot."),
)


def _early_scores(tables: Tables) -> int:
    joined = tables["scores"].merge(tables["complaints"], on="complaint_id")
    return int((joined["answered_at"] <= joined["received_at"]).sum())


def _silent_replies(tables: Tables) -> int:
    complaints = tables["complaints"]
    return int(
        (complaints["replied"] != complaints["reply_delay_hours"].notna()).sum()
        + (complaints["resolved"] & ~complaints["replied"]).sum()
    )


SCENARIO = Scenario(
    id="aldeane",
    brand="Multimarque Aldéane",
    title="Answer everyone, everywhere: two years of complaints, private and public",
    premise=(
        "Aldéane sells many brands and receives complaints by phone, e-mail, on social networks, review sites and forums. "
        "Easy complaints are answered first, so the answered look happier than the answer made them."
    ),
    root="customers",
    customers="customers",
    parameters=PARAMETERS,
    calibrations=(
        (
            _solve("onstage_25_34", "public_ever_share_age_25_34", 0.0, 1.0),
            _solve("onstage_55_64", "private_only_share_age_55_64", 0.0, 1.0),
            _solve("public_only_share", "offstage_ever_share", 0.0, 1.0),
            _solve("public_share_onstage", "private_first_share", 0.1, 0.9),
        ),
        (
            _solve("smartphone_onstage", "onstage_smartphone_share", -3.0, 3.0),
            _solve("smartphone_frequent", "frequent_smartphone_share", -3.0, 3.0),
            _solve("smartphone_base", "occasional_smartphone_share", -3.0, 3.0),
        ),
        (_solve("facebook_frequent", "frequent_facebook_account_share", -4.0, 4.0),),
        (_solve("twitter_frequent", "frequent_twitter_account_share", -4.0, 4.0),),
        (_solve("facebook_daily_frequent", "frequent_facebook_daily_share", -4.0, 4.0),),
        (_solve("twitter_daily_frequent", "frequent_twitter_daily_share", -4.0, 4.0),),
        *((_solve(f"expect_{name}", f"reply_expected_share_{name}", -5.0, 5.0),) for name in PUBLISHED_CHANNELS),
        *((_solve(f"reply_{name}", f"reply_rate_{name}", -5.0, 5.0),) for name in PUBLISHED_CHANNELS),
        *((_solve(f"score_{name}", f"nps_without_reply_{name}", -5.0, 5.0),) for name in PUBLISHED_CHANNELS),
        *((_solve(f"reply_on_score_{name}", f"nps_with_reply_{name}", -5.0, 5.0),) for name in PUBLISHED_CHANNELS),
    ),
    targets=(
        _target("private_first_share", "complaints.is_public", 1.0),
        _target("frequent_complainer_share", "customers.frequent", 1.0),
        _target("complaints_per_year_offstage", "customers.complaints_2024", 0.05),
        _target(
            "complaints_per_year_onstage",
            "customers.complaints_2024",
            0.05,
            "Counts all complaints of onstage persons, wherever made.",
        ),
        _target("private_only_share_age_55_64", "complaints.is_public", 1.0),
        _target("public_ever_share_age_25_34", "complaints.is_public", 1.0),
        _target(
            "offstage_ever_share",
            "complaints.is_public",
            1.0,
            "Over two years on record; the published share is over a life.",
        ),
        _target("frequent_smartphone_share", "customers.has_smartphone", 1.5),
        _target("occasional_smartphone_share", "customers.has_smartphone", 1.5),
        _target("onstage_smartphone_share", "customers.has_smartphone", 1.5),
        _target("frequent_facebook_account_share", "customers.has_facebook", 1.5),
        _target("frequent_twitter_account_share", "customers.has_twitter", 1.5),
        _target("frequent_facebook_daily_share", "customers.uses_facebook_daily", 1.5),
        _target("frequent_twitter_daily_share", "customers.uses_twitter_daily", 1.5),
        *(_target(f"reply_expected_share_{name}", "complaints.expects_reply", 1.0) for name in PUBLISHED_CHANNELS),
        *(_target(f"reply_rate_{name}", "complaints.replied", 1.0) for name in PUBLISHED_CHANNELS),
        *(
            _target(f"nps_with_reply_{name}", "complaints.ltr", 3.0, "The naive contrast, as published.")
            for name in PUBLISHED_CHANNELS
        ),
        *(
            _target(f"nps_without_reply_{name}", "complaints.ltr", 3.0, "The naive contrast, as published.")
            for name in PUBLISHED_CHANNELS
        ),
    ),
    effects=(
        Effect(
            id="reply_on_score",
            title="What does a reply to a complaint do to the recommendation afterwards?",
            treatment="complaints.replied",
            outcome="ltr",
            population="asked",
            coefficients=tuple(f"reply_on_score_{name}" for name in CHANNEL_NAMES),
            estimand="mean change of the answer 0-10, all complaints that were followed up, had each been answered instead of none",
            confounding="Easy complaints are answered more often, and leave a better score whether answered or not.",
            basis="The naive NPS contrasts by channel are published; selection by severity, and so the causal effect, is ours.",
            figures=tuple(
                f"baer_2016.nps_{side}_reply_{name}" for name in PUBLISHED_CHANNELS for side in ("with", "without")
            ),
            right=stratified_difference(
                scored,
                outcome="ltr",
                treatment="replied",
                strata=("channel", "severity"),
                tables=_SCORED,
                sentence="difference within channel and severity, weighted by their shares",
            ),
            tempting=difference_in_means(
                scored,
                outcome="ltr",
                treatment="replied",
                tables=_SCORED,
                sentence="plain difference between answered and unanswered",
            ),
        ),
        Effect(
            id="speed_on_score",
            title="What does a reply within a day add to a later reply?",
            treatment="complaints.within_a_day",
            outcome="ltr",
            population="followed_up_reply",
            coefficients=("speed_on_score",),
            estimand="mean change of the answer 0-10, answered complaints that were followed up, had each reply come within a day instead of later",
            confounding="Replies are fastest on the phone, where complainers start from another level.",
            basis="That speed matters less than answering is published; the size is ours.",
            right=stratified_difference(
                answered,
                outcome="ltr",
                treatment="within_a_day",
                strata=("channel", "severity"),
                tables=_SCORED,
                sentence="difference within channel and severity, answered complaints",
            ),
            tempting=difference_in_means(
                answered,
                outcome="ltr",
                treatment="within_a_day",
                tables=_SCORED,
                sentence="plain difference between fast and slow replies",
            ),
        ),
    ),
    rules=(
        Rule(sentence="a score is given after its complaint", tables=_SCORED, violations=_early_scores),
        Rule(
            sentence="a complaint has a delay if and only if it has a reply, and is resolved only by a reply",
            tables=("complaints",),
            violations=_silent_replies,
        ),
    ),
)
