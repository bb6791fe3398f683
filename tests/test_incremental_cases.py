"""What an incremental run changes and leaves alone, when a run is full by itself, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from incremental_project import Increments, Plan
from incremental_stages import Arrival
from leadscore.build.project import DbtProject
from leadscore.errors import LeadscoreError, RunFailedError
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import PROJECT_ROOT, Settings
from tiny_project import SEEDS as TINY_SEEDS
from tiny_project import day
from workspaces import DbtFailedError, write_seeds

ORDER_RULE = {"rule_id": "order", "title": "Ordered", "points": "50", "trigger": "activity"}
ORDER_RULE |= {"model_id": "exact", "operation": "add", "activity": "transaction"}
SEEDS: dict[str, Any] = {
    **TINY_SEEDS,
    "scoring_rules": [*TINY_SEEDS["scoring_rules"], ORDER_RULE],
    "rule_conditions": [
        *TINY_SEEDS["rule_conditions"],
        # A key whose name has to be quoted where columns are listed.
        {"rule_id": "click", "clause": "1", "field": 'event.properties.a "key"', "operator": "is set"},
    ],
    "model_conditions": [],
}
FIRST_AS_OF = datetime(2026, 6, 1)
SECOND_AS_OF = FIRST_AS_OF + timedelta(hours=1)
PEOPLE = ["alone", "late", "refunded", "corrected", "double", "survivor", "visitor"]
Rows = list[tuple[Any, ...]]


def contact(contact_id: str, loaded: int = 0, **more: Any) -> Arrival:
    row = {"contact_id": contact_id, "created_at": day(0), "merged_into": None, "loaded_at": day(loaded)}
    return "contacts", {**row, "updated_at": day(loaded), **more}


def event(event_id: str, contact_id: str | None, occurred: int, loaded: int = 0, **more: Any) -> Arrival:
    row = {"event_id": event_id, "event_type": "email_open", "occurred_at": day(occurred)}
    return "events", {**row, "contact_id": contact_id, "anonymous_id": None, "loaded_at": day(loaded), **more}


def order(status: str, loaded: int = 0) -> Arrival:
    row = {"transaction_id": "T1", "line_number": 1, "contact_id": "refunded", "ordered_at": day(100)}
    return "transactions", {**row, "amount": "200", "status": status, "loaded_at": day(loaded)}


def correction(deleted_at: datetime | None, loaded: int = 0) -> Arrival:
    row = {"adjustment_id": "A1", "model_id": "lead", "contact_id": "corrected", "operation": "add"}
    times = {"adjusted_at": day(140), "deleted_at": deleted_at, "loaded_at": day(loaded)}
    return "score_adjustments", {**row, "points": "20", **times}


FIRST = [
    *(contact(contact_id) for contact_id in PEOPLE),
    *(event(f"open of {contact_id}", contact_id, 120 + n) for n, contact_id in enumerate(PEOPLE)),
    event("anonymous", None, 110, anonymous_id="v1"),
    order("completed"),
    correction(None),
]
SECOND = [
    event("came late", "late", 60, loaded=155),
    order("refunded", loaded=155),
    correction(day(149), loaded=155),
    contact("double", merged_into="survivor", loaded=150),
    event("login", "visitor", 140, loaded=155, event_type="login", anonymous_id="v1"),
]


@dataclass
class Scored:
    """A project after a first and a second run, with a copy of the database after each."""

    project: Increments
    before: Path
    after: Path
    plan: Plan | None
    differences: list[str]

    def again(self) -> Increments:
        """The project as it was after the second run."""
        shutil.copy(self.after, self.project.database)
        return self.project

    def arrive_in(self, database: Path, arrivals: list[Arrival]) -> None:
        """Add raw rows to a copy of the project's database."""
        held, self.project.database = self.project.database, database
        self.project.arrive(arrivals)
        self.project.database = held

    def ledger(self, database: Path, contact_id: str) -> Rows:
        """The entries of a contact."""
        return read(database, f"from marts.fct_score_ledger where contact_id = '{contact_id}' order by all")

    def scores(self, database: Path, contact_id: str) -> Rows:
        """The unlimited scores of a contact."""
        columns = "model_id, unlimited_score"
        return read(
            database,
            f"select {columns} from marts.contact_scores where contact_id = '{contact_id}' order by 1",
        )

    def activities(self, database: Path, contact_id: str) -> set[str]:
        """The activities that gave a contact points."""
        query = f"select distinct activity_id from marts.fct_rule_points where contact_id = '{contact_id}'"
        return {activity_id for (activity_id,) in read(database, query) if activity_id}


