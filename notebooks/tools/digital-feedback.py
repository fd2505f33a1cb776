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
#     title: "One stream of feedback: who waits, who answers, what rings"
#     minutes: 50
#     questions:
#       - Which customers who wait for an answer get one, and when?
#       - For which marks should a bell ring?
#     objectives:
#       - Join seven sources to what happened after them.
#       - Measure delays on all who wait, and see what a median of the answered hides.
#       - Choose an alert threshold by what each further mark brings.
#       - Compare sources with a sample drawn by lot.
#     prerequisites:
#       - You can filter, join and group pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
texts, contacts = data["verbatims"], data["contacts"]
reviews, posts, complaints = (
    data["reviews"],
    data["social_posts"],
    data["complaints"],
)
texts["source"].value_counts()

# %% [markdown]
# ## Who waits, and how long
#
# Each source keeps the time of its answer in its own way: messages in `contacts` as a moment, complaints and reviews in hours, posts in minutes.
# An empty delay means that no answer came.
#
# **Task.** Build a dictionary `waits` of four series of hours until the answer, one value for each who waits: `message` (the contacts of texts from that source), `complaint`, `review` (three stars or fewer), `post` (stance `complaint`).

# %% tags=["solution"]
messages = contacts.merge(
    texts.loc[texts["source"] == "message", ["contact_id"]], on="contact_id"
)
waits = {
    "message": (
        messages["answered_at"] - messages["contacted_at"]
    ).dt.total_seconds()
    / 3600,
    "complaint": complaints["reply_delay_hours"],
    "review": reviews.loc[reviews["stars"] <= 3, "answer_delay_hours"],
    "post": posts.loc[posts["stance"] == "complaint", "answer_delay_minutes"] / 60,
}
{name: len(hours) for name, hours in waits.items()}

# %% [markdown]
# **Task.** For each, give the median delay of the answered, the share of all answered within two days with its Wilson interval, and the share ever answered, as a table `desks` with the columns `median`, `two_days`, `low`, `high` and `ever`. Which desk looks best by the median, and which by the share?


# %% tags=["solution"]
def desk(hours):
    """Return the median of the answered, and shares of all who wait, in percent."""
    within = int((hours <= 48).sum())
    low, high = measures.share_interval(within, len(hours))
    return {
        "waiting": len(hours),
        "median": hours.median(),
        "two_days": 100 * within / len(hours),
        "low": 100 * low,
        "high": 100 * high,
        "ever": 100 * hours.notna().mean(),
    }


desks = pd.DataFrame({name: desk(hours) for name, hours in waits.items()}).T
desks.round(1)

# %% [markdown]
# **Task.** Draw the share of all answered against the hours since writing, up to a week.

# %% tags=["solution"]
points = [0, 2, 6, 12, 24, 36, 48, 72, 96, 120, 144, 168]
curve = pd.DataFrame(
    [
        {"desk": name, "hours": at, "percent": 100 * (hours <= at).mean()}
        for name, hours in waits.items()
        for at in points
    ]
)
colours = [charts.GOOD, charts.INK, charts.NEUTRAL, charts.BAD]


def lines(width):
    return (
        alt.Chart(curve)
        .mark_line()
        .encode(
            x=alt.X("hours:Q", title="Hours since it was written"),
            y=alt.Y("percent:Q", title="Answered, % of all who wait"),
            color=alt.Color(
                "desk:N", scale=alt.Scale(domain=list(waits), range=colours)
            ),
        )
        .properties(width=width - 60, height=230)
    )


wide = curve.pivot_table(index="hours", columns="desk", values="percent")
wide = wide[list(waits)].reset_index()
charts.show(
    lines,
    title="Posts are answered within hours or never",
    alternative="Answered within two days, and ever: "
    + "; ".join(
        f"{row.Index} {row.two_days:.0f} and {row.ever:.0f} %"
        for row in desks.itertuples()
    )
    + ".",
    data=wide,
    columns={name: Column(unit="percent") for name in waits},
)

# %% [markdown]
# The median only hears of answers.
# Where a curve lies flat, nobody is coming.
#
# ## What should ring
#
# The answer key knows who left for good after an order: `lost` in `latents/orders`.
#
# **Task.** Keep the answered surveys of the two programmes after an order as `rated`, with `lost` beside each. For the recommendation in the bands nought to two, three and four, five and six, seven and eight, nine and ten, give the number of answers, the share lost and its interval, as a table `bands` with the columns `answers`, `share`, `low` and `high`.

