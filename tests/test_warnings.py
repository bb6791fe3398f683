"""What can't be meant is told by `leadscore validate`, which goes on all the same; what can is not.

All cases are put into one copy of the shipped seeds, a row each, and found by one run of dbt.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from leadscore.cli import app
from leadscore.configuration.misnamed import misnamed_seeds
from leadscore.configuration.unseen import Watcher, unseen_activities
from leadscore.storage.database import open_database
from seed_folder import AS_OF, Folder, Mistakes, with_numbers
from typer.testing import CliRunner
from validation_cases import Case
from warning_cases import MEANT, NOT_MEANT
from workspaces import PROJECT, write_seeds


@dataclass
class Checked:
    """One run over all cases."""

    folder: Folder
    rows: dict[str, int]
    warnings: Mistakes


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = Folder(tmp_path_factory.mktemp("warnings"))
    rows = {case.name: folder.add(case) for case in [*MEANT, *NOT_MEANT]}
    return Checked(folder, rows, warnings_of(folder))


def warnings_of(folder: Folder) -> Mistakes:
    folder.workspace.build(as_of=AS_OF, select="+config_errors +config_warnings")
    found: Mistakes = defaultdict(lambda: defaultdict(list))
    assert folder.workspace.rows("from configuration.config_errors") == []
    for row in folder.workspace.rows("from configuration.config_warnings"):
        found[row["seed"], row["row_number"]][row["column_name"]].append(
            f"{row['problem']}; {row['allowed']}"
        )
    return found


@pytest.mark.parametrize("case", NOT_MEANT, ids=lambda case: case.name)
def test_what_cant_be_meant_is_told_where_it_stands(checked: Checked, case: Case) -> None:
    found = checked.warnings.get((case.seed, checked.rows[case.name]), {})
    assert set(found) == set(case.mistakes), found
    for column, words in case.mistakes.items():
        [said] = found[column]
        assert not [part for part in words.split("; ") if part not in said], said


def test_nothing_else_is_told(checked: Checked) -> None:
    rows = {(case.seed, checked.rows[case.name]) for case in NOT_MEANT}
    assert {place: dict(found) for place, found in checked.warnings.items() if place not in rows} == {}


def test_every_warning_fires(checked: Checked) -> None:
    compiled = checked.folder.workspace.target / "compiled" / "lead_scoring" / "models" / "configuration"
    names, silent = [], []
    for file in sorted((compiled / "warnings").glob("warn_*.sql")):
        sql = file.read_text(encoding="utf-8").replace("-- warning: ", "-- check: ")
        told = [line.partition(": ")[2] for line in sql.splitlines() if line.startswith("-- check: ")]
        rows = checked.folder.workspace.rows(
            f"select distinct check_number from ({with_numbers(sql, told)}) as found"
        )
        fired = {row["check_number"] for row in rows}
        names += told
        silent += [name for number, name in enumerate(told) if number not in fired]
    assert len(names) == len(set(names)) == 12
    assert silent == []


@pytest.mark.parametrize(
    "seeds", ["seeds", "examples/complete_journey/seeds", "examples/hubspot_shopify/seeds"]
)
def test_what_comes_with_the_project_is_meant(tmp_path: Path, seeds: str) -> None:
    folder = Folder(tmp_path)
    shutil.rmtree(folder.seeds)
    shutil.copytree(PROJECT / seeds, folder.seeds)
    assert warnings_of(folder) == {}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A model without rules, for the command; a database that isn't there yet."""
    folder = Folder(tmp_path)
    write_seeds(folder.seeds, {"scoring_models": [{"model_id": "shop"}]})
    monkeypatch.setenv("LEADSCORE_SEEDS", str(folder.seeds))
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "data.duckdb"))
    return folder


def said(*options: str) -> list[tuple[str, int | None, str | None, str]]:
    result = CliRunner().invoke(app, ["validate", "--json", *options])
    assert result.exit_code == 0, result.output
    return [
        (row["severity"], row["row_number"], row["row_key"], row["problem"])
        for row in json.loads(result.stdout)
    ]


