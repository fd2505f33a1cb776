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
#     title: "Which actions made a difference? Limits, bad months and a comparison"
#     minutes: 60
#     questions:
#       - Did the actions on parcels and on waits change their indicators?
#       - What does a comparison by lot show that before and after cannot?
#     objectives:
#       - Link actions to the monthly series of their topic.
#       - Show regression to the mean on real decisions, and without any action at all.
#       - Compute limits of chance from moving ranges, and give verdicts by a rule.
#       - Find the effect of a programme with a comparison group, against the answer key.
#     prerequisites:
#       - You can group, join and map pandas data frames, and know what a standard error is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, control

data = cxdata.edition("tilmarenne", "class")
actions = data["improvement_actions"].copy()
for column in ("decided_on", "due_on", "done_on"):
    actions[column] = pd.to_datetime(actions[column])
actions[["action_id", "topic", "decided_on", "due_on", "status", "done_on"]].head()

# %% [markdown]
# ## What the plan says
#
# **Task.** Give the number and the cost of actions by `status`, and of those done the share that came after `due_on`.

# %% tags=["solution"]
print(actions.groupby("status")["cost_eur"].agg(["size", "sum"]))
done = actions[actions["status"] == "done"]
print(f"late: {(done['done_on'] > done['due_on']).mean():.0%}")

# %% [markdown]
# ## Two indicators
#
# **Task.** Make two monthly series, from `2023-01` to `2024-12`, in a data frame `series`, months as periods in its index: `delivery`, the percentage of parcels that came late, by the month of `promised_on`, and `waits`, the percentage of calls given up in `contact_volumes`. In both, low is good.

# %% tags=["solution"]
months = pd.period_range("2023-01", "2024-12", freq="M")
parcels, line = data["deliveries"], data["contact_volumes"]
promised = pd.to_datetime(parcels["promised_on"]).dt.to_period("M")
calls = line.groupby(line["starts_at"].dt.to_period("M"))[
    ["calls_abandoned", "calls_offered"]
].sum()
series = pd.DataFrame(
    {
        "delivery": 100 * parcels.groupby(promised)["is_late"].mean(),
        "waits": 100 * calls["calls_abandoned"] / calls["calls_offered"],
    }
).reindex(months)
series.round(1).T

# %% [markdown]
# ## The tempting comparison
#
# An owner compares the month before the committee, which is why it decided, with the three months after the action was done.
#
# **Task.** For each action done on these two topics, compute both, and keep a table `judged` with `action_id`, `topic`, `done` (the month), `was_bad` (the month before lies above its series' median), and `is_better` (the three months are lower on average). Leave out actions without a month before or without three months after. Give the share of `is_better` by `was_bad`.

# %% tags=["solution"]
rows = []
for one in done[done["topic"].isin(series.columns)].itertuples():
    of = series[one.topic]
    reason = one.decided_on.to_period("M") - 1
    finished = one.done_on.to_period("M")
    after = of[of.index > finished][:3]
    if reason not in of.index or len(after) < 3:
        continue
    rows.append(
        {
            "action_id": one.action_id,
            "topic": one.topic,
            "done": finished,
            "was_bad": of[reason] > of.median(),
            "is_better": after.mean() < of[reason],
        }
    )
judged = pd.DataFrame(rows)
judged.groupby("was_bad")["is_better"].agg(["size", "sum", "mean"]).round(2)

# %% [markdown]
# Actions that follow bad months look good, those that follow good months do not.
# Is that the committee's skill in choosing?
#
# ## Without any action
#
# **Task.** Draw a thousand months of pure chance (standard normal, seed `50`), as `noise`. Take each month above the median as the start, and the mean of the fourth to the sixth month after it. In what share is that mean lower? Keep it as `by_chance`.

# %% tags=["solution"]
noise = np.random.default_rng(50).normal(size=1000)
starts = [
    place for place in range(len(noise) - 6) if noise[place] > np.median(noise)
]
by_chance = np.mean(
    [noise[place + 4 : place + 7].mean() < noise[place] for place in starts]
)
print(f"better after a bad month, by chance alone: {by_chance:.0%}")

# %% [markdown]
# Regression to the mean: the start was chosen because it was bad.
#
# ## Limits
#
# The page of the tool draws limits from the months before the parcel jam.
#
# **Task.** With `control.individuals` and the nine first months as `baseline`, compute the limits of `delivery` as `limits`, and draw them with `control.chart`. Which months lie beyond?

# %% tags=["solution"]
limits = control.individuals(series["delivery"].to_numpy(), baseline=9)
limits["is_run"] = False


def drawn(width):
    return control.chart(
        limits,
        time=months.to_timestamp(),
        width=width,
        title="Parcels late, %",
    )


beyond = [str(one) for one in months[limits["is_beyond"]]]
charts.show(
    drawn,
    title="The jam and two Decembers",
    alternative="Late parcels by month with limits of "
    f"{limits['low'][0]:.1f} to {limits['high'][0]:.1f} percent; beyond them: "
    + ", ".join(beyond)
    + ".",
    data=pd.DataFrame({"month": beyond}),
)

# %% [markdown]
# ## Verdicts by a rule
#
# The rule: with the mean of $m$ months, up to twelve, before the month of completion (the jam of October left out for both topics, the recall of May for waits), the mean of the three months after, and $s$ the mean moving range before over $1.128$,
#
# $$\bar x_{after} - \bar x_{before} \quad \text{beyond} \quad \pm 1.96 \, s \sqrt{1/3 + 1/m}$$
#
# is *better* or *worse*, else *same*; with fewer than six months before it is *too early*.
#
# **Task.** Write a function `verdict(topic, finished)` and add its answer to `judged` as a column `verdict`.


