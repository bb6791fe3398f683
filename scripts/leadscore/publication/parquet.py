"""The Parquet files of a publication: written, or taken over from the last one where nothing changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadscore.errors import UsageMistakeError
from leadscore.publication.record import MartRecord, Publication
from leadscore.publication.tables import MARTS, Relation
from leadscore.settings import Variable, said
from leadscore.storage.database import Database, literal
from leadscore.storage.files import checksum, link_or_copy

DEFAULT, ALL, NONE = "default", "all", "none"
# They are as big as the events: only on request.
BIG_MARTS = frozenset({"fct_rule_points", "fct_score_ledger", "score_snapshots"})
# Who is who, which nobody needs outside the file that readers open: only on request, too.
PEOPLE = frozenset({"dim_contacts"})
# Views whose rows change only for contacts that a run moved, and not by its as_of alone.
HISTORY = BIG_MARTS | {"band_transitions", "score_reasons"}
# Level 1 takes as long as snappy, and its files are a third smaller: docs/publication.md.
OPTIONS = "format parquet, compression zstd, compression_level 1"


@dataclass(frozen=True)
class ParquetChoice:
    """Which marts get a Parquet file.

    Attributes:
        names: These; None: all but `but`.
        but: What is left out.
    """

    names: frozenset[str] | None = None
    but: frozenset[str] = frozenset()

    def takes(self, mart: str) -> bool:
        """Whether a mart gets a file."""
        return mart not in self.but if self.names is None else mart in self.names


def parquet_choice(environment: Mapping[str, str] | None = None) -> ParquetChoice:
    """What `LEADSCORE_PARQUET` says; the default if it says nothing.

    Raises:
        UsageMistakeError: It can't be a list of marts.
    """
    written = (said(Variable.PARQUET, environment) or DEFAULT).strip()
    if written == DEFAULT:
        return ParquetChoice(but=BIG_MARTS | PEOPLE)
    if written == ALL:
        return ParquetChoice()
    if written == NONE:
        return ParquetChoice(names=frozenset())
    names = frozenset(name.strip() for name in written.split(",") if name.strip())
    if not all(name.isidentifier() for name in names):
        raise UsageMistakeError(f"{Variable.PARQUET} is {written!r}", _advice())
    return ParquetChoice(names=names)


def write_parquet(
    database: Database,
    published: Mapping[Relation, MartRecord],
    choice: ParquetChoice,
    *,
    as_of: datetime,
    nothing_moved: bool,
    last: tuple[Publication, Path] | None,
    folder: Path,
    say: Callable[[str], None],
    warn: Callable[[str], None],
) -> dict[Relation, MartRecord]:
    """Write a Parquet file for each mart of the attached database `source` that is chosen.

    Args:
        database: A connection with `source`.
        published: What is published.
        choice: Which of its marts get a file.
        as_of: The instant scored for.
        nothing_moved: Whether no contact moved since the last publication.
        last: The last publication and its folder.
        folder: Where the files go.
        say: Is told which mart is being written.
        warn: Is told of files that aren't as they were written.

    Returns:
        What is published, each mart with the as_of and the checksum of its file.

    Raises:
        UsageMistakeError: A mart is chosen that there is not.
    """
    marts = {relation.name for relation in published if relation.schema == MARTS}
    if unknown := sorted((choice.names or frozenset()) - marts):
        raise UsageMistakeError(
            f"{Variable.PARQUET} names {', '.join(unknown)}, which is no mart", _advice(marts)
        )
    written = {}
    for relation, record in published.items():
        if relation.schema != MARTS or not choice.takes(relation.name):
            written[relation] = replace(record, parquet_as_of=None, parquet_sha256=None)
            continue
        place = folder / f"{relation.name}.parquet"
        kept = None
        if last is not None and _unchanged(relation, record, last[0], nothing_moved):
            kept = _kept(last[1] / place.name, last[0].marts[relation.key].parquet_sha256, place, warn)
        if kept is None:
            say(place.name)
            database.execute(
                f"copy (from {relation.qualified_name('source')}) to {literal(place)} ({OPTIONS})"
            )
        written[relation] = replace(record, parquet_as_of=as_of, parquet_sha256=kept or checksum(place))
    return written


def _kept(file: Path, sha256: str | None, place: Path, warn: Callable[[str], None]) -> str | None:
    """Give a file of the last publication its place in the next; its checksum, or None if it can't stay.

    All of its bytes are read: that costs a hundredth of writing it, and a damaged file would stay for ever.
    """
    if sha256 is None:
        return None
    try:
        damage = "" if checksum(file) == sha256 else "it isn't as it was written"
    except OSError as error:
        damage = str(error.strerror)
    if damage:
        warn(f"the published {file.name} was damaged ({damage}) and is written anew")
        return None
    link_or_copy(file, place)
    return sha256


def _unchanged(relation: Relation, record: MartRecord, last: Publication, nothing_moved: bool) -> bool:
    known = last.marts.get(relation.key)
    if known is None or not known.same_columns(record) or known.parquet_as_of != last.as_of:
        return False
    return known.same_rows(record) or (relation.is_view and relation.name in HISTORY and nothing_moved)


def _advice(marts: set[str] | None = None) -> str:
    known = f": {', '.join(sorted(marts))}" if marts else ", such as contact_scores,band_transitions"
    return f"Set it to {DEFAULT}, {ALL}, {NONE}, or to names of marts split at commas{known}."
