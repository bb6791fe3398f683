"""`leadscore load`: files arrive exactly as written, all of them or none, each content once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.cli import app
from leadscore.raw.tables import RAW_TABLES, TableName
from leadscore.settings import Settings
from leadscore.storage.lock import hold_lock
from typer.testing import CliRunner, Result

Load = Callable[..., Result]
HEADER = "event_id,event_type,occurred_at,contact_id,page_path,properties\n"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "test.duckdb"
    monkeypatch.setenv("LEADSCORE_DATABASE", str(path))
    return path


@pytest.fixture
def load(database: Path) -> Load:
    return lambda table, *files: CliRunner().invoke(app, ["load", table, *map(str, files)])


@pytest.fixture
def rows(database: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    def read(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return list(connection.execute(sql).fetchall())

    return read


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_same_file_loaded_twice_changes_nothing(tmp_path: Path, load: Load, rows: Any) -> None:
    file = written(tmp_path / "a.csv", HEADER + "e1,open,2026-01-01,c1,,\n")
    assert load("events", file).exit_code == 0
    before = rows("from raw.events")

    again = load("events", file)

    assert again.exit_code == 0
    assert "loaded before" in again.output
    assert rows("from raw.events") == before
    assert rows("select count(*) from raw.load_log") == [(1,)]


def test_the_same_content_under_another_name_and_twice_in_one_command_changes_nothing(
    tmp_path: Path, load: Load, rows: Any
) -> None:
    first = written(tmp_path / "a.csv", HEADER + "e1,open,2026-01-01,c1,,\n")
    second = written(tmp_path / "b.csv", first.read_bytes())
    load("events", first, second)
    assert rows("select count(*) from raw.events") == [(1,)]


def test_the_same_content_may_go_to_another_table(tmp_path: Path, load: Load, rows: Any) -> None:
    file = written(tmp_path / "a.csv", "contact_id,created_at,event_id,event_type,occurred_at\nc,d,e,t,o\n")
    assert load("events", file).exit_code == 0
    assert load("contacts", file).exit_code == 0
    assert rows("select (select count(*) from raw.events), (select count(*) from raw.contacts)") == [(1, 1)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiter_byte_order_mark_and_line_ends_do_not_matter(
    tmp_path: Path, load: Load, rows: Any, delimiter: str, mark: bytes, line_end: str
) -> None:
    text = line_end.join(
        delimiter.join(cells)
        for cells in (
            ["event_id", "event_type", "occurred_at"],
            ["é1", '"a,b;c\td"', "2026-01-01"],
            ["2", "x", "y"],
        )
    )
    assert load("events", written(tmp_path / "a.csv", mark + text.encode())).exit_code == 0
    assert rows("select event_id, event_type, occurred_at from raw.events order by 1") == [
        ("2", "x", "y"),
        ("é1", "a,b;c\td", "2026-01-01"),
    ]


@pytest.mark.parametrize(
    "value",
    [
        'it\'s "quoted"; -- drop',
        "{{ braces }} {% raw %}",
        "back\\slash \\n",
        "two\nlines\r\nand three",
        "x" * 100_000,
        "'); drop table raw.events; --",
        "\U0001f600 é ß",
        " spaces ",
        "NULL",
    ],
)
def test_a_value_arrives_exactly_as_written(tmp_path: Path, load: Load, rows: Any, value: str) -> None:
    quoted = '"' + value.replace('"', '""') + '"'
    row = f"e1,{quoted},2026-01-01,c1,{quoted},{quoted}\n"
    result = load("events", written(tmp_path / "a.csv", HEADER + row))
    assert result.exit_code == 0, result.output
    assert rows("select event_type, page_path, properties from raw.events") == [(value, value, value)]


def test_empty_cells_are_null(tmp_path: Path, load: Load, rows: Any) -> None:
    load("events", written(tmp_path / "a.csv", HEADER + 'e1,"",2026-01-01,,"",\n'))
    assert rows("select event_type, contact_id, page_path, properties from raw.events") == [(None,) * 4]


def test_bad_values_are_loaded_so_that_the_models_can_reject_them(
    tmp_path: Path, load: Load, rows: Any
) -> None:
    file = written(
        tmp_path / "a.csv", "contact_id,created_at,company_size,email_consent\nc1,yesterday,many,perhaps\n"
    )
    assert load("contacts", file).exit_code == 0
    assert rows("select created_at, company_size, email_consent from raw.contacts") == [
        ("yesterday", "many", "perhaps")
    ]


def test_one_broken_file_of_several_loads_nothing(tmp_path: Path, load: Load, rows: Any) -> None:
    good = written(tmp_path / "good.csv", HEADER + "e1,open,2026-01-01,c1,,\n")
    bad = written(tmp_path / "bad.csv", HEADER + "e2,open,2026-01-01,c1,,\ne3,open\n")

    result = load("events", good, bad)

    assert result.exit_code == 1
    assert "bad.csv, line 3 has 2 values where the header has 6" in result.stderr
    assert "nothing was loaded" in result.stderr
    assert load("events", good).output.count("1 row added") == 1


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (b"e1,open,2026-01-01,c1,,,extra\n", "line 2 has 7 values where the header has 6"),
        (b'e1,"open,2026-01-01,c1,,\n', "line 2 has a quote that isn't closed"),
        (b"e1,\xff\xfe,2026-01-01,c1,,\n", "line 2 isn't UTF-8"),
        (b"e1,o,t,c1,x,y\r\ne2,o,t,c1,x,y\n", "mixes line ends"),
    ],
)
def test_a_broken_csv_row_is_refused_with_its_line(
    tmp_path: Path, load: Load, row: bytes, complaint: str
) -> None:
    result = load("events", written(tmp_path / "a.csv", HEADER.encode() + row))
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert "load again" in result.stderr
    assert "Traceback" not in result.output


def test_no_row_gets_lost_where_a_large_file_mixes_line_ends(tmp_path: Path, load: Load, rows: Any) -> None:
    body = b"".join(b"e%d,open,2026-01-01,c1,,x\n" % number for number in range(400_000))
    file = written(tmp_path / "a.csv", HEADER.encode() + body + b"last,open,2026-01-01,c1,,x\r\n")
    result = load("events", file)
    if result.exit_code == 0:
        assert rows("select count(*) from raw.events") == [(400_001,)]
    else:
        assert (result.exit_code, "mixes line ends" in result.stderr) == (1, True)


def test_an_empty_file_is_refused(tmp_path: Path, load: Load) -> None:
    result = load("events", written(tmp_path / "a.csv", ""))
    assert (result.exit_code, "is empty" in result.stderr) == (1, True)


def test_a_header_alone_adds_nothing(tmp_path: Path, load: Load, rows: Any) -> None:
    assert load("events", written(tmp_path / "a.csv", HEADER)).exit_code == 0
    assert rows("select count(*) from raw.events") == [(0,)]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_missing_required_columns_are_named(tmp_path: Path, load: Load, name: str) -> None:
    content = "event_id,foo\n1,2\n" if name.endswith("csv") else '{"event_id": 1, "foo": 2}\n'
    result = load("events", written(tmp_path / name, content))
    assert result.exit_code == 1
    assert "lacks event_type, occurred_at, which events needs" in result.stderr
    assert "Columns found: event_id, foo" in result.stderr


def test_unknown_columns_go_into_the_properties_with_a_notice(tmp_path: Path, load: Load, rows: Any) -> None:
    header = "Event_ID,event_type,occurred_at,loaded_at,colour,shape\n"
    result = load("events", written(tmp_path / "a.csv", header + "e1,open,2026-01-01,1999-01-01,red,round\n"))
    assert result.exit_code == 0
    assert "colour, shape" in result.stderr
    assert "loaded_at is ignored" in result.stderr
    assert rows("select event_id, properties, year(loaded_at) > 2000 from raw.events") == [
        ("e1", '{"colour":"red","shape":"round"}', True)
    ]


def test_each_load_is_later_than_the_last_even_if_the_clock_lags(
    tmp_path: Path, load: Load, rows: Any
) -> None:
    load("events", written(tmp_path / "a.csv", HEADER + "e1,open,2026-01-01,c1,,\n"))
    with duckdb.connect(str(tmp_path / "test.duckdb")) as connection:
        connection.execute("update raw.events set loaded_at = timestamp '2999-12-31 23:59:59.5'")
    more = [written(tmp_path / f"{n}.csv", f"{HEADER}{n},open,2026-01-01,c1,,\n") for n in "bc"]
    load("events", *more)
    assert rows("select distinct loaded_at from raw.events order by 1") == [
        (datetime(2999, 12, 31, 23, 59, 59, 500000),),
        (datetime(2999, 12, 31, 23, 59, 59, 500001),),
    ]


def test_loaded_at_is_now_in_utc(
    tmp_path: Path, load: Load, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    load("events", written(tmp_path / "a.csv", HEADER + "e1,open,2026-01-01,c1,,\n"))
    loaded_at = rows("select loaded_at from raw.events")[0][0]
    assert abs((datetime.now(UTC).replace(tzinfo=None) - loaded_at).total_seconds()) < 60


def test_json_keeps_objects_as_json_and_numbers_as_written(tmp_path: Path, load: Load, rows: Any) -> None:
    lines = [
        r'{"event_id": 12345678901234567890123, "event_type": 1.10, '
        r'"occurred_at": 0.12345678901234567890123, '
        r'"properties": {"price": 12.50, "text": "1.50 \"é\" {", "n": null, "list": [1, 2.0, -3E+5]}}',
        r'{"event_id": "2", "event_type": "1.10", "occurred_at": true, "properties": "{\"a\": 1.50}"}',
        "",
        '{"event_id": "3", "event_type": "two\\nlines \\\\ \\"q\\"", "occurred_at": null, "extra": {"a": 1}}',
    ]
    result = load("events", written(tmp_path / "a.jsonl", "\n".join(lines)))
    assert result.exit_code == 0, result.output
    assert "extra" in result.stderr
    assert rows("select event_id, event_type, occurred_at, properties from raw.events order by event_id") == [
        (
            "12345678901234567890123",
            "1.10",
            "0.12345678901234567890123",
            '{"price":12.50,"text":"1.50 \\"é\\" {","n":null,"list":[1,2.0,-3E+5]}',
        ),
        ("2", "1.10", "true", '{"a": 1.50}'),
        ("3", 'two\nlines \\ "q"', None, '{"extra":{"a":1}}'),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b'{"event_id": "2"', "line 2 isn't JSON"),
        (b"[1, 2]", "line 2 isn't a JSON object"),
        (b"5", "line 2 isn't a JSON object"),
        (b'{"event_id": "\xff"}', "line 2 isn't UTF-8"),
    ],
)
def test_a_broken_json_line_is_refused_with_its_line(
    tmp_path: Path, load: Load, line: bytes, complaint: str
) -> None:
    good = b'{"event_id": "1", "event_type": "open", "occurred_at": "2026-01-01"}\n'
    result = load("events", written(tmp_path / "a.jsonl", good + line + b"\n" + good))
    assert result.exit_code == 1
    assert f"a.jsonl, {complaint}" in result.stderr


def test_parquet_times_are_utc_and_nested_values_json(tmp_path: Path, load: Load, rows: Any) -> None:
    file = tmp_path / "it's.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (
                select 1.0::double as event_id, 'open'::blob as event_type, {{a: 1, b: 'x'}} as properties,
                timestamptz '2026-01-01 12:00:00+02' as occurred_at, 12.50::decimal(9, 2) as page_path,
                null::double as contact_id, true as is_machine
            ) to '{str(file).replace("'", "''")}' (format parquet)"""
        )
    assert load("events", file).exit_code == 0
    columns = "event_id, event_type, occurred_at, page_path, contact_id, is_machine, properties"
    found = rows(f"select {columns} from raw.events")
    assert found == [("1", "open", "2026-01-01 10:00:00+00", "12.50", None, "true", '{"a":1,"b":"x"}')]


