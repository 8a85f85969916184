"""Calls about what was done to a session: its saves, what each replaced, the versions of a document."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import View
from labeling.server.api.description import tells
from labeling.server.api.documents import DOCUMENT, SegmentAnswer
from labeling.server.api.sessions import SESSION
from labeling.server.rules.queries import PageQuery, SavesQuery
from labeling.server.storage.ids import DbRow
from labeling.server.storage.tables import COUNTS

router = APIRouter()


class UserAnswer(AnswerModel):
    id: int | None
    email: str | None
    name: str | None


class SaveFields(AnswerModel):
    n: int
    at: AwareDatetime
    user: UserAnswer
    client: str
    replaced: list[str]
    added: int
    removed: int
    renamed: int
    moved: int
    done: int


class SaveAnswer(SaveFields):
    documents: int


class SavesAnswer(AnswerModel):
    count: int
    has_more: bool
    saves: list[SaveAnswer]


class StateAnswer(AnswerModel):
    segments: list[SegmentAnswer]
    annotated: bool


class ChangedDocumentAnswer(AnswerModel):
    id: int
    text: str | None
    before: StateAnswer
    after: StateAnswer


class OneSaveAnswer(SaveFields):
    has_more: bool
    documents: list[ChangedDocumentAnswer]


class VersionAnswer(StateAnswer):
    n: int
    at: AwareDatetime
    user: UserAnswer
    seconds: int | None


class HandedInAnswer(AnswerModel):
    id: int
    n: int
    at: AwareDatetime | None
    seconds: int | None
    segments: list[SegmentAnswer] | None


class HandedInPageAnswer(AnswerModel):
    count: int
    has_more: bool
    documents: list[HandedInAnswer]


def save_answer(row: DbRow) -> Answer:
    """A save as it is sent; `replaced` names what changed of the session's own."""
    return {
        **{name: row[name] for name in ("n", "client", *COUNTS)},
        "at": moment(row["at"]),
        "user": _user(row),
        "replaced": sorted(row["replaced"] or ()),
    }


def _user(row: DbRow) -> Answer:
    return {"id": row["user_id"], "email": row["email"], "name": row["person"]}


@router.get(SESSION + "/history", **tells(SavesAnswer, 400, 401, 403, 404))
def history(call: View, query: Annotated[SavesQuery, Query()]) -> Response:
    """The saves of a labeling session, newest first."""
    page = call.store.saves.of_session(call.at, query)
    found = [save_answer(row) for row in page.saves]
    return reply({"count": len(found), "has_more": page.has_more, "saves": found})


@router.get(SESSION + "/history/{n}", **tells(OneSaveAnswer, 400, 401, 403, 404))
def one_save(call: View, query: Annotated[PageQuery, Query()]) -> Response:
    """One save, and the documents that it changed, before and after, page by page."""
    row, documents, has_more = call.store.saves.read(call.at, call.path["n"], query)
    return reply({**save_answer(row), "has_more": has_more, "documents": documents})


@router.get(DOCUMENT + "/history", **tells(list[VersionAnswer], 401, 403, 404))
def versions(call: View) -> Response:
    """A document after each save of it, newest first, and at last as it came."""
    found = call.store.saves.of_document(call.at, call.document_id)
    return reply(
        [
            {
                **{name: row[name] for name in ("n", "seconds", "segments", "annotated")},
                "at": moment(row["at"]),
                "user": _user(row),
            }
            for row in found
        ]
    )


@router.get(SESSION + "/handed-in", **tells(HandedInPageAnswer, 400, 401, 403, 404))
def handed_in(call: View, query: Annotated[PageQuery, Query()]) -> Response:
    """Documents as they were when they were first marked as annotated, page by page, by id.

    A page tells of those of its documents that ever were. `n` is the save that did it; 0, without a moment: a
    document came so. `seconds`: active work until then. `segments` is null where they are as they are now.
    """
    page = call.store.saves.handed_in(call.at, query)
    found = [{**row, "at": moment(row["at"])} for row in page.documents]
    return reply({"count": len(found), "has_more": page.has_more, "documents": found})
