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
#     title: "Guess and answer: the mirror survey with doubt on both sides"
#     minutes: 50
#     questions:
#       - How far are staff from what customers say, and sure by how much?
#       - Whose guesses are furthest off, those who serve customers or those who never do?
#     objectives:
#       - Put guesses and answers on the same customers, item and period.
#       - Compute a gap with an interval that counts shops and customers in clusters.
#       - Compare within strata, and see a confounder that hides part of a difference.
#       - Choose the customers' side, and judge the choice by the answer key.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic staff and customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
staff = data["employee_surveys"].merge(data["employees"], on="employee_id")
surveys, orders = data["surveys"], data["orders"]
# Staff are asked in November about the twelve months before.
year = surveys[surveys["sent_at"].between("2023-11-06", "2024-11-06")]
staff[
    [
        "wave",
        "role",
        "has_customer_contact",
        "kpi_shared",
        "estimated_satisfied_percent",
        "estimated_nps",
    ]
].head()

# %% [markdown]
# `estimated_satisfied_percent` is the guess: of a hundred customers, how many are satisfied.
# It is empty where somebody did not answer, or could not say.
#
# ## Both sides
#
# **Task.** Keep as `now` the guesses of wave `autumn_2024`. Keep as `called` the rows of `year` with programme `callback_after_order` and a `csat`; give them a column `satisfied`, a hundred for a `csat` of four or five and nought otherwise. Print how many rows each has, and both means; keep these as `guess` and `real`.

# %% tags=["solution"]
now = staff[staff["wave"] == "autumn_2024"].dropna(
    subset=["estimated_satisfied_percent"]
)


def answers_of(programme):
    """Return who answered a programme, with 100 for satisfied and 0 for not."""
    rows = year[year["programme"] == programme].dropna(subset=["csat"])
    return rows.assign(satisfied=100.0 * (rows["csat"] >= 4))


called = answers_of("callback_after_order")
guess, real = now["estimated_satisfied_percent"].mean(), called["satisfied"].mean()
print(f"{len(now)} guesses, mean {guess:.1f}; {len(called)} answers, {real:.1f}")

# %% [markdown]
# ## A gap with its interval
#
# People of one shop guess alike, and a customer may have been called twice.
# Take each cluster together: with $n$ rows, $k$ clusters and deviations $e$ from the mean,
#
# $$s = \frac{1}{n} \sqrt{\frac{k}{k-1} \sum_c \Big(\sum_{i \in c} e_i\Big)^2}$$
#
# **Task.** Write a function `clustered` that takes values and their clusters and returns this standard error. A shop is a cluster of its staff; everybody else is one alone (use minus the `employee_id`). Compute the gap as `gap`, and as `gap_error` the root of the sum of both squared errors.


# %% tags=["solution"]
def clustered(values, cluster):
    """Return the standard error of a mean whose clusters are independent."""
    sums = (values - values.mean()).groupby(cluster.to_numpy()).sum()
    count = len(sums)
    return np.sqrt(count / (count - 1) * (sums**2).sum()) / len(values)


now = now.assign(cluster=now["store_id"].fillna(-now["employee_id"]))
of_guess = clustered(now["estimated_satisfied_percent"], now["cluster"])
of_real = clustered(called["satisfied"], called["customer_id"])
gap, gap_error = guess - real, np.hypot(of_guess, of_real)
print(
    f"gap {gap:+.1f}, from {gap - 1.96 * gap_error:+.1f}"
    f" to {gap + 1.96 * gap_error:+.1f};"
    f" errors {of_guess:.2f} and {of_real:.2f}"
)

# %% [markdown]
# Nearly all of the doubt comes from the customers' side: asking more colleagues would not help.
#
# ## Who is furthest off?
#
# **Task.** Give the mean guess and the number of guesses by `role`, highest first; keep it as `by_role` with the columns `guess`, `guesses` and `serves`, the share with `has_customer_contact`. Leave out roles with fewer than fifteen guesses.

# %% tags=["solution"]
by_role = now.groupby("role", observed=True).agg(
    guess=("estimated_satisfied_percent", "mean"),
    guesses=("estimated_satisfied_percent", "size"),
    serves=("has_customer_contact", "mean"),
)
by_role = by_role[by_role["guesses"] >= 15].sort_values("guess", ascending=False)
by_role.round(2)

# %%
drawn = by_role.reset_index()
drawn["kind"] = np.where(drawn["serves"] > 0.5, "serve customers", "do not")


def dots(width):
    point = (
        alt.Chart(drawn)
        .mark_point(size=100, filled=True, opacity=1)
        .encode(
            x=alt.X(
                "guess:Q",
                scale=alt.Scale(domain=[60, 100]),
                title="Satisfied customers, %",
            ),
            y=alt.Y("role:N", sort=None, title=None),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(
                    domain=["serve customers", "do not"],
                    range=[charts.BAD, charts.GOOD],
                ),
                legend=alt.Legend(title=None, orient="top"),
            ),
        )
    )
    answer = pd.DataFrame({"real": [real]})
    rule = alt.Chart(answer).mark_rule(strokeDash=[4, 4]).encode(x="real:Q")
    return (rule + point).properties(width=width - 150, height=280)


