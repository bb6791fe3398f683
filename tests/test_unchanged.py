"""What a run may leave as it is: the stamp of the configuration and of the raw tables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_clone import Demo
from leadscore.configuration.unchanged import (
    configuration_unchanged,
    files_stamp,
    remember_configuration,
)
from leadscore.storage.database import Database, open_database


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one file, with one seed."""
    (tmp_path / "dbt_project.yml").write_text("name: p\n", encoding="utf-8")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "scoring_rules.csv").write_text("rule_id\nr\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def database() -> Iterator[Database]:
    """A database whose configuration is built."""
    with open_database(None) as found:
        for schema in ("raw", "seeds", "configuration"):
            found.execute(f"create schema {schema}")
        found.execute("create table raw.events (event_id varchar)")
        found.execute("create table seeds.scoring_rules as select 'r' as rule_id")
        yield found


def remember(database: Database, project: Path) -> None:
    read = files_stamp(project, project / "seeds", {})
    remember_configuration(database, project, project / "seeds", {}, read)


CHANGES = {
    "a seed's rows": "update seeds.scoring_rules set rule_id = 's'",
    "a raw column": "alter table raw.events add column event_type varchar",
    # Staged views of tables tell the places of rows, which a view has not.
    "a table that becomes a view": "drop table raw.events; create view raw.events as select 'e' as event_id",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_in_the_database_is_noticed(project: Path, database: Database, change: str) -> None:
    remember(database, project)
    assert configuration_unchanged(database, project, project / "seeds", {})
    for statement in change.split("; "):
        database.execute(statement)
    assert not configuration_unchanged(database, project, project / "seeds", {})


def test_new_rows_and_other_variables(project: Path, database: Database) -> None:
    remember(database, project)
    database.execute("insert into raw.events values ('e')")
    assert configuration_unchanged(database, project, project / "seeds", {})
    assert not configuration_unchanged(database, project, project / "seeds", {"time_zone": "UTC"})
    (project / "seeds" / "scoring_rules.csv").write_text("rule_id\ns\n", encoding="utf-8")
    assert not configuration_unchanged(database, project, project / "seeds", {})


def test_a_models_folder_and_seeds_in_folders_count(project: Path, database: Database) -> None:
    model = project / "models" / "of_a_team" / "own.sql"
    model.parent.mkdir(parents=True)
    model.write_text("select 1", encoding="utf-8")
    (project / "seeds" / "of_a_team").mkdir()
    seed = project / "seeds" / "of_a_team" / "own.csv"
    for change in (
        lambda: model.parent.rename(project / "models" / "elsewhere"),
        lambda: seed.write_text("a\n1\n", encoding="utf-8"),
        lambda: seed.write_text("a\n2\n", encoding="utf-8"),
    ):
        remember(database, project)
        assert configuration_unchanged(database, project, project / "seeds", {})
        change()
        assert not configuration_unchanged(database, project, project / "seeds", {})


def test_what_was_edited_while_a_run_read_it_counts_as_changed(project: Path, database: Database) -> None:
    read = files_stamp(project, project / "seeds", {})
    (project / "seeds" / "scoring_rules.csv").write_text("rule_id\ns\n", encoding="utf-8")
    remember_configuration(database, project, project / "seeds", {}, read)
    assert not configuration_unchanged(database, project, project / "seeds", {})


def test_nothing_has_changed_however_often_the_database_is_opened(demo: Demo, tmp_path: Path) -> None:
    """DuckDB writes some lists of columns of a view in another order each time."""
    copy = Path(shutil.copy(demo.database, tmp_path))
    for _ in range(4):
        with open_database(copy) as database:
            assert configuration_unchanged(database, demo.folder, demo.folder / "seeds", {})
            database.execute("create or replace table state.opened as select 1 as once")
