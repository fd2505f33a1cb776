"""Attitude scores: a sample of contacts, heard or read again by a listener and scored on six attitudes of service."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._people import whole_number
from cxdata.catalog.tables.tilmarenne.skill_ratings import MONTH_STARTS, MONTHS
from cxdata.catalog.tables.tilmarenne.teams import SITES
from cxdata.recipes import derived, lookup, numeric
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables
from cxdata.schema.table import Column, PerParent, Table

ATTITUDES = ("competent", "friendly", "simplifies_life", "listens", "adapts", "considerate")
"""Those of the thirteen attitudes of the barometer, by the same names, that can be heard in a contact."""
OWN_LISTENERS, LISTENERS = 3, 6
"""Listeners whom Tilmarenne employs stand first, then those of the contractor."""
LOWEST, HIGHEST = 1, 5
SECONDS_PER_DAY = 86_400
MOST_DAYS_LATER = 12


def listener_of(u: Array, site: Array, own: float, contractors: float) -> Array:
    """Return who scores a contact: mostly a listener of the site that dealt with it; ``u`` is (2, n).

    Args:
        u: (2, n) uniforms.
        site: (n,) codes of SITES.
        own: Share of the contacts of Tilmarenne's own advisers that its own listeners score.
        contractors: Share of the contractor's contacts that the contractor's listeners score.
    """
    is_contractor = site == SITES.index("outsourced")
    by_contractor = np.where(is_contractor, u[0] < contractors, u[0] >= own)
    first = np.where(by_contractor, OWN_LISTENERS, 0)
    count = np.where(by_contractor, LISTENERS - OWN_LISTENERS, OWN_LISTENERS)
    number: Array = 1 + first + (u[1] * count).astype(np.int64)
    return number


def coaching_reached(agent: Array, answered: Array, reached: Array) -> Array:
    """Return how much of its effect coaching has reached with the adviser in the month of the answer."""
    month = np.clip(np.searchsorted(MONTH_STARTS, answered // SECONDS_PER_DAY, side="right") - 1, 0, MONTHS - 1)
    share: Array = reached[(agent - 1) * MONTHS + month]
    return share


def day_listened(u: Array, answered: Array) -> Array:
    """Return the working day on which the contact was scored, one to twelve days after the answer."""
    day: Array = calendar.working_day(answered // SECONDS_PER_DAY + 1 + (u * MOST_DAYS_LATER).astype(np.int64))
    return day


def mean_of(*scores: Array) -> Array:
    """Return the mean of the scores, to a hundredth."""
    total = np.zeros(len(scores[0]), dtype=np.int64)
    for one in scores:
        total = total + one
    mean: Array = np.rint(100.0 * total / float(len(scores))) / 100.0
    return mean


def scored_contacts(tables: Tables) -> pd.DataFrame:
    """Return one row per scored contact with the site of its adviser."""
    rows = tables["attitude_scores"].merge(tables["agents"][["agent_id", "site"]], on="agent_id")
    return rows.assign(in_house=rows["site"] == "in_house")


def _gap(tables: Tables, *, within: bool) -> Estimate:
    rows = scored_contacts(tables)
    if rows["in_house"].nunique() < 2:
        return Estimate(float("nan"), float("inf"), 0)
    return adjusted_slope(
        rows["attitude_score"].to_numpy(),
        rows["in_house"].to_numpy(),
        np.ones((len(rows), 1)),
        rows["customer_id"].to_numpy(),
        within=rows["listener_id"].to_numpy() if within else None,
    )


def _within(tables: Tables) -> Estimate:
    return _gap(tables, within=True)


def _plain(tables: Tables) -> Estimate:
    return _gap(tables, within=False)


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/attitude_scores"]
    means = rows.groupby("is_contractors")["fair_score"].mean()
    if len(means) < 2:
        return Estimate(float("nan"), float("inf"), 0)
    return Estimate(float(means[False] - means[True]), 0.0, len(rows))


def wrong_means(tables: Tables) -> int:
    """Return how many scores are not the mean of the six attitudes."""
    rows = tables["attitude_scores"]
    mean = rows[[f"{name}_score" for name in ATTITUDES]].mean(axis=1)
    return int(((mean - rows["attitude_score"]).abs() > 0.0051).sum())


def heard_too_soon(tables: Tables) -> int:
    """Return how many contacts were scored before they were answered, or under another adviser's name."""
    rows = tables["attitude_scores"].merge(
        tables["contacts"][["contact_id", "agent_id", "answered_at"]], on="contact_id", suffixes=("", "_there")
    )
    early = pd.to_datetime(rows["listened_on"]) <= rows["answered_at"].dt.normalize()
    missing = len(tables["attitude_scores"]) - len(rows)
    return int((early | rows["answered_at"].isna() | (rows["agent_id"] != rows["agent_id_there"])).sum() + missing)


