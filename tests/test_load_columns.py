"""`leadscore load`: which header is which column, what becomes of the rest, and what words mean."""

from __future__ import annotations

import gzip
import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from leadscore.cli import app
from leadscore.errors import UsageMistakeError
from leadscore.raw.headers import header_key, near
from leadscore.raw.mapping import LoadOptions, given_mapping
from leadscore.raw.tables import BOOLEANS, INSTANTS, LOADED_AT, NUMBERS, RAW_TABLES
from load_world import Dated, LoadWorld, workbook
from tiny_project import leadscore, score, tiny_project
from typer.testing import CliRunner
from workspaces import PROJECT, write_seeds

EXPORTS = PROJECT / "tests" / "exports"
MAPPINGS = PROJECT / "examples" / "mappings"
CONTACTS = "contact_id,created_at"
EVENT = {"event_id": "e1", "event_type": "open", "occurred_at": "2026-01-01"}


@pytest.fixture
def world(tmp_path: Path) -> LoadWorld:
    return LoadWorld(tmp_path)


def attributes(world: LoadWorld, column: str = "attributes", table: str = "contacts") -> list[object]:
    """The JSON of each row, by id."""
    found = world.rows(f"select {column} from raw.{table} order by all")
    return [None if text is None else json.loads(text) for (text,) in found]


def mapping_file(world: LoadWorld, text: str) -> Path:
    return world.written("mapping.yml", text)


@pytest.mark.parametrize(
    "header", ["Record ID;Create Date", "RECORD ID;create date", '" record id ";"Create Date\u00a0"']
)
def test_map_names_headers_in_any_case(world: LoadWorld, header: str) -> None:
    file = world.written("a.csv", f"{header}\nc1;2026-01-01\n")
    world.loaded("contacts", file, "--map", "contact_id=Record ID", "--map", "Created_At=Create Date")
    assert world.rows("select contact_id, created_at, attributes from raw.contacts") == [
        ("c1", "2026-01-01", None)
    ]


def test_a_header_with_an_equals_sign_can_be_named(world: LoadWorld) -> None:
    file = world.written("a.csv", "a=b,created_at\nc1,2026-01-01\n")
    world.loaded("contacts", file, "--map", "contact_id=a=b")
    assert world.rows("select contact_id from raw.contacts") == [("c1",)]


def test_options_go_before_the_mapping_file(world: LoadWorld) -> None:
    mapping = mapping_file(world, "contact_id: ID\ncreated_at: Since\n")
    file = world.written("a.csv", "ID,Key,Since\n1,k1,2026-01-01\n")
    world.loaded("contacts", file, "--mapping", mapping, "--map", "contact_id=key")
    assert world.rows("select contact_id, attributes from raw.contacts") == [("k1", '{"ID":"1"}')]


def test_one_header_may_be_two_columns(world: LoadWorld) -> None:
    file = world.written("a.csv", "Mail,created_at\na@x.nl,2026-01-01\n")
    world.loaded("contacts", file, "--map", "contact_id=Mail", "--map", "email=Mail")
    assert world.rows("select contact_id, email, attributes from raw.contacts") == [
        ("a@x.nl", "a@x.nl", None)
    ]


