"""`leadscore export`: a list has an address once, and is told of every address that isn't on it any more."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from export_world import ExportWorld, environment, export, rows_of

ADDRESSED = {"hubspot": "Email", "mailchimp": "Email Address", "mautic": "email"}
HASHED = {"google-ads": "Email", "meta": "email"}
ALL = ADDRESSED | HASHED


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExportWorld:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    publication = ExportWorld(tmp_path)
    with publication.changing():
        for name in ("a", "b", "c", "d", "e"):
            publication.contact(name, f"{name}@example.com")
        publication.history(*FIRST)
    return publication


FIRST = [(1, name, "added", True) for name in ("a", "b", "c", "d", "e")]


def written(preset: str, address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest() if preset in HASHED else address


def change(folder: Path, *options: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Export what changed: the rows of changes, and of who is removed."""
    result = export(folder, "s", *options, "--changes", "--allow-removals")
    assert result.exit_code == 0, result.stderr
    return rows_of(folder / "s_changes.csv"), rows_of(folder / "s_removed.csv")


def changed(world: ExportWorld) -> None:
    """The address of a changes, b merges, c is deleted, d unsubscribes, e is as before."""
    world.contact("a", "new@example.com")
    for gone in ("b", "c"):
        world.execute("delete from marts.segment_contacts where contact_id = ?", [gone])
    world.contact("d", "d@example.com", mailable=False)
    removed = [(2, "b", "removed", False), (2, "c", "removed", False)]
    world.history(*FIRST, (2, "a", "updated", True), *removed, (2, "d", "updated", False))


@pytest.mark.parametrize("preset", ALL)
def test_whatever_became_of_a_contact_its_address_is_taken_off(
    world: ExportWorld, tmp_path: Path, preset: str
) -> None:
    column = ALL[preset]
    assert export(tmp_path, "s", "--preset", preset).exit_code == 0
    changed(world)
    changes, removed = change(tmp_path, "--preset", preset)
    assert [row[column] for row in changes] == [written(preset, "new@example.com")]
    assert sorted(row[column] for row in removed) == sorted(
        written(preset, f"{name}@example.com") for name in ("a", "b", "c", "d")
    )
    assert change(tmp_path, "--preset", preset) == ([], []), "told once"


def test_files_for_people_say_which_addresses_left(world: ExportWorld, tmp_path: Path) -> None:
    assert export(tmp_path, "s", "--columns", "email,city").exit_code == 0
    changed(world)
    changes, removed = change(tmp_path)
    assert [tuple(row.values()) for row in changes] == [
        ("a", "updated", "new@example.com", ""),
        ("b", "removed", "b@example.com", ""),
        ("c", "removed", "c@example.com", ""),
        ("d", "updated", "", ""),
    ]
    assert [tuple(row.values()) for row in removed] == [
        (name, f"{name}@example.com") for name in ("a", "b", "c", "d")
    ]
    assert list(removed[0]) == ["contact_id", "email"]


@pytest.mark.parametrize("options", [(), *(("--preset", preset) for preset in ALL)])
def test_an_address_that_somebody_else_on_the_list_has_stays(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...]
) -> None:
    world.contact("b", " A@Example.com ")
    assert export(tmp_path, "s", *options).exit_code == 0
    world.contact("a", "new@example.com")
    world.execute("delete from marts.segment_contacts where contact_id = 'c'")
    world.history(*FIRST, (2, "a", "updated", True), (2, "c", "removed", False))
    changes, removed = change(tmp_path, *options)
    column = ALL[options[1]] if options else "email"
    preset = options[1] if options else ""
    assert [row[column] for row in removed] == [written(preset, "c@example.com")]
    told = {row[column].strip().lower() for row in changes if row.get("change") != "removed"}
    assert told == {written(preset, "new@example.com"), written(preset, "a@example.com")}


