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
#     title: "Hug your haters: what does a reply do to the recommendation?"
#     minutes: 75
#     questions:
#       - What does a reply to a complaint do to the recommendation afterwards?
#       - Does a fast reply matter more than a reply at all?
#       - What would answering everyone take, and what would it bring?
#     objectives:
#       - Show what differs between answered and unanswered complaints before any reply.
#       - Build a difference within strata, with a standard error that allows for several complaints of one person.
#       - Check two estimates of one effect against the answer key, and say why one misses.
#       - Weigh an effect by those whom a plan would reach.
#     prerequisites:
#       - You can filter, group and merge pandas data frames.
#       - You know what a standard error and a 95% interval are.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Multimarque Aldéane, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("aldeane", "class")
customers, complaints = data["customers"], data["complaints"]
complaints.drop(columns=["received_at", "is_public"]).head()

# %% [markdown]
# One row is one complaint.
# `severity` runs from a trifle to grave; the service judged it on reading, so it was known *before* any reply.
# `replied`, `reply_delay_hours` and `resolved` came after.
# Keep the two apart: this notebook turns on it.
#
# ## Two kinds of complainers
#
# `profile` says where a person prefers to complain first: offstage is private, onstage is public.
#
# **Task.** For each profile give the number of people, their mean age, the share with a smartphone, complaints per year and person (the data cover two years), and the share of frequent complainers: seven complaints or more in the second year.

# %% tags=["solution"]
in_2024 = complaints["received_at"].dt.year == 2024
per_person = pd.DataFrame(
    {
        "per_year": complaints.groupby("customer_id").size() / 2,
        "last_year": complaints[in_2024].groupby("customer_id").size(),
    }
)
people = customers.merge(per_person, left_on="customer_id", right_index=True)
people["frequent"] = people["last_year"] >= 7
people.groupby("profile", observed=True).agg(
    people=("customer_id", "size"),
    age=("age", "mean"),
    smartphone=("has_smartphone", "mean"),
    per_year=("per_year", "mean"),
    frequent=("frequent", "mean"),
).round(2)

# %% [markdown]
# Onstage complainers are younger and complain more often.
# Being frequent is another matter than being onstage: both profiles have their share.
#
# ## Who gets a reply?
#
# **Task.** For each channel give the number of complaints, the share that expects a reply, the share that gets one, and the median delay in hours.

# %% tags=["solution"]
complaints.groupby("channel", observed=True).agg(
    complaints=("complaint_id", "size"),
    expects=("expects_reply", "mean"),
    replied=("replied", "mean"),
    median_hours=("reply_delay_hours", "median"),
).round(2)

# %% [markdown]
# The phone is answered nearly always and within hours; social networks and forums mostly not.
#
# ## The tempting analysis
#
# After half of the complaints, drawn by lot, the person was asked how likely they are to recommend Aldéane, from 0 to 10.
#
# **Task.** Join `ltr` of `data["scores"]` to all columns of `complaints`, on `complaint_id`, as `followed`.
# Then write `plain(rows, treatment)`, the mean `ltr` of rows where the Boolean column `treatment` is true, less the mean of the others.
# Apply it to `replied` and keep the result as `naive`.

# %% tags=["solution"]
scores = data["scores"][["complaint_id", "ltr"]]
followed = scores.merge(complaints, on="complaint_id")


def plain(rows, treatment):
    """Return the difference of mean scores between treated and untreated rows."""
    treated = rows[treatment]
    return rows.loc[treated, "ltr"].mean() - rows.loc[~treated, "ltr"].mean()


naive = plain(followed, "replied")
print(f"{len(followed)} scores; plain difference {naive:+.2f} points")

# %% [markdown]
# More than two points on a scale from 0 to 10: a budget has been asked for with less.
#
# ## How sure is it?
#
# Most people complain several times, and a lenient person is lenient every time.
# So the unit of chance is the person, not the complaint: draw people with replacement, take all their complaints along, and see how the estimate moves.
# Its standard deviation over such draws is the standard error.
# The function is given, because you need it for every estimate to come.


# %%
def standard_error(estimate, rows, draws=200, seed=3):
    """Return the standard error of estimate(rows), by drawing customers."""
    rows = rows.drop(columns="received_at", errors="ignore")
    places = list(rows.groupby("customer_id").indices.values())
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = random.integers(0, len(places), len(places))
        sample = rows.iloc[np.concatenate([places[one] for one in drawn])]
        values.append(estimate(sample))
    return np.std(values, ddof=1)


naive_error = standard_error(lambda rows: plain(rows, "replied"), followed)
print(f"{naive:+.2f}, standard error {naive_error:.2f}")

