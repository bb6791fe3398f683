#!/usr/bin/env python3
"""Fails if a pinned package has a known vulnerability, as far as the registry tells: `make audit`.

Where its list can't be reached, that is said and nothing fails: a change can't mend a network.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKED = (
    "requirements.txt",
    "requirements-airflow.txt",
    "requirements-dagster.txt",
    "requirements-dev.txt",
    "requirements-learn.txt",
    "requirements-page.txt",
    "requirements-postgres.txt",
    "requirements-spark.txt",
    "requirements-sqlalchemy14.txt",
)


def verdict(report: str) -> tuple[int, list[str]]:
    """What pip-audit's report in JSON means.

    Args:
        report: The report; anything else if there is none.

    Returns:
        The exit code, and what to say.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, ["skipped: the list of known vulnerabilities can't be reached"]
    audited = [package for package in dependencies if "vulns" in package]
    if not audited:
        return 0, ["skipped: the registry tells nothing about vulnerabilities here"]
    found = [
        f"{package['name']} {package['version']}: {vulnerability['id']}, mended in "
        f"{', '.join(vulnerability.get('fix_versions') or []) or 'no release yet'}"
        for package in audited
        for vulnerability in package["vulns"]
    ]
    left = len(dependencies) - len(audited)
    told = [f"{len(audited)} audited", *([f"{left} unknown to the registry"] if left else [])]
    return (1 if found else 0), [*found, ", ".join(told)]


def main() -> int:
    """Audit each list of pinned packages."""
    codes = []
    command = [Path(sys.executable).with_name("pip-audit"), "--disable-pip", "--require-hashes"]
    for name in LOCKED:
        options = ["--format", "json", "--progress-spinner", "off", "--timeout", "20", "--requirement", name]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        code, told = verdict(done.stdout)
        if not done.stdout.strip():
            told += done.stderr.strip().splitlines()[-1:]
        codes.append(code)
        print("\n".join(f"{name}: {line}" for line in told))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
