"""Crisis plan: which alarm wakes somebody, judged on two planted crises, and what the statements did."""

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

import cxdata
from casebook.worked import charts, flow, measures
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

LEARNT_UNTIL = "2023-10-01"
"""Expectations and thresholds come from the months before, in which there was no crisis."""
WORLDS = range(1001, 1022)
"""Seeds of other worlds, in which the same two crises meet other luck."""
QUIET_HOURS = 12
"""Alarms less far apart are one."""
AFTERMATH_HOURS = 48
BUDGET = 1.0
"""False alarms a month that the company accepts while it learns a threshold."""
RATIO = 3.0
"""How many times the usual negative mentions the running sum looks for."""
WAKE = 8.0
"""Running sum at which somebody is woken: chosen from the picture of false alarms against delay."""
LEVEL_HOURS = 48
"""Hours over which other mentions tell how much everybody talks."""
CAP = 15.0
"""Highest value of the running sum: without it a crisis would keep the alarm up for weeks after its end."""
HEADS_RULE = 30
"""Mentions an hour at which the head of communication would wake somebody, in our story."""
STATEMENT_AFTER_HOURS = 4
"""From the alarm to a first statement, as in the recall."""
DAYS_A_MONTH = 30.4
NIGHT = (22, 7)
CRISES = {
    "parcel_jam": {"en": "Parcel jam, October 2023", "fr": "Colis bloqués, octobre 2023"},
    "lamp_recall": {"en": "Lamp recall, May 2024", "fr": "Rappel des lampes, mai 2024"},
}
RULES = {
    "mentions": {"en": "All mentions, fixed number", "fr": "Toutes mentions, nombre fixe"},
    "reach": {"en": "Followers reached, fixed number", "fr": "Abonnés touchés, nombre fixe"},
    "cells": {"en": "Negative, z by hour of the week", "fr": "Négatives, z par heure de la semaine"},
    "negative": {"en": "Negative, fixed number", "fr": "Négatives, nombre fixe"},
    "sum": {"en": "Negative, running sum", "fr": "Négatives, somme courante"},
}
SWEEP = {
    "mentions": (28, 30, 32, 35, 38, 40),
    "cells": (4.0, 4.5, 5.0, 6.0, 7.0, 8.0),
    "negative": (6, 7, 8, 9, 10),
    "sum": (4.0, 6.0, 8.0, 10.0),
}
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Hours:
    """The record of one or more worlds, and what the answer key says of its hours."""

    at: pd.DatetimeIndex
    hour: NDArray[np.int64]
    weekday: NDArray[np.int64]
    learn: NDArray[np.bool_]
    calm: NDArray[np.bool_]
    crisis: dict[str, tuple[int, int]]

    @property
    def tested(self) -> NDArray[np.bool_]:
        """Hours in which an alarm is a false one, after the learning months."""
        return self.calm & ~self.learn

    def months(self, hours: NDArray[np.bool_]) -> float:
        """Return how many months some hours make."""
        return float(hours.sum() / 24 / DAYS_A_MONTH)


def expected(rows: Hours, counts: Numbers) -> Numbers:
    """Return the usual count of each hour, (hours, worlds): round of the day times round of the week."""
    learnt, hour, weekday = counts[rows.learn], rows.hour[rows.learn], rows.weekday[rows.learn]
    by_hour = np.stack([np.nanmean(learnt[hour == place], axis=0) for place in range(24)])
    by_day = np.stack([np.nanmean(learnt[weekday == place], axis=0) for place in range(7)]) / np.nanmean(learnt, axis=0)
    return by_hour[rows.hour] * by_day[rows.weekday]


