"""The raw zone: immutable batches, the log of their deliveries, and what a build reads beside them.

A batch counts once its `batch.json` exists and the load log names it. Both are written last, so a
run that dies leaves nothing that counts, and the next one writes the batch anew.
"""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from crw import contract
from crw.errors import CrwError
from crw.home import Home, read_json, sync

if TYPE_CHECKING:  # commands that score nothing need not load it
    from pandas import DataFrame

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
        ("place", pa.int64()),
        ("records", pa.int64()),
        ("part_records", pa.int64()),
        ("reject_records", pa.int64()),
        ("loaded_at", pa.string()),
        ("owner", pa.string()),
        ("replaced_by", pa.string()),
        ("unknown_columns", pa.string()),
        ("missing_columns", pa.string()),
    ]
)
ACCEPTANCES = pa.schema(
    [(name, pa.string()) for name in ("run_id", "check_name", "reason", "accepted_by")]
    + [("accepted_at", pa.string()), *PLACE]
)
FIGURES = pa.schema(
    [(name, pa.string()) for name in ("run_id", "published_at", "source", "check_name", "label")]
    + [("figure", pa.float64())]
)
_TAIL = 1 << 16  # more than the longest entry of the load log
_TEXTS = ("run_id", "source_system", "entity", "check_name", "kind", "severity", "owner")
_TEXTS += ("meaning", "status", "observed", "expected")
CHECK_RESULTS = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        ("run_at", pa.timestamp("us")),
        ("failing_records", pa.int64()),
        *PLACE,
    ]
)
_ITEM = [(name, pa.string()) for name in ("source_system", "model_id", "declaration_id")]
_ITEM += [("item_number", pa.int32())]
SCORES = pa.schema(
    [*_ITEM, ("any_probability", pa.float64()), ("security_probability", pa.float64())]
)
SCORE_REASONS = pa.schema(
    [
        *(field for field in _ITEM if field[0] != "model_id"),
        ("target", pa.string()),
        ("place", pa.int32()),
        ("feature", pa.string()),
        ("feature_value", pa.string()),
        ("share", pa.float64()),
    ]
)
SCORE_MODELS = pa.schema(
    [(name, pa.string()) for name in ("source_system", "model_id", "trained_at", "verdict")]
    + [("trained_from", pa.date32()), ("trained_to", pa.date32())]
    + [("results", pa.int64()), ("offences", pa.int64()), ("is_promoted", pa.bool_())]
)
_JUDGED = [(name, pa.string()) for name in ("source_system", "model_id", "target")]
_JUDGED += [("trained_to", pa.date32()), ("month_on", pa.date32())]
BACKTESTS = pa.schema(
    [*_JUDGED, ("population", pa.string()), ("score_name", pa.string())]
    + [("top_share", pa.float64()), ("items", pa.int64()), ("taken", pa.int64())]
    + [(name, pa.float64()) for name in ("hits", "all_hits", "duty_national")]
    + [("all_duty_national", pa.float64())]
)
CALIBRATIONS = pa.schema(
    [
        *_JUDGED,
        ("band", pa.int32()),
        ("items", pa.int64()),
        ("foretold_hits", pa.float64()),
        ("hits", pa.float64()),
    ]
)


def batches(home: Home) -> list[dict]:
    """The batches that count, each with the sequence of its latest delivery, and the batch that was
    loaded later in its place, if one was.
    """
    latest: dict[tuple[str, str, str], dict] = {}
    replaced: dict[tuple[str, str, str], str] = {}
    for entry in _log(home):
        name = entry["source"], entry["entity"], entry["batch"]
        if "dropped_at" in entry:
            latest.pop(name, None)
            continue
        latest[name] = {"sequence": entry["sequence"], "delivered_at": entry["loaded_at"]}
        replaced.pop(name, None)  # delivered once more, it speaks for itself again
        if old := entry.get("replaces"):
            replaced[(*name[:2], old)] = entry["batch"]
    found = []
    for name, delivery in sorted(latest.items(), key=lambda item: item[1]["sequence"]):
        batch = dict(zip(("source", "entity", "batch"), name, strict=True))
        if about := read_json(folder(home, batch, "part") / "batch.json"):
            other = replaced.get(name)
            counts = (*name[:2], other) in latest
            found.append({**about, **delivery, "replaced_by": other if counts else None})
    return found


def placed(counted: list[dict], earlier: list[dict]) -> list[dict]:
    """The batches with their places in the order of arrival. The earlier build's places are kept as
    far as they still are in order, so that files which all came once more are not all judged anew.
    """
    known = {_name(batch): batch["place"] for batch in earlier}
    free, last = max(known.values(), default=0) + 1, {}
    found = []
    for batch in sorted(counted, key=lambda batch: batch["sequence"]):
        of = batch["source"], batch["entity"]
        place = known.get(_name(batch), 0)
        if place <= last.get(of, 0):
            place, free = free, free + 1
        last[of] = place
        found.append(batch | {"place": place})
    return found


def _name(batch: dict) -> tuple[str, str, str]:
    return batch["source"], batch["entity"], batch["batch"]


def write_inputs(
    home: Home,
    as_of: dict[str, date],
    keep_scores: bool = False,
    counted: list[dict] | None = None,
) -> None:
    """What a build reads beside the raw zone: which batches count, the days to count from, and an
    empty typed file for every entity, so that models build before anything of it was loaded. A
    build that cannot score keeps the scores of the last one that could.
    """
    home.inputs.mkdir(parents=True, exist_ok=True)
    counted = placed(batches(home), []) if counted is None else counted
    rows = [{name: _told(batch)[name] for name in BATCHES.names} for batch in counted]
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
    _placeholder(home, "crw", "acceptances", "part", ACCEPTANCES)
    _placeholder(home, "crw", "backtests", "part", BACKTESTS)
    _placeholder(home, "crw", "calibrations", "part", CALIBRATIONS)
    if not (keep_scores and (home.inputs / "score_models.parquet").exists()):
        write_scores(home, [], [], [])


