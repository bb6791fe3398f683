"""What is exported from: the published database, with what an export needs to know of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from leadscore.errors import NothingPublishedError
from leadscore.exports.columns import Catalog
from leadscore.publication.reading import open_published, require_marts
from leadscore.settings import Settings, Variable, said
from leadscore.storage.database import Database

# What doesn't fit is sorted on disk: an export doesn't crowd out a run that is going on.
MEMORY_LIMIT = "2GB"


@dataclass(frozen=True)
class ExportSource:
    """A publication that is open for an export.

    Attributes:
        database: Its database.
        catalog: The columns that it offers.
        as_of: The instant that it was scored for, in ISO 8601.
        run_number: The last run that changed a segment.
    """

    database: Database
    catalog: Catalog
    as_of: str
    run_number: int


@contextmanager
def open_source(settings: Settings) -> Iterator[ExportSource]:
    """Open the publication for an export.

    Raises:
        NothingPublishedError: There is none, or it has no segments yet.
    """
    with open_published(settings) as database:
        if "segment_contacts" not in database.tables("marts"):
            raise NothingPublishedError(
                f"the publication in {settings.published} has no segments yet", "Run `leadscore run` first."
            )
        require_marts(database, "contact_scores", "dim_segments", "segment_changes", "segment_members")
        database.execute("set preserve_insertion_order = true")
        if said(Variable.MEMORY_LIMIT) is None:
            database.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        [(last_run, as_of)] = database.execute(
            """
            select
                coalesce(max(run_number), 0),
                coalesce((select max(as_of) from marts.contact_scores), max(changed_at))
            from marts.segment_changes
            """
        )
        yield ExportSource(
            database,
            Catalog.of(database),
            "" if as_of is None else f"{as_of.isoformat()}Z",
            int(last_run),
        )
