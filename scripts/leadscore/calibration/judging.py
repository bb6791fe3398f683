"""How well scores tell who converts: on observations that the suggestion hasn't seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Weights = NDArray[np.float64]
    Measure = Callable[[Weights], float]

RESAMPLES = 1000
CHANCE = 20261101  # of the resamples: the same data gives the same interval
TOP = 0.1


@dataclass(frozen=True)
class Judgement:
    """A measure of the present points and of the suggested ones, on the same observations.

    Attributes:
        before: Of the present points; nan where it isn't defined, as for all that follow.
        after: Of the suggested ones.
        difference: What the suggestion adds.
        low: The lower end of its 95 % interval (percentile bootstrap over contacts).
        high: The upper end.
    """

    before: float
    after: float
    difference: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Whether the suggestion is better beyond chance."""
        return self.low > 0


class _Ranked:
    """Observations in groups of equal scores, the highest first."""

    def __init__(self, scores: NDArray[np.float64], converts: NDArray[np.bool_]) -> None:
        import numpy as np

        self._values, self._group = np.unique(-scores, return_inverse=True)
        self._converts = converts.astype(float)

    def sums(self, weights: Weights) -> tuple[Weights, Weights]:
        """The weight of those who convert, and of the others, in each group."""
        import numpy as np

        groups = len(self._values)
        of_converts = weights * self._converts
        converted = np.bincount(self._group, of_converts, groups).astype(float)
        return converted, np.bincount(self._group, weights - of_converts, groups).astype(float)


def auc_of(scores: NDArray[np.float64], converts: NDArray[np.bool_]) -> Measure:
    """The area under the ROC curve by weights (Mann and Whitney, 1947): ties count half."""
    ranked = _Ranked(scores, converts)

    def auc(weights: Weights) -> float:
        converted, others = ranked.sums(weights)
        both = converted.sum() * others.sum()
        if both == 0:
            return float("nan")
        below = others.sum() - others.cumsum() + others / 2
        return float((converted * below).sum() / both)

    return auc


def top_decile_lift_of(scores: NDArray[np.float64], converts: NDArray[np.bool_]) -> Measure:
    """The rate of those of whom fewer than a tenth score higher, by the rate of all, by weights."""
    ranked = _Ranked(scores, converts)

    def lift(weights: Weights) -> float:
        converted, others = ranked.sums(weights)
        observed = converted + others
        total = observed.sum()
        is_top = observed.cumsum() - observed < TOP * total
        base = converted.sum() / total if total else 0.0
        return float(converted[is_top].sum() / observed[is_top].sum() / base) if base else float("nan")

    return lift


def judged(before: Measure, after: Measure, contact: NDArray[np.int64]) -> Judgement:
    """Compare two sets of scores by one measure.

    Args:
        before: The measure of the present scores.
        after: That of the suggested ones.
        contact: The contact of each observation: a contact's observations are drawn together.
    """
    import numpy as np

    chance = np.random.default_rng(CHANCE)
    _, place = np.unique(contact, return_inverse=True)
    contacts = int(place.max(initial=-1)) + 1
    everybody = np.ones(len(contact))
    differences = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        drawn = np.bincount(chance.integers(0, contacts, contacts), minlength=contacts).astype(float)
        weights = drawn[place]
        differences[number] = after(weights) - before(weights)
    was, becomes = before(everybody), after(everybody)
    known = differences[~np.isnan(differences)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (float("nan"),) * 2
    return Judgement(was, becomes, becomes - was, float(low), float(high))
