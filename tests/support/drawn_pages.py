"""Pages drawn without a browser, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from leadscore.page.options import PageOptions
from leadscore.settings import Settings
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest
from workspaces import PROJECT


def settings_of(folder: Path) -> Settings:
    return Settings(PROJECT, folder / "leadscore.duckdb", folder / "published", PROJECT / "seeds")


def drawn(options: PageOptions, name: str | None = None, **address: str) -> AppTest:
    """A page, or the first one with the others beside it."""

    def script(options, name):  # type: ignore[no-untyped-def]
        from leadscore.page import app

        if name is None:
            app.draw(options)
        else:
            app.draw_alone(options, name)

    page = AppTest.from_function(script, args=(options, name), default_timeout=60)
    for key, value in address.items():
        page.query_params[key] = value
    return page.run()


def texts_of(page: AppTest) -> str:
    """All that is Markdown or a text of a page's own."""
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "success", "warning", "error")
    elements: Iterable[Any] = (element for kind in kinds for element in page.get(kind))
    return "\n".join(str(element.value) for element in elements)


def html_of(page: AppTest) -> str:
    elements: Iterable[Any] = page.get("html")
    return "\n".join(element.proto.body for element in elements)


def charted(page: AppTest, *columns: str) -> list[tuple[Any, ...]]:
    """The rows that the chart with these columns, and no others, is drawn of."""
    for chart in page.get("vega_lite_chart"):
        rows = convert_arrow_bytes_to_pandas_df(chart.proto.data.data)
        if set(rows.columns) == set(columns):
            return list(rows[list(columns)].itertuples(index=False, name=None))
    raise AssertionError(f"no chart of {columns}")


def field(page: AppTest, label: str) -> Any:
    return next(field for field in page.text_input if field.label == label)


def button(page: AppTest, label: str) -> Any:
    return next(button for button in page.button if button.label == label)
