"""Campaign sends: one message to one customer, opened, clicked, or the last one because the customer had enough."""

from typing import Any

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _marketing
from cxdata.recipes import derived, lookup, numeric, temporal
from cxdata.schema.effect import Effect
from cxdata.schema.estimator import difference_in_means, stratified_difference
from cxdata.schema.kinds import Boolean, Category, ForeignKey, Integer, Key, Number, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.table import Column, PerParent, Table

VARIANTS = ("A", "B")


def second_sent(u: Array, day: Array, hour: Array, hours: float) -> Array:
    """Return when a message went out: within the hours that the whole mailing takes."""
    second: Array = day * temporal.SECONDS_PER_DAY + hour * 3_600 + (u * hours * 3_600.0).astype(np.int64)
    return second


def clicked_second(u: Array, tracked: Array, opened: Array, sent: Array) -> Array:
    """Return when a link was followed: while reading, or within hours where opening is not seen."""
    wait = lookup.exponential(u)
    reading = opened + 5 + np.minimum(wait * 60.0, 900.0).astype(np.int64)
    unseen = sent + 60 + np.minimum(wait * 5_000.0, 36_000.0).astype(np.int64)
    return np.where(tracked, reading, unseen)


PARAMETERS = (
    ours("send_share", 0.24, "share", "Campaigns within reach that a customer gets."),
    ours("send_share_loyalty", 0.08, "share", "The same, added with the loyalty card."),
    ours("send_app_base", -1.6, "logit", "Uses the app (18%)."),
    ours("send_app_digital", 0.8, "logit", "Uses the app, per step of ease with screens."),
    ours("send_app_loyalty", 0.6, "logit", "Uses the app, added with the loyalty card."),
    ours("send_interest_sd", 0.9, "logit", "Spread of customers' interest in messages.", 0.0),
    ours("send_interest_trust", 0.25, "logit", "Interest in messages, per step of trust."),
    ours("send_interest_dormant", 1.0, "logit", "Interest in messages, less for those who have left."),
    ours("send_incident_days", 7.0, "days", "Days after the parcel for which an incident stays open.", 0.0, 60.0),
    ours("send_hours", 2.0, "hours", "Hours that a mailing takes.", 0.1, 6.0),
    ours("send_delivered", 0.985, "share", "Messages that reach the customer."),
    ours("send_open_base", -1.25, "logit", "Opens a plain e-mail to all."),
    ours("send_open_targeted", 0.75, "logit", "Opens, added for a mailing to the own segment."),
    ours("send_open_offer", 0.20, "logit", "Opens, added for an offer."),
    ours("send_open_strength", 0.30, "logit", "Opens, per step of the subject's strength."),
    ours("send_open_app", 0.35, "logit", "Opens, less for the app."),
    ours(
        "send_open_first_name", 0.22, "logit", "Opens, added by a subject line that names the reader. Ours.", -2.0, 2.0
    ),
    ours("send_open_intent", 0.55, "logit", "Opens, added for those who are about to buy anyway."),
    ours("send_open_fatigue", 0.025, "logit", "Opens, less with each message before."),
    ours("send_click_base", -2.1, "logit", "Follows a link of an opened message."),
    ours("send_click_sms", 0.9, "logit", "Follows a link, less by SMS, opened or not."),
    ours("send_click_offer", 0.5, "logit", "Follows a link, added for an offer."),
    ours("send_click_intent", 0.8, "logit", "Follows a link, added for those who are about to buy anyway."),
    ours("send_click_left", 4.0, "logit", "Follows a link, less for those who have left: hardly anybody does."),
    ours("send_out_base", -5.6, "logit", "Opts out after a message (0.4%)."),
    ours("send_out_sms", 0.6, "logit", "Opts out, added for SMS."),
    ours("send_out_interest", 0.5, "logit", "Opts out, less per step of interest."),
    ours("send_out_incident", 1.9, "logit", "Opts out, added while an incident is open."),
    ours(
        "send_open_when",
        (0.30, 0.40, 0.20, 0.10),
        "shares",
        "Opened messages that are opened within the hour, hours later, on the next day, two to seven days after.",
    ),
    ours("send_open_hours", 5.0, "hours", "Median of the hours later.", 0.5, 12.0),
    ours("send_open_hours_sd", 0.7, "log hours", "Spread of them."),
)


def tested(tables: Any) -> Any:
    """Return one row per delivered e-mail of a test."""
    campaigns = tables["campaigns"]
    tests = campaigns.loc[campaigns["is_ab_test"], ["campaign_id"]]
    sends = tables["campaign_sends"].loc[lambda rows: rows["is_delivered"]].merge(tests, on="campaign_id")
    return sends.assign(is_opened=sends["opened_at"].notna(), is_b=sends["variant"] == "B")


