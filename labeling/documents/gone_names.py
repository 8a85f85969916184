"""Read what tells whether names that others took away were renamed."""

from __future__ import annotations

from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.draft.events import NamesCompared
from labeling.draft.evidence import compared, telling_documents, uncompared
from labeling.errors import Unreadable


def compare_names(draft: Draft, reader: Reader) -> NamesCompared | None:
    """What the documents tell of names that may have been renamed; None where none is to be told.

    Raises LabelingError where they cannot be had; what cannot be read in one of them tells nothing.
    """
    if not uncompared(draft):
        return None
    telling = telling_documents(draft)
    try:
        there = reader.find(telling) if telling else {}
    except Unreadable:
        there = {}
    return NamesCompared(compared(draft, there))
