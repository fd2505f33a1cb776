"""Measures that pages, notebooks and calculators share: scores and differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cxdata.schema.statistic import clustered_error

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""
ADDED_ANSWERS = 3.0
"""Answers that the adjusted Wald interval adds: a quarter of them promoters, a quarter detractors."""
Z_POWER_80 = 0.8416212335729143
"""Standard normal quantile of 80 % power."""


@dataclass(frozen=True)
class Nps:
    """A Net Promoter Score with its 95 % interval, all in points from -100 to 100."""

    score: float
    low: float
    high: float
    answers: int

    @property
    def margin(self) -> float:
        """Half the width of the interval, in points."""
        return (self.high - self.low) / 2


def nps_of_counts(promoters: int, passives: int, detractors: int) -> Nps:
    """Return the NPS and its adjusted Wald interval from counts of answers.

    Args:
        promoters: Answers of 9 or 10.
        passives: Answers of 7 or 8.
        detractors: Answers of 0 to 6.

    Returns:
        Score and interval in points; the interval is cut at -100 and 100.

    Raises:
        ValueError: If a count is negative or there is no answer.

    Source: Rocks (2016), adjusted Wald with three added answers; Lewis and Sauro confirm its coverage.
    """
    answers = promoters + passives + detractors
    if min(promoters, passives, detractors) < 0 or answers == 0:
        raise ValueError("An NPS needs at least one answer, and no count below nought.")
    total = answers + ADDED_ANSWERS
    share_promoters, share_detractors = ((count + ADDED_ANSWERS / 4) / total for count in (promoters, detractors))
    centre = share_promoters - share_detractors
    error = math.sqrt((share_promoters + share_detractors - centre**2) / total)
    low, high = (100 * (centre + sign * Z_95 * error) for sign in (-1, 1))
    return Nps(100 * (promoters - detractors) / answers, max(low, -100.0), min(high, 100.0), answers)


def nps(answers: Iterable[float]) -> Nps:
    """Return the NPS of answers from 0 to 10; missing answers do not count.

    Raises:
        ValueError: If there is no answer, or one lies outside 0 to 10.
    """
    given = [answer for answer in answers if not math.isnan(answer)]
    if any(not 0 <= answer <= 10 for answer in given):
        raise ValueError("The recommendation question takes answers from 0 to 10.")
    promoters = sum(answer >= 9 for answer in given)
    detractors = sum(answer <= 6 for answer in given)
    return nps_of_counts(promoters, len(given) - promoters - detractors, detractors)


def answers_for_margin(promoters: int, passives: int, detractors: int, *, margin: float) -> int:
    """Return how many answers give the 95 % interval a margin, if they fall as these did.

    Args:
        promoters: Answers of 9 or 10.
        passives: Answers of 7 or 8.
        detractors: Answers of 0 to 6.
        margin: Half the width of the interval, in points.

    Raises:
        ValueError: If there is no answer, or the margin is not above nought.

    Source: n = z2 V / m2 with V = p + d - (p - d)2.
    """
    total = promoters + passives + detractors
    if total == 0 or margin <= 0:
        raise ValueError("A sample size needs at least one answer and a margin above nought.")
    share_promoters, share_detractors = promoters / total, detractors / total
    variance = share_promoters + share_detractors - (share_promoters - share_detractors) ** 2
    return math.ceil((Z_95 * 100 / margin) ** 2 * variance)


def share_interval(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share, both ends from 0 to 1.

    Raises:
        ValueError: If the count does not lie between nought and the total, or the total is nought.

    Source: Wilson (1927).
    """
    if not 0 <= count <= total or total == 0:
        raise ValueError("A share needs a count between nought and a total above nought.")
    share, z2 = count / total, Z_95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return centre - half, centre + half


def sample_size(share: float, *, margin: float, population: int = 0) -> int:
    """Return how many answers give a share its 95 % margin.

    Args:
        share: Expected share, from 0 to 1; 0.5 asks for most answers.
        margin: Half the width of the interval, as a share.
        population: Size of the group that the answers stand for; 0 means very large.

    Raises:
        ValueError: If the share is not within 0 to 1, the margin not above nought, or the population below nought.

    Source: Cochran (1977), chapter 4: n0 = z2 p (1 - p) / m2, and n = n0 / (1 + (n0 - 1) / N) in a population of N.
    """
    if not 0 <= share <= 1 or margin <= 0 or population < 0:
        raise ValueError("A sample size needs a share from 0 to 1, a margin above nought and a population.")
    answers = Z_95 * Z_95 * share * (1 - share) / (margin * margin)
    if population:
        answers /= 1 + (answers - 1) / population
    return max(math.ceil(answers), 1)


