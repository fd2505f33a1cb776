"""Single customer view: records linked by e-mail, by a rule and by a counted score; prices set the thresholds."""

import math
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, linkage, measures
from casebook.worked.figures import Column
from casebook.worked.lettering import canvas, height, wrapped, written
from casebook.worked.page import Page, hold
from casebook.worked.palette import css

CATALOGUE_EUR = 1.90
"""Printing and posting a catalogue: what a missed link costs, once for each copy too many."""
WRONG_MERGE_EUR = 120.0
"""Undoing a wrong merge, per person mixed up: an adviser's hours, the report, a gesture."""
READING_EUR = 0.80
"""Two minutes of a clerk for one pair of records."""
SAMPLE, SAMPLE_SEED = 600, 7
"""Pairs that two people read, drawn by lot."""
AUDITED, AUDIT_SEED = 200, 7
"""Merged pairs that somebody else reads afterwards, drawn by lot."""
RANDOM_PAIRS = 50_000
OTHER_SAMPLES = 10
EXAMPLE = (210294017, 540512318, 4012716442)
"""Three records of one person, from three files; no file has all of him."""

FIELDS = {
    "first_name": {"en": "First name", "fr": "Prénom"},
    "last_name": {"en": "Last name", "fr": "Nom"},
    "birth_date": {"en": "Birth date", "fr": "Date de naissance"},
    "email": {"en": "E-mail", "fr": "E-mail"},
    "phone_token": {"en": "Phone", "fr": "Téléphone"},
    "address": {"en": "Street", "fr": "Rue"},
    "town": {"en": "Town", "fr": "Ville"},
}
FILES = {
    "web_shop": {"en": "Web shop", "fr": "Site marchand"},
    "loyalty_programme": {"en": "Loyalty", "fr": "Fidélité"},
    "service_centre": {"en": "Service centre", "fr": "Service client"},
    "shop_till": {"en": "Till", "fr": "Caisse"},
}
"""In the order of trust: who writes their own name writes it better than who hears it."""
AGREES = {
    "same": {"en": "the same", "fr": "identique"},
    "near": {"en": "one slip apart", "fr": "à une faute près"},
    "other": {"en": "different", "fr": "différent"},
}
GOLDEN = ("first_name", "last_name", "birth_date", "phone", "address", "town")
LABELS = {**FIELDS, "phone": FIELDS["phone_token"]}


@dataclass(frozen=True)
class Linked:
    """The records, their candidate pairs and what the answer key says of them."""

    raw: pd.DataFrame
    frame: pd.DataFrame
    pairs: pd.DataFrame
    level: np.ndarray
    person: np.ndarray
    home: np.ndarray

    @property
    def is_one(self) -> np.ndarray:
        """Which candidate pairs are of one person."""
        return self.person[self.pairs["left"]] == self.person[self.pairs["right"]]

    @property
    def is_home(self) -> np.ndarray:
        """Which candidate pairs are of one household."""
        return self.home[self.pairs["left"]] == self.home[self.pairs["right"]]

    def held(self, accepted: np.ndarray) -> linkage.Agreement:
        """Return how the groups that the accepted pairs make agree with the truth."""
        return linkage.agreement(self.person, self.grouped(accepted))

    def grouped(self, accepted: np.ndarray) -> np.ndarray:
        """Return the group of each record when these pairs are linked."""
        kept = self.pairs[accepted]
        return linkage.groups(len(self.frame), kept["left"], kept["right"])


def load(data: cxdata.Dataset) -> Linked:
    """Return the records with their pairs, and the truth beside them."""
    raw = data["crm_records"].reset_index(drop=True)
    frame = linkage.cleaned(raw)
    pairs = linkage.candidate_pairs(frame)
    link = data.truth["latents/crm_records"].set_index("record_id")["customer_id"]
    person = frame["record_id"].map(link).to_numpy()
    home = data["customers"].set_index("customer_id")["household_id"].loc[person].to_numpy()
    return Linked(raw, frame, pairs, linkage.levels_of(frame, pairs), person, home)


def cost(found: linkage.Agreement, read: int = 0) -> float:
    """Return what a grouping costs in euros: copies too many, people mixed up, pairs read."""
    return CATALOGUE_EUR * found.extra + WRONG_MERGE_EUR * found.mixed + READING_EUR * read


