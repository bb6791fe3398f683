"""The shipped seeds say what the five documents say, and hang together."""

import csv
import itertools
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

SEEDS = Path(__file__).parent.parent / "seeds"
COLUMNS = {
    "scoring_models": "model_id title description is_active starting_points minimum_score maximum_score",
    "scoring_rules": "rule_id model_id title description is_active category operation points trigger "
    "activity recurrence once_per limit_count limit_period delay expires_after decay decay_percent "
    "decay_every window_length measure measure_field comparator threshold threshold_high "
    "evaluate_from per_field per_step valid_from valid_to",
    "rule_conditions": "rule_id clause field operator value",
    "model_conditions": "model_id clause field operator value",
    "category_limits": "model_id category minimum maximum",
    "score_bands": "model_id band_id title above from_score up_to below action notify notify_again_after",
    "score_matrix": "matrix_id first_model_id first_band_id second_model_id second_band_id label",
    "account_roles": "role job_title_contains weight",
    "rfm_segments": "rfm_segment priority recency_from recency_to frequency_from frequency_to "
    "monetary_from monetary_to",
    "exchange_rates": "currency valid_from rate",
    "conversions": "conversion_id title description is_active activity horizon observations observe_every",
    "conversion_conditions": "conversion_id clause field operator value",
    "segments": "segment_id title description is_active requires_consent",
    "segment_conditions": "segment_id clause field operator value",
}

# Every rule to which a document gives points, with its operation.
GIVEN_POINTS = [
    ("shop_purchase_shoes", "add", 20),
    ("shop_purchase_accessories", "add", 5),
    ("shop_value_high", "add", 30),
    ("shop_value_low", "subtract", 20),
    ("shop_no_purchase", "subtract", 15),
    ("shop_account_created", "add", 10),
    ("shop_social_like", "add", 5),
    ("shop_home_page", "add", 10),
    ("shop_newsletter_open", "add", 1),
    ("shop_link_click", "add", 10),
    ("shop_social_share", "add", 15),
    ("shop_unsubscribe", "subtract", 25),
    ("shop_bounce", "subtract", 30),
    ("shop_no_open", "subtract", 10),
    ("shop_no_click", "subtract", 15),
    ("warmth_open", "add", 10),
    ("warmth_click", "add", 20),
    ("warmth_reply", "add", 30),
    ("warmth_important_page", "add", 50),
    ("warmth_inactive", "set", 0),
    ("qualify_whitepaper", "add", 2),
    ("qualify_email_open", "add", 1),
    ("qualify_email_click", "add", 2),
    ("qualify_page_1", "add", 1),
    ("qualify_page_2", "add", 2),
    ("qualify_page_3", "add", 3),
]

# Every period and threshold that a document gives.
GIVEN_CELLS = [
    ("shop_value_high", {"window_length": "1 year", "measure": "sum", "comparator": ">", "threshold": "250"}),
    ("shop_value_low", {"window_length": "1 year", "measure": "sum", "comparator": "<", "threshold": "25"}),
    ("shop_no_purchase", {"window_length": "6 months", "measure": "count", "threshold": "0"}),
    ("shop_no_open", {"window_length": "3 months", "activity": "email_open", "threshold": "0"}),
    ("shop_no_click", {"window_length": "6 months", "activity": "email_click", "threshold": "0"}),
    ("ready_ten_blogs", {"measure": "count_distinct", "comparator": ">=", "threshold": "10"}),
    ("interest_series_finished", {"activity": "email_sent", "delay": "3 days"}),
]

# Every band with a number in a document: (model, band) and its ends (above, from, up to, below).
GIVEN_BANDS = [
    ("shoe_shop", "disengaged", ("", "", "", "0")),
    ("shoe_shop", "engaged", ("0", "", "45", "")),
    ("shoe_shop", "ambassador", ("45", "", "", "")),
    ("sales_readiness", "personal_contact", ("150", "", "", "")),
    ("interest", "special_offer", ("100", "", "", "")),
    ("lead_qualification", "newsletter", ("", "0", "10", "")),
    ("lead_qualification", "guides", ("", "20", "40", "")),
    ("lead_qualification", "advertising", ("", "60", "", "80")),
    ("lead_qualification", "sales", ("", "80", "", "")),
]


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def rules() -> dict[str, dict[str, str]]:
    return {row["rule_id"]: row for row in rows("scoring_rules")}


def bands() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["model_id"], row["band_id"]): row for row in rows("score_bands")}


