"""What can go wrong, each with its exit code and what the user can do next."""

from collections.abc import Sequence
from typing import ClassVar

from leadscore.mistakes import Mistake
from leadscore.text import escaped


class LeadscoreError(Exception):
    """Something that the user is told about, without a traceback.

    Text is one line, whatever data stands in it: a line break, or what a terminal would obey, is escaped.
    Several lines are given as a list.

    Attributes:
        message: What happened.
        advice: What to do next; empty if the message says it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | Sequence[str], advice: str = "") -> None:
        lines = [message] if isinstance(message, str) else message
        self.message = "\n".join(map(escaped, lines))
        self.advice = escaped(advice)
        super().__init__(self.message)


class UsageMistakeError(LeadscoreError):
    """The command was called in a way that can't work."""

    exit_code = 2


class LoadRefusedError(LeadscoreError):
    """A file can't be loaded; nothing was."""


class DatabaseProblemError(LeadscoreError):
    """DuckDB refused something."""


class DatabaseBusyError(LeadscoreError):
    """Another process has the database."""


class NothingPublishedError(LeadscoreError):
    """No run has published yet."""


class RunFailedError(LeadscoreError):
    """A dbt run failed; the last publication stays as it is."""


class WrongVariableError(RunFailedError):
    """A dbt variable has a value that means nothing; a loop goes on, for it may stand in a file."""

    exit_code = 2


class DeliveryFailedError(LeadscoreError):
    """Not everything could be delivered; what couldn't waits for the next delivery."""


class DamagedRecordError(LeadscoreError):
    """A file that the command keeps for itself isn't as it was written."""


class ConfigurationMistakesError(LeadscoreError):
    """The configuration has mistakes.

    Attributes:
        mistakes: All of them.
    """

    exit_code = 2

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        count = len(mistakes)
        super().__init__(
            f"{count} mistake{'s' if count != 1 else ''} in the configuration",
            "Correct these rows of the seeds and check them with `leadscore validate`.",
        )
        self.mistakes = tuple(mistakes)
