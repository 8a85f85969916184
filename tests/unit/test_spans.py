import itertools

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from labeling.spans import (
    bare,
    cluster_at,
    cuts_grapheme,
    grapheme_borders,
    occurrences,
    snap,
    span_problem,
    trim,
)
from tests.unit.word_edges import WORD_EDGES

FAMILY = "👨‍👩‍👧‍👦"
TEXTS = st.text(alphabet="ab ÄöÉe\u0301\u0308नमस्ते🍕🇩🇪👨\u200d👩👧\r\n\t中文שלوم\u200f.", max_size=30)


@pytest.mark.parametrize(
    ("text", "inside", "cluster"),
    [
        ("a" + FAMILY + "b", 3, (1, 8)),
        ("e\u0301t", 1, (0, 2)),
        ("🇩🇪🇫🇷", 3, (2, 4)),
        ("x\r\ny", 2, (1, 3)),
        ("नमस्ते", 3, (2, 6)),
    ],
)
def test_a_cluster_is_found_from_any_of_its_code_points(text, inside, cluster):
    assert cuts_grapheme(text, inside)
    found = cluster_at(text, inside)
    assert found[0] < inside < found[1]
    assert regex.fullmatch(r"\X", text[found[0] : found[1]])


def test_a_cut_through_a_family_is_snapped_outward():
    text = f"The {FAMILY} room"
    assert snap(text, 5, 7) == (4, 11)
    assert text[slice(*snap(text, 5, 7))] == FAMILY


@given(TEXTS, st.integers(-3, 35), st.integers(-3, 35))
def test_snapping_never_cuts_a_grapheme_and_snapping_again_changes_nothing(text, a, b):
    start, end = snap(text, min(a, b), max(a, b))
    assert 0 <= start <= end <= len(text)
    assert not cuts_grapheme(text, start)
    assert not cuts_grapheme(text, end)
    assert snap(text, start, end) == (start, end)


@given(TEXTS)
def test_borders_cut_the_text_into_clusters_that_make_it_up_again(text):
    borders = list(grapheme_borders(text))
    assert borders[0] == 0
    assert borders[-1] == len(text)
    assert [text[a:b] for a, b in itertools.pairwise(borders)] == regex.findall(r"\X", text)


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
def test_trimming_leaves_nothing_unseen_at_the_edges(text, a, b):
    start, end = trim(text, min(a, b), max(a, b))
    left = text[min(a, b) : max(a, b)].strip()
    while left != (left := left.strip("\u200f").strip()):
        pass
    assert text[start:end] == left


@pytest.mark.parametrize(("selected", "taken"), WORD_EDGES.values(), ids=WORD_EDGES)
def test_what_belongs_to_no_word_is_left_out_at_the_edges_of_a_selection(selected, taken):
    text = f"a {selected} b"
    start, end = bare(text, *trim(text, 2, 2 + len(selected)))
    assert text[start:end] == taken
    assert bare(text, *trim(text, start, end)) == (start, end)


@given(TEXTS, TEXTS.filter(bool))
def test_every_occurrence_is_the_wanted_text_on_whole_clusters(text, wanted):
    found = occurrences(text, wanted)
    assert all(
        text[a:b] == wanted and not cuts_grapheme(text, a) and not cuts_grapheme(text, b) for a, b in found
    )
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    if wanted.isascii() and text.isascii() and "\n" not in wanted + text:
        assert len(found) == text.count(wanted)


def test_a_letter_inside_a_combined_letter_is_not_an_occurrence():
    assert occurrences("e\u0301 e", "e") == ((3, 4),)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, 4, ""),
        (None, 4, "start is missing"),
        (0, None, "end is missing"),
        (-1, 4, "before the text begins"),
        (0, 99, "after the text ends (9)"),
        (3, 3, "the segment is empty"),
        (4, 2, "end 2 is before start 4"),
        (0, 6, "in the middle of “e\u0301”: use 5 or 7"),
    ],
)
def test_a_span_that_cannot_be_right_is_named_in_plain_words(start, end, words):
    problem = span_problem("Very e\u0301l.", start, end)
    assert (words in problem) if words else problem == ""
