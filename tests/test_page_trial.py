"""Trying out in the pages: what is changed in the tables is tried out, told and kept; the seeds stay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from demo_clone import Demo
from drawn_pages import button, drawn, field, html_of, settings_of, texts_of
from leadscore.configuration.tables import SeedTable, read_configuration, write_changed
from leadscore.errors import UsageMistakeError
from leadscore.page.options import PageOptions
from leadscore.page.trial import changed_tables, why
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ElementTree
from workspaces import PROJECT

MODEL = "Customer engagement of a shoe shop"
RULE = "shop_account_created"
# Table -> id of its row -> column -> number.
Edits = dict[str, dict[str, dict[str, float | None]]]


@pytest.fixture(scope="module")
def options(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> PageOptions:
    """The demo with seeds of its own."""
    seeds = tmp_path_factory.mktemp("trial") / "seeds"
    copytree(PROJECT / "seeds", seeds)
    return PageOptions(replace(settings_of(demo.folder), seeds=seeds))


@pytest.fixture
def edits(monkeypatch: pytest.MonkeyPatch) -> Edits:
    """What a browser would tell of the tables; AppTest has no hand to edit them."""
    made: Edits = {}
    told = ElementTree.get_widget_states

    def with_edits(tree: ElementTree) -> WidgetStates:
        states = told(tree)
        for table in tree.get("dataframe"):
            rows = next((made[name] for name in made if f"-trial_{name}_" in table.proto.id), {})
            if rows:
                ids = table.value.iloc[:, 0].tolist()  # type: ignore[union-attr]
                cells = {ids.index(key): row for key, row in rows.items() if key in ids}
                state = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
                states.widgets.append(WidgetState(id=table.proto.id, string_value=json.dumps(state)))
        return states

    monkeypatch.setattr(ElementTree, "get_widget_states", with_edits)
    return made


def picked(page: AppTest, model: str = MODEL) -> AppTest:
    next(box for box in page.selectbox if box.label == "Scoring model").select(_id(model)).run()
    assert not page.exception
    return page


def _id(title: str) -> str:
    rows = read_configuration(PROJECT / "seeds")["scoring_models"].rows
    return next(row["model_id"] for row in rows if row["title"] == title)


def table(page: AppTest, *columns: str) -> Any:
    """The table that has these columns."""
    return next(one.value for one in page.dataframe if set(columns) <= set(one.value.columns))


def test_changes_are_tried_out_and_told(options: PageOptions, edits: Edits) -> None:
    before = read_configuration(options.settings.seeds)
    page = picked(drawn(options, "trial"))
    assert button(page, "What would change").disabled
    edits["scoring_rules"] = {RULE: {"points": 25}}
    edits["score_bands"] = {"engaged": {"up_to": 60.5}, "ambassador": {"above": 60.5}}
    page.run()
    assert "3 cells changed." in texts_of(page)
    button(page, "What would change").click().run(timeout=120)
    assert not page.exception
    assert "up_to" not in html_of(page), html_of(page)
    changed = table(page, "changed").set_index("model")["changed"]
    assert changed[MODEL] > 0 and changed.drop(MODEL).sum() == 0
    assert table(page, "why")["why"].iloc[0] == "Created an account on the website (+15)"
    assert {"members_before", "goes_out", "members_after"} <= set(table(page, "comes_in").columns)
    [matrix] = page.get("vega_lite_chart")
    assert {"Engaged", "Ambassador"} <= set(json.dumps(json.loads(matrix.proto.spec)).split('"'))
    assert read_configuration(options.settings.seeds) == before
    # Of another table these are no news.
    edits["scoring_rules"][RULE]["points"] = 30
    page.run()
    assert "The tables have changed since this was tried out." in texts_of(page)


def test_changes_of_another_model_stay_and_can_be_taken_back(options: PageOptions, edits: Edits) -> None:
    page = picked(drawn(options, "trial"))
    edits["scoring_rules"] = {RULE: {"points": 25}}
    page.run()
    edits.clear()
    picked(page, "Sales readiness")
    assert "1 cell changed." in texts_of(page)
    picked(page)
    assert table(page, "rule_id").set_index("rule_id").loc[RULE, "points"] == 25
    edits["scoring_rules"] = {RULE: {"points": 10}}
    page.run()
    assert "0 cells changed." in texts_of(page)


def test_changed_seeds_are_kept_where_the_reader_wants_them(
    options: PageOptions, edits: Edits, tmp_path: Path
) -> None:
    page = picked(drawn(options, "trial"))
    edits["scoring_rules"] = {RULE: {"points": -2.5}}
    page.run()
    field(page, "A new folder on this machine").set_value(str(tmp_path / "own"))
    button(page, "Write them there").click().run()
    assert "Written." in texts_of(page), html_of(page)
    seeds, own = options.settings.seeds, tmp_path / "own"
    assert {file.name for file in own.iterdir()} == {file.name for file in seeds.glob("*.csv")}
    for file in seeds.glob("*.csv"):
        became = (own / file.name).read_text(encoding="utf-8")
        if file.stem != "scoring_rules":
            assert became == file.read_text(encoding="utf-8")
    was, is_now = (read_configuration(folder)["scoring_rules"].rows for folder in (seeds, own))
    assert [(row["rule_id"], row["points"]) for row in is_now if row not in was] == [(RULE, "-2.5")]
    # Never over a configuration: neither that one nor the seeds in use.
    for folder in (own, seeds):
        field(page, "A new folder on this machine").set_value(str(folder))
        button(page, "Write them there").click().run()
        assert "holds CSV files already" in html_of(page)


def test_a_page_that_only_shows_tries_nothing_out(options: PageOptions) -> None:
    page = drawn(replace(options, is_read_only=True), "trial")
    assert not page.exception and not page.button
    assert "--read-only" in texts_of(page)


def test_seeds_that_cant_be_read_are_told(options: PageOptions, tmp_path: Path) -> None:
    (tmp_path / "scoring_rules.csv").write_bytes(b"rule_id,points\n\xff,1\n")
    page = drawn(PageOptions(replace(options.settings, seeds=tmp_path)), "trial")
    assert not page.exception
    assert "leadscore validate" in texts_of(page)


def test_a_mistake_is_told_and_nothing_tried(options: PageOptions, edits: Edits, tmp_path: Path) -> None:
    copytree(options.settings.seeds, tmp_path / "seeds")
    page = picked(drawn(PageOptions(replace(options.settings, seeds=tmp_path / "seeds")), "trial"))
    edits["score_bands"] = {"engaged": {"up_to": 300}}
    page.run()
    button(page, "What would change").click().run(timeout=120)
    assert not page.exception
    assert "mistake" in html_of(page), html_of(page)


def test_only_cells_that_become_others_are_written() -> None:
    rules = SeedTable(
        ["Rule_ID", " Points"], [{"rule_id": "a", "points": "1"}, {"rule_id": "b", "points": " 2 "}]
    )
    changed = changed_tables({"scoring_rules": rules}, {("scoring_rules", 0, "points"): "7"})
    assert changed["scoring_rules"].rows == [
        {"rule_id": "a", "points": "7"},
        {"rule_id": "b", "points": " 2 "},
    ]
    assert changed["scoring_rules"].header == rules.header and rules.rows[0]["points"] == "1"


def test_a_download_holds_the_whole_configuration(options: PageOptions, tmp_path: Path) -> None:
    configuration = read_configuration(options.settings.seeds)
    with pytest.raises(UsageMistakeError, match="holds CSV files"):
        write_changed(options.settings.seeds, options.settings.seeds, {})
    write_changed(options.settings.seeds, tmp_path / "own", {})
    assert read_configuration(tmp_path / "own") == configuration


def test_the_rules_that_move_a_score_are_told() -> None:
    rules = [{"title": f"<b>{n}</b>", "points_before": 1, "points_after": 1 + n} for n in (3, -2, 1.5, 1)]
    assert why({"rules": rules}) == "<b>3</b> (+3), <b>-2</b> (-2), <b>1.5</b> (+1.5)"
