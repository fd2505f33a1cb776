"""Levers of customer orientation: those who mark themselves highest do least for customers, and no lever stands out."""

import math

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, drivers, measures, radar, shrinkage
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from cxdata.schema.statistic import clustered_error

LEVERS = {
    "recognition": {"en": "Praise", "fr": "Mérite reconnu"},
    "management": {"en": "Manager", "fr": "Manager"},
    "tools": {"en": "Tools", "fr": "Outils"},
    "workload": {"en": "Workload", "fr": "Charge de travail"},
    "meaning": {"en": "Meaning", "fr": "Sens"},
}
DEPARTMENTS = {
    "finance": {"en": "Finance", "fr": "Finance"},
    "purchasing": {"en": "Purchasing", "fr": "Achats"},
    "shops": {"en": "Shops", "fr": "Magasins"},
    "service_centre": {"en": "Service centre", "fr": "Service client"},
}
WAVES = {"autumn_2023": "2023", "autumn_2024": "2024"}
BUDGET_EUR = 90_000
"""What our story may spend on one lever in a year."""
POWER_Z = 0.8416
"""Standard normal quantile of 80 % power."""
TREATED = 28
"""Shops that try the lever first, a third of them, drawn by lot."""


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    staff = data["employees"].assign(
        part=lambda rows: np.where(
            rows["department"].isin(["shops", "service_centre"]), rows["department"], rows["role"]
        )
    )
    invited = data["employee_surveys"].query("is_invited")
    answers = invited[invited["answered"]].merge(staff, on="employee_id")
    page.value("budget", BUDGET_EUR, unit="euros")
    page.value("invited", len(invited))
    page.value("answers", len(answers))
    page.value("answered", 100 * len(answers) / len(invited), unit="percent")
    profile(page, answers)
    file(page, data, staff, answers)
    shops = by_shop(page, data, answers)
    ranking(page, shops)
    pride(page, answers, shops[2])
    one_mean(page, answers)
    small(page, answers, data.truth["latents/stores"].set_index("store_id")["employee_experience"])
    exercise(page, answers)


def mean_of(rows: pd.DataFrame, column: str) -> tuple[float, float, float]:
    """Return a mean mark and its interval; answers of one employee depend on each other."""
    marks = rows[column].to_numpy(float)
    error = clustered_error((marks - marks.mean()) / len(marks), rows["employee_id"].to_numpy())
    return marks.mean(), marks.mean() - measures.Z_95 * error, marks.mean() + measures.Z_95 * error


def profile(page: Page, answers: pd.DataFrame) -> None:
    """Four departments on five levers, by their own marks."""
    rows = {part: answers[answers["part"] == part] for part in DEPARTMENTS}
    means = pd.DataFrame({part: own[list(LEVERS)].mean() for part, own in rows.items()}).T
    for part, own in rows.items():
        for side, number in zip(("", ".low", ".high"), mean_of(own, "experience_score"), strict=True):
            page.value(f"own.{part}{side}", number, digits=1)
        page.value(f"own.{part}.n", len(own))
    order = means.mean(axis=1)
    hold("finance first, service centre last", list(order.sort_values(ascending=False).index) == list(DEPARTMENTS))
    hold("on every lever", (means.loc["finance"] > means.loc["service_centre"]).all())
    drawn = radar.Radar(
        axes=tuple(page.say(**label) for label in LEVERS.values()),
        profiles=tuple(
            radar.Profile(name=page.say(**label), values=tuple(means.loc[part])) for part, label in DEPARTMENTS.items()
        ),
        scale=(0.0, 10.0),
    )
    page.drawing(
        "profile",
        radar.wide(drawn),
        narrow=radar.narrow(drawn),
        title=page.say(
            en="By their own marks finance leads on every lever and the service centre comes last",
            fr="Selon leurs propres notes, la finance mène sur chaque levier et le service client ferme la marche",
        ),
        alternative=page.say(
            en="Radar of five levers by department, 0 to 10: ", fr="Radar de cinq leviers par service, de 0 à 10 : "
        )
        + "; ".join(
            f"{page.say(**label)} " + ", ".join(page.written(one, digits=1) for one in means.loc[part])
            for part, label in DEPARTMENTS.items()
        )
        + ".",
        note=page.say(
            en="Mean marks of those who answered, two autumns.", fr="Notes moyennes des répondants, deux automnes."
        ),
    )
    hold("finance leads on each of the five", (means.idxmax() == "finance").all())
    hold("the service centre is last on each", (means.idxmin() == "service_centre").all())


