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
#     title: "Short waits, hard calls: CES with its margin and its confounder"
#     minutes: 45
#     questions:
#       - How hard do customers find it to get something done, and sure by how much?
#       - What does a wait of a minute do to the effort they feel?
#     objectives:
#       - Keep two versions of a question apart.
#       - Compute a CES 2.0 with its interval, and the shares of easy and of hard answers.
#       - Find a confounder, and compare within its strata by hand.
#       - Check an estimate against the answer key, and see what more data cure and what they do not.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, editions "class" and "study"; an invented company, synthetic customers, regenerated from their seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
surveys, contacts = data["surveys"], data["contacts"]
effort = surveys[surveys["programme"] == "after_contact"]
effort[
    [
        "survey_id",
        "contact_id",
        "sent_at",
        "answered",
        "ces_version",
        "ces_1",
        "ces",
    ]
].head()

# %% [markdown]
# `ces` is the agreement, from 1 to 7, that Tilmarenne made it easy: CES 2.0, high is easy.
# At first the company asked CES 1.0, how much effort it took, from 1 to 5: `ces_1`, high is hard.
# Both are empty where nobody answered.
#
# ## Two versions
#
# **Task.** For each `ces_version`, count the answers, and give the first and the last day, the mean of its own column, and the share of easy answers: the two easiest of five, the three easiest of seven.

# %% tags=["solution"]
first, second = effort.dropna(subset=["ces_1"]), effort.dropna(subset=["ces"])
pd.DataFrame(
    {
        name: {
            "answers": len(rows),
            "from": rows["sent_at"].min().date(),
            "to": rows["sent_at"].max().date(),
            "mean": round(rows[column].mean(), 1),
            "easy": f"{easy.mean():.0%}",
        }
        for name, rows, column, easy in (
            ("ces_1", first, "ces_1", first["ces_1"] <= 2),
            ("ces_2", second, "ces", second["ces"] >= 5),
        )
    }
).T

# %% [markdown]
# The means run in opposite directions, and the shares only look alike: other words, other scale, another zero.
# From here on, use CES 2.0 alone; it starts a series of its own.
#
# ## The score
#
# The score is the mean of the answers, and its margin comes from their standard deviation $s$:
#
# $$\bar x \pm 1.96 \, \frac{s}{\sqrt{n}}$$
#
# **Task.** Write a function `ces` that takes answers and returns their number, their mean, both ends of the interval, and the shares of easy answers (five or more) and of hard ones (three or less), in percent. Apply it to all answers.


# %% tags=["solution"]
def ces(answers):
    """Return the score, its 95 % interval and two shares of the answers given."""
    given = answers.dropna()
    margin = 1.96 * given.std() / np.sqrt(len(given))
    return pd.Series(
        {
            "answers": len(given),
            "mean": given.mean(),
            "low": given.mean() - margin,
            "high": given.mean() + margin,
            "easy": 100 * (given >= 5).mean(),
            "hard": 100 * (given <= 3).mean(),
        }
    )


ces(effort["ces"]).round(2)

# %% [markdown]
# ## By matter
#
# A score without its matter cannot be explained.
#
# **Task.** Join the invitations to `contacts` on `contact_id`, keep those with a `ces` as `rated`, and give the score by `reason`, hardest first.

# %% tags=["solution"]
rated = effort[["contact_id", "ces"]].dropna().merge(contacts, on="contact_id")
by_reason = rated.groupby("reason")["ces"].apply(ces).unstack()
by_reason.sort_values("mean").round(1)

# %% [markdown]
# Three matters are hard, and a voice menu asks for them: late and damaged parcels, recalled lamps.
# The others are not, and three of them are simple: invoices, availability, the loyalty account.
#
# ## The tempting comparison
#
# Only calls have a wait; other channels leave `wait_minutes` empty.
#
# **Task.** Keep the rated calls as `few`. How many of them waited a minute or more?

# %% tags=["solution"]
few = rated[rated["wait_minutes"].notna()]
print(f"{(few['wait_minutes'] >= 1).sum()} of {len(few)} rated calls")

