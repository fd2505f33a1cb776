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
#     title: "From six time stamps to a promise: the way of a complaint"
#     minutes: 60
#     questions:
#       - At which step do complaints lose their hours, and at which are they lost altogether?
#       - What does an answer do to the recommendation, and what may the company promise?
#     objectives:
#       - Turn a log of events into times of steps, and see why only their means add up.
#       - Keep open cases in every share, and choose a promise from all complaints received.
#       - Recognise immortal time in a comparison of departments.
#       - Estimate the effect of a reply within strata, and check it against the answer key.
#     prerequisites:
#       - You can sort, group, shift and join pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
complaints, events = data["complaints"], data["complaint_events"]
events.head(9)

# %% [markdown]
# One row per complaint and step, with the moment at which the step *ended* and the department that had it.
# Some complaints have six rows, some three.
#
# ## Times of steps
#
# **Task.** Add to `events` a column `hours`: the hours since the step before of the same complaint. Then give, for complaints with an answer, the number, mean and median of each step, and the value that nine in ten stay below, as `steps`, with the columns `number`, `mean`, `median` and `p90`. Leave out receipt, which has no step before.

# %% tags=["solution"]
events = events.sort_values(["complaint_id", "step_number"])
gap = events.groupby("complaint_id")["ended_at"].diff()
events["hours"] = gap.dt.total_seconds() / 3600
answered_ids = complaints.loc[complaints["replied"], "complaint_id"]
done = events[events["complaint_id"].isin(answered_ids)].dropna(subset=["hours"])
steps = done.groupby("step", observed=True)["hours"].agg(
    number="size", mean="mean", median="median", p90=lambda x: x.quantile(0.9)
)
steps.round(1)

# %% [markdown]
# **Task.** Keep the names of the four steps until the answer as `to_answer`, and the `reply_delay_hours` that are not empty as `delay`. Add up the means of these steps, then their medians, and compare both with mean and median of `delay`.

# %% tags=["solution"]
to_answer = ["acknowledged", "assessed", "investigated", "answered"]
delay = complaints["reply_delay_hours"].dropna()
print(
    f"means: {steps.loc[to_answer, 'mean'].sum():.1f} of {delay.mean():.1f};"
    f" medians: {steps.loc[to_answer, 'median'].sum():.1f} of {delay.median():.1f}"
)

# %% [markdown]
# The means add up, the medians do not: each complaint has its one long step, and not always the same.
#
# ## Where complaints are lost
#
# **Task.** For each step, count the complaints that reach it. Then give by `severity` the share without an answer, and the median delay of the others.

# %% tags=["solution"]
print(events.groupby("step_number")["complaint_id"].nunique().to_dict())
by_severity = complaints.groupby("severity").agg(
    number=("replied", "size"),
    unanswered=("replied", lambda x: 100 * (1 - x.mean())),
    median_delay=("reply_delay_hours", "median"),
)
by_severity.round(1)

# %% [markdown]
# After the assessment one complaint in eight has no further row.
# Such rows are not missing by accident: the graver the complaint, the likelier they are to be missing.
#
# ## The promise
#
# **Task.** Make a column `wait` of `complaints` that is the delay, or infinity without an answer. For every whole day from nought to seven, give the share answered within it: of the answered, of all, and of the grave (severity four or five). Keep it as `curve`, in percent, and draw it.

# %% tags=["solution"]
complaints["wait"] = complaints["reply_delay_hours"].fillna(np.inf)
groups = {
    "of the answered": complaints["replied"],
    "of all received": complaints["wait"] > 0,
    "of the grave": complaints["severity"] >= 4,
}
curve = pd.DataFrame(
    {
        name: [
            100 * (complaints.loc[rows, "wait"] <= 24 * day).mean()
            for day in range(8)
        ]
        for name, rows in groups.items()
    }
).rename_axis("days")
long = curve.reset_index().melt("days", var_name="group", value_name="percent")


def lines(width):
    return (
        alt.Chart(long)
        .mark_line(point=True)
        .encode(
            x=alt.X("days:O", title="Days since the complaint"),
            y=alt.Y(
                "percent:Q", title="Answered, %", scale=alt.Scale(domain=[0, 100])
            ),
            color=alt.Color(
                "group:N", sort=list(groups), legend=alt.Legend(columns=1)
            ),
        )
        .properties(width=width, height=220)
    )


