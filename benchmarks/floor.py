"""Measurement (a), the floor: one scan of raw.events that sums points per contact and keeps nothing.

Every activity rule about events is a `case` in the sum of its model. Left out, so that nothing can be faster:
conditions on JSON properties, duplicates, identity, time, limits, history, transactions, and writing.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from time import perf_counter

from benchmarks.engine import Engine
from benchmarks.measuring import Measured, PeakMemory, processor_seconds
from benchmarks.rules import Rule, read_rules

REPEATS = 3


def floor_sql(rules: list[Rule]) -> str:
    """The scan; its one row says how many contacts there are and what they have together."""
    counted = [rule for rule in rules if rule["trigger"] == "activity" and rule.on_events]
    sums = []
    for model in dict.fromkeys(rule["model_id"] for rule in counted):
        cases = [
            f"case when {rule.filter_sql(with_json=False)} then {rule.points:g} else 0 end"
            for rule in counted
            if rule["model_id"] == model
        ]
        sums.append(f"sum({' + '.join(cases)}) as {model}")
    totals = ", ".join(f"sum({part.rsplit(' ', 1)[1]})" for part in sums)
    scan = f"select contact_id, {', '.join(sums)} from raw.events group by contact_id"
    return f"select count(*), {totals} from ({scan})"


def measure_floor(source: Path, engine: Engine) -> Measured:
    """The median of three scans; the first one warms the file's pages.

    Args:
        source: The generated data.
        engine: DuckDB's settings.
    """
    sql = floor_sql(read_rules())
    times = []
    processors = processor_seconds()
    with PeakMemory() as memory, engine.connect(source, read_only=True) as connection:
        for _ in range(REPEATS):
            began = perf_counter()
            row = connection.execute(sql).fetchall()[0]
            times.append(perf_counter() - began)
    contacts, *sums = row
    found = {"contacts": int(contacts), "points": float(sum(sums)), "every_seconds": times}
    processors = (processor_seconds() - processors) / REPEATS
    seconds = statistics.median(times)
    return Measured("a", "floor: one scan, points per contact", seconds, processors, memory.bytes, found)
