"""The layouts that tools import: their headers, and identifiers as each vendor's rules want them hashed."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path

import duckdb
import pytest
from export_world import ExportWorld, environment, export, rows_of
from leadscore.exports import identifiers as ids
from leadscore.exports import phones
from leadscore.exports.countries import country_codes
from leadscore.exports.formats import FORMATS, FileFormat
from leadscore.exports.phones import international_digits, is_calling_code
from leadscore.exports.presets import PRESETS, Tool

HEADERS = {
    "hubspot": "contact_id,Email,First Name,Last Name,Phone Number,Job Title,Company Name,City,Postal Code,"
    "Country/Region,Leadscore segment,Leadscore m,Leadscore m band",
    "mailchimp": "contact_id,Email Address,First Name,Last Name,Phone Number,Company,Tags",
    "mautic": "contact_id,email,firstname,lastname,phone,position,company,city,zipcode,country,tags,"
    "leadscore_m,leadscore_m_band",
    "salesforce": "Leadscore_Contact_Id__c,Email,FirstName,LastName,Phone,Title,MailingCity,"
    "MailingPostalCode,MailingCountry,HasOptedOutOfEmail,Leadscore_Segment__c,Leadscore_m__c,Leadscore_m_Band__c",
    "google-ads": "Email,Phone,First Name,Last Name,Country,Zip",
    "meta": "email,phone,fn,ln,ct,zip,country",
}
# Raw address, as Google wants it, as Meta wants it.
ADDRESSES = [
    (" Cloudy.SanFrancisco+shopping@gmail.com\t", "cloudysanfrancisco@gmail.com", None),
    ("User.Name+NYC@Example.com", "user.name+nyc@example.com", "user.name+nyc@example.com"),
    ("A.b@GoogleMail.com", "ab@googlemail.com", "a.b@googlemail.com"),
    ("a.b@gmail.com.example", "a.b@gmail.com.example", "a.b@gmail.com.example"),
    ("a.b@notgmail.com", "a.b@notgmail.com", "a.b@notgmail.com"),
    ("Zoë@Example.com", "zoë@example.com", "zoë@example.com"),
]
# Number, the contact's country, calling code, its digits.
PHONES = [
    # It says its country itself, whatever the contact's.
    ("+31 6 1234-5678", None, None, "31612345678"),
    ("+31 (0)6 12345678", None, None, "31612345678"),
    ("+310612345678", "be", None, "31612345678"),
    ("(+31) 6 12345678", "us", "1", "31612345678"),
    ("+ 31 6 12345678", None, None, "31612345678"),
    ("\uff0b31 6 12345678", None, None, "31612345678"),
    ("0031 6 12345678", None, None, "31612345678"),
    ("(0031) 6 12345678", "gb", None, "31612345678"),
    ("0031 (0)6 12345678", "us", None, "31612345678"),
    ("+44 844 412 4653", None, "31", "448444124653"),
    ("+44 0161 496 0000", None, None, "441614960000"),
    ("+44 (0)161 496 0000", "nl", "31", "441614960000"),
    ("+39 06 1234 5678", None, None, "390612345678"),
    ("+39 (0)6 12345678", None, None, "390612345678"),
    ("+1 (212) 555-0100", None, None, "12125550100"),
    ("+7 8 912 345-67-89", None, None, "79123456789"),
    ("tel:+31-6-12345678;ext=34", None, None, "31612345678"),
    ("\u00a0+44\u00a00161\u00a0496\u00a00000\u2009", "us", None, "441614960000"),
    # The zero that is dialled at home only goes, also where the library leaves it; else it stays.
    ("+48 022 123 45 67", None, None, "48221234567"),
    ("+30 0210 123 4567", None, None, "302101234567"),
    ("+351 021 123 4567", None, None, "351211234567"),
    ("+420 0 601 123 456", None, None, "420601123456"),
    ("+49 (0)30 12345678", None, None, "493012345678"),
    ("+225 07 12 34 56 78", None, None, "2250712345678"),
    ("+242 06 123 4567", None, None, "242061234567"),
    ("+378 0549 123456", None, None, "3780549123456"),
    ("+48 000 000 000", None, None, None),
    # The contact's country says how it is dialled.
    ("06 12345678", "nl", None, "31612345678"),
    ("06 12345678", "NL", "1", "31612345678"),
    ("06-1234 5678", "it", None, "390612345678"),
    ("333 1234567", "it", None, "393331234567"),
    ("0161 496 0000", "gb", None, "441614960000"),
    ("07700 900123", "gb", None, "447700900123"),
    ("(212) 555-0100", "us", None, "12125550100"),
    ("1-212-555-0100", "us", "31", "12125550100"),
    ("011 31 6 12345678", "us", None, "31612345678"),
    ("8 (912) 345-67-89", "ru", None, "79123456789"),
    ("\u0660\u0666 \u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "nl", None, "31612345678"),
    # The calling code does, where there is no country that it knows.
    ("06 12345678", None, None, None),
    ("06 12345678", None, "31", "31612345678"),
    ("06 12345678", "xx", "31", "31612345678"),
    ("06 12345678", "xx", None, None),
    ("612345678", None, "31", "31612345678"),
    ("31612345678", None, "31", "31612345678"),
    ("06 12345678", None, "39", "390612345678"),
    ("(800) 555-0100", None, "1", "18005550100"),
    ("1-800-555-0100", None, "1", "18005550100"),
    # What isn't dialled from outside.
    ("212-555-0100 ext. 34", "us", None, "12125550100"),
    ("212-555-0100 x34", "us", None, "12125550100"),
    ("212-555-0100 #34", "us", None, "12125550100"),
    ("212-555-0100 *34", "us", None, "12125550100"),
    ("212-555-0100,34", "us", None, "12125550100"),
    ("212-555-0100;ext=34", "us", None, "12125550100"),
    ("212-555-0100\u00a0ext.\u00a034", "us", None, "12125550100"),
    ("06-12345678 toestel 12", "nl", None, "31612345678"),
    ("+49 30 123456 Otto", None, None, "4930123456"),
    ("mobile: 06 12345678 (work)", "nl", None, "31612345678"),
    # No numbers.
    ("n/a", "nl", "31", None),
    ("12", "nl", "31", None),
    ("12345", "nl", None, None),
    ("555-0100", "us", None, None),
    ("0800 FLOWERS", "us", None, None),
    ("+0031612345678", None, None, None),
    ("+999 123456789", "nl", "31", None),
    ("0000000000", "us", "31", None),
    ("+31 6 123456789012", None, None, None),
    ("06 12345678 / 020 1234567", "nl", None, None),
    ("+", "nl", "31", None),
    ("", "nl", "31", None),
    ("9" * 300, "nl", "31", None),
]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExportWorld:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    publication = ExportWorld(tmp_path)
    publication.contact(
        "c1", "Ann.Lee@Gmail.com", phone="06 1234 5678", first_name=" Ánn-Mary ", last_name="=O'Neil",
        job_title="-CEO", company_name="A, B", city="'s-Hertogenbosch", postal_code=" 5211 AB", country="NL",
    )  # fmt: skip
    publication.execute("insert into marts.contact_scores values ('m', 'c1', 50.5, 'hot', null)")
    publication.history((1, "c1", "added", True))
    return publication


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def value_of(sql: str) -> object:
    return duckdb.execute(f"select {sql}").fetchall()[0][0]


def test_what_can_be_chosen_is_there() -> None:
    assert [*PRESETS] == [*Tool] == [*HEADERS]
    assert [*FORMATS] == [*FileFormat]


@pytest.mark.parametrize("preset", HEADERS)
def test_a_file_has_the_headers_that_the_tool_knows(world: ExportWorld, tmp_path: Path, preset: str) -> None:
    assert export(tmp_path, "s", "--preset", preset).exit_code == 0
    text = (tmp_path / "s.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == HEADERS[preset]
    assert len(rows_of(tmp_path / "s.csv")) == 1


# Models of one segment, and what is said of them for HubSpot, Mautic and Salesforce; None: nothing.
NONE = "no field can be named after model 'модель': its id has no letter a to z or digit"
TWO = "the score of model 'a-b' and the score of model 'a_b' would have one field"
CLASHES = [
    (("a-b", "a_b"), (TWO, TWO, TWO)),
    (("модель",), (NONE, NONE, NONE)),
    (
        ("x", "x_band"),
        (None, *["the band of model 'x' and the score of model 'x_band' would have one field"] * 2),
    ),
    (
        ("Segment",),
        ("Leadscore segment and the score of model 'Segment'", None, "Leadscore_Segment__c and the"),
    ),
    (("a-b", "a_c", "A"), (None, None, None)),
]


@pytest.mark.parametrize(("models", "said"), CLASHES)
def test_fields_that_would_have_one_name_or_none_are_refused(
    world: ExportWorld, tmp_path: Path, models: tuple[str, ...], said: tuple[str | None, ...]
) -> None:
    for model in models:
        world.execute("insert into marts.dim_scoring_models values (?)", [model])
        world.execute(
            "insert into marts.dim_segment_conditions values ('s', '1', ?, '>', '45', 3)", [f"score.{model}"]
        )
    for preset, message in zip(("hubspot", "mautic", "salesforce"), said, strict=True):
        result = export(tmp_path / preset, "s", "--preset", preset)
        assert (result.exit_code, (message or "") in result.stderr) == (2 if message else 0, True), preset
        assert (tmp_path / preset).exists() == (message is None)
    for options in (("--preset", "mailchimp"), ()):
        assert export(tmp_path / "others", "s", *options).exit_code == 0


def test_values_for_machines_are_as_they_are(world: ExportWorld, tmp_path: Path) -> None:
    export(tmp_path, "s", "--preset", "hubspot")
    [row] = rows_of(tmp_path / "s.csv")
    assert (row["contact_id"], row["Email"], row["Last Name"]) == ("c1", "Ann.Lee@Gmail.com", "=O'Neil")
    assert (row["Job Title"], row["Company Name"], row["Leadscore m"]) == ("-CEO", "A, B", "50.50")
    assert (row["Leadscore segment"], row["Leadscore m band"]) == ("s", "hot")


def test_google_gets_hashes_by_its_rules(world: ExportWorld, tmp_path: Path) -> None:
    export(tmp_path, "s", "--preset", "google-ads", "--dial-code", "1")
    [row] = rows_of(tmp_path / "s.csv")
    assert row == {
        "Email": sha("annlee@gmail.com"),
        "Phone": sha("+31612345678"),
        "First Name": sha("ánn-mary"),
        "Last Name": sha("=o'neil"),
        "Country": "nl",
        "Zip": "5211 AB",
    }


def test_meta_gets_hashes_by_its_rules(world: ExportWorld, tmp_path: Path) -> None:
    export(tmp_path, "s", "--preset", "meta")
    [row] = rows_of(tmp_path / "s.csv")
    assert row == {
        "email": sha("ann.lee@gmail.com"),
        "phone": sha("31612345678"),
        "fn": sha("ánnmary"),
        "ln": sha("oneil"),
        "ct": sha("shertogenbosch"),
        "zip": sha("5211ab"),
        "country": sha("nl"),
    }


@pytest.mark.parametrize(("raw", "google", "meta"), ADDRESSES)
def test_addresses_are_normalised(raw: str, google: str, meta: str | None) -> None:
    quoted = "'" + raw.replace("'", "''") + "'"
    assert value_of(ids.google_email_sql(quoted)) == google
    assert value_of(ids.trimmed_sql(quoted)) == (meta or raw.strip().lower())


@pytest.mark.parametrize(("phone", "country", "code", "digits"), PHONES)
def test_phone_numbers_are_completed_or_left_out(
    phone: str, country: str | None, code: str | None, digits: str | None
) -> None:
    assert international_digits(phone, country, code) == digits


@pytest.mark.parametrize(
    "text", ["", "0", "0031", "+31", "31 ", "\u0663\u0661", "999", "800", "870", "Nederland"]
)
def test_a_calling_code_is_that_of_a_country(text: str) -> None:
    assert is_calling_code("31")
    assert is_calling_code("1")
    assert not is_calling_code(text)


def test_each_number_goes_by_the_country_of_its_contact(
    world: ExportWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "CHUNK", 2)
    written = {
        "a": ("06 12345678", " NL ", "31612345678"),
        "b": ("06 12345678", "it", "390612345678"),
        "c": ("06 12345678", "Nederland", "41612345678"),
        "d": ("06 12345678", None, "41612345678"),
        "e": ("+44 0161 496 0000", "US", "441614960000"),
        "f": ("it's none", "NL", None),
        "g": (None, "NL", None),
    }
    for name, (phone, country, _) in written.items():
        world.contact(name, f"{name}@example.com", phone=phone, country=country)
    world.history(*((1, name, "added", True) for name in written))
    export(tmp_path, "s", "--preset", "meta", "--dial-code", "41")
    assert {row["email"]: row["phone"] for row in rows_of(tmp_path / "s.csv")} == {
        sha(f"{name}@example.com"): sha(digits) if digits else "" for name, (_, _, digits) in written.items()
    }
    # Who is taken off the list is known by the number, too.
    world.history(
        *((1, name, "added", True) for name in written), *((2, name, "removed", False) for name in written)
    )
    export(tmp_path, "s", "--preset", "meta", "--dial-code", "41", "--changes", "--allow-removals")
    removed = rows_of(tmp_path / "s_removed.csv")
    assert [row["phone"] for row in removed] == [
        sha(digits) if digits else "" for _, _, digits in written.values()
    ]


@pytest.mark.parametrize("preset", ["hubspot", "salesforce"])
def test_no_number_is_read_for_who_takes_them_as_they_are(
    world: ExportWorld, tmp_path: Path, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadscore.exports.exporting.bring_phones", None)
    assert export(tmp_path, "s", "--preset", preset).exit_code == 0
    assert "06 1234 5678" in (tmp_path / "s.csv").read_text(encoding="utf-8")


COUNTRIES = [
    ("NL", "nl"), (" be ", "be"), ("\u00a0NL\u2003", "nl"), ("nld", "nl"), ("USA", "us"), ("U.S.A.", "us"),
    ("UK", "gb"), ("u.k.", "gb"), ("GBR", "gb"), ("EL", "gr"), ("XK", None), ("AA", None), ("EU", None),
    ("Nederland", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "code"), COUNTRIES)
def test_a_country_is_a_code_of_iso_3166(raw: str, code: str | None) -> None:
    assert value_of(ids.country_code_sql(f"'{raw}'")) == code


def test_there_are_249_countries() -> None:
    codes = country_codes()
    assert len(set(codes.values())) == 249
    assert len(codes) == 2 * 249 + 2


# Postal code, country, as Google wants it, as Meta wants it.
POSTAL_CODES = [
    ("94035-1234", "US", "94035-1234", "94035"),
    ("94035-1234", "USA", "94035-1234", "94035"),
    ("94035-1234", None, "94035-1234", "94035"),
    ("94035\u20131234", "United States", "94035-1234", "94035"),
    ("94035 1234", "us", "94035 1234", "94035"),
    ("940351234", "PR", "940351234", "94035"),
    ("94035", "US", "94035", "94035"),
    ("02138", None, "02138", "02138"),
    ("12345-6789", "SA", "12345-6789", "123456789"),
    ("940351234", None, "940351234", "940351234"),
    ("01310-100", "BR", "01310-100", "01310100"),
    ("M1 1AE", "UK", "M1 1AE", "m11ae"),
    ("sw1a\u00a01aa", "GB", "sw1a 1aa", "sw1a1aa"),
    (" EC1A-1BB ", "GBR", "EC1A-1BB", "ec1a1bb"),
    ("M1 1AE", None, "M1 1AE", "m11ae"),
    ("M1", "GB", "M1", "m1"),
    ("\u00a05211\u00a0AB\u2009", "NL", "5211 AB", "5211ab"),
    ("\u3000", "NL", None, None),
]


@pytest.mark.parametrize(("raw", "country", "google", "meta"), POSTAL_CODES)
def test_postal_codes_are_what_each_platform_asks_for(
    raw: str, country: str | None, google: str | None, meta: str | None
) -> None:
    written = "null::varchar" if country is None else f"'{country}'"
    assert value_of(ids.google_postal_code_sql(f"'{raw}'")) == google
    assert value_of(ids.meta_postal_code_sql(f"'{raw}'", written)) == meta


@pytest.mark.parametrize(
    ("raw", "google", "meta"),
    [
        ("Mary\u00a0Ann", "mary ann", "maryann"),
        (" van  der\u2009Berg ", "van der berg", "vanderberg"),
        ("de\tVries\n", "de vries", "devries"),
        ("O'Neil-Smith", "o'neil-smith", "oneilsmith"),
        ("\u00c9MILIE", "\u00e9milie", "\u00e9milie"),
        ("\u3000", None, None),
    ],
)
def test_names_are_what_each_platform_asks_for(raw: str, google: str | None, meta: str | None) -> None:
    quoted = "'" + raw.replace("'", "''") + "'"
    assert value_of(ids.google_name_sql(quoted)) == google
    assert value_of(ids.letters_only_sql(quoted)) == meta


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zo\u00eb", "Zoe\u0308"),
        ("\u00c5se", "A\u030ase"),
        ("\u1e69", "s\u0307\u0323"),
        ("\u00a0Jos\u00e9\u2003", "JOSE\u0301"),
        ("\ud55c", "\u1112\u1161\u11ab"),
    ],
)
def test_one_text_in_two_spellings_of_unicode_has_one_hash(one: str, other: str) -> None:
    assert one != other
    for shaped_sql in (ids.google_email_sql, ids.google_name_sql, ids.trimmed_sql, ids.letters_only_sql):
        values = {value_of(shaped_sql(f"'{text}'")) for text in (one, other)}
        assert values == {unicodedata.normalize("NFC", one.strip().lower())}, shaped_sql


def test_a_missing_value_has_no_hash(world: ExportWorld, tmp_path: Path) -> None:
    world.contact("c1", "a@example.com", first_name="  ", last_name=None, city="123", country="Nederland")
    export(tmp_path, "s", "--preset", "meta")
    [row] = rows_of(tmp_path / "s.csv")
    assert row == {"email": sha("a@example.com")} | dict.fromkeys(
        ["phone", "fn", "ln", "ct", "zip", "country"], ""
    )


def test_tags_hold_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    world = ExportWorld(tmp_path, "warm, new|old")
    world.contact("a", "a@example.com")
    world.history((1, "a", "added", True))
    for preset, column, tag in (
        ("mailchimp", "Tags", '"warm, new|old"'),
        ("mautic", "tags", "warm, new/old"),
    ):
        [record] = json.loads(export(tmp_path, "warm, new|old", "--preset", preset, "--json").stdout)
        assert rows_of(Path(record["path"]))[0][column] == tag


def test_salesforce_hears_of_opt_outs_and_takes_nobody_without_a_last_name(
    world: ExportWorld, tmp_path: Path
) -> None:
    world.contact("c1", "a@example.com", mailable=False, last_name=" ")
    world.history((1, "c1", "added", False))
    export(tmp_path, "s", "--preset", "salesforce")
    [row] = rows_of(tmp_path / "s.csv")
    assert (row["Email"], row["HasOptedOutOfEmail"], row["LastName"]) == ("", "true", "[not provided]")


def test_who_unsubscribes_is_taken_off_by_the_address_on_file(world: ExportWorld, tmp_path: Path) -> None:
    first = [(1, "c1", "added", True), (1, "c2", "added", False)]
    world.contact("c2", "c2@example.com", mailable=False)
    world.history(*first)
    export(tmp_path, "s", "--preset", "mailchimp")
    world.contact("c1", "Ann.Lee@Gmail.com", mailable=False)
    world.contact("c3", "c3@example.com")
    # c2 was never told of, so nobody hears that he left; c1 is still a member, but may not be mailed.
    later = [(2, "c1", "updated", False), (2, "c2", "removed", False), (2, "c3", "added", True)]
    world.history(*first, *later)
    arguments = ("s", "--preset", "mailchimp", "--changes")
    # One of the one whom the folder knows: of those who may be mailed, as the tool has them.
    assert "s: 1 of 1 member would be removed" in export(tmp_path, *arguments).stderr
    assert export(tmp_path, *arguments, "--allow-removals").exit_code == 0
    assert [row["contact_id"] for row in rows_of(tmp_path / "s_changes.csv")] == ["c3"]
    assert rows_of(tmp_path / "s_removed.csv") == [{"contact_id": "c1", "Email Address": "Ann.Lee@Gmail.com"}]


@pytest.mark.parametrize("remembers", [True, False])
def test_nobody_is_taken_off_an_audience_by_a_row_of_nothing(
    world: ExportWorld, tmp_path: Path, remembers: bool
) -> None:
    """A folder of before there was a memory knows nothing of who isn't scored any more."""
    export(tmp_path, "s", "--preset", "meta")
    if not remembers:
        place = tmp_path / "s.manifest.json"
        place.write_text(json.dumps(json.loads(place.read_text()) | {"memory": None}))
    world.history((1, "c1", "added", True), (2, "c1", "removed", False))
    world.execute("delete from marts.segment_contacts")
    result = export(tmp_path, "s", "--preset", "meta", "--changes", "--allow-removals", "--json")
    removed = json.loads(result.stdout)[1]
    assert (removed["rows"], removed["changes"]) == ((1, {"removed": 1}) if remembers else (0, {}))
    assert [row["email"] for row in rows_of(tmp_path / "s_removed.csv")] == [
        sha("ann.lee@gmail.com")
    ] * remembers
