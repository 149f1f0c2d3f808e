"""Files into the raw zone: one file, one immutable batch, every record accounted for.

A batch counts once its `batch.json` exists and the load log names it. Both are written last, so a
run that dies leaves nothing that counts, and the next one writes the batch anew.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crw import console, contract
from crw.contract import Entity
from crw.errors import CrwError
from crw.home import Home, read_json, sync, write_json
from crw.readers import Delivery, Reject, chunks, look
from crw.vault import ORIGINALS, Pseudonyms

PLACE = [("_batch", pa.string()), ("_record", pa.int64()), ("_line", pa.int64())]
REJECTS = pa.schema(
    [
        *PLACE,
        ("_line_to", pa.int64()),
        ("source", pa.string()),
        ("entity", pa.string()),
        ("reason", pa.string()),
        ("size_bytes", pa.int64()),
        ("sha256", pa.string()),
        ("original", pa.binary()),
    ]
)
BATCHES = pa.schema(
    [
        ("batch", pa.string()),
        ("source", pa.string()),
        ("entity", pa.string()),
        ("file", pa.string()),
        ("sequence", pa.int64()),
        ("records", pa.int64()),
        ("part_records", pa.int64()),
        ("reject_records", pa.int64()),
        ("loaded_at", pa.string()),
    ]
)
_TAIL = 1 << 16  # more than the longest entry of the load log
_TEXTS = ("run_id", "run_at", "source_system", "entity", "check_name", "kind", "severity", "owner")
_TEXTS += ("meaning", "status", "observed", "expected")
CHECK_RESULTS = pa.schema(
    [*((name, pa.string()) for name in _TEXTS), ("failing_records", pa.int64()), *PLACE]
)


def load(home: Home, source: str, paths: list[Path], entity: str | None = None) -> list[dict]:
    """Load files and folders. A file that is refused does not hold up the others."""
    known = contract.find(source)
    if entity is not None:
        contract.find(source, entity)
    files = _files(paths)
    if not (home.keys / "pseudonym").exists() and any(home.vault.rglob("*.parquet")):
        raise CrwError(
            f"the key of the pseudonyms is gone from {home.keys}",
            "restore it from a backup: with another one, the same name gets another pseudonym",
        )
    key = home.key("pseudonym")
    loaded, refused = [], []
    with console.progress() as bar:
        # every file is read twice: once to know it, once to load it
        task = bar.add_task("loading", total=sum(2 * _size(file) for file in files))
        for file in files:
            bar.update(task, description=f"loading {file.name}")
            try:
                target = known[entity or _entity_of(file, known)]
                loaded.append(_load(home, target, file, key, lambda n: bar.advance(task, n)))
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


def batches(home: Home) -> list[dict]:
    """The batches that count, each with the sequence of its latest delivery."""
    latest: dict[tuple[str, str, str], dict] = {}
    for entry in _log(home):
        name = entry["source"], entry["entity"], entry["batch"]
        if "dropped_at" in entry:
            latest.pop(name, None)
        else:
            latest[name] = {"sequence": entry["sequence"], "delivered_at": entry["loaded_at"]}
    found = []
    for name, delivery in sorted(latest.items(), key=lambda item: item[1]["sequence"]):
        batch = dict(zip(("source", "entity", "batch"), name, strict=True))
        if about := read_json(_folder(home, batch, "part") / "batch.json"):
            found.append({**about, **delivery})
    return found


def write_inputs(home: Home, as_of: dict[str, date]) -> None:
    """What a build reads beside the raw zone: which batches count, the days to count from, and an
    empty typed file for every entity, so that models build before anything of it was loaded.
    """
    home.inputs.mkdir(parents=True, exist_ok=True)
    rows = [{name: batch[name] for name in BATCHES.names} for batch in batches(home)]
    _write(home.inputs / "batches.parquet", pa.Table.from_pylist(rows, schema=BATCHES))
    days = pa.table(
        {
            "source_system": pa.array(list(as_of), pa.string()),
            "as_of": pa.array(list(as_of.values()), pa.date32()),
        }
    )
    _write(home.inputs / "as_of.parquet", days)
    for entities in contract.entities().values():
        for entity in entities.values():
            columns = [(column.name, pa.string()) for column in entity.columns]
            schema = pa.schema([*columns, *PLACE])
            _placeholder(home, entity.source, entity.name, "part", schema)
    _placeholder(home, "_empty", "_empty", "rejects", REJECTS)
    _placeholder(home, "crw", "check_results", "part", CHECK_RESULTS)


def drop(home: Home, batch: dict) -> None:
    """Retention: remove a batch with its rejects and originals. Its counts stay in the log."""
    place = {name: batch[name] for name in ("source", "entity", "file", "batch")}
    counts = {name: batch[name] for name in ("records", "part_records", "reject_records")}
    _append(home, {"dropped_at": _now(), **place, **counts})
    _clear(home, batch)


# One file ---------------------------------------------------------------------------------------


def _load(home: Home, entity: Entity, file: Path, key: bytes, advance: Callable) -> dict:
    with _said_plainly(file):
        before = _state(file)
        delivery = look(file, frozenset(column.name for column in entity.columns), advance)
        about = _describe(entity, delivery)
        record = _folder(home, about, "part") / "batch.json"
        seen = read_json(record) or {}
        new = any(seen.get(name) != about[name] for name in ("sha256", "personal_columns"))
        if new:
            _clear(home, about)
            try:
                about |= _write_batch(home, about, delivery, key, advance)
                _unchanged(file, before)
            except BaseException:
                _clear(home, about)
                raise
            about["loaded_at"] = _now()
            write_json(record, about)
            for folder in list(record.parents)[1:4]:  # kind, entity, source: perhaps new as well
                sync(folder)
        else:
            about = seen
            advance(_size(file))
            _unchanged(file, before)
        place = {name: about[name] for name in ("source", "entity")}
        _append(
            home,
            {"loaded_at": _now(), **place, "file": file.name, "batch": about["batch"], "new": new},
        )
    return {**about, "file": file.name, "new": new}


@contextmanager
def _said_plainly(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise CrwError(
            f"{file.name} cannot be loaded: {problem.strerror}", f"look at {problem.filename}"
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
    """Unknown, missing and personal columns; a file whose columns cannot be used is refused."""
    name, columns = delivery.path.name, delivery.columns
    known = {column.name: column for column in entity.columns}
    if not columns and delivery.format.startswith("json"):
        return [], sorted(known), []  # an empty array has no columns to miss
    found = [column for column in columns if column in known]
    if not found:
        # the first line may be a record, with names in it: it is not shown
        raise CrwError(
            f"{name} has none of the columns of {entity.source} {entity.name}",
            f"expected a first line such as: {','.join(known)}; delimiter comma, semicolon or tab",
        )
    seen: set[str] = set()
    for number, column in enumerate(columns, 1):
        if not column.strip():
            raise CrwError(f"{name}: column {number} has no name", "give it one, or leave it out")
        if not column.isprintable() or column.lower() in ("_batch", "_record", "_line"):
            raise CrwError(f"{name}: column {number} has a name that can't be used", "rename it")
        if column.lower() in seen:
            raise CrwError(
                f"{name}: the column {column} stands twice in the header", "rename or drop one"
            )
        seen.add(column.lower())
    unknown = [column for column in columns if column not in known]
    missing = [column for column in known if column not in columns]
    required = [column for column in missing if known[column].required]
    if required:
        raise CrwError(
            f"{name} lacks required columns of {entity.source} {entity.name}:"
            f" {', '.join(required)}",
            f"found were: {', '.join(columns)}",
        )
    # nobody has said what an unknown column holds: until then it may hold names
    personal = [column for column in columns if column in unknown or known[column].personal]
    return unknown, missing, personal


def _write_batch(
    home: Home, about: dict, delivery: Delivery, key: bytes, advance: Callable
) -> dict:
    """Part, rejects and vault of one batch, on disk under their names; returns the counts."""
    personal, pseudonyms = about["personal_columns"], Pseudonyms(key)
    schema = pa.schema([*((name, pa.string()) for name in delivery.columns), *PLACE])
    part = _File(_folder(home, about, "part") / "part.parquet", schema)
    rejects = _File(_folder(home, about, "rejects") / "part.parquet", REJECTS)
    originals = _File(_vault(home, about) / "originals.parquet", ORIGINALS)
    kept_bytes = _File(_vault(home, about) / "rejects.parquet", REJECTS)
    part.write(schema.empty_table())
    last = part_records = reject_records = 0
    for table, refused in chunks(delivery, advance):
        table, hidden = pseudonyms.hide(table, personal)
        batch = pa.array([about["batch"]] * table.num_rows, pa.string())
        part.write(table.add_column(len(delivery.columns), "_batch", batch))
        if hidden.num_rows:
            originals.write(hidden)
        if refused:
            rejects.write(_reject_rows(about, refused, hide=bool(personal)))
        if refused and personal:
            kept_bytes.write(_reject_rows(about, refused, hide=False))
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
    return {"records": last, "part_records": part_records, "reject_records": reject_records}


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
    return pa.Table.from_pylist(rows, schema=REJECTS)


# Files of the raw zone --------------------------------------------------------------------------


class _File:
    """A Parquet file that appears under its name whole and on disk, or not at all."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.temporary = path.with_name(f"{path.name}.tmp")
        self.schema = schema
        self.writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        if self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = pq.ParquetWriter(
                self.temporary,
                self.schema,
                compression="zstd",
                compression_level=1,
                dictionary_pagesize_limit=1 << 17,  # no long dictionaries of what hardly repeats
            )
        if table.num_rows:
            self.writer.write_table(table)

    def finish(self) -> None:
        if self.writer is not None:
            self.writer.close()
            sync(self.temporary)
            self.temporary.replace(self.path)
            sync(self.path.parent)


