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
#     title: "Three redesigned pages: success, time, and ten statements turned round"
#     minutes: 45
#     questions:
#       - Which of three redesigned pages is easier than the old one, and by how much?
#       - What do five testers see, and what do they measure?
#     objectives:
#       - Score the System Usability Scale, and see what becomes of it when no statement is turned round.
#       - Report success with the adjusted-Wald interval and time with the geometric mean.
#       - Draw sets of five testers, and compare what they show with the rule.
#       - Find the statements that a redesign moved.
#     prerequisites:
#       - You can group and filter pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic testers.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
tests = data["usability_tests"]
statements = [f"sus_{number:02d}" for number in range(1, 11)]
tests.groupby("page", observed=True)["task_done"].agg(["size", "mean"])

# %% [markdown]
# ## The scale
#
# **Task.** Add to `tests` a column `sus`: the odd statements less one, five less the even ones, added up and times two and a half. Add `added`, the same sum with no statement turned round. Leave both empty where nothing was answered. Give their means by page and version.

# %% tags=["solution"]
answers = tests[statements].astype(float)
odd = np.arange(10) % 2 == 0
tests["sus"] = 2.5 * np.where(odd, answers - 1, 5 - answers).sum(axis=1)
tests["added"] = 2.5 * (answers - 1).to_numpy().sum(axis=1)
by = tests.groupby(["page", "version"], observed=True, as_index=False)
by[["sus", "added"]].mean().round(1)

# %% [markdown]
# The sum lies a little above fifty everywhere: it says how readily testers agree.
#
# ## What the redesign brought
#
# **Task.** Write `gain(rows, column)`, which returns the mean of the redesign less that of the current version and its standard error. Apply it to each page as `by_page`, a frame with the columns `gain` and `error`, and average the three gains: keep those of `sus` as `right` and `right_error`, those of `added` as `tempting`.


# %% tags=["solution"]
def gain(rows, column):
    """Return redesign less current, and the standard error."""
    new, old = (
        rows.loc[rows["version"] == name, column].dropna()
        for name in ("redesign", "current")
    )
    error = np.sqrt(new.var() / len(new) + old.var() / len(old))
    return new.mean() - old.mean(), error


pages = {name: rows for name, rows in tests.groupby("page", observed=True)}
by_page = pd.DataFrame(
    {name: gain(rows, "sus") for name, rows in pages.items()},
    index=["gain", "error"],
).T
right = by_page["gain"].mean()
right_error = np.sqrt((by_page["error"] ** 2).sum()) / 3
tempting = np.mean([gain(rows, "added")[0] for rows in pages.values()])
print(f"right {right:+.1f}, standard error {right_error:.1f}; sum {tempting:+.1f}")
by_page.assign(
    low=by_page["gain"] - 1.96 * by_page["error"],
    high=by_page["gain"] + 1.96 * by_page["error"],
).round(1)

# %% [markdown]
# ## Success and time
#
# **Task.** For each page and version give the share done with its adjusted-Wald interval, in percent, and for those who got through the mean, the geometric mean and the median of the seconds.


