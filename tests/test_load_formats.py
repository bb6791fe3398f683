"""`leadscore load`: encodings, packing, arrays, workbooks; and what a file is, whatever its name."""

from __future__ import annotations

import csv
import gzip
import io
import json
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from leadscore.raw.files import given_file
from leadscore.raw.formats import workbook as workbook_format
from leadscore.raw.formats.encodings import is_text_encoding
from leadscore.raw.mapping import LoadOptions
from leadscore.raw.tables import RAW_TABLES
from leadscore.raw.white_space import WHITE_SPACE
from leadscore.storage.files import remove_scratch, scratch_file
from load_world import Dated, LoadWorld, workbook

HEADER = "event_id,event_type,occurred_at,page_path"
ROW = "e1,open,2026-01-01,/é€"
COLUMNS = "event_id, event_type, occurred_at, page_path"
OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
# Text that every encoding of the tests can hold, and whatever CSV must quote.
LETTERS = st.text(st.sampled_from("abcäöüßé€ ,;|\t\"'\n\\{}[]=0"), max_size=12)


@pytest.fixture
def world(tmp_path: Path) -> LoadWorld:
    return LoadWorld(tmp_path)


@contextmanager
def own_world() -> Iterator[LoadWorld]:
    """A world for each example of a test."""
    with tempfile.TemporaryDirectory() as folder:
        yield LoadWorld(Path(folder))


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        for name in names:
            parts.writestr(zipfile.ZipInfo(name), "x")  # the same in every process
    return content.getvalue()


def named(value: object) -> str:
    """The name of a case: its words, not its bytes."""
    return value if isinstance(value, str) else "content"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cells=st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1252", "mac-roman"]
    ),
    is_packed=st.booleans(),
    says_delimiter=st.booleans(),
)
def test_csv_arrives_as_written_in_every_encoding_delimiter_and_packing(
    cells: list[tuple[str, str]], delimiter: str, encoding: str, is_packed: bool, says_delimiter: bool
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["event_id", "event_type", "occurred_at", "page_path", "Größe €"])
    writer.writerows([str(number), "open", "t", *row] for number, row in enumerate(cells))
    content = (f"sep={delimiter}\n" if says_delimiter else "") + text.getvalue()
    packed = content.encode(encoding)
    with own_world() as world:
        file = world.written(
            "a.csv.gz" if is_packed else "a.csv", gzip.compress(packed) if is_packed else packed
        )
        world.loaded("events", file, "--encoding", encoding)
        found = world.rows("select page_path, properties from raw.events order by cast(event_id as int)")
        assert [path or "" for path, _ in found] == [path for path, _ in cells]
        kept = [json.loads(other)["Größe €"] if other else "" for _, other in found]
        assert kept == [other if other.strip() else "" for _, other in cells]
        assert not list(world.folder.glob("*.tmp"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    values=st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8) | st.just("1.50"),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=4,
    ),
    is_array=st.booleans(),
    indent=st.sampled_from([None, 2]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    is_packed=st.booleans(),
)
def test_json_arrives_as_written_as_lines_and_as_an_array(
    values: list[object], is_array: bool, indent: int | None, encoding: str, is_packed: bool
) -> None:
    objects = [
        {"event_id": number, "event_type": "open", "occurred_at": "t", "extra": value}
        for number, value in enumerate(values)
    ]
    text = json.dumps(objects, indent=indent) if is_array else "\n".join(map(json.dumps, objects))
    content = text.encode(encoding)
    with own_world() as world:
        file = world.written(
            "a.json.gz" if is_packed else "a.json", gzip.compress(content) if is_packed else content
        )
        world.loaded("events", file)
        found = world.rows("select properties from raw.events order by cast(event_id as int)")
    empty = [value is None or (isinstance(value, str) and not value.strip(WHITE_SPACE)) for value in values]
    assert [None if other is None else json.loads(other)["extra"] for (other,) in found] == [
        None if nothing else value for value, nothing in zip(values, empty, strict=True)
    ]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet", "xlsx"])
