"""Databases as runs leave them, made by hand: marts, the plan of the run, and the contacts that it moved."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from scripts.settings import Settings

HISTORY = ("fct_score_ledger", "fct_rule_points", "band_transitions", "score_snapshots", "score_reasons")
SCORED_ONLY = ("fct_score_ledger", "fct_rule_points")
CONTACTS = 300


class ScoredDatabase:
    """A database that is scored run after run, with what chance decides."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.settings = Settings.from_environment({"LEADSCORE_DATABASE": str(folder / "it's.duckdb")})
        self.chance = random.Random(seed)
        self.run_number = 0
        self.as_of = datetime(2026, 1, 1)

    def full_run(self) -> None:
        """Everything anew, by no list of contacts."""
        statements = ["create schema if not exists marts", "create schema if not exists intermediate"]
        for mart in HISTORY:
            contact_ids = f"select 'c' || (i // 4) as contact_id from range({CONTACTS * 4}) as r(i)"
            statements.append(
                f"create or replace table marts.{mart} as "
                "select contact_id, 'e' || row_number() over () as id, "
                f"cast({self._points()} as decimal(18, 2)) as points, timestamp '2026-01-01' as valid_from "
                f"from ({contact_ids})"
            )
        self._run([*statements, *self._whole_marts()], full=True)

    def run(self, contacts: Sequence[int] | None = None, *, told: Sequence[int] | None = None) -> None:
        """The next run, in which some contacts are rescored and some more change through time alone.

        Args:
            contacts: Who is rescored; None: what chance says, and who changes through time as well.
            told: Whom the run says that it rescored, if that isn't so.
        """
        drifting: Sequence[int] = ()
        if contacts is None:
            contacts = self.chance.sample(range(CONTACTS), self.chance.choice([0, 1, 5, 20]))
            drifting = self.chance.sample(range(CONTACTS), self.chance.choice([0, 0, 5]))
        statements = []
        for mart in HISTORY:
            changed = [*contacts] if mart in SCORED_ONLY else [*contacts, *drifting]
            listed = ", ".join(f"('c{contact}')" for contact in changed) or "('nobody')"
            statements += [
                f"delete from marts.{mart} where contact_id in (from (values {listed}))",
                f"insert into marts.{mart} "
                f"select distinct contact_id, 'e' || i, {self._points()}, timestamp '2026-02-01' "
                f"from (values {listed}) as moved(contact_id) "
                f"cross join range({self.chance.randrange(6)}) as entries(i) where contact_id != 'nobody'",
            ]
        touched = contacts if told is None else told
        self._run(
            [*statements, *self._whole_marts()], full=False, moved=[*touched, *drifting], touched=touched
        )

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
        touched: Sequence[int] = (),
    ) -> None:
        previous = f"timestamp '{self.as_of}'" if self.run_number else "null::timestamp"
        self.run_number += 1
        self.as_of += timedelta(minutes=5)
        self.execute(
            *statements,
            "create schema if not exists state",
            f"create or replace table state.run_plan as select {self.run_number}::bigint as run_number, "
            f"timestamp '{self.as_of}' as as_of, {previous} as previous_as_of, {full} as is_full, "
            "'because' as reason, 'f' as fingerprint",
            *(
                f"create or replace table intermediate.{model} as "
                f"select distinct 'c' || unnest({[*listed]}::int[]) as contact_id"
                for model, listed in (("int_moved_contacts", moved), ("int_touched_contacts", touched))
            ),
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
        return f"{self.chance.randrange(1000)} / 100 + hash(contact_id) % 7"


def differences(settings: Settings, *, parquet: bool = True) -> list[str]:
    """The published marts that don't hold exactly the database's rows."""
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
        found += [f"{mart}.parquet" for mart in sorted(files ^ (marts if parquet else set()))]
        for mart in marts & served:
            copies = [f"served.marts.{mart}"]
            copies += [f"'{_quoted(settings.published / mart)}.parquet'"] if parquet else []
            for copy in copies:
                one, other = f"from source.marts.{mart}", f"from {copy}"
                query = f"({one} except all {other}) union all ({other} except all {one})"
                if connection.execute(query).fetchall():
                    found.append(copy)
    return found


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
