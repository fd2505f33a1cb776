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
#     title: "Gestures by habit and gestures by rule: test a compensation grid on old complaints"
#     minutes: 60
#     questions:
#       - Do customers with the same harm get the same gesture?
#       - What does a gesture do, and what does a larger one do?
#       - What would a grid have cost, and what would it have brought?
#     objectives:
#       - Measure how often two like cases are treated unlike.
#       - Compare within kinds of cases by hand, and check the result against the answer key.
#       - Write a grid as data, run it over past complaints, and price it.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
cases = (
    data["complaints"]
    .merge(data["orders"][["order_id", "amount_eur"]], on="order_id")
    .merge(data["deliveries"], on="order_id", how="left", suffixes=("", "_x"))
    .merge(data["contacts"][["contact_id", "reason"]], on="contact_id")
)
for name in ("is_damaged", "is_late"):
    cases[name] = cases[name].fillna(False).astype(bool)
cases["valuable"] = cases["amount_eur"] >= 120
cases["given"] = cases["compensation_eur"] > 0
answered = cases[cases["replied"]].copy()
answered[
    ["severity", "reason", "amount_eur", "compensation_eur", "ltr_after"]
].head()

# %% [markdown]
# A row is a complaint that was answered; `compensation_eur` is nought where no gesture was made.
# `ltr_after` is the recommendation three weeks later, from nought to ten, empty where the customer was not reached.
#
# ## Like cases
#
# Call two cases alike if the adviser could not tell them apart: same `severity`, same `is_damaged`, same `valuable`.
#
# **Task.** Keep these three names as `like`. Count by kind the cases and those with a gesture, as `kinds` with columns `size` and `sum`. Then compute `unlike`: the share of pairs within a kind of which one got a gesture and the other did not, weighted by the cases of the kind.

# %% tags=["solution"]
like = ["severity", "is_damaged", "valuable"]
kinds = answered.groupby(like)["given"].agg(["size", "sum"])
kinds = kinds[kinds["size"] > 1]
mixed = kinds["sum"] * (kinds["size"] - kinds["sum"])
pairs = kinds["size"] * (kinds["size"] - 1) / 2
unlike = (mixed / pairs * kinds["size"]).sum() / kinds["size"].sum()
print(f"{unlike:.0%} of pairs of like cases are treated unlike")

# %% [markdown]
# Is that much?
# Compare it with a company that throws one coin for everybody, with the same share of gestures.
#
# **Task.** Shuffle `given` among all answered complaints a hundred times, with `np.random.default_rng(1)`, and give the mean of `unlike` as `coin`.


# %% tags=["solution"]
def share_unlike(given):
    """Return the share of unlike pairs for gestures in the order of the cases."""
    found = answered.assign(given=given).groupby(like)["given"]
    size, total = found.size(), found.sum()
    weight = size / size.sum()
    return (weight * total * (size - total) / (size * (size - 1) / 2)).sum()


draws = np.random.default_rng(1)
coin = np.mean(
    [share_unlike(draws.permutation(answered["given"])) for _ in range(100)]
)
print(f"habit {unlike:.0%}, one coin for all {coin:.0%}, a rule that is kept 0%")

# %% [markdown]
# The habit is nearer to the coin than to a rule.
#
# ## What a gesture does
#
# **Task.** Keep the answered complaints with an `ltr_after` as `rated`. Give the plain difference of means between cases with and without a gesture as `plain`, its standard error as `plain_error`, and the interval.

# %% tags=["solution"]
rated = answered.dropna(subset=["ltr_after"])
yes, no = (rated.loc[rated["given"] == side, "ltr_after"] for side in (True, False))
plain = yes.mean() - no.mean()
plain_error = np.sqrt(yes.sem() ** 2 + no.sem() ** 2)
print(
    f"plain {plain:+.2f}, from {plain - 1.96 * plain_error:+.2f}"
    f" to {plain + 1.96 * plain_error:+.2f}"
)

