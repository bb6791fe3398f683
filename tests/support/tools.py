"""What HubSpot, Klaviyo and Salesforce answer by their documentation, for tests and `make example`."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from receiver import Request

Answer = tuple[int, str, dict[str, str]]


@dataclass
class HubSpot:
    """A HubSpot account.

    Attributes:
        contacts: Address -> its contact's properties; the record id is the address's place, from 1.
        types: Its properties of contacts -> their types.
        refused: Values that a property doesn't take.
        token: Of the private app.
        merged: Addresses of contacts that were merged into another -> that one's address.
    """

    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=lambda: {"email": "string"})
    groups: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    token: str = "hub-secret"
    merged: dict[str, str] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """Answer as HubSpot does."""
        assert request.headers["authorization"] == f"Bearer {self.token}"
        match request.path.removeprefix("/crm/v3/"):
            case "objects/contacts/batch/read":
                return self._read(request.body)
            case "objects/contacts/batch/update":
                return self._update(request.body)
            case "properties/contacts":
                results = [{"name": name, "type": kind} for name, kind in self.types.items()]
                return 200, json.dumps({"results": results}), {}
            case "properties/contacts/groups":
                if request.body["name"] in self.groups:
                    return 409, json.dumps({"message": "exists"}), {}
                self.groups.append(request.body["name"])
                return 201, "{}", {}
            case "properties/contacts/batch/create":
                made = request.body["inputs"]
                assert {one["groupName"] for one in made} <= set(self.groups)
                self.types |= {one["name"]: one["type"] for one in made}
                return 201, json.dumps({"status": "COMPLETE", "results": made}), {}
        return 404, "no such path", {}

    def _read(self, body: dict[str, Any]) -> Answer:
        wanted = [one["id"].lower() for one in body["inputs"]]
        assert body["idProperty"] == "email" and len(wanted) <= 100
        known = list(self.contacts)
        first = [self.merged.get(address, address) for address in wanted]
        found = [
            {
                "id": str(known.index(address) + 1),
                "properties": {
                    "email": address,
                    "hs_additional_emails": ";".join(
                        other for other, into in self.merged.items() if into == address
                    ),
                },
            }
            for address in dict.fromkeys(first)
            if address in self.contacts
        ]
        missing = [
            address for address, leads_to in zip(wanted, first, strict=True) if leads_to not in self.contacts
        ]
        if not missing:
            return 200, json.dumps({"status": "COMPLETE", "results": found}), {}
        errors = [{"status": "error", "category": "OBJECT_NOT_FOUND", "context": {"ids": missing}}]
        return 207, json.dumps({"status": "COMPLETE", "results": found, "numErrors": 1, "errors": errors}), {}

    def _update(self, body: dict[str, Any]) -> Answer:
        assert len(body["inputs"]) <= 100 and not any("idProperty" in one for one in body["inputs"])
        known = list(self.contacts)
        names = {name for one in body["inputs"] for name in one["properties"]}
        if names - set(self.types):
            told = {"message": "Property values were not valid", "error": "PROPERTY_DOESNT_EXIST"}
            return 400, json.dumps(told), {}
        if any(value in self.refused for one in body["inputs"] for value in one["properties"].values()):
            return 400, json.dumps({"category": "VALIDATION_ERROR", "message": "INVALID_VALUE"}), {}
        if len({one["id"] for one in body["inputs"]}) < len(body["inputs"]):
            return 400, json.dumps({"category": "VALIDATION_ERROR", "message": "Duplicate IDs"}), {}
        for one in body["inputs"]:
            assert all(isinstance(value, str) for value in one["properties"].values())
            self.contacts[known[int(one["id"]) - 1]] |= one["properties"]
        results = [{"id": one["id"]} for one in body["inputs"]]
        return 200, json.dumps({"status": "COMPLETE", "results": results}), {}


@dataclass
class Klaviyo:
    """A Klaviyo account.

    Attributes:
        profiles: Address -> its profile's custom properties; the id is `P-` and the address.
        refused: Ids of profiles that are answered with 400, and those with 404.
    """

    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """Answer as Klaviyo does."""
        assert request.headers["authorization"] == "Klaviyo-API-Key kl-secret"
        assert request.headers["revision"] == "2026-07-15"
        address = urlsplit(request.path)
        if request.method == "GET":
            assert address.path == "/api/profiles"
            [asked] = re.findall(r"any\(email,(.*)\)", parse_qs(address.query)["filter"][0])
            wanted = json.loads(asked)
            assert len(wanted) <= 100
            found = [
                {"type": "profile", "id": f"P-{email}", "attributes": {"email": email}}
                for email in self.profiles
                if email in wanted
            ]
            return 200, json.dumps({"data": found, "links": {"next": None}}), {}
        data = request.body["data"]
        profile = unquote(address.path.removeprefix("/api/profiles/"))
        assert request.method == "PATCH" and data["id"] == profile and data["type"] == "profile"
        if profile in self.refused:
            return self.refused[profile], json.dumps({"errors": [{"detail": "not this one"}]}), {}
        properties = self.profiles[profile.removeprefix("P-")]
        assert None not in data["attributes"]["properties"].values()
        properties |= data["attributes"]["properties"]
        for name in data.get("meta", {}).get("patch_properties", {}).get("unset", []):
            properties.pop(name, None)
        return 200, json.dumps({"data": data}), {}


@dataclass
class Salesforce:
    """A Salesforce organisation.

    Attributes:
        contacts: External id -> the contact's fields.
        names: The fields of contacts.
        refused: External ids of contacts that a rule of the organisation refuses.
        jobs: What each job was, and its rows.
        state: What jobs come to, and why.
    """

    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    state: tuple[str, str] = ("JobComplete", "")

    def answer(self, request: Request) -> Answer:
        """Answer as Salesforce does."""
        if request.path == "/services/oauth2/token":
            sent = {name: values[0] for name, values in parse_qs(request.text).items()}
            if sent != {
                "grant_type": "client_credentials",
                "client_id": "sf-id-1",
                "client_secret": "sf-secret",
            }:
                return 400, json.dumps({"error": "invalid_client", "error_description": "no: sf-wrong-1"}), {}
            return 200, json.dumps({"access_token": "00D!session-token-1", "instance_url": "https://x"}), {}
        assert request.headers["authorization"] == "Bearer 00D!session-token-1"
        path = request.path.removeprefix("/services/data/v62.0/")
        if path == "sobjects/Contact/describe":
            return 200, json.dumps({"fields": [{"name": name} for name in sorted(self.names)]}), {}
        if path == "jobs/ingest":
            self.jobs.append(request.body | {"id": f"750-{len(self.jobs)}", "asked": 0})
            return 200, json.dumps(self.jobs[-1]), {}
        job = self.jobs[-1]
        match request.method, path.removeprefix(f"jobs/ingest/{job['id']}"):
            case "PUT", "/batches":
                assert request.headers["content-type"] == "text/csv"
                job["rows"] = list(csv.DictReader(io.StringIO(request.text)))
                return 201, "", {}
            case "PATCH", "":
                assert request.body == {"state": "UploadComplete"}
                self._work(job)
                return 200, json.dumps({"id": job["id"], "state": "UploadComplete"}), {}
            case "GET", "":
                job["asked"] += 1
                state, told = self.state if job["asked"] > 1 else ("InProgress", "")
                found = {"id": job["id"], "state": state, "errorMessage": told}
                return 200, json.dumps(found | {"numberRecordsFailed": len(job["failed"])}), {}
            case "GET", "/failedResults":
                written = io.StringIO()
                writer = csv.DictWriter(written, ["sf__Id", "sf__Error", *job["rows"][0]])
                writer.writeheader()
                writer.writerows(job["failed"])
                return 200, written.getvalue(), {"Content-Type": "text/csv"}
        return 404, "no such path", {}

    def _work(self, job: dict[str, Any]) -> None:
        job["failed"] = []
        for row in job["rows"]:
            key = row[job["externalIdFieldName"]]
            if key not in self.contacts:
                told = "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
                job["failed"].insert(0, {"sf__Id": "", "sf__Error": told, **row})
            elif key in self.refused:
                told = "FIELD_CUSTOM_VALIDATION_EXCEPTION:locked for audit:--"
                job["failed"].insert(0, {"sf__Id": "003", "sf__Error": told, **row})
            else:
                self.contacts[key] |= {name: value for name, value in row.items() if value}
