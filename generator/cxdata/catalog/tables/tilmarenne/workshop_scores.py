"""Scores of the team workshops: shops that stood low in January 2024, half of them by lot with a workshop in spring."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._people import SHOP_STAFF, dummies, whole_number
from cxdata.catalog.tables.tilmarenne.stores import STORES
from cxdata.recipes import derived, lookup, temporal
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables, clustered_ratio
from cxdata.schema.table import Column, Reference, Table

ITEMS = ("promise", "strengths", "mutual_help", "pride")
WAVES = ("before", "after", "follow_up")
BEFORE, AFTER, FOLLOW_UP = range(len(WAVES))
WAVE_DAYS = tuple(temporal.day_number(day) for day in (date(2024, 1, 15), date(2024, 4, 8), date(2024, 7, 8)))
"""Mondays of the weeks in which the cards are filled in."""
GROUPS = ("workshop", "waiting", "not_chosen")
WORKSHOP, WAITING, NOT_CHOSEN = range(len(GROUPS))
CHOSEN = 48
"""Shops with the lowest scores of January; the lot gives half of them a workshop in spring."""
FIRST_WORKSHOP = temporal.day_number(date(2024, 2, 12))
WORKSHOP_DAYS = 40
FACILITATORS = 4
LOWEST, HIGHEST = 1, 10


def of_employee(u: Array) -> Array:
    """Return the draw of an employee's first item for all items."""
    return np.repeat(u[:: len(ITEMS)], len(ITEMS))


def of_shop(u: Array, store: Array) -> Array:
    """Return one draw per shop."""
    drawn: Array = u[:STORES][store - 1]
    return drawn


def potential_score(
    u: Array,
    store: Array,
    item: Array,
    experience: Array,
    trait: Array,
    wave: int,
    levels: tuple[float, ...],
    mean: float,
    per_point: float,
    trends: tuple[float, ...],
    day_sds: tuple[float, ...],
    noise_sd: float,
) -> Array:
    """Return the score that would be given without a workshop, before it is rounded; ``u`` is (2, n): shop, item."""
    day = day_sds[wave] * lookup.normal(of_shop(u[0], store))
    score: Array = (
        np.asarray(levels)[item]
        + per_point * (experience - mean)
        + trait
        + day
        + trends[wave]
        + noise_sd * lookup.normal(u[1])
    )
    return score


