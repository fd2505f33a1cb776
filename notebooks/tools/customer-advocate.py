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
#     title: "Saying and doing: who brings a friend, and what it is worth"
#     minutes: 55
#     questions:
#       - Do those who say that they recommend bring anybody?
#       - Which list of advocates keeps its promise in the year after?
#     objectives:
#       - Follow an answer to the act that it announces, order by order.
#       - Price a friend, and find the share who may come anyway.
#       - Judge lists by the year after the one that made them.
#       - Take apart "advocates stay" by comparing like with like.
#     prerequisites:
#       - You can group and merge pandas data frames, and know what an interval of a share is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, a run of 25,000 customers; an invented company, synthetic referrals, made from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts

data = cxdata.generate(
    "tilmarenne",
    customers=25_000,
    seed=7,
    tables=["customers", "orders", "referrals", "surveys"],
)
orders, referrals = data["orders"], data["referrals"]
MARGIN = 0.30
turn = pd.Timestamp("2024-01-01")
referrals.head()

# %% [markdown]
# A row is an invitation of a friend after an order; at most one for each order.
#
# ## What they say, what they do
#
# **Task.** Take the answers about an order (`order_id` and `ltr` not empty) as `answers`, with a column `invited`: is there a referral of that order? Give the share of orders with an invitation for each answer as `by_answer`, and the share of the invitations that came from answers of eight or less as `others`.

# %% tags=["solution"]
answers = data["surveys"].dropna(subset=["order_id", "ltr"])
answers = answers.assign(invited=answers["order_id"].isin(referrals["order_id"]))
by_answer = answers.groupby("ltr")["invited"].agg(["mean", "size"])
others = (answers.loc[answers["invited"], "ltr"] <= 8).mean()
print(by_answer.round(3))
print(f"{others:.0%} of the invitations came from eight or less")

# %% [markdown]
# ## What a friend is worth
#
# The voucher is in `reward_eur`; the rate `MARGIN` is that of our story.
#
# **Task.** Compute the mean margin of a friend's first order as `margin`, what it leaves after the voucher as `left`, and the share of friends who may come anyway before nothing is left, as `anyway`. How many first orders do not pay their voucher? Keep that share as `short`.

# %% tags=["solution"]
friends = referrals[referrals["friend_became_customer"]]
margin = MARGIN * friends["friend_first_order_eur"].mean()
reward = friends["reward_eur"].mean()
left = margin - reward
anyway = 1 - reward / margin
short = (MARGIN * friends["friend_first_order_eur"] < reward).mean()
print(f"margin {margin:.1f}, left {left:.1f} euros a friend")
print(f"nothing left if {anyway:.0%} come anyway; {short:.0%} do not pay")

# %% [markdown]
# ## Lists and the year after
#
# **Task.** Build `people`, one row per customer who ordered before `turn`, with `orders`, `eur` and `invited` (number of invitations) of that time, the mean answer `ltr`, and of the time from `turn` on `won` (friends who came) and `back` (ordered at all). An invitation belongs to the time of its order.

# %% tags=["solution"]
early = orders["ordered_at"] < turn
first, second = orders[early], orders[~early]
before = referrals[referrals["order_id"].isin(first["order_id"])]
after = referrals[referrals["order_id"].isin(second["order_id"])]
people = first.groupby("customer_id").agg(
    orders=("order_id", "size"), eur=("amount_eur", "sum")
)
people["invited"] = before.groupby("customer_id").size()
people["won"] = after.groupby("customer_id")["friend_became_customer"].sum()
people = people.fillna(0)
people["back"] = people.index.isin(second["customer_id"])
told = answers[answers["answered_at"] < turn]
people["ltr"] = told.groupby("customer_id")["ltr"].mean()

# %% [markdown]
# **Task.** Compare four lists: promoters, the tenth with most orders, those who have invited, and everybody. Give the friends won per hundred names with the interval of a mean, as a frame `lists` with the columns `people`, `won`, `low` and `high`, indexed by `promoters`, `frequent`, `invited` and `all`. Draw it.

