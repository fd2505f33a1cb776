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
#     title: "What a target is worth: promises of a map, and the world in which they are kept"
#     minutes: 55
#     questions:
#       - How high may the target of a step be drawn, given its standard?
#       - Which promise of a prize comes true when the standard is kept?
#     objectives:
#       - Compute target marks from shares of incidents and the marks that they take.
#       - Promise the prize of punctuality in three ways.
#       - Judge the promises in a world that differs in nothing but punctuality.
#       - Explain why weights promise too little and simple slopes too much.
#     prerequisites:
#       - You can pivot and merge pandas data frames, and have met regression with several explanations.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers, and the same with hardly a late parcel; an invented company, synthetic diaries, no network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")


def web_steps(data):
    """Return the steps of orders placed on the web."""
    steps = data["journey_steps"].assign(step=lambda t: t["step"].astype(str))
    placed = steps.loc[steps["step"] == "order", "order_id"]
    return steps[steps["order_id"].isin(placed)]


web = web_steps(data)
order = ["discover", "search", "choose", "order", "pay", "wait", "receive", "use"]
web[["order_id", "step", "incident", "step_score", "overall_score"]].head(9)

# %% [markdown]
# In `step_score` and `overall_score` low is poor and high is good. A step `ask_help` is there for those who asked for help.
#
# ## A target mark
#
# **Task.** Write a function `lift(incident, step, left)` that returns how many marks a step gains when the share of its visitors who meet the incident falls to `left`. A journey that met a late parcel met it at the wait and at the door: take the orders that had the incident at any step. Then print the lifts of `wait` and `receive` for late parcels down to one in twenty.


# %% tags=["solution"]
def split(incident, step):
    """Return the share that met an incident, and the marks it takes at a step."""
    hit = set(web.loc[web["incident"] == incident, "order_id"])
    part = web[web["step"] == step]
    was = part["order_id"].isin(hit)
    score = part["step_score"]
    return was.mean(), score[~was].mean() - score[was].mean()


def lift(incident, step, left):
    """Return the marks that a step gains when only ``left`` still meet it."""
    share, gap = split(incident, step)
    return (share - left) * gap


for step in ("wait", "receive"):
    mark = web.loc[web["step"] == step, "step_score"].mean()
    print(f"{step}: {mark:.2f} to {mark + lift('late_parcel', step, 0.05):.2f}")

# %% [markdown]
# The target lies close to today's mark: one in ten had a bad wait, so a tenth of their loss is all that can be won.
#
# ## Weights
#
# **Task.** For journeys with exactly the eight steps of `order`, build a table `wide`: a column per step, `peak` (the mark of the step with `is_peak`), `overall` and `segment`. Regress `overall` on the steps, the peak and one level per segment; keep the slopes of steps and peak in a series `weights`.

# %% tags=["solution"]
told = web.groupby("order_id")["step"].agg(frozenset)
kept = web[web["order_id"].isin(told.index[told == frozenset(order)])]
wide = kept.pivot(index="order_id", columns="step", values="step_score")[order]
wide = wide.astype(float)
wide["peak"] = kept[kept["is_peak"]].set_index("order_id")["step_score"]
first = kept.groupby("order_id")[["overall_score", "customer_id"]].first()
wide["overall"] = first["overall_score"]
segments = data["customers"].set_index("customer_id")["segment"].astype(str)
wide["segment"] = first["customer_id"].map(segments)
names = [*order, "peak"]
x = pd.concat([wide[names], pd.get_dummies(wide["segment"])], axis=1)
slopes, *_ = np.linalg.lstsq(x.to_numpy(float), wide["overall"], rcond=None)
weights = pd.Series(slopes[: len(names)], index=names)
weights.round(3)

# %% [markdown]
# ## Three promises
#
# What would the overall mark gain if no parcel were late at all? Count in hundredths of a mark per web order.
#
# **Task.** Keep three answers in a series `promise`: `weights`, by the lifts of wait and door times their weights; `slopes`, by the same lifts times the slope of `overall` on each step alone; `compared`, the share of late orders times the gap between the overall marks of other and late orders.

# %% tags=["solution"]
late = set(web.loc[web["incident"] == "late_parcel", "order_id"])
whole = web.drop_duplicates("order_id").set_index("order_id")["overall_score"]
was = whole.index.isin(late)
felt = ["wait", "receive"]
lifts = {step: lift("late_parcel", step, 0.0) for step in felt}
alone = {step: np.polyfit(wide[step], wide["overall"], 1)[0] for step in felt}
promise = pd.Series(
    {
        "weights": 100 * sum(weights[step] * lifts[step] for step in felt),
        "slopes": 100 * sum(alone[step] * lifts[step] for step in felt),
        "compared": 100 * was.mean() * (whole[~was].mean() - whole[was].mean()),
    }
)
promise.round(1)

