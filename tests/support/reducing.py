"""What still fails with as little as possible in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

Whole = TypeVar("Whole")
Part = TypeVar("Part")


def with_fewest(
    whole: Whole,
    parts: Sequence[Part],
    made_of: Callable[[list[Part]], Whole],
    fails: Callable[[Whole], bool],
) -> Whole:
    """Take parts away, half of them at a time and then fewer, as long as what is left still fails.

    Args:
        whole: What fails with all parts.
        parts: What may be taken away from it.
        made_of: Makes it of some of the parts.
        fails: Whether it still does.
    """
    kept = list(parts)
    step = len(kept)
    while step:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + step :]
            if fails(smaller := made_of(fewer)):
                whole, kept = smaller, fewer
                print(f"{len(kept)} of {len(parts)} parts are left", file=sys.stderr, flush=True)
            else:
                start += step
        step //= 2
    return whole