charts.show(
    dots,
    title="Nobody is near the broken line, least of all those who serve",
    alternative=f"Mean guess by role; customers say {real:.0f}: "
    + ", ".join(f"{row.role} {row.guess:.0f}" for row in drawn.itertuples())
    + ".",
    note="The broken line is what customers called back say.",
    data=drawn[["role", "guesses", "guess", "kind"]],
    columns={"guess": Column(digits=1)},
)

# %% [markdown]
# ## Serving and seeing
#
# Serving customers and seeing customer indicators go together, so look at one with the other held fixed.
#
# **Task.** Give the mean guess by `has_customer_contact` and `kpi_shared` as `cells`, with the number of guesses. Then compute the plain difference between those who serve and those who do not as `plain`, and as `within` the difference inside each value of `kpi_shared`, weighted by the share of guesses in it.

# %% tags=["solution"]
cells = now.groupby(["kpi_shared", "has_customer_contact"])[
    "estimated_satisfied_percent"
].agg(["mean", "size"])
print(cells.round(1), "\n")
sides = now.groupby("has_customer_contact")["estimated_satisfied_percent"].mean()
plain = sides[True] - sides[False]
wide = cells.unstack()
weight = wide["size"].sum(axis=1) / wide["size"].to_numpy().sum()
within = (weight * (wide["mean"][True] - wide["mean"][False])).sum()
print(f"plain {plain:+.1f}, within {within:+.1f}")

# %% [markdown]
# Those who serve see indicators more often, which pulls their guesses down: the plain difference is too small.
# Here a confounder hides, where elsewhere it exaggerates.
#
# ## Which customers?
#
# **Task.** Compute the gap again with programme `email_after_order`, as `mail_gap` with its error `mail_error`. What would a board say that acts from fifteen points on?

# %% tags=["solution"]
mailed = answers_of("email_after_order")
mail_gap = guess - mailed["satisfied"].mean()
mail_error = np.hypot(
    of_guess, clustered(mailed["satisfied"], mailed["customer_id"])
)
print(
    f"gap by e-mail {mail_gap:+.1f}, from {mail_gap - 1.96 * mail_error:+.1f}"
    f" to {mail_gap + 1.96 * mail_error:+.1f}"
)

# %% [markdown]
# ## Do they know their own shop?
#
# A guess that is too high everywhere could still know which shop does better.
# `shop_bonuses` has the mean mark of each shop's customers called back, quarter by quarter, as `call_csat`.
#
# **Task.** Correlate each shop's mean guess with the mean of its `call_csat` over the quarters of the last full year (`2024_q1` and on), as `knows`, and give its interval as a pair `ends`: take the inverse hyperbolic tangent of the correlation, add and subtract $1.96 / \sqrt{k - 3}$ for $k$ shops, and turn both back.

# %% tags=["solution"]
bonuses = data["shop_bonuses"]
marks = bonuses[bonuses["quarter"].astype(str).str.startswith("2024")]
marks = marks.groupby("store_id")["call_csat"].mean()
guesses = now.groupby("store_id")["estimated_satisfied_percent"].mean()
shops = pd.concat([marks, guesses], axis=1).dropna()
knows = shops["call_csat"].corr(shops["estimated_satisfied_percent"])
ends = np.tanh(
    np.arctanh(knows) + np.array([-1, 1]) * 1.96 / np.sqrt(len(shops) - 3)
)
print(f"correlation {knows:+.2f}, from {ends[0]:+.2f} to {ends[1]:+.2f}")

# %% [markdown]
# They guess the level too high, and which shop is better not at all.
#
# ## Against the answer key
#
# The key holds what every buyer would have answered, asked or not.

# %%
truth = data.truth["latents/orders"].merge(
    orders[["order_id", "ordered_at"]], on="order_id"
)
truth = truth[truth["ordered_at"].between("2023-11-06", "2024-11-06")]
true_gap = guess - 100 * (truth["csat"] >= 4).mean()
print(f"true gap {true_gap:+.1f}; by call {gap:+.1f}; by e-mail {mail_gap:+.1f}")
assert abs(gap - true_gap) < 1.96 * gap_error, "the calls should hold the truth"
assert mail_gap + 1.96 * mail_error < true_gap, "the e-mails should miss it"
assert within > plain > 0, "indicators should hide part of the difference"
assert ends[0] < 0 < ends[1], "guesses should not know their own shop"

# %% [markdown]
# ## Key points
#
# - Ask staff about the same customers, item and period that you asked customers about.
# - A gap has doubt on both sides, and most of it comes from the smaller, more varied one: customers.
# - Compare groups of staff with the other reason held fixed; a confounder can hide a difference as well as make one.
# - Choose the customers' side before you see the gap: those who answer e-mails flatter everybody.
# - A gap by shop with few customers ranks luck.
