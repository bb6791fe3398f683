"""An unguessable token stands in all that is told of a person; after `forget` none is left in any byte."""

from __future__ import annotations

import csv
import hashlib
import json
import secrets
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.delivery.ledger import ledger_path
from leadscore.exports.formats import FORMATS
from leadscore.exports.presets import PRESETS
from leadscore.raw.tables import RAW_TABLES
from leadscore.settings import Settings
from receiver import Receiver, receiving
from tiny_project import leadscore, score, tiny_project

PERSON, VISITOR = "c-" + secrets.token_hex(6), "v-" + secrets.token_hex(6)
FIRST, LAST = ("".join(secrets.choice(string.ascii_lowercase) for _ in range(9)).title() for _ in range(2))
MAIL, PHONE = f"{secrets.token_hex(6)}@example.org", f"06 {secrets.randbelow(90_000_000) + 10_000_000}"
# Valid values of columns that aren't text: of time an unguessable instant.
INSTANT = f"2026-01-02 03:04:05.{secrets.randbelow(900_000) + 100_000}"
VALID = {
    "contact_id": PERSON, "anonymous_id": VISITOR, "email": MAIL, "phone": PHONE, "first_name": FIRST,
    "last_name": LAST, "company_size": "51", "country": "NL", "birth_date": "1987-03-19",
    "email_consent": "true", "is_machine": "false", "line_number": "1", "quantity": "2", "amount": "12.34",
    "currency": "EUR",
    "status": "completed", "points": "3", "operation": "add", "model_id": "lead", "event_type": "email_open",
    "merged_into": "", "deleted_at": "", "updated_at": "2026-03-01",
}  # fmt: skip
# Without these a row says nobody, or isn't read at all where only optional cells shall be unreadable.
WHOSE = ("contact_id", "merged_into", "deleted_at")
NEEDED = ("line_number", "amount", "operation", "model_id", "points", "event_type")
KINDS = ("read", "unreadable", "left out")


@dataclass(frozen=True)
class Planted:
    """A project in which the person stands, and every token of theirs."""

    settings: Settings
    folder: Path
    receiver: Receiver
    tokens: dict[str, str]

    def traces(self) -> list[str]:
        """Where a token or a hash stands, found by nothing of the command; files that were loaded aside."""
        sought = {name: token.lower() for name, token in self.tokens.items()}
        digits = "31" + PHONE.replace(" ", "")[1:]
        for name, text in (("mail", MAIL), ("phone", digits), ("+phone", "+" + digits)):
            sought[f"hash of {name}"] = hashlib.sha256(text.encode()).hexdigest()
        found = []
        for file in sorted(self.folder.rglob("*")):
            if file.is_file() and "files" not in file.parts:
                text = file.read_bytes().lower().decode("latin-1") + "\n".join(cells(file))
                place = file.relative_to(self.folder)
                found += [f"{place}: {name}" for name, value in sought.items() if value in text]
        return found


def cells(file: Path) -> Iterator[str]:
    """What stands in a file that compresses its texts, in lower case."""
    if file.suffix == ".parquet":
        texts = duckdb.execute(f"select lower(t::varchar) from '{file}' as t").fetchall()
        yield from (str(row[0]) for row in texts)
    if file.suffix == ".duckdb":
        with duckdb.connect(str(file), read_only=True) as connection:
            tables = "information_schema.tables where table_type = 'BASE TABLE'"
            named = connection.execute(f"select table_schema, table_name from {tables}").fetchall()
            for schema, table in named:
                rows = connection.execute(f'select lower(t::varchar) from {schema}."{table}" as t').fetchall()
                yield from (str(row[0]) for row in rows)


def token() -> str:
    return "q" + secrets.token_hex(8)


def rows_of(table: str, tokens: dict[str, str]) -> list[dict[str, str]]:
    """The person's rows: one that is read, one of which only needed cells are, and one that is left out."""
    made = []
    for kind in KINDS:
        row = {column: cell(table, column, kind) for column in RAW_TABLES[table].columns}
        for column, value in row.items():
            text = json.loads(value)["key"] if value.startswith("{") else value
            if text not in VALID.values():
                tokens[f"{table}.{column} ({kind})"] = text
        made.append(row)
    return made


def cell(table: str, column: str, kind: str) -> str:
    is_valid = kind == "read" or column in WHOSE or (kind == "unreadable" and column in NEEDED)
    if is_valid and column in VALID:
        return VALID[column]
    if column.endswith("_at") and (
        kind == "read" or (kind == "unreadable" and column in RAW_TABLES[table].required)
    ):
        return INSTANT
    return (
        json.dumps({"key": token()}) if kind == "read" and column in ("attributes", "properties") else token()
    )