PARAMETERS = (
    ours("attitude_sample", 0.12, "share", "Contacts that an adviser took and that are scored on attitudes."),
    ours("attitude_own_listeners", 0.85, "share", "Contacts of own advisers scored by Tilmarenne's own listeners."),
    ours("attitude_their_listeners", 0.75, "share", "The contractor's contacts scored by the contractor's listeners."),
    ours(
        "attitude_severity",
        (0.05, 0.25, 0.10, -0.45, -0.20, -0.35),
        "points",
        "Points that each listener takes off; the contractor's three, who score their colleagues, are lenient.",
        -4.0,
        4.0,
    ),
    ours(
        "attitude_marks",
        (3.6, 3.7, 3.2, 3.3, 3.0, 3.4),
        "points",
        "Score 1 to 5 of an average adviser: competent, friendly, simplifies life, listens, adapts, considerate.",
        1.0,
        5.0,
    ),
    ours(
        "attitude_competence",
        (0.45, 0.15, 0.40, 0.25, 0.35, 0.20),
        "points",
        "Score, per step of the adviser's competence, in the same order.",
        -5.0,
        5.0,
    ),
    ours(
        "attitude_climate",
        (0.05, 0.25, 0.05, 0.15, 0.10, 0.25),
        "points",
        "Score, per step of the climate of the adviser's team, in the same order.",
        -5.0,
        5.0,
    ),
    ours(
        "attitude_coaching",
        (0.05, 0.10, 0.05, 0.30, 0.20, 0.25),
        "points",
        "Score, added once coaching has had its effect, in the same order.",
        -5.0,
        5.0,
    ),
    ours("attitude_welcome", 0.16, "points", "Score, per step of the customer's satisfaction with the contact."),
    ours("attitude_hurry", 0.12, "points", "Score, less in calls that had waited a minute or more.", 0.0, 4.0),
    ours("attitude_contact_sd", 0.35, "points", "Spread of an adviser's contacts, in all attitudes alike.", 0.0, 4.0),
    ours("attitude_mark_sd", 0.55, "points", "Spread of one attitude's score in one contact.", 0.0, 4.0),
)

RULES = (
    Rule(
        sentence="the attitude score of a contact is the mean of six attitudes",
        tables=("attitude_scores",),
        violations=wrong_means,
    ),
    Rule(
        sentence="attitudes are scored after the contact was answered, under the name of its adviser",
        tables=("attitude_scores", "contacts"),
        violations=heard_too_soon,
    ),
)

_READ = ("agents", "attitude_scores")

QUANTITIES = (
    Quantity(
        id="sites_on_attitudes",
        of="run",
        title="How much better are the attitudes of Tilmarenne's own advisers than those of the contractor's?",
        estimand="Mean attitude score (1-5) of scored contacts in-house less that of the contractor's, had one listener of average severity scored all, in points.",
        confounding="Each site is mostly scored by its own listeners, and the contractor's are lenient.",
        basis="The size is ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/attitude_scores",),
            sentence="difference of mean scores without severity, in-house less contractor",
        ),
        right=Statistic(
            function=_within,
            tables=_READ,
            sentence="difference between sites within listeners, all of whom score both",
        ),
        tempting=Statistic(
            function=_plain,
            tables=_READ,
            sentence="plain difference of mean scores between sites",
        ),
    ),
)

PARENT_COLUMNS = {
    "contacts": (
        Column(
            name="is_scored",
            kind=Boolean(),
            meaning="Whether its attitudes were scored, by lot, among contacts that an adviser took.",
            recipe=numeric.chance("$attitude_sample"),
            role="working",
        ),
        Column(
            name="scored_count",
            kind=Boolean(),
            meaning="Whether it has attitude scores.",
            recipe=derived.formula(np.logical_and, "is_scored", "is_handled", sentence="is_scored and is_handled"),
            role="working",
        ),
    )
}


def _attitude(place: int, meaning: str) -> tuple[Column, Column]:
    name = ATTITUDES[place]
    shown = Column(
        name=f"shown_{name}",
        kind=Number(4),
        unit="points",
        meaning=f"Score for {name} of a listener of average severity, before rounding.",
        recipe=derived.draw(
            lambda u, competence, climate, coached, in_contact, marks, by, of, gain, sd: (
                marks[place]
                + by[place] * competence
                + of[place] * climate
                + gain[place] * coached
                + in_contact
                + sd * lookup.normal(u)
            ),
            "contacts.competence",
            "agents.team_climate@agent_id",
            "coaching_reached",
            "in_contact",
            "$attitude_marks",
            "$attitude_competence",
            "$attitude_climate",
            "$attitude_coaching",
            "$attitude_mark_sd",
            sentence="competence, climate, coaching, the contact and chance",
        ),
        role="working",
    )
    score = Column(
        name=f"{name}_score",
        kind=Integer(LOWEST, HIGHEST),
        unit="points, 1 to 5",
        meaning=meaning,
        recipe=derived.formula(
            lambda shown, severity: whole_number(shown - severity, LOWEST, HIGHEST),
            f"shown_{name}",
            "severity",
            sentence="what was shown less the listener's severity, rounded",
        ),
    )
    return shown, score


