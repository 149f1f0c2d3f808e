"""What staging makes of whole files: every record accounted for, in whatever order they came."""

from pathlib import Path

import duckdb
import pytest
import straight

from crw.home import Home

ACCOUNTED = "assert_every_record_is_accounted_for"
STAGED = ("staging", "intermediate/quality", "marts/quality")
OF_RISK = ("mart_coverage", "quality_gaps")  # these ask the marts, which are not built here


def stage(home: Home, pattern: Home) -> None:
    """Staging and the accounts of it, without the marts."""

    def wanted(node: dict) -> bool:
        place = node["original_file_path"].removeprefix("models/")
        of_staging = place.startswith(STAGED) and node["name"] not in OF_RISK
        return of_staging and straight.before_the_checks(node)

    straight.build(home, pattern, wanted)


def unaccounted(home: Home, pattern: Home) -> int:
    """How many batches do not add up."""
    straight.make_again(home, pattern, "quality_reconciliation")
    return straight.failures(home, pattern, ACCOUNTED)


def ask(home: Home, sql: str) -> list[tuple]:
    with duckdb.connect(home.staging, read_only=True) as staging:
        return staging.sql(sql).fetchall()


def contents(home: Home) -> dict[str, tuple]:
    """Rows and an order-free checksum of every accepted entity."""
    names = ask(
        home, "select view_name from duckdb_views() where view_name like 'stg\\_%' escape '\\'"
    )
    counted = "select count(*), bit_xor(hash(t)), sum(hash(t)::hugeint) from"
    return {name: ask(home, f"{counted} {name} as t")[0] for (name,) in names}


def shuffled(sources: list[Path], folder: Path, parts: int) -> list[Path]:
    """The same records in another order, dealt out to other files."""
    folder.mkdir()
    header = sources[0].read_bytes().splitlines(keepends=True)[0]
    records = [line for path in sources for line in path.read_bytes().splitlines(keepends=True)[1:]]
    records.reverse()
    paths = []
    for part in range(parts):
        paths.append(folder / f"{sources[0].stem}_part{part}.csv")
        paths[-1].write_bytes(header + b"".join(records[part::parts]))
    return paths


def test_published_files_are_staged_whole(real_home: Home):
    assert ask(real_home, "select count(*) from stg_kcs__declarations") == [(45_519,)]
    drugs = "select count(*), sum(events) from stg_cbp__drug_seizures"
    assert ask(real_home, drugs) == [(16_617, 430_649)]
    weapons = "select count(*), count(distinct event_id) from stg_cbp__weapons_seizures"
    assert ask(real_home, weapons) == [(22_559 - 78, 14_924)]
    refused = "select record_outcome, count(*) from int_records_settled group by all order by all"
    assert ask(real_home, refused) == [("accepted", 84_617), ("superseded", 2_479 + 78)]


def test_published_records_in_other_files_and_another_order_are_staged_alike(
    real_home: Home, built_home: Home, shared_data: Path, tmp_path: Path, crw
):
    folder = shared_data / "cbp_seizures"
    home = Home.open(tmp_path / "home")
    kcs = sorted((shared_data / "kcs_declarations").glob("declarations_*.csv"))
    crw(home, "load", "kcs", *shuffled(kcs, tmp_path / "kcs", 3))
    drugs = sorted(folder.glob("*drug*.csv"))
    weapons = sorted(folder.glob("*weapons*.csv"))
    # Later file first, and each cut anew.
    crw(home, "load", "cbp", *shuffled(weapons, tmp_path / "weapons", 2))
    crw(home, "load", "cbp", *shuffled(drugs, tmp_path / "drugs", 3))
    stage(home, built_home)
    expected = {name: found for name, found in contents(real_home).items() if "cdps" not in name}
    assert {name: found for name, found in contents(home).items() if name in expected} == expected


@pytest.fixture(scope="module")
def redelivered(tmp_path_factory, crw, built_home: Home) -> Home:
    """A declaration delivered, redelivered, amended, badly redelivered, and the items of it."""
    folder = tmp_path_factory.mktemp("redelivered")
    header = "declaration_id,version,status,office_code,regime,version_lodged_at,procedure_code\n"
    items = "declaration_id,version,item_number,commodity_code\n"
    deliveries = {
        "1_declarations.csv": header
        + "D1,1,lodged,QM010,import,2026-01-15T10:00:00,first\n"
        + "D2,1,lodged,QM010,import,2026-01-15T10:00:00,first\n"
        + "D3,1,lodged,QM010,import,15/01/2026,never good\n",
        "2_declarations.csv": header
        + "D1,1,accepted,QM010,import,2026-01-15T10:00:00,again\n"
        + "D1,2,accepted,QM010,import,2026-01-16T10:00:00,amended\n"
        + "D2,1,accepted,QM010,import,2026-13-15T10:00:00,bad again\n",
        "3_declaration_items.csv": items
        + "D1,1,1,010121\nD1,3,1,010121\nD3,1,1,010121\nD2,1,1,0101\n",
    }
    home = Home.open(folder / "home")
    for name, text in deliveries.items():
        (folder / name).write_text(text)
        crw(home, "load", "cdps", folder / name)
    stage(home, built_home)
    return home


def test_redelivered_amended_and_badly_redelivered(redelivered: Home):
    found = ask(
        redelivered,
        "select declaration_id, version, procedure_code, record_outcome, reasons"
        " from base_cdps__declarations order by all",
    )
    bad_time = "version_lodged_at: not a timestamp"
    assert found == [
        ("D1", 1, "again", "accepted", None),
        ("D1", 1, "first", "superseded", None),
        ("D1", 2, "amended", "accepted", None),
        ("D2", 1, "bad again", "quarantined", bad_time),
        ("D2", 1, "first", "accepted", None),
        ("D3", 1, "never good", "quarantined", bad_time),
    ]


def test_quarantine_names_file_record_line_field_and_reason(redelivered: Home):
    with duckdb.connect(redelivered.warehouse, read_only=True) as warehouse:
        found = warehouse.sql(
            "select file, record_number, line_number, record_outcome, field, reason"
            " from quality_quarantine where entity = 'declaration_items' order by all"
        ).fetchall()
    file, parent = "3_declaration_items.csv", "declaration_id, version"
    assert found == [
        (file, 2, 3, "quarantined", parent, f"no accepted declarations with this {parent}"),
        (file, 3, 4, "quarantined", parent, f"no accepted declarations with this {parent}"),
        (file, 4, 5, "quarantined", "commodity_code", "not in the form required"),
    ]


def test_a_lost_and_a_doubled_record_are_noticed(redelivered: Home, built_home: Home):
    assert unaccounted(redelivered, built_home) == 0
    table = "base_cdps__declarations"
    with duckdb.connect(redelivered.staging) as staging:
        staging.execute(f"delete from {table} where procedure_code = 'first'")
        staging.execute(f"insert into {table} select * from {table} where procedure_code = 'again'")
    assert unaccounted(redelivered, built_home) == 2


def test_a_part_that_lost_a_record_stops_the_build(home_copy: Home, crw):
    """The loader's own count stands against what staging finds."""
    part = next(home_copy.raw.glob("cdps/risk_register/part/batch=b_*/part.parquet"))
    with duckdb.connect() as memory:
        memory.execute(f"create table part as from '{part}'")
        memory.execute("delete from part where _record = 1")
        memory.execute(f"copy part to '{part}' (format parquet)")
    told = crw(home_copy, "build", code=1).stderr
    assert ACCOUNTED in told and "nothing is published" in told
