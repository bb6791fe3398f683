"""What the demo shows when it has run."""

import shutil
import sys
from datetime import datetime
from pathlib import Path

import typer

from leadscore.output.tables import show_table
from leadscore.runs.clock import is_far_ahead
from leadscore.runs.rejections import COUNTS
from leadscore.settings import Settings
from leadscore.storage.database import Database

BANDS = """
    select model_id, coalesce(band_title, '(no band)'), count(*), cast(avg(score) as decimal(18, 2))
    from marts.contact_scores group by all order by model_id, avg(score) desc
"""
TOP = """
    select model_id, score_rank, contact_id, score, band_title, action from marts.contact_scores
    qualify row_number() over (partition by model_id order by score_rank, contact_id) <= 3 order by all
"""


def show(database: Database) -> None:
    """Show who scored what, and what was rejected."""
    show_table("Scores per model and band", ["model", "band", "contacts", "average"], database.execute(BANDS))
    show_table("Top contacts", ["model", "rank", "contact", "score", "band", "action"], database.execute(TOP))
    if rejected := database.execute(COUNTS):
        show_table("Rejected, and why", ["table", "reason", "rows", "for instance"], rejected)
    else:
        typer.echo("Nothing was rejected.")


def show_next_steps(settings: Settings, usual: Settings, as_of: str) -> None:
    """Tell what to try next, as commands that work.

    Args:
        settings: Where the demo is.
        usual: Where commands look that aren't told.
        as_of: The instant that it was scored for.
    """
    force = " --force" if is_far_ahead(datetime.fromisoformat(as_of)) else ""
    exports = []
    if settings.database != usual.database:
        exports.append(f"LEADSCORE_DATABASE={_shown(settings.database)}")
    if settings.seeds != usual.seeds:
        exports.append(f"LEADSCORE_SEEDS={settings.seeds.relative_to(settings.root)}")
    steps = {
        "scores --min 50 --limit 20": "who scores 50 and more",
        "scores --json": "every score, for a program",
        "validate": f"after you edited a rule in {_shown(settings.seeds / 'scoring_rules.csv')}",
        f"run --as-of {as_of}{force}": "scores with the edited rule (earlier instants need --full-refresh)",
    }
    typer.echo("\nTry next:")
    if exports:
        typer.echo(f"  export {' '.join(exports)}")
    for arguments, purpose in steps.items():
        typer.echo(f"  {_command()} {arguments:<36} # {purpose}")


def _command() -> str:
    """How the user called this command."""
    called = Path(sys.argv[0])
    if called.name != "leadscore" or shutil.which("leadscore") == str(called.absolute()):
        return "leadscore"
    return _shown(called)


def _shown(path: Path) -> str:
    """A path as short as it works from here."""
    here = Path.cwd()
    return str(path.absolute().relative_to(here) if path.absolute().is_relative_to(here) else path)
