"""The contacts of the demo data: who they are, and when they come and go."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from leadscore.demo.catalog import (
    CITIES,
    COMPANY_KINDS,
    COMPANY_NAMES,
    FIRST_NAMES,
    INTERESTS,
    JOB_TITLES,
    LAST_NAMES,
)
from leadscore.demo.personas import PERSONAS, Persona

Row = dict[str, object]

START = datetime(2024, 11, 1)
DAYS = 730
_SHARE_WITH_CONSENT = 0.82
_SHARE_WITH_PHONE = 0.45


@dataclass(frozen=True)
class Shopper:
    """A contact, with what its behaviour depends on.

    Attributes:
        contact_id: The contact's id.
        persona: How people like this behave.
        created_at: When they became a contact.
        active_until: When they stop doing anything.
        intensity: How much more than the average of the persona they do.
        device: The anonymous id of their browser.
        reads_privately: Whether a proxy opens their e-mail for them.
        profile: The contact's first row.
    """

    contact_id: str
    persona: Persona
    created_at: datetime
    active_until: datetime
    intensity: float
    device: str
    reads_privately: bool
    profile: Row


def people(random: Random) -> list[Shopper]:
    """All contacts of the demo, in the order of their ids."""
    drawn = [persona for persona in PERSONAS for _ in range(persona.count)]
    random.shuffle(drawn)
    return [_person(random, f"c-{number:05}", persona) for number, persona in enumerate(drawn, start=1)]


def moment(random: Random, first: datetime, last: datetime) -> datetime:
    """An instant between two others, at an hour at which people are awake when there is room for that."""
    seconds = max(int((last - first).total_seconds()), 1)
    drawn = first + timedelta(seconds=random.randrange(seconds))
    awake = drawn.replace(hour=random.choice((8, 9, 10, 11, 13, 14, 16, 17, 19, 20, 20, 21)))
    return awake if first < awake < last else drawn


def _person(random: Random, contact_id: str, persona: Persona) -> Shopper:
    first_day, last_day = persona.joined
    end = START + timedelta(days=DAYS)
    created_at = moment(random, START + timedelta(days=first_day), START + timedelta(days=last_day + 1))
    active_until = end
    if persona.active:
        active_until = min(end, created_at + timedelta(days=random.randint(*persona.active)))
    return Shopper(
        contact_id=contact_id,
        persona=persona,
        created_at=created_at,
        active_until=active_until,
        intensity=random.choice((0.3, 0.5, 0.7, 0.9, 1.0, 1.1, 1.3, 1.6, 2.0)),
        device=f"v-{contact_id[2:]}",
        reads_privately=random.random() < 0.15,
        profile=_profile(random, contact_id, persona, created_at),
    )


def _profile(random: Random, contact_id: str, persona: Persona, created_at: datetime) -> Row:
    first_name, last_name = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    city, country, postal_prefix = random.choice(CITIES)
    digits = f"{postal_prefix}{random.randrange(10 ** (4 if country != 'DE' else 5)):05}"
    postal_code = digits[: 5 if country == "DE" else 4] + (" AB" if country == "NL" else "")
    born = datetime(1950, 1, 1) + timedelta(days=random.randrange(20_000))
    has_phone = random.random() < (0.7 if persona.is_business else _SHARE_WITH_PHONE)
    return {
        "contact_id": contact_id,
        "created_at": created_at,
        "updated_at": None,
        "email": f"{first_name}.{last_name}.{contact_id[2:]}@example.com".lower().replace(" ", ""),
        "phone": f"+31 6 0000{random.randrange(10_000):04}" if has_phone else None,
        "first_name": first_name,
        "last_name": last_name,
        "postal_code": postal_code,
        "city": city,
        "country": country,
        "birth_date": None if persona.is_business else f"{born:%Y-%m-%d}",
        "email_consent": "true" if random.random() < _SHARE_WITH_CONSENT else "false",
        "attributes": "{}",
    } | (_business(random) if persona.is_business else {})


def _business(random: Random) -> Row:
    name, kind = random.choice(COMPANY_NAMES), random.choice(COMPANY_KINDS)
    number = COMPANY_NAMES.index(name) * len(COMPANY_KINDS) + COMPANY_KINDS.index(kind) + 1
    wishes: Row = {"interest": random.choice(INTERESTS)}
    if random.random() < 0.4:
        wishes["budget"] = random.choice((500, 1000, 2500, 5000, 10_000, 25_000))
    return {
        "job_title": random.choice(JOB_TITLES) if random.random() < 0.85 else None,
        "company_name": f"{name} {kind}",
        "company_size": 5 * (number * 7 % 60 + 1),
        "industry": kind,
        "account_id": f"a-{number:03}",
        "attributes": json.dumps(wishes),
    }
