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
#     title: "Not seen or not wanted: funnels, gaze and thirty comparisons"
#     minutes: 60
#     questions:
#       - Do visits fail, or did they come for something else?
#       - Is a button not clicked because nobody wants it, or because nobody sees it?
#     objectives:
#       - Give a share of visits an interval that knows that visits come from people.
#       - Compare devices for the same task, by standardising.
#       - Split a missing click into not seen and seen but left, with intervals.
#       - Shuffle the layouts to see what chance does with thirty comparisons.
#     prerequisites:
#       - You can group and merge pandas data frames.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, edition "class"; an invented company, synthetic customers, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts

data = cxdata.edition("tilmarenne", "class")
visits, zones = data["web_sessions"], data["page_zones"]
visits[["customer_id", "task", "device", "reached_product", "purchased"]].head()

# %% [markdown]
# A row of `web_sessions` is a visit of a recognised customer.
#
# ## The funnel by task
#
# **Task.** For each `task`, give the number of visits, the shares that reached a product, filled a basket, began to pay and ordered, and the share with `task_success`, in percent.

# %% tags=["solution"]
steps = ["reached_product", "added_to_basket", "began_checkout", "purchased"]
by_task = 100 * visits.groupby("task")[[*steps, "task_success"]].mean()
by_task.insert(0, "visits", visits.groupby("task").size())
by_task.round(0)

# %% [markdown]
# Five tasks of six never end in an order, by the way the site infers them, and most of those visits succeed.
#
# ## Visits come from people
#
# A customer's visits resemble each other, so they carry less news than as many visits of strangers.
# For a mean $\bar y$ of $n$ rows, sum the residuals $y_i - \bar y$ within each customer; the clustered standard error is the root of the sum of the squared sums, divided by $n$.
#
# **Task.** Write a function `clustered(values, cluster)` that returns mean and clustered standard error.
# Compare it, for `purchased`, with the usual error $s / \sqrt n$, and keep the ratio of the two variances as `design`.


# %% tags=["solution"]
def clustered(values, cluster):
    """Return a mean and its standard error when rows of a cluster depend."""
    mean = values.mean()
    sums = (values - mean).groupby(cluster).sum()
    return mean, np.sqrt((sums**2).sum()) / len(values)


bought = visits["purchased"].astype(float)
mean, error = clustered(bought, visits["customer_id"])
usual = bought.std() / np.sqrt(len(bought))
design = (error / usual) ** 2
print(f"{mean:.1%}, error {error:.2%} by customer, {usual:.2%} by visit")
print(f"{len(visits)} visits are worth {len(visits) / design:.0f} independent ones")

# %% [markdown]
# ## Phone and computer
#
# **Task.** Give the share of visits with an order on phones and on computers, and the gap as `plain_gap`, in points.
# Then give each device the same mix of tasks: weigh its shares by task with the tasks' shares among the visits of both devices, and keep the gap as `same_tasks`.

# %% tags=["solution"]
two = visits[visits["device"].isin(["phone", "computer"])]
orders = two.groupby("device")["purchased"].mean()
plain_gap = 100 * (orders["computer"] - orders["phone"])
by_both = two.groupby(["task", "device"])["purchased"].mean().unstack()
mix = two["task"].value_counts(normalize=True)
gaps = by_both["computer"] - by_both["phone"]
same_tasks = 100 * (gaps * mix).sum()
print(f"plain {plain_gap:.1f} points, with the same tasks {same_tasks:.1f}")

# %% [markdown]
# Half of the gap was what people came for.
#
# ## The button
#
# Eighty testers saw the product page in one of two layouts, by lot.
# In `page_zones` each tester has one row for each zone.
#
# **Task.** Write `wilson(hits, total)`, the 95% interval of a share, and `gap(a, b)`, which takes two pairs of hits and total and returns the difference of the second less the first and Newcombe's interval:
#
# $$d - \sqrt{(p_2 - l_2)^2 + (u_1 - p_1)^2} \quad \text{to} \quad d + \sqrt{(u_2 - p_2)^2 + (p_1 - l_1)^2}$$


