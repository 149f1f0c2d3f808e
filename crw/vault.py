"""Pseudonyms instead of personal data, and the vault that keeps what stood there.

A pseudonym is keyed (HMAC-SHA256): the same name gives the same pseudonym everywhere, so that
people and firms can be counted and linked, but without the key nobody can test a guess. The key
stays in Python; in SQL it would stand in dbt's logs.
"""

import hmac

import pyarrow as pa

ORIGINALS = pa.schema(
    [("pseudonym", pa.string()), ("field", pa.string()), ("original", pa.string())]
)
_REMEMBERED = 1_000_000


class Pseudonyms:
    """Replaces personal values for one batch; hands out each original once for the vault."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.known: dict[tuple[str, str], str] = {}

    def hide(self, table: pa.Table, columns: list[str]) -> tuple[pa.Table, pa.Table]:
        """The table with pseudonyms, and the originals not handed out before."""
        fresh: list[tuple[str, str, str]] = []
        for name in columns:
            values = table.column(name).combine_chunks().dictionary_encode()
            hidden = [self._hide(name, value, fresh) for value in values.dictionary.to_pylist()]
            values = pa.DictionaryArray.from_arrays(values.indices, pa.array(hidden, pa.string()))
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, values.cast(pa.string()))
        rows = zip(*fresh, strict=True) if fresh else ([], [], [])
        return table, pa.table([pa.array(row, pa.string()) for row in rows], schema=ORIGINALS)

    def _hide(self, field: str, value: str, fresh: list[tuple[str, str, str]]) -> str:
        """Blank stays blank: that nobody was named is no secret, and a fact worth keeping."""
        if not value.strip():
            return value
        if (field, value) not in self.known:
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            pseudonym = "p_" + hmac.digest(self.key, value.encode(), "sha256").hex()[:32]
            self.known[field, value] = pseudonym
            fresh.append((pseudonym, field, value))
        return self.known[field, value]
