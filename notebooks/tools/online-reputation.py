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
#     title: "Stars for those who write: reviews, answers and shops with fourteen fives"
#     minutes: 50
#     questions:
#       - What do public stars say about customers who do not write?
#       - What does an answer to a critical review do to its stars?
#     objectives:
#       - Read reviews by origin, with intervals.
#       - See how a company's choice of whom to answer distorts its own report.
#       - Compute a difference within strata and its standard error by hand.
#       - Shrink the means of shops with few reviews, and judge the result by the answer key.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, editions "class" and "study"; an invented company, synthetic customers, regenerated from their seed without a network.
# ---

# %%
import altair as alt
import numpy as np

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
reviews = data["reviews"]
reviews[["review_id", "origin", "site", "stars", "answered", "stars_after"]].head()

# %% [markdown]
# `origin` tells who wrote: `spontaneous` unasked, `invited` on an invitation to orders drawn by lot.
# `stars_after` is filled only where the customer changed the stars later.
#
# ## Who writes?
#
# **Task.** Give, for each `origin`, the number of reviews, the mean stars, both ends of its 95 % interval and the share of one star, three and five. Keep it as `by_origin`, with columns `mean`, `low` and `high`.

# %% tags=["solution"]
by_origin = reviews.groupby("origin", observed=True)["stars"].agg(
    ["size", "mean", "sem"]
)
by_origin["low"] = by_origin["mean"] - 1.96 * by_origin["sem"]
by_origin["high"] = by_origin["mean"] + 1.96 * by_origin["sem"]
for stars in (1, 3, 5):
    by_origin[f"share_{stars}"] = (
        (reviews["stars"] == stars).groupby(reviews["origin"], observed=True).mean()
    )
by_origin.round(2)

# %% [markdown]
# Unasked, the ends are full and the middle is empty.
# Which of the two means would you show to your board?
# Decide before you go on; the key is opened at the end.
#
# ## The desk's comparison
#
# The class edition holds few critical reviews, those of three stars or fewer.
# Edition `study` has ten times the customers; yours are the first.

# %%
larger = cxdata.edition("tilmarenne", "study")
more = larger["reviews"]

# %% [markdown]
# **Task.** Keep the critical reviews as `critical`, with a column `shown`: the stars in the end, changed or not. Compare the mean of `shown` between answered and unanswered reviews, as `plain`, with its standard error as `plain_error` and its interval.

# %% tags=["solution"]
critical = more[more["stars"] <= 3].copy()
critical["shown"] = critical["stars_after"].fillna(critical["stars"])
answered, silent = (
    critical.loc[critical["answered"] == side, "shown"] for side in (True, False)
)
plain = answered.mean() - silent.mean()
plain_error = np.hypot(answered.sem(), silent.sem())
print(
    f"plain difference {plain:+.2f}, from {plain - 1.96 * plain_error:+.2f}"
    f" to {plain + 1.96 * plain_error:+.2f}"
)

# %% [markdown]
# Almost a star for an answer?
#
# ## Who is answered?
#
# **Task.** For each number of first `stars`, give the share answered, and the share whose stars were raised with and without an answer. Keep it as `by_stars` and draw the share answered.

# %% tags=["solution"]
critical["raised"] = critical["stars_after"].notna()
by_stars = (
    critical.groupby(["stars", "answered"])["raised"]
    .mean()
    .unstack()
    .rename(columns={True: "raised_answered", False: "raised_silent"})
)
by_stars.insert(0, "answered", critical.groupby("stars")["answered"].mean())
by_stars = (100 * by_stars).reset_index()


def bars(width):
    return (
        alt.Chart(by_stars)
        .mark_bar(color=charts.NEUTRAL)
        .encode(
            x=alt.X("stars:O", title="First stars"),
            y=alt.Y("answered:Q", title="Answered, %"),
        )
        .properties(width=width, height=180)
    )


charts.show(
    bars,
    title="The milder the review, the likelier an answer",
    alternative="Share answered by first stars: "
    + ", ".join(
        f"{row.stars}: {row.answered:.0f}%" for row in by_stars.itertuples()
    )
    + ".",
    data=by_stars,
    columns={
        name: Column(unit="percent")
        for name in ("answered", "raised_answered", "raised_silent")
    },
)

# %% [markdown]
# Answered reviews began with more stars.
# First stars decide both who is answered and where a review ends: they confound the comparison.
#
# ## Among equals
#
# **Task.** Compute the difference of `shown` within first stars, weighted by the number of reviews, as `within`, and its standard error as `within_error`: with the weight $w$ of each group, the root of the sum of $w^2$ times the squared standard error of its difference.

# %% tags=["solution"]
cells = critical.groupby(["stars", "answered"])["shown"].agg(
    ["mean", "var", "size"]
)
cells = cells.unstack()
weight = cells["size"].sum(axis=1) / len(critical)
gap = cells["mean"][True] - cells["mean"][False]
square = (cells["var"] / cells["size"]).sum(axis=1)
within = (weight * gap).sum()
within_error = np.sqrt((weight**2 * square).sum())
print(
    f"within first stars {within:+.2f},"
    f" from {within - 1.96 * within_error:+.2f}"
    f" to {within + 1.96 * within_error:+.2f}"
)

