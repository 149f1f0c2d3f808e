"""The marts as written down: complete, described, with access declared. No database needed."""

from pathlib import Path

import pytest
import yaml

from crw.home import PROJECT

FOLDER = PROJECT / "models" / "marts"
ROLES = {"strategy", "risk_manager", "analyst", "steward"}
LEVELS = {"office", "national", "denied"}
SHARED = {  # Reference marts that belong to no source.
    "dim_date",
    "dim_country",
    "dim_commodity",
    "dim_seizure_category",
    "dim_objective",
    "dim_legal_basis",
    "dim_kpi",
}
NAMES = sorted(path.stem for path in FOLDER.rglob("*.sql"))
PAGES = {
    model["name"]: model
    for path in FOLDER.rglob("*.yml")
    for model in yaml.safe_load(path.read_text()).get("models", [])
}


def mart(name: str) -> dict:
    return PAGES[name]


def meta(thing: dict) -> dict:
    return thing.get("config", {}).get("meta", {})


def key_of(name: str) -> list[str]:
    """The one key of all its rows; a mart may have another of some, as its latest (2026-11-27)."""
    keys = [test["is_key"] for test in mart(name)["data_tests"] if "is_key" in test]
    (key,) = (key for key in keys if "where" not in key.get("config", {}))
    return key["arguments"]["columns"]


def test_every_mart_has_its_page_and_every_page_its_mart() -> None:
    assert set(PAGES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_typed_and_described(name: str) -> None:
    for thing in (mart(name), *mart(name)["columns"]):
        assert thing["description"].strip(), f"{name}: {thing['name']} is not described"
    assert all(column["data_type"] for column in mart(name)["columns"])


@pytest.mark.parametrize("name", NAMES)
def test_access_is_declared_for_every_role(name: str) -> None:
    access = meta(mart(name))["access"]
    assert set(access) == ROLES
    assert set(access.values()) <= LEVELS


@pytest.mark.parametrize("name", NAMES)
def test_the_key_is_tested_and_names_the_source(name: str) -> None:
    key = key_of(name)
    assert ("source_system" in key) != (name in SHARED)


@pytest.mark.parametrize("name", NAMES)
def test_quantities_stand_with_their_unit(name: str) -> None:
    """Quantities of different units are never added: the unit is beside them, and in the key of a
    mart that sums.
    """
    columns = {column["name"] for column in mart(name)["columns"]}
    key = key_of(name)
    for quantity in (c for c in columns if c == "quantity" or c.endswith("_quantity")):
        unit = quantity.removesuffix("quantity") + "unit"
        assert unit in columns, f"{name}.{quantity}"
        of_one_record = {"line_number", "item_number"} & set(key)
        assert of_one_record or unit in key, f"{name} adds {quantity} over units"


def test_every_test_says_what_its_failure_means() -> None:
    for name in NAMES:
        for test in mart(name)["data_tests"]:
            (arguments,) = test.values()
            assert arguments["description"].startswith("A failure means that"), f"{name}: {test}"


def test_officers_names_and_secrets_are_marked() -> None:
    marked = {
        (name, column["name"]): meta(column)
        for name in NAMES
        for column in mart(name)["columns"]
        if column["name"] in {"officer_id", "name_pseudonym", "random_probability"}
        or (name == "dim_risk_rule" and column["name"] in {"commodity_prefix", "route"})
    }
    assert all(found.get("personal") or found.get("secret") for found in marked.values()), marked
    assert meta(mart("dim_risk_rule"))["access"]["analyst"] == "denied"


def test_seeds_fit_together() -> None:
    """Codes that seeds share are in the seed they come from. Namibia stays `NA`."""
    import duckdb

    with duckdb.connect() as database:
        for path in (PROJECT / "seeds").glob("*.csv"):
            database.execute(
                f"create view {path.stem} as from read_csv('{path}', all_varchar=true, header=true)"
            )

        def missing(column: str, source: str, target: str) -> list:
            return database.execute(
                f"select distinct {column} from {source} where {column} is not null"
                f" and {column} not in (select {column} from {target})"
            ).fetchall()

        assert not missing("objective_code", "seizure_categories", "objectives")
        assert not missing("objective_code", "kpis", "objectives")
        assert not missing("category_code", "seizure_category_map", "seizure_categories")
        assert not missing("section_code", "hs_chapters", "hs_sections")
        assert not missing("country_code", "offices", "countries")
        assert not missing("country_code", "sources", "countries")
        assert not missing("source_system", "offices", "sources")
        counts = {"hs_sections": 21, "hs_chapters": 99, "kpis": 64, "seizure_categories": 17}
        for seed, count in counts.items():
            assert database.execute(f"select count(*) from {seed}").fetchone() == (count,)
        namibia = database.execute("select country_name from countries where country_code = 'NA'")
        assert namibia.fetchone() == ("Namibia",)


def test_countries_agree_with_the_published_list(shared_data: Path) -> None:
    import csv

    with (shared_data / "countries" / "country-codes.csv").open(encoding="utf-8-sig") as file:
        published = {
            row["ISO3166-1-Alpha-2"]: row["ISO3166-1-Alpha-3"] for row in csv.DictReader(file)
        }
    with (PROJECT / "seeds" / "countries.csv").open(encoding="utf-8") as file:
        ours = {
            row["country_code"]: row["country_code_alpha3"]
            for row in csv.DictReader(file)
            if row["listing"] == "iso"
        }
    assert ours == published
