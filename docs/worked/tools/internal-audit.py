"""Internal audit: which standards are not lived, whether corrections last, and what customers make of conformity."""

import math

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures, shrinkage
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

STANDARDS = {
    "opening_hours_displayed": {"en": "Opening hours displayed", "fr": "Horaires affichés"},
    "price_labels_complete": {"en": "Price labels complete", "fr": "Étiquettes de prix complètes"},
    "offers_as_announced": {"en": "Offers as announced", "fr": "Offres conformes à l’annonce"},
    "collection_desk_staffed": {"en": "Collection desk staffed", "fr": "Comptoir de retrait tenu"},
    "second_till_opened_in_time": {"en": "Second till opened in time", "fr": "Deuxième caisse ouverte à temps"},
    "returns_taken_as_promised": {"en": "Returns as promised", "fr": "Retours repris comme promis"},
    "advice_corner_staffed": {"en": "Advice corner staffed", "fr": "Espace conseil tenu"},
    "name_badges_worn": {"en": "Name badges worn", "fr": "Badges portés"},
    "complaints_logged": {"en": "Complaints logged", "fr": "Réclamations enregistrées"},
    "entrance_clean": {"en": "Entrance clean", "fr": "Entrée propre"},
    "aisles_free": {"en": "Aisles free", "fr": "Allées dégagées"},
    "plants_watered": {"en": "Plants watered", "fr": "Plantes arrosées"},
}
SEVERITIES = {"minor": {"en": "minor", "fr": "mineurs"}, "major": {"en": "major", "fr": "majeurs"}}
WEIGHTS = {"major": 3, "minor": 1}
"""Points of a finding, in our story: a major one counts for three minor ones."""
AUDIT_EUR = 700
"""What an audit of a shop costs, in our story: a day, the journey and the report."""
PLACES = 21
"""A fourth of the shops."""
MARGIN = 0.05
ROOM = {"left": 14, "right": 5, "top": 5, "bottom": 5}
"""Pixels around a chart with names on its vertical axis, which are drawn wider than they are measured."""
LAST_DAY = pd.Timestamp("2025-03-31")
"""Until when the record says what was corrected."""
CUT = pd.Timestamp("2024-11-30")
"""When the report on the autumn round is due, in our story."""


