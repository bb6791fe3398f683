"""`leadscore calibrate`."""

from pathlib import Path
from typing import Annotated

import typer

from leadscore.calibration.calibration import CalibrationRequest, calibrated, checked_configuration
from leadscore.calibration.json import calibration_object
from leadscore.calibration.libraries import require_charts
from leadscore.calibration.report import write_report
from leadscore.calibration.seeds import write_suggestion
from leadscore.calibration.words import show_calibration
from leadscore.commands.options import NoWait, Wait, variables
from leadscore.commands.options import lock_wait as waiting
from leadscore.configuration.tables import refuse_filled
from leadscore.errors import UsageMistakeError
from leadscore.output.tables import show_line, tell
from leadscore.raw.reading import as_read
from leadscore.runs.learning import learn
from leadscore.settings import Settings
from leadscore.storage.lock import WAIT_SECONDS

EPILOG = "Example: leadscore calibrate sales_readiness --conversion appointment_made --output suggested"


def calibrate(
    model: Annotated[str, typer.Argument(help="The scoring model.")],
    conversion: Annotated[str, typer.Option(metavar="ID", help="What counts as success.")],
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the seeds with the suggested points into this new folder."),
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Suggest the threshold that so many contacts reach. Default: the best balance.",
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw charts into this HTML file.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Go on with under 1,000 contacts or 120 conversions.")
    ] = False,
    given: Annotated[
        dict[str, object] | None,
        typer.Option("--vars", parser=variables, metavar="YAML", help="The dbt variables of runs, as YAML."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
    wait: Wait = WAIT_SECONDS,
    no_wait: NoWait = False,
) -> None:
    """Suggest points and a threshold from who converted, judged on later instants. Seeds stay as they are."""
    settings = Settings.from_environment()
    request = CalibrationRequest(as_read(model), as_read(conversion), capacity, given or {}, force)
    configuration = checked_configuration(settings, request)
    if output is not None:
        refuse_filled(output)
    if report is not None:
        require_charts()
        _refuse_place(report)
    learn(settings, request.variables, tell, waiting(wait, no_wait))
    found = calibrated(settings, request, configuration, tell, waiting(wait, no_wait))
    if as_json:
        typer.echo(calibration_object(found))
    else:
        show_calibration(found)
    say = tell if as_json else show_line
    if output is not None:
        write_suggestion(settings.seeds, output, found.points)
        say(f"Wrote the seeds with these points into {output}; bands are as they were.")
        say(f"See what would change: leadscore simulate --seeds {output}")
    if report is not None:
        write_report(found, report)
        say(f"Charts: {report}")


def _refuse_place(report: Path) -> None:
    if report.is_dir() or not report.absolute().parent.is_dir():
        raise UsageMistakeError(f"{report} can't be written", "Name a file in a folder that is there.")
