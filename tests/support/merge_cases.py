"""Merges by `merged_rows`: the columns, the query of what the table gives up, and the rows that stay."""

from __future__ import annotations

INLINE = (
    "{{ merged_rows("
    "{'target_relation': api.Relation.create(schema='main', identifier='stored'), "
    "'temp_relation': api.Relation.create(schema='main', identifier='fresh')}, "
    "{'columns': COLUMNS, 'query': \"QUERY\"}) }}"
)
CASES = [
    (["contact_id"], "select 'ann' union all select 'ann' union all select 'nobody'", [("bob", 1, 30)]),
    (["contact_id", "line"], "select 'ann', 2", [("ann", 1, 10), ("bob", 1, 30)]),
    (["contact_id"], "select contact_id from (values ('x')) as v(contact_id) where false", None),
]


def inline_merge(columns: list[str], query: str) -> str:
    """The merge of the tables `stored` and `fresh`, for dbt to render."""
    return INLINE.replace("COLUMNS", repr(columns)).replace("QUERY", query)