def load(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per audited standard, with the round, and what the next audit found."""
    rows = data["audits"].copy()
    for name in ("audited_on", "due_on", "corrected_on"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[s]")
    rows["met"] = rows["is_conform"].astype(float)
    rows = rows.sort_values(["store_id", "standard", "audited_on"])
    by = rows.groupby(["store_id", "standard"], observed=True)
    rows["round"] = 1 + by.cumcount()
    rows["next_met"], rows["next_on"] = by["met"].shift(-1), by["audited_on"].shift(-1)
    return rows


def clustered(met: pd.Series, shop: pd.Series) -> tuple[float, float, float]:
    """Return the share and its 95 % interval when each shop is a cluster; all audited alike, shops weigh alike."""
    by_shop = met.groupby(shop).mean()
    half = measures.Z_95 * by_shop.std() / math.sqrt(len(by_shop))
    return float(by_shop.mean()), float(by_shop.mean() - half), float(by_shop.mean() + half)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    rows = load(data)
    quarters = data["shop_bonuses"]
    total = (quarters["call_csat"] * quarters["call_answers"]).groupby(quarters["store_id"]).sum()
    marks = total / quarters.groupby("store_id")["call_answers"].sum()
    shares = rows.pivot_table(index="store_id", columns="standard", values="met", observed=True)

    overall(page, rows)
    standards(page, rows)
    corrections(page, rows)
    again(page, rows)
    customers(page, shares, marks)
    grid(page, rows)
    follow_up(page, rows, data)
    easy(page, shares, marks)
    auditors(page, rows)
    visits(page, data, rows, marks)
    exercise(page, rows)


def overall(page: Page, rows: pd.DataFrame) -> None:
    """The headline numbers and the size of a sample."""
    faults = rows[rows["met"] == 0]
    share, low, high = clustered(rows["met"], rows["store_id"])
    wilson = measures.share_interval(int(rows["met"].sum()), len(rows))
    page.value("shops", rows["store_id"].nunique())
    page.value("audits", rows["audit_number"].nunique())
    page.value("standards", rows["standard"].nunique())
    page.value("items", len(rows))
    for name, number in (("met", share), ("met.low", low), ("met.high", high)):
        page.value(name, 100 * number, digits=1, unit="percent")
    page.value("met.wilson.low", 100 * wilson[0], digits=1, unit="percent")
    page.value("met.wilson.high", 100 * wilson[1], digits=1, unit="percent")
    page.value("deff", ((high - low) / (wilson[1] - wilson[0])) ** 2, digits=1)
    hold("the interval by shop is clearly wider", high - low > 1.3 * (wilson[1] - wilson[0]))
    page.value("faults", len(faults))
    page.value("corrected", 100 * faults["corrected_on"].notna().mean(), unit="percent")
    page.value("in_time", 100 * (faults["corrected_on"] <= faults["due_on"]).mean(), unit="percent")
    page.value("major", 100 * (faults["severity"] == "major").mean(), unit="percent")
    of_audit = rows.groupby("audit_number")["met"].mean()
    page.value("audit.sd", 100 * of_audit.std())
    needed = math.ceil((measures.Z_95 * of_audit.std() / MARGIN) ** 2)
    page.value("sample", needed)
    page.value("margin", 100 * MARGIN)
    weight = faults["severity"].astype(str).map(WEIGHTS).groupby(faults["standard"].astype(str)).sum()
    plain = faults.groupby(faults["standard"].astype(str)).size()
    page.value("weight", WEIGHTS["major"])
    page.value("weight.first", weight.max())
    page.value("weight.second", weight["second_till_opened_in_time"])
    hold("weights put the advice corner first", weight.idxmax() == "advice_corner_staffed")
    hold(
        "weights leave the four standards with most findings the same",
        set(weight.nlargest(4).index) == set(plain.nlargest(4).index),
    )


def standards(page: Page, rows: pd.DataFrame) -> None:
    """The share of audits that met each standard."""
    table = pd.DataFrame(
        [
            (name, page.say(**STANDARDS[str(name)]), *(100 * one for one in clustered(part["met"], part["store_id"])))
            for name, part in rows.groupby("standard", observed=True)
        ],
        columns=["standard", "name", "met", "low", "high"],
    ).sort_values("met")
    for row in table.itertuples():
        page.value(f"{row.standard}.met", row.met, unit="percent")
        page.value(f"{row.standard}.low", row.low, unit="percent")
        page.value(f"{row.standard}.high", row.high, unit="percent")
    hold("the second till is met least, the opening hours most", table["standard"].iloc[0].startswith("second_till"))
    hold("opening hours are met most", table["standard"].iloc[-1].startswith("opening_hours"))
    hold("the last four cannot be ranked", table["high"].iloc[0] > table["low"].iloc[3])
    table["weak"] = np.arange(len(table)) < 4

    def dots(width: int) -> alt.LayerChart:
        narrow = width < 400
        base = alt.Chart(table).encode(
            y=alt.Y(
                "name:N",
                sort=list(table["name"]),
                title=None,
                axis=alt.Axis(labelLimit=165 if narrow else 260),
            )
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[60, 100]),
            axis=alt.Axis(values=[60, 70, 80, 90, 100]),
            title=page.say(en="Audits that met it, %", fr="Audits conformes, %"),
        )
        colour = alt.condition("datum.weak", alt.value(charts.BAD), alt.value(charts.GOOD))
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, opacity=1).encode(x="met:Q", color=colour)
        ).properties(width=width - 165 if narrow else width - 70, height=25 * len(table), padding=ROOM)

    page.chart(
        "met-by-standard",
        dots,
        title=page.say(
            en="Four standards fail in about a fourth of the audits or more",
            fr="Quatre standards manquent dans un quart des audits environ, ou davantage",
        ),
        alternative=page.say(
            en="Share of audits that met each standard: ", fr="Part des audits conformes par standard : "
        )
        + ", ".join(f"{row.name} {page.written(row.met, unit='percent')}" for row in _named(table))
        + ".",
        note=page.say(
            en="Lines are 95% intervals with shops as clusters.",
            fr="Traits : intervalles à 95 %, les magasins formant des grappes.",
        ),
        data=table[["name", "met", "low", "high"]],
        columns={
            "name": Column(label=page.say(en="Standard", fr="Standard")),
            "met": Column(label=page.say(en="Met", fr="Conforme"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )
    hold("four standards fail in about a fourth or more", table["met"].iloc[3] < 76 < table["met"].iloc[4])


def _named(table: pd.DataFrame) -> list:
    """Return rows whose field ``name`` is the column, not the type's own name."""
    return list(table.itertuples(index=False, name="Row"))


def corrections(page: Page, rows: pd.DataFrame) -> None:
    """How long faults stay open, those that still are included."""
    faults = rows[rows["met"] == 0].assign(
        closed=lambda part: part["corrected_on"].notna(),
        days=lambda part: (part["corrected_on"].fillna(LAST_DAY) - part["audited_on"]).dt.days,
    )
    curves = []
    for severity, label in SEVERITIES.items():
        part = faults[faults["severity"] == severity]
        curve = shrinkage.still_open(part["days"], part["closed"])
        due = int((part["due_on"] - part["audited_on"]).dt.days.median())
        for name, day in (("due", due), ("late", 90)):
            row = curve[curve["days"] <= day].iloc[-1]
            page.value(f"{severity}.{name}.open", 100 * row["open"], unit="percent")
            page.value(f"{severity}.{name}.low", 100 * row["low"], unit="percent")
            page.value(f"{severity}.{name}.high", 100 * row["high"], unit="percent")
        page.value(f"{severity}.due", due)
        page.value(f"{severity}.median", curve.loc[curve["open"] <= 0.5, "days"].min())
        page.value(f"{severity}.count", len(part))
        page.value(f"{severity}.never", int((~part["closed"]).sum()))
        curves.append(curve.assign(kind=page.say(**label), due=due))
    table = pd.concat(curves)
    shown = table[table["days"] <= 120]
    shown = pd.concat([shown, shown.groupby("kind").tail(1).assign(days=120.0)])  # open findings stay open
    shown = shown.assign(percent=100 * shown["open"])
    ends = shown[shown["days"] <= 70].groupby("kind").tail(1)
    kinds = [page.say(**label) for label in SEVERITIES.values()]
    dues = shown.groupby("kind").head(1)[["kind", "due"]]

    def steps(width: int) -> alt.LayerChart:
        base = alt.Chart(shown).encode(
            x=alt.X(
                "days:Q",
                scale=alt.Scale(domain=[0, 120], nice=False),
                axis=alt.Axis(values=[0, 10, 30, 60, 90, 120]),
                title=page.say(en="Days after the audit", fr="Jours après l’audit"),
            ),
            y=alt.Y(
                "percent:Q",
                scale=alt.Scale(domain=[0, 100]),
                title=page.say(en="Findings still open, %", fr="Écarts encore ouverts, %"),
            ),
            color=alt.Color(
                "kind:N", sort=kinds, scale=alt.Scale(domain=kinds, range=[charts.GOOD, charts.BAD]), legend=None
            ),
        )
        rules = (
            alt.Chart(dues)
            .mark_rule(strokeDash=[4, 4])
            .encode(x="due:Q", color=alt.Color("kind:N", sort=kinds, legend=None))
        )
        label = alt.Chart(ends).encode(
            x=alt.X("days:Q"), y=alt.Y("percent:Q"), color=alt.Color("kind:N", sort=kinds, legend=None)
        )
        return (
            rules + base.mark_line(interpolate="step-after") + label.mark_text(dy=-14).encode(text="kind:N")
        ).properties(width=width, height=220)

    marks = {
        severity: [100 * one[one["days"] <= day]["open"].iloc[-1] for day in (10, 30, 60, 90)]
        for severity, one in zip(SEVERITIES, curves, strict=True)
    }
    page.chart(
        "open",
        steps,
        title=page.say(
            en="When their time is up, four findings in ten are still open",
            fr="À l’échéance, quatre écarts sur dix sont encore ouverts",
        ),
        alternative=page.say(
            en="Share of findings still open after 10, 30, 60 and 90 days: ",
            fr="Part des écarts encore ouverts après 10, 30, 60 et 90 jours : ",
        )
        + "; ".join(
            f"{page.say(**SEVERITIES[severity])} " + ", ".join(page.written(one, unit="percent") for one in shares)
            for severity, shares in marks.items()
        )
        + ".",
        note=page.say(
            en="Kaplan-Meier estimates; broken lines are the days on which corrections are due.",
            fr="Estimations de Kaplan-Meier ; traits interrompus : échéances des corrections.",
        ),
        data=pd.DataFrame({"days": [10, 30, 60, 90], **{page.say(**SEVERITIES[name]): marks[name] for name in marks}}),
        columns={
            "days": Column(label=page.say(en="Days", fr="Jours")),
            **{kind: Column(unit="percent") for kind in kinds},
        },
    )
    hold(
        "about four in ten are open when due",
        all(0.33 < one[one["days"] <= one["due"].iloc[0]]["open"].iloc[-1] < 0.45 for one in curves),
    )


def again(page: Page, rows: pd.DataFrame) -> None:
    """What the next audit finds, after a fault reported as corrected, one still open, and none."""
    known = rows.dropna(subset=["next_met"]).assign(
        fault=lambda part: part["met"] == 0,
        corrected=lambda part: part["corrected_on"] < part["next_on"],
        back=lambda part: 1 - part["next_met"],
    )
    faults = known[known["fault"]]
    for name, part in (
        ("corrected", faults[faults["corrected"]]),
        ("open", faults[~faults["corrected"]]),
        ("fine", known[~known["fault"]]),
    ):
        share, low, high = 100 * part["back"].mean(), *_by_shop(part)
        page.value(f"back.{name}", share, unit="percent")
        page.value(f"back.{name}.low", low, unit="percent")
        page.value(f"back.{name}.high", high, unit="percent")
        page.value(f"back.{name}.count", len(part))
    habit = measures.difference(known, outcome="back", treatment="fault", strata=("standard",), cluster="store_id")
    mended = measures.difference(
        faults, outcome="back", treatment="corrected", strata=("standard",), cluster="store_id"
    )
    for name, found in (("habit", habit), ("mended", mended)):
        page.value(name, 100 * found.value, sign=name == "mended")
        page.value(f"{name}.low", 100 * found.low, sign=name == "mended")
        page.value(f"{name}.high", 100 * found.high, sign=name == "mended")
    hold("faults come back where they were", habit.low > 0)
    hold("no benefit of a reported correction shows", mended.low < 0 < mended.high)


def _by_shop(part: pd.DataFrame) -> tuple[float, float]:
    """Return both ends, in percent, of the interval of a share whose rows are clustered by shop."""
    share = part["back"].mean()
    scores = (part["back"] - share).groupby(part["store_id"]).sum()
    shops = len(scores)
    error = math.sqrt((scores**2).sum() * shops / (shops - 1)) / len(part)
    return 100 * (share - measures.Z_95 * error), 100 * (share + measures.Z_95 * error)


def customers(page: Page, shares: pd.DataFrame, marks: pd.Series) -> None:
    """How each standard goes with the marks of customers called back, over shops."""
    table = pd.DataFrame(
        [
            (str(name), page.say(**STANDARDS[str(name)]), float(shares[name].corr(marks)), 100 * shares[name].mean())
            for name in shares.columns
        ],
        columns=["standard", "name", "correlation", "met"],
    ).sort_values("correlation", ascending=False)
    half = measures.Z_95 / math.sqrt(len(shares) - 3)
    table["low"] = np.tanh(np.arctanh(table["correlation"]) - half)
    table["high"] = np.tanh(np.arctanh(table["correlation"]) + half)
    table["clear"] = table["low"] > 0
    for row in table.itertuples():
        page.value(f"{row.standard}.r", row.correlation, digits=2)
        page.value(f"{row.standard}.r.low", row.low, digits=2)
        page.value(f"{row.standard}.r.high", row.high, digits=2)
    page.value("clear", int(table["clear"].sum()))
    whole = shares.mean(axis=1).corr(marks)
    page.value("whole.r", whole, digits=2)
    hold("the second till goes most with customers' marks", table["standard"].iloc[0].startswith("second_till"))
    last = table.tail(2)
    hold("entrance and plants go with nothing", set(last["standard"]) == {"entrance_clean", "plants_watered"})

    def dots(width: int) -> alt.LayerChart:
        narrow = width < 400
        base = alt.Chart(table).encode(
            y=alt.Y("name:N", sort=list(table["name"]), title=None, axis=alt.Axis(labelLimit=165 if narrow else 260))
        )
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[-0.4, 0.8]),
            axis=alt.Axis(values=[-0.4, 0, 0.4, 0.8]),
            title=page.say(en="Correlation over shops", fr="Corrélation entre magasins"),
        )
        zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(strokeDash=[4, 4]).encode(x="at:Q")
        colour = alt.condition("datum.clear", alt.value(charts.GOOD), alt.value(charts.NEUTRAL))
        return (
            zero
            + base.mark_rule(strokeWidth=3, color=charts.NEUTRAL, opacity=0.6).encode(x=x, x2="high:Q")
            + base.mark_point(size=100, opacity=1).encode(x="correlation:Q", color=colour)
        ).properties(width=width - 165 if narrow else width - 70, height=25 * len(table), padding=ROOM)

    page.chart(
        "customers",
        dots,
        title=page.say(
            en="Customers’ marks go with a second till in time, hardly with a clean entrance",
            fr="Les notes des clients vont avec la caisse ouverte à temps, guère avec l’entrée propre",
        ),
        alternative=page.say(
            en="Correlation over shops of the share of audits that met a standard with customers’ marks: ",
            fr="Corrélation entre magasins de la part d’audits conformes et des notes des clients : ",
        )
        + ", ".join(f"{row.name} {page.written(row.correlation, digits=2)}" for row in _named(table))
        + ".",
        note=page.say(
            en="Lines are 95% intervals. Four audits a shop; marks of customers called back.",
            fr="Traits : intervalles à 95 %. Quatre audits par magasin ; notes des clients rappelés.",
        ),
        data=table[["name", "correlation", "low", "high"]],
        columns={
            "name": Column(label=page.say(en="Standard", fr="Standard")),
            "correlation": Column(label=page.say(en="Correlation", fr="Corrélation"), digits=2),
            "low": Column(label=page.say(en="From", fr="De"), digits=2),
            "high": Column(label=page.say(en="To", fr="À"), digits=2),
        },
    )