def test_each_format_may_be_gzipped_and_is_then_the_same_content(world: LoadWorld, suffix: str) -> None:
    path = world.folder / f"a.{suffix}"
    if suffix == "xlsx":
        path.write_bytes(workbook([["event_id", "event_type", "occurred_at"], ["e1", "open", "t"]]))
    else:
        options = {"csv": "header", "jsonl": "format json", "json": "format json, array true"}
        query = "select 'e1' as event_id, 'open' as event_type, 't' as occurred_at"
        duckdb.execute(f"copy ({query}) to '{path}' ({options.get(suffix, 'format parquet')})")
    packed = world.written(f"b.{suffix}.gz", gzip.compress(path.read_bytes()))
    unnamed = world.written(f"c.{suffix}", gzip.compress(path.read_bytes(), 1))
    assert "1 row added" in world.loaded("events", packed).stdout
    for other in (path, unnamed):
        assert "loaded before" in world.loaded("events", other).stdout
    assert world.rows("select event_id, event_type, occurred_at from raw.events") == [("e1", "open", "t")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("said", ["sep=;", "SEP=;", '"sep=;"', '"SEP=;"', "sep=|", '"sep=\t"'])
def test_a_first_line_that_says_the_delimiter_is_obeyed(
    world: LoadWorld, said: str, end: str, encoding: str
) -> None:
    delimiter = said.strip('"')[-1]
    rows = [HEADER, "e1,a b,2026-01-01,x", "e2,c,t,y"]
    text = end.join([said, *(row.replace(",", delimiter) for row in rows), ""])
    world.loaded("events", world.written("a.csv", text.encode(encoding)))
    assert world.rows("select event_id, event_type from raw.events order by 1") == [
        ("e1", "a b"),
        ("e2", "c"),
    ]


def test_the_line_of_a_fault_counts_the_line_that_says_the_delimiter(world: LoadWorld) -> None:
    text = f"sep=;\n{HEADER.replace(',', ';')}\ne1;open;t;x\ne2;open\n"
    assert "a.csv, line 4 has 2 values where the header has 4" in world.refused(
        "events", world.written("a.csv", text)
    )


@pytest.mark.parametrize("said", ["sep=,", "sep=", "sep=;;", "separate"])
def test_a_word_of_the_header_is_not_taken_for_it(world: LoadWorld, said: str) -> None:
    quoted = f'"{said}"' if "," in said or ";" in said else said
    file = world.written("a.csv", f"event_id,{quoted},event_type,occurred_at\ne1,x,open,t\n")
    world.loaded("events", file)
    assert world.rows("select properties from raw.events") == [
        (json.dumps({said: "x"}, separators=(",", ":")),)
    ]


@pytest.mark.parametrize(
    "encoding", ["windows-1252", "latin-1", "cp437", "utf-16-le", "utf-16-be", "utf-32-be"]
)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_what_cannot_be_decoded_is_refused_with_a_word_on_the_encoding(
    world: LoadWorld, encoding: str, suffix: str
) -> None:
    text = f"{HEADER}\ne1,open,t,/é\n" if suffix == "csv" else '{"event_id": "e1", "event_type": "é"}\n'
    message = world.refused("events", world.written(f"a.{suffix}", text.encode(encoding)))
    assert "isn't UTF-8" in message or "isn't JSON" in message
    assert "--encoding" in message


def test_an_encoding_that_a_file_is_not_in_is_refused_with_the_line(world: LoadWorld) -> None:
    text = f"{HEADER}\ne1,open,t,/é\n"
    file = world.written("a.csv", text.encode())
    assert "a.csv, line 2 isn't ascii" in world.refused("events", file, "--encoding", "ascii")
    odd = world.written("b.csv", text.encode("utf-16")[:-1])
    assert "isn't utf-16" in world.refused("events", odd)
    assert "'klingon' is no encoding" in world.refused("events", file, "--encoding", "klingon", code=2)


def test_the_header_too_must_be_decoded(world: LoadWorld) -> None:
    file = world.written("a.csv", "event_id,event_type,occurred_at,Größe\ne1,open,t,x\n".encode("latin-1"))
    assert "a.csv, line 1 isn't UTF-8" in world.refused("events", file)
    world.loaded("events", file, "--encoding", "latin-1")
    assert world.rows("select properties from raw.events") == [('{"Größe":"x"}',)]


def test_a_byte_order_mark_is_believed_before_the_option(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{HEADER}\n{ROW}\n".encode("utf-16"))
    world.loaded("events", file, "--encoding", "windows-1252")
    assert world.rows("select page_path from raw.events") == [("/é€",)]


@pytest.mark.parametrize("name", ["base64", "hex", "rot13", "nope", "", "\0", "utf 8 ", "é"])
def test_only_names_of_text_encodings_are_encodings(name: str) -> None:
    assert is_text_encoding(name) == (name == "utf 8 ")


def test_the_same_text_in_another_encoding_is_the_same_content(world: LoadWorld) -> None:
    world.loaded("events", world.written("a.csv", f"{HEADER}\n{ROW}\n"))
    for number, encoding in enumerate(["utf-16", "utf-16-be", "utf-32"]):
        other = world.written(f"b{number}.csv", f"{HEADER}\n{ROW}\n".encode(encoding))
        assert "loaded before" in world.loaded("events", other, "--encoding", encoding).stdout


def test_a_large_text_is_decoded_piece_by_piece(world: LoadWorld) -> None:
    rows = "".join(f"e{number},open,t,/é€{number}\r\n" for number in range(60_000))
    world.loaded("events", world.written("a.csv", f"{HEADER}\r\n{rows}".encode("utf-16")))
    assert world.rows("select count(*), count(distinct page_path) from raw.events") == [(60_000, 60_000)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[{"event_id": "1"}, 5]', "an element is not an object"),
        ('[{"event_id": "1"}, {"a" 1}]', "element 2 isn't JSON"),
        ('[{"event_id": "1"}', "isn't JSON"),
        ('[{"event_id": "1"}] and more', "isn't JSON"),
        ("[", "isn't JSON"),
    ],
)
def test_a_broken_array_is_refused(world: LoadWorld, text: str, complaint: str) -> None:
    message = world.refused("events", world.written("a.json", text))
    assert complaint in message
    assert "one JSON array of objects" in message


def test_an_empty_array_adds_nothing(world: LoadWorld) -> None:
    assert "0 rows added" in world.loaded("events", world.written("a.json", "[]")).stdout


def test_workbook_cells_keep_their_type(world: LoadWorld) -> None:
    day = (datetime(2026, 1, 31) - datetime(1899, 12, 30)).days
    file = world.written(
        "a.xlsx",
        workbook(
            [
                ["Contact_ID", "created_at", "birth_date", "postal_code", "n", "f", "yes", "at", "", "text"],
                [
                    12,
                    Dated(day),
                    Dated(1.0 * 32994),
                    "01234",
                    7.0,
                    0.1,
                    True,
                    Dated(day + 0.75, True),
                    "odd",
                    " ",
                ],
                [],
                ["c2", Dated(day + 0.5, True), None, None, -3, 12345678901, False, None, None, "5"],
            ],
            [["contact_id"], ["of another sheet"]],
        ),
    )
    world.loaded("contacts", file)
    assert world.rows(
        "select contact_id, created_at, birth_date, postal_code from raw.contacts order by 1"
    ) == [
        ("12", "2026-01-31 00:00:00", "1990-05-01 00:00:00", "01234"),
        ("c2", "2026-01-31 12:00:00", None, None),
    ]
    found = [
        json.loads(text) for (text,) in world.rows("select attributes from raw.contacts order by contact_id")
    ]
    assert found == [
        {"n": 7, "f": 0.1, "yes": True, "at": "2026-01-31 18:00:00", "column 9": "odd"},
        {"n": -3, "f": 12345678901, "yes": False, "text": "5"},
    ]
    assert '"n":7,' in world.rows("select attributes from raw.contacts order by contact_id")[0][0]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 10_000 * 86_400 - 1), min_size=1, max_size=5))
