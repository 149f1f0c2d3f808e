"""Publish: the marts that passed their checks become a release, which readers see at once or not.

A release is a folder with one closed database and its manifest. `releases/current` is a link to
one of them, and swapping it is the only thing that readers notice. Whatever is killed before the
swap is done again by the next run.
"""

import getpass
import hashlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from crw.build import built, report
from crw.check import checked
from crw.console import err, out, progress, table
from crw.dbt import dbt
from crw.dictionary import write_dictionary
from crw.errors import CheckFailed, CrwError
from crw.home import Home, read_json, sync, write_json
from crw.raw import accept as note_accepted
from crw.raw import remember

KEPT = 3
_BLOCK = 8 * 1024 * 1024


def publish(home: Home, accept: list[str] | None = None, reason: str = "") -> Path:
    """A release of the last build, if its checks passed and readers do not have it already."""
    build, check = built(home), checked(home)
    if check["fingerprint"] != build["fingerprint"]:
        raise CrwError("the checks are of another build", "crw check")
    accepted = _accepted(check, accept or [], reason)
    done = nothing_new(home, build["fingerprint"])
    if done:
        return done
    if accepted:
        note_accepted(home, build["fingerprint"], accepted)
        # Only the mart that shows them is made again: figures are those that were checked.
        select = "+quality_checks,tag:after_check"
        report(dbt(home, "build", "--select", select, doing="noting who accepts"), "noted", 0)
    _close(home.warehouse)
    marts = contents(home.warehouse)
    release = _write(home, build, check, marts, accepted)
    remember(home, build["fingerprint"], check["results"])
    _point_at(home, release)
    _prune(home)
    rows = sum(mart["rows"] for mart in marts.values())
    err.print(f"publish: release [bold]{release.name}[/], {len(marts)} marts, {rows:,} rows")
    return release


def nothing_new(home: Home, fingerprint: str) -> Path | None:
    """The newest release if it was made of the same; then it is, or becomes, what readers see."""
    newest = next(iter(releases(home)), None)
    if newest is None or manifest(newest)["fingerprint"] != fingerprint:
        return None
    if _rolled_back_from(home) == newest.name and current(home) != newest:
        err.print(
            f"nothing new since release [bold]{newest.name}[/], from which readers were rolled "
            f"back to {current(home).name}; to go forward again: crw rollback {newest.name}"
        )
        return newest
    # Killed between making the release and showing it: show it now.
    if not home.current.exists() or current(home) != newest:
        _point_at(home, newest)
    err.print(f"nothing new: release [bold]{newest.name}[/] holds it all")
    return newest


def rollback(home: Home, name: str | None = None) -> None:
    """Readers go to another kept release, and stay there until something new is published."""
    now, kept = current(home), releases(home)
    if name is None:
        older = [release for release in kept if release.name < now.name]
        if not older:
            raise CrwError(f"no release is older than {now.name}", "crw releases lists them")
        release = older[0]
    else:
        release = home.releases / name
        if release not in kept:
            raise CrwError(f"there is no release '{name}'", "crw releases lists them")
    verify(release)
    (home.releases / "rolled_back_from").write_text(kept[0].name + "\n")
    _point_at(home, release)
    err.print(f"rollback: readers see release [bold]{release.name}[/], before it {now.name}")


def releases(home: Home) -> list[Path]:
    """The releases kept, newest first."""
    found = (path.parent for path in home.releases.glob("[0-9]*/manifest.json"))
    return sorted(found, reverse=True)


def current(home: Home) -> Path:
    """The release that readers see."""
    try:
        return home.current.resolve(strict=True)
    except OSError:
        raise CrwError("there is no release yet", "crw run SOURCE PATH… makes one") from None


def manifest(release: Path) -> dict:
    return read_json(release / "manifest.json")


def contents(database: Path) -> dict[str, dict]:
    """Rows and checksum of every mart; the checksum does not depend on the order of rows."""
    with duckdb.connect(database, read_only=True) as warehouse:
        views = warehouse.sql("select view_name from duckdb_views() where not internal").fetchall()
        if views:
            raise CrwError(f"{views[0][0]} is a view; only tables can be published", "see TRAPS")
        marts = warehouse.sql("select table_name from duckdb_tables() order by all").fetchall()
        found = {}
        for (mart,) in marts:
            rows, checksum = warehouse.sql(
                f'select count(*), coalesce(sum(hash(mart)), 0) from "{mart}" as mart'
            ).fetchone()
            found[mart] = {"rows": rows, "checksum": f"{int(checksum):x}"}
    return found


def verify(release: Path) -> None:
    """Raise unless the release opens and is what its manifest says."""
    said = manifest(release)
    database = release / "warehouse.duckdb"
    try:
        held = {"sha256": _sha256(database), "bytes": database.stat().st_size}
        whole = held == said["database"] and contents(database) == said["marts"]
    except (OSError, duckdb.Error):
        whole = False
    if not whole:
        raise CrwError(
            f"release {release.name} is damaged: it is not what its manifest says",
            "crw releases lists the others; crw restore brings back a backup",
        )


