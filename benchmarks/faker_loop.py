"""The peer: tilmarenne's tables made by a plain Faker loop, as a careful user would write it. Knows nothing of cxdata.

Names, addresses, e-mail and phones come from ``Faker("fr_FR")``; choices, counts and amounts from ``random``, which is
several times faster than Faker's own ``random_element`` and ``pyfloat``. Rows are tuples, one list per table, turned
into Arrow once and written as zstd Parquet of the level that cxdata uses.

Two variants differ in their dates: ``plain`` asks Faker (``date_between``, ``date_time_between``), ``lean`` adds random
seconds to a first moment, the fastest that a loop over rows can do.

The columns, their types, the number of rows per table and the links between tables are those of cxdata. What the loop
leaves out is cxdata's content: no effects, no latent variables, no typing slips, no season, no answer key, no coherence
between a name and its e-mail address, and dates of linked rows that agree only where one is computed from the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from faker import Faker

ZSTD_LEVEL = 3  # that of cxdata's writer
SEED = 1

Row = tuple[Any, ...]
Counts = Mapping[str, int]
"""Rows per table; cxdata says how many it makes for a number of customers."""

WINDOW = (datetime(2023, 1, 1), datetime(2024, 12, 31))
OPENED = (date(1988, 3, 1), date(2021, 10, 1))
JOINED = (date(2014, 1, 1), date(2024, 11, 30))
BORN = (date(1935, 1, 1), date(2004, 12, 31))

DEPARTMENTS = [f"{n:02d}" for n in range(1, 96) if n != 20]
FORMATS = ["garden_centre", "retail_park", "city"]
AREAS = ["urban", "suburban", "rural"]
DWELLINGS = ["flat", "house"]
SEGMENTS = ["gardeners", "home_makers", "renovators", "gift_buyers", "bargain_hunters"]
FAMILIES = ["plants", "garden_tools", "furniture", "decoration", "lighting", "kitchen", "paint"]
ITEMS, ITEM_SHARES = range(1, 9), (0.42, 0.24, 0.14, 0.08, 0.05, 0.03, 0.02, 0.02)
MODES = ["home", "pickup_point", "shop_collect"]
CARRIERS = ["Velonne", "Aubrac Express", "Dockaline"]
CHANNELS, CHANNEL_SHARES = ("post", "phone", "email", "social"), (0.1, 0.4, 0.4, 0.1)
REASONS = [
    "late_delivery",
    "damaged_item",
    "return_refund",
    "invoice",
    "product_advice",
    "availability",
    "loyalty_account",
    "other",
]
PROGRAMMES, PROGRAMME_SHARES = ("email_after_order", "callback_after_order", "after_contact"), (0.77, 0.13, 0.10)
ANSWER_RATES = {"email_after_order": 0.20, "callback_after_order": 0.85, "after_contact": 0.35}
STAGES = ["before", "during", "after"]
MEDIA = ["shop", "web", "phone", "email", "post", "social", "parcel"]
TOUCHPOINTS = [
    "window_display",
    "web_search",
    "newsletter",
    "shop_advice",
    "shop_checkout",
    "product_page",
    "web_checkout",
    "parcel_delivery",
    "parcel_opening",
    "shop_returns_desk",
    "service_centre_post",
    "service_centre_phone",
    "service_centre_email",
    "service_centre_social",
    "satisfaction_survey",
]
TOKEN_LETTERS = "BCDFGHJKLMNPQRST"

_KEY, _TEXT, _CLAIM, _DAY, _TIME = pa.int64(), pa.string(), pa.bool_(), pa.date32(), pa.timestamp("ms")
_WHOLE, _DECIMAL = pa.int32(), pa.float64()
SCHEMAS: Mapping[str, pa.Schema] = {
    "stores": pa.schema(
        [
            ("store_id", _KEY),
            ("town", _TEXT),
            ("department", _TEXT),
            ("format", _TEXT),
            ("opened_on", _DAY),
            ("floor_area_m2", _DECIMAL),
        ]
    ),
    "touchpoints": pa.schema(
        [("touchpoint_id", _KEY), ("touchpoint", _TEXT), ("stage", _TEXT), ("medium", _TEXT)],
    ),
    "households": pa.schema(
        [
            ("household_id", _KEY),
            ("area", _TEXT),
            ("dwelling", _TEXT),
            ("has_garden", _CLAIM),
            ("store_id", _KEY),
            ("department", _TEXT),
            ("address", _TEXT),
            ("town", _TEXT),
        ]
    ),
    "customers": pa.schema(
        [
            ("customer_id", _KEY),
            ("household_id", _KEY),
            ("gender", _TEXT),
            ("first_name", _TEXT),
            ("last_name", _TEXT),
            ("birth_date", _DAY),
            ("email", _TEXT),
            ("phone", _TEXT),
            ("phone_token", _TEXT),
            ("joined_on", _DAY),
            ("segment", _TEXT),
            ("is_loyalty_member", _CLAIM),
            ("accepts_email", _CLAIM),
        ]
    ),
    "orders": pa.schema(
        [
            ("order_id", _KEY),
            ("customer_id", _KEY),
            ("ordered_at", _TIME),
            ("channel", _TEXT),
            ("store_id", _KEY),
            ("product_family", _TEXT),
            ("is_bulky", _CLAIM),
            ("is_promotion", _CLAIM),
            ("item_count", _WHOLE),
            ("amount_eur", _DECIMAL),
        ]
    ),
    "contacts": pa.schema(
        [
            ("contact_id", _KEY),
            ("customer_id", _KEY),
            ("order_id", _KEY),
            ("contacted_at", _TIME),
            ("channel", _TEXT),
            ("touchpoint_id", _KEY),
            ("reason", _TEXT),
            ("is_complaint", _CLAIM),
            ("wait_minutes", _DECIMAL),
            ("handle_minutes", _DECIMAL),
            ("is_resolved_first_time", _CLAIM),
        ]
    ),
    "complaints": pa.schema(
        [
            ("complaint_id", _KEY),
            ("contact_id", _KEY),
            ("customer_id", _KEY),
            ("order_id", _KEY),
            ("received_at", _TIME),
            ("channel", _TEXT),
            ("severity", _WHOLE),
            ("replied", _CLAIM),
            ("reply_delay_hours", _DECIMAL),
            ("is_resolved", _CLAIM),
            ("compensation_eur", _DECIMAL),
            ("ltr_after", _WHOLE),
        ]
    ),
    "deliveries": pa.schema(
        [
            ("delivery_id", _KEY),
            ("order_id", _KEY),
            ("customer_id", _KEY),
            ("mode", _TEXT),
            ("carrier", _TEXT),
            ("promised_on", _DAY),
            ("days_late", _WHOLE),
            ("delivered_on", _DAY),
            ("is_late", _CLAIM),
            ("is_damaged", _CLAIM),
        ]
    ),
    "surveys": pa.schema(
        [
            ("survey_id", _KEY),
            ("customer_id", _KEY),
            ("order_id", _KEY),
            ("contact_id", _KEY),
            ("programme", _TEXT),
            ("sent_at", _TIME),
            ("answered", _CLAIM),
            ("answered_at", _TIME),
            ("ltr", _WHOLE),
            ("csat", _WHOLE),
            ("ces", _WHOLE),
        ]
    ),
}


class Dates(NamedTuple):
    """How a variant draws days and moments between two bounds."""

    day: Callable[[date, date], date]
    moment: Callable[[datetime, datetime], datetime]


def dates_of(variant: str, fake: Faker) -> Dates:
    """Return the drawing of dates of ``plain`` or ``lean``."""
    if variant == "plain":
        return Dates(fake.date_between, fake.date_time_between)
    return Dates(
        lambda first, last: first + timedelta(days=random.randrange((last - first).days)),
        lambda first, last: first + timedelta(seconds=random.randrange(int((last - first).total_seconds()))),
    )


def make_stores(fake: Faker, dates: Dates, count: int) -> list[Row]:
    """Return the shops."""
    return [
        (
            key,
            fake.city(),
            random.choice(DEPARTMENTS),
            random.choice(FORMATS),
            dates.day(*OPENED),
            float(random.randint(200, 12_000)),
        )
        for key in range(1, count + 1)
    ]


def make_touchpoints(count: int) -> list[Row]:
    """Return the touchpoints."""
    return [(key, TOUCHPOINTS[key - 1], random.choice(STAGES), random.choice(MEDIA)) for key in range(1, count + 1)]


def make_households(fake: Faker, count: int, stores: Sequence[Row]) -> list[Row]:
    """Return the households, each with its shop and the shop's department."""
    rows = []
    for key in range(1, count + 1):
        store = random.choice(stores)
        rows.append(
            (
                key,
                random.choice(AREAS),
                random.choice(DWELLINGS),
                random.random() < 0.55,
                store[0],
                store[2],
                fake.street_address(),
                fake.city(),
            )
        )
    return rows


