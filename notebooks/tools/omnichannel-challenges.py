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
#     title: "Six channels or six companies? Reachable, consistent, continuous"
#     minutes: 45
#     questions:
#       - Do two channels of one brand say the same more often than two strangers?
#       - Is any single channel to blame?
#       - What happens to a matter that needs a second contact?
#     objectives:
#       - Count agreeing pairs, with an interval that respects what hangs together.
#       - Compare an agreement with what chance gives.
#       - Follow matters over contacts and channels.
#     prerequisites:
#       - You can group, merge and pivot pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company among invented brands.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
names = ["brand", "channel", "question", "quarter"]
tests = data["brand_tests"].astype({name: str for name in names})
tests["version"] = tests["answer_version"].astype(object)
tests[[*names, "answered", "version", "is_relevant"]].head()

# %% [markdown]
# ## Reachable
#
# **Task.** Give the share of questions answered by brand, with its Wilson interval, in percent, highest first. Keep it as `reach`.

# %% tags=["solution"]
reach = tests.groupby("brand")["answered"].agg(["size", "mean"])
n, p, z = reach["size"], reach["mean"], 1.96
centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
reach = pd.DataFrame(
    {"share": 100 * p, "low": 100 * (centre - half), "high": 100 * (centre + half)}
).sort_values("share", ascending=False)
reach.round(0)

# %% [markdown]
# ## Consistent
#
# **Task.** A cell is a question in a quarter. Write `pairs(brand)`: for each of the sixteen cells, how many pairs of the brand's channels gave the same version (`same`), and how many pairs there are (`all`). Apply it to `tilmarenne` and `ostravelle`.


# %% tags=["solution"]
cells = tests[["question", "quarter"]].drop_duplicates().reset_index(drop=True)


def counts(rows):
    """Return how many channels gave each version, one row per cell."""
    answered = rows[rows["answered"]]
    table = pd.crosstab(
        [answered["question"], answered["quarter"]], answered["version"]
    )
    wanted = pd.MultiIndex.from_frame(cells)
    return table.reindex(index=wanted, columns=list("abcd"), fill_value=0)


def pairs(brand):
    """Return agreeing pairs and all pairs of a brand's channels, by cell."""
    found = counts(tests[tests["brand"] == brand])
    size = found.sum(axis=1)
    same = (found * (found - 1)).sum(axis=1) / 2
    return pd.DataFrame({"same": same, "all": size * (size - 1) / 2})


for brand in ("tilmarenne", "ostravelle"):
    total = pairs(brand).sum()
    print(f"{brand}: {total['same']:.0f} of {total['all']:.0f} pairs agree")

# %% [markdown]
# **Task.** Six answers make fifteen pairs, but not fifteen pieces of news: pairs of a cell share their answers. Draw whole cells with replacement, two thousand times, and give the share of agreeing pairs with its 95% interval for all brands, as `agreement`.

# %% tags=["solution"]
random = np.random.default_rng(7)
drawn = random.integers(0, len(cells), (2_000, len(cells)))
found = {}
for brand in reach.index:
    of_brand = pairs(brand).to_numpy()
    totals = of_brand[drawn].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    share = of_brand[:, 0].sum() / of_brand[:, 1].sum()
    found[brand] = {"share": 100 * share, "low": 100 * low, "high": 100 * high}
agreement = pd.DataFrame(found).T.sort_values("share", ascending=False)
agreement.round(0)

# %% [markdown]
# ## Strangers
#
# **Task.** Keep the strangers' share as `strangers`: how often does a channel of Tilmarenne agree with a channel of another brand on the same question in the same quarter, in percent?

# %% tags=["solution"]
own = counts(tests[tests["brand"] == "tilmarenne"])
others = counts(tests[tests["brand"] != "tilmarenne"])
met = (own * others).sum().sum()
strangers = 100 * met / (own.sum(axis=1) * others.sum(axis=1)).sum()
print(f"strangers agree in {strangers:.0f}% of pairs")

# %%
drawn_frame = agreement.rename_axis("brand").reset_index()


