"""What contributors are told is so: the hooks are `make lint`, the make targets and the files named exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from workspaces import PROJECT

CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
HOOKS = PROJECT / ".pre-commit-config.yaml"


def test_the_hooks_are_the_linters_of_make_lint() -> None:
    linted = set(
        re.findall(r"^\t\$\(BIN\)/(.*)$", MAKEFILE.partition("\nlint:")[2].partition("\n\n")[0], re.M)
    )
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))["repos"][0]["hooks"]
    entries = {hook["entry"].removeprefix(".venv/bin/").replace(" --force-exclude", "") for hook in hooks}
    assert len(entries) == 4
    assert {
        command.replace(" .", "").replace(" models tests/dbt analyses", "") for command in linted
    } == entries


def test_the_hooks_are_valid() -> None:
    command = Path(sys.executable).with_name("pre-commit")
    subprocess.run([command, "validate-config", HOOKS], check=True)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([\w-]+)", CONTRIBUTING))))
def test_a_make_target_that_is_named_exists(target: str) -> None:
    assert f"\n{target}:" in MAKEFILE


def test_the_files_that_are_named_exist() -> None:
    named = {word for word in re.findall(r"`([\w./*-]+)`", CONTRIBUTING) if "/" in word}
    named -= {word for word in named if word.startswith("../")}  # beside the project, if at all
    missing = [path for path in named if not list(PROJECT.glob(path.strip("/")))]
    assert len(named) > 20
    assert not missing
