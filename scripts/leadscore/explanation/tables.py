"""An explanation as tables for people."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import typer

from leadscore.explanation.arithmetic import Arithmetic, KeptSum
from leadscore.explanation.entries import Entry, State, StatedEntry
from leadscore.explanation.explanation import Explanation
from leadscore.explanation.history import Change
from leadscore.output.tables import show_table
from leadscore.text import one_line

ENTRIES_SHOWN = 30
CHANGES_SHOWN = 10
STATES = tuple(State)


def show_explanation(explanation: Explanation, *, every_entry: bool) -> None:
    """Print a score, its entries, how they add up and what comes."""
    history, band = explanation.history, explanation.band
    typer.echo()
    model = f"{history.model_id} ({history.model_title})"
    typer.echo(one_line(f"{history.contact_id} in {model} at {_time(explanation.at)} UTC"))
    if explanation.score is None:
        typer.echo(f"no score: its history begins at {_time(history.began_at)} UTC")
    else:
        action = f": {band.action}" if band and band.action else ""
        held = f"{band.title}{action}" if band else "in no band"
        hence = ", if nothing more happens" if explanation.at > history.as_of else ""
        typer.echo(one_line(f"score {explanation.score:,.2f}{hence}; {held}"))
    entries = sorted(explanation.entries, key=lambda stated: STATES.index(stated.state))
    cut = explanation.arithmetic.cut_categories
    if every_entry or len(entries) <= ENTRIES_SHOWN:
        _show_entries(entries, cut)
    else:
        _show_groups(entries, cut)
    _show_arithmetic(explanation.arithmetic)
    if explanation.upcoming:
        shown = len(explanation.upcoming) if every_entry else CHANGES_SHOWN
        hence = " if nothing more happens" if explanation.upcoming[0].changes_at > history.as_of else ""
        _show_changes(explanation.upcoming, shown, hence)
    if history.uncounted_edits:
        columns = ["adjustment_id", "status", "operation", "points", "author", "note"]
        rows = [[edit[column] for column in columns] for edit in history.uncounted_edits]
        show_table("Manual edits that don't count", columns, rows)


def _show_entries(entries: Sequence[StatedEntry], cut: set[str]) -> None:
    points = _aligned([stated.entry.points for stated in entries])
    show_table(
        f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}",
        ["state", "points", "what", "category", "activity", "asset", "from", "until", "remarks"],
        [
            [
                stated.state.value,
                shown,
                stated.entry.title,
                _category(stated.entry.category, cut),
                stated.entry.activity_id,
                stated.entry.asset,
                _time(stated.entry.valid_from),
                _time(stated.entry.valid_to),
                _remarks(stated),
            ]
            for stated, shown in zip(entries, points, strict=True)
        ],
    )


def _show_groups(entries: Sequence[StatedEntry], cut: set[str]) -> None:
    groups: dict[tuple[str, str, str | None], list[StatedEntry]] = defaultdict(list)
    for stated in entries:
        groups[stated.state.value, stated.entry.title, stated.entry.category].append(stated)
    sums = _aligned([sum((s.entry.points for s in group), Decimal(0)) for group in groups.values()])
    show_table(
        f"{len(entries):,} entries by rule (each one with --all or --json)",
        ["state", "points", "entries", "what", "category", "first", "last"],
        [
            [
                state,
                points,
                len(group),
                title,
                _category(category, cut),
                _time(min(s.entry.valid_from for s in group)),
                _time(max(s.entry.valid_from for s in group)),
            ]
            for ((state, title, category), group), points in zip(groups.items(), sums, strict=True)
        ],
    )


def _show_arithmetic(arithmetic: Arithmetic) -> None:
    rows = [(_kept_text(f"{kept.limit.category}", kept, "its"), kept.kept) for kept in arithmetic.categories]
    rows.append(("everything else" if rows else "everything", arithmetic.other_points))
    rows.append(("total", arithmetic.total))
    if arithmetic.model:
        rows.append((_kept_text("total", arithmetic.model, "the model's"), arithmetic.model.kept))
    rows.append(("score, rounded to cents", arithmetic.score))
    numbers = _aligned([points for _, points in rows])
    show_table(
        "How they add up",
        ["", "points"],
        [[what, shown] for (what, _), shown in zip(rows, numbers, strict=True)],
    )


def _kept_text(name: str, kept: KeptSum, whose: str) -> str:
    """A sum and what its limit makes of it, in words."""
    if kept.is_cut:
        return f"{name}: {_number(kept.points)} kept to {_number(kept.kept)} by {whose} limit"
    return f"{name}: within {whose} limit"


def _show_changes(changes: Sequence[Change], shown: int, hence: str) -> None:
    rows = []
    for change in changes[:shown]:
        moves = change.from_band != change.to_band
        band = (change.to_band.title if change.to_band else "in no band") if moves else None
        rows.append([_time(change.changes_at), change.score, band, _causes(change)])
    more = f", the first {shown:,} of {len(changes):,}" if len(changes) > shown else ""
    show_table(f"What changes afterwards{hence}{more}", ["at", "score", "new band", "why"], rows)


def _causes(change: Change) -> str:
    begins, ends = set(change.begins), set(change.ends)
    causes = {"begins": begins - ends, "ends": ends - begins, "changes": begins & ends}
    return "; ".join(f"{cause}: {', '.join(sorted(titles))}" for cause, titles in causes.items() if titles)


def _remarks(stated: StatedEntry) -> str:
    entry = stated.entry
    edit = f"{entry.operation} by {entry.author or 'unknown'}" if entry.entry_type == "manual" else ""
    reason = "" if stated.reason == stated.state.value else stated.reason
    return "; ".join(part for part in (_product(entry), edit, entry.note, reason) if part)


def _product(entry: Entry) -> str:
    """How the points of an entry came about that are a rule's times a number."""
    if entry.times is None or entry.rule_points is None:
        return ""
    of = f"{_plain(entry.per_step)} of " if entry.per_step else ""
    decayed = ", decayed" if entry.points != entry.first_points else ""
    return f"{_plain(entry.rule_points)} x {_plain(entry.times)} ({of}{entry.per_field}){decayed}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _category(category: str | None, cut: set[str]) -> str | None:
    return f"{category} (over its limit)" if category in cut else category


def _time(instant: datetime | None) -> str | None:
    return None if instant is None else str(instant)


def _number(points: Decimal) -> str:
    """Two decimals, and as many more as there are."""
    exact = f"{points.normalize():,f}"
    return exact if len(exact.partition(".")[2]) > 2 else f"{points:,.2f}"


def _aligned(numbers: Sequence[Decimal]) -> list[str]:
    """Numbers with their decimal points below each other."""
    texts = [_number(number) for number in numbers]
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    padded = [text.ljust(len(text.partition(".")[0]) + 1 + decimals) for text in texts]
    width = max((len(text) for text in padded), default=0)
    return [text.rjust(width) for text in padded]
