"""The home folder: where each part of a warehouse lives, and the lock that keeps runs apart."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock, Timeout

from crw.errors import CrwError

PROJECT = Path(__file__).resolve().parent.parent
# What DuckDB may take before it spills to disk, in a build, a check, or while it learns; dbt reads
# the same variable in profiles.yml.
MEMORY = os.environ.setdefault("CRW_MEMORY", "4GB")


def sync(path: Path) -> None:
    """Force a file, or the entries of a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: object) -> None:
    """Write `path` whole or not at all, whatever happens meanwhile."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def read_json(path: Path) -> dict | None:
    """The content of a file that `write_json` wrote; None where there is none."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, by the parser in C: there are hundreds of them."""
    return yaml.load(path.read_text(), Loader=yaml.CSafeLoader)


@dataclass(frozen=True)
class Home:
    """Paths of one warehouse. `Home.open` makes the folders that are missing."""

    root: Path

    @classmethod
    def open(cls, root: Path) -> "Home":
        home = cls(root.resolve())
        try:
            for folder in (home.raw, home.build, home.releases, home.logs):
                folder.mkdir(parents=True, exist_ok=True)
            for private in (home.vault, home.keys):
                private.mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise CrwError(
                f"the home folder {home.root} cannot be used: {problem.strerror}",
                "give another with --home or CRW_HOME",
            ) from problem
        return home

    @property
    def raw(self) -> Path:
        """Raw zone: `<source>/<entity>/part|rejects/batch=<id>/part.parquet` and `batch.json`."""
        return self.root / "raw"

    @property
    def load_log(self) -> Path:
        """Append-only JSON lines: one per delivery, with its sequence number."""
        return self.raw / "load_log.jsonl"

    @property
    def vault(self) -> Path:
        """Originals behind the pseudonyms, and original bytes of rejects that may hold names."""
        return self.root / "vault"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def build(self) -> Path:
        """The working databases of dbt: `warehouse.duckdb` (marts) and `staging.duckdb`."""
        return self.root / "build"

    @property
    def inputs(self) -> Path:
        """What a build is told: the batches that count, and the days to count from."""
        return self.build / "inputs"

    @property
    def warehouse(self) -> Path:
        """The marts of the last build; publishing copies this file."""
        return self.build / "warehouse.duckdb"

    @property
    def staging(self) -> Path:
        return self.build / "staging.duckdb"

    @property
    def build_state(self) -> Path:
        """What the last build made of what; absent while a build is under way."""
        return self.build / "build.json"

    @property
    def spark(self) -> Path:
        """The last build on Spark: marts and all they are made of, a folder of Parquet each."""
        return self.build / "spark"

    @property
    def spark_state(self) -> Path:
        """What that build made of what; absent while one is under way."""
        return self.build / "spark.json"

    @property
    def check_state(self) -> Path:
        """What the checks said of that build; absent until they all ran."""
        return self.build / "check.json"

    @property
    def data_docs(self) -> Path:
        """The page on those checks, which goes with the release."""
        return self.build / "data_docs.html.gz"

    @property
    def check_results(self) -> Path:
        """Results of all checks of all runs: a raw source like any other, named `crw`."""
        return self.raw / "crw" / "check_results" / "part"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """Symlink to the release that readers see."""
        return self.releases / "current"

    @property
    def superset(self) -> Path:
        return self.root / "superset"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def key(self, name: str) -> bytes:
        """The secret called `name`, made on first use, readable by its owner only."""
        path = self.keys / name
        if not path.exists():
            # linked under its name once it is whole and on disk: the first one made stands
            handle, temporary = tempfile.mkstemp(dir=self.keys, prefix=f".{name}.")
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(temporary, path)
            os.unlink(temporary)
            sync(self.keys)
        return bytes.fromhex(path.read_text())

    @contextmanager
    def lock(self, command: str) -> Iterator[None]:
        """One run at a time: a second one is told who holds the lock and since when."""
        holder = self.root / "run.lock.json"
        lock = FileLock(self.root / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as problem:
            try:
                who = json.loads(holder.read_text())
                said = f"`crw {who['command']}` (process {who['pid']}) since {who['since']}"
            except (OSError, ValueError, KeyError):
                said = "another run"
            raise CrwError(
                f"the home folder {self.root} is in use by {said}",
                "wait until it ends, or stop that process",
            ) from problem
        try:
            since = datetime.now(UTC).isoformat(timespec="seconds")
            holder.write_text(json.dumps({"pid": os.getpid(), "command": command, "since": since}))
            yield
            holder.unlink(missing_ok=True)
        finally:
            lock.release()
