"""Calibration: a truth in the data is found, judged by real scoring, and nothing is promised beyond it."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from math import exp, isnan
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import numpy as np
import pytest
from dice import Dice
from hypothesis import given, settings
from hypothesis import strategies as st
from leadscore.calibration.fitting import fitted
from leadscore.calibration.judging import auc_of, judged, top_decile_lift_of
from leadscore.calibration.observations import Observations
from leadscore.calibration.seeds import with_twin, write_suggestion
from leadscore.calibration.thresholds import balanced, caught, for_capacity
from leadscore.configuration.tables import read_configuration
from leadscore.errors import LeadscoreError, UsageMistakeError
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import Settings
from scipy.sparse import csr_array
from sklearn.metrics import roc_auc_score
from tiny_project import leadscore
from workspaces import PROJECT, rows_of, write_seeds

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
CONTACTS = 1600
MONTHS = 8
EVIL = "</script><script>alert('calibrated')</script>"
RULES = [
    # rule_id, title, operation, points, activity and more
    {"rule_id": "demo", "title": "Saw a demo", "points": "1", "activity": "demo"},
    {"rule_id": "blog", "title": EVIL, "points": "10", "activity": "blog", "category": "reading"},
    {"rule_id": "blog again", "title": "Read the same", "points": "2", "activity": "blog"},
    {"rule_id": "webinar", "title": "Webinar", "points": "0", "activity": "webinar"},
    {"rule_id": "complaint", "title": "Complained", "operation": "subtract", "points": "1"}
    | {"activity": "complaint"},
    {"rule_id": "call", "title": "Was called", "points": "9", "activity": "call"},
    {"rule_id": "rare", "title": "Rare", "points": "7.5", "activity": "rare"},
    {"rule_id": "asleep", "title": "Asleep", "points": "3", "activity": "demo", "is_active": "false"},
    {"rule_id": "reset", "title": "Reset", "operation": "set", "points": "0", "activity": "reset"}
    | {"expires_after": ""},
]
SEEDS: Mapping[str, Any] = {
    "scoring_models": [
        {"model_id": "lead", "title": "Lead", "maximum_score": "14", "starting_points": "3"},
        {"model_id": "other", "title": "Other"},
    ],
    "scoring_rules": [
        {"model_id": "lead", "operation": "add", "trigger": "activity", "expires_after": "30 days"} | rule
        for rule in RULES
    ]
    + [
        {"rule_id": "else", "model_id": "other", "operation": "add", "points": "4", "trigger": "activity"}
        | {"activity": "blog"}
    ],
    "category_limits": [{"model_id": "lead", "category": "reading", "maximum": "20"}],
    "score_bands": [
        {"model_id": "lead", "band_id": "cold", "title": "Cold", "below": "12"},
        {"model_id": "lead", "band_id": "warm", "title": "Warm", "from_score": "12"},
    ],
    "conversions": [
        {"conversion_id": "sale", "activity": "sale", "horizon": "30 days", "observe_every": "30 days"},
        {"conversion_id": "never", "activity": "unheard of"},
        {"conversion_id": "rarely", "activity": "rare"},
        {"conversion_id": "asleep", "activity": "sale", "is_active": "false"},
    ],
    "segments": [{"segment_id": "warm"}],
    "segment_conditions": [
        {"segment_id": "warm", "clause": "1", "field": "band.lead", "operator": "=", "value": "warm"}
    ],
}
# What one of each in the month before adds to the log-odds of a sale: the truth to be found.
TRUTH = {"demo": 2.2, "webinar": 1.8, "complaint": -2.5, "blog": 0.0}
OFTEN = {"demo": 0.3, "webinar": 0.25, "complaint": 0.25, "blog": 0.4}
EARLY = AS_OF - timedelta(days=30 * (MONTHS + 1))


@dataclass(frozen=True)
class Calibrated:
    """A scored database, what was suggested, and where."""

    settings: Settings
    output: Path
    report: Path
    found: dict[str, Any] = field(default_factory=dict)
    words: str = ""


def write_history(database: Path) -> None:
    """Contacts by chance: what they do in a month decides whether they buy in the next."""
    dice = Dice(20261126)
    events: list[tuple[str, str, datetime]] = []
    for number in range(CONTACTS):
        contact = f"c{number}"
        last: dict[str, int] = {}
        for month in range(MONTHS):
            begins = EARLY + timedelta(days=30 * (month + 1))
            odds = -4.0 + sum(TRUTH[kind] * times for kind, times in last.items())
            if dice.random() < 1 / (1 + exp(-odds)):
                sold = begins + timedelta(days=dice.randint(1, 28), hours=3)
                events += [(contact, "sale", sold), (contact, "call", sold + timedelta(hours=1))]
                break
            last = {kind: int(dice.random() < often) for kind, often in OFTEN.items()}
            events += [
                (contact, kind, begins + timedelta(days=dice.randint(2, 27)))
                for kind, times in last.items()
                if times
            ]
            if dice.random() < 0.004:
                events.append((contact, "rare", begins + timedelta(days=3)))
            if dice.random() < 0.02:
                events.append((contact, "reset", begins + timedelta(days=28)))
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            f"""
            create table raw.contacts as
            select
                'c' || i as contact_id, timestamp '2025-01-01' as created_at,
                timestamp '2026-06-01' as loaded_at
            from range({CONTACTS}) as r(i)
            """
        )
        connection.execute(
            """
            create table raw.events
            (
                event_id varchar, contact_id varchar, event_type varchar, occurred_at timestamp,
                loaded_at timestamp
            )
            """
        )
        connection.executemany(
            "insert into raw.events values (?, ?, ?, ?, timestamp '2026-06-30')",
            [
                (f"e{n}", contact, kind, at.replace(tzinfo=None))
                for n, (contact, kind, at) in enumerate(events)
            ],
        )
        # The twin of a model gets its edits too.
        connection.execute(
            """
            create table raw.score_adjustments as
            select
                'a' || i as adjustment_id, 'lead' as model_id, 'c' || i as contact_id, 'set' as operation,
                '4' as points, timestamp '2026-03-01' as adjusted_at, timestamp '2026-06-01' as loaded_at
            from range(40) as r(i)
            """
        )


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calibrated]:
    folder = tmp_path_factory.mktemp("calibrated")
    place = Settings(PROJECT, folder / "l.duckdb", folder / "published", folder / "seeds")
    write_seeds(place.seeds, SEEDS)
    write_history(place.database)
    variables = {
        "LEADSCORE_DATABASE": str(place.database),
        "LEADSCORE_PUBLISHED": str(place.published),
        "LEADSCORE_SEEDS": str(place.seeds),
        "COLUMNS": "250",
    }
    with mock.patch.dict(os.environ, variables):
        run_once(place, RunRequest(as_of=AS_OF), print)
        made = Calibrated(place, folder / "suggested", folder / "report.html")
        arguments = ["calibrate", "lead", "--conversion", " sale ", "--json"]
        done = leadscore(*arguments, "--output", str(made.output), "--report", str(made.report))
        assert done.exit_code == 0, done.output
        made.found.update(json.loads(done.stdout))
        yield made


class Tags(HTMLParser):
    """The tags of a page, and what they fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        self.found.append(tag)
        self.links += [f"{tag} {value}" for name, value in attrs if name in ("src", "href")]


