"""LabelingClient: one method per call of the Studio API. The only module that talks HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import IO, Any, NamedTuple, TypeVar

import httpx
from pydantic import SecretStr

from labeling.addresses import is_loopback
from labeling.errors import (
    Forbidden,
    Invalid,
    LabelingError,
    NotFound,
    TimedOut,
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
    Person,
    Project,
    Session,
    SessionChange,
    SessionPage,
    Value,
)
from labeling.studio.codec import (
    body_of,
    decoded,
    encoded,
    header_safe,
    is_page,
    message_in,
    parsed,
    parsed_all,
    query_words,
    refusal,
)
from labeling.studio.filter import EVERY_SESSION, EVERYTHING, DocumentFilter, SessionFilter
from labeling.studio.under_way import UnderWay

T = TypeVar("T", bound=Value)
WAITS = (0.2, 0.8)
"""Seconds before the second and the third try of a request that may be repeated."""
SLOWEST = 20_000
"""Bytes a second that a server is thought to store at least."""
LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes, unpacked: a page of documents is far smaller, and what is larger would fill this machine."""
_STRONG_TAG = re.compile(r'"[\x21\x23-\x7e]*"')
_HOST = re.compile(rb"[\w.:-]+")
DETAILS = ("segments", "meta", "tags")
NOTHING: Mapping[str, int] = MappingProxyType({})


class Received(NamedTuple):
    """An answer as it came, its body unpacked."""

    status: int
    reason: str
    headers: httpx.Headers
    content: bytes

    @property
    def type(self) -> str:
        content_type: str = self.headers.get("Content-Type", "")
        return content_type


class Tagged(NamedTuple):
    """A session, and the entity tag of its state where the server has one that a change can insist on."""

    session: Session
    tag: str | None


def connect(url: str, token: str = "", *, timeout: float = 10.0) -> LabelingClient:
    """A client of the API at `url`, with a pool of its own."""
    return LabelingClient(pool(url, timeout=timeout), token, apart=lambda: pool(url, timeout=timeout))


def pool(url: str, *, timeout: float = 10.0) -> httpx.Client:
    """Connections to the API at `url`, which may end in a path. A proxy of the environment is not asked for
    this machine's own addresses. Raises Unsendable when `url` is no address of an API."""
    try:
        address = httpx.URL(url.strip())
        address.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Unsendable(f"the API's address is not a web address: {error}") from None
    if address.scheme not in ("http", "https") or not _HOST.fullmatch(address.raw_host):
        raise Unsendable("the API's address must start with http:// or https:// and name a server")
    if address.userinfo or address.query or address.fragment:
        raise Unsendable("the API's address must hold no user name, no password, no ? and no #")
    return httpx.Client(
        base_url=address,
        headers={"User-Agent": "Tagwright"},
        timeout=timeout,
        follow_redirects=False,
        trust_env=not is_loopback(address.host),
    )


