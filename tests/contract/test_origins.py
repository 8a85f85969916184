"""What a tag came of: suggested to its person, taken as it was or as another one."""

from __future__ import annotations

from sqlalchemy import select, update

from labeling.agreement.tags import PlacedTag
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.ruled import Ghost
from labeling.editing.ghosts import take_ghosts
from labeling.model import Document, Session, TagNames
from labeling.reviewing.handed_in import reading_texts
from labeling.server.storage.tables import tags
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded
from tests.contract.other_server import OtherServer
from tests.contract.raw import Raw, a_document, a_segment, a_tag
from tests.contract.saves import (
    EASY,
    ROOM,
    STAFF,
    Make,
    a_session,
    a_text,
    applied,
    change,
    done,
    edited,
    fresh,
    other_api,
    other_session,
    read,
    save,
    tagging,
)


def taking(start: int, end: int, tag: TagNames, as_: TagNames = (None, None)) -> Make:
    def make(view: DraftDocument, draft: Draft) -> Change | Refused:
        ghost = Ghost(key="suggested-1", start=start, end=end, tag=tag)
        return take_ghosts(view, [ghost], as_, f"w-{draft.taken}", draft.scheme)

    return make


def with_suggestions(api: LabelingClient, session: Session) -> Draft:
    """The first document with one tag suggested, one suggested and changed, one found."""
    draft = edited(api, fresh(api, session), 0, taking(5, 10, ("Staff", "POS")))
    draft = edited(api, draft, 0, taking(12, 21, ("Staff", "NEG"), ("Comfort", "NEG")))
    return edited(api, draft, 0, tagging(0, 4, "Staff", "POS"))


def origins(document: Document) -> list[str | None]:
    return [tag.origin for segment in document.segments for tag in segment.tags]


def test_it_is_kept_told_and_never_another_word(either: Embedded) -> None:
    server = Raw(either.store, either.http, either.token)
    assert "origin" in server.get("/info")["abilities"]
    text = "The bed was soft"
    sent = a_segment(4, 7, a_tag(origin="suggested", sure=1), a_tag("Staff"))
    session = server.session(documents=[a_document(text, sent)])
    [document] = server.documents(session)
    one, other = document["segments"][0]["tags"]
    assert one == {"id": one["id"], "class": "Comfort", "label": "POS", "origin": "suggested", "sure": 1}
    assert "origin" not in other
    place = f"{session}/documents/{document['id']}/segments/{document['segments'][0]['id']}/tags"
    # A client that drops what it does not know, or writes null, leaves it as it is.
    server.put(
        session, {"documents": [a_document(text, a_segment(4, 7, a_tag(origin=None), a_tag("Staff")))]}
    )
    assert server.get(f"{place}/{one['id']}") == one
    assert server.put(f"{place}/{other['id']}", {"origin": "changed"}) == {**other, "origin": "changed"}
    assert server.post(place, a_tag("Staff", "NEG", origin="changed"))["origin"] == "changed"
    with either.store.database.reading() as connection:
        kept = connection.execute(select(tags.c.origin, tags.c.extra).order_by(tags.c.position)).all()
    assert [tuple(row) for row in kept] == [("suggested", '{"sure":1}'), ("changed", None), ("changed", None)]
    for wrong in ("found", "", 1, ["suggested"]):
        item = a_document(text, a_segment(4, 7, a_tag(origin=wrong)))
        assert "tags[0].origin" in server.refused(session, {"documents": [item]})
        assert "origin" in server.refused(place, a_tag(origin=wrong), "POST")
        assert "origin" in server.refused(f"{place}/{other['id']}", {"origin": wrong})


def test_the_key_that_somebody_used_for_another_thing_stays_and_stops_no_save(either: Embedded) -> None:
    session = a_session(either, a_text(EASY, STAFF, ROOM))
    with either.store.database.writing() as connection:
        connection.execute(update(tags).values(extra='{"origin":["manual"],"sure":1}'))
    [document] = read(either.api, session)
    assert origins(document) == [None, None]
    draft = edited(either.api, fresh(either.api, session), 0, tagging(0, 4, "Staff", "POS"))
    assert save(either.api, draft).is_whole
    said = [tag.model_extra or {} for one in read(either.api, session)[0].segments for tag in one.tags]
    assert [one.get("origin") for one in said] == [None, ["manual"], ["manual"]]


def test_what_was_taken_is_told_to_a_server_that_knows_it(server: Embedded) -> None:
    session = a_session(server, a_text(EASY))
    draft = with_suggestions(server.api, session)
    report = save(server.api, draft)
    assert report.is_whole
    [document] = read(server.api, session)
    assert origins(document) == [None, "suggested", "changed"]
    assert not applied(draft, report).is_changed
    # The documents of one session make another one, with what is known of them.
    again = a_session(server, document.model_copy(update={"id": None}))
    assert origins(read(server.api, again)[0]) == [None, "suggested", "changed"]


def test_no_other_server_ever_hears_of_it_and_its_own_key_goes_back(server: Embedded) -> None:
    own = [{"text": "Nice", "span": [0, 4], "tags": [{"class": "Room", "label": "POS", "origin": "manual"}]}]
    other = OtherServer("replace", [{"text": EASY, "segments": own}])
    api = other_api(other)
    draft = edited(api, new_draft(other_session(api)), 0, taking(5, 10, ("Staff", "POS")))
    report = save(api, draft)
    assert report.is_whole
    assert not report.differences
    [put] = other.puts
    sent = [tag for one in put["documents"][0]["segments"] for tag in one["tags"]]
    assert sent == [own[0]["tags"][0], {"class": "Staff", "label": "POS"}]


def test_agreement_leaves_out_what_was_taken_with_another_installation(server: Embedded) -> None:
    session = a_session(server, a_text(EASY), a_text("Second"))
    draft = edited(server.api, with_suggestions(server.api, session), 0, done())
    save(server.api, draft)
    suggested = {(0, PlacedTag(5, 10, "Staff", "POS")), (0, PlacedTag(12, 21, "Comfort", "NEG"))}
    texts = reading_texts(server.api, None)
    assert texts(session, lambda count: None).suggested == suggested
    # What was there when it was first handed in counts then, and was suggested then.
    [first, _] = read(server.api, session)
    change(server.api, session, documents=[{"id": first.id, "text": EASY, "segments": []}])
    found = texts(session, lambda count: None)
    assert (found.texts[0].tags, len(found.first[0].tags)) == ((), 3)
    assert found.suggested == suggested
