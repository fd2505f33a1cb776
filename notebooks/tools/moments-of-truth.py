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
#     title: "What a step weighs: moments of truth from diaries"
#     minutes: 50
#     questions:
#       - Which steps of a journey carry the opinion of the whole?
#       - Why do correlations and memories name others?
#     objectives:
#       - Turn a long table of steps into one row per journey.
#       - Estimate weights by regression, with intervals.
#       - See the halo in correlations, and judge both ways by the answer key.
#       - Test whether weights predict better than a plain mean.
#     prerequisites:
#       - You can pivot pandas data frames, and have met regression with several explanations.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic diaries, no network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
steps = data["journey_steps"]
steps = steps.assign(step=steps["step"].astype(str))
web = ["discover", "search", "choose", "order", "pay", "wait", "receive", "use"]
steps[["order_id", "step", "step_score", "is_peak", "overall_score"]].head(8)

# %% [markdown]
# In `step_score` and `overall_score` low is poor and high is good; `is_peak` marks the moment that the customer remembers most.
#
# ## One row per journey
#
# **Task.** Keep the rows of journeys that have exactly the steps in `web` as `kept`, and make of them a table `journeys`: a column for each step's score, `peak` for the score of the remembered moment, `overall`, and the customer's `segment`.

# %% tags=["solution"]
told = steps.groupby("order_id")["step"].agg(frozenset)
kept = steps[steps["order_id"].isin(told.index[told == frozenset(web)])]
journeys = kept.pivot(index="order_id", columns="step", values="step_score")[web]
journeys["peak"] = kept[kept["is_peak"]].set_index("order_id")["step_score"]
first = kept.groupby("order_id")[["overall_score", "customer_id"]].first()
journeys["overall"] = first["overall_score"]
segments = data["customers"].set_index("customer_id")["segment"].astype(str)
journeys["segment"] = first["customer_id"].map(segments)
print(len(journeys), "journeys")
journeys[web].mean().round(2)

# %% [markdown]
# ## The tempting ranking
#
# **Task.** Correlate each step with the overall mark, and turn the correlations into shares of their sum, in percent. Keep them as `correlated`.

# %% tags=["solution"]
found = journeys[web].corrwith(journeys["overall"])
correlated = 100 * found / found.sum()
correlated.round(1)

# %% [markdown]
# Nearly flat: by this measure, every step is about as important as the next.
#
# ## Weights
#
# **Task.** Write a function `weigh(rows)` that lets all steps, the peak and a level for each segment explain the overall mark by least squares. It returns a data frame by step (and `peak`) with `weight` and `error`, the standard error. Apply it to `journeys` as `weights`.


# %% tags=["solution"]
def weigh(rows):
    """Return the weight of each step and of the peak, with standard errors."""
    names = [*web, "peak"]
    level = pd.get_dummies(rows["segment"]).astype(float)
    x = np.column_stack([rows[names].astype(float), level])
    y = rows["overall"].to_numpy(float)
    inverse = np.linalg.inv(x.T @ x)
    slope = inverse @ x.T @ y
    left = y - x @ slope
    variance = (left**2).sum() / (len(y) - x.shape[1])
    error = np.sqrt(variance * np.diag(inverse))
    count = len(names)
    return pd.DataFrame({"weight": slope[:count], "error": error[:count]}, names)


weights = weigh(journeys)
weights.round(3)

# %%
chart = weights.loc[web].assign(mark=journeys[web].mean()).reset_index(names="step")
chart["low"] = chart["weight"] - 1.96 * chart["error"]
chart["high"] = chart["weight"] + 1.96 * chart["error"]


def dots(width):
    base = alt.Chart(chart).encode(y=alt.Y("step:N", sort=web, title=None))
    ends = base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
        x=alt.X("low:Q", title="Weight, marks per mark"), x2="high:Q"
    )
    points = base.mark_point(size=80, opacity=1, filled=True, color=charts.GOOD)
    return (ends + points.encode(x="weight:Q")).properties(
        width=width - 70, height=240
    )