def test_an_address_that_comes_back_before_the_next_export_is_not_removed(
    world: ExportWorld, tmp_path: Path
) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    world.execute("delete from marts.segment_contacts where contact_id = 'b'")
    world.contact("f", "B@EXAMPLE.com")
    world.history(*FIRST, (2, "b", "removed", False), (3, "f", "added", True))
    changes, removed = change(tmp_path, *options)
    assert ([row["contact_id"] for row in changes], removed) == (["f"], [])
    world.history(*FIRST, (2, "b", "removed", False), (3, "f", "added", True), (4, "f", "removed", False))
    assert change(tmp_path, *options)[1] == [{"contact_id": "f", "Email Address": "B@EXAMPLE.com"}]


# Scores of a and b, and who stands for the address that they share.
SCORES = [
    ({"a": 50, "b": 60}, "b"),
    ({"a": 60, "b": 50}, "a"),
    ({"a": 50, "b": 50}, "a"),
    ({"b": -1}, "b"),
    ({}, "a"),
]


@pytest.mark.parametrize(("scores", "kept"), SCORES)
@pytest.mark.parametrize("options", [(), ("--preset", "hubspot"), ("--format", "jsonl")])
def test_two_contacts_with_one_address_are_one_row(
    world: ExportWorld, tmp_path: Path, scores: dict[str, int], kept: str, options: tuple[str, ...]
) -> None:
    world.contact("a", "Lena@Example.com")
    world.contact("b", "\u00a0lena@example.com ")
    for name in ("c", "d"):
        world.contact(name, None)
    for name, score in scores.items():
        world.execute("insert into marts.contact_scores values ('m', ?, ?, null, null)", [name, score])
    # A model that the segment doesn't name says nothing.
    world.execute("insert into marts.contact_scores values ('quiet', 'a', 1000, null, null)")
    hubspot = "hubspot" in options
    world.history(*FIRST[:2], *((1, name, "added", not hubspot) for name in ("c", "d")), FIRST[4])
    [record] = json.loads(export(tmp_path, "s", *options, "--json").stdout)
    ids = (
        [json.loads(line)["contact_id"] for line in (tmp_path / "s.jsonl").read_text().splitlines()]
        if "jsonl" in options
        else [row["contact_id"] for row in rows_of(tmp_path / "s.csv")]
    )
    assert ids == [kept, *([] if hubspot else ["c", "d"]), "e"], "who has no address stays"
    assert record["rows"] == len(ids)