# %% [markdown]
# The interval is narrow.
# That says only that other people of the same kind, treated the same way, would show the same difference; not what made it.
#
# ## What differs before the reply?
#
# **Task.** By severity, give the number of scores, the share of complaints with a reply, the mean score without and with one, and the gap between the two. Compare the gaps with the plain difference.

# %% tags=["solution"]
mean = followed.groupby(["severity", "replied"])["ltr"].mean().unstack()
by_severity = followed.groupby("severity").agg(
    scores=("ltr", "size"), reply_rate=("replied", "mean")
)
by_severity["without"], by_severity["with"] = mean[False], mean[True]
by_severity["gap"] = by_severity["with"] - by_severity["without"]
by_severity.round(2)

# %% [markdown]
# Read the columns downwards: from trifle to grave the reply rate falls by half, and both means fall by four to five points.
# No gap is as wide as the plain difference, and the gap itself doubles.
# The unanswered are mostly grave, and grave complaints score low whatever happens: severity decides both.
#
# Is severity all?
#
# **Task.** Take the complaints of middle severity alone, and compare channels: reply rate, and mean score of those *without* a reply.

# %% tags=["solution"]
middle = followed[followed["severity"] == 3]
pd.DataFrame(
    {
        "reply_rate": middle.groupby("channel", observed=True)["replied"].mean(),
        "without": middle[~middle["replied"]]
        .groupby("channel", observed=True)["ltr"]
        .mean(),
    }
).round(2)

# %% [markdown]
# At the same severity, phone and e-mail get most replies, and their unanswered complainers score lower than those of social networks and review sites.
# That pulls the other way than severity.
# Channel decides both as well, so you need both.
#
# ## The right analysis
#
# Compare only within groups of the same channel and severity, the strata $s$, and average the differences by each stratum's share of rows:
#
# $$\hat\tau = \sum_s \frac{n_s}{n} \left( \bar y_{s,\text{reply}} - \bar y_{s,\text{none}} \right)$$
#
# **Task.** Write `within(rows, treatment, strata)`, where `strata` is a list of columns.
# Leave out a stratum that lacks one of the two groups.
# Apply it with channel alone, severity alone, and both; keep the last as `right`.


# %% tags=["solution"]
def within(rows, treatment, strata):
    """Return the difference of mean scores in strata, weighted by their size."""
    cells = rows.groupby([*strata, treatment], observed=True)["ltr"]
    mean, size = cells.mean().unstack(), cells.size().unstack(fill_value=0)
    gap = mean[True] - mean[False]
    usable = gap.notna()
    return np.average(gap[usable], weights=size.sum(axis=1)[usable])


both = ["channel", "severity"]
for strata in (["channel"], ["severity"], both):
    print(
        f"within {' and '.join(strata)}: {within(followed, 'replied', strata):+.2f}"
    )
right = within(followed, "replied", both)

# %% [markdown]
# Channel alone moves away from the other answers: with the channel's own pull gone, the selection by severity stands bare.
# "Control for something" is not a method; you need all that decides both reply and score, and nothing that comes after the reply.
# `resolved`, for one, comes after: it is part of what a reply does, so it must stay out.
#
# ## Enough to compare?
#
# A stratum with three unanswered complaints compares many with three.
#
# **Task.** List the strata with the fewest rows in their smaller group. Then give the standard error of `right`, as `right_error`.

# %% tags=["solution"]
cells = (
    followed.groupby([*both, "replied"], observed=True).size().unstack(fill_value=0)
)
cells["smaller"] = cells.min(axis=1)
print(cells.sort_values("smaller").head(5), "\n")
right_error = standard_error(lambda rows: within(rows, "replied", both), followed)
print(f"{right:+.2f}, standard error {right_error:.2f}; plain {naive_error:.2f}")

# %% [markdown]
# The honest estimate is less sure than the wrong one.
# That is the usual price.
#
# ## A second method
#
# A regression of the score on the reply, with a dummy for each channel and each severity but one, compares within them too.
# It assumes that a reply adds the same everywhere, which the gaps by severity deny; where that is false, it averages the strata with weights of its own, most for those where answered and unanswered are balanced.
# In return it wavers less.
#
# **Task.** Build the matrix with `pd.get_dummies`, solve it with `np.linalg.lstsq`, and write a function `regression(rows, treatment)` that returns the coefficient of the treatment. Keep that of the reply as `fitted`, its standard error as `fitted_error`.


