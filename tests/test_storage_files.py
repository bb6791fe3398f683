"""Files are whole or not there: the old content or the new one, whatever stops the writer."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from leadscore.storage.files import (
    Draft,
    copy_file,
    link_or_copy,
    publish_together,
    sync_folder,
    write_atomically,
)


def test_a_write_that_is_stopped_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, beside = tmp_path / "a", tmp_path / "a.new"
    write_atomically(place, b"old", beside=beside)

    def stops(_: int) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", stops)
        with pytest.raises(OSError, match="No space left"):
            write_atomically(place, b"new", beside=beside)
    assert place.read_bytes() == b"old"
    write_atomically(place, b"new", beside=beside)
    assert (place.read_bytes(), beside.exists()) == (b"new", False)


def test_files_that_tell_of_each_other_get_their_places_without_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        done.append("sync")
        fsync(descriptor)

    def replaced(path: Path, place: Path) -> Path:
        done.append("rename")
        return replace(path, place)

    drafts = [Draft(tmp_path / name) for name in ("list.csv", "memory", "manifest")]
    for draft in drafts:
        draft.place.write_text("old")
        draft.path.write_text("new")
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    publish_together(drafts)
    assert "".join(step[0] for step in done) == "sssrrrs", "all bytes are on disk before the first name is"
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["new"] * 3


def test_what_is_secret_is_never_readable_for_others(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"x", beside=tmp_path / "a.new", mode=0o600)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_draft_starts_anew_and_can_be_given_up(tmp_path: Path) -> None:
    (tmp_path / ".a.tmp").write_text("half")
    draft = Draft(tmp_path / "a")
    assert not draft.path.exists()
    draft.path.write_text("whole")
    draft.publish()
    Draft(tmp_path / "a").discard()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a", "whole")]


def test_where_folders_cannot_be_opened_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    sync_folder(tmp_path)


def test_a_file_is_copied_where_it_cannot_get_a_second_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotImplementedError

    (tmp_path / "a").write_bytes(b"x" * 100_000)
    link_or_copy(tmp_path / "a", tmp_path / "linked")
    assert (tmp_path / "linked").samefile(tmp_path / "a")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    link_or_copy(tmp_path / "a", tmp_path / "copied")
    assert not (tmp_path / "copied").samefile(tmp_path / "a")
    monkeypatch.delattr(os, "copy_file_range", raising=False)
    copy_file(tmp_path / "a", tmp_path / "again")
    assert {(tmp_path / name).read_bytes() for name in ("copied", "again")} == {b"x" * 100_000}
