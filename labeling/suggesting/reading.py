"""What is read of a session to learn from it: the documents that are done, and the next ones."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from labeling.documents.reader import PAGE, Reader
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.model import Session
from labeling.prediction.task import MOST_DOCUMENTS, Example
from labeling.studio.client import LabelingClient
from labeling.studio.filter import DocumentFilter

DONE = DocumentFilter(annotated=True)
MOST_TEXTS = 3_000
"""Texts of a session that words are compared in."""
Item = TypeVar("Item")
REST = 10.0
"""For how many times as long as a page took others have the process, before the next is read: what is typed
meanwhile waits for none."""
AHEAD = 40
"""Documents that are proposed for at a time."""


def examples_of(api: LabelingClient, session: Session, draft: Draft | None = None) -> tuple[Example, ...]:
    """The documents of a session that are done, as the draft has them; without one, as the server does.

    Raises LabelingError where they cannot be read.
    """
    seen = draft or new_draft(session)
    examples = (_example(one) for one in _done(api, session, seen))
    return tuple(islice(_resting(examples), MOST_DOCUMENTS))


def _resting(items: Iterable[Item]) -> Iterator[Item]:
    """The same, read with a rest after every page."""
    began = time.perf_counter()
    for n, one in enumerate(items, 1):
        yield one
        if n % PAGE == 0:
            time.sleep(REST * (time.perf_counter() - began))
            began = time.perf_counter()


def _done(api: LabelingClient, session: Session, draft: Draft) -> Iterator[DraftDocument]:
    info, reader = api.info(), Reader(api, session)
    if not (info.can("filters") and info.can("annotated")):
        # Only the draft knows then what is done.
        views = (draft.view(one) for one in reader.each_said() if not one.document.fault)
        yield from (view for view in views if view.done)
        return
    found = set[str]()
    for page in reader.pages_from(0, DONE):
        for one in page.items:
            found.add(one.key)
            view = draft.view(one)
            if view.done and not one.document.fault:
                yield view
    for key in draft.documents:
        if key not in found and (view := draft.document(key)).done:
            yield view


def _example(view: DraftDocument) -> Example:
    units = (unit for one in view.sendable if one.is_placed for unit in one.units)
    return Example(view.text, tuple(unit for unit in units if any(unit[2:])))


def texts_of(api: LabelingClient, session: Session) -> list[str]:
    """Texts of a session, tagged or not, from its start."""
    return [one.document.text for one in islice(_resting(Reader(api, session).each_said()), MOST_TEXTS)]


def next_documents(api: LabelingClient, session: Session, at_hand: Sequence[Loaded]) -> list[Loaded]:
    """The documents at hand, and those after the first of them that are not done, as far as they can be read
    without reading all of the session."""
    found = {one.key: one for one in at_hand}
    if at_hand and at_hand[0].document.id is not None:
        reader, place = Reader(api, session), at_hand[0].position
        for offset in range(place - place % PAGE, session.document_count, PAGE):
            for one in reader.page(offset).items:
                if one.position >= place and not one.document.annotated and not one.document.fault:
                    found.setdefault(one.key, one)
            if len(found) >= AHEAD or offset > place + 4 * PAGE:
                break
    return list(found.values())[: max(AHEAD, len(at_hand))]
