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
#     title: "The part of the cost that no file shows: complaints, orders and a break-even"
#     minutes: 60
#     questions:
#       - What does a cause of complaints cost, with those who never complained?
#       - Which of two remedies pays, and from which margin on?
#     objectives:
#       - Sum booked costs by cause.
#       - Follow every order that was hit for a year, and compare it with spared orders of like kind.
#       - Find the break-even of a remedy against an assumption that nobody knows exactly.
#       - See why answered complaints seem to keep customers, and check it against the answer key.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers.
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
orders, deliveries = data["orders"], data["deliveries"]
WATCHED = "2024-01-01"  # orders before it can be followed for a year
DAYS = 365
PRICE = 20_000  # euros a year, of each remedy
costs[
    ["work_eur", "transport_eur", "compensation_eur", "total_eur"]
].describe().round(1)

# %% [markdown]
# `complaint_costs` has one row per complaint; `total_eur` sums work, transport and gesture.
#
# ## What the books know
#
# Two causes stand in the carrier's file for every web order, complained of or not: `is_late` and `is_damaged`.
#
# **Task.** Join `orders` and `deliveries` on `order_id` as `parcels`, with a column `cause`: `damaged` where the parcel was damaged, else `late` where it was late, else `none`. Add `complained`, whether the order is in `complaints`. Then give, by cause and per year (the data hold two), the orders, the complaints, and the booked cost, as `ledger` with the columns `orders`, `complaints`, `booked`.

# %% tags=["solution"]
parcels = orders.merge(
    deliveries[["order_id", "is_late", "is_damaged"]], on="order_id"
)
parcels["cause"] = np.select(
    [parcels["is_damaged"], parcels["is_late"]], ["damaged", "late"], "none"
)
parcels["complained"] = parcels["order_id"].isin(complaints["order_id"])
booked = complaints[["complaint_id", "order_id"]].merge(costs, on="complaint_id")
booked = booked.merge(parcels[["order_id", "cause"]], on="order_id")
ledger = pd.DataFrame(
    {
        "orders": parcels.groupby("cause").size() / 2,
        "complaints": booked.groupby("cause").size() / 2,
        "booked": booked.groupby("cause")["total_eur"].sum() / 2,
    }
).drop(index="none")
ledger.round(0)

# %% [markdown]
# By the books damage costs more than lateness, with a third of the orders.
#
# ## The year after
#
# **Task.** Keep the parcels ordered before `WATCHED` as `followed`. Give each a column `next_eur`: what the same customer ordered in the `DAYS` after, in all channels, nought where nothing.

# %% tags=["solution"]
followed = parcels[parcels["ordered_at"] < WATCHED].copy()
later = followed[["order_id", "customer_id", "ordered_at"]].merge(
    orders[["customer_id", "ordered_at", "amount_eur"]],
    on="customer_id",
    suffixes=("", "_later"),
)
days = (later["ordered_at_later"] - later["ordered_at"]) / pd.Timedelta(days=1)
sums = later[(days > 0) & (days <= DAYS)].groupby("order_id")["amount_eur"].sum()
followed["next_eur"] = followed["order_id"].map(sums).fillna(0)
followed.groupby("cause")["next_eur"].agg(["size", "mean"]).round(0)

# %% [markdown]
# Bulky goods and orders before Christmas come late more often, and their buyers spend differently anyway.
#
# **Task.** For each cause compare it with `none` within `is_bulky` and `autumn` (ordered in November or December), weighing each of the four kinds by the orders that were hit. Keep the loss per order as `loss` and its standard error as `error`, two series by cause.


# %% tags=["solution"]
followed["autumn"] = followed["ordered_at"].dt.month >= 11


def lost_sales(cause):
    """Return the sales lost per order that was hit, and the standard error."""
    rows = followed[followed["cause"].isin([cause, "none"])]
    cells = (
        rows.groupby(["is_bulky", "autumn", "cause"])["next_eur"]
        .agg(["mean", "var", "size"])
        .unstack()
    )
    weight = cells["size"][cause] / cells["size"][cause].sum()
    gap = cells["mean"]["none"] - cells["mean"][cause]
    squared = (cells["var"] / cells["size"]).sum(axis=1)
    return (weight * gap).sum(), np.sqrt((weight**2 * squared).sum())


found = {cause: lost_sales(cause) for cause in ledger.index}
loss = pd.Series({cause: one[0] for cause, one in found.items()})
error = pd.Series({cause: one[1] for cause, one in found.items()})
for cause in ledger.index:
    print(
        f"{cause}: €{loss[cause]:.0f} of sales lost, from"
        f" €{loss[cause] - 1.96 * error[cause]:.0f}"
        f" to €{loss[cause] + 1.96 * error[cause]:.0f}"
    )

# %% [markdown]
# This error takes orders for independent.
# A customer with three orders is in it three times; the page counts by customer, and its intervals come out about as wide.
#
# ## Two remedies
#
# A second carrier would halve lateness, better packaging would halve damage; each costs `PRICE`.
# The margin on sales is not in the data.
#
# **Task.** Write a function `net` that takes a cause and a margin (a share of sales) and returns what its remedy brings in a year, its price deducted. Draw it for margins from nought to sixty percent, and print the margin from which each remedy pays.


