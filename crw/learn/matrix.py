"""What a model reads of the last build: features by item, and what inspections said of them."""

import csv
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb
import numpy as np
import pandas as pd

from crw.errors import CrwError
from crw.home import MEMORY, PROJECT, Home, read_yaml

_FOLDER = PROJECT / "models" / "intermediate" / "scores"


@dataclass(frozen=True)
class Feature:
    name: str
    kind: str
    data: str
    words: str

    @property
    def record(self) -> str:
        """The record behind a rate: `trader` of `trader_rate`."""
        return self.name.removesuffix("_rate")


@cache
def features() -> list[Feature]:
    with (PROJECT / "seeds" / "score_features.csv").open(encoding="utf-8") as file:
        return [Feature(*row.values()) for row in csv.DictReader(file)]


@cache
def settings() -> dict[str, float]:
    with (PROJECT / "seeds" / "learned_score_settings.csv").open(encoding="utf-8") as file:
        return {row["setting"]: float(row["value"]) for row in csv.DictReader(file)}


@cache
def definition() -> str:
    """Fingerprint of what the features are: their list and the SQL that makes them."""
    digest = hashlib.sha256()
    for path in [*sorted(_FOLDER.glob("int_items_*.sql")), PROJECT / "macros" / "histories.sql"]:
        digest.update(" ".join(path.read_text().split()).encode())
    digest.update(repr(read_yaml(PROJECT / "dbt_project.yml")["vars"]["records_kept"]).encode())
    digest.update(repr(features()).encode())
    return digest.hexdigest()[:16]


def opened(home: Home) -> duckdb.DuckDBPyConnection:
    """The databases of a build, read-only."""
    connection = duckdb.connect(home.staging, read_only=True, config={"memory_limit": MEMORY})
    connection.execute(f"attach '{home.warehouse}' as warehouse (read_only)")
    return connection


def as_of(connection: duckdb.DuckDBPyConnection, source: str) -> date:
    row = connection.execute(
        "select as_of from int_source_as_of where source_system = ?", [source]
    ).fetchone()
    if row is None:
        known = [r[0] for r in connection.sql("select source_system from sources").fetchall()]
        raise CrwError(
            f"source '{source}' has nothing in the last build",
            f"sources: {', '.join(sorted(known))}; load files of it, then crw build",
        )
    return row[0]


def labelled(
    connection: duckdb.DuckDBPyConnection, source: str, known_until: date | None = None
) -> pd.DataFrame:
    """Items with a result of an inspection. After `known_until` no result counts in a record."""
    return _items(
        connection,
        source,
        "items.item_key in (select item_key from int_items_labelled)",
        known_until,
    )


def accepted(
    connection: duckdb.DuckDBPyConnection, source: str, first_on: date, last_on: date
) -> pd.DataFrame:
    """Items accepted from one day to another, inspected or not, as known when accepted."""
    between = f"items.accepted_on between date '{first_on}' and date '{last_on}'"
    return _items(connection, source, between, None)


def _items(
    connection: duckdb.DuckDBPyConnection, source: str, condition: str, known_until: date | None
) -> pd.DataFrame:
    plain = [f for f in features() if f.data != "rate"]
    columns = ", ".join(("signs." if f.data == "sign" else "items.") + f.name for f in plain)
    kinds = [*(f.record for f in features() if f.data == "rate"), "same_goods"]
    records, joins = _records(kinds, source, known_until)
    frame = connection.execute(
        f"""
        select
            items.item_key, items.declaration_id, items.item_number, items.accepted_on,
            labels.result_on, labels.hit, labels.security_hit, labels.random_pick,
            labels.label_weight, labels.additional_duty_national, keys.same_goods_key,
            declarations.is_risk_selected,
            {columns}, {records}
        from int_items_described as items
        inner join int_items_keyed as keys on items.item_key = keys.item_key
        inner join int_items_signed as signs on items.item_key = signs.item_key
        left join int_items_labelled as labels on items.item_key = labels.item_key
        left join warehouse.fct_declarations as declarations
            on items.source_system = declarations.source_system
            and items.declaration_id = declarations.declaration_id
        {joins}
        where items.source_system = ? and {condition}
        order by items.accepted_on, items.declaration_id, items.item_number
        """,
        [source],
    ).df()
    for name in ("accepted_on", "result_on"):
        frame[name] = pd.to_datetime(frame[name])
    for feature in plain:
        if feature.data == "category":  # counted once, not anew for each target
            frame[feature.name] = frame[feature.name].astype("category")
    return frame


def _records(kinds: list[str], source: str, known_until: date | None) -> tuple[str, str]:
    """Records as known before acceptance, or, of later items, as known at the end of a day."""
    parts = ("inspected", "hits", "security_hits")
    live = "left join int_items_recorded as live on items.item_key = live.item_key"
    if known_until is None:
        columns = ", ".join(f"live.{kind}_{part}" for kind in kinds for part in parts)
        return columns, live
    later = f"items.accepted_on > date '{known_until}'"
    columns = ", ".join(
        f"case when {later} then coalesce({kind}.{part}, 0) else live.{kind}_{part} end"
        f" as {kind}_{part}"
        for kind in kinds
        for part in parts
    )
    frozen = [
        f"""left join (
            select record_key, arg_max(inspected, known_on) as inspected,
                arg_max(hits, known_on) as hits, arg_max(security_hits, known_on) as security_hits
            from int_records_cumulated
            where record_kind = '{kind}' and source_system = '{source}'
                and known_on <= date '{known_until}'
            group by record_key
        ) as {kind} on keys.{kind}_key = {kind}.record_key"""
        for kind in kinds
    ]
    return columns, "\n".join([live, *frozen])


def encoded(
    frame: pd.DataFrame,
    target: str,
    kinds: tuple[str, ...],
    base: float,
    categories: dict[str, list[str]],
) -> pd.DataFrame:
    """The matrix a model takes: categories by number, records as rates drawn to the average."""
    strength = settings()["record_strength"]
    hits = "hits" if target == "any" else "security_hits"
    columns: dict[str, np.ndarray] = {}
    for feature in features():
        if feature.kind not in kinds:
            continue
        if feature.data == "rate":
            found = frame[f"{feature.record}_{hits}"].to_numpy(float)
            looked = frame[f"{feature.record}_inspected"].to_numpy(float)
            columns[feature.name] = (found + strength * base) / (looked + strength)
        elif feature.data == "category":
            codes = frame[feature.name].cat.set_categories(categories[feature.name]).cat.codes
            columns[feature.name] = np.where(codes < 0, np.nan, codes)
        else:
            columns[feature.name] = frame[feature.name].to_numpy(float, na_value=np.nan)
    return pd.DataFrame(columns, index=frame.index)


def categories_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    return {
        f.name: sorted(frame[f.name].dropna().unique().tolist())
        for f in features()
        if f.data == "category"
    }
