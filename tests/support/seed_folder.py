"""The shipped seeds with rows put in, and what the checks of the configuration find there."""

from __future__ import annotations

import csv
import re
import shutil
from collections import defaultdict
from pathlib import Path

from validation_cases import Case
from workspaces import PROJECT, Workspace

AS_OF = "2026-01-01"

Mistakes = dict[tuple[str, int | None], dict[str, list[str]]]


class Folder:
    """A copy of the shipped seeds, and the workspace in which dbt builds it."""

    def __init__(self, folder: Path) -> None:
        self.seeds = folder / "seeds"
        shutil.copytree(PROJECT / "seeds", self.seeds)
        self.workspace = Workspace(folder, self.seeds)

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

    def mistakes(self, **variables: object) -> Mistakes:
        """Build no more than config_errors; its rows."""
        self.workspace.build(as_of=AS_OF, select="+config_errors", variables=variables)
        found: Mistakes = defaultdict(lambda: defaultdict(list))
        for row in self.workspace.rows("from configuration.config_errors"):
            assert row["problem"] and row["allowed"], row
            found[row["seed"], row["row_number"]][row["column_name"]].append(
                f"{row['problem']}; {row['allowed']}"
            )
        return found


def with_numbers(compiled: str, names: list[str]) -> str:
    """The checks of a model, each telling its number in place of its name."""
    return re.sub(
        r"-- check: (.*)\nselect( distinct)?\n",
        lambda found: f"select{found[2] or ''} {names.index(found[1])} as check_number,\n",
        compiled,
    )