def test_a_column_that_is_mapped_leaves_the_header_of_its_name_to_the_rest(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},Email,Work Email\nc1,2026-01-01,home@x.nl,work@x.nl\n")
    world.loaded("contacts", file, "--map", "email=Work Email")
    assert world.rows("select email, attributes from raw.contacts") == [
        ("work@x.nl", '{"Email":"home@x.nl"}')
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_header_that_is_not_there_is_refused_with_those_that_are(world: LoadWorld, name: str) -> None:
    path = world.folder / name
    options = {"csv": "header", "jsonl": "format json", "parquet": "format parquet"}[name.partition(".")[2]]
    duckdb.execute(
        f"""copy (select 'c1' as "Record ID", '2026-01-01' as created_at) to '{path}' ({options})"""
    )
    message = world.refused("contacts", path, "--map", "contact_id=Recrod ID", code=2)
    assert (
        f"{name} has no column 'Recrod ID', which --map names for contact_id; did you mean 'Record ID'?"
        in message
    )
    assert "Record ID, created_at" in message
    assert "Nothing was loaded" in message


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        (["contact=ID"], "'contact' is no column of contacts; did you mean contact_id"),
        (["Record ID=contact_id"], "the column comes first, then the header: contact_id, Record ID"),
        (["loaded_at=x"], "load sets loaded_at itself"),
        (["contact_id"], "is no column=header"),
        (["contact_id="], "is no column=header"),
        (["=ID"], "'' is no column of contacts. Columns: contact_id, created_at"),
        (["email=a", "EMAIL=b"], "--map names email twice"),
    ],
)
def test_a_map_that_cannot_be_is_refused(pairs: list[str], complaint: str) -> None:
    with pytest.raises(UsageMistakeError, match=re.escape(complaint)):
        given_mapping(RAW_TABLES["contacts"], None, pairs)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- contact_id", "is no YAML object"),
        ("contact_id", "is no YAML object"),
        ("", "is no YAML object"),
        ("{contact_id: [", "isn't YAML"),
        ("email: a\nemail: b", "email stands there twice"),
        ("email: a\nEmail: b", "Email stands there twice"),
        ("mail: a", "'mail' is no column of contacts; did you mean email"),
        ("email:", "the header is no text, or empty"),
        ("email: [a, b]", "a header is text; or an object with column, value"),
        ("email: {column: a, value: b}", "say either column (a header) or value"),
        ("email: {optional: true}", "say either column (a header) or value"),
        ("email: {column: a, optional: perhaps}", "optional is true or false"),
        ("email: {column: a, prefix: [x]}", "the prefix is no text, or empty"),
        ("email: {column: a, prefix: ''}", "the prefix is no text, or empty"),
        ("email: {value: a, prefix: b}", "a value needs no words and no prefix"),
        ("email: {column: a, default: b}", "default means nothing here"),
        ("email: {column: a, true: [x]}", "words for true and false are for email_consent and is_machine"),
        ("email_consent: {column: a, true: {x: y}}", "true is a list of words"),
        ("email_consent: {column: a, true: [JA], false: [ja]}", "'ja' can't be true and false"),
        ("email_consent: {value: a, true: [ja]}", "a value needs no words"),
        ("company_size: {column: a, decimal: ';'}", 'decimal is "," or "."'),
        (
            "company_size: {column: a, date: day-first}",
            "date is for dates: created_at, updated_at, deleted_at",
        ),
        ("created_at: {column: a, date: month-first}", 'date is "day-first"'),
        ("created_at: {column: a, date: [day-first]}", 'date is "day-first"'),
        ('postal_code: {column: a, decimal: ","}', "decimal is for numbers: company_size, line_number"),
        ('company_size: {value: a, decimal: ","}', "a value needs no words"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(world: LoadWorld, text: str, complaint: str) -> None:
    file = world.written("a.csv", f"{CONTACTS}\nc1,2026-01-01\n")
    message = world.refused("contacts", file, "--mapping", mapping_file(world, text), code=2)
    assert complaint in message
    assert "mapping.yml" in message


def test_all_mistakes_of_a_mapping_are_told_at_once(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS}\n")
    mapping = mapping_file(world, "mail: a\nphone: {}\n")
    message = world.refused("contacts", file, "--mapping", mapping, "--map", "name=x", code=2)
    assert [word in message for word in ("'mail'", "phone", "'name'")] == [True] * 3
    assert "can't be read" in world.refused("contacts", file, "--mapping", world.folder / "nope.yml", code=2)


def test_a_header_that_may_be_missing_is_told(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS}\nc1,2026-01-01\n")
    result = world.loaded(
        "contacts", file, "--mapping", mapping_file(world, "phone: {column: Mobile, optional: true}")
    )
    assert "named by the mapping, but not in the file: Mobile" in result.stderr
    assert world.rows("select contact_id, phone from raw.contacts") == [("c1", None)]


def test_a_value_stands_in_every_row_as_data(world: LoadWorld) -> None:
    file = world.written("a.csv", "contact_id\nc1\nc2\n")
    mapping = mapping_file(world, 'created_at: {value: 2026-01-01}\ncity: {value: "\'); drop"}\n')
    world.loaded("contacts", file, "--mapping", mapping)
    assert world.rows("select distinct created_at, city from raw.contacts") == [("2026-01-01", "'); drop")]


def test_columns_that_the_table_lacks_keep_their_header(world: LoadWorld) -> None:
    header = f'{CONTACTS}, Favourite Colour ,"it\'s ""5""?",empty,blank'
    file = world.written("a.csv", f'{header}\nc1,2026-01-01,"""red""",05,,\u00a0 \n')
    result = world.loaded("contacts", file)
    assert "into attributes, because contacts has no such columns: Favourite Colour" in result.stderr
    assert attributes(world) == [{"Favourite Colour": '"red"', 'it\'s "5"?': "05"}]


def test_a_row_whose_other_cells_are_empty_gets_no_object(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},a,b\nc1,2026-01-01,,\nc2,2026-01-01,x,\n")
    world.loaded("contacts", file)
    assert world.rows("select contact_id, attributes from raw.contacts order by all") == [
        ("c1", None),
        ("c2", '{"a":"x"}'),
    ]


def test_values_of_json_keep_their_type_and_their_digits(world: LoadWorld) -> None:
    extra = r'"n": 1.10, "i": 7, "b": false, "t": "1.10", "o": {"x": 2.50}, "l": [1, "2"], "u": "\u00e9\n", '
    text = (
        json.dumps(EVENT)[:-1]
        + ", "
        + extra
        + '"big": 12345678901234567890, "no": null, "e": "", "s": " "}\n'
    )
    world.loaded("events", world.written("a.jsonl", text))
    [(found,)] = world.rows("select properties from raw.events")
    kept = {"n": 1.10, "i": 7, "b": False, "t": "1.10", "o": {"x": 2.50}, "l": [1, "2"], "u": "é\n"}
    assert json.loads(found) == {**kept, "big": 12345678901234567890}
    assert '"n":1.10' in found and '"x":2.50' in found


def test_values_of_parquet_keep_their_type(world: LoadWorld) -> None:
    path = world.folder / "a.parquet"
    duckdb.execute(
        f"""copy (
            select
                'c1' as contact_id, '2026-01-01' as created_at, 7 as i, 1.50::decimal(9, 2) as d,
                12.0::double as w, 0.1::double as f, 'nan'::double as nan, 'inf'::double as inf, true as b,
                'x' as t, '' as e, [1, 2] as l, {{a: 1}} as s, timestamp '2026-01-02 03:04:05' as at,
                null::int as n
        ) to '{path}' (format parquet)"""
    )
    world.loaded("contacts", path)
    [(found,)] = world.rows("select attributes from raw.contacts")
    kept = {
        "i": 7,
        "d": 1.5,
        "w": 12,
        "f": 0.1,
        "inf": "inf",
        "b": True,
        "t": "x",
        "l": [1, 2],
        "s": {"a": 1},
    }
    assert json.loads(found) == {**kept, "at": "2026-01-02 03:04:05"}
    assert '"d":1.50' in found and '"w":12,' in found


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ('{"plan": "pro", "n": 1.10}', {"plan": "pro", "n": 1.10, "seats": "3"}),
        (' { "plan" : null } \n', {"plan": None, "seats": "3"}),
        ('{"a": "}"}', {"a": "}", "plan": "free", "seats": "3"}),
        ("{}", {"plan": "free", "seats": "3"}),
        ("{ }", {"plan": "free", "seats": "3"}),
        ("", {"plan": "free", "seats": "3"}),
        ("  ", {"plan": "free", "seats": "3"}),
    ],
)
def test_a_key_that_the_object_has_already_stays(world: LoadWorld, own: str, kept: object) -> None:
    quoted = '"' + own.replace('"', '""') + '"'
    file = world.written("a.csv", f"{CONTACTS},attributes,plan,seats\nc1,2026-01-01,{quoted},free,3\n")
    world.loaded("contacts", file)
    assert attributes(world) == [kept]


