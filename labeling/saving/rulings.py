"""What was said of what the server proposes goes to it: taken, changed or rejected, document by document,
each read back. What nobody has decided is never sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from labeling.documents.proposals import Proposals, proposed_in
from labeling.draft.document import DraftDocument
from labeling.draft.events import ProposalsRuled
from labeling.draft.ruled import Ghost, Ruling
from labeling.draft.vocabulary import Renames, called_now
from labeling.errors import NotFound
from labeling.model import Document, Mode, Tag, TagNames, TagStatus
from labeling.phrases import count_of, quote
from labeling.saving.attempt import Attempt
from labeling.saving.report import named_places


def leave_open(attempt: Attempt) -> None:
    """On a server of which it is not known what an update call does to what it proposes: a document with
    something undecided is not sent."""
    if attempt.draft.base.mode != Mode.CORRECTION or attempt.info.can("upsert"):
        return
    proposals = Proposals(attempt.api, attempt.draft.base)
    open_ = [document for document in attempt.plan.documents if _has_open(proposals, document)]
    if open_:
        left = {document.key for document in open_}
        documents = tuple(one for one in attempt.plan.documents if one.key not in left)
        attempt.plan = replace(attempt.plan, documents=documents)
        places = named_places(sorted(document.position for document in open_))
        attempt.report.notes += (
            f"Not sent before all that is proposed there is taken or rejected: {places}.",
        )


def _has_open(proposals: Proposals, document: DraftDocument) -> bool:
    try:
        there = proposals.now(document.source, document.position)
    except NotFound:  # a server that knows no such call proposes nothing
        return False
    return there is not None and bool(proposed_in(there))


def tell_rulings(attempt: Attempt) -> None:
    """Tell the server what was said, of the documents that it holds as they are here; what is proved is kept
    at once, so that it is not said again."""
    proposals = Proposals(attempt.api, attempt.report.after)
    waiting = [
        document
        for document in attempt.draft.changed_documents
        if document.rulings
        and (not attempt.info.can("upsert") or document.key not in attempt.plan.keys - attempt.report.proved)
    ]
    for done, document in enumerate(waiting):
        attempt.go_on()
        attempt.watch(done, len(waiting), "Confirming what was proposed")
        _tell(attempt, proposals, document)


def _tell(attempt: Attempt, proposals: Proposals, document: DraftDocument) -> None:
    there = proposals.now(document.source, document.position)
    if there is None:
        attempt.report.differences += (f"Document {document.position + 1} is no longer in this session.",)
        return
    before = {ghost.key: ghost for ghost in proposed_in(there)}
    for ruling in document.rulings:
        with suppress(NotFound):  # somebody else was faster; it is read back whether it is decided
            _tell_one(attempt, document, ruling, before.get(ruling.key), _segment_of(ruling, there))
    now = proposals.now(document.source, document.position)
    left = {ghost.key for ghost in proposed_in(now)} if now is not None else set()
    told = [one for one in document.rulings if one.says == "open" or one.key not in left]
    for one in document.rulings:
        where = f"Document {document.position + 1}: {quote(document.text, *one.ghost.span)}"
        if one not in told:
            attempt.report.differences += (f"{where} is still proposed.",)
        elif one.says == "open" and one.key not in left:
            attempt.report.notes += (f"{where} cannot be proposed again.",)
    attempt.report.ruled += len(told)
    mark = now.annotated if now is not None and attempt.info.can("annotated") else None
    attempt.advance(ProposalsRuled({document.key: (tuple(told), mark)}))


def stands_as(document: DraftDocument, ruling: Ruling, renames: Renames) -> TagNames | None:
    """As which tag a proposal stands in a document now; None: as none, also where it was taken and then
    removed, moved or made another tag."""
    if ruling.says != "taken":
        return None
    # The name that it was taken under is younger than some renames: those change nothing any more then.
    called = called_now(Tag.of(*ruling.taken_as), renames.since(0))
    tags = {tag.names for one in document.sendable if one.span == ruling.ghost.span for tag in one.tags}
    possible: list[TagNames] = [ruling.taken_as, *([] if called is None else [called.names])]
    return next((names for names in possible if names in tags), None)


def _segment_of(ruling: Ruling, there: Document) -> int | None:
    """The segment under which the server knows the proposal now: it is shown on one of its span."""
    same = [one.server_id for one in there.segments if one.span == ruling.ghost.span]
    return next((known for known in same if isinstance(known, int)), ruling.ghost.segment)


def _tell_one(
    attempt: Attempt, document: DraftDocument, ruling: Ruling, there: Ghost | None, segment_id: int | None
) -> None:
    """One call, two where it is another tag now, none where it is so already."""
    number = ruling.ghost.number
    if number is None or segment_id is None or document.source.id is None:
        return
    if (there is None) == (ruling.says != "open"):
        return
    base, api = attempt.draft.base, attempt.api
    segment = (base.id, document.source.id, (there.segment if there else None) or segment_id)
    names = stands_as(document, ruling, attempt.draft.renames)
    if ruling.says == "open":
        done = api.set_tag_status(base.project_id, segment, number, TagStatus.CORRECTING)
    elif names is None:
        done = api.reject_tag(base.project_id, segment, number)
    else:
        if there is not None and names != there.tag:
            api.change_corrected_tag(base.project_id, segment, number, Tag.of(*names))
        done = api.set_tag_status(base.project_id, segment, number, TagStatus.READY)
    attempt.report.predicted_score = done.predicted_score


def ruled_in_words(count: int, predicted_score: int | None) -> str:
    """`12 proposed tags decided · the model would be worth about 61`; empty where none was."""
    if not count:
        return ""
    worth = "" if predicted_score is None else f" · Predicted score of the model: {predicted_score}"
    return f"{count_of(count, 'proposed tag')} decided{worth}"
