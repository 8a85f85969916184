"""An independent client of the Studio API finds nothing wrong with the embedded server.

The client shares no code with `labeling`: it is written on http.client from the contract's pages alone and
behaves as generated clients do. It escapes JSON to ASCII, says `Content-Type: application/json` even where
nothing is sent, posts `{}`, writes `True` for true and `%2C` for a comma, sends its token with or without
`Bearer`, reads dates with a parser, refuses unknown words in enumerations, drops keys it does not know, and
never sends null.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from dateutil.parser import parse

from labeling.model import Role
from labeling.server.accounts import add_person, local_token
from labeling.server.app import create_app
from labeling.server.storage.store import Store, memory_store, open_store
from tests.contract.proposed import a_correction
from tests.contract.roles import LEAST
from tests.contract.transport import serving

Read = Callable[[Any], Any]
NICE = "Nice staff 😀, cold room"


class Refused(Exception):
    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class GenericClient:
    """Writes `Authorization` verbatim. Any 2xx is success; every answer passes the checks in `_check`."""

    def __init__(self, host: str, authorization: str | None) -> None:
        address = urlsplit(host)
        self.connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        self.authorization = authorization

    def call(self, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None) -> Any:
        """The JSON of the answer, None when it has no body."""
        content = self.content(method, path, query, body).decode("utf-8")
        return json.loads(content) if content else None

    def content(self, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None) -> bytes:
        """The answer as it comes."""
        self.send(method, path, query, body)
        with closing(self.connection.getresponse()) as response:
            content = response.read()
            self._check(response)
        if not 200 <= response.status <= 299:
            raise Refused(response.status, content.decode("utf-8"))
        return content

    def send(self, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None) -> None:
        words = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in (query or {}).items())
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": "Swagger-Codegen/1.0.0/python",
        }
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        if body is None and method in ("POST", "DELETE"):
            body = {}
        content = json.dumps(body).encode("ascii") if body is not None else None
        self.connection.request(method, path + ("?" + words if words else ""), content, headers)

    @staticmethod
    def _check(response: http.client.HTTPResponse) -> None:
        """303 would turn a PUT into a GET, and Retry-After would make the caller send a PUT again and
        again."""
        assert not 300 <= response.status <= 399
        assert response.status != 422
        assert response.getheader("Retry-After") is None
        assert response.getheader("Content-Encoding") is None


# Reading answers as generated models do


def one_of(*words: str) -> Read:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is none of {words}")
        return str(value)

    return read


def date(value: Any) -> datetime:
    if not isinstance(value, str):
        raise TypeError("a date must be text")
    return parse(value)


def words_only(value: Any) -> list[str]:
    assert isinstance(value, list)
    assert all(isinstance(item, str) for item in value)
    return value


def list_of(fields: dict[str, Read]) -> Read:
    def read(value: Any) -> list[dict[str, Any]]:
        assert isinstance(value, list)
        return [model(fields, item) for item in value]

    return read


def model(fields: dict[str, Read], value: Any) -> dict[str, Any]:
    """Missing and null become None, unknown keys are dropped."""
    assert isinstance(value, dict)
    return {name: None if value.get(name) is None else read(value[name]) for name, read in fields.items()}


def raw_list(value: Any) -> list[Any]:
    """Tags are handed out as they come."""
    assert isinstance(value, list)
    return value


def whole_numbers(value: Any) -> list[int]:
    assert isinstance(value, list)
    assert all(type(item) is int for item in value)
    return value


STATUSES = ("CREATED", "STARTED", "ANNOTATING", "FAILED", "FINISHED", "SAMPLING", "PREDICTING", "DELETING")
SESSION: dict[str, Read] = {
    "created": date,
    "finished": date,
    "document_count": int,
    "document_group_id": int,
    "organization_id": int,
    "user_id": int,
    "project_id": int,
    "uuid": str,
    "id": int,
    "name": str,
    "progress": float,
    "model_id": int,
    "status": one_of(*STATUSES),
    "mode": one_of("ANNOTATION", "CORRECTION"),
    "type": one_of("ABSA", "CLASS", "LABEL", "CLASSLABEL"),
    "description": str,
    "classes": words_only,
    "labels": words_only,
}
CLASS: dict[str, Read] = {"id": int, "name": str, "example": str, "description": str}
LABEL: dict[str, Read] = {"id": int, "name": str}
SEGMENT: dict[str, Read] = {"text": str, "span": whole_numbers, "tags": raw_list}
DOCUMENT: dict[str, Read] = {"text": str, "segments": list_of(SEGMENT)}
LISTING = {**SESSION, "classes": list_of(CLASS), "labels": list_of(LABEL), "documents": list_of(DOCUMENT)}
PROJECT: dict[str, Read] = {
    "id": int,
    "name": str,
    "type": SESSION["type"],
    "status": one_of("CREATED", "CLONING", "DELETED", "FAILED"),
    "created": date,
    "classes": words_only,
    "labels": words_only,
    "models": list_of({"id": int}),
}
GROUP: dict[str, Read] = {
    "id": int,
    "name": str,
    "project_id": int,
    "document_count": int,
    "created": date,
    "source": one_of("ANALYSIS", "UPLOAD", "ANNOTATIONS"),
}
MARK: dict[str, Read] = {
    "name": one_of("ANNOTATED"),
    "created": date,
    "annotation_id": int,
    "document_id": int,
}


PROJECT_TAGS: dict[str, Read] = {"count": int, "limit": int, "offset": int, "total": int, "tags": raw_list}
PROJECT_DOCUMENTS: dict[str, Read] = {
    "count": int,
    "limit": int,
    "offset": int,
    "has_more": bool,
    "documents": list_of({"id": int, **DOCUMENT}),
}
CORRECTION = {name: read for name, read in SESSION.items() if name != "model_id"}
PERSON: dict[str, Read] = {"id": int, "email": str, "name": str, "role": str, "last_seen": date}
INVITATION: dict[str, Read] = {"id": int, "email": str, "role": str, "created": date, "expires": date}
SAVE: dict[str, Read] = {"n": int, "at": date, "client": str}
JOB: dict[str, Read] = {"id": int, "kind": str, "progress": float, "created": date, "ended": date}


class Place:
    """A project and a session on a server, and the client with which they were made."""

    def __init__(self, host: str, token: str, type_: str = "ABSA") -> None:
        self.host = host
        self.token = token
        self.client = GenericClient(host, token)
        body = {"name": "Hotels", "type": type_, "classes": ["Comfort", "Staff"], "labels": ["POS", "NEG"]}
        self.project = f"/projects/{self.client.call('POST', '/projects', body=body)['id']}"
        self.session = ""

    def hold(self, *documents: dict[str, Any]) -> None:
        body = {"name": "Round one", "documents": list(documents)}
        made = self.client.call("POST", f"{self.project}/annotations", body=body)
        self.session = f"{self.project}/annotations/{made['id']}"

    def put(self, **body: Any) -> dict[str, Any]:
        return model(SESSION, self.client.call("PUT", self.session, body=body))

    def listing(self, details: str = "segments,meta,tags") -> dict[str, Any]:
        return self.client.call("GET", f"{self.session}/documents", {"details": details})  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Store]]:
    """Address, token of the local user, and store of one server for all the tests here."""
    store = memory_store()
    with serving(create_app(store)) as host:
        yield host, local_token(store, tmp_path_factory.mktemp("server")), store
    store.close()


@pytest.fixture
def place(server: tuple[str, str, Store]) -> Iterator[Place]:
    """A project and a session of the test's own."""
    host, token, _ = server
    found = Place(host, token)
    found.hold(a_document())
    yield found
    found.client.connection.close()


