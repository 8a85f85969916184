"""What a download of a session costs in every format, and what it costs to make a session of it again.

    python -m bench.formats [COUNT] [FORMAT...]

COUNT documents (10,000) of some 40 words with five segments each; without formats, all that can be written,
and plain text. Seconds are of the processor, other processes included: to write the file, to say what it
cannot hold, to read it, to make documents of what was read; then how many times as long reading takes as its
bare parsing. The peak is the memory that a process of its own takes for reading, and for reading and making
documents, as a multiple of the file, the file included.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from bench.letters import CLASSES, LABELS, WORDS
from labeling.formats import BY_NAME, FORMATS, read
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.source import Source
from labeling.model import Document, Segment, Session, Tag

SESSION = Session(id=1, project_id=1, name="Letters", classes=CLASSES, labels=LABELS)
SIGNS = (*WORDS, "🙂")
EVERY = 0.005
"""Seconds between two looks at the memory."""


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.formats")
    options.add_argument("count", type=int, nargs="?", default=10_000)
    options.add_argument("formats", nargs="*", metavar="FORMAT", choices=[*BY_NAME, []])
    options.add_argument("--peak", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the app does
    if given.peak:
        print(*peaks(sys.stdin.buffer.fileno()))
        return
    names = given.formats or [one.name for one in FORMATS if one.write or one.name == "text"]
    documents = list(map(letter, range(given.count)))
    print("format           MB    out   lost   read   made   ratio   peak, with documents")
    for name in names:
        measure(name, documents)


def letter(number: int) -> Document:
    """Some 40 words, some of them an emoji, and five segments."""
    chance = random.Random(number)
    words = chance.choices(SIGNS, k=40)
    text = " ".join(words)
    starts = [sum(map(len, words[:n])) + n for n in range(40)]
    segments = [
        Segment(
            text=words[n],
            span=(starts[n], starts[n] + len(words[n])),
            tags=(Tag.of(chance.choice(CLASSES), chance.choice(LABELS)),),
        )
        for n in sorted(chance.sample(range(40), 5))
    ]
    return Document(
        text=text, segments=tuple(segments), annotated=bool(number % 2), meta={"stars": number % 5}
    )


def measure(name: str, documents: list[Document]) -> None:
    format_ = BY_NAME[name]
    began = seconds()
    if format_.write is None:
        data = "\n".join(document.text for document in documents).encode()
    else:
        data = b"".join(format_.write(SESSION, documents))
    out, began = seconds() - began, seconds()
    format_.cannot_hold(documents)
    lost, began = seconds() - began, seconds()
    records = read(Source(data))
    took, began = seconds() - began, seconds()
    found = imported(records, guess(records))
    made, began = seconds() - began, seconds()
    assert records.questions[0].answer == format_.title, records.questions
    assert len(found.documents) == len(documents)
    del records, found
    began = seconds()
    bare(name)(data)
    ratio = took / max(0.001, seconds() - began)
    print(
        f"{name:13} {len(data) / 1e6:6.1f} {out:6.2f} {lost:6.2f} {took:6.2f} {made:6.2f} {ratio:7.1f}   ",
        end="",
    )
    print("{:4.1f} {:4.1f}".format(*(peak / len(data) for peak in apart(data))), flush=True)


def seconds() -> float:
    """Of the processor, those of ended processes included."""
    times = os.times()
    return sum(times[:4])


# Bare parsing


def bare(name: str) -> Callable[[bytes], object]:
    """What merely parses a file of this format."""
    known: dict[str, Callable[[bytes], object]] = {
        "xlsx": lambda data: (
            CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        ),
        "parquet": table,
        "brat": unpacked,
        "label-studio": json.loads,
        "json": json.loads,
        "semeval": ElementTree.fromstring,
        "conll": lambda data: [line.split("\t") for line in data.decode().split("\n")],
        "csv": lambda data: list(csv.reader(io.StringIO(data.decode(), newline=""))),
        "text": lambda data: re.split("\n", data.decode()),
    }
    return known.get(name, lambda data: [json.loads(line) for line in data.splitlines()])


def unpacked(data: bytes) -> object:
    archive = ZipFile(io.BytesIO(data))
    return [archive.read(name) for name in archive.namelist()]


def table(data: bytes) -> object:
    from pyarrow import BufferReader
    from pyarrow.parquet import read_table

    return read_table(BufferReader(data)).to_pylist()


# Memory


def apart(data: bytes) -> tuple[int, int]:
    """The peaks of a new process that reads the file."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        said = subprocess.check_output([sys.executable, "-m", "bench.formats", "--peak"], stdin=file)
    first, second = map(int, said.split())
    return first, second


def peaks(file: int) -> tuple[int, int]:
    """Bytes of memory that this process and its children take more than at the start: to read the file, and
    when documents are made of it as well."""
    peak = start = resident(os.getpid())

    def look() -> None:
        nonlocal peak
        while True:
            children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            peak = max(peak, sum(resident(int(child)) for child in (os.getpid(), *children)))
            time.sleep(EVERY)

    threading.Thread(target=look, daemon=True).start()
    with open(file, "rb") as opened:
        data = opened.read()
    records = read(Source(data))
    first = peak
    imported(records, guess(records))
    return first - start, peak - start


def resident(process: int) -> int:
    """Bytes of memory of a process; 0 when it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    main()
