"""`leadscore forget` looks wherever something was written, behind links too, and says what it can't see."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from forget_world import copied, publish_only, rows, traces
from leadscore.erasure import erase as erasure
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Person
from leadscore.erasure.whole_rows import delete_whole_rows
from leadscore.errors import DamagedRecordError, DatabaseBusyError
from leadscore.raw.suppression import suppress, suppression
from leadscore.runs.history import RUNS_KEPT, history_path, log_run
from leadscore.settings import Settings, catalog_name
from leadscore.storage.database import open_database
from leadscore.storage.files import files_below
from leadscore.storage.lock import hold_lock
from leadscore.storage.register import WrittenFolder, register, register_path, registered
from leadscore.storage.rewriting import rewrite_database
from tiny_project import leadscore

ANN = "ann.smith@example.org"


@pytest.fixture
def quick(person_everywhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Without the run, which would take a minute: what is tested here isn't in what it makes."""
    monkeypatch.setattr(erasure, "score_locked", publish_only)
    return copied(person_everywhere, tmp_path / "world", monkeypatch)


def forget(*options: str) -> tuple[int, dict[str, Any], str]:
    result = leadscore("forget", "p-1001", "--yes", "--json", "--told", *options)
    return result.exit_code, json.loads(result.stdout) if result.stdout else {}, result.stderr


def left(proof: dict[str, Any]) -> set[str]:
    return {Path(place["file"]).name for place in proof["places"] if place["found"] or place["problem"]}


def test_a_linked_database_is_rewritten_in_place_of_the_real_file(
    quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = quick.database.parent
    (folder / "link").mkdir()
    link = folder / "link" / "other.duckdb"
    link.symlink_to("../tiny.duckdb")
    monkeypatch.setenv("LEADSCORE_DATABASE", str(link))
    monkeypatch.delenv("LEADSCORE_PUBLISHED")
    code, proof, told = forget()
    assert (code, proof["found"]) == (0, 0), told
    assert link.is_symlink() and traces(folder) == []
    assert [file.name for file in (folder / "link").iterdir()] == ["other.duckdb"], (
        "all stands by the real file"
    )
    leftover = folder / "link" / "other.deliveries.duckdb"  # as earlier versions left it
    with duckdb.connect(str(leftover)) as connection:
        connection.execute("create table told as select 'p-1001' as contact_id")
    code, proof, _ = forget()
    assert code == 1 and left(proof) == {leftover.name}


def test_one_database_has_one_lock_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.duckdb").touch()
    (tmp_path / "by").symlink_to("real")
    (tmp_path / "b.duckdb").symlink_to("by/a.duckdb")
    names = [tmp_path / "real" / "a.duckdb", tmp_path / "by" / "a.duckdb", tmp_path / "b.duckdb"]
    locks = [Settings.from_environment({"LEADSCORE_DATABASE": str(name)}).lock for name in names]
    assert len(set(locks)) == 1
    with (
        hold_lock(locks[0], "run", print, 0),
        pytest.raises(DatabaseBusyError),
        hold_lock(locks[1], "load", print, 0),
    ):
        pass
    places = [Settings.from_environment({"LEADSCORE_DATABASE": str(name)}).published for name in names]
    assert set(places) == {tmp_path / "real" / "published"}


def test_links_that_go_round_are_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.duckdb").symlink_to("a.duckdb")
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "a.duckdb"))
    result = leadscore("forget", "c1", "--yes")
    assert result.exit_code == 2 and "there is no database" in result.stderr


@pytest.mark.parametrize("which", ["the database", "the ledger", "the publication"])
def test_what_would_go_on_under_another_name_is_refused(quick: Settings, which: str) -> None:
    folder = quick.database.parent
    if which == "the database":
        os.link(quick.database, folder / "second.duckdb")
    elif which == "the ledger":
        (folder / "tiny.deliveries.duckdb").touch()
        os.link(folder / "tiny.deliveries.duckdb", folder / "second")
    else:
        (quick.published / "contact_scores.parquet").unlink()
        (folder / "served.parquet").touch()
        (quick.published / "contact_scores.parquet").symlink_to(folder / "served.parquet")
    before = quick.database.read_bytes()
    code, _, told = forget()
    assert code == 2 and "Nothing was erased" in told
    assert quick.database.read_bytes() == before


