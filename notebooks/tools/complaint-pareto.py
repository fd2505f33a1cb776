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
#     title: "Two bars and a wardrobe: a Pareto chart that doubts itself"
#     minutes: 50
#     questions:
#       - Which causes lead, by number and by cost, and how sure is their order?
#       - Is the carrier with most late complaints to blame?
#     objectives:
#       - Count causes in two currencies, with shares and a running total.
#       - Put an interval on a rank with the bootstrap, drawing customers.
#       - Say how uneven bars would be if all causes were equally frequent.
#       - Compare like with like before blaming anybody, and check it against the answer key.
#     prerequisites:
#       - You can group, join and rank pandas data frames.
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
complaints, costs = data["complaints"], data["complaint_costs"]
contacts, orders, parcels = data["contacts"], data["orders"], data["deliveries"]

# %% [markdown]
# The cause of a complaint is the `reason` of the contact that brought it; what it cost is in `complaint_costs`.
#
# ## Two currencies
#
# **Task.** Make `cases`: complaints with `reason` and `total_eur`. Then make `causes`, one row per reason, most frequent first: `number`, `cost`, the share of each in percent as `number_share` and `cost_share`, and the running total of `number_share` as `running`.

# %% tags=["solution"]
cases = complaints.merge(contacts[["contact_id", "reason"]], on="contact_id").merge(
    costs[["complaint_id", "total_eur"]], on="complaint_id"
)
cases["reason"] = cases["reason"].astype(str)
causes = cases.groupby("reason")["total_eur"].agg(number="size", cost="sum")
causes = causes.sort_values("number", ascending=False)
for name in ("number", "cost"):
    causes[f"{name}_share"] = 100 * causes[name] / causes[name].sum()
causes["running"] = causes["number_share"].cumsum()
causes.round(1)

# %% [markdown]
# Lateness leads by number, damage by cost, and two causes of ten are far from four fifths.
#
# ## How sure is a rank?
#
# **Task.** Some customers complain several times, so draw customers. Make `table`, one row per customer and one column per reason, with the number of complaints. Five hundred times, draw as many customers as there are, with replacement, add up their rows and rank the sums, largest first. Keep the ranks as a data frame `ranks`, one row per draw, and give the middle 95% for each cause.

# %% tags=["solution"]
table = pd.crosstab(cases["customer_id"], cases["reason"])[causes.index]
rng = np.random.default_rng(7)
sums = []
for _ in range(500):
    drawn = rng.integers(0, len(table), len(table))
    sums.append(table.to_numpy()[drawn].sum(axis=0))
ranks = pd.DataFrame(sums, columns=causes.index).rank(axis=1, ascending=False)
ranks.quantile([0.025, 0.975]).T.round().astype(int)

# %% [markdown]
# Only the first two places are sure.
#
# ## If all causes were alike
#
# Bars sorted by size fall even when nothing but luck made them.
#
# **Task.** Throw as many complaints as there are into ten equal causes, sort the counts, and repeat it a thousand times with `rng`. Keep the mean sorted shares in percent as column `luck` of `causes`, and draw them beside the real ones.

# %% tags=["solution"]
thrown = rng.multinomial(len(cases), [1 / len(causes)] * len(causes), size=1_000)
causes["luck"] = 100 * np.sort(thrown, axis=1)[:, ::-1].mean(axis=0) / len(cases)
drawn = causes.reset_index()


def bars(width):
    y = alt.Y("reason:N", sort=list(causes.index), title=None)
    x = alt.X("number_share:Q", title="Complaints, %")
    base = alt.Chart(drawn).encode(y=y)
    return (
        base.mark_bar(color=charts.NEUTRAL).encode(x=x)
        + base.mark_tick(color=charts.BAD, thickness=3, size=18).encode(x="luck:Q")
    ).properties(width=width if width > 400 else width - 110, height=260)


charts.show(
    bars,
    title="The two leaders are far above luck, the middle is not",
    alternative="Share of complaints, and share that luck alone would give its rank: "
    + ", ".join(
        f"{row.reason} {row.number_share:.0f}% ({row.luck:.0f}%)"
        for row in drawn.itertuples()
    )
    + ".",
    note="Red: mean share of that rank if ten causes were equally frequent.",
    data=drawn[["reason", "number", "number_share", "luck"]],
    columns={name: Column(digits=1) for name in ("number_share", "luck")},
)

