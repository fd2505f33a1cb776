"""Complaint register: what nine dirty deliveries would make the board believe, and what checks and cleaning give back."""

import math
import tempfile
from functools import lru_cache
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures
from casebook.worked.figures import Column
from casebook.worked.linkage import one_slip
from casebook.worked.page import Page, hold
from cxdata import api
from cxdata.config import RunConfig

CUSTOMERS, SEED = 12_000, 7
WANTED = ("complaints", "contacts")
FILE = "file"
CHANNELS = ("post", "phone", "email", "social")
CAUSES = {
    "late_delivery": {"en": "Late delivery", "fr": "Livraison en retard"},
    "damaged_item": {"en": "Damaged item", "fr": "Article abîmé"},
    "product_advice": {"en": "Product advice", "fr": "Conseil sur un produit"},
    "return_refund": {"en": "Return or refund", "fr": "Retour ou remboursement"},
    "other": {"en": "Other", "fr": "Autre"},
    "invoice": {"en": "Invoice", "fr": "Facture"},
    "availability": {"en": "Availability", "fr": "Disponibilité"},
    "loyalty_account": {"en": "Loyalty account", "fr": "Compte de fidélité"},
    "faulty_product": {"en": "Faulty product", "fr": "Produit défectueux"},
    "product_recall": {"en": "Recalled lamp", "fr": "Lampe rappelée"},
}
TRUE, FALSE = {"true", "oui", "y", "1"}, {"false", "non", "n", "0"}
FIELDS = ("received_on", "channel", "cause", "severity", "replied", "is_resolved", "compensation_eur")
WINDOW = (pd.Timestamp("2023-01-01"), pd.Timestamp("2025-06-30"))
JAM = pd.period_range("2023-10", "2023-12", freq="M")


@lru_cache(maxsize=1)
def deliveries() -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the delivered files of each table as text, the clean tables, and the list of what was done to them."""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where) / "data"
        config = RunConfig(scenario="tilmarenne", customers=CUSTOMERS, seed=SEED, dirt="heavy", tables=WANTED)
        api.generate_files(config, folder, form="csv", jobs=1)
        delivered = {
            table: pd.concat(
                [
                    pd.read_csv(path, dtype=str, encoding=encoding_of(path)).assign(**{FILE: path.stem})
                    for path in sorted((folder / "delivered" / table).glob("*.csv"))
                ],
                ignore_index=True,
            )
            for table in WANTED
        }
        clean = {table: pd.read_csv(folder / f"{table}.csv") for table in WANTED}
        listed = pd.read_csv(folder / "truth" / "dirt.csv", dtype=str)
    return delivered, clean, listed


def encoding_of(path: Path) -> str:
    """Return UTF-8 where the file is, else the old encoding of Windows."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def truth_of(clean: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the register as it should be, one row per complaint."""
    both = clean["complaints"].merge(clean["contacts"][["contact_id", "reason"]], on="contact_id", validate="1:1")
    return pd.DataFrame(
        {
            "received_on": pd.to_datetime(both["received_at"]).dt.normalize(),
            "channel": both["channel"],
            "cause": both["reason"],
            "severity": both["severity"].astype(float),
            "replied": both["replied"].astype(float),
            "is_resolved": both["is_resolved"].astype(float),
            "compensation_eur": both["compensation_eur"].astype(float),
            "order_id": both["order_id"],
        }
    ).set_index(both["complaint_id"])


