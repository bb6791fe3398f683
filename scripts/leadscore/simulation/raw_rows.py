"""Copying the raw rows that the last publication was made of, and what runs keep about notifications."""

from collections.abc import Mapping
from pathlib import Path

from leadscore.build.plan import RunPlan, run_plan
from leadscore.errors import LeadscoreError
from leadscore.raw.tables import RAW_TABLES
from leadscore.raw.vendors import reads_vendors
from leadscore.simulation.sample import choose_contacts, copied_rows_sql
from leadscore.storage.database import Database, identifier, literal, open_database

TRIAL = '"a trial of other seeds"'  # beside the database, which goes by the name of its file
# Since when entering a band is news, what was told of it, and that there was a run before.
KEPT_STATE = ("run_state", "notification_start", "notification_deliveries")
MARK = "select max(last_loaded_at) from state.run_state where source_table = ?"
# What tells rows of vendors apart, as `state.source_rows_read` has it.
LANDED_KEYS = {
    "contacts": ("contact_id", "0"),
    "events": ("event_id", "0"),
    "transactions": ("transaction_id", "line_number"),
}
COPIED_EDITS = f"""
insert into {TRIAL}.raw.score_adjustments
select * replace (concat(?, ':', adjustment_id) as adjustment_id, ? as model_id)
from {TRIAL}.raw.score_adjustments
where model_id = ?
"""
AGAIN = "Make the two agree with `leadscore run`, then try again."


def copy_raw_rows(
    source: Path,
    trial: Path,
    published: RunPlan,
    share: float | None,
    twins: Mapping[str, str],
    *,
    by_address: bool = False,
) -> None:
    """Fill the database of a trial with typed raw rows: those that the last run read, and no later ones.

    Args:
        source: The database that runs score in; nobody may be writing to it.
        trial: The file to make.
        published: The run that was published.
        share: Which share of the contacts; None: all.
        twins: Models -> further ones that get a copy of their edits by hand.
        by_address: Whether contacts with the same address are one, which a sample then keeps together.

    Raises:
        LeadscoreError: The database doesn't hold what was published, or raw tables can't be read.
    """
    with open_database(trial):
        pass
    with open_database(source, read_only=True) as database:
        plan = run_plan(database)
        if plan is None or not plan.is_same_run(published) or "run_state" not in database.tables("state"):
            raise LeadscoreError(
                f"{source.name} isn't as it was published, as of {published.as_of:%Y-%m-%d %H:%M:%S} UTC",
                AGAIN,
            )
        database.execute(f"attach {literal(trial)} as {TRIAL} (read_write)")
        database.execute(f"create schema {TRIAL}.raw")
        database.execute(f"create schema {TRIAL}.state")
        for table in KEPT_STATE:
            if table in database.tables("state"):
                database.execute(f"create table {TRIAL}.state.{table} as from state.{table}")
        if share is not None:
            choose_contacts(database, share, by_address=by_address)
        for table in RAW_TABLES:
            _copy(database, table, sampled=share is not None)
        for model_id, twin in twins.items():
            database.execute(COPIED_EDITS, [twin, twin, model_id])
        database.execute(f"checkpoint {TRIAL}")


def _copy(database: Database, table: str, *, sampled: bool) -> None:
    mark = database.value(MARK, [table])
    columns = database.columns(f"staging.stg_{table}")
    place = "exclude (raw_place)" if "raw_place" in columns else ""
    raw_rows, landed_rows = f"staging.stg_{table}", ""
    if reads_vendors(database, table):
        names = ", ".join(identifier(name) for name in columns if name != "raw_place")
        staged, landed = (
            f"select {names} from staging.stg_{table}",
            f"select {names} from staging.source_{table}",
        )
        # Vendors' rows are those that the last run read by what they say, whenever they were landed.
        raw_rows, place = f"({staged} except all {landed})", ""
        landed_rows = f"union all {_landed_sql(table, names)}"
    database.execute(
        f"""
        create table {TRIAL}.raw.{table} as
        select *
        from (
            select * {place} from {raw_rows} where loaded_at <= ?::timestamp
            {landed_rows}
        )
        where {copied_rows_sql(table) if sampled else "true"}
        """,
        [mark],
    )


def _landed_sql(table: str, names: str) -> str:
    """The rows of vendors as the last run read them."""
    key, line = LANDED_KEYS[table]
    return f"""
        select {names}
        from staging.source_{table}
        where ({key}, {line}, hash({names})) in (
            select (row_id, line_number, content)
            from state.source_rows_read
            where source_table = {literal(table)}
        )
    """
