"""The review store: what leads plan, decide and say, in the database of the drafts.

One public method is one transaction. Each raises NotKept when the database or its disk fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select

from labeling.store.database import DraftDatabase, moment_of, now_of
from labeling.store.review_exchange import ReviewExchange
from labeling.store.review_notes import ReviewNotes
from labeling.store.review_rows import (
    at_session,
    body_of,
    decision_of,
    dumped,
    of_session,
    plain,
    put_rows,
    who_of,
    written_by,
)
from labeling.store.review_values import (
    DocumentState,
    HandedIn,
    KeptDecision,
    OwnSave,
    PlanSession,
    ReviewKey,
    StoredDecision,
    StoredPlan,
    StoredSample,
    StoredVerdict,
    Who,
)
from labeling.store.statements import insert_new
from labeling.store.tables import (
    decisions,
    handed_in,
    plan_sessions,
    plans,
    samples,
    saves,
    snapshots,
    verdicts,
)

WHOLE = ""
"""Stands where a document's key would, in the row that is about the whole save or copy."""
OVERLAP = 10.0
"""Seconds by which what is asked for as new goes back: what was begun earlier may be stored later."""


class ReviewStore:
    """Plans, decisions, notes, verdicts, samples, what was handed in, saves and copies, at an API."""

    def __init__(self, database: DraftDatabase, api: str) -> None:
        self._database = database
        self._api = api
        self.notes = ReviewNotes(database, api)
        self.saves = ReviewHistory(database, api, saves)
        self.snapshots = ReviewHistory(database, api, snapshots)
        self.exchange = ReviewExchange(database, api)

    # Plans

    def put_plan(self, plan: StoredPlan) -> None:
        """Store a plan with its sessions, in place of what is stored of it."""
        with self._database.writing() as connection:
            now = now_of(connection)
            known = connection.scalar(select(plans.c.created).where(plans.c.id == plan.id))
            row = {
                "id": plan.id,
                "api": self._api,
                "project": plan.project,
                "name": plain(plan.name),
                **written_by(plan.by),
                "seed": plan.seed,
                "body": dumped(plan.body),
                "updated": now,
                "created": now if known is None else known,
            }
            put_rows(connection, plans, [row])
            numbers = [session.number for session in plan.sessions]
            of_plan = plan_sessions.c.plan_id == plan.id
            connection.execute(delete(plan_sessions).where(of_plan, plan_sessions.c.number.not_in(numbers)))
            put_rows(
                connection, plan_sessions, [_plan_session_row(plan.id, session) for session in plan.sessions]
            )

    def put_plan_session(self, plan: str, session: PlanSession) -> None:
        """Store one session of a plan: it was made, or handed over."""
        with self._database.writing() as connection:
            put_rows(connection, plan_sessions, [_plan_session_row(plan, session)])

    def plans(self, project: str) -> tuple[StoredPlan, ...]:
        """The plans of a project, the oldest first."""
        where = (plans.c.api == self._api, plans.c.project == project)
        with self._database.reading() as connection:
            rows = connection.execute(select(plans).where(*where).order_by(plans.c.created, plans.c.id)).all()
            of_these = plan_sessions.c.plan_id.in_(select(plans.c.id).where(*where))
            sessions: dict[str, list[PlanSession]] = {}
            ordered = select(plan_sessions).where(of_these).order_by(plan_sessions.c.number)
            for row in connection.execute(ordered):
                sessions.setdefault(row.plan_id, []).append(
                    PlanSession(row.number, who_of(row), row.part, row.session, row.session_id, body_of(row))
                )
        return tuple(
            StoredPlan(
                *(row.id, row.project, row.name, row.seed, who_of(row), tuple(sessions.get(row.id, ()))),
                *(body_of(row), moment_of(row.created), moment_of(row.updated)),
            )
            for row in rows
        )

    def remove_plan(self, plan: str) -> None:
        """The plan is forgotten; the sessions that it made stay."""
        with self._database.writing() as connection:
            connection.execute(delete(plans).where(plans.c.id == plan, plans.c.api == self._api))

    # What was handed in: written with the steps of a draft, by `DraftStore.append`

    def handed_in(self, key: ReviewKey) -> dict[str, HandedIn]:
        """What was first handed in of a session, by the documents' keys."""
        with self._database.reading() as connection:
            rows = connection.execute(select(handed_in).where(*of_session(handed_in, self._api, key)))
            return {
                row.document: HandedIn(row.document, who_of(row), body_of(row), moment_of(row.at))
                for row in rows
            }

    # Decisions: written with the steps of a draft, by `DraftStore.append`

    def decisions(self, key: ReviewKey, documents: Sequence[str] | None = None) -> tuple[StoredDecision, ...]:
        """What is decided in a session, or in some of its `documents`."""
        here = [*of_session(decisions, self._api, key), decisions.c.body.is_not(None)]
        if documents is not None:
            here.append(decisions.c.document.in_(documents))
        ordered = select(decisions).where(*here).order_by(decisions.c.document, decisions.c.place)
        with self._database.reading() as connection:
            return tuple(decision_of(row) for row in connection.execute(ordered))

    def decided_since(
        self,
        key: ReviewKey,
        since: float = 0.0,
        known: Mapping[tuple[str, str], float] = MappingProxyType({}),
    ) -> tuple[KeptDecision, ...]:
        """What is decided in a session; `since` (seconds since 1970): what was stored after that, and also
        what was taken back, without what is `known` by document and place to have been stored then."""
        table = decisions.c
        new = [table.at > since - OVERLAP] if since else [table.body.is_not(None)]
        asked = select(table.document, table.place, table.body, table.at)
        with self._database.reading() as connection:
            rows = connection.execute(asked.where(*of_session(decisions, self._api, key), *new)).all()
        return tuple(
            KeptDecision(document, place, body, at)
            for document, place, body, at in rows
            if known.get((document, place)) != at
        )

    def decided_last(self, key: ReviewKey) -> float:
        """When something was last decided in a session, or taken back (seconds since 1970); 0: never."""
        asked = select(func.max(decisions.c.at)).where(*of_session(decisions, self._api, key))
        with self._database.reading() as connection:
            return float(connection.scalar(asked) or 0)

    # Verdicts and samples

    def put_verdicts(self, key: ReviewKey, new: Iterable[StoredVerdict]) -> None:
        """Store what was said of items; of one item the last word counts."""
        with self._database.writing() as connection:
            now = now_of(connection)
            rows = [
                {
                    **at_session(self._api, key),
                    **written_by(one.by),
                    "list": plain(one.list),
                    "item": plain(one.item),
                    "document": one.document,
                    "outcome": one.outcome,
                    "at": now,
                    "body": dumped(one.body),
                }
                for one in new
            ]
            put_rows(connection, verdicts, rows)

    def take_back_verdict(self, key: ReviewKey, list_: str, item: str) -> None:
        """Nothing is said of an item any more."""
        this = (verdicts.c.list == plain(list_), verdicts.c.item == plain(item))
        with self._database.writing() as connection:
            connection.execute(delete(verdicts).where(*of_session(verdicts, self._api, key), *this))

    def verdicts(self, key: ReviewKey, list_: str | None = None) -> tuple[StoredVerdict, ...]:
        """What was said of the items of a session, or of one of its lists, the oldest first."""
        where = [*of_session(verdicts, self._api, key)]
        if list_ is not None:
            where.append(verdicts.c.list == plain(list_))
        ordered = select(verdicts).where(*where).order_by(verdicts.c.at, verdicts.c.list, verdicts.c.item)
        with self._database.reading() as connection:
            return tuple(
                StoredVerdict(
                    *(row.list, row.item, row.document, row.outcome, who_of(row)),
                    *(body_of(row), moment_of(row.at)),
                )
                for row in connection.execute(ordered)
            )

    def put_sample(self, sample: StoredSample) -> None:
        """Store a sample, in place of what is stored of it."""
        with self._database.writing() as connection:
            now = now_of(connection)
            known = connection.scalar(select(samples.c.created).where(samples.c.id == sample.id))
            row = {
                "id": sample.id,
                **at_session(self._api, sample.key),
                **written_by(sample.by),
                "body": dumped(sample.body),
                "created": now if known is None else known,
                "updated": now,
            }
            put_rows(connection, samples, [row])

    def samples(self, key: ReviewKey) -> tuple[StoredSample, ...]:
        """The samples of a session, the oldest first."""
        here = select(samples).where(*of_session(samples, self._api, key))
        with self._database.reading() as connection:
            return tuple(
                StoredSample(
                    *(row.id, ReviewKey(row.project, row.session), who_of(row), body_of(row)),
                    *(moment_of(row.created), moment_of(row.updated)),
                )
                for row in connection.execute(here.order_by(samples.c.created, samples.c.id))
            )


