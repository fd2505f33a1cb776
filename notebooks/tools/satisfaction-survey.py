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
#     title: "Weighting the silent: what CSAT gains from it, and what it cannot"
#     minutes: 50
#     questions:
#       - Of how many orders would the buyer have said "satisfied", had all been asked and answered?
#       - How much of the error of an e-mail survey can weights take away?
#     objectives:
#       - Compute a top-two-box share with its Wilson interval.
#       - Weight answers by age, then rake them to two traits, and count what the weights cost.
#       - Prove on simulated silence when weighting works, and when it does not.
#       - Judge raw, weighted and called-back shares by the answer key.
#     prerequisites:
#       - You can join and group pandas data frames.
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
orders = data["orders"].merge(
    data["customers"][["customer_id", "birth_date"]], on="customer_id"
)
years = (
    orders["ordered_at"] - pd.to_datetime(orders["birth_date"])
).dt.days / 365.25
orders["age"] = pd.cut(
    years,
    [0, 35, 50, 65, 120],
    right=False,
    labels=["under 35", "35-49", "50-64", "65+"],
).astype(str)
traits = orders[["order_id", "channel", "age"]]
asked = data["surveys"].merge(traits, on="order_id")
asked[["survey_id", "programme", "answered", "csat", "channel", "age"]].head()

# %% [markdown]
# One row is one invitation; `csat` goes from 1 to 5 and is empty where nobody answered.
# `channel` and `age` are on file of every order, answered or not.
#
# ## The raw share
#
# **Task.** Write a function `csat(answers)` that returns, in percent, the share of the two best marks and the ends of its Wilson interval,
#
# $$\frac{\hat p + \frac{z^2}{2n} \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4 n^2}}}{1 + \frac{z^2}{n}} \qquad z = 1.96$$
#
# and the number of answers.
# Keep the invitations of `email_after_order` as `mail`, those of `callback_after_order` as `call`, and apply it to both: a table `scores` with the rows `mail` and `call`, and the columns `answers`, `share`, `low` and `high`.


# %% tags=["solution"]
def csat(answers):
    """Return the top-two-box share with its Wilson interval, in percent."""
    given = answers.dropna()
    n, p, z = len(given), (given >= 4).mean(), 1.96
    centre = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = ((centre + side * half) / (1 + z**2 / n) for side in (-1, 1))
    return pd.Series(
        {"answers": n, "share": 100 * p, "low": 100 * low, "high": 100 * high}
    )


mail = asked[asked["programme"] == "email_after_order"]
call = asked[asked["programme"] == "callback_after_order"]
scores = pd.DataFrame({"mail": csat(mail["csat"]), "call": csat(call["csat"])}).T
scores.round(1)

# %% [markdown]
# ## Who is missing?
#
# **Task.** Keep the answered rows of `mail` as `given`. For each `age`, give the share of all orders, the share of the e-mail answers, the response rate to e-mails, and the share of satisfied answers, in percent, as a table `by_age`.

# %% tags=["solution"]
given = mail[mail["answered"]]
by_age = pd.DataFrame(
    {
        "of orders": 100 * orders["age"].value_counts(normalize=True),
        "of answers": 100 * given["age"].value_counts(normalize=True),
        "response": 100 * mail.groupby("age")["answered"].mean(),
        "satisfied": 100 * (given["csat"] >= 4).groupby(given["age"]).mean(),
    }
)
by_age.round(1)

# %% [markdown]
# The young are missing, and those who do answer are less satisfied: the raw share counts them too little.
#
# ## Weights
#
# An answer of age $h$ weighs the share of $h$ among orders over the share of $h$ among answers.
#
# **Task.** Add the weights to `given` as `weight`, and compute the weighted share as `by_age_share`, in percent.

# %% tags=["solution"]
given = given.assign(
    weight=given["age"].map(by_age["of orders"] / by_age["of answers"])
)
satisfied = given["csat"] >= 4
by_age_share = 100 * np.average(satisfied, weights=given["weight"])
print(f"raw {100 * satisfied.mean():.1f}, weighted by age {by_age_share:.1f}")

