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
#     title: "Corrected, and back again: an audit with its margins, its open findings and its relapses"
#     minutes: 50
#     questions:
#       - Which standards are not lived, and how sure is the share?
#       - Does a fault that was reported as corrected stay away?
#     objectives:
#       - Bootstrap shops, and see why items are not the sample.
#       - Compute by hand the share of findings that are still open, with unfinished ones in the count.
#       - Measure relapse within standards.
#       - Recognise regression to the mean from both ends.
#     prerequisites:
#       - You can group, shift and merge pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic audits, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
audits = data["audits"].copy()
for name in ("audited_on", "due_on", "corrected_on"):
    audits[name] = pd.to_datetime(audits[name])
audits["met"] = audits["is_conform"].astype(float)
last_day = pd.Timestamp("2025-03-31")
audits[
    [
        "audit_number",
        "store_id",
        "audited_on",
        "standard",
        "met",
        "severity",
        "corrected_on",
    ]
].iloc[[0, 1, 7, 8]]

# %% [markdown]
# One row is one standard in one audit; every shop is audited in spring and in autumn of both years.
#
# ## Which standards are not lived?
#
# **Task.** Give the share of audits that met each standard, and its interval by a bootstrap of shops: draw as many shops as there are, with replacement, a thousand times, and take the outer quantiles of their mean. Keep it as `lived`, lowest first, with the columns `met`, `low` and `high`. Compare the width of the overall interval with that of items taken as independent; keep both widths as `by_shop` and `by_item`.

# %% tags=["solution"]
draw = np.random.default_rng(7)
by = audits.pivot_table(
    index="store_id", columns="standard", values="met", observed=True
)
picked = draw.integers(0, len(by), (1_000, len(by)))
means = by.to_numpy()[picked].mean(axis=1)
low, high = np.quantile(means, [0.025, 0.975], axis=0)
lived = pd.DataFrame({"met": by.mean(), "low": low, "high": high})
lived = lived.sort_values("met")
whole = np.quantile(means.mean(axis=1), [0.025, 0.975])
by_shop = whole[1] - whole[0]
share = audits["met"].mean()
by_item = 2 * 1.96 * np.sqrt(share * (1 - share) / len(audits))
print(f"all items {share:.1%}; width by shop {by_shop:.3f}, by item {by_item:.3f}")
lived.round(2)

# %% [markdown]
# Items of one shop resemble each other, so the honest interval is the wider one.
#
# ## How long do findings stay open?
#
# **Task.** Keep the faults as `faults`, with `closed` (whether a correction is on record) and `days` (from audit to correction, or to the end of the record, `last_day`). Write a function `still_open(part)` that returns, for each day on which something was closed, the share still open. Draw both severities.

# %% tags=["solution"]
faults = audits[audits["met"] == 0].copy()
faults["closed"] = faults["corrected_on"].notna()
until = faults["corrected_on"].fillna(last_day)
faults["days"] = (until - faults["audited_on"]).dt.days


def still_open(part):
    """Return the share of cases still open after each day."""
    closing = np.sort(part.loc[part["closed"], "days"].unique())
    left = [
        1
        - ((part["days"] == day) & part["closed"]).sum()
        / (part["days"] >= day).sum()
        for day in closing
    ]
    return pd.DataFrame(
        {"days": np.r_[0, closing], "percent": 100 * np.r_[1, np.cumprod(left)]}
    )


curves = pd.concat(
    still_open(part).assign(severity=str(name))
    for name, part in faults.groupby("severity", observed=True)
)
seen = curves[curves["days"] <= 120]


def steps(width):
    return (
        alt.Chart(seen)
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("days:Q", title="Days after the audit"),
            y=alt.Y("percent:Q", title="Still open, %"),
            color=alt.Color(
                "severity:N",
                sort=["minor", "major"],
                scale=alt.Scale(range=[charts.GOOD, charts.BAD]),
            ),
        )
        .properties(width=width, height=200)
    )


at = [10, 30, 90]
table = pd.DataFrame(
    {
        name: [part.loc[part["days"] <= day, "percent"].iloc[-1] for day in at]
        for name, part in curves.groupby("severity")
    }
).assign(days=at)[["days", "minor", "major"]]
charts.show(
    steps,
    title="Major findings close sooner, and not all close",
    alternative="Share still open after "
    + "; ".join(
        f"{row.days} days: minor {row.minor:.0f} %, major {row.major:.0f} %"
        for row in table.itertuples()
    )
    + ".",
    data=table,
    columns={"minor": Column(unit="percent"), "major": Column(unit="percent")},
)

