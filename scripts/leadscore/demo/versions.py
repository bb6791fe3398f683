"""The rows of the demo's contacts: as they came, and as they changed, merged and were deleted."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random

from leadscore.demo.catalog import CITIES, JOB_TITLES
from leadscore.demo.people import DAYS, START, Row, Shopper, moment

MERGED_PAIRS = 20
MERGED_CHAINS = 3
DELETED = 15
NEVER_ARRIVED = "c-99999"

_END = START + timedelta(days=DAYS)
# Contact -> its changes. A change of `attributes` is a mapping that is added to those before it.
_Changes = dict[str, list[tuple[datetime, Row]]]


def contact_rows(random: Random, people: list[Shopper], orders: Iterable[Row]) -> list[Row]:
    """A row for each version of each contact, by contact and time."""
    changes: _Changes = defaultdict(list)
    _become_customers(changes, orders)
    _change_profiles(random, changes, people)
    _merge_and_delete(random, changes, people)
    return [row for person in people for row in _versions(person, changes[person.contact_id])]


def _become_customers(changes: _Changes, orders: Iterable[Row]) -> None:
    first_orders: dict[str, datetime] = {}
    for order in orders:
        contact_id, ordered_at = order["contact_id"], order["ordered_at"]
        if (
            order["status"] == "completed"
            and isinstance(contact_id, str)
            and isinstance(ordered_at, datetime)
        ):
            first_orders[contact_id] = min(ordered_at, first_orders.get(contact_id, ordered_at))
    for contact_id, ordered_at in first_orders.items():
        changes[contact_id].append((ordered_at, {"attributes": {"customer": True}}))


def _change_profiles(random: Random, changes: _Changes, people: list[Shopper]) -> None:
    for person in people:
        at = moment(random, person.created_at, _END)
        if random.random() < 0.06:
            city, country, _ = random.choice(CITIES[:4])
            moved: Row = {
                "city": city,
                "country": country,
                "postal_code": f"3{random.randrange(400, 800)} CD",
            }
            changes[person.contact_id].append((at, moved))
        if person.persona.is_business and random.random() < 0.1:
            changes[person.contact_id].append((at, {"job_title": random.choice(JOB_TITLES)}))
        if person.persona.name == "agency prospect" and random.random() < 0.1:
            changes[person.contact_id].append((at, {"attributes": {"lead_status": "disqualified"}}))
        if random.random() < 0.04:
            changes[person.contact_id].append((at, {"email_consent": "false"}))


def _merge_and_delete(random: Random, changes: _Changes, people: list[Shopper]) -> None:
    drawn = iter(random.sample(people, 2 * MERGED_PAIRS + 3 * MERGED_CHAINS + 4 + DELETED))

    def merge(person: Shopper, into: str) -> None:
        changes[person.contact_id].append((moment(random, person.created_at, _END), {"merged_into": into}))

    for _ in range(MERGED_PAIRS):
        merge(next(drawn), next(drawn).contact_id)
    for _ in range(MERGED_CHAINS):
        first, second, third = next(drawn), next(drawn), next(drawn)
        merge(first, second.contact_id)
        merge(second, third.contact_id)
    one, other, outside, lost = next(drawn), next(drawn), next(drawn), next(drawn)
    merge(one, other.contact_id)
    merge(other, one.contact_id)
    merge(outside, one.contact_id)
    merge(lost, NEVER_ARRIVED)
    for person in drawn:
        at = moment(random, person.created_at, _END)
        changes[person.contact_id].append((at, {"deleted_at": at, "email": None, "phone": None}))


def _versions(person: Shopper, changes: list[tuple[datetime, Row]]) -> list[Row]:
    rows = [person.profile]
    for at, changed in sorted(changes, key=lambda change: change[0]):
        attributes = json.loads(str(rows[-1]["attributes"]))
        added = changed.get("attributes")
        if isinstance(added, Mapping):
            attributes |= added
        now: Row = {"updated_at": at, "attributes": json.dumps(attributes)}
        rows.append(rows[-1] | changed | now)
    return rows
