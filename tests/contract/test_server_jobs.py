"""What takes long is begun by a call and done by a worker, whatever becomes of the worker meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from sqlalchemy import Connection, func, select, update

from labeling.errors import Invalid
from labeling.model import Role
from labeling.server.storage import deletion
from labeling.server.storage.ids import DbRow
from labeling.server.storage.jobs import MOST_ATTEMPTS, Advance, Work
from labeling.server.storage.long_work import WORK
from labeling.server.storage.tables import (
    jobs,
    projects,
    save_documents,
    saves,
    segments,
    session_documents,
    sessions,
    tags,
)
from labeling.server.worker import Worker
from tests.contract import one_worker
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving
from tests.stores import DATABASES

DOCUMENTS = [
    a_document(
        f"Bed {number}",
        *([a_segment(0, 3, a_tag(sure=number, origin="suggested"))] * (number % 2)),
        meta={"n": number},
    )
    for number in range(7)
]


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "AT_ONCE", 2)


def work(server: Raw, *, steps: int | None = None) -> bool:
    """Do all that there is, or so many steps, after which the worker is gone; whether it ended by itself."""
    return one_worker.work(server.store, steps=steps).is_over


def count_of(server: Raw, *tables: DbRow) -> list[int]:
    with server.store.database.reading() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_a_session_is_deleted_by_and_by_and_nobody_changes_it_meanwhile(server: Raw) -> None:
    project = server.project()
    other, session = (server.session(project, documents=DOCUMENTS) for _ in range(2))
    server.put(session, {"documents": [{"text": "Bed 0", "annotated": True}]})
    kept = server.listing(other)
    for _ in range(2):  # a client repeats what it got no answer to
        gone = server.call("DELETE", session, {})
        assert (gone.status_code, gone.content) == (204, b"")
    assert not work(server, steps=2)
    assert server.get(session)["status"] == "DELETING"
    assert "DELETING" in server.refused(session, {"name": "Late"})
    (job,) = server.get(project + "/jobs")
    assert (job["kind"], job["status"]) == ("DELETE_SESSION", "RUNNING")
    assert 0 < job["progress"] < 100
    jobs_of = project + "/jobs?ended="
    assert (server.get(jobs_of + "false"), server.get(jobs_of + "true")) == ([job], [])
    assert server.call("GET", jobs_of + "soon").status_code == 400
    assert work(server)
    assert (server.get(jobs_of + "false"), server.get(jobs_of + "true")) == (
        [],
        server.get(project + "/jobs"),
    )
    assert server.call("GET", session).status_code == 404
    assert server.get(project + "/jobs")[0]["status"] == "DONE"
    assert server.listing(other) == kept
    assert count_of(server, session_documents, segments, tags, saves, save_documents) == [7, 3, 3, 0, 0]
    # Its documents and their group are the project's.
    assert [group["document_count"] for group in server.get(project + "/groups")] == [7, 7]


def test_a_session_is_deleted_only_in_the_state_that_is_expected(server: Raw) -> None:
    session = server.session()
    tag = server.call("GET", session).headers["ETag"]
    server.put(session, {"name": "Meanwhile"})
    assert server.call("DELETE", session, headers={"If-Match": tag}).status_code == 412
    assert server.get(session)["status"] == "CREATED"


def test_a_project_is_gone_at_once_and_what_it_held_by_and_by(server: Raw) -> None:
    project, other = server.project(), server.project()
    for _ in range(3):
        server.session(project, documents=DOCUMENTS)
    kept = server.session(other, documents=DOCUMENTS)
    ann = server.person(Role.MANAGER, project)
    assert server.call("DELETE", project, token=ann).status_code == 204
    assert [f"/projects/{one['id']}" for one in server.get("/projects")] == [other]
    assert server.call("GET", "/projects", token=ann).json() == []
    for method, path in (("GET", project), ("GET", project + "/annotations"), ("DELETE", project)):
        assert server.call(method, path).status_code == 404
    assert work(server)
    assert count_of(server, projects, sessions, session_documents) == [1, 1, 7]
    assert len(server.documents(kept)) == 7


OWN = ("id", "uuid", "project_id", "document_group_id", "created")


def contents(server: Raw, project: str, own: tuple[str, ...] = OWN) -> Json:
    """All that a project holds, but for ids and moments of its own."""

    def plain(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if key not in own}
        return [plain(item) for item in value] if isinstance(value, list) else value

    found = [server.get(f"{project}/{what}") for what in ("classes", "labels", "groups")]
    listed = [
        server.listing(f"{project}/annotations/{one['id']}") for one in server.get(project + "/annotations")
    ]
    return plain([*found, listed, server.get(project + "/documents", details="meta")["documents"]])


def a_full_project(server: Raw) -> str:
    project = server.project()
    for name in ("First", "Second"):
        session = server.session(project, name=name, documents=DOCUMENTS)
        server.put(session, {"documents": [{"text": "Bed 0", "annotated": True}]})
    ids = [item["id"] for item in server.documents(session)[:3]]
    server.session(project, name="Third", document_ids=ids)
    return project


def test_a_clone_holds_all_that_its_project_held_and_belongs_to_who_made_it(server: Raw) -> None:
    server.session(documents=DOCUMENTS)
    project = a_full_project(server)
    ann = server.person(Role.MANAGER, project)
    made = server.call("POST", project + "/clone", {"name": "Copy"}, token=ann)
    assert (made.status_code, made.json()["status"], made.json()["name"]) == (201, "CLONING", "Copy")
    clone = f"/projects/{made.json()['id']}"
    assert made.json()["role"] == "MANAGER"
    assert server.call("GET", clone, token=ann).json()["status"] == "CLONING"
    assert "being cloned" in server.refused(clone, {"name": "Mine"})
    assert work(server)
    assert server.get(clone)["status"] == "CREATED"
    assert contents(server, clone) == contents(server, project)
    uuids = [one["uuid"] for path in (clone, project) for one in server.get(path + "/annotations")]
    assert len(set(uuids)) == 6
    # From now on each goes its own way.
    first = f"{clone}/annotations/{server.get(clone + '/annotations')[0]['id']}"
    server.put(first, {"documents": [a_document("Bed 1"), a_document("Only here", a_segment(0, 4, a_tag()))]})
    assert [one["document_count"] for one in server.get(project + "/annotations")] == [7, 7, 3]


def test_a_clone_is_of_one_moment_whatever_was_done_since_it_was_asked_for(server: Raw) -> None:
    project = a_full_project(server)
    clone = f"/projects/{server.post(project + '/clone', {'name': 'Copy'})['id']}"
    first = f"{project}/annotations/{server.get(project + '/annotations')[0]['id']}"
    bare = server.documents(first)[2]["id"]
    server.put(f"{project}/classes/{server.get(project + '/classes')[0]['id']}", {"name": "Ease"})
    server.put(f"{project}/documents/{bare}", {"text": "A much longer text"})
    new = a_document("A much longer text", a_segment(10, 18, a_tag("Ease")))
    server.put(first, {"documents": [new, a_document("New", a_segment(0, 3, a_tag("Staff")))]})
    server.post(project + "/groups", {"name": "Mine", "document_ids": [bare]})
    assert work(server)
    assert contents(server, clone) == contents(server, project)


def test_a_clone_whose_project_is_deleted_before_it_is_made_fails_and_is_not_cloned_again(
    server: Raw,
) -> None:
    project = a_full_project(server)
    clone = f"/projects/{server.post(project + '/clone', {'name': 'Copy'})['id']}"
    assert server.call("DELETE", project).status_code == 204
    assert work(server)
    found = server.get(clone)
    assert (found["status"], found["description"]) == (
        "FAILED",
        "The project that it was to be a copy of is gone.",
    )
    assert "FAILED" in server.refused(clone + "/clone", {"name": "Again"}, "POST")


def test_a_clone_that_is_deleted_before_it_is_made_is_gone(server: Raw) -> None:
    project = a_full_project(server)
    clone = f"/projects/{server.post(project + '/clone', {'name': 'Copy'})['id']}"
    assert server.call("DELETE", clone).status_code == 204
    assert work(server)
    assert count_of(server, projects, sessions) == [1, 3]


def test_a_worker_that_is_killed_while_it_clones_leaves_nothing_and_the_next_makes_it_whole(
    server: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_full_project(server)
    step = WORK["CLONE_PROJECT"]

    def cut_off(connection: Connection, job: DbRow) -> Advance:
        step(connection, job)
        raise one_worker.Killed

    monkeypatch.setitem(WORK, "CLONE_PROJECT", cut_off)
    clone = f"/projects/{server.post(project + '/clone', {'name': 'Copy'})['id']}"
    assert not work(server)
    assert count_of(server, projects, sessions, session_documents) == [2, 3, 17]
    monkeypatch.setitem(WORK, "CLONE_PROJECT", step)
    assert work(server)
    assert contents(server, clone) == contents(server, project)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_whenever_workers_are_killed_everything_is_deleted_and_nothing_else(server: Raw) -> None:
    kept = contents(server, a_full_project(server))
    for steps in range(1, 4):
        assert server.call("DELETE", a_full_project(server)).status_code == 204
        while not work(server, steps=steps):
            pass
        assert count_of(server, projects, sessions, session_documents) == [1, 3, 17]
    assert contents(server, f"/projects/{server.get('/projects')[0]['id']}") == kept


def test_a_job_that_ends_its_workers_again_and_again_fails_and_says_so(
    server: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(connection: Connection, job: DbRow) -> Advance:
        raise one_worker.Killed

    monkeypatch.setitem(WORK, "DELETE_SESSION", end)
    session = server.session(documents=DOCUMENTS)
    server.call("DELETE", session)
    for _ in range(MOST_ATTEMPTS):
        assert not work(server)
    assert work(server)
    facts = server.get(session)
    assert (facts["status"], facts["description"]) == ("FAILED", "It was broken off 5 times.")
    (job,) = server.get(session.split("/annotations")[0] + "/jobs")
    assert (job["status"], job["error"]) == ("FAILED", facts["description"])


def test_what_cannot_be_done_fails_with_its_reason(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(connection: Connection, job: DbRow) -> Advance:
        raise Invalid("There is no room for it.")

    monkeypatch.setitem(WORK, "CLONE_PROJECT", refuse)
    clone = f"/projects/{server.post(server.project() + '/clone', {'name': 'Copy'})['id']}"
    assert work(server)
    found = server.get(clone)
    assert (found["status"], found["description"]) == ("FAILED", "There is no room for it.")
    assert server.call("DELETE", clone).status_code == 204


def test_a_worker_that_is_stopped_gives_its_job_to_the_next(server: Raw) -> None:
    session = server.session(documents=DOCUMENTS)
    server.call("DELETE", session)
    stopped = Event()
    assert Worker(server.store, stopped).work_once(lambda seconds: stopped.set())
    assert server.get(session)["status"] == "DELETING"
    assert work(server)
    assert server.call("GET", session).status_code == 404


def test_who_looks_after_the_server_learns_that_no_worker_takes_its_jobs(server: Raw) -> None:
    server.call("DELETE", server.session())
    assert server.call("GET", "/health", token="").json()["jobs"] == "ok"
    with server.store.database.writing() as connection:
        connection.execute(update(jobs).values(created=datetime(2026, 1, 1, tzinfo=UTC)))
    assert server.call("GET", "/health", token="").json()["jobs"] == "late"
    assert work(server)
    assert server.call("GET", "/health", token="").json()["jobs"] == "ok"


def test_several_workers_do_each_job_once(server: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    project, done = server.project(), list[int]()

    def counted(step: Work) -> Work:
        def count(connection: Connection, job: DbRow) -> Advance:
            found = step(connection, job)
            if found.is_last:
                done.append(job["id"])
            return found

        return count

    monkeypatch.setitem(WORK, "DELETE_SESSION", counted(deletion.delete_session_step))
    for _ in range(6):
        server.call("DELETE", server.session(project, documents=DOCUMENTS))

    def all_jobs(_: int) -> None:
        one = Worker(server.store, Event())
        while one.work_once(lambda seconds: None):
            pass

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(all_jobs, range(3)))
    assert len(done) == len(set(done)) == 6
    assert server.get(project + "/annotations") == []
