"""The employee survey of two autumns: satisfaction, experience, what staff agree with, and how they see customers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne import _calendar as calendar
from cxdata.catalog.tables.tilmarenne._people import EMPLOYEES, agrees, by_quota, dummies, whole_number
from cxdata.catalog.tables.tilmarenne.employees import CENTRE, SHOPS
from cxdata.recipes import derived, lookup, temporal
from cxdata.recipes.calibration import plain_sum
from cxdata.schema.drivers import adjusted_slope
from cxdata.schema.effect import Quantity
from cxdata.schema.figure import Target
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Parameter, Rule, ours
from cxdata.schema.statistic import Estimate, Statistic, Tables, mean, percent
from cxdata.schema.table import Column, Reference, Table

WAVES = ("autumn_2023", "autumn_2024")
LAUNCHES = (date(2023, 11, 6), date(2024, 11, 4))
OPEN_DAYS = 19
REMINDER_DAY = 9
ITEMS = ("recognition", "management", "tools", "workload", "meaning")
SATISFIED_FROM = 4
"""Customers who answer 4 or 5 of 5 are satisfied."""
STEP_PERCENT = 5
_LAUNCH_DAYS = np.array([temporal.day_number(day) for day in LAUNCHES])


def satisfied_percent(shares: tuple[float, ...]) -> float:
    """Return the percentage of customers who are satisfied."""
    return 100.0 * plain_sum(shares[SATISFIED_FROM - 1 :])


def promoters_less_detractors(shares: tuple[float, ...]) -> float:
    """Return the net promoter score of the shares of the answers 0 to 10."""
    return 100.0 * (plain_sum(shares[9:]) - plain_sum(shares[:7]))


def site_share(overall: float, gap: float, sign: float) -> float:
    """Return the share of one of two sites of equal size, from the share of both and the gap in percentage points."""
    return overall + sign * gap / 200.0


def day_answered(u: Array, wave: Array, reminded_share: float, days: float) -> Array:
    """Return the day of an answer: most in the first days, some after the reminder, on working days."""
    after = np.minimum(lookup.exponential(u[0]) * days, float(OPEN_DAYS - REMINDER_DAY - 1)).astype(np.int64)
    start = np.where(u[1] < reminded_share, REMINDER_DAY, 0)
    day: Array = calendar.working_day(_LAUNCH_DAYS[wave] + start + after)
    return day


def agreeing(
    u: Array,
    department: Array,
    outsourced: Array,
    wave: Array,
    mood: Array,
    loading: float,
    inside: float,
    outside: float,
    in_shops: float,
    office: float,
) -> Array:
    """Return who agrees with an item whose shares are known per site; advisers are spread evenly within theirs."""
    share = np.where(department == SHOPS, in_shops, office)
    share = np.where(department == CENTRE, np.where(outsourced, outside, inside), share)
    group = np.where(department == CENTRE, 1 + 2 * wave + outsourced, 0)
    return agrees(np.where(department == CENTRE, by_quota(u, group), u[0]), share, loading, mood)


def estimate(
    u: Array,
    contact: Array,
    shared: Array,
    everyone_contact: Array,
    everyone_shared: Array,
    mood: Array,
    actual: float,
    gap: float,
    more_in_contact: float,
    more_unshared: float,
    pride: float,
    round_share: float,
) -> Array:
    """Return which percentage of customers an employee believes to be satisfied.

    What lacks to 100 is drawn: half of it is the employee's own and comes back in the second wave. It is less for
    those in contact, for those without indicators, and for those who like their work; over all employees its mean
    leaves the published gap. Most answers are multiples of five.
    """
    count = float(len(everyone_contact))
    of_contact = float(np.count_nonzero(everyone_contact)) / count
    of_unshared = float(np.count_nonzero(~everyone_shared)) / count
    lacking = 100.0 - actual - gap - more_in_contact * (contact - of_contact) - more_unshared * (~shared - of_unshared)
    lacking = np.maximum(lacking * (1.0 - pride * mood), 0.5)
    own = np.repeat(lookup.exponential(u[0].reshape(-1, len(WAVES))[:, 0]), len(WAVES))
    believed = np.clip(100.0 - lacking * (own + lookup.exponential(u[1])) / 2.0, 0.0, 100.0)
    step = np.where(u[2] < round_share, STEP_PERCENT, 1)
    percentage: Array = (np.rint(believed / step) * step).astype(np.int64)
    return percentage


def estimate_of_nps(
    u: Array, believed: Array, actual: float, gap: float, actual_nps: float, nps_gap: float, slope: float, sd: float
) -> Array:
    """Return which net promoter score an employee believes in, in steps of five."""
    score = actual_nps + nps_gap + slope * (believed - actual - gap) + sd * lookup.normal(u)
    rounded: Array = (np.rint(np.clip(score, -100.0, 100.0) / STEP_PERCENT) * STEP_PERCENT).astype(np.int64)
    return rounded


def answers_outside_the_wave(tables: Tables) -> int:
    """Return how many answers came before their wave began or from people who were not invited."""
    rows = tables["employee_surveys"]
    launch = rows["wave"].astype(str).map(dict(zip(WAVES, pd.to_datetime(list(LAUNCHES)), strict=True)))
    answered_on = pd.to_datetime(rows["answered_on"])
    late = answered_on > launch + timedelta(OPEN_DAYS + 4)
    return int(((answered_on < launch) | late | (rows["answered"] & ~rows["is_invited"])).sum())


def answers_without_answering(tables: Tables) -> int:
    """Return how many rows hold answers though nobody answered, or none though somebody did."""
    rows = tables["employee_surveys"]
    return int(
        (rows[["satisfaction", "experience_score", "answered_on"]].notna().ne(rows["answered"], axis=0)).sum().sum()
    )


def with_employees(tables: Tables) -> pd.DataFrame:
    """Return one row per invitation with the employee."""
    return tables["employee_surveys"].merge(tables["employees"], on="employee_id")


def mirror(tables: Tables) -> pd.DataFrame:
    """Return the estimates of the share of satisfied customers, less the share that the company's world has."""
    from cxdata.catalog import scan

    shares = scan.scenario("tilmarenne").parameter_index()["csat_shares"].value
    assert isinstance(shares, tuple)
    rows = with_employees(tables).dropna(subset=["estimated_satisfied_percent"])
    return rows.assign(gap=rows["estimated_satisfied_percent"] - satisfied_percent(shares))


