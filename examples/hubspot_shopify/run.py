"""From tables that connectors landed to scores and lists in HubSpot, and again a day later: `make example`.

Each step is a command that a team with HubSpot and Shopify gives. HubSpot is a server of this machine, which
answers as HubSpot does and keeps what it is told.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from leadscore.settings import PROJECT_ROOT
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text
from team import SYNCS, VARIABLES, Team, team_in

# Two hours after each sync of the connectors.
FIRST, SECOND = "2026-03-30T08:00:00Z", "2026-03-31T08:00:00Z"
# Segment -> the score that its members are shown with, and how they are reached.
LISTS = {"call_this_week": ("sales", "phone"), "tasting": ("loyalty", "email")}
SHOWN = (
    *("mara.lind@lindgren.example", "jonas@weber-dental.example", "elif@kaya-architects.example"),
    *("nadia@haddad-law.example", "sofia.rossi@mail.example", "tom.becker@mail.example"),
)
# What stands in landed/*/second.
NEWS = (
    "Jonas Weber clicked in the invitation to the tasting (HubSpot)",
    "Elif Kaya ordered for the first time, 75 euro, and is a customer now (Shopify, HubSpot)",
    "Sofia Rossi sent an order of 90 euro back (Shopify)",
    "Tom Becker unsubscribed (HubSpot)",
)
LANDED = """
select
    (select count(*) from hubspot.contact), (select count(*) from hubspot.email_event),
    (select count(*) from hubspot.contact_form_submission), (select count(*) from hubspot.engagement_contact),
    (select count(*) from shopify.customer), (select count(*) from shopify."order"),
    (select count(*) from shopify.abandoned_checkout)
"""
BANDS = """
select models.title, band_title, count(*), any_value(action)
from marts.contact_scores
inner join marts.dim_scoring_models as models using (model_id)
group by model_id, models.title, band_title
order by model_id desc, max(score) desc
"""
MEMBERS = """
select
    members.contact_id, concat_ws(' ', first_name, last_name) as who, company_name, {reached_by},
    scores.score, reasons.title
from marts.segment_members as members
inner join marts.dim_contacts as contacts using (contact_id)
inner join marts.contact_scores as scores using (contact_id)
left join marts.score_reasons as reasons
    on
        members.contact_id = reasons.contact_id
        and scores.model_id = reasons.model_id
        and reasons.sign = 'for'
        and reasons.rank = 1
