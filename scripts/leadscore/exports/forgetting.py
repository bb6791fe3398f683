"""Forgetting a person in a folder of exports, and what of it must be searched to prove that."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from leadscore.exports.files import LOCK, ExportRefusedError, exclusive_folder
from leadscore.exports.forgotten import KIND
from leadscore.exports.formats import FORMATS
from leadscore.exports.manifest import MANIFEST, Manifest, read_manifest
from leadscore.exports.memory import Shared, forget_in_memory, is_memory, memory_sql
from leadscore.exports.parts import file_suffix
from leadscore.exports.removals import Forgetting, Removals
from leadscore.storage.access import keep_access
from leadscore.storage.files import Draft, files_below
from leadscore.storage.searchable import Finder, SearchableFile, SearchKind

KINDS = ("full", "changes", "removed")


@dataclass(frozen=True)
class _Exported:
    """What stands in a folder of one segment: its manifest, if that can be read, and its files.

    Attributes:
        place: The manifest.
        segment_id: The segment.
        manifest: What it says; None: it is damaged, but its name tells the segment.
        files: Those that it lists, and others of earlier exports: of the segment's name and a format.
    """

    place: Path
    segment_id: str
    manifest: Manifest | None
    files: tuple[Path, ...]


def forget_from(folder: Path, forgetting: Forgetting, last_run: int) -> list[Path]:
    """Remove the files of an export folder that may tell of a person, from their manifests too.

    Whom a list's reader is to take off it is written first. Links are left: what they lead to isn't of this
    folder. The search afterwards says if it names them.

    Args:
        folder: The folder, with all of its sub-folders; one that isn't there holds nobody.
        forgetting: Who; files of the person's segments go whatever they hold (hashes, say).
        last_run: The last run that changed a segment, the person aside: exports go on from there.

    Returns:
        The files that were removed.
    """
    files = files_below(folder, but=_is_of_others)
    places = sorted({file.parent for file in files if _may_be_exported(file, forgetting.finder)})
    return [file for place in places for file in _forget_in(place, forgetting, last_run)]


def exported_files(folder: Path) -> Iterator[SearchableFile]:
    """The files of an export folder and its sub-folders, manifests too, and how each is searched.

    Beside a manifest that is all there is: copies have any name. Elsewhere it is what has an export's suffix.
    """
    files = list(files_below(folder, but=_is_of_others))
    exported = {file.parent for file in files if file.name.endswith(MANIFEST)}
    removals = {place for folder in exported for place in _marked_removals(folder)}
    for file in files:
        if file.name != LOCK and (file.parent in exported or _has_known_name(file)):
            yield replace(_searchable(file), is_removal=file in removals)


def _marked_removals(folder: Path) -> list[Path]:
    """The files that tell readers of a folder of people who were forgotten."""
    manifests = [exported.manifest for exported in _exports(folder) if exported.manifest]
    files = [manifest.files.get(KIND) for manifest in manifests]
    return [folder / Path(file.name).name for file in files if file and file.is_told_again]


def _forget_in(folder: Path, forgetting: Forgetting, last_run: int) -> list[Path]:
    removed: list[Path] = []
    finder = forgetting.finder
    with exclusive_folder(folder):
        for draft in folder.glob(".*.tmp"):  # an export that was interrupted
            draft.unlink()
        removals: set[Path] = set()
        shared: dict[str | None, Shared | None] = {}
        for exported in _exports(folder):
            if exported.manifest and not forgetting.are_told:
                shared[exported.manifest.memory] = Removals.of(folder, exported.manifest).shared(finder)
            gone, kept = _forget(exported, forgetting, last_run)
            removed += gone
            removals |= kept
        for memory in filter(is_memory, sorted(folder.iterdir())):
            forget_in_memory(memory, finder, shared.get(memory.name))
        for file in sorted(set(folder.iterdir()) - removals):  # what no manifest tells of any more
            if file.is_file() and not file.is_symlink() and _is_of_segment(file, finder):
                file.unlink()
                removed.append(file)
    return removed


def _exports(folder: Path) -> Iterator[_Exported]:
    for place in sorted(folder.glob(f"*{MANIFEST}")):
        try:
            manifest = read_manifest(place)
        except (ExportRefusedError, OSError):
            manifest = None
        listed = (
            [] if manifest is None else [folder / Path(file.name).name for file in manifest.files.values()]
        )
        segment_id = unquote(_stem(place)) if manifest is None else manifest.segment_id
        files = dict.fromkeys([*listed, *_files_by_name(place)])
        yield _Exported(place, segment_id, manifest, tuple(files))


def _forget(exported: _Exported, forgetting: Forgetting, last_run: int) -> tuple[list[Path], set[Path]]:
    """Remove files of a segment.

    Returns:
        Those that were removed, and the file of removals, if there is one to be kept.
    """
    finder, folder = forgetting.finder, exported.place.parent
    manifest = exported.manifest and Removals.of(folder, exported.manifest).after(forgetting)
    kind = manifest and manifest.files.get(KIND)
    removals = {folder / Path(kind.name).name} if kind else set()
    removed, kept = [], {place.name for place in removals}
    for file in exported.files:
        if file in removals:
            continue
        if not (finder.belongs_to(exported.segment_id) or finder.count_in(_searchable(file))):
            kept.add(file.name)
        elif file.is_file() and not file.is_symlink():
            file.unlink()
            removed.append(file)
    if manifest is not None:
        changed = replace(
            manifest,
            exported_through=min(manifest.exported_through, last_run),
            files={kind: file for kind, file in manifest.files.items() if Path(file.name).name in kept},
            tells_changes=manifest.tells_changes or "changes" in manifest.files,
            record=None if finder.belongs_to(exported.segment_id) else manifest.record,
        )
        if changed != exported.manifest:
            draft = Draft(exported.place)
            changed.write(draft)
            keep_access(draft.path, exported.place)
            draft.publish()
    return removed, removals


def _may_be_exported(file: Path, finder: Finder) -> bool:
    is_of_export = file.name.endswith(MANIFEST) or file.name == LOCK or is_memory(file)
    return is_of_export or _is_of_segment(file, finder)


def _is_of_segment(file: Path, finder: Finder) -> bool:
    """Whether a file is called like one of a segment that the person was in."""
    for name in FORMATS:
        if file.name.endswith(f".{name}"):
            stem = file.name.removesuffix(f".{name}")
            if any(finder.belongs_to(unquote(stem.removesuffix(file_suffix(kind)))) for kind in KINDS):
                return True
    return False


def _has_known_name(file: Path) -> bool:
    return is_memory(file) or file.name.endswith((".json", *(f".{name}" for name in FORMATS)))


def _is_of_others(folder: Path) -> bool:
    """Whether a sub-folder holds programs, where somebody exports to the folder that they work in."""
    return folder.name == ".git" or (folder / "pyvenv.cfg").is_file()


def _searchable(file: Path) -> SearchableFile:
    """How a file is searched, as its format says; what has no format is text."""
    if is_memory(file):
        return SearchableFile(file, file.parent, SearchKind.ROWS, memory_sql(file))
    if not file.name.endswith(MANIFEST):
        for name, form in FORMATS.items():
            if form.relation_sql is not None and file.name.endswith(f".{name}"):
                return SearchableFile(file, file.parent, SearchKind.ROWS, form.relation_sql(file))
    return SearchableFile(file, file.parent, SearchKind.TEXT)


def _stem(place: Path) -> str:
    return place.name.removesuffix(MANIFEST)


def _files_by_name(place: Path) -> list[Path]:
    """The files that a segment's exports may have, whatever their format."""
    named = [
        place.with_name(f"{_stem(place)}{file_suffix(kind)}.{name}") for kind in KINDS for name in FORMATS
    ]
    return [file for file in named if file.is_file()]
