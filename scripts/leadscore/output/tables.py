"""Tables for people, and lines on stderr."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leadscore.errors import ConfigurationMistakesError, LeadscoreError
from leadscore.text import escaped, one_line


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; numbers stand to the right, nothing in the data is read as markup."""
    body = [list(row) for row in rows]
    table = Table(title=Text(escaped(title)), title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        numeric = any(isinstance(row[index], int | float | Decimal) for row in body)
        # Folded, not cut: the end of a long id or path may be what tells it from others.
        table.add_column(Text(escaped(column)), justify="right" if numeric else "left", overflow="fold")
    for row in body:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console(width=None if Console().is_terminal else 160).print(table)


def show_summary(summary: Sequence[Mapping[str, object]], title: str) -> None:
    """Print the metrics of a run."""
    show_table(title, ["metric", "value", ""], ([m["metric"], m["value"], m["description"]] for m in summary))


def tell(text: str) -> None:
    """Tell one line on stderr; whatever data stands in it, it stays one, and orders nothing of a terminal."""
    typer.echo(escaped(text), err=True)


def show_line(text: str) -> None:
    """Print one line, likewise."""
    typer.echo(escaped(text))


def show_error(error: LeadscoreError) -> None:
    """Tell what went wrong and what to do next, on stderr; configuration mistakes one a line."""
    if isinstance(error, ConfigurationMistakesError):
        for mistake in error.mistakes:
            tell(str(mistake))
    for line in f"Error: {error.message}".split("\n"):
        tell(line)
    if error.advice:
        tell(error.advice)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float | Decimal):
        return f"{value:,.2f}"
    return one_line(str(value), longest=120)
