"""The kinds of people in the demo data, and how they behave."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Persona:
    """A kind of person, by how often they do what.

    Attributes:
        name: What the persona is called.
        count: How many contacts there are of it.
        joined: First and last day, counted from the first day of the demo, on which they became a contact.
        active: Fewest and most days that they stay active; none: to the end.
        visits: Visits to the website in 30 days, on average.
        pages: Group of pages -> how often a page of a visit comes from it.
        opens: The chance that an e-mail is opened.
        clicks: The chance that a link in an opened e-mail is clicked.
        replies: The chance that an opened e-mail is replied to.
        orders: Orders in a year, on average.
        basket: Product category -> how often an order line is of it.
        on_arrival: Kind of event -> the chance that they do it when they become a contact.
        happenings: Kind of event -> how often in a year.
        unsubscribes: The chance that they leave the mailing list when they stop being active.
        bounces: The chance that their address stops working when they stop being active.
        is_business: Whether they stand for a company.
    """

    name: str
    count: int
    joined: tuple[int, int]
    visits: float
    pages: dict[str, int]
    opens: float
    clicks: float
    active: tuple[int, int] | None = None
    replies: float = 0.0
    orders: float = 0.0
    basket: dict[str, int] = field(default_factory=dict)
    on_arrival: dict[str, float] = field(default_factory=dict)
    happenings: dict[str, float] = field(default_factory=dict)
    unsubscribes: float = 0.0
    bounces: float = 0.0
    is_business: bool = False


SHOES = {"shoes": 5, "shoe polish": 2, "laces": 2, "insoles": 1, "gift card": 1}
ESSENTIALS = {"shoes": 3, "shoe polish": 3, "laces": 3, "insoles": 2, "gift card": 1}
BARGAINS = {"shoes": 1, "shoe polish": 4, "laces": 5, "insoles": 4}
PROJECTS = {"project": 1, "consultancy": 3, "training": 1}

PERSONAS = (
    Persona(
        name="ambassador",
        count=125,
        joined=(0, 540),
        visits=0.76,
        pages={"home": 3, "products": 5, "shoe blogs": 2},
        opens=0.7,
        clicks=0.14,
        replies=0.02,
        orders=8.1,
        basket=SHOES,
        on_arrival={"account": 1.0, "newsletter": 0.4},
        happenings={"like": 2.5, "share": 1.6, "personal": 0.2},
    ),
    Persona(
        name="regular shopper",
        count=370,
        joined=(0, 640),
        visits=0.44,
        pages={"home": 1, "products": 8, "pricing": 1, "shoe blogs": 1},
        opens=0.3,
        clicks=0.04,
        orders=2.7,
        basket=ESSENTIALS,
        on_arrival={"account": 0.7, "newsletter": 0.2},
        happenings={"like": 0.3, "support": 0.12},
    ),
    Persona(
        name="bargain hunter",
        count=250,
        joined=(0, 660),
        visits=0.81,
        pages={"products": 9, "pricing": 3},
        opens=0.4,
        clicks=0.05,
        orders=2.2,
        basket=BARGAINS,
        on_arrival={"account": 0.3, "newsletter": 0.4},
        happenings={"price list": 0.7, "webinar": 0.1},
    ),
    Persona(
        name="dormant",
        count=370,
        joined=(0, 330),
        active=(30, 240),
        visits=0.38,
        pages={"home": 1, "products": 8, "shoe blogs": 2},
        opens=0.25,
        clicks=0.03,
        orders=1.8,
        basket=SHOES,
        on_arrival={"account": 0.5, "newsletter": 0.2},
        unsubscribes=0.25,
        bounces=0.15,
    ),
    Persona(
        name="unhappy customer",
        count=105,
        joined=(0, 560),
        visits=0.47,
        pages={"home": 1, "products": 5, "support": 4},
        opens=0.2,
        clicks=0.03,
        orders=4.0,
        basket=SHOES,
        on_arrival={"account": 0.8},
        happenings={"support": 5.0, "complaint": 1.1, "personal": 0.5},
        unsubscribes=0.3,
    ),
    Persona(
        name="new lead",
        count=220,
        joined=(640, 728),
        visits=0.47,
        pages={"home": 1, "products": 5, "pricing": 1, "shoe blogs": 3},
        opens=0.25,
        clicks=0.04,
        orders=0.8,
        basket=SHOES,
        on_arrival={"account": 1.0, "newsletter": 0.8},
    ),
    Persona(
        name="agency prospect",
        count=210,
        is_business=True,
        joined=(60, 700),
        active=(90, 700),
        visits=0.72,
        pages={"marketing blogs": 6, "services": 4, "cases": 3, "pricing": 1, "sales": 1, "demo": 1},
        opens=0.45,
        clicks=0.1,
        replies=0.05,
        happenings={
            "contact": 0.35,
            "appointment": 0.15,
            "demo request": 0.4,
            "webinar": 0.5,
            "price list": 0.6,
            "whitepaper": 0.8,
            "guide": 0.3,
            "personal": 0.6,
        },
        unsubscribes=0.3,
    ),
    Persona(
        name="agency customer",
        count=125,
        is_business=True,
        joined=(0, 500),
        visits=0.57,
        pages={"marketing blogs": 4, "services": 3, "cases": 3, "support": 1},
        opens=0.5,
        clicks=0.08,
        replies=0.06,
        orders=4.0,
        basket=PROJECTS,
        happenings={
            "contact": 0.3,
            "personal": 1.8,
            "support": 0.5,
            "complaint": 0.08,
            "webinar": 0.5,
            "demo request": 0.2,
        },
    ),
    Persona(
        name="whitepaper reader",
        count=205,
        is_business=True,
        joined=(30, 690),
        active=(60, 720),
        visits=0.95,
        pages={"marketing blogs": 10, "services": 4, "cases": 4, "demo": 2, "pricing": 1, "products": 1},
        opens=0.55,
        clicks=0.13,
        happenings={"whitepaper": 2.5, "guide": 1.6, "webinar": 0.5, "demo request": 0.3, "price list": 0.2},
        unsubscribes=0.1,
    ),
    Persona(
        name="bot",
        count=15,
        joined=(100, 700),
        active=(10, 60),
        visits=4.28,
        pages={"home": 1, "products": 2, "pricing": 1, "marketing blogs": 2, "contact": 1},
        opens=0.9,
        clicks=0.9,
    ),
)
