"""Deliveries: one parcel for each web order, promised for one day and brought on another."""

import numpy as np

from cxdata.recipes import categorical, derived
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Integer, Key
from cxdata.schema.table import Column, PerParent, Table

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
    ),
)
