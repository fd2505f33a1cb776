"""Mystery shopping: who gets the training, when four visits a year and twelve assessors make the league table."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures, shrinkage
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PLACES = 21
"""Shops that can be trained: a fourth of them."""
TRAINING_EUR, VISIT_EUR = 4_000, 90
"""What a week of training and a visit cost, in our story."""
WANTED = 0.8
"""Reliability that a decision about single shops should rest on."""
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+d')"
"""Labels of an axis of differences."""
ITEMS = {
    "was_advised": {"en": "Need asked for, advice given", "fr": "Besoin demandé, conseil donné"},
    "was_greeted": {"en": "Greeted within a minute", "fr": "Accueil en moins d’une minute"},
    "was_thanked": {"en": "Thanked on leaving", "fr": "Remerciement au départ"},
    "labels_complete": {"en": "Price labels complete", "fr": "Étiquettes de prix complètes"},
    "is_clean": {"en": "Premises clean", "fr": "Lieux propres"},
}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    visits = data["mystery_visits"].dropna(subset=["store_id"]).astype({"store_id": "int64"})
    visits = visits.merge(data.truth["latents/mystery_visits"], on="visit_id")
    visits = visits.assign(year=visits["visited_at"].dt.year)
    first = visits[visits["year"] == 2023]
    truth = visits.groupby("store_id")["true_score"].mean()
    found = shrinkage.components(first, score="overall_score", unit="store_id", rater="assessor_id")
    raw = first.groupby("store_id")["overall_score"].mean()
    called = call_backs(data["shop_bonuses"])

    page.value("shops", len(raw))
    page.value("places", PLACES)
    page.value("visits", len(first))
    page.value("training", TRAINING_EUR, unit="euros")
    page.value("training.all", TRAINING_EUR * PLACES, unit="euros")
    page.value("visit", VISIT_EUR, unit="euros")
    page.value("best", raw.max())
    page.value("worst", raw.min())
    sources(page, found)
    assessors(page, first, found)
    estimates = ranking(page, first, found)
    reliability(page, first, found)
    choices(
        page,
        truth,
        {"league": raw, "assessor": found.unit_mean, "calls": called},
        estimates,
        data["shop_bonuses"]["call_answers"].mean(),
    )
    next_year(page, data, visits, raw)
    two_visits(page, first, found)
    progress(page, data, visits)
    items(page, visits, called)
    exercise(page, visits)


def call_backs(quarters: pd.DataFrame, year: str = "2023") -> pd.Series:
    """Return each shop's mean satisfaction by the call-backs of a year, 1 to 5."""
    rows = quarters[quarters["quarter"].str.startswith(year)]
    total = (rows["call_csat"] * rows["call_answers"]).groupby(rows["store_id"]).sum()
    return total / rows.groupby("store_id")["call_answers"].sum()


def sources(page: Page, found: shrinkage.Components) -> None:
    """Where the spread of one visit comes from."""
    total = found.unit + found.rater + found.rest
    for name in ("unit", "rater", "rest"):
        page.value(f"{name}.sd", np.sqrt(getattr(found, name)), digits=1)
        page.value(f"{name}.share", 100 * getattr(found, name) / total, unit="percent")
    hold("shops are the smallest source", found.unit < min(found.rater, found.rest))


