"""The project as a whole: it parses without a warning, is described, keeps to its rules, and builds."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dbt.artifacts.resources.types import NodeType
from dbt.jsonschemas import jsonschemas
from workspaces import PROJECT, Workspace, write_seeds

NAME = "lead_scoring"
MODEL_LINES = 120
MACRO_LINES = 60
# Longer today: one idea that would lose by being cut, or still to be split. Nothing is added lightly.
LONGER_MODELS: dict[str, int] = {"int_window_periods": 144}
# A list of all seeds' columns.
LONGER_MACROS = {"seed_registry": 72}
# With all that the project has: var `sources` is empty otherwise, and what vendors' tables take isn't there.
VENDORS = sorted(folder.name for folder in (PROJECT / "models" / "sources").iterdir() if folder.is_dir())
WITH_SOURCES = {"sources": VENDORS}
OPTIONS = ("--vars", json.dumps(WITH_SOURCES))
# Keys of the adapter's own, which dbt's schema doesn't know: seeds are read by dbt, not by DuckDB's sniffer.
ADAPTER_KEYS = ("`+fast`",)
# In parts, so that this file does not name them either.
REGISTRIES = [
    ("pypi", "org"),
    ("files", "pythonhosted"),
    ("crates", "io"),
    ("registry", "npmjs"),
    ("hub", "getdbt"),
]
ENGINES = ("default__", "spark__", "duckdb__")
# What makes two runs differ: a clock. The start of the run comes in by macro `as_of`, and nowhere else.
CLOCK = re.compile(
    r"\b(now|today|getdate|sysdate)\s*\(|\bcurrent_(date|time|timestamp)\b|\brun_started_at\b", re.I
)

# A small configuration that uses every kind of condition, and the columns that models carry because of it.
RULES = [
    {"rule_id": "pricing", "activity": "page_view", "once_per": "event.page_path"},
    {"rule_id": "read's, a lot", "activity": "page_view|download"},
    {"rule_id": "spent", "activity": "transaction", "trigger": "window", "measure": "sum",
     "measure_field": "transaction.amount", "comparator": ">", "threshold": "250",
     "window_length": "365 days"},
    {"rule_id": "role", "trigger": "profile"},
]  # fmt: skip
CONDITIONS = [
    ("pricing", "1", "event.page_path", "in", "/pricing|/price's"),
    ("pricing", "1", "event.is_machine", "!=", "true"),
    ("pricing", "2", "event.properties.Plan.size", ">=", "3"),
    ("pricing", "2", "contact.created_at", "<", "2026-01-01"),
    ("read's, a lot", "1", "event.content_id", "not contains", "draft"),
    ("read's, a lot", "1", "contact.country", "is set", ""),
    ("spent", "1", "transaction.payment_days", "<=", "14"),
    ("role", "1", "contact.job_title", "matches", "(?i)director"),
]
CONFIGURED_COLUMNS = {
    "int_events": {
        "event_page_path",
        "event_is_machine",
        "event.properties.^plan.size",
        "event_content_id",
    },
    "int_transaction_lines": {"transaction_payment_days", "transaction_amount"},
}
CONFIGURED_COLUMNS["int_activities"] = (
    CONFIGURED_COLUMNS["int_events"] | CONFIGURED_COLUMNS["int_transaction_lines"]
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small configuration, built as far as the rules go."""
    folder = tmp_path_factory.mktemp("small")
    names = ("rule_id", "clause", "field", "operator", "value")
    rule = {"model_id": "small", "operation": "add", "points": "5", "trigger": "activity"}
    seeds = {
        "scoring_models": [{"model_id": "small"}],
        "scoring_rules": [rule | more for more in RULES],
        "rule_conditions": [dict(zip(names, row, strict=True)) for row in CONDITIONS],
    }
    workspace = Workspace(folder, write_seeds(folder / "seeds", seeds))
    workspace.build(select="+int_rule_hits", as_of="2026-01-01")
    return workspace


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The project as it ships, on a database without any table."""
    return Workspace(tmp_path_factory.mktemp("fresh"))


class Parsed:
    """What a parse with dbt's schema check says: the manifest, warnings, the files that were checked."""

    def __init__(self, workspace: Workspace) -> None:
        self.warnings: list[str] = []
        self.expected: list[str] = []
        self.checked: set[str] = set()
        before = jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS, jsonschemas.jsonschema_validate
        # dbt checks YAML against its schema on some adapters only; on DuckDB a misspelt key passes silently.
        jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS = {"duckdb"}
        jsonschemas.jsonschema_validate = self._validate
        try:
            self.manifest = workspace.manifest(
                "--no-partial-parse", "--show-all-deprecations", *OPTIONS, callbacks=[self._hear]
            )
        finally:
            jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS, jsonschemas.jsonschema_validate = before

    def _validate(self, schema: dict[str, Any], json: dict[str, Any], file_path: str) -> None:
        assert jsonschemas._can_run_validations()
        self.checked.add(file_path)
        VALIDATE(schema=schema, json=json, file_path=file_path)

    def _hear(self, event: Any) -> None:  # dbt's EventMsg leaves out `msg`
        if event.info.level in ("warn", "error") and event.info.name != "DeprecationsSummary":
            known = any(key in event.info.msg for key in ADAPTER_KEYS)
            (self.expected if known else self.warnings).append(event.info.msg)


