"""Every method of the client against the embedded server: in process on SQLite,
over a socket on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from labeling.errors import Forbidden, Invalid, Moved, NotFound, NotSignedIn, explain
from labeling.model import (
    Document,
    NewProject,
    NewSession,
    Part,
    Role,
    Segment,
    Session,
    SessionChange,
    Status,
    Tag,
    Type,
)
from labeling.server.app import create_app
from labeling.studio.client import LabelingClient
from labeling.studio.filter import DocumentFilter
from tests.contract.embedded import PASSWORD, Embedded, embedded
from tests.contract.transport import InProcess
from tests.stores import DATABASES

NICE = "Nice staff, cold room"


@pytest.fixture(
    params=[("in process", "sqlite"), ("over a socket", "postgresql")], ids=DATABASES, scope="module"
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    way, database = request.param
    with embedded(way, tmp_path_factory.mktemp("server"), database) as found:
        yield found


def a_document(text: str, *segments: Segment, **more: Any) -> Document:
    return Document.model_validate({"text": text, "segments": segments, **more})


def a_session(server: Embedded, *documents: Document) -> Session:
    project_id = server.project()
    return server.api.create_session(project_id, NewSession(name="Round one", documents=documents))


def read_all(api: LabelingClient, session: Session, limit: int = 50) -> Iterator[Document]:
    offset = 0
    while documents := api.documents(session.project_id, session.id, offset=offset, limit=limit).documents:
        yield from documents
        offset += len(documents)


def first_id(api: LabelingClient, session: Session) -> int:
    return next(document.id for document in read_all(api, session) if document.id is not None)


def put(api: LabelingClient, session: Session, **change: Any) -> Session:
    return api.update_session(session.project_id, session.id, SessionChange.model_validate(change))


# The server and its people


def test_the_server_says_what_it_is_and_can_do(server: Embedded) -> None:
    info = server.nobody.info()
    assert info.version
    for ability in ("upsert", "ids", "annotated", "filters", "add-project", "role", "if-match"):
        assert info.can(ability)
    assert server.nobody.health()
    assert {type_.name for type_ in server.api.types()} == set(Type)


def test_a_person_signs_in_is_known_and_signs_out(server: Embedded) -> None:
    project_id = server.project()
    api = server.person(Role.VIEWER, project_id, "ana")
    person = api.who()
    assert person.email == f"ana-{project_id}@example.org"
    assert person.id is not None
    api.sign_out()
    with pytest.raises(NotSignedIn):
        api.who()


def test_a_wrong_password_is_refused_in_words(server: Embedded) -> None:
    project_id = server.project()
    server.person(Role.VIEWER, project_id, "bo")
    with pytest.raises(NotSignedIn) as caught:
        server.nobody.sign_in(f"bo-{project_id}@example.org", PASSWORD + "!")
    assert "password" in caught.value.message
    assert PASSWORD not in caught.value.message


# Projects


def test_a_project_is_made_and_read_back(server: Embedded) -> None:
    new = NewProject(name="Größe", type=Type.CLASS, classes=("Staff", "Room"), labels=())
    made = server.api.add_project(new)
    assert (made.name, made.type, made.classes, made.labels) == ("Größe", "CLASS", ("Staff", "Room"), ())
    assert (made.status, made.role) == ("CREATED", "MANAGER")
    assert server.api.project(made.id) == made
    assert server.api.projects()[-1] == made
    classes = server.api.project_classes(made.id)
    assert [class_.name for class_ in classes] == ["Staff", "Room"]
    assert len({class_.id for class_ in classes}) == 2
    assert server.api.project_labels(made.id) == ()


def test_the_documents_of_a_project_come_in_pages(server: Embedded) -> None:
    first = a_session(server, *(a_document(f"Text {n}") for n in range(5)))
    project_id = first.project_id
    second = server.api.create_session(project_id, NewSession(name="Two", documents=(a_document("Other"),)))
    pages, offset = [], 0
    while True:
        page = server.api.project_documents(project_id, offset=offset, limit=4)
        pages.append([document.text for document in page.documents])
        offset += page.count
        if not page.has_more:
            break
    assert pages == [["Text 0", "Text 1", "Text 2", "Text 3"], ["Text 4", "Other"]]
    in_second = server.api.project_documents(project_id, session_id=second.id)
    assert [document.text for document in in_second.documents] == ["Other"]
    found = server.api.project_documents(project_id, search="TEXT 3")
    assert [document.text for document in found.documents] == ["Text 3"]
    assert all(document.id is not None for document in found.documents)


def test_documents_given_to_a_session_make_a_group(server: Embedded) -> None:
    session = a_session(server, a_document("One"), a_document("Two"))
    (group,) = server.api.groups(session.project_id)
    assert (group.id, group.document_count) == (session.document_group_id, 2)
    assert (group.project_id, group.source) == (session.project_id, "ANNOTATIONS")


# Sessions and documents


def test_a_session_is_made_and_read_back(server: Embedded) -> None:
    made = a_session(server, a_document(NICE))
    assert (made.name, made.document_count, made.progress) == ("Round one", 1, 0.0)
    assert (made.status, made.mode, made.type) == ("CREATED", "ANNOTATION", "ABSA")
    assert (made.classes, made.labels) == (("Comfort", "Staff"), ("POS", "NEG"))
    assert made.uuid
    assert made.created is not None
    assert server.api.session(made.project_id, made.id) == made
    assert server.api.sessions(made.project_id) == (made,)


def test_a_session_of_documents_that_the_project_has(server: Embedded) -> None:
    first = a_session(server, a_document("One"), a_document("Two"), a_document("Three"))
    ids = tuple(document.id for document in read_all(server.api, first) if document.id is not None)
    new = NewSession(name="Again", document_ids=(ids[2], ids[0]))
    second = server.api.create_session(first.project_id, new)
    assert [document.text for document in read_all(server.api, second)] == ["Three", "One"]


def test_sessions_are_filtered_by_mode_and_by_status(server: Embedded) -> None:
    open_ = a_session(server, a_document("One"))
    done = server.api.create_session(
        open_.project_id, NewSession(name="Done", documents=(a_document("Two", annotated=True),))
    )
    assert done.status == Status.FINISHED

    def names(**filters: Any) -> list[str]:
        return [session.name for session in server.api.sessions(open_.project_id, **filters)]

    assert names() == ["Round one", "Done"]
    assert names(status=["FINISHED"]) == ["Done"]
    assert names(status=["FINISHED", "CREATED"]) == ["Round one", "Done"]
    assert names(mode=["ANNOTATION"], status=["CREATED"]) == ["Round one"]
    assert names(mode=["CORRECTION"]) == []
    assert names(status=["MOON"]) == []


def test_documents_are_read_page_by_page_to_the_end(server: Embedded) -> None:
    texts = [f"Text {n % 9}" for n in range(23)]
    session = a_session(server, *(a_document(text) for text in texts))
    for limit in (1, 7, 23, 100):
        documents = list(read_all(server.api, session, limit))
        assert [document.text for document in documents] == texts
        assert len({document.id for document in documents}) == 23
    page = server.api.documents(session.project_id, session.id, offset=20, limit=7)
    assert (page.total, page.document_count, len(page.documents)) == (23, 23, 3)
    assert page.classes == session.classes


def test_details_say_how_much_of_each_document_comes(server: Embedded) -> None:
    tagged = a_document(NICE, Segment(span=(0, 10), tags=(Tag.of("Staff"),)), meta={"stars": 4})
    session = a_session(server, tagged)

    def read(*details: str) -> Document:
        page = server.api.documents(session.project_id, session.id, details=details)
        return page.documents[0]

    whole = read("segments", "meta", "tags")
    assert (whole.meta, whole.tag_count) == ({"stars": 4}, 1)
    assert read().segments == ()
    assert read().meta is None
    assert (len(read("segments").segments), read("segments").tag_count) == (1, 0)
    assert server.api.document(session.project_id, session.id, whole.id or 0) == whole


def test_the_server_finds_words_in_both_normal_forms(server: Embedded) -> None:
    session = a_session(server, a_document("the Café"), a_document("the cafe\u0301"), a_document("the cafe"))

    def texts(search: str) -> list[str]:
        only = DocumentFilter(search=search)
        return [d.text for d in server.api.documents(session.project_id, session.id, only=only).documents]

    assert texts("café") == texts("CAFE\u0301") == ["the Café", "the cafe\u0301"]


def test_documents_are_filtered_by_the_server(server: Embedded) -> None:
    session = a_session(
        server,
        a_document("Warm ROOM", Segment(span=(0, 4), tags=(Tag.of("Comfort", "POS"),)), annotated=True),
        a_document("Cold room", Segment(span=(0, 4), tags=(Tag.of("Comfort", "NEG"),))),
        a_document("Straße 100% & more", Segment(span=(0, 6))),
    )

    def texts(**filters: Any) -> list[str]:
        only = DocumentFilter(**filters)
        page = server.api.documents(session.project_id, session.id, only=only)
        assert page.total == len(page.documents)
        return [document.text for document in page.documents]

    assert texts(search="room") == ["Warm ROOM", "Cold room"]
    assert texts(search="STRASSE") == ["Straße 100% & more"]
    assert texts(search="100% & m") == ["Straße 100% & more"]
    assert texts(annotated=True) == ["Warm ROOM"]
    assert texts(annotated=False) == ["Cold room", "Straße 100% & more"]
    assert texts(class_="Comfort") == ["Warm ROOM", "Cold room"]
    assert texts(class_="Comfort", label="NEG", search="room", annotated=False) == ["Cold room"]
    assert texts(class_="Staff") == []


# The update call


def test_a_change_of_names_leaves_everything_else(server: Embedded) -> None:
    session = a_session(server, a_document(NICE, Segment(span=(0, 10), tags=(Tag.of("Staff", "POS"),))))
    before = list(read_all(server.api, session))
    after = put(server.api, session, name="Round two", classes=["Staff", "Price"])
    assert after == session.model_copy(update={"name": "Round two", "classes": ("Staff", "Price")})
    assert list(read_all(server.api, session)) == before
    assert put(server.api, session) == after


def test_tags_are_saved_and_read_back(server: Embedded) -> None:
    session = a_session(server, a_document(NICE), a_document("Other"))
    document, other = read_all(server.api, session)
    segments = (
        Segment(span=(0, 10), tags=(Tag.of("Staff", "POS"), Tag.of("Comfort"))),
        Segment(span=(12, 21), tags=(Tag.of(None, "NEG"),)),
        Segment(span=(0, 21)),
        Segment(span=(0, 21)),
    )
    changed = Document.model_validate({"id": document.id, "text": document.text, "segments": segments})
    after = put(server.api, session, documents=[changed])
    assert (after.document_count, after.status) == (2, "ANNOTATING")
    saved, untouched = read_all(server.api, session)
    assert [segment.units for segment in saved.segments] == [segment.units for segment in segments]
    assert [segment.text for segment in saved.segments] == ["Nice staff", "cold room", NICE, NICE]
    assert untouched == other


def test_the_same_update_twice_ends_in_the_same_state(server: Embedded) -> None:
    session = a_session(server, a_document(NICE))
    change = [a_document(NICE, Segment(span=(0, 4), tags=(Tag.of("Staff"),))), a_document("New")]
    once = put(server.api, session, documents=change)
    documents = list(read_all(server.api, session))
    assert put(server.api, session, documents=change) == once
    assert list(read_all(server.api, session)) == documents
    assert [document.text for document in documents] == [NICE, "New"]


def test_unknown_keys_of_segments_and_tags_come_back_and_are_sent_back(server: Embedded) -> None:
    item = {
        "text": NICE,
        "segments": [
            {
                "span": [0, 10],
                "score": 0.25,
                "origin": {"model": "m-1", "votes": [1, 2]},
                "tags": [{"class": "Staff", "label": "POS", "author": "ana"}],
            }
        ],
    }
    session = a_session(server, Document.model_validate(item))
    (read,) = read_all(server.api, session)
    (segment,) = read.segments
    assert segment.model_extra is not None
    assert {**segment.model_extra} | {"id": 0} == {
        "id": 0,
        "score": 0.25,
        "origin": {"model": "m-1", "votes": [1, 2]},
    }
    assert segment.tags[0].model_extra is not None
    assert segment.tags[0].model_extra["author"] == "ana"
    put(server.api, session, documents=[Document(text=read.text, segments=read.segments)])
    (again,) = read_all(server.api, session)
    assert again.segments == read.segments


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 nice 😀",
        "e\u0301te\u0301",
        "שלום עולם",
        "東京は寒い",
        "line\r\nline\ttab\u200b\ufeff",
        '"quoted" \\ <b>&amp;</b>',
        " ",
        "𝒳" * 3,
    ],
)
def test_any_text_comes_back_with_its_spans_in_code_points(server: Embedded, text: str) -> None:
    session = a_session(server, a_document(text, Segment(span=(0, len(text)), tags=(Tag.of("Staff"),))))
    (document,) = read_all(server.api, session)
    assert document.text == text
    assert document.segments[0].span == (0, len(text))
    assert document.segments[0].text == text


def test_marking_moves_progress_status_and_finish(server: Embedded) -> None:
    session = a_session(server, a_document("One"), a_document("Two"), a_document("Three"))
    first, second, third = (document.id or 0 for document in read_all(server.api, session))
    marked = server.api.mark_annotated(session.project_id, session.id, first)
    assert (marked.name, marked.document_id, marked.annotation_id) == ("ANNOTATED", first, session.id)
    assert marked.created is not None
    after = server.api.session(session.project_id, session.id)
    assert (after.progress, after.status, after.finished) == (33.3, "ANNOTATING", None)
    put(server.api, session, documents=[a_document("Two", annotated=True)])
    after = put(
        server.api,
        session,
        documents=[Document.model_validate({"id": third, "text": "Three", "annotated": True})],
    )
    assert (after.progress, after.status) == (100.0, "FINISHED")
    assert after.finished is not None
    after = put(server.api, session, documents=[{"id": second, "text": "Two", "annotated": False}])
    assert (after.progress, after.status, after.finished) == (66.6, "ANNOTATING", None)


# Refusals


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"documents": [{"text": "ab", "segments": [{"span": [0, 3]}]}]},
            r"documents\[0\]\.segments\[0\]\.span",
        ),
        (
            {"documents": [{"text": "ab", "segments": [{"span": [1, 1]}]}]},
            r"documents\[0\]\.segments\[0\]\.span",
        ),
        (
            {"documents": [{"text": "ab", "segments": [{"span": [0, 1], "tags": [{"class": "Nowhere"}]}]}]},
            "Nowhere",
        ),
        ({"documents": [{"text": "ab", "segments": [{"span": [0, 1], "tags": [{}]}]}]}, "class"),
        ({"documents": [{"text": "nul\x00"}]}, r"documents\[0\]\.text"),
        ({"document_ids": [987654]}, "987654"),
        ({"classes": ["Comfort", " "]}, "classes"),
        ({"name": ""}, "name"),
        ({"classes": []}, "Staff"),
    ],
)
def test_a_refused_update_says_what_is_wrong_and_stores_nothing(
    server: Embedded, change: dict[str, Any], said: str
) -> None:
    session = a_session(server, a_document(NICE, Segment(span=(0, 4), tags=(Tag.of("Staff"),))))
    before = list(read_all(server.api, session))
    with pytest.raises(Invalid, match=said) as caught:
        put(server.api, session, **{"name": "Other", **change})
    assert caught.value.status == 400
    assert server.api.session(session.project_id, session.id) == session
    assert list(read_all(server.api, session)) == before


def every_call(session: Session, document_id: int = 1) -> dict[str, Callable[[LabelingClient], object]]:
    project_id, session_id = session.project_id, session.id
    return {
        "project": lambda api: api.project(project_id),
        "classes": lambda api: api.project_classes(project_id),
        "labels": lambda api: api.project_labels(project_id),
        "project documents": lambda api: api.project_documents(project_id),
        "groups": lambda api: api.groups(project_id),
        "sessions": lambda api: api.sessions(project_id),
        "session": lambda api: api.session(project_id, session_id),
        "documents": lambda api: api.documents(project_id, session_id),
        "document": lambda api: api.document(project_id, session_id, document_id),
        "update": lambda api: api.update_session(project_id, session_id, SessionChange(name="Other")),
        "create": lambda api: api.create_session(project_id, NewSession(name="New", document_ids=())),
        "mark": lambda api: api.mark_annotated(project_id, session_id, document_id),
    }


WRITES = ("update", "create", "mark")


def test_nobody_gets_anything_without_a_token(server: Embedded) -> None:
    calls = every_call(a_session(server, a_document(NICE)))
    calls |= {
        "projects": lambda api: api.projects(),
        "types": lambda api: api.types(),
        "who": lambda api: api.who(),
    }
    for stranger in (server.nobody, LabelingClient(server.http, "made-up-token")):
        for name, call in calls.items():
            with pytest.raises(NotSignedIn) as caught:
                call(stranger)
            assert caught.value.status == 401, name
            assert "Sign in" in caught.value.message, name


def test_a_viewer_reads_everything_and_writes_nothing(server: Embedded) -> None:
    session = a_session(server, a_document(NICE))
    viewer = server.person(Role.VIEWER, session.project_id)
    assert [project.role for project in viewer.projects()] == ["VIEWER"]
    for name, call in every_call(session, first_id(server.api, session)).items():
        if name in WRITES:
            with pytest.raises(Forbidden) as caught:
                call(viewer)
            assert "ANNOTATOR" in caught.value.message
            assert "VIEWER" in explain(caught.value, "save")
        else:
            call(viewer)
    assert server.api.session(session.project_id, session.id) == session


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.MANAGER])
def test_an_annotator_and_a_manager_read_and_write(server: Embedded, role: Role) -> None:
    session = a_session(server, a_document(NICE))
    api = server.person(role, session.project_id)
    for call in every_call(session, first_id(server.api, session)).values():
        call(api)
    assert server.api.session(session.project_id, session.id).name == "Other"


def test_who_has_no_role_in_a_project_sees_none_of_it(server: Embedded) -> None:
    session = a_session(server, a_document(NICE))
    stranger = server.person(Role.MANAGER, server.project())
    assert session.project_id not in [project.id for project in stranger.projects()]
    for call in every_call(session, first_id(server.api, session)).values():
        with pytest.raises(Forbidden):
            call(stranger)


def test_a_session_is_made_for_somebody_handed_over_and_made_smaller(server: Embedded) -> None:
    project = server.project()
    people = [server.person(Role.ANNOTATOR, project, name).who().id for name in ("ann", "bob")]
    documents = (a_document(NICE, Segment(span=(0, 4), tags=(Tag(label="POS"),))), a_document("Two"))
    new = NewSession(
        name="Ann", documents=documents, user_id=people[0], part=Part.WORK, plan="p1", blind=True
    )
    made = server.api.create_session(project, new)
    assert (made.user_id, made.part, made.plan, made.blind) == (people[0], "WORK", "p1", True)
    assert server.api.hand_over(project, made.id, people[1] or 0).user_id == people[1]
    first, second = (one.id or 0 for one in read_all(server.api, made))
    with pytest.raises(Invalid, match="has 1 tag "):
        server.api.take_out(project, made.id, first)
    server.api.take_out(project, made.id, second)
    server.api.take_out(project, made.id, first, with_tags=True)
    assert list(read_all(server.api, made)) == []


def test_the_history_of_a_session_is_read_page_by_page(server: Embedded) -> None:
    session = a_session(server, a_document(NICE), a_document("Two"))
    api, where = server.api, (session.project_id, session.id)
    one, two = (found.id or 0 for found in read_all(api, session))
    tagged = Segment(span=(0, 4), tags=(Tag(label="POS"),))
    put(api, session, documents=(Document(id=one, text=NICE, segments=(tagged,)),))
    put(api, session, documents=(Document(id=two, text="Two", annotated=True),))
    put(api, session, name="Round two")
    listing = api.saves(*where, limit=2)
    assert ([save.n for save in listing.saves], listing.has_more) == ([4, 3], True)
    assert [save.replaced for save in listing.saves] == [("name",), ("annotated_count", "finished", "status")]
    assert [save.n for save in api.saves(*where, document_id=one).saves] == [2]
    assert [save.n for save in api.saves(*where, since=listing.saves[0].at).saves][:1] == [4]
    save = api.one_save(*where, 2)
    assert (save.added, save.user.email, bool(save.client)) == (1, "local@localhost", True)
    [document] = save.documents
    assert document.then(document.before).segments == ()
    assert [segment.span for segment in document.then(document.after).segments] == [(0, 4)]
    newest, came = api.versions(*where, one)
    assert ([segment.span for segment in newest.segments], newest.n, came.n) == ([(0, 4)], 2, 0)
    assert [len(one.segments) for one in api.documents(*where, at=1).documents] == [0, 0]


def test_what_does_not_exist_is_named(server: Embedded) -> None:
    session = a_session(server, a_document(NICE))
    other = server.project()
    viewer = server.person(Role.VIEWER, session.project_id)
    for call in every_call(session.model_copy(update={"project_id": 404})).values():
        with pytest.raises(NotFound, match=r"no.* project"):
            call(viewer)
    for project_id, session_id in ((session.project_id, 404), (other, session.id)):
        with pytest.raises(NotFound, match=r"no.* session"):
            server.api.session(project_id, session_id)
        with pytest.raises(NotFound, match=r"no.* session"):
            server.api.update_session(project_id, session_id, SessionChange(name="Other"))
    with pytest.raises(NotFound, match=r"no.* document"):
        server.api.document(session.project_id, session.id, 404)
    with pytest.raises(NotFound, match=r"no.* document"):
        server.api.mark_annotated(session.project_id, session.id, 404)


def test_a_change_may_insist_on_the_state_that_was_read(server: Embedded) -> None:
    made = a_session(server, a_document(NICE))
    session, tag = server.api.session_tag(made.project_id, made.id)
    assert session == made
    after, new = server.api.update_tagged(made.project_id, made.id, SessionChange(name="Two"), if_match=tag)
    assert after.name == "Two"
    assert server.api.session_tag(made.project_id, made.id) == (after, new)
    with pytest.raises(Moved) as refused:
        server.api.update_session(made.project_id, made.id, SessionChange(name="Three"), if_match=tag)
    assert "somebody else changed it first (412)" in explain(refused.value, "save")
    assert server.api.session(made.project_id, made.id) == after


# Addresses


def test_the_api_is_reached_behind_a_prefix(server: Embedded) -> None:
    project_id = server.project()
    app = Starlette(routes=[Mount("/organizations/3", app=create_app(server.store))])
    for base_url in ("http://api/organizations/3", "http://api/organizations/3/"):
        with httpx.Client(transport=InProcess(app), base_url=base_url) as http:
            api = LabelingClient(http, server.token)
            assert api.health()
            assert api.project(project_id).id == project_id
            assert api.create_session(project_id, NewSession(name="Behind", documents=())).name == "Behind"