def write_scores(
    home: Home, scores: list["DataFrame"], reasons: list["DataFrame"], models: list[dict]
) -> None:
    """What the promoted models say of the last build, for the marts made after it."""
    for name, frames, schema in (
        ("scores", scores, SCORES),
        ("score_reasons", reasons, SCORE_REASONS),
    ):
        tables = [schema.empty_table()]
        for frame in frames:
            rows = frame.reindex(columns=schema.names)
            tables.append(pa.Table.from_pandas(rows, schema=schema, preserve_index=False))
        _write(home.inputs / f"{name}.parquet", pa.concat_tables(tables))
    table = pa.Table.from_pylist(models, schema=SCORE_MODELS)
    _write(home.inputs / "score_models.parquet", table)


def write_backtest(
    home: Home, source: str, model: str, figures: list[dict], bands: list[dict]
) -> None:
    """The proof of a model, kept in the raw zone as what checks found is."""
    for entity, rows, schema in (
        ("backtests", figures, BACKTESTS),
        ("calibrations", bands, CALIBRATIONS),
    ):
        about = {"source": "crw", "entity": entity, "batch": f"b_{model}"}
        told = [row | {"source_system": source, "model_id": model} for row in rows]
        table = pa.Table.from_pylist(told, schema=schema)
        _write(folder(home, about, "part") / "part.parquet", table)


def accept(home: Home, fingerprint: str, accepted: list[dict]) -> None:
    """Who takes which failed check of a build upon himself, for the mart that shows the checks."""
    about = {"source": "crw", "entity": "acceptances", "batch": f"b_{fingerprint[:16]}"}
    rows = [
        {
            "run_id": fingerprint[:16],
            "check_name": one["check"],
            "reason": one["reason"],
            "accepted_by": one["by"],
            "accepted_at": one["at"],
        }
        for one in accepted
    ]
    table = pa.Table.from_pylist(rows, schema=ACCEPTANCES)
    _write(folder(home, about, "part") / "part.parquet", table)


def remember(home: Home, fingerprint: str, results: list[dict]) -> None:
    """What the checks of a build measured, now that it is published: later ones learn from it."""
    about = {"source": "crw", "entity": "figures", "batch": f"b_{fingerprint[:16]}"}
    at = now()
    rows = [
        {
            "run_id": fingerprint[:16],
            "published_at": at,
            "source": result["source_system"],
            "check_name": result["check_name"],
            "label": label,
            "figure": figure,
        }
        for result in results
        for label, figure in result.get("figures", {}).items()
    ]
    _write(folder(home, about, "part") / "part.parquet", pa.Table.from_pylist(rows, FIGURES))


def figures(home: Home, but: str) -> dict[tuple[str, str], dict[str, list[float]]]:
    """What checks measured for published releases, oldest first: by source and check, by label.
    The build called `but` is left out, because it would be held against itself.
    """
    parts = (home.raw / "crw" / "figures" / "part").glob("batch=b_*/part.parquet")
    tables = [pq.ParquetFile(path).read() for path in parts]
    rows = [row for table in tables for row in table.to_pylist() if row["run_id"] != but[:16]]
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for row in sorted(rows, key=lambda row: (row["published_at"], row["run_id"])):
        labels = found.setdefault((row["source"], row["check_name"]), {})
        labels.setdefault(row["label"], []).append(row["figure"])
    return found


def _told(batch: dict) -> dict:
    """A batch with its owner, and the columns that are not as agreed in one text each."""
    lists = {name: ", ".join(batch[name]) for name in ("unknown_columns", "missing_columns")}
    return {**batch, **lists, "owner": contract.find(batch["source"], batch["entity"]).owner}


def drop(home: Home, batch: dict) -> None:
    """Retention: remove a batch with its rejects and originals. Its counts stay in the log."""
    place = {name: batch[name] for name in ("source", "entity", "file", "batch")}
    counts = {name: batch[name] for name in ("records", "part_records", "reject_records")}
    append(home, {"dropped_at": now(), **place, **counts})
    clear(home, batch)


# A batch and its files --------------------------------------------------------------------------


def folder(home: Home, batch: dict, kind: str) -> Path:
    return home.raw / batch["source"] / batch["entity"] / kind / f"batch={batch['batch']}"


def vault(home: Home, batch: dict) -> Path:
    return home.vault / batch["source"] / batch["entity"] / f"batch={batch['batch']}"


def clear(home: Home, batch: dict) -> None:
    """Remove what there is of a batch; first the file that makes it count."""
    folders = folder(home, batch, "part"), folder(home, batch, "rejects"), vault(home, batch)
    (folders[0] / "batch.json").unlink(missing_ok=True)
    for path in folders:
        if path.exists():
            shutil.rmtree(path)


class WholeFile:
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
    file = WholeFile(path, table.schema)
    file.write(table)
    file.finish()


def _placeholder(home: Home, source: str, entity: str, kind: str, schema: pa.Schema) -> None:
    empty = {"source": source, "entity": entity, "batch": "_empty"}
    path = folder(home, empty, kind) / "part.parquet"
    if not path.exists() or not pq.read_schema(path).equals(schema):
        _write(path, schema.empty_table())


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


def append(home: Home, entry: dict) -> None:
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


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
