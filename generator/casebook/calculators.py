"""Calculators: a form that works offline in the page, and the Python function that it must agree with."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType

import pandas as pd

from casebook.worked import figures, measures
from casebook.worked.numbers import Format, written
from casebook.worked.typography import typeset
from cxdata.errors import unknown

Text = Mapping[str, str]
"""Words by language."""
Boxes = Mapping[str, float]
"""What stands in the boxes, by name."""
Columns = Mapping[str, Sequence[float]]
"""What stands in the boxes of the rows, by column."""
Value = float | str | None
"""A number, the code of some words, or nothing where there is no result."""
Results = Mapping[str, Value | Sequence[Value]]
"""By output: a value, or one per row."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """A number that the reader types.

    Attributes:
        label: By language.
        default: What stands there first.
        low: Smallest allowed value.
        high: Largest allowed value.
        step: Between allowed values; 1 means whole numbers.
    """

    label: Text
    default: float
    low: float
    high: float
    step: float = 1


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few answers that the reader picks; the calculator gets its number, the first being nought.

    Attributes:
        label: By language.
        options: By language, in their order.
        default: Number of the option that is picked first.
    """

    label: Text
    options: Sequence[Text]
    default: int = 0

    @property
    def low(self) -> float:
        """Number of the first option."""
        return 0

    @property
    def high(self) -> float:
        """Number of the last option."""
        return len(self.options) - 1

    @property
    def step(self) -> float:
        """Numbers are whole."""
        return 1


@dataclass(frozen=True, kw_only=True)
class Output:
    """A number that the calculator gives.

    Attributes:
        label: By language.
        form: How it is written.
        part: Heading of the part of the results that begins with it, by language.
    """

    label: Text
    form: Format
    part: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """Words that the calculator gives.

    Attributes:
        label: By language.
        words: By code, then by language.
        part: As for a number.
    """

    label: Text
    words: Mapping[str, Text]
    part: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a row holds first.

    Attributes:
        name: By language.
        numbers: In the order of the columns.
    """

    name: Text
    numbers: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows that the reader names, fills, adds and removes, with the results of each and a picture of all.

    Attributes:
        name: Label of the names, by language.
        columns: The numbers of a row, by name; a new row begins with their defaults.
        outputs: The results of a row, by name; in the results of the calculator each is a sequence.
        first: What stands there first.
        picture: Words of the picture by key, among them its ``title``, by language.
        least: Fewest rows.
        most: Most rows.
    """

    name: Text
    columns: Mapping[str, Input]
    outputs: Mapping[str, Output | Said]
    first: Sequence[Row]
    picture: Mapping[str, Text]
    least: int = 2
    most: int = 12


@dataclass(frozen=True, kw_only=True)
class Calculator:
    """One calculator; ``docs/assets/calculators/<name>.js`` holds its twin.

    Attributes:
        title: By language.
        inputs: By name.
        outputs: By name, in the order in which they are shown.
        compute: From inputs by name, and columns by name, to outputs by name; raises ValueError on a combination that
            has no result.
        refusal: What the reader is told then, by language.
        source: Formula or publication behind it, by language.
        rows: What the reader lists, where a calculator needs a list; its twin also draws the picture.
        constants: Numbers that the twin is given instead of holding them too.
        shown: Makes a table that stands below the results, by language.
    """

    title: Text
    inputs: Mapping[str, Input | Choice]
    outputs: Mapping[str, Output | Said]
    compute: Callable[[Boxes, Columns], Results]
    refusal: Text
    source: Text
    rows: Rows | None = None
    constants: Mapping[str, object] = field(default_factory=dict)
    shown: Callable[[str], str] | None = None


_NO_ANSWER = {"en": "There is no answer to count yet.", "fr": "Il n’y a encore aucune réponse à compter."}
_FROM = {"en": "95% interval from", "fr": "Intervalle à 95 %, de"}
_TO = {"en": "to", "fr": "à"}


def _nps(given: Boxes, _: Columns) -> Results:
    counts = [int(given[name]) for name in ("promoters", "passives", "detractors")]
    result = measures.nps_of_counts(*counts)
    needed = measures.answers_for_margin(*counts, margin=given["margin"])
    return {"score": result.score, "low": result.low, "high": result.high, "needed": needed}


NPS = Calculator(
    title={"en": "NPS with its margin", "fr": "Le NPS et sa marge"},
    inputs={
        "promoters": Input(
            label={"en": "Promoters (9 or 10)", "fr": "Promoteurs (9 ou 10)"}, default=48, low=0, high=1e7
        ),
        "passives": Input(label={"en": "Passives (7 or 8)", "fr": "Passifs (7 ou 8)"}, default=33, low=0, high=1e7),
        "detractors": Input(
            label={"en": "Detractors (0 to 6)", "fr": "Détracteurs (0 à 6)"}, default=19, low=0, high=1e7
        ),
        "margin": Input(
            label={"en": "Margin you want, ± points", "fr": "Marge voulue, ± points"},
            default=5,
            low=0.5,
            high=50,
            step=0.5,
        ),
    },
    outputs={
        "score": Output(label={"en": "NPS, points", "fr": "NPS, points"}, form=Format(digits=1, sign=True)),
        "low": Output(label=_FROM, form=Format(digits=1, sign=True)),
        "high": Output(label=_TO, form=Format(digits=1, sign=True)),
        "needed": Output(
            label={"en": "Answers needed for your margin", "fr": "Réponses nécessaires pour votre marge"},
            form=Format(),
        ),
    },
    compute=_nps,
    refusal=_NO_ANSWER,
    source={
        "en": "Adjusted Wald interval: three answers are added, a quarter of them promoters, a quarter detractors.",
        "fr": "Intervalle de Wald ajusté : on ajoute trois réponses, un quart promoteurs, un quart détracteurs.",
    },
)


