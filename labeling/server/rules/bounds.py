"""Pure: how long names may be and how many, so that nobody makes lists that no screen can show.

What is stored already stays and may be sent back; only what is new is measured.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from labeling.errors import Invalid
from labeling.model import LONGEST_NAME, MOST_NAMES


def refuse_long_name(name: str | None, known: str | None = None) -> None:
    """Raises Invalid for a new name that is too long."""
    if name is not None and name != known and len(name) > LONGEST_NAME:
        raise Invalid(f"name: {_too_long(name)}")


def refuse_unbounded(kind: str, names: Sequence[str] | None, known: Collection[str] = ()) -> None:
    """Raises Invalid, with the place, for a new name that is too long, and for a new one too many.

    `kind` is the list's name in the body; None leaves the list as it is.
    """
    there = set(known)
    new = [(index, name) for index, name in enumerate(names or ()) if name not in there]
    for index, name in new:
        if len(name) > LONGEST_NAME:
            raise Invalid(f"{kind}[{index}]: {_too_long(name)}")
    if new and len(names or ()) > MOST_NAMES:
        raise Invalid(f"{kind}: must be at most {MOST_NAMES:,}, not {len(names or ()):,}")


def _too_long(name: str) -> str:
    return f"must have at most {LONGEST_NAME} characters, not {len(name):,}"