def bits(probability: float) -> float:
    """Return log-odds to the base of two."""
    return math.log2(probability / (1 - probability))


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    linked = load(data)
    drawn = np.random.default_rng(SAMPLE_SEED).choice(len(linked.pairs), SAMPLE, replace=False)
    model = linkage.counted(linked.level[drawn], linked.is_one[drawn])
    score = model.scores(linked.level)
    files(page, data, linked)
    weights(page, linked, model, drawn)
    merge_above = math.log2(WRONG_MERGE_EUR / CATALOGUE_EUR)
    read_from, read_to = bits(READING_EUR / CATALOGUE_EUR), bits(1 - READING_EUR / WRONG_MERGE_EUR)
    for name, value in (("merge.above", merge_above), ("read.from", read_from), ("read.to", read_to)):
        page.value(name, value, digits=1)
    for name, euros in (("catalogue", CATALOGUE_EUR), ("reading", READING_EUR)):
        page.value(f"price.{name}", euros, digits=2, unit="euros")
    page.value("price.wrong", WRONG_MERGE_EUR, unit="euros")
    methods(page, linked, score, merge_above, read_from, read_to)
    thresholds(page, linked, score, read_from, read_to)
    audit(page, linked, score >= 0)
    traps(page, data, linked, model, score, merge_above)
    chains(page, linked, score)
    other_samples(page, linked, merge_above)
    golden(page, linked, data)
    survivors(page, linked, data)


def files(page: Page, data: cxdata.Dataset, linked: Linked) -> None:
    """How many records there are, of whom, and what they would make of the company."""
    page.value("records", len(linked.raw))
    page.value("people", len(data["customers"]))
    page.value("pairs.all", len(linked.raw) * (len(linked.raw) - 1) / 2 / 1e6, digits=1)
    page.value("pairs", len(linked.pairs))
    page.value("pairs.true", linked.held(np.zeros(len(linked.pairs), bool)).true)
    page.value("pairs.reached", int(linked.is_one.sum()))
    page.value("blocks", len(linkage.BLOCKS))
    page.value("fields", len(linkage.COMPARED))
    no_mail = linked.raw["email"].isna().mean()
    page.value("no.email", 100 * no_mail, unit="percent")
    page.value("no.birth", 100 * linked.raw["birth_date"].isna().mean(), unit="percent")