def _margin(given: Boxes, _: Columns) -> Results:
    population, share = int(given["population"]), given["share"] / 100
    needed = measures.sample_size(share, margin=given["margin"] / 100, population=population)
    invitations = math.ceil(needed * 100 / given["rate"])
    answers, enough = needed, True
    if population and invitations > population:
        invitations, enough = population, False
        answers = math.floor(population * given["rate"] / 100)
    return {
        "needed": needed,
        "invitations": invitations,
        "reached": 100 * measures.margin_of_share(share, answers=answers, population=population),
        "per_wave": measures.answers_per_wave(share, difference=given["difference"] / 100),
        "verdict": "enough" if enough else "everybody",
    }


MARGIN = Calculator(
    title={"en": "How many to ask", "fr": "Combien de personnes interroger"},
    inputs={
        "margin": Input(
            label={"en": "Margin you want, ± points", "fr": "Marge voulue, ± points"},
            default=5,
            low=0.5,
            high=50,
            step=0.5,
        ),
        "share": Input(
            label={"en": "Share you expect, %", "fr": "Part attendue, %"}, default=50, low=1, high=99, step=0.5
        ),
        "rate": Input(
            label={"en": "Response rate you expect, %", "fr": "Taux de réponse attendu, %"},
            default=20,
            low=0.5,
            high=100,
            step=0.5,
        ),
        "population": Input(
            label={"en": "People concerned (0: very many)", "fr": "Personnes concernées (0 : très nombreuses)"},
            default=0,
            low=0,
            high=1e8,
        ),
        "difference": Input(
            label={"en": "Change you want to notice, points", "fr": "Évolution à déceler, points"},
            default=5,
            low=0.5,
            high=50,
            step=0.5,
        ),
    },
    outputs={
        "needed": Output(label={"en": "Answers needed", "fr": "Réponses nécessaires"}, form=Format()),
        "invitations": Output(label={"en": "People to invite", "fr": "Personnes à inviter"}, form=Format()),
        "reached": Output(label={"en": "Margin, ± points", "fr": "Marge, ± points"}, form=Format(digits=1)),
        "per_wave": Output(
            label={"en": "Answers per wave to notice the change", "fr": "Réponses par vague pour déceler l’évolution"},
            form=Format(),
        ),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "enough": {
                    "en": "That many invitations should bring the margin you want.",
                    "fr": "Ces invitations devraient suffire pour la marge voulue.",
                },
                "everybody": {
                    "en": "Inviting everybody is not enough: the margin stays as wide as shown.",
                    "fr": "Inviter tout le monde ne suffit pas : la marge reste celle affichée.",
                },
            },
        ),
    },
    compute=_margin,
    refusal={
        "en": "So few people answer at this rate that there would be no answer at all.",
        "fr": "Avec un tel taux, il n’y aurait aucune réponse.",
    },
    source={
        "en": "95% margin of a simple random sample, with the finite population correction; the change between two "
        "waves at 80% power, 5% two-sided. It counts chance only: those who stay silent may think otherwise.",
        "fr": "Marge à 95 % d’un échantillon aléatoire simple, avec correction de population finie ; évolution entre "
        "deux vagues : puissance de 80 %, seuil bilatéral de 5 %. Seul le hasard est compté : ceux qui se taisent "
        "peuvent penser autrement.",
    },
)


def _csat(given: Boxes, _: Columns) -> Results:
    answers, satisfied = int(given["answers"]), int(given["satisfied"])
    low, high = measures.share_interval(satisfied, answers)
    return {"share": 100 * satisfied / answers, "low": 100 * low, "high": 100 * high}


CSAT = Calculator(
    title={"en": "Satisfied customers, with the margin", "fr": "La part de clients satisfaits et sa marge"},
    inputs={
        "answers": Input(
            label={"en": "All answers (1 to 5)", "fr": "Toutes les notes (1 à 5)"}, default=200, low=0, high=1e7
        ),
        "satisfied": Input(
            label={"en": "Satisfied answers (4 or 5)", "fr": "Notes satisfaites (4 ou 5)"}, default=156, low=0, high=1e7
        ),
    },
    outputs={
        "share": Output(label={"en": "Satisfied, %", "fr": "Satisfaits, %"}, form=Format(digits=1)),
        "low": Output(label=_FROM, form=Format(digits=1)),
        "high": Output(label=_TO, form=Format(digits=1)),
    },
    compute=_csat,
    refusal={
        "en": "There must be an answer, and no more satisfied answers than answers.",
        "fr": "Il faut au moins une réponse, et pas plus de notes satisfaites que de réponses.",
    },
    source={"en": "95% interval of a share, by Wilson.", "fr": "Intervalle de Wilson à 95 % d’une part."},
)


