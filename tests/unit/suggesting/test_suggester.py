"""What was done is read from any server, learned once at a time on a machine, and kept for who did it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from labeling.draft.document import Loaded, opened
from labeling.draft.draft import Draft, new_draft
from labeling.draft.history import take
from labeling.editing.table import set_done
from labeling.model import Document, Session
from labeling.store.drafts import DraftStore, open_drafts
from labeling.studio.client import LabelingClient
from labeling.suggesting.reading import examples_of
from labeling.suggesting.suggester import NOTHING, Suggester, SuggestionKey, Wish
from tests.unit.build import a_session

ALL = ("ids", "annotated", "filters")
KEY = SuggestionKey("embedded", "2", "uuid-1")
NAMES = ("staff", "host", "guide")
MAX_WAIT = 600


class Api:
    """Documents of which the first ones are done, as a server with or without abilities lists them."""

    def __init__(self, done: int, count: int, *abilities: str, tagged: bool = True) -> None:
        self.abilities, self.fails = abilities, False
        self.documents = [self._document(n, n < done and tagged) for n in range(count)]
        if "annotated" in abilities:
            for n in range(done):
                self.documents[n]["annotated"] = True
        self.session = a_session(document_count=count, uuid="uuid-1")

    def _document(self, n: int, tagged: bool) -> dict[str, object]:
        words = [NAMES[n % 3], NAMES[(n + 1) % 3]]
        text = f"Week {n}: the {words[0]} smiled, the {words[1]} slept, the {words[0]} sang."
        segments, at = [], 0
        for word in (*words, words[0]):
            at = text.index(word, at)
            span = [at, at + len(word)]
            segments.append({"text": word, "span": span, "tags": [{"class": "Staff", "label": "POS"}]})
            at += 1
        own = {"id": n + 1} if "ids" in self.abilities else {}
        return {**own, "text": text, "segments": segments if tagged else []}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.fails:
            return httpx.Response(500, json={"detail": "out of order"})
        if request.url.path.endswith("/info"):
            return httpx.Response(200, json={"version": "1", "abilities": list(self.abilities)})
        query = dict(request.url.params)
        items = [one for one in self.documents if "annotated" not in query or "annotated" in one]
        offset, limit = int(query["offset"]), int(query["limit"])
        body = {"id": 5, "project_id": 1, "document_count": len(self.documents), "total": len(items)}
        return httpx.Response(
            200,
            content=json.dumps({**body, "documents": items[offset : offset + limit]}),
            headers={"Content-Type": "application/json"},
        )

    @property
    def client(self) -> LabelingClient:
        http = httpx.Client(transport=httpx.MockTransport(self), base_url="http://api")
        return LabelingClient(http, pause=lambda seconds: None)

    def loaded(self, n: int) -> Loaded:
        document = Document.model_validate(self.documents[n])
        return Loaded(f"id:{n + 1}", n, document)


def marked(session: Session, api: Api, *places: int, done: bool = True) -> Draft:
    """A draft in which documents are called done, or no longer."""
    draft = new_draft(session)
    for n in places:
        view = opened(api.loaded(n))
        draft = take(draft, set_done(view, done), view)
    return draft


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[DraftStore]:
    store = open_drafts(tmp_path)
    yield store
    store.close()


def idle(suggester: Suggester) -> None:
    until = time.monotonic() + MAX_WAIT
    while not suggester.is_idle():
        assert time.monotonic() < until
        time.sleep(0.02)


def wish(api: Api, at: int, done: int) -> Wish:
    return Wish(api.client, api.session, new_draft(api.session), [api.loaded(at)], done)


def test_what_is_done_counts_as_the_draft_has_it_on_a_server_that_tells_it_and_on_one_that_does_not() -> None:
    api = Api(12, 20, *ALL)
    assert len(examples_of(api.client, api.session)) == 12
    draft = marked(api.session, api, 14, 15)
    texts = [one.text for one in examples_of(api.client, api.session, draft)]
    assert texts == [str(api.documents[n]["text"]) for n in (*range(12), 14, 15)]
    assert len(examples_of(api.client, api.session, marked(api.session, api, 3, done=False))) == 11
    plain = Api(12, 20, "ids")
    assert examples_of(plain.client, plain.session) == ()
    found = examples_of(plain.client, plain.session, marked(plain.session, plain, 2, 14))
    assert [len(one.tags) for one in found] == [3, 0]


def test_it_is_learned_and_proposed_for_the_documents_at_hand_and_those_after_them(
    drafts: DraftStore,
) -> None:
    api, suggester = Api(12, 80, *ALL), Suggester(drafts)
    suggester.wish(KEY, wish(api, 12, 9))
    idle(suggester)
    assert suggester.known(KEY) == NOTHING  # nine are too few to look
    suggester.wish(KEY, wish(api, 12, 12))
    idle(suggester)
    known = suggester.known(KEY)
    assert known.is_ready
    assert known.missing == known.why == ""
    assert [one.class_ for one in known.predictions["id:13"]] == ["Staff"] * 3
    assert {f"id:{n}" for n in range(13, 53)} <= set(known.predictions)
    assert "id:80" not in known.predictions
    suggester.wish(KEY, wish(api, 79, 13))  # far from there, by the same model
    idle(suggester)
    assert suggester.known(KEY).predictions["id:80"]
    assert suggester.known(KEY).data == known.data
    assert suggester.known(KEY._replace(person="3")) == NOTHING


def test_too_little_and_a_server_that_fails_are_told(drafts: DraftStore) -> None:
    api, suggester = Api(12, 20, *ALL, tagged=False), Suggester(drafts)
    suggester.wish(KEY, wish(api, 12, 12))
    idle(suggester)
    assert suggester.known(KEY).missing == "30 tags more are needed to train a model."
    broken = Api(12, 20, *ALL)
    broken.fails = True
    other = KEY._replace(session="uuid-2")
    suggester.wish(other, wish(broken, 12, 12))
    idle(suggester)
    assert "out of order" in suggester.known(other).why
    assert not suggester.known(other).is_ready


def test_while_another_process_of_the_machine_learns_this_one_waits(drafts: DraftStore) -> None:
    api, suggester = Api(12, 20, *ALL), Suggester(drafts)
    lease = suggester._lease
    assert drafts.acquire(lease, "another process", "learning", 600) is None
    suggester.wish(KEY, wish(api, 12, 12))
    time.sleep(0.3)
    assert not suggester.is_idle()
    assert suggester.known(KEY) == NOTHING
    drafts.release(lease, "another process")
    idle(suggester)
    assert suggester.known(KEY).is_ready
    assert drafts.acquire(lease, "another process", "learning", 1) is None


def test_on_a_busy_machine_what_is_known_has_to_do(drafts: DraftStore) -> None:
    load = [0.0]
    api, suggester = Api(12, 60, *ALL), Suggester(drafts, load=lambda: load[0])
    suggester.wish(KEY, wish(api, 12, 12))
    idle(suggester)
    first = suggester.known(KEY)
    load[0] = 100.0 * (os.cpu_count() or 1)
    suggester.wish(KEY, wish(api, 12, 25))
    idle(suggester)
    assert first.is_ready
    assert suggester.known(KEY) == first
