"""User experience: one of three redesigned pages is worth its release, and a questionnaire added up wrongly hides it."""

import altair as alt
import numpy as np
import pandas as pd

import cxdata
from casebook.worked import charts, measures, usability
from casebook.worked.figures import Column
from casebook.worked.page import Page, hold

PAGES = {
    "checkout": {"en": "Checkout", "fr": "Paiement"},
    "order_tracking": {"en": "Order tracking", "fr": "Suivi du colis"},
    "returns_form": {"en": "Returns form", "fr": "Formulaire de retour"},
}
DEVICES = {"phone": {"en": "phone", "fr": "téléphone"}, "computer": {"en": "computer", "fr": "ordinateur"}}
RELEASE_EUR = 20_000
"""What our story pays to put one redesigned page on the site."""
PAYMENTS = 1_000
"""Payments begun for which the checkout is priced."""
FIVE, MOST = 5, 30
DRAWS = 500
NAMES = list(usability.STATEMENTS)
YEARS = 2


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    tests = data["usability_tests"]
    stated = tests[NAMES].astype(float)
    tests = tests.assign(
        sus=usability.sus(stated),
        added=usability.POINTS * (stated - 1).sum(axis=1, skipna=False),
        is_redesign=tests["version"] == "redesign",
    )
    page.value("tests", len(tests))
    page.value("testers", len(tests) // (2 * len(PAGES)))
    page.value("release", RELEASE_EUR, unit="euros")
    page.value("release.all", RELEASE_EUR * len(PAGES), unit="euros")
    truth = tests[["usability_test_id", "page", "device"]].merge(
        data.truth["latents/usability_tests"], on="usability_test_id"
    )
    truth["gain"] = truth["sus_if_redesign"] - truth["sus_if_current"]
    scores(page, tests, truth, cxdata.answer_key(data)["redesign_on_usability"]["realised"]["value"])
    rounds(page, tests)
    fixes(page, tests, data["web_sessions"])
    few(page, tests)
    whom(page, tests)
    polite(page, tests)
    exercise(page, tests, truth)


def share(page: Page, name: str, done: pd.Series) -> None:
    """Name a success rate and its adjusted-Wald interval, in percent."""
    low, high = usability.success_interval(int(done.sum()), len(done))
    for part, number in (("", done.mean()), (".low", low), (".high", high)):
        page.value(f"{name}{part}", 100 * number, unit="percent")


def gap(page: Page, name: str, found: measures.Difference, digits: int = 0) -> None:
    """Name a difference and its interval."""
    for part, number in (("", found.value), (".low", found.low), (".high", found.high)):
        page.value(f"{name}{part}", number, digits=digits, sign=True)


def risen(rows: pd.DataFrame, outcome: str = "sus", strata: tuple[str, ...] = ()) -> measures.Difference:
    """Return redesign less current in a score, page by page if asked."""
    return measures.difference(
        rows.dropna(subset=[outcome]),
        outcome=outcome,
        treatment="is_redesign",
        strata=strata,
        cluster="usability_test_id",
    )


def scores(page: Page, tests: pd.DataFrame, truth: pd.DataFrame, key: float) -> None:
    """The ten statements, turned round and added up as they stand."""
    right, wrong = risen(tests, strata=("page",)), risen(tests, "added", strata=("page",))
    gap(page, "all", right, 1)
    gap(page, "added", wrong, 1)
    page.value("key", key, digits=1, sign=True)
    hold("the right score holds the key", right.low < key < right.high)
    hold("the sum shows nothing", wrong.low < 0 < wrong.high < key)
    for version, name in ((False, "now"), (True, "new")):
        page.value(f"added.{name}", tests.loc[tests["is_redesign"] == version, "added"].mean(), digits=1)
    rows = []
    for key_, label in PAGES.items():
        part = tests[tests["page"] == key_]
        found = risen(part)
        gap(page, f"sus.{key_}", found)
        page.value(f"true.{key_}", truth.loc[truth["page"] == key_, "gain"].mean(), digits=1, sign=True)
        for version, name in ((False, "now"), (True, "new")):
            answers = part.loc[part["is_redesign"] == version, "sus"].dropna()
            page.value(f"sus.{key_}.{name}", answers.mean())
            half = measures.Z_95 * answers.std() / len(answers) ** 0.5
            rows.append(
                {
                    "page": page.say(**label),
                    "is_redesign": version,
                    "version": page.say(en="redesign", fr="nouvelle")
                    if version
                    else page.say(en="current", fr="actuelle"),
                    "n": len(answers),
                    "score": answers.mean(),
                    "low": answers.mean() - half,
                    "high": answers.mean() + half,
                    "sum": part.loc[part["is_redesign"] == version, "added"].mean(),
                }
            )
    table = pd.DataFrame(rows)
    hold("checkout gains most", risen(tests[tests["page"] == "checkout"]).low > 10)
    hold("tracking gains some", risen(tests[tests["page"] == "order_tracking"]).low > 0)
    returns = risen(tests[tests["page"] == "returns_form"])
    hold("the form gains nothing that shows", returns.low < 0 < returns.high)
    shift = {False: -9, True: 9}

    def dots(width: int) -> alt.LayerChart:
        x = alt.X("low:Q", scale=alt.Scale(domain=[40, 80]), title=page.say(en="SUS, 0 to 100", fr="SUS, de 0 à 100"))
        layers = []
        for version, dy in shift.items():
            base = alt.Chart(table[table["is_redesign"] == version]).encode(
                y=alt.Y("page:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
                color=alt.value(charts.GOOD if version else charts.NEUTRAL),
            )
            layers.append(base.mark_rule(strokeWidth=3, yOffset=dy).encode(x=x, x2="high:Q"))
            layers.append(base.mark_point(size=100, filled=True, opacity=1, yOffset=dy).encode(x="score:Q"))
            first = table[(table["is_redesign"] == version)].head(1)
            layers.append(
                alt.Chart(first)
                .mark_text(align="left", dx=8, dy=dy, color=charts.GOOD if version else charts.MUTED)
                .encode(y=alt.Y("page:N", sort=None), x="high:Q", text="version:N")
            )
        return alt.layer(*layers).properties(width=width - 150, height=210)

    page.chart(
        "scores",
        dots,
        title=page.say(
            en="The new checkout is easier by far, the tracking page a little, and the returns form shows no gain",
            fr="Le nouveau paiement est bien plus facile, le suivi un peu ; le formulaire de retour, sans gain visible",
        ),
        alternative=page.say(en="Usability score, current and redesigned: ", fr="Score d’utilisabilité, page actuelle puis nouvelle : ")
        + "; ".join(
            f"{name} {page.written(part['score'].iloc[0])}, {page.written(part['score'].iloc[1])}"
            for name, part in table.groupby("page", sort=False)
        )
        + ".",
        note=page.say(
            en="Even statements turned round; lines are 95% intervals.",
            fr="Affirmations paires inversées ; traits : intervalles à 95 %.",
        ),
        data=table[["page", "version", "n", "score", "low", "high", "sum"]],
        columns={
            "page": Column(label=page.say(en="Page", fr="Page")),
            "version": Column(label=page.say(en="Version", fr="Version")),
            "n": Column(label=page.say(en="Answers", fr="Réponses")),
            "score": Column(label="SUS", digits=1),
            "low": Column(label=page.say(en="From", fr="De"), digits=1),
            "high": Column(label=page.say(en="To", fr="À"), digits=1),
            "sum": Column(label=page.say(en="As they stand", fr="Sans inverser"), digits=1),
        },
    )  # fmt: skip


def rounds(page: Page, tests: pd.DataFrame) -> None:
    """Success, time and errors by page and version."""
    lines = []
    for key, label in PAGES.items():
        part = tests[tests["page"] == key]
        counts = []
        for version, name in ((False, "now"), (True, "new")):
            rows = part[part["is_redesign"] == version]
            done = rows[rows["task_done"]]
            counts.append((int(rows["task_done"].sum()), len(rows)))
            share(page, f"done.{key}.{name}", rows["task_done"])
            middle = usability.typical_time(done["task_seconds"])[0]
            page.value(f"time.{key}.{name}", middle)
            page.value(f"mean.{key}.{name}", done["task_seconds"].mean())
            first, last = (100 * one for one in usability.success_interval(*counts[-1]))
            lines.append(
                {
                    "page": f"{page.say(**label)}, "
                    + (page.say(en="new", fr="nouvelle") if version else page.say(en="now", fr="actuelle")),
                    "done": 100 * rows["task_done"].mean(),
                    "interval": f"{page.written(first)}–{page.written(last)}",
                    "seconds": middle,
                    "errors": rows["errors"].mean(),
                }
            )
        value, low, high = usability.success_gap(*counts)
        for side, number in (("", value), (".low", low), (".high", high)):
            page.value(f"gap.{key}{side}", 100 * number, sign=True)
        if key == "checkout":
            hold("more testers get through the new checkout", low > 0)
            page.value("basis.low", 100 * low, digits=1)
        else:
            hold(f"success at {key} may not have moved", low < 0 < high)
    page.table(
        "rounds",
        pd.DataFrame(lines),
        caption=page.say(
            en="Six rounds of tests, 80 testers each: success with its 95% interval",
            fr="Six séries de tests, 80 testeurs chacune : réussite et intervalle à 95 %",
        ),
        columns={
            "page": Column(label=page.say(en="Page", fr="Page")),
            "done": Column(label=page.say(en="Done", fr="Réussi"), unit="percent"),
            "interval": Column(label=page.say(en="95%", fr="95 %"), right=True),
            "seconds": Column(label=page.say(en="Seconds", fr="Secondes")),
            "errors": Column(label=page.say(en="Errors", fr="Erreurs"), digits=1),
        },
    )
    hold("rounds have eighty testers", (tests.groupby(["page", "version"], observed=True).size() == 80).all())


def fixes(page: Page, tests: pd.DataFrame, visits: pd.DataFrame) -> None:
    """Who fails where, how many that would be on the site, and what a point of success is worth."""
    paying, returning = visits[visits["began_checkout"]], visits[visits["task"] == "returns"]
    lines = []
    for key, device in [(key, device) for key in PAGES for device in DEVICES]:
        rows = tests[(tests["page"] == key) & (tests["device"] == device)]
        now, new = (rows[rows["is_redesign"] == version]["task_done"] for version in (False, True))
        low, high = (100 * (1 - one) for one in usability.success_interval(int(now.sum()), len(now))[::-1])
        seen = {"checkout": paying, "returns_form": returning}.get(key)
        a_year = float((seen["device"] == device).sum()) / YEARS if seen is not None else float("nan")
        lines.append(
            {
                "page": f"{page.say(**PAGES[key])}, {page.say(**DEVICES[device])}",
                "failed": 100 * (1 - now.mean()),
                "interval": f"{page.written(low)}–{page.written(high)}",
                "new": 100 * (1 - new.mean()),
                "stopped": a_year * (1 - now.mean()),
            }
        )
        page.value(f"fail.{key}.{device}", 100 * (1 - now.mean()), unit="percent")
        page.value(f"fail.{key}.{device}.new", 100 * (1 - new.mean()), unit="percent")
    table = pd.DataFrame(lines).sort_values("stopped", ascending=False, na_position="last")
    hold("paying on a phone leads the list", table["stopped"].idxmax() == 0)
    page.value("stopped.first", table["stopped"].iloc[0])
    page.value("stopped.returns", table.loc[4:5, "stopped"].sum())
    page.table(
        "fixes",
        table,
        caption=page.say(
            en="What to mend first: testers who gave up, times the visits of a year",
            fr="Que réparer d’abord : les abandons des testeurs, fois les visites d’une année",
        ),
        columns={
            "page": Column(label=page.say(en="Page", fr="Page")),
            "failed": Column(label=page.say(en="Gave up", fr="Abandons"), unit="percent"),
            "interval": Column(label=page.say(en="95%", fr="95 %"), right=True),
            "new": Column(label=page.say(en="New", fr="Nouvelle"), unit="percent"),
            "stopped": Column(label=page.say(en="A year", fr="Par an")),
        },
    )
    for device in DEVICES:
        lost = ~paying.loc[paying["device"] == device, "purchased"]
        page.value(f"site.{device}", 100 * lost.mean(), unit="percent")
    basket = paying.loc[paying["purchased"], "basket_eur"].mean()
    page.value("basket", basket, unit="euros")
    page.value("payments", PAYMENTS)
    checkout = tests[tests["page"] == "checkout"].groupby("is_redesign")["task_done"].agg(["sum", "size"])
    value, low, high = usability.success_gap(*((int(one["sum"]), int(one["size"])) for _, one in checkout.iterrows()))
    page.value("worth", round(PAYMENTS * value * basket, -2), unit="euros")
    page.value("worth.low", round(PAYMENTS * low * basket, -1), unit="euros")
    page.value("worth.high", round(PAYMENTS * high * basket, -2), unit="euros")
    page.value("even", round(RELEASE_EUR / (value * basket), -2))


def signs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return six signs of trouble of each tester."""
    return pd.DataFrame(
        {
            "gave_up": ~rows["task_done"],
            "three_errors": rows["errors"] >= 3,
            "twice_the_time": rows["task_seconds"] >= 2 * rows["task_seconds"].median(),
            "needs_help": rows["sus_04"].fillna(0) >= 4,
            "awkward": rows["sus_08"].fillna(0) >= 4,
            "unsure": rows["sus_09"].fillna(5) <= 2,
        }
    )


def shown(block: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return which signs the first testers show, by draw, number of testers and sign."""
    order = draw.permuted(np.tile(np.arange(len(block)), (DRAWS, 1)), axis=1)[:, :MOST]
    return np.logical_or.accumulate(block[order], axis=1)


def fives(done: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Return how many of five testers got through, in set after set."""
    order = draw.permuted(np.tile(np.arange(len(done)), (2 * DRAWS, 1)), axis=1)[:, :FIVE]
    return done[order].sum(axis=1)


def few(page: Page, tests: pd.DataFrame) -> None:
    """What sets of five testers see, and what they would have measured."""
    current = tests[~tests["is_redesign"]]
    blocks = [signs(rows).to_numpy() for _, rows in current.groupby("page", observed=True)]
    frequent = np.concatenate([block.mean(axis=0) for block in blocks])
    draw = np.random.default_rng(7)
    seen = np.concatenate([shown(block, draw) for block in blocks], axis=2).mean(axis=2)
    lines = []
    for size in range(1, MOST + 1):
        found = seen[:, size - 1]
        low, high = np.quantile(found, [0.05, 0.95])
        lines.append(
            {
                "testers": size,
                "seen": 100 * np.mean(found),
                "low": 100 * low,
                "high": 100 * high,
                "rule": 100 * usability.share_found([frequent.mean()], size),
            }
        )
    table = pd.DataFrame(lines)
    five = table[table["testers"] == FIVE].iloc[0]
    page.value("signs", len(frequent))
    page.value("signs.mean", 100 * frequent.mean(), unit="percent")
    page.value("signs.least", 100 * frequent.min(), unit="percent")
    page.value("signs.most", 100 * frequent.max(), unit="percent")
    for name in ("seen", "low", "high", "rule"):
        page.value(f"five.{name}", five[name], unit="percent")
    page.value("fifteen.seen", table.loc[table["testers"] == 15, "seen"].iloc[0], unit="percent")
    page.value("fifteen.low", table.loc[table["testers"] == 15, "low"].iloc[0], unit="percent")
    page.value("most.seen", table["seen"].iloc[-1], unit="percent")
    page.value("most", MOST)
    hold("five see six in ten, and the rule promises more", 55 < five["seen"] < 65 and five["rule"] > five["seen"])
    hold("one set sees twice what another does", five["high"] > 1.9 * five["low"])
    for key in ("checkout", "order_tracking"):
        now, new = (
            tests.loc[(tests["page"] == key) & (tests["is_redesign"] == version), "task_done"].to_numpy()
            for version in (False, True)
        )
        more = fives(new, draw) - fives(now, draw)
        page.value(f"five.{key}.better", 100 * (more > 0).mean(), unit="percent")
        page.value(f"five.{key}.worse", 100 * (more < 0).mean(), unit="percent")

    def curve(width: int) -> alt.LayerChart:
        x = alt.X(
            "testers:Q",
            title=page.say(en="Testers of each page", fr="Testeurs par page"),
            axis=alt.Axis(values=[1, 5, 10, 15, 20, 25, 30]),
        )
        y = alt.Y("low:Q", scale=alt.Scale(domain=[0, 100]), title=page.say(en="Signs seen, %", fr="Signes vus, %"))
        base = alt.Chart(table).encode(x=x)
        return (
            base.mark_area(opacity=0.22, color=charts.NEUTRAL).encode(y=y, y2="high:Q")
            + base.mark_line(strokeDash=[5, 4], color=charts.BAD).encode(y="rule:Q")
            + base.mark_line(color=charts.GOOD, strokeWidth=2.5).encode(y="seen:Q")
            + alt.Chart(table[table["testers"] == FIVE]).mark_point(size=110, filled=True, opacity=1, color=charts.GOOD).encode(x=x, y="seen:Q")
        ).properties(width=width, height=240)  # fmt: skip

    page.chart(
        "few",
        curve,
        title=page.say(
            en="Five testers show six signs of trouble in ten on average, and one set may show twice what another does",
            fr="Cinq testeurs montrent en moyenne six signes de difficulté sur dix, et un groupe peut en montrer le double d’un autre",
        ),
        alternative=page.say(
            en=f"Of {len(frequent)} signs of trouble, sets of five show {page.written(five['seen'])}% on average, nine in ten of the sets between {page.written(five['low'])} and {page.written(five['high'])}%; the rule with the mean share promises {page.written(five['rule'])}%. With {MOST} testers it is {page.written(table['seen'].iloc[-1])}%.",
            fr=f"Sur {len(frequent)} signes de difficulté, cinq testeurs en montrent {page.written(five['seen'])} % en moyenne, neuf groupes sur dix entre {page.written(five['low'])} et {page.written(five['high'])} % ; la règle à fréquence moyenne promet {page.written(five['rule'])} %. Avec {MOST} testeurs : {page.written(table['seen'].iloc[-1])} %.",
        ),
        note=page.say(
            en="Green: mean of sets drawn from the eighty; band: nine sets in ten; dashes: the rule.",
            fr="Vert : moyenne des groupes tirés des quatre-vingts ; bande : neuf groupes sur dix ; tirets : la règle.",
        ),
        data=table[table["testers"].isin([1, 3, 5, 10, 15, 20, 30])],
        columns={
            "testers": Column(label=page.say(en="Testers", fr="Testeurs")),
            "seen": Column(label=page.say(en="Seen", fr="Vus"), unit="percent"),
            "low": Column(label=page.say(en="From", fr="De"), unit="percent"),
            "high": Column(label=page.say(en="To", fr="À"), unit="percent"),
            "rule": Column(label=page.say(en="The rule", fr="La règle"), unit="percent"),
        },
    )


def whom(page: Page, tests: pd.DataFrame) -> None:
    """Testers from the next office."""
    office = (tests["age_band"] == "18-34") & (tests["device"] == "computer")
    older = (tests["age_band"] == "55-79") & (tests["device"] == "phone")
    for name, rows in (("office", tests[office]), ("older", tests[older])):
        page.value(f"{name}.n", len(rows))
        share(page, name, rows["task_done"])
        page.value(f"{name}.sus", rows["sus"].mean())
    hold(
        "the office gets through more",
        tests.loc[office, "task_done"].mean() > tests.loc[older, "task_done"].mean() + 0.08,
    )


def polite(page: Page, tests: pd.DataFrame) -> None:
    """Testers who gave up and still give a good mark."""
    rows = tests.dropna(subset=["sus"])
    through, failed = rows[rows["task_done"]], rows[~rows["task_done"]]
    middle = through["sus"].median()
    page.value("failed", len(failed))
    page.value("middle", middle)
    page.value("polite", 100 * (failed["sus"] >= middle).mean(), unit="percent")
    hold("some who gave up give a good mark", 0.15 < (failed["sus"] >= middle).mean() < 0.45)


def exercise(page: Page, tests: pd.DataFrame, truth: pd.DataFrame) -> None:
    """Order tracking by device."""
    rows = tests[tests["page"] == "order_tracking"]
    for device in DEVICES:
        part = rows[rows["device"] == device]
        found = risen(part)
        gap(page, f"ex.{device}", found)
        counts = part.groupby("is_redesign")["task_done"].agg(["sum", "size"])
        for version, name in ((False, "now"), (True, "new")):
            share(page, f"ex.{device}.{name}", part.loc[part["is_redesign"] == version, "task_done"])
        value, low, high = usability.success_gap(*((int(one["sum"]), int(one["size"])) for _, one in counts.iterrows()))
        for side, number in (("", value), (".low", low), (".high", high)):
            page.value(f"ex.{device}.gap{side}", 100 * number, sign=True)
        key = truth[(truth["page"] == "order_tracking") & (truth["device"] == device)]["gain"].mean()
        page.value(f"ex.{device}.true", key, digits=1, sign=True)
        hold("no device is sure of more success", low < 0)
    both = [risen(rows[rows["device"] == device]) for device in DEVICES]
    apart = both[1].value - both[0].value
    half = measures.Z_95 * (both[0].standard_error ** 2 + both[1].standard_error ** 2) ** 0.5
    page.value("ex.apart", apart, sign=True)
    page.value("ex.apart.low", apart - half, sign=True)
    page.value("ex.apart.high", apart + half, sign=True)
    hold("phones and computers may have gained the same", apart - half < 0)
