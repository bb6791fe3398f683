"""What is missing isn't empty: raw tables that are gone, or much of their contacts, stop a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from incremental_project import PUBLICATIONS, differences_of, tables_of
from leadscore.build.plan import RunPlan
from leadscore.build.project import DbtProject
from leadscore.erasure.rows import erase_rows
from leadscore.erasure.whom import known_person
from leadscore.errors import LeadscoreError, RunFailedError
from leadscore.publication.guards import ContactsGoneError, refuse_shrunk
from leadscore.publication.record import MartRecord, Publication
from leadscore.publication.tables import Relation
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from tiny_project import AS_OF, tiny_project
from workspaces import NodesBuilt

LATER = AS_OF + timedelta(days=1)
AWAY = "alter table raw.contacts rename to contacts_away"
BACK = "alter table raw.contacts_away rename to contacts"


@dataclass
class Scored:
    """The tiny project after a run, in a folder of its own for each test."""

    settings: Settings
    project: DbtProject
    said: list[str] = field(default_factory=list)

    def run(self, request: RunRequest) -> None:
        """Score and publish."""
        run_once(self.settings, request, self.said.append, project=self.project)

    def dbt(self, database: Path, **options: object) -> str:
        """Plain dbt, without tests; what went wrong."""
        project = DbtProject(
            self.project.root, database, self.project.seeds, self.project.target, parsed=self.project.parsed
        )
        variables = {"as_of": LATER.isoformat(), **options}
        is_full = bool(variables.pop("full_refresh", False))
        done = project.build(
            NodesBuilt(), run_variables=variables, exclude="resource_type:test", full_refresh=is_full
        )
        return "\n".join(failure.message for failure in done.failures)

    def execute(self, *statements: str) -> None:
        """Change the database."""
        with duckdb.connect(str(self.settings.database)) as connection:
            for statement in statements:
                connection.execute(statement)

    def published(self) -> dict[str, bytes]:
        """What readers see."""
        return {file.name: file.read_bytes() for file in self.settings.published.iterdir() if file.is_file()}

    def differences(self) -> list[str]:
        """How the marts differ from those of a full refresh of the same raw rows."""
        refreshed = self.settings.database.parent / "refreshed" / self.settings.database.name
        refreshed.parent.mkdir()
        shutil.copy(self.settings.database, refreshed)
        assert self.dbt(refreshed, full_refresh=True) == ""
        found = []
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.settings.database}' as increments (read_only)")
            connection.execute(f"attach '{refreshed}' as refreshed (read_only)")
            for mart in tables_of(connection, "marts"):
                found += [] if mart in PUBLICATIONS else differences_of(connection, mart)
        return found


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scored]:
    with tiny_project(tmp_path_factory.mktemp("first")) as settings:
        scored = Scored(settings, DbtProject(settings.root, settings.database, settings.seeds))
        scored.run(RunRequest(AS_OF))
        yield scored


@pytest.fixture
def scored(first: Scored, tmp_path: Path) -> Scored:
    """As it is after the first run."""
    shutil.copytree(first.settings.database.parent, tmp_path, symlinks=True, dirs_exist_ok=True)
    settings = Settings(
        first.settings.root,
        tmp_path / first.settings.database.name,
        tmp_path / "published",
        first.settings.seeds,
    )
    project = first.project
    return Scored(settings, DbtProject(project.root, settings.database, project.seeds, parsed=project.parsed))


def test_a_mistyped_schema_stops_a_run_and_leaves_nothing_behind(scored: Scored) -> None:
    before = scored.published()
    with pytest.raises(RunFailedError) as caught:
        scored.run(RunRequest(LATER, variables={"raw_schema": "rwa"}))
    told = caught.value.message
    assert "rwa.contacts isn't there: the last run read 7 rows of it" in told
    assert "rwa.events isn't there" in told
    assert "--allow-shrink" in told
    assert caught.value.exit_code == 1
    assert scored.published() == before
    scored.execute(
        "insert into raw.events (event_id, event_type, occurred_at, contact_id, loaded_at) "
        "values ('new', 'email_open', '2026-05-30', 'ann', timestamp '2026-06-01 12:00:00')"
    )
    scored.run(RunRequest(LATER))
    assert scored.differences() == []


def test_a_table_that_is_away_stops_a_run_and_is_as_before_when_it_is_back(scored: Scored) -> None:
    """By plain dbt and by the command, which doesn't trust what the other left."""
    before = scored.published()
    scored.execute(AWAY)
    assert "raw.contacts isn't there" in scored.dbt(scored.settings.database)
    with pytest.raises(RunFailedError, match=r"raw\.contacts isn't there: the last run read 7 rows"):
        scored.run(RunRequest(LATER))
    assert scored.published() == before
    scored.execute(
        BACK,
        "insert into raw.contacts (contact_id, created_at, loaded_at) "
        "values ('new', '2026-05-30', timestamp '2026-06-01 12:00:00')",
    )
    scored.run(RunRequest(LATER))
    assert scored.differences() == []


