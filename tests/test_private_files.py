"""Files are their owner's alone, whatever the umask, unless a variable or an administrator opens them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import duckdb
import pytest
from export_world import ExportWorld, environment, export
from leadscore.errors import UsageMistakeError
from leadscore.publication.publish import publish
from leadscore.settings import Settings
from leadscore.storage import rewriting
from leadscore.storage.access import keep_access, private_files, shared_mode
from parsed_once import parsed_anew
from tiny_project import SEEDS, leadscore
from workspaces import write_seeds

NOBODY = 65534
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """The worst there is: whoever doesn't say otherwise makes files for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Files and folders below a folder -> their modes; links are what they lead to."""
    return {str(path.relative_to(folder)): mode(path) for path in folder.rglob("*") if not path.is_symlink()}


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


def test_no_command_makes_a_file_that_others_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From load to delivery, with all that is left on the way."""
    seeds = write_seeds(
        tmp_path / "seeds",
        {**SEEDS, "segments": [{"segment_id": "all", "title": "All", "requires_consent": "false"}]},
    )
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("contact_id,created_at\nann,2026-01-01\nbob,2026-01-02\n", encoding="utf-8")
    variables = {
        "LEADSCORE_DATABASE": str(tmp_path / "own" / "leads.duckdb"),
        "LEADSCORE_SEEDS": str(seeds),
        "LEADSCORE_DELIVERY_FOLDER": str(tmp_path / "delivered"),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
        "DBT_LOG_LEVEL_FILE": "debug",
    }
    given = set(modes(tmp_path))
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "delivered").mkdir(mode=0o700)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    commands = (
        ["load", "contacts", contacts],
        ["adjust", "ann", "add", "5", "--model", "lead", "--note", "n"],
        ["run", "--as-of", "2026-06-01"],
        ["export", "--output", tmp_path / "deep" / "exports"],
        ["deliver", "segment_changes_file"],
        ["forget", "bob", "--yes", "--told", "--exports", tmp_path / "deep" / "exports"],
    )
    with parsed_anew():  # that makes files, too
        for arguments in commands:
            done = leadscore(*map(str, arguments))
            assert done.exit_code == 0, done.stderr
    made = {name: found for name, found in modes(tmp_path).items() if name not in given}
    for wanted in (
        "own/leads.duckdb",
        "own/leads.duckdb.runs.jsonl",
        "own/leads.duckdb.lock",
        "logs/dbt.log",
        "deep/exports",
    ):
        assert wanted in made
    assert [name for name in made if name.startswith("delivered/")]
    assert {name: oct(found) for name, found in made.items() if found & 0o077} == {}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A database with a mart, published once as the command does it."""
    settings = Settings.from_environment({"LEADSCORE_DATABASE": str(tmp_path / "a.duckdb")})
    publish_again(settings, 1, "contact_scores")
    return settings


def publish_again(settings: Settings, number: int, *marts: str) -> None:
    with private_files():
        with duckdb.connect(str(settings.database)) as connection:
            connection.execute("create schema if not exists marts")
            for mart in marts:
                connection.execute(f"create or replace table marts.{mart} as select {number} as x")
        publish(settings, lambda _: None)


def seen(settings: Settings) -> dict[str, int]:
    """What readers open -> its mode."""
    places = (".", ".publications", ".current", "leadscore.duckdb", "contact_scores.parquet")
    return {name: mode(settings.published / name) for name in places}


def test_a_publication_is_private(settings: Settings) -> None:
    assert {found & 0o077 for found in modes(settings.published).values()} == {0}
    publish_again(settings, 2, "contact_scores", "other")
    assert {found & 0o077 for found in modes(settings.published).values()} == {0}


def test_what_an_administrator_opens_stays_open_and_nothing_else(settings: Settings) -> None:
    settings.published_database.chmod(0o644)
    for folder in (settings.published, settings.published / ".publications", settings.published / ".current"):
        folder.chmod(0o751)
    for number in (2, 3, 4):
        publish_again(settings, number, "contact_scores", f"new_{number}")
        assert seen(settings) == {
            ".": 0o751,
            ".publications": 0o751,
            ".current": 0o751,
            "leadscore.duckdb": 0o644,
            "contact_scores.parquet": 0o600,
        }
        assert mode(settings.published / f"new_{number}.parquet") == 0o644, "the database holds it too"
        assert mode(settings.published / ".current" / ".publication.json") == 0o644