def _ces(given: Boxes, _: Columns) -> Results:
    result = measures.ces_of_counts([int(given[f"answers_{mark}"]) for mark in range(1, 8)])
    return {
        "mean": result.mean,
        "low": result.low,
        "high": result.high,
        "easy": 100 * result.easy,
        "hard": 100 * result.hard,
    }


_CES_LABELS = {
    1: {"en": "Answers 1 (hard)", "fr": "Notes 1 (difficile)"},
    7: {"en": "Answers 7 (easy)", "fr": "Notes 7 (facile)"},
}
CES = Calculator(
    title={"en": "CES 2.0 with its margin", "fr": "Le CES 2.0 et sa marge"},
    inputs={
        f"answers_{mark}": Input(
            label=_CES_LABELS.get(mark, {"en": f"Answers {mark}", "fr": f"Notes {mark}"}),
            default=count,
            low=0,
            high=1e7,
        )
        for mark, count in zip(range(1, 8), (9, 12, 18, 24, 41, 58, 46), strict=True)
    },
    outputs={
        "mean": Output(label={"en": "CES, 1 to 7", "fr": "CES, de 1 à 7"}, form=Format(digits=2)),
        "low": Output(label=_FROM, form=Format(digits=2)),
        "high": Output(label=_TO, form=Format(digits=2)),
        "easy": Output(label={"en": "Easy (5 to 7), %", "fr": "Facile (5 à 7), %"}, form=Format(digits=1)),
        "hard": Output(label={"en": "Hard (1 to 3), %", "fr": "Difficile (1 à 3), %"}, form=Format(digits=1)),
    },
    compute=_ces,
    refusal={
        "en": "A margin needs two answers at least.",
        "fr": "Il faut au moins deux réponses pour une marge.",
    },
    source={
        "en": "Version 2.0: high is easy. 95% interval of a mean, from the standard deviation of the answers.",
        "fr": "Version 2.0 : une note haute veut dire facile. Intervalle à 95 % d’une moyenne, d’après l’écart type "
        "des notes.",
    },
)


def _staffing(given: Boxes, _: Columns) -> Results:
    calls, handle, within = given["calls"], given["handle"], given["within"]
    agents, target = int(given["agents"]), given["target"] / 100
    impatient = measures.erlang_a(calls, handle, agents, within, given["patience"])
    stable = calls * handle / 3600 < agents
    patient = measures.erlang_c(calls, handle, agents, within) if stable else None
    return {
        "service": 100 * impatient.service_level,
        "abandoned": 100 * impatient.abandoned_share,
        "occupancy": 100 * impatient.occupancy,
        "needed": measures.advisers_needed(calls, handle, within, target=target, patience_seconds=given["patience"]),
        "wait_chance_c": 100 * patient.wait_chance if patient else None,
        "service_c": 100 * patient.service_level if patient else None,
        "mean_wait_c": patient.mean_wait_seconds if patient else None,
        "occupancy_c": 100 * patient.occupancy if patient else None,
        "needed_c": measures.advisers_needed(calls, handle, within, target=target),
        "verdict": "stable" if stable else "unstable",
    }


STAFFING = Calculator(
    title={"en": "Advisers for an hour of calls", "fr": "Des conseillers pour une heure d’appels"},
    inputs={
        "calls": Input(label={"en": "Calls an hour", "fr": "Appels par heure"}, default=100, low=1, high=2000),
        "handle": Input(
            label={"en": "Handle time, seconds", "fr": "Durée de traitement, secondes"}, default=360, low=10, high=3600
        ),
        "agents": Input(label={"en": "Advisers on calls", "fr": "Conseillers en ligne"}, default=13, low=1, high=500),
        "within": Input(
            label={"en": "Answer within, seconds", "fr": "Répondre en moins de, secondes"}, default=20, low=0, high=600
        ),
        "patience": Input(
            label={"en": "Patience of callers, seconds", "fr": "Patience des appelants, secondes"},
            default=180,
            low=10,
            high=900,
        ),
        "target": Input(
            label={"en": "Calls to answer in time, %", "fr": "Appels à prendre à temps, %"}, default=80, low=1, high=99
        ),
    },
    outputs={
        "service": Output(
            label={"en": "Answered in time, %", "fr": "Pris à temps, %"},
            form=Format(digits=1),
            part={"en": "Callers lose patience (Erlang A)", "fr": "Les appelants perdent patience (Erlang A)"},
        ),
        "abandoned": Output(label={"en": "Hung up, %", "fr": "Abandons, %"}, form=Format(digits=1)),
        "occupancy": Output(label={"en": "Occupancy, %", "fr": "Taux d’occupation, %"}, form=Format(digits=1)),
        "needed": Output(label={"en": "Advisers needed", "fr": "Conseillers nécessaires"}, form=Format()),
        "wait_chance_c": Output(
            label={"en": "Have to wait, %", "fr": "Doivent attendre, %"},
            form=Format(digits=1),
            part={"en": "Nobody hangs up (Erlang C)", "fr": "Personne ne raccroche (Erlang C)"},
        ),
        "service_c": Output(label={"en": "Answered in time, %", "fr": "Pris à temps, %"}, form=Format(digits=1)),
        "mean_wait_c": Output(
            label={"en": "Mean wait, s", "fr": "Attente moyenne, s"},
            form=Format(digits=1),
        ),
        "occupancy_c": Output(
            label={"en": "Occupancy, %", "fr": "Taux d’occupation, %"},
            form=Format(digits=1),
        ),
        "needed_c": Output(
            label={"en": "Advisers needed", "fr": "Conseillers nécessaires"},
            form=Format(),
        ),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "stable": {
                    "en": "The advisers can do the work; what callers feel is the rush of chance.",
                    "fr": "Les conseillers suffisent à la tâche ; les appelants ressentent les à-coups du hasard.",
                },
                "unstable": {
                    "en": "The calls are more work than these advisers can do: only callers who hang up end the queue.",
                    "fr": "Les appels dépassent ce que ces conseillers peuvent traiter : seuls les abandons vident la "
                    "file.",
                },
            },
        ),
    },
    compute=_staffing,
    refusal={"en": "A queue needs calls and advisers.", "fr": "Il faut des appels et des conseillers."},
    source={
        "en": "Erlang A (callers hang up after a random patience; a lost call was not answered in time), and Erlang C "
        "(nobody hangs up). Both take calls that arrive at random and evenly over the hour.",
        "fr": "Erlang A (les appelants raccrochent après une patience aléatoire ; un appel perdu n’est pas pris à "
        "temps) et Erlang C (personne ne raccroche). Les deux supposent des appels au hasard, réguliers dans l’heure.",
    },
)