# %% [markdown]
# **Task.** Now within kinds: take the difference in each kind that holds both, and weigh it by the cases of the kind. Keep it as `within`, with its standard error `within_error` from one variance around the means of kind and gesture.


# %% tags=["solution"]
def compare(rows, treatment):
    """Return the difference within kinds and its standard error."""
    cells = (
        rows.groupby([*like, treatment])["ltr_after"]
        .agg(["mean", "size"])
        .unstack()
        .dropna()
    )
    weight = cells["size"].sum(axis=1) / cells["size"].to_numpy().sum()
    value = (weight * (cells["mean"][True] - cells["mean"][False])).sum()
    centre = rows.groupby([*like, treatment])["ltr_after"].transform("mean")
    variance = (rows["ltr_after"] - centre).pow(2).sum() / (
        len(rows) - 2 * len(cells)
    )
    error = np.sqrt((weight**2 * variance * (1 / cells["size"]).sum(axis=1)).sum())
    return value, error


within, within_error = compare(rated, "given")
print(
    f"within kinds {within:+.2f}, from {within - 1.96 * within_error:+.2f}"
    f" to {within + 1.96 * within_error:+.2f}"
)

# %% [markdown]
# ## What a larger gesture does
#
# **Task.** Among `rated` cases with a gesture, mark as `larger` those above the median amount of their kind, and compare within kinds. Keep difference and standard error as `larger` and `larger_error`.

# %% tags=["solution"]
got = rated[rated["given"]].copy()
middle = got.groupby(like)["compensation_eur"].transform("median")
got["is_larger"] = got["compensation_eur"] > middle
larger, larger_error = compare(got, "is_larger")
means = got.groupby("is_larger")["compensation_eur"].mean()
print(
    f"€{means[True]:.0f} against €{means[False]:.0f}: {larger:+.2f},"
    f" from {larger - 1.96 * larger_error:+.2f}"
    f" to {larger + 1.96 * larger_error:+.2f}"
)

# %% [markdown]
# Chance explains it: the data show no use in a larger sum.
#
# ## A grid as data
#
# This is the grid of the page: by gravity and by whose fault, a share of the order and two bounds in euros.

# %%
GRID = {
    ("trifle", True): (0.05, 5, 10),
    ("nuisance", True): (0.10, 10, 40),
    ("grave", True): (0.20, 20, 150),
    ("trifle", False): (0, 0, 0),
    ("nuisance", False): (0, 5, 5),
    ("grave", False): (0.05, 10, 20),
}
scope = answered[~answered["is_damaged"]].copy()
scope["gravity"] = scope["severity"].map(
    {1: "trifle", 2: "trifle", 3: "nuisance", 4: "grave", 5: "grave"}
)
ours = ["late_delivery", "damaged_item", "faulty_product", "product_recall"]
scope["ours"] = scope["reason"].isin(ours) | scope["is_late"]

# %% [markdown]
# Damaged goods stay outside: what they cost is mostly owed.
#
# **Task.** Write a function `granted` that takes a grid and returns the gestures for `scope`: the share of `amount_eur` between the two bounds, half as much again where the fault is ours and `is_second_failure`, rounded to steps of five (a half goes up), never above the order. Print what the grid costs and how many gestures it makes, beside what was given.


# %% tags=["solution"]
def granted(grid):
    """Return the gesture that a grid makes for each complaint, in euros."""
    rules = pd.DataFrame(
        [
            grid[field]
            for field in zip(scope["gravity"], scope["ours"], strict=True)
        ],
        index=scope.index,
        columns=["share", "least", "most"],
    )
    euros = (rules["share"] * scope["amount_eur"]).clip(
        rules["least"], rules["most"]
    )
    again = scope["ours"] & scope["is_second_failure"]
    steps = np.floor(euros * np.where(again, 1.5, 1) / 5 + 0.5)
    return np.minimum(5 * steps, scope["amount_eur"])