def a_document(**more: Any) -> dict[str, Any]:
    segments = [
        {"text": "Nice staff", "span": [0, 10], "score": 0.5, "tags": [{"class": "Staff", "label": "POS"}]},
        {"span": [0, 12], "tags": [{"class": "Staff"}, {"label": "POS", "note": "again"}]},
        {"span": [14, 23]},
    ]
    return {"text": NICE, "segments": segments, "meta": {"stars": 4}, **more}


# Every call

ODD = {"colour": "red", "_class": "Staff"}
"""Keys that no body and no query knows."""


def one(fields: dict[str, Read]) -> Read:
    return lambda value: _something(model(fields, value))


def some(fields: dict[str, Read]) -> Read:
    return lambda value: _something([_something(one) for one in list_of(fields)(value)])


def _something(found: Any) -> Any:
    """It was read, and not all of it is missing."""
    assert any(value is not None for value in found.values()) if isinstance(found, dict) else found
    return found


def nothing(value: Any) -> None:
    assert value is None


def no_items(value: Any) -> None:
    assert value == []


CORRECTION |= {"predicted_score": int, "model": one({"id": int, "display_name": str})}
CORRECTED: dict[str, Read] = {
    "predicted_score": int,
    "progress": int,
    "segment": lambda value: model({"annotated": date}, value),
}
TAG_CORRECTED = one({**CORRECTED, "tag": one({"class": str, "label": str})})
MODEL: dict[str, Read] = {
    **dict.fromkeys(("uuid", "name", "display_name", "short_description", "long_description"), str),
    "id": int,
    "created": date,
    "project_id": int,
    "progress": float,
    "score": float,
    "owner": int,
    "language": one_of("en", "de", "ar"),
    "type": one_of("ABSA", "CLASS", "LABEL", "CLASSLABEL"),
    "status": one_of("CREATED", "QUEUED", "TRAINING", "FAILED", "READY", "ACTIVE", "PUBLISHED"),
}
_MODEL = {"name": "Two", "display_name": "Two 𝒳", "language": "en", "base_id": 3}
_PROPOSED = "corrections/{correction_id}/documents/{proposed_document_id}/segments/{proposed_segment_id}"


