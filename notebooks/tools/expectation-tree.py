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
#     title: "From remarks to measures: an expectation tree, and a measure that nobody feels"
#     minutes: 45
#     questions:
#       - By which criteria do customers judge a delivery, and which of them are measured?
#       - Does a faster parcel please, or only a punctual one?
#     objectives:
#       - Group coded remarks into criteria, and see what a search for words misses.
#       - Put a measure with its value beside each criterion, or write that there is none.
#       - Tell a felt measure from one that only goes along with it.
#       - Take an average of criteria apart.
#     prerequisites:
#       - You can merge, group and filter pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, the customers of edition "class" writing in English, and edition "study" for the marks; an invented company, synthetic customers.
# ---

# %%
import textwrap

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

written = cxdata.generate(
    "tilmarenne",
    customers=4_000,
    seed=7,
    locale="en_GB",
    tables=["verbatims", "passages"],
)
remarks = written.truth["latents/passages"].merge(
    written["verbatims"][["verbatim_id", "text"]], on="verbatim_id"
)
remarks = remarks[remarks["aspect"] == "delivery"].copy()
remarks["words"] = [
    text[int(start) : int(end)]
    for text, start, end in zip(
        remarks["text"], remarks["start"], remarks["end"], strict=True
    )
]
remarks["kind"] = remarks["family"].astype(str).str.split(".").str[1]
kinds = {
    "day": "d_long_late d_long_late2 date_moved days_late no_show "
    "occasion_missed plain_late waited_in on_time d_casual_good",
    "told": "poor_tracking tracking_good rang_ahead message_wish",
    "hour": "wide_slot d_long_bad no_evening slot_wish good_slot easy_rearrange",
    "hand": "bell_not_rung d_casual_bad kerbside_only left_in_view "
    "odd_neighbour rough_driver van_damage driver_friendly safe_place "
    "carried_in old_one_taken",
    "soon": "long_lead slow_general speedy early d_long_good",
}
remarks[["kind", "polarity", "words"]].sample(6, random_state=1)

# %% [markdown]
# Each row is a remark about delivery in a customer's text: its words, whether it blames or praises, and what kind of remark it is.
# The kinds come from the answer key, as if two readers had coded the texts.
# `kinds` groups them into criteria; what is too general stands in none.
#
# ## Criteria, with counts
#
# **Task.** Turn `kinds` into a column `criterion` of `remarks`. Count blame and praise by criterion, most blamed first.

# %% tags=["solution"]
of = {kind: name for name, listed in kinds.items() for kind in listed.split()}
remarks["criterion"] = remarks["kind"].map(of)
counts = remarks.groupby(["criterion", "polarity"], observed=True).size().unstack()
counts.sort_values("negative", ascending=False)

# %% [markdown]
# ## The company's words
#
# Logistics would search the texts for "delay", "late", "lead time" and "deadline".
#
# **Task.** Of the remarks that blame the day, which share contains one of these words? Print five that do not.

# %% tags=["solution"]
day = remarks[(remarks["criterion"] == "day") & (remarks["polarity"] == "negative")]
pattern = r"\bdelay|\blead time|\bdeadline|\blate\b"
found = day["words"].str.contains(pattern, case=False)
print(f"{found.mean():.0%} of {len(day)}")
for words in day.loc[~found, "words"].head(5):
    print(textwrap.fill(words, 72, initial_indent="- ", subsequent_indent="  "))

# %% [markdown]
# ## Measures
#
# Now the systems: every parcel with its dates, and the marks that customers gave on the call-back.

# %%
data = cxdata.edition("tilmarenne", "study")
surveys, items = data["surveys"], data["survey_items"]
called = surveys[surveys["programme"] == "callback_after_order"]
marks = items.loc[items["item"] == "delivery", ["survey_id", "answer"]]
rows = (
    called[["survey_id", "order_id"]]
    .merge(marks.dropna(), on="survey_id")
    .merge(data["deliveries"], on="order_id")
    .merge(data["orders"][["order_id", "ordered_at"]], on="order_id")
)
rows["mark"] = rows["answer"].astype(float)

# %% [markdown]
# **Task.** Add `days`, from the day of the order to `delivered_on`. Give the share of parcels on the promised day or before, the share undamaged, and the mean of `days`.

# %% tags=["solution"]
ordered = rows["ordered_at"].dt.normalize()
rows["days"] = (pd.to_datetime(rows["delivered_on"]) - ordered).dt.days
print(f"on the day {1 - rows['is_late'].mean():.1%}")
print(f"undamaged {1 - rows['is_damaged'].mean():.1%}")
print(f"mean days {rows['days'].mean():.1f}")

