"""A segment that isn't configured any more: its members are taken off lists without being asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from export_world import ExportWorld, environment, export, rows_of

FIRST = [(1, name, "added", True) for name in ("a", "b")]
MOVES = ((1, "added"), (2, "removed"), (3, "added"))
LAYOUTS = [
    (),
    ("--columns", "email,city"),
    ("--preset", "hubspot"),
    ("--preset", "meta"),
    ("--format", "jsonl"),
]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExportWorld:
    """Segments s and t, with the same members."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    publication = ExportWorld(tmp_path)
    with publication.changing():
        for name in ("a", "b"):
            publication.contact(name, f"{name}@example.com")
        publication.history(*FIRST)
        publication.also("t")
    return publication


def take_out(world: ExportWorld, segment_id: str) -> None:
    """What a run publishes once a segment isn't configured any more."""
    with world.changing():
        for table in ("dim_segments", "dim_segment_conditions", "segment_members"):
            world.execute(f"delete from marts.{table} where segment_id = ?", [segment_id])
        world.execute(
            "insert into marts.segment_changes "
            "select * replace (2 as run_number, 'removed' as change) "
            "from marts.segment_changes where segment_id = ?",
            [segment_id],
        )


def files_of(folder: Path, *options: str) -> dict[str, int]:
    """Export: the files that were written, and how many rows each has."""
    result = export(folder, *options, "--allow-removals", "--json")
    assert result.exit_code == 0, result.stderr
    return {file["name"]: file["rows"] for file in json.loads(result.stdout)}


@pytest.mark.parametrize("options", LAYOUTS)
def test_changes_of_all_segments_tell_who_was_in_a_former_one(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    out, form = tmp_path / "out", "jsonl" if "jsonl" in options else "csv"
    assert export(out, *options).exit_code == 0
    before = {file: file.read_bytes() for file in out.iterdir()}
    take_out(world, "t")

    guarded = export(out, "--changes", *options)
    assert guarded.exit_code == 1
    told = "t: 2 of 2 members would be removed, more than 30 %: the segment is no longer configured"
    assert told in guarded.stderr and "s:" not in guarded.stderr
    assert {file: file.read_bytes() for file in out.iterdir()} == before

    of_s = {f"s_changes.{form}": 0, f"s_removed.{form}": 0}
    removed = {f"t_changes.{form}": 0 if "--preset" in options else 2, f"t_removed.{form}": 2}
    assert files_of(out, "--changes", *options) == of_s | removed
    assert files_of(out, "--changes", *options) == of_s | dict.fromkeys(removed, 0), "told once"
    assert files_of(out, "--changes", *options) == of_s


def test_a_segment_that_comes_back_is_told_anew(world: ExportWorld, tmp_path: Path) -> None:
    out = tmp_path / "out"
    files_of(out, "--changes")
    take_out(world, "t")
    files_of(out, "--changes")
    world.history(*((run, name, change, True) for run, change in MOVES for name in ("a", "b")))
    world.also("t")
    assert files_of(out, "--changes")["t_changes.csv"] == 2
    assert [row["change"] for row in rows_of(out / "t_changes.csv")] == ["added", "added"]


def test_whole_lists_warn_of_files_that_still_say_who_was_in_a_former_one(
    world: ExportWorld, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(out)
    take_out(world, "t")
    for _ in range(2):
        result = export(out, "--full")
        assert result.exit_code == 0
        assert "segments that aren't configured any more: t." in result.stderr
        assert len(rows_of(out / "t.csv")) == 2
    assert "any more" not in export(out, "s").stderr, "others were not asked for"
    assert files_of(out, "t", "--full") == {"t.csv": 0}
    assert export(out, "--full").stderr == ""


def test_a_segment_that_the_publication_never_had_is_warned_of_only(
    world: ExportWorld, tmp_path: Path
) -> None:
    """The folder may be another database's, too."""
    out = tmp_path / "out"
    export(out)
    for table in ("dim_segments", "segment_members", "segment_changes"):
        world.execute(f"delete from marts.{table} where segment_id = 't'")
    (out / "web app.manifest.json").write_text('{"icons": []}')
    result = export(out, "--changes")
    assert result.exit_code == 0, result.stderr
    assert "segments that aren't configured any more: t." in result.stderr
    assert not (out / "t_changes.csv").exists()


def test_what_a_former_segment_was_told_in_is_kept_to(world: ExportWorld, tmp_path: Path) -> None:
    """Its conditions are gone from the configuration: the columns of its scores are known by the manifest."""
    out = tmp_path / "out"
    export(out, "t", "--preset", "hubspot")
    take_out(world, "t")
    world.execute("delete from marts.dim_segments")
    refused = export(out, "--changes")
    assert (refused.exit_code, "t: what is asked for now is not laid out" in refused.stderr) == (1, True)
    assert files_of(out, "--changes", "--preset", "hubspot") == {"t_changes.csv": 0, "t_removed.csv": 2}
    manifest = json.loads((out / "t.manifest.json").read_text())
    assert manifest["definition"] == "nobody: the segment is no longer configured"
    assert "Leadscore m" in manifest["layout"]["columns"]
    assert files_of(out, "t", "--changes", "--preset", "hubspot") == {"t_changes.csv": 0, "t_removed.csv": 0}


@pytest.mark.parametrize("options", [(), ("--format", "parquet"), ("--preset", "mautic")])
def test_a_segment_that_went_with_its_model_still_tells_who_was_in_it(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    export(out, "t", *options)
    take_out(world, "t")
    for table in ("dim_scoring_models", "dim_segments"):
        world.execute(f"delete from marts.{table}")
    form = "parquet" if "parquet" in options else "csv"
    removed = {f"t_changes.{form}": 0 if "--preset" in options else 2, f"t_removed.{form}": 2}
    assert files_of(out, "--changes", *options) == removed


@pytest.mark.parametrize("options", [(), ("--preset", "meta")])
def test_nothing_is_exported_where_no_segment_is_configured(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    for table in ("dim_segments", "segment_members", "segment_changes"):
        world.execute(f"delete from marts.{table}")
    assert files_of(tmp_path / "out", *options) == {}
