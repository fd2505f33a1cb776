"""Calculators of complaints: the compensation grid, and what complaints cost."""

from __future__ import annotations

import pandas as pd

from casebook.calculators.declared import Boxes, Calculator, Choice, Columns, Input, Output, Results, Said
from casebook.worked import figures, measures
from casebook.worked.numbers import Format, written
from casebook.worked.typography import typeset

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