def weights(page: Page, linked: Linked, model: linkage.Model, drawn: np.ndarray) -> None:
    """The weights of evidence, counted on the pairs that were read."""
    page.value("sample", SAMPLE)
    page.value("sample.one", int(linked.is_one[drawn].sum()))
    page.value("prior", 100 * model.prior, unit="percent")
    table = pd.DataFrame(
        [
            {
                "field": page.say(**FIELDS[field]),
                **dict(zip(("other", "near", "same"), model.weights[place], strict=True)),
            }
            for place, field in enumerate(linkage.COMPARED)
        ]
    )
    place = {name: linkage.COMPARED.index(name) for name in linkage.COMPARED}
    birth = place["birth_date"]
    page.value("birth.m", 100 * model.m[birth, linkage.SAME], unit="percent")
    page.value("birth.u", 100 * model.u[birth, linkage.SAME], digits=1, unit="percent")
    page.value("birth.w", model.weights[birth, linkage.SAME], digits=1, sign=True)
    page.value("birth.times", 2 ** model.weights[birth, linkage.SAME])
    page.value("birth.other", model.weights[birth, linkage.OTHER], digits=1, sign=True)
    page.value("street.m", 100 * model.m[place["address"], linkage.SAME], unit="percent")
    page.value("street.u", 100 * model.u[place["address"], linkage.SAME], unit="percent")
    page.value("street.w", model.weights[place["address"], linkage.SAME], digits=1, sign=True)
    page.value("email.w", model.weights[place["email"], linkage.SAME], digits=1, sign=True)
    page.value("first.w", model.weights[place["first_name"], linkage.SAME], digits=1, sign=True)
    by_weight = model.weights[:, linkage.SAME]
    hold("first name and birth date weigh most", by_weight[[0, birth]].min() > np.delete(by_weight, [0, birth]).max())
    hold("the same street, town or last name hardly counts", by_weight[[1, 5, 6]].max() < 1)
    long = table.melt(id_vars="field", var_name="level", value_name="bits")
    long["name"] = long["level"].map(lambda level: page.say(**AGREES[level]))
    names = [page.say(**label) for label in AGREES.values()]
    order = list(table.sort_values("same", ascending=False)["field"])

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(long).encode(
            y=alt.Y("field:N", sort=order, title=None),
            x=alt.X(
                "bits:Q",
                title=page.say(en="Weight in bits", fr="Poids en bits"),
                axis=alt.Axis(format="+d", values=[-4, -2, 0, 2, 4, 6]),
            ),
        )
        zero = alt.Chart(pd.DataFrame({"bits": [0]})).mark_rule(color=charts.MUTED).encode(x="bits:Q")
        return (
            zero
            + base.mark_point(size=110, opacity=1).encode(
                color=alt.Color(
                    "name:N",
                    sort=names,
                    scale=alt.Scale(domain=names, range=[charts.GOOD, charts.NEUTRAL, charts.BAD]),
                    legend=alt.Legend(columns=1 if width <= charts.NARROW else 3, title=None, columnPadding=24),
                ),
                shape=alt.Shape(
                    "name:N",
                    sort=names,
                    scale=alt.Scale(domain=names, range=["circle", "diamond", "square"]),
                    legend=None,
                ),
            )
        ).properties(width=width if width > charts.NARROW else width - 100, height=34 * len(table))

    colon = page.say(en=": ", fr=" : ")
    page.chart(
        "weights",
        dots,
        title=page.say(
            en="First name and birth date tell people apart; the street does not",
            fr="Prénom et date de naissance distinguent les gens, la rue non",
        ),
        alternative=page.say(
            en="Weights in bits when a field is the same, one slip apart, different: ",
            fr="Poids en bits quand un champ est identique, à une faute près, différent : ",
        )
        + "; ".join(
            f"{row.field}{colon}"
            + ", ".join(page.written(value, digits=1, sign=True) for value in (row.same, row.near, row.other))
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Right of nought speaks for one person, left of it for two; one bit doubles or halves the odds.",
            fr="À droite de zéro, l’indice parle pour une seule personne ; à gauche, pour deux ; un bit double les chances ou les divise par deux.",
        ),
        data=table[["field", "same", "near", "other"]],
        columns={
            "field": Column(label=page.say(en="Field", fr="Champ")),
            **{
                name: Column(label=page.say(**label).capitalize(), digits=1, sign=True)
                for name, label in AGREES.items()
            },
        },
    )


