"""Dossier 6: how much of customers' recommendation lies between shops, and how much of that goes with their staff."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold
from cxdata.catalog import scan

DRAWS = 1_000
SCALE = (4.5, 8.5)


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    larger = cxdata.edition("tilmarenne", "study")
    page.value("larger", len(larger["customers"]))
    called = callbacks(larger)
    staff = people(data)
    truth = data.truth["latents/stores"].set_index("store_id")
    page.value("answers", len(called))
    page.value("shops", called["store_id"].nunique())
    page.value("staff", len(staff))
    split(page, called)
    overlap(page, called, truth)
    slopes(page, called, staff, truth, cxdata.answer_key(data)["experience_on_recommendation"]["realised"]["value"])


def callbacks(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per buyer in a shop who was called back and gave a recommendation."""
    surveys = data["surveys"]
    called = surveys.loc[surveys["programme"] == "callback_after_order", ["order_id", "ltr"]].dropna()
    rows = called.merge(data["orders"][["order_id", "store_id"]].dropna(), on="order_id")
    return rows.astype({"store_id": "int64", "ltr": float})


def people(data: cxdata.Dataset) -> pd.DataFrame:
    """Return one row per employee of a shop who answered: the mean experience over the surveys answered."""
    answers = data["employee_surveys"].merge(data["employees"][["employee_id", "store_id"]], on="employee_id")
    answers = answers.dropna(subset=["experience_score", "store_id"]).astype({"store_id": "int64"})
    return answers.groupby(["store_id", "employee_id"])["experience_score"].mean().reset_index()


def split(page: Page, called: pd.DataFrame) -> None:
    """The variance of the recommendation, within shops and between them, by analysis of variance."""
    group = called.groupby("store_id")["ltr"].agg(["mean", "var", "size"])
    rows, shops = len(called), len(group)
    inside = float((group["var"] * (group["size"] - 1)).sum() / (rows - shops))
    outside = float((group["size"] * (group["mean"] - called["ltr"].mean()) ** 2).sum() / (shops - 1))
    each = (rows - float((group["size"] ** 2).sum()) / rows) / (shops - 1)
    between = (outside - inside) / each
    page.value("between", 100 * between / (between + inside), unit="percent")
    page.value("sd.shops", np.sqrt(between), digits=1)
    page.value("sd.customers", np.sqrt(inside), digits=1)
    hold("less than a tenth lies between shops", between / (between + inside) < 0.1)


