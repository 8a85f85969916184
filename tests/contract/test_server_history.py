"""Every change of a session is kept as a save with what it replaced, and former states can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.model import Role
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.stores import DATABASES

TEXT = "The bed was soft"


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def saves(server: Raw, session: str, **query: str) -> list[Json]:
    """Newest first."""
    found: list[Json] = server.get(session + "/history", **query)["saves"]
    return found


def change(server: Raw, session: str, *documents: Json, **fields: Json) -> Json:
    return server.put(session, {"documents": list(documents), **fields})


def counts(save: Json) -> tuple[int, ...]:
    return tuple(save[name] for name in ("documents", "added", "removed", "renamed", "moved", "done"))


def test_a_new_session_has_no_saves_and_one_that_changes_nothing_is_none(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT, a_segment(4, 7, a_tag()))])
    change(server, session, a_document(TEXT, a_segment(4, 7, a_tag())), name="Round one")
    assert server.get(session + "/history") == {"count": 0, "has_more": False, "saves": []}


def test_a_save_says_who_when_with_what_and_what_became_of_the_tags(server: Raw) -> None:
    session = server.session(
        documents=[
            a_document(TEXT, a_segment(4, 7, a_tag()), a_segment(12, 16, a_tag())),
            a_document("Two beds", a_segment(4, 8, a_tag())),
        ]
    )
    documents = [
        a_document(
            TEXT, a_segment(0, 7, a_tag()), a_segment(12, 16, a_tag("Staff")), a_segment(0, 3, a_tag())
        ),
        a_document("Two beds"),
    ]
    headers = {"User-Agent": "Swagger-Codegen/1.0.0/python"}
    assert server.call("PUT", session, {"documents": documents}, headers=headers).status_code == 200
    (save,) = saves(server, session)
    # A border was moved, a class changed, one tag given, one taken away; the first document is done by that.
    assert counts(save) == (2, 1, 1, 1, 1, 1)
    assert save["user"] == {"id": 1, "email": "local@localhost", "name": None}
    assert save["client"] == "Swagger-Codegen/1.0.0/python"
    assert save["at"].endswith("Z")
    assert save["replaced"] == ["annotated_count", "status"]


def test_a_name_is_a_save_and_so_is_a_mark(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT), a_document("Two")])
    server.put(session, {"name": "Round two", "classes": ["Comfort"]})
    document = server.documents(session)[0]["id"]
    for _ in range(2):
        server.post(f"{session}/documents/{document}/statuses", {"name": "ANNOTATED"})
    marked, named = saves(server, session)
    assert (counts(named), named["replaced"]) == ((0, 0, 0, 0, 0, 0), ["classes", "name"])
    assert counts(marked) == (1, 0, 0, 0, 0, 1)


def test_a_save_shows_its_documents_before_and_after(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT, a_segment(4, 7, a_tag())), a_document("Two")])
    first, second = (item["id"] for item in server.documents(session))
    change(
        server, session, a_document(TEXT, a_segment(4, 7, a_tag("Staff"))), {"text": "Two", "annotated": True}
    )
    (n,) = (save["n"] for save in saves(server, session))
    change(server, session, a_document(TEXT))
    save = server.get(f"{session}/history/{n}")
    assert [item["id"] for item in save["documents"]] == [first, second]
    bed, two = save["documents"]
    assert units(bed["before"]) == [(4, 7, "Comfort", "POS")]
    assert units(bed["after"]) == [(4, 7, "Staff", "POS")]
    assert (two["before"]["annotated"], two["after"]["annotated"]) == (False, True)
    page = server.get(f"{session}/history/{n}", offset="1", limit="1")
    assert ([item["id"] for item in page["documents"]], page["has_more"]) == ([second], False)
    assert server.get(f"{session}/history/{n}", limit="1")["has_more"] is True
    assert server.call("GET", f"{session}/history/99").status_code == 404


def test_a_document_has_its_versions_with_the_work_on_each(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT, a_segment(4, 7, a_tag())), a_document("Two")])
    document = server.documents(session)[0]["id"]
    for _ in range(2):  # the same again is no further work
        change(server, session, a_document(TEXT, a_segment(4, 7), seconds=40))
    change(server, session, a_document("Two", a_segment(0, 3, a_tag())))
    change(server, session, a_document(TEXT, seconds=2))
    last, middle, first = server.get(f"{session}/documents/{document}/history")
    assert [units(version) for version in (last, middle, first)] == [
        [],
        [(4, 7, None, None)],
        [(4, 7, "Comfort", "POS")],
    ]
    assert [version["seconds"] for version in (last, middle, first)] == [2, 40, None]
    assert first["n"] == 0
    assert first["at"] == server.get(session)["created"]


def test_saves_are_found_by_document_person_and_time_page_by_page(server: Raw) -> None:
    project = server.project()
    session = server.session(project, documents=[a_document(TEXT), a_document("Two")])
    ann = server.person(Role.ANNOTATOR, project)
    first = server.documents(session)[0]["id"]
    change(server, session, a_document(TEXT, a_segment(4, 7, a_tag())))
    body = {"documents": [a_document("Two", a_segment(0, 3, a_tag()))]}
    assert server.call("PUT", session, body, token=ann).status_code == 200
    newest, oldest = saves(server, session)
    assert saves(server, session, document_id=str(first)) == [oldest]
    assert saves(server, session, user_id=str(newest["user"]["id"])) == [newest]
    assert saves(server, session, since=oldest["at"]) == [newest, oldest]
    assert saves(server, session, since="2999-01-01") == []
    assert server.get(session + "/history", limit="1") == {"count": 1, "has_more": True, "saves": [newest]}
    assert saves(server, session, offset="1") == [oldest]
    assert server.call("GET", session + "/history", since="lately").status_code == 400


def test_what_was_first_handed_in_says_when_and_after_how_much_work(server: Raw) -> None:
    session = server.session(documents=[a_document(TEXT), a_document("Two")])
    bed, soft = a_segment(4, 7, a_tag()), a_segment(12, 16, a_tag())
    change(server, session, {**a_document(TEXT, bed), "annotated": False, "seconds": 7})
    change(server, session, {**a_document(TEXT, bed), "annotated": True, "seconds": 5})
    change(server, session, {**a_document(TEXT, soft), "annotated": False, "seconds": 100})
    change(server, session, {**a_document(TEXT, soft), "annotated": True, "seconds": 100})
    second = saves(server, session)[2]
    page = server.get(session + "/handed-in")
    (one,) = page["documents"]
    assert (one["n"], one["at"], one["seconds"]) == (second["n"], second["at"], 12)
    assert [segment["span"] for segment in one["segments"]] == [[4, 7]]
    assert (page["count"], page["has_more"]) == (1, False)
    paged = [server.get(session + "/handed-in", offset=str(n), limit="1") for n in range(2)]
    assert [(len(some["documents"]), some["has_more"]) for some in paged] == [(1, True), (0, False)]


TEXTS = ("The bed was soft", "Two beds", "Nice one")
segments = st.lists(
    st.tuples(st.sampled_from(((0, 2), (0, 3), (2, 4))), st.sampled_from(("Comfort", "Staff", None))),
    max_size=3,
    unique_by=lambda one: one[0],
)
documents = st.builds(
    lambda text, found, mark: {
        "text": text,
        "segments": [
            a_segment(*span, *([a_tag(class_)] if class_ else []), note=class_ or "-")
            for span, class_ in found
        ],
        **({} if mark is None else {"annotated": mark}),
    },
    st.sampled_from((*TEXTS, "Newcomer")),
    segments,
    st.sampled_from((True, False, None)),
)
changes = st.lists(
    st.fixed_dictionaries(
        {"documents": st.lists(documents, max_size=3, unique_by=lambda one: one["text"])},
        optional={"name": st.sampled_from(("A", "B")), "classes": st.just(["Comfort", "Staff", "Bar"])},
    ),
    max_size=5,
)


def fits(document: Json, **asked: str) -> bool:
    if "search" in asked:
        return asked["search"] in document["text"]
    if "annotated" in asked:
        return document["annotated"] is True
    return any((asked["class"], asked["label"]) == unit[2:] for unit in units(document))


@settings(max_examples=15, deadline=None)
@given(changes)
def test_whatever_is_saved_every_state_before_can_be_seen_again(made: list[Json]) -> None:
    with serving() as server:
        session = server.session(documents=[a_document(text) for text in TEXTS])
        states: dict[str, Json] = {}
        for body in made:
            server.put(session, body)
            found = saves(server, session, limit="1")
            if found:
                states[str(found[0]["n"])] = server.listing(session)
        for n, state in states.items():
            assert server.listing(session, at=n) == state
            some = server.listing(session, at=n, details="segments", limit="2")
            shown = [[one["span"] for one in item["segments"]] for item in some["documents"]]
            assert shown == [[one["span"] for one in item["segments"]] for item in state["documents"][:2]]
            for asked in ({"search": "bed"}, {"annotated": "true"}, {"class": "Staff", "label": "POS"}):
                assert server.documents(session, at=n, **asked) == [
                    item for item in state["documents"] if fits(item, **asked)
                ]
        first: dict[int, Json] = {}
        for state in states.values():
            for item in state["documents"]:
                if item["annotated"]:
                    first.setdefault(item["id"], item["segments"])
        handed_in = server.get(session + "/handed-in")["documents"]
        now = {item["id"]: item["segments"] for item in server.documents(session)}
        assert {
            one["id"]: now[one["id"]] if one["segments"] is None else one["segments"] for one in handed_in
        } == first
