"""A project in which a person, Ann, stands everywhere that anything of hers can stand, others beside her."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.publication.publish import publish
from leadscore.runs.run import RunRequest
from leadscore.settings import Settings
from leadscore.simulation.trial import trial_place
from tiny_project import leadscore, score, tiny_project

# What names the person, in all spellings that were ever written.
NAMES = (
    "p-1001",
    "p-1002",
    "p-1003",
    "ann.smith@example.org",
    "a.smith@old.example",
    "+31 6 1234 5678",
    "v-ann",
)
CONTACTS = """contact_id,created_at,updated_at,email,phone,city,merged_into,email_consent
p-1001,2026-01-01,,Ann.Smith@Example.org,+31 6 1234 5678,Utrecht,,true
p-1001,2026-01-01,2026-02-01,A.Smith@old.example,+31 6 1234 5678,Utrecht,,true
p-1002,2026-01-01,,ANN.SMITH@EXAMPLE.ORG,,Utrecht,p-1001,true
p-1003,2026-01-01,,,,Utrecht,p-1002,true
keep-1,2026-01-01,,kim@example.org,+31 6 8765 4321,Utrecht,,true
keep-2,2026-01-01,,joann.smith@example.org,,Utrecht,p-1001,true
keep-2,2026-01-01,2026-03-01,joann.smith@example.org,,Utrecht,,true
home-1,2026-01-01,,home@example.org,,Utrecht,,true
home-2,2026-01-01,,home@example.org,,Utrecht,,true
,2026-01-01,,ann.smith@example.ORG,,Utrecht,,true
"""
# The visitor v-both is first Ann, then Kim, then Ann; e-4 belongs to Kim and stays, e-3 and e-6 are Ann's.
EVENTS = """event_id,event_type,occurred_at,contact_id,anonymous_id,properties
e-1,email_open,2026-05-01 10:00:00,p-1001,v-ann,
e-2,page_view,2026-05-01 11:00:00,,v-ann,"{""mail"": ""ann.smith@example.org""}"
e-3,page_view,2026-05-02 09:00:00,,v-both,
e-3b,email_open,2026-05-02 10:00:00,p-1003,v-both,
e-4,email_click,2026-05-03 09:00:00,,v-both,
e-5,email_open,2026-05-03 10:00,keep-1,v-both,"{""a"":""Ann.Smith@example.org joann.smith@example.org""}"
e-6,email_click,2026-05-04 09:00:00,,v-both,
e-7,email_open,2026-05-04 10:00:00,p-1002,v-both,
e-8,email_open,2026-05-05 10:00:00,p-1001,,
e-8,email_open,2026-05-05 10:00:00,keep-1,,
e-8b,email_open,2026-05-05 10:00:00,p-1001,,
e-8b,email_open,2026-05-05 10:00:00,sam-1,,
e-9,page_view,no time,p-1001,,
e-10,page_view,2026-05-05 10:00:00,,v-nobody,
"""
ADJUSTMENTS = """adjustment_id,model_id,contact_id,operation,points,adjusted_at,note,author
m-kim,lead,keep-1,add,3,2026-05-01,a colleague of p-1001 (ann.smith@example.org),Eve
m-ann,lead,p-1002,add,3,2026-05-01,met,Eve
"""
TRANSACTIONS = """transaction_id,line_number,contact_id,ordered_at,amount
t-1,1,keep-1,2026-05-01,10
t-2,1,p-1001,2026-05-01,20
"""
FILES = {
    "contacts": CONTACTS,
    "events": EVENTS,
    "score_adjustments": ADJUSTMENTS,
    "transactions": TRANSACTIONS,
}
# Of dbt's log, the last of which names the person.
LINES = 50
TABLES = "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"


def scored_folder(folder: Path) -> Path:
    """Fill a folder with everything in which a person stands: raw rows, marts, exports, logs."""
    with tiny_project(folder) as settings, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DBT_LOG_LEVEL_FILE", "debug")  # what dbt writes there has to be found, too
        (settings.seeds / "segments.csv").write_text(
            "segment_id,title,description,is_active,requires_consent\nall,All,,,\nbought,Bought,,,\n",
            encoding="utf-8",
        )
        (settings.seeds / "segment_conditions.csv").write_text(
            "segment_id,clause,field,operator,value\nall,1,contact.city,=,Utrecht\nbought,1,rfm.frequency,>=,1\n",
            encoding="utf-8",
        )
        (folder / "files").mkdir()
        for table, text in FILES.items():
            load(folder, table, text)
        score(settings)
        for options in (
            [],
            ["--format", "parquet", "--output", "tables"],
            ["--preset", "meta", "--output", "ads"],
        ):
            result = leadscore("export", *options)
            assert result.exit_code == 0, result.stderr
        (folder / "logs" / "dbt.log").open("a").write("can't read 'Ann.Smith@Example.org' as a number\n")
        killed = trial_place(settings.root)  # what a simulation that was killed leaves
        killed.mkdir(parents=True)
        shutil.copyfile(settings.database, killed / "leadscore.duckdb")
    return folder


def copied(
    scored: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, *, with_all_of_dbt: bool = False
) -> Settings:
    """Copy it, for the command; most of what dbt wrote, hundreds of files, only where that is asked for."""
    left_out = () if with_all_of_dbt else ("compiled", "run", "partial_parse.msgpack")
    shutil.copytree(scored, folder, symlinks=True, ignore=shutil.ignore_patterns(*left_out))
    if not with_all_of_dbt:
        log = folder / "logs" / "dbt.log"
        log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[-LINES:]))
    register = folder / "tiny.duckdb.folders.jsonl"
    register.write_text(register.read_text().replace(str(scored), str(folder)))
    for name, path in {
        "LEADSCORE_DATABASE": folder / "tiny.duckdb", "LEADSCORE_PUBLISHED": folder / "published",
        "LEADSCORE_SEEDS": folder / "seeds", "DBT_TARGET_PATH": folder / "target",
        "DBT_LOG_PATH": folder / "logs", "DBT_LOG_LEVEL_FILE": "debug", "COLUMNS": "220",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(path))
    monkeypatch.chdir(folder)
    return Settings.from_environment()


def load(folder: Path, table: str, text: str) -> Any:
    """Load rows."""
    file = folder / "files" / f"{table}.csv"
    file.write_text(text, encoding="utf-8")
    result = leadscore("load", table, str(file))
    assert result.exit_code == 0, result.stderr
    return result


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return list(connection.execute(sql).fetchall())


def traces(folder: Path) -> list[str]:
    """Where the person stands, found without any of the command's own code; the user's files aside."""
    found = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or "files" in file.parts:
            continue
        content = file.read_bytes().lower().replace(b"joann.smith@example.org", b"")
        found += [f"{file}: {name}" for name in NAMES if name.encode() in content]
        hashes = [hashlib.sha256(name.encode()).hexdigest() for name in NAMES]
        found += [f"{file}: a hash" for value in hashes if value.encode() in content]
        texts: list[tuple[Any, ...]] = []
        if file.suffix == ".parquet":
            texts = duckdb.execute(f"select lower(t::varchar) from '{file}' as t").fetchall()
        elif file.suffix == ".duckdb":
            with duckdb.connect(str(file), read_only=True) as connection:
                for schema, table in connection.execute(TABLES).fetchall():
                    query = f'select lower(t::varchar) from {schema}."{table}" as t'
                    texts += connection.execute(query).fetchall()
        cells = "\n".join(str(text[0]) for text in texts).replace("joann.smith@example.org", "")
        found += [f"{file}: {name} in a row" for name in NAMES if name in cells]
    return found


def publish_only(settings: Settings, run: RunRequest, say: Callable[[str], None]) -> None:
    """What is left of a run where dbt would change nothing else: the marts, without the person's rows."""
    publish(settings, say, as_of=run.as_of, whole=True)