def repeated(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.mark.parametrize("seed", COLUMNS)
def test_a_seed_has_the_columns_of_the_contract_in_its_order(seed: str) -> None:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == COLUMNS[seed].split()


@pytest.mark.parametrize("seed", COLUMNS)
def test_a_cell_is_never_something_that_a_reader_takes_for_nothing(seed: str) -> None:
    for row in rows(seed):
        assert None not in row and None not in row.values(), f"a cell too many or too few: {row}"
        assert not [cell for cell in row.values() if cell.strip().lower() in ("null", "none", "n/a", "nan")]
        assert not [cell for cell in row.values() if cell != cell.strip()]


@pytest.mark.parametrize(("rule_id", "operation", "points"), GIVEN_POINTS)
def test_points_that_a_document_gives_are_kept(rule_id: str, operation: str, points: int) -> None:
    rule = rules()[rule_id]
    assert (rule["operation"], Decimal(rule["points"])) == (operation, Decimal(points))
    assert "gives no number" not in rule["description"]


@pytest.mark.parametrize(("rule_id", "cells"), GIVEN_CELLS)
def test_periods_and_thresholds_that_a_document_gives_are_kept(rule_id: str, cells: dict[str, str]) -> None:
    rule = rules()[rule_id]
    assert {column: rule[column] for column in cells} == cells


@pytest.mark.parametrize(("model_id", "band_id", "ends"), GIVEN_BANDS)
def test_bands_that_a_document_gives_are_kept(
    model_id: str, band_id: str, ends: tuple[str, str, str, str]
) -> None:
    band = bands()[model_id, band_id]
    assert (band["above"], band["from_score"], band["up_to"], band["below"]) == ends


def test_points_that_we_chose_say_so() -> None:
    given = {rule_id for rule_id, _, _ in GIVEN_POINTS}
    chosen = [rule for rule in rules().values() if rule["rule_id"] not in given]
    assert [
        rule["rule_id"] for rule in chosen if "The document gives no number" not in rule["description"]
    ] == []


def test_an_existing_customer_starts_with_100_points() -> None:
    model = {row["model_id"]: row for row in rows("scoring_models")}["customer_relation"]
    audience = [row for row in rows("model_conditions") if row["model_id"] == "customer_relation"]
    assert model["starting_points"] == "100"
    assert [(row["field"], row["operator"], row["value"]) for row in audience] == [
        ("contact.attributes.customer", "=", "true")
    ]
    assert bands()["customer_relation", "alert"]["notify"] == "true"


def test_the_contact_form_alone_reaches_personal_contact() -> None:
    points = {rule["rule_id"]: Decimal(rule["points"]) for rule in rules().values()}
    others = [p for rule_id, p in points.items() if rule_id.startswith("ready_")]
    assert points["ready_contact_form"] == max(others) > 150


def test_weekly_tips_count_for_six_weeks() -> None:
    for rule_id in ("qualify_email_open", "qualify_email_click"):
        clauses = [row for row in rows("rule_conditions") if row["rule_id"] == rule_id]
        tips = next(row["clause"] for row in clauses if row["value"] == "whitepaper-tips")
        weeks = {(row["operator"], row["value"]) for row in clauses if row["clause"] == tips}
        assert {(">=", "1"), ("<=", "6")} <= weeks


def test_ids_are_unique() -> None:
    assert repeated([row["model_id"] for row in rows("scoring_models")]) == []
    assert repeated([row["rule_id"] for row in rows("scoring_rules")]) == []
    assert repeated([row["segment_id"] for row in rows("segments")]) == []
    assert repeated([(row["model_id"], row["band_id"]) for row in rows("score_bands")]) == []
    assert repeated([(row["model_id"], row["category"]) for row in rows("category_limits")]) == []
    matrix = [(row["matrix_id"], row["first_band_id"], row["second_band_id"]) for row in rows("score_matrix")]
    assert repeated(matrix) == []


def test_references_resolve() -> None:
    models = {row["model_id"] for row in rows("scoring_models")}
    categories = {(row["model_id"], row["category"]) for row in rules().values()}
    segments = {row["segment_id"] for row in rows("segments")}
    for seed in ("scoring_rules", "model_conditions", "category_limits", "score_bands"):
        assert {row["model_id"] for row in rows(seed)} <= models
    assert {row["rule_id"] for row in rows("rule_conditions")} <= set(rules())
    assert {(row["model_id"], row["category"]) for row in rows("category_limits")} <= categories
    assert {row["segment_id"] for row in rows("segment_conditions")} == segments
    for row in rows("score_matrix"):
        assert (row["first_model_id"], row["first_band_id"]) in bands()
        assert (row["second_model_id"], row["second_band_id"]) in bands()
    for row in rows("segment_conditions"):
        kind, name = row["field"].split(".", 1)
        if kind in ("band", "transition"):
            assert all((name, band) in bands() for band in row["value"].split("|"))
        if kind == "score":
            assert name in models
        if row["field"] == "rfm.rfm_segment":
            assert set(row["value"].split("|")) <= {
                segment["rfm_segment"] for segment in rows("rfm_segments")
            }


def test_every_model_has_rules_and_bands() -> None:
    models = {row["model_id"] for row in rows("scoring_models")}
    assert len(models) == 6
    assert {row["model_id"] for row in rules().values()} == models
    assert {row["model_id"] for row in rows("score_bands")} == models


def test_bands_of_a_model_do_not_overlap() -> None:
    for model_id in {model_id for model_id, _ in bands()}:
        of_model = [row for (model, _), row in bands().items() if model == model_id]
        for score in (Decimal(cents) / 100 for cents in range(-10_000, 30_000)):
            assert sum(contains(band, score) for band in of_model) <= 1, (model_id, score)


def contains(band: dict[str, str], score: Decimal) -> bool:
    return (
        (not band["above"] or score > Decimal(band["above"]))
        and (not band["from_score"] or score >= Decimal(band["from_score"]))
        and (not band["up_to"] or score <= Decimal(band["up_to"]))
        and (not band["below"] or score < Decimal(band["below"]))
    )


def test_every_combination_of_rfm_scores_has_a_segment_and_every_segment_a_combination() -> None:
    segments = sorted(rows("rfm_segments"), key=lambda row: int(row["priority"]))
    found = set()
    for scores in itertools.product(range(1, 6), repeat=3):
        fitting = [row["rfm_segment"] for row in segments if fits(row, scores)]
        assert fitting, scores
        found.add(fitting[0])
    assert found == {row["rfm_segment"] for row in segments}


def fits(row: dict[str, str], scores: tuple[int, ...]) -> bool:
    measures = zip(("recency", "frequency", "monetary"), scores, strict=True)
    return all(int(row[f"{name}_from"]) <= score <= int(row[f"{name}_to"]) for name, score in measures)