def _odd_sends(tables: Any) -> int:
    sends = tables["campaign_sends"].merge(
        tables["campaigns"][["campaign_id", "sent_on", "channel", "is_ab_test"]],
        on="campaign_id",
        suffixes=("", "_campaign"),
    )
    other_day = sends["sent_at"].dt.normalize() != pd.to_datetime(sends["sent_on"])
    order = (sends["opened_at"] <= sends["sent_at"]) | (sends["clicked_at"] <= sends["sent_at"])
    order |= sends["clicked_at"] <= sends["opened_at"]
    unseen = sends["opened_at"].notna() & (~sends["is_delivered"] | sends["channel"].isin(["sms", "post"]))
    variant = sends["variant"].notna() != sends["is_ab_test"]
    return int((other_day | order | unseen | variant | (sends["channel"] != sends["channel_campaign"])).sum())


def _unwanted_sends(tables: Any) -> int:
    sends = tables["campaign_sends"].merge(
        tables["customers"][["customer_id", "accepts_email", "joined_on", "segment"]], on="customer_id"
    )
    sends = sends.merge(tables["campaigns"][["campaign_id", "target_segment"]], on="campaign_id")
    early = sends["sent_at"] < pd.to_datetime(sends["joined_on"])
    astray = (sends["target_segment"] != "all") & (sends["target_segment"].astype(str) != sends["segment"].astype(str))
    twice = sends.duplicated(["customer_id", "campaign_id"])
    outs = sends.loc[sends["opted_out"]].groupby("customer_id")["sent_at"].min()
    after = sends["sent_at"] > pd.to_datetime(sends["customer_id"].map(outs.to_dict()))
    return int((~sends["accepts_email"] | early | astray | twice | after).sum())


def _missed_purchases(tables: Any) -> int:
    sends = tables["campaign_sends"][["campaign_send_id", "customer_id", "sent_at", "purchased_within_7_days"]]
    orders = tables["orders"][["customer_id", "ordered_at"]]
    both = sends.merge(orders, on="customer_id")
    days = (both["ordered_at"].dt.normalize() - both["sent_at"].dt.normalize()).dt.days
    bought = both.loc[(days >= 1) & (days <= _marketing.WITHIN_DAYS), "campaign_send_id"].unique()
    return int((sends["campaign_send_id"].isin(bought) != sends["purchased_within_7_days"]).sum())


RULES = (
    Rule(
        sentence="a message goes out on its campaign's day and is opened, then clicked, after that",
        tables=("campaign_sends", "campaigns"),
        violations=_odd_sends,
    ),
    Rule(
        sentence="messages go once to customers who accept them, of the segment meant, and to nobody who has opted out",
        tables=("campaign_sends", "campaigns", "customers"),
        violations=_unwanted_sends,
    ),
    Rule(
        sentence="a purchase beside a message is an order of one of the seven days after it",
        tables=("campaign_sends", "orders"),
        violations=_missed_purchases,
    ),
)

EFFECTS = (
    Effect(
        id="first_name_on_opening",
        title="What does a subject line with the reader's first name do to opening?",
        treatment="campaign_sends.is_variant_b",
        outcome="is_opened",
        population="is_tested",
        coefficients=("send_open_first_name",),
        estimand="mean change of the share opened, all delivered e-mails of the tests, had each named the reader instead of none",
        confounding="Variant B went to most of the wide mailings and to few of the targeted ones, which are opened more whatever their subject.",
        basis="Ours.",
        right=stratified_difference(
            tested,
            outcome="is_opened",
            treatment="is_b",
            strata=("campaign_id",),
            tables=("campaigns", "campaign_sends"),
            sentence="difference within campaigns, where variants were drawn by lot, weighted by their shares",
        ),
        tempting=difference_in_means(
            tested,
            outcome="is_opened",
            treatment="is_b",
            tables=("campaigns", "campaign_sends"),
            sentence="plain difference between all B and all A of the tests",
        ),
    ),
)