def methods(
    page: Page, linked: Linked, score: np.ndarray, merge_above: float, read_from: float, read_to: float
) -> None:
    """Five ways to group the records, and what each costs."""
    own = pd.Series(np.arange(len(linked.frame)))

    def keyed(key: pd.Series) -> linkage.Agreement:
        """Group records by a key; a record without one stands alone."""
        codes = pd.Series(pd.factorize(key)[0] + len(own)).where(key.notna(), own)
        return linkage.agreement(linked.person, codes.to_numpy())

    rule = linked.frame["initial"] + "|" + linked.frame["last_name"] + "|" + linked.frame["birth_date"]
    band = (score >= read_from) & (score < read_to)
    # The readers are right: the answer key stands for them, and the page says so.
    decided = (score >= read_to) | (band & linked.is_one)
    ways = {
        "none": (keyed(pd.Series([None] * len(own))), 0, {"en": "Merge nothing", "fr": "Ne rien fusionner"}),
        "email": (keyed(linked.frame["email"]), 0, {"en": "Same e-mail", "fr": "Même e-mail"}),
        "rule": (
            keyed(rule),
            0,
            {"en": "Initial, name, birth date", "fr": "Initiale, nom, naissance"},
        ),
        "score": (linked.held(score >= merge_above), 0, {"en": "Score, one threshold", "fr": "Score, un seuil"}),
        "read": (linked.held(decided), int(band.sum()), {"en": "Score, doubtful pairs read", "fr": "Score, doutes relus"}),
    }  # fmt: skip
    rows = []
    for name, (found, read, label) in ways.items():
        page.value(f"{name}.groups", found.groups)
        page.value(f"{name}.mixed", found.mixed)
        page.value(f"{name}.split", found.split)
        page.value(f"{name}.extra", found.extra)
        page.value(f"{name}.cost", cost(found, read), unit="euros")
        page.value(f"{name}.precision", 100 * found.precision, unit="percent")
        page.value(f"{name}.recall", 100 * found.recall, unit="percent")
        page.value(f"{name}.f1", found.f1, digits=2)
        rows.append(
            {
                "way": page.say(**label),
                "groups": found.groups,
                "precision": 100 * found.precision if name != "none" else np.nan,
                "recall": 100 * found.recall,
                "mixed": found.mixed,
                "cost": cost(found, read),
            }
        )
    page.value("email.wrong", ways["email"][0].claimed - ways["email"][0].right)
    page.value("email.claimed", ways["email"][0].claimed)
    page.value("email.times", cost(ways["email"][0]) / cost(ways["none"][0]))
    page.value("band", int(band.sum()))
    page.value("band.euros", READING_EUR * band.sum(), unit="euros")
    page.value("band.one", 100 * linked.is_one[band].mean(), unit="percent")
    page.value("sure", int((score >= read_to).sum()))
    page.value("sure.wrong", int(((score >= read_to) & ~linked.is_one).sum()))
    saved = cost(ways["none"][0]) - cost(ways["read"][0], ways["read"][1])
    page.value("read.saved", saved, unit="euros")
    page.value("read.saved.thousand", saved / len(set(linked.person)) * 1000, unit="euros")
    sample = READING_EUR * 2 * SAMPLE
    page.value("sample.euros", sample, unit="euros")
    hold("the first catalogue pays for the sample", saved > sample)
    costs = {name: cost(found, read) for name, (found, read, _) in ways.items()}
    hold("reading the doubtful pairs is the cheapest way", min(costs, key=costs.__getitem__) == "read")
    hold("the e-mail is dearer than doing nothing", costs["email"] > 5 * costs["none"])
    hold("the rule mixes nobody", ways["rule"][0].mixed == 0)
    hold(
        "the score has the best F1 of the automatic ways",
        ways["score"][0].f1 > max(ways["email"][0].f1, ways["rule"][0].f1),
    )
    page.table(
        "methods",
        pd.DataFrame(rows),
        caption=page.say(
            en="Five ways to group the same records, judged by the answer key",
            fr="Cinq façons de regrouper les mêmes fiches, jugées par le corrigé",
        ),
        columns={
            "way": Column(label=page.say(en="Way", fr="Méthode")),
            "groups": Column(label=page.say(en="Groups", fr="Groupes")),
            "precision": Column(label=page.say(en="Precision", fr="Précision"), unit="percent"),
            "recall": Column(label=page.say(en="Recall", fr="Rappel"), unit="percent"),
            "mixed": Column(label=page.say(en="Mixed up", fr="Mélangés")),
            "cost": Column(label=page.say(en="Cost", fr="Coût"), unit="euros"),
        },
    )


