"""How each tag was decided goes out in a file with it, as far as the format has a place for that."""

from __future__ import annotations

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from pyarrow.parquet import ParquetFile

from labeling.draft.decided import Decision, Vote
from labeling.formats import BY_NAME, EXPORTS, read
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.source import Source
from labeling.model import Document, Unit
from labeling.reviewing.provenance import with_provenance
from tests.unit.build import a_document, a_segment, a_session

TEXT = "Kind staff, small room"
STAFF: Unit = (5, 10, "Staff", "POS")
ROOM: Unit = (18, 22, "Room", "NEG")
HELD = a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS"), ("Room", "NEG")), annotated=True)
BOTH = (Vote(session="a", tag=STAFF), Vote(session="b", tag=STAFF))
AGREED = Decision(place="p1", votes=BOTH, outcome=(STAFF,), how="agreed")
NOTHING = Decision(place="p2", votes=(Vote(session="a", tag=ROOM), Vote(session="b")), how="nothing")
NAMES = {"a": "Ann's", "b": "Bo's"}
SAID = [{"session": name, "span": [5, 10], "class": "Staff", "label": "POS"} for name in ("Ann's", "Bo's")]


@pytest.fixture
def made() -> list[Document]:
    decided = {"id:1": [NOTHING, AGREED]}
    return with_provenance([("id:1", HELD), ("id:2", a_document("Nice"))], decided, NAMES)


def file_of(name: str, documents: list[Document]) -> bytes:
    write = BY_NAME[name].decided
    assert write is not None
    return b"".join(write(a_session(), documents))


def test_json_has_it_on_each_tag_and_for_each_place_where_nothing_is(made: list[Document]) -> None:
    first = json.loads(file_of("json", made))["documents"][0]
    assert json.loads(file_of("jsonl", made).splitlines()[0]) == first
    staff, room = first["segments"][0]["tags"]
    assert (staff["decided_how"], staff["votes"]) == ("agreed", SAID)
    assert "votes" not in room
    votes = [{"session": "Ann's", "span": [18, 22], "class": "Room", "label": "NEG"}, {"session": "Bo's"}]
    assert first["decided_nothing"] == [{"span": [18, 22], "decided_how": "nothing", "votes": votes}]


def test_tables_have_it_in_two_columns_and_say_which_places_they_lack(made: list[Document]) -> None:
    rows = list(csv.reader(io.StringIO(file_of("csv", made).decode("utf-8-sig"))))
    assert rows[0][-2:] == ["decided_how", "votes"]
    assert [row[-2] for row in rows[1:]] == ["agreed", "", ""]
    assert json.loads(rows[1][-1]) == SAID
    sheet = load_workbook(io.BytesIO(file_of("xlsx", made))).worksheets[0]
    assert [cell.value for cell in list(sheet.rows)[1]][-2:] == ["agreed", rows[1][-1]]
    for name in ("csv", "xlsx"):
        assert "1 place where it was decided that nothing is there." in BY_NAME[name].cannot_hold(made)
    assert BY_NAME["parquet"].cannot_hold(made) == ()


def test_parquet_has_it_in_its_lists(made: list[Document]) -> None:
    first, second = ParquetFile(io.BytesIO(file_of("parquet", made))).read().to_pylist()
    staff, room = first["segments"][0]["tags"]
    assert (staff["decided_how"], json.loads(staff["votes"])) == ("agreed", SAID)
    assert (room["decided_how"], second["decided_nothing"]) == (None, None)
    assert json.loads(first["decided_nothing"])[0]["decided_how"] == "nothing"


@pytest.mark.parametrize("name", [one.name for one in EXPORTS if one.decided])
def test_such_a_file_is_read_again_as_the_session_that_it_is(name: str, made: list[Document]) -> None:
    records = read(Source(file_of(name, made)))
    found = imported(records, guess(records))
    assert found.refused == ()
    tags = [[unit for segment in one.segments for unit in segment.units] for one in found.documents]
    assert tags == [[STAFF, (5, 10, "Room", "NEG")], []]
    assert [one.annotated for one in found.documents][:1] == [True]
