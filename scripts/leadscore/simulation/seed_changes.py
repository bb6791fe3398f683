"""Which rows of the seeds differ from those that the publication was made with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from leadscore.configuration.seeds import SEEDS
from leadscore.simulation.trial import AFTER, BEFORE, Trial

CELLS = """
select seed, row_number, row_key, column_name, value
from {}.configuration.seed_cells
where seed = ?
order by row_number, column_name
"""
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class SeedChange:
    """A cell that differs.

    Attributes:
        seed: The seed.
        row_key: The row's id; empty where it has none.
        column: The column.
        before: What stood there; None: nothing, or there was no such row.
        after: What stands there now.
    """

    seed: str
    row_key: str
    column: str
    before: str | None
    after: str | None


def seed_changes(trial: Trial) -> list[SeedChange]:
    """Every cell that differs; of rows that came or went those that aren't empty."""
    return [
        change
        for seed in SEEDS
        for change in _changes(seed, _rows(trial, seed, BEFORE), _rows(trial, seed, AFTER))
    ]


def _rows(trial: Trial, seed: str, catalog: str) -> dict[str, list[Row]]:
    """The rows of a seed, by their key and in their order."""
    cells: dict[int, dict[str, str | None]] = defaultdict(dict)
    keys: dict[int, str] = {}
    for _, number, key, column, value in trial.database.execute(CELLS.format(catalog), [seed]):
        cells[number][column] = value
        keys[number] = key or ""
    rows: dict[str, list[Row]] = defaultdict(list)
    for number, row in cells.items():
        rows[keys[number]].append(row)
    return rows


def _changes(
    seed: str, before: Mapping[str, list[Row]], after: Mapping[str, list[Row]]
) -> Iterator[SeedChange]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = list(before.get(key, [])), list(after.get(key, []))
        for row in list(old):
            if row in new:  # rows that share a key, as conditions do: those that stay are no change
                old.remove(row)
                new.remove(row)
        for number in range(max(len(old), len(new))):
            was = old[number] if number < len(old) else {}
            becomes = new[number] if number < len(new) else {}
            yield from (
                SeedChange(seed, key, column, was.get(column), becomes.get(column))
                for column in _columns((was, becomes))
                if was.get(column) != becomes.get(column)
            )


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))
