"""The form of a calculator: boxes, rows and first results, with all that the script needs to write the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from casebook.calculators.declared import Calculator, Choice, Columns, Input, Output, Results, Rows, Said, Text, Value
from casebook.worked.numbers import written
from casebook.worked.typography import typeset
from cxdata.errors import unknown


def html(
    calculator: Calculator,
    name: str,
    language: str,
    values: Mapping[str, float],
    rows: Sequence[tuple[str, Sequence[float]]],
) -> str:
    """Return a calculator as a form; see :func:`casebook.calculators.html`."""
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