# %% tags=["solution"]
def summary(rows, z=1.96):
    """Return success with its interval, and three middles of the time."""
    done, n = rows["task_done"].sum(), len(rows)
    share = (done + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(share * (1 - share) / (n + z**2))
    seconds = rows.loc[rows["task_done"], "task_seconds"]
    return pd.Series(
        {
            "done": 100 * done / n,
            "low": 100 * (share - half),
            "high": 100 * (share + half),
            "mean": seconds.mean(),
            "geometric": np.exp(np.log(seconds).mean()),
            "median": seconds.median(),
        }
    )


rounds = pd.DataFrame(
    {
        f"{page}, {version}": summary(rows)
        for (page, version), rows in tests.groupby(
            ["page", "version"], observed=True
        )
    }
).T
rounds.round(0)

# %% [markdown]
# The geometric mean lies by the median, and the plain mean above both.
#
# ## Five testers
#
# **Task.** Take four signs of trouble on the old checkout: gave up, three errors or more, fault found with `sus_08` (four or five), unsure by `sus_09` (two or less). Draw five testers without replacement two thousand times; give the mean share of signs that a set shows (each set's as `shown`), the fifth and the ninety-fifth percentile, and what the rule $1 - (1 - \bar p)^5$ promises with the mean share, as `rule`.

# %% tags=["solution"]
old = pages["checkout"][pages["checkout"]["version"] == "current"]
signs = pd.DataFrame(
    {
        "gave up": ~old["task_done"],
        "three errors": old["errors"] >= 3,
        "awkward": old["sus_08"].fillna(0) >= 4,
        "unsure": old["sus_09"].fillna(5) <= 2,
    }
)
draw = np.random.default_rng(7)
order = draw.permuted(np.tile(np.arange(len(signs)), (2_000, 1)), axis=1)[:, :5]
shown = signs.to_numpy()[order].any(axis=1).mean(axis=1)
rule = 1 - (1 - signs.to_numpy().mean()) ** 5
print((100 * signs.mean()).round(0).to_dict())
print(f"shown {shown.mean():.0%}, rule {rule:.0%}")
print("nine sets in ten:", np.quantile(shown, [0.05, 0.95]))

# %% [markdown]
# **Task.** The new checkout is better. Draw five testers of each version two thousand times: how often do more of the five get through the new one, and how often fewer?

# %% tags=["solution"]
new = pages["checkout"][pages["checkout"]["version"] == "redesign"]
order_new = draw.permuted(np.tile(np.arange(len(new)), (2_000, 1)), axis=1)[:, :5]
more = new["task_done"].to_numpy()[order_new].sum(axis=1) - (
    old["task_done"].to_numpy()[order].sum(axis=1)
)
print(f"more {(more > 0).mean():.0%}, fewer {(more < 0).mean():.0%}")

# %% [markdown]
# ## What the new checkout is praised for
#
# **Task.** For each statement give the change of its answer in the checkout, turned round where it finds fault, with its interval, as `moved` with a column `change`, and draw it.

# %% tags=["solution"]
checkout = pages["checkout"].copy()
turned = np.where(odd, checkout[statements], 6 - checkout[statements].astype(float))
checkout[statements] = turned
moved = pd.DataFrame(
    {name: gain(checkout, name) for name in statements}, index=["change", "error"]
).T.reset_index(names="statement")
moved["low"] = moved["change"] - 1.96 * moved["error"]
moved["high"] = moved["change"] + 1.96 * moved["error"]


def dots(width):
    base = alt.Chart(moved).encode(y=alt.Y("statement:N", title=None))
    x = alt.X("low:Q", title="Better by, steps of an answer")
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
        + base.mark_point(size=90, opacity=1).encode(x="change:Q")
    ).properties(width=width - 80, height=240)


charts.show(
    dots,
    title="All ten statements about the checkout have moved, so one number tells it",
    alternative="Change of each answer, in steps: "
    + ", ".join(f"{row.statement} {row.change:+.1f}" for row in moved.itertuples())
    + ".",
    data=moved.drop(columns="error"),
    columns={name: Column(digits=2) for name in ("change", "low", "high")},
)

# %% [markdown]
# ## Against the answer key
#
# The key holds both scores of every tester, whichever version they saw.
#
# **Task.** Take the mean of `sus_if_redesign` less `sus_if_current` in `data.truth["latents/usability_tests"]` as `key`, and compare it with `right` and `tempting`.

# %% tags=["solution"]
both = data.truth["latents/usability_tests"]
key = (both["sus_if_redesign"] - both["sus_if_current"]).mean()
print(f"key {key:+.1f}, right {right:+.1f}, sum {tempting:+.1f}")

# %%
assert abs(right - key) < 1.96 * right_error, (
    "turned round, the score should hold the key"
)
assert abs(tempting) < 3 < key, "the sum should hide the gain"
assert by_page["gain"].idxmax() == "checkout", (
    "the checkout should have gained most"
)
assert (moved["change"] > 0).all(), (
    "every statement should have moved for the better"
)
assert shown.mean() < rule, "the rule should promise more than five testers show"

# %% [markdown]
# ## Key points
#
# - Turn the even statements round; the sum as it stands says how readily people agree.
# - Decide page by page: a mean over pages releases the bad one with the good.
# - Report success with adjusted-Wald ends and time by its geometric mean, of those who got through.
# - Five testers show what stops many and compare nothing.
