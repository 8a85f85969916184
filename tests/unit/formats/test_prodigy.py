"""Prodigy's tasks and answers."""

from __future__ import annotations

import pytest
from hypothesis import given

from labeling.formats.prodigy import ACCEPTED, ALL, EVERYBODY, OR_IGNORED
from tests.unit.formats.made import again, read_rows, spoiled, units_in

TEXT = "The 🙂 soup"


def answer(said: str = "accept", **more: object) -> dict[str, object]:
    return {"text": TEXT, "_input_hash": 1, "_task_hash": 2, "answer": said, **more}


def span(start: int, end: int, label: str | None = "Food", **more: object) -> dict[str, object]:
    return {"start": start, "end": end, **({"label": label} if label else {}), **more}


def test_spans_are_tags_and_what_has_no_label_is_a_segment_without_tags() -> None:
    found = read_rows(answer(spans=[span(6, 10, token_start=2), span(0, 3, None)], tokens=[{"text": "The"}]))
    assert units_in(found) == [[(6, 10, "Food", None), (0, 3, None, None)]]
    assert again(found).documents[0].annotated is True
    assert [(one.key, one.use) for one in found.keys][-2:] == [
        ("tokens", "left out"),
        ("spans: token_start", "left out"),
    ]


def test_spans_without_hashes_are_enough_to_tell_it() -> None:
    found = read_rows({"text": TEXT, "spans": [span(6, 10)], "meta": {"source": "x"}, "by": "Ann"})
    assert units_in(found) == [[(6, 10, "Food", None)]]
    assert again(found).documents[0].meta == {"source": "x", "by": "Ann"}
    assert again(found).documents[0].annotated is None


def test_what_was_accepted_of_the_whole_document_are_its_tags() -> None:
    options = [{"id": 1, "text": "sad"}, {"id": "glad", "text": "is glad"}]
    rows = (
        answer(accept=[1, "glad"], options=options),
        answer(label="Food"),
        answer(cats={"POS": 1, "NEG": 0}),
        answer(cats={"POS": 0.7, "NEG": 0.3}),
        answer(accept=[]),
    )
    found = again(read_rows(*rows)).documents
    assert [[tag.class_ for one in each.segments for tag in one.tags] for each in found] == [
        ["sad", "glad"],
        ["Food"],
        ["POS"],
        ["POS"],
        [],
    ]
    assert [one.meta for one in found] == [None, None, None, {"cats": {"POS": 0.7, "NEG": 0.3}}, None]


def test_answers_that_were_not_accepted_are_left_out_and_counted_unless_they_are_wanted() -> None:
    rows = answer(), answer("reject", label="Food"), answer("ignore", spans=[span(0, 3)]), answer("reject")
    assert read_rows(*rows).note == "2 rejected answers left out. 1 ignored answer left out."
    assert read_rows(*rows).questions[1].answer == ACCEPTED
    ignored = again(read_rows(*rows, answers={"answers": OR_IGNORED})).documents
    assert [one.annotated for one in ignored] == [True, False]
    assert ignored[1].segments[0].units == ((0, 3, "Food", None),)
    rejected = again(read_rows(*rows, answers={"answers": ALL})).documents[1]
    assert (rejected.segments, rejected.meta) == ((), {"label": "Food", "answer": "reject"})


@pytest.mark.parametrize("key", ["_annotator_id", "_session_id"])
def test_answers_of_several_annotators_are_documents_each_or_those_of_one(key: str) -> None:
    rows = answer(**{key: "ann"}, label="Food"), answer(**{key: "bob"}, label="Staff")
    found = read_rows(*rows)
    assert (found.questions[-1].options, found.questions[-1].answer) == ((EVERYBODY, "ann", "bob"), EVERYBODY)
    assert len(found.items) == 2
    chosen = read_rows(*rows, answers={"annotator": "bob"})
    assert chosen.note == "1 answer of another annotator left out."
    assert [one.meta for one in again(chosen).documents] == [{key: "bob"}]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (answer(spans={}), ""),
        (answer(spans=3), "“spans” is a number, not a list"),
        (answer(spans=[3]), "span 1 is a number without a start and an end"),
        (answer(spans=[span(0, 99)]), "segment 1 has the span [0, 99], which does not lie in the text of 10"),
        (answer(spans=[{"start": "0", "end": 3}]), "segment 1 has the span ['0', 3], not two whole numbers"),
        (answer(accept="x"), "“accept” is text, not a list"),
        (answer(accept=[[1]]), "segment 1 has a tag that has neither class nor label"),
        ({"_input_hash": 1}, "has no “text”"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_its_number(row: object, reason: str) -> None:
    found = again(read_rows(answer(), row))
    assert [(one.number, one.reason[: len(reason)]) for one in found.refused] == (
        [(2, reason)] if reason else []
    )


SOUND = [
    answer(spans=[span(6, 10)], _annotator_id="a", options=[{"id": 1, "text": "sad"}], accept=[1]),
    answer("ignore", cats={"a": 1}, label="x", _session_id="b", meta={"a": 1}),
]


@given(spoiled(SOUND))
def test_whatever_stands_in_a_file_every_answer_becomes_a_document_or_is_refused(value: object) -> None:
    found = again(read_rows(value, answers={"format": "Prodigy", "answers": ALL}))
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        assert len(found.documents) + len(found.refused) == len(value)
