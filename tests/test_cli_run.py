"""`leadscore run` without dbt: arguments, lock, errors, and publishing only what passed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.build.outcome import BuildOutcome, Failure
from leadscore.build.project import DbtProject
from leadscore.cli import app
from leadscore.errors import DatabaseBusyError
from leadscore.storage.lock import hold_lock
from typer.testing import CliRunner, Result
from workspaces import PROJECT


@dataclass
class FakeDbt:
    """Stands for dbt: writes marts, and comes out as told."""

    outcome: BuildOutcome = field(default_factory=lambda: BuildOutcome(succeeded=True))
    statements: tuple[str, ...] = ()
    calls: list[dict[str, Any]] = field(default_factory=list)

    def build(self, project: DbtProject, observer: object, **given: Any) -> BuildOutcome:
        self.calls.append(given)
        with duckdb.connect(str(project.database)) as connection:
            connection.execute("create schema if not exists marts")
            connection.execute(
                "create or replace table marts.run_summary as "
                f"select 'runs' as metric, {len(self.calls)}::bigint as value, '' as description, 1 as place"
            )
            for statement in self.statements:
                connection.execute(statement)
        return self.outcome


@pytest.fixture
def dbt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeDbt:
    fake = FakeDbt()
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "leadscore.duckdb"))
    monkeypatch.setattr(DbtProject, "build", lambda *given, **options: fake.build(*given, **options))
    return fake


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["run", *arguments])


def runs_published(tmp_path: Path) -> object:
    with duckdb.connect(str(tmp_path / "published" / "leadscore.duckdb"), read_only=True) as connection:
        return connection.execute("select value from marts.run_summary").fetchall()[0][0]


@pytest.mark.parametrize(
    ("written", "passed"),
    [
        ("2026-10-31", "2026-10-31T00:00:00.000000+00:00"),
        ("2026-10-31T12:00:00.123456+02:00", "2026-10-31T10:00:00.123456+00:00"),
        ("2026-10-31T12:00:00Z", "2026-10-31T12:00:00.000000+00:00"),
    ],
)
def test_as_of_is_passed_in_utc(dbt: FakeDbt, written: str, passed: str) -> None:
    assert run("--as-of", written).exit_code == 0
    assert run("--vars", f"{{as_of: '{written}'}}").exit_code == 0
    assert [call["run_variables"]["as_of"] for call in dbt.calls] == [passed, passed]


def test_a_database_that_is_made_is_told(dbt: FakeDbt, tmp_path: Path) -> None:
    told = f"There is no database at {tmp_path / 'leadscore.duckdb'} yet: it is made."
    assert told in run().stderr
    assert told not in run().stderr


def test_files_that_are_nearly_called_as_a_seed_are_told(
    dbt: FakeDbt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    monkeypatch.setenv("LEADSCORE_SEEDS", str(tmp_path / "seeds"))
    (tmp_path / "seeds" / "score_bands.csv").rename(tmp_path / "seeds" / "score_band.csv")
    assert "Warning: score_bands: it counts as empty: there is no score_bands.csv" in run().stderr


def test_without_as_of_it_is_the_start_of_the_run(dbt: FakeDbt) -> None:
    before = datetime.now(UTC)
    run()
    assert before <= datetime.fromisoformat(dbt.calls[0]["run_variables"]["as_of"]) <= datetime.now(UTC)


@pytest.mark.parametrize("written", [["--as-of", "{}"], ["--vars", "{{as_of: '{}'}}"]])
def test_an_instant_more_than_a_day_ahead_of_the_clock_needs_force(
    dbt: FakeDbt, tmp_path: Path, written: list[str]
) -> None:
    def ahead(**by: int) -> list[str]:
        return [word.format((datetime.now(UTC) + timedelta(**by)).isoformat()) for word in written]

    refused = run(*ahead(days=1, minutes=1))
    assert refused.exit_code == 2
    assert "more than a day ahead of this machine's clock" in refused.stderr
    assert "--force" in refused.stderr
    assert not dbt.calls
    assert list(tmp_path.iterdir()) == []
    assert run(*ahead(hours=23)).exit_code == 0, "clocks differ"
    assert run(*ahead(days=1000), "--force").exit_code == 0


def test_a_clock_behind_the_last_run_scores_for_that_instant_again(dbt: FakeDbt) -> None:
    dbt.statements = (
        "create schema if not exists state",
        "create or replace table state.run_state as "
        "select 1 as run_number, timestamp '2999-01-01 12:00:00' as as_of from range(2)",
    )
    assert run().exit_code == 0
    behind = run()
    assert (behind.exit_code, dbt.calls[1]["run_variables"]) == (
        0,
        {"as_of": "2999-01-01T12:00:00.000000+00:00"},
    )
    assert "which is earlier than 2999-01-01 12:00:00 UTC" in behind.stderr
    assert "`leadscore run --full-refresh` scores for now" in behind.stderr
    # What the user says goes to dbt as it is: it refuses an earlier instant, and a full refresh may go back.
    assert "clock" not in run("--as-of", "2026-01-01").stderr + run("--full-refresh").stderr
    assert dbt.calls[2]["run_variables"]["as_of"] == "2026-01-01T00:00:00.000000+00:00"
    assert datetime.fromisoformat(dbt.calls[3]["run_variables"]["as_of"]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--as-of", "tomorrow"], "'--as-of': 'tomorrow' is not an instant. Write it like 2026-10-31"),
        (["--as-of", "2026-02-30"], "'--as-of': '2026-02-30' is not an instant"),
        (["--every", "5"], "'--every': '5' is not an interval. Write it like 30s, 5m or 1h."),
        (["--every", "0m"], "'--every': '0m' is not an interval"),
        (["--every", "5m", "--as-of", "2026-01-01"], "Leave out --as-of, or --every."),
        (["--vars", "{a"], "'--vars': '{a' is not YAML. Write it like --vars '{time_zone: Europe/Amst"),
        (["--vars", "[1]"], "'--vars': '[1]' is not a YAML mapping"),
        (["--vars", "{time_zon: UTC}"], "'--vars': there is no variable time_zon. Known variables: as_of,"),
        (["--vars", '{"\\e[31m": 1}'], "there is no variable \\x1b[31m"),
        (["--vars", "{as_of: noon}"], "'--vars': 'noon' is not an instant"),
        (["--vars", "{as_of: 2026-01-01}", "--as-of", "2026-01-01"], "Give it once."),
        (["--wait", "nan"], "'--wait': Input should be greater than or equal to 0"),
        (["--log-format", "xml"], "'--log-format': 'xml' is not one of 'text', 'json'."),
        (["--bogus"], "No such option: --bogus"),
    ],
)
def test_bad_arguments_exit_with_2_before_anything_is_touched(
    dbt: FakeDbt, tmp_path: Path, arguments: list[str], told: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not dbt.calls
    assert list(tmp_path.iterdir()) == []


def test_json_is_one_object_with_every_metric(dbt: FakeDbt) -> None:
    result = run("--json", "--as-of", "2026-01-01")
    assert result.stdout.startswith('{"runs": 1, "as_of": "2026-01-01T00:00:00+00:00", "seconds": ')


def test_a_failed_run_leaves_the_last_publication_and_says_what_failed(dbt: FakeDbt, tmp_path: Path) -> None:
    run()
    dbt.outcome = BuildOutcome(
        False, failures=[Failure("fct_score_ledger", "models/x.sql", "Division by zero")]
    )

    result = run()

    assert result.exit_code == 1
    assert "fct_score_ledger (models/x.sql): Division by zero" in result.stderr
    assert "last publication is still there" in result.stderr
    assert runs_published(tmp_path) == 1


def test_a_variable_that_means_nothing_exits_with_2(dbt: FakeDbt) -> None:
    said = "var forecast_days: '-5' is not a whole number up to 99999; write it like 30"
    dbt.outcome = BuildOutcome(
        False, failures=[Failure(node, "m.sql", f"Compilation Error\n  {said}") for node in ("a", "b")]
    )
    result = run()
    assert result.exit_code == 1, "a line of another's message is no variable"
    dbt.outcome = BuildOutcome(False, failures=[Failure(node, "m.sql", said) for node in ("a", "b")])
    result = run()
    assert result.exit_code == 2
    assert result.stderr.count(said) == 1 and "--vars or dbt_project.yml" in result.stderr


def test_configuration_mistakes_are_listed_one_a_line_and_exit_with_2(dbt: FakeDbt) -> None:
    dbt.statements = (
        "create schema if not exists configuration",
        """create or replace table configuration.config_errors as from (values
            ('scoring_rules', 3, 'r1', 'points', 'ten', 'is not a number: ''ten''', 'a number'),
            ('scoring_rules', null, null, 'colour', null, 'is no column', 'one of a, b'),
            ('rule_conditions', 2, null, 'value', 'x', 'a line\nend \x1b[31m', null)
        ) as t (seed, row_number, row_key, column_name, value, problem, allowed)""",
    )
    dbt.outcome = BuildOutcome(
        False, configuration_checked=True, failures=[Failure("test", "t.sql", "Got 3 results")]
    )

    result = run()

    assert result.exit_code == 2
    assert result.stderr.splitlines()[1:5] == [
        "rule_conditions, row 2, value: a line\\nend \\x1b[31m",
        "scoring_rules, row 3 (r1), points: is not a number: 'ten'; a number",
        "scoring_rules, colour: is no column; one of a, b",
        "Error: 3 mistakes in the configuration",
    ]


def test_mistakes_of_an_earlier_run_are_not_reported_again(dbt: FakeDbt) -> None:
    dbt.outcome = BuildOutcome(False, configuration_checked=False, stopped_by="Parsing Error")
    result = run()
    assert (result.exit_code, "dbt stopped: Parsing Error" in result.stderr) == (1, True)


def test_a_second_run_waits_shows_who_runs_and_refuses(dbt: FakeDbt, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from leadscore.storage.lock import hold_lock\n"
            "with hold_lock(Path(sys.argv[1]), 'run', print): print('locked', flush=True); time.sleep(60)",
            str(tmp_path / "leadscore.duckdb.lock"),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"

    waited = run("--wait", "0.3")
    refused = run("--no-wait")
    holder.kill()
    holder.wait()

    assert waited.exit_code == refused.exit_code == 1
    assert "Waiting at most 0.3 s for `leadscore run`" in waited.stderr
    assert "Waiting" not in refused.stderr
    assert f"`leadscore run` (process {holder.pid}, since 20" in refused.stderr
    assert "Wait until it has finished" in refused.stderr
    assert not dbt.calls
    assert run().exit_code == 0, "the lock of a dead process doesn't block"


def test_a_database_that_another_program_has_open_is_refused_before_dbt_starts(
    dbt: FakeDbt, tmp_path: Path
) -> None:
    code = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "leadscore.duckdb")], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    result = run()
    holder.kill()
    holder.wait()
    assert (result.exit_code, "open in another process" in result.stderr, dbt.calls) == (1, True, [])
    assert f"(PID {holder.pid})" in result.stderr


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with pytest.raises(ZeroDivisionError), hold_lock(path, "run", print):
        raise ZeroDivisionError
    with hold_lock(path, "run", print), pytest.raises(DatabaseBusyError), hold_lock(path, "load", print, 0.1):
        pass