def grid(page: Page, rows: pd.DataFrame) -> None:
    """The artefact: findings with the corrective action, its owner and its proof."""
    faults = rows[rows["met"] == 0]
    actions = {
        "second_till_opened_in_time": (
            {
                "en": "Four in the queue call the second cashier; tills planned by half-hour",
                "fr": "À quatre clients, on appelle la deuxième caisse ; caisses planifiées par demi-heure",
            },
            {"en": "Head of shop operations", "fr": "Responsable de l’exploitation"},
            {"en": "till log of six Saturdays", "fr": "journal des caisses de six samedis"},
        ),
        "advice_corner_staffed": (
            {
                "en": "Corner in the roster by name, with a stand-in",
                "fr": "Espace conseil nominatif au planning, avec un remplaçant",
            },
            {"en": "Shop managers", "fr": "Directeurs de magasin"},
            {"en": "share advised, in mystery visits", "fr": "part de visites conseillées"},
        ),
        "complaints_logged": (
            {
                "en": "Log on the till screen in three fields; no paper book",
                "fr": "Saisie à la caisse en trois champs ; plus de cahier",
            },
            {"en": "Head of complaints", "fr": "Responsable des réclamations"},
            {"en": "log against ten mystery complaints", "fr": "saisies comparées à dix réclamations mystère"},
        ),
        "price_labels_complete": (
            {
                "en": "One shelf a day checked with the scanner at opening",
                "fr": "Un rayon par jour contrôlé au lecteur à l’ouverture",
            },
            {"en": "Heads of department", "fr": "Chefs de rayon"},
            {"en": "unannounced check of twenty shelves", "fr": "contrôle inopiné de vingt rayons"},
        ),
    }
    counts = faults["standard"].astype(str).value_counts()
    major = faults.loc[faults["severity"] == "major", "standard"].astype(str).value_counts()
    hold("the grid starts with what was found most often", list(counts.index[:4]) == list(actions))
    colon = page.say(en=": ", fr=" : ")
    table = pd.DataFrame(
        [
            (
                page.say(
                    en=f"{STANDARDS[name]['en']}: {counts[name]} findings, {major[name]} major",
                    fr=f"{STANDARDS[name]['fr']} : {counts[name]} écarts, dont {major[name]} majeurs",
                ),
                page.say(**action),
                page.say(**owner) + colon + page.say(**proof),
            )
            for name, (action, owner, proof) in actions.items()
        ],
        columns=["finding", "action", "owner"],
    )
    page.table(
        "grid",
        table,
        caption=page.say(
            en="Findings grid: four standards, each with an action on its cause",
            fr="Grille des écarts : quatre standards, chacun avec une action sur sa cause",
        ),
        columns={
            "finding": Column(label=page.say(en="Finding", fr="Écart")),
            "action": Column(label=page.say(en="Corrective action", fr="Action corrective")),
            "owner": Column(label=page.say(en="Owner and proof", fr="Pilote et preuve")),
        },
    )


