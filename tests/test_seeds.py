"""Seeds of law and method name only what there is, and say of each value where it is from."""

import csv
from collections import Counter

import pytest
import yaml

from crw.contract import find
from crw.home import PROJECT


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(name: str, column: str) -> set[str]:
    return {row[column] for row in seed(name)}


def allowed(entity: str, name: str) -> set[str]:
    return {v for c in find("cdps", entity).columns if c.name == name for v in c.allowed}


def test_time_zones_are_named_to_dbt() -> None:
    """They need not be, but every day and hour takes ten times as long where they are not."""
    named = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["time_zones"]
    assert column("offices", "time_zone") | column("sources", "time_zone") == set(named)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lead_times", ["legal_provision", "reason"]),
        ("filing_elements", ["source", "reason"]),
        ("control_measures", ["legal_provision", "reason"]),
        ("vague_descriptions", ["source"]),
        ("control_types", ["source"]),
        ("kpi_parameters", ["reason"]),
        ("kpi_targets", ["reason"]),
    ],
)
def test_every_value_says_where_it_is_from(name: str, said: list[str]) -> None:
    for row in seed(name):
        assert all(row[field].strip() for field in said), row


def test_lead_times_are_of_filings_there_can_be() -> None:
    rows = seed("lead_times")
    for name in ("filing_type", "transport_mode", "voyage_type"):
        known = allowed("cargo_manifests", name) | {"any", ""}
        assert {row[name] for row in rows} <= known, name
    assert {row["element_set"] for row in rows} <= column("filing_elements", "element_set")
    sets: dict[tuple, set] = {}
    for row in rows:
        place = row["source_system"], row["filing_type"], row["transport_mode"]
        sets.setdefault(place, set()).add(row["element_set"])
    assert all(len(found) == 1 for found in sets.values()), "two sets would count a filing twice"


def test_elements_of_a_filing_are_fields_of_the_contract() -> None:
    fields = {c.name for c in find("cdps", "cargo_manifests").columns}
    assert column("filing_elements", "element") <= fields
    twice = Counter(
        (r["source_system"], r["element_set"], r["element"]) for r in seed("filing_elements")
    )
    assert max(twice.values()) == 1


def test_measures_name_known_goods_categories_and_laws() -> None:
    rows = seed("control_measures")
    chapters = column("hs_chapters", "chapter_code")
    assert {row["commodity_prefix"][:2] for row in rows} <= chapters
    assert {r["category_code"] for r in rows} <= column("seizure_categories", "category_code") | {
        ""
    }
    assert {row["legal_basis_code"] for row in rows} <= column("legal_bases", "legal_basis_code")
    regimes = {regime for row in rows for regime in row["regimes"].split("|")}
    assert regimes <= allowed("declarations", "regime")
    assert all(not row["valid_to"] or row["valid_from"] <= row["valid_to"] for row in rows)


def test_control_types_cite_known_laws_or_none() -> None:
    rows = seed("control_types")
    known = column("legal_bases", "legal_basis_code") | {""}
    assert {row["legal_basis_code"] for row in rows} <= known
    assert {row["inspection_type"] for row in rows} <= allowed("inspections", "type")
