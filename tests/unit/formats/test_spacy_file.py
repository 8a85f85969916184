"""spaCy's lines, and its binary DocBin."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import docbin
from labeling.formats import read as read_any
from labeling.formats.offsets import CHARACTERS
from labeling.formats.source import Source
from labeling.formats.spacy_file import EVERY_GROUP, write
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import (
    again,
    comes_back_in_flat_names,
    hard,
    read_rows,
    spoiled,
    units_in,
    whole,
)

AS_SPACY = {"format": "spaCy", "offsets": CHARACTERS}
PACKED = base64.b64decode(
    "eJzrWl6WWlScmZ+32EDPcGliSUlR8VxHZ08vbx9fP/+As4xHzjIePct4bFlJfnZqXvFRzohHnIVGj6rN3SbNKjZdlsaXzkAAMOEQ"
    "ZySg76jFjM4p37i1YTQhe5ih9NevfxzVJ77eT0g9DPDy94RMOSjQDKMJqYe5m1R70jg22gp0vVoIowmpxxVuhMDFKUoe1zW3SnuF"
    "PQnbOEOwmpB6WLjVE4oQNNDGrHrks9Pbhcs6Xjfq2X1yI6QeZjyp9iRvuj1Zd98aTRhNSD254bZxz5Rp/Z+VMj699P3ExvfDkZB6"
    "WLg1kOifLRw+11/Vzs7VmX60dq/WDDVC6mHGk2pPwqvdXIEvN3TCaELqyfVP4fSFenyFTtowmpB6cuNnp5hUd+/bP8owmlb2CP5w"
    "O/TZKrMMRtPKHj5RY92C7z0FMJpW9sSWyW5TF//8EUbTyp5Fh9b4vLlZvx5G08oeUsMNlq5r0NI1oWS+b2fosYcPvXlgNCF7YOah"
    "20MIpELpc9fkdc5uip1FSD254fZK/GVlnUksL4ymlT3LGVFpQgAWPydIDLe0qcVW8V9jD9rrPVpUaSuwjzTdCEDI2mAbfZHWBbEX"
    "YTS59hACy4oLEpNTi4+IM8IBAwgyQNnLc1Lz0ksyio/wCABVszJAYmh5cUlRZl568R0GlQULuRYqLNRZqLfEOSO1aolbfn7KChCh"
    "7Ofqvtg9wHWxX2r5cr/8kgyg+sX+Qe7LAlyDgv39lgck5mUWF6cuDslIXRixJDK/KHth/KLEkiXJicWpS5KBRi1LzskvTk1Zkpyf"
    "k7IoM29JbmJR9uI8oGF5EMMW5actL4AYsqQ4v7RgWUlienpqyuKSjNTF5YnFCyuWVAINXfJh/swmoKElxZObFgf4B5+GeXwx0H2n"
    "7T9AOA0NS9NyEtOLJzduykgsji/Ny87LL8+Lh4TNIWyCh7GqXA2k8+LTi4DOKZ585GXTkezmJXmJuamLipMhjdyGpSAVxZOOaKBH"
    "RMW8J5u3n06sh4YwKH2yATEXpspZsZvO6shfOwdVyQbFUhOBthzJg1i4FBhGqUXUsxMNwFIv80SIRUcYJwDRytLi1KL4lMSSxMlH"
    "GBsgCACLz4+b"
)
"""Three documents as spaCy 3.8 packs them, with entities, two groups of spans, categories, unknown spaces."""


@given(st.lists(hard(), min_size=1, max_size=2))
def test_a_download_comes_back_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    comes_back_in_flat_names(write, AS_SPACY, made)


def test_a_download_is_one_group_of_spans_in_characters() -> None:
    document = a_document("🙂 soup", a_segment("🙂 soup", 2, 6, ("Food", "POS")), meta={"by": "Ann"})
    assert json.loads(whole(write, [document])) == {
        "text": "🙂 soup",
        "spans": {"sc": [{"start": 2, "end": 6, "label": "Food#POS"}]},
        "meta": {"by": "Ann"},
    }


@pytest.mark.parametrize(
    "row",
    [
        {"text": "The soup", "entities": [[4, 8, "Food"]]},
        {"text": "The soup", "entities": [{"start": 4, "end": 8, "label": "Food"}]},
        {"text": "The soup", "ents": [{"start": 4, "end": 8, "label": "Food"}], "tokens": [{"id": 0}]},
        {"text": "The soup", "spans": {"sc": [{"start": 4, "end": 8, "label": "Food"}]}},
        ["The soup", {"entities": [[4, 8, "Food"]]}],
    ],
)
def test_every_way_to_write_spans_is_read(row: object) -> None:
    assert units_in(read_rows([row, {"text": "The view"}])) == [[(4, 8, "Food", None)], []]


def test_categories_that_hold_are_tags_of_the_document_and_their_figures_are_kept() -> None:
    found = again(
        read_rows({"text": "ab", "cats": {"POS": 1, "NEG": 0}}, {"text": "cd", "cats": {"POS": 0.8}})
    )
    assert [one.segments[0].units for one in found.documents] == [((0, 2, "POS", None),)] * 2
    assert [one.meta for one in found.documents] == [None, {"cats": {"POS": 0.8}}]


def test_groups_of_spans_are_taken_together_or_one_of_them() -> None:
    food, cold = ({"start": 4, "end": 8, "label": name} for name in ("Food", "Cold"))
    row = {"text": "The soup", "entities": [[4, 8, "Food"]], "spans": {"sc": [food], "other": [food, cold]}}
    assert units_in(read_rows(row)) == [[(4, 8, "Food", None), (4, 8, "Cold", None)]]
    assert read_rows(row).questions[1].options == (EVERY_GROUP, "sc", "other")
    assert units_in(read_rows(row, answers={"group": "sc"})) == [[(4, 8, "Food", None)]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "x", "entities": {}}, ""),
        ({"text": "x", "entities": "abc"}, "“entities” is text, not a list"),
        (
            {"text": "x", "spans": {"sc": [3]}},
            "“spans: sc” holds a number without a start, an end and a label",
        ),
        (
            {"text": "x", "ents": [[0, 9, "a"]]},
            "segment 1 has the span [0, 9], which does not lie in the text",
        ),
        ({"text": "x", "ents": [[0, None, "a"]]}, "segment 1 has the span [0, None], not two whole numbers"),
        ({"text": [1], "cats": {"a": 1}}, "“text” is a list, not text"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_number(row: object, reason: str) -> None:
    found = again(read_rows({"text": "The soup", "entities": [[4, 8, "Food"]]}, row))
    assert [(one.number, one.reason[: len(reason)]) for one in found.refused] == (
        [(2, reason)] if reason else []
    )


SOUND = [
    {"text": "The 🙂", "entities": [[4, 5, "Food"]], "ents": [{"start": 0, "end": 1, "label": "x"}]},
    {"text": "x", "spans": {"sc": [{"start": 0, "end": 1, "label": "x"}], "b": []}, "cats": {"a": 1}},
]


@given(spoiled(SOUND))
def test_whatever_stands_in_a_file_every_row_becomes_a_document_or_is_refused(value: object) -> None:
    found = again(read_rows(value, answers=AS_SPACY))
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        assert len(found.documents) + len(found.refused) == len(value)


# DocBin


def test_a_docbin_is_read_as_spacy_reads_it() -> None:
    found = read_any(Source(PACKED))
    first, second, third = again(found).documents
    assert first.text == "The 🙂 soup at Chez Panisse in New York was cold,  case closed."
    assert [
        (first.text[one.start : one.end], *(tag.class_ for tag in one.tags)) for one in first.segments
    ] == [
        ("🙂 soup", "Food"),
        ("Chez Panisse", "ORG"),
        ("New York", "GPE"),
        ("was", "GPE"),
        ("soup", "Food#NEG"),
        ("soup at Chez Panisse", "x"),
        ("The",),
        (first.text, "NEG"),
    ]
    assert (second.text, [one.units for one in second.segments]) == (
        "case of X \n mark",
        [((0, 7, "PERSON", None),), ((12, 16, "_", None),)],
    )
    assert (third.text, third.segments) == ("Nothing tagged", ())


def test_what_a_docbin_has_besides_is_counted() -> None:
    found = read_any(Source(PACKED))
    assert [(one.key, one.use, one.values) for one in found.keys] == [
        ("text", "text", 3),
        ("ents", "segments with tags", 2),
        ("spans", "segments with tags", 1),
        ("cats", "class of the document", 1),
        ("token: NORM", "left out", 3),
        ("token: SENT_START", "left out", 3),
    ]
    assert [one.key for one in found.questions] == ["format", "group"]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("coffee", 3197928453018144401),
        ("a", 11901859001352538922),
        ("12345678", 9871996032675327904),
        ("🙂 x", 4155911104051031747),
        ("longer than eight bytes for sure", 5957810247065543794),
    ],
)
def test_words_have_the_numbers_that_spacy_gives_them(word: str, number: int) -> None:
    assert docbin.hashed(word) == number


def packed(**other: object) -> bytes:
    """A DocBin of one word, with parts that are exchanged."""
    said = {
        "version": "0.1",
        "attrs": [65],
        "tokens": struct.pack("<Q", docbin.hashed("soup")),
        "spaces": b"\0",
        "lengths": struct.pack("<i", 1),
        "strings": ["soup"],
        "cats": [{}],
        "flags": [{}],
        "span_groups": [b""],
    }
    return zlib.compress(msgpack.packb(said | other))


GROUP = msgpack.packb({"name": "sc", "attrs": {}, "spans": [struct.pack(">QQllll", 0, 92, 0, 1, 0, 4)]})


def test_groups_of_older_versions_are_read() -> None:
    data = packed(span_groups=[msgpack.packb([GROUP])])
    assert units_in(read_any(Source(data))) == [[(0, 4, "NOUN", None)]]


@pytest.mark.parametrize(
    "other",
    [
        {"attrs": 3},
        {"attrs": [77]},
        {"tokens": b"123"},
        {"tokens": "text"},
        {"spaces": [0]},
        {"lengths": struct.pack("<i", -1)},
        {"lengths": struct.pack("<i", 2_000_000_000)},
        {"lengths": b"12345"},
        {"strings": [3]},
        {"strings": None},
        {"cats": {}, "flags": 3},
        {"span_groups": [b"", b""]},
    ],
)
def test_a_docbin_that_is_none_is_one_sentence(other: dict[str, object]) -> None:
    assert read_any(Source(packed(**other))).problem.startswith(
        "The file is no DocBin of spaCy that can be read"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"strings": []},
        {"span_groups": [b"\xc1"]},
        {"span_groups": [msgpack.packb([b"x"])]},
        {"span_groups": [7]},
    ],
)
def test_a_packed_document_that_is_damaged_is_refused_with_its_number(other: dict[str, object]) -> None:
    found = read_any(Source(packed(**other)))
    assert [(one.number, one.reason[:10]) for one in found.refused] == [(1, "is damaged")]


@pytest.mark.parametrize(
    "cut", [lambda data: data[:300], lambda data: data[:-1], lambda data: data[:600] + data[610:]]
)
def test_a_docbin_that_is_cut_off_is_one_sentence(cut: Callable[[bytes], bytes]) -> None:
    assert read_any(Source(cut(PACKED))).problem.startswith("The file is no DocBin of spaCy that can be read")


def test_a_docbin_that_unpacks_to_too_much_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_any(Source(packed())).items
    monkeypatch.setattr(docbin, "LARGEST", 300)
    many = {"tokens": struct.pack("<Q", docbin.hashed("soup" * 40)) * 4, "spaces": b"\0" * 4, "cats": [{}]}
    big_text = packed(strings=["soup" * 40], lengths=struct.pack("<i", 4), **many)
    monkeypatch.setattr(docbin, "LARGEST", 500)
    assert read_any(Source(big_text)).problem == "The file unpacks to more than 0 MB."
    assert read_any(Source(packed(more=b"x" * 1000))).problem == "The file unpacks to more than 0 MB."
    monkeypatch.setattr(docbin, "_MOST", 10)
    assert read_any(Source(packed(more=[[1] * 9] * 9))).problem == "The file unpacks to more than 0 MB."


@given(st.integers(0, 2**16), st.binary(min_size=1, max_size=3))
def test_bytes_that_are_changed_are_no_exception(at: int, other: bytes) -> None:
    plain = zlib.decompress(PACKED)
    at %= len(plain)
    again(read_any(Source(zlib.compress(plain[:at] + other + plain[at + len(other) :], 1)), AS_SPACY))


def test_the_empty_docbin_says_so() -> None:
    empty = packed(tokens=b"", spaces=b"", lengths=b"", cats=[], flags=[], span_groups=[])
    assert read_any(Source(empty)).problem == "The file has no documents."
