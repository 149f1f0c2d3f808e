"""The data dictionary: dbt's page on every model and column, one file that asks for nothing.

`dbt docs generate --static` puts two files into dbt's page: the manifest and a catalog of the
databases. The same is done here, because dbt takes 20 s for it, most of them to parse once more
what the last build parsed, and because its manifest holds compiled SQL with paths of this machine.
"""

import gzip
import json
from pathlib import Path

import duckdb

from crw.home import Home, read_json

_OF_THIS_MACHINE = ("compiled_code", "compiled_path", "build_path", "root_path")


def write_dictionary(home: Home, path: Path) -> None:
    """Write the page on the last build, compressed: 6 MB become less than one."""
    # Imported here: no other command should pay for dbt.
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    manifest = read_json(home.build / "dbt" / "manifest.json")
    ours = manifest["metadata"]["project_name"]
    # dbt's own macros are half of it, and what they are is none of the reader's questions.
    manifest["macros"] = {k: m for k, m in manifest["macros"].items() if m["package_name"] == ours}
    for node in manifest["nodes"].values():
        for key in _OF_THIS_MACHINE:
            node.pop(key, None)
    page = Path(DOCS_INDEX_FILE_PATH).read_text()
    for name, content in (("MANIFEST", manifest), ("CATALOG", _catalog(home, manifest))):
        text = json.dumps(content, ensure_ascii=False).replace(str(home.root), "<home>")
        # Nothing in a description may end the script that holds it.
        page = page.replace(f'"{name}.JSON INLINE DATA"', text.replace("</", "<\\/"))
    path.write_bytes(gzip.compress(page.encode()))


def _catalog(home: Home, manifest: dict) -> dict:
    """The columns that the databases hold, in dbt's words."""
    with duckdb.connect(home.warehouse, read_only=True) as marts:
        marts.execute(f"attach '{home.staging}' as staging (read_only)")
        rows = marts.sql("""
            select table_name, column_name, data_type, column_index
            from duckdb_columns()
            where database_name in ('warehouse', 'staging')
            order by all
        """).fetchall()
    columns: dict[str, dict] = {}
    for table, name, kind, index in rows:
        about = {"type": kind, "index": index, "name": name, "comment": None}
        columns.setdefault(table, {})[name] = about
    nodes = {
        key: {
            "metadata": {
                "type": node["config"]["materialized"],
                "schema": node["schema"],
                "name": node["name"],
                "database": node["database"],
                "comment": None,
                "owner": None,
            },
            "columns": columns[node["name"]],
            "stats": {},
            "unique_id": key,
        }
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed") and node["name"] in columns
    }
    return {"metadata": manifest["metadata"], "nodes": nodes, "sources": {}, "errors": None}
