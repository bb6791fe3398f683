"""Trying out other seeds: what `simulate` tells is what two real runs differ in; nothing changes by it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dice import Dice
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import Settings
from leadscore.simulation.comparison import WANTED, Comparison
from leadscore.simulation.json import comparison_parts
from leadscore.simulation.sample import PLACES, choose_contacts, copied_rows_sql
from leadscore.simulation.seed_changes import seed_changes
from leadscore.simulation.trial import TrialRequest, trial_place, tried_out
from leadscore.simulation.words import show_comparison, show_contact
from leadscore.storage.database import open_database
from reference import World
from strategies import worlds_together
from tiny_project import AS_OF, SEEDS, leadscore, tiny_project
from workspaces import PROJECT, rows_of, write_seeds
from worlds import write_raw

Row = dict[str, Any]
Seeds = Mapping[str, list[dict[str, str]]]
LISTS = ("models", "bands", "contacts", "segments", "notifications")
WORLDS = 8
SHARE = 0.4


@dataclass(frozen=True)
class Told:
    """Two scored databases of the same raw rows, and what `simulate` told of the difference beforehand."""

    before: Settings
    after: Settings
    whole: Row
    sampled: Row


def with_segments(world: World) -> Seeds:
    """The world's seeds with bands of which people want to hear, and segments of several kinds."""
    models = [row["model_id"] for row in world.seeds["scoring_models"]]
    bands = [{**band, "notify": "true"} for band in world.seeds["score_bands"]]
    bands += [{"model_id": model, "band_id": "plus", "above": "5", "notify": "true"} for model in models[:3]]
    bands = [band for band in bands if band["band_id"] == "plus" or band["model_id"] not in models[:3]]
    conditions = [
        ("plus", f"score.{models[0]}", ">", "3"),
        ("mailable", "contact.email_status", "=", "mailable"),
        ("buyers", "rfm.frequency", ">=", "1"),
        ("best", "rfm.monetary_score", ">=", "4"),
        ("best of plus", "segment.best", "=", "true"),
    ]
    return {
        **world.seeds,
        "score_bands": bands,
        "score_matrix": [],
        "segments": [
            {"segment_id": segment_id, "requires_consent": "false"} for segment_id, *_ in conditions
        ],
        "segment_conditions": [
            {"segment_id": segment_id, "clause": "1", "field": field, "operator": operator, "value": value}
            for segment_id, field, operator, value in conditions
        ],
    }


def changed(seeds: Seeds, dice: Dice) -> Seeds:
    """Other seeds: points that differ, a rule that goes, a model that is switched off, bands that move."""
    gone = seeds["scoring_rules"][dice.randrange(len(seeds["scoring_rules"]))]["rule_id"]
    rules = [dict(row) for row in seeds["scoring_rules"] if row["rule_id"] != gone]
    for rule in rules:
        if dice.likely(4):
            rule["points"] = str(dice.randint(1, 30))
    models = [dict(row) for row in seeds["scoring_models"]]
    models[-1]["is_active"] = "false"
    off = models[-1]["model_id"]
    moved = [
        {**band, "above": "9"} if band["band_id"] == "plus" and dice.likely(5) else band
        for band in seeds["score_bands"]
    ]
    return {
        **seeds,
        "scoring_models": models,
        "scoring_rules": rules,
        "rule_conditions": [row for row in seeds["rule_conditions"] if row["rule_id"] != gone],
        "score_bands": [band for band in moved if band["model_id"] != off],
        "segments": seeds["segments"] + [{"segment_id": "everybody", "requires_consent": "false"}],
        "segment_conditions": seeds["segment_conditions"]
        + [{"segment_id": "everybody", "clause": "1", "field": "contact.contact_id", "operator": "is set"}],
    }