VALIDATE = jsonschemas.jsonschema_validate


@pytest.fixture(scope="module")
def parsed(fresh: Workspace) -> Parsed:
    return Parsed(fresh)


@pytest.fixture(scope="module")
def built(parsed: Parsed, fresh: Workspace) -> Workspace:
    """After `dbt compile` and `dbt build` as in a fresh clone, unit tests and data tests included."""
    assert all(str(node.status) == "success" for node in fresh.results("compile", variables=WITH_SOURCES))
    built = fresh.results("build", variables=WITH_SOURCES, quick=False)
    statuses = {str(node.status) for node in built}
    assert statuses <= {"success", "pass", "no-op"}
    return fresh


def test_parse_gives_no_warning_with_dbts_schema_check_on(parsed: Parsed) -> None:
    assert not parsed.warnings, "\n".join(parsed.warnings)
    assert parsed.expected, "the check is off: it should have met a key that it doesn't know"
    yaml = {
        str(path.relative_to(PROJECT))
        for folder in ("models", "macros")
        for path in (PROJECT / folder).rglob("*.yml")
    }
    assert yaml <= parsed.checked, f"not checked: {sorted(yaml - parsed.checked)}"
    assert any(path.endswith("dbt_project.yml") for path in parsed.checked)


def test_what_a_run_makes_is_made_before_the_run_counts_as_finished(parsed: Parsed) -> None:
    """What `run_state` doesn't wait for could be half made when the next run goes on from it."""
    manifest = parsed.manifest
    models = {name: node for name, node in manifest.nodes.items() if node.resource_type == NodeType.Model}
    ancestors: set[str] = set()
    waiting = [f"model.{NAME}.run_state"]
    while waiting:
        found = set(models[waiting.pop()].depends_on_nodes) & set(models) - ancestors
        ancestors |= found
        waiting += found
    forgotten = [
        model.name
        for name, model in sorted(models.items())
        if model.config.materialized == "incremental"
        or (model.schema == "marts" and "configuration" not in model.tags)
        if name not in ancestors
    ]
    assert not forgotten, f"models/run/run_state.sql doesn't wait for: {', '.join(forgotten)}"


def test_tests_that_ticks_leave_out_look_only_at_what_is_left_out(parsed: Parsed) -> None:
    nodes, left_out = parsed.manifest.nodes, {"configuration", "learning"}
    tests = [node for node in nodes.values() if node.resource_type == NodeType.Test]
    tagged = [test for test in tests if left_out & set(test.tags)]
    assert 10 < len(tagged) < len(tests)
    for test in tagged:
        assert all(left_out & set(nodes[name].tags) for name in test.depends_on_nodes), test.name