plan = granted(GRID)
print(f"grid  €{plan.sum():,.0f}, {(plan > 0).sum()} gestures")
habit = scope["compensation_eur"]
print(f"habit €{habit.sum():,.0f}, {(habit > 0).sum()} gestures")

# %% [markdown]
# ## The price of a point
#
# In a real company you would price each plan with your estimate: `within` points for each gesture.
#
# **Task.** For the habit, the grid, the grid with all upper bounds halved (but none below its lower bound), and the grid without trifles, keep the gestures as `amounts`, by name: `habit`, `grid`, `bounds halved`, `no trifles`. Give euros, gestures, points and euros a point, and draw the last.

# %% tags=["solution"]
halved = {
    field: (share, least, max(most / 2, least))
    for field, (share, least, most) in GRID.items()
}
without = {
    field: (0, 0, 0) if field[0] == "trifle" else rule
    for field, rule in GRID.items()
}
amounts = {
    "habit": habit,
    "grid": plan,
    "bounds halved": granted(halved),
    "no trifles": granted(without),
}
plans = pd.DataFrame(
    {
        "plan": list(amounts),
        "euros": [one.sum() for one in amounts.values()],
        "gestures": [(one > 0).sum() for one in amounts.values()],
    }
)
plans["points"] = within * plans["gestures"]
plans["euros a point"] = plans["euros"] / plans["points"]


def bars(width):
    base = alt.Chart(plans).encode(
        y=alt.Y("plan:N", sort=None, title=None),
        x=alt.X("euros a point:Q", title="Euros a point"),
    )
    label = alt.Text("euros a point:Q", format=".0f")
    return (
        base.mark_bar() + base.mark_text(align="left", dx=4).encode(text=label)
    ).properties(width=width - 90, height=150)


charts.show(
    bars,
    title="A point costs less by any of the three grids than by habit",
    alternative="Euros a point of four plans: "
    + "; ".join(
        f"{name} {price:.0f}"
        for name, price in zip(plans["plan"], plans["euros a point"], strict=True)
    )
    + ".",
    data=plans,
    columns={
        "euros": Column(unit="euros"),
        "points": Column(),
        "euros a point": Column(unit="euros"),
    },
)

# %% [markdown]
# This pricing takes a gesture to bring the same everywhere.
# It does not quite: a trifle leaves less to mend.
#
# ## Against the answer key
#
# The key holds, for each answered complaint, the mark it would have left with a gesture and without.
# Look at it now, not before.

# %%
truth = cxdata.answer_key(data)["gesture_on_score"]["realised"]["value"]
print(f"key {truth:+.2f}; plain {plain:+.2f}; within kinds {within:+.2f}")
assert abs(within - truth) < 1.96 * within_error, "like cases should hold the truth"
assert plain + 1.96 * plain_error < 0 < truth, "the plain sign should be wrong"
assert abs(larger) < 1.96 * larger_error, "the size should not matter"

effects = data.truth["effects/gesture_on_score"].set_index("complaint_id")
each = effects["ltr_treated"] - effects["ltr_untreated"]
scope["effect"] = scope["complaint_id"].map(each)
by_key = {name: scope.loc[one > 0, "effect"].sum() for name, one in amounts.items()}
print({name: round(float(points)) for name, points in by_key.items()})
assert by_key["bounds halved"] == by_key["grid"], "bounds should buy no points"
assert by_key["grid"] > 1.5 * by_key["habit"], "the grid should reach more people"
assert unlike > coin / 2, "the habit should be nearer to a coin than to a rule"

# %%
scope.groupby("gravity")["effect"].mean().round(2)

# %% [markdown]
# ## Key points
#
# - Before you write a grid, count how often like cases are treated unlike: that is the fault it mends.
# - Gestures go to the worst cases; compare within kinds, or they seem to do harm.
# - Ask separately what a gesture does and what a larger one does: budgets grow by confusing the two.
# - Write the grid as data, run it over past cases, and know its price before an adviser uses it.
# - What is owed by law is not a gesture; keep it out of the sum.