def file(page: Page, data: cxdata.Dataset, staff: pd.DataFrame, answers: pd.DataFrame) -> None:
    """What is on file about the same four departments."""
    meetings = data["meetings"].groupby("department", observed=True)["opened_with_voice"].agg(["sum", "size"])
    decisions = data["meetings"].groupby("department", observed=True)[["customer_decisions_done", "customer_decisions"]]
    acted = 100 * decisions.sum()["customer_decisions_done"] / decisions.sum()["customer_decisions"]
    visits = data["immersion_visits"].merge(staff[["employee_id", "part"]], on="employee_id")
    lines = []
    for part, label in DEPARTMENTS.items():
        opened, held = (int(one) for one in meetings.loc[part])
        low, high = measures.share_interval(opened, held)
        own = staff[staff["part"] == part]
        visited = visits.loc[visits["part"] == part, "took_place"]
        for side, number in (("", opened / held), (".low", low), (".high", high)):
            page.value(f"opened.{part}{side}", 100 * number, unit="percent")
        lines.append(
            {
                "part": page.say(**label),
                "own": answers.loc[answers["part"] == part, "experience_score"].mean(),
                "opened": 100 * opened / held,
                "visited": 100 * visited.mean(),
                "shared": 100 * own["kpi_shared"].mean(),
                "acted": acted[part],
                "people": len(own),
                "low": 100 * low,
                "high": 100 * high,
            }
        )
        page.value(f"acted.{part}", acted[part], unit="percent")
        page.value(f"people.{part}", len(own))
        page.value(f"visited.{part}", 100 * visited.mean(), unit="percent")
        page.value(f"shared.{part}", 100 * own["kpi_shared"].mean(), unit="percent")
    table = pd.DataFrame(lines)
    hold("the order is turned round", (table["opened"].diff().dropna() > 0).all())
    page.value("meetings", held)
    page.table(
        "grid",
        table[["part", "own", "visited", "opened", "acted"]],
        caption=page.say(
            en="Four departments: the mark that they give themselves, and what is on file",
            fr="Quatre services : la note qu’ils se donnent, et ce que disent les fichiers",
        ),
        columns={
            "part": Column(label=page.say(en="Department", fr="Service")),
            "own": Column(label=page.say(en="Own", fr="Note"), digits=1),
            "visited": Column(label=page.say(en="Visit", fr="Visite"), unit="percent"),
            "opened": Column(label=page.say(en="Open", fr="Ouvre"), unit="percent"),
            "acted": Column(label=page.say(en="Act", fr="Agit"), unit="percent"),
        },
    )

    def dots(width: int) -> alt.LayerChart:
        x = alt.X(
            "own:Q",
            scale=alt.Scale(domain=[6, 8.5]),
            axis=alt.Axis(values=[6, 7, 8], format="d"),
            title=page.say(en="Own mark, 0 to 10", fr="Note qu’ils se donnent, de 0 à 10"),
        )
        y = alt.Y(
            "low:Q",
            scale=alt.Scale(domain=[0, 100]),
            title=page.say(
                en="Meetings opened with customers’ voice, %", fr="Réunions ouvertes par la voix du client, %"
            ),
        )
        base = alt.Chart(table).encode(x=x)
        return (
            base.mark_rule(strokeWidth=3, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
            + base.mark_point(size=110, filled=True, opacity=1).encode(y="opened:Q")
            + base.mark_text(align="left", dx=10, dy=-8).encode(y="opened:Q", text="part:N")
        ).properties(width=width, height=260)  # fmt: skip

    page.chart(
        "file",
        dots,
        title=page.say(
            en="The higher a department marks itself, the less often its meetings open with a customer",
            fr="Plus un service se note haut, moins ses réunions s’ouvrent par la voix d’un client",
        ),
        alternative=page.say(
            en="Own mark and share of meetings opened with a customer’s voice: ",
            fr="Note propre et part des réunions ouvertes par la voix d’un client : ",
        )
        + "; ".join(
            f"{row.part} {page.written(row.own, digits=1)}, {page.written(row.opened, unit='percent')}"
            for row in table.itertuples()
        )
        + ".",
        note=page.say(
            en="Lines are 95% intervals of the share; own marks have theirs in the text.",
            fr="Traits : intervalles à 95 % de la part ; ceux des notes sont dans le texte.",
        ),
        data=table[["part", "people", "own", "opened", "visited", "shared"]],
        columns={
            "part": Column(label=page.say(en="Department", fr="Service")),
            "people": Column(label=page.say(en="People", fr="Personnes")),
            "own": Column(label=page.say(en="Own mark", fr="Note propre"), digits=1),
            "opened": Column(label=page.say(en="Opened", fr="Ouvertes"), unit="percent"),
            "visited": Column(label=page.say(en="Visited customers", fr="Ont visité des clients"), unit="percent"),
            "shared": Column(label=page.say(en="See indicators", fr="Voient les indicateurs"), unit="percent"),
        },
    )


def by_shop(
    page: Page, data: cxdata.Dataset, answers: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.Series], pd.DataFrame]:
    """Levers and customers' marks by shop, year by year and together."""
    calls = data["shop_bonuses"].assign(sum=lambda rows: rows["call_answers"] * rows["call_csat"])
    year = calls["quarter"].astype(str).str[:4]

    def customers(rows: pd.DataFrame) -> pd.Series:
        by = rows.groupby("store_id")[["sum", "call_answers"]].sum()
        return (by["sum"] / by["call_answers"]).rename("customers")

    own = answers[answers["department"] == "shops"]
    years = {
        label: own[own["wave"] == wave]
        .groupby("store_id")[list(LEVERS)]
        .mean()
        .join(customers(calls[year == label]), how="inner")
        for wave, label in WAVES.items()
    }
    marks = {label: customers(calls[year == label]) for label in WAVES.values()}
    both = own.groupby("store_id")[[*LEVERS, "experience_score", "agrees_relation_is_strategic"]].agg(
        lambda one: one.astype(float).mean()
    )
    both = both.join(customers(calls), how="inner")
    both["posts"] = data["stores"].set_index("store_id")["posts_customer_indicators"].astype(float)
    both["climate"] = data.truth["latents/stores"].set_index("store_id")["employee_experience"]
    page.value("shops", len(both))
    page.value("called", calls.groupby("store_id")["call_answers"].sum().mean())
    page.value("staff.each", own.groupby("store_id").size().mean())
    for name, column in (("measured", "experience_score"), ("true", "climate")):
        slope, half = line(both[column], both["customers"])
        page.value(f"slope.{name}", slope, digits=2, sign=True)
        page.value(f"slope.{name}.low", slope - half, digits=2, sign=True)
        page.value(f"slope.{name}.high", slope + half, digits=2, sign=True)
    hold("the measured slope is less than half of the true one", line(both["experience_score"], both["customers"])[0] < 0.5 * line(both["climate"], both["customers"])[0])  # fmt: skip
    posting = both.assign(posts=both["posts"] > 0, shop=both.index)
    found = measures.difference(posting, outcome="customers", treatment="posts", cluster="shop")
    for side, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"posts{side}", number, digits=2, sign=True)
    page.value("posts.shops", int(posting["posts"].sum()))
    hold("posting indicators goes with nothing", found.low < 0 < found.high)
    joined = pd.concat([marks["2023"].rename("first"), marks["2024"].rename("second")], axis=1).dropna()
    kept = float(joined.corr().iloc[0, 1])
    left = float(joined["second"].std()) * math.sqrt(1 - kept**2)
    error = left * math.sqrt(1 / TREATED + 1 / (len(both) - TREATED))
    page.value("treated", TREATED)
    page.value("untreated", len(both) - TREATED)
    page.value("customers.kept", kept, digits=2)
    page.value("detectable", (measures.Z_95 + POWER_Z) * error, digits=2)
    page.value("customers.sd", float(both["customers"].std()), digits=2)
    return years, marks, both


