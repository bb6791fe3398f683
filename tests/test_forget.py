"""`leadscore forget`: a person is gone everywhere, others' scores stay, and loads don't bring them back."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from forget_world import (
    CONTACTS,
    EVENTS,
    TRANSACTIONS,
    copied,
    load,
    publish_only,
    rows,
    traces,
)
from leadscore.erasure import erase as erasure
from leadscore.erasure.files import erase_ledger
from leadscore.erasure.lookup import find_person
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Pending, Person
from leadscore.errors import LeadscoreError
from leadscore.exports.exporting import export_segments
from leadscore.exports.formats import FORMATS, Format
from leadscore.exports.plans import ExportRequest
from leadscore.raw.suppression import keyed_hash_sql
from leadscore.runs.learning import count_as_incomplete
from leadscore.runs.run import RunRequest
from leadscore.settings import PROJECT_ROOT, Settings
from leadscore.storage.database import file_literal, open_database
from tiny_project import leadscore

# Columns that compare a contact with all others, and notes, which may name the person.
RELATIVE = {
    "contact_scores": "exclude (score_rank, percentile)",
    "rfm_features": "exclude (recency_score, frequency_score, monetary_score, rfm_code, rfm_segment)",
    "adjustment_audit": "exclude (note)",
    "fct_score_ledger": "exclude (note)",
}


@pytest.fixture
def world(person_everywhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return copied(person_everywhere, tmp_path / "world", monkeypatch)


@pytest.fixture
def whole(person_everywhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return copied(person_everywhere, tmp_path / "world", monkeypatch, with_all_of_dbt=True)


def others(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the marts tell of other contacts: everything but ranks, which are relative to all."""
    marts = [
        str(name)
        for (name,) in rows(database, "select distinct table_name from information_schema.columns "
                            "where table_schema = 'marts' and column_name = 'contact_id' order by 1")
    ]  # fmt: skip
    assert "fct_score_ledger" in marts and "segment_changes" in marts
    return {
        mart: rows(database, f"select * {RELATIVE.get(mart, '')} from marts.{mart} "
                   "where contact_id not like 'p-100%' order by all")
        for mart in marts
    }  # fmt: skip


def test_a_person_is_gone_everywhere_and_stays_away(whole: Settings) -> None:
    world, folder = whole, whole.database.parent
    before = others(world.database)
    assert len(traces(folder)) > 30
    result = leadscore("forget", "p-1001", "--yes", "--json", "--exports", "exports", "--exports", "tables",
                       "--exports", "ads")  # fmt: skip
    assert result.exit_code == 0, result.stdout[-3000:] + result.stderr
    proof = json.loads(result.stdout)
    assert proof["ids"] == ["p-1001", "p-1002", "p-1003"]
    assert (proof["found"], proof["owed"]) == (0, [])
    removals = {Path("ads") / f"{segment}_removed.csv" for segment in ("all", "bought")}
    assert {Path(file) for file in proof["removals"]} == removals
    left = {Path(place["file"]) for place in proof["places"] if place["found"] or place["problem"]}
    assert left == removals
    assert proof["rows"] == {"contacts": 5, "events": 10, "transactions": 1, "score_adjustments": 1}
    assert {place["kind"] for place in proof["places"]} == {"table", "rows", "bytes", "text"}
    hashed = hashlib.sha256(b"a.smith@old.example").hexdigest()
    changes = ("export", "--preset", "meta", "--output", "ads", "--changes")
    for _ in range(2):  # at once, and for who takes files after each export
        assert all(hashed in removal.read_text() for removal in removals)
        assert leadscore(*changes).exit_code == 0
    assert leadscore(*changes).exit_code == 0
    assert traces(folder) == []
    assert others(world.database) == before
    assert others(world.published_database) == before
    kept = [
        event
        for (event,) in rows(world.database, "select event_id from raw.events where event_id like 'e-%'")
    ]
    assert sorted(kept) == ["e-10", "e-4", "e-5", "e-8"]
    properties = rows(world.database, "select properties from raw.events where event_id = 'e-5'")[0][0]
    assert json.loads(properties) == {"a": "erased joann.smith@example.org"}
    assert rows(world.database, "select merged_into from raw.contacts where merged_into like 'p-%'") == []
    again_exported = leadscore("export", "--changes")
    assert again_exported.exit_code == 0, again_exported.stderr

    assert "already_forgotten" in leadscore("forget", "p-1003", "--yes", "--json").stdout
    assert "nothing names it now" in leadscore("forget", "p-1001").stdout
    loaded = load(
        folder,
        "contacts",
        CONTACTS + "new-1,2026-01-01,, ann.SMITH@example.org ,,,,\nnew-2,2026-01-01,,,,,,\n",
    )
    # Without 4 rows of hers, 2 with her address, and the version that was merged into her.
    assert "5 rows" in loaded.stdout and "people who were forgotten: 7 rows" in loaded.stderr
    loaded = load(
        folder,
        "events",
        EVENTS + "e-11,page_view,2026-05-09,,v-ann,\ne-12,page_view,2026-05-09,keep-1,v-ann,\n",
    )
    assert "people who were forgotten: 11 rows" in loaded.stderr
    load(folder, "transactions", TRANSACTIONS + "t-3,1,p-1002,2026-05-01,5\n")
    assert rows(world.database, "select count(*) from raw.transactions where contact_id like 'p-%'") == [(0,)]
    named = rows(world.database, "select contact_id from raw.contacts where contact_id in ('new-1', 'new-2')")
    assert named == [("new-2",)]


