"""Publishing: readers see whole files of the last good run, and nothing of a run that failed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from leadscore.errors import LeadscoreError, UsageMistakeError
from leadscore.publication import folder as publication_folder
from leadscore.publication import publish as publish_module
from leadscore.publication import switch as publication_switch
from leadscore.publication.folder import PublicationFolder
from leadscore.publication.publish import publish
from leadscore.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    place = tmp_path / "it's"
    place.mkdir()
    settings = Settings.from_environment({"LEADSCORE_DATABASE": str(place / "scored.duckdb")})
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


def visible(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.published.iterdir() if not path.name.startswith("."))


def publications(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.published / ".publications").iterdir())


def test_every_mart_is_published_as_table_and_as_parquet(settings: Settings) -> None:
    fill(
        settings,
        'create table marts."a ""b" as select 1 as x',
        "create schema staging",
        "create table staging.no (x int)",
    )
    assert publish(settings, lambda _: None) == ['a "b', "contact_scores"]
    parquet = duckdb.execute(
        f"from '{str(settings.published).replace(chr(39), chr(39) * 2)}/contact_scores.parquet'"
    ).fetchall()
    assert published(settings) == parquet
    assert visible(settings) == ['a "b.parquet', "contact_scores.parquet", "leadscore.duckdb"]


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
    before = {name: (settings.published / name).read_bytes() for name in visible(settings)}
    fill(
        settings,
        "update marts.contact_scores set score = 2",
        "create view marts.zz as select error('broken') as x",
    )

    with pytest.raises(LeadscoreError, match="broken"):
        publish(settings, lambda _: None)

    assert {name: (settings.published / name).read_bytes() for name in visible(settings)} == before
    assert not list(settings.published.glob(".publications/.*")), "nothing of it takes room"


@pytest.mark.parametrize("moment", ["while writing", "before the switch", "before the names"])
def test_what_a_killed_publication_left_is_no_obstacle(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    publish(settings, lambda _: None)
    fill(
        settings,
        "update marts.contact_scores set score = 2",
        "create table marts.new as select 1 as x",
    )

    class KilledError(BaseException):
        pass

    lead = publication_switch._point_to

    def kill(*_: object) -> None:
        raise KilledError

    def kill_at_new_name(folder: PublicationFolder, name: str) -> None:
        kill() if name == "new.parquet" else lead(folder, name)

    with monkeypatch.context() as patch:
        if moment == "while writing":
            patch.setattr(publish_module, "write_parquet", kill)
            patch.setattr(PublicationFolder, "abandon", kill)
        elif moment == "before the switch":
            patch.setattr(publication_switch, "_replace_by_link", kill)
        else:
            patch.setattr(publication_switch, "_point_to", kill_at_new_name)
        with pytest.raises(KilledError):
            publish(settings, lambda _: None)
    seen = 1.5 if moment != "before the names" else 2.0
    assert [float(str(row[1])) for row in published(settings)] == [seen]

    publish(settings, lambda _: None)
    assert [float(str(row[1])) for row in published(settings)] == [2.0]
    assert visible(settings) == ["contact_scores.parquet", "leadscore.duckdb", "new.parquet"]
    assert len(publications(settings)) <= 3


def test_the_current_publication_and_the_one_before_are_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        publish(settings, lambda _: None)
    assert publications(settings) == ["1", "2", "3", "4"], "readers may just be opening them"
    monkeypatch.setattr(publication_folder, "GRACE", timedelta(0))
    publish(settings, lambda _: None)
    assert publications(settings) == ["4", "5"]
    publish(settings, lambda _: None, whole=True)
    assert publications(settings) == ["6"], "nothing is left of what was erased"


def test_plain_files_of_the_former_layout_are_switched_like_the_rest(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.published.mkdir()
    (settings.published / ".leadscore.duckdb.tmp").write_bytes(b"half a file")
    (settings.published / "contact_scores.parquet").write_bytes(b"old")
    with duckdb.connect(str(settings.published_database)) as connection:
        connection.execute("create schema marts; create table marts.contact_scores as select 'old'")
    replace, seen = publication_switch._replace_by_link, []

    def watched(place: Path, target: Path) -> None:
        seen.append(_seen(settings))
        replace(place, target)
        seen.append(_seen(settings))

    monkeypatch.setattr(publication_switch, "_replace_by_link", watched)
    publish(settings, lambda _: None)
    assert seen[0] == (True, True) and seen[-1] == (False, False)
    assert set(seen) == {(True, True), (False, False)}, "both files change at one instant"
    assert visible(settings) == ["contact_scores.parquet", "leadscore.duckdb"]
    assert not list(settings.published.glob(".*.tmp"))


def test_files_of_others_in_the_published_folder_stay(settings: Settings) -> None:
    settings.published.mkdir()
    fill(settings, "create table marts.old as select 1 as x")
    (settings.published / "sales.parquet").write_bytes(b"mine")
    (settings.published / "link.parquet").symlink_to("sales.parquet")
    for statement in ("drop table marts.old", "create table marts.new as select 1 as x"):
        publish(settings, lambda _: None)
        fill(settings, statement)
    publish(settings, lambda _: None)
    ours, theirs = ["contact_scores", "new"], ["link", "sales"]
    expected = ["leadscore.duckdb", *(f"{name}.parquet" for name in (*ours, *theirs))]
    assert visible(settings) == sorted(expected)
    assert (settings.published / "link.parquet").read_bytes() == b"mine"


def test_a_database_where_readers_file_belongs_is_not_replaced(settings: Settings) -> None:
    settings.published.mkdir()
    with duckdb.connect(str(settings.published_database)) as connection:
        connection.execute("create schema raw; create table raw.events as select 1 as event_id")
    with pytest.raises(UsageMistakeError, match="isn't a publication"):
        publish(settings, lambda _: None)
    assert published(settings, "from raw.events") == [(1,)]
    settings.published_database.write_bytes(b"no database at all")
    publish(settings, lambda _: None)
    assert visible(settings) == ["contact_scores.parquet", "leadscore.duckdb"]


def _seen(settings: Settings) -> tuple[bool, bool]:
    """Whether the database and a Parquet file are still those of the former layout."""
    parquet = (settings.published / "contact_scores.parquet").read_bytes()
    return published(settings) == [("old",)], parquet == b"old"


def test_without_links_files_are_replaced_one_by_one_and_it_is_said_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    said: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(Path, "symlink_to", refuse)
        patch.setattr(Path, "hardlink_to", refuse)
        for score in (3, 4):
            fill(settings, f"update marts.contact_scores set score = {score}")
            publish(settings, lambda _: None, warn=said.append)
            assert [float(str(row[1])) for row in published(settings)] == [score]
    assert len(said) == 1 and "one after the other" in said[0]
    assert not any(path.is_symlink() for path in settings.published.iterdir())

    fill(settings, "update marts.contact_scores set score = 5")
    publish(settings, lambda _: None, warn=said.append)
    assert (settings.published / "contact_scores.parquet").is_symlink(), "links work again"
    assert [float(str(row[1])) for row in published(settings)] == [5.0]


def test_a_mart_that_no_longer_exists_is_no_longer_published(settings: Settings) -> None:
    fill(settings, "create table marts.old as select 1 as x")
    publish(settings, lambda _: None)
    fill(settings, "drop table marts.old")
    publish(settings, lambda _: None)
    assert not (settings.published / "old.parquet").exists()
    assert published(settings, "select table_name from information_schema.tables") == [("contact_scores",)]