def test_a_file_that_is_not_parquet_is_refused(tmp_path: Path, load: Load) -> None:
    result = load("events", written(tmp_path / "a.parquet", "event_id\n1\n"))
    assert (result.exit_code, "can't be read as Parquet" in result.stderr) == (1, True)


def test_an_existing_table_keeps_its_types_and_gets_the_columns_it_lacks(
    tmp_path: Path, load: Load, rows: Any, database: Path
) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.events "
            "(event_id varchar, occurred_at timestamp, own integer, loaded_at timestamp)"
        )
        connection.execute("insert into raw.events values ('e0', '2026-01-01', 7, '2026-01-01')")
    assert (
        load(
            "events", written(tmp_path / "a.csv", HEADER + "e1,open,2026-01-01T12:00:00+02:00,c1,,\n")
        ).exit_code
        == 0
    )
    assert rows("select event_id, event_type, occurred_at, own from raw.events order by 1") == [
        ("e0", None, datetime(2026, 1, 1), 7),
        ("e1", "open", datetime(2026, 1, 1, 10), None),
    ]

    refused = load("events", written(tmp_path / "b.csv", HEADER + "e2,open,yesterday,c1,,\n"))

    assert refused.exit_code == 1
    assert "yesterday" in refused.stderr
    assert rows("select count(*) from raw.events") == [(2,)]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("column", ["page_path", "properties"])
