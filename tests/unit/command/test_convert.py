"""`python -m labeling convert`: through its front door, what it writes, says and ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from labeling.__main__ import main
from labeling.formats import FORMATS

TABLE = "text,class,label,when\nThe bed was soft,Comfort,POS,monday\nNobody came,Staff,NEG,\n"
WRITTEN = [format_ for format_ in FORMATS if format_.write]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    file = tmp_path / "Reviews.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def written(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def usage(*arguments: str) -> int:
    """What it ends with where the arguments are none."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_table_becomes_a_session_and_every_column_is_accounted_for(
    given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = given.with_name("out.json")
    assert main(["convert", str(given), str(out)]) == 0
    session = written(out)
    assert (session["name"], session["classes"], session["labels"]) == (
        "Reviews",
        ["Comfort", "Staff"],
        ["POS", "NEG"],
    )
    assert "id" not in session
    assert session["documents"][0]["segments"][0]["tags"] == [{"class": "Comfort", "label": "POS"}]
    assert session["documents"][0]["meta"] == {"when": "monday"}
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert lines[0] == "2 documents · 2 tags"
    assert {"  separator = comma", "  class = class", "  done = "} <= {*lines}
    assert "  when   information about the document (1 value)" in lines
    assert {file.name for file in given.parent.iterdir()} == {"Reviews.csv", "out.json"}


@pytest.mark.parametrize("name", [format_.name for format_ in WRITTEN])
def test_every_format_that_is_written_can_be_named(given: Path, name: str) -> None:
    out = given.with_name("out")
    assert main(["convert", str(given), str(out), "--to", name]) == 0
    assert out.stat().st_size > 0


@pytest.mark.parametrize("name", ["json", "jsonl", "csv"])
def test_the_ending_says_the_format(given: Path, name: str) -> None:
    by_ending, by_name = given.with_name(f"out.{name.upper()}"), given.with_name("out")
    assert main(["convert", str(given), str(by_ending)]) == 0
    assert main(["convert", str(given), str(by_name), "--to", name]) == 0
    assert by_ending.read_bytes() == by_name.read_bytes()


def test_what_is_refused_is_listed_and_the_rest_is_written(
    given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given.write_text(TABLE + ",Staff,POS,\nOne,two,three,four,five\n", encoding="utf-8")
    out = given.with_name("out.jsonl")
    assert main(["convert", str(given), str(out)]) == 1
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    said = capsys.readouterr().err
    assert "2 rows refused:\n  row 4: no text\n  row 5: has 5 cells, but there are 4 columns: “One " in said
    assert said.endswith(f"{out} holds the rest.\n")


def test_an_answer_reads_it_otherwise_than_found(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = given.with_name("out.json")
    answers = ("--answer", "class=", "--answer", "label=when", "--answer", "text=class")
    assert main(["convert", str(given), str(out), *answers]) == 0
    first = written(out)["documents"][0]
    assert (first["text"], first["segments"][0]["tags"]) == ("Comfort", [{"label": "monday"}])
    assert first["meta"] == {"text": "The bed was soft", "label": "POS"}
    assert "  label = when\n" in capsys.readouterr().err


def test_flat_names_are_parted_as_answered(given: Path) -> None:
    given.write_text("text,class\nSoft,bed-POS\nHard,bed-NEG\n", encoding="utf-8")
    out = given.with_name("out.json")
    assert main(["convert", str(given), str(out)]) == 0
    assert written(out)["classes"] == ["bed"]
    assert main(["convert", str(given), str(out), "--force", "--answer", "names=class"]) == 0
    assert written(out)["classes"] == ["bed-POS", "bed-NEG"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("colour=red", "Nothing is asked about “colour”. Asked is: format, encoding, separator, "),
        ("text=nothing", "“nothing” is no answer to text (Text column). Answers are: “text”, “class”, "),
        ("separator=star", "“star” is no answer to separator"),
    ],
)
def test_an_answer_to_nothing_that_is_asked_is_wrong_use(
    given: Path, capsys: pytest.CaptureFixture[str], answer: str, said: str
) -> None:
    out = given.with_name("out.json")
    assert main(["convert", str(given), str(out), "--answer", answer]) == 2
    assert capsys.readouterr().err.startswith(said)
    assert not out.exists()


def test_the_format_to_read_can_be_said(given: Path) -> None:
    out = given.with_name("out.jsonl")
    assert main(["convert", str(given), str(out), "--from", "text"]) == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3


def test_a_file_that_is_there_is_replaced_only_when_asked(
    given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = given.with_name("out.csv")
    out.write_text("mine", encoding="utf-8")
    assert main(["convert", str(given), str(out)]) == 2
    assert "say --force" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "mine"
    assert main(["convert", str(given), str(out), "--force"]) == 0
    assert out.read_text(encoding="utf-8-sig").startswith("document,id,text")
    assert main(["convert", str(given), str(given.parent), "--to", "csv", "--force"]) == 2


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"\x00\x01\x02\xff" * 9, b"PK\x03\x04 xl/", b"[1, 2]", b"\n \n"]
)
def test_a_file_that_cannot_be_read_is_told_and_nothing_is_written(
    given: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    given.write_bytes(data)
    out = given.with_name("out.json")
    assert main(["convert", str(given), str(out)]) == 1
    assert capsys.readouterr().err
    assert [file.name for file in given.parent.iterdir()] == [given.name]


def test_what_is_not_there_and_what_cannot_be_written_is_told(
    given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(given.with_name("no.csv")), str(given.with_name("out.json"))]) == 1
    assert "no.csv cannot be read: No such file or directory." in capsys.readouterr().err
    assert main(["convert", str(given), str(given.parent / "no" / "out.json")]) == 1
    assert "out.json cannot be written: No such file or directory." in capsys.readouterr().err


def test_wrong_use_ends_with_2(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(given), str(given.with_name("out.doc"))]) == 2
    assert "names no format: say --to with one of" in capsys.readouterr().err
    assert main(["convert", str(given), "-"]) == 2
    assert usage() == usage("convert", str(given)) == usage("convert", "a", "b", "--answer", "x") == 2
    assert usage("convert", "a", "b", "--to", "word") == 2


def test_the_report_moves_no_cursor(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given.write_text("text,\x1b[31mred\nNice,1\n\x1b[2J,2,3\n", encoding="utf-8")
    assert main(["convert", str(given), str(given.with_name("out.json"))]) == 1
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "�[31mred" in said


def test_what_the_format_cannot_hold_is_said(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = given.with_name("long.jsonl")
    given.write_text(json.dumps({"text": "x" * 40_000}), encoding="utf-8")
    assert main(["convert", str(given), str(given.with_name("out.xlsx"))]) == 0
    assert "Excel workbook does not hold all of it: 1 text longer than 32,767" in capsys.readouterr().err


def test_standard_input_and_output_in_a_process_of_its_own(given: Path) -> None:
    program = [sys.executable, "-m", "labeling", "convert", "-", "-", "--to", "jsonl"]
    done = subprocess.run(program, input=TABLE.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == [
        "The bed was soft",
        "Nobody came",
    ]
    assert done.stderr.decode().startswith("2 documents · 2 tags\n")
