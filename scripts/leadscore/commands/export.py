"""`leadscore export`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from leadscore.commands.options import calling_code, delimiter
from leadscore.errors import UsageMistakeError
from leadscore.exports.exporting import export_segments
from leadscore.exports.formats import Delimiter, Dialect, FileFormat
from leadscore.exports.manifest import ExportedFile
from leadscore.exports.plans import ExportRequest
from leadscore.exports.presets import PRESETS, Tool
from leadscore.exports.segments import Segment
from leadscore.output.json import json_list
from leadscore.output.progress import step_progress
from leadscore.output.tables import show_table, tell
from leadscore.settings import Settings
from leadscore.text import counted

EPILOG = "Example: leadscore export ambassadors warm_leads --preset mailchimp --output mailing"


def export(
    segments: Annotated[
        list[str] | None,
        typer.Argument(
            help="The segments. Default: all that are configured; with --changes also those that were."
        ),
    ] = None,
    form: Annotated[FileFormat, typer.Option("--format", help="How the rows are written.")] = FileFormat.CSV,
    changes: Annotated[
        bool,
        typer.Option(
            "--changes/--full", help="Only what changed since the last export to this folder, or all members."
        ),
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Columns, split at commas: email,city,score.interest,attributes.plan. First: contact_id."
        ),
    ] = None,
    preset: Annotated[Tool | None, typer.Option(help="The layout that a tool imports.")] = None,
    dial_code: Annotated[
        str | None,
        typer.Option(
            parser=calling_code,
            metavar="CODE",
            help="google-ads, meta: calling code of local numbers whose contact has no country: 31.",
        ),
    ] = None,
    safe: Annotated[
        bool,
        typer.Option("--safe", help="With --preset: texts that a spreadsheet would run get an apostrophe."),
    ] = False,
    output: Annotated[Path, typer.Option(help="The folder that the files go to.")] = Path("exports"),
    allow_removals: Annotated[
        bool,
        typer.Option("--allow-removals", help="Tell of changes that remove over 30 % of a segment, too."),
    ] = False,
    cells: Annotated[
        Delimiter | None,
        typer.Option(
            "--delimiter", parser=delimiter, metavar="SIGN", help="CSV: what separates cells: , ; | or tab."
        ),
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="CSV: a byte order mark first, by which Excel knows UTF-8.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of the files as objects.")] = False,
) -> None:
    """Write the published members of segments to files for marketing tools."""
    request = replace(
        _request(segments or [], form, changes, columns, preset, dial_code, output, safe),
        allow_removals=allow_removals,
        dialect=_dialect(form, cells, bom),
    )
    with step_progress("Exporting") as progress:
        files = export_segments(Settings.from_environment(), request, progress.say, tell)
    if as_json:
        for line in json_list(_record(segment, file, output) for segment, file in files):
            typer.echo(line, nl=line.endswith("]"))
        return
    show_table(
        f"{counted(len(files), 'file')} in {output}",
        ["segment", "file", "rows", "of which", "values"],
        (
            [
                segment.segment_id,
                file.name,
                file.rows,
                None
                if file.changes is None
                else ", ".join(f"{n:,} {kind}" for kind, n in file.changes.items()),
                "guarded, ids too: for people" if file.is_guarded else "exact: for machines",
            ]
            for segment, file in files
        ),
    )


def _record(segment: Segment, file: ExportedFile, folder: Path) -> dict[str, object]:
    return {"segment_id": segment.segment_id, "path": str(folder / file.name), **vars(file)}


def _dialect(form: FileFormat, cells: Delimiter | None, bom: bool) -> Dialect:
    if form is not FileFormat.CSV and (cells is not None or bom):
        raise UsageMistakeError(
            "--delimiter and --bom are for CSV", f"Leave them out, or --format {form.value}."
        )
    return Dialect(cells or Delimiter.COMMA, bom)


def _request(
    segments: list[str],
    form: FileFormat,
    changes: bool,
    columns: str | None,
    preset: Tool | None,
    dial_code: str | None,
    output: Path,
    safe: bool,
) -> ExportRequest:
    layout = None if preset is None else PRESETS[preset]
    if layout and (columns is not None or form is not FileFormat.CSV):
        raise UsageMistakeError(
            "a preset has its own format and columns", "Leave out --format and --columns, or --preset."
        )
    if dial_code is not None and (layout is None or not layout.needs_phones):
        raise UsageMistakeError(
            "--dial-code is for presets that hash phone numbers", "Add --preset google-ads or meta."
        )
    if safe and layout is None:
        raise UsageMistakeError("--safe is for presets", "CSV without a preset is safe as it is.")
    names = None if columns is None else [name.strip() for name in columns.split(",") if name.strip()]
    return ExportRequest(segments, form, changes, names, layout, dial_code, output, safe)
