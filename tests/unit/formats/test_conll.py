"""CoNLL: words with tags in the usual schemes in, BIO out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.formats import conll, recognised
from labeling.formats.bio import cannot_hold, write
from labeling.formats.conll import BLOCKS, SENTENCES
from labeling.formats.records import OUT, SPANS, TEXT, Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import again, odd, units, whole

NEWS = b"""-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC
call NN I-NP O
. . O O

Peter NNP I-NP I-PER
Blackburn NNP I-NP I-PER

-DOCSTART- -X- O O

BRUSSELS NNP I-NP I-LOC
"""


def read(data: bytes, **answers: str) -> Records:
    return conll.read(Source(data, "a.txt"), answers)


def spans(records: Records) -> list[object]:
    """The words and names of all segments, by document."""
    return [
        [(one["text"], one["tags"][0]["name"]) for one in item.fields["segments"]]  # type: ignore[attr-defined]
        for item in records.items
    ]


def tagged(*tags: str) -> bytes:
    return "".join(f"w{n} {tag}\n" for n, tag in enumerate(tags, 1)).encode()


def test_a_file_of_the_shared_task_is_read_as_its_documents_or_its_sentences() -> None:
    found = read(NEWS)
    assert [one.answer for one in found.questions] == ["UTF-8", BLOCKS]
    assert [(item.number, item.fields["text"]) for item in found.items] == [
        (3, "EU rejects German call .\nPeter Blackburn"),
        (14, "BRUSSELS"),
    ]
    assert spans(found) == [
        [("EU", "ORG"), ("German", "MISC"), ("Peter Blackburn", "PER")],
        [("BRUSSELS", "LOC")],
    ]
    assert [item.fields["text"] for item in read(NEWS, split=SENTENCES).items][1:] == [
        "Peter Blackburn",
        "BRUSSELS",
    ]
    assert found.keys == (
        ("word", TEXT, 8),
        ("column 2", OUT, 8),
        ("column 3", OUT, 8),
        ("tag", SPANS, 5),
    )
    assert found.note == "The texts are put together from their words, with a space between."


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("I-A", "I-A", "B-A", "O", "I-B"), ["w1 w2/A", "w3/A", "w5/B"]),
        (("B-A", "I-A", "B-A", "O", "B-B"), ["w1 w2/A", "w3/A", "w5/B"]),
        (("B-A", "E-A", "S-A", "O", "S-B"), ["w1 w2/A", "w3/A", "w5/B"]),
        (("B-A", "L-A", "U-A", "O", "U-B"), ["w1 w2/A", "w3/A", "w5/B"]),
        (("B-A", "M-A", "E-A", "B-A", "E-A"), ["w1 w2 w3/A", "w4 w5/A"]),
        (("A", "A", "O", "B-x-y", "I-x-y"), ["w1 w2/A", "w4 w5/x-y"]),
    ],
    ids=["IOB1", "BIO", "BIOES", "BILOU", "BMES", "no marks"],
)
def test_segments_are_the_same_in_every_scheme(tags: tuple[str, ...], expected: list[str]) -> None:
    (found,) = spans(read(tagged(*tags)))
    assert [f"{text}/{name}" for text, name in found] == expected  # type: ignore[attr-defined]


def test_a_tag_that_goes_on_with_nothing_before_begins_a_segment_and_is_counted() -> None:
    found = read(tagged("B-A", "O", "I-A", "I-B", "X"))
    assert spans(found) == [[("w1", "A"), ("w3", "A"), ("w4", "B"), ("w5", "X")]]
    assert "2 tags that went on with nothing before: a segment begins." in found.note
    assert "1 tag without a mark as B- or I-: neighbours are one segment." in found.note
    assert "went on" not in read(tagged("I-A", "B-A", "O", "I-B")).note


def test_the_text_is_what_a_comment_or_the_column_of_spaces_says() -> None:
    found = read(b'# sent_id = 7\n# text = "It\'s"  good.\n"\tO\nIt\tB-A\n\'s\tI-A\n"\tO\ngood\tB-A\n.\tO\n')
    assert found.items[0].fields == {
        "text": '"It\'s"  good.',
        "segments": [
            {"span": [1, 5], "text": "It's", "tags": [{"name": "A"}]},
            {"span": [8, 12], "text": "good", "tags": [{"name": "A"}]},
        ],
        "meta": {"sent_id": "7"},
    }
    assert read(b"Good\tSpaceAfter=No\tB-A\n!\t_\tO\n").items[0].fields["text"] == "Good!"
    other = read(b"# text = Bad\nGood\tB-A\n")
    assert other.items[0].fields["text"] == "Good"
    assert other.note == "1 sentence with other words in its text: that is left out."


def test_a_line_without_a_tag_refuses_its_sentence_alone() -> None:
    found = read(b"Good B-A\nbad\n\nFine B-A\n")
    assert [item.fields["text"] for item in found.items] == ["Fine"]
    assert found.refused == ((1, "has no tag in line 2", "Good B-A bad", "Good B-A\nbad"),)


def test_it_is_told_by_its_columns() -> None:
    assert recognised(Source(NEWS)).name == "conll"
    assert recognised(Source(NEWS[:-10], "news.csv")).name == "conll"
    assert recognised(Source(b"\xef\xbb\xbf" + tagged("O", "B-A"))).name == "conll"
    assert recognised(Source(whole(write, [a_document("Kind staff"), a_document("# O")]))).name == "conll"
    for prose in (
        b"I am O\nYou are here\n",
        b"text\tlabel\nGood\tPOS\nBad\tNEG\n",
        b"Plan B\nPlan B-2\nIt works\n",
    ):
        assert recognised(Source(prose)).name != "conll"


@settings(max_examples=25)
@given(st.lists(odd(), min_size=1, max_size=3))
def test_a_download_comes_back_as_it_was_but_for_what_was_said_to_be_lost(made: list[Document]) -> None:
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert [one.text for one in found.documents] == [one.text for one in made]
    assert [(one.annotated, one.meta) for one in found.documents] == [
        (one.annotated, one.meta) for one in made
    ]
    whole_ones = [one for one in made if not cannot_hold([one])]
    if not cannot_hold(whole_ones):
        assert units(again(read(whole(write, whole_ones))).documents) == units(whole_ones)


def test_nothing_is_moved_and_what_is_not_written_is_counted() -> None:
    text = "Kind staff, small room"
    made = a_document(
        text,
        a_segment(text, 0, 10, ("Staff", "POS"), ("Staff", "NEG")),
        a_segment(text, 5, 12, ("Staff", None)),
        a_segment(text, 13, 16, ("Room", None)),
        a_segment(text, 18, 22),
        a_segment(text, 17, 22, (None, "NEG")),
        a_segment(text, 11, 12, ("Room", None)),
    )
    assert cannot_hold([made]) == (
        "1 span in 1 document overlapping another: the longer is written.",
        "1 span with several tags: the first is written.",
        "1 span without a tag: left out.",
        "1 span of white space alone: left out.",
        "1 span with white space at an edge: written without it.",
    )
    (found,) = again(read(whole(write, [made]))).documents
    assert [one.units for one in found.segments] == [
        ((0, 10, "Staff", "POS"),),
        ((13, 16, "Room", None),),
        ((18, 22, None, "NEG"),),
    ]


def test_a_download_has_a_word_a_line() -> None:
    text = "Kind staff!"
    made = a_document(text, a_segment(text, 2, 10, ("Staff", None)), annotated=True, meta={"stars": 4})
    assert whole(write, [made]).decode() == (
        '# names = class\n\n# text = "Kind staff!"\n# done = yes\n# meta = {"stars":4}\n'
        "Ki\tO\nnd\tB-Staff\nstaff\tI-Staff\n!\tO\n\n"
    )


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe", b"\xef\xbb\xbf"])
def test_a_file_without_words_is_said_to_have_none(data: bytes) -> None:
    assert read(data).problem == "The file has no words."
