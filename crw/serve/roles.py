"""Superset's roles as `dashboards/_shared/roles.yaml` and dbt's matrix say, and who reads now.

Superset's permissions decide which pages and menus a role has; what data is behind them is decided
by the views of crw/access.py alone.
"""

import re
from typing import Any

from flask import g

from crw.access import ADMINISTRATOR, ROLES, Office, Reader, level, matrix
from crw.errors import CrwError
from crw.serve.assets import address, boards, shared

OFFICE = "Office "
ALL_OFFICES = f"{OFFICE}all"


def policy() -> dict[str, Any]:
    return shared("roles")


def office_role(office: Office) -> str:
    return OFFICE + " ".join(office)


def reader() -> Reader:
    """Who asks, by the roles of Superset's current user; nobody where there is none."""
    user = g.get("user")
    if user is None or user.is_anonymous:
        return Reader(None)
    return reader_of({role.name for role in user.roles})


def reader_of(names: set[str]) -> Reader:
    """One of our roles and its offices. With two roles it is nobody: which would be meant?"""
    if "Admin" in names:
        return Reader(ADMINISTRATOR, None)
    ours = names & set(ROLES)
    if len(ours) != 1:
        return Reader(None)
    if ALL_OFFICES in names:
        return Reader(*ours, None)
    offices = {n.removeprefix(OFFICE).partition(" ")[::2] for n in names if n.startswith(OFFICE)}
    return Reader(*ours, frozenset(offices))


def start_page() -> str | None:
    """The first dashboard of the reader's role."""
    role = reader().role
    pages = policy()["roles"]["risk_manager" if role == ADMINISTRATOR else role] if role else {}
    found = (boards()[name] for name in pages.get("dashboards", []) if name in boards())
    return next(map(address, found), None)


def closed_pages(role: str | None) -> list[str]:
    """The dashboards that a role may not open."""
    if role == ADMINISTRATOR:
        return []
    return sorted({*boards()} - {*policy()["roles"].get(role, {}).get("dashboards", [])})


def apply() -> None:
    """Give every role what the policy says, and nothing else; run again, it changes nothing."""
    from superset import appbuilder, db, security_manager
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.dashboard import Dashboard

    # Menus that came after Superset's database was made.
    appbuilder.add_permissions(update_perms=True)
    datasets = db.session.query(SqlaTable).filter_by(is_managed_externally=True).all()
    roles = {}
    for role, pages in policy()["roles"].items():
        wanted = _menus("reader") + (_menus("sql_lab") if pages.get("sql_lab") else [])
        wanted += [
            ("datasource_access", dataset.perm)
            for dataset in datasets
            if level(Reader(role), matrix()[dataset.table_name]) != "denied"
        ]
        roles[role] = security_manager.add_role(role)
        roles[role].permissions = [_permission(*each) for each in sorted(set(wanted))]
    security_manager.find_role("Public").permissions = []
    folders = {board["slug"]: folder for folder, board in boards().items()}
    for board in db.session.query(Dashboard).filter_by(is_managed_externally=True):
        board.roles = [
            roles[role]
            for role, pages in policy()["roles"].items()
            if folders[board.slug] in pages["dashboards"]
        ]
    db.session.commit()


def _menus(group: str) -> list[tuple[str, str]]:
    menus = policy()["permissions"][group]
    return [(permission, menu) for menu, all_of in menus.items() for permission in all_of]


def _permission(name: str, menu: str) -> Any:
    from superset import security_manager

    found = security_manager.find_permission_view_menu(name, menu)
    if found is None:
        raise CrwError(
            f"Superset knows no permission '{name}' on '{menu}'",
            "mend dashboards/_shared/roles.yaml",
        )
    return found


class Seen:
    """A dataset without the columns that are not for the reader."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    @property
    def columns(self) -> list[Any]:
        mart = matrix().get(getattr(self._dataset, "table_name", ""))
        hidden = mart.hides.get(reader().role or "", ()) if mart else ()
        return [
            column
            for column in self._dataset.columns
            if not {column.column_name, *re.findall(r"\w+", column.expression or "")} & set(hidden)
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dataset, name)
