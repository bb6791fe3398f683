"""Fields of contacts in Salesforce, by Bulk API 2.0: a job a batch.

drt's destination logs in with a password, which new organisations don't allow; its rows aren't told apart, so
what failed would count as delivered; and its empty cells leave a field as it is, where a null empties it.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic, sleep
from typing import Any, ClassVar, Literal

from leadscore.delivery.destinations.api import Api, ApiConfig, Outcome, RefusedError, open_api
from leadscore.delivery.destinations.fields import MISSING, THERE, Field, Preparer
from leadscore.delivery.properties import Property
from leadscore.delivery.trouble import ReceiverTroubleError

# What empties a field; an empty cell leaves it as it is.
EMPTY = "#N/A"
# How such rows fail whose contact isn't there: an upsert would make one, and lacks what a contact must have.
NO_CONTACT = ("REQUIRED_FIELD_MISSING", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY")
DONE, OVER = "JobComplete", ("Failed", "Aborted")
LONGEST_NAME = 40
TOO_LONG = f"longer than {LONGEST_NAME} characters: name another by `fields` in the sync's file"


class SalesforceScoresConfig(ApiConfig):
    """A sync's destination.

    Attributes:
        instance_url_env: The variable with the address of My Domain.
        client_id_env: The variable with the consumer key of an app with the client credentials flow.
        client_secret_env: The variable with its secret.
        object_name: Contact, Lead, or another.
        operation: upsert, by an external id; or update, by Salesforce's own.
        external_id_field: The field with the external id.
        id_field: The row's column with that id.
        fields: Other names of fields than `<property>__c`.
        api_version: Of Salesforce's API.
        poll_seconds: How long to wait before asking again whether a job is done.
        job_minutes: How long to wait for a job.
    """

    type: Literal["salesforce_scores"]
    instance_url_env: str = "SALESFORCE_URL"
    client_id_env: str = "SALESFORCE_CLIENT_ID"
    client_secret_env: str = "SALESFORCE_CLIENT_SECRET"
    object_name: str = "Contact"
    operation: Literal["upsert", "update"] = "upsert"
    external_id_field: str = "Leadscore_Id__c"
    id_field: str = "contact_id"
    fields: dict[str, str] = {}  # noqa: RUF012  (pydantic copies it)
    api_version: str = "v62.0"
    poll_seconds: float = 5
    job_minutes: float = 60

    @property
    def key_field(self) -> str:
        """What a record is known by."""
        return self.external_id_field if self.operation == "upsert" else "Id"


class SalesforceScores:
    """Sends `properties` of rows."""

    judges_rows = True

    def load(self, records: list[dict[str, Any]], config: Any, sync_options: Any) -> Any:
        """Send a batch as a job, and wait for it.

        Raises:
            ReceiverTroubleError: Salesforce can't be reached, or refuses the job, or takes too long.
        """
        outcome = Outcome(records)
        with open_api(config, sync_options, {}) as api:
            try:
                _Job(api, config).run(records, outcome)
            except RefusedError as error:
                raise ReceiverTroubleError(f"Salesforce refuses the job: {error}") from error
        return outcome.result()


class SalesforcePreparer(Preparer):
    """Looks whether the fields are there; an administrator makes them, and lets people see them."""

    types: ClassVar[Mapping[str, str]] = {"number": "Number(16, 2)", "text": "Text(255)", "time": "Date/Time"}
    state = MISSING

    def fields(self, destination: Mapping[str, Any], properties: Iterable[Property]) -> list[Field]:
        """The fields that scores need, and that by which records are known."""
        needed = super().fields(destination, properties)
        if destination.get("operation", "upsert") == "upsert":
            name = str(destination.get("external_id_field", "Leadscore_Id__c"))
            told = "The contact_id, by which scores find their record; fill it in."
            needed.insert(0, Field(name, "Text(255), external id, unique", "Lead score id", told, MISSING))
        return [
            replace(field, state=TOO_LONG) if len(field.name.removesuffix("__c")) > LONGEST_NAME else field
            for field in needed
        ]

    def name(self, destination: Mapping[str, Any], name: str) -> str:
        """The API name of a field."""
        return str((destination.get("fields") or {}).get(name, f"{name}__c"))

    def make(self, config: Any, fields: Sequence[Field], options: Any) -> list[Field]:
        """Look which are there."""
        with open_api(config, options, {}) as api:
            try:
                there = _Job(api, config).field_names()
            except RefusedError as error:
                raise ReceiverTroubleError(str(error)) from error
        return [replace(f, state=THERE) if f.name.lower() in there else f for f in fields]


class _Job:
    """An ingest job, and the login that it takes."""

    def __init__(self, api: Api, config: Any) -> None:
        self._api = api
        self._config = config
        # Not the address that the answer names: the token goes where it was asked for.
        self._instance = config.secret("instance_url_env").rstrip("/")
        self._data = f"{self._instance}/services/data/{config.api_version}"
        self._headers: dict[str, str] = {}

    def run(self, records: Sequence[Mapping[str, Any]], outcome: Outcome) -> None:
        """Send rows, and say what became of them."""
        self._log_in()
        config = self._config
        job = {
            "object": config.object_name,
            "operation": config.operation,
            "contentType": "CSV",
            "lineEnding": "LF",
        }
        if config.operation == "upsert":
            job["externalIdFieldName"] = config.external_id_field
        made = self._api.ask_json("POST", f"{self._data}/jobs/ingest", headers=self._headers, json=job)
        place = f"{self._data}/jobs/ingest/{made['id']}"
        self._api.ask(
            "PUT",
            f"{place}/batches",
            headers={**self._headers, "Content-Type": "text/csv"},
            content=_csv(records, config).encode(),
        )
        self._api.ask("PATCH", place, headers=self._headers, json={"state": "UploadComplete"})
        failed = int(self._finished(place)["numberRecordsFailed"])
        if failed:
            self._tell_failed(place, records, failed, outcome)

    def field_names(self) -> set[str]:
        """The names of the object's fields, in lower case."""
        self._log_in()
        address = f"{self._data}/sobjects/{self._config.object_name}/describe"
        answer = self._api.ask_json("GET", address, headers=self._headers)
        return {str(field["name"]).lower() for field in answer["fields"]}

    def _log_in(self) -> None:
        try:
            answer = self._api.ask_json(
                "POST",
                f"{self._instance}/services/oauth2/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._config.secret("client_id_env"),
                    "client_secret": self._config.secret("client_secret_env"),
                },
            )
        except RefusedError as error:
            raise ReceiverTroubleError(f"Salesforce refuses the login: {error}") from error
        self._headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def _finished(self, place: str) -> dict[str, Any]:
        ends = monotonic() + self._config.job_minutes * 60
        while True:
            job = self._api.ask_json("GET", place, headers=self._headers)
            if job["state"] == DONE:
                return job
            if job["state"] in OVER:
                told = job.get("errorMessage") or job["state"]
                raise ReceiverTroubleError(
                    f"Salesforce's job failed: {told}; --prepare of this sync names the fields that it needs"
                )
            if monotonic() > ends:
                raise ReceiverTroubleError(
                    f"Salesforce's job {job['id']} isn't done in time ({job['state']})"
                )
            sleep(self._config.poll_seconds)

    def _tell_failed(
        self, place: str, records: Sequence[Mapping[str, Any]], failed: int, outcome: Outcome
    ) -> None:
        answer = self._api.ask("GET", f"{place}/failedResults", headers=self._headers)
        told = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        places = {str(row[self._config.id_field]): number for number, row in enumerate(records)}
        keys = [row.get(self._config.key_field) for row in told]
        if len(told) != failed or not set(keys) <= set(places):
            raise ReceiverTroubleError(f"Salesforce doesn't tell which {failed} rows failed")
        for key, row in zip(keys, told, strict=True):
            reason = str(row.get("sf__Error") or "not accepted")
            if reason.startswith(NO_CONTACT):
                outcome.absent(places[str(key)])
            else:
                outcome.refuse(places[str(key)], 400, reason)


def _csv(records: Sequence[Mapping[str, Any]], config: Any) -> str:
    """The rows of a job: a field that isn't told of a contact is an empty cell, and stays as it is."""
    names = sorted({name for row in records for name in row["properties"]})
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([config.key_field, *(config.fields.get(name, f"{name}__c") for name in names)])
    for row in records:
        told = (_cell(row["properties"], name) for name in names)
        writer.writerow([row[config.id_field], *told])
    return written.getvalue()


def _cell(properties: Mapping[str, Any], name: str) -> str:
    if name not in properties:
        return ""
    value = properties[name]
    if value is None:
        return EMPTY
    return f"{value:.12g}" if isinstance(value, float) else str(value)
