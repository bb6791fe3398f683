"""What learning takes beside the command, and what to do where it isn't there."""

from importlib import import_module

from leadscore.errors import LeadscoreError


def require_learning() -> None:
    """Refuse to go on without the library that fits.

    Raises:
        LeadscoreError: It isn't installed.
    """
    _require("sklearn", "learning needs scikit-learn")


def require_charts() -> None:
    """Refuse to go on without the library that draws charts.

    Raises:
        LeadscoreError: It isn't installed.
    """
    _require("altair", "charts need altair")


def _require(module: str, needed: str) -> None:
    try:
        import_module(module)
    except ImportError as error:
        raise LeadscoreError(f"{needed}, which isn't installed", "Set it up with `make learn`.") from error