PARENT_COLUMNS = {
    "customers": (
        Column(
            name="uses_app",
            kind=Boolean(),
            meaning="Whether the customer uses the app.",
            recipe=numeric.happens(
                "$send_app_base", {"digital_affinity": "$send_app_digital", "is_loyalty_member": "$send_app_loyalty"}
            ),
            role="working",
        ),
        Column(
            name="mail_interest",
            kind=Number(4),
            unit="logit",
            meaning="Interest in messages.",
            recipe=numeric.score(
                "$zero",
                {"trust": "$send_interest_trust", "is_dormant": "-$send_interest_dormant"},
                noise="$send_interest_sd",
            ),
            role="working",
        ),
        Column(
            name="campaign_group",
            kind=Integer(0, 19),
            meaning="Which campaigns are within reach: by segment, phone number and app.",
            recipe=derived.formula(
                _marketing.group_of, "segment", "has_phone", "uses_app", sentence="segment, has_phone and uses_app"
            ),
            role="working",
        ),
        Column(
            name="campaign_count",
            kind=Integer(0, 60),
            meaning="Messages of campaigns, had the customer never opted out.",
            recipe=derived.draw(
                _marketing.send_count,
                "accepts_email",
                "is_loyalty_member",
                "campaign_group",
                "joined_on",
                "$send_share",
                "$send_share_loyalty",
                sentence="a share of the campaigns within reach since joining",
            ),
            role="working",
        ),
        Column(
            name="campaigns_followed",
            kind=Integer(0, 2**62),
            meaning="Campaigns followed by an order within seven days, one bit each.",
            recipe=derived.formula(np.copy, "orders.campaigns_followed:sum", sentence="bits of the orders"),
            role="working",
        ),
        Column(
            name="campaigns_upon_incident",
            kind=Integer(0, 2**62),
            meaning="Campaigns sent while an incident was open, one bit each.",
            recipe=derived.formula(np.copy, "orders.campaigns_upon_incident:sum", sentence="bits of the orders"),
            role="working",
        ),
    ),
    "orders": (
        Column(
            name="campaigns_followed",
            kind=Integer(0, 2**62),
            meaning="Campaigns that it followed within seven days and no earlier order did, one bit each.",
            recipe=derived.formula(_marketing.campaigns_followed, "day", "#parent", sentence="by day of order"),
            role="working",
        ),
        Column(
            name="campaigns_upon_incident",
            kind=Integer(0, 2**62),
            meaning="Campaigns sent while its parcel was an open incident and no earlier one was, one bit each.",
            recipe=derived.formula(
                _marketing.campaigns_upon,
                "late",
                "damaged",
                "promise_day",
                "at_hand_day",
                "#parent",
                "$send_incident_days",
                sentence="from the missed promise or the damaged parcel to days after the parcel",
            ),
            role="working",
        ),
    ),
}

