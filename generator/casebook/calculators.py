"""Calculators: a form that works offline in the page, and the Python function that it must agree with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from casebook.worked import measures
from casebook.worked.numbers import Format, written
from casebook.worked.typography import typeset
from cxdata.errors import unknown


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

    label: Mapping[str, str]
    default: float
    low: float
    high: float
    step: float = 1


@dataclass(frozen=True, kw_only=True)
class Output:
    """A number that the calculator gives, by language its label, and how it is written."""

    label: Mapping[str, str]
    form: Format


@dataclass(frozen=True, kw_only=True)
class Calculator:
    """One calculator; ``docs/assets/casebook.js`` holds its twin of the same name.

    Attributes:
        title: By language.
        inputs: By name.
        outputs: By name, in the order in which they are shown.
        compute: From inputs by name to outputs by name; raises ValueError on a combination that has no result.
        source: Formula or publication behind it, by language.
    """

    title: Mapping[str, str]
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Output]
    compute: Callable[[Mapping[str, float]], Mapping[str, float]]
    source: Mapping[str, str]


def _nps(given: Mapping[str, float]) -> Mapping[str, float]:
    counts = [int(given[name]) for name in ("promoters", "passives", "detractors")]
    result = measures.nps_of_counts(*counts)
    needed = measures.answers_for_margin(*counts, margin=given["margin"])
    return {"score": result.score, "low": result.low, "high": result.high, "needed": needed}


CALCULATORS: Mapping[str, Calculator] = {
    "nps": Calculator(
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
            "low": Output(
                label={"en": "95% interval from", "fr": "Intervalle à 95 %, de"}, form=Format(digits=1, sign=True)
            ),
            "high": Output(label={"en": "to", "fr": "à"}, form=Format(digits=1, sign=True)),
            "needed": Output(
                label={"en": "Answers needed for your margin", "fr": "Réponses nécessaires pour votre marge"},
                form=Format(),
            ),
        },
        compute=_nps,
        source={
            "en": "Adjusted Wald interval: three answers are added, a quarter of them promoters, a quarter detractors.",
            "fr": "Intervalle de Wald ajusté : on ajoute trois réponses, un quart promoteurs, un quart détracteurs.",
        },
    )
}


def html(name: str, language: str, values: Mapping[str, float] = MappingProxyType({})) -> str:
    """Return a calculator as a form that shows the result of its first values, with or without script.

    Args:
        name: Of the calculator.
        language: Of its words.
        values: What stands in its boxes first; the defaults of those that are not named.

    Raises:
        KeyError: If there is no calculator of that name.
        ValueError: If a value is for a box that it has not, or is not allowed there.
    """
    calculator = CALCULATORS[name]
    for key, value in values.items():
        box = calculator.inputs.get(key)
        if box is None:
            raise ValueError(unknown(f"box of calculator {name!r}", key, calculator.inputs).rstrip("."))
        if not box.low <= value <= box.high:
            raise ValueError(f"{key} of calculator {name!r} is {value:g}; it takes {box.low:g} to {box.high:g}")
    shown = {key: values.get(key, one.default) for key, one in calculator.inputs.items()}
    first = calculator.compute(shown)

    def label(texts: Mapping[str, str]) -> str:
        return escape(typeset(texts[language], language))

    fields = "".join(
        f'<p><label for="cx-{name}-{key}">{label(one.label)}</label>'
        f'<input id="cx-{name}-{key}" name="{key}" type="number" inputmode="decimal" required '
        f'value="{shown[key]:.15g}" min="{one.low:.15g}" max="{one.high:.15g}" step="{one.step:g}"></p>'
        for key, one in calculator.inputs.items()
    )
    results = "".join(
        f'<div><dt>{label(one.label)}</dt><dd data-output="{key}" data-digits="{one.form.digits}"'
        f"{' data-sign' if one.form.sign else ''}>{written(first[key], one.form, language=language)}</dd></div>"
        for key, one in calculator.outputs.items()
    )
    return (
        f'<form class="cx-calculator" data-calculator="{name}" aria-labelledby="cx-{name}-title" data-search-exclude>'
        f'<p class="cx-eyebrow" id="cx-{name}-title">{label(calculator.title)}</p>'
        f'<div class="cx-fields">{fields}</div>'
        f'<div role="status"><dl class="cx-results">{results}</dl></div>'
        f'<p class="cx-problem" role="alert" hidden></p>'
        f'<p class="cx-source">{label(calculator.source)}</p></form>'
    )