def follow_up(page: Page, rows: pd.DataFrame, data: cxdata.Dataset) -> None:
    """The shops that came out worst and best in the first round, and what they did later."""
    scores = rows.groupby(["store_id", "round"])["met"].mean().unstack()
    worst, best = scores[1].nsmallest(PLACES).index, scores[1].nlargest(PLACES).index
    for name, chosen in (("worst", worst), ("best", best)):
        page.value(f"{name}.first", 100 * scores.loc[chosen, 1].mean(), unit="percent")
        page.value(f"{name}.second", 100 * scores.loc[chosen, 2].mean(), unit="percent")
        page.value(f"{name}.later", 100 * scores.loc[chosen, [3, 4]].mean().mean(), unit="percent")
    rise = scores.loc[worst, 2].mean() - scores.loc[worst, 1].mean()
    fall = scores.loc[best, 1].mean() - scores.loc[best, 2].mean()
    hold("the worst rise about as much as the best fall", rise > 0.08 and abs(rise - fall) < 0.04)
    page.value("rise", 100 * rise)
    page.value("fall", 100 * fall)
    page.value("places", PLACES)
    page.value("audit.eur", AUDIT_EUR, unit="euros")
    page.value("rounds.eur", 2 * PLACES * AUDIT_EUR, unit="euros")
    quality = data.truth["latents/stores"].set_index("store_id")["service_points"]
    page.value("worst.true", len(set(worst) & set(quality.nsmallest(PLACES).index)))


