"""The work lists of a session, looked for beside the screen: it takes as long as the session is large."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from labeling.checking.suspects import DOUBTS, Gathered, ListName, Suspect, gathered
from labeling.checking.suspects_names import ModelDoubt, model_doubts
from labeling.checking.work_lists import FINDERS, find_each
from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.model import Session
from labeling.prediction.apart import doubt_apart
from labeling.prediction.doubts import NamedPart
from labeling.prediction.task import Example
from labeling.reviewing.beside import Beside, TellWhat
from labeling.reviewing.samples import Drawable
from labeling.studio.client import LabelingClient

LISTS_FOUND = len(FINDERS) + 1


class SessionToSearch(NamedTuple):
    """A session to be read, and the draft of it as it is now."""

    session: Session
    draft: Draft


class Found(NamedTuple):
    """What was found in the first of the sessions; the others were read for what is usual.

    `loaded`: its documents that stand on a list, by key; `pool`: those of all sessions that may be drawn for
    a sample. `at`: when it was read (UTC).
    """

    sessions: tuple[int, ...]
    lists: Mapping[ListName, Sequence[Suspect]]
    loaded: Mapping[str, Loaded]
    pool: tuple[Drawable, ...]
    documents: int
    tags: int
    at: datetime


def with_doubts(found: Found, before: Found | None) -> Found:
    """With what a model doubted before, where it was not asked again: a row is as it was until it changes."""
    if before is None or before.sessions != found.sessions:
        return found
    kept = {name: rows for name in DOUBTS if name not in found.lists and (rows := before.lists.get(name))}
    listed = {row.document for rows in kept.values() for row in rows}
    loaded = {key: one for key, one in before.loaded.items() if key in listed}
    return found._replace(lists={**kept, **found.lists}, loaded={**loaded, **found.loaded})


def _pool(loaded: Sequence[tuple[int, Loaded]]) -> Iterator[Drawable]:
    """Documents that stand in one of the sessions alone and are done: all of a session that has none done."""
    times = Counter(one.key for _, one in loaded)
    has_done = {session for session, one in loaded if one.document.annotated}
    for session, one in loaded:
        is_done = bool(one.document.annotated) or session not in has_done
        if times[one.key] == 1 and is_done and not one.document.fault:
            yield Drawable(session, one.key, one.position)


STEPS = 1_000
"""In how many parts a search is counted: reading, looking and learning take unlike times."""


class SuspectSearch(Beside[Found]):
    """One search under way, or over: what is found. It goes on in a thread from the start."""

    def __init__(
        self, api: LabelingClient, asked: Sequence[SessionToSearch], *, with_model: bool = False
    ) -> None:
        self.sessions = tuple(one.session.id for one in asked)
        self._api, self._asked = api, tuple(asked)
        self._with_model = with_model
        super().__init__("suspects", self._search)

    def _search(self, tell: TellWhat) -> Found:
        at = datetime.now(UTC)
        loaded, views = self._read(tell)
        # Reading is half of it, or a tenth where a model learns.
        until = 0.2 if self._with_model else 1.0
        _tell_share(tell, 0.5 * until, "Looking at the tags")
        seen = gathered(views)
        schemes = {one.session.id: one.draft.scheme for one in self._asked}
        first = self.sessions[0]
        lists: dict[ListName, Sequence[Suspect]] = {}
        for number, (name, rows) in enumerate(find_each(seen, schemes), start=1):
            lists[name] = tuple(row for row in rows if row.session == first)
            share = until * (0.6 + 0.4 * number / LISTS_FOUND)
            _tell_share(tell, share, f"{number} of {LISTS_FOUND} lists")
        if self._with_model:
            for name, rows in self._doubts(seen, tell):
                lists[name] = tuple(row for row in rows if row.session == first)
        listed = {row.document for rows in lists.values() for row in rows}
        own = [one for session, one in loaded if session == first]
        return Found(
            sessions=self.sessions,
            lists=lists,
            loaded={one.key: one for one in own if one.key in listed},
            pool=tuple(_pool(loaded)),
            documents=len(own),
            tags=sum(view.tag_count for session, view in views if session == first),
            at=at,
        )

    def _read(self, tell: TellWhat) -> tuple[list[tuple[int, Loaded]], list[tuple[int, DraftDocument]]]:
        total = sum(one.session.document_count for one in self._asked) or 1
        loaded: list[tuple[int, Loaded]] = []
        views: list[tuple[int, DraftDocument]] = []
        for session, draft in self._asked:
            for one in Reader(self._api, session).each_said():
                loaded.append((session.id, one))
                views.append((session.id, draft.view(one)))
                if len(loaded) % 200 == 0:
                    share = min(len(loaded) / total, 1.0)
                    words = f"{len(loaded):,} of {total:,} documents read"
                    _tell_share(tell, share / (10 if self._with_model else 2), words)
        return loaded, views

    def _doubts(self, seen: Gathered, tell: TellWhat) -> Iterator[tuple[ListName, tuple[Suspect, ...]]]:
        """By a model that is trained in a process of its own."""
        numbers: dict[int, list[int]] = defaultdict(list)
        for number, tag in enumerate(seen.tags):
            numbers[tag.at].append(number)
        documents = list(numbers)
        examples = [
            Example(
                seen.documents[at].view.text,
                tuple((*seen.tags[number].span, *seen.tags[number].names) for number in numbers[at]),
            )
            for at in documents
        ]
        parts: tuple[tuple[NamedPart, ListName], ...] = (("label", "doubt"), ("class", "doubt-class"))
        for step, (part, list_) in enumerate(parts):
            found = doubt_apart(examples, part, partial(_tell_learned, tell, step / len(parts), part))
            doubts = (
                ModelDoubt(numbers[documents[one.document]][one.tag], one.share, one.other, one.other_share)
                for one in found
            )
            yield list_, model_doubts(seen, part, doubts)


def _tell_learned(tell: TellWhat, before: float, part: str, share: float) -> None:
    _tell_share(tell, 0.2 + 0.8 * (before + share / 2), f"A model learns the {part} of each tag")


def _tell_share(tell: TellWhat, share: float, words: str) -> None:
    tell(words, round(share * STEPS), STEPS)
