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
#     title: "Not yet is not never: cohorts, second orders and boxes"
#     minutes: 70
#     questions:
#       - Do the newcomers of the second year come back less often?
#       - How long does a subscriber of the monthly box stay?
#     objectives:
#       - Count time to an event with censoring, by hand and with an interval.
#       - Build a cohort triangle that hides what is not over yet.
#       - Forecast retention from a few months with rates that differ between people.
#     prerequisites:
#       - You can group, shift and pivot pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, shrinkage

data = cxdata.edition("tilmarenne", "class")
customers = data["customers"][["customer_id", "joined_on"]].copy()
customers["joined_on"] = pd.to_datetime(customers["joined_on"])
orders = data["orders"][["order_id", "customer_id", "ordered_at"]]
END = pd.Timestamp("2025-01-01")
orders.head()

# %% [markdown]
# ## Newcomers and their next order
#
# **Task.** Keep the orders of customers who joined in `2023` or later as `mine`, in the order of time within customers.
# Add `number` (one for the first order), `again` (whether another follows) and `days` until it, or until `END` where none does.
# Keep the first orders as `first`, with the `year` of each.

# %% tags=["solution"]
new = customers.loc[customers["joined_on"] >= "2023-01-01", "customer_id"]
mine = orders[orders["customer_id"].isin(new)]
mine = mine.sort_values(["customer_id", "ordered_at"])
grouped = mine.groupby("customer_id")["ordered_at"]
following = grouped.shift(-1)
mine = mine.assign(
    number=grouped.cumcount() + 1,
    again=following.notna(),
    days=(following.fillna(END) - mine["ordered_at"]).dt.days,
)
first = mine[mine["number"] == 1]
first = first.assign(year=first["ordered_at"].dt.year)
first.groupby("year")["again"].agg(["size", "mean"]).round(3)

# %% [markdown]
# The second year looks much worse. Its customers have had less time.
#
# ## Time to the second order
#
# **Task.** Write a function `not_yet(days, event)` that returns, as a series over the days on which there was an event, the share without an event until then: the product of one less events over those still watched.
# Compare its value after half a year, for each year, with `shrinkage.still_open`, which adds intervals.
# Keep the shares who *have* ordered again by day `180` as `back`, a series by year.


# %% tags=["solution"]
def not_yet(days, event):
    """Return the share without an event after each day with one."""
    share, found = 1.0, {}
    for day in np.sort(days[event].unique()):
        watched = (days >= day).sum()
        share *= 1 - ((days == day) & event).sum() / watched
        found[day] = share
    return pd.Series(found)


back = {}
for year, rows in first.groupby("year"):
    by_hand = not_yet(rows["days"], rows["again"])
    back[year] = 1 - by_hand[by_hand.index <= 180].iloc[-1]
    curve = shrinkage.still_open(rows["days"], rows["again"])
    at = curve[curve["days"] <= 180].iloc[-1]
    print(
        f"{year}: {back[year]:.3f}, from {1 - at['high']:.3f} to {1 - at['low']:.3f}"
    )
back = pd.Series(back)

# %% [markdown]
# ## A triangle
#
# **Task.** For each quarter of first orders, give the share of its customers who order in the second to fifth quarter of their own age, in pieces of `91` days (`age` from `1` to `4`).
# Leave a cell empty when the quarter's last newcomer has not reached the end of it by `END`.
# Keep it as `triangle`, cohorts down and `age` across.

# %% tags=["solution"]
began = first.set_index("customer_id")["ordered_at"]
rows = mine[mine["number"] > 1].assign(
    began=lambda some: some["customer_id"].map(began)
)
rows["cohort"] = rows["began"].dt.to_period("Q")
rows["age"] = (rows["ordered_at"] - rows["began"]).dt.days // 91
size = began.dt.to_period("Q").value_counts().sort_index()
came = rows.groupby(["cohort", "age"])["customer_id"].nunique().unstack()
triangle = came.reindex(index=size.index, columns=range(1, 5)).div(size, axis=0)
for cohort in triangle.index:
    for age in triangle.columns:
        over = cohort.end_time + pd.Timedelta(days=91 * (age + 1))
        if over > END + pd.Timedelta(days=1):
            triangle.loc[cohort, age] = np.nan
triangle.round(2)

# %% [markdown]
# ## Boxes until cancelled
#
# The box has a contract, so its end is a date; but many subscriptions are young.
#
# **Task.** From `box_deliveries`, count by `box_number` those at risk and those who cancelled after it, as `box` with columns `risk` and `left`; add `hazard` and `stay`, the share who stay after it.