def test_everything_is_described(parsed: Parsed) -> None:
    manifest = parsed.manifest
    documented = [*manifest.nodes.values(), *manifest.sources.values(), *manifest.exposures.values()]
    missing = [
        node.unique_id
        for node in [*documented, *manifest.groups.values()]
        if node.unique_id.split(".")[1] == NAME
        and node.resource_type not in ("test", "operation")  # a hook has the description of its macro
        and not node.description
    ]
    missing += [
        f"{node.unique_id}, column {column.name}"
        for node in documented
        for column in getattr(node, "columns", {}).values()
        if not column.description
    ]
    missing += [source.unique_id for source in manifest.sources.values() if not source.source_description]
    assert not missing, "without a description:\n" + "\n".join(missing)


def test_the_first_sentence_of_a_models_description_is_its_grain(parsed: Parsed) -> None:
    models = [node for node in parsed.manifest.nodes.values() if node.resource_type == NodeType.Model]
    without = [model.name for model in models if not model.description.startswith("One row ")]
    assert not without, f"begin the description with 'One row a ...': {', '.join(without)}"


def test_every_macro_is_described_with_its_arguments(parsed: Parsed) -> None:
    """But for private ones, and the variants of an engine, which the macro that dispatches them describes."""
    wrong = []
    for macro in parsed.manifest.macros.values():
        if macro.package_name != NAME or macro.name.startswith(("_", "materialization_", *ENGINES)):
            continue
        name = macro.name.removeprefix("test_")
        signature = re.search(rf"(?:macro|test)\s+{name}\s*\((.*?)\)", macro.macro_sql, re.S)
        assert signature
        expected = [part.split("=")[0].strip() for part in signature[1].split(",") if part.strip()]
        described = {argument.name: argument.description for argument in macro.arguments}
        if not macro.description or list(described) != expected or not all(described.values()):
            wrong.append(
                f"{macro.original_file_path}: {macro.name}({', '.join(expected)}), not {list(described)}"
            )
    assert not wrong, "\n".join(wrong)


def test_the_described_columns_are_those_of_the_tables(parsed: Parsed, built: Workspace) -> None:
    wrong = []
    for node in parsed.manifest.nodes.values():
        if node.resource_type not in ("model", "seed") or node.name in CONFIGURED_COLUMNS:
            continue
        described, real = set(node.columns), _columns(built, node)
        wrong += [f"{node.name}: {name} is not described" for name in sorted(real - described)]
        wrong += [f"{node.name}: {name} is described but not there" for name in sorted(described - real)]
    assert not wrong, "\n".join(wrong)


def test_models_carry_the_configured_fields_and_no_others(parsed: Parsed, small: Workspace) -> None:
    for model, fields in CONFIGURED_COLUMNS.items():
        node = parsed.manifest.nodes[f"model.{NAME}.{model}"]
        assert _columns(small, node) == set(node.columns) | fields, model


def test_sources_have_the_columns_of_the_contract(parsed: Parsed, built: Workspace) -> None:
    for source in parsed.manifest.sources.values():
        if source.source_name != "raw":
            continue
        rows = built.rows(
            # Where a row lies in its table is no column of it.
            "select column_name from information_schema.columns "
            f"where table_name = 'stg_{source.name}' and column_name != 'raw_place'"
        )
        assert [row["column_name"] for row in rows] == list(source.columns), source.name


def test_no_sql_asks_a_clock() -> None:
    allowed = PROJECT / "macros" / "configuration" / "as_of.sql"
    found = [
        f"{path.relative_to(PROJECT)}: {match[0]}"
        for path in _sql("models", "macros", "tests/dbt")
        if path != allowed
        for match in [CLOCK.search(path.read_text(encoding="utf-8"))]
        if match
    ]
    assert not found, found


