"""Which key does what: a digit for each class, a letter for each label, given once and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DIGITS = "1234567890"
LETTERS = "abdefghijklmnopqstuvwxyz"
"""Without c and r, which Streamlit takes for itself."""


def assigned(names: Sequence[str], kept: Mapping[str, str], keys: str) -> dict[str, str]:
    """A key for each name while there are any: the one it has, else a letter that it begins with or holds, else the
    first that is free. Names beyond the keys have none."""
    wanted = {name: kept[name] for name in names if kept.get(name, "-") in keys}
    given = {name: key for name, key in wanted.items() if list(wanted.values()).count(key) == 1}
    for name in names:
        if name in given:
            continue
        free = [key for key in keys if key not in given.values()]
        own = [letter for letter in name.lower() if letter in free]
        if free:
            given[name] = (own or free)[0]
    return {name: given[name] for name in names if name in given}