def shop_means(tables: Tables) -> pd.DataFrame:
    """Return one row per shop: experience of its staff, its sampling variance, recommendation of its customers.

    Customers are those who were called back by lot, whose answers do not depend on what they would say.
    """
    people = with_employees(tables).dropna(subset=["experience_score", "store_id"])
    person = people.groupby(["store_id", "employee_id"])["experience_score"].mean().reset_index()
    staff = person.groupby("store_id")["experience_score"].agg(["mean", "var", "size"])
    within = float((staff["var"] * (staff["size"] - 1)).sum() / (staff["size"] - 1).sum())
    surveys = tables["surveys"]
    asked = surveys.loc[surveys["programme"] == "callback_after_order", ["order_id", "ltr"]].dropna()
    asked = asked.merge(tables["orders"][["order_id", "store_id"]].dropna(), on="order_id")
    rows = staff.join(asked.groupby("store_id")["ltr"].agg(ltr="mean", asked="size"), how="inner")
    return rows.assign(noise=within / rows["size"])


def _corrected_slope(rows: pd.DataFrame) -> float:
    x, y = rows["mean"].to_numpy(), rows["ltr"].to_numpy()
    weight = rows["size"].to_numpy() / rows["size"].sum()
    x, y = x - (weight * x).sum(), y - (weight * y).sum()
    spread = (weight * x * x).sum() - (weight * rows["noise"].to_numpy()).sum()
    return float((weight * x * y).sum() / spread) if spread > 0 else float("nan")


