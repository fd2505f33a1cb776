"""Audits of the shops: twelve standards, checked twice a year by head office, with what was done about the faults."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._people import DIMENSIONS, on_a_working_day
from cxdata.catalog.tables.tilmarenne.stores import STORES
from cxdata.recipes import derived, lookup, temporal
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

# Each standard, with the dimension of service that keeps it up.
STANDARDS = (
    ("opening_hours_displayed", "reliability"),
    ("price_labels_complete", "reliability"),
    ("offers_as_announced", "reliability"),
    ("collection_desk_staffed", "responsiveness"),
    ("second_till_opened_in_time", "responsiveness"),
    ("returns_taken_as_promised", "assurance"),
    ("advice_corner_staffed", "assurance"),
    ("name_badges_worn", "empathy"),
    ("complaints_logged", "empathy"),
    ("entrance_clean", "tangibles"),
    ("aisles_free", "tangibles"),
    ("plants_watered", "tangibles"),
)
NAMES = tuple(name for name, _ in STANDARDS)
_DIMENSION = np.array([DIMENSIONS.index(dimension) for _, dimension in STANDARDS])
ROUND_STARTS = np.array(
    [temporal.day_number(date(year, month, day)) for year in calendar.YEARS for month, day in ((3, 1), (9, 2))]
)
ROUNDS = len(ROUND_STARTS)
ROUND_DAYS = 80
AUDITS = STORES * ROUNDS
AUDITORS = 6
SEVERITIES = ("minor", "major")
_LAST = temporal.day_number(calendar.RECORD_LAST)


def of_audit(u: Array) -> Array:
    """Return the draw of the first standard for all standards of its audit."""
    return np.repeat(u[:: len(STANDARDS)], len(STANDARDS))


def habit(u: Array) -> Array:
    """Return the draw of the first audit of a shop for the same standard in all its audits."""
    shaped = u.reshape(STORES, ROUNDS, len(STANDARDS))
    return np.broadcast_to(shaped[:, :1, :], shaped.shape).reshape(-1)


def conforms(
    u: Array,
    standard: Array,
    store: Array,
    bases: tuple[float, ...],
    slope: float,
    habit_sd: float,
    *dimensions: Array,
) -> Array:
    """Return which standards are met: by the shop's dimension of service and by its habit; ``u`` is (2, n)."""
    quality = np.stack(dimensions)[_DIMENSION[standard], store - 1]
    score = np.asarray(bases)[standard] + slope * quality + habit_sd * lookup.normal(habit(u[0]))
    met: Array = score + lookup.logistic(u[1]) > 0
    return met


def correction_days(
    u: Array, prompt: Array, store: Array, major: Array, minor_days: float, major_days: float, per_step: float
) -> Array:
    """Return days until a fault is corrected: one and more, fewer where it is major and where the shop is prompt."""
    mean = np.where(major, major_days, minor_days) * lookup.exp(-per_step * prompt[store - 1])
    days: Array = 1 + (lookup.exponential(u) * mean).astype(np.int64)
    return days


def due_day(day: Array, major: Array, minor_days: float, major_days: float) -> Array:
    """Return the day by which a fault should be corrected."""
    return calendar.working_day(day + np.where(major, int(major_days), int(minor_days)))


def out_of_order(tables: Tables) -> int:
    """Return how many faults were due or corrected before they were found."""
    rows = tables["audits"]
    found, due, corrected = (pd.to_datetime(rows[name]) for name in ("audited_on", "due_on", "corrected_on"))
    return int(((due <= found) | (corrected <= found)).sum())


def corrected_without_fault(tables: Tables) -> int:
    """Return how many rows hold a severity, a due date or a correction without a fault, or no due date with one."""
    rows = tables["audits"]
    fault = ~rows["is_conform"]
    odd = (rows["due_on"].notna() != fault) | (rows["severity"].notna() != fault)
    return int((odd | (rows["corrected_on"].notna() & ~fault)).sum())


PARAMETERS = (
    ours(
        "audit_bases",
        (3.4, 1.5, 2.1, 1.8, 0.9, 2.4, 1.1, 1.6, 1.3, 2.6, 1.9, 1.7),
        "logit",
        "Standard met at an average shop, in the order of the list (54 to 97%).",
    ),
    ours(
        "audit_slope",
        1.6,
        "logit",
        "Standard met, per step of its dimension: audits are announced, so less than on visits.",
    ),
    ours("audit_habit_sd", 0.9, "logit", "Spread of what a shop habitually does about one standard."),
    ours("audit_major_share", 0.24, "share", "Faults that are major."),
    ours("audit_due_minor_days", 30.0, "days", "Time to correct a minor fault.", 1.0, 365.0),
    ours("audit_due_major_days", 10.0, "days", "Time to correct a major one.", 1.0, 365.0),
    ours("audit_minor_days", 26.0, "days", "Mean days until a minor fault is corrected.", 1.0, 365.0),
    ours("audit_major_days", 9.0, "days", "Mean days until a major one is corrected.", 1.0, 365.0),
    ours("audit_prompt", 0.6, "log days", "Days until correction, less per step of responsiveness."),
    ours("audit_forgotten_share", 0.07, "share", "Faults that nobody ever reports as corrected."),
)