def margin_of_share(share: float, *, answers: int, population: int = 0) -> float:
    """Return the 95 % margin of a share, as a share, from simple random answers.

    Args:
        share: From 0 to 1.
        answers: How many were given.
        population: Size of the group that the answers stand for; 0 means very large.

    Raises:
        ValueError: If there is no answer, or there are more than the population.

    Source: Cochran (1977), chapter 3, with the finite population correction (N - n) / (N - 1).
    """
    if answers < 1 or (population and answers > population):
        raise ValueError("A margin needs at least one answer, and no more than the population.")
    error = math.sqrt(share * (1 - share) / answers)
    if not population:
        return Z_95 * error
    return Z_95 * error * math.sqrt((population - answers) / (population - 1)) if population > 1 else 0.0


def answers_per_wave(share: float, *, difference: float) -> int:
    """Return how many answers each of two waves needs to find a difference of shares, at 5 % two-sided and 80 % power.

    Args:
        share: In the first wave, from 0 to 1.
        difference: In the second wave it is higher by this much, or lower where it would pass 1.

    Raises:
        ValueError: If the share is not within 0 to 1, the difference not above nought, or both ways lead outside.

    Source: Fleiss, Levin and Paik (2003), chapter 4, without continuity correction.
    """
    other = share + difference if share + difference <= 1 else share - difference
    if not 0 <= share <= 1 or difference <= 0 or other < 0:
        raise ValueError("Two waves need shares from 0 to 1 and a difference above nought that fits between them.")
    variance = share * (1 - share) + other * (1 - other)
    quantiles = Z_95 + Z_POWER_80
    return max(math.ceil(quantiles * quantiles * variance / (difference * difference)), 1)


@dataclass(frozen=True)
class Ces:
    """A Customer Effort Score of version 2.0, from 1 (hard) to 7 (easy), with its 95 % interval.

    Attributes:
        mean: Of the answers.
        low: Lower end of the interval, not below 1.
        high: Upper end of the interval, not above 7.
        easy: Share of answers 5 to 7, from 0 to 1.
        hard: Share of answers 1 to 3, from 0 to 1.
        answers: How many.
    """

    mean: float
    low: float
    high: float
    easy: float
    hard: float
    answers: int


def ces_of_counts(counts: Sequence[int]) -> Ces:
    """Return the CES 2.0 from the counts of the answers 1 to 7, in this order.

    Raises:
        ValueError: If there are not seven counts, one is below nought, or there are fewer than two answers.

    Source: Dixon, Toman and DeLisi (2013) for the question; the interval is that of a mean, by the normal
        distribution.
    """
    answers = sum(counts)
    if len(counts) != 7 or min(counts) < 0 or answers < 2:
        raise ValueError("A CES needs the counts of seven answers, none below nought, and two answers at least.")
    mean = sum(count * (place + 1) for place, count in enumerate(counts)) / answers
    squares = sum(count * ((place + 1 - mean) * (place + 1 - mean)) for place, count in enumerate(counts))
    margin = Z_95 * math.sqrt(squares / (answers - 1) / answers)
    easy, hard = sum(counts[4:]) / answers, sum(counts[:3]) / answers
    return Ces(mean, max(mean - margin, 1.0), min(mean + margin, 7.0), easy, hard, answers)


@dataclass(frozen=True)
class ErlangC:
    """A queue in which everybody waits until served.

    Attributes:
        wait_chance: Chance to wait at all, from 0 to 1.
        service_level: Share of calls answered within the time, from 0 to 1.
        mean_wait_seconds: Mean wait of all calls, those served at once included.
        occupancy: Share of their time in which advisers are on a call, from 0 to 1.
    """

    wait_chance: float
    service_level: float
    mean_wait_seconds: float
    occupancy: float


def _blocked(load: float, agents: int) -> float:
    """Return Erlang's loss probability, by its recursion, which neither over- nor underflows."""
    blocked = 1.0
    for agent in range(1, agents + 1):
        blocked = load * blocked / (agent + load * blocked)
    return blocked


def _refuse_queue(calls_per_hour: float, handle_seconds: float, agents: int, answer_within_seconds: float) -> None:
    if min(calls_per_hour, handle_seconds) <= 0 or agents < 1 or answer_within_seconds < 0:
        raise ValueError("A queue needs calls, a handle time, an adviser and a time to answer of nought or more.")