@pytest.mark.parametrize("own", ["[1]", "text", '{"a": ', "5"])
def test_what_is_no_object_stays_as_it_is_so_that_the_models_record_it(world: LoadWorld, own: str) -> None:
    quoted = '"' + own.replace('"', '""') + '"'
    world.loaded("contacts", world.written("a.csv", f"{CONTACTS},attributes,a\nc1,2026-01-01,{quoted},x\n"))
    assert world.rows("select attributes from raw.contacts") == [(own,)]


def test_an_object_of_json_takes_the_rest_of_its_own_row(world: LoadWorld) -> None:
    lines = [
        {**EVENT, "properties": {"a": 1, "b": None}, "a": 2, "b": 3, "c": [4]},
        {**EVENT, "event_id": "e2", "c": 5},
        {**EVENT, "event_id": "e3"},
    ]
    world.loaded("events", world.written("a.jsonl", "\n".join(map(json.dumps, lines))))
    found = {row[0]: row[1] for row in world.rows("select event_id, properties from raw.events")}
    assert found == {"e1": '{"a":1,"b":null,"c":[4]}', "e2": '{"c":5}', "e3": None}


def test_drop_rest_leaves_other_columns_out_and_says_so(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},a,b\nc1,2026-01-01,x,y\n")
    result = world.loaded("contacts", file, "--drop-rest")
    assert "left out, because contacts has no such columns: a, b" in result.stderr
    assert world.rows("select attributes from raw.contacts") == [(None,)]


