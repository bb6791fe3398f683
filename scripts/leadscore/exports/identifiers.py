"""What advertising platforms know people by: addresses, phone numbers and names, hashed by each one's rules.

The pages that say so are listed in docs/exports.md. A value that can't be brought into shape is left out.
"""

from leadscore.storage.database import literal


def google_email_sql(sql: str) -> str:
    """Lower case, no white space; at gmail.com and googlemail.com no periods, nothing from a plus sign on."""
    compact = f"regexp_replace(lower({sql}), '\\s', '', 'g')"
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
    return f"nullif(regexp_replace(lower({sql}), '^\\s+|\\s+$', '', 'g'), '')"


def letters_only_sql(sql: str) -> str:
    """Lower case, without white space, digits and punctuation; null where nothing is left."""
    return f"nullif(regexp_replace(lower({sql}), '[^\\pL\\pM]', '', 'g'), '')"


def compact_sql(sql: str) -> str:
    """Lower case, without white space and dashes; null where nothing is left."""
    return f"nullif(regexp_replace(lower({sql}), '[\\s-]', '', 'g'), '')"


def country_code_sql(sql: str) -> str:
    """A two-letter country code in lower case; null for anything else, such as a name."""
    return f"case when regexp_matches({trimmed_sql(sql)}, '^[a-z]{{2}}$') then {trimmed_sql(sql)} end"


def phone_digits(sql: str, dial_code: str | None) -> str:
    """The digits of a phone number with its country code, as in E.164 without the plus sign.

    Args:
        sql: The number, as people write it.
        dial_code: The country's calling code for numbers that come without one; None: these are left out.
    """
    # `+31 (0)6 ...`: the trunk zero in brackets is not dialled from abroad.
    kept = f"regexp_replace(replace({sql}, '(0)', ''), '[^0-9+]', '', 'g')"
    local = "null"
    if dial_code is not None:
        code = literal(dial_code)
        local = (
            f"case when starts_with({kept}, '0') then {code} || substr({kept}, 2) "
            f"when starts_with({kept}, {code}) and length({kept}) > 10 then {kept} "
            f"else {code} || {kept} end"
        )
    digits = (
        f"case when starts_with({kept}, '+') then substr({kept}, 2) "
        f"when starts_with({kept}, '00') then substr({kept}, 3) when {kept} = '' then null else {local} end"
    )
    return f"case when regexp_matches({digits}, '^[1-9][0-9]{{7,14}}$') then {digits} end"


def hashed_sql(sql: str) -> str:
    """SHA-256 in hexadecimal; null stays null."""
    return f"sha256({sql})"
