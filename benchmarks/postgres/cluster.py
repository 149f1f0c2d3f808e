"""A PostgreSQL cluster of its own, in a temporary folder, gone when whoever asked for it is.

A child process keeps it: once its input ends, by whatever death, it stops the server and removes
the folder. It listens on a socket in that folder, which nobody else may enter, and on no port.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# What its users would set on a machine that gives it 6 GB and 2 cores.
SETTINGS = {
    "shared_buffers": "1536MB",
    "effective_cache_size": "4GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "synchronous_commit": "off",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "200",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "TimeZone": "UTC",
    "listen_addresses": "''",
}
_USER = "bench"


@dataclass(frozen=True)
class Cluster:
    binaries: Path
    socket: str

    def psql(self, script: str, *, timed: bool = False) -> str:
        """What `psql` says of a script; it ends the run where the script fails."""
        command = [str(self.binaries / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", self.socket, "-U", _USER, "-d", "postgres", "-f", "-"]
        script = f"\\timing on\n{script}" if timed else script
        done = subprocess.run(command, input=script, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"PostgreSQL: {done.stderr.strip()}")
        return done.stdout

    def seconds(self, statement: str) -> float:
        """How long one statement took, as `psql` measures it."""
        told = [line for line in self.psql(statement, timed=True).splitlines() if "Time:" in line]
        return float(told[-1].split()[1]) / 1000

    def version(self) -> str:
        return self.psql("show server_version;").strip()


def binaries() -> Path:
    """The folder of the newest PostgreSQL that Debian's packages put on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        sys.exit("PostgreSQL is not on this machine: apt-get install postgresql")
    return max(found, key=lambda path: float(path.parent.name))


@contextmanager
def cluster(jit: bool) -> Iterator[Cluster]:
    found = binaries()
    command = [sys.executable, __file__, str(found), "on" if jit else "off"]
    keeper = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for the one who asked: the keeper then sees its input end.
        start_new_session=True,
    )
    try:
        socket = keeper.stdout.readline().strip()
        if not socket:
            sys.exit("PostgreSQL did not start; why stands above")
        yield Cluster(found, socket)
    finally:
        keeper.stdin.close()
        keeper.wait()


def _keep(found: Path, jit: str) -> None:
    """Start a server, tell its socket, and stop it when the input ends."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="crw_pg_"))
    server = None
    try:
        owner = _as_owner(folder)
        data = folder / "data"
        made = [*owner, str(found / "initdb"), "-D", str(data), "-U", _USER, "-A", "trust"]
        subprocess.run(
            [*made, "-E", "UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL
        )
        server = _serve(found, owner, folder, data, jit)
        print(folder, flush=True)
        sys.stdin.read()
    finally:
        if server:
            stop = [*owner, str(found / "pg_ctl"), "stop", "-D", str(data), "-m", "immediate"]
            subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


def _serve(found: Path, owner: list[str], folder: Path, data: Path, jit: str) -> bool:
    settings = SETTINGS | {"jit": jit, "unix_socket_directories": str(folder)}
    options = "\n".join(f"{name} = {value}" for name, value in settings.items())
    options = options.replace(f"= {folder}", f"= '{folder}'")
    with (data / "postgresql.conf").open("a") as written:
        written.write(f"\n{options}\n")
    start = [*owner, str(found / "pg_ctl"), "start", "-w", "-D", str(data)]
    done = subprocess.run(
        [*start, "-l", str(folder / "server.log")], stdout=subprocess.DEVNULL, cwd=folder
    )
    if done.returncode:
        sys.exit((folder / "server.log").read_text())
    return True


def _as_owner(folder: Path) -> list[str]:
    """How to run as who owns the server: root may not."""
    if os.geteuid():
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["runuser", "-u", "postgres", "--"]


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), sys.argv[2])
