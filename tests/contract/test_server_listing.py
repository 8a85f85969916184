"""Reading: projects, sessions with filters, and documents page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import text

from labeling.server.storage.sessions import MANY
from tests.contract.raw import Raw, a_document, a_segment, a_tag, serving
from tests.stores import DATABASES


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def texts(found: list[dict[str, str]]) -> list[str]:
    return [item["text"] for item in found]


def test_what_the_server_can_is_told_to_anybody(server: Raw) -> None:
    assert server.call("GET", "/health", token="").json() == {"status": "ok", "jobs": "ok"}
    info = server.call("GET", "/info", token="").json()
    assert set(info["abilities"]) == {
        "upsert",
        "ids",
        "annotated",
        "filters",
        "add-project",
        "role",
        "if-match",
        "origin",
        "history",
        "people",
        "assign",
        "models",
        "sessions",
        "export",
    }


def test_projects_come_as_a_plain_list_with_the_callers_role(server: Raw) -> None:
    project = server.project(labels=["POS", "NEG"])
    [found] = server.get("/projects")
    assert found == server.get(project)
    assert found["classes"] == ["Comfort", "Staff"]
    assert found["labels"] == ["POS", "NEG"]
    assert (found["type"], found["status"], found["role"], found["models"]) == (
        "ABSA",
        "CREATED",
        "MANAGER",
        [],
    )


def test_an_absa_project_without_labels_gets_the_sentiments_and_others_get_none(server: Raw) -> None:
    assert server.get(server.project("ABSA"))["labels"] == ["POS", "NEG", "NEU"]
    assert server.get(server.project("CLASS"))["labels"] == []
    assert server.get(server.project("ABSA", labels=[]))["labels"] == []


def test_classes_and_labels_of_a_project_are_objects(server: Raw) -> None:
    project = server.project(labels=["POS"])
    [first, second] = server.get(project + "/classes")
    assert first.keys() == {"id", "name", "example", "description"}
    assert (first["name"], second["name"]) == ("Comfort", "Staff")
    [label] = server.get(project + "/labels")
    assert label.keys() == {"id", "name"}
    assert label["name"] == "POS"


def test_the_types_are_the_four_of_the_contract(server: Raw) -> None:
    assert {item["name"] for item in server.get("/types")} == {"ABSA", "CLASS", "LABEL", "CLASSLABEL"}


def test_names_are_strings_in_a_session_and_objects_in_its_listing(server: Raw) -> None:
    project = server.project(labels=["POS"])
    session = server.session(project, classes=["Own", "Comfort"], labels=["POS", "Own"])
    assert server.get(session)["classes"] == ["Own", "Comfort"]
    listing = server.listing(session)
    assert listing["classes"] == [
        {"id": None, "name": "Own", "example": None, "description": None},
        server.get(project + "/classes")[0],
    ]
    assert listing["labels"] == [server.get(project + "/labels")[0], {"id": None, "name": "Own"}]
    assert {key: listing[key] for key in ("id", "name", "status", "progress", "document_count")} == {
        key: server.get(session)[key] for key in ("id", "name", "status", "progress", "document_count")
    }


def test_pages_follow_the_order_of_the_session_and_say_what_is_left(server: Raw) -> None:
    session = server.session(documents=[a_document(f"Document {number}") for number in range(7)])
    pages = [server.listing(session, offset=str(offset), limit="3") for offset in (0, 3, 6, 9)]
    assert [texts(page["documents"]) for page in pages] == [
        ["Document 0", "Document 1", "Document 2"],
        ["Document 3", "Document 4", "Document 5"],
        ["Document 6"],
        [],
    ]
    assert [page["has_more"] for page in pages] == [True, True, False, False]
    assert [page["count"] for page in pages] == [3, 3, 1, 0]
    assert {page["total"] for page in pages} == {page["document_count"] for page in pages} == {7}
    assert (pages[1]["offset"], pages[1]["limit"]) == (3, 3)
    assert [item["position"] for item in pages[1]["documents"]] == [3, 4, 5]
    far = str(10**18 - 1)
    assert server.documents(session, offset=far) == server.documents(session, offset=far, limit=far) == []
    assert len(server.documents(session, limit=far)) == 7


def test_without_a_limit_all_documents_come(server: Raw) -> None:
    session = server.session(documents=[a_document(f"Document {number}") for number in range(600)])
    listing = server.listing(session)
    assert len(listing["documents"]) == 600
    assert (listing["limit"], listing["has_more"]) == (None, False)
    assert len(server.listing(session, offset="590")["documents"]) == 10


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": ""},
        {"limit": "x"},
        {"limit": "1.0"},
        {"limit": "9" * 30},
        {"offset": "-1"},
        {"offset": "9" * 5000},
        {"annotated": "maybe"},
        {"search": "\0"},
    ],
)
def test_a_page_that_cannot_be_is_refused(server: Raw, query: dict[str, str]) -> None:
    session = server.session()
    response = server.call("GET", session + "/documents", **query)
    assert response.status_code == 400
    assert response.json()["message"].startswith(next(iter(query)) + ": ")


def test_a_word_that_no_database_holds_is_refused_in_a_list_of_sessions_too(server: Raw) -> None:
    for name in ("mode", "status"):
        refused = server.call("GET", server.project() + "/annotations", **{name: "CREATED,\0"})
        assert (refused.status_code, refused.json()["message"].split(":")[0]) == (400, name)


def test_details_say_how_much_of_a_document_comes(server: Raw) -> None:
    document = a_document("The bed", a_segment(4, 7, a_tag()), meta={"source": "web"})
    session = server.session(documents=[document, a_document("Two")])

    def keys(details: str | None) -> set[str]:
        query = {} if details is None else {"details": details}
        return set(server.get(session + "/documents", **query)["documents"][0])

    always = {"id", "text", "annotated", "position"}
    assert keys(None) == keys("") == keys("unknown") == always
    assert keys("segments") == keys("tags") == {*always, "segments"}
    assert keys("meta,segments") == {*always, "meta", "segments"}
    whole, other = server.listing(session, details="meta,tags")["documents"]
    assert whole["meta"] == {"source": "web"}
    assert "meta" not in other
    assert whole["segments"][0]["tags"][0]["class"] == "Comfort"
    assert "tags" not in server.listing(session, details="segments")["documents"][0]["segments"][0]


def test_a_comma_may_come_encoded(server: Raw) -> None:
    session = server.session(documents=[a_document("The bed", a_segment(4, 7, a_tag()))])
    response = server.call("GET", session + "/documents?details=segments%2Ctags&offset=0&limit=50")
    assert response.json()["documents"][0]["segments"][0]["tags"][0]["label"] == "POS"


def test_filters_narrow_the_listing_and_its_total(server: Raw) -> None:
    session = server.session(
        documents=[
            a_document("The BED was soft", a_segment(4, 7, a_tag()), annotated=True),
            a_document("Ein großes Bett", a_segment(0, 3, a_tag("Staff", "NEG"))),
            a_document("Nothing here"),
            a_document("bed and staff", a_segment(0, 3, a_tag("Comfort", "NEG"), a_tag("Staff", "POS"))),
        ]
    )

    def found(**query: str) -> list[int]:
        listing = server.listing(session, **query)
        assert listing["total"] == len(listing["documents"])
        assert listing["document_count"] == 4
        return [item["position"] for item in listing["documents"]]

    assert found(search="bed") == [0, 3]
    assert found(search="GROSSES") == [1]
    assert found(search="100% _") == []
    assert found(annotated="True") == found(annotated="true") == [0]
    assert found(annotated="False") == [1, 2, 3]
    assert found(**{"class": "Comfort"}) == [0, 3]
    assert found(label="NEG") == [1, 3]
    # Both parts on one and the same tag.
    assert found(**{"class": "Comfort", "label": "POS"}) == [0]
    assert found(search="bed", annotated="false") == [3]
    assert found(search="", label="") == [0, 1, 2, 3]
    page = server.listing(session, annotated="false", offset="1", limit="1")
    assert (texts(page["documents"]), page["total"], page["has_more"]) == (["Nothing here"], 3, True)


def test_one_document_comes_with_everything(server: Raw) -> None:
    session = server.session(
        documents=[a_document("The bed", a_segment(4, 7, a_tag(), colour="red"), meta={"a": [1]})]
    )
    [listed] = server.documents(session)
    assert server.get(f"{session}/documents/{listed['id']}") == listed
    assert "segments" not in server.get(f"{session}/documents/{listed['id']}", details="meta")


def test_sessions_are_filtered_by_any_of_several_words(server: Raw) -> None:
    project = server.project()
    created = server.session(project, name="a")
    server.session(project, name="b", documents=[a_document("One", annotated=True)])

    def names(**query: str) -> list[str]:
        return [item["name"] for item in server.get(project + "/annotations", **query)]

    assert names() == ["a", "b"]
    assert names(status="FINISHED") == ["b"]
    assert names(status="FINISHED,CREATED", mode="ANNOTATION,CORRECTION") == ["a", "b"]
    assert names(mode="CORRECTION") == []
    assert names(status="NONSENSE") == []
    assert names(status="") == ["a", "b"]
    with_count = {**server.get(created), "annotated_count": 0}
    assert server.get(project + "/annotations", status="CREATED") == [with_count]


def test_dates_are_in_utc_with_a_z(server: Raw) -> None:
    session = server.session(documents=[a_document("One", annotated=True)])
    facts, project = server.get(session), session.partition("/annotations")[0]
    mark = f"{session}/documents/{server.documents(session)[0]['id']}/statuses"
    for date in (
        facts["created"],
        facts["finished"],
        server.get(project)["created"],
        server.get(project + "/groups")[0]["created"],
        server.post(mark, {"name": "ANNOTATED"})["created"],
    ):
        assert date.endswith("Z")
        assert datetime.fromisoformat(date).utcoffset() is not None
    assert server.get(server.session(documents=[a_document("One")]))["finished"] is None


def test_documents_of_a_project_are_paged_and_filtered(server: Raw) -> None:
    project = server.project()
    first = server.session(project, documents=[a_document("One", meta={"a": 1}), a_document("Two")])
    server.session(project, documents=[a_document("Two"), a_document("Three")])
    whole = server.get(project + "/documents")
    assert whole.keys() == {"count", "limit", "offset", "has_more", "documents"}
    assert texts(whole["documents"]) == ["One", "Two", "Two", "Three"]
    assert [item.keys() for item in whole["documents"]] == [{"id", "text"}] * 4
    page = server.get(project + "/documents", offset="1", limit="2")
    assert (texts(page["documents"]), page["count"], page["has_more"]) == (["Two", "Two"], 2, True)
    assert (page["offset"], page["limit"]) == (1, 2)
    assert server.get(project + "/documents", offset="2", limit="2")["has_more"] is False
    own = server.get(project + "/documents", annotation_id=first.rsplit("/", 1)[1])
    assert [item["id"] for item in own["documents"]] == [item["id"] for item in server.documents(first)]
    assert texts(server.get(project + "/documents", search="t")["documents"]) == ["Two", "Two", "Three"]
    assert server.get(project + "/documents", details="meta")["documents"][0]["meta"] == {"a": 1}


def test_documents_of_a_project_come_with_the_segments_of_the_session_that_is_named(server: Raw) -> None:
    project = server.project(labels=["POS"])
    segment = a_segment(4, 7, a_tag(), colour="red")
    tagged, other = (
        server.session(project, documents=[a_document("The bed", *segments), a_document("Plain")])
        for segments in ([segment], [])
    )
    for session in (tagged, other):
        asked = {"annotation_id": session.rsplit("/", 1)[1]}
        for details in ("segments", "segments,tags"):
            found = server.get(project + "/documents", details=details, **asked)["documents"]
            expected = server.get(session + "/documents", details=details)["documents"]
            assert [item["segments"] for item in found] == [item["segments"] for item in expected]
        assert "segments" not in server.get(project + "/documents", **asked)["documents"][0]
    everywhere = server.get(project + "/documents", details="segments")["documents"]
    assert [item["segments"] for item in everywhere] == [[]] * 4


def test_the_documents_that_come_with_a_session_are_its_group(server: Raw) -> None:
    project = server.project()
    session = server.session(project, documents=[a_document("One"), a_document("Two")])
    without = server.session(project)
    [group] = server.get(project + "/groups")
    assert (group["document_count"], group["source"], group["name"]) == (2, "ANNOTATIONS", "Round one")
    assert server.get(session)["document_group_id"] == group["id"]
    assert server.get(without)["document_group_id"] is None
    found = server.get(project + "/documents", group_id=str(group["id"]))
    assert texts(found["documents"]) == ["One", "Two"]


def test_postgresql_knows_of_a_large_new_session_at_once() -> None:
    """Else it reads all of the session for each page, until it looks by itself."""
    count = MANY + 7
    with serving("postgresql") as server:
        server.session(documents=[a_document(f"Text {n}", a_segment(0, 4, a_tag())) for n in range(count)])
        with server.store.database.reading() as connection:
            looked = "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'"
            rows = connection.execute(text(looked)).all()
    known = {row.relname: row.reltuples for row in rows}
    assert [known[name] for name in ("documents", "session_documents", "segments", "tags")] == [count] * 4
