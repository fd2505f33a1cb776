"""The shops: a reference table that covers the whole company."""

from datetime import date

import numpy as np

from cxdata.catalog.tables.tilmarenne._people import DIMENSIONS
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Key, Number, Word
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule, ours
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, Reference, Table

STORES = 84
DEPARTMENTS = tuple(f"{n:02d}" for n in range(1, 96) if n != 20)
PARIS = DEPARTMENTS.index("75")
FORMATS = ("garden_centre", "retail_park", "city")
STRIDE = 37
"""Shops take the sites of the map in steps of this many, which has no divisor in common with their number."""
OPENING_FIRST, OPENING_LAST = temporal.day_number(date(1988, 3, 1)), temporal.day_number(date(2021, 10, 1))


def climate_on_quality(slope: float, experience: float, points: float) -> float:
    """Return the gain of service quality per step of climate that gives customers' and employees' points the slope."""
    return slope * experience / points


def loadings(weights: tuple[float, ...], relative: tuple[float, ...]) -> tuple[float, ...]:
    """Return how much more climate does for each dimension than for service quality, whose weighted mean is one."""
    mean = plain_sum(weight * one for weight, one in zip(weights, relative, strict=True))
    return tuple(one / mean for one in relative) if mean > 0.0 else relative


def overall(weights: tuple[float, ...], *dimensions: Array) -> Array:
    """Return the weighted mean of the dimensions."""
    total = np.zeros(len(dimensions[0]))
    for weight, one in zip(weights, dimensions, strict=True):
        total = total + weight * one
    return total


def centred(values: Array, weight: Array) -> Array:
    """Return values around their weighted mean, so that no company is good or bad as a whole by luck."""
    mean = plain_sum((values * weight).tolist()) / plain_sum(weight.tolist())
    around: Array = values - mean
    return around


def department_of(u: Array, slot: Array, people: tuple[float, ...]) -> Array:
    """Return departments by people to the power of three quarters, one shop for each equal part of the map."""
    bounds = np.cumsum(np.rint(np.sqrt(np.asarray(people) * np.sqrt(np.asarray(people))) * 1000.0).astype(np.int64))
    ticket = ((slot * STRIDE % STORES + u) * (float(bounds[-1]) / STORES)).astype(np.int64)
    codes: Array = np.minimum(np.searchsorted(bounds, ticket, side="right"), len(DEPARTMENTS) - 1)
    return codes


def format_of(u: Array, department: Array, shares: tuple[float, ...]) -> Array:
    """Return kinds of shop: Paris has room for city shops alone."""
    return np.where(department == PARIS, FORMATS.index("city"), categorical.pick(u, shares))


def _dimension(place: int, meaning: str) -> Column:
    return Column(
        name=f"quality_{DIMENSIONS[place]}",
        kind=Number(4),
        unit="sd",
        meaning=meaning,
        recipe=derived.draw(
            lambda u, weight, climate, other, gain, loads, sd: centred(
                gain * loads[place] * climate + other + sd * lookup.normal(u), weight
            ),
            "weight",
            "climate",
            "other_causes",
            "$store_climate_on_quality",
            "$store_dimension_loadings",
            "$store_dimension_sd",
            sentence="climate by the dimension's loading, what all dimensions share, and its own, around the mean buyer's",
        ),
        role="latent",
    )