def line(x: pd.Series, y: pd.Series) -> tuple[float, float]:
    """Return the slope of a least-squares line and half its 95 % interval."""
    gap = x - x.mean()
    slope = float((gap * y).sum() / (gap**2).sum())
    rest = y - y.mean() - slope * gap
    return slope, measures.Z_95 * math.sqrt(float((rest**2).sum()) / (len(x) - 2) / float((gap**2).sum()))


def correlation(x: pd.Series, y: pd.Series) -> tuple[float, float, float]:
    """Return a correlation and the ends of its 95 % interval (Fisher's z)."""
    found = float(np.corrcoef(x, y)[0, 1])
    half = measures.Z_95 / math.sqrt(len(x) - 3)
    return found, math.tanh(math.atanh(found) - half), math.tanh(math.atanh(found) + half)


def ranking(page: Page, shops: tuple[dict[str, pd.DataFrame], dict[str, pd.Series], pd.DataFrame]) -> None:
    """Which lever explains what customers say, in one year and in the next."""
    tables = []
    for year, rows in shops[0].items():
        found = drivers.derived_importance(
            rows.reset_index(), outcome="customers", aspects=list(LEVERS), cluster="store_id"
        )
        found["year"] = year
        found["place"] = found["share"].rank(ascending=False).astype(int)
        tables.append(found)
        for row in found.itertuples():
            page.value(f"{row.aspect}.{year}", row.share, unit="percent")
            page.value(f"{row.aspect}.{year}.low", row.share_low, unit="percent")
            page.value(f"{row.aspect}.{year}.high", row.share_high, unit="percent")
            page.value(f"{row.aspect}.{year}.place", row.place)
    first, second = (table.set_index("aspect") for table in tables)
    hold("meaning leads in the first year", first["share"].idxmax() == "meaning")
    hold("management in the second", second["share"].idxmax() == "management")
    marks = shops[2][list(LEVERS)]
    between = marks.corr().to_numpy()[np.triu_indices(len(LEVERS), 1)]
    page.value("levers.together", float(between.mean()), digits=2)
    table = pd.concat(tables)
    table["lever"] = table["aspect"].map({name: page.say(**label) for name, label in LEVERS.items()})

    def dots(width: int) -> alt.LayerChart:
        order = [page.say(**label) for label in LEVERS.values()]
        x = alt.X(
            "share_low:Q",
            scale=alt.Scale(domain=[0, 60]),
            title=page.say(en="Share of what is explained, %", fr="Part de ce qui est expliqué, %"),
        )
        layers = []
        for year, dy, colour in (("2023", -8, charts.NEUTRAL), ("2024", 8, charts.GOOD)):
            rows = table[table["year"] == year]
            base = alt.Chart(rows).encode(y=alt.Y("lever:N", sort=order, title=None), color=alt.value(colour))
            layers.append(base.mark_rule(strokeWidth=3, yOffset=dy).encode(x=x, x2="share_high:Q"))
            layers.append(base.mark_point(size=100, filled=True, opacity=1, yOffset=dy).encode(x="share:Q"))
            layers.append(
                alt.Chart(rows.head(1))
                .mark_text(align="left", dx=8, dy=dy, color=charts.MUTED if year == "2023" else colour)
                .encode(y=alt.Y("lever:N", sort=order), x="share_high:Q", text="year:N")
            )
        return alt.layer(*layers).properties(width=width - 120, height=250)

    page.chart(
        "ranking",
        dots,
        title=page.say(
            en="The lever that drives customers is meaning in one year and the manager in the next, and chance in both",
            fr="Le levier qui porte les clients : le sens une année, le manager la suivante, le hasard les deux fois",
        ),
        alternative=page.say(
            en="Share of the explained spread of customers’ marks between shops, by lever, in the first and second year: ",
            fr="Part de la dispersion expliquée des notes clients entre magasins, par levier, première et seconde année : ",
        )
        + "; ".join(
            f"{page.say(**label)} {page.written(first.at[name, 'share'], unit='percent')}, "
            f"{page.written(second.at[name, 'share'], unit='percent')}"
            for name, label in LEVERS.items()
        )
        + ".",
        note=page.say(
            en="Shares of explained variance (LMG) over shops; lines are 95% bootstrap intervals.",
            fr="Parts de variance expliquée (LMG) sur les magasins ; traits : intervalles bootstrap à 95 %.",
        ),
        data=table[["lever", "year", "share", "share_low", "share_high"]],
        columns={
            "lever": Column(label=page.say(en="Lever", fr="Levier")),
            "year": Column(label=page.say(en="Year", fr="Année")),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
            "share_low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "share_high": Column(label=page.say(en="To", fr="À"), unit="percent"),
        },
    )