def test_logs_behind_links_are_reworded_where_they_are(quick: Settings) -> None:
    folder = quick.database.parent
    (folder / "var").mkdir()
    for name, line in (("dbt.log.1", f"can't read '{ANN}'\n"), ("old.log", f"{ANN} again, and p-1001\n")):
        (folder / "var" / name).write_text(line)
    (folder / "logs" / "dbt.log.1").symlink_to(folder / "var" / "dbt.log.1")
    (folder / "logs" / "more").symlink_to(folder / "var")
    code, _, told = forget()
    assert code == 0, told
    assert (folder / "logs" / "dbt.log.1").is_symlink()
    assert (folder / "var" / "old.log").read_text() == "erased again, and erased\n"
    assert traces(folder) == []


def test_a_run_log_that_is_kept_elsewhere_is_shortened_there(tmp_path: Path) -> None:
    log = history_path(tmp_path / "a.duckdb")
    (tmp_path / "kept").touch()
    log.symlink_to("kept")
    for _ in range(3):
        with log_run(log, datetime.now(UTC), print):
            pass
    line = (tmp_path / "kept").read_bytes().splitlines(keepends=True)[0]
    (tmp_path / "kept").write_bytes(
        b"".join(line.replace(b'"run_id": "', b'"run_id": "%d' % n) for n in range(RUNS_KEPT + 10))
    )
    with log_run(log, datetime.now(UTC), print):
        pass
    assert log.is_symlink() and len((tmp_path / "kept").read_bytes().splitlines()) == RUNS_KEPT


def test_publications_that_are_kept_on_another_disk_are_searched_there(quick: Settings) -> None:
    kept = quick.database.parent / "disk"
    (quick.published / ".publications").rename(kept)
    (quick.published / ".publications").symlink_to(kept)
    code, proof, told = forget()
    assert code == 0, told
    searched = {Path(place["file"]).resolve() for place in proof["places"]}
    assert {file for file in kept.rglob("*") if file.is_file()} <= searched
    assert traces(quick.database.parent) == []


def test_every_folder_that_was_written_to_is_searched_without_being_named(quick: Settings) -> None:
    folder = quick.database.parent
    for options in (["--output", "exports/archive"], ["--output", "far/away", "--preset", "google-ads"]):
        assert leadscore("export", *options).exit_code == 0
    assert leadscore("export", "--output", "far/away", "--format", "jsonl").exit_code == 0
    assert (folder / "far" / "away" / "all.csv").is_file(), "hashes that no manifest lists any more"
    kept = folder / "exports" / "of mine"
    kept.mkdir()
    (kept / "people.csv").write_text("mail\nkim@example.org\n")
    code, proof, told = forget()
    assert code == 0, told
    assert {row["folder"] for row in proof["folders"]} >= {
        str(folder / "far" / "away"),
        str(folder / "exports"),
    }
    assert not list((folder / "far" / "away").glob("*.csv"))
    assert str(kept / "people.csv") in {str(Path(place["file"]).absolute()) for place in proof["places"]}
    assert traces(folder) == []


def test_a_schema_that_is_called_as_the_database_is_searched(quick: Settings) -> None:
    name = catalog_name(quick.database)
    with open_database(quick.database) as database:
        database.execute(f"create schema {name}.{name}")
        database.execute(f"create table {name}.{name}.sizes as select 1 as size")
    code, proof, told = forget()
    assert code == 0, told
    assert f"{name}.sizes" in {place["name"] for place in proof["places"]}


def test_a_folder_that_is_gone_is_told(quick: Settings) -> None:
    assert leadscore("export", "--output", "once").exit_code == 0
    (quick.database.parent / "once").rename(quick.database.parent / "files" / "moved")
    code, proof, told = forget()
    once = str(quick.database.parent / "once")
    assert code == 0 and f"Not searched: there is no folder {once}" in told
    assert {"folder": once, "searched": False} in proof["folders"]
    result = leadscore("forget", "keep-1", "--yes", "--exports", "no such folder")
    assert f"Not searched: there is no folder {Path('no such folder').absolute()}" in result.stderr
    assert f"Folder NOT searched, not there: {once}" in result.stdout