@pytest.mark.parametrize("table", ["transactions", "score_adjustments"])
def test_tables_without_such_a_column_leave_the_rest_out_and_say_so(world: LoadWorld, table: str) -> None:
    required = RAW_TABLES[table].required
    file = world.written("a.csv", f"{','.join(required)},colour\n{','.join('x' for _ in required)},red\n")
    result = world.loaded(table, file)
    assert f"left out, because {table} has no such columns: colour" in result.stderr
    assert world.rows(f"select count(*) from raw.{table}") == [(1,)]


def test_the_rest_of_a_row_may_not_exceed_what_a_cell_may(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},a,b\nc1,2026-01-01,{'x' * 5_000_000},{'y' * 5_000_001}\n")
    assert "more than 10,000,000 bytes in attributes; nothing was loaded" in world.refused("contacts", file)


def test_keys_of_json_are_compared_without_case(world: LoadWorld) -> None:
    lines = [
        '{"Event_ID": "e1", "EVENT_TYPE": "open", "occurred_at": "t"}',
        '{"event_id": "e2", "Event_Type": "open", "occurred_AT": "t", "Colour": 1, "colour": 2, "COLOUR": 3}',
    ]
    world.loaded("events", world.written("a.jsonl", "\n".join(lines)))
    assert world.rows("select event_id, event_type, occurred_at, properties from raw.events order by 1") == [
        ("e1", "open", "t", None),
        ("e2", "open", "t", '{"COLOUR":3,"Colour":1,"colour":2}'),
    ]


def test_two_keys_of_one_object_for_one_column_are_refused(world: LoadWorld) -> None:
    line = {**EVENT, "Event_Id": "e2"}
    message = world.refused("events", world.written("a.jsonl", json.dumps(line)))
    assert "has several keys in one object for one column: Event_Id, event_id (event_id)" in message


def test_words_mean_what_the_mapping_says(world: LoadWorld) -> None:
    words = ["subscribed", " Subscribed\u00a0", "JA", "WAHR", "x", "cleaned", "Nein", "pending", "", "1"]
    rows = "\n".join(f"c{number},2026-01-01,{word}" for number, word in enumerate(words))
    lists = "true: [subscribed, ja, wahr, x], false: [cleaned, nein, 1], missing: pending"
    mapping = mapping_file(world, f"email_consent: {{column: Status, {lists}}}")
    world.loaded("contacts", world.written("a.csv", f"{CONTACTS},Status\n{rows}\n"), "--mapping", mapping)
    found = [
        consent for (consent,) in world.rows("select email_consent from raw.contacts order by contact_id")
    ]
    assert found == ["true"] * 5 + ["false"] * 2 + [None] * 2 + ["false"]


def test_an_empty_cell_can_have_a_meaning(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},opted_out\nc1,2026-01-01,\nc2,2026-01-01,yes\n")
    mapping = mapping_file(world, 'email_consent: {column: opted_out, true: [""], false: [yes]}')
    world.loaded("contacts", file, "--mapping", mapping)
    assert world.rows("select email_consent from raw.contacts order by contact_id") == [("true",), ("false",)]


def test_words_that_the_mapping_does_not_name_are_refused_and_counted(world: LoadWorld) -> None:
    rows = "".join(f"c{n},2026-01-01,{word}\n" for n, word in enumerate(["ja", "yes", "yes", "vielleicht"]))
    file = world.written("a.csv", f"{CONTACTS},Status\n{rows}")
    mapping = mapping_file(world, "email_consent: {column: Status, true: [ja], false: [nein]}")
    message = world.refused("contacts", file, "--mapping", mapping)
    assert (
        "Status: the mapping doesn't say what these words mean: 'yes' (2 rows), 'vielleicht' (1 row)"
        in message
    )
    assert "nothing was loaded" in message


def test_without_a_mapping_words_stay_as_they_are_written(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},email_consent\nc1,2026-01-01,ja\n")
    world.loaded("contacts", file)
    assert world.rows("select email_consent from raw.contacts") == [("ja",)]


