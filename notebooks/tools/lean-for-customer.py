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
#     title: "Minutes or marks: what wastes the customer's time, and what customers mind"
#     minutes: 60
#     questions:
#       - Which wastes take the customer's minutes, and which take the score?
#       - Does work that leaves the company disappear?
#     objectives:
#       - Price a waste in extra minutes against a plain step of its kind.
#       - Price it in points of the score, with intervals, and see the order change.
#       - Tell a repeat from the error that caused it.
#       - Compare contacts of like kind, and check the result against the answer key.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers.
# ---

# %%
import pandas as pd

import cxdata
from casebook.worked import measures

data = cxdata.edition("tilmarenne", "study")
steps = data["journey_steps"].copy()
steps["incident"] = steps["incident"].astype(str)
web = data["orders"].loc[data["orders"]["channel"] == "web", "order_id"]
steps["is_web"] = steps["order_id"].isin(web)
count = steps["order_id"].nunique()
steps[
    ["step", "duration_minutes", "wait_minutes", "was_repeated", "incident"]
].head(9)

# %% [markdown]
# `journey_steps` has one row per step of an order, told by a diary panel.
#
# ## Two clocks
#
# Days until a parcel comes only pass; minutes at a counter are spent.
#
# **Task.** Add `here` to `steps`: `wait_minutes`, but nought in the step `wait`. Then, for a mean journey, print the minutes spent, the minutes waited `here`, and the days of the step `wait`.

# %% tags=["solution"]
steps["here"] = steps["wait_minutes"].where(steps["step"] != "wait", 0.0)
print(f"spent {steps['duration_minutes'].sum() / count:.0f} minutes")
print(f"waited in person {steps['here'].sum() / count:.0f} minutes")
days = steps.loc[steps["step"] == "wait", "wait_minutes"].mean() / 1440
print(f"waited for a parcel {days:.1f} days")

# %% [markdown]
# ## A price in minutes
#
# **Task.** A step is plain when it has no incident and was not repeated. Compute for each step the mean of `duration_minutes` and `here` over plain rows, and add to `steps` a column `extra`: what each row took beyond these two means. Keep as `twice` whether a row was repeated without an incident. Then keep as `hours`, a dict with the keys `repeats` and `incidents`, the hours per thousand journeys taken by `twice` and by all incidents.

# %% tags=["solution"]
timed = ["duration_minutes", "here"]
plain = steps[~steps["has_incident"] & ~steps["was_repeated"]]
base = plain.groupby("step")[timed].mean()
expected = steps[["step"]].join(base, on="step")[timed]
steps["extra"] = (steps[timed] - expected).sum(axis=1)
steps["twice"] = steps["was_repeated"] & ~steps["has_incident"]
per_thousand = 1000 / count / 60
hours = {
    "repeats": steps.loc[steps["twice"], "extra"].sum() * per_thousand,
    "incidents": steps.loc[steps["has_incident"], "extra"].sum() * per_thousand,
}
hours

# %% [markdown]
# ## A price in points
#
# **Task.** Make `journeys`, one row per `order_id`: `customer_id`, `is_web`, `incidents` and `repeats` (sums of `has_incident` and `was_repeated`), `score` (the `overall_score`), and `incident`, that of its row with one. For each incident, compare journeys hit by it alone with journeys without any, with `measures.difference(..., outcome="score", treatment="hit", strata=("is_web",))`. Do the same for repeats among journeys without incidents. Keep as `listed` a frame with a row for each (`repeats` for the last) and the columns `points`, `low` and `high`: what is lost per thousand journeys, with its interval, largest first.

# %% tags=["solution"]
groups = steps.groupby("order_id")
journeys = groups.agg(
    customer_id=("customer_id", "first"),
    is_web=("is_web", "first"),
    incidents=("has_incident", "sum"),
    repeats=("was_repeated", "sum"),
    score=("overall_score", "first"),
)
wrong = steps[steps["has_incident"]].groupby("order_id")["incident"].first()
journeys = journeys.join(wrong).reset_index()
calm = journeys[journeys["incidents"] == 0]


def loss(rows, hit):
    return measures.difference(
        rows.assign(hit=hit), outcome="score", treatment="hit", strata=("is_web",)
    )


