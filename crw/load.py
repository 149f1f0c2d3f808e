"""Files into the raw zone: one file, one batch, every record accounted for."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from rich.markup import escape

from crw import console, contract, raw
from crw.contract import Entity
from crw.errors import CrwError
from crw.home import Home, read_json, sync, write_json
from crw.readers import Delivery, Reject, chunks, look
from crw.vault import ORIGINALS, Pseudonyms

# What the raw zone and staging add to the columns received.
_OURS = ("_batch", "_record", "_line", "_arrival", "_settled_in")


def load(
    home: Home,
    source: str,
    paths: list[Path],
    entity: str | None = None,
    replaces: str | None = None,
) -> list[dict]:
    """Load files and folders. A file that is refused does not hold up the others.

    `replaces` names a batch whose refused records the one file given here mends.
    """
    known = contract.find(source)
    if entity is not None:
        contract.find(source, entity)
    files = _files(paths)
    if replaces and len(files) != 1:
        raise CrwError(
            f"--replaces goes with one file, and {len(files)} are given",
            "load the file that mends the batch by itself",
        )
    if not (home.keys / "pseudonym").exists() and any(home.vault.rglob("*.parquet")):
        raise CrwError(
            f"the key of the pseudonyms is gone from {home.keys}",
            "restore it from a backup: with another one, the same name gets another pseudonym",
        )
    pseudonyms = Pseudonyms(home.key("pseudonym"))
    loaded, refused = [], []
    with console.progress() as bar:
        # every file is read twice: once to know it, once to load it
        task = bar.add_task("loading", total=sum(2 * _size(file) for file in files))
        for file in files:
            bar.update(task, description=escape(f"loading {file.name}"))
            try:
                target = known[entity or _entity_of(file, known)]
                if replaces:
                    _known_batch(home, target, replaces)
                loaded.append(
                    _load(home, target, file, pseudonyms, lambda n: bar.advance(task, n), replaces)
                )
            except CrwError as problem:
                refused.append(problem)
    _report(source, loaded)
    if refused and len(files) == 1:
        raise refused[0]
    if refused:
        raise CrwError(
            f"{len(refused)} of {len(files)} files were refused, {len(loaded)} are loaded:"
            + "".join(f"\n  - {problem}. {problem.hint}" for problem in refused),
            "mend what was refused and load it again; what is loaded already is left alone",
        )
    return loaded


# One file ---------------------------------------------------------------------------------------


def _known_batch(home: Home, entity: Entity, batch: str) -> None:
    names = {b["batch"] for b in raw.batches(home) if b["entity"] == entity.name}
    if batch not in names:
        raise CrwError(
            f"there is no batch {batch} of {entity.source} {entity.name}",
            "the worklist names it (crw quality export), and so does quality_quarantine",
        )


def _load(
    home: Home,
    entity: Entity,
    file: Path,
    pseudonyms: Pseudonyms,
    advance: Callable,
    replaces: str | None = None,
) -> dict:
    with _said_plainly(file):
        before = _state(file)
        delivery = look(file, [column.name for column in entity.columns], advance)
        about = _describe(entity, delivery)
        if replaces == about["batch"]:
            raise CrwError(
                f"{file.name} is the batch {replaces} itself, unchanged", "mend it, then load it"
            )
        record = raw.folder(home, about, "part") / "batch.json"
        seen = read_json(record) or {}
        new = any(seen.get(name) != about[name] for name in ("sha256", "personal_columns"))
        if new:
            raw.clear(home, about)
            try:
                about |= _write_batch(home, about, delivery, pseudonyms, advance)
                _unchanged(file, before)
            except BaseException:
                raw.clear(home, about)
                raise
            about["loaded_at"] = raw.now()
            write_json(record, about)
            for folder in list(record.parents)[1:4]:  # kind, entity, source: perhaps new as well
                sync(folder)
        else:
            about = seen
            advance(_size(file))
            _unchanged(file, before)
        place = {name: about[name] for name in ("source", "entity")}
        raw.append(
            home,
            {
                "loaded_at": raw.now(),
                **place,
                "file": file.name,
                "batch": about["batch"],
                "new": new,
                **({"replaces": replaces} if replaces else {}),
            },
        )
    return {**about, "file": file.name, "new": new}


@contextmanager
def _said_plainly(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise CrwError(
            f"{file.name} cannot be loaded: {problem.strerror or problem}",
            f"look at {problem.filename or file}",
        ) from problem


def _describe(entity: Entity, delivery: Delivery) -> dict:
    unknown, missing, personal = _judge_columns(entity, delivery)
    return {
        "batch": f"b_{delivery.sha256[:16]}",
        "source": entity.source,
        "entity": entity.name,
        "file": delivery.path.name,
        "sha256": delivery.sha256,
        "size_bytes": delivery.size_bytes,
        "format": delivery.format,
        "encoding": delivery.encoding,
        "delimiter": delivery.delimiter,
        "compression": delivery.compression,
        "columns": list(delivery.columns),
        "unknown_columns": unknown,
        "missing_columns": missing,
        "personal_columns": personal,
    }


def _judge_columns(entity: Entity, delivery: Delivery) -> tuple[list[str], list[str], list[str]]:
    """Unknown, missing and personal columns; a file whose columns cannot be used is refused.

    Names are compared without regard to case, as SQL does.
    """
    name, columns = delivery.path.name, delivery.columns
    known = {column.name.lower(): column for column in entity.columns}
    received = [column.lower() for column in columns]
    if not columns and delivery.format.startswith("json"):
        return [], [column.name for column in entity.columns], []  # an empty array names none
    if not known.keys() & set(received):
        # the first line may be a record, with names in it: it is not shown
        names = ",".join(column.name for column in entity.columns)
        raise CrwError(
            f"{name} has none of the columns of {entity.source} {entity.name}",
            f"expected a first line such as: {names}; delimiter comma, semicolon or tab",
        )
    for i, column in enumerate(columns):
        if not column.strip():
            raise CrwError(f"{name}: column {i + 1} has no name", "give it one, or leave it out")
        if not column.isprintable() or received[i] in _OURS:
            raise CrwError(f"{name}: column {i + 1} has a name that can't be used", "rename it")
        if received[i] in received[:i]:
            raise CrwError(
                f"{name}: the column {column} stands twice in the header", "rename or drop one"
            )
    unknown = [column for column in columns if column.lower() not in known]
    missing = [column for lower, column in known.items() if lower not in received]
    if required := [column.name for column in missing if column.required]:
        raise CrwError(
            f"{name} lacks required columns of {entity.source} {entity.name}:"
            f" {', '.join(required)}",
            f"found were: {', '.join(columns)}",
        )
    # nobody has said what an unknown column holds: it may hold names (decision 0007)
    personal = [column for column in columns if column in unknown or known[column.lower()].personal]
    # what is missing from the header may still stand in a record that can't be split
    personal += [column.name for column in missing if column.personal]
    return unknown, [column.name for column in missing], personal


def _write_batch(
    home: Home, about: dict, delivery: Delivery, pseudonyms: Pseudonyms, advance: Callable
) -> dict:
    """Part, rejects and vault of one batch, on disk under their names; returns the counts."""
    personal, columns = about["personal_columns"], about["columns"]
    schema = pa.schema([*((name, pa.string()) for name in columns), *raw.PLACE])
    part = raw.WholeFile(raw.folder(home, about, "part") / "part.parquet", schema)
    rejects = raw.WholeFile(raw.folder(home, about, "rejects") / "part.parquet", raw.REJECTS)
    originals = raw.WholeFile(raw.vault(home, about) / "originals.parquet", ORIGINALS)
    kept_bytes = raw.WholeFile(raw.vault(home, about) / "rejects.parquet", raw.REJECTS)
    part.write(schema.empty_table())
    last = part_records = reject_records = 0
    reasons: Counter[str] = Counter()
    for table, refused in chunks(delivery, advance):
        table, hidden = pseudonyms.hide(table, [name for name in personal if name in columns])
        batch = pa.array([about["batch"]] * table.num_rows, pa.string())
        part.write(table.add_column(len(columns), "_batch", batch))
        if hidden.num_rows:
            originals.write(hidden)
        if refused:
            rejects.write(_reject_rows(about, refused, hide=bool(personal)))
        if refused and personal:
            kept_bytes.write(_reject_rows(about, refused, hide=False))
        reasons.update(reject.reason for reject in refused)
        part_records += table.num_rows
        reject_records += len(refused)
        taken = table.column("_record")[-1:].to_pylist()
        last = max([last, *taken, *(reject.record for reject in refused)])
    if part_records + reject_records != last:
        raise CrwError(
            f"{delivery.path.name}: {last} records were read, but {part_records} taken and"
            f" {reject_records} refused",
            "this is a defect of the loader: please report it",
        )
    for file in (rejects, originals, kept_bytes, part):
        file.finish()
    return {
        "records": last,
        "part_records": part_records,
        "reject_records": reject_records,
        "reject_reasons": dict(reasons.most_common()),
    }


def _reject_rows(about: dict, refused: list[Reject], hide: bool) -> pa.Table:
    """Where a record may hold names, its bytes and their hash go to the vault alone."""
    rows = [
        {
            "_batch": about["batch"],
            "_record": reject.record,
            "_line": reject.line,
            "_line_to": reject.line_to,
            "source": about["source"],
            "entity": about["entity"],
            "reason": reject.reason,
            "size_bytes": len(reject.original),
            "sha256": None if hide else sha256(reject.original).hexdigest(),
            "original": None if hide else reject.original,
        }
        for reject in refused
    ]
    return pa.Table.from_pylist(rows, schema=raw.REJECTS)


# Small things -----------------------------------------------------------------------------------


def _files(paths: list[Path]) -> list[Path]:
    """Files in the order given; of a folder, all that are not hidden, sorted."""
    found = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            file
            for file in path.rglob("*")
            if not file.is_dir()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
        if not inside:
            raise CrwError(f"the folder {path} holds no files", "give the folder with the files")
        found.extend(inside)
    return found


def _entity_of(file: Path, known: dict[str, Entity]) -> str:
    """The entity whose name stands in the file's name; of several the longest."""
    name = file.name.lower().replace("-", "_").replace(" ", "_")
    if found := [entity for entity in known if entity in name]:
        return max(found, key=len)
    raise CrwError(
        f"{file.name}: its name tells no entity",
        f"say it with --entity, one of: {', '.join(sorted(known))}",
    )


