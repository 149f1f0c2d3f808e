"""Conditions over exported fields, one small language for planted patterns and for risk rules.

`hs=0803|0901 origin=EC via=yes` holds where the code starts with 0803 or 0901, the origin is EC and
the goods were sent from another country than that of origin.
"""

import numpy as np

from crw.errors import CrwError

# What each word looks at: a column of the item frame and, where the values are words, their number.
CODED = {
    "origin": "origin",
    "dispatch": "dispatch",
    "destination": "destination",
    "office": "office",
    "mode": "mode",
    "regime": "regime",
}
FLAGS = {
    ("via", "yes"): lambda f: f["origin"] != f["dispatch"],
    ("party", "new"): lambda f: f["is_new"],
    ("party", "aeo"): lambda f: f["is_aeo"],
    ("agent", "no"): lambda f: ~f["has_agent"],
    ("price", "low"): lambda f: f["price_z"] < -1.2,
    ("price", "high"): lambda f: f["price_z"] > 1.2,
    ("preference", "claimed"): lambda f: f["preference"],
    ("clock", "night"): lambda f: (f["hour"] < 6) | (f["hour"] >= 22),
    ("day", "weekend"): lambda f: f["weekday"] >= 5,
    ("items", "many"): lambda f: f["items"] >= 5,
}


def parse(when: str) -> list[tuple[str, tuple[str, ...]]]:
    """The terms of a condition, unknown words refused."""
    terms = []
    for term in when.split():
        word, _, values = term.partition("=")
        known = word == "hs" or word in CODED or (word, values) in FLAGS
        if not known:
            raise CrwError(f"unknown term '{term}' in a condition of the generator's parameters")
        terms.append((word, tuple(values.split("|"))))
    return terms


class _Part:
    """Some rows of a frame, of the columns asked for only."""

    def __init__(self, frame: dict[str, np.ndarray], rows: np.ndarray) -> None:
        self.frame, self.rows = frame, rows

    def __getitem__(self, column: str) -> np.ndarray:
        return self.frame[column][self.rows]


class Matcher:
    """One condition, its words turned into numbers once."""

    def __init__(self, when: str, hs6: list[str], names: dict[str, list[str]]) -> None:
        self.terms = parse(when)
        self.codes = None
        self.lookups: list[tuple[str, np.ndarray]] = []
        self.flags = []
        for word, values in self.terms:
            if word == "hs":
                self.codes = np.array([code.startswith(values) for code in hs6])
            elif word in CODED:
                wanted = np.array([name in values for name in names[word]])
                self.lookups.append((CODED[word], wanted))
            else:
                self.flags.append(FLAGS[word, values[0]])

    def __call__(self, frame: dict[str, np.ndarray]) -> np.ndarray:
        """Indices of the items that match: each term only looks at what the ones before left."""
        found = np.arange(len(frame["commodity"]))
        if self.codes is not None:
            found = np.flatnonzero(self.codes[frame["commodity"]])
        for column, wanted in self.lookups:
            found = found[wanted[frame[column][found]]]
        for flag in self.flags:
            found = found[flag(_Part(frame, found))]
        return found

    def single(self, word: str) -> str | None:
        """The one value a rule names for a word, for the register of rules."""
        for term, values in self.terms:
            if term == word and len(values) == 1:
                return values[0]
        return None
