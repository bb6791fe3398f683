"""Measurement (b), what people build today: a `union all` branch per rule, and window functions, all anew.

Plain SQL, a table a step, as a dbt project of one's own would have: events deduplicated by `row_number`, a
branch a rule (each reads the events with its filter), points that a set ends cut by an as-of join, running
sums per model and contact, bands by `case`, transitions by `lag`, the last score of each day. It is written
well: windows are running sums of what enters and leaves, not self joins. Scores equal the project's for
contacts without what it leaves out:

- identity: anonymous events count for nobody, merged and deleted contacts keep their scores;
- versions of a contact before the last;
- rejected rows, checks of the configuration, ids and reasons of entries, forecast, RFM, accounts, tests,
  publication, and dbt itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

from benchmarks.engine import Engine
from benchmarks.measuring import Details, Measured, PeakMemory, processor_seconds
from benchmarks.rules import read_rules, seed
from benchmarks.union_all_branches import branches

SQL = Path(__file__).with_name("sql") / "union_all"


def statements(as_of: datetime) -> Iterator[tuple[str, str]]:
    """The tables in the order in which they are built, each with its query."""
    instant = f"timestamp '{as_of:%Y-%m-%d %H:%M:%S.%f}'"
    for table in ("events", "transactions", "contacts"):
        yield table, _file(table).format(as_of=instant)
    yield "rule_points", "\n\nunion all\n\n".join(branches(read_rules(), instant))
    yield "ledger", _file("ledger")
    yield (
        "score_history",
        _file("score_history").format(
            as_of=instant,
            category_maximum=_by_case(
                "category", [(row["category"], row["maximum"]) for row in seed("category_limits")]
            ),
            minimum=_by_case(
                "model_id", [(row["model_id"], row["minimum_score"]) for row in seed("scoring_models")]
            ),
            maximum=_by_case(
                "model_id", [(row["model_id"], row["maximum_score"]) for row in seed("scoring_models")]
            ),
            band=_bands(),
        ),
    )
    for table in ("contact_scores", "band_transitions", "score_snapshots"):
        yield table, _file(table).format(as_of=instant)


def measure_union_all(source: Path, database: Path, as_of: datetime, engine: Engine) -> Measured:
    """Build everything in a new database.

    Args:
        source: The generated data.
        database: Where the tables go; one that is there is replaced.
        as_of: The instant scored for.
        engine: DuckDB's settings.
    """
    database.unlink(missing_ok=True)
    steps: dict[str, float] = {}
    rows: dict[str, int] = {}
    with PeakMemory() as memory, engine.connect(database) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        began, processors = perf_counter(), processor_seconds()
        for table, query in statements(as_of):
            before = perf_counter()
            connection.execute(f"create or replace table {table} as\n{query}")
            steps[table] = perf_counter() - before
        connection.execute("checkpoint")
        seconds, processors = perf_counter() - began, processor_seconds() - processors
        for table in steps:
            rows[table] = connection.execute(f"select count(*) from {table}").fetchall()[0][0]
    details: Details = {"steps": steps, "rows": rows, "database_bytes": database.stat().st_size}
    return Measured("b", "union all: a branch per rule, in full", seconds, processors, memory.bytes, details)


def _file(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _by_case(column: str, numbers: list[tuple[str, str]]) -> str:
    cases = " ".join(f"when '{name}' then {number}" for name, number in numbers if number)
    return f"case {column} {cases} end"


def _bands() -> str:
    """The band of a score, highest first."""
    cases = []
    for row in reversed(seed("score_bands")):
        lowest = f" and score >= {row['from_score']}" if row["from_score"] else ""
        cases.append(f"when model_id = '{row['model_id']}'{lowest} then '{row['band_id']}'")
    return f"case {' '.join(cases)} end"
