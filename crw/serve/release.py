"""One response, one release, one reader: what Superset reads, and what it may ask.

A request resolves `releases/current` once and reads that release to its end, even if it is
replaced or removed meanwhile. Every statement passes `_Cursor.execute`, whichever way Superset
took, and meets nothing but views of what its reader may see. Every cached answer carries the
release and the reader's scope in its key.
"""

import os
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper, CursorWrapper, Dialect
from flask import Flask, Response, g
from flask_caching.backends.filesystemcache import FileSystemCache
from sqlalchemy.types import String

from crw.access import Reader, level, matrix, view
from crw.errors import CrwError
from crw.guard import LOCKED, deadline, explained, limits, tables_of
from crw.home import Home
from crw.serve.roles import Seen, reader

THREADS = os.environ.get("CRW_DUCKDB_THREADS", "1")
SECONDS = float(os.environ.get("CRW_TIMEOUT", "60"))

# What the SQLAlchemy dialect asks of every database, without a reader's words in it.
_OF_THE_DIALECT = {"commit", "select current_schema()"}


@dataclass(frozen=True)
class Release:
    """A database in memory that holds nothing, beside it the release under a name nobody knows."""

    name: str
    catalog: str
    connection: duckdb.DuckDBPyConnection

    @classmethod
    def open(cls, name: str, database: Path) -> "Release":
        catalog = f"release_{secrets.token_hex(16)}"
        at_once = {k: v for k, v in LOCKED.items() if k.startswith(("auto", "python"))}
        connection = duckdb.connect(config=at_once | limits() | {"threads": THREADS})
        where = str(database).replace("'", "''")
        connection.execute(f"attach '{where}' as {catalog} (read_only)")
        for setting, value in LOCKED.items():
            connection.execute(f"set {setting} = {value}")
        return cls(name, catalog, connection)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """One more connection to the same open file."""
        connection = self.connection.cursor()
        # The dashboards' header asks for it: select getvariable('release').
        connection.execute(f"set variable release = '{self.name}'")
        return connection


class Connection(ConnectionWrapper):
    """A connection of one reader: each statement is judged, and finds views of its marts alone."""

    def __init__(self, release: Release, who: Reader, seconds: float = SECONDS) -> None:
        self.release, self.who, self.seconds = release, who, seconds
        self.raw = release.connect()
        self.timer: threading.Timer | None = None
        self.hidden: set[str] = set()
        super().__init__(self.raw)

    def cursor(self) -> "_Cursor":
        return _Cursor(self.raw, self)

    def close(self) -> None:
        if self.timer:
            self.timer.cancel()
        super().close()


class _Cursor(CursorWrapper):
    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        of = self.connection
        with self._told():
            if statement.lower() not in _OF_THE_DIALECT:
                for mart in tables_of(statement):
                    seen = view(of.who, mart, of.release.catalog)
                    of.hidden |= set(matrix()[mart].hides.get(of.who.role, ()))
                    of.raw.execute(f'create or replace temp view "{mart}" as {seen}')
            of.timer = of.timer or deadline(of.raw, of.seconds)
            super().execute(statement, parameters)

    def executemany(self, *_: Any, **__: Any) -> None:
        raise _error(CrwError("only one SELECT statement is allowed"))

    def fetchmany(self, size: int | None = None) -> list:
        with self._told():
            return super().fetchmany(size)

    def fetchall(self) -> list:
        with self._told():
            return self.connection.raw.fetchall()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors in words for readers; the name of the release's catalog is not theirs to know."""
        of = self.connection
        try:
            yield
        except CrwError as refused:
            raise _error(refused) from None
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as problem:
            raise _error(explained(problem, of.seconds)) from None
        except duckdb.Error as problem:
            if hidden := of.hidden & set(
                re.findall(r"\w+", str(problem).partition("Candidate")[0])
            ):
                told = f"{min(hidden)} is not for the role {of.who.role}"
                raise _error(CrwError(told, "docs/access.md says who sees what")) from None
            raise type(problem)(str(problem).replace(of.release.catalog, "release")) from None


def _error(refused: CrwError) -> Exception:
    from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
    from superset.exceptions import SupersetErrorException

    told = f"{refused}: {refused.hint}" if refused.hint else str(refused)
    kind = SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR
    return SupersetErrorException(SupersetError(told, kind, ErrorLevel.ERROR), status=403)


_opening = threading.Lock()
_newest: Release | None = None


def pinned() -> Release:
    """The release of this request, held open for as long as the request lasts."""
    if "release" not in g:
        g.release = _current()
    return g.release


