"""Publishing only what changed: after any sequence of runs readers find exactly the database's rows."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from leadscore.errors import UsageMistakeError
from leadscore.publication import base as publication_base
from leadscore.publication import folder as publication_folder
from leadscore.publication.folder import PublicationFolder
from leadscore.publication.publish import publish
from leadscore.publication.record import MartRecord
from scored_databases import CONTACTS, HISTORY, ScoredDatabase, differences

BIG = "fct_score_ledger"
STORED = "store.int_ledger"


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of earlier publications may be taken at once."""
    monkeypatch.setattr(publication_base, "GRACE", timedelta(0))
    monkeypatch.setattr(publication_folder, "GRACE", timedelta(0))
    monkeypatch.setenv("LEADSCORE_PARQUET", "all")


def published(database: ScoredDatabase) -> None:
    publish(database.settings, lambda _: None)


def record(database: ScoredDatabase, table: str = STORED) -> MartRecord:
    last = PublicationFolder(database.settings.published).last()
    assert last is not None
    return last.marts[table]


def inode(path: Path) -> int:
    return path.stat().st_ino


@pytest.mark.parametrize("seed", range(3))
def test_after_any_sequence_of_runs_every_published_mart_is_the_databases(tmp_path: Path, seed: int) -> None:
    database = ScoredDatabase(tmp_path, seed)
    for _ in range(10):
        happens = database.chance.random()
        if database.run_number == 0 or happens < 0.1:
            database.full_run()
        else:
            database.run()
        if happens > 0.9:
            continue  # built by plain dbt, or killed before it published
        if happens > 0.8:
            database.execute("create or replace table marts.extra as select random() as x from range(3)")
        elif happens > 0.7:
            database.execute("drop table if exists marts.extra")
        published(database)
        assert differences(database.settings) == []


def test_a_run_rewrites_the_rows_of_its_contacts_in_the_file_before_the_last(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    files = []
    for contacts in (None, [1], [2, 3], [4], [5]):
        database.full_run() if contacts is None else database.run(contacts)
        published(database)
        files.append(inode(database.settings.published_database))
        assert differences(database.settings) == []
    assert files[2] == files[0], "the spare file is taken, not written anew"
    assert files[3] == files[1] != files[2]
    assert 0 < record(database).replaced_rows < 40


def test_a_restored_database_is_not_taken_for_what_was_published(tmp_path: Path) -> None:
    """Its runs have the same numbers and may score for the same instants, but are others."""
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    restore = database.backup()
    database.run([1])
    published(database)
    restore()
    database.run([2])  # isn't published
    database.run([3])
    published(database)
    assert differences(database.settings) == []


def test_contacts_that_a_run_does_not_tell_of_are_noticed(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    database.run([1, 2, 3], told=[1])
    published(database)
    assert differences(database.settings) == []
    assert record(database).replaced_rows == 0, "written whole"


def test_a_gap_between_runs_is_noticed(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    database.run([1, 2, 3])
    database.run([4])
    published(database)
    assert differences(database.settings) == []
    assert record(database).replaced_rows == 0, "written whole"


def test_a_spare_file_that_a_reader_has_open_is_left_alone(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        f"count = lambda: c.execute('select count(*), sum(points) from marts.{BIG}').fetchall(); "
        "print(count(), flush=True); input(); print(count(), flush=True)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(database.settings.published_database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdout is not None
    before = reader.stdout.readline()
    for contacts in ([1], [2], [3], [4]):
        database.run(contacts)
        published(database)
        assert differences(database.settings) == []
    after, _ = reader.communicate("\n", timeout=20)
    assert after == before


def test_a_mart_that_did_not_change_is_the_same_parquet_file(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    folder = database.settings.published
    names = (*HISTORY.values(), "dim_score_bands", "contact_scores")
    before = {name: inode(folder / f"{name}.parquet") for name in names}
    database.run([])
    database.execute("update marts.dim_score_bands set title = 'Frosty'")
    published(database)
    changed = {name for name in names if inode(folder / f"{name}.parquet") != before[name]}
    assert changed == {"dim_score_bands", "contact_scores"}
    assert differences(database.settings) == []


@pytest.mark.parametrize("damage", ["bytes", "bytes of the same time", "cut off", "gone"])
def test_a_damaged_parquet_file_is_noticed_by_the_next_publication(tmp_path: Path, damage: str) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    database.run([])
    published(database)
    file = database.settings.published / "fct_score_ledger.parquet"
    found, content = file.stat(), file.read_bytes()
    if damage == "gone":
        file.resolve().unlink()
    elif damage == "cut off":
        os.truncate(file, 300)
    else:
        with file.open("rb+") as opened:
            opened.seek(200)
            opened.write(bytes(byte ^ 1 for byte in content[200:300]))
        if damage != "bytes":
            os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    database.run([])
    warned: list[str] = []
    publish(database.settings, lambda _: None, warn=warned.append)
    assert len(warned) == 1 and "the published fct_score_ledger.parquet was damaged" in warned[0]
    assert differences(database.settings) == []
    whole = inode(file)
    database.run([])
    published(database)
    assert inode(file) == whole, "what is whole stays"


def test_rows_that_were_replaced_do_not_pile_up_in_the_file(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    replaced = []
    for _ in range(12):
        database.run(list(range(CONTACTS // 10)))
        published(database)
        replaced.append(record(database).replaced_rows)
    assert differences(database.settings) == []
    assert max(replaced) <= (record(database).rows or 0) / 2
    assert any(one > other for one, other in pairwise(replaced)), "written whole again"


@pytest.mark.parametrize(
    ("written", "files"),
    [
        ("default", {"band_transitions", "contact_scores", "dim_score_bands", "empty_one", "score_reasons"}),
        ("none", set()),
        ("fct_score_ledger, contact_scores", {"fct_score_ledger", "contact_scores"}),
    ],
)
def test_parquet_files_are_those_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, files: set[str]
) -> None:
    monkeypatch.setenv("LEADSCORE_PARQUET", written)
    database = ScoredDatabase(tmp_path)
    database.full_run()
    database.execute("create view marts.band_transitions as select 1 as x")
    published(database)
    database.run([1])
    published(database)
    found = {path.stem for path in database.settings.published.glob("*.parquet")}
    assert found == files
    assert differences(database.settings, parquet=files) == []


def test_a_view_that_reads_what_is_not_published_becomes_a_table(tmp_path: Path) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    database.execute(
        "create schema elsewhere",
        "create table elsewhere.theirs as select 7 as x",
        "create view marts.theirs as from elsewhere.theirs",
    )
    for _ in range(3):
        published(database)
        assert differences(database.settings) == []
        database.run([1])


def test_an_increment_that_must_be_written_whole_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    published(database)
    database.run([1])

    def fail(*_: object) -> None:
        raise OSError("no room for a copy")

    monkeypatch.setattr(publication_base, "copy_file", fail)
    warnings: list[str] = []
    publish(database.settings, lambda _: None, warn=warnings.append)
    assert differences(database.settings) == []
    assert len(warnings) == 1 and "no room for a copy" in warnings[0]
    last = PublicationFolder(database.settings.published).last()
    assert last is not None and last.whole_because == "no room for a copy"


def test_another_word_for_parquet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = ScoredDatabase(tmp_path)
    database.full_run()
    monkeypatch.setenv("LEADSCORE_PARQUET", "contact_scores,sometimes")
    with pytest.raises(UsageMistakeError, match="sometimes, which is no mart"):
        published(database)