def pride(page: Page, answers: pd.DataFrame, both: pd.DataFrame) -> None:
    """A statement that everybody agrees with."""
    agreed = answers.assign(agrees=answers["agrees_relation_is_strategic"].astype(float))
    parts = agreed[agreed["part"].isin(DEPARTMENTS)].groupby("part")["agrees"].mean()
    page.value("pride.all", 100 * agreed["agrees"].mean(), unit="percent")
    page.value("pride.least", 100 * parts.min(), unit="percent")
    page.value("pride.most", 100 * parts.max(), unit="percent")
    found = correlation(both["agrees_relation_is_strategic"], both["customers"])
    for side, number in zip(("", ".low", ".high"), found, strict=True):
        page.value(f"pride.customers{side}", number, digits=2, sign=True)
    hold("it says nothing sure of customers", found[1] < 0 < found[2])


def one_mean(page: Page, answers: pd.DataFrame) -> None:
    """The company's mean hides who speaks."""
    page.value("mean.all", answers["experience_score"].mean(), digits=1)
    page.value("mean.shops", 100 * (answers["department"] == "shops").mean(), unit="percent")
    teams = answers[answers["part"] == "service_centre"].groupby("is_outsourced")["experience_score"]
    page.value("mean.in_house", teams.mean()[False], digits=1)
    page.value("mean.outsourced", teams.mean()[True], digits=1)
    rows = answers[answers["part"] == "service_centre"]
    found = measures.difference(rows, outcome="experience_score", treatment="is_outsourced", cluster="employee_id")
    for side, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"outsourced{side}", number, digits=1, sign=True)


