"""Bring Superset's own database and the dashboards up to what the repository says.

Run as `python -m crw.serve.prepare` in a process of its own, since loading Superset takes seconds;
`is_prepared` tells without loading it whether there is anything to do.
"""

import hashlib
import json
import os
import secrets
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from crw.errors import CrwError
from crw.home import PROJECT, Home
from crw.serve import assets, roles
from crw.serve.assets import DASHBOARDS, MODELS, bundle
from crw.serve.cookbook import FOLDER as COOKBOOK


def is_prepared(home: Home) -> bool:
    return _done(home) == _wanted() and (home.superset / "superset.db").exists()


def _wanted() -> dict[str, str]:
    read = [*DASHBOARDS.rglob("*.*"), *MODELS.glob("marts/**/*.yml"), *MODELS.rglob("*.md")]
    read += COOKBOOK.glob("*.sql")
    mark = hashlib.sha256(b"".join(Path(m.__file__).read_bytes() for m in (assets, roles)))
    mark.update(Path(__file__).read_bytes())
    for path in sorted(read):
        mark.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return {"superset": version("apache-superset"), "assets": mark.hexdigest()}


def _stamp(home: Home) -> Path:
    return home.superset / "prepared.json"


def _done(home: Home) -> dict[str, str]:
    try:
        return json.loads(_stamp(home).read_text())
    except (OSError, ValueError):
        return {}


def prepare(home: Home) -> None:
    """Migrate, make the administrator, import; each only where something changed."""
    home.superset.mkdir(mode=0o700, exist_ok=True)
    done, wanted = _done(home), _wanted()
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        if done.get("superset") != wanted["superset"] or not _has_tables():
            _migrate()
        _add_administrator(home)
        _import(bundle())
        roles.apply()
    _stamp(home).write_text(json.dumps(wanted))


def _has_tables() -> bool:
    from sqlalchemy import inspect
    from superset import db

    return inspect(db.engine).has_table("ab_user")


def _migrate() -> None:
    import superset
    from flask_migrate import upgrade
    from superset import appbuilder, db, security_manager

    # Readers and the log of who read what may use the database at the same time.
    with db.engine.connect() as connection:
        connection.execute("pragma journal_mode=wal")
    upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()


def _add_administrator(home: Home) -> None:
    from superset import security_manager

    if security_manager.find_user("admin"):
        return
    from crw.serve import password_file

    path = password_file(home)
    path.unlink(missing_ok=True)
    password = secrets.token_urlsafe(15)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    role = security_manager.find_role("Admin")
    if not security_manager.add_user(
        "admin", "Warehouse", "Administrator", "admin@localhost", role, password=password
    ):
        raise CrwError("Superset refused to make its administrator")


def _import(contents: dict[str, dict[str, Any]]) -> None:
    """Import everything in one transaction, drop what the repository no longer has, then count.

    The counting is no ceremony: a chart that is missing from a dashboard's bundle makes Superset
    drop others without a word.
    """
    from superset import db, security_manager
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice
    from superset.models.sql_lab import SavedQuery
    from superset.utils.core import override_user

    with override_user(security_manager.find_user("admin")):
        ImportAssetsCommand(
            {path: yaml.safe_dump(content) for path, content in contents.items()}
        ).run()
        kinds = {
            "dashboards": Dashboard,
            "charts": Slice,
            "datasets": SqlaTable,
            "databases": Database,
            "queries": SavedQuery,
        }
        for kind, model in kinds.items():
            ours = {c["uuid"] for path, c in contents.items() if path.startswith(f"{kind}/")}
            for held in db.session.query(model):
                if _is_ours(held) and str(held.uuid) not in ours:
                    db.session.delete(held)
            db.session.commit()
            arrived = {str(held.uuid) for held in db.session.query(model)}
            if missing := ours - arrived:
                raise CrwError(f"{len(missing)} {kind} did not arrive in Superset: {missing}")
        for path, content in contents.items():
            if path.startswith("dashboards/"):
                _count_charts(content, db.session.query(Dashboard), path)


def _is_ours(held: Any) -> bool:
    """Made from the repository: marked so, or where there is no mark, with an id made of a name."""
    return getattr(held, "is_managed_externally", held.uuid.version == 5)


def _count_charts(content: dict[str, Any], dashboards: Any, path: str) -> None:
    nodes = (n for n in content["position"].values() if isinstance(n, dict))
    wanted = sum(node["type"] == "CHART" for node in nodes)
    found = len(dashboards.filter_by(uuid=content["uuid"]).one().slices)
    if found != wanted:
        raise CrwError(f"{path}: {wanted} charts are on it, but {found} arrived in Superset")


if __name__ == "__main__":
    prepare(Home.open(Path(os.environ["CRW_HOME"])))
