"""Sheets of personas: a drawn face, a size, what they want, what gets in the way, and figures with their yardstick.

Each line says where it comes from: counted in the data, or guessed until interviews confirm it.
A sheet is an ``<article>`` of text with small bars, so it is read aloud, searched, copied and printed like the page
around it. Its colours are classes and palette variables; the content policy of the site forbids style attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from html import escape

from casebook.worked.faces import Face, figure
from casebook.worked.palette import css

WORDS = {
    "en": {
        "aged": "{age} years old",
        "goals": "Comes for",
        "frustrations": "What gets in the way",
        "nothing": "Nothing in the data; ask in the interviews.",
        "counted": "counted",
        "guessed": "guessed",
        "facts": "In figures",
        "same": "No different from other customers:",
        "key": (
            "Coloured: stands out from the other segments by more than chance. "
            "Grey: does not. Upright mark: all other customers. "
            "Counted: in the data. Guessed: ours, until interviews confirm it."
        ),
    },
    "fr": {
        "aged": "{age}\N{NO-BREAK SPACE}ans",
        "goals": "Vient pour",
        "frustrations": "Ce qui gêne",
        "nothing": "Rien dans les données\N{NO-BREAK SPACE}; à demander en entretien.",
        "counted": "compté",
        "guessed": "supposé",
        "facts": "En chiffres",
        "same": "Comme les autres clients\N{NO-BREAK SPACE}:",
        "key": (
            "En couleur\N{NO-BREAK SPACE}: se détache des autres segments plus que le hasard ne le ferait. "
            "En gris\N{NO-BREAK SPACE}: non. Trait vertical\N{NO-BREAK SPACE}: tous les autres clients. "
            "Compté\N{NO-BREAK SPACE}: dans les données. "
            "Supposé\N{NO-BREAK SPACE}: par nous, en attendant les entretiens."
        ),
    },
}
FACE_SIZE = 96
"""Pixels; the stylesheet makes it smaller on phones."""
BAR, BAR_HEIGHT, MARK = 100, 6, 0.8
"""Grid of a bar: one unit of width per percent."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure on a sheet, its numbers already written in the language of the page.

    Attributes:
        label: What is counted.
        value: The number of this persona's segment.
        compared: The number to hold it against, with its words ("others 12%"); empty without one.
        share: The value as 0 to 100, for a bar; ``None`` for none.
        reference: The number to hold it against as 0 to 100, for the bar's mark.
        stands_out: Whether the segment differs from the others by more than chance.

    Raises:
        ValueError: If a text is empty, or a share lies outside 0 to 100.
    """

    label: str
    value: str
    compared: str = ""
    share: float | None = None
    reference: float | None = None
    stands_out: bool = False

    def __post_init__(self) -> None:
        """Refuse what a bar cannot show, here rather than in the middle of a page."""
        for name in ("label", "value"):
            if not str(getattr(self, name)).strip():
                raise ValueError(f"A fact of a persona needs a {name}; this one is empty ({self!r}).")
        for name in ("share", "reference"):
            number = getattr(self, name)
            if number is not None and not 0 <= number <= 100:
                raise ValueError(
                    f"The {name} of the fact {self.label!r} must lie in 0 to 100 (percent), not {number!r}."
                )
        if self.share is None and self.reference is not None:
            raise ValueError(f"The fact {self.label!r} has a reference but no share; a mark needs its bar.")


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a persona comes for: a guess, and the count that suggests it.

    Attributes:
        guessed: The goal in a few words.
        counted: What the data hold, its numbers already written.
        stands_out: Whether the count differs from the other segments' by more than chance.

    Raises:
        ValueError: If a text is empty.
    """

    guessed: str
    counted: str
    stands_out: bool = False

    def __post_init__(self) -> None:
        """Refuse a guess without its count, and a count that says nothing of a person."""
        for name in ("guessed", "counted"):
            if not str(getattr(self, name)).strip():
                raise ValueError(f"One of the goals has nothing {name} ({self!r}); a goal takes both.")


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A segment as one sheet; all texts are in the language of the page, all numbers written.

    Attributes:
        name: First name.
        age: In whole years; the drawn face has the same.
        place: Household and kind of place, in a few words.
        face: The drawing; its colour is the sheet's colour.
        alternative: What the drawing shows, for those who cannot see it.
        segment: Whom the persona stands for.
        portrait: Two or three sentences, no quotation.
        goals: What the persona comes for.
        frustrations: What gets in the way, of what stands out in the data; where nothing does, the sheet says so.
        size: How many customers stand behind the sheet; at least one figure.
        facts: Figures that all sheets of a set share, so that they can be compared.
        same: Traits in which the segment is like everyone else.

    Raises:
        ValueError: If a text is empty or a list that must not be, or face and text disagree about the age.
    """

    name: str
    age: int
    place: str
    face: Face
    alternative: str
    segment: str
    portrait: str
    goals: tuple[Goal, ...]
    frustrations: tuple[str, ...]
    size: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    same: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a sheet with holes: an empty box on a wall is filled by whoever looks at it."""
        who = self.name.strip() or "A persona"
        for field in fields(self):
            value = getattr(self, field.name)
            texts = value if isinstance(value, tuple) else (value,)
            if any(isinstance(text, str) and not text.strip() for text in texts) or (
                not texts and field.name not in ("same", "frustrations")
            ):
                raise ValueError(f"{who} has no {field.name}: fill it in, or there is no persona to show.")
        if self.age != self.face.age:
            raise ValueError(f"{who} is {self.age} in the text and {self.face.age} in the drawing; make them agree.")