# %% [markdown]
# Too few to compare anything.
# The edition `study` has ten times the customers; yours are the first of them.

# %%
larger = cxdata.edition("tilmarenne", "study")
more = larger["surveys"][["contact_id", "ces"]].dropna()
more = more.merge(larger["contacts"], on="contact_id")

# %% [markdown]
# **Task.** Keep the calls of `more` as `calls`, with a column `waited` for a minute or more. Give the score by class of waits: none (nought, as waits are given to a tenth of a minute), under one minute, one to two, two to five, five or more, and draw it.

# %% tags=["solution"]
calls = more[more["wait_minutes"].notna()].copy()
calls["waited"] = calls["wait_minutes"] >= 1
order = ["none", "under 1", "1 to 2", "2 to 5", "5 or more"]
calls["wait"] = pd.cut(
    calls["wait_minutes"], [0, 0.05, 1, 2, 5, np.inf], right=False, labels=order
).astype(str)
by_wait = calls.groupby("wait")["ces"].apply(ces).unstack().loc[order].reset_index()


def dots(width):
    base = alt.Chart(by_wait).encode(
        x=alt.X("wait:O", sort=order, title="Minutes of waiting")
    )
    y = alt.Y("low:Q", scale=alt.Scale(domain=[1, 7]), title="Mean CES, 1 to 7")
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
        + base.mark_point(size=110, opacity=1).encode(y="mean:Q")
    ).properties(width=width, height=200)


charts.show(
    dots,
    title="Among callers who wait, the longest waits seem the easiest",
    alternative="Mean CES by minutes of waiting: "
    + ", ".join(f"{row.wait}: {row.mean:.1f}" for row in by_wait.itertuples())
    + ".",
    data=by_wait[["wait", "answers", "mean", "low", "high"]],
    columns={name: Column(digits=1) for name in ("mean", "low", "high")},
)

# %% [markdown]
# Does waiting do no harm?
# Put a number on it first.
#
# **Task.** Give the difference of means between long and short waits as `plain`, its standard error as `plain_error` (the root of the sum of both squared standard errors), and its interval.

# %% tags=["solution"]
long, short = (calls.loc[calls["waited"] == side, "ces"] for side in (True, False))
plain = long.mean() - short.mean()
plain_error = np.sqrt(long.var() / len(long) + short.var() / len(short))
print(
    f"plain difference {plain:+.2f}, from {plain - 1.96 * plain_error:+.2f}"
    f" to {plain + 1.96 * plain_error:+.2f}"
)

# %% [markdown]
# Chance could do it, says the interval.
# Before you conclude, look at who waits.
#
# ## Who waits?
#
# **Task.** Give the shares of the three urgent and of the three simple matters in each class of waits.

# %% tags=["solution"]
calls["urgent"] = calls["reason"].isin(
    ["late_delivery", "damaged_item", "product_recall"]
)
calls["simple"] = calls["reason"].isin(
    ["invoice", "availability", "loyalty_account"]
)
(100 * calls.groupby("wait")[["urgent", "simple"]].mean()).loc[order].round(0)

# %% [markdown]
# The voice menu puts the urgent matters first, and they are hard whatever the wait; the simple ones come last.
# The matter decides both the wait and the effort: it is a confounder.
#
# ## Within reasons
#
# Compare long and short waits among calls with the same reason, then weigh the differences by the reasons' shares.
# A reason without both kinds of waits compares nothing and is left out; say how many calls that costs.
#
# **Task.** Compute this difference as `within` and its standard error as `within_error`: with the weight $w$ of each reason, the root of the sum of $w^2$ times the squared standard error of its difference. Some reasons have few long waits; take one variance for all calls, around the means of their reason and kind of wait.

# %% tags=["solution"]
cells = calls.groupby(["reason", "waited"])["ces"].agg(["mean", "size"]).unstack()
usable = cells.dropna()
weight = usable["size"].sum(axis=1) / usable["size"].sum().sum()
gaps = usable["mean"][True] - usable["mean"][False]
within = (weight * gaps).sum()

