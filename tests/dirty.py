"""Dirty deliveries to lay beside the demo: records that break their contract, names to be hidden.

One home is built from them for all tests that ask where such records end (fixture `dirty_home`).
"""

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

DAY = date(2026, 7, 5)  # they are counted from, some days after the last event of the demo

# Records that load but break their contract: entity, what is changed, and the reason expected.
# Each is one record of a file `<entity>_broken.csv`, in this order.
BROKEN: list[tuple[str, dict[str, str], str]] = [
    ("nii_devices", {"day": "31/01/2026"}, "day: not a date"),
    ("nii_devices", {"day": "01-31-2026"}, "day: not a date"),
    ("nii_devices", {"day": "31.01.2026"}, "day: not a date"),
    ("nii_devices", {"day": "Jan 5, 2026"}, "day: not a date"),
    ("nii_devices", {"day": "2026-02-30"}, "day: not a date"),
    ("nii_devices", {"day": "46053"}, "day: not a date"),
    ("nii_devices", {"day": ""}, "day: missing"),
    ("nii_devices", {"device_id": "   "}, "device_id: missing"),
    ("nii_devices", {"available_hours": "-1"}, "available_hours: below 0"),
    ("nii_devices", {"available_hours": "25"}, "available_hours: above 24"),
    ("nii_devices", {"available_hours": "7,5"}, "available_hours: not a decimal"),
    ("nii_devices", {"scans": "1.5"}, "scans: not an integer"),
    ("nii_devices", {"scans": "many"}, "scans: not an integer"),
    ("declarations", {"status": "open"}, "status: not an allowed value"),
    ("declarations", {"regime": "IMPORT"}, "regime: not an allowed value"),
    ("declarations", {"version": "0"}, "version: below 1"),
    (
        "declarations",
        {"version_lodged_at": "15/03/2026 10:00"},
        "version_lodged_at: not a timestamp",
    ),
    ("declarations", {"version_lodged_at": "1767225600"}, "version_lodged_at: not a timestamp"),
    ("declarations", {"country_dispatch": "Germany"}, "country_dispatch: not in the form required"),
    ("declarations", {"released_at": "2026-03-01T08:00:00"}, "released_at: before accepted_at"),
    ("declaration_items", {"net_mass_kg": "-4.5"}, "net_mass_kg: below 0"),
    ("declaration_items", {"net_mass_kg": "1.000,5"}, "net_mass_kg: not a decimal"),
    ("declaration_items", {"commodity_code": "85-17"}, "commodity_code: not in the form required"),
    ("declaration_items", {"commodity_code": ""}, "commodity_code: missing"),
    (
        "declaration_items",
        {"declaration_id": "NOBODY"},
        "declaration_id, version: no accepted declarations with this declaration_id, version",
    ),
]

GOOD = {
    "nii_devices": {
        "device_id": "DIRTY",
        "office_code": "QM010",
        "day": "2026-03-15",
        "available_hours": "24",
        "scans": "7",
    },
    "declarations": {
        "declaration_id": "DIRTY",
        "version": "1",
        "status": "released",
        "office_code": "QM010",
        "regime": "import",
        "version_lodged_at": "2026-03-15T10:00:00",
        "accepted_at": "2026-03-15T10:05:00",
        "released_at": "2026-03-15T10:06:00",
        "country_dispatch": "CN",
    },
    "declaration_items": {
        "declaration_id": "DIRTY",
        "version": "1",
        "item_number": "1",
        "commodity_code": "851712",
        "net_mass_kg": "4.5",
    },
    "cargo_manifests": {
        "house_document_id": "DIRTY",
        "version": "1",
        "transport_mode": "sea",
        "lodged_at": "2026-03-15T10:00:00",
        "consignor_name": "",
        "consignor_address": "",
        "consignee_name": "",
        "consignee_address": "",
    },
    "operators": {"operator_id": "DIRTY", "name": "", "valid_from": "2020-01-01"},
    "inspections": {
        "inspection_id": "DIRTY",
        "type": "physical",
        "ordered_at": "2026-03-15T10:00:00",
        "result": "compliant",
        "officer_id": "",
    },
}
SERIAL = {"nii_devices": "device_id", "declarations": "declaration_id"}

