"""Checking the configuration: its mistakes, and what can't be meant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadscore.build.project import DbtProject
from leadscore.configuration.misnamed import misnamed_seeds
from leadscore.configuration.seeds import SEEDS, count_rows
from leadscore.configuration.unseen import Watcher, unseen_activities
from leadscore.configuration.variables import reads_raw_schema
from leadscore.engine import EMBEDDED, is_embedded
from leadscore.errors import LeadscoreError
from leadscore.mistakes import Mistake
from leadscore.output.progress import step_progress
from leadscore.runs.refusal import raise_for_failure, refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import hold_lock, holder

VALIDATE_WAIT_SECONDS = 60.0
WARNINGS = """
select seed, row_number, row_key, column_name, value, problem, allowed
from configuration.config_warnings
"""
WATCHERS = """
select 'scoring_rules' as seed, rules.row_number, rules.rule_id as row_key, rules.activity
from configuration.typed_rules as rules
inner join configuration.config_rules as active on rules.rule_id = active.rule_id
where rules.activity is not null

union all

select 'conversions' as seed, cells.row_number, cells.row_key, cells.value as activity
from configuration.seed_cells as cells
inner join configuration.config_conversions as active on cells.row_key = active.conversion_id
where cells.seed = 'conversions' and cells.column_name = 'activity'
order by seed, row_number
"""


@dataclass(frozen=True)
class Validation:
    """A configuration without mistakes.

    Attributes:
        models: How many models it has.
        rules: How many rules.
        warnings: What can't be meant, in the order of the seeds; `allowed` says what to do.
    """

    models: int
    rules: int
    warnings: Sequence[Mistake]


def validated(settings: Settings, say: Callable[[str], None]) -> Validation:
    """Check the configuration, one at a time.

    Args:
        settings: Where everything is.
        say: Is told who is checking while this waits for it.

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
            outcome = project.build(progress, select="+config_errors +config_warnings config_conversions")
        raise_for_failure(outcome, database)
        warnings, watchers = _found(database)
    return Validation(
        models=count_rows(settings.seeds, "scoring_models"),
        rules=count_rows(settings.seeds, "scoring_rules"),
        warnings=sorted(
            [*misnamed_seeds(settings.seeds), *warnings, *_unseen(settings, watchers)], key=_place
        ),
    )


def _found(database: Path) -> tuple[list[Mistake], list[Watcher]]:
    """The warnings about the seeds, and what the data may have nothing for."""
    with open_database(database, read_only=True) as connection:
        return (
            [Mistake(**record) for record in connection.records(WARNINGS)],
            [Watcher(*row) for row in connection.execute(WATCHERS)],
        )


def _unseen(settings: Settings, watchers: Sequence[Watcher]) -> list[Mistake]:
    """What the data tells, if it can be read now; without its lock, so that nobody waits for this."""
    if not is_embedded() or not settings.database.exists() or not reads_raw_schema(settings.root, {}):
        return []
    try:
        if holder(settings.lock) is not None:
            return []
        with open_database(settings.database, read_only=True) as database:
            # Whoever has begun meanwhile finds it closed again; who begins now waits until it is.
            return unseen_activities(database, watchers) if holder(settings.lock) is None else []
    except (LeadscoreError, OSError):
        return []


def _place(mistake: Mistake) -> tuple[int, int, str, str]:
    return (
        SEEDS.index(mistake.seed),
        mistake.row_number or 0,
        mistake.column_name or "",
        mistake.problem,
    )
