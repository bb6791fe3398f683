"""Checking the configuration alone, in a database of its own."""

from collections.abc import Callable

from leadscore.build.project import DbtProject
from leadscore.configuration.seeds import count_rows
from leadscore.engine import EMBEDDED
from leadscore.output.progress import step_progress
from leadscore.runs.run import raise_for_failure, refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.storage.lock import hold_lock

VALIDATE_WAIT_SECONDS = 60.0


def validated(settings: Settings, say: Callable[[str], None]) -> tuple[int, int]:
    """Check the configuration, one at a time.

    Args:
        settings: Where everything is.
        say: Is told who is checking while this waits for it.

    Returns:
        The numbers of models and rules.

    Raises:
        ConfigurationMistakesError: It has mistakes.
    """
    refuse_broken_seeds(settings)
    target = settings.root / "target" / "validate"
    database = target / "leadscore.duckdb"  # always the same, so that dbt keeps what it has parsed
    with hold_lock(target / "leadscore.duckdb.lock", "validate", say, VALIDATE_WAIT_SECONDS):
        database.unlink(missing_ok=True)
        with step_progress("Checking") as progress:
            # In the embedded engine, wherever scores are made: the seeds are all that it reads.
            project = DbtProject(settings.root, database, settings.seeds, target, EMBEDDED)
            outcome = project.build(progress, select="+config_errors")
        raise_for_failure(outcome, database)
    return count_rows(settings.seeds, "scoring_models"), count_rows(settings.seeds, "scoring_rules")
