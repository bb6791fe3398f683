"""docs/scheduling.md: its Python compiles, its units are units, and its commands have the options shown."""

from __future__ import annotations

import ast
import re
import shlex
from configparser import ConfigParser

import pytest
import typer
from leadscore.cli import app
from workspaces import PROJECT

TEXT = (PROJECT / "docs" / "scheduling.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.M | re.S)
WRITTEN = re.findall(r"leadscore (run(?: (?:--[a-z-]+|[0-9]+m?|text|json|SECONDS)(?![\w.]))*)", TEXT)
LISTED = [" ".join(ast.literal_eval(words)[1:]) for words in re.findall(r"command = (\[.*\])", TEXT)]
COMMANDS = sorted({*WRITTEN, *LISTED})


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def test_the_examples_in_python_compile_and_call_the_command() -> None:
    assert len(blocks("python")) == 2
    for text in blocks("python"):
        words = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        assert any("leadscore" in str(word) for word in words)


@pytest.mark.parametrize("words", COMMANDS)
def test_the_commands_have_options_that_exist(words: str) -> None:
    command = typer.main.get_command(app)
    run = command.commands["run"]  # type: ignore[attr-defined]
    context = run.make_context("run", shlex.split(words)[1:])
    assert context.params["every"] in (None, 300)


def test_the_examples_show_all_that_is_for_schedules() -> None:
    assert len(COMMANDS) >= 5
    for option in ("--every 5m", "--wait 600", "--no-wait", "--log-format json"):
        assert any(option in words for words in COMMANDS), option


def test_the_units_and_the_cron_line_are_well_formed() -> None:
    sections = []
    for text in blocks("ini"):
        unit = ConfigParser(interpolation=None, strict=True)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(text)
        sections.append(unit.sections())
    assert sections == [["Unit", "Service", "Install"], ["Unit", "Timer", "Install"]]
    [line] = blocks("cron")
    assert re.match(r"(?:[0-9*/]+ ){5}cd ", line)