def fourths(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, float, float]:
    """Return means by unit, their counts, and the variances between and within units."""
    by = rows.groupby("store_id")["experience_score"].agg(["mean", "size"])
    within = float(rows.groupby("store_id")["experience_score"].var().dropna().mean())
    between = float(by["mean"].var()) - within * float((1 / by["size"]).mean())
    return by, by["size"], between, within


def small(page: Page, answers: pd.DataFrame, climate: pd.Series) -> None:
    """Best and worst shops by their own marks, and what is left of the gap a year later."""
    own = answers[answers["department"] == "shops"]
    first = own[own["wave"] == "autumn_2023"]
    by, counts, between, within = fourths(first)
    second = own[own["wave"] == "autumn_2024"].groupby("store_id")["experience_score"].mean()
    order = by["mean"].sort_values().index
    fourth = len(order) // 4
    low, high = order[:fourth], order[-fourth:]
    page.value("small.fourth", fourth)
    page.value("small.each", counts.mean())
    gap = by.loc[high, "mean"].mean() - by.loc[low, "mean"].mean()
    later = second.reindex(high).mean() - second.reindex(low).mean()
    drawn = shrinkage.shrunken(by["mean"], counts, between=between, within=within)
    kept = drawn.loc[high, "estimate"].mean() - drawn.loc[low, "estimate"].mean()
    for name, number in (("gap", gap), ("later", later), ("kept", kept)):
        page.value(f"small.{name}", number, digits=1)
    page.value("small.weight", float(drawn["weight"].mean()), digits=2)
    worst = order[0]
    page.value("small.worst", by.at[worst, "mean"], digits=1)
    page.value("small.worst.n", by.at[worst, "size"])
    page.value("small.worst.shrunken", drawn.at[worst, "estimate"], digits=1)
    page.value("small.worst.later", second[worst], digits=1)
    true = climate[high].mean() - climate[low].mean()
    page.value("small.true", true, digits=1)
    page.value("small.worst.true", climate[worst], digits=1)
    again = first["employee_id"].isin(own.loc[own["wave"] == "autumn_2024", "employee_id"]).mean()
    page.value("small.again", 100 * again, unit="percent")
    hold("the gap holds in the next survey", later > 0.7 * gap)
    hold("shrinking comes near to the key, the next survey does not", abs(kept - true) < 0.3 < later - true)


def exercise(page: Page, answers: pd.DataFrame) -> None:
    """Own marks of those with customer contact and without."""
    rows = answers.assign(contact=answers["has_customer_contact"].astype(bool))
    found = measures.difference(rows, outcome="experience_score", treatment="contact", cluster="employee_id")
    for side, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"ex.contact{side}", number, digits=1, sign=True)
    for name, side in (("with", True), ("without", False)):
        page.value(f"ex.{name}", rows.loc[rows["contact"] == side, "experience_score"].mean(), digits=1)
        page.value(f"ex.{name}.n", int((rows["contact"] == side).sum()))
    inside = rows[rows["department"] == "shops"]
    found = measures.difference(inside, outcome="experience_score", treatment="contact", cluster="employee_id")
    for side, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"ex.shops{side}", number, digits=1, sign=True)
    hold("within shops contact makes no difference that shows", found.low < 0 < found.high)
