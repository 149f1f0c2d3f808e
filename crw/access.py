"""Who may see what of each mart: dbt's `config.meta.access`, and the view it makes for a reader.

A reader's connection holds no table, only a view of each mart his statement names: the rows of his
offices, without the columns and small cells that are not for him. Whatever he writes, those are
all the rows there are (docs/decisions/0010).
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crw.errors import CrwError
from crw.home import PROJECT, read_yaml

ROLES = ("strategy", "risk_manager", "analyst", "steward")
ADMINISTRATOR = "administrator"
LEVELS = ("office", "national", "denied")

# Fewer cases than this may point at one trader, as statistical offices hold by custom (2026-11-26).
SMALL_CELL = 5
_SPARED_SMALL_CELLS = (ADMINISTRATOR, "risk_manager", "steward")

# An office is its source and its code: two administrations may use the same codes.
Office = tuple[str, str]


@dataclass(frozen=True)
class Reader:
    """A role and its offices; all offices where these are None. Without a role he sees nothing."""

    role: str | None
    offices: frozenset[Office] | None = frozenset()

    @property
    def scope(self) -> str:
        """Readers of one scope see the same: the answers kept for one serve the other."""
        where = "all" if self.offices is None else sorted(map("/".join, self.offices))
        return f"{self.role} {where}"


@dataclass(frozen=True)
class Mart:
    name: str
    access: dict[str, str]
    office_rows: str
    cell_count: str
    hides: dict[str, list[str]]


@cache
def matrix() -> dict[str, Mart]:
    """What dbt declares of every mart; an undeclared one is for the administrator alone."""
    return {
        model["name"]: _mart(model)
        for path in sorted((PROJECT / "models" / "marts").rglob("*.yml"))
        for model in read_yaml(path).get("models", [])
    }


def _mart(model: dict[str, Any]) -> Mart:
    meta = model.get("config", {}).get("meta", {})
    return Mart(
        model["name"],
        {role: meta.get("access", {}).get(role, "denied") for role in ROLES},
        meta.get("office_rows", "false"),
        meta.get("cell_count", ""),
        meta.get("hides", {}),
    )


def level(reader: Reader, mart: Mart) -> str:
    if reader.role == ADMINISTRATOR:
        return "national"
    return mart.access.get(reader.role or "", "denied")


def view(reader: Reader, name: str, catalog: str) -> str:
    """The SELECT that holds all of a mart that this reader may see; raises where that is nothing.

    A numbering of rows stands between the reader's filters and these: DuckDB may not try his
    before, on rows that are not his, whose values an error would tell him.
    """
    mart = matrix().get(name)
    if mart is None:
        raise CrwError(f"{name} is not a mart", "the marts are listed in docs/access.md")
    if reader.role is None:
        raise CrwError(f"{name} is not for you", "ask the administrator for a role")
    if level(reader, mart) == "denied":
        raise CrwError(
            f"{name} is not for the role {reader.role}",
            "docs/access.md says who sees what",
        )
    kept = []
    if level(reader, mart) == "office" and reader.offices is not None:
        kept.append(_office_rows(mart.office_rows, reader.offices, catalog))
    if mart.cell_count and reader.role not in _SPARED_SMALL_CELLS:
        kept.append(f"coalesce({mart.cell_count}, 0) not between 1 and {SMALL_CELL - 1}")
    hidden = list(mart.hides.get(reader.role, ()))
    source = f'"{catalog}".main."{name}"'
    if kept:
        where = " and ".join(f"({rows})" for rows in kept)
        source = f"(select *, row_number() over () as row_ from {source} where {where})"
        hidden.append("row_")
    but = f"exclude ({', '.join(hidden)}) " if hidden else ""
    return f"select * {but}from {source}"


def _office_rows(predicate: str, offices: frozenset[Office], catalog: str) -> str:
    """`mine(column)` is an office of the reader's, `release.` the release itself."""
    by_source: dict[str, list[str]] = {}
    for source, code in sorted(offices):
        by_source.setdefault(source, []).append(_quoted(code))

    def mine(column: re.Match) -> str:
        each = [
            f"(source_system = {_quoted(source)} and {column[1]} in ({', '.join(codes)}))"
            for source, codes in by_source.items()
        ]
        return f"({' or '.join(each) or 'false'})"

    predicate = re.sub(r"\bmine\((\w+)\)", mine, predicate)
    return re.sub(r"\brelease\.(\w+)", rf'"{catalog}".main."\1"', predicate)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write_table(page: Path) -> None:
    """The table of docs/access.md, as the marts declare it."""
    rows = [
        " | ".join((f"| `{mart.name}`", *(mart.access[role] for role in ROLES))) + " |"
        for mart in matrix().values()
    ]
    head, title, rest = page.read_text().partition("|---|---|---|---|---|\n")
    page.write_text(head + title + "\n".join(rows) + "\n" + rest[rest.index("\n\n") + 1 :])


if __name__ == "__main__":
    write_table(PROJECT / "docs" / "access.md")