def test_the_same_content_by_another_mapping_is_another_load(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{CONTACTS},Mail\nc1,2026-01-01,a@x.nl\n")
    world.loaded("contacts", file)
    mapped = ["--map", "email=Mail"]
    assert "1 row added" in world.loaded("contacts", file, *mapped).stdout
    for options in ([], mapped, ["--mapping", mapping_file(world, "email: MAIL")]):
        assert "loaded before" in world.loaded("contacts", file, *options).stdout
    assert "1 row added" in world.loaded("contacts", file, "--drop-rest").stdout
    assert world.rows("select email from raw.contacts order by loaded_at") == [(None,), ("a@x.nl",), (None,)]


def test_missing_columns_are_told_with_what_may_be_meant(world: LoadWorld) -> None:
    message = world.refused("contacts", world.written("a.csv", "Contact ID,created_at\nc1,2026-01-01\n"))
    assert "lacks contact_id, which contacts needs" in message
    assert "--map contact_id='Contact ID'" in message


@pytest.mark.parametrize(
    ("name", "table", "expected"),
    [
        (
            "mailchimp_subscribed",
            "contacts",
            [
                ("310000001", "ann@example.com", "2024-02-01 08:31:00", "2025-06-02 09:00:00", "true", "4"),
                ("310000002", "bob@example.com", "2023-11-05 12:00:00", "2024-01-01 00:00:00", "true", "2"),
            ],
        ),
        (
            "mailchimp_unsubscribed",
            "contacts",
            [("310000003", "cleo@example.com", "2024-03-01 10:00:00", "2025-01-15 07:45:10", "false", "2")],
        ),
        (
            "hubspot_contacts",
            "contacts",
            [
                ("51", "ann@example.com", "2024-02-01 09:30", "2025-06-02 11:00", None, None),
                ("52", "bob@example.com", "2023-11-05 13:00", "2024-01-01 01:00", "false", None),
            ],
        ),
        (
            "shopify_customers",
            "contacts",
            [
                ("7012345678901", "ann@example.com", "2006-01-01", None, "true", None),
                ("7012345678902", "bob@example.com", "2006-01-01", None, "false", None),
            ],
        ),
        (
            "salesforce_contacts",
            "contacts",
            [
                (
                    "003000000000001AAA",
                    "ann@example.com",
                    "2024-02-01T08:30:11.000Z",
                    "2025-06-02T09:00:00.000Z",
                    None,
                    None,
                ),
                (
                    "003000000000002AAA",
                    "bob@example.com",
                    "2023-11-05T12:00:00.000Z",
                    "2024-01-01T00:00:00.000Z",
                    "false",
                    None,
                ),
            ],
        ),
    ],
)
def test_the_exports_of_tools_load_by_the_mappings_that_come_along(
    world: LoadWorld, name: str, table: str, expected: list[tuple[object, ...]]
) -> None:
    world.loaded(table, EXPORTS / f"{name}.csv", "--mapping", MAPPINGS / f"{name}.yml")
    columns = "contact_id, email, created_at, updated_at, email_consent, attributes ->> 'MEMBER_RATING'"
    assert world.rows(f"select {columns} from raw.contacts order by 1") == expected
    names = world.rows("select count(*) from raw.contacts where first_name is null")
    assert names == [(0,)]


@pytest.mark.parametrize(
    ("name", "phone", "postal_code"),
    [
        ("mailchimp_subscribed", "+31 30 123 4567", None),
        ("hubspot_contacts", "+31301234567", None),
        ("salesforce_contacts", "+31301234567", "3511 AA"),
        ("shopify_customers", "+31612345678", "3511 AA"),
    ],
)
def test_numbers_of_tools_arrive_by_the_mappings(
    world: LoadWorld, name: str, phone: str, postal_code: str | None
) -> None:
    world.loaded("contacts", EXPORTS / f"{name}.csv", "--mapping", MAPPINGS / f"{name}.yml")
    found = world.rows("select phone, postal_code from raw.contacts where email = 'ann@example.com'")
    assert found == [(phone, postal_code)]


@pytest.mark.parametrize(
    ("prefix", "written", "read"),
    [
        ("'", "'7012", "7012"),
        ("'", "7012", "7012"),
        ("'", "''7", "'7"),
        ("'", "o'7", "o'7"),
        ("ID: ", "ID: 7", "7"),
        ("ID: ", "id: 7", "id: 7"),
        ("é", "é7", "7"),
        ("%", "%7", "7"),
    ],
)
def test_what_stands_before_values_is_taken_off_where_it_stands(
    world: LoadWorld, prefix: str, written: str, read: str
) -> None:
    mapping = mapping_file(world, f"contact_id: {{column: Nr, prefix: {json.dumps(prefix)}}}")
    world.loaded(
        "contacts", world.written("a.csv", f"Nr,created_at\n{written},2026-01-01\n"), "--mapping", mapping
    )
    assert world.rows("select contact_id from raw.contacts") == [(read,)]


def test_words_are_those_behind_a_prefix(world: LoadWorld) -> None:
    mapping = mapping_file(world, 'email_consent: {column: News, prefix: "\'", true: [ja], false: [nee]}')
    file = world.written(
        "a.csv", "contact_id,created_at,News\na,2026-01-01,'JA\nb,2026-01-01,nee\nc,2026-01-01,'\n"
    )
    world.loaded("contacts", file, "--mapping", mapping)
    assert world.rows("select contact_id, email_consent from raw.contacts order by 1") == [
        ("a", "true"),
        ("b", "false"),
        ("c", None),
    ]


ORDER = "transaction_id;line_number;contact_id;ordered_at;amount"


def order_mapping(world: LoadWorld, decimal: str = ",") -> Path:
    return mapping_file(
        world,
        f"""ordered_at: {{column: ordered_at, date: day-first}}
amount: {{column: amount, decimal: "{decimal}"}}""",
    )


@pytest.mark.parametrize(
    ("decimal", "written", "read"),
    [
        (",", "1.234,50", "1234.50"),
        (",", "1.234", "1234"),
        (",", "12,50", "12.50"),
        (",", "950", "950"),
        (",", "1.234.567", "1234567"),
        (",", "1 234,50", "1234.50"),
        (",", "1\u00a0234,50", "1234.50"),
        (",", " -12,5\u202f", "-12.5"),
        (",", "- 1.000", "-1000"),
        (",", "  ", "  "),
        (",", "", None),
        (".", "1,234.50", "1234.50"),
        (".", "1.234", "1.234"),
    ],
)
def test_numbers_are_read_as_the_mapping_says_they_are_written(
    world: LoadWorld, decimal: str, written: str, read: str | None
) -> None:
    file = world.written("a.csv", f"{ORDER}\no1;1;c1;2026-01-31;{written}\n")
    world.loaded("transactions", file, "--mapping", order_mapping(world, decimal))
    assert world.rows("select amount from raw.transactions") == [(read,)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("31-01-2026", "2026-01-31 00:00:00"),
        ("31/01/2026", "2026-01-31 00:00:00"),
        ("1.2.2026", "2026-02-01 00:00:00"),
        ("31-1-2026 9:05", "2026-01-31 09:05:00"),
        (" 31-01-2026, 14:30:59 ", "2026-01-31 14:30:59"),
        ("31-01-2026T14:30:59.25", "2026-01-31 14:30:59.25"),
        ("31-01-2026 14:30+01:00", "2026-01-31 13:30:00"),
        ("31-01-2026 14:30:00 +0100", "2026-01-31 13:30:00"),
        ("31-01-2026 14:30Z", "2026-01-31 14:30:00"),
        ("2026-02-01", "2026-02-01"),
        ("2026-02-01T12:00:00+01:00", "2026-02-01T12:00:00+01:00"),
    ],
)
def test_dates_are_read_with_the_day_first_where_the_mapping_says_so(
    world: LoadWorld, written: str, read: str
) -> None:
    file = world.written("a.csv", f"{ORDER}\no1;1;c1;{written};1\n")
    world.loaded("transactions", file, "--mapping", order_mapping(world))
    assert world.rows("select ordered_at from raw.transactions") == [(read,)]