def _pareto(given: Boxes, columns: Columns) -> Results:
    found = measures.pareto(columns["count"], part=given["part"] / 100)
    return {
        "rank": found.rank,
        "share": [100 * share for share in found.share],
        "cumulative": [100 * share for share in found.cumulative],
        "needed": found.needed,
        "made": 100 * found.made,
        "verdict": "few" if 2 * found.needed <= len(found.rank) else "most",
    }


PARETO = Calculator(
    title={"en": "Which causes make most of it", "fr": "Quelles causes en font l’essentiel"},
    rows=Rows(
        name={"en": "Cause", "fr": "Cause"},
        columns={
            "count": Input(label={"en": "Number or €", "fr": "Nombre ou €"}, default=10, low=0, high=1e9, step=0.01)
        },
        outputs={
            "rank": Output(label={"en": "Rank", "fr": "Rang"}, form=Format()),
            "share": Output(label={"en": "Share, %", "fr": "Part, %"}, form=Format(digits=1)),
            "cumulative": Output(label={"en": "Sum, %", "fr": "Cumul, %"}, form=Format(digits=1)),
        },
        first=(
            Row(name={"en": "Late parcel", "fr": "Colis en retard"}, numbers=(124,)),
            Row(name={"en": "Damaged goods", "fr": "Article abîmé"}, numbers=(81,)),
            Row(name={"en": "Wrong article", "fr": "Mauvais article"}, numbers=(29,)),
            Row(name={"en": "Refund not received", "fr": "Remboursement attendu"}, numbers=(22,)),
            Row(name={"en": "Impolite answer", "fr": "Réponse impolie"}, numbers=(9,)),
            Row(name={"en": "Assembly leaflet", "fr": "Notice de montage"}, numbers=(7,)),
        ),
        picture={
            "title": {"en": "Causes by size, and their running sum", "fr": "Les causes par taille, et leur cumul"},
            "row": {"en": "{0} {1}%, summed {2}%", "fr": "{0} {1} %, cumul {2} %"},
            "cause": {"en": "Cause {0}", "fr": "Cause {0}"},
            "key": {"en": "Bars: share. Dots: running sum.", "fr": "Barres : part. Points : cumul."},
        },
    ),
    inputs={
        "part": Input(
            label={"en": "“Most of it” means, %", "fr": "« L’essentiel » veut dire, %"}, default=80, low=50, high=95
        )
    },
    outputs={
        "needed": Output(label={"en": "Causes it takes", "fr": "Causes nécessaires"}, form=Format()),
        "made": Output(label={"en": "Together they make, %", "fr": "Ensemble, elles font, %"}, form=Format(digits=1)),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "few": {
                    "en": "Half of the causes or fewer make most of it: begin with the largest.",
                    "fr": "La moitié des causes au plus en font l’essentiel : commencez par la plus grande.",
                },
                "most": {
                    "en": "No vital few: it takes more than half of the causes. Count something else, or look for "
                    "what they share.",
                    "fr": "Pas de petit nombre décisif : il faut plus de la moitié des causes. Comptez autre chose, "
                    "ou cherchez ce qu’elles ont en commun.",
                },
            },
        ),
    },
    compute=_pareto,
    refusal={"en": "There is nothing to count yet.", "fr": "Il n’y a encore rien à compter."},
    source={
        "en": "Shares of the sum, largest first; equal causes keep their order. Ranks of small counts are uncertain.",
        "fr": "Parts de la somme, la plus grande d’abord ; des causes égales gardent leur ordre. Les rangs de petits "
        "nombres sont incertains.",
    },
)