def load(folder: Path, table: str, rows: Iterable[dict[str, str]]) -> None:
    file = folder / "files" / f"{table}-{secrets.token_hex(3)}.csv"
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = list(rows)
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = leadscore("load", table, str(file))
    assert done.exit_code == 0, done.stderr


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    with tiny_project(tmp_path) as made, receiving() as receiver:
        # The database is known by a link, too.
        (tmp_path / "real").mkdir()
        made.database.rename(tmp_path / "real" / "stored.duckdb")
        made.database.symlink_to(tmp_path / "real" / "stored.duckdb")
        settings = Settings.from_environment()
        (made.seeds / "segments.csv").write_text("segment_id,title\nall,All\n", encoding="utf-8")
        (made.seeds / "segment_conditions.csv").write_text(
            "segment_id,clause,field,operator,value\nall,1,contact.country,=,NL\n", encoding="utf-8"
        )
        tokens = {
            "id": PERSON,
            "visitor": VISITOR,
            "first": FIRST,
            "last": LAST,
            "mail": MAIL,
            "phone": PHONE,
        }
        for table in RAW_TABLES:
            load(tmp_path, table, rows_of(table, tokens))
        nameless = {"contact_id": "", "created_at": "2026-01-01", "email": MAIL.upper(), "city": token()}
        tokens["city without an id"] = nameless["city"]
        load(tmp_path, "contacts", [nameless])
        kim = {"contact_id": "kim", "created_at": "2026-01-01", "email": "kim@example.org", "country": "NL"}
        load(tmp_path, "contacts", [{**kim, "email_consent": "true"}])
        said = {"mail": MAIL, "who": f"{LAST}, {FIRST}", "first_name": FIRST, "last_name": LAST}
        event = {
            "event_id": "k-1",
            "event_type": "email_open",
            "occurred_at": "2026-05-01",
            "contact_id": "kim",
        }
        load(tmp_path, "events", [{**event, "properties": json.dumps(said)}])
        note = f"met {FIRST} {LAST} of {token()}"
        assert leadscore("adjust", "kim", "add", "3", "--model", "lead", "--note", note).exit_code == 0
        own = token()
        assert leadscore("adjust", PERSON, "add", "3", "--model", "lead", "--note", own).exit_code == 0
        tokens["note"] = own
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DBT_LOG_LEVEL_FILE", "debug")
        monkeypatch.setenv("LEADSCORE_DELIVERY_FOLDER", str(tmp_path / "delivered"))
        monkeypatch.setenv("LEADSCORE_WEBHOOK_URL", f"{receiver.url}/hook")
        score(settings)
        yield Planted(settings, tmp_path, receiver, tokens)


def done(*arguments: str) -> Any:
    result = leadscore(*arguments)
    assert result.exit_code == 0, result.stdout[-3000:] + result.stderr
    return result


def test_nothing_that_was_told_of_a_person_is_left_anywhere(planted: Planted) -> None:
    folder = planted.folder
    for form in FORMATS:
        done("export", "--format", form, "--output", f"exports/{form}/deep")
        done("export", "--format", form, "--output", "elsewhere")  # one manifest, a file of each format
    for preset, columns in PRESETS.items():
        dialled = ("--dial-code", "31") if columns.needs_phones else ()
        done("export", "--preset", preset, *dialled, "--output", f"ads/{preset}")
    done("export", "--format", "jsonl", "--output", "ads/google-ads")
    (folder / "ads" / "google-ads" / "all.manifest.json").unlink()  # nothing tells of the hashes any more
    done("deliver", "segment_changes_file", "segment_webhook")
    assert (PERSON, "added") in planted.receiver.told()
    planted.receiver.forget()
    stand = {trace.partition(": ")[2] for trace in planted.traces()}
    missed = [name for name in planted.tokens if name not in stand]
    assert missed == [], "tokens that stand nowhere prove nothing"
    assert {"hash of mail", "hash of phone", "hash of +phone"} <= stand

    result = leadscore("forget", PERSON, "--yes", "--json")
    assert result.exit_code == 1, result.stdout[-3000:] + result.stderr
    proof = json.loads(result.stdout)
    left = [(place["file"], place["name"]) for place in proof["places"] if place["found"] or place["problem"]]
    ledger = ledger_path(planted.settings.database)
    told = [name for name in PRESETS if name != "google-ads"]  # that folder's manifest is gone
    removals = {f"ads/{name}/all_removed.csv" for name in told}
    assert {*proof["removals"]} == {str(folder / removal) for removal in removals}
    in_removals = {(str(folder / removal), "") for removal in removals}
    assert {*left} == {(str(ledger), "deliveries.removals"), *in_removals}, result.stderr
    traced = {trace.partition(":")[0] for trace in planted.traces()}
    assert traced == {str(ledger.relative_to(folder)), *removals}
    receivers = [owed["receiver"] for owed in proof["owed"]]
    assert receivers == ["segment_changes_file", "segment_webhook"]
    searched = {row["folder"] for row in proof["folders"] if row["searched"]}
    assert {
        str(folder / name) for name in ("elsewhere", "ads/meta", "exports/csv/deep", "delivered")
    } <= searched

    for _ in range(2):  # the second time there is nobody to remove any more
        for preset in told:
            dialled = ("--dial-code", "31") if PRESETS[preset].needs_phones else ()
            options = ("--preset", preset, *dialled, "--changes")
            done("export", *options, "--output", f"ads/{preset}")
    done("deliver", "segment_changes_file", "segment_webhook")
    assert planted.receiver.told() == [(PERSON, "removed")]
    assert not [trace for trace in planted.traces() if not trace.startswith("delivered/")]
    result = done("forget", PERSON, "--yes", "--json")
    assert json.loads(result.stdout)["found"] == 0
    assert planted.traces() == []
    assert (folder / "tiny.duckdb").is_symlink() and not list((folder).glob("tiny.duckdb.*"))
    assert "already_forgotten" in done("forget", PERSON, "--yes", "--json").stdout
    done("run", "--as-of", "2026-06-02")  # an incremental one, on the file that was written anew
    assert planted.traces() == []
