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
#     title: "Where the journey breaks: from diaries to a ledger of incidents"
#     minutes: 50
#     questions:
#       - Which step of the journey is in trouble, and for whom?
#       - What does each incident take from customers' marks?
#     objectives:
#       - Tell the paths apart before you average anything.
#       - Split a dip into those who met an incident and those who did not.
#       - Check a comparison on steps that lie before the incident.
#       - See who is missing from the diaries, and what they would have changed.
#     prerequisites:
#       - You can group, pivot and merge pandas data frames, and know what a 95% interval is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic diaries and visits, regenerated from their seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
steps = data["journey_steps"]
steps = steps.assign(
    step=steps["step"].astype(str), incident=steps["incident"].astype(object)
)
steps[
    ["order_id", "step_number", "step", "channel", "incident", "step_score"]
].head(9)

# %% [markdown]
# One row per order and step; in `step_score` low is poor and high is good.
#
# ## Paths
#
# **Task.** Count the different sequences of steps. Then write into a column `path` whether the order was placed on the `web` (it has a step `order`) or in a `shop`.

# %% tags=["solution"]
told = steps.sort_values(["order_id", "step_number"]).groupby("order_id")["step"]
print(told.agg(" ".join).value_counts().to_string())
placed = steps.loc[steps["step"] == "order", "order_id"]
steps["path"] = np.where(steps["order_id"].isin(placed), "web", "shop")

# %% [markdown]
# Four sequences, and nobody took all twelve steps: one map for all would show a way that does not exist.
#
# ## Marks by step
#
# **Task.** For each path and step, compute the number of journeys, the mean mark and its 95% interval ($\bar x \pm 1.96 \, s / \sqrt{n}$). Keep the table as `marks`, with `mark`, `low` and `high`.

# %% tags=["solution"]
marks = steps.groupby(["path", "step"])["step_score"].agg(["size", "mean", "std"])
margin = 1.96 * marks["std"] / np.sqrt(marks["size"])
marks["mark"] = marks["mean"]
marks["low"], marks["high"] = marks["mean"] - margin, marks["mean"] + margin
marks[["size", "mark", "low", "high"]].round(2)

# %% [markdown]
# ## Split the dip
#
# The lowest of the steps that all web customers take are the wait and the receipt of the parcel.
#
# **Task.** Keep the steps of the web journeys as `web` and the numbers of their orders with a late parcel as `hit`. Mark them in a column `late` (`late` or `on time`), keep the steps that all take, in their order, as `order`, and compute the mean mark by step for late and other journeys. Keep it as `split`: one row per step, columns `on time` and `late`.

# %% tags=["solution"]
web = steps[steps["path"] == "web"].copy()
hit = web.loc[web["incident"] == "late_parcel", "order_id"]
web["late"] = np.where(web["order_id"].isin(hit), "late", "on time")
order = ["discover", "search", "choose", "order", "pay", "wait", "receive", "use"]
split = web.pivot_table(index="step", columns="late", values="step_score")
split = split.loc[order]
split.round(2)

# %%
lines = split.reset_index().melt("step", var_name="parcel", value_name="mark")


def curves(width):
    return (
        alt.Chart(lines)
        .mark_line(point=True)
        .encode(
            x=alt.X("step:N", sort=order, title=None),
            y=alt.Y("mark:Q", scale=alt.Scale(domain=[3, 8]), title="Mean mark"),
            color=alt.Color(
                "parcel:N",
                sort=["on time", "late"],
                scale=alt.Scale(range=[charts.GOOD, charts.BAD]),
            ),
        )
        .properties(width=width, height=220)
    )


charts.show(
    curves,
    title="Late and punctual journeys part when the parcel is due",
    alternative="Mean marks by step, on time and late: "
    + ", ".join(
        f"{step} {row['on time']:.1f} and {row['late']:.1f}"
        for step, row in split.iterrows()
    )
    + ".",
    data=lines,
    columns={"mark": Column(digits=2)},
)

# %% [markdown]
# ## Were they harsher from the start?
#
# If late customers were gloomier people, or had chosen worse goods, they would mark the earlier steps lower too.
#
# **Task.** For each journey, take the mean mark of the five steps before the wait. Compare late and other journeys: keep the difference as `before` and its standard error as `before_error`.

# %% tags=["solution"]
early = web[web["step"].isin(order[:5])]
early = early.groupby(["order_id", "late"])["step_score"].mean().reset_index()
groups = early.groupby("late")["step_score"].agg(["mean", "var", "size"])
before = groups.loc["late", "mean"] - groups.loc["on time", "mean"]
before_error = np.sqrt((groups["var"] / groups["size"]).sum())
print(f"{before:+.2f}, give or take {1.96 * before_error:.2f}")