def _importance_performance(given: Boxes, columns: Columns) -> Results:
    lines = (given["importance_line"], given["performance_line"]) if given["lines"] else None
    found = measures.importance_performance(columns["importance"], columns["performance"], lines=lines)
    return {"zone": found.zones, "importance_at": found.importance_line, "performance_at": found.performance_line}


IMPORTANCE_PERFORMANCE = Calculator(
    title={"en": "Importance and performance", "fr": "Importance et performance"},
    rows=Rows(
        name={"en": "Aspect", "fr": "Aspect"},
        columns={
            "importance": Input(label={"en": "Importance", "fr": "Importance"}, default=5, low=0, high=100, step=0.01),
            "performance": Input(
                label={"en": "Performance", "fr": "Performance"}, default=5, low=0, high=100, step=0.01
            ),
        },
        outputs={
            "zone": Said(
                label={"en": "Zone", "fr": "Zone"},
                words={
                    "mend": {"en": "Mend first", "fr": "À corriger d’abord"},
                    "keep": {"en": "Keep it up", "fr": "À maintenir"},
                    "later": {"en": "Later", "fr": "Plus tard"},
                    "spare": {"en": "Perhaps too much", "fr": "Peut-être trop"},
                },
            )
        },
        first=(
            Row(name={"en": "Delivery", "fr": "Livraison"}, numbers=(9.1, 6.2)),
            Row(name={"en": "Product quality", "fr": "Qualité du produit"}, numbers=(9.4, 8.3)),
            Row(name={"en": "Advice", "fr": "Conseil"}, numbers=(6.8, 8.0)),
            Row(name={"en": "Packaging", "fr": "Emballage"}, numbers=(5.2, 8.6)),
            Row(name={"en": "Returns", "fr": "Retours"}, numbers=(6.1, 5.9)),
        ),
        picture={
            "title": {"en": "Aspects by performance and importance", "fr": "Les aspects par performance et importance"},
            "row": {
                "en": "{0}: importance {1}, performance {2}",
                "fr": "{0} : importance {1}, performance {2}",
            },
            "cause": {"en": "Aspect {0}", "fr": "Aspect {0}"},
            "across": {"en": "Performance →", "fr": "Performance →"},
            "up": {"en": "Importance ↑", "fr": "Importance ↑"},
        },
    ),
    inputs={
        "lines": Choice(
            label={"en": "The lines cross at", "fr": "Les axes se croisent"},
            options=(
                {"en": "the means", "fr": "aux moyennes"},
                {"en": "these values", "fr": "à ces valeurs"},
            ),
        ),
        "importance_line": Input(
            label={"en": "Line of importance", "fr": "Axe d’importance"}, default=7, low=0, high=100, step=0.01
        ),
        "performance_line": Input(
            label={"en": "Line of performance", "fr": "Axe de performance"}, default=7, low=0, high=100, step=0.01
        ),
    },
    outputs={
        "importance_at": Output(label={"en": "Importance from", "fr": "Importance dès"}, form=Format(digits=2)),
        "performance_at": Output(label={"en": "Performance from", "fr": "Performance dès"}, form=Format(digits=2)),
    },
    compute=_importance_performance,
    refusal={"en": "The map needs rows.", "fr": "Il faut des lignes."},
    source={
        "en": "Zones of Martilla and James (1977). Lines at the mean always put some aspects on the wrong side; means "
        "of few answers may stand in either zone.",
        "fr": "Zones de Martilla et James (1977). Des axes à la moyenne mettent toujours des aspects du mauvais côté ; "
        "une moyenne de peu de réponses peut tomber d’un côté comme de l’autre.",
    },
)


_GRID = measures.COMPENSATION_GRID
_SEVERITIES = (
    {"en": "Trifle", "fr": "Bagatelle"},
    {"en": "Nuisance", "fr": "Désagrément"},
    {"en": "Grave", "fr": "Grave"},
)
_FAULTS = ({"en": "ours", "fr": "la nôtre"}, {"en": "not ours", "fr": "pas la nôtre"})


def _compensation(given: Boxes, _: Columns) -> Results:
    found = measures.gesture(
        int(given["severity"]) + 1,
        our_fault=given["fault"] == 0,
        order_eur=given["order"],
        earlier_failures=int(given["failures"]),
    )
    return {"amount": found.amount_eur, "decided_by": found.decided_by}


def _grid_shown(language: str) -> str:
    """Return the grid as a table: severities down, whose fault across."""

    def euros(amount: float) -> str:
        return written(amount, Format(unit="euros"), language=language)

    def rule(found: measures.GestureRule) -> str:
        if not found.share:
            return euros(found.most_eur)
        share = written(100 * found.share, Format(unit="percent"), language=language)
        return f"{share}, {euros(found.least_eur)}–{euros(found.most_eur)}"

    head = {"en": "Gravity", "fr": "Gravité"}[language]
    labels = {"en": ("Our fault", "Not our fault"), "fr": ("Notre faute", "Pas notre faute")}[language]
    rows = [
        {head: name[language], labels[0]: rule(_GRID.rules[place, True]), labels[1]: rule(_GRID.rules[place, False])}
        for place, name in enumerate(_SEVERITIES, start=1)
    ]
    caption = {
        "en": "The grid: a share of the order, between two bounds",
        "fr": "La grille : une part de la commande, entre deux bornes",
    }
    return figures.table(pd.DataFrame(rows), caption=typeset(caption[language], language), language=language)