def overlap(page: Page, called: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Answers in the best and in the last tenth of shops, by what they truly are."""
    order = truth["service_points"].sort_values().index
    tenth = len(order) // 10
    page.value("tenth", tenth)
    labels = {
        "best": page.say(en="best tenth of shops", fr="meilleur dixième des magasins"),
        "last": page.say(en="last tenth", fr="dernier dixième"),
    }
    groups = {"best": order[-tenth:], "last": order[:tenth]}
    lines = []
    for name, shops in groups.items():
        given = called.loc[called["store_id"].isin(shops), "ltr"]
        share = 100 * given.value_counts(normalize=True).reindex(range(11), fill_value=0.0)
        page.value(f"{name}.displeased", 100 * (given <= 6).mean(), unit="percent")
        lines.append(pd.DataFrame({"ltr": share.index, "share": share.to_numpy(), "who": labels[name], "name": name}))
    table = pd.concat(lines)
    page.value("all.displeased", 100 * (called["ltr"] <= 6).mean(), unit="percent")
    best = called.loc[called["store_id"].isin(groups["best"]), "ltr"]
    last = called.loc[called["store_id"].isin(groups["last"]), "ltr"]
    hold("the best are better", best.mean() > last.mean() + 1)
    hold("and some of theirs are detractors", (best <= 6).mean() > 0.05)

    def drawn(width: int) -> alt.LayerChart:
        base = alt.Chart(table).encode(
            x=alt.X(
                "ltr:Q",
                scale=alt.Scale(domain=[0, 10]),
                axis=alt.Axis(values=list(range(11)), format="d"),
                title=page.say(en="Recommendation, 0 to 10", fr="Recommandation, de 0 à 10"),
            ),
            y=alt.Y(
                "share:Q",
                axis=alt.Axis(values=[0, 10, 20, 30, 40], format="d"),
                title=page.say(en="Answers, percent", fr="Réponses, en %"),
            ),
            color=alt.Color(
                "who:N",
                scale=alt.Scale(domain=list(labels.values()), range=[charts.GOOD, charts.BAD]),
                legend=alt.Legend(columns=1),
            ),
        )
        return (base.mark_line(strokeWidth=2.4) + base.mark_point(size=60, opacity=1)).properties(
            width=width, height=220
        )

    page.chart(
        "overlap",
        drawn,
        title=page.say(
            en="The best and the last tenth of shops differ, and their customers overlap widely",
            fr="Le meilleur et le dernier dixième des magasins diffèrent, mais leurs clients se recoupent largement",
        ),
        alternative=page.say(en="Percent of answers 0 to 10. ", fr="Pourcentage des réponses de 0 à 10. ")
        + "; ".join(
            f"{labels[name]}: " + ", ".join(page.written(value) for value in table.loc[table["name"] == name, "share"])
            for name in groups
        )
        + ".",
        note=page.say(
            en=f"{tenth} shops each, chosen by the answer key.", fr=f"{tenth} magasins chacun, choisis par le corrigé."
        ),
        data=table[["who", "ltr", "share"]],
        columns={
            "who": Column(label=page.say(en="Shops", fr="Magasins")),
            "ltr": Column(label=page.say(en="Answer", fr="Réponse")),
            "share": Column(label=page.say(en="Share", fr="Part"), unit="percent"),
        },
    )


def corrected(shops: pd.DataFrame) -> tuple[float, float, float]:
    """Return slope, reliability of the staff means, and slope corrected for it; shops weigh by staff who answered."""
    weight = shops["size"] / shops["size"].sum()
    x, y = (shops[name] - (weight * shops[name]).sum() for name in ("staff", "ltr"))
    spread = float((weight * x**2).sum())
    slope = float((weight * x * y).sum()) / spread
    reliability = 1 - float((weight * shops["noise"]).sum()) / spread
    return slope, reliability, slope / reliability


def slopes(page: Page, called: pd.DataFrame, staff: pd.DataFrame, truth: pd.DataFrame, key: float) -> None:
    """What one point of staff's experience goes with: over employees, shops, corrected, and by the key."""
    group = staff.groupby("store_id")["experience_score"].agg(["mean", "var", "size"])
    pooled = float((group["var"] * (group["size"] - 1)).sum() / (group["size"] - 1).sum())
    shops = group.rename(columns={"mean": "staff"}).join(called.groupby("store_id")["ltr"].mean())
    shops = shops.assign(noise=pooled / shops["size"], truly=truth["employee_experience"])
    slope, reliability, right = corrected(shops)
    random = np.random.default_rng(7)
    draws = np.array([corrected(shops.iloc[random.integers(0, len(shops), len(shops))]) for _ in range(DRAWS)])
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    for place, (name, value) in enumerate((("slope", slope), ("reliability", reliability), ("right", right))):
        page.value(name, value, digits=2)
        page.value(f"{name}.low", low[place], digits=2)
        page.value(f"{name}.high", high[place], digits=2)
    each = staff.merge(shops["ltr"], left_on="store_id", right_index=True)
    single = float(np.polyfit(each["experience_score"], each["ltr"], 1)[0])
    page.value("single", single, digits=2)
    page.value("key", key, digits=2)
    page.value("rule", scan.figures()["deck_2024.satisfaction_per_experience"].value, digits=2)
    page.value("per_shop", shops["size"].mean())
    hold("the plain slope misses the key", high[0] < key)
    hold("the corrected one holds it", low[2] < key < high[2])
    hold("employees one by one give least", single < slope / 2)
    seen = page.say(en="as the survey sees staff", fr="selon l’enquête")
    known = page.say(en="as the answer key knows them", fr="selon le corrigé")
    clouds = pd.concat(
        [
            pd.DataFrame({"x": shops["staff"], "y": shops["ltr"], "panel": seen}),
            pd.DataFrame({"x": shops["truly"], "y": shops["ltr"], "panel": known}),
        ]
    )
    ends = []
    for panel, column, steep in ((seen, "staff", slope), (known, "truly", key)):
        x = np.array([shops[column].min(), shops[column].max()])
        ends.append(
            pd.DataFrame({"x": x, "y": shops["ltr"].mean() + steep * (x - shops[column].mean()), "panel": panel})
        )
    lines = pd.concat(ends)

    def drawn(width: int) -> alt.HConcatChart | alt.VConcatChart:
        narrow = width == charts.NARROW
        parts = []
        for panel, colour in ((seen, charts.BAD), (known, charts.GOOD)):
            x = alt.X(
                "x:Q",
                scale=alt.Scale(domain=list(SCALE)),
                axis=alt.Axis(values=[5, 6, 7, 8], format="d"),
                title=page.say(en="Experience of staff, 0 to 10", fr="Expérience de l’équipe, 0 à 10"),
            )
            y = alt.Y(
                "y:Q",
                scale=alt.Scale(domain=[5.5, 9.5]),
                axis=alt.Axis(values=[6, 7, 8, 9], format="d"),
                title=page.say(en="Recommendation", fr="Recommandation") if narrow or panel == seen else None,
            )
            cloud = alt.Chart(clouds[clouds["panel"] == panel]).mark_point(size=35, opacity=0.6, color=charts.NEUTRAL)
            line = alt.Chart(lines[lines["panel"] == panel]).mark_line(strokeWidth=3, color=colour)
            parts.append(
                (cloud.encode(x=x, y=y) + line.encode(x="x:Q", y="y:Q")).properties(
                    width=width if narrow else (width - 50) / 2, height=220, title=panel
                )
            )
        return alt.vconcat(*parts) if narrow else alt.hconcat(*parts)

    page.chart(
        "attenuated",
        drawn,
        title=page.say(
            en="Noise in the staff survey spreads the cloud sideways and flattens the line",
            fr="Le bruit de l’enquête interne étale le nuage et aplatit la droite",
        ),
        alternative=page.say(
            en=f"{len(shops)} shops. Slope on the staff survey {page.written(slope, digits=2)}, on the experience in the answer key {page.written(key, digits=2)}. Staff means run from {page.written(shops['staff'].min(), digits=1)} to {page.written(shops['staff'].max(), digits=1)}, true ones from {page.written(shops['truly'].min(), digits=1)} to {page.written(shops['truly'].max(), digits=1)}.",
            fr=f"{len(shops)} magasins. Pente sur l’enquête interne {page.written(slope, digits=2)}, sur l’expérience du corrigé {page.written(key, digits=2)}. Moyennes de {page.written(shops['staff'].min(), digits=1)} à {page.written(shops['staff'].max(), digits=1)}, vraies valeurs de {page.written(shops['truly'].min(), digits=1)} à {page.written(shops['truly'].max(), digits=1)}.",
        ),
        note=page.say(
            en="Each dot is a shop; the upright scale is the mean of its customers who were called back.",
            fr="Chaque point est un magasin ; en ordonnée, la moyenne de ses clients rappelés.",
        ),
        data=shops.reset_index()[["store_id", "staff", "truly", "ltr"]].head(12),
        columns={
            "store_id": Column(label=page.say(en="Shop, first twelve", fr="Magasin, douze premiers")),
            "staff": Column(label=page.say(en="Survey", fr="Enquête"), digits=1),
            "truly": Column(label=page.say(en="Key", fr="Corrigé"), digits=1),
            "ltr": Column(label=page.say(en="Customers", fr="Clients"), digits=1),
        },
    )
