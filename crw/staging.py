"""Writes the staging models out of the contracts: `python -m crw.staging` (or `make staging`).

For each raw entity a `base_` model, which types its records, judges them and settles which of them
stands. For the canonical source also the `stg_` models and their YAML: its field names are the
warehouse's own. Elsewhere `stg_` is written by hand, because it is where names are mapped.
"""

from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

import yaml

from crw.console import err
from crw.contract import Column, Entity, entities
from crw.home import PROJECT

CANONICAL = "cdps"
STAGING = Path("models/staging")
QUALITY = Path("models/intermediate/quality")


def files() -> dict[Path, str]:
    """Every file this command owns, by its path in the project."""
    found = {}
    for source, tables in entities().items():
        folder = STAGING / source
        for entity in tables.values():
            found[folder / "base" / f"{base_name(entity)}.sql"] = base_sql(entity)
            if source == CANONICAL:
                found[folder / f"{stg_name(entity)}.sql"] = stg_sql(entity)
        found[folder / "base" / f"_{source}__base.yml"] = base_yaml(source, tables)
        if source == CANONICAL:
            found[folder / f"_{source}__staging.yml"] = stg_yaml(source, tables)
    every = [entity for tables in entities().values() for entity in tables.values()]
    found[QUALITY / "int_records_settled.sql"] = records_sql(every)
    found[QUALITY / "int_records_refused.sql"] = refused_sql(every)
    found[QUALITY / "int_events_latest.sql"] = events_sql(every)
    found[QUALITY / "int_events_by_day.sql"] = days_sql(every)
    return found


def base_name(entity: Entity) -> str:
    return f"base_{entity.source}__{entity.name}"


def stg_name(entity: Entity) -> str:
    return f"stg_{entity.source}__{entity.name}"


def base_sql(entity: Entity) -> str:
    """Received, judged, met with what came before, settled: the steps of every base model."""
    typed = [f"{{{{ {_value(c, entity.time_zone)} }}}} as {c.snake}," for c in entity.columns]
    checks = [_check(c, entity.time_zone) for c in entity.columns]
    checks += [
        f"orphaned('_is_orphan_of_{parent}', '{parent}', {list(keys)})"
        for parent, keys in entity.parents.items()
    ]
    parts = [
        _header(f"the contract in _{entity.source}__sources.yml")
        + "{{ config(materialized='incremental', unique_key=['_batch', '_record']) }}",
        "",
        "with batches as (",
        f"    {{{{ batches_due({_due(entity)}) }}}}",
        "),",
        "",
        "received as (",
        indent(_received(entity), "    "),
        "),",
        "",
        "judged as (",
        "    select",
        *(f"        {line}" for line in typed),
        "        _batch,",
        "        _record,",
        "        _line,",
        "        _arrival,",
        "        {{ reasons([",
        *(f"            {check}," for check in checks if check),
        "        ]) }} as reasons",
        "    from received",
        "),",
        "",
        "gathered as (",
        f"    {{{{ with_earlier_records('judged', {[c.snake for c in entity.key]}) }}}}",
        "),",
        "",
        "latest as (",
        indent(_latest(entity), "    "),
        ")",
        "",
        _settled(entity),
    ]
    return "\n".join(parts) + "\n"


def _header(origin: str) -> str:
    return f"-- Written by `make staging` from {origin}: change it there.\n\n"


def _received(entity: Entity) -> str:
    """The records of the batches that count, with their order of arrival and their parents."""
    columns = ["records.*", "{{ arrival('batches.place', 'records._record') }} as _arrival"]
    joins = []
    for parent, keys in entity.parents.items():
        columns.append(f"{parent}.{keys[0]} is null as _is_orphan_of_{parent}")
        types = {c.name: c.data_type for c in entity.columns}
        matches = [
            f"{{{{ {_typed(f'records.{key}', types[key])} }}}} = {parent}.{key}" for key in keys
        ]
        joins += [
            f"left join {{{{ ref('base_{entity.source}__{parent}') }}}} as {parent}",
            f"    on {parent}.record_outcome = 'accepted'",
            *(f"    and {match}" for match in matches),
        ]
    lines = [
        "select",
        *(f"    {column}," for column in columns[:-1]),
        f"    {columns[-1]}",
        f"from {{{{ source('{entity.source}', '{entity.name}') }}}} as records",
        "inner join batches",
        "    on records._batch = batches.batch",
        *joins,
        f"{{{{ only_records_due('{entity.source}', {_parents(entity)}) }}}}",
    ]
    return "\n".join(lines)


