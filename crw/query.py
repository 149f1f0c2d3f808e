"""Ad-hoc SQL on the current release: read-only, one SELECT, nothing else within reach."""

import csv
import json
import sys

import duckdb

from crw.access import matrix
from crw.console import err, out, table
from crw.errors import CrwError
from crw.guard import deadline, explained, limits, open_locked, tables_of
from crw.home import Home
from crw.publish import current

# A screen holds no more; csv and json give all rows.
_SHOWN = 100


def query(
    home: Home, sql: str, form: str = "table", seconds: float = 300, memory: str = "4GB"
) -> None:
    """Print the answer as a table, as CSV or as JSON lines."""
    if form not in ("table", "csv", "json"):
        raise CrwError(f"unknown format '{form}'", "formats: table, csv, json")
    if others := tables_of(sql) - set(matrix()):
        raise CrwError(f"{min(others)} is not a mart", "docs/access.md lists them")
    release = current(home)
    try:
        with open_locked(release / "warehouse.duckdb", **limits(memory)) as warehouse:
            timer = deadline(warehouse, seconds)
            answer = warehouse.execute(sql)
            columns = [column[0] for column in answer.description]
            if form == "table":
                _print_table(columns, answer)
            elif form == "csv":
                _print_csv(columns, answer)
            else:
                _print_json(columns, answer)
            timer.cancel()
    except duckdb.Error as problem:
        raise explained(problem, seconds, memory, ", or give --timeout or --memory") from None


def _print_table(columns: list[str], answer: duckdb.DuckDBPyConnection) -> None:
    rows = answer.fetchmany(_SHOWN + 1)
    shown = [["" if v is None else v for v in row] for row in rows[:_SHOWN]]
    out.print(table("", columns, shown))
    if len(rows) > _SHOWN:
        err.print(f"the first {_SHOWN} rows; --format csv gives them all")


def _print_csv(columns: list[str], answer: duckdb.DuckDBPyConnection) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    while rows := answer.fetchmany(10_000):
        writer.writerows(rows)


def _print_json(columns: list[str], answer: duckdb.DuckDBPyConnection) -> None:
    while rows := answer.fetchmany(10_000):
        for row in rows:
            print(json.dumps(dict(zip(columns, row, strict=True)), default=str, ensure_ascii=False))
