"""SemEval's XML: terms and categories of 2014, opinions of 2015/16."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.formats import recognised, semeval
from labeling.formats.records import AGAIN, KEPT, OUT, SPANS, TEXT, Records
from labeling.formats.semeval import LEFT_OUT, WHOLE, cannot_hold, write
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import again, odd, units, whole

TERMS = """<?xml version="1.0" encoding="UTF-8"?>
<sentences><sentence id="813"><text>All the &lt;b&gt;money&lt;/b&gt; &amp; staff 🙂 food</text>
<aspectTerms><aspectTerm term="staff" polarity="negative" from="21" to="26"/>
<aspectTerm term="food" polarity="positive" from="30" to="34"/></aspectTerms>
<aspectCategories><aspectCategory category="service" polarity="negative"/></aspectCategories></sentence>
<sentence id="2777"><text>Fine</text></sentence></sentences>"""
OPINIONS = """<Reviews><Review rid="1004293"><sentences>
<sentence id="1004293:0"><text>Judging from previous posts.</text><Opinions>
<Opinion target="place" category="RESTAURANT#GENERAL" polarity="negative" from="51" to="56"/></Opinions>
</sentence>
<sentence id="1004293:1" OutOfScope="TRUE"><text>The food, the food!</text><Opinions>
<Opinion target="food" category="FOOD#QUALITY" polarity="positive" from="13" to="18"/>
<Opinion target="food" category="FOOD#PRICES" polarity="negative" from="14" to="18" note="x"/>
<Opinion target="NULL" category="SERVICE#GENERAL" polarity="negative" from="0" to="0"/></Opinions></sentence>
</sentences><Opinions><Opinion category="FOOD#QUALITY" polarity="positive"/></Opinions></Review></Reviews>"""


def read(data: str | bytes, **answers: str) -> Records:
    return semeval.read(Source(data.encode() if isinstance(data, str) else data), answers)


def test_terms_have_the_class_aspect_and_categories_are_of_the_whole_sentence() -> None:
    found = read(TERMS)
    first, second = again(found).documents
    assert first.text == "All the <b>money</b> & staff 🙂 food"
    assert [(one.text, *one.tags[0].names) for one in first.segments] == [
        ("staff", "ASPECT", "negative"),
        ("food", "ASPECT", "positive"),
        (first.text, "service", "negative"),
    ]
    assert (first.meta, second.meta) == ({"id": "813"}, {"id": "2777"})
    assert found.keys == (
        ("id", KEPT, 2),
        ("text", TEXT, 2),
        ("aspectTerm", SPANS, 2),
        ("aspectCategory", SPANS, 1),
    )


def test_opinions_have_category_and_polarity_and_stand_where_their_words_are() -> None:
    found = read(OPINIONS)
    assert [(item.number, item.fields["meta"]) for item in found.items] == [
        (2, {"rid": "1004293", "id": "1004293:1", "OutOfScope": "TRUE"})
    ]
    assert units(again(found).documents) == [
        (
            "The food, the food!",
            [
                (0, 19, "SERVICE#GENERAL", "negative"),
                (14, 18, "FOOD#PRICES", "negative"),
                (14, 18, "FOOD#QUALITY", "positive"),
            ],
        )
    ]
    assert found.note == "1 offset beside the words: the nearest such words are taken."
    ((number, reason, *_),) = found.refused
    assert (number, reason) == (1, "has “place” as a target, which is not in it")
    assert {("Opinion note", OUT, 1), ("opinions of reviews", OUT, 1)} < set(found.keys)


def test_opinions_without_a_target_can_be_left_out() -> None:
    assert [one.answer for one in read(OPINIONS).questions] == [WHOLE]
    found = read(OPINIONS, whole=LEFT_OUT)
    assert [len(one.segments) for one in again(found).documents] == [1]
    assert {("Opinion", SPANS, 3), ("Opinion", OUT, 1)} < set(found.keys)


def test_it_is_told_by_its_elements() -> None:
    assert recognised(Source(TERMS.encode())).name == "semeval"
    assert recognised(Source(b"\xef\xbb\xbf" + OPINIONS.encode())).name == "semeval"
    assert recognised(Source(b"<html><text>No sentence</text></html>")).name == "text"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (TERMS[:200], f"The file is no XML that can be read (it ends in the middle, line 3). {AGAIN}"),
        (
            "<sentences><sentence/></sentence>",
            f"The file is no XML that can be read (line 1, column 25). {AGAIN}",
        ),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]>' + OPINIONS,
            "The file defines entities of its own, which are not read.",
        ),
        (
            '<?xml version="1.0" encoding="none"?><a/>',
            "The file is in an encoding that is not read: save it as UTF-8.",
        ),
        ("<sentences/>", "The file has no sentences."),
    ],
    ids=["half", "other end", "entities", "encoding", "empty"],
)
def test_what_cannot_be_read_is_one_sentence(data: str, problem: str) -> None:
    assert read(data).problem == problem


def test_a_sentence_without_a_text_is_refused() -> None:
    found = again(read('<a><sentence id="x"/><sentence><text> </text></sentence></a>'))
    assert [row.reason for row in found.refused] == ["has no “text”", "no text"]


@settings(max_examples=25)
@given(st.lists(odd(), min_size=1, max_size=3))
def test_a_download_comes_back_as_it_was_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert [(one.annotated, one.meta) for one in found.documents] == [
        (one.annotated, one.meta) for one in made
    ]
    assert units(found.documents) == units(made)


def test_what_a_file_does_not_hold_is_counted() -> None:
    text = "Kind\x01 staff"
    made = a_document(text, a_segment(text, 0, 4, ("A\x02", None)), a_segment(text, 0, 4, ("B", None)))
    assert cannot_hold([made]) == (
        "1 text with control characters: they become �.",
        "1 name with control characters: they become �.",
        "1 segment on the same words as another: read again, their tags stand on one.",
    )
    assert units(again(read(whole(write, [made]))).documents) == [
        ("Kind� staff", [(0, 4, "A�", None), (0, 4, "B", None)])
    ]