charts.show(
    lines,
    title="Counted among all received, no number of days reaches nine in ten",
    alternative="Share answered within two and within seven days: "
    + "; ".join(
        f"{name} {curve[name][2]:.0f}%, {curve[name][7]:.0f}%" for name in groups
    )
    + ".",
    data=curve.round(0).reset_index(),
    columns={name: Column(unit="percent") for name in groups},
)

# %% [markdown]
# ## A slow department?
#
# **Task.** Add to each answered complaint the department that investigated it, as `asked`. Give the mean delay by department. Then cut the delay at one, four, twenty-four and forty-eight hours, and give the share investigated outside the service centre in each class, as `outside`.

# %% tags=["solution"]
inquiry = events.loc[events["step"] == "investigated", ["complaint_id", "owner"]]
asked = complaints[complaints["replied"]].merge(inquiry, on="complaint_id")
print(
    asked.groupby("owner", observed=True)["reply_delay_hours"]
    .mean()
    .round(0)
    .to_string()
)
age = pd.cut(asked["reply_delay_hours"], [0, 1, 4, 24, 48, np.inf])
outside = (asked["owner"] != "service_centre").groupby(age, observed=True).mean()
(100 * outside).round(0)

# %% [markdown]
# Within an hour nobody can be asked, so quick complaints count for the desk and long ones for the others.
# The delay decides who is asked, at least as much as the other way round: immortal time.
#
# ## What an answer does
#
# `ltr_after` is the recommendation three weeks later, from 0 to 10, of those who could be reached.
#
# **Task.** Compute the `plain` difference between answered and unanswered. Then the difference within severity and channel, weighted by the size of the strata, as `within`; strata that hold only one kind are left out.

# %% tags=["solution"]
reached = complaints.dropna(subset=["ltr_after"])
means = reached.groupby("replied")["ltr_after"].mean()
plain = means[True] - means[False]
cells = (
    reached.groupby(["severity", "channel", "replied"], observed=True)["ltr_after"]
    .agg(["mean", "size"])
    .unstack()
    .dropna()
)
weight = cells["size"].sum(axis=1) / cells["size"].sum().sum()
within = (weight * (cells["mean"][True] - cells["mean"][False])).sum()
print(f"plain {plain:+.2f}, within severity and channel {within:+.2f}")

# %% [markdown]
# **Task.** Some complainers appear twice, so draw customers, not rows: take two hundred bootstrap samples of `customer_id`, compute `within` in each, and give the ends of the middle 95% as `low` and `high`. Make it a function first.


# %% tags=["solution"]
def stratified(rows):
    """Return the difference within severity and channel, in points."""
    cells = (
        rows.groupby(["severity", "channel", "replied"], observed=True)["ltr_after"]
        .agg(["mean", "size"])
        .unstack()
        .dropna()
    )
    size = cells["size"].sum(axis=1)
    return (size * (cells["mean"][True] - cells["mean"][False])).sum() / size.sum()


rng = np.random.default_rng(7)
places = list(
    reached.reset_index(drop=True).groupby("customer_id").indices.values()
)
draws = []
for _ in range(200):
    chosen = rng.integers(0, len(places), len(places))
    rows = np.concatenate([places[one] for one in chosen])
    draws.append(stratified(reached.iloc[rows]))
low, high = np.quantile(draws, [0.025, 0.975])
print(f"from {low:+.2f} to {high:+.2f}")

# %% [markdown]
# ## Against the answer key
#
# The company is invented, so what each complainer would have said with an answer and without one is known.

# %%
key = cxdata.answer_key(data)["reply_on_score"]
truth = key["planted"]["value"]
print(f"planted {truth:+.2f}; plain {plain:+.2f}; within {within:+.2f}")
assert low < truth < high, "the interval within strata should hold the truth"
assert plain > high, "the plain difference should promise too much"
assert curve["of all received"].max() < 90 < curve["of the answered"].max(), (
    "the promise should fail because of the unanswered alone"
)
assert abs(steps.loc[to_answer, "mean"].sum() - delay.mean()) < 0.1, (
    "the means of the steps should add up"
)
assert outside.iloc[0] == 0, (
    "nothing answered within an hour should have left the desk"
)

# %% [markdown]
# ## Key points
#
# - Stamp the end of each step; times of steps are differences of stamps, and only their means add up.
# - A complaint without an answer has no delay, and an infinite one. Keep it in every share.
# - A promise is a percentile of all received, not of those who got an answer.
# - Whoever gets the old cases looks slow. Start a department's clock when it is asked.
# - Easy complaints are answered more often; within severity and channel the effect of an answer is smaller, and true.
