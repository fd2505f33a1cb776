"""Calculators of service and priorities: staffing, Pareto, importance and performance."""

from __future__ import annotations

from casebook.calculators.declared import Boxes, Calculator, Choice, Columns, Input, Output, Results, Row, Rows, Said
from casebook.worked import measures
from casebook.worked.numbers import Format


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