def erlang_c(calls_per_hour: float, handle_seconds: float, agents: int, answer_within_seconds: float) -> ErlangC:
    """Return what callers wait when nobody hangs up.

    Args:
        calls_per_hour: Calls that arrive, at random and evenly over the hour.
        handle_seconds: Mean time an adviser needs for a call, work after it included.
        agents: Advisers on the telephone.
        answer_within_seconds: Time within which a call counts as answered in time.

    Raises:
        ValueError: If a number is out of its range, or the calls are as much work as the advisers can do, or more:
            then the queue grows without end.

    Source: Erlang (1917); Gans, Koole and Mandelbaum (2003), section 4.
    """
    _refuse_queue(calls_per_hour, handle_seconds, agents, answer_within_seconds)
    load = calls_per_hour * handle_seconds / 3600
    if load >= agents:
        raise ValueError(f"{load:g} hours of work an hour need more than {agents} advisers, or the queue never ends.")
    blocked = _blocked(load, agents)
    wait_chance = blocked / (1 - load / agents * (1 - blocked))
    free = agents - load
    late = wait_chance * math.exp(-free * answer_within_seconds / handle_seconds)
    return ErlangC(wait_chance, 1 - late, wait_chance * handle_seconds / free, load / agents)


@dataclass(frozen=True)
class ErlangA:
    """A queue in which callers hang up when they have waited as long as they are willing to.

    Attributes:
        wait_chance: Chance to wait at all, from 0 to 1.
        service_level: Share of all calls, lost ones included, answered within the time, from 0 to 1.
        mean_wait_seconds: Mean wait of all calls, until an adviser answers or the caller hangs up.
        abandoned_share: Share of calls that hang up, from 0 to 1.
        occupancy: Share of their time in which advisers are on a call, from 0 to 1.
    """

    wait_chance: float
    service_level: float
    mean_wait_seconds: float
    abandoned_share: float
    occupancy: float


def erlang_a(
    calls_per_hour: float, handle_seconds: float, agents: int, answer_within_seconds: float, patience_seconds: float
) -> ErlangA:
    """Return what callers wait when they hang up after an exponentially distributed patience.

    Args:
        calls_per_hour: Calls that arrive, at random and evenly over the hour.
        handle_seconds: Mean time an adviser needs for a call, work after it included.
        agents: Advisers on the telephone; fewer than the work needs is allowed, because impatience ends the queue.
        answer_within_seconds: Time within which a call counts as answered in time.
        patience_seconds: Mean time that callers are willing to wait.

    Raises:
        ValueError: If a number is out of its range.

    Source: Palm (1957); Zeltyn and Mandelbaum (2005), the M/M/n+G queue, here with its integrals in closed form.
    """
    _refuse_queue(calls_per_hour, handle_seconds, agents, answer_within_seconds)
    if patience_seconds <= 0:
        raise ValueError("Callers need a patience above nought.")
    arrivals, service = calls_per_hour / 3600, agents / handle_seconds
    wanted = arrivals * patience_seconds
    still = wanted * math.exp(-answer_within_seconds / patience_seconds)
    ratio = service * patience_seconds
    whole = _series(ratio, wanted) / service
    grown = math.exp(wanted - still - service * answer_within_seconds)
    rest = grown * _series(ratio, still) / service
    blocked = _blocked(arrivals * handle_seconds, agents - 1)
    total = 1 + blocked * arrivals * whole
    abandoned = max(blocked * (1 + (arrivals - service) * whole) / total, 0.0)
    in_time = (1 + blocked * (grown - 1 + service * (whole - rest))) / total
    return ErlangA(
        wait_chance=blocked * arrivals * whole / total,
        service_level=min(max(in_time, 0.0), 1.0),
        mean_wait_seconds=abandoned * patience_seconds,
        abandoned_share=abandoned,
        occupancy=arrivals * (1 - abandoned) / service,
    )


def _series(a: float, z: float) -> float:
    """Return 1 + z / (a + 1) + z2 / ((a + 1)(a + 2)) + ..., the incomplete gamma function but for its front factor."""
    term = total = 1.0
    step = 1
    while term > total * 1e-17:
        term *= z / (a + step)
        total += term
        step += 1
    return total


