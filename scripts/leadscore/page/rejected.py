"""What of the raw tables couldn't be read, and why: counted, then row by row."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from leadscore.page.context import PAGE_ROWS, Context
from leadscore.page.published import Published, Row
from leadscore.runs.rejections import COUNTS, KIND


@dataclass(frozen=True)
class Rejected:
    """Which problems are wanted.

    Attributes:
        source_table: Of this raw table; None: of any.
        kind: With this reason, values aside; None: with any.
    """

    source_table: str | None = None
    kind: str | None = None

    def listed(self, published: Published, start: int = 0) -> list[Row]:
        """A page of them, newest first."""
        parts = [
            (condition, value)
            for condition, value in (("source_table = ?", self.source_table), (f"{KIND} = ?", self.kind))
            if value is not None
        ]
        return published.rows(
            f"""
            select source_table, row_key, reason, loaded_at, row_json
            from marts.rejected_rows
            where {" and ".join(["true", *(condition for condition, _ in parts)])}
            order by loaded_at desc nulls last, source_table, row_key nulls last, reason
            limit ? offset ?
            """,
            *(value for _, value in parts),
            PAGE_ROWS,
            start,
        )


def show(page: Context) -> None:
    """What was rejected."""
    words = page.words
    st.subheader(words("rejected"))
    counts = page.published.rows(COUNTS)
    if not counts:
        st.success(words("nothing_rejected"))
        return
    page.table(counts)
    left, right = st.columns(2)
    table = left.selectbox(
        words("column_source_table"),
        sorted({row["source_table"] for row in counts}),
        index=None,
        key="table",
        bind="query-params",
        placeholder=words("any"),
    )
    of_table = [row for row in counts if table in (None, row["source_table"])]
    kind = right.selectbox(
        words("column_reason"),
        sorted({row["reason"] for row in of_table}),
        index=None,
        key="reason",
        bind="query-params",
        placeholder=words("any"),
    )
    count = sum(row["rows"] for row in of_table if kind in (None, row["reason"]))
    start = page.pick_page(count, f"page_rejected_{table}_{kind}")
    page.table(Rejected(table, kind).listed(page.published, start))
    st.caption(words("rejected_help"))
