# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   casebook:
#     title: "Eight in ten within twenty seconds: a promise counted, staffed and priced"
#     minutes: 60
#     questions:
#       - Is the promise kept, and at which hours is it not?
#       - How many advisers does a Monday morning need, and why not the number of the average Monday?
#     objectives:
#       - Count a service level in several ways, and say which one is about everybody who called.
#       - Write Erlang C, check it, and see where it has no answer.
#       - Feed a queueing formula with every quarter-hour of a record.
#       - Compare a contractor with the company's own advisers, like with like.
#     prerequisites:
#       - You can group and merge pandas data frames, and write a loop.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, editions "class" and "study"; an invented company, synthetic calls, regenerated from their seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
line = data["contact_volumes"]
patience = 567  # seconds; the page tells where it comes from
line = line[line["starts_at"] < "2025-01-01"]
start = line["starts_at"]
line = line.assign(
    date=start.dt.normalize(),
    weekday=start.dt.day_of_week,
    hour=start.dt.hour + start.dt.minute / 60,
)
line[
    [
        "starts_at",
        "calls_offered",
        "advisers_staffed",
        "calls_answered_in_20_s",
    ]
].head()

# %% [markdown]
# One row is a quarter-hour of the telephone line of the whole company.
# Calls offered were either answered or abandoned.
#
# ## Kept or not?
#
# **Task.** Give the share of calls answered within twenty seconds in three ways: of calls offered, as `offered`; of calls answered, as `answered`; and as the mean of the quarter-hours' shares, as `plain`. Which one is about everybody who called?

# %% tags=["solution"]
in_time = line["calls_answered_in_20_s"].sum()
offered = in_time / line["calls_offered"].sum()
answered = in_time / line["calls_answered"].sum()
plain = line["service_level_share"].mean()
print(
    f"of offered {offered:.1%}, of answered {answered:.1%}, plain mean {plain:.1%}"
)

# %% [markdown]
# ## Which weeks?
#
# **Task.** Give the service level of calls offered by week, draw it, and count the weeks that kept the promise.

# %% tags=["solution"]
week = line["date"].dt.to_period("W").dt.start_time
weeks = line.groupby(week)[["calls_answered_in_20_s", "calls_offered"]].sum()
weeks["percent"] = 100 * weeks["calls_answered_in_20_s"] / weeks["calls_offered"]
weeks = weeks.rename_axis("week").reset_index()
kept = (weeks["percent"] >= 80).sum()


def by_week(width):
    rule = alt.Chart(pd.DataFrame({"percent": [80]})).mark_rule(strokeDash=[4, 4])
    return (
        rule.encode(y="percent:Q")
        + alt.Chart(weeks)
        .mark_line()
        .encode(
            x=alt.X("week:T", title="Week", axis=alt.Axis(tickCount=6)),
            y=alt.Y("percent:Q", title="In time, %"),
        )
    ).properties(width=width, height=180)


worst = weeks.nsmallest(3, "percent")
charts.show(
    by_week,
    title="Most weeks keep the promise, a few break it by far",
    alternative=f"Service level by week; {kept} of {len(weeks)} weeks"
    " reach 80 %. Worst: "
    + ", ".join(
        f"{row.week:%d %B %Y} {row.percent:.0f} %" for row in worst.itertuples()
    )
    + ".",
    data=worst[["week", "percent"]].assign(
        week=worst["week"].dt.strftime("%Y-%m-%d")
    ),
    columns={"percent": Column(unit="percent")},
)

# %% [markdown]
# ## Erlang C by hand
#
# With $\lambda$ calls an hour of $h$ hours each, $a = \lambda h$ advisers are busy.
# The chance to wait with $n > a$ advisers comes from a recursion:
#
# $$B_0 = 1, \quad B_k = \frac{a B_{k-1}}{k + a B_{k-1}}, \quad P_w = \frac{B_n}{1 - \frac{a}{n} (1 - B_n)}$$
#
# and the share answered within $t$ is $1 - P_w e^{-(n - a) t / h}$.
#
# **Task.** Write `erlang_c(calls, handle, agents, within)`, with calls an hour and times in seconds, that returns the chance to wait and the service level. Check it: a hundred calls, three hundred and sixty seconds, thirteen advisers. Keep both as `chance` and `reached`.


# %% tags=["solution"]
def erlang_c(calls, handle, agents, within):
    """Return the chance to wait and the share answered in time."""
    load = calls * handle / 3600
    blocked = 1.0
    for agent in range(1, agents + 1):
        blocked = load * blocked / (agent + load * blocked)
    wait = blocked / (1 - load / agents * (1 - blocked))
    return wait, 1 - wait * np.exp(-(agents - load) * within / handle)


chance, reached = erlang_c(100, 360, 13, 20)
print(f"chance to wait {chance:.3f}, in time {reached:.1%}")

# %% [markdown]
# ## Monday morning
#
# **Task.** Keep Mondays from half past nine to before half past eleven as `monday`. In which share of its quarter-hours is there no answer from Erlang C, because the work is as much as the advisers can do, or more? Take a handle time of `handle` seconds, the mean by calls answered. Keep the share as `stuck`, and the service level that the record has for these hours as `record`.

