"""The environment in which dbt runs in this process, as if started from the project's folder."""

import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from hashlib import sha256
from pathlib import Path

from leadscore.settings import Variable, variables_set


@contextmanager
def as_dbt_sees(root: Path, database: Path, seeds: Path, engine: str | None = None) -> Iterator[None]:
    """Set only the variables that differ from the project's defaults, and unset the others."""
    wanted: dict[str, str | None] = {
        Variable.DATABASE: None if database == root / "leadscore.duckdb" else str(database),
        Variable.SEEDS: None if seeds == root / "seeds" else seeds_for_dbt(root, seeds),
    }
    if engine is not None:
        wanted[Variable.TARGET] = engine
    with chdir(root), variables_set(wanted):
        yield


def seeds_for_dbt(root: Path, seeds: Path) -> str:
    """The path that `LEADSCORE_SEEDS` needs for dbt to read a folder of seeds.

    dbt writes what it ran for a seed under `target/run/<project>/`, at the seed's own path: for an absolute
    path that is the seed itself, and for one that climbs out of the project it is a file beside `target`. So
    seeds from elsewhere are read from a copy inside `target`.

    Args:
        root: The project's folder.
        seeds: The folder with the seeds.

    Returns:
        A path relative to the project's folder, within it.
    """
    seeds = seeds.resolve()
    if seeds.is_relative_to(root.resolve()):
        return str(seeds.relative_to(root.resolve()))
    staged = Path("target", "seeds", sha256(str(seeds).encode()).hexdigest()[:16])
    copy = root / staged
    copy.mkdir(parents=True, exist_ok=True)
    wanted = {file.name: file for file in seeds.glob("*.csv")}
    for leftover in copy.glob("*.csv"):
        if leftover.name not in wanted:
            leftover.unlink()
    for name, file in wanted.items():
        shutil.copyfile(file, copy / name)
    return str(staged)
