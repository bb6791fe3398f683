"""A plain-Python reference of the contract's sections 1 to 4 and of the marts that they define.

It is written from the contract's words and nothing else, slowly and by definition: a window is measured
anew at every instant at which it may change, a score sums up what is valid at an instant.
"""

from reference.evaluate import Result, evaluate
from reference.world import World

__all__ = ["Result", "World", "evaluate"]
