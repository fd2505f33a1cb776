"""The peers: tables of a given shape made by a loop over Faker or Mimesis, as a careful user would write it.

Knows nothing of cxdata. The shape says, table by table, how many rows there are and what each column holds, kind by
kind; ``cases.py`` derives it from cxdata's own tables, so the peers always make the same rows, columns, types and
shares of empty cells, whatever tables there are.

Names, addresses, e-mail, phones, words and, in the plain variants, dates come from the peer; choices, numbers, claims
and links come from ``random``, which is several times faster than the peers' own. Cells are made column by column, so
that no row has to be turned, and go into Arrow once and into zstd Parquet of the level that cxdata uses.

``faker-only`` takes every cell from Faker, as its documentation shows; ``faker-plain`` is the careful loop above.
``faker-lean`` draws its dates from ``random`` too, and numbers and claims by the fastest of its ways: the most that a
loop over cells can do with Faker's names.

What the peers leave out is cxdata's content: no effects, no latent variables, no typing slips, no season, no answer
key, no coherence between a name and its e-mail address, and linked rows agree in nothing but their keys.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from faker import Faker

ZSTD_LEVEL = 1  # that of cxdata's writer
SEED = 1
LOCALE = "fr_FR"
VARIANTS = ("faker-only", "faker-plain", "faker-lean", "mimesis")

Shape = Mapping[str, Mapping[str, Any]]
"""Table to ``rows`` and ``columns``; a column has ``name``, ``arrow``, ``kind``, ``filled`` and what its kind needs."""
Cells = list[Any]

Make = Callable[[Mapping[str, Any], int], Cells]
"""From a column and how many of its cells are full to those cells."""

WINDOW = (datetime(2023, 1, 1), datetime(2024, 12, 31))
DAYS = (WINDOW[1] - WINDOW[0]).days
SECONDS = DAYS * 86_400
COMMENT_WORDS = 30  # about the mean of the texts of customers; no peer makes texts that say something
COMMENT_SENTENCES = 2  # about as many words in sentences of Mimesis
TOKEN_LETTERS = "BCDFGHJKLMNPQRST"
MAIL_DOMAINS = ("example.com", "example.org", "example.net")

ARROW: Mapping[str, pa.DataType] = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date32[day]": pa.date32(),
    "timestamp[ms]": pa.timestamp("ms"),
    "string": pa.string(),
}


class Peer(NamedTuple):
    """How a peer makes one cell of each kind that is its own; ``rest`` makes the cells of all other kinds."""

    rest: Mapping[str, Make]

    first_name: Callable[[], str]
    last_name: Callable[[], str]
    town: Callable[[], str]
    street: Callable[[], str]
    address: Callable[[], str]
    email: Callable[[], str]
    phone: Callable[[], str]
    word: Callable[[], str]
    comment: Callable[[], str]
    day: Callable[[], date]
    moment: Callable[[], datetime]


def peer_of(variant: str) -> Peer:
    """Return the peer of a variant, seeded.

    Raises:
        SystemExit: If its package is not installed.
    """
    random.seed(SEED)
    return mimesis_peer() if variant == "mimesis" else faker_peer(variant)


def faker_peer(variant: str) -> Peer:
    """Return Faker's way, with its own dates or, lean, with those of ``random``; the rest as the variant says."""
    from faker import Faker

    Faker.seed(SEED)
    fake = Faker(LOCALE)
    lean = variant == "faker-lean"
    return Peer(
        rest={"faker-only": of_faker(fake), "faker-lean": LEAN}.get(variant, OF_RANDOM),
        first_name=fake.first_name,
        last_name=fake.last_name,
        town=fake.city,
        street=fake.street_name,
        address=fake.street_address,
        email=fake.safe_email,
        phone=fake.phone_number,
        word=fake.word,
        comment=lambda: fake.sentence(nb_words=COMMENT_WORDS),
        day=any_day if lean else lambda: fake.date_between(WINDOW[0].date(), WINDOW[1].date()),
        moment=any_moment if lean else lambda: fake.date_time_between(*WINDOW),
    )


def mimesis_peer() -> Peer:
    """Return the way of Mimesis.

    Raises:
        SystemExit: If it is not installed.
    """
    try:
        from mimesis import Generic
        from mimesis.locales import Locale
    except ImportError as error:
        raise SystemExit("Mimesis is not installed: pip install -e '.[bench]'") from error
    made = Generic(Locale.FR, seed=SEED)
    years = (WINDOW[0].year, WINDOW[1].year)
    return Peer(
        rest=OF_RANDOM,
        first_name=made.person.first_name,
        last_name=made.person.last_name,
        town=made.address.city,
        street=made.address.street_name,
        address=made.address.address,
        email=lambda: made.person.email(domains=MAIL_DOMAINS),
        phone=made.person.phone_number,
        word=made.text.word,
        comment=lambda: made.text.text(quantity=COMMENT_SENTENCES),
        day=lambda: made.datetime.date(*years),
        moment=lambda: made.datetime.datetime(*years),
    )


