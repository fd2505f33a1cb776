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
#     title: "Whom do we hear? Four channels against a lot"
#     minutes: 60
#     questions:
#       - Do reviews and e-mail answers say the same of the same orders?
#       - Can weights turn those who answered into all who bought?
#       - How many answers by lot are worth eleven thousand that came in by themselves?
#     objectives:
#       - Describe a channel by who speaks there, before reading what is said.
#       - Weigh answers to known totals, and see what that leaves.
#       - Compare a biased source with a small sample by their typical error.
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
people = data["customers"][["customer_id", "birth_date", "is_loyalty_member"]]
orders = data["orders"][["order_id", "customer_id", "channel"]].merge(
    people, on="customer_id"
)
born = pd.to_datetime(orders["birth_date"])
age = (pd.Timestamp("2024-12-31") - born).dt.days / 365.25
orders["band"] = pd.cut(age, [0, 35, 45, 60, 130], right=False).astype(str)
print(f"{len(orders):,} orders of {orders['customer_id'].nunique():,} customers")
orders.head()

# %% [markdown]
# ## Who speaks where?
#
# Every order can leave traces: an answered e-mail survey (`programme` is `email_after_order`), an answered call-back (`callback_after_order`, drawn by lot), a review, a complaint.
#
# **Task.** Make a dictionary `said` of four tables with the columns `order_id` and `glad`: for the two surveys, `glad` is a `csat` of four or five; for reviews, four or five `stars`. Complaints have no mark; let `glad` be `False`. Print for each how many of a thousand orders it hears, and the share of customers in the highest band of age (sixty or more), beside that of all orders.

# %% tags=["solution"]
surveys = data["surveys"][data["surveys"]["answered"]]


def marked(rows, column):
    """Return orders and whether their mark is four or five."""
    table = rows[["order_id", column]].dropna()
    return table.assign(glad=table[column] >= 4)[["order_id", "glad"]]


said = {
    "e-mail": marked(surveys[surveys["programme"] == "email_after_order"], "csat"),
    "call-back": marked(
        surveys[surveys["programme"] == "callback_after_order"], "csat"
    ),
    "review": marked(data["reviews"], "stars"),
    "complaint": data["complaints"][["order_id"]].assign(glad=False),
}
older = orders["band"] == "[60, 130)"
print(f"all orders: {older.mean():.0%} aged 60 or more")
for name, rows in said.items():
    heard = orders["order_id"].isin(rows["order_id"])
    print(
        f"{name:10} {1000 * heard.mean():4.0f} of a thousand,"
        f" {older[heard].mean():.0%} aged 60 or more"
    )

# %% [markdown]
# Nobody has looked at a mark yet, and the channels already differ.
#
# ## What do they say?
#
# One customer may answer several times, and somebody strict is strict each time; so the rows of a customer belong together.
#
# **Task.** For e-mail, call-back and review, give the share of `glad` with its 95 % interval. Take the standard error by customer: sum the deviations $g_i - \bar g$ within each customer, square these sums, add them up, take the root and divide by the number of rows. Keep `(share, low, high)` by name in `shares`.


# %% tags=["solution"]
def share_by_customer(rows):
    """Return the share of ``glad`` and its 95 % interval, by customer."""
    own = rows.merge(orders[["order_id", "customer_id"]], on="order_id")
    mean = own["glad"].mean()
    sums = (own["glad"] - mean).groupby(own["customer_id"]).sum()
    error = np.sqrt((sums**2).sum()) / len(own)
    return mean, mean - 1.96 * error, mean + 1.96 * error


shares = {
    name: share_by_customer(said[name])
    for name in ("e-mail", "call-back", "review")
}
for name, (share, low, high) in shares.items():
    print(
        f"{name:10} {share:.1%} ({low:.1%} to {high:.1%}),"
        f" {len(said[name]):,} marks"
    )

# %% [markdown]
# Three intervals, all narrow, and no two overlap.
# A margin knows of chance alone.
#
# ## Do weights mend it?
#
# Age, channel and loyalty card are known for every order.
# If too few of a kind answered, let each of their answers count more.
#
# **Task.** For e-mail and review, weigh each answer by the number of orders in its cell of `band`, `channel` and `is_loyalty_member`, divided by the answers in that cell. Keep the weighted shares by name in `weighted`.

# %% tags=["solution"]
cell = ["band", "channel", "is_loyalty_member"]
total = orders.groupby(cell).size()
weighted = {}
for name in ("e-mail", "review"):
    own = said[name].merge(orders, on="order_id")
    weight = (total / own.groupby(cell).size()).rename("weight").reset_index()
    own = own.merge(weight, on=cell)
    weighted[name] = np.average(own["glad"], weights=own["weight"])
    print(f"{name:10} {shares[name][0]:.1%} plain, {weighted[name]:.1%} weighted")

# %% [markdown]
# Weights would help if those who answer were like those who do not, within each cell.
# But people answer also because of how it went, and no file of the company holds that for the silent.
#
# ## How small may the lot be?
#
# Take the call-back as the truth for a moment.
# A sample of $n$ drawn by lot has a typical error of $\sqrt{p(1-p)/n}$; the e-mail survey has its bias, however many answer.
#
# **Task.** How large must $n$ be for a lot to err typically as much as the e-mail survey does? Keep it as `enough`. Then check it: draw that many call-backs a thousand times (`np.random.default_rng(7)`), and give the root of the mean squared difference from the share of all call-backs.

# %% tags=["solution"]
p = shares["call-back"][0]
bias = shares["e-mail"][0] - p
enough = int(np.ceil(p * (1 - p) / bias**2))
rng = np.random.default_rng(7)
glad = said["call-back"]["glad"].to_numpy()
drawn = np.array(
    [rng.choice(glad, enough, replace=False).mean() for _ in range(1000)]
)
typical = np.sqrt(((drawn - p) ** 2).mean())
print(
    f"bias of {len(said['e-mail']):,} e-mail answers: {100 * bias:.1f} points;"
    f"\ntypical error of {enough} by lot: {100 * typical:.1f} points"
)

# %% [markdown]
# ## Against the answer key
#
# The key holds the mark that every buyer would have given, asked or not.

# %%
mark = data.truth["latents/orders"]["csat"].astype(int)
truth = (mark >= 4).mean()
print(
    f"key {truth:.1%}; by lot {shares['call-back'][0]:.1%};"
    f" weighted: e-mail {weighted['e-mail']:.1%},"
    f" reviews {weighted['review']:.1%}"
)
assert shares["call-back"][1] < truth < shares["call-back"][2], (
    "the lot should hold the key"
)
for name in ("e-mail", "review"):
    assert shares[name][1] > truth, f"{name} should be too high"
    assert abs(weighted[name] - truth) > 0.8 * (shares[name][0] - truth), (
        f"weights should mend little of {name}"
    )
assert enough < 200, "a small lot should do"

# %% [markdown]
# ## Key points
#
# - Describe who speaks before you read what is said.
# - Narrow intervals around a biased share make it look sure, not right.
# - Weights mend differences that you know of; who answers depends on others.
# - A hundred or so by lot can be worth more than thousands who chose to answer.
