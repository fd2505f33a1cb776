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
#     title: "Nine dirty deliveries: a complaint register cleaned step by step"
#     minutes: 75
#     questions:
#       - What do raw files make a board believe about complaints?
#       - How much of the truth does cleaning give back, and what does it cost?
#     objectives:
#       - Read faulty files without losing or changing a cell on the way.
#       - Find copies, dates of two styles, codes with slips and figures with commas.
#       - Fill a gap from another table, and never by a guess.
#       - Measure a cleaning cell by cell, its harm included.
#     prerequisites:
#       - You can merge and group pandas data frames, and have met regular expressions.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne, generated with dirt from its seed; an invented company, synthetic customers, no network.
# ---

# %% [markdown]
# The command for the same files is
#
# `cxdata generate tilmarenne --customers 12000 --seed 7 --dirt heavy --format csv --tables complaints,contacts --out mydata`
#
# Here they are made in a folder that disappears again, and read as text: a reader that guesses types changes cells before you have seen them.

# %%
import re
import tempfile
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from casebook.worked import charts
from casebook.worked.linkage import one_slip
from cxdata import api
from cxdata.config import RunConfig

where = tempfile.TemporaryDirectory()
folder = Path(where.name) / "mydata"
config = RunConfig(
    scenario="tilmarenne",
    customers=12_000,
    seed=7,
    dirt="heavy",
    tables=("complaints", "contacts"),
)
api.generate_files(config, folder, form="csv", jobs=1)
files = sorted((folder / "delivered" / "complaints").glob("*.csv"))
[path.name for path in files]

# %% [markdown]
# ## Read
#
# **Task.** Read the files of `complaints` with `dtype=str` into one table `raw`, with a column `file` for the quarter (`path.stem`).
# How many rows does each file have, and how many empty cells in `received_at`?

# %% tags=["solution"]
raw = pd.concat(
    [pd.read_csv(path, dtype=str).assign(file=path.stem) for path in files],
    ignore_index=True,
)
raw.groupby("file")["received_at"].agg(["size", lambda cells: cells.isna().sum()])

# %% [markdown]
# One delivery came without the column.
#
# ## Look before you count
#
# **Task.** Show the values of `channel` and of `replied` with their counts, and the values of `received_at` that do not begin with four digits and a hyphen.

# %% tags=["solution"]
print(raw["channel"].value_counts(dropna=False).head(12))
print(raw["replied"].value_counts(dropna=False))
odd = raw["received_at"].dropna()
odd = odd[~odd.str.match(r"\d{4}-")]
print(odd.sort_index().groupby(raw["file"]).agg(", ".join).str[:68].to_string())

# %% [markdown]
# Each file has one habit for its odd dates.
# Where a day stands that no month can be, it gives the habit away.
#
# ## The truth, kept aside
#
# The clean tables lie beside the deliveries.
# They are used only to count the cells that are right after each step, never to choose a value.

# %%
clean = pd.read_csv(folder / "complaints.csv")
truth = pd.DataFrame(
    {
        "received_on": pd.to_datetime(clean["received_at"]).dt.normalize(),
        "channel": clean["channel"],
        "severity": clean["severity"].astype(float),
        "replied": clean["replied"].astype(float),
        "compensation_eur": clean["compensation_eur"],
    }
).set_index(clean["complaint_id"])
steps = []


def count(register, step):
    """Note how many cells hold the truth, stand empty, or are wrong."""
    found = register.drop_duplicates("complaint_id")
    found = found.set_index(found["complaint_id"].astype(float)).reindex(
        truth.index
    )
    right = sum((found[name] == truth[name]).sum() for name in truth)
    empty = int(found[list(truth)].isna().sum().sum())
    rows = {"step": step, "rows": len(register), "right": int(right)}
    steps.append({**rows, "empty": empty, "wrong": truth.size - int(right) - empty})
    return pd.DataFrame(steps)


# %% [markdown]
# ## As it comes
#
# **Task.** Make `register` with the columns `complaint_id`, `contact_id`, `file` and the five of `truth`, read as the defaults would: `pd.to_datetime(..., errors="coerce", format="mixed")`, days only; `pd.to_numeric(..., errors="coerce")`; `replied` is `1.0` if the cell is "true", else `0.0`; `channel` as it stands.
# Call `count(register, "as it comes")`.

# %% tags=["solution"]
register = raw[["complaint_id", "contact_id", "file", "channel"]].copy()
told = pd.to_datetime(raw["received_at"], errors="coerce", format="mixed")
register["received_on"] = told.dt.normalize()
for name in ("severity", "compensation_eur"):
    register[name] = pd.to_numeric(raw[name], errors="coerce")
register["replied"] = (raw["replied"] == "true").astype(float)
count(register, "as it comes")

# %% [markdown]
# ## Numbers of rows, then copies
#
# **Task.** Mend keys that end in `.0`.
# Then take copies together by `complaint_id`: of each column the first value that is filled in, which is what `groupby(...).first()` does.
# Keep the number of rows before and after as `before` and `after`, and count again, as "copies".

