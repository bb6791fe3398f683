"""`leadscore deliver --prepare`: which fields tools need for scores, and making those that aren't there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadscore.delivery.answers import bounded_answers
from leadscore.delivery.definitions import (
    Definitions,
    read_definitions,
    refuse_open_secrets,
    written_destinations,
)
from leadscore.delivery.destinations.choice import preparer_for, require_installed
from leadscore.delivery.destinations.fields import Field
from leadscore.delivery.properties import Property, properties_of
from leadscore.delivery.secrets import own_environment
from leadscore.delivery.trouble import ReceiverTroubleError
from leadscore.errors import DeliveryFailedError, UsageMistakeError
from leadscore.publication.reading import open_published
from leadscore.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """What the tool of one sync needs.

    Attributes:
        sync: The sync's name.
        destination: The kind of destination.
        fields: What has to be there, and whether it is.
        statement: What makes them, for somebody to run; empty: nothing does.
        unset: Why nothing was made or looked for; None: it was.
    """

    sync: str
    destination: str
    fields: Sequence[Field]
    statement: str
    unset: str | None


def prepare_all(
    settings: Settings, names: Sequence[str], folder: Path, *, insecure: bool, say: Callable[[str], None]
) -> list[Prepared]:
    """Say which fields tools need for scores; where a sync's variables are set, make those that are missing.

    Args:
        settings: Where the publication is: its models are what is told.
        names: The syncs; none: all that tell scores and whose variables are set.
        folder: Where their files are.
        insecure: Whether secrets may go to other machines without encryption.
        say: Is told what is being done.

    Raises:
        UsageMistakeError: A sync isn't there, or has a mistake.
        DeliveryFailedError: A tool can't be reached, or refuses.
    """
    with own_environment():
        definitions = read_definitions(folder, {"delivery": "prepare"})
        with open_published(settings, "dim_scoring_models") as database:
            titles = dict(database.execute("select model_id, title from marts.dim_scoring_models"))
        properties = list(properties_of({str(model): title for model, title in titles.items()}))
        chosen = names or [sync.name for sync in definitions.ready if sync.tells_scores]
        if not chosen:
            raise UsageMistakeError(
                "no sync that tells scores can run", "Name one: docs/delivery.md has them."
            )
        done = []
        for name in dict.fromkeys(chosen):
            say(name)
            done.append(_prepared(definitions, folder, name, properties, insecure))
        return done


def _prepared(
    definitions: Definitions, folder: Path, name: str, properties: Sequence[Property], insecure: bool
) -> Prepared:
    telling = written_destinations(folder)
    if name in definitions.unset and name in telling:
        destination = telling[name]
        kind = str(destination.get("type"))
        preparer = preparer_for(kind)
        fields = preparer.fields(destination, properties)
        return Prepared(name, kind, fields, preparer.statement(destination, fields), definitions.unset[name])
    [sync] = definitions.chosen([name])
    if name not in telling:
        raise UsageMistakeError(f"sync {name} tells no scores", "There is nothing to prepare.")
    require_installed(name, sync.destination)
    if not insecure:
        refuse_open_secrets([sync])
    config = sync.config.destination
    preparer = preparer_for(sync.destination)
    fields = preparer.fields(config.model_dump(), properties)
    statement = preparer.statement(config.model_dump(), fields)
    try:
        with bounded_answers():
            made = preparer.make(config, fields, sync.config.sync)
    except (ReceiverTroubleError, LookupError, TypeError, ValueError) as error:
        told = str(error) if isinstance(error, ReceiverTroubleError) else f"can't be understood: {error!r}"
        raise DeliveryFailedError(
            f"{name}: {sync.hiding.hidden(told)}", "Nothing was told; correct it and try again."
        ) from error
    return Prepared(name, sync.destination, made, statement, None)
