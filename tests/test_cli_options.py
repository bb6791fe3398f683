"""Options that all commands share, and how a command ends that is interrupted."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from leadscore import cli
from leadscore.settings import Settings, Variable
from leadscore.storage.database import open_database
from typer.testing import CliRunner, Result
from workspaces import PROJECT

PAGE = PROJECT / "docs" / "commands.md"
COMMANDS = [
    "demo", "load", "run", "validate", "simulate", "calibrate", "scores", "explain", "status", "export",
    "forget", "deliver", "page", "adjust",
]  # fmt: skip


def leadscore(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), terminal_width=100)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert leadscore("--version").stdout == f"leadscore {project['version']}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_h_is_help_with_an_example(command: str) -> None:
    short, long = leadscore(command, "-h"), leadscore(command, "--help")
    assert short.exit_code == 0
    assert short.stdout == long.stdout
    assert f"leadscore {command}" in short.stdout.split("Example", 1)[1]


def test_every_command_is_among_these() -> None:
    names = [command.callback.__name__ for command in cli.app.registered_commands if command.callback]
    assert names == COMMANDS


def test_shells_complete_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_LEADSCORE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "leadscore sta")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert CliRunner().invoke(cli.app, [], prog_name="leadscore").stdout.split() == ["status"]


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("export --format ", ["csv", "parquet", "jsonl"]),
        ("export --preset m", ["mailchimp", "mautic", "meta"]),
        ("load ", ["contacts", "events", "transactions", "score_adjustments"]),
        ("adjust ann s", ["subtract", "set"]),
        ("run --log-format ", ["text", "json"]),
        ("demo --dataset c", ["complete-journey"]),
    ],
)
def test_shells_complete_choices(words: str, completed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_LEADSCORE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"leadscore {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" "))))
    assert CliRunner().invoke(cli.app, [], prog_name="leadscore").stdout.split() == completed


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_variables_of_places(command: str) -> None:
    told = " ".join(leadscore(command, "--help").stdout.split())
    for name in ("DATABASE", "PUBLISHED", "SEEDS"):
        assert f"[env var: LEADSCORE_{name}]" in told


def test_a_choice_that_there_is_not_is_refused_in_plain_words() -> None:
    refused = leadscore("load", "contact", "a.csv")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == (
        "Error: Invalid value for 'table': 'contact' is not one of "
        "'contacts', 'events', 'transactions', 'score_adjustments'."
    )


def test_options_say_what_the_variables_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEADSCORE_PUBLISHED", raising=False)
    monkeypatch.setenv("LEADSCORE_DATABASE", "other.duckdb")
    monkeypatch.setenv("LEADSCORE_SEEDS", "seeds")
    seen: list[Settings] = []
    monkeypatch.setattr("leadscore.commands.status.run_status", _seen(seen), raising=True)
    before = dict(os.environ)
    leadscore("status", "--database", "own/leads.duckdb", "--published", "shown", "--seeds", "rules")
    leadscore("status")
    assert [(s.database, s.published, s.seeds) for s in seen] == [
        (tmp_path / "own" / "leads.duckdb", tmp_path / "shown", tmp_path / "rules"),
        (tmp_path / "other.duckdb", tmp_path / "published", PROJECT / "seeds"),
    ]
    assert dict(os.environ) == before


def _seen(seen: list[Settings]) -> object:
    def look(settings: Settings, *_: object) -> None:
        seen.append(settings)
        raise SystemExit(0)

    return look


@pytest.mark.parametrize("command", ["explain", "forget", "adjust"])
def test_an_id_that_begins_with_a_dash_is_told_how_to_write_it(command: str) -> None:
    refused = leadscore(command, "-x1")
    assert refused.exit_code == 2
    assert f"leadscore {command} -- -7" in refused.stderr


@pytest.mark.parametrize(("command", "left"), cli.LEFT.items())
def test_an_interruption_says_what_it_leaves(
    command: str, left: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object, **__: object) -> Settings:
        raise KeyboardInterrupt

    monkeypatch.setattr(Settings, "from_environment", interrupted)
    arguments = {"load": ["events", str(tmp_path / "x.csv")], "forget": ["c1"], "adjust": ["--list"]}
    ended = leadscore(command, *arguments.get(command, []))
    assert (ended.exit_code, ended.stderr) == (130, f"Interrupted. {left}\n")


def test_every_variable_that_is_read_is_documented() -> None:
    files = [*(PROJECT / "scripts").rglob("*.py"), PROJECT / "profiles.yml", PROJECT / "dbt_project.yml"]
    read = {name for file in files for name in re.findall(r"LEADSCORE_[A-Z_]*[A-Z]", file.read_text("utf-8"))}
    page = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(LEADSCORE_[A-Z_]+)`", page.split("## Environment variables")[1]))
    assert read == told


def test_variables_are_read_in_one_module() -> None:
    """Elsewhere they have names of their own: no module spells one out to look it up."""
    package = PROJECT / "scripts" / "leadscore"
    spelt = {
        (file.relative_to(package).as_posix(), node.value)
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch("LEADSCORE_[A-Z_]+[A-Z]", node.value)
    }
    assert spelt == {("settings.py", str(variable)) for variable in Variable}


def test_the_page_of_commands_is_what_help_says() -> None:
    """`LEADSCORE_REFRESH_GOLDEN=1` writes it."""
    texts = [
        f"## leadscore {name}\n\n```text\n{leadscore(name, '--help').stdout.strip()}\n```\n"
        for name in COMMANDS
    ]
    head = "# Commands\n\nMade from `leadscore COMMAND --help`, and held true by a test.\n"
    page = "\n".join([head, *texts])
    if os.environ.get("LEADSCORE_REFRESH_GOLDEN"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_an_interrupted_query_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB makes an error of its own of Ctrl-C."""

    class Interrupted:
        def execute(self, *_: object) -> None:
            raise RuntimeError("Query interrupted")

    with open_database(None) as database:
        monkeypatch.setattr(database, "_connection", Interrupted())
        with pytest.raises(KeyboardInterrupt):
            database.execute("select 1")


def test_a_closed_stdout_is_no_failure() -> None:
    command = [sys.executable, "-c", "from leadscore.cli import main; main()", "--version"]
    ended = subprocess.run(["bash", "-c", '"$@" >&-', "bash", *command], check=False, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")
