"""A plan is carried out: its sessions are made, and hold what it says. What was broken off, even by a kill,
is begun again and ends as if it had never been."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from labeling.agreement.deal import Dealt, Why
from labeling.draft.keys import document_keys
from labeling.errors import Invalid, NotFound, TimedOut, Unavailable
from labeling.model import Document, NewSession, Part, Segment, Session, SessionChange
from labeling.reviewing.plans import Plan, PlanPart, PlanSource, PlanText, stored, stored_part
from labeling.store.review import ReviewStore
from labeling.studio.client import LabelingClient

PAGE = 500
"""Documents that are read at a time."""
LOOKS = 20
"""How often to look for a session for which no answer came in time."""
PAUSE = 0.5
"""Seconds before each look."""
Tell = Callable[[int, int, str], None]
"""Is told how many of how many sessions are in order, and which comes next; what it raises ends the work."""


class Carrying:
    """Carries a plan out with one client, as one manager, and keeps how far it is in the review store."""

    def __init__(
        self,
        api: LabelingClient,
        store: ReviewStore,
        plan: Plan,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.plan = plan
        self._api, self._store, self._wait = api, store, wait
        self._can_assign = api.info().can("assign")
        self._project = int(plan.project)

    def run(self, tell: Tell = lambda done, total, words: None) -> Plan:
        """Bring the server to what the plan says. Where it fails, begin again: nothing is done twice."""
        self._store.put_plan(stored(self.plan))
        parts = self._in_turn()
        for count, number in enumerate(parts):
            part = self.plan.part_of(number)
            tell(count, len(parts), part.title)
            self._carry_out(part)
        tell(len(parts), len(parts), "")
        return self.plan

    def _in_turn(self) -> list[int]:
        """What is to be done: copies first, then who leaves, so that nobody else has it meanwhile."""
        pending = [part for part in self.plan.parts if part.is_pending]
        pending.sort(key=lambda part: (part.part is Part.WORK, not part.has_left, part.number))
        return [part.number for part in pending]

    def _carry_out(self, part: PlanPart) -> None:
        known = part.session_id is not None
        session = self._session_of(part)
        if part.part is Part.CHECK:
            self._note_copies(part, session)
        elif self._can_assign and (known or session.document_count != len(part.documents)):
            part = self._brought_up_to_date(part, session)
        made = {"session": session.lasting_name, "session_id": session.id, "is_pending": False}
        self._keep(part.model_copy(update=made))

    def _keep(self, part: PlanPart) -> None:
        self.plan = self.plan.changed(part)
        self._store.put_plan_session(self.plan.id, stored_part(part))

    # A session is made once

    def _session_of(self, part: PlanPart) -> Session:
        """The part's session: the one it has, else one that was made before the work broke off, else a new
        one."""
        if part.session_id is not None:
            return self._api.session(self._project, part.session_id)
        found = self._there(part)
        if found is None:
            try:
                found = self._api.create_session(self._project, self._new(part))
            except Unavailable as error:
                found = self._late(part, LOOKS if isinstance(error, TimedOut) else 1)
                if found is None:
                    raise
        return found

    def _there(self, part: PlanPart) -> Session | None:
        """No other session of the project has had its name when the plan was made."""
        for session in self._api.sessions(self._project):
            is_of_plan = session.plan == self.plan.id if self._can_assign else True
            if session.name == part.title and is_of_plan:
                return session
        return None

    def _late(self, part: PlanPart, looks: int) -> Session | None:
        """A large session may take the server longer than a call may: it appears when it is whole."""
        for _ in range(looks):
            self._wait(PAUSE)
            with suppress(Unavailable):
                if (found := self._there(part)) is not None:
                    return found
        return None

    def _new(self, part: PlanPart) -> NewSession:
        said: dict[str, Any] = {"name": part.title}
        lists = {"classes": self.plan.classes, "labels": self.plan.labels}
        said |= {key: value for key, value in lists.items() if value is not None}
        if self._can_assign:
            said |= {"part": part.part, "plan": self.plan.id, "blind": self.plan.is_blind}
            if part.user_id is not None:
                said["user_id"] = part.user_id
        ids = [self.plan.id_of(one) for one in part.documents]
        if part.part is Part.CHECK or None in ids:
            said["documents"] = self._texts([self.plan.texts[one.document].key for one in part.documents])
        else:
            said["document_ids"] = tuple(ids)
        return NewSession(**said)

    def _texts(self, keys: Sequence[str]) -> tuple[Document, ...]:
        """Documents to be sent anew: their texts, and the segments that they came with, without tags."""
        wanted = set(keys)
        sources = [self.plan.source]
        if self.plan.gold is not None:
            sources.append(PlanSource(kind="session", number=self.plan.gold))
        found = {
            key: document
            for source in sources
            for key, document in read_source(self._api, self._project, source)
            if key in wanted
        }
        if missing := wanted - found.keys():
            raise NotFound(f"{len(missing)} of the plan's documents are not where they came from any more.")
        return tuple(
            Document(
                text=found[key].text,
                segments=tuple(Segment(span=segment.span, tags=()) for segment in found[key].segments),
            )
            for key in keys
        )

    # What it holds

    def _note_copies(self, part: PlanPart, session: Session) -> None:
        """Which document stands for which where one comes a second time: they were sent in this order."""
        listed = read_session(self._api, session)
        ids = [document.id for _, document in listed]
        copies = {one.document: id_ for one, id_ in zip(part.documents, ids, strict=True) if id_ is not None}
        self.plan = self.plan.model_copy(update={"copies": copies})
        self._store.put_plan(stored(self.plan))

    def _brought_up_to_date(self, part: PlanPart, session: Session) -> PlanPart:
        """Put in what it lacks, take out what is another's now. What somebody has tagged meanwhile stays, and
        the plan says so from then on."""
        held = {document.id for _, document in read_session(self._api, session)}
        wanted = {self.plan.id_of(one): one for one in part.documents}
        if None in wanted:
            return part
        if missing := tuple(id_ for id_ in wanted if id_ is not None and id_ not in held):
            self._api.update_session(self._project, session.id, SessionChange(document_ids=missing))
        if not part.has_left:
            return part
        stayed = [id_ for id_ in held - wanted.keys() if id_ and not self._is_taken_out(session, id_)]
        return part.model_copy(update={"documents": (*part.documents, *map(self._as_dealt, stayed))})

    def _is_taken_out(self, session: Session, document_id: int) -> bool:
        try:
            self._api.take_out(self._project, session.id, document_id)
        except Invalid:
            return False
        except NotFound:
            return True
        return True

    def _as_dealt(self, id_: int) -> Dealt:
        """What a document that is another's by now is to whoever has it still."""
        copied = {copy: index for index, copy in self.plan.copies.items()}
        if id_ in copied:
            return Dealt(copied[id_], Why.AGAIN)
        return Dealt(next(n for n, text in enumerate(self.plan.texts) if text.id == id_), Why.SHARED)


