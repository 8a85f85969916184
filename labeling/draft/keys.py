"""The key of each document, segment and tag that was read. Pure.

A key is made of what it names and of the reading, so whoever reads the same, before a restart or after it,
gives the same. What the draft itself adds is called `<window>-<number>.0`; a document that was saved keeps
the keys it had.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote

from labeling.model import Document, Segment, Tag, TagNames

_PLACED = re.compile(r"[0-9a-f]{12}:(-?\d+)-(-?\d+)")
"""The key of a segment without an id that was alone on its span."""
_COUNTED = re.compile(r"(?:b|r\d+\.)(\d+)'*")
"""The key of the n-th segment read, as version 0.1.0 gave it: drafts and open pages of that time have it."""


def document_keys(documents: Iterable[Document], seen: Counter[str] | None = None) -> list[str]:
    """`id:<id>`, else `text:<sha256>#<n>`, the n-th with that text; `seen` counts the texts that came before
    these, and is brought up to date."""
    seen = Counter() if seen is None else seen
    keys = []
    for document in documents:
        if document.id is not None:
            keys.append(f"id:{document.id}")
            continue
        digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        seen[digest] += 1
        keys.append(f"text:{digest}#{seen[digest]}")
    return keys


def segment_keys(document: Document) -> list[str]:
    """`id:<id>` where an id names one segment alone, else `<hash of the document as read>:<start>-<end>`,
    with `#<n>` where several stand there."""
    ids = [None if segment.server_id is None else f"id:{segment.server_id}" for segment in document.segments]
    if None not in ids and len(set(ids)) == len(ids):
        return [id_ for id_ in ids if id_ is not None]
    uses, reading = Counter(ids), _digest(document)
    return _numbered(
        [
            id_ if id_ is not None and uses[id_] == 1 else f"{reading}:{segment.start}-{segment.end}"
            for id_, segment in zip(ids, document.segments, strict=True)
        ]
    )


def tag_keys(tags: Sequence[Tag]) -> list[str]:
    """`<class>|<label>` for the tags of a segment, with `#<n>` where it has several of these names."""
    return _numbered([_named(tag.names) for tag in tags])


def carried(key: str, segments: Sequence[Segment]) -> int | None:
    """Which of these segments the key of an older reading means, where that is certain: it was alone on its
    span then, and so is this one now."""
    if counted := _COUNTED.fullmatch(key):
        return at if (at := int(counted[1])) < len(segments) else None
    placed = _PLACED.fullmatch(key)
    if placed is None:
        return None
    span = (int(placed[1]), int(placed[2]))
    there = [at for at, segment in enumerate(segments) if (segment.start, segment.end) == span]
    return there[0] if len(there) == 1 else None


def is_counted(key: str) -> bool:
    """Whether version 0.1.0 gave it."""
    return _COUNTED.fullmatch(key) is not None


def unused(key: str, known: Iterable[str]) -> str:
    """The key, or one like it that is not there yet."""
    while key in known:
        key += "'"
    return key


def _digest(document: Document) -> str:
    read = [document.text, *(segment.to_json() for segment in document.segments)]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:12]


@lru_cache(maxsize=4096)
def _named(names: TagNames) -> str:
    return "|".join(quote(name or "", safe=" ", errors="surrogatepass") for name in names)


def _numbered(names: list[str]) -> list[str]:
    """The names, those that occur more than once with a number."""
    if len(set(names)) == len(names):
        return names
    counts, seen = Counter(names), Counter[str]()
    for at, name in enumerate(names):
        if counts[name] > 1:
            seen[name] += 1
            names[at] = f"{name}#{seen[name]}"
    return names
