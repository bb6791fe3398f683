"""The environment in which dbt runs in this process, as if started from the project's folder."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from hashlib import sha256
from pathlib import Path

import yaml
from filelock import FileLock

from leadscore.settings import Variable, variables_set
from leadscore.storage.files import write_atomically

SEED_COLUMNS = Path("models", "configuration", "_seeds.yml")
# A project is parsed as if it built in a database of this name, which no other has.
PARSED_DATABASE = "parsed_for_all_databases"


@contextmanager
def as_dbt_sees(
    root: Path, database: Path, seeds: Path, engine: str | None = None, staged_seeds: Path | None = None
) -> Iterator[None]:
    """Set only the variables that differ from the project's defaults, and unset the others."""
    staged = seeds_for_dbt(root, seeds, staged_seeds)
    wanted: dict[str, str | None] = {
        Variable.DATABASE: None if database == root / "leadscore.duckdb" else str(database),
        Variable.SEEDS: None if staged == "seeds" else staged,
    }
    if engine is not None:
        wanted[Variable.TARGET] = engine
    with chdir(root), variables_set(wanted):
        yield


@contextmanager
def as_dbt_parses(seeds: Iterable[str], place: Path) -> Iterator[None]:
    """Let all of a project's commands parse the same, wherever their database and seeds are.

    dbt parses anew where these are elsewhere, though of the database it needs the name alone, and of a seed
    that there is one. So it parses with a database in its own folder, and with empty seeds, and `make_ready`
    leads what comes of that to others.

    Args:
        seeds: The names of the seeds' files.
        place: Where dbt keeps what it parsed, in the current folder.
    """
    folder = place / "seeds"
    wanted = {folder / name for name in seeds}
    with FileLock(_made(place) / "parsed.lock"):
        for leftover in {file for file in folder.rglob("*") if file.is_file()} - wanted:
            leftover.unlink()
        for file in wanted:
            _made(file.parent)
            file.touch()
        with variables_set(
            {Variable.DATABASE: str(place / f"{PARSED_DATABASE}.duckdb"), Variable.SEEDS: str(folder)}
        ):
            yield


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def seeds_for_dbt(root: Path, seeds: Path, always_in: Path | None = None) -> str:
    """The path that `LEADSCORE_SEEDS` needs for dbt to read a folder of seeds.

    dbt writes what it ran for a seed under `target/run/<project>/`, at the seed's own path: for an absolute
    path that is the seed itself, and for one that climbs out of the project it is a file beside `target`. So
    seeds from elsewhere are read from a copy inside `target`. So are those of a folder that lacks some of the
    files: these count as empty, and the copy has their headers.

    Args:
        root: The project's folder.
        seeds: The folder with the seeds.
        always_in: A folder within the project to read them from in any case; None: a copy only where one
            is needed.

    Returns:
        A path relative to the project's folder, within it.
    """
    seeds = seeds.resolve()
    missing = _missing_headers(root, seeds)
    if always_in is None and seeds.is_relative_to(root.resolve()) and not missing:
        return str(seeds.relative_to(root.resolve()))
    staged = always_in or Path("target", "seeds", sha256(str(seeds).encode()).hexdigest()[:16])
    copy = root / staged
    copy.mkdir(parents=True, exist_ok=True)
    wanted = {file.name: file.read_bytes() for file in seeds.glob("*.csv")}
    wanted |= {name: header.encode() for name, header in missing.items()}
    for leftover in copy.glob("*.csv"):
        if leftover.name not in wanted:
            leftover.unlink()
    for name, content in wanted.items():
        # Another command may be reading it: nobody sees half a file, and what stays isn't written.
        if not (copy / name).is_file() or (copy / name).read_bytes() != content:
            write_atomically(copy / name, content, beside=copy / f".{name}.{os.getpid()}")
    return str(staged)


def _missing_headers(root: Path, seeds: Path) -> dict[str, str]:
    """The files that a folder of seeds lacks -> the line that an empty one has."""
    described = root / SEED_COLUMNS
    text = described.read_text(encoding="utf-8") if described.is_file() else ""
    names = re.findall(r"^  - name: (\w+)$", text, re.M)
    if all((seeds / f"{name}.csv").is_file() for name in names):
        return {}
    return {
        f"{seed['name']}.csv": ",".join(seed["config"]["column_types"]) + "\n"
        for seed in yaml.safe_load(text)["seeds"]
        if not (seeds / f"{seed['name']}.csv").is_file()
    }
