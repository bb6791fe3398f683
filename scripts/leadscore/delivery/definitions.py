"""The syncs of a project: YAML files in drt's own format, each for one receiver, read and checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import yaml
from drt.config.models import SyncConfig
from drt.config.parser import expand_env_vars, expand_sync_vars
from pydantic import ValidationError

from leadscore.delivery.destinations.choice import register_own
from leadscore.delivery.hiding import Hiding
from leadscore.delivery.secrets import (
    HEADER_FIELDS,
    MANY_LINES,
    fault,
    in_header,
    named_variables,
    placeholders,
    trimmed,
    written_secrets,
)
from leadscore.delivery.sync import Sync, as_tree, reads_scores, receiver_of, without_semicolon
from leadscore.errors import UsageMistakeError
from leadscore.storage.database import reading_files

# The one in C, where PyYAML has it, takes a tenth of the time.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Definitions:
    """The syncs of a folder.

    Attributes:
        ready: Those that can run, in the order of their files.
        unset: Those that can't, because an environment variable is missing: name -> what is missing.
        refused: Those that can't, because one of theirs can't be sent: name -> what is wrong.
    """

    ready: Sequence[Sync]
    unset: dict[str, str]
    refused: dict[str, list[str]] = field(default_factory=dict)

    def chosen(self, names: Sequence[str]) -> list[Sync]:
        """The syncs that a user names; all that can run if none is named.

        Raises:
            UsageMistakeError: One of them isn't there, or a variable of it isn't set or can't be sent.
        """
        wrong = {name: told for name, told in self.refused.items() if not names or name in names}
        if wrong:
            raise UsageMistakeError(
                [f"sync {name} can't run: {mistake}" for name, told in wrong.items() for mistake in told],
                "Set it to its value alone, or unset it and the sync is left out. Nothing was sent.",
            )
        for name in names:
            if name in self.unset:
                raise UsageMistakeError(f"sync {name} can't run: {self.unset[name]}", "Set it and try again.")
        known = {sync.name: sync for sync in self.ready}
        if unknown := [name for name in names if name not in known]:
            raise UsageMistakeError(
                f"there is no sync {', '.join(map(repr, unknown))}",
                f"Known are: {', '.join(sorted([*known, *self.unset, *self.refused])) or 'none'}.",
            )
        if not names and not known:
            missing = "; ".join(f"{name}: {reason}" for name, reason in self.unset.items())
            raise UsageMistakeError(
                f"no sync can run: {missing or 'the folder has none'}",
                "docs/delivery.md tells what each needs.",
            )
        return [known[name] for name in dict.fromkeys(names)] if names else list(self.ready)


def read_definitions(folder: Path, variables: dict[str, object]) -> Definitions:
    """Read the syncs of a folder.

    Args:
        folder: The folder with `*.yml`.
        variables: What `{{ var('name') }}` stands for outside of SQL.

    Raises:
        UsageMistakeError: A file isn't a sync that delivers each row once; every mistake is told.
    """
    register_own()
    ready: list[Sync] = []
    unset: dict[str, str] = {}
    refused: dict[str, list[str]] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        written = _written(path, mistakes)
        if written is None:
            continue
        name = str(written.get("name") or path.stem)
        used = _Used()
        for variable, place in placeholders(written):
            used.take(variable, in_header=in_header(place), by_destination=place[:1] == ("destination",))
        if used.faults:
            refused[name] = used.faults
            continue
        try:
            expanded = expand_sync_vars(expand_env_vars(written), variables)
            config = SyncConfig.model_validate(expanded)
        except ValidationError as error:
            hide = Hiding(used.values).hidden
            mistakes += [
                f"{path.name}, {_place(problem)}: {hide(problem['msg'])}" for problem in error.errors()
            ]
            continue
        except ValueError as error:
            unset[name] = str(error)
            continue
        mistakes += [f"{path.name}, {mistake}" for mistake in _mistakes(config)]
        destination = as_tree(config.destination)
        for variable, of_field in named_variables(destination):
            header = of_field.lower().endswith(HEADER_FIELDS)
            used.take(variable, in_header=header, many_lines=of_field.lower().endswith(MANY_LINES))
        if missing := _missing_secret(config.destination):
            unset[name] = f"Environment variable {missing} is not set"
        elif used.faults:
            refused[name] = used.faults
        else:
            hiding = Hiding({*used.values, *used.pairs(), *written_secrets(destination)})
            ready.append(Sync(path, config, hiding, tuple(used.by_destination)))
    names = [sync.name for sync in ready]
    mistakes += [f"name {name} occurs twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if mistakes:
        raise UsageMistakeError(mistakes, f"Correct the files in {folder}.")
    with reading_files() as database:
        return Definitions(
            [replace(sync, reads=database.tables_read(sync.query_sql)) for sync in ready], unset, refused
        )


def refuse_open_secrets(syncs: Sequence[Sync]) -> None:
    """Refuse to show everybody on the way what is secret.

    Raises:
        UsageMistakeError: A sync sends values of the environment, or a token, without encryption.
    """
    mistakes = [
        f"sync {sync.name} would send {', '.join(sync.variables) or 'its token'} "
        f"to another machine {way}, for everybody on the way to read"
        for sync in syncs
        if (way := sync.open_way) is not None
    ]
    if mistakes:
        raise UsageMistakeError(
            mistakes,
            "Use an address with https, or ask for TLS (docs/delivery.md). If you know the way: add "
            "--insecure. Nothing was sent.",
        )


def written_receivers(folder: Path) -> dict[str, str]:
    """Each receiver of a folder's syncs, those that can't run now too, with the SQL of all that tell it."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        written = _written(path, []) or {}
        tags = written.get("tags")
        receiver = receiver_of(str(written.get("name") or path.stem), tags if isinstance(tags, list) else [])
        found[receiver] = f"{found.get(receiver, '')} {written.get('model')}"
    return found