def _slope_of_shops(tables: Tables) -> Estimate:
    """Return the slope corrected for the sampling variance of the means, with the jackknife's error over shops."""
    rows = shop_means(tables)
    count = len(rows)
    if count < 3:
        return Estimate(float("nan"), float("inf"), count)
    left_out = np.array([_corrected_slope(rows.drop(index=one)) for one in rows.index])
    spread = np.square(left_out - left_out.mean()).sum() * (count - 1) / count
    return Estimate(_corrected_slope(rows), float(np.sqrt(spread)), count)


def _slope_of_employees(tables: Tables) -> Estimate:
    """Return the slope over employees, each beside the mean recommendation of the shop's customers."""
    shops = shop_means(tables)["ltr"]
    rows = with_employees(tables).dropna(subset=["experience_score", "store_id"])
    rows = rows.assign(ltr=rows["store_id"].map(shops)).dropna(subset=["ltr"])
    if rows["store_id"].nunique() < 3:
        return Estimate(float("nan"), float("inf"), len(rows))
    return adjusted_slope(
        rows["ltr"].to_numpy(),
        rows["experience_score"].to_numpy(),
        dummies(np.zeros(len(rows))),
        rows["store_id"].to_numpy(),
    )


def _true_slope(tables: Tables) -> Estimate:
    """Return the slope of what service adds to the recommendation on the latent experience of the staff."""
    shops = tables["latents/stores"]
    x = shops["employee_experience"] - shops["employee_experience"].mean()
    y = shops["service_points"] - shops["service_points"].mean()
    power = float((x * x).sum())
    return Estimate(float((x * y).sum()) / power if power > 0 else float("nan"), 0.0, len(shops))


def _published(name: str, figure: str, meaning: str) -> Parameter:
    return Parameter(name=name, figure=figure, unit="share", meaning=meaning)


def _points(name: str, figure: str, meaning: str) -> Parameter:
    return Parameter(name=name, figure=figure, unit="percentage points", meaning=meaning, low=0.0, high=100.0)


def _of_site(item: str, site: str, sign: float, meaning: str) -> Parameter:
    return Parameter(
        name=f"employee_survey_{item}_{site}",
        derive=lambda overall, gap: site_share(overall, gap, sign),
        inputs=(f"employee_survey_{item}", f"employee_survey_{item}_gap"),
        unit="share",
        meaning=meaning,
    )


