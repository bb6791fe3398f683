"""dbt in less time: all that is done for it elsewhere in this package, together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadscore.build.calls import quick_calls
from leadscore.build.contexts import quick_contexts
from leadscore.build.parsed import collector_calmed
from leadscore.build.shortcuts import shortcuts
from leadscore.build.templates import kept_templates

# In the project's folder, wherever DBT_TARGET_PATH is: one for all.
TEMPLATES = Path("target", "templates")


@contextmanager
def quick_dbt() -> Iterator[None]:
    """Let dbt do the same in less time, while this lasts, in the project's folder."""
    with kept_templates(TEMPLATES), quick_contexts(), quick_calls(), shortcuts(), collector_calmed():
        yield
