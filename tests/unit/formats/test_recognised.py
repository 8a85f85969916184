"""Which format a file is, told by what is in it."""

from __future__ import annotations

import json

import pytest

from labeling.formats import BY_NAME, EXPORTS, read, recognised, records
from labeling.formats.source import Source
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import whole


@pytest.mark.parametrize("name", [one.name for one in EXPORTS])
def test_every_download_is_told_by_its_content(name: str) -> None:
    write = BY_NAME[name].write
    assert write is not None
    plain, tagged = (
        a_document("The view"),
        a_document("The soup", a_segment("The soup", 4, 8, ("Food", "POS"))),
    )
    assert recognised(Source(whole(write, [plain] * 60 + [tagged]))).name == name
    assert recognised(Source(whole(write, [tagged, plain]), "notes.txt")).name == name


@pytest.mark.parametrize(
    "rows",
    [
        [{"text": "The soup", "label": "pos"}],
        [{"text": "The soup", "labels": [0, 1]}],
        [{"text": "The soup", "label": [], "entities": [], "spans": [], "cats": {}}],
        [{"text": "The soup", "entities": [{"text": "soup", "type": "Food"}]}],
        [{"text": "The soup", "segments": [{"span": [4, 8]}], "labels": ["POS"], "answer": "accept"}],
        [{"text": "The soup", "data": {"by": "Ann"}, "answer": "42"}],
    ],
)
def test_objects_that_no_tool_writes_are_json(rows: list[object]) -> None:
    assert recognised(Source(json.dumps(rows).encode())).name == "json"


def test_a_file_of_endless_documents_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST", 3)
    for data in (b"[{},{},{},{}]", b"text,n\n" + b"a,1\n" * 4):
        assert "cut it into several" in read(Source(data)).problem
    assert not read(Source(b"text,n\n" + b"a,1\n" * 3)).problem


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"<!DOCTYPE html><p>Good", "a web page"), (b"<?xml version='1.0'?><feed/>", "XML of a kind")],
)
def test_mark_up_is_no_text(data: bytes, what: str) -> None:
    assert read(Source(data)).problem.startswith(f"The file is {what}")


def test_one_task_alone_is_a_task() -> None:
    assert (
        recognised(Source(b'{"id": 1, "data": {"text": "Good"}, "annotations": []}')).name == "label-studio"
    )


def test_a_first_line_that_is_broken_refuses_itself_alone() -> None:
    found = read(Source(b"[" * 100_000 + b'\n{"text": "Good"}\n'))
    assert [(len(found.items), [row.number for row in found.refused])] == [(1, [1])]