def test_models_do_not_know_their_engine() -> None:
    found = [
        str(path)
        for path in _sql("models")
        if re.search(r"\btarget\.(type|name)\b", path.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_models_and_macros_are_short() -> None:
    models = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in _sql("models")}
    macros = {}
    for path in _sql("macros"):
        for match in re.finditer(
            r"{%-?\s*macro\s+(\w+).*?endmacro\s*-?%}", path.read_text(encoding="utf-8"), re.S
        ):
            macros[match[1]] = match[0].count("\n") + 1
    too_long = [
        f"model {name}: {lines}"
        for name, lines in models.items()
        if lines > LONGER_MODELS.get(name, MODEL_LINES)
    ]
    too_long += [
        f"macro {name}: {lines}"
        for name, lines in macros.items()
        if lines > LONGER_MACROS.get(name, MACRO_LINES)
    ]
    assert not too_long, too_long
    fits = [name for name in LONGER_MODELS if models.get(name, 0) <= MODEL_LINES]
    fits += [name for name in LONGER_MACROS if macros.get(name, 0) <= MACRO_LINES]
    assert not fits, f"no longer long, take them off the list: {fits}"


def test_no_filter_breaks_lines_of_sql() -> None:
    """A value may hold what Jinja's `indent` takes for a line's end (U+2028, say), and would be changed."""
    indented = [str(path) for path in _sql("models", "macros") if re.search(r"\|\s*indent", path.read_text())]
    assert not indented, indented


def test_no_file_names_a_registry_or_a_place_on_a_machine() -> None:
    hosts = "|".join(re.escape(".".join(parts)) for parts in REGISTRIES)
    unwanted = re.compile(rf"(?i:{hosts})|(?<![\w.~$}}/-])/(?:work|root|home|Users)/")
    found = []
    for path in _tracked():
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        ):
            if unwanted.search(line):
                found.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


def test_compiled_rules_read_as_if_written_by_hand(small: Workspace) -> None:
    golden = Path(__file__).parent / "golden" / "int_rule_hits.sql"
    compiled = small.target / "compiled" / NAME / "models" / "rules" / "int_rule_hits.sql"
    text = compiled.read_text(encoding="utf-8").replace(f'"{small.database.stem}".', "").strip() + "\n"
    if os.environ.get("LEADSCORE_REFRESH_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), (
        "the compiled SQL has changed; if it should, look at the difference after "
        "LEADSCORE_REFRESH_GOLDEN=1 pytest tests/test_project.py -k compiled, and keep the file"
    )


def test_an_empty_database_compiles_and_builds_every_mart_empty(parsed: Parsed, built: Workspace) -> None:
    """But for what describes the run and the configuration, each conversion with its rules and bands, too."""
    described = ("run_summary", "score_quality", "score_lift", "band_conversion", "rule_effectiveness")
    models = [node for node in parsed.manifest.nodes.values() if node.resource_type == NodeType.Model]
    for mart in (model.name for model in models if model.schema == "marts"):
        count = built.rows(f"select count(*) as rows from marts.{mart}")[0]["rows"]
        assert (count > 0) == (mart in described or (mart.startswith("dim_") and mart != "dim_contacts")), (
            mart
        )


def _columns(workspace: Workspace, node: Any) -> set[str]:
    """A table's or view's columns in the database; an ephemeral model's are those of its compiled query."""
    if node.config.materialized == "ephemeral":
        compiled = workspace.target / "compiled" / NAME / node.original_file_path
        rows = workspace.rows(f"describe {compiled.read_text(encoding='utf-8')}")
    else:
        rows = workspace.rows(
            f"select column_name from information_schema.columns where table_name = '{node.name}'"
        )
    return {row["column_name"] for row in rows}


def _sql(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((PROJECT / folder).rglob("*.sql"))]


def _tracked() -> list[Path]:
    """The files that are, or would be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone")
    return [path for name in listed.stdout.splitlines() if (path := PROJECT / name).is_file()]


def test_only_sql_without_texts_of_users_takes_ephemeral_models_in(parsed: Parsed) -> None:
    """For dbt cuts the SQL of such a reader at a semicolon, in a text or a comment too."""
    models = [node for node in parsed.manifest.nodes.values() if node.resource_type == NodeType.Model]
    ephemeral = {node.unique_id for node in models if node.config.materialized == "ephemeral"}
    readers = {node.name for node in models if ephemeral & set(node.depends_on.nodes)}
    assert ephemeral and readers == {"config_errors", "config_warnings"}
    for node in models:
        assert node.name not in readers or ";" not in node.raw_code
