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
    happenings: dict[str, float] = field(default_factory=dict)
    unsubscribes: float = 0.0
    bounces: float = 0.0
    is_business: bool = False


SHOES = {"shoes": 5, "shoe polish": 2, "laces": 2, "insoles": 1, "gift card": 1}
BARGAINS = {"shoes": 1, "shoe polish": 4, "laces": 5, "insoles": 4}
PROJECTS = {"project": 1, "consultancy": 3, "training": 1}

PERSONAS = (
    Persona(
        "ambassador",
        110,
        (0, 540),
        1.6,
        {"home": 3, "products": 5, "shoe blogs": 2},
        0.7,
        0.14,
        replies=0.02,
        orders=6.0,
        basket=SHOES,
        happenings={"account": 1.6, "like": 2.5, "share": 1.6, "newsletter": 0.4, "personal": 0.2},
    ),
    Persona(
        "regular shopper",
        350,
        (0, 640),
        0.9,
        {"home": 1, "products": 8, "pricing": 1, "shoe blogs": 1},
        0.3,
        0.04,
        orders=2.0,
        basket=SHOES,
        happenings={"account": 0.7, "like": 0.3, "newsletter": 0.2, "support": 0.12},
    ),
    Persona(
        "bargain hunter",
        250,
        (0, 660),
        1.7,
        {"products": 9, "pricing": 3},
        0.45,
        0.05,
        orders=1.6,
        basket=BARGAINS,
        happenings={"account": 0.3, "price list": 0.7, "newsletter": 0.4, "webinar": 0.1},
    ),
    Persona(
        "dormant",
        370,
        (0, 330),
        0.8,
        {"home": 1, "products": 8, "shoe blogs": 2},
        0.25,
        0.03,
        active=(30, 240),
        orders=1.3,
        basket=SHOES,
        happenings={"account": 0.5, "newsletter": 0.2},
        unsubscribes=0.25,
        bounces=0.15,
    ),
    Persona(
        "unhappy customer",
        100,
        (0, 560),
        1.0,
        {"home": 1, "products": 5, "support": 4},
        0.2,
        0.03,
        orders=3.0,
        basket=SHOES,
        happenings={"account": 0.8, "support": 3.5, "complaint": 1.1, "personal": 0.5},
        unsubscribes=0.3,
    ),
    Persona(
        "new lead",
        220,
        (640, 728),
        1.0,
        {"home": 1, "products": 5, "pricing": 1, "shoe blogs": 3},
        0.25,
        0.04,
        orders=0.6,
        basket=SHOES,
        happenings={"account": 1.0, "newsletter": 0.8},
    ),
    Persona(
        "agency prospect",
        210,
        (60, 700),
        1.5,
        {"marketing blogs": 6, "services": 4, "cases": 3, "pricing": 1, "sales": 1, "demo": 1},
        0.45,
        0.1,
        active=(90, 700),
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
        is_business=True,
    ),
    Persona(
        "agency customer",
        110,
        (0, 500),
        1.2,
        {"marketing blogs": 4, "services": 3, "cases": 3, "support": 1},
        0.5,
        0.08,
        replies=0.06,
        orders=3.0,
        basket=PROJECTS,
        happenings={
            "contact": 0.3,
            "personal": 1.8,
            "support": 0.5,
            "complaint": 0.08,
            "webinar": 0.5,
            "demo request": 0.2,
        },
        is_business=True,
    ),
    Persona(
        "whitepaper reader",
        190,
        (30, 690),
        2.0,
        {"marketing blogs": 10, "services": 4, "cases": 4, "demo": 2, "pricing": 1, "products": 1},
        0.55,
        0.13,
        active=(60, 720),
        happenings={"whitepaper": 2.5, "guide": 1.6, "webinar": 0.5, "demo request": 0.3, "price list": 0.2},
        unsubscribes=0.1,
        is_business=True,
    ),
    Persona(
        "bot",
        15,
        (100, 700),
        9.0,
        {"home": 1, "products": 2, "pricing": 1, "marketing blogs": 2, "contact": 1},
        0.9,
        0.9,
        active=(10, 60),
    ),
)
