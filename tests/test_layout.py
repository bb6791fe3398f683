"""The house: each package of the command says what it is for, and packages refer one way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from workspaces import PROJECT

ROOT = PROJECT / "scripts" / "leadscore"
# Each floor may use those before it, and the modules that stand beside the packages, but `cli`.
FLOORS = (
    ("output", "storage"),
    ("build", "raw"),
    ("configuration", "publication"),
    ("explanation", "exports", "runs"),
    ("delivery", "simulation"),
    ("calibration", "page"),
    ("erasure",),
    ("demo",),
    ("commands",),
)
BESIDE = {"errors", "mistakes", "settings", "engine", "text"}


def packages() -> list[Path]:
    return sorted(path for path in ROOT.iterdir() if (path / "__init__.py").is_file())


def imports(package: Path) -> Iterator[tuple[Path, str]]:
    """Each module of a package, with what it takes of `leadscore`: a package, or a module beside them."""
    for module in package.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "leadscore":
                parts = (node.module or "").split(".")
                yield from (
                    (module, name) for name in ([parts[1]] if parts[1:] else [a.name for a in node.names])
                )


# Whose errors and types stay behind one door.
ONE_PLACE: dict[str, str | tuple[str, ...]] = {
    "duckdb": "storage/database.py",
    "dbt": "build/",
    "drt": "delivery/",
    "httpx": "delivery/",
    "psycopg2": "delivery/destinations/postgres.py",
    "pyspark": "build/spark.py",
    "altair": ("calibration/report.py", "page/charts.py"),
    "streamlit": "page/",
    "sklearn": "calibration/fitting.py",
    "python_calamine": "raw/formats/workbook.py",
}


@pytest.mark.parametrize("library", ONE_PLACE)
def test_a_library_is_imported_in_one_place_only(library: str) -> None:
    importing = {
        str(module.relative_to(ROOT))
        for module in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
        if name.split(".")[0] == library
    }
    assert importing
    places = ONE_PLACE[library]
    assert [module for module in importing if not module.startswith(places)] == []


def test_every_package_has_a_floor() -> None:
    assert sorted(name for floor in FLOORS for name in floor) == [package.name for package in packages()]


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_a_package_uses_only_those_below_it(package: Path) -> None:
    place = next(number for number, floor in enumerate(FLOORS) if package.name in floor)
    allowed = {package.name, *BESIDE, *(name for floor in FLOORS[:place] for name in floor)}
    used = list(imports(package))
    assert used
    against = [f"{module.relative_to(ROOT)} uses {name}" for module, name in used if name not in allowed]
    assert not against, "\n".join(against)


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_what_stands_beside_the_packages_uses_none(name: str) -> None:
    tree = ast.parse((ROOT / f"{name}.py").read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    used = {module.split(".")[1] for module in modules if module.startswith("leadscore.")}
    assert used <= BESIDE


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_a_package_says_in_one_sentence_what_it_is_for(package: Path) -> None:
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert said.endswith(".")
    assert "\n" not in said