def assessors(page: Page, first: pd.DataFrame, found: shrinkage.Components) -> None:
    """How lenient each assessor is, in points beside the mean of the panel."""
    gaps = found.rater_gap
    counts = first["assessor_id"].value_counts().reindex(gaps.index)
    error = np.sqrt(found.rest / counts)
    table = pd.DataFrame(
        {
            "assessor": gaps.index,
            "visits": counts,
            "gap": gaps,
            "low": gaps - measures.Z_95 * error,
            "high": gaps + measures.Z_95 * error,
        }
    ).reset_index(drop=True)
    table["lenient"] = table["low"] > 0
    lenient, strict = table[table["lenient"]], table[~table["lenient"]]
    hold("three assessors are lenient and nine strict", len(lenient) == 3 and bool((strict["gap"] < 0).all()))
    apart = lenient["gap"].mean() - strict["gap"].mean()
    page.value("apart", apart)
    page.value("lenient", len(lenient))
    page.value("panel", len(table))
    names = set(lenient["assessor"])
    share = first["assessor_id"].isin(names).groupby(first["store_id"]).mean()
    order = first.groupby("store_id")["overall_score"].mean().sort_values().index
    page.value("lenient.share", 100 * first["assessor_id"].isin(names).mean(), unit="percent")
    page.value("lenient.bottom", 100 * share[order[:PLACES]].mean(), unit="percent")
    page.value("lenient.top", 100 * share[order[-PLACES:]].mean(), unit="percent")
    middle = first.groupby("store_id")["overall_score"].mean()
    above = (middle > middle.median() + apart * (1 - first["assessor_id"].isin(names).mean())).sum()
    hold("a lenient region would carry the middle shop among the first ten", above < 10)
    page.value("lenient.rank", above + 1)

    def dots(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X("assessor:O", title=page.say(en="Assessor of 2023", fr="Enquêteur de 2023"))
        )
        y = alt.Y(
            "low:Q",
            title=page.say(en="Points beside the panel", fr="Points, écart au panel"),
            axis=alt.Axis(labelExpr=SIGNED),
        )
        colour = alt.condition("datum.lenient", alt.value(charts.BAD), alt.value(charts.GOOD))
        zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=charts.LINE).encode(y="at:Q")
        return (
            zero
            + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
            + base.mark_point(size=110, opacity=1).encode(y="gap:Q", color=colour)
        ).properties(width=width, height=220)

    page.chart(
        "assessors",
        dots,
        title=page.say(
            en="Three of twelve assessors give far more points for the same shops",
            fr="Trois enquêteurs sur douze notent bien plus haut les mêmes magasins",
        ),
        alternative=page.say(
            en="Points given beside the mean of the panel, same shops: ",
            fr="Points donnés par rapport à la moyenne du panel, à magasins égaux : ",
        )
        + ", ".join(
            f"{page.say(en='assessor', fr='enquêteur')} {row.assessor} {page.written(row.gap, sign=True)}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Same shops compared. Lines are 95% intervals.",
            fr="À magasins égaux. Traits : intervalles à 95 %.",
        ),
        data=table.drop(columns="lenient"),
        columns={
            "assessor": Column(label=page.say(en="Assessor", fr="Enquêteur")),
            "visits": Column(label=page.say(en="Visits", fr="Visites")),
            "gap": Column(label=page.say(en="Points", fr="Points"), digits=1, sign=True),
            "low": Column(label=page.say(en="From", fr="De"), digits=1, sign=True),
            "high": Column(label=page.say(en="To", fr="À"), digits=1, sign=True),
        },
    )