def _due(entity: Entity) -> str:
    parents = [f"parents={_parents(entity)}"] if entity.parents else []
    return ", ".join([_quoted(entity.source), _quoted(entity.name), *parents])


def _parents(entity: Entity) -> dict[str, list[str]]:
    return {parent: list(keys) for parent, keys in entity.parents.items()}


def _latest(entity: Entity) -> str:
    keys = [c.snake for c in entity.key]
    return "\n".join(
        [
            "-- Only where a key came again must it be asked which record came last.",
            "select",
            *(f"    {key}," for key in keys),
            "    max(_arrival) as _arrival",
            "from gathered",
            "where reasons is null",
            f"group by {', '.join(keys)}",
            "having count(*) > 1",
        ]
    )


def _settled(entity: Entity) -> str:
    conditions = [_same(column, "gathered", "latest") for column in entity.key]
    return "\n".join(
        [
            "select",
            "    gathered.*,",
            "    case",
            "        when gathered.reasons is not null then 'quarantined'",
            "        when gathered._arrival < latest._arrival then 'superseded'",
            "        else 'accepted'",
            "    end as record_outcome,",
            "    '{{ this_run() }}' as _settled_in",
            "from gathered",
            "left join latest",
            f"    on {conditions[0]}",
            *(f"    and {condition}" for condition in conditions[1:]),
        ]
    )


def _same(column: Column, one: str, other: str) -> str:
    """A part of the key that may be missing is the same where both miss it."""
    sign = "=" if column.required else "is not distinct from"
    return f"{one}.{column.snake} {sign} {other}.{column.snake}"


def _value(column: Column, zone: str) -> str:
    if column.strip:
        return f"as_text(without('{_received_name(column)}', '{column.strip}'))"
    return _typed(_received_name(column), column.data_type, zone)


def _typed(column: str, data_type: str, zone: str = "") -> str:
    kind = data_type.split("(")[0]
    extra = {"decimal": f", '{data_type}'", "timestamp": f", '{zone}'"}.get(kind, "")
    return f"as_{'text' if kind == 'varchar' else kind}('{column}'{extra})"


def _check(column: Column, zone: str) -> str:
    """What can be wrong with a column; nothing where it is text that may be missing."""
    arguments = [_quoted(_received_name(column))]
    if column.data_type != "varchar":
        arguments.append(_quoted(column.data_type))
    if column.required:
        arguments.append("required=true")
    if column.allowed:
        arguments.append(f"allowed={list(column.allowed)}")
    if column.pattern:
        arguments.append(f"pattern={_quoted(column.pattern)}")
    if column.min is not None:
        arguments.append(f"min={_number(column.min)}")
    if column.max is not None:
        arguments.append(f"max={_number(column.max)}")
    if column.not_before:
        arguments.append(f"not_before={_quoted(column.not_before)}")
    if column.not_before and column.data_type == "timestamp":
        arguments.append(f"time_zone={_quoted(zone)}")
    return f"broken({', '.join(arguments)})" if len(arguments) > 1 else ""


def _received_name(column: Column) -> str:
    return column.name if column.name == column.snake else f'"{column.name}"'


def _quoted(text: str) -> str:
    return f"'{text}'"


def _number(value: float) -> str:
    """As it reads in a contract; quoted where Jinja would print a small number as 1e-08."""
    return str(value) if value == int(value) else _quoted(f"{value:.10f}".rstrip("0"))


def stg_sql(entity: Entity) -> str:
    """The records that stand."""
    columns = [f"'{entity.source}' as source_system", *(c.snake for c in entity.columns)]
    accepted = _select(columns, base_name(entity)) + "\nwhere record_outcome = 'accepted'\n"
    return _header(f"the contract in _{entity.source}__sources.yml") + accepted


def records_sql(every: list[Entity]) -> str:
    """All records of all sources with what became of them; never their values."""
    place = ["_batch as batch", "_record as record_number", "_line as line_number"]
    return _union(
        _select([*_names(entity), *place, "record_outcome", "reasons"], base_name(entity))
        for entity in every
    )


def refused_sql(every: list[Entity]) -> str:
    """Quarantined records with their reasons; mended where a good one brought the key later."""
    return _union(_refused(entity) for entity in every)