where members.segment_id = ? and scores.model_id = ?
order by scores.score desc, who
"""
TITLES = "select segment_id, title from marts.dim_segments"
NAMES = "select lower(email), concat_ws(' ', first_name, last_name) from marts.dim_contacts"
NOTHING = "-"
# What a checkbox holds.
MARKS = {"true": "yes", "false": "no"}


class Story:
    """Tells what a team does, and what comes of it.

    Args:
        team: Who does it.
        console: Where it is told.
    """

    def __init__(self, team: Team, console: Console) -> None:
        self._team = team
        self._console = console

    def tell(self) -> None:
        """Both days."""
        self._say("Polar Roasters sells coffee to offices, by HubSpot, and in a web shop, by Shopify.")
        self._step("1. The connectors have landed HubSpot's and Shopify's tables")
        self._team.land("first")
        contacts, mails, forms, talks, customers, orders, baskets = self._team.landed(LANDED)[0]
        self._say(f"HubSpot: {contacts} contacts, {mails} reactions to mail, {forms} forms, {talks} talks")
        self._say(f"Shopify: {customers} customers, {orders} orders, {baskets} full baskets")

        self._step("2. Score everybody; who is in both tools is one person")
        report = self._command("run", "--as-of", FIRST, "--vars", VARIABLES)
        self._say(
            f"{report['contacts']} records are {report['contacts_scored']} people: "
            f"{report['contacts_merged']} were merged into another one, the others are deleted."
        )
        self._table(["score", "band", "people", "what to do"], _grouped(self._team.published(BANDS)))

        self._step("3. Who is on which list?")
        titles = dict(self._team.published(TITLES))
        members = {}
        for segment, (model, reached_by) in LISTS.items():
            members[segment] = self._team.published(MEMBERS.format(reached_by=reached_by), segment, model)
            columns = ["who", "company", reached_by, "points", "most of all"]
            self._table(columns, (row[1:] for row in members[segment]), titles[segment])

        first = members["call_this_week"][0]
        self._step(f"4. Why is {first[1]} to be called?")
        self._explain(self._command("explain", first[0], "--model", "sales"))

        self._step("5. Tell HubSpot")
        self._command("deliver", "--prepare", "hubspot_scores", "--syncs", SYNCS)
        self._deliver()
        before, names = self._known(titles), dict(self._team.published(NAMES))
        columns = ["HubSpot has", *before[SHOWN[0]]]
        self._table(columns, ([names[address], *before[address].values()] for address in SHOWN))

        self._step("6. A day later the connectors bring")
        for line in NEWS:
            self._say(f"· {line}")
        self._team.land("second")
        report = self._command("run", "--as-of", SECOND, "--vars", VARIABLES)
        self._say(f"{report['contacts_rescored']} of {report['contacts_scored']} people were scored anew.")

        self._step("7. Tell HubSpot what changed, and nothing else")
        self._deliver()
        now = self._known(titles)
        changes = (
            [names[address], what, before[address][what], now[address][what]]
            for address in self._team.told[-1]
            for what in now[address]
            if now[address][what] != before[address][what]
        )
        self._table(["HubSpot was told of", "what", "before", "now"], _grouped(sorted(changes)))

    def _deliver(self) -> None:
        self._show(["deliver", "--syncs", SYNCS])
        for sync in self._team.deliver():
            told = f"{sync['sync']}: {sync['accepted']} rows accepted"
            self._say(told + (f", {sync['absent']} people aren't in HubSpot" if sync["absent"] else ""))

    def _explain(self, explanation: Mapping[str, Any]) -> None:
        rows = [
            [Decimal(str(entry["points"])), entry["title"], *_when(entry), _tool(entry)]
            for entry in explanation["entries"]
            if entry["state"] == "counts"
        ]
        self._table(["points", "for", "since", "until", "seen in"], rows)
        self._say(f"{explanation['score']:g} points, {explanation['band_title']}: {explanation['action']}.")
        for change in explanation["upcoming"]:
            if change["to_band_id"] != explanation["band_id"]:
                then = f"{change['score']:g} points, {change['to_band_id']}"
                self._say(f"If nothing more happens: {then} from {_day(change['changes_at'])} on.")
                break

    def _known(self, titles: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """Address -> what HubSpot has on it, as people say it."""
        models = self._team.published("select model_id, title from marts.dim_scoring_models order by 1 desc")
        return {
            address: {title: _score(properties, f"leadscore_{model}") for model, title in models}
            | {titles[name]: MARKS.get(properties.get(f"leadscore_{name}", ""), NOTHING) for name in LISTS}
            for address, properties in self._team.hubspot.contacts.items()
        }

    def _command(self, *arguments: str) -> Any:
        self._show(arguments)
        return self._team.command(*arguments)

    def _show(self, arguments: Sequence[str]) -> None:
        self._console.print(Text(f"$ leadscore {shlex.join(arguments)}", "dim"), soft_wrap=True)

    def _step(self, title: str) -> None:
        self._console.print()
        self._console.rule(Text(title, "bold"), align="left")

    def _say(self, text: str) -> None:
        self._console.print(Text(text))

    def _table(
        self, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None
    ) -> None:
        body = [list(row) for row in rows]
        # A column that says nothing of anybody is left out.
        places = [place for place in range(len(columns)) if any(row[place] is not None for row in body)]
        table = Table(
            box=SIMPLE_HEAD, title=title and Text(title, "bold"), title_justify="left", header_style="bold"
        )
        for place in places:
            is_number = any(isinstance(row[place], int | Decimal) for row in body)
            table.add_column(columns[place], justify="right" if is_number else "left")
        for row in body:
            table.add_row(*(Text(_cell(row[place])) for place in places))
        self._console.print(table)


def _grouped(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Rows whose first cell is said once."""
    grouped: list[list[object]] = []
    said: object = None
    for first, *others in rows:
        grouped.append(["" if first == said else first, *others])
        said = first
    return grouped


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return NOTHING if value is None else str(value)


def _score(properties: Mapping[str, str], field: str) -> str:
    return f"{properties[field]} {properties[f'{field}_band']}" if properties.get(field) else NOTHING


def _when(entry: Mapping[str, Any]) -> list[str]:
    return [_day(entry["valid_from"]), _day(entry["valid_to"])]


def _day(instant: str | None) -> str:
    return NOTHING if instant is None else f"{datetime.fromisoformat(instant):%-d %b %Y}"


def _tool(entry: Mapping[str, Any]) -> str:
    vendor = str(entry["activity_id"] or entry["contact_id"]).partition(":")[0]
    return {"hubspot": "HubSpot", "shopify": "Shopify"}[vendor]


def main() -> None:
    """Tell the story, in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PROJECT_ROOT / "demo" / "hubspot_shopify")
    folder: Path = parser.parse_args().folder.absolute()
    console = Console(width=None if Console().is_terminal else 120)
    with team_in(folder) as team:
        Story(team, console).tell()
    console.print()
    console.print(Text(f"What HubSpot has is in {folder / 'hubspot.json'}, the warehouse beside it."))


if __name__ == "__main__":
    main()
