"""Amounts in several currencies: told where nothing converts them, left out without a rate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from leadscore.settings import Settings
from tiny_project import SEEDS, leadscore, tiny_project
from workspaces import write_seeds

RULES = [
    {"rule_id": name, "model_id": "money", "operation": "add", "points": "1", "trigger": "window"}
    | {"activity": "transaction", "measure": "sum", "measure_field": f"transaction.{field}"}
    | {"comparator": ">=", "threshold": threshold}
    for name, field, threshold in (
        ("converted", "amount", "24.5"),
        ("as loaded", "original_amount", "30"),
        ("too much", "amount", "24.50000001"),
    )
]
RATES = [
    {"currency": "usd", "valid_from": "", "rate": "0.5"},
    {"currency": "USD", "valid_from": "2026-02-01", "rate": "0.95"},
]
LINES = [
    # transaction_id, ordered_at, amount, currency, status
    ("t1", "2026-01-31 23:59:59", "10", "USD", None),
    ("t2", "2026-02-01", "10", " usd ", None),
    ("t3", "2026-02-02", "10", None, None),
    ("t4", "2026-02-03", "10", "GBP", None),
    ("t5", "2026-02-03", "10", "gbp", "cancelled"),
    ("t6", "2036-02-03", "10", "GBP", None),
    ("t7", "2026-02-04", "0", "EUR ", None),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Ann, and what she bought; not scored yet."""
    with tiny_project(tmp_path_factory.mktemp("currencies")) as settings:
        models = [*SEEDS["scoring_models"], {"model_id": "money"}]
        write_seeds(
            settings.seeds,
            {**SEEDS, "scoring_models": models, "scoring_rules": [*SEEDS["scoring_rules"], *RULES]}
            | {"exchange_rates": RATES},
        )
        with duckdb.connect(str(settings.database)) as connection:
            connection.execute(
                "create table raw.transactions (transaction_id varchar, ordered_at varchar, amount varchar, "
                "currency varchar, status varchar, line_number integer default 1, "
                "contact_id varchar default 'ann', loaded_at timestamp default '2026-05-01')"
            )
            connection.executemany(
                "insert into raw.transactions (transaction_id, ordered_at, amount, currency, status) "
                "values (?, ?, ?, ?, ?)",
                LINES,
            )
        yield settings


def run(settings: Settings, *options: str) -> tuple[dict[str, Any], str, list[str]]:
    """A run: its metrics, what it told, and the rules of model `money` that gave Ann a point."""
    result = leadscore("run", "--as-of", "2026-06-01", "--full-refresh", *options)
    assert result.exit_code == 0, result.output
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        metrics = dict(connection.execute("select metric, value from marts.run_summary").fetchall())
        rules = connection.execute(
            "select distinct rule_id from marts.fct_rule_points where model_id = 'money' order by 1"
        ).fetchall()
    return metrics, result.output, [rule for (rule,) in rules]


def test_several_currencies_are_told_where_nothing_converts_them(settings: Settings) -> None:
    metrics, told, rules = run(settings)
    assert "Warning: lines_have_one_currency: Transaction lines are in several currencies" in told
    assert "exchange_rates" in told and "Got 3 results" in told
    assert rules == ["as loaded", "converted", "too much"], "amounts are taken as they are"
    assert (metrics["rejected_rows"], metrics["activities_later"]) == (0, 1)
    assert "no_rows_are_rejected" not in told


@pytest.mark.parametrize("currency", [pytest.param("EUR", marks=pytest.mark.thorough), " Eur"])
def test_amounts_are_converted_and_lines_without_a_rate_are_told(settings: Settings, currency: str) -> None:
    metrics, told, rules = run(settings, "--vars", json.dumps({"currency": currency}))
    assert "lines_have_one_currency" not in told
    assert rules == ["as loaded", "converted"], "5 + 9.5 + 10"
    assert (metrics["rejected_rows"], metrics["activities_later"]) == (1, 1)
    assert "Warning: no_rows_are_rejected: Raw rows were left out" in told
    assert "transactions: amount can't be converted: exchange_rates has no rate" in told and "(1)" in told
    assert "GBP" not in told
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        [(table, key, reason, row)] = connection.execute(
            "select source_table, row_key, reason, row_json from marts.rejected_rows"
        ).fetchall()
        monetary = connection.execute(
            "select monetary, frequency from marts.rfm_features where contact_id = 'ann'"
        ).fetchall()
    assert (table, key) == ("transactions", "t4:1")
    assert "amount can't be converted from 'GBP'" in reason and "exchange_rates" in reason
    assert json.loads(row) | {"amount": 10} == {
        "transaction_id": "t4", "line_number": 1, "contact_id": "ann", "ordered_at": "2026-02-03 00:00:00",
        "amount": 10, "currency": "GBP",
    }  # fmt: skip
    assert monetary == [(Decimal("24.5"), 3)]


def test_one_currency_however_it_is_written_is_no_matter(settings: Settings) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute(
            "delete from raw.transactions where upper(trim(currency)) in ('GBP', 'EUR') and status is null"
        )
    _, told, _ = run(settings)
    assert "lines_have_one_currency" not in told, "USD, usd, none, and a cancelled line in another"
