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
#     title: "A coder for comments, its test, and its correction"
#     minutes: 60
#     questions:
#       - How good is a program that codes comments, and how good does it only seem?
#       - How many comments speak of price, if the program misses half of them?
#     objectives:
#       - Code passages with a word list and with a classifier.
#       - Split by families of phrases, and see what a split by lot hides.
#       - Give precision and recall with their intervals, by code.
#       - Correct a count with a sample that was read, and with borrowed sensitivity and specificity.
#     prerequisites:
#       - You can filter, join and group pandas data frames, and know a little of regular expressions.
#       - You have installed the project with its notebook tools, as its README says.
#     data: Tilmarenne in English, three times the customers of the edition "class", of which the first are its own; invented, regenerated from its seed without a network.
# ---

# %%
import altair as alt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

import cxdata
from casebook.worked import charts, coding, measures
from casebook.worked.figures import Column

data = cxdata.generate(
    "tilmarenne",
    customers=12_000,
    seed=7,
    locale="en_GB",
    tables=["verbatims", "passages"],
)
verbatims = data["verbatims"]
verbatims["source"].value_counts()

# %% [markdown]
# Each source has words of its own; work with survey comments alone.
# The answer key has one row per passage: `aspect` is what it speaks of, `family` the way of saying it, `start` and `end` its place in the text.
#
# **Task.** Keep the survey comments as `comments`. Take the passages of kind `concept` that belong to them as `passages`, with a column `words` cut from the text, and print ten of them.

# %% tags=["solution"]
comments = verbatims[verbatims["source"] == "survey"]
truth = data.truth["latents/passages"]
passages = truth[truth["kind"] == "concept"].merge(
    comments[["verbatim_id", "text"]], on="verbatim_id"
)
passages["words"] = [
    text[int(start) : int(end)]
    for text, start, end in zip(
        passages["text"], passages["start"], passages["end"], strict=True
    )
]
for name in ("aspect", "family", "polarity"):
    passages[name] = passages[name].astype(str)
print("\n".join(passages["words"].sample(10, random_state=1)))

# %% [markdown]
# The codebook has eight codes; all other aspects are "something else".

# %%
CODES = [
    "quality",
    "price",
    "choice",
    "courtesy",
    "advice",
    "stock",
    "delivery",
    "packaging",
]
passages["code"] = passages["aspect"].where(
    passages["aspect"].isin(CODES), "something else"
)
passages["code"].value_counts()

# %% [markdown]
# ## A word list
#
# **Task.** Without looking at more comments, write one regular expression for price. Flag the passages that it finds as `listed`, those that are about price as `is_price`, and give precision and recall.

# %% tags=["solution"]
words = r"price|cheap|expensive|\bdear\b|\bcost|value|bargain|money|\bsale\b"
listed = passages["words"].str.lower().str.contains(words)
is_price = passages["code"] == "price"
print(
    f"precision {is_price[listed].mean():.0%}, recall {listed[is_price].mean():.0%}"
)

# %% [markdown]
# Look at what your list missed before you go on.

# %%
print("\n".join(passages.loc[is_price & ~listed, "words"].head(8)))

# %% [markdown]
# ## A classifier, tested in two ways
#
# The program learns from labelled passages which words speak for which code.
# It must be tested on passages that it did not learn from; the question is which.
#
# **Task.** Give each passage one of five parts, counted from nought, in two ways. `by_lot`: at random. `by_family`: all passages of one family together, families shared out at random. Then fill the function: train on four parts, read the fifth, five times over. Keep the two readings as columns `seen` and `new`, and their shares of right passages as `seen` and `new`.

# %% tags=["solution"]
rng = np.random.default_rng(7)
by_lot = rng.integers(0, 5, len(passages))
families = rng.permutation(passages["family"].unique())
part = dict(zip(families, np.arange(len(families)) % 5, strict=True))
by_family = passages["family"].map(part).to_numpy()


