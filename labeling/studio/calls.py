"""How any call of the Studio API is made: sent, tried again, and whatever goes wrong told as its kind of
error. The only module that talks HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import IO, Any, NamedTuple, TypeVar

import httpx
from pydantic import SecretStr

from labeling.addresses import is_loopback
from labeling.errors import TimedOut, Unavailable, Unreadable, Unsendable
from labeling.model import Value
from labeling.studio.codec import (
    decoded,
    encoded,
    header_safe,
    message_in,
    parsed,
    parsed_all,
    query_words,
    refusal,
)

T = TypeVar("T", bound=Value)
WAITS = (0.2, 0.8)
"""Seconds before the second and the third try of a request that may be repeated."""
LARGEST_ANSWER = 256 * 1024 * 1024
"""Bytes, unpacked: a page of documents is far smaller, and what is larger would fill this machine."""
LONGEST_WAIT = 600.0
"""Seconds until a server has made a file ready that it sends whole."""
_HOST = re.compile(rb"[\w.:-]+")
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


class Calls:
    """Requests at `http.base_url`, as the owner of `token` or as nobody.

    The pool of `http` may serve several people: nothing of one of them, token or cookie, stays in it. `apart`
    makes another pool, for a request whose connection may be broken off; without it that request can be
    broken off only while it is sent.
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

    def __repr__(self) -> str:
        signed = "with a token" if self._token else "without a token"
        return f"<{type(self).__name__} of {self._address}, {signed}>"

    def _read(self, shape: type[T], path: str, query: Mapping[str, object] = NOTHING, **known: int) -> T:
        return parsed(shape, json_of(self._tried(self._request("GET", path, query=query))), known)

    def _read_all(
        self, shape: type[T], path: str, query: Mapping[str, object] = NOTHING, **known: int
    ) -> tuple[T, ...]:
        return parsed_all(shape, json_of(self._tried(self._request("GET", path, query=query))), known)

    def _post(self, shape: type[T], path: str, body: Mapping[str, object], **known: int) -> T:
        return parsed(shape, json_of(self._once(self._request("POST", path, body=body))), known)

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

    def _into(self, path: str, file: IO[bytes]) -> None:
        """Have what is at a path written into a file, which holds a part of it where that fails."""

        def receive(response: httpx.Response) -> Received | None:
            return _received(response, file if response.is_success else None)

        waits = self._http.timeout.as_dict()
        request = self._request("GET", path)
        request.extensions["timeout"] = {**waits, "read": waits["read"] and max(waits["read"], LONGEST_WAIT)}
        self._once(request, receive=receive)

    def _once(
        self,
        request: httpx.Request,
        http: httpx.Client | None = None,
        receive: Callable[[httpx.Response], Received | None] | None = None,
    ) -> Received:
        """One try. Everything that can go wrong between the two sides becomes its kind of error here."""
        where = self._address
        try:
            answer = (receive or _received)(
                (http or self._http).send(request, stream=True, follow_redirects=False)
            )
        except httpx.TimeoutException:
            raise TimedOut(f"no answer from {where} in time") from None
        except httpx.DecodingError:
            raise Unreadable(f"the answer from {where} is damaged") from None
        except httpx.RemoteProtocolError as error:
            if "disconnected" in str(error):
                raise Unavailable(f"{where} closed the connection without an answer") from None
            words = f"the answer from {where} broke off or is not HTTP"
            raise Unreadable(words, is_whole=False) from None
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


def _received(response: httpx.Response, file: IO[bytes] | None = None) -> Received | None:
    """The answer, or what is left of it beside a file into which its body goes; None for one that is too
    large, which is not read to its end."""
    content = bytearray()
    try:
        for part in response.iter_bytes():
            if file is not None:
                file.write(part)
                continue
            content += part
            if len(content) > LARGEST_ANSWER:
                return None
    finally:
        response.close()
    return Received(response.status_code, response.reason_phrase, response.headers, bytes(content))


def session_path(project_id: int, session_id: int) -> str:
    """Where a session is, below the API's address."""
    return f"projects/{project_id}/annotations/{session_id}"


def json_of(answer: Received) -> Any:
    """The JSON of an answer. Raises Unreadable."""
    return decoded(answer.content, answer.type)
