"""`make example`: from what connectors landed to what HubSpot has, and what it is told a day later."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from workspaces import PROJECT

EXAMPLE = PROJECT / "examples" / "hubspot_shopify"
ADDRESSES = {
    "Mara": "mara.lind@lindgren.example", "Jonas": "jonas@weber-dental.example",
    "Priya": "priya@studio-nair.example", "Elif": "elif@kaya-architects.example",
    "Tom": "tom.becker@mail.example", "Sofia": "sofia.rossi@mail.example", "Ben": "ben@carter.example",
    "Nadia": "nadia@haddad-law.example", "Oskar": "oskar@nilsson.example", "Ines": "ines@moreau.example",
    "Lena": "lena.vogt@vogt.example", "Marco": "marco@bianchi.example", "Greta": "greta@olsen.example",
    "Hugo": "hugo@martin.example",
}  # fmt: skip
# Worked out by hand from landed/*/first and seeds: 20 for the role, 10 for the size, 40 a quote, 25 a talk,
# 15 a reply, 10 a click, 2 an open, 15 a basket, 30 off for who unsubscribed or bounced, never below 0.
SALES = {
    "Mara": ("124", "Hot", "Asked for a quote (+40)"),  # 20 + 10 + 40 + 25 + 2 * 2 + 10 + 15
    "Jonas": ("59", "Warm", "Clicked in a newsletter (+20)"),  # 20 + 2 * 2 + 2 * 10 + 15
    "Priya": ("62", "Hot", "Asked for a quote (+40)"),  # 20 + 40 + 2
    "Elif": ("62", "Hot", "Met or spoke with us (+25)"),  # 20 + 25 + 15 + 2
    "Nadia": ("12", "Cold", "Asked for a quote (+40)"),  # 40 + 2 - 30
    "Oskar": ("0", "Cold", "Mail came back for good (-30)"),  # 2 - 30
    "Ines": ("0", "Cold", "Opened nothing for 60 days (-20)"),  # -20
    "Lena": ("72", "Hot", "Asked for a quote (+40)"),  # 20 + 10 + 40 + 2
    "Greta": ("12", "Cold", "Clicked in a newsletter (+10)"),  # 10 + 2
    "Hugo": ("37", "Warm", "Met or spoke with us (+25)"),  # 25 + 10 + 2
}
# A fifth of what was paid, 20 for three orders in half a year.
LOYALTY = {
    "Tom": ("52", "Regular"),  # (48 + 52 + 60) / 5 + 20
    "Sofia": ("61", "Regular"),  # (45 + 70 + 90) / 5 + 20
    "Ben": ("11", "Customer"),  # (40 + 30 - 15) / 5
    "Marco": ("61", "Regular"),  # (80 + 60 + 65) / 5 + 20
}
CALLS, TASTING = {"Mara", "Elif", "Lena"}, {"Tom", "Sofia", "Marco"}
FIELDS = ("", "_band", "_reason", "_changed_at")
# Of whom another score is told on the second day, and which.
CHANGED = {"Jonas": "sales", "Elif": "loyalty", "Sofia": "loyalty"}


@dataclass
class Played:
    """What the example printed, and what HubSpot was told by each delivery, by first name."""

    printed: str
    contacts: dict[str, dict[str, str]]
    told: list[dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The example, as `make` runs it, but in a folder of its own, over what is left of a time before."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "team").mkdir()
    for left in ("leads.duckdb", "leads.deliveries.duckdb", "hubspot.json"):
        (folder / "team" / left).write_text("left over", encoding="utf-8")
    recipe = (PROJECT / "Makefile").read_text(encoding="utf-8").partition("\nexample: install\n")[2]
    script = recipe.splitlines()[0].split()[-1]
    done = subprocess.run(
        [sys.executable, script, str(folder / "team")],
        cwd=PROJECT,
        env={
            **os.environ,
            "PYTHONPATH": "tests/support",
            "DBT_TARGET_PATH": str(folder / "target"),
            # Of another database: it mustn't be heeded.
            "LEADSCORE_DATABASE": str(folder / "other.duckdb"),
            "LEADSCORE_PUBLISHED": str(folder / "other"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (folder / "other.duckdb").exists() and not (folder / "other").exists()
    kept = json.loads((folder / "team" / "hubspot.json").read_text(encoding="utf-8"))
    return Played(done.stdout, _by_name(kept["contacts"]), [_by_name(told) for told in kept["told"]])


def _by_name(told: dict[str, Any]) -> dict[str, Any]:
    names = {address: name for name, address in ADDRESSES.items()}
    return {names[address]: properties for address, properties in told.items()}


def _score(properties: dict[str, str], model: str) -> tuple[str, ...]:
    return tuple(properties[f"leadscore_{model}{field}"] for field in FIELDS[:3])


@pytest.mark.end_to_end
def test_hubspot_has_the_scores_that_are_worked_out_by_hand(played: Played) -> None:
    told = played.told[0]
    assert set(told) == set(ADDRESSES), "who is in HubSpot alone or too; nobody of the shop, nobody deleted"
    assert {name: _score(told[name], "sales") for name in told if "leadscore_sales" in told[name]} == SALES
    loyal = {name: _score(properties, "loyalty")[:2] for name, properties in told.items()}
    assert loyal == {name: LOYALTY.get(name, ("0", "None yet")) for name in ADDRESSES}
    for list_name, members in (("call_this_week", CALLS), ("tasting", TASTING)):
        field = f"leadscore_{list_name}"
        assert {name: told[name][field] for name in told if field in told[name]} == dict.fromkeys(
            members, "true"
        )


@pytest.mark.end_to_end
def test_a_day_later_hubspot_is_told_of_what_changed_alone(played: Played) -> None:
    _, second = played.told
    instants = {name: second[name].pop(f"leadscore_{model}_changed_at") for name, model in CHANGED.items()}
    assert instants == {
        "Jonas": "2026-03-30T10:05:00Z",
        "Elif": "2026-03-30T15:00:00Z",
        # As if the order that came back had never been: the one before it.
        "Sofia": "2026-03-05T12:00:00Z",
    }
    assert second == {
        # 20 + the newsletters' limit of 30, of 3 * 2 + 3 * 10, + 15
        "Jonas": {
            "leadscore_sales": "65",
            "leadscore_sales_band": "Hot",
            "leadscore_sales_reason": "Clicked in a newsletter (+30)",
            "leadscore_call_this_week": "true",
        },
        # No lead any more, and 75 / 5.
        "Elif": {
            **{f"leadscore_sales{field}": "" for field in FIELDS},
            "leadscore_loyalty": "15",
            "leadscore_loyalty_band": "Customer",
            "leadscore_loyalty_reason": "A point for every 5 euro (+15)",
            "leadscore_call_this_week": "false",
        },
        # (45 + 70) / 5, of two orders.
        "Sofia": {
            "leadscore_loyalty": "23",
            "leadscore_loyalty_band": "Customer",
            "leadscore_loyalty_reason": "A point for every 5 euro (+23)",
            "leadscore_tasting": "false",
        },
        "Tom": {"leadscore_tasting": "false"},
    }
    assert played.contacts["Elif"]["leadscore_sales"] == ""


@pytest.mark.end_to_end
def test_it_says_what_happened(played: Played) -> None:
    lines = [" ".join(line.split()) for line in played.printed.splitlines()]
    for told in (
        "26 records are 17 people: 7 were merged into another one, the others are deleted.",
        "15 Left a full basket 26 Mar 2026 9 Apr 2026 Shopify",
        "124 points, Hot: Call within two days.",
        "hubspot_scores: 14 rows accepted, 3 people aren't in HubSpot",
        "4 of 17 people were scored anew.",
        "hubspot_lists: 4 rows accepted",
        "hubspot_scores: 3 rows accepted",
        "Ready for sales 62 Hot -",
        "Tom Becker Regulars for the tasting yes no",
    ):
        assert told in lines, told


def test_its_files_are_what_its_readme_says() -> None:
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    rows = {
        seed: len((EXAMPLE / "seeds" / f"{seed}.csv").read_text(encoding="utf-8").splitlines()) - 1
        for seed in ("scoring_models", "scoring_rules", "segments")
    }
    counts = re.search(r"(\d+) scores, (\d+) rules, (\d+) lists", readme)
    assert counts is not None and list(map(int, counts.groups())) == list(rows.values())
    assert [link for link in re.findall(r"\]\(([^)#]+)\)", readme) if not (EXAMPLE / link).exists()] == []
    [variables] = re.findall(r'^VARIABLES = "(.*)"$', (EXAMPLE / "team.py").read_text(encoding="utf-8"), re.M)
    assert f"leadscore run --vars '{variables}'" in readme
    people = {
        f"{row[first_name]} {row[last_name]}"
        for file, first_name, last_name in (
            ("hubspot/first/contact.csv", "property_firstname", "property_lastname"),
            ("shopify/first/customer.csv", "first_name", "last_name"),
        )
        for row in csv.DictReader((EXAMPLE / "landed" / file).read_text(encoding="utf-8").splitlines())
    }
    header, *listed = re.findall(r"^\| ([^|`]+) \|[^|]+\|$", readme.partition("## What to look for")[2], re.M)
    assert header == "who" and len(listed) == 10
    assert {name for row in listed for name in row.split(", ")} <= people
    shipped, own = (
        yaml.safe_load((folder / "hubspot_scores.yml").read_text(encoding="utf-8"))
        for folder in (PROJECT / "syncs", EXAMPLE / "syncs")
    )
    assert own["destination"].pop("api") == "${HUBSPOT_API}"
    assert own == shipped
