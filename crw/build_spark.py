"""The same marts on Spark: every model a table of Parquet files, made anew from the raw zone."""

import shutil
import time
from datetime import UTC, date, datetime

from crw.build import fingerprint, report
from crw.console import err
from crw.dbt import SPARK, dbt
from crw.errors import CrwError
from crw.home import Home, write_json
from crw.raw import batches, write_inputs

# Data tests judge the data, which is the same: they run on DuckDB, and `crw parity` compares.
_LEFT_OUT = ("--exclude", "resource_type:unit_test", "resource_type:test")


def build(home: Home, as_of: dict[str, date] | None = None) -> None:
    """All marts anew. What readers see, and the build of DuckDB, are left alone."""
    started = time.monotonic()
    counted = batches(home)
    if not counted:
        raise CrwError("nothing to build: no batch is loaded", "load files first: crw load --help")
    ask_for_spark()
    home.spark_state.unlink(missing_ok=True)
    shutil.rmtree(home.spark, ignore_errors=True)
    mark = fingerprint(home, as_of, models=False)
    write_inputs(home, as_of or {}, keep_scores=True)
    results = dbt(home, "build", *_LEFT_OUT, doing="building on Spark", engine=SPARK)
    report(results, "build on Spark", time.monotonic() - started)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(home.spark_state, {"data": mark, "built_at": built_at, "batches": counted})
    err.print(f"the marts are folders of Parquet files in {home.spark}")


def ask_for_spark() -> None:
    if not SPARK.python.exists():
        raise CrwError("Spark is not installed", "make spark")
    if not shutil.which("java"):
        raise CrwError(
            "Spark needs Java 17, and there is no `java` here",
            "install one (Debian: apt install openjdk-17-jre-headless)",
        )
