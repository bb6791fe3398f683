"""Whether increments give what a full refresh gives at the same instant."""

from __future__ import annotations

from datetime import datetime

from benchmarks.command import Bench, leadscore

# These tell of runs, not of contacts.
OF_RUNS = ("run_summary", "segment_members", "segment_changes", "notifications")


def differing_marts(bench: Bench) -> list[str]:
    """Run a full refresh at the last run's as_of, and compare.

    Args:
        bench: Where increments have run.

    Returns:
        The marts whose rows differ from what the increments had made of them.
    """
    before = fingerprints(bench)
    leadscore(bench, "run", "--full-refresh", "--as-of", f"{last_as_of(bench):%Y-%m-%dT%H:%M:%S.%f}Z")
    after = fingerprints(bench)
    return sorted(mart for mart in before.keys() | after.keys() if before.get(mart) != after.get(mart))


def last_as_of(bench: Bench) -> datetime:
    """The instant that the last run scored for."""
    with bench.engine.connect(bench.database, read_only=True) as connection:
        instant: datetime = connection.execute("select max(as_of) from marts.contact_scores").fetchall()[0][0]
    return instant


def fingerprints(bench: Bench) -> dict[str, tuple[int, int]]:
    """Of each mart how many rows it has, and the sum of their hashes."""
    with bench.engine.connect(bench.database, read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        return {
            table: connection.execute(
                f"select count(*), sum(cast(hash(rows) as hugeint)) from marts.{table} as rows"
            ).fetchall()[0]
            for (table,) in tables
            if table not in OF_RUNS
        }
