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
#     title: "Segments that must work next year"
#     minutes: 80
#     questions:
#       - Which kinds of basket are there, and how many?
#       - Does a segmentation formed on one year help to choose in the next?
#     objectives:
#       - Form latent classes by expectation maximisation, and k-means clusters beside them.
#       - Choose a number by BIC and by drawing customers with replacement.
#       - Test segments on a year that they have not seen.
#       - Cross two segmentations that answer two questions.
#     prerequisites:
#       - You can merge, group and unstack pandas data frames, and multiply NumPy matrices.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, segments

data = cxdata.edition("tilmarenne", "class")
lines = data["order_lines"].merge(data["products"], on="product_id")
lines = lines.merge(data["orders"][["order_id", "ordered_at"]], on="order_id")
lines["year"] = lines["ordered_at"].dt.year
lines["product_family"] = lines["product_family"].astype(str)
lines[["customer_id", "year", "product_family", "line_amount_eur"]].head()

# %% [markdown]
# The column `segment` of `customers` is what drives purchases in this invented company.
# We leave it in its drawer until the end, where it judges.
#
# ## A table of baskets
#
# **Task.** Count lines by customer (rows) and family (columns) for `2023`, as `first`, and for `2024`, as `later`; columns in alphabetical order.
# Keep in `first` only customers with at least three lines.

# %% tags=["solution"]
counted = (
    lines.groupby(["year", "customer_id", "product_family"])
    .size()
    .unstack(fill_value=0)
)
first, later = counted.loc[2023], counted.loc[2024]
first = first[first.sum(axis=1) >= 3]
print(len(first), "customers,", first.to_numpy().sum(), "lines")

# %% [markdown]
# ## Classes, step by step
#
# Expectation maximisation starts from a guess at who belongs where and repeats two steps.
# From the memberships: the share of each class, and its profile, the shares of the families among its lines.
# From shares and profiles: the chance of each class for each customer, $s_c \prod_f q_{cf}^{n_f}$, divided by the sum over classes.
#
# **Task.** Write a function `classes_of(counts, count, seed)` that starts from `rng.dirichlet(np.ones(count), size=len(counts))`, repeats both steps `150` times and returns `shares`, `profiles` and `belongs` (customers by classes).
# Add half a line to each cell of the profiles; work with logarithms, and take off each row's largest before you go back.
# Keep the results for three classes and seed `1` as `shares`, `profiles`, `belongs`.


# %% tags=["solution"]
def classes_of(counts, count, seed):
    """Return shares, profiles and chances of latent classes."""
    rng = np.random.default_rng(seed)
    counts = np.asarray(counts, dtype=float)
    belongs = rng.dirichlet(np.ones(count), size=len(counts))
    for _ in range(150):
        shares = belongs.mean(axis=0)
        profiles = belongs.T @ counts + 0.5
        profiles = profiles / profiles.sum(axis=1, keepdims=True)
        joint = counts @ np.log(profiles).T + np.log(shares)
        joint = np.exp(joint - joint.max(axis=1, keepdims=True))
        belongs = joint / joint.sum(axis=1, keepdims=True)
    return shares, profiles, belongs


shares, profiles, belongs = classes_of(first, 3, seed=1)
pd.DataFrame(profiles, columns=first.columns).round(2).assign(share=shares.round(2))

# %% [markdown]
# A single start may end in a valley of its own.
# From here on, `segments.latent_classes` does the same with several starts and puts the largest class first; `assigned` gives each row its likeliest class.
#
# **Task.** Keep its three classes with seed `7` as `three`, and name them in a list `names`, in their order: "garden" for the one with most plants, "works" for the one with most paint, "home" for the other.
# Keep each customer's name as the series `basket`.

# %% tags=["solution"]
three = segments.latent_classes(first, 3, seed=7)
profile = pd.DataFrame(three.profiles, columns=first.columns)
names = ["home"] * 3
names[profile["plants"].idxmax()] = "garden"
names[profile["paint"].idxmax()] = "works"
basket = pd.Series(three.assigned(first), index=first.index)
basket = basket.map(dict(enumerate(names)))
basket.value_counts()

# %% [markdown]
# ## How many?
#
# **Task.** Give the BIC for one to five classes twice: on `first`, and on orders of `2023` counted by their `product_family`, which is that of the main product.
# Keep both as columns "lines" and "orders" of `bic`.

# %% tags=["solution"]
orders = data["orders"].assign(year=data["orders"]["ordered_at"].dt.year)
by_order = (
    orders[orders["year"] == 2023]
    .assign(product_family=lambda rows: rows["product_family"].astype(str))
    .groupby(["customer_id", "product_family"])
    .size()
    .unstack(fill_value=0)
)
bic = pd.DataFrame(
    {
        "lines": {
            k: segments.latent_classes(first, k, starts=3).bic for k in range(1, 6)
        },
        "orders": {
            k: segments.latent_classes(by_order, k, starts=3).bic
            for k in range(1, 6)
        },
    }
)
bic.round()

# %% [markdown]
# The two disagree.
# The lines of one order resemble each other, as a lamp comes with another lamp; BIC takes every line for a fresh draw, and so finds ever more kinds of customers.
# Orders are nearer to what it assumes, and ask for three.
#
# **Task.** For `3, 4 and 5` classes, draw customers with replacement six times with `np.random.default_rng(7)`, form classes on the draw (two starts), assign everybody, and compare with the classes of all by `segments.adjusted_rand`.
# Keep the mean by number of classes as `steady`.

