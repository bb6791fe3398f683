"""A known vulnerability fails the audit; a list that can't be reached doesn't, and is said."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest
from workspaces import PROJECT

SPEC = importlib.util.spec_from_file_location("audit", PROJECT / ".ci" / "audit.py")
assert SPEC is not None and SPEC.loader is not None
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)

SOUND = {"name": "a", "version": "1", "vulns": []}
UNKNOWN = {"name": "b", "skip_reason": "not found"}
VULNERABLE = {"name": "c", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1", "3"]}]}
HOPELESS = {"name": "d", "version": "3", "vulns": [{"id": "CVE-2", "fix_versions": []}]}


@pytest.mark.parametrize(
    ("dependencies", "code", "told"),
    [
        ([SOUND], 0, "1 audited"),
        ([SOUND, UNKNOWN], 0, "1 audited, 1 unknown to the registry"),
        ([UNKNOWN, UNKNOWN], 0, "skipped: the registry tells nothing about vulnerabilities here"),
        ([SOUND, VULNERABLE], 1, "c 2: CVE-1, mended in 2.1, 3"),
        ([HOPELESS], 1, "d 3: CVE-2, mended in no release yet"),
    ],
)
def test_a_known_vulnerability_fails(dependencies: list[object], code: int, told: str) -> None:
    found, lines = audit.verdict(json.dumps({"dependencies": dependencies, "fixes": []}))
    assert (found, told in lines) == (code, True), lines


@pytest.mark.parametrize("report", ["", "ERROR: could not connect", "[]", "{}", "null"])
def test_a_list_that_cannot_be_reached_is_said_and_fails_nothing(report: str) -> None:
    assert audit.verdict(report) == (0, ["skipped: the list of known vulnerabilities can't be reached"])


@pytest.mark.parametrize("name", audit.LOCKED)
def test_every_pinned_package_has_hashes_and_no_place_is_named(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    packages = re.split(r"\n(?=[A-Za-z0-9])", "\n".join(lines))
    assert packages
    for package in packages:
        first, *hashes = package.splitlines()
        assert re.fullmatch(r"[\w.\[\]-]+==[\w.+]+( ;.*)? \\", first), first
        assert hashes and all(
            re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes
        ), first
    assert "://" not in text and "@" not in text
