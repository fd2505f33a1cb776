"""Scores: the recommendation given after a complaint, asked from a random half of the complainers."""

import numpy as np

from cxdata.recipes import derived, temporal
from cxdata.schema.kinds import ForeignKey, Integer, Key, Timestamp
from cxdata.schema.recipe import Array
from cxdata.schema.table import Column, PerParent, Table

DAY_SECONDS = 86_400


def second_answered(u: Array, received: Array, replied: Array, delay: Array, hours: tuple[float, ...]) -> Array:
    """Return when a score was given: two to three weeks after the reply, or after the complaint without one."""
    start = (received + (replied * delay * 3600).astype(np.int64)) // DAY_SECONDS
    day: Array = start + 14 + (u[2] * 7).astype(np.int64)
    return day * DAY_SECONDS + temporal.seconds_of_day(u[:2], hours)


TABLE = Table(
    name="scores",
    meaning="The score given by a person who was asked after a complaint.",
    rows=(PerParent("complaints", "asked", 1),),
    columns=(
        Column(name="score_id", kind=Key(), meaning="Key of the score."),
        Column(name="complaint_id", kind=ForeignKey("complaints"), meaning="The complaint it follows."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who answered."),
        Column(
            name="answered_at",
            kind=Timestamp(),
            unit="local time",
            meaning="When the score was given: two to three weeks after the reply, or after the complaint if there was none.",
            recipe=derived.draw(
                second_answered,
                "complaints.received_at",
                "complaints.replied",
                "complaints.reply_delay_hours",
                "$hours",
                draws=3,
                sentence="two to three weeks later, at an hour of the person's own",
            ),
        ),
        Column(
            name="ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="How likely the person is to recommend Aldéane.",
            recipe=derived.copy("complaints.ltr"),
        ),
    ),
)
