"""Who may open a publication: as the one before it was opened up, or `LEADSCORE_FILE_MODE` says."""

from leadscore.publication.base import MOVED
from leadscore.publication.folder import DATABASE, PublicationFolder
from leadscore.publication.record import Publication
from leadscore.storage.access import PRIVATE, mode_of, of_folder, settle


def settle_access(folder: PublicationFolder, last: Publication | None, wanted: int) -> None:
    """Say who may open the files that are being published, and the folders that they lie in.

    Args:
        folder: The published folder; readers aren't led to the new publication yet.
        last: The publication that they see.
        wanted: The mode of files that is asked for.
    """
    given = int(last.file_mode, 8) if last and last.file_mode else None
    for file in folder.building.iterdir():
        # A mart that is new is for whoever may read the database, which holds it too.
        visible = folder.path / file.name
        before = visible if visible.exists() and not file.name.startswith(".") else folder.path / DATABASE
        if file.name == MOVED:
            file.chmod(PRIVATE)
        else:
            settle(file, before, given, wanted)
    current = folder.current()
    given_folder = None if given is None else of_folder(given)
    settle(
        folder.building,
        folder.building if current is None else folder.of(current),
        of_folder(PRIVATE) if current is None else given_folder,
        of_folder(wanted),
    )
    for outer in (folder.store, folder.path):
        if mode_of(outer) == (given_folder or of_folder(PRIVATE)):
            outer.chmod(of_folder(wanted))