# %% [markdown]
# ## Who is to blame?
#
# **Task.** Make `sent`: parcels with `is_bulky` and `ordered_at` of their orders, and a column `aubrac` for the carrier Aubrac Express. Give its share of parcels and of complaints about late delivery. Then the plain difference between its lateness and that of the others, in percentage points, as `plain`.

# %% tags=["solution"]
sent = parcels.merge(orders[["order_id", "is_bulky", "ordered_at"]], on="order_id")
sent["aubrac"] = sent["carrier"] == "Aubrac Express"
late = cases[cases["reason"] == "late_delivery"].merge(
    sent[["order_id", "aubrac", "is_bulky"]], on="order_id"
)
lateness = 100 * sent.groupby("aubrac")["is_late"].mean()
plain = lateness[True] - lateness[False]
print(
    f"{sent['aubrac'].mean():.0%} of parcels, {late['aubrac'].mean():.0%} of late"
    f" complaints; plain difference {plain:+.1f} points"
)

# %% [markdown]
# **Task.** Give the share of bulky parcels by `aubrac`. Then compare lateness by `aubrac` within bulk, `mode` and quarter of the order, weighted by the size of the strata, and keep it as `within`. Do the same for bulky parcels against small ones, within carrier, mode and quarter, and keep it as `bulk`. Write one function for both.


# %% tags=["solution"]
def alike(rows, treatment, strata):
    """Return the difference in lateness within strata, in percentage points."""
    cells = rows.groupby([*strata, treatment], observed=True)["is_late"]
    cells = cells.agg(["mean", "size"]).unstack().dropna()
    size = cells["size"].sum(axis=1)
    gap = cells["mean"][True] - cells["mean"][False]
    return 100 * (size * gap).sum() / size.sum()


sent["quarter"] = sent["ordered_at"].dt.to_period("Q").astype(str)
within = alike(sent, "aubrac", ["is_bulky", "mode", "quarter"])
bulk = alike(sent, "is_bulky", ["carrier", "mode", "quarter"])
print((100 * sent.groupby("aubrac")["is_bulky"].mean()).round(0).to_dict())
print(f"Aubrac, like with like {within:+.1f} points; bulky {bulk:+.1f} points")

# %% [markdown]
# The carrier is given what is hard to carry.
#
# ## The grain
#
# **Task.** Cut lateness and damage by `product_family`, leave the other causes whole, and count again. Keep the counts, largest first, as `cut`. Who is first now?

# %% tags=["solution"]
named = cases.merge(orders[["order_id", "product_family"]], on="order_id")
is_cut = named["reason"].isin(["late_delivery", "damaged_item"])
finer = named["reason"] + " of " + named["product_family"].astype(str)
cut = named["reason"].where(~is_cut, finer).value_counts()
cut.head(4)

# %% [markdown]
# ## Against the answer key
#
# No single planted effect answers a ranking, but the truth of the run knows what went wrong with each order, and who turned away for good.

# %%
truth = data.truth["latents/orders"]
usual = truth.loc[~truth["has_problem"], "lost"].mean()
wrong = truth[truth["has_problem"]].groupby(truth["problem"].astype(str))["lost"]
lost = (wrong.sum() - usual * wrong.size()).sort_values(ascending=False)
print(lost.round(0).to_string())
assert (
    causes.index[0] == "late_delivery" and causes["cost"].idxmax() == "damaged_item"
), "number and cost should put different causes first"
assert (ranks["late_delivery"] == 1).mean() > 0.95, "the first rank should be sure"
assert abs(within) < 1 < 5 < plain and bulk > 15, (
    "the carrier should be innocent and the bulk should not"
)
assert cut.index[0] == "return_refund", "a finer cut should change the leader"
assert (
    lost.index[0] == "late_parcel" and lost.iloc[0] > 2.5 * lost["damaged_parcel"]
), "by the key lateness should drive away far more than complaints let you think"

# %% [markdown]
# ## Key points
#
# - Count in every currency that somebody pays in; the leader may change, the leading pair seldom does.
# - A rank has an interval. Below the leaders it often spans three places.
# - Sorted bars fall by luck alone; draw what luck would give.
# - A bar says where cases are. Compare like with like before you say why.
# - Who cuts the list finer changes the leader, and who keeps silent is in no bar.
