"""Writes the demo data: two years of a shop and an agency, the same bytes every time."""

import csv
import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

from leadscore.demo import oddities as demo_oddities
from leadscore.demo.activity import events_of, orders_of
from leadscore.demo.dataset import Batch, Dataset
from leadscore.demo.people import DAYS, START, Row, people
from leadscore.demo.versions import contact_rows
from leadscore.output.progress import step_progress
from leadscore.settings import Settings

DEMO_AS_OF = "2026-11-01T00:00:00Z"

_SEED = 20_241_101
_END = START + timedelta(days=DAYS)
_OFFSET = timezone(timedelta(hours=2))
_COLUMNS = {
    "contacts": "contact_id created_at updated_at email phone first_name last_name job_title company_name "
    "company_size industry account_id postal_code city country birth_date email_consent merged_into "
    "deleted_at attributes",
    "transactions": "transaction_id line_number contact_id ordered_at product_id product_category quantity "
    "amount currency status invoiced_at paid_at",
    "score_adjustments": "adjustment_id model_id contact_id operation points note author adjusted_at "
    "deleted_at",
}


def shop(settings: Settings) -> Dataset:
    """The shop's data, written and ready to load."""
    with step_progress("Writing demo data"):
        return Dataset(settings, write_demo_data(settings.root / "demo"), DEMO_AS_OF)


def write_demo_data(folder: Path) -> list[Batch]:
    """Writes the demo data set to a folder.

    Args:
        folder: Where the files go; made when it isn't there, files of an earlier run are replaced.

    Returns:
        The batches to load, in order: the main one, then what comes late.
    """
    random = Random(_SEED)
    everybody = demo_oddities.share_devices(random, people(random))
    numbers = itertools.count(1)
    lines = [line for person in everybody for line in orders_of(random, person, numbers)]
    contacts = contact_rows(random, everybody, lines)
    events = _numbered(
        [
            *(event for person in everybody for event in events_of(random, person)),
            *demo_oddities.strangers(random),
        ]
    )

    in_time, late_contacts = demo_oddities.split_contacts(random, contacts, everybody)
    main_events, late_events = demo_oddities.split_events(random, events)
    adjusted, taken_back = demo_oddities.adjustments(random, everybody)

    folder.mkdir(parents=True, exist_ok=True)
    main = {
        "contacts": _write_csv(folder / "contacts.csv", [*in_time, *demo_oddities.BAD_CONTACTS]),
        "events": _write_json_lines(folder / "events.jsonl", [*main_events, *demo_oddities.BAD_EVENTS]),
        "transactions": _write_csv(folder / "transactions.csv", [*lines, *demo_oddities.BAD_LINES]),
        "score_adjustments": _write_csv(
            folder / "score_adjustments.csv", [*adjusted, *demo_oddities.BAD_ADJUSTMENTS]
        ),
    }
    late = {
        "contacts": _write_csv(folder / "late_contacts.csv", late_contacts),
        "events": _write_json_lines(folder / "late_events.jsonl", late_events),
        "transactions": _write_csv(folder / "late_transactions.csv", demo_oddities.refunds(lines)),
        "score_adjustments": _write_csv(folder / "late_score_adjustments.csv", taken_back),
    }
    return [Batch("two years of data", main), Batch("late rows", late)]


def _numbered(events: Iterable[Row]) -> list[Row]:
    """The events of the two years in order of time, each with its id."""
    timed = [
        (at, event) for event in events if isinstance(at := event["occurred_at"], datetime) and at < _END
    ]
    timed.sort(key=lambda pair: pair[0])
    return [{"event_id": f"e-{number:06}"} | event for number, (_, event) in enumerate(timed, start=1)]


def _write_csv(path: Path, rows: list[Row]) -> Path:
    columns = _COLUMNS[path.stem.removeprefix("late_")].split()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _text(value) for name, value in row.items()} for row in rows)
    return path


def _write_json_lines(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number, row in enumerate(rows):
            # One source in forty writes its times with an offset.
            zone = _OFFSET if number % 40 == 0 else UTC
            present = {name: _text(value, zone) for name, value in row.items() if value is not None}
            file.write(json.dumps(present, ensure_ascii=False) + "\n")
    return path


def _text(value: object, zone: timezone = UTC) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).astimezone(zone).isoformat().replace("+00:00", "Z")
    return value
