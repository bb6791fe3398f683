"""Plain `dbt build`, unit tests included, works whatever a configuration names and whatever it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from seed_strategies import SEEDS
from workspaces import PROJECT, Workspace


def narrow_seeds(folder: Path) -> Path:
    """Seeds with the columns that a first rule needs, and no others."""
    seeds = {seed: [columns.split()[0]] for seed, columns in SEEDS.items()}
    required = {
        "rule_conditions": "rule_id,clause,field,operator,value",
        "model_conditions": "model_id,clause,field,operator,value",
        "segment_conditions": "segment_id,clause,field,operator,value",
        "category_limits": "model_id,category",
        "score_bands": "model_id,band_id",
        "score_matrix": "matrix_id,first_model_id,first_band_id,second_model_id,second_band_id,label",
        "account_roles": "role,job_title_contains,weight",
        "rfm_segments": "rfm_segment,priority",
        "exchange_rates": "currency,rate",
        "conversions": "conversion_id,activity",
        "conversion_conditions": "conversion_id,clause,field,operator,value",
    }
    texts = {seed: ",".join(columns) + "\n" for seed, columns in seeds.items()}
    texts |= {seed: f"{header}\n" for seed, header in required.items()}
    texts["scoring_models"] += "m\n"
    texts["scoring_rules"] = "rule_id,model_id,operation,points,trigger\nr,m,add,1,profile\n"
    folder.mkdir()
    for seed, text in texts.items():
        (folder / f"{seed}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.thorough
def test_a_plain_build_passes_with_the_columns_that_are_needed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, narrow_seeds(tmp_path / "seeds"))
    workspace.results("build", variables={"as_of": "2026-01-01"}, quick=False)
    assert workspace.rows("select model_id from marts.dim_scoring_models") == [{"model_id": "m"}]


def test_a_plain_build_passes_with_the_retail_configuration(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, PROJECT / "examples" / "complete_journey" / "seeds")
    workspace.results("build", variables={"as_of": "2018-01-01"}, quick=False)
    assert workspace.rows("select count(*) as models from marts.dim_scoring_models") == [{"models": 3}]
