"""How points add up to a score: kept within the limits of categories, then of the model, then rounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Limit:
    """What a sum is kept within.

    Attributes:
        category: The category; None for the whole score.
        minimum: The least that the sum counts for; None if unbounded.
        maximum: The most.
    """

    category: str | None
    minimum: Decimal | None
    maximum: Decimal | None

    def within(self, points: Decimal) -> Decimal:
        """What is left of a sum."""
        at_most = points if self.maximum is None else min(points, self.maximum)
        return at_most if self.minimum is None else max(at_most, self.minimum)


@dataclass(frozen=True)
class KeptSum:
    """A sum, and what its limit leaves of it.

    Attributes:
        limit: The limit.
        points: The sum.
        kept: What counts of it.
    """

    limit: Limit
    points: Decimal
    kept: Decimal

    @property
    def is_cut(self) -> bool:
        """Whether the limit changes the sum."""
        return self.kept != self.points


@dataclass(frozen=True)
class Arithmetic:
    """A score, step by step.

    Attributes:
        categories: The sum of each category that has a limit, empty ones too.
        other_points: The sum of everything else.
        total: What the limits of categories leave, and everything else.
        model: The total and what the model's own limit leaves of it; None without such a limit.
        unlimited: The sum of all points.
        score: The published score.
    """

    categories: Sequence[KeptSum]
    other_points: Decimal
    total: Decimal
    model: KeptSum | None
    unlimited: Decimal
    score: Decimal

    @property
    def cut_categories(self) -> set[str]:
        """The categories whose points don't all count."""
        return {kept.limit.category for kept in self.categories if kept.is_cut and kept.limit.category}


def total_score(points: Mapping[str | None, Decimal], limits: Sequence[Limit]) -> Arithmetic:
    """The score of points by category.

    Args:
        points: The sum of each category; None stands for what has no category.
        limits: The limits of the model and its categories.
    """
    categories = [
        kept_sum(limit, points.get(limit.category, NOTHING)) for limit in limits if limit.category is not None
    ]
    unlimited = sum(points.values(), NOTHING)
    other_points = unlimited - sum((kept.points for kept in categories), NOTHING)
    total = other_points + sum((kept.kept for kept in categories), NOTHING)
    model = next((kept_sum(limit, total) for limit in limits if limit.category is None), None)
    score = total if model is None else model.kept
    return Arithmetic(
        categories, other_points, total, model, unlimited, score.quantize(CENT, rounding=ROUND_HALF_UP)
    )


def kept_sum(limit: Limit, points: Decimal) -> KeptSum:
    """A sum within its limit."""
    return KeptSum(limit, points, limit.within(points))
