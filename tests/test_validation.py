"""Every configuration mistake is found, each where it stands, and stops the build before any model.

All mistakes are put into one copy of the shipped seeds, a row each, and found by one run of dbt. A row's
mistakes must be exactly those expected: what follows from another mistake isn't reported on top of it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

import pytest
from seed_folder import AS_OF, Folder, Mistakes, with_numbers
from validation_cases import LONG_TEXT, MISTAKEN, ODD_TEXT, RULE, SOUND, Case
from workspaces import PROJECT, DbtFailedError

# All that is built before the gate.
CHECKS = {
    "config_errors",
    *(
        path.stem
        for path in (PROJECT / "models" / "configuration" / "checks").glob("*.sql")
        if 'materialized="ephemeral"' not in path.read_text(encoding="utf-8")
    ),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def folder(shared: Folder) -> Folder:
    """The shipped seeds, and no database."""
    shared.workspace.database.unlink(missing_ok=True)
    shutil.rmtree(shared.seeds)
    shutil.copytree(PROJECT / "seeds", shared.seeds)
    return shared


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
    return Checked(folder, rows, folder.mistakes(time_zone="Mars/Olympus", currency=" EUR"))


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
    folder = checked.folder.workspace.target / "compiled" / "lead_scoring" / "models" / "configuration"
    checks, silent = [], []
    for file in sorted((folder / "checks").glob("check_*.sql")):
        compiled = file.read_text(encoding="utf-8")
        names = re.findall(r"-- check: (.*)", compiled)
        numbered = with_numbers(compiled, names)
        rows = checked.folder.workspace.rows(f"select distinct check_number from ({numbered}) as found")
        fired = {row["check_number"] for row in rows}
        checks += names
        silent += [name for number, name in enumerate(names) if number not in fired]
    assert len(checks) == len(set(checks)) > 30
    assert silent == []


def test_every_demand_of_a_rules_shape_fires(checked: Checked) -> None:
    model = PROJECT / "models" / "configuration" / "checks" / "check_rule_shapes.sql"
    demands = re.findall(r"^ +\(?'(\w.*?)', (true|false),", model.read_text(encoding="utf-8"), re.M)
    assert len(demands) == 14
    problems = [row["problem"] for row in checked.folder.workspace.rows("from configuration.config_errors")]
    for shape, is_needed in demands:
        begin = f"{shape} needs " if is_needed == "true" else f"{shape} can't have "
        assert [problem for problem in problems if problem.startswith(begin)], begin


def test_the_row_key_names_the_row(checked: Checked) -> None:
    rows = checked.folder.workspace.rows("from configuration.config_errors where column_name = 'above'")
    assert [row["row_key"] for row in rows] == ["bands:words"]


def test_the_shipped_configuration_has_no_mistake(folder: Folder) -> None:
    assert folder.mistakes() == {}


def test_a_configuration_of_headers_alone_has_no_mistake(folder: Folder) -> None:
    for file in folder.seeds.glob("*.csv"):
        folder.write(file.stem, folder.table(file.stem)[:1])
    assert folder.mistakes() == {}


def test_columns_that_are_unknown_or_missing_are_mistakes_of_the_file(folder: Folder) -> None:
    rules = folder.table("scoring_rules")
    rules[0][rules[0].index("points")] = "score {{ x }} o'clock"
    folder.write("scoring_rules", rules)
    bands = folder.table("score_bands")
    action = bands[0].index("action")
    folder.write("score_bands", [row[:action] + row[action + 1 :] for row in bands])
    found = folder.mistakes()
    assert list(found) == [("scoring_rules", None)], "points is required, the action of a band is not"
    assert set(found["scoring_rules", None]) == {"points", "score {{ x }} o'clock"}
    assert "the column is missing; rule_id, model_id" in found["scoring_rules", None]["points"][0]
    assert "no such column; rule_id" in found["scoring_rules", None]["score {{ x }} o'clock"][0]


def test_rows_without_values_are_passed_over_and_counted(folder: Folder) -> None:
    for file in folder.seeds.glob("*.csv"):
        header, *rows = folder.table(file.stem)
        blank = [" ", *("" for _ in header[1:])]
        folder.write(file.stem, [header, [], blank, *rows, [], blank])
    odd = folder.add(Case("odd", "scoring_rules", RULE | {"rule_id": "odd", "points": "many"}))
    assert [*folder.mistakes()] == [("scoring_rules", odd)]
    folder.write("scoring_rules", folder.table("scoring_rules")[:-1])
    folder.workspace.build(as_of=AS_OF, select="+path:models/configuration")
    for model in ("config_rules", "config_segments", "config_category_limits", "config_bands"):
        made = folder.workspace.rows(f"select * from configuration.{model}")
        seed = {"config_rules": "scoring_rules", "config_bands": "score_bands"}.get(model, model[7:])
        assert len(made) == len(folder.table(seed)) - 5, model


def test_nothing_is_blamed_for_referring_to_a_column_that_its_file_lacks(folder: Folder) -> None:
    for seed in ("scoring_rules", "conversions"):
        table = folder.table(seed)
        folder.write(seed, [[column.replace("_id", "-id") for column in table[0]], *table[1:]])
    found = folder.mistakes()
    assert set(found) == {("scoring_rules", None), ("conversions", None)}


def test_a_mistake_stops_plain_dbt_build_before_any_model(folder: Folder) -> None:
    first = folder.add(Case("odd", "scoring_rules", RULE | {"rule_id": ODD_TEXT, "points": "many"}))
    second = folder.add(Case("long", "scoring_rules", RULE | {"rule_id": LONG_TEXT, "operation": LONG_TEXT}))
    third = folder.add(
        Case("none", "rule_conditions", {"rule_id": "nothing", "clause": "1", "operator": "like"})
    )
    with pytest.raises(DbtFailedError) as failure:
        folder.workspace.build(as_of=AS_OF, tests=True)
    said = str(failure.value)
    assert "7 mistakes in the configuration" in said
    assert re.search(
        rf"scoring_rules, row {first} \(it's; drop .*\), points: 'many' .*; allowed: a number", said
    )
    assert re.search(
        rf"scoring_rules, row {second} \(x{{80}}\), operation: .*; allowed: add, subtract, set", said
    )
    assert f"rule_conditions, row {third} (nothing), rule_id: 'nothing' is not a rule_id" in said
    assert f"rule_conditions, row {third} (nothing), operator: 'like'" in said
    assert f"rule_conditions, row {third} (nothing), field: a value is required" in said
    tables = folder.workspace.rows("from information_schema.tables where table_schema != 'seeds'")
    assert {table["table_name"] for table in tables} == CHECKS
