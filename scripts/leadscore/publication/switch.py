"""Leading readers to a new publication: all files at one instant, where the file system has links."""

import shutil
from collections.abc import Callable
from pathlib import Path

from leadscore.publication.folder import DATABASE, PublicationFolder
from leadscore.storage.files import link_or_copy, replace_file, sync_folder, write_atomically


def switch(folder: PublicationFolder, number: int, warn: Callable[[str], None]) -> None:
    """Lead readers to a publication.

    Args:
        folder: The published folder.
        number: The publication, complete and on disk.
        warn: Is told once if files can only be replaced one by one.
    """
    names = _files(folder.of(number))
    if not _links_work(folder):
        _replace_one_by_one(folder, number, names, warn)
        return
    published = _published(folder)
    _adopt(folder, published)
    for gone in published - names:
        (folder.path / gone).unlink()
    _replace_by_link(folder.pointer, Path(folder.store.name, str(number)))
    for name in names:
        _point_to(folder, name)
    sync_folder(folder.path)


def _files(publication: Path) -> set[str]:
    """The names that readers know; what is hidden is for the next publication."""
    return {file.name for file in publication.iterdir() if not file.name.startswith(".")}


def _published(folder: PublicationFolder) -> set[str]:
    """The names in the folder that publications have put there; others are somebody else's."""
    known = {DATABASE}.union(*(_files(folder.of(number)) for number in folder.numbers()))
    return {
        file.name
        for file in folder.path.iterdir()
        if (file.name in known or _leads_to_publication(folder, file)) and not file.name.startswith(".")
    }


def _leads_to_publication(folder: PublicationFolder, file: Path) -> bool:
    return file.is_symlink() and file.readlink().parts[:1] == (folder.pointer.name,)


def _links_work(folder: PublicationFolder) -> bool:
    trial = folder.path / ".link.tmp"
    try:
        trial.unlink(missing_ok=True)
        trial.symlink_to(".publications")
        trial.unlink()
    except (OSError, NotImplementedError):
        return False
    return True


def _adopt(folder: PublicationFolder, names: set[str]) -> None:
    """Make plain files a publication too, so that they are switched with the rest."""
    if names and not folder.pointer.is_symlink():
        number = folder.current()
        if number is None:  # the former layout
            number = 0
            shutil.rmtree(folder.of(number), ignore_errors=True)
            folder.of(number).mkdir()
            for name in names:
                link_or_copy(folder.path / name, folder.of(number) / name)
        _replace_by_link(folder.pointer, Path(folder.store.name, str(number)))
    for name in names:
        if (folder.pointer / name).is_file():
            _point_to(folder, name)


def _point_to(folder: PublicationFolder, name: str) -> None:
    place, target = folder.path / name, Path(folder.pointer.name, name)
    if not place.is_symlink() or place.readlink() != target:
        _replace_by_link(place, target)


def _replace_by_link(place: Path, target: Path) -> None:
    link = place.with_name(f".{place.name.lstrip('.')}.tmp")
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    link.replace(place)


def _replace_one_by_one(
    folder: PublicationFolder, number: int, names: set[str], warn: Callable[[str], None]
) -> None:
    if not folder.pointer.is_file():
        warn(
            f"{folder.path} can't hold links: its files are replaced one after the other, so a reader of "
            "several files may meet two runs."
        )
    for name in names:
        copy = folder.path / f".{name}.tmp"
        link_or_copy(folder.of(number) / name, copy)
        replace_file(copy, folder.path / name)
    for gone in _published(folder) - names:
        (folder.path / gone).unlink()
    write_atomically(folder.pointer, str(number).encode(), beside=folder.path / ".pointer.tmp")