# %% tags=["solution"]
for name in ("complaint_id", "contact_id"):
    register[name] = register[name].str.replace(r"\.0$", "", regex=True)
    raw[name] = raw[name].str.replace(r"\.0$", "", regex=True)
before = len(register)
register = register.groupby("complaint_id", as_index=False).first()
after = len(register)
count(register, "copies")

# %% [markdown]
# From here on `one` holds the text of each column, one row for each complaint, in the order of `register`.

# %%
one = raw.groupby("complaint_id", as_index=False).first()

# %% [markdown]
# ## Dates
#
# **Task.** Write `days(text, file)`, which reads `2023-05-11` and `2023.05.11` as they stand and `11/05/2023` by the habit of its file: month first if another date of the file has a second part above twelve, day first if one has a first part above twelve, empty if none tells.
# What lies before `2023-01-01` is empty too.
# Apply it to `raw`, where each copy still has its own file, take the first of each complaint into `register`, and count, as "dates".


# %% tags=["solution"]
def days(text, file):
    """Return days; a file's other dates tell day from month."""
    plain = text.where(text.str.match(r"\d{4}[-.]")).str[:10].str.replace(".", "-")
    parts = text.str.extract(r"^(\d{2})/(\d{2})/(\d{4})").astype(float)
    day_first = (parts[0] > 12).groupby(file).transform("any")
    month_first = (parts[1] > 12).groupby(file).transform("any")
    swapped = pd.DataFrame(
        {
            "year": parts[2],
            "month": parts[1].where(~month_first, parts[0]),
            "day": parts[0].where(~month_first, parts[1]),
        }
    )
    told = pd.to_datetime(swapped, errors="coerce").where(day_first ^ month_first)
    found = pd.to_datetime(plain, errors="coerce").fillna(told)
    return found.where(found >= "2023-01-01")


raw["day"] = days(raw["received_at"], raw["file"])
register["received_on"] = raw.groupby("complaint_id")["day"].first().to_numpy()
count(register, "dates")

# %% [markdown]
# ## Codes, flags and figures
#
# **Task.** Write `codes(text, known)`: trim, small letters, blanks and hyphens to underscores; a value within one slip of exactly one code (`one_slip(a, b)`) becomes that code, all else empty.
# Read `replied` by its words, figures with a comma for the point, and leave empty what cannot be: a severity outside one to five, a negative sum or one above `9000`.
# Count, as "codes and figures".


# %% tags=["solution"]
def codes(text, known):
    """Return codes of a list, spelling and one slip forgiven."""

    def nearest(cell):
        if not isinstance(cell, str):
            return None
        plain = re.sub(r"[\s-]+", "_", cell.strip().lower())
        near = [code for code in known if plain == code or one_slip(plain, code)]
        return near[0] if len(near) == 1 else None

    return text.map(nearest)


def figures(text, low, high):
    """Return figures within bounds."""
    found = pd.to_numeric(text.str.replace(",", "."), errors="coerce")
    return found.where(found.between(low, high))


channels = ["post", "phone", "email", "social"]
words = {"true": 1.0, "oui": 1.0, "false": 0.0, "non": 0.0}
register["channel"] = codes(one["channel"], channels)
register["replied"] = one["replied"].str.strip().str.lower().map(words)
register["severity"] = figures(one["severity"], 1, 5)
register["compensation_eur"] = figures(one["compensation_eur"], 0, 9000)
count(register, "codes and figures")

# %% [markdown]
# The number of empty cells has risen and that of wrong ones has fallen: what was taken for "no" is unknown again.
#
# ## What another table knows
#
# **Task.** Read the deliveries of `contacts` in the same way (some are wider, some have other names; you need `contact_id`, `contacted_at`, `channel` and `reason`), clean these four columns, and take copies together as `contacts`.
# Fill the day and the channel of `register` from it; call a complaint replied to if its `reply_delay_hours` is filled in.
# Add the cause as `cause`, and count, as "other tables".

# %% tags=["solution"]
causes = [
    *("late_delivery", "damaged_item", "product_advice", "return_refund", "other"),
    *("invoice", "availability", "loyalty_account", "faulty_product"),
    "product_recall",
]
paths = sorted((folder / "delivered" / "contacts").glob("*.csv"))
beside = pd.concat(
    [pd.read_csv(path, dtype=str).assign(file=path.stem) for path in paths],
    ignore_index=True,
)
beside["contact_id"] = beside["contact_id"].str.replace(r"\.0$", "", regex=True)
beside["day"] = days(beside["contacted_at"], beside["file"])
beside = beside[beside["contact_id"].isin(register["contact_id"])]
contacts = pd.DataFrame(
    {
        "contact_id": beside["contact_id"],
        "day": beside["day"],
        "door": codes(beside["channel"], channels),
        "cause": codes(beside["reason"], causes),
    }
)
contacts = contacts.groupby("contact_id", as_index=False).first()
register = register.merge(contacts, on="contact_id", how="left")
register["received_on"] = register["received_on"].fillna(register["day"])
register["channel"] = register["channel"].fillna(register["door"])
waited = one["reply_delay_hours"].notna().to_numpy()
register.loc[register["replied"].isna() & waited, "replied"] = 1.0
progress = count(register, "other tables")
progress

