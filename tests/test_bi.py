"""docs/bi.md, done as it says while a run publishes; as Superset reads, by SQLAlchemy 1.4 and 2.0."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from demo_clone import Demo, run_in
from superset_reader import WHOLE
from workspaces import PROJECT

PAGE = (PROJECT / "docs" / "bi.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)
PLACE = "/srv/leadscore/published"
URI = f"duckdb:///{PLACE}/leadscore.duckdb"
READER = PROJECT / "tests" / "support" / "superset_reader.py"
# The other SQLAlchemy lies in a folder of its own: `make install-dev`.
SQLALCHEMY_14 = Path(sys.prefix) / "sqlalchemy14"
FOLDERS = {"1.4": SQLALCHEMY_14, "2.0": None}


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


*QUERIES, VIEWS = blocks("sql")
COPYING, OPENING_UP = blocks("sh")
[PARAMETERS] = blocks("json")


@dataclass(frozen=True)
class Watched:
    """What was seen of a run that published.

    Attributes:
        published: The published folder, after the run.
        before: Rows that tell one publication from the next, before the run.
        after: The same, after it.
        readers: SQLAlchemy's version -> what Superset's way of reading saw, as `superset_reader` tells it.
        metabase: What one connection with the views for Metabase saw before and after.
    """

    published: Path
    before: list[list[str]]
    after: list[list[str]]
    readers: dict[str, dict[str, Any]]
    metabase: list[Any]


@pytest.fixture(scope="module")
def watched(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A run of the demo a week later, with an edit; as the page says it publishes for a group."""
    clone = demo.copied(tmp_path_factory.mktemp("bi") / "leadscore")
    published, stop = clone / "published", clone / "stop"
    run_in(clone, ".venv/bin/leadscore adjust c-00001 add 5 --model interest --note bi")
    before = whole(published)
    later = (as_of(published) + timedelta(days=7)).isoformat()
    assert OPENING_UP.endswith("leadscore run\n")
    run = OPENING_UP.strip().replace("chgrp -R bi ", 'chgrp -R "$(id -gn)" ') + f" --as-of {later} --force"
    installed = [version for version, folder in FOLDERS.items() if folder is None or folder.is_dir()]
    with duckdb.connect() as metabase, ExitStack() as readers:
        metabase.execute(VIEWS.replace(PLACE, str(published)))
        seen = [instants(metabase)]
        processes = {
            version: readers.enter_context(reading(FOLDERS[version], published, stop))
            for version in installed
        }
        run_in(clone, run)
        seen.append(instants(metabase))
        stop.touch()
        told = {version: process.communicate(timeout=60) for version, process in processes.items()}
    failed = [error for version, (_, error) in told.items() if processes[version].returncode]
    assert not failed, failed
    looked = {version: json.loads(printed) for version, (printed, _) in told.items()}
    return Watched(published, before, whole(published), looked, seen)


