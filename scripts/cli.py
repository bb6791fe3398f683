"""The command `leadscore`: puts its commands together, and turns errors into messages and exit codes."""

import atexit
import os
import sys

import typer
from typer.core import TyperGroup

from scripts.commands import (
    adjust,
    deliver,
    demo,
    explain,
    export,
    forget,
    load,
    run,
    scores,
    status,
    validate,
)
from scripts.errors import LeadscoreError
from scripts.mistakes import one_line
from scripts.tables import note, show_error


class _Commands(TyperGroup):
    """Ends every command with 0, 1 or 2, and never with a traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except LeadscoreError as error:
            show_error(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            note("Interrupted; nothing was published.")
            raise typer.Exit(1) from error
        except OSError as error:
            if os.environ.get("LEADSCORE_DEBUG") or isinstance(error, BrokenPipeError):
                raise
            note(f"Error: {one_line(str(error))}")
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Commands,
    name="leadscore",
    help="Lead scoring in the warehouse: exact, explained, replayable.",
    epilog="Start with: leadscore demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(epilog=demo.EPILOG)(demo.demo)
app.command(epilog=load.EPILOG, help=load.HELP)(load.load)
app.command(epilog=run.EPILOG)(run.run)
app.command(epilog=validate.EPILOG)(validate.validate)
app.command(epilog=scores.EPILOG)(scores.scores)
app.command(epilog=explain.EPILOG, help=explain.HELP)(explain.explain)
app.command(epilog=status.EPILOG)(status.status)
app.command(epilog=export.EPILOG)(export.export)
app.command(epilog=forget.EPILOG)(forget.forget)
app.command(epilog=deliver.EPILOG)(deliver.deliver)
app.command(epilog=adjust.EPILOG, cls=adjust.NegativePoints)(adjust.adjust)


def main() -> None:
    """Run the command line, and end the process."""
    try:
        app()
    except SystemExit as ended:
        _end(ended)


def _end(ended: SystemExit) -> None:
    """End without tearing down what is in memory: after a run that takes over half a second, and sets nothing free."""
    if isinstance(ended.code, str):
        raise ended
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended.code or 0)
