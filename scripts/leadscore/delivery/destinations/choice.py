"""Which destination a sync has: drt's, or one of those here."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from drt.connectors.registry import get_destination, is_registered_destination, register_destination

from leadscore.delivery.destinations.fields import Preparer
from leadscore.delivery.destinations.hubspot import HubSpotPreparer, HubSpotScores, HubSpotScoresConfig
from leadscore.delivery.destinations.klaviyo import KlaviyoPreparer, KlaviyoScores, KlaviyoScoresConfig
from leadscore.delivery.destinations.mail import Mail, MailConfig, is_open_mail
from leadscore.delivery.destinations.postgres import TableDestination, TablePreparer, is_open_connection
from leadscore.delivery.destinations.salesforce import (
    SalesforcePreparer,
    SalesforceScores,
    SalesforceScoresConfig,
)
from leadscore.delivery.owners import RecordOwners
from leadscore.errors import UsageMistakeError

# What a kind of destination takes beside the command: module -> what sets it up.
NEEDED = {"postgres": ("psycopg2", "make install-postgres")}
# Those that drt doesn't have -> how they are told what in a sync's file, and what sends.
OWN: dict[str, tuple[type[Any], type[Any]]] = {
    "hubspot_scores": (HubSpotScoresConfig, HubSpotScores),
    "klaviyo_scores": (KlaviyoScoresConfig, KlaviyoScores),
    "mail": (MailConfig, Mail),
    "salesforce_scores": (SalesforceScoresConfig, SalesforceScores),
}
# Destinations whose fields have to be there before the first score is told.
PREPARERS: dict[str, type[Preparer]] = {
    "hubspot_scores": HubSpotPreparer,
    "klaviyo_scores": KlaviyoPreparer,
    "postgres": TablePreparer,
    "salesforce_scores": SalesforcePreparer,
}
# Destinations that aren't reached by HTTP -> whether a secret would go to another machine without TLS.
OPEN_CONNECTIONS: dict[str, Callable[[Any], bool]] = {
    "mail": is_open_mail,
    "postgres": is_open_connection,
}


def register_own() -> None:
    """Let drt know the destinations that are here, so that it reads them in a sync's file."""
    for kind, (config, destination) in OWN.items():
        if not is_registered_destination(kind):
            register_destination(kind, config, destination)


def preparer_for(kind: str) -> Preparer:
    """What knows the fields that a kind of destination needs; of most there is nothing to make."""
    return PREPARERS.get(kind, Preparer)()


def destination_for(config: Any, owners: RecordOwners) -> Any:
    """What sends the rows of a sync.

    Args:
        config: The sync's `destination`, as drt reads it.
        owners: Knows whose a record is that two addresses find.
    """
    if config.type == "hubspot_scores":
        return HubSpotScores(owners)
    return TableDestination() if config.type == "postgres" else get_destination(config)


def require_installed(sync: str, kind: str) -> None:
    """Refuse a sync whose destination takes what isn't installed.

    Args:
        sync: Its name.
        kind: The type of its destination.

    Raises:
        UsageMistakeError: It isn't.
    """
    if kind not in NEEDED:
        return
    module, command = NEEDED[kind]
    try:
        import_module(module)
    except ImportError as error:
        raise UsageMistakeError(
            f"sync {sync} needs {module}, which isn't installed",
            f"Set it up with `{command}`. Nothing was sent.",
        ) from error
