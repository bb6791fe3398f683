"""What isn't published: what would replace somebody's database, or lacks contacts of the last publication."""

from collections.abc import Mapping

from leadscore.build.plan import RunPlan
from leadscore.errors import DatabaseProblemError, LeadscoreError, UsageMistakeError
from leadscore.publication.folder import DATABASE, PublicationFolder
from leadscore.publication.record import MartRecord, Publication
from leadscore.publication.tables import Relation
from leadscore.storage.database import Database, literal

CONTACTS = "store.int_contacts"
# As macro refuse_missing_and_shrunk has it.
ALLOWED_SHARE = 0.2


class ContactsGoneError(LeadscoreError):
    """Contacts that readers have would be gone."""


def refuse_foreign(database: Database, folder: PublicationFolder) -> None:
    """Refuse a folder in which a database with raw rows stands where readers' file belongs.

    Args:
        database: A connection.
        folder: The published folder.

    Raises:
        UsageMistakeError: It does: that file would be gone after the next runs.
    """
    place = folder.path / DATABASE
    if folder.current() is not None or place.is_symlink() or not place.is_file():
        return
    try:
        database.execute(f"attach {literal(place)} as served (read_only)")
    except DatabaseProblemError:
        return  # no database, so nobody's
    try:
        if database.tables("raw", "served"):
            raise UsageMistakeError(
                f"{place} isn't a publication: it has raw rows",
                "Set LEADSCORE_PUBLISHED (or --published) to a folder of its own, such as published.",
            )
    finally:
        database.execute("detach served")


def refuse_shrunk(
    last: Publication | None,
    database: str,
    plan: RunPlan | None,
    source: Mapping[Relation, MartRecord],
) -> None:
    """Refuse to publish much fewer contacts than the last publication has, unless one history made both.

    Runs of one database compare what arrived before they score; and a full refresh for an instant of the past
    rightly has fewer contacts. What is left for here is another database, or one that was begun anew.

    Args:
        last: The last publication.
        database: What is published.
        plan: Its last run.
        source: What is to be published.

    Raises:
        ContactsGoneError: There are more than a fifth fewer.
    """
    if last is None or _goes_on(last, database, plan):
        return
    before = last.marts.get(CONTACTS)
    now = next((record for relation, record in source.items() if relation.key == CONTACTS), None)
    if before is None or before.rows is None or now is None or now.rows is None:
        return
    if now.rows < before.rows * (1 - ALLOWED_SHARE):
        raise ContactsGoneError(
            f"contacts are gone: the last publication, made from {last.database}, has {before.rows:,}, and "
            f"{database} has {now.rows:,}, over {ALLOWED_SHARE:.0%} less; nothing was published",
            "Look at LEADSCORE_DATABASE and LEADSCORE_PUBLISHED; if it is meant, add --allow-shrink once.",
        )


def _goes_on(last: Publication, database: str, plan: RunPlan | None) -> bool:
    return (
        last.database == database
        and plan is not None
        and last.run_number is not None
        and plan.run_number > last.run_number
    )
