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
#     title: "What the bonus bought: a score, its cards and forty calls"
#     minutes: 50
#     questions:
#       - Did the bonus make buyers happier, or only the score?
#       - Which shops chose who was asked, and what did it earn them?
#     objectives:
#       - Compare the gain of shops drawn by lot with that of the others, on two sources.
#       - Find selective invitations by a count that the score does not show.
#       - Simulate what a goal on a noisy mean pays out in luck, by a line and by a slope.
#     prerequisites:
#       - You can group, merge and pivot pandas data frames, and know what a standard error is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic scores, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

BONUS = 2024  # the year in which shops drawn by lot had a bonus
LINE, ALARM = 4.2, 0.6

data = cxdata.edition("tilmarenne", "class")
shops = data["shop_bonuses"]
shops = shops.assign(year=shops["quarter"].str[:4].astype(int))
drawn = shops.groupby("store_id")["has_bonus"].any()
shops[["store_id", "quarter", "has_bonus", "buyers", "invited", "csat"]].head()

# %% [markdown]
# `csat` is the mean mark of buyers who got a card at the till and answered; `call_csat` that of buyers whom an institute drew by lot.
# Both run from one to five, high is good.
#
# ## Two gains
#
# **Task.** For each source, take each shop's gain from the first year to `BONUS`, and compare the shops `drawn` with the others: difference and standard error. Keep the two differences as a series `gains` and their errors as `errors`.

# %% tags=["solution"]
gains, errors = {}, {}
for source in ("csat", "call_csat"):
    means = shops.pivot_table(index="store_id", columns="year", values=source)
    gain = means[BONUS] - means[BONUS - 1]
    one, other = gain[drawn], gain[~drawn]
    gains[source] = one.mean() - other.mean()
    errors[source] = np.sqrt(one.var() / len(one) + other.var() / len(other))
gains, errors = pd.Series(gains), pd.Series(errors)
pd.DataFrame({"gain": gains.round(3), "error": errors.round(3)})

# %% [markdown]
# ## The cards
#
# **Task.** For the shops drawn, divide the invited share of buyers in `BONUS` by that of the year before, as `ratio`. Flag those under `ALARM` as `few`. Keep the rows with a bonus as `paid`. How far do score and calls lie apart in flagged and in other shops? Keep each shop's mean distance as `gap`, and draw it over `ratio`.

# %% tags=["solution"]
sums = shops.groupby(["store_id", "year"])[["invited", "buyers"]].sum()
share = (sums["invited"] / sums["buyers"]).unstack()
ratio = (share[BONUS] / share[BONUS - 1])[drawn]
few = ratio < ALARM
paid = shops[shops["has_bonus"]]
gap = (paid["csat"] - paid["call_csat"]).groupby(paid["store_id"]).mean()
print(gap.groupby(few).agg(["size", "mean"]).round(2))
seen = pd.DataFrame({"ratio": ratio, "gap": gap}).reset_index()


def dots(width):
    return (
        alt.Chart(seen)
        .mark_point(size=60)
        .encode(
            x=alt.X("ratio:Q", title="Invited share beside the year before"),
            y=alt.Y("gap:Q", title="Score less calls"),
            color=alt.condition(
                f"datum.ratio < {ALARM}",
                alt.value(charts.BAD),
                alt.value(charts.GOOD),
            ),
        )
        .properties(width=width, height=220)
    )


charts.show(
    dots,
    title="Where cards became rare, the score left the calls behind",
    alternative=f"One point per shop; {few.sum()} shops under {ALARM} of their "
    "usual share have scores far above the calls, the others do not.",
    data=seen.head(8),
    columns={"ratio": Column(digits=2), "gap": Column(digits=2, sign=True)},
)

# %% [markdown]
# ## The level
#
# **Task.** How content are buyers of shops with the bonus? Weigh by buyers, once with `csat` as `asked`, once with `call_csat` as `called`.

# %% tags=["solution"]
asked = np.average(paid["csat"], weights=paid["buyers"])
called = np.average(paid["call_csat"], weights=paid["buyers"])
print(f"by cards {asked:.2f}, by calls {called:.2f}")

# %% [markdown]
# ## Luck, by a line and by a slope
#
# The page computes the chance to be paid at a line. What would a slope do?
# Take shops whose true means spread evenly from just under the line to just over it, and measure each by the mean of as many answers as a quarter of calls brings; single marks spread by one point.
#
# **Task.** Draw ten thousand such shops. Rule one pays a hundred from `LINE` on. Rule two pays on a slope, from nought at half a point under the line to a hundred at half a point over it. Compare each payment with that of the true mean, and keep the roots of the mean squared errors, in euros, as `by_line` and `by_slope`. This step is not on the page.

# %% tags=["solution"]
random = np.random.default_rng(7)
answers = paid["call_answers"].mean()
true = random.uniform(LINE - 0.3, LINE + 0.3, 10_000)
measured = true + random.normal(0, 1 / np.sqrt(answers), len(true))


def line(score):
    """Pay all or nothing."""
    return np.where(score >= LINE, 100, 0)


def slope(score):
    """Pay in proportion, over one point."""
    return np.clip(100 * (score - LINE + 0.5), 0, 100)


by_line = np.sqrt(np.mean((line(measured) - line(true)) ** 2))
by_slope = np.sqrt(np.mean((slope(measured) - slope(true)) ** 2))
print(f"off by {by_line:.0f} euros with a line, {by_slope:.0f} with a slope")

# %% [markdown]
# ## Against the answer key
#
# The key knows how content all buyers were, and which teams steered.
# Look at it now, not before.

# %%
key = cxdata.answer_key(data)["satisfaction_behind_the_bonus"]
truth = key["realised"]["value"]
latent = data.truth["latents/shop_bonuses"]
steers = paid.merge(latent, on="shop_quarter_id")
steers = steers.groupby("store_id")["steers"].first()
print(f"all buyers {truth:.2f}; cards {asked:.2f}, calls {called:.2f}")
assert abs(called - truth) < 0.05 < asked - truth, (
    "calls should find the satisfaction of all, cards should not"
)
assert (few == steers).all(), "the invited share should find all who steer"
assert gains["csat"] > 4 * errors["csat"], "the score should rise"
assert abs(gains["call_csat"] - 0.03) < 2 * errors["call_csat"], (
    "the calls should hardly rise: the recipe gives the bonus 0.03 points"
)
assert by_slope < by_line / 2, "a slope should pay less luck than a line"

# %% [markdown]
# ## Key points
#
# - Measure the effect of a bonus on a source that nobody is paid by.
# - Count the invited among all customers; the rate of answers hides who was invited.
# - A line turns small errors of a mean into the whole bonus; a slope turns them into small money.
# - A lot among shops makes the gain of those without a bonus the measure of those with one.