def test_contacts_are_told_apart_where_no_address_is_written(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("b", "a@example.com")
    export(tmp_path, "s", "--columns", "city")
    assert len(rows_of(tmp_path / "s.csv")) == 5
    world.history(*FIRST, (2, "a", "removed", False))
    result = export(tmp_path, "s", "--columns", "city", "--changes", "--json")
    assert [Path(file["path"]).name for file in json.loads(result.stdout)] == ["s_changes.csv"]


def test_who_takes_over_an_address_is_told_of(world: ExportWorld, tmp_path: Path) -> None:
    """No run says that b changed: b comes into the file because a scores less now."""
    world.contact("b", "A@example.com")
    scores = "insert into marts.contact_scores values ('m', 'a', 60, null, null), ('m', 'b', 50, null, null)"
    world.execute(scores)
    export(tmp_path, "s")
    export(tmp_path / "tool", "s", "--preset", "mautic")
    world.execute("update marts.contact_scores set score = 40 where contact_id = 'a'")
    world.history(*FIRST, (2, "a", "updated", True))
    changes, removed = change(tmp_path)
    assert [(row["contact_id"], row["change"], row["email"]) for row in changes] == [
        ("a", "removed", ""),
        ("b", "added", "A@example.com"),
    ]
    assert removed == []
    changes, removed = change(tmp_path / "tool", "--preset", "mautic")
    assert ([row["contact_id"] for row in changes], removed) == (["b"], [])


@pytest.mark.parametrize("preset", HASHED)
def test_people_known_by_phone_alone_are_in_audiences(
    world: ExportWorld, tmp_path: Path, preset: str
) -> None:
    email, phone = ("Email", "Phone") if preset == "google-ads" else ("email", "phone")
    plus = "+" if preset == "google-ads" else ""
    # Status and consent of somebody with a number, and whether he is in.
    people = {
        "missing": ("missing", True, True),
        "unknown": ("missing", None, True),
        "invalid": ("invalid", True, True),
        "refused": ("missing", False, False),
        "bounced": ("bounced", True, False),
        "left": ("unsubscribed", True, False),
        "withdrawn": ("withdrawn", False, False),
    }
    for n, (name, (status, consents, _)) in enumerate(people.items()):
        world.contact(name, None, phone=f"+31 6 1234567{n}", email_status=status, email_consent=consents)
    world.contact("no number", None, phone="12", email_status="missing")
    history = [(1, name, "added", False) for name in (*people, "no number")]
    world.history(FIRST[0], *history)
    assert export(tmp_path, "s", "--preset", preset).exit_code == 0
    in_audience = {
        hashlib.sha256(f"{plus}3161234567{n}".encode()).hexdigest()
        for n, (_, _, is_in) in enumerate(people.values())
        if is_in
    }
    rows = rows_of(tmp_path / "s.csv")
    assert {row[phone] for row in rows if not row[email]} == in_audience
    assert len(rows) == len(in_audience) + 1

    world.history(FIRST[0], *history, (2, "missing", "removed", False))
    _, removed = change(tmp_path, "--preset", preset)
    assert [row[phone] for row in removed] == [hashlib.sha256(f"{plus}31612345670".encode()).hexdigest()]


def test_a_number_that_changes_is_taken_off_alone(world: ExportWorld, tmp_path: Path) -> None:
    """The row with the old number would take the address off, too, and a shared number the one who stays."""
    numbers = {"a": "+31612345670", "b": "+31612345670", "c": "+31612345671"}
    for name, number in numbers.items():
        world.contact(name, f"{name}@example.com", phone=number, first_name=name)
    export(tmp_path, "s", "--preset", "meta")
    world.contact("c", "c@example.com", phone="+31612345672", first_name="c")
    world.execute("delete from marts.segment_contacts where contact_id = 'a'")
    world.history(*FIRST, (2, "a", "removed", False), (2, "c", "updated", True))
    _, removed = change(tmp_path, "--preset", "meta")
    cells = [{name: value for name, value in row.items() if value} for row in removed]
    assert cells == [
        {"email": written("meta", "a@example.com")},
        {"phone": hashlib.sha256(b"31612345671").hexdigest()},
    ]


def test_a_full_export_forgets_nobody_who_left_before(world: ExportWorld, tmp_path: Path) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    changed(world)
    [full, removed] = json.loads(export(tmp_path, "s", *options, "--json").stdout)
    assert (full["rows"], removed["rows"], removed["changes"]) == (2, 4, {"removed": 4})
    changes, told = change(tmp_path, *options)
    assert (changes, {row["contact_id"] for row in told}) == ([], {"a", "b", "c", "d"})
    assert change(tmp_path, *options) == ([], [])


def test_counts_are_those_of_the_rows_in_the_file(world: ExportWorld, tmp_path: Path) -> None:
    export(tmp_path, "s", "--preset", "meta")
    changed(world)
    world.contact("b", "e@example.com")
    world.history(*FIRST, (2, "b", "updated", True), (2, "c", "removed", False), (2, "d", "updated", False))
    result = export(tmp_path, "s", "--preset", "meta", "--changes", "--allow-removals", "--json")
    for file in json.loads(result.stdout):
        assert file["rows"] == len(rows_of(Path(file["path"]))) == sum(file["changes"].values())


@pytest.mark.parametrize("stopped", [".csv", ".memory-2", ".json"])
def test_an_export_that_stops_halfway_remembers_what_it_did_before(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: str
) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    changed(world)
    replace = Path.replace

    def stops(path: Path, place: Path) -> Path:
        if place.name.endswith(stopped):
            raise OSError(28, "No space left on device")
        return replace(path, place)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stops)
        assert export(tmp_path, "s", *options, "--changes", "--allow-removals").exit_code == 1
    changes, removed = change(tmp_path, *options)
    assert ([row["contact_id"] for row in changes], len(removed)) == (["a"], 4)
    assert len(list(tmp_path.glob(".s.memory-*"))) == 1


