"""Whether an address may be mailed (sections 5 and 9, `email_status`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reference.inputs import read_inputs
from reference.people import (
    Activity,
    Contact,
    _activities,
    _contacts,
    _merges,
    _survivor,
    address_of,
    can_be_address,
    meet_people,
)
from reference.world import World


@dataclass(frozen=True)
class _Known:
    """All contacts that have arrived, who each of them is, and the events by which they opted out."""

    contacts: dict[str, Contact]
    person_of: dict[str, str]
    unsubscribed: list[Activity]
    bounced: list[Activity]

    def contacts_of(self, person: str) -> list[Contact]:
        """The contacts that are one person: the survivor, and all that are merged into it."""
        return [contact for name, contact in self.contacts.items() if self.person_of[name] == person]


def email_statuses(world: World) -> dict[str, str]:
    """The email_status of each contact that is scored."""
    inputs = read_inputs(world)
    contacts = _contacts(inputs.contacts, world)
    targets, _ = _merges(contacts, world)
    events: dict[str, list[Activity]] = defaultdict(list)
    for activity in _activities(inputs, world):
        is_human = activity.kind == "event" and activity.row["is_machine"] is not True
        if is_human and activity.contact_id in contacts:
            events[activity.activity_type].append(activity)
    known = _Known(
        contacts,
        {name: _survivor(name, targets) for name in contacts},
        [event for kind in _listed(world, "unsubscribe_events", "unsubscribe") for event in events[kind]],
        [event for kind in _listed(world, "bounce_events", "email_bounce") for event in events[kind]],
    )
    scored = meet_people(inputs, world).scored
    return {contact.contact_id: _status(contact, known, scored) for contact in scored}


def _status(contact: Contact, known: _Known, scored: list[Contact]) -> str:
    address = address_of(contact.current)
    if address is None:
        return "missing"
    if any(_unsubscribes(event, contact, address, known) for event in known.unsubscribed):
        return "unsubscribed"
    if any(
        address_of(known.contacts[event.contact_id].version_at(event.occurred_at)) == address
        for event in known.bounced
    ):
        return "bounced"
    if any(
        _latest_word(other) is False
        and address in (address_of(other.current), address_of(known.contacts[known.person_of[name]].current))
        for name, other in known.contacts.items()
    ):
        return "withdrawn"
    if not can_be_address(address):
        return "invalid"
    if not any(address_of(other.current) == address and _latest_word(other) for other in scored):
        return "no consent"
    return "mailable"


def _unsubscribes(event: Activity, contact: Contact, address: str, known: _Known) -> bool:
    """Whether an opt-out is the contact's own, or of the address, and its person hasn't consented again."""
    person = known.person_of[event.contact_id]
    everybody = known.contacts_of(person)
    if any(_consents_again(one, event) for one in everybody):
        return False
    return person == contact.contact_id or any(
        address_of(one.version_at(event.occurred_at)) == address for one in everybody
    )


def _consents_again(contact: Contact, event: Activity) -> bool:
    return any(
        later["email_consent"] and not earlier["email_consent"] and later["updated_at"] > event.occurred_at
        for earlier, later in zip(contact.versions, contact.versions[1:], strict=False)
    )


def _latest_word(contact: Contact) -> bool | None:
    words = [row["email_consent"] for row in contact.versions if row["email_consent"] is not None]
    return words[-1] if words else None


def _listed(world: World, variable: str, usual: str) -> set[str]:
    return {kind.strip() for kind in world.variables.get(variable, usual).split("|") if kind.strip()}
