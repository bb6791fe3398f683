"""Forgetting a person in a folder of exports, and what of it must be searched to prove that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from leadscore.exports.files import ExportRefusedError, exclusive_folder
from leadscore.exports.formats import FORMATS
from leadscore.exports.manifest import MANIFEST, Manifest, read_manifest
from leadscore.exports.parts import file_suffix
from leadscore.storage.access import keep_access
from leadscore.storage.files import Draft
from leadscore.storage.searchable import Finder, SearchableFile, SearchKind

KINDS = ("full", "changes", "removed")


@dataclass(frozen=True)
class _Exported:
    """What stands in a folder of one segment: its manifest, if that can be read, and its files by kind."""

    place: Path
    segment_id: str
    manifest: Manifest | None
    files: Mapping[str, list[Path]]


def forget_from(folder: Path, finder: Finder, last_run: int) -> list[Path]:
    """Remove the files of an export folder that may tell of a person, from their manifests too.

    Args:
        folder: The folder; one that isn't there holds nobody.
        finder: Who; files of the person's segments go whatever they hold (hashes, say).
        last_run: The last run that changed a segment, the person aside: exports go on from there.

    Returns:
        The files that were removed.
    """
    if not folder.is_dir():
        return []
    removed: list[Path] = []
    with exclusive_folder(folder):
        for draft in folder.glob(".*.tmp"):  # an export that was interrupted
            draft.unlink()
        for exported in _exports(folder):
            removed += _forget(exported, finder, last_run)
    return removed


def exported_files(folder: Path) -> Iterator[SearchableFile]:
    """The files of an export folder, manifests too, and how each is searched."""
    if not folder.is_dir():
        return
    listed = {file for exported in _exports(folder) for files in exported.files.values() for file in files}
    for file in sorted(folder.iterdir()):
        has_known_name = file.name.endswith((MANIFEST, *(f".{name}" for name in FORMATS)))
        if file.is_file() and (has_known_name or file in listed):
            yield _searchable(file)


def _exports(folder: Path) -> Iterator[_Exported]:
    for place in sorted(folder.glob(f"*{MANIFEST}")):
        try:
            manifest = read_manifest(place)
        except (ExportRefusedError, OSError):
            manifest = None
        if manifest is None:
            # Damaged: but its name tells the segment, and so what its files are called.
            yield _Exported(place, unquote(_stem(place)), None, _files_by_name(place))
        else:
            files = {kind: [folder / Path(file.name).name] for kind, file in manifest.files.items()}
            yield _Exported(place, manifest.segment_id, manifest, files)


def _forget(exported: _Exported, finder: Finder, last_run: int) -> list[Path]:
    removed = []
    kept = set()
    for kind, files in exported.files.items():
        for file in files:
            if finder.belongs_to(exported.segment_id) or finder.count_in(_searchable(file)):
                if file.exists():
                    file.unlink()
                    removed.append(file)
            else:
                kept.add(kind)
    if exported.manifest is not None:
        changed = replace(
            exported.manifest,
            exported_through=min(exported.manifest.exported_through, last_run),
            files={kind: file for kind, file in exported.manifest.files.items() if kind in kept},
        )
        if changed != exported.manifest:
            draft = Draft(exported.place)
            changed.write(draft)
            keep_access(draft.path, exported.place)
            draft.publish()
    return removed


def _searchable(file: Path) -> SearchableFile:
    """How a file is searched, as its format says; what has no format is text."""
    if not file.name.endswith(MANIFEST):
        for name, form in FORMATS.items():
            if form.relation_sql is not None and file.name.endswith(f".{name}"):
                return SearchableFile(file, file.parent, SearchKind.ROWS, form.relation_sql(file))
    return SearchableFile(file, file.parent, SearchKind.TEXT)


def _stem(place: Path) -> str:
    return place.name.removesuffix(MANIFEST)


def _files_by_name(place: Path) -> dict[str, list[Path]]:
    """The files that a segment's exports may have, whatever their format."""
    named = {
        kind: [place.with_name(f"{_stem(place)}{file_suffix(kind)}.{name}") for name in FORMATS]
        for kind in KINDS
    }
    return {kind: [file for file in files if file.is_file()] for kind, files in named.items()}
