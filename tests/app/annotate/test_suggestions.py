"""Tags are suggested while somebody annotates: taken they are tags like any other, rejected they stay
away."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from components.annotate.suggestions import suggester
from labeling.model import Document
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.store.review_values import ReviewKey
from labeling.studio.client import LabelingClient
from labeling.suggesting.said import SUGGESTED, suggested_tags
from tests.app.browser import drawn, press, settled, shown, tag_on_text, whole
from tests.app.build import a_session, held, opened, tagged
from tests.app.conftest import new_app
from tests.contract.proposed import a_correction

pytestmark = pytest.mark.usefixtures("learning")
PLACES = ("lobby", "garden", "cellar", "attic", "hall", "tower")


def learned(count: int = 18) -> list[Document]:
    texts = [f"In the {PLACES[n % 6]} {n} the staff smiled, but the room was cold" for n in range(count)]
    tags = (("staff", "Staff", "POS"), ("room", "Room", "NEG"))
    return [tagged(text, *tags).model_copy(update={"annotated": True}) for text in texts]


def to_do(count: int = 6) -> list[Document]:
    return [
        Document(text=f"Near the {PLACES[n]} the staff smiled, but the room was cold") for n in range(count)
    ]


def waited(app: AppTest, drafts: DraftStore) -> AppTest:
    """The page, drawn after everything under way was learned."""
    until = time.monotonic() + 120
    while not suggester(drafts).is_idle() and time.monotonic() < until:
        time.sleep(0.05)
    return settled(whole(app.run()))


def ghosts(app: AppTest) -> list[tuple[str, list[str | None]]]:
    data = drawn(app)
    return [(data["text"][one["start"] : one["end"]], one["tag"]) for one in data["ghosts"]]


STAFF, ROOM = ("staff", ["Staff", "POS"]), ("room", ["Room", "NEG"])


def test_what_is_done_is_learned_from_and_suggested_in_the_next_documents(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    session = a_session(api, *learned(), *to_do())
    app.session_state["suggestions"] = True  # its box is open
    app = waited(opened(app, session, document=19), drafts)
    assert ghosts(app) == [STAFF, ROOM]
    assert "No suggestion was taken or rejected yet." in shown(app)
    assert all(one["ghosts"] for one in drawn(app)["next"])
    assert not any(one["ghosts"] for one in drawn(app)["previous"])  # they are done
    first, second = drawn(app)["ghosts"]
    tag_on_text(app, {"kind": "take", "ghosts": [first]}, {"kind": "reject", "ghosts": [second]})
    assert ghosts(app) == []
    assert [one["tags"] for one in drawn(app)["segments"]] == [[["Staff", "POS"]]]
    press(app, "save")
    assert held(api, session)[18][1] == [(19, 24, "Staff", "POS")]
    key = ReviewKey(str(session.project_id), session.lasting_name)
    kept = drafts.review("embedded").verdicts(key, SUGGESTED)
    assert sorted(one.outcome for one in kept) == ["rejected", "taken"]
    assert suggested_tags(kept) == {(drawn(app)["document"], (19, 24, "Staff", "POS"))}
    assert "Taken 1 of 2" in shown(whole(app.run()))
    # What was taken and undone is suggested again, and so is what was rejected once that is wanted.
    press(app, "undo")
    assert ghosts(app) == [STAFF]
    press(app, "suggest-again")
    assert ghosts(app) == [STAFF, ROOM]
    app.toggle(key="suggest").set_value(False).run()
    assert ghosts(app) == []
    assert ghosts(opened(new_app(), session, document=20)) == []


def test_there_are_none_in_a_blind_session_unless_the_lead_allows_it(
    app: AppTest, api: LabelingClient, drafts: DraftStore
) -> None:
    session = a_session(api, *learned(), *to_do(), blind=True)
    app.session_state["suggestions"] = True
    app = waited(opened(app, session, document=19), drafts)
    assert ghosts(app) == []
    assert "would make them alike" in shown(app)
    app.toggle(key="suggest-planned").set_value(True).run()
    assert ghosts(waited(app, drafts)) == [STAFF, ROOM]


def test_what_a_model_proposed_and_nobody_decided_is_told_when_its_document_is_called_done(
    app: AppTest, api: LabelingClient, store: Store
) -> None:
    project = a_session(api, "A document").project_id
    session = api.session(project, a_correction(store, project)["correction_id"])
    opened(app, session)
    press(app, "done-and-next")
    said = "Document 1 is done, but 1 proposed tag there is not decided and so not in the data"
    assert drawn(app)["said"]["words"] == said
    press(app, "done-and-next")
    assert not drawn(app)["said"]["words"].startswith("Document 2 is done")