def after(calibrated: Calibrated) -> dict[str, Any]:
    return {rule["rule_id"]: rule for rule in calibrated.found["rules"]}


def test_the_truth_in_the_data_is_found(calibrated: Calibrated) -> None:
    found = calibrated.found
    points = {rule_id: rule["points_after"] for rule_id, rule in after(calibrated).items()}
    assert found["better"] and found["auc_difference_low"] > 0
    assert found["auc_after"] > 0.75 > found["auc_before"]
    assert found["top_decile_lift_after"] > found["top_decile_lift_before"]
    # By their truth: 2.2, 1.8 (which gave no points before), 0, and -2.5 of a rule that subtracts.
    assert points["demo"] > points["webinar"] > 4 * abs(points["blog"] + points["blog again"])
    assert points["complaint"] > 0
    assert points["complaint"] == pytest.approx(points["demo"] * 2.5 / 2.2, rel=0.35)
    assert all(value == int(value) for rule, value in points.items() if rule != "rare")


def test_rules_that_nothing_can_be_said_of_keep_their_points(calibrated: Calibrated) -> None:
    rules = after(calibrated)
    kept = {rule_id: rule["kept"] for rule_id, rule in rules.items() if rule["kept"]}
    assert kept["asleep"] == "it is inactive"
    assert kept["reset"] == "it sets the score"
    assert re.fullmatch(r"it counted at [0-9]+ of the earlier observations, fewer than 50", kept["rare"])
    assert kept["call"] == "it counted at 0 of the earlier observations, fewer than 50"
    assert set(kept) == {"asleep", "reset", "rare", "call"}
    assert all(rules[rule_id]["points_before"] == rules[rule_id]["points_after"] for rule_id in kept)


