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
#     title: "Which moment first? Gap, weight and people"
#     minutes: 70
#     questions:
#       - Does the step with the lowest mark cost the company most?
#       - Is a step low because it fails some, or because it is middling for all?
#     objectives:
#       - Put marks, weights and numbers of people on one scale.
#       - Give a product of three estimates an interval by drawing customers again.
#       - Split a gap into failures and the rest, and say what the split cannot prove.
#     prerequisites:
#       - You can group, pivot and join pandas data frames, and know what a regression is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers, made in seconds without a network.
# ---

# %%
import numpy as np
import pandas as pd

import cxdata

data = cxdata.edition("tilmarenne", "study")
steps = data["journey_steps"]
steps["step"] = steps["step"].astype(str)
on_web = steps.loc[steps["step"] == "order", "order_id"]
steps["path"] = np.where(steps["order_id"].isin(on_web), "web", "shop")
journeys = steps["order_id"].nunique()
print(f"{journeys:,} journeys, {len(steps):,} steps")
steps[["order_id", "path", "step", "has_incident", "step_score"]].head()

# %% [markdown]
# ## The lowest mark
#
# **Task.** Make `moments`, one row per `path` and `step`: the mean of `step_score` as `mark`, and in `people` how many of a thousand journeys, web and shop together, pass there. Which two have the lowest mark?

# %% tags=["solution"]
moments = steps.groupby(["path", "step"]).agg(
    mark=("step_score", "mean"), people=("order_id", "size")
)
moments["people"] *= 1000 / journeys
moments.sort_values("mark").round(2).head(5)

# %% [markdown]
# ## What each step weighs
#
# Steps of one journey go together, so let all of them explain `overall_score` at once.
# The mark of the moment that is remembered most (`is_peak`) counts once more, in a column of its own.
# Most journeys have no request for help; take those without for the eight plain steps, and those with one for its own weight.
#
# **Task.** Write `wide`, which turns the steps of a path into one row per journey, with columns for each step, `peak`, `overall` and `customer_id`. Write `weigh`, which returns the least-squares weights of given steps from such rows; keep rows without a gap only. Add the column `weight` to `moments`.


# %% tags=["solution"]
def wide(path):
    """Return one row per journey of a path."""
    told = steps[steps["path"] == path]
    rows = told.pivot(index="order_id", columns="step", values="step_score")
    peak = told[told["is_peak"]].set_index("order_id")["step_score"]
    first = told.groupby("order_id")[["overall_score", "customer_id"]].first()
    return rows.assign(
        peak=peak, overall=first["overall_score"], customer_id=first["customer_id"]
    )


def weigh(rows, names):
    """Return what a mark more at each step adds to the whole."""
    x = rows[[*names, "peak"]].to_numpy(float)
    x = np.column_stack([x, np.ones(len(x))])
    y = rows["overall"].to_numpy(float)
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    return pd.Series(slopes[: len(names)], index=names)


table = {path: wide(path) for path in ("web", "shop")}
for path, rows in table.items():
    plain = [name for name in moments.loc[path].index if name != "ask_help"]
    without = rows[rows["ask_help"].isna()].dropna(subset=plain)
    asked = rows.dropna(subset=[*plain, "ask_help"])
    found = weigh(without, plain)
    found["ask_help"] = weigh(asked, [*plain, "ask_help"])["ask_help"]
    for name, slope in found.items():
        moments.loc[(path, name), "weight"] = slope
moments.sort_values("weight", ascending=False).round(2).head(6)

# %% [markdown]
# ## One scale
#
# **Task.** The goal is the mark of the best step; keep it as `goal`. Add `lost`: gap to the goal, times weight, times people, in marks of the whole per thousand journeys. Where does the step with the lowest mark stand?

# %% tags=["solution"]
goal = moments["mark"].max()
moments["lost"] = (goal - moments["mark"]) * moments["weight"] * moments["people"]
moments["place"] = moments["lost"].rank(ascending=False).astype(int)
moments.sort_values("place").round(2).head(8)

# %% [markdown]
# ## How sure?
#
# Mark and weight are both estimates, and some customers kept two diaries.
# So draw customers again, with all their journeys, and repeat everything.
#
# **Task.** For the web, draw customers with replacement two hundred times, with `np.random.default_rng(7)`, and compute each time how much more is lost at `receive` than at `ask_help`. Keep the differences as `more`, and print the middle 95 % with ends `low` and `high`.

