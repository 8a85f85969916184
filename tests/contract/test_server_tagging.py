"""Single tags and marks of segments, documents' texts, groups: the calls that name one thing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labeling.errors import NotFound
from labeling.server.rules.queries import OneDocumentQuery, PageQuery
from labeling.server.storage.ids import SessionAddress
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.stores import DATABASES
from tests.unit.server.storage.build import ME

TEXT = "The bed was soft"


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


@pytest.fixture
def session(server: Raw) -> str:
    """The path of a session of two documents; the first has a tagged segment and a bare one."""
    segments = a_segment(4, 7, a_tag(sure=1)), a_segment(12, 16)
    return server.session(documents=[a_document(TEXT, *segments), a_document("Two")])


def segments_of(server: Raw, session: str) -> list[str]:
    """The paths of the first document's segments."""
    document = server.documents(session)[0]
    return [f"{session}/documents/{document['id']}/segments/{one['id']}" for one in document["segments"]]


def test_tags_of_a_segment_are_listed_added_changed_and_taken_away(server: Raw, session: str) -> None:
    bed, soft = segments_of(server, session)
    (known,) = server.get(bed + "/tags")
    assert known == {"id": known["id"], "class": "Comfort", "label": "POS", "sure": 1}
    new = server.post(soft + "/tags", {"class": "Comfort", "label": "NEG", "span": [12, 16], "text": "soft"})
    assert new == {"id": new["id"], "class": "Comfort", "label": "NEG", "span": [12, 16], "text": "soft"}
    assert server.get(f"{soft}/tags/{new['id']}") == new
    changed = server.put(f"{soft}/tags/{new['id']}", {"class": "Staff", "sure": 2})
    assert changed == {**new, "class": "Staff", "sure": 2}
    assert units(server.documents(session)[0]) == [(4, 7, "Comfort", "POS"), (12, 16, "Staff", "NEG")]
    gone = server.call("DELETE", f"{bed}/tags/{known['id']}", {})
    assert (gone.status_code, gone.content) == (204, b"")
    assert server.get(bed + "/tags") == []
    assert server.call("GET", f"{bed}/tags/{known['id']}").status_code == 404


def test_a_tag_call_is_a_save_and_marks_as_a_change_of_the_session_does(server: Raw, session: str) -> None:
    _, soft = segments_of(server, session)
    new = server.post(soft + "/tags", a_tag())
    facts = server.get(session)
    assert (facts["status"], facts["progress"]) == ("ANNOTATING", 50)
    server.call("DELETE", f"{soft}/tags/{new['id']}")
    assert server.get(session)["progress"] == 0
    removed, added = server.get(session + "/history")["saves"]
    assert ((added["added"], added["done"]), removed["removed"]) == ((1, 1), 1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "class"),
        ({"class": "", "label": None}, "class"),
        ({"class": "Nobody"}, "not among the classes"),
        ({"label": "MIXED"}, "not among the labels"),
        ({"class": 1}, "class"),
    ],
)
def test_a_tag_that_cannot_be_is_refused_and_nothing_is_stored(
    server: Raw, session: str, body: Json, words: str
) -> None:
    before, (bed, _) = server.listing(session), segments_of(server, session)
    assert words in server.refused(bed + "/tags", body, "POST")
    assert server.listing(session) == before


def test_a_tag_keeps_a_class_or_a_label(server: Raw, session: str) -> None:
    bed, _ = segments_of(server, session)
    path = f"{bed}/tags/{server.get(bed + '/tags')[0]['id']}"
    assert server.put(path, {"label": ""})["label"] is None
    assert "needs a class, a label or both" in server.refused(path, {"class": ""})


def test_a_tag_call_can_insist_on_a_state(server: Raw, session: str) -> None:
    bed, _ = segments_of(server, session)
    tag = server.call("GET", session).headers["ETag"]
    server.put(session, {"name": "Meanwhile"})
    (known,) = server.get(bed + "/tags")
    insisting = {"If-Match": tag}
    calls = (
        ("POST", bed + "/tags", a_tag()),
        ("PUT", f"{bed}/tags/{known['id']}", {"class": "Staff"}),
        ("DELETE", f"{bed}/tags/{known['id']}", None),
        ("POST", bed + "/statuses", {"name": "ANNOTATED"}),
    )
    for method, path, body in calls:
        assert server.call(method, path, body, headers=insisting).status_code == 412
    assert server.get(bed + "/tags") == [known]


