"""Calculators of worth: a customer's lifetime value, the size of a segment, the weight of a moment."""

from __future__ import annotations

from casebook.calculators.declared import Boxes, Calculator, Columns, Input, Output, Results, Row, Rows, Said
from casebook.worked import journeys, value
from casebook.worked.numbers import Format

_FROM = {"en": "95% interval from", "fr": "Intervalle à 95 %, de"}
_TO = {"en": "to", "fr": "à"}


def _euros(en: str, fr: str, default: float, high: float = 1e6, low: float = 0) -> Input:
    return Input(label={"en": en, "fr": fr}, default=default, low=low, high=high, step=0.01)


def _percent(en: str, fr: str, default: float, low: float = 0) -> Input:
    return Input(label={"en": en, "fr": fr}, default=default, low=low, high=100, step=0.1)


def _lifetime(given: Boxes, _: Columns) -> Results:
    shares = {"retention": given["retention"] / 100, "discount": given["discount"] / 100}
    today = value.lifetime(given["margin"], **shares)
    raised = value.lifetime(
        given["margin"] - given["attention"], retention=given["raised"] / 100, discount=given["discount"] / 100
    )
    most = value.most_for_retention(given["margin"], raised=given["raised"] / 100, **shares)
    newly_won = given["margin"] + today.value_eur - given["winning"]
    gain = raised.value_eur - today.value_eur
    return {
        "value": today.value_eur,
        "years": today.years,
        "won": newly_won,
        "raised_value": raised.value_eur,
        "gain": gain,
        "most": most,
        "verdict": "pays" if gain >= 0 else "costs",
    }


LIFETIME_VALUE = Calculator(
    title={"en": "Lifetime value, and what keeping may cost", "fr": "La valeur vie et le prix de la fidélité"},
    inputs={
        "margin": _euros("Margin of a year of buying, €", "Marge d’une année d’achat, €", 70),
        "retention": _percent("Buy again the next year, %", "Rachètent l’année suivante, %", 60),
        "discount": _percent("Discount a year, %", "Actualisation par an, %", 10),
        "winning": _euros("Winning a customer costs, €", "Coût d’un nouveau client, €", 45),
        "raised": _percent("Buy again with the attention, %", "Rachètent avec l’attention, %", 65),
        "attention": _euros("The attention costs a year, €", "Coût annuel de l’attention, €", 8),
    },
    outputs={
        "value": Output(
            label={"en": "Lifetime value, €", "fr": "Valeur vie, €"},
            form=Format(digits=2),
            part={"en": "As it is", "fr": "Telle quelle"},
        ),
        "years": Output(label={"en": "More years of buying", "fr": "Années d’achat à venir"}, form=Format(digits=1)),
        "won": Output(
            label={"en": "A new customer brings, €", "fr": "Un nouveau client rapporte, €"},
            form=Format(digits=2, sign=True),
        ),
        "raised_value": Output(
            label={"en": "Lifetime value, €", "fr": "Valeur vie, €"},
            form=Format(digits=2),
            part={"en": "With the attention", "fr": "Avec l’attention"},
        ),
        "gain": Output(label={"en": "Gain, €", "fr": "Gain, €"}, form=Format(digits=2, sign=True)),
        "most": Output(
            label={"en": "It may cost a year at most, €", "fr": "Coût annuel maximal, €"}, form=Format(digits=2)
        ),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "pays": {
                    "en": "The attention pays, if it raises retention as you say.",
                    "fr": "L’attention se paie, si elle retient autant que vous le dites.",
                },
                "costs": {
                    "en": "The attention costs more than the years it adds.",
                    "fr": "L’attention coûte plus que les années qu’elle ajoute.",
                },
            },
        ),
    },
    compute=_lifetime,
    refusal={
        "en": "If everybody buys again every year, the years to come have no end to add up to.",
        "fr": "Si tous rachètent chaque année, la somme des années à venir n’a pas de fin.",
    },
    source={
        "en": "Gupta and Lehmann (2003): margin × retention ÷ (1 + discount − retention), the years to come without "
        "the present one. Margin and retention stay as they are; a mean over customers hides who brings it.",
        "fr": "Gupta et Lehmann (2003) : marge × rétention ÷ (1 + actualisation − rétention), années à venir, sans "
        "celle en cours. Marge et rétention restent constantes ; une moyenne cache qui la rapporte.",
    },
)