@pytest.mark.thorough
def test_a_command_that_is_killed_goes_on_from_there(whole: Settings) -> None:
    world, folder = whole, whole.database.parent
    before = others(world.database)
    for moment in MOMENTS:
        killed = forget_apart(moment)
        assert killed.returncode == -signal.SIGKILL, f"{moment}: {killed.stdout}{killed.stderr}"
        assert others(world.database) == before, moment
        with duckdb.connect(str(world.published_database), read_only=True) as readers:
            assert readers.execute("select count(*) > 0 from marts.contact_scores").fetchall() == [(True,)]
    done = forget_apart(None)
    assert done.returncode == 0, done.stdout + done.stderr
    assert traces(folder) == []
    assert [
        file.name for file in folder.glob("tiny.duckdb.*") if file.suffix not in (".lock", ".jsonl")
    ] == []
    assert others(world.database) == before


# Where the process kills itself: before the rows are erased and amid that, while it publishes and before
# readers are led there, before the file is written anew and when the new one has its place, before
# delivered files, exports, the ledger and logs, and before the proof.
MOMENTS = (
    "leadscore.erasure.erase.erase_rows",
    "leadscore.erasure.rows.erase_mentions",
    "leadscore.publication.publish.write_parquet",
    "leadscore.publication.publish.switch",
    "leadscore.erasure.erase.rewrite_database",
    "leadscore.storage.rewriting._remove_spilled",
    "leadscore.erasure.erase.erase_delivered",
    "leadscore.erasure.erase.forget_from",
    "leadscore.erasure.erase.erase_ledger",
    "leadscore.erasure.erase.erase_from_logs",
    "leadscore.erasure.erase.searched_places",
)
# A run is left out, which would take a minute each time: what dbt does again is the whole of it.
APART = """
import importlib, os, signal, sys
from leadscore import cli
from leadscore.erasure import erase as erasure
from leadscore.publication.publish import publish
def published(settings, run, say):
    publish(settings, say, as_of=run.as_of, whole=run.publish_whole)
erasure.score_locked = published
if sys.argv[1]:
    module, name = sys.argv[1].rsplit(".", 1)
    setattr(importlib.import_module(module), name, lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
folders = [word for name in ("exports", "tables", "ads") for word in ("--exports", name)]
sys.argv = ["leadscore", "forget", "p-1001", "--yes", "--told", *folders]
cli.main()
"""


