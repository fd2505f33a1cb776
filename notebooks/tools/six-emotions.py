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
#     title: "Angry, says the note: whom to call back"
#     minutes: 45
#     questions:
#       - How do noted emotions move from the start of a contact to its end, and how much of that is noise?
#       - What does settling the matter change, emotion by emotion?
#       - Which rule finds the most upset customers for its price?
#     objectives:
#       - Read a table of transitions without taking movement for effect.
#       - Judge a rule by how often it is right, whom it finds, and what one more costs.
#     prerequisites:
#       - You can filter, group and cross-tabulate pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, 12,000 customers, seed 7; an invented company, synthetic customers, made in seconds without a network.
# ---

# %%
import numpy as np
import pandas as pd

import cxdata

data = cxdata.generate("tilmarenne", customers=12_000, seed=7, tables=["contacts"])
contacts = data["contacts"]
contacts = contacts[~contacts["is_abandoned"]].copy()
contacts["settled"] = contacts["is_resolved_first_time"].astype(bool)
contacts["start"] = contacts["emotion_before"].astype(str)
contacts["end"] = contacts["emotion_after"].astype(str)
words = ["angry", "disappointed", "worried", "calm", "surprised", "satisfied"]
unhappy = words[:3]
print(f"{len(contacts):,} contacts that an adviser took")
contacts[["contact_id", "reason", "start", "end", "settled"]].head()

# %% [markdown]
# ## From start to end
#
# **Task.** Make the table `moves`: one row per word at the start, one column per word at the end, in percent of the row, both in the order of `words`.

# %% tags=["solution"]
moves = 100 * pd.crosstab(contacts["start"], contacts["end"], normalize="index")
moves = moves.loc[words, words]
moves.round(0).astype(int)

# %% [markdown]
# Four in five of those noted angry are noted otherwise at the end.
# Before you praise the advisers, look at the row of the calm.
#
# **Task.** For all contacts, for settled ones and for those left open, print the share noted unhappy at the start and at the end. Keep the three pairs by name in `unhappy_share`.

# %% tags=["solution"]
unhappy_share = {}
for name, rows in (
    ("all", contacts),
    ("settled", contacts[contacts["settled"]]),
    ("left open", contacts[~contacts["settled"]]),
):
    pair = [100 * rows[when].isin(unhappy).mean() for when in ("start", "end")]
    unhappy_share[name] = pair
    print(f"{name:10} {pair[0]:.0f}% at the start, {pair[1]:.0f}% at the end")

# %% [markdown]
# Where nothing is settled, the words change from contact to contact and the group stays as it was.
#
# ## What settling changes
#
# Settled matters may be the easy ones.
# Comparing within the same reason of contact takes out a part of that.
#
# **Task.** For each word at the start, compute within each `reason` the share unhappy at the end, settled less open, and take the mean of these differences weighted by the contacts of the reason. Give it a standard error: each difference has the variance $p_1(1-p_1)/n_1 + p_0(1-p_0)/n_0$. Keep the data frame as `spared`, with the columns `points`, `low` and `high`; a negative number is a gain.


# %% tags=["solution"]
def settled_less_open(rows):
    """Return the difference in points within reasons, and its 95 % interval."""
    ends = rows["end"].isin(unhappy).groupby([rows["reason"], rows["settled"]])
    table = ends.agg(["mean", "size"]).unstack().dropna()
    share, size = table["mean"].to_numpy(), table["size"].to_numpy()
    weight = size.sum(axis=1) / size.sum()
    value = (weight * (share[:, 1] - share[:, 0])).sum()
    variance = (weight**2 * (share * (1 - share) / size).sum(axis=1)).sum()
    half = 1.96 * np.sqrt(variance)
    return 100 * value, 100 * (value - half), 100 * (value + half)


spared = pd.DataFrame(
    [settled_less_open(contacts[contacts["start"] == word]) for word in words],
    index=words,
    columns=["points", "low", "high"],
)
spared.round(0).astype(int)

# %% [markdown]
# ## A rule for call-backs
#
# The answer key holds the mood at the start; below $-1.1$ the recipe of the data calls a customer upset.
# A company would have to ask a sample of customers instead.

# %%
mood = data.truth["latents/contacts"].set_index("contact_id")["mood_before"]
contacts["upset"] = contacts["contact_id"].map(mood).astype(float) < -1.1
print(f"{contacts['upset'].mean():.0%} of contacts start upset")

# %% [markdown]
# **Task.** Write `judged`, which takes a name and a Boolean series (who is called back) and returns a row: calls per thousand contacts, percent of calls that are right, percent of the upset found. Make the table `rules` of three rules: angry; angry or disappointed; any unhappy word.


# %% tags=["solution"]
def judged(name, called):
    """Return calls per thousand, percent right, percent of the upset found."""
    hit = (called & contacts["upset"]).mean()
    return {
        "rule": name,
        "calls": 1000 * called.mean(),
        "right": 100 * hit / called.mean(),
        "found": 100 * hit / contacts["upset"].mean(),
    }


note = contacts["start"]
rules = pd.DataFrame(
    [
        judged("angry", note == "angry"),
        judged("or disappointed", note.isin(unhappy[:2])),
        judged("or worried", note.isin(unhappy)),
    ]
).set_index("rule")
rules.round(0).astype(int)

# %% [markdown]
# Nobody has used the cause yet, and the screen shows it before the first word.
#
# **Task.** Add a fourth rule: angry or disappointed, and worried too where the `reason` is `late_delivery` or `damaged_item`. What does one more upset customer cost, at ten euros a call, against the second rule; and what does it cost when *all* the worried are added? Keep the two prices as `by_cause` and `by_word`.

# %% tags=["solution"]
parcel = contacts["reason"].isin(["late_delivery", "damaged_item"])
rules.loc["worried by parcel"] = pd.Series(
    judged("", note.isin(unhappy[:2]) | ((note == "worried") & parcel))
)
rules = rules.astype(float)
reached = rules["calls"] * rules["right"] / 100
base = "or disappointed"


def price_of_more(rule):
    """Return euros for each upset customer found beyond the second rule."""
    more = rules.loc[rule, "calls"] - rules.loc[base, "calls"]
    return 10 * more / (reached[rule] - reached[base])


by_cause, by_word = price_of_more("worried by parcel"), price_of_more("or worried")
print(rules.round(0).astype(int))
print(f"one more: {by_cause:.0f} euros by cause, {by_word:.0f} by word alone")

# %% [markdown]
# ## What must hold

# %%
first = rules.loc["angry"]
assert first["right"] > 80, "angry should mostly be right"
assert first["found"] < 45, "and should miss most of the upset"
before, after = unhappy_share["left open"]
assert abs(before - after) < 4, "unsettled contacts should end as they began"
assert (spared["high"] < 0).all(), "settling should help after every word"
assert by_cause < by_word, "the cause should make the call-backs cheaper"

# %% [markdown]
# ## Key points
#
# - Words move because notes are shaky; totals of all contacts move because something was done.
# - Settling helps after every word, and nobody can say from these data how much of that is the easy case.
# - A word that is nearly always right can still miss most of those you look for.
# - Add the cause to the word before you add another word.