def _state(file: Path) -> tuple:
    if file.exists() and not file.is_file():
        raise CrwError(f"{file.name} is not a regular file", "copy its content into one")
    stat = file.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _unchanged(file: Path, before: tuple) -> None:
    if _state(file) != before:
        raise CrwError(
            f"{file.name} changed while it was read", "load it again once it is complete"
        )


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _report(source: str, loaded: list[dict]) -> None:
    """One screen: each file while they are few, each entity when they are many."""
    if not loaded:
        return
    rows: dict[str, list] = {}
    for item in loaded:
        name = item["file"] if len(loaded) <= 20 else "all"
        row = rows.setdefault((item["entity"], name), [item["entity"], name, 0, 0, 0, 0, 0])
        counts = (1, item["records"], item["part_records"], item["reject_records"])
        for i, count in enumerate((*counts, int(not item["new"])), 2):
            row[i] += count
    columns = ("entity", "file", "files", "records", "taken", "rejected", "seen before")
    console.err.print(console.table(f"Loaded from {source}", columns, rows.values()))
    rejected = [item for item in loaded if item["reject_records"]]
    for item in rejected[:10]:
        reasons = [f"{count} x {reason}" for reason, count in item["reject_reasons"].items()]
        told = "; ".join(reasons[:5] + ["..."] * (len(reasons) > 5))
        console.err.print(f"  {item['file']}: rejected {told}", soft_wrap=True, markup=False)
    if len(rejected) > 10:
        console.err.print(f"  and {len(rejected) - 10} more files with rejected records")
    sentences = {
        "unknown_columns": "not in the contract, kept as pseudonyms until it names them",
        "missing_columns": "in the contract, but not delivered",
    }
    for kind, sentence in sentences.items():
        for entity in dict.fromkeys(item["entity"] for item in loaded):
            columns = {
                name: 1 for item in loaded if item["entity"] == entity for name in item[kind]
            }
            if columns:
                console.err.print(
                    f"  {entity}: {sentence}: {', '.join(columns)}", soft_wrap=True, markup=False
                )