# %% tags=["solution"]
surveys = data["surveys"]
after_order = ["email_after_order", "callback_after_order"]
rated = surveys[surveys["programme"].isin(after_order) & surveys["answered"]]
rated = rated.merge(
    data.truth["latents/orders"][["order_id", "lost", "is_dissatisfied"]],
    on="order_id",
)
names = ["up to 2", "up to 4", "up to 6", "up to 8", "up to 10"]
rated["band"] = pd.cut(rated["ltr"], [-1, 2, 4, 6, 8, 10], labels=names)
rows = {}
for band, part in rated.groupby("band", observed=True):
    low, high = measures.share_interval(int(part["lost"].sum()), len(part))
    rows[band] = {
        "answers": len(part),
        "share": 100 * part["lost"].mean(),
        "low": 100 * low,
        "high": 100 * high,
    }
bands = pd.DataFrame(rows).T
bands.round(1)

# %% [markdown]
# The first two bands are worth a call, the third perhaps; the fourth is like calling by lot.
#
# **Task.** What share of *all* lost customers, asked or not, would calls up to four reach? Keep it as `reached`.

# %% tags=["solution"]
everyone = data.truth["latents/orders"]
reached = rated.loc[rated["ltr"] <= 4, "lost"].sum() / everyone["lost"].sum()
print(f"{reached:.0%} of {everyone['lost'].sum()} lost customers")

# %% [markdown]
# ## Who speaks where
#
# **Task.** Join the texts to `is_dissatisfied` of their order, and give its share by source. Keep the share of the whole stream as `stream`, that of all orders as `truth`, and that of comments on the call-back, which is drawn by lot, as `by_lot`.

# %% tags=["solution"]
joined = texts.merge(everyone[["order_id", "is_dissatisfied"]], on="order_id")
joined = joined.merge(
    surveys[["survey_id", "programme"]], on="survey_id", how="left"
)
bad = joined["is_dissatisfied"].astype(bool)
print(bad.groupby(joined["source"].astype(str)).mean().sort_values().round(2))
stream, truth = bad.mean(), everyone["is_dissatisfied"].mean()
by_lot = bad[joined["programme"] == "callback_after_order"].mean()
print(f"stream {stream:.1%}, drawn by lot {by_lot:.1%}, all orders {truth:.1%}")

# %% [markdown]
# ## One thing more: does the outer loop close faster when it is shorter?
#
# An alert goes to one, two or three departments.
#
# **Task.** From `voice_broadcasts`, take the alerts, count the departments that each `issue_number` reached, and give the share of issues on which anybody acted, by that number and by whether an owner (`is_own_topic`) was among them. Keep the alerts by issue as `issues`, with the columns `sent_to`, `owner` and `acted`.

# %% tags=["solution"]
sent = data["voice_broadcasts"]
issues = (
    sent[sent["format"] == "alert"]
    .groupby("issue_number")
    .agg(
        sent_to=("department", "size"),
        owner=("is_own_topic", "any"),
        acted=("was_acted_on", "any"),
    )
)
issues.groupby(["sent_to", "owner"])["acted"].agg(["mean", "size"]).round(2)

# %% [markdown]
# With one recipient, an owner acts far more often than somebody else.
# More recipients make it likelier that an owner is among them: compare along a column of owners, not the plain shares by number.
#
# ## What must hold

# %%
low, high = measures.share_interval(
    int(rated["lost"].sum()), int(rated["lost"].size)
)
alone = issues[issues["sent_to"] == 1].groupby("owner")["acted"].mean()
assert desks["median"].idxmin() == "post", "posts should look fastest"
assert desks["two_days"].idxmax() == "message", "messages should be answered best"
assert bands["share"].iloc[0] > bands["share"].iloc[2] > bands["share"].iloc[3]
assert bands["low"].iloc[3] < 100 * high, "the fourth band should be like any other"
assert reached < 0.15, "the bell should reach few of all lost customers"
assert stream - truth > 0.05 > abs(by_lot - truth), "only the lot should come near"
assert alone[True] > alone[False] + 0.2, "owners should act more often"
print("all hold")

# %% [markdown]
# ## Key points
#
# - Delays belong to all who wait; a median of the answered rewards silence.
# - Judge a threshold step by step, by what the next mark brings.
# - The bell hears those who spoke; most who leave were never asked.
# - A stream is a mix of crowds: compare within sources, estimate from a sample drawn by lot.
# - Send alerts to whoever owns the cause.