def test_what_is_on_another_segment_or_document_is_not_found(server: Raw, session: str) -> None:
    bed, soft = segments_of(server, session)
    (known,) = server.get(bed + "/tags")
    second = server.documents(session)[1]["id"]
    elsewhere = bed.replace(f"/documents/{server.documents(session)[0]['id']}/", f"/documents/{second}/")
    for path in (f"{soft}/tags/{known['id']}", f"{bed}/tags/x", elsewhere + "/tags", bed + "0/tags"):
        assert server.call("GET", path).status_code == 404, path


def test_marking_every_segment_marks_the_document(server: Raw, session: str) -> None:
    bed, soft = segments_of(server, session)
    first = server.post(bed + "/statuses", {"name": "ANNOTATED"})
    assert first.keys() == {"name", "created", "annotation_id", "document_id", "segment_id"}
    assert server.post(bed + "/statuses", {"name": "ANNOTATED"}) == first
    assert server.get(session)["progress"] == 0
    server.post(soft + "/statuses", {"name": "ANNOTATED"})
    facts = server.get(session)
    assert (facts["progress"], facts["status"]) == (50, "ANNOTATING")
    assert "name" in server.refused(bed + "/statuses", {"name": "DONE"}, "POST")


def test_a_document_of_a_project_is_read_with_the_segments_of_a_session(server: Raw, session: str) -> None:
    project, number = session.split("/annotations/")
    document = server.documents(session)[0]
    path = f"{project}/documents/{document['id']}"
    assert server.get(path) == {"id": document["id"], "text": TEXT}
    assert server.get(path, details="segments")["segments"] == []
    assert server.get(path, details="tags", annotation_id=number)["segments"] == document["segments"]


def test_a_text_is_put_right_only_where_no_segment_stands_on_it(server: Raw, session: str) -> None:
    project = session.split("/annotations/")[0]
    bed, two = (f"{project}/documents/{item['id']}" for item in server.documents(session))
    assert "“Round one”" in server.refused(bed, {"text": "Other"})
    assert server.put(two, {"text": "Two ßeds"}) == {"id": int(two.rsplit("/", 1)[1]), "text": "Two ßeds"}
    assert [item["text"] for item in server.documents(session)] == [TEXT, "Two ßeds"]
    assert len(server.documents(session, search="two SS")) == 1
    # Whoever names it by its text names the new one.
    server.put(session, {"documents": [{"text": "Two ßeds", "annotated": True}]})
    assert server.get(session)["document_count"] == 2
    saves = server.get(session + "/history")["saves"]
    assert [save["documents"] for save in saves] == [1, 1]
    assert server.documents(session, at=str(saves[1]["n"] - 1))[1]["text"] == "Two"
    assert server.put(two, {"text": "Two ßeds"})["text"] == "Two ßeds"
    assert len(server.get(session + "/history")["saves"]) == 2


def test_a_document_is_deleted_only_where_no_segment_stands_on_it(server: Raw) -> None:
    texts = ["One", "Two", "Three", "Four"]
    session = server.session(documents=[a_document(text) for text in texts])
    project, _ = session.split("/annotations/")
    paths = [f"{project}/documents/{item['id']}" for item in server.documents(session)]
    tagged = a_document("One", a_segment(0, 3, a_tag()))
    server.put(session, {"documents": [tagged, {"text": "Two", "annotated": True}, a_document("Five")]})
    (save,) = server.get(session + "/history")["saves"]
    assert "“Round one”" in server.refused(paths[0], {}, "DELETE")
    gone = server.call("DELETE", paths[1], {})
    assert (gone.status_code, gone.content) == (204, b"")
    assert server.call("GET", paths[1]).status_code == 404
    found = server.documents(session)
    assert [(item["text"], item["position"]) for item in found] == [
        ("One", 0), ("Three", 1), ("Four", 2), ("Five", 3),
    ]  # fmt: skip
    facts = server.get(session)
    assert (facts["document_count"], facts["progress"]) == (4, 25)
    # A far page is found by its place.
    assert [item["text"] for item in server.documents(session, offset="2", limit="2")] == ["Four", "Five"]
    last = server.get(session + "/history")["saves"][0]
    assert last["documents"] == 1
    assert set(last["replaced"]) == {"document_count", "annotated_count"}
    former = server.listing(session, at=str(save["n"] - 1))
    assert [item["text"] for item in former["documents"]] == ["One", "Three", "Four"]
    assert (former["document_count"], former["has_more"], former["total"]) == (3, False, 3)


