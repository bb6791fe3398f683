"""Who is forgotten is taken off every list that a reader keeps, and remembered by no export after that."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_world import ExportWorld, environment, export
from leadscore.erasure.finder import PersonFinder
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Person
from leadscore.exports import forgetting as forgetting_room
from leadscore.exports.forgetting import exported_files, forget_from
from leadscore.exports.forgotten import texts_sql
from leadscore.exports.manifest import Manifest, manifest_place, read_manifest
from leadscore.exports.removals import Forgetting, Removals
from leadscore.storage.files import Draft, publish_together

NAMES = ("a", "b", "c", "d")
PRESETS = {
    "hubspot": "Email",
    "mailchimp": "Email Address",
    "mautic": "email",
    "salesforce": "Leadscore_Contact_Id__c",
    "google-ads": "Email",
    "meta": "email",
}
# What says who leaves, and the options of an export.
LISTS = [
    *((column, ("--preset", name)) for name, column in PRESETS.items()),
    ("Email", ("--preset", "hubspot", "--safe", "--delimiter", ";", "--bom")),
    ("email", ("--columns", "email,city", "--delimiter", "tab")),
    ("email", ("--columns", "city,email", "--format", "jsonl")),
    ("email", ("--columns", "email", "--format", "parquet", "--full")),
]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExportWorld:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    publication = ExportWorld(tmp_path)
    for name in NAMES:
        publication.contact(name, f"{name}@example.com", phone=f"+3161234567{ord(name) - 96}", country="NL")
    publication.history(*((1, name, "added", True) for name in NAMES))
    return publication


def forgetting(name: str, *, shared: bool = False, **options: bool) -> Forgetting:
    """How `forget` asks exports; `shared`: the address is another contact's too."""
    emails = () if shared else (f"{name}@example.com",)
    person = Person(name, (name,), emails, (f"+3161234567{ord(name) - 96}",), (), ("s",), ())
    return Forgetting(PersonFinder(Matcher(person)), **options)


def forget(world: ExportWorld, folder: Path, name: str, **options: bool) -> None:
    """Erase a contact from the publication and from a folder."""
    world.execute("delete from marts.segment_contacts where contact_id = ?", [name])
    for table in ("segment_changes", "segment_members"):
        world.execute(f"delete from marts.{table} where contact_id = ?", [name])
    forget_from(folder, forgetting(name, **options), 1)


def told(folder: Path) -> list[dict[str, Any]]:
    """The rows of the file of removals; none if there is no such file."""
    manifest = manifest_of(folder)
    removals = Removals.of(folder, manifest)
    if not removals.place.is_file():
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(f"from {texts_sql(manifest, removals.place, removals.names)}").fetchall()
    return [dict(zip(removals.names, row, strict=True)) for row in rows]


def manifest_of(folder: Path) -> Manifest:
    manifest = read_manifest(manifest_place(folder, "s"))
    assert manifest is not None
    return manifest


def remembers(folder: Path, name: str, *, shared: bool = False) -> bool:
    """Whether a search of the folder's memory finds a contact."""
    finder = forgetting(name, shared=shared).finder
    return any(finder.count_in(file) for file in exported_files(folder) if ".memory-" in file.path.name)


def known_as(options: Sequence[str], name: str) -> str:
    if "salesforce" in options:
        return name
    address = f"{name}@example.com"
    hashes = {"google-ads", "meta"} & {*options}
    return hashlib.sha256(address.encode()).hexdigest() if hashes else address


def go_on(folder: Path, options: Sequence[str]) -> None:
    """The next `--changes`, as the export before was laid out."""
    result = export(folder, "s", *(option for option in options if option != "--full"), "--changes")
    assert result.exit_code == 0, result.stderr


def test_others_are_not_told_anew_since_the_record_lost_who_was_forgotten(
    world: ExportWorld, tmp_path: Path
) -> None:
    options = ("--columns", "email")
    go_on(tmp_path, options)
    forget(world, tmp_path, "b")
    go_on(tmp_path, options)
    changes = duckdb.execute(f"select contact_id from '{tmp_path}/s_changes.csv'").fetchall()
    assert changes == []
    assert manifest_of(tmp_path).record


