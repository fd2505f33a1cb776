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
#     title: "Staff and customers: how steep is the line, and who says so?"
#     minutes: 60
#     questions:
#       - How much of customers' recommendation lies between shops?
#       - What does one point of employee experience go with, and why do three analysts find three numbers?
#     objectives:
#       - Split the variance of answers into a part within shops and one between them.
#       - Estimate how reliable a mean of nine people is.
#       - Correct a slope for noise in what it runs on, and give it an interval.
#     prerequisites:
#       - You can filter, group and merge pandas data frames.
#       - You know what a regression line is.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class" for the staff, the 40,000 customers of edition "study" for their answers; an invented company, regenerated without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column

data = cxdata.edition("tilmarenne", "class")
larger = cxdata.edition("tilmarenne", "study")
employees, staff_answers = data["employees"], data["employee_surveys"]
surveys, orders = larger["surveys"], larger["orders"]
staff_answers[["employee_id", "wave", "answered", "experience_score"]].head()

# %% [markdown]
# ## Customers by shop
#
# Use the call-backs after an order: customers are called by lot, so who answers depends little on what they think.
#
# **Task.** Make one row per call-back about an order in a shop, with `store_id` and the recommendation `ltr`; keep it as `called`.
# How many shops are there, and how many answers has the smallest?

# %% tags=["solution"]
asked = surveys[surveys["programme"] == "callback_after_order"]
asked = asked[["order_id", "ltr"]].dropna()
called = asked.merge(orders[["order_id", "store_id"]].dropna(), on="order_id")
called = called.astype({"store_id": int, "ltr": float})
per_shop = called.groupby("store_id")["ltr"].agg(["mean", "var", "size"])
print(f"{len(called)} answers about {len(per_shop)} shops")
print(f"the smallest has {per_shop['size'].min()}")

# %% [markdown]
# ## How much lies between shops
#
# Means of shops differ by chance even if all shops are alike.
# With $MS_w$ the mean square within shops, $MS_b$ that between their means, $N$ answers, $k$ shops of sizes $n_i$, and
#
# $$n_0 = \frac{N - \sum n_i^2 / N}{k - 1}, \qquad \hat\sigma_b^2 = \frac{MS_b - MS_w}{n_0}$$
#
# the part between shops is $\hat\sigma_b^2 / (\hat\sigma_b^2 + MS_w)$.
#
# **Task.** Compute it, and keep it as `part`.
# How large would the variance of the plain shop means suggest it to be?

# %% tags=["solution"]
total, shops = len(called), len(per_shop)
within = (per_shop["var"] * (per_shop["size"] - 1)).sum() / (total - shops)
apart = (per_shop["mean"] - called["ltr"].mean()) ** 2
between = (per_shop["size"] * apart).sum() / (shops - 1)
n_0 = (total - (per_shop["size"] ** 2).sum() / total) / (shops - 1)
shop_variance = (between - within) / n_0
part = shop_variance / (shop_variance + within)
plain = per_shop["mean"].var() / called["ltr"].var()
print(f"between shops: {part:.1%} of the variance")
print(f"the plain means would say {plain:.1%}: chance is in them too")

# %% [markdown]
# ## Staff by shop
#
# An employee may have answered in both autumns; take the mean, so that everybody counts once.
#
# **Task.** Make one row per employee of a shop with the mean of `experience_score`, as `people`.
# Then make one row per shop, as `both`: the staff's mean as `staff`, how many answered as `size`, and the customers' mean as `ltr`.

# %% tags=["solution"]
rows = staff_answers.merge(employees[["employee_id", "store_id"]], on="employee_id")
rows = rows.dropna(subset=["experience_score", "store_id"])
rows = rows.astype({"store_id": int})
people = rows.groupby(["store_id", "employee_id"], as_index=False)[
    "experience_score"
].mean()
by_shop = people.groupby("store_id")["experience_score"].agg(
    ["mean", "var", "size"]
)
both = by_shop.rename(columns={"mean": "staff"}).join(
    called.groupby("store_id")["ltr"].mean()
)
print(f"{len(people)} employees, {both['size'].mean():.1f} a shop")

# %% [markdown]
# ## Three analysts
#
# **Task.** One runs the line over employees, each beside the mean of the shop's customers (`single`).
# One runs it over shops, weighted by how many employees answered (`slope`).
# Write `weighted_slope(frame)` for the second, and compute both.


# %% tags=["solution"]
def centred(frame, column):
    """Return a column around its weighted mean, and the weights."""
    weight = frame["size"] / frame["size"].sum()
    return frame[column] - (weight * frame[column]).sum(), weight


