"""A comparison as one JSON object, written row by row however many contacts change."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from leadscore.output.json import json_list, json_value, nested_json
from leadscore.simulation.comparison import Comparison, Row, RuleDifference
from leadscore.simulation.seed_changes import seed_changes
from leadscore.simulation.trial import Trial


def comparison_parts(trial: Trial, comparison: Comparison) -> Iterator[str]:
    """The object, piece by piece."""
    yield f'{{"as_of": {json_value(trial.as_of)}, "sample": {json_value(trial.share)}'
    yield f', "left_out": {json_value(comparison.left_out)}'
    lists: Mapping[str, Iterable[Mapping[str, object]]] = {
        "changes": map(dataclasses.asdict, seed_changes(trial)),
        "models": comparison.models(),
        "bands": comparison.bands(),
        "contacts": comparison.contacts(),
        "segments": comparison.segments(),
        "notifications": comparison.notifications(),
    }
    for name, rows in lists.items():
        yield f',\n"{name}": '
        yield from json_list(rows)
    yield "}"


def comparison_summary(trial: Trial, comparison: Comparison) -> str:
    """The object without its lists of contacts: sizes in their place, and those who change most."""
    due, anyway = comparison.count_notifications()
    return nested_json(
        {
            "as_of": trial.as_of,
            "sample": trial.share,
            "left_out": comparison.left_out,
            "changes": list(map(dataclasses.asdict, seed_changes(trial))),
            "models": comparison.models(),
            "bands": comparison.bands(),
            "segment_sizes": comparison.segment_sizes(),
            "notifications_due": due,
            "notifications_due_anyway": anyway,
            "most_changed": [_with_rules(row, rules) for row, rules in comparison.most_changed()],
        }
    )


def contact_objects(found: Iterable[tuple[Row, Sequence[RuleDifference]]]) -> str:
    """A contact's scores as a list, an object a model, each with `rules`."""
    return nested_json([_with_rules(row, rules) for row, rules in found])


def _with_rules(row: Row, rules: Sequence[RuleDifference]) -> Row:
    return {**row, "rules": list(map(dataclasses.asdict, rules))}