PARAMETERS = (
    # Who answers
    ours(
        "employee_survey_answer",
        (0.95, 2.2, 1.5, 1.5, 0.9),
        "logit",
        "Answers: shops, head office, back office, advisers in-house, advisers of the contractor (72%, 90%, 82%, 82%, 71%).",
    ),
    ours("employee_survey_answer_manager", 0.9, "logit", "Answers, added for managers."),
    ours("employee_survey_answer_mood", 0.15, "logit", "Answers, per step of mood: the discontented stay silent."),
    ours("employee_survey_answer_days", 2.5, "days", "Mean days until an answer.", 0.1, 10.0),
    ours("employee_survey_reminded", 0.3, "share", "Answers that come after the reminder."),
    # Scores
    ours("employee_survey_day_sd", 1.1, "points", "Spread of the answer on satisfaction around experience.", 0.0, 5.0),
    ours("employee_survey_item_sd", 1.2, "points", "Spread of an item around experience.", 0.0, 5.0),
    ours(
        "employee_survey_items",
        (-0.5, 0.4, -0.2, -0.6, 0.9),
        "points",
        "Recognition, management, tools, workload and meaning, above or below experience.",
        -5.0,
        5.0,
    ),
    ours(
        "employee_survey_employer_base",
        -1.1,
        "points",
        "Recommendation as an employer: what experience is stretched from.",
        -10.0,
        10.0,
    ),
    ours(
        "employee_survey_employer_slope",
        1.2,
        "factor",
        "Recommendation as an employer, per point of experience.",
        0.0,
        3.0,
    ),
    ours("employee_survey_employer_sd", 1.5, "points", "Spread of the recommendation as an employer.", 0.0, 5.0),
    # Agreement
    _published(
        "employee_survey_balance",
        "randstad_2014.balance_agreement",
        "Advisers who find work and private life in balance.",
    ),
    _published(
        "employee_survey_conditions", "randstad_2014.conditions_agreement", "Advisers who find working conditions good."
    ),
    _points("employee_survey_balance_gap", "randstad_2014.balance_gap", "Lead of advisers in-house on balance."),
    _points(
        "employee_survey_conditions_gap", "randstad_2014.conditions_gap", "Lead of advisers in-house on conditions."
    ),
    _of_site("balance", "in_house", 1.0, "Advisers in-house who find work and private life in balance."),
    _of_site("balance", "outsourced", -1.0, "Advisers of the contractor who find work and private life in balance."),
    _of_site("conditions", "in_house", 1.0, "Advisers in-house who find working conditions good."),
    _of_site("conditions", "outsourced", -1.0, "Advisers of the contractor who find working conditions good."),
    ours("employee_survey_balance_shops", 0.48, "share", "Shop staff who find work and private life in balance."),
    ours("employee_survey_balance_offices", 0.66, "share", "Office staff who find work and private life in balance."),
    ours("employee_survey_conditions_shops", 0.56, "share", "Shop staff who find working conditions good."),
    ours("employee_survey_conditions_offices", 0.74, "share", "Office staff who find working conditions good."),
    ours(
        "employee_survey_mood_on_conditions",
        0.5,
        "correlation",
        "Leaning to agree on balance and conditions, with mood.",
        -0.99,
        0.99,
    ),
    ours(
        "employee_survey_mood_on_views",
        0.2,
        "correlation",
        "Leaning to agree with a view of the trade, with mood.",
        -0.99,
        0.99,
    ),
    _published(
        "employee_survey_strategic", "randstad_2015.strategic", "Employees for whom customer relations are strategic."
    ),
    _published(
        "employee_survey_unavoidable",
        "randstad_2015.digital_unavoidable",
        "... for whom digital technology cannot be avoided.",
    ),
    _published(
        "employee_survey_opportunity", "randstad_2015.digital_opportunity", "... for whom it is an opportunity."
    ),
    _published("employee_survey_threat", "randstad_2015.digital_threat", "... for whom it is a threat."),
    _published(
        "employee_survey_wants_training", "randstad_2015.wants_training", "Untrained employees who want training in it."
    ),
    _published(
        "employee_survey_agility",
        "randstad_2015.asset_agility",
        "Employees for whom agility between channels is an asset.",
    ),
    _published("employee_survey_tools", "randstad_2015.asset_tools", "... for whom command of the tool is one."),
    _published("employee_survey_curiosity", "randstad_2015.asset_curiosity", "... for whom curiosity is one."),
    # The mirror
    Parameter(
        name="employee_survey_actual_percent",
        derive=satisfied_percent,
        inputs=("csat_shares",),
        unit="percent",
        meaning="Customers who are satisfied, asked or not: those of csat 4 and 5.",
        low=0.0,
        high=100.0,
    ),
    Parameter(
        name="employee_survey_actual_nps",
        derive=promoters_less_detractors,
        inputs=("ltr_shares",),
        unit="NPS points",
        meaning="Net promoter score of all customers, asked or not.",
        low=-100.0,
        high=100.0,
    ),
    _points(
        "employee_survey_mirror_gap",
        "cultures_services_2017.mirror_gap",
        "How much employees overestimate the share of satisfied customers, on average.",
    ),
    ours(
        "employee_survey_mirror_contact",
        5.0,
        "percentage points",
        "How much more those in contact with customers overestimate it; the direction is published, the size ours.",
        0.0,
        30.0,
    ),
    ours(
        "employee_survey_mirror_unshared",
        5.0,
        "percentage points",
        "How much more those overestimate it who see no customer indicators; the direction is published, the size ours.",
        0.0,
        30.0,
    ),
    ours(
        "employee_survey_mirror_pride",
        0.1,
        "share per sd",
        "Pride: what lacks to 100 shrinks by this share per step of mood.",
        0.0,
        0.3,
    ),
    ours("employee_survey_round_share", 0.85, "share", "Estimates in multiples of five."),
    ours("employee_survey_ventures_contact", 0.94, "share", "Employees in contact who venture an estimate."),
    ours("employee_survey_ventures_other", 0.84, "share", "Other employees who venture one."),
    ours(
        "employee_survey_nps_gap",
        22.0,
        "NPS points",
        "How much employees overestimate the net promoter score, on average.",
        -100.0,
        100.0,
    ),
    ours(
        "employee_survey_nps_slope",
        1.6,
        "NPS points per percentage point",
        "Estimated net promoter score, per point of the estimated share.",
        0.0,
        10.0,
    ),
    ours("employee_survey_nps_sd", 14.0, "NPS points", "Spread of the estimated net promoter score.", 0.0, 100.0),
)