# %% [markdown]
# **Task.** Draw the cells that are right, empty and wrong after each step. Keep the table behind the picture, as it is now, as `progress`.

# %% tags=["solution"]
order = list(progress["step"])


def bars(width):
    long = progress.melt("step", ["right", "empty", "wrong"], "what", "cells")
    return (
        alt.Chart(long)
        .mark_bar()
        .encode(
            y=alt.Y("step:N", sort=order, title=None),
            x=alt.X("cells:Q", title="Cells", axis=alt.Axis(tickCount=4)),
            color=alt.Color(
                "what:N",
                sort=["right", "empty", "wrong"],
                scale=alt.Scale(
                    domain=["right", "empty", "wrong"],
                    range=[charts.GOOD, charts.NEUTRAL, charts.BAD],
                ),
            ),
            order=alt.Order("place:Q"),
        )
        .transform_calculate(
            place="indexof(['right', 'empty', 'wrong'], datum.what)"
        )
        .properties(width=width - 150, height=190)
    )


charts.show(
    bars,
    title="Cleaning turns wrong cells into right or empty ones",
    alternative="Cells right, empty and wrong after each step: "
    + "; ".join(
        f"{row.step} {row.right}, {row.empty}, {row.wrong}"
        for row in progress.itertuples()
    )
    + ".",
    data=progress,
)

# %% [markdown]
# ## Which faults are left?
#
# The list of faults names every struck cell.
#
# **Task.** For the five columns of `truth`, join the list (`truth/dirt.csv`, table `complaints`) with the cells that are still empty, and count them by `kind`, as `left`.
# `received_on` was `received_at`.

# %% tags=["solution"]
listed = pd.read_csv(folder / "truth" / "dirt.csv", dtype=str)
listed = listed[listed["table_name"] == "complaints"].dropna(subset=["row_key"])
listed["column"] = listed["column_name"].replace("received_at", "received_on")
gaps = register.set_index(register["complaint_id"].astype(int))[list(truth)].isna()
gaps = gaps.rename_axis("key").reset_index().melt("key", var_name="column")
gaps = gaps[gaps["value"]]
listed["key"] = listed["row_key"].astype(float).astype(int)
left = gaps.merge(listed, on=["key", "column"], how="left")
left = left.drop_duplicates(["key", "column"])["kind"].value_counts()
left

# %% [markdown]
# What is left was blanked, lost or struck beyond reading, and no other table holds it.
# Ask the people, or leave it empty.
#
# ## Second complaints are no copies
#
# **Task.** How many rows would "one complaint for each order" delete from the cleaned register? Keep it as `too_many`; `order_id` is in `one`.

# %% tags=["solution"]
orders = one["order_id"].str.replace(r"\.0$", "", regex=True)
too_many = int(orders.duplicated().sum())
print(f"{too_many} complaints of {len(one)} would go")

# %% [markdown]
# ## Against the answer key

# %%
final = register.set_index(register["complaint_id"].astype(int)).reindex(
    truth.index
)
assert before > after == len(truth), "copies and only copies should be gone"
assert progress["wrong"].iloc[-1] == 0, "no cell should be wrong"
assert progress["right"].iloc[-1] > 0.97 * truth.size
assert progress["right"].iloc[0] < 0.85 * truth.size
months = final["received_on"].dt.to_period("M").value_counts()
true_months = truth["received_on"].dt.to_period("M").value_counts()
assert (months - true_months).abs().max() <= 1, "months should come out right"
unreadable = {"blank", "impossible", "typo", "dropped_column"}
assert set(left.index) <= unreadable, "what is left should be beyond reading"
contact_of = clean.set_index("complaint_id")["contact_id"]
reason = pd.read_csv(folder / "contacts.csv").set_index("contact_id")["reason"]
known = final["cause"].notna()
true_cause = contact_of[known].map(reason)
assert (final.loc[known, "cause"] == true_cause).all(), "no cause should be wrong"
assert too_many == clean["order_id"].duplicated().sum(), (
    "all of them true complaints"
)
other = np.mean(true_cause == "other")
print(f"{(~known).sum()} causes unknown; other is {other:.0%} of those known")
where.cleanup()

# %% [markdown]
# ## Key points
#
# - Read all as text, and look at the values of every column before you count one.
# - Delete copies by the number of the complaint; a second complaint about an order is news.
# - A file's other dates tell what an ambiguous one means.
# - Unknown is not *other*, and empty is not *no*.
# - Measure a cleaning by cells right, empty and wrong; a cleaning that guesses hides its harm among the right ones.
