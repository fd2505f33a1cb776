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
#     title: "From the dashboard to the rows: what does a late parcel do?"
#     minutes: 60
#     questions:
#       - Which movements of a dashboard are more than chance?
#       - How do you get from an indicator that moves to a cause?
#     objectives:
#       - Give every share on a dashboard its interval.
#       - Draw a control chart and read it.
#       - Go from eight quarters to single orders, and compare like with like.
#     prerequisites:
#       - You can filter, group and merge pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
orders, deliveries = data["orders"], data["deliveries"]
surveys, contacts = data["surveys"], data["contacts"]
calendar = data["calendar"]
deliveries[
    ["order_id", "promised_on", "delivered_on", "days_late", "is_late"]
].head()

# %% [markdown]
# ## A share needs its interval
#
# The Wilson interval of a share stays between nought and one, and keeps its promise when the share is small.
# With $k$ of $n$ cases, $\hat p = k / n$ and $z = 1.96$:
#
# $$\frac{\hat p + \frac{z^2}{2n} \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}$$
#
# **Task.** Write it as a function, and apply it to the share of late parcels and the share of contacts settled at once.


# %% tags=["solution"]
def wilson(count, total, z=1.96):
    """Return the ends of the 95 % Wilson interval of a share."""
    share = count / total
    centre = share + z**2 / (2 * total)
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return (centre - half) / (1 + z**2 / total), (centre + half) / (
        1 + z**2 / total
    )


known = deliveries.dropna(subset=["is_late"]).astype({"is_late": bool})
settled = contacts["is_resolved_first_time"].dropna().astype(bool)
for name, column in (
    ("late parcels", known["is_late"]),
    ("settled at once", settled),
):
    low, high = wilson(column.sum(), len(column))
    print(
        f"{name}: {column.mean():.1%}, from {low:.1%} to {high:.1%}, {len(column)} cases"
    )

# %% [markdown]
# ## A control chart
#
# If nothing changed, the share of a month would stray from the overall share by chance alone, nearly always by less than three standard errors.
# Those are the control limits; they are wide in months with few parcels.
# A month outside is worth a question; a single month inside is not, though a long run on one side of the line is.
#
# **Task.** Draw the monthly share of late parcels with its control limits, and name the months outside.

# %% tags=["solution"]
overall = known["is_late"].mean()
month = known["promised_on"].astype("datetime64[ns]").dt.to_period("M")
monthly = (
    known.groupby(month)["is_late"].agg(share="mean", parcels="size").reset_index()
)
monthly = monthly[monthly["parcels"] >= 30]
error = np.sqrt(overall * (1 - overall) / monthly["parcels"])
monthly["lower"] = (overall - 3 * error).clip(lower=0)
monthly["upper"] = overall + 3 * error
monthly["outside"] = ~monthly["share"].between(monthly["lower"], monthly["upper"])
monthly["month"] = monthly["promised_on"].dt.to_timestamp()
monthly["promised_on"] = monthly["promised_on"].astype(str)
out = monthly.loc[monthly["outside"], "promised_on"].tolist()


def control(width):
    base = alt.Chart(monthly).encode(x=alt.X("month:T", title=None))
    limits = base.mark_area(opacity=0.18, color=charts.NEUTRAL).encode(
        y=alt.Y("lower:Q", title="Late parcels", axis=alt.Axis(format=".0%")),
        y2="upper:Q",
    )
    colour = alt.condition(
        "datum.outside", alt.value(charts.BAD), alt.value(charts.GOOD)
    )
    return (
        limits
        + base.mark_line(strokeWidth=1.5, color=charts.NEUTRAL).encode(y="share:Q")
        + base.mark_point(size=70).encode(y="share:Q", color=colour)
    ).properties(width=width, height=230)


charts.show(
    control,
    title=f"Outside the control limits: {', '.join(out) or 'no month'}",
    alternative=f"{len(monthly)} months; outside the limits: {', '.join(out) or 'none'}.",
    note="The band holds what chance does around the overall share.",
    data=monthly[["promised_on", "parcels", "share", "lower", "upper"]],
    columns={name: Column(digits=3) for name in ("share", "lower", "upper")},
)