def advisers_needed(
    calls_per_hour: float,
    handle_seconds: float,
    answer_within_seconds: float,
    *,
    target: float,
    patience_seconds: float | None = None,
) -> int:
    """Return the fewest advisers who answer a share of the calls in time.

    Args:
        calls_per_hour: As for :func:`erlang_c`.
        handle_seconds: As for :func:`erlang_c`.
        answer_within_seconds: As for :func:`erlang_c`.
        target: Share of all calls to answer within that time, above 0 and below 1.
        patience_seconds: Mean patience of callers (Erlang A); None means that nobody hangs up (Erlang C).

    Raises:
        ValueError: If the target is not between 0 and 1, or a number is out of its range.
    """
    if not 0 < target < 1:
        raise ValueError("The target needs to be a share above 0 and below 1.")

    def met(agents: int) -> bool:
        if patience_seconds is None:
            found = erlang_c(calls_per_hour, handle_seconds, agents, answer_within_seconds)
            return found.service_level >= target
        queue = erlang_a(calls_per_hour, handle_seconds, agents, answer_within_seconds, patience_seconds)
        return queue.service_level >= target

    most = math.floor(calls_per_hour * handle_seconds / 3600) + 1
    low = 0 if patience_seconds is not None else most - 1
    step = 1
    while not met(most):
        low, most, step = most, most + step, 2 * step
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if met(middle) else (middle, most)
    return most


@dataclass(frozen=True)
class Pareto:
    """Causes and what they make of the whole; sequences are in the order in which the causes were given.

    Attributes:
        rank: Place of each cause, the largest being 1; equal causes keep their order.
        share: Of the whole, from 0 to 1.
        cumulative: Share of the whole that a cause makes together with all larger ones, from 0 to 1.
        needed: How many causes, largest first, reach the part asked for.
        made: Share of the whole that they make, from 0 to 1.
    """

    rank: tuple[int, ...]
    share: tuple[float, ...]
    cumulative: tuple[float, ...]
    needed: int
    made: float


def pareto(amounts: Sequence[float], *, part: float = 0.8) -> Pareto:
    """Return the shares of causes, their running sum, and how many of them make a part of the whole.

    Args:
        amounts: What each cause counts, costs or loses; none below nought.
        part: Share of the whole to reach, above 0 and at most 1.

    Raises:
        ValueError: If there is no cause, nothing to share, an amount below nought, or an impossible part.

    Source: Juran (1951), the vital few and the trivial many.
    """
    if not amounts or min(amounts) < 0 or sum(amounts) <= 0 or not 0 < part <= 1:
        raise ValueError("Causes need amounts of nought or more with a sum above it, and a part from 0 to 1.")
    order = sorted(range(len(amounts)), key=lambda place: (-amounts[place], place))
    total = sum(amounts[place] for place in order)
    rank, cumulative = [0] * len(amounts), [0.0] * len(amounts)
    needed, made, running = 0, 0.0, 0.0
    for number, place in enumerate(order, start=1):
        running += amounts[place]
        rank[place], cumulative[place] = number, running / total
        if not needed and running / total >= part - 1e-9:  # 80 % of ten equal causes are eight, whatever the rounding
            needed, made = number, running / total
    return Pareto(tuple(rank), tuple(one / total for one in amounts), tuple(cumulative), needed, made)


Zone = Literal["mend", "keep", "later", "spare"]


@dataclass(frozen=True)
class ImportancePerformance:
    """Aspects in four zones.

    Attributes:
        zones: Of each aspect: important and weak ("mend"), important and strong ("keep"), neither ("later"), strong
            without being important ("spare").
        importance_line: From here an aspect is important.
        performance_line: From here it is strong.
    """

    zones: tuple[Zone, ...]
    importance_line: float
    performance_line: float


def importance_performance(
    importance: Sequence[float], performance: Sequence[float], *, lines: tuple[float, float] | None = None
) -> ImportancePerformance:
    """Return the zone of each aspect; what lies on a line counts as above it.

    Args:
        importance: Of each aspect, on any scale.
        performance: Of each aspect, on any scale.
        lines: Of importance and of performance; None draws them at the means.

    Raises:
        ValueError: If there is no aspect, or the two sequences are not of one length.

    Source: Martilla and James (1977).
    """
    if not importance or len(importance) != len(performance):
        raise ValueError("The map needs an importance and a performance of each aspect.")
    across, up = lines or (sum(importance) / len(importance), sum(performance) / len(performance))
    zones: dict[tuple[bool, bool], Zone] = {
        (True, False): "mend",
        (True, True): "keep",
        (False, False): "later",
        (False, True): "spare",
    }
    slack = 1e-9  # equal marks have a mean that may differ from them in the last digit
    return ImportancePerformance(
        tuple(
            zones[weight >= across - slack, mark >= up - slack]
            for weight, mark in zip(importance, performance, strict=True)
        ),
        across,
        up,
    )