def thresholds(page: Page, linked: Linked, score: np.ndarray, read_from: float, read_to: float) -> None:
    """Both errors against the threshold."""
    rows = []
    for at in np.arange(-6, 15):
        found = linked.held(score >= at)
        rows.append({"at": at, "mixed": found.mixed, "split": found.split, "groups": found.groups})
    table = pd.DataFrame(rows)
    hold("fewer are mixed up as the threshold rises", bool(table["mixed"].is_monotonic_decreasing))
    hold("more are split as the threshold rises", bool(table["split"].is_monotonic_increasing))
    truth = len(set(linked.person))
    right = table.iloc[(table["groups"] - truth).abs().argmin()]
    page.value("count.at", right["at"])
    page.value("count.groups", right["groups"])
    page.value("count.mixed", right["mixed"])
    page.value("count.split", right["split"])
    hold("a right count hides both errors", abs(right["groups"] - truth) < 30 and right["mixed"] > 80 < right["split"])
    names = {
        "mixed": page.say(en="mixed up", fr="mélangés"),
        "split": page.say(en="still split", fr="encore éclatés"),
    }
    long = table.melt(id_vars="at", value_vars=list(names), var_name="error", value_name="people")
    ends = long[((long["error"] == "mixed") & (long["at"] == -6)) | ((long["error"] == "split") & (long["at"] == 14))]
    ends = ends.assign(name=ends["error"].map(names))
    zone = pd.DataFrame({"low": [read_from], "high": [read_to], "said": [page.say(en="to be read", fr="à relire")]})

    def lines(width: int) -> alt.LayerChart:
        x = alt.X(
            "at:Q",
            title=page.say(en="Threshold, in bits of the score", fr="Seuil, en bits du score"),
            scale=alt.Scale(domain=[-6, 14], nice=False),
            axis=alt.Axis(values=list(range(-6, 15, 2))),
        )
        y = alt.Y("people:Q", title=page.say(en="Customers", fr="Clients"))
        colour = alt.Color(
            "error:N", scale=alt.Scale(domain=["mixed", "split"], range=[charts.BAD, charts.GOOD]), legend=None
        )
        shade = alt.Chart(zone).mark_rect(color=charts.LINE, opacity=0.6).encode(x="low:Q", x2="high:Q")
        said = (
            alt.Chart(zone)
            .mark_text(align="left", dx=6, dy=10, color=charts.MUTED)
            .encode(x="low:Q", y=alt.value(0), text="said:N")
        )
        drawn = alt.Chart(long).mark_line().encode(x=x, y=y, color=colour)
        named = alt.Chart(ends).encode(x=x, y=y, color=colour, text="name:N")
        left = named.transform_filter("datum.error == 'mixed'").mark_text(align="left", dx=10, dy=-10)
        right = named.transform_filter("datum.error == 'split'").mark_text(align="right", dx=-16, dy=-4)
        return (shade + drawn + left + right + said).properties(width=width, height=260)

    some = table[table["at"].isin([-4, 0, 4, 8, 12])]
    page.chart(
        "thresholds",
        lines,
        title=page.say(
            en="Every threshold trades people mixed up for people split",
            fr="Chaque seuil échange des clients mélangés contre des clients éclatés",
        ),
        alternative=page.say(
            en="Customers mixed up with somebody and customers still split, by threshold: ",
            fr="Clients mélangés et clients éclatés, selon le seuil : ",
        )
        + "; ".join(
            page.say(
                en=f"at {page.written(row.at)} bits {row.mixed} and {row.split}",
                fr=f"à {page.written(row.at)} bits {row.mixed} et {row.split}",
            )
            for row in some.itertuples()
        )
        + ".",
        note=page.say(
            en="Shaded: the doubtful pairs, whose bounds follow from the prices.",
            fr="Zone grisée : les paires douteuses, dont les bornes découlent des prix.",
        ),
        data=some,
        columns={
            "at": Column(label=page.say(en="Threshold", fr="Seuil")),
            "mixed": Column(label=page.say(en="Mixed up", fr="Mélangés")),
            "split": Column(label=page.say(en="Split", fr="Éclatés")),
            "groups": Column(label=page.say(en="Groups", fr="Groupes")),
        },
    )


def audit(page: Page, linked: Linked, accepted: np.ndarray) -> None:
    """What a second sample, of accepted links, says of the share of wrong ones."""
    links = np.flatnonzero(accepted)
    drawn = np.random.default_rng(AUDIT_SEED).choice(links, AUDITED, replace=False)
    wrong = int((~linked.is_one[drawn]).sum())
    low, high = measures.share_interval(wrong, AUDITED)
    page.value("audit", AUDITED)
    page.value("audit.wrong", wrong)
    page.value("audit.low", 100 * low, digits=1, unit="percent")
    page.value("audit.high", 100 * high, digits=1, unit="percent")
    truth = (~linked.is_one[links]).mean()
    page.value("audit.truth", 100 * truth, digits=1, unit="percent")
    hold("the interval of the audit holds the truth", low < truth < high)


