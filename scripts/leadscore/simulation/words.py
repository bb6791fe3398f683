"""A comparison in words and tables, for people."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from leadscore.output.tables import show_line, show_table
from leadscore.simulation.comparison import Comparison, Row, RuleDifference
from leadscore.simulation.seed_changes import SeedChange, seed_changes
from leadscore.simulation.trial import AFTER, BEFORE, Trial
from leadscore.text import counted

SHOWN = 20
REASONS_SHOWN = 3
# Beyond what rounding two scores to cents can make.
MORE_THAN_ROUNDING = Decimal("0.02")


def show_comparison(trial: Trial, comparison: Comparison) -> None:
    """Print what would change: a sentence a model first, then where it comes from."""
    titles = _band_titles(trial)
    of_whom = "" if trial.share is None else f", of a sample of {trial.share:.2%} of the contacts"
    show_line(f"As of {trial.as_of:%Y-%m-%d %H:%M:%S} UTC{of_whom}:")
    bands = comparison.bands()
    for model in comparison.models():
        show_line(f"- {model['model_id']}: {_of_model(model, bands, titles)}")
    show_line(f"- {_of_notifications(*comparison.count_notifications())}")
    if comparison.left_out:
        show_line(
            f"- left out, because they compare all contacts with each other: {', '.join(comparison.left_out)}"
        )
    _show_seeds(seed_changes(trial))
    moves = [row for row in bands if row["band_before"] != row["band_after"]]
    if moves:
        show_table(
            "From band to band",
            ["model", "from", "to", "contacts"],
            (
                [
                    row["model_id"],
                    _title(titles, row["model_id"], row["band_before"]),
                    _title(titles, row["model_id"], row["band_after"]),
                    row["contacts"],
                ]
                for row in sorted(moves, key=lambda row: -row["contacts"])[:SHOWN]
            ),
        )
    _show_segments(comparison.segment_sizes())
    _show_most_changed(comparison.most_changed())


def show_contact(trial: Trial, found: Iterable[tuple[Row, Sequence[RuleDifference]]]) -> None:
    """Print a contact's scores side by side, rule by rule."""
    titles = _band_titles(trial)
    for row, rules in found:
        model = row["model_id"]
        bands = [_title(titles, model, row[band]) for band in ("band_before", "band_after")]
        rest = _beyond_rules(row, rules)
        show_table(
            f"{row['contact_id']} in {model} as of {trial.as_of:%Y-%m-%d %H:%M:%S} UTC",
            ["what", "now", "then", "difference"],
            [
                *(
                    [
                        rule.title,
                        rule.points_before,
                        rule.points_after,
                        rule.difference,
                    ]
                    for rule in rules
                ),
                *([["limits and rounding", *rest, rest[1] - rest[0]]] if any(rest) else []),
                ["score", row["score_before"], row["score_after"], _difference(row)],
                ["band", *bands, None],
            ],
        )


def _of_model(model: Row, bands: Sequence[Row], titles: dict[tuple[str, str], str]) -> str:
    parts = [f"{model['changed']:,} of {counted(model['contacts'], 'contact')} change"]
    if model["changed"] == 1:
        parts[0] += "s"
    of_model = [row for row in bands if row["model_id"] == model["model_id"]]
    for band in dict.fromkeys(row["band_after"] for row in of_model):
        coming = sum(
            row["contacts"] for row in of_model if row["band_after"] == band and row["band_before"] != band
        )
        if coming and band is not None:
            becomes = "becomes" if coming == 1 else "become"
            parts.append(f"{coming:,} {becomes} {_title(titles, model['model_id'], band)}")
    return "; ".join(parts)


def _of_notifications(due: int, anyway: int) -> str:
    told = f"{counted(due, 'notification')} would go out"
    return f"{told}, {anyway:,} of them without the change too" if anyway else told


def _show_seeds(changes: Sequence[SeedChange]) -> None:
    if not changes:
        show_line("No cell of the seeds differs from those that the publication was made with.")
        return
    more = f", the first {SHOWN} of {len(changes):,}" if len(changes) > SHOWN else ""
    show_table(
        f"Seeds that differ{more}",
        ["seed", "id", "column", "now", "then"],
        ([c.seed, c.row_key, c.column, c.before, c.after] for c in changes[:SHOWN]),
    )


def _show_segments(sizes: Sequence[Row]) -> None:
    if sizes:
        show_table(
            "Segments",
            ["segment", "members now", "come in", "go out", "members then"],
            (
                [
                    row["segment_id"],
                    row["members_before"],
                    row["added"],
                    row["removed"],
                    row["members_before"] + row["added"] - row["removed"],
                ]
                for row in sizes
            ),
        )


def _show_most_changed(found: Sequence[tuple[Row, Sequence[RuleDifference]]]) -> None:
    names = ("contact_id", "model_id", "score_before", "score_after")
    if found:
        show_table(
            "Who changes most (--contact ID shows one of them, rule by rule)",
            ["contact", "model", "now", "then", "why"],
            ([*(row[name] for name in names), _why(row, rules)] for row, rules in found),
        )


def _why(row: Row, rules: Sequence[RuleDifference]) -> str:
    if row["score_before"] is None:
        return "comes into the model"
    if row["score_after"] is None:
        return "leaves the model"
    parts = [f"{rule.title} ({rule.difference:+,.2f})" for rule in rules[:REASONS_SHOWN]]
    before, after = _beyond_rules(row, rules)
    if abs(after - before) >= MORE_THAN_ROUNDING:
        parts.append(f"limits ({after - before:+,.2f})")
    return ", ".join(parts) or "its band alone"


def _beyond_rules(row: Row, rules: Sequence[RuleDifference]) -> tuple[Decimal, Decimal]:
    """What limits and rounding make of the sums of points, before and after."""
    return (
        (row["score_before"] or Decimal(0)) - sum((rule.points_before for rule in rules), Decimal(0)),
        (row["score_after"] or Decimal(0)) - sum((rule.points_after for rule in rules), Decimal(0)),
    )


def _difference(row: Row) -> Decimal | None:
    if row["score_before"] is None or row["score_after"] is None:
        return None
    return Decimal(row["score_after"] - row["score_before"])


def _band_titles(trial: Trial) -> dict[tuple[str, str], str]:
    rows = trial.database.execute(
        f"""
        select model_id, band_id, title from {BEFORE}.configuration.config_bands
        union all
        select model_id, band_id, title from {AFTER}.configuration.config_bands
        """
    )
    return {(model_id, band_id): title or band_id for model_id, band_id, title in rows}


def _title(titles: dict[tuple[str, str], str], model_id: str, band_id: str | None) -> str:
    return "no band" if band_id is None else titles.get((model_id, band_id), band_id)
