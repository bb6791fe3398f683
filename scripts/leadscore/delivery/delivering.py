"""One delivery: each sync is told what waits for it, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import monotonic

from leadscore.delivery.definitions import Definitions, read_definitions, refuse_open_secrets
from leadscore.delivery.destinations.choice import require_installed
from leadscore.delivery.drt import Sent, send
from leadscore.delivery.guards import refuse_mistaken_sql, tripped_guards, waiting_counts
from leadscore.delivery.ledger import ReceiverLedger, hold_ledger, ledger_path, open_ledger
from leadscore.delivery.recording import record_notifications
from leadscore.delivery.removals import make_owed, make_owed_scores, receivers_by_id
from leadscore.delivery.score_views import SCORE_MARTS, WAITING_TABLE, make_no_score_changes
from leadscore.delivery.scores import make_score_changes
from leadscore.delivery.secrets import own_environment
from leadscore.delivery.sync import Sync
from leadscore.delivery.trouble import of_the_whole_sql
from leadscore.delivery.waiting import MARTS_READ, baseline_new_receivers, make_waiting
from leadscore.errors import LeadscoreError
from leadscore.publication.reading import require_marts, require_publication
from leadscore.settings import Settings
from leadscore.storage.database import Database
from leadscore.storage.register import WrittenFolder, register
from leadscore.storage.rewriting import rewrite_database
from leadscore.text import counted, one_line

REJECTED_SHOWN = 100
MARKED_AT_ONCE = 10_000


@dataclass(frozen=True)
class DeliveryRequest:
    """What is asked of a delivery.

    Attributes:
        names: The syncs; none: all that can run.
        folder: Where their files are.
        allow_removals: Whether more members may be removed than the guards allow.
        mark_delivered: Send nothing, and take what waits for delivered.
        insecure: Whether secrets may go over plain HTTP to other machines.
    """

    names: Sequence[str]
    folder: Path
    allow_removals: bool = False
    mark_delivered: bool = False
    insecure: bool = False


@dataclass(frozen=True)
class Delivered:
    """What one sync did.

    Attributes:
        sync: Its name.
        destination: The kind of destination.
        waiting: Rows that waited for it, by change; notifications are `added`.
        accepted: Rows that were accepted.
        seconds: How long it took.
        problem: Why not all of it was delivered; None if it was.
        rejected: Rows that were not accepted, now or before: contact, status, reason, attempts and more.
        told_of_erased: How many of the accepted rows were removals of people who were erased.
        absent: Rows of contacts that the receiver doesn't have; they are tried again in a day.
    """

    sync: str
    destination: str
    waiting: dict[str, int]
    accepted: int
    seconds: float
    problem: str | None
    rejected: list[dict[str, object]] = field(default_factory=list)
    told_of_erased: int = 0
    absent: int = 0


def deliver_all(
    settings: Settings, request: DeliveryRequest, say: Callable[[str], None], warn: Callable[[str], None]
) -> tuple[list[Delivered], Definitions]:
    """Deliver what waits.

    Args:
        settings: Where the database and the publication are.
        request: What is asked for.
        say: Is told what is being done.
        warn: Is told what people should know.

    Returns:
        What each sync did, and the definitions, with those that couldn't run.

    Raises:
        UsageMistakeError: A sync isn't there or has a mistake; nothing was sent.
        NothingPublishedError: No run has published what delivery reads.
    """
    with own_environment():
        return _deliver_all(settings, request, say, warn)


def _deliver_all(
    settings: Settings, request: DeliveryRequest, say: Callable[[str], None], warn: Callable[[str], None]
) -> tuple[list[Delivered], Definitions]:
    instant = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    definitions = read_definitions(request.folder, {"delivery": instant})
    syncs = definitions.chosen(request.names)
    for sync in syncs:
        require_installed(sync.name, sync.destination)
    if not (request.insecure or request.mark_delivered):
        refuse_open_secrets(syncs)
    require_publication(settings)
    ledger = ledger_path(settings.database)
    done = []
    with hold_ledger(ledger, "deliver", warn):
        with open_ledger(ledger, settings.published_database) as database:
            require_marts(database, *MARTS_READ, catalog="published")
            make_waiting(database, syncs[0].receiver)
            if any(sync.tells_scores for sync in syncs):
                require_marts(database, *SCORE_MARTS, catalog="published")
                make_no_score_changes(database)
            refuse_mistaken_sql(database, syncs)
            baseline_new_receivers(database, [sync.receiver for sync in syncs if sync.tells_notifications])
            by_id = receivers_by_id(request.folder)
            for sync in syncs:
                say(sync.name)
                if sync.written_to is not None:
                    files = sync.written_to.name.replace(instant, "*")
                    register(settings.database, WrittenFolder(sync.written_to.parent, files), warn)
                by_address = sync.receiver not in by_id
                done.append(_delivered(database, sync, settings, request, warn, by_address=by_address))
        if any(sync.told_of_erased for sync in done):
            rewrite_database(ledger)
        record_notifications(settings, warn)
    return done, definitions


def _delivered(
    database: Database,
    sync: Sync,
    settings: Settings,
    request: DeliveryRequest,
    warn: Callable[[str], None],
    *,
    by_address: bool,
) -> Delivered:
    began = monotonic()
    waiting: dict[str, int] = {}
    sent, owed = Sent(0, 0, None), _Owed()
    try:
        _make_all_waiting(database, sync, by_address=by_address)
        owed = _tell_owed(database, sync, settings, request, warn, by_address=by_address)
        counts = waiting_counts(database, sync)
        for changes in counts.values():
            for change, rows in changes.items():
                waiting[change] = waiting.get(change, 0) + rows
        if request.mark_delivered:
            sent = _marked(database, sync)
            problem = None
        elif found := tripped_guards(database, sync, counts, request.allow_removals):
            problem = "; ".join(found) + ": nothing was sent"
        else:
            sent = send(database, sync, settings.root, warn) if waiting else sent
            problem = _problem(sent, sum(waiting.values()))
    except LeadscoreError as error:
        problem = sync.hiding.problem(error)
    if owed.rows:
        waiting["removed"] = waiting.get("removed", 0) + owed.rows
        problem = "; ".join(filter(None, [owed.problem, problem])) or None
    return Delivered(
        sync.name,
        sync.destination,
        waiting,
        sent.accepted + owed.told,
        round(monotonic() - began, 1),
        None if problem is None else one_line(problem, longest=500),
        _rejected(database, sync, sent.stopped is not None),
        owed.told,
        sent.absent,
    )


def _make_all_waiting(database: Database, sync: Sync, *, by_address: bool) -> None:
    make_waiting(database, sync.receiver, by_address=by_address)
    if sync.tells_scores:
        make_score_changes(database, sync.receiver, by_address=by_address)
    else:
        database.execute(WAITING_TABLE)


@dataclass(frozen=True)
class _Owed:
    """Removals of people who were erased, of which a receiver was still to be told."""

    rows: int = 0
    told: int = 0
    problem: str | None = None


def _tell_owed(
    database: Database,
    sync: Sync,
    settings: Settings,
    request: DeliveryRequest,
    warn: Callable[[str], None],
    *,
    by_address: bool,
) -> _Owed:
    """Tell a receiver of erased people first; guards don't hold that up: no change of a rule made it."""
    tells_members = sync.tells_segments and make_owed(database, sync.receiver)
    tells_fields = sync.tells_scores and make_owed_scores(database, sync.receiver)
    if not tells_members and not tells_fields:
        return _Owed()
    try:
        rows = sum(sum(changes.values()) for changes in waiting_counts(database, sync).values())
        sent = Sent(0, 0, None)
        if rows:
            marks = request.mark_delivered
            sent = _marked(database, sync) if marks else send(database, sync, settings.root, warn)
        reasons = database.execute(
            f"""
            select reason
            from ledger.deliveries.rejected
            where receiver = ? and delivery_key in (select delivery_key from ({sync.query_sql}) as owed)
            limit 1
            """,
            [sync.receiver],
        )
    finally:
        _make_all_waiting(database, sync, by_address=by_address)
    if sent.accepted == rows:
        return _Owed(rows, rows)
    left = counted(rows - sent.accepted, "removal of who was erased", "removals of who was erased")
    because = f": {sync.hiding.hidden(str(reasons[0][0]))}" if reasons else ""
    return _Owed(rows, sent.accepted, f"{left} not accepted{because}")


