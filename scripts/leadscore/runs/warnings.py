"""What a run warns of: files that nothing reads, and tests that warn."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from leadscore.build.outcome import Failure
from leadscore.configuration.misnamed import misnamed_seeds
from leadscore.runs.rejections import rejections
from leadscore.storage.database import Database

# The data test that warns of rejected rows.
REJECTIONS = "no_rows_are_rejected"


def misnamed_files(seeds: Path) -> list[Failure]:
    """Files of the seeds' folder that nothing reads, and that seem to be meant."""
    return [
        Failure(mistake.seed, str(mistake.value), f"{mistake.problem}; {mistake.allowed}")
        for mistake in misnamed_seeds(seeds)
    ]


def with_reasons(warnings: Iterable[Failure], database: Database) -> list[Failure]:
    """Warnings, of rejected rows with the reasons.

    Args:
        warnings: Those of a run.
        database: What it published.
    """
    return [
        replace(warning, message="\n  ".join([warning.message, *rejections(database)]))
        if warning.node == REJECTIONS
        else warning
        for warning in warnings
    ]
