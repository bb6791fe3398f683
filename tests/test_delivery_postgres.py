"""`leadscore deliver postgres_scores`: a table of a real PostgreSQL follows the scores."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from postgres_server import PASSWORD, postgres_server, server_programs
from score_world import ScoreWorld, deliver_scores, delivering_scores

if server_programs() is None:
    pytest.skip("PostgreSQL isn't installed: `make install-postgres-server`", allow_module_level=True)
NAME = "postgres_scores"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str) -> Iterator[ScoreWorld]:
    run(server, "drop table if exists leadscore_scores cascade")
    monkeypatch.setenv("LEADSCORE_POSTGRES_URL", server)
    with delivering_scores(tmp_path, monkeypatch) as made:
        yield made


def run(server: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(server)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def table(server: str) -> list[tuple[Any, ...]]:
    columns = (
        "contact_id, change, leadscore_lead::text, leadscore_lead_band, leadscore_fit::text, xmin::text::int"
    )
    return run(server, f"select {columns} from leadscore_scores order by contact_id")


def test_a_table_follows_the_scores_and_is_written_only_where_they_change(
    world: ScoreWorld, server: str
) -> None:
    world.publish_scores({name: {"lead": 60, "fit": 1.25} for name in ("ann", "bob", "c\"'; drop table x")})
    missing = deliver_scores(world, NAME)
    assert missing.exit_code == 1 and "--prepare" in missing.output, missing.output
    assert "stopped" in missing.output and "3 rows wait" in missing.output
    made = json.loads(deliver_scores(world, NAME, "--prepare", "--json").stdout)
    assert [(field["name"], field["state"]) for field in made[0]["fields"]][:2] == [
        ("leadscore_fit", "made"),
        ("leadscore_fit_band", "made"),
    ]
    done = deliver_scores(world, NAME)
    assert done.exit_code == 0, done.output
    first = table(server)
    assert [row[:5] for row in first] == [
        (name, "added", "60.00", 'Hot "now"', "1.25") for name in ("ann", "bob", "c\"'; drop table x")
    ]
    assert (
        run(server, "select distinct leadscore_lead_changed_at at time zone 'UTC' from leadscore_scores")[0][
            0
        ].isoformat()
        == "2026-03-01T10:00:00"
    )
    world.publish_scores({"ann": {"lead": 61, "fit": 1.25}, "c\"'; drop table x": {"lead": 60, "fit": 1.25}})
    assert deliver_scores(world, NAME, "--allow-removals").exit_code == 0
    later = table(server)
    assert [row[:5] for row in later[:2]] == [
        ("ann", "updated", "61.00", 'Hot "now"', "1.25"),
        ("bob", "removed", None, None, None),
    ]
    assert later[2] == first[2], "a row that didn't change isn't written"


def test_a_row_that_the_table_refuses_waits_and_holds_up_no_others(world: ScoreWorld, server: str) -> None:
    deliver_scores(world, NAME, "--prepare")
    run(server, "alter table leadscore_scores add constraint low check (leadscore_lead < 90)")
    world.publish_scores({f"c{number}": {"lead": 95 if number < 5 else 60} for number in range(10)})
    for attempt in (1, 2):
        [done] = json.loads(deliver_scores(world, NAME, "--json").stdout)
        assert done["problem"] == "5 rows were not accepted and wait", (
            "it isn't the database that is the trouble"
        )
        assert [row["attempts"] for row in done["rejected"]] == [attempt] * 5
        assert 'violates check constraint "low"' in done["rejected"][0]["reason"]
    assert len(table(server)) == 5
    run(server, "alter table leadscore_scores drop constraint low")
    assert deliver_scores(world, NAME).exit_code == 0
    assert len(table(server)) == 10


def test_a_new_model_gets_its_columns(world: ScoreWorld, server: str) -> None:
    deliver_scores(world, NAME, "--prepare")
    world.publication.execute("insert into marts.dim_scoring_models values ('new', 'New')")
    world.publish_scores({"ann": {"lead": 60, "new": 5}})
    done = deliver_scores(world, NAME)
    assert done.exit_code == 1 and 'column "leadscore_new" of relation' in done.output
    made = json.loads(deliver_scores(world, NAME, "--prepare", "--json").stdout)[0]["fields"]
    assert {field["name"] for field in made if field["state"] == "made"} == {
        "leadscore_new", "leadscore_new_band", "leadscore_new_reason", "leadscore_new_changed_at",
    }  # fmt: skip
    assert deliver_scores(world, NAME).exit_code == 0
    assert run(server, "select leadscore_new::text from leadscore_scores") == [("5.00",)]


def test_without_an_address_prepare_says_what_makes_the_table(
    world: ScoreWorld, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADSCORE_POSTGRES_URL")
    done = deliver_scores(world, NAME, "--prepare")
    assert done.exit_code == 0 and "LEADSCORE_POSTGRES_URL is not set" in done.output
    statement = done.stdout[done.stdout.index("create table") :]
    run(server, statement)
    monkeypatch.setenv("LEADSCORE_POSTGRES_URL", server)
    world.publish_scores({"ann": {"lead": 60}})
    assert deliver_scores(world, NAME).exit_code == 0
    assert [row[0] for row in table(server)] == ["ann"]


def test_a_database_that_is_down_or_refuses_stops_the_sync_without_its_password(
    world: ScoreWorld, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish_scores({"ann": {"lead": 60}})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"postgresql://leadscore:{PASSWORD}@127.0.0.1:{taken.getsockname()[1]}/postgres"
        for address, told in (
            (nobody, "the database doesn't answer"),
            (server.replace(PASSWORD, "wrong-pw-9"), "password authentication failed"),
        ):
            monkeypatch.setenv("LEADSCORE_POSTGRES_URL", address)
            for more in ([], ["--prepare"]):
                done = deliver_scores(world, NAME, *more)
                assert done.exit_code == 1 and told in done.output, done.output
                assert PASSWORD not in done.output and "wrong-pw-9" not in done.output
            assert "1 row waits" in deliver_scores(world, NAME).output
    assert world.ledger("select count(*) from deliveries.scores") == [(0,)]


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("postgresql://u:p@db.example/x", True),
        ("host=db.example password=secretpw", True),
        ("postgresql://u:p@127.0.0.1,db.example/x", True),
        ("host=/var/run/postgresql dbname=x", False),
    ],
)
def test_a_password_goes_to_another_machine_with_tls_only(
    world: ScoreWorld, address: str, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_POSTGRES_URL", address)
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "1")
    done = deliver_scores(world, NAME, "--mark-delivered" if not is_refused else "--json")
    assert ("without TLS" in done.output) == is_refused, done.output
    assert done.exit_code == (2 if is_refused else 0) and "secretpw" not in done.output


def test_a_table_of_ones_own_takes_objects_and_only_who_it_has(world: ScoreWorld, server: str) -> None:
    """A sync that somebody writes: another table, an object in a column, and rows updated only."""
    run(
        server,
        "drop table if exists people; create table people (contact_id text primary key, properties jsonb)",
    )
    run(server, "insert into people values ('ann', null)")
    sync = yaml.safe_load((world.syncs / f"{NAME}.yml").read_text(encoding="utf-8"))
    run(server, "alter table people add column change text")
    sync["model"] = "select delivery_key, contact_id, properties, change from delivery.score_changes"
    sync["destination"] |= {"table": "people"}
    for policy, kept in (("update_only", ["ann"]), ("upsert", ["ann", "bob"])):
        world.write(f"{NAME}.yml", sync | {"sync": sync["sync"] | {"match_policy": policy}})
        world.publish_scores({name: {"lead": 60} for name in ("ann", "bob")})
        deliver_scores(world, NAME)
        assert [row[0] for row in run(server, "select contact_id from people order by 1")] == kept
    found = run(server, "select properties ->> 'leadscore_lead' from people where contact_id = 'bob'")
    assert found == [("60.00",)] or found == [("60.0",)]
