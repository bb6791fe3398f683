"""Connections to DuckDB."""

from __future__ import annotations

import os
from pathlib import Path

from leadscore.storage.database import file_literal, open_database, reading_files


def test_a_file_is_read_as_it_is_now_however_soon_it_changed(tmp_path: Path) -> None:
    """Of the same size, at the same instant: an erasure writes it anew, then looks whether it is clean."""
    file = tmp_path / "rows.parquet"
    for value in ("ann", "bob", "ann"):
        with open_database(None) as database:
            database.execute(f"copy (select '{value}' as contact_id) to {file_literal(file)}")
        os.utime(file, ns=(1, 1))
        for _ in range(2):
            with reading_files() as database:
                assert database.value(f"select contact_id from {file_literal(file)}") == value


def test_what_one_connection_makes_for_itself_no_other_sees() -> None:
    with reading_files() as database:
        database.execute("create temp table made as select 1 as n")
    with reading_files() as database:
        assert not database.tables("main")
        assert database.value("select current_setting('TimeZone')") == "UTC"