def test_a_value_of_more_than_10_mb_is_refused_and_one_of_10_mb_is_not(
    tmp_path: Path, load: Load, rows: Any, suffix: str, column: str
) -> None:
    file, options = (
        tmp_path / f"a.{suffix}",
        {"csv": "header", "jsonl": "format json", "parquet": "format parquet"},
    )

    def write(size: int) -> None:
        text = f"repeat('x', {size - 8}) || repeat('\u00e9', 4)"  # bytes, not characters
        duckdb.execute(
            "copy (select 'e' || i as event_id, 'open' as event_type, '2026-01-01' as occurred_at, "
            f"case when i = 2 then {text} end as {column} from range(4) as r(i)) "
            f"to '{file}' ({options[suffix]})"
        )

    write(10_000_001)
    refused = load("events", file)
    assert refused.exit_code == 1, refused.output
    assert f"a value of more than 10,000,000 bytes in {column}; nothing was loaded" in refused.stderr
    write(10_000_000)
    assert load("events", file).exit_code == 0
    assert rows(f"select max(strlen({column})) from raw.events") == [(10_000_000,)]


def test_each_raw_table_can_be_named() -> None:
    assert [*RAW_TABLES] == [*TableName]


def test_wrong_usage_exits_with_2_and_says_what_is_right(tmp_path: Path, load: Load) -> None:
    file = written(tmp_path / "a.docx", "x")
    unknown = load("orders", file)
    assert (
        unknown.exit_code,
        "'contacts', 'events', 'transactions', 'score_adjustments'" in unknown.stderr,
    ) == (
        2,
        True,
    )
    missing = load("events", tmp_path / "nope.csv")
    assert (missing.exit_code, "there is no file" in missing.stderr) == (2, True)
    folder = load("contacts", tmp_path)
    assert (folder.exit_code, f"{tmp_path} is a folder" in folder.stderr) == (2, True)
    strange = load("events", file)
    assert (strange.exit_code, "JSON lines" in strange.stderr) == (2, True)


def test_a_name_with_wildcards_means_that_file(tmp_path: Path, load: Load, rows: Any) -> None:
    written(tmp_path / "ab.csv", HEADER + "wrong,open,2026-01-01,c1,,\n")
    for name in ("a[b].csv", "a*.csv", "a?.csv"):
        assert (
            load("events", written(tmp_path / name, f"{HEADER}{name},open,2026-01-01,c1,,\n")).exit_code == 0
        )
    assert rows("select event_id from raw.events order by 1") == [("a*.csv",), ("a?.csv",), ("a[b].csv",)]


def test_a_run_that_is_going_on_is_waited_for_as_long_as_said(
    tmp_path: Path, load: Load, database: Path
) -> None:
    file = written(tmp_path / "a.csv", HEADER + "e1,open,2026-01-01,c1,,\n")
    with hold_lock(Settings.from_environment().lock, "run", print):
        waited = load("events", file, "--wait", "0.2")
        refused = load("events", file, "--no-wait")
    for result in (waited, refused):
        assert (result.exit_code, "is using the database" in result.stderr) == (1, True)
    assert "Waiting at most 0.2 s for `leadscore run`" in waited.stderr
    assert "Waiting" not in refused.stderr
    assert load("events", file).exit_code == 0
