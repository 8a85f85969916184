"""What the tests of saving have in common: drafts made as a person would, a wire that can break, and what
is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx

from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.events import Event, apply
from labeling.draft.history import take
from labeling.draft.matching import units_of
from labeling.editing.table import add_segment, change_cell, set_done
from labeling.model import Document, NewSession, Session, SessionChange, Unit
from labeling.saving import save as saving
from labeling.saving.report import Report
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.other_server import PROJECT, SESSION, TOKEN, OtherServer
from tests.contract.transport import InProcess
from tests.unit.build import row

EASY = "Nice staff, cold room"
STAFF = (5, 10, "Staff", "POS")
ROOM = (12, 21, "Comfort", "NEG")
"""Tags of EASY: (start, end, class, label)."""
Make = Callable[[DraftDocument, Draft], Change | Refused]
State = list[tuple[str, Counter[Unit]]]


def a_session(server: Embedded, *documents: Document, **fields: Any) -> Session:
    """A session in a project of its own: classes Comfort and Staff, labels POS and NEG."""
    new = NewSession(name="Round one", documents=documents, **fields)
    return server.api.create_session(server.project(), new)


def a_text(text: str, *tags: tuple[int, int, str, str], **more: Any) -> Document:
    """A document with a segment for each (start, end, class, label)."""
    segments = [
        {"span": [start, end], "text": text[start:end], "tags": [{"class": class_, "label": label}]}
        for start, end, class_, label in tags
    ]
    return Document.model_validate({"text": text, "segments": segments, **more})


def fresh(api: LabelingClient, session: Session) -> Draft:
    return new_draft(api.session(session.project_id, session.id))


def at(api: LabelingClient, draft: Draft, position: int) -> Loaded:
    loaded = Reader(api, draft.base).at(position)
    assert loaded is not None
    return loaded


def edited(api: LabelingClient, draft: Draft, position: int, make: Make) -> Draft:
    """The draft after one more edit of the document at that place, as it is read now."""
    return edit(draft, at(api, draft, position), make)


def edit(draft: Draft, loaded: Loaded, make: Make) -> Draft:
    view = draft.view(loaded)
    change = make(view, draft)
    assert isinstance(change, Change), change
    return take(draft, change, view)


def stepped(draft: Draft, change: Change | Refused) -> Draft:
    """The draft after a change of the session itself."""
    assert isinstance(change, Change), change
    return take(draft, change)


def tagging(start: int, end: int, class_: str | None, label: str | None) -> Make:
    return lambda view, draft: add_segment(view, start, end, class_, label, draft.taken + 1)


def cell(place: str, column: str, value: object) -> Make:
    """`place`: of the segment and of its tag, as they were read."""
    return lambda view, draft: change_cell(view, row(view, place), column, value, draft.scheme)


def done(yes: bool = True) -> Make:
    return lambda view, draft: set_done(view, yes)


@dataclass
class Saved(Report):
    """What came of a save, and what it gave to `keep`, in order."""

    events: tuple[Event, ...] = ()


def save(api: LabelingClient, draft: Draft, **how: Any) -> Saved:
    """A save that keeps nothing on its way: `applied` says what it comes to."""
    events: list[Event] = []
    report = saving.save(api, draft, keep=events.append, **how)
    return Saved(**vars(report), events=tuple(events))


def applied(draft: Draft, saved: Saved) -> Draft:
    """The draft, whatever was done to it since, with everything that a save brought about."""
    for event in saved.events:
        draft = apply(draft, event)
    return draft


class Kept:
    """A draft that takes in what a save brings about, as it goes."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def save(self, api: LabelingClient, **how: Any) -> Report:
        return saving.save(api, self.draft, keep=self.keep, **how)

    def keep(self, event: Event) -> None:
        self.draft = apply(self.draft, event)


def read(api: LabelingClient, session: Session) -> list[Document]:
    return [item.document for item in Reader(api, session).each()]


def held(api: LabelingClient, session: Session) -> State:
    """What the server holds, document by document."""
    return state(*read(api, session))


def state_of(document: Document) -> tuple[str, Counter[Unit]]:
    return document.text, Counter(unit for segment in document.segments for unit in segment.units)


def state(*documents: Document) -> State:
    return [state_of(document) for document in documents]


def marks(api: LabelingClient, session: Session) -> list[bool]:
    return [bool(document.annotated) for document in read(api, session)]


def change(api: LabelingClient, session: Session, **fields: Any) -> Session:
    """What somebody else does."""
    return api.update_session(session.project_id, session.id, SessionChange.model_validate(fields))


def other_api(server: OtherServer) -> LabelingClient:
    http = httpx.Client(transport=InProcess(server.app), base_url="http://other")
    return LabelingClient(http, TOKEN, pause=lambda seconds: None)


def other_session(api: LabelingClient) -> Session:
    return api.session(PROJECT, SESSION)


Fault = Callable[[httpx.BaseTransport, httpx.Request], httpx.Response]


class Wire(httpx.BaseTransport):
    """Hands requests on and notes them; the calls from `at` until before `until` (else the one) meet the
    fault.

    Every try of a call meets it.

    `on_call` runs before the call of that number: what somebody else does at that moment.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        fault: Fault | None = None,
        at: int = -1,
        until: int | None = None,
        on_call: dict[int, Callable[[], object]] | None = None,
    ) -> None:
        self.inner, self.fault = inner, fault
        self.faulty = range(at, at + 1 if until is None else until)
        self.on_call = dict(on_call or {})
        self.calls: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.calls or self.calls[-1] is not request:
            self.calls.append(request)
        number = len(self.calls) - 1
        if number in self.on_call:
            self.on_call.pop(number)()
        if self.fault is not None and number in self.faulty:
            return self.fault(self.inner, request)
        return self.inner.handle_request(request)

    @property
    def lines(self) -> list[str]:
        """Method and last part of the path of each call."""
        return [f"{request.method} {request.url.path.rsplit('/', 1)[-1]}" for request in self.calls]

    def client(self, token: str) -> LabelingClient:
        http = httpx.Client(transport=self, base_url="http://api")
        return LabelingClient(http, token, pause=lambda seconds: None)


def wire_to(server: Embedded, **how: Any) -> Wire:
    return Wire(InProcess(server.app), **how)


def changed(draft: Draft) -> tuple[DraftDocument, ...]:
    """The changed documents, whether it is remembered or not that they were sent:
    "moved" may follow a lost answer."""
    return tuple(replace(document, sent=None) for document in draft.changed_documents)


def unsaved(draft: Draft) -> dict[str, Counter[Unit]]:
    """What the draft wants to be in each document it has touched."""
    return {key: units_of(draft.document(key).sendable) for key in draft.documents}
