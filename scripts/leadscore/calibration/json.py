"""A calibration as one JSON object."""

from math import isnan

from leadscore.calibration.calibration import Calibration
from leadscore.calibration.judging import Judgement
from leadscore.calibration.rules import Rule
from leadscore.output.json import nested_json


def calibration_object(calibration: Calibration) -> str:
    """The object; what isn't defined is null."""
    parts: dict[str, object] = {
        "model_id": calibration.request.model_id,
        "conversion_id": calibration.request.conversion_id,
        "as_of": calibration.as_of,
        "contacts": calibration.size.contacts,
        "conversions": calibration.size.conversions,
        "instants": calibration.size.instants,
        **_judged("auc", calibration.auc),
        **_judged("top_decile_lift", calibration.lift),
        "threshold": calibration.threshold,
        "threshold_precision": _defined(calibration.at_threshold.precision),
        "threshold_recall": _defined(calibration.at_threshold.recall),
        "threshold_contacts": calibration.at_threshold.contacts,
        "better": calibration.better,
        "warnings": list(calibration.warnings),
    }
    rules = [_rule(calibration, rule) for rule in calibration.rules]
    return nested_json({**parts, "rules": rules})


def _rule(calibration: Calibration, rule: Rule) -> dict[str, object]:
    return {
        "rule_id": rule.rule_id,
        "title": rule.title,
        "points_before": rule.points,
        "points_after": calibration.points[rule.rule_id],
        "kept": rule.kept,
        "with_observed": rule.with_observed,
        "with_converted": rule.with_converted,
        "without_observed": rule.without_observed,
        "without_converted": rule.without_converted,
    }


def _judged(name: str, judgement: Judgement) -> dict[str, object]:
    return {
        f"{name}_before": _defined(judgement.before),
        f"{name}_after": _defined(judgement.after),
        f"{name}_difference": _defined(judgement.difference),
        f"{name}_difference_low": _defined(judgement.low),
        f"{name}_difference_high": _defined(judgement.high),
    }


def _defined(number: float) -> float | None:
    return None if isnan(number) else number