def test_dates_of_a_workbook_are_instants_to_the_second(seconds: list[int]) -> None:
    rows = [[f"c{number}", Dated(30_000 + second / 86_400, True)] for number, second in enumerate(seconds)]
    with own_world() as world:
        world.loaded("contacts", world.written("a.xlsx", workbook([["contact_id", "created_at"], *rows])))
        found = world.rows("select cast(created_at as timestamp) from raw.contacts order by contact_id")
    start = datetime(1899, 12, 30) + timedelta(days=30_000)
    assert [at for (at,) in found] == [start + timedelta(seconds=second) for second in seconds]


def test_a_workbook_is_mapped_as_other_files_are(world: LoadWorld) -> None:
    file = world.written("a.xlsx", workbook([["Record ID", "Since"], [7, "2026-01-01"]]))
    world.loaded("contacts", file, "--map", "contact_id=record id", "--map", "created_at=SINCE")
    assert world.rows("select contact_id, created_at, attributes from raw.contacts") == [
        ("7", "2026-01-01", None)
    ]
    assert (
        "loaded before"
        in world.loaded("contacts", file, "--map", "contact_id=record id", "--map", "created_at=SINCE").stdout
    )


def test_a_table_may_begin_anywhere_on_the_sheet(world: LoadWorld) -> None:
    rows: list[list[object]] = [
        [],
        [None, None],
        [None, "contact_id", "created_at"],
        [],
        [None, "c1", "2026-01-01"],
        [None, " "],
    ]
    world.loaded("contacts", world.written("a.xlsx", workbook(rows)))
    assert world.rows("select contact_id, created_at, attributes from raw.contacts") == [
        ("c1", "2026-01-01", None)
    ]


