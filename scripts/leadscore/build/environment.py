"""The environment in which dbt runs in this process, as if started from the project's folder."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from leadscore.build.staged_seeds import seeds_for_dbt


@contextmanager
def as_dbt_sees(root: Path, database: Path, seeds: Path, engine: str | None = None) -> Iterator[None]:
    """Set only the variables that differ from the project's defaults, and unset the others."""
    wanted: dict[str, str | None] = {
        "LEADSCORE_DATABASE": None if database == root / "leadscore.duckdb" else str(database),
        "LEADSCORE_SEEDS": None if seeds == root / "seeds" else seeds_for_dbt(root, seeds),
    }
    if engine is not None:
        wanted["LEADSCORE_TARGET"] = engine
    before = {name: os.environ.get(name) for name in wanted}
    folder = Path.cwd()
    try:
        os.chdir(root)
        _set_environment(wanted)
        yield
    finally:
        _set_environment(before)
        os.chdir(folder)


def _set_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
