"""`crw serve`: Superset on the current release, on 127.0.0.1, until stopped."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from rich.console import Console

from crw.console import err
from crw.errors import CrwError
from crw.home import PROJECT, Home

HERE = Path(__file__).parent


def serve(home: Home, port: int, workers: int) -> None:
    """Become the server; comes back only with an error."""
    if not home.current.exists():
        raise CrwError(
            "there is no release to serve yet",
            "make one: `crw run SOURCE PATH…`, or `crw demo` for demonstration data",
        )
    _check_free(port)
    environment = server_environment(home, port, workers)
    prepare_once(home, environment)
    sys.stdout.flush()
    sys.stderr.flush()
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(HERE / "gunicorn_config.py")]
    os.execve(sys.executable, [*gunicorn, "superset.app:create_app()"], environment)


def server_environment(home: Home, port: int = 0, workers: int = 1) -> dict[str, str]:
    """What Superset's process is told: its settings, the home, and its share of the cores."""
    return os.environ | {
        "CRW_HOME": str(home.root),
        "CRW_PORT": str(port),
        "CRW_WORKERS": str(workers),
        "CRW_DUCKDB_THREADS": str(max(1, (os.cpu_count() or 1) // workers)),
        "CRW_SERVER_LOG": str(home.logs / "serve.log"),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
    }


def say_ready(terminal: TextIO) -> None:
    """Called by gunicorn once it listens."""
    home = Home(Path(os.environ["CRW_HOME"]))
    said = Console(file=terminal, highlight=False, soft_wrap=True)
    said.print(f"[bold]Customs risk warehouse[/]: http://127.0.0.1:{os.environ['CRW_PORT']}")
    said.print(f"  sign in as [bold]admin[/]; the password is in {password_file(home)}")
    said.print(f"  release {home.current.readlink().name}; Ctrl-C stops")


def password_file(home: Home) -> Path:
    """The first password of `admin`; whoever changes it in Superset may delete the file."""
    return home.superset / "admin_password"


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise CrwError(
                f"port {port} cannot be used: {problem.strerror}",
                "stop what runs there, or give another with --port",
            ) from problem


def prepare_once(home: Home, environment: dict[str, str]) -> None:
    """Bring Superset's database and the dashboards up to date, in a process of its own.

    Skipped where nothing changed since the last time: loading Superset takes seconds.
    """
    from crw.serve.prepare import is_prepared

    if is_prepared(home):
        return
    log = home.logs / "serve.log"
    with err.status("preparing Superset and its dashboards"), log.open("a") as sink:
        done = subprocess.run(
            [sys.executable, "-m", "crw.serve.prepare"],
            env=environment,
            cwd=PROJECT,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        last = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise CrwError(
            f"Superset could not be prepared: {last[-1] if last else 'no message'}",
            f"the whole story is in {log}",
        )