PARAMETERS = (
    Parameter(
        name="store_slope",
        figure="deck_2024.satisfaction_per_experience",
        unit="points per point",
        meaning="Points of customers' recommendation per point of employees' experience, between what shops truly are.",
        low=0.0,
        high=5.0,
    ),
    ours(
        "store_points_per_quality",
        2.02,
        "points",
        "Points of the recommendation (0-10) per step of service quality: means of shop orders regressed on it, 2.00 to 2.05 over three seeds of 120,000 customers.",
        0.1,
    ),
    ours("store_experience_mean", 6.8, "points", "Experience (0-10) of employees of an average shop.", 0.0),
    ours(
        "store_experience_per_climate",
        0.37,
        "points",
        "Experience of a shop's employees, per step of its climate.",
        0.0,
    ),
    Parameter(
        name="store_climate_on_quality",
        derive=climate_on_quality,
        inputs=("store_slope", "store_experience_per_climate", "store_points_per_quality"),
        unit="sd",
        meaning="Service quality, per step of climate: gives the published slope between latent means of shops.",
    ),
    ours("store_quality_sd", 0.06, "sd", "Spread of shops' service quality that has other causes than climate.", 0.0),
    ours("store_dimension_sd", 0.18, "sd", "Spread of a shop's dimensions of service around each other.", 0.0),
    Parameter(
        name="store_dimension_weights",
        value=(0.32, 0.19, 0.11, 0.16, 0.22),
        unit="shares",
        meaning="Weight of each dimension in service quality, reliability to responsiveness; of the usual order.",
    ),
    Parameter(
        name="store_dimension_climate",
        value=(0.7, 1.2, 0.3, 1.6, 1.3),
        unit="factor",
        meaning="How much climate does for each dimension, beside each other: most for empathy, least for tangibles.",
        low=0.0,
        high=10.0,
    ),
    Parameter(
        name="store_dimension_loadings",
        derive=loadings,
        inputs=("store_dimension_weights", "store_dimension_climate"),
        unit="factor",
        meaning="The same, with a weighted mean of one.",
    ),
    Parameter(
        name="store_department_people",
        value=(
            *(660.0, 520.0, 340.0, 170.0, 140.0, 1100.0, 330.0, 270.0, 160.0, 310.0, 380.0, 280.0),
            *(2060.0, 700.0, 140.0, 350.0, 660.0, 300.0, 240.0, 540.0, 610.0, 120.0, 410.0, 550.0),
            *(520.0, 600.0, 430.0, 920.0, 760.0, 1440.0, 190.0, 1660.0, 1200.0, 1100.0, 220.0, 610.0),
            *(1280.0, 260.0, 420.0, 330.0, 770.0, 230.0, 1460.0, 680.0, 180.0, 330.0, 80.0, 820.0),
            *(500.0, 560.0, 170.0, 310.0, 730.0, 180.0, 770.0, 1050.0, 200.0, 2610.0, 830.0, 280.0),
            *(1460.0, 660.0, 690.0, 230.0, 490.0, 1150.0, 770.0, 1900.0, 230.0, 550.0, 570.0, 440.0),
            *(840.0, 2130.0, 1260.0, 1440.0, 1460.0, 380.0, 570.0, 390.0, 260.0, 1100.0, 560.0, 700.0),
            *(440.0, 370.0, 360.0, 330.0, 140.0, 1310.0, 1640.0, 1670.0, 1420.0, 1260.0),
        ),
        unit="thousands of people",
        meaning="People of each mainland department, 01 to 95 without Corsica: orders of magnitude of INSEE's census of 2021.",
        low=1.0,
        high=20_000.0,
    ),
    Parameter(
        name="store_posts_share",
        value=0.5,
        unit="share",
        meaning="Shops that post what customers say where the team can see it.",
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence=f"there must be people for each of {len(DEPARTMENTS)} departments; write as many in store_department_people.",
        parameters=("store_department_people",),
        holds=lambda people: len(people) == len(DEPARTMENTS),
    ),
    Constraint(
        sentence="climate must do something for some dimension; raise store_dimension_climate.",
        parameters=("store_dimension_weights", "store_dimension_climate"),
        holds=lambda weights, climate: plain_sum(w * c for w, c in zip(weights, climate, strict=True)) > 0.0,
    ),
)


def _fields_in_paris(tables: Tables) -> int:
    stores = tables["stores"]
    return int(((stores["department"] == DEPARTMENTS[PARIS]) & (stores["format"] != "city")).sum())


