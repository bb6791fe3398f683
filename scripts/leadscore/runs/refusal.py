"""What a configuration with mistakes, or a build that failed, says to the user."""

from pathlib import Path

from leadscore.build.outcome import BuildOutcome, failed_run
from leadscore.configuration.seeds import structural_mistakes
from leadscore.errors import ConfigurationMistakesError
from leadscore.mistakes import Mistake
from leadscore.settings import Settings
from leadscore.storage.database import open_database

MISTAKES = """
select seed, row_number, row_key, column_name, value, problem, allowed
from configuration.config_errors
order by seed, row_number, column_name, problem
"""


def refuse_broken_seeds(settings: Settings) -> None:
    """Stop before dbt starts if a seed isn't a proper CSV file."""
    if mistakes := structural_mistakes(settings.seeds):
        raise ConfigurationMistakesError(mistakes)


def raise_for_failure(outcome: BuildOutcome, database: Path) -> None:
    """Turn a failed build into what the user should hear: mistakes in the configuration, else what failed."""
    if outcome.succeeded:
        return
    if outcome.configuration_checked:
        with open_database(database, read_only=True) as connection:
            mistakes = [Mistake(**record) for record in connection.records(MISTAKES)]
        if mistakes:
            raise ConfigurationMistakesError(mistakes)
    raise failed_run(outcome)
