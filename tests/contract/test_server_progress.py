"""Done marks, progress and status, as the readings of the contract say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving
from tests.stores import DATABASES

TEXT = "The bed was soft"
TAGGED = a_segment(4, 7, a_tag())
BARE = a_segment(0, 3)


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def marks(server: Raw, session: str) -> list[bool]:
    return [item["annotated"] for item in server.documents(session)]


def change(server: Raw, session: str, *documents: Json) -> Json:
    return server.put(session, {"documents": list(documents)})


def test_a_new_session_is_created_with_no_progress_whatever_its_tags(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT, TAGGED)])
    facts = server.get(session)
    assert (facts["status"], facts["progress"], facts["finished"]) == ("CREATED", 0, None)
    assert marks(server, session) == [False]


def test_marks_given_at_creation_count(server: Raw) -> None:
    some = server.session(documents=[a_document(TEXT, annotated=True), a_document("Two")])
    assert (server.get(some)["status"], server.get(some)["progress"]) == ("ANNOTATING", 50)
    every = server.session(documents=[a_document(TEXT, annotated=True)])
    assert (server.get(every)["status"], server.get(every)["progress"]) == ("FINISHED", 100)
    assert server.get(every)["finished"] == server.get(every)["created"]


def test_a_change_that_leaves_a_tag_on_every_segment_marks_the_document(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT), a_document("Two")])
    answer = change(server, session, a_document(TEXT, TAGGED))
    assert (answer["status"], answer["progress"]) == ("ANNOTATING", 50)
    assert marks(server, session) == [True, False]


def test_a_change_that_leaves_a_segment_bare_ends_the_mark(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT, TAGGED, annotated=True), a_document("Two")])
    answer = change(server, session, a_document(TEXT, TAGGED, BARE))
    assert (answer["status"], answer["progress"]) == ("ANNOTATING", 0)
    assert marks(server, session) == [False, False]


def test_a_change_that_leaves_no_segment_keeps_the_mark_as_it_was(server: Raw) -> None:
    session = server.session(
        documents=[a_document(TEXT, TAGGED, annotated=True), a_document("Two", a_segment(0, 3))]
    )
    change(server, session, a_document(TEXT), a_document("Two"))
    assert marks(server, session) == [True, False]


@pytest.mark.parametrize(("before", "segments"), [(False, [TAGGED]), (True, [BARE])])
def test_a_document_that_is_sent_unchanged_keeps_its_mark(
    server: Raw, before: bool, segments: list[Json]
) -> None:
    session = server.session(documents=[a_document(TEXT, *segments, annotated=before), a_document("Two")])
    facts = server.get(session)
    assert change(server, session, a_document(TEXT, *segments), a_document("Two")) == facts
    assert marks(server, session) == [before, False]


def test_the_mark_that_is_sent_decides(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT), a_document("Two")])
    change(server, session, a_document(TEXT, BARE, annotated=True))
    assert marks(server, session) == [True, False]
    change(server, session, a_document(TEXT, TAGGED, annotated=False))
    assert marks(server, session) == [False, False]
    answer = change(server, session, {"text": TEXT, "annotated": True})
    assert marks(server, session) == [True, False]
    assert answer["progress"] == 50
    assert server.documents(session)[0]["segments"] != []


def test_a_session_finishes_when_all_documents_are_marked_and_opens_again(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT), a_document("Two")])
    done = change(server, session, {"text": TEXT, "annotated": True}, {"text": "Two", "annotated": True})
    assert (done["status"], done["progress"]) == ("FINISHED", 100)
    assert done["finished"].endswith("Z")
    # It can still be edited: a rename leaves it finished, an unmarked document opens it again.
    renamed = server.put(session, {"name": "Renamed"})
    assert (renamed["status"], renamed["finished"]) == ("FINISHED", done["finished"])
    opened = change(server, session, {"text": "Two", "annotated": False})
    assert (opened["status"], opened["finished"], opened["progress"]) == ("ANNOTATING", None, 50)


def test_a_new_document_opens_a_finished_session(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT, annotated=True)])
    opened = change(server, session, a_document("Two"))
    assert (opened["status"], opened["finished"], opened["progress"]) == ("ANNOTATING", None, 50)


def test_names_and_new_documents_without_segments_do_not_start_the_work(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT)])
    answer = server.put(session, {"name": "Two", "classes": ["Comfort"], "documents": [{"text": "Two"}]})
    assert (answer["status"], answer["document_count"]) == ("CREATED", 2)
    assert change(server, session, a_document("Two", BARE))["status"] == "ANNOTATING"


def test_a_new_document_that_comes_tagged_in_an_update_is_marked(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT)])
    answer = change(server, session, a_document("Two", a_segment(0, 3, a_tag())))
    assert (answer["status"], answer["progress"]) == ("ANNOTATING", 50)


def test_an_empty_session_has_no_progress_and_is_not_finished(server: Raw) -> None:
    session = server.session()
    answer = server.put(session, {"name": "Still empty"})
    assert (answer["progress"], answer["status"], answer["document_count"]) == (0, "CREATED", 0)


def test_progress_has_one_decimal_and_is_rounded_down(server: Raw) -> None:
    texts = [f"Document {number}" for number in range(7)]
    session = server.session(documents=[a_document(text) for text in texts])
    found = [change(server, session, {"text": text, "annotated": True})["progress"] for text in texts]
    assert found == [14.2, 28.5, 42.8, 57.1, 71.4, 85.7, 100]


def test_a_status_call_marks_a_document_and_may_be_repeated(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT), a_document("Two")])
    first, second = (item["id"] for item in server.documents(session))
    answer = server.post(f"{session}/documents/{first}/statuses", {"name": "ANNOTATED"})
    assert answer.keys() == {"name", "created", "annotation_id", "document_id"}
    assert (answer["name"], answer["document_id"]) == ("ANNOTATED", first)
    assert str(answer["annotation_id"]) == session.rsplit("/", 1)[1]
    assert server.post(f"{session}/documents/{first}/statuses", {"name": "ANNOTATED"}) == answer
    assert server.get(session)["status"] == "ANNOTATING"
    server.post(f"{session}/documents/{second}/statuses", {"name": "ANNOTATED"})
    assert (server.get(session)["status"], server.get(session)["progress"]) == ("FINISHED", 100)


@pytest.mark.parametrize("body", [{}, {"name": "DONE"}, {"name": None}, {"name": "annotated"}])
def test_any_other_status_is_refused(server: Raw, body: Json) -> None:
    session = server.session(documents=[a_document(TEXT)])
    document = server.documents(session)[0]["id"]
    message = server.refused(f"{session}/documents/{document}/statuses", body, "POST")
    assert message.startswith("name: ")
    assert marks(server, session) == [False]
