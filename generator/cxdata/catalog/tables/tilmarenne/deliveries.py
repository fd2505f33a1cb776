"""Deliveries: one parcel for each web order, promised for one day and brought on another."""

import numpy as np
import pandas as pd

from cxdata.catalog.tables.tilmarenne._market import ours
from cxdata.recipes import categorical, derived
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key, Number
from cxdata.schema.recipe import Array
from cxdata.schema.scenario import Constraint, Rule
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

PARAMETERS = (
    ours("delivery_fee_parcel", 4.90, "EUR", "Fee for a parcel brought home or to a pick-up point.", 0.0, 1_000.0),
    ours("delivery_fee_bulky", 29.0, "EUR", "Fee for bulky goods brought home, whatever the amount.", 0.0, 1_000.0),
    ours(
        "delivery_free_from",
        49.0,
        "EUR",
        "Amount of the order from which a parcel is free; gold members have it free of any amount.",
        0.0,
        10_000.0,
    ),
)

CONSTRAINTS = (
    Constraint(
        sentence="bulky goods must not travel for less than a parcel; raise delivery_fee_bulky.",
        parameters=("delivery_fee_parcel", "delivery_fee_bulky"),
        holds=lambda parcel, bulky: parcel <= bulky,
    ),
)


def fee(
    collected: Array, bulky: Array, gold: Array, amount: Array, of_parcel: float, of_bulky: float, free_from: float
) -> Array:
    """Return the fee for a delivery in euros: none in a shop, a fixed one for bulky goods, else one below the threshold."""
    parcel = np.where(gold | (amount >= free_from), 0.0, of_parcel)
    return np.where(collected, 0.0, np.where(bulky, of_bulky, parcel))


def _odd_fees(tables: Tables) -> int:
    orders = tables["orders"][["order_id", "is_bulky"]]
    rows = tables["deliveries"].merge(orders, on="order_id").merge(tables["customers"][["customer_id", "tier"]])
    charged = rows["delivery_fee_eur"] > 0
    free = (rows["mode"] == "shop_collect") | (~rows["is_bulky"] & (rows["tier"] == "gold"))
    return int((charged & free).sum() + pd.isna(rows["delivery_fee_eur"]).sum())


RULES = (
    Rule(
        sentence="nobody pays for collecting in a shop, and gold members pay for bulky goods alone",
        tables=("deliveries", "orders", "customers"),
        violations=_odd_fees,
    ),
)

TABLE = Table(
    name="deliveries",
    meaning="The parcel of a web order.",
    rows=(PerParent("orders", "is_online", 1),),
    columns=(
        Column(name="delivery_id", kind=Key(), meaning="Key of the delivery."),
        Column(name="order_id", kind=ForeignKey("orders"), meaning="The order it brings."),
        Column(name="customer_id", kind=ForeignKey("customers"), meaning="Who receives it."),
        Column(
            name="mode",
            kind=Category(("home", "pickup_point", "shop_collect")),
            meaning="Where the parcel is handed over.",
            recipe=categorical.choice_by({"orders.is_bulky": "$modes_bulky", "orders.is_online": "$modes_other"}),
        ),
        Column(
            name="carrier",
            kind=Category(("Velonne", "Aubrac Express", "Dockaline")),
            meaning="Invented carrier.",
            recipe=categorical.choice_by({"orders.is_bulky": "$carriers_bulky", "orders.is_online": "$carriers_other"}),
        ),
        Column(
            name="promised_on",
            kind=Date(),
            meaning="Day promised to the customer.",
            recipe=derived.formula(np.add, "orders.day", "orders.lead_days", sentence="day of the order and lead_days"),
        ),
        Column(
            name="days_late",
            kind=Integer(-2, 20),
            unit="days",
            meaning="Days after the promised one; negative when early.",
            recipe=derived.copy("orders.days_late"),
        ),
        Column(
            name="delivered_on",
            kind=Date(),
            meaning="Day on which it was handed over.",
            recipe=derived.formula(np.add, "promised_on", "days_late", sentence="promised_on and days_late"),
        ),
        Column(
            name="is_late",
            kind=Boolean(),
            meaning="Whether it came after the promised day.",
            recipe=derived.copy("orders.late"),
        ),
        Column(
            name="is_damaged",
            kind=Boolean(),
            meaning="Whether it came damaged.",
            recipe=derived.copy("orders.damaged"),
        ),
        Column(
            name="delivery_fee_eur",
            kind=Number(2, 0.0, 1_000.0),
            unit="EUR",
            meaning="Fee for the delivery, on top of the order's amount: parcels below the threshold and bulky goods; 0 for collection in a shop, and for parcels of gold members.",
            recipe=derived.formula(
                fee,
                "mode=shop_collect",
                "orders.is_bulky",
                "customers.tier=gold",
                "orders.amount_eur",
                "$delivery_fee_parcel",
                "$delivery_fee_bulky",
                "$delivery_free_from",
                sentence="none in a shop, a fixed one for bulky goods, else one below the threshold unless gold",
            ),
        ),
    ),
)
