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
#     title: "What cools an unhappy customer, and who is listening"
#     minutes: 40
#     questions:
#       - Which contacts that begin in anger end without it?
#       - Whose advisers have the better attitudes, if listeners differ?
#     objectives:
#       - Compare ends of contacts like for like, by hand.
#       - Tell what cools by itself from what is done.
#       - Take listeners' severity out of a comparison of sites, and check it against the answer key.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; invented, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
contacts = data["contacts"]
contacts[["reason", "emotion_before", "emotion_after"]].head()

# %% [markdown]
# The adviser notes an emotion at the start and one at the end.
# `angry` and `disappointed` are unhappy.
#
# ## Who is unhappy
#
# **Task.** Keep the contacts that were taken as `taken`, with boolean columns `before` and `after` for unhappy at the start and at the end. Give the share unhappy at the start by `reason`, highest first.

# %% tags=["solution"]
unhappy = ["angry", "disappointed"]
taken = contacts[~contacts["is_abandoned"]].copy()
taken["before"] = taken["emotion_before"].isin(unhappy)
taken["after"] = taken["emotion_after"].isin(unhappy)
taken.groupby(taken["reason"].astype(str))["before"].mean().sort_values(
    ascending=False
).round(2)

# %% [markdown]
# Parcels head the list.
# Tone follows what happened; a card that begins with the customer's tone begins at the wrong end.
#
# ## What cools by itself
#
# **Task.** Of the contacts unhappy at the start, keep as `hot`; give the share unhappy at the end for those settled at once and those not. Beside it, give the share of the others that are unhappy at the end although they did not begin so, as `heated`.

# %% tags=["solution"]
hot = taken[taken["before"]].copy()
hot["settled"] = hot["is_resolved_first_time"].astype(bool)
heated = taken.loc[~taken["before"], "after"].mean()
print(hot.groupby("settled")["after"].mean().round(3))
print(f"began otherwise, unhappy at the end: {heated:.1%}")

# %% [markdown]
# More than half of those where nothing was settled end neither angry nor disappointed.
# An emotion noted at an extreme is nearer the middle at the next look: only differences count.
#
# ## Like for like
#
# Settled contacts have other reasons.
#
# **Task.** Compute the difference of the share unhappy at the end, settled less unsettled: plainly, as `plain`, and within reason and channel weighted by the cells' sizes, as `alike`. Then let `measures.difference` give the interval of the second, as `found`.

# %% tags=["solution"]
plain = (
    hot.loc[hot["settled"], "after"].mean()
    - hot.loc[~hot["settled"], "after"].mean()
)
cells = (
    hot.assign(reason=hot["reason"].astype(str), channel=hot["channel"].astype(str))
    .groupby(["reason", "channel", "settled"])["after"]
    .agg(["mean", "size"])
    .unstack()
    .dropna()
)
weight = cells["size"].sum(axis=1) / cells["size"].sum().sum()
alike = (weight * (cells["mean"][True] - cells["mean"][False])).sum()
found = measures.difference(
    hot.assign(after=hot["after"].astype(float)),
    outcome="after",
    treatment="settled",
    strata=("reason", "channel"),
)
print(
    f"plain {100 * plain:+.1f} points, like for like {100 * alike:+.1f}"
    f" ({100 * found.low:+.1f} to {100 * found.high:+.1f})"
)

# %% [markdown]
# Tangled cases are settled less often even within a reason, so this is the most that settling can bring.
#
# ## Who listens
#
# Six listeners score attitudes; three belong to the contractor.
#
# **Task.** Join `attitude_scores` to the `site` of the adviser as `sheets`. Give the number of sheets and the mean score by listener and site, and draw the means.

# %% tags=["solution"]
sheets = data["attitude_scores"].merge(
    data["agents"][["agent_id", "site"]], on="agent_id"
)
sheets["site"] = sheets["site"].astype(str)
means = (
    sheets.groupby(["listener_id", "site"])["attitude_score"]
    .agg(["mean", "size", "sem"])
    .reset_index()
)
means["low"] = means["mean"] - 1.96 * means["sem"]
means["high"] = means["mean"] + 1.96 * means["sem"]
names = ["in_house", "outsourced"]


def dots(width):
    base = alt.Chart(means).encode(
        x=alt.X("listener_id:O", title="Listener (4 to 6: the contractor's)"),
        xOffset="site:N",
        color=alt.Color(
            "site:N",
            scale=alt.Scale(domain=names, range=[charts.GOOD, charts.BAD]),
        ),
    )
    y = alt.Y("low:Q", title="Mean score", scale=alt.Scale(domain=[3, 4.2]))
    return (
        base.mark_rule(strokeWidth=3, opacity=0.5).encode(y=y, y2="high:Q")
        + base.mark_point(size=90, opacity=1).encode(y="mean:Q")
    ).properties(width=width - 60, height=220)


charts.show(
    dots,
    title="Every listener marks in-house higher; the kind ones mostly hear the contractor",
    alternative="Mean score by listener, in-house and outsourced: "
    + "; ".join(
        f"{row.listener_id} {row.site} {row.mean:.2f}"
        for row in means[["listener_id", "site", "mean"]].itertuples()
    )
    + ".",
    data=means[["listener_id", "site", "size", "mean", "low", "high"]],
    columns={name: Column(digits=2) for name in ("mean", "low", "high")},
)

# %% [markdown]
# **Task.** Give the difference of scores, in-house less contractor, plainly as `seen` and within listeners as `fair`, with errors by adviser (`cluster="agent_id"`).

# %% tags=["solution"]
sheets["own"] = sheets["site"] == "in_house"
sheets["score"] = sheets["attitude_score"].astype(float)
seen, fair = (
    measures.difference(
        sheets,
        outcome="score",
        treatment="own",
        strata=strata,
        cluster="agent_id",
    )
    for strata in ((), ("listener_id",))
)
for name, one in (("plain", seen), ("within listeners", fair)):
    print(f"{name} {one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})")

# %% [markdown]
# ## How many sheets for one attitude?
#
# Attitudes are picked from far fewer sheets than these.
#
# **Task.** With the spread of `listens_score` over all sheets, how many sheets would two groups of advisers need each, so that their difference has a margin of a fifth of a point? Keep it as `needed`.

# %% tags=["solution"]
spread = sheets["listens_score"].astype(float).std()
needed = int(np.ceil(2 * (1.96 * spread / 0.2) ** 2))
print(f"standard deviation {spread:.2f}, {needed} sheets a group")

# %% [markdown]
# ## Against the answer key

# %%
truth = cxdata.answer_key(data)["sites_on_attitudes"]["realised"]["value"]
print(f"planted {truth:+.2f}; plain {seen.value:+.2f}; within {fair.value:+.2f}")
assert fair.low < truth < fair.high, "within listeners should hold the truth"
assert seen.high < truth, "the plain difference should miss it"
assert found.high < 0, "settled contacts should end better, like for like"
assert abs(alike - found.value) < 0.005, "your hand and the function should agree"
assert needed > 100, "a few dozen sheets should not be enough"
pd.DataFrame(
    {"sheets": [seen.rows, fair.rows], "difference": [seen.value, fair.value]},
    index=["plain", "within listeners"],
).round(2)

# %% [markdown]
# ## Key points
#
# - Look at the parcel before you judge the tone.
# - Most anger cools whatever is done; compare with contacts in which it was not done.
# - Unhappy customers end better when the matter is settled, like for like.
# - Scores carry the ear that gave them: compare within listeners.
# - A few dozen sheets cannot rank attitudes.