# %% [markdown]
# ## Which measure is felt?
#
# **Task.** Write a function `slope(rows)` that returns how many marks a day more goes with, by least squares, and its standard error. Apply it to all parcels as `plain`, and to those that were not late as `fair`.


# %% tags=["solution"]
def slope(rows):
    """Return the slope of the mark per day and its standard error."""
    x = rows["days"] - rows["days"].mean()
    value = (x * rows["mark"]).sum() / (x**2).sum()
    rest = rows["mark"] - rows["mark"].mean() - value * x
    error = np.sqrt((x**2 * rest**2).sum()) / (x**2).sum()
    return value, error


plain, fair = slope(rows), slope(rows[~rows["is_late"]])
for name, (value, error) in {"all": plain, "on the day": fair}.items():
    low, high = value - 1.96 * error, value + 1.96 * error
    print(f"{name}: {value:+.2f} marks a day, from {low:+.2f} to {high:+.2f}")

# %% [markdown]
# **Task.** Draw the mean mark by days, ten and more together, for both groups.

# %% tags=["solution"]
groups = {"all": rows, "on the day": rows[~rows["is_late"]]}
drawn = pd.concat(
    part.groupby(part["days"].clip(1, 10))["mark"]
    .mean()
    .reset_index()
    .assign(parcels=name)
    for name, part in groups.items()
)


def lines(width):
    return (
        alt.Chart(drawn)
        .mark_line(point=True)
        .encode(
            x=alt.X("days:Q", title="Days, ten and more together"),
            y=alt.Y("mark:Q", scale=alt.Scale(domain=[0, 10]), title="Mean mark"),
            color=alt.Color(
                "parcels:N",
                scale=alt.Scale(
                    domain=list(groups), range=[charts.BAD, charts.GOOD]
                ),
            ),
        )
        .properties(width=width, height=220)
    )


charts.show(
    lines,
    title="With the day kept, days do not matter",
    alternative="Mean marks after one day and after ten or more: "
    + "; ".join(
        f"{name} {part['mark'].iloc[0]:.1f} and {part['mark'].iloc[-1]:.1f}"
        for name, part in drawn.groupby("parcels")
    )
    + ".",
    data=drawn,
    columns={"mark": Column(digits=1)},
)

# %% [markdown]
# Late parcels take more days, so a line through all parcels falls although days as such go with nothing.
#
# ## An index
#
# **Task.** Take the mean of three shares, on the day, undamaged, and within three days, as `before`; then pretend that each parcel came a day sooner with the promise unchanged, which spares no late one in this index, and give `after`.

# %% tags=["solution"]
kept = [~rows["is_late"], ~rows["is_damaged"]]
before = np.mean([share.mean() for share in [*kept, rows["days"] <= 3]])
after = np.mean([share.mean() for share in [*kept, rows["days"] <= 4]])
print(f"{before:.1%} before, {after:.1%} after")

# %% [markdown]
# ## Against the answer key
#
# The key has what each customer felt about the delivery, `felt_delivery`, before it became a mark.
# Look at it now, not before.
#
# **Task.** Merge `data.truth["latents/orders"]` with the rows on `order_id`, as `judged`. Keep the means of `felt_delivery` of late and of other parcels as `felt`, and the parcels that kept the day as `punctual`. How does the feeling go with days among these?

# %% tags=["solution"]
judged = rows.merge(
    data.truth["latents/orders"][["order_id", "felt_delivery"]], on="order_id"
)
felt = judged.groupby("is_late")["felt_delivery"].mean()
punctual = judged[~judged["is_late"]]
print(f"late {felt[True]:+.2f}, others {felt[False]:+.2f}")
print(f"days {punctual['days'].corr(punctual['felt_delivery']):+.3f}")

# %%
assert felt[True] < felt[False] - 0.5, "lateness should be felt"
assert abs(punctual["days"].corr(punctual["felt_delivery"])) < 0.05, (
    "with the day kept, days should not be felt"
)
assert plain[0] + 1.96 * plain[1] < 0, "the plain slope should tempt"
assert abs(fair[0]) < 0.05, "the fair slope should be close to nought"

# %% [markdown]
# ## Key points
#
# - A criterion is what the customer would check, in the customer's words.
# - Searching for the company's words finds a part of what is said about a criterion.
# - Write "no measure yet" where there is none; a neighbour's measure hides the gap.
# - A measure may go along with a felt one without being felt: compare with the felt one held still.
# - An average of criteria moves with any of them, felt or not.
