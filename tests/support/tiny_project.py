"""A few contacts with a bit of everything: limits, sets, decay, windows, merges, manual edits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from leadscore.cli import app
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import PROJECT_ROOT, Settings
from typer.testing import CliRunner, Result
from workspaces import write_seeds

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
Rows = Sequence[Mapping[str, str]]
MODELS: Rows = [
    {
        "model_id": "lead",
        "title": "Lead",
        "starting_points": "10",
        "minimum_score": "0",
        "maximum_score": "60",
    },
    {"model_id": "exact", "title": "Exact"},
    {"model_id": "asleep", "title": "Asleep", "is_active": "false"},
]
RULES: Rows = [
    {"rule_id": "open", "title": "Opened", "points": "4", "category": "email", "trigger": "activity"}
    | {"model_id": "lead", "operation": "add", "activity": "email_open", "expires_after": "2 months"},
    {"rule_id": "click", "title": "Clicked", "points": "1.5", "category": "email", "trigger": "activity"}
    | {"model_id": "lead", "operation": "add", "activity": "email_click", "delay": "1 day"},
    {
        "rule_id": "complaint",
        "title": "Complained",
        "points": "25",
        "category": "trouble",
        "trigger": "activity",
    }
    | {"model_id": "lead", "operation": "subtract", "activity": "complaint", "decay": "linear"}
    | {"decay_percent": "30", "decay_every": "10 days"},
    {"rule_id": "busy", "title": "Is busy", "points": "10", "trigger": "window", "activity": "page_view"}
    | {"model_id": "lead", "operation": "add", "window_length": "7 days", "measure": "count"}
    | {"comparator": ">=", "threshold": "2"},
    {"rule_id": "silent", "title": "Fell silent", "points": "0", "trigger": "window", "activity": "page_view"}
    | {"model_id": "lead", "operation": "set", "window_length": "4 months", "measure": "count"}
    | {"comparator": "=", "threshold": "0"},
    {"rule_id": "role", "title": "Has a role", "points": "7", "category": "fit", "trigger": "profile"}
    | {"model_id": "lead", "operation": "add"},
    {"rule_id": "share", "title": "Shared", "points": "0.33333333", "trigger": "activity"}
    | {"model_id": "exact", "operation": "add", "activity": "email_open"},
    {"rule_id": "fade", "title": "Fades", "points": "3", "trigger": "activity", "activity": "email_click"}
    | {"model_id": "exact", "operation": "add", "decay": "exponential", "decay_percent": "33"}
    | {"decay_every": "1 week"},
]
SEEDS: Mapping[str, Rows] = {
    "scoring_models": MODELS,
    "scoring_rules": RULES,
    "rule_conditions": [
        {"rule_id": "role", "clause": "1", "field": "contact.job_title", "operator": "is set"}
    ],
    "model_conditions": [
        {"model_id": "exact", "clause": "1", "field": "contact.city", "operator": "=", "value": "Utrecht"}
    ],
    "category_limits": [
        {"model_id": "lead", "category": "email", "maximum": "10"},
        {"model_id": "lead", "category": "fit", "minimum": "5"},
    ],
    "score_bands": [
        {"model_id": "lead", "band_id": "cold", "title": "Cold", "below": "20", "action": "Wait"},
        {"model_id": "lead", "band_id": "hot", "title": "Hot [now]", "from_score": "25", "action": "Call"},
    ],
}


def day(number: int, hour: int = 12) -> datetime:
    """A day of 2026."""
    return datetime.fromordinal(datetime(2026, 1, 1).toordinal() + number).replace(hour=hour)


CONTACTS = [
    # contact_id, created_at, updated_at, job_title, city, merged_into, deleted_at
    ("ann", day(0), day(0), None, "Utrecht", None, None),
    ("ann", day(0), day(40), "CEO", "Utrecht", None, None),
    ("bob", day(3), day(3), None, None, None, None),
    ("old", day(1), day(50), None, "Utrecht", "ann", None),
    ("gone", day(1), day(1), None, "Utrecht", None, day(60)),
    # Scored whatever the clock says.
    ("cleo", datetime(2020, 1, 1), datetime(2020, 1, 1), None, "Utrecht", None, None),
    ("d'arcy", day(5, 23), day(5, 23), "Clerk", "Utrecht", None, None),
]
EVENTS = [
    *((f"open-{n}", "email_open", day(10 + 11 * n), ("ann", "old", "d'arcy")[n % 3]) for n in range(12)),
    *((f"click-{n}", "email_click", day(30 + 13 * n), ("ann", "d'arcy")[n % 2]) for n in range(9)),
    *((f"complaint-{n}", "complaint", day(n), "ann") for n in (35, 120, 135)),
    *((f"view-{n}", "page_view", day(n), "ann") for n in (12, 14, 70, 71, 72, 139, 141)),
    *((f"early-{n}", "page_view", day(-9), "d'arcy") for n in range(2)),
    ("nobody's", "email_open", day(10), "stranger"),
]
EDITS = [
    # adjustment_id, model_id, contact_id, operation, points, note, author, adjusted_at, deleted_at
    ("m-set", "lead", "ann", "set", "33.335", "a 'clean' start", "Eve", day(90), None),
    ("m-early", "lead", "ann", "set", "2", None, None, day(20), None),
    ("m-add", "lead", "old", "add", "2.5", 'was "old"; drop table x', "Eve", day(100), None),
    ("m-exact", "exact", "ann", "subtract", "0.005", "half a cent", "Eve", day(100), None),
    ("m-deleted", "lead", "ann", "add", "99", "a mistake", "Eve", day(101), day(102)),
    ("m-later", "lead", "ann", "add", "1", "planned", "Eve", day(300), None),
    ("m-waits", "lead", "stranger", "add", "1", "who?", "Eve", day(30), None),
    ("m-gone", "lead", "gone", "add", "1", "left", "Eve", day(30), None),
]


def write_rows(database: Path) -> None:
    """Fill the raw tables."""
    tables: dict[str, tuple[str, Sequence[Sequence[object]]]] = {
        "contacts": ("contact_id created_at updated_at job_title city merged_into deleted_at", CONTACTS),
        "events": ("event_id event_type occurred_at contact_id", EVENTS),
        "score_adjustments": (
            "adjustment_id model_id contact_id operation points note author adjusted_at deleted_at",
            EDITS,
        ),
    }
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        for table, (columns, rows) in tables.items():
            definitions = ", ".join(f"{column} varchar" for column in columns.split())
            connection.execute(f"create table raw.{table} ({definitions}, loaded_at timestamp)")
            marks = ", ".join("?" * len(columns.split()))
            connection.executemany(
                f"insert into raw.{table} values ({marks}, timestamp '2026-05-01')",
                [[None if cell is None else str(cell) for cell in row] for row in rows],
            )


@contextmanager
def tiny_project(folder: Path) -> Iterator[Settings]:
    """The project in a folder, for `leadscore` while this lasts; nothing is scored yet."""
    settings = Settings(PROJECT_ROOT, folder / "tiny.duckdb", folder / "published", folder / "seeds")
    write_seeds(settings.seeds, SEEDS)
    write_rows(settings.database)
    variables = {
        "LEADSCORE_DATABASE": str(settings.database),
        "LEADSCORE_PUBLISHED": str(settings.published),
        "LEADSCORE_SEEDS": str(settings.seeds),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "COLUMNS": "220",
    }
    with mock.patch.dict(os.environ, variables):
        yield settings


def score(settings: Settings) -> None:
    """Score and publish."""
    run_once(settings, RunRequest(as_of=AS_OF), print)


def leadscore(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, list(arguments))


def copied_database(
    database: Path, seeds: Mapping[str, Rows], folder: Path, patch: pytest.MonkeyPatch
) -> Settings:
    """Copy a database that runs have made, and work there, for commands."""
    write_seeds(folder / "seeds", seeds)
    for name, place in {
        "LEADSCORE_DATABASE": shutil.copy(database, folder),
        "LEADSCORE_SEEDS": folder / "seeds",
        "LEADSCORE_PUBLISHED": folder / "published",
        "DBT_TARGET_PATH": folder / "target",
        "DBT_LOG_PATH": folder / "logs",
    }.items():
        patch.setenv(name, str(place))
    patch.chdir(folder)
    return Settings.from_environment()
