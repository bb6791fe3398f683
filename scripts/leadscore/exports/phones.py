"""Phone numbers as platforms match them: E.164, by libphonenumber's numbering plans, for queries to join."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from leadscore.exports.columns import Needed
from leadscore.exports.identifiers import country_code_sql
from leadscore.storage.database import Database, literal

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# The relation's `digits` are those of a number with its country code; null for what is no number.
PHONES = Needed(
    "phones",
    f"""
    left join temp.phones as phones
        on
            contacts.phone = phones.phone
            and {country_code_sql("contacts.country")} is not distinct from phones.country
    """,
)
CHUNK = 1000

# Up to the first letter or asterisk: libphonenumber dials letters (`0800 FLOWERS`), and so would dial a name
# or an extension along.
_NUMBER = re.compile(r"[+\uff0b(\s]*\d(?:[^\w*]|[\d_])*")
_ABROAD = re.compile(r"^[\s(]*00")
# What has fewer digits, country code included, is a short code: those work within one country only.
_DIGITS = range(8, 16)
# Italy, San Marino, the Vatican: the zero that others dial in front at home only is part of the number.
_KEEP_ZERO = (39, 378, 379)


def is_calling_code(text: str) -> bool:
    """Whether a country has this calling code; those of satellites and toll-free services have no country."""
    return bool(re.fullmatch("[1-9][0-9]{0,2}", text)) and _region(None, text) is not None


def calling_codes() -> list[str]:
    """The calling codes of all countries."""
    import phonenumbers

    return [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE if is_calling_code(str(code))]


def international_digits(phone: str, country: str | None, dial_code: str | None) -> str | None:
    """The digits of a phone number with its country code, as in E.164 without the plus sign.

    Platforms compare hashes, so only the form matters to them. Hence the country must exist and the length
    be one that its numbers have (possible); whether the range is given out (valid) is not asked: ranges are
    opened faster than a pinned library learns of them, and a number that nobody has matches nobody.

    Args:
        phone: The number, as people write it.
        country: Where it is from, unless it begins with + or 00: an ISO 3166 code of two letters.
        dial_code: The calling code of the country that is taken where `country` is of no use.

    Returns:
        None for what is no such number, or is one without a country.
    """
    import phonenumbers  # 15 ms, and only presets that hash need it

    found = _NUMBER.search(phone)
    if found is None:
        return None
    try:
        number = phonenumbers.parse(_ABROAD.sub("+", found[0]), _region(country, dial_code))
    except phonenumbers.NumberParseException:
        return None
    number = _without_trunk_zero(number)
    # `is_possible_number` would take a number without its area code, too.
    length = phonenumbers.is_possible_number_with_reason(number)
    if length != phonenumbers.ValidationResult.IS_POSSIBLE or _has_trunk_zero(number):
        return None
    digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
    return digits if len(digits) in _DIGITS else None


def bring_phones(database: Database, segments: Iterable[str], dial_code: str | None) -> None:
    """Make the relation that `PHONES` joins, of all who are or were in segments.

    The publication is open for reading only: the relation is a temporary table, gone with the connection.

    Args:
        database: The publication.
        segments: The ids of the segments.
        dial_code: As for `international_digits`.
    """
    wanted = ", ".join(map(literal, segments)) or "null"
    database.execute(
        f"""
        create or replace temp table written_phones as
        select distinct contacts.phone, {country_code_sql("contacts.country")} as country
        from marts.segment_contacts as contacts
        where
            contacts.phone is not null
            and contacts.contact_id in (
                select contact_id from marts.segment_members where segment_id in ({wanted})
                union all
                select contact_id from marts.segment_changes where segment_id in ({wanted})
            )
        """
    )
    database.execute("create or replace temp table phones (phone varchar, country varchar, digits varchar)")
    # By place rather than as a stream: statements of one connection end each other's results.
    for start in range(0, database.value("select count(*) from temp.written_phones"), CHUNK):
        rows = database.execute(
            "select phone, country from temp.written_phones where rowid >= ? and rowid < ?",
            [start, start + CHUNK],
        )
        phones, countries = zip(*rows, strict=True)
        digits = [international_digits(phone, country, dial_code) for phone, country in rows]
        database.execute(
            "insert into temp.phones select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])",
            [phones, countries, digits],
        )
    database.execute("drop table temp.written_phones")


def _without_trunk_zero(number: "PhoneNumber") -> "PhoneNumber":
    """A number as it is dialled from abroad: `+48 022 123 45 67` has a zero that is dialled at home only."""
    import phonenumbers

    if not _has_trunk_zero(number):
        return number
    shorter = phonenumbers.PhoneNumber(number.country_code, number.national_number)
    return shorter if phonenumbers.is_valid_number(shorter) else number


def _has_trunk_zero(number: "PhoneNumber") -> bool:
    """Whether a number still begins with a zero, in a country in which no such number is known."""
    import phonenumbers

    return (
        bool(number.italian_leading_zero)
        and number.country_code not in _KEEP_ZERO
        and not phonenumbers.is_valid_number(number)
    )


@lru_cache
def _region(country: str | None, dial_code: str | None) -> str | None:
    """The country whose way of writing numbers is taken; None if nothing says."""
    import phonenumbers

    if country and country.upper() in phonenumbers.SUPPORTED_REGIONS:
        return country.upper()
    region = phonenumbers.region_code_for_country_code(int(dial_code)) if dial_code else None
    return region if region in phonenumbers.SUPPORTED_REGIONS else None
