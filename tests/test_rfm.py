"""RFM agrees with published results, and with the contract's formulas in plain Python.

Published: the results of R's package rfm (`../shared/data/rfm_r`, not part of the project) and the CDNOW
purchases with their calibration summary (PyPI's lifetimes, read as files; nothing of it is imported).
"""

from __future__ import annotations

import csv
import importlib.util
import itertools
import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference.values import add_months
from seed_strategies import SEEDS
from workspaces import PROJECT, Workspace, write_seeds

# They may not be part of the project: beside it, or wherever the variable says.
SHARED = Path(os.environ.get("LEADSCORE_SHARED") or PROJECT.parent / "shared")
R_PACKAGE = SHARED / "data" / "rfm_r"
needs_r_results = pytest.mark.skipif(
    not R_PACKAGE.is_dir(),
    reason="the results of R's package rfm are not at ../shared/data/rfm_r (LEADSCORE_SHARED: ../shared)",
)
LIFETIMES = importlib.util.find_spec("lifetimes")
CDNOW = Path(LIFETIMES.origin).parent / "datasets" if LIFETIMES and LIFETIMES.origin else None
needs_cdnow = pytest.mark.skipif(
    CDNOW is None, reason="lifetimes==0.11.3, which has the CDNOW data, is optional"
)

QUANTILE = {"as_of": "2006-12-31T00:00:00Z", "rfm_scoring": "quantile"}
RANK = {"as_of": "1998-06-30T12:00:00Z", "rfm_scoring": "rank", "rfm_window": "18 months"}
"""With this window every CDNOW purchase counts, and the generated orders have an edge to lie at."""

README_SEGMENTS = """\
Champions,1,5,5,5,5,5,5
Potential Loyalist,2,3,5,3,5,2,5
Loyal Customers,3,2,4,2,4,2,4
Promising,4,3,4,1,3,3,5
New Customers,5,4,5,1,3,1,5
Can't Lose Them,6,1,2,3,4,4,5
At Risk,7,1,2,2,5,4,5
Need Attention,8,1,3,3,5,3,5
About To Sleep,9,2,3,1,3,1,4
Lost,10,1,1,1,5,1,5
""".splitlines()
"""The definition in the README of R's package: first match wins."""

CENT = Decimal("0.01")
SEGMENT_COLUMNS = SEEDS["rfm_segments"].split()


RAW_TRANSACTIONS = """
create table raw.transactions as
select *, row_number() over (partition by transaction_id) as line_number, now() as loaded_at
from read_csv($1, header = true, columns = {
    transaction_id: 'varchar', contact_id: 'varchar', ordered_at: 'timestamp', amount: 'decimal(18, 2)'
})
"""
RAW_CONTACTS = """
create table raw.contacts as
select distinct contact_id, timestamp '1990-01-01' as created_at, now() as loaded_at from raw.transactions
"""


class Order(NamedTuple):
    transaction_id: str
    contact_id: str
    ordered_at: datetime
    amount: Decimal


class Features(NamedTuple):
    recency_days: int
    frequency: int
    monetary: Decimal


class Segment(NamedTuple):
    name: str
    priority: int
    ranges: tuple[range, range, range]


def segment(cells: Iterable[Any]) -> Segment:
    name, priority, *bounds = cells
    lows, highs = [int(low) for low in bounds[::2]], [int(high) + 1 for high in bounds[1::2]]
    recency, frequency, monetary = (range(low, high) for low, high in zip(lows, highs, strict=True))
    return Segment(name, int(priority), (recency, frequency, monetary))


# The contract's formulas.


def features_of(
    orders: Iterable[Order], owners: Callable[[str], str | None], as_of: datetime, months: int | None
) -> dict[str, Features]:
    """Recency, frequency and monetary value of everybody who bought something in the window."""
    of_contact: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        owner = owners(order.contact_id)
        if owner is not None and (months is None or as_of < add_months(order.ordered_at, months)):
            of_contact[owner].append(order)
    found = {}
    for contact_id, own in of_contact.items():
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for order in own:
            sums[order.transaction_id] += order.amount
        bought = [order.ordered_at for order in own if sums[order.transaction_id] > 0 and order.amount >= 0]
        if bought:
            found[contact_id] = Features(
                (as_of - max(bought)) // timedelta(days=1),
                sum(amount > 0 for amount in sums.values()),
                sum(sums.values(), Decimal(0)),
            )
    return found


