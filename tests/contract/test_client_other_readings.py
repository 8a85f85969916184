"""The client with a server that reads the contract otherwise: no abilities, no ids, replacing or adding."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from labeling.errors import NotFound, NotSignedIn
from labeling.model import Document, SessionChange
from labeling.studio.client import LabelingClient
from tests.contract.other_server import PROJECT, SESSION, TOKEN, OtherServer, Reading
from tests.contract.transport import InProcess

TAGGED = {
    "text": "Nice staff",
    "segments": [
        {"text": "staff", "span": [5, 10], "score": 0.5, "tags": [{"class": "Staff", "label": "POS"}]}
    ],
}


def client_of(server: OtherServer, token: str = TOKEN) -> LabelingClient:
    return LabelingClient(httpx.Client(transport=InProcess(server.app), base_url="http://other"), token)


def read_all(api: LabelingClient, limit: int) -> Iterator[Document]:
    offset = 0
    while documents := api.documents(PROJECT, SESSION, offset=offset, limit=limit).documents:
        yield from documents
        offset += len(documents)


def texts(server: OtherServer) -> list[str]:
    return [item["text"] for item in server.documents]


@pytest.mark.parametrize("has_info", [True, False])
def test_a_server_that_names_no_abilities_has_none(has_info: bool) -> None:
    info = client_of(OtherServer("add", has_info=has_info)).info()
    assert info.abilities == frozenset()
    assert info.version == ("1.58.0" if has_info else None)


def test_classes_are_read_as_objects_in_the_listing_and_as_words_in_the_session() -> None:
    api = client_of(OtherServer("replace", [TAGGED]))
    session, page = api.session(PROJECT, SESSION), api.documents(PROJECT, SESSION)
    assert session.classes == page.classes == ("Staff", "Room")
    assert session.labels == page.labels == ("POS", "NEG")
    assert (session.document_count, page.total) == (1, None)
    assert session.created is not None
    assert session.created.isoformat() == "2023-11-02T00:00:00+00:00"


def test_documents_without_ids_are_read_to_the_end() -> None:
    server = OtherServer("replace", [{"text": f"Text {n}"} for n in range(7)])
    found = list(read_all(client_of(server), 3))
    assert [document.text for document in found] == texts(server)
    assert {document.id for document in found} == {None}


def test_all_documents_sent_to_a_replacing_server_stay_and_come_back_with_the_change() -> None:
    server = OtherServer("replace", [TAGGED, {"text": "Cold room"}, {"text": "Cold room"}])
    api = client_of(server)
    first, *rest = read_all(api, 2)
    changed = first.model_copy(update={"segments": ()})
    assert api.update_session(PROJECT, SESSION, SessionChange(documents=(changed, *rest))).document_count == 3
    assert texts(server) == ["Nice staff", "Cold room", "Cold room"]
    assert next(read_all(api, 2)).segments == ()


def test_a_document_that_is_read_and_sent_goes_back_with_every_key() -> None:
    server = OtherServer("replace", [TAGGED])
    api = client_of(server)
    api.update_session(PROJECT, SESSION, SessionChange(documents=tuple(read_all(api, 10))))
    assert server.puts == [{"documents": [TAGGED]}]


def test_all_ids_and_the_changed_document_keep_a_replacing_server_whole() -> None:
    server = OtherServer("replace", [TAGGED, {"text": "Cold room"}], gives_ids=True)
    api = client_of(server)
    documents = list(read_all(api, 10))
    change = SessionChange(
        document_ids=tuple(document.id for document in documents if document.id),
        documents=(
            Document.model_validate({"text": "Cold room", "segments": [{"span": [0, 4], "tags": []}]}),
        ),
    )
    assert api.update_session(PROJECT, SESSION, change).document_count == 2
    assert [len(document.segments) for document in read_all(api, 10)] == [1, 1]


@pytest.mark.parametrize("reading", ["replace", "add"])
def test_a_change_of_names_alone_touches_no_document(reading: Reading) -> None:
    server = OtherServer(reading, [TAGGED])
    session = client_of(server).update_session(
        PROJECT, SESSION, SessionChange(name="Two", classes=("Staff",))
    )
    assert (session.name, session.classes, session.document_count) == ("Two", ("Staff",), 1)
    assert texts(server) == ["Nice staff"]


def test_an_adding_server_gets_one_call_for_one_update() -> None:
    server = OtherServer("add", [TAGGED])
    api = client_of(server)
    session = api.update_session(PROJECT, SESSION, SessionChange(documents=tuple(read_all(api, 10))))
    assert len(server.puts) == 1
    assert session.document_count == 2


def test_a_document_with_an_id_can_be_read_and_marked() -> None:
    server = OtherServer("add", [TAGGED], gives_ids=True)
    api = client_of(server)
    (listed,) = read_all(api, 10)
    assert listed.id is not None
    assert api.document(PROJECT, SESSION, listed.id) == listed
    assert api.mark_annotated(PROJECT, SESSION, listed.id).document_id == listed.id
    assert server.marked == [listed.id]


def test_other_forms_of_error_bodies_are_read() -> None:
    server = OtherServer("add")
    with pytest.raises(NotFound, match="no such document"):
        client_of(server).document(PROJECT, SESSION, 1)
    with pytest.raises(NotSignedIn, match="token missing"):
        client_of(server, token="").projects()