def forget_apart(moment: str | None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which is killed at a moment."""
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(PROJECT_ROOT / 'scripts')!r})\n{APART}",
    ]
    return subprocess.run([*command, moment or ""], capture_output=True, text=True, check=False)


def test_a_run_that_is_not_complete_hides_nobody(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    count_as_incomplete(world.database)

    def scored(settings: Settings, run: RunRequest, say: Callable[[str], None]) -> None:
        publish_only(settings, run, say)
        with open_database(settings.database) as database:
            database.execute("update state.run_state set fingerprint = 'variables=a'")

    monkeypatch.setattr(erasure, "score_locked", scored)
    result = leadscore("forget", "p-1001", "--yes")
    assert result.exit_code == 0 and "other dbt variables" not in result.output
    assert [trace for trace in traces(world.published) if "removed" not in trace] == []


def test_what_is_left_is_found_and_told(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise LeadscoreError("1 mistake in the configuration")

    monkeypatch.setattr(erasure, "score_locked", fail)
    result = leadscore("forget", "p-1001", "--yes")
    assert result.exit_code == 1
    assert "Readers still find the person" in result.stderr
    assert "p-1001" in Pending(world.database).path.read_text(encoding="utf-8")
    monkeypatch.setattr(erasure, "score_locked", lambda *_: None)  # so that nothing is published
    (world.database.parent / "exports" / "own.csv").write_text(
        "mail\nann.smith@EXAMPLE.org\n", encoding="utf-8"
    )
    result = leadscore("forget", "p-1001", "--yes", "--json")
    assert result.exit_code == 1
    left = {Path(place["file"]).name for place in json.loads(result.stdout)["places"] if place["found"]}
    assert {"leadscore.duckdb", "contact_scores.parquet", "own.csv"} <= left
    assert not {"tiny.duckdb", "all.csv", "dbt.log"} & left
    assert "Remove it there" in result.stderr


# Named so that manifests end alike; and one that has to be searched as text.
NEW_FORMATS = {
    "json": Format("format json, array true", lambda path: f"read_json({file_literal(path)})"),
    "tsv.txt": Format("format csv, header true, delimiter '\t'"),
}


@pytest.mark.parametrize("name", NEW_FORMATS)
def test_a_new_format_of_exports_is_searched_and_forgets_too(
    world: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(FORMATS, name, NEW_FORMATS[name])
    monkeypatch.setattr(erasure, "score_locked", publish_only)
    folder = Path("new")
    request = ExportRequest((), name, False, ("email",), None, None, folder)
    names = sorted(file.name for _, file in export_segments(world, request, lambda _: None))
    assert names == [f"all.{name}", f"bought.{name}"]
    copy = folder / f"copied by hand.{name}"
    shutil.copyfile(folder / f"all.{name}", copy)
    (folder / f"of others.{name}").write_text("[]")
    command = ("forget", "p-1001", "--yes", "--json", "--told", "--exports", "exports", "--exports", "tables",
               "--exports", "ads", "--exports", "new")  # fmt: skip
    result = leadscore(*command)
    assert result.exit_code == 1, result.stdout[-3000:] + result.stderr
    proof = json.loads(result.stdout)
    found = {Path(place["file"]): place["found"] for place in proof["places"] if place["where"] == "new"}
    assert found.pop(copy) > 0
    assert set(found) == {
        folder / f"of others.{name}", folder / "all.manifest.json", folder / "bought.manifest.json",
        folder / ".all.memory-1", folder / ".bought.memory-1",
    }  # fmt: skip
    assert not any(found.values()) and proof["found"] > 0
    assert {Path(file).name for file in proof["removed_files"]} >= set(names)
    assert json.loads((folder / "all.manifest.json").read_text())["files"] == {}
    copy.unlink()
    result = leadscore(*command)
    assert result.exit_code == 0, result.stdout[-3000:] + result.stderr
    assert traces(world.database.parent) == []


# None: a folder stands in its place.
DAMAGED = ["", "{", "[]", '{"layout": 1}', '{"files": [1], "exported_through": "x"}', "\xff", None]


def test_a_damaged_manifest_hides_nobody(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each kind of damage, in folders of hashes: no search would find the person in them."""
    monkeypatch.setattr(erasure, "score_locked", publish_only)
    folders = [Path(f"ads {number}") for number in range(len(DAMAGED))]
    for folder, content in zip(folders, DAMAGED, strict=True):
        shutil.copytree("ads", folder)
        assert (folder / "bought.csv").is_file()
        place = folder / "bought.manifest.json"
        place.unlink()
        if content is None:
            place.mkdir()
        else:
            place.write_bytes(content.encode("latin-1"))
    named = [
        word for name in ("exports", "tables", "ads", *map(str, folders)) for word in ("--exports", name)
    ]
    result = leadscore("forget", "p-1001", "--yes", "--told", *named)
    assert result.exit_code == 0, result.stdout + result.stderr
    for folder, content in zip(folders, DAMAGED, strict=True):
        assert not (folder / "bought.csv").exists(), content
        place = folder / "bought.manifest.json"
        assert content is None or place.read_bytes() == content.encode("latin-1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody", "--yes"], "there is no contact 'nobody' in the raw tables"),
        (["p-1003", "--yes"], "Forget 'p-1001', with all that is merged into it"),
        (["p-1001"], "nothing was erased"),
        (["p-1001", "--json"], "Add --yes"),
    ],
)
def test_what_cannot_be_meant_is_refused(world: Settings, arguments: list[str], message: str) -> None:
    before = world.database.read_bytes()
    result = leadscore("forget", *arguments)
    assert result.exit_code == 2, result.stderr
    assert message in result.stderr
    assert world.database.read_bytes() == before