COMPENSATION = Calculator(
    title={"en": "A gesture by the grid", "fr": "Un geste selon la grille"},
    inputs={
        "order": Input(
            label={"en": "Value of the order, €", "fr": "Montant de la commande, €"},
            default=120,
            low=0,
            high=9000,
            step=0.01,
        ),
        "severity": Choice(label={"en": "Gravity", "fr": "Gravité"}, options=_SEVERITIES, default=1),
        "fault": Choice(label={"en": "Whose fault", "fr": "Faute"}, options=_FAULTS),
        "failures": Input(
            label={"en": "Earlier failures in a year", "fr": "Échecs précédents, un an"}, default=0, low=0, high=20
        ),
    },
    outputs={
        "amount": Output(label={"en": "Gesture, €", "fr": "Geste, €"}, form=Format(digits=2)),
        "decided_by": Said(
            label={"en": "Who decides", "fr": "Qui décide"},
            words={
                "nobody": {"en": "Nobody: an answer, and no money.", "fr": "Personne : une réponse, pas d’argent."},
                "adviser": {"en": "The adviser, at once.", "fr": "Le conseiller, tout de suite."},
                "team_leader": {
                    "en": "The team leader, the same day.",
                    "fr": "Le responsable d’équipe, le jour même.",
                },
                "head": {
                    "en": "The head of customer relations, who calls the customer.",
                    "fr": "Le directeur de la relation client, qui appelle le client.",
                },
            },
        ),
    },
    compute=_compensation,
    refusal={"en": "The grid has no such case.", "fr": "La grille ne prévoit pas ce cas."},
    source={
        "en": "Ours, to be argued about. In steps of five euros and never above the order; half as much again after "
        "an earlier failure that was our fault, and from the second on the head decides.",
        "fr": "Grille de notre cru, à discuter. Par pas de cinq euros, sans dépasser la commande ; moitié plus après "
        "un échec précédent par notre faute, et dès le deuxième la direction décide.",
    },
    constants={
        "rules": [
            [[one.share, one.least_eur, one.most_eur] for one in (_GRID.rules[place, True], _GRID.rules[place, False])]
            for place in (1, 2, 3)
        ],
        "again": _GRID.again,
        "step": _GRID.step_eur,
        "adviser": _GRID.adviser_eur,
        "leader": _GRID.team_leader_eur,
        "head": _GRID.failures_to_head,
    },
    shown=_grid_shown,
)


def _complaint_cost(given: Boxes, _: Columns) -> Results:
    found = measures.complaint_cost(
        given["complaints"],
        minutes=given["minutes"],
        hourly_eur=given["hourly"],
        gesture_eur=given["gesture"],
        transport_eur=given["transport"],
        lost_share=given["lost"] / 100,
        lost_share_after=given["lost_after"] / 100,
        margin_eur=given["margin"],
        change_eur=given["change"],
    )
    even = found.break_even_lost_share
    return {
        "handling": found.handling_eur,
        "lost": found.lost_eur,
        "total": found.total_eur,
        "gain": found.gain_eur,
        "net": found.net_eur,
        "return": 100 * found.return_share if found.return_share is not None else None,
        "break_even": 100 * even if even is not None else None,
        "verdict": "never" if even is None else "pays" if found.net_eur >= 0 else "costs",
    }


def _euros(en: str, fr: str, default: float, high: float) -> Input:
    return Input(label={"en": en, "fr": fr}, default=default, low=0, high=high, step=0.01)


def _percent(en: str, fr: str, default: float) -> Input:
    return Input(label={"en": en, "fr": fr}, default=default, low=0, high=100, step=0.1)


