"""The calculator of worst cases: a list of disasters with how often and how dear."""

from __future__ import annotations

from casebook.calculators.declared import Boxes, Calculator, Columns, Input, Output, Results, Row, Rows, Said
from casebook.worked import risks
from casebook.worked.numbers import Format


def _risk_grid(given: Boxes, columns: Columns) -> Results:
    found = risks.risk_grid(columns["seen"], columns["loss"], years=given["years"])
    largest = max(found.expected)
    return {
        "rank": found.rank,
        "rate": found.rate,
        "expected": found.expected,
        "score": found.score,
        "total": found.total,
        "unseen": 100 * (found.unseen / found.total),
        "turned": found.turned,
        "verdict": "unseen" if 2 * found.unseen > found.total else "one" if 2 * largest > found.total else "spread",
    }


RISK_GRID = Calculator(
    title={"en": "A grid of disasters", "fr": "Une grille des catastrophes"},
    rows=Rows(
        name={"en": "What goes wrong", "fr": "Ce qui tourne mal"},
        columns={
            "seen": Input(label={"en": "Times seen", "fr": "Fois vues"}, default=0, low=0, high=1e6),
            "loss": Input(
                label={"en": "€ each time", "fr": "€ la fois"},
                default=1000,
                low=0,
                high=1e9,
                step=0.01,
            ),
        },
        outputs={
            "expected": Output(label={"en": "€ a year", "fr": "€ par an"}, form=Format()),
            "score": Output(label={"en": "Matrix", "fr": "Matrice"}, form=Format()),
        },
        first=(
            Row(name={"en": "Late parcel", "fr": "Colis en retard"}, numbers=(4200, 18)),
            Row(name={"en": "Damaged parcel", "fr": "Colis abîmé"}, numbers=(1400, 20)),
            Row(name={"en": "Warehouse jam", "fr": "Entrepôt bloqué"}, numbers=(1, 5000)),
            Row(name={"en": "Recall", "fr": "Rappel de produit"}, numbers=(1, 2000)),
            Row(name={"en": "Files stolen", "fr": "Vol de fichiers"}, numbers=(0, 60000)),
        ),
        picture={
            "title": {"en": "Disasters by how often and how dear", "fr": "Les catastrophes par fréquence et par coût"},
            "row": {"en": "{0}: {1} a year, €{2} each", "fr": "{0} : {1} par an, {2} € chacune"},
            "cause": {"en": "Disaster {0}", "fr": "Catastrophe {0}"},
            "across": {"en": "More often →", "fr": "Plus souvent →"},
            "up": {"en": "Dearer each time ↑", "fr": "Plus chère chaque fois ↑"},
            "key": {
                "en": "Dashed: equal loss a year. Ring: never seen, at most.",
                "fr": "Tirets : même perte par an. Anneau : jamais vu, au plus.",
            },
        },
    ),
    inputs={
        "years": Input(
            label={"en": "Years of record", "fr": "Années d’archives"}, default=2, low=0.1, high=100, step=0.1
        )
    },
    outputs={
        "total": Output(label={"en": "All, € a year", "fr": "Toutes, € par an"}, form=Format()),
        "unseen": Output(label={"en": "Of it never seen, %", "fr": "Dont jamais vues, %"}, form=Format()),
        "turned": Output(
            label={"en": "Pairs the matrix turns round", "fr": "Paires inversées par la matrice"}, form=Format()
        ),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "unseen": {
                    "en": "Most of it could come from what the record never saw: its bound is wide, so ask those with "
                    "a longer record.",
                    "fr": "L’essentiel pourrait venir de ce que les archives n’ont jamais vu : la borne est large, "
                    "interrogez ceux dont les archives sont plus longues.",
                },
                "one": {
                    "en": "One line makes more than half of it: prevent that one first.",
                    "fr": "Une seule ligne en fait plus de la moitié : prévenez-la d’abord.",
                },
                "spread": {
                    "en": "No line makes half of it: compare what each parry saves with its price.",
                    "fr": "Aucune ligne n’en fait la moitié : comparez ce que chaque parade épargne à son prix.",
                },
            },
        ),
    },
    compute=_risk_grid,
    refusal={"en": "Nothing on the list costs anything.", "fr": "Rien dans la liste ne coûte quoi que ce soit."},
    source={
        "en": "Never seen: at most three times in the length of the record (rule of three, 95%). Losses a year are "
        "means of many years. Matrix: two ranks of one to five multiplied, with steps of our own.",
        "fr": "Jamais vu : au plus trois fois sur la durée des archives (règle de trois, 95 %). Les pertes par an sont "
        "des moyennes sur bien des années. Matrice : deux rangs de un à cinq multipliés, seuils de notre cru.",
    },
    constants={"rate_steps": list(risks.RATE_STEPS), "loss_steps": list(risks.LOSS_STEPS), "never": risks.NEVER},
)
