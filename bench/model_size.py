"""What a model costs: processor time, memory, bytes, and time for each document that it proposes for.

    python -m bench.model_size train.xml [--documents 300,1000,10000] [--words 42] [--classes 10]

Any file that can be imported is made into documents of about so many words, by joining some of its documents
at random, as often as it takes; the tags get as many classes, by the last word of their spans. 100
more such documents are proposed for. Each number is measured in a process of its own, on one core:
seconds are those of the processor, in the program and in the system, so that others on the machine matter
less. A machine whose memory others use as well is slower by up to half.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean

from bench.prediction import documents_of
from labeling.prediction.apart import LARGE_PAGES, ONE_CORE
from labeling.prediction.estimate import score
from labeling.prediction.model import Model, train
from labeling.prediction.task import Example

TESTED = 100
MEGABYTE = 1_000_000


def joined(parts: Sequence[Example], classes: int) -> Example:
    """One document of several, with their tags where they are now."""
    text, tags = "", []
    for part in parts:
        shift = len(text) + bool(text)
        text = f"{text} {part.text}" if text else part.text
        for start, end, _, label in part.tags:
            last = part.text[start:end].lower().split()[-1:]
            number = zlib.crc32("".join(last).encode(errors="replace")) % classes
            tags.append((start + shift, end + shift, f"Class {number}", label))
    return Example(text, tuple(tags))


def made_up(corpus: Sequence[Example], words: int, classes: int) -> Iterator[Example]:
    """Documents without end, all different."""
    chance, seen = random.Random(1), set[str]()
    usual = mean(len(one.text.split()) for one in corpus)
    while True:
        parts, count = list[Example](), 0
        while not parts or count < words - usual / 2:
            parts.append(chance.choice(corpus))
            count += len(parts[-1].text.split())
        made = joined(parts, classes)
        if made.text not in seen:
            seen.add(made.text)
            yield made


def measure(examples: Sequence[Example], test: Sequence[Example]) -> None:
    """One line, of a process as that in which models are trained."""
    gc.disable()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    at = [time.process_time()]
    model = train(examples)
    at.append(time.process_time())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    data = model.to_bytes()
    at.append(time.process_time())
    model = Model.from_bytes(data)
    at.append(time.process_time())
    found = [model.predict(one.text) for one in test]
    at.append(time.process_time())
    trained, saved, loaded, read = (after - since for since, after in pairwise(at))
    words = mean(len(one.text.split()) for one in examples)
    f1 = score(found, test).f1
    print(
        f"{len(examples):,} documents of {words:.0f} words: trained in {trained:.1f} s of CPU, at most"
        f" {peak:.0f} MB ({before:.0f} before); {len(data) / MEGABYTE:.2f} MB, saved in {saved:.2f} s, loaded"
        f" in {loaded:.2f} s; {1000 * read / len(test):.1f} ms a document proposed for; tag F1 {f1:.3f}",
        flush=True,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--documents", default="300,1000,10000")
    arguments.add_argument("--words", type=int, default=42)
    arguments.add_argument("--classes", type=int, default=10)
    given = arguments.parse_args()
    counts = given.documents.split(",")
    if len(counts) > 1 or os.environ.get(next(iter(ONE_CORE))) != "1":
        same = [str(given.file), "--words", str(given.words), "--classes", str(given.classes)]
        for count in counts:
            program = [sys.executable, "-m", "bench.model_size", *same, "--documents", count]
            subprocess.run(program, env={**LARGE_PAGES, **os.environ, **ONE_CORE}, check=True)
        return
    corpus = [
        Example(
            one.text, tuple((part.start, part.end, *tag.names) for part in one.segments for tag in part.tags)
        )
        for one in documents_of(given.file)
    ]
    source = made_up(corpus, given.words, given.classes)
    test = [next(source) for _ in range(TESTED)]
    measure([next(source) for _ in range(int(counts[0]))], test)


if __name__ == "__main__":
    main()
