"""What a terminal would obey never reaches it: not from file names, headers, ids, nor from other programs."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from leadscore.build.outcome import BuildOutcome, Failure, failed_run
from leadscore.cli import app
from leadscore.errors import LoadRefusedError, UsageMistakeError
from leadscore.output.json import json_object
from leadscore.output.log import EventLog, LogFormat
from leadscore.output.progress import StepProgress
from leadscore.output.tables import show_error, show_line, show_table, tell
from leadscore.storage.database import problem
from rich.progress import Progress, TextColumn
from typer.testing import CliRunner

HOSTILE = {
    "escape": "\x1b[2J\x1b[31m",
    "title": "\x1b]0;PWNED\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x1b\\",
    "carriage return": "safe\rError",
    "line break": "safe\nError: all is lost",
    "backspace": "rm\b\bls",
    "NUL": "a\0b",
    "C1": "\x9b2J\x9d0;PWNED\x9c\x85",
    "DEL": "a\x7fb",
    "bidi": "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "line separator": "a\u2028b\u2029c",
    "half a character": "a\udcff\ud800b",
}
VALUES = pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)


def unsafe(text: str) -> list[str]:
    """The characters of a text that a terminal obeys, but for the ends of lines."""
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@VALUES
def test_a_message_is_one_printable_line_whatever_stands_in_it(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(f"note {value}")
    show_line(f"line {value}")
    show_error(LoadRefusedError(f"refused {value}", f"advice {value}"))
    show_error(UsageMistakeError([f"one {value}", f"two {value}"]))
    told = capsys.readouterr()
    assert unsafe(told.out) == unsafe(told.err) == []
    assert told.out.count("\n") == 1 and told.out.startswith("line ")
    starts = [line.split()[0] for line in told.err.splitlines()]
    assert starts == ["note", "Error:", "advice", "Error:", "two"], "each line is the command's own"


@VALUES
def test_tables_logs_progress_and_json_are_printable(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_table(f"title {value}", ["name", value], [["cell", value]])
    for form in LogFormat:
        log = EventLog(form)
        log.warning("odd", f"message {value}", reason=value)
        log.failed(LoadRefusedError(f"refused {value}", f"advice {value}"))
    print(json_object({"value": value, value: 1}))
    told = capsys.readouterr()
    assert unsafe(told.out) == unsafe(told.err) == []
    assert len(told.err.splitlines()) == 4
    assert json.loads(told.out.splitlines()[-1])["value"] == value, "JSON holds the value all the same"
    progress = Progress(TextColumn("{task.fields[doing]}", markup=False))
    shown = StepProgress(progress, progress.add_task("", doing=""))
    for step in (shown.say, lambda text: shown.percent(text, 1), lambda text: shown.started(text, 1)):
        step(value)
        assert unsafe(progress.tasks[0].fields["doing"]) == []
        assert "\n" not in progress.tasks[0].fields["doing"]


@VALUES
def test_messages_of_other_programs_keep_their_lines_and_pass_for_no_other(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_error(problem(f"Parser Error: no {value}\n\nLINE 1: select {value}\n               ^"))
    failure = Failure(f"model {value}", f"models/{value}.sql", f"failed {value}")
    show_error(failed_run(BuildOutcome(False, failures=[failure])))
    show_error(failed_run(BuildOutcome(False, stopped_by=f"no {value}")))
    told = capsys.readouterr().err
    assert unsafe(told) == []
    assert "\n  LINE 1: select" in told and "\n                 ^" in told
    quoted = told.split("Error: ")[1].splitlines()
    assert all(line.startswith("  ") for line in quoted[1:]), "what DuckDB quotes begins no line"


@VALUES
def test_a_file_with_a_hostile_header_is_refused_in_printable_lines(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "x.duckdb"))
    quoted = value.replace('"', '""').encode(errors="replace").decode()
    for name, header in {
        "lacks": "contact_idx",
        "has": "contact_id,created_at",
        "twice": f'x,"{quoted}"',
    }.items():
        path = tmp_path / f"{name}.csv"
        row = ",".join(["1"] * (header.count(",") + 2))
        path.write_text(f'{header},"{quoted}"\n{row}\n', encoding="utf-8", newline="")
        done = CliRunner().invoke(app, ["load", "contacts", str(path)])
        assert unsafe(done.output) == [], done.output
        assert done.exit_code in (0, 1), done.output
        lines = done.output.splitlines()
        assert not any(line.startswith(("Error: all", "a\\", "Error\\")) for line in lines), done.output


@VALUES
def test_names_of_files_and_arguments_are_printable(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "x.duckdb"))
    name = value.replace("/", "").replace("\0", "") + ".csv"
    calls = [["load", "contacts", str(tmp_path / name)], ["load", name], ["explain", value], [value]]
    calls += [
        ["scores", value],
        ["scores", "--limit", value],
        ["forget", value, "--yes"],
        ["run", "--as-of", value],
    ]
    calls += [["deliver", value], ["load", "contacts", "--", "a.csv", value]]
    for call in calls:
        done = CliRunner().invoke(app, [word.replace("\0", "") for word in call])
        assert unsafe(done.output) == [], (call, done.output)
        assert done.exit_code in (1, 2), (call, done.output, done.exception)
        assert isinstance(done.exception, SystemExit), (call, done.exception)
    if not unsafe(name) or "\ud800" in name:
        return
    (tmp_path / name).write_text("contact_id,created_at\nann,2026-01-01\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["load", "contacts", str(tmp_path / name)])
    assert unsafe(done.output) == []
