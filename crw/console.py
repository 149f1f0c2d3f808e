"""The one console: progress and summaries go to stderr, answers (query, --json) to stdout."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 120)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress display for long work; plain and quiet where stderr is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield bar


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """A summary table that fits one screen; numbers get thousands separators."""
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False)
    rows = [list(row) for row in rows]
    for i, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[i], int | float) for row in rows)
        shown.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(f"{v:,}" if isinstance(v, int) else escape(str(v)) for v in row))
    return shown