def measures_of(features: dict[str, Features]) -> list[list[Any]]:
    """Each measure of all contacts, the greater the better."""
    return [
        [-row.recency_days for row in features.values()],
        [row.frequency for row in features.values()],
        [row.monetary for row in features.values()],
    ]


def rank_scores(features: dict[str, Features]) -> dict[str, tuple[int, ...]]:
    """`1 + ((rank - 1) * 5) div n`, where rank - 1 is how many are strictly worse."""
    columns = []
    for values in measures_of(features):
        ordered = sorted(values)
        columns.append([1 + bisect_left(ordered, value) * 5 // len(values) for value in values])
    return dict(zip(features, zip(*columns, strict=True), strict=True))


def quantile_scores(features: dict[str, Features], slack: Fraction) -> dict[str, tuple[int, ...]]:
    """Cut at the type 7 quantiles + 1, each moved by `slack`: R computes them with floats, this does not."""
    columns = []
    for name in Features._fields:
        values = [Fraction(getattr(row, name)) for row in features.values()]
        if not values:
            return {}
        cuts = [quantile(values, Fraction(share, 100)) + 1 + slack for share in (20, 40, 60, 80)]
        above = [sum(value >= cut for cut in cuts) for value in values]
        columns.append([5 - n if name == "recency_days" else 1 + n for n in above])
    return dict(zip(features, zip(*columns, strict=True), strict=True))


def quantile(values: list[Fraction], share: Fraction) -> Fraction:
    """Linear between the order statistics: type 7 of Hyndman and Fan."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def fitting(segments: Iterable[Segment], scores: Iterable[int]) -> list[Segment]:
    """The segments that hold these scores, the first match first."""
    wanted = tuple(scores)
    return sorted(
        (
            segment
            for segment in segments
            if all(score in among for score, among in zip(wanted, segment.ranges, strict=True))
        ),
        key=lambda segment: (segment.priority, segment.name),
    )


# dbt.


class Mart(Workspace):
    """One folder in which orders are built into `rfm_features`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder / "seeds")
        self.compiled_marts: dict[str, str] = {}

    def features(
        self, orders: Iterable[Order], variables: dict[str, str], segments: Sequence[str] = ()
    ) -> dict[str, tuple[Any, ...]]:
        """The mart's rows for these orders, of which every one has a known contact."""
        self.database.unlink(missing_ok=True)
        file = self.folder / "orders.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(Order._fields)
            writer.writerows(orders)
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("create schema raw")
            connection.execute(RAW_TRANSACTIONS, [str(file)])
            connection.execute(RAW_CONTACTS)
        return self.features_again(variables, segments)

    def features_again(
        self, variables: dict[str, str], segments: Sequence[str]
    ) -> dict[str, tuple[Any, ...]]:
        """The mart's rows for what the raw tables hold."""
        self.configure(segments)
        self.build(as_of=variables["as_of"], select="+rfm_features", variables=variables)
        self.compiled_marts[str(variables)] = self.last_compiled("rfm_features.sql")
        return self.read()

    def configure(self, segments: Sequence[str]) -> None:
        """Make these the segments."""
        cells = [dict(zip(SEGMENT_COLUMNS, line.split(","), strict=True)) for line in segments]
        write_seeds(self.seeds, {"rfm_segments": cells})

    def sql(self, variables: dict[str, str]) -> str:
        """The compiled mart, which is built with these vars if it hasn't been yet."""
        if str(variables) not in self.compiled_marts:
            self.features([], variables)
        return self.compiled_marts[str(variables)]

    def last_compiled(self, name: str) -> str:
        """The SQL of a model or test as last compiled."""
        [file] = (self.target / "compiled").rglob(name)
        return file.read_text(encoding="utf-8")

    def read(self) -> dict[str, tuple[Any, ...]]:
        """The rows of the mart."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            rows = connection.execute(
                "select contact_id, recency_days, frequency, monetary, recency_score, frequency_score, "
                "monetary_score, rfm_code, rfm_segment, first_ordered_at, last_ordered_at "
                "from marts.rfm_features"
            ).fetchall()
        return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Mart:
    return Mart(tmp_path_factory.mktemp("rfm"))


def read(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time())


def different(actual: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """At most ten contacts for which the two say something else."""
    contacts = sorted(actual.keys() | expected.keys())
    found = (
        f"{contact}: {actual.get(contact)} instead of {expected.get(contact)}"
        for contact in contacts
        if actual.get(contact) != expected.get(contact)
    )
    return list(itertools.islice(found, 10))


def r_results(file: str) -> dict[str, tuple[Any, ...]]:
    return {
        row["customer_id"]: (
            int(row["recency_days"]),
            int(row["transaction_count"]),
            Decimal(row["amount"]),
            int(row["recency_score"]),
            int(row["frequency_score"]),
            int(row["monetary_score"]),
            row["rfm_score"],
        )
        for row in read(R_PACKAGE / "expected" / file)
    }


# R's package rfm.

NOISE = """
alter table raw.contacts add column merged_into varchar;
alter table raw.contacts add column deleted_at timestamp;
alter table raw.transactions add column status varchar;

-- Every third order is that of a contact who is merged into the customer, half of them by way of another.
insert into raw.contacts
select 'old ' || contact_id, created_at, loaded_at, contact_id, null from raw.contacts
union all
select 'older ' || contact_id, created_at, loaded_at, 'old ' || contact_id, null from raw.contacts;
update raw.transactions
set contact_id = case when transaction_id::int % 2 = 0 then 'old ' else 'older ' end || contact_id
where transaction_id::int % 3 = 0;

-- Lines that count for nothing, in transactions of their own or not.
insert into raw.contacts values
    ('deleted', '1990-01-01', now(), null, '2006-12-31'),
    ('away', '1990-01-01', now(), 'deleted', null);
insert into raw.transactions
select transaction_id, contact_id, ordered_at, 1000, 2, now(), 'refunded' from raw.transactions
union all
select 'void ' || transaction_id, contact_id, '2006-12-30', 1000, 1, now(), 'cancelled' from raw.transactions
union all
select 'later ' || transaction_id, contact_id, '2006-12-31 00:00:00.000001', 1000, 1, now(), null
from raw.transactions
union all
select
    'lost ' || transaction_id, ['deleted', 'away', 'unknown'][1 + transaction_id::int % 3],
    ordered_at, 1000, 1, now(), null
from raw.transactions;

-- A sale that was loaded again as a refund.
insert into raw.transactions
select 'void again ' || transaction_id, contact_id, '2006-12-30', 1000, 1, now() - interval 1 day, 'completed'
from raw.transactions where line_number = 1;
insert into raw.transactions
select transaction_id, contact_id, ordered_at, amount, line_number, now(), 'refunded'
from raw.transactions where transaction_id like 'void again %';
"""
"""What must not change any result, added to the orders."""


@pytest.fixture(scope="module")
def r_orders(mart: Mart) -> dict[str, tuple[Any, ...]]:
    rows = read(R_PACKAGE / "rfm_data_orders.csv")
    orders = [
        Order(str(n), row["customer_id"], midnight(row["order_date"]), Decimal(row["revenue"]))
        for n, row in enumerate(rows)
    ]
    assert len(orders) == 4_906
    return mart.features(orders, QUANTILE, README_SEGMENTS)


@needs_r_results
def test_995_of_995_customers_agree_with_r(r_orders: dict[str, tuple[Any, ...]]) -> None:
    expected = r_results("orders_rfm_default5.csv")
    assert len(expected) == 995
    assert different({contact: row[:7] for contact, row in r_orders.items()}, expected) == []


@needs_r_results
def test_the_segments_of_the_readme_agree_with_r(r_orders: dict[str, tuple[Any, ...]]) -> None:
    segments = {contact: row[7] for contact, row in r_orders.items()}
    published = read(R_PACKAGE / "expected" / "orders_segments_readme.csv")
    assert different(segments, {row["customer_id"]: row["segment"] for row in published}) == []
    assert Counter(segments.values()) == {
        "Champions": 35,
        "Potential Loyalist": 342,
        "Loyal Customers": 170,
        "Promising": 9,
        "New Customers": 104,
        "Can't Lose Them": 47,
        "At Risk": 28,
        "Need Attention": 10,
        "About To Sleep": 102,
        "Lost": 148,
    }


@needs_r_results
def test_what_must_not_count_changes_nothing(mart: Mart, r_orders: dict[str, tuple[Any, ...]]) -> None:
    """Refunds, and orders after as_of or of deleted or unknown contacts; merged contacts' orders do count."""
    with duckdb.connect(str(mart.database)) as connection:
        connection.execute(NOISE)
    assert different(mart.features_again(QUANTILE, README_SEGMENTS), r_orders) == []


@needs_r_results
def test_39_999_of_39_999_customers_agree_with_r(mart: Mart) -> None:
    expected = r_results("customer_rfm_default5.csv")
    assert len(expected) == 39_999
    actual = mart.features(r_customer_orders(), QUANTILE)
    assert different({contact: row[:7] for contact, row in actual.items()}, expected) == []


def r_customer_orders() -> Iterator[Order]:
    """Orders that add up to the published customers: the last has nearly all, the others are earlier."""
    as_of = midnight("2006-12-31")
    for row in read(R_PACKAGE / "rfm_data_customer.csv"):
        contact_id = str(int(float(row["customer_id"])))
        earlier = int(float(row["number_of_orders"])) - 1
        last = Decimal(row["revenue"]) - earlier * CENT
        assert last > 0, "each is a purchase"
        for n in range(earlier + 1):
            ordered_at = as_of - timedelta(days=float(row["recency_days"]) + n)
            amount = CENT if n else last
            yield Order(f"{contact_id}/{n}", contact_id, ordered_at, amount)


# CDNOW.


def cdnow_purchases() -> Iterator[tuple[str, datetime, Decimal]]:
    assert CDNOW is not None
    lines = (CDNOW / "CDNOW_master.txt").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        contact_id, day, _, amount = line.split()
        yield contact_id, datetime.strptime(day, "%Y%m%d"), Decimal(amount)


@needs_cdnow
def test_every_customer_of_cdnow_is_ranked_by_the_formula(mart: Mart) -> None:
    orders = [Order(str(n), *purchase) for n, purchase in enumerate(cdnow_purchases())]
    features = features_of(orders, str, datetime(1998, 6, 30, 12), 18)
    bought = sum(order.amount > 0 for order in orders)
    assert (len(orders), bought, sum(row.frequency for row in features.values()), len(features)) == (
        69_659,
        69_579,
        69_579,
        23_502,
    )
    scores = rank_scores(features)
    expected = {contact: (*features[contact], *scores[contact]) for contact in features}
    actual = mart.features(orders, RANK)
    assert different({contact: row[:6] for contact, row in actual.items()}, expected) == []


@needs_cdnow
def test_the_calibration_period_of_cdnow_is_as_published(mart: Mart) -> None:
    """Repeat purchase days, time from first to last and time observed of the sample's 2,357 customers.

    Published are days on which nothing was paid, too.
    """
    assert CDNOW is not None
    sample = [line.split() for line in (CDNOW / "CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    names = {str(int(number)): contact_id for contact_id, number, *_ in sample}
    end, wanted = midnight("1997-09-30"), set(names.values())
    orders = [
        Order(f"{contact_id} on {day}", contact_id, day, max(amount, CENT))
        for contact_id, day, amount in cdnow_purchases()
        if contact_id in wanted and day <= end
    ]
    actual = {
        contact: (row[1] - 1, (row[9] - row[8]).days, (end - row[8]).days)
        for contact, row in mart.features(orders, RANK).items()
    }
    published = {
        names[row["ID"]]: (
            int(row["frequency"]),
            round(float(row["recency"]) * 7),
            round(float(row["T"]) * 7),
        )
        for row in read(CDNOW / "cdnow_customers_summary.csv")
    }
    assert len(published) == 2_357
    assert different(actual, published) == []


# The SQL itself on generated orders, segments and identities.


class Replica:
    """The tables that the compiled mart reads, in memory."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.connection = duckdb.connect()
        self.connection.execute(
            "create schema intermediate; create schema store; create schema configuration;"
            "create table intermediate.int_transaction_lines (transaction_id varchar, contact_key bigint, "
            "occurred_at timestamp, amount decimal(38, 10), is_cancelled boolean, is_unconverted boolean);"
            "create table store.int_contacts (contact_key bigint, survivor_key bigint);"
            "create table store.int_contact_keys (contact_key bigint, contact_id varchar);"
            "create table configuration.config_rfm_segments (rfm_segment varchar, priority bigint, "
            "recency_from bigint, recency_to bigint, frequency_from bigint, frequency_to bigint, "
            "monetary_from bigint, monetary_to bigint)"
        )

    def run(
        self, orders: list[Order], aliases: dict[str, str | None], segments: list[tuple[Any, ...]]
    ) -> dict[str, tuple[Any, ...]]:
        """What the mart says of these orders."""
        ids = sorted({*aliases, *filter(None, aliases.values()), *(order.contact_id for order in orders)})
        keys: dict[str | None, int] = {contact_id: key for key, contact_id in enumerate(ids)}
        lines = [
            (order.transaction_id, keys[order.contact_id], order.ordered_at, order.amount, False, False)
            for order in orders
        ]
        people = [(keys[alias], keys.get(survivor)) for alias, survivor in aliases.items()]
        self._fill("intermediate.int_transaction_lines", lines)
        self._fill("store.int_contacts", people)
        self._fill("store.int_contact_keys", [(key, contact_id) for contact_id, key in keys.items()])
        self._fill("configuration.config_rfm_segments", segments)
        rows = self.connection.execute(
            "select contact_id, recency_days, frequency, monetary, recency_score, frequency_score, "
            f"monetary_score, rfm_code, rfm_segment from ({self.sql})"
        ).fetchall()
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0]: row[1:] for row in rows}

    def mistaken_codes(self, lines: list[str]) -> dict[str, int]:
        """What the test of the segments says of them: code and number of segments."""
        self._fill("configuration.config_rfm_segments", [line.split(",") for line in lines])
        return dict(self.connection.execute(f"select rfm_code, segments from ({self.sql})").fetchall())

    def _fill(self, table: str, rows: list[Any]) -> None:
        self.connection.execute(f"delete from {table}")
        if rows:
            marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
            cells = [cell for row in rows for cell in row]
            self.connection.execute(f"insert into {table} values {marks}", cells)


@pytest.fixture(scope="module")
def by_rank(mart: Mart) -> Replica:
    return Replica(mart.sql(RANK))


@pytest.fixture(scope="module")
def by_quantile(mart: Mart) -> Replica:
    return Replica(mart.sql(QUANTILE))


INSTANT = timedelta(microseconds=1)
DAY = timedelta(days=1)
AGES = [timedelta(0), INSTANT, DAY - INSTANT, DAY, 2 * DAY, 2 * DAY + INSTANT, 9 * DAY, 100 * DAY]
EDGES = [
    datetime(1996, 12, day, 12) + shift for day in (30, 31) for shift in (-INSTANT, timedelta(0), INSTANT)
]
"""30 and 31 December plus 18 months are both 30 June: orders of 12:00 are just out."""

CONTACTS = [f"c{n}" for n in range(14)]


def orders_up_to(as_of: datetime, more: Iterable[datetime] = ()) -> st.SearchStrategy[list[Order]]:
    instants = [*(as_of - age for age in AGES), *more]
    amounts = ["-1", "0", "0.25", "1", "1.25", "2", "3", "3.01", "10", "99999999.99"]
    order = st.builds(
        Order,
        st.sampled_from([f"t{n}" for n in range(30)]),
        st.sampled_from([*CONTACTS, "unknown"]),
        st.sampled_from(instants),
        st.sampled_from([Decimal(amount) for amount in amounts]),
    )
    return st.lists(order, max_size=60)


def identities() -> st.SearchStrategy[dict[str, str | None]]:
    """Whose orders count for whom: most for themselves, some for a survivor, some (deleted) for nobody."""
    owners = st.integers(0, 9).map(lambda n: n if n < 3 else None)
    survivors: list[str | None] = [None, "c0", "c1"]
    return st.lists(owners, min_size=len(CONTACTS), max_size=len(CONTACTS)).map(
        lambda chosen: {
            contact: contact if n is None or contact in ("c0", "c1") else survivors[n]
            for contact, n in zip(CONTACTS, chosen, strict=True)
        }
    )


def some_segments() -> st.SearchStrategy[list[tuple[Any, ...]]]:
    bounds = st.sampled_from([(1, 5), (1, 5), (1, 5), (1, 2), (2, 4), (3, 5), (4, 4)])
    return st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.integers(1, 4), bounds, bounds, bounds).map(
            lambda row: (row[0], row[1], *row[2], *row[3], *row[4])
        ),
        max_size=6,
    )


SETTINGS = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def check_names(actual: dict[str, tuple[Any, ...]], segments: list[tuple[Any, ...]]) -> None:
    """Code and segment follow from the scores."""
    parsed = [segment(row) for row in segments]
    for *_, recency, frequency, monetary, code, name in actual.values():
        assert code == f"{recency}{frequency}{monetary}"
        first = next(iter(fitting(parsed, (recency, frequency, monetary))), None)
        assert name == (first and first.name)


@SETTINGS
@given(orders_up_to(datetime(1998, 6, 30, 12), EDGES), identities(), some_segments())
def test_scores_by_rank(
    by_rank: Replica,
    orders: list[Order],
    aliases: dict[str, str | None],
    segments: list[tuple[Any, ...]],
) -> None:
    features = features_of(orders, aliases.get, datetime(1998, 6, 30, 12), 18)
    scores = rank_scores(features)
    actual = by_rank.run(orders, aliases, segments)
    expected = {contact: (*features[contact], *scores[contact]) for contact in features}
    assert different({contact: row[:6] for contact, row in actual.items()}, expected) == []
    check_names(actual, segments)
    for measure in range(3):
        pairs = {(row[measure], row[3 + measure]) for row in actual.values()}
        assert len(pairs) == len({value for value, _ in pairs}), "equal values have different scores"


@SETTINGS
@given(orders_up_to(datetime(2006, 12, 31)), identities(), some_segments())
def test_scores_by_quantile(
    by_quantile: Replica,
    orders: list[Order],
    aliases: dict[str, str | None],
    segments: list[tuple[Any, ...]],
) -> None:
    features = features_of(orders, aliases.get, datetime(2006, 12, 31), None)
    allowed = [quantile_scores(features, slack) for slack in (Fraction(-1, 10**6), Fraction(1, 10**6))]
    actual = by_quantile.run(orders, aliases, segments)
    assert different({contact: row[:3] for contact, row in actual.items()}, features) == []
    for contact, row in actual.items():
        for score, *possible in zip(row[3:6], *(scores[contact] for scores in allowed), strict=True):
            assert score in possible, (contact, row, possible)
    check_names(actual, segments)


# Gaps and overlaps of the segments.

GAP_AND_OVERLAP = ["High,1,4,5,1,5,1,5", "Low,2,1,3,1,5,2,5", "Other,2,3,4,1,5,5,5", "High,1,5,5,1,5,1,5"]
"""Nobody holds 1 to 3 with monetary 1; Low and Other both hold 3 with 5; at 4 High precedes Other."""


def test_codes_without_one_first_segment_make_a_warning(mart: Mart) -> None:
    test = "rfm_segments_cover_every_code"
    mart.configure(GAP_AND_OVERLAP)
    select = "resource_type:seed +config_errors config_rfm_segments"
    mart.build(as_of=RANK["as_of"], select=select, variables=RANK)
    results = mart.results("test", "--select", test, variables=RANK)
    [found] = [result for result in results if result.node.name == test]
    assert (found.status, found.failures) == ("warn", 3 * 5 + 5)
    replica = Replica(mart.last_compiled(f"{test}.sql"))
    for lines in (GAP_AND_OVERLAP, README_SEGMENTS, []):
        segments = [segment(line.split(",")) for line in lines]
        assert replica.mistaken_codes(lines) == (mistaken_codes(segments) if segments else {})


def mistaken_codes(segments: list[Segment]) -> dict[str, int]:
    """How many segments come first, for each code for which it is not one."""
    found = {}
    for scores in itertools.product(range(1, 6), repeat=3):
        fits = fitting(segments, scores)
        firsts = {each.name for each in fits if each.priority == fits[0].priority}
        if len(firsts) != 1:
            found["".join(map(str, scores))] = len(firsts)
    return found