charts.show(
    dots,
    title="A few steps carry the whole",
    alternative="Weight of each step with its interval: "
    + ", ".join(f"{row.step} {row.weight:.2f}" for row in chart.itertuples())
    + ".",
    data=chart[["step", "mark", "weight", "low", "high"]],
    columns={name: Column(digits=2) for name in ("mark", "weight", "low", "high")},
)

# %% [markdown]
# ## What customers remember
#
# **Task.** In which share of the journeys is each step the remembered one? Keep the shares as `remembered`, in percent. Set them beside the weights of the steps in percent of their sum, which you keep as `share`.

# %% tags=["solution"]
remembered = kept.loc[kept["is_peak"], "step"].value_counts(normalize=True) * 100
share = 100 * weights.loc[web, "weight"] / weights.loc[web, "weight"].sum()
pd.DataFrame({"remembered": remembered, "weight": share}).round(1)

# %% [markdown]
# ## Whose moment
#
# **Task.** Weigh by segment, and keep the weights of `receive` and `pay` as `by_segment`: one row per segment, one column per step.

# %% tags=["solution"]
by_segment = pd.DataFrame(
    {
        name: weigh(part).loc[["receive", "pay"], "weight"]
        for name, part in journeys.groupby("segment")
    }
).T
by_segment.round(2)

# %% [markdown]
# ## Do weights foretell?
#
# A weight that means something should help on journeys it has not seen. This step is not on the page.
#
# **Task.** Weigh the steps on every other journey. For the other half, forecast by the weighted sum of steps and peak, by the plain mean of the steps, and by the mean of peak and end. Keep the squared correlations with the overall mark as `explained`, under the names `weights`, `mean` and `peak and end`.

# %% tags=["solution"]
learnt, unseen = weigh(journeys.iloc[::2])["weight"], journeys.iloc[1::2]
forecasts = {
    "weights": (unseen[learnt.index] * learnt).sum(axis=1),
    "mean": unseen[web].mean(axis=1),
    "peak and end": (unseen["peak"] + unseen["use"]) / 2,
}
explained = pd.Series(
    {name: one.corr(unseen["overall"]) ** 2 for name, one in forecasts.items()}
)
explained.round(2)

# %% [markdown]
# ## Against the answer key
#
# The key holds the true weight of every step, and the share of `receive` among them.

# %%
true = kept.merge(data.truth["latents/journey_steps"], on="journey_step_id")
true = true.groupby("step")["weight"].mean()[web]
key = cxdata.answer_key(data)["weight_of_receiving"]["realised"]["value"]
print(
    pd.DataFrame(
        {
            "true": 100 * true / true.sum(),
            "regression": share,
            "correlations": correlated,
        }
    ).round(1)
)
misses = (weights.loc[web, "weight"] - true).abs() / weights.loc[web, "error"]
print(
    f"key for receiving: {key:.1f}%; misses in standard errors up to {misses.max():.1f}"
)
assert abs(share["receive"] - key) < abs(correlated["receive"] - key) / 2, (
    "the regression should come far nearer to the key than correlations do"
)
assert misses.max() < 3, "no weight should lie far outside its error"
assert correlated.max() < 1.5 * correlated.min(), "correlations should be flat"
assert explained["weights"] > explained["mean"] > explained["peak and end"], (
    "weights should foretell best"
)
gift, bargain = by_segment.loc["gift_buyers"], by_segment.loc["bargain_hunters"]
assert gift["receive"] > bargain["receive"] and gift["pay"] < bargain["pay"], (
    "segments should have moments of their own"
)

# %% [markdown]
# ## Key points
#
# - A weight says what a mark more at a step goes with when the others stay as they are.
# - Correlations mix the step with the mood of the day; with a halo they come out flat.
# - What is remembered is what was extreme, and may weigh little.
# - Segments have moments of their own; a mean weight may belong to nobody.
# - Weights foretell better than a plain mean, and still need a trial before they are called a cause.
