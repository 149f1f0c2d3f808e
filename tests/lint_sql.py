"""sqlfluff, each macro compiled once: it would compile all of them anew for every file it reads."""

import sys
from typing import Any

from jinja2 import Environment
from sqlfluff.cli.commands import cli

compile_anew = Environment.compile
compiled: dict[str, Any] = {}


def compile_once(self: Environment, source: Any, *more: Any, **options: Any) -> Any:
    if not isinstance(source, str):
        return compile_anew(self, source, *more, **options)
    if source not in compiled:
        compiled[source] = compile_anew(self, source, *more, **options)
    return compiled[source]


Environment.compile = compile_once

if __name__ == "__main__":
    sys.exit(cli())