RULES = (Rule(sentence="shops in Paris are city shops", tables=("stores",), violations=_fields_in_paris),)

TABLE = Table(
    name="stores",
    meaning="A shop of Tilmarenne.",
    rows=(Reference(STORES),),
    columns=(
        Column(name="store_id", kind=Key(), meaning="Key of the shop."),
        Column(name="town", kind=Word("towns"), meaning="Invented town.", recipe=categorical.word("%towns")),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="French department, by its number.",
            recipe=derived.draw(
                department_of,
                "#slot",
                "$store_department_people",
                sentence="by people of mainland departments to the power of three quarters, spread evenly",
            ),
        ),
        Column(
            name="format",
            kind=Category(FORMATS),
            meaning="Kind of shop; in Paris all are city shops.",
            recipe=derived.draw(
                format_of, "department", "$store_formats", sentence="drawn by store_formats, in Paris city"
            ),
        ),
        Column(
            name="opened_on",
            kind=Date(),
            meaning="Day on which it opened.",
            recipe=derived.draw(
                lambda u: OPENING_FIRST + (u * (OPENING_LAST - OPENING_FIRST)).astype(np.int64),
                sentence="uniform from 1988 to 2021",
            ),
        ),
        Column(
            name="floor_area_m2",
            kind=Number(0, 200, 12_000),
            unit="m2",
            meaning="Selling area.",
            recipe=numeric.log_normal(
                "$floor_area_log",
                {"format=garden_centre": "$floor_area_garden", "format=city": "-$floor_area_city"},
                noise="$floor_area_sd",
            ),
        ),
        Column(
            name="weight",
            kind=Integer(1, 12_000),
            meaning="Share of households that call it theirs, by selling area.",
            recipe=derived.formula(lambda area: area.astype(np.int64), "floor_area_m2", sentence="selling area"),
            role="working",
        ),
        Column(
            name="posts_customer_indicators",
            kind=Boolean(),
            meaning="Whether what customers say is posted where the team can see it.",
            recipe=numeric.chance("$store_posts_share"),
        ),
        Column(
            name="climate",
            kind=Number(4),
            unit="sd",
            meaning="How good it is to work there, around the company's mean.",
            recipe=numeric.score("$zero", {}, noise="$one"),
            role="latent",
        ),
        Column(
            name="employee_experience",
            kind=Number(4),
            unit="0-10",
            meaning="Experience that its employees have on average; the mean of those few who answer a survey lies around it, so the slope of anything on that mean is flatter than the slope on this.",
            recipe=numeric.score("$store_experience_mean", {"climate": "$store_experience_per_climate"}),
            role="latent",
        ),
        Column(
            name="other_causes",
            kind=Number(4),
            unit="sd",
            meaning="What all dimensions of its service share beside climate.",
            recipe=numeric.score("$zero", {}, noise="$store_quality_sd"),
            role="working",
        ),
        _dimension(0, "How far the shop does what it promised."),
        _dimension(1, "How competent and courteous its staff are."),
        _dimension(2, "How well premises and displays are kept."),
        _dimension(3, "How much attention a customer gets."),
        _dimension(4, "How promptly customers are served."),
        Column(
            name="service_quality",
            kind=Number(4),
            unit="sd",
            meaning="How well the shop serves, around the company's mean: the weighted mean of its five dimensions.",
            recipe=derived.formula(
                overall,
                "$store_dimension_weights",
                *(f"quality_{name}" for name in DIMENSIONS),
                sentence="weighted mean of the five dimensions",
            ),
            role="latent",
        ),
        Column(
            name="service_points",
            kind=Number(4),
            unit="points",
            meaning="What its service adds to the recommendation (0-10) of its customers, beside the average shop's. Its slope on employee_experience, from shop to shop, is the published one in expectation.",
            recipe=numeric.score("$zero", {"service_quality": "$store_points_per_quality"}),
            role="latent",
        ),
    ),
)
