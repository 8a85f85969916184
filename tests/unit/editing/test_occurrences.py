"""Every place where words stand is found, and tagging them is one step that undo takes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import new_draft
from labeling.draft.edits import Change
from labeling.draft.history import take, undo
from labeling.draft.vocabulary import Scheme
from labeling.editing.occurrences import Hit, hits_in, tag_hits
from labeling.model import Document, Segment, Session, Tag
from labeling.spans import cuts_grapheme, occurrences

SESSION = Session(id=1, project_id=1, type="ABSA", classes=("Staff",), labels=("POS", "NEG"))
DRAFT = new_draft(SESSION)
LABEL = Scheme.of(SESSION.model_copy(update={"type": "LABEL"}))
POS = ("Staff", "POS")


def view(text: str, *segments: Segment, number: int = 1) -> DraftDocument:
    return DRAFT.view(Loaded(f"id:{number}", number, Document(id=number, text=text, segments=segments)))


def places(text: str, wanted: str, **options: bool) -> tuple[tuple[int, int], ...]:
    """Where the panel finds words, unless the person says otherwise."""
    return occurrences(text, wanted, any_space=True, **{"whole_words": True, "match_case": False, **options})


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("staff staffs Staff", "staff", [(0, 5), (13, 18)]),
        ("Straße STRASSE", "strasse", [(0, 6), (7, 14)]),
        ("a 🍕 pizza, pizza", "pizza", [(4, 9), (11, 16)]),
        ("small  room\nsmall\nroom", "small room", [(0, 11), (12, 22)]),
        ("服务很好服务", "服务", [(0, 2), (4, 6)]),
        ("الخدمة كانت الخدمة", "الخدمة", [(0, 6), (12, 18)]),
        ("caf\u0065\u0301 cafe", "cafe", [(6, 10)]),
        ("👨‍👩‍👧 👨", "👨", [(6, 7)]),
        ("aaaa", "aa", []),
        ("(a+b) a+b", "a+b", [(1, 4), (6, 9)]),
        ("words", "  ", []),
    ],
)
def test_words_are_found_whole_in_any_script(text: str, wanted: str, found: list[tuple[int, int]]) -> None:
    assert list(places(text, wanted)) == found


@pytest.mark.parametrize("wanted", ["Crème brûlée", "Cre\u0300me bru\u0302le\u0301e"])
def test_words_are_found_in_both_normal_forms_at_the_offsets_of_the_text(wanted: str) -> None:
    text = "🍕 Cre\u0300me bru\u0302le\u0301e, crème brûlée and cre\u0300mes"
    found = [text[start:end] for start, end in places(text, wanted)]
    assert found == ["Cre\u0300me bru\u0302le\u0301e", "crème brûlée"]
    assert places("각 가\u11a8 \u1100\u1161\u11a8", "각") == ((0, 1), (2, 4), (5, 8))
    assert places("e\u0301e\u0301t", "é", whole_words=False) == ((0, 2), (2, 4))
    assert places("cafe\u0301", "cafe", whole_words=False) == ()


def test_parts_of_words_and_case_are_the_persons_choice() -> None:
    assert places("Staff staffs", "staff", whole_words=False) == ((0, 5), (6, 11))
    assert places("Staff staff", "staff", match_case=True) == ((6, 11),)


@given(
    st.text(st.sampled_from("aAbß 🍕e\u0301\n"), max_size=30),
    st.text(st.sampled_from("aAbß🍕e"), min_size=1, max_size=3),
)
def test_hits_are_the_words_do_not_overlap_and_cut_no_letter(text: str, wanted: str) -> None:
    last = 0
    for start, end in places(text, wanted, whole_words=False):
        assert text[start:end].casefold() == wanted.casefold()
        assert start >= last
        assert not (cuts_grapheme(text, start))
        assert not (cuts_grapheme(text, end))
        last = end


def test_all_places_of_all_documents_are_one_step_and_what_has_the_tag_stays() -> None:
    has = Segment(span=(0, 5), tags=(Tag.of(*POS),))
    other = Segment(span=(6, 11), tags=(Tag.of("Staff", "NEG"),))
    documents = {"id:1": view("staff staff staff", has, other), "id:2": view("kind staff", number=2)}
    chosen = [
        (key, hit.start, hit.end) for key, one in documents.items() for hit in hits_in(one, "staff", POS)
    ]
    change = tag_hits(documents, chosen, POS, "w-1", DRAFT.scheme)
    assert isinstance(change, Change)
    assert change.name == "Tag 3 places of “staff” Staff/POS"
    draft = take(DRAFT, change, *documents.values())
    assert len(draft.steps) == 1
    first = draft.document("id:1")
    assert [(s.segment.start, [t.names for t in s.segment.tags]) for s in first.segments] == [
        (0, [POS]),
        (6, [("Staff", "NEG"), POS]),
        (12, [POS]),
    ]
    assert hits_in(first, "staff", POS) == (Hit(0, 5, True), Hit(6, 11, True), Hit(12, 17, True))
    back = undo(draft)
    assert all(back.document(key).segments == one.segments for key, one in documents.items())