# %% [markdown]
# A month outside the limits asks for a reason, and the company keeps a log of incidents.
#
# **Task.** List the incidents in `calendar`, each with its first and last day. Which of them fall in a month outside, and how many do not?

# %% tags=["solution"]
log = calendar.dropna(subset=["incident"])
log.groupby("incident", observed=True)["date"].agg(["min", "max"]).sort_values(
    "min"
)

# %% [markdown]
# A log lists what somebody noticed, not what made a difference: read the chart first and the log second, or every entry becomes a cause.
#
# ## From the quarter to the order
#
# A dashboard says that lateness and the score moved together in one quarter.
# The rows say what customers with a late parcel answered.
# Use the call-backs: most people answer them, whatever they think.
#
# **Task.** Among web orders that were called back, give the mean answer from 0 to 10 of late and of punctual parcels, and their difference with its standard error.
# Write it as a function `difference(frame)`, and keep the rows as `rows` and the difference as `naive`.

# %% tags=["solution"]
called = surveys[
    (surveys["programme"] == "callback_after_order") & surveys["answered"]
]
rows = called.merge(known[["order_id", "is_late"]], on="order_id")
rows = rows.merge(orders[["order_id", "is_bulky", "ordered_at"]], on="order_id")


def difference(frame):
    """Return the difference of means, late minus punctual, and its standard error."""
    late = frame.loc[frame["is_late"], "ltr"]
    punctual = frame.loc[~frame["is_late"], "ltr"]
    error = np.sqrt(late.var() / len(late) + punctual.var() / len(punctual))
    return late.mean() - punctual.mean(), error


naive, naive_error = difference(rows)
print(f"{len(rows)} answers, {rows['is_late'].sum()} of them about a late parcel")
print(
    f"late minus punctual: {naive:+.2f} points of 10, standard error {naive_error:.2f}"
)

# %% [markdown]
# Is that what lateness does?
# Only if late and punctual orders are alike in everything else that customers care about.
#
# **Task.** Compare late and punctual orders: how many are bulky, how many were placed in the Christmas business, which `calendar` tells?
# Keep the latter as the column `is_christmas`.

# %% tags=["solution"]
days = calendar.set_index(calendar["date"].astype("datetime64[ns]"))
ordered_on = rows["ordered_at"].astype("datetime64[ns]").dt.normalize()
rows["is_christmas"] = ordered_on.map(days["is_christmas_business"]).astype(bool)
rows.groupby("is_late")[["is_bulky", "is_christmas"]].mean().round(3)

# %% [markdown]
# ## Compare like with like
#
# **Task.** Compute the difference within the four strata of bulky and Christmas orders, and average the differences with the strata's shares of these answers as weights.
# Keep the result as `adjusted` and its standard error as `adjusted_error`.

# %% tags=["solution"]
strata = []
for _, group in rows.groupby(["is_bulky", "is_christmas"]):
    if group["is_late"].sum() >= 2 and (~group["is_late"]).sum() >= 2:
        effect, stratum_error = difference(group)
        strata.append((len(group), effect, stratum_error))
size, effect, stratum_error = map(np.array, zip(*strata, strict=True))
weight = size / size.sum()
adjusted = (weight * effect).sum()
adjusted_error = np.sqrt((weight**2 * stratum_error**2).sum())
print(
    f"like with like: {adjusted:+.2f} points, standard error {adjusted_error:.2f}"
)

# %% [markdown]
# ## Against the answer key
#
# The key knows, for every web order, the answer with a late and with a punctual parcel; the mean of their difference is the effect.

# %%
key = cxdata.answer_key(data)["late_on_recommendation"]
truth = key["realised"]["value"]
print(f"planted effect in this edition: {truth:+.2f} points of 10")
print(f"naive {naive:+.2f}, like with like {adjusted:+.2f}")
assert abs(adjusted - truth) < 3 * adjusted_error

# %% [markdown]
# ## Key points
#
# - A dashboard raises questions; the rows answer them.
# - Control limits keep you from explaining chance.
# - Two indicators that move together in a few quarters prove nothing; single orders, compared like with like, can say more.
# - What you did not stratify by may still be there: the answer key is a luxury of invented companies.
