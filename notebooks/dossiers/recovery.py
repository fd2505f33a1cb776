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
#     title: "Under water: how many disappointed customers never complain?"
#     minutes: 60
#     questions:
#       - How many dissatisfied customers does a complaints desk never hear of?
#       - Where are more customers lost, among those who complain or among the silent?
#     objectives:
#       - Estimate a part that leaves no trace from a sample that was drawn by lot.
#       - See why those who get in touch cannot stand for those who do not.
#       - Follow customers forward for a fixed time, so that late orders are not taken for losses.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers, made in seconds without a network.
# ---

# %%
import numpy as np
import pandas as pd

import cxdata

data = cxdata.edition("tilmarenne", "study")
orders, contacts = data["orders"], data["contacts"]
complaints, surveys = data["complaints"], data["surveys"]
print(f"{len(orders):,} orders, {len(complaints):,} complaints")
complaints[
    ["complaint_id", "order_id", "received_at", "replied", "is_resolved"]
].head()

# %% [markdown]
# ## The tip
#
# **Task.** How many of a thousand orders are followed by a complaint? Of complaints, what share is answered, and of the answered, what share is settled?

# %% tags=["solution"]
tip = 1000 * orders["order_id"].isin(complaints["order_id"]).mean()
answered = complaints["replied"]
settled = complaints["is_resolved"].fillna(False).astype(bool)
print(
    f"{tip:.1f} of a thousand orders; {answered.mean():.0%} answered,"
    f" {settled[answered].mean():.0%} of them settled"
)

# %% [markdown]
# A desk that knows nothing but its own files would stop here.
#
# ## Those who get in touch
#
# Why not look at everybody who contacted the company, for whatever reason, and was asked for a mark afterwards?
# A mark of one or two out of five is a dissatisfied customer.
#
# **Task.** Mark each order with `dissatisfied_by_phone`: the call-back after the order (`callback_after_order`) was answered with a `csat` of one or two. Call-backs go to orders drawn by lot. Keep the answered call-backs as `called`, with the columns `order_id` and `csat`, and with two claims: `complained`, whether the order has a complaint, and `in_touch`, whether it has any contact at all.

# %% tags=["solution"]
is_call = (surveys["programme"] == "callback_after_order") & surveys["answered"]
called = surveys.loc[is_call, ["order_id", "csat"]].dropna()
called["complained"] = called["order_id"].isin(complaints["order_id"])
called["in_touch"] = called["order_id"].isin(contacts["order_id"])
called["dissatisfied_by_phone"] = called["csat"] <= 2
called[["dissatisfied_by_phone", "complained", "in_touch"]].mean().round(3)


# %% [markdown]
# **Task.** Write `wilson`, the 95 % Wilson interval of a share, and compute twice the share of dissatisfied orders that were never complained of, in percent with both ends: among those in touch and among all who were called back. Keep the two triples as `silent["tempting"]` and `silent["right"]` of a dictionary `silent`.


# %% tags=["solution"]
def wilson(count, total, z=1.96):
    """Return the ends of the 95 % Wilson interval of a share."""
    share = count / total
    centre = share + z**2 / (2 * total)
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return (centre - half) / scale, (centre + half) / scale


bad = called[called["dissatisfied_by_phone"]]
silent = {}
for name, rows in (("tempting", bad[bad["in_touch"]]), ("right", bad)):
    low, high = wilson((~rows["complained"]).sum(), len(rows))
    silent[name] = (100 * (~rows["complained"]).mean(), 100 * low, 100 * high)
    print(
        f"{name}: {silent[name][0]:.1f}% silent, from {100 * low:.1f}%"
        f" to {100 * high:.1f}%, {len(rows)} dissatisfied orders"
    )

# %% [markdown]
# Those in touch are the ones who speak; of course fewer of them are silent.
# The lot reaches also those who never call.
#
# ## The size of the part under water
#
# **Task.** From the call-backs, how many of a thousand orders leave a dissatisfied buyer who never complains? Give the interval.

# %% tags=["solution"]
under_water = called["dissatisfied_by_phone"] & ~called["complained"]
low, high = wilson(under_water.sum(), len(called))
print(
    f"{1000 * under_water.mean():.0f} of a thousand, from {1000 * low:.0f}"
    f" to {1000 * high:.0f}; the desk sees {tip:.0f}"
)

# %% [markdown]
# ## Who comes back?
#
# Give everybody the same time: half a year after the order, so only orders that are at least half a year old when the data end.
# A customer counts as back with a further order within that time, `pd.Timedelta(days=183)`.
#
# **Task.** Add `comes_back` to `called` for such orders, and compare three groups: not dissatisfied, dissatisfied and silent, dissatisfied and complained.

# %% tags=["solution"]
span = pd.Timedelta(days=183)
ordered = orders.sort_values("ordered_at")
following = ordered.groupby("customer_id")["ordered_at"].shift(-1)
ordered["comes_back"] = (following - ordered["ordered_at"]) <= span
old_enough = ordered["ordered_at"] <= ordered["ordered_at"].max() - span
followed = called.merge(
    ordered.loc[old_enough, ["order_id", "comes_back"]], on="order_id"
)
group = np.select(
    [~followed["dissatisfied_by_phone"], ~followed["complained"]],
    ["not dissatisfied", "dissatisfied, silent"],
    "dissatisfied, complained",
)
back = followed.groupby(group)["comes_back"].agg(["size", "sum", "mean"])
back["low"], back["high"] = zip(
    *(wilson(row["sum"], row["size"]) for _, row in back.iterrows()), strict=True
)
back.round(2)

# %% [markdown]
# Some who do not come back within half a year come back later, contented customers too; so read the difference, not the level.
#
# **Task.** How many customers does Tilmarenne lose in each of the two dissatisfied groups, of a thousand orders, over and above the contented? Take the call-backs for the size of the groups, and keep the numbers by group as `lost`.

# %% tags=["solution"]
content = back.loc["not dissatisfied", "mean"]
size = {
    "dissatisfied, silent": 1000 * under_water.mean(),
    "dissatisfied, complained": 1000
    * (called["dissatisfied_by_phone"] & called["complained"]).mean(),
}
lost = {
    name: many * (content - back.loc[name, "mean"]) for name, many in size.items()
}
for name, many in lost.items():
    print(f"{name}: {size[name]:.0f} orders, {many:.1f} customers lost more")

# %% [markdown]
# It is a comparison of groups that differ in more than their mark, so do not call it what dissatisfaction costs.
# As an order of magnitude it says where to look.
#
# ## Against the answer key
#
# The company is invented, so the share of the silent is known.
# Look at it now, not before.

# %%
truth = cxdata.answer_key(data)["silent_dissatisfied"]["planted"]["value"]
print(
    f"key {truth:.1f}%; by lot {silent['right'][0]:.1f}%;"
    f" in touch {silent['tempting'][0]:.1f}%"
)
assert silent["right"][1] < truth < silent["right"][2], (
    "the lot should hold the key"
)
assert silent["tempting"][2] < truth, "those in touch should miss it"
assert lost["dissatisfied, silent"] > lost["dissatisfied, complained"], (
    "more should be lost among the silent"
)

# %% [markdown]
# ## Key points
#
# - What leaves no trace can be estimated from a sample drawn by lot, and from nothing else.
# - Those in touch stand for those in touch.
# - Follow everybody for the same time, or young orders look like lost customers.
# - The silent leave less often than those who complain, and are so many that they are most of the loss.
