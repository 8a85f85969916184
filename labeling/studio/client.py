"""LabelingClient: one method per call of the Studio API. The only module that talks HTTP."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import nullcontext
from typing import IO, NamedTuple

import httpx

from labeling.errors import (
    Forbidden,
    Invalid,
    LabelingError,
    NotFound,
    Unavailable,
    Unreadable,
    Unsendable,
)
from labeling.model import (
    AllSessions,
    Document,
    DocumentPage,
    DocumentStatus,
    Group,
    Info,
    NamedClass,
    NamedLabel,
    NamedType,
    NewProject,
    NewSession,
    Project,
    Session,
    SessionChange,
    SessionPage,
)
from labeling.studio.assigning import AssigningCalls
from labeling.studio.calls import Received, json_of, pool, session_path
from labeling.studio.codec import (
    body_of,
    is_page,
    parsed,
)
from labeling.studio.filter import EVERY_SESSION, EVERYTHING, DocumentFilter, SessionFilter
from labeling.studio.history import HistoryCalls
from labeling.studio.models import ModelCalls
from labeling.studio.origins import tells_origins, with_origins
from labeling.studio.people import PeopleCalls
from labeling.studio.under_way import UnderWay

SLOWEST = 20_000
"""Bytes a second that a server is thought to store at least."""
_STRONG_TAG = re.compile(r'"[\x21\x23-\x7e]*"')
DETAILS = ("segments", "meta", "tags")


class Tagged(NamedTuple):
    """A session, and the entity tag of its state where the server has one that a change can insist on."""

    session: Session
    tag: str | None


def connect(url: str, token: str = "", *, timeout: float = 10.0) -> LabelingClient:
    """A client of the API at `url`, with a pool of its own."""
    return LabelingClient(pool(url, timeout=timeout), token, apart=lambda: pool(url, timeout=timeout))


class LabelingClient(PeopleCalls, HistoryCalls, AssigningCalls, ModelCalls):
    """Speaks the Studio API at `http.base_url`, as the owner of `token` or as nobody.

    Every failure is a LabelingError. Reading is tried three times; the update call is tried again only where
    the server names `upsert`; nothing else is ever sent twice. The pool of `http` may serve several people:
    nothing of one of them, token or cookie, stays in it. `apart` makes another pool, for a request whose
    connection may be broken off; without it that request can be broken off only while it is sent.
    """

    _info: Info | None = None

    # The server

    def info(self) -> Info:
        """What the server is and can do, asked once. A server without a readable `/info` names no abilities.

        One that keeps it to itself names none for now: with another role, or later, it may be asked again.
        """
        if self._info is None:
            try:
                self._info = self._read(Info, "info")
            except Unsendable:
                raise
            except Forbidden:
                return Info()
            except (NotFound, Invalid):
                self._info = Info()
            except Unreadable as error:
                # What broke off on its way says nothing of what the server can do.
                if not error.is_whole:
                    raise
                self._info = Info()
        return self._info

    def health(self) -> bool:
        """Whether the server answers and calls itself well.

        Never raises a LabelingError, never tries again.
        """
        try:
            response = self._once(self._request("GET", "health"))
            return not is_page(response.content, response.type)
        except LabelingError:
            return False

    # Projects

    def projects(self) -> tuple[Project, ...]:
        return self._read_all(Project, "projects")

    def project(self, project_id: int) -> Project:
        return self._read(Project, f"projects/{project_id}", id=project_id)

    def add_project(self, project: NewProject) -> Project:
        """Only where the server names `add-project`."""
        return self._post(Project, "projects", body_of(project))

    def export_project(self, project_id: int, file: IO[bytes]) -> None:
        """Write all of a project, with its history, into a file: an archive. Only where the server names
        `export`."""
        self._into(f"projects/{project_id}/export", file)

    def project_classes(self, project_id: int) -> tuple[NamedClass, ...]:
        return self._read_all(NamedClass, f"projects/{project_id}/classes")

    def project_labels(self, project_id: int) -> tuple[NamedLabel, ...]:
        return self._read_all(NamedLabel, f"projects/{project_id}/labels")

    def project_documents(
        self,
        project_id: int,
        *,
        search: str = "",
        session_id: int | None = None,
        group_id: int | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> DocumentPage:
        """One page of the documents of a project, session or group; go on while `has_more`."""
        query = {
            "search": search,
            "annotation_id": session_id,
            "group_id": group_id,
            "offset": offset,
            "limit": limit,
        }
        return self._read(DocumentPage, f"projects/{project_id}/documents", query)

    def groups(self, project_id: int) -> tuple[Group, ...]:
        return self._read_all(Group, f"projects/{project_id}/groups", project_id=project_id)

    def types(self) -> tuple[NamedType, ...]:
        return self._read_all(NamedType, "types")

    # Sessions

    def sessions(
        self, project_id: int, *, mode: Collection[str] = (), status: Collection[str] = ()
    ) -> tuple[Session, ...]:
        """The project's sessions, narrowed to any of the modes and any of the statuses where given."""
        query = {"mode": ",".join(mode), "status": ",".join(status)}
        path = f"projects/{project_id}/annotations"
        return self._read_all(Session, path, query, project_id=project_id)

    def all_sessions(
        self, only: SessionFilter = EVERY_SESSION, *, offset: int = 0, limit: int = 100
    ) -> AllSessions:
        """One page of the sessions of all projects. Only where the server names `sessions`."""
        query = {
            "offset": offset,
            "limit": limit,
            "sort": only.order,
            "search": only.search,
            "status": ",".join(only.statuses),
            "mode": ",".join(only.modes),
            "type": ",".join(only.types),
            "user_id": only.user_id,
            "project_id": only.project_id,
        }
        return self._read(AllSessions, "sessions", query)

    def session(self, project_id: int, session_id: int) -> Session:
        path = session_path(project_id, session_id)
        return self._read(Session, path, id=session_id, project_id=project_id)

    def session_tag(self, project_id: int, session_id: int) -> Tagged:
        """The session with its tag; None in its place where the server does not name `if-match`."""
        info = self.info()
        answer = self._tried(self._request("GET", session_path(project_id, session_id)))
        return _tagged(info, answer, project_id, session_id)

    def create_session(self, project_id: int, session: NewSession) -> Session:
        path = f"projects/{project_id}/annotations"
        return self._post(Session, path, body_of(self._known_to(session)), project_id=project_id)

    def send_session(self, project_id: int, body: IO[bytes], size: int, under_way: UnderWay) -> Session:
        """`create_session` with a body of `size` bytes that is sent part by part, and can be broken off: then
        it raises BrokenOff. An answer is waited for as long as the size asks for."""
        under_way.total = size
        waits = self._http.timeout.as_dict()
        request = self._http.build_request(
            "POST",
            f"projects/{project_id}/annotations",
            content=under_way.parts(body),
            headers={**self._headers(), "Content-Type": "application/json", "Content-Length": str(size)},
            timeout=httpx.Timeout(**{**waits, "read": waits["read"] and waits["read"] + size / SLOWEST}),
            extensions={"trace": under_way.trace},
        )
        request.headers.pop("Cookie", None)
        try:
            with self._apart() if self._apart is not None else nullcontext(self._http) as http:
                answer = self._once(request, http)
        except Unavailable:
            under_way.go_on()
            raise
        return parsed(Session, json_of(answer), {"project_id": project_id})

    def documents(
        self,
        project_id: int,
        session_id: int,
        *,
        offset: int = 0,
        limit: int = 50,
        details: Collection[str] = DETAILS,
        only: DocumentFilter = EVERYTHING,
        at: int | None = None,
    ) -> SessionPage:
        """One page of the session's documents; `only` narrows it where the server names `filters`, `at` is
        the number of the save after which they are shown where it names `history`."""
        query = {
            "details": ",".join(details),
            "offset": offset,
            "limit": limit,
            "search": only.search,
            "annotated": only.annotated,
            "class": only.class_,
            "label": only.label,
            "at": at,
        }
        path = f"{session_path(project_id, session_id)}/documents"
        return self._read(SessionPage, path, query, id=session_id, project_id=project_id)

    def document(self, project_id: int, session_id: int, document_id: int) -> Document:
        path = f"{session_path(project_id, session_id)}/documents/{document_id}"
        return self._read(Document, path, {"details": ",".join(DETAILS)}, id=document_id)

    def update_session(
        self, project_id: int, session_id: int, change: SessionChange, *, if_match: str | None = None
    ) -> Session:
        """`update_tagged` without the new tag."""
        return self.update_tagged(project_id, session_id, change, if_match=if_match).session

    def update_tagged(
        self, project_id: int, session_id: int, change: SessionChange, *, if_match: str | None = None
    ) -> Tagged:
        """The update call, with a tag only while the session is in the state that it names: else Moved.

        It may have been carried out when it ends in Unavailable: read back before the next. Where `/info`
        names `upsert`, the same call twice ends in the same state, so a lost one is sent again. With a tag,
        that can end in Moved by the caller's own change: read back as well.
        """
        info = self.info()
        path = session_path(project_id, session_id)
        request = self._request("PUT", path, body=body_of(self._known_to(change)), if_match=if_match)
        answer = self._tried(request) if info.can("upsert") else self._once(request)
        return _tagged(info, answer, project_id, session_id)

    def delete_session(self, project_id: int, session_id: int) -> None:
        """Have a session deleted for good; the server may take its time, and says DELETING meanwhile."""
        self._once(self._request("DELETE", session_path(project_id, session_id)))

    def mark_annotated(self, project_id: int, session_id: int, document_id: int) -> DocumentStatus:
        """Say that a document is done. The contract knows no way to take it back."""
        path = f"{session_path(project_id, session_id)}/documents/{document_id}/statuses"
        body, known = {"name": "ANNOTATED"}, {"annotation_id": session_id, "document_id": document_id}
        return self._post(DocumentStatus, path, body, **known)

    # Sending

    # `known`: what the path said, filled in where the answer leaves it out; it must not differ.

    def _known_to(self, change: SessionChange) -> SessionChange:
        """The body without what the server does not know of tags."""
        documents = change.documents or ()
        if not any(map(tells_origins, documents)):
            return change
        named = self.info().can("origin")
        return change.model_copy(
            update={"documents": tuple(with_origins(one, named=named) for one in documents)}
        )


def _tagged(info: Info, answer: Received, project_id: int, session_id: int) -> Tagged:
    session = parsed(Session, json_of(answer), {"id": session_id, "project_id": project_id})
    tag: str = answer.headers.get("ETag", "")
    # A proxy may tag answers on its own account, and no server matches a weak tag.
    usable = info.can("if-match") and _STRONG_TAG.fullmatch(tag)
    return Tagged(session, tag if usable else None)
