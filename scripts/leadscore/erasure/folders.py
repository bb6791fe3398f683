"""Where files about people were written to: the folders that an erasure searches."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from stat import S_IMODE

from leadscore.erasure.matcher import Matcher
from leadscore.settings import Settings, Variable, said
from leadscore.storage.files import write_atomically
from leadscore.storage.register import WrittenFolder, register_path, registered
from leadscore.text import counted

# As syncs/segment_changes_file.yml calls them.
DELIVERED = "segment_changes_*.jsonl"


def written_folders(
    settings: Settings, given: Sequence[Path], say: Callable[[str], None]
) -> list[WrittenFolder]:
    """The folders to search: those that are given, and those that were ever written to.

    Args:
        settings: Where the register is.
        given: Folders that a user names, as they name them.
        say: Is told what can't be searched.
    """
    kept, damaged = registered(settings.database)
    register = register_path(settings.database)
    if damaged:
        lines = counted(damaged, "line")
        say(f"{lines} of {register} can't be read: name the folders that may be missing by --exports.")
    delivery = said(Variable.DELIVERY_FOLDER)
    named = [WrittenFolder(folder) for folder in given]
    named += [WrittenFolder(Path(delivery).absolute(), DELIVERED)] if delivery else []
    found: dict[tuple[Path, str | None], WrittenFolder] = {}
    for written in (*named, *kept):
        found.setdefault((written.folder.resolve(), written.files), written)
    folders = list(found.values())
    missing = dict.fromkeys(written.folder for written in folders if not written.folder.is_dir())
    for folder in missing:
        advice = (
            f"if it was moved, name it by --exports; if it is gone, remove its line from {register}"
            if any(folder == written.folder for written in kept)
            else "if the exports are elsewhere, name their folder by --exports"
        )
        say(f"Not searched: there is no folder {folder.absolute()}; {advice}.")
    for folder in dict.fromkeys(written.folder for written in folders if not written.is_own):
        say(
            f"{folder} is searched only: what wrote to it was this database under another path, or one that "
            "it is a copy of. To remove files there, name it by --exports."
        )
    return folders


def erase_delivered(written: WrittenFolder, matcher: Matcher) -> list[Path]:
    """Take a person's lines out of the files that deliveries wrote, and return those changed.

    A delivery isn't made again, so the others' lines must stay. A line that says that the person is removed
    goes as well: whoever reads the folder has had it since the delivery before this erasure.
    """
    if written.files is None or not written.is_own or not written.folder.is_dir():
        return []
    name = re.compile(".*".join(map(re.escape, written.files.split("*"))))
    changed = []
    for file in sorted(written.folder.iterdir()):
        is_delivered = file.suffix == ".jsonl" and name.fullmatch(file.name) and not file.is_symlink()
        if is_delivered and file.is_file() and matcher.found_in(file):
            lines = file.read_bytes().splitlines(keepends=True)
            content = b"".join(line for line in lines if not matcher.is_named_in(line))
            beside = file.with_name(f".{file.name}.tmp")
            write_atomically(file, content, beside=beside, mode=S_IMODE(file.stat().st_mode))
            changed.append(file)
    return changed
