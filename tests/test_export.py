"""`leadscore export`: what leaves is exact, whole, told once, and only what may leave."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import resource
import shutil
import stat
from itertools import count, product
from pathlib import Path

import duckdb
import pytest
from export_world import ExportWorld, environment, export, rows_of
from leadscore.exports.placing import UNFINISHED

ODD = [
    'a "quoted" name, with a comma',
    "two\nlines",
    "carriage\rreturn",
    "zoë Ünï©ødé 你好 🎈",
    "semi;colon\tand tab",
    "back\\slash",
    " blanks around ",
    "null",
    "",
    "'",
]
FORMULAS = [
    "=1+1",
    "+SUM(A1)",
    "-2+3",
    "@cmd",
    "\t=1",
    "\r=1",
    '=HYPERLINK("x")',
    "+31 6 1234",
    "\uff1d1",
    "-",
]
NUMBERS = ["-12.5", "+31612345678", "12", "-3,5"]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExportWorld:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return ExportWorld(tmp_path)


def changes_in(path: Path) -> dict[str, str]:
    return {row["contact_id"]: row["change"] for row in rows_of(path)}


def test_every_text_comes_back_as_it_was(world: ExportWorld, tmp_path: Path) -> None:
    people = {f"c{n:02}": value for n, value in enumerate(ODD)}
    with world.changing():
        for contact_id, value in people.items():
            world.contact(contact_id, last_name=value, attributes=json.dumps({"Deep": {"k.x/~": value}}))
        world.history(*((1, contact_id, "added", True) for contact_id in people))
    columns = ("--columns", "last_name,attributes")
    assert export(tmp_path, "s", *columns).exit_code == 0
    written = rows_of(tmp_path / "s.csv")
    assert {row["contact_id"]: row["last_name"] for row in written} == people
    assert list(written[0]) == ["contact_id", "last_name", "attributes"]
    assert [row["contact_id"] for row in written] == sorted(people)
    assert export(tmp_path, "s", *columns, "--format", "jsonl").exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["contact_id"]: line["last_name"] for line in lines} == people
    assert lines[0]["attributes"] == {"Deep": {"k.x/~": ODD[0]}}
    assert export(tmp_path, "s", *columns, "--format", "parquet").exit_code == 0
    parquet = duckdb.execute(f"select contact_id, last_name from '{tmp_path}/s.parquet'").fetchall()
    assert dict(parquet) == people


def test_a_spreadsheet_runs_no_text_as_a_formula_and_numbers_stay_numbers(
    world: ExportWorld, tmp_path: Path
) -> None:
    for n, value in enumerate([*FORMULAS, *NUMBERS]):
        world.contact(f"{value}-{n}", last_name=value, attributes=json.dumps({"x": value}))
        world.execute(
            "insert into marts.contact_scores values ('m', ?, -1.5, ?, null)", [f"{value}-{n}", value]
        )
    world.history(*((1, f"{v}-{n}", "added", True) for n, v in enumerate([*FORMULAS, *NUMBERS])))
    export(tmp_path, "s", "--columns", "last_name,attributes.x,band.m,score.m")
    written = rows_of(tmp_path / "s.csv")
    assert len(written) == len(FORMULAS) + len(NUMBERS)
    # After a tab or a line break a cell may begin where quotes are misread.
    guarded = [f"'{v}".replace("\t=", "\t'=").replace("\r=", "\r'=") for v in FORMULAS]
    for column in ("last_name", "attributes.x", "band.m"):
        assert sorted(row[column] for row in written) == sorted([*guarded, *NUMBERS])
    assert {row["score.m"] for row in written} == {"-1.50"}
    risky = [row["contact_id"] for row in written if row["contact_id"][0] in "=+-@\t\r\uff1d"]
    assert not risky
    export(tmp_path, "s", "--columns", "last_name", "--format", "jsonl")
    lines = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["last_name"] for line in lines} == {*FORMULAS, *NUMBERS}


BEFORE = ["", "x", "x;", "x,", "x\t", "x|", "x\n", "x\r", 'x";', '"', ";;"]
SKIPPED = ["", " ", "\u200b", "\x00", "\ufeff ", '"', "\u00a0", "\u202e\x1b", "\x85", "\u3000"]
BEGINS_A_FORMULA = re.compile('[\\s\\x00\\x1b\u200b\ufeff\u202e"]*[=+@\uff1d\uff0b\uff0d\uff20-]')


@pytest.mark.parametrize("options", [(), ("--preset", "hubspot", "--safe"), ("--preset", "mautic", "--safe")])
def test_no_cell_begins_a_formula_wherever_a_spreadsheet_splits(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    texts = ["".join(parts) for parts in product(BEFORE, SKIPPED, ["=1+1", "+1+1", "-1+1", "@x", "\uff1d1"])]
    texts += ["1;-2", ";=1;=2", "=;=\n=", 'a,=b"', '=""', "-5;=1", "+1,=1"]
    world.history(*((1, f"{n}{text}", "added", True) for n, text in enumerate(texts)))
    world.execute(
        "insert into marts.segment_contacts (contact_id, email, email_status, last_name, city) "
        "select contact_id, regexp_replace(contact_id, '^[0-9]+', '') || '.' || "
        "regexp_extract(contact_id, '^[0-9]+'), 'mailable', "
        "regexp_replace(contact_id, '^[0-9]+', ''), 'a' from marts.segment_members"
    )
    assert export(tmp_path, "s", *options).exit_code == 0
    for delimiter in ",;\t|":
        with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter=delimiter))
        assert len(rows) > len(texts)
        found = [cell for row in rows for cell in row if BEGINS_A_FORMULA.match(cell)]
        assert found == [], (delimiter, found[:3])


def test_json_lines_of_long_texts_are_written_within_the_memory_that_there_is(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.execute(
        "insert into marts.segment_contacts (contact_id, last_name, attributes) "
        "select 'c' || lpad(i::varchar, 3, '0'), repeat('\u00e9', 500_000), json_object('n', i) "
        "from range(200) as r(i)"
    )
    world.history(*((1, f"c{n:03}", "added", True) for n in range(200)))
    monkeypatch.setenv("LEADSCORE_MEMORY_LIMIT", "700MB")
    written = export(tmp_path, "s", "--format", "jsonl", "--columns", "last_name,attributes")
    assert written.exit_code == 0, written.output
    lines = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["contact_id"] for line in lines] == [f"c{n:03}" for n in range(200)]
    assert {line["last_name"] for line in lines} == {"\u00e9" * 500_000}
    assert [line["attributes"] for line in lines] == [{"n": n} for n in range(200)]
    manifest = json.loads((tmp_path / "s.manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]["full"]["rows"] == 200
    assert not list(tmp_path.glob(".*.tmp"))


def test_safe_is_for_presets_and_changes_go_on_only_as_they_began(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("a", "a@example.com", last_name="=1+1", phone="+31612345678", city="-5", country="\x07NL")
    world.history((1, "a", "added", True))
    assert "--safe is for presets" in export(tmp_path, "s", "--safe").stderr
    hubspot = ("s", "--preset", "hubspot")
    for options, name, country in (((), "=1+1", "\x07NL"), (("--safe",), "'=1+1", "NL")):
        assert export(tmp_path, *hubspot, *options).exit_code == 0
        [row] = rows_of(tmp_path / "s.csv")
        assert (row["Last Name"], row["Country/Region"]) == (name, country)
        assert (row["Phone Number"], row["City"]) == ("+31612345678", "-5"), "plain numbers stay"
    refused = export(tmp_path, *hubspot, "--changes")
    assert refused.exit_code == 1 and "safe was True, is not given" in refused.stderr


def test_an_address_that_may_not_be_mailed_stays_here(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("a", "a@example.com")
    world.contact("b", "b@example.com", mailable=False, phone="+31201234567")
    world.history((1, "a", "added", True), (1, "b", "added", False))
    assert export(tmp_path, "s").exit_code == 0
    written = {row["contact_id"]: row for row in rows_of(tmp_path / "s.csv")}
    assert (written["a"]["email"], written["a"]["email_status"]) == ("a@example.com", "mailable")
    assert (written["b"]["email"], written["b"]["email_status"]) == ("", "unsubscribed")
    assert "there is no column 'email_on_file'" in export(tmp_path, "s", "--columns", "email_on_file").stderr
    for preset in ("hubspot", "mailchimp", "mautic", "google-ads", "meta", "salesforce"):
        assert export(tmp_path / preset, "s", "--preset", preset).exit_code == 0
        text = (tmp_path / preset / "s.csv").read_text(encoding="utf-8")
        assert "b@example.com" not in text
        assert hashlib.sha256(b"b@example.com").hexdigest() not in text
        assert len(text.splitlines()) == (3 if preset == "salesforce" else 2)


def test_changes_are_net_and_told_once(world: ExportWorld, tmp_path: Path) -> None:
    first = [(1, name, "added", True) for name in ("stays", "leaves", "returns", "edited")]
    world.history(*first)
    assert export(tmp_path, "s", "--full").exit_code == 0
    second = [
        (2, "comes", "added", True),
        (2, "passes", "added", True),
        (3, "passes", "removed", False),
        (2, "leaves", "removed", False),
        (2, "returns", "removed", False),
        (3, "returns", "added", True),
        (3, "edited", "updated", True),
    ]
    world.history(*first, *second)
    result = export(tmp_path, "s", "--changes", "--json")
    told = {"comes": "added", "leaves": "removed", "returns": "updated", "edited": "updated"}
    assert changes_in(tmp_path / "s_changes.csv") == told
    assert list(rows_of(tmp_path / "s_changes.csv")[0])[:2] == ["contact_id", "change"]
    [record, taken_off] = json.loads(result.stdout)
    assert record["changes"] == {"added": 1, "removed": 1, "updated": 2}
    assert (taken_off["rows"], taken_off["changes"]) == (0, {}), "nobody had an address"
    assert (record["rows"], record["after_run"], record["run_number"]) == (4, 1, 3)
    assert export(tmp_path, "s", "--changes").exit_code == 0
    assert changes_in(tmp_path / "s_changes.csv") == {}
    world.history(*first, *second, (4, "comes", "removed", False))
    export(tmp_path, "s", "--changes")
    assert changes_in(tmp_path / "s_changes.csv") == {"comes": "removed"}
    # Another folder has been told of nothing yet.
    export(tmp_path / "new", "s", "--changes")
    assert changes_in(tmp_path / "new" / "s_changes.csv") == dict.fromkeys(
        ["stays", "returns", "edited"], "added"
    )


@pytest.mark.parametrize("stopped", [".csv", ".json"])
def test_an_export_that_stops_halfway_loses_nothing(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: str
) -> None:
    world.history((1, "a", "added", True))
    export(tmp_path, "s")
    manifest = (tmp_path / "s.manifest.json").read_bytes()
    (tmp_path / ".s_changes.csv.tmp").write_text("half of an earlier o")
    world.history((1, "a", "added", True), (2, "b", "added", True))
    replace = Path.replace

    def stops(path: Path, place: Path) -> Path:
        if place.suffix == stopped:
            raise OSError(28, "No space left on device")
        return replace(path, place)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stops)
        result = export(tmp_path, "s", "--changes")
    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
    assert (tmp_path / "s.manifest.json").read_bytes() == manifest
    assert not list(tmp_path.glob("*.tmp")) + list(tmp_path.glob(".*.tmp"))
    assert export(tmp_path, "s", "--changes").exit_code == 0
    assert changes_in(tmp_path / "s_changes.csv") == {"b": "added"}


class KilledError(Exception):
    """The command came to its end there."""


def killed_at(patched: pytest.MonkeyPatch, steps: int) -> list[Path]:
    """Have a command end before one of its renames, or as it says that all counts; nothing comes after it.

    Returns:
        The places that were reached; that of the end is the last.
    """
    reached: list[Path] = []
    replace, unlink = Path.replace, Path.unlink

    def step(place: Path) -> None:
        if not any(path.name == UNFINISHED for path in reached[1:]):
            reached.append(place)
        if len(reached) > steps:
            raise KilledError

    def replaces(path: Path, place: Path) -> Path:
        step(place)
        return replace(path, place)

    def unlinks(path: Path, missing_ok: bool = False) -> None:
        if path.name == UNFINISHED or len(reached) > steps:
            step(path)
        unlink(path, missing_ok=missing_ok)

    patched.setattr(Path, "replace", replaces)
    patched.setattr(Path, "unlink", unlinks)
    return reached


def test_an_export_of_several_segments_that_is_killed_is_told_again_whole(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who called it saw that it failed, and took no file, whatever was in its place already."""
    options = ("--columns", "city")
    world.history((1, "a", "added", True))
    world.also("t")
    assert export(tmp_path / "first", "s", *options).exit_code == 0
    world.history((1, "a", "added", True), (2, "b", "added", True))
    world.also("t")
    told = {"s": {"b": "added"}, "t": {"a": "added", "b": "added"}}
    for steps in count():
        out = tmp_path / str(steps)
        shutil.copytree(tmp_path / "first", out)
        with monkeypatch.context() as patched:
            reached = killed_at(patched, steps)
            killed = export(out, "--changes", *options)
        if killed.exit_code == 0:
            break
        assert isinstance(killed.exception, KilledError)
        assert export(out, "--changes", *options).exit_code == 0, reached
        for segment_id, changes in told.items():
            assert changes_in(out / f"{segment_id}_changes.csv") == changes, reached
        assert not (out / UNFINISHED).exists()
    assert [place.name for place in reached] == [
        UNFINISHED,
        *("s_changes.csv", ".s.memory-2", "t_changes.csv", ".t.memory-1"),
        *("s.manifest.json", "t.manifest.json"),
        UNFINISHED,
    ]