class Asked(NamedTuple):
    """A call as its method sends it, and how its answer is read."""

    call: str
    read: Read
    body: dict[str, Any] | None = None
    query: dict[str, Any] | None = None


_NAMED = {"name": "ANNOTATED"}
_DETAILS = {"details": "segments,tags", "offset": 0, "limit": 50}
_SEGMENT = "annotations/{annotation_id}/documents/{document_id}/segments/{segment_id}"
EVERY_CALL = (
    Asked("GET /health", one({"status": str})),
    Asked("GET /info", one({"version": str})),
    Asked("GET /types", some({"id": int, "name": SESSION["type"], "description": str})),
    Asked("GET /projects", some(PROJECT)),
    Asked("POST /projects", one(PROJECT), {"name": "Inns", "type": "CLASS", "classes": ["Bed"]}),
    Asked(
        "GET /sessions",
        one({"total": int, "sessions": some(SESSION)}),
        query={"status": "STARTED,ANNOTATING,CREATED"},
    ),
    Asked("GET", one(PROJECT)),
    Asked("GET classes", some(CLASS)),
    Asked("POST classes", one(CLASS), {"name": "Price", "example": "dear", "description": "What it costs"}),
    Asked("GET classes/{class_id}", one(CLASS)),
    Asked("PUT classes/{class_id}", one(CLASS), {"name": "Cost"}),
    Asked("DELETE classes/{class_id}", nothing),
    Asked("GET labels", some(LABEL)),
    Asked("POST labels", one(LABEL), {"name": "MIXED"}),
    Asked("GET labels/{label_id}", one(LABEL)),
    Asked("PUT labels/{label_id}", one(LABEL), {"name": "BOTH"}),
    Asked("DELETE labels/{label_id}", nothing),
    Asked("GET tags", one(PROJECT_TAGS), query={"classes": True, "labels": False, "offset": 0, "limit": 2}),
    Asked("GET groups", some(GROUP)),
    Asked("POST groups", one(GROUP), {"name": "Mine", "documents": [{"text": "Third", "rank": 1}]}),
    Asked("GET groups/{group_id}", one(GROUP)),
    Asked("PUT groups/{group_id}", one(GROUP), {"name": "Ours", "documents": [{"text": "Fourth"}]}),
    Asked("GET groups/{group_id}/documents", some(DOCUMENT), query=_DETAILS),
    Asked("GET documents", one(PROJECT_DOCUMENTS), query={**_DETAILS, "grouped": False, "analysed": True}),
    Asked("GET documents/{free_id}", one(DOCUMENT), query={"details": "segments"}),
    Asked("PUT documents/{free_id}", one({"id": int, "text": str}), {"text": "Größe 𝒳"}),
    Asked("DELETE documents/{free_id}", nothing),
    Asked("GET people", some(PERSON)),
    Asked(
        "POST people",
        one({"invitation": one({**INVITATION, "secret": str})}),
        {"email": "new@example.org", "role": "VIEWER"},
    ),
    Asked("PUT people/{user_id}", one(PERSON), {"role": "ANNOTATOR"}),
    Asked("GET invitations", some(INVITATION)),
    Asked("DELETE invitations/{invitation_id}", nothing),
    Asked("GET permissions", some({"id": int, "model": str, "role": str})),
    Asked("GET models", some(MODEL)),
    Asked("GET corrections", some(CORRECTION), query={"status": "CREATED,STARTED"}),
    Asked("POST corrections", one(CORRECTION), {"model_id": "{model_id}", "sample_size": 5, "name": "Round"}),
    Asked("GET corrections/{correction_id}", one(CORRECTION)),
    Asked(
        "GET corrections/{correction_id}/documents",
        one({**LISTING, "predicted_score": int}),
        query=_DETAILS,
    ),
    Asked(f"PUT {_PROPOSED}/tags/{{proposed_tag_id}}", TAG_CORRECTED, {"label": "NEG", "span": [0, 4]}),
    Asked(f"POST {_PROPOSED}/tags/{{proposed_tag_id}}/statuses", TAG_CORRECTED, {"status": "READY"}),
    Asked(
        f"POST {_PROPOSED}/statuses",
        one({"predicted_score": int, "segment": one({**MARK, "segment_id": int})}),
        _NAMED,
    ),
    Asked(f"POST {_PROPOSED}/tags", TAG_CORRECTED, {"class": "Comfort"}),
    Asked(f"DELETE {_PROPOSED}/tags/{{proposed_tag_id}}", one(CORRECTED)),
    Asked("DELETE corrections/{correction_id}", nothing),
    Asked("POST models", one(MODEL), _MODEL),
    Asked("GET models/{model_id}", one({**MODEL, "classes": raw_list, "labels": raw_list})),
    Asked("PUT models/{model_id}", one(MODEL), _MODEL),
    Asked("DELETE models/{model_id}", nothing),
    Asked(
        "GET annotations",
        some(SESSION),
        query={"mode": "ANNOTATION,CORRECTION", "status": "STARTED,ANNOTATING,CREATED"},
    ),
    Asked("POST annotations", one(SESSION), {"name": "Two", "auto": True, "documents": [{"text": "Fifth"}]}),
    Asked("GET annotations/{annotation_id}", one(SESSION)),
    Asked("PUT annotations/{annotation_id}", one(SESSION), {"name": "Round 𝒳"}),
    Asked("GET annotations/{annotation_id}/documents", one(LISTING), query={**_DETAILS, "annotated": False}),
    Asked("GET annotations/{annotation_id}/documents/{document_id}", one(DOCUMENT), query=_DETAILS),
    Asked("POST annotations/{annotation_id}/documents/{document_id}/statuses", one(MARK), _NAMED),
    Asked(f"POST {_SEGMENT}/statuses", one({**MARK, "segment_id": int}), _NAMED),
    Asked(f"GET {_SEGMENT}/tags", some({"class": str, "label": str})),
    Asked(
        f"POST {_SEGMENT}/tags",
        one({"class": str, "label": str}),
        {"class": "Comfort", "label": "NEG", "span": [0, 10]},
    ),
    Asked(f"GET {_SEGMENT}/tags/{{tag_id}}", one({"class": str, "label": str})),
    Asked(f"PUT {_SEGMENT}/tags/{{tag_id}}", one({"class": str, "label": str}), {"label": "NEG"}),
    Asked(f"DELETE {_SEGMENT}/tags/{{tag_id}}", nothing),
    Asked("GET annotations/{annotation_id}/handed-in", one({"documents": some({"id": int, "n": int})})),
    Asked("GET annotations/{annotation_id}/history", one({"saves": some(SAVE)}), query={"limit": 5}),
    Asked("GET annotations/{annotation_id}/history/{n}", one(SAVE)),
    Asked("GET annotations/{annotation_id}/documents/{document_id}/history", some(SAVE)),
    Asked("DELETE annotations/{annotation_id}/documents/{document_id}", nothing, query={"with_tags": True}),
    Asked("PUT annotations/{annotation_id}/person", one(SESSION), {"user_id": 1}),
    Asked("DELETE annotations/{annotation_id}", nothing),
    Asked("POST clone", one(PROJECT), {"name": "Copy"}),
    Asked("GET jobs", some(JOB)),
    Asked("PUT", one(PROJECT), {"name": "Hostels"}),
    Asked("DELETE", nothing),
)
"""In this order, as what is deleted was read before; paths that begin with no slash are in the project."""
FILES = ("GET annotations/download", "GET annotations/{annotation_id}/download", "GET export")
ELSEWHERE = ("POST annotations/upload",)
"""A form; besides it the calls in which people sign in."""