def read(target, parts):
    """Return what a classifier reads in each part, trained on the four others."""
    found = np.empty(len(passages), dtype=object)
    labels = passages[target].to_numpy(str)
    text = passages["words"].to_numpy(object)
    for one in range(5):
        model = make_pipeline(
            TfidfVectorizer(sublinear_tf=True),
            SGDClassifier(
                loss="log_loss", alpha=1e-5, max_iter=5, tol=None, random_state=7
            ),
        )
        model.fit(text[parts != one], labels[parts != one])
        found[parts == one] = model.predict(text[parts == one])
    return found


passages["seen"], passages["new"] = read("code", by_lot), read("code", by_family)
seen = (passages["seen"] == passages["code"]).mean()
new = (passages["new"] == passages["code"]).mean()
print(f"phrases seen {seen:.0%}, phrases never seen {new:.0%}")

# %% [markdown]
# One program, two numbers.
# By lot, nearly every test passage has sisters in training: the program remembers.
#
# ## Precision and recall
#
# **Task.** For the reading of new phrases, give precision and recall of each code with Wilson intervals; `measures.share_interval(count, total)` computes one.


# %% tags=["solution"]
def quality(code):
    """Return precision and recall of a code with their intervals, in percent."""
    flagged, true = passages["new"] == code, passages["code"] == code
    both = int((flagged & true).sum())
    row = {"code": code}
    for name, total in (("precision", flagged.sum()), ("recall", true.sum())):
        low, high = measures.share_interval(both, int(total))
        row |= {
            name: 100 * both / total,
            f"{name}_low": 100 * low,
            f"{name}_high": 100 * high,
        }
    return row


by_code = pd.DataFrame([quality(code) for code in CODES])
by_code.round(0)

# %% [markdown]
# ## Count comments
#
# A report counts comments, not passages.
#
# **Task.** For price: which comments hold a passage of that code (`true`), and which one that the program flagged (`flagged`)? Give both shares.


# %% tags=["solution"]
def having(column, code):
    """Return which comments hold a passage with the code."""
    own = passages.loc[passages[column] == code, "verbatim_id"]
    return comments["verbatim_id"].isin(own).to_numpy()


true, flagged = having("code", "price"), having("new", "price")
print(f"flagged {flagged.mean():.1%}, true {true.mean():.1%}")

# %% [markdown]
# ## Correct the count
#
# In life you do not have `true`; you have the patience for four hundred comments.
#
# **Task.** Draw four hundred comments by lot as the boolean array `sample`. From the sample alone, compute how often a flag is right and how often its absence is wrong, and correct the share by hand, as `by_hand`. Then let `coding.corrected_share` give the interval, as `found`.

# %% tags=["solution"]
sample = np.zeros(len(comments), bool)
sample[rng.choice(len(comments), 400, replace=False)] = True
right = true[sample & flagged].mean()
missed = true[sample & ~flagged].mean()
by_hand = flagged.mean() * right + (1 - flagged.mean()) * missed
found = coding.corrected_share(
    flagged.mean(),
    texts=len(comments),
    right=int((true & flagged & sample).sum()),
    checked=int((flagged & sample).sum()),
    missed=int((true & ~flagged & sample).sum()),
    passed=int((~flagged & sample).sum()),
)
print(
    f"by hand {by_hand:.1%}; {found.value:.1%},"
    f" from {found.low:.1%} to {found.high:.1%}; key {true.mean():.1%}"
)

# %% [markdown]
# **Task.** Do it for all eight codes, as a table `shares` with the columns `code`, `flagged`, `corrected`, `low`, `high` and `key` in percent, and draw it.

# %% tags=["solution"]
rows = []
for code in CODES:
    is_true, is_flagged = having("code", code), having("new", code)
    one = coding.corrected_share(
        is_flagged.mean(),
        texts=len(comments),
        right=int((is_true & is_flagged & sample).sum()),
        checked=int((is_flagged & sample).sum()),
        missed=int((is_true & ~is_flagged & sample).sum()),
        passed=int((~is_flagged & sample).sum()),
    )
    rows.append(
        {
            "code": code,
            "flagged": 100 * is_flagged.mean(),
            "corrected": 100 * one.value,
            "low": 100 * one.low,
            "high": 100 * one.high,
            "key": 100 * is_true.mean(),
        }
    )
shares = pd.DataFrame(rows)


