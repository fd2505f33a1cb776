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
#     title: "Ten questions, two rounds: what a training adds to a second look"
#     minutes: 50
#     questions:
#       - Which questions of a quiz tell those who know from those who do not?
#       - How much of the gain after a training is the training's?
#     objectives:
#       - Compute difficulty, discrimination and reliability of a quiz.
#       - Compare gains of trained and waiting people, for the score and question by question.
#       - Recognise a ceiling and regression to the mean in gains by starting score.
#       - Check the effect against the answer key, and see what an unreliable score does to persons.
#     prerequisites:
#       - You can filter, join and pivot pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic staff, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
quizzes = data["quiz_answers"].merge(data["employees"], on="employee_id")
quizzes = quizzes[quizzes["was_taken"].astype(bool)]
names = [name for name in quizzes.columns if name.endswith("_correct")]
quizzes[names] = quizzes[names].astype(float)
quizzes[["employee_id", "round", "is_trained", *names[:3], "correct_count"]].head()

# %% [markdown]
# One row per person and round; a right answer is one, a wrong one nought.
# Half of the staff was trained between `before_training` and `after_training`: those whose `training_wave` is `spring_2024`.
#
# ## The questions first
#
# **Task.** Keep the first round as `march`. For each question give `share`, the share of right answers, and `discrimination`, its correlation with the number of right answers to the other nine; keep the table as `questions`.

# %% tags=["solution"]
march = quizzes[quizzes["round"] == "before_training"]
answers = march[names]
questions = pd.DataFrame(
    {
        "share": answers.mean(),
        "discrimination": [
            answers[name].corr(answers.drop(columns=name).sum(axis=1))
            for name in names
        ],
    }
)
questions.sort_values("share").round(2)

# %% [markdown]
# The easiest question separates worst: nearly everybody is on the same side of it.
#
# **Task.** Compute the reliability as `reliability`: $\frac{k}{k - 1} \big( 1 - \sum_j p_j (1 - p_j) / s^2 \big)$ with $k$ questions, their shares $p_j$ and the variance $s^2$ of the number of right answers.

# %% tags=["solution"]
share = answers.mean()
score = answers.sum(axis=1)
reliability = 10 / 9 * (1 - (share * (1 - share)).sum() / score.var())
print(f"reliability {reliability:.2f}")

# %% [markdown]
# Good enough for the mean of a group, too little for a mark on a person.
#
# ## The tempting gain
#
# **Task.** Put both rounds of each person side by side: a frame `both` with index `employee_id`, the columns `march` and `june` (their `correct_count`), `gain`, and `trained`, true or false. Split it into two frames, `trained` and `waiting`, and give mean and standard error of the gain of the trained.

# %% tags=["solution"]
both = quizzes.pivot(
    index="employee_id", columns="round", values="correct_count"
).dropna()
both = both.astype(float).rename(
    columns={"before_training": "march", "after_training": "june"}
)
both["gain"] = both["june"] - both["march"]
waves = data["employees"].set_index("employee_id")["training_wave"]
both["trained"] = waves.reindex(both.index) == "spring_2024"
trained, waiting = both[both["trained"]], both[~both["trained"]]
print(f"gain {trained['gain'].mean():.2f}, error {trained['gain'].sem():.2f}")

# %% [markdown]
# Everybody had seen the questions in March.
# Those who waited show what that alone brings.
#
# **Task.** Compute what the training added as `effect`, its standard error as `error` (the root of the sum of both squared errors), and its interval. Were the halves level in March?

# %% tags=["solution"]
effect = trained["gain"].mean() - waiting["gain"].mean()
error = np.hypot(trained["gain"].sem(), waiting["gain"].sem())
print(
    f"March: {trained['march'].mean():.2f} and {waiting['march'].mean():.2f};"
    f" waiting gained {waiting['gain'].mean():.2f}"
)
print(
    f"added {effect:.2f}, from {effect - 1.96 * error:.2f}"
    f" to {effect + 1.96 * error:.2f}"
)

# %% [markdown]
# ## Question by question
#
# **Task.** For each question compute what the training added to the share of right answers, in points, with its interval; only people in `both`. Keep it as `by_question` with the columns `question`, `share` (in March, in percent), `added`, `low` and `high`, easiest first.