def easy(page: Page, shares: pd.DataFrame, marks: pd.Series) -> None:
    """What the headline becomes with other standards, or other shops."""
    ordered = shares.mean().sort_values()
    page.value("easy", 100 * ordered[6:].mean(), unit="percent")
    page.value("hard", 100 * ordered[:6].mean(), unit="percent")
    whole = shares.mean(axis=1)
    page.value("good.shops", 100 * whole[marks.nlargest(PLACES).index].mean(), unit="percent")
    page.value("poor.shops", 100 * whole[marks.nsmallest(PLACES).index].mean(), unit="percent")
    page.value(
        "poor.entrance", 100 * shares.loc[marks.nsmallest(PLACES).index, "entrance_clean"].mean(), unit="percent"
    )
    page.value("good.entrance", 100 * shares.loc[marks.nlargest(PLACES).index, "entrance_clean"].mean(), unit="percent")
    hold(
        "the shops customers mark lowest have the cleaner entrance",
        shares.loc[marks.nsmallest(PLACES).index, "entrance_clean"].mean()
        > shares.loc[marks.nlargest(PLACES).index, "entrance_clean"].mean(),
    )


def auditors(page: Page, rows: pd.DataFrame) -> None:
    """Whether auditors differ."""
    audits = (
        rows.groupby("audit_number")
        .agg(met=("met", "mean"), auditor=("auditor_id", "first"), store_id=("store_id", "first"))
        .reset_index()
    )
    found = shrinkage.components(audits, score="met", unit="store_id", rater="auditor")
    page.value("auditors", audits["auditor"].nunique())
    page.value("auditor.low", 100 * found.rater_gap.min(), digits=1, sign=True)
    page.value("auditor.high", 100 * found.rater_gap.max(), digits=1, sign=True)
    page.value("auditor.sd", 100 * math.sqrt(found.rater), digits=1)
    page.value("audit.reliability", found.reliability(rater_removed=True), digits=2)
    page.value("audit.reliability.four", found.reliability(4, rater_removed=True), digits=2)
    hold("auditors do not differ by more than chance", found.rater < 0.0004)


