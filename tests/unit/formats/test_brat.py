"""Brat: texts with annotations beside them, in a zip."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling import formats
from labeling.formats import brat, recognised
from labeling.formats.brat import NO_ATTRIBUTE
from labeling.formats.brat_out import cannot_hold, write
from labeling.formats.records import KEPT, OUT, SPANS, TEXT, Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import again, odd, units, whole

TEXT_FILE = "🙂 Kind staff,\r\nvery small room"
ANNOTATIONS = """T1\tStaff 2 12\tKind staff
T2\tRoom 15 19;26 30\tvery room
T3\tRoom 20 25\tsmall
A1\tSentiment T1 positive
A2\tHedged T1
R1\tabout Arg1:T1 Arg2:T2
#1\tAnnotatorNotes T1\tsure
"""


def a_zip(**files: str | bytes) -> bytes:
    """Files by their names, in which __ stands for / and _ for the point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def read(data: bytes, **answers: str) -> Records:
    return brat.read(Source(data), answers)


def test_texts_of_any_folder_are_read_with_their_annotations() -> None:
    text, lines = "Kind staff", "T1\tStaff 0 10\tKind staff\n"
    found = read(
        a_zip(a__one_txt=text, a__one_ann=lines, b__c__two_txt="Fine", ___MACOSX="", b__three_ann=lines)
    )
    assert [item.fields for item in found.items] == [
        {
            "text": text,
            "segments": [{"span": [0, 10], "text": text, "tags": [{"name": "Staff"}]}],
            "meta": {"file": "a/one"},
        },
        {"text": "Fine", "segments": [], "meta": {"file": "b/c/two"}},
    ]
    assert [(row.number, row.reason) for row in found.refused] == [
        (3, "“b/three”: has annotations and no text beside them")
    ]


def test_spans_in_pieces_attributes_and_what_is_left_out_are_told() -> None:
    found = read(a_zip(a_txt=TEXT_FILE, a_ann=ANNOTATIONS))
    (document,) = again(found).documents
    assert [(one.text, *one.tags[0].names) for one in document.segments] == [
        ("Kind staff", "Staff", "positive"),
        ("very small room", "Room", None),
        ("small", "Room", None),
    ]
    assert document.meta == {
        "file": "a",
        "attributes": [{"span": [2, 12], "name": "Hedged", "value": True}],
    }
    assert "1 span in several pieces: one from the first to the last." in found.note
    assert found.keys == (
        ("text", TEXT, 1),
        ("spans", SPANS, 3),
        ("Sentiment", SPANS, 1),
        ("Hedged", KEPT, 1),
        ("relations", OUT, 1),
        ("notes", OUT, 1),
    )


def test_offsets_count_what_ends_a_line_as_the_words_show() -> None:
    for start in (19, 20):
        lines = f"T1\tRoom {start} {start + 10}\tsmall room\n"
        found = read(a_zip(a_txt=TEXT_FILE, a_ann=lines))
        assert units(again(found).documents) == [(TEXT_FILE, [(20, 30, "Room", None)])]
        assert found.note == ""


def test_words_beside_their_offsets_are_found_and_words_that_are_nowhere_refuse_the_text() -> None:
    found = read(
        a_zip(a_txt="Good room, good room", a_ann="T1\tRoom 14 18\troom\n", b_txt="x", b_ann="T1\tA 0 1\ty")
    )
    assert units(again(found).documents) == [("Good room, good room", [(16, 20, "Room", None)])]
    assert found.note == "1 span beside its words: the nearest such words are taken."
    assert [(row.number, row.reason) for row in found.refused] == [
        (2, "“b”: has “y” as the words of T1, which is not in it")
    ]
    (row,) = read(a_zip(a_txt="x", a_ann="\nT1 A 0 1 x\n")).refused
    assert row.reason == "“a”: has no span in line 2 of its annotations"


def test_which_attribute_is_the_label_can_be_said() -> None:
    lines = "T1\tRoom 0 4\troom\nA1\tKind T1 a\nA2\tTone T1 b\n"
    data = a_zip(a_txt="room", a_ann=lines)
    assert [(one.options, one.answer) for one in read(data).questions] == [
        (("Kind", "Tone", NO_ATTRIBUTE), NO_ATTRIBUTE)
    ]
    (document,) = again(read(data, attribute="Tone")).documents
    assert document.segments[0].units == ((0, 4, "Room", "b"),)
    assert document.meta == {"file": "a", "attributes": [{"span": [0, 4], "name": "Kind", "value": "a"}]}


def test_it_is_told_by_what_is_in_it() -> None:
    data = a_zip(a_txt="Good", a_ann="")
    assert recognised(Source(data)).name == "brat"
    assert recognised(Source(a_zip(a_txt="Good"))).name != "brat"
    half = formats.read(Source(data[: len(data) // 2])).problem
    assert half.startswith("The file is no zip that can be read: it is damaged, or cut off. ")
    assert formats.read(Source(a_zip(a_csv="text\nGood"))).problem == (
        "The file is a zip of files that are not read so: unpack it, and take one of them."
    )


def test_a_zip_that_is_damaged_locked_or_unpacks_to_too_much_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = a_zip(a_txt="Good" * 100, a_ann="")
    half = read(data[:100]).problem
    assert half.startswith("The file is no zip that can be read: it is damaged, or cut off. ")
    assert read(data.replace(b"GoodGood", b"BadBadBa", 1)).problem.startswith("The file is no zip")
    locked = bytearray(data)
    locked[6] |= 1
    locked[data.index(b"PK\x01\x02") + 8] |= 1
    assert read(bytes(locked)).problem == "The file is protected by a password: pack it without one."
    monkeypatch.setattr(brat, "LARGEST", 300)
    assert read(data).problem == "The file unpacks to more than 0 MB."


@settings(max_examples=25)
@given(st.lists(odd(), min_size=1, max_size=3))
def test_a_download_comes_back_as_it_was_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert [one.text for one in found.documents] == [one.text for one in made]
    known = [one.model_copy(update={"meta": None, "annotated": None}) for one in made]
    if not cannot_hold(known):
        assert units(found.documents) == units(made)


def test_a_download_is_what_brat_opens() -> None:
    text = "Kind\nstaff"
    made = a_document(text, a_segment(text, 0, 10, ("My staff", "POS")), annotated=True, meta={"a": 1})
    assert cannot_hold([made]) == (
        "1 name with white space, or _ alone: written with _ for it.",
        "Done marks of 1 document: left out.",
        "Information about 1 document: left out.",
    )
    with zipfile.ZipFile(io.BytesIO(whole(write, [made]))) as archive:
        assert archive.namelist() == ["annotation.conf", "00001.txt", "00001.ann"]
        assert archive.read("00001.ann").decode() == "T1\tMy_staff 0 10\tKind staff\nA1\tLabel T1 POS\n"
        assert archive.read("annotation.conf").decode().split("\n")[1:] == [
            *("[entities]", "My_staff", "[relations]", "[events]", "[attributes]"),
            *("Label\tArg:<ENTITY>, Value:POS", ""),
        ]
