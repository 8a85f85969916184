"""What is wrong in a document is found, named, and put right by one step that undo takes back."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.checking.problems import (
    KINDS,
    Problem,
    problems_by_segment,
    problems_of,
    utf16_fit,
)
from labeling.checking.repairs import repair, repair_all, repairs_for
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import take, undo
from labeling.draft.segment import DraftSegment
from labeling.editing.table import add_segment, change_cell
from labeling.model import Document, Segment, Session, Tag
from labeling.spans import grapheme_borders, utf16_points, word_borders
from tests.unit.build import key_of, row

TEXT = "Kind 👨‍👩‍👧‍👦 staff, small room"
POS = Tag.of("Staff", "POS")


def a_draft(type_: str = "ABSA") -> Draft:
    return new_draft(
        Session(id=1, project_id=1, type=type_, classes=("Staff", "Room"), labels=("POS", "NEG"))
    )


DRAFT, LABEL = a_draft(), a_draft("LABEL")


def view(*segments: Segment, text: str = TEXT, draft: Draft = DRAFT) -> DraftDocument:
    return draft.view(Loaded("id:1", 0, Document(id=1, text=text, segments=segments)))


def problems(document: DraftDocument, draft: Draft = DRAFT) -> tuple[Problem, ...]:
    return problems_of(document, draft.scheme)


def found(document: DraftDocument, draft: Draft = DRAFT) -> list[tuple[str, str]]:
    return [(problem.kind, problem.words) for problem in problems(document, draft)]


def done(document: DraftDocument, change: Change | Refused) -> DraftDocument:
    assert isinstance(change, Change), change
    return take(DRAFT, change, document).document(document.key)


def tags(document: DraftDocument) -> list[list[tuple[str | None, str | None]]]:
    return [[tag.names for tag in one.segment.tags] for one in document.segments]


def spans(document: DraftDocument) -> list[tuple[int, int]]:
    return [(one.segment.start, one.segment.end) for one in document.segments]


CASES = {
    "range": (Segment(span=(13, 99), tags=(POS,)), [(13, 30)]),
    "empty": (Segment(span=(3, 3), tags=(POS,)), []),
    "only white space": (Segment(span=(4, 5), tags=(POS,)), []),
    "grapheme": (Segment(span=(6, 12), tags=(POS,)), [(5, 12)]),
    "white": (Segment(span=(12, 18), tags=(POS,)), [(13, 18)]),
    "marks": (Segment(span=(13, 19), tags=(POS,)), [(13, 18)]),
    "text": (Segment(span=(13, 18), text="STAFF", tags=(POS,)), [(13, 18)]),
    "twice": (Segment(span=(13, 18), tags=(POS, POS)), [(13, 18)]),
    "no-span": (Segment(tags=(POS,)), []),
}


@pytest.mark.parametrize("name", CASES)
def test_each_problem_has_one_repair_which_leaves_none_and_is_undone(name: str) -> None:
    segment, expected = CASES[name]
    document = view(segment)
    (problem,) = problems(document)
    assert problem.kind == ("empty" if name == "only white space" else name)
    (offer,) = repairs_for(problem, [POS.names], DRAFT.scheme)
    for change in (
        repair(document, problem, offer.how, DRAFT.scheme),
        repair_all(document, problem.kind, DRAFT.scheme),
    ):
        draft = take(DRAFT, change, document)
        now = draft.document("id:1")
        assert spans(now) == expected
        assert found(now) == []
        assert undo(draft).document("id:1").segments == document.segments


@pytest.mark.parametrize(
    ("span", "left", "words"),
    [
        ("room\u200f", "room", "U+200F at its end"),
        ("\u200bnice room", "nice room", "U+200B at its start"),
        ("nice”", "nice", "” at its end"),
        ("(nice.", "nice", "( at its start; . at its end"),
        ("so nice, ", "so nice", ", at its end"),
        ("It was nice.”", "It was nice.", "” at its end"),
        ("It was nice.", "", ""),
        ("“nice”", "", ""),
        ("房间很好。", "", ""),
        ("U.S.", "", ""),
    ],
)
def test_marks_at_the_edges_that_belong_to_no_word_are_named_and_left_out_but_not_the_end_of_a_sentence(
    span: str, left: str, words: str
) -> None:
    text = f"a {span} b"
    document = view(Segment(span=(2, 2 + len(span)), tags=(POS,)), text=text)
    named = [problem for problem in problems(document) if problem.kind == "marks"]
    said = [problem.words.removeprefix("holds what is no part of a word: ") for problem in named]
    assert said == [words] * bool(words)
    if named:
        now = done(document, repair(document, named[0], "repair", DRAFT.scheme))
        assert [text[slice(*one)] for one in spans(now)] == [left]
        assert found(now) == []


def test_what_cannot_be_seen_alone_is_an_empty_segment() -> None:
    document = view(Segment(span=(1, 3), tags=(POS,)), text="a\u200b\u200f b")
    assert found(document) == [("empty", "is nothing but signs that cannot be seen")]


def test_after_an_edit_only_the_segments_that_it_changed_are_looked_at_again() -> None:
    read = Document(
        id=1, text=TEXT, segments=(Segment(span=(12, 18)), Segment(span=(18, 19), tags=(POS, POS)))
    )
    document = DRAFT.view(Loaded("id:1", 0, read))
    before = problems_by_segment(document, DRAFT.scheme)
    change = add_segment(document, 0, 4, "Staff", "POS", "w-1")
    after = problems_by_segment(done(document, change), DRAFT.scheme)
    assert [after[key] is before[key] for key in before] == [True, True]
    added = problems_by_segment(
        done(document, add_segment(document, 18, 19, "Staff", "POS", "w-1")), DRAFT.scheme
    )
    assert [problem.kind for problem in added["w-1.0"]] == ["twice"]
    again = problems_by_segment(DRAFT.view(Loaded("id:1", 0, read)), LABEL.scheme)
    assert "labels" in [problem.kind for problem in again[key_of(document, 1)]]


def test_a_document_that_cannot_be_read_is_named_with_what_is_wrong_and_has_no_repair() -> None:
    source = Document.unreadable({"id": 1, "text": 7}, "text: Input should be a valid string")
    (problem,) = problems(DRAFT.view(Loaded("id:1", 0, source)))
    assert problem.kind == "unreadable"
    assert problem.words.endswith("in another form (text: Input should be a valid string)")
    assert repairs_for(problem, [], DRAFT.scheme) == ()


def test_a_document_without_fault_has_no_problem() -> None:
    assert found(view(Segment(span=(13, 18), text="staff", tags=(POS,)), Segment(span=(0, 4)))) == []


def test_a_name_that_the_session_lacks_is_added_or_taken_off_the_tag() -> None:
    document = view(Segment(span=(13, 18), tags=(POS, Tag.of("Pool", "POS"))))
    (problem,) = problems(document)
    names = [tag.names for tag in document.segments[0].segment.tags]
    assert [offer.how for offer in repairs_for(problem, names, DRAFT.scheme)] == ["add-class", "remove"]
    assert take(DRAFT, repair(document, problem, "add-class", DRAFT.scheme), document).classes[-1] == "Pool"
    left = done(document, repair(document, problem, "remove", DRAFT.scheme))
    assert tags(left) == [[("Staff", "POS"), (None, "POS")]]


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (
            [("Foo", "POS"), ("Bar", "NEG"), ("Staff", "NEG")],
            [(None, "POS"), ("Bar", "NEG"), ("Staff", "NEG")],
        ),
        ([("Foo", None), ("Staff", "POS")], [("Staff", "POS")]),
        ([("Foo", "POS"), (None, "POS")], [(None, "POS")]),
        ([("Staff", "Foo"), ("Foo", "Foo")], [("Staff", None)]),
        ([("Foo", None)], []),
    ],
)
def test_a_name_that_the_session_lacks_is_taken_off_and_the_rest_of_its_tags_and_all_others_stay(
    names: list[tuple[str | None, str | None]], left: list[tuple[str | None, str | None]]
) -> None:
    document = view(Segment(span=(13, 18), tags=tuple(Tag.of(*pair) for pair in names)))
    problem = problems(document)[0]
    assert problem.about == "Foo"
    assert tags(done(document, repair(document, problem, "remove", DRAFT.scheme))) == [left]


def test_a_name_that_is_a_class_of_the_session_is_taken_off_as_a_label_alone() -> None:
    document = view(Segment(span=(13, 18), tags=(Tag.of("Staff", "Staff"),)))
    (problem,) = problems(document)
    assert tags(done(document, repair(document, problem, "remove", DRAFT.scheme))) == [[("Staff", None)]]


@pytest.mark.parametrize(("type_", "names"), [("LABEL", ("Food", "POS")), ("CLASS", ("Staff", "GOOD"))])
def test_a_name_is_added_only_where_the_session_has_such_names(type_: str, names: tuple[str, str]) -> None:
    document = view(Segment(span=(13, 18), tags=(Tag.of(*names),)))
    draft = a_draft(type_)
    (problem,) = problems(document, draft)
    assert [offer.how for offer in repairs_for(problem, [names], draft.scheme)] == ["remove"]


def test_a_label_is_not_added_where_labels_are_the_projects() -> None:
    problem = Problem("unknown", "s", "“MIXED” is not in the session", "MIXED")
    assert [offer.how for offer in repairs_for(problem, [("Staff", "MIXED")], DRAFT.scheme)] == ["remove"]
    offers = repairs_for(problem, [("Staff", "MIXED")], a_draft("CLASSLABEL").scheme)
    assert [offer.how for offer in offers] == ["add-label", "remove"]


def test_a_label_that_the_project_lacks_is_named_and_taken_off_though_the_session_has_it() -> None:
    document = view(Segment(span=(13, 18), tags=(POS, Tag.of("Staff", "NEG"))))
    draft = DRAFT.within(("POS", "NEU"))
    (problem,) = problems(document, draft)
    assert (problem.kind, problem.words) == ("foreign", "“NEG” is not one of the project's labels")
    assert KINDS[problem.kind] == "label that the project lacks"
    (offer,) = repairs_for(problem, [POS.names, ("Staff", "NEG")], draft.scheme)
    assert offer.words == "Remove “NEG” from the tag"
    left = done(document, repair(document, problem, offer.how, DRAFT.scheme))
    assert tags(left) == [[("Staff", "POS"), ("Staff", None)]]
    assert found(left, draft) == []
    assert found(document, a_draft("CLASSLABEL").within(("POS",))) == []


def test_a_name_that_looks_like_one_of_the_session_is_not_added() -> None:
    problem = Problem("unknown", "s", "“Ｓtaff” is not in the session", "Ｓtaff")
    assert [offer.how for offer in repairs_for(problem, [("Ｓtaff", "POS")], DRAFT.scheme)] == ["remove"]


def test_which_of_several_labels_is_meant_only_the_person_knows() -> None:
    document = view(Segment(span=(13, 18), tags=(Tag.of(None, "POS"), Tag.of(None, "NEG"))))
    (problem,) = problems(document, LABEL)
    assert (problem.kind, repairs_for(problem, [], LABEL.scheme)) == ("labels", ())


def test_a_name_that_lacks_as_class_and_as_label_is_one_problem_and_can_be_added_as_either() -> None:
    draft = a_draft("CLASSLABEL")
    document = view(Segment(span=(13, 18), tags=(Tag.of("Foo", "Foo"),)))
    (problem,) = problems(document, draft)
    offers = repairs_for(problem, [("Foo", "Foo")], draft.scheme)
    assert [offer.how for offer in offers] == ["add-class", "add-label", "remove"]


@pytest.mark.parametrize("type_", ["CLASS", "LABEL", "CLASSLABEL"])
@pytest.mark.parametrize("text", ["Great phone.\n", "\tGreat phone.", " "])
def test_the_segment_of_a_whole_document_may_begin_and_end_with_white_space(type_: str, text: str) -> None:
    draft = a_draft(type_)
    document = view(Segment(span=(0, len(text)), text=text), text=text)
    assert found(document, draft) == []
    assert not repair_all(document, "white", draft.scheme).edits


def test_white_space_at_the_edge_of_a_part_is_a_problem_also_where_whole_documents_are_tagged() -> None:
    assert [kind for kind, _ in found(view(Segment(span=(12, 18))), LABEL)] == ["white"]
    whole = Segment(span=(0, len(TEXT) + 1))
    assert [kind for kind, _ in found(view(whole, text=TEXT + "\n"))] == ["white"]


@pytest.mark.parametrize("offset", ["start", "end"])
def test_typing_offsets_leaves_the_segment_of_a_whole_document_whole(offset: str) -> None:
    text = "\nGreat phone.\n"
    document = view(Segment(span=(0, len(text)), text=text), text=text)
    away = done(document, change_cell(document, row(document, "0/-"), offset, 5, DRAFT.scheme))
    back = change_cell(away, row(away, "0/-"), offset, 0 if offset == "start" else len(text), DRAFT.scheme)
    assert spans(done(away, back)) == [(0, len(text))]


def test_a_tag_that_stands_on_an_earlier_segment_with_the_same_span_is_there_twice() -> None:
    other = Tag.of("Staff", "NEG")
    document = view(
        Segment(span=(13, 18), tags=(POS,)),
        Segment(span=(13, 18), tags=(other, POS)),
        Segment(span=(13, 18), tags=(POS, POS)),
        Segment(span=(13, 17), tags=(POS,)),
    )
    words = "Staff/POS stands on an earlier segment with the same span already"
    assert [(problem.kind, problem.segment, problem.words) for problem in problems(document)] == [
        ("twice", key_of(document, 1), words),
        ("twice", key_of(document, 2), "Staff/POS stands twice"),
        ("twice", key_of(document, 2), words),
    ]
    second = problems(document)[0]
    assert [offer.how for offer in repairs_for(second, [], DRAFT.scheme)] == ["repair"]
    left = done(document, repair(document, second, "repair", DRAFT.scheme))
    assert tags(left) == [[POS.names], [other.names], [POS.names] * 2, [POS.names]]
    draft = take(DRAFT, repair_all(document, "twice", DRAFT.scheme), document)
    assert len(draft.steps) == 1
    assert tags(draft.document("id:1")) == [[POS.names], [other.names], [POS.names]]
    assert found(draft.document("id:1")) == []
    assert undo(draft).document("id:1").segments == document.segments


def test_segments_with_the_same_span_and_other_tags_or_none_are_no_problem() -> None:
    same = {"span": (13, 18)}
    document = view(
        Segment(**same, tags=(POS,)),
        Segment(**same, tags=(Tag.of("Staff"),)),
        Segment(**same),
        Segment(**same),
    )
    assert found(document) == []


def test_case_and_white_space_are_named_as_what_differs() -> None:
    assert found(view(Segment(span=(13, 18), text="STAFF")))[0][1].endswith(
        "(only upper and lower case differ)"
    )
    spaced = view(Segment(span=(20, 30), text="small  room"))
    assert found(spaced)[0][1].endswith("(only white space differs)")


def test_all_of_a_kind_are_put_right_by_one_step() -> None:
    document = view(Segment(span=(12, 19)), Segment(span=(0, 5)), Segment(span=(3, 3)))
    draft = take(DRAFT, repair_all(document, "white", DRAFT.scheme), document)
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


def evidence(text: str, segments: Sequence[DraftSegment]) -> int:
    """How many spans fit only as UTF-16, where that is certain."""
    fit = utf16_fit(text, segments)
    return fit.evidence if fit.is_certain else 0


@given(sound())
def test_a_sound_document_is_never_accused(made: tuple[str, tuple[Segment, ...]]) -> None:
    text, segments = made
    assert evidence(text, view(*segments, text=text).segments) == 0


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
    assert bool(evidence(text, document.segments)) == seen
    if seen:
        change = repair_all(document, "utf16", DRAFT.scheme)
        assert spans(take(DRAFT, change, document).document("id:1")) == [one.span for one in segments]


def test_spans_without_text_are_evidence_from_three_on() -> None:
    text = "🍕🍕🍕 good pizza and kind staff here"
    words = ("good", "pizza", "kind", "staff")
    right = [Segment(span=(text.index(word), text.index(word) + len(word))) for word in words]
    shifted = [as_units(text, one) for one in right]
    assert evidence(text, view(*shifted[:2], text=text).segments) == 0
    assert evidence(text, view(*shifted, text=text).segments) == 4
    assert [kind for kind, _ in found(view(*shifted, text=text))] == ["utf16"]


PIZZA = "🍕🍕🍕 good pizza and kind staff here"


def on_words(*words: str) -> list[Segment]:
    return [Segment(span=(PIZZA.index(w), PIZZA.index(w) + len(w)), tags=(POS,)) for w in words]


def test_one_or_two_spans_are_a_suspicion_that_shows_both_readings_and_can_be_put_right() -> None:
    right = on_words("pizza", "kind")
    document = view(*(as_units(PIZZA, one) for one in right), text=PIZZA)
    first, *others = problems(document)
    assert first == Problem(
        "utf16-perhaps",
        "",
        "Perhaps the offsets are counted in UTF-16 units: 12–17 is “za an” as it stands, “pizza” so, "
        "and 1 more span",
    )
    assert all(problem.kind != "utf16" for problem in others)
    assert [offer.words for offer in repairs_for(first, (), DRAFT.scheme)] == ["Read all offsets as UTF-16"]
    assert spans(done(document, repair(document, first, "repair", DRAFT.scheme))) == [
        one.span for one in right
    ]
    assert not repair_all(document, "utf16-perhaps", DRAFT.scheme).edits, "nobody is sure for all at once"


def test_a_suspicion_falls_where_one_span_fits_only_as_it_stands() -> None:
    right = on_words("good", "pizza")
    document = view(as_units(PIZZA, right[0]), right[1], text=PIZZA)
    assert "utf16-perhaps" not in [kind for kind, _ in found(document)]


WORDS = (
    *("room", "staff", "breakfast", "very", "small", "kind", "a", "good", "the", "at", "view"),
    *("I", "price", "and", "we", "lift", "noise", "3", "stars", "café", "it’s"),
)


def a_letter(random: Random) -> tuple[str, list[Segment]]:
    """A text with emoji, and two to four spans of whole words in it, without texts."""
    words = random.choices(WORDS, k=random.randint(6, 25))
    for _ in range(random.randint(1, 3)):
        words.insert(random.randrange(len(words)), random.choice(("😀", "🍕🍕", "👨‍👩‍👧", "👍🏽")))
    text = " ".join(words)
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == " ")]
    made = []
    for first in random.sample(range(len(words)), random.randint(2, 4)):
        last = min(first + random.randint(0, 2), len(words) - 1)
        made.append(Segment(span=(starts[first], starts[last] + len(words[last])), tags=(POS,)))
    return text, made


def test_of_thousands_of_letters_nearly_all_that_count_utf16_are_named_and_hardly_one_of_the_others() -> None:
    random, named, bad, falsely = Random(16), 0, 0, 0
    for number in range(3_000):
        text, right = a_letter(random)
        shifted = [as_units(text, one) for one in right]
        if number % 20 == 0 and shifted != right:
            bad += 1
            named += _is_named(text, shifted)
        else:
            falsely += _is_named(text, right)
    assert bad > 100
    assert named >= 0.9 * bad
    assert falsely <= 2 * (3_000 - bad) / 10_000


def _is_named(text: str, segments: Sequence[Segment]) -> bool:
    fit = utf16_fit(text, view(*segments, text=text).segments)
    return fit.is_suspected or fit.is_certain


def test_one_span_that_fits_only_as_it_stands_is_proof_of_the_contrary() -> None:
    text = "🍕🍕🍕 good pizza and kind staff here"
    words = ("good", "pizza", "kind", "staff")
    right = [Segment(span=(text.index(w), text.index(w) + len(w)), text=w) for w in words]
    half = [as_units(text, right[0]), as_units(text, right[1]), right[2]]
    assert evidence(text, view(*half, text=text).segments) == 0


EMOJI = "😀 good battery life and nice screen here"


def shifted_document(*words: str) -> DraftDocument:
    """Segments with the right texts, all offsets counted in UTF-16 units."""
    right = [Segment(span=(EMOJI.index(w), EMOJI.index(w) + len(w)), text=w, tags=(POS,)) for w in words]
    return view(*(as_units(EMOJI, one) for one in right), text=EMOJI)


def test_what_the_person_tagged_hides_no_shift_of_what_was_read_and_stays_where_it_is() -> None:
    document = shifted_document("battery", "nice", "screen")
    at = EMOJI.index("life")
    document = done(document, add_segment(document, at, at + 4, "Staff", "POS", "w-1"))
    assert [kind for kind, _ in found(document)] == ["utf16"]
    right = done(document, repair_all(document, "utf16", DRAFT.scheme))
    assert [EMOJI[slice(*span)] for span in spans(right)] == ["battery", "life", "nice", "screen"]
    assert found(right) == []


def test_what_the_person_moved_or_declared_right_is_neither_evidence_nor_read_as_utf16() -> None:
    document = shifted_document("battery", "nice", "screen")
    for side, offset in (("start", EMOJI.index("battery")), ("end", EMOJI.index("battery") + 7)):
        document = done(document, change_cell(document, row(document, "0/0"), side, offset, DRAFT.scheme))
    taken = Problem("text", key_of(document, 1), "")
    document = done(document, repair(document, taken, "repair", DRAFT.scheme))
    before = spans(document)
    assert [(problem.kind, problem.segment) for problem in problems(document)] == [
        ("utf16", ""),
        ("white", key_of(document, 1)),
    ]
    after = spans(done(document, repair_all(document, "utf16", DRAFT.scheme)))
    assert after[:2] == before[:2]
    assert EMOJI[slice(*after[2])] == "screen"


def test_a_problem_of_what_the_person_tagged_is_named_beside_the_shift_of_what_was_read() -> None:
    document = shifted_document("battery", "nice", "screen")
    document = done(document, add_segment(document, 1, 6, "Staff", "POS", "w-1"))
    assert [(problem.kind, problem.segment) for problem in problems(document)] == [
        ("utf16", ""),
        ("white", "w-1.0"),
    ]


def test_the_segment_of_a_whole_document_fits_as_it_stands() -> None:
    text = "🍕 good\n"
    whole = [Segment(span=(0, len(text)))] * 3
    assert evidence(text, view(*whole, text=text).segments) == 0


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
