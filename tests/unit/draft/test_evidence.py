"""A name that others took away is one that they renamed only where the tags say so."""

from __future__ import annotations

import pytest

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.events import NamesCompared, SessionRead, apply
from labeling.draft.evidence import compared, telling_documents, uncompared
from labeling.draft.history import take
from labeling.draft.others import questions
from labeling.editing.table import add_segment, set_done
from labeling.model import Document
from tests.unit.build import a_document, a_draft, a_segment, a_session, an_open_document

TEXT = "Kind staff, small room."
STAFF, ROOM = (5, 10), (18, 22)
CLASSES = ["Staff", "Room"]


def a_text(*tags: tuple[tuple[int, int], str, str | None]) -> Document:
    return a_document(TEXT, *(a_segment(TEXT, *span, (class_, label)) for span, class_, label in tags))


def at_work(*read: Document, classes: list[str] = CLASSES) -> Draft:
    """These documents marked as done, and in one more a tag of the class Staff that is not saved."""
    draft = a_draft(classes=classes)
    for n, document in enumerate(read):
        view = an_open_document(document, n, f"id:{n}")
        draft = take(draft, set_done(view, True), view)
    view = an_open_document(a_document(TEXT), 9, "id:9")
    change = add_segment(view, 5, 10, "Staff", "NEG", 1)
    return take(draft, change, view)


def told(draft: Draft, now: list[str], *there: Document) -> str:
    """What is known of the one name that is asked about, once it is compared."""
    draft = apply(draft, SessionRead(a_session(classes=now)))
    found = {f"id:{n}": document for n, document in enumerate(there)}
    draft = apply(draft, NamesCompared(compared(draft, found)))
    assert not uncompared(draft)
    (question,) = questions(draft)
    return question.gone.rename


def test_a_name_whose_tags_all_stand_under_the_one_new_name_was_renamed() -> None:
    draft = at_work(a_text((STAFF, "Staff", "POS"), (ROOM, "Room", None)), a_text((ROOM, "Staff", None)))
    crew = a_text((STAFF, "Crew", "POS"), (ROOM, "Crew", "NEG")), a_text((ROOM, "Crew", None))
    assert told(draft, ["Crew", "Room"], *crew) == "seen"


@pytest.mark.parametrize(
    ("now", "there"),
    [
        (["Room", "Crew"], [a_text((STAFF, "Room", "POS"))]),
        (["Room", "Crew"], [a_text((ROOM, "Crew", "POS"))]),
        (["Room", "Crew"], [a_text((STAFF, "Crew", "NEG"))]),
        (["Room", "Crew"], [a_text()]),
        (["Room", "Crew"], []),
        (["Room", "Crew", "Food"], [a_text((STAFF, "Crew", "POS"))]),
        (["Crew"], [a_text((STAFF, "Crew", "POS"))]),
    ],
    ids=[
        "tags under another name",
        "at another place",
        "with another label",
        "tags gone",
        "document gone",
        "two names new",
        "two names gone",
    ],
)
def test_whatever_else_became_of_it_is_no_rename(now: list[str], there: list[Document]) -> None:
    assert told(at_work(a_text((STAFF, "Staff", "POS"))), now, *there) == "unknown"


def test_where_no_tag_was_read_under_the_name_nothing_says_that_it_was_renamed() -> None:
    assert told(at_work(a_text((ROOM, "Room", None))), ["Crew", "Room"], a_text((STAFF, "Crew", None))) == (
        "unknown"
    )


def test_of_several_documents_one_that_says_otherwise_is_enough() -> None:
    draft = at_work(a_text((STAFF, "Staff", "POS")), a_text((STAFF, "Staff", "NEG")))
    assert told(draft, ["Crew", "Room"], a_text((STAFF, "Crew", "POS")), a_text()) == "unknown"


def test_only_documents_with_tags_under_the_name_need_be_read_again() -> None:
    draft = at_work(a_text((ROOM, "Room", None)), a_text((STAFF, "Staff", None)))
    assert telling_documents(draft) == ()
    draft = apply(draft, SessionRead(a_session(classes=["Crew", "Room"])))
    keys: list[DraftDocument] = list(telling_documents(draft))
    assert [document.key for document in keys] == ["id:1"]


def test_a_name_that_was_renamed_twice_is_compared_again() -> None:
    draft = at_work(a_text((STAFF, "Staff", "POS")))
    draft = apply(draft, SessionRead(a_session(classes=["Crew", "Room"])))
    draft = apply(draft, NamesCompared(compared(draft, {"id:0": a_text((STAFF, "Crew", "POS"))})))
    assert told(draft, ["Team", "Room"], a_text((STAFF, "Team", "POS"))) == "seen"