# %% [markdown]
# ## Is a fast answer a better one?
#
# **Task.** Among answered critical reviews, compare `shown` between answers within a day (`24` hours) and later ones: plainly, as `fast_plain`, and within first stars, as `fast_within`.

# %% tags=["solution"]
given = critical[critical["answered"]].copy()
given["fast"] = given["answer_delay_hours"] <= 24
speeds = given.groupby("fast")["shown"].mean()
fast_plain = speeds[True] - speeds[False]
parts = given.groupby(["stars", "fast"])["shown"].mean().unstack()
share = given["stars"].value_counts(normalize=True)
fast_within = (share * (parts[True] - parts[False])).sum()
print(f"plainly {fast_plain:+.2f}, within first stars {fast_within:+.2f}")

# %% [markdown]
# Harsh reviews wait longer for their answer, so the fast answers are those to mild reviews.
#
# ## Shops with few reviews
#
# A shop's mean from few reviews is mostly luck.
# With $n$ reviews of mean $\bar x$, the mean $m$ of all, the variance $s^2$ within shops and $t^2$ between them, the shrunken mean is
#
# $$\frac{n \bar x + k m}{n + k} \qquad k = \frac{s^2}{t^2}$$
#
# **Task.** Keep `order_id` and `store_id` of the larger orders as `stores`. For the orders bought in shops, give reviews and mean (`size` and `mean`) of each `store_id` as `shops`, and the shrunken mean as a column `shrunk`. Estimate $t^2$ by the variance of the shops' means, less what luck adds to it: the mean of $s^2 / n$.

# %% tags=["solution"]
stores = larger["orders"][["order_id", "store_id"]]
rated = more.merge(stores, on="order_id").dropna(subset=["store_id"])
shops = rated.groupby("store_id")["stars"].agg(["size", "mean"])
own_mean = rated.groupby("store_id")["stars"].transform("mean")
s2 = ((rated["stars"] - own_mean) ** 2).sum() / (len(rated) - len(shops))
t2 = shops["mean"].var() - (s2 / shops["size"]).mean()
k = s2 / t2
m = rated["stars"].mean()
shops["shrunk"] = (shops["size"] * shops["mean"] + k * m) / (shops["size"] + k)
print(f"k = {k:.0f} reviews")
shops.sort_values("mean").iloc[[0, 1, 2, -3, -2, -1]].round(2)

# %% [markdown]
# ## Against the answer key
#
# The key holds the stars that every order would have got, and what an answer does to a critical review.
# Look at it now, not before: an analysis that reads the key is not an analysis.

# %%
key = cxdata.answer_key(data)
truth = key["answer_on_stars"]["planted"]["value"]
all_stars = key["stars_of_all"]["realised"]["value"]
print(
    f"an answer: planted {truth:+.2f}, plain {plain:+.2f},"
    f" within first stars {within:+.2f}"
)
print(f"stars of all customers: {all_stars:.2f}")
print(by_origin[["mean", "low", "high"]].round(2))
assert abs(within - truth) < 1.96 * within_error, (
    "the difference within first stars should hold the truth"
)
assert plain - 1.96 * plain_error > 2 * truth, (
    "the plain difference should promise more than twice the truth"
)
invited, unasked = by_origin.loc["invited"], by_origin.loc["spontaneous"]
assert invited["low"] < all_stars < invited["high"] < unasked["mean"], (
    "the invited should hold the truth, those who write unasked miss it"
)
assert abs(fast_within) < 0.1 < fast_plain, (
    "speed should look useful only where first stars are forgotten"
)

# %% [markdown]
# And the shops: what would all their orders have got?

# %%
latent = larger.truth["latents/orders"].merge(stores, on="order_id")
shops["truth"] = latent.groupby("store_id")["stars"].mean()


def miss(column):
    """Return the typical distance from the true place among shops."""
    off = shops[column] - shops[column].mean()
    true = shops["truth"] - shops["truth"].mean()
    return np.sqrt(((off - true) ** 2).mean())


print(f"plain mean {miss('mean'):.2f} stars, shrunken {miss('shrunk'):.2f}")
assert miss("shrunk") < 0.8 * miss("mean"), (
    "shrinking should bring the shops nearer to the truth"
)
top = shops["mean"].idxmax()
assert shops.loc[top, "truth"] < shops["truth"].median(), (
    "the shop with the best public mean should be below the middle"
)

# %% [markdown]
# ## Key points
#
# - Public stars are those of people who write; a lot drawn among all orders gives another mean and another shape.
# - A company that answers mild reviews first makes its answers look almost three times as strong as they are.
# - First stars are the confounder: compare reviews that started alike.
# - The rule about speed falls to the same confounder.
# - The best of many small means is mostly lucky; shrink, and print the number of reviews.