def test_hashes_under_any_name_are_found_and_links_are_left_but_told(quick: Settings) -> None:
    folder = quick.database.parent
    (folder / "exports" / "sub").mkdir()
    (folder / "ads" / "bought.csv").rename(folder / "exports" / "sub" / "upload.csv")
    (folder / "elsewhere.csv").write_text(f"mail\n{ANN}\n")
    (folder / "exports" / "all.csv").unlink()
    (folder / "exports" / "all.csv").symlink_to(folder / "elsewhere.csv")
    code, proof, told = forget()
    assert code == 1, told
    assert left(proof) == {"upload.csv", "all.csv"}
    assert (folder / "elsewhere.csv").read_text() == f"mail\n{ANN}\n"


def test_what_cannot_be_read_is_no_proof(quick: Settings) -> None:
    (quick.database.parent / "exports" / "broken.parquet").write_bytes(b"PAR1 no more")
    code, proof, _ = forget()
    assert code == 1 and left(proof) == {"broken.parquet"}
    assert any("broken.parquet" in place["problem"] for place in proof["places"])


def test_damaged_lines_of_the_register_are_told_and_hide_no_other(quick: Settings) -> None:
    path = register_path(quick.database)
    damaged = b'{\n\xff\xfe\n[]\n{"folder": 1, "database": "x"}\n'
    path.write_bytes(damaged + path.read_bytes() + b"{")
    code, proof, told = forget()
    assert code == 0, told
    assert f"5 lines of {path} can't be read" in told
    assert str(quick.database.parent / "ads") in {row["folder"] for row in proof["folders"]}


def test_a_copy_searches_where_the_original_wrote_but_removes_nothing_there(
    quick: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "original" / "exports"
    other.mkdir(parents=True)
    (other / "all.csv").write_text(f"mail\n{ANN}\n")
    register(tmp_path / "original" / "tiny.duckdb", WrittenFolder(other), print)
    with register_path(quick.database).open("ab") as file:
        file.write(register_path(tmp_path / "original" / "tiny.duckdb").read_bytes())
    code, proof, told = forget()
    assert code == 1 and left(proof) == {"all.csv"} and f"{other} is searched only" in told
    code, proof, told = forget("--exports", str(other))
    assert code == 0, told
    assert not (other / "all.csv").exists()


def test_the_register_keeps_each_folder_once_and_stops_nobody(tmp_path: Path) -> None:
    database = tmp_path / "a.duckdb"
    told: list[str] = []
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    for folder in ("there", "link", "there/", "gone"):
        register(database, WrittenFolder(tmp_path / folder), told.append)
    register(database, WrittenFolder(tmp_path / "there", "x_*.jsonl"), told.append)
    assert [(f.folder.name, f.files) for f in registered(database)[0]] == [
        ("there", None), ("gone", None), ("there", "x_*.jsonl")
    ]  # fmt: skip
    register(tmp_path / "no" / "folder.duckdb", WrittenFolder(tmp_path), told.append)
    assert len(told) == 1 and "--exports" in told[0]


def test_each_file_below_a_folder_comes_once_whatever_links_lead_where(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "z").mkdir()
    for file in ("a/1", "a/b/2", "z/3"):
        (tmp_path / file).touch()
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "0").symlink_to("b/2")
    (tmp_path / "a" / "out").symlink_to("../z")
    found = [str(file.relative_to(tmp_path)) for file in files_below(tmp_path / "a")]
    assert sorted(found)[:2] == ["a/1", "a/b/2"] and len(found) == 3 and found[2].endswith("3")
    assert list(files_below(tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    {
        "/refer?by=ann%2Btag%40Voorbeeld.nl&x=1": True,
        "/refer?by=ANN%2btag%40voorbeeld.nl": True,
        "/refer?by=ann+tag@voorbeeld.nl": True,
        "/refer?by=joann%2Btag%40voorbeeld.nl": False,
        "/refer?by=tag%40voorbeeld.nl": False,
    }.items(),
)
def test_an_address_is_found_as_links_write_it(text: str, found: bool) -> None:
    matcher = Matcher(Person("c-1", ("c-1",), ("ann+tag@voorbeeld.nl",), (), (), (), ()))
    with duckdb.connect() as connection:
        sql = f"select {matcher.condition_sql({'page_path': 'VARCHAR'})} from (select ? as page_path)"
        assert connection.execute(sql, [text]).fetchall() == [(found,)]
        sql = f"select {matcher.without_sql('page_path')} from (select ? as page_path)"
        [(left,)] = connection.execute(sql, [text]).fetchall()
    assert (left != text) == found == matcher.is_named_in(text.encode())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("met Zoë Quokkalast today", True), ("QUOKKALAST, ZOË", True), ('"Zoë","Quokkalast"', True),
        ('{"first_name":"Zoë","last_name":"Quokkalast"}', True), (r'{"who": "Zo\u00eb Quokkalast"}', True),
        ("Zoe\u0308 Quokkalast", True), ("Zoë and Mr Quokkalast", False), ("Zoëlla Quokkalast", False),
        ("born 1980-01-01, lives at 1234AB", True),
        ('"postal_code":"1234AB","birth_date":"1980-01-01"', True),
        ("born 1980-01-01", False), ("x1980-01-01 1234AB", False),
    ],
)  # fmt: skip
def test_names_and_birth_dates_are_found_in_pairs(text: str, found: bool, tmp_path: Path) -> None:
    person = Person(
        "c1", ("c1",), (), (), (), (), (), names=(("Zoë", "Quokkalast"),), births=(("1980-01-01", "1234AB"),)
    )
    matcher = Matcher(person)
    with duckdb.connect() as connection:
        condition = matcher.condition_sql({"note": "VARCHAR"})
        sql = f"select count(*) from (select ? as note) where {condition}"
        assert connection.execute(sql, [text]).fetchall() == [(int(found),)]
        [(without,)] = connection.execute(
            f"select {matcher.without_sql('?::varchar', 'note')}", [text]
        ).fetchall()
        assert connection.execute(sql, [without]).fetchall() == [(0,)]
        # What somebody else, or a company, is called isn't said of the person.
        condition = matcher.condition_sql({"company_name": "VARCHAR"})
        company = f"select count(*) from (select ? as company_name) where {condition}"
        assert connection.execute(company, [text]).fetchall() == [(0,)]
    file = tmp_path / "a.log"
    file.write_text(text, encoding="utf-8")
    assert bool(matcher.found_in(file)) is found and bool(matcher.descriptions_in(file)) is found
    assert matcher.is_named_in(matcher.without(file.read_bytes())) is False


