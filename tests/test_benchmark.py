"""The benchmark, on little data: what it compares gives the same scores, and it measures what it says."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.command import Bench, CommandFailedError, leadscore
from benchmarks.data import Sizes, write_new_events, write_raw_tables
from benchmarks.engine import Engine
from benchmarks.floor import floor_sql, measure_floor
from benchmarks.full_run import measure_full_run
from benchmarks.increments import measure_loop, measure_new_processes
from benchmarks.measuring import Measured
from benchmarks.report import as_json, ratios, show
from benchmarks.rules import read_rules
from benchmarks.union_all import measure_union_all
from benchmarks.verify import differing_marts, last_as_of

SIZES = Sizes(events=6000, contacts=300, until=datetime(2026, 1, 1))
NEW = 300
# Contacts for whom the union leaves nothing out: nobody identified, merged or deleted, one version.
PLAIN = """
select contact_id
from raw.contacts
group by contact_id
having count(*) = 1
    and contact_id not in (select merged_into from raw.contacts where merged_into is not null)
    and contact_id not in (
        select contact_id from raw.events where contact_id is not null and anonymous_id is not null
    )
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(tmp_path_factory.mktemp("bench"), Engine(), nodes=True)
    write_raw_tables(made.source, SIZES)
    return made


@pytest.fixture(scope="module")
def full_run(bench: Bench) -> Measured:
    return measure_full_run(bench)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_same_sizes_give_the_same_rows(bench: Bench, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    write_raw_tables(again, SIZES)
    for table in ("contacts", "events", "transactions", "score_adjustments"):
        query = f"select count(*), sum(hash(rows)) from raw.{table} as rows"
        assert rows(again, query) == rows(bench.source, query)


def test_the_data_have_what_makes_scoring_hard(bench: Bench) -> None:
    query = """
    select
        count(*), count(*) - count(distinct event_id), count(*) filter (contact_id is null),
        count(*) filter (contact_id is not null and anonymous_id is not null),
        count(*) filter (loaded_at > occurred_at + interval '1 day'), max(occurred_at),
        count(*) filter (is_machine)
    from raw.events
    """
    events, twice, anonymous, identifying, late, last, machine = rows(bench.source, query)[0]
    assert (events, twice) == (6000, 120)
    assert min(anonymous, identifying, late, machine) > 30
    assert last < SIZES.until
    busiest = rows(
        bench.source, "select count(*) from raw.events group by contact_id order by 1 desc limit 2"
    )
    assert busiest[1][0] > 5 * SIZES.events / SIZES.contacts


def test_new_events_have_new_ids_but_for_duplicates(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "new.parquet"
    write_new_events(file, SIZES, SIZES.events, NEW, datetime(2026, 1, 1, 9))
    query = f"""
    select count(*), count(*) filter (event_id in (select event_id from raw.events)),
        count(*) filter (occurred_at > timestamp '2026-01-01 07:54:00')
    from '{file}'
    """
    new, known, recent = rows(bench.source, query)[0]
    assert (new, 0 < known <= 0.02 * NEW) == (NEW, True)
    assert recent > 0.95 * NEW


def test_forty_rules_of_every_kind_in_three_models() -> None:
    rules = read_rules()
    assert len(rules) == 40
    assert len({rule["model_id"] for rule in rules}) == 3
    kinds = Counter(rule["trigger"] for rule in rules)
    assert kinds["window"] == 8 and kinds["profile"] == 1
    assert {rule["decay"] for rule in rules} == {"", "linear", "exponential"}
    assert {rule["measure"] for rule in rules} == {"", "count", "sum", "count_distinct"}
    for column in ("once_per", "limit_count", "expires_after"):
        assert any(rule[column] for rule in rules), column
    assert any(rule["operation"] == "set" for rule in rules)
    assert any(rule.reads_json for rule in rules)


def test_the_floor_sums_the_points_of_each_event() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute("""
        create table raw.events as
        select * from (values
            ('ann', 'page_view', '/pricing', null, null, null),
            ('ann', 'form_submit', null, 'demo', null, null),
            ('bob', 'unsubscribe', null, null, null, null),
            ('cleo', 'search', null, null, null, null)
        ) as events (contact_id, event_type, page_path, form_id, content_id, campaign_id)
        """)
        contacts, engagement, sales = connection.execute(floor_sql(read_rules())).fetchall()[0]
    # Conditions on properties aren't read: a page view has the 2 points of a long one, a form 30 of a budget.
    assert (contacts, engagement, sales) == (3, 2 - 20 + 1, 10 + 40 + 30 - 30)


def test_the_floor_says_how_long_it_took(bench: Bench) -> None:
    measured = measure_floor(bench.source, Engine("1GB"))
    assert measured.key == "a" and measured.seconds > 0
    assert len(measured.details["every_seconds"]) == 3


@pytest.mark.thorough
@pytest.mark.end_to_end
def test_the_union_of_all_rules_scores_as_the_project_does(bench: Bench, full_run: Measured) -> None:
    union = bench.folder / "union_all.duckdb"
    measured = measure_union_all(bench.source, union, last_as_of(bench), bench.engine)
    assert measured.details["rows"]["contact_scores"] == 3 * SIZES.contacts
    plain = f"contact_id in ({PLAIN})"
    scores = "select model_id, contact_id, cast(score as double), band_id from {} where {} order by all"
    changes = "select model_id, contact_id, transitioned_at, band_id from {} where {} order by all"
    with duckdb.connect(str(bench.database), read_only=True) as connection:
        connection.execute(f"attach '{union}' as built (read_only)")
        expected = connection.execute(scores.format("marts.contact_scores", plain)).fetchall()
        assert connection.execute(scores.format("built.contact_scores", plain)).fetchall() == expected
        assert len(expected) > 300
        entered = changes.replace("band_id", "to_band_id").format("marts.band_transitions", plain)
        assert (
            connection.execute(changes.format("built.band_transitions", plain)).fetchall()
            == connection.execute(entered).fetchall()
        )


@pytest.mark.thorough
@pytest.mark.end_to_end
def test_a_full_run_tells_where_its_time_went(full_run: Measured) -> None:
    details = full_run.details
    assert details["kind"] == "full"
    assert set(details["stages"]) == {"start", "scoring", "publishing", "end"}
    assert min(details["stages"].values()) > 0
    assert sum(details["stages"].values()) <= full_run.seconds + 0.5
    assert details["seconds_by_kind"]["model"] > 0 and details["seconds_by_kind"]["test"] > 0
    assert len(details["slowest"]) == 12
    assert full_run.peak_bytes is None or full_run.peak_bytes > 50 * 1024**2


@pytest.mark.thorough
@pytest.mark.end_to_end
def test_increments_score_the_new_events_as_a_full_refresh_does(bench: Bench, full_run: Measured) -> None:
    alone = measure_new_processes(bench, SIZES, NEW, times=1)
    in_loop = measure_loop(bench, SIZES, NEW, times=1)
    assert [run["kind"] for run in alone.details["runs"] + in_loop.details["runs"]] == ["incremental"] * 2
    loaded = rows(bench.database, "select count(*) from raw.events")[0][0] - SIZES.events
    assert loaded >= 2 * NEW
    scored = rows(bench.database, "select max(occurred_at) from marts.fct_rule_points")[0][0]
    assert scored > datetime(2026, 1, 2)
    assert differing_marts(bench) == []


def test_a_command_that_fails_is_not_a_measurement(bench: Bench) -> None:
    with pytest.raises(CommandFailedError, match="'nonsense' is not one of 'contacts', 'events'"):
        leadscore(bench, "load", "nonsense", "nothing.csv")


def test_the_report_has_ratios_and_growth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured = [Measured("a", "floor", 2.0), Measured("b", "union", 30.0), Measured("c", "full", 20.0)]
    assert ratios(measured) == {"b/a": 15.0, "c/a": 10.0, "a/b": 0.067, "c/b": 0.667}
    earlier = tmp_path / "earlier.json"
    small = Sizes(600, 30, SIZES.until)
    written = as_json(small, [Measured("a", "floor", 0.1), Measured("c", "full", 4.0)])
    earlier.write_text(json.dumps(written))
    show(SIZES, measured, earlier)
    printed = capsys.readouterr().out
    # Ten times the events: (a) took twenty times as long, (c) five times.
    assert [line.split("│")[-2].strip() for line in printed.splitlines() if line.startswith("│")] == [
        "2.00",
        "",
        "0.50",
    ]
