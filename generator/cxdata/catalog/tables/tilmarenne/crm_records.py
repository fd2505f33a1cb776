"""Records of customers as they lie in the company's files, the same person several times: the single customer view.

The true link is in the answer key alone (``truth/latents/crm_records``). Keys must not give it away, and keys are made
from the place of a row, where siblings stand side by side. So the table is declared ``shuffled``: its keys are a
bijective mix of the places, and each block of 8,192 customers is written in the order of these keys. No order of rows
could both hide siblings and make every small run the beginning of every large one, because then the rows of one
customer would stand between the end of one run and the end of the next. So of this table alone the small run's rows are
among the large run's, not its beginning. What a key still tells in runs of more than 8,192 customers is the block.

Finished views of the same persons are published beside it: whoever links to ``customers`` instead of linking records to
each other solves an easier task.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxdata.catalog.tables.tilmarenne import _crm
from cxdata.catalog.tables.tilmarenne._crm import (
    LOYALTY,
    MOST_RECORDS,
    SERVICE,
    SHORT_FORMS,
    SOURCES,
    TILL,
    WEB,
    WINDOW_END,
)
from cxdata.catalog.tables.tilmarenne.stores import DEPARTMENTS
from cxdata.recipes import corruption, derived, numeric, reserved
from cxdata.recipes.calibration import plain_sum
from cxdata.recipes.categorical import pick
from cxdata.schema.kinds import Boolean, Category, Date, ForeignKey, Key, Text, Word
from cxdata.schema.pool import Pool
from cxdata.schema.recipe import Array, Recipe, Values
from cxdata.schema.scenario import Parameter, Rule, Value
from cxdata.schema.statistic import Tables
from cxdata.schema.table import Column, PerParent, Table

LAST_NAMES = ("present", "former", "both")


# ---------------------------------------------------------------- where and when


def source_of(u: Array, slot: Array, first: Array, member: Array, same: float, others: tuple[float, ...]) -> Array:
    """Return the file of each record: the first as drawn, each later one the same file again or another.

    Args:
        u: (2, n) uniforms.
        slot: (n,) number of the record under its person.
        first: (n,) file of the first record.
        member: (n,) who is in the loyalty programme; others are never in its file.
        same: Share of later records in the file of the first.
        others: (4,) weights of the files among the rest.
    """
    other = first
    for before in range(len(SOURCES)):
        for is_member in (False, True):
            open_to = [file for file in range(len(SOURCES)) if file != before and (is_member or file != LOYALTY)]
            total = plain_sum(others[file] for file in open_to)
            if total > 0.0:  # else there is no other file than the first
                drawn = np.array(open_to)[pick(u[1], tuple(others[file] / total for file in open_to))]
                other = np.where((first == before) & (member == is_member), drawn, other)
    return np.where((slot == 0) | (u[0] < same), first, other)


def recording_day(u: Array, slot: Array, joined: Array) -> Array:
    """Return the day of a record: the first on opening the account, later ones any day until the end of 2024."""
    later = joined + (u * (WINDOW_END - joined + 1)).astype(np.int64)
    day: Array = np.where(slot == 0, joined, later)
    return day


def is_filled(u: Array, source: Array, share: float, factors: tuple[float, ...]) -> Array:
    """Return where a field is filled in: a share is missing, more of it in some files."""
    return u >= np.minimum(share * np.asarray(factors)[source], 1.0)


def error_of(u: Array, source: Array, share: float, factors: tuple[float, ...], kinds: tuple[float, ...]) -> Array:
    """Return the error of each cell, 0 for none; ``u`` is (2, n), ``kinds`` the shares of the errors."""
    struck = u[0] < np.minimum(share * np.asarray(factors)[source], 1.0)
    return np.where(struck, 1 + pick(u[1], kinds), 0)


def out_of_date(u: Array, day: Array, has_changed: Array, changed_on: Array, brought: float) -> Array:
    """Return which records are older than a change that nobody has brought to them."""
    return has_changed & (day < changed_on) & (u >= brought)


# ---------------------------------------------------------------- what is written


def short_forms_at_the_till(u: Array, error: Array, source: Array, share: float) -> Array:
    """Return errors of first names, with the initials and short forms that people give at a till.

    Args:
        u: (n,) uniforms.
        error: (n,) codes into ``NAME_ERRORS``.
        source: (n,) files.
        share: Share of first names at the till that are not written out, half of them as an initial.
    """
    initial, short = (corruption.NAME_ERRORS.index(name) for name in ("initial", "short_form"))
    given = (source == TILL) & (u < share)
    return np.where(given, np.where(u < share / 2, initial, short), error)


def first_name_error(
    u: Array, source: Array, share: float, factors: tuple[float, ...], kinds: tuple[float, ...], at_till: float
) -> Array:
    """Return the error of each first name; ``u`` is (3, n)."""
    return short_forms_at_the_till(u[2], error_of(u[:2], source, share, factors, kinds), source, at_till)


def last_name_held(u: Array, day: Array, has_former: Array, renamed_on: Array, brought: float, both: float) -> Array:
    """Return which last name a record holds: the former one if it is older, sometimes both once a change is known."""
    former = out_of_date(u[0], day, has_former, renamed_on, brought)
    return np.where(former, 1, np.where(has_former & (u[1] < both), 2, 0))


def written_first_name(
    u: Array, error: Array, index: Array, pool: Pool, slips: tuple[float, ...], first_letter: float
) -> pa.Array:
    """Return first names with their errors, in the case of the word list."""
    forms = corruption.spellings(pool, SHORT_FORMS)
    return corruption.misspelt(pool.words.take(pa.array(index)), error, index, u, forms, slips, first_letter)


def written_name(
    u: Array, error: Array, index: Array, pool: Pool, slips: tuple[float, ...], first_letter: float
) -> pa.Array:
    """Return last names or towns with their errors, in the case of the word list; empty where a locale has none."""
    if len(pool.words) == 0:
        return pa.nulls(len(index), pa.string())
    forms = corruption.spellings(pool, {})
    return corruption.misspelt(pool.words.take(pa.array(index)), error, index, u, forms, slips, first_letter)


def written_last_name(
    u: Array,
    error: Array,
    index: Array,
    held: Array,
    present: Array,
    pool: Pool,
    slips: tuple[float, ...],
    first_letter: float,
) -> pa.Array:
    """Return last names with their errors; both names are joined by a hyphen, the former one first."""
    single = written_name(u, error, index, pool, slips, first_letter)

    def joined(some: pa.Array, at: Array) -> pa.Array:
        return pc.binary_join_element_wise(some, pool.words.take(pa.array(present[at])), "-")

    return corruption.where(held == LAST_NAMES.index("both"), single, joined)


def as_kept(texts: pa.Array, source: Array, hasty: Array) -> pa.Array:
    """Return names and places as each file keeps them: in capitals at the till, all small where a web user is hasty."""
    texts = corruption.where(source == TILL, texts, lambda some, at: pc.utf8_upper(corruption.without_accents(some)))
    return corruption.where((source == WEB) & hasty, texts, lambda some, at: pc.utf8_lower(some))


_ABBREVIATIONS = (("^([0-9]+ (?:bis )?)avenue ", r"\1av "), ("^([0-9]+ (?:bis )?)boulevard ", r"\1bd "))
_SAINTS = (("^Saint[ -]", "St "), ("^Sainte[ -]", "Ste "))


def _abbreviated(texts: pa.Array, rules: tuple[tuple[str, str], ...]) -> pa.Array:
    for pattern, short in rules:
        texts = pc.replace_substring_regex(texts, pattern, short)
    return texts


def kept_address(
    u: Array,
    error: Array,
    source: Array,
    hasty: Array,
    former: Array,
    present_address: Values,
    former_address: Values,
    slips: tuple[float, ...],
    first_letter: float,
) -> pa.Array:
    """Return addresses as the files keep them: present or former, with errors, abbreviated by the service centre."""
    texts = pc.if_else(pa.array(former), former_address, present_address)
    texts = corruption.address(texts, error, u, slips, first_letter)
    texts = corruption.where(source == SERVICE, texts, lambda some, at: _abbreviated(some, _ABBREVIATIONS))
    return as_kept(texts, source, hasty)


def kept_town(texts: pa.Array, source: Array, hasty: Array) -> pa.Array:
    """Return towns as the files keep them; the service centre abbreviates saints."""
    texts = corruption.where(source == SERVICE, texts, lambda some, at: _abbreviated(some, _SAINTS))
    return as_kept(texts, source, hasty)


def either_name(own: pa.Array, other: pa.Array, swapped: Array, source: Array, hasty: Array) -> pa.Array:
    """Return what stands in one of the two fields of a name, as the files keep it."""
    return as_kept(pc.if_else(pa.array(swapped), other, own), source, hasty)


# ---------------------------------------------------------------- parameters


def _share(name: str, value: float, meaning: str) -> Parameter:
    return Parameter(name=f"crm_{name}", value=value, unit="share", meaning=meaning)


def _shares(name: str, value: tuple[float, ...], meaning: str) -> Parameter:
    return Parameter(name=f"crm_{name}", value=value, unit="shares", meaning=meaning)


def _by_file(name: str, value: tuple[float, ...], meaning: str) -> Parameter:
    return Parameter(name=f"crm_{name}", value=value, unit="factor", meaning=meaning, low=0.0, high=10.0)


PARAMETERS = (
    # Difficulty
    _share("error_share", 0.19, "Fields of a record written with an error, before the factor of its file."),
    _share("missing_share", 0.15, "Fields of a record left empty, before the factors of field and file."),
    _share("shared_contact_share", 0.20, "Households whose members give the first member's e-mail, or phone, as theirs."),
    # Records
    _shares("records_members", (0.645, 0.335, 0.017, 0.003), "One to four records of a member of the programme."),
    _shares("records_others", (0.80, 0.19, 0.008, 0.002), "One to four records of another customer."),
    Parameter(name="crm_web_base", value=0.6, unit="logit", meaning="First recorded by the web shop (64%)."),
    Parameter(name="crm_web_digital", value=0.9, unit="logit", meaning="First recorded by the web shop, added per sd of ease with screens."),
    _shares("first_elsewhere", (0.7, 0.3), "First records outside the web shop: till, service centre."),
    _share("same_file_share", 0.15, "Later records in the file of the first: a second account, a new card."),
    _shares("other_files", (0.34, 0.32, 0.18, 0.16), "Later records in other files: till, web shop, service centre, programme."),
    # Errors
    _by_file("error_by_file", (1.4, 0.7, 1.2, 0.8), "Factor of errors at the till, in the web shop, at the service centre, in the programme."),
    _shares("slips", (0.35, 0.30, 0.20, 0.15), "Slips of the keyboard: a wrong, a lost, an added letter, two swapped."),
    _share("slip_first_letter", 0.04, "Slips at the first letter."),
    _shares("first_name_errors", (0.50, 0.15, 0.25, 0.05, 0.05), "Errors of first names: slip, accents lost, by ear, initial, short form."),
    _shares("last_name_errors", (0.55, 0.10, 0.35), "Errors of last names: slip, accents lost, by ear."),
    _shares("town_errors", (0.60, 0.15, 0.25), "Errors of towns: slip, accents lost, by ear."),
    _shares("email_errors", (0.50, 0.15, 0.10, 0.25), "Errors of e-mail addresses: slip, separator, number dropped, another address."),
    _shares("phone_errors", (0.65, 0.35), "Errors of phone numbers: a digit, another line."),
    _shares("address_errors", (0.45, 0.30, 0.25), "Errors of addresses: slip, number, a word left out."),
    _shares("birth_date_errors", (0.30, 0.30, 0.25, 0.15), "Errors of birth dates: day and month swapped, year, day, first of January."),
    _share("till_short_share", 0.12, "First names at the till given as an initial or a short form."),
    _share("names_swapped_share", 0.015, "Records with first and last name in each other's field."),
    _share("hasty_share", 0.20, "Web users who write in small letters alone."),
    # Changes of life
    _share("renamed_lately_share", 0.70, "Women married in the window who took another last name."),
    _share("renamed_share", 0.25, "Other women, grown children aside, who took another last name since 2014."),
    _share("new_name_brought_share", 0.30, "Older records to which a new name was brought."),
    _share("both_names_share", 0.12, "Other records of a woman who changed her name that hold both names."),
    _share("new_address_brought_share", 0.35, "Older records to which a new address was brought."),
    # Missing fields
    _by_file("missing_gender", (1.5, 1.2, 1.0, 0.3), "Factor of missing genders by file."),
    _by_file("missing_birth_date", (2.2, 1.2, 1.5, 0.3), "Factor of missing birth dates by file."),
    _by_file("missing_email", (2.0, 0.0, 1.2, 1.0), "Factor of missing e-mail addresses by file: a web account needs one."),
    _by_file("missing_phone", (1.4, 1.2, 0.2, 1.1), "Factor of missing phone numbers by file."),
    _by_file("missing_address", (2.5, 0.4, 1.0, 0.8), "Factor of missing addresses and towns by file."),
    _by_file("missing_department", (1.0, 0.3, 0.8, 0.4), "Factor of missing departments by file: tills ask for little else."),
)  # fmt: skip


def _level(error: float, missing: float, members: tuple[float, ...], shared: float) -> dict[str, Value]:
    return {
        "crm_error_share": error,
        "crm_missing_share": missing,
        "household_members": members,
        "crm_shared_contact_share": shared,
    }


ALONE = (1.0, 0.0, 0.0, 0.0)
# Households of one to four customers in which 15, 20, 25, 30 and 35 of 100 customers are not the first.
FEW, SOME, MORE, MANY, MOST = (
    (0.850, 0.125, 0.020, 0.005),
    (0.787, 0.183, 0.023, 0.007),
    (0.720, 0.235, 0.037, 0.008),
    (0.660, 0.267, 0.057, 0.016),
    (0.582, 0.315, 0.086, 0.017),
)
PRESETS = {
    "linkage-easy": _level(0.13, 0.05, ALONE, 0.0),
    "linkage-a": _level(0.15, 0.10, FEW, 0.10),
    "linkage-b": _level(0.19, 0.15, SOME, 0.20),
    "linkage-c": _level(0.22, 0.20, MORE, 0.25),
    "linkage-d": _level(0.27, 0.20, MANY, 0.35),
    "linkage-household": _level(0.30, 0.20, MOST, 0.0),
    "linkage-household-shared": _level(0.30, 0.20, MOST, 0.50),
}
"""Degrees of difficulty of the single customer view; ``benchmarks/linkage.md`` has what was measured with each."""


# ---------------------------------------------------------------- columns


def _filled(field: str, words: str, *, only: str = "") -> Column:
    filled = ("source", "$crm_missing_share", f"$crm_missing_{field}")
    if only:
        recipe = derived.draw(
            lambda u, source, share, factors, given: given & is_filled(u, source, share, factors),
            *filled,
            only,
            sentence=f"if {only}, less those missing by file",
        )
    else:
        recipe = derived.draw(is_filled, *filled, sentence="all, less those missing by file")
    return Column(name=f"has_{field}", kind=Boolean(), meaning=f"Whether {words}.", recipe=recipe, role="working")


def _error(name: str, field: str, errors: tuple[str, ...], recipe: Recipe | None = None) -> Column:
    plain = derived.draw(
        error_of,
        "source",
        "$crm_error_share",
        "$crm_error_by_file",
        f"$crm_{field}_errors",
        draws=2,
        sentence=f"none, or by crm_{field}_errors",
    )
    return Column(
        name=f"{field}_error",
        kind=Category(errors),
        meaning=f"What went wrong in writing the {name}, filled in or not; a slip where the word has no such form.",
        recipe=recipe or plain,
        role="latent",
    )


_SLIPS = ("$crm_slips", "$crm_slip_first_letter")
_LETTERS = ("source", "is_hasty")


def _claim(name: str, share: str, meaning: str, role: str = "working") -> Column:
    return Column(name=name, kind=Boolean(), meaning=meaning, recipe=numeric.chance(share), role=role)  # type: ignore[arg-type]


def _held(name: str, pool: str, claim: str, former: str, present: str, meaning: str) -> Column:
    return Column(
        name=name,
        kind=Word(pool),
        meaning=meaning,
        recipe=derived.formula(np.where, claim, former, present, sentence=f"{former} if {claim}, else {present}"),
        role="working",
    )


PARENT_COLUMNS = {"customers": _crm.CUSTOMER_COLUMNS, "households": _crm.HOUSEHOLD_COLUMNS}

TABLE = Table(
    name="crm_records",
    meaning="A record of a person in one of the company's files; the same person may have several.",
    rows=(PerParent("customers", "record_count", MOST_RECORDS),),
    shuffled=True,
    columns=(
        Column(name="record_id", kind=Key(), meaning="Key of the record; its order says nothing of who it is."),
        Column(
            name="source",
            kind=Category(SOURCES),
            meaning="File in which the record lies.",
            recipe=derived.draw(
                source_of,
                "#slot",
                "customers.first_source",
                "customers.is_loyalty_member",
                "$crm_same_file_share",
                "$crm_other_files",
                draws=2,
                sentence="the person's first file, the same again or another",
            ),
        ),
        Column(
            name="recorded_on",
            kind=Date(),
            meaning="Day on which the record was made.",
            recipe=derived.draw(
                recording_day, "#slot", "customers.joined_on", sentence="first on opening the account, later any day"
            ),
        ),
        Column(
            name="gender",
            kind=Category(("f", "m")),
            meaning="Gender as stated; empty where nobody asked.",
            recipe=derived.copy("customers.gender"),
            when="has_gender",
        ),
        Column(
            name="first_name",
            kind=Text("label"),
            meaning="First name as written in the file.",
            recipe=derived.formula(
                either_name, "first_written", "last_written", "names_swapped", *_LETTERS, sentence="as the file keeps it"
            ),
        ),
        Column(
            name="last_name",
            kind=Text("label"),
            meaning="Last name as written in the file.",
            recipe=derived.formula(
                either_name, "last_written", "first_written", "names_swapped", *_LETTERS, sentence="as the file keeps it"
            ),
        ),
        Column(
            name="birth_date",
            kind=Date(),
            meaning="Date of birth as recorded; empty where it was not asked or not told.",
            recipe=derived.draw(
                lambda u, days, error: corruption.birth_date(days, error, u),
                "customers.birth_date",
                "birth_date_error",
                draws=2,
                sentence="with its error",
            ),
            when="has_birth_date",
        ),
        Column(
            name="email",
            kind=Text("email"),
            meaning="E-mail address as recorded, at a reserved domain; empty where none was given.",
            recipe=derived.draw(
                lambda u, texts, error, slips, first: corruption.email(texts, error, u, slips, first),
                "customers.given_email",
                "email_error",
                *_SLIPS,
                draws=3,
                sentence="with its error",
            ),
            when="has_email",
        ),
        Column(
            name="phone",
            kind=Text("phone"),
            meaning="Phone number as recorded, of a range kept for fiction; lines of different people may have one number.",
            recipe=derived.draw(
                lambda u, texts, error, locale: corruption.phone(texts, error, u, locale),
                "customers.given_phone",
                "phone_error",
                "%locale",
                draws=3,
                sentence="with its error",
            ),
            when="has_phone",
        ),
        Column(
            name="phone_token",
            kind=Text("token"),
            meaning="Opaque stand-in for the number, unlike that of every other line; it suffers the error of the number.",
            recipe=derived.draw(
                lambda u, texts, error: corruption.token(texts, error, u, "T"),
                "customers.given_phone_token",
                "phone_error",
                draws=3,
                sentence="with its error",
            ),
            when="has_phone",
        ),
        Column(
            name="address",
            kind=Text("address"),
            meaning="House number and street as recorded; empty where none was given.",
            recipe=derived.draw(
                kept_address,
                "address_error",
                *_LETTERS,
                "holds_former_address",
                "households.address",
                "households.previous_address",
                *_SLIPS,
                draws=3,
                sentence="present or former, with its error, as the file keeps it",
            ),
            when="has_address",
        ),
        Column(
            name="town",
            kind=Text("label"),
            meaning="Town as recorded; empty where no address was given.",
            recipe=derived.formula(kept_town, "town_written", *_LETTERS, sentence="as the file keeps it"),
            when="has_address",
        ),
        Column(
            name="department",
            kind=Category(DEPARTMENTS),
            meaning="French department, by its number; empty where it was not asked.",
            recipe=derived.copy("households.department"),
            when="has_department",
        ),
        Column(
            name="card_number",
            kind=Text("token"),
            meaning="Number of the loyalty card; only the programme's file has it, and a new card has a new number.",
            recipe=reserved.token("C"),
            when="has_card",
        ),
        # What fills the fields
        _filled("gender", "the gender is filled in"),
        _filled("birth_date", "the birth date is filled in"),
        _filled("email", "an e-mail address is filled in", only="customers.gives_email"),
        _filled("phone", "a phone number is filled in", only="customers.gives_phone"),
        _filled("address", "address and town are filled in"),
        _filled("department", "the department is filled in"),
        Column(
            name="has_card",
            kind=Boolean(),
            meaning="Whether the record lies in the loyalty programme's file.",
            recipe=derived.copy("source=loyalty_programme"),
            role="working",
        ),
        _claim("is_hasty", "$crm_hasty_share", "Whether who wrote it used small letters alone, in the web shop."),
        _held(
            "last_name_index",
            "last_names",
            "last_name_held=former",
            "customers.former_name",
            "customers.last_name",
            "Last name held; the present one where the record holds both.",
        ),
        _held(
            "town_index",
            "towns",
            "holds_former_address",
            "households.previous_town",
            "households.town",
            "Town held.",
        ),
        Column(
            name="first_written",
            kind=Text("label"),
            meaning="First name with its error.",
            recipe=derived.draw(
                written_first_name,
                "first_name_error",
                "customers.first_name",
                "%first_names",
                *_SLIPS,
                draws=3,
                sentence="with its error",
            ),
            role="working",
        ),
        Column(
            name="last_written",
            kind=Text("label"),
            meaning="Last name with its error.",
            recipe=derived.draw(
                written_last_name,
                "last_name_error",
                "last_name_index",
                "last_name_held",
                "customers.last_name",
                "%last_names",
                *_SLIPS,
                draws=3,
                sentence="present, former or both, with its error",
            ),
            role="working",
        ),
        Column(
            name="town_written",
            kind=Text("label"),
            meaning="Town with its error.",
            recipe=derived.draw(
                written_name, "town_error", "town_index", "%towns", *_SLIPS, draws=3, sentence="with its error"
            ),
            role="working",
        ),
        # The answer key
        Column(
            name="customer_id",
            kind=ForeignKey("customers"),
            meaning="The person whom the record is about: the link that is asked for.",
            role="latent",
        ),
        Column(
            name="last_name_held",
            kind=Category(LAST_NAMES),
            meaning="Which last name the record holds: the present one, the one before it, or both.",
            recipe=derived.draw(
                last_name_held,
                "recorded_on",
                "customers.has_former_name",
                "customers.renamed_on",
                "$crm_new_name_brought_share",
                "$crm_both_names_share",
                draws=2,
                sentence="the former one if the record is older and nobody has brought the new one",
            ),
            role="latent",
        ),
        Column(
            name="holds_former_address",
            kind=Boolean(),
            meaning="Whether the record holds the address before a move.",
            recipe=derived.draw(
                out_of_date,
                "recorded_on",
                "households.has_moved",
                "households.moved_on",
                "$crm_new_address_brought_share",
                sentence="if the record is older and nobody has brought the new one",
            ),
            role="latent",
        ),
        Column(
            name="holds_shared_email",
            kind=Boolean(),
            meaning="Whether the e-mail address is that of the household's first member, given by another one.",
            recipe=derived.copy("customers.gives_shared_email"),
            role="latent",
        ),
        Column(
            name="holds_shared_phone",
            kind=Boolean(),
            meaning="Whether the phone number is that of the household's first member, given by another one.",
            recipe=derived.copy("customers.gives_shared_phone"),
            role="latent",
        ),
        _claim(
            "names_swapped",
            "$crm_names_swapped_share",
            "Whether first and last name stand in each other's field.",
            role="latent",
        ),
        _error(
            "first name",
            "first_name",
            corruption.NAME_ERRORS,
            derived.draw(
                first_name_error,
                "source",
                "$crm_error_share",
                "$crm_error_by_file",
                "$crm_first_name_errors",
                "$crm_till_short_share",
                draws=3,
                sentence="none, or by crm_first_name_errors; initials and short forms at the till",
            ),
        ),
        _error("last name", "last_name", corruption.NAME_ERRORS[:4]),
        _error("town", "town", corruption.NAME_ERRORS[:4]),
        _error("birth date", "birth_date", corruption.DATE_ERRORS),
        _error("e-mail address", "email", corruption.EMAIL_ERRORS),
        _error("phone number", "phone", corruption.PHONE_ERRORS),
        _error("address", "address", corruption.ADDRESS_ERRORS),
    ),
)  # fmt: skip


# ---------------------------------------------------------------- what always holds


def _cards_misplaced(tables: Tables) -> int:
    records = tables["crm_records"]
    in_programme = records["source"] == "loyalty_programme"
    return int((in_programme != records["card_number"].notna()).sum()) + int(
        records["card_number"].dropna().duplicated().sum()
    )


def _numbers_without_token(tables: Tables) -> int:
    records = tables["crm_records"]
    return int((records["phone"].notna() & records["phone_token"].isna()).sum())


RULES = (
    Rule(
        sentence="a loyalty card has one number, on one record, in the file of the loyalty programme alone",
        tables=("crm_records",),
        violations=_cards_misplaced,
    ),
    Rule(
        sentence="a phone number on a customer record comes with the token of its line",
        tables=("crm_records",),
        violations=_numbers_without_token,
    ),
)
