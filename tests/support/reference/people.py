"""Who did what: versions, merges, visitors and their activities (section 2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reference.inputs import Inputs, Rejected
from reference.values import add_months
from reference.world import Row, World


@dataclass(frozen=True)
class Contact:
    """A contact that has arrived, with its versions from old to new."""

    contact_id: str
    created_at: datetime
    versions: tuple[Row, ...]
    time_zone: ZoneInfo

    @property
    def current(self) -> Row:
        """The last version."""
        return self.versions[-1]

    def version_at(self, instant: datetime) -> Row:
        """The version valid at an instant, with the age then; before the first one: the first."""
        begun = [version for version in self.versions if version["updated_at"] <= instant]
        version = begun[-1] if begun else self.versions[0]
        today = instant.replace(tzinfo=UTC).astimezone(self.time_zone).date()
        return {**version, "age": _age(version["birth_date"], today)}


@dataclass(frozen=True)
class Activity:
    """An event or a transaction line of a contact that is known."""

    kind: str
    activity_type: str
    activity_id: str
    contact_id: str
    occurred_at: datetime
    row: Row


@dataclass(frozen=True)
class People:
    """Everybody who may be scored, what they did, and the adjustments made for them."""

    scored: list[Contact]
    activities: dict[str, list[Activity]]
    adjustments: dict[str, list[Row]]
    rejected: list[Rejected]


def meet_people(inputs: Inputs, world: World) -> People:
    """Resolve identities as they are known at as_of."""
    contacts = _contacts(inputs.contacts, world)
    targets, loops = _merges(contacts, world)
    activities: dict[str, list[Activity]] = defaultdict(list)
    for activity in _activities(inputs, world):
        if activity.contact_id in contacts:
            survivor = _survivor(activity.contact_id, targets)
            activities[survivor].append(Activity(**{**vars(activity), "contact_id": survivor}))
    for of_contact in activities.values():
        of_contact.sort(key=lambda activity: (activity.occurred_at, activity.activity_id))
    adjustments: dict[str, list[Row]] = defaultdict(list)
    for row in inputs.score_adjustments:
        deleted = row["deleted_at"] is not None and row["deleted_at"] <= world.as_of
        if row["contact_id"] in contacts and row["adjusted_at"] <= world.as_of and not deleted:
            adjustments[_survivor(row["contact_id"], targets)].append(row)
    scored = [
        contact
        for contact in contacts.values()
        if contact.contact_id not in targets and not _is_deleted(contact, world.as_of)
    ]
    rejected = [Rejected("contacts", contact_id, "merge loop", whole=False) for contact_id in sorted(loops)]
    rejected += [
        Rejected("contacts", holders[0].contact_id, "address of too many", whole=False)
        for holders in _holders(contacts, world)
        if len(holders) > (world.merge_limit or len(holders))
    ]
    return People(scored, activities, adjustments, rejected)


def birthday(birth_date: date, age: int) -> date:
    """The day on which somebody becomes so old; 29 February is 28 February where there is none."""
    return add_months(datetime(birth_date.year, birth_date.month, birth_date.day), 12 * age).date()


def _age(birth_date: date | None, today: date) -> int | None:
    """Whole years; None before birth."""
    if birth_date is None or today < birth_date:
        return None
    years = today.year - birth_date.year
    return years if birthday(birth_date, years) <= today else years - 1


def _contacts(rows: list[Row], world: World) -> dict[str, Contact]:
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["updated_at"]):
        if row["updated_at"] <= world.as_of:
            versions[row["contact_id"]].append(row)
    contacts = {}
    for contact_id, rows_of_contact in versions.items():
        created_at = min(row["created_at"] for row in rows_of_contact)
        if created_at <= world.as_of:
            dated = tuple({**row, "created_at": created_at} for row in rows_of_contact)
            contacts[contact_id] = Contact(contact_id, created_at, dated, world.time_zone)
    return contacts


def _is_deleted(contact: Contact, as_of: datetime) -> bool:
    deleted_at = contact.current["deleted_at"]
    return deleted_at is not None and deleted_at <= as_of


def _merges(contacts: dict[str, Contact], world: World) -> tuple[dict[str, str], set[str]]:
    """Whom each merged contact is merged into, one step; and the members of loops, who are not merged.

    A loop that addresses close is open at the first of those in it whom addresses merge.
    """
    pointers = {
        contact.contact_id: contact.current["merged_into"]
        for contact in contacts.values()
        if contact.current["merged_into"] in contacts
    }
    by_address = {
        contact.contact_id: holders[0].contact_id
        for holders in _holders(contacts, world)
        if len(holders) <= (world.merge_limit or 0)
        for contact in holders[1:]
        if contact.current["merged_into"] is None
    }
    pointers |= by_address
    loops, opened = set(), set()
    for contact_id in pointers:
        visited, here = set(), contact_id
        while here in pointers and here not in visited:
            visited.add(here)
            here = pointers[here]
        if here == contact_id:
            if open_to := [contacts[member] for member in visited & by_address.keys()]:
                opened.add(min(open_to, key=lambda one: _order(one, world)).contact_id)
            else:
                loops.add(contact_id)
    kept = pointers.keys() - loops - opened
    return {source: target for source, target in pointers.items() if source in kept}, loops


def _holders(contacts: dict[str, Contact], world: World) -> list[list[Contact]]:
    """The contacts with each address that can be one, the survivor first; none if addresses don't merge."""
    holders: dict[str, list[Contact]] = defaultdict(list)
    if world.merge_limit is not None:
        for contact in sorted(contacts.values(), key=lambda one: _order(one, world)):
            address = address_of(contact.current)
            if address is not None and can_be_address(address):
                holders[address].append(contact)
    return list(holders.values())


