"""A publication made by hand, run by run: what `leadscore export` reads, without a dbt run."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from leadscore.cli import app
from typer.testing import CliRunner, Result

TABLES = """
    create schema marts;
    create table marts.dim_scoring_models (model_id varchar);
    create table marts.dim_segments (segment_id varchar, title varchar, requires_consent boolean);
    create table marts.dim_segment_conditions (
        segment_id varchar, clause varchar, field varchar, operator varchar, value varchar, row_number bigint
    );
    create table marts.segment_members (
        segment_id varchar, contact_id varchar, is_mailable boolean, member_since timestamp
    );
    create table marts.segment_changes (
        segment_id varchar, contact_id varchar, change varchar, run_number bigint, content_hash bigint,
        is_mailable boolean, changed_at timestamp
    );
    create table marts.segment_contacts (
        contact_id varchar, email varchar, email_on_file varchar, email_status varchar, phone varchar,
        first_name varchar, last_name varchar, job_title varchar, company_name varchar, industry varchar,
        account_id varchar, postal_code varchar, city varchar, country varchar, attributes varchar,
        company_size bigint, email_consent boolean, birth_date date, created_at timestamp
    );
    create table marts.contact_scores (
        model_id varchar, contact_id varchar, score decimal(28, 2), band_id varchar, as_of timestamp
    );
    create table marts.rfm_features (contact_id varchar, monetary decimal(38, 10), rfm_segment varchar);
"""
# Run, contact, change, and whether the contact may be mailed then.
Change = tuple[int, str, str, bool]


class ExportWorld:
    """A published folder whose segment `s` and its history a test writes."""

    def __init__(self, folder: Path, segment_id: str = "s") -> None:
        self.database = folder / "published" / "leadscore.duckdb"
        self.database.parent.mkdir(parents=True)
        self.segment_id = segment_id
        self._open: duckdb.DuckDBPyConnection | None = None
        with self.changing() as connection:
            connection.execute(TABLES)
            connection.execute("insert into marts.dim_scoring_models values ('m'), ('quiet')")
            connection.execute("insert into marts.dim_segments values (?, 'Title', true)", [segment_id])
            connection.execute(
                "insert into marts.dim_segment_conditions values (?, '1', 'score.m', '>', '45', 2)",
                [segment_id],
            )

    def contact(
        self, contact_id: str, email: str | None = None, *, mailable: bool = True, **cells: Any
    ) -> None:
        """Add a contact, or replace it."""
        row = {
            "contact_id": contact_id,
            "email": email if mailable else None,
            "email_on_file": email,
            "email_status": "mailable" if mailable else "unsubscribed",
            "email_consent": True,
            **cells,
        }
        marks = ", ".join("?" * len(row))
        with self.changing() as connection:
            connection.execute("delete from marts.segment_contacts where contact_id = ?", [contact_id])
            connection.execute(
                f"insert into marts.segment_contacts ({', '.join(row)}) values ({marks})", [*row.values()]
            )

    def history(self, *changes: Change) -> None:
        """Replace what the runs told of the segment; its members follow from it."""
        members: dict[str, bool] = {}
        for _, contact_id, change, mailable in changes:
            members.pop(contact_id, None)
            if change != "removed":
                members[contact_id] = mailable
        tables = {
            "segment_changes": [
                [self.segment_id, contact_id, change, run, 0, mailable]
                for run, contact_id, change, mailable in changes
            ],
            "segment_members": [
                [self.segment_id, contact_id, mailable] for contact_id, mailable in members.items()
            ],
        }
        with self.changing() as connection:
            for table, rows in tables.items():
                connection.execute(f"delete from marts.{table}")
                marks = ", ".join("?" * len(rows[0])) if rows else ""
                if rows:
                    connection.executemany(
                        f"insert into marts.{table} values ({marks}, timestamp '2026-01-01')", rows
                    )

    def also(self, segment_id: str) -> None:
        """Have another segment with the same members and history."""
        with self.changing() as connection:
            for table in ("dim_segments", "dim_segment_conditions", "segment_changes", "segment_members"):
                connection.execute(f"delete from marts.{table} where segment_id = ?", [segment_id])
                connection.execute(
                    f"insert into marts.{table} "
                    f"select * replace (? as segment_id) from marts.{table} where segment_id = ?",
                    [segment_id, self.segment_id],
                )

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Change the publication."""
        with self.changing() as connection:
            connection.execute(sql, list(parameters))

    @contextmanager
    def changing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The publication, opened once for all that is changed while this lasts: no command can read it."""
        if self._open is not None:
            yield self._open
            return
        with duckdb.connect(str(self.database)) as connection:
            self._open = connection
            try:
                yield connection
            finally:
                self._open = None


def export(folder: Path, *arguments: str) -> Result:
    """Run the command on a folder."""
    return CliRunner().invoke(app, ["export", "--output", str(folder), *arguments])


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of an exported CSV file, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def environment(folder: Path) -> Mapping[str, str]:
    """What makes the command read the publication of a folder."""
    return {"LEADSCORE_DATABASE": str(folder / "none.duckdb"), "COLUMNS": "200"}
