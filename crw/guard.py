"""What readers of a release may ask: one SELECT over its marts, and nothing beside them.

Two locks, since either alone leaks. DuckDB's settings stop every read and write outside the
database, but not the functions and tables that show settings, paths and statistics of rows that
are not the reader's; those this module refuses, reading the statement as DuckDB itself does.
"""

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from crw.errors import CrwError

# Set when a connection opens; after that nothing can be set any more.
LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}

# What one query may take before it spills to disk, and what it may spill there.
MEMORY = "2GB"
_SPILL = "10GB"

# Functions that tell of the database instead of its rows, of rows that a filter leaves out
# (`stats`), or of SQL given as text; or that wait or leave something behind.
_TELLTALE = {
    *("stats", "version", "getenv", "in_search_path", "get_block_size", "txid_current"),
    *("json_serialize_plan", "json_serialize_sql", "json_deserialize_sql"),
    *("col_description", "obj_description", "shobj_description", "parse_duckdb_log_message"),
    *("write_log", "nextval", "currval", "setseed", "sleep_ms"),
}
_TELLTALE_GROUPS = ("pg_", "current_", "has_", "inet_", "__internal_")
_HARMLESS = {"pg_typeof", "current_date", "current_localtime", "current_localtimestamp"}
_MAKING_ROWS = {"generate_series", "range", "unnest"}
_HINT = "give one SELECT over the marts, for instance: select count(*) from fct_declarations"


def open_locked(database: Path, **config: str) -> duckdb.DuckDBPyConnection:
    """A read-only connection that reaches nothing but this database."""
    return duckdb.connect(database, read_only=True, config=LOCKED | config)


def limits(memory: str = MEMORY) -> dict[str, str]:
    """Sorts that outgrow memory spill to the temporary folder, never beside the release."""
    return {
        "memory_limit": memory,
        "temp_directory": tempfile.gettempdir(),
        "max_temp_directory_size": _SPILL,
    }


def deadline(connection: duckdb.DuckDBPyConnection, seconds: float) -> threading.Timer:
    """Stops what the connection runs, also while its rows are fetched, unless cancelled in time.

    DuckDB has no time-out of its own.
    """

    def stop() -> None:
        with suppress(duckdb.Error):  # closed meanwhile
            connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    return timer


def explained(
    problem: duckdb.Error, seconds: float, memory: str = MEMORY, options: str = ""
) -> CrwError:
    """What a reader can do about an error of his query."""
    less = f"ask for fewer months or columns, or for sums instead of rows{options}"
    if isinstance(problem, duckdb.InterruptException):
        return CrwError(
            f"the query took longer than {seconds:g} s and was stopped",
            less,
        )
    if isinstance(problem, duckdb.OutOfMemoryException):
        return CrwError(
            f"the query needed more than {memory} of memory and {_SPILL} of disk",
            less,
        )
    lines = str(problem).strip().splitlines()
    return CrwError(lines[0], " ".join(lines[1:2]))


def tables_of(sql: str) -> set[str]:
    """The tables that one SELECT (or UNION and the like) reads; anything else raises.

    DuckDB's own parser reads it, so that no statement means one thing here and another there.
    """
    text = _parser().cursor().execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()[0]
    tree = json.loads(text)
    if tree["error"] and tree["error_type"] == "not implemented":
        raise CrwError("only one SELECT statement is allowed", _HINT)
    if tree["error"]:
        raise CrwError(f"this SQL cannot be read: {tree['error_message'].splitlines()[0]}", _HINT)
    if len(tree["statements"]) != 1:
        raise CrwError("only one SELECT statement is allowed", _HINT)
    return set(_tables(tree["statements"][0], frozenset()))


def _tables(node: Any, ctes: frozenset[str]) -> Iterator[str]:
    """Walk the tree, knowing which CTEs are in scope: elsewhere their names mean tables."""
    if isinstance(node, list):
        for each in node:
            yield from _tables(each, ctes)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind in ("SHOW_REF", "PIVOT"):
        raise CrwError("SHOW, DESCRIBE, SUMMARIZE, PIVOT and UNPIVOT are not allowed", _HINT)
    if kind == "TABLE_FUNCTION":
        _refuse_unless(node["function"].get("function_name", "").lower() in _MAKING_ROWS, node)
    elif "function_name" in node:
        _refuse_unless(_is_harmless(node["function_name"].lower()), node)
    if kind == "RECURSIVE_CTE_NODE":
        ctes |= {_folded(node["cte_name"])}
    for cte in node.get("cte_map", {}).get("map", []):
        yield from _tables(cte["value"], ctes)
        ctes |= {_folded(cte["key"])}
    if kind == "BASE_TABLE":
        yield from _table(node, ctes)
    for key, value in node.items():
        if key != "cte_map":
            yield from _tables(value, ctes)


def _table(node: dict[str, Any], ctes: frozenset[str]) -> Iterator[str]:
    name, schema, catalog = node["table_name"], node["schema_name"], node["catalog_name"]
    if catalog or _folded(schema) not in ("", "main"):
        raise CrwError(f"{'.'.join(filter(None, (catalog, schema, name)))} is not a mart", _HINT)
    if schema or _folded(name) not in ctes:
        yield _folded(name)


def _folded(name: str) -> str:
    """As DuckDB compares names: without regard to the case of ASCII letters alone."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _is_harmless(function: str) -> bool:
    return function in _HARMLESS or not (
        function in _TELLTALE or function.startswith(_TELLTALE_GROUPS)
    )


def _refuse_unless(harmless: bool, node: dict[str, Any]) -> None:
    if not harmless:
        name = node.get("function_name") or node["function"].get("function_name", "of a table")
        raise CrwError(f"the function {name.lower()} is not allowed", _HINT)


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config=LOCKED)
