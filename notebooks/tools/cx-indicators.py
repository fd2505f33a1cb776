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
#     title: "Signal in a monthly line: false alarms, false links and a limit"
#     minutes: 60
#     questions:
#       - How much of an indicator's movement from month to month is more than chance?
#       - Which indicators lead to which, and where do you see it?
#     objectives:
#       - Split the variance of a monthly line into signal and sampling noise.
#       - Count true and false alarms of a rule, and simulate how often it rings when nothing happens.
#       - Test a link on customers, and see what monthly lines make of it.
#       - Take the season out of two lines before you correlate them.
#     prerequisites:
#       - You can group pandas data frames by month.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
orders = data["orders"].sort_values(["customer_id", "ordered_at"])
orders["month"] = orders["ordered_at"].dt.to_period("M")
parcels = data["deliveries"].merge(
    orders[["order_id", "month", "product_family"]], on="order_id"
)
calls = data["surveys"].query("programme == 'callback_after_order' and answered")
calls = calls.merge(orders[["order_id", "month"]], on="order_id")
calls[["order_id", "month", "ltr", "csat"]].head()

# %% [markdown]
# The board reads three of its lines here: late parcels, the NPS, and the satisfied of the call-back.
#
# ## Three lines
#
# An NPS is a mean too: of answers that count plus a hundred for promoters, minus a hundred for detractors, nought for the rest.
# So each line is a monthly mean, and its squared standard error is the variance of its values over their number.
#
# **Task.** Write a function `line(values, months)` that returns, by month, the `mean` of the values, their number `n`, and the squared standard error `noise`.
# Keep the lines in a dictionary `lines` under `late`, `nps` and `satisfied`, all in percent or points.


# %% tags=["solution"]
def line(values, months):
    """Return mean, number and squared standard error of the values by month."""
    by = pd.Series(values.to_numpy(float)).groupby(months.to_numpy())
    found = pd.DataFrame({"mean": by.mean(), "n": by.size()})
    found["noise"] = by.var() / found["n"]
    return found


balance = (calls["ltr"] >= 9).astype(int) - (calls["ltr"] <= 6).astype(int)
lines = {
    "late": line(100 * parcels["is_late"], parcels["month"]),
    "nps": line(100 * balance, calls["month"]),
    "satisfied": line(100 * (calls["csat"] >= 4), calls["month"]),
}
lines["nps"].head().round(1)

# %% [markdown]
# ## Signal and noise
#
# The variance of a line over its months holds what really changed and what sampling adds:
#
# $$\text{signal} = 1 - \frac{\overline{e^2}}{s^2}$$
#
# with $s^2$ the variance of the monthly means and $\overline{e^2}$ the mean of the column `noise`.
#
# **Task.** Give the signal of each line as a series `signal`, in percent.

# %% tags=["solution"]
signal = pd.Series(
    {
        name: 100 * (1 - one["noise"].mean() / one["mean"].var())
        for name, one in lines.items()
    }
)
signal.round(0)

# %% [markdown]
# Two thirds of what the NPS does from month to month is sampling.
#
# ## The rule of ten points
#
# The board orders an inquiry when the NPS moves by ten points or more.
#
# **Task.** In how many months did it ring?
# Keep the changes as `moved`, a series by month without the first.

# %% tags=["solution"]
moved = lines["nps"]["mean"].diff().dropna()
print(f"{(moved.abs() >= 10).sum()} alarms in {len(moved)} changes")

# %% [markdown]
# How often would it ring if nothing ever changed?
#
# **Task.** Simulate it: draw, two thousand times, two months from one and the same pool of answers, `balance`, each with the median number of answers a month.
# Keep the share of pairs whose scores differ by ten points or more as `by_chance`.

# %% tags=["solution"]
rng = np.random.default_rng(7)
size = int(lines["nps"]["n"].median())
draws = 100 * rng.choice(balance.to_numpy(), size=(2_000, 2, size)).mean(axis=2)
by_chance = (np.abs(draws[:, 0] - draws[:, 1]) >= 10).mean()
print(f"with {size} answers a month the rule rings {by_chance:.0%} of the time")

# %% [markdown]
# A rule that rings every other month in a company where nothing happens is a coin.
#
# ## Who leads whom
#
# Do late parcels keep customers from coming back?
# Look at customers first: an order counts as repeated when the same customer orders again within `180` days.
# Only orders before `2024-07-01` can be followed that long.
#
# **Task.** Add to `orders` a column `repeat`, one or nought, empty from `2024-07-01` on.
# Among web orders, give the shares that are repeated after late and after punctual parcels, and their difference with its interval (the squared standard errors add up). Keep the difference in points as `link` and its standard error as `link_error`.

# %% tags=["solution"]
gap = orders.groupby("customer_id")["ordered_at"].shift(-1) - orders["ordered_at"]
orders["repeat"] = (gap.dt.days <= 180).astype(float)
orders.loc[orders["ordered_at"] >= "2024-07-01", "repeat"] = np.nan
followed = parcels.merge(orders[["order_id", "repeat"]], on="order_id").dropna(
    subset=["repeat"]
)
late, punctual = (
    followed.loc[followed["is_late"] == side, "repeat"] for side in (True, False)
)
link = 100 * (late.mean() - punctual.mean())
link_error = 100 * np.sqrt(late.sem() ** 2 + punctual.sem() ** 2)
print(
    f"late {late.mean():.0%}, punctual {punctual.mean():.0%}: {link:+.0f} points,"
    f" from {link - 1.96 * link_error:+.0f} to {link + 1.96 * link_error:+.0f}"
)

