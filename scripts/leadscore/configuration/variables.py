"""dbt variables that the command looks at itself."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from leadscore.raw.reading import as_read

# Variables that say where raw tables are and what is read beside them; what they say if it is `raw` alone.
RAW_PLACES: Mapping[str, object] = {
    "raw_schema": "raw",
    "raw_database": None,
    "raw_files": {},
    "sources": [],
}


def variables_in_force(root: Path, given: Mapping[str, object]) -> dict[str, object]:
    """The variables of dbt_project.yml, and those given for a run in place of them.

    Args:
        root: The project's folder.
        given: What is given for the run.
    """
    declared = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8")).get("vars") or {}
    return {**declared, **given}


def reads_raw_schema(root: Path, given: Mapping[str, object]) -> bool:
    """Whether runs read the raw tables in schema `raw` of the database, and nothing else.

    The arguments are those of `variables_in_force`.
    """
    in_force = variables_in_force(root, given)
    return all(in_force.get(name) == usual for name, usual in RAW_PLACES.items())


def unknown_visitors(root: Path, given: Mapping[str, object]) -> tuple[str, ...]:
    """What stands for visitors whom nobody knows (variable `unknown_visitor_ids`), in lower case.

    The arguments are those of `variables_in_force`.
    """
    listed = variables_in_force(root, given).get("unknown_visitor_ids")
    parts = [] if listed is None else str(listed).split("|")
    return tuple(word for part in parts if (word := as_read(part).lower()))


def merges_by_address(root: Path, given: Mapping[str, object]) -> bool:
    """Whether contacts with the same address are one (variable `merge_by`).

    The arguments are those of `variables_in_force`.
    """
    return str(variables_in_force(root, given).get("merge_by")).strip() == "email"
