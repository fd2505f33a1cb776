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
#     title: "From article to order: a funnel, and what a request is worth"
#     minutes: 45
#     questions:
#       - Which topics turn readers into requests?
#       - Do those who leave a request order more than those who do not?
#     objectives:
#       - Build a funnel of persons, with intervals and the gain of a point.
#       - Compare rates per visit and per person.
#       - Set a credited value against a compared one.
#     prerequisites:
#       - You can group, merge and filter pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
orders = data["orders"][["customer_id", "order_id", "ordered_at"]]
visits = data["web_sessions"].sort_values("started_at")
visits = visits.assign(
    read=visits["content_topic"].notna(),
    topic=visits["content_topic"].astype(object),
    task=visits["task"].astype(str),
)
visits[
    ["customer_id", "started_at", "task", "topic", "is_lead", "purchased"]
].head()

# %% [markdown]
# ## What follows a visit
#
# **Task.** Add a column `later` to `visits`: whether the visitor placed another order within ninety days after the visit began, the visit's own order aside. Keep as `known` the visits that began at least ninety days before the last one; the others have not had their time.

# %% tags=["solution"]
pairs = visits[["web_session_id", "customer_id", "started_at", "order_id"]].merge(
    orders, on="customer_id", suffixes=("", "_later")
)
wait = pairs["ordered_at"] - pairs["started_at"]
in_time = (wait > pd.Timedelta(0)) & (wait <= pd.Timedelta(days=90))
other = pairs["order_id"] != pairs["order_id_later"]
ordered = pairs.loc[in_time & other, "web_session_id"]
visits["later"] = visits["web_session_id"].isin(ordered)
end = visits["started_at"].max() - pd.Timedelta(days=90)
known = visits[visits["started_at"] < end]
print(f"{len(known)} of {len(visits)} visits have had ninety days")

# %% [markdown]
# ## The funnel
#
# **Task.** Count the persons in `known` who came, who read an article, who left a request, and who ordered within ninety days after a request. Give each rate with its Wilson interval and the gain: how many more reach the end if the rate rises by one point.

# %% tags=["solution"]
leads = known[known["is_lead"]]
parts = {
    "came": known,
    "read": known[known["read"]],
    "request": leads,
    "ordered": leads[leads["later"]],
}
counts = pd.Series(
    {name: part["customer_id"].nunique() for name, part in parts.items()}
)


def wilson(count, total, z=1.96):
    """Return a share and the ends of its interval, in percent."""
    p = count / total
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    half = np.sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    half *= z / (1 + z**2 / total)
    return 100 * np.array([p, centre - half, centre + half])


rows = {}
for before, after in zip(counts.index, counts.index[1:], strict=False):
    share, low, high = wilson(counts[after], counts[before])
    to_the_end = counts["ordered"] / counts[after]
    gain = 0.01 * counts[before] * to_the_end
    rows[after] = {"share": share, "low": low, "high": high, "gain": gain}
print(counts.to_string())
pd.DataFrame(rows).T.round(1)

# %% [markdown]
# ## Topics, per visit and per person
#
# **Task.** For each topic give the share of reads, and the share of readers, that led to a request, with intervals for the reads, as `by_topic`. Use all `visits`.

# %% tags=["solution"]
reads = visits[visits["read"]]
found = {}
for topic, part in reads.groupby("topic"):
    share, low, high = wilson(part["is_lead"].sum(), len(part))
    persons = 100 * part.groupby("customer_id")["is_lead"].any().mean()
    found[topic] = {"share": share, "low": low, "high": high, "persons": persons}
by_topic = pd.DataFrame(found).T.sort_values("share", ascending=False)
by_topic.round(1)

# %%
drawn = by_topic.rename_axis("topic").reset_index()


def dots(width):
    base = alt.Chart(drawn).encode(y=alt.Y("topic:N", sort=None, title=None))
    x = alt.X(
        "low:Q", scale=alt.Scale(domain=[0, 14]), title="Reads with a request, %"
    )
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
        + base.mark_point(size=90, opacity=1).encode(x="share:Q")
    ).properties(width=width - 130, height=140)


charts.show(
    dots,
    title="Guides lead to requests twice as often as ideas and advice",
    alternative="Reads with a request, in percent: "
    + ", ".join(f"{row.topic} {row.share:.1f}" for row in drawn.itertuples())
    + ".",
    data=drawn,
    columns={
        name: Column(digits=1) for name in ("share", "low", "high", "persons")
    },
)

# %% [markdown]
# ## What a request is worth
#
# **Task.** Among the reads in `known`, which share of those with a request is followed by an order, and which share of those without? Give the difference as `gap`, in points, with the ends `low` and `high` of a 95% interval: draw whole customers with replacement, a thousand times.

# %% tags=["solution"]
seen = known[known["read"]]
sums = pd.DataFrame(
    {
        "lead": seen["is_lead"],
        "lead_later": seen["is_lead"] & seen["later"],
        "other": ~seen["is_lead"],
        "other_later": ~seen["is_lead"] & seen["later"],
    }
)
by_customer = sums.groupby(seen["customer_id"]).sum().to_numpy()
random = np.random.default_rng(7)


def difference(table):
    """Return the gap in points."""
    lead, lead_later, other, other_later = table.sum(axis=0)
    return 100 * (lead_later / lead - other_later / other)


gap = difference(by_customer)
size = len(by_customer)
draws = [
    difference(by_customer[random.integers(0, size, size)]) for _ in range(1_000)
]
low, high = np.quantile(draws, [0.025, 0.975])
print(f"gap {gap:+.1f} points, from {low:+.1f} to {high:+.1f}")

# %% [markdown]
# ## One thing more: the readers' two orders
#
# Readers place more orders each than other visitors.
#
# **Task.** Give orders and visits per person for readers and others. Then compare, visit by visit in `known` and within each task, the share followed by an order with and without an article; keep the weighted difference over tasks, in points, as `within_task`.

# %% tags=["solution"]
people = visits.groupby("customer_id").agg(
    read=("read", "any"), visits=("read", "size")
)
people["orders"] = (
    orders.groupby("customer_id").size().reindex(people.index).fillna(0)
)
print(people.groupby("read").mean().round(1).to_string())
table = known.groupby(["task", "read"])["later"].mean().unstack().dropna()
weight = known["task"].value_counts().reindex(table.index)
within_task = 100 * np.average(table[True] - table[False], weights=weight)
print(f"same task, with an article: {within_task:+.1f} points")

# %% [markdown]
# ## Against the answer key
#
# The key lists the effects planted in the data, each with its question. None leads from an article or a request to an order: visits were made around orders that existed already.

# %%
key = cxdata.answer_key(data)
about_articles = [name for name in key if "article" in name or "lead" in name]
print("effects of articles or requests in the key:", len(about_articles))

# %%
assert not about_articles, "nothing is planted"
assert low < 0 < high, "a request should not predict the next order"
assert abs(within_task) < 6, "nor should an article, at the same task"
assert by_topic["low"][:2].min() > by_topic["high"][2:].max(), "guides lead"

# %% [markdown]
# ## Key points
#
# - A funnel counts the same persons at every stage, and a point brings most where the rate is lowest.
# - A credited value needs no comparison, and is therefore worth little.
# - Readers who come more often also order more often; compare visits for the same purpose.
# - When a comparison finds nothing, draw lots before you pay for more.