@pytest.mark.parametrize(("column", "options"), LISTS)
def test_who_is_forgotten_is_removed_at_once_and_once_more(
    world: ExportWorld, tmp_path: Path, column: str, options: tuple[str, ...]
) -> None:
    assert export(tmp_path, "s", *options).exit_code == 0
    if "--preset" not in options:
        go_on(tmp_path, options)
    assert remembers(tmp_path, "b")
    forget(world, tmp_path, "b")
    assert not remembers(tmp_path, "b")
    for _ in range(2):
        assert [row[column] for row in told(tmp_path)] == [known_as(options, "b")]
        file = manifest_of(tmp_path).files["removed"]
        written = (tmp_path / file.name).read_bytes()
        assert (file.rows, file.sha256) == (1, hashlib.sha256(written).hexdigest())
        assert written.startswith("\ufeff".encode()) == ("--bom" in options)
        go_on(tmp_path, options)
        assert not remembers(tmp_path, "b")
    assert told(tmp_path) == []


def test_a_list_that_is_always_exported_whole_needs_no_removal(world: ExportWorld, tmp_path: Path) -> None:
    assert export(tmp_path, "s", "--columns", "email").exit_code == 0
    forget(world, tmp_path, "b")
    assert {file.name for file in tmp_path.glob("s*")} == {"s.manifest.json"}
    assert not remembers(tmp_path, "b")


def test_a_whole_list_takes_the_place_of_removals(world: ExportWorld, tmp_path: Path) -> None:
    options = ("--columns", "email")
    go_on(tmp_path, options)
    forget(world, tmp_path, "b")
    assert len(told(tmp_path)) == 1
    assert export(tmp_path, "s", *options).exit_code == 0
    assert {file.name for file in tmp_path.glob("s*")} == {"s.manifest.json", "s.csv"}
    forget(world, tmp_path, "c")
    assert [row["email"] for row in told(tmp_path)] == ["c@example.com"], "its reader goes by changes"


def test_a_full_file_for_a_tool_tells_removals_and_so_do_the_changes_after_it(
    world: ExportWorld, tmp_path: Path
) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    forget(world, tmp_path, "b")
    for _ in range(2):
        assert export(tmp_path, "s", *options, "--full").exit_code == 0
        assert [row["contact_id"] for row in told(tmp_path)] == ["b"]
        assert not remembers(tmp_path, "b")
    go_on(tmp_path, options)
    assert [row["contact_id"] for row in told(tmp_path)] == ["b"]
    go_on(tmp_path, options)
    assert told(tmp_path) == []