def read(database: Path, query: str) -> Rows:
    with duckdb.connect(str(database), read_only=True) as connection:
        return list(connection.execute(query).fetchall())


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    folder = tmp_path_factory.mktemp("cases")
    project = Increments(folder)
    project.arrive(FIRST)
    project.score(FIRST_AS_OF, SEEDS)
    before, after = folder / "before.duckdb", folder / "after.duckdb"
    shutil.copy(project.database, before)
    project.arrive(SECOND)
    plan = project.score(SECOND_AS_OF, SEEDS)
    shutil.copy(project.database, after)
    project.refresh(SECOND_AS_OF)
    return Scored(project, before, after, plan, project.differences())


def test_an_incremental_run_equals_a_full_refresh(scored: Scored) -> None:
    assert scored.plan == Plan(is_full=False, reason=None)
    assert scored.differences == []


def test_only_whom_something_happened_to_is_rescored(scored: Scored) -> None:
    rescored = read(scored.after, "select contact_id from state.run_contacts")
    assert {contact_id for (contact_id,) in rescored} == set(PEOPLE) - {"alone"}


def test_a_late_event_changes_only_its_contact(scored: Scored) -> None:
    assert scored.activities(scored.after, "late") - scored.activities(scored.before, "late") == {"came late"}
    assert scored.ledger(scored.after, "alone") == scored.ledger(scored.before, "alone") != []


def test_a_refund_takes_its_points_away(scored: Scored) -> None:
    assert "T1:1" in scored.activities(scored.before, "refunded")
    assert "T1:1" not in scored.activities(scored.after, "refunded")


def test_deleting_an_adjustment_takes_its_points_away(scored: Scored) -> None:
    [(_, exact), (_, lead)] = scored.scores(scored.before, "corrected")
    assert scored.scores(scored.after, "corrected") == [("exact", exact), ("lead", lead - 20)]


def test_merging_moves_history(scored: Scored) -> None:
    assert scored.activities(scored.after, "survivor") == {"open of survivor", "open of double"}
    assert scored.ledger(scored.after, "double") == []
    assert scored.scores(scored.after, "double") == []


def test_identification_moves_anonymous_events(scored: Scored) -> None:
    assert scored.activities(scored.before, "visitor") == {"open of visitor"}
    assert scored.activities(scored.after, "visitor") == {"open of visitor", "anonymous"}


def test_a_changed_seed_makes_the_run_full_and_says_so(scored: Scored) -> None:
    rules = [{**row, "points": "9"} for row in SEEDS["scoring_rules"]]
    plan = scored.again().score(SECOND_AS_OF, {**SEEDS, "scoring_rules": rules})
    assert plan is not None
    assert plan.is_full
    assert "seed" in str(plan.reason)


def test_a_vanished_raw_row_makes_the_run_full_and_says_so(scored: Scored) -> None:
    project = scored.again()
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("delete from raw.events where event_id = 'came late'")
    plan = project.score(SECOND_AS_OF, SEEDS)
    assert plan is not None
    assert plan.is_full
    assert "events" in str(plan.reason)
    assert scored.activities(project.database, "late") == scored.activities(scored.before, "late")


def test_time_alone_rescores_nobody_and_moves_scores(scored: Scored) -> None:
    project = scored.again()
    assert project.score(SECOND_AS_OF + timedelta(days=40), SEEDS) == Plan(is_full=False, reason=None)
    assert read(project.database, "select contact_id from state.run_contacts") == []
    [(_, exact), (_, lead)] = scored.scores(scored.after, "alone")
    assert scored.scores(project.database, "alone") == [("exact", exact), ("lead", lead - 4)], "expired"


def test_plain_dbt_refuses_an_earlier_as_of(scored: Scored) -> None:
    with pytest.raises(DbtFailedError, match="--full-refresh"):
        scored.again().score(FIRST_AS_OF, SEEDS)


