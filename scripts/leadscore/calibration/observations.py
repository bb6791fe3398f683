"""What was observed of a model: scores then, how much each rule counted then, and who converted next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadscore.simulation.sample import is_sampled_sql
from leadscore.simulation.trial import AFTER, Trial

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

# More contacts tell the same, and Python holds these in memory: some 100 MB.
MOST_CONTACTS = 100_000
# A row an observation, numbered in an order that doesn't depend on the run's.
OBSERVED = f"""
create or replace temp table observed as
select
    row_number() over (order by contacts.contact_id, observations.observed_at) - 1 as row,
    contacts.contact_id,
    observations.contact_key,
    observations.observed_at,
    observations.score,
    observations.converted_at is not null as converts
from {AFTER}.store.int_observations as observations
inner join {AFTER}.configuration.config_models as models on observations.model_number = models.model_number
inner join {AFTER}.store.int_contact_keys as contacts on observations.contact_key = contacts.contact_key
where models.model_id = ? and {{is_taken}}
"""
ROWS = """
select
    row,
    dense_rank() over (order by contact_id) - 1 as contact,
    dense_rank() over (order by observed_at desc) - 1 as instant,
    cast(score as double) as score,
    converts
from observed
order by row
"""
# How many have the model's observations, before a part of them is taken.
SIZE = f"""
select
    count(distinct observations.contact_key) as contacts,
    count(observations.converted_at) as conversions,
    count(distinct observations.observed_at) as instants
from {AFTER}.store.int_observations as observations
inner join {AFTER}.configuration.config_models as models on observations.model_number = models.model_number
where models.model_id = ?
"""
# The entries that count at each observation.
COUNTING = f"""
from observed
inner join {AFTER}.store.int_ledger as ledger
    on
        observed.contact_key = ledger.contact_key
        and observed.observed_at >= ledger.valid_from
        and (ledger.valid_to is null or observed.observed_at < ledger.valid_to)
"""
# How much a rule counts: what its entries give, by what it gives once. Of sets nothing is asked but that.
COUNTS = f"""
select
    observed.row,
    ledger.rule_number,
    case
        when any_value(rules.operation) = 'set' then 0
        else cast(sum(ledger.points) as double) / cast(any_value(rules.points) as double)
    end as times
{COUNTING}
inner join {AFTER}.configuration.config_rules as rules on ledger.rule_number = rules.rule_number
where case when rules.operation = 'set' then rules.model_id = ? else rules.points != 0 end
group by observed.row, ledger.rule_number
order by observed.row, ledger.rule_number
"""
NAMES = f"select rule_number, rule_id from {AFTER}.configuration.config_rules"
# What adds to the sum whatever the rules give: starting points, edits by hand, sets.
REST = f"""
select observed.row, cast(sum(ledger.points) as double) as points
{COUNTING}
inner join {AFTER}.configuration.config_models as models on ledger.model_number = models.model_number
left join {AFTER}.configuration.config_rules as rules on ledger.rule_number = rules.rule_number
where models.model_id = ? and coalesce(rules.operation = 'set', true)
group by observed.row
"""
# Who had a rule for the first time within the horizon after the conversion, and within the one before it.
FOLLOWING = f"""
with firsts as (
    select ledger.contact_key, rules.rule_id, min(ledger.valid_from) as first_at
    from {AFTER}.store.int_ledger as ledger
    inner join {AFTER}.configuration.config_rules as rules on ledger.rule_number = rules.rule_number
    group by ledger.contact_key, rules.rule_id
),

timed as (
    select
        firsts.rule_id,
        firsts.first_at,
        conversions.converted_at,
        to_months(definitions.horizon_months) + to_microseconds(definitions.horizon_microseconds) as horizon
    from {AFTER}.store.int_conversions as conversions
    inner join {AFTER}.configuration.config_conversions as definitions
        on conversions.conversion_number = definitions.conversion_number
    inner join firsts on conversions.contact_key = firsts.contact_key
)

