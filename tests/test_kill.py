"""Killed at any moment, the warehouse serves what it served, and the next run completes."""

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import straight

from crw import publish
from crw.home import PROJECT, Home

A_RUN = 90  # seconds, about: a kill may come after its end


@pytest.fixture(scope="session")
def more_files(tmp_path_factory, demo_files: Path) -> Path:
    """Twenty declarations that the demo home does not have yet, in ten files."""
    folder = tmp_path_factory.mktemp("more")
    with (demo_files / "landing" / "declarations_202606.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))[-20:]
    for number in range(10):
        with (folder / f"declarations_more_{number}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            for row in rows[2 * number : 2 * number + 2]:
                writer.writerow(row | {"declaration_id": f"{row['declaration_id']}M"})
    return folder


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, crw, built_home: Home, more_files: Path) -> Path:
    """The marts that come of the demo with more files, where nobody kills anything."""
    root = tmp_path_factory.mktemp("undisturbed") / "home"
    home = Home(shutil.copytree(built_home.root, root, symlinks=True))
    crw(home, "load", "cdps", more_files)
    straight.build(home, built_home)
    return home.warehouse


def run_and_kill(home: Home, files: Path, moment: Callable[[], bool]) -> bool:
    """Kill the nightly job, and it alone, at a moment; whether it was still running then."""
    command = [sys.executable, "-m", "crw.cli", "--home", str(home.root), "run", "cdps", str(files)]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None and not moment():
            time.sleep(0.01)
        alive = run.poll() is None
        if alive:
            os.kill(run.pid, signal.SIGKILL)
    return alive


def assert_whole(home: Home, crw) -> None:
    publish.verify(publish.current(home))
    assert crw(home, "query", "select count(*) from fct_declarations").stdout
    crw(home, "status")


def assert_completes(home: Home, files: Path, crw, undisturbed: Path) -> None:
    crw(home, "run", "cdps", files)
    found = straight.differences(home.current / "warehouse.duckdb", undisturbed)
    assert not straight.of_what_was_declared(found)
    assert_whole(home, crw)
    assert not [path for path in home.releases.iterdir() if path.name.startswith(".")]
    assert "nothing new" in crw(home, "run", "cdps", files).stderr


def test_killed_at_each_step(home_copy: Home, more_files: Path, crw, undisturbed):
    """While loading, building, checking and publishing, one after the other, then left alone."""
    before = publish.current(home_copy)
    loaded = set(home_copy.raw.glob("cdps/declarations/part/*/batch.json"))
    moments = {
        "load": lambda: set(home_copy.raw.glob("cdps/declarations/part/*/batch.json")) > loaded,
        "build": lambda: (
            home_copy.warehouse.exists() and home_copy.warehouse.stat().st_size > 500_000
        ),
        "check": home_copy.build_state.exists,
        "publish": lambda: any(home_copy.releases.glob(".0*.tmp")),
    }
    for step, moment in moments.items():
        if step == "build":
            # What the last release was built from lies here still.
            home_copy.warehouse.unlink()
        if step == "check":
            home_copy.build_state.unlink(missing_ok=True)
        assert run_and_kill(home_copy, more_files, moment), step
        assert publish.current(home_copy) == before
        assert_whole(home_copy, crw)
    assert_completes(home_copy, more_files, crw, undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_moment(seed: int, home_copy: Home, more_files: Path, crw, undisturbed):
    end = time.monotonic() + random.Random(seed).uniform(0, A_RUN)
    run_and_kill(home_copy, more_files, lambda: time.monotonic() >= end)
    assert_whole(home_copy, crw)
    assert_completes(home_copy, more_files, crw, undisturbed)
