"""Pseudonyms instead of personal data, and the vault that keeps what stood there.

A pseudonym is keyed (HMAC-SHA256): the same name gives the same pseudonym everywhere, so that
people and firms can be counted and linked, but without the key nobody can test a guess. The key
stays in Python; in SQL it would stand in dbt's logs.
"""

import getpass
import hmac
import json
import os

import pyarrow as pa

from crw.home import Home
from crw.raw import now

ORIGINALS = pa.schema(
    [("pseudonym", pa.string()), ("field", pa.string()), ("original", pa.string())]
)
_REMEMBERED = 250_000


def note(home: Home, entry: dict) -> None:
    """Who took which originals out, when: kept beside what they were taken from, and on disk."""
    with (home.vault / "disclosures.jsonl").open("a") as log:
        entry = {"at": now(), "who": getpass.getuser()} | entry
        log.write(json.dumps(entry, ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())


class Pseudonyms:
    """Replaces personal values, and hands out what stood there for the vault."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.known: dict[str, str] = {}

    def hide(self, table: pa.Table, columns: list[str]) -> tuple[pa.Table, pa.Table]:
        """The table with pseudonyms, and each original of it once per field."""
        originals: list[tuple[str, str, str]] = []
        for name in columns:
            values = table.column(name).combine_chunks().dictionary_encode()
            found = values.dictionary.to_pylist()
            hidden = [self._of(value) for value in found]
            both = zip(hidden, found, strict=True)
            originals += [(new, name, value) for new, value in both if new is not value]
            values = pa.DictionaryArray.from_arrays(values.indices, pa.array(hidden, pa.string()))
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, values.cast(pa.string()))
        rows = zip(*originals, strict=True) if originals else ([], [], [])
        return table, pa.table([pa.array(row, pa.string()) for row in rows], schema=ORIGINALS)

    def _of(self, value: str) -> str:
        """Blank stays blank: that nobody was named is no secret, and a fact worth keeping."""
        if not value.strip():
            return value
        if (pseudonym := self.known.get(value)) is None:
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            pseudonym = "p_" + hmac.digest(self.key, value.encode(), "sha256").hex()[:32]
            self.known[value] = pseudonym
        return pseudonym
