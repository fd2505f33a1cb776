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
#     title: "Alarm or chance: limits for complaints, built by hand"
#     minutes: 60
#     questions:
#       - Does a rise in complaints ask for a cause, or for patience?
#       - What does the complaint rate say about how dissatisfied customers are?
#     objectives:
#       - Turn counts into rates, and build the limits of a u-chart by hand.
#       - Stretch the limits where months move more than pure chance.
#       - Count the false alarms of arrows and of limits on months in which nothing happens.
#       - Compare what is said with what is felt, by the answer key.
#     prerequisites:
#       - You can group and join pandas data frames, and know what a standard deviation is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "study", 40,000 customers; an invented company, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, control
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "study")
complaints, orders = data["complaints"], data["orders"]

# %% [markdown]
# ## Counts and rates
#
# **Task.** Make `months`, one row per month of the two years, with the number of `complaints` received in it and the number of `orders`, in thousands. Leave out what was received later. Add the `rate`, complaints per thousand orders, and show February and March of the second year.

# %% tags=["solution"]
in_window = complaints[complaints["received_at"] < pd.Timestamp("2025-01-01")]
months = pd.DataFrame(
    {
        "complaints": in_window.groupby(
            in_window["received_at"].dt.to_period("M")
        ).size(),
        "orders": orders.groupby(orders["ordered_at"].dt.to_period("M")).size()
        / 1000,
    }
)
months["rate"] = months["complaints"] / months["orders"]
months.loc["2024-02":"2024-03"].round(2)

# %% [markdown]
# A fourth more complaints, a fourth more orders.
#
# ## Limits by hand
#
# The first eleven months set the centre $\bar u$: all their complaints divided by all their thousands of orders.
# If complaints came by pure chance, the rate of a month with $n_t$ thousand orders would have the standard deviation $\sqrt{\bar u / n_t}$.
#
# **Task.** Compute the centre from the first eleven months as `centre`, and that standard deviation as column `error` of `months`. How far is each month from the centre, in such deviations? Keep it as column `score`.

# %% tags=["solution"]
quiet = months.iloc[:11]
centre = quiet["complaints"].sum() / quiet["orders"].sum()
months["error"] = np.sqrt(centre / months["orders"])
months["score"] = (months["rate"] - centre) / months["error"]
months["score"].round(1).to_frame().T

# %% [markdown]
# Real months may move more than pure chance, or less.
# The mean distance between neighbours tells: for independent draws of a standard normal it is about one and an eighth.
#
# **Task.** Take the mean absolute difference of the first eleven scores from one month to the next, divide it by $2 / \sqrt{\pi}$, and keep it as `stretch`. Then add the columns `low` and `high`: the centre less and plus three stretched errors. Which months are outside? Keep the claim for each month as `outside`.

# %% tags=["solution"]
stretch = months["score"].iloc[:11].diff().abs().mean() / (2 / np.sqrt(np.pi))
months["low"] = centre - 3 * stretch * months["error"]
months["high"] = centre + 3 * stretch * months["error"]
outside = (months["rate"] > months["high"]) | (months["rate"] < months["low"])
print(
    f"stretch {stretch:.2f}; outside: {[str(one) for one in months.index[outside]]}"
)

# %% [markdown]
# **Task.** Draw the rates with their band.

# %% tags=["solution"]
drawn = months.reset_index(names="month")
drawn["month"] = drawn["month"].dt.to_timestamp()