def _segment(given: Boxes, _: Columns) -> Results:
    share = value.segment_share(
        int(given["found"]),
        int(given["asked"]),
        sensitivity=given["sensitivity"] / 100,
        specificity=given["specificity"] / 100,
    )
    one = {
        "takers": given["takers"] / 100,
        "margin_eur": given["margin"],
        "contact_eur": given["contact"],
        "fixed_eur": given["fixed"],
    }
    customers = given["customers"]
    size, *ends = (customers * part for part in (share.value, share.low, share.high))
    at_ends = [value.version_profit(members, **one) for members in ends]
    each = given["takers"] / 100 * given["margin"] - given["contact"]
    return {
        "share": 100 * share.value,
        "low": 100 * share.low,
        "high": 100 * share.high,
        "size": size,
        "profit": value.version_profit(size, **one),
        "profit_low": min(at_ends),
        "profit_high": max(at_ends),
        "needed": given["fixed"] / each if each > 0 else None,
        "verdict": "pays" if min(at_ends) >= 0 else "costs" if max(at_ends) < 0 else "open",
    }


SEGMENT_SIZE = Calculator(
    title={"en": "How large is the segment, and does a version pay?", "fr": "Taille du segment et version rentable"},
    inputs={
        "customers": Input(label={"en": "Customers in all", "fr": "Clients en tout"}, default=40000, low=1, high=1e8),
        "asked": Input(
            label={"en": "Drawn into the sample", "fr": "Tirés dans l’échantillon"}, default=600, low=0, high=1e7
        ),
        "found": Input(
            label={"en": "Of these in the segment", "fr": "Dont dans le segment"}, default=150, low=0, high=1e7
        ),
        "sensitivity": _percent("Members the rule finds, %", "Membres que la règle trouve, %", 85),
        "specificity": _percent("Others it leaves out, %", "Autres qu’elle écarte, %", 90),
        "takers": _percent("Buy because of it, %", "Achètent grâce à elle, %", 6),
        "margin": _euros("Margin of a buyer, €", "Marge d’un acheteur, €", 28),
        "contact": _euros("Reaching a member costs, €", "Coût par membre touché, €", 0.9),
        "fixed": _euros("Making the version costs, €", "Coût de la version, €", 5000, high=1e8),
    },
    outputs={
        "share": Output(
            label={"en": "Its share, %", "fr": "Sa part, %"},
            form=Format(digits=1),
            part={"en": "The segment", "fr": "Le segment"},
        ),
        "low": Output(label=_FROM, form=Format(digits=1)),
        "high": Output(label=_TO, form=Format(digits=1)),
        "size": Output(label={"en": "Customers in it", "fr": "Clients concernés"}, form=Format()),
        "profit": Output(
            label={"en": "It brings, €", "fr": "Elle rapporte, €"},
            form=Format(sign=True),
            part={"en": "The version for it", "fr": "La version pour lui"},
        ),
        "profit_low": Output(label=_FROM, form=Format(sign=True)),
        "profit_high": Output(label=_TO, form=Format(sign=True)),
        "needed": Output(label={"en": "Pays from, customers", "fr": "Rentable dès, clients"}, form=Format()),
        "verdict": Said(
            label={"en": "Reading", "fr": "Lecture"},
            words={
                "pays": {
                    "en": "The version pays at both ends of the interval.",
                    "fr": "La version est rentable aux deux bouts de l’intervalle.",
                },
                "costs": {
                    "en": "The version loses money at both ends of the interval.",
                    "fr": "La version perd de l’argent aux deux bouts de l’intervalle.",
                },
                "open": {
                    "en": "The sample is too small to say: the interval holds gain and loss.",
                    "fr": "Échantillon trop petit pour conclure : l’intervalle va de la perte au gain.",
                },
            },
        ),
    },
    compute=_segment,
    refusal={
        "en": "The sample must hold the members found, and the rule must do better than lot: its two rates above 100 "
        "together.",
        "fr": "L’échantillon doit contenir les membres trouvés, et la règle faire mieux que le hasard : ses deux taux "
        "dépassent 100 à eux deux.",
    },
    source={
        "en": "Wilson's interval of the sample, corrected for the rule's errors as Rogan and Gladen (1978) do; the two "
        "rates count as known, and whoever the offer reaches as a member.",
        "fr": "Intervalle de Wilson de l’échantillon, corrigé des erreurs de la règle selon Rogan et Gladen (1978) ; "
        "les deux taux sont tenus pour connus, et toute personne touchée pour un membre.",
    },
)


