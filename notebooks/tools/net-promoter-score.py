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
#     title: "Three scores for one company: NPS with its margin and its bias"
#     minutes: 45
#     questions:
#       - Why do two surveys of the same customers give two scores?
#       - Is a change of the score more than chance?
#     objectives:
#       - Compute an NPS and its interval from answers from 0 to 10.
#       - Tell a margin of error from a bias, and show a bias with a second sample.
#       - Check an estimate against the answer key.
#     prerequisites:
#       - You can filter and group a pandas data frame.
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
surveys = data["surveys"]
surveys[["survey_id", "programme", "sent_at", "answered", "ltr"]].head()

# %% [markdown]
# `ltr` is the likelihood to recommend, from 0 to 10.
# It is empty where nobody answered: the invitation stays in the table, so that silence can be counted.
# Two programmes are left aside here: `after_contact` asks another question, and `relationship_barometer` asks the same one about the company as a whole, once a year, so that its answers never belong in the score of orders.
#
# ## Who was asked, and who answered?
#
# **Task.** Keep the invitations of the two programmes that ask about an order, `email_after_order` and `callback_after_order`, as `asked`.
# Count invitations and answers by programme, and give the response rate.

# %% tags=["solution"]
programmes = ["email_after_order", "callback_after_order"]
asked = surveys[surveys["programme"].isin(programmes)]
response = asked.groupby("programme")["answered"].agg(
    invitations="size", answers="sum", rate="mean"
)
response["rate"] = (100 * response["rate"]).round(1)
response

# %% [markdown]
# ## The score
#
# The share of promoters (9 or 10) minus the share of detractors (0 to 6), in points:
#
# $$\mathrm{NPS} = 100 \times \frac{P - D}{n}$$
#
# **Task.** Write a function `nps(answers)` that returns the score and leaves missing answers out; apply it to both programmes.


# %% tags=["solution"]
def nps(answers):
    """Return the score in points; missing answers do not count."""
    given = answers.dropna()
    return 100 * ((given >= 9).mean() - (given <= 6).mean())


by_programme = asked.groupby("programme")["ltr"].apply(nps)
by_programme.round(1)

# %% [markdown]
# The same shop, the same months, the same question; yet two scores.
# Before you look for a reason, ask whether chance alone could do it.
#
# ## The margin
#
# The adjusted Wald interval adds three answers, of which $\frac{3}{4}$ promoter and $\frac{3}{4}$ detractor, and then takes the usual normal interval.
#
# **Task.** Write a function `interval(answers)` that returns the lower and the upper end of the 95% interval, in points.
# Keep a table `scores` with the columns `programme`, `nps`, `low` and `high`, one line for each programme.


# %% tags=["solution"]
def interval(answers):
    """Return the ends of the 95 % adjusted Wald interval, in points."""
    given = answers.dropna()
    total = len(given) + 3
    promoters = ((given >= 9).sum() + 0.75) / total
    detractors = ((given <= 6).sum() + 0.75) / total
    difference = promoters - detractors
    error = np.sqrt((promoters + detractors - difference**2) / total)
    return 100 * (difference - 1.96 * error), 100 * (difference + 1.96 * error)


scores = pd.DataFrame(
    {
        "programme": programmes,
        "nps": [by_programme[name] for name in programmes],
        "low": [
            interval(asked.loc[asked["programme"] == name, "ltr"])[0]
            for name in programmes
        ],
        "high": [
            interval(asked.loc[asked["programme"] == name, "ltr"])[1]
            for name in programmes
        ],
    }
)
scores.round(1)

# %% [markdown]
# The intervals do not overlap: chance is a poor excuse.
# A tempting next step is to pool all answers, because more answers give a narrower margin.
# The margin does get narrower, around a score that stands for nobody.

# %%
pooled = asked["ltr"]
low, high = interval(pooled)
print(
    f"all answers together: {nps(pooled):+.1f}, interval from {low:+.1f} to {high:+.1f}"
)