# %% [markdown]
# (Some customers stand in several rows; an interval that allows for it is hardly wider here, as the page shows.)
#
# **Task.** Now as a board would look: correlate the monthly share of satisfied with the monthly share of repeated orders, as `by_month`.

# %% tags=["solution"]
repeated = orders.groupby("month")["repeat"].mean().dropna()
both = pd.concat(
    [lines["satisfied"]["mean"], repeated], axis=1, keys=["satisfied", "repeat"]
).dropna()
by_month = both.corr().iloc[0, 1]
print(f"{len(both)} months, correlation {by_month:+.2f}")

# %% [markdown]
# Nothing to see: both lines are mostly noise, and the few months that differ drown in it.
# The customers of one month differ from each other far more than one month from the next.
#
# ## Lamps and late parcels
#
# **Task.** Correlate the monthly share of lighting among orders (`product_family`) with the late parcels, as `plain`; then subtract from both lines the mean of each calendar month, and correlate again, as `bare`.

# %% tags=["solution"]
lamps = (
    100 * (orders["product_family"] == "lighting").groupby(orders["month"]).mean()
)
pair = pd.concat([lamps, lines["late"]["mean"]], axis=1, keys=["lamps", "late"])
plain = pair.corr().iloc[0, 1]
deviation = pair - pair.groupby(pair.index.month).transform("mean")
bare = deviation.corr().iloc[0, 1]
print(f"as they are {plain:+.2f}, without the season {bare:+.2f}")

# %% [markdown]
# ## A limit for late parcels
#
# A point asks for a cause when it leaves the band of chance.
# With the share $\bar p$ of all parcels, and $n$ parcels in a month, $z = (p - \bar p) / \sqrt{\bar p (1 - \bar p) / n}$; real shares move a little more than that, so stretch the band by the mean distance of neighbouring $z$, divided by `1.128` (Laney's chart).
#
# **Task.** Keep a table `band` with `month`, `value`, `low`, `high` in percent, the limits three stretched standard errors from the centre, low cut at nought, and give the months beyond.

# %% tags=["solution"]
share, n = lines["late"]["mean"] / 100, lines["late"]["n"]
centre = parcels["is_late"].mean()
error = np.sqrt(centre * (1 - centre) / n)
stretch = ((share - centre) / error).diff().abs().mean() / 1.128
band = pd.DataFrame(
    {
        "month": share.index.to_timestamp(),
        "value": 100 * share,
        "low": (100 * (centre - 3 * stretch * error)).clip(lower=0),
        "high": 100 * (centre + 3 * stretch * error),
    }
).reset_index(drop=True)
band["beyond"] = (band["value"] > band["high"]) | (band["value"] < band["low"])
band[band["beyond"]].round({"value": 1, "low": 1, "high": 1})


# %%
def chart(width):
    base = alt.Chart(band).encode(x=alt.X("month:T", title=None))
    y = alt.Y("low:Q", title="Late parcels, %")
    colour = alt.condition(
        "datum.beyond", alt.value(charts.BAD), alt.value(charts.INK)
    )
    return (
        base.mark_area(opacity=0.18, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
        + base.mark_line(color=charts.INK, strokeWidth=1.5).encode(y="value:Q")
        + base.mark_point(opacity=1, size=55).encode(y="value:Q", color=colour)
    ).properties(width=width, height=200)


charts.show(
    chart,
    title="One month leaves the band of chance",
    alternative="Late parcels by month, in percent: "
    + ", ".join(f"{row.month:%b %Y} {row.value:.0f}" for row in band.itertuples())
    + ".",
    data=band[["value", "low", "high"]].assign(
        month=[f"{one:%b %Y}" for one in band["month"]]
    )[["month", "value", "low", "high"]],
    columns={name: Column(digits=1) for name in ("value", "low", "high")},
)

# %% [markdown]
# ## Against the answer key
#
# The key has the recommendation that each order would have got, asked or not: the line without sampling noise.

# %%
key = data.truth["latents/orders"].merge(
    orders[["order_id", "month"]], on="order_id"
)
true_balance = (key["ltr"] >= 9).astype(int) - (key["ltr"] <= 6).astype(int)
true_nps = (100 * true_balance).groupby(key["month"]).mean()
true_moved = true_nps.diff().reindex(moved.index)
rung, real = moved.abs() >= 10, true_moved.abs() >= 10
hits = rung & real & (np.sign(moved) == np.sign(true_moved))
true_signal = 100 * true_nps.var() / lines["nps"]["mean"].var()
print(
    f"{rung.sum()} alarms, {real.sum()} real changes, {hits.sum()} in common;"
    f" signal {signal['nps']:.0f}%, by the key {true_signal:.0f}%"
)
assert abs(signal["nps"] - true_signal) < 20, (
    "the signal from answers alone should come near the key's"
)
assert hits.sum() < rung.sum() / 4, "most alarms should be false"
assert by_chance > 0.3, "the rule should ring often when nothing happens"
assert link + 1.96 * link_error < 0 and abs(by_month) < 0.3, (
    "customers should show a link that months do not"
)
assert abs(bare) < plain / 2, "the season should carry the lamps' correlation"
assert list(band.loc[band["beyond"], "month"].dt.strftime("%Y-%m")) == ["2023-12"]

# %% [markdown]
# ## Key points
#
# - Before you explain a month, know how much of the line's movement is sampling.
# - Test an alarm rule on data in which nothing happens.
# - Links between indicators show on customers; months are few, noisy and share seasons.
# - Take the season out of both lines before you believe a correlation.
# - A limit from the data's own quiet movement rings seldom, and then for a cause.