# %% [markdown]
# ## Raking
#
# Age and channel at once: adjust to one, then to the other, until neither moves.
#
# **Task.** Write a function `rake(rows, targets, rounds=20)`, where `targets` is a dictionary from a column to its shares among all orders.
# Start with weights of one; in each round, for each column, multiply the weights of a group by the share it should have over the share it has.
# Return the weights, with a mean of one; `targets` holds those of `age` and `channel`.
# Keep the raked share of `given` as `raked_share`, and give the effective number of answers, $(\sum w)^2 / \sum w^2$.


# %% tags=["solution"]
def rake(rows, targets, rounds=20):
    """Return weights that give each column of targets its shares; their mean is one."""
    weight = pd.Series(1.0, index=rows.index)
    for _ in range(rounds):
        for column, target in targets.items():
            groups = rows[column].astype(str)
            has = weight.groupby(groups).sum() / weight.sum()
            weight = weight * groups.map(target / has)
    return weight / weight.mean()


targets = {
    name: orders[name].astype(str).value_counts(normalize=True)
    for name in ("age", "channel")
}
weight = rake(given, targets)
raked_share = 100 * np.average(satisfied, weights=weight)
effective = weight.sum() ** 2 / (weight**2).sum()
print(
    f"raked {raked_share:.1f}, as precise as {effective:.0f} of {len(given)} answers"
)

# %% [markdown]
# The weights cost little, and they move little.
# Is there nothing to mend, or do the weights not see it?
#
# ## An interval for the raked share
#
# Customers of several orders answer several times, and the weights depend on the sample: redraw customers, rake again.
#
# **Task.** Draw the customers of `given` with replacement two hundred times (`rng = np.random.default_rng(7)`), with all their answers, rake each time, and give the middle 95% of the shares as `low` and `high`.

# %% tags=["solution"]
rng = np.random.default_rng(7)
places = [
    np.array(rows)
    for rows in given.reset_index(drop=True).groupby("customer_id").groups.values()
]
redrawn = []
for _ in range(200):
    chosen = rng.integers(len(places), size=len(places))
    sample = given.iloc[np.concatenate([places[i] for i in chosen])]
    sample = sample.reset_index(drop=True)
    redrawn.append(
        100 * np.average(sample["csat"] >= 4, weights=rake(sample, targets, 5))
    )
low, high = np.quantile(redrawn, [0.025, 0.975])
print(f"raked {raked_share:.1f}, from {low:.1f} to {high:.1f}")

# %% [markdown]
# The call-backs stand outside.
# Now open the answer key: it holds the mark that each order would have been given.

# %%
key = data.truth["latents/orders"][["order_id", "csat"]]
everybody = orders.merge(key, on="order_id")
everybody["satisfied"] = everybody["csat"] >= 4
truth = 100 * everybody["satisfied"].mean()
compared = pd.DataFrame(
    [
        {"route": "e-mail, raw", **scores.loc["mail"]},
        {
            "route": "e-mail, raked",
            "answers": len(given),
            "share": raked_share,
            "low": low,
            "high": high,
        },
        {"route": "call-back", **scores.loc["call"]},
    ]
)


def dots(width):
    def place(field):
        scale = alt.Scale(domain=[64, 82], zero=False)
        return alt.X(field, scale=scale, title="Satisfied, %")

    key_line = alt.Chart(pd.DataFrame({"truth": [truth]}))
    routes = alt.Y("route:N", sort=list(compared["route"]), title=None)
    base = alt.Chart(compared).encode(y=routes)
    return (
        key_line.mark_rule(strokeDash=[5, 4], color=charts.INK).encode(
            x=place("truth:Q")
        )
        + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(
            x=place("low:Q"), x2="high:Q"
        )
        + base.mark_point(size=110, opacity=1).encode(x=place("share:Q"))
    ).properties(width=width if width > 400 else width - 100, height=130)


