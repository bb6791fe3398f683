"""An HTTP API that is asked batch by batch: retried and paced as drt does, its answers told apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import httpx
from drt.config.base import GenericDestinationConfig
from drt.config.credentials import resolve_env
from drt.destinations.base import SyncResult
from drt.destinations.rate_limiter import resolve_rate_limiter
from drt.destinations.retry import resolve_retry, with_retry
from drt.destinations.row_errors import record_row_error

from leadscore.delivery.trouble import NOT_THERE, ReceiverTroubleError, words_of

# Answers of lists and results, whole.
LONGEST_LIST = 20_000_000
TIMEOUT_SECONDS = 60.0
ABSENT = "it has no such contact"
Row = Mapping[str, Any]
# A row, and its place among those that drt gave.
Placed = tuple[int, dict[str, Any]]
Part = TypeVar("Part")


class RefusedError(Exception):
    """An API refuses one request, which another might not be.

    Attributes:
        status: The HTTP status.
        text: The beginning of its answer.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text}")
        self.status = status
        self.text = text


class ApiConfig(GenericDestinationConfig):  # type: ignore[misc]
    """What all such destinations are told in a sync's file."""

    model_config: ClassVar[Any] = {"extra": "forbid"}

    def secret(self, field: str) -> str:
        """The value that the environment variable named by a field holds."""
        return str(resolve_env(None, getattr(self, field)) or "")

    def rate_limit_key(self) -> str:
        """What paces together: an account, by the variable with its secret."""
        named = [str(value) for name, value in self if name.endswith("_env")]
        return ":".join([str(self.type), *named])


class Api:
    """An open API.

    Args:
        client: The connection.
        config: The destination.
        options: How the sync retries and paces.
        headers: What each request has.
    """

    def __init__(self, client: httpx.Client, config: Any, options: Any, headers: Mapping[str, str]) -> None:
        self._client = client
        self._retry = resolve_retry(config.retry, options)
        self._pace = resolve_rate_limiter(config, options)
        self._headers = headers

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        names_a_contact: bool = False,
        **content: Any,
    ) -> httpx.Response:
        """Send a request.

        Args:
            method: What HTTP calls it.
            url: Where to.
            headers: What it has besides what all have.
            names_a_contact: Whether the address has a contact's id, which may be what isn't there.
            **content: Its body, as httpx takes it.

        Raises:
            RefusedError: It is refused, or the contact isn't there.
            ReceiverTroubleError: Nobody answers, all is put off, or all is refused.
        """

        def send() -> httpx.Response:
            self._pace.acquire()
            answer = self._client.request(
                method,
                url,
                headers={**self._headers, **(headers or {})},
                extensions={"longest_answer": LONGEST_LIST},
                **content,
            )
            answer.raise_for_status()
            return answer

        try:
            return with_retry(send, self._retry)  # type: ignore[no-any-return]
        except httpx.HTTPStatusError as error:
            status, text = error.response.status_code, error.response.text[:500]
            words = None if names_a_contact and status in NOT_THERE else words_of(status)
            if words is not None:
                raise ReceiverTroubleError(f"{words}: {text or f'HTTP {status}'}") from error
            raise RefusedError(status, text) from error
        except httpx.HTTPError as error:
            raise ReceiverTroubleError(f"{words_of(None)}: {error}") from error

    def ask_json(self, method: str, url: str, **content: Any) -> dict[str, Any]:
        """Send a request whose answer is a JSON object.

        Raises:
            RefusedError: It is refused.
            ReceiverTroubleError: As `ask`, or the answer is no object, or was cut.
        """
        answer = self.ask(method, url, **content)
        try:
            found = answer.json()
        except ValueError as error:
            raise ReceiverTroubleError(f"the receiver's answer can't be read: {answer.text[:100]}") from error
        if not isinstance(found, dict):
            raise ReceiverTroubleError("the receiver's answer is no object")
        return found


@contextmanager
def open_api(config: Any, options: Any, headers: Mapping[str, str]) -> Iterator[Api]:
    """Open an API for a batch."""
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        yield Api(client, config, options, headers)


class Outcome:
    """What becomes of the rows of a batch, for drt: those that nothing is said of were accepted."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._refused: dict[int, tuple[int | None, str]] = {}

    def refuse(self, place: int, status: int | None, reason: str) -> None:
        """A row wasn't accepted."""
        self._refused.setdefault(place, (status, reason))

    def refuse_by(self, place: int, error: RefusedError) -> None:
        """The API refused a row by itself."""
        self.refuse(place, error.status, error.text)

    def absent(self, place: int) -> None:
        """The tool has no such contact."""
        self.refuse(place, 404, ABSENT)

    def result(self) -> Any:
        """What drt takes."""
        result = SyncResult(success=len(self._rows) - len(self._refused))
        for place, (status, reason) in sorted(self._refused.items()):
            record_row_error(
                result, place, "", RuntimeError(reason), http_status=status, error_message=reason
            )
        return result


def in_batches(records: Sequence[dict[str, Any]], at_once: int) -> Iterator[list[Placed]]:
    """Rows with their places, so many at a time."""
    placed = list(enumerate(records))
    for start in range(0, len(placed), at_once):
        yield placed[start : start + at_once]


def in_halves(
    parts: Sequence[Part],
    send: Callable[[Sequence[Part]], None],
    refuse: Callable[[Part, RefusedError], None],
) -> None:
    """Send parts together; where they are refused together, find those that are refused alone.

    Args:
        parts: What is sent.
        send: Sends some of it.
        refuse: Is told of what was refused alone.
    """
    try:
        send(parts)
    except RefusedError as error:
        if len(parts) == 1:
            refuse(parts[0], error)
            return
        middle = len(parts) // 2
        in_halves(parts[:middle], send, refuse)
        in_halves(parts[middle:], send, refuse)
