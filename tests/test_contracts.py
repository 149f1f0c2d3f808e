"""The contracts are whole, and what is written out of them stands on disk as it should."""

import re
from functools import cache

import pytest
import yaml

from crw import staging
from crw.contract import Entity, entities
from crw.home import PROJECT

EVERY = [entity for tables in entities().values() for entity in tables.values()]
TYPES = re.compile(r"varchar|integer|date|timestamp|boolean|decimal\(\d+,\d+\)")


def by_name(entity: Entity) -> str:
    return f"{entity.source}.{entity.name}"


@cache
def described() -> dict[str, set[str]]:
    """The models of the staging YAML and the columns each describes."""
    found = {}
    for path in (PROJECT / staging.STAGING).rglob("_*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            columns = model.get("columns", [])
            assert model["description"], model["name"]
            assert all(column["description"] for column in columns), model["name"]
            found[model["name"]] = {column["name"] for column in columns}
    return found


def test_staging_on_disk_is_what_the_contracts_say():
    stale = [
        str(path)
        for path, text in staging.files().items()
        if not (PROJECT / path).is_file() or (PROJECT / path).read_text() != text
    ]
    assert not stale, f"run `make staging`: {stale}"


def test_no_base_model_is_left_of_an_entity_that_is_gone():
    written = {PROJECT / path for path in staging.files()}
    left = set((PROJECT / staging.STAGING).glob("*/base/*")) - written
    assert not left


@pytest.mark.parametrize("entity", EVERY, ids=by_name)
def test_a_contract_is_whole(entity: Entity):
    names = [c.name for c in entity.columns]
    assert entity.description
    assert len({c.snake for c in entity.columns}) == len(names)
    assert any(c.required for c in entity.key), "a key of which every part may be missing"
    for column in entity.columns:
        assert column.description, column.name
        assert TYPES.fullmatch(column.data_type), column.name
        assert not {"; ", ": "} & {column.name[i : i + 2] for i in range(len(column.name))}
        if column.pattern:
            re.compile(column.pattern)
        if column.not_before:
            other = next(c for c in entity.columns if c.name == column.not_before)
            assert other.data_type == column.data_type
    for parent, keys in entity.parents.items():
        known = entities()[entity.source][parent]
        assert set(keys) == {c.name for c in known.key}
        assert set(keys) <= set(names)


@pytest.mark.parametrize("entity", EVERY, ids=by_name)
def test_every_entity_has_its_two_models_described(entity: Entity):
    models = described()
    assert staging.base_name(entity) in models
    columns = models[staging.stg_name(entity)]
    assert "source_system" in columns
    assert set(entity.events) <= columns
    sql = (
        PROJECT / staging.STAGING / entity.source / f"{staging.stg_name(entity)}.sql"
    ).read_text()
    assert "record_outcome = 'accepted'" in sql


def test_every_entity_that_tells_of_a_declaration_is_known_to_a_night():
    """One that is left out would be seen in the facts only after a build in full."""
    told_by = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["told_by"]
    for entity in EVERY:
        columns = {column.snake for column in entity.columns}
        named = told_by["declaration_id"].get(entity.source, {}).get(entity.name)
        # Of a transit movement nothing is shown with the declaration.
        if "declaration_id" in columns and entity.name != "transit_movements":
            assert named and columns.issuperset(named), by_name(entity)
        filing = told_by["house_document_id"].get(entity.source, {}).get(entity.name)
        is_filing = "house_document_id" in {column.snake for column in entity.key}
        assert bool(filing) == is_filing, by_name(entity)