def _current() -> Release:
    """A hold of its own on the current release.

    The newest stays open between requests, which saves opening the file for every query. The one
    before is not closed here: requests still read it, and the last of their holds closes it.
    """
    global _newest
    home = Home(Path(os.environ["CRW_HOME"]))
    with _opening:
        name = home.current.readlink().name
        if _newest is None or _newest.name != name:
            _newest = Release.open(name, home.releases / name / "warehouse.duckdb")
        return Release(name, _newest.catalog, _newest.connect())


def _let_go(_: BaseException | None = None) -> None:
    if release := g.pop("release", None):
        release.connection.close()


def read_release(uri: Any, params: dict, *_: Any) -> tuple[Any, dict]:
    """Superset's DB_CONNECTION_MUTATOR: whatever path a DuckDB address names, the release is read.

    Superset's own connection arguments are dropped: they are about a file that is not opened.
    """
    if uri.get_backend_name() != "duckdb":
        raise _error(CrwError("there is one database here, the release"))
    kept = {key: value for key, value in params.items() if key != "connect_args"}
    return uri, kept | {"creator": lambda: Connection(pinned(), reader())}


class ReleaseCache(FileSystemCache):
    """A cache whose keys carry the release that the request reads, and who reads it."""

    def _get_filename(self, key: str) -> str:
        # Every read and write of a key passes here. The cache's own count of entries belongs to
        # no release.
        if key != self._fs_count_file:
            key = f"{pinned().name}:{reader().scope}:{key}"
        return super()._get_filename(key)


class _Marts:
    """What Superset's browser of tables lists: the reader's marts, as his connection has them."""

    @classmethod
    def get_default_schema(cls, *_: Any, **__: Any) -> str:
        return "main"

    @classmethod
    def get_schema_names(cls, *_: Any, **__: Any) -> set[str]:
        return {"main"}

    @classmethod
    def get_table_names(cls, *_: Any, **__: Any) -> set[str]:
        return {name for name, mart in matrix().items() if level(reader(), mart) != "denied"}

    @classmethod
    def get_view_names(cls, *_: Any, **__: Any) -> set[str]:
        return set()

    @classmethod
    def get_columns(cls, _: Any, table: Any, *__: Any, **___: Any) -> list[dict[str, Any]]:
        with closing(Connection(pinned(), reader())) as connection:
            cursor = connection.cursor()
            cursor.execute('select * from "' + table.table.replace('"', '""') + '" limit 0')
            found = [
                (name, cls.get_sqla_column_type(str(type))) for name, type, *_ in cursor.description
            ]
        return [
            {"column_name": name, "name": name, "type": type or String(), "nullable": True}
            for name, type in found
        ]


class _Inspected:
    """What SQLAlchemy's inspector would ask the database's own tables for."""

    def has_table(self, _: Any, name: str, *__: Any, **___: Any) -> bool:
        return name in _Marts.get_table_names()

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"name": None, "constrained_columns": []}

    def get_table_comment(self, *_: Any, **__: Any) -> dict[str, None]:
        return {"text": None}

    def get_foreign_keys(self, *_: Any, **__: Any) -> list:
        return []

    get_indexes = get_unique_constraints = get_check_constraints = get_foreign_keys


def _without_drawings(write: Callable) -> Callable:
    """Files of a table leave out what is drawn in its cells: the figures stand beside it."""

    def written(table: Any, **how: Any) -> Any:
        first = (str(value) for value in (table.iloc[0] if len(table) else ()))
        drawn = [n for n, value in enumerate(first) if value.startswith('<span class="interval">')]
        return write(table.drop(columns=table.columns[drawn]), **how)

    return written


def guard(app: Flask) -> None:
    """Superset's FLASK_APP_MUTATOR: readers find what is theirs; each answer names its release."""
    from superset.common import query_actions
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.utils import csv, excel

    for ours, theirs in ((_Marts, DuckDBEngineSpec), (_Inspected, Dialect)):
        for name, method in vars(ours).items():
            if not name.startswith("_"):
                setattr(theirs, name, method)
    # Where it asks for all columns of a dataset (drill to detail), those the reader may see.
    of_query = query_actions._get_datasource
    query_actions._get_datasource = lambda *query: Seen(of_query(*query))
    csv.df_to_escaped_csv = _without_drawings(csv.df_to_escaped_csv)
    excel.df_to_excel = _without_drawings(excel.df_to_excel)
    app.teardown_appcontext(_let_go)

    @app.after_request
    def name_release(response: Response) -> Response:
        if "release" in g:
            response.headers["X-Release"] = g.release.name
        return response