def test_the_variable_opens_files_and_folders_but_not_what_was_closed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_FILE_MODE", "0640")
    publish_again(settings, 2, "contact_scores")
    assert set(seen(settings).values()) == {0o640, 0o750}
    (settings.published / "contact_scores.parquet").chmod(0o600)
    monkeypatch.setenv("LEADSCORE_FILE_MODE", "644")
    publish_again(settings, 3, "contact_scores")
    assert seen(settings) == {
        ".": 0o755,
        ".publications": 0o755,
        ".current": 0o755,
        "leadscore.duckdb": 0o644,
        "contact_scores.parquet": 0o600,
    }
    monkeypatch.delenv("LEADSCORE_FILE_MODE")
    publish_again(settings, 4, "contact_scores")
    assert set(seen(settings).values()) == {0o600, 0o700}, "closed again"


def test_what_an_earlier_version_published_stays_open_for_its_readers(settings: Settings) -> None:
    record = settings.published / ".current" / ".publication.json"
    record.write_text(record.read_text().replace('"file_mode"', '"unknown"'))
    for path in (settings.published, *settings.published.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    publish_again(settings, 2, "contact_scores")
    assert set(seen(settings).values()) == {0o644, 0o755}


@AS_ROOT
def test_owners_are_kept(settings: Settings) -> None:
    for path in (settings.published, *settings.published.rglob("*"), settings.database):
        os.chown(path, NOBODY, NOBODY)
    publish_again(settings, 2, "contact_scores")
    owned = [settings.published / name for name in seen(settings)]
    rewriting.rewrite_database(settings.database)
    assert {(path.stat().st_uid, path.stat().st_gid) for path in [*owned, settings.database]} == {
        (NOBODY, NOBODY)
    }


def test_the_copy_of_an_erasure_is_private_from_the_first_byte_and_ends_as_the_database_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.database.chmod(0o640)
    first: list[int] = []

    def looked_at(path: Path, before: Path) -> None:
        first.append(mode(path))
        keep_access(path, before)

    monkeypatch.setattr(rewriting, "keep_access", looked_at)
    rewriting.rewrite_database(settings.database)
    assert (first, mode(settings.database)) == ([0o600], 0o640)


def test_exports_are_private_unless_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    world = ExportWorld(tmp_path)
    world.contact("a", "a@example.com")
    world.history((1, "a", "added", True))
    out = tmp_path / "deep" / "out"
    assert export(out, "s").exit_code == 0
    assert {mode(out), mode(out.parent)} == {0o700}
    assert set(modes(out).values()) == {0o600}
    (out / "s.csv").chmod(0o644)
    out.chmod(0o755)
    assert export(out, "s").exit_code == 0
    assert (mode(out), mode(out / "s.csv"), mode(out / "s.manifest.json")) == (0o755, 0o644, 0o600)
    monkeypatch.setenv("LEADSCORE_FILE_MODE", "0640")
    assert export(out, "s").exit_code == 0
    assert (mode(out / "s.csv"), mode(out / "s.manifest.json")) == (0o644, 0o640)
    assert export(tmp_path / "new" / "out", "s").exit_code == 0
    assert {mode(tmp_path / "new"), mode(tmp_path / "new" / "out")} == {0o750}
    monkeypatch.setenv("LEADSCORE_FILE_MODE", "0777")
    refused = export(out, "s")
    assert (refused.exit_code, "LEADSCORE_FILE_MODE is '0777'" in refused.stderr) == (2, True)


@pytest.mark.parametrize("written", ["0777", "0700", "0440", "0200", "rw-r-----", "0o", "-640", "9", "640 "])
def test_what_is_no_mode_is_refused(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_FILE_MODE", written)
    if written.strip() == "640":
        assert shared_mode() == 0o640
        return
    with pytest.raises(UsageMistakeError, match="LEADSCORE_FILE_MODE"):
        shared_mode()


def test_the_umask_is_as_before_after_a_command(tmp_path: Path) -> None:
    export(tmp_path)
    before = os.umask(0)
    assert before == 0