@dataclass(frozen=True)
class GestureRule:
    """What one field of a compensation grid grants: a share of the order between two bounds, in euros."""

    share: float
    least_eur: float
    most_eur: float


@dataclass(frozen=True)
class CompensationGrid:
    """Rules of gestures and of who decides them.

    Attributes:
        rules: By severity, from 1 (trifle) to 3 (grave), and by whether the fault is ours.
        again: Factor from the first earlier failure of the same customer on.
        step_eur: Gestures are multiples of it.
        adviser_eur: Up to here an adviser decides alone.
        team_leader_eur: Up to here a team leader does; above it, and from ``failures_to_head`` on, the head of
            customer relations.
        failures_to_head: Earlier failures from which the head decides whatever the amount.
    """

    rules: Mapping[tuple[int, bool], GestureRule]
    again: float
    step_eur: float
    adviser_eur: float
    team_leader_eur: float
    failures_to_head: int


COMPENSATION_GRID = CompensationGrid(
    rules={
        (1, True): GestureRule(0.05, 5, 10),
        (2, True): GestureRule(0.10, 10, 40),
        (3, True): GestureRule(0.20, 20, 150),
        (1, False): GestureRule(0, 0, 0),
        (2, False): GestureRule(0, 5, 5),
        (3, False): GestureRule(0.05, 10, 20),
    },
    again=1.5,
    step_eur=5,
    adviser_eur=30,
    team_leader_eur=100,
    failures_to_head=2,
)
"""A grid to argue about, ours; its bounds are explained on the page of the compensation grid."""
Decider = Literal["nobody", "adviser", "team_leader", "head"]


@dataclass(frozen=True)
class Gesture:
    """What the grid grants, in euros, and who decides it."""

    amount_eur: float
    decided_by: Decider


def gesture(
    severity: int,
    *,
    our_fault: bool,
    order_eur: float,
    earlier_failures: int,
    grid: CompensationGrid = COMPENSATION_GRID,
) -> Gesture:
    """Return what a compensation grid grants for a complaint.

    Args:
        severity: 1 trifle, 2 nuisance, 3 grave.
        our_fault: Whether the company caused it.
        order_eur: Value of the order; the gesture is never larger.
        earlier_failures: Of the same customer, within the year before.
        grid: The rules.

    Raises:
        ValueError: If the grid has no such severity, or a number is below nought.

    Source: ours; that fairness of the outcome weighs most in the eyes of complainers is the finding of Orsingher,
        Valentini and de Angelis (2010).
    """
    if (severity, our_fault) not in grid.rules or min(order_eur, earlier_failures) < 0:
        raise ValueError("A gesture needs a severity of the grid, and an order and failures of nought or more.")
    rule = grid.rules[severity, our_fault]
    amount = min(max(rule.share * order_eur, rule.least_eur), rule.most_eur)
    if earlier_failures and our_fault:
        amount *= grid.again
    amount = min(math.floor(amount / grid.step_eur + 0.5) * grid.step_eur, order_eur)
    if our_fault and earlier_failures >= grid.failures_to_head:
        return Gesture(amount, "head")
    if amount == 0:
        return Gesture(amount, "nobody")
    if amount <= grid.adviser_eur:
        return Gesture(amount, "adviser")
    return Gesture(amount, "team_leader" if amount <= grid.team_leader_eur else "head")


@dataclass(frozen=True)
class ComplaintCost:
    """What complaints cost in a year, and what a change would bring.

    Attributes:
        handling_eur: Work, gesture and transport of one complaint.
        lost_eur: Margin of the customers whom one complaint loses, on average.
        total_eur: Both, for all complaints of the year.
        kept_customers: Complainers who stay because of the change.
        gain_eur: Their margin in a year.
        net_eur: The gain less the cost of the change.
        return_share: Net gain per euro spent on the change; None where it costs nothing.
        break_even_lost_share: Share of complainers lost after the change at which it pays for itself exactly; None
            where even losing nobody would not pay for it.
    """

    handling_eur: float
    lost_eur: float
    total_eur: float
    kept_customers: float
    gain_eur: float
    net_eur: float
    return_share: float | None
    break_even_lost_share: float | None


