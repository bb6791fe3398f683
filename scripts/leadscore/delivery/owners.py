"""Whose a tool's record is that is found by an address which is not its first one.

Where two records are merged in a tool, the address of the one finds the other: what was told of the one who
is gone must not be written over what is told of the one who stays.
"""

from collections.abc import Mapping
from typing import Any

from leadscore.delivery.scores import KEY_SUFFIX
from leadscore.exports.identifiers import trimmed_sql
from leadscore.storage.database import Database

# Who is told of scores by this address, and in the ledger what was told.
OF_SCORES = "select 1 from delivery.scored_people where known_by = ?"
SCORES_AGAIN = "update ledger.deliveries.scores set content_hash = null where receiver = ? and known_by = ?"
# Who is a member of the segment that a row is about, by this address.
OF_SEGMENTS = f"""
select contact_id
from published.marts.segment_members
inner join published.marts.segment_contacts using (contact_id)
where segment_id = ? and is_mailable and {trimmed_sql("email_on_file")} = ?
"""
MEMBERS_AGAIN = f"""
update ledger.deliveries.members set content_hash = null
where receiver = ? and segment_id = ? and contact_id in ({OF_SEGMENTS})
"""


class RecordOwners:
    """Knows whom a receiver is told of by which address.

    Args:
        database: The open ledger and publication, with `delivery.*` made for the receiver.
        receiver: Which one.
    """

    def __init__(self, database: Database, receiver: str) -> None:
        self._database = database
        self._receiver = receiver

    def take_over(self, row: Mapping[str, Any], address: str) -> bool:
        """Let somebody with this address stand for a row, if what it is about is told of such a one.

        If the row is a removal, that one is told in full once more: tools mix what merged records said.

        Args:
            row: What waits.
            address: The first address of the record that the row's own address finds.
        """
        address = address.strip().lower()
        if str(row.get("delivery_key")).endswith(KEY_SUFFIX):
            query, values = OF_SCORES, [address]
            again, told = SCORES_AGAIN, [self._receiver, address]
        else:
            segment_id = str(row.get("segment_id"))
            query, values = OF_SEGMENTS, [segment_id, address]
            again, told = MEMBERS_AGAIN, [self._receiver, segment_id, *values]
        if not self._database.execute(query, values):
            return False
        if row.get("change") == "removed":
            self._database.execute(again, told)
        return True