# %% tags=["solution"]
rng = np.random.default_rng(7)
rows = table["web"].reset_index()
plain = [name for name in moments.loc["web"].index if name != "ask_help"]
places = list(rows.groupby("customer_id").indices.values())
share = len(rows) / journeys
more = []
for _ in range(200):
    drawn = rng.integers(0, len(places), len(places))
    sample = rows.iloc[np.concatenate([places[one] for one in drawn])]
    has_help = sample["ask_help"].notna()
    door = weigh(sample[~has_help].dropna(subset=plain), plain)["receive"]
    asked = sample[has_help].dropna(subset=plain)
    help_ = weigh(asked, [*plain, "ask_help"])["ask_help"]
    at_door = (goal - sample["receive"].mean()) * door
    at_help = (goal - sample["ask_help"].mean()) * help_ * has_help.mean()
    more.append(1000 * share * (at_door - at_help))
low, high = np.percentile(more, [2.5, 97.5])
print(f"the door loses {np.mean(more):.0f} more, {low:.0f} to {high:.0f}")

# %% [markdown]
# ## Fails some, or middling for all?
#
# **Task.** Mark journeys in which any step has an incident. Add `spotless`, the mean mark of each moment in the other journeys, and `by_failures`, the share of the gap that is gone there, in percent. Compare `receive` on the web with `use` in the shop.

# %% tags=["solution"]
steps["fails"] = steps.groupby("order_id")["has_incident"].transform("any")
moments["spotless"] = (
    steps[~steps["fails"]].groupby(["path", "step"])["step_score"].mean()
)
gone = moments["spotless"] - moments["mark"]
moments["by_failures"] = 100 * gone / (goal - moments["mark"])
moments.loc[
    [("web", "receive"), ("web", "wait"), ("shop", "advice"), ("shop", "use")],
    ["mark", "spotless", "by_failures"],
].round(1)

# %% [markdown]
# **Task.** Are journeys without a failure simply those of milder people? Among web journeys compare the mark of `discover`, the first step, where nothing has failed yet, between journeys that fail later and those that do not.

# %% tags=["solution"]
first = steps[(steps["path"] == "web") & (steps["step"] == "discover")]
before = first.groupby("fails")["step_score"].agg(["mean", "sem", "size"])
gap_before = before.loc[False, "mean"] - before.loc[True, "mean"]
error = np.hypot(before.loc[False, "sem"], before.loc[True, "sem"])
print(f"before anything failed: {gap_before:.2f} ± {1.96 * error:.2f}")

# %% [markdown]
# Those who met no failure were milder before, so a part of the gap is theirs and not the failures'.
#
# **Task.** Take from each `spotless` mark less `mark` what the same path shows at `discover`, and compute `by_failures` again.

# %% tags=["solution"]
milder = gone.xs("discover", level="step")
kept = gone - milder.reindex(gone.index, level="path")
moments["by_failures"] = 100 * kept / (goal - moments["mark"])
moments.loc[
    [("web", "receive"), ("web", "wait"), ("shop", "advice"), ("shop", "use")],
    ["mark", "spotless", "by_failures"],
].round(1)

# %% [markdown]
# Repair comes first at the door and at the wait, a new idea at the use.
# The split shows a direction and proves no cause: whatever else differs between these journeys, and is not there yet at the first step, is left in.
#
# ## Against the answer key
#
# The weights that made the overall marks are known.

# %%
latents = data.truth["latents/journey_steps"][["journey_step_id", "weight"]]
true = steps.merge(latents, on="journey_step_id")
moments["true"] = true.groupby(["path", "step"])["weight"].mean()
moments["lost_true"] = (
    (goal - moments["mark"]) * moments["true"] * moments["people"]
)
print(moments.nlargest(5, "lost_true")[["lost", "lost_true"]].round(0))
leaders = set(moments.nlargest(2, "lost").index)
assert leaders == set(moments.nlargest(2, "lost_true").index)
assert moments["mark"].idxmin() not in leaders, "the lowest mark should not lead"
assert low > 0, "the door should lose more than help"
share_of_help = moments.loc[("web", "ask_help"), "people"]
assert share_of_help < 100, "few should come to ask"
split = moments["by_failures"]
assert split["web", "receive"] > 50 > split["shop", "use"]

# %% [markdown]
# ## Key points
#
# - A mark says how bad a step is for those who are there; it takes weight and people to say what it costs.
# - The product of estimates is less sure than each of them; draw customers again to see how much.
# - A step that fails some needs a repair, a step that is middling for all a new idea.
# - Compare before anything failed, or you take people for failures.