# %% [markdown]
# ## Is it who answers?
#
# If the e-mail is answered by the happy, then, among customers who got both, those who answered the e-mail should like the company more.
# A real company cannot see what the silent think; but its call-backs can help.
#
# **Task.** Among the orders of customers who were called back and answered, compare the score of customers who ever answered an e-mail with that of customers who were sent one and never did.
# Give the difference its interval: the variances of the two scores add up.

# %% tags=["solution"]
email = (
    asked[asked["programme"] == "email_after_order"]
    .groupby("customer_id")["answered"]
    .any()
)
called = asked[(asked["programme"] == "callback_after_order") & asked["answered"]]
called = called[called["customer_id"].isin(email.index)]
ever = (
    called["customer_id"]
    .map(email)
    .map({True: "answered an e-mail", False: "never answered one"})
)
by_habit = called.groupby(ever)["ltr"]
print(by_habit.agg(score=nps, answers="size").round(1))


def variance(answers):
    """Return the variance of a score, in points squared."""
    promoters, detractors = (answers >= 9).mean(), (answers <= 6).mean()
    spread = promoters + detractors - (promoters - detractors) ** 2
    return 100**2 * spread / len(answers)


mailers, silent = (by_habit.get_group(name) for name in sorted(by_habit.groups))
gap, gap_error = (
    nps(mailers) - nps(silent),
    np.sqrt(variance(mailers) + variance(silent)),
)
print(
    f"difference {gap:+.1f}, "
    f"from {gap - 1.96 * gap_error:+.1f} to {gap + 1.96 * gap_error:+.1f}"
)

# %% [markdown]
# The difference points the expected way, and with so few answers it could still be chance: its interval reaches below nought.
# The comparison of the two programmes above is the stronger evidence.
# Within one small sample you often see the sign of a bias, and not its size.
#
# ## Shop and web
#
# **Task.** Give the score of call-backs by order channel, with intervals, and draw it.

# %% tags=["solution"]
orders = data["orders"].set_index("order_id")
answers = asked[(asked["programme"] == "callback_after_order") & asked["answered"]]
channel = answers["order_id"].map(orders["channel"])
parts = pd.DataFrame(
    [
        {
            "channel": name,
            "answers": len(group),
            "nps": nps(group["ltr"]),
            "low": interval(group["ltr"])[0],
            "high": interval(group["ltr"])[1],
        }
        for name, group in answers.groupby(channel)
    ]
)


def by_channel(width):
    base = alt.Chart(parts).encode(y=alt.Y("channel:N", title=None))
    return (
        base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
            x=alt.X("low:Q", title="NPS, points"), x2="high:Q"
        )
        + base.mark_point(size=110).encode(x="nps:Q")
    ).properties(width=width, height=110)


charts.show(
    by_channel,
    title="Shops please more than the web shop",
    alternative="; ".join(
        f"{row.channel}: NPS {row.nps:+.0f}, interval {row.low:+.0f} to {row.high:+.0f}"
        for row in parts.itertuples()
    )
    + ".",
    data=parts,
    columns={
        name: Column(sign=name != "answers")
        for name in ("answers", "nps", "low", "high")
    },
)

# %% [markdown]
# ## Against the answer key
#
# The company is invented, so the answer that every customer would have given after every order is known, and the answer key has their score.
# It is for checking only: an analysis that reads it is not an analysis.

# %%
key = cxdata.answer_key(data)["nps_of_everybody"]
truth = key["realised"]["value"]
print(key["question"])
call = scores.set_index("programme").loc["callback_after_order"]
mail = scores.set_index("programme").loc["email_after_order"]
print(
    f"all orders {truth:+.1f}; call-backs {call.nps:+.1f}; e-mails {mail.nps:+.1f}"
)
assert call.low <= truth <= call.high, (
    "the random sample, which most people answer, should hold the truth"
)
assert not mail.low <= truth <= mail.high, (
    "the e-mails, which the happy answer, should miss it"
)

# %% [markdown]
# ## Key points
#
# - A score needs its margin; below a few hundred answers, most movements are chance.
# - A margin says nothing of those who did not answer. A small sample that nearly everybody answers beats a large one that few do.
# - Never pool programmes that reach different people; report each for what it stands for.
# - Report the parts when the mix can change.
