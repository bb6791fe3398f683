"""What HubSpot, Klaviyo and Salesforce answer, as far as their documentation tells, for tests."""

from __future__ import annotations

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
    """

    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=lambda: {"email": "string"})
    groups: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def answer(self, request: Request) -> Answer:
        """Answer as HubSpot does."""
        assert request.headers["authorization"] == "Bearer hub-secret"
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
        found = [
            {"id": str(known.index(address) + 1), "properties": {"email": address}}
            for address in wanted
            if address in self.contacts
        ]
        missing = [address for address in wanted if address not in self.contacts]
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