@contextmanager
def reading(folder: Path | None, published: Path, stop: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that reads as Superset does, once it has begun to."""
    environment = os.environ if folder is None else {**os.environ, "PYTHONPATH": str(folder)}
    arguments = [URI.replace(PLACE, str(published)), PARAMETERS, str(stop)]
    process = subprocess.Popen(
        [sys.executable, READER, *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "looking\n", process.stderr.read()
        yield process
    finally:
        stop.touch()
        process.communicate()


@pytest.fixture(params=FOLDERS)
def reader(request: pytest.FixtureRequest, watched: Watched) -> dict[str, Any]:
    """What Superset's way of reading saw under a version of SQLAlchemy."""
    if request.param not in watched.readers and "CI" not in os.environ:
        pytest.skip(f"SQLAlchemy {request.param} isn't there: make install-dev")
    found = watched.readers[request.param]
    assert found["version"].startswith(f"{request.param}.")
    return found


@pytest.mark.end_to_end
def test_superset_reads_one_whole_publication_or_the_next_while_a_run_publishes(
    watched: Watched, reader: dict[str, Any]
) -> None:
    assert reader["failures"] == []
    assert watched.before != watched.after
    assert [rows for rows, _ in reader["charts"]] == [watched.before, watched.after]
    assert reader["charts"][0][1] >= 5, "it read while the run was going on"


@pytest.mark.end_to_end
def test_superset_lists_schemas_marts_and_their_columns(watched: Watched, reader: dict[str, Any]) -> None:
    [[(schemas, names, columns), times]] = reader["datasets"]
    assert times >= 3
    with duckdb.connect(str(watched.published / "leadscore.duckdb"), read_only=True) as connection:
        listed = connection.execute(
            "select table_name, list(column_name order by ordinal_position) "
            "from information_schema.columns where table_schema = 'marts' group by all"
        ).fetchall()
    assert "leadscore.marts" in schemas
    assert names == sorted(name for name, _ in listed)
    assert {mart: [name for name, _ in told] for mart, told in reader["columns"].items()} == dict(listed)
    assert dict(columns[0])["score"] == "NUMERIC(28, 2)" and dict(columns[0])["as_of"] == "TIMESTAMP"


@pytest.mark.end_to_end
def test_a_pool_keeps_the_publication_that_it_opened(watched: Watched, reader: dict[str, Any]) -> None:
    assert reader["kept"] == [watched.before, watched.before]


@pytest.mark.end_to_end
def test_nothing_is_written_and_no_other_file_is_read(reader: dict[str, Any]) -> None:
    writing, other_file = reader["refused"]
    assert "read-only mode" in writing
    assert "disabled by configuration" in other_file


@pytest.mark.end_to_end
def test_the_views_for_metabase_show_a_new_publication_at_once(watched: Watched) -> None:
    assert watched.metabase == [[rows[0][0]] for rows in (watched.before, watched.after)]
    assert re.findall(r"view marts\.(\w+) as", VIEWS) == re.findall(r"/(\w+)\.parquet'", VIEWS)


@pytest.mark.end_to_end
@pytest.mark.parametrize("query", QUERIES, ids=[query.splitlines()[0][:40] for query in QUERIES])
def test_the_queries_to_begin_with_have_rows(watched: Watched, query: str) -> None:
    with duckdb.connect(str(watched.published / "leadscore.duckdb"), read_only=True) as connection:
        assert len(connection.execute(query).fetchall()) > 10


@pytest.mark.end_to_end
def test_the_history_ends_with_the_average_of_now(watched: Watched) -> None:
    [history] = [query for query in QUERIES if "month_end" in query]
    with duckdb.connect(str(watched.published / "leadscore.duckdb"), read_only=True) as connection:
        last = connection.execute(history).fetchall()[-1]
        now = "select count(*), avg(score) from marts.contact_scores where model_id = 'interest'"
        contacts, average = connection.execute(now).fetchall()[0]
    assert last[1:] == (contacts, pytest.approx(average))


@pytest.mark.end_to_end
def test_the_group_may_read_and_a_copy_is_one_publication(watched: Watched) -> None:
    assert stat.S_IMODE((watched.published / "leadscore.duckdb").stat().st_mode) == 0o640
    run_in(watched.published.parent, COPYING)
    copied = {file.name for file in (watched.published.parent / "shared").iterdir()}
    assert copied == {file.name for file in watched.published.glob("*.parquet")}
    for name in re.findall(r"\\(\w+\.parquet)", PAGE):
        assert name in copied


def test_the_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE):
        assert (PROJECT / "docs" / link).exists(), link


def test_what_is_to_be_entered_is_on_the_page() -> None:
    assert f"`{URI}`" in PAGE
    assert json.loads(PARAMETERS)["connect_args"]["read_only"] is True


def whole(published: Path) -> list[list[str]]:
    with duckdb.connect(str(published / "leadscore.duckdb"), read_only=True) as connection:
        return [[str(value) for value in connection.execute(query).fetchall()[0]] for query in WHOLE]


def as_of(published: Path) -> Any:
    with duckdb.connect(str(published / "leadscore.duckdb"), read_only=True) as connection:
        return connection.execute("select max(as_of) from marts.contact_scores").fetchall()[0][0]


def instants(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("select distinct as_of from marts.contact_scores").fetchall()
    return [str(instant) for (instant,) in found]
