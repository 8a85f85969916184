"""How each tag of a final version came about, put beside the tags that go out in a file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from labeling.draft.decided import Decision, Vote
from labeling.model import Document, Segment, Tag, Unit


def with_provenance(
    documents: Iterable[tuple[str, Document]],
    decisions: Mapping[str, Sequence[Decision]],
    names: Mapping[str, str],
) -> list[Document]:
    """The documents (by their keys) with `decided_how` and `votes` on each tag that was decided, and with
    `decided_nothing`: the places where it was decided that nothing is.

    `names` are those of the sessions, by their lasting names. A vote is the session with what it has there,
    which is nothing where no span is said.
    """
    return [_document(document, decisions.get(key, ()), names) for key, document in documents]


def _document(document: Document, decided: Sequence[Decision], names: Mapping[str, str]) -> Document:
    if not decided:
        return document
    of_unit: dict[Unit, Decision] = {unit: one for one in decided for unit in one.outcome}
    segments = tuple(_segment(segment, of_unit, names) for segment in document.segments)
    nothing = [
        {"span": list(one.span), **_said(one, names)}
        for one in sorted(decided, key=lambda one: one.span)
        if not one.outcome
    ]
    more = {"decided_nothing": nothing} if nothing else {}
    return document.model_copy(update={"segments": segments, **more})


def _segment(segment: Segment, of_unit: Mapping[Unit, Decision], names: Mapping[str, str]) -> Segment:
    tags = []
    for tag in segment.tags:
        decision = of_unit.get((segment.start, segment.end, *tag.names))
        tags.append(tag if decision is None else _tag(tag, decision, names))
    return segment.model_copy(update={"tags": tuple(tags)})


def _tag(tag: Tag, decision: Decision, names: Mapping[str, str]) -> Tag:
    return tag.model_copy(update=_said(decision, names))


def _said(decision: Decision, names: Mapping[str, str]) -> dict[str, object]:
    return {"decided_how": decision.how, "votes": [_vote(vote, names) for vote in decision.votes]}


def _vote(vote: Vote, names: Mapping[str, str]) -> dict[str, object]:
    said: dict[str, object] = {"session": names.get(vote.session, vote.session)}
    if vote.tag is not None:
        start, end, class_, label = vote.tag
        named = {"class": class_, "label": label}
        said |= {"span": [start, end], **{key: name for key, name in named.items() if name is not None}}
    return said
