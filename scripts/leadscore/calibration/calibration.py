"""A calibration: points fitted on earlier instants, judged on later ones by real scoring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from leadscore.calibration.judging import Judgement, auc_of, judged, top_decile_lift_of
from leadscore.calibration.libraries import require_learning
from leadscore.calibration.observations import (
    Observations,
    Size,
    read_counts,
    read_observations,
    read_size,
)
from leadscore.calibration.rules import Rule, following_rules, known_rules
from leadscore.calibration.seeds import of_one_model, with_points, with_twin
from leadscore.calibration.suggesting import rounded_away, rules_together, suggested_points
from leadscore.calibration.thresholds import Caught, balanced, caught, for_capacity
from leadscore.configuration.tables import Configuration, read_configuration, write_configuration
from leadscore.errors import ConfigurationMistakesError, LeadscoreError, UsageMistakeError
from leadscore.mistakes import Mistake
from leadscore.raw.reading import as_read
from leadscore.runs.refusal import refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.simulation.trial import AFTER, WRITTEN, Trial, TrialRequest, trial_place, tried_out
from leadscore.storage.lock import LOCK_WAIT, LockWait

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OBSERVED = ("int_observations", "int_conversions")
FEWEST_CONTACTS = 1000
FEWEST_CONVERSIONS = 120
FEWEST_INSTANTS = 2  # one to fit on, one to judge by
EDGES = f"""
with edges as (
    unpivot (
        select bands.title, bands.above, bands.from_score
        from {AFTER}.configuration.config_bands as bands
        inner join {AFTER}.configuration.config_models as models on bands.model_number = models.model_number
        where models.model_id = ?
    )
    on above, from_score into name edge value threshold
)