TABLE = Table(
    name="campaign_sends",
    meaning="A message of a campaign to a customer.",
    rows=(PerParent("customers", "campaign_count", 60),),
    keep="is_sent",
    columns=(
        Column(name="campaign_send_id", kind=Key(), meaning="Key of the message."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who got it."),
        Column(
            name="campaign_id",
            kind=ForeignKey("campaigns"),
            meaning="The campaign.",
            recipe=derived.draw(
                _marketing.campaign_of,
                "#slot",
                "customers.campaign_count",
                "customers.campaign_group",
                "customers.joined_on",
                sentence="one of each part of the list within reach, in order of time",
            ),
        ),
        Column(
            name="channel",
            kind=Category(_marketing.CHANNELS),
            meaning="How it was sent.",
            recipe=derived.copy("campaigns.channel@campaign_id"),
        ),
        Column(
            name="in_test",
            kind=Boolean(),
            meaning="Whether the campaign was a test.",
            recipe=derived.copy("campaigns.is_ab_test@campaign_id"),
            role="working",
        ),
        Column(
            name="is_variant_b",
            kind=Boolean(),
            meaning="Whether it was drawn for the subject line that names the reader.",
            recipe=derived.draw(
                np.less, "campaigns.variant_b_share@campaign_id", sentence="by lot, by the campaign's share"
            ),
            role="working",
        ),
        Column(
            name="variant",
            kind=Category(VARIANTS),
            meaning="Subject line by lot: A is plain, B names the reader; empty without a test.",
            recipe=derived.formula(lambda b: b.astype(np.int64), "is_variant_b", sentence="B if is_variant_b"),
            when="in_test",
        ),
        Column(
            name="sent_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was sent.",
            recipe=derived.draw(
                second_sent,
                "campaigns.sent_on@campaign_id",
                "campaigns.sent_hour@campaign_id",
                "$send_hours",
                sentence="within the hours of the mailing",
            ),
        ),
        Column(
            name="is_delivered",
            kind=Boolean(),
            meaning="Whether it reached the customer.",
            recipe=numeric.chance("$send_delivered"),
        ),
        Column(
            name="is_tested",
            kind=Boolean(),
            meaning="Whether it was delivered and part of a test.",
            recipe=derived.formula(np.logical_and, "is_delivered", "in_test", sentence="is_delivered and in_test"),
            role="working",
        ),
        Column(
            name="has_open_incident",
            kind=Boolean(),
            meaning="Whether the customer was waiting for a late parcel, or had had a late or damaged one within a week.",
            recipe=derived.formula(
                _marketing.has_bit, "customers.campaigns_upon_incident", "campaign_id", sentence="bit of the campaign"
            ),
        ),
        Column(
            name="purchased_within_7_days",
            kind=Boolean(),
            meaning="Whether the customer ordered on one of the seven days after it, because of it or not.",
            recipe=derived.formula(
                _marketing.has_bit, "customers.campaigns_followed", "campaign_id", sentence="bit of the campaign"
            ),
        ),
        Column(
            name="seen_opening",
            kind=Boolean(),
            meaning="Whether opening is seen on its channel, and it was delivered.",
            recipe=derived.formula(
                lambda channel, delivered: delivered & ((channel == _marketing.EMAIL) | (channel == _marketing.APP)),
                "channel",
                "is_delivered",
                sentence="e-mail or app, delivered",
            ),
            role="working",
        ),
        Column(
            name="earlier_messages",
            kind=Integer(0, 60),
            meaning="Messages before it.",
            recipe=derived.formula(np.copy, "#slot", sentence="its slot"),
            role="working",
        ),
        Column(
            name="is_opened",
            kind=Boolean(),
            meaning="Whether it was opened.",
            recipe=numeric.happens(
                "$send_open_base",
                {
                    "customers.mail_interest": "$one",
                    "campaigns.is_targeted@campaign_id": "$send_open_targeted",
                    "campaigns.has_offer@campaign_id": "$send_open_offer",
                    "campaigns.strength@campaign_id": "$send_open_strength",
                    "channel=app": "-$send_open_app",
                    "is_variant_b": "$send_open_first_name",
                    "purchased_within_7_days": "$send_open_intent",
                    "earlier_messages": "-$send_open_fatigue",
                },
                only="seen_opening",
            ),
            role="working",
        ),
        Column(
            name="opened_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When it was opened; empty if it was not, and for SMS and post, where it is not seen.",
            recipe=derived.draw(
                _marketing.opened_second,
                "sent_at",
                "$send_open_when",
                "$send_open_hours",
                "$send_open_hours_sd",
                "$web_hours",
                draws=4,
                sentence="within the hour, hours later by day, or on one of the next days",
            ),
            when="is_opened",
        ),
        Column(
            name="can_click",
            kind=Boolean(),
            meaning="Whether a link could be followed: opened, or a delivered SMS.",
            recipe=derived.formula(
                lambda opened, sms, delivered: opened | (sms & delivered),
                "is_opened",
                "channel=sms",
                "is_delivered",
                sentence="is_opened, or a delivered SMS",
            ),
            role="working",
        ),
        Column(
            name="comes_too_late",
            kind=Boolean(),
            meaning="Whether it went to a customer who had left and no longer visits.",
            recipe=derived.formula(
                lambda second, last, dormant: dormant | (second // temporal.SECONDS_PER_DAY > last),
                "sent_at",
                "customers.last_visit_day",
                "customers.is_dormant",
                sentence="sent after last_visit_day, or is_dormant",
            ),
            role="working",
        ),
        Column(
            name="is_clicked",
            kind=Boolean(),
            meaning="Whether a link was followed.",
            recipe=numeric.happens(
                "$send_click_base",
                {
                    "channel=sms": "-$send_click_sms",
                    "campaigns.has_offer@campaign_id": "$send_click_offer",
                    "purchased_within_7_days": "$send_click_intent",
                    "comes_too_late": "-$send_click_left",
                },
                only="can_click",
            ),
            role="working",
        ),
        Column(
            name="clicked_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When a link was first followed; empty if none was, and for post.",
            recipe=derived.draw(
                clicked_second, "is_opened", "opened_at", "sent_at", sentence="while reading; by SMS within hours"
            ),
            when="is_clicked",
        ),
        Column(
            name="can_opt_out",
            kind=Boolean(),
            meaning="Whether it holds a link to opt out, and was delivered.",
            recipe=derived.formula(
                lambda channel, delivered: delivered & ((channel == _marketing.EMAIL) | (channel == _marketing.SMS)),
                "channel",
                "is_delivered",
                sentence="e-mail or SMS, delivered",
            ),
            role="working",
        ),
        Column(
            name="opted_out",
            kind=Boolean(),
            meaning="Whether the customer then asked for no more messages; none follows.",
            recipe=numeric.happens(
                "$send_out_base",
                {
                    "channel=sms": "$send_out_sms",
                    "customers.mail_interest": "-$send_out_interest",
                    "has_open_incident": "$send_out_incident",
                },
                only="can_opt_out",
            ),
        ),
        Column(
            name="is_sent",
            kind=Boolean(),
            meaning="Whether the customer had not opted out before.",
            recipe=derived.none_before("opted_out"),
            role="working",
        ),
    ),
)
