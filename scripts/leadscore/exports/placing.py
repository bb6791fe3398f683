"""Putting what an export wrote in its places: all of it counts, or nothing does.

A manifest says which files of a segment count, so the segments of one export would begin to count one by one.
What their manifests said before stands in a file of its own until all are in place: whoever comes to a folder
that still has it puts them back, so that the same changes are told again.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from leadscore.errors import DamagedRecordError
from leadscore.storage.access import PRIVATE
from leadscore.storage.files import Draft, publish_together, sync_folder, write_atomically
from leadscore.storage.records import from_json

UNFINISHED = ".leadscore-export.before"


def place_together(folder: Path, files: Sequence[Draft], manifests: Sequence[Draft]) -> None:
    """Put files in their places, and then the manifests that make them count."""
    kept = folder / UNFINISHED
    before = {manifest.place.name: _text(manifest.place) for manifest in manifests}
    write_atomically(kept, json.dumps(before).encode(), beside=Draft(kept).path, mode=PRIVATE)
    publish_together(files)
    publish_together(manifests)
    kept.unlink()
    sync_folder(folder)


def put_back(folder: Path) -> None:
    """Undo what an export did that stopped before all of it counted; the caller holds the folder's lock.

    Raises:
        DamagedRecordError: What the manifests said before can't be read.
    """
    kept = folder / UNFINISHED
    try:
        before = from_json(dict[str, str | None], kept.read_bytes())
    except FileNotFoundError:
        return
    except ValueError as error:
        raise DamagedRecordError(
            f"{kept} isn't as an export that stopped left it: {error}",
            "Remove it, and export with --full: some changes may have been told to nobody.",
        ) from error
    for name, text in before.items():
        place = folder / Path(name).name
        if text is None:
            place.unlink(missing_ok=True)
        elif text != _text(place):
            write_atomically(place, text.encode(), beside=Draft(place).path)
    sync_folder(folder)
    kept.unlink()


def _text(place: Path) -> str | None:
    return place.read_text(encoding="utf-8") if place.is_file() else None
