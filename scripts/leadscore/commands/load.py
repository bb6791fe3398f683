"""`leadscore load`."""

from pathlib import Path
from typing import Annotated

import typer

from leadscore.commands.options import NoWait, Wait, encoding, lock_wait
from leadscore.engine import require_embedded
from leadscore.raw.files import FORMATS_IN_WORDS
from leadscore.raw.load import load_into
from leadscore.raw.mapping import LoadOptions, given_mapping
from leadscore.raw.tables import RAW_TABLES, TableName
from leadscore.settings import Settings
from leadscore.storage.lock import WAIT_SECONDS

HELP = (
    f"Add files to a raw table: {FORMATS_IN_WORDS}. "
    "All files are added, or none; the same content a second time changes nothing. "
    "Columns that the table lacks go into attributes or properties, under their header."
)
EPILOG = (
    "Example: leadscore load contacts export.csv --map contact_id='Record ID' --map created_at='Create Date'"
)


def load(
    table: Annotated[TableName, typer.Argument(help="The raw table.")],
    files: Annotated[list[Path], typer.Argument(help="The files, in the order in which they are added.")],
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=HEADER", help="Which header is a column of the table. Repeatable."
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The same as YAML, column: header; --map goes before it. See examples/mappings/.",
        ),
    ] = None,
    drop_rest: Annotated[
        bool, typer.Option("--drop-rest", help="Leave out the columns that the table lacks.")
    ] = False,
    encoding_name: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            parser=encoding,
            metavar="NAME",
            help="How CSV and JSON are encoded, such as windows-1252. Default: UTF-8, or as a mark says.",
        ),
    ] = None,
    wait: Wait = WAIT_SECONDS,
    no_wait: NoWait = False,
) -> None:
    """Add files to a raw table."""
    require_embedded("load", "Load the rows into the catalog: vars raw_schema and raw_database say where.")
    options = LoadOptions(given_mapping(RAW_TABLES[table], mapping, pairs or []), drop_rest, encoding_name)
    load_into(Settings.from_environment(), table, files, lock_wait(wait, no_wait), options)
