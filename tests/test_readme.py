"""The README does what it says: each of its shell commands is run, in order, in a copy of the project."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from demo_clone import Demo, run_in
from leadscore.raw.tables import RAW_TABLES
from seed_strategies import SEEDS
from workspaces import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
SHELL = [(number, text) for number, (language, text) in enumerate(BLOCKS) if language == "sh"]


@pytest.fixture(scope="module")
def clone(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh clone in which `leadscore demo` has run, and the files that a reader would have."""
    folder = demo.copied(tmp_path_factory.mktemp("readme") / "leadscore")
    (folder / "contacts.csv").write_text(
        "contact_id,created_at\nc1,2026-01-01\nc2,2026-01-02\n", encoding="utf-8"
    )
    for month, event_id in (("january", "e1"), ("february", "e2")):
        event = {
            "event_id": event_id,
            "event_type": "page_view",
            "occurred_at": "2026-01-03",
            "contact_id": "c1",
        }
        (folder / f"{month}.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    order = "'t1' as transaction_id, 1 as line_number, 'c2' as contact_id, date '2026-01-04' as ordered_at"
    duckdb.sql(f"copy (select {order}, 12.5 as amount) to '{folder / 'orders.parquet'}'")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.end_to_end
@pytest.mark.parametrize(("number", "commands"), SHELL, ids=[text.splitlines()[0][:50] for _, text in SHELL])
def test_the_shell_commands_of_the_readme_do_what_it_says(clone: Path, number: int, commands: str) -> None:
    printed = [_words(line) for line in run_in(clone, commands).splitlines()]
    following = BLOCKS[number + 1] if number + 1 < len(BLOCKS) else ("", "")
    if following[0] == "text":
        expected = [_words(line) for line in following[1].splitlines()]
        shown = [line for line in printed if line]
        assert any(shown[start : start + len(expected)] == expected for start in range(len(shown))), (
            "\n".join(shown)
        )


@pytest.mark.end_to_end
def test_the_worked_example_gives_the_scores_and_the_day_they_change(clone: Path) -> None:
    with duckdb.connect(
        str(clone / "example" / "published" / "leadscore.duckdb"), read_only=True
    ) as published:
        query = (
            "select contact_id, score, cast(next_change_at as varchar) from marts.contact_scores order by all"
        )
        assert published.execute(query).fetchall() == [("ann", 40, "2026-05-30 10:00:00"), ("bob", 0, None)]


@pytest.mark.end_to_end
def test_the_readme_names_every_command(clone: Path) -> None:
    listed = run_in(clone, ".venv/bin/leadscore --help").partition("Commands:")[2].partition("Start with")[0]
    for command in re.findall(r"^  (\w+)", listed, re.M):
        assert re.search(rf"leadscore {command}\b", README), command


@pytest.mark.end_to_end
def test_the_queries_of_the_readme_run_on_what_is_published(clone: Path) -> None:
    with duckdb.connect(str(clone / "published" / "leadscore.duckdb"), read_only=True) as published:
        for language, text in BLOCKS:
            if language == "sql":
                assert published.execute(text).fetchall()
    assert (clone / "published" / "contact_scores.parquet").is_file()


@pytest.mark.end_to_end
def test_the_readme_lists_every_mart(clone: Path) -> None:
    listed = set(
        re.findall(r"`(\w+)`", README[README.index("## What each mart answers") : README.index("## Use it")])
    )
    with duckdb.connect(str(clone / "published" / "leadscore.duckdb"), read_only=True) as published:
        marts = published.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
    assert listed == {name for (name,) in marts}


def test_the_readme_lists_the_columns_that_load_takes() -> None:
    rows = dict(re.findall(r"^\| `(\w+)`: [^|]*\|([^|]*\|[^|]*)\|$", README, re.M))
    for table in RAW_TABLES.values():
        required, optional = (
            re.findall(r"\w+(?=[,\s(]|$)", _without_types(cell)) for cell in rows[table.name].split("|")
        )
        assert set(required) == set(table.required), table.name
        assert set(optional) == set(table.optional), table.name


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) <= 200
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (PROJECT / link).exists(), link
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", README):
        assert f"\n{target}:" in makefile, target


def test_every_seed_column_operator_and_variable_is_documented() -> None:
    text = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    conditions = set(SEEDS["rule_conditions"].split()[1:])
    for seed, columns in SEEDS.items():
        listed = {
            name
            for cell in re.findall(r"^\| ([\w*, ]+) \|", sections[seed], re.M)
            for name in re.findall(r"\w+", cell)
        }
        if seed.endswith("_conditions"):
            listed |= conditions | set(re.findall(r"Columns \*\*(\w+)\*\*", sections[seed]))
        assert not set(columns.split()) - listed, seed
    assert all(
        f"| **{column}** |" in sections["Conditions"] or f"| {column} |" in sections["Conditions"]
        for column in conditions
    )
    registry = (PROJECT / "macros" / "configuration" / "operator_registry.sql").read_text(encoding="utf-8")
    for operator in re.findall(r"^ +'([^']+)': {'takes'", registry, re.M):
        assert f"`{operator}`" in sections["Conditions"], operator
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert set(project["vars"]) == set(
        re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|[^|]*\|$)", sections["Variables"], re.M)
    )


def _without_types(cell: str) -> str:
    return re.sub(r"\([^)]*\)", "", cell)


def _words(line: str) -> str:
    """A line without the frame of a table around it."""
    return " ".join(re.sub(r"[\u2500-\u257f]", " ", line).split())