def _refused(entity: Entity) -> str:
    base = f"{{{{ ref('{base_name(entity)}') }}}}"
    place = [f"refused.{name}" for name in ("_batch as batch", "_record as record_number")]
    columns = [*_names(entity), *place, "refused._line as line_number", "refused.reasons"]
    mended = "coalesce(refused._arrival < standing._arrival, false) as is_mended"
    return "\n".join(
        [
            "select",
            *(f"    {column}," for column in columns),
            f"    {mended}",
            f"from {base} as refused",
            f"left join {base} as standing",
            "    on standing.record_outcome = 'accepted'",
            *(f"    and {_same(c, 'refused', 'standing')}" for c in entity.key),
            "where refused.record_outcome = 'quarantined'",
        ]
    )


def events_sql(every: list[Entity]) -> str:
    """The latest event of each entity that has any, as a day in its source's own time zone."""
    return _union(
        _select([*_names(entity), f"{_latest_event(entity)} as latest_event_on"], stg_name(entity))
        for entity in every
        if entity.events
    )


def _latest_event(entity: Entity) -> str:
    types = {c.snake: c.data_type for c in entity.columns}
    days = [
        f"{{{{ local_day('max({event})', \"'{entity.time_zone}'\") }}}}"
        if types.get(event) == "timestamp"
        else f"max({event})"
        for event in entity.events
    ]
    if len(days) == 1:
        return days[0]
    return "greatest(\n        " + ",\n        ".join(days) + "\n    )"


def days_sql(every: list[Entity]) -> str:
    """How many records of each batch happened on each day."""
    return _union(_days(entity) for entity in every if entity.events)


def _days(entity: Entity) -> str:
    """Counted where the batch is known, else (the day is made in staging) without it."""
    known = {c.snake for c in entity.columns}
    received = known.issuperset(entity.events)
    event = entity.events[0] if len(entity.events) == 1 else f"greatest({', '.join(entity.events)})"
    batch = "_batch" if received else "cast(null as varchar)"
    columns = [f"{batch} as batch", f"cast({event} as date) as event_on", "count(*) as records"]
    model = base_name(entity) if received else stg_name(entity)
    stands = "record_outcome = 'accepted' and " if received else ""
    grouped = ", ".join((["_batch"] if received else []) + [f"cast({event} as date)"])
    return (
        _select([*_names(entity), *columns], model)
        + f"\nwhere {stands}{event} is not null\ngroup by {grouped}"
    )


def _names(entity: Entity) -> list[str]:
    return [f"'{entity.source}' as source_system", f"'{entity.name}' as entity"]


def _select(columns: list[str], model: str) -> str:
    listed = ",\n".join(f"    {column}" for column in columns)
    return f"select\n{listed}\nfrom {{{{ ref('{model}') }}}}"


def _union(selects: Iterable[str]) -> str:
    return _header("the contracts of all sources") + "\n\nunion all\n\n".join(selects) + "\n"


def base_yaml(source: str, tables: dict[str, Entity]) -> str:
    models = [
        {
            "name": base_name(entity),
            "description": f"Every record of {source} {entity.name} in a batch that counts, typed, "
            "judged against the contract and settled: accepted, superseded or quarantined, the "
            "latter with every reason.",
        }
        for entity in tables.values()
    ]
    return _yaml(f"the contract in _{source}__sources.yml", models)


def stg_yaml(source: str, tables: dict[str, Entity]) -> str:
    models = []
    for entity in tables.values():
        columns = [{"name": "source_system", "description": "Source: always " + source + "."}]
        for c in entity.columns:
            kept = " Kept as a pseudonym." if c.personal else ""
            columns.append({"name": c.snake, "description": c.description + kept})
        key = {
            "description": f"Two accepted records of {entity.name} share a key, or one has none: "
            "staging failed to settle a redelivery.",
            "arguments": {"columns": [c.snake for c in entity.key]},
        }
        models.append(
            {
                "name": stg_name(entity),
                "description": entity.description,
                "data_tests": [{"is_key": key}],
                "columns": columns,
            }
        )
    return _yaml(f"the contract in _{source}__sources.yml", models)


def _yaml(origin: str, models: list[dict]) -> str:
    body = yaml.safe_dump(
        {"version": 2, "models": models}, sort_keys=False, width=100, allow_unicode=True
    )
    return f"# Written by `make staging` from {origin}: change it there.\n{body}"


def main() -> None:
    written = files()
    for path, text in written.items():
        (PROJECT / path).parent.mkdir(parents=True, exist_ok=True)
        (PROJECT / path).write_text(text)
    err.print(f"{len(written)} files of staging written from the contracts")


if __name__ == "__main__":
    main()
