"""Scores: the recommendation given after a complaint, asked from a random half of the complainers."""

import numpy as np

from cxdata.recipes import derived
from cxdata.schema.kinds import ForeignKey, Integer, Key, Timestamp
from cxdata.schema.table import Column, PerParent, Table

WEEK_SECONDS = 7 * 86_400

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
                lambda u, received, replied, delay: (
                    received + (replied * delay * 3600).astype(np.int64) + ((2 + u) * WEEK_SECONDS).astype(np.int64)
                ),
                "complaints.received_at",
                "complaints.replied",
                "complaints.reply_delay_hours",
                sentence="two to three weeks later",
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