def dots(width):
    base = alt.Chart(drawn_frame).encode(y=alt.Y("brand:N", sort=None, title=None))
    x = alt.X(
        "low:Q", scale=alt.Scale(domain=[0, 100]), title="Pairs that agree, %"
    )
    line = alt.Chart(pd.DataFrame({"x": [strangers]})).mark_rule(strokeDash=[5, 4])
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
        + base.mark_point(size=80, opacity=1).encode(x="share:Q")
        + line.encode(x="x:Q")
    ).properties(width=width - 110, height=280)


charts.show(
    dots,
    title="One brand speaks with one voice; the others agree as strangers do",
    alternative="Pairs that agree, in percent: "
    + ", ".join(f"{row.brand} {row.share:.0f}" for row in drawn_frame.itertuples())
    + f". Strangers, dashed: {strangers:.0f}.",
    data=drawn_frame,
    columns={name: Column(digits=0) for name in ("share", "low", "high")},
)

# %% [markdown]
# ## Is one channel to blame?
#
# **Task.** For each channel of Tilmarenne, give the share of its pairs with the other five that agree, as `by_channel`. Is there a black sheep? Say how many pairs each number rests on.

# %% tags=["solution"]
answered = tests[(tests["brand"] == "tilmarenne") & tests["answered"]]
both = answered.merge(answered, on=["question", "quarter"], suffixes=("", "_other"))
both = both[both["channel"] != both["channel_other"]]
both["same"] = both["version"] == both["version_other"]
by_channel = both.groupby("channel")["same"].agg(["size", "mean"])
by_channel.assign(percent=(100 * by_channel["mean"]).round())[["size", "percent"]]

# %% [markdown]
# With about sixty pairs each, which also depend on one another, channels between a fifth and a third are not told apart. The trouble lies between all of them.
#
# ## Continuous
#
# **Task.** Leave out abandoned calls. A contact about the same order and for the same reason as the contact before it belongs to a matter that was open. Keep these as `second`. Mark as `changed` those on another channel. Which share is that, and which share is recognised? Compare the latter with first contacts.

# %% tags=["solution"]
contacts = data["contacts"]
live = contacts[~contacts["is_abandoned"]].sort_values(["order_id", "contacted_at"])
live = live.astype({"channel": str, "reason": str})
before = live.groupby("order_id")[["channel", "reason"]].shift()
second = live[live["reason"] == before["reason"]]
changed = second["channel"] != before.loc[second.index, "channel"]
first = live[before["channel"].isna()]
print(f"{len(second)} second contacts, {changed.mean():.0%} on another channel")
print(f"recognised: {second['is_recognised'].astype(bool).mean():.0%},")
print(f"at the first contact: {first['is_recognised'].astype(bool).mean():.0%}")

# %% [markdown]
# ## Against the plan of the data
#
# The catalogue that made the data says which brands give all channels one base of answers, and which versions an answer takes with and without it.

# %%
from cxdata.catalog.tables.tilmarenne import brand_tests as plan

made = {one.name: one.value for one in plan.PARAMETERS}
shares_base = dict(zip(plan.TESTED_BRANDS, made["tests_shared_base"], strict=True))
apart = 100 * sum(part**2 for part in made["tests_versions_apart"])
joined = 100 * sum(part**2 for part in made["tests_versions_shared"])
print(f"one base: agree in {joined:.0f}%; none: in {apart:.0f}%")

# %%
assert agreement["share"].idxmax() == max(shares_base, key=shares_base.get), (
    "the brand with one base of answers should agree most"
)
ours = agreement.loc["tilmarenne"]
assert ours["low"] < apart < ours["high"], (
    "ours should agree as those without a base"
)
assert abs(strangers - ours["share"]) < 8, "ours should agree about as strangers do"
assert 0.4 < changed.mean() < 0.65, "about half should change channel"

# %% [markdown]
# ## Key points
#
# - An agreement is worth what exceeds that of strangers.
# - Pairs that share an answer depend on each other: draw whole cells.
# - Channels that each look fine can contradict one another; the fault then lies in none of them.
# - Follow the matter over contacts, since a channel's own file ends where the customer leaves it.
