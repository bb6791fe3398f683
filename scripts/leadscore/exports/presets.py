"""Files that tools import as they are: each one's headers and rules. docs/exports.md cites their pages."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from leadscore.errors import UsageMistakeError
from leadscore.exports import identifiers as ids
from leadscore.exports.columns import Column, address_column, band_column, score_column
from leadscore.exports.phones import PHONES
from leadscore.exports.segments import Segment
from leadscore.storage.database import literal

# Who has an address that may not be mailed is left alone by phone, too; who has none is known by it.
MAILABLE = "members.is_mailable"
REACHABLE = f"""
    ({MAILABLE} or (
        phones.digits is not null
        and contacts.email_status in ('missing', 'invalid')
        and contacts.email_consent is distinct from false
    ))
"""
SegmentColumns = Callable[[Segment], Sequence[Column]]


class Tool(StrEnum):
    """The tools that there are presets for."""

    HUBSPOT = "hubspot"
    MAILCHIMP = "mailchimp"
    MAUTIC = "mautic"
    SALESFORCE = "salesforce"
    GOOGLE_ADS = "google-ads"
    META = "meta"


@dataclass(frozen=True)
class Preset:
    """How one tool wants its file.

    Attributes:
        name: The tool.
        columns: The columns for a segment.
        removal: How many of its first columns say whom to take off a list.
        audience_sql: Which members go in: those who may be mailed, where the tool knows people by address.
        needs_phones: Whether it knows people by phone number: these are brought into E.164 first.
    """

    name: Tool
    columns: SegmentColumns
    removal: int = 1
    audience_sql: str = MAILABLE
    needs_phones: bool = False


def known_by(columns: Sequence[Column], preset: Preset | None) -> list[Column]:
    """The columns of a file that say whom to take off a list.

    Args:
        columns: Those of the file.
        preset: The tool that it is for; None: it is for people.
    """
    if preset:
        return [*columns[: preset.removal]]
    return [columns[0], *(column for column in columns if column.identifies)]


def _contact(*columns: tuple[str, str]) -> list[Column]:
    """Columns of a contact by their headers."""
    return [Column(header, f"contacts.{name}") for header, name in columns]


def _with_scores(segment: Segment, columns: Sequence[Column], score: str, band: str) -> list[Column]:
    """Columns, and as fields of a CRM the scores and bands of the models that a segment names.

    Raises:
        UsageMistakeError: Two would have one name, whatever their letter case, or one none; all are told.
    """
    told = {model: _field_name(model) for model in segment.models}
    mistakes = [
        f"no field can be named after model {model!r}: its id has no letter a to z or digit"
        for model, name in told.items()
        if not name
    ]
    scores = [
        (f"the {what} of model {model!r}", column)
        for model, name in told.items()
        for what, column in (
            ("score", score_column(score.format(name), model)),
            ("band", band_column(band.format(name), model)),
        )
    ]
    owners: dict[str, list[str]] = {}
    for owner, column in [*((column.name, column) for column in columns), *scores]:
        owners.setdefault(column.name.lower(), []).append(owner)
    mistakes += [f"{' and '.join(of)} would have one field" for of in owners.values() if of[1:]]
    if mistakes:
        raise UsageMistakeError(mistakes, "Rename a model, or export without --preset.")
    return [*columns, *(column for _, column in scores)]


def _field_name(model: str) -> str:
    return re.sub("[^a-z0-9]+", "_", model.lower()).strip("_")


def _hubspot(segment: Segment) -> list[Column]:
    columns = [
        Column("contact_id", "moved.contact_id"),
        address_column("Email"),
        *_contact(("First Name", "first_name"), ("Last Name", "last_name"), ("Phone Number", "phone")),
        *_contact(("Job Title", "job_title"), ("Company Name", "company_name"), ("City", "city")),
        *_contact(("Postal Code", "postal_code"), ("Country/Region", "country")),
        Column("Leadscore segment", literal(segment.segment_id)),
    ]
    return _with_scores(segment, columns, "Leadscore {}", "Leadscore {} band")


def _mailchimp(segment: Segment) -> list[Column]:
    # A comma would end the tag: one that holds a comma stands in quotes of its own.
    tag = f'"{segment.segment_id}"' if "," in segment.segment_id else segment.segment_id
    return [
        Column("contact_id", "moved.contact_id"),
        address_column("Email Address"),
        *_contact(("First Name", "first_name"), ("Last Name", "last_name"), ("Phone Number", "phone")),
        *_contact(("Company", "company_name")),
        Column("Tags", literal(tag)),
    ]


def _mautic(segment: Segment) -> list[Column]:
    columns = [
        Column("contact_id", "moved.contact_id"),
        address_column("email"),
        *_contact(("firstname", "first_name"), ("lastname", "last_name"), ("phone", "phone")),
        *_contact(("position", "job_title"), ("company", "company_name"), ("city", "city")),
        *_contact(("zipcode", "postal_code"), ("country", "country")),
        # A bar separates tags.
        Column("tags", literal(segment.segment_id.replace("|", "/"))),
    ]
    return _with_scores(segment, columns, "leadscore_{}", "leadscore_{}_band")


def _salesforce(segment: Segment) -> list[Column]:
    columns = [
        # Salesforce knows people by this id, whatever their address.
        Column("Leadscore_Contact_Id__c", "moved.contact_id", identifies=True),
        replace(address_column("Email"), identifies=False),
        *_contact(("FirstName", "first_name")),
        # Salesforce takes no contact without a last name.
        Column("LastName", "coalesce(nullif(trim(contacts.last_name), ''), '[not provided]')"),
        *_contact(("Phone", "phone"), ("Title", "job_title"), ("MailingCity", "city")),
        *_contact(("MailingPostalCode", "postal_code"), ("MailingCountry", "country")),
        Column("HasOptedOutOfEmail", "coalesce(contacts.email_status, '') != 'mailable'", is_text=False),
        Column("Leadscore_Segment__c", literal(segment.segment_id)),
    ]
    return _with_scores(segment, columns, "Leadscore_{}__c", "Leadscore_{}_Band__c")


def _google_ads(segment: Segment) -> list[Column]:
    return [
        address_column("Email", lambda email: ids.hashed_sql(ids.google_email_sql(email))),
        Column("Phone", ids.hashed_sql("'+' || phones.digits"), needs=PHONES, identifies=True),
        Column("First Name", ids.hashed_sql(ids.google_name_sql("contacts.first_name"))),
        Column("Last Name", ids.hashed_sql(ids.google_name_sql("contacts.last_name"))),
        Column("Country", ids.country_code_sql("contacts.country")),
        Column("Zip", ids.google_postal_code_sql("contacts.postal_code")),
    ]


def _meta(segment: Segment) -> list[Column]:
    return [
        address_column("email", lambda email: ids.hashed_sql(ids.trimmed_sql(email))),
        Column("phone", ids.hashed_sql("phones.digits"), needs=PHONES, identifies=True),
        Column("fn", ids.hashed_sql(ids.letters_only_sql("contacts.first_name"))),
        Column("ln", ids.hashed_sql(ids.letters_only_sql("contacts.last_name"))),
        Column("ct", ids.hashed_sql(ids.letters_only_sql("contacts.city"))),
        Column("zip", ids.hashed_sql(ids.meta_postal_code_sql("contacts.postal_code", "contacts.country"))),
        Column("country", ids.hashed_sql(ids.country_code_sql("contacts.country"))),
    ]


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(Tool.HUBSPOT, _hubspot, removal=2),
        Preset(Tool.MAILCHIMP, _mailchimp, removal=2),
        Preset(Tool.MAUTIC, _mautic, removal=2),
        Preset(Tool.SALESFORCE, _salesforce, audience_sql="true"),
        Preset(Tool.GOOGLE_ADS, _google_ads, removal=6, audience_sql=REACHABLE, needs_phones=True),
        Preset(Tool.META, _meta, removal=7, audience_sql=REACHABLE, needs_phones=True),
    )
}
