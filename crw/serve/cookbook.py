"""The SQL cookbook: the questions of `docs/cookbook`, also as saved queries of SQL Lab."""

import re
from dataclasses import dataclass
from pathlib import Path

from crw.home import PROJECT

FOLDER = PROJECT / "docs" / "cookbook"
LEVELS = ("simple", "intermediate", "advanced")
_HEADER = re.compile(r"-- Question: (.+)\n-- Level: (.+)\n-- Teaches: (.+)\n")


@dataclass(frozen=True)
class Recipe:
    """A question and its answer in SQL; the comment it begins with belongs to the text."""

    name: str
    question: str
    level: str
    teaches: str
    sql: str

    @property
    def label(self) -> str:
        """Numbered, so that lists stand from simple to advanced."""
        return f"{self.name[:2]} {self.question}"


def recipes() -> list[Recipe]:
    return [_read(path) for path in sorted(FOLDER.glob("*.sql"))]


def _read(path: Path) -> Recipe:
    text = path.read_text()
    return Recipe(path.stem, *_HEADER.match(text).groups(), sql=text)
