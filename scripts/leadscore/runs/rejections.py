"""What of the raw tables was rejected, and why, in kinds: reasons without the values that they quote."""

from leadscore.storage.database import Database

KIND = r"""
regexp_replace(
    regexp_replace(reason, ': ''.*''; ', '; ', 's'), ' from ''.*'': exchange_rates', ': exchange_rates', 's'
)
""".strip()
COUNTS = f"""
select source_table, {KIND} as reason, count(*) as rows, min(row_key) as example
from marts.rejected_rows
group by all
order by rows desc, source_table, reason
"""
# So many kinds are told of a run.
TOLD = 5


def rejections(database: Database) -> list[str]:
    """What was rejected most often, a line a kind, such as `contacts: created_at is missing; … (2)`.

    No values and no ids: what a run tells is kept where `leadscore forget` doesn't come.

    Args:
        database: A publication; one without the mart tells nothing.
    """
    if "rejected_rows" not in database.tables("marts"):
        return []
    found = database.records(COUNTS)
    lines = [f"{kind['source_table']}: {kind['reason']} ({kind['rows']:,})" for kind in found[:TOLD]]
    return lines if len(found) <= TOLD else [*lines, f"and {len(found) - TOLD} more reasons"]
