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
#     title: "Four visits and a league table: what a mystery score is made of"
#     minutes: 60
#     questions:
#       - How much of a visit's score is the shop, the assessor and the day?
#       - Which shops can be called weak after four visits?
#     objectives:
#       - Estimate the leniency of assessors who crossed, and take it out.
#       - Split a variance, and say how many visits a ranking needs.
#       - Shrink means towards the mean of all, and see on next year's visits that it pays.
#       - Tell progress from a change of the panel.
#     prerequisites:
#       - You can group and merge pandas data frames, and know what a standard deviation is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic visits, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
visits = data["mystery_visits"].dropna(subset=["store_id"])
visits = visits.assign(year=visits["visited_at"].dt.year)
first, second = (visits[visits["year"] == year] for year in (2023, 2024))
first[["visit_id", "store_id", "visited_at", "assessor_id", "overall_score"]].head()

# %% [markdown]
# `overall_score` is in points of a hundred, high is good.
# Each shop was visited once a quarter; who went was drawn by lot.
#
# ## The tempting table
#
# **Task.** Rank the shops by their mean score of the `first` year. Keep the means as `table`, lowest first, and the keys of the last twenty-one, a fourth of all, as `last`.

# %% tags=["solution"]
table = first.groupby("store_id")["overall_score"].mean().sort_values()
last = list(table.index[:21])
print(f"from {table.min():.0f} to {table.max():.0f} points")
print(*(f"{shop:.0f}" for shop in last))

# %% [markdown]
# ## Two halves of a year
#
# A table that means something should come out twice.
#
# **Task.** Rank by the first two and by the last two visits of each shop, and correlate the two means.

# %% tags=["solution"]
dated = first.sort_values("visited_at")
turn = dated.groupby("store_id").cumcount()
early = dated[turn < 2].groupby("store_id")["overall_score"].mean()
late = dated[turn >= 2].groupby("store_id")["overall_score"].mean()
moves = (early.rank() - late.rank()).abs()
print(
    f"correlation {early.corr(late):.2f}, median move {moves.median():.0f} places"
)

# %% [markdown]
# ## Assessors
#
# A raw mean by assessor mixes leniency with the shops that fell to each.
# Fit both at once: one column of noughts and ones for each shop, one for each assessor but the first.
#
# **Task.** Write a function `fit(rows)` that returns the shops' means, the assessors' leniencies (centred on nought), and the variance of what is left, with $n$ less the number of fitted columns as divisor. Apply it to the `first` year as `shops`, `leniency` and `rest`.


# %% tags=["solution"]
def fit(rows):
    """Return means of shops, leniencies, and the variance of the rest."""
    shop = pd.get_dummies(rows["store_id"]).astype(float)
    who = pd.get_dummies(rows["assessor_id"]).astype(float)
    columns = np.column_stack([shop, who.iloc[:, 1:]])
    score = rows["overall_score"].to_numpy()
    found = np.linalg.lstsq(columns, score, rcond=None)[0]
    left = score - columns @ found
    lenient = pd.Series(np.r_[0, found[shop.shape[1] :]], index=who.columns)
    means = pd.Series(found[: shop.shape[1]], index=shop.columns)
    variance = (left**2).sum() / (len(score) - columns.shape[1])
    return means + lenient.mean(), lenient - lenient.mean(), variance


shops, leniency, rest = fit(first)
leniency.round(1)

# %% [markdown]
# Two kinds of people, not twelve shades.
#
# ## Where the variance comes from
#
# The variance of the fitted means is that of the shops plus the noise of four visits, so the shops' own is what remains after taking the noise away; likewise for the assessors, with their number of visits.
# This is a shortcut of the method on the page; it gives nearly the same.
#
# **Task.** Compute the variances `between` (shops) and `raters` (assessors), in squared points, and the share of each in one visit.

# %% tags=["solution"]
between = shops.var() - rest / 4
raters = leniency.var() - (rest / first["assessor_id"].value_counts()).mean()
parts = pd.Series({"shop": between, "assessor": raters, "rest": rest})
pd.DataFrame(
    {"sd": np.sqrt(parts).round(1), "share": (parts / parts.sum()).round(2)}
)

# %% [markdown]
# ## How many visits
#
# $$\rho_n = \frac{\sigma_s^2}{\sigma_s^2 + (\sigma_a^2 + \sigma_d^2) / n}$$
#
# **Task.** Draw the reliability for one to sixteen visits, with the assessors' part left in and taken out, and find the number of visits that reaches four fifths.

# %% tags=["solution"]
number = np.arange(1, 17)
curves = pd.concat(
    pd.DataFrame(
        {
            "visits": number,
            "kind": kind,
            "value": between / (between + noise / number),
        }
    )
    for kind, noise in (("by lot", raters + rest), ("leniency out", rest))
)
reached = curves[curves["value"] >= 0.8].groupby("kind")["visits"].min()


