"""The start page's picture: who answered a survey, beside what every customer thought."""

from html import escape

import pandas as pd

import cxdata
from casebook.worked import figures, measures
from casebook.worked.page import Page
from casebook.worked.palette import css
from cxdata.catalog import scan

ORDERS_PER_DOT = 10
COLUMNS, STEP, DOT = 30, 15, 11
GROUPS = {"detractor": "2", "passive": "6", "promoter": "1"}


def build(page: Page) -> None:
    """Compute the page."""
    data = cxdata.edition("tilmarenne", "class")
    surveys = data["surveys"]
    sent = surveys[surveys["programme"] == "email_after_order"].merge(
        data.truth["latents/orders"][["order_id", "ltr"]], on="order_id", suffixes=("", "_true")
    )
    answered = measures.nps(sent["ltr"])
    everyone = measures.nps(sent["ltr_true"])
    page.value("answered.nps", answered.score, sign=True)
    page.value("everyone.nps", everyone.score, sign=True)
    page.value("answered", answered.answers)
    page.value("sent", len(sent))
    page.value("rows", sum(len(table) for table in data.tables.values()))
    page.value("customers", len(data["customers"]))
    page.value("tables", len(data.tables))
    page.value("figures", len(scan.figures()))
    page.html("live", live(page, sent, answered.score, everyone.score))


def live(page: Page, sent: pd.DataFrame, answered: float, everyone: float) -> str:
    """Return the picture with its switch: one dot per ten orders, the silent ones pale until asked for."""
    group = pd.cut(sent["ltr_true"], [-1, 6, 8, 10], labels=list(GROUPS)).astype("object")
    dots = (sent.groupby([group, "answered"]).size() / ORDERS_PER_DOT).round().astype(int)
    paths, place = [], 0
    for name, colour in GROUPS.items():
        for spoke in (True, False):
            count = int(dots.get((name, spoke), 0))
            marks = "".join(f"M{x} {y}h0" for x, y in map(position, range(place, place + count)))
            place += count
            kind = "cx-spoke" if spoke else "cx-silent"
            paths.append(f'<path class="{kind}" d="{marks}" stroke="{css(colour)}"/>')
    width, height = COLUMNS * STEP, (place // COLUMNS + 1) * STEP
    svg = (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" fill="none" '
        f'stroke-width="{DOT}" stroke-linecap="round">{"".join(paths)}</svg>'
    )
    first, second = page.written(answered, sign=True), page.written(everyone, sign=True)
    title = page.say(
        en="What a survey shows, and what customers think",
        fr="Ce que montre une enquête, et ce que pensent les clients",
    )
    drawn = figures.labelled(
        svg,
        name="live",
        title=title,
        alternative=page.say(
            en=f"One dot per ten orders. Those who answered the e-mail give an NPS of {first}; all customers who were asked would give {second}.",
            fr=f"Un point pour dix commandes. Ceux qui ont répondu à l’e-mail donnent un NPS de {first} ; tous les clients interrogés donneraient {second}.",
        ),
    )
    choices = (
        (
            "answered",
            first,
            page.say(en="Those who answered", fr="Ceux qui ont répondu"),
            page.say(en="NPS, as the e-mail survey reports it", fr="NPS, tel que l’enquête le rapporte"),
        ),
        (
            "all",
            second,
            page.say(en="Everybody", fr="Tout le monde"),
            page.say(en="NPS, if all who were asked had answered", fr="NPS, si tous les destinataires avaient répondu"),
        ),
    )
    switch = "".join(
        f'<label><input type="radio" name="cx-live" id="cx-live-{name}"{" checked" if name == "answered" else ""}><span>{escape(label)}</span></label>'
        for name, _, label, _ in choices
    )
    scores = "".join(
        f'<p class="cx-score cx-score-{name}"><strong>{score}</strong> <span>{escape(text)}</span></p>'
        for name, score, _, text in choices
    )
    legend = "".join(
        f'<span><i class="cx-key cx-key-{GROUPS[name]}"></i>{escape(label)}</span>'
        for name, label in zip(
            GROUPS,
            page.say(en="Detractors|Passives|Promoters", fr="Détracteurs|Passifs|Promoteurs").split("|"),
            strict=True,
        )
    )
    return (
        f'<figure class="cx-live" data-search-exclude><fieldset><legend class="cx-hidden">{escape(title)}</legend>{switch}</fieldset>'
        f'<div role="status">{scores}</div><div class="cx-picture">{drawn}</div>'
        f'<p class="cx-legend">{legend}</p></figure>'
    )


def position(index: int) -> tuple[int, int]:
    """Return the centre of a dot: rows of a fixed length, left to right."""
    return index % COLUMNS * STEP + STEP // 2, index // COLUMNS * STEP + STEP // 2