def test_a_name_in_columns_is_found_and_a_namesake_stays(tmp_path: Path) -> None:
    from leadscore.erasure.lookup import find_person

    with open_database(tmp_path / "a.duckdb") as database:
        database.execute("create schema raw")
        database.execute(
            "create table raw.contacts as from (values "
            "('c1', 'Zelda', 'Quokka', '1980-01-01', '1234AB'), "
            "('c1', 'Jan', 'Jansen', '1980-01-01', '5678AB'), "
            "('c2', 'JAN', 'jansen ', '01-01-1980', '1234AB'), ('c1', 'Al', 'Li', '', '')) "
            "as t (contact_id, first_name, last_name, birth_date, postal_code)"
        )
        person = find_person(database, "c1")
        assert person is not None
        assert person.names == (("Zelda", "Quokka"),)
        assert set(person.births) == {("1980-01-01", "1234AB"), ("1980-01-01", "5678AB")}
        columns = database.columns("raw.contacts")
        database.execute("update raw.contacts set contact_id = 'x'")
        found = database.execute(
            f"select first_name from raw.contacts where {Matcher(person).condition_sql(columns)}"
        )
    assert sorted(str(row[0]) for row in found) == ["Jan", "Zelda"], (
        "c2 was born on a day that isn't written so"
    )


