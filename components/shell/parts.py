"""Parts of what a component is given that seldom change: sent once, then by their hash alone.

The browser names the hashes that it holds with each report of the text, and asks for what it lacks: so
nothing is remembered here, and whatever was loaded again, restarted or lost mends itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

MOST = 100
"""Hashes that are looked at of what a browser names."""


def parts_of(
    values: Sequence[Mapping[str, Any]], held: Collection[str]
) -> dict[str, Mapping[str, Any] | None]:
    """The parts by their hash, without those that are held."""
    named = {hash_of(part): part for part in values}
    return {name: None if name in held else part for name, part in named.items()}


def hash_of(part: Mapping[str, Any]) -> str:
    """16 hexadecimal digits that are others when anything of the part is."""
    return hashlib.sha256(json.dumps(part).encode()).hexdigest()[:16]


def held_by(text: Any, component: Any) -> frozenset[str]:
    """What the browser holds by the state of the `text`, without what a `component` asks for by its own; both
    may be anything."""
    report = text.get("report") if hasattr(text, "get") else None
    asked = component.get("asks") if hasattr(component, "get") else None
    return _words(report.get("holds") if isinstance(report, Mapping) else None) - _words(asked)


def _words(found: object) -> frozenset[str]:
    words = found[:MOST] if isinstance(found, list) else ()
    return frozenset(word for word in words if isinstance(word, str))