select
    rule_id,
    count(*) filter (where first_at < converted_at and first_at >= converted_at - horizon) as ahead,
    count(*) filter (where first_at >= converted_at and first_at < converted_at + horizon) as afterwards
from timed
where first_at <= {{as_of}}
group by rule_id
"""


@dataclass(frozen=True)
class Observations:
    """Observations of the contacts that a model scores, a row each: by contact, then by time.

    Attributes:
        contact: The number of each row's contact.
        instant: The number of its instant; 0 is the latest.
        score: The score then, by the seeds that were tried out.
        converts: Whether a conversion followed within the horizon.
        share: Which share of the observed contacts these are.
    """

    contact: NDArray[np.int64]
    instant: NDArray[np.int64]
    score: NDArray[np.float64]
    converts: NDArray[np.bool_]
    share: float = 1.0

    @property
    def later(self) -> NDArray[np.bool_]:
        """The rows of the latest third of the instants, by which suggestions are judged."""
        instants = int(self.instant.max(initial=-1)) + 1
        return self.instant < max(1, round(instants / 3))


@dataclass(frozen=True)
class Counts:
    """How much each rule counted at each observation.

    Attributes:
        rules: The ids of the rules, in the order of the columns.
        times: A row an observation, a column a rule.
        counted: Likewise, whether it had an entry: what it gives may add up to nothing.
        rest: What starting points, sets and edits by hand add to each row's sum.
        following: Rule -> how many had it for the first time within the horizon before their conversion, and
            how many within the one from it on.
    """

    rules: Sequence[str]
    times: csr_array
    counted: csr_array
    rest: NDArray[np.float64]
    following: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Size:
    """How much was observed of a model.

    Attributes:
        contacts: How many contacts.
        conversions: How many observations that converted: a contact converts once.
        instants: At how many instants.
    """

    contacts: int
    conversions: int
    instants: int


def read_size(trial: Trial, model_id: str) -> Size:
    """How much was observed of a model in a trial."""
    [row] = trial.database.execute(SIZE, [model_id])
    return Size(*map(int, row))


def read_observations(trial: Trial, model_id: str, size: Size) -> Observations:
    """What was observed of a model in a trial; of the same contacts in every trial.

    Args:
        trial: The trial.
        model_id: The model.
        size: How much there is: of very many contacts a part is read.
    """
    share = min(1.0, MOST_CONTACTS / max(size.contacts, 1))
    is_taken = is_sampled_sql("contacts.contact_id", share if share < 1 else None)
    trial.database.execute(OBSERVED.format(is_taken=is_taken), [model_id])
    columns = trial.database.arrays(ROWS)
    return Observations(columns["contact"], columns["instant"], columns["score"], columns["converts"], share)


def read_counts(trial: Trial, model_id: str, originals: Mapping[str, str]) -> Counts:
    """How much each rule counted at the observations that were read last.

    Args:
        trial: The trial.
        model_id: The model.
        originals: Rules of another model -> the rules whose place they take.
    """
    import numpy as np
    from scipy.sparse import csr_array

    rows = int(trial.database.value("select count(*) from observed"))
    columns = trial.database.arrays(COUNTS, [model_id])
    numbers, places = np.unique(columns["rule_number"], return_inverse=True)
    names = {number: str(rule) for number, rule in trial.database.execute(NAMES)}
    rules = [originals.get(names[int(number)], names[int(number)]) for number in numbers]
    cells, shape = (columns["row"], places), (rows, len(rules))
    rest = np.zeros(rows)
    others: dict[str, Any] = trial.database.arrays(REST, [model_id])
    rest[others["row"]] = others["points"]
    following = {
        originals.get(rule, rule): (int(ahead), int(afterwards))
        for rule, ahead, afterwards in trial.database.execute(FOLLOWING.format(as_of=trial.as_of_sql))
    }
    return Counts(
        rules,
        csr_array((columns["times"], cells), shape=shape),
        csr_array((np.ones(len(places)), cells), shape=shape),
        rest,
        following,
    )
