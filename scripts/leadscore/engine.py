"""Which engine scores: DuckDB in this process, or Spark."""

import os

from leadscore.errors import UsageMistakeError

TARGET_VARIABLE = "LEADSCORE_TARGET"
EMBEDDED = "duckdb"


def target() -> str:
    """The target of profiles.yml that runs build in, as `LEADSCORE_TARGET` says."""
    return os.environ.get(TARGET_VARIABLE) or EMBEDDED


def is_embedded() -> bool:
    """Whether runs build in the DuckDB file."""
    return target() == EMBEDDED


def require_embedded(command: str, instead: str) -> None:
    """Refuse a command that writes raw tables where these aren't in the DuckDB file.

    Args:
        command: The command's name.
        instead: What to do on another engine.

    Raises:
        UsageMistakeError: Another engine is set.
    """
    if not is_embedded():
        raise UsageMistakeError(
            f"leadscore {command} is for the embedded engine, and {TARGET_VARIABLE} is {target()}", instead
        )
