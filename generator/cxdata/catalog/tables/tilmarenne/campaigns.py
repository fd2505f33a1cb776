"""The campaigns: what Tilmarenne sent to its customers, when, to whom, and which were tests of two subject lines."""

from cxdata.catalog.tables.tilmarenne import _marketing
from cxdata.recipes import derived
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Parameter
from cxdata.schema.table import Column, Reference, Table

SUBJECTS = ("plain", "first_name")


def share_of_b(test: Array, targeted: Array, wide: float, narrow: float) -> Array:
    """Return the share that gets the second subject line: most of a wide mailing, few of a targeted one."""
    share: Array = test * (targeted * narrow + (1.0 - targeted) * wide)
    return share


PARAMETERS = (
    Parameter(
        name="campaign_share_b_wide",
        value=0.75,
        unit="share",
        meaning="Who gets the second subject line in a test on a mailing to all: there it is tried boldly.",
    ),
    Parameter(
        name="campaign_share_b_targeted",
        value=0.20,
        unit="share",
        meaning="Who gets it in a test on a targeted mailing: there it is tried with care.",
    ),
)

TABLE = Table(
    name="campaigns",
    meaning="A campaign of outgoing messages.",
    rows=(Reference(_marketing.CAMPAIGNS),),
    columns=(
        Column(name="campaign_id", kind=Key(), meaning="Key of the campaign."),
        Column(
            name="sent_on",
            kind=Date(),
            meaning="Day on which it was sent.",
            recipe=derived.listed(tuple(int(day) for day in _marketing.SENT_DAY)),
        ),
        Column(
            name="sent_hour",
            kind=Integer(0, 23),
            unit="hour of day",
            meaning="Hour at which sending began.",
            recipe=derived.listed(tuple(int(hour) for hour in _marketing.SENT_HOUR)),
        ),
        Column(
            name="channel",
            kind=Category(_marketing.CHANNELS),
            meaning="How it was sent.",
            recipe=derived.listed(tuple(int(code) for code in _marketing.CHANNEL)),
        ),
        Column(
            name="theme",
            kind=Category(_marketing.THEMES),
            meaning="What it was about.",
            recipe=derived.listed(tuple(int(code) for code in _marketing.THEME)),
        ),
        Column(
            name="target_segment",
            kind=Category(_marketing.TARGETS),
            meaning="To which segment it was sent.",
            recipe=derived.listed(tuple(int(code) for code in _marketing.TARGET)),
        ),
        Column(
            name="is_targeted",
            kind=Boolean(),
            meaning="Whether it was sent to one segment.",
            recipe=derived.listed(tuple(bool(claim) for claim in _marketing.IS_TARGETED)),
            role="working",
        ),
        Column(
            name="has_offer",
            kind=Boolean(),
            meaning="Whether it held a discount.",
            recipe=derived.listed(tuple(bool(claim) for claim in _marketing.HAS_OFFER)),
        ),
        Column(
            name="is_ab_test",
            kind=Boolean(),
            meaning="Whether two subject lines were tried, by lot.",
            recipe=derived.listed(tuple(bool(claim) for claim in _marketing.IS_TEST)),
        ),
        Column(
            name="subject_b",
            kind=Category(SUBJECTS),
            meaning="Subject line of variant B: it names the reader, where A is plain; empty without a test.",
            recipe=derived.formula(lambda test: test.astype(int), "is_ab_test", sentence="first_name in a test"),
            when="is_ab_test",
        ),
        Column(
            name="variant_b_share",
            kind=Number(2, 0.0, 1.0),
            unit="share",
            meaning="Share of receivers drawn for variant B; empty without a test.",
            recipe=derived.formula(
                share_of_b,
                "is_ab_test",
                "is_targeted",
                "$campaign_share_b_wide",
                "$campaign_share_b_targeted",
                sentence="most of a wide mailing, few of a targeted one",
            ),
            when="is_ab_test",
        ),
        Column(
            name="strength",
            kind=Number(4, -1.0, 1.0),
            unit="-1 weak to 1 strong",
            meaning="How strong its subject was, whoever read it.",
            recipe=derived.listed(tuple(float(value) for value in _marketing.STRENGTH)),
            role="latent",
        ),
    ),
)
