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
#     title: "Which mark moves the recommendation: LMG by hand, and a map with margins"
#     minutes: 60
#     questions:
#       - Which of six aspects of a web order matters most for the recommendation?
#       - How many answers does it take before the order of aspects means something?
#     objectives:
#       - Share explained variance out among correlated marks (LMG), from covariances alone.
#       - Show what plain correlations do to the shares.
#       - Bootstrap importance and performance by customer, and draw the map.
#       - Judge stated and derived importance by the answer key.
#     prerequisites:
#       - You can pivot and join pandas data frames, and know what R squared is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, editions "class" and "study"; an invented company, regenerated from their seed without a network.
# ---

# %%
from itertools import combinations
from math import factorial

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

aspects = ["choice", "help", "price", "product", "delivery", "ease"]
data = cxdata.edition("tilmarenne", "class")
data["survey_items"].head()

# %% [markdown]
# One row is one question of one survey.
# The call-backs, drawn by lot, ask web buyers for six marks from 0 to 10, after the recommendation `ltr`.
#
# ## One row per order
#
# **Task.** Write a function `marked(tables)` that returns the complete call-backs of web orders: `customer_id`, `ltr` and six columns of marks, all as floats.
# A delivery mark shows that the order was a web order.
# Keep the result for `data` as `few`.


# %% tags=["solution"]
def marked(tables):
    """Return one row per web order with a recommendation and all six marks."""
    surveys, items = tables["surveys"], tables["survey_items"]
    wide = items[items["item"].isin(aspects)].pivot(
        index="survey_id", columns="item", values="answer"
    )
    called = surveys[surveys["programme"] == "callback_after_order"]
    rows = called[["survey_id", "customer_id", "ltr"]].merge(
        wide[aspects].reset_index(), on="survey_id"
    )
    return rows.dropna().astype({name: float for name in [*aspects, "ltr"]})


few = marked(data)
few[aspects].agg(["mean", "std"]).round(2)

# %% [markdown]
# ## The tempting importance
#
# **Task.** Give the correlation of each mark with `ltr`, and each squared correlation in percent of their sum, as the columns `r` and `share` of a table `tempting`, with the aspects as index.
# Then look at the correlations of the marks with each other.

# %% tags=["solution"]
correlations = few[[*aspects, "ltr"]].corr()
tempting = pd.DataFrame({"r": correlations.loc[aspects, "ltr"]})
tempting["share"] = 100 * tempting["r"] ** 2 / (tempting["r"] ** 2).sum()
print(tempting.round(2))
correlations.loc[aspects, aspects].round(2)

# %% [markdown]
# Every mark goes with every other: a mood colours them all.
# So each correlation with the recommendation holds a part of all the others, and the shares look alike.
#
# ## What a set of marks explains
#
# With the covariances $C$ among the marks of a set and $c$ between these and the outcome, the set explains the variance $c^\top C^{-1} c$ of the outcome.
#
# **Task.** Write a function `explained(covariance, chosen)`; `covariance` is a matrix whose last row and column belong to the outcome, `chosen` a list of places of marks.
# It returns nought for an empty set.
# What share of the variance of `ltr` do all six explain?


# %% tags=["solution"]
def explained(covariance, chosen):
    """Return the variance of the outcome that the chosen marks explain together."""
    if not chosen:
        return 0.0
    among = covariance[np.ix_(chosen, chosen)]
    with_outcome = covariance[list(chosen), -1]
    return with_outcome @ np.linalg.solve(among, with_outcome)


covariance = np.cov(few[[*aspects, "ltr"]].to_numpy().T)
everything = explained(covariance, list(range(6)))
print(f"six marks explain {everything / covariance[-1, -1]:.0%}")

