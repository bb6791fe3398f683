"""Tells the database which notifications were delivered, so that the outbox shows it and keeps them."""

from collections.abc import Callable

from leadscore.delivery.ledger import ledger_path
from leadscore.errors import DatabaseBusyError
from leadscore.settings import Settings
from leadscore.storage.database import literal, open_database
from leadscore.storage.lock import hold_lock

CREATE_DELIVERIES = """
create table if not exists state.notification_deliveries (
    model_id varchar, contact_id varchar, band_id varchar, reasons varchar, action varchar,
    score decimal(28, 2), recorded_after_run bigint, transitioned_at timestamp, delivered_at timestamp
)
"""
RECORD_NEWS = """
insert into state.notification_deliveries
select
    model_id, contact_id, any_value(band_id), arg_min(reasons, delivered_at), arg_min(action, delivered_at),
    arg_min(score, delivered_at), (select coalesce(max(run_number), 0) from state.run_state), transitioned_at,
    min(delivered_at)
from ledger.deliveries.notifications as told
where not is_recorded and not exists (
    select 1 from state.notification_deliveries as known
    where
        known.model_id = told.model_id and known.contact_id = told.contact_id
        and known.transitioned_at = told.transitioned_at
)
group by model_id, contact_id, transitioned_at
"""


def record_notifications(settings: Settings, say: Callable[[str], None]) -> None:
    """Write the deliveries that the database doesn't know yet; the next run puts them into the outbox.

    A run that goes on meanwhile isn't waited for long: the next delivery writes them. Nothing depends on it
    but what the outbox shows.
    """
    ledger = ledger_path(settings.database)
    if not settings.database.is_file():
        return
    with open_database(ledger, read_only=True) as database:
        if not database.execute("select 1 from deliveries.notifications where not is_recorded limit 1"):
            return
    try:
        with hold_lock(settings.lock, "deliver", say), open_database(settings.database) as database:
            if "run_state" not in database.tables("state"):
                return  # another database than the one that was published
            database.execute(f"attach {literal(ledger)} as ledger (read_only)")
            with database.transaction():
                database.execute(CREATE_DELIVERIES)
                database.execute(RECORD_NEWS)
    except DatabaseBusyError as error:
        say(f"{error.message}: the outbox shows what was delivered after the next delivery and run.")
        return
    with open_database(ledger) as database:
        database.execute("update deliveries.notifications set is_recorded = true where not is_recorded")
