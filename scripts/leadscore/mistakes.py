"""A mistake in the configuration, as it is shown."""

from dataclasses import dataclass

from leadscore.text import one_line


@dataclass(frozen=True)
class Mistake:
    """One mistake in a seed; the columns of the model `config_errors`.

    Attributes:
        seed: The seed's name.
        row_number: Its row as a spreadsheet counts it (the header is row 1); None for the whole file.
        row_key: The row's id, where it has one.
        column_name: The column, where one is to blame.
        value: What stands there.
        problem: What is wrong.
        allowed: What would be right.
    """

    seed: str
    row_number: int | None
    row_key: str | None
    column_name: str | None
    value: str | None
    problem: str
    allowed: str | None

    def __str__(self) -> str:
        row = "" if self.row_number is None else f", row {self.row_number}"
        key = f" ({self.row_key})" if self.row_key else ""
        column = f", {self.column_name}" if self.column_name else ""
        allowed = f"; {self.allowed}" if self.allowed else ""
        return one_line(f"{self.seed}{row}{key}{column}: {self.problem}{allowed}")