@pytest.fixture
def commanded(scored: Scored, tmp_path: Path) -> Iterator[Settings]:
    """The project as it was after the first run, with the second batch, for `leadscore`."""
    database = tmp_path / scored.project.database.name
    shutil.copy(scored.before, database)
    scored.arrive_in(database, SECOND)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TARGET_PATH", str(scored.project.target))
        yield Settings(PROJECT_ROOT, database, tmp_path / "published", scored.project.seeds)


def test_the_command_gives_what_plain_dbt_gives_and_refuses_an_earlier_as_of(
    scored: Scored, commanded: Settings
) -> None:
    scored.again()
    write_seeds(scored.project.seeds, SEEDS)
    run_once(commanded, RunRequest(SECOND_AS_OF), print)
    assert read(commanded.database, "select is_full from state.run_plan") == [(False,)]
    assert scored.project.differences_to(commanded.published_database) == []
    with pytest.raises(LeadscoreError, match="--full-refresh") as caught:
        run_once(commanded, RunRequest(FIRST_AS_OF), print)
    assert caught.value.exit_code in (1, 2)


def test_a_seed_that_is_edited_while_a_run_goes_on_counts_in_the_next(
    scored: Scored, commanded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_seeds(scored.project.seeds, SEEDS)
    build = DbtProject.build

    def edited(*arguments: Any, **options: Any) -> Any:
        done = build(*arguments, **options)
        rules = [{**row, "points": "3"} for row in SEEDS["scoring_rules"]]
        write_seeds(scored.project.seeds, {**SEEDS, "scoring_rules": rules})
        return done

    with monkeypatch.context() as patch:
        patch.setattr(DbtProject, "build", edited)
        run_once(commanded, RunRequest(SECOND_AS_OF, full_refresh=True), print)
    run_once(commanded, RunRequest(SECOND_AS_OF + timedelta(hours=1)), print)
    assert read(commanded.database, "select reason from state.run_plan") == [("the seeds changed",)]


def test_a_test_of_a_view_that_stays_runs_in_ticks(
    scored: Scored, commanded: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A team's own: what a view shows changes with the rows that it reads."""
    root = tmp_path / "project"
    for name in ("models", "macros", "tests/dbt", "analyses", "seeds", "dbt_project.yml", "profiles.yml"):
        copy = shutil.copytree if (PROJECT_ROOT / name).is_dir() else shutil.copy
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT_ROOT / name, root / name)
    (root / "tests/dbt/few_opens.sql").write_text(
        "select event_id from {{ ref('stg_events') }} where event_id = 'one too many'"
    )
    write_seeds(root / "seeds", SEEDS)
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    settings = replace(commanded, root=root, seeds=root / "seeds")
    run_once(settings, RunRequest(SECOND_AS_OF), print)
    scored.arrive_in(commanded.database, [event("one too many", "alone", 151, loaded=152)])
    for hours in (1, 2):
        with pytest.raises(RunFailedError, match="few_opens"):
            run_once(settings, RunRequest(SECOND_AS_OF + timedelta(hours=hours)), print)


def test_a_run_whose_data_test_fails_does_not_count_as_finished(scored: Scored, tmp_path: Path) -> None:
    """The next one looks again at the contacts whose rows were wrong, who else would be nobody's any more."""
    database = scored.again().database
    with duckdb.connect(str(database)) as connection:
        query = "select min(valid_to) from store.int_ledger where valid_to > ?"
        [(ends,)] = connection.execute(query, [SECOND_AS_OF]).fetchall()
        connection.execute(
            f"insert into store.int_ledger select * from store.int_ledger where valid_to = timestamp '{ends}'"
        )
    commanded = Settings(PROJECT_ROOT, database, tmp_path / "published", scored.project.seeds)
    write_seeds(scored.project.seeds, SEEDS)
    for hours in (1, 2):
        with pytest.raises(RunFailedError, match="rows_are_unique"):
            run_once(commanded, RunRequest(ends + timedelta(hours=hours)), print)
        finished = read(database, "select distinct as_of from state.run_state")
        assert finished == [(SECOND_AS_OF,)]
    assert not commanded.published_database.exists()
    run_once(commanded, RunRequest(ends + timedelta(hours=3), full_refresh=True), print)
    assert read(commanded.published_database, "select count(*) > 0 from marts.contact_scores") == [(True,)]