def _problem(sent: Sent, waiting: int) -> str | None:
    left = waiting - sent.accepted - sent.absent
    if sent.stopped is not None:
        waits = counted(left, "row waits", "rows wait")
        return f"stopped, {sent.stopped}; {waits}"
    if left:
        return counted(left, "row was not accepted and waits", "rows were not accepted and wait")
    return None


def _marked(database: Database, sync: Sync) -> Sent:
    ledger = ReceiverLedger(database, sync.receiver)
    now = datetime.now(UTC).isoformat()
    waiting = f"select delivery_key from ({sync.query_sql}) as waiting order by delivery_key"
    keys = (str(row["delivery_key"]) for row in database.another().stream(waiting))
    while chunk := list(islice(keys, MARKED_AT_ONCE)):
        ledger.mark_delivered(sync.name, chunk, now)
    return Sent(ledger.accepted, 0, None)


def _rejected(database: Database, sync: Sync, stopped: bool) -> list[dict[str, object]]:
    """The rows that weren't accepted; but for those that met with a receiver that stopped all."""
    rows = database.records(
        f"""
        select contact_id, about, http_status, reason, attempts, first_at, last_at
        from ledger.deliveries.rejected
        where
            receiver = ?
            and not coalesce(is_absent, false)
            and not (? and {of_the_whole_sql("http_status")})
        order by last_at desc, contact_id
        limit ?
        """,
        [sync.receiver, stopped, REJECTED_SHOWN],
    )
    # A ledger of before holds longer reasons, in which nothing was hidden.
    return [{**row, "reason": sync.hiding.hidden(str(row["reason"]))} for row in rows]
