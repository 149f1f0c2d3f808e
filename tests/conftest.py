"""What the tests share: the command line, the shared data, and two homes built once."""

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
from served import Server, start, stop

from crw.home import PROJECT, Home, read_json, write_json
from crw.serve import server_environment

Crw = Callable[..., subprocess.CompletedProcess]


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
def demo_files(tmp_path_factory, crw: Crw) -> Path:
    """The demo administration, small: `landing` and `truth`."""
    folder = tmp_path_factory.mktemp("demo")
    # The home folder is not used by `generate`, but every command has one.
    crw(folder / "none", "generate", "--out", folder, "--declarations", 3000, "--months", 6)
    return folder


@pytest.fixture(scope="session")
def built_home(tmp_path_factory, crw: Crw, demo_files: Path) -> Home:
    """A home with the small demo published. Don't change it: take `home_copy` for that."""
    home = Home.open(tmp_path_factory.mktemp("built") / "home")
    crw(home, "run", "cdps", demo_files / "landing")
    return home


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory, built_home: Home) -> Home:
    """The published demo with Superset's database ready, which takes a minute. Take a copy."""
    root = tmp_path_factory.mktemp("prepared") / "home"
    home = Home(shutil.copytree(built_home.root, root, symlinks=True))
    subprocess.run(
        [sys.executable, "-m", "crw.serve.prepare"],
        env=server_environment(home),
        check=True,
        capture_output=True,
    )
    return home


@pytest.fixture(scope="session")
def planted_files(tmp_path_factory, crw: Crw) -> Path:
    """The demo administration, large enough to find what was planted: `landing` and `truth`."""
    folder = tmp_path_factory.mktemp("planted")
    crw(folder / "none", "generate", "--out", folder, "--declarations", 20_000, "--months", 24)
    return folder


@pytest.fixture(scope="session")
def planted_home(tmp_path_factory, crw: Crw, planted_files: Path) -> Home:
    """A home with that demo published. Don't change it."""
    home = Home.open(tmp_path_factory.mktemp("planted_home") / "home")
    crw(home, "run", "cdps", planted_files / "landing")
    return home


@pytest.fixture
def home_copy(tmp_path: Path, built_home: Home) -> Home:
    """A copy of the published demo, to be changed."""
    return Home(shutil.copytree(built_home.root, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="session")
def dirty_home(tmp_path_factory, crw: Crw, built_home: Home) -> tuple[Home, str]:
    """The published demo with dirty deliveries on top, and all that `crw` said of them."""
    folder = tmp_path_factory.mktemp("dirty")
    home = Home(shutil.copytree(built_home.root, folder / "home", symlinks=True))
    for name in ("landing", "refused"):
        (folder / name).mkdir()
    dirty.write_broken(folder / "landing")
    dirty.write_planted(folder / "landing", folder / "refused")
    said = crw(home, "load", "cdps", folder / "refused", code=2)
    done = crw(home, "run", "cdps", folder / "landing")
    return home, said.stdout + said.stderr + done.stdout + done.stderr


@pytest.fixture(scope="session")
def real_home(tmp_path_factory, crw: Crw, shared_data: Path) -> Home:
    """A home with the Korean and the US data published. Don't change it."""
    home = Home.open(tmp_path_factory.mktemp("real") / "home")
    folder = shared_data / "kcs_declarations"
    files = [folder / "declarations_2020.csv", folder / "declarations_2021q1.csv"]
    crw(home, "load", "cbp", *sorted((shared_data / "cbp_seizures").glob("*.csv")))
    crw(home, "run", "kcs", *files)
    return home


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
