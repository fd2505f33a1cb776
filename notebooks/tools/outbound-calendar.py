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
#     title: "Would they have ordered anyway? Messages, lots and a subject line"
#     minutes: 60
#     questions:
#       - How many of the orders after a message are the message's doing?
#       - Does a subject line with the reader's name get more mails opened?
#     objectives:
#       - Rebuild from the logs who was within reach of a campaign and was not drawn.
#       - Compare within campaigns, and put an interval around the difference.
#       - Say how large a group left out must be for a message to prove that it pays.
#       - See what repeated looks do to a test.
#     prerequisites:
#       - You can group and merge pandas data frames, and know what a confidence interval is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic messages, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts

data = cxdata.edition("tilmarenne", "class")
campaigns, sends = data["campaigns"], data["campaign_sends"]
customers, orders = data["customers"], data["orders"]
sends = sends.assign(opened=sends["opened_at"].notna())
campaigns.head()

# %% [markdown]
# ## The report
#
# `purchased_within_7_days` says whether the customer ordered on one of the seven days after the message, because of it or not.
#
# **Task.** By channel, count messages and the orders after them, per thousand. Then compare e-mails that were opened with those that were not; keep the two shares as `by_opening`.

# %% tags=["solution"]
followed = sends.groupby("channel")["purchased_within_7_days"]
report = followed.agg(["size", "sum", "mean"])
report["per_1000"] = (1_000 * report["mean"]).round(1)
mails = sends[(sends["channel"] == "email") & sends["is_delivered"]]
by_opening = mails.groupby("opened")["purchased_within_7_days"].mean()
print(report[["size", "sum", "per_1000"]])
print(by_opening.round(4))

# %% [markdown]
# ## Those who were not drawn
#
# Each campaign goes to customers who accept messages, belong to its segment, had joined and had not opted out; of these a part is drawn by lot.
# The card raises the chance to be drawn.
#
# **Task.** Build `rows` for the campaigns by `email` and `post`: one row per campaign and customer within reach, with `campaign_id`, `channel`, `customer_id`, `card`, `got` (was drawn) and `bought` (ordered on day one to seven after `sent_on`).

# %% tags=["solution"]
reach = customers[customers["accepts_email"]]
joined = pd.to_datetime(reach["joined_on"])
out = sends[sends["opted_out"]].groupby("customer_id")["sent_at"].min()
left = reach["customer_id"].map(out)
ordered = orders["ordered_at"].dt.normalize()
parts = []
for one in campaigns[campaigns["channel"].isin(["email", "post"])].itertuples():
    day = pd.Timestamp(one.sent_on)
    meant = reach["segment"].eq(one.target_segment)
    meant |= one.target_segment == "all"
    group = reach[meant & (joined < day) & ~(left < day)]
    drawn = sends.loc[sends["campaign_id"] == one.campaign_id, "customer_id"]
    buyers = orders.loc[(ordered - day).dt.days.between(1, 7), "customer_id"]
    parts.append(
        pd.DataFrame(
            {
                "campaign_id": one.campaign_id,
                "channel": one.channel,
                "customer_id": group["customer_id"],
                "card": group["is_loyalty_member"],
                "got": group["customer_id"].isin(drawn),
                "bought": group["customer_id"].isin(buyers),
            }
        )
    )
rows = pd.concat(parts, ignore_index=True)
print(f"{len(rows):,} chances to be drawn, {rows['got'].mean():.0%} drawn")

# %% [markdown]
# ## What messages change
#
# Within a campaign and with or without the card, drawn and not drawn differ by luck alone.
# Weigh the differences $d_i$ of these strata by their sizes $n_i$; with $w_i = n_i / \sum n$ the variance is $\sum w_i^2 (s^2_{1i} / n_{1i} + s^2_{0i} / n_{0i})$.
#
# **Task.** Write `within(rows, outcome, treatment, strata)` that returns the difference and its standard error. Apply it to `bought` for letters as `letters` and for e-mails as `emails`.


# %% tags=["solution"]
def within(rows, outcome, treatment, strata):
    """Return the mean difference within strata and its standard error."""
    value = rows[outcome].astype(float)
    cells = value.groupby([*(rows[name] for name in strata), rows[treatment]])
    cells = cells.agg(["mean", "var", "size"]).unstack().dropna()
    size = cells["size"].sum(axis=1)
    weight = size / size.sum()
    gap = cells["mean"][True] - cells["mean"][False]
    noise = cells["var"] / cells["size"]
    error = np.sqrt((weight**2 * noise.sum(axis=1)).sum())
    return (weight * gap).sum(), error


strata = ["campaign_id", "card"]
letters = within(rows[rows["channel"] == "post"], "bought", "got", strata)
emails = within(rows[rows["channel"] == "email"], "bought", "got", strata)
for name, (value, error) in {"letters": letters, "emails": emails}.items():
    low, high = value - 1.96 * error, value + 1.96 * error
    print(
        f"{name}: {1e3 * value:+.1f} per 1,000 ({1e3 * low:+.1f}, {1e3 * high:+.1f})"
    )

# %% [markdown]
# Compare with the report, which credits each letter with the orders after it.
#
# ## What would have to be true
#
# What a letter costs and the margin on sales are those of our story.