def taken_as_is(delivered: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the register as a hurried reader gets it: joined, read by the defaults, what is unknown called other."""
    cause = delivered["contacts"][["contact_id", "reason"]]
    rows = delivered["complaints"].merge(cause, on="contact_id", how="left")
    return pd.DataFrame(
        {
            "complaint_id": rows["complaint_id"],
            "received_on": pd.to_datetime(rows["received_at"], errors="coerce", format="mixed").dt.normalize(),
            "channel": rows["channel"].fillna("unknown"),
            "cause": rows["reason"].where(rows["reason"].isin(list(CAUSES)), "other"),
            "severity": pd.to_numeric(rows["severity"], errors="coerce"),
            "replied": (rows["replied"] == "true").astype(float),
            "is_resolved": (rows["is_resolved"] == "true").astype(float),
            "compensation_eur": pd.to_numeric(rows["compensation_eur"], errors="coerce"),
        }
    )


# ---------------------------------------------------------------- cleaning, one function a fault


def whole_keys(text: pd.Series) -> pd.Series:
    """Return keys without the decimal point of a spreadsheet."""
    return text.str.replace(r"\.0$", "", regex=True)


def days(text: pd.Series, file: pd.Series) -> pd.Series:
    """Return dates; where day and month could be either, the other dates of the same file decide."""
    iso = pd.to_datetime(text.where(text.str.match(r"\d{4}[-.]")).str[:10].str.replace(".", "-"), errors="coerce")
    parts = text.str.extract(r"^(\d{2})/(\d{2})/(\d{4})").astype(float)
    day_first = (parts[0] > 12).groupby(file).transform("any")
    month_first = (parts[1] > 12).groupby(file).transform("any")
    day, month = parts[0].where(~month_first, parts[1]), parts[1].where(~month_first, parts[0])
    told = pd.to_datetime({"year": parts[2], "month": month, "day": day}, errors="coerce")
    found = iso.where(parts[2].isna(), told.where(day_first ^ month_first))
    return found.where(found.between(*WINDOW))


def codes(text: pd.Series, known: tuple[str, ...]) -> pd.Series:
    """Return codes of a list, spelling and one slip forgiven; what fits none or several stays empty."""
    plain = text.str.strip().str.lower().str.replace(r"[ \u00a0-]", "_", regex=True).str.strip("_")
    table = {}
    for one in plain.dropna().unique():
        near = [code for code in known if code == one] or [code for code in known if one_slip(one, code)]
        table[one] = near[0] if len(near) == 1 else None
    return plain.map(table).astype(object)


def flags(text: pd.Series) -> pd.Series:
    """Return 1, 0, or nothing."""
    plain = text.str.strip().str.lower()
    return pd.Series(np.where(plain.isin(TRUE), 1.0, np.where(plain.isin(FALSE), 0.0, np.nan)), index=text.index)


def numbers(text: pd.Series, low: float, high: float) -> pd.Series:
    """Return numbers with a point or a comma; what cannot be stays empty."""
    found = pd.to_numeric(text.str.replace(",", "."), errors="coerce")
    return found.where(found.between(low, high))


def cleaned(delivered: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the register as cleaning gives it, one row per complaint."""
    raw = delivered["complaints"]
    rows = pd.DataFrame(
        {
            "complaint_id": whole_keys(raw["complaint_id"]),
            "contact_id": whole_keys(raw["contact_id"]),
            "received_on": days(raw["received_at"], raw[FILE]),
            "channel": codes(raw["channel"], CHANNELS),
            "severity": numbers(raw["severity"], 1, 5),
            "replied": flags(raw["replied"]),
            "delay": numbers(raw["reply_delay_hours"], 0, 2000),
            "is_resolved": flags(raw["is_resolved"]),
            "compensation_eur": numbers(raw["compensation_eur"], 0, 9000),
        }
    )
    rows = rows.groupby("complaint_id", as_index=False).first()  # of two copies, the first that is filled in
    beside = delivered["contacts"]
    contacts = (
        pd.DataFrame(
            {
                "contact_id": whole_keys(beside["contact_id"]),
                "contacted_on": days(beside["contacted_at"], beside[FILE]),
                "contact_channel": codes(beside["channel"], CHANNELS),
                "cause": codes(beside["reason"], tuple(CAUSES)),
            }
        )
        .groupby("contact_id", as_index=False)
        .first()
    )
    both = rows.merge(contacts, on="contact_id", how="left")
    both["received_on"] = both["received_on"].fillna(both["contacted_on"])
    both["channel"] = both["channel"].fillna(both["contact_channel"])
    both["replied"] = both["replied"].fillna(both["delay"].notna().map({True: 1.0, False: np.nan}))
    return both.set_index(both["complaint_id"].astype(int))


def right(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return for each true complaint and field whether the register holds the true value."""
    aligned = found.reindex(truth.index)
    return pd.DataFrame({field: aligned[field].eq(truth[field]) for field in FIELDS})


# ---------------------------------------------------------------- the page


def build(page: Page) -> None:
    """Compute the page."""
    delivered, clean, listed = deliveries()
    truth, raw, mended = truth_of(clean), taken_as_is(delivered), cleaned(delivered)
    delivery(page, delivered, clean, truth, listed)
    checks(page, delivered)
    report(page, raw, mended, truth)
    months(page, raw, mended, truth)
    causes(page, raw, mended, truth)
    cells(page, raw, mended, truth)
    traps(page, delivered, mended, truth, listed)
    silent(page)


def delivery(
    page: Page,
    delivered: dict[str, pd.DataFrame],
    clean: dict[str, pd.DataFrame],
    truth: pd.DataFrame,
    listed: pd.DataFrame,
) -> None:
    """What came."""
    rows = delivered["complaints"]
    page.value("customers", CUSTOMERS)
    page.value("files", rows[FILE].nunique())
    page.value("rows", len(rows))
    page.value("true", len(truth))
    answered = ~clean["contacts"]["is_abandoned"]
    page.value("share", 100 * len(truth) / answered.sum(), digits=1, unit="percent")
    page.value("copies", int(rows["complaint_id"].pipe(whole_keys).duplicated().sum()))
    of_register = listed[listed["table_name"] == "complaints"]
    page.value("faults", len(of_register))
    lost = rows[rows["received_at"].isna()].groupby(FILE).size()
    hold("one delivery came without dates", lost["2023-q4"] == (rows[FILE] == "2023-q4").sum())
    page.value("undated", lost["2023-q4"])
    words = rows.groupby(FILE)["replied"].agg(lambda text: text.dropna().str.lower().isin(TRUE - {"true"}).any())
    hold("from the second delivery on, replied is written oui and non", not words.iloc[0] and words.iloc[1:].all())


def checks(page: Page, delivered: dict[str, pd.DataFrame]) -> None:
    """The schema of the register, with the rows that each check stops."""
    rows = delivered["complaints"]
    known = set(delivered["contacts"]["contact_id"])
    cause = rows[["contact_id"]].merge(
        delivered["contacts"].drop_duplicates("contact_id")[["contact_id", "reason"]], on="contact_id", how="left"
    )["reason"]
    replied = rows["replied"].isin(["true", "false"])
    money = pd.to_numeric(rows["compensation_eur"], errors="coerce")
    iso = pd.to_datetime(rows["received_at"], format="%Y-%m-%dT%H:%M:%S", errors="coerce")
    said = flags(rows["replied"])
    stopped = [
        ("complaint_id", "One number, given once", "Un numéro, donné une fois", rows["complaint_id"].duplicated()),
        ("contact_id", "Exists in the contacts", "Existe parmi les contacts", ~rows["contact_id"].isin(known)),
        ("received_at", "Day and hour, in the window", "Jour et heure, dans la période", ~iso.between(*WINDOW)),
        ("channel", "One of four codes", "Un code parmi quatre", ~rows["channel"].isin(CHANNELS)),
        ("cause", "One of ten codes", "Un code parmi dix", ~cause.isin(list(CAUSES))),
        ("severity", "A whole number, 1 to 5", "Un entier, de 1 à 5", ~rows["severity"].isin(list("12345"))),
        ("replied", "true or false", "true ou false", ~replied),
        ("reply_delay_hours", "Filled if replied, else empty", "Rempli s’il y a réponse", (rows["reply_delay_hours"].notna() != (said == 1)) & said.notna()),
        ("is_resolved", "true or false", "true ou false", ~rows["is_resolved"].isin(["true", "false"])),
        ("compensation_eur", "A number, nought or more", "Un nombre, zéro ou plus", ~money.ge(0)),
    ]  # fmt: skip
    table = pd.DataFrame(
        [{"field": field, "check": page.say(en=en, fr=fr), "rows": int(hit.sum())} for field, en, fr, hit in stopped]
    )
    clean_rows = ~np.any([hit.to_numpy() for *_, hit in stopped], axis=0)
    page.value("clean.rows", int(clean_rows.sum()))
    page.value("clean.share", 100 * clean_rows.mean(), unit="percent")
    for field, number in zip(table["field"], table["rows"], strict=True):
        page.value(f"stopped.{field}", number)
    page.table(
        "checks",
        table,
        caption=page.say(
            en=f"The register's fields, the check of each, and the rows of {page.written(len(rows))} that it stops",
            fr=f"Les champs du registre, leur contrôle et les lignes arrêtées, sur {page.written(len(rows))}",
        ),
        columns={
            "field": Column(label=page.say(en="Field", fr="Champ")),
            "check": Column(label=page.say(en="What must hold", fr="Ce qui doit être vrai")),
            "rows": Column(label=page.say(en="Rows stopped", fr="Lignes arrêtées")),
        },
    )


def figures_of(register: pd.DataFrame) -> dict[str, float]:
    """Return what a board reads: number, other, replied, severity, euros."""
    return {
        "complaints": len(register),
        "jam": int(register["received_on"].dt.to_period("M").isin(JAM).sum()),
        "other": 100 * (register["cause"] == "other").mean(),
        "late": 100 * (register["cause"] == "late_delivery").mean(),
        "replied": 100 * register["replied"].mean(),
        "money": register["compensation_eur"].sum(),
    }


def report(page: Page, raw: pd.DataFrame, mended: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Six figures three times: as delivered, cleaned, true."""
    found = {"raw": figures_of(raw), "clean": figures_of(mended), "true": figures_of(truth)}
    known = mended[mended["cause"].notna()]
    found["clean"]["late"] = 100 * (known["cause"] == "late_delivery").mean()
    found["clean"]["other"] = 100 * (known["cause"] == "other").mean()
    labels = {
        "complaints": {"en": "Complaints", "fr": "Réclamations"},
        "jam": {"en": "of the last quarter of 2023", "fr": "du dernier trimestre 2023"},
        "late": {"en": "about late delivery", "fr": "pour livraison en retard"},
        "other": {"en": "about other things", "fr": "pour autre chose"},
        "replied": {"en": "replied to", "fr": "avec réponse"},
        "money": {"en": "Gestures", "fr": "Gestes"},
    }
    units = {"other": "percent", "late": "percent", "replied": "percent", "money": "euros"}
    rows = []
    for name, label in labels.items():
        row = {"what": page.say(**label)}
        for version, values in found.items():
            digits = 0
            row[version] = page.written(values[name], digits=digits, unit=units.get(name, ""))
            page.value(f"{version}.{name}", values[name], unit=units.get(name, ""))
        rows.append(row)
    page.value("money.lost", found["true"]["money"] - found["raw"]["money"], unit="euros")
    page.value("money.lost.share", 100 * (1 - found["raw"]["money"] / found["true"]["money"]), unit="percent")
    hold(
        "most of the missing money stood behind commas",
        found["clean"]["money"] - found["raw"]["money"] > 0.5 * (found["true"]["money"] - found["raw"]["money"]),
    )
    page.value("money.open", found["true"]["money"] - found["clean"]["money"], unit="euros")
    page.value("cause.unknown", int(mended["cause"].isna().sum()))
    page.value("extra", found["raw"]["complaints"] - found["true"]["complaints"])
    hold("the number of complaints comes out right", found["clean"]["complaints"] == found["true"]["complaints"])
    hold("other doubles as delivered", found["raw"]["other"] > 1.5 * found["true"]["other"])
    hold("as delivered hardly a complaint is replied to", found["raw"]["replied"] < 0.2 * found["true"]["replied"])
    hold("as delivered, next to nothing came in the quarter of the jam", found["raw"]["jam"] < 5)
    page.table(
        "report",
        pd.DataFrame(rows),
        caption=page.say(en="What the board would read", fr="Ce que lirait la direction"),
        columns={
            "what": Column(label=page.say(en="Figure", fr="Chiffre")),
            "raw": Column(label=page.say(en="As delivered", fr="Tel que livré"), right=True),
            "clean": Column(label=page.say(en="Cleaned", fr="Nettoyé"), right=True),
            "true": Column(label=page.say(en="True", fr="Vrai"), right=True),
        },
    )


def months(page: Page, raw: pd.DataFrame, mended: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Complaints by month, as delivered and true."""
    window = pd.period_range("2023-01", "2024-12", freq="M")
    counts = pd.DataFrame(
        {
            name: rows["received_on"].dt.to_period("M").value_counts().reindex(window, fill_value=0)
            for name, rows in (("raw", raw), ("clean", mended), ("true", truth))
        }
    )
    off = (counts["clean"] - counts["true"]).abs()
    page.value("months.off", int((off > 0).sum()))
    page.value("months.largest", int(off.max()))
    hold("the cleaned months lie within one complaint of the truth", off.max() <= 1)
    usual = counts["true"].mean()
    page.value("month.usual", usual)
    page.value("month.swing", measures.Z_95 * math.sqrt(usual))
    names = {
        "true": page.say(en="answer key", fr="corrigé"),
        "raw": page.say(en="as delivered", fr="tel que livré"),
    }
    table = counts.rename_axis("month").reset_index()
    table["at"] = table["month"].dt.to_timestamp()
    long = table.melt(id_vars="at", value_vars=["true", "raw"], var_name="which", value_name="complaints")
    long["name"] = long["which"].map(names)
    hole = pd.DataFrame(
        {
            "from": [JAM[0].to_timestamp()],
            "to": [JAM[-1].to_timestamp()],
            "said": [page.say(en="dates missing", fr="dates absentes")],
        }
    )

    def lines(width: int) -> alt.LayerChart:
        x = alt.X("at:T", title=None, axis=alt.Axis(format="%m/%y", tickCount=4 if width <= charts.NARROW else 8))
        y = alt.Y("complaints:Q", title=page.say(en="Complaints a month", fr="Réclamations par mois"))
        colour = alt.Color(
            "name:N",
            scale=alt.Scale(domain=list(names.values()), range=[charts.GOOD, charts.BAD]),
            legend=alt.Legend(title=None),
        )
        shade = alt.Chart(hole).mark_rect(color=charts.LINE, opacity=0.6).encode(x="from:T", x2="to:T")
        said = (
            alt.Chart(hole)
            .mark_text(align="left", dx=4, color=charts.MUTED)
            .encode(x="from:T", y=alt.value(8), text="said:N")
        )
        drawn = alt.Chart(long).mark_line(point=True).encode(x=x, y=y, color=colour)
        return (shade + drawn + said).properties(width=width, height=230)

    listed = table.assign(month=table["month"].astype(str))[["month", "raw", "clean", "true"]]
    page.chart(
        "months",
        lines,
        title=page.say(
            en="As delivered, the quarter of the parcel jam is the quietest of all",
            fr="Tel que livré, le trimestre du blocage des colis est le plus calme de tous",
        ),
        alternative=page.say(
            en="Complaints by month, as delivered and true: ", fr="Réclamations par mois, livrées et vraies : "
        )
        + ", ".join(f"{row.month} {row.raw}/{row.true}" for row in listed.itertuples())
        + ".",
        note=page.say(
            en="The cleaned months lie within one complaint of the answer key and are not drawn.",
            fr="Les mois nettoyés sont à une réclamation près ceux du corrigé et ne sont pas tracés.",
        ),
        data=listed,
        columns={
            "month": Column(label=page.say(en="Month", fr="Mois")),
            "raw": Column(label=page.say(en="As delivered", fr="Tel que livré")),
            "clean": Column(label=page.say(en="Cleaned", fr="Nettoyé")),
            "true": Column(label=page.say(en="Answer key", fr="Corrigé")),
        },
    )


def causes(page: Page, raw: pd.DataFrame, mended: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Complaints by cause, as delivered and true."""
    counts = pd.DataFrame(
        {
            name: rows["cause"].value_counts().reindex(list(CAUSES), fill_value=0)
            for name, rows in (("raw", raw), ("clean", mended), ("true", truth))
        }
    ).sort_values("true", ascending=False)
    place = {name: list(counts.sort_values(name, ascending=False).index).index("other") + 1 for name in ("raw", "true")}
    page.value("other.place.raw", place["raw"])
    page.value("other.place.true", place["true"])
    page.value("other.raw", counts.loc["other", "raw"])
    page.value("other.true", counts.loc["other", "true"])
    hold("other climbs", place["raw"] < place["true"])
    rest = counts.drop("other")
    hold(
        "real causes shrink and none grows",
        (rest["raw"] <= rest["true"]).all() and (rest["raw"] < rest["true"]).sum() > 6,
    )
    low, high = measures.share_interval(int(counts.loc["other", "true"]), int(counts["true"].sum()))
    page.value("other.low", 100 * low, unit="percent")
    page.value("other.high", 100 * high, unit="percent")
    hold("chance does not explain it", 100 * (raw["cause"] == "other").mean() > 100 * high)
    table = counts.reset_index(names="code")
    table["cause"] = table["code"].map(lambda code: page.say(**CAUSES[code]))
    names = {"true": page.say(en="answer key", fr="corrigé"), "raw": page.say(en="as delivered", fr="tel que livré")}
    long = table.melt(id_vars="cause", value_vars=["true", "raw"], var_name="which", value_name="complaints")
    long["name"] = long["which"].map(names)

    def dots(width: int) -> alt.LayerChart:
        y = alt.Y(
            "cause:N", sort=list(table["cause"]), title=None, axis=alt.Axis(labelLimit=150 if width < 400 else 260)
        )
        span = (
            alt.Chart(table)
            .mark_rule(strokeWidth=3, color=charts.NEUTRAL)
            .encode(
                y=y,
                x=alt.X(
                    "raw:Q", title=page.say(en="Complaints", fr="Réclamations"), axis=alt.Axis(values=[0, 50, 100, 150])
                ),
                x2="true:Q",
            )
        )
        points = (
            alt.Chart(long)
            .mark_point(size=100, opacity=1)
            .encode(
                y=y,
                x="complaints:Q",
                color=alt.Color(
                    "name:N",
                    scale=alt.Scale(domain=list(names.values()), range=[charts.GOOD, charts.BAD]),
                    legend=alt.Legend(title=None),
                ),
                shape=alt.Shape(
                    "name:N", scale=alt.Scale(domain=list(names.values()), range=["circle", "square"]), legend=None
                ),
            )
        )
        return (span + points).properties(width=width - (130 if width < 400 else 60), height=28 * len(table))

    page.chart(
        "causes",
        dots,
        title=page.say(
            en="What cannot be read becomes “other”, and the real causes shrink",
            fr="L’illisible devient « autre », et les vraies causes rétrécissent",
        ),
        alternative=page.say(
            en="Complaints by cause, as delivered and true: ", fr="Réclamations par cause, livrées et vraies : "
        )
        + ", ".join(f"{row.cause} {row.raw}/{row.true}" for row in table.itertuples())
        + ".",
        data=table[["cause", "raw", "clean", "true"]],
        columns={
            "cause": Column(label=page.say(en="Cause", fr="Cause")),
            "raw": Column(label=page.say(en="As delivered", fr="Tel que livré")),
            "clean": Column(label=page.say(en="Cleaned", fr="Nettoyé")),
            "true": Column(label=page.say(en="Answer key", fr="Corrigé")),
        },
    )


def cells(page: Page, raw: pd.DataFrame, mended: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Cells that hold the true value, before and after; and the harm that cleaning did."""
    first = raw.assign(key=pd.to_numeric(raw["complaint_id"], errors="coerce")).dropna(subset=["key"])
    first = first.drop_duplicates("key").set_index(first.drop_duplicates("key")["key"].astype(int))
    before, after = right(first, truth), right(mended, truth)
    page.value("cells", before.size)
    page.value("cells.before", 100 * before.to_numpy().mean(), digits=1, unit="percent")
    page.value("cells.after", 100 * after.to_numpy().mean(), digits=1, unit="percent")
    page.value("harm", int((before & ~after).to_numpy().sum()))
    empty = mended.reindex(truth.index)[list(FIELDS)].isna()
    page.value("open", int((~after & empty).to_numpy().sum()))
    hold("no cell that cleaning filled is wrong", not (~after & ~empty).to_numpy().any())
    hold(
        "what cleaning lost was right by luck",
        empty[before & ~after].notna().to_numpy().sum() == (before & ~after).to_numpy().sum(),
    )
    page.value("open.severity", int(empty["severity"].sum()))
    page.value("open.resolved", int(empty["is_resolved"].sum()))


def traps(
    page: Page, delivered: dict[str, pd.DataFrame], mended: pd.DataFrame, truth: pd.DataFrame, listed: pd.DataFrame
) -> None:
    """Deleting by order, complete rows only, closing a quarter too early, swapped days."""
    again = truth["order_id"].duplicated()
    page.value("again", int(again.sum()))
    page.value("again.share", 100 * again.mean(), unit="percent")
    harder = truth["order_id"].duplicated(keep=False)
    page.value("again.severity", truth.loc[harder, "severity"].mean(), digits=1)
    page.value("once.severity", truth.loc[~harder, "severity"].mean(), digits=1)
    gap = measures.difference(truth.assign(again=harder), outcome="severity", treatment="again", cluster="order_id")
    hold("second complaints are about graver matters", gap.low > 0)
    page.value("again.low", gap.low, digits=1)
    page.value("again.high", gap.high, digits=1)
    whole = mended[list(FIELDS)].notna().all(axis=1)
    page.value("whole", 100 * whole.mean(), unit="percent")
    late_cause = mended["cause"] == "late_delivery"
    page.value("whole.late", int((whole & late_cause).sum()))
    page.value("known.late", int(late_cause.sum()))
    page.value("true.late.count", int((truth["cause"] == "late_delivery").sum()))
    register = listed[listed["table_name"] == "complaints"]
    late = register[register["kind"] == "late_row"]
    page.value("late.rows", len(late))
    worst = late["clean"].value_counts()
    page.value("late.worst", int(worst.iloc[0]))
    quarter = str(worst.index[0]).removeprefix("complaints/").removesuffix(".csv")
    own = truth["received_on"].dt.to_period("Q").astype(str).str.lower().str.replace("q", "-q") == quarter
    page.value("late.worst.of", int(own.sum()))
    page.text(
        "late.quarter",
        en=f"the {ORDINALS[quarter[-1]]['en']} quarter of {quarter[:4]}",
        fr=f"le {ORDINALS[quarter[-1]]['fr']} trimestre {quarter[:4]}",
    )
    mixed = register[(register["kind"] == "mixed_dates")]
    slashed = mixed[mixed["dirty"].str.contains("/")]
    either = slashed["dirty"].str[:2].astype(int).le(12) & slashed["dirty"].str[3:5].astype(int).le(12)
    page.value("mixed", len(mixed))
    page.value("either", int(either.sum()))
    swapped = (
        pd.to_datetime(slashed.loc[either, "dirty"], format="mixed").dt.date
        != pd.to_datetime(slashed.loc[either, "clean"]).dt.date
    )
    page.value("swapped", int(swapped.sum()))
    moved = pd.to_datetime(slashed.loc[either, "clean"]).dt.month.eq(10) & pd.to_datetime(
        slashed.loc[either, "dirty"], format="mixed"
    ).dt.month.eq(11)
    hold("a complaint of October counts in November", moved.any())
    hold("some dates are swapped by the default reader", 0 < swapped.sum() < either.sum())
    # The exercise: what deleting by customer and day would do, and how copies differ
    raw = delivered["complaints"]
    key = raw["complaint_id"].pipe(whole_keys)
    page.value("exact.copies", int(raw.drop(columns=FILE).duplicated().sum()))
    page.value("by.key", int(key.duplicated().sum()))
    page.value("by.order", int(raw["order_id"].pipe(whole_keys).duplicated().sum()))
    hold("a copy may differ from its first", raw.drop(columns=FILE).duplicated().sum() < key.duplicated().sum())


ORDINALS = {
    "1": {"en": "first", "fr": "premier"},
    "2": {"en": "second", "fr": "deuxième"},
    "3": {"en": "third", "fr": "troisième"},
    "4": {"en": "fourth", "fr": "quatrième"},
}


def silent(page: Page) -> None:
    """Who never enters a register: dissatisfied customers who did not complain, by the answer key."""
    key = cxdata.answer_key(cxdata.edition("tilmarenne", "class"))["silent_dissatisfied"]
    page.value("silent", key["realised"]["value"], unit="percent")
