"""What advertising platforms know people by: addresses and names, hashed by each one's rules.

The pages that say so are listed in docs/exports.md. A value that can't be brought into shape is left out.
Texts are in Unicode's normal form C first: `é` in one character and in two are one name, and one hash.
"""

from leadscore.exports.countries import country_codes
from leadscore.raw.white_space import WHITE_SPACE
from leadscore.storage.database import literal

# Countries whose postal codes are ZIP codes.
ZIP_COUNTRIES = "('us', 'as', 'gu', 'mp', 'pr', 'um', 'vi')"


def google_email_sql(sql: str) -> str:
    """Lower case, no white space; at gmail.com and googlemail.com no periods, nothing from a plus sign on."""
    compact = f"regexp_replace({_folded_sql(sql)}, '[{WHITE_SPACE}]', '', 'g')"
    name = f"regexp_replace(split_part({compact}, '@', 1), '[+].*$', '')"
    return f"""
        case
            when regexp_matches({compact}, '^[^@]+@(gmail|googlemail)[.]com$')
                then replace({name}, '.', '') || '@' || split_part({compact}, '@', 2)
            else {compact}
        end
    """


def trimmed_sql(sql: str) -> str:
    """Lower case, without white space around it; null where nothing is left."""
    return f"nullif({_bare_sql(_folded_sql(sql))}, '')"


def letters_only_sql(sql: str) -> str:
    """Lower case, without white space, digits and punctuation; null where nothing is left."""
    return f"nullif(regexp_replace({_folded_sql(sql)}, '[^\\pL\\pM]', '', 'g'), '')"


def google_name_sql(sql: str) -> str:
    """Lower case, without white space around it, one blank between words; null where nothing is left."""
    return f"nullif({_spaced_sql(_folded_sql(sql))}, '')"


def google_postal_code_sql(sql: str) -> str:
    """As it is, in plain blanks and hyphens: Google takes ZIP codes with their four digits more, too."""
    plain = f"regexp_replace({_composed_sql(sql)}, '\\p{{Pd}}', '-', 'g')"
    return f"nullif({_spaced_sql(plain)}, '')"


def meta_postal_code_sql(sql: str, country_sql: str) -> str:
    """Lower case, without white space and dashes; null where nothing is left.

    Of a ZIP code the first five digits. Without a country that is known, `94035-1234` is taken for one.
    British codes stay whole: Meta's page names area, district and sector, but its example is `m11ae`, and so
    do its own libraries hash `M1 1AE`.

    Args:
        sql: The postal code.
        country_sql: The country as it is written.
    """
    written = trimmed_sql(sql)
    compact = f"nullif(regexp_replace({written}, '[{WHITE_SPACE}\\p{{Pd}}]', '', 'g'), '')"
    country = country_code_sql(country_sql)
    return f"""
        case
            when
                {country} in {ZIP_COUNTRIES} and regexp_matches({compact}, '^[0-9]{{9}}$')
                or {country} is null and regexp_matches({written}, '^[0-9]{{5}}\\p{{Pd}}[0-9]{{4}}$')
                then left({compact}, 5)
            else {compact}
        end
    """


def country_code_sql(sql: str) -> str:
    """A country's code of two letters (ISO 3166-1) in lower case; null for anything else, such as a name.

    Codes of three letters and periods (`U.S.A.`) are read, and what countries call themselves instead: `UK`.
    """
    codes = country_codes()
    keys, values = (", ".join(map(literal, texts)) for texts in (codes.keys(), codes.values()))
    return f"map([{keys}], [{values}])[replace({trimmed_sql(sql)}, '.', '')]"


def hashed_sql(sql: str) -> str:
    """SHA-256 in hexadecimal; null stays null."""
    return f"sha256({sql})"


def _folded_sql(sql: str) -> str:
    return _composed_sql(f"lower({_composed_sql(sql)})")


def _composed_sql(sql: str) -> str:
    # DuckDB's function takes a zero byte for the end.
    return f"nfc_normalize(replace({sql}, chr(0), ''))"


def _spaced_sql(sql: str) -> str:
    """Without white space around it, and one blank where there is some within."""
    return _bare_sql(f"regexp_replace({sql}, '[{WHITE_SPACE}]+', ' ', 'g')")


def _bare_sql(sql: str) -> str:
    return f"regexp_replace({sql}, '^[{WHITE_SPACE}]+|[{WHITE_SPACE}]+$', '', 'g')"
