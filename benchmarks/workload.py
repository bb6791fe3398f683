"""The benchmark's input: N events over M contacts, and 60 rules in three models, as seeds and raw tables."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

EVENT_TYPES = (
    "page_view",
    "email_opened",
    "email_clicked",
    "form_submitted",
    "email_replied",
    "webinar_attended",
)
AS_OF = "2026-01-01T00:00:00Z"
HEADERS = {
    "scoring_models": "model_id,title,description,is_active,starting_points,minimum_score,maximum_score",
    "scoring_rules": (
        "rule_id,model_id,title,description,is_active,category,operation,points,trigger,activity,recurrence,once_per,"
        "limit_count,limit_period,delay,expires_after,decay,decay_percent,decay_every,window_length,measure,measure_field,"
        "comparator,threshold,threshold_high,evaluate_from,valid_from,valid_to"
    ),
    "rule_conditions": "rule_id,clause,field,operator,value",
    "model_conditions": "model_id,clause,field,operator,value",
    "category_limits": "model_id,category,minimum,maximum",
    "score_bands": "model_id,band_id,title,above,from_score,up_to,below,action,notify,notify_again_after",
    "score_matrix": "matrix_id,first_model_id,first_band_id,second_model_id,second_band_id,label",
    "account_roles": "role,job_title_contains,weight",
    "rfm_segments": (
        "rfm_segment,priority,recency_from,recency_to,frequency_from,frequency_to,monetary_from,monetary_to"
    ),
    "segments": "segment_id,title,description,is_active,requires_consent",
    "segment_conditions": "segment_id,clause,field,operator,value",
}


def rules(number: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rules and their conditions.

    Args:
        number: How many rules; one in ten is a window rule, one a set, the rest award activities.

    Returns:
        Rows of `scoring_rules` and of `rule_conditions`.
    """
    made: list[dict[str, str]] = []
    conditions: list[dict[str, str]] = []
    for position in range(number):
        rule = {
            "rule_id": f"rule_{position:02}",
            "model_id": f"model_{position % 3}",
            "operation": "subtract" if position % 7 == 3 else "add",
            "points": str(position % 9 + 1),
            "trigger": "activity",
            "activity": EVENT_TYPES[position % len(EVENT_TYPES)],
        }
        if position == 0:
            rule |= {
                "operation": "set",
                "points": "0",
                "trigger": "window",
                "measure": "count",
                "comparator": "=",
            }
            rule |= {"threshold": "0", "window_length": "180 days"}
        elif position % 10 == 0:
            rule |= {"trigger": "window", "measure": "count", "comparator": ">=", "threshold": "5"}
            rule |= {"window_length": "90 days"}
        elif position % 10 == 1:
            rule |= {"limit_count": "3", "limit_period": "day"}
        elif position % 10 == 2:
            rule |= {"expires_after": "6 months"}
        elif position == 13:
            rule |= {"decay": "linear", "decay_percent": "25", "decay_every": "30 days"}
        elif position % 10 == 4:
            rule |= {"once_per": "event.page_path"}
        if rule["trigger"] == "activity":
            page = {"field": "event.page_path", "operator": "=", "value": f"/page/{position % 40}"}
            conditions.append({"rule_id": rule["rule_id"], "clause": "1"} | page)
        made.append(rule)
    return made, conditions


def write_seeds(folder: Path, number: int) -> None:
    """Write the benchmark's configuration.

    Args:
        folder: Where the seed files go.
        number: How many rules.
    """
    made, conditions = rules(number)
    rows = {
        "scoring_models": [{"model_id": f"model_{model}"} for model in range(3)],
        "scoring_rules": made,
        "rule_conditions": conditions,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for seed, header in HEADERS.items():
        with (folder / f"{seed}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header.split(","))
            writer.writeheader()
            writer.writerows(rows.get(seed, []))


def write_raw_tables(database: Path, events: int, contacts: int) -> None:
    """Fill the raw tables of a new database.

    Args:
        database: The DuckDB file.
        events: How many events, over two years.
        contacts: How many contacts; a twentieth of the events are anonymous.
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            """
            create table raw.contacts as
            select 'contact-' || range as contact_id,
                timestamp '2024-01-01' + to_seconds(range % 60000000) as created_at,
                timestamp '2026-01-01' as loaded_at
            from range(?)
            """,
            [contacts],
        )
        connection.execute(
            f"""
            create table raw.events as
            select 'event-' || range as event_id,
                {list(EVENT_TYPES)!r}[(hash(range) % {len(EVENT_TYPES)})::int + 1] as event_type,
                timestamp '2024-01-01' + to_seconds((hash(range, 1) % 63000000)::bigint) as occurred_at,
                case when range % 20 > 0 then 'contact-' || (hash(range, 2) % $contacts) end as contact_id,
                case when range % 10 = 0 then 'visitor-' || (hash(range // 20, 3) % $contacts) end
                    as anonymous_id,
                '/page/' || (hash(range, 4) % 40) as page_path,
                false as is_machine,
                timestamp '2026-01-01' as loaded_at
            from range($events)
            """,
            {"events": events, "contacts": contacts},
        )