def sheet(persona: Persona, *, language: str) -> str:
    """Return one persona as an HTML article.

    Args:
        persona: The sheet's content.
        language: Of the headings within it, ``en`` or ``fr``.
    """
    words = WORDS[language]
    place = f"{words['aged'].format(age=persona.age)}, {persona.place}"
    head = (
        '<div class="cx-persona-head">'
        f'<div class="cx-persona-face" role="img" aria-label="{escape(persona.alternative)}">'
        f"{figure(persona.face, size=FACE_SIZE)}</div>"
        f'<div><p class="cx-eyebrow">{escape(persona.segment)}</p>'
        f'<p class="cx-persona-name">{escape(persona.name)}</p>'
        f'<p class="cx-persona-place">{escape(place)}</p></div>'
        f"{_facts(persona.size, persona, 'cx-persona-size')}</div>"
    )
    guessed, counted = (f' <small class="cx-persona-tag">{words[name]}</small>' for name in ("guessed", "counted"))
    goals = "".join(
        f'<li class="{"cx-persona-apart" if goal.stands_out else "cx-persona-common"}">{escape(goal.guessed)}{guessed}'
        f'<span class="cx-persona-count">{escape(goal.counted)}{counted}</span></li>'
        for goal in persona.goals
    )
    obstacles = "".join(f'<li class="cx-persona-apart">{escape(one)}{counted}</li>' for one in persona.frustrations)
    lists = (
        f'<p class="cx-eyebrow">{escape(words["goals"])}</p><ul>{goals}</ul>'
        f'<p class="cx-eyebrow">{escape(words["frustrations"])}</p>'
        + (f"<ul>{obstacles}</ul>" if obstacles else f'<p class="cx-persona-nothing">{escape(words["nothing"])}</p>')
    )
    same = (
        f'<p class="cx-persona-same"><strong>{escape(words["same"])}</strong> {escape(", ".join(persona.same))}.'
        f"{counted}</p>"
        if persona.same
        else ""
    )
    return (
        f'<article class="cx-persona cx-persona-{persona.face.clothes}" aria-label="{escape(persona.name)}">{head}'
        f'<p class="cx-persona-portrait">{escape(persona.portrait)}{counted}</p>'
        f'<div class="cx-persona-body"><div>{lists}</div>'
        f'<div><p class="cx-eyebrow">{escape(words["facts"])}{counted}</p>'
        f"{_facts(persona.facts, persona, 'cx-persona-facts')}</div></div>{same}</article>"
    )


def sheets(personas: Sequence[Persona], *, language: str) -> str:
    """Return several personas as a grid with the key of their bars.

    Raises:
        ValueError: If there is none, or two share a name.
    """
    names = [persona.name for persona in personas]
    if not names:
        raise ValueError("A grid of personas needs at least one persona.")
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"Two personas are called {twice[0]!r}; readers tell them apart by name.")
    drawn = "".join(sheet(persona, language=language) for persona in personas)
    key = escape(WORDS[language]["key"])
    return f'<div class="cx-personas"><p class="cx-persona-key">{key}</p>{drawn}</div>'


def _facts(facts: Sequence[Fact], persona: Persona, kind: str) -> str:
    """Write figures as a description list, each with its bar if it has one."""
    colours = {True: css(persona.face.clothes), False: css("6")}
    rows = []
    for fact in facts:
        against = f' <span class="cx-persona-compared">{escape(fact.compared)}</span>' if fact.compared else ""
        strong = ' class="cx-persona-out"' if fact.stands_out else ""
        rows.append(
            f"<div{strong}><dt>{escape(fact.label)}</dt><dd><b>{escape(fact.value)}</b>{against}"
            f"{_bar(fact, colours[fact.stands_out])}</dd></div>"
        )
    return f'<dl class="{kind}">{"".join(rows)}</dl>'


def _bar(fact: Fact, colour: str) -> str:
    """Draw a share as a bar of a hundred, with a mark where the others stand; hidden from screen readers."""
    if fact.share is None:
        return ""
    track = f'<rect y="1.5" width="{BAR}" height="3" fill="{css("line")}"/>'
    filled = f'<rect y="1" width="{fact.share:.1f}" height="4" fill="{colour}"/>'
    mark = ""
    if fact.reference is not None:
        left = min(max(fact.reference - MARK / 2, 0.0), BAR - MARK)
        mark = f'<rect x="{left:.1f}" width="{MARK}" height="{BAR_HEIGHT}" fill="{css("ink")}"/>'
    return (
        f'<svg class="cx-persona-bar" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BAR} {BAR_HEIGHT}"'
        f' preserveAspectRatio="none" aria-hidden="true">{track}{filled}{mark}</svg>'
    )
