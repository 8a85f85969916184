"""A manager makes sessions for others, hands them over and takes documents out of them; what is blind is not
there for others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from threading import Event
from zipfile import ZipFile

import pytest
from sqlalchemy import update

from labeling.model import Part, Role
from labeling.server.api.description import OPEN
from labeling.server.storage.tables import sessions
from labeling.server.worker import Worker
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.contract.roles import LEAST
from tests.stores import DATABASES

TEXT = "The bed was soft"
SECRET = "Zxqv"
"""Stands in all that a hidden session has of its own."""
PLANNED = ("part", "plan", "blind")


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def id_of(server: Raw, token: str) -> int:
    found: int = server.call("GET", "/auth/status", token=token).json()["id"]
    return found


def hidden(server: Raw, project: str, **fields: Json) -> str:
    """The path of a session whose every word is secret, but for the texts of its documents."""
    segment = a_segment(4, 7, a_tag(f"{SECRET}C", f"{SECRET}L", note=SECRET), colour=SECRET)
    return server.session(
        project,
        name=f"{SECRET} round",
        classes=[f"{SECRET}C"],
        labels=[f"{SECRET}L"],
        documents=[a_document(TEXT, segment), a_document("Two")],
        **fields,
    )


def test_a_manager_makes_a_session_for_somebody_and_is_told_its_part(server: Raw) -> None:
    project = server.project()
    ann = server.person(Role.ANNOTATOR, project)
    person = id_of(server, ann)
    body = {"name": "Ann", "documents": [], "user_id": person, "part": "WORK", "plan": "p1", "blind": True}
    made = server.post(project + "/annotations", body)
    assert (made["user_id"], *(made[key] for key in PLANNED)) == (person, "WORK", "p1", True)
    session = f"{project}/annotations/{made['id']}"
    assert server.get(session) == made
    assert server.get(project + "/annotations") == [{**made, "annotated_count": 0}]
    assert {key: server.listing(session)[key] for key in PLANNED} == {key: made[key] for key in PLANNED}
    plain = server.get(server.session(project))
    assert [plain[key] for key in PLANNED] == ["WORK", None, False]
    for path in (session, session + "/documents"):
        own = server.call("GET", path, token=ann)
        assert own.status_code == 200
        assert own.json()["user_id"] == person
        assert not own.json().keys() & set(PLANNED)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 201),
        ({"part": "WORK", "plan": None, "blind": False}, 201),
        ({"part": "GOLD"}, 403),
        ({"plan": "p1"}, 403),
        ({"blind": True}, 403),
        ({"user_id": 1}, 403),
        ({"user_id": None}, 201),
        ({"part": "BEST"}, 400),
    ],
)
def test_what_is_said_of_a_plan_is_for_managers(server: Raw, said: Json, status: int) -> None:
    project = server.project()
    ann = server.person(Role.ANNOTATOR, project)
    body = {"name": "Own", "documents": [], **said}
    assert server.call("POST", project + "/annotations", body, token=ann).status_code == status
    own = {**body, "user_id": id_of(server, ann)}
    if status == 201:
        assert server.call("POST", project + "/annotations", own, token=ann).status_code == 201


def test_nobody_without_a_role_in_the_project_gets_a_session(server: Raw) -> None:
    project = server.project()
    stranger = id_of(server, server.person(Role.ANNOTATOR, server.project()))
    body = {"name": "One", "documents": [], "user_id": stranger}
    said = f"user_id: person {stranger} has no role in project {project.rpartition('/')[2]}"
    assert server.refused(project + "/annotations", body, "POST") == said
    assert server.get(project + "/annotations") == []
    session = server.session(project)
    assert server.refused(session + "/person", {"user_id": stranger}) == said


def test_a_session_handed_over_is_the_other_persons_and_its_history_says_so(server: Raw) -> None:
    project = server.project()
    ann, bob = (server.person(Role.ANNOTATOR, project, f"{name}@example.org") for name in ("ann", "bob"))
    first, second = id_of(server, ann), id_of(server, bob)
    session = hidden(server, project, user_id=first, blind=True)
    before = server.call("GET", session).headers["ETag"]
    answer = server.call("PUT", session + "/person", {"user_id": second}, headers={"If-Match": before})
    assert answer.json() == {**server.get(session), "user_id": second}
    assert [server.call("GET", session, token=one).status_code for one in (ann, bob)] == [404, 200]
    [save] = server.get(session + "/history")["saves"]
    assert save["replaced"] == ["user_id"]
    late = server.call("PUT", session + "/person", {"user_id": first}, headers={"If-Match": before})
    assert late.status_code == 412
    server.put(session, {"user_id": first, "blind": False, "part": "CHECK", "plan": "p"})
    assert server.get(session)["user_id"] == second
    assert [server.get(session)[key] for key in PLANNED] == ["WORK", None, True]
    assert server.listing(session, at="2")["user_id"] == second
    assert len(server.get(session + "/history")["saves"]) == 1


def test_a_document_leaves_a_session_and_stays_in_the_project(server: Raw) -> None:
    project = server.project()
    session = server.session(
        project, documents=[a_document("One", annotated=True), a_document("Two"), a_document("Three")]
    )
    one, two, three = (item["id"] for item in server.documents(session))
    assert server.call("DELETE", f"{session}/documents/{two}").status_code == 204
    assert server.call("DELETE", f"{session}/documents/{two}").status_code == 404
    assert [(item["id"], item["position"]) for item in server.documents(session)] == [(one, 0), (three, 1)]
    told = server.get(session)
    assert (told["document_count"], told["progress"]) == (2, 50.0)
    assert server.get(f"{project}/documents/{two}")["text"] == "Two"
    server.call("DELETE", f"{session}/documents/{three}")
    assert server.get(session)["progress"] == 100.0
    again = server.put(session, {"document_ids": [two]})
    assert again["document_count"] == 2
    assert [item["id"] for item in server.documents(session)] == [one, two]


def test_a_document_with_tags_leaves_only_when_that_is_said(server: Raw) -> None:
    session = server.session(
        documents=[a_document(TEXT, a_segment(4, 7, a_tag(), a_tag("Staff")), a_segment(12, 16, a_tag()))]
    )
    [document] = (item["id"] for item in server.documents(session))
    path = f"{session}/documents/{document}"
    said = server.refused(path, None, "DELETE")
    assert said.startswith(f"Document {document} has 3 tags in this session")
    assert server.call("DELETE", path, with_tags="false").status_code == 400
    assert server.call("DELETE", path, with_tags="yes").status_code == 400
    assert server.documents(session)
    assert server.call("DELETE", path, with_tags="True").status_code == 204
    assert server.documents(session) == []
    bare = server.session(documents=[a_document(TEXT, a_segment(4, 7))])
    [document] = (item["id"] for item in server.documents(bare))
    assert server.call("DELETE", f"{bare}/documents/{document}").status_code == 204


def test_former_states_hold_what_was_taken_out_since_in_its_place(server: Raw) -> None:
    session = server.session(documents=[a_document(f"Text {n} of it") for n in range(5)])
    ids = [item["id"] for item in server.documents(session)]
    tagged = a_segment(0, 4, a_tag())
    server.put(session, {"documents": [{"id": ids[1], "segments": [tagged], "annotated": True}]})
    states = {2: server.listing(session)}

    def save(method: str, path: str, body: Json = None, **query: str) -> None:
        assert server.call(method, path, body, **query).status_code in (200, 204)
        newest = server.get(session + "/history")["saves"][0]["n"]
        states[newest] = server.listing(session)

    save("DELETE", f"{session}/documents/{ids[1]}", with_tags="true")
    save("DELETE", f"{session}/documents/{ids[3]}")
    save("PUT", session, {"document_ids": [ids[1]]})
    save("PUT", session, {"documents": [{"id": ids[1], "segments": [a_segment(5, 6, a_tag("Staff"))]}]})
    save("DELETE", f"{session}/documents/{ids[0]}")
    save("DELETE", f"{session}/documents/{ids[1]}", with_tags="true")
    assert sorted(states) == [2, 3, 4, 5, 6, 7, 8]
    for n, state in states.items():
        then = server.listing(session, at=str(n))
        assert then["documents"] == state["documents"], n
        assert (then["document_count"], then["progress"]) == (state["document_count"], state["progress"]), n
        pages = [server.listing(session, at=str(n), offset=str(at), limit="2") for at in (0, 2, 4)]
        assert [item for page in pages for item in page["documents"]] == state["documents"], n
        found = server.documents(session, at=str(n), label="POS")
        assert [item["id"] for item in found] == [
            item["id"] for item in state["documents"] if item["segments"]
        ]
    save_3 = server.get(f"{session}/history/3")
    assert [save_3[name] for name in ("added", "removed", "done")] == [0, 1, 0]
    [document] = save_3["documents"]
    assert document["text"] == "Text 1 of it"
    assert units(document["before"]) == [(0, 4, "Comfort", "POS")]
    assert document["after"] == {"segments": [], "annotated": False}
    # What was deleted from the project since is not shown any more.
    assert server.call("DELETE", f"{session.split('/annotations')[0]}/documents/{ids[3]}").status_code == 204
    then = server.listing(session, at="2")
    assert [item["id"] for item in then["documents"]] == [ids[n] for n in (0, 1, 2, 4)]
    assert (then["document_count"], then["total"], then["progress"]) == (4, 4, 25.0)


def test_a_taken_out_document_keeps_the_text_that_it_had_then(server: Raw) -> None:
    session = server.session(documents=[a_document("Old words", a_segment(0, 3, a_tag()))])
    [document] = (item["id"] for item in server.documents(session))
    before = server.documents(session)
    server.call("DELETE", f"{session}/documents/{document}", with_tags="true")
    server.put(f"{session.split('/annotations')[0]}/documents/{document}", {"text": "New"})
    assert server.documents(session, at="1") == before


def test_parts_go_with_a_clone_and_with_the_export(server: Raw) -> None:
    project = server.project()
    session = hidden(server, project, part="GOLD", plan="p1", blind=True)
    copy = server.post(project + "/clone", {"name": "Copy"})["id"]
    worker = Worker(server.store, Event())
    while worker.work_once(lambda seconds: None):
        pass
    [cloned] = server.get(f"/projects/{copy}/annotations")
    assert [cloned[key] for key in PLANNED] == ["GOLD", "p1", True]
    archive = ZipFile(BytesIO(server.call("GET", project + "/export").content))
    number = session.rpartition("/")[2]
    assert json.loads(archive.read(f"sessions/{number}/session.json")) == server.get(session)


# What is hidden


HIDDEN = [{"blind": True}, {"part": "GOLD"}, {"part": "DECIDED"}, {"part": "CHECK"}]


@pytest.mark.parametrize("said", HIDDEN, ids=str)
def test_a_hidden_session_is_there_for_its_person_and_for_managers(server: Raw, said: Json) -> None:
    project = server.project()
    boss, *others = (
        server.person(role, project, f"{role.value}{number}@example.org")
        for number, role in enumerate((Role.MANAGER, Role.VIEWER, Role.ANNOTATOR, Role.ANNOTATOR))
    )
    session = hidden(server, project, user_id=id_of(server, others[-1]), **said)
    for token, seen in zip((boss, *others), (True, False, False, True), strict=True):
        assert (server.call("GET", session, token=token).status_code == 200) is seen
        assert (server.call("GET", project + "/annotations", token=token).json() != []) is seen
        assert server.call("GET", "/sessions", token=token).json()["total"] == seen


@pytest.mark.parametrize(
    ("said", "role"), [({"blind": True}, Role.ANNOTATOR), ({"part": "GOLD"}, Role.VIEWER)]
)
def test_no_call_tells_others_of_a_hidden_session(server: Raw, said: Json, role: Role) -> None:
    project = server.project()
    owner = server.person(Role.ANNOTATOR, project, "owner@example.org")
    manager = server.person(Role.MANAGER, project, "boss@example.org")
    other = server.person(role, project, "other@example.org")
    server.session(project, documents=[a_document("Open", a_segment(0, 4, a_tag()))])
    session = hidden(server, project, user_id=id_of(server, owner), **said)
    document, unfit = (item["id"] for item in server.documents(session))
    server.put(session, {"documents": [{"id": unfit, "annotated": True}]})
    segment = server.documents(session)[0]["segments"][0]
    ids = {
        "project_id": int(project.rpartition("/")[2]),
        "annotation_id": int(session.rpartition("/")[2]),
        "document_id": document,
        "segment_id": segment["id"],
        "tag_id": segment["tags"][0]["id"],
        "n": server.get(session + "/history")["saves"][0]["n"],
        "group_id": server.get(session)["document_group_id"],
        "user_id": id_of(server, owner),
    }
    begin_to_delete(server, project)
    corrected = a_correction(server, project, user_id=id_of(server, owner), **said)

    def answers(token: str, number: int) -> dict[tuple[str, str], tuple[int, str]]:
        """Of all calls that tell something; those that change are asked without a body."""
        is_there = number == ids["annotation_id"]
        path_ids = {**ids, "annotation_id": number, "correction_id": corrected if is_there else number}
        found = {}
        for method, path in LEAST:
            if "{" not in path and (path in OPEN or path.startswith("/auth/") or method != "get"):
                continue
            names = re.findall(r"{(\w+)}", path)
            in_session = "{annotation_id}" in path or "{correction_id}" in path
            if not set(names) <= path_ids.keys() or (method == "delete" and not in_session):
                continue
            where = path.format(**path_ids)
            raw = None if method == "get" else b"{"
            headers = {"If-Match": '"none"'}
            query = {"annotation_id": str(number), "details": "segments,tags,meta", "format": "json"}
            of_group = {"group_id": str(ids["group_id"]), "details": "segments,tags"}
            # What is in a session is refused whatever is asked of it.
            more = {} if in_session or method != "get" else {"of session": query, "of group": of_group}
            for name, asked in {"plain": {}, **more}.items():
                answer = server.call(method.upper(), where, raw=raw, token=token, headers=headers, **asked)
                found[method, f"{path} {name}"] = answer.status_code, answer.text
        return found

    assert sum(SECRET in text for _, text in answers(manager, ids["annotation_id"]).values()) > 20
    assert server.call("GET", session + "/documents", token=owner).status_code == 200
    seen = answers(other, ids["annotation_id"])
    of_nothing = answers(other, 10**9)
    assert len(seen) > 60
    for call, (status, text) in seen.items():
        assert SECRET not in text, call
        # As if there were none: the same is answered where there is none.
        assert (status, text.replace(str(ids["annotation_id"]), "")) == (
            of_nothing[call][0],
            of_nothing[call][1].replace(str(10**9), "").replace(str(ids["annotation_id"]), ""),
        ), call
        if any(name in call[1] for name in ("{annotation_id}", "{correction_id}", "{group_id}")):
            assert status == 404, call
    home = server.call("GET", "/sessions", token=other).json()
    assert (home["total"], [one["email"] for one in home["users"]]) == (1, ["local@localhost"])


def a_correction(server: Raw, project: str, **said: Json) -> int:
    """The id of a hidden session in which predictions are corrected."""
    number = int(hidden(server, project, **said).rpartition("/")[2])
    with server.store.database.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.id == number).values(mode="CORRECTION"))
    return number


def begin_to_delete(server: Raw, project: str) -> None:
    """Nobody but managers learns that another hidden session is being deleted."""
    gone = hidden(server, project, part="GOLD")
    server.put(gone, {"name": f"{SECRET} gone"})
    assert server.call("DELETE", gone).status_code == 204


def test_a_refusal_does_not_name_a_hidden_session(server: Raw) -> None:
    project = server.project()
    ann = server.person(Role.ANNOTATOR, project)
    session = hidden(server, project, part="GOLD")
    document = server.documents(session)[0]["id"]
    path = f"{project}/documents/{document}"
    said = server.call("PUT", path, {"text": "New"}, token=ann)
    assert (said.status_code, SECRET in said.text) == (400, False)
    assert SECRET in server.refused(path, {"text": "New"})
    file = {"file": ("r.txt", b"One line")}
    name = {"name": f"{SECRET} round"}
    for token, status in ((server.token, 409), (ann, 200)):
        headers = {"Authorization": f"Bearer {token}"}
        answer = server.http.post(f"{project}/annotations/upload", files=file, data=name, headers=headers)
        assert answer.status_code == status


def test_whoever_is_no_manager_any_more_sees_what_the_role_shows(server: Raw) -> None:
    project = server.project()
    boss = server.person(Role.MANAGER, project, "boss@example.org")
    session = hidden(server, project, part=Part.GOLD)
    assert server.call("GET", session, token=boss).status_code == 200
    server.person(Role.ANNOTATOR, project, "boss@example.org")
    assert server.call("GET", session, token=boss).status_code == 404
    assert server.call("DELETE", session, token=boss).status_code == 404