# %% tags=["solution"]
def net(cause, margin):
    """Return what halving a cause brings in a year, in euros."""
    kept = ledger.loc[cause, "orders"] * loss[cause] * margin
    return 0.5 * (ledger.loc[cause, "booked"] + kept) - PRICE


names = {"late": "Second carrier", "damaged": "Better packaging"}
curve = pd.DataFrame(
    [
        {"margin": margin, "remedy": name, "net": net(cause, margin / 100)}
        for cause, name in names.items()
        for margin in range(0, 61, 5)
    ]
)
for cause, name in names.items():
    missing = PRICE - 0.5 * ledger.loc[cause, "booked"]
    even = missing / (0.5 * ledger.loc[cause, "orders"] * loss[cause])
    print(f"{name} pays from a margin of {even:.0%}")


def lines(width):
    zero = pd.DataFrame({"net": [0]})
    return (
        alt.Chart(zero).mark_rule(strokeDash=[5, 4]).encode(y="net:Q")
        + alt.Chart(curve)
        .mark_line()
        .encode(
            x=alt.X("margin:Q", title="Margin, % of sales"),
            y=alt.Y("net:Q", title="Euros a year"),
            color=alt.Color(
                "remedy:N", sort=list(names.values()), legend=alt.Legend(columns=1)
            ),
        )
    ).properties(width=width - 50, height=220)


at_30 = curve[curve["margin"] == 30].set_index("remedy")["net"]
charts.show(
    lines,
    title="The carrier pays from a modest margin on, the packaging from a high one",
    alternative="Net gain by margin; at 30%: "
    + ", ".join(f"{name} €{value:,.0f}" for name, value in at_30.items())
    + ".",
    data=curve,
    columns={"net": Column(unit="euros", sign=True)},
)

# %% [markdown]
# The lines cross: with a very low margin only booked costs count, and packaging is the smaller loss.
#
# ## Does answering keep customers?
#
# **Task.** Whoever complained and never ordered again by the end of the data "left". Take the complaints received before `WATCHED`, mark those who ordered later than the complaint, and give the share that left by `replied`, plainly and within `severity` and `channel`. Keep the two differences (answered less unanswered) as `plainly` and `alike`.

# %% tags=["solution"]
said = complaints[complaints["received_at"] < WATCHED].copy()
last = orders.groupby("customer_id")["ordered_at"].max()
said["left"] = said["customer_id"].map(last) < said["received_at"]
by_answer = said.groupby("replied")["left"].mean()
plainly = by_answer[True] - by_answer[False]
kinds = said.groupby(["severity", "channel", "replied"])
cells = kinds["left"].agg(["mean", "size"]).unstack().dropna()
weight = cells["size"].sum(axis=1) / cells["size"].to_numpy().sum()
alike = (weight * (cells["mean"][True] - cells["mean"][False])).sum()
print(f"plainly {100 * plainly:+.0f} points, like cases {100 * alike:+.0f} points")

# %% [markdown]
# Most of the gap was severity and channel.
# Is the rest the answer's doing?
#
# ## Against the answer key
#
# The key holds `leave_chance`: each customer's chance to leave after each order, before any complaint.
# Look at it now, not before.

# %%
latent = data.truth["latents/orders"][["order_id", "leave_chance", "lost"]]
known = followed.merge(latent, on="order_id")
stayed = known.loc[~known["lost"], "next_eur"].mean()
for cause in ledger.index:
    rows = known[known["cause"].isin([cause, "none"])]
    kinds = rows.groupby(["is_bulky", "autumn", "cause"])["leave_chance"]
    chance, size = kinds.mean().unstack(), kinds.size().unstack()[cause]
    truth = ((chance[cause] - chance["none"]) * size).sum() / size.sum() * stayed
    print(f"{cause}: key €{truth:.0f}, estimate €{loss[cause]:.0f}")
    assert abs(loss[cause] - truth) < 1.96 * error[cause], "should hold the truth"

before = complaints.merge(latent, on="order_id")
before = before.groupby("replied")["leave_chance"].mean()
print(f"chance to leave before the answer: {before[True] - before[False]:+.2f}")
assert before[True] < before[False], "the answered were less at risk beforehand"
assert plainly < alike < 0, "like cases should take most of the gap away"
assert ledger.loc["damaged", "booked"] > ledger.loc["late", "booked"]
assert net("late", 0.3) > 0 > net("damaged", 0.3), "the books choose wrongly"

# %% [markdown]
# ## Key points
#
# - Books hold the cost of complaints; the cost of their causes stands in the orders of people who said nothing.
# - Only what comes on top of ordinary losses belongs to a cause: compare with spared orders of like kind.
# - Watch every order for the same time, and leave out those too new to be watched.
# - Where an input is assumed, give the value at which the decision turns.
# - Easy cases are answered first and their customers stay anyway: a gap after an answer is not its effect.
