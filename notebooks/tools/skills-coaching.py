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
#     title: "The worst month and the coach: what coaching added"
#     minutes: 60
#     questions:
#       - How much of the progress after a bad month would have come without a coach?
#       - What did coaching add, skill by skill, and how fast?
#     objectives:
#       - Build two groups around an event that only one of them had.
#       - Estimate a difference in differences with its interval, by hand and by bootstrap.
#       - Look at dose and at coaches without believing chance.
#     prerequisites:
#       - You can group, merge and pivot pandas data frames, and know what a standard error is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic ratings, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

JANUARY, JUNE, AFTER = 12, 17, 20  # of the second year, 2024

data = cxdata.edition("tilmarenne", "class")
ratings = data["skill_ratings"].dropna(subset=["overall_score"])
month = pd.to_datetime(ratings["month"])
ratings = ratings.assign(number=12 * (month.dt.year - 2023) + month.dt.month - 1)
sessions = data["coaching_sessions"]
sessions = sessions.assign(planned_on=pd.to_datetime(sessions["planned_on"]))
staff = data["employees"].dropna(subset=["agent_id"])
staff = staff.astype({"agent_id": "int64"}).set_index("agent_id")
ratings[
    ["agent_id", "month", "number", "evaluated_contacts", "overall_score"]
].head()

# %% [markdown]
# `number` counts months from the start of the record, the first being nought.
# In the first year nobody was coached; coaching ran in the second, up to `AFTER`, its September.
# Ratings are points of a hundred, high is good. `coaching_group` in `staff` says what the lot decided.
#
# ## The lot
#
# **Task.** Check that the lot made two groups alike: how many advisers in each, in how many teams, and their mean rating in the first year? Keep each adviser's mean of that year as a column `before` of a frame `people` with `team_id` and a Boolean `coached`.

# %% tags=["solution"]
people = staff[["team_id", "coaching_group"]].copy()
people["coached"] = people["coaching_group"] == "coached"
early = ratings[ratings["number"] < JANUARY]
people["before"] = early.groupby("agent_id")["overall_score"].mean()
people.groupby("coached").agg(
    advisers=("before", "size"),
    teams=("team_id", "nunique"),
    before=("before", "mean"),
).round(1)

# %% [markdown]
# ## Before and after
#
# Coaching began in the month after a weak one.
#
# **Task.** For each coached adviser find the month of the first session as `begun`, the rating of the month before it as `weakest`, and the mean from `AFTER` on as `after`. What is the mean of `after - weakest`? Keep it as `tempting`. Give `after` to all advisers of `people`.

# %% tags=["solution"]
first = sessions.groupby("agent_id")["planned_on"].min()
begun = 12 * (first.dt.year - 2023) + first.dt.month - 1
late = ratings[ratings["number"] >= AFTER]
people["after"] = late.groupby("agent_id")["overall_score"].mean()
one = ratings.assign(begun=ratings["agent_id"].map(begun))
weakest = one[one["number"] == one["begun"] - 1]
weakest = weakest.set_index("agent_id")["overall_score"]
tempting = (people["after"] - weakest).mean()
print(f"{tempting:+.1f} points since the month before coaching")

# %% [markdown]
# ## The same without a coach
#
# **Task.** Pretend with the control group: take each adviser's weakest month from `JANUARY` to `JUNE`, and let a coaching that never was begin in the next. By how much do they rise until autumn? Keep it as `uncoached`. Then draw the mean rating of both groups by months since the beginning, from six before to six after; keep these means as `curve`, with columns `since`, `group` and `mean`.

# %% tags=["solution"]
watched = ratings[ratings["number"].between(JANUARY, JUNE)]
lowest = watched.loc[watched.groupby("agent_id")["overall_score"].idxmin()]
lowest = lowest.set_index("agent_id")
control = people.index[~people["coached"]]
uncoached = people.loc[control, "after"] - lowest.loc[control, "overall_score"]
uncoached = uncoached.mean()

start = pd.concat([begun, lowest.loc[control, "number"] + 1])
around = ratings.assign(
    since=ratings["number"] - ratings["agent_id"].map(start),
    group=ratings["agent_id"].map(people["coaching_group"]),
)
around = around[around["since"].between(-6, 6)]
curve = around.groupby(["since", "group"])["overall_score"].mean()
curve = curve.rename("mean").reset_index()


def lines(width):
    return (
        alt.Chart(curve)
        .mark_line(point=True)
        .encode(
            x=alt.X("since:Q", title="Months since coaching began"),
            y=alt.Y("mean:Q", title="Rating", scale=alt.Scale(domain=[62, 80])),
            color=alt.Color(
                "group:N",
                sort=["coached", "control"],
                scale=alt.Scale(
                    domain=["coached", "control"],
                    range=[charts.GOOD, charts.NEUTRAL],
                ),
            ),
        )
        .properties(width=width, height=220)
    )


