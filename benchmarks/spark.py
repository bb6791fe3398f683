"""`make bench-spark`: the same runs on DuckDB and on Spark, and whether they publish the same marts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from leadscore.raw.tables import RAW_TABLES
from rich.console import Console
from rich.table import Table

from benchmarks.command import Bench, leadscore, phases
from benchmarks.data import Sizes, sizes_of, write_new_events, write_raw_tables
from benchmarks.engine import Engine
from benchmarks.verify import fingerprints

ENGINES = ("duckdb", "spark")
Row = dict[str, object]


def main(
    events: Annotated[int, typer.Option(min=1000, help="Events to generate.")] = 2_000_000,
    contacts: Annotated[int, typer.Option(min=100, help="Contacts to spread them over.")] = 100_000,
    new_events: Annotated[int, typer.Option(min=1, help="New events for the second run.")] = 10_000,
    keep: Annotated[Path | None, typer.Option(help="A folder to work in and leave behind.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="A file for all figures.")] = None,
) -> None:
    """Score generated data by `leadscore run` on both engines, twice, and compare what they publish."""
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    with tempfile.TemporaryDirectory() if keep is None else nullcontext(str(keep)) as folder:
        source = Path(folder, "source.duckdb")
        source.parent.mkdir(parents=True, exist_ok=True)
        if not source.is_file():
            write_raw_tables(source, Sizes(events, contacts, until))
        sizes = sizes_of(source)
        found: list[Row] = []
        marts = {}
        for engine in ENGINES:
            bench = _prepared(Path(folder, engine), source, engine)
            for title, instant in (("anew", sizes.until), ("new events", sizes.until + timedelta(hours=1))):
                if instant > sizes.until:
                    _add_events(bench, engine, sizes, new_events, instant)
                found.append({"engine": engine, "run": title, **_run(bench, instant)})
                typer.echo(json.dumps(found[-1], default=str))
            marts[engine] = fingerprints(bench)
    differing = sorted(
        mart
        for mart in marts["duckdb"] | marts["spark"]
        if marts["duckdb"].get(mart) != marts["spark"].get(mart)
    )
    _show(sizes, found, differing)
    if json_file:
        json_file.write_text(
            json.dumps({"events": sizes.events, "runs": found, "differ": differing}, indent=1)
        )
    sys.exit(1 if differing else 0)


def _prepared(folder: Path, source: Path, engine: str) -> Bench:
    """An engine's folder with the raw tables where it reads them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    bench = Bench(folder, Engine())
    os.environ["LEADSCORE_TARGET"] = engine
    os.environ["LEADSCORE_SPARK_FOLDER"] = str(folder / "spark")
    if engine == "duckdb":
        shutil.copyfile(source, bench.database)
        return bench
    with duckdb.connect(str(source), read_only=True) as connection:
        for table in RAW_TABLES:
            connection.execute(f"copy raw.{table} to '{folder / table}.parquet'")
    _in_catalog(*(f"{table}={folder / table}.parquet" for table in RAW_TABLES))
    return bench


def _add_events(bench: Bench, engine: str, sizes: Sizes, events: int, until: datetime) -> None:
    file = bench.folder / "new_events.parquet"
    write_new_events(file, sizes, sizes.events, events, until)
    loaded = bench.folder / "loaded.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select *, timestamp '{until}' as loaded_at from '{file}') to '{loaded}' (format parquet)"
        )
    if engine == "duckdb":
        with duckdb.connect(str(bench.database)) as connection:
            connection.execute(f"insert into raw.events by name from '{loaded}'")
    else:
        _in_catalog(f"events={loaded}")


def _in_catalog(*tables: str) -> None:
    """Append Parquet files to tables of the catalog, in a process that lets go of it again."""
    subprocess.run([sys.executable, "-m", "benchmarks.spark_tables", *tables], check=True)


def _run(bench: Bench, as_of: datetime) -> Row:
    run = leadscore(bench, "run", "--as-of", f"{as_of:%Y-%m-%dT%H:%M:%S}Z")
    told = phases(bench, run.began, run.began + run.seconds)
    return {
        "seconds": round(run.seconds, 1),
        "processor_seconds": round(run.processor_seconds, 1),
        "peak_gib": round((run.peak_bytes or 0) / 2**30, 1),
        "kind": told["kind"],
        "stages": told["stages"],
    }


def _show(sizes: Sizes, found: list[Row], differing: list[str]) -> None:
    table = Table(
        "engine",
        "run",
        "seconds",
        "processor seconds",
        "peak GiB",
        "scoring",
        title=f"{sizes.events:,} events",
    )
    for row in found:
        stages = row["stages"]
        assert isinstance(stages, dict)
        cells = [row[name] for name in ("engine", "run", "seconds", "processor_seconds", "peak_gib")]
        table.add_row(*map(str, [*cells, stages.get("scoring")]))
    Console().print(table)
    typer.echo(f"Marts that differ: {', '.join(differing) or 'none'}")


if __name__ == "__main__":
    typer.run(main)
