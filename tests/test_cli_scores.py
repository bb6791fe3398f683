"""`leadscore scores`: the published contact list, by model, range and band."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from leadscore.cli import app
from typer.testing import CliRunner, Result

Scores = Callable[..., Result]


@pytest.fixture
def scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scores:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "scoring_models.csv").write_text("model_id,title\na,A\nb,B\nsleeping,S\n")
    (seeds / "score_bands.csv").write_text("model_id,band_id\na,hot\na,empty\n")
    monkeypatch.setenv("LEADSCORE_SEEDS", str(seeds))
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "leadscore.duckdb"))
    monkeypatch.setenv("COLUMNS", "200")
    published = tmp_path / "published"
    published.mkdir()
    with duckdb.connect(str(published / "leadscore.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            """create table marts.contact_scores as
            select
                model_id, 'c' || i as contact_id, (i + 0.25)::decimal(18, 2) as score,
                (i + 0.12345678901234567890)::decimal(38, 20) as unlimited_score,
                case when i >= 90 then 'hot' end as band_id,
                case when i >= 90 then '[red]Hot[/]' end as band_title,
                'call "now"' as action, 100 - i as score_rank, timestamp '2026-10-31 12:00:00' as as_of
            from range(100) as t (i) cross join (values ('a'), ('b')) as m (model_id)"""
        )
    return lambda *arguments: CliRunner().invoke(app, ["scores", *arguments])


def test_the_best_come_first_and_no_more_than_the_limit(scores: Scores) -> None:
    result = scores("--model", "a", "--limit", "3")
    assert result.exit_code == 0
    assert [line.split("│")[3].strip() for line in result.stdout.splitlines() if "│ a " in line] == [
        "c99",
        "c98",
        "c97",
    ]
    assert "3 of 100 scores" in result.stdout
    assert "[red]Hot[/]" in result.stdout


def test_a_list_for_people_is_short_unless_asked(scores: Scores) -> None:
    assert "50 of 200 scores" in scores().stdout


def test_json_holds_every_row_with_the_columns_of_the_mart_and_exact_numbers(scores: Scores) -> None:
    rows = json.loads(scores("--json").stdout, parse_float=Decimal)
    assert len(rows) == 200
    assert rows[0] == {
        "model_id": "a",
        "contact_id": "c99",
        "score": Decimal("99.25"),
        "unlimited_score": Decimal("99.12345678901234567890"),
        "band_id": "hot",
        "band_title": "[red]Hot[/]",
        "action": 'call "now"',
        "score_rank": 1,
        "as_of": "2026-10-31T12:00:00",
    }
    assert len(json.loads(scores("--json", "--limit", "7").stdout)) == 7


def test_minimum_and_maximum_are_inclusive(scores: Scores) -> None:
    rows = json.loads(scores("--json", "--model", "b", "--min", "10.25", "--max", "12.25").stdout)
    assert [row["contact_id"] for row in rows] == ["c12", "c11", "c10"]


def test_names_are_read_as_raw_rows_are_and_no_number_is_none(scores: Scores) -> None:
    assert "3 of 10 scores" in scores("--model", " a ", "--band", "hot\u00a0", "--limit", "3").stdout
    assert scores("--segment", "  ").exit_code != 0
    (Path(os.environ["LEADSCORE_SEEDS"]) / "score_bands.csv").write_bytes(
        b"model_id,band_id\na,caf\xe9\na,empty\n"
    )
    assert "0 of 0 scores" in scores("--band", "empty").stdout
    refused = scores("--min", "nan")
    assert refused.exit_code == 2 and "--min nan is no number" in refused.stderr


def test_a_band_may_be_empty_and_a_model_without_scores(scores: Scores) -> None:
    assert len(json.loads(scores("--json", "--band", "hot").stdout)) == 20
    assert json.loads(scores("--json", "--band", "empty").stdout) == []
    assert json.loads(scores("--json", "--model", "sleeping").stdout) == []


@pytest.mark.parametrize(("option", "known"), [("--model", "a, b, sleeping"), ("--band", "empty, hot")])
def test_an_unknown_name_exits_with_2_and_lists_the_known_ones(
    scores: Scores, option: str, known: str
) -> None:
    result = scores(option, "x'; drop")
    assert (result.exit_code, known in result.stderr) == (2, True)


def test_nothing_published_exits_with_1_and_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "none.duckdb"))
    result = CliRunner().invoke(app, ["scores"])
    assert (result.exit_code, "Run `leadscore run` first" in result.stderr) == (1, True)


def test_a_segment_has_only_its_members(scores: Scores, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "published" / "leadscore.duckdb")) as connection:
        connection.execute(
            """create table marts.dim_segments as
            select 'few' as segment_id, 'Few' as title, true as requires_consent;
            create table marts.dim_segment_conditions (
                segment_id varchar, clause varchar, field varchar, operator varchar, value varchar,
                row_number int
            );
            create table marts.segment_changes (segment_id varchar, contact_id varchar);
            create table marts.segment_members as
            select 'few' as segment_id, 'c' || i as contact_id from range(3) as t (i)"""
        )
    rows = json.loads(scores("--json", "--segment", "few", "--model", "a", "--min", "1").stdout)
    assert [row["contact_id"] for row in rows] == ["c2", "c1"]
    result = scores("--segment", "fw")
    assert (result.exit_code, "Did you mean few?" in result.stderr) == (2, True)


def test_a_publication_without_segments_says_what_to_run(scores: Scores) -> None:
    result = scores("--segment", "few")
    assert (result.exit_code, "Run `leadscore run` first" in result.stderr) == (1, True)
