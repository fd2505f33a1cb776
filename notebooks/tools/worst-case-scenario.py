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
#     title: "What has not happened yet: rates, bounds and runs of bad days"
#     minutes: 45
#     questions:
#       - What do months without a disaster allow you to say?
#       - How much of the trouble comes from the disaster that everybody remembers?
#     objectives:
#       - Bound the rate of what was never seen by the rule of three, and check the rule by simulation.
#       - See the bound fail when bad days come in runs, and count episodes instead.
#       - Split late parcels into usual days, Christmas and the jam.
#       - Compare multiplied ranks with losses a year.
#     prerequisites:
#       - You can group and resample pandas data frames, and know what a Poisson count is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic parcels and calls, no network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, risks
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
calendar = data["calendar"].assign(date=lambda t: pd.to_datetime(t["date"]))
log = calendar.dropna(subset=["incident"]).set_index("date")["incident"].astype(str)
log.groupby(log).size()

# %% [markdown]
# ## The rule of three
#
# After $n$ trials without an event the rate lies below $3/n$, with 95% confidence.

# %%
trials = 233
random = np.random.default_rng(7)

# %% [markdown]
# **Task.** Check it. For a rate of exactly $3/n$ and `trials` trials, simulate many records and keep the share of them without any event as `never`. It should be about one in twenty.

# %% tags=["solution"]
records = random.binomial(trials, risks.most_when_never_seen(trials), size=20_000)
never = (records == 0).mean()
print(f"bound {risks.most_when_never_seen(trials):.2%}; quiet records {never:.1%}")

# %% [markdown]
# ## Quiet months
#
# A day on which more than this share of callers give up counts as bad.

# %%
limit = 0.15
jam = log.index[log == "warehouse_software_change"]
last = "2024-12-31"

# %% [markdown]
# **Task.** From `contact_volumes`, sum `calls_offered` and `calls_abandoned` by day up to `last` to a table `days`, with `share` (abandoned of offered) and `bad`, a share above `limit`. Split it at the first day of the jam into `quiet` and `after`. How many bad days has each, and which share did the rule of three allow (`bound`)?

# %% tags=["solution"]
volumes = data["contact_volumes"]
days = volumes.groupby(volumes["starts_at"].dt.normalize())[
    ["calls_offered", "calls_abandoned"]
].sum()
days = days.loc[:last]
days["share"] = days["calls_abandoned"] / days["calls_offered"]
days["bad"] = days["share"] > limit
quiet, after = days[days.index < jam.min()], days[days.index >= jam.min()]
bound = risks.most_when_never_seen(len(quiet))
print(f"quiet: {quiet['bad'].sum()} of {len(quiet)}, so at most {bound:.1%}")
print(f"after: {after['bad'].sum()} of {len(after)}, {after['bad'].mean():.1%}")

# %% [markdown]
# The bound was broken three times over. The rule wants independent trials.
#
# ## Runs
#
# **Task.** Given that yesterday was bad, how often is today? Keep the share as `next_bad`. Then count episodes in `after`: bad days at most three days apart belong together. Keep their number as `episodes`, and compare the interval of their rate a year, `low` to `high`, with the bound from the quiet months, in years, `allowed`.

# %% tags=["solution"]
yesterday = after["bad"].shift(fill_value=False)
next_bad = after.loc[yesterday, "bad"].mean()
dates = after.index[after["bad"]]
episodes = 1 + int((np.diff(dates) > pd.Timedelta(days=3)).sum())
quiet_years = (jam.min() - days.index.min()).days / 365.25
after_years = (days.index.max() - jam.min()).days / 365.25
allowed = risks.most_when_never_seen(quiet_years)
low, high = risks.rate_interval(episodes, after_years)
print(f"after a bad day: {next_bad:.0%} bad; in general {after['bad'].mean():.0%}")
print(f"{episodes} episodes, {low:.1f} to {high:.1f} a year; bound {allowed:.1f}")

# %% [markdown]
# ## The disaster that everybody remembers
#
# **Task.** Merge orders and deliveries to `parcels`. By the promised day, split them into the jam, Christmas (`is_christmas_business` of the calendar) and the usual days without an entry in the log. With the usual share of late parcels as `usual`, how many late parcels did jam and Christmas add? Keep them as `jam_added` and `christmas_added`.

