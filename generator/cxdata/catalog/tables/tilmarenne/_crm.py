"""What the files about customers need to know of persons and households, and the words that clerks write."""

import numpy as np
import pyarrow as pa

from cxdata.catalog.tables.tilmarenne._calendar import WINDOW_FIRST, WINDOW_LAST
from cxdata.recipes import categorical, derived, lookup, numeric, temporal
from cxdata.schema.kinds import Boolean, Category, Date, Integer, Text, Word
from cxdata.schema.recipe import Array, Values
from cxdata.schema.table import Column

SOURCES = ("shop_till", "web_shop", "service_centre", "loyalty_programme")
TILL, WEB, SERVICE, LOYALTY = range(len(SOURCES))
FILES_FIRST = temporal.day_number(WINDOW_FIRST.replace(year=2014))
WINDOW_START, WINDOW_END = temporal.day_number(WINDOW_FIRST), temporal.day_number(WINDOW_LAST)
MOST_RECORDS = 4
WEDDING = 3  # place of "wedding" in customers.LIFE_EVENTS

SHORT_FORMS = {
    # French
    "Alexandre": "Alex", "Alexandria": "Alex", "Alexandrie": "Alex", "Anastasie": "Ana", "Antoine": "Tony",
    "Augustin": "Gus", "Benjamin": "Ben", "Benoît": "Ben", "Bernadette": "Nadette", "Bernard": "Nanard",
    "Caroline": "Caro", "Catherine": "Cathy", "Charlotte": "Charlie", "Christelle": "Chris",
    "Christiane": "Chris", "Christine": "Chris", "Christophe": "Chris", "Daniel": "Dany", "Danielle": "Dany",
    "Dominique": "Dom", "Dorothée": "Doro", "Édouard": "Ed", "Élisabeth": "Babeth", "Emmanuel": "Manu",
    "Emmanuelle": "Manue", "Frédéric": "Fred", "Frédérique": "Fred", "Gabriel": "Gaby", "Gabrielle": "Gaby",
    "Geneviève": "Ginette", "Gérard": "Gégé", "Grégoire": "Greg", "Isabelle": "Isa",
    "Jacqueline": "Jackie", "Joséphine": "José", "Laetitia": "Laeti",
    "Laurence": "Lolo", "Laurent": "Lolo", "Madeleine": "Mado", "Marguerite": "Margot", "Mathilde": "Mathou",
    "Matthieu": "Matt", "Maurice": "Momo", "Michel": "Mich", "Michelle": "Mich", "Michèle": "Mich",
    "Nathalie": "Nath", "Nicolas": "Nico", "Nicole": "Nico", "Océane": "Océ",
    "Olivier": "Oli", "Patricia": "Pat", "Patrick": "Pat", "Philippe": "Phil",
    "Raymond": "Ray", "Richard": "Rick", "Robert": "Bob", "Sébastien": "Seb", "Sophie": "Soph",
    "Stéphane": "Steph", "Stéphanie": "Steph", "Suzanne": "Suzy", "Théodore": "Théo", "Théophile": "Théo",
    "Thomas": "Tom", "Valentine": "Val", "Valérie": "Val", "Véronique": "Véro", "Victoire": "Vicky",
    "Vincent": "Vince", "William": "Will", "Xavier": "Xav",
    # English
    "Abigail": "Abi", "Alexander": "Alex", "Alexandra": "Alex", "Amanda": "Mandy", "Andrew": "Andy",
    "Anthony": "Tony", "Barbara": "Barb", "Bethany": "Beth", "Bradley": "Brad", "Charles": "Charlie",
    "Christopher": "Chris", "Deborah": "Debbie", "Edward": "Ed", "Eleanor": "Ellie", "Elizabeth": "Liz",
    "Frederick": "Fred", "Geoffrey": "Geoff", "Gregory": "Greg", "James": "Jim", "Jennifer": "Jenny",
    "Jonathan": "Jon", "Joseph": "Joe", "Joshua": "Josh", "Katherine": "Kate", "Kathleen": "Kath",
    "Kathryn": "Kath", "Kenneth": "Ken", "Leonard": "Len", "Matthew": "Matt", "Michael": "Mike",
    "Nicholas": "Nick", "Nicola": "Nicky", "Pamela": "Pam", "Peter": "Pete", "Philip": "Phil",
    "Rebecca": "Becky", "Samantha": "Sam", "Samuel": "Sam", "Stephen": "Steve", "Steven": "Steve",
    "Susan": "Sue", "Terence": "Terry", "Timothy": "Tim", "Victoria": "Vicky",
}  # fmt: skip
"""First names and the short forms by which people give them at a till."""


def record_count(u: Array, member: Array, of_members: tuple[float, ...], of_others: tuple[float, ...]) -> Array:
    """Return in how many records a person appears, one and up."""
    count: Array = 1 + np.where(member, categorical.pick(u, of_members), categorical.pick(u, of_others))
    return count


