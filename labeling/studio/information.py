"""What a document carries beside its text: attributes of the upload, and what else a server says of it."""

from __future__ import annotations

import json

from labeling.model import Document

_OURS = ("position",)
"""Keys that say nothing about the document itself."""


def information_of(document: Document) -> tuple[tuple[str, str], ...]:
    """(key, value) of each, in words: plain values as they are, others as JSON."""
    said = {**(document.meta or {}), **(document.model_extra or {})}
    return tuple((key, _in_words(value)) for key, value in said.items() if key not in _OURS)


def _in_words(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
