"""Which marts a publication has: of a run on Spark perhaps only some."""

from leadscore.build.spark import VARIABLE
from leadscore.errors import NothingPublishedError
from leadscore.storage.database import Database


def require_marts(database: Database, *names: str) -> None:
    """Refuse to read marts that were left on Spark.

    Args:
        database: The published database.
        names: The marts.

    Raises:
        NothingPublishedError: One of them isn't there.
    """
    there = database.tables("marts")
    missing = [name for name in names if name not in there]
    if missing:
        raise NothingPublishedError(
            f"the publication lacks {', '.join(missing)}",
            f"If it was scored on Spark, name them in {VARIABLE} (default: all), then `leadscore run`.",
        )
