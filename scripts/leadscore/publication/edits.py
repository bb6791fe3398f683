"""Manual edits as the last run knew them."""

import typer

from leadscore.errors import NothingPublishedError
from leadscore.output.json import json_list
from leadscore.output.tables import show_table, tell
from leadscore.publication.reading import open_published
from leadscore.raw.edits import Edit
from leadscore.settings import Settings
from leadscore.text import counted

AUDIT_LIST = """
select * from marts.adjustment_audit
where ? is null or ? in (contact_id, scored_contact_id)
order by adjusted_at desc, adjustment_id
"""
EDIT_COLUMNS = (
    *("adjustment_id", "status", "model_id", "contact_id", "operation", "points"),
    *("author", "note", "adjusted_at", "deleted_at"),
)


def show_edits(settings: Settings, contact_id: str | None, as_json: bool) -> None:
    """Print the audit list, latest first; of one contact, also the edits from before a merge into it."""
    with open_published(settings, "adjustment_audit") as database:
        edits = database.records(AUDIT_LIST, [contact_id, contact_id])
    if as_json:
        typer.echo("".join(json_list(edits)))
        return
    title = f"{counted(len(edits), 'manual edit')}; later ones show after the next run"
    show_table(title, EDIT_COLUMNS, [[edit[column] for column in EDIT_COLUMNS] for edit in edits])


def tell_if_unscored(settings: Settings, edit: Edit) -> None:
    """Tell if the contact of an edit isn't scored by its model: a slip of the pen, or an edit that waits."""
    scored = "select 1 from marts.contact_scores where model_id = ? and contact_id = ?"
    try:
        with open_published(settings, "contact_scores") as database:
            is_scored = bool(database.execute(scored, [edit.model_id, edit.contact_id]))
    except NothingPublishedError:
        return
    if not is_scored:
        tell(
            f"{edit.contact_id!r} had no score in {edit.model_id} at the last run. "
            "If it hasn't arrived yet, the edit waits for it."
        )
