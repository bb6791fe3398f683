"""Every configuration mistake is found, each where it stands, and stops the build before any model.

All mistakes are put into one copy of the shipped seeds, a row each, and found by one run of dbt. A row's mistakes must
be exactly those expected: what follows from another mistake isn't reported on top of it.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from validation_cases import LONG_TEXT, MISTAKEN, ODD_TEXT, RULE, SOUND, Case

PROJECT = Path(__file__).parent.parent
VALIDATE = [
    "--select",
    "+config_errors",
    "--exclude-resource-type",
    "unit_test",
    "--exclude-resource-type",
    "test",
]
WITHOUT_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]

Mistakes = dict[tuple[str, int | None], dict[str, list[str]]]


@dataclass
class Folder:
    """A copy of the shipped seeds, and the database that dbt makes of it."""

    path: Path

    def __post_init__(self) -> None:
        shutil.copytree(PROJECT / "seeds", self.seeds)

    @property
    def seeds(self) -> Path:
        return self.path / "seeds"

    def table(self, seed: str) -> list[list[str]]:
        with (self.seeds / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, seed: str, table: list[list[str]]) -> None:
        with (self.seeds / f"{seed}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)

    def add(self, case: Case) -> int:
        """Add a row; the number that a spreadsheet gives it."""
        table = self.table(case.seed)
        unknown = set(case.cells) - set(table[0])
        assert not unknown, f"{case.name}: {unknown}"
        self.write(case.seed, [*table, [case.cells.get(column, "") for column in table[0]]])
        return len(table) + 1

    def build(self, *arguments: str) -> str:
        """What dbt says of a run that fails; empty for one that succeeds."""
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        with self._environment():
            try:
                done = dbtRunner().invoke(["--quiet", "build", *folders, *arguments])
            finally:
                DuckDBConnectionManager.close_all_connections()
        if done.success:
            return ""
        results = getattr(done.result, "results", [])
        return "\n".join([str(done.exception or ""), *(node.message for node in results if node.message)])

    def query(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.path / "test.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def mistakes(self) -> Mistakes:
        found: Mistakes = defaultdict(lambda: defaultdict(list))
        query = "select seed, row_number, column_name, problem, allowed from configuration.config_errors"
        for seed, row, column, problem, allowed in self.query(query):
            assert problem and allowed, (seed, row, column)
            found[seed, row][column].append(f"{problem}; {allowed}")
        return found

    @contextmanager
    def _environment(self) -> Iterator[None]:
        settings = {
            "LEADSCORE_SEEDS": str(self.seeds),
            "LEADSCORE_DATABASE": str(self.path / "test.duckdb"),
            "DBT_TARGET_PATH": str(self.path / "target"),
            "DBT_LOG_PATH": str(self.path / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@dataclass
class Checked:
    """One run over all cases."""

    folder: Folder
    rows: dict[str, int]
    mistakes: Mistakes


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = Folder(tmp_path_factory.mktemp("mistakes"))
    rows = {case.name: folder.add(case) for case in [*SOUND, *MISTAKEN]}
    assert len(rows) == len(SOUND) + len(MISTAKEN), "two cases of one name"
    assert folder.build(*VALIDATE, "--vars", "time_zone: Mars/Olympus") == ""
    return Checked(folder, rows, folder.mistakes())


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.name[:40])
def test_a_sound_row_has_no_mistake(checked: Checked, case: Case) -> None:
    assert checked.mistakes.get((case.seed, checked.rows[case.name]), {}) == {}


@pytest.mark.parametrize("case", MISTAKEN, ids=lambda case: case.name)
def test_a_mistake_is_found_where_it_stands(checked: Checked, case: Case) -> None:
    found = checked.mistakes.get((case.seed, checked.rows[case.name]), {})
    assert set(found) == set(case.mistakes), found
    for column, words in case.mistakes.items():
        for part in words.split("; "):
            assert part in found[column][0], (part, found[column])


def test_no_other_row_is_blamed(checked: Checked) -> None:
    rows = {(case.seed, checked.rows[case.name]) for case in MISTAKEN}
    others = {place: dict(found) for place, found in checked.mistakes.items() if place not in rows}
    assert list(others) == [("vars", None)]
    assert "'Mars/Olympus' is not a time zone" in others["vars", None]["time_zone"][0]


def test_messages_are_lines(checked: Checked) -> None:
    for found in checked.mistakes.values():
        for messages in found.values():
            assert not [message for message in messages if "\n" in message or len(message) > 4000]


def test_every_check_fires(checked: Checked) -> None:
    target = checked.folder.path / "target" / "compiled" / "lead_scoring" / "models" / "configuration"
    compiled = (target / "config_errors.sql").read_text(encoding="utf-8")
    checks = re.findall(r"-- check: (.*)", compiled)
    assert len(checks) == len(set(checks)) > 50
    numbered = re.sub(
        r"-- check: (.*)\n    select\n",
        lambda found: f"select {checks.index(found[1])} as check_number,\n",
        compiled,
    )
    fired = {number for (number,) in checked.folder.query(f"select distinct check_number from ({numbered})")}
    assert [check for number, check in enumerate(checks) if number not in fired] == []


def test_the_row_key_names_the_row(checked: Checked) -> None:
    keys = dict(
        checked.folder.query(
            "select column_name, row_key from configuration.config_errors where seed = 'score_bands'"
        )
    )
    assert keys["above"] == "bands:words"


def test_the_shipped_configuration_has_no_mistake(folder: Folder) -> None:
    assert folder.build("--select", "+config_errors", *WITHOUT_UNIT_TESTS) == ""
    assert folder.mistakes() == {}


def test_a_configuration_of_headers_alone_has_no_mistake(folder: Folder) -> None:
    for file in folder.seeds.glob("*.csv"):
        folder.write(file.stem, folder.table(file.stem)[:1])
    assert folder.build("--select", "+config_errors", *WITHOUT_UNIT_TESTS) == ""
    assert folder.mistakes() == {}


def test_columns_that_are_unknown_or_missing_are_mistakes_of_the_file(folder: Folder) -> None:
    rules = folder.table("scoring_rules")
    points, title, valid_to = (rules[0].index(column) for column in ("points", "title", "valid_to"))
    rules[0][points] = "score {{ x }} o'clock"
    folder.write("scoring_rules", rules)
    limits = folder.table("category_limits")
    folder.write("category_limits", [[*row[:-1], row[-1]] for row in limits])
    bands = folder.table("score_bands")
    action = bands[0].index("action")
    folder.write("score_bands", [row[:action] + row[action + 1 :] for row in bands])
    assert title < valid_to
    assert folder.build(*VALIDATE) == ""
    found = folder.mistakes()
    assert list(found) == [("scoring_rules", None)]
    assert set(found["scoring_rules", None]) == {"points", "score {{ x }} o'clock"}
    assert "the column is missing; rule_id, model_id" in found["scoring_rules", None]["points"][0]
    assert "no such column" in found["scoring_rules", None]["score {{ x }} o'clock"][0]


def test_a_mistake_stops_plain_dbt_build_before_any_model(folder: Folder) -> None:
    first = folder.add(Case("odd", "scoring_rules", RULE | {"rule_id": ODD_TEXT, "points": "many"}))
    second = folder.add(Case("long", "scoring_rules", RULE | {"rule_id": LONG_TEXT, "operation": LONG_TEXT}))
    third = folder.add(
        Case("none", "rule_conditions", {"rule_id": "nothing", "clause": "1", "operator": "like"})
    )
    said = folder.build(*WITHOUT_UNIT_TESTS)
    assert "5 mistakes in the configuration" in said
    assert re.search(
        rf"scoring_rules, row {first} \(it's; drop .*\), points: 'many' .*; allowed: a number", said
    )
    assert re.search(
        rf"scoring_rules, row {second} \(x{{80}}\), operation: .*; allowed: add, subtract, set", said
    )
    assert f"rule_conditions, row {third} (nothing), rule_id: 'nothing' is not a rule_id" in said
    assert f"rule_conditions, row {third} (nothing), operator: 'like'" in said
    assert f"rule_conditions, row {third} (nothing), field: a value is required" in said
    built = folder.query(
        "select table_schema, table_name from information_schema.tables where table_schema != 'seeds'"
    )
    assert built == [("configuration", "config_errors")]
