"""Properties of contacts in HubSpot, a hundred contacts a request.

drt's destination sends each contact by itself, and makes those that HubSpot doesn't have. Here contacts are
looked up by their address (batch/read) and updated by the record ids found: batch/update by address is
refused, since HubSpot doesn't count `email` among its unique properties. Nobody is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from leadscore.delivery.destinations.api import (
    Api,
    ApiConfig,
    Outcome,
    Placed,
    RefusedError,
    in_batches,
    in_halves,
    open_api,
)
from leadscore.delivery.destinations.fields import MADE, MISSING, THERE, Field, Preparer
from leadscore.delivery.owners import RecordOwners
from leadscore.delivery.trouble import ReceiverTroubleError

API = "https://api.hubapi.com"
OBJECTS, PROPERTIES = "/crm/v3/objects/contacts", "/crm/v3/properties/contacts"
GROUP = "leadscore"
# HubSpot's own limit of a batch.
AT_ONCE = 100
# Addresses that a contact has besides, as those that were merged into it had.
OTHER_ADDRESSES = "hs_additional_emails"
NO_PROPERTY = "PROPERTY_DOESNT_EXIST"


class HubSpotScoresConfig(ApiConfig):
    """A sync's destination.

    Attributes:
        token_env: The variable with the token of a private app.
        id_field: The row's column by which a contact is known.
        id_property: HubSpot's property that it is compared with; None: it is HubSpot's own record id.
        api: Where HubSpot is.
    """

    type: Literal["hubspot_scores"]
    token_env: str = "HUBSPOT_SCORES_TOKEN"
    id_field: str = "email_on_file"
    id_property: str | None = "email"
    api: str = API


class HubSpotScores:
    """Sends `properties` of rows; an empty text empties a property.

    Args:
        owners: Knows whose a record is that two addresses find; None: nobody's else.
    """

    judges_rows = True

    def __init__(self, owners: RecordOwners | None = None) -> None:
        self._owners = owners

    def load(self, records: list[dict[str, Any]], config: Any, sync_options: Any) -> Any:
        """Send a batch.

        Raises:
            ReceiverTroubleError: HubSpot can't be reached, or refuses whatever the row.
        """
        outcome = Outcome(records)
        with open_api(config, sync_options, _headers(config)) as api:
            for rows in in_batches(records, AT_ONCE):
                _send(api, config, rows, outcome, self._owners)
        return outcome.result()


class HubSpotPreparer(Preparer):
    """Makes the properties that aren't there, in a group of their own."""

    types: ClassVar[Mapping[str, str]] = {"number": "number", "text": "string", "time": "datetime"}
    state = MISSING

    def make(self, config: Any, fields: Sequence[Field], options: Any) -> list[Field]:
        """Make them; one that is there with another type is told."""
        with open_api(config, options, _headers(config)) as api:
            try:
                answer = api.ask_json("GET", config.api + PROPERTIES)
                types = {str(found["name"]): str(found["type"]) for found in answer["results"]}
                missing = [field for field in fields if field.name not in types]
                if missing:
                    _make_group(api, config)
                    inputs = [_definition(field) for field in missing]
                    made = api.ask_json(
                        "POST", f"{config.api}{PROPERTIES}/batch/create", json={"inputs": inputs}
                    )
                    if made.get("errors"):
                        raise ReceiverTroubleError(f"not all were made: {made['errors'][0].get('message')}")
            except RefusedError as error:
                raise ReceiverTroubleError(str(error)) from error
        return [replace(field, state=_state(field, types.get(field.name))) for field in fields]


