"""A calibration in words and tables, for people."""

from math import isnan

from leadscore.calibration.calibration import Calibration
from leadscore.calibration.judging import Judgement
from leadscore.calibration.rules import Rule
from leadscore.calibration.thresholds import Caught
from leadscore.output.tables import show_line, show_table
from leadscore.text import counted


def show_calibration(calibration: Calibration) -> None:
    """Print what is suggested, how good it is, and what to beware of."""
    request, size = calibration.request, calibration.size
    show_line(
        f"{request.model_id} and conversion {request.conversion_id} as of "
        f"{calibration.as_of:%Y-%m-%d %H:%M:%S} UTC: {counted(size.contacts, 'contact')} observed at "
        f"{counted(size.instants, 'instant')}, {counted(size.conversions, 'conversion')}"
    )
    show_line(verdict(calibration))
    show_line(f"AUC {_judged(calibration.auc)}; lift of the top decile {_judged(calibration.lift)}")
    rules = [rule for rule in calibration.rules if rule.kept is None]
    show_table(
        "Points, fitted on the earlier instants",
        ["rule", "now", "suggested", "observed with it", "converted with", "without", "odds", "95 %"],
        ([*_rule(calibration, rule), f"{rule.odds_ratio[0]:.2f} x", _interval(rule)] for rule in rules),
    )
    kept = [rule for rule in calibration.rules if rule.kept is not None]
    if kept:
        show_table(
            "Rules that keep their points",
            ["rule", "points", "observed with it", "converted with", "without", "why"],
            (
                [rule.title, rule.points * rule.sign, rule.with_observed, *_rates(rule), rule.kept]
                for rule in kept
            ),
        )
    show_table(
        "Thresholds, judged on the later instants",
        ["threshold", "what", "precision", "recall", "contacts at an average instant"],
        [
            *(_threshold(f"now: {bands}", at) for bands, at in calibration.edges),
            _threshold("suggested, by the suggested points", calibration.at_threshold),
        ],
    )
    for warning in calibration.warnings:
        show_line(f"Beware: {warning}.")


def verdict(calibration: Calibration) -> str:
    """Whether the suggestion is better beyond chance, and by how much, in a sentence."""
    auc = calibration.auc
    if isnan(auc.before) or isnan(auc.after) or isnan(auc.low):
        return "The later instants can't tell: there are no conversions, or nothing but conversions."
    of_pairs = f"of a pair of which one converts, they rank it first in {auc.after:.1%} of the cases"
    if calibration.better:
        return (
            f"The suggested points tell conversions better: on later instants, {of_pairs}, "
            f"the present points in {auc.before:.1%}."
        )
    if auc.high < 0:
        return (
            f"The suggested points are worse than the present ones: on later instants, {of_pairs}, "
            f"the present points in {auc.before:.1%}. Keep the present ones."
        )
    return (
        f"The suggested points are no better than the present ones: on later instants, {of_pairs}, "
        f"the present points in {auc.before:.1%}, and the difference may be chance."
    )


def _judged(judgement: Judgement) -> str:
    return (
        f"{judgement.before:.3f} now, {judgement.after:.3f} suggested, difference "
        f"{judgement.difference:+.3f} (95 %: {judgement.low:+.3f} to {judgement.high:+.3f})"
    )


def _rule(calibration: Calibration, rule: Rule) -> list[object]:
    points = calibration.points[rule.rule_id]
    # Points of a rule that takes away are shown as their effect.
    return [rule.title, rule.points * rule.sign, points * rule.sign, rule.with_observed, *_rates(rule)]


def _rates(rule: Rule) -> list[object]:
    return ["-" if rate is None else f"{rate:.2%}" for rate in (rule.with_rate, rule.without_rate)]


def _interval(rule: Rule) -> str:
    _, low, high = rule.odds_ratio
    return f"{low:.2f} to {high:.2f}"


def _threshold(what: str, at: Caught) -> list[object]:
    shares = ["-" if isnan(share) else f"{share:.2%}" for share in (at.precision, at.recall)]
    return [f"{'> ' if at.is_above else ''}{at.threshold:,.2f}", what, *shares, f"{at.contacts:,.0f}"]