# %% tags=["solution"]
parcels = data["orders"][["order_id", "amount_eur"]].merge(
    data["deliveries"], on="order_id"
)
parcels["date"] = pd.to_datetime(parcels["promised_on"])
rush = set(calendar.loc[calendar["is_christmas_business"], "date"])
christmas = parcels["date"].isin(rush)
jammed = parcels["date"].isin(jam)
usual = parcels.loc[~parcels["date"].isin(log.index) & ~christmas, "is_late"].mean()
jam_added = parcels.loc[jammed, "is_late"].sum() - usual * jammed.sum()
christmas_added = parcels.loc[christmas, "is_late"].sum() - usual * christmas.sum()
print(f"of {parcels['is_late'].sum()} late parcels the jam added {jam_added:.0f},")
print(f"two Christmas seasons {christmas_added:.0f}")

# %%
months = parcels.set_index("date")["is_late"].resample("MS").agg(["mean", "size"])
months = months[months["size"] > 100].reset_index()
months["percent"] = 100 * months["mean"]


def bars(width):
    return (
        alt.Chart(months)
        .mark_bar(size=10 if width > charts.NARROW else 6)
        .encode(
            x=alt.X(
                "date:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=6)
            ),
            y=alt.Y("percent:Q", title="Late parcels, %"),
        )
        .properties(width=width - 40, height=220)
    )


charts.show(
    bars,
    title="The jam has one month, Christmas comes back",
    alternative="Share of late parcels by month promised, highest months: "
    + ", ".join(
        f"{row.date:%B %Y} {row.percent:.0f}%"
        for row in months.nlargest(4, "percent").itertuples()
    )
    + ".",
    data=months.assign(month=months["date"].dt.strftime("%Y-%m"))[
        ["month", "percent"]
    ],
    columns={"percent": Column(digits=1)},
)

# %% [markdown]
# ## Ranks
#
# The table below has losses each time as the page has them, rounded.

# %%
register = pd.DataFrame(
    {"seen": [4_400, 1_380, 2, 1, 1], "loss": [25, 50, 6_200, 4_500, 2_100]},
    index=["late", "damaged", "christmas", "jam", "recall"],
)
years = 2

# %% [markdown]
# **Task.** Add the loss a year, the matrix score (`risks.matrix_score`) and both orders. Keep as `turned` the number of pairs that the score puts the other way round than the loss does; `risks.risk_grid` counts them too.

# %% tags=["solution"]
grid = risks.risk_grid(
    register["seen"].tolist(), register["loss"].tolist(), years=years
)
register["a_year"], register["score"] = grid.expected, grid.score
turned = grid.turned
print(register.sort_values("a_year", ascending=False).to_string())
print(turned, "of 10 pairs turned round")

# %% [markdown]
# ## One jam, how many a year?
#
# This step is not on the page.
#
# **Task.** One jam in two years. Draw rates from the gamma distribution with shape $1 + 1/2$ and rate $2$ (a Poisson count of one in two years, with Jeffreys' prior), and for each a number of jams in the next three years. Keep as `again` the chance of at least one.

# %% tags=["solution"]
rates = random.gamma(1.5, 1 / 2, size=50_000)
again = (random.poisson(3 * rates) > 0).mean()
print(f"at least one jam in three years: {again:.0%}")

# %% [markdown]
# ## Check
#
# Nothing was planted as a frequency, so the checks hold the data to what was said.

# %%
assert abs(never - 0.05) < 0.01, "the rule of three should leave one in twenty"
assert quiet["bad"].sum() == 0 and after["bad"].mean() > 2 * bound
assert next_bad > 5 * after["bad"].mean(), "bad days come in runs"
assert low < allowed < high, "by episodes the bound is in the interval"
assert christmas_added > 2 * jam_added > 0
assert jam_added < 0.05 * parcels["is_late"].sum()
assert turned > 4, "the matrix turns most pairs round"
assert 0.6 < again < 0.9, "likely, and not sure"

# %% [markdown]
# ## Key points
#
# - No event in $n$ independent occasions leaves a rate of up to $3/n$; nought is not on offer.
# - Bad days come in runs, so count episodes.
# - What everybody remembers may be a few parts in a hundred of the trouble.
# - Price times rate, and the chance of the worst year, are two questions; a product of ranks answers neither.