def dots(width):
    base = alt.Chart(shares).encode(y=alt.Y("code:N", sort=CODES, title=None))
    x = alt.X("low:Q", title="% of comments", scale=alt.Scale(domain=[0, 50]))
    return (
        base.mark_rule(strokeWidth=5, opacity=0.5, color=charts.GOOD).encode(
            x=x, x2="high:Q"
        )
        + base.mark_point(color=charts.BAD, opacity=1).encode(x="flagged:Q")
        + base.mark_tick(color=charts.INK, thickness=3).encode(x="key:Q")
    ).properties(width=width - 100, height=220)


charts.show(
    dots,
    title="Flags are too few for every code; the corrected intervals hold the key",
    alternative="Raw share, corrected share and key: "
    + "; ".join(
        f"{row.code} {row.flagged:.0f}, {row.corrected:.0f}, {row.key:.0f} %"
        for row in shares.itertuples()
    )
    + ".",
    note="Dot: flagged. Bar: corrected, 95% interval. Upright mark: answer key.",
    data=shares,
    columns={
        name: Column(digits=1)
        for name in ("flagged", "corrected", "low", "high", "key")
    },
)

# %% [markdown]
# ## Borrowed accuracy
#
# A colleague corrects the complaints with sensitivity and specificity from the surveys.
# Does that work?

# %%
parcel_words = r"deliver|courier|driver|parcel|\bvan\b|doorstep|\blate\b|arriv"

# %% [markdown]
# **Task.** With the pattern `parcel_words` for delivery, compute sensitivity and specificity on whole survey comments, then the share of complaints that it flags. Correct it with `coding.rogan_gladen`, as `borrowed`, and hold it against the key's share of complaints that speak of delivery, `in_letters`.

# %% tags=["solution"]
of_delivery = truth.loc[truth["aspect"] == "delivery", "verbatim_id"]


def hits(source):
    """Return which texts of a source hold the words, and which speak of delivery."""
    texts = verbatims[verbatims["source"] == source]
    found = texts["text"].str.lower().str.contains(parcel_words)
    return found.to_numpy(), texts["verbatim_id"].isin(of_delivery).to_numpy()


hit, is_so = hits("survey")
sensitivity, specificity = hit[is_so].mean(), (~hit)[~is_so].mean()
hit, is_so = hits("complaint")
in_letters = is_so.mean()
borrowed = coding.rogan_gladen(
    hit.mean(), sensitivity=sensitivity, specificity=specificity
)
print(
    f"surveys: sensitivity {sensitivity:.0%}, specificity {specificity:.0%};"
    f" complaints: {hit[is_so].mean():.0%}, {(~hit)[~is_so].mean():.0%}"
)
print(
    f"{len(hit)} complaints, flagged {hit.mean():.0%},"
    f" corrected {borrowed:.0%}, key {in_letters:.0%}"
)

# %% [markdown]
# A letter is long: somewhere in it one of the words turns up, so the list finds nearly everything, and flags more that is none.
# Corrected with the accuracy of short comments, the share flies past the truth.
# Read a sample of each source; it costs an afternoon.
#
# ## Against the answer key
#
# You used the key as the reader of four hundred comments.
# Only now look at the rest.

# %%
inside = (
    (shares["low"] <= shares["key"]) & (shares["key"] <= shares["high"])
).sum()
print(f"{inside} of {len(shares)} intervals hold the key")
assert seen > 0.94 and new < 0.7, "seen phrases should flatter the program"
assert (shares["flagged"] < shares["key"]).all(), "flags should be too few"
assert inside >= 6, "nearly all corrected intervals should hold the key"
assert abs(by_hand - found.value) < 1e-9, "your hand and the function should agree"
low, high = 100 * found.low, 100 * found.high
assert not low <= 100 * flagged.mean() <= high, "the raw share should lie outside"
assert borrowed - in_letters > 0.1, "borrowed accuracy should miss in letters"

# %% [markdown]
# ## Key points
#
# - Ask of every accuracy which test it comes from; rows drawn by lot test memory.
# - A word list typed in an hour is the yardstick that a program must beat.
# - Report precision and recall by code, with intervals.
# - Correct counts by a read sample of the same texts; it costs hours, not weeks.
# - Sensitivity and specificity do not travel from one source to another.
