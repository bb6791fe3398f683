"""What advertising platforms know people by: addresses and names, hashed by each one's rules.

The pages that say so are listed in docs/exports.md. A value that can't be brought into shape is left out.
"""


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


def hashed_sql(sql: str) -> str:
    """SHA-256 in hexadecimal; null stays null."""
    return f"sha256({sql})"