def test_before_it_asks_it_says_who_is_meant_and_what_stays(world: Settings) -> None:
    told = leadscore("forget", "p-1001").stderr
    assert "p-1001, p-1002, p-1003" in told
    assert "2 e-mail addresses, 1 phone number and 1 visitor go with it" in told
    assert "home@example.org is another contact's too" in leadscore("forget", "home-1").stderr


def test_an_address_that_two_contacts_have_stays_with_the_other(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "score_locked", lambda *_: None)
    leadscore("forget", "home-1", "--yes")
    sql = "select contact_id from raw.contacts where email = 'home@example.org'"
    assert rows(world.database, sql) == [("home-2",)]
    load(world.database.parent, "contacts", CONTACTS + "home-2,2026-01-01,2026-05-01,home@example.org,,,,\n")
    assert rows(world.database, sql) == [("home-2",)] * 3


def test_hashes_are_hmac_sha256_with_a_salt_of_the_installation(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "score_locked", lambda *_: None)
    leadscore("forget", "p-1001", "--yes")
    ((salt,),) = rows(world.database, "select salt from raw.suppression_salt")
    listed = rows(world.database, "select kind, value_hash from raw.suppressed_people where kind != 'event'")
    values = [("contact", "p-1001"), ("contact", "p-1002"), ("contact", "p-1003"), ("visitor", "v-ann")]
    values += [("email", "ann.smith@example.org"), ("email", "a.smith@old.example")]
    key = bytes.fromhex(salt)
    assert len(key) == 32
    assert sorted(listed) == sorted(
        (kind, hmac.new(key, value.encode(), hashlib.sha256).hexdigest()) for kind, value in values
    )
    salted = keyed_hash_sql("00" * 32, "'p-1001'")
    other = duckdb.execute(f"select {salted}").fetchall()[0][0]
    assert ("contact", other) not in listed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann@x.org", 1), ("ANN@X.ORG,", 1), ("<ann@x.org>.", 1), ("To ann@x.org.", 1), ("joann@x.org", 0),
        ("ann@x.org.example", 0), ("jo.ann@x.org", 0), ("c-00052", 1), ("c-000521", 0), ("ac-00052", 0),
        ("ann", 0), ('{"contact_id":"ann"}', 1), ('{"contact_id": "anna"}', 0), ("rule:x:c-00052:17", 1),
    ],
)  # fmt: skip
def test_a_value_is_found_as_a_word_and_in_any_letter_case(text: str, found: int, tmp_path: Path) -> None:
    person = Person("c-00052", ("c-00052", "ann"), ("ann@x.org",), (), (), (), ())
    trace = Matcher(person)
    condition = trace.condition_sql({"note": "VARCHAR"})
    with duckdb.connect() as connection:
        sql = f"select count(*) from (select ? as note) where {condition}"
        assert connection.execute(sql, [text]).fetchall() == [(found,)]
        if found:
            ((without,),) = connection.execute(f"select {trace.without_sql('?::varchar')}", [text]).fetchall()
            assert "erased" in without
            assert connection.execute(sql, [without]).fetchall() == [(0,)]
    file = tmp_path / "a.log"
    file.write_text(text, encoding="utf-8")
    assert trace.found_in(file) == found


def test_what_is_no_address_and_could_be_anything_is_not_looked_for(tmp_path: Path) -> None:
    with open_database(tmp_path / "a.duckdb") as database:
        database.execute("create schema raw")
        database.execute(
            "create table raw.contacts as select '100234' as contact_id, "
            "unnest(['n/a', '-', '', 'Me@x.org']) as email, unnest(['-', '12', '0612345678', null]) as phone"
        )
        person = find_person(database, "100234")
    assert person is not None
    assert (person.emails, person.phones) == (("me@x.org",), ("0612345678",))
    assert Matcher(person).words == ("me@x.org", "0612345678")


def test_the_record_of_deliveries_forgets_too(tmp_path: Path) -> None:
    path = tmp_path / "a.deliveries.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema deliveries")
        connection.execute(
            "create table deliveries.rejected (delivery_key text primary key, contact_id text, reason text)"
        )
        connection.execute(
            "insert into deliveries.rejected values ('k1', 'c-00052', 'x'), ('k2', 'c-00053', 'as Ann@x.org')"
        )
    erase_ledger(path, Matcher(Person("c-00052", ("c-00052",), ("ann@x.org",), (), (), (), ())), print)
    assert rows(path, "from deliveries.rejected") == [("k2", "c-00053", "as erased")]
    assert not any(name in path.read_bytes() for name in (b"c-00052", b"Ann@x.org"))
