"""What the people of the demo data do: visits, e-mails, forms, downloads, orders."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from leadscore.demo.catalog import GUIDES, PAGES, PRODUCTS, WHITEPAPERS
from leadscore.demo.people import DAYS, START, Row, Shopper, moment

# Kind of happening of a persona -> the event that it makes, without when and who.
HAPPENINGS: dict[str, Row] = {
    "account": {"event_type": "account_created"},
    "like": {"event_type": "social_like", "properties": {"network": "facebook"}},
    "share": {"event_type": "social_share", "properties": {"network": "instagram"}},
    "newsletter": {"event_type": "form_submit", "form_id": "newsletter"},
    "webinar": {"event_type": "form_submit", "form_id": "webinar"},
    "support": {"event_type": "form_submit", "form_id": "support", "page_path": "/support"},
    "contact": {"event_type": "form_submit", "form_id": "contact", "page_path": "/contact"},
    "appointment": {"event_type": "form_submit", "form_id": "appointment", "page_path": "/contact"},
    "demo request": {"event_type": "form_submit", "form_id": "demo-request"},
    "price list": {"event_type": "download", "content_id": "price-list", "page_path": "/pricing"},
    "whitepaper": {"event_type": "download"},
    "guide": {"event_type": "download"},
    "personal": {"event_type": "personal_contact", "properties": {"channel": "phone"}},
    "complaint": {"event_type": "complaint", "properties": {"about": "delivery"}},
}
_CONTENT = {"whitepaper": WHITEPAPERS, "guide": GUIDES, "webinar": ("webinar-1", "webinar-2", "webinar-3")}
_NEWSLETTER_DAY = timedelta(days=30, hours=10)
_TIPS_WEEKS = 6


def events_of(random: Random, person: Shopper) -> Iterator[Row]:
    """Everything that one person does, in no particular order."""
    yield from _visits(random, person)
    yield from _mailings(random, person)
    yield from _arrival(random, person)
    yield from _happenings(random, person)
    yield from _farewell(random, person)


def orders_of(random: Random, person: Shopper, numbers: Iterator[int]) -> Iterator[Row]:
    """The order lines of one person."""
    persona = person.persona
    years = (person.active_until - person.created_at).days / 365
    orders = poisson(random, persona.orders * years * person.intensity)
    for ordered_at in sorted(moment(random, person.created_at, person.active_until) for _ in range(orders)):
        number = next(numbers)
        status = "cancelled" if random.random() < 0.03 else "completed"
        # Consumers pay at once, without an invoice.
        invoiced_at = ordered_at + timedelta(days=1) if persona.is_business else None
        paid_at = ordered_at
        if invoiced_at:
            paid_at = invoiced_at + timedelta(
                days=random.choice((3, 6, 12, 20, 35, 60)), hours=random.randrange(12)
            )
        is_paid = paid_at < START + timedelta(days=DAYS) and status == "completed"
        for line_number in range(1, random.choice((1, 1, 1, 2, 2, 3)) + 1):
            category = weighted(random, persona.basket)
            products, (lowest, highest) = PRODUCTS[category]
            quantity = 1 if highest > 100 else random.choice((1, 1, 1, 2, 3))
            yield {
                "transaction_id": f"t-{number:05}",
                "line_number": line_number,
                "contact_id": person.contact_id,
                "ordered_at": ordered_at,
                "product_id": random.choice(products),
                "product_category": category,
                "quantity": quantity,
                "amount": f"{quantity * (random.randint(lowest, highest) - 0.05):.2f}",
                "currency": "EUR",
                "status": status,
                "invoiced_at": invoiced_at,
                "paid_at": paid_at if is_paid else None,
            }


def poisson(random: Random, mean: float) -> int:
    """A number of occurrences with this mean."""
    limit, product, count = math.exp(-min(mean, 500)), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def weighted(random: Random, weights: Mapping[str, int]) -> str:
    """One of the keys, each as often as its weight says."""
    return random.choices(list(weights), weights=list(weights.values()))[0]


def _visits(random: Random, person: Shopper) -> Iterator[Row]:
    persona = person.persona
    began = person.created_at - timedelta(days=random.choice((0, 0, 5, 20)))
    months = (person.active_until - began).days / 30
    for _ in range(poisson(random, persona.visits * months * person.intensity)):
        at = moment(random, began, person.active_until)
        # A visitor who is not logged in is known by the browser only; before becoming a contact, always.
        is_known = at >= person.created_at and random.random() < 0.3
        for _ in range(random.choice((1, 1, 2, 2, 3, 4))):
            page = random.choice(PAGES[weighted(random, persona.pages)])
            yield _event(person, at, anonymous=True, known=is_known) | {
                "event_type": "page_view",
                "page_path": page,
                "is_machine": True if persona.name == "bot" and random.random() < 0.9 else None,
            }
            at = min(at + timedelta(seconds=random.randint(10, 240)), person.active_until)


def _mailings(random: Random, person: Shopper) -> Iterator[Row]:
    """The monthly newsletter, and for companies the mail about guides two weeks later."""
    for number in range(1, DAYS // 30 + 1):
        sent_at = START + number * _NEWSLETTER_DAY - timedelta(days=28)
        month = f"{sent_at:%Y-%m}"
        yield from _mail(random, person, sent_at, f"newsletter-{month}")
        if person.persona.is_business:
            yield from _mail(random, person, sent_at + timedelta(days=14), f"guides-{month}")


def _mail(
    random: Random, person: Shopper, sent_at: datetime, campaign_id: str, step: Row | None = None
) -> Iterator[Row]:
    """What follows from one e-mail: opens, clicks, replies, and what machines do with it."""
    persona, end = person.persona, person.active_until
    if not person.created_at < sent_at < end:
        return
    email_id = "-".join([campaign_id, *map(str, (step or {}).values())])
    mail = {"campaign_id": campaign_id, "email_id": email_id, "properties": step}
    if person.reads_privately:
        opened_at = sent_at + timedelta(seconds=random.randint(1, 90))
        yield _event(person, opened_at) | mail | {"event_type": "email_open", "is_machine": True}
    if random.random() >= min(0.95, persona.opens * (0.7 + 0.3 * person.intensity)):
        return
    opened_at = sent_at + timedelta(minutes=random.randint(2, 4000))
    if opened_at >= end:
        return
    for _ in range(random.choice((1, 1, 1, 1, 2))):
        yield _event(person, opened_at) | mail | {"event_type": "email_open"}
        if random.random() < persona.clicks:
            clicked_at = min(opened_at + timedelta(seconds=random.randint(5, 300)), end)
            click = _event(person, clicked_at, anonymous=True) | mail
            yield click | {"event_type": "email_click", "page_path": random.choice(PAGES["products"])}
        opened_at = min(opened_at + timedelta(hours=random.randint(1, 60)), end)
    if random.random() < persona.replies * person.intensity:
        hours = round(random.choice((0.5, 2, 6, 20, 30, 70)) * random.uniform(0.8, 1.2), 1)
        replied_at = sent_at + timedelta(hours=hours)
        if replied_at < end:
            replied = mail | {"properties": (step or {}) | {"reply_hours": hours}}
            yield _event(person, replied_at) | replied | {"event_type": "email_reply"}


def _arrival(random: Random, person: Shopper) -> Iterator[Row]:
    """What most people do when they arrive, or never."""
    last = min(person.active_until, person.created_at + timedelta(days=2))
    for kind, chance in person.persona.on_arrival.items():
        if random.random() < chance:
            at = moment(random, person.created_at, last)
            yield _event(person, at, anonymous=True) | HAPPENINGS[kind]
            if kind == "account":
                yield from _series(person, at, "welcome", steps=3, every=timedelta(days=4))


def _happenings(random: Random, person: Shopper) -> Iterator[Row]:
    years = (person.active_until - person.created_at).total_seconds() / 86_400 / 365
    for kind, rate in person.persona.happenings.items():
        for _ in range(poisson(random, rate * years * person.intensity)):
            at = moment(random, person.created_at, person.active_until)
            content = {"content_id": random.choice(_CONTENT[kind])} if kind in _CONTENT else {}
            event = _event(person, at, anonymous=kind not in ("personal", "complaint"))
            yield event | HAPPENINGS[kind] | content
            if kind == "whitepaper":
                yield from _tips(random, person, at, content["content_id"])


def _tips(random: Random, person: Shopper, at: datetime, content_id: str) -> Iterator[Row]:
    """The tips that follow a whitepaper, every week for six weeks."""
    campaign_id = content_id.replace("whitepaper", "whitepaper-tips")
    yield from _series(person, at, campaign_id, steps=_TIPS_WEEKS, every=timedelta(days=7))
    for week in range(1, _TIPS_WEEKS + 1):
        yield from _mail(random, person, at + week * timedelta(days=7), campaign_id, {"week": week})


def _series(person: Shopper, at: datetime, campaign_id: str, steps: int, every: timedelta) -> Iterator[Row]:
    """The e-mails of an automation, as they are sent."""
    for step in range(1, steps + 1):
        sent_at = at + step * every
        if sent_at < person.active_until:
            properties = {"week" if steps == _TIPS_WEEKS else "step": step, "last_of_series": step == steps}
            sent = {"event_type": "email_sent", "campaign_id": campaign_id, "properties": properties}
            yield _event(person, sent_at) | sent | {"email_id": f"{campaign_id}-{step}"}


def _farewell(random: Random, person: Shopper) -> Iterator[Row]:
    if random.random() < person.persona.unsubscribes:
        yield _event(person, person.active_until - timedelta(hours=1)) | {"event_type": "unsubscribe"}
    if random.random() < person.persona.bounces:
        yield _event(person, person.active_until - timedelta(minutes=1)) | {"event_type": "email_bounce"}


def _event(person: Shopper, at: datetime, anonymous: bool = False, known: bool = True) -> Row:
    return {
        "occurred_at": at,
        "contact_id": person.contact_id if known else None,
        "anonymous_id": person.device if anonymous else None,
    }
