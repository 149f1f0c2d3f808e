"""What readers of a release may ask: one SELECT over its tables, and nothing beside them.

Two locks, since either alone leaks. DuckDB's settings stop every read and write outside the
database, but not the functions that show settings and paths; the parser stops those, and whatever
is no SELECT.
"""

import logging
from functools import cache
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from crw.errors import CrwError

# Set when a connection opens; after that nothing can be set any more.
LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}

# It would tell on stderr what is said better in the error.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_STATEMENTS = (
    exp.Command,
    exp.Describe,
    exp.Into,
    exp.Pivot,
    exp.Pragma,
    exp.Show,
    exp.Summarize,
)
_TELLTALE = {"current_setting", "getenv", "write_log"}
_HINT = "give one SELECT over the marts, for instance: select count(*) from fct_declarations"


def open_locked(database: Path, **config: str) -> duckdb.DuckDBPyConnection:
    """A read-only connection that reaches nothing but this database."""
    return duckdb.connect(database, read_only=True, config=LOCKED | config)


def only_select(sql: str) -> None:
    """Raise unless `sql` is one SELECT (or UNION and the like) that reads nothing but tables."""
    try:
        statements = [s for s in sqlglot.parse(sql, read="duckdb") if s]
    except sqlglot.errors.SqlglotError as problem:
        raise CrwError(f"this SQL cannot be read: {_first_line(problem)}", _HINT) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise CrwError("only one SELECT statement is allowed", _HINT)
    statement = statements[0]
    for node in statement.find_all(*_STATEMENTS, exp.DML):
        raise CrwError(f"{type(node).__name__.upper()} is not allowed", _HINT)
    for function in statement.find_all(exp.Func):
        name = (function.name if isinstance(function, exp.Anonymous) else "").lower()
        if name in _TELLTALE | _table_functions() or isinstance(function, exp.ReadCSV):
            raise CrwError(f"the function {name or 'read_csv'} is not allowed", _HINT)
    for table in statement.find_all(exp.Table):
        name = table.name.lower()
        if name.startswith(("duckdb_", "pragma_", "sqlite_")) or name == "show":
            raise CrwError(f"{table.name} is not a mart", _HINT)


@cache
def _table_functions() -> frozenset[str]:
    """Functions that make tables of files, settings or SQL texts."""
    with duckdb.connect() as memory:
        names = memory.sql("""
            select function_name from duckdb_functions()
            group by function_name
            having bool_and(function_type in ('table', 'table_macro', 'pragma'))
        """).fetchall()
    return frozenset(name for (name,) in names) - {"generate_series", "range", "unnest"}


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]