# %% tags=["solution"]
handle = np.average(
    line["mean_handle_seconds"].fillna(0), weights=line["calls_answered"]
)
monday = line[
    (line["weekday"] == 0) & (line["hour"] >= 9.5) & (line["hour"] < 11.5)
]
work = monday["calls_offered"] * handle / 900
stuck = (work >= monday["advisers_staffed"]).mean()
record = monday["calls_answered_in_20_s"].sum() / monday["calls_offered"].sum()
print(f"record {record:.1%}; no answer for {stuck:.0%} of quarter-hours")

# %% [markdown]
# Erlang A has an answer, because callers lose patience.
# `measures.erlang_a(calls, handle, agents, within, patience)` computes it; a patience of `patience` seconds follows from the record, as the page says.
#
# **Task.** Compute the service level twice, with zero to eight advisers more: from the mean calls and advisers of each of the eight quarter-hours, and from every quarter-hour of every Monday, both weighed by calls. Keep them as the columns `average` and `real` of `more`, in per cent.


# %% tags=["solution"]
def level(rows, extra):
    """Return the service level of quarter-hours with more advisers, in per cent."""
    found = [
        measures.erlang_a(4 * calls, handle, round(ready) + extra, 20, patience)
        for calls, ready in zip(
            rows["calls_offered"], rows["advisers_staffed"], strict=True
        )
    ]
    shares = [one.service_level for one in found]
    return 100 * np.average(shares, weights=rows["calls_offered"])


means = monday.groupby("hour")[["calls_offered", "advisers_staffed"]].mean()
more = pd.DataFrame(
    {
        "average": [level(means, extra) for extra in range(9)],
        "real": [level(monday, extra) for extra in range(9)],
    }
)
more.round(1)

# %% [markdown]
# **Task.** Give the smallest number of advisers that keeps the promise by each column, as `tempting` and `needed`. Why does the average Monday ask for fewer?

# %% tags=["solution"]
tempting = int((more["average"] >= 80).idxmax())
needed = int((more["real"] >= 80).idxmax())
print(f"average Monday {tempting} more, real Mondays {needed} more")

# %% [markdown]
# Good Mondays gain a few points up to the top, bad ones lose dozens, and have more callers.
#
# ## In-house or contractor
#
# Effort and resolution are recorded for contacts; edition `study` has ten times the customers.

# %%
larger = cxdata.edition("tilmarenne", "study")
contacts = larger["contacts"].merge(
    larger["agents"][["agent_id", "site"]], on="agent_id"
)
rated = larger["surveys"][["contact_id", "ces"]].dropna()
rated = rated.merge(contacts, on="contact_id")
rated["outsourced"] = rated["site"] == "outsourced"

# %% [markdown]
# **Task.** Compare `ces` (one to seven, high is easy) between the contractor and the company's own advisers: plainly, as `naive`, and within `reason` and `channel`, weighed by the strata's shares, as `alike`. Use `measures.difference` with `strata`; print both intervals.

# %% tags=["solution"]
naive = measures.difference(rated, outcome="ces", treatment="outsourced")
alike = measures.difference(
    rated, outcome="ces", treatment="outsourced", strata=("reason", "channel")
)
for name, found in (("plain", naive), ("like with like", alike)):
    print(f"{name} {found.value:+.2f}, from {found.low:+.2f} to {found.high:+.2f}")

# %% [markdown]
# ## Who comes back after "settled"?
#
# **Task.** Sort the contacts by order and time, and keep as `back` the share of those with `is_resolved_first_time` after which the same order brings another contact within fourteen days of `answered_at`.

# %% tags=["solution"]
ordered = contacts.sort_values(["order_id", "contacted_at"])
following = ordered.groupby("order_id")["contacted_at"].shift(-1)
soon = (following - ordered["answered_at"]) <= pd.Timedelta(days=14)
settled = ordered["is_resolved_first_time"].astype(bool)
back = soon[settled].mean()
print(
    f"settled {settled.mean():.0%} by advisers' word; {back:.0%} of these come back"
)

# %% [markdown]
# ## Against the answer key
#
# Look at it now, not before: an analysis that reads the key is not an analysis.

# %%
truth = cxdata.answer_key(data)["outsourced_on_effort"]["planted"]["value"]
print(f"planted {truth:+.2f}; like with like {alike.value:+.2f}")
assert alike.low < truth < alike.high < 0 < naive.low, (
    "like with like should hold the truth, and the plain sign should be wrong"
)
assert offered < 0.8 < answered < plain, (
    "only calls offered should miss the promise"
)
assert abs(chance - 0.285) < 0.001 and abs(reached - 0.76) < 0.01, (
    "Erlang C should give the textbook's numbers"
)
assert tempting < needed, "the average Monday should ask for too few"
assert abs(more["real"][0] - 100 * record) < 4, (
    "quarter by quarter the formula should come near the record"
)

# %% [markdown]
# ## Key points
#
# - Sum calls, then divide; and divide by those who called, not by those who were patient.
# - A formula fed with the average day promises what no real day keeps.
# - Erlang C has no answer in a rush; Erlang A has one, because callers leave.
# - The contractor's numbers are those of the calls it gets.
# - "Settled" is whose word? Count who comes back.
