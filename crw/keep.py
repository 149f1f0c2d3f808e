"""Keep: retention, backup and restore of the home folder."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from crw.console import err, progress, table
from crw.errors import CrwError
from crw.home import Home, sync
from crw.publish import current, manifest, releases, remove
from crw.raw import batches, drop

# What cannot be made again: files as received, originals, keys, releases, Superset's users. The
# build can, and the demo's files; locks and logs belong to the machine.
_KEPT = ("raw", "vault", "keys", "models", "releases", "superset")
_PRIVATE = ("vault", "keys", "superset")
_CHECKSUMS = "checksums.json"
_BLOCK = 8 * 1024 * 1024


def purge(home: Home, before: date) -> None:
    """Drop batches last delivered before a day, their originals, and the releases that hold them.

    The day of delivery decides, because it is known of every batch. The current release stays
    until the next run replaces it: readers must not be left with nothing.
    """
    day = before.isoformat()
    old = [batch for batch in batches(home) if batch["delivered_at"] < day]
    if old:
        # It was built from what now goes, so it must not be published any more.
        for path in (home.build_state, home.check_state, home.warehouse, home.staging):
            path.unlink(missing_ok=True)
    for batch in old:
        drop(home, batch)
    _sweep(home)
    dropped = _drop_releases(home, day)
    if old:
        columns = ("source", "entity", "file", "records", "rejects")
        rows = [[b[k] for k in (*columns[:4], "reject_records")] for b in old]
        err.print(table("purged", columns, rows))
    err.print(f"purge: {len(old)} batches and {dropped} releases from before {day}")
    if old and home.current.exists():
        err.print("the current release still holds them; crw run publishes one without them")


def backup(home: Home, target: Path) -> None:
    """One archive of what cannot be made again, read back and compared before it gets its name.

    It holds originals and keys: keep it as safe as the vault.
    """
    if target.exists():
        raise CrwError(f"{target} exists already", "give a new name; backups are not overwritten")
    if not target.parent.is_dir():
        raise CrwError(f"the folder {target.parent} does not exist", "make it first")
    unfinished = target.with_name(f".{target.name}.tmp")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            checksums = _pack(home, file)
            file.flush()
            os.fsync(file.fileno())
        if _verified(unfinished) != checksums:
            raise CrwError(f"{target} does not read back as written", "check the disk, try again")
        unfinished.rename(target)
        sync(target.parent)
    except OSError as problem:
        raise CrwError(f"{target} cannot be written: {problem.strerror}", "") from problem
    finally:
        unfinished.unlink(missing_ok=True)
    size = target.stat().st_size
    err.print(f"backup: {len(checksums)} files, {size:,} bytes, verified, in {target}")
    err.print("it holds originals and keys: keep it as safe as the vault")


def restore(root: Path, archive: Path) -> None:
    """An archive into a home folder that does not exist or is empty."""
    root = root.resolve()
    if root.exists() and any(root.iterdir()):
        raise CrwError(f"the home folder {root} is not empty", "give a new one with --home")
    checksums = _verified(archive)
    unfinished = root.with_name(f".{root.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with tarfile.open(archive) as tar, progress() as bar:
        task = bar.add_task("restoring", total=len(checksums))
        for member in tar:
            if member.name != _CHECKSUMS:
                tar.extract(member, unfinished, filter="data")
                bar.advance(task)
    for private in _PRIVATE:
        if (unfinished / private).is_dir():
            (unfinished / private).chmod(0o700)
    written = {name: _sha256(unfinished / name) for name in checksums}
    if written != checksums:
        raise CrwError("what was restored differs from the archive", "check the disk, try again")
    if root.exists():
        root.rmdir()
    unfinished.rename(root)
    sync(root.parent)
    err.print(f"restore: {len(checksums)} files, verified, in {root}")


def _sweep(home: Home) -> None:
    """Remove what a killed purge or load left of batches that do not count."""
    there = {(b["source"], b["entity"], b["batch"]) for b in batches(home)}
    zones = ((home.raw, "*/*/part/batch=b_*"), (home.raw, "*/*/rejects/batch=b_*"))
    for zone, pattern in (*zones, (home.vault, "*/*/batch=b_*")):
        for folder in zone.glob(pattern):
            source, entity = folder.relative_to(zone).parts[:2]
            if source != "crw" and (source, entity, folder.name.partition("=")[2]) not in there:
                shutil.rmtree(folder)


def _drop_releases(home: Home, day: str) -> int:
    """Releases made before the day, or of batches that are gone; never the current one."""
    there = {batch["batch"] for batch in batches(home)}
    dropped = 0
    for release in releases(home):
        said = manifest(release)
        held = {batch["batch"] for batch in said["batches"]}
        if release != current(home) and (said["created_at"] < day or held - there):
            remove(release)
            dropped += 1
    return dropped


def _pack(home: Home, file) -> dict[str, str]:
    """Write the archive; return the checksum of each file in it."""
    with tarfile.open(fileobj=file, mode="w") as tar, TemporaryDirectory() as scratch:
        checksums = {}
        with progress() as bar:
            for path in bar.track(_worth_keeping(home), description="backing up"):
                name = path.relative_to(home.root).as_posix()
                if path.suffix == ".db":
                    # Superset may be running: a plain copy of its database could be torn.
                    path = _copy_sqlite(path, Path(scratch) / "copy.db")
                if path.is_file() and not path.is_symlink():
                    checksums[name] = _sha256(path)
                tar.add(path, name, recursive=False)
        content = json.dumps(checksums, indent=2).encode()
        listed = tarfile.TarInfo(_CHECKSUMS)
        listed.size, listed.mode = len(content), 0o600
        tar.addfile(listed, io.BytesIO(content))
    return checksums


def _worth_keeping(home: Home) -> list[Path]:
    paths = [path for part in _KEPT for path in sorted((home.root / part).rglob("*"))]
    # Superset's caches come and go while it runs, and its database is copied as a whole.
    passing = {path for path in paths if path.is_relative_to(home.superset / "cache")}
    passing |= {path for path in paths if path.name.endswith(("-wal", "-shm", "-journal"))}
    return [path for path in paths if path not in passing]


def _copy_sqlite(source: Path, target: Path) -> Path:
    target.unlink(missing_ok=True)
    with sqlite3.connect(source) as read, sqlite3.connect(target) as write:
        read.backup(write)
    read.close()
    write.close()
    return target


def _verified(archive: Path) -> dict[str, str]:
    """The checksums an archive carries, after comparing every file with them."""
    found, said = {}, None
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile():
                    content = tar.extractfile(member)
                    if member.name == _CHECKSUMS:
                        said = json.load(content)
                    else:
                        found[member.name] = _digest(content)
    except OSError as problem:
        raise CrwError(f"{archive} cannot be read: {problem.strerror}", "check the path") from None
    except (tarfile.TarError, ValueError) as problem:
        raise CrwError(f"{archive} is damaged: {problem}", "use another backup") from None
    if said is None or said != found:
        raise CrwError(f"{archive} is damaged or no backup of crw", "use another backup")
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)


def _digest(file) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
