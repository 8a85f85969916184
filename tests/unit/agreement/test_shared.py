from __future__ import annotations

from labeling.agreement.shared import Counted, Shared, compared, shared
from labeling.agreement.tags import TaggedText, tagged_text
from tests.unit.agreement.cases import tags
from tests.unit.build import a_document, a_segment


def session(*documents: tuple[int | None, str]) -> list[TaggedText]:
    return [TaggedText(position, id_, text) for position, (id_, text) in enumerate(documents)]


def positions(found: Shared) -> list[tuple[int | None, ...]]:
    return [tuple(one and one.position for one in text.by_person) for text in found.texts]


def test_documents_meet_by_id_and_text_wherever_they_stand() -> None:
    found = shared([session((1, "x"), (2, "y")), session((2, "y"), (3, "z"), (1, "x"))])
    assert positions(found) == [(0, 2), (1, 0), (None, 1)]
    assert (found.in_all, found.in_some, found.in_one) == (2, 0, 1)


def test_without_ids_the_nth_document_with_a_text_meets_the_nth_elsewhere() -> None:
    found = shared([session((None, "x"), (None, "y"), (None, "x")), session((None, "x"), (7, "x"))])
    assert positions(found) == [(0, 0), (1, None), (2, 1)]


def test_documents_that_have_met_by_id_are_not_given_away_by_text() -> None:
    found = shared([session((1, "x"), (2, "x")), session((2, "x"), (3, "x")), session((None, "x"))])
    assert positions(found) == [(0, 1, None), (1, 0, 0)]
    assert (found.in_all, found.in_some, found.in_one) == (1, 1, 0)


def test_an_id_that_holds_another_text_elsewhere_is_listed_and_not_compared() -> None:
    found = shared([session((1, "x"), (2, "y")), session((1, "X"), (2, "y"))])
    assert positions(found) == [(0, None), (1, 1), (None, 0)]
    assert [(other.id, [person for person, _ in other.documents]) for other in found.other_texts] == [
        (1, [0, 1])
    ]


def test_ids_that_only_count_within_a_session_do_not_keep_equal_texts_apart() -> None:
    found = shared([session((1, "x"), (2, "y")), session((1, "y"), (2, "x"))])
    assert (positions(found), found.other_texts) == ([(0, 1), (1, 0)], ())


def test_what_counts_as_done_follows_the_mark_the_finished_session_or_the_choice() -> None:
    marked, open_, unknown = (TaggedText(0, 1, "x", tags("F 0-1"), done=done) for done in (True, False, None))
    bare = TaggedText(0, 1, "x")
    (text,) = shared([[marked], [open_], [unknown], [bare]]).texts
    running, over = [False] * 4, [False, True, True, False]
    assert compared(text, Counted.DONE, running) == (marked, None, None, None)
    assert compared(text, Counted.DONE, over) == (marked, None, unknown, None)
    assert compared(text, Counted.SHARED, running) == (marked, open_, unknown, bare)
    assert compared(text, Counted.TAGGED, running) == (marked, open_, unknown, None)


def test_tags_are_taken_in_order_and_what_is_no_tag_is_counted_beside() -> None:
    text = "TaskKind staff, small room."
    document = a_document(
        text,
        a_segment(text, 12, 17, ("Room", "NEG"), ("Price", None)),
        a_segment(text, 0, 4, ("Staff", "POS")),
        a_segment(text, 5, 10),
        a_segment(text, 20, 99, ("Room", "NEG")),
        annotated=True,
        id=7,
    )
    found = tagged_text(document, 3)
    assert found.tags == tags("Staff/POS 0-4", "Price/ 12-17", "Room/NEG 12-17")
    assert (found.position, found.id, found.done, found.unfinished, found.broken) == (3, 7, True, 1, 1)
    assert found.spans == {(0, 4), (5, 10), (12, 17)}
