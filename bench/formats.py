"""What a download of a session costs in every format, and what it costs to make a session of it again.

    python -m bench.formats [COUNT] [FORMAT...]
    python -m bench.formats --memory [COUNT] [FORMAT...]

COUNT documents (10,000) of some 40 words with five segments each; without formats, all that can be written,
and plain text. Seconds are of the processor, other processes included: to write the file, to say what it
cannot hold, to read it, to make documents of what was read; then how many times as long reading takes as its
bare parsing. The peak is the memory that a process of its own takes for reading, and for reading and making
documents, as a multiple of the file, the file included.

With --memory: COUNT short documents (100,000) of some ten words with a class and a label, as rows, lines or
tasks; the seconds to read them and to make documents, and the peak of the process that reads, and of it with
the processes that it starts, as multiples of the file, the file included.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from bench.letters import CLASSES, LABELS, WORDS
from labeling.formats import BY_NAME, FORMATS, csv_file, read, xlsx
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.json_file import lines
from labeling.formats.source import Source
from labeling.model import Document, Segment, Session, Tag

SESSION = Session(id=1, project_id=1, name="Letters", classes=CLASSES, labels=LABELS)
SIGNS = (*WORDS, "🙂")
EVERY = 0.005
"""Seconds between two looks at the memory."""


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.formats")
    options.add_argument("count", type=int, nargs="?")
    options.add_argument("formats", nargs="*", metavar="FORMAT", choices=[*BY_NAME, *SHORT, []])
    options.add_argument("--memory", action="store_true")
    options.add_argument("--peak", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the app does
    if given.peak:
        print(json.dumps(peaks(sys.stdin.buffer.fileno())))
        return
    if given.memory:
        print("format             MB   read and made   peak, with children")
        for name in given.formats or SHORT:
            weigh(name, SHORT[name](given.count or 100_000))
        return
    names = given.formats or [one.name for one in FORMATS if one.write or one.name == "text"]
    documents = list(map(letter, range(given.count or 10_000)))
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
    count = sum(1 for _ in found.documents)
    made, began = seconds() - began, seconds()
    assert records.questions[0].answer == format_.title, records.questions
    assert count == len(found.documents) == len(documents)
    del records, found
    began = seconds()
    bare(name)(data)
    ratio = took / max(0.001, seconds() - began)
    print(
        f"{name:13} {len(data) / 1e6:6.1f} {out:6.2f} {lost:6.2f} {took:6.2f} {made:6.2f} {ratio:7.1f}   ",
        end="",
    )
    peak = apart(data)
    print(f"{peak.reading / len(data):4.1f} {peak.all / len(data):4.1f}", flush=True)


def weigh(name: str, data: bytes) -> None:
    """Of one of `SHORT`."""
    peak = apart(data)
    print(
        f"{name:15} {len(data) / 1e6:6.1f} {peak.seconds:10.2f} {peak.alone / len(data):13.1f} "
        f"{peak.all / len(data):11.1f}",
        flush=True,
    )


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


class Peak(NamedTuple):
    """Bytes of memory more than at the start: of reading, and of reading and making documents, children
    included; of the latter without them; and its seconds of the processor."""

    reading: int
    all: int
    alone: int
    seconds: float


def apart(data: bytes) -> Peak:
    """The peaks of a new process that reads the file."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        said = subprocess.check_output([sys.executable, "-m", "bench.formats", "--peak"], stdin=file)
    return Peak(*json.loads(said))


def peaks(file: int) -> Peak:
    """Of this process, which reads the file."""
    start = resident(os.getpid())
    alone = every = start

    def look() -> None:
        nonlocal alone, every
        while True:
            children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            own = resident(os.getpid())
            alone, every = max(alone, own), max(every, own + sum(resident(int(child)) for child in children))
            time.sleep(EVERY)

    threading.Thread(target=look, daemon=True).start()
    with open(file, "rb") as opened:
        data = opened.read()
    began = seconds()
    records = read(Source(data))
    reading = every
    found = imported(records, guess(records))
    for _ in found.documents:
        pass
    return Peak(reading - start, every - start, alone - start, seconds() - began)


def resident(process: int) -> int:
    """Bytes of memory of a process; 0 when it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


# Short documents


def short(number: int) -> dict[str, object]:
    """A text of some ten words with a class, a label and a number."""
    chance = random.Random(number)
    text = " ".join(chance.choices(WORDS, k=chance.randint(6, 14)))
    return {
        "text": text,
        "class": chance.choice(CLASSES),
        "label": chance.choice(LABELS),
        "stars": number % 5,
    }


def as_documents(count: int) -> Iterator[Document]:
    for row in map(short, range(count)):
        text, tag = str(row["text"]), Tag.of(str(row["class"]), str(row["label"]))
        segment = Segment(text=text, span=(0, len(text)), tags=(tag,))
        yield Document(text=text, segments=(segment,), annotated=True)


def written(name: str) -> Callable[[int], bytes]:
    """As a download."""
    write = BY_NAME[name].write
    assert write is not None
    return lambda count: b"".join(write(SESSION, as_documents(count)))


def as_cells(count: int) -> Iterator[tuple[Any, ...]]:
    yield tuple(short(0))
    yield from (tuple(short(n).values()) for n in range(count))


def as_parquet(count: int) -> bytes:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    out = io.BytesIO()
    write_table(pa.Table.from_pylist([short(n) for n in range(count)]), out)
    return out.getvalue()


def as_prodigy(count: int) -> bytes:
    rows = ({"text": one.text, "label": "Food", "answer": "accept"} for one in as_documents(count))
    return b"".join(lines(rows))


SHORT: dict[str, Callable[[int], bytes]] = {
    "csv": lambda count: b"".join(csv_file.written(as_cells(count))),
    "csv download": written("csv"),
    "xlsx": lambda count: b"".join(xlsx.written(as_cells(count))),
    "parquet": as_parquet,
    "text": lambda count: "\n".join(str(short(n)["text"]) for n in range(count)).encode(),
    "jsonl": lambda count: b"".join(lines(map(short, range(count)))),
    "json": lambda count: json.dumps([short(n) for n in range(count)]).encode(),
    "json download": written("json"),
    "doccano": written("doccano"),
    "spacy": written("spacy"),
    "prodigy": as_prodigy,
    "label-studio": written("label-studio"),
    "conll": written("conll"),
}
"""What makes so many short documents as a file of each format."""


if __name__ == "__main__":
    main()
