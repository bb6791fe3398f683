"""What is known of each rule: how often it counted, who converted with and without it, why it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from leadscore.calibration.observations import Counts, Observations
from leadscore.calibration.seeds import RULE
from leadscore.configuration.tables import Configuration
from leadscore.raw.reading import as_read
from leadscore.simulation.trial import AFTER, Trial

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

FEWEST_OBSERVED = 50
FEWEST_CONVERTED = 10
# So many times as often after a conversion as before it.
FOLLOWS = 4
NORMAL_QUANTILE = 1.959963984540054  # 97.5 %
RULES = f"""
select rules.rule_id, rules.title, rules.operation
from {AFTER}.configuration.config_rules as rules
where rules.model_id = ?
"""


@dataclass(frozen=True)
class Rule:
    """A rule of the model, and what was observed of it.

    Attributes:
        rule_id: The rule.
        title: What people call it.
        operation: add, subtract or set.
        points: As its row of the seed says.
        with_observed: Observations at which it counted.
        with_converted: Of these those that converted.
        without_observed: The other observations.
        without_converted: Of these those that converted.
        kept: Why it keeps its points; None: it needn't.
    """

    rule_id: str
    title: str
    operation: str
    points: Decimal
    with_observed: int
    with_converted: int
    without_observed: int
    without_converted: int
    kept: str | None

    @property
    def sign(self) -> int:
        """1, or -1 where points are taken away."""
        return -1 if self.operation == "subtract" else 1

    @property
    def with_rate(self) -> float | None:
        """The share of those with the rule who converted."""
        return self.with_converted / self.with_observed if self.with_observed else None

    @property
    def without_rate(self) -> float | None:
        """The share of the others."""
        return self.without_converted / self.without_observed if self.without_observed else None

    @property
    def odds_ratio(self) -> tuple[float, float, float]:
        """By how much the odds of a conversion are greater with the rule, and the 95 % interval of that.

        Half a case more in each cell, as in the mart `rule_effectiveness`.
        """
        cells = [
            self.with_converted + 0.5,
            self.with_observed - self.with_converted + 0.5,
            self.without_converted + 0.5,
            self.without_observed - self.without_converted + 0.5,
        ]
        logarithm = log(cells[0] * cells[3] / (cells[1] * cells[2]))
        width = NORMAL_QUANTILE * sqrt(sum(1 / cell for cell in cells))
        return exp(logarithm), exp(logarithm - width), exp(logarithm + width)


def known_rules(
    trial: Trial,
    configuration: Configuration,
    model_id: str,
    observed: Observations,
    counts: Counts,
) -> list[Rule]:
    """The rules of a model, in the order of the seed.

    Args:
        trial: What was scored by the present points.
        configuration: The seeds as they are.
        model_id: The model.
        observed: What was observed.
        counts: How much each rule counted then.
    """
    active = {
        str(rule): (str(title), str(operation))
        for rule, title, operation in trial.database.execute(RULES, [model_id])
    }
    columns = {rule: place for place, rule in enumerate(counts.rules)}
    converted = int(observed.converts.sum())
    earlier = ~observed.later
    found = []
    for row in configuration["scoring_rules"].rows:
        if as_read(row["model_id"]) != model_id:
            continue
        rule_id = as_read(row[RULE])
        title, operation = active.get(rule_id, (row.get("title") or rule_id, as_read(row["operation"])))
        counted = _counted(counts, columns.get(rule_id), len(observed.converts))
        with_observed = int(counted.sum())
        with_converted = int((counted & observed.converts).sum())
        found.append(
            Rule(
                rule_id,
                title,
                operation,
                Decimal(row["points"].strip()),
                with_observed,
                with_converted,
                len(counted) - with_observed,
                converted - with_converted,
                _kept(
                    is_active=rule_id in active,
                    operation=operation,
                    observed=int((counted & earlier).sum()),
                    converted=int((counted & earlier & observed.converts).sum()),
                    amounts=counts.times[:, [columns[rule_id]]] if rule_id in columns else None,
                ),
            )
        )
    return found


def following_rules(rules: Sequence[Rule], counts: Counts) -> list[str]:
    """Rules that begin to count after a conversion, not before it: they follow success, as a call does."""
    found = []
    for rule in rules:
        ahead, afterwards = counts.following.get(rule.rule_id, (0, 0))
        if afterwards >= FEWEST_CONVERTED and afterwards >= FOLLOWS * max(ahead, 1):
            found.append(
                f"{rule.title} follows the conversion: within the horizon it first counted for "
                f"{afterwards:,} contacts from their conversion on, and for {ahead:,} before it"
            )
    return found


def _counted(counts: Counts, column: int | None, rows: int) -> NDArray[np.bool_]:
    import numpy as np

    if column is None:
        return np.zeros(rows, dtype=bool)
    counted: NDArray[np.bool_] = np.asarray(counts.counted[:, [column]].toarray()).ravel() != 0
    return counted


def _kept(
    *, is_active: bool, operation: str, observed: int, converted: int, amounts: csr_array | None
) -> str | None:
    if not is_active:
        return "it is inactive"
    if operation == "set":
        return "it sets the score"
    if observed < FEWEST_OBSERVED:
        return f"it counted at {observed:,} of the earlier observations, fewer than {FEWEST_OBSERVED}"
    if converted < FEWEST_CONVERTED:
        return f"{converted:,} of the earlier ones converted with it, fewer than {FEWEST_CONVERTED}"
    if amounts is None or amounts.count_nonzero() == 0:
        return "what it gives always adds up to nothing"
    return None