select cast(threshold as double) as threshold, edge = 'above', string_agg(title, ', ' order by title) as bands
from edges
group by threshold, edge
order by threshold, edge
"""


@dataclass(frozen=True)
class CalibrationRequest:
    """What is asked of a calibration.

    Attributes:
        model_id: The model whose points are in question.
        conversion_id: What counts as success.
        capacity: How many contacts may reach the threshold at an average instant; None: it is chosen by F1.
        variables: dbt variables that runs have.
        force: Whether to go on with few contacts or conversions.
    """

    model_id: str
    conversion_id: str
    capacity: int | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    force: bool = False


@dataclass(frozen=True)
class Scored:
    """The observations by which a suggestion is judged, with the scores of before and after.

    Attributes:
        before: By the present points.
        after: By the suggested ones.
        rows: Those of the latest third of the instants.
    """

    before: Observations
    after: Observations
    rows: NDArray[np.bool_]


@dataclass(frozen=True)
class Calibration:
    """What was found.

    Attributes:
        request: What was asked.
        as_of: The last publication's instant.
        size: How much was observed.
        rules: The model's rules, in the order of the seed.
        points: The suggested points of each rule, as its row of the seed would say them.
        auc: The judgement by the area under the ROC curve.
        lift: The judgement by the lift of the top decile.
        threshold: The suggested threshold, for scores by the suggested points.
        at_threshold: What it catches at later instants.
        edges: The bands that begin at each present threshold, and what it catches by the present points.
        warnings: What a fit can't know.
        scored: What charts are drawn from.
    """

    request: CalibrationRequest
    as_of: datetime
    size: Size
    rules: Sequence[Rule]
    points: Mapping[str, Decimal]
    auc: Judgement
    lift: Judgement
    threshold: float
    at_threshold: Caught
    edges: Sequence[tuple[str, Caught]]
    warnings: Sequence[str]
    scored: Scored

    @property
    def better(self) -> bool:
        """Whether the suggested points are better beyond chance."""
        return self.auc.is_better


def checked_configuration(settings: Settings, request: CalibrationRequest) -> Configuration:
    """The seeds, where what is asked for stands in them.

    Raises:
        ConfigurationMistakesError: They can't be read.
        UsageMistakeError: There is no such model or conversion.
        LeadscoreError: What learning takes isn't installed.
    """
    require_learning()
    refuse_broken_seeds(settings)
    configuration = read_configuration(settings.seeds)
    _require(configuration, "scoring_models", "model_id", request.model_id, "model")
    _require(configuration, "conversions", "conversion_id", request.conversion_id, "conversion")
    return configuration


def calibrated(
    settings: Settings,
    request: CalibrationRequest,
    configuration: Configuration,
    say: Callable[[str], None],
    lock_wait: LockWait = LOCK_WAIT,
) -> Calibration:
    """Suggest points and a threshold for a model, as of the last publication.

    Args:
        settings: Where everything is.
        request: What is asked.
        configuration: The seeds with the present points, as `checked_configuration` gives them.
        say: Is told who is at work while this waits.
        lock_wait: How long to wait for them.

    Raises:
        ConfigurationMistakesError: The seeds have mistakes.
        UsageMistakeError: The model or the conversion is inactive.
        LeadscoreError: Too little was observed.
    """
    only = of_one_model(configuration, request.model_id, request.conversion_id)
    twinned, twin = with_twin(only, request.model_id)

    twins = {request.model_id: twin.model_id} if twin else {}
    try:
        with _scored(settings, request, twinned, say, lock_wait, twins) as trial:
            size = read_size(trial, request.model_id)
            _refuse_few(trial, size, request)
            before = read_observations(trial, request.model_id, size)
            counts = read_counts(trial, request.model_id, twin.originals if twin else {})
            rules = known_rules(trial, configuration, request.model_id, before, counts)
            edges = trial.database.execute(EDGES, [request.model_id])
            as_of = trial.as_of
    except ConfigurationMistakesError as error:
        raise ConfigurationMistakesError(
            _of_files(error.mistakes, configuration) or error.mistakes
        ) from error
    points = suggested_points(before, counts, rules)
    with _scored(settings, request, with_points(only, points), say, lock_wait) as trial:
        after = read_observations(trial, request.model_id, size)
        _refuse_moved(before, after, trial, as_of)
    later = before.later
    threshold = balanced(after, ~later) if request.capacity is None else for_capacity(after, request.capacity)
    return Calibration(
        request,
        as_of,
        size=size,
        rules=rules,
        points=points,
        auc=_compared(before, after, later, auc_of),
        lift=_compared(before, after, later, top_decile_lift_of),
        threshold=threshold,
        at_threshold=caught(threshold, after, later),
        edges=[(bands, caught(edge, before, later, is_above=is_above)) for edge, is_above, bands in edges],
        warnings=[
            *following_rules(rules, counts),
            *rules_together(rules, counts),
            *rounded_away(rules, points),
        ],
        scored=Scored(before, after, later),
    )


@contextmanager
def _scored(
    settings: Settings,
    request: CalibrationRequest,
    seeds: Configuration,
    say: Callable[[str], None],
    lock_wait: LockWait,
    twins: Mapping[str, str] | None = None,
) -> Iterator[Trial]:
    """Scores by other seeds, and what was observed of them."""
    place = trial_place(settings.root)
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=WRITTEN, dir=place) as folder:
        write_configuration(seeds, Path(folder))
        wanted = TrialRequest(
            Path(folder), OBSERVED, request.variables, twins=twins or {}, command="calibrate"
        )
        with tried_out(settings, wanted, say, lock_wait) as trial:
            yield trial


def _of_files(mistakes: Sequence[Mistake], configuration: Configuration) -> list[Mistake]:
    """Mistakes in rows that stand in the seeds, without those of the twin, which stands behind them."""
    return [
        mistake
        for mistake in mistakes
        if mistake.row_number is None or mistake.row_number <= len(configuration[mistake.seed].rows) + 1
    ]


def _require(configuration: Configuration, seed: str, key: str, value: str, thing: str) -> None:
    known = [as_read(row[key]) for row in configuration[seed].rows] if seed in configuration else []
    if value not in known:
        raise UsageMistakeError(
            f"there is no {thing} {value!r} in the seeds", f"Known are: {', '.join(known) or 'none'}."
        )


def _refuse_few(trial: Trial, size: Size, request: CalibrationRequest) -> None:
    for table, key, value, thing in (
        ("config_models", "model_id", request.model_id, "model"),
        ("config_conversions", "conversion_id", request.conversion_id, "conversion"),
    ):
        active = f"select 1 from {AFTER}.configuration.{table} where {key} = ?"
        if not trial.database.execute(active, [value]):
            raise UsageMistakeError(f"{thing} {value!r} is inactive", "Set is_active to true in its row.")
    if size.instants < FEWEST_INSTANTS or size.conversions < FEWEST_INSTANTS:
        raise LeadscoreError(
            f"nothing can be learned: {size.contacts:,} contacts were observed at {size.instants:,} "
            f"instants, and {size.conversions:,} of them converted",
            "A conversion needs at least 2 observations; docs/learning.md tells more.",
        )
    missing = [
        f"{fewest - found:,} {things} too few ({found:,} of {fewest:,})"
        for found, fewest, things in (
            (size.contacts, FEWEST_CONTACTS, "contacts"),
            (size.conversions, FEWEST_CONVERSIONS, "conversions"),
        )
        if found < fewest
    ]
    if missing and not request.force:
        raise LeadscoreError(
            f"too little was observed to suggest points: {' and '.join(missing)}",
            "Wait for more, choose a conversion that happens more often, or go on with --force.",
        )


def _refuse_moved(before: Observations, after: Observations, trial: Trial, as_of: datetime) -> None:
    """The two trials are of one publication, or nothing can be compared."""
    if trial.as_of != as_of or len(before.score) != len(after.score):
        raise LeadscoreError("something was published meanwhile", "Try again.")


def _compared(
    before: Observations, after: Observations, rows: NDArray[np.bool_], measure: Callable[..., object]
) -> Judgement:
    of_present = measure(before.score[rows], before.converts[rows])
    of_suggested = measure(after.score[rows], after.converts[rows])
    return judged(of_present, of_suggested, before.contact[rows])  # type: ignore[arg-type]
