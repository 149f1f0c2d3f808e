"""One response, one release: what Superset reads, and what it may ask.

A request resolves `releases/current` once and reads that release to its end, even if it is
replaced or removed meanwhile. Every cached answer carries the release in its key, so a query that
began before a publish is never served after it.
"""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper
from flask import Flask, Response, g
from flask_caching.backends.filesystemcache import FileSystemCache

from crw.errors import CrwError
from crw.guard import only_select, open_locked
from crw.home import Home

THREADS = os.environ.get("CRW_DUCKDB_THREADS", "1")


@dataclass(frozen=True)
class Release:
    name: str
    connection: duckdb.DuckDBPyConnection

    def connect(self) -> duckdb.DuckDBPyConnection:
        """One more connection to the same open file."""
        connection = self.connection.cursor()
        # The dashboards' header asks for it: select getvariable('release').
        connection.execute(f"set variable release = '{self.name}'")
        return connection


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
            database = home.releases / name / "warehouse.duckdb"
            _newest = Release(name, open_locked(database, threads=THREADS))
        return Release(name, _newest.connect())


def _let_go(_: BaseException | None = None) -> None:
    if release := g.pop("release", None):
        release.connection.close()


def read_release(uri: Any, params: dict, *_: Any) -> tuple[Any, dict]:
    """Superset's DB_CONNECTION_MUTATOR: whatever path a DuckDB address names, the release is read.

    Superset's own connection arguments are dropped: it would give each kind of query another user
    agent, and one process can open a file with one configuration only.
    """
    if uri.get_backend_name() != "duckdb":
        return uri, params
    kept = {key: value for key, value in params.items() if key != "connect_args"}
    return uri, kept | {"creator": lambda: ConnectionWrapper(pinned().connect())}


class ReleaseCache(FileSystemCache):
    """A cache whose keys carry the release that the request reads."""

    def _get_filename(self, key: str) -> str:
        # Every read and write of a key passes here. The cache's own count of entries belongs to
        # no release.
        if key != self._fs_count_file:
            key = f"{pinned().name}:{key}"
        return super()._get_filename(key)


def guard(app: Flask) -> None:
    """Superset's FLASK_APP_MUTATOR: only SELECT runs, and each answer names its release.

    The check sits in the engine's `execute`, which every statement passes. The hook meant for it,
    SQL_QUERY_MUTATOR, sees statements either before or after they are split, and Superset's paths
    differ in which of the two they offer.
    """
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
    from superset.exceptions import SupersetErrorException

    execute = DuckDBEngineSpec.execute.__func__

    @classmethod
    def execute_checked(cls: type, cursor: Any, query: str, *args: Any, **options: Any) -> None:
        try:
            only_select(query)
        except CrwError as refused:
            kind = SupersetErrorType.DML_NOT_ALLOWED_ERROR
            error = SupersetError(f"{refused}: {refused.hint}", kind, ErrorLevel.ERROR)
            raise SupersetErrorException(error) from None
        execute(cls, cursor, query, *args, **options)

    DuckDBEngineSpec.execute = execute_checked
    app.teardown_appcontext(_let_go)

    @app.after_request
    def name_release(response: Response) -> Response:
        if "release" in g:
            response.headers["X-Release"] = g.release.name
        return response