@pytest.mark.parametrize("options", [("--preset", "mautic"), ("--preset", "meta")])
def test_removals_of_others_stay_and_who_has_come_back_is_none(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    column, known = PRESETS[options[1]], {name: known_as(options, name) for name in NAMES}
    export(tmp_path, "s", *options)
    gone = [(2, name, "removed", False) for name in ("a", "b")]
    world.history(*((1, name, "added", True) for name in NAMES), *gone)
    assert export(tmp_path, "s", *options, "--changes", "--allow-removals").exit_code == 0
    forget(world, tmp_path, "c")
    assert {row[column] for row in told(tmp_path)} == {known[name] for name in ("a", "b", "c")}
    world.history((1, "d", "added", True), (1, "b", "added", True), gone[1], (3, "b", "added", True))
    go_on(tmp_path, options)
    assert {row[column] for row in told(tmp_path)} == {known["a"], known["c"]}
    go_on(tmp_path, options)
    assert told(tmp_path) == []


@pytest.mark.parametrize("is_listed", [True, False])
def test_an_address_of_somebody_else_is_judged_by_the_next_export(
    world: ExportWorld, tmp_path: Path, is_listed: bool
) -> None:
    options = ("--preset", "hubspot")
    world.contact("c", "B@example.com", mailable=is_listed)  # a row an address: that of b
    export(tmp_path, "s", *options)
    forget(world, tmp_path, "b", shared=True)
    assert told(tmp_path) == []
    assert not remembers(tmp_path, "b", shared=True)
    world.execute("update marts.segment_members set is_mailable = ? where contact_id = 'c'", [is_listed])
    go_on(tmp_path, options)
    assert [row["Email"] for row in told(tmp_path)] == ([] if is_listed else ["b@example.com"])


@pytest.mark.parametrize("preset", ["mailchimp", "meta"])
def test_who_was_told_by_hand_is_in_no_file(world: ExportWorld, tmp_path: Path, preset: str) -> None:
    export(tmp_path, "s", "--preset", preset)
    forget(world, tmp_path, "b")
    forget(world, tmp_path, "c", are_told=True)
    forget(world, tmp_path, "b", are_told=True)
    assert told(tmp_path) == [] and not (tmp_path / "s_removed.csv").exists()
    go_on(tmp_path, ("--preset", preset))
    assert told(tmp_path) == []


def test_given_again_what_has_been_told_goes_and_what_has_not_stays(
    world: ExportWorld, tmp_path: Path
) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    forget(world, tmp_path, "b")
    forget(world, tmp_path, "c")
    forget(world, tmp_path, "b", is_again=True)
    assert [row["contact_id"] for row in told(tmp_path)] == ["b", "c"]
    go_on(tmp_path, options)
    forget(world, tmp_path, "b", is_again=True)
    assert [row["contact_id"] for row in told(tmp_path)] == ["c"]
    forget(world, tmp_path, "c", is_again=True)
    assert told(tmp_path) == [] and "removed" not in manifest_of(tmp_path).files


def test_a_removal_that_was_just_written_is_not_lost_by_forgetting(
    world: ExportWorld, tmp_path: Path
) -> None:
    options = ("--preset", "meta")
    export(tmp_path, "s", *options)
    world.history(*((1, name, "added", True) for name in NAMES), (2, "b", "removed", False))
    go_on(tmp_path, options)
    forget(world, tmp_path, "b")
    for _ in range(2):
        assert [row["email"] for row in told(tmp_path)] == [known_as(options, "b")]
        go_on(tmp_path, options)
    assert told(tmp_path) == []


def test_removals_that_their_reader_took_away_are_told(world: ExportWorld, tmp_path: Path) -> None:
    export(tmp_path, "s", "--preset", "mailchimp")
    forget(world, tmp_path, "b")
    (tmp_path / "s_removed.csv").unlink()
    go_on(tmp_path, ("--preset", "mailchimp"))
    assert told(tmp_path) == []


@pytest.mark.parametrize("content", [b"contact_id,Email Address\n\xff\xfe,x\n", b"one\ntwo,three,four\n"])
def test_removals_that_cannot_be_read_stop_the_export_and_not_forget(
    world: ExportWorld, tmp_path: Path, content: bytes
) -> None:
    export(tmp_path, "s", "--preset", "mailchimp")
    forget(world, tmp_path, "b")
    (tmp_path / "s_removed.csv").write_bytes(content)
    result = export(tmp_path, "s", "--preset", "mailchimp", "--changes")
    assert result.exit_code == 1
    assert "s_removed.csv" in result.stderr and "Traceback" not in result.stderr
    assert (tmp_path / "s_removed.csv").read_bytes() == content
    forget(world, tmp_path, "c")
    assert [row["contact_id"] for row in told(tmp_path)] == ["c"]


class KilledError(Exception):
    """The command came to its end there."""


@pytest.mark.parametrize("place", ["keep_access", "forget_in_memory"])
def test_an_erasure_that_was_killed_goes_on_and_tells_the_same(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def kill(*_: object) -> None:
        raise KilledError

    export(tmp_path, "s", "--preset", "meta")
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(forgetting_room, place, kill)
        forget(world, tmp_path, "b")
    forget(world, tmp_path, "b")
    assert not remembers(tmp_path, "b")
    for _ in range(2):
        assert [row["email"] for row in told(tmp_path)] == [known_as(("meta",), "b")]
        go_on(tmp_path, ("--preset", "meta"))


def test_what_an_export_told_that_was_killed_is_told_again_after_an_erasure(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(drafts: Sequence[Draft]) -> None:
        publish_together(drafts)
        if drafts[0].place.name.endswith(".json"):
            raise KilledError

    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    gone = [(2, "a", "removed", False)]
    world.history(*((1, name, "added", True) for name in NAMES), *gone)
    with monkeypatch.context() as patch:
        patch.setattr("leadscore.exports.placing.publish_together", kill)
        patch.setattr("leadscore.exports.files.put_back", lambda _: None)
        assert export(tmp_path, "s", *options, "--changes").exit_code == 1
    forget(world, tmp_path, "b")
    assert manifest_of(tmp_path).exported_through == 1
    assert not remembers(tmp_path, "b")
    go_on(tmp_path, options)
    assert {row["contact_id"] for row in told(tmp_path)} == {"a", "b"}


def test_removals_are_as_private_as_the_files_beside_them(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_FILE_MODE", "0640")
    export(tmp_path, "s", "--preset", "meta")
    monkeypatch.delenv("LEADSCORE_FILE_MODE")
    forget(world, tmp_path, "b")
    assert (tmp_path / "s_removed.csv").stat().st_mode & 0o777 == 0o600