kept = calls[calls["reason"].isin(usable.index)].copy()
kept["residual"] = kept["ces"] - kept.groupby(["reason", "waited"])[
    "ces"
].transform("mean")
freedom = len(kept) - 2 * len(usable)
variance = (kept["residual"] ** 2).sum() / freedom
within_error = np.sqrt(
    (weight**2 * variance * (1 / usable["size"]).sum(axis=1)).sum()
)
print(
    f"within reasons {within:+.2f}, from {within - 1.96 * within_error:+.2f}"
    f" to {within + 1.96 * within_error:+.2f};"
    f" {len(calls) - len(kept)} calls left out"
)

# %% [markdown]
# Now chance alone no longer explains it.
# The page lets every reason keep a spread of its own, so its interval differs a little from this one.
#
# ## Settled at once
#
# **Task.** Back to `rated`: for all channels, compare `ces` by `is_resolved_first_time`, plainly and within reason and channel. How much of the plain difference remains?

# %% tags=["solution"]
known = rated.dropna(subset=["is_resolved_first_time"])
settled = known["is_resolved_first_time"].astype(bool)
plainly = known.loc[settled, "ces"].mean() - known.loc[~settled, "ces"].mean()
parts = (
    known.assign(settled=settled)
    .groupby(["reason", "channel", "settled"])["ces"]
    .agg(["mean", "size"])
    .unstack()
    .dropna()
)
shares = parts["size"].sum(axis=1) / parts["size"].sum().sum()
alike = (shares * (parts["mean"][True] - parts["mean"][False])).sum()
print(
    f"settled at once: plainly {plainly:+.2f},"
    f" within reason and channel {alike:+.2f}"
)

# %% [markdown]
# Part of the difference was the matter.
# The rest may still hold cases that were easier in ways the table does not tell.
#
# ## Against the answer key
#
# The company is invented, so the effect of the wait is known: what each caller would have answered with a long wait, and with a short one.
# Look at it now, not before: an analysis that reads the key is not an analysis.

# %%
truth = cxdata.answer_key(data)["wait_on_effort"]["planted"]["value"]
print(f"planted {truth:+.2f}; plain {plain:+.2f}; within reasons {within:+.2f}")
assert abs(within - truth) < 1.96 * within_error, (
    "the difference within reasons should hold the truth"
)
assert within + 1.96 * within_error < 0 < plain + 1.96 * plain_error, (
    "only the difference within reasons should tell the wait from chance"
)
assert plain - 1.96 * plain_error > truth, "the plain difference should miss it"

# %% [markdown]
# Did the many calls make the difference, or the comparison?
# Try the plain difference on the few calls of edition `class`.

# %%
waits = few["wait_minutes"] >= 1
gap = few.loc[waits, "ces"].mean() - few.loc[~waits, "ces"].mean()
error = np.sqrt(
    few.loc[waits, "ces"].sem() ** 2 + few.loc[~waits, "ces"].sem() ** 2
)
print(
    f"{len(few)} calls, plain difference {gap:+.2f},"
    f" from {gap - 1.96 * error:+.2f} to {gap + 1.96 * error:+.2f}"
)
assert gap > 0 > truth and gap - 1.96 * error > truth, (
    "the few calls should seem to say that waiting pleases"
)

# %% [markdown]
# Here waiting seems to please: few callers waited, and they called about easy matters.
# With more calls the illusion shrinks, and the interval still leaves the truth outside.
#
# ## Key points
#
# - Write the version under every CES: in CES 1.0 low is good, in CES 2.0 high is good, and the two never mix.
# - Split by matter first; matters differ more in effort than anything else you can split by.
# - Where hard matters are served first and easy ones last, waiting looks harmless. Compare within matters.
# - Whoever hung up is not asked: look at `is_abandoned` beside every score.
# - More data make the margin narrower, around the right number or around the wrong one.
