"""What files for advertising platforms have instead of a person's addresses and numbers."""

from hashlib import sha256

from leadscore.erasure.person import Person
from leadscore.exports import identifiers
from leadscore.exports.phones import calling_codes, international_digits
from leadscore.storage.database import reading_files


def exported_hashes(person: Person) -> frozenset[str]:
    """SHA-256 of each address and number, in hexadecimal, in every form that a preset may have written.

    A number without its country's code was exported with that of the contact's country or of `--dial-code`,
    which no file tells: all codes are tried.
    """
    shapes = (identifiers.google_email_sql, identifiers.trimmed_sql)
    texts: set[str] = set(person.emails)
    with reading_files() as database:
        for address in person.emails:
            texts.update(str(database.value(f"select {shaped('?1')}", [address])) for shaped in shapes)
    for number in person.phones:
        for digits in _digits(number, person.countries):
            texts.update((digits, f"+{digits}"))
    return frozenset(sha256(text.encode()).hexdigest() for text in texts)


def _digits(number: str, countries: tuple[str, ...]) -> set[str]:
    as_written = international_digits(number, None, None)
    if as_written is not None:
        return {as_written}
    codes = [international_digits(number, None, code) for code in calling_codes()]
    found = (*codes, *(international_digits(number, country, None) for country in countries))
    return {digits for digits in found if digits is not None}