def test_a_folder_of_before_goes_on_by_the_addresses_on_file(world: ExportWorld, tmp_path: Path) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    [memory] = tmp_path.glob(".s.memory-*")
    memory.unlink()
    place = tmp_path / "s.manifest.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"memory": None}))
    world.contact("d", "d@example.com", mailable=False)
    world.history(*FIRST, (2, "d", "updated", False), (2, "c", "removed", False))
    changes, removed = change(tmp_path, *options)
    assert (changes, [row["Email Address"] for row in removed]) == ([], ["c@example.com", "d@example.com"])


@pytest.mark.parametrize("damage", ["gone", "no parquet"])
def test_a_memory_that_is_lost_stops_the_export_before_it_writes(
    world: ExportWorld, tmp_path: Path, damage: str
) -> None:
    options = ("--preset", "mailchimp")
    export(tmp_path, "s", *options)
    [memory] = tmp_path.glob(".s.memory-*")
    memory.unlink() if damage == "gone" else memory.write_text(damage)
    before = sorted(file.name for file in tmp_path.glob("*"))
    result = export(tmp_path, "s", *options, "--changes")
    assert (result.exit_code, "isn't known any more" in result.stderr) == (1, True)
    assert sorted(file.name for file in tmp_path.glob("*")) == before


def test_the_memory_of_hashed_files_holds_hashes_only(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("a", "a@example.com", phone="+31612345678", first_name="Ann")
    export(tmp_path, "s", "--preset", "meta")
    [memory] = tmp_path.glob(".s.memory-*")
    text = str(duckdb.execute(f"select list(told) from read_parquet('{memory}') as told").fetchall())
    assert hashlib.sha256(b"a@example.com").hexdigest() in text
    assert not [told for told in ("@", "31612345678", "Ann") if told in text]


@pytest.mark.parametrize(
    ("sign", "delimiter"),
    [(";", ";"), ("semicolon", ";"), ("tab", "\t"), ("\\t", "\t"), ("|", "|"), (",", ",")],
)
def test_excel_opens_what_is_written_for_it(
    world: ExportWorld, tmp_path: Path, sign: str, delimiter: str
) -> None:
    world.contact("a", "a@example.com", last_name="Zo\u00eb; \t|,x")
    options = ("--columns", "last_name", "--delimiter", sign, "--bom")
    assert export(tmp_path, "s", *options).exit_code == 0
    assert (tmp_path / "s.csv").read_bytes().startswith(b"\xef\xbb\xbfcontact_id" + delimiter.encode())
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=delimiter))
    assert rows[:2] == [["contact_id", "last_name"], ["a", "Zo\u00eb; \t|,x"]]
    refused = export(tmp_path, "s", "--columns", "last_name", "--changes")
    assert (refused.exit_code, "bom was True" in refused.stderr) == (1, True)
    assert export(tmp_path, "s", *options, "--changes").exit_code == 0
    assert (
        (tmp_path / "s_changes.csv").read_bytes().startswith(b"\xef\xbb\xbfcontact_id" + delimiter.encode())
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--bom", "--format", "jsonl"), "--delimiter and --bom are for CSV"),
        (("--delimiter", ";", "--format", "parquet"), "--delimiter and --bom are for CSV"),
        (("--delimiter", "x"), "'x' separates no cells"),
        (("--delimiter", ""), "separates no cells"),
    ],
)
def test_what_is_no_csv_has_no_delimiter(
    world: ExportWorld, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = export(tmp_path / "out", "s", *options)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_each_file_says_whether_its_ids_are_exact(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("=x", "x@example.com")
    world.history((1, "=x", "added", True))
    for options, is_guarded in (
        ((), True),
        (("--preset", "hubspot"), False),
        (("--preset", "hubspot", "--safe"), True),
        (("--format", "jsonl"), False),
    ):
        [record] = json.loads(export(tmp_path, "s", *options, "--json").stdout)
        assert record["is_guarded"] is is_guarded
        assert ("'=x" in Path(record["path"]).read_text()) is is_guarded
        table = export(tmp_path, "s", *options).stdout
        assert ("guarded, ids too" in table, "exact" in table) == (is_guarded, not is_guarded)