def show_releases(home: Home, as_json: bool = False) -> None:
    """Print the releases kept."""
    now = current(home) if home.current.exists() else None
    kept = [manifest(release) | {"current": release == now} for release in releases(home)]
    if as_json:
        out.print_json(data=kept)
        return
    rows = (
        (
            "▸" if m["current"] else "",
            m["id"],
            m["created_at"][:16].replace("T", " "),
            len(m["batches"]),
            sum(mart["rows"] for mart in m["marts"].values()),
            ", ".join(f"{source} {day}" for source, day in m["as_of"].items()),
            ", ".join(accepted["check"] for accepted in m["accepted"]) or "none",
        )
        for m in kept
    )
    columns = ("", "release", "created (UTC)", "batches", "rows", "as of", "accepted")
    out.print(table("", columns, rows) if kept else "no release yet")


def _accepted(check: dict, names: list[str], reason: str) -> list[dict]:
    """The failed blockers somebody takes responsibility for; the others stop the publish."""
    blockers = {r["check_name"] for r in check["results"] if r["blocks"]}
    unknown = set(names) - blockers
    if unknown:
        raise CrwError(
            f"no failed blocker is called '{min(unknown)}'",
            f"failed blockers: {', '.join(sorted(blockers)) or 'none'}",
        )
    if names and not reason.strip():
        raise CrwError("--accept needs a reason", '--reason "why readers may have this"')
    left = sorted(blockers - set(names))
    if left:
        raise CheckFailed(
            f"not published: {', '.join(left)} failed",
            "mend the data and run again, or take it on yourself: "
            f'crw publish --accept {left[0]} --reason "…"',
        )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        {"check": name, "reason": reason.strip(), "by": getpass.getuser(), "at": now}
        for name in sorted(set(names))
    ]


def _close(database: Path) -> None:
    """Everything of the database into its one file: a copy without its log would lose commits."""
    with duckdb.connect(database) as warehouse:
        warehouse.sql("checkpoint")
    if database.with_name(database.name + ".wal").exists():
        raise CrwError(
            f"{database.name} is still in use", "end what has it open, then: crw publish"
        )


def _write(home: Home, build: dict, check: dict, marts: dict, accepted: list[dict]) -> Path:
    size = home.warehouse.stat().st_size
    free = shutil.disk_usage(home.releases).free
    if free < size * 1.1:
        raise CrwError(
            f"the release needs {size / 1e6:,.0f} MB and the disk has {free / 1e6:,.0f} MB free",
            "free some space, or crw purge",
        )
    for folder in home.releases.iterdir():
        if folder.is_dir() and folder != home.current and folder not in releases(home):
            shutil.rmtree(folder)  # left by a kill
    now = datetime.now(UTC)
    # Numbered, so that their order does not hang on a clock.
    number = max((int(release.name.split("-")[0]) for release in releases(home)), default=0) + 1
    release = home.releases / f"{number:05d}-{now:%Y%m%d-%H%M%S}"
    temporary = home.releases / f".{release.name}.tmp"
    temporary.mkdir()
    copy = temporary / home.warehouse.name
    sha256 = _copy(home.warehouse, copy)
    if contents(copy) != marts:
        raise CrwError("the copy differs from what was built", "check the disk, then: crw publish")
    copy.chmod(0o444)
    write_dictionary(home, temporary / "dictionary.html.gz")
    if home.data_docs.exists():  # not after the checks of an earlier version
        shutil.copy(home.data_docs, temporary)
    write_json(
        temporary / "manifest.json",
        {
            "id": release.name,
            "created_at": now.isoformat(timespec="seconds"),
            "fingerprint": build["fingerprint"],
            "as_of": build["as_of"],
            "database": {"sha256": sha256, "bytes": copy.stat().st_size},
            "marts": marts,
            "checks": check["summary"],
            "accepted": accepted,
            "versions": build["versions"],
            "batches": build["batches"],
        },
    )
    temporary.rename(release)
    sync(home.releases)
    return release


def _copy(source: Path, target: Path) -> str:
    """Copy and force to disk; the checksum is of what was read."""
    digest = hashlib.sha256()
    with progress() as bar, source.open("rb") as read, target.open("wb") as write:
        task = bar.add_task("publishing", total=source.stat().st_size)
        while block := read.read(_BLOCK):
            digest.update(block)
            write.write(block)
            bar.advance(task, len(block))
        write.flush()
        os.fsync(write.fileno())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _point_at(home: Home, release: Path) -> None:
    """Swap the link in one step: a reader finds the old release or the new one, never none."""
    link = home.releases / ".current.tmp"
    link.unlink(missing_ok=True)
    link.symlink_to(release.name)
    link.replace(home.current)
    sync(home.releases)


def _rolled_back_from(home: Home) -> str:
    """The newest release at the time somebody rolled back; a newer one ends that decision."""
    marker = home.releases / "rolled_back_from"
    return marker.read_text().strip() if marker.exists() else ""


def _prune(home: Home) -> None:
    for release in releases(home)[KEPT:]:
        if release != current(home):
            remove(release)


def remove(release: Path) -> None:
    """Drop a release so that a kill on the way leaves none that looks whole."""
    (release / "manifest.json").unlink()
    shutil.rmtree(release)