_ATTITUDES = tuple(
    _attitude(place, meaning)
    for place, meaning in enumerate(
        (
            "Competent: knows the answer, or who has it.",
            "Friendly: greets and speaks with a smile.",
            "Simplifies life: spares the customer steps.",
            "Listens: lets the customer speak and sums up.",
            "Adapts: fits words and solution to the case.",
            "Considerate: minds what it means to the customer.",
        )
    )
)

TABLE = Table(
    name="attitude_scores",
    meaning="The attitudes that a listener heard, or read, in a contact of the sample; the customer's own view stands in surveys under the same contact_id.",
    rows=(PerParent("contacts", "scored_count", 1),),
    columns=(
        Column(name="attitude_score_id", kind=Key(), meaning="Key of the sheet."),
        Column(name="contact_id", kind=ForeignKey("contacts"), meaning="The contact that was scored."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who got in touch."),
        Column(
            name="agent_id",
            kind=ForeignKey("agents"),
            meaning="The adviser who dealt with it.",
            recipe=derived.copy("contacts.agent_id"),
        ),
        Column(
            name="listener_id",
            kind=Integer(1, LISTENERS),
            meaning="Number of the listener: 1 to 3 are Tilmarenne's own, 4 to 6 the contractor's; others than the evaluators of skills.",
            recipe=derived.draw(
                listener_of,
                "agents.site@agent_id",
                "$attitude_own_listeners",
                "$attitude_their_listeners",
                draws=2,
                sentence="mostly one of the site that dealt with the contact",
            ),
        ),
        Column(
            name="listened_on",
            kind=Date(),
            meaning="Day on which it was heard or read again.",
            recipe=derived.draw(day_listened, "contacts.answered_at", sentence="a working day within two weeks"),
        ),
        Column(
            name="is_contractors",
            kind=Boolean(),
            meaning="Whether an adviser of the contractor dealt with it.",
            recipe=derived.formula(
                lambda site: site == SITES.index("outsourced"), "agents.site@agent_id", sentence="site of the adviser"
            ),
            role="latent",
        ),
        Column(
            name="severity",
            kind=Number(4),
            unit="points",
            meaning="Points that the listener takes off.",
            recipe=derived.formula(
                lambda listener, points: np.asarray(points)[listener - 1],
                "listener_id",
                "$attitude_severity",
                sentence="that of the listener",
            ),
            role="latent",
        ),
        Column(
            name="coaching_reached",
            kind=Number(2, 0.0, 1.0),
            unit="share",
            meaning="How much of its effect coaching had reached with the adviser.",
            recipe=derived.formula(
                coaching_reached,
                "agent_id",
                "contacts.answered_at",
                "skill_ratings.coaching_reached[]",
                sentence="that of the adviser's month",
            ),
            role="working",
        ),
        Column(
            name="in_contact",
            kind=Number(4),
            unit="points",
            meaning="What this contact does to all attitudes alike.",
            recipe=numeric.score(
                "$zero",
                {
                    "contacts.contact_satisfaction": "$attitude_welcome",
                    "contacts.waited_over_1_min": "-$attitude_hurry",
                },
                noise="$attitude_contact_sd",
            ),
            role="working",
        ),
        *(shown for shown, _ in _ATTITUDES),
        *(score for _, score in _ATTITUDES),
        Column(
            name="attitude_score",
            kind=Number(2, LOWEST, HIGHEST),
            unit="points, 1 to 5",
            meaning="Mean of the six attitudes.",
            recipe=derived.formula(mean_of, *(f"{name}_score" for name in ATTITUDES), sentence="mean of the six"),
        ),
        Column(
            name="fair_score",
            kind=Number(2, LOWEST, HIGHEST),
            unit="points, 1 to 5",
            meaning="Mean of the six attitudes, had a listener of average severity scored them.",
            recipe=derived.formula(
                lambda *shown: mean_of(*(whole_number(one, LOWEST, HIGHEST) for one in shown)),
                *(f"shown_{name}" for name in ATTITUDES),
                sentence="mean of the six without severity",
            ),
            role="latent",
        ),
    ),
)
