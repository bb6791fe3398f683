"""Files that tools import as they are: each one's headers and rules. docs/exports.md cites their pages."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadscore.exports import identifiers as ids
from leadscore.exports.columns import Column, scores_of
from leadscore.exports.phones import DIGITS
from leadscore.exports.segments import Segment
from leadscore.storage.database import literal

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
        needs_address: Whether only members who may be mailed go in: the tool knows people by their address.
        needs_phones: Whether columns look into `phones`: then numbers are brought into E.164 first.
    """

    name: Tool
    columns: SegmentColumns
    removal: int = 1
    needs_address: bool = True
    needs_phones: bool = False


def on_file(column: Column) -> Column:
    """A column that names whom to take off a list: by the address on file, which may no longer be mailed."""
    sql = re.sub(r"\bcontacts[.]email\b", "contacts.email_on_file", column.sql)
    return Column(column.name, sql, column.is_text)


def _contact(**columns: str) -> list[Column]:
    return [Column(header, f"contacts.{name}") for header, name in columns.items()]


def _named(*columns: tuple[str, str]) -> list[Column]:
    return [Column(header, f"contacts.{name}") for header, name in columns]


def _scores(segment: Segment, score: str, band: str) -> list[Column]:
    """The scores and bands of the models that a segment names, as fields of a CRM."""
    return [
        column
        for model in segment.models
        for column in (
            Column(score.format(_field_name(model)), f"{scores_of(model)}.score", is_text=False),
            Column(band.format(_field_name(model)), f"{scores_of(model)}.band_id"),
        )
    ]


def _field_name(model: str) -> str:
    return re.sub("[^a-z0-9]+", "_", model.lower()).strip("_")


def _hubspot(segment: Segment) -> list[Column]:
    return [
        Column("contact_id", "moved.contact_id"),
        *_named(("Email", "email")),
        *_named(("First Name", "first_name"), ("Last Name", "last_name"), ("Phone Number", "phone")),
        *_named(("Job Title", "job_title"), ("Company Name", "company_name"), ("City", "city")),
        *_named(("Postal Code", "postal_code"), ("Country/Region", "country")),
        Column("Leadscore segment", literal(segment.segment_id)),
        *_scores(segment, "Leadscore {}", "Leadscore {} band"),
    ]


def _mailchimp(segment: Segment) -> list[Column]:
    # A comma would end the tag: one that holds a comma stands in quotes of its own.
    tag = f'"{segment.segment_id}"' if "," in segment.segment_id else segment.segment_id
    return [
        Column("contact_id", "moved.contact_id"),
        *_named(("Email Address", "email")),
        *_named(("First Name", "first_name"), ("Last Name", "last_name"), ("Phone Number", "phone")),
        *_named(("Company", "company_name")),
        Column("Tags", literal(tag)),
    ]


def _mautic(segment: Segment) -> list[Column]:
    return [
        Column("contact_id", "moved.contact_id"),
        *_contact(email="email"),
        *_contact(firstname="first_name", lastname="last_name", phone="phone", position="job_title"),
        *_contact(company="company_name", city="city", zipcode="postal_code", country="country"),
        # A bar separates tags.
        Column("tags", literal(segment.segment_id.replace("|", "/"))),
        *_scores(segment, "leadscore_{}", "leadscore_{}_band"),
    ]


def _salesforce(segment: Segment) -> list[Column]:
    return [
        Column("Leadscore_Contact_Id__c", "moved.contact_id"),
        *_contact(Email="email", FirstName="first_name"),
        # Salesforce takes no contact without a last name.
        Column("LastName", "coalesce(nullif(trim(contacts.last_name), ''), '[not provided]')"),
        *_contact(Phone="phone", Title="job_title", MailingCity="city", MailingPostalCode="postal_code"),
        *_contact(MailingCountry="country"),
        Column("HasOptedOutOfEmail", "coalesce(contacts.email_status, '') != 'mailable'", is_text=False),
        Column("Leadscore_Segment__c", literal(segment.segment_id)),
        *_scores(segment, "Leadscore_{}__c", "Leadscore_{}_Band__c"),
    ]


def _google_ads(segment: Segment) -> list[Column]:
    return [
        Column("Email", ids.hashed(ids.google_email("contacts.email"))),
        Column("Phone", ids.hashed(f"'+' || {DIGITS}")),
        Column("First Name", ids.hashed(ids.trimmed("contacts.first_name"))),
        Column("Last Name", ids.hashed(ids.trimmed("contacts.last_name"))),
        Column("Country", ids.country_code("contacts.country")),
        Column("Zip", "trim(contacts.postal_code)"),
    ]


def _meta(segment: Segment) -> list[Column]:
    return [
        Column("email", ids.hashed(ids.trimmed("contacts.email"))),
        Column("phone", ids.hashed(DIGITS)),
        Column("fn", ids.hashed(ids.letters_only("contacts.first_name"))),
        Column("ln", ids.hashed(ids.letters_only("contacts.last_name"))),
        Column("ct", ids.hashed(ids.letters_only("contacts.city"))),
        Column("zip", ids.hashed(ids.compact("contacts.postal_code"))),
        Column("country", ids.hashed(ids.country_code("contacts.country"))),
    ]


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(Tool.HUBSPOT, _hubspot, removal=2),
        Preset(Tool.MAILCHIMP, _mailchimp, removal=2),
        Preset(Tool.MAUTIC, _mautic, removal=2),
        Preset(Tool.SALESFORCE, _salesforce, needs_address=False),
        Preset(Tool.GOOGLE_ADS, _google_ads, removal=6, needs_phones=True),
        Preset(Tool.META, _meta, removal=7, needs_phones=True),
    )
}