COMPLAINT_COST = Calculator(
    title={"en": "What complaints cost in a year", "fr": "Ce que coûtent les réclamations en un an"},
    inputs={
        "complaints": Input(
            label={"en": "Complaints a year", "fr": "Réclamations par an"}, default=2000, low=1, high=1e7
        ),
        "minutes": Input(
            label={"en": "Minutes for each", "fr": "Minutes pour chacune"}, default=50, low=0, high=2000, step=0.1
        ),
        "hourly": _euros("An hour costs, €", "Coût d’une heure, €", 42, 500),
        "gesture": _euros("Gesture for each, €", "Geste pour chacune, €", 12, 9000),
        "transport": _euros("Transport for each, €", "Transport pour chacune, €", 5, 900),
        "margin": _euros("Margin of a customer a year, €", "Marge par client et par an, €", 70, 100000),
        "lost": _percent("Lost today, %", "Clients perdus aujourd’hui, %", 18),
        "lost_after": _percent("Lost after the change, %", "Perdus après le changement, %", 12),
        "change": _euros("The change costs a year, €", "Coût annuel du changement, €", 5000, 1e8),
    },
    outputs={
        "handling": Output(
            label={"en": "Handling one, €", "fr": "En traiter une, €"},
            form=Format(digits=2),
            part={"en": "Today", "fr": "Aujourd’hui"},
        ),
        "lost": Output(label={"en": "Lost by one, €", "fr": "Perdu par une, €"}, form=Format(digits=2)),
        "total": Output(label={"en": "All, a year, €", "fr": "Toutes, par an, €"}, form=Format()),
        "gain": Output(
            label={"en": "Gain a year, €", "fr": "Gain par an, €"},
            form=Format(sign=True),
            part={"en": "The change", "fr": "Le changement"},
        ),
        "net": Output(label={"en": "Less its cost, €", "fr": "Coût déduit, €"}, form=Format(sign=True)),
        "return": Output(label={"en": "Return, %", "fr": "Rendement, %"}, form=Format(sign=True)),
        "break_even": Output(
            label={"en": "Pays if lost are at most, %", "fr": "Rentable si perdus au plus, %"}, form=Format(digits=1)
        ),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "pays": {
                    "en": "The change pays for itself within the year.",
                    "fr": "Le changement se paie dans l’année.",
                },
                "costs": {
                    "en": "The change costs more than it keeps: keep more customers, or spend less.",
                    "fr": "Le changement coûte plus qu’il ne garde : retenez plus de clients ou dépensez moins.",
                },
                "never": {
                    "en": "Even if no complainer left any more, the margin kept would not pay for the change.",
                    "fr": "Même si plus aucun réclamant ne partait, la marge gardée ne paierait pas le changement.",
                },
            },
        ),
    },
    compute=_complaint_cost,
    refusal={"en": "There is no complaint to reckon with.", "fr": "Il n’y a aucune réclamation à compter."},
    source={
        "en": "The reasoning of TARP's studies (Goodman). Lost means left because of the matter, above what such "
        "customers lose anyway. Customers who say nothing are not in it.",
        "fr": "Le raisonnement des études du TARP (Goodman). Perdu veut dire parti à cause de l’affaire, au-delà des "
        "départs ordinaires de tels clients. Ceux qui ne disent rien n’y sont pas.",
    },
)

CALCULATORS: Mapping[str, Calculator] = {
    "nps": NPS,
    "margin": MARGIN,
    "csat": CSAT,
    "ces": CES,
    "staffing": STAFFING,
    "pareto": PARETO,
    "importance-performance": IMPORTANCE_PERFORMANCE,
    "compensation": COMPENSATION,
    "complaint-cost": COMPLAINT_COST,
}


def html(
    name: str,
    language: str,
    values: Mapping[str, float] = MappingProxyType({}),
    rows: Sequence[tuple[str, Sequence[float]]] = (),
) -> str:
    """Return a calculator as a form that shows the result of its first values, with or without script.

    Args:
        name: Of the calculator.
        language: Of its words.
        values: What stands in its boxes first; the defaults of those that are not named.
        rows: What stands in its rows first, each a name and its numbers; none means the calculator's own.

    Raises:
        KeyError: If there is no calculator of that name.
        ValueError: If a value or row is for a box that it has not, or is not allowed there.
    """
    calculator = CALCULATORS[name]
    for key, value in values.items():
        box = calculator.inputs.get(key)
        if box is None:
            raise ValueError(unknown(f"box of calculator {name!r}", key, calculator.inputs).rstrip("."))
        _refuse_outside(box, key, name, value)
    shown = {key: values.get(key, one.default) for key, one in calculator.inputs.items()}
    listed = _first_rows(calculator.rows, name, language, rows)
    columns = _columns(calculator.rows, [numbers for _, numbers in listed])
    first = calculator.compute(shown, columns)
    fields = "".join(
        f'<p><label for="cx-{name}-{key}">{_words(one.label, language)}</label>'
        + _box(one, f'id="cx-{name}-{key}" name="{key}"', shown[key], language)
        + "</p>"
        for key, one in calculator.inputs.items()
    )
    listing = _rows_html(calculator.rows, listed, first, language) if calculator.rows else ""
    return (
        f'<form class="cx-calculator" data-calculator="{name}" data-refusal="{_words(calculator.refusal, language)}" '
        f'data-constants="{escape(json.dumps(dict(calculator.constants)))}" '
        f'aria-labelledby="cx-{name}-title" data-search-exclude>'
        f'<p class="cx-eyebrow" id="cx-{name}-title">{_words(calculator.title, language)}</p>{listing}'
        f'<div class="cx-fields{" cx-many" if len(calculator.inputs) > 6 else ""}">{fields}</div>'
        f'<div role="status">{_results(calculator.outputs, first, language)}</div>'
        f'<p class="cx-problem" role="alert" hidden></p>{calculator.shown(language) if calculator.shown else ""}'
        f'<p class="cx-source">{_words(calculator.source, language)}</p></form>'
    )


def _refuse_outside(box: Input | Choice, key: str, name: str, value: float) -> None:
    if not box.low <= value <= box.high:
        raise ValueError(f"{key} of calculator {name!r} is {value:g}; it takes {box.low:g} to {box.high:g}")