def path_of(call: str) -> tuple[str, str]:
    """Method and path as the OpenAPI writes them, but for `free_id`."""
    method, _, path = call.partition(" ")
    return method, path if path.startswith("/") else "/projects/{project_id}" + ("/" + path if path else "")


def test_every_call_answers_in_its_form_whatever_the_client_says_beside_it(
    server: tuple[str, str, Store],
) -> None:
    host, token, store = server
    place = Place(host, token, "CLASSLABEL")
    with closing(place.client.connection):
        place.hold(a_document(), {"text": "Second"})
        ids = ids_at(place, store)
        for call in FILES:
            method, path = path_of(call)
            assert place.client.content(method, path.format(**ids), {"format": "json", **ODD})
        for call, read, body, query in EVERY_CALL:
            method, path = path_of(call)
            sent = None if body is None else {**body, **ODD}
            if sent is not None and "model_id" in sent:
                sent["model_id"] = ids["model_id"]
            try:
                read(place.client.call(method, path.format(**ids), {**(query or {}), **ODD}, sent))
            except (Refused, AssertionError, ValueError, TypeError) as error:
                raise AssertionError(f"{call}: {error!r}") from error


def test_no_call_is_left_out() -> None:
    listed = [path_of(call) for call in (*(asked.call for asked in EVERY_CALL), *FILES, *ELSEWHERE)]
    called = {
        (method.lower(), path.replace("free_id", "document_id").replace("proposed_", ""))
        for method, path in listed
    }
    assert called == {(method, path) for method, path in LEAST if not path.startswith("/auth/")}


