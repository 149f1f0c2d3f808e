"""`crw users`: who may sign in, with which role, for which offices.

All of it stands in Superset's own database: an office is a role too, without any permission, that
crw/serve/roles.py reads.
"""

import io
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from crw.access import ADMINISTRATOR, ROLES, Office
from crw.console import out, table
from crw.errors import CrwError
from crw.guard import open_locked
from crw.home import Home
from crw.publish import current
from crw.serve import server_environment
from crw.serve.roles import ALL_OFFICES, OFFICE, office_role

_BY_OFFICE = ("risk_manager", "analyst")


def add(home: Home, name: str, role: str, offices: list[str]) -> None:
    """A new user, or another role and other offices for one there is."""
    if not re.fullmatch(r"\w[\w.@-]*", name):
        raise CrwError(f"'{name}' is no name to sign in with", "letters, digits, and . @ - inside")
    if role not in (*ROLES, ADMINISTRATOR):
        raise CrwError(f"unknown role '{role}'", f"roles: {', '.join((*ROLES, ADMINISTRATOR))}")
    if role in _BY_OFFICE and not offices:
        raise CrwError(
            f"which offices does {name} work for? The role {role} sees no record without one",
            "give --office CODE, several times if need be, or --office all for national staff",
        )
    if role not in _BY_OFFICE and offices:
        raise CrwError(f"the role {role} sees the same at every office", "leave --office out")
    names = ["Admin"] if role == ADMINISTRATOR else [role]
    names += [ALL_OFFICES] if offices == ["all"] else _office_roles(home, offices)
    with superset(home) as manager:
        roles = [manager.find_role(each) or manager.add_role(each) for each in names]
        if user := manager.find_user(name):
            user.roles = roles
            manager.update_user(user)
            out.print(f"{name} is now {_told(names)}")
            return
        password = secrets.token_urlsafe(15)
        if not manager.add_user(name, name, "", f"{name}@localhost", roles, password=password):
            raise CrwError(f"Superset refused to make the user {name}")
    path = _password_file(home, name)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password + "\n")
    out.print(f"{name} is {_told(names)}; the first password is in {path}", soft_wrap=True)


def show(home: Home) -> None:
    with superset(home) as manager:
        rows = [
            [user.username, _told([r.name for r in user.roles]), "" if user.is_active else "no"]
            for user in manager.get_all_users()
        ]
    out.print(table("", ["user", "role and offices", "active"], sorted(rows)))


def remove(home: Home, name: str) -> None:
    if name == "admin":
        raise CrwError("admin stays: the dashboards are imported in its name")
    with superset(home) as manager:
        user = manager.find_user(name)
        if user is None:
            raise CrwError(f"there is no user '{name}'", "`crw users list` shows them")
        # Kept, so that the log still says who it was; without a role it can do nothing.
        user.active, user.roles = False, []
        manager.update_user(user)
    _password_file(home, name).unlink(missing_ok=True)
    out.print(f"{name} can no longer sign in")


def _office_roles(home: Home, offices: list[str]) -> list[str]:
    if "all" in offices:
        raise CrwError("--office all stands alone", "leave the other offices out")
    with open_locked(current(home) / "warehouse.duckdb") as warehouse:
        known = warehouse.execute("select source_system, office_code from dim_office").fetchall()
    return [office_role(_office(text, known)) for text in offices]


def _office(text: str, known: list[Office]) -> Office:
    source, _, code = text.rpartition("/")
    found = [each for each in known if each[1] == code and source in ("", each[0])]
    if len(found) == 1:
        return found[0]
    if found:
        raise CrwError(
            f"several sources have an office '{code}'",
            f"say which: {', '.join(f'{source}/{code}' for source, _ in sorted(found))}",
        )
    raise CrwError(
        f"the current release knows no office '{text}'",
        'see `crw query "select source_system, office_code, office_name from dim_office"`',
    )


def _told(roles: list[str]) -> str:
    offices = sorted(name.removeprefix(OFFICE) for name in roles if name.startswith(OFFICE))
    names = (name for name in roles if not name.startswith(OFFICE))
    role = " and ".join(sorted(ADMINISTRATOR if name == "Admin" else name for name in names))
    return f"{role} of office {', '.join(offices)}" if offices else role or "nobody"


def _password_file(home: Home, name: str) -> Path:
    folder = home.superset / "first_passwords"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


@contextmanager
def superset(home: Home) -> Iterator[Any]:
    """Superset's security manager, on a database that is up to date."""
    from crw.serve import prepare_once

    environment = server_environment(home)
    prepare_once(home, environment)
    os.environ.update(environment)
    from superset.app import create_app

    with redirect_stdout(io.StringIO()):  # it tells where its settings are
        app = create_app()
    with app.app_context():
        from superset import security_manager

        yield security_manager