@pytest.mark.parametrize(
    ("decimal", "amount"),
    [(",", text) for text in ("12.50", "0.125", "1.2345", "1.23.456", "1,234,567", "1 23", "€ 5", "1e5", "x")]
    + [(".", text) for text in ("12,50", "1.234.567", "1.234,50")],
)
def test_a_number_that_is_written_otherwise_refuses_the_file(
    world: LoadWorld, decimal: str, amount: str
) -> None:
    rows = "".join(f"o{number};1;c1;31-01-2026;{amount}\n" for number in range(2))
    file = world.written("a.csv", f"{ORDER}\n{rows}o3;1;c1;31-01-2026;7\n")
    message = world.refused("transactions", file, "--mapping", order_mapping(world, decimal))
    said = f'a.csv, amount: the mapping says decimal: "{decimal}", and these aren\'t written so:'
    assert f"{said} {amount!r} (2 rows)" in message
    assert "Correct the mapping, or these values. Load again then; nothing was loaded." in message


@pytest.mark.parametrize(
    "written",
    ["01/31/2026", "31-02-2026", "31-01-26", "46053", "infinity", "31-01-2026 25:00", "31-01-2026 uur"],
)
def test_a_date_that_is_written_otherwise_refuses_the_file(world: LoadWorld, written: str) -> None:
    file = world.written("a.csv", f"{ORDER}\no1;1;c1;{written};x\n")
    message = world.refused("transactions", file, "--mapping", order_mapping(world))
    assert (
        f"ordered_at: the mapping says date: day-first, and these aren't written so: '{written}'" in message
    )
    assert "amount: the mapping says" in message