def traps(
    page: Page, data: cxdata.Dataset, linked: Linked, model: linkage.Model, score: np.ndarray, merge_above: float
) -> None:
    """Easy pairs, strangers as the yardstick, chains, and a customer per record."""
    sure = np.ones(len(linked.pairs), bool)
    for field in ("email", "birth_date"):
        sure &= linked.level[:, linkage.COMPARED.index(field)] == linkage.SAME
    hold("pairs with the same e-mail and birth date are one person", linked.is_one[sure].all())
    true = linked.held(sure).true
    page.value("easy", int(sure.sum()))
    page.value("easy.recall", 100 * (score[sure] >= merge_above).mean(), unit="percent")
    reached = (score >= merge_above) & linked.is_one
    page.value("blocked.recall", 100 * reached.sum() / linked.is_one.sum(), unit="percent")
    page.value("real.recall", 100 * reached.sum() / true, unit="percent")
    page.value("blocked.lost", true - int(linked.is_one.sum()))

    # Strangers: u counted among pairs drawn from all records, as programs do unless told otherwise.
    rng = np.random.default_rng(SAMPLE_SEED)
    ends = rng.integers(0, len(linked.frame), (RANDOM_PAIRS, 2))
    ends = np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1)
    strangers = linkage.levels_of(linked.frame, pd.DataFrame(ends, columns=["left", "right"]))
    usual = linkage.Model(
        model.m, linkage.shares_of(strangers), true / (len(linked.frame) * (len(linked.frame) - 1) / 2)
    )
    by_strangers = usual.scores(linked.level)
    page.value("strangers.pairs", RANDOM_PAIRS)
    page.value("strangers.street", usual.weights[linkage.COMPARED.index("address"), linkage.SAME], digits=1, sign=True)
    page.value("strangers.email", usual.weights[linkage.COMPARED.index("email"), linkage.SAME], digits=1, sign=True)
    found = linked.held(by_strangers >= merge_above)
    page.value("strangers.mixed", found.mixed)
    page.value("strangers.precision", 100 * found.precision, unit="percent")
    wrong = (by_strangers >= merge_above) & ~linked.is_one
    page.value("strangers.wrong", int(wrong.sum()))
    hold("all wrong links then join one household", linked.is_home[wrong].all())

    orders = len(data["orders"])
    page.value("head.records", orders / len(linked.raw), digits=1)
    page.value("head.people", orders / len(data["customers"]), digits=1)
    mails = linked.raw["email"].dropna()
    shared = linked.raw.loc[mails.index].assign(person=linked.person[mails.index]).groupby("email")["person"].nunique()
    page.value("mail.shared", int((shared > 1).sum()))


def chains(page: Page, linked: Linked, score: np.ndarray) -> None:
    """What groups add to the links that were scored."""
    even = score >= 0
    found = linked.held(even)
    page.value("chain.links", int(even.sum()))
    page.value("chain.links.wrong", int((even & ~linked.is_one).sum()))
    page.value("chain.claimed", found.claimed)
    page.value("chain.wrong", found.claimed - found.right)
    page.value("chain.added", found.claimed - int(even.sum()))
    group = linked.grouped(even)
    most = pd.Series(group).value_counts().index[0]
    inside = group == most
    page.value("chain.largest", int(inside.sum()))
    page.value("chain.people", len(set(linked.person[inside])))
    page.value("chain.homes", len(set(linked.home[inside])))
    page.value("chain.pairs", int(inside.sum() * (inside.sum() - 1) / 2))
    page.value("chain.scored", int((even & (group[linked.pairs["left"]] == most)).sum()))
    hold("chains add wrong pairs", found.claimed - found.right > 1.2 * (even & ~linked.is_one).sum())
    names = set(linked.raw.loc[inside, "first_name"]) | set(linked.raw.loc[inside, "last_name"])
    hold(
        "the largest group holds an M BECKER, a Margaret and a Michelle",
        {"M", "BECKER", "Margaret", "Michelle"} <= names,
    )
    hold("the largest group glues several people", len(set(linked.person[inside])) > 2)