def test_files_are_on_disk_before_the_manifests_that_make_them_count(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss of power may keep a later rename of a folder and undo an earlier one, unless that was synced."""
    world.history((1, "a", "added", True))
    out = tmp_path / "out"
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            done.append("sync")
        fsync(descriptor)

    def replaces(path: Path, place: Path) -> Path:
        done.append(place.name)
        return replace(path, place)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaces)
    assert export(out, "s").exit_code == 0
    assert done == [
        *(UNFINISHED, "sync", "s.csv", ".s.memory-1", "sync", "s.manifest.json", "sync"),
        "sync",  # and then it says that all counts
    ]


def test_an_export_that_fails_in_its_last_rename_leaves_every_manifest_as_it_was(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.history((1, "a", "added", True))
    assert export(tmp_path, "s").exit_code == 0
    before = (tmp_path / "s.manifest.json").read_bytes()
    world.also("r")
    world.also("t")
    replace = Path.replace

    def stops(path: Path, place: Path) -> Path:
        if place.name == "t.manifest.json":
            raise OSError(28, "No space left on device")
        return replace(path, place)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stops)
        assert export(tmp_path, "--full").exit_code == 1
    assert (tmp_path / "s.manifest.json").read_bytes() == before
    assert not (tmp_path / "r.manifest.json").exists()


def test_what_stopped_an_export_cannot_be_read_if_it_is_damaged(world: ExportWorld, tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).write_text("{")
    result = export(tmp_path, "s")
    assert (result.exit_code, "Remove it, and export with --full" in result.stderr) == (1, True)


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl"])
def test_a_disk_that_is_full_moves_no_mark_and_says_so(world: ExportWorld, tmp_path: Path, form: str) -> None:
    options = ("--changes", "--columns", "last_name", "--format", form)
    world.history((1, "a", "added", True))
    world.also("t")
    assert export(tmp_path, *options).exit_code == 0
    marks = {file: file.read_bytes() for file in tmp_path.glob("*.manifest.json")}
    world.history((1, "a", "added", True), (2, "b", "added", True))
    world.also("t")
    world.contact("b", last_name="".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(5000)))
    world.execute("delete from marts.segment_members where segment_id = 's' and contact_id = 'b'")
    size = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, size[1]))
    try:
        result = export(tmp_path, *options)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, size)
    assert result.exit_code == 1, result.output
    assert f"{tmp_path} can't be written to: File too large" in result.stderr
    assert "Make room on the disk" in result.stderr
    assert {file: file.read_bytes() for file in tmp_path.glob("*.manifest.json")} == marks
    assert not list(tmp_path.glob(".*.tmp"))


def test_the_manifest_says_what_was_exported(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("a", "a@example.com")
    world.history((7, "a", "added", True))
    world.execute(
        "insert into marts.contact_scores values ('m', 'a', 50, 'hot', timestamp '2026-10-31 12:00:00')"
    )
    world.execute(
        "insert into marts.dim_segment_conditions values ('s', '2', 'contact.n', '<', ' { score.quiet } ', 3)"
    )
    export(tmp_path, "s")
    manifest = json.loads((tmp_path / "s.manifest.json").read_text(encoding="utf-8"))
    assert manifest["definition"] == "(score.m > 45) or (contact.n <  { score.quiet } ), with e-mail consent"
    assert (manifest["segment_id"], manifest["title"], manifest["requires_consent"]) == ("s", "Title", True)
    assert (manifest["as_of"], manifest["exported_through"]) == ("2026-10-31T12:00:00Z", 7)
    assert manifest["layout"]["format"] == "csv"
    assert manifest["layout"]["columns"][0] == "contact_id"
    assert {"score.m", "band.m", "score.quiet", "band.quiet"} < set(manifest["layout"]["columns"])
    written = (tmp_path / "s.csv").read_bytes()
    assert manifest["files"]["full"]["sha256"] == hashlib.sha256(written).hexdigest()
    assert manifest["files"]["full"]["rows"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--columns", "email"], "columns email_status"),
        (["--columns", "email", "--format", "jsonl"], "format was csv, is jsonl"),
        (["--preset", "hubspot"], "preset was not given, is hubspot"),
    ],
)
def test_changes_in_another_layout_are_refused_and_nothing_is_lost(
    world: ExportWorld, tmp_path: Path, arguments: list[str], said: str
) -> None:
    world.history((1, "a", "added", True))
    export(tmp_path, "s")
    world.history((1, "a", "added", True), (2, "b", "added", True))
    before = {file.name: file.read_bytes() for file in tmp_path.glob("s*")}
    result = export(tmp_path, "s", "--changes", *arguments)
    assert (result.exit_code, said in result.stderr, "--full" in result.stderr) == (1, True, True)
    assert {file.name: file.read_bytes() for file in tmp_path.glob("s*")} == before
    assert export(tmp_path, "s", "--full", *arguments).exit_code == 0
    assert export(tmp_path, "s", "--changes", *arguments).exit_code == 0


@pytest.mark.parametrize("options", [(), ("--preset", "hubspot")])
def test_changes_after_a_model_was_removed_are_refused_as_another_layout(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    world.history((1, "a", "added", True))
    export(tmp_path, "s", *options)
    world.execute("delete from marts.dim_scoring_models where model_id = 'm'")
    world.execute("delete from marts.dim_segment_conditions")
    refused = export(tmp_path, "s", "--changes", *options)
    gone = "Leadscore m, Leadscore m band" if options else "score.m, band.m"
    assert f"not laid out as the last export to this folder: columns {gone} are gone" in refused.stderr
    assert (refused.exit_code, "--full once" in refused.stderr) == (1, True)
    assert export(tmp_path, "s", "--full", *options).exit_code == 0
    assert export(tmp_path, "s", "--changes", *options).exit_code == 0


def test_a_publication_older_than_what_was_told_is_refused(world: ExportWorld, tmp_path: Path) -> None:
    world.history((5, "a", "added", True))
    export(tmp_path, "s")
    world.history((2, "a", "added", True))
    result = export(tmp_path, "s", "--changes")
    assert (result.exit_code, "another database" in result.stderr) == (1, True)


# What became of a, b and c after the backup, and again in the database that was restored.
LOST = [(2, "a", "updated", True), (3, "c", "removed", False)]
AGAIN = [(2, "b", "updated", True), (3, "d", "added", True), (4, "e", "added", True)]
FIRST = [(1, name, "added", True) for name in ("a", "b", "c")]


def test_a_restored_database_that_counts_past_what_was_told_loses_no_change(
    world: ExportWorld, tmp_path: Path
) -> None:
    options = ("--changes", "--allow-removals", "--columns", "city")
    world.history(*FIRST, *LOST)
    assert export(tmp_path, "s", *options).exit_code == 0
    for restored, added in ((AGAIN[:2], "d"), (AGAIN, "e")):
        world.history(*FIRST, *restored)
        result = export(tmp_path, "s", *options)
        assert result.exit_code == 0, result.stderr
        is_first = added == "d"
        assert ("was a backup restored?): all members are told again" in result.stderr) is is_first
        told = {"a": "updated", "b": "updated", "c": "added"} if is_first else {}
        assert changes_in(tmp_path / "s_changes.csv") == told | {added: "added"}


def test_a_restored_database_in_which_nothing_of_the_segment_was_lost_goes_on(
    world: ExportWorld, tmp_path: Path
) -> None:
    world.history(*FIRST)
    export(tmp_path, "s")
    world.history(*FIRST, *AGAIN)
    result = export(tmp_path, "s", "--changes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert changes_in(tmp_path / "s_changes.csv") == {"b": "updated", "d": "added", "e": "added"}


def test_a_folder_of_before_there_was_a_checksum_goes_on_by_the_numbers_of_runs(
    world: ExportWorld, tmp_path: Path
) -> None:
    world.history(*FIRST, *LOST)
    export(tmp_path, "s")
    place = tmp_path / "s.manifest.json"
    manifest = json.loads(place.read_text())
    assert manifest.pop("record")
    place.write_text(json.dumps(manifest))
    world.history(*FIRST, *LOST, AGAIN[2])
    export(tmp_path, "s", "--changes")
    assert changes_in(tmp_path / "s_changes.csv") == {"e": "added"}
    assert json.loads(place.read_text())["record"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["S"], 2, "there is no segment 'S'"),
        (["s", "--columns", "score.n,emial"], 2, "there is no column 'score.n', 'emial'"),
        (["s", "--format", "xlsx"], 2, "'--format': 'xlsx' is not one of 'csv', 'parquet', 'jsonl'"),
        (["s", "--preset", "excel"], 2, "'--preset': 'excel' is not one of 'hubspot', 'mailchimp'"),
        (["s", "--preset", "meta", "--columns", "email"], 2, "a preset has its own"),
        (["s", "--dial-code", "31"], 2, "--preset google-ads or meta"),
        (
            ["s", "--preset", "meta", "--dial-code", "+31"],
            2,
            "'--dial-code': '+31' is no country's",
        ),
        (["s", "--preset", "meta", "--dial-code", "999"], 2, "Write it without a plus sign or zeros: 31."),
    ],
)
def test_mistaken_arguments_exit_with_2_and_write_nothing(
    world: ExportWorld, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    result = export(tmp_path / "out", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True)
    assert not (tmp_path / "out").exists()


def test_a_misspelt_segment_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    ExportWorld(tmp_path, "ambassadors")
    result = export(tmp_path, "ambassador")
    assert (result.exit_code, "Did you mean ambassadors?" in result.stderr) == (2, True)


def test_a_folder_that_cant_be_written_and_a_broken_manifest_exit_with_1(
    world: ExportWorld, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    result = export(tmp_path / "file" / "below", "s")
    assert (result.exit_code, "can't be written to" in result.stderr, "--output" in result.stderr) == (
        1,
        True,
        True,
    )
    (tmp_path / "s.manifest.json").write_text('{"layout": 1}')
    result = export(tmp_path, "s", "--changes")
    assert (result.exit_code, "is no manifest" in result.stderr) == (1, True)
    assert not (tmp_path / "s_changes.csv").exists()


def test_nothing_published_exits_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "none.duckdb"))
    result = export(tmp_path, "s")
    assert (result.exit_code, "Run `leadscore run` first" in result.stderr) == (1, True)


@pytest.mark.parametrize("segment_id", ["../outside", "a/b", ".hidden", "50% off; é", "con'trol\"s"])
def test_any_id_of_a_segment_makes_a_file_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segment_id: str
) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    world = ExportWorld(tmp_path, segment_id)
    world.history((1, "a", "added", True))
    out = tmp_path / "deep" / "out"
    [record] = json.loads(export(out, segment_id, "--json").stdout)
    assert Path(record["path"]).parent == out
    assert [row["contact_id"] for row in rows_of(Path(record["path"]))] == ["a"]
    assert not Path(record["path"]).name.startswith(".")
    assert export(out, "--changes").exit_code == 0


def test_segments_that_would_share_a_file_are_refused(world: ExportWorld, tmp_path: Path) -> None:
    world.execute("insert into marts.dim_segments values ('s_changes', 'T', true)")
    assert export(tmp_path).exit_code == 2


@pytest.mark.parametrize("other", ["s_changes", "s_removed"])
def test_segments_that_would_share_a_file_are_refused_one_by_one_too(
    world: ExportWorld, tmp_path: Path, other: str
) -> None:
    world.history((1, "a", "added", True))
    world.also(other)
    for first, second in (("s", other), (other, "s")):
        out = tmp_path / f"{first} first"
        assert export(out, first).exit_code == 0
        before = {file: file.read_bytes() for file in out.iterdir()}
        refused = export(out, second, "--changes")
        assert (refused.exit_code, f"'s' and '{other}'" in refused.stderr) == (2, True)
        assert {file: file.read_bytes() for file in out.iterdir()} == before
        assert export(out, first, "--changes").exit_code == 0


def test_a_segment_that_is_gone_tells_who_left(world: ExportWorld, tmp_path: Path) -> None:
    world.history((1, "a", "added", True))
    export(tmp_path, "s")
    world.history((1, "a", "added", True), (2, "a", "removed", False))
    world.execute("delete from marts.dim_segments")
    result = export(tmp_path, "s", "--changes", "--allow-removals")
    assert result.exit_code == 0, result.stderr
    assert changes_in(tmp_path / "s_changes.csv") == {"a": "removed"}


@pytest.mark.parametrize(("gone", "is_stopped"), [(3, False), (4, True), (10, True)])
def test_changes_that_remove_many_members_stop_before_any_file_is_written(
    world: ExportWorld, tmp_path: Path, gone: int, is_stopped: bool
) -> None:
    """30 % is the most that may go at once; whoever comes meanwhile doesn't make up for it."""
    first = [(1, f"c{n}", "added", True) for n in range(10)]
    world.history(*first)
    export(tmp_path, "s")
    before = {file.name: file.read_bytes() for file in tmp_path.glob("*.*")}
    left = [(2, f"c{n}", "removed", False) for n in range(gone)]
    world.history(*first, *left, *((2, f"new{n}", "added", True) for n in range(20)))

    result = export(tmp_path, "s", "--changes")

    assert result.exit_code == int(is_stopped), result.stderr
    if is_stopped:
        assert f"s: {gone} of 10 members would be removed, more than 30 %" in result.stderr
        assert "--allow-removals" in result.stderr
        assert {file.name: file.read_bytes() for file in tmp_path.glob("*.*")} == before
        assert export(tmp_path, "s", "--changes", "--allow-removals").exit_code == 0
    assert list(changes_in(tmp_path / "s_changes.csv").values()).count("removed") == gone


def test_all_members_are_exported_whoever_left(world: ExportWorld, tmp_path: Path) -> None:
    world.history((1, "a", "added", True))
    export(tmp_path, "s")
    world.history((1, "a", "added", True), (2, "a", "removed", False))
    assert export(tmp_path, "s", "--full").exit_code == 0