def lines(width):
    return (
        alt.Chart(curves)
        .mark_line()
        .encode(
            x=alt.X("visits:Q", title="Visits per shop"),
            y=alt.Y("value:Q", title="Reliability", scale=alt.Scale(domain=[0, 1])),
            color=alt.Color(
                "kind:N",
                sort=["by lot", "leniency out"],
                scale=alt.Scale(range=[charts.BAD, charts.GOOD]),
            ),
        )
        .properties(width=width, height=200)
    )


charts.show(
    lines,
    title="Leniency taken out saves visits",
    alternative="Reliability by visits, two rising curves; 0.8 is reached at "
    + ", ".join(f"{count} visits {kind}" for kind, count in reached.items())
    + ".",
    data=curves[curves["visits"].isin([1, 4, 8, 12, 16])],
    columns={"value": Column(digits=2)},
)

# %% [markdown]
# ## Shrinking
#
# **Task.** Draw the shops' means towards their mean by the reliability of four visits without leniency. Keep the result as `shrunken`. Then ask the visits of the `second` year, as shops beside their mean of that year and leniency taken out: which prediction is nearer, the `raw table`, the means with `leniency out`, or the `shrunken` ones? Keep the roots of their mean squared errors, under these names, as `errors`. This step is not on the page.

# %% tags=["solution"]
weight = between / (between + rest / 4)
shrunken = weight * (shops - shops.mean())
later = fit(second)[0]
later = later - later.mean()
predictions = {
    "raw table": table - table.mean(),
    "leniency out": shops - shops.mean(),
    "shrunken": shrunken,
}
errors = pd.Series(
    {
        name: np.sqrt(((one - later) ** 2).mean())
        for name, one in predictions.items()
    }
)
errors.round(1)

# %% [markdown]
# Next year's visits are noisy themselves, so no prediction can reach nought; but the order is plain.
#
# ## Progress
#
# **Task.** By how many points did scores rise from the `first` year to the `second`? Give the plain difference as `plain`. Then let shops, assessors and the year explain the scores of both years together, and give the year's part as `same`, with its standard error as `error`.

# %% tags=["solution"]
plain = second["overall_score"].mean() - first["overall_score"].mean()
columns = np.column_stack(
    [
        (visits["year"] == 2024).astype(float),
        pd.get_dummies(visits["store_id"]).astype(float),
        pd.get_dummies(visits["assessor_id"]).astype(float).iloc[:, 1:],
    ]
)
score = visits["overall_score"].to_numpy()
found = np.linalg.lstsq(columns, score, rcond=None)[0]
left = score - columns @ found
noise = (left**2).sum() / (len(score) - columns.shape[1])
same = found[0]
error = np.sqrt(noise * np.linalg.inv(columns.T @ columns)[0, 0])
print(
    f"plain {plain:+.1f}; same assessors {same:+.1f}, give or take {1.96 * error:.1f}"
)

# %% [markdown]
# Six of twelve assessors were replaced, by lenient ones.
#
# ## Against the answer key
#
# The key holds what each shop deserves on an average day by an average assessor.
# Look at it now, not before: an analysis that reads the key is not an analysis.

# %%
key = cxdata.answer_key(data)
truth = visits.merge(data.truth["latents/mystery_visits"], on="visit_id")
truth = truth.groupby("store_id")["true_score"].mean()
weakest = set(truth.nsmallest(21).index)
caught = {
    "league table": len(weakest & set(last)),
    "leniency out": len(weakest & set(shops.nsmallest(21).index)),
}
print("of the 21 weakest shops:", caught)
progress = key["progress_of_shops"]["realised"]["value"]
gap = key["best_and_worst_shops"]["realised"]["value"]
chosen = table.iloc[-21:].mean() - table.iloc[:21].mean()
print(f"progress {progress:+.1f}; best less worst {gap:.1f}, chosen {chosen:.1f}")
assert abs(same - progress) < 1.96 * error < plain - progress, (
    "the same assessors should find the progress, the plain difference should not"
)
assert abs(between - truth.var()) < 0.5 * truth.var(), (
    "the shops' variance should be found, roughly, from four visits"
)
assert caught["league table"] < caught["leniency out"] < 21, (
    "taking leniency out should help, and not make a miracle"
)
assert errors["shrunken"] < errors["leniency out"] < errors["raw table"], (
    "each step should bring the prediction nearer"
)
assert chosen > 2 * gap, "the chosen gap should be twice the true one or more"

# %% [markdown]
# ## Key points
#
# - A score is the shop, the assessor and the day. Ask how large each part is before you rank.
# - Assessors who cross can be corrected; an assessor who has a region for themselves cannot.
# - Reliability grows with visits by a known formula, slowly.
# - Shrunken estimates predict next year better, because they leave this year's luck behind.
# - When the panel changes, compare within those who stayed.
