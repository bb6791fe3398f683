"""The command `leadscore`: puts its commands together, and turns errors into messages and exit codes."""

import atexit
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from leadscore.commands import (
    adjust,
    calibrate,
    deliver,
    demo,
    explain,
    export,
    forget,
    load,
    page,
    run,
    scores,
    simulate,
    status,
    validate,
)
from leadscore.commands.place_options import with_places
from leadscore.errors import LeadscoreError
from leadscore.output.tables import show_error, tell
from leadscore.settings import Variable, said
from leadscore.storage.access import private_files
from leadscore.text import escaped, one_line

# What an interruption leaves, for commands of which that isn't plain.
LEFT = {
    "run": "The last publication stands; the next run takes up what this one left.",
    "demo": "Files that were loaded stay; `leadscore demo` takes up the rest.",
    "load": "Load the same files again: what is there already is left out.",
    "export": "Files that were finished are whole; the others are as they were.",
    "deliver": "What was accepted is written down, and isn't sent again; the next time sends the rest.",
    "forget": "The erasure isn't proven: run it again, it takes up the rest.",
    "adjust": "`leadscore adjust --list` tells whether the edit is there, after a run.",
}
INTERRUPTED = 130
TAKES_AN_ID = ("explain", "forget", "adjust")


class _Commands(TyperGroup):
    """Ends every command with 0, 1 or 2 (130 if it was interrupted); only bugs end in a traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            with private_files():
                return super().invoke(ctx)
        except LeadscoreError as error:
            show_error(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            tell(f"Interrupted. {LEFT.get(ctx.invoked_subcommand or '', '')}".rstrip())
            raise typer.Exit(INTERRUPTED) from error
        except OSError as error:
            if said(Variable.DEBUG) or isinstance(error, BrokenPipeError):
                raise
            tell(f"Error: {one_line(str(error))}")
            raise typer.Exit(1) from error
        except typer.BadParameter as error:
            # So pydantic, with which typer reads values, begins what typer says itself.
            error.message = escaped(error.message.removeprefix("Value error, "))
            raise
        except Exception as error:
            # typer has no public name for an option that there is not.
            if type(error).__name__ == "NoSuchOption" and ctx.invoked_subcommand in TAKES_AN_ID:
                written = f"leadscore {ctx.invoked_subcommand} -- -7"
                hint = f"An id that begins with - stands last, after --: {written}"
                error.message += f". {hint}"  # type: ignore[attr-defined]
            if isinstance(told := getattr(error, "message", None), str):
                error.message = escaped(told)  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    cls=_Commands,
    name="leadscore",
    help="Lead scoring in the warehouse: exact, explained, replayable.",
    epilog="Start with: leadscore demo",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leadscore {version('leadscore')}")
        raise typer.Exit


@app.callback()
def _options(
    shown: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Options of the command itself."""


def _add(command: Callable[..., None], **told: Any) -> None:
    app.command(**told)(with_places(command))


_add(demo.demo, epilog=demo.EPILOG)
_add(load.load, epilog=load.EPILOG, help=load.HELP)
_add(run.run, epilog=run.EPILOG)
_add(validate.validate, epilog=validate.EPILOG)
_add(simulate.simulate, epilog=simulate.EPILOG)
_add(calibrate.calibrate, epilog=calibrate.EPILOG)
_add(scores.scores, epilog=scores.EPILOG)
_add(explain.explain, epilog=explain.EPILOG, help=explain.HELP)
_add(status.status, epilog=status.EPILOG)
_add(export.export, epilog=export.EPILOG)
_add(forget.forget, epilog=forget.EPILOG)
_add(deliver.deliver, epilog=deliver.EPILOG)
_add(page.page, epilog=page.EPILOG)
_add(adjust.adjust, epilog=adjust.EPILOG, cls=adjust.NegativePoints)


def main() -> None:
    """Run the command line, and end the process."""
    try:
        app()
    except SystemExit as ended:
        _end(ended)


def _end(ended: SystemExit) -> None:
    """End without tearing down what is in memory: after a run that takes over half a second."""
    if isinstance(ended.code, str):
        raise ended
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or None
            stream.flush()
    os._exit(ended.code or 0)