# What there is to deal


def read_source(
    api: LabelingClient, project_id: int, source: PlanSource, tell: Callable[[int], None] = lambda count: None
) -> Iterator[tuple[str, Document]]:
    """The documents of a source with their keys. `tell` is told how many are read; what it raises ends it."""
    if source.kind == "session":
        session = api.session(project_id, source.number or 0)
        yield from _told(read_session(api, session), tell)
        return
    offset, seen = 0, Counter[str]()
    while True:
        page = api.project_documents(
            project_id,
            group_id=source.number if source.kind == "group" else None,
            offset=offset,
            limit=PAGE,
        )
        yield from zip(document_keys(page.documents, seen), page.documents, strict=True)
        offset += len(page.documents)
        tell(offset)
        if not page.has_more or not page.documents:
            return


def _told(
    documents: Iterator[tuple[str, Document]], tell: Callable[[int], None]
) -> Iterator[tuple[str, Document]]:
    for count, one in enumerate(documents, start=1):
        yield one
        if count % PAGE == 0:
            tell(count)


def read_session(api: LabelingClient, session: Session) -> Iterator[tuple[str, Document]]:
    """A session's documents with their keys, in order, without their tags."""
    offset, seen = 0, Counter[str]()
    while True:
        page = api.documents(session.project_id, session.id, offset=offset, limit=PAGE, details=("segments",))
        yield from zip(document_keys(page.documents, seen), page.documents, strict=True)
        offset += len(page.documents)
        if not page.documents or offset >= page.document_count:
            return


def plan_text(key: str, document: Document) -> PlanText:
    """A document as a plan has it."""
    return PlanText(key, document.id, len(document.text))
