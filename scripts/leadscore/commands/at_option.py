"""The option `--at`: an instant, in UTC."""

from datetime import datetime

from leadscore.commands.arguments import as_of_instant
from leadscore.errors import UsageMistakeError


def at_instant(text: str) -> datetime:
    """The instant of `--at`, as the database has it: UTC without a zone."""
    try:
        return as_of_instant(text).replace(tzinfo=None)
    except UsageMistakeError as error:
        raise UsageMistakeError(f"--at {text!r} is not an instant", error.advice) from error