# %% tags=["solution"]
def regression(rows, treatment):
    """Return the coefficient of the treatment beside channel and severity."""
    factors = rows[both].astype({"severity": "category"})
    matrix = pd.get_dummies(factors, drop_first=True).to_numpy(float)
    matrix = np.column_stack([rows[treatment], np.ones(len(rows)), matrix])
    return np.linalg.lstsq(matrix, rows["ltr"].to_numpy(float))[0][0]


fitted = regression(followed, "replied")
fitted_error = standard_error(lambda rows: regression(rows, "replied"), followed)
print(f"regression {fitted:+.2f}, standard error {fitted_error:.2f}")

# %% [markdown]
# The two agree, so the weighting seems to matter little here.
# That says nothing about a cause missing from both: they would err together.
#
# ## Does speed matter?
#
# **Task.** Among answered complaints, mark replies that came within a day as `fast`.
# Make a table `speed` with rows `plain`, `within` and `regression`, and columns `value` and `error`, the standard error.

# %% tags=["solution"]
answered = followed[followed["replied"]].copy()
answered["fast"] = answered["reply_delay_hours"] <= 24
methods = {
    "plain": lambda rows: plain(rows, "fast"),
    "within": lambda rows: within(rows, "fast", both),
    "regression": lambda rows: regression(rows, "fast"),
}
speed = pd.DataFrame(
    {
        "value": {name: method(answered) for name, method in methods.items()},
        "error": {
            name: standard_error(method, answered)
            for name, method in methods.items()
        },
    }
)
print(answered.groupby("channel", observed=True)["fast"].mean().round(2), "\n")
speed.round(2)

# %% [markdown]
# Plainly compared, fast replies seem to *lower* the score.
# The phone is nearly always fast, and its complainers start low; within channel and severity the sign turns.
# But look at the error: hardly any reply by phone is slow, so those strata have next to nothing to compare.
# Regression leans on the channels that have both, and is surer.
# Neither can tell the effect of speed from nought with confidence; both can tell it from the effect of a reply.
#
# ## Against the answer key
#
# The company is invented, so the planted effects are known.
# Look at them now, not before: an analysis that reads the key is not an analysis.

# %%
key = cxdata.answer_key(data)
reply_truth = key["reply_on_score"]["planted"]["value"]
speed_truth = key["speed_on_score"]["planted"]["value"]
found = pd.DataFrame(
    [
        ("reply, plain", naive, naive_error, reply_truth),
        ("reply, strata", right, right_error, reply_truth),
        ("reply, regression", fitted, fitted_error, reply_truth),
        *(
            (f"speed, {name}", row.value, row.error, speed_truth)
            for name, row in speed.rename(index={"within": "strata"}).iterrows()
        ),
    ],
    columns=["estimate", "value", "error", "truth"],
)
found["errors_away"] = (found["value"] - found["truth"]) / found["error"]
found["low"] = found["value"] - 1.96 * found["error"]
found["high"] = found["value"] + 1.96 * found["error"]


def beside_the_key(width):
    base = alt.Chart(found).encode(y=alt.Y("estimate:N", sort=None, title=None))
    tick = base.mark_point(
        shape="diamond",
        size=130,
        filled=False,
        strokeWidth=2,
        color=charts.INK,
        opacity=1,
    )
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
            x=alt.X("low:Q", title="Points, 0 to 10"), x2="high:Q"
        )
        + base.mark_point(size=100, opacity=1).encode(x="value:Q")
        + tick.encode(x="truth:Q")
    ).properties(width=width - 140, height=alt.Step(34))


charts.show(
    beside_the_key,
    title="The plain differences miss the key, the others lie near it",
    alternative="; ".join(
        f"{row.estimate}: {row.value:+.2f}, interval {row.low:+.2f} to {row.high:+.2f},"
        f" key {row.truth:+.2f}"
        for row in found.itertuples()
    )
    + ".",
    note="Dots and lines are estimates with 95% intervals, hollow diamonds the planted values.",
    data=found[["estimate", "value", "error", "truth", "errors_away"]],
    columns={
        "value": Column(digits=2, sign=True),
        "error": Column(digits=2),
        "truth": Column(digits=2, sign=True),
        "errors_away": Column(digits=1, sign=True),
    },
)

# %% [markdown]
# The regression's interval only just reaches the key.
# It averages the strata with other weights, so it aims at a slightly different number.
# The key can say which, because it holds the score with a reply *and* without one for every complaint that was followed up.

