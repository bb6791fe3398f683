"""When a receiver as a whole is the trouble, so that the rest of the rows waits."""

# Consecutive rows after which it counts as such.
ROWS = 3
PUT_OFF = (408, 425, 429)
# The token or the address is wrong, whatever the row: it may be somebody else's server by now.
REFUSES_ALL = (401, 403, 407)
# Nothing is at the address; of an API that has an address a row that may be one row's answer.
NOT_THERE = (404, 410)


def of_the_whole_sql(status: str) -> str:
    """Whether a status may be an answer of the receiver as a whole."""
    statuses = ", ".join(map(str, (*PUT_OFF, *REFUSES_ALL, *NOT_THERE)))
    return (
        f"({status} is null or {status} >= 500 or {status} between 300 and 399 or {status} in ({statuses}))"
    )


class ReceiverTroubleError(Exception):
    """A receiver can't be reached, or refuses whatever the row: all rows wait. Its text says which."""


class Trouble:
    """Follows a receiver's answers, row by row.

    Attributes:
        told: What the trouble is, in words; None: there is none.
    """

    def __init__(self) -> None:
        self._in_a_row = 0
        self._has_accepted = False
        self.told: str | None = None

    def accepted(self) -> None:
        """A row was accepted."""
        self._in_a_row = 0
        self._has_accepted = True

    def rejected(self) -> None:
        """A row wasn't, and that is about this row for certain."""
        self._in_a_row = 0

    def stop(self, told: str) -> None:
        """The receiver is the trouble for certain."""
        self.told = self.told or told

    def refused(self, status: int | None, reason: str) -> None:
        """A row wasn't."""
        words = self._words(status)
        if words is None:
            self._in_a_row = 0
            return
        self._in_a_row += 1
        if self._in_a_row >= ROWS and self.told is None:
            self.told = f"{words}: {reason or f'HTTP {status}'}"

    def _words(self, status: int | None) -> str | None:
        return None if status in NOT_THERE and self._has_accepted else words_of(status)


def words_of(status: int | None) -> str | None:
    """What is wrong with a receiver if rows go on to be answered like this; None: nothing."""
    if status is None or status >= 500 or status in PUT_OFF:
        return "the receiver doesn't answer or puts off"
    if 300 <= status < 400:
        return f"the receiver answers {status}, a redirect, which isn't followed; correct the address"
    if status in REFUSES_ALL:
        return f"the receiver answers {status} to all; check its address and token"
    if status in NOT_THERE:
        return f"the receiver answers {status} to all; check its address"
    return None
