"""`leadscore scores`."""

import csv
from math import isnan
from typing import Annotated

import typer

from leadscore.errors import UsageMistakeError
from leadscore.exports.segments import members_sql, require_segment
from leadscore.output.json import json_list
from leadscore.output.tables import show_table
from leadscore.publication.reading import open_published
from leadscore.raw.reading import as_read
from leadscore.settings import Settings
from leadscore.storage.database import Database

EPILOG = "Example: leadscore scores --model email_warmth --min 50 --limit 20"
SCORE_COLUMNS = ("model_id", "score_rank", "contact_id", "score", "band_title", "action")
ROWS_LISTED = 50


def scores(
    model: Annotated[str | None, typer.Option(help="Only this scoring model.")] = None,
    minimum: Annotated[float | None, typer.Option("--min", help="Only scores from here on.")] = None,
    maximum: Annotated[float | None, typer.Option("--max", help="Only scores up to here.")] = None,
    band: Annotated[str | None, typer.Option(help="Only this band.")] = None,
    segment: Annotated[str | None, typer.Option(help="Only members of this segment.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help=f"Rows at most. Default: {ROWS_LISTED}; all with --json.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
) -> None:
    """List the published scores, best first."""
    settings = Settings.from_environment()
    for option, bound in (("--min", minimum), ("--max", maximum)):
        if bound is not None and isnan(bound):
            raise UsageMistakeError(f"{option} {bound} is no number", "Write it like 50 or 12.5.")
    model, band, segment = (name and as_read(name) for name in (model, band, segment))
    tests = {"model_id = ?": model, "score >= ?": minimum, "score <= ?": maximum, "band_id = ?": band}
    given = {test: value for test, value in tests.items() if value is not None}
    conditions = [*given, f"contact_id in ({members_sql(segment)})"] if segment is not None else list(given)
    condition = " and ".join(conditions) or "true"
    at_most = limit if limit or as_json else ROWS_LISTED
    query = f"""
        from marts.contact_scores
        where {condition}
        order by model_id, score_rank, contact_id
        {f"limit {at_most}" if at_most else ""}
    """
    with open_published(settings, "contact_scores") as database:
        _require_known(database, settings, "model_id", "scoring_models", model)
        _require_known(database, settings, "band_id", "score_bands", band)
        if segment is not None:
            require_segment(database, segment)
        if as_json:
            for line in json_list(database.stream(f"select * {query}", list(given.values()))):
                typer.echo(line, nl=line.endswith("]"))
            return
        rows = database.execute(f"select {', '.join(SCORE_COLUMNS)} {query}", list(given.values()))
        total = database.value(
            f"select count(*) from marts.contact_scores where {condition}", list(given.values())
        )
    show_table(
        f"{len(rows):,} of {total:,} scores",
        ["model", "rank", "contact", "score", "band", "action"],
        rows,
    )


def _require_known(database: Database, settings: Settings, column: str, seed: str, value: str | None) -> None:
    """Refuse a model or band that is neither published nor configured."""
    if value is None:
        return
    known = {
        str(row[0])
        for row in database.execute(f"select distinct {column} from marts.contact_scores")
        if row[0]
    }
    path = settings.seeds / f"{seed}.csv"
    if path.is_file():
        # What else is wrong with the file is for `validate` to say.
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            known |= {row[column] for row in csv.DictReader(file) if row.get(column)}
    if value not in known:
        raise UsageMistakeError(
            f"there is no {column} {value!r}", f"Known are: {', '.join(sorted(known)) or 'none'}."
        )