# %% tags=["solution"]
def wilson(hits, total, z=1.96):
    """Return both ends of the interval of a share."""
    share = hits / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    half = half * z / (1 + z**2 / total)
    return centre - half, centre + half


def gap(a, b):
    """Return the difference of two shares and its interval."""
    (low_a, high_a), (low_b, high_b) = wilson(*a), wilson(*b)
    share_a, share_b = a[0] / a[1], b[0] / b[1]
    found = share_b - share_a
    low = found - np.hypot(share_b - low_b, high_a - share_a)
    return found, low, found + np.hypot(high_b - share_b, share_a - low_a)


# %% [markdown]
# **Task.** For the zone `add_to_basket`, compare the layouts three times: testers who saw it, testers who clicked it, and clicks among those who saw it.
# Keep the table as `button`, with the columns `a`, `b`, `gap`, `low` and `high` in percent and points, indexed by "seen", "clicked" and "clicked of seen".

# %% tags=["solution"]
rows = zones[zones["zone"] == "add_to_basket"]


def compare(rows, what):
    """Return shares by layout and their difference, in percent and points."""
    counts = rows.groupby("layout")[what].agg(["sum", "size"])
    a, b = (tuple(counts.loc[layout]) for layout in ("a", "b"))
    found, low, high = gap(a, b)
    return {
        "a": 100 * a[0] / a[1],
        "b": 100 * b[0] / b[1],
        "gap": 100 * found,
        "low": 100 * low,
        "high": 100 * high,
    }


button = pd.DataFrame(
    {
        "seen": compare(rows, "was_seen"),
        "clicked": compare(rows, "clicked"),
        "clicked of seen": compare(rows[rows["was_seen"]], "clicked"),
    }
).T
button.round(0)

# %% [markdown]
# The layouts differ in who sees the button, not in what those do who see it.
# Careful with the last line: who saw the button in layout A scrolled for it, so the lot no longer makes the two groups alike.
#
# ## Thirty comparisons
#
# **Task.** Compare seen and clicked for each of the fifteen zones, as `all_zones` with one line for each, and keep those whose interval leaves out nought as `alarms`.
# The basket page was the same for all testers: which of its zones are among them?

# %% tags=["solution"]
lines = []
for zone in zones["zone"].unique():
    part = zones[zones["zone"] == zone]
    for what in ("was_seen", "clicked"):
        page = part["page"].iloc[0]
        lines.append(
            {"page": page, "zone": zone, "what": what, **compare(part, what)}
        )
all_zones = pd.DataFrame(lines)
alarms = all_zones[(all_zones["low"] > 0) | (all_zones["high"] < 0)]
alarms.round(0)

# %% [markdown]
# A button that nobody touched differs.
# What would chance do alone?
#
# **Task.** Shuffle the layouts among the testers of the same device two hundred times with `np.random.default_rng(39)`; each time, take the largest absolute difference among the thirty, in points.
# Keep the two hundred as `largest`, the observed differences in clicks by zone as `clicked`, and draw the first with those of `add_to_basket` and `checkout_button`.
# Shares as a matrix are fast: one row for each tester, one column for each zone and measure.

# %% tags=["solution"]
wide = zones.pivot(
    index="tester_number", columns="zone", values=["was_seen", "clicked"]
).astype(float)
testers = zones.groupby("tester_number")[["device", "layout"]].first()
rng = np.random.default_rng(39)
values = wide.to_numpy()
places = [
    np.flatnonzero(testers["device"] == name) for name in ("desktop", "phone")
]
is_b = (testers["layout"] == "b").to_numpy()
largest = []
for _ in range(200):
    drawn = is_b.copy()
    for place in places:
        drawn[place] = rng.permutation(drawn[place])
    gaps = values[drawn].mean(axis=0) - values[~drawn].mean(axis=0)
    largest.append(100 * np.abs(gaps).max())