def written_destinations(folder: Path) -> dict[str, dict[str, Any]]:
    """The destination of each sync that tells scores, those that can't run now too, as it is written."""
    found: dict[str, dict[str, Any]] = {}
    with reading_files() as database:
        for path in sorted(folder.glob("*.yml")):
            written = _written(path, []) or {}
            destination, query = written.get("destination"), without_semicolon(str(written.get("model")))
            if isinstance(destination, dict) and reads_scores(database.tables_read(query)):
                found[str(written.get("name") or path.stem)] = destination
    return found


class _Used:
    """What a sync takes from the environment: variables, their values, and what is wrong with them."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.by_destination: list[str] = []
        self.faults: list[str] = []

    def pairs(self) -> Iterator[str]:
        """What a header may hold in base64: a user, a colon and a password, whichever they are."""
        yield from (f"{user}:{password}" for user, password in permutations(self.values, 2))

    def take(
        self, variable: str, *, in_header: bool, many_lines: bool = False, by_destination: bool = True
    ) -> None:
        """Take a variable in; one that isn't set is told elsewhere."""
        value = trimmed(variable)
        if value is None:
            return
        self.values.append(value)
        if by_destination and variable not in self.by_destination:
            self.by_destination.append(variable)
        found = fault(variable, value, in_header=in_header, many_lines=many_lines)
        if found is not None and found not in self.faults:
            self.faults.append(found)


def _written(path: Path, mistakes: list[str]) -> dict[str, Any] | None:
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mistakes.append(f"{path.name}: {error}")
        return None
    if not isinstance(written, dict):
        mistakes.append(f"{path.name}: it is no mapping with name, model and destination")
        return None
    return written


def _mistakes(config: Any) -> list[str]:
    """What drt allows, but would lose rows or send them again."""
    found = []
    if config.sync.on_error != "skip":
        found.append("sync.on_error: write skip; else drt takes the rows after a failed one for delivered")
    if config.sync.mode not in ("full", "upsert"):
        found.append(f"sync.mode: write full, not {config.sync.mode}; what has been delivered is known here")
    if not config.sync.idempotency_key:
        found.append('sync.idempotency_key: write "{{ row.delivery_key }}"')
    return found


def _missing_secret(destination: Any) -> str | None:
    """An environment variable that a destination reads its secret from, and that nobody has set."""
    for holder in (destination, getattr(destination, "auth", None)):
        for field_name, variable in dict(holder or ()).items():
            stem = field_name.removesuffix("_env")
            named = stem != field_name and getattr(holder, stem, None) is None
            if named and variable and trimmed(variable) is None:
                return str(variable)
    return None


def _place(problem: Any) -> str:
    return ".".join(str(part) for part in problem["loc"]) or "the file"
