"""The points that are suggested, and what to beware of in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from leadscore.calibration.fitting import fitted
from leadscore.calibration.observations import Counts, Observations
from leadscore.calibration.rules import Rule
from leadscore.errors import LeadscoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

TOGETHER = 0.9


def suggested_points(observed: Observations, counts: Counts, rules: Sequence[Rule]) -> dict[str, Decimal]:
    """The points of every rule, as its row of the seed would say them.

    Args:
        observed: What was observed.
        counts: How much each rule counted then.
        rules: The model's rules.

    Raises:
        LeadscoreError: No rule can be fitted, or too few converted at the earlier instants.
    """
    import numpy as np

    free = [rule for rule in rules if rule.kept is None]
    if not free:
        why = "; ".join(f"{rule.title}: {rule.kept}" for rule in rules) or "it has none"
        raise LeadscoreError("no rule of the model can be fitted", f"Each keeps its points: {why}")
    # What sets give is in the rest.
    staying = [rule for rule in rules if rule.kept is not None and rule.operation != "set"]
    kept = counts.rest + _sum(staying, counts)
    present = kept + _sum(free, counts)
    earlier = np.flatnonzero(~observed.later)
    fit = fitted(
        _times(free, counts)[earlier, :],
        kept[earlier],
        present[earlier],
        observed.converts[earlier],
        observed.contact[earlier],
    )
    suggested = {rule.rule_id: rule.points for rule in rules}
    for rule, effect in zip(free, fit.points, strict=True):
        suggested[rule.rule_id] = Decimal(int(effect) * rule.sign)
    return suggested


def rounded_away(rules: Sequence[Rule], points: Mapping[str, Decimal]) -> list[str]:
    """Whether all suggested points are 0, in words."""
    free = [rule for rule in rules if rule.kept is None]
    if any(points[rule.rule_id] for rule in free):
        return []
    return ["all suggested points round to 0: the present ones are too small for whole numbers"]


def rules_together(rules: Sequence[Rule], counts: Counts) -> list[str]:
    """Pairs of rules that nearly always come together: a fit can't tell which of them is worth something."""
    import numpy as np

    free = [rule for rule in rules if rule.kept is None]
    times = _times(free, counts)
    rows = times.shape[0]
    mean = np.asarray(times.mean(axis=0)).ravel()
    covariance = (times.T @ times).toarray() / rows - np.outer(mean, mean)
    spread = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = covariance / np.outer(spread, spread)
    return [
        f"{free[one].title} and {free[other].title} come together (correlation "
        f"{correlation[one, other]:.2f}): a fit can't tell which of them counts"
        for one, other in zip(*np.nonzero(np.triu(correlation > TOGETHER, 1)), strict=True)
    ]


def _times(rules: Sequence[Rule], counts: Counts) -> csr_array:
    """How much rules counted: a row an observation, a column a rule that ever did, in their order."""
    import numpy as np

    columns = {rule: place for place, rule in enumerate(counts.rules)}
    places = [columns[rule.rule_id] for rule in rules if rule.rule_id in columns]
    return counts.times[:, np.array(places, dtype=int)]


def _sum(rules: Sequence[Rule], counts: Counts) -> NDArray[np.float64]:
    """What rules add to each row's sum, by their present points."""
    import numpy as np

    there = [rule for rule in rules if rule.rule_id in counts.rules]
    points = np.array([float(rule.points) * rule.sign for rule in there])
    added: NDArray[np.float64] = _times(there, counts) @ points
    return added
