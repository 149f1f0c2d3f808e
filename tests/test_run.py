"""The nightly job: the same records give the same marts, and nothing is done twice."""

import json
import shutil
from datetime import date
from pathlib import Path

import dirty
import duckdb
import pytest
import straight

from crw import build as building
from crw import publish, serve
from crw import run as nightly
from crw.build import fingerprint
from crw.errors import CrwError
from crw.home import Home
from crw.learn import train as learn
from crw.load import load


def split(landing: Path, folder: Path) -> Path:
    """The same records in other files: each CSV cut in two between records."""
    folder.mkdir()
    for path in sorted(landing.glob("*.csv")):
        header, *lines = path.read_bytes().splitlines(keepends=True)
        half = len(lines) // 2
        # A quoted field may hold line ends: cut only where every quote is closed.
        while half < len(lines) and b"".join(lines[:half]).count(b'"') % 2:
            half += 1
        (folder / f"b_{path.name}").write_bytes(header + b"".join(lines[:half]))
        (folder / f"a_{path.name}").write_bytes(header + b"".join(lines[half:]))
    return folder


def test_running_again_publishes_nothing(home_copy: Home, crw, demo_files: Path):
    before = publish.releases(home_copy)
    for arguments in (["cdps", demo_files / "landing"], []):
        assert "nothing new" in crw(home_copy, "run", *arguments).stderr
    assert publish.releases(home_copy) == before


@pytest.fixture(scope="module")
def clean_files(tmp_path_factory, crw) -> Path:
    """Demo files without planted defects, some of which are conflicting redeliveries."""
    folder = tmp_path_factory.mktemp("clean")
    size = ("--declarations", 2000, "--months", 5)
    crw(folder / "none", "generate", "--out", folder, *size, "--no-defects")
    return folder / "landing"


@pytest.fixture(scope="module")
def clean_home(tmp_path_factory, clean_files: Path, built_home: Home) -> Home:
    home = Home.open(tmp_path_factory.mktemp("clean_home") / "home")
    load(home, "cdps", [clean_files])
    straight.build(home, built_home)
    return home


def test_other_files_in_another_order_give_the_same_marts(
    clean_home: Home, clean_files: Path, tmp_path: Path, built_home: Home
):
    other = Home.open(tmp_path / "home")
    # Pseudonyms are the same only under the same key.
    shutil.copy2(clean_home.keys / "pseudonym", other.keys)
    files = sorted(split(clean_files, tmp_path / "split").glob("*.csv"), reverse=True)
    load(other, "cdps", files[::2])
    load(other, "cdps", files[1::2])
    straight.build(other, built_home)
    found = straight.differences(clean_home.warehouse, other.warehouse)
    assert not straight.of_what_was_declared(found)


def test_a_clean_delivery_is_taken_whole(clean_home: Home):
    with duckdb.connect(clean_home.warehouse, read_only=True) as warehouse:
        assert warehouse.sql("select count(*) from quality_quarantine").fetchone() == (0,)


def test_a_day_given_counts_and_is_new(dirty_home):
    home, _ = dirty_home
    manifest = publish.manifest(publish.current(home))
    assert manifest["as_of"]["cdps"] == str(dirty.DAY)
    assert manifest["fingerprint"] == fingerprint(home, {"cdps": dirty.DAY})
    assert manifest["fingerprint"] != fingerprint(home)
    assert fingerprint(home) != fingerprint(home, {"cdps": date.today()})


def test_a_full_disk_is_told_before_the_last_build_is_gone(home_copy: Home, monkeypatch):
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr(building.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(CrwError, match="the build needs about"):
        building.build(home_copy)
    assert home_copy.build_state.exists() and home_copy.warehouse.exists()


def test_nothing_to_do_is_said(tmp_path: Path, crw):
    assert "no batch is loaded" in crw(tmp_path / "a", "run", code=2).stderr
    assert "no batch is loaded" in crw(tmp_path / "a", "build", code=2).stderr
    assert "no finished build" in crw(tmp_path / "a", "check", code=2).stderr
    assert "no finished build" in crw(tmp_path / "a", "publish", code=2).stderr
    assert "no files given" in crw(tmp_path / "a", "run", "cdps", code=2).stderr


def test_status_tells_what_there_is(built_home: Home, crw):
    known = json.loads(crw(built_home, "status", "--json").stdout)
    assert known["release"]["id"] == publish.current(built_home).name
    assert known["build"]["fingerprint"] == known["release"]["fingerprint"]
    loaded = {entity["entity"]: entity["records"] for entity in known["entities"]}
    assert loaded["declarations"] >= 3000
    assert known["freshness"][0]["source_system"] == "cdps"
    assert len(crw(built_home, "status").stdout.splitlines()) < 50


def test_the_demo_is_generated_once_then_served(tmp_path: Path, monkeypatch, capsys):
    done = []

    def train(home: Home, source: str) -> None:
        done.append(("train", source))
        raise learn.TooFewResults("too few results", "load more")

    for step in ("load", "build", "run"):
        monkeypatch.setattr(nightly, step, lambda home, *of, step=step: done.append((step, *of)))
    monkeypatch.setattr(learn, "train", train)
    monkeypatch.setattr(serve, "serve", lambda home, port, workers: done.append(("serve", port)))
    home = Home.open(tmp_path / "home")
    files = home.root / "demo" / "landing"
    for _ in range(2):  # a demo that was killed before its release goes on with the same files
        nightly.demo(home, 8099, declarations=300, months=1)
        made = {path: path.stat().st_mtime_ns for path in files.iterdir()}
        expected = [("load", "cdps", [files]), ("build",), ("train", "cdps")]
        assert done == [*expected, ("run", None, []), ("serve", 8099)]
        assert "no learned score: too few results" in capsys.readouterr().err
        done.clear()
    assert made


def test_the_demo_leaves_a_published_home_as_it_is(built_home: Home, monkeypatch):
    served = []
    monkeypatch.setattr(serve, "serve", lambda home, port, workers: served.append(port))
    before = publish.releases(built_home)
    nightly.demo(built_home, 8099, declarations=300, months=1)
    assert served == [8099]
    assert publish.releases(built_home) == before
    assert not (built_home.root / "demo").exists()