class ReviewHistory:
    """Saves, or copies, of sessions: numbered from one in each, with a body for each document."""

    def __init__(self, database: DraftDatabase, api: str, table: Table) -> None:
        self._database = database
        self._api = api
        self._table = table

    def add(
        self, key: ReviewKey, by: Who, body: Mapping[str, Any], documents: Sequence[DocumentState] = ()
    ) -> int:
        """Store one more; its number, which no other process has given at the same moment."""
        with self._database.writing() as connection:
            row = {**at_session(self._api, key), **written_by(by), "at": now_of(connection)}
            number = self._numbered(connection, key, {**row, "document": WHOLE, "body": dumped(body)})
            row["number"] = number
            rows = [{**row, "document": one.document, "body": dumped(one.body)} for one in documents]
            if rows:
                connection.execute(self._table.insert(), rows)
            return number

    def _numbered(self, connection: Connection, key: ReviewKey, whole: Mapping[str, Any]) -> int:
        """Put the row about the whole under the next free number."""
        table = self._table
        last = select(func.max(table.c.number)).where(*of_session(table, self._api, key))
        number = int(connection.scalar(last) or 0) + 1
        # Where another process stores one under that number, this waits until it is stored, and goes on.
        put = insert_new(connection.dialect.name, table).returning(table.c.number)
        while connection.execute(put, {**whole, "number": number}).first() is None:
            number = max(number, int(connection.scalar(last) or 0)) + 1
        return number

    def all(self, key: ReviewKey) -> tuple[OwnSave, ...]:
        """Each without its documents, the oldest first."""
        table = self._table
        wholes = select(table).where(*of_session(table, self._api, key), table.c.document == WHOLE)
        with self._database.reading() as connection:
            return tuple(
                OwnSave(row.number, who_of(row), body_of(row), moment_of(row.at))
                for row in connection.execute(wholes.order_by(table.c.number))
            )

    def documents(self, key: ReviewKey, number: int) -> tuple[DocumentState, ...]:
        """The documents of one, by their keys."""
        table = self._table
        return tuple(state for _, state in self._states(key, table.c.number == number))

    def of_document(self, key: ReviewKey, document: str) -> tuple[tuple[int, DocumentState], ...]:
        """Every state of a document, with the number of its save or copy, the oldest first."""
        return tuple(self._states(key, self._table.c.document == document))

    def _states(self, key: ReviewKey, where: Any) -> Iterator[tuple[int, DocumentState]]:
        table = self._table
        found = select(table).where(*of_session(table, self._api, key), where, table.c.document != WHOLE)
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(table.c.number, table.c.document)).all()
        for row in rows:
            yield row.number, DocumentState(row.document, body_of(row))

    def remove(self, key: ReviewKey, number: int) -> None:
        """Away with one of them."""
        table = self._table
        with self._database.writing() as connection:
            connection.execute(
                delete(table).where(*of_session(table, self._api, key), table.c.number == number)
            )


def _plan_session_row(plan: str, session: PlanSession) -> dict[str, Any]:
    return {
        "plan_id": plan,
        "number": session.number,
        "part": session.part,
        "session": session.session,
        "session_id": session.session_id,
        **written_by(session.who),
        "body": dumped(session.body),
    }
