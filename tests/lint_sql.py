"""sqlfluff, each macro compiled once: it would compile all of them anew for every file it reads.

Where a macro has a version for each engine, models are read with the one of DuckDB.
"""

import sys
from typing import Any

from jinja2 import Environment
from sqlfluff.cli.commands import cli
from sqlfluff.core.templaters import JinjaTemplater

compile_anew = Environment.compile
compiled: dict[str, Any] = {}


def compile_once(self: Environment, source: Any, *more: Any, **options: Any) -> Any:
    if not isinstance(source, str):
        return compile_anew(self, source, *more, **options)
    if source not in compiled:
        compiled[source] = compile_anew(self, source, *more, **options)
    return compiled[source]


extract = JinjaTemplater._extract_macros_from_template
macros: dict[str, Any] = {}


class Adapter:
    @staticmethod
    def dispatch(name: str) -> Any:
        return macros[f"duckdb__{name}"]


def extract_and_keep(template: str, env: Environment, ctx: dict[str, Any]) -> dict[str, Any]:
    ctx["adapter"] = Adapter
    found = extract(template, env, ctx)
    macros.update(found)
    return found


Environment.compile = compile_once
JinjaTemplater._extract_macros_from_template = staticmethod(extract_and_keep)

if __name__ == "__main__":
    sys.exit(cli())
