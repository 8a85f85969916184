"""Two annotators and a lead at work on one session: edits, saves, broken lines, restarts, in any order.

What they meant is kept beside what they did, and compared with what the server holds when all have saved.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.events import Event, StepTaken, StepUndone
from labeling.draft.history import undoable
from labeling.draft.matching import units_of
from labeling.draft.others import questions
from labeling.editing.answers import answers
from labeling.editing.session import rename_name
from labeling.editing.table import add_segment, change_cell, delete_rows, row_id, set_done
from labeling.model import Document, Session
from labeling.saving.choosing import Choosing
from labeling.saving.plan import Choices
from labeling.saving.report import Report
from labeling.saving.save import save
from labeling.store.drafts import DraftKey, open_drafts
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.other_server import TOKEN, OtherServer
from tests.contract.saves import Wire, a_session, a_text, at, other_api, other_session, read
from tests.contract.transport import InProcess

PEOPLE = ("ann", "bob", "lead")
TEXTS = tuple(
    f"{n} " + "a text that is long enough for everybody's tags " * 3 for n in ("One", "Two", "Three")
)
OLD = ((0, "POS"), (2, "NEG"))
"""Start and label of the tags that each document has in the beginning; each is one character long."""
FIRST_NEW = 10

people = st.sampled_from(PEOPLE)
documents = st.integers(0, len(TEXTS) - 1)
numbers = st.integers(0, 20)
labels = st.sampled_from(("POS", "NEG"))
Place = tuple[int, int]
"""(document, start): each tag ever given has a place of its own, so that it can be told from all others."""


class Died(Exception):
    """Stands for the end of the app in mid-save."""


def _lost(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    inner.handle_request(request)
    raise httpx.ReadTimeout("no answer", request=request)


def _refused(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def _broken(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    return httpx.Response(500, json={"message": "out of order"})


def _died_before(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    raise Died


def _died_after(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    inner.handle_request(request)
    raise Died


faults = st.sampled_from((None, None, _lost, _refused, _broken, _died_before, _died_after))


class Together(RuleBasedStateMachine):
    """`meant` has for each place what was meant with it, in order: (who, label; None: that it be gone)."""

    kind: str

    def __init__(self, server: Embedded) -> None:
        super().__init__()
        self.server = server
        self.exits = ExitStack()
        folder = Path(self.exits.enter_context(TemporaryDirectory()))
        self.store = open_drafts(folder)
        self.exits.callback(self.store.close)
        self.meant: dict[Place, list[tuple[str, str | None]]] = {}
        self.renamed: dict[str, list[tuple[str, str]]] = {who: [] for who in PEOPLE}
        self.given_up: dict[str, set[Place]] = {who: set() for who in PEOPLE}
        self.marked: dict[int, list[tuple[str, bool]]] = {}
        self.undoes: dict[tuple[str, int], Callable[[], None]] = {}
        self.reports: dict[str, Report] = {}
        self.choosing: dict[str, Choosing] = {}
        self.kept: dict[str, SyncedDraft] = {}
        self.blind = False
        self.puts: dict[str, int] = dict.fromkeys(PEOPLE, 0)
        self.count = 0

    @initialize(
        kind=st.sampled_from(("ours", "ours", "replace", "add")),
        gives_ids=st.booleans(),
        renames=st.booleans(),
    )
    def begin(self, kind: str, gives_ids: bool, renames: bool) -> None:
        self.kind, self.renames = kind, renames
        texts = [a_text(t, *((s, s + 1, "Staff", label) for s, label in OLD)) for t in TEXTS]
        if kind == "ours":
            self.session = a_session(self.server, *texts)
            self.api, self.token = self.server.api, self.server.token
            self.inner: httpx.BaseTransport = InProcess(self.server.app)
        else:
            raw = [text.to_json() for text in texts]
            other = OtherServer("add" if kind == "add" else "replace", raw, gives_ids=gives_ids)
            self.api, self.token, self.inner = other_api(other), TOKEN, InProcess(other.app)
            self.session = other_session(self.api)
        for who in PEOPLE:
            self.start(who, self.session)

    def start(self, who: str, session: Session) -> None:
        """A new app, or a new window: what was kept is all that there is."""
        self.count += 1
        self.reports.pop(who, None)
        self.choosing[who] = Choosing()
        key = DraftKey("embedded", who, "s")
        self.kept[who] = SyncedDraft(self.store, key, session, f"{who}-{self.count}")

    def read_session(self) -> Session:
        return self.api.session(self.session.project_id, self.session.id)

    def see(self, who: str, document: int) -> DraftDocument:
        loaded = at(self.api, self.kept[who].draft, document)
        return self.kept[who].draft.view(loaded)

    def do(self, who: str, change: Change | Refused, *views: DraftDocument) -> int:
        """Take a step; its number."""
        assert isinstance(change, Change), change
        assert self.kept[who].take(lambda draft: StepTaken(change, views)) == ""
        return self.kept[who].draft.taken

    def mean(self, who: str, place: Place, label: str | None) -> None:
        self.meant.setdefault(place, []).append((who, label))

    def tags(self, who: str, document: int) -> list[tuple[str, int, str]]:
        """(row, start, label) of the tags that somebody sees."""
        return [
            (row_id(segment.key, key), segment.segment.start, tag.label or "")
            for segment in self.see(who, document).segments
            for key, tag in segment.rows
            if any(tag.names)
        ]

    # What people do

    @rule(who=people, document=documents, number=numbers, label=labels)
    def give(self, who: str, document: int, number: int, label: str) -> None:
        self.count += 1
        start = FIRST_NEW + 2 * (self.count % 60)
        view, draft = self.see(who, document), self.kept[who].draft
        if (document, start) in self.meant:
            return
        class_ = draft.classes[number % len(draft.classes)]
        step = self.do(who, add_segment(view, start, start + 1, class_, label, draft.taken + 1), view)
        self.mean(who, (document, start), label)
        self.undoes[who, step] = lambda: self.mean(who, (document, start), None)

    @rule(who=people, document=documents, number=numbers)
    def retag(self, who: str, document: int, number: int) -> None:
        if tags := self.tags(who, document):
            row, start, label = tags[number % len(tags)]
            view, new = self.see(who, document), "NEG" if label == "POS" else "POS"
            step = self.do(who, change_cell(view, row, "label", new, self.kept[who].draft.scheme), view)
            self.mean(who, (document, start), new)
            self.undoes[who, step] = lambda: self.mean(who, (document, start), label)

    @rule(who=people, document=documents, number=numbers)
    def delete(self, who: str, document: int, number: int) -> None:
        if tags := self.tags(who, document):
            row, start, label = tags[number % len(tags)]
            view = self.see(who, document)
            step = self.do(who, delete_rows(view, [row]), view)
            self.mean(who, (document, start), None)
            self.undoes[who, step] = lambda: self.mean(who, (document, start), label)

    @rule(who=people, document=documents, number=numbers)
    def move(self, who: str, document: int, number: int) -> None:
        """The end of a span, from one character to two and back."""
        if tags := self.tags(who, document):
            row, start, label = tags[number % len(tags)]
            view = self.see(who, document)
            (end,) = {
                s.segment.end for s in view.segments if row in [row_id(s.key, key) for key, _ in s.rows]
            }
            new = start + 2 if end == start + 1 else start + 1
            step = self.do(who, change_cell(view, row, "end", new, self.kept[who].draft.scheme), view)
            self.mean(who, (document, start), label)
            self.undoes[who, step] = lambda: self.mean(who, (document, start), label)

    @precondition(lambda self: self.kind == "ours")
    @rule(who=people, document=documents)
    def mark(self, who: str, document: int) -> None:
        view = self.see(who, document)
        was = bool(view.done)
        step = self.do(who, set_done(view, not was), view)
        self.marked.setdefault(document, []).append((who, not was))
        self.undoes[who, step] = lambda: self.marked[document].append((who, was))

    @precondition(lambda self: self.renames)
    @rule(who=people, number=numbers)
    def rename(self, who: str, number: int) -> None:
        self.count += 1
        draft, new = self.kept[who].draft, f"Class {self.count}"
        old = draft.classes[number % len(draft.classes)]
        step = self.do(who, rename_name(draft, "classes", old, new))
        self.renamed[who].append((old, new))
        self.undoes[who, step] = lambda: self.renamed[who].append((new, old))

    @precondition(lambda self: self.renames)
    @rule(who=people, number=numbers)
    def answer(self, who: str, number: int) -> None:
        """What is asked of names, however: but for the removal of one's tags."""
        for question in questions(self.kept[who].draft)[:1]:
            found = [one for one in answers(self.kept[who].draft, question) if one.key != "remove"]
            self.do(who, found[number % len(found)].step())
            self.renamed[who].clear()

    @rule(who=people)
    def undo(self, who: str) -> None:
        step = undoable(self.kept[who].draft)
        if step is not None and (who, step.number) in self.undoes:
            self.kept[who].keep(StepUndone())
            self.undoes.pop((who, step.number))()

    @rule(who=people)
    def restart(self, who: str) -> None:
        before = self.kept[who].draft
        self.start(who, before.base)
        assert self.kept[who].draft.changed_documents == before.changed_documents
        assert self.kept[who].draft.session_change == before.session_change

    @rule(who=people)
    def look_again(self, who: str) -> None:
        self.kept[who].look()
        self.kept[who].follow(self.read_session())

    @rule(
        who=people,
        fault=faults,
        call=st.integers(0, 16),
        other=st.none() | people,
        choice=st.sampled_from(("mine", "theirs")),
    )
    def save(self, who: str, fault: Any, call: int, other: str | None, choice: str) -> None:
        """`other`: somebody who saves in the middle of it, where that can be kept apart."""
        on_call = {}
        if other not in (None, who) and self.kind == "ours":
            on_call = {call // 2: lambda: self.save_one(str(other), "mine")}
        self.save_one(who, choice, fault=fault, at=call, on_call=on_call)

    def save_one(self, who: str, choice: str, **wire: Any) -> Report | None:
        kept, line, is_alive = self.kept[who], Wire(self.inner, **wire), True
        changed = _changed_places(kept.draft)
        if not kept.draft.pending_renames:
            self.renamed[who].clear()  # held already, and perhaps renamed again by somebody who saw it
        self.blind |= wire.get("fault") is not None

        def keep(event: Event) -> None:
            if is_alive:
                kept.keep(event)

        def note(request: httpx.Request) -> None:
            self.puts[who] += request.method == "PUT" and b'"documents"' in request.content

        line.client = _noting(line, note)  # type: ignore[method-assign]
        try:
            report = save(line.client(self.token), kept.draft, choices=self.chosen(who, choice), keep=keep)
        except Died:
            is_alive = False
            self.start(who, self.read_session())
            return None
        self.reports[who] = report
        self.choosing[who] = self.choosing[who].after(report)
        if not wire.get("on_call") and report.is_whole:
            self.is_held_or_named(who, changed, report)
        return report

    def is_held_or_named(self, who: str, changed: dict[Place, str | None], report: Report) -> None:
        """A save that says that all is held: each step since the last one is, or is named as not made."""
        there = self.labels_there()
        lost = {
            place: (there.get(place, []), label)
            for place, label in changed.items()
            if there.get(place, []) != ([] if label is None else [label])
        }
        if not self.blind:
            assert lost.keys() <= self.given_up[who], (who, lost, self.meant)
            assert len(report.not_made) >= len(lost), (who, lost, report.not_made)
        classes = self.read_session().classes
        given = {new for _, new in self.renamed[who]}
        for name in {old for old, _ in self.renamed[who]} - given:
            now = name
            for old, new in self.renamed[who]:
                now = new if now == old else now
            assert now == name or now in classes, (who, name, self.renamed[who], classes)
        self.renamed[who].clear()
        self.given_up[who].clear()

    def labels_there(self) -> dict[Place, list[str | None]]:
        there: dict[Place, list[str | None]] = {}
        for number, document in enumerate(read(self.api, self.session)):
            for segment in document.segments:
                for tag in segment.tags:
                    there.setdefault((number, segment.start), []).append(tag.label)
        return there

    def chosen(self, who: str, choice: Any) -> Choices:
        """What the person has chosen so far, with the same choice for all that is asked now."""
        choosing = self.choosing[who]
        asked = list(choosing.asked(self.kept[who].draft))
        if choice == "theirs":
            self.given_up[who] |= {(a.found.document.position, a.conflict.base[0]) for a in asked}
        self.choosing[who] = choosing.choose((one, choice) for one in asked)
        return Choices(self.choosing[who].chosen)

    # In the end

    def teardown(self) -> None:
        try:
            if self.kept:
                self.settle()
        finally:
            self.exits.close()

    def settle(self) -> None:
        if self.kind == "add":
            for who in PEOPLE:
                self.save_one(who, "mine")
            self.check_adding()
            return
        for _ in range(8):
            for who in PEOPLE:
                self.look_again(who)
                for _ in range(20):
                    self.answer(who, 0)
                assert not questions(self.kept[who].draft), (
                    who,
                    questions(self.kept[who].draft),
                    self.kept[who].draft.renames,
                    self.kept[who].draft.base.classes,
                )
                self.save_one(who, "mine")
            if not any(kept.draft.is_changed for kept in self.kept.values()):
                break
        for who, kept in self.kept.items():
            assert not kept.draft.is_changed, (who, self.reports[who])
        self.check(read(self.api, self.session))

    def check(self, held: list[Document]) -> None:
        assert [document.text for document in held] == list(TEXTS)
        there: dict[Place, list[str | None]] = {}
        for number, document in enumerate(held):
            for segment in document.segments:
                for tag in segment.tags:
                    there.setdefault((number, segment.start), []).append(tag.label)
                    assert self.kind != "ours" or tag.class_ in self.read_session().classes
        first = {(n, start): label for n in range(len(TEXTS)) for start, label in OLD}
        for place in {*first, *self.meant, *there}:
            found, meant = there.get(place, []), self.meant.get(place, [])
            said = (place, found, meant)
            # A rename of the lead touches every tag: what somebody else does to one is asked about, or gives
            # way.
            several = len({who for who, _ in meant} | ({"lead"} if self.renames else set())) > 1
            # What one sent without hearing of it, and another changed before one looked, may come to stand
            # beside it.
            assert len(found) <= 1 + (several and self.blind), said
            if several:
                assert found or any(label is None for _, label in meant), said
                continue
            wanted = meant[-1][1] if meant else first.get(place)
            assert found == ([] if wanted is None else [wanted]), said
        for number, said_of in self.marked.items():
            if len({who for who, _ in said_of}) == 1:
                assert bool(held[number].annotated) == said_of[-1][1], (number, said_of)

    def check_adding(self) -> None:
        """It changed nothing and added copies: each person sent once, and still has what is not held."""
        held = read(self.api, self.session)
        assert [d.text for d in held[: len(TEXTS)]] == list(TEXTS)
        assert all(len(d.segments) == len(OLD) for d in held[: len(TEXTS)])
        assert all(count <= 1 for count in self.puts.values()), self.puts
        for place, meant in self.meant.items():
            for who in {who for who, _ in meant}:
                mine = [label for name, label in meant if name == who][-1]
                seen = [label for _, start, label in self.tags(who, place[0]) if start == place[1]]
                assert seen == ([] if mine is None else [mine]), (place, who, meant)


def _changed_places(draft: Draft) -> dict[Place, str | None]:
    """The labels that the tags are to have which unsaved changes are about; None: the tag is to be gone."""
    found: dict[Place, str | None] = {}
    for view in draft.changed_documents:
        was, now = units_of(view.base_segments), units_of(view.sendable)
        gone = [unit for unit in was - now if unit[3]]
        come = [unit for unit in now - was if unit[3]]
        found |= {(view.position, start): None for start, *_ in gone}
        found |= {(view.position, start): label for start, _, _, label in come}
    return found


def _noting(wire: Wire, note: Callable[[httpx.Request], None]) -> Callable[[str], LabelingClient]:
    """Clients of the wire that note what reaches the server."""
    inner = wire.inner

    class Noting(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            note(request)
            return inner.handle_request(request)

    wire.inner = Noting()
    return lambda token: Wire.client(wire, token)