# %% [markdown]
# ## LMG
#
# Bring the marks in one after the other, and note what each adds; it depends on the order, so average over all orders.
# Orders in which the same set stands before aspect $j$ add the same, which leaves a sum over sets $S$ without $j$:
#
# $$\mathrm{LMG}_j = \sum_{S \not\ni j} \frac{|S|! \, (p - 1 - |S|)!}{p!} \left( V_{S \cup \{j\}} - V_S \right)$$
#
# **Task.** Write a function `lmg(covariance)` that returns the six shares in percent of what all explain.
# Compute each set once and keep it in a dictionary: there are sixty-four.


# %% tags=["solution"]
def lmg(covariance):
    """Return each mark's share of the explained variance, in percent."""
    p = len(covariance) - 1
    value = {
        frozenset(chosen): explained(covariance, list(chosen))
        for size in range(p + 1)
        for chosen in combinations(range(p), size)
    }
    shares = np.zeros(p)
    for chosen, variance in value.items():
        size = len(chosen)
        for j in set(range(p)) - chosen:
            weight = factorial(size) * factorial(p - 1 - size) / factorial(p)
            shares[j] += weight * (value[chosen | {j}] - variance)
    return 100 * shares / value[frozenset(range(p))]


pd.DataFrame(
    {"correlations": tempting["share"], "LMG": lmg(covariance)}, index=aspects
).round(1)

# %% [markdown]
# ## Margins
#
# **Task.** Write a function `bootstrap(rows, draws=200)` that draws customers with replacement, with all their rows, and returns two arrays, of the mean marks and of the LMG shares in each draw.
# Give the middle 95% of the shares for `few`.
# How many aspects lie surely on one side of an equal share, `100 / 6`?


# %% tags=["solution"]
def bootstrap(rows, draws=200):
    """Return mean marks and LMG shares of samples of customers with replacement."""
    rng = np.random.default_rng(7)
    values = rows[[*aspects, "ltr"]].to_numpy()
    ids, customer = np.unique(rows["customer_id"], return_inverse=True)
    means, shares = [], []
    for _ in range(draws):
        drawn = rng.integers(len(ids), size=len(ids))
        times = np.bincount(drawn, minlength=len(ids))[customer]
        means.append(np.average(values[:, :6], axis=0, weights=times))
        shares.append(lmg(np.cov(values.T, fweights=times)))
    return np.array(means), np.array(shares)


low, high = np.quantile(bootstrap(few)[1], [0.025, 0.975], axis=0)
pd.DataFrame({"low": low, "high": high}, index=aspects).round(1)

# %% [markdown]
# Three hundred orders place two aspects out of six.
# The edition `study` has ten times as many customers; yours are the first of them.

# %%
larger = cxdata.edition("tilmarenne", "study")
many = marked(larger)
print(f"{len(few)} and {len(many)} complete web orders")

# %% [markdown]
# ## The map
#
# **Task.** For `many`, keep a table `found` with the columns `aspect`, `mark`, `mark_low`, `mark_high`, `share`, `share_low` and `share_high`.

# %% tags=["solution"]
means, shares = bootstrap(many)
found = pd.DataFrame(
    {
        "aspect": aspects,
        "mark": many[aspects].mean().to_numpy(),
        "mark_low": np.quantile(means, 0.025, axis=0),
        "mark_high": np.quantile(means, 0.975, axis=0),
        "share": lmg(np.cov(many[[*aspects, "ltr"]].to_numpy().T)),
        "share_low": np.quantile(shares, 0.025, axis=0),
        "share_high": np.quantile(shares, 0.975, axis=0),
    }
)
found.round(1)