def first_source(
    u: Array, member: Array, digital: Array, base: float, by_digital: float, others: tuple[float, ...]
) -> Array:
    """Return the file in which a person was first recorded.

    The loyalty programme records its members; of the others, those at ease with screens open their account in the web
    shop, the rest are taken down in a shop or on the phone.
    """
    on_web = base + by_digital * digital + lookup.logistic(u[0]) > 0
    elsewhere = np.where(u[1] < others[0], TILL, SERVICE)
    return np.where(member, LOYALTY, np.where(on_web, WEB, elsewhere))


def has_former_name(u: Array, gender: Array, slot: Array, event: Array, lately: float, share: float) -> Array:
    """Return which women took another name: many of those who married lately, some of the other first two members."""
    renamed: Array = (gender == 0) & np.where(event == WEDDING, u < lately, (slot < 2) & (u < share))
    return renamed


def renaming_day(u: Array, event: Array) -> Array:
    """Return the day from which a person bears the present name: within the window after a wedding, else since 2014."""
    first = np.where(event == WEDDING, WINDOW_START, FILES_FIRST)
    day: Array = first + (u * (WINDOW_END - first + 1)).astype(np.int64)
    return day


def heads(slot: Array) -> Array:
    """Return the row of the first member of each row's household; members stand one after the other."""
    return np.arange(len(slot)) - slot


def uses_head(shares: Array, slot: Array, has: Array) -> Array:
    """Return who gives the contact of the household's first member, where there is one."""
    return shares & (slot > 0) & has[heads(slot)]


def given_text(texts: Values, has: Array, shares: Array, slot: Array) -> pa.Array:
    """Return the contact that each person gives: the own one, or that of the household's first member."""
    rows = np.where(uses_head(shares, slot, has), heads(slot), np.arange(len(slot)))
    return texts.take(pa.array(rows))


def gives_any(has: Array, shares: Array, slot: Array) -> Array:
    """Return who has a contact to give."""
    return has | uses_head(shares, slot, has)


HOUSEHOLD_COLUMNS = tuple(
    Column(
        name=f"shares_{contact}",
        kind=Boolean(),
        meaning=f"Whether its members give the first member's {words} as theirs.",
        recipe=numeric.chance("$crm_shared_contact_share"),
        role="working",
    )
    for contact, words in (("email", "e-mail address"), ("phone", "phone number"))
)


def _given(contact: str, owner: str, content: str) -> Column:
    return Column(
        name=f"given_{contact}",
        kind=Text(content),
        meaning=f"The {contact} that the customer gives when asked.",
        recipe=derived.formula(
            given_text,
            contact,
            f"has_{owner}",
            f"households.shares_{owner}",
            "#slot",
            sentence=f"{contact}, or that of the household's first member where it is shared",
        ),
        role="working",
    )


def _gives(owner: str) -> tuple[Column, Column]:
    read = (f"has_{owner}", f"households.shares_{owner}", "#slot")
    return (
        Column(
            name=f"gives_{owner}",
            kind=Boolean(),
            meaning=f"Whether the customer has a {owner} to give, own or shared.",
            recipe=derived.formula(gives_any, *read, sentence=f"an own {owner} or a shared one"),
            role="working",
        ),
        Column(
            name=f"gives_shared_{owner}",
            kind=Boolean(),
            meaning=f"Whether the {owner} that the customer gives is that of the household's first member.",
            recipe=derived.formula(
                lambda has, shares, slot: uses_head(shares, slot, has), *read, sentence="shared within the household"
            ),
            role="working",
        ),
    )


CUSTOMER_COLUMNS = (
    Column(
        name="record_count",
        kind=Integer(1, MOST_RECORDS),
        meaning="Records of the customer in all files.",
        recipe=derived.draw(
            record_count,
            "is_loyalty_member",
            "$crm_records_members",
            "$crm_records_others",
            sentence="by shares of members and others",
        ),
        role="working",
    ),
    Column(
        name="first_source",
        kind=Category(SOURCES),
        meaning="The file in which the customer was first recorded.",
        recipe=derived.draw(
            first_source,
            "is_loyalty_member",
            "digital_affinity",
            "$crm_web_base",
            "$crm_web_digital",
            "$crm_first_elsewhere",
            draws=2,
            sentence="the loyalty programme for its members, else the web shop by ease with screens",
        ),
        role="working",
    ),
    Column(
        name="has_former_name",
        kind=Boolean(),
        meaning="Whether the customer bore another last name before.",
        recipe=derived.draw(
            has_former_name,
            "gender",
            "#slot",
            "life_event_code",
            "$crm_renamed_lately_share",
            "$crm_renamed_share",
            sentence="women: many of those who married lately, some of the others",
        ),
        role="working",
    ),
    Column(
        name="former_name",
        kind=Word("last_names"),
        meaning="Last name borne before.",
        recipe=categorical.word("%last_names"),
        role="working",
    ),
    Column(
        name="renamed_on",
        kind=Date(),
        meaning="Day from which the customer bears the present name.",
        recipe=derived.draw(
            renaming_day, "life_event_code", sentence="within the window after a wedding, else since 2014"
        ),
        role="working",
    ),
    *_gives("email"),
    *_gives("phone"),
    _given("email", "email", "email"),
    _given("phone", "phone", "phone"),
    _given("phone_token", "phone", "token"),
)
