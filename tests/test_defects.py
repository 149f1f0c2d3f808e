"""What the generator broke on purpose, matched one by one with what the warehouse says of it."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from straight import failing, judge
from test_staging import contents, stage

from crw import check
from crw.contract import find
from crw.generate import anomalies, defects, generate
from crw.home import Home, read_json
from crw.load import load
from crw.raw import batches

ROW_KINDS = {kind.__name__ for kind in defects.KINDS} | {"redelivered_file"}


def judged(home: Home) -> str:
    """SQL for what became of every record of cdps, and why, by file and record."""
    settled = " union all ".join(
        f"select '{name}' as entity, _batch, _record, record_outcome, reasons"
        f" from base_cdps__{name}"
        for name in find("cdps")
    )
    return f"""(
        select judged.*, batches.file
        from (
            {settled}
            union all
            select entity, batch, record_number, 'rejected', reason from stg_crw__rejects
            where source_system = 'cdps'
        ) as judged
        inner join '{home.build}/inputs/batches.parquet' as batches
            on batches.batch = judged._batch and batches.entity = judged.entity
            and batches.source = 'cdps'
    )"""


def differences(truth: Path, home: Home) -> tuple[list[tuple], list[tuple]]:
    """Defects that ended otherwise than the ledger says; refused records that are not in it."""
    ledger = truth / "defects.parquet"
    with duckdb.connect(home.staging, read_only=True) as staging:
        otherwise = staging.sql(f"""
            select ledger.*, judged.record_outcome, judged.reasons
            from '{ledger}' as ledger
            left join {judged(home)} as judged
                on judged.file = ledger.file and judged._record = ledger.record
                and judged.entity = ledger.entity
            where judged.record_outcome is distinct from ledger.expected_outcome
                or not contains(coalesce(judged.reasons, ''), ledger.expected_reason)
        """).fetchall()
        unforetold = staging.sql(f"""
            select judged.* from {judged(home)} as judged
            anti join '{ledger}' as ledger
                on judged.file = ledger.file and judged._record = ledger.record
                and judged.entity = ledger.entity
            where judged.record_outcome in ('quarantined', 'rejected')
        """).fetchall()
    return otherwise, unforetold


@pytest.mark.parametrize("size", ["demo", "planted"])
def test_every_record_ends_as_the_ledger_says(size: str, request) -> None:
    """Defects are quarantined, superseded or rejected as foretold; all else is accepted."""
    truth = request.getfixturevalue(f"{size}_files") / "truth"
    home = request.getfixturevalue({"demo": "built_home", "planted": "planted_home"}[size])
    assert differences(truth, home) == ([], [])
    made = {
        kind for (kind,) in duckdb.sql(f"select defect from '{truth}/defects.parquet'").fetchall()
    }
    assert made == ROW_KINDS


# Anomalies -----------------------------------------------------------------------------------

# Deliveries with several anomalies that leave each other alone.
DELIVERIES = {
    "slips": [
        *("silent_office", "missing_day", "doubled_day", "shifted_channels", "shifted_chapters"),
        *("shifted_origins", "value_unit_slip", "mass_unit_slip", "time_zone_slip"),
        *("released_before_assessed", "inspected_before_registered", "results_reversed"),
        *("draw_overridden", "unknown_rules", "renamed_column", "swapped_columns_of_a_file"),
        "lost_column",
    ],
    "losses": [
        *("renamed_office", "lost_channels", "lost_origins", "results_not_recorded"),
        *("lost_inspections", "lost_probabilities", "seizures_without_inspection"),
        *("lost_operators", "cut_file", "lost_file"),
    ],
    "ends": ["inspections_stop", "future_date"],
}
UNNOTICED = ["late_file", "files_out_of_order"]
SIZE = (20_000, 6)  # declarations and months: enough to judge days, weeks and offices
SMALLER = (5000, 6)
END = date(2026, 6, 30)


def test_every_anomaly_is_planted() -> None:
    planted = [kind for kinds in DELIVERIES.values() for kind in kinds] + UNNOTICED
    assert sorted(planted) == sorted(anomalies.known())
    assert len(planted) + len(ROW_KINDS) >= 60
    asked = {one["name"] for suite in check.suites() for one in suite["checks"]}
    for kind, what in anomalies.known().items():
        assert {*what.get("checks", ()), *what.get("also", ())} <= asked, kind


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_each_anomaly_trips_its_check_and_no_other(
    delivery: str, tmp_path: Path, built_home: Home, crw
) -> None:
    """The message names the place; nothing else fails but what follows from an anomaly."""
    generate(tmp_path, *SIZE, 1, END, defects=False, anomalies=DELIVERIES[delivery])
    ledger = pq.read_table(tmp_path / "truth" / "anomalies.parquet").to_pylist()
    assert all(row["records"] != 0 for row in ledger), "an anomaly hit nothing"
    refused = [row for row in ledger if row["outcome"] == "refused"]
    home = Home.open(tmp_path / "home")
    told = crw(home, "load", "cdps", tmp_path / "landing", code=2 if refused else 0).stderr
    assert all(row["file"] in told and row["names"] in told for row in refused)
    found = failing(judge(home, built_home))
    foretold = set()
    unmatched = []
    for row in ledger:
        checks = row["checks"].split(", ") if row["outcome"] == "flagged" else []
        foretold |= {*checks, *row["also"].split(", ")}
        unmatched += [
            (row["kind"], name, row["names"], found.get(name))
            for name in checks
            if row["names"] not in found.get(name, "") or name not in found
        ]
    assert not unmatched
    assert {name: seen for name, seen in found.items() if name not in foretold} == {}


def test_files_late_and_out_of_order_are_staged_alike(
    tmp_path: Path, built_home: Home, crw
) -> None:
    kinds = [part for kind in UNNOTICED for part in ("--anomaly", kind)]
    sizes = ("--declarations", 3000, "--months", 6)
    crw(tmp_path, "generate", "--out", tmp_path, *sizes, *kinds)
    home = Home.open(tmp_path / "home")
    # With another key, the same names would get other pseudonyms.
    shutil.copytree(built_home.keys, home.keys, dirs_exist_ok=True)
    crw(home, "load", "cdps", tmp_path / "landing")
    files = [batch["file"] for batch in sorted(batches(home), key=lambda b: b["sequence"])]
    assert files[-1].startswith("z_late_declarations")
    assert next(f for f in files if "items" in f).endswith("declaration_items_202606.csv")
    stage(home, built_home)
    assert contents(home) == contents(built_home)


# What is clean -------------------------------------------------------------------------------


def test_a_clean_demo_trips_nothing(built_home: Home, planted_home: Home) -> None:
    for home in (built_home, planted_home):
        results = read_json(home.check_state)["results"]
        assert not [r["check_name"] for r in results if r["status"] in ("fail", "error")]


@pytest.mark.parametrize(
    "seed", [2, 3, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(4, 52))]
)
def test_no_clean_demo_trips_anything(seed: int, tmp_path: Path, built_home: Home) -> None:
    """Its broken records are in it; each is refused, and they are too few to matter."""
    generate(tmp_path, *SMALLER, seed, END)
    home = Home.open(tmp_path / "home")
    load(home, "cdps", [tmp_path / "landing"])
    outcomes = [o for o in judge(home, built_home) if o.source_system == "cdps"]
    assert sum(o.status != "not_applicable" for o in outcomes) >= 70
    assert failing(outcomes) == {}
