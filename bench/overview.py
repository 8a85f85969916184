"""What a review of a session costs: its tags counted by class and label, and searched by words.

    python -m bench.overview [--documents 10000]

Documents of 240 characters with five tags each, a tenth as many and so many of them: the second is to take
ten times as long as the first.
"""

from __future__ import annotations

import argparse
import time

from labeling.documents.overview import TagFilter, crossing, overview
from labeling.draft.document import Loaded
from labeling.draft.vocabulary import Scheme
from labeling.model import Document, Segment, Session, Tag

CLASSES = tuple(f"Class {n}" for n in range(5))


def measure(count: int) -> float:
    """Seconds of work for so many documents."""
    text = "Some words of a review. " * 10
    segments = tuple(
        Segment(span=(n, n + 9), text=text[n : n + 9], tags=(Tag.of(CLASSES[n], "POS"),)) for n in range(5)
    )
    document = Document(text=text, segments=segments)
    items = [Loaded(f"d{number}", number, document) for number in range(count)]
    session = Session(id=1, project_id=1, classes=CLASSES, labels=("POS",))
    began = time.process_time()
    seen = overview(items)
    crossing(seen.tags, Scheme.of(session))
    wanted = TagFilter(text="WORD")
    found = sum(wanted.admits(tag) for tag in seen.tags)
    took = time.process_time() - began
    assert found == 5 * count
    print(f"{count:,} documents, {5 * count:,} tags: {took:.2f} s", flush=True)
    return took


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=10_000)
    most = arguments.parse_args().documents
    print(f"ratio {measure(most) / measure(most // 10):.1f}")


if __name__ == "__main__":
    main()
