"""Stories by chance, reproducible from one number: what arrives, what is edited, and when it is scored.

Stories of several worlds (`strategies.worlds_apart`) are told in one database: of each, a part of its rows
arrives before the first run, the rest in small batches later, together with rows that change earlier ones.
Values of such rows are taken from other rows of the table, so they fall on the same few instants, ids and
texts. When a run takes place, and with which variables, is the same for all; so is whether configurations
are edited before it, or nearly every run would be a full one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dice import Dice
from incremental_edits import Seeds, edited, enriched
from reference import World
from reference.inputs import COLUMNS
from reference.values import read_timestamp
from reference.world import UNKNOWN_VISITOR_IDS, Row
from strategies import LOADED, MICROSECOND, united_seeds, worlds_apart

Arrival = tuple[str, Row]
Arrivals = list[Arrival]
STEPS = [MICROSECOND, timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)]
IDS = {"events": "event_id", "transactions": "transaction_id", "score_adjustments": "adjustment_id"}
FAR_AHEAD = datetime(2030, 1, 1)
# So many stories lie side by side in one database.
STORIES = 20
# How much of a world has arrived before the first run.
FIRST_SHARES = [0, 0.3, 0.7, 0.9, 0.95]
VARIABLES: dict[str, list[Any]] = {
    "time_zone": ["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kolkata"],
    "score_machine_events": [True, False],
    "forecast_days": [1, 30, 400],
    "rfm_window": [None, "6 months", "30 days"],
    "rfm_scoring": ["rank", "quantile"],
    "currency": [None, "EUR", "eur", "USD2"],
    "merge_by": [None, "email", "email"],
    "merge_limit": [1, 3, 20],
    "asset_fields": [[], "event.email_id", ["event.properties.value", "event.page_path"]],
    "unknown_visitor_ids": ["", "0\xb7v1|1\xb7V1", UNKNOWN_VISITOR_IDS],
}


@dataclass(frozen=True)
class Stage:
    """What happens before one run, and how that run is asked for."""

    as_of: datetime
    seeds: dict[str, list[dict[str, str]]]
    variables: dict[str, Any]
    arrivals: Arrivals
    forgotten: frozenset[str] = frozenset()
    """Contacts whose raw rows are removed before anything arrives."""
    ordinary: bool = False
    """Nothing but newer rows in known tables and columns: no reason for a full run."""


@dataclass(frozen=True)
class Story:
    """Stages one after another in one database."""

    stages: tuple[Stage, ...]
    native: frozenset[str]

    def worlds(self) -> Iterator[World]:
        """All input that each run reads."""
        raw: dict[str, list[Row]] = {}
        for stage in self.stages:
            raw = {
                table: [row for row in rows if row.get("contact_id") not in stage.forgotten]
                for table, rows in raw.items()
            }
            for table, row in stage.arrivals:
                raw.setdefault(table, []).append(row)
            variables = {**stage.variables, "as_of": stage.as_of.isoformat(sep=" ", timespec="microseconds")}
            yield World(
                stage.seeds, {table: list(rows) for table, rows in raw.items()}, variables, self.native
            )


@dataclass
class _Strand:
    """One world's part of a story: its configuration, what has arrived, and what is still to come."""

    seeds: Seeds
    later: Arrivals
    arrived: Arrivals = field(default_factory=list)

    def arrive(self, dice: Dice, count: int, changes: int) -> Arrivals:
        """So many of the rows to come, and rows that change what is there."""
        batch = [self.later.pop() for _ in range(min(len(self.later), count))]
        batch += _changes(dice, [*self.arrived, *batch], changes)
        self.arrived += batch
        return batch


