"""A publication with scores, a receiver and the syncs that ship, for tests of `leadscore deliver`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from delivery_world import World, deliver
from receiver import receiving
from typer.testing import Result

MARTS = """
    drop table marts.contact_scores;
    create table marts.contact_scores (
        model_id varchar, contact_id varchar, band_id varchar, band_title varchar, score decimal(28, 2),
        last_changed_at timestamp, as_of timestamp
    );
    create table marts.dim_contacts (contact_id varchar, email varchar, created_at timestamp);
    create table marts.score_reasons (
        model_id varchar, contact_id varchar, sign varchar, rule_id varchar, title varchar, rank integer,
        points decimal(38, 8)
    );
    delete from marts.dim_scoring_models;
    insert into marts.dim_scoring_models values ('lead', 'Lead <score>'), ('fit', null);
"""
# Model -> score, or nothing where the model doesn't score a contact.
Scores = Mapping[str, float | None]


class ScoreWorld(World):
    """A world whose publication says what each contact's scores are."""

    def publish_scores(self, scores: Mapping[str, Scores], **addresses: str | None) -> None:
        """Publish the scores of all contacts; who isn't given is no more.

        Args:
            scores: Contact -> model -> score.
            addresses: Contact -> address; else `<contact>@example.com`.
        """
        with self.publication.changing() as connection:
            for table in ("contact_scores", "dim_contacts", "score_reasons"):
                connection.execute(f"delete from marts.{table}")
            for number, (contact, of_contact) in enumerate(scores.items()):
                address = addresses.get(contact, f"{contact}@example.com")
                connection.execute(
                    "insert into marts.dim_contacts values (?, ?, make_timestamp(2026, 1, 1, 0, ?, 0.0))",
                    [contact, address, number % 60],
                )
                for model, score in of_contact.items():
                    if score is None:
                        continue
                    band = "hot" if score >= 50 else None
                    connection.execute(
                        "insert into marts.contact_scores values "
                        "(?, ?, ?, ?, ?, '2026-03-01 10:00:00.123456', '2026-03-02')",
                        [model, contact, band, band and 'Hot "now"', score],
                    )
                    connection.execute(
                        "insert into marts.score_reasons values (?, ?, 'for', 'r1', 'Came, saw', 1, ?), "
                        "(?, ?, 'for', 'r2', 'Second', 2, 99), (?, ?, 'against', 'r3', null, 1, -0.5)",
                        [model, contact, score, model, contact, model, contact],
                    )


def told(model: str, score: float | None, band: str | None = None) -> dict[str, object]:
    """What a tool keeps of one score, as ScoreWorld publishes it."""
    stem = f"leadscore_{model}"
    if score is None:
        return dict.fromkeys((stem, f"{stem}_band", f"{stem}_reason", f"{stem}_changed_at"))
    return {
        stem: score,
        f"{stem}_band": band,
        f"{stem}_reason": f"Came, saw (+{score:.2f})".replace(".00", ""),
        f"{stem}_changed_at": "2026-03-01T10:00:00Z",
    }


def deliver_scores(world: World, *arguments: str) -> Result:
    """Give the command, on the world's syncs."""
    return deliver(*arguments, "--syncs", str(world.syncs))


@contextmanager
def delivering_scores(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScoreWorld]:
    """A world in a folder, whose webhook for scores is its receiver."""
    with receiving() as receiver:
        made = ScoreWorld(folder, receiver)
        made.publication.execute(MARTS)
        for path in made.syncs.iterdir():
            # Each delivery reads all of them.
            if not path.stem.endswith("_scores") and path.stem != "segment_webhook":
                path.unlink()
        monkeypatch.setenv("LEADSCORE_DATABASE", str(made.database))
        monkeypatch.setenv("LEADSCORE_SCORES_URL", f"{receiver.url}/scores")
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setenv("COLUMNS", "220")
        yield made