def _write(path: Path, table: pa.Table) -> None:
    file = _File(path, table.schema)
    file.write(table)
    file.finish()


def _placeholder(home: Home, source: str, entity: str, kind: str, schema: pa.Schema) -> None:
    empty = {"source": source, "entity": entity, "batch": "_empty"}
    path = _folder(home, empty, kind) / "part.parquet"
    if not path.exists() or not pq.read_schema(path).equals(schema):
        _write(path, schema.empty_table())


def _folder(home: Home, batch: dict, kind: str) -> Path:
    return home.raw / batch["source"] / batch["entity"] / kind / f"batch={batch['batch']}"


def _vault(home: Home, batch: dict) -> Path:
    return home.vault / batch["source"] / batch["entity"] / f"batch={batch['batch']}"


def _clear(home: Home, batch: dict) -> None:
    """Remove what there is of a batch; first the file that makes it count."""
    folders = _folder(home, batch, "part"), _folder(home, batch, "rejects"), _vault(home, batch)
    (folders[0] / "batch.json").unlink(missing_ok=True)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


# The load log -----------------------------------------------------------------------------------


def _log(home: Home) -> Iterator[dict]:
    """The entries of the load log. A last line without its end was never finished: no entry."""
    if not home.load_log.exists():
        return
    lines = home.load_log.read_bytes().split(b"\n")[:-1]
    for number, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except ValueError as problem:
            raise CrwError(
                f"line {number} of the load log {home.load_log} is damaged", "restore a backup"
            ) from problem


def _append(home: Home, entry: dict) -> None:
    """One more entry, on disk when this returns; a torn last line is cut off first."""
    with home.load_log.open("a+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - _TAIL))
        tail = file.read()
        whole = tail[: tail.rfind(b"\n") + 1]
        file.truncate(end - len(tail) + len(whole))
        sequence = json.loads(whole.splitlines()[-1])["sequence"] + 1 if whole else 1
        line = json.dumps({"sequence": sequence, **entry}, ensure_ascii=False)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if sequence == 1:
        sync(home.raw)


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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


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
                console.err.print(f"  {entity}: {sentence}: {', '.join(columns)}", soft_wrap=True)
