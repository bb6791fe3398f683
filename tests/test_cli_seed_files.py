"""Seeds that aren't proper CSV files are refused before dbt starts, in the form of all mistakes."""

from __future__ import annotations

import json
import os
import shutil
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from leadscore.build.environment import seeds_for_dbt
from leadscore.cli import app
from leadscore.configuration.seeds import structural_mistakes
from leadscore.settings import PROJECT_ROOT
from typer.testing import CliRunner

EXAMPLES = [PROJECT_ROOT / "seeds", *sorted(PROJECT_ROOT.glob("examples/*/seeds"))]


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "seeds"
    shutil.copytree(PROJECT_ROOT / "seeds", folder)
    monkeypatch.setenv("LEADSCORE_SEEDS", str(folder))
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "leadscore.duckdb"))
    return folder


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.parent.name)
def test_the_shipped_seeds_are_proper_csv_files(folder: Path) -> None:
    assert structural_mistakes(folder) == []


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (b"", "segments: the file is empty; a first row with the column names"),
        (
            b"segment_id,title\ns1\n",
            "segments, row 2 (s1): has 1 cells where the header has 2; one cell a column; ",
        ),
        (b"segment_id,title\n\ns1,a\ns2,b,c\n", "segments, row 4 (s2): has 3 cells where the header has 2"),
        (b'segment_id,title\ns1,"a\n\nb"\ns2\n', "segments, row 3 (s2): has 1 cells where the header has 2"),
        (b"segment_id,title\n,,\n", "segments, row 2: has 3 cells where the header has 2"),
        (
            b"\nsegment_id,title\n",
            "segments, row 1: the first row is empty; a first row with the column names",
        ),
        (
            b"segment_id,title,Title\n",
            "segments, row 1, title: the column is there more than once; each column once",
        ),
        (b"segment_id,,\n", "segments, row 1: a column has no name; a name for each column"),
        (
            b"segment_id,title\ns1,caf\xe9\n",
            "segments, row 2: isn't UTF-8 (byte 0xe9); a file saved as UTF-8",
        ),
        (
            b'segment_id,title\n\n"s1\n",' + b"x" * 20_000 + b'\ns2,"a\ncaf\xe9"\n',
            "segments, row 4: isn't UTF-8 (byte 0xe9); a file saved as UTF-8",
        ),
        (b"\xff\xfes\x00", "segments, row 1: isn't UTF-8 (byte 0xff); a file saved as UTF-8"),
        (
            b"\xef\xbb\xbfsegment_id;title\r\ns1;12,5\r\n",
            "segments: cells are separated by semicolons; save it as CSV with commas, in UTF-8 (docs/config",
        ),
        (b"segment_id\ttitle\ns1\ta\n", "segments: cells are separated by tabs; save it as CSV with commas"),
        (
            b'"segment_id,title"\r\n"s1,a ""b"", c"\r\n',
            "segments: each row stands in quotes, as one cell; save it as CSV with commas",
        ),
        (
            b"sep=,\r\nsegment_id,title\r\ns1,a\r\n",
            "segments, row 1: 'sep=,' is for Excel, and no column; remove this line",
        ),
        (
            b'\xef\xbb\xbf"sep=;"\r\nsegment_id;title\r\n',
            "segments, row 1: 'sep=;' is for Excel, and no column; remove this line, and save it as CSV with",
        ),
        (
            b'segment_id,title\ns1,"never closed\ns2,b\n',
            "segments, row 2: isn't CSV: unexpected end of data; ",
        ),
    ],
)
@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_seed_that_is_no_table_is_told_with_its_row(
    seeds: Path, command: str, content: bytes, mistake: str
) -> None:
    (seeds / "segments.csv").write_bytes(content)
    result = CliRunner().invoke(app, [command])
    assert result.exit_code == 2
    assert result.stderr.startswith(mistake)
    assert "1 mistake in the configuration" in result.stderr
    assert not (seeds.parent / "leadscore.duckdb").exists()