class LabelingClient:
    """Speaks the Studio API at `http.base_url`, as the owner of `token` or as nobody.

    Every failure is a LabelingError. Reading is tried three times; the update call is tried again only where
    the server names `upsert`; nothing else is ever sent twice. The pool of `http` may serve several people:
    nothing of one of them, token or cookie, stays in it. `apart` makes another pool, for a request whose
    connection may be broken off; without it that request can be broken off only while it is sent.
    """

    def __init__(
        self,
        http: httpx.Client,
        token: str = "",
        *,
        pause: Callable[[float], None] = time.sleep,
        apart: Callable[[], httpx.Client] | None = None,
    ) -> None:
        self._http = http
        self._apart = apart
        self._token = SecretStr(token.strip())
        self._pause = pause
        self._info: Info | None = None

    def __repr__(self) -> str:
        signed = "with a token" if self._token else "without a token"
        return f"<LabelingClient of {self._address}, {signed}>"

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
            except (NotFound, Invalid, Unreadable):
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

    # People

    def sign_in(self, email: str, password: str, *, browser: str = "") -> str:
        """The token for this person, for another client: this one goes on with its own.

        `browser`: the address of the person's browser, where it is known. The call goes out without a token,
        since one that has expired would be refused before the password is read.
        """
        body = {"email": email, "password": password}
        request = self._request("POST", "auth/login", body=body, signed=False)
        if browser:
            request.headers["X-Forwarded-For"] = browser
        answer = self._once(request)
        fields = _json(answer)
        token = fields.get("auth_token") if isinstance(fields, dict) else None
        if not isinstance(token, str) or not token:
            raise Unreadable("the answer to the sign-in holds no token")
        return token

    def who(self) -> Person:
        return self._read(Person, "auth/status")

    def sign_out(self) -> None:
        """End the token on the server."""
        self._once(self._request("POST", "auth/logout"))

    # Projects

    def projects(self) -> tuple[Project, ...]:
        return self._read_all(Project, "projects")

    def project(self, project_id: int) -> Project:
        return self._read(Project, f"projects/{project_id}", id=project_id)

    def add_project(self, project: NewProject) -> Project:
        """Only where the server names `add-project`."""
        return self._post(Project, "projects", body_of(project))

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
        offset: int = 0,
        limit: int = 100,
    ) -> DocumentPage:
        """One page of the project's documents, or of those of one session; go on while `has_more`."""
        query = {"search": search, "annotation_id": session_id, "offset": offset, "limit": limit}
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
        path = _session(project_id, session_id)
        return self._read(Session, path, id=session_id, project_id=project_id)

    def session_tag(self, project_id: int, session_id: int) -> Tagged:
        """The session with its tag; None in its place where the server does not name `if-match`."""
        info = self.info()
        answer = self._tried(self._request("GET", _session(project_id, session_id)))
        return _tagged(info, answer, project_id, session_id)

    def create_session(self, project_id: int, session: NewSession) -> Session:
        path = f"projects/{project_id}/annotations"
        return self._post(Session, path, body_of(session), project_id=project_id)

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
        return parsed(Session, _json(answer), {"project_id": project_id})

    def documents(
        self,
        project_id: int,
        session_id: int,
        *,
        offset: int = 0,
        limit: int = 50,
        details: Collection[str] = DETAILS,
        only: DocumentFilter = EVERYTHING,
    ) -> SessionPage:
        """One page of the session's documents; `only` narrows it where the server names `filters`."""
        query = {
            "details": ",".join(details),
            "offset": offset,
            "limit": limit,
            "search": only.search,
            "annotated": only.annotated,
            "class": only.class_,
            "label": only.label,
        }
        path = f"{_session(project_id, session_id)}/documents"
        return self._read(SessionPage, path, query, id=session_id, project_id=project_id)

    def document(self, project_id: int, session_id: int, document_id: int) -> Document:
        path = f"{_session(project_id, session_id)}/documents/{document_id}"
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
        path = _session(project_id, session_id)
        request = self._request("PUT", path, body=body_of(change), if_match=if_match)
        answer = self._tried(request) if info.can("upsert") else self._once(request)
        return _tagged(info, answer, project_id, session_id)

    def delete_session(self, project_id: int, session_id: int) -> None:
        """Have a session deleted for good; the server may take its time, and says DELETING meanwhile."""
        self._once(self._request("DELETE", _session(project_id, session_id)))

    def mark_annotated(self, project_id: int, session_id: int, document_id: int) -> DocumentStatus:
        """Say that a document is done. The contract knows no way to take it back."""
        path = f"{_session(project_id, session_id)}/documents/{document_id}/statuses"
        body, known = {"name": "ANNOTATED"}, {"annotation_id": session_id, "document_id": document_id}
        return self._post(DocumentStatus, path, body, **known)

    # Sending

    # `known`: what the path said, filled in where the answer leaves it out; it must not differ.

    def _read(self, shape: type[T], path: str, query: Mapping[str, object] = NOTHING, **known: int) -> T:
        return parsed(shape, _json(self._tried(self._request("GET", path, query=query))), known)

    def _read_all(
        self, shape: type[T], path: str, query: Mapping[str, object] = NOTHING, **known: int
    ) -> tuple[T, ...]:
        return parsed_all(shape, _json(self._tried(self._request("GET", path, query=query))), known)

    def _post(self, shape: type[T], path: str, body: Mapping[str, object], **known: int) -> T:
        return parsed(shape, _json(self._once(self._request("POST", path, body=body))), known)

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] = NOTHING,
        body: Mapping[str, object] | None = None,
        if_match: str | None = None,
        signed: bool = True,
    ) -> httpx.Request:
        headers = self._headers(signed=signed)
        if if_match is not None:
            headers["If-Match"] = if_match
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(
            method,
            path,
            params=query_words(query) or None,
            content=None if body is None else encoded(body),
            headers=headers,
        )
        # The pool may be shared: a cookie that it keeps belongs to whoever signed in last.
        request.headers.pop("Cookie", None)
        return request

    def _headers(self, *, signed: bool = True) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if signed and self._token:
            headers["Authorization"] = f"Bearer {header_safe(self._token.get_secret_value())}"
        return headers

    def _tried(self, request: httpx.Request) -> Received:
        """Up to three tries while no usable answer comes; one that cannot be read is not asked again."""
        for wait in WAITS:
            try:
                return self._once(request)
            except Unreadable:
                raise
            except Unavailable:
                self._pause(wait)
        return self._once(request)

    def _once(self, request: httpx.Request, http: httpx.Client | None = None) -> Received:
        """One try. Everything that can go wrong between the two sides becomes its kind of error here."""
        where = self._address
        try:
            answer = _received((http or self._http).send(request, stream=True, follow_redirects=False))
        except httpx.TimeoutException:
            raise TimedOut(f"no answer from {where} in time") from None
        except httpx.DecodingError:
            raise Unreadable(f"the answer from {where} is damaged") from None
        except httpx.RemoteProtocolError as error:
            if "disconnected" in str(error):
                raise Unavailable(f"{where} closed the connection without an answer") from None
            raise Unreadable(f"the answer from {where} broke off or is not HTTP") from None
        except (httpx.UnsupportedProtocol, UnicodeError):
            raise Unsendable(
                "the API's address must start with http:// or https:// and name a server"
            ) from None
        except (httpx.NetworkError, httpx.ProxyError) as error:
            raise Unavailable(f"no connection to {where}: {str(error) or 'it broke off'}") from None
        if answer is None:
            raise Unreadable(f"the answer from {where} is larger than {LARGEST_ANSWER // 1024**2} MB")
        if 200 <= answer.status < 300:
            return answer
        if answer.status < 400:
            raise Unreadable(f"{where} sends the app on to another address ({answer.status})")
        said = message_in(answer.content, answer.type)
        said = said or f"{answer.status} {answer.reason}".strip()
        raise refusal(answer.status, self._without_token(said))

    def _without_token(self, message: str) -> str:
        token = self._token.get_secret_value()
        return message.replace(token, "…") if token else message

    @property
    def _address(self) -> str:
        """The API's address without a password that it might hold."""
        url = self._http.base_url
        return f"{url.scheme}://{url.netloc.decode('ascii')}{url.path}".rstrip("/")


def _session(project_id: int, session_id: int) -> str:
    return f"projects/{project_id}/annotations/{session_id}"


def _tagged(info: Info, answer: Received, project_id: int, session_id: int) -> Tagged:
    session = parsed(Session, _json(answer), {"id": session_id, "project_id": project_id})
    tag: str = answer.headers.get("ETag", "")
    # A proxy may tag answers on its own account, and no server matches a weak tag.
    usable = info.can("if-match") and _STRONG_TAG.fullmatch(tag)
    return Tagged(session, tag if usable else None)


def _received(response: httpx.Response) -> Received | None:
    """The answer; None for one that is too large, which is not read to its end."""
    content = bytearray()
    try:
        for part in response.iter_bytes():
            content += part
            if len(content) > LARGEST_ANSWER:
                return None
    finally:
        response.close()
    return Received(response.status_code, response.reason_phrase, response.headers, bytes(content))


def _json(answer: Received) -> Any:
    return decoded(answer.content, answer.type)
