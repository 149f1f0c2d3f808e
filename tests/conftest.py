"""What the tests share: the command line, the shared data, and homes built once for all workers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import browser
import dirty
import duckdb
import pytest
from filelock import FileLock
from served import Server, start, stop

from crw.home import PROJECT, Home, read_json, write_json
from crw.learn.registry import models
from crw.serve import server_environment

Crw = Callable[..., subprocess.CompletedProcess]
Once = Callable[[str, Callable[[Path], None]], Path]

# Files that take minutes go first, so that the workers end together; and before them those that
# need no home, while the first worker makes the one that all others wait for.
LONGEST = ("browser", "spark", "generate", "docs", "kill", "access", "run", "quality", "check")
LONGEST += ("staging", "serve", "defects", "marts_real", "users", "kpis_truth", "incremental")
LONGEST += ("learn", "units", "publish")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns = {f"test_{name}": turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path.stem, len(turns)))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """A folder that the first worker who needs it fills for all; nobody may change it after."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder = base / name
        with FileLock(base / f"{name}.lock"):
            if not (base / f"{name}.ready").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                (base / f"{name}.ready").touch()
        return folder

    return make


@pytest.fixture(scope="session")
def crw() -> Crw:
    """Run `crw` on a home folder; the exit code is (one of) the expected, there is no traceback."""

    def run(
        home: Path | Home, *arguments: object, code: int | tuple[int, ...] = 0
    ) -> subprocess.CompletedProcess:
        root = home.root if isinstance(home, Home) else home
        done = subprocess.run(
            [sys.executable, "-m", "crw.cli", "--home", str(root), *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        )
        told = f"crw {' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in told, told
        expected = code if isinstance(code, tuple) else (code,)
        assert done.returncode in expected, f"exit {done.returncode}, expected {code}: {told}"
        return done

    return run


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real and published data, which is not part of the repository."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def demo_files(once: Once, crw: Crw) -> Path:
    """The demo administration, small: `landing` and `truth`."""
    # The home folder is not used by `generate`, but every command has one.
    size = ("--declarations", 3000, "--months", 6)
    return once("demo", lambda folder: crw(folder / "none", "generate", "--out", folder, *size))


@pytest.fixture(scope="session")
def built_home(once: Once, crw: Crw, demo_files: Path) -> Home:
    """A home with the small demo published. Don't change it: take `home_copy` for that."""
    return Home.open(once("built", lambda home: crw(home, "run", "cdps", demo_files / "landing")))


@pytest.fixture(scope="session")
def new_home(built_home: Home) -> Callable[[Path], Home]:
    """Makes an empty home in which dbt need not read the project anew, a quarter of a minute."""

    def make(root: Path) -> Home:
        home = Home.open(root)
        (home.build / "dbt").mkdir()
        for name in ("partial_parse.msgpack", "parsed_project"):
            shutil.copy2(built_home.build / "dbt" / name, home.build / "dbt")
        return home

    return make


@pytest.fixture(scope="session")
def prepared_home(once: Once, built_home: Home) -> Home:
    """The published demo with Superset's database ready, which takes a minute. Take a copy."""

    def prepare(root: Path) -> None:
        shutil.copytree(built_home.root, root, symlinks=True, dirs_exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "crw.serve.prepare"],
            env=server_environment(Home(root)),
            check=True,
            capture_output=True,
        )

    return Home(once("prepared", prepare))


@pytest.fixture(scope="session")
def planted_files(once: Once, crw: Crw) -> Path:
    """The demo administration, large enough to find what was planted: `landing` and `truth`."""
    size = ("--declarations", 20_000, "--months", 24)
    return once("planted", lambda folder: crw(folder / "none", "generate", "--out", folder, *size))