def ranking(page: Page, first: pd.DataFrame, found: shrinkage.Components) -> pd.DataFrame:
    """The 84 shops with honest intervals; return their estimates."""
    counts = first.groupby("store_id").size()
    estimates = shrinkage.shrunken(found.unit_mean, counts, between=found.unit, within=found.rest)
    centre = estimates["estimate"].mean()
    table = (estimates[["estimate", "low", "high"]] - centre).sort_values("estimate")
    table["chance"] = 100 * shrinkage.chance_among_lowest(estimates, PLACES)
    table.insert(0, "place", range(len(table), 0, -1))
    table = table.reset_index()
    sure, out = int((table["chance"] >= 90).sum()), int((table["chance"] <= 10).sum())
    page.value("sure", sure)
    page.value("sure.not", out)
    page.value("unsure", len(table) - sure - out)
    page.value("weight", 100 * estimates["weight"].mean(), unit="percent")
    worst = int(table["store_id"].iloc[0])
    page.value("worst.shop", worst)
    deviation = found.unit_mean - found.unit_mean.mean()
    page.value("worst.raw", deviation[worst], sign=True)
    page.value("worst.shrunken", table["estimate"].iloc[0], sign=True)
    hold("most shops are neither surely in nor out", (len(table) - sure - out) > 0.4 * len(table))
    labels = {
        "in": page.say(en="surely among the weakest 21", fr="sûrement parmi les 21 derniers"),
        "open": page.say(en="open", fr="indécis"),
        "out": page.say(en="surely not", fr="sûrement pas"),
    }
    table["kind"] = np.select(
        [table["chance"] >= 90, table["chance"] <= 10], [labels["in"], labels["out"]], labels["open"]
    )

    def lines(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "place:Q",
                scale=alt.Scale(domain=[85, 0], nice=False),
                axis=alt.Axis(values=[84, 63, 42, 21, 1]),
                title=page.say(en="Place, last to first", fr="Rang, du dernier au premier"),
            ),
            color=alt.Color(
                "kind:N",
                sort=list(labels.values()),
                scale=alt.Scale(domain=list(labels.values()), range=[charts.BAD, charts.NEUTRAL, charts.GOOD]),
                legend=alt.Legend(columns=1 if width <= charts.NARROW else 3, columnPadding=24),
            ),
        )
        y = alt.Y(
            "low:Q",
            title=page.say(en="Points beside the average shop", fr="Points, écart au magasin moyen"),
            axis=alt.Axis(labelExpr=SIGNED),
        )
        return (
            base.mark_rule(strokeWidth=1.5, opacity=0.55).encode(y=y, y2="high:Q")
            + base.mark_point(size=24, opacity=1, shape="square").encode(y="estimate:Q")
        ).properties(width=width, height=260)

    page.chart(
        "ranking",
        lines,
        title=page.say(
            en=f"For {len(table) - sure - out} of {len(table)} shops, four visits leave open whether they belong to the weakest fourth",
            fr=f"Pour {len(table) - sure - out} magasins sur {len(table)}, quatre visites ne disent pas s’ils sont du dernier quart",
        ),
        alternative=page.say(
            en=f"Shrunken estimates of {len(table)} shops with 95% intervals, from {page.written(table['estimate'].min(), sign=True)} to "
            f"{page.written(table['estimate'].max(), sign=True)} points beside the average shop; {sure} are surely among the weakest {PLACES}, {out} surely not.",
            fr=f"Estimations resserrées de {len(table)} magasins et intervalles à 95 %, de {page.written(table['estimate'].min(), sign=True)} à "
            f"{page.written(table['estimate'].max(), sign=True)} points du magasin moyen ; {sure} sont sûrement parmi les {PLACES} derniers, {out} sûrement pas.",
        ),
        note=page.say(
            en="Visits of 2023, assessors’ leniency removed, estimates shrunken. “Surely” is a chance of nine in ten.",
            fr="Visites de 2023, sévérité des enquêteurs retirée, estimations resserrées. « Sûrement » : neuf chances sur dix.",
        ),
        data=table.drop(columns="kind").head(10),
        columns={
            "store_id": Column(label=page.say(en="Shop (last ten)", fr="Magasin (dix derniers)")),
            "place": Column(label=page.say(en="Place", fr="Rang")),
            "estimate": Column(label=page.say(en="Points", fr="Points"), digits=1, sign=True),
            "low": Column(label=page.say(en="From", fr="De"), digits=1, sign=True),
            "high": Column(label=page.say(en="To", fr="À"), digits=1, sign=True),
            "chance": Column(label=page.say(en="Chance to be in", fr="Probabilité d’en être"), unit="percent"),
        },
    )
    return estimates


def spread_of_reliability(first: pd.DataFrame, found: shrinkage.Components, draws: int = 2_000) -> tuple[float, float]:
    """Return the ends of the 95 % bootstrap interval of one visit's reliability, leniency removed; shops are redrawn."""
    fair = first["overall_score"] - first["assessor_id"].map(found.rater_gap)
    marks = np.stack([part.to_numpy() for _, part in fair.groupby(first["store_id"])])
    shops, each = marks.shape
    drawn = np.random.default_rng(7).integers(0, shops, (draws, shops))
    means, inside = marks.mean(axis=1)[drawn], marks.var(axis=1, ddof=1)[drawn].mean(axis=1)
    unit = np.maximum(means.var(axis=1, ddof=1) - inside / each, 0.0)
    low, high = np.quantile(unit / (unit + inside), [0.025, 0.975])
    return float(low), float(high)