def test_every_mistake_is_told_at_once(seeds: Path) -> None:
    (seeds / "scoring_models.csv").unlink()
    (seeds / "score_bands.csv").write_text("model_id,model_id\na\nb,c,d\n")
    result = CliRunner().invoke(app, ["validate", "--json"])
    assert result.exit_code == 2
    assert [(row["seed"], row["row_number"], row["problem"]) for row in json.loads(result.stdout)] == [
        ("scoring_models", None, "the file is missing"),
        ("score_bands", 1, "the column is there more than once"),
        ("score_bands", 2, "has 1 cells where the header has 2"),
        ("score_bands", 3, "has 3 cells where the header has 2"),
    ]


@pytest.mark.parametrize("within", [False, True], ids=["elsewhere", "within the project"])
def test_files_that_are_missing_count_as_empty(
    seeds: Path, within: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = PROJECT_ROOT / "target" / f"seeds of {os.getpid()}" if within else seeds
    with ExitStack() as cleaning:
        if within:
            shutil.copytree(seeds, place, dirs_exist_ok=True)
            cleaning.callback(shutil.rmtree, place)
            monkeypatch.setenv("LEADSCORE_SEEDS", str(place))
        for file in place.glob("*.csv"):
            if file.stem not in ("scoring_models", "scoring_rules"):
                file.unlink()
        result = CliRunner().invoke(app, ["validate", "--json"])
        assert result.exit_code == 0, result.output
        assert sorted(file.stem for file in place.iterdir()) == ["scoring_models", "scoring_rules"]
        (place / "scoring_rules.csv").unlink()
        result = CliRunner().invoke(app, ["validate"])
        assert result.exit_code == 2 and "scoring_rules: the file is missing" in result.stderr


def test_a_folder_that_is_missing_is_told_by_its_whole_path(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seeds.parent)
    mistakes = {
        "none": f"seeds: there is no folder {seeds.parent}/none; LEADSCORE_SEEDS says where, from the pro",
        "seeds/segments.csv": f"seeds: {seeds}/segments.csv is a file; the folder that holds the seeds",
        "": f"scoring_models: the file is missing; {seeds.parent}/scoring_models.csv, if need be",
    }
    for place, mistake in mistakes.items():
        result = CliRunner().invoke(app, ["validate", "--seeds", place])
        assert result.exit_code == 2 and result.stderr.startswith(mistake), result.stderr
    monkeypatch.setenv("LEADSCORE_SEEDS", "clone/seeds")
    [told, count, *_] = CliRunner().invoke(app, ["run"]).stderr.splitlines()
    assert told.startswith(f"seeds: there is no folder {PROJECT_ROOT}/clone/seeds; ")
    assert count == "Error: 1 mistake in the configuration"


def test_a_file_that_dbt_would_refuse_by_its_name_is_a_mistake(seeds: Path) -> None:
    copy = seeds / "segments (1).csv"
    shutil.copyfile(seeds / "segments.csv", copy)
    result = CliRunner().invoke(app, ["validate"])
    assert result.exit_code == 2
    assert f"seeds: {copy} has a blank in its name, which dbt refuses; another name" in result.stderr


def test_values_with_quotes_commas_and_line_ends_are_no_mistakes(seeds: Path) -> None:
    (seeds / "segments.csv").write_text(
        'segment_id,title\ns1,"a, ""b""\nc; {{ d }}"\n' + f"s2,{'x' * 100_000}\n"
    )
    assert structural_mistakes(seeds) == []


def test_a_copy_for_dbt_is_never_half_written(seeds: Path) -> None:
    """Several commands have one copy; each may read it while another one makes it."""
    contents = {b"segment_id\n" + f"{letter}\n".encode() * 200_000 for letter in "ab"}
    copy = PROJECT_ROOT / seeds_for_dbt(PROJECT_ROOT, seeds) / "segments.csv"
    seen = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(copy.read_bytes())

    reader = threading.Thread(target=read)
    try:
        for number in range(30):
            content = sorted(contents)[number % 2]
            (seeds / "segments.csv").write_bytes(content)
            seeds_for_dbt(PROJECT_ROOT, seeds)
            if number == 0:
                reader.start()
    finally:
        done.set()
        reader.join()
    assert seen <= contents and seen
    shutil.rmtree(copy.parent)