def make_customers(fake: Faker, dates: Dates, count: int, households: Sequence[Row]) -> list[Row]:
    """Return the customers, each in a household."""
    rows = []
    for key in range(1, count + 1):
        is_woman = random.random() < 0.56
        rows.append(
            (
                key,
                random.choice(households)[0],
                "f" if is_woman else "m",
                fake.first_name_female() if is_woman else fake.first_name_male(),
                fake.last_name(),
                dates.day(*BORN),
                None if random.random() < 0.06 else fake.safe_email(),
                None if random.random() < 0.11 else fake.phone_number(),
                "TEL-" + "".join(random.choices(TOKEN_LETTERS, k=13)),
                dates.day(*JOINED),
                random.choice(SEGMENTS),
                random.random() < 0.6,
                random.random() < 0.7,
            )
        )
    return rows


def make_orders(
    dates: Dates, count: int, web_orders: int, customers: Sequence[Row], households: Sequence[Row]
) -> list[Row]:
    """Return the orders, each of a customer; the first ``web_orders`` come by web, so that each has its parcel."""
    rows = []
    for key in range(1, count + 1):
        customer = random.choice(customers)
        is_online = key <= web_orders
        rows.append(
            (
                key,
                customer[0],
                dates.moment(*WINDOW),
                "web" if is_online else "shop",
                None if is_online else households[customer[1] - 1][4],
                random.choice(FAMILIES),
                random.random() < 0.25,
                random.random() < 0.25,
                random.choices(ITEMS, ITEM_SHARES)[0],
                round(random.lognormvariate(3.8, 0.8), 2),
            )
        )
    return rows