def test_numbers_and_dates_of_workbooks_json_and_parquet_are_what_they_are(world: LoadWorld) -> None:
    rows: list[list[object]] = [
        [*ORDER.split(";")],
        ["x1", 1, "c", Dated(46_053), 1.234],
        ["x2", 1, "c", Dated(46_053.5, has_time=True), 1e-7],
        ["x3", 1, "c", "31-01-2026", "1.234"],
    ]
    lines: list[dict[str, object]] = [
        {"transaction_id": "j1", "ordered_at": "31-01-2026", "amount": 1.234},
        {"transaction_id": "j2", "ordered_at": "31-01-2026", "AMOUNT": "1.234"},
        {"transaction_id": "j3", "ordered_at": "31-01-2026", "AMOUNT": 12.5},
        {"transaction_id": "j4", "ordered_at": "31-01-2026", "amount": -7},
    ]
    whole = [json.dumps({"line_number": 1, "contact_id": "c", **line}) for line in lines]
    parquet = world.folder / "c.parquet"
    duckdb.execute(
        f"""copy (
            select
                id as transaction_id, 1 as line_number, 'c' as contact_id,
                timestamp '2026-01-31 12:00:00' as ordered_at, 1.234::decimal(9, 3) as amount
            from (values ('p1')) as ids (id)
        ) to '{parquet}' (format parquet)"""
    )
    files = [world.written("a.xlsx", workbook(rows)), world.written("b.jsonl", "\n".join(whole)), parquet]
    world.loaded("transactions", *files, "--mapping", order_mapping(world))
    found = world.rows("select transaction_id, ordered_at, amount from raw.transactions order by 1")
    day = "2026-01-31 00:00:00"
    assert found == [
        ("j1", day, "1.234"),
        ("j2", day, "1234"),
        ("j3", day, "12.5"),
        ("j4", day, "-7"),
        ("p1", "2026-01-31 12:00:00", "1.234"),
        ("x1", day, "1.234"),
        ("x2", "2026-01-31 12:00:00", "1e-07"),
        ("x3", day, "1234"),
    ]


def test_a_sign_of_money_is_taken_off_as_a_prefix(world: LoadWorld) -> None:
    mapping = mapping_file(world, 'amount: {column: Bedrag, prefix: "€", decimal: ","}')
    file = world.written("a.csv", f"{ORDER.replace('amount', 'Bedrag')}\no1;1;c1;2026-01-31;€ 1.234,50\n")
    world.loaded("transactions", file, "--mapping", mapping)
    assert world.rows("select amount from raw.transactions") == [("1234.50",)]


def test_the_same_content_written_in_another_way_is_another_load(world: LoadWorld) -> None:
    file = world.written("a.csv", f"{ORDER}\no1;1;c1;2026-01-31;1.234\n")
    for decimal in (None, ",", "."):
        options = ["--mapping", order_mapping(world, decimal)] if decimal else []
        assert "1 row added" in world.loaded("transactions", file, *options).stdout
        assert "loaded before" in world.loaded("transactions", file, *options).stdout
    amounts = world.rows("select amount from raw.transactions order by loaded_at")
    assert amounts == [("1.234",), ("1234",), ("1.234",)]


def test_columns_that_are_numbers_or_dates_are_those_of_the_registry() -> None:
    registry = (PROJECT / "macros" / "configuration" / "raw_registry.sql").read_text(encoding="utf-8")
    types = dict(re.findall(r"\['(\w+)', '(\w+)'", registry))
    of = {
        kind: {column for column, its in types.items() if its in kinds and column != LOADED_AT}
        for kind, kinds in {
            "numbers": ("integer", "decimal", "points"),
            "instants": ("timestamp", "date"),
            "booleans": ("boolean",),
        }.items()
    }
    assert of == {"numbers": {*NUMBERS}, "instants": {*INSTANTS}, "booleans": {*BOOLEANS}}


def test_every_mapping_that_comes_along_has_an_export_in_the_tests() -> None:
    mappings = {path.stem for path in MAPPINGS.glob("*.yml")}
    assert mappings and mappings == {path.stem for path in EXPORTS.glob("*.csv")}


@given(st.text(min_size=1, max_size=8))
def test_a_header_is_found_whatever_its_case(header: str) -> None:
    if header.upper().lower() == header.lower():
        assert header_key(header.upper()) == header_key(header.lower())
    assert header_key(f" {header}\u00a0") == header_key(header)


def test_what_lies_near_is_the_header_as_it_is_written() -> None:
    assert near("recordid", ["Record ID", "Email", "Phone"]) == ["Record ID"]
    assert near("date", ["Create Date", "Close Date", "Mail"]) == ["Create Date", "Close Date"]