# %% tags=["solution"]
box = (
    data["box_deliveries"]
    .groupby("box_number")
    .agg(risk=("box_number", "size"), left=("is_cancelled_after", "sum"))
)
box["hazard"] = box["left"] / box["risk"]
box["stay"] = (1 - box["hazard"]).cumprod()
box.head(12).round(3)

# %% [markdown]
# ## A forecast from six boxes
#
# Suppose the box were six months old. One rate for all forecasts too few, because those quick to cancel leave first.
# Let the rate differ between people instead, by a beta distribution with parameters $a$ and $b$.
# Then the hazard after box $t$ is $a / (a + b + t - 1)$, which falls with $t$ although nobody changes.
#
# **Task.** Use the first six boxes only.
# Keep as `flat` the forecast of one rate for twelve boxes, from `rate`, leavers over those at risk.
# For the other, write `hazards(a, b, boxes)`, an array of the hazards from the first box on, and find the `a` and `b` with the largest log-likelihood, the sum over boxes of $left \cdot \log h + (risk - left) \cdot \log(1 - h)$, on a grid of `np.geomspace(0.1, 20, 120)` for `a` and `np.geomspace(0.5, 120, 120)` for `b`; keep its share after twelve as `mixed`.

# %% tags=["solution"]
early = box.loc[:6]
rate = early["left"].sum() / early["risk"].sum()
flat = (1 - rate) ** 12


def hazards(a, b, boxes):
    """Return the hazard after each box when rates differ by a beta."""
    return a / (a + b + np.arange(boxes))


best = max(
    (
        (
            early["left"] * np.log(hazards(a, b, 6))
            + (early["risk"] - early["left"]) * np.log(1 - hazards(a, b, 6))
        ).sum(),
        a,
        b,
    )
    for a in np.geomspace(0.1, 20, 120)
    for b in np.geomspace(0.5, 120, 120)
)
_, a, b = best
mixed = np.prod(1 - hazards(a, b, 12))
print(f"flat {flat:.2f}, mixed {mixed:.2f} (a {a:.1f}, b {b:.1f})")
print(f"counted after twelve: {box.loc[12, 'stay']:.2f}")

# %%
number = np.arange(1, 13)
lines = pd.concat(
    [
        pd.DataFrame(
            {"box": number, "stay": box.loc[:12, "stay"], "what": "counted"}
        ),
        pd.DataFrame({"box": number, "stay": (1 - rate) ** number, "what": "flat"}),
        pd.DataFrame(
            {
                "box": number,
                "stay": np.cumprod(1 - hazards(a, b, 12)),
                "what": "mixed",
            }
        ),
    ]
)


def forecasts(width):
    return (
        alt.Chart(lines)
        .mark_line()
        .encode(
            x=alt.X("box:Q", title="Boxes"),
            y=alt.Y("stay:Q", title="Share who stay"),
            color="what:N",
            strokeDash="what:N",
        )
        .properties(width=width, height=220)
    )


at_end = lines[lines["box"] == 12].set_index("what")["stay"]
charts.show(
    forecasts,
    title="One rate for all forecasts too few",
    alternative="Share who stay after twelve boxes: "
    + ", ".join(f"{what} {share:.2f}" for what, share in at_end.items())
    + ".",
    data=lines.round(3),
)

# %% [markdown]
# ## Against the answer key

# %%
latent = data.truth["latents/orders"].set_index("order_id")
leaving = latent.loc[first["order_id"], "leave_chance"].to_numpy()
by_year = pd.Series(leaving).groupby(first["year"].to_numpy()).mean()
truth = cxdata.answer_key(data)["box_retention"]["realised"]["value"] / 100
naive = first.groupby("year")["again"].mean()
assert naive[2024] < naive[2023] - 0.15, "the second year should look worse"
assert abs(back[2024] - back[2023]) < 0.08, "at the same age it is not"
assert abs(by_year[2024] - by_year[2023]) < 0.02, "and the key agrees"
assert triangle.isna().sum().sum() > 10 and triangle.iloc[0].notna().all()
assert box.loc[1, "hazard"] > 2 * box.loc[7:12, "left"].sum() / (
    box.loc[7:12, "risk"].sum()
)
assert abs(mixed - truth) < abs(flat - truth), (
    "rates that differ should forecast better than one for all"
)
print("All as the answer key has it.")

# %% [markdown]
# ## Key points
#
# - Compare cohorts at the same age, and leave cells empty that are not over.
# - Whoever has not got there yet is watched until the data end: neither dropped nor counted as never.
# - The hasty leave first, so the rate falls with age though nobody changes; one rate for all forecasts too few.
# - Without a contract the end is never seen. Silence has to be read, with its errors.