def _send(
    api: Api, config: Any, rows: Sequence[Placed], outcome: Outcome, owners: RecordOwners | None
) -> None:
    ids = {place: str(row[config.id_field]).strip() for place, row in rows}
    if config.id_property is not None:
        known, refused = _records(api, config, sorted(set(ids.values())))
        values, ids = {place: value.lower() for place, value in ids.items()}, {}
        for place, row in rows:
            value = values[place]
            if value in refused:
                outcome.refuse_by(place, refused[value])
            elif value not in known:
                outcome.absent(place)
            elif known[value].is_of(value) or owners is None or not owners.take_over(row, known[value].first):
                ids[place] = known[value].id
    inputs = [
        (
            place,
            {
                "id": ids[place],
                "properties": {name: _text(value) for name, value in row["properties"].items()},
            },
        )
        for place, row in rows
        if place in ids
    ]
    if inputs:
        in_halves(
            inputs,
            lambda some: _update(api, config, some, outcome),
            lambda part, error: outcome.refuse_by(part[0], error),
        )


@dataclass(frozen=True)
class _Record:
    """A contact in HubSpot.

    Attributes:
        id: Its own.
        first: What it is known by first of all.
    """

    id: str
    first: str

    def is_of(self, value: str) -> bool:
        """Whether it is that; what it is called besides was another's, before the two were merged."""
        return self.first.strip().lower() in ("", value)


def _records(
    api: Api, config: Any, values: Sequence[str]
) -> tuple[dict[str, _Record], dict[str, RefusedError]]:
    """What contacts are known by, in lower case -> HubSpot's contacts; and what it refuses."""
    asked = [config.id_property, *([OTHER_ADDRESSES] if config.id_property == "email" else [])]
    found: dict[str, _Record] = {}
    refused: dict[str, RefusedError] = {}

    def read(some: Sequence[str]) -> None:
        body = {
            "idProperty": config.id_property,
            "properties": asked,
            "inputs": [{"id": value} for value in some],
        }
        answer = api.ask_json("POST", f"{config.api}{OBJECTS}/batch/read", json=body)
        for contact in answer.get("results") or ():
            properties = contact.get("properties") or {}
            record = _Record(str(contact["id"]), str(properties.get(config.id_property) or ""))
            for value in ";".join(str(properties.get(name) or "") for name in asked).split(";"):
                found.setdefault(value.strip().lower(), record)

    in_halves(values, read, lambda value, error: refused.update({value.lower(): error}))
    return found, refused


def _update(api: Api, config: Any, inputs: Sequence[Placed], outcome: Outcome) -> None:
    body = {"inputs": [one | {"objectWriteTraceId": str(place)} for place, one in inputs]}
    try:
        answer = api.ask_json("POST", f"{config.api}{OBJECTS}/batch/update", json=body)
    except RefusedError as error:
        if NO_PROPERTY in error.text:
            raise ReceiverTroubleError(
                f"a property isn't there, `leadscore deliver --prepare` of this sync makes it: {error.text}"
            ) from error
        raise
    if not answer.get("errors"):
        return
    # 207: some were refused, those that aren't among the results. Why, an error says by trace or by id.
    done = {str(result.get("id")) for result in answer.get("results") or ()}
    for place, one in inputs:
        if one["id"] not in done:
            errors = answer["errors"]
            told = next(
                (one_error for one_error in errors if _is_about(one_error, place, one["id"])), errors[0]
            )
            if told.get("category") == "OBJECT_NOT_FOUND":
                outcome.absent(place)
            else:
                outcome.refuse(place, 400, str(told.get("message")))


def _is_about(error: Mapping[str, Any], place: int, record_id: str) -> bool:
    context = error.get("context") or {}
    return str(place) in map(str, context.get("objectWriteTraceId") or ()) or record_id in map(
        str, context.get("ids") or ()
    )


def _make_group(api: Api, config: Any) -> None:
    try:
        api.ask("POST", f"{config.api}{PROPERTIES}/groups", json={"name": GROUP, "label": "Lead scores"})
    except RefusedError as error:
        if error.status != 409:  # it is there
            raise


def _definition(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "description": field.description,
        "groupName": GROUP,
        "type": field.kind,
        "fieldType": {"number": "number", "string": "text", "datetime": "date"}[field.kind],
    }


def _state(field: Field, before: str | None) -> str:
    if before is None:
        return MADE
    return (
        THERE if before == field.kind else f"there, but of type {before}: remove it, or make it {field.kind}"
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _headers(config: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {config.secret('token_env')}"}
