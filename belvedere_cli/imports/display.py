"""What a person sees of an import: a bar (plain lines where there is no terminal), problems as they come, a summary.

Progress and problems go to stderr and the summary to stdout, so either can be kept in a file of its own.
"""

from collections.abc import Mapping
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

PLAIN_STEP_PERCENT = 10


class Display(Protocol):
    """Where an import tells how it goes."""

    def advance(self, position: int, rows: int) -> None:
        """So many bytes and rows of the file are acknowledged."""

    def note(self, text: str) -> None:
        """Something that a person should know now."""


class PlainDisplay:
    """A line at each tenth of the file."""

    def __init__(self, console: Console, size: int) -> None:
        self._console = console
        self._size = max(size, 1)
        self._shown = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to put back."""

    def advance(self, position: int, rows: int) -> None:
        """Say how far it is, when that is a step further than last said."""
        percent = 100 * position // self._size
        if percent >= self._shown + PLAIN_STEP_PERCENT:
            self._shown = percent - percent % PLAIN_STEP_PERCENT
            self.note(f"{percent:3d} %  {rows:,} rows")

    def note(self, text: str) -> None:
        """One line, as it is."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def retrying(self, why: str, wait_s: float) -> None:
        """A batch was not acknowledged and will be sent again."""
        self.note(f"sending again in {wait_s:.1f} s: {why}")


class BarDisplay(PlainDisplay):
    """A bar that stays at the bottom of the terminal, notes above it."""

    def __init__(self, console: Console, size: int) -> None:
        super().__init__(console, size)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console)
        self._task = self._bar.add_task("importing", total=self._size)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def advance(self, position: int, rows: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=position, description=f"{rows:,} rows")


def display_for(console: Console, size: int) -> PlainDisplay:
    """The bar where there is a terminal, and lines elsewhere."""
    return BarDisplay(console, size) if console.is_terminal else PlainDisplay(console, size)


def summary(title: str, counts: Mapping[str, int], seconds: float, events_per_second: float) -> Table:
    """The table an import ends with."""
    table = Table(title=escape(title), show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for name, count in counts.items():
        table.add_row(escape(name), f"{count:,}")
    table.add_row("seconds", f"{seconds:,.1f}")
    table.add_row("events/s", f"{events_per_second:,.0f}")
    return table
