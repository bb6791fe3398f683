"""Custom properties of profiles in Klaviyo.

drt's destination makes a profile for whom Klaviyo doesn't have, and can't take a property away. Here profiles
are looked up by their address, fifty at a time, and each is updated by its id: Klaviyo's bulk import makes
profiles, too, and doesn't take nulls.
"""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from leadscore.delivery.destinations.api import (
    Api,
    ApiConfig,
    Outcome,
    RefusedError,
    in_batches,
    in_halves,
    open_api,
)
from leadscore.delivery.destinations.fields import Preparer

API = "https://a.klaviyo.com/api"
# So that the address of a look-up stays shorter than servers take.
AT_ONCE = 50
NOT_THERE = (404, 410)


class KlaviyoScoresConfig(ApiConfig):
    """A sync's destination.

    Attributes:
        api_key_env: The variable with the private API key, which may read and write profiles.
        email_field: The row's column with the address.
        revision: Of Klaviyo's API.
        api: Where Klaviyo is.
    """

    type: Literal["klaviyo_scores"]
    api_key_env: str = "KLAVIYO_API_KEY"
    email_field: str = "email_on_file"
    revision: str = "2026-07-15"
    api: str = API


class KlaviyoScores:
    """Sends `properties` of rows; a null takes a property away."""

    judges_rows = True

    def load(self, records: list[dict[str, Any]], config: Any, sync_options: Any) -> Any:
        """Send a batch.

        Raises:
            ReceiverTroubleError: Klaviyo can't be reached, or refuses whatever the row.
        """
        outcome = Outcome(records)
        headers = {
            "Authorization": f"Klaviyo-API-Key {config.secret('api_key_env')}",
            "revision": config.revision,
            "Accept": "application/json",
        }
        with open_api(config, sync_options, headers) as api:
            for rows in in_batches(records, AT_ONCE):
                known, refused = _profiles(api, config, [_address(row, config) for _, row in rows])
                for place, row in rows:
                    address = _address(row, config)
                    if address in refused:
                        outcome.refuse_by(place, refused[address])
                    elif address not in known:
                        outcome.absent(place)
                    else:
                        _update(api, config, known[address], place, row["properties"], outcome)
        return outcome.result()


class KlaviyoPreparer(Preparer):
    """There is nothing to make: a property comes with its first value."""

    types: ClassVar[dict[str, str]] = {"number": "number", "text": "text", "time": "date"}


def _profiles(
    api: Api, config: Any, addresses: Sequence[str]
) -> tuple[dict[str, str], dict[str, RefusedError]]:
    """Addresses in lower case -> the ids of the profiles that Klaviyo has; and those that it refuses."""
    found: dict[str, str] = {}
    refused: dict[str, RefusedError] = {}

    def read(some: Sequence[str]) -> None:
        parameters = {
            "filter": f"any(email,{json.dumps(list(some))})",
            "fields[profile]": "email",
            "page[size]": "100",
        }
        answer = api.ask_json("GET", f"{config.api}/profiles", params=parameters)
        for profile in answer.get("data") or ():
            found[str(profile["attributes"]["email"]).strip().lower()] = str(profile["id"])

    in_halves(sorted(set(addresses)), read, lambda address, error: refused.update({address: error}))
    return found, refused


def _update(
    api: Api, config: Any, profile: str, place: int, properties: dict[str, Any], outcome: Outcome
) -> None:
    values = {name: value for name, value in properties.items() if value is not None}
    emptied = [name for name, value in properties.items() if value is None]
    data: dict[str, Any] = {"type": "profile", "id": profile, "attributes": {"properties": values}}
    if emptied:
        data["meta"] = {"patch_properties": {"unset": emptied}}
    try:
        address = f"{config.api}/profiles/{quote(profile, safe='')}"
        api.ask("PATCH", address, json={"data": data}, names_a_contact=True)
    except RefusedError as error:
        if error.status in NOT_THERE:
            outcome.absent(place)
        else:
            outcome.refuse_by(place, error)


def _address(row: dict[str, Any], config: Any) -> str:
    return str(row[config.email_field]).strip().lower()