def simulated(settings: Settings, seeds: Path, variables: Row, share: float | None = None) -> Row:
    with tried_out(settings, TrialRequest(seeds, WANTED, variables, share), print) as trial:
        told: Row = json.loads("".join(comparison_parts(trial, Comparison(trial))))
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Worlds scored, simulated by other seeds, and scored by these."""
    folder = tmp_path_factory.mktemp("simulated")
    world = worlds_together(7, WORLDS)
    variables = {**world.variables, "notify_history": True}
    as_of = world.as_of
    variables.pop("as_of")
    seeds = with_segments(world)
    places = {}
    for name, configuration in (("before", seeds), ("after", changed(seeds, Dice(7)))):
        places[name] = Settings(
            PROJECT, folder / name / "l.duckdb", folder / name / "published", folder / name / "seeds"
        )
        write_seeds(places[name].seeds, configuration)
        with duckdb.connect(str(places[name].database)) as connection:
            write_raw(world, connection)
    request = RunRequest(as_of=as_of, variables=variables)
    run_once(places["before"], request, print)
    whole = simulated(places["before"], places["after"].seeds, variables)
    sampled = simulated(places["before"], places["after"].seeds, variables, SHARE)
    run_once(places["after"], request, print)
    return Told(places["before"], places["after"], whole, sampled)


def published(settings: Settings, query: str) -> list[Row]:
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        return rows_of(connection, query)


def scores(settings: Settings) -> dict[tuple[str, str], tuple[float, str | None]]:
    rows = published(settings, "from marts.contact_scores")
    return {(row["model_id"], row["contact_id"]): (float(row["score"]), row["band_id"]) for row in rows}


def is_sampled(contact_id: str) -> bool:
    """As `md5_number_lower`: the last eight bytes, the lowest first."""
    return int.from_bytes(md5(contact_id.encode()).digest()[8:], "little") % PLACES < SHARE * PLACES


def test_contacts_are_those_whose_scores_differ(told: Told) -> None:
    before, after = scores(told.before), scores(told.after)
    nothing = (None, None)
    expected = {
        both: (*before.get(both, nothing), *after.get(both, nothing))
        for both in before.keys() | after.keys()
        if before.get(both) != after.get(both)
    }
    found = {
        (row["model_id"], row["contact_id"]): (
            row["score_before"], row["band_before"], row["score_after"], row["band_after"],
        )
        for row in told.whole["contacts"]
    }  # fmt: skip
    assert found == expected
    assert len(found) > 50
    assert any(row[0] is None for row in found.values()) or any(row[2] is None for row in found.values())


def test_models_and_bands_count_everybody(told: Told) -> None:
    before, after = scores(told.before), scores(told.after)
    nothing = (None, None)
    moves = Counter(
        (both[0], before.get(both, nothing)[1], after.get(both, nothing)[1])
        for both in before.keys() | after.keys()
    )
    assert {
        (row["model_id"], row["band_before"], row["band_after"]): row["contacts"]
        for row in told.whole["bands"]
    } == moves
    contacts = Counter(model for model, _ in before.keys() | after.keys())
    differing = Counter(row["model_id"] for row in told.whole["contacts"])
    assert {row["model_id"]: (row["contacts"], row["changed"]) for row in told.whole["models"]} == {
        model: (count, differing[model]) for model, count in contacts.items()
    }


def test_segments_gain_and_lose(told: Told) -> None:
    members = [
        {(row["segment_id"], row["contact_id"]) for row in published(settings, "from marts.segment_members")}
        for settings in (told.before, told.after)
    ]
    expected = {(*pair, "removed") for pair in members[0] - members[1]}
    expected |= {(*pair, "added") for pair in members[1] - members[0]}
    found = {tuple(row.values()) for row in told.whole["segments"]}
    assert found == expected
    assert {segment for segment, *_ in found} >= {"plus", "everybody"}


def test_notifications_are_those_that_would_be_due(told: Told) -> None:
    due = "from marts.notifications where is_due and delivered_at is null"
    expected = Counter(
        (row["model_id"], row["contact_id"], row["band_id"]) for row in published(told.after, due)
    )
    assert Counter(tuple(row.values()) for row in told.whole["notifications"]) == expected
    assert expected


def test_a_sample_tells_the_same_of_fewer(told: Told) -> None:
    assert told.sampled["left_out"] == ["best", "best of plus"]
    assert told.whole["left_out"] == []
    for name in ("contacts", "segments", "notifications"):
        expected = [
            row
            for row in told.whole[name]
            if is_sampled(row["contact_id"]) and row.get("segment_id") not in told.sampled["left_out"]
        ]
        assert told.sampled[name] == expected, name
        assert 0 < len(expected) < len(told.whole[name])


@dataclass(frozen=True)
class Tiny:
    """The tiny project scored, its events in a file, which is named from the project's folder."""

    place: Settings
    variables: Row
    events: Path

    def arguments(self, seeds: Path | None = None) -> list[str]:
        """The command, by other seeds."""
        others = [] if seeds is None else ["--seeds", str(seeds)]
        return ["simulate", *others, "--vars", json.dumps(self.variables)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    folder = tmp_path_factory.mktemp("tiny")
    events = folder / "events.parquet"
    with tiny_project(folder) as place:
        nothing = leadscore("simulate")
        assert nothing.exit_code == 1 and "nothing is published" in nothing.stderr
        with duckdb.connect(str(place.database)) as database:
            database.execute(f"copy raw.events to '{events}'")
            database.execute("drop table raw.events")
        variables = {"raw_files": {"events": os.path.relpath(events, PROJECT)}}
        run_once(place, RunRequest(as_of=AS_OF, variables=variables), print)
        # Not read by the run: it mustn't count.
        late = "'late', 'email_open', '2026-05-20', 'ann', timestamp '2026-06-02'"
        duckdb.sql(f"copy (from '{events}' union all select {late}) to '{folder / 'more.parquet'}'")
        (folder / "more.parquet").replace(events)
        yield Tiny(place, variables, events)


def seeds_of(seed: str, rows: Iterable[Mapping[str, str]]) -> Seeds:
    """The tiny project's seeds, one of them replaced."""
    return {**{name: list(map(dict, table)) for name, table in SEEDS.items()}, seed: list(map(dict, rows))}


def other_points(points: str) -> Seeds:
    return seeds_of(
        "scoring_rules",
        [
            {**rule, "points": points} if rule["rule_id"] == "share" else rule
            for rule in SEEDS["scoring_rules"]
        ],
    )


def contents(*folders: Path) -> dict[str, tuple[bytes, int]]:
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


@pytest.mark.parametrize("table", ["events", "transactions", "score_adjustments"])
def test_a_sample_has_all_rows_of_an_id_or_none(table: str) -> None:
    """An order that moves to another customer, an event that came twice: all rows tell which counts."""
    with open_database(None) as database:
        database.execute("create schema staging")
        database.execute(
            "create table staging.stg_contacts as select 'c' || range as contact_id, "
            "null::varchar as merged_into, null::varchar as email from range(100)"
        )
        for name in ("events", "transactions", "score_adjustments"):
            database.execute(
                f"create table staging.stg_{name} as select range // 2 as event_id, "
                "event_id as transaction_id, 1 as line_number, event_id as adjustment_id, "
                "'c' || (range * 7 % 100) as contact_id, null::varchar as anonymous_id from range(200)"
            )
        choose_contacts(database, 0.3)
        rows_of_ids = database.execute(
            f"select event_id, count(*) from staging.stg_{table} where {copied_rows_sql(table)} group by 1"
        )
    assert 20 < len(rows_of_ids) < 80 and {count for _, count in rows_of_ids} == {2}


def test_the_command_changes_nothing_and_tells_what_would(tiny: Tiny, tmp_path: Path) -> None:
    other = write_seeds(tmp_path / "other", other_points("1.25"))
    kept = contents(tiny.place.published, tiny.place.seeds)
    database = tiny.place.database.read_bytes()
    done = leadscore(*tiny.arguments(other), "--json")
    assert contents(tiny.place.published, tiny.place.seeds) == kept
    assert tiny.place.database.read_bytes() == database
    assert not list(trial_place(tiny.place.root).glob("leadscore.duckdb*[!k]"))
    told = json.loads(done.stdout)
    assert told["as_of"] == AS_OF.isoformat()
    assert told["changes"] == [
        {"seed": "scoring_rules", "row_key": "share", "column": "points"}
        | {"before": "0.33333333", "after": "1.25"}
    ]
    # Eight openings of Ann, with a manual edit of half a cent, and four of d'Arcy's, some faded clicks.
    assert [tuple(row.values()) for row in told["contacts"]] == [
        ("exact", "ann", 4.01, 11.34, None, None),
        ("exact", "d'arcy", 1.94, 5.6, None, None),
    ]
    assert [row["changed"] for row in told["models"]] == [2, 0]


def test_in_words(tiny: Tiny, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write_seeds(tmp_path / "other", other_points("1.25"))
    with tried_out(tiny.place, TrialRequest(other, WANTED, tiny.variables), print) as trial:
        comparison = Comparison(trial)
        show_comparison(trial, comparison)
        words = capsys.readouterr().out
        show_contact(trial, comparison.of_contact("ann"))
        of_one = capsys.readouterr().out
        assert comparison.of_contact("stranger") == []
    assert "- exact: 2 of 3 contacts change\n- lead: 0 of 4 contacts change\n" in words
    assert "- 0 notifications would go out\n" in words
    assert "Shared (+7.33)" in words
    shared = next(line.split("│")[1:-1] for line in of_one.splitlines() if "│ Shared" in line)
    assert [cell.strip() for cell in shared] == ["Shared", "2.67", "10.00", "7.33"]
    assert "limits and rounding" in of_one and "ann in lead as of 2026-06-01" in of_one


def test_what_cannot_be_tried_out(tiny: Tiny, tmp_path: Path) -> None:
    broken = write_seeds(tmp_path / "broken", other_points("many"))
    refused = leadscore(*tiny.arguments(broken))
    assert refused.exit_code == 2 and "scoring_rules, row 8 (share), points" in refused.stderr
    nobody = leadscore(*tiny.arguments(), "--contact", "stranger")
    assert (nobody.exit_code, nobody.stdout) == (2, "")
    assert "no such contact, now or by the other seeds: 'stranger'" in nobody.stderr
    for share in ("0%", "101%", "ten", "10"):
        assert leadscore("simulate", "--sample", share).exit_code == 2
    assert leadscore("simulate", "--sample", "10%", "--contact", "ann").exit_code == 2


def test_which_cells_of_seeds_differ(tiny: Tiny, tmp_path: Path) -> None:
    """Rows are told apart by their ids; of conditions, which share one, those that stay aren't named."""
    more = {"rule_id": "role", "clause": "1", "field": "contact.city", "operator": "is set"}
    seeds = {
        **seeds_of("rule_conditions", [more, *SEEDS["rule_conditions"]]),
        "score_bands": [dict(row) for row in SEEDS["score_bands"][1:]],
        "scoring_rules": [dict(row) for row in SEEDS["scoring_rules"][::-1]],
    }
    other = write_seeds(tmp_path / "other", seeds)
    (other / "account_roles.csv").unlink()
    with tried_out(tiny.place, TrialRequest(other, ("config_models",), tiny.variables), print) as trial:
        changes = [tuple(vars(change).values()) for change in seed_changes(trial)]
    assert changes == [
        ("rule_conditions", "role", "clause", None, "1"),
        ("rule_conditions", "role", "field", None, "contact.city"),
        ("rule_conditions", "role", "operator", None, "is set"),
        ("rule_conditions", "role", "rule_id", None, "role"),
        ("score_bands", "lead:cold", "action", "Wait", None),
        ("score_bands", "lead:cold", "band_id", "cold", None),
        ("score_bands", "lead:cold", "below", "20", None),
        ("score_bands", "lead:cold", "model_id", "lead", None),
        ("score_bands", "lead:cold", "title", "Cold", None),
    ]


def test_a_database_that_has_moved_on_is_not_compared(tiny: Tiny, tmp_path: Path) -> None:
    """After a run that scored, and didn't publish."""
    moved = tmp_path / "moved.duckdb"
    moved.write_bytes(tiny.place.database.read_bytes())
    with duckdb.connect(str(moved)) as database:
        database.execute("update state.run_plan set as_of = as_of + interval 1 day")
    done = leadscore(*tiny.arguments(), "--database", str(moved))
    assert done.exit_code == 1 and "isn't as it was published" in done.stderr