# %%
def crosses(width):
    def x(field):
        scale = alt.Scale(domain=[5, 35], zero=False)
        return alt.X(field, scale=scale, title="Derived importance, %")

    def y(field):
        scale = alt.Scale(domain=[6.4, 7.7], zero=False)
        return alt.Y(field, scale=scale, title="Mean mark")

    base = alt.Chart(found)
    lines = alt.Chart(pd.DataFrame([{"x": 100 / 6, "y": 7.0}]))
    dash = {"strokeDash": [5, 4], "color": charts.MUTED}
    return (
        lines.mark_rule(**dash).encode(x=x("x:Q"))
        + lines.mark_rule(**dash).encode(y=y("y:Q"))
        + base.mark_rule(color=charts.NEUTRAL).encode(
            x=x("share_low:Q"), x2="share_high:Q", y=y("mark:Q")
        )
        + base.mark_rule(color=charts.NEUTRAL).encode(
            x=x("share:Q"), y=y("mark_low:Q"), y2="mark_high:Q"
        )
        + base.mark_point(size=80, opacity=1).encode(x=x("share:Q"), y=y("mark:Q"))
        + base.transform_filter("datum.aspect != 'ease'")
        .mark_text(align="left", dx=8, dy=-9, color=charts.INK)
        .encode(x=x("share:Q"), y=y("mark:Q"), text="aspect:N")
        + base.transform_filter("datum.aspect == 'ease'")
        .mark_text(align="right", dx=-8, dy=12, color=charts.INK)
        .encode(x=x("share:Q"), y=y("mark:Q"), text="aspect:N")
    ).properties(width=width, height=300)


charts.show(
    crosses,
    title="Delivery matters most and is marked worst",
    alternative="; ".join(
        f"{row.aspect}: mark {row.mark:.1f}, importance {row.share:.0f}%"
        for row in found.itertuples()
    )
    + ".",
    data=found,
    columns={name: Column(digits=1) for name in found.columns if name != "aspect"},
)

# %% [markdown]
# ## What buyers say
#
# **Task.** From `market_survey`, take those whose `main_brand` is `tilmarenne`, and give the mean of the six `importance_` columns as a series `stated`, indexed by aspect.
# Keep the shares of `found`, indexed by aspect, as `derived`. What is the rank correlation of the two?

# %% tags=["solution"]
market = data["market_survey"]
buyers = market[market["main_brand"] == "tilmarenne"]
stated = pd.Series({name: buyers[f"importance_{name}"].mean() for name in aspects})
derived = found.set_index("aspect")["share"]
ranks = pd.DataFrame({"stated": stated.rank(), "derived": derived.rank()})
print(f"rank correlation {ranks.corr().iloc[0, 1]:.2f}")
stated.sort_values(ascending=False).round(1)

# %% [markdown]
# Among six aspects a rank correlation can hardly be told from nought; the point is delivery, first in deed and fourth in words.
#
# ## Against the answer key
#
# The key has each share among the marks that all web buyers would give.

# %%
key = cxdata.answer_key(data)
truth = pd.Series(
    {name: key[f"{name}_in_recommendation"]["planted"]["value"] for name in aspects}
)
checked = found.set_index("aspect")[["share", "share_low", "share_high"]]
checked["key"] = truth
print(checked.round(1))
squared = many[[*aspects, "ltr"]].corr().loc[aspects, "ltr"] ** 2
plain = 100 * squared / squared.sum()
assert truth.idxmax() == derived.idxmax() == "delivery", (
    "LMG should find the first aspect"
)
assert stated.idxmax() == "price", "and buyers should name another"
assert abs(derived - truth).max() < abs(plain - truth).max(), (
    "LMG should be nearer to the key than plain correlations"
)
row = checked.loc["delivery"]
assert row["share_low"] < truth["delivery"] < row["share_high"], (
    "the interval of delivery should hold the key"
)
assert plain["delivery"] < row["share_low"], "the plain correlations should not"

# %% [markdown]
# ## Key points
#
# - Marks of one customer go together; plain correlations credit each aspect with the mood.
# - LMG shares explained variance out; it describes how marks and outcome vary today, and is no effect of an action.
# - Importance needs thousands of answers where a mean mark needs hundreds: draw crosses, no dots.
# - Put lines where they have a reason. A line at the mean has losers whatever you do.
# - What people state and what moves them may rank the other way round; ask why before you choose.