CONSTRAINTS = (
    Constraint(
        sentence="employees cannot believe in more than 100 % of satisfied customers; lower employee_survey_mirror_contact, employee_survey_mirror_unshared or the upper csat_shares.",
        parameters=(
            "employee_survey_actual_percent",
            "employee_survey_mirror_gap",
            "employee_survey_mirror_contact",
            "employee_survey_mirror_unshared",
        ),
        holds=lambda actual, gap, contact, unshared: actual + gap + contact + unshared <= 100.0,
    ),
)

RULES = (
    Rule(
        sentence="employees answer while the survey is open, and only if invited",
        tables=("employee_surveys",),
        violations=answers_outside_the_wave,
    ),
    Rule(
        sentence="an employee survey holds answers if and only if it was answered",
        tables=("employee_surveys",),
        violations=answers_without_answering,
    ),
)

_SIXTY = "sixty advisers a site cannot tell means apart that lie closer"
_COMPANY = "1,200 employees cannot tell percentages apart that lie closer"


def _agreement(figure: str, column: str, tolerance: float) -> Target:
    return Target(
        figure=f"randstad_2015.{figure}",
        statistic=percent(
            "employee_surveys",
            lambda rows: rows[column] == True,  # noqa: E712  # an empty cell is no agreement
            where=lambda rows: rows[column].notna(),
            cluster="employee_id",
            sentence=f"answers with {column}",
        ),
        column=f"employee_surveys.{column}",
        tolerance=tolerance,
        why=_COMPANY,
    )


def _of_advisers(figure: str, outsourced: bool) -> Target:
    return Target(
        figure=f"randstad_2014.{figure}",
        statistic=mean(
            with_employees,
            lambda rows: rows["satisfaction"],
            where=lambda rows: (
                (rows["department"] == "service_centre")
                & (rows["is_outsourced"] == outsourced)
                & rows["satisfaction"].notna()
            ),
            cluster="employee_id",
            step=0.0,
            tables=("employee_surveys", "employees"),
            sentence=f"mean satisfaction of advisers {'of the contractor' if outsourced else 'in-house'}",
        ),
        column="employee_surveys.satisfaction",
        tolerance=0.45,
        why=_SIXTY,
    )


