"""The seeds that a calibration scores by, and those that it suggests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from leadscore.configuration.tables import (
    Cells,
    Configuration,
    SeedTable,
    column_name,
    read_configuration,
    write_changed,
)
from leadscore.raw.reading import as_read

# What no score of one model depends on.
LEFT_OUT = ("score_matrix", "account_roles", "rfm_segments", "segments", "segment_conditions")
RULE = "rule_id"
# So that exponential decay, which ends below half a point, goes on for long.
TWIN_POINTS = "100"


@dataclass(frozen=True)
class Twin:
    """A second model, of the rules of another one that give 0 points.

    Attributes:
        model_id: Its id.
        originals: The id of each rule of it -> that of the rule that it copies.
    """

    model_id: str
    originals: Mapping[str, str]


def of_one_model(configuration: Configuration, model_id: str, conversion_id: str) -> Configuration:
    """The configuration with no other model and conversion switched on; every row keeps its number."""
    seeds = {seed: table for seed, table in configuration.items() if seed not in LEFT_OUT}
    seeds["scoring_models"] = _only(seeds["scoring_models"], "model_id", model_id)
    seeds["conversions"] = _only(seeds["conversions"], "conversion_id", conversion_id)
    return seeds


def with_twin(configuration: Configuration, model_id: str) -> tuple[Configuration, Twin | None]:
    """The configuration with a second model for the rules of a model that give 0 points.

    There they give points, so that its ledger tells how much each of them counts.

    Returns:
        The configuration, and the second model; None where no rule needs it.
    """
    rules = configuration["scoring_rules"]
    copied = [
        row for row in rules.rows if as_read(row["model_id"]) == model_id and (_is_set(row) or _is_zero(row))
    ]
    if all(map(_is_set, copied)):
        return configuration, None
    twin = _free("twin", [as_read(row["model_id"]) for row in configuration["scoring_models"].rows])
    prefix = _free("twin", [as_read(row[RULE]) for row in rules.rows])
    names = {as_read(row[RULE]): f"{prefix}:{number}" for number, row in enumerate(copied)}
    renamed = [{**row, "model_id": twin, RULE: names[as_read(row[RULE])]} for row in copied]
    # Sets take away what there was in either model.
    renamed = [row if _is_set(row) else {**row, "operation": "add", "points": TWIN_POINTS} for row in renamed]
    seeds = dict(configuration)
    seeds["scoring_models"] = _extended(seeds["scoring_models"], [{"model_id": twin}])
    seeds["scoring_rules"] = _extended(rules, renamed)
    _copy_rows(seeds, "rule_conditions", RULE, names)
    _copy_rows(seeds, "model_conditions", "model_id", {model_id: twin})
    originals = {names[as_read(row[RULE])]: as_read(row[RULE]) for row in copied if not _is_set(row)}
    return seeds, Twin(twin, originals)


def with_points(configuration: Configuration, points: Mapping[str, Decimal]) -> Configuration:
    """The configuration with other points for some rules; all else stays as it is written."""
    rules = configuration["scoring_rules"]
    changed = [
        {**row, "points": f"{points[as_read(row[RULE])]:f}"} if as_read(row[RULE]) in points else row
        for row in rules.rows
    ]
    return {**configuration, "scoring_rules": SeedTable(rules.header, changed)}


def write_suggestion(seeds: Path, folder: Path, points: Mapping[str, Decimal]) -> None:
    """Copy a whole configuration into a new folder, with other points for some rules.

    Raises:
        UsageMistakeError: The folder holds seeds already.
    """
    suggested = with_points(read_configuration(seeds), points)
    write_changed(seeds, folder, {"scoring_rules": suggested["scoring_rules"]})


def _only(table: SeedTable, key: str, value: str) -> SeedTable:
    rows = [row if as_read(row[key]) == value else {**row, "is_active": "false"} for row in table.rows]
    missing = [] if "is_active" in map(column_name, table.header) else ["is_active"]
    return SeedTable([*table.header, *missing], rows)


def _is_set(row: Cells) -> bool:
    return as_read(row.get("operation", "")) == "set"


def _is_zero(row: Cells) -> bool:
    try:
        return Decimal(row.get("points", "").strip()) == 0
    except ArithmeticError:  # a mistake, which the run tells
        return False


def _copy_rows(seeds: Configuration, seed: str, key: str, names: Mapping[str, str]) -> None:
    if seed in seeds:
        table = seeds[seed]
        copies = [{**row, key: names[as_read(row[key])]} for row in table.rows if as_read(row[key]) in names]
        seeds[seed] = _extended(table, copies)


def _extended(table: SeedTable, rows: Iterable[Cells]) -> SeedTable:
    return SeedTable(table.header, [*table.rows, *rows])


def _free(name: str, taken: Iterable[str]) -> str:
    """A name that none of those taken begins with."""
    taken = tuple(taken)
    while any(other.startswith(name) for other in taken):
        name += "~"
    return name