def test_options_that_change_no_row_are_no_other_load() -> None:
    assert LoadOptions(encoding="utf-16").written() == ""
    table = RAW_TABLES["contacts"]
    one, other = ("email=Mail", "phone=Tel"), ("phone=TEL", "email=mail")
    assert LoadOptions(given_mapping(table, None, one)).written() == (
        LoadOptions(given_mapping(table, None, other)).written()
    )


def test_the_commands_and_the_mapping_of_the_documentation_do_what_it_says(
    world: LoadWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (PROJECT / "docs" / "loading.md").read_text(encoding="utf-8")
    [commands] = re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)
    [mapping] = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    world.written("mapping.yml", mapping)
    world.written("people.csv", f"{CONTACTS}\nc1,2026-01-01\n")
    world.written("crm.xlsx", workbook([["Record ID", "Create Date"], ["c2", "2026-01-02"]]))
    world.written(
        "newsletter.csv", "Record ID,Email Address,Create Date,Newsletter\nc3,a@x.nl,2026-01-03,JA\n"
    )
    old = "event_id,event_type,occurred_at,page_path\ne1,open,2026-01-01,/é\n"
    world.written("old.csv.gz", gzip.compress(old.encode("windows-1252")))
    monkeypatch.chdir(world.folder)
    for command in commands.splitlines():
        program, load, *words = shlex.split(command)
        assert (program, load) == (".venv/bin/leadscore", "load")
        world.loaded(*words)
    assert world.rows("select contact_id, country, email_consent from raw.contacts order by 1") == [
        ("c1", None, None),
        ("c2", None, None),
        ("c3", "NL", "true"),
    ]
    assert world.rows("select page_path from raw.events") == [("/é",)]


@pytest.mark.end_to_end
def test_forget_erases_what_a_load_put_into_the_objects(world: LoadWorld) -> None:
    secret = "zq-favourite-colour"
    world.loaded(
        "contacts", world.written("a.csv", f"{CONTACTS},Colour\nc1,2026-01-01,{secret}\nc2,2026-01-01,b\n")
    )
    event = {**EVENT, "contact_id": "c1", "Colour": secret}
    packed = world.written("b.json.gz", gzip.compress(json.dumps([event]).encode("utf-16")))
    world.loaded("events", packed)
    left = world.written("test.duckdb.load-unpacked.scratch.tmp", secret)
    forgotten = CliRunner().invoke(app, ["forget", "c1", "--yes", "--database", str(world.database)])
    assert forgotten.exit_code == 0, forgotten.output
    assert world.rows("select contact_id, attributes from raw.contacts") == [("c2", '{"Colour":"b"}')]
    assert not left.exists()
    assert secret.encode() not in world.database.read_bytes()
    again = world.written("c.csv", f"Key,{CONTACTS.partition(',')[2]},Colour\nc1,2026-01-02,{secret}\n")
    assert (
        "people who were forgotten: 1 row"
        in world.loaded("contacts", again, "--map", "contact_id=Key").stderr
    )


@pytest.mark.end_to_end
def test_what_a_load_put_into_the_attributes_earns_points(tmp_path: Path) -> None:
    rule = {"rule_id": "vip", "model_id": "lead", "operation": "add", "points": "5", "trigger": "profile"}
    conditions = [("contact.attributes.Member Level", ">=", "3"), ("contact.birth_date", "=", "1990-05-01")]
    seeds: dict[str, list[dict[str, str]]] = {
        "scoring_models": [{"model_id": "lead", "title": "Lead"}],
        "scoring_rules": [rule],
        "rule_conditions": [
            {"rule_id": "vip", "clause": "1", "field": field, "operator": operator, "value": value}
            for field, operator, value in conditions
        ],
    }
    since, born = Dated(46_000), Dated(32_994)
    rows: list[list[object]] = [
        ["Record ID", "created_at", "birth_date", "Member Level"],
        ["x", since, born, 3],
        ["y", since, born, 2],
    ]
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbook(rows))
    with tiny_project(tmp_path) as settings:
        write_seeds(settings.seeds, seeds)
        assert leadscore("load", "contacts", str(file), "--map", "contact_id=Record ID").exit_code == 0
        score(settings)
        scores = "select contact_id, score from marts.contact_scores where contact_id in ('x', 'y')"
        with duckdb.connect(str(settings.published_database), read_only=True) as published:
            assert {row[0]: int(row[1]) for row in published.execute(scores).fetchall()} == {"x": 5, "y": 0}
