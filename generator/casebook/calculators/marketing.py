"""Calculators of attracting and selling: the funnel."""

from __future__ import annotations

from casebook.calculators.declared import Boxes, Calculator, Columns, Input, Output, Results, Row, Rows
from casebook.worked.funnel import funnel
from casebook.worked.numbers import Format


def _funnel(given: Boxes, columns: Columns) -> Results:
    found = funnel([int(count) for count in columns["count"]])

    def percent(shares: tuple[float | None, ...]) -> list[float | None]:
        return [None if share is None else 100 * share for share in shares]

    return {
        "rate": percent(found.rate),
        "low": percent(found.low),
        "high": percent(found.high),
        "gain": found.gain,
        "overall": 100 * found.overall,
        "overall_low": 100 * found.overall_low,
        "overall_high": 100 * found.overall_high,
        "best": found.best + 1,
        "worth": float(found.gain[found.best] or 0) * given["value"],
    }


FUNNEL = Calculator(
    title={"en": "A funnel, stage by stage", "fr": "Un entonnoir, étape par étape"},
    rows=Rows(
        name={"en": "Stage", "fr": "Étape"},
        columns={"count": Input(label={"en": "Persons", "fr": "Personnes"}, default=1, low=0, high=1e8)},
        outputs={
            "rate": Output(label={"en": "%", "fr": "%"}, form=Format(digits=1)),
            "low": Output(label={"en": "from", "fr": "de"}, form=Format(digits=1)),
            "high": Output(label={"en": "to", "fr": "à"}, form=Format(digits=1)),
            "gain": Output(label={"en": "gain", "fr": "gain"}, form=Format(digits=1)),
        },
        first=(
            Row(name={"en": "Visited", "fr": "Venus"}, numbers=(2000,)),
            Row(name={"en": "Read an article", "fr": "Ont lu un article"}, numbers=(800,)),
            Row(name={"en": "Left a request", "fr": "Ont laissé une demande"}, numbers=(100,)),
            Row(name={"en": "Ordered", "fr": "Ont commandé"}, numbers=(40,)),
        ),
        picture={
            "title": {"en": "Persons at each stage", "fr": "Les personnes à chaque étape"},
            "row": {"en": "{0}: {1}", "fr": "{0} : {1}"},
            "cause": {"en": "Stage {0}", "fr": "Étape {0}"},
            "key": {"en": "Coloured: a point more brings most here.", "fr": "En couleur : un point y apporte le plus."},
        },
        most=8,
    ),
    inputs={
        "value": Input(
            label={"en": "One at the end is worth, €", "fr": "Chaque arrivée vaut, €"},
            default=30,
            low=0,
            high=1e6,
            step=0.01,
        )
    },
    outputs={
        "overall": Output(label={"en": "First to last, %", "fr": "Du début à la fin, %"}, form=Format(digits=2)),
        "overall_low": Output(label={"en": "From, %", "fr": "De, %"}, form=Format(digits=2)),
        "overall_high": Output(label={"en": "To, %", "fr": "À, %"}, form=Format(digits=2)),
        "best": Output(label={"en": "Best stage, no.", "fr": "Meilleure étape, n°"}, form=Format()),
        "worth": Output(label={"en": "A point there, €", "fr": "Un point là, €"}, form=Format()),
    },
    compute=_funnel,
    refusal={
        "en": "Count the same persons at every stage: no stage may exceed the one before, and only the last may be "
        "empty.",
        "fr": "Comptez les mêmes personnes à chaque étape : aucune ne dépasse la précédente, et seule la dernière peut "
        "être vide.",
    },
    source={
        "en": "In each row: share of the stage before, its Wilson interval (1927), and the gain: how many more "
        "reach the end if it rises by one point. This takes for granted that those won over behave as the others do.",
        "fr": "Sur chaque ligne : la part de l’étape précédente, son intervalle de Wilson (1927), et le gain : combien "
        "de plus arrivent à la fin si elle gagne un point. On suppose que les nouveaux se comportent comme les autres.",
    },
)
