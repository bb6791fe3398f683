"""Publishing: what readers open is a copy, written beside and swapped in when a run has passed."""

import os
from collections.abc import Callable
from pathlib import Path

from scripts.database import identifier, literal, opened
from scripts.settings import Settings

SCHEMA = "marts"


def publish(settings: Settings, say: Callable[[str], None]) -> list[str]:
    """Copy every mart of the database to the published folder.

    All files are written first and then renamed one by one: a reader sees whole files only, and a failure
    while writing leaves the last publication as it was.

    Args:
        settings: Where the database and the published folder are.
        say: Is told which mart is being copied.

    Returns:
        The names of the published marts.
    """
    settings.published.mkdir(parents=True, exist_ok=True)
    served = _Swap(settings.published_database)
    swaps = [served]
    with opened(None) as database:
        database.execute(f"attach {literal(settings.database)} as source (read_only)")
        database.execute(f"attach {literal(served.temporary)} as served")
        database.execute(f"create schema served.{SCHEMA}")
        marts = list(database.tables(SCHEMA, "source"))
        for mart in marts:
            say(mart)
            name = identifier(mart)
            swap = _Swap(settings.published / f"{mart}.parquet")
            database.execute(f"create table served.{SCHEMA}.{name} as from source.{SCHEMA}.{name}")
            parquet = f"{literal(swap.temporary)} (format parquet, compression zstd)"
            database.execute(f"copy (from served.{SCHEMA}.{name}) to {parquet}")
            swaps.append(swap)
        database.execute("detach served")
    for swap in swaps:
        swap.done()
    _remove_others(settings.published, {f"{mart}.parquet" for mart in marts})
    return marts


class _Swap:
    """A file that is written beside its place."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.temporary = place.with_name(f".{place.name}.tmp")
        for leftover in (self.temporary, self.temporary.with_name(f"{self.temporary.name}.wal")):
            leftover.unlink(missing_ok=True)

    def done(self) -> None:
        """Put the file in its place, on disk before its name is."""
        with self.temporary.open("rb+") as file:
            os.fsync(file.fileno())
        self.temporary.replace(self._place)


def _remove_others(folder: Path, kept: set[str]) -> None:
    """Remove marts that the project no longer has."""
    for file in folder.glob("*.parquet"):
        if file.name not in kept:
            file.unlink()