@pytest.fixture(scope="session")
def planted_home(once: Once, crw: Crw, new_home: Callable, planted_files: Path) -> Home:
    """A home with that demo published, and a learned score in use. Don't change it."""

    def deliver(root: Path) -> None:
        new_home(root)
        crw(root, "load", "cdps", planted_files / "landing")
        crw(root, "build")
        crw(root, "train", "cdps")
        # So few inspections need not beat what there is; readers shall see scores all the same.
        crw(root, "models", "promote", models(Home(root))[-1].name)
        crw(root, "run")

    return Home.open(once("planted_home", deliver))


@pytest.fixture(scope="session")
def whole_files(once: Once, crw: Crw) -> Path:
    """The default demo, for soak tests: it has the power that the smaller ones lack."""
    return once("whole", lambda folder: crw(folder / "none", "generate", "--out", folder))


@pytest.fixture(scope="session")
def whole_home(once: Once, crw: Crw, whole_files: Path) -> Home:
    landing = whole_files / "landing"
    return Home.open(once("whole_home", lambda home: crw(home, "run", "cdps", landing)))


@pytest.fixture
def home_copy(tmp_path: Path, built_home: Home) -> Home:
    """A copy of the published demo, to be changed."""
    return Home(shutil.copytree(built_home.root, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="session")
def dirty_home(once: Once, crw: Crw, built_home: Home) -> tuple[Home, str]:
    """The published demo with dirty deliveries on top, and all that `crw` said of them."""

    def deliver(folder: Path) -> None:
        home = Home(shutil.copytree(built_home.root, folder / "home", symlinks=True))
        for name in ("landing", "refused"):
            (folder / name).mkdir()
        dirty.write_broken(folder / "landing")
        dirty.write_planted(folder / "landing", folder / "refused")
        said = crw(home, "load", "cdps", folder / "refused", code=2)
        done = crw(home, "run", "cdps", folder / "landing", "--as-of", f"cdps={dirty.DAY}")
        (folder / "said").write_text(said.stdout + said.stderr + done.stdout + done.stderr)

    folder = once("dirty", deliver)
    return Home(folder / "home"), (folder / "said").read_text()


@pytest.fixture(scope="session")
def real_home(once: Once, crw: Crw, new_home: Callable, shared_data: Path) -> Home:
    """A home with the Korean and the US data published. Don't change it."""
    folder = shared_data / "kcs_declarations"
    files = [folder / "declarations_2020.csv", folder / "declarations_2021q1.csv"]

    def deliver(root: Path) -> None:
        home = new_home(root)
        crw(home, "load", "cbp", *sorted((shared_data / "cbp_seizures").glob("*.csv")))
        crw(home, "run", "kcs", *files)

    return Home(once("real", deliver))


@pytest.fixture
def rebuild() -> Callable[[Home, str], None]:
    """Make the last build of a home one of other content, checked: what `crw publish` would meet
    after another delivery, without the minute that takes.
    """

    def change(home: Home, note: str) -> None:
        with duckdb.connect(home.warehouse) as warehouse:
            warehouse.execute("update dim_source set supplies = ?", [note])
        for state in (home.build_state, home.check_state):
            write_json(state, read_json(state) | {"fingerprint": note})

    return change


@pytest.fixture(scope="session")
def server(tmp_path_factory, planted_home: Home, prepared_home: Home) -> Iterator[Server]:
    """`crw serve` on a copy of the larger demo, signed in to as its administrator."""
    root = tmp_path_factory.mktemp("served") / "home"
    home = Home(shutil.copytree(planted_home.root, root, symlinks=True))
    shutil.copytree(prepared_home.superset, home.superset)
    server = start(home)
    server.sign_in()
    yield server
    stop(server)


@pytest.fixture(scope="session")
def reader(server: Server) -> Iterator[browser.Reader]:
    """The administrator at a browser; see `browser.Reader`."""
    if browser.BROWSER is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI must see the dashboards in a browser")
        pytest.skip("no Chromium on this machine")
    with browser.browse(server) as reader:
        yield reader
