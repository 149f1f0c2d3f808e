"""The contracts of the raw entities, read from dbt's sources YAML, where each is written once."""

from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

import yaml

from crw.errors import CrwError
from crw.home import PROJECT, read_yaml


@dataclass(frozen=True)
class Column:
    """One field of a raw entity: its target type and what makes a value break the contract."""

    name: str
    data_type: str
    description: str = ""
    key: bool = False
    required: bool = False
    personal: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    min: float | None = None
    max: float | None = None
    not_before: str = ""
    strip: str = ""  # a mark that is no part of the value

    @property
    def snake(self) -> str:
        """The column's name in staging."""
        kept = (c.lower() if c.isalnum() else " " for c in self.name)
        return "_".join("".join(kept).split())


@dataclass(frozen=True)
class Entity:
    """A raw entity: its columns, its key (grain with version) and the entities it needs."""

    source: str
    name: str
    description: str
    columns: tuple[Column, ...]
    time_zone: str
    owner: str  # who mends its records at the source
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    events: tuple[str, ...] = ()  # fields of staging that date the record

    @property
    def key(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.key)


@cache
def entities(project: Path = PROJECT) -> dict[str, dict[str, Entity]]:
    """Every contract: source name -> entity name -> entity."""
    found: dict[str, dict[str, Entity]] = {}
    for path in sorted(project.glob("models/staging/*/_*__sources.yml")):
        try:
            found |= _sources(read_yaml(path))
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
            raise CrwError(
                f"the contract {path.relative_to(project)} cannot be read: {problem}",
                "compare it with models/staging/cdps/_cdps__sources.yml",
            ) from problem
    return found


def _sources(content: dict) -> dict[str, dict[str, Entity]]:
    found = {}
    for source in content["sources"]:
        if source["name"] != "crw":  # the warehouse's own records are no delivery
            zone = source["config"]["meta"]["time_zone"]
            tables = [_entity(source["name"], zone, table) for table in source["tables"]]
            found[source["name"]] = {table.name: table for table in tables}
    return found


def _entity(source: str, zone: str, table: dict) -> Entity:
    columns = [_column(table["name"], column) for column in table["columns"]]
    meta = table.get("config", {}).get("meta", {})
    if "owner" not in meta:
        raise ValueError(f"{table['name']} names no owner in config.meta: who mends its records?")
    return Entity(
        source,
        table["name"],
        table.get("description", ""),
        tuple(columns),
        zone,
        meta["owner"],
        {name: tuple(keys) for name, keys in meta.get("parents", {}).items()},
        tuple(meta.get("events", ())),
    )


def _column(table: str, column: dict) -> Column:
    meta = dict(column.get("config", {}).get("meta", {}))
    allowed = meta.pop("allowed", ())
    place = f"{table}.{column['name']}"
    if unknown := meta.keys() - {entry.name for entry in fields(Column)}:
        raise ValueError(f"{place} has an unknown entry {', '.join(sorted(unknown))}")
    if not all(isinstance(value, str) for value in allowed):
        # YAML reads a bare NO as false and 010 as 8
        raise ValueError(f"{place} allows a value that is not text: put quotes around it")
    return Column(
        column["name"],
        column["data_type"],
        column.get("description", ""),
        allowed=tuple(allowed),
        **meta,
    )


def find(source: str, entity: str | None = None) -> dict[str, Entity] | Entity:
    """The entities of a source, or one of them; an unknown name is answered with the known ones."""
    known = entities()
    if source not in known:
        raise CrwError(f"unknown source '{source}'", f"known sources: {', '.join(sorted(known))}")
    if entity is None:
        return known[source]
    if entity not in known[source]:
        raise CrwError(
            f"source '{source}' has no entity '{entity}'",
            f"it has: {', '.join(sorted(known[source]))}",
        )
    return known[source][entity]
