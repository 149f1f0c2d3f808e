"""The same marts on Spark: each word that macros have for an engine, and whole homes."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from crw import publish
from crw.build_spark import ask_for_spark
from crw.dbt import DUCKDB, SPARK, dbt
from crw.home import PROJECT, Home
from crw.parity import Mart, compared
from crw.raw import write_inputs

# To compile for a run of minutes costs more than it saves.
SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
CASES = yaml.safe_load((PROJECT / "tests" / "engine_macros.yml").read_text())
# These make tables and no values: the parity of the demo is their test.
OF_TABLES = {"create_table_as", "create_csv_table", "load_csv_rows", "generate_database_name"}


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[None]:
    """Spark and Java must be there: `make spark` makes the one, .ci/run installs the other."""
    ask_for_spark()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", SHORT_RUN)
        yield


# Macros -----------------------------------------------------------------------------------------


def test_every_macro_with_words_for_an_engine_has_a_case() -> None:
    told = {
        name
        for path in (PROJECT / "macros").rglob("*.sql")
        for name in re.findall(r"macro spark__(\w+)", path.read_text())
    }
    assert told - OF_TABLES <= {name.split(",")[0] for name in CASES}


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Every case on both engines: a small project of our macros, and a model for each."""
    home = Home.open(tmp_path_factory.mktemp("macros") / "home")
    project = home.root / "project"
    (project / "models").mkdir(parents=True)
    ours = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    kept = {name: ours[name] for name in ("name", "version", "config-version", "profile", "vars")}
    kept |= {"flags": ours["flags"], "macro-paths": [str(PROJECT / "macros")]}
    kept["models"] = {ours["name"]: {"+materialized": "table"}}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(kept))
    for number, case in enumerate(CASES.values()):
        for name, sql in ({f"case_{number}": case["model"]} | case.get("beside", {})).items():
            (project / "models" / f"{name}.sql").write_text(sql)
    write_inputs(home, {})
    for engine in (DUCKDB, SPARK):
        failed = [
            f"{one.name}: {one.message}"
            for one in dbt(home, "build", doing="macros", engine=engine, folder=project)
            if one.failed
        ]
        assert not failed, f"{engine.target}: {failed}"
    return home


@pytest.mark.parametrize("name", CASES)
def test_both_engines_say_the_same(evaluated: Home, name: str) -> None:
    case = f"case_{list(CASES).index(name)}"
    with duckdb.connect() as engine:
        engine.execute(f"attach '{evaluated.warehouse}' as warehouse (read_only)")
        assert engine.sql(f"select count(value) from warehouse.main.{case}").fetchone()[0] > 0
        assert compared(engine, evaluated, Mart(case, ["n"]), types=False) == []


# Homes ------------------------------------------------------------------------------------------


def kill_once_half_built(home: Home) -> None:
    command = [sys.executable, "-m", "crw.cli", "--home", str(home.root), "build"]
    with subprocess.Popen(
        [*command, "--target", "spark"], cwd=PROJECT, stderr=subprocess.DEVNULL
    ) as run:
        while run.poll() is None and len(list(home.spark.glob("*/"))) < 10:
            time.sleep(0.1)
        assert run.poll() is None, "it ended before it could be killed"
        os.kill(run.pid, signal.SIGKILL)


def contents(path: Path) -> bytes:
    return path.read_bytes()


@pytest.mark.soak
def test_the_demo_is_the_same_on_spark_after_a_kill(tmp_path: Path, built_home: Home, crw) -> None:
    home = Home(shutil.copytree(built_home.root, tmp_path / "home", symlinks=True))
    before = [contents(path) for path in (home.warehouse, home.build_state, home.check_state)]

    kill_once_half_built(home)
    assert not home.spark_state.exists()
    assert "no finished build on Spark" in crw(home, "parity", code=2).stderr
    publish.verify(publish.current(home))
    assert crw(home, "query", "select count(*) from fct_declarations").stdout

    crw(home, "build", "--target", "spark")
    told = crw(home, "parity").stderr
    assert "0 marts differ" in told, told
    assert "not compared" not in told, told
    after = [contents(path) for path in (home.warehouse, home.build_state, home.check_state)]
    assert after == before

    change_a_row(home, "dim_source", "currency")
    told = crw(home, "parity", code=1).stderr
    assert "1 marts differ" in told and "dim_source" in told and "currency" in told, told


def change_a_row(home: Home, mart: str, column: str) -> None:
    folder = home.spark / mart
    with duckdb.connect() as engine:
        engine.execute(f"create table old as from read_parquet('{folder}/*.parquet')")
        engine.execute(f"update old set {column} = 'XXX' where source_system = 'cdps'")
        for path in folder.glob("*.parquet"):
            path.unlink()
        engine.execute(f"copy old to '{folder}/part.parquet' (format parquet)")


@pytest.mark.soak
def test_the_korean_and_us_data_are_the_same_on_spark(tmp_path: Path, real_home: Home, crw) -> None:
    home = Home(shutil.copytree(real_home.root, tmp_path / "home", symlinks=True))
    crw(home, "build", "--target", "spark")
    assert "0 marts differ" in crw(home, "parity").stderr
