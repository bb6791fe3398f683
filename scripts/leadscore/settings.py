"""Where things are: the project, its database, what it publishes and its configuration."""

import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from leadscore.errors import UsageMistakeError
from leadscore.text import one_line

# The checkout that the package is installed from: an editable install, always.
PROJECT_ROOT = Path(__file__).resolve().parents[2]


class Variable(StrEnum):
    """The environment variables that the command reads; docs/configuration.md says what each is."""

    DATABASE = "LEADSCORE_DATABASE"
    PUBLISHED = "LEADSCORE_PUBLISHED"
    SEEDS = "LEADSCORE_SEEDS"
    PARQUET = "LEADSCORE_PARQUET"
    FILE_MODE = "LEADSCORE_FILE_MODE"
    MEMORY_LIMIT = "LEADSCORE_MEMORY_LIMIT"
    THREADS = "LEADSCORE_THREADS"
    DELIVERY_FOLDER = "LEADSCORE_DELIVERY_FOLDER"
    TARGET = "LEADSCORE_TARGET"
    SPARK_MARTS = "LEADSCORE_SPARK_MARTS"
    DEBUG = "LEADSCORE_DEBUG"
    PROGRESS = "LEADSCORE_PROGRESS"


# DuckDB calls a database by its file's name up to the first dot; as these SQL would mean something else.
TAKEN_NAMES = frozenset(
    {
        # schemas of the database
        *("configuration", "information_schema", "intermediate", "main", "marts", "pg_catalog", "raw"),
        *("seeds", "staging", "state", "store"),
        # what DuckDB calls its own databases, and what commands call those that they open beside it
        *("ledger", "memory", "published", "rewritten_for_erasure", "served", "source", "system", "temp"),
    }
)
# In the published folder: the file that readers open, and the hidden folder that its link leads to.
PUBLISHED_NAME, PUBLICATIONS = "leadscore.duckdb", ".publications"
# For what is written beside a database: its name and more.
LONGEST_NAME_BYTES = 220


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
        """Read the settings from `LEADSCORE_*`; what isn't set lies in the project.

        Raises:
            UsageMistakeError: DuckDB or dbt couldn't work with one of the paths.
        """
        env = os.environ if environment is None else environment
        database = _real(Path(env.get(Variable.DATABASE) or PROJECT_ROOT / "leadscore.duckdb"))
        published = _real(Path(env.get(Variable.PUBLISHED) or database.parent / "published"))
        _refuse_database(database)
        _refuse_published(published, database)
        return cls(
            root=PROJECT_ROOT,
            database=database,
            published=published,
            # As dbt_project.yml reads it: relative to the project.
            seeds=PROJECT_ROOT / (env.get(Variable.SEEDS) or "seeds"),
        )

    @property
    def published_database(self) -> Path:
        """The DuckDB file that readers open."""
        return self.published / PUBLISHED_NAME

    @property
    def lock(self) -> Path:
        """The file that is locked while something writes the database."""
        return self.database.with_name(f"{self.database.name}.lock")


def catalog_name(database: Path) -> str:
    """What DuckDB calls an open database: its file's name up to the first dot, but for dots before it."""
    return database.name.lstrip(".").split(".")[0]


def _refuse_database(path: Path) -> None:
    """Refuse what a command would fail with: dbt reads paths as web addresses, and puts names into SQL."""
    advice = "Set LEADSCORE_DATABASE (or --database) to another file, such as leadscore.duckdb."
    _refuse_signs(Variable.DATABASE, path, "?#\\")
    if found := [sign for sign in "'\";" if sign in path.name]:
        raise UsageMistakeError(f"LEADSCORE_DATABASE: {_shown(path)} has a {found[0]} in its name", advice)
    name = catalog_name(path)
    if not name or name.lower() in TAKEN_NAMES:
        raise UsageMistakeError(
            f"LEADSCORE_DATABASE: DuckDB would call {_shown(path)} {name!r}, which has another meaning here",
            advice,
        )
    if len(os.fsencode(path.name)) > LONGEST_NAME_BYTES:
        raise UsageMistakeError(
            f"LEADSCORE_DATABASE: the name has more than {LONGEST_NAME_BYTES} bytes", advice
        )
    if path.is_dir():
        raise UsageMistakeError(f"LEADSCORE_DATABASE: {_shown(path)} is a folder", advice)


def _refuse_published(path: Path, database: Path) -> None:
    """Refuse a folder that can't be one, or in which readers' file would take the database's place."""
    _refuse_signs(Variable.PUBLISHED, path, "?\\")
    advice = "Set LEADSCORE_PUBLISHED (or --published) to a folder of its own, such as published."
    if path.is_file():
        raise UsageMistakeError(f"LEADSCORE_PUBLISHED: {_shown(path)} is a file", advice)
    if database == path / PUBLISHED_NAME:
        raise UsageMistakeError(
            f"LEADSCORE_PUBLISHED: readers' file would replace the database, {_shown(database)}", advice
        )
    if PUBLICATIONS in database.parts:
        raise UsageMistakeError(
            f"LEADSCORE_DATABASE: {_shown(database)} is a published file, which readers have open",
            "Set LEADSCORE_DATABASE (or --database) to the database that runs write.",
        )


def _refuse_signs(variable: str, path: Path, signs: str) -> None:
    found = [sign for sign in signs if sign in str(path)]
    found += ["control character" for sign in str(path) if unicodedata.category(sign) in ("Cc", "Cs")]
    if found:
        raise UsageMistakeError(
            f"{variable}: {_shown(path)} has a {found[0]}, which DuckDB or dbt takes for something else",
            "Choose a path without it.",
        )


def _shown(path: Path) -> str:
    return one_line(str(path), longest=200)


def _real(path: Path) -> Path:
    """A path without links in it; as it is where links go round in a circle, which opening it then says."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def said(variable: Variable, environment: Mapping[str, str] | None = None) -> str | None:
    """What an environment variable says; None if it isn't set, or empty."""
    return (os.environ if environment is None else environment).get(variable) or None


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
