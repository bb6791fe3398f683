"""A demo data set: files to load in batches, where they go, and whether they may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError
from leadscore.raw.tables import RAW_TABLES
from leadscore.settings import Settings
from leadscore.storage.database import identifier, open_database
from leadscore.storage.files import checksum


@dataclass(frozen=True)
class Batch:
    """Files that are loaded together, in the order of `files`, after the batches before it.

    Attributes:
        name: What the batch is called in messages.
        files: Raw table -> the file to load into it.
    """

    name: str
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Dataset:
    """A data set that is written and ready to load.

    Attributes:
        settings: Where it goes.
        batches: Its files, in order.
        as_of: The instant that it is scored for.
    """

    settings: Settings
    batches: Sequence[Batch]
    as_of: str


def refuse_other_rows(dataset: Dataset) -> None:
    """Leave a database alone that holds more than this data set.

    Raises:
        LeadscoreError: It does.
    """
    path = dataset.settings.database
    if not path.exists():
        return
    digests = {checksum(file) for batch in dataset.batches for file in batch.files.values()}
    with open_database(path, read_only=True) as database:
        tables = database.tables("raw")
        ours = set()
        if "load_log" in tables:
            log = database.execute("select sha256, loaded_at from raw.load_log")
            ours = {loaded_at for digest, loaded_at in log if digest in digests}
        for table in (name for name in RAW_TABLES if name in tables):
            loads = database.execute(
                f"select distinct cast(loaded_at as timestamp) from raw.{identifier(table)}"
            )
            if any(loaded_at not in ours for (loaded_at,) in loads):
                raise LeadscoreError(
                    f"{path} holds rows in raw.{table} that are not from this demo",
                    "Set LEADSCORE_DATABASE to another file, for instance LEADSCORE_DATABASE=demo.duckdb "
                    "(or remove that database, if an earlier demo made it).",
                )
