"""What the people of the demo data are called, where they live, and what they read and buy."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


FIRST_NAMES = _words(
    "Anna|Bram|Chaima|Daan|Emma|Fatima|Gijs|Hanna|Ilse|Joris|Kees|Lotte|Mohamed|Nadia|Omar|Pieter|"
    "Quinten|Roos|Sanne|Tim|Ulrike|Vera|Wouter|Xander|Yara|Zoë"
)
LAST_NAMES = _words(
    "de Vries|Jansen|Bakker|Visser|Smit|Meijer|Mulder|Bos|Vos|Peters|Hendriks|Dekker|Brouwer|El Amrani|"
    "Yilmaz|Dijkstra|van den Berg|van 't Hof|Kok|Jacobs|Müller|Claes"
)
COMPANY_NAMES = _words("Noorder|Zuider|Hof|Brug|Haven|Molen|Linde|Ster|Kroon|Anker|Bron|Veld|Duin")
COMPANY_KINDS = _words("Techniek|Advies|Zorg|Bouw|Software|Transport|Onderwijs|Horeca")
JOB_TITLES = _words(
    "Marketing Manager|Marketing Specialist|Owner|Managing Director|Head of Sales|CEO|Founder|"
    "Chief Marketing Officer|Sales Manager|Content Specialist|Office Assistant|Intern"
)
INTERESTS = _words("marketing automation|lead generation|copywriting|design|advertising|research")
WHITEPAPERS = _words(
    "whitepaper-lead-qualification|whitepaper-lead-scoring|whitepaper-nurturing|whitepaper-roi"
)
GUIDES = _words("guide-lead-generation-software|guide-crm|guide-first-automation|guide-measuring")

# City, country, and the beginning of its postal codes. The first four lie near the office.
CITIES = (
    ("Utrecht", "NL", "35"),
    ("Nieuwegein", "NL", "34"),
    ("Zeist", "NL", "37"),
    ("Maarssen", "NL", "36"),
    ("Amsterdam", "NL", "10"),
    ("Rotterdam", "NL", "30"),
    ("Groningen", "NL", "97"),
    ("Maastricht", "NL", "62"),
    ("Eindhoven", "NL", "56"),
    ("Gent", "BE", "90"),
    ("Antwerpen", "BE", "20"),
    ("Köln", "DE", "506"),
)

_MARKETING_TOPICS = _words(
    "what-is-lead-scoring|buyer-personas|landing-pages|search-or-social|e-mail-that-is-read|"
    "forms-people-finish|from-visitor-to-lead|the-first-call|automation-in-a-day|content-calendar|"
    "measuring-reach|pricing-pages|webinars|testimonials"
)


def _pages(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"/{folder}/{name}" for name in names.split())


# Group of pages -> its paths.
PAGES: dict[str, tuple[str, ...]] = {
    "home": ("/",),
    "pricing": ("/pricing",),
    "sales": ("/sales", "/strategy-session"),
    "contact": ("/contact",),
    "support": ("/support", "/support/returns", "/support/invoices"),
    "products": _pages(
        "products",
        "sneakers boots sandals loafers pumps running-shoes hiking-boots slippers "
        "shoe-polish laces insoles brushes",
    ),
    "shoe blogs": _pages("blog/shoe-care", "winter suede leather storage laces-in-ten-ways sizes"),
    "marketing blogs": tuple(
        f"/blog/{topic}/{name}"
        for topic in ("online-marketing", "lead-generation")
        for name in _MARKETING_TOPICS
    ),
    "services": _pages(
        "services", "marketing-automation lead-generation copywriting design advertising research"
    ),
    "cases": _pages("cases", "bicycle-maker law-firm bakery museum installer software-house clinic"),
    "demo": _pages("demo", "start contacts automations reports integrations"),
}

# Product category -> its products, and its lowest and highest price in euros.
PRODUCTS: dict[str, tuple[tuple[str, ...], tuple[int, int]]] = {
    "shoes": (("p-sneaker", "p-boot", "p-sandal", "p-loafer", "p-pump", "p-runner", "p-hiker"), (35, 140)),
    "shoe polish": (("p-polish-black", "p-polish-brown"), (4, 12)),
    "laces": (("p-laces-90", "p-laces-120"), (2, 6)),
    "insoles": (("p-insole-soft", "p-insole-warm"), (6, 18)),
    "gift card": (("p-gift-card",), (15, 50)),
    "project": (("p-lead-machine", "p-website", "p-campaign"), (1500, 9000)),
    "consultancy": (("p-consultancy-day", "p-consultancy-hour"), (120, 900)),
    "training": (("p-training-scoring", "p-training-writing"), (250, 750)),
}
