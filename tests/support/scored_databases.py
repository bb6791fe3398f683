"""Databases as runs leave them, made by hand: marts, the plan of the run, and the contacts that it moved."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import duckdb
from leadscore.settings import Settings

# Tables of numbers -> the views of them that readers know.
HISTORY = {
    "int_ledger": "fct_score_ledger",
    "int_rule_points": "fct_rule_points",
    "int_score_changes": "score_snapshots",
    "int_reasons": "score_reasons",
}
CONTACTS = 300


class ScoredDatabase:
    """A database that is scored run after run, with what chance decides."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        place = folder / "it's"
        place.mkdir(exist_ok=True)
        self.settings = Settings.from_environment({"LEADSCORE_DATABASE": str(place / "scored.duckdb")})
        self.chance = random.Random(seed)
        self.run_number = 0
        self.run_id = ""
        self.as_of = datetime(2026, 1, 1)

    def full_run(self) -> None:
        """Everything anew, by no list of contacts."""
        statements = [
            *(f"create schema if not exists {schema}" for schema in ("marts", "store", "state")),
            "create or replace table store.int_contact_keys as "
            f"select i as contact_key, 'c' || i as contact_id from range(1, {CONTACTS + 1}) as r(i)",
        ]
        for table, mart in HISTORY.items():
            contact_keys = f"select 1 + i // 4 as contact_key from range({CONTACTS * 4}) as r(i)"
            statements += [
                f"create or replace table store.{table} as "
                "select contact_key, 'e' || row_number() over () as id, "
                f"cast({self._points()} as decimal(18, 2)) as points, timestamp '2026-01-01' as valid_from "
                f"from ({contact_keys})",
                f"create or replace view marts.{mart} as "
                f"select contact_id, id, points, valid_from from store.{table} "
                "inner join store.int_contact_keys using (contact_key)",
            ]
        self._run([*statements, *self._whole_marts()], full=True)

    def run(self, contacts: Sequence[int] | None = None, *, told: Sequence[int] | None = None) -> None:
        """The next run, in which some contacts move and perhaps a new one comes.

        Args:
            contacts: Who moves; None: what chance says.
            told: Whom the run says that it moved, if that isn't so.
        """
        statements = []
        if contacts is None:
            contacts = self.chance.sample(range(1, CONTACTS), self.chance.choice([0, 1, 5, 20]))
            if self.chance.random() < 0.3:
                new = "(select 1 + max(contact_key) from store.int_contact_keys)"
                statements.append(f"insert into store.int_contact_keys select {new}, 'n' || {new}")
        listed = ", ".join(f"({contact})" for contact in contacts) or "(0)"
        for table in HISTORY:
            statements += [
                f"delete from store.{table} where contact_key in (from (values {listed}))",
                f"insert into store.{table} "
                f"select distinct contact_key, 'e' || i, {self._points()}, timestamp '2026-02-01' "
                f"from (values {listed}) as moved(contact_key) "
                f"cross join range({self.chance.randrange(6)}) as entries(i) where contact_key > 0",
            ]
        moved = contacts if told is None else told
        self._run([*statements, *self._whole_marts()], full=False, moved=moved)

    def backup(self) -> Callable[[], None]:
        """Copy the database away; the copy takes its place again when what is returned is called."""
        content = self.settings.database.read_bytes()
        state = {name: getattr(self, name) for name in ("run_number", "run_id", "as_of")}

        def restore() -> None:
            self.settings.database.write_bytes(content)
            vars(self).update(state)

        return restore

    def execute(self, *statements: str) -> None:
        """Change the database by hand."""
        with duckdb.connect(str(self.settings.database)) as connection:
            for statement in statements:
                connection.execute(statement)

    def _run(
        self,
        statements: Sequence[str],
        *,
        full: bool,
        moved: Sequence[int] = (),
    ) -> None:
        previous = f"timestamp '{self.as_of}'" if self.run_number else "null::timestamp"
        previous_run_id, self.run_id = self.run_id, uuid4().hex
        self.run_number += 1
        self.as_of += timedelta(minutes=5)
        self.execute(
            *statements,
            "create schema if not exists state",
            f"create or replace table state.run_plan as select {self.run_number}::bigint as run_number, "
            f"timestamp '{self.as_of}' as as_of, {previous} as previous_as_of, {full} as is_full, "
            f"'because' as reason, 'f' as fingerprint, '{self.run_id}' as run_id, "
            f"'{previous_run_id}' as previous_run_id",
            "create or replace table state.run_moved as "
            f"select distinct unnest({[*moved]}::bigint[]) as contact_key",
        )

    def _whole_marts(self) -> list[str]:
        title = self.chance.choice(["Cold", "Cool"])
        return [
            "create or replace table marts.contact_scores as select contact_id, sum(points) as score, "
            f"timestamp '{self.as_of}' as as_of from marts.fct_score_ledger group by contact_id",
            f"create or replace table marts.dim_score_bands as select 'cold' as band_id, '{title}' as title",
            "create or replace table marts.empty_one as select 1 as x where false",
        ]

    def _points(self) -> str:
        return f"{self.chance.randrange(1000)} / 100 + hash(contact_key) % 7"


def differences(settings: Settings, *, parquet: Collection[str] | None = None) -> list[str]:
    """The published marts that don't hold exactly the database's rows.

    Args:
        settings: Where they are.
        parquet: The marts that have a Parquet file; None: all.
    """
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(settings.database)}' as source (read_only)")
        connection.execute(f"attach '{_quoted(settings.published_database)}' as served (read_only)")
        marts, served = (
            {
                name
                for (name,) in connection.execute(
                    "select table_name from information_schema.tables where table_schema = 'marts' "
                    f"and table_catalog = '{catalog}'"
                ).fetchall()
            }
            for catalog in ("source", "served")
        )
        found += sorted(marts ^ served)
        files = {path.stem for path in settings.published.glob("*.parquet")}
        found += [f"{mart}.parquet" for mart in sorted(files ^ (marts if parquet is None else set(parquet)))]
        for mart in marts & served:
            copies = [f"served.marts.{mart}"]
            copies += (
                [f"'{_quoted(settings.published / mart)}.parquet'"]
                if parquet is None or mart in parquet
                else []
            )
            for copy in copies:
                one, other = f"from source.marts.{mart}", f"from {copy}"
                query = f"({one} except all {other}) union all ({other} except all {one})"
                if connection.execute(query).fetchall():
                    found.append(copy)
    return found


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
