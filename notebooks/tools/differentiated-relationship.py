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
#     title: "The best customers of last year"
#     minutes: 60
#     questions:
#       - What are the best customers of one year worth in the next?
#       - Which attention pays for whom?
#     objectives:
#       - Forecast one year from another, with regression to the mean.
#       - Give a lifetime value an interval, and see what it hangs on.
#       - Simulate a useless programme that looks like a success.
#     prerequisites:
#       - You can pivot and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts

data = cxdata.edition("tilmarenne", "class")
orders = data["orders"].assign(year=data["orders"]["ordered_at"].dt.year)
margin, discount = 0.35, 0.10
orders[["customer_id", "ordered_at", "amount_eur"]].head()

# %% [markdown]
# ## Two years side by side
#
# **Task.** Sum `amount_eur` by customer and year; keep those who bought in the first year as `base`, with columns `before` and `after` (nought for who did not come back).
# Add `tenth`, from `1` to `10`, by rank of `before`.

# %% tags=["solution"]
spent = orders.pivot_table(
    index="customer_id",
    columns="year",
    values="amount_eur",
    aggfunc="sum",
    fill_value=0,
)
base = spent.rename(columns={2023: "before", 2024: "after"})
base = base[base["before"] > 0].copy()
base["tenth"] = pd.qcut(base["before"].rank(method="first"), 10, labels=False) + 1
base.groupby("tenth")[["before", "after"]].mean().round(0)

# %% [markdown]
# ## A forecast
#
# **Task.** Keep the slope of `after` on `before` as `slope`, covariance over variance, and the forecast of each customer as `base["forecast"]`.
# Keep the highest tenth as `top`, and compare its mean forecast and mean `after` with its mean `before`.

# %% tags=["solution"]
slope = base["before"].cov(base["after"]) / base["before"].var()
base["forecast"] = base["after"].mean() + slope * (
    base["before"] - base["before"].mean()
)
top = base[base["tenth"] == 10]
print(f"slope {slope:.2f}")
top[["before", "forecast", "after"]].mean().round(0)

# %% [markdown]
# The slope was found on the same two years that it then describes; in practice take it from an earlier pair.
#
# ## Lifetime value
#
# **Task.** Write a function `lifetime(after, discount)`: retention $r$ is the share with purchases, $m$ the mean margin of those who have any, and the value $m r / (1 + d - r)$.
# Give the value of the highest tenth as `clv`, and its interval from a thousand draws with replacement (`np.random.default_rng(7)`) as `low` and `high`.


# %% tags=["solution"]
def lifetime(after, discount):
    """Return the lifetime value in euros from one year's spending."""
    stays = (after > 0).mean()
    yearly = margin * after[after > 0].mean()
    return yearly * stays / (1 + discount - stays)


rng = np.random.default_rng(7)
values = top["after"].to_numpy()
clv = lifetime(values, discount)
drawn = [lifetime(rng.choice(values, len(values)), discount) for _ in range(1000)]
low, high = np.percentile(drawn, [2.5, 97.5])
print(f"{clv:.0f} euros, from {low:.0f} to {high:.0f}")

# %% [markdown]
# **Task.** What would last year's margin make of it, at the same retention? Keep it as `clv_past`.

# %% tags=["solution"]
stays = (values > 0).mean()
clv_past = margin * top["before"].mean() * stays / (1 + discount - stays)
print(f"{clv_past:.0f} euros")

# %% [markdown]
# ## A programme that does nothing
#
# Customers whose spending fell by half within the first year, from at least `200` euros, are to be won back.
# We toss a coin: half get a letter that does nothing at all.
#
# **Task.** Sum spending by half-year (`0` to `3`) as `half`, for customers who joined before the first year; keep the falling ones as `falling`.
# Draw `letter`, true for half of them, with `np.random.default_rng(7)`.
# Keep the change from half-year `1` to `2` of those with a letter as `boast`, in euros, and the difference of that change between both halves as `honest`, with its standard error as `error`.

# %% tags=["solution"]
joined = data["customers"].set_index("customer_id")["joined_on"]
joined = pd.to_datetime(joined)
number = (orders["year"] - 2023) * 2 + (orders["ordered_at"].dt.month > 6)
half = orders.assign(half=number).pivot_table(
    index="customer_id",
    columns="half",
    values="amount_eur",
    aggfunc="sum",
    fill_value=0,
)
half = half[half.index.isin(joined[joined < "2023-01-01"].index)]
falling = half[(half[0] >= 2 * half[1]) & (half[0] >= 200)]
letter = np.random.default_rng(7).permutation(len(falling)) < len(falling) // 2
change = falling[2] - falling[1]
boast = change[letter].mean()
honest = boast - change[~letter].mean()
error = np.sqrt(
    change[letter].var() / letter.sum() + change[~letter].var() / (~letter).sum()
)
print(f"before and after: {boast:+.0f} euros each")
print(f"against those without: {honest:+.0f}, give or take {1.96 * error:.0f}")

# %%
means = falling.groupby(np.where(letter, "letter", "no letter")).mean()
long = means.rename_axis("who").reset_index().melt("who", var_name="half")
long["half"] = long["half"].astype(str)


def lines(width):
    return (
        alt.Chart(long)
        .mark_line(point=True)
        .encode(
            x=alt.X("half:O", title="Half-year, from early in the first year"),
            y=alt.Y("value:Q", title="Euros a customer"),
            color=alt.Color("who:N"),
            strokeDash="who:N",
        )
        .properties(width=width, height=220)
    )


charts.show(
    lines,
    title="With or without a letter, they come up again",
    alternative="Euros a customer by half-year: "
    + "; ".join(
        f"{who} " + ", ".join(f"{euros:.0f}" for euros in row)
        for who, row in zip(means.index, means.to_numpy(), strict=True)
    )
    + ".",
    data=long.round(0),
)

# %% [markdown]
# ## Against the answer key
#
# The key knows each customer's pace, the orders a year that somebody would place for good: what remains when luck is taken off.

# %%
pace = data.truth["latents/customers"].set_index("customer_id")["orders_per_year"]
lead = pace[top.index].mean() / pace[base.index].mean()
seen = top["before"].mean() / base["before"].mean()
print(f"lead of the highest tenth: spent {seen:.1f} times, pace {lead:.1f} times")
assert 1 < lead < 0.8 * seen, "the true lead should be smaller than the one seen"
assert slope < 0.4, "most of a lead should not come back"
assert abs(top["forecast"].mean() / top["after"].mean() - 1) < 0.15
assert clv_past > high, "last year's margin should overstate the value"
assert boast > 30, "a useless letter should look good before and after"
assert abs(honest) < 3 * error, "and not against those without"
print("All as the answer key has it.")

# %% [markdown]
# ## Key points
#
# - The best of one year were partly lucky. Forecast the next year before you spend on them.
# - A lifetime value has an interval, and hangs on the margin and retention you put in.
# - Groups picked for an extreme come back by themselves; only a lot tells what a programme does.