def _first_rows(
    declared: Rows | None, name: str, language: str, rows: Sequence[tuple[str, Sequence[float]]]
) -> Sequence[tuple[str, Sequence[float]]]:
    """Return the rows to show first, and refuse those that the calculator cannot hold."""
    if declared is None:
        if rows:
            raise ValueError(f"calculator {name!r} has boxes, and no rows")
        return ()
    if not rows:
        return [(typeset(one.name[language], language), one.numbers) for one in declared.first]
    if not declared.least <= len(rows) <= declared.most:
        raise ValueError(f"calculator {name!r} takes {declared.least} to {declared.most} rows, not {len(rows)}")
    for title, numbers in rows:
        if len(numbers) != len(declared.columns):
            wanted = " | ".join(declared.columns)
            raise ValueError(f"row {title!r} of calculator {name!r} must hold a name and {wanted}")
        for (key, box), value in zip(declared.columns.items(), numbers, strict=True):
            _refuse_outside(box, key, name, value)
    return rows


def _columns(declared: Rows | None, numbers: Sequence[Sequence[float]]) -> Columns:
    return {key: [one[place] for one in numbers] for place, key in enumerate(declared.columns if declared else ())}


def _words(texts: Text, language: str) -> str:
    return escape(typeset(texts[language], language))


def _data(texts: Mapping[str, Text], language: str) -> str:
    """Return words by key in one language, for a data attribute."""
    return escape(json.dumps({key: typeset(one[language], language) for key, one in texts.items()}, ensure_ascii=False))


def _box(box: Input | Choice, attributes: str, value: float, language: str) -> str:
    """Return what the reader types into or picks from."""
    if isinstance(box, Choice):
        options = "".join(
            f'<option value="{number}"{" selected" if number == value else ""}>{_words(one, language)}</option>'
            for number, one in enumerate(box.options)
        )
        return f"<select {attributes}>{options}</select>"
    return (
        f'<input {attributes} type="number" inputmode="decimal" required '
        f'value="{value:.15g}" min="{box.low:.15g}" max="{box.high:.15g}" step="{box.step:g}">'
    )


def _results(outputs: Mapping[str, Output | Said], first: Results, language: str) -> str:
    """Return the results as lists of terms, a new list for each part."""
    parts: list[tuple[str, str]] = []
    for key, one in outputs.items():
        if one.part or not parts:
            head = f'<p class="cx-part">{_words(one.part, language)}</p>' if one.part else ""
            parts.append((head, ""))
        kind = ' class="cx-words"' if isinstance(one, Said) else ""
        label = f"<dt>{_words(one.label, language)}</dt>"
        head, body = parts[-1]
        parts[-1] = (head, f"{body}<div{kind}>{label}{_result('dd', one, key, first[key], language)}</div>")
    return "".join(f'{head}<dl class="cx-results">{body}</dl>' for head, body in parts)


def _result(tag: str, output: Output | Said, key: str, value: Value | Sequence[Value], language: str) -> str:
    """Return the element that shows one result, with all that the script needs to write the next."""
    if isinstance(output, Said):
        said = _words(output.words[str(value)], language)
        return f'<{tag} data-output="{key}" data-words="{_data(output.words, language)}">{said}</{tag}>'
    sign = " data-sign" if output.form.sign else ""
    text = written(value, output.form, language=language) if isinstance(value, float | int) else "\N{EN DASH}"
    return f'<{tag} data-output="{key}" data-digits="{output.form.digits}"{sign}>{text}</{tag}>'


_REMOVE = {"en": "Remove this row", "fr": "Supprimer cette ligne"}
_ADD = {"en": "Add a row", "fr": "Ajouter une ligne"}


def _rows_html(declared: Rows, listed: Sequence[tuple[str, Sequence[float]]], first: Results, language: str) -> str:
    """Return the rows; their buttons, and the place of the picture, are hidden until the script is there."""
    items = ""
    for place, (name, numbers) in enumerate(listed):
        boxes = "".join(
            f"<label><span>{_words(box.label, language)}</span>"
            + _box(box, f'data-column="{key}"', number, language)
            + "</label>"
            for (key, box), number in zip(declared.columns.items(), numbers, strict=True)
        )
        results = ""
        for key, one in declared.outputs.items():
            value = first[key]
            assert isinstance(value, Sequence), f"{key} is one result, not one per row"
            kind = ' class="cx-words"' if isinstance(one, Said) else ""
            shown = _result("b", one, key, value[place], language)
            results += f"<span{kind}><i>{_words(one.label, language)}</i>{shown}</span>"
        items += (
            f'<li><label class="cx-name"><span>{_words(declared.name, language)}</span>'
            f'<input type="text" maxlength="40" autocomplete="off" value="{escape(name)}"></label>{boxes}'
            f'<p>{results}</p><button type="button" class="cx-remove" aria-label="{_words(_REMOVE, language)}" hidden>'
            "×</button></li>"
        )
    defaults = escape(json.dumps({key: box.default for key, box in declared.columns.items()}))
    return (
        f'<ol class="cx-rows cx-rows-{len(declared.columns)}" data-least="{declared.least}" '
        f'data-most="{declared.most}" data-defaults="{defaults}">'
        f'{items}</ol><button type="button" class="cx-add" hidden>{_words(_ADD, language)}</button>'
        f'<div class="cx-drawn" data-words="{_data(declared.picture, language)}" hidden></div>'
    )
