"""Publishing: readers see whole files of the last good run, and nothing of a run that failed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from scripts.errors import LeadscoreError
from scripts.publish import publish
from scripts.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.from_environment({"LEADSCORE_DATABASE": str(tmp_path / "it's.duckdb")})
    fill(
        settings,
        "create table marts.contact_scores as select 'c1' as contact_id, 1.50::decimal(18, 2) as score",
    )
    return settings


def fill(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("create schema if not exists marts")
        for statement in statements:
            connection.execute(statement)


def published(
    settings: Settings, sql: str = "from marts.contact_scores order by all"
) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        return list(connection.execute(sql).fetchall())


def test_every_mart_is_published_as_table_and_as_parquet(settings: Settings) -> None:
    fill(
        settings,
        'create table marts."a ""b" as select 1 as x',
        "create schema staging",
        "create table staging.no (x int)",
    )
    assert publish(settings, lambda _: None) == ['a "b', "contact_scores"]
    parquet = duckdb.sql(
        f"from '{str(settings.published).replace(chr(39), chr(39) * 2)}/contact_scores.parquet'"
    )
    assert published(settings) == parquet.fetchall()
    assert sorted(path.name for path in settings.published.iterdir()) == [
        'a "b.parquet',
        "contact_scores.parquet",
        "leadscore.duckdb",
    ]


def test_an_open_reader_keeps_what_it_has_and_the_next_one_sees_the_new_scores(settings: Settings) -> None:
    publish(settings, lambda _: None)
    with duckdb.connect(str(settings.published_database), read_only=True) as reader:
        fill(settings, "update marts.contact_scores set score = 2")
        publish(settings, lambda _: None)
        assert [
            float(row[0]) for row in reader.execute("select score from marts.contact_scores").fetchall()
        ] == [1.5]
    # In this process DuckDB would share the instance that the reader has open, hence only now.
    assert [float(str(row[1])) for row in published(settings)] == [2.0]


def test_a_failure_while_writing_leaves_the_last_publication(settings: Settings) -> None:
    publish(settings, lambda _: None)
    before = {path.name: path.read_bytes() for path in settings.published.iterdir()}
    fill(
        settings,
        "update marts.contact_scores set score = 2",
        "create view marts.zz as select error('broken') as x",
    )

    with pytest.raises(LeadscoreError, match="broken"):
        publish(settings, lambda _: None)

    after = {
        path.name: path.read_bytes() for path in settings.published.iterdir() if not path.name.startswith(".")
    }
    assert after == before


def test_what_a_killed_publication_left_is_no_obstacle(settings: Settings) -> None:
    settings.published.mkdir()
    (settings.published / ".leadscore.duckdb.tmp").write_bytes(b"half a file")
    publish(settings, lambda _: None)
    assert len(published(settings)) == 1


def test_a_mart_that_no_longer_exists_is_no_longer_published(settings: Settings) -> None:
    fill(settings, "create table marts.old as select 1 as x")
    publish(settings, lambda _: None)
    fill(settings, "drop table marts.old")
    publish(settings, lambda _: None)
    assert not (settings.published / "old.parquet").exists()
    assert published(settings, "select table_name from information_schema.tables") == [("contact_scores",)]