def reliability(page: Page, first: pd.DataFrame, found: shrinkage.Components) -> None:
    """How reliability grows with visits, with and without the assessors' part."""
    low, high = spread_of_reliability(first, found)
    page.value("removed.low", low, digits=2)
    page.value("removed.high", high, digits=2)
    page.value("removed.needed.low", shrinkage.scores_needed(high, WANTED))
    page.value("removed.needed.high", shrinkage.scores_needed(low, WANTED))
    kinds = {
        False: page.say(en="assessors by lot", fr="enquêteurs au hasard"),
        True: page.say(en="leniency removed", fr="sévérité retirée"),
    }
    rows = []
    for removed, kind in kinds.items():
        one = found.reliability(rater_removed=removed)
        name = "removed" if removed else "lot"
        page.value(f"{name}.one", one, digits=2)
        page.value(f"{name}.four", found.reliability(4, rater_removed=removed), digits=2)
        page.value(f"{name}.needed", shrinkage.scores_needed(one, WANTED))
        rows += [
            {"visits": count, "kind": kind, "reliability": found.reliability(count, rater_removed=removed)}
            for count in range(1, 17)
        ]
    needed = [shrinkage.scores_needed(found.reliability(rater_removed=kind), WANTED) for kind in (False, True)]
    hold("removing leniency spares at least a third of the visits", needed[1] <= 2 / 3 * needed[0])
    page.value("wanted", WANTED, digits=1)
    page.value("spared", round((needed[0] - needed[1]) * first["store_id"].nunique() * VISIT_EUR, -2), unit="euros")
    table = pd.DataFrame(rows)
    last = table[table["visits"] == 16]

    def curves(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "visits:Q",
                scale=alt.Scale(domain=[1, 16]),
                axis=alt.Axis(values=[1, 4, 8, 12, 16]),
                title=page.say(en="Visits per shop", fr="Visites par magasin"),
            ),
            y=alt.Y(
                "reliability:Q",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
                title=page.say(en="Reliability", fr="Fidélité"),
            ),
            color=alt.Color(
                "kind:N",
                sort=list(kinds.values()),
                scale=alt.Scale(domain=list(kinds.values()), range=[charts.BAD, charts.GOOD]),
                legend=None,
            ),
        )
        rule = alt.Chart(pd.DataFrame({"at": [WANTED]})).mark_rule(strokeDash=[4, 4]).encode(y="at:Q")
        above = base.transform_filter("datum.visits == 10 && datum.kind == '" + kinds[True].replace("'", "\\'") + "'")
        below = base.transform_filter("datum.visits == 10 && datum.kind == '" + kinds[False].replace("'", "\\'") + "'")
        return (
            rule
            + base.mark_line()
            + above.mark_text(dy=-16, align="right").encode(text="kind:N")
            + below.mark_text(dy=18, align="left").encode(text="kind:N")
        ).properties(width=width, height=220)

    wide = table.pivot_table(index="visits", columns="kind", values="reliability")[list(kinds.values())].reset_index()
    page.chart(
        "reliability",
        curves,
        title=page.say(
            en=f"A reliability of 0.8 takes {needed[0]} visits with assessors by lot, {needed[1]} once their leniency is removed",
            fr=f"Une fidélité de 0,8 demande {needed[0]} visites avec des enquêteurs au hasard, {needed[1]} une fois leur sévérité retirée",
        ),
        alternative=page.say(
            en="Reliability of a shop’s mean by number of visits, two rising curves; after 16 visits ",
            fr="Fidélité de la moyenne d’un magasin selon le nombre de visites, deux courbes croissantes ; après 16 visites ",
        )
        + ", ".join(f"{row.kind} {page.written(row.reliability, digits=2)}" for row in last.itertuples())
        + ".",
        note=page.say(
            en="The broken line is 0.8. By Spearman and Brown, from the visits of 2023.",
            fr="Le trait interrompu est à 0,8. Selon Spearman et Brown, d’après les visites de 2023.",
        ),
        data=wide,
        columns={
            "visits": Column(label=page.say(en="Visits", fr="Visites")),
            **{kind: Column(digits=2) for kind in kinds.values()},
        },
    )


def choices(
    page: Page, truth: pd.Series, ways: dict[str, pd.Series], estimates: pd.DataFrame, calls_each: float
) -> None:
    """Four ways to choose 21 shops, judged by the answer key."""
    weakest = set(truth.nsmallest(PLACES).index)
    labels = {
        "league": page.say(en="League table of visits", fr="Classement par les visites"),
        "assessor": page.say(en="Visits, leniency removed", fr="Visites, sévérité retirée"),
        "calls": page.say(en="Customers called back", fr="Clients rappelés"),
    }
    rows = []
    for name, marks in ways.items():
        chosen = marks.nsmallest(PLACES).index
        right = len(weakest & set(chosen))
        page.value(f"{name}.right", right)
        page.value(f"{name}.wrong", PLACES - right)
        page.value(f"{name}.wasted", (PLACES - right) * TRAINING_EUR, unit="euros")
        page.value(f"{name}.below", truth.mean() - truth[chosen].mean(), digits=1)
        rows.append((labels[name], right, (PLACES - right) * TRAINING_EUR, truth.mean() - truth[chosen].mean()))
    hold(
        "each way is better than the one before it",
        rows[0][1] < rows[1][1] < rows[2][1] and rows[0][3] < rows[1][3] < rows[2][3],
    )
    gap = estimates["estimate"] - estimates["estimate"].mean()
    true_gap = truth - truth.mean()
    inside = (gap - true_gap).abs() <= (estimates["high"] - estimates["low"]) / 2
    page.value("covered", 100 * inside.mean(), unit="percent")
    hold("about as many intervals hold the truth as they promise", 0.87 < inside.mean() <= 1)
    page.value("calls.each", calls_each)
    page.value("possible.below", truth.mean() - truth[list(weakest)].mean(), digits=1)
    page.table(
        "choices",
        pd.DataFrame(rows, columns=["way", "right", "wasted", "below"]),
        caption=page.say(
            en="Twenty-one places by the marks of 2023, judged by the answer key",
            fr="Vingt et une places d’après les notes de 2023, jugées par le corrigé",
        ),
        columns={
            "way": Column(label=page.say(en="Chosen by", fr="Choisis par")),
            "right": Column(label=page.say(en="Right", fr="Justes")),
            "wasted": Column(label=page.say(en="Misspent", fr="Mal placé"), unit="euros"),
            "below": Column(label=page.say(en="True lack, points", fr="Manque réel, points"), digits=1),
        },
    )