def test_a_rule_about_what_the_data_never_had_is_told(small: Folder, tmp_path: Path) -> None:
    for number, activity in enumerate(["page_view|  page\u00a0views", "caf\u00e9", "transaction", "gone"]):
        small.add(Case(activity, "scoring_rules", RULE_OF | {"rule_id": f"r{number}", "activity": activity}))
    small.add(
        Case("off", "scoring_rules", RULE_OF | {"rule_id": "off", "activity": "never", "is_active": "false"})
    )
    for conversion in ("won|cafe\u0301", "lost"):
        row = {"conversion_id": conversion, "activity": conversion}
        small.add(
            Case(conversion, "conversions", row | ({"is_active": "no"} if conversion == "lost" else {}))
        )
    assert said() == [], "there is no data yet"
    with duckdb.connect(str(tmp_path / "data.duckdb")) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.events (event_type varchar)")
        connection.execute("insert into raw.events values (' page_view '), (null), ('cafe\u0301'), ('it''s')")
    assert said() == [
        ("warning", 2, "r0", "there is no event of type 'page\\xa0views' in the data"),
        ("warning", 4, "r2", "there is no transaction in the data"),
        ("warning", 5, "r3", "there is no event of type 'gone' in the data"),
        ("warning", 2, "won|caf\u00e9", "there is no event of type 'won' in the data"),
    ]
    with duckdb.connect(str(tmp_path / "data.duckdb")):
        assert said() == [], "another process has the database, which nobody waits for"


def test_data_of_which_nothing_is_loaded_yet_lacks_nothing(tmp_path: Path) -> None:
    rules = [
        Watcher("scoring_rules", number, "r", kind)
        for number, kind in enumerate(["page_view", "transaction"])
    ]
    with open_database(tmp_path / "data.duckdb") as database:
        assert unseen_activities(database, rules) == []
        database.execute("create schema raw")
        database.execute("create table raw.events (event_type varchar)")
        assert unseen_activities(database, rules) == []
        database.execute("create table raw.transactions as select '1' as transaction_id")
        assert unseen_activities(database, rules) == [], "there are no events yet"
        database.execute("insert into raw.events values ('login')")
        assert [warning.value for warning in unseen_activities(database, rules)] == ["page_view"]


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("score_band.csv", "score_bands"),
        ("rule_condition.csv", "rule_conditions"),
        ("Segments.csv", "segments"),
        ("segments.CSV", "segments"),
        ("segments (1).csv", "segments"),
        ("segments - kopie.csv", "segments"),
        ("segments.csv.txt", "segments"),
        ("segments.xlsx", "segments"),
        ("customer_segments.csv", None),
        ("product_categories.csv", None),
        ("segments.yml", None),
    ],
)
def test_a_name_that_is_nearly_a_seeds_is_told(tmp_path: Path, name: str, seed: str | None) -> None:
    (tmp_path / name).write_text("segment_id\n")
    told = [f"{warning}" for warning in misnamed_seeds(tmp_path)]
    what = f"{seed}: it counts as empty: there is no {seed}.csv, and '{name}' isn't read as such; rename it"
    assert told == ([f"{what} {seed}.csv, if that is what it is"] if seed else [])
    if seed:
        (tmp_path / f"{seed}.csv").write_text("segment_id\n")
        assert misnamed_seeds(tmp_path) == [], "the seed is there, and this is another table"


def test_validate_tells_of_a_name_that_is_nearly_a_seeds(small: Folder) -> None:
    (small.seeds / "segments.csv").rename(small.seeds / "segment.csv")
    problem = "it counts as empty: there is no segments.csv, and 'segment.csv' isn't read as such"
    assert said() == [("warning", None, None, problem)]


def test_warnings_are_a_table_and_no_failure(small: Folder) -> None:
    small.add(Case("seg", "segments", {"segment_id": "seg"}))
    small.add(
        Case("seg 1", "segment_conditions", {"segment_id": "seg", "clause": "1", "field": "contact.city"}
             | {"operator": "!=", "value": "[red]a|b"})
    )  # fmt: skip
    result = CliRunner().invoke(app, ["validate"])
    assert result.exit_code == 0
    assert "configuration is valid: 1 model, 0 rules" in result.stdout
    assert "1 warning" in result.stdout and "[red]a|b" in result.stdout and "not in" in result.stdout


RULE_OF = {"model_id": "shop", "operation": "add", "points": "1", "trigger": "activity"}
