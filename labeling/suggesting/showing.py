"""Which suggestions are shown on a document as it is now. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator

from labeling.draft.document import DraftDocument
from labeling.draft.ruled import Ghost
from labeling.draft.vocabulary import Renames, called_now
from labeling.model import Tag, Unit
from labeling.prediction.model import Prediction
from labeling.suggesting.said import SaidOfSuggestion

KEY = "suggested-"
"""What the keys of suggestions begin with."""


def suggestions(
    document: DraftDocument,
    predictions: Iterable[Prediction],
    said: Collection[SaidOfSuggestion],
    renames: Renames,
    clock: int,
) -> tuple[Ghost, ...]:
    """What is suggested for a document and still to be decided: nothing that has its like there, that was
    rejected there, or changed into what still stands. `said`: of this document; `clock`: of the renames, when
    it was learned."""
    rules = renames.since(clock)
    units = {unit for one in document.segments for unit in one.segment.units}
    settled = {one.unit for one in said if one.outcome == "rejected"}
    settled |= {one.unit for one in said if one.outcome == "changed" and one.made in units}
    found = []
    for one in predictions:
        tag = called_now(Tag.of(one.class_, one.label), rules)
        if tag is None:
            continue
        unit: Unit = (one.start, one.end, *tag.names)
        if unit not in settled and not any(_is_like(unit, other) for other in units):
            found.append(_ghost(unit, one.confidence))
    return tuple(found)


def _is_like(unit: Unit, other: Unit) -> bool:
    """Whether a tag says what a suggestion says: of words in common, with the class; or, without names yet,
    of the very words."""
    if unit[:2] == other[:2] and other[2:] == (None, None):
        return True
    return unit[2] == other[2] and unit[0] < other[1] and other[0] < unit[1]


def _ghost(unit: Unit, confidence: float) -> Ghost:
    start, end, class_, label = unit
    mark = hashlib.sha256(json.dumps(unit).encode()).hexdigest()[:12]
    return Ghost(key=KEY + mark, start=start, end=end, tag=(class_, label), confidence=confidence)


def live_only(ghosts: Iterable[Ghost]) -> Iterator[Ghost]:
    """Those that this app suggests, not a server."""
    return (one for one in ghosts if one.key.startswith(KEY))