def test_a_column_of_a_workbook_without_values_is_there_all_the_same(world: LoadWorld) -> None:
    world.loaded("contacts", world.written("a.xlsx", workbook([["contact_id", "created_at"], ["c1", None]])))
    world.loaded("contacts", world.written("b.xlsx", workbook([["contact_id", "created_at"]])))
    assert world.rows("select contact_id, created_at from raw.contacts") == [("c1", None)]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (workbook(), "can't be read as an Excel workbook"),
        (workbook([]), "is empty"),
        (workbook([[]]), "is empty"),
        (workbook([[None, " "]]), "is empty"),
        (
            workbook([["contact_id", "created_at", "A", "a"], ["c1", "t", 1, 2]]),
            "row 1 names A, a more than once",
        ),
        (workbook([["contact_id"], ["c1"]]), "lacks created_at"),
        (b"", "this is an empty file under the name .xlsx"),
        (b"contact_id,created_at\n", "can't be read as an Excel workbook: this is text under the name .xlsx"),
        (workbook([["contact_id"]])[:400], "a broken zip archive or workbook"),
    ],
    ids=named,
)
def test_a_workbook_that_cannot_be_read_is_refused(world: LoadWorld, content: bytes, complaint: str) -> None:
    assert complaint in world.refused("contacts", world.written("a.xlsx", content))


def test_a_damaged_workbook_never_ends_in_a_traceback(world: LoadWorld) -> None:
    whole = workbook([["contact_id", "created_at"], ["c1", "2026-01-01"]])
    for place in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        result = world.load("contacts", world.written("a.xlsx", bytes(damaged)))
        assert result.exit_code in (0, 1, 2), place
        assert result.exception is None or isinstance(result.exception, SystemExit), (place, result.exception)