def band(width):
    base = alt.Chart(drawn).encode(x=alt.X("month:T", title=None))
    y = alt.Y("low:Q", title="Complaints per thousand orders")
    return (
        base.mark_area(opacity=0.2, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
        + base.mark_line(color=charts.INK, point=True).encode(y="rate:Q")
    ).properties(width=width, height=220)


charts.show(
    band,
    title="Two Decembers stand outside, March does not",
    alternative=f"Rates by month around {centre:.1f}; outside the band: "
    + ", ".join(
        f"{month} {months.loc[month, 'rate']:.1f}"
        for month in months.index[outside]
    )
    + ".",
    data=drawn[["month", "complaints", "rate", "low", "high"]].assign(
        month=drawn["month"].dt.strftime("%Y-%m")
    ),
    columns={name: Column(digits=1) for name in ("rate", "low", "high")},
)

# %% [markdown]
# ## How often would it cry wolf?
#
# Make months in which nothing happens: complaints by pure chance around the centre, with the real numbers of orders.
#
# **Task.** Draw a thousand such pairs of years with `rng.poisson`. With the limits at the centre plus and minus three `error`, without the stretch, how many months of twenty-four are outside on average? And how many red arrows are there, a rate higher than the month before? Keep both means as `alarms` and `arrows`.

# %% tags=["solution"]
rng = np.random.default_rng(7)
room = months["orders"].to_numpy()
calm = rng.poisson(centre * room, size=(1_000, len(room))) / room
distance = np.abs(calm - centre) / months["error"].to_numpy()
alarms = (distance > 3).sum(axis=1).mean()
arrows = (np.diff(calm, axis=1) > 0).sum(axis=1).mean()
print(f"nothing happens: {alarms:.2f} months outside, {arrows:.1f} red arrows")

# %% [markdown]
# Limits keep silent when nothing happens; arrows cannot.
#
# ## A part within the sum
#
# **Task.** Join the `reason` of the contact to the complaints of the window. Count those about `product_recall` by month, and find the first month that has any. Was it outside the band of all complaints? Keep the answer as `seen`.

# %% tags=["solution"]
reasons = data["contacts"][["contact_id", "reason"]]
named = in_window.merge(reasons, on="contact_id")
recall = named[named["reason"] == "product_recall"]
recall = recall.groupby(recall["received_at"].dt.to_period("M")).size()
seen = bool(outside[recall.index[0]])
print(
    f"{recall.index[0]}: {recall.iloc[0]} complaints about the recall; seen: {seen}"
)

# %% [markdown]
# ## What is felt and what is said
#
# The truth of the run knows which orders left somebody dissatisfied, asked or not: `is_dissatisfied`, and of those `is_silent` where nobody complained.

# %%
truth = data.truth["latents/orders"][["order_id", "is_dissatisfied", "is_silent"]]
known = orders[["order_id", "ordered_at"]].merge(truth, on="order_id")

# %% [markdown]
# **Task.** Add to `months` the dissatisfied per thousand orders of the month as `felt`. Find the month of the last six with the lowest complaint rate, as `lowest`, and say where it stands in `felt`, with its rank among the twenty-four. Give the share of the dissatisfied who were silent, in percent, as `silent`.

# %% tags=["solution"]
months["felt"] = (
    1000
    * known.groupby(known["ordered_at"].dt.to_period("M"))["is_dissatisfied"].mean()
)
lowest = months["rate"].iloc[-6:].idxmin()
rank = int(months["felt"].rank(ascending=False)[lowest])
silent = 100 * known["is_silent"].sum() / known["is_dissatisfied"].sum()
print(
    f"{lowest}: {months.loc[lowest, 'rate']:.1f} complaints and"
    f" {months.loc[lowest, 'felt']:.0f} dissatisfied per thousand orders,"
    f"\nrank {rank} of {len(months)}; {silent:.0f} % silent"
)

# %% [markdown]
# The quietest month of the half-year is one of the worst: its customers were served badly before Christmas, and most said nothing.
#
# ## Against the module and the answer key

# %%
ready = control.rates(months["complaints"], months["orders"], baseline=11)
planted = cxdata.answer_key(data)
planted = planted["silent_dissatisfied"]["planted"]["value"]
print(f"silent: {silent:.1f} % here, {planted:.1f} % in the population")
assert np.allclose(ready["high"], months["high"]), (
    "your limits should be the module's"
)
assert not outside["2024-03"], "March should be within its band"
assert list(months.index[outside].month) == [12, 12], (
    "only Decembers should be outside"
)
assert alarms < 0.3 < 5 < arrows, "arrows should cry wolf and limits should not"
assert not seen, "the recall should hide in the sum"
assert str(lowest) == "2024-11" and months.loc[lowest, "felt"] > 150, (
    "the quietest month should be one of the worst"
)
assert abs(silent - planted) < 1, "the silent should be those of the answer key"

# %% [markdown]
# ## Key points
#
# - Divide by what makes room before you compare two months.
# - A band from quiet months says what your months do when nothing happens; judge the others by it.
# - Arrows from month to month are red half of the time, whatever you do.
# - A sum can be calm while a part burns; a cause that was never there needs no chart.
# - The complaint rate is the voice of a few in a hundred. Ask the others.
