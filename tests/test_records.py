"""What the command writes for itself is read back as it was; what is damaged is told, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from leadscore.erasure.person import Pending, Person
from leadscore.errors import DamagedRecordError
from leadscore.exports.files import ExportRefusedError
from leadscore.exports.manifest import ExportedFile, Layout, Manifest, manifest_place, read_manifest
from leadscore.exports.segments import Condition
from leadscore.publication.record import RECORD, MartRecord, Publication, read_publication
from leadscore.runs.history import LoggedRun, log_line, read_runs
from leadscore.storage.files import Draft
from leadscore.storage.records import from_json

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
PERSON = Person("c1", ("c1", "c2"), ("a@example.com",), (), ("v'1",), (), ("+31 6 1234",))
RUN = LoggedRun(
    "r1", 7, NOON, NOON, "succeeded", NOON, 2.5, "full", "it is the first", None, 3, {"scores": 4},
    {"scoring": 1.5},
)  # fmt: skip
PUBLICATION = Publication(
    4, NOON, "/a.duckdb", None, NOON, None, True,
    {"b": MartRecord(3, {"z": "VARCHAR", "a": "BIGINT"}, "1f", 2, NOON), "a": MartRecord(None, {}, None)},
)  # fmt: skip
MANIFEST = Manifest(
    "s", None, "everybody", (Condition("1", "x", "is set", None),), True,
    "2026-03-31T12:00:00Z", 5, Layout("csv", None, ("contact_id", "email"), None),
    {"changes": ExportedFile("s.csv", 1, "ab", "2026-03-31T12:00:00Z", 5, 3, {"added": 1})},
)  # fmt: skip
# As versions before this test wrote them.
RUN_BEFORE = (
    '{"run_id": "r1", "process": 7, "started_at": "2026-03-31 12:00:00+00:00", '
    '"as_of": "2026-03-31 12:00:00+00:00", "state": "succeeded", "finished_at": "2026-03-31 12:00:00+00:00", '
    '"seconds": 2.5, "kind": "full", "reason": "it is the first", "failure": null, "warnings": 3, '
    '"metrics": {"scores": 4}, "stages": {"scoring": 1.5}}'
)
PUBLICATION_BEFORE = (
    '{"number": 4, "published_at": "2026-03-31 12:00:00+00:00", "database": "/a.duckdb", "run_number": null, '
    '"as_of": "2026-03-31 12:00:00+00:00", "previous_as_of": null, "is_full": true, '
    '"marts": {"b": {"rows": 3, "columns": {"z": "VARCHAR", "a": "BIGINT"}, "checksum": "1f", '
    '"replaced_rows": 2, '
    '"parquet_as_of": "2026-03-31 12:00:00+00:00"}, "a": {"rows": null, "columns": {}, "checksum": null, '
    '"replaced_rows": 0, "parquet_as_of": null}}, "whole_because": null}'
)
NO_RECORDS = {
    "empty": b"",
    "cut off": b'{"number": 4, "publ',
    "no UTF-8": b'{"number": "\xff"}',
    "a list": b"[]",
    "null": b"null",
    "an empty object": b"{}",
    "a text": b'"x"',
    "deep": b"[" * 100_000,
}


def told(record: Mapping[str, object], **other: object) -> bytes:
    return json.dumps({**record, **other}, default=str).encode()


def test_runs_are_read_as_they_were_written(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for line in (log_line(RUN), RUN_BEFORE.encode()):
        log.write_bytes(line)
        assert read_runs(log) == ([RUN], 0)


@pytest.mark.parametrize("content", [*NO_RECORDS.values()], ids=[*NO_RECORDS])
def test_lines_that_are_no_runs_are_counted(tmp_path: Path, content: bytes) -> None:
    log = tmp_path / "log"
    log.write_bytes(content + b"\n" + log_line(RUN))
    assert read_runs(log) == ([RUN], int(bool(content)))


@pytest.mark.parametrize(
    "other",
    [
        {"warnings": "x"}, {"warnings": "3"}, {"warnings": True}, {"process": 1.5}, {"seconds": "2.5"},
        {"metrics": []}, {"stages": {"scoring": "long"}}, {"as_of": None}, {"started_at": "noon"},
        {"state": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_run_of_wrong_types_is_damaged(tmp_path: Path, other: dict[str, object]) -> None:
    log = tmp_path / "log"
    log.write_bytes(told(json.loads(RUN_BEFORE), **other))
    assert read_runs(log) == ([], 1)


def test_a_publication_is_read_as_it_was_written(tmp_path: Path) -> None:
    PUBLICATION.write(tmp_path)
    assert read_publication(tmp_path) == PUBLICATION
    (tmp_path / RECORD).write_text(PUBLICATION_BEFORE, encoding="utf-8")
    publication = read_publication(tmp_path)
    assert publication == PUBLICATION
    assert [*publication.marts["b"].columns] == ["z", "a"]
    assert publication.marts["b"].same_columns(PUBLICATION.marts["b"])


@pytest.mark.parametrize(
    "content",
    [
        *NO_RECORDS.values(),
        told(json.loads(PUBLICATION_BEFORE), number="4"),
        told(json.loads(PUBLICATION_BEFORE), marts={"a": None}),
        told(json.loads(PUBLICATION_BEFORE), marts={"a": {"rows": "many", "columns": {}, "checksum": None}}),
        told(json.loads(PUBLICATION_BEFORE), is_full="no"),
    ],
    ids=[*NO_RECORDS, "number", "no mart", "rows", "is_full"],
)
def test_nothing_builds_on_a_publication_that_is_damaged(tmp_path: Path, content: bytes) -> None:
    assert read_publication(tmp_path) is None
    (tmp_path / RECORD).write_bytes(content)
    assert read_publication(tmp_path) is None


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read_manifest(manifest_place(tmp_path, "s")) is None
    draft = Draft(manifest_place(tmp_path, "s"))
    MANIFEST.write(draft)
    draft.publish()
    assert read_manifest(manifest_place(tmp_path, "s")) == MANIFEST


@pytest.mark.parametrize("content", [*NO_RECORDS.values(), b'{"layout": {"columns": 1}}'])
def test_a_manifest_that_is_damaged_is_refused(tmp_path: Path, content: bytes) -> None:
    manifest_place(tmp_path, "s").write_bytes(content)
    with pytest.raises(ExportRefusedError, match="is no manifest of an export") as refused:
        read_manifest(manifest_place(tmp_path, "s"))
    assert len(refused.value.message.splitlines()) == 1
    assert "--full" in refused.value.advice


def test_who_is_being_erased_is_read_as_it_was_written(tmp_path: Path) -> None:
    pending = Pending(tmp_path / "a.duckdb")
    assert pending.read() is None
    pending.write(PERSON)
    assert pending.read() == PERSON


@pytest.mark.parametrize(
    "content",
    [
        *NO_RECORDS.values(),
        told(vars(PERSON), ids="c1"),
        told(vars(PERSON), emails=["secret@example.com", 1]),
        told(vars(PERSON), contact_id=None),
    ],
    ids=[*NO_RECORDS, "ids", "emails", "contact_id"],
)
def test_an_erasure_of_nobody_knows_whom_is_told_of(tmp_path: Path, content: bytes) -> None:
    pending = Pending(tmp_path / "a.duckdb")
    pending.path.write_bytes(content)
    with pytest.raises(DamagedRecordError, match="doesn't say of whom") as refused:
        pending.read()
    assert "leadscore forget" in refused.value.advice
    assert "secret" not in refused.value.message


def test_what_is_wrong_is_said_with_its_place() -> None:
    with pytest.raises(
        ValueError, match=r"^process: Input should be a valid integer; started_at: Field required"
    ):
        from_json(LoggedRun, '{"run_id": "x", "process": "7", "as_of": "2026-03-31 12:00:00"}')
