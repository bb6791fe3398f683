"""What real data has and clean examples don't: duplicates, late and broken rows, strangers and the like."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from leadscore.demo.activity import poisson
from leadscore.demo.catalog import PAGES
from leadscore.demo.people import DAYS, START, Row, Shopper, moment
from leadscore.demo.versions import NEVER_ARRIVED

SHARED_DEVICES = 15
STRANGERS = 320
LATE_CONTACTS = 12
MISSING_CONTACTS = 5
DUPLICATED_EVENTS = 600
LATE_EVENTS = 1_200
RESENT_EVENTS = 150
REFUND_EVERY = 35
ADJUSTMENTS = 60
DELETED_ADJUSTMENTS = 3

_END = START + timedelta(days=DAYS)
_MODELS = (
    "shoe_shop",
    "sales_readiness",
    "customer_relation",
    "interest",
    "email_warmth",
    "lead_qualification",
)
_NOTES = (
    ("add", 25, "Met at the trade fair; wants to hear more"),
    ("add", 10, 'Said "call me after the summer"'),
    ("subtract", 15, "Asked for less e-mail"),
    ("subtract", 40, "Went to a competitor"),
    ("set", 100, "Sales: ready to buy, whatever the rules say"),
    ("set", 0, "Started again after a mix-up of two people; see ticket 4711"),
)

BAD_CONTACTS: tuple[Row, ...] = (
    {"contact_id": None, "created_at": "2025-03-01 10:00:00", "email": "nobody@example.com"},
    {"contact_id": "c-90001", "created_at": "31 februari 2025", "email": "february@example.com"},
    {"contact_id": "c-90002", "created_at": None, "email": "never@example.com"},
    {"contact_id": "c-90003", "created_at": "2025-04-01 09:00:00", "company_size": "about fifty"},
    {"contact_id": "c-90004", "created_at": "2025-04-02 09:00:00", "birth_date": "1985-13-40"},
    {"contact_id": "c-90005", "created_at": "2025-04-03 09:00:00", "attributes": "{customer: yes"},
)
BAD_EVENTS: tuple[Row, ...] = (
    {
        "event_id": "bad-1",
        "event_type": "page_view",
        "occurred_at": "yesterday afternoon",
        "contact_id": "c-00001",
    },
    {
        "event_type": "page_view",
        "occurred_at": "2026-01-05T10:00:00Z",
        "contact_id": "c-00002",
        "page_path": "/",
    },
    {"event_id": "bad-3", "occurred_at": "2026-01-06T10:00:00Z", "contact_id": "c-00003"},
    {"event_id": "bad-4", "event_type": "email_open", "contact_id": "c-00004"},
    {
        "event_id": "bad-5",
        "event_type": "email_reply",
        "occurred_at": "2026-02-01T10:00:00Z",
        "contact_id": "c-00005",
        "properties": '{"reply_hours": 2',
    },
    {
        "event_id": "bad-6",
        "event_type": "email_open",
        "occurred_at": "2026-02-02T10:00:00Z",
        "contact_id": "c-00006",
        "is_machine": "perhaps",
    },
)
BAD_LINES: tuple[Row, ...] = (
    {
        "transaction_id": "t-90001",
        "line_number": 1,
        "contact_id": "c-00007",
        "ordered_at": "2026-03-01T10:00:00Z",
        "amount": "EUR 12,50",
    },
    {
        "transaction_id": "t-90002",
        "line_number": "first",
        "contact_id": "c-00008",
        "ordered_at": "2026-03-02T10:00:00Z",
        "amount": "12.50",
    },
    {
        "transaction_id": "t-90003",
        "line_number": 1,
        "contact_id": None,
        "ordered_at": "2026-03-03T10:00:00Z",
        "amount": "12.50",
    },
)
_BAD_ADJUSTMENT: Row = {
    "adjustment_id": "bad-1",
    "model_id": "shoe_shop",
    "contact_id": "c-00009",
    "operation": "add",
    "points": "5",
    "author": "import",
    "adjusted_at": "2026-04-01T10:00:00Z",
}
_WAITING_ADJUSTMENT = _BAD_ADJUSTMENT | {
    "adjustment_id": "m-900",
    "contact_id": NEVER_ARRIVED,
    "note": "New at the fair",
}
BAD_ADJUSTMENTS: tuple[Row, ...] = (
    _BAD_ADJUSTMENT | {"model_id": "loyalty_2019"},
    _BAD_ADJUSTMENT | {"adjustment_id": "bad-2", "operation": "multiply"},
    _BAD_ADJUSTMENT | {"adjustment_id": "bad-3", "points": "ten"},
)


def share_devices(random: Random, people: list[Shopper]) -> list[Shopper]:
    """The same people, some of whom use the browser of somebody else."""
    people = list(people)
    for owner, guest in zip(*[iter(random.sample(range(len(people)), 2 * SHARED_DEVICES))] * 2, strict=True):
        people[guest] = replace(people[guest], device=people[owner].device)
    return people


def strangers(random: Random) -> list[Row]:
    """Visits of people who never say who they are."""
    rows: list[Row] = []
    for number in range(STRANGERS):
        at = moment(random, START, _END - timedelta(hours=2))
        for _ in range(1 + poisson(random, 3)):
            page = random.choice(PAGES[random.choice(("home", "products", "marketing blogs", "pricing"))])
            rows.append(
                {
                    "event_type": "page_view",
                    "occurred_at": at,
                    "anonymous_id": f"v-stranger-{number:04}",
                    "page_path": page,
                }
            )
            at += timedelta(seconds=random.randint(10, 300))
    return rows


def split_contacts(random: Random, rows: list[Row], people: list[Shopper]) -> tuple[list[Row], list[Row]]:
    """The contacts that arrive in time and those that come late; a few never do."""
    drawn = [person.contact_id for person in random.sample(people, LATE_CONTACTS + MISSING_CONTACTS)]
    late, missing = drawn[:LATE_CONTACTS], drawn[LATE_CONTACTS:]
    in_time = [row for row in rows if row["contact_id"] not in drawn]
    return in_time, [row for row in rows if row["contact_id"] in late and row["contact_id"] not in missing]


def split_events(random: Random, events: list[Row]) -> tuple[list[Row], list[Row]]:
    """The events of the main file, some of them twice, and of the late one, some of which had come before."""
    late = set(random.sample(range(len(events)), LATE_EVENTS))
    main = [event for position, event in enumerate(events) if position not in late]
    twice = random.sample(main, DUPLICATED_EVENTS)
    # Sent again by a retry, ten of them changed on the way: the first that was loaded counts.
    resent = random.sample(main, RESENT_EVENTS)
    resent[:10] = [event | {"page_path": "/changed-on-the-way"} for event in resent[:10]]
    return main + twice, [events[position] for position in sorted(late)] + resent


def refunds(lines: list[Row]) -> list[Row]:
    """The lines that come again as refunded, which replaces what was bought."""
    completed = [line for line in lines if line["status"] == "completed"]
    return [line | {"status": "refunded"} for line in completed[::REFUND_EVERY]]


def adjustments(random: Random, people: list[Shopper]) -> tuple[list[Row], list[Row]]:
    """Scores changed by hand, and those that are taken back later."""
    rows: list[Row] = []
    for number, person in enumerate(random.sample(people, ADJUSTMENTS), start=1):
        operation, points, note = random.choice(_NOTES)
        rows.append(
            {
                "adjustment_id": f"m-{number:03}",
                "model_id": _MODELS[number % len(_MODELS)],
                "contact_id": person.contact_id,
                "operation": operation,
                "points": points,
                "note": note,
                "author": random.choice(("sanne", "tim", "fatima")),
                "adjusted_at": moment(random, person.created_at, _END),
            }
        )
    deleted_at = _END - timedelta(days=1)
    return [*rows, _WAITING_ADJUSTMENT], [
        row | {"deleted_at": deleted_at} for row in rows[:DELETED_ADJUSTMENTS]
    ]
