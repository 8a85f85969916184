"""A draft as the JSON that the draft store keeps, and back. Pure.

What a step changes is small whatever the draft's size: the document's own state names an untouched segment by
its key alone, and what was read of a document is written when it was read, not with each step. The documents
to be added stand among the documents, under a key of their own.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from labeling.draft.document import DraftDocument, Sent
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import DecisionEdit, DoneEdit, Step
from labeling.draft.ruled import Ruling
from labeling.draft.segment import DraftSegment
from labeling.draft.summary import change_count
from labeling.draft.vocabulary import NameGone, Renames
from labeling.errors import NotKept
from labeling.model import Document, Session, Value
from labeling.store.drafts import DecisionWrite, Facts, HandedInWrite, StoredDraft, Write

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SEGMENTS = TypeAdapter(tuple[str | DraftSegment, ...])
ADDED = "added"
"""The key of the documents to be added; those of documents have a colon."""


def to_write(before: Draft | None, draft: Draft) -> Write:
    """What is to be stored so that a draft kept as `before` (None: not at all) becomes `draft`."""
    known = {} if before is None else before.documents
    steps = {} if before is None else {step.number: step for step in before.steps}
    windows = {} if before is None else before.windows
    first = _first_step(draft)
    return Write(
        state=_dumped(_state_of(draft)),
        facts=Facts(
            project_id=draft.base.project_id,
            session_id=draft.base.id,
            name=draft.name,
            changes=change_count(draft) or int(draft.is_changed),
        ),
        documents=tuple(_documents_to_write(before, draft)),
        gone=tuple(key for key in known if key not in draft.documents),
        steps=tuple(
            (step.number, packed(_as_json(step)))
            for step in draft.steps
            if steps.get(step.number) is not step
        ),
        first_step=0 if before is not None and _first_step(before) == first else first,
        windows={name: last for name, last in draft.windows.items() if windows.get(name) != last},
        decisions=tuple(_decisions(step for step in draft.steps if step.number not in steps)),
        handed_in=tuple(_handed_in(draft, [step for step in draft.steps if step.number not in steps])),
    )


def _decisions(steps: Iterable[Step]) -> Iterator[DecisionWrite]:
    """What new steps decide, or take back."""
    for edit in (edit for step in steps for edit in step.edits):
        if isinstance(edit, DecisionEdit):
            was, now = edit.before, edit.after
            if was is not None and (now is None or now.place != was.place):
                yield DecisionWrite(edit.document, was.place, was.how, None)
            if now is not None:
                yield DecisionWrite(edit.document, now.place, now.how, _as_json(now))


def _handed_in(draft: Draft, new: Iterable[Step]) -> Iterator[HandedInWrite]:
    """What new steps call done, as it is then; and which unsaved steps are taken back that did so."""
    for step in new:
        for edit in step.edits:
            document = draft.documents.get(edit.document) if isinstance(edit, DoneEdit) else None
            if not isinstance(edit, DoneEdit) or document is None:
                continue
            if edit.after:
                segments = [segment.to_json() for segment in document.sendable]
                body = {"step": _name_of(step), "segments": segments}
                yield HandedInWrite(document.key, _name_of(step), _dumped(body))
                continue
            for before in draft.steps:
                calls = (one for one in before.edits if isinstance(one, DoneEdit) and one.after)
                if not before.saved and any(one.document == document.key for one in calls):
                    yield HandedInWrite(document.key, _name_of(before), None)


def _name_of(step: Step) -> str:
    return f"{step.number}@{step.at}"


def _first_step(draft: Draft) -> int:
    return draft.steps[0].number if draft.steps else draft.taken + 1


def from_stored(before: Draft | None, kept: StoredDraft) -> Draft:
    """The draft as kept; `before` is what it was at the revision after which `kept` was read (None: at none).

    Raises NotKept for what no version up to this one has written.
    """
    try:
        return _from_kept(before, kept)
    except (ValueError, TypeError, LookupError) as error:
        raise NotKept("what is kept of this draft cannot be read by this version of the app") from error


def _from_kept(before: Draft | None, kept: StoredDraft) -> Draft:
    state = json.loads(kept.state)
    base = Session.model_validate(state["base"])
    draft = new_draft(base) if before is None else before
    gone = set(kept.gone)
    documents = {key: document for key, document in draft.documents.items() if key not in gone}
    added = draft.added
    for key, read, own in kept.documents:
        if key == ADDED:
            added = tuple(Document.model_validate(document) for document in json.loads(read))
        else:
            documents[key] = _document(key, json.loads(read), json.loads(own))
    steps = {step.number: step for step in draft.steps}
    steps |= {number: _step(body) for number, body in kept.steps}
    return replace(
        draft,
        base=base,
        name=state["name"],
        classes=tuple(state["classes"]),
        labels=tuple(state["labels"]),
        documents=documents,
        added=added,
        renames=Renames.model_validate(state["renames"]),
        renames_held=state["held"],
        steps=tuple(steps[number] for number in sorted(steps) if number >= kept.first_step),
        taken=state["taken"],
        in_doubt=state["in_doubt"],
        windows=dict(kept.windows),
        gone=tuple(NameGone.model_validate(one) for one in state.get("gone", ())),
    )


def _as_json(value: Value) -> str:
    # A step may be about each of thousands of documents: in one go it takes a fraction of the time.
    try:
        return _ascii(value.model_dump_json(by_alias=True, exclude_unset=True))
    except PydanticSerializationError:  # half of an emoji
        return _dumped(value.to_json())


def _ascii(said: str) -> str:
    return said if said.isascii() else _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], said)


LARGE = 64 * 1024
"""Characters of JSON from which on a step is kept compressed: it is about very many documents."""
PACKED = "zlib:"
"""What its body begins with then; others are JSON."""


def packed(body: str) -> str:
    """The body of a step as it is kept."""
    if len(body) < LARGE:
        return body
    return PACKED + base64.b64encode(zlib.compress(body.encode("ascii"), 1)).decode("ascii")


def unpacked(kept: str) -> str:
    """The JSON of a step that is kept. Raises ValueError where it is damaged."""
    if not kept.startswith(PACKED):
        return kept
    try:
        return zlib.decompress(base64.b64decode(kept.removeprefix(PACKED))).decode("ascii")
    except zlib.error as error:
        raise ValueError("a step that is kept cannot be unpacked") from error


def _step(kept: str) -> Step:
    body = unpacked(kept)
    try:
        return Step.model_validate_json(body)
    except ValidationError:  # half of an emoji
        return Step.model_validate(json.loads(body))


def _dumped(value: object) -> str:
    # ASCII, so that a lone surrogate in a text is kept as well.
    return json.dumps(value, separators=(",", ":"))


def _state_of(draft: Draft) -> dict[str, Any]:
    return {
        "base": draft.base.to_json(),
        "name": draft.name,
        "classes": draft.classes,
        "labels": draft.labels,
        "renames": draft.renames.to_json(),
        "held": draft.renames_held,
        "taken": draft.taken,
        "in_doubt": draft.in_doubt,
        "gone": [one.to_json() for one in draft.gone],
    }


def _documents_to_write(before: Draft | None, draft: Draft) -> Iterator[tuple[str, str | None, str]]:
    """(key, what was read or None when that is kept, own state) for each that is not kept as it is."""
    known = {} if before is None else before.documents
    for key, document in draft.documents.items():
        if known.get(key) is not document:
            yield key, _base_to_write(known.get(key), document), _own_of(document)
    if draft.added != (() if before is None else before.added):
        yield ADDED, _dumped([document.to_json() for document in draft.added]), "[]"


def _base_to_write(known: DraftDocument | None, document: DraftDocument) -> str | None:
    if known is not None and known.source is document.source and known.base is document.base:
        return None
    keys = [[segment.key, segment.tag_keys, segment.since] for segment in document.base]
    return _dumped({"source": document.source.to_json(), "keys": keys})


def _own_of(document: DraftDocument) -> str:
    base = document.base_by_key
    segments = tuple(one.key if base.get(one.key) == one else one for one in document.segments)
    sent = None if document.sent is None else document.sent.to_json()
    own: dict[str, Any] = {"position": document.position, "done": document.done, "sent": sent}
    if document.rulings:
        own["rulings"] = [one.to_json() for one in document.rulings]
    return f'{_dumped(own)[:-1]},"segments":{_segments_as_json(segments)}}}'


def _segments_as_json(segments: tuple[str | DraftSegment, ...]) -> str:
    try:
        said = _SEGMENTS.dump_json(segments, by_alias=True, exclude_unset=True)
    except PydanticSerializationError:  # half of an emoji
        return _dumped([one if isinstance(one, str) else one.to_json() for one in segments])
    return _ascii(said.decode())


def _document(key: str, read: Mapping[str, Any], own: Mapping[str, Any]) -> DraftDocument:
    source = Document.model_validate(read["source"])
    base = tuple(
        DraftSegment(key=name, segment=segment, tag_keys=tuple(tags), since=tuple(since))
        for (name, tags, since), segment in zip(read["keys"], source.segments, strict=True)
    )
    known = {segment.key: segment for segment in base}
    segments = tuple(
        known[item] if isinstance(item, str) else DraftSegment.model_validate(item)
        for item in own["segments"]
    )
    return DraftDocument(
        key=key,
        position=own["position"],
        source=source,
        base=base,
        segments=segments,
        done=own["done"],
        sent=Sent.model_validate(own["sent"]) if own.get("sent") else None,
        rulings=tuple(Ruling.model_validate(one) for one in own.get("rulings", ())),
    )
