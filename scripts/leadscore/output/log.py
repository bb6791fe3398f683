"""What runs tell a log: a line an event, for people or for programs."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from leadscore.errors import ConfigurationMistakesError, LeadscoreError
from leadscore.output.json import json_object
from leadscore.text import one_line

# Of all that a run counts, what a line of text has room for.
FIELDS_IN_TEXT = (
    *("seconds", "kind", "contacts_rescored", "scores"),
    *("rejected_rows", "activities_waiting", "marts"),
)


class LogFormat(StrEnum):
    """How a line is written."""

    TEXT = "text"
    JSON = "json"


class EventLog:
    """What happens while the command keeps running, on stderr, by the standard library's logging."""

    def __init__(self, form: LogFormat) -> None:
        self._logger = logging.Logger("leadscore")
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_JsonLines() if form is LogFormat.JSON else _TextLines())
        self._logger.addHandler(handler)

    def event(self, name: str, message: str = "", /, **fields: object) -> None:
        """Something that belongs to the course of things."""
        self._log(logging.INFO, name, message, fields)

    def warning(self, name: str, message: str, /, **fields: object) -> None:
        """Something that somebody should look at some time."""
        self._log(logging.WARNING, name, message, fields)

    def failed(self, error: Exception, /, **fields: object) -> None:
        """A run that failed, with what to do; of an unexpected error also where it arose."""
        if isinstance(error, ConfigurationMistakesError):
            for mistake in error.mistakes:
                self.warning("configuration_mistake", str(mistake))
        if isinstance(error, LeadscoreError):
            advice = {"advice": error.advice} if error.advice else {}
            self._log(logging.ERROR, "run_failed", error.message, {**advice, **fields})
            return
        frames = traceback.extract_tb(error.__traceback__)
        where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
        trace = {"traceback": "".join(traceback.format_exception(error))}
        self._log(logging.ERROR, "run_failed", f"{type(error).__name__}: {error}{where}", {**fields, **trace})

    def _log(self, level: int, name: str, message: str, fields: Mapping[str, object]) -> None:
        self._logger.log(level, "%s", message, extra={"event": name, "fields": dict(fields)})


class _TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = [f"{_instant(record)} {record.levelname:<7} {_event(record).replace('_', ' ')}"]
        if message := record.getMessage():
            told.append(f": {one_line(message.replace(chr(10), ' '))}")
        fields = _fields(record)
        if shown := [f"{name}={_shown(fields[name])}" for name in FIELDS_IN_TEXT if name in fields]:
            told.append(f" {' '.join(shown)}")
        if "advice" in fields:
            told.append(f" - {one_line(str(fields['advice']))}")
        return "".join(told)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        head = {"time": _instant(record), "level": record.levelname.lower(), "event": _event(record)}
        message = {"message": record.getMessage()} if record.getMessage() else {}
        return json_object({**head, **message, **_fields(record)})


def _instant(record: logging.LogRecord) -> str:
    instant = datetime.fromtimestamp(record.created, UTC)
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03}Z"


def _event(record: logging.LogRecord) -> str:
    return str(record.__dict__["event"])


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = record.__dict__["fields"]
    return fields


def _shown(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return json.dumps(text) if " " in text else text