def group_of(u: Array, store: Array, score: Array, given: Array) -> Array:
    """Return the group of each row's shop: the lowest mean scores of January, halved by lot, and the others.

    Whole numbers are summed, so that the mean of a shop does not depend on the order of its rows.
    """
    total = np.bincount(store[given], weights=score[given], minlength=STORES + 1)[1:]
    count = np.bincount(store[given], minlength=STORES + 1)[1:]
    mean = np.where(count > 0, total / np.maximum(count, 1), float(HIGHEST))
    lowest = np.argsort(mean, kind="stable")[:CHOSEN]
    lot = np.argsort(u[:STORES][lowest], kind="stable")
    group = np.full(STORES, NOT_CHOSEN)
    group[lowest[lot[: CHOSEN // 2]]] = WORKSHOP
    group[lowest[lot[CHOSEN // 2 :]]] = WAITING
    codes: Array = group[store - 1]
    return codes


def participants(tables: Tables) -> pd.DataFrame:
    """Return one row per employee of a chosen shop with the mean of the items in each wave, where all three exist."""
    rows = tables["workshop_scores"]
    rows = rows[rows["workshop_group"] != GROUPS[NOT_CHOSEN]]
    scores = [f"score_{wave}" for wave in WAVES]
    by = rows.groupby("employee_id")
    people = by[scores].mean().join(by[["store_id", "workshop_group"]].first())
    return people.assign(had_workshop=people["workshop_group"] == GROUPS[WORKSHOP]).reset_index()


def _by_lot(tables: Tables) -> Estimate:
    people = participants(tables).dropna(subset=["score_follow_up"])
    start = people.groupby("store_id")["score_before"].transform("mean")
    people = people.assign(start=start).dropna(subset=["start"])
    ones = dummies(np.zeros(len(people)))
    return adjusted_slope(
        people["score_follow_up"].to_numpy(),
        people["had_workshop"].to_numpy(),
        np.column_stack([ones, people["start"].to_numpy()]),
        people["store_id"].to_numpy(),
    )


def _before_and_after(tables: Tables) -> Estimate:
    people = participants(tables)
    people = people[people["had_workshop"]]
    gain = (people["score_follow_up"] - people["score_before"]).astype(float)
    some = gain.notna().to_numpy()
    return clustered_ratio(gain[some].to_numpy(), np.ones(int(some.sum())), people["employee_id"].to_numpy()[some])


def _truth(tables: Tables) -> Estimate:
    rows = tables["latents/workshop_scores"]
    rows = rows[rows["is_chosen"]]
    return Estimate(float((rows["follow_up_with"] - rows["follow_up_without"]).mean()), 0.0, len(rows))


def workshops_out_of_place(tables: Tables) -> int:
    """Return how many rows have a workshop outside the group that the lot gave one, or scores of the uninvited."""
    rows = tables["workshop_scores"]
    has_day = rows["workshop_on"].notna() != (rows["workshop_group"] == GROUPS[WORKSHOP])
    day = pd.to_datetime(rows["workshop_on"])
    outside = (day < pd.Timestamp(WAVE_DAYS[BEFORE], unit="D")) | (day >= pd.Timestamp(WAVE_DAYS[AFTER], unit="D"))
    uninvited = ~rows["is_invited"] & rows[[f"score_{wave}" for wave in WAVES]].notna().any(axis=1)
    return int((has_day | outside | uninvited).sum())


def mixed_shops(tables: Tables) -> int:
    """Return how many shops stand in more than one group, or have more than one day of the workshop."""
    by = tables["workshop_scores"].groupby("store_id")[["workshop_group", "workshop_on", "facilitator_id"]]
    return int((by.nunique() > 1).any(axis=1).sum())


PARAMETERS = (
    ours(
        "workshop_levels",
        (6.0, 5.6, 6.5, 6.3),
        "points",
        "Scores 1 to 10 of an average employee in January 2024: promise, strengths, mutual help and pride.",
        1.0,
        10.0,
    ),
    ours("workshop_per_experience", 0.45, "points", "Score, per point of the employee's experience.", 0.0, 5.0),
    ours("workshop_trait_sd", 0.7, "points", "Spread of what employees tick beside each other, lasting.", 0.0, 5.0),
    ours(
        "workshop_trends",
        (0.0, 0.3, 0.3),
        "points",
        "What everybody scores more or less than in January: in April and July.",
        -5.0,
        5.0,
    ),
    ours(
        "workshop_day_sds",
        (0.8, 0.3, 0.3),
        "points",
        "Spread of whole shops by the week of the card: January has stocktaking and sales, April and July are calmer.",
        0.0,
        5.0,
    ),
    ours("workshop_noise_sd", 1.1, "points", "Spread of one score in one wave.", 0.0, 5.0),
    ours(
        "workshop_gains",
        (1.0, 0.8, 0.5, 0.7),
        "points",
        "What the workshop adds to each score in April: promise, strengths, mutual help and pride.",
        -5.0,
        5.0,
    ),
    ours("workshop_lasting", 0.75, "share", "Part of the gain of April that is left in July."),
    ours("workshop_answer_shares", (0.88, 0.84, 0.79), "share", "Employees who fill in the card, wave by wave."),
)

RULES = (
    Rule(
        sentence="team workshops take place between the first and the second card, in shops to which the lot gave one",
        tables=("workshop_scores",),
        violations=workshops_out_of_place,
    ),
    Rule(
        sentence="a shop stands in one group of the team workshops, with one day and one facilitator at most",
        tables=("workshop_scores",),
        violations=mixed_shops,
    ),
)

_READ = ("workshop_scores",)

QUANTITIES = (
    Quantity(
        id="workshop_on_team",
        of="run",
        title="How much did the team workshop raise a team's own score, three months later?",
        estimand="Mean score (1-10) of July 2024 with the workshop less that without, over employees and items of the shops chosen for it, in points.",
        confounding="Shops were chosen because they scored low in January, a bad month for some of them: they would have come back up by themselves.",
        basis="The size is ours.",
        truth=Statistic(
            function=_truth,
            tables=("latents/workshop_scores",),
            sentence="mean difference of the two scores of July, all employees of the chosen shops",
        ),
        right=Statistic(
            function=_by_lot,
            tables=_READ,
            sentence="July in shops with a workshop less shops that the lot let wait, given the shop's mean of January",
        ),
        tempting=Statistic(
            function=_before_and_after,
            tables=_READ,
            sentence="July less January in shops with a workshop",
        ),
    ),
)


def _asked(wave: int) -> Column:
    return Column(
        name=f"asked_{WAVES[wave]}",
        kind=Boolean(),
        meaning=f"Whether the employee filled in the card, {WAVES[wave].replace('_', '-')}.",
        recipe=derived.draw(
            lambda u, invited, shares: invited & (of_employee(u) < shares[wave]),
            "is_invited",
            "$workshop_answer_shares",
            sentence="if invited, by chance",
        ),
        role="working",
    )


def _potential(wave: int) -> Column:
    return Column(
        name=f"potential_{WAVES[wave]}",
        kind=Number(4),
        unit="points",
        meaning=f"Score without a workshop before rounding, {WAVES[wave].replace('_', '-')}.",
        recipe=derived.draw(
            lambda u, store, item, experience, trait, *given: potential_score(
                u, store, item, experience, trait, wave, *given
            ),
            "store_id",
            "item",
            "employees.experience@employee_id",
            "trait",
            "$workshop_levels",
            "$store_experience_mean",
            "$workshop_per_experience",
            "$workshop_trends",
            "$workshop_day_sds",
            "$workshop_noise_sd",
            draws=2,
            sentence="level of the item, experience, what is the employee's own, the shop's week, trend and chance",
        ),
        role="working",
    )


def _score(name: str, wave: int, has: str | bool, meaning: str, when: str | None = None) -> Column:
    """Return a score in whole points, with a workshop where ``has`` says so: always, never, or by a Boolean column."""
    own = (has,) if isinstance(has, str) else ()
    return Column(
        name=name,
        kind=Integer(LOWEST, HIGHEST),
        unit="points, 1 to 10",
        meaning=meaning,
        recipe=derived.formula(
            lambda score, item, gains, lasting, *had: whole_number(
                score + np.asarray(gains)[item] * (lasting if wave == FOLLOW_UP else 1.0) * (had[0] if had else has),
                LOWEST,
                HIGHEST,
            ),
            f"potential_{WAVES[wave]}",
            "item",
            "$workshop_gains",
            "$workshop_lasting",
            *own,
            sentence="rounded, with what the workshop adds",
        ),
        when=when,
        role="observed" if when else "latent",
    )


TABLE = Table(
    name="workshop_scores",
    meaning="How an employee of a shop scored the own team on one item of the card, before and after the team workshops of 2024.",
    rows=(Reference(SHOP_STAFF * len(ITEMS)),),
    columns=(
        Column(name="workshop_score_id", kind=Key(), meaning="Key of the item."),
        Column(
            name="employee_id",
            kind=ForeignKey("employees"),
            meaning="Who scored.",
            recipe=derived.formula(lambda slot: 1 + slot // len(ITEMS), "#slot", sentence="four per employee of shops"),
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores"),
            meaning="Whose team was scored: the employee's shop.",
            recipe=derived.copy("employees.store_id@employee_id"),
        ),
        Column(
            name="item",
            kind=Category(ITEMS),
            meaning="What was scored: we know what we promise customers, we know and use our strengths, we help each other, we are proud of our service.",
            recipe=derived.formula(lambda slot: slot % len(ITEMS), "#slot", sentence="in turn"),
        ),
        Column(
            name="is_invited",
            kind=Boolean(),
            meaning="Whether the employee had been hired before the first card; where not, all scores are empty.",
            recipe=derived.formula(
                lambda day: day < WAVE_DAYS[BEFORE], "employees.hired_on@employee_id", sentence="hired before"
            ),
        ),
        Column(
            name="trait",
            kind=Number(4),
            unit="points",
            meaning="How much higher than others the employee ticks.",
            recipe=derived.draw(
                lambda u, sd: sd * lookup.normal(of_employee(u)),
                "$workshop_trait_sd",
                sentence="workshop_trait_sd x normal, one draw per employee",
            ),
            role="latent",
        ),
        *(_asked(wave) for wave in range(len(WAVES))),
        *(_potential(wave) for wave in range(len(WAVES))),
        _score(
            "score_before",
            BEFORE,
            False,
            "Score in the week of 15 January 2024; empty where the card was not filled in.",
            "asked_before",
        ),
        Column(
            name="workshop_group",
            kind=Category(GROUPS),
            meaning="What became of the shop: among the 48 with the lowest scores of January a workshop in spring by lot, or one a year later; the others were not chosen.",
            recipe=derived.draw(
                group_of,
                "store_id",
                "score_before",
                "asked_before",
                sentence="lowest mean scores of January, halved by lot",
            ),
        ),
        Column(
            name="has_workshop",
            kind=Boolean(),
            meaning="Whether the shop had a workshop in spring.",
            recipe=derived.copy("workshop_group=workshop"),
            role="working",
        ),
        Column(
            name="is_chosen",
            kind=Boolean(),
            meaning="Whether the shop was among those with the lowest scores.",
            recipe=derived.formula(lambda group: group != NOT_CHOSEN, "workshop_group", sentence="workshop or waiting"),
            role="latent",
        ),
        Column(
            name="workshop_on",
            kind=Date(),
            meaning="Day of the shop's workshop; empty without one in spring 2024.",
            recipe=derived.draw(
                lambda u, store: calendar.working_day(
                    FIRST_WORKSHOP + (of_shop(u, store) * WORKSHOP_DAYS).astype(np.int64)
                ),
                "store_id",
                sentence="a working day from 12 February, one draw per shop",
            ),
            when="has_workshop",
        ),
        Column(
            name="facilitator_id",
            kind=Integer(1, FACILITATORS),
            meaning="Number of who led the workshop; empty without one.",
            recipe=derived.draw(
                lambda u, store: 1 + (of_shop(u, store) * FACILITATORS).astype(np.int64),
                "store_id",
                sentence="one of four, one draw per shop",
            ),
            when="has_workshop",
        ),
        _score(
            "score_after",
            AFTER,
            "has_workshop",
            "Score in the week of 8 April 2024; empty where the card was not filled in.",
            "asked_after",
        ),
        _score(
            "score_follow_up",
            FOLLOW_UP,
            "has_workshop",
            "Score in the week of 8 July 2024, three months later; empty where the card was not filled in.",
            "asked_follow_up",
        ),
        _score("follow_up_without", FOLLOW_UP, False, "Score of July that would be given without a workshop."),
        _score("follow_up_with", FOLLOW_UP, True, "Score of July that would be given with a workshop."),
    ),
)
