"""What a publication holds, written beside its files: the next one builds on it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from leadscore.build.plan import RunPlan
from leadscore.storage.records import from_json

RECORD = ".publication.json"


@dataclass(frozen=True)
class MartRecord:
    """A mart of a publication, or a table that views of marts read.

    Attributes:
        rows: How many rows it has; None: it is a view, whose rows nobody has counted.
        columns: Its columns -> their types.
        checksum: Of all its rows, whatever their order; None: it is too big for being read twice.
        replaced_rows: Rows deleted from the DuckDB file since it was last written whole.
        parquet_as_of: The as_of of the rows in its Parquet file; None: it has none.
        parquet_sha256: Of the bytes of that file; None: it has none, or an earlier version wrote it.
    """

    rows: int | None
    columns: Mapping[str, str]
    checksum: str | None
    replaced_rows: int = 0
    parquet_as_of: datetime | None = None
    parquet_sha256: str | None = None

    def same_columns(self, other: "MartRecord") -> bool:
        """Whether names, types and order agree."""
        return list(self.columns.items()) == list(other.columns.items())

    def same_rows(self, other: "MartRecord") -> bool:
        """Whether the rows are known to agree."""
        return self.checksum is not None and self.checksum == other.checksum and self.rows == other.rows


@dataclass(frozen=True)
class Publication:
    """A publication.

    Attributes:
        number: Counts the publications of a folder.
        published_at: When it was made.
        database: The database that it was made from.
        run_number: The run that it was made from; None: not known.
        as_of: The instant that run scored for.
        previous_as_of: The one of the run before.
        is_full: Whether that run was a full one; then nobody knows which contacts differ.
        marts: Its marts by name, and the tables that they read by schema and name.
        whole_because: Why an incremental publication was written whole; None: it wasn't.
        file_mode: The mode that its files were given; others are an administrator's. None: not known.
        run_id: The own name of the run that it was made from, which a restored database doesn't repeat.
        previous_run_id: The one of the run before.
    """

    number: int
    published_at: datetime
    database: str
    run_number: int | None
    as_of: datetime | None
    previous_as_of: datetime | None
    is_full: bool
    marts: Mapping[str, MartRecord]
    whole_because: str | None = None
    file_mode: str | None = None
    run_id: str | None = None
    previous_run_id: str | None = None

    @property
    def mart_names(self) -> list[str]:
        """The marts, without the tables that they read."""
        return [name for name in self.marts if "." not in name]

    def precedes(self, run: "Publication | RunPlan", database: str) -> bool:
        """Whether this incremental run came next: then nothing but what it moved differs."""
        return (
            not run.is_full
            and self.database == database
            and self.run_number is not None
            and run.run_number == self.run_number + 1
            and self.as_of is not None
            and run.previous_as_of == self.as_of
            and self.run_id is not None
            and run.previous_run_id == self.run_id
        )

    def write(self, folder: Path) -> None:
        """Write it beside its files."""
        (folder / RECORD).write_text(json.dumps(asdict(self), default=str, indent=1), encoding="utf-8")


def read_publication(folder: Path) -> Publication | None:
    """What the publication in a folder holds; None if it doesn't say, so that nothing builds on it."""
    try:
        return from_json(Publication, (folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