def level(rows: Hours, others: Numbers) -> Numbers:
    """Return how much everybody talks, (hours, worlds): other mentions of the last two days over the usual ones."""
    kept = ~np.isnan(others)
    counted, usual = np.where(kept, others, 0.0), np.where(kept, expected(rows, others), 0.0)
    recent = [
        pd.DataFrame(one).rolling(LEVEL_HOURS, min_periods=LEVEL_HOURS // 2).sum().shift(1) for one in (counted, usual)
    ]
    return (recent[0] / recent[1]).fillna(1.0).to_numpy()


def by_cell(rows: Hours, counts: Numbers) -> Numbers:
    """Return z scores by hour of the week, each of the 168 cells with a mean and a spread of its own."""
    cell = rows.weekday * 24 + rows.hour
    learnt = [counts[rows.learn & (cell == place)] for place in range(168)]
    centre = np.stack([np.nanmean(one, axis=0) for one in learnt])
    spread = np.stack([np.nanstd(one, axis=0, ddof=1) for one in learnt])
    return (counts - centre[cell]) / np.maximum(spread[cell], 1e-9)


def running_sum(counts: Numbers, usual: Numbers, ratio: float) -> Numbers:
    """Return the running sum of evidence that counts are ``ratio`` times the usual (Poisson CUSUM); a gap adds nothing."""
    step = np.nan_to_num(counts * np.log(ratio) - usual * (ratio - 1))
    total, out = np.zeros(counts.shape[1]), np.empty(counts.shape)
    for place, one in enumerate(step):  # each hour builds on the one before
        total = np.clip(total + one, 0.0, CAP)
        out[place] = total
    return out


def starts(over: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the hours at which alarms begin."""
    places = np.flatnonzero(over)
    return places[np.r_[True, np.diff(places) > QUIET_HOURS]] if len(places) else places


def tuned(rows: Hours, signal: Numbers) -> float:
    """Return the lowest threshold that keeps to the budget of false alarms in the learning months."""
    learnt = signal[rows.learn]
    allowed = BUDGET * rows.months(rows.learn)
    kept = float("inf")
    for threshold in np.unique(learnt[~np.isnan(learnt)])[::-1]:
        if len(starts((np.nan_to_num(signal, nan=-1.0) >= threshold) & rows.learn)) > allowed:
            break
        kept = float(threshold)
    return kept


def delay(over: NDArray[np.bool_], window: tuple[int, int]) -> float:
    """Return the hours from the outbreak to the alarm, its own hour included; the whole crisis if there is none."""
    first, last = window
    found = np.flatnonzero(over[first : last + 1])
    return float(found[0] + 1) if len(found) else float(last - first + 1)


def judged(rows: Hours, signal: Numbers, threshold: float) -> dict[str, float]:
    """Return what a rule does after the learning months: false alarms a month, those at night, and two delays."""
    over = np.nan_to_num(signal, nan=-1.0) >= threshold
    false = starts(over & rows.tested)
    night = (rows.hour[false] >= NIGHT[0]) | (rows.hour[false] < NIGHT[1])
    months = rows.months(rows.tested)
    return {
        "threshold": threshold,
        "false": len(false),
        "month": len(false) / months,
        "night": float(night.sum()),
        **{name: delay(over, window) for name, window in rows.crisis.items()},
    }


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    table = (
        data["social_mentions"]
        .merge(data.truth["latents/social_mentions"], on="hour_id")
        .merge(data["calendar"][["day_id", "incident", "is_sales"]], on="day_id")
    )
    worlds = [table] + [
        cxdata.generate("tilmarenne", customers=1, seed=seed, tables=["social_mentions"], truth=False)[
            "social_mentions"
        ]
        for seed in WORLDS
    ]
    rows = described(table)
    counts = {
        name: np.column_stack([world[column].to_numpy(np.float64) for world in worlds])
        for name, column in (("mentions", "mentions"), ("negative", "negative_mentions"), ("reach", "reach_followers"))
    }
    usual = {name: expected(rows, counts[name]) for name in ("mentions", "negative")}
    signals = {
        **counts,
        "cells": by_cell(rows, counts["negative"]),
        "sum": running_sum(
            counts["negative"], usual["negative"] * level(rows, counts["mentions"] - counts["negative"]), RATIO
        ),
    }
    look = rules(page, rows, signals)
    onsets(page, rows, table, signals["sum"][:, 0] >= WAKE)
    frontier(page, rows, signals)
    decision(page, rows, table, signals)
    statements(page, table)
    traps(page, rows, table, signals, usual)
    exercise(page, rows, signals)
    plan(page, rows, table, look)


def described(table: pd.DataFrame) -> Hours:
    """Return what all worlds share: the hours and, from the answer key, the crises."""
    crisis = table["crisis"].to_numpy()
    calm = np.ones(len(table), bool)
    windows = {}
    for name in CRISES:
        places = np.flatnonzero(crisis == name)
        windows[name] = (int(places[0]), int(places[-1]))
        calm[places[0] : places[-1] + 1 + AFTERMATH_HOURS] = False
    at = pd.DatetimeIndex(table["starts_at"])
    hold("no crisis lies in the learning months", calm[at < LEARNT_UNTIL].all())
    return Hours(at, at.hour.to_numpy(), at.day_of_week.to_numpy(), at < LEARNT_UNTIL, calm, windows)


def rules(page: Page, rows: Hours, signals: dict[str, Numbers]) -> float:
    """The rules with equal budgets: on the class edition, and on average over the other worlds."""
    records, here = [], {}
    for name, label in RULES.items():
        signal = signals[name]
        found = [
            judged(rows, signal[:, [world]].ravel(), tuned(rows, signal[:, world])) for world in range(signal.shape[1])
        ]
        here[name], others = found[0], pd.DataFrame(found[1:])
        records.append(
            {
                "rule": page.say(**label),
                "month": here[name]["month"],
                "elsewhere": others["month"].mean(),
                "jam": others["parcel_jam"].median(),
                "recall": others["lamp_recall"].median(),
                "name": name,
                "worst": others["parcel_jam"].quantile(0.9),
                "night": others["night"].mean() / rows.months(rows.tested) * 12,
            }
        )
        page.value(
            f"{name}.threshold", here[name]["threshold"], digits=0 if name in {"mentions", "negative", "reach"} else 1
        )
        page.value(f"{name}.false", here[name]["false"])
        page.value(f"{name}.jam", here[name]["parcel_jam"])
        page.value(f"{name}.recall", here[name]["lamp_recall"])
    table = pd.DataFrame(records).set_index("name")
    for name, row in table.iterrows():
        page.value(f"{name}.month", row["elsewhere"], digits=1)
        page.value(f"{name}.elsewhere.jam", row["jam"])
        page.value(f"{name}.elsewhere.recall", row["recall"])
        page.value(f"{name}.nights", row["night"])
    hold(
        "the running sum finds the jam first",
        table["jam"].min() == table.loc["sum", "jam"] < table.loc["negative", "jam"],
    )
    hold("the running sum nearly keeps its promise elsewhere", table.loc["sum", "elsewhere"] < 1.35 * BUDGET)
    hold(
        "its neighbours on all mentions ring more than twice as often as promised",
        table.loc["mentions", "elsewhere"] > 2,
    )
    hold("a spread for each hour of the week breaks its promise", table.loc["cells", "elsewhere"] > 3 * BUDGET)
    hold(
        "counting negatives finds the jam much sooner than counting all",
        table.loc["negative", "jam"] < table.loc["mentions", "jam"] / 2,
    )
    hold("every rule finds the recall within three hours", (table["recall"] <= 3).all())
    page.value("worlds", len(WORLDS))
    page.value("tested.months", rows.months(rows.tested))
    page.value("learnt.months", rows.months(rows.learn))
    page.table(
        "rules",
        table[["rule", "month", "elsewhere", "jam", "recall"]],
        caption=page.say(
            en="Five alarm rules, each learnt for one false alarm a month",
            fr="Cinq règles d’alerte, réglées chacune sur une fausse alerte par mois",
        ),
        columns={
            "rule": Column(label=page.say(en="What is watched", fr="Ce qu’on surveille")),
            "month": Column(label=page.say(en="False a month", fr="Fausses par mois"), digits=1),
            "elsewhere": Column(label=page.say(en="… in other worlds", fr="… ailleurs"), digits=1),
            "jam": Column(label=page.say(en="Jam found, h", fr="Colis bloqués, h")),
            "recall": Column(label=page.say(en="Recall found, h", fr="Rappel, h")),
        },
    )
    return here["sum"]["threshold"]


def onsets(page: Page, rows: Hours, table: pd.DataFrame, over: NDArray[np.bool_]) -> None:
    """Both outbreaks hour by hour, with the alarm and the company's statement."""
    parts, marks = [], []
    alarm = {"en": "alarm", "fr": "alerte"}
    statement = {"en": "statement", "fr": "communiqué"}
    for name, (first, last) in rows.crisis.items():
        part = table.iloc[first - 24 : first + 97].copy()
        part["since"] = np.arange(-24, len(part) - 24)
        part["crisis"] = page.say(**CRISES[name])
        parts.append(part[["crisis", "since", "negative_mentions"]])
        said = np.flatnonzero(table["message_kind"].iloc[first : last + 1].to_numpy() == "statement")[0]
        page.value(f"{name}.statement", said)
        page.value(f"{name}.negative", table["negative_mentions"].iloc[first : last + 1].sum())
        page.value(f"{name}.days", (last - first + 1) / 24)
        page.value(f"{name}.peak", table["negative_mentions"].iloc[first : last + 1].max())
        for what, hour in ((alarm, delay(over, (first, last))), (statement, float(said))):
            marks.append(
                {"crisis": page.say(**CRISES[name]), "since": hour, "label": page.say(**what), "what": what["en"]}
            )
    drawn, lines = pd.concat(parts), pd.DataFrame(marks)
    names = [page.say(**label) for label in CRISES.values()]
    tops = drawn.groupby("crisis")["negative_mentions"].max()
    lines["top"] = lines["crisis"].map(tops) * 1.12

    def panels(width: int) -> alt.VConcatChart:
        def one(name: str, *, last: bool) -> alt.LayerChart:
            x = alt.X(
                "since:Q",
                scale=alt.Scale(domain=[-24, 96], nice=False),
                axis=alt.Axis(values=[-24, 0, 24, 48, 72, 96]),
                title=page.say(en="Hours since the outbreak", fr="Heures depuis le début") if last else None,
            )
            line = alt.Chart(drawn[drawn["crisis"] == name]).mark_area(
                line={"color": charts.BAD}, color=charts.BAD, fillOpacity=0.2
            )
            line = line.encode(x=x, y=alt.Y("negative_mentions:Q", title=None, axis=alt.Axis(tickCount=4)))
            mark = alt.Chart(lines[lines["crisis"] == name])
            rule = mark.mark_rule(strokeWidth=2, color=charts.INK).encode(x="since:Q")
            said = [
                mark.transform_filter(alt.datum["what"] == what)
                .mark_text(align=align, dx=dx, fontWeight=600)
                .encode(x="since:Q", y="top:Q", text="label:N")
                for what, align, dx in (("alarm", "right", -5), ("statement", "left", 5))
            ]
            return (line + rule + said[0] + said[1]).properties(width=width, height=125, title=name)

        return alt.vconcat(*(one(name, last=name == names[-1]) for name in names), spacing=14)

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "onsets",
        panels,
        title=page.say(
            en="The recall shouts within the hour, the jam swells for two days",
            fr="Le rappel éclate en une heure, les colis bloqués enflent pendant deux jours",
        ),
        alternative=page.say(
            en="Negative mentions an hour from one day before the outbreak to four days after. ",
            fr="Mentions négatives par heure, d’un jour avant le début à quatre jours après. ",
        )
        + page.say(en="; ", fr=" ; ").join(
            f"{row.crisis}, {row.label}{colon}{page.written(row.since)} h" for row in lines.itertuples()
        )
        + ". "
        + page.say(en="Highest hour: ", fr="Heure la plus forte : ")
        + ", ".join(page.written(tops[name]) for name in names)
        + ".",
        note=page.say(
            en=f"Negative mentions an hour, class edition; the alarm is a running sum of {page.written(WAKE)}. Each panel has its own scale.",
            fr=f"Mentions négatives par heure, édition class ; alerte : somme courante de {page.written(WAKE)}. Chaque cadre a son échelle.",
        ),
        data=lines[["crisis", "label", "since"]],
        columns={
            "crisis": Column(label=page.say(en="Crisis", fr="Crise")),
            "label": Column(label=page.say(en="What", fr="Quoi")),
            "since": Column(label=page.say(en="Hours since the outbreak", fr="Heures depuis le début")),
        },
    )


def frontier(page: Page, rows: Hours, signals: dict[str, Numbers]) -> None:
    """Every threshold of every rule: false alarms a month against hours of delay, mean over the other worlds."""
    records = []
    for name, thresholds in SWEEP.items():
        for threshold in thresholds:
            found = pd.DataFrame(
                [judged(rows, signals[name][:, world], threshold) for world in range(1, len(WORLDS) + 1)]
            )
            records.append(
                (name, page.say(**RULES[name]), threshold, found["month"].mean(), found["parcel_jam"].mean())
            )
    table = pd.DataFrame(records, columns=["name", "rule", "threshold", "month", "delay"])
    table = table[table["delay"] <= 70]
    head = pd.DataFrame(
        [judged(rows, signals["mentions"][:, world], HEADS_RULE) for world in range(1, len(WORLDS) + 1)]
    )
    page.value("head", HEADS_RULE)
    page.value("head.month", head["month"].mean(), digits=1)
    page.value("head.jam", head["parcel_jam"].median())
    names = [page.say(**RULES[name]) for name in SWEEP]
    ends = table.sort_values("month").groupby("rule", sort=False).head(1)
    best = table[(table["name"] == "sum")]
    for name in ("mentions", "cells", "negative"):
        hold(
            "the running sum lies below the others",
            all(
                best.loc[(best["month"] - row.month).abs().idxmin(), "delay"] < row.delay
                for row in table[table["name"] == name].itertuples()
            ),
        )

    def lines(width: int) -> alt.LayerChart:
        narrow = width <= charts.NARROW
        base = alt.Chart(table).encode(
            x=alt.X(
                "month:Q",
                title=page.say(en="False alarms a month", fr="Fausses alertes par mois"),
                scale=alt.Scale(type="log", domain=[0.04, 8]),
                axis=alt.Axis(values=[0.1, 0.5, 1, 2, 5], format="~g"),
            ),
            y=alt.Y(
                "delay:Q",
                title=page.say(en="Hours until the jam is found", fr="Heures avant l’alerte (colis)"),
                scale=alt.Scale(domain=[0, 70]),
            ),
            color=alt.Color(
                "rule:N",
                sort=names,
                scale=alt.Scale(domain=names, range=[charts.NEUTRAL, charts.SERIES[2], charts.SERIES[3], charts.GOOD]),
                legend=alt.Legend(columns=1 if narrow else 2, symbolType="circle", columnPadding=24),
            ),
            order="month:Q",
        )
        return (base.mark_line() + base.mark_point(size=40, opacity=1)).properties(width=width, height=240)

    page.chart(
        "frontier",
        lines,
        title=page.say(
            en="What you count matters more than how cleverly you count it",
            fr="Ce que l’on compte importe plus que la finesse du calcul",
        ),
        alternative=page.say(
            en="Mean hours until the jam is found against false alarms a month, at the lowest false alarm rate drawn: ",
            fr="Heures moyennes avant l’alerte et fausses alertes par mois, au taux le plus bas : ",
        )
        + "; ".join(
            f"{row.rule}, {page.written(row.delay)} h, {page.written(row.month, digits=2)}" for row in ends.itertuples()
        )
        + ".",
        note=page.say(
            en=f"Mean of {len(WORLDS)} other worlds; each dot is a threshold, and bottom left is best.",
            fr=f"Moyenne de {len(WORLDS)} autres mondes ; chaque point est un seuil, le mieux est en bas à gauche.",
        ),
        data=ends[["rule", "threshold", "month", "delay"]],
        columns={
            "rule": Column(label=page.say(en="Rule, strictest threshold", fr="Règle, seuil le plus strict")),
            "threshold": Column(label=page.say(en="Threshold", fr="Seuil"), digits=1),
            "month": Column(label=page.say(en="False a month", fr="Fausses par mois"), digits=2),
            "delay": Column(label=page.say(en="Delay, h", fr="Délai, h")),
        },
    )


def share_of_stir(table: pd.DataFrame) -> pd.Series:
    """Return the negative share of what a crisis adds, hour by hour, from the answer key."""
    calm = ~table["is_crisis"] & (table["jam_surge"] + table["recall_surge"] == 0)
    usually = (table.loc[calm, "negative_rate"] / table.loc[calm, "usual_rate"]).median()
    stirred = table["usual_rate"] * (table["jam_surge"] + table["recall_surge"])
    return ((table["negative_rate"] - usually * table["usual_rate"]) / stirred).where(stirred > 0.05)


def decision(page: Page, rows: Hours, table: pd.DataFrame, signals: dict[str, Numbers]) -> None:
    """What an earlier alarm would have spared in the jam: its statement came after three days."""
    share = share_of_stir(table)
    first, last = rows.crisis["parcel_jam"]
    said = first + int(np.flatnonzero(table["message_kind"].iloc[first : last + 1].to_numpy() == "statement")[0])
    before, after = share.iloc[first:said].median(), share.iloc[said + 1 : last].median()
    page.value("share.before", 100 * before, unit="percent")
    page.value("share.after", 100 * after, unit="percent")
    stirred = (table["usual_rate"] * table["jam_surge"]).to_numpy()
    found = {
        "sum": float(
            np.median(
                [
                    delay(signals["sum"][:, world] >= WAKE, rows.crisis["parcel_jam"])
                    for world in range(1, len(WORLDS) + 1)
                ]
            )
        ),
        "head": float(
            np.median(
                [
                    delay(np.nan_to_num(signals["mentions"][:, world]) >= HEADS_RULE, rows.crisis["parcel_jam"])
                    for world in range(1, len(WORLDS) + 1)
                ]
            )
        ),
    }
    spared = {
        name: (before - after) * stirred[first + int(hours) + STATEMENT_AFTER_HOURS : said + 1].sum()
        for name, hours in found.items()
    }
    hold("the running sum would have spared much more than the head's rule", spared["sum"] > 1.3 * spared["head"])
    page.value("spared", spared["sum"])
    page.value("spared.head", spared["head"])
    page.value("spared.lost", spared["sum"] - spared["head"])
    total = table["negative_rate"].iloc[first : last + 1].sum()
    page.value("spared.part", 100 * spared["sum"] / total, unit="percent")
    page.value("statement.promised", STATEMENT_AFTER_HOURS)
    here = judged(rows, signals["sum"][:, 0], WAKE)
    others = pd.DataFrame([judged(rows, signals["sum"][:, world], WAKE) for world in range(1, len(WORLDS) + 1)])
    page.value("wake", WAKE)
    page.value("wake.rings", int(here["false"]) + len(CRISES))
    page.value("wake.month", others["month"].mean(), digits=1)
    page.value("wake.year", 12 * others["month"].mean(), digits=1)
    page.value("wake.nights", others["night"].mean() / rows.months(rows.tested) * 12, digits=1)
    page.value("wake.jam", others["parcel_jam"].median())
    page.value("wake.worst", others["parcel_jam"].max())
    page.value("wake.recall", others["lamp_recall"].max())
    page.value("wake.here", here["parcel_jam"])


def statements(page: Page, table: pd.DataFrame) -> None:
    """A day before and a day after each first statement, plainly and beyond the usual."""
    records = []
    share = share_of_stir(table)
    for name, label in CRISES.items():
        place = int(np.flatnonzero((table["crisis"] == name) & (table["message_kind"] == "statement"))[0])
        sides = (table.iloc[place - 24 : place], table.iloc[place + 1 : place + 25])
        hourly = [side["negative_mentions"].mean() for side in sides]
        begun = [side[side["is_crisis"]] for side in sides]
        counted = [(side["negative_mentions"].sum(), side["mentions"].sum()) for side in begun]
        part = [100 * bad / every for bad, every in counted]
        ends = [tuple(100 * end for end in measures.share_interval(int(bad), int(every))) for bad, every in counted]
        records.append((page.say(**label), *hourly, *part))
        page.value(f"{name}.hourly.change", 100 * (hourly[1] / hourly[0] - 1), sign=True, unit="percent")
        page.value(f"{name}.hourly.before", hourly[0], digits=1)
        page.value(f"{name}.hourly.after", hourly[1], digits=1)
        page.value(f"{name}.share.drop", part[0] - part[1])
        hold("the negative share falls beyond chance after both statements", ends[1][1] < ends[0][0])
        hold(
            "by the key the share falls in both alike", abs(share.iloc[place - 2] - share.iloc[place + 2] - 0.24) < 0.03
        )
    jam, recall = records
    hold(
        "the jam fell by a fifth and the recall rose fourfold",
        0.75 < jam[2] / jam[1] < 0.85 and 4 < recall[2] / recall[1] < 4.6,
    )
    hold("plainly the first statement helps and the second harms", jam[2] < jam[1] and recall[2] > 2 * recall[1])
    page.table(
        "statements",
        pd.DataFrame(records, columns=["crisis", "before", "after", "share_before", "share_after"]),
        caption=page.say(
            en="A day before and a day after the first statement",
            fr="Un jour avant et un jour après le premier communiqué",
        ),
        columns={
            "crisis": Column(label=page.say(en="Crisis", fr="Crise")),
            "before": Column(label=page.say(en="Negative an hour, before", fr="Négatives par heure, avant"), digits=1),
            "after": Column(label=page.say(en="After", fr="Après"), digits=1),
            "share_before": Column(
                label=page.say(en="Negative share, before", fr="Part négative, avant"), unit="percent"
            ),
            "share_after": Column(label=page.say(en="After", fr="Après"), unit="percent"),
        },
    )


def traps(page: Page, rows: Hours, table: pd.DataFrame, signals: dict[str, Numbers], usual: dict[str, Numbers]) -> None:
    """Nights, campaigns, loud accounts and a tool that fails."""
    fixed = tuned(rows, signals["mentions"][:, 0])
    false = starts((np.nan_to_num(signals["mentions"][:, 0]) >= fixed) & rows.tested)
    campaign = table["incident"].iloc[false] == "television_campaign"
    page.value("mentions.campaign", int(campaign.sum()))
    page.value("mentions.sales", int(table["is_sales"].iloc[false].sum()))
    sum_false = starts((signals["sum"][:, 0] >= WAKE) & rows.tested)
    hold(
        "the campaign does not ring the running sum",
        not (table["incident"].iloc[sum_false] == "television_campaign").any(),
    )
    on_air = table["incident"] == "television_campaign"
    lift = table.loc[on_air, "mentions"].mean() / usual["mentions"][on_air.to_numpy(), 0].mean()
    page.value("campaign.lift", 100 * (lift - 1), unit="percent", sign=True)
    page.value(
        "campaign.negative",
        100 * table.loc[on_air, "negative_mentions"].sum() / table.loc[on_air, "mentions"].sum(),
        unit="percent",
    )
    calm = rows.calm & ~on_air.to_numpy()
    page.value(
        "calm.negative",
        100 * table.loc[calm, "negative_mentions"].sum() / table.loc[calm, "mentions"].sum(),
        unit="percent",
    )
    for hour, name in ((4, "night"), (21, "evening")):
        page.value(
            f"factor.{name}", fixed / usual["mentions"][rows.hour == hour, 0].mean(), digits=0 if name == "night" else 1
        )
    reach = tuned(rows, signals["reach"][:, 0])
    loud = starts((np.nan_to_num(signals["reach"][:, 0]) >= reach) & rows.tested)
    twice = signals["mentions"][loud, 0] < 2 * usual["mentions"][loud, 0]
    page.value("reach.quiet", int(twice.sum()))
    hold("most reach alarms stand on ordinary hours", twice.mean() > 0.5)
    gaps = table["mentions"].isna().to_numpy()
    page.value("gaps", int((gaps & ~np.r_[False, gaps[:-1]]).sum()))
    page.value("gaps.hours", int(gaps.sum()))


def exercise(page: Page, rows: Hours, signals: dict[str, Numbers]) -> None:
    """Fixed numbers of negative mentions on the class edition."""
    for threshold in (6, 7, 8, 9):
        found = judged(rows, signals["negative"][:, 0], threshold)
        page.value(f"fixed.{threshold}.false", found["false"])
        page.value(f"fixed.{threshold}.jam", found["parcel_jam"])
        page.value(f"fixed.{threshold}.recall", found["lamp_recall"])
        for name, month in (("month", found["month"]),):
            page.value(f"fixed.{threshold}.{name}", month, digits=1)


def plan(page: Page, rows: Hours, table: pd.DataFrame, look: float) -> None:
    """The plan as a process with the times that were measured in both crises, and its triggers as a table."""
    at = {}
    for name, (first, last) in rows.crisis.items():
        kinds = table["message_kind"].iloc[first : last + 1].to_numpy()
        at[name] = {
            "statement": int(np.flatnonzero(kinds == "statement")[0]),
            "updates": len(np.flatnonzero(kinds == "update")),
            "next": int(np.flatnonzero(kinds == "update")[0]) - int(np.flatnonzero(kinds == "statement")[0]),
        }
        page.value(f"{name}.update", at[name]["next"])
    posts = cxdata.edition("tilmarenne", "study")["social_posts"]
    asked = posts[posts["is_about_crisis"] & posts["stance"].isin(["complaint", "question"])]
    low, high = measures.share_interval(int(asked["answered"].sum()), len(asked))
    page.value("asked", len(asked))
    page.value("asked.answered", 100 * asked["answered"].mean(), unit="percent")
    page.value("asked.low", 100 * low, unit="percent")
    page.value("asked.high", 100 * high, unit="percent")
    hours = asked["answer_delay_minutes"].dropna().median() / 60
    page.value("asked.hours", hours)
    jam, recall = at["parcel_jam"], at["lamp_recall"]
    both = page.say(en="2023: {} h; 2024: {} h", fr="2023 : {} h ; 2024 : {} h")
    answered = page.say(
        en=f"in both crises {page.written(100 * asked['answered'].mean(), unit='percent')} answered, median {page.written(hours)} h",
        fr=f"lors des deux crises {page.written(100 * asked['answered'].mean(), unit='percent')} de réponses, médiane {page.written(hours)} h",
    )
    process = flow.Process(
        lanes=(
            flow.Lane(key="desk", name=page.say(en="Community desk", fr="Cellule réseaux")),
            flow.Lane(key="duty", name=page.say(en="Duty manager", fr="Cadre d’astreinte")),
            flow.Lane(key="owner", name=page.say(en="Owner of the facts", fr="Détenteur des faits")),
        ),
        steps=(
            flow.Step(
                key="alarm",
                kind="event",
                lane="desk",
                text=page.say(en="Alarm", fr="Alerte"),
                measure=page.say(en=f"sum of {page.written(WAKE)}", fr=f"somme à {page.written(WAKE)}"),
            ),
            flow.Step(
                key="real",
                kind="decision",
                lane="desk",
                text=page.say(en="One cause, several authors?", fr="Une cause, plusieurs auteurs ?"),
                measure=page.say(en="10 min", fr="10 min"),
            ),
            flow.Step(
                key="close",
                kind="event",
                lane="desk",
                text=page.say(en="Note the reason, close", fr="Noter la raison, clore"),
            ),
            flow.Step(
                key="wake",
                lane="duty",
                text=page.say(
                    en="Take the lead, day or night; stop planned posts",
                    fr="Prendre la main, jour et nuit ; suspendre les publications",
                ),
                measure=page.say(en="15 min", fr="15 min"),
            ),
            flow.Step(
                key="facts",
                lane="owner",
                text=page.say(
                    en="Say what is known, unknown, to be done now", fr="Dire le connu, l’inconnu, ce qu’il faut faire"
                ),
                measure=page.say(en="30 min", fr="30 min"),
            ),
            flow.Step(
                key="publish",
                lane="duty",
                stressed=True,
                text=page.say(
                    en="Approve with one other name; publish the first statement",
                    fr="Valider à deux ; publier le premier communiqué",
                ),
                measure=both.format(jam["statement"], recall["statement"]),
            ),
            flow.Step(
                key="answer",
                lane="desk",
                text=page.say(en="Answer every complaint and question", fr="Répondre à chaque plainte et question"),
                measure=answered,
            ),
            flow.Step(
                key="update",
                lane="duty",
                text=page.say(en="Update, even without news", fr="Actualiser, même sans nouvelle"),
                measure=both.format(jam["next"], recall["next"]),
            ),
            flow.Step(
                key="over",
                kind="decision",
                lane="duty",
                text=page.say(en="A day below, cause mended?", fr="Un jour sous le seuil, cause réglée ?"),
            ),
            flow.Step(
                key="debrief",
                kind="event",
                lane="owner",
                text=page.say(en="Debrief, dated actions", fr="Bilan, actions datées"),
                measure=page.say(en="2 weeks", fr="2 semaines"),
            ),
        ),
        links=(
            flow.Link(start="alarm", end="real"),
            flow.Link(start="real", end="close", label=page.say(en="no", fr="non")),
            flow.Link(start="real", end="wake", label=page.say(en="yes", fr="oui")),
            flow.Link(start="wake", end="facts"),
            flow.Link(start="facts", end="publish"),
            flow.Link(start="publish", end="answer"),
            flow.Link(start="answer", end="update"),
            flow.Link(start="update", end="over"),
            flow.Link(start="over", end="update", label=page.say(en="no: 4 h", fr="non : 4 h")),
            flow.Link(start="over", end="debrief", label=page.say(en="yes", fr="oui")),
        ),
    )
    page.drawing(
        "plan",
        flow.wide(process),
        narrow=flow.narrow(process),
        title=page.say(
            en="Statement, answers and updates are where the hours went",
            fr="Communiqué, réponses et points d’étape : c’est là que filent les heures",
        ),
        alternative=page.say(
            en=f"A process in three lanes: alarm, check of ten minutes, duty manager within fifteen, facts within thirty, first statement (it took {jam['statement']} and {recall['statement']} hours), answers to each complaint and question, updates (first after {jam['next']} and {recall['next']} hours), end when a day stays below and the cause is mended, debrief within two weeks.",
            fr=f"Un processus en trois couloirs : alerte, vérification en dix minutes, cadre d’astreinte en quinze, faits en trente, premier communiqué (il a fallu {jam['statement']} et {recall['statement']} heures), réponse à chaque plainte et question, points d’étape (le premier après {jam['next']} et {recall['next']} heures), fin après un jour sous le seuil et cause réglée, bilan sous deux semaines.",
        ),
        note=page.say(
            en="Hours with a year are measured, from outbreak to statement and from statement to first update; minutes are what the plan demands.",
            fr="Les heures datées sont mesurées, du début au communiqué et du communiqué au premier point ; les minutes sont ce que demande le plan.",
        ),
    )
    level, sign, told = (
        page.say(en="Level", fr="Niveau"),
        page.say(en="Sign", fr="Signe"),
        page.say(en="Who acts", fr="Qui agit"),
    )
    page.table(
        "triggers",
        pd.DataFrame(
            [
                (
                    page.say(en="Look", fr="Regarder"),
                    page.say(
                        en=f"Sum of {page.written(look, digits=1)}", fr=f"Somme de {page.written(look, digits=1)}"
                    ),
                    page.say(en="The desk, in its hours", fr="La cellule, à ses heures"),
                ),
                (
                    page.say(en="Wake", fr="Réveiller"),
                    page.say(en=f"Sum of {page.written(WAKE)}", fr=f"Somme de {page.written(WAKE)}"),
                    page.say(
                        en="Desk checks, duty manager leads, any hour",
                        fr="La cellule vérifie, l’astreinte mène, à toute heure",
                    ),
                ),
                (
                    page.say(en="Wake, without counting", fr="Réveiller, sans compter"),
                    page.say(en="Injury, recall, leaked data, death", fr="Blessure, rappel, fuite de données, décès"),
                    page.say(en="Duty manager and board", fr="Astreinte et direction"),
                ),
                (
                    page.say(en="Blind", fr="Aveugle"),
                    page.say(en="No count for two hours", fr="Aucun comptage pendant deux heures"),
                    page.say(en="Desk reads by hand", fr="La cellule lit à la main"),
                ),
            ],
            columns=["level", "sign", "who"],
        ),
        caption=page.say(en="The triggers", fr="Les déclencheurs"),
        columns={"level": Column(label=level), "sign": Column(label=sign), "who": Column(label=told)},
    )