TARGETS = (
    _of_advisers("satisfaction_in_house", False),
    _of_advisers("satisfaction_outsourced", True),
    Target(
        figure="cultures_services_2017.mirror_gap",
        statistic=mean(
            mirror,
            lambda rows: rows["gap"],
            cluster="employee_id",
            step=0.0,
            tables=("employee_surveys", "employees"),
            sentence="mean estimate of the share of satisfied customers less the share of all orders with csat 4 or 5",
        ),
        column="employee_surveys.estimated_satisfied_percent",
        tolerance=1.0,
        why="the share of satisfied customers is that of all, asked or not",
    ),
    Target(
        figure="randstad_2015.not_trained",
        statistic=percent(
            "employees",
            lambda rows: ~rows["is_trained_digital"],
            cluster="employee_id",
            sentence="employees without training in digital technology",
        ),
        column="employees.is_trained_digital",
        tolerance=2.5,
        why=_COMPANY,
    ),
    _agreement("strategic", "agrees_relation_is_strategic", 2.0),
    _agreement("digital_unavoidable", "agrees_digital_is_unavoidable", 2.5),
    _agreement("digital_opportunity", "agrees_digital_is_opportunity", 3.0),
    _agreement("digital_threat", "agrees_digital_is_threat", 2.5),
    _agreement("wants_training", "wants_digital_training", 3.0),
    _agreement("asset_agility", "names_agility_as_asset", 1.5),
    _agreement("asset_tools", "names_tools_as_asset", 1.8),
    _agreement("asset_curiosity", "names_curiosity_as_asset", 2.0),
)

_SLOPE_TABLES = ("employee_surveys", "employees", "surveys", "orders")

QUANTITIES = (
    Quantity(
        id="experience_on_recommendation",
        of="run",
        title="How much better do customers recommend a shop whose staff's experience is one point better?",
        estimand="Slope, over shops, of what service adds to customers' recommendation (0-10) on the employee experience (0-10) that a shop truly has.",
        confounding="Colleagues of one shop feel differently about it for reasons of their own, which do nothing for customers: the more of that is in the score, the flatter the slope.",
        basis="The slope of 1.43 is a speaker's rule of thumb (Deck); that it holds between latent means, the spread of climate and all else is ours.",
        truth=Statistic(
            function=_true_slope,
            tables=("latents/stores",),
            sentence="slope of what service adds on latent experience",
        ),
        right=Statistic(
            function=_slope_of_shops,
            tables=_SLOPE_TABLES,
            sentence="slope between means of shops, the sampling variance of the staff means taken from their variance",
        ),
        tempting=Statistic(
            function=_slope_of_employees,
            tables=_SLOPE_TABLES,
            sentence="slope over employees, each beside the recommendation of the shop's customers",
        ),
        figures=("deck_2024.satisfaction_per_experience",),
    ),
)


def _item(place: int, meaning: str) -> Column:
    return Column(
        name=ITEMS[place],
        kind=Integer(0, 10),
        unit="0-10",
        meaning=meaning,
        recipe=derived.draw(
            lambda u, experience, offsets, sd: whole_number(experience + offsets[place] + sd * lookup.normal(u), 0, 10),
            "employees.experience@employee_id",
            "$employee_survey_items",
            "$employee_survey_item_sd",
            sentence="experience, the item's offset and chance",
        ),
        when="answered",
    )


def _by_site(name: str, item: str, meaning: str) -> Column:
    return Column(
        name=name,
        kind=Boolean(),
        meaning=meaning,
        recipe=derived.draw(
            agreeing,
            "department",
            "employees.is_outsourced@employee_id",
            "wave",
            "employees.mood@employee_id",
            "$employee_survey_mood_on_conditions",
            f"$employee_survey_{item}_in_house",
            f"$employee_survey_{item}_outsourced",
            f"$employee_survey_{item}_shops",
            f"$employee_survey_{item}_offices",
            draws=2,
            sentence="shares of the site or department, the more the better the mood",
        ),
        when="answered",
    )


