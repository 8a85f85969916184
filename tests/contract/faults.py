"""One call of a save goes wrong in one way, on each kind of server: what holds then, and after another save.

The tests take the telling pairs of a fault and a call; `python -m tests.soak` takes all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable

import httpx

from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.editing.session import add_documents, add_name, rename_name, rename_session
from labeling.errors import (
    Busy,
    Exists,
    Failed,
    Forbidden,
    Invalid,
    LabelingError,
    Moved,
    NotFound,
    NotSignedIn,
    TimedOut,
    Unavailable,
    Unreadable,
    explain,
)
from labeling.model import Document, Session
from labeling.saving.report import Report
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.other_server import TOKEN, OtherServer, Reading
from tests.contract.saves import (
    EASY,
    Fault,
    Wire,
    a_session,
    a_text,
    applied,
    done,
    edit,
    fresh,
    held,
    other_api,
    other_session,
    read,
    save,
    state,
    stepped,
    tagging,
    unsaved,
)
from tests.contract.transport import InProcess

HTML = b"<!doctype html><title>Portal</title><h1>Please sign in to the network</h1>"


def refusing(status: int, *, after: bool = False) -> Fault:
    def fault(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if after:
            inner.handle_request(request)
        return httpx.Response(status, json={"status": "fail", "message": f"said with {status}"})

    return fault


def silent(*, after: bool) -> Fault:
    def fault(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if after:
            inner.handle_request(request)
        raise httpx.ReadTimeout("the test waits no longer", request=request)

    return fault


def reset(*, after: bool) -> Fault:
    def fault(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if after:
            inner.handle_request(request)
        raise httpx.ReadError("connection reset by peer", request=request)

    return fault


def refused(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)


def failing(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    raise ZeroDivisionError


def a_page(*, after: bool) -> Fault:
    def fault(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if after:
            inner.handle_request(request)
        return httpx.Response(200, content=HTML, headers={"Content-Type": "text/html"})

    return fault


def of_another(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    """The right answer, but about something else: of another id."""
    response = inner.handle_request(request)
    if not response.is_success:
        return response
    body = json.loads(response.read())
    return httpx.Response(200, json={**body, "id": 987_654, "document_id": 987_654})


FAULTS: dict[str, tuple[Fault, type[LabelingError]]] = {
    "400": (refusing(400), Invalid),
    "401": (refusing(401), NotSignedIn),
    "403": (refusing(403), Forbidden),
    "404": (refusing(404), NotFound),
    "409": (refusing(409), Exists),
    "412": (refusing(412), Moved),
    "500": (refusing(500), Failed),
    "500 after it was carried out": (refusing(500, after=True), Failed),
    "503": (refusing(503), Busy),
    "reset before it arrived": (reset(after=False), Unavailable),
    "reset after it was carried out": (reset(after=True), Unavailable),
    "time-out before it arrived": (silent(after=False), TimedOut),
    "time-out after it was carried out": (silent(after=True), TimedOut),
    "refused": (refused, Unavailable),
    "a web page instead": (a_page(after=False), Unreadable),
    "a web page after it was carried out": (a_page(after=True), Unreadable),
    "another one's answer": (of_another, Unreadable),
}
LONG = "Room was fine. The staff was not."


def nothing_lost(draft: Draft, after: Draft, proved: Collection[str]) -> bool:
    """Whether the draft still wants what it wanted, and calls unsaved what is not proved."""
    return (
        unsaved(after) == unsaved(draft)
        and (after.name, after.classes, after.labels) == (draft.name, draft.classes, draft.labels)
        and all(after.documents[d.key].is_changed for d in draft.changed_documents if d.key not in proved)
    )


def a_draft(api: LabelingClient, session: Session, *, mark: bool = True, rename: bool = False) -> Draft:
    """A name, a class, a tag with it, a new text; a done mark and a class renamed in every document if
    wanted."""
    draft = fresh(api, session)
    if rename:
        draft = stepped(draft, rename_name(draft, "classes", "Staff", "Crew"))
    draft = stepped(draft, rename_session(draft, "Round two"))
    draft = stepped(draft, add_name(draft, "classes", "Warmth"))
    draft = stepped(draft, add_documents(draft, [Document(text="One more text")]))
    first, _, third = Reader(api, session).page(0).items
    draft = edit(draft, first, tagging(12, 21, "Warmth", "NEG"))
    return edit(draft, third, done()) if mark else draft


def documents() -> list[Document]:
    return [a_text(EASY, (5, 10, "Staff", "POS")), a_text(LONG), a_text("Third", (0, 5, "Staff", "NEG"))]


def wanted(staff: str = "Staff") -> list[Document]:
    first = a_text(EASY, (5, 10, staff, "POS"), (12, 21, "Warmth", "NEG"))
    return [first, a_text(LONG), a_text("Third", (0, 5, staff, "NEG")), Document(text="One more text")]


def is_right_error(report: Report, kind: type[LabelingError], line: str) -> bool:
    """Without `/info` the save goes the slower way; a document that is not at its address is looked for, one
    that is refused while names are replaced is asked for again; where somebody else was faster, or uses a
    name that is to go, it is read and sent again."""
    if report.error is None:
        answered = "info" in line or (kind in (NotFound, Invalid) and line.split()[1].isdigit())
        return report.is_whole and (answered or (kind in (Moved, Invalid) and line.startswith("PUT")))
    return type(report.error) is kind and "Could not save" in explain(report.error, "save")


def clean_lines(inner: httpx.BaseTransport, token: str, draft: Draft) -> list[str]:
    """The calls of a save to which nothing happens."""
    wire = Wire(inner)
    assert save(wire.client(token), draft).error is None
    return wire.lines


Choose = Callable[[str, list[str]], Iterable[int]]
"""Which calls, of those of a save to which nothing happens, a fault is tried at."""


def every_call(name: str, lines: list[str]) -> Iterable[int]:
    return range(len(lines))


def ours(server: Embedded, name: str, rename: bool, choose: Choose) -> None:
    """The embedded server, which saves in batches; with a rename in several stages."""
    fault, kind = FAULTS[name]
    app = InProcess(server.app)
    session = a_session(server, *documents())
    lines = clean_lines(app, server.token, a_draft(server.api, session, rename=rename))
    assert sum(line.startswith("PUT") for line in lines) == (6 if rename else 2), lines
    for number in choose(name, lines):
        line = lines[number]
        session = a_session(server, *documents())
        draft = a_draft(server.api, session, rename=rename)
        report = save(Wire(app, fault=fault, at=number).client(server.token), draft)
        assert is_right_error(report, kind, line), (line, report.error, report.differences)
        after = applied(draft, report)
        held_now = held(server.api, session)
        for document in map(after.document, report.proved):
            assert held_now[document.position] == state(document.source)[0], line
        assert nothing_lost(draft, after, report.proved), line
        again = save(server.api, after)
        assert again.is_whole, (line, again.error, again.differences, again.conflicts)
        items = read(server.api, session)
        staff = "Crew" if rename else "Staff"
        assert state(*items) == state(*wanted(staff)), line
        if "info" not in line:
            assert [item.annotated for item in items] == [False, False, True, False], line
        assert (again.after.name, again.after.classes) == ("Round two", ("Comfort", staff, "Warmth"))
        assert not applied(after, again).is_changed, line


def other(reading: Reading, gives_ids: bool) -> OtherServer:
    raw = [document.model_dump(by_alias=True, exclude_unset=True, mode="json") for document in documents()]
    return OtherServer(reading, raw, gives_ids=gives_ids)


def an_other_draft(server: OtherServer) -> Draft:
    api = other_api(server)
    return a_draft(api, other_session(api), mark=False)


def other_lines(reading: Reading, gives_ids: bool) -> list[str]:
    server = other(reading, gives_ids)
    lines = clean_lines(InProcess(server.app), TOKEN, an_other_draft(server))
    assert lines == [
        "GET info",
        "GET 5",
        "GET documents",
        "PUT 5",
        "GET documents",
        "GET 5",
    ]
    return lines


def puts_of_documents(server: OtherServer) -> int:
    return sum("documents" in body for body in server.puts)


def replacing(name: str, gives_ids: bool, choose: Choose) -> None:
    """A server that ends as wanted, whatever went wrong first."""
    fault, kind = FAULTS[name]
    lines = other_lines("replace", gives_ids)
    for number in choose(name, lines):
        line = lines[number]
        server = other("replace", gives_ids)
        api, draft = other_api(server), an_other_draft(server)
        report = save(Wire(InProcess(server.app), fault=fault, at=number).client(TOKEN), draft)
        if line.startswith("PUT") and issubclass(kind, Unavailable) and server.puts:
            assert report.is_whole
            assert "nothing was sent twice" in report.notes[0]
        else:
            assert is_right_error(report, kind, line), (line, report.error, report.differences)
        after = applied(draft, report)
        assert nothing_lost(draft, after, report.proved), line
        again = save(api, after)
        assert again.is_whole, (line, again.error, again.differences, again.conflicts)
        assert held(api, other_session(api)) == state(*wanted()), line
        assert server.session["name"] == "Round two"
        assert puts_of_documents(server) == 1
        assert not applied(after, again).is_changed, line


def adding(name: str, gives_ids: bool, choose: Choose) -> None:
    """A server that is sent documents once; the report says what it did."""
    fault, kind = FAULTS[name]
    lines = other_lines("add", gives_ids)
    for number in choose(name, lines):
        line = lines[number]
        server = other("add", gives_ids)
        api, draft = other_api(server), an_other_draft(server)
        report = save(Wire(InProcess(server.app), fault=fault, at=number).client(TOKEN), draft)
        assert not report.is_whole, line
        assert (report.error is None and "info" in line) or type(report.error) is kind, (line, report.error)
        assert report.proved == set()
        after = applied(draft, report)
        assert nothing_lost(draft, after, ()), line
        again = save(api, after)
        assert not again.is_whole, line
        said = " ".join((*again.differences, *again.notes))
        assert "Document 1 was not changed but added once more" in said, (line, said)
        assert held(api, other_session(api))[:3] == state(*documents())
        third = save(api, applied(after, again))
        assert [document.position for document in third.copies] == [0]
        assert puts_of_documents(server) == 1, line
        assert sum(item["text"] == "One more text" for item in server.documents) == 1, line
