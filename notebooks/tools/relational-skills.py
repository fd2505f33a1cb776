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
#     title: "Thirty places on a course: what a skill rating can carry"
#     minutes: 50
#     questions:
#       - Whom would a month's rating send to training, and whom a year's?
#       - How many months does it take to name an adviser's weakest skill?
#     objectives:
#       - Estimate evaluators' severity with advisers held equal.
#       - Get a reliability from two halves of the months, and step it up to all of them.
#       - Read a profile beside the average of each skill.
#     prerequisites:
#       - You can group, merge and pivot pandas data frames, and know what a correlation is.
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

SKILLS = ["listening", "empathy", "clarity", "rigour", "ownership"]
SCORES = [f"{skill}_score" for skill in SKILLS]
PLACES, RED = 30, 65

data = cxdata.edition("tilmarenne", "class")
year = data["skill_ratings"].dropna(subset=["overall_score"])
month = pd.to_datetime(year["month"])
year = year.assign(number=month.dt.month)[month.dt.year == 2023]
year[["agent_id", "number", "evaluator_id", *SCORES, "overall_score"]].head()

# %% [markdown]
# Ratings are points of a hundred, high is good; an adviser meets another evaluator from month to month.
#
# ## Severity
#
# **Task.** Let advisers and evaluators explain `overall_score` together: one column of noughts and ones for each adviser, one for each evaluator but the first. Keep the evaluators' gaps, centred on nought, as `gap`, and the rating without them as a column `fair` of `year`.

# %% tags=["solution"]
adviser = pd.get_dummies(year["agent_id"]).astype(float)
evaluator = pd.get_dummies(year["evaluator_id"].astype(int)).astype(float)
columns = np.column_stack([adviser, evaluator.iloc[:, 1:]])
found = np.linalg.lstsq(columns, year["overall_score"].to_numpy(), rcond=None)[0]
gap = pd.Series(np.r_[0, found[adviser.shape[1] :]], index=evaluator.columns)
gap = gap - gap.mean()
year["fair"] = year["overall_score"] - year["evaluator_id"].map(gap)
gap.round(1)

# %% [markdown]
# ## Talks
#
# **Task.** What share of each evaluator's ratings lies below `RED`, as given and as `fair`? Keep the two as columns `given` and `fair` of a frame `talks`.

# %% tags=["solution"]
talks = pd.DataFrame(
    {
        "given": (year["overall_score"] < RED)
        .groupby(year["evaluator_id"].astype(int))
        .mean(),
        "fair": (year["fair"] < RED)
        .groupby(year["evaluator_id"].astype(int))
        .mean(),
    }
)
talks.round(2)

# %% [markdown]
# ## Reliability from two halves
#
# Split each adviser's months at random, correlate the means of the two halves over advisers, and step the result up to the whole with the formula of Spearman and Brown, $2r / (1 + r)$.
#
# **Task.** Do this fifty times with `fair` and keep the mean as `whole`. Then step down to one month of twelve, as `one`: $\rho_1 = \rho / (n - (n - 1) \rho)$. This way to a reliability is not on the page.

# %% tags=["solution"]
random = np.random.default_rng(7)
results = []
for _ in range(50):
    order = year.assign(luck=random.random(len(year))).sort_values("luck")
    half = order.groupby("agent_id").cumcount() % 2
    means = order.groupby(["agent_id", half])["fair"].mean().unstack()
    r = means[0].corr(means[1])
    results.append(2 * r / (1 + r))
whole = np.mean(results)
months = year.groupby("agent_id").size().mean()
one = whole / (months - (months - 1) * whole)
print(f"a year {whole:.2f}, one month {one:.2f}")

# %% [markdown]
# ## The list of names
#
# **Task.** Name the `PLACES` advisers with the lowest `latest` evaluation, and those with the lowest mean of `fair` over the year. Keep the two sets as `by_latest` and `by_year`. How many names do they share?

# %% tags=["solution"]
ordered = year.sort_values("number").groupby("agent_id")
latest = ordered["overall_score"].last()
by_latest = set(latest.nsmallest(PLACES).index)
by_year = set(year.groupby("agent_id")["fair"].mean().nsmallest(PLACES).index)
print(f"{len(by_latest & by_year)} of {PLACES} names are on both lists")

# %% [markdown]
# ## The weakest skill
#
# **Task.** Count whose mean is lowest in which skill, as the marks stand, as `plain`. Then subtract each skill's mean over all advisers and each evaluation's own mean, and count again, as `beside`. With the second way, in what share of advisers do one month, drawn at random, and the others name the same skill? Try one to six months, and keep the shares as a series `agree`.

# %% tags=["solution"]
plain = year.groupby("agent_id")[SCORES].mean().idxmin(axis=1).value_counts()
marks = year[SCORES] - year[SCORES].mean()
marks = marks.sub(marks.mean(axis=1), axis=0)
by_adviser = marks.groupby(year["agent_id"])
beside = by_adviser.mean().idxmin(axis=1).value_counts()
print(plain.to_string())
print(beside.to_string())

agree = {}
for count in range(1, 7):
    hits = []
    for _ in range(20):
        for _, part in by_adviser:
            drawn = random.permutation(part.to_numpy())
            few, rest = drawn[:count].mean(axis=0), drawn[count:].mean(axis=0)
            hits.append(few.argmin() == rest.argmin())
    agree[count] = np.mean(hits)
agree = pd.Series(agree)
shown = agree.rename_axis("months").rename("share").reset_index()


def line(width):
    return (
        alt.Chart(shown)
        .mark_line(point=True, color=charts.GOOD)
        .encode(
            x=alt.X("months:O", title="Months", axis=alt.Axis(labelAngle=0)),
            y=alt.Y(
                "share:Q",
                title="Same weakest skill",
                scale=alt.Scale(domain=[0, 0.8]),
            ),
        )
        .properties(width=width, height=200)
    )


charts.show(
    line,
    title="Months make the weakest skill more certain, slowly",
    alternative="Share of advisers for whom some months and the others name "
    f"the same weakest skill: {agree[1]:.0%} with one, {agree[6]:.0%} with six.",
    data=shown,
    columns={"share": Column(digits=2)},
)

# %% [markdown]
# By guessing, one in five would agree.
#
# ## Against the answer key
#
# The key knows each adviser's competence, and each evaluator's severity: points that he or she takes off.
# Look at it now, not before.

# %%
competence = data.truth["latents/agents"].set_index("agent_id")["competence"]
weakest = set(competence.nsmallest(PLACES).index)
right = {"latest": len(weakest & by_latest), "year": len(weakest & by_year)}
print(f"of the {PLACES} least competent:", right)
key = year.merge(data.truth["latents/skill_ratings"], on="rating_id")
severity = key.groupby("evaluator_id")["evaluator_severity"].first()
print(f"gap and severity correlate at {gap.corr(-severity):.2f}")
assert gap.corr(-severity) > 0.9, "severity should be found"
assert right["year"] > right["latest"] + 5, "a year should choose far better"
assert 0.8 < whole < 0.95 and one < 0.5, "a year is reliable, a month is not"
assert talks["fair"].std() < talks["given"].std() / 2, (
    "without severity, evaluators should find nearly the same share"
)
assert agree[1] < 0.5 < agree[6], "one month should name the skill for few"

# %% [markdown]
# ## Key points
#
# - Evaluators who rotate can be compared, and their severity taken out.
# - Two halves of the months tell how far a rating can be trusted, without any formula of variances.
# - A month chooses people for training hardly better than half right; a year does.
# - A weakest skill is weak beside the average of that skill, or it is only the hardest of the grid.