def _view(name: str, share: str, sign: float, meaning: str, when: str = "answered") -> Column:
    return Column(
        name=name,
        kind=Boolean(),
        meaning=meaning,
        recipe=derived.draw(
            lambda u, part, loading, mood: agrees(u, part, sign * loading, mood),
            f"$employee_survey_{share}",
            "$employee_survey_mood_on_views",
            "employees.mood@employee_id",
            sentence=f"{share}, {'the more' if sign > 0 else 'the less'} the better the mood",
        ),
        when=when,
    )


TABLE = Table(
    name="employee_surveys",
    meaning="An invitation to the employee survey of one autumn, with the answers if there were any.",
    rows=(Reference(EMPLOYEES * len(WAVES)),),
    columns=(
        Column(name="employee_survey_id", kind=Key(), meaning="Key of the invitation."),
        Column(
            name="employee_id",
            kind=ForeignKey("employees"),
            meaning="Whose invitation it is.",
            recipe=derived.formula(lambda slot: 1 + slot // len(WAVES), "#slot", sentence="one per wave and employee"),
        ),
        Column(
            name="wave",
            kind=Category(WAVES),
            meaning="Which survey.",
            recipe=derived.formula(lambda slot: slot % len(WAVES), "#slot", sentence="in turn"),
        ),
        Column(
            name="department",
            kind=Integer(0, CENTRE),
            meaning="Department of the employee.",
            recipe=derived.copy("employees.department@employee_id"),
            role="working",
        ),
        Column(
            name="is_invited",
            kind=Boolean(),
            meaning="Whether the employee was there already, and so invited.",
            recipe=derived.formula(
                lambda day, wave: day < _LAUNCH_DAYS[wave],
                "employees.hired_on@employee_id",
                "wave",
                sentence="hired before the wave",
            ),
        ),
        Column(
            name="answered",
            kind=Boolean(),
            meaning="Whether the employee answered.",
            recipe=derived.draw(
                lambda u, invited, department, outsourced, manager, mood, base, for_manager, per_mood: (
                    invited
                    & (
                        np.asarray(base)[department + outsourced]
                        + for_manager * manager
                        + per_mood * mood
                        + lookup.logistic(u)
                        > 0
                    )
                ),
                "is_invited",
                "department",
                "employees.is_outsourced@employee_id",
                "employees.is_manager@employee_id",
                "employees.mood@employee_id",
                "$employee_survey_answer",
                "$employee_survey_answer_manager",
                "$employee_survey_answer_mood",
                sentence="if invited, with logit by department, more for managers and the better the mood",
            ),
        ),
        Column(
            name="answered_on",
            kind=Date(),
            meaning="Day of the answer; empty without one.",
            recipe=derived.draw(
                day_answered,
                "wave",
                "$employee_survey_reminded",
                "$employee_survey_answer_days",
                draws=2,
                sentence="in the first days or after the reminder, on a working day",
            ),
            when="answered",
        ),
        Column(
            name="satisfaction",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="Satisfaction with the work; empty without an answer, as are all that follow.",
            recipe=derived.draw(
                lambda u, experience, sd: whole_number(experience + sd * lookup.normal(u), 0, 10),
                "employees.experience@employee_id",
                "$employee_survey_day_sd",
                sentence="experience and chance",
            ),
            when="answered",
        ),
        _item(0, "Recognition for good work."),
        _item(1, "Support from the line manager."),
        _item(2, "Tools and information at hand."),
        _item(3, "Workload that can be borne; high is good."),
        _item(4, "Meaning of the work."),
        Column(
            name="experience_score",
            kind=Number(1, 0.0, 10.0),
            unit="0-10",
            meaning="Employee experience: mean of the five items. A shop's mean over those who answered lies around what the shop is, so slopes on it are too flat.",
            recipe=derived.formula(
                lambda *items: plain_sum(items) / float(len(items)), *ITEMS, sentence="mean of the items"
            ),
            when="answered",
        ),
        Column(
            name="employer_ltr",
            kind=Integer(0, 10),
            unit="0-10",
            meaning="How likely the employee is to recommend Tilmarenne as an employer.",
            recipe=derived.draw(
                lambda u, experience, base, slope, sd: whole_number(
                    base + slope * experience + sd * lookup.normal(u), 0, 10
                ),
                "employees.experience@employee_id",
                "$employee_survey_employer_base",
                "$employee_survey_employer_slope",
                "$employee_survey_employer_sd",
                sentence="experience, stretched, and chance",
            ),
            when="answered",
        ),
        _by_site("agrees_balance", "balance", "Agrees that the job leaves work and private life in balance."),
        _by_site("agrees_conditions", "conditions", "Agrees that working conditions are good."),
        _view(
            "agrees_relation_is_strategic",
            "strategic",
            1.0,
            "Agrees that customer relations are strategic for performance.",
        ),
        _view(
            "agrees_digital_is_unavoidable", "unavoidable", 1.0, "Agrees that there is no way round digital technology."
        ),
        _view("agrees_digital_is_opportunity", "opportunity", 1.0, "Agrees that it is an opportunity for the trade."),
        _view("agrees_digital_is_threat", "threat", -1.0, "Agrees that it is a threat."),
        Column(
            name="answered_untrained",
            kind=Boolean(),
            meaning="Whether an employee without training in digital technology answered.",
            recipe=derived.formula(
                lambda answered, trained: answered & ~trained,
                "answered",
                "employees.is_trained_digital@employee_id",
                sentence="answered, and untrained",
            ),
            role="working",
        ),
        _view(
            "wants_digital_training",
            "wants_training",
            1.0,
            "Would like training in digital technology; asked of those without it.",
            when="answered_untrained",
        ),
        _view("names_agility_as_asset", "agility", 1.0, "Names agility between channels as an asset."),
        _view("names_tools_as_asset", "tools", 1.0, "Names command of the tools as an asset."),
        _view("names_curiosity_as_asset", "curiosity", 1.0, "Names curiosity and an open mind as an asset."),
        Column(
            name="ventures_estimate",
            kind=Boolean(),
            meaning="Whether the employee answered and ventured an estimate.",
            recipe=derived.draw(
                lambda u, answered, contact, in_contact, other: answered & (u < np.where(contact, in_contact, other)),
                "answered",
                "employees.has_customer_contact@employee_id",
                "$employee_survey_ventures_contact",
                "$employee_survey_ventures_other",
                sentence="by chance, more of those in contact",
            ),
            role="working",
        ),
        Column(
            name="estimated_satisfied_percent",
            kind=Integer(0, 100),
            unit="percent",
            meaning="Which percentage of customers the employee believes to be satisfied (4 or 5 of 5); empty where no estimate was ventured.",
            recipe=derived.draw(
                estimate,
                "employees.has_customer_contact@employee_id",
                "employees.kpi_shared@employee_id",
                "employees.has_customer_contact[]",
                "employees.kpi_shared[]",
                "employees.mood@employee_id",
                "$employee_survey_actual_percent",
                "$employee_survey_mirror_gap",
                "$employee_survey_mirror_contact",
                "$employee_survey_mirror_unshared",
                "$employee_survey_mirror_pride",
                "$employee_survey_round_share",
                draws=3,
                sentence="the true share and the gap, more in contact, more without indicators, more with pride",
            ),
            when="ventures_estimate",
        ),
        Column(
            name="estimated_nps",
            kind=Integer(-100, 100),
            unit="NPS points",
            meaning="Which net promoter score of customers the employee believes in; empty where no estimate was ventured.",
            recipe=derived.draw(
                estimate_of_nps,
                "estimated_satisfied_percent",
                "$employee_survey_actual_percent",
                "$employee_survey_mirror_gap",
                "$employee_survey_actual_nps",
                "$employee_survey_nps_gap",
                "$employee_survey_nps_slope",
                "$employee_survey_nps_sd",
                sentence="true score and its gap, and what the estimated share says",
            ),
            when="ventures_estimate",
        ),
    ),
)