# %% tags=["solution"]
def verdict(topic, finished):
    """Return better, same, worse or too early; low values are good."""
    known = {"delivery": ["2023-10"], "waits": ["2023-10", "2024-05"]}
    of = series[topic]
    before = of[of.index < finished]
    before = before[~before.index.astype(str).isin(known[topic])][-12:]
    after = of[of.index > finished][:3]
    if len(before) < 6:
        return "too early"
    spread = np.abs(np.diff(before)).mean() / 1.128
    half = 1.96 * spread * np.sqrt(1 / 3 + 1 / len(before))
    change = after.mean() - before.mean()
    if abs(change) <= half:
        return "same"
    return "better" if change < 0 else "worse"


judged["verdict"] = [verdict(one.topic, one.done) for one in judged.itertuples()]
judged.groupby(["topic", "verdict"]).size().unstack(fill_value=0)

# %% [markdown]
# Look at the actions called worse: which months follow them?
# The limits know chance, not Christmas.
#
# ## A programme with a comparison
#
# In the second year half of the advisers were coached, drawn by lot within teams; coaching began in the month after each one's weakest.
#
# **Task.** From `skill_ratings`, take each adviser's mean `overall_score` before `2024-01` and from `2024-09` on. Compare the gains of those with `coaching_sessions` and those without, within teams (`agents.team_id`), weighted by the teams' advisers, as `compared` with its standard error as `compared_error`. Then compare, for the coached alone, the late mean with the month before coaching began, as `before_after`.

# %% tags=["solution"]
ratings = data["skill_ratings"].dropna(subset=["overall_score"]).copy()
ratings["month"] = pd.to_datetime(ratings["month"]).dt.to_period("M")
sessions = data["coaching_sessions"]
began = pd.to_datetime(
    sessions.groupby("agent_id")["planned_on"].min()
).dt.to_period("M")
by_agent = ratings.set_index("agent_id")
late = by_agent[by_agent["month"] >= "2024-09"]["overall_score"]
late = late.groupby("agent_id").mean()
first = by_agent[by_agent["month"] < "2024-01"]["overall_score"]
people = pd.DataFrame({"gain": late - first.groupby("agent_id").mean()})
people["coached"] = people.index.isin(began.index)
people["team"] = data["agents"].set_index("agent_id")["team_id"]
people = people.dropna()

cells = people.groupby(["team", "coached"])["gain"].agg(["mean", "var", "size"])
cells = cells.unstack()
weight = cells["size"].sum(axis=1) / len(people)
compared = (weight * (cells["mean"][True] - cells["mean"][False])).sum()
square = (cells["var"] / cells["size"]).sum(axis=1)
compared_error = np.sqrt((weight**2 * square).sum())

weakest = ratings["agent_id"].map(began) - 1 == ratings["month"]
start = ratings[weakest].set_index("agent_id")["overall_score"]
before_after = (late - start).dropna().mean()
print(
    f"before and after {before_after:+.1f}; with the comparison"
    f" {compared:+.1f}, from {compared - 1.96 * compared_error:+.1f}"
    f" to {compared + 1.96 * compared_error:+.1f}"
)

# %% [markdown]
# ## Against the answer key
#
# The key plants an effect of the coaching, and none of the actions.
# Look at it now, not before: an analysis that reads the key is not an analysis.

# %%
key = cxdata.answer_key(data)
truth = key["coaching_on_rating"]["realised"]["value"]
print(f"coaching: {truth:+.1f} points in truth")
assert not any("improvement_action" in str(one) for one in key.values())
praised = judged.groupby("was_bad")["is_better"].mean()
assert praised[True] > praised[False] + 0.2, (
    "actions after bad months should look better"
)
assert by_chance > 0.7, "chance alone should do as much"
assert (judged["verdict"] == "better").mean() < 0.1, (
    "limits should hardly ever praise what changed nothing"
)
assert abs(compared - truth) < 1.96 * compared_error, (
    "the comparison by lot should hold the truth"
)
assert before_after > 2 * truth, "before and after should promise twice it"

# %% [markdown]
# Draw both answers beside the truth, for the board.

# %%
shown = pd.DataFrame(
    {
        "way": ["Before and after", "Coached less not coached", "Answer key"],
        "points": [before_after, compared, truth],
    }
)


def bars(width):
    return (
        alt.Chart(shown)
        .mark_bar(color=charts.NEUTRAL)
        .encode(
            x=alt.X("way:N", sort=None, title=None),
            y=alt.Y("points:Q", title="Points of 100"),
        )
        .properties(width=width, height=180)
    )


charts.show(
    bars,
    title="Half of the gain was the weak month at the start",
    alternative="Points by way of looking: "
    + ", ".join(f"{one.way} {one.points:.1f}" for one in shown.itertuples())
    + ".",
    data=shown.round(1),
)

# %% [markdown]
# ## Key points
#
# - A start that was chosen because it was bad makes every action look good; pure chance does it too.
# - Fix indicator, window and rule before the start.
# - Limits from moving ranges keep you from praising chance. They know nothing of seasons and crises: name those.
# - "Done" counts work; only a comparison, best by lot, shows an effect.
# - Before and after doubled the effect of the coaching; advisers drawn by lot found it.