def test_it_warns_of_what_a_fit_cannot_know(calibrated: Calibrated) -> None:
    following, together = calibrated.found["warnings"]
    assert following.startswith("Was called follows the conversion: ")
    assert together.startswith(f"{EVIL} and Read the same come together (correlation 1.00)")


def test_counts_are_those_of_the_marts(calibrated: Calibrated) -> None:
    with duckdb.connect(str(calibrated.settings.published_database), read_only=True) as published:
        rows = rows_of(
            published, "from marts.rule_effectiveness where model_id = 'lead' and conversion_id = 'sale'"
        )
        quality = rows_of(
            published, "from marts.score_quality where model_id = 'lead' and conversion_id = 'sale'"
        )
    names = ("with_observed", "with_converted", "without_observed", "without_converted")
    rules = after(calibrated)
    for row in rows:
        assert {name: rules[row["rule_id"]][name] for name in names} == {name: row[name] for name in names}
    assert len(rows) == 8
    assert (calibrated.found["contacts"], calibrated.found["conversions"]) == (
        quality[0]["contacts"], quality[0]["converted"],
    )  # fmt: skip


def test_the_suggestion_is_judged_by_real_scoring_on_the_later_instants(calibrated: Calibrated) -> None:
    """The suggested seeds really run, in a database of their own: limits, sets, edits and all."""
    place = calibrated.settings
    folder = place.database.parent
    again = Settings(PROJECT, folder / "again.duckdb", folder / "again", calibrated.output)
    write_history(again.database)
    run_once(again, RunRequest(as_of=AS_OF), print)
    for name, settled in (("before", place), ("after", again)):
        with duckdb.connect(str(settled.database), read_only=True) as database:
            rows = rows_of(
                database,
                """
                select score, converted_at is not null as converts
                from store.int_observations
                inner join configuration.config_models using (model_number)
                inner join configuration.config_conversions using (conversion_number)
                where
                    model_id = 'lead' and conversion_id = 'sale'
                    and observed_at >= timestamp '2026-05-02' -- the latest two of six
                """,
            )
        auc = roc_auc_score([row["converts"] for row in rows], [float(row["score"]) for row in rows])
        assert calibrated.found[f"auc_{name}"] == pytest.approx(auc, abs=1e-12)
        assert max(float(row["score"]) for row in rows) == 14  # the model's limit is reached


def test_the_output_is_the_configuration_with_other_points(calibrated: Calibrated) -> None:
    for file in calibrated.settings.seeds.glob("*.csv"):
        ours, theirs = (
            list(csv.DictReader(folder.joinpath(file.name).open(encoding="utf-8", newline="")))
            for folder in (calibrated.output, calibrated.settings.seeds)
        )
        if file.stem == "scoring_rules":
            rules = after(calibrated)
            for row in theirs:
                if row["model_id"] == "lead" and not rules[row["rule_id"]]["kept"]:
                    row["points"] = str(rules[row["rule_id"]]["points_after"])
        assert ours == theirs, file.name
    refused = leadscore("calibrate", "lead", "--conversion", "sale", "--output", str(calibrated.output))
    assert refused.exit_code == 2 and "holds CSV files already" in refused.stderr