def test_a_workbook_that_would_take_the_memory_is_refused(
    world: LoadWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_format, "LARGEST_BYTES", 1000)
    file = world.written("a.xlsx", workbook([["contact_id", "created_at"], ["c1", "2026-01-01"]]))
    assert "save it as CSV" in world.refused("contacts", file)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", OLD_EXCEL, "an old Excel workbook (.xls), or one with a password under the name .csv"),
        ("a.xls", OLD_EXCEL, "under the name .xls"),
        ("a.xlsx", OLD_EXCEL, "with a password under the name .xlsx"),
        (
            "a.xls",
            b"\x09\x08\x08\x00\x00\x05\x10\x00" + bytes(60),
            "an old Excel workbook (.xls) under the name .xls",
        ),
        ("a.csv", b"%PDF-1.7\n%\xe2", "a PDF under the name .csv"),
        ("a.xls", b"<html><body><table><tr><td>contact_id", "an HTML page under the name .xls"),
        ("a.csv", b"\n<!DOCTYPE html>\n<html>", "an HTML page under the name .csv"),
        (
            "a.xls",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook',
            "an Excel workbook as XML",
        ),
        ("a.csv", b'<?xml version="1.0"?><rows>', "XML under the name .csv"),
        ("a.csv", zipped("people.csv"), "a zip archive under the name .csv"),
        ("a.zip", zipped("people.csv", "more.csv"), "a zip archive under the name .zip"),
        ("a.xlsx", zipped("xl/workbook.bin"), "an Excel workbook in binary (.xlsb)"),
        ("a.ods", zipped("mimetype", "content.xml"), "an OpenDocument file"),
        ("a.csv", zipped("word/document.xml"), "a Word document"),
        ("a.csv", b"BZh91AY&SY\x01", "a bzip2 archive"),
        ("a.csv", b"\xfd7zXZ\x00\x00", "an xz archive"),
        ("a.csv.zst", b"\x28\xb5\x2f\xfd\x00", "a Zstandard archive"),
        ("a.csv", b"7z\xbc\xaf\x27\x1c\x00", "a 7-Zip archive"),
        ("a.csv", b"SQLite format 3\x00", "an SQLite database"),
        ("a.json", b"Obj\x01\x00", "an Avro file"),
        ("a.parquet", b"ARROW1\x00\x00", "an Arrow file"),
        ("a.csv.gz", gzip.compress(b"%PDF-1.7", mtime=0), "a PDF under the name .csv.gz"),
        ("a.csv.gz", gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "gzip within gzip"),
        ("a", zipped("people.csv"), "a zip archive under a name without an ending"),
    ],
    ids=named,
)
def test_a_file_that_is_something_else_is_told_by_what_it_is(
    world: LoadWorld, name: str, content: bytes, told: str
) -> None:
    message = world.refused("contacts", world.written(name, content))
    assert f"{name} can't be loaded: this is " in message
    assert told in message


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.json", "a.xls", "a.dat", "a"])
@pytest.mark.parametrize("kind", ["workbook", "parquet", "lines", "array"])
def test_a_file_under_another_name_is_read_and_told_where_its_content_is_plain(
    world: LoadWorld, name: str, kind: str
) -> None:
    path = world.folder / name
    if kind == "workbook":
        path.write_bytes(workbook([["contact_id", "created_at"], ["c1", "2026-01-01"]]))
    elif kind == "parquet":
        query = "select 'c1' as contact_id, '2026-01-01' as created_at"
        duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")
    else:
        row = {"contact_id": "c1", "created_at": "2026-01-01"}
        path.write_text(json.dumps([row] if kind == "array" else row, indent=2 if kind == "array" else None))
    result = world.loaded("contacts", path)
    expected = {
        "workbook": "an Excel workbook",
        "parquet": "Parquet",
        "lines": "JSON lines",
        "array": "a JSON array",
    }
    is_as_named = name == "a.json" and kind in ("lines", "array")
    assert (f"this is {expected[kind]} under " in result.stderr) != is_as_named
    assert world.rows("select contact_id, created_at from raw.contacts") == [("c1", "2026-01-01")]


def test_csv_under_the_name_of_json_is_read_and_told(world: LoadWorld) -> None:
    result = world.loaded("events", world.written("a.json", f"{HEADER}\n{ROW}\n"))
    assert "this is CSV under the name .json, and was read as such" in result.stderr