def test_former_states_are_without_what_was_deleted_since_and_with_all_else(server: Raw) -> None:
    session = server.session(documents=[a_document(text) for text in ("One", "Two", "Three")])
    project, _ = session.split("/annotations/")
    of = {item["text"]: f"{project}/documents/{item['id']}" for item in server.documents(session)}
    server.put(session, {"name": "Named"})
    server.put(
        session, {"documents": [{"text": "Two", "annotated": True}, {"text": "Three", "annotated": True}]}
    )
    server.put(session, {"documents": [{"text": "Four"}, {"text": "Five"}]})
    of |= {item["text"]: f"{project}/documents/{item['id']}" for item in server.documents(session)}
    for text in ("Four", "Two"):
        assert server.call("DELETE", of[text]).status_code == 204
    named, marked, added = [save["n"] for save in reversed(server.get(session + "/history")["saves"])][:3]

    def then(n: int) -> tuple[list[str], int, float]:
        found = server.listing(session, at=str(n))
        return [item["text"] for item in found["documents"]], found["total"], found["progress"]

    assert then(named) == (["One", "Three"], 2, 0)
    assert then(marked) == (["One", "Three"], 2, 50)
    assert then(added) == (["One", "Three", "Five"], 3, 33.3)
    assert server.call("GET", session + "/documents", at="99").status_code == 404
    *_, came = server.get(f"{session}/documents/{of['Five'].rsplit('/', 1)[1]}/history")
    added_at = next(save["at"] for save in server.get(session + "/history")["saves"] if save["n"] == added)
    assert (came["n"], came["at"]) == (0, added_at)


def test_what_is_gone_amid_a_call_is_not_found(server: Raw, session: str) -> None:
    project = session.split("/annotations/")[0]
    gone = 10**9
    for call in (
        lambda: server.store.classes.read(1, gone),
        lambda: server.store.classes.remove(1, gone),
        lambda: server.store.groups.read(1, gone),
        lambda: server.store.texts.change(ME, 1, gone, "New"),
        lambda: server.store.texts.remove(ME, 1, gone),
        lambda: server.store.documents.in_project(ME, 1, gone, OneDocumentQuery()),
        lambda: server.store.saves.read(SessionAddress(1, 1), gone, PageQuery()),
        lambda: server.store.saves.of_document(SessionAddress(1, gone), 1),
    ):
        with pytest.raises(NotFound):
            call()
    assert server.get(project)["name"] == "Hotels"


def test_a_group_is_made_of_documents_there_are_and_of_new_ones(server: Raw, session: str) -> None:
    project = session.split("/annotations/")[0]
    (of_session,) = server.get(project + "/groups")
    first = server.documents(session)[0]["id"]
    body = {"name": "Mine", "documents": [{"id": first}, {"text": "New", "meta": {"stars": 5}}]}
    made = server.post(project + "/groups", body)
    assert (made["name"], made["document_count"], made["source"]) == ("Mine", 2, "UPLOAD")
    path = f"{project}/groups/{made['id']}"
    assert server.get(path) == made
    held = server.get(path + "/documents", details="meta")
    assert [(item["text"], item.get("meta")) for item in held] == [(TEXT, None), ("New", {"stars": 5})]
    assert server.get(path + "/documents", search="bed", limit="1")[0]["id"] == first
    assert server.get(f"{project}/groups/{of_session['id']}")["document_count"] == 1
    # It is the session's all the same.
    assert server.get(session)["document_count"] == 2


def test_a_group_gets_another_name_and_more_documents(server: Raw, session: str) -> None:
    project = session.split("/annotations/")[0]
    made = server.post(project + "/groups", {"name": "Mine"})
    path = f"{project}/groups/{made['id']}"
    ids = [item["id"] for item in server.documents(session)]
    changed = server.put(path, {"name": "Ours", "document_ids": ids})
    assert (changed["name"], changed["document_count"]) == ("Ours", 2)
    assert "the project has no document" in server.refused(path, {"document_ids": [10**9]})
    assert "text" in server.refused(path, {"documents": [{}]})
    assert "differs" in server.refused(path, {"documents": [{"id": ids[0], "text": "Other"}]})
    assert server.get(path) == changed
    # The vendor's client repeats a PUT whose answer was lost.
    more = {"documents": [{"text": "New"}, {"text": "New"}, {"id": ids[1], "text": "Two"}]}
    assert server.put(path, more) == server.put(path, more) == {**changed, "document_count": 4}
    assert "no files" in server.refused(project + "/groups", {"name": "Mine", "file_id": "f1"}, "POST")


def test_there_are_no_models_and_the_calls_that_need_one_say_so(server: Raw) -> None:
    project = server.project()
    assert server.get(project + "/models") == []
    assert server.get(project + "/corrections") == []
    assert "no model 7" in server.refused(project + "/corrections", {"model_id": 7}, "POST")
    assert "model_id" in server.refused(project + "/corrections", {}, "POST")
    assert server.call("GET", project + "/models/7").status_code == 404
