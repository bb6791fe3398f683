"""What the demo shows when it has run."""

import typer

from scripts.database import Database
from scripts.settings import Settings, is_set
from scripts.tables import show_table

BANDS = """
    select model_id, coalesce(band_title, '(no band)'), count(*), cast(avg(score) as decimal(18, 2))
    from marts.contact_scores group by all order by model_id, avg(score) desc
"""
TOP = """
    select model_id, score_rank, contact_id, score, band_title, action from marts.contact_scores
    qualify row_number() over (partition by model_id order by score_rank, contact_id) <= 3 order by all
"""
REJECTED = """
    select source_table, regexp_replace(reason, ': ''.*''; ', '; ', 's') as kind, count(*), min(row_key)
    from marts.rejected_rows group by all order by all
"""


def show(database: Database) -> None:
    """Show who scored what, and what was rejected."""
    show_table("Scores per model and band", ["model", "band", "contacts", "average"], database.execute(BANDS))
    show_table("Top contacts", ["model", "rank", "contact", "score", "band", "action"], database.execute(TOP))
    show_table("Rejected, and why", ["table", "reason", "rows", "for instance"], database.execute(REJECTED))


def show_next_steps(settings: Settings, as_of: str) -> None:
    """Tell what to try next, as commands that work."""
    shown = [
        f"{name}={value}"
        for name, value in (
            ("LEADSCORE_DATABASE", settings.database),
            ("LEADSCORE_PUBLISHED", settings.published),
            ("LEADSCORE_SEEDS", settings.seeds),
        )
        if not is_set(name)
        and value != getattr(Settings.from_environment(), name.removeprefix("LEADSCORE_").lower())
    ]
    prefix = " ".join([*shown, "leadscore"])
    steps = {
        "scores --min 50 --limit 20": "who scores 50 and more",
        "scores --json": "every score, for a program",
        "validate": f"after you edited a rule in {settings.seeds.name}/scoring_rules.csv",
        f"run --as-of {as_of}": "scores with the edited rule, or as they were at another instant",
    }
    typer.echo("\nTry next:")
    for arguments, purpose in steps.items():
        typer.echo(f"  {prefix} {arguments:<36} # {purpose}")
