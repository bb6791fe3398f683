"""Where a database may be: what DuckDB or dbt can't take is refused by every command, at once."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from leadscore.cli import app
from leadscore.errors import UsageMistakeError
from leadscore.settings import TAKEN_NAMES, Settings, catalog_name
from typer.testing import CliRunner
from workspaces import PROJECT

COMMANDS = (
    *(["demo"], ["load", "events", "e.csv"], ["run"], ["validate"], ["scores"], ["explain", "ann"]),
    *(["status"], ["export"], ["forget", "ann"], ["deliver"], ["adjust", "--list"]),
)
REFUSED = {
    "o'b.duckdb": "has a ' in its name",
    'say"hi".duckdb': 'has a " in its name',
    "a;b.duckdb": "has a ; in its name",
    "raw.duckdb": "DuckDB would call",
    "RAW.2026.duckdb": "another meaning here",
    "memory": "another meaning here",
    ".temp.duckdb": "another meaning here",
    "system.db": "another meaning here",
    "ledger.duckdb": "another meaning here",
    "wh?.duckdb": "has a ?",
    "q?/x.duckdb": "has a ?",
    "a#b/x.duckdb": "has a #",
    "back\\slash.duckdb": "has a \\",
    "two\nlines.duckdb": "has a control character",
    "\udcff.duckdb": "has a control character",
    "n" * 230: "more than 220 bytes",
    "folder": "is a folder",
}
TAKEN = [
    *("x.duckdb", "x", "a b.duckdb", "é-😀.duckdb", "{{ x }}.duckdb", "a*b.duckdb", "[x].duckdb"),
    *(
        "x.raw.duckdb",
        "rawdata.duckdb",
        "it's/x.duckdb",
        'say "hi"/x.duckdb',
        "a*[b]/x.duckdb",
        "raw/x.duckdb",
    ),
]


def of(database: Path) -> Settings:
    return Settings.from_environment({"LEADSCORE_DATABASE": str(database)})


def test_readers_file_never_takes_the_place_of_the_database(tmp_path: Path) -> None:
    def settings(database: Path, published: Path) -> Settings:
        places = {"LEADSCORE_DATABASE": str(database), "LEADSCORE_PUBLISHED": str(published)}
        return Settings.from_environment(places)

    database, published = tmp_path / "leadscore.duckdb", tmp_path / "published"
    assert settings(database, published).published == published
    assert settings(tmp_path / "other.duckdb", tmp_path).published == tmp_path
    (tmp_path / "link").symlink_to(tmp_path)
    for folder in (tmp_path, tmp_path / "link", published / ".."):
        with pytest.raises(UsageMistakeError, match="would replace the database"):
            settings(database, folder)
    (published / ".publications" / "7").mkdir(parents=True)
    (published / "leadscore.duckdb").symlink_to(".publications/7/leadscore.duckdb")
    with pytest.raises(UsageMistakeError, match="is a published file"):
        settings(published / "leadscore.duckdb", tmp_path / "elsewhere")
    with pytest.raises(UsageMistakeError, match="is a file"):
        settings(tmp_path / "other.duckdb", Path(__file__))


@pytest.mark.parametrize(("name", "told"), REFUSED.items())
def test_a_path_that_would_fail_later_is_refused(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageMistakeError, match=re.escape(told)) as refused:
        of(tmp_path / name)
    assert refused.value.exit_code == 2
    assert refused.value.message.isprintable() and refused.value.advice


@pytest.mark.parametrize("name", TAKEN)
def test_any_other_path_is_taken_and_duckdb_calls_the_database_as_said(tmp_path: Path, name: str) -> None:
    settings = of(tmp_path / name)
    settings.database.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.t as select 1 as x")
        called = connection.execute("select current_database()").fetchall()
    assert called == [(catalog_name(settings.database),)]
    assert settings.database.is_file()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
def test_every_command_refuses_and_makes_nothing(
    tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADSCORE_PUBLISHED", raising=False)
    for option, path in (("--database", tmp_path / "q" / "raw.duckdb"), ("--published", tmp_path / "p?")):
        refused = CliRunner().invoke(app, [*command, option, str(path)])
        assert refused.exit_code == 2, refused.output
        assert refused.stderr.startswith(f"Error: LEADSCORE_{option[2:].upper()}: "), refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_schema_of_the_project_is_a_name_that_is_taken() -> None:
    files = [PROJECT / "dbt_project.yml", *(PROJECT / "models").rglob("*.sql")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    schemas = set(re.findall(r'(?:\+schema:|raw_schema:|[ (]schema=)\s*"?(\w+)', text))
    assert {"marts", "raw", "store"} <= schemas <= TAKEN_NAMES
    attached = {
        name
        for file in (PROJECT / "scripts" / "leadscore").rglob("*.py")
        for name in re.findall(r"attach \{[^}]*\} as (\w+)", file.read_text(encoding="utf-8"))
    }
    assert {"ledger", "source"} <= attached <= TAKEN_NAMES
