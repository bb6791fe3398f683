"""What is published of rejected raw rows: nothing about a person; the whole row stays in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest
from leadscore.raw.tables import LOADED_AT, RAW_TABLES
from leadscore.runs.rejections import COUNTS, TOLD, rejections
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from tiny_project import score, tiny_project

# What may be published of a row. A new column goes here, or gets `personal` in macro raw_registry.
PUBLISHED = {
    "contacts": "contact_id created_at updated_at company_size industry account_id email_consent merged_into "
    "deleted_at",
    "events": "event_id event_type occurred_at contact_id campaign_id email_id form_id content_id is_machine",
    "transactions": "transaction_id line_number contact_id ordered_at product_id product_category quantity "
    "amount currency status invoiced_at paid_at",
    "score_adjustments": "adjustment_id model_id contact_id operation points adjusted_at deleted_at",
}
# A required value that can't be read: the row is left out.
UNREADABLE = {
    "contacts": "created_at",
    "events": "occurred_at",
    "transactions": "amount",
    "score_adjustments": "points",
}


def token(table: str, column: str) -> str:
    return f"zq{table.replace('_', '')}x{column.replace('_', '')}z"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Scored raw tables, each with a row in which every cell can't be read, or is a text of its own."""
    with tiny_project(tmp_path_factory.mktemp("rejected")) as settings:
        with duckdb.connect(str(settings.database)) as connection:
            for table in RAW_TABLES:
                columns = [name for name in RAW_TABLES[table].columns if name != LOADED_AT]
                connection.execute(f"drop table if exists raw.{table}")
                definitions = ", ".join(f"{name} varchar" for name in columns)
                connection.execute(f"create table raw.{table} ({definitions}, loaded_at timestamp)")
                marks = ", ".join("?" * len(columns))
                connection.execute(
                    f"insert into raw.{table} values ({marks}, timestamp '2026-05-01')",
                    [token(table, name) for name in columns],
                )
                if table == "score_adjustments":  # one that can be read, but names no operation that there is
                    odd = {"points": "5", "model_id": "lead", "adjusted_at": "2026-05-01", "deleted_at": None}
                    connection.execute(
                        f"insert into raw.{table} values ({marks}, timestamp '2026-05-01')",
                        [odd.get(name, token(table, name)) for name in columns],
                    )
        score(settings)
        yield settings


@pytest.mark.parametrize("table", RAW_TABLES)
def test_only_what_is_not_about_a_person_is_published(settings: Settings, table: str) -> None:
    query = "select row_json, reason from {} where source_table = ?"
    with duckdb.connect(str(settings.published_database), read_only=True) as published:
        shown = published.execute(query.format("marts.rejected_rows"), [table]).fetchall()
    with duckdb.connect(str(settings.database), read_only=True) as database:
        kept = database.execute(query.format("store.rejected_row_contents"), [table]).fetchall()
    allowed = {*PUBLISHED[table].split(), "loaded_at"}
    assert {name for text, _ in shown for name in json.loads(text)} <= allowed
    assert any(set(json.loads(text)) == allowed for text, _ in shown)
    assert any(f"{UNREADABLE[table]} can't be read" in reason for _, reason in shown), "it says what is wrong"
    assert sorted(reason for _, reason in shown) == sorted(reason for _, reason in kept)
    whole = [json.loads(text) for text, _ in kept]
    assert any(set(row) == {*RAW_TABLES[table].columns, "loaded_at"} for row in whole)
    assert any(row[UNREADABLE[table]] == token(table, UNREADABLE[table]) for row in whole)


def test_no_personal_cell_stands_in_anything_that_is_published(settings: Settings) -> None:
    """Reasons quote cells: not those."""
    personal = {
        token(table, name)
        for table in RAW_TABLES
        for name in {*RAW_TABLES[table].columns} - {*PUBLISHED[table].split(), LOADED_AT}
    }
    assert len(personal) > 15
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.published_database}' as served (read_only)")
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = 'served'"
        ).fetchall()
        relations = [f"served.{schema}.{name}" for schema, name in tables]
        relations += [f"'{file}'" for file in settings.published.glob("*.parquet")]
        assert ("store", "rejected_row_contents") not in tables
        for relation in relations:
            cells = connection.execute(f"select * from {relation}").fetchall()
            text = json.dumps(cells, default=str)
            # An edit that can be read stands with its note among the edits, whatever it asks for.
            found = {word for word in personal if word in text and "adjustments" not in word}
            assert not found, relation
            if relation.endswith(("rejected_rows", "rejected_rows.parquet'")):
                assert not [word for word in personal if word in text]
                assert cells


def test_a_run_tells_the_most_frequent_reasons_without_values_and_ids(settings: Settings) -> None:
    with open_database(settings.published_database, read_only=True) as database:
        told, kinds = rejections(database), database.records(COUNTS)
    assert len(kinds) > TOLD
    assert told[:-1] == [
        f"{kind['source_table']}: {kind['reason']} ({kind['rows']})" for kind in kinds[:TOLD]
    ]
    assert told[-1] == f"and {len(kinds) - TOLD} more reasons"
    assert not [line for line in told if "zq" in line]
