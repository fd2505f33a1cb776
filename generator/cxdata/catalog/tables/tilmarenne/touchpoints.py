"""The touchpoints: every place where a customer meets the company, before, during and after the purchase."""

from cxdata.recipes import derived
from cxdata.schema.kinds import Category, Key
from cxdata.schema.table import Column, Reference, Table

STAGES = ("before", "during", "after")
MEDIA = ("shop", "web", "phone", "email", "post", "social", "parcel")
TOUCHPOINTS = (
    ("window_display", "before", "shop"),
    ("web_search", "before", "web"),
    ("newsletter", "before", "email"),
    ("shop_advice", "during", "shop"),
    ("shop_checkout", "during", "shop"),
    ("product_page", "during", "web"),
    ("web_checkout", "during", "web"),
    ("parcel_delivery", "after", "parcel"),
    ("parcel_opening", "after", "parcel"),
    ("shop_returns_desk", "after", "shop"),
    ("service_centre_post", "after", "post"),
    ("service_centre_phone", "after", "phone"),
    ("service_centre_email", "after", "email"),
    ("service_centre_social", "after", "social"),
    ("satisfaction_survey", "after", "email"),
)
NAMES = tuple(name for name, _, _ in TOUCHPOINTS)

TABLE = Table(
    name="touchpoints",
    meaning="A place where a customer meets Tilmarenne.",
    rows=(Reference(len(TOUCHPOINTS)),),
    columns=(
        Column(name="touchpoint_id", kind=Key(), meaning="Key of the touchpoint."),
        Column(
            name="touchpoint",
            kind=Category(NAMES),
            meaning="Name of the touchpoint.",
            recipe=derived.listed(tuple(range(len(NAMES)))),
        ),
        Column(
            name="stage",
            kind=Category(STAGES),
            meaning="Stage of the journey.",
            recipe=derived.listed(tuple(STAGES.index(stage) for _, stage, _ in TOUCHPOINTS)),
        ),
        Column(
            name="medium",
            kind=Category(MEDIA),
            meaning="Medium through which it is met.",
            recipe=derived.listed(tuple(MEDIA.index(medium) for _, _, medium in TOUCHPOINTS)),
        ),
    ),
)
