"""Reading what was published about one contact, for its explanation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from leadscore.errors import LeadscoreError, UsageMistakeError
from leadscore.explanation.arithmetic import Limit
from leadscore.explanation.entries import Entry
from leadscore.explanation.history import Band, History
from leadscore.explanation.queries import BANDS, ENTRIES, LIMITS, SCORES, UNCOUNTED
from leadscore.storage.database import Database

Row = dict[str, Any]
ALIASES = """
select survivors.contact_id
from store.int_contact_keys as contacts
inner join store.int_contacts as people on contacts.contact_key = people.contact_key
left join store.int_contact_keys as survivors on people.survivor_key = survivors.contact_key
where contacts.contact_id = ?
"""
UNTITLED = {"start": "Starting points", "manual": "Manual edit"}


def read_histories(database: Database, contact_id: str | None) -> list[History]:
    """What is known of a contact (None: of everybody) in each model that scores it."""
    this = [contact_id, contact_id]
    limits = _grouped(database.records(LIMITS), "model_id")
    bands = _grouped(database.records(BANDS), "model_id")
    edits = _grouped(database.records(UNCOUNTED, this), "model_id", "scored_contact_id")
    entries = _grouped(database.records(ENTRIES, [*this, *this]), "model_id", "contact_id")
    histories = []
    for score in database.records(SCORES, this):
        model_id = score["model_id"]
        both = (model_id, score["contact_id"])
        histories.append(
            History(
                **score,
                entries=[_entry(row) for row in entries[both]],
                limits=[
                    Limit(row["category"], row["minimum"], row["maximum"]) for row in limits[(model_id,)]
                ],
                bands=[_band(row) for row in bands[(model_id,)]],
                uncounted_edits=edits[both],
            )
        )
    return histories


def published_histories(database: Database, contact_id: str, model_id: str | None) -> list[History]:
    """What is known of a contact, a history a model.

    Args:
        database: The published database.
        contact_id: The contact.
        model_id: Only this model; None: all of them.

    Raises:
        UsageMistakeError: There is no such model, or the contact has no score in it.
    """
    models = [
        str(row[0]) for row in database.execute("select model_id from marts.dim_scoring_models order by 1")
    ]
    if model_id is not None and model_id not in models:
        raise UsageMistakeError(
            f"there is no model {model_id!r} in the last publication",
            f"Known are: {', '.join(models) or 'none'}.",
        )
    histories = read_histories(database, contact_id)
    if not histories:
        raise _no_such_contact(database, contact_id)
    wanted = [history for history in histories if model_id in (None, history.model_id)]
    if not wanted:
        raise UsageMistakeError(
            f"contact {contact_id!r} is outside the audience of {model_id}",
            f"It is scored by: {', '.join(history.model_id for history in histories)}.",
        )
    return wanted


def _grouped(rows: Iterable[Row], *keys: str) -> Mapping[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


def _entry(row: Row) -> Entry:
    # What was published by an earlier version knows no assets.
    own = {field.name: row[field.name] for field in fields(Entry) if field.name != "asset"}
    own["asset"] = row.get("asset")
    return Entry(**{**own, "title": row["title"] or UNTITLED[row["entry_type"]]})


def _band(row: Row) -> Band:
    return Band(**{field.name: row[field.name] for field in fields(Band)})


def _no_such_contact(database: Database, contact_id: str) -> UsageMistakeError:
    message = f"no such contact in the last publication: {contact_id!r}"
    match _aliases(database, contact_id):
        case [(None,)]:
            return UsageMistakeError(f"{message}; it is deleted", "Deleted contacts have no score.")
        case [(survivor,)] if survivor != contact_id:
            return UsageMistakeError(
                f"{message}; it is merged into {survivor!r}",
                f"Ask for that one: leadscore explain {survivor}",
            )
        case [_]:
            return UsageMistakeError(
                f"{message}; it has arrived, but no model scores it",
                "Look at seeds/model_conditions.csv, or publish again with `leadscore run`.",
            )
    return UsageMistakeError(
        message, "It may be waiting (not arrived yet), merged into another contact, or deleted."
    )


def _aliases(database: Database, contact_id: str) -> Sequence[tuple[Any, ...]]:
    """Whom the publication takes a contact for; nothing if what tells that isn't published."""
    try:
        return database.execute(ALIASES, [contact_id])
    except LeadscoreError:
        return []