def visits(page: Page, data: cxdata.Dataset, rows: pd.DataFrame, marks: pd.Series) -> None:
    """The same shops seen by mystery shoppers: do both agree, and which one customers' marks go with."""
    seen = data["mystery_visits"].dropna(subset=["store_id"]).astype({"store_id": "int64"})
    seen = seen.assign(day=seen["visited_at"].dt.normalize().astype("datetime64[s]")).sort_values("day")
    labels = rows[rows["standard"] == "price_labels_complete"].sort_values("audited_on")
    pairs = pd.merge_asof(
        labels[["store_id", "audited_on", "is_conform"]],
        seen[["store_id", "day", "labels_complete"]],
        left_on="audited_on",
        right_on="day",
        by="store_id",
        direction="nearest",
        tolerance=pd.Timedelta(days=45),
    ).dropna(subset=["labels_complete"])
    kappa = shrinkage.cohen_kappa(pairs["is_conform"].astype(bool), pairs["labels_complete"].astype(bool))
    page.value("pairs", len(pairs))
    page.value("pairs.agree", 100 * kappa.agreement, unit="percent")
    page.value("pairs.chance", 100 * kappa.expected, unit="percent")
    page.value("kappa", kappa.value, digits=2)
    page.value("kappa.low", kappa.low, digits=2)
    page.value("kappa.high", kappa.high, digits=2)
    page.value("days.apart", (pairs["audited_on"] - pairs["day"]).abs().dt.days.median())
    hold("audit and visit agree hardly beyond chance", kappa.high < 0.4 and kappa.low < 0)
    corner = rows[rows["standard"] == "advice_corner_staffed"].groupby("store_id")["met"].mean()
    advised = seen.assign(met=seen["was_advised"].astype(float)).groupby("store_id")["met"].mean()
    ends = {"poor": marks.nsmallest(PLACES).index, "good": marks.nlargest(PLACES).index}
    table = pd.DataFrame(
        [
            (
                page.say(en="Audit: advice corner staffed", fr="Audit : espace conseil tenu"),
                *(100 * corner[chosen].mean() for chosen in ends.values()),
            ),
            (
                page.say(en="Visit: asked and advised", fr="Visite : client questionné et conseillé"),
                *(100 * advised[chosen].mean() for chosen in ends.values()),
            ),
        ],
        columns=["who", *ends],
    )
    page.value("corner.poor", table["poor"].iloc[0], unit="percent")
    page.value("corner.good", table["good"].iloc[0], unit="percent")
    page.value("advised.poor", table["poor"].iloc[1], unit="percent")
    page.value("advised.good", table["good"].iloc[1], unit="percent")
    hold("visits tell shops apart far better", table["good"].diff().iloc[1] - table["poor"].diff().iloc[1] > 25)
    page.table(
        "both",
        table,
        caption=page.say(
            en="The same thing seen twice, in the shops that customers mark lowest and highest",
            fr="La même chose vue deux fois, dans les magasins les moins bien et les mieux notés des clients",
        ),
        columns={
            "who": Column(label=page.say(en="Who looks at what", fr="Qui regarde quoi")),
            "poor": Column(label=page.say(en="Lowest 21", fr="21 derniers"), unit="percent"),
            "good": Column(label=page.say(en="Highest 21", fr="21 premiers"), unit="percent"),
        },
    )


def exercise(page: Page, rows: pd.DataFrame) -> None:
    """The report of the end of November: mean of what is corrected, and the honest median."""
    part = rows[(rows["met"] == 0) & (rows["round"] == 4) & (rows["audited_on"] <= CUT)]
    closed = part["corrected_on"] <= CUT
    days = (part["corrected_on"].where(closed).fillna(CUT) - part["audited_on"]).dt.days
    curve = shrinkage.still_open(days, closed)
    final = (part["corrected_on"] - part["audited_on"]).dt.days
    page.value("cut.count", len(part))
    page.value("cut.closed", int(closed.sum()))
    page.value("cut.mean", days[closed].mean(), digits=1)
    page.value("cut.naive", days[closed].median())
    page.value("cut.median", curve.loc[curve["open"] <= 0.5, "days"].min())
    page.value("cut.final", final.mean(), digits=1)
    page.value("cut.final.count", int(final.notna().sum()))
    hold("the mean of what is corrected is far too kind", final.mean() > 1.4 * days[closed].mean())
