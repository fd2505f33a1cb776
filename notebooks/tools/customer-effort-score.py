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
#       - What does a wait of ten minutes do to the effort they feel?
#     objectives:
#       - Compute a CES 2.0 with its interval, and the shares of easy and of hard answers.
#       - Find a confounder, and compare within its strata by hand.
#       - Check an estimate against the answer key, and see what more data cure and what they do not.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
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
effort[["survey_id", "contact_id", "sent_at", "answered", "ces"]].head()

# %% [markdown]
# `ces` is the agreement, from 1 to 7, that Tilmarenne made it easy: CES 2.0, high is easy.
# It is empty where nobody answered.
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
# **Task.** Join the invitations to `contacts` on `contact_id`, keep the answered ones as `rated`, and give the score by `reason`, hardest first.

# %% tags=["solution"]
rated = effort.loc[effort["answered"], ["contact_id", "ces"]].merge(
    contacts, on="contact_id"
)
by_reason = rated.groupby("reason")["ces"].apply(ces).unstack()
by_reason.sort_values("mean").round(1)

# %% [markdown]
# Two matters are hard, the others are not.
#
# ## The tempting comparison
#
# Only calls have a wait; other channels leave `wait_minutes` empty.
#
# **Task.** Keep the rated calls as `calls`, with a column `waited` for ten minutes or more. Give the score by class of waits: under two minutes, two to five, five to ten, ten or more, and draw it.

# %% tags=["solution"]
calls = rated[rated["wait_minutes"].notna()].copy()
calls["waited"] = calls["wait_minutes"] >= 10
calls["wait"] = pd.cut(
    calls["wait_minutes"],
    [0, 2, 5, 10, np.inf],
    right=False,
    labels=["under 2", "2 to 5", "5 to 10", "10 or more"],
).astype(str)
order = ["under 2", "2 to 5", "5 to 10", "10 or more"]
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
    title="Callers who were served at once seem to have had it hard",
    alternative="Mean CES by minutes of waiting: "
    + ", ".join(f"{row.wait}: {row.mean:.1f}" for row in by_wait.itertuples())
    + ".",
    data=by_wait[["wait", "answers", "mean", "low", "high"]],
    columns={name: Column(digits=1) for name in ("mean", "low", "high")},
)

# %% [markdown]
# Does waiting make calls easier?
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
# ## Who is served at once?
#
# **Task.** Give the share of late deliveries and damaged items in each class of waits.

# %% tags=["solution"]
calls["parcel"] = calls["reason"].isin(["late_delivery", "damaged_item"])
(100 * calls.groupby("wait")["parcel"].mean()).loc[order].round(0)

# %% [markdown]
# The voice menu lets these matters through first, and they are hard whatever the wait.
# The matter decides both the wait and the effort: it is a confounder.
#
# ## Within reasons
#
# Compare long and short waits among calls with the same reason, then weigh the differences by the reasons' shares.
# A reason without both kinds of waits compares nothing and is left out; say how many calls that costs.
#
# **Task.** Compute this difference as `within` and its standard error as `within_error`: with the weight $w$ of each reason, the root of the sum of $w^2$ times the squared standard error of its difference. Some reasons have a single long wait; take the variance of all calls with the same kind of wait around the means of their reasons.

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
# The page lets every reason keep a spread of its own, so its interval is a little narrower than this one.
#
# ## Settled at once
#
# **Task.** For all channels, compare `ces` by `is_resolved_first_time`, plainly and within reason and channel. How much of the plain difference remains?

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

# %% [markdown]
# With so few calls the plain interval holds the truth too, because it holds nearly everything.
# Would more customers help?

# %%
larger = cxdata.generate("tilmarenne", customers=20_000, seed=7, truth=False)
more = larger["surveys"][["contact_id", "ces"]].dropna()
more = more.merge(larger["contacts"], on="contact_id").dropna(
    subset=["wait_minutes"]
)
waits = more["wait_minutes"] >= 10
gap = more.loc[waits, "ces"].mean() - more.loc[~waits, "ces"].mean()
error = np.sqrt(
    more.loc[waits, "ces"].sem() ** 2 + more.loc[~waits, "ces"].sem() ** 2
)
print(
    f"{len(more)} calls, plain difference {gap:+.2f},"
    f" from {gap - 1.96 * error:+.2f} to {gap + 1.96 * error:+.2f}"
)
assert gap - 1.96 * error > truth, "more calls should not mend the plain difference"

# %% [markdown]
# ## Key points
#
# - Write the version under every CES: in CES 1.0 low is good, in CES 2.0 high is good, and the two never mix.
# - Split by matter first; matters differ more in effort than anything else you can split by.
# - Where hard matters are served first, short waits look bad. Compare within matters.
# - More data make the margin narrower, around the right number or around the wrong one.
