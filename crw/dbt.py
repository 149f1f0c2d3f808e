"""dbt as a child process: it shows progress, says what failed, and never outlives its parent."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from crw.console import progress
from crw.errors import CrwError
from crw.home import PROJECT, Home

_MESSAGE = 400
_LOG_BYTES = 5_000_000  # then a new dbt.log begins, and one old is kept

# What decides, beside the raw zone, what a build makes and its checks ask.
_FOLDERS = ("models", "seeds", "macros", "tests/data", "expectations")
_SETTINGS = ("dbt_project.yml", "profiles.yml")
FAILED = ("error", "fail", "runtime error")


@dataclass(frozen=True)
class Result:
    """What became of one node: a model, a seed or a data test."""

    name: str
    kind: str
    status: str
    seconds: float
    severity: str = ""
    entity: str = ""
    owner: str = ""
    meaning: str = ""
    records: int | None = None
    message: str = ""

    @property
    def failed(self) -> bool:
        return self.status in FAILED


@dataclass(frozen=True)
class Engine:
    """Where dbt runs its SQL: the target of profiles.yml, and the child that speaks to it."""

    target: str
    python: Path
    module: str
    folder: str  # of the build folder, for what dbt notes


DUCKDB = Engine("duckdb", Path(sys.executable), "crw.dbt", "dbt")
SPARK = Engine("spark", PROJECT / ".venv-spark/bin/python", "crw.spark", "dbt_spark")


def dbt(
    home: Home, *arguments: str, doing: str, engine: Engine = DUCKDB, folder: Path = PROJECT
) -> list[Result]:
    """Run a dbt command on the project, its databases those of this home folder."""
    target = home.build / engine.folder
    # A killed dbt leaves old results behind; they must not be taken for those of this run.
    (target / "run_results.json").unlink(missing_ok=True)
    _forget_other_projects(target)
    command = [str(engine.python), "-m", engine.module, *arguments, "--target", engine.target]
    command += ["--project-dir", str(folder), "--profiles-dir", str(PROJECT)]
    # dbt's own log tells every statement, which takes a fifth of its time: ours has what it says.
    command += ["--target-path", str(target), "--log-level-file", "none", "--log-format", "json"]
    environment = os.environ | {
        "CRW_HOME": str(home.root),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    if engine is not DUCKDB:  # in its environment the project is not installed
        environment["PYTHONPATH"] = str(PROJECT)
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        said = _follow(child, doing, home.logs / "dbt.log")
    try:
        results = json.loads((target / "run_results.json").read_text())["results"]
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    except FileNotFoundError:
        raise CrwError(
            f"dbt could not start: {_first_words(said) or 'it gave no reason'}",
            f"see {home.logs / 'dbt.log'}",
        ) from None
    return [_result(result, nodes) for result in results]


def project() -> str:
    """The checksum of models, seeds, macros, tests, expectations and settings."""
    files = [PROJECT / name for name in _SETTINGS]
    for folder in _FOLDERS:
        files += (path for path in sorted((PROJECT / folder).rglob("*")) if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(PROJECT)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _forget_other_projects(target: Path) -> None:
    """dbt may start from what it parsed last time, but only where nothing has changed since.

    Parsing only what changed is faster, and sometimes wrong: a model can lose its contract.
    """
    seen, now = target / "parsed_project", project()
    if not seen.exists() or seen.read_text() != now:
        (target / "partial_parse.msgpack").unlink(missing_ok=True)
        target.mkdir(parents=True, exist_ok=True)
        seen.write_text(now)


def _follow(child: subprocess.Popen, doing: str, log: Path) -> str:
    """Show dbt's events as progress and note them; return the last error it told."""
    said = ""
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with progress() as bar, log.open("a") as notes:
        task = bar.add_task(doing, total=None)
        for line in child.stdout:
            try:
                event = json.loads(line)
                info, data = event["info"], event["data"]
            except (ValueError, KeyError, TypeError):  # said by something else than dbt
                said = line.strip() or said
                notes.write(line)
                continue
            notes.write(f"{info['ts']} {info['level']} {info['msg']}\n")
            if info["level"] == "error":
                said = info["msg"].removeprefix("Encountered an error:").strip() or said
            if "index" in data and "total" in data and info["name"] != "LogStartLine":
                bar.update(task, completed=data["index"], total=data["total"])
    return said


def _result(result: dict, nodes: dict) -> Result:
    node = nodes.get(result["unique_id"], {})
    kind = result["unique_id"].split(".")[0]
    meta = node.get("config", {}).get("meta", {})
    tested = nodes.get(node.get("attached_node") or "", {})
    return Result(
        name=node.get("name", result["unique_id"]),
        kind=kind,
        status=result["status"],
        seconds=result["execution_time"],
        severity=node.get("config", {}).get("severity", "error").lower() if kind == "test" else "",
        entity=tested.get("name", "") if kind == "test" else node.get("name", ""),
        owner=meta.get("owner") or tested.get("config", {}).get("meta", {}).get("owner", ""),
        meaning=" ".join(node.get("description", "").split()),
        records=result.get("failures"),
        message=_first_words(result.get("message") or ""),
    )


def _first_words(message: str) -> str:
    """dbt's messages run over pages; the log has them whole."""
    words = " ".join(message.split())
    return words if len(words) <= _MESSAGE else words[:_MESSAGE] + "…"


def _die_with_parent() -> None:
    # The parent holds the other end of stdin, so this returns when it ends, by kill -9 too. Else
    # an orphan would go on writing to databases that the next run believes to be its own.
    os.read(0, 1)
    os._exit(1)


def _tell_no_details() -> None:
    # dbt makes a message of every statement, a fifth of its time, before it finds that nobody asks:
    # those of debugging are made once somebody looks into one, and not told.
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager

    fire, make, look = EventManager.fire_event, BaseEvent.__init__, BaseEvent.__getattr__

    def make_what_is_shown(self, *arguments, **named) -> None:
        if self.level_tag() == EventLevel.DEBUG:
            vars(self)["made_of"] = arguments, named
        else:
            make(self, *arguments, **named)

    def make_and_look(self, key):
        arguments, named = vars(self).pop("made_of", (None, None))
        if named is not None:
            make(self, *arguments, **named)
        return look(self, key)

    def fire_what_is_shown(self, e, level=None, *rest, **more) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG:
            fire(self, e, level, *rest, **more)

    BaseEvent.__init__, BaseEvent.__getattr__ = make_what_is_shown, make_and_look
    EventManager.fire_event = fire_what_is_shown


def _write_json_at_once() -> None:
    # json.dump makes its text piece by piece, in Python: a tenth of the time of a small build.
    def dump(obj, fp, **options) -> None:
        fp.write(json.dumps(obj, **options))

    json.dump = dump


if __name__ == "__main__":
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _tell_no_details()
    _write_json_at_once()
    from dbt.cli.main import cli

    cli()