def test_contacts_that_shrink_stop_a_run_unless_that_is_allowed(scored: Scored) -> None:
    """Of six one may go (17 %), of five not two (40 %); the next run goes by what was allowed once."""
    scored.execute("delete from raw.contacts where contact_id = 'bob'")
    scored.run(RunRequest(LATER))
    scored.execute("delete from raw.contacts where contact_id in ('ann', 'cleo')")
    told = "there were 5 in the last run, and now there are 3, over 20 % less"
    with pytest.raises(RunFailedError, match=told):
        scored.run(RunRequest(LATER, full_refresh=True))
    assert told in scored.dbt(scored.settings.database)
    assert scored.dbt(scored.settings.database, allow_shrink=True) == ""
    scored.run(RunRequest(LATER))
    assert scored.differences() == []


def test_merged_and_deleted_contacts_are_not_missed(scored: Scored) -> None:
    scored.execute(
        "insert into raw.contacts (contact_id, created_at, updated_at, merged_into, deleted_at, loaded_at) "
        "select contact_id, created_at, '2026-05-31', case when contact_id = 'bob' then 'ann' end, "
        "case when contact_id in ('ann', 'cleo') then '2026-05-31' end, timestamp '2026-06-01 12:00:00' "
        "from raw.contacts where contact_id in ('ann', 'bob', 'cleo')"
    )
    scored.run(RunRequest(LATER))
    assert scored.published()


def test_who_was_erased_is_not_missed_but_others_are(scored: Scored) -> None:
    """An erasure that is given again takes nobody off a second time."""
    person = known_person(scored.settings, "bob")
    assert person is not None
    with open_database(scored.settings.database) as database:
        for _ in range(2):
            erase_rows(database, person)
            assert database.value("select distinct contacts from state.run_state") == 5
        database.execute("delete from raw.contacts where contact_id in ('ann', 'cleo')")
    assert "there were 5 in the last run, and now there are 3" in scored.dbt(scored.settings.database)


def test_another_database_is_not_published_over_one_with_more_contacts(
    scored: Scored, tmp_path: Path
) -> None:
    before = scored.published()
    empty = Settings(
        scored.settings.root,
        tmp_path / "other" / scored.settings.database.name,
        scored.settings.published,
        scored.settings.seeds,
    )
    empty.database.parent.mkdir()
    other = Scored(empty, DbtProject(empty.root, empty.database, empty.seeds, parsed=scored.project.parsed))
    for _ in range(2):
        with pytest.raises(LeadscoreError, match=r"the last publication, made from .* has 6, and .* has 0"):
            other.run(RunRequest(LATER))
        assert scored.published() == before
    other.run(RunRequest(LATER, allow_shrink=True))
    assert scored.published() != before


@pytest.mark.parametrize(
    ("database", "run_number", "contacts", "is_refused"),
    [
        ("here", 8, 0, False),  # its runs have looked already
        ("here", 7, 7, True),  # begun anew, or put back
        ("here", 7, 8, False),
        ("there", 8, 7, True),
        ("there", 8, 8, False),
        ("there", None, 0, True),
    ],
)
def test_a_publication_looks_at_what_no_run_has_looked_at(
    database: str, run_number: int | None, contacts: int, is_refused: bool
) -> None:
    def record(rows: int) -> MartRecord:
        return MartRecord(rows, {}, None)

    last = Publication(
        1, AS_OF, "here", 7, AS_OF, None, is_full=True, marts={"store.int_contacts": record(10)}
    )
    plan = None if run_number is None else RunPlan(run_number, LATER, None, True, "")
    source = {Relation("store", "int_contacts", False): record(contacts)}
    refuse_shrunk(None, database, plan, source)
    if is_refused:
        with pytest.raises(ContactsGoneError):
            refuse_shrunk(last, database, plan, source)
    else:
        refuse_shrunk(last, database, plan, source)
