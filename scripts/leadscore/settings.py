"""Where things are: the project, its database, what it publishes and its configuration."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# The checkout that the package is installed from: an editable install, always.
PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """The places that a command works with.

    Attributes:
        root: The dbt project.
        database: The DuckDB file that holds the raw tables and the marts: the file itself, whatever links
            lead to it, so that it has one lock, one ledger and one run log under all its names.
        published: The folder that readers open.
        seeds: The folder with the configuration.
    """

    root: Path
    database: Path
    published: Path
    seeds: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from `LEADSCORE_*`; what isn't set lies in the project."""
        env = os.environ if environment is None else environment
        database = _real(Path(env.get("LEADSCORE_DATABASE") or PROJECT_ROOT / "leadscore.duckdb"))
        return cls(
            root=PROJECT_ROOT,
            database=database,
            published=_real(Path(env.get("LEADSCORE_PUBLISHED") or database.parent / "published")),
            # As dbt_project.yml reads it: relative to the project.
            seeds=PROJECT_ROOT / (env.get("LEADSCORE_SEEDS") or "seeds"),
        )

    @property
    def published_database(self) -> Path:
        """The DuckDB file that readers open."""
        return self.published / "leadscore.duckdb"

    @property
    def lock(self) -> Path:
        """The file that is locked while something writes the database."""
        return self.database.with_name(f"{self.database.name}.lock")


def _real(path: Path) -> Path:
    """A path without links in it; as it is where links go round in a circle, which opening it then says."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def is_set(variable: str) -> bool:
    """Whether the user has set an environment variable."""
    return bool(os.environ.get(variable))


@contextmanager
def variables_set(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Environment variables that are set meanwhile, and those that aren't (None)."""
    before = {name: os.environ.get(name) for name in variables}
    _set(variables)
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