# %%
LETTER_EUR, MARGIN = 0.60, 0.30

# %% [markdown]
# **Task.** From the mean order of all customers, compute the margin of an order, the break-even of a letter as `even` (extra buyers per letter), and the size of each of two groups that shows it, by the formula below. Keep it as `needed`. Then suppose that only one in ten is left out: how large must that group be, and how many letters go out? This step is not on the page.
#
# $$n = (1.96 + 0.84)^2 \, \frac{p_0 (1 - p_0) + p_1 (1 - p_1)}{(p_1 - p_0)^2}$$

# %% tags=["solution"]
margin = MARGIN * orders["amount_eur"].mean()
even = LETTER_EUR / margin
base = rows.loc[~rows["got"], "bought"].mean()
with_letter = base + even
spread = base * (1 - base), with_letter * (1 - with_letter)
factor = (1.96 + 0.84) ** 2 / even**2
needed = factor * sum(spread)
left_out = factor * (spread[0] + spread[1] / 9)
print(f"break-even {1e3 * even:.1f} extra buyers per 1,000")
print(f"two equal groups: {needed:,.0f} each")
print(
    f"one in ten left out: {left_out:,.0f} left out, {9 * left_out:,.0f} written to"
)

# %% [markdown]
# A small group left out is cheap to have, and needs far more letters in all.
#
# ## The subject line
#
# **Task.** Of the delivered e-mails of campaigns with `is_ab_test`, compare openings of variant B with A: once over all mails as `plain`, once within campaigns as `name` (value and error).

# %% tags=["solution"]
tests = mails.merge(campaigns[["campaign_id", "is_ab_test", "target_segment"]])
tests = tests[tests["is_ab_test"]].assign(b=lambda rows: rows["variant"] == "B")
shares = tests.groupby("b")["opened"].mean()
plain = shares[True] - shares[False]
name = within(tests, "opened", "b", ["campaign_id"])
print(f"plain {100 * plain:+.1f} points")
print(f"within campaigns {100 * name[0]:+.1f}, give or take {196 * name[1]:.1f}")

# %% [markdown]
# B went to most of the wide mailings and to few of the targeted ones.
#
# ## Peeking
#
# **Task.** Take the tests to `all` and pretend that both lines are equal: for each mailing draw the openings of B from those that there were (`random.hypergeometric`), two thousand times. After each mailing compute the difference so far, weighted by size, over its standard error. Keep as `passed` whether it is beyond the 95% limits, by history and look, and as `ever` the share of histories in which it has been so at least once, by number of looks.

# %% tags=["solution"]
wide = tests[tests["target_segment"] == "all"].groupby("campaign_id")
n, b, hits = wide["b"].size(), wide["b"].sum(), wide["opened"].sum()
n, b, hits = (one.to_numpy().astype(int) for one in (n, b, hits))
random = np.random.default_rng(7)
drawn = random.hypergeometric(hits, n - hits, b, (2_000, len(n)))
gap = drawn / b - (hits - drawn) / (n - b)
share = hits / n
noise = share * (1 - share) * n / (n - 1) * (1 / b + 1 / (n - b))
z = np.cumsum(n * gap, axis=1) / np.sqrt(np.cumsum(n**2 * noise))
passed = np.abs(z) > 1.96
ever = np.maximum.accumulate(passed, axis=1).mean(axis=0)
looks = pd.DataFrame({"looks": np.arange(1, len(n) + 1), "ever": ever})


def curve(width):
    return (
        alt.Chart(looks)
        .mark_line(color=charts.BAD)
        .encode(
            x=alt.X("looks:Q", title="Looks"),
            y=alt.Y("ever:Q", title="False winners", axis=alt.Axis(format="%")),
        )
        .properties(width=width, height=200)
    )


charts.show(
    curve,
    title="Each further look is another chance for luck",
    alternative=f"Share of useless tests with a winner: {ever[0]:.0%} after one "
    f"look, {ever[4]:.0%} after five, {ever[-1]:.0%} after {len(ever)}.",
    data=looks[looks["looks"].isin([1, 5, 10, 20])],
)

# %% [markdown]
# ## Against the answer key
#
# For the name in the subject line the key has the truth; for orders the recipe of the data lets no message cause one, so the interval must hold nought.

# %%
truth = cxdata.answer_key(data)["first_name_on_opening"]["realised"]["value"]
print(f"the name's true effect: {100 * truth:+.1f} points")
assert abs(name[0] - truth) < 1.96 * name[1], "within campaigns finds the truth"
assert abs(plain) < truth / 2, "the plain comparison hides most of it"
for value, error in (letters, emails):
    assert abs(value) < 1.96 * error, "no message causes an order here"
assert by_opening[True] > 1.7 * by_opening[False], "openers buy more all the same"
assert ever[-1] > 3 * passed[:, -1].mean(), "many looks err far more than one"

# %% [markdown]
# ## Key points
#
# - An order after a message is not an order because of it; only those left out can tell.
# - A lot that depends on something, such as the card, is fair within it.
# - Ask what a message must bring before you ask whether it did: cheap messages cannot be judged by sales.
# - Compare variants within mailings; shares of variants that differ between mailings mix up mailing and variant.
# - Read a test once, on the day you fixed.