found, cases = {}, {}
for name in wrong.unique():
    alone = (journeys["incidents"] == 1) & (journeys["incident"] == name)
    rows = journeys[alone | (journeys["incidents"] == 0)]
    found[name] = loss(rows, rows["incidents"] == 1)
    cases[name] = steps.loc[steps["incident"] == name, "order_id"].nunique()
found["repeats"] = loss(calm, calm["repeats"] > 0)
cases["repeats"] = steps.loc[steps["twice"], "order_id"].nunique()
listed = pd.DataFrame(
    {
        name: {
            "points": -one.value * 1000 * cases[name] / count,
            "low": -one.high * 1000 * cases[name] / count,
            "high": -one.low * 1000 * cases[name] / count,
        }
        for name, one in found.items()
    }
).T.sort_values("points", ascending=False)
listed.round(0)

# %% [markdown]
# Repeats lead in hours and cannot be told from nought in points.
#
# ## Is a repeat harmless, or only here?
#
# **Task.** Compare `step_score` of repeated and other rows within `step`, with `measures.difference`: over all rows as `all_rows`, and over rows without an incident as `without`.

# %% tags=["solution"]
how = {"outcome": "step_score", "treatment": "was_repeated", "strata": ("step",)}
all_rows = measures.difference(steps, **how)
without = measures.difference(steps[~steps["has_incident"]], **how)
for name, one in {"all rows": all_rows, "without errors": without}.items():
    print(f"{name}: {one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})")

# %% [markdown]
# ## One thing more: the promise
#
# **Task.** Take the rows of the step `wait`, join `is_late` from `deliveries`, and make `slope`: points of `step_score` per day of waiting, by least squares, for parcels on time (key `False`) and late (`True`). Keep the two mean scores as `mean`.

# %% tags=["solution"]
waits = steps[steps["step"] == "wait"].merge(
    data["deliveries"][["order_id", "is_late"]], on="order_id"
)
waits["days"] = waits["wait_minutes"] / 1440
slope = {
    late: rows["step_score"].cov(rows["days"]) / rows["days"].var()
    for late, rows in waits.groupby("is_late")
}
mean = waits.groupby("is_late")["step_score"].mean()
slope, mean.round(1).to_dict()

# %% [markdown]
# ## Work that was moved
#
# A contractor takes many contacts.
# To judge all of them, take `ces` (high is easy) from the answer key's `latents/contacts`.

# %%
own = data.truth["effects/outsourced_on_effort"][["contact_id", "is_outsourced"]]
ease = data.truth["latents/contacts"][["contact_id", "ces"]]
contacts = data["contacts"].merge(own, on="contact_id").merge(ease, on="contact_id")

# %% [markdown]
# **Task.** Compare `ces` of outsourced and own contacts: plainly as `seems`, and within `reason` and `channel` as `is_so`.

# %% tags=["solution"]
how = {"outcome": "ces", "treatment": "is_outsourced"}
seems = measures.difference(contacts, **how)
is_so = measures.difference(contacts, **how, strata=("reason", "channel"))
for name, one in {"plainly": seems, "like matters": is_so}.items():
    print(f"{name}: {one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})")

# %% [markdown]
# ## Against the answer key and the data

# %%
key = cxdata.answer_key(data)["outsourced_on_effort"]["planted"]["value"]
print(f"planted: {key:+.2f}")
assert is_so.low < key < is_so.high, "like matters should hold the planted effect"
assert seems.low > 0 > key, "the plain comparison should have the wrong sign"
assert hours["repeats"] > 2 * hours["incidents"], "repeats should lead in hours"
assert listed.index[0] == "late_parcel", "late parcels should lead in points"
assert listed.loc["repeats", "low"] < 0, "repeats should not differ from nought"
assert all_rows.high < 0, "repeated steps should score less"
assert without.low < 0 < without.high, "but not without errors"
assert abs(slope[False]) < 0.1, "days on time should cost nothing"
assert mean[False] - mean[True] > 2, "the broken promise should cost"

# %% [markdown]
# ## Key points
#
# - Count the customer's minutes, and keep days that only pass out of the sum.
# - A waste has two prices, minutes and points; the orders differ, and both are worth a column.
# - A repeat may be the trace of an error: compare steps without one.
# - Until the promised day a parcel's wait costs nothing here; the day after, it costs three points.
# - Work that leaves the books may be done by the customer: compare like matters before you give more away.