def _moments(given: Boxes, columns: Columns) -> Results:
    found = journeys.moments(columns["weight"], columns["margin"])
    gain = [100 * weight * given["lift"] for weight in columns["weight"]]
    best = max(gain)
    return {
        "reading": found.readings,
        "gain": gain,
        "mean": found.mean,
        "price": given["cost"] / best if best > 0 else None,
    }


MOMENT_WEIGHT = Calculator(
    title={"en": "Which steps are moments of truth?", "fr": "Quelles étapes sont des moments de vérité ?"},
    rows=Rows(
        name={"en": "Step", "fr": "Étape"},
        columns={
            "weight": Input(label={"en": "Weight", "fr": "Poids"}, default=0.1, low=-5, high=5, step=0.001),
            "margin": Input(label={"en": "± margin", "fr": "± marge"}, default=0.05, low=0, high=5, step=0.001),
        },
        outputs={
            "reading": Said(
                label={"en": "Reading", "fr": "Lecture"},
                words={
                    "moment": {"en": "Moment", "fr": "Moment"},
                    "ordinary": {"en": "Ordinary", "fr": "Ordinaire"},
                    "open": {"en": "Open", "fr": "Indécis"},
                },
            ),
            "gain": Output(label={"en": "Gain", "fr": "Gain"}, form=Format(digits=1, sign=True)),
        },
        first=(
            Row(name={"en": "Choice", "fr": "Choix"}, numbers=(0.16, 0.04)),
            Row(name={"en": "Order", "fr": "Commande"}, numbers=(0.05, 0.04)),
            Row(name={"en": "Waiting", "fr": "Attente"}, numbers=(0.1, 0.03)),
            Row(name={"en": "Delivery", "fr": "Réception"}, numbers=(0.21, 0.04)),
            Row(name={"en": "Use", "fr": "Usage"}, numbers=(0.13, 0.05)),
        ),
        picture={
            "title": {"en": "Steps by their weight", "fr": "Les étapes selon leur poids"},
            "row": {"en": "{0}: weight {1}, margin {2}", "fr": "{0} : poids {1}, marge {2}"},
            "cause": {"en": "Step {0}", "fr": "Étape {0}"},
            "key": {"en": "mean weight", "fr": "poids moyen"},
        },
    ),
    inputs={
        "lift": Input(
            label={"en": "A project lifts a step by, marks", "fr": "Un projet relève une étape de, points"},
            default=0.5,
            low=0,
            high=10,
            step=0.01,
        ),
        "cost": _euros("and costs, €", "et coûte, €", 40000, high=1e8),
    },
    outputs={
        "mean": Output(label={"en": "Mean weight", "fr": "Poids moyen"}, form=Format(digits=3)),
        "price": Output(
            label={"en": "A hundredth costs at best, €", "fr": "Un centième coûte au mieux, €"}, form=Format()
        ),
    },
    compute=_moments,
    refusal={"en": "Moments need steps with their weights.", "fr": "Il faut des étapes avec leurs poids."},
    source={
        "en": "Weights of one regression of the overall mark on all steps, with their 95% margins. A moment's whole "
        "interval lies above the mean weight, an ordinary step's below. Gain: hundredths of the overall mark by one "
        "project, if the weight is a cause.",
        "fr": "Poids d’une seule régression de la note globale sur toutes les étapes, avec leurs marges à 95 %. "
        "Moment : intervalle tout entier au-dessus du poids moyen ; ordinaire : au-dessous. Gain : centièmes de note "
        "globale par projet, si le poids est une cause.",
    },
)
