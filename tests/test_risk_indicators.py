"""The registry of risk indicators, their models, parameters and unit tests agree."""

import csv
import re
from pathlib import Path

import duckdb
import yaml

from crw.home import PROJECT, Home

FOLDER = PROJECT / "models" / "intermediate" / "indicators"
PREFIX = "int_risk_indicator__"
MODELS = {
    path.stem.removeprefix(PREFIX): path.read_text() for path in FOLDER.glob(f"{PREFIX}*.sql")
}


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_indicator_is_built_registered_and_explained() -> None:
    built = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    registered = {row["indicator"]: row for row in seed("risk_indicator_weights")}
    assert len(MODELS) >= 12
    assert sorted(built["risk_indicators_built"]) == sorted(MODELS) == sorted(registered)
    laws = {row["legal_basis_code"] for row in seed("legal_bases")}
    for row in registered.values():
        assert float(row["weight"]) > 0 and row["legal_basis_code"] in laws
        assert row["question"].endswith("?") and row["weight_reason"] and row["source"]


def test_every_indicator_has_a_unit_test() -> None:
    tests = "".join(path.read_text() for path in FOLDER.glob("*unit_tests.yml"))
    for name in MODELS:
        assert f"model: {PREFIX}{name}\n" in tests, name


def test_parameters_are_those_the_models_read() -> None:
    wanted = set()
    for path in FOLDER.glob("*.sql"):
        for name, listed in re.findall(
            r"indicator_parameters\('(\w+)', \[(.*?)\]\)", path.read_text()
        ):
            wanted |= {(name, parameter) for parameter in re.findall(r"\w+", listed)}
    given = {(row["indicator"], row["parameter"]) for row in seed("risk_indicator_parameters")}
    assert wanted == given
    assert all(row["reason"] and row["unit"] for row in seed("risk_indicator_parameters"))


def test_every_indicator_speaks_of_every_item_once(built_home: Home) -> None:
    """One that lost an item would be taken to have missed it: only what is no miss is kept."""
    with duckdb.connect(str(built_home.staging), read_only=True) as staging:
        staging.execute(f"attach '{built_home.warehouse}' as warehouse (read_only)")
        (items,) = staging.execute("select count(*) from int_risk_items").fetchone()
        for name in MODELS:
            told = staging.execute(
                "select count(*), count(distinct told.item_key), count(items.item_key)"
                f" from {PREFIX}{name} as told left join int_risk_items as items"
                " on told.item_key = items.item_key where told.outcome is not null"
            ).fetchone()
            assert told == (items, items, items), name


def test_the_score_puts_offences_on_top(planted_files: Path, planted_home: Home) -> None:
    """Of the declarations the score ranks highest, at least three times as many hide an offence."""
    with duckdb.connect(str(planted_home.warehouse), read_only=True) as warehouse:
        ((top, others),) = warehouse.sql(
            f"""
            with scored as (
                select source_system, declaration_id, max(score) as score, sum(score) as total
                from risk_indicators group by all
            ),
            ranked as (
                select *, row_number() over (
                    partition by date_trunc('month', accepted_on)
                    order by score desc, total desc, md5(declaration_id)
                ) / count(*) over (partition by date_trunc('month', accepted_on)) <= 0.05 as is_top
                from scored join fct_declarations using (source_system, declaration_id)
                where not is_invalidated
            )
            select
                avg(offence_apart_from_formal::integer) filter (is_top),
                avg(offence_apart_from_formal::integer) filter (not is_top)
            from ranked
            join '{planted_files}/truth/declarations.parquet' using (declaration_id)
            """
        ).fetchall()
    assert top > 3 * others