NAMES = [f"Quillwort Vanterpool{n:02d}" for n in range(1, 21)]


def as_csv(entity: str, rows: list[dict[str, str]], extra: str = "") -> str:
    text = io.StringIO()
    columns = list(GOOD[entity]) + ([extra] if extra else [])
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_broken(folder: Path) -> None:
    """One file an entity, first a good record, then those of BROKEN; all keys differ."""
    for entity in ("nii_devices", "declarations", "declaration_items"):
        rows = [GOOD[entity]]
        for n, (_, change, _) in enumerate(case for case in BROKEN if case[0] == entity):
            serial = {SERIAL[entity]: f"DIRTY{n}"} if entity in SERIAL else {"item_number": n + 2}
            rows.append(GOOD[entity] | serial | change)
        (folder / f"{entity}_broken.csv").write_text(as_csv(entity, rows))


def write_planted(folder: Path, refused: Path) -> None:
    """Twenty names, each in another corner of a delivery: fields, formats, broken records."""
    name = iter(NAMES)

    def manifest(n: int, **change: str) -> dict[str, str]:
        return GOOD["cargo_manifests"] | {"house_document_id": f"PLANTED{n}"} | change

    manifests = [
        manifest(1, consignor_name=next(name)),
        manifest(2, consignee_name=f'{next(name)}, "Sons" & Co'),
        manifest(3, consignor_address=f"{next(name)}\nHarbour Street 1"),
        manifest(4, lodged_at="15/03/2026", consignor_name=next(name)),  # to quarantine
        manifest(5, consignor_name=next(name)),  # superseded by the next
        manifest(5, consignor_name=next(name)),
    ]
    content = as_csv("cargo_manifests", manifests)
    content += f"PLANTED6,1,sea,2026-03-15T10:00:00,{next(name)}\n"  # too few columns
    content += f'PLANTED7,1,sea,2026-03-15T10:00:00,"{next(name)},,,\n'  # a quote not closed
    content += f"PLANTED8,1,sea,2026-03-15T10:00:00,{next(name)}\0,,,\n"  # a NUL byte
    content += f'PLANTED9,1,sea,2026-03-15T10:00:00,"{next(name)}" x,,,\n'  # after the quote
    (folder / "cargo_manifests_planted.csv").write_text(content)
    latin = as_csv("cargo_manifests", [manifest(10, consignee_address=f"Zürich {next(name)}")])
    (folder / "cargo_manifests_latin.csv").write_bytes(latin.encode("latin-1"))
    unknown = [manifest(11) | {"notify_party": next(name)}]
    (folder / "cargo_manifests_more.csv").write_text(
        as_csv("cargo_manifests", unknown, extra="notify_party")
    )
    device = [GOOD["nii_devices"] | {"device_id": "PLANTED", "remark": f"ask {next(name)}"}]
    (folder / "nii_devices_remark.csv").write_text(as_csv("nii_devices", device, extra="remark"))

    def operator(n: int, who: str) -> dict[str, str]:
        return GOOD["operators"] | {"operator_id": f"PLANTED{n}", "name": who}

    lines = json.dumps(operator(1, next(name))) + "\n"
    lines += json.dumps(operator(2, next(name)))[:-5] + "\n"  # no JSON
    lines += json.dumps(operator(3, next(name)))[:-1] + ', "name": "again"}\n'
    (folder / "operators_lines.jsonl").write_text(lines)
    array = json.dumps([operator(4, next(name))], indent=1).encode()
    (folder / "operators_array.json.gz").write_bytes(gzip.compress(array))
    inspection = {column: [value] for column, value in GOOD["inspections"].items()}
    inspection |= {"officer_id": [next(name)], "colleague": [next(name)]}
    pq.write_table(pa.table(inspection), folder / "inspections_planted.parquet")

    no_header = as_csv("operators", [operator(5, next(name))]).splitlines(keepends=True)[1]
    (refused / "operators_no_header.csv").write_text(no_header)
    assert next(name, None) is None
    broken = json.dumps([operator(6, NAMES[-1])])[:-1]
    (refused / "operators_cut.json").write_text(broken)
