"""Which engine scores: DuckDB in this process, or Spark."""

from leadscore.errors import UsageMistakeError
from leadscore.settings import PROJECT_ROOT, Variable, said

EMBEDDED = "duckdb"


def target() -> str:
    """The target of profiles.yml that runs build in, as `LEADSCORE_TARGET` says.

    Raises:
        UsageMistakeError: profiles.yml has no such target.
    """
    named = said(Variable.TARGET) or EMBEDDED
    if named != EMBEDDED and named not in (known := _known_targets()):
        raise UsageMistakeError(
            f"{Variable.TARGET} is {named!r}, but profiles.yml has no such target",
            f"Known are: {', '.join(known)}.",
        )
    return named


def _known_targets() -> list[str]:
    import yaml  # only where another engine is set

    profiles = yaml.safe_load((PROJECT_ROOT / "profiles.yml").read_text(encoding="utf-8"))
    return [str(name) for profile in profiles.values() for name in profile["outputs"]]


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
            f"leadscore {command} is for the embedded engine, and {Variable.TARGET} is {target()}", instead
        )