def ids_at(place: Place, store: Store) -> dict[str, Any]:
    """Of what stands there, and of a class, a label, a document, a person and an invitation that nothing
    uses."""
    ask, project = place.client.call, place.project
    document = place.listing()["documents"][0]
    segment = document["segments"][0]
    group = ask("POST", f"{project}/groups", body={"name": "Free", "documents": [{"text": "Free"}]})
    (free,) = ask("GET", f"{project}/groups/{group['id']}/documents")
    email = f"member-{project.rpartition('/')[2]}@example.org"
    add_person(store, email, "correct horse battery", Role.VIEWER, int(project.rpartition("/")[2]))
    invited = {"email": f"guest-{email}", "role": "VIEWER"}
    place.put(documents=[{"text": "Second", "annotated": True}])
    made = a_correction(store, int(project.rpartition("/")[2]))
    return {
        "model_id": made["model_id"],
        "correction_id": made["correction_id"],
        **{f"proposed_{name}": made[name] for name in ("document_id", "segment_id", "tag_id")},
        "project_id": project.rpartition("/")[2],
        "annotation_id": place.session.rpartition("/")[2],
        "document_id": document["id"],
        "segment_id": segment["id"],
        "tag_id": segment["tags"][0]["id"],
        "class_id": ask("POST", f"{project}/classes", body={"name": "Unused"})["id"],
        "label_id": ask("POST", f"{project}/labels", body={"name": "UNUSED"})["id"],
        "group_id": group["id"],
        "free_id": free["id"],
        "user_id": next(one["id"] for one in ask("GET", f"{project}/people") if one["email"] == email),
        "invitation_id": ask("POST", f"{project}/people", body=invited)["invitation"]["id"],
        "n": ask("GET", f"{place.session}/history")["saves"][0]["n"],
    }


# Answers


def test_every_word_of_every_enumeration_is_one_that_the_client_knows(place: Place) -> None:
    document = place.listing()["documents"][0]["id"]
    project = model(PROJECT, place.client.call("GET", place.project))
    assert (project["status"], project["models"]) == ("CREATED", [])
    for text in (NICE, "Second"):
        place.put(documents=[{"text": text, "segments": [{"span": [0, 4], "tags": [{"class": "Staff"}]}]}])
        assert model(SESSION, place.client.call("GET", place.session))["status"] in STATUSES
    (group,) = place.client.call("GET", f"{place.project}/groups")
    assert model(GROUP, group)["source"] == "ANNOTATIONS"
    mark = place.client.call(
        "POST", f"{place.session}/documents/{document}/statuses", body={"name": "ANNOTATED"}
    )
    assert model(MARK, mark)["document_id"] == document