def make_deliveries(count: int, orders: Sequence[Row]) -> list[Row]:
    """Return one parcel for each web order."""
    rows = []
    for key, order in enumerate(orders[:count], start=1):
        promised = (order[2] + timedelta(days=random.randint(3, 12))).date()
        is_late = random.random() < 0.15
        days_late = random.randint(1, 15) if is_late else random.randint(-2, 0)
        rows.append(
            (
                key,
                order[0],
                order[1],
                random.choice(MODES),
                random.choice(CARRIERS),
                promised,
                days_late,
                promised + timedelta(days=days_late),
                is_late,
                random.random() < 0.04,
            )
        )
    return rows


def make_contacts(count: int, complaints: int, orders: Sequence[Row]) -> list[Row]:
    """Return the contacts, each about an order; the first ``complaints`` of them are complaints."""
    rows = []
    for key in range(1, count + 1):
        order = random.choice(orders)
        channel = random.choices(CHANNELS, CHANNEL_SHARES)[0]
        rows.append(
            (
                key,
                order[1],
                order[0],
                order[2] + timedelta(seconds=random.randrange(86_400, 30 * 86_400)),
                channel,
                11 + CHANNELS.index(channel),
                random.choice(REASONS),
                key <= complaints,
                round(random.lognormvariate(1.5, 0.8), 1) if channel == "phone" else None,
                round(random.lognormvariate(1.8, 0.6), 1),
                random.random() < 0.7,
            )
        )
    return rows


