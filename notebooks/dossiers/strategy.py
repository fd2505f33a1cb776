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
#     title: "Win, keep or grow: where does next year's margin lie?"
#     minutes: 60
#     questions:
#       - Which of the movements between two years of sales are real?
#       - What is a tenth of each lever worth once chance is taken out?
#     objectives:
#       - Break the change of sales into what became of customers.
#       - Use time read backwards, and a closed cohort, to tell loss from irregular buying.
#       - Compare three levers with intervals before comparing their prices.
#     prerequisites:
#       - You can group, pivot and filter pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers, made in seconds without a network.
# ---

# %%
import numpy as np
import pandas as pd

import cxdata

data = cxdata.edition("tilmarenne", "study")
orders, customers = data["orders"], data["customers"]
print(f"{len(customers):,} customers, {len(orders):,} orders")
orders[["order_id", "customer_id", "ordered_at", "amount_eur"]].head()

# %% [markdown]
# ## One row per customer
#
# **Task.** Make a data frame `years` with one row per customer, those without an order included: `before` and `after` for the sales of the first and of the second year in euros, nought where there are none, and `joined`, the year in which the account was opened.

# %% tags=["solution"]
years = (
    orders.groupby(["customer_id", orders["ordered_at"].dt.year])["amount_eur"]
    .sum()
    .unstack(fill_value=0.0)
    .reindex(customers["customer_id"], fill_value=0.0)
    .rename(columns={2023: "before", 2024: "after"})
)
opened = customers.set_index("customer_id")["joined_on"]
years["joined"] = pd.to_datetime(opened).dt.year
print(years[["before", "after"]].sum().map("{:,.0f}".format).to_string())

# %% [markdown]
# ## The bridge
#
# **Task.** Write `bridge(table)`, which returns the change from `before` to `after` in five parts, in millions of euros: customers who bought nothing more, bought less, bought more, woke up again (an account opened before the second year that bought nothing in the first), and opened their account in the second year.

# %% tags=["solution"]


def bridge(table):
    """Return the change of sales by what became of customers, in millions."""
    change = table["after"] - table["before"]
    bought, again = table["before"] > 0, table["after"] > 0
    parts = {
        "nothing more": bought & ~again,
        "less": bought & again & (change < 0),
        "more": bought & again & (change >= 0),
        "woke up": ~bought & again & (table["joined"] < 2024),
        "new": ~bought & again & (table["joined"] == 2024),
    }
    return pd.Series({name: change[who].sum() / 1e6 for name, who in parts.items()})


forwards = bridge(years)
forwards.round(2)

# %% [markdown]
# A third of the buyers bought nothing more.
# Are they lost?
#
# ## Read it backwards
#
# If somebody buys irregularly, a film of the purchases run backwards looks like the film itself.
# A loss does not: backwards it is a birth.
#
# **Task.** Keep the accounts opened before the first year as `old`. Swap their two years, and set both bridges side by side. Which bars hardly change in size? Keep the forward one as `old_forwards`, the swapped one as `old_backwards`.

# %% tags=["solution"]
old = years[years["joined"] < 2023]
swapped = old.rename(columns={"before": "after", "after": "before"})
old_forwards, old_backwards = bridge(old), bridge(swapped)
pd.DataFrame({"forwards": old_forwards, "backwards": old_backwards}).round(2)

# %% [markdown]
# "More" and "less" are nearly the same in both directions.
# "Nothing more" and "woke up" are not: more falls silent than wakes, and only this surplus can be leaving.
#
# ## A closed cohort
#
# **Task.** Take all of `old`, sleepers too, and compute by how much their sales fell, in millions, with a 95 % interval. The sum of $n$ independent changes with standard deviation $s$ has the standard error $s \sqrt{n}$. Keep the three numbers as `fall`.

# %% tags=["solution"]
loss = old["before"] - old["after"]
half = 1.96 * loss.std() * np.sqrt(len(loss))
fall = [x / 1e6 for x in (loss.sum(), loss.sum() - half, loss.sum() + half)]
print(f"{fall[0]:.2f} million, from {fall[1]:.2f} to {fall[2]:.2f}")

# %% [markdown]
# No customer had to be called lost for this.
#
# ## The best tenth
#
# **Task.** Rank the buyers of the first year by their sales, take the top tenth as `top`, and give its mean sales in both years. Before that, do the same backwards: rank by the second year and look at the first.

# %% tags=["solution"]
for first, second in (("after", "before"), ("before", "after")):
    buyers = years[years[first] > 0]
    top = buyers[buyers[first] >= buyers[first].quantile(0.9)]
    print(
        f"best by {first}: {top[first].mean():.0f} euros there,"
        f" {top[second].mean():.0f} in the other year"
    )

# %% [markdown]
# Those who are best in the second year were not best in the first either.
# The fall is in the choosing.
#
# ## A tenth of each lever
#
# **Task.** With a margin of three tenths of sales, what is a tenth of each lever worth: sales of accounts opened in the second year (`win`), what leaving costs (`keep`), and the sales of last year's top tenth (`best`)? Compute it plainly, from the bridge and from last year's sales, and checked. Keep both in a data frame `levers` with columns `plain` and `checked`, in euros.

# %% tags=["solution"]
win = years.loc[years["joined"] == 2024, "after"].sum()
levers = 0.30 * pd.DataFrame(
    {
        "plain": {
            "win": 0.1 * win,
            "keep": -0.1 * forwards["nothing more"] * 1e6,
            "best": 0.1 * top["before"].sum(),
        },
        "checked": {
            "win": 0.1 * win,
            "keep": 0.1 * fall[0] * 1e6,
            "best": 0.1 * top["after"].sum(),
        },
    }
)
levers.round(-2).astype(int)

# %% [markdown]
# ## Against the answer key
#
# The key knows after which order a customer left for good.
# Look at it now: how many of those who bought nothing more had left, and what did those spend who never leave?

# %%
left = data.truth["latents/orders"].merge(orders[["order_id", "customer_id"]])
gone = set(left.loc[left["lost"], "customer_id"])
silent = years[(years["before"] > 0) & (years["after"] == 0)]
of_silent = silent.index.isin(gone).mean()
stayed = old[~old.index.isin(gone)]
kept = stayed["after"].sum() / stayed["before"].sum()
print(f"{of_silent:.0%} of the silent have left;")
print(f"who never leaves spends {kept:.1%} of the year before")
assert 0.4 < of_silent < 0.6, "about half of the silent should only sleep"
assert abs(kept - 1) < 0.03, "whoever stays should spend the same"
assert fall[1] > 0, "the closed cohort should fall by more than chance"
assert levers["plain"].idxmax() == "best"
assert levers["checked"].max() < 1.25 * levers["checked"].min()

# %% [markdown]
# ## Key points
#
# - Break a change into what became of customers, then ask which parts would look the same backwards.
# - Sleepers and wakers belong together; the surplus of the sleepers is what leaving costs.
# - A group chosen for a high year falls without anybody doing anything.
# - Checked, the three levers weigh alike here; then the price of moving them decides.
