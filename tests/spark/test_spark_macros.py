"""The macros of engines and conditions on Spark: DuckDB's cases, but for those of its own types."""

from __future__ import annotations

from typing import Any

import pytest
from macro_cases import AS_OF, CASES, apart, together
from pyspark.errors import PySparkException
from spark_project import SparkProject
from workspaces import write_seeds

# How the same question is put to Spark, where DuckDB's words for it are its own.
IN_SPARK = [
    ("timestamptz '", "timestamp_ltz '"),
    ("{'a': 1, 'b': ['x']}", "named_struct('a', 1, 'b', array('x'))"),
    ("list_sort(array_agg(part))", "array_sort(array_agg(part))"),
    ("(select columns(*) from (select r.*", "(select * from (select r.*"),
    ("(select [x_months, x_microseconds] from", "(select array(x_months, x_microseconds) from"),
]
TYPE_NAMES = {
    "STRING": "text", "DECIMAL(18,3)": "decimal", "BIGINT": "integer", "INT": "integer", "DOUBLE": "float",
    "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP_NTZ": "timestamp", "TIMESTAMP": "timestamptz",
    "ARRAY<STRING>": "nested", "STRUCT<A:INT>": "nested", "MAP<STRING,INT>": "nested", "BINARY": "other",
}  # fmt: skip
# What only DuckDB has.
DUCKDB_ONLY = ("{{ type_class(", "{{ json_field_name(")
TOGETHER = 30


def spark_cases() -> list[tuple[str, str, Any]]:
    cases = []
    for name, sql, expected in CASES:
        if any(words in sql for words in DUCKDB_ONLY):
            continue
        for words, in_spark in IN_SPARK:
            sql = sql.replace(words, in_spark)
        cases.append((name, sql, expected))
    cases += [
        (f"type_class: {name}", "select '{{ type_class(\"" + name + "\") }}'", kind)
        for name, kind in TYPE_NAMES.items()
    ]
    return cases


@pytest.fixture(scope="module")
def outcomes(spark: SparkProject, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What comes out of each case, an error if it can't be run."""
    spark.start()
    seeds = write_seeds(tmp_path_factory.mktemp("macros") / "seeds", {})
    inline = together(sql for _, sql, _ in spark_cases())
    statements = apart(spark.compiled(inline, seeds=seeds, as_of=AS_OF))
    found: list[Any] = []
    for first in range(0, len(statements), TOGETHER):
        some = [statement.strip() for statement in statements[first : first + TOGETHER]]
        columns = ", ".join(f"({statement}) as c{number}" for number, statement in enumerate(some))
        try:
            found += spark.query(f"select {columns}")[0]
        except PySparkException:
            found += [_alone(spark, statement) for statement in some]
    return found


def _alone(spark: SparkProject, statement: str) -> Any:
    try:
        return spark.query(statement)[0][0]
    except PySparkException as error:
        return f"{statement[:500]}: {str(error)[:500]}"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(number, expected, id=name[:80])
        for number, (name, _, expected) in enumerate(spark_cases())
    ],
)
def test_macro_on_spark(outcomes: list[Any], number: int, expected: Any) -> None:
    outcome = outcomes[number]
    assert (outcome, type(outcome)) == (expected, type(expected))
