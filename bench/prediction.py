"""What a model is worth on texts that it has not seen, and what it costs, through the server's own calls.

    python -m bench.prediction train.xml test.xml [--documents 300,1000,0]

SemEval's XML, our JSON lines, or whatever else is imported. For each number of done documents (0: all) a
project gets these done, the rest of the file and the test without tags; a model is trained, its proposals are
made in a correction session and those for the test read back. Whole tags count: start, end, class and label
all equal. A tag set by hand takes four actions, one that is taken or rejected takes one.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from sqlalchemy import func, select

from labeling.formats import read
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.source import Source
from labeling.learned import NewCorrection, NewModel, proposal_of
from labeling.model import Document, NewProject, NewSession, Type, Unit
from labeling.prediction.estimate import calibration_error
from labeling.server.accounts import local_token
from labeling.server.app import create_app
from labeling.server.storage.store import Store, open_store
from labeling.server.storage.tables import model_files
from labeling.server.worker import Worker
from labeling.studio.client import LabelingClient
from tests.contract.transport import reaching

THRESHOLD = 0.25
BY_HAND = 4
PAGE = 500
Proposals = dict[str, dict[Unit, float]]
"""For each text what is proposed, and how surely."""


def documents_of(path: Path) -> list[Document]:
    """Those of a file, each text once."""
    records = read(Source(path.read_bytes(), path.name))
    found = imported(records, records.choice or guess(records)).documents
    return list({one.text: one for one in found}.values())


def units_of(document: Document) -> set[Unit]:
    return {(one.start, one.end, *tag.names) for one in document.segments for tag in one.tags}


def type_of(documents: Sequence[Document]) -> Type:
    """The narrowest that holds their tags."""
    parts = [part for one in documents for part in one.segments]
    if any(tag.class_ for part in parts for tag in part.tags):
        return Type.CLASSLABEL if any(tag.label for part in parts for tag in part.tags) else Type.CLASS
    return Type.CLASSLABEL if any(len(part.tags) > 1 for part in parts) else Type.LABEL


class Measured:
    """A server of its own, to which the pool and the test are given."""

    def __init__(
        self, store: Store, api: LabelingClient, pool: Sequence[Document], test: Sequence[Document]
    ) -> None:
        self.store, self.api, self.pool, self.test = store, api, pool, test
        self.worker = Worker(store, Event())

    def measure(self, count: int) -> None:
        """Two lines: what a model of so many documents is worth, and what it costs."""
        project = self._project(count)
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        model = self.api.train_model(project, NewModel()).id
        self.worker.work_once(lambda seconds: None)
        trained, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
        told = self.api.model(project, model)
        if not told.is_ready:
            print(f"{count} documents: {told.status}: {told.description}", flush=True)
            return
        session = self.api.create_correction(project, NewCorrection(model_id=model)).id
        self.worker.work_once(lambda seconds: None)
        read_at = resource.getrusage(resource.RUSAGE_CHILDREN)
        report(count, told.score or 0, self.test, self._proposals(project, session))
        each = 1000 * (read_at.ru_utime - trained.ru_utime) / (len(self.pool) - count + len(self.test))
        print(
            f"  training and estimate {trained.ru_utime - before.ru_utime:.1f} s of CPU in {took:.1f} s,"
            f" at most {trained.ru_maxrss / 1024:.0f} MB; {each:.1f} ms a document proposed for;"
            f" {self._size(project) / 1e6:.2f} MB kept",
            flush=True,
        )

    def _project(self, count: int) -> int:
        tags = [tag for one in self.pool for part in one.segments for tag in part.tags]
        classes = dict.fromkeys(tag.class_ for tag in tags if tag.class_)
        labels = dict.fromkeys(tag.label for tag in tags if tag.label)
        new = NewProject(
            name=f"{count}", type=type_of(self.pool), classes=tuple(classes), labels=tuple(labels)
        )
        project = self.api.add_project(new).id
        done = [one.model_copy(update={"annotated": True, "id": None}) for one in self.pool[:count]]
        bare = [Document(text=one.text) for one in (*self.pool[count:], *self.test)]
        for name, documents in (("Done", done), ("Bare", bare)):
            for start in range(0, len(documents), PAGE):
                part = tuple(documents[start : start + PAGE])
                self.api.create_session(project, NewSession(name=f"{name} {start}", documents=part))
        return project

    def _size(self, project: int) -> int:
        """Bytes of what the project's model learned."""
        this = select(func.length(model_files.c.data)).where(model_files.c.project_id == project)
        with self.store.database.reading() as connection:
            return int(connection.execute(this).scalar_one())

    def _proposals(self, project: int, session: int) -> Proposals:
        found: Proposals = {}
        while page := self.api.corrected_documents(project, session, offset=len(found), limit=PAGE).documents:
            for one in page:
                found[one.text] = {
                    (part.start, part.end, *tag.names): proposal_of(tag).confidence or 0.0
                    for part in one.segments
                    for tag in part.tags
                }
        return found


def report(count: int, score: float, test: Sequence[Document], proposed: Proposals) -> None:
    pairs = [(units_of(one), proposed[one.text]) for one in test]
    hits = [(share, unit in gold) for gold, found in pairs for unit, share in found.items()]
    shown = [hit for share, hit in hits if share >= THRESHOLD]
    by_hand = sum(len(gold) for gold, _ in pairs)
    saved = ((BY_HAND - 1) * sum(shown) - shown.count(False)) / max(1, by_hand)
    span, with_class, tag = (_f1(pairs, part) for part in (2, 3, 4))
    off = calibration_error(hits)
    print(
        f"{count} documents: span {span:.3f}, with class {with_class:.3f}, tag {tag:.3f}, by class and label"
        f" on average {_macro(pairs):.3f} (expected: tag {score / 100:.3f}); calibration error {off:.3f};"
        f" {saved:+.2f} actions saved a tag"
    )


def _f1(pairs: Sequence[tuple[set[Unit], dict[Unit, float]]], part: int) -> float:
    """Of the first parts of tags: 2 is the span, 3 with the class, 4 with the label."""
    each = [({unit[:part] for unit in gold}, {unit[:part] for unit in found}) for gold, found in pairs]
    both = sum(len(gold) + len(found) for gold, found in each)
    return 2 * sum(len(gold & found) for gold, found in each) / both if both else 0.0


def _macro(pairs: Sequence[tuple[set[Unit], dict[Unit, float]]]) -> float:
    """The mean over all pairs of class and label that there are."""
    names = sorted({unit[2:] for gold, _ in pairs for unit in gold}, key=str)
    each = [
        ({unit for unit in gold if unit[2:] == one}, {unit: 1.0 for unit in found if unit[2:] == one})
        for one in names
        for gold, found in pairs
    ]
    of_name = [each[n : n + len(pairs)] for n in range(0, len(each), len(pairs))]
    return sum(_f1(some, 4) for some in of_name) / len(names) if names else 0.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("train", type=Path)
    arguments.add_argument("test", type=Path)
    arguments.add_argument("--documents", default="300,1000,0")
    given = arguments.parse_args()
    test = documents_of(given.test)
    known = {one.text for one in test}
    pool = [one for one in documents_of(given.train) if one.text not in known]
    random.Random(0).shuffle(pool)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        token = local_token(store, Path(folder))
        with reaching(create_app(store), "in process") as http:
            measured = Measured(store, LabelingClient(http, token), pool, test)
            for count in map(int, given.documents.split(",")):
                measured.measure(min(count or len(pool), len(pool)))
        store.close()


if __name__ == "__main__":
    main()