def next_year(page: Page, data: cxdata.Dataset, visits: pd.DataFrame, raw: pd.Series) -> None:
    """What the chosen shops do the year after, with nobody trained."""
    order = raw.sort_values().index
    worst, best = order[:PLACES], order[-PLACES:]
    second = visits[visits["year"] == 2024]
    later = second.groupby("store_id")["overall_score"].mean()
    page.value("chosen.gap", raw[best].mean() - raw[worst].mean(), digits=1)
    page.value("below.first", raw.mean() - raw[worst].mean(), digits=1)
    page.value("below.second", later.mean() - later[worst].mean(), digits=1)
    rows = second[second["store_id"].isin([*worst, *best])].assign(is_best=lambda r: r["store_id"].isin(best))
    found = measures.difference(
        rows, outcome="overall_score", treatment="is_best", strata=("assessor_id",), cluster="store_id"
    )
    key = cxdata.answer_key(data)["best_and_worst_shops"]["realised"]["value"]
    for name, number in (("gap", found.value), ("gap.low", found.low), ("gap.high", found.high), ("gap.truth", key)):
        page.value(name, number, digits=1)
    hold("next year's visits hold the true gap and exclude the chosen one", found.low < key < found.high)
    hold("the gap of the chosen year is an illusion", raw[best].mean() - raw[worst].mean() > found.high)


def two_visits(page: Page, first: pd.DataFrame, found: shrinkage.Components) -> None:
    """Two league tables of one year, from two visits each."""
    dated = first.sort_values("visited_at")
    turn = dated.groupby("store_id").cumcount()
    halves = [dated[turn.isin(pair)].groupby("store_id")["overall_score"].mean() for pair in ((0, 1), (2, 3))]
    places = [half.rank(ascending=False, method="first") for half in halves]
    move = (places[0] - places[1]).abs()
    page.value("two.move", move.median())
    stay = int(((places[0] <= 10) & (places[1] <= 10)).sum())
    page.value("two.stay", stay)
    page.value("two.correlation", halves[0].corr(halves[1]), digits=2)
    page.value("two.reliability", found.reliability(2), digits=2)
    hold("half of the first ten or more are gone", stay <= 5)
    hold("both halves agree about as the components say", abs(halves[0].corr(halves[1]) - found.reliability(2)) < 0.15)


def progress(page: Page, data: cxdata.Dataset, visits: pd.DataFrame) -> None:
    """The year's progress: plain, with the same assessors, and by customers."""
    rows = visits.assign(later=visits["year"] == 2024)
    plain = measures.difference(rows, outcome="overall_score", treatment="later", cluster="store_id")
    same = measures.difference(
        rows, outcome="overall_score", treatment="later", strata=("assessor_id",), cluster="store_id"
    )
    key = cxdata.answer_key(data)["progress_of_shops"]["realised"]["value"]
    hold("the same assessors find the true progress, the plain difference does not", same.low < key < same.high)
    hold("plain progress is far too high", plain.low > key + 3)
    for name, found in (("plain", plain), ("same", same)):
        page.value(f"progress.{name}", found.value, digits=1)
        page.value(f"progress.{name}.low", found.low, digits=1)
        page.value(f"progress.{name}.high", found.high, digits=1)
    page.value("progress.truth", key, digits=1)
    marks = [call_backs(data["shop_bonuses"], year).mean() for year in ("2023", "2024")]
    page.value("marks.first", marks[0], digits=2)
    page.value("marks.second", marks[1], digits=2)
    hold("customers notice nothing", abs(marks[1] - marks[0]) < 0.02)
    stayed = set(visits.loc[visits["year"] == 2023, "assessor_id"]) & set(
        visits.loc[visits["year"] == 2024, "assessor_id"]
    )
    page.value("stayed", len(stayed))