def weighted_slope(frame):
    """Return the slope of customers on staff over shops."""
    x, weight = centred(frame, "staff")
    y, _ = centred(frame, "ltr")
    return (weight * x * y).sum() / (weight * x**2).sum()


each = people.merge(both["ltr"], left_on="store_id", right_index=True)
single = np.polyfit(each["experience_score"], each["ltr"], 1)[0]
slope = weighted_slope(both)
print(f"over employees {single:.2f}, over shops {slope:.2f}")

# %% [markdown]
# ## How reliable is a mean of nine?
#
# Colleagues of one shop differ; the mean of a few of them strays from the shop by a variance of $s^2 / n$, with $s^2$ the pooled variance among colleagues.
# The reliability is the part of the variance of the means that is left:
#
# $$r = 1 - \frac{\sum w_i \, s^2 / n_i}{\sum w_i \, (x_i - \bar x)^2}$$
#
# **Task.** Compute it as `reliability`, and the corrected slope `slope / reliability` as `right`.
# Write both as a function of the frame, `corrected(frame)`; you will need it again.

# %% tags=["solution"]
pooled = (by_shop["var"] * (by_shop["size"] - 1)).sum() / (
    by_shop["size"] - 1
).sum()
both["noise"] = pooled / both["size"]


def corrected(frame):
    """Return the reliability of the staff means and the corrected slope."""
    x, weight = centred(frame, "staff")
    found = 1 - (weight * frame["noise"]).sum() / (weight * x**2).sum()
    return found, weighted_slope(frame) / found


reliability, right = corrected(both)
print(f"reliability {reliability:.2f}, corrected slope {right:.2f}")

# %% [markdown]
# ## An interval
#
# The correction divides by an estimate, so its own doubt must count too.
# The jackknife leaves out one shop at a time: with $b_{(i)}$ the corrected slope without shop $i$, the standard error is
#
# $$\sqrt{\frac{k - 1}{k} \sum (b_{(i)} - \bar b)^2}$$
#
# **Task.** Compute it as `error`, with the 95 % interval of `right`, and draw the estimates.

# %% tags=["solution"]
left_out = np.array([corrected(both.drop(index=one))[1] for one in both.index])
count = len(both)
error = np.sqrt(((left_out - left_out.mean()) ** 2).sum() * (count - 1) / count)
low, high = right - 1.96 * error, right + 1.96 * error
print(f"corrected {right:.2f}, from {low:.2f} to {high:.2f}")

estimates = pd.DataFrame(
    {
        "how": ["over employees", "over shops", "corrected"],
        "slope": [single, slope, right],
    }
)


def bars(width):
    base = alt.Chart(estimates).encode(y=alt.Y("how:N", sort=None, title=None))
    return (
        base.mark_bar(size=22)
        .encode(
            x=alt.X(
                "slope:Q", title="Points of recommendation per point of experience"
            )
        )
        .properties(width=width - 110, height=130)
    )


charts.show(
    bars,
    title="The same shops, three slopes",
    alternative=f"Over employees {single:.2f}, over shops {slope:.2f}, "
    f"corrected {right:.2f}.",
    data=estimates,
    columns={"slope": Column(digits=2)},
)

# %% [markdown]
# ## One thing more: ask more people
#
# **Task.** With the variance between what shops truly are taken as `reliability` times the variance of the staff means, how reliable would the mean of five employees be, and of nine, twenty and forty?

# %% tags=["solution"]
x, weight = centred(both, "staff")
true_variance = reliability * (weight * x**2).sum()
for answers in (5, 9, 20, 40):
    found = true_variance / (true_variance + pooled / answers)
    print(f"{answers} employees: {found:.2f}")

# %% [markdown]
# ## Against the answer key
#
# The key knows what each shop's staff truly experience, and what its service adds to the recommendation.

# %%
key = cxdata.answer_key(data)["experience_on_recommendation"]["realised"]["value"]
print(f"answer key: {key:.2f} points per point")
print(f"over shops {slope:.2f}, corrected {right:.2f} with error {error:.2f}")
assert abs(right - key) < 3 * error
assert slope < right < key + 3 * error
assert single < slope
assert 0.02 < part < 0.10

# %% [markdown]
# ## Key points
#
# - Before you explain differences between shops, ask how much of the variance they are.
# - A mean of few people is a noisy ruler; a line that runs on it is too flat.
# - Copying the shop's mean beside each employee makes it flatter still.
# - The correction is honest only with its interval.
# - A slope between shops is no promise of what a programme brings: something else may move both.