def test_a_whole_row_as_text_goes_whatever_its_table_is_called(tmp_path: Path) -> None:
    person = Person("c1", ("c1",), ("a@x.org",), (), ("v1",), (), ())
    kept = [
        ("1", "contacts", "c2", {"contact_id": "c2", "city": "Delft"}), ("2", "contacts", "c2", None),
        ("3", "events", "e2", {"contact_id": "c2", "event_id": "e2", "properties": {"contact_id": "c1"}}),
        ("4", "events", "e9", "no JSON {"), ("5", "x", "y", ["c1"]),
    ]  # fmt: skip
    gone = [
        ("a", "contacts", "c1", {"contact_id": "c1", "city": "Delft"}),
        ("b", "contacts", None, {"email": "A@x.org "}),
        ("c", "events", "e1", None), ("d", "x", None, {"event_id": "e1"}),
        ("e", "x", None, {"anonymous_id": "v1"}),
        ("f", "transactions", "t1:2", None), ("g", "score_adjustments", "m1", None),
        ("h", "events", "e3", None),
    ]  # fmt: skip
    with open_database(tmp_path / "a.duckdb") as database:
        for statement in (
            "create schema raw", "create schema store", "create schema marts",
            "create table raw.contacts as select 'c1' as contact_id",
            "create table raw.events as "
            "from (values ('e1', 'c1', null), ('e2', 'c2', null), ('e3', '', 'v1')) "
            "as t (event_id, contact_id, anonymous_id)",
            "create table raw.transactions as "
            "select 't1' as transaction_id, 2 as line_number, 'c1' as contact_id",
            "create table raw.score_adjustments as select 'm1' as adjustment_id, 'c1' as contact_id",
            "create temp table erased_events as select 'e1' as event_id",
        ):  # fmt: skip
            database.execute(statement)
        for table in ("marts.rejected_rows", "store.rejected_row_contents"):
            database.execute(
                f"create table {table} (n varchar, source_table varchar, row_key varchar, row_json varchar)"
            )
            for n, source, key, row in (*kept, *gone):
                text = row if row is None or isinstance(row, str) else json.dumps(row)
                database.execute(f"insert into {table} values (?, ?, ?, ?)", [n, source, key, text])
        delete_whole_rows(database, person)
        for table in ("marts.rejected_rows", "store.rejected_row_contents"):
            assert [row[0] for row in database.execute(f"select n from {table} order by n")] == [
                "1",
                "2",
                "3",
                "4",
                "5",
            ]


def test_a_database_that_is_written_anew_is_the_same(quick: Settings) -> None:
    shapes = (
        "schema_name, table_name, constraint_type, constraint_text from duckdb_constraints()",
        "schema_name, table_name, column_name, data_type, column_default, is_nullable, comment "
        "from duckdb_columns() where not internal",
        # DuckDB writes the names after `exclude` in no order.
        "schema_name, view_name, list_sort(regexp_extract_all(sql, '\\w+')) "
        "from duckdb_views() where not internal",
        "schema_name, function_name, macro_definition from duckdb_functions() where not internal",
        "schema_name, sequence_name, start_value, last_value from duckdb_sequences()",
    )
    queries = [*(f"select {shape} order by all" for shape in shapes), "from seeds.scoring_rules"]
    before = [rows(quick.database, query) for query in queries]
    assert all(before[:3])
    rewrite_database(quick.database)
    assert [rows(quick.database, query) for query in queries] == before


@pytest.mark.parametrize("damage", ["delete from raw.suppression_salt", "drop table raw.suppression_salt",
                                    "insert into raw.suppression_salt values ('00')",
                                    "update raw.suppression_salt set salt = 'no key'"])  # fmt: skip
def test_a_list_without_its_key_is_told_and_not_made_anew(tmp_path: Path, damage: str) -> None:
    with open_database(tmp_path / "a.duckdb") as database:
        suppress(database, {"contact": ["c1"]})
        database.execute(damage)
        with pytest.raises(DamagedRecordError, match="suppression_salt"):
            suppression(database)
        with pytest.raises(DamagedRecordError, match="suppression_salt"):
            suppress(database, {"contact": ["c2"]})


@pytest.mark.parametrize("command", [["run"], ["forget", "c1", "--yes"], ["validate"], ["status"]])
def test_a_target_that_there_is_not_is_a_usage_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("LEADSCORE_TARGET", "x")
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "a.duckdb"))
    result = leadscore(*command)
    if result.exit_code != 0:  # what builds nothing needs no engine
        assert result.exit_code in (1, 2) and "Traceback" not in result.stderr
    if command[0] in ("run", "forget"):
        assert result.exit_code == 2 and "Known are: duckdb, spark, spark_cluster" in result.stderr
