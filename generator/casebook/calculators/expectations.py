"""Calculators of what customers expect: Kano's model."""

from __future__ import annotations

from casebook.calculators.declared import Boxes, Calculator, Choice, Columns, Input, Output, Results, Said
from casebook.worked import kano
from casebook.worked.numbers import Format

_ANSWERS = (
    {"en": "I like it", "fr": "Cela me plaît"},
    {"en": "I expect it", "fr": "C’est la moindre des choses"},
    {"en": "I do not mind", "fr": "Cela m’est égal"},
    {"en": "I can live with it", "fr": "Je m’en accommode"},
    {"en": "I dislike it", "fr": "Cela me déplaît"},
)
_CATEGORIES = {
    "must_be": {"en": "Must-be", "fr": "Obligatoire"},
    "one_dimensional": {"en": "One-dimensional", "fr": "Proportionnel"},
    "attractive": {"en": "Attractive", "fr": "Attractif"},
    "indifferent": {"en": "Indifferent", "fr": "Indifférent"},
    "reverse": {"en": "Reverse", "fr": "Inverse"},
    "questionable": {"en": "Questionable", "fr": "Douteux"},
}
_FROM = {"en": "95% interval from", "fr": "Intervalle à 95 %, de"}
_TO = {"en": "to", "fr": "à"}
_TWO_DIGITS = Format(digits=2)


def _kano(given: Boxes, _: Columns) -> Results:
    found = kano.attribute({name: int(given[name]) for name in kano.CATEGORIES})
    return {
        "category": kano.category(kano.ANSWERS[int(given["there"])], kano.ANSWERS[int(given["missing"])]),
        "leading": found.leading,
        "lead": "clear" if found.is_clear else "chance",
        "better": found.better,
        "better_low": found.better_low,
        "better_high": found.better_high,
        "worse": found.worse,
        "worse_low": found.worse_low,
        "worse_high": found.worse_high,
    }


KANO = Calculator(
    title={"en": "Kano: one customer, and all of them", "fr": "Kano : un client, puis tous"},
    inputs={
        "there": Choice(label={"en": "If it is there", "fr": "Si c’est là"}, options=_ANSWERS),
        "missing": Choice(label={"en": "If it is not there", "fr": "Si ce n’est pas là"}, options=_ANSWERS, default=4),
        **{
            name: Input(
                label={"en": f"{_CATEGORIES[name]['en']} pairs", "fr": f"{_CATEGORIES[name]['fr']} : réponses"},
                default=count,
                low=0,
                high=1e7,
            )
            for name, count in zip(kano.CATEGORIES, (52, 61, 20, 34, 3, 5), strict=True)
        },
    },
    outputs={
        "category": Said(
            label={"en": "For this customer", "fr": "Pour ce client"},
            words=_CATEGORIES,
            part={"en": "One pair of answers", "fr": "Une paire de réponses"},
        ),
        "leading": Said(
            label={"en": "Leading category", "fr": "Catégorie en tête"},
            words=_CATEGORIES,
            part={"en": "All pairs", "fr": "Toutes les paires"},
        ),
        "lead": Said(
            label={"en": "Its lead over the second", "fr": "Son avance sur la deuxième"},
            words={
                "clear": {"en": "more than chance", "fr": "plus que le hasard"},
                "chance": {"en": "could be chance", "fr": "peut-être le hasard"},
            },
        ),
        "better": Output(label={"en": "Better, 0 to 1", "fr": "Better, de 0 à 1"}, form=_TWO_DIGITS),
        "better_low": Output(label=_FROM, form=_TWO_DIGITS),
        "better_high": Output(label=_TO, form=_TWO_DIGITS),
        "worse": Output(label={"en": "Worse, −1 to 0", "fr": "Worse, de −1 à 0"}, form=_TWO_DIGITS),
        "worse_low": Output(label=_FROM, form=_TWO_DIGITS),
        "worse_high": Output(label=_TO, form=_TWO_DIGITS),
    },
    compute=_kano,
    refusal={
        "en": "There must be a pair that is neither reverse nor questionable.",
        "fr": "Il faut une paire de réponses qui ne soit ni inverse ni douteuse.",
    },
    source={
        "en": "Table and coefficients of Berger et al. (1993), which leave out reverse and questionable pairs; 95% "
        "intervals by Wilson. Equal counts go to the first in this list.",
        "fr": "Grille et coefficients de Berger et al. (1993), sans les paires inverses ni douteuses ; intervalles de "
        "Wilson à 95 %. À égalité, la première de la liste l’emporte.",
    },
)
