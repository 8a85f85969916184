"""Which format a file is, told by what is in it."""

from __future__ import annotations

import json

import pytest

from labeling.formats import BY_NAME, EXPORTS, recognised
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