# %% tags=["solution"]
chosen = {
    "promoters": people[people["ltr"] >= 9],
    "frequent": people.nlargest(len(people) // 10, "orders"),
    "invited": people[people["invited"] > 0],
    "all": people,
}
rows = {}
for name, part in chosen.items():
    half = 1.96 * part["won"].std() / np.sqrt(len(part))
    mean = part["won"].mean()
    ends = 100 * (mean - half), 100 * (mean + half)
    rows[name] = [len(part), 100 * mean, *ends]
lists = pd.DataFrame(rows, index=["people", "won", "low", "high"]).T
listed = lists.rename_axis("list").reset_index()


def dots(width):
    base = alt.Chart(listed).encode(y=alt.Y("list:N", title=None))
    x = alt.X("low:Q", title="Friends per 100", scale=alt.Scale(domainMin=0))
    return (
        base.mark_rule(strokeWidth=3).encode(x=x, x2="high:Q")
        + base.mark_point(size=90, opacity=1).encode(x="won:Q")
    ).properties(width=width - 90, height=160)


charts.show(
    dots,
    title="Every list beats everybody, and none beats the others",
    alternative="Friends per 100 people, in the year after: "
    + ", ".join(f"{row.list} {row.won:.1f}" for row in listed.itertuples()),
    data=listed,
)

# %% [markdown]
# ## Do advocates stay because they are advocates?
#
# **Task.** Compare `back` between those who have invited and those who have not: once plain, as `plain`, and once within the same number of orders (eight and more together), weighted by those who have *not* invited, as `alike`.

# %% tags=["solution"]
people["has"] = people["invited"] > 0
shares = people.groupby("has")["back"].mean()
plain = shares[True] - shares[False]
many = people["orders"].clip(upper=8)
cells = people.groupby([many, "has"])["back"].agg(["mean", "size"]).unstack()
gap = cells["mean"][True] - cells["mean"][False]
weight = cells["size"][False]
alike = (gap * weight).sum() / weight.sum()
print(f"plain {100 * plain:+.1f} points, among alike {100 * alike:+.1f}")

# %% [markdown]
# ## How long must the test be?
#
# To learn how many friends would come anyway, card and link are left out of half of the orders, drawn by lot.
#
# **Task.** Friends per order are `p0`. If half of them would come anyway, the share falls to half of it where nothing is handed out. How many orders does each half need to show it, by the formula below? Keep it as `needed`. How many quarters is that for these customers? This step is not on the page.
#
# $$n = (1.96 + 0.84)^2 \, \frac{p_0 (1 - p_0) + p_1 (1 - p_1)}{(p_1 - p_0)^2}$$

# %% tags=["solution"]
p0 = len(friends) / len(orders)
p1 = p0 / 2
spread = p0 * (1 - p0) + p1 * (1 - p1)
needed = (1.96 + 0.84) ** 2 * spread / (p1 - p0) ** 2
quarters = 2 * needed / (len(orders) / 8)
print(f"{needed:,.0f} orders in each half, {quarters:.1f} quarters")

# %% [markdown]
# ## What must hold
#
# No effect is planted in the referrals; the key has the answer that each order would have got, asked or not.
# So the answers that we have can be checked against all orders.

# %%
true = data.truth["latents/orders"][["order_id", "ltr"]]
true = true.assign(invited=true["order_id"].isin(referrals["order_id"]))
rate = true.loc[true["ltr"] >= 9, "invited"].mean()
asked = answers.loc[answers["ltr"] >= 9, "invited"]
error = np.sqrt(rate * (1 - rate) / len(asked))
print(f"promoters who invite: asked {asked.mean():.3f}, all orders {rate:.3f}")
assert abs(asked.mean() - rate) < 3 * error, "promoters asked are like all"
assert by_answer["mean"].loc[10] > 1.5 * by_answer["mean"].loc[8], "it rises"
assert others > 0.25, "many invitations come from those who promised less"
assert lists["won"].drop("all").min() > lists["won"]["all"], "lists help"
assert lists["low"].max() < lists["high"].drop("all").min(), "none is best"
assert abs(alike) < plain / 2, "most of the staying was there before"

# %% [markdown]
# ## Key points
#
# - An answer is an intention; follow it to the act before you spend on it.
# - Judge a list by what its people do after the day it was made.
# - A reward is paid for all friends, and earns by those who would not have come.
# - Who invites has ordered; compare with people who ordered as often.