# %%
could = data.truth["effects/reply_on_score"].merge(
    complaints[["complaint_id", "channel", "severity"]], on="complaint_id"
)
could["effect"] = could["ltr_treated"] - could["ltr_untreated"]
planted = could.groupby(["channel", "severity"], observed=True).agg(
    rows=("effect", "size"), effect=("effect", "mean"), replied=("replied", "mean")
)
balance = planted["rows"] * planted["replied"] * (1 - planted["replied"])
for name, weights in (("size", planted["rows"]), ("balance", balance)):
    mean_effect = np.average(planted["effect"], weights=weights)
    print(f"effect planted in these rows, strata by {name}: {mean_effect:+.2f}")

# %% [markdown]
# So the weights did matter, by more than this sample could show.
#
# The check below takes three standard errors, not the two of a 95% interval: among six such intervals, a miss by mere chance is no rarity.
# An estimate of the right number lies within three standard errors of it in all but three cases in a thousand.
# One that aims at a number far off does not, once the sample is large enough.

# %%
for row in found.itertuples():
    misses = abs(row.value - row.truth) > 3 * row.error
    assert misses == row.estimate.endswith("plain"), row.estimate

# %% [markdown]
# ## A plan to answer everyone
#
# Now the board asks what it would take and bring.
# The effect to use is another average: only complaints that are *unanswered today* would change.
# And NPS is a mean too: count a promoter (9 or 10) as a hundred points, a detractor (0 to 6) as minus a hundred, a passive as none.
#
# **Task.** Give the gain in overall NPS if every complaint got a reply: the difference within channel and severity in NPS points, weighted by the *unanswered* rows of each stratum, times the share unanswered.
# Keep it as `planned`, its standard error as `planned_error`, and what the plain difference would promise as `promised`.

# %% tags=["solution"]
followed["points"] = 100.0 * (followed["ltr"] >= 9) - 100.0 * (followed["ltr"] <= 6)


def gain(rows):
    """Return the points of NPS that answering the unanswered would add."""
    cells = rows.groupby([*both, "replied"], observed=True)["points"]
    mean, size = cells.mean().unstack(), cells.size().unstack(fill_value=0)
    gap = mean[True] - mean[False]
    usable = gap.notna()
    effect = np.average(gap[usable], weights=size.loc[usable, False])
    return effect * (~rows["replied"]).mean()


replied = followed["replied"]
contrast = (
    followed.loc[replied, "points"].mean() - followed.loc[~replied, "points"].mean()
)
promised = contrast * (~replied).mean()
planned, planned_error = gain(followed), standard_error(gain, followed)
print(f"NPS today {followed['points'].mean():+.1f}")
print(
    f"plan {planned:+.1f}, standard error {planned_error:.1f}; plain {promised:+.1f}"
)

# %% [markdown]
# The key knows what the plan would have brought.


# %%
def nps(answers):
    """Return the NPS of answers from 0 to 10, in points."""
    return 100 * ((answers >= 9).mean() - (answers <= 6).mean())


today = could["ltr_treated"].where(could["replied"], could["ltr_untreated"])
brought = nps(could["ltr_treated"]) - nps(today)
print(f"NPS if everyone had been answered: {brought:+.1f} points")
assert abs(planned - brought) < 3 * planned_error
assert abs(promised - brought) > 3 * planned_error

# %% [markdown]
# What does it take?
# The data hold no handling times, so assume some, and say so: here ten minutes for a trifle and an hour for a grave complaint, which needs inquiries.
# Minutes for the steps between are in the solution; choose your own.
#
# **Task.** Give the hours a week to answer all that is left, by channel. Then do it again with the mean minutes of the complaints that are answered today, and compare.

# %% tags=["solution"]
minutes = {1: 10, 2: 15, 3: 25, 4: 40, 5: 60}
handling = complaints["severity"].map(minutes)
weeks = (365 + 366) / 7
left = ~complaints["replied"]
by_channel = handling[left].groupby(complaints["channel"], observed=True)
hours = by_channel.agg(complaints="size", minutes="mean", hours_a_week="sum")
hours["hours_a_week"] /= 60 * weeks
print(hours.round(1), "\n")
with_usual = left.sum() * handling[~left].mean() / 60 / weeks
print(f"all: {hours['hours_a_week'].sum():.1f} hours a week")
print(f"all, at today's mean minutes: {with_usual:.1f} hours a week")

# %% [markdown]
# What is left is graver than what was answered, so today's mean minutes would leave you short of staff.
# It is the same selection as before, in hours instead of points.
#
# ## Key points
#
# - A difference between answered and unanswered mixes what the reply did with what decided who got one.
# - Compare within all that decides both, and only with what was known before the reply. Half of it can be worse than none.
# - Draw people, not complaints, when people complain more than once.
# - An interval shows chance. The wrong estimate had the narrower one.
# - A plan changes only those it reaches: weigh the effect by them, and count their hours, not the others'.