charts.show(
    dots,
    title="Raking goes a small part of the way to all orders",
    alternative=f"All orders: {truth:.1f}%. "
    + "; ".join(
        f"{row.route} {row.share:.1f}% ({row.low:.1f} to {row.high:.1f})"
        for row in compared.itertuples()
    )
    + ".",
    note="The broken line is the answer key.",
    data=compared,
    columns={name: Column(digits=1) for name in ("share", "low", "high")},
)

# %% [markdown]
# ## Did your weights fail, or was it not their job?
#
# Test the code where you know what should come out.
# Pretend that silence depends on age alone, and strongly; then that it depends on the mark as well.
#
# **Task.** Write a function `survey(chance)` that takes the chance of an answer for each row of `everybody`, lets chance decide who answers, and returns the raw share and the share weighted by age.
# Run it two hundred times with the chances `0.05`, `0.10`, `0.20` and `0.40` from the youngest to the oldest (keep the mean of both shares as `age_only`), and as often with these chances multiplied by `1.3` for the satisfied and by `0.7` for the others (`age_and_mark`).


# %% tags=["solution"]
def survey(chance):
    """Return the raw and the weighted share of one simulated survey, in percent."""
    rows = everybody[rng.random(len(everybody)) < chance]
    inside = rows.groupby("age")["satisfied"].mean()
    weighted = (inside * targets["age"]).sum()
    return 100 * rows["satisfied"].mean(), 100 * weighted


by_years = everybody["age"].map(
    {"under 35": 0.05, "35-49": 0.10, "50-64": 0.20, "65+": 0.40}
)
by_mark = by_years * np.where(everybody["satisfied"], 1.3, 0.7)
age_only = np.mean([survey(by_years) for _ in range(200)], axis=0)
age_and_mark = np.mean([survey(by_mark) for _ in range(200)], axis=0)
pd.DataFrame(
    {"age alone": age_only, "age and mark": age_and_mark, "truth": truth},
    index=["raw", "weighted"],
).round(1)

# %% [markdown]
# With silence by age alone the weights take the whole error away; the code is right.
# With silence by the mark they take the part of age and leave the rest, however carefully you rake.
#
# ## What the rest is worth
#
# **Task.** How many answers of a random sample, answered by all, err as little as the raw e-mails do?
# Set the standard error $\sqrt{p(1-p)/n}$ equal to the bias, with the truth as $p$; keep the number as `equivalent`.

# %% tags=["solution"]
bias = scores.loc["mail", "share"] - truth
equivalent = truth * (100 - truth) / bias**2
print(f"a bias of {bias:.1f} points: as good as {equivalent:.0f} answers by lot")

# %% [markdown]
# ## Against the answer key

# %%
print(
    f"truth {truth:.1f}; raw {scores.loc['mail', 'share']:.1f}; "
    f"raked {raked_share:.1f}; call-back {scores.loc['call', 'share']:.1f}"
)
assert scores.loc["call", "low"] < truth < scores.loc["call", "high"], (
    "the call-backs, drawn by lot and mostly answered, should hold the truth"
)
assert truth < low < high, "the raked e-mails should miss it"
assert truth < raked_share < scores.loc["mail", "share"], (
    "raking should go a part of the way, in the right direction"
)
assert abs(age_only[1] - truth) < 0.3 < abs(age_only[0] - truth), (
    "where age alone decides, weighting by age should mend the share"
)
assert age_and_mark[1] - truth > 3, "where the mark decides, it should not"

# %% [markdown]
# ## Key points
#
# - Report the share of the two best marks with its Wilson interval and its number of answers.
# - Weights mend the silence that goes with what you know of everybody, and no more.
# - A weight that changes little proves that the traits explain little; it does not prove that nobody is missing.
# - A small sample drawn by lot, by a route that most people answer, shows the rest. Budget for it.
# - Test survey code on silence that you made yourself: then you know what should come out.
