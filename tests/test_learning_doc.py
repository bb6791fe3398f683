"""docs/learning.md, done as it says: its commands in a clone with the demo, and the figures that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from demo_clone import Demo, run_in
from workspaces import PROJECT

PAGE = (PROJECT / "docs" / "learning.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.thorough
@pytest.mark.end_to_end
def test_the_worked_example_gives_what_the_page_says(demo: Demo, tmp_path: Path) -> None:
    clone = demo.copied(tmp_path / "leadscore")
    tried, calibrated = SHELL
    told = run_in(clone, tried)
    [line] = re.findall(r"`(- shoe_shop: .*?)`", PAGE)
    assert line in told
    assert "c-00289 in shoe_shop" in told
    told = run_in(clone, calibrated)
    assert "The suggested points tell conversions better" in told
    assert (clone / "report.html").stat().st_size > 100_000
    again = run_in(clone, ".venv/bin/leadscore calibrate shoe_shop --conversion purchase --json")
    found = json.loads(again)
    points = {rule["rule_id"]: rule["points_after"] for rule in found["rules"]}
    for words in (
        f"the account is worth {points['shop_account_created']} and the click {points['shop_link_click']}",
        f"AUC {found['auc_after']:.3f} instead of {found['auc_before']:.3f}",
        f"difference {found['auc_difference_low']:+.3f} to {found['auc_difference_high']:+.3f}",
        f"top decile {found['top_decile_lift_after']:.3f} instead of {found['top_decile_lift_before']:.3f}",
    ):
        assert words in " ".join(PAGE.split()), words
