"""Readers never fail: a process that opens what is published, again and again, while runs publish."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from leadscore.publication import base as publication_base
from leadscore.publication import folder as publication_folder
from leadscore.publication.publish import publish
from scored_databases import ScoredDatabase

GRACE = 1.0
READER = """
import sys
from pathlib import Path
import duckdb

published, stop = Path(sys.argv[1]), Path(sys.argv[2])
agree = "select (select sum(points) from {ledger}) = (select sum(score) from {scores}), as_of from {scores} limit 1"
seen, reads = set(), 0
while not stop.exists():
    with duckdb.connect(str(published / "leadscore.duckdb"), read_only=True) as connection:
        marts = {"ledger": "marts.fct_score_ledger", "scores": "marts.contact_scores"}
        for _ in range(2):
            agrees, as_of = connection.execute(agree.format(**marts)).fetchone()
            assert agrees, f"two runs in one file at {as_of}"
        assert connection.execute("select count(distinct as_of) from marts.contact_scores").fetchall() == [(1,)]
    with duckdb.connect() as connection:
        assert connection.execute("select count(*) from read_parquet(?)", [str(published / "fct_score_ledger.parquet")]).fetchone()[0]
        one = (published / ".current").resolve()
        marts = {"ledger": f"'{one}/fct_score_ledger.parquet'", "scores": f"'{one}/contact_scores.parquet'"}
        assert connection.execute(agree.format(**marts)).fetchone() >= (True, as_of), "two runs in one set"
    seen.add(as_of)
    reads += 1
print(reads, len(seen))
"""  # noqa: E501 - a program of its own


def test_readers_neither_fail_nor_see_two_runs_while_publications_are_switched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_PARQUET", "all")
    monkeypatch.setattr(publication_base, "GRACE", timedelta(seconds=GRACE))
    monkeypatch.setattr(publication_folder, "GRACE", timedelta(seconds=GRACE))
    folder = tmp_path / "plain"
    folder.mkdir()
    database = ScoredDatabase(folder)
    database.settings = type(database.settings)(
        database.settings.root, folder / "scores.duckdb", folder / "published", database.settings.seeds
    )
    database.full_run()
    publish(database.settings, lambda _: None)
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(database.settings.published), str(stop)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for number in range(30):
            database.full_run() if number % 10 == 9 else database.run([number, number + 1])
            if number % 5 == 4:
                time.sleep(GRACE)  # so that the spare file is taken too
            publish(database.settings, lambda _: None)
            assert reader.poll() is None, reader.stderr and reader.stderr.read()
    finally:
        stop.touch()
        told, error = reader.communicate(timeout=60)
    assert reader.returncode == 0, error
    reads, seen = map(int, told.split())
    assert reads >= seen >= 5, "it read while publications were switched"
