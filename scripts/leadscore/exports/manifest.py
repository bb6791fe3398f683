"""What stands beside a segment's files: what they are, and up to which run a folder has been told."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import unquote

from leadscore.exports.files import ExportRefusedError, file_stem
from leadscore.exports.formats import Delimiter, Dialect
from leadscore.exports.segments import Condition
from leadscore.storage.files import Draft
from leadscore.storage.records import from_json

MANIFEST = ".manifest.json"


@dataclass(frozen=True)
class Layout:
    """What a reader of a segment's files relies on; changes go on only in the same one.

    Attributes:
        format: One of FORMATS.
        preset: The tool that it is for.
        columns: The columns, `change` aside.
        dial_code: The calling code that phone numbers without one got.
        safe: Whether the texts of a preset are guarded as those of other files.
        delimiter: What separates the cells of CSV.
        bom: Whether CSV begins with a byte order mark.
    """

    format: str
    preset: str | None
    columns: tuple[str, ...]
    dial_code: str | None
    safe: bool = False
    delimiter: Delimiter = Delimiter.COMMA
    bom: bool = False

    @property
    def dialect(self) -> Dialect:
        """How its CSV is written."""
        return Dialect(self.delimiter, self.bom)


@dataclass(frozen=True)
class ExportedFile:
    """A file that was written.

    Attributes:
        name: Its name in the folder.
        rows: How many rows it has.
        sha256: The checksum of its bytes.
        as_of: The instant scored for.
        run_number: The last run that it knows.
        after_run: For changes: the last run that was exported before.
        changes: For changes: how many rows of each.
        is_guarded: Whether texts that a spreadsheet would run as formulas have an apostrophe in front, ids
            too; else all values are exact.
        is_told_again: Whether it has removals of people who were forgotten, which the next changes tell too.
    """

    name: str
    rows: int
    sha256: str
    as_of: str
    run_number: int
    after_run: int | None = None
    changes: Mapping[str, int] | None = None
    is_guarded: bool = False
    is_told_again: bool = False


@dataclass(frozen=True)
class Manifest:
    """What is known of a segment's files in a folder.

    Attributes:
        segment_id: The segment.
        title: What people call it.
        definition: Who belongs to it, in words.
        conditions: The same as the seeds say it.
        requires_consent: Whether only contacts with email_consent belong to it.
        as_of: The instant that the last export tells of.
        exported_through: The last run whose changes were exported here.
        layout: How.
        files: full, changes, removed -> the file.
        file_mode: The mode that its files were given; others are an administrator's. None: not known.
        memory: The file that keeps what was written for whom; None: an export of before there was one.
        tells_changes: Whether its reader was ever told of changes.
        record: A checksum of all changes of the segment until then; None: not known, since an earlier version
            wrote this, or since people were erased.
    """

    segment_id: str
    title: str | None
    definition: str
    conditions: tuple[Condition, ...]
    requires_consent: bool
    as_of: str
    exported_through: int
    layout: Layout
    files: Mapping[str, ExportedFile] = field(default_factory=dict)
    file_mode: str | None = None
    memory: str | None = None
    tells_changes: bool = False
    record: str | None = None

    def write(self, draft: Draft) -> None:
        """Write it."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str)
        draft.path.write_text(text + "\n", encoding="utf-8")


def manifest_place(folder: Path, segment_id: str) -> Path:
    """Where a segment's manifest stands."""
    return folder / f"{file_stem(segment_id)}{MANIFEST}"


def exported_segments(folder: Path) -> set[str]:
    """The segments whose manifests stand in a folder, by their names."""
    return {unquote(place.name.removesuffix(MANIFEST)) for place in folder.glob(f"*{MANIFEST}")}


def read_manifest(place: Path) -> Manifest | None:
    """The manifest of a segment's last export; None if there was none.

    Raises:
        ExportRefusedError: It can't be read.
    """
    try:
        return from_json(Manifest, place.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ExportRefusedError(
            f"{place} is no manifest of an export: {error}",
            "It says which changes were exported. Put it back, or remove it and export with --full.",
        ) from error