def story_of(number: int, runs: int, worlds: int = STORIES) -> Story:
    """A whole story of so many worlds side by side."""
    dice = Dice(number)
    apart = worlds_apart(dice, worlds, enriched)
    instants = sorted(set().union(*map(_instants, apart)))
    strands = [_strand(dice, world) for world in apart]
    first = _without_a_column(
        dice,
        [
            pair
            for strand in strands
            for pair in strand.arrive(dice, round(len(strand.later) * dice.choice(FIRST_SHARES)), 0)
        ],
    )
    variables = {name: value for name, value in apart[0].variables.items() if name != "as_of"}
    as_of = dice.choice(instants[: len(instants) * 2 // 3 + 1])
    stages = [Stage(as_of, united_seeds([strand.seeds for strand in strands]), variables, first)]
    mark = max(LOADED)
    known = {(table, column) for table, row in first for column in row}
    for _ in range(runs - 1):
        loaded_at = _loaded_at(dice, mark)
        batch = [
            (table, _loaded(dice, row, loaded_at, mark))
            for strand in strands
            for table, row in strand.arrive(dice, dice.choice([0, 0, 1, 2, 6]), dice.choice([0, 1, 1, 2, 4]))
        ]
        stages.append(_next_stage(dice, stages[-1], strands, batch, mark, known, instants))
        known |= {(table, column) for table, row in batch for column in row}
        mark = max([mark, *(row["loaded_at"] for _, row in batch if row["loaded_at"])])
    return Story(tuple(stages), apart[0].native)


def _strand(dice: Dice, world: World) -> _Strand:
    later = [(table, row) for table, rows in world.raw.items() for row in rows]
    dice.shuffle(later)
    return _Strand(world.seeds, later)


def _next_stage(
    dice: Dice,
    last: Stage,
    strands: list[_Strand],
    batch: Arrivals,
    mark: datetime,
    known: set[tuple[str, str]],
    instants: list[datetime],
) -> Stage:
    stage = replace(
        last,
        as_of=_later(dice, last.as_of, instants),
        arrivals=batch,
        forgotten=frozenset(),
        ordinary=all(
            row["loaded_at"] is not None
            and row["loaded_at"] > mark
            and all((table, column) in known for column in row)
            for table, row in batch
        ),
    )
    turn = dice.randrange(100)
    if turn < 12:
        for strand in strands:
            strand.seeds = edited(dice, strand.seeds)
        seeds = united_seeds([strand.seeds for strand in strands])
        return replace(stage, seeds=seeds, ordinary=False)
    if turn < 18:
        name = dice.choice(list(VARIABLES))
        variables = {**last.variables, name: dice.choice(VARIABLES[name])}
        return replace(stage, variables=variables, ordinary=False)
    if turn < 22:
        forgotten = [_somebody(dice, strand) for strand in strands]
        return replace(stage, forgotten=frozenset().union(*forgotten), ordinary=False)
    return stage


def _somebody(dice: Dice, strand: _Strand) -> list[str]:
    """A contact of whom rows have arrived, if there is one."""
    known = {row["contact_id"] for _, row in strand.arrived if row.get("contact_id")}
    return dice.some(sorted(known), 1, 1)


def _instants(world: World) -> set[datetime]:
    values = [value for rows in world.raw.values() for row in rows for value in row.values()]
    read = {read_timestamp(value) for value in values if isinstance(value, str | datetime)}
    return {instant for instant in [*read, world.as_of] if instant and 2023 <= instant.year <= 2026}


def _later(dice: Dice, as_of: datetime, instants: list[datetime]) -> datetime:
    """The same instant, a bit later, or where something happens."""
    ahead = [instant for instant in instants if instant > as_of]
    steps: list[Callable[[], datetime]] = [
        lambda: as_of,
        lambda: as_of + dice.choice(STEPS),
        lambda: as_of + timedelta(days=40),
        *[lambda: ahead[0] if ahead else as_of] * 2,
        *[lambda: dice.choice(ahead[:6]) if ahead else as_of + timedelta(hours=1)] * 3,
    ]
    return dice.choice(steps)()


def _loaded_at(dice: Dice, mark: datetime) -> datetime:
    """Mostly after everything that has arrived; at times with it, or before."""
    turn = dice.randrange(20)
    if turn < 13:
        return mark + dice.choice(STEPS)
    if turn < 15:
        return mark
    return mark - dice.choice(STEPS) if turn < 19 else dice.choice(LOADED)


def _loaded(dice: Dice, row: Row, loaded_at: datetime, mark: datetime) -> Row:
    if row["loaded_at"] is None:
        return row
    if dice.randrange(60) == 0:
        loaded_at = dice.choice([FAR_AHEAD, mark, row["loaded_at"], _loaded_at(dice, mark)])
    return {**row, "loaded_at": loaded_at}


def _without_a_column(dice: Dice, first: Arrivals) -> Arrivals:
    """The first rows, at times without a table or a column that arrives later."""
    if not first or not dice.likely(3):
        return first
    table, row = dice.choice(first)
    if dice.likely(3):
        return [(other, row) for other, row in first if other != table]
    optional = [name for name in row if not COLUMNS[table][name].endswith("*")]
    gone = dice.some(optional, 0, 2)
    return [
        (other, {name: cell for name, cell in row.items() if other != table or name not in gone})
        for other, row in first
    ]


def _changes(dice: Dice, rows: Arrivals, count: int) -> Arrivals:
    """Rows that say otherwise than earlier ones, or the same again."""
    changed = []
    for _ in range(count if rows else 0):
        table = dice.choice(sorted({table for table, _ in rows}))
        known = [row for other, row in rows if other == table]
        row, giver = dict(dice.choice(known)), dice.choice(known)
        for column in dice.some([name for name in row if name != "loaded_at"], 0, 3):
            row[column] = giver.get(column)
        if table == "contacts":
            row |= _a_turn_of_life(dice, known)
        elif dice.likely(3):
            row[IDS[table]] = f"N{dice.randrange(10**6)}"
        changed.append((table, row))
    return changed


def _a_turn_of_life(dice: Dice, known: list[Row]) -> Row:
    """A version at another time: merged, not merged any more, deleted, back again, or moved."""
    giver = dice.choice(known)
    contact_ids = [row["contact_id"] for row in known]
    turns: list[Row] = [
        {"merged_into": dice.choice(contact_ids)},
        {"merged_into": None},
        {"deleted_at": giver.get("updated_at") or giver["created_at"]},
        {"deleted_at": None},
        {"city": giver.get("city"), "account_id": giver.get("account_id")},
        {"email": giver.get("email")},
        {},
    ]
    turn = dice.choice(turns)
    if dice.likely(7):
        turn["updated_at"] = dice.choice([row.get("updated_at") or row["created_at"] for row in known])
    return turn
