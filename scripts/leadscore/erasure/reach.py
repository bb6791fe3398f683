"""What an erasure couldn't reach: refused before anything is erased, or searched where it may be left."""

from collections.abc import Iterator
from pathlib import Path

from leadscore.delivery.ledger import ledger_path
from leadscore.errors import UsageMistakeError
from leadscore.settings import Settings, Variable, said


def refuse_unreachable(settings: Settings) -> None:
    """Refuse where a file would go on under a name that nobody knows.

    Raises:
        UsageMistakeError: A file has a second name, which would keep it, or the publication leads elsewhere.
    """
    for file in (settings.database, ledger_path(settings.database)):
        if file.is_file() and file.stat().st_nlink > 1:
            raise UsageMistakeError(
                f"{file} has {file.stat().st_nlink} names on this disk (hard links): "
                "under the others the person would stay. Nothing was erased",
                f"Find them with `find <disk> -samefile {file}`, and remove all but this one.",
            )
    for link, target in _links_out(settings.published):
        raise UsageMistakeError(
            f"{link} leads to {target}, which isn't in the published folder and would keep the person. "
            "Nothing was erased",
            "Remove the link, and that file if nobody needs it; the next publication writes one there.",
        )


def other_names(settings: Settings) -> list[Path]:
    """What the database is called where it was given by a link: earlier versions left files beside that."""
    given = said(Variable.DATABASE)
    path = Path(given).absolute() if given else settings.root / "leadscore.duckdb"
    is_link = path.is_file() and path.parent.resolve() / path.name != settings.database
    return [path] if is_link and path.resolve() == settings.database else []


def _links_out(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Links in the published folder to files outside of it, but for the folders that hold publications."""
    inside = [place.resolve() for place in (folder, folder / ".publications")]
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_symlink() and path.is_file():
            target = path.resolve()
            if not any(target.is_relative_to(place) for place in inside):
                yield path, target