charts.show(
    lines,
    title=f"Without a coach, advisers rise by {uncoached:.1f} points too",
    alternative="Mean ratings by month: both groups fall to about 65 in the "
    "month before and climb at once, the coached higher than the control.",
    data=curve.pivot(index="since", columns="group", values="mean")
    .reset_index()
    .iloc[4:10],
    columns={"coached": Column(digits=1), "control": Column(digits=1)},
)

# %% [markdown]
# ## Difference in differences
#
# **Task.** Take the gain from the first year to the autumn of the second for each adviser, compare coached with control within each team, and average over teams (they are of equal size). Keep it as `added`, the standard error as `error`: in each team, the error of a difference of two means. Then check the error with a bootstrap: redraw advisers within each team and group a thousand times, and keep the standard deviation of the results as `redrawn`. The bootstrap is not on the page.

# %% tags=["solution"]
people["gain"] = people["after"] - people["before"]
known = people.dropna(subset=["gain"])
cells = known.groupby(["team_id", "coached"])["gain"].agg(["mean", "var", "size"])
wide = cells["mean"].unstack()
added = (wide[True] - wide[False]).mean()
teams = len(wide)
error = np.sqrt((cells["var"] / cells["size"]).sum()) / teams

random = np.random.default_rng(7)
gains = [
    (1 if coached else -1, part.to_numpy())
    for (_, coached), part in known.groupby(["team_id", "coached"])["gain"]
]
results = [
    sum(sign * random.choice(part, len(part)).mean() for sign, part in gains)
    / teams
    for _ in range(1000)
]
redrawn = np.std(results)
print(f"added {added:+.1f}, error {error:.2f}, bootstrap {redrawn:.2f}")

# %% [markdown]
# With five advisers in a cell the bootstrap comes out a little small; the formula divides by one less than their number.
#
# ## Skill by skill
#
# **Task.** Do the same for the five skills. Keep the results as a series `by_skill`, largest first. In which month after the beginning is the distance of the two curves above complete?

# %% tags=["solution"]
skills = ["listening", "empathy", "clarity", "rigour", "ownership"]
found = {}
for skill in skills:
    score = f"{skill}_score"
    gain = late.groupby("agent_id")[score].mean()
    gain = gain - early.groupby("agent_id")[score].mean()
    means = gain.groupby([people["team_id"], people["coached"]]).mean().unstack()
    found[skill] = (means[True] - means[False]).mean()
by_skill = pd.Series(found).sort_values(ascending=False)
print(by_skill.round(1).to_string())
apart = curve.pivot(index="since", columns="group", values="mean")
(apart["coached"] - apart["control"]).loc[-2:4].round(1)

# %% [markdown]
# The dip in the month before is not part of the effect: both groups were picked by it.
#
# ## Coaches
#
# **Task.** Give the mean gain by coach, and the distance of the best from the last as `spread`. Shuffle the gains among the coached two thousand times: in what share of the shuffles, `chance`, are best and last at least as far apart?

# %% tags=["solution"]
coach = sessions.groupby("agent_id")["coach_id"].first()
mine = known.loc[known["coached"], "gain"]
coach = coach.reindex(mine.index).to_numpy()


def distance(values):
    """Return the best coach's mean less the last one's."""
    means = pd.Series(values).groupby(coach).mean()
    return means.max() - means.min()


spread = distance(mine.to_numpy())
shuffled = [distance(random.permutation(mine.to_numpy())) for _ in range(2000)]
chance = np.mean(np.array(shuffled) >= spread)
print(f"best less last {spread:.1f} points; by chance in {chance:.0%}")

# %% [markdown]
# ## Against the answer key
#
# The key knows two ratings of every adviser and month: the one with coaching and the one without.
# Look at it now, not before.

# %%
key = cxdata.answer_key(data)["coaching_on_rating"]["realised"]["value"]
print(f"key {key:+.1f}; added {added:+.1f}; before and after {tempting:+.1f}")
assert abs(added - key) < 1.96 * error, "the comparison should find the key"
assert tempting > 2 * key, "before and after should be twice too high"
assert uncoached > key, "the control group should rise by more than the effect"
assert 0.75 < redrawn / error < 1.1, "bootstrap and formula should be near"
assert set(by_skill.index[:2]) == {"listening", "empathy"}, (
    "listening and empathy should gain most"
)
assert chance > 0.05, "coaches should not differ beyond chance: none is planted"

# %% [markdown]
# ## Key points
#
# - Who is helped after a bad month gets better, helped or not.
# - A group that waits shows what would have happened, if the lot decided who waits.
# - Take the baseline from a time that nobody picked for being low.
# - Compare within teams when the lot was drawn within teams.
# - Dose, coach and topic were not drawn by lot here; what goes with them is not their effect.
