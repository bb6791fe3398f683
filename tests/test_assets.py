"""What activities were done with: in the ledger, in what is published after an increment, and for people."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest
from leadscore.settings import Settings
from tiny_project import SEEDS, leadscore, tiny_project
from workspaces import write_seeds

FIELDS = ["event.properties.title", "event.email_id", "transaction.product_category"]
EVENTS = [
    # event_id, event_type, email_id, page_path, properties
    ("titled", "download", "mail 1", "/a", {"title": "Price list"}),
    ("mailed", "download", " mail 1 ", "/a", {"title": ""}),
    ("of a page", "download", None, "/a", {}),
]
BOUGHT = {"rule_id": "bought", "model_id": "lead", "operation": "add", "points": "1", "trigger": "activity"}
RULES = [
    *SEEDS["scoring_rules"],
    BOUGHT | {"activity": "transaction"},
    BOUGHT | {"rule_id": "downloaded", "activity": "download"},
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Dora, what she downloaded and bought; not scored yet."""
    with tiny_project(tmp_path_factory.mktemp("assets")) as settings:
        write_seeds(settings.seeds, {**SEEDS, "scoring_rules": RULES})
        with duckdb.connect(str(settings.database)) as connection:
            connection.execute(
                """
                insert into raw.contacts (contact_id, created_at, loaded_at)
                values ('dora', '2026-02-01', '2026-05-01');
                alter table raw.events add column email_id varchar;
                alter table raw.events add column page_path varchar;
                alter table raw.events add column properties json;
                create table raw.transactions (
                    transaction_id varchar, line_number integer, contact_id varchar, ordered_at timestamp,
                    amount integer, product_category varchar, product_id varchar, loaded_at timestamp
                );
                """
            )
            connection.executemany(
                """
                insert into raw.events
                (event_id, event_type, email_id, page_path, properties, occurred_at, contact_id, loaded_at)
                values (?, ?, ?, ?, ?, '2026-03-01', 'dora', '2026-05-01')
                """,
                [(*event, json.dumps(properties)) for *event, properties in EVENTS],
            )
        buy(settings, "shoes", "2026-05-01")
        yield settings


def buy(settings: Settings, category: str, loaded_at: str) -> None:
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute(
            "insert into raw.transactions values ('t', 1, 'dora', '2026-03-02', 10, ?, 'p', ?)",
            [category, loaded_at],
        )


def run(settings: Settings, fields: object, as_of: str) -> str | None:
    """A run; why it was a full one, if it was."""
    result = leadscore("run", "--as-of", as_of, "--vars", json.dumps({"asset_fields": fields}))
    assert result.exit_code == 0, result.output
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        [(is_full, reason)] = connection.execute("select is_full, reason from state.run_plan").fetchall()
    return reason if is_full else None


def assets(settings: Settings) -> dict[str, str | None]:
    """What is published of Dora's activities, by both marts."""
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        marts = [
            dict(
                connection.execute(
                    f"select activity_id, asset from marts.{mart} "
                    "where contact_id = 'dora' and activity_id is not null"
                ).fetchall()
            )
            for mart in ("fct_score_ledger", "fct_rule_points")
        ]
    assert marts[0] == marts[1]
    return marts[0]


def test_assets_are_published_and_follow_increments_and_the_variable(settings: Settings) -> None:
    assert run(settings, FIELDS, "2026-06-01")
    known = {"titled": "Price list", "mailed": "mail 1", "of a page": None, "t:1": "shoes"}
    assert assets(settings) == known
    buy(settings, "boots", "2026-06-02")
    assert run(settings, FIELDS, "2026-06-03") is None, "an increment"
    assert assets(settings) == known | {"t:1": "boots"}, "the last loaded of a line counts"

    told = leadscore("explain", "dora", "--model", "lead").output
    assert "asset" in told and "Price list" in told
    entries = json.loads(leadscore("explain", "dora", "--model", "lead", "--json").output)["entries"]
    assert {entry["activity_id"]: entry["asset"] for entry in entries if entry["activity_id"]} == known | {
        "t:1": "boots"
    }

    # Other fields are other assets.
    assert run(settings, " event.page_path |transaction.product_id", "2026-06-04") == "a variable changed"
    assert assets(settings) == {"titled": "/a", "mailed": "/a", "of a page": "/a", "t:1": "p"}


@pytest.mark.parametrize(
    "mistake", ["event.nothing", "event.is_machine", "contact.city", "event.properties.", 7, {"event": "x"}]
)
def test_what_is_no_text_of_an_activity_is_no_asset(settings: Settings, mistake: object) -> None:
    result = leadscore("run", "--vars", json.dumps({"asset_fields": mistake}))
    assert result.exit_code == 2
    assert "var asset_fields: " in result.stderr and "is no text of an activity; allowed: " in result.stderr
