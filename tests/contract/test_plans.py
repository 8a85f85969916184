"""Plans are carried out on the embedded server, once, however often that breaks off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from labeling.agreement.deal import Terms, Why
from labeling.errors import Failed
from labeling.model import Document, NewSession, Part, Role, Segment, Session, SessionChange, Tag
from labeling.reviewing.carrying_out import Carrying, plan_text, read_session, read_source
from labeling.reviewing.hidden_answers import hidden_copy
from labeling.reviewing.plans import NewPlan, Plan, PlanSource, given, left, plan_of, planned
from labeling.store.drafts import DraftStore, open_drafts
from labeling.store.review_values import Who
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded, embedded
from tests.stores import DATABASES

LEAD = Who("1", "Lead")


@pytest.fixture(params=DATABASES, scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with embedded("in process", tmp_path_factory.mktemp("server"), request.param) as found:
        yield found


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """For what does not depend on the database."""
    with embedded("in process", tmp_path_factory.mktemp("lite")) as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DraftStore]:
    found = open_drafts(tmp_path)
    yield found
    found.close()


class Killed(BaseException):
    """Nothing of the program goes on after it."""


class Breaking(httpx.BaseTransport):
    """Ends the program at a call: before it was sent, or when it was carried out but not answered yet."""

    def __init__(self, http: httpx.Client, at: int, *, is_late: bool) -> None:
        self._http, self._left, self._is_late = http, at, is_late

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left == 0 and not self._is_late:
            raise Killed
        answer = self._http.send(request)
        if self._left == 0:
            raise Killed
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def a_plan(
    server: Embedded, documents: int, people: int, *, gold: int = 0, **terms: float
) -> tuple[int, Plan, list[LabelingClient]]:
    """A project with so many documents, a plan for them, and a client of each person."""
    project = server.project()
    held = tuple(Document(text=f"Document {number}") for number in range(documents))
    api = server.api
    api.create_session(project, NewSession(name="Source", documents=held))
    source = [plan_text(*one) for one in read_source(api, project, PlanSource())]
    gold_session = None
    if gold:
        tagged = (Segment(span=(0, 4), tags=(Tag(label="POS"),)),)
        golden = tuple(Document(text=f"Gold {number}", segments=tagged) for number in range(gold))
        gold_session = api.create_session(project, NewSession(name="Gold", documents=golden, part=Part.GOLD))
    clients = [server.person(Role.ANNOTATOR, project, f"p{number}") for number in range(people)]
    new = NewPlan(
        project,
        "Round one",
        LEAD,
        [Who(str(client.who().id), f"Person {number}") for number, client in enumerate(clients)],
        source,
        Terms(**terms),  # type: ignore[arg-type]
        gold=gold_session and gold_session.id,
        gold_texts=[plan_text(*one) for one in read_session(api, gold_session)] if gold_session else (),
    )
    return project, planned(new), clients


def ids_of(api: LabelingClient, project: int, session_id: int) -> list[int | None]:
    return [document.id for _, document in read_session(api, api.session(project, session_id))]


def as_planned(api: LabelingClient, plan: Plan) -> None:
    """Each session of the plan is there once, with what the plan says, for whom it says."""
    made = [one for one in api.sessions(int(plan.project)) if one.plan == plan.id]
    assert sorted(one.name for one in made) == sorted(part.title for part in plan.parts)
    for part in plan.parts:
        [session] = [one for one in made if one.name == part.title]
        assert (session.id, session.part, session.blind) == (part.session_id, part.part.value, True)
        assert session.user_id == (part.user_id or session.user_id)
        if part.part is Part.WORK:
            assert ids_of(api, session.project_id, session.id) == [plan.id_of(one) for one in part.documents]


KILLS = [(at, is_late, 40) for at in (3, 6, 9, 12) for is_late in (False, True)]


@pytest.mark.parametrize(("at", "is_late", "documents"), [*KILLS, (7, True, 1000)])
def test_a_plan_whose_creation_is_killed_and_begun_again_is_created_once(
    lite: Embedded, store: DraftStore, at: int, is_late: bool, documents: int
) -> None:
    server = lite
    project, plan, _ = a_plan(server, documents, 6)
    broken = Breaking(server.http, at, is_late=is_late)
    with httpx.Client(transport=broken, base_url="http://api") as http, pytest.raises(Killed):
        Carrying(LabelingClient(http, server.token), store.review("here"), plan).run()
    [kept] = store.review("here").plans(str(project))
    assert not plan_of(kept).is_carried_out
    done = Carrying(server.api, store.review("here"), plan_of(kept)).run()
    assert done.is_carried_out
    as_planned(server.api, done)
    [kept] = store.review("here").plans(str(project))
    assert plan_of(kept) == done


def test_six_people_share_a_thousand_documents_at_once(server: Embedded, store: DraftStore) -> None:
    _, plan, clients = a_plan(server, 1000, 6)
    told: list[tuple[int, int]] = []
    done = Carrying(server.api, store.review("here"), plan).run(lambda n, of, words: told.append((n, of)))
    assert told == [(n, 6) for n in range(7)]
    as_planned(server.api, done)
    assert [part.indexes and len(part.documents) for part in done.parts] == [200] * 6
    # Nobody sees what the others have.
    for client, part in zip(clients, done.parts, strict=True):
        assert [one.id for one in client.sessions(int(plan.project)) if one.name != "Source"] == [
            part.session_id
        ]


def test_gold_documents_and_those_that_come_again_look_like_any_other(
    server: Embedded, store: DraftStore
) -> None:
    project, plan, clients = a_plan(server, 60, 2, gold=4, again=0.1)
    done = Carrying(server.api, store.review("here"), plan).run()
    as_planned(server.api, done)
    for client, part in zip(clients, done.work, strict=True):
        shown = client.documents(project, part.session_id or 0, limit=500).documents
        texts = Counter(document.text for document in shown)
        assert sum(text.startswith("Gold") for text in texts) == 4
        assert (
            sum(count == 2 for count in texts.values())
            == sum(one.why is Why.AGAIN for one in part.documents)
            > 0
        )
        assert all(not document.segments for document in shown)
    assert [part.part for part in done.parts] == [Part.WORK, Part.WORK, Part.CHECK]


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("at", [3, 4, 7])
def test_a_copy_of_answers_is_made_once_with_all_tags_and_only_managers_see_it(
    lite: Embedded, at: int, is_late: bool
) -> None:
    project = lite.project()
    ann = lite.person(Role.ANNOTATOR, project, "ann")
    tags = (Tag(label="POS"), Tag(label="NEG"))
    held = tuple(
        Document(text=f"Gold {n}", segments=(Segment(span=(0, 4), tags=tags),) if n % 3 else ())
        for n in range(250)
    )
    source = lite.api.create_session(project, NewSession(name="Known", documents=held))
    broken = Breaking(lite.http, at, is_late=is_late)
    with httpx.Client(transport=broken, base_url="http://api") as http, pytest.raises(Killed):
        hidden_copy(LabelingClient(http, lite.token), source)
    copy = hidden_copy(lite.api, source)
    assert copy is not None
    assert [one.name for one in lite.api.sessions(project)] == ["Known", "Known · answers"]
    assert (copy.part, copy.blind, copy.status) == ("GOLD", True, "FINISHED")
    assert everything(lite.api, copy) == everything(lite.api, source)
    assert [one.name for one in ann.sessions(project)] == ["Known"]


def everything(api: LabelingClient, session: Session) -> list[tuple[object, ...]]:
    found = api.documents(*session.key, limit=500).documents
    units = (tuple(unit for segment in one.segments for unit in segment.units) for one in found)
    return [(one.id, one.text, held) for one, held in zip(found, units, strict=True)]


def test_of_whoever_leaves_the_others_get_what_is_not_begun(server: Embedded, store: DraftStore) -> None:
    project, plan, clients = a_plan(server, 60, 3)
    done = Carrying(server.api, store.review("here"), plan).run()
    part = done.parts[1]
    first, second = ids_of(server.api, project, part.session_id or 0)[:2]
    tags = (Segment(span=(0, 4), tags=(Tag(label="POS"),)),)
    held = {document.id: document.text for _, document in read_source(server.api, project, PlanSource())}
    changed = (
        Document(id=first, text=held[first], annotated=True),
        Document(id=second, text=held[second], segments=tags, annotated=False),
    )
    clients[1].update_session(project, part.session_id or 0, SessionChange(documents=changed))
    finished = {one.document for one in part.documents if done.id_of(one) == first}
    later = Carrying(server.api, store.review("here"), left(done, part.number, finished)).run()
    # What was begun stays with whoever began it, and is another's as well.
    assert ids_of(server.api, project, part.session_id or 0) == [first, second]
    assert later.part_of(part.number).indexes == finished | {
        one.document for one in part.documents if done.id_of(one) == second
    }
    for other in (later.parts[0], later.parts[2]):
        held_now = ids_of(server.api, project, other.session_id or 0)
        assert held_now == [later.id_of(one) for one in other.documents]
        assert len(held_now) > len(done.part_of(other.number).documents)


def test_a_document_that_is_given_is_put_into_the_session(server: Embedded, store: DraftStore) -> None:
    project, plan, _ = a_plan(server, 20, 2, share=0.0)
    done = Carrying(server.api, store.review("here"), plan).run()
    document = done.parts[0].documents[0].document
    more = Carrying(server.api, store.review("here"), given(done, 2, document)).run()
    assert ids_of(server.api, project, more.parts[1].session_id or 0)[-1] == done.texts[document].id


def test_what_fails_is_begun_again(lite: Embedded, store: DraftStore) -> None:
    server = lite
    _, plan, _ = a_plan(server, 20, 2)

    def fail(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(500, json={"status": "fail", "message": "No."})
        return httpx.Response(200, json={"abilities": ["assign"]} if "info" in str(request.url) else [])

    broken = httpx.MockTransport(fail)
    with httpx.Client(transport=broken, base_url="http://api") as http, pytest.raises(Failed):
        Carrying(LabelingClient(http), store.review("here"), plan).run()
    as_planned(server.api, Carrying(server.api, store.review("here"), plan).run())


# Servers without abilities

Answers = Callable[[httpx.Request], httpx.Response]


def test_elsewhere_sessions_are_made_one_by_one_and_known_by_their_names(
    lite: Embedded, store: DraftStore
) -> None:
    server = lite
    project, plan, _ = a_plan(server, 20, 2)
    bodies = list[bytes]()

    def without(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(404)
        if request.method == "POST":
            bodies.append(request.content)
        answer = server.http.send(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    with httpx.Client(transport=httpx.MockTransport(without), base_url="http://api") as http:
        api = LabelingClient(http, server.token)
        done = Carrying(api, store.review("here"), plan).run()
        again = Carrying(api, store.review("here"), plan).run()
    assert [part.session_id for part in again.parts] == [part.session_id for part in done.parts]
    assert len(bodies) == 2
    assert not any(word in body for body in bodies for word in (b"user_id", b"blind", b"plan"))
    made = [one for one in server.api.sessions(project) if one.name.startswith("Round one")]
    assert [one.document_count for one in made] == [len(part.documents) for part in done.parts]


def test_where_documents_have_no_ids_their_texts_are_sent(lite: Embedded, store: DraftStore) -> None:
    server = lite
    project = server.project()
    texts = ("One", "Two", "One", "Three")
    held = tuple(
        Document(text=text, segments=(Segment(span=(0, 3), tags=(Tag(label="POS"),)),)) for text in texts
    )
    source = server.api.create_session(project, NewSession(name="Source", documents=held))
    where = PlanSource(kind="session", number=source.id)

    def nameless(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(404)
        answer = server.http.send(request)
        content = answer.content
        if request.url.path.endswith("/documents"):
            value = answer.json()
            for document in value["documents"]:
                document.pop("id")
            return httpx.Response(200, json=value)
        return httpx.Response(answer.status_code, content=content, headers=answer.headers)

    with httpx.Client(transport=httpx.MockTransport(nameless), base_url="http://api") as http:
        api = LabelingClient(http, server.token)
        read = [plan_text(*one) for one in read_source(api, project, where)]
        assert [text.id for text in read] == [None] * 4
        new = NewPlan(project, "Plan", LEAD, [Who("", "Ann"), Who("", "Bob")], read, Terms(share=1.0), where)
        done = Carrying(api, store.review("here"), planned(new)).run()
    for part in done.parts:
        page = server.api.documents(project, part.session_id or 0)
        assert Counter(document.text for document in page.documents) == Counter(texts)
        assert {(one.span, one.tags) for document in page.documents for one in document.segments} == {
            ((0, 3), ())
        }
