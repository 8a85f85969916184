"""CSV: any common separator and encoding in; one row a tag out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import csv_file, table
from labeling.formats.csv_file import QUOTING, is_table, write
from labeling.formats.records import Records
from labeling.formats.source import Source
from labeling.formats.table import cannot_hold
from labeling.model import Document
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import again, tagged, whole


def read(data: bytes, **answers: str) -> Records:
    return csv_file.read(Source(data), answers)


def answer(found: Records, key: str) -> str:
    return next(one.answer for one in found.questions if one.key == key)


def texts(data: bytes, column: str = "text", **answers: str) -> list[object]:
    return [record.fields[column] for record in read(data, **answers).items]


def rows_of(*documents: Document) -> list[dict[str, str]]:
    out = whole(write, documents).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(out, newline="")))


@pytest.mark.parametrize(
    ("separator", "word"),
    [(",", "comma"), (";", "semicolon"), ("\t", "tab")],
    ids=["comma", "semicolon", "tab"],
)
def test_the_separator_is_found(separator: str, word: str) -> None:
    data = separator.join(("id", "text")) + "\n" + separator.join(("1", "a b")) + "\n"
    found = read(data.encode())
    assert found.columns == ("id", "text")
    assert found.items[0].fields == {"id": "1", "text": "a b"}
    assert answer(found, "separator") == word


def test_commas_in_the_texts_do_not_hide_the_semicolons() -> None:
    assert texts(b"id;text\n1;a, b, c\n2;d, e\n") == ["a, b, c", "d, e"]


def test_a_file_of_one_column_is_not_cut_at_its_commas() -> None:
    assert texts(b'text\nhello, world\n"quoted; too"\n') == ["hello, world", "quoted; too"]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16, little-endian"),
        ("cp1252", "Windows-1252 (western European)"),
    ],
)
def test_the_encoding_is_found_and_named(codec: str, name: str) -> None:
    found = read("text,n\nGrün – schön,1\n".encode(codec))
    assert found.columns == ("text", "n")
    assert found.items[0].fields["text"] == "Grün – schön"
    assert answer(found, "encoding") == name


def test_reading_as_windows_1252_asks_to_look() -> None:
    assert "check the letters" in read("text\nGrün\n".encode("cp1252")).note
    assert "check the letters" not in read("text\nGrün\n".encode()).note


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\xff", "no text in any encoding"),
    ],
)
def test_a_file_that_is_no_text_says_so(data: bytes, problem: str) -> None:
    assert problem in read(data).problem


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    found = again(read(b'text,n\n"two\nlines",1\n\n ,2\nx,3\n'))
    assert [document.text for document in found.documents] == ["two\nlines", "x"]
    assert [(row.number, row.reason) for row in found.refused] == [(4, "no text")]


def test_a_row_with_more_cells_than_columns_is_refused_and_the_others_are_read() -> None:
    found = read(b"text,n\na,1\nb, and more,2\nc,3,\n")
    assert [record.fields["text"] for record in found.items] == ["a", "c"]
    (row,) = found.refused
    assert row[:3] == (3, "has 3 cells, but there are 2 columns", "b | and more | 2")
    assert row.given == {"text": "b", "n": " and more", "Cell 3": "2"}


def test_a_quotation_mark_that_stays_open_refuses_its_row_only() -> None:
    found = read(b'text,n\na,1\n"b,2\nc,3\n')
    assert [record.fields["text"] for record in found.items] == ["a"]
    assert found.refused[0].number == 3
    assert "never closed" in found.refused[0].reason


def test_quotation_marks_inside_a_cell_lose_no_row() -> None:
    assert texts(b'text,n\n"abc"def,1\n5" screen,2\n"say ""hi""",3\n') == ["abcdef", '5" screen', 'say "hi"']


def test_every_cell_stays_text() -> None:
    assert texts(b"text,n\n007,1\nNA,2\n1e5,3\n") == ["007", "NA", "1e5"]


def test_columns_are_told_apart() -> None:
    assert read(b"text,text,,text (2)\na,b,c,d\n").columns == ("text", "text (2)", "Column 3", "text (2) (2)")


def test_without_a_header_the_first_row_is_data() -> None:
    found = read(b"1,one\n2,two\n", header=table.NO_HEADER)
    assert found.columns == ("Column 1", "Column 2")
    assert [(record.number, record.fields["Column 2"]) for record in found.items] == [(1, "one"), (2, "two")]


def test_the_line_by_which_a_spreadsheet_says_the_separator_is_no_row() -> None:
    found = read("sep=;\r\ntext;label\r\nGut, aber laut;neg\r\nSchön;pos\r\n".encode())
    assert found.columns == ("text", "label")
    assert [(item.number, item.fields["text"]) for item in found.items] == [
        (3, "Gut, aber laut"),
        (4, "Schön"),
    ]


