"""How many of the first places on each work list are true errors, where errors were put into clean data.

    python -m bench.suspects train.xml [--copies 1] [--seed 1] [--model]

Of the tags of a SemEval XML file each gets, with 5 % of chance each, another label, another class, no tag, or
a border that is a word off. What the data had of errors before counts as right here, so the shares are lower
bounds. `--copies` repeats the documents, to see what 10,000 cost.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from labeling.checking.suspects import Suspect, gathered
from labeling.checking.words import Words
from labeling.checking.work_lists import FINDERS
from labeling.draft.document import Loaded, opened
from labeling.formats import semeval
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.source import Source
from labeling.model import Document, Segment, Tag, TagNames
from labeling.prediction.doubts import NamedPart, doubted
from labeling.prediction.task import Example

RATE = 0.05
DOUBTS: tuple[tuple[NamedPart, str], ...] = (("label", "doubt"), ("class", "doubt-class"))
FIRST = (20, 50, 100, 500)


class Injected(NamedTuple):
    """The documents with errors put in; where they are by kind: (document, start, end)."""

    documents: list[Document]
    errors: dict[str, set[tuple[int, int, int]]]
    tags: int


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.suspects")
    options.add_argument("file", type=Path)
    options.add_argument("--copies", type=int, default=1)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--model", action="store_true", help="also what a model doubts, which takes minutes")
    given = options.parse_args()
    clean = read(given.file) * given.copies
    put = injected(clean, Random(given.seed))
    began = time.perf_counter()
    views = [opened(Loaded(f"id:{at}", at, document)) for at, document in enumerate(put.documents)]
    print(f"{len(views):,} documents, {put.tags:,} tags, opened in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    seen = gathered((1, view) for view in views)
    print(f"gathered in {time.perf_counter() - began:.1f} s")
    counted = {
        "class": put.errors["class"],
        "label": put.errors["label"],
        "untagged": put.errors["gone"],
        "border": put.errors["border"],
        "pair": put.errors["class"] | put.errors["label"],
    }
    print("list        rows   base  " + "  ".join(f"@{k:<4}" for k in FIRST) + "  seconds")
    for name, find in FINDERS.items():
        began = time.perf_counter()
        rows = find(seen)
        took = time.perf_counter() - began
        true = counted.get(name)
        if true is None:
            print(f"{name:<10} {len(rows):>5}" + " " * 33 + f"{took:6.2f}")
            continue
        shares = "  ".join(f"{share(rows[:k], true):5.2f}" for k in FIRST)
        print(f"{name:<10} {len(rows):>5}  {len(true) / max(put.tags, 1):5.2f}  {shares}  {took:6.2f}")

    for part, list_ in DOUBTS if given.model else ():
        began = time.perf_counter()
        found = doubted(examples(put.documents), part)
        took = time.perf_counter() - began
        found.sort(key=lambda one: one.share)
        places = [(one.document, *segments(put.documents[one.document])[one.tag].span) for one in found]  # type: ignore[misc]
        true = put.errors[part]
        shares = "  ".join(f"{sum(at in true for at in places[:k]) / k:5.2f}" for k in FIRST)
        print(f"{list_:<10} {len(found):>5}  {len(true) / max(put.tags, 1):5.2f}  {shares}  {took:6.2f}")


def segments(document: Document) -> list[Segment]:
    """Those that have a tag."""
    return [one for one in document.segments if one.tags]


def examples(documents: Sequence[Document]) -> list[Example]:
    """As a model learns from them."""
    return [
        Example(one.text, tuple((it.start, it.end, *it.tags[0].names) for it in segments(one)))
        for one in documents
    ]


def share(rows: Sequence[Suspect], true: set[tuple[int, int, int]]) -> float:
    """Of these rows, how many are about an error that was put in."""
    return sum((row.position, *row.span) in true for row in rows) / max(len(rows), 1)


def read(file: Path) -> list[Document]:
    """The documents of a SemEval file."""
    records = semeval.read(Source(file.read_bytes(), file.name), {})
    return list(imported(records, guess(records)).documents)


def injected(documents: Sequence[Document], chance: Random) -> Injected:
    """The documents with errors in their tags."""
    tags = [tag.names for one in documents for segment in one.segments for tag in segment.tags]
    classes = sorted({names[0] for names in tags if names[0]})
    labels = sorted({names[1] for names in tags if names[1]})
    errors: dict[str, set[tuple[int, int, int]]] = {
        kind: set() for kind in ("class", "label", "gone", "border")
    }
    made = []
    for at, document in enumerate(documents):
        words = Words(document.text)
        segments = []
        for segment in document.segments:
            start, end = segment.start, segment.end
            drawn = chance.random()
            names = segment.tags[0].names if segment.tags else (None, None)
            if not segment.tags:
                pass
            elif drawn < RATE and len(labels) > 1 and names[1]:
                names = (names[0], _another(labels, names[1], chance))
                errors["label"].add((at, start, end))
            elif RATE <= drawn < 2 * RATE and len(classes) > 1 and names[0]:
                names = (_another(classes, names[0], chance), names[1])
                errors["class"].add((at, start, end))
            elif 2 * RATE <= drawn < 3 * RATE:
                errors["gone"].add((at, start, end))
                continue
            elif 3 * RATE <= drawn < 4 * RATE and (moved := _moved(words, start, end, chance)):
                start, end = moved
                errors["border"].add((at, start, end))
            segments.append(_segment(document.text, (start, end), names))
        made.append(document.model_copy(update={"segments": tuple(segments)}))
    return Injected(made, errors, sum(len(one.segments) for one in made))


def _another(names: Sequence[str], name: str, chance: Random) -> str:
    return chance.choice([one for one in names if one != name])


def _moved(words: Words, start: int, end: int, chance: Random) -> tuple[int, int] | None:
    """A border a word earlier or later."""
    here = words.within(start, end)
    if here is None:
        return None
    first, last = here
    ways = [(first - 1, last)] * (first > 0) + [(first, last + 1)] * (last < len(words.spans))
    ways += [(first + 1, last), (first, last - 1)] * (last - first > 1)
    return words.span(*chance.choice(ways)) if ways else None


def _segment(text: str, span: tuple[int, int], names: TagNames) -> Segment:
    tags = (Tag.of(*names),) if any(names) else ()
    return Segment(text=text[slice(*span)], span=span, tags=tags)


if __name__ == "__main__":
    main()
