"""Each work list finds its kind of error, says why, and its fix is one ordinary step."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from bench.suspects import injected, share
from labeling.checking.suspect_fixes import fix, fix_all, problem_rows, proposal_in_words
from labeling.checking.suspects import BARE, Gathered, ListName, Proposed, Suspect, gathered
from labeling.checking.suspects_documents import lengths, sparse, twins
from labeling.checking.suspects_names import ModelDoubt, model_doubts, other_names, rare_pairs
from labeling.checking.suspects_places import borders, untagged
from labeling.checking.words import Words, words_key
from labeling.checking.work_lists import find_each
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import take, undo
from labeling.model import Document, Segment
from tests.unit.build import a_document, a_draft, a_segment, an_open_document

Tags = dict[str, tuple[str | None, str | None]]


def text_with(text: str, tags: Tags, **fields: object) -> Document:
    """A document with each of these words tagged where they first stand."""
    segments: list[Segment] = []
    for words, names in tags.items():
        start = text.index(words)
        segments.append(a_segment(text, start, start + len(words), names))
    return a_document(text, *segments, **fields)


def seen(documents: Sequence[Document]) -> Gathered:
    views = [an_open_document(one, at, f"id:{at}") for at, one in enumerate(documents)]
    return gathered((1, view) for view in views)


def the(rows: Sequence[Suspect]) -> Suspect:
    assert len(rows) == 1, rows
    return rows[0]


STAFF = [text_with(f"{n} kind staff here", {"staff": ("Staff", "POS")}) for n in range(9)]


def test_the_same_words_with_another_class_or_label_are_found_with_what_they_usually_have() -> None:
    odd = text_with("my  STAFF here", {"STAFF": ("Room", "NEG")})
    found = seen([*STAFF, odd])
    row = the(other_names(found, "class"))
    assert (row.document, row.names, row.why) == ("id:9", ("Room", "NEG"), "“STAFF” is Staff in 9 of 10")
    assert row.proposed == Proposed((4, 9), ("Staff", "NEG"))
    assert row.context == ("my  ", "STAFF", " here")
    row = the(other_names(found, "label"))
    assert (row.why, row.proposed) == ("“STAFF” is POS in 9 of 10", Proposed((4, 9), ("Room", "POS")))


def test_two_tags_on_one_span_do_not_doubt_each_other() -> None:
    text = "kind staff"
    both = a_document(text, a_segment(text, 5, 10, ("Staff", "POS"), ("Room", "POS")))
    assert other_names(seen([*STAFF, both]), "class") == ()


def test_the_less_likely_its_label_is_the_higher_a_tag_stands() -> None:
    rooms = [text_with(f"{n} the room", {"room": ("Room", "POS" if n % 4 else "NEG")}) for n in range(8)]
    odd = text_with("staff", {"staff": ("Staff", "NEG")})
    rows = other_names(seen([*rooms, *STAFF, odd]), "label")
    assert [row.text for row in rows] == ["staff", "0 the room", "4 the room"]


def test_words_that_have_several_labels_about_equally_often_doubt_none_of_them() -> None:
    def rooms(*labels: str) -> list[Document]:
        return [text_with(f"{n} the room", {"room": ("Room", one)}) for n, one in enumerate(labels)]

    assert other_names(seen(rooms(*["POS"] * 5, *["NEG"] * 2)), "label") == ()
    assert the(other_names(seen(rooms(*["POS"] * 5, "NEG")), "label")).names == ("Room", "NEG")
    mixed = other_names(seen(rooms(*["POS"] * 6, *["NEG"] * 5, "NEU")), "label")
    assert the(mixed).names == ("Room", "NEU")


def test_words_that_are_tagged_elsewhere_are_missed_where_they_are_bare() -> None:
    bare = text_with("the Staff, the staff room", {"staff room": ("Room", None)})
    part = text_with("staffing is hard", {"hard": ("Price", None)})
    row = the(untagged(seen([*STAFF, bare, part])))
    assert (row.document, row.span, row.names) == ("id:9", (4, 9), BARE)
    assert row.why == "“Staff” is tagged in 9 of 10 places, 9 × Staff/POS"
    assert row.proposed == Proposed((4, 9), ("Staff", "POS"))


def test_nothing_is_missed_in_a_document_that_nobody_has_looked_at() -> None:
    to_do = text_with("the staff", {}, annotated=False)
    done = text_with("the staff", {}, annotated=True)
    assert the(untagged(seen([*STAFF, to_do, done]))).document == "id:10"


def test_words_are_missed_in_scripts_without_spaces_and_in_either_normal_form() -> None:
    tagged = [text_with(f"这家{n}餐厅很好", {"餐厅": ("Room", "POS")}) for n in range(3)]
    row = the(untagged(seen([*tagged, text_with("我们去餐厅吃饭", {})])))
    assert row.context == ("我们去", "餐厅", "吃饭")
    tagged = [text_with(f"{n} cafe\u0301", {"cafe\u0301": ("Room", "POS")}) for n in range(3)]
    assert the(untagged(seen([*tagged, text_with("a Café", {})]))).span == (2, 6)


def test_a_border_unlike_that_of_its_siblings_is_found_on_either_side() -> None:
    food = [text_with(f"{n} ate the food here", {"food": ("Room", "POS")}) for n in range(6)]
    life = [text_with(f"{n} battery life", {"battery life": ("Price", "POS")}) for n in range(6)]
    more = text_with("ate the food", {"the food": ("Room", "POS")})
    less = text_with("battery life", {"life": ("Price", "POS")})
    rows = borders(seen([*food, *life, more, less]))
    assert [(row.text, row.proposed, row.why) for row in rows] == [
        ("ate the food", Proposed((8, 12), ("Room", "POS")), "tagged without “the” in 6 of 7 such places"),
        ("battery life", Proposed((0, 12), ("Price", "POS")), "tagged with “battery” in 6 of 7 such places"),
    ]


def test_a_border_before_new_words_is_judged_by_the_word_that_stands_there() -> None:
    nouns = [f"{letter}oom" for letter in "bcdfghjklmnpqrs"]
    rooms = [text_with(f"saw the {noun}", {noun: ("Room", "POS")}) for noun in nouns]
    row = the(borders(seen([*rooms, text_with("saw the zebra", {"the zebra": ("Room", "POS")})])))
    assert (row.proposed, row.why) == (
        Proposed((8, 13), ("Room", "POS")),
        "“the” is left out in 15 of 16 places",
    )


def test_what_a_model_doubts_is_listed_with_both_shares_and_the_same_words_elsewhere() -> None:
    found = seen([*STAFF, text_with("my staff", {"staff": ("Room", "NEG")})])
    doubts = [ModelDoubt(0, 0.4, "NEG", 0.6), ModelDoubt(9, 0.001, "POS", 0.999)]
    first, second = model_doubts(found, "label", doubts)
    assert (first.list, first.document, first.proposed) == (
        "doubt",
        "id:9",
        Proposed((3, 8), ("Room", "POS")),
    )
    assert first.why == "the model: POS .99, NEG .01; “staff” is POS in 9 of 10"
    assert second.why == "the model: NEG .60, POS .40; “staff” is NEG in 1 of 10"
    (row,) = model_doubts(found, "class", [ModelDoubt(9, 0.1, "Staff", 0.9)])
    assert (row.list, row.proposed) == ("doubt-class", Proposed((3, 8), ("Staff", "NEG")))


def test_a_pair_that_chance_would_bring_ten_times_as_often_is_rare() -> None:
    tags: list[Tags] = (
        [{"a": ("Staff", "POS")}] * 60 + [{"a": ("Price", "NEG")}] * 60 + [{"a": ("Staff", "NEG")}]
    )
    row = the(rare_pairs(seen([text_with("a", one) for one in tags])))
    assert (row.names, row.proposed) == (("Staff", "NEG"), Proposed((0, 1), ("Staff", "POS")))
    assert row.why == "Staff/NEG stands 1 × in 121 tags; Staff has POS in 60 of 61 else"


def test_lengths_far_from_those_of_the_class_are_found_and_whole_documents_are_not() -> None:
    words = ["ab", "abc", "abcd", "abcde"] * 6
    short = [text_with(f"{word} end", {word: ("Staff", "POS")}) for word in words]
    long = "so many words that are no name of anybody"
    odd = text_with(f"{long} end", {long: ("Staff", "POS")})
    whole = text_with(long, {long: ("Staff", "POS")})
    row = the(lengths(seen([*short, odd, whole])))
    assert (row.position, row.proposed, row.why) == (
        24,
        None,
        "41 characters long; Staff has 4 in the middle",
    )


def test_documents_with_far_fewer_tags_than_their_length_says_are_found() -> None:
    usual = [text_with("staff and room " * 2, {"staff": ("Staff", "POS")}) for _ in range(30)]
    long = "staff and room " * 40
    row = the(sparse(seen([*usual, a_document(long, annotated=True), a_document(long, annotated=False)])))
    assert (row.position, row.span, row.mark) == (30, (0, 600), "0 tags")
    assert row.why == "0 tags in 600 characters; others of this length have about 12"


def test_where_whole_documents_are_tagged_their_length_says_nothing() -> None:
    texts = ["staff and room " * (60 if n == 7 else 2) for n in range(30)]
    assert sparse(seen([text_with(text, {text: ("Staff", "POS")}) for text in texts])) == ()


def test_texts_that_stand_twice_are_compared_and_most_of_them_are_followed() -> None:
    text, other = "the staff, the room", "The staff, the room"
    one = text_with(text, {"staff": ("Staff", "POS"), "room": ("Room", "NEG")})
    three = [one, text_with(other, {"staff": ("Staff", "NEG"), "room": ("Room", "NEG")}), one]
    row = the(twins(seen(three)))
    assert (row.document, row.names, row.proposed) == (
        "id:1",
        ("Staff", "NEG"),
        Proposed((4, 9), ("Staff", "POS")),
    )
    assert row.why == "2 of 3 documents with this text have Staff/POS here (document 1, 3)"
    row = the(twins(seen([*three[::2], text_with(text, {"staff": ("Staff", "POS")})])))
    assert (row.document, row.span, row.names) == ("id:2", (15, 19), BARE)
    row = the(
        twins(seen([text_with(text, {}), text_with(text, {}), text_with(text, {"room": ("Room", None)})]))
    )
    assert (row.document, row.proposed) == ("id:2", Proposed((15, 19), BARE))


def test_a_document_in_two_sessions_is_no_twin_of_itself() -> None:
    views = [an_open_document(text_with("my staff", tags)) for tags in ({}, {"staff": ("Staff", "POS")})]
    assert twins(gathered(enumerate(views))) == ()


def test_problems_of_the_data_stand_in_a_list_with_their_repair() -> None:
    text = "the staff "
    draft = a_draft()
    found = seen(
        [a_document(text, a_segment(text, 4, 10, ("Staff", "POS")), a_segment(text, 0, 3, ("New", None)))]
    )
    rows = problem_rows(found, {1: draft.scheme})
    assert [(row.span, proposal_in_words(row, draft.scheme)) for row in rows] == [
        ((4, 10), "Leave out the white space"),
        ((0, 3), ""),
    ]


# Fixes


def suspect(
    list_: ListName, document: DraftDocument, span: tuple[int, int], to: Proposed, n: int = 0
) -> Suspect:
    found = gathered([(1, document)])
    tag = next((one for one in found.tags if one.span == span), None)
    if tag is None:
        return found.about(list_, 0, span, to, "", 1.0)
    return found.suspect(list_, tag, to, "", 1.0)


TEXT = "the staff, the room"
VIEW = an_open_document(text_with(TEXT, {"the staff": ("Staff", "POS"), "the room": ("Room", "NEG")}))


@pytest.mark.parametrize(
    ("span", "to", "name", "after"),
    [
        (
            (0, 9),
            Proposed((0, 9), ("Room", "POS")),
            "Retag “the staff” Staff/POS → Room/POS",
            ["the staff Room/POS"],
        ),
        ((0, 9), Proposed((4, 9), ("Staff", "POS")), "Move “the staff” to “staff”", ["staff Staff/POS"]),
        ((0, 9), Proposed((0, 9), BARE), "Delete the tag Staff/POS of “the staff”", []),
        (
            (4, 9),
            Proposed((4, 9), ("Price", None)),
            "Tag “staff” Price",
            ["the staff Staff/POS", "staff Price"],
        ),
    ],
)
def test_a_proposal_is_taken_by_one_step_that_undo_takes_back(
    span: tuple[int, int], to: Proposed, name: str, after: list[str]
) -> None:
    draft = a_draft()
    change = fix(VIEW, suspect("class", VIEW, span, to), "w-1", draft.scheme)
    assert isinstance(change, Change)
    assert change.name == name
    then = take(draft, change, VIEW)
    assert shown(then) == [*after, "the room Room/NEG"]
    assert undo(then).document(VIEW.key).segments == VIEW.segments


def shown(draft: Draft) -> list[str]:
    return [
        f"{one.segment.text} " + "+".join("/".join(filter(None, tag.names)) for tag in one.segment.tags)
        for one in draft.document(VIEW.key).segments
    ]


def test_what_has_changed_since_is_refused_and_left_out_of_a_step_on_many() -> None:
    draft = a_draft()
    room = suspect("label", VIEW, (11, 19), Proposed((11, 19), ("Room", "POS")))
    first = fix(VIEW, room, "w-1", draft.scheme)
    assert isinstance(first, Change)
    now = take(draft, first, VIEW).document(VIEW.key)
    assert isinstance(fix(now, room, "w-2", draft.scheme), Refused)
    staff = suspect("label", VIEW, (0, 9), Proposed((0, 9), ("Staff", "NEG")))
    outcome = fix_all([now], [room, staff], "Same words, other label", "w-3", draft.scheme)
    assert (outcome.change.name, outcome.done, outcome.left_out) == (
        *("Take 1 proposal: Same words, other label", 1, 1),
    )
    assert isinstance(fix(VIEW, room._replace(proposed=None), "w-4", draft.scheme), Refused)


def test_several_proposals_in_one_document_are_one_step() -> None:
    draft = a_draft()
    rows = [
        suspect("border", VIEW, (0, 9), Proposed((4, 9), ("Staff", "POS"))),
        suspect("untagged", VIEW, (15, 19), Proposed((15, 19), ("Price", "NEU"))),
        suspect("label", VIEW, (11, 19), Proposed((11, 19), ("Room", "POS"))),
    ]
    outcome = fix_all([VIEW], rows, "Border", "w-1", draft.scheme)
    then = take(draft, outcome.change, VIEW)
    assert shown(then) == ["staff Staff/POS", "the room Room/POS", "room Price/NEU"]
    assert undo(then).document(VIEW.key).segments == VIEW.segments


def test_a_tag_moved_onto_the_same_tag_is_one_with_it() -> None:
    text = "the staff"
    view = an_open_document(
        a_document(text, a_segment(text, 0, 9, ("Staff", "POS")), a_segment(text, 4, 9, ("Staff", "POS")))
    )
    draft = a_draft()
    change = fix(
        view, suspect("border", view, (0, 9), Proposed((4, 9), ("Staff", "POS"))), "w-1", draft.scheme
    )
    assert isinstance(change, Change)
    assert [one.segment.span for one in take(draft, change, view).document(view.key).segments] == [(4, 9)]


def test_a_problem_is_repaired_from_its_list_and_what_has_no_certain_repair_is_not() -> None:
    text, draft = "the staff ", a_draft()
    view = an_open_document(
        a_document(text, a_segment(text, 4, 10, ("Staff", "POS")), a_segment(text, 0, 3, ("New", None)))
    )
    white, unknown = problem_rows(gathered([(1, view)]), {1: draft.scheme})
    change = fix(view, white, "w-1", draft.scheme)
    assert isinstance(change, Change)
    after = take(draft, change, view).document(view.key)
    assert after.segments[0].segment.span == (4, 9)
    assert isinstance(fix(after, white, "w-2", draft.scheme), Refused)
    assert isinstance(fix(view, unknown, "w-3", draft.scheme), Refused)


# Words, and all of them together


def test_words_are_found_by_their_places_and_a_cut_word_is_none() -> None:
    words = Words("The cafe\u0301, open")
    assert list(words.folded) == ["the", "café", ",", "open"]
    assert words.within(0, 9) == (0, 2)
    assert words.within(0, 6) is None
    assert list(words.touched(5, 10)) == [1, 2]
    assert words_key("The  CAFE\u0301", 0, 10) == "the café"


def test_injected_errors_stand_far_more_often_at_the_top_of_the_lists_than_among_all_tags() -> None:
    chance = Random(7)
    nouns = {
        f"{a}{b}al": ("Staff" if a in "bcd" else "Room", "POS" if b in "aei" else "NEG")
        for a in "bcdfgh"
        for b in "aeiou"
    }
    documents = []
    for _ in range(700):
        drawn = chance.sample(sorted(nouns), 2)
        text = f"here the {drawn[0]} was and then some {drawn[1]} too"
        documents.append(text_with(text, {noun: nouns[noun] for noun in drawn}))
    put = injected(documents, chance)
    found = dict(find_each(seen(put.documents), {1: a_draft().scheme}))
    errors = {"class": "class", "label": "label", "untagged": "gone", "border": "border"}
    shares = {name: share(found[name][:40], put.errors[kind]) for name, kind in errors.items()}  # type: ignore[index]
    assert min(shares.values()) > 0.9, shares