def test_bars_are_found_beside_commas_in_the_texts() -> None:
    assert texts(b"text|label\nGood, but loud|neg\nNice|pos\n") == ["Good, but loud", "Nice"]


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b'Guest survey 2026\n\nid,comment,stars\n1,"Good, but loud",4\n2,Bad room,1\n', 3),
        (b'Guest survey 2026\nid,comment,stars\n1,"Good, but loud",4\n2,Bad room,1\n', 2),
    ],
    ids=["a blank row between", "none"],
)
def test_a_title_above_the_names_of_the_columns_is_no_row(data: bytes, row: int) -> None:
    found = read(data)
    assert found.columns == ("id", "comment", "stars")
    assert [(item.number, item.fields["comment"]) for item in found.items] == [
        (row + 1, "Good, but loud"),
        (row + 2, "Bad room"),
    ]
    assert answer(found, "header") == f"Row {row}"


def test_the_row_of_the_names_can_be_said() -> None:
    assert texts(b"a,b\ntext,n\nc,1\n", header="Row 2") == ["c"]
    assert read(b"text,n\nc,1\n", header="Row 9").items == ()


def test_the_encoding_can_be_said_and_what_it_does_not_have_is_seen() -> None:
    data = "text,n\nНомер,1\n".encode("cp1251")
    assert texts(data, encoding="Windows-1251 (Cyrillic)") == ["Номер"]
    assert texts(data, encoding="UTF-8") == ["�����"]


def test_segments_on_the_same_words_are_counted_as_what_a_download_does_not_hold() -> None:
    text = "Kind staff"
    twice = a_segment(text, 5, 10, ("Staff", "POS")), a_segment(text, 5, 10, ("Room", None))
    assert cannot_hold([a_document(text, *twice), a_document(text)]) == (
        "1 segment on the same words as another: read again, their tags stand on one.",
    )
    assert cannot_hold([a_document(text, twice[0])]) == ()
    (found,) = again(read(whole(write, [a_document(text, *twice)]))).documents
    assert [one.units for one in found.segments] == [((5, 10, "Staff", "POS"), (5, 10, "Room", None))]


@given(st.lists(tagged(), min_size=1, max_size=4))
def test_a_download_comes_back_as_it_was(made: list[Document]) -> None:
    found = again(read(whole(write, made)))
    assert found.refused == ()
    assert [document.to_json() for document in found.documents] == [
        {key: value for key, value in document.to_json().items() if key != "segments" or value}
        for document in made
    ]


def test_a_row_of_a_download_that_was_changed_by_hand_refuses_its_document_alone() -> None:
    rows = whole(
        write,
        [a_document("Kind staff", a_segment("Kind staff", 5, 10, ("Staff", None))), a_document("Room")],
    ).decode("utf-8-sig")
    found = again(read(rows.replace(",5,10,", ",4,10,").encode()))
    assert [document.text for document in found.documents] == ["Room"]
    assert [(row.number, row.reason) for row in found.refused] == [(2, "does not hold “staff” from 4 to 10")]


def test_sorted_rows_of_a_download_are_put_together_and_a_bad_one_takes_its_others_along() -> None:
    text = "Kind staff"
    made = [a_document(text, a_segment(text, 5, 10, ("Staff", None)), a_segment(text, 0, 4, ("Mood", None)))]
    head, *rows = whole(write, [*made, a_document("Room")]).decode("utf-8-sig").splitlines()
    first, other = again(read("\n".join([head, rows[0], rows[2], rows[1]]).encode())).documents
    assert [one.span for one in first.segments] == [(5, 10), (0, 4)]
    assert other.text == "Room"
    found = again(read("\n".join([head, rows[0], rows[1].replace(",0,4,", ",0,3,"), rows[2]]).encode()))
    assert [row.reason for row in found.refused] == [
        "belongs to a document of which another row is refused",
        "does not hold “Kind” from 0 to 3",
    ]


def test_a_text_longer_than_the_readers_own_limit_is_read() -> None:
    long = b"text,label\n" + b"long " * 60_000 + b",a\nshort,b\n"
    assert texts(long) == ["long " * 60_000, "short"]
    assert is_table(Source(long, "reviews"))