def other_samples(page: Page, linked: Linked, merge_above: float) -> None:
    """How far the result hangs on which pairs were read: the same work with other lots."""
    mixed, extra = [], []
    for seed in range(100, 100 + OTHER_SAMPLES):
        drawn = np.random.default_rng(seed).choice(len(linked.pairs), SAMPLE, replace=False)
        model = linkage.counted(linked.level[drawn], linked.is_one[drawn])
        found = linked.held(model.scores(linked.level) >= merge_above)
        mixed.append(found.mixed)
        extra.append(found.extra)
    page.value("others", OTHER_SAMPLES)
    for name, found in (("mixed", mixed), ("extra", extra)):
        page.value(f"others.{name}.low", min(found))
        page.value(f"others.{name}.high", max(found))


def trusted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return records in the order of trust: own hand before heard, then newest first."""
    order = rows["source"].astype(str).map(list(FILES).index)
    return rows.assign(order=order).sort_values(["order", "recorded_on"], ascending=[True, False])


def golden(page: Page, linked: Linked, data: cxdata.Dataset) -> None:
    """Three records of one person, and the golden record that survives from them."""
    rows = linked.raw[linked.raw["record_id"].isin(EXAMPLE)].sort_values("recorded_on")
    person = set(linked.person[rows.index])
    hold("the three records are one person's", len(rows) == len(EXAMPLE) and len(person) == 1)
    truth = data["customers"].merge(data["households"], on="household_id").set_index("customer_id").loc[person.pop()]
    ranked = trusted(rows)
    chosen = {field: ranked.loc[ranked[field].notna()].iloc[0] for field in GOLDEN}
    hold("the golden record is right", all(str(row[field]) == str(truth[field]) for field, row in chosen.items()))
    hold("the newest record comes from the till, with two slips", rows["first_name"].iloc[-1] == "BERNRD")
    hold("its street is misspelt", rows["address"].iloc[-1] == "47 BOULEVRD DE VOISIN")
    hold("the oldest, of the programme, lacks birth date and phone", rows[["birth_date", "phone"]].iloc[0].isna().all())
    hold("the service centre misspelt the town", rows["town"].iloc[1] == "Baudri")
    hold("the service centre fills the gaps", str(chosen["phone"]["source"]) == "service_centre")
    name = f"{truth['first_name']} {truth['last_name']}"
    page.text("golden.name", en=name, fr=name)
    said = "; ".join(
        f"{page.say(**LABELS[field])} {row[field]} ({page.say(**FILES[str(row['source'])])})"
        for field, row in chosen.items()
    )
    page.drawing(
        "golden",
        _golden_wide(page, rows, chosen),
        narrow=_golden_narrow(page, chosen),
        title=page.say(
            en="Three records become one, and every field says where it comes from",
            fr="Trois fiches n’en font plus qu’une, et chaque champ dit d’où il vient",
        ),
        alternative=page.say(
            en=f"Golden record: {said}. Of the till's record, the newest, nothing survives.",
            fr=f"Fiche de référence : {said}. De la fiche de caisse, la plus récente, rien ne subsiste.",
        ),
        note=page.say(
            en="Rule: what customers typed themselves comes before what staff heard; within that, the newest; a gap is filled from the next file.",
            fr="Règle : ce que le client a saisi passe avant ce qu’un employé a entendu ; à égalité, le plus récent ; un vide est comblé par le fichier suivant.",
        ),
    )


def _golden_wide(page: Page, rows: pd.DataFrame, chosen: dict[str, pd.Series]) -> str:
    """Draw the records side by side, the surviving cells filled, and the golden record at the right."""
    left, step, top, line, size = 104.0, 134.0, 34.0, 40.0, 12.5
    mine = left + step * len(rows) + 10
    width, high = mine + 136, top + line * len(GOLDEN) + 6
    parts = [
        f'<rect x="{mine - 10}" y="1" width="{width - mine + 9}" height="{high - 2}" rx="8"'
        f' fill="{css("1-soft")}" stroke="{css("1")}"/>',
        written(page.say(en="Golden record", fr="Fiche de référence"), mine, 10, size=size, bold=True),
    ]
    for place, row in enumerate(rows.itertuples()):
        head = f"{page.say(**FILES[str(row.source)])} {str(row.recorded_on)[:4]}"
        parts.append(written(head, left + step * place, 10, size=size, bold=True))
    for at, field in enumerate(GOLDEN):
        y = top + line * at
        parts.append(f'<line x1="0" y1="{y}" x2="{mine - 18}" y2="{y}" stroke="{css("line")}"/>')
        cells = [(page.say(**LABELS[field]), 0.0, "muted", False)]
        for place, row in enumerate(rows.itertuples()):
            x, value = left + step * place, getattr(row, field)
            if row.record_id == chosen[field]["record_id"]:
                parts.append(
                    f'<rect x="{x - 6}" y="{y + 3}" width="{step - 6}" height="{line - 6}" rx="5"'
                    f' fill="{css("1-soft")}"/>'
                )
            cells.append(("–" if pd.isna(value) else str(value), x, "muted" if pd.isna(value) else "ink", False))
        cells.append((str(chosen[field][field]), mine, "ink", True))
        for words, x, colour, bold in cells:
            lines = wrapped(words, size, step - 12 if x else left - 6, bold=bold)
            parts.append(written(lines, x, y + (line - height(lines, size)) / 2, size=size, colour=colour, bold=bold))
    return canvas("".join(parts), width=width, height=high)


def _golden_narrow(page: Page, chosen: dict[str, pd.Series]) -> str:
    """Draw the golden record alone, each field with its source."""
    line, top = 46.0, 34.0
    high = top + line * len(GOLDEN) + 6
    parts = [
        f'<rect x="1" y="1" width="298" height="{high - 2}" rx="8" fill="{css("1-soft")}" stroke="{css("1")}"/>',
        written(page.say(en="Golden record", fr="Fiche de référence"), 12, 10, size=13, bold=True),
    ]
    for at, field in enumerate(GOLDEN):
        y, row = top + line * at, chosen[field]
        source = f"{page.say(**FILES[str(row['source'])])} {str(row['recorded_on'])[:4]}"
        parts.append(f'<line x1="1" y1="{y}" x2="299" y2="{y}" stroke="{css("line")}"/>')
        parts.append(written(f"{page.say(**LABELS[field])} – {source}", 12, y + 4, size=12, colour="muted"))
        parts.append(written(str(row[field]), 12, y + 22, size=13, bold=True))
    return canvas("".join(parts), width=300, height=high)


def survivors(page: Page, linked: Linked, data: cxdata.Dataset) -> None:
    """The exercise: newest record or most trusted file, for the birth date of people with several records."""
    rows = linked.raw.assign(person=linked.person)
    rows = rows[rows["birth_date"].notna()]
    several = rows[rows.groupby("person")["birth_date"].transform("size") > 1]
    truth = data["customers"].set_index("customer_id")["birth_date"].astype(str)
    newest = several.sort_values("recorded_on", ascending=False).groupby("person")["birth_date"].first()
    own = trusted(several).groupby("person")["birth_date"].first()
    oldest = several.sort_values("recorded_on").groupby("person")["birth_date"].first()
    right = {
        name: found.astype(str) == truth.loc[found.index]
        for name, found in (("newest", newest), ("own", own), ("oldest", oldest))
    }
    page.value("survive.people", len(newest))
    for name, hits in right.items():
        low, high = measures.share_interval(int(hits.sum()), len(hits))
        page.value(f"survive.{name}", 100 * hits.mean(), digits=1, unit="percent")
        page.value(f"survive.{name}.low", 100 * low, digits=1, unit="percent")
        page.value(f"survive.{name}.high", 100 * high, digits=1, unit="percent")
    gain = right["own"].astype(float) - right["newest"].astype(float)
    error = gain.std() / math.sqrt(len(gain))
    for name, value in (
        ("gain", gain.mean()),
        ("gain.low", gain.mean() - 1.96 * error),
        ("gain.high", gain.mean() + 1.96 * error),
    ):
        page.value(f"survive.{name}", 100 * value, digits=1, sign=True)
    hold("the own hand beats the newest by more than chance", gain.mean() - 1.96 * error > 0)
    hold("the oldest beats the newest too", right["oldest"].mean() > right["newest"].mean())
    first = several.sort_values("recorded_on").groupby("person")["source"].first().astype(str)
    last = several.sort_values("recorded_on").groupby("person")["source"].last().astype(str)
    for name, part in (("first", first), ("last", last)):
        page.value(f"survive.{name}.own", 100 * part.isin(["web_shop", "loyalty_programme"]).mean(), unit="percent")