def items(page: Page, visits: pd.DataFrame, called: pd.Series) -> None:
    """What assessors find in the shops that customers mark lowest."""
    weak = set(called.nsmallest(PLACES).index)
    rows = visits.assign(weak=visits["store_id"].isin(weak))
    lines = []
    for name, label in ITEMS.items():
        part = rows.assign(met=rows[name].astype(float))
        found = measures.difference(part, outcome="met", treatment="weak", cluster="store_id")
        share = part.groupby("weak")["met"].mean()
        lines.append(
            {
                "item": page.say(**label),
                "weak": 100 * share[True],
                "others": 100 * share[False],
                "gap": 100 * found.value,
                "low": 100 * found.low,
                "high": 100 * found.high,
            }
        )
        page.value(f"{name}.weak", 100 * share[True], unit="percent")
        page.value(f"{name}.others", 100 * share[False], unit="percent")
    table = pd.DataFrame(lines)
    hold("advice lacks most", table["gap"].idxmin() == 0)
    hold("cleanliness does not differ", table["low"].iloc[-1] < 0 < table["high"].iloc[-1])
    between = page.say(en="to", fr="à")
    table["interval"] = [
        f"{page.written(row.low, sign=True)} {between} {page.written(row.high, sign=True)}"
        for row in table.itertuples()
    ]
    page.table(
        "items",
        table.drop(columns=["low", "high"]),
        caption=page.say(
            en="What the visits of both years found, in the 21 shops that customers mark lowest and in the others",
            fr="Ce qu’ont constaté les visites des deux ans, dans les 21 magasins les moins bien notés des clients et ailleurs",
        ),
        columns={
            "item": Column(label=page.say(en="Item met", fr="Critère rempli")),
            "weak": Column(label=page.say(en="The 21", fr="Les 21"), unit="percent"),
            "others": Column(label=page.say(en="Others", fr="Autres"), unit="percent"),
            "gap": Column(label=page.say(en="Points", fr="Points"), sign=True),
            "interval": Column(label=page.say(en="95% interval", fr="Intervalle à 95 %")),
        },
    )


def exercise(page: Page, visits: pd.DataFrame) -> None:
    """The same for 2024."""
    second = visits[visits["year"] == 2024]
    found = shrinkage.components(second, score="overall_score", unit="store_id", rater="assessor_id")
    for name in ("unit", "rater", "rest"):
        page.value(f"second.{name}.sd", np.sqrt(getattr(found, name)), digits=1)
    page.value("second.lot.one", found.reliability(), digits=2)
    page.value("second.removed.one", found.reliability(rater_removed=True), digits=2)
    for name, removed in (("lot", False), ("removed", True)):
        page.value(f"second.{name}.needed", shrinkage.scores_needed(found.reliability(rater_removed=removed), WANTED))
    counts = {name: second.groupby(f"{name}_id").size() for name in ("store", "assessor")}
    quick = shrinkage.Components(
        unit=found.unit_mean.var() - (found.rest / counts["store"]).mean(),
        rater=found.rater_gap.var() - (found.rest / counts["assessor"]).mean(),
        rest=found.rest,
        unit_mean=found.unit_mean,
        rater_gap=found.rater_gap,
    )
    hold("the shortcut puts shops a little too far apart", found.unit < quick.unit < 1.25 * found.unit)
    for name, removed in (("lot", False), ("removed", True)):
        needed = shrinkage.scores_needed(quick.reliability(rater_removed=removed), WANTED)
        page.value(f"second.quick.{name}.needed", needed)
    truth = visits.groupby("store_id")["true_score"].mean()
    weakest = set(truth.nsmallest(PLACES).index)
    raw = second.groupby("store_id")["overall_score"].mean()
    page.value("second.league.right", len(weakest & set(raw.nsmallest(PLACES).index)))
    page.value("second.assessor.right", len(weakest & set(found.unit_mean.nsmallest(PLACES).index)))