def make_complaints(count: int, contacts: Sequence[Row]) -> list[Row]:
    """Return one complaint for each contact that is one."""
    rows = []
    for key, contact in enumerate(contacts[:count], start=1):
        replied = random.random() < 0.8
        rows.append(
            (
                key,
                contact[0],
                contact[1],
                contact[2],
                contact[3],
                contact[4],
                random.randint(1, 5),
                replied,
                round(random.lognormvariate(3.0, 1.0), 1) if replied else None,
                replied and random.random() < 0.6,
                round(random.uniform(5, 50), 2) if replied and random.random() < 0.3 else 0.0,
                random.randint(0, 10) if random.random() < 0.6 else None,
            )
        )
    return rows


def make_surveys(count: int, orders: Sequence[Row], contacts: Sequence[Row]) -> list[Row]:
    """Return the invitations, after an order or after a contact, with the answers of those who gave one."""
    rows = []
    for key in range(1, count + 1):
        programme = random.choices(PROGRAMMES, PROGRAMME_SHARES)[0]
        after_contact = programme == "after_contact"
        if after_contact:
            contact = random.choice(contacts)
            contact_id, customer_id, order_id, begin = contact[:4]
        else:
            order_id, customer_id, begin = random.choice(orders)[:3]
            contact_id = None
        sent_at = begin + timedelta(seconds=random.randrange(7_200, 30 * 86_400))
        answered = random.random() < ANSWER_RATES[programme]
        rows.append(
            (
                key,
                customer_id,
                order_id,
                contact_id,
                programme,
                sent_at,
                answered,
                sent_at + timedelta(seconds=random.randrange(60, 2 * 86_400)) if answered else None,
                random.randint(0, 10) if answered and not after_contact else None,
                random.randint(1, 5) if answered and not after_contact else None,
                random.randint(1, 7) if answered and after_contact else None,
            )
        )
    return rows


def make_rows(counts: Counts, variant: str = "plain") -> dict[str, list[Row]]:
    """Return the rows of every table.

    Args:
        counts: Rows wanted per table.
        variant: ``plain`` or ``lean``, see the head of this file.
    """
    Faker.seed(SEED)
    random.seed(SEED)
    fake = Faker("fr_FR")
    dates = dates_of(variant, fake)
    stores = make_stores(fake, dates, counts["stores"])
    households = make_households(fake, counts["households"], stores)
    customers = make_customers(fake, dates, counts["customers"], households)
    orders = make_orders(dates, counts["orders"], counts["deliveries"], customers, households)
    contacts = make_contacts(counts["contacts"], counts["complaints"], orders)
    return {
        "stores": stores,
        "touchpoints": make_touchpoints(counts["touchpoints"]),
        "households": households,
        "customers": customers,
        "orders": orders,
        "contacts": contacts,
        "complaints": make_complaints(counts["complaints"], contacts),
        "deliveries": make_deliveries(counts["deliveries"], orders),
        "surveys": make_surveys(counts["surveys"], orders, contacts),
    }


def to_arrow(rows: Mapping[str, Sequence[Row]]) -> dict[str, pa.Table]:
    """Return the Arrow table of each table's rows: turned into columns once, the fastest way that pyarrow offers."""
    tables = {}
    for name, schema in SCHEMAS.items():
        columns = zip(*rows[name], strict=True) if rows[name] else [()] * len(schema)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        tables[name] = pa.Table.from_arrays(arrays, schema=schema)
    return tables


def generate_files(counts: Counts, folder: Path, variant: str = "plain") -> dict[str, pa.Table]:
    """Make every table and write it into a folder; return the tables, so that their size can be told."""
    tables = to_arrow(make_rows(counts, variant))
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd", compression_level=ZSTD_LEVEL)
    return tables