# %% [markdown]
# ## The punctual world
#
# `late_base` is the logit of a late parcel. Very low, hardly one is late; all other draws stay as they were, so the same orders exist in both worlds.
#
# **Task.** Generate that world as `punctual`, with the customers and the seed that `data.manifest` states, the value `-9.0`, and the tables `journey_steps` and `orders`. Keep its web steps as `there`. For the orders in `whole`, compute each order's gain in the overall mark in hundredths as `gain`, its mean as `truth`, and the standard error of it, as `truth_error`.

# %% tags=["solution"]
punctual = cxdata.generate(
    "tilmarenne",
    customers=data.manifest["customers"],
    seed=data.manifest["seed"],
    tables=["journey_steps", "orders"],
    parameters={"late_base": -9.0},
)
there = web_steps(punctual)
marks = there.drop_duplicates("order_id").set_index("order_id")["overall_score"]
gain = 100 * (marks.reindex(whole.index) - whole).astype(float)
truth, truth_error = gain.mean(), gain.std() / np.sqrt(len(gain))
print(f"truth {truth:.1f}, give or take {1.96 * truth_error:.1f}")

# %%
shown = promise.rename_axis("way").reset_index(name="hundredths")
shown.loc[len(shown)] = ["truth", truth]


def bars(width):
    return (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("hundredths:Q", title="Hundredths of the overall mark"),
            y=alt.Y("way:N", sort=list(shown["way"]), title=None),
            color=alt.condition(
                alt.datum.way == "truth",
                alt.value(charts.GOOD),
                alt.value(charts.NEUTRAL),
            ),
        )
        .properties(width=width - 80, height=160)
    )


charts.show(
    bars,
    title="Weights promise too little, slopes of single steps far too much",
    alternative="Hundredths of the overall mark: "
    + ", ".join(f"{row.way} {row.hundredths:.1f}" for row in shown.itertuples())
    + ".",
    data=shown,
    columns={"hundredths": Column(digits=1)},
)

# %% [markdown]
# ## Where the weights lose
#
# **Task.** Two ways lead round the two steps. How much lower is the remembered moment (`is_peak`) of late journeys; times its weight and their share, how many hundredths is that (`remembered`)? And which share of the late customers asked for help, in this world and in the punctual one? Keep the shares as `asked` and `asked_then`.

# %% tags=["solution"]
peaks = web[web["is_peak"]].set_index("order_id")["step_score"].reindex(whole.index)
remembered = 100 * was.mean() * weights["peak"]
remembered *= peaks[~was].mean() - peaks[was].mean()
hit = whole.index[was]
asked = hit.isin(web.loc[web["step"] == "ask_help", "order_id"]).mean()
asked_then = hit.isin(there.loc[there["step"] == "ask_help", "order_id"]).mean()
print(f"remembered: {remembered:.1f} hundredths")
print(f"asked for help: {asked:.0%} here, {asked_then:.0%} when punctual")

# %% [markdown]
# ## What no mark shows
#
# This step is not on the page in this form.
#
# **Task.** Customers who are not let down come back. Compare the euros per order and the number of orders in both worlds. Is it fuller baskets or more visits? Keep the ratios of both as `basket` and `visits`.

# %% tags=["solution"]
here, then = data["orders"], punctual["orders"]
basket = then["amount_eur"].mean() / here["amount_eur"].mean()
visits = len(then) / len(here)
print(f"baskets {basket - 1:+.1%}, orders {visits - 1:+.1%}")

# %% [markdown]
# ## Check
#
# The truth comes from two generated worlds, so the check needs no further key.

# %%
assert len(whole) == gain.notna().sum(), "each diary should exist in both worlds"
assert promise["weights"] < truth - 1.96 * truth_error, "weights fall short"
assert promise["slopes"] > 2 * truth, "slopes of single steps promise too much"
assert abs(promise["compared"] - truth) < 4, "the comparison should come near"
assert promise["weights"] < promise["weights"] + remembered < truth
assert asked > 2 * asked_then, "punctual parcels spare calls for help"
assert visits > 1.02 and abs(basket - 1) < 0.01, "more visits, equal baskets"

# %% [markdown]
# ## Key points
#
# - A standard lifts a step by the share it spares times the marks that the incident takes. Draw the target there.
# - A weight holds everything else still. A kept promise moves everything else, too.
# - The slope of one step alone carries the mood of the whole journey.
# - The comparison of late with punctual orders came near because little else sets them apart; check that first.