def _order(contact: Contact, world: World) -> tuple[bool, datetime, str]:
    return (_is_deleted(contact, world.as_of), contact.created_at, contact.contact_id)


def address_of(version: Row) -> str | None:
    """The address as it is compared with others; None if there is none."""
    return (version["email"] or "").strip().lower() or None


def can_be_address(text: str) -> bool:
    """One @ with something before it, a dot within what follows, no white space, comma or semicolon."""
    local, _, domain = text.partition("@")
    return bool(
        local
        and "@" not in domain
        and "." in domain[1:-1]
        and not any(character.isspace() or character in ",;" for character in text)
    )


def _survivor(contact_id: str, targets: dict[str, str]) -> str:
    while contact_id in targets:
        contact_id = targets[contact_id]
    return contact_id


def _activities(inputs: Inputs, world: World) -> list[Activity]:
    """Activities up to as_of of contacts known by id, arrived or not; machine events as the var says."""
    events = [row for row in inputs.events if row["occurred_at"] <= world.as_of]
    identifying: dict[str, list[Row]] = defaultdict(list)
    for row in events:
        if row["anonymous_id"] is not None and row["contact_id"] is not None:
            identifying[row["anonymous_id"]].append(row)
    activities = []
    for row in events:
        contact_id = row["contact_id"] or _identified(row, identifying.get(row["anonymous_id"], []))
        if contact_id is not None and (world.score_machine_events or row["is_machine"] is not True):
            activities.append(
                Activity("event", row["event_type"], row["event_id"], contact_id, row["occurred_at"], row)
            )
    for row in inputs.transactions:
        if row["ordered_at"] <= world.as_of and row["status"] not in ("cancelled", "refunded"):
            line = f"{row['transaction_id']}:{row['line_number']}"
            activities.append(
                Activity("transaction", "transaction", line, row["contact_id"], row["ordered_at"], row)
            )
    return activities


def _identified(event: Row, identifying: list[Row]) -> str | None:
    """The contact of the next identifying event at or after an anonymous one, else of the last before it."""
    at_or_after = [row for row in identifying if row["occurred_at"] >= event["occurred_at"]]
    if at_or_after:
        instant = min(row["occurred_at"] for row in at_or_after)
    elif identifying:
        instant = max(row["occurred_at"] for row in identifying)
    else:
        return None
    candidates = [row for row in identifying if row["occurred_at"] == instant]
    contact_id: str = min(candidates, key=lambda row: row["event_id"])["contact_id"]
    return contact_id
