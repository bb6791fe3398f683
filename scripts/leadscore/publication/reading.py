"""Opening what is published, for reading: the one way, or a message that says what to run first."""

from collections.abc import Iterator
from contextlib import contextmanager

from leadscore.errors import NothingPublishedError
from leadscore.settings import Settings, Variable
from leadscore.storage.database import Database, open_database


@contextmanager
def open_published(settings: Settings, *marts: str) -> Iterator[Database]:
    """Open the published database. It stays the same while it is open, whatever is published meanwhile.

    Args:
        settings: Where it is.
        marts: What will be read.

    Raises:
        NothingPublishedError: There is none, or it lacks one of the marts.
    """
    require_publication(settings)
    with open_database(settings.published_database, read_only=True) as database:
        require_marts(database, *marts)
        yield database


def require_publication(settings: Settings) -> None:
    """Refuse to go on where no run has published.

    Raises:
        NothingPublishedError: There is no publication.
    """
    if not settings.published_database.is_file():
        raise NothingPublishedError(
            f"nothing is published in {settings.published}",
            "Run `leadscore run` first (or `leadscore demo`).",
        )


def require_marts(database: Database, *names: str, catalog: str | None = None) -> None:
    """Refuse to read marts that aren't there: those that were left on Spark, or that are new since.

    Args:
        database: The published database, or a connection to which it is attached.
        names: The marts.
        catalog: The name under which it is attached.

    Raises:
        NothingPublishedError: One of them isn't there.
    """
    there = database.tables("marts", catalog)
    missing = [name for name in names if name not in there]
    if missing:
        raise NothingPublishedError(
            f"the publication lacks {', '.join(missing)}",
            f"If it was scored on Spark, name them in {Variable.SPARK_MARTS} (default: all), "
            "then `leadscore run`.",
        )
