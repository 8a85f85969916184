"""What is wrong in a document is found, named, and put right by one step that undo takes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.checks import Problem, problems_of, utf16_evidence, utf16_points
from labeling.draft import Draft, DraftDocument, new_draft
from labeling.model import Document, Segment, Session, Tag, shape_of
from labeling.repairs import repair, repair_all, repairs_for
from labeling.spans import grapheme_borders, word_borders
from labeling.steps import take, undo

TEXT = "Kind 👨‍👩‍👧‍👦 staff, small room"
POS = Tag.of("Staff", "POS")
ABSA, LABEL = shape_of("ABSA"), shape_of("LABEL")
DRAFT = new_draft(Session(id=1, project_id=1, classes=("Staff", "Room"), labels=("POS", "NEG")))


def view(*segments: Segment, text: str = TEXT, draft: Draft = DRAFT) -> DraftDocument:
    return draft.view("id:1", Document(id=1, text=text, segments=segments), 0)


def found(document: DraftDocument, draft: Draft = DRAFT) -> list[tuple[str, str]]:
    problems = problems_of(document.text, document.segments, draft.classes, draft.labels, ABSA)
    return [(problem.kind, problem.words) for problem in problems]


def spans(document: DraftDocument) -> list[tuple[int, int]]:
    return [(one.segment.start, one.segment.end) for one in document.segments]


CASES = {
    "range": (Segment(span=(13, 99), tags=(POS,)), [(13, 30)]),
    "empty": (Segment(span=(3, 3), tags=(POS,)), []),
    "only white space": (Segment(span=(4, 5), tags=(POS,)), []),
    "grapheme": (Segment(span=(6, 12), tags=(POS,)), [(5, 12)]),
    "white": (Segment(span=(12, 19), tags=(POS,)), [(13, 19)]),
    "text": (Segment(span=(13, 18), text="STAFF", tags=(POS,)), [(13, 18)]),
    "twice": (Segment(span=(13, 18), tags=(POS, POS)), [(13, 18)]),
    "no-span": (Segment(tags=(POS,)), []),
}


@pytest.mark.parametrize("name", CASES)
def test_each_problem_has_one_repair_which_leaves_none_and_is_undone(name: str) -> None:
    segment, expected = CASES[name]
    document = view(segment)
    (problem,) = problems_of(document.text, document.segments, DRAFT.classes, DRAFT.labels, ABSA)
    assert problem.kind == ("empty" if name == "only white space" else name)
    (offer,) = repairs_for(problem, DRAFT, ABSA, [POS.names])
    for change in (
        repair(document, problem, offer.how, DRAFT),
        repair_all(document, problem.kind, DRAFT, ABSA),
    ):
        draft = take(DRAFT, change, document)
        now = draft.document("id:1")
        assert spans(now) == expected
        assert found(now) == []
        assert undo(draft).document("id:1").segments == document.segments


def test_a_document_without_fault_has_no_problem() -> None:
    assert found(view(Segment(span=(13, 18), text="staff", tags=(POS,)), Segment(span=(0, 4)))) == []


def test_a_name_that_the_session_lacks_is_added_or_taken_off_the_tag() -> None:
    document = view(Segment(span=(13, 18), tags=(POS, Tag.of("Pool", "POS"))))
    (problem,) = problems_of(document.text, document.segments, DRAFT.classes, DRAFT.labels, ABSA)
    names = [tag.names for tag in document.segments[0].segment.tags]
    assert [offer.how for offer in repairs_for(problem, DRAFT, ABSA, names)] == ["add-class", "remove"]
    assert take(DRAFT, repair(document, problem, "add-class", DRAFT), document).classes[-1] == "Pool"
    left = take(DRAFT, repair(document, problem, "remove", DRAFT), document).document("id:1")
    assert [tag.names for tag in left.segments[0].segment.tags] == [("Staff", "POS")]


def test_a_label_is_not_added_where_labels_are_the_projects() -> None:
    problem = Problem("unknown", "b0", "“MIXED” is not in the session", "MIXED")
    assert [offer.how for offer in repairs_for(problem, DRAFT, ABSA, [("Staff", "MIXED")])] == ["remove"]
    offers = repairs_for(problem, DRAFT, shape_of("CLASSLABEL"), [("Staff", "MIXED")])
    assert [offer.how for offer in offers] == ["add-label", "remove"]


def test_which_of_several_labels_is_meant_only_the_person_knows() -> None:
    document = view(Segment(span=(13, 18), tags=(Tag.of(None, "POS"), Tag.of(None, "NEG"))))
    (problem,) = problems_of(document.text, document.segments, DRAFT.classes, DRAFT.labels, LABEL)
    assert (problem.kind, repairs_for(problem, DRAFT, LABEL, [])) == ("labels", ())


def test_case_and_white_space_are_named_as_what_differs() -> None:
    assert found(view(Segment(span=(13, 18), text="STAFF")))[0][1].endswith(
        "(only upper and lower case differ)"
    )
    spaced = view(Segment(span=(20, 30), text="small  room"))
    assert found(spaced)[0][1].endswith("(only white space differs)")


def test_all_of_a_kind_are_put_right_by_one_step() -> None:
    document = view(Segment(span=(12, 19)), Segment(span=(0, 5)), Segment(span=(3, 3)))
    draft = take(DRAFT, repair_all(document, "white", DRAFT, ABSA), document)
    assert spans(draft.document("id:1")) == [(13, 19), (0, 4), (3, 3)]
    assert len(draft.steps) == 1


# UTF-16

texts = st.text(st.sampled_from("ab 🍕é\u0301👨\u200d👩x.,"), min_size=1, max_size=40)


@st.composite
def sound(draw: st.DrawFn, with_text: bool = True) -> tuple[str, tuple[Segment, ...]]:
    """A text with segments on its grapheme clusters, as a right server sends them."""
    text = draw(texts)
    borders = list(grapheme_borders(text))
    made = []
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.sampled_from(borders[:-1]))
        end = draw(st.sampled_from([border for border in borders if border > start]))
        made.append(Segment(span=(start, end), text=text[start:end] if with_text else None, tags=(POS,)))
    return text, tuple(made)


def as_units(text: str, segment: Segment) -> Segment:
    assert segment.span is not None
    start, end = (len(text[:at].encode("utf-16-le")) // 2 for at in segment.span)
    return segment.model_copy(update={"span": (start, end)})


@given(sound())
def test_a_sound_document_is_never_accused(made: tuple[str, tuple[Segment, ...]]) -> None:
    text, segments = made
    assert utf16_evidence(text, view(*segments, text=text).segments) == 0


@given(sound())
def test_a_document_shifted_by_utf16_is_recognised_where_that_can_be_seen_and_put_right_exactly(
    made: tuple[str, tuple[Segment, ...]],
) -> None:
    text, segments = made
    shifted = tuple(as_units(text, segment) for segment in segments)
    document = view(*shifted, text=text)
    seen = any(text[slice(*one.span)] != one.text for one in shifted if one.span)
    contrary = any(
        one.span != was.span and text[slice(*one.span)] == one.text
        for one, was in zip(shifted, segments, strict=True)
        if one.span
    )
    if contrary:
        return
    assert bool(utf16_evidence(text, document.segments)) == seen
    if seen:
        change = repair_all(document, "utf16", DRAFT, ABSA)
        assert spans(take(DRAFT, change, document).document("id:1")) == [one.span for one in segments]


def test_spans_without_text_are_evidence_from_three_on() -> None:
    text = "🍕🍕🍕 good pizza and kind staff here"
    words = ("good", "pizza", "kind", "staff")
    right = [Segment(span=(text.index(word), text.index(word) + len(word))) for word in words]
    shifted = [as_units(text, one) for one in right]
    assert utf16_evidence(text, view(*shifted[:2], text=text).segments) == 0
    assert utf16_evidence(text, view(*shifted, text=text).segments) == 4
    assert [kind for kind, _ in found(view(*shifted, text=text))] == ["utf16"]


def test_one_span_that_fits_only_as_it_stands_is_proof_of_the_contrary() -> None:
    text = "🍕🍕🍕 good pizza and kind staff here"
    words = ("good", "pizza", "kind", "staff")
    right = [Segment(span=(text.index(w), text.index(w) + len(w)), text=w) for w in words]
    half = [as_units(text, right[0]), as_units(text, right[1]), right[2]]
    assert utf16_evidence(text, view(*half, text=text).segments) == 0


def test_units_belong_to_the_code_point_that_they_are_in() -> None:
    assert utf16_points("a🍕b") == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "borders"),
    [
        ("The staff's room", [0, 3, 4, 11, 12, 16]),
        ("الخدمة كانت", [0, 6, 7, 11]),
        ("अच्छी थी", [0, 5, 6, 8]),
        ("服务很好", [0, 1, 2, 3, 4]),
        ("", [0]),
    ],
)
def test_words_begin_and_end_by_unicodes_rules(text: str, borders: list[int]) -> None:
    assert list(word_borders(text)) == borders