RULES = (
    Rule(sentence="faults are due and corrected after they are found", tables=("audits",), violations=out_of_order),
    Rule(
        sentence="an audited standard has a severity and a due date if and only if it is not met",
        tables=("audits",),
        violations=corrected_without_fault,
    ),
)

TABLE = Table(
    name="audits",
    meaning="One standard in one audit of a shop; audits are announced.",
    rows=(Reference(AUDITS * len(STANDARDS)),),
    columns=(
        Column(name="audit_item_id", kind=Key(), meaning="Key of the audited standard."),
        Column(
            name="audit_number",
            kind=Integer(1, AUDITS),
            meaning="Number of the audit; twelve standards share it.",
            recipe=derived.formula(lambda slot: 1 + slot // len(STANDARDS), "#slot", sentence="twelve standards each"),
        ),
        Column(
            name="store_id",
            kind=ForeignKey("stores"),
            meaning="The shop.",
            recipe=derived.formula(
                lambda slot: 1 + slot // (len(STANDARDS) * ROUNDS), "#slot", sentence="four audits each"
            ),
        ),
        Column(
            name="audited_on",
            kind=Date(),
            meaning="Day of the audit.",
            recipe=derived.draw(
                lambda u, slot: on_a_working_day(
                    ROUND_STARTS[slot // len(STANDARDS) % ROUNDS] + (of_audit(u) * ROUND_DAYS).astype(np.int64),
                    of_audit(u),
                ),
                "#slot",
                sentence="a working day of spring or autumn",
            ),
        ),
        Column(
            name="auditor_id",
            kind=Integer(1, AUDITORS),
            meaning="Number of the auditor from head office.",
            recipe=derived.draw(
                lambda u: 1 + (of_audit(u) * AUDITORS).astype(np.int64), sentence="one of six per audit"
            ),
        ),
        Column(
            name="standard",
            kind=Category(NAMES),
            meaning="The standard.",
            recipe=derived.formula(lambda slot: slot % len(STANDARDS), "#slot", sentence="in turn"),
        ),
        Column(
            name="is_conform",
            kind=Boolean(),
            meaning="Whether the standard was met.",
            recipe=derived.draw(
                conforms,
                "standard",
                "store_id",
                "$audit_bases",
                "$audit_slope",
                "$audit_habit_sd",
                *(f"stores.quality_{name}[]" for name in DIMENSIONS),
                draws=2,
                sentence="by the shop's dimension of service and by its habit",
            ),
        ),
        Column(
            name="is_fault",
            kind=Boolean(),
            meaning="Whether the standard was not met.",
            recipe=derived.formula(np.logical_not, "is_conform", sentence="not is_conform"),
            role="working",
        ),
        Column(
            name="is_major",
            kind=Boolean(),
            meaning="Whether a fault would be major.",
            recipe=derived.draw(lambda u, share: u < share, "$audit_major_share", sentence="by chance"),
            role="working",
        ),
        Column(
            name="severity",
            kind=Category(SEVERITIES),
            meaning="Severity of the fault; empty where the standard was met.",
            recipe=derived.formula(lambda major: major.astype(np.int64), "is_major", sentence="major if is_major"),
            when="is_fault",
        ),
        Column(
            name="due_on",
            kind=Date(),
            meaning="Day by which the fault should be corrected; empty where the standard was met.",
            recipe=derived.formula(
                due_day,
                "audited_on",
                "is_major",
                "$audit_due_minor_days",
                "$audit_due_major_days",
                sentence="days after the audit, fewer for major faults",
            ),
            when="is_fault",
        ),
        Column(
            name="corrected_day",
            kind=Integer(0, 60_000),
            meaning="Day on which a fault would be corrected, since 1970.",
            recipe=derived.draw(
                lambda u, day, *others: calendar.working_day(day + correction_days(u, *others)),
                "audited_on",
                "stores.quality_responsiveness[]",
                "store_id",
                "is_major",
                "$audit_minor_days",
                "$audit_major_days",
                "$audit_prompt",
                sentence="exponential, fewer days for major faults and prompt shops",
            ),
            role="working",
        ),
        Column(
            name="is_corrected",
            kind=Boolean(),
            meaning="Whether there was a fault and it was reported as corrected by March 2025.",
            recipe=derived.draw(
                lambda u, fault, day, share: fault & (day <= _LAST) & (u >= share),
                "is_fault",
                "corrected_day",
                "$audit_forgotten_share",
                sentence="before the record ends, unless forgotten",
            ),
            role="working",
        ),
        Column(
            name="corrected_on",
            kind=Date(),
            meaning="Day on which the fault was reported as corrected; empty where there was none, or where it is still open.",
            recipe=derived.copy("corrected_day"),
            when="is_corrected",
        ),
    ),
)