largest = pd.Series(largest)

clicked = all_zones[all_zones["what"] == "clicked"].set_index("zone")["gap"]
marked = clicked[["add_to_basket", "checkout_button"]].reset_index()


def dots(width):
    bars = (
        alt.Chart(pd.DataFrame({"points": largest}))
        .mark_bar(color=charts.NEUTRAL)
        .encode(
            x=alt.X(
                "points:Q",
                bin=alt.Bin(step=2.5),
                title="Largest of thirty differences, points",
            ),
            y=alt.Y("count()", title="Shuffles"),
        )
    )
    rules = (
        alt.Chart(marked)
        .mark_rule(color=charts.BAD, strokeWidth=3)
        .encode(x="gap:Q")
    )
    named = (
        alt.Chart(marked)
        .mark_text(align="right", dx=-6, color=charts.BAD)
        .encode(x="gap:Q", y=alt.value(8), text="zone:N")
    )
    return (bars + rules + named).properties(width=width, height=220)


charts.show(
    dots,
    title="Chance alone often makes a difference like that of the checkout",
    alternative=f"Largest of thirty differences in 200 shuffles: half above"
    f" {largest.median():.0f} points, one in twenty above"
    f" {largest.quantile(0.95):.0f}. Observed: button"
    f" {clicked['add_to_basket']:.0f}, checkout {clicked['checkout_button']:.0f}.",
    data=largest.describe().round(1).rename_axis("of").reset_index(name="points"),
)

# %% [markdown]
# ## How many testers find a fault?
#
# **Task.** In layout A, which share of testers makes a dead click, `is_dead_click`, on any zone of the product page?
# With this share, draw five testers of layout A ten thousand times, without putting one back, and give the share of draws with at least one such tester as `found_by_five`. Compare with $1 - (1 - p)^5$.

# %% tags=["solution"]
on_a = zones[(zones["layout"] == "a") & (zones["page"] == "product")]
stumbled = on_a.groupby("tester_number")["is_dead_click"].any().to_numpy()
draws = np.array([rng.permutation(stumbled)[:5].any() for _ in range(10_000)])
found_by_five = draws.mean()
share = stumbled.mean()
print(f"{share:.1%} stumble; five testers show it in {found_by_five:.0%} of draws")
print(f"by the formula {1 - (1 - share) ** 5:.0%}")

# %% [markdown]
# ## What must hold
#
# No answer key lists these layouts, but the design says what may differ: on the basket page nothing.
# And the key knows what mark every visitor would have left.

# %%
assert design > 1.3, "visits of one customer should resemble each other"
assert 0.35 < same_tasks / plain_gap < 0.65, "half of the gap should be the task"
assert button.loc["clicked", "low"] > 0 and button.loc["seen", "low"] > 0
assert (
    button.loc["clicked of seen", "low"] < 0 < button.loc["clicked of seen", "high"]
)
assert (alarms["page"] == "basket").any(), "an alarm should be false"
assert clicked["add_to_basket"] > largest.quantile(0.99), "the button should stand"
assert clicked["checkout_button"] < largest.quantile(0.95), (
    "the checkout should fall"
)
every = data.truth["latents/web_sessions"]["score"]
left = visits["feedback_score"].dropna()
assert (left == 5).mean() > 1.5 * (every == 5).mean(), (
    "the pleased should leave marks"
)
print(
    f"fives: {(left == 5).mean():.0%} of marks left, {(every == 5).mean():.0%} of all"
)

# %% [markdown]
# ## Key points
#
# - Ask what a visit came for before you call it lost.
# - Rows of one customer or one tester depend on each other; count people.
# - A click that is missing was either not seen or seen and left; each has its own remedy.
# - The more differences you look at, the larger the largest of them by chance. Shuffle to see how large.
# - Zones that nothing was done to tell you when to mistrust the others.