def test_the_report_needs_no_network_and_holds_data_as_data(calibrated: Calibrated) -> None:
    page = calibrated.report.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.found.count("script") >= 2 and tags.links == []
    assert "alert('calibrated')" in page
    assert "<script>alert" not in page
    assert page.count("</script>") == page.count("<script")
    assert "Lift: what the highest scores catch" in page
    assert calibrated.report.stat().st_mode & 0o077 == 0


def test_in_words(calibrated: Calibrated) -> None:
    done = leadscore("calibrate", "lead", "--conversion", "sale", "--capacity", "150")
    assert done.exit_code == 0
    assert "The suggested points tell conversions better: on later instants" in done.stdout
    assert "Rules that keep their points" in done.stdout
    suggested = next(line for line in done.stdout.splitlines() if "suggested, by the suggested" in line)
    now = next(line for line in done.stdout.splitlines() if "now: Warm" in line)
    assert 0 < int(suggested.split("│")[5].replace(",", "")) <= 150
    assert now.split("│")[1].strip() == "12.00"


def test_what_cannot_be_calibrated(calibrated: Calibrated, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = leadscore("calibrate", "nobody's", "--conversion", "sale")
    assert unknown.exit_code == 2 and "Known are: lead, other." in unknown.stderr
    unknown = leadscore("calibrate", "lead", "--conversion", "nothing")
    assert unknown.exit_code == 2 and "Known are: sale, never, rarely, asleep." in unknown.stderr
    asleep = leadscore("calibrate", "lead", "--conversion", "asleep")
    assert asleep.exit_code == 2 and "conversion 'asleep' is inactive" in asleep.stderr
    nowhere = leadscore("calibrate", "lead", "--conversion", "sale", "--report", "no folder/r.html")
    assert nowhere.exit_code == 2 and "no folder/r.html can't be written" in nowhere.stderr
    few = leadscore("calibrate", "lead", "--conversion", "rarely")
    assert few.exit_code == 1
    assert re.search(r"[0-9]+ conversions too few \([0-9]+ of 120\)", few.stderr)
    none = leadscore("calibrate", "lead", "--conversion", "never", "--force")
    assert none.exit_code == 1 and "nothing can be learned" in none.stderr
    monkeypatch.setitem(sys.modules, "altair", None)
    without = leadscore("calibrate", "lead", "--conversion", "sale", "--report", "r.html")
    assert without.exit_code == 1 and "Set it up with `make learn`." in without.stderr
    monkeypatch.setitem(sys.modules, "sklearn", None)
    without = leadscore("calibrate", "lead", "--conversion", "sale")
    assert without.exit_code == 1
    assert without.stderr.startswith("Error: learning needs scikit-learn, which isn't installed")


def test_mistakes_are_those_of_the_users_own_rows(
    calibrated: Calibrated, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Rules without points are tried out in a copy of the model, whose rows are nobody's."""
    odd = {"rule_id": "odd", "model_id": "lead", "operation": "add", "points": "0", "trigger": "activity"}
    rules = [*SEEDS["scoring_rules"], odd | {"activity": "blog", "expires_after": "3 fortnights"}]
    write_seeds(tmp_path / "seeds", {**SEEDS, "scoring_rules": rules})
    monkeypatch.setenv("LEADSCORE_SEEDS", str(tmp_path / "seeds"))
    refused = leadscore("calibrate", "lead", "--conversion", "sale")
    assert refused.exit_code == 2 and "1 mistake in the configuration" in refused.stderr
    assert f"scoring_rules, row {len(rules) + 1} (odd), expires_after" in refused.stderr


OBSERVED = st.lists(
    st.tuples(st.integers(-3, 3), st.booleans(), st.integers(0, 9), st.integers(0, 2)),
    min_size=1,
    max_size=60,
)


@given(OBSERVED, st.lists(st.integers(0, 3), min_size=60, max_size=60))
@settings(deadline=None)
def test_auc_by_weights_is_that_of_scikit_learn(
    rows: list[tuple[int, bool, int, int]], drawn: list[int]
) -> None:
    scores = np.array([row[0] for row in rows], dtype=float)
    converts = np.array([row[1] for row in rows])
    weights = np.array(drawn[: len(rows)], dtype=float)
    ours = auc_of(scores, converts)(weights)
    if not (weights[converts].sum() and weights[~converts].sum()):
        assert isnan(ours)
    else:
        assert ours == pytest.approx(roc_auc_score(converts, scores, sample_weight=weights))


@given(OBSERVED)
@settings(deadline=None)
def test_the_top_decile_are_those_of_whom_fewer_than_a_tenth_score_higher(
    rows: list[tuple[int, bool, int, int]],
) -> None:
    scores, converts = [row[0] for row in rows], [row[1] for row in rows]
    top = [
        one for one, score in zip(converts, scores, strict=True)
        if sum(other > score for other in scores) < 0.1 * len(scores)
    ]  # fmt: skip
    lift = top_decile_lift_of(np.array(scores, dtype=float), np.array(converts))(np.ones(len(rows)))
    if not any(converts):
        assert isnan(lift)
    else:
        assert lift == pytest.approx((sum(top) / len(top)) / (sum(converts) / len(rows)))


def test_the_interval_draws_whole_contacts() -> None:
    """A contact many times over tells no more than once: the interval stays as wide."""
    dice = np.random.default_rng(1)
    converts = dice.random(200) < 0.3
    before, better = dice.random(200), dice.random(200) + converts
    once = judged(auc_of(before, converts), auc_of(better, converts), np.arange(200))
    often = np.repeat(np.arange(200), 10)
    many = judged(auc_of(before[often], converts[often]), auc_of(better[often], converts[often]), often)
    assert (many.low, many.high) == pytest.approx((once.low, once.high))
    assert once.is_better
    same = judged(auc_of(before, converts), auc_of(before, converts), np.arange(200))
    assert (same.difference, same.low, same.high, same.is_better) == (0, 0, 0, False)


def observations(rows: list[tuple[int, bool, int, int]]) -> Observations:
    scores, converts, contacts, instants = map(np.array, zip(*rows, strict=True))
    return Observations(contacts, instants, scores.astype(float), converts)


@given(OBSERVED, st.integers(1, 30))
@settings(deadline=None)
def test_thresholds(rows: list[tuple[int, bool, int, int]], capacity: int) -> None:
    observed = observations(rows)
    everything = np.ones(len(rows), dtype=bool)
    scores = sorted({float(row[0]) for row in rows})
    reach = {score: caught(score, observed, everything).contacts for score in scores}
    fitting = [score for score in scores if reach[score] <= capacity]
    assert for_capacity(observed, capacity) == (fitting[0] if fitting else scores[-1])

    def harmonic(score: float) -> float:
        at = caught(score, observed, everything)
        return 2 * at.precision * at.recall / (at.precision + at.recall) if at.precision else 0.0

    if observed.converts.any():
        best = balanced(observed, everything)
        assert harmonic(best) == pytest.approx(max(map(harmonic, scores)))


def test_the_latest_third_of_the_instants_judges() -> None:
    for instants, later in ((2, 1), (3, 1), (4, 1), (5, 2), (6, 2), (9, 3)):
        rows = [(0, False, 0, number) for number in range(instants)]
        assert observations(rows).later.tolist() == [number < later for number in range(instants)]


def test_the_same_data_gives_the_same_points_on_the_scale_of_before() -> None:
    dice = np.random.default_rng(3)
    times = csr_array((dice.random((900, 3)) < [0.2, 0.5, 0.3]).astype(float))
    converts = dice.random(900) < 1 / (1 + np.exp(2 - times @ np.array([3.0, 0.0, -2.0])))
    present = times @ np.array([5.0, 20.0, 5.0]) + 7
    contact = np.arange(900) // 3
    kept = np.full(900, 7.0)
    fits = [fitted(times, kept, present, converts, contact) for _ in range(2)]
    assert fits[0].points.tolist() == fits[1].points.tolist()
    suggested = times @ (fits[0].log_odds * fits[0].scale) + kept
    assert suggested.std() == pytest.approx(present.std())
    assert fits[0].points[0] > abs(fits[0].points[1]) < -fits[0].points[2]


def test_rules_that_gave_no_points_get_a_scale_of_their_own() -> None:
    """Also where what stays goes the other way."""
    dice = np.random.default_rng(4)
    times = csr_array((dice.random((900, 2)) < [0.3, 0.4]).astype(float))
    converts = dice.random(900) < 1 / (1 + np.exp(2 - times @ np.array([3.0, -1.0])))
    kept = 7.0 - 5 * times[:, [0]].toarray().ravel() * (dice.random(900) < 0.5)
    fit = fitted(times, kept, kept, converts, np.arange(900))
    assert fit.points[0] == 20 and -20 < fit.points[1] < 0


def test_few_conversions_at_earlier_instants_are_said() -> None:
    times, converts = csr_array(np.ones((30, 1))), np.zeros(30, dtype=bool)
    for converted in ([], [3], range(30)):
        converts[:] = False
        converts[list(converted)] = True
        with pytest.raises(LeadscoreError, match="nothing can be learned"):
            fitted(times, np.zeros(30), np.ones(30), converts, np.arange(30))


def test_of_very_many_contacts_a_part_tells(calibrated: Calibrated, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many reach a threshold is told of all of them."""
    monkeypatch.setattr("leadscore.calibration.observations.MOST_CONTACTS", 800)
    done = leadscore("calibrate", "lead", "--conversion", "sale", "--capacity", "150", "--json")
    found = json.loads(done.stdout)
    assert found["contacts"] == calibrated.found["contacts"]
    assert found["conversions"] == calibrated.found["conversions"]
    assert 40 < found["threshold_contacts"] <= 150
    assert found["rules"][0]["with_observed"] < 0.7 * calibrated.found["rules"][0]["with_observed"]


def test_a_band_above_a_score_does_not_hold_it() -> None:
    observed = observations([(1, True, 0, 0), (2, False, 1, 0), (3, True, 2, 0)])
    everything = np.ones(3, dtype=bool)
    assert caught(2, observed, everything).contacts == 2
    assert caught(2, observed, everything, is_above=True).contacts == 1


def test_seeds_are_written_as_they_were(tmp_path: Path) -> None:
    """Other columns, quotes, orders and names of columns stay; only the cells of points differ."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "scoring_models.csv").write_text("model_id\nlead\n")
    rules = 'Note, Points ,rule_id,model_id,operation\n"a, b",5, x ,lead,add\n,0,y,lead,add\n,1,z,lead,set\n'
    (seeds / "scoring_rules.csv").write_text(rules)
    write_suggestion(seeds, tmp_path / "new", {"x": Decimal(12)})
    written = (tmp_path / "new" / "scoring_rules.csv").read_text()
    assert written == rules.replace(",5,", ",12,")
    with pytest.raises(UsageMistakeError):
        write_suggestion(seeds, tmp_path / "new", {})
    twinned, twin = with_twin(read_configuration(seeds), "lead")
    assert twin is not None and twin.originals == {"twin:0": "y"}
    assert [row["rule_id"] for row in twinned["scoring_rules"].rows][3:] == ["twin:0", "twin:1"]
    assert [row["points"] for row in twinned["scoring_rules"].rows][3:] == ["100", "1"]