def test_a_download_has_a_row_for_each_tag_and_for_what_has_none() -> None:
    text = "Kind staff, small room."
    tagged = a_document(
        text,
        a_segment(text, 0, 10, ("Staff", "POS"), ("Staff", None)),
        a_segment(text, 12, 22),
        id=7,
        annotated=True,
    )
    rows = rows_of(tagged, a_document("Nothing here", annotated=False, meta={"stars": 4}))
    assert [tuple(row[name] for name in table.COLUMNS) for row in rows] == [
        ("1", "7", text, "0", "10", "Kind staff", "Staff", "POS", "yes", ""),
        ("1", "7", text, "0", "10", "Kind staff", "Staff", "", "yes", ""),
        ("1", "7", text, "12", "22", "small room", "", "", "yes", ""),
        ("2", "", "Nothing here", "", "", "", "", "", "no", '{"stars": 4}'),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@hotel the staff", "\tx", "\rx"])
def test_no_cell_of_a_download_is_altered(text: str) -> None:
    row = rows_of(a_document(text, a_segment(text, 1, len(text), ("=class", "-label"))))[0]
    assert row["text"] == text
    assert row["text"][int(row["start"]) : int(row["end"])] == row["segment"]
    assert (row["class"], row["label"]) == ("=class", "-label")


def test_spreadsheets_are_told_that_it_is_utf_8() -> None:
    assert whole(write, []).startswith(b"\xef\xbb\xbfdocument,")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1
    )
)
def test_any_text_comes_back_from_a_download(found: list[str]) -> None:
    rows = rows_of(*(a_document(text) for text in found))
    assert [row["text"] for row in rows] == found


def test_information_about_a_document_comes_back() -> None:
    (found,) = again(read(whole(write, [a_document("Kind staff", meta={"stars": 4, "by": "Ann"})]))).documents
    assert found.meta == {"stars": 4, "by": "Ann"}


def test_a_download_of_before_information_was_written_is_still_read() -> None:
    data = b"document,id,text,start,end,segment,class,label,done\n1,7,Kind staff,5,10,staff,Staff,POS,yes\n"
    (found,) = again(read(data)).documents
    assert (found.annotated, [one.units for one in found.segments]) == (True, [((5, 10, "Staff", "POS"),)])


def test_a_row_that_swallowed_many_lines_is_suspected_and_marks_can_be_taken_as_they_stand() -> None:
    lines = [b"text,n", *(b"good,%d" % n for n in range(6))]
    data = b"\n".join([*lines, b'"5,7', *(b"small,%d" % n for n in range(20)), b'x",8', *lines[1:]])
    found = read(data)
    assert "Row 8 holds 22 lines" in found.note
    assert len(found.items) == 13
    assert len(read(data, quoting=QUOTING[1]).items) == 34


@pytest.mark.parametrize(
    ("data", "is_it"),
    [
        (b"id;text\n1;Good\n", True),
        (b"Good room\t4\nBad room\t1\n", True),
        (b"sep=;\na;b\n", True),
        (b"The room was big, but loud\nThe staff was kind, and calm\n", False),
        (b"text, with a comma\n", False),
        (b"Good room\nBad room\n", False),
        (b"Good room\n" * 600, False),
    ],
)
def test_text_in_columns_is_told_from_prose_with_commas(data: bytes, is_it: bool) -> None:
    assert is_table(Source(data)) is is_it


def test_blank_rows_are_no_rows() -> None:
    found = read(b"text,n\nGood,1\n\n,\n , \nBad,2\n")
    assert [item.number for item in found.items] == [2, 6]
    assert found.refused == ()


@pytest.mark.parametrize("cell", ['"he said "hello" to me"', '"a \\"b\\" c"'])
def test_marks_that_are_not_doubled_are_suspected(cell: str) -> None:
    data = f"text,n\nGood,1\n{cell},2\n".encode()
    assert "Row 3 has quotation marks in its text" in read(data).note
    assert texts(data, quoting=QUOTING[1])[1] == cell
    assert "Row" not in read(b'text,n\n"say ""hi""",1\n').note


def test_a_table_without_an_ending_is_told_whatever_lies_in_its_cells() -> None:
    row = '"' + "one\u2028line\x85 of\nmany, " * 200 + '",2'
    data = "\n".join(["text,n", *[row] * 40]).encode()
    assert is_table(Source(data))


def test_bytes_that_are_no_utf_8_are_counted_and_the_rest_is_read() -> None:
    data = ("text,n\n" + "Größe und Öl für alle Bäder,1\n" * 20).encode() + b"Gr\xfcn,2\n"
    found = read(data)
    assert answer(found, "encoding") == "UTF-8"
    assert found.note.startswith("1 place of it could not be read")
    assert texts("text\nGrün".encode()[:-2])[0] == "Gr�"


def test_a_first_row_that_reads_like_the_others_is_said_to_be_taken_for_names() -> None:
    data = b"The room was small but the view was fine,POS\nThe breakfast was cold again,NEG\n"
    found = csv_file.read(Source(data, "a.csv"), {})
    assert found.note.startswith("Row 1 is taken for the names of the columns, one of which is “The room was")
    assert csv_file.read(Source(data, "a.csv"), {"header": "There are none"}).note == ""
    assert csv_file.read(Source(b"text,label\nGood,POS\n", "a.csv"), {}).note == ""
