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
#     title: "Kano in two waves: pairs, coefficients, and a delight that became a duty"
#     minutes: 50
#     questions:
#       - Which of fifteen services would customers miss, and which would delight them?
#       - What changed from one wave to the next, and for whom?
#     objectives:
#       - Turn pairs of answers into categories with the evaluation table.
#       - Compute better and worse with Wilson intervals, and test the lead of a category.
#       - Compare two waves and five segments without mixing them.
#       - Judge the reading of every pair by the answer key.
#     prerequisites:
#       - You can merge, group and pivot pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, synthetic customers.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
pairs = data["kano_answers"].merge(
    data["customers"][["customer_id", "segment"]], on="customer_id"
)
answers = ["like", "must_be", "neutral", "live_with", "dislike"]
pairs[["customer_id", "wave", "attribute", "functional", "dysfunctional"]].head()

# %% [markdown]
# Each customer judged fifteen attributes: `functional` is the feeling if it is there, `dysfunctional` if it is not.
# Each was asked in one `wave` only.
#
# ## From pairs to letters
#
# **Task.** Write the evaluation table as a data frame `grid`, rows for the functional answer and columns for the dysfunctional one, in the order of `answers`. Merge its letters with the pairs and keep them as the column `letter`. How often does each letter occur?

# %% tags=["solution"]
grid = pd.DataFrame(
    [list(row) for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")],
    index=pd.Index(answers, name="functional"),
    columns=pd.Index(answers, name="dysfunctional"),
)
letters = grid.stack().rename("letter").reset_index()
pairs = pairs.merge(letters, on=["functional", "dysfunctional"])
pairs["letter"].value_counts(normalize=True).round(3)

# %% [markdown]
# ## Counts, lead, coefficients
#
# **Task.** Write a function `kano(rows)` that returns, for pairs on one attribute: their number, the leading letter, whether its lead over the second is more than $1.96 \sqrt{a + b}$, better and worse. Apply it to each attribute in the later wave, keep the result as `now`, and sort by worse.


# %% tags=["solution"]
def kano(rows):
    """Return the leading letter, its lead, better and worse of one attribute."""
    n = rows["letter"].value_counts().reindex(list("MOAIRQ"), fill_value=0)
    first, second = n.sort_values(ascending=False).iloc[:2]
    usable = n[list("MOAI")].sum()
    return pd.Series(
        {
            "pairs": len(rows),
            "leading": n.idxmax(),
            "clear": first - second > 1.96 * np.sqrt(first + second),
            "better": (n["A"] + n["O"]) / usable,
            "worse": -(n["O"] + n["M"]) / usable,
        }
    )


waves = {wave: rows for wave, rows in pairs.groupby("wave")}
by_attribute = waves["2024"].groupby("attribute")[["letter"]]
now = by_attribute.apply(kano).sort_values("worse")
now

# %% [markdown]
# **Task.** Better is a share of the usable pairs. Write `wilson(share, n)`, which returns both ends of its Wilson interval, and give the interval of better for the plant guarantee in the later wave; `usable` pairs are those with one of the letters M, O, A, I.


# %% tags=["solution"]
def wilson(share, n, z=1.96):
    """Return both ends of the Wilson interval."""
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return centre - z / (1 + z**2 / n) * half, centre + z / (1 + z**2 / n) * half


plants = waves["2024"][waves["2024"]["attribute"] == "plant_guarantee"]
usable = plants["letter"].isin(list("MOAI")).sum()
low, high = wilson(now.loc["plant_guarantee", "better"], usable)
print(f"better {now.loc['plant_guarantee', 'better']:.2f}, {low:.2f} to {high:.2f}")

# %% [markdown]
# ## What moved
#
# **Task.** For each attribute give the share of the letter A in both waves, and the difference with its standard error, the root of the sum of $p(1-p)/n$ over both. Keep it as `moved`. Which differences are larger than $1.96$ errors?

# %% tags=["solution"]
share = {
    w: (r["letter"] == "A").groupby(r["attribute"]).mean() for w, r in waves.items()
}
size = {w: r["customer_id"].nunique() for w, r in waves.items()}
moved = pd.DataFrame(share)
moved["change"] = moved["2024"] - moved["2023"]
moved["error"] = np.sqrt(
    sum(moved[w] * (1 - moved[w]) / size[w] for w in ("2023", "2024"))
)
moved["beyond chance"] = moved["change"].abs() > 1.96 * moved["error"]
moved.sort_values("change").round(3).head()

# %% [markdown]
# With fifteen differences, chance alone would take most of one beyond this bound; a change of ten errors is another matter.
# Collection within two hours is no delight any more.
# Mixed into one survey, both waves would have told neither story.
#
# ## For whom
#
# **Task.** In the later wave, give the leading letter by attribute and segment as a table `leading`, and mark with a star those whose lead is clear. In how many attributes does a segment lead clearly with another letter than all customers together?

# %% tags=["solution"]
cells = waves["2024"].groupby(["attribute", "segment"])[["letter"]].apply(kano)
cells["shown"] = cells["leading"] + np.where(cells["clear"].astype(bool), "*", "")
leading = cells["shown"].unstack()
overall = cells.index.get_level_values("attribute").map(now["leading"])
other = cells[cells["clear"].astype(bool) & (cells["leading"] != overall)]
different = other.index.get_level_values("attribute").unique()
print(f"{len(different)} attributes with a segment of its own")
leading

# %% [markdown]
# **Task.** Draw better against worse for the expert in the shop, one dot a segment.

# %% tags=["solution"]
expert = cells.loc["expert_advice_in_shop"].reset_index()
expert["loss"] = -expert["worse"].astype(float)
expert["better"] = expert["better"].astype(float)


def dots(width):
    base = alt.Chart(expert).encode(
        x=alt.X("loss:Q", scale=alt.Scale(domain=[0, 1]), title="Worse, no sign"),
        y=alt.Y("better:Q", scale=alt.Scale(domain=[0.2, 0.8]), title="Better"),
    )
    names = base.mark_text(dy=-14).encode(text="segment:N")
    return (base.mark_point(size=90, opacity=1) + names).properties(
        width=width, height=240
    )


charts.show(
    dots,
    title="The same expert is a duty, a bonus or nothing, depending on who comes",
    alternative="Better and worse of the expert in the shop: "
    + ", ".join(
        f"{row.segment} {row.better:.2f} and {row.worse:.2f}"
        for row in expert.itertuples()
    )
    + ".",
    data=expert[["segment", "pairs", "better", "worse"]],
    columns={"better": Column(digits=2), "worse": Column(digits=2)},
)

# %% [markdown]
# ## Against the answer key
#
# The key holds what each attribute truly is to each respondent, and whether an answer slipped by a step.
# Look at it now, not before.
#
# **Task.** Merge `data.truth["latents/kano_answers"]` with the pairs on `kano_answer_id`, as `judged`, and cross the true `category` with your letter. Keep as `misread` which pairs have another letter than the first of their category. Which share is it, and which part of them does the letter Q show?

# %% tags=["solution"]
judged = pairs.merge(data.truth["latents/kano_answers"], on="kano_answer_id")
misread = judged["letter"] != judged["category"].str[0].str.upper()
print(
    f"misread {misread.mean():.1%},"
    f" of which {(judged.loc[misread, 'letter'] == 'Q').mean():.0%} are Q"
)
pd.crosstab(judged["category"], judged["letter"], normalize="index").round(2)

# %%
collect = judged[judged["attribute"] == "click_and_collect_in_2_hours"]
truth = (collect["category"] == "attractive").groupby(collect["wave"]).mean()
change = moved.loc["click_and_collect_in_2_hours"]
print(
    f"true change {truth['2024'] - truth['2023']:+.2f}, seen {change['change']:+.2f}"
)
assert change["change"] + 1.96 * change["error"] < -0.1, (
    "the delight should be gone"
)
seen = 1 - misread[judged["category"] == "attractive"].mean()
assert abs(change["change"] - seen * (truth["2024"] - truth["2023"])) < 0.04, (
    "slips should shrink the change by the share of pairs read rightly"
)
true_leader = (
    judged[judged["wave"] == "2024"]
    .groupby("attribute")["category"]
    .agg(lambda kinds: kinds.value_counts().idxmax()[0].upper())
)
assert (true_leader == now["leading"].reindex(true_leader.index)).all(), (
    "with this many respondents every leading category should be right"
)

# %% [markdown]
# ## Key points
#
# - Two questions tell two things: better, whom the presence pleases; worse, whom the absence displeases.
# - Test the lead of a category before you print it; report better and worse with intervals.
# - Never mix waves: a delight can become a duty within a year.
# - Split by segment when you have enough of each; the category of all may be that of nobody.
# - Contradictions are few and show; slips are many and do not, and they shrink what you see.