# %% tags=["solution"]
rng = np.random.default_rng(7)
counts = first.to_numpy()
steady = {}
for k in (3, 4, 5):
    whole = segments.latent_classes(counts, k, starts=3).assigned(counts)
    agree = []
    for again in range(6):
        drawn = counts[rng.integers(0, len(counts), len(counts))]
        refit = segments.latent_classes(drawn, k, starts=2, rounds=60, seed=again)
        agree.append(segments.adjusted_rand(whole, refit.assigned(counts)))
    steady[k] = np.mean(agree)
steady

# %% [markdown]
# ## The year that nobody looked at
#
# **Task.** For customers of `first` who bought in `2024`, give the share of garden lines (plants and garden tools) of `2024` by class, and draw it with its intervals.
# Keep the mean shares as `garden_later`.

# %% tags=["solution"]
came = later.loc[later.index.intersection(first.index)]
garden = came[["plants", "garden_tools"]].sum(axis=1) / came.sum(axis=1)
found = garden.groupby(basket.loc[came.index]).agg(["mean", "std", "size"])
found["half"] = 1.96 * found["std"] / np.sqrt(found["size"])
found["low"] = 100 * (found["mean"] - found["half"])
found["high"] = 100 * (found["mean"] + found["half"])
found["percent"] = 100 * found["mean"]
garden_later = found["mean"]
drawn_shares = found.reset_index(names="class")[
    ["class", "percent", "low", "high", "size"]
]


def spans(width):
    base = alt.Chart(drawn_shares)
    x = alt.X("class:N", title="Class of 2023")
    y = alt.Y(
        "percent:Q",
        title="Garden goods in 2024, %",
        scale=alt.Scale(domain=[0, 60]),
    )
    span = base.mark_rule(color=charts.MUTED).encode(x=x, y="low:Q", y2="high:Q")
    dot = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y)
    return (span + dot).properties(width=width, height=200)


charts.show(
    spans,
    title="The garden class still buys for the garden a year later",
    alternative="Share of garden goods among lines of 2024: "
    + ", ".join(f"{c} {m:.0%}" for c, m in garden_later.items())
    + ".",
    data=drawn_shares.round(1),
)

# %% [markdown]
# ## Two questions, two segmentations
#
# The class says what, not how often.
# For a garden guide with `400` copies, both count.
#
# **Task.** Give each customer a rank by orders of `2023` (`"often"`), by the chance of the garden class (`"class"`), and by the product of both (`"both"`), `chance * orders`.
# For each, send `400` guides to the best, and count who bought garden goods in `2024`.
# Keep the shares as `reached`; those who did not come back bought none.

# %% tags=["solution"]
often = orders[orders["year"] == 2023].groupby("customer_id").size()
often = often.loc[first.index]
chance = pd.Series(
    three.chances(first)[:, names.index("garden")], index=first.index
)
bought = later[["plants", "garden_tools"]].sum(axis=1) > 0
bought = bought.reindex(first.index, fill_value=False)
ranks = {"often": often, "class": chance, "both": chance * often}
reached = pd.Series(
    {
        name: bought.loc[rank.nlargest(400).index].mean()
        for name, rank in ranks.items()
    }
)
print(f"all customers: {bought.mean():.0%}")
reached.round(3)

# %% [markdown]
# Each half of the answer beats sending at random; the product beats both.
#
# ## K-means, and what it finds in nothing
#
# **Task.** Turn `first` into shares of each customer's lines, standardise the columns with `segments.standardised` and form three clusters with `segments.k_means`, kept as `clusters`.
# Then shuffle each column by itself with `np.random.default_rng(7)`, and form three again.
# Keep what the clusters explain as `real` and `nothing`.

# %% tags=["solution"]
share = first.div(first.sum(axis=1), axis=0)
scaled = segments.standardised(share)
rng = np.random.default_rng(7)
shuffled = np.column_stack([rng.permutation(column) for column in scaled.T])
clusters = segments.k_means(scaled, 3)
real = clusters.explained
nothing = segments.k_means(shuffled, 3).explained
print(f"real {real:.2f}, shuffled {nothing:.2f}")

# %% [markdown]
# ## Against the answer key

# %%
key = data["customers"].set_index("customer_id")["segment"].astype(str)
true = key.loc[first.index]
print(pd.crosstab(true, basket))
assert bic["orders"].idxmin() == 3, "orders should ask for three classes"
assert bic["lines"].idxmin() == 5, "lines should ask for ever more"
assert steady[3] > 0.8 > steady[4], "three should be steadier than four"
assert (true[basket == "garden"] == "gardeners").mean() > 0.55, (
    "the garden class should be gardeners mostly"
)
assert (true[basket == "works"] == "renovators").mean() > 0.45
hunters = basket[true == "bargain_hunters"].value_counts(normalize=True)
assert hunters.max() < 0.6, "bargain hunters should be spread over the classes"
assert garden_later["garden"] > garden_later.drop("garden").max() + 0.15
assert reached["both"] > max(reached["often"], reached["class"]), (
    "what and how often should be better together"
)
assert 0.5 < nothing / real < 1, "k-means should find much in nothing"
agreed = segments.adjusted_rand(true, basket)
assert agreed > segments.adjusted_rand(true, clusters.labels)
print("All as the answer key has it.")

# %% [markdown]
# ## Key points
#
# - Choose variables from the decision: baskets tell what, RFM how often.
# - A criterion is only as good as its count: lines of one order are not fresh draws.
# - Form on one year, test on the next, and compare with what is done today.
# - Any data yield clusters. Shuffle the columns to see how much of the fit is nothing.
# - Bargain hunters were there all along; families cannot show them.