def any_day() -> date:
    """Return a day of the window, the fastest way."""
    return WINDOW[0].date() + timedelta(days=random.randrange(DAYS))


def any_moment() -> datetime:
    """Return a moment of the window, the fastest way."""
    return WINDOW[0] + timedelta(seconds=random.randrange(SECONDS))


OF_RANDOM: Mapping[str, Make] = {
    "key": lambda column, count: list(range(1, count + 1)),
    "link": lambda column, count: random.choices(range(1, column["rows"] + 1), k=count),
    "integer": lambda column, count: [random.randint(column["low"], column["high"]) for _ in range(count)],
    "number": lambda column, count: [
        round(random.uniform(column["low"], column["high"]), column["places"]) for _ in range(count)
    ],
    "claim": lambda column, count: [random.random() < 0.5 for _ in range(count)],
    "category": lambda column, count: random.choices(column["values"], k=count),
    "token": lambda column, count: ["T-" + "".join(random.choices(TOKEN_LETTERS, k=13)) for _ in range(count)],
}
"""The kinds that ``random`` makes; all others are the peer's."""
LEAN: Mapping[str, Make] = {
    **OF_RANDOM,
    "integer": lambda column, count: random.choices(range(column["low"], column["high"] + 1), k=count),
    "number": lambda column, count: _numbers(column["low"], column["high"] - column["low"], column["places"], count),
    "claim": lambda column, count: random.choices((False, True), k=count),
}
"""The same, the fastest way."""


def _numbers(low: float, spread: float, places: int, count: int) -> Cells:
    draw = random.random
    return [round(low + spread * draw(), places) for _ in range(count)]


def of_faker(fake: Faker) -> Mapping[str, Make]:
    """Return how Faker makes the kinds that the other loops take from ``random``."""

    def each(make: Callable[[Mapping[str, Any]], Any]) -> Make:
        return lambda column, count: [make(column) for _ in range(count)]

    return {
        "key": OF_RANDOM["key"],
        "link": each(lambda column: fake.random_int(1, column["rows"])),
        "integer": each(lambda column: fake.random_int(column["low"], column["high"])),
        "number": each(
            lambda column: fake.pyfloat(
                min_value=column["low"], max_value=column["high"], right_digits=max(1, column["places"])
            )
        ),
        "claim": each(lambda column: fake.pybool()),
        "category": each(lambda column: fake.random_element(column["values"])),
        "token": each(lambda column: fake.lexify("T-" + "?" * 13, letters=TOKEN_LETTERS)),
    }


def cells_of(column: Mapping[str, Any], count: int, peer: Peer) -> Cells:
    """Return the cells of a column that are not empty.

    Args:
        column: What it holds.
        count: How many cells.
        peer: Makes them.

    Raises:
        SystemExit: If the kind is not known here.
    """
    kind = column["kind"]
    if kind in peer.rest:
        return peer.rest[kind](column, count)
    if kind not in Peer._fields:
        raise SystemExit(f"benchmarks/peers.py cannot make cells of the kind {kind!r}; teach it one in OF_RANDOM.")
    make = getattr(peer, kind)
    return [make() for _ in range(count)]


def with_gaps(cells: Cells, count: int) -> Cells:
    """Return cells spread over ``count`` places, the others empty."""
    if len(cells) == count:
        return cells
    spread: Cells = [None] * count
    for place, cell in zip(random.sample(range(count), len(cells)), cells, strict=True):
        spread[place] = cell
    return spread


def make_tables(shape: Shape, variant: str) -> dict[str, pa.Table]:
    """Return every table of the shape.

    Args:
        shape: Tables, rows and columns.
        variant: One of ``VARIANTS``.
    """
    peer = peer_of(variant)
    tables = {}
    for name, table in shape.items():
        count = table["rows"]
        arrays = []
        for column in table["columns"]:
            cells = cells_of(column, round(count * column["filled"]), peer)
            arrays.append(pa.array(with_gaps(cells, count), ARROW[column["arrow"]]))
        tables[name] = pa.Table.from_arrays(arrays, names=[column["name"] for column in table["columns"]])
    return tables


def generate_files(shape: Shape, folder: Path, variant: str) -> dict[str, pa.Table]:
    """Make every table and write it into a folder; return the tables, so that their size can be told."""
    tables = make_tables(shape, variant)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd", compression_level=ZSTD_LEVEL)
    return tables


def scaled(shape: Shape, factor: float) -> dict[str, dict[str, Any]]:
    """Return a shape with another number of rows in every table, one at least; its columns stay."""
    rows = {name: max(1, round(table["rows"] * factor)) for name, table in shape.items()}
    return {
        name: {"rows": rows[name], "columns": [_rescaled(column, rows) for column in table["columns"]]}
        for name, table in shape.items()
    }


def _rescaled(column: Mapping[str, Any], rows: Mapping[str, int]) -> dict[str, Any]:
    return {**column, "rows": rows[column["table"]]} if column["kind"] == "link" else dict(column)
