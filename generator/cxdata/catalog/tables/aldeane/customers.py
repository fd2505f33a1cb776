"""People who complain: who they are, where they go first, how often."""

import numpy as np

from cxdata.recipes import categorical, derived, numeric, reserved
from cxdata.schema.kinds import Boolean, Category, Integer, Key, Number, Text, Word
from cxdata.schema.noise import Noise
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, Root, Table

AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
AGE_LOWS = np.array([18, 25, 35, 45, 55, 65])
AGE_WIDTHS = np.array([7, 10, 10, 10, 10, 21])  # 65+ runs to 85


def complaints_in_year(
    u: Array,
    frequent: Array,
    onstage: Array,
    body_onstage: tuple[float, ...],
    body_offstage: tuple[float, ...],
    tail: tuple[float, ...],
    threshold: float,
) -> Array:
    """Return a year's complaints: the tail for frequent complainers, else the body of the person's profile."""
    body = np.where(onstage, categorical.pick(u, body_onstage), categorical.pick(u, body_offstage))
    return np.where(frequent, int(threshold) + categorical.pick(u, tail), 1 + body)


def _year(number: int) -> Column:
    return Column(
        name=f"complaints_{number}",
        kind=Integer(1, 12),
        unit="complaints",
        meaning=f"Complaints made in {number}.",
        recipe=derived.draw(
            complaints_in_year,
            "frequent",
            "profile=onstage",
            "$body_onstage",
            "$body_offstage",
            "$tail_shares",
            "$frequent_threshold",
            sentence="tail for frequent complainers, else by profile",
        ),
        role="working",
    )


TABLE = Table(
    name="customers",
    meaning="A person who complained to Aldéane in both years.",
    rows=(Root(),),
    columns=(
        Column(name="customer_id", kind=Key(), meaning="Key of the person."),
        Column(
            name="gender", kind=Category(("f", "m")), meaning="Gender as stated.", recipe=categorical.choice("$genders")
        ),
        Column(
            name="first_name",
            kind=Word("first_names"),
            meaning="First name, drawn from the locale's list.",
            recipe=categorical.word("%first_names", groups={"gender=f": "f", "gender=m": "m"}),
            noise=(Noise("typo", "typo_rate"),),
        ),
        Column(
            name="last_name",
            kind=Word("last_names"),
            meaning="Last name, drawn from the locale's list.",
            recipe=categorical.word("%last_names"),
            noise=(Noise("typo", "typo_rate"),),
        ),
        Column(
            name="email",
            kind=Text("email"),
            meaning="Address at a reserved domain; reaches nobody.",
            recipe=reserved.email("first_name", "last_name"),
            noise=(Noise("blank", "blank_rate"),),
        ),
        Column(
            name="age_band",
            kind=Category(AGE_BANDS),
            unit="years",
            meaning="Age band at the start of the first year.",
            recipe=categorical.choice("$age_bands"),
        ),
        Column(
            name="age",
            kind=Integer(18, 85),
            unit="years",
            meaning="Age at the start of the first year.",
            recipe=derived.draw(
                lambda u, band: AGE_LOWS[band] + (u * AGE_WIDTHS[band]).astype(np.int64),
                "age_band",
                sentence="uniform within the band",
            ),
        ),
        Column(
            name="profile",
            kind=Category(("offstage", "onstage")),
            meaning="Where the person prefers to complain first: offstage is private, onstage is public.",
            recipe=derived.draw(
                lambda u, band, *shares: (u < np.array(shares)[band]).astype(np.int64),
                "age_band",
                *(f"$onstage_{name}" for name in ("18_24", "25_34", "35_44", "45_54", "55_64", "65_up")),
                sentence="onstage by age band",
            ),
        ),
        Column(
            name="public_only",
            kind=Boolean(),
            meaning="Whether an onstage person never complains in private.",
            recipe=derived.draw(
                lambda u, onstage, share: onstage & (u < share),
                "profile=onstage",
                "$public_only_share",
                sentence="some of the onstage",
            ),
            role="latent",
        ),
        Column(
            name="frequent",
            kind=Boolean(),
            meaning="Whether the person is a frequent complainer, seven complaints a year or more.",
            recipe=numeric.chance("$frequent_share"),
            role="latent",
        ),
        _year(2023),
        _year(2024),
        Column(
            name="complaint_count",
            kind=Integer(2, 24),
            meaning="Complaints of both years.",
            recipe=derived.formula(np.add, "complaints_2023", "complaints_2024", sentence="sum of both years"),
            role="working",
        ),
        Column(
            name="has_smartphone",
            kind=Boolean(),
            meaning="Owns a smartphone.",
            recipe=numeric.happens(
                "$smartphone_base", {"frequent": "$smartphone_frequent", "profile=onstage": "$smartphone_onstage"}
            ),
        ),
        Column(
            name="has_facebook",
            kind=Boolean(),
            meaning="Has a Facebook account.",
            recipe=numeric.happens(
                "$facebook_base", {"frequent": "$facebook_frequent", "age_band=65+": "-$network_senior"}
            ),
        ),
        Column(
            name="has_twitter",
            kind=Boolean(),
            meaning="Has a Twitter account.",
            recipe=numeric.happens(
                "$twitter_base", {"frequent": "$twitter_frequent", "age_band=65+": "-$network_senior"}
            ),
        ),
        Column(
            name="uses_facebook_daily",
            kind=Boolean(),
            meaning="Uses Facebook every day.",
            recipe=numeric.happens(
                "$facebook_daily_base", {"frequent": "$facebook_daily_frequent"}, only="has_facebook"
            ),
        ),
        Column(
            name="uses_twitter_daily",
            kind=Boolean(),
            meaning="Uses Twitter every day.",
            recipe=numeric.happens("$twitter_daily_base", {"frequent": "$twitter_daily_frequent"}, only="has_twitter"),
        ),
        Column(
            name="leniency",
            kind=Number(4),
            unit="sd",
            meaning="How kindly the person scores in general.",
            recipe=numeric.score("$leniency_mean", {}, noise="$leniency_sd"),
            role="latent",
        ),
    ),
)
