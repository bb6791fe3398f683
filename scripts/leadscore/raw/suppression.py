"""Who was forgotten, as salted hashes only, so that later loads don't bring them back."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from leadscore.errors import DamagedRecordError
from leadscore.raw.reading import as_read_sql
from leadscore.storage.database import Database, literal

LIST = "suppressed_people"
SALT = "suppression_salt"
CONTACT, EMAIL, VISITOR, EVENT = "contact", "email", "visitor", "event"
BLOCK_BYTES = 64


@dataclass(frozen=True)
class Suppression:
    """The list of a database.

    Attributes:
        salt: The secret of this installation, in hexadecimal.
    """

    salt: str

    def left_out_sql(self, columns: Mapping[str, str]) -> str:
        """SQL that is true for rows which name somebody who was forgotten.

        Args:
            columns: The columns of a file -> the SQL expression that is its text.
        """
        found = [
            self._is_listed_sql(CONTACT, as_read_sql(columns[name]))
            for name in ("contact_id", "merged_into")
            if name in columns
        ]
        if "email" in columns:
            found.append(self._is_listed_sql(EMAIL, _address_sql(columns["email"])))
        if "event_id" in columns:
            found.append(self._is_listed_sql(EVENT, as_read_sql(columns["event_id"])))
        if "anonymous_id" in columns:
            # What a visitor did under another contact's name is that contact's.
            unnamed = f"coalesce({as_read_sql(columns.get('contact_id', 'null'))}, '') = ''"
            listed = self._is_listed_sql(VISITOR, as_read_sql(columns["anonymous_id"]))
            found.append(f"({unnamed} and {listed})")
        return f"({' or '.join(found) or 'false'})"

    def _is_listed_sql(self, kind: str, text: str) -> str:
        listed = f"select value_hash from raw.{LIST} where kind = {literal(kind)}"
        return f"coalesce({keyed_hash_sql(self.salt, text)} in ({listed}), false)"


def suppression(database: Database) -> Suppression | None:
    """The list of a database; None if nobody is on it."""
    if LIST not in database.tables("raw") or not database.execute(f"select 1 from raw.{LIST} limit 1"):
        return None
    return Suppression(_salt(database))


def suppress(database: Database, values: Mapping[str, Iterable[str]]) -> None:
    """Put values on the list, which is made if there is none; in the caller's transaction.

    Args:
        database: The database.
        values: contact, email, visitor -> the values; addresses in any letter case.
    """
    database.execute("create schema if not exists raw")
    database.execute(
        f"create table if not exists raw.{LIST} (kind varchar, value_hash varchar, suppressed_at timestamp)"
    )
    database.execute(f"create table if not exists raw.{SALT} (salt varchar)")
    if not database.execute(f"select 1 from raw.{SALT} union all select 1 from raw.{LIST} limit 1"):
        database.execute(f"insert into raw.{SALT} values (?)", [secrets.token_hex(32)])
    salt = _salt(database)
    instant = _now()
    for kind, texts in values.items():
        value = _address_sql("?::varchar") if kind == EMAIL else "?::varchar"
        for text in texts:
            database.execute(
                f"""
                insert into raw.{LIST}
                select ?, {keyed_hash_sql(salt, value)}, ?::timestamp
                where {keyed_hash_sql(salt, value)} not in (
                    select value_hash from raw.{LIST} where kind = ?
                )
                """,
                [kind, text, instant, text, kind],
            )


def suppress_events(database: Database, query: str) -> None:
    """Put events on the list, which is there.

    Anonymous events too: without this they would be credited to the visitor's other contact.

    Args:
        database: The database.
        query: Their ids, as SQL.
    """
    salt = _salt(database)
    database.execute(
        f"""
        insert into raw.{LIST}
        select {literal(EVENT)}, value_hash, ?::timestamp
        from (
            select distinct {keyed_hash_sql(salt, "event_id")} as value_hash
            from ({query}) as events (event_id)
        )
        where value_hash not in (
            select value_hash from raw.{LIST} where kind = {literal(EVENT)}
        )
        """,
        [_now()],
    )


def is_suppressed(database: Database, contact_id: str) -> bool:
    """Whether a contact was forgotten."""
    known = suppression(database)
    if known is None:
        return False
    return bool(database.value(f"select {known.left_out_sql({'contact_id': '?::varchar'})}", [contact_id]))


def keyed_hash_sql(salt: str, text: str) -> str:
    """HMAC-SHA256 of a SQL text, in hexadecimal: DuckDB has the hash, but not the keyed one.

    Args:
        salt: The key, in hexadecimal, at most 64 bytes.
        text: The SQL expression.
    """
    key = bytes.fromhex(salt).ljust(BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
    return f"sha256(from_hex('{outer}') || from_hex(sha256(from_hex('{inner}') || encode({text}))))"


def _salt(database: Database) -> str:
    """The secret that the list is made with.

    Raises:
        DamagedRecordError: It isn't as it was made; another one would let everybody on the list back in.
    """
    salts = database.execute(f"select salt from raw.{SALT}") if SALT in database.tables("raw") else []
    if len(salts) != 1 or not re.fullmatch("([0-9a-f]{2}){1,64}", str(salts[0][0])):
        raise DamagedRecordError(
            f"raw.{SALT} doesn't hold the one key with which raw.{LIST} was made: "
            "who was forgotten can't be told any more",
            f"Put it back from a backup. To give up the list: drop table raw.{LIST}; drop table raw.{SALT}; "
            "then forget these people again.",
        )
    return str(salts[0][0])


def _address_sql(text: str) -> str:
    return f"lower({as_read_sql(text)})"


def _now() -> datetime:
    """The instant, in UTC without a zone, as the list keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
