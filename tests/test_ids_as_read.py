"""Ids are the same whatever white space stands around them and in whichever normal form they are written."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from leadscore.configuration.variables import unknown_visitors
from leadscore.erasure.lookup import find_person
from leadscore.erasure.rows import erase_rows
from leadscore.raw.reading import as_read, as_read_sql, column_as_read_sql
from leadscore.raw.suppression import is_suppressed, suppression
from leadscore.raw.white_space import WHITE_SPACE
from leadscore.settings import PROJECT_ROOT, Settings
from leadscore.storage.database import Database, open_database
from tiny_project import leadscore, score, tiny_project

ZOE, ZOE_APART = unicodedata.normalize("NFC", "Zoë-1"), unicodedata.normalize("NFD", "Zoë-1")
SPELLINGS = [ZOE, ZOE_APART, f" {ZOE}", f"{ZOE}\xa0", f"\t{ZOE_APART}\u3000\n", f"\u2028{ZOE}\u2003"]
NOBODY = unknown_visitors(PROJECT_ROOT, {})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Somebody whose id is written in every way, and others."""
    with open_database(tmp_path / "a.duckdb") as database:
        database.execute("create schema raw")
        database.execute(
            "create table raw.contacts (contact_id varchar, email varchar, merged_into varchar, "
            "created_at varchar, loaded_at timestamp)"
        )
        database.execute(
            "create table raw.events (event_id varchar, event_type varchar, contact_id varchar, "
            "anonymous_id varchar, occurred_at varchar, loaded_at timestamp)"
        )
        for place, spelling in enumerate(SPELLINGS):
            database.execute("insert into raw.contacts values (?, ?, null, '2026-01-01', now())",
                             [spelling, "zoe@x.org\xa0"])  # fmt: skip
            database.execute("insert into raw.events values (?, 'a', ?, ?, '2026-01-01', now())",
                             [f"theirs-{place}", spelling, "undefined" if place else " v-1"])  # fmt: skip
        database.execute(
            "insert into raw.contacts values ('old', null, ?, '2026-01-01', now()), "
            "('other', 'other@x.org', null, '2026-01-01', now())",
            [f" {ZOE_APART}\r\n"],
        )
        database.execute(
            "insert into raw.events values ('visit', 'a', '\u2003', 'v-1\u3000', '2026-01-01', now()), "
            "('kept', 'a', null, 'Undefined', '2026-01-01', now())"
        )
        yield database


def test_a_person_is_found_and_erased_by_any_spelling(database: Database) -> None:
    person = find_person(database, ZOE, NOBODY)
    assert person is not None
    assert (person.ids, person.visitors, person.emails) == ((ZOE, "old"), ("v-1",), ("zoe@x.org",))
    assert erase_rows(database, person, NOBODY) == {
        "contacts": len(SPELLINGS) + 1,
        "events": len(SPELLINGS) + 1,
    }
    assert database.execute("select contact_id from raw.contacts") == [("other",)]
    assert database.execute("select event_id from raw.events") == [("kept",)], "nobody's visits stay"
    assert is_suppressed(database, as_read(ZOE_APART))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_later_loads_don_t_bring_back_any_spelling(database: Database, spelling: str) -> None:
    person = find_person(database, ZOE, NOBODY)
    assert person is not None
    erase_rows(database, person, NOBODY)
    known = suppression(database)
    assert known is not None
    columns = {name: f"c.{name}" for name in ("contact_id", "anonymous_id", "event_id", "merged_into")}
    query = f"select {known.left_out_sql(columns)} from (select $1 as contact_id, $2 as anonymous_id, " \
            "$3 as event_id, $4 as merged_into) as c"  # fmt: skip
    for cells, left_out in (
        ([spelling, None, "new", None], True), (["new", None, "new", spelling], True),
        ([" ", "\xa0v-1", "new", None], True), (["new", "v-1 ", "new", None], False),
        ([None, None, "theirs-0\u2009", None], True), (["new", None, "new", None], False),
        ([None, "undefined", "new", None], False),
    ):  # fmt: skip
        assert database.execute(query, cells) == [(left_out,)], cells


@pytest.mark.parametrize(
    "text",
    [
        *(*SPELLINGS, *WHITE_SPACE, *(f"a{sign}" for sign in WHITE_SPACE)),
        *("", "a\x1c", "\u200b", "a b", "\ufeffa", "a-1", "!", "~", "\x7f", "\x01a", " a", "a\x00b"),
    ],
)
@pytest.mark.parametrize("sql", [as_read_sql("told"), column_as_read_sql("told")])
def test_python_and_sql_read_a_text_alike(text: str, sql: str) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(f"select {sql} from (select $1::varchar as told)", [text]).fetchone() == (
            as_read(text),
        )


@pytest.mark.parametrize(
    ("given", "nobody"),
    [({}, {"undefined", "0", "[object object]", "-"}), ({"unknown_visitor_ids": ""}, set()),
     ({"unknown_visitor_ids": None}, set()), ({"unknown_visitor_ids": 0}, {"0"}),
     ({"unknown_visitor_ids": " Guest |\xa0| É"}, {"guest", "é"})],
)  # fmt: skip
def test_who_is_nobody(given: dict[str, object], nobody: set[str]) -> None:
    found = set(unknown_visitors(PROJECT_ROOT, given))
    assert found >= nobody and (len(found) == 11 if not given else found == nobody)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A scored project with a contact whose id and model are written with white space around them."""
    with tiny_project(tmp_path_factory.mktemp("ids")) as settings:
        with duckdb.connect(str(settings.database)) as connection:
            connection.execute(
                "insert into raw.contacts (contact_id, created_at, loaded_at) "
                "values (?, '2026-01-01', '2026-05-01')",
                [f" {ZOE_APART}\xa0"],
            )
            connection.execute(
                "insert into raw.score_adjustments (adjustment_id, model_id, contact_id, operation, points, "
                "adjusted_at, loaded_at) "
                "values (' m-blank', 'lead ', ?, '\tadd', '5', '2026-01-02', '2026-05-01')",
                [f"{ZOE}\u2003"],
            )
        score(settings)
        yield settings


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_explanation_takes_any_spelling(scored: Settings, spelling: str) -> None:
    told = json.loads(leadscore("explain", spelling, "--model", "lead", "--json").stdout)
    assert told["contact_id"] == ZOE
    assert [entry["points"] for entry in told["entries"] if entry["entry_type"] == "manual"] == [5]


@pytest.mark.parametrize("adjustment_id", ["m-blank", "\xa0m-blank "])
def test_an_edit_is_taken_back_by_any_spelling(scored: Settings, adjustment_id: str) -> None:
    result = leadscore("adjust", "--delete", adjustment_id, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["adjustment_id"], told["model_id"], told["contact_id"]) == ("m-blank", "lead", ZOE)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_list_of_edits_takes_any_spelling(scored: Settings, spelling: str) -> None:
    listed = json.loads(leadscore("adjust", "--list", spelling, "--json").stdout)
    assert {edit["adjustment_id"] for edit in listed} == {"m-blank"}
