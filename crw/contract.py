"""The contracts of the raw entities, read from dbt's sources YAML, where each is written once."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from crw.errors import CrwError
from crw.home import PROJECT


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
        for source in yaml.load(path.read_text(), yaml.CSafeLoader)["sources"]:
            if source["name"] == "crw":
                continue
            zone = source["config"]["meta"]["time_zone"]
            found[source["name"]] = {
                table["name"]: _entity(source["name"], zone, table) for table in source["tables"]
            }
    return found


def _entity(source: str, zone: str, table: dict) -> Entity:
    columns = []
    for column in table["columns"]:
        meta = dict(column.get("config", {}).get("meta", {}))
        meta["allowed"] = tuple(str(v) for v in meta.get("allowed", ()))
        columns.append(
            Column(column["name"], column["data_type"], column.get("description", ""), **meta)
        )
    meta = table.get("config", {}).get("meta", {})
    return Entity(
        source,
        table["name"],
        table.get("description", ""),
        tuple(columns),
        zone,
        {name: tuple(keys) for name, keys in meta.get("parents", {}).items()},
        tuple(meta.get("events", ())),
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
