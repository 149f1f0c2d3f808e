"""What the generator broke on purpose, matched one by one with what the warehouse says of it."""

from pathlib import Path

import duckdb
import pytest

from crw.contract import find
from crw.generate import defects
from crw.home import Home

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
