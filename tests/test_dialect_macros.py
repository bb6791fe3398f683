"""Macros of engines and conditions give what `macro_cases` says: one compile, then plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from macro_cases import AS_OF, CASES, apart, together
from workspaces import Workspace, write_seeds


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The SQL of every case, by one dbt command."""
    folder = tmp_path_factory.mktemp("macros")
    workspace = Workspace(folder, write_seeds(folder / "seeds", {}))
    statements = apart(workspace.compiled(together(sql for _, sql, _ in CASES), as_of=AS_OF))
    assert len(statements) == len(CASES)
    return statements


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB as the profile sets it up."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.mark.parametrize(
    ("number", "expected"),
    [pytest.param(number, expected, id=name[:80]) for number, (name, _, expected) in enumerate(CASES)],
)
def test_macro(compiled: list[str], engine: duckdb.DuckDBPyConnection, number: int, expected: Any) -> None:
    row = engine.execute(compiled[number]).fetchone()
    assert row is not None
    assert (row[0], type(row[0])) == (expected, type(expected)), compiled[number][:2000]