def complaint_cost(
    complaints: float,
    *,
    minutes: float,
    hourly_eur: float,
    gesture_eur: float,
    transport_eur: float,
    lost_share: float,
    lost_share_after: float,
    margin_eur: float,
    change_eur: float,
) -> ComplaintCost:
    """Return the cost of a year's complaints, and the return on losing fewer complainers.

    Args:
        complaints: In a year.
        minutes: Work on one.
        hourly_eur: Cost of an hour's work.
        gesture_eur: Mean gesture, complaints without one included.
        transport_eur: Mean transport, complaints without any included.
        lost_share: Of complainers, who leave because of the matter, today; from 0 to 1.
        lost_share_after: After the change.
        margin_eur: Yearly margin of a complainer who stays, not turnover.
        change_eur: Yearly cost of the change.

    Raises:
        ValueError: If a number is below nought, a share above 1, or there is no complaint.

    Source: the logic of TARP's studies, as in Goodman (2009): only customers who leave because of the matter count.
    """
    amounts = (minutes, hourly_eur, gesture_eur, transport_eur, lost_share, lost_share_after, margin_eur, change_eur)
    if complaints <= 0 or min(amounts) < 0 or max(lost_share, lost_share_after) > 1:
        raise ValueError("The cost needs a complaint, amounts of nought or more, and shares from 0 to 1.")
    handling = minutes * hourly_eur / 60 + gesture_eur + transport_eur
    lost = lost_share * margin_eur
    kept = complaints * (lost_share - lost_share_after)
    gain = kept * margin_eur
    even = lost_share - change_eur / (complaints * margin_eur) if margin_eur else None
    return ComplaintCost(
        handling_eur=handling,
        lost_eur=lost,
        total_eur=complaints * (handling + lost),
        kept_customers=kept,
        gain_eur=gain,
        net_eur=gain - change_eur,
        return_share=(gain - change_eur) / change_eur if change_eur else None,
        break_even_lost_share=even if even is not None and even >= 0 else None,
    )


@dataclass(frozen=True)
class Difference:
    """A difference of mean outcomes with its standard error, in the outcome's unit.

    Attributes:
        value: Treated less untreated.
        standard_error: Rows of one cluster may depend on each other.
        rows: Rows it rests on.
        left_out: Rows of strata where all are treated, or none.
    """

    value: float
    standard_error: float
    rows: int
    left_out: int

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z_95 * self.standard_error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z_95 * self.standard_error


def difference(
    rows: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    strata: Sequence[str] = (),
    of: Literal["all", "untreated"] = "all",
    cluster: str = "customer_id",
) -> Difference:
    """Return the difference of mean outcomes within strata, weighted by the strata's shares.

    Args:
        rows: One per unit, outcome never empty.
        outcome: Column of numbers.
        treatment: Boolean column.
        strata: Columns whose combinations are compared within; none gives the plain difference.
        of: Whose shares weigh the strata: all rows, or the untreated, for what treating them would change.
        cluster: Column whose groups may depend on each other.

    Raises:
        ValueError: If no stratum holds both treated and untreated rows.

    Source: Imbens and Rubin (2015), chapter 17; the standard error is that of the influence values, by cluster.
    """
    everyone = np.zeros(len(rows), np.int64)
    label = rows.groupby(list(strata), observed=True).ngroup().to_numpy() if strata else everyone
    treated = rows[treatment].to_numpy(np.float64)
    share_of_label = np.bincount(label, treated) / np.bincount(label)
    usable = ((share_of_label > 0) & (share_of_label < 1))[label]
    if not usable.any():
        raise ValueError("A difference needs treated and untreated rows in at least one stratum.")
    _, stratum = np.unique(label[usable], return_inverse=True)
    t, y = treated[usable], rows[outcome].to_numpy(np.float64)[usable]
    share = (np.bincount(stratum, t) / np.bincount(stratum))[stratum]
    mean_treated = (np.bincount(stratum, y * t) / np.bincount(stratum, t))[stratum]
    mean_untreated = (np.bincount(stratum, y * (1 - t)) / np.bincount(stratum, 1 - t))[stratum]
    within = mean_treated - mean_untreated
    belongs, weight = (1 - t, 1 - share) if of == "untreated" else (np.ones_like(t), np.ones_like(t))
    value = float((belongs * within).sum() / belongs.sum())
    noise = t * (y - mean_treated) / share - (1 - t) * (y - mean_untreated) / (1 - share)
    influence = (belongs * (within - value) + weight * noise) / belongs.sum()
    error = clustered_error(influence, rows[cluster].to_numpy()[usable])
    return Difference(value, error, len(y), len(rows) - len(y))
