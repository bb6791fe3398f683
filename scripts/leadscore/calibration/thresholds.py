"""Thresholds: what each would have caught, and the one to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from leadscore.calibration.observations import Observations


@dataclass(frozen=True)
class Caught:
    """What a threshold catches.

    Attributes:
        threshold: Scores from this on.
        is_above: Whether only scores above it count.
        precision: The share of those that converted; nan where nobody reaches it.
        recall: The share of the conversions that it catches; nan where there were none.
        contacts: How many contacts reach it at an average instant.
    """

    threshold: float
    is_above: bool
    precision: float
    recall: float
    contacts: float


def caught(
    threshold: float, observed: Observations, rows: NDArray[np.bool_], *, is_above: bool = False
) -> Caught:
    """What a threshold catches of some of the observations; how many reach it is of all of them."""
    import numpy as np

    at_all = observed.score > threshold if is_above else observed.score >= threshold
    reaches = at_all & rows
    converted = int((observed.converts & reaches).sum())
    conversions = int((observed.converts & rows).sum())
    reached = int(reaches.sum())
    instants = len(np.unique(observed.instant))
    return Caught(
        threshold,
        is_above,
        converted / reached if reached else float("nan"),
        converted / conversions if conversions else float("nan"),
        int(at_all.sum()) / instants / observed.share if instants else 0.0,
    )


def for_capacity(observed: Observations, contacts: int) -> float:
    """The lowest score that at most so many contacts reach at an average instant.

    If even more have the highest one, it is that.
    """
    import numpy as np

    scores, counts = np.unique(observed.score, return_counts=True)
    reaching = counts[::-1].cumsum()[::-1]
    instants = len(np.unique(observed.instant))
    fitting = scores[reaching <= contacts * observed.share * instants]
    return float(fitting[0] if len(fitting) else scores[-1])


def balanced(observed: Observations, rows: NDArray[np.bool_]) -> float:
    """The score with the greatest harmonic mean of precision and recall (F1); of equal ones the highest."""
    import numpy as np

    scores, group = np.unique(observed.score[rows], return_inverse=True)
    converted = np.bincount(group, observed.converts[rows])[::-1].cumsum()[::-1]
    reached = np.bincount(group)[::-1].cumsum()[::-1]
    harmonic = 2 * converted / (reached + observed.converts[rows].sum())
    return float(scores[np.flatnonzero(harmonic == harmonic.max())[-1]])