# %% tags=["solution"]
def added(name):
    """Return what training added to one question, in points, with both ends."""
    wide = quizzes.pivot(index="employee_id", columns="round", values=name)
    wide = wide.loc[both.index]
    change = 100 * (wide["after_training"] - wide["before_training"])
    with_it, without = change[both["trained"]], change[~both["trained"]]
    value = with_it.mean() - without.mean()
    margin = 1.96 * np.hypot(with_it.sem(), without.sem())
    return value, value - margin, value + margin


by_question = pd.DataFrame(
    [(name[:3], 100 * share[name], *added(name)) for name in names],
    columns=["question", "share", "added", "low", "high"],
).sort_values("share", ascending=False)
by_question.round(0)


# %%
def bars(width):
    base = alt.Chart(by_question).encode(
        y=alt.Y("question:N", sort=None, title=None)
    )
    x = alt.X(
        "low:Q",
        axis=alt.Axis(values=[-10, 0, 10, 20, 30]),
        title="Points added by the training",
    )
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(strokeDash=[4, 4])
    return (
        zero.encode(x="x:Q")
        + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
            x=x, x2="high:Q"
        )
        + base.mark_point(size=90, filled=True, opacity=1).encode(x="added:Q")
    ).properties(width=width - 50, height=250)


charts.show(
    bars,
    title="The training adds most where few knew the answer",
    alternative="Points added by question, easiest first: "
    + ", ".join(f"{r.question} {r.added:+.0f}" for r in by_question.itertuples())
    + ".",
    note="Lines are intervals at 95%; the broken line is no effect.",
    data=by_question,
    columns={
        name: Column(sign=name != "share")
        for name in ("share", "added", "low", "high")
    },
)

# %% [markdown]
# Is that because hard facts were taught better?
# Or because easy questions have no room?
# In points you cannot tell; on a scale without a ceiling you can: the logit, the logarithm of the share divided by what lacks to one.
#
# **Task.** Compute the added effect per question in logits, as `logits`: the change in the logit of the share among the trained less that among those who wait. What is its correlation with `share`, and what was that of `added`?


# %% tags=["solution"]
def logit(part):
    """Return the logarithm of the odds."""
    return np.log(part / (1 - part))


means = (
    quizzes[quizzes["employee_id"].isin(both.index)]
    .assign(half=lambda rows: rows["training_wave"] == "spring_2024")
    .groupby(["half", "round"], observed=True)[names]
    .mean()
)
rise = {
    half: logit(means.loc[(half, "after_training")])
    - logit(means.loc[(half, "before_training")])
    for half in (True, False)
}
logits = (rise[True] - rise[False]).reindex(
    [f"{q}_correct" for q in by_question["question"]]
)
print(
    f"points with share {by_question['added'].corr(by_question['share']):+.2f},"
    f" logits with share"
    f" {np.corrcoef(logits, by_question['share'])[0, 1]:+.2f}"
)

# %% [markdown]
# Much of the pattern was the ceiling.
#
# ## Gains by start
#
# **Task.** Split people by their score in March (up to three, four or five, six or seven, eight and more) and give the mean gain of trained and waiting in each class, as `by_start`. Why do the best of those who wait lose?

# %% tags=["solution"]
both["start"] = pd.cut(both["march"], [-1, 3, 5, 7, 10]).astype(str)
by_start = both.groupby(["start", "trained"])["gain"].mean().unstack()
by_start.round(2)

# %% [markdown]
# They were lucky in March: regression to the mean, seen without any training.
#
# ## Against the answer key

# %%
key = cxdata.answer_key(data)["training_on_quiz"]["realised"]["value"]
print(f"key {key:.2f}; gain of trained {trained['gain'].mean():.2f};", end=" ")
print(f"added {effect:.2f}")
assert abs(effect - key) < 1.96 * error, "the comparison should hold the truth"
plain_low = trained["gain"].mean() - 1.96 * trained["gain"].sem()
assert plain_low > key, "the gain of the trained alone should miss it"
assert abs(trained["march"].mean() - waiting["march"].mean()) < 0.4, (
    "the lot should have made the halves alike"
)
assert questions["discrimination"].idxmin() == questions["share"].idxmax(), (
    "the easiest question should separate worst"
)

# %% [markdown]
# ## Key points
#
# - Judge the questions before you judge people: difficulty, discrimination, reliability.
# - A second look at the same questions is worth something; let some people wait, and subtract it.
# - Draw by lot who learns first, and check that both halves began level.
# - Gains by starting score mix the effect with a ceiling and with regression to the mean.
# - A score that serves a department can be unfair to a person.