@pytest.mark.parametrize("text", ["55", "true, 1", '"a", 2', "xy", "null"])
def test_what_is_neither_json_nor_csv_is_not_taken_for_csv(world: LoadWorld, text: str) -> None:
    message = world.refused("events", world.written("a.jsonl", text))
    assert "line 1 isn't" in message or "lacks event_id" in message


@pytest.mark.parametrize("header", ["[event_id],event_type,occurred_at", "{event_id},event_type,occurred_at"])
def test_a_header_in_brackets_is_not_taken_for_json(world: LoadWorld, header: str) -> None:
    file = world.written("a.csv", f"{header}\ne1,open,t\n")
    world.loaded("events", file, "--map", f"event_id={header.split(',')[0]}")
    assert world.rows("select event_id from raw.events") == [("e1",)]


@pytest.mark.parametrize("kept", [20, 60])
def test_a_packed_file_that_is_cut_off_is_refused(world: LoadWorld, kept: int) -> None:
    packed = gzip.compress("\n".join([HEADER, *(f"{ROW}{n}" for n in range(500))]).encode())
    message = world.refused("events", world.written("a.csv.gz", packed[:kept]))
    assert "a.csv.gz is broken: it can't be unpacked to its end" in message


def test_what_is_written_meanwhile_is_private_and_gone_afterwards(world: LoadWorld) -> None:
    file = world.written("a.csv.gz", gzip.compress(f"{HEADER}\n{ROW}\n".encode("utf-16")))
    given = given_file(file, RAW_TABLES["events"], LoadOptions(), world.database)
    with given.opened():
        beside = list(world.folder.glob("test.duckdb.load-*.tmp"))
        assert len(beside) == 2
        assert {stat.S_IMODE(path.stat().st_mode) for path in beside} == {0o600}
    assert not list(world.folder.glob("*.tmp"))


def test_what_a_killed_load_left_is_removed(world: LoadWorld) -> None:
    left = world.written("test.duckdb.load-unpacked.scratch.tmp", "personal")
    other = world.written("other.duckdb.load-unpacked.scratch.tmp", "of another database")
    with scratch_file(world.database, "load-unpacked") as path:
        assert path == left and path.read_bytes() == b""
    assert not left.exists()
    left.write_text("personal")
    remove_scratch(world.database)
    assert (left.exists(), other.exists()) == (False, True)


def test_one_broken_file_of_several_loads_none(world: LoadWorld) -> None:
    good = world.written("a.xlsx", workbook([["event_id", "event_type", "occurred_at"], ["e1", "open", "t"]]))
    packed = world.written(
        "b.json.gz", gzip.compress(b'[{"event_id": "e2", "event_type": "o", "occurred_at": "t"}]')
    )
    bad = world.written("c.csv", b"%PDF-1.7")
    world.refused("events", good, packed, bad)
    world.loaded("events", good, packed)
    assert world.rows("select event_id from raw.events order by 1") == [("e1",), ("e2",)]


@pytest.mark.parametrize(
    "header",
    ["PAR1", "ORCID", "ORC", "BZh9", "GIF8", "Rar!", "DUCK", "12345678DUCK", "Obj", "ARROW1", "FEA1"],
)
def test_a_header_that_begins_like_another_format_is_a_header(world: LoadWorld, header: str) -> None:
    file = world.written("a.csv", f"{header},event_id,event_type,occurred_at\nx,e1,open,t\n")
    world.loaded("events", file)
    assert world.rows("select properties from raw.events") == [(f'{{"{header}":"x"}}',)]


def test_json_without_a_mark_is_recognised_in_the_encoding_that_is_said(world: LoadWorld) -> None:
    text = '\n\n [{"event_id": "e1", "event_type": "open", "occurred_at": "t"}]'
    world.loaded("events", world.written("a.json", text.encode("utf-16-le")), "--encoding", "utf-16-le")
    assert world.rows("select event_id from raw.events") == [("e1",)]


def test_a_cell_that_goes_into_an_object_must_be_decoded_too(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{HEADER},extra\n{ROW},".encode() + b"\xff\n")
    assert "a.csv, line 2 isn't UTF-8" in world.refused("events", file)
