"""Anomalies: each record of the delivery is sound, and the whole of them is wrong.

What each of them does stands in `parameters/anomalies.yml`; `truth/anomalies.parquet` says where it
was planted and what the warehouse must make of it.
"""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from string import Template

import duckdb
import pyarrow as pa
import yaml

from crw.contract import find
from crw.generate.world import PARAMETERS, World
from crw.generate.write import SOURCE, Columns, Truth

KEPT_OF_A_CUT_FILE = 0.5
SCHEMA = pa.schema(
    [
        *(("kind", pa.string()), ("says", pa.string()), ("entities", pa.string())),
        *(("office", pa.string()), ("first_on", pa.date32()), ("last_on", pa.date32())),
        *(("file", pa.string()), ("records", pa.int64()), ("outcome", pa.string())),
        *(("checks", pa.string()), ("names", pa.string()), ("also", pa.string())),
    ]
)


def known() -> dict[str, dict]:
    """Every anomaly there is, by its name."""
    return yaml.load((PARAMETERS / "anomalies.yml").read_text(), yaml.CSafeLoader)


class Anomalies:
    """Those asked for, planted as the entities of each month pass by."""

    def __init__(self, world: World, kinds: list[str]) -> None:
        self.world = world
        self.asked = {kind: known()[kind] for kind in kinds}
        self.records: Counter[str] = Counter()
        self.files: dict[str, str] = {}
        self.db = duckdb.connect(config={"threads": 1})

    def into(self, entity: str, columns: Columns) -> Columns:
        """The records of an entity as they are delivered."""
        if not self.asked:
            return columns
        rows = pa.table(columns)
        for at, field in enumerate(rows.schema):
            if pa.types.is_dictionary(field.type):  # an enumeration would take no other text
                rows = rows.set_column(at, field.name, rows[at].cast(pa.string()))
        if entity == "declarations":
            self.db.register("rows", rows)
            self.db.execute("""
                create or replace table declared as
                select
                    declaration_id,
                    min(office_code) as office,
                    cast(min(version_lodged_at) as date) as day,
                    min(channel_final) as channel,
                from rows group by declaration_id
            """)
        for kind, what in self.asked.items():
            if "file" not in what and entity in _entities(what):
                rows = self._change(kind, what, entity, rows)
        return {name: rows[name] for name in rows.column_names}

    def _change(self, kind: str, what: dict, entity: str, rows: pa.Table) -> pa.Table:
        conditions = [what.get("when", "day between '$first' and '$last'")]
        conditions += [what.get("where", "true")] + ["office = '$office'"] * ("office" in what)
        where = self._filled(" and ".join(conditions), kind)
        linked = "declaration_id" in rows.column_names
        declared = "declared.office, declared.day" if linked else "null as office, null as day"
        joined = "left join declared using (declaration_id)" if linked else ""
        self.db.register("rows", rows)
        self.db.execute(f"""
            create or replace table placed as
            select *, coalesce({where}, false) as concerned from (
                select rows.*, {declared}, row_number() over () as nth from rows {joined}
            ) as placed
        """)
        found = self.db.execute("select count(*) from placed where concerned").fetchone()
        self.records[kind] += found[0]
        names = rows.column_names
        does = what["does"]
        changed = {}
        if does == "again":
            key = find(SOURCE, entity).key[0].name
            changed = {name: f"{name} || 'A'" for name in {key, "declaration_id"}}
        elif does != "drop":
            changed = {name: self._filled(to or "null", kind) for name, to in does.items()}
        as_it_was = ", ".join(names)
        as_changed = ", ".join(f"{changed.get(name, name)} as {name}" for name in names)
        untouched = f"select nth, {as_it_was} from placed"
        if does != "again":
            untouched += " where not concerned"
        wrong = f" union all select nth, {as_changed} from placed where concerned"
        sql = untouched + ("" if does == "drop" else wrong)
        return self.db.sql(f"select {as_it_was} from ({sql}) order by nth").to_arrow_table()

    def into_files(self, landing: Path) -> None:
        """What happens to whole files, once all are written."""
        for kind, what in self.asked.items():
            if "file" not in what:
                continue
            first, _ = self._days(what)
            path = landing / f"{what['file']}_{first:%Y%m}.csv"
            if not path.exists():  # an entity of one file
                path = landing / f"{what['file']}.csv"
            self.files[kind] = path.name
            _FILES.get(str(what["does"]), _rename_columns)(path, what)

    def close(self, truth: Truth) -> None:
        """The ledger."""
        if self.asked:
            rows = [self._entry(kind, what) for kind, what in self.asked.items()]
            truth.write("anomalies", pa.Table.from_pylist(rows, schema=SCHEMA))

    def _entry(self, kind: str, what: dict) -> dict:
        first, last = self._days(what)
        return {
            "kind": kind,
            "says": what["says"],
            "entities": ", ".join(_entities(what)),
            "office": what.get("office"),
            "first_on": first,
            "last_on": last,
            "file": self.files.get(kind),
            "records": None if "file" in what else self.records[kind],
            "outcome": what.get("outcome", "flagged"),
            "checks": ", ".join(what.get("checks", ())),
            "names": self._filled(what.get("names", ""), kind),
            "also": ", ".join(what.get("also", ())),
        }

    def _filled(self, text: str, kind: str) -> str:
        """A text with the place and the days of an anomaly in it."""
        what = self.asked[kind]
        first, last = self._days(what)
        return Template(text).substitute(
            first=first,
            last=last,
            month=f"{first:%Y-%m}",
            end=self.world.end,
            office=what.get("office"),
            file=self.files.get(kind),
        )

    def _days(self, what: dict) -> tuple[date, date]:
        """Its first and last day. It begins on a Monday, so that weeks are whole."""
        start = self.world.months[0]
        first = start + timedelta(int((self.world.end - start).days * what.get("at", 0)))
        first += timedelta(-first.weekday() % 7)
        lasts = what.get("days")
        return first, first + timedelta(lasts - 1) if lasts else self.world.end


def _entities(what: dict) -> list[str]:
    if "file" in what:
        return [what["file"]]
    if what["entities"] != "linked":
        return what["entities"]
    contracts = find(SOURCE).values()
    return [e.name for e in contracts if any(c.name == "declaration_id" for c in e.columns)]


def _cut(path: Path, what: dict) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * KEPT_OF_A_CUT_FILE)])


def _lose(path: Path, what: dict) -> None:
    path.unlink()


def _late(path: Path, what: dict) -> None:
    """Files are loaded in the order of their names."""
    path.rename(path.with_name(f"z_late_{path.name}"))


def _reverse(path: Path, what: dict) -> None:
    files = sorted(path.parent.glob(f"{what['file']}_*.csv"), reverse=True)
    for nth, file in enumerate(files):
        file.rename(file.with_name(f"{what['file']}_{nth:03}_{file.name}"))


def _rename_columns(path: Path, what: dict) -> None:
    header, records = path.read_bytes().split(b"\n", 1)
    names = [what["does"].get(name, name) for name in header.decode().split(",")]
    path.write_bytes(",".join(names).encode() + b"\n" + records)


_FILES = {"cut": _cut, "lose": _lose, "late": _late, "reverse": _reverse}