# %% [markdown]
# No difference beyond chance, where a difference could not have come from the parcel.
#
# ## The ledger
#
# **Task.** Write a function `lost(rows, incident, felt)` that returns the marks lost per hundred journeys at the steps `felt`: the gap at each step between journeys without and with the incident, times the journeys in a hundred that had it. Apply it to late parcels (felt at `wait` and `receive`), long queues (`collect`) and what was not found (`search`, both paths). Keep the results in a series `ledger` under the incidents' names.


# %% tags=["solution"]
def lost(rows, incident, felt):
    """Return marks lost per hundred journeys at the steps where it is felt."""
    orders = set(rows.loc[rows["incident"] == incident, "order_id"])
    share = len(orders) / rows["order_id"].nunique()
    total = 0.0
    for step in felt:
        part = rows[rows["step"] == step]
        was = part["order_id"].isin(orders)
        gap = (
            part.loc[~was, "step_score"].mean() - part.loc[was, "step_score"].mean()
        )
        total += 100 * share * gap
    return total


shop = steps[steps["path"] == "shop"]
ledger = pd.Series(
    {
        "late_parcel": lost(web, "late_parcel", ["wait", "receive"]),
        "long_queue": lost(shop, "long_queue", ["collect"]),
        "not_found": lost(steps, "not_found", ["search"]),
    }
)
ledger.round(1)

# %% [markdown]
# ## How sure
#
# Some customers kept two diaries, so redraw customers, not journeys. This step is not on the page.
#
# **Task.** Draw a few hundred bootstrap samples of the web customers, compute the late parcels' entry in each, and keep the interval as `low` and `high`. Give each drawn copy of an order a number of its own, or two copies would count as one journey.

# %% tags=["solution"]
random = np.random.default_rng(7)
# One row per web order: owner, lateness, and the two marks.
wide = web.pivot(index="order_id", columns="step", values="step_score")
wide["late"] = wide.index.isin(set(hit))
wide["customer"] = web.groupby("order_id")["customer_id"].first()
parts = [part for _, part in wide.groupby("customer")]
entries = []
for _ in range(300):
    drawn = pd.concat(
        [parts[i] for i in random.integers(0, len(parts), len(parts))]
    )
    means = drawn.groupby("late")[["wait", "receive"]].mean().sum(axis=1)
    entries.append(100 * drawn["late"].mean() * (means[False] - means[True]))
low, high = np.quantile(entries, [0.025, 0.975])
print(f"late parcels: {ledger['late_parcel']:.0f} ({low:.0f} to {high:.0f})")

# %% [markdown]
# ## Who is missing
#
# **Task.** In `web_sessions`, take the visits whose `task` is `buy` and which began the checkout. Which share was not `purchased`? Keep it as `gone`.

# %% tags=["solution"]
visits = data["web_sessions"]
began = visits[(visits["task"] == "buy") & visits["began_checkout"]]
gone = 1 - began["purchased"].mean()
print(f"{gone:.0%} of {len(began)} visits end at the checkout")
print(f"diarists mark the order {marks.loc[('web', 'order'), 'mark']:.2f}")

# %% [markdown]
# The diaries cannot hold them: an order is drawn for the panel only once it exists.
#
# ## Against the answer key
#
# The key knows what befell every order, and what a late parcel does to the recommendation of the same customers.

# %%
truth = data.truth["latents/orders"].set_index("order_id")["problem"].astype(str)
web_orders = web["order_id"].unique()
late_in_truth = set(truth.index[truth == "late_parcel"]) & set(web_orders)
effect = cxdata.answer_key(data)["late_on_recommendation"]["realised"]["value"]
overall = web.drop_duplicates("order_id").groupby("late")["overall_score"].mean()
gap = overall["late"] - overall["on time"]
print(f"recommendation {effect:+.2f} (key); overall mark of diaries {gap:+.2f}")
assert set(hit) == late_in_truth, "the diaries should tell of every late parcel"
assert abs(before) < 1.96 * before_error, "the earlier steps should not differ"
assert (split["on time"] - split["late"])[["wait", "receive"]].min() > 2
assert gap < 0 and effect < 0, "both should fall with a late parcel"
assert low > ledger.drop("late_parcel").max(), "late parcels should lead the ledger"
assert gone > 0.1, "the checkout should lose visits that no diary holds"

# %% [markdown]
# ## Key points
#
# - Tell the paths apart first; a mean over different ways is a way that nobody takes.
# - A dip is often a few customers who fell, and many who did not notice. Split it before you mend it.
# - Steps before the incident are a check that costs nothing.
# - Marks lost per hundred journeys put a frequent nuisance and a rare disaster on one scale.
# - Diaries hold those who arrived. Logs know about those who did not.
