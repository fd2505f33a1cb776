"""Calculators of scores and samples: NPS, sample size, CSAT and CES."""

from __future__ import annotations

import math

from casebook.calculators.declared import Boxes, Calculator, Columns, Input, Output, Results, Said
from casebook.worked import measures
from casebook.worked.numbers import Format

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
