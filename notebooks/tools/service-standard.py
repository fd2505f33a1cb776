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
#     title: "Where customers begin to mind: tolerance, target and the share reached"
#     minutes: 40
#     questions:
#       - How late may a parcel be before its buyer minds?
#       - How often are the promises of the charter kept, counted from the customer's side?
#     objectives:
#       - Report a standard as a share of all cases, with its interval.
#       - Find the step in satisfaction along a measure.
#       - Say what a wider tolerance would hide.
#       - Count the cases that a department leaves out.
#     prerequisites:
#       - You can merge, group and filter pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
parcels, complaints = data["deliveries"], data["complaints"]
data["promises"][["promise", "measure", "direction", "threshold", "unit"]]

# %% [markdown]
# ## The share reached
#
# **Task.** Write `reached(kept)`, which takes a series of true and false and returns the number of cases, the share and both ends of its Wilson interval, in percent. Apply it to parcels on the promised day or before. Give the mean of `days_late`, too.


# %% tags=["solution"]
def reached(kept, z=1.96):
    """Return cases, share and Wilson interval, in percent."""
    n, p = len(kept), kept.mean()
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return pd.Series(
        {
            "cases": n,
            "share": 100 * p,
            "low": 100 * (centre - half),
            "high": 100 * (centre + half),
        }
    )


print(f"mean days late {parcels['days_late'].mean():+.2f}")
reached(parcels["days_late"] <= 0).round(1)

# %% [markdown]
# On average parcels are early, and more than one in ten is late: the mean says nothing about a promise.
#
# ## Where buyers begin to mind
#
# **Task.** Join the answered call-backs (`callback_after_order`) to the parcels as `rated`, with a column `satisfied` for a `csat` of four or five. Give `reached` of it by days late, from two days early to six and more late, and draw it.

# %% tags=["solution"]
surveys = data["surveys"]
called = surveys[surveys["programme"] == "callback_after_order"]
rated = called.dropna(subset=["csat"])[["order_id", "csat"]].merge(
    parcels, on="order_id"
)
rated["satisfied"] = rated["csat"] >= 4
rated["day"] = rated["days_late"].clip(-2, 6)
by_day = rated.groupby("day")["satisfied"].apply(reached).unstack().reset_index()


def dots(width):
    base = alt.Chart(by_day).encode(x=alt.X("day:O", title="Days late"))
    y = alt.Y("low:Q", scale=alt.Scale(domain=[0, 100]), title="Satisfied, %")
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
        + base.mark_point(size=100, opacity=1).encode(y="share:Q")
    ).properties(width=width, height=200)


charts.show(
    dots,
    title="The step lies between the promised day and the first day after",
    alternative="Satisfied buyers by days late, in percent: "
    + ", ".join(f"{row.day}: {row.share:.0f}" for row in by_day.itertuples())
    + ".",
    data=by_day,
    columns={name: Column(digits=0) for name in ("share", "low", "high")},
)

# %% [markdown]
# ## What a wider tolerance would hide
#
# **Task.** With a tolerance of two days, which share of parcels counts as kept? How much less often are buyers satisfied one or two days late than on the day or before? Keep the difference as `gap` and its standard error as `gap_error`, and say how many satisfied buyers in a hundred thousand parcels it stands for.

# %% tags=["solution"]
near = rated["days_late"].between(1, 2)
late, fine = (rated.loc[side, "satisfied"] for side in (near, ~rated["is_late"]))
gap = late.mean() - fine.mean()
gap_error = np.sqrt(late.var() / len(late) + fine.var() / len(fine))
hidden = parcels["days_late"].between(1, 2).mean()
print(f"kept within two days: {(parcels['days_late'] <= 2).mean():.1%}")
print(
    f"gap {gap:+.2f}, from {gap - 1.96 * gap_error:+.2f} to {gap + 1.96 * gap_error:+.2f}"
)
print(f"{-100_000 * hidden * gap:,.0f} satisfied buyers in 100,000 parcels")

# %% [markdown]
# ## From inside, and from the customer's side
#
# **Task.** For complaints answered within forty-eight hours, give `reached` over those that were answered, and over all, where no answer counts as missed.

# %% tags=["solution"]
in_time = complaints["reply_delay_hours"] <= 48
pd.DataFrame(
    {
        "answered": reached(in_time[complaints["replied"]]),
        "all": reached(in_time),
    }
).T.round(1)

# %% [markdown]
# ## A promise made later
#
# **Task.** Which share of parcels would be on time if each promised date were one day later and no parcel moved?

# %% tags=["solution"]
print(f"{(parcels['days_late'] - 1 <= 0).mean():.1%}")

# %% [markdown]
# The share rises, and no customer got anything sooner: publish the promised time beside it.
#
# ## Against the answer key
#
# Only some buyers answered the call-back.
# The key has the mark that each order would have been given: is the step there, too?
#
# **Task.** Merge `csat` of `data.truth["latents/orders"]` with all parcels on `order_id`, as `judged`. Compare the share satisfied on the day, one or two days late, and later still, as `truth` in this order.

# %% tags=["solution"]
judged = parcels.merge(
    data.truth["latents/orders"][["order_id", "csat"]], on="order_id"
)
days, satisfied = judged["days_late"], judged["csat"] >= 4
truth = [
    satisfied[side].mean() for side in (days <= 0, days.between(1, 2), days > 2)
]
print([f"{share:.1%}" for share in truth])

# %%
assert abs((truth[1] - truth[0]) - gap) < 1.96 * gap_error + 0.02, (
    "the call-backs should show the gap that the key has"
)
assert truth[0] - truth[1] > 0.2 > 0.06 > abs(truth[1] - truth[2]), (
    "the fall should lie before the first day, not after the second"
)

# %% [markdown]
# ## Key points
#
# - A standard is the share of all cases within a tolerance; a mean keeps promises that customers did not get.
# - Put the tolerance where customers begin to mind, and what the process can do into the target.
# - Count cases without an end as missed.
# - Beside the share publish what could be moved to lift it, such as the promised date.