def test_a_tag_comes_raw_and_goes_by_its_id(place: Place) -> None:
    (document,) = place.listing()["documents"]
    segment = f"{place.session}/documents/{document['id']}/segments/{document['segments'][2]['id']}"
    with pytest.raises(Refused) as caught:
        place.client.call("POST", f"{segment}/tags")  # `{}` is all that its method can send
    assert caught.value.status == 400
    tag = place.client.call("POST", f"{segment}/tags", body={"class": "Staff", "label": "NEG"})
    changed = place.client.call("PUT", f"{segment}/tags/{tag['id']}", body={"label": "POS"})
    assert (changed["id"], changed["class"], changed["label"]) == (tag["id"], "Staff", "POS")
    mark = place.client.call("POST", f"{segment}/statuses", body={"name": "ANNOTATED"})
    assert model({**MARK, "segment_id": int}, mark)["segment_id"] == document["segments"][2]["id"]
    assert place.client.call("DELETE", f"{segment}/tags/{tag['id']}") is None
    assert place.client.call("GET", f"{segment}/tags") == []


def test_a_project_that_is_cloned_and_a_session_that_is_deleted_have_statuses_it_knows(place: Place) -> None:
    clone = model(PROJECT, place.client.call("POST", f"{place.project}/clone", body={"name": "Copy"}))
    assert clone["status"] == "CLONING"
    assert place.client.call("DELETE", f"/projects/{clone['id']}") is None
    assert place.client.call("DELETE", place.session) is None
    assert model(SESSION, place.client.call("GET", place.session))["status"] == "DELETING"
    assert place.client.call("PUT", place.project, body={"name": "Inns"})["name"] == "Inns"


def test_every_session_of_the_sample_data_can_be_read(tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", sample=True)
    statuses, modes, types = set(), set(), set()
    with serving(create_app(store)) as host:
        client = GenericClient(host, local_token(store, tmp_path))
        for project in client.call("GET", "/projects"):
            types.add(model(PROJECT, project)["type"])
            for session in client.call("GET", f"/projects/{project['id']}/annotations"):
                read = model(SESSION, session)
                statuses.add(read["status"])
                modes.add(read["mode"])
                path = f"/projects/{project['id']}/annotations/{session['id']}/documents"
                listing = model(LISTING, client.call("GET", path, {"details": "segments,meta,tags"}))
                assert len(listing["documents"]) == read["document_count"]
        client.connection.close()
    store.close()
    assert modes == {"ANNOTATION", "CORRECTION"}
    assert len(types) >= 3
    assert len(statuses) >= 5


def test_documents_segments_and_spans_have_their_forms(place: Place) -> None:
    (document,) = model(LISTING, place.listing())["documents"]
    assert document["text"] == NICE
    assert [segment["span"] for segment in document["segments"]] == [[0, 10], [0, 12], [14, 23]]
    assert [len(segment["tags"]) for segment in document["segments"]] == [1, 2, 0]
    assert document["segments"][0]["tags"][0]["class"] == "Staff"


# What was read goes back


def test_segments_read_without_tags_and_sent_back_keep_their_tags(place: Place) -> None:
    before = place.listing()
    (document,) = place.listing(details="segments")["documents"]
    assert all("tags" not in segment for segment in document["segments"])
    place.put(documents=[document])
    assert place.listing() == before


def test_a_change_sent_twice_over_a_broken_connection_ends_in_the_same_state(place: Place) -> None:
    body = {
        "documents": [
            {"text": NICE, "segments": [{"span": [0, 4], "tags": [{"class": "Staff"}]}]},
            {"text": "New"},
        ]
    }
    lost = GenericClient(place.host, place.token)
    lost.send("PUT", place.session, body=body)
    lost.connection.close()
    place.put(**body)
    once = place.listing()
    place.put(**body)
    assert place.listing() == once
    assert [document["text"] for document in once["documents"]] == [NICE, "New"]


def test_characters_beyond_the_first_plane_come_back_whole_from_escaped_json(place: Place) -> None:
    place.put(name="Größe 𝒳 👩‍👩‍👧")
    assert place.client.call("GET", place.session)["name"] == "Größe 𝒳 👩‍👩‍👧"


# How it asks


def test_signing_in_and_out_takes_a_body_and_an_empty_object(server: tuple[str, str, Store]) -> None:
    host, _, store = server
    add_person(store, "ana@example.org", "correct horse battery", Role.VIEWER)
    client = GenericClient(host, None)
    body = {"email": "ana@example.org", "password": "correct horse battery"}
    answer = client.call("POST", "/auth/login", body=body)
    assert all(isinstance(answer[name], str) for name in ("status", "message", "auth_token"))
    client.authorization = answer["auth_token"]
    assert client.call("GET", "/auth/status")["email"] == "ana@example.org"
    client.call("POST", "/auth/logout")
    with pytest.raises(Refused) as caught:
        client.call("GET", "/auth/status")
    assert caught.value.status == 401
    client.connection.close()