# %% [markdown]
# ## Do they stay away?
#
# **Task.** Sort by shop, standard and date, and put beside each row whether the next audit met the line, as `next_met`, and its day. Among rows with a next audit, keep as `relapse` the share of faults at the next audit by `state`: `fine`, `open` and `corrected` before that day.

# %% tags=["solution"]
rows = audits.sort_values(["store_id", "standard", "audited_on"])
line = rows.groupby(["store_id", "standard"], observed=True)
rows = rows.assign(
    next_met=line["met"].shift(-1), next_on=line["audited_on"].shift(-1)
).dropna(subset=["next_met"])
rows["state"] = np.select(
    [rows["met"] == 1, rows["corrected_on"] < rows["next_on"]],
    ["fine", "corrected"],
    "open",
)
relapse = 1 - rows.groupby("state")["next_met"].mean()
pd.DataFrame({"lines": rows["state"].value_counts(), "fault again": relapse}).round(
    2
)

# %% [markdown]
# Reported as corrected or not, a fault comes back about equally often, and more often than it comes where there was none.
# Hard standards fail more anyway, though: compare within standards.
#
# **Task.** Within each standard, subtract the relapse of `fine` lines from that of lines with a fault, weigh the differences by the standards' number of lines, and keep the result as `habit`. Bootstrap shops two hundred times for its interval, as `habit_low` and `habit_high`. This interval is not computed so on the page.


# %% tags=["solution"]
def relapse_within(part):
    """Return the difference of relapse within standards."""
    share = (
        1
        - part.groupby(["standard", part["met"] == 0], observed=True)["next_met"]
        .mean()
        .unstack()
    )
    weight = part["standard"].value_counts(normalize=True)
    return ((share[True] - share[False]) * weight).sum()


habit = relapse_within(rows)
of_shop = dict(list(rows.groupby("store_id")))
shops = list(of_shop)
again = [
    relapse_within(pd.concat([of_shop[shop] for shop in draw.choice(shops, 84)]))
    for _ in range(200)
]
habit_low, habit_high = np.quantile(again, [0.025, 0.975])
print(f"habit {habit:+.3f}, from {habit_low:+.3f} to {habit_high:+.3f}")

# %% [markdown]
# ## The follow-up audit
#
# **Task.** Let `quarter` be a fourth of the number of shops, and keep that many shops with the worst first audit as `worst`, with the best as `best`. Give the mean share of both in each of the four rounds as `rounds`, and keep the shares of shops by round as `score`.

# %% tags=["solution"]
audits["round"] = audits.groupby("store_id")["audited_on"].rank("dense").astype(int)
score = audits.pivot_table(index="store_id", columns="round", values="met")
quarter = len(score) // 4
worst = score[1].nsmallest(quarter).index
best = score[1].nlargest(quarter).index
rounds = pd.DataFrame(
    {"worst": score.loc[worst].mean(), "best": score.loc[best].mean()}
)
rounds.round(2)

# %% [markdown]
# The worst rise, and the best fall as far: that is the signature of chance, not of an audit.
#
# ## Against what must hold
#
# Nothing is planted in this table as an effect.
# But the generator knows how good each shop's service is, and that is checked here, with what the page says.

# %%
quality = data.truth["latents/stores"].set_index("store_id")["service_points"]
hit = set(worst) & set(quality.nsmallest(quarter).index)
four = score.mean(axis=1).nsmallest(quarter).index
hit_by_four = set(four) & set(quality.nsmallest(quarter).index)
print(f"weakest service found by one audit: {len(hit)} of {quarter}")
print(f"by four audits: {len(hit_by_four)} of {quarter}")
assert by_shop > 1.3 * by_item, "shops should be the sample, not items"
assert lived.index[0] == "second_till_opened_in_time"
assert relapse["corrected"] > relapse["fine"] and habit_low > 0, (
    "faults should come back where they were"
)
assert relapse["corrected"] > relapse["open"] - 0.15, (
    "no great benefit of a reported correction should show"
)
rise = rounds.loc[2, "worst"] - rounds.loc[1, "worst"]
fall = rounds.loc[1, "best"] - rounds.loc[2, "best"]
assert rise > 0.08 and abs(rise - fall) < 0.05, (
    "both ends should move to the middle about alike"
)
assert len(hit_by_four) >= len(hit), "four audits should find no fewer than one"

# %% [markdown]
# ## Key points
#
# - Shops are the sample. Bootstrap shops, and the interval tells the truth about how much you know.
# - Findings that are still open belong in the count; without them every delay looks short.
# - "Corrected" is a word in a form until the same line holds at the next audit.
# - Worst shops rise and best shops fall with nobody doing anything: a follow-up needs a comparison.
