"""Rows of vendors' tables, as they are staged beside the raw tables."""

from datetime import UTC, datetime

from leadscore.raw.freshness import HAPPENED, RawStatus
from leadscore.storage.database import Database

# Raw tables that have rows of vendors beside them.
TABLES = ("contacts", "events", "transactions")


def reads_vendors(database: Database, table: str) -> bool:
    """Whether the last run staged rows of vendors beside those of a raw table."""
    return bool(
        database.execute(
            """
            select 1
            from duckdb_views()
            where
                database_name = current_database() and schema_name = 'staging'
                and view_name = ? and contains(sql, ?)
            """,
            [f"stg_{table}", f"source_{table}"],
        )
    )


def vendor_status(database: Database, now: datetime) -> dict[str, RawStatus]:
    """What there is of each vendor, as `hubspot.events`; nothing where the last run read no vendors.

    Args:
        database: The database.
        now: What happens after it is still to come.
    """
    found: dict[str, RawStatus] = {}
    for table in TABLES:
        if not reads_vendors(database, table):
            continue
        rows = database.execute(
            f"""
            select
                regexp_extract(source_model, '^stg_(.*?)__', 1) as vendor,
                count(*),
                max(loaded_at) filter (where loaded_at <= $1) at time zone 'UTC',
                max(happened_at) filter (where happened_at <= $1) at time zone 'UTC',
                count(*) filter (where happened_at > $1)
            from (
                select source_model, loaded_at, coalesce({", ".join(HAPPENED[table])}) as happened_at
                from staging.source_{table}
            ) as landed
            group by vendor
            order by vendor
            """,
            [now.astimezone(UTC).replace(tzinfo=None)],
        )
        for vendor, count, loaded_at, happened_at, later in rows:
            found[f"{vendor}.{table}"] = RawStatus(int(count), loaded_at, happened_at, int(later))
    return dict(sorted(found.items()))
