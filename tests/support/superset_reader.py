"""Reads a publication as Superset does, again and again until told to stop, and prints what it saw as JSON.

A program of its own, to run under one SQLAlchemy or another: `superset_reader.py URI ENGINE_PARAMETERS STOP`.
Each look makes an engine anew, without a pool, as Superset does. The first line says that it has looked once.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from threading import Thread
from typing import Any

import sqlalchemy
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

# What tells one publication from the next: marts that are views and marts that are tables.
WHOLE = (
    "select min(as_of), max(as_of), count(*), sum(score) from marts.contact_scores",
    "select count(*), sum(points) from marts.fct_score_ledger",
    "select count(*), max(adjusted_at) from marts.adjustment_audit",
    "select sum(members) from marts.dim_segments",
    "select sum(contacts), sum(score_sum) from marts.account_scores",
    "select sum(value) from marts.run_summary",
)
# A view and a table, whose columns are read each time; those of all marts are at the end.
LOOKED_AT = ("contact_scores", "account_scores")
# What nobody may do through Superset, and what no query may reach.
REFUSED = ("create table marts.mine as select 1", "select * from read_csv('/etc/hostname')")
# Seconds between two looks: the run that goes on meanwhile needs the processors, too.
CHART_PAUSE, DATASET_PAUSE = 0.2, 1.0


class Reader:
    """Looks at a publication until the file `stop` is there, and once more then."""

    def __init__(self, uri: str, parameters: dict[str, Any], stop: Path) -> None:
        self.uri, self.parameters, self.stop = uri, parameters, stop
        self.failures: list[str] = []

    def engine(self, **more: Any) -> Engine:
        return sqlalchemy.create_engine(self.uri, **self.parameters, **more)

    def chart(self) -> list[list[str]]:
        """Rows, through one connection."""
        return rows(self.engine(poolclass=NullPool))

    def dataset(self) -> list[Any]:
        """Schemas, tables, columns."""
        inspector = sqlalchemy.inspect(self.engine(poolclass=NullPool))
        names = sorted([*inspector.get_table_names("marts"), *inspector.get_view_names("marts")])
        return [inspector.get_schema_names(), names, [columns(inspector, mart) for mart in LOOKED_AT]]

    def columns_of_all(self) -> dict[str, list[list[str]]]:
        with self.engine(poolclass=NullPool).connect() as connection:
            inspector = sqlalchemy.inspect(connection)
            names = [*inspector.get_table_names("marts"), *inspector.get_view_names("marts")]
            return {mart: columns(inspector, mart) for mart in names}

    def refused(self, query: str) -> str:
        try:
            with self.engine(poolclass=NullPool).connect() as connection:
                connection.execute(sqlalchemy.text(query))
        except sqlalchemy.exc.DBAPIError as error:
            return str(error.orig)
        return "it was done"

    def go_on(self, look: Callable[[], Any], seen: list[Any], pause: float) -> None:
        try:
            last = False
            while not last:
                last = self.stop.exists()
                seen.append(look())
                time.sleep(pause)
        except Exception as error:
            self.failures.append(f"{type(error).__name__}: {error}")


def rows(engine: Engine) -> list[list[str]]:
    with engine.connect() as connection:
        found = [connection.execute(sqlalchemy.text(query)).fetchall()[0] for query in WHOLE]
    return [[str(value) for value in row] for row in found]


def columns(inspector: Any, mart: str) -> list[list[str]]:
    return [[column["name"], str(column["type"])] for column in inspector.get_columns(mart, "marts")]


def in_order(seen: list[Any]) -> list[list[Any]]:
    """What was seen, each with how many times one after the other."""
    return [[look, len(list(times))] for look, times in groupby(seen)]


def main() -> None:
    """Read, and print what was seen."""
    warnings.simplefilter("ignore")  # duckdb-engine tells of indexes, which no mart has
    reader = Reader(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]))
    pooled = reader.engine()  # SQLAlchemy's own way: it keeps its connection
    kept = [rows(pooled)]
    charts: list[Any] = [reader.chart()]
    datasets: list[Any] = [reader.dataset()]
    print("looking", flush=True)
    # A web server answers several requests at a time in one process.
    requests = [
        Thread(target=reader.go_on, args=(reader.chart, charts, CHART_PAUSE)),
        Thread(target=reader.go_on, args=(reader.dataset, datasets, DATASET_PAUSE)),
    ]
    for request in requests:
        request.start()
    for request in requests:
        request.join()
    kept.append(rows(pooled))
    pooled.dispose()
    told = {
        "version": sqlalchemy.__version__,
        "charts": in_order(charts),
        "datasets": in_order(datasets),
        "kept": kept,
        "columns": reader.columns_of_all(),
        "refused": [reader.refused(query) for query in REFUSED],
        "failures": reader.failures,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
