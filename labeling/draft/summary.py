"""Unsaved changes in words: by document, a line a segment; and what was changed in the session itself.

Pure.
"""

from __future__ import annotations

from typing import NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.history import DONE
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import SINGULAR, Rename, renamed_list
from labeling.phrases import count_of, quote, tag_in_words


class ChangeLine(NamedTuple):
    """One unsaved change of a document: what is gone and what is new, for one piece of text.

    `key` is the segment's, or `done`: what `labeling.draft.history.revert` takes to revert this line alone.
    """

    quote: str
    before: str
    after: str
    key: str = ""

    @property
    def words(self) -> str:
        if not self.before:
            return f"+ {self.quote} {self.after}".rstrip()
        return (
            f"− {self.quote} {self.before}"
            if not self.after
            else f"{self.quote} {self.before} → {self.after}"
        )


def lines(document: DraftDocument) -> tuple[ChangeLine, ...]:
    """What differs from the base, a line a segment, in the order of the text."""
    base = document.base_by_key
    mine = {segment.key: segment for segment in document.segments}
    found: list[tuple[int, ChangeLine]] = []
    for key in document.changed_keys:
        old, new = base.get(key), mine.get(key)
        was, now = _in_words(old), _in_words(new)
        place = (new or old).segment  # type: ignore[union-attr]
        quoted = quote(document.text, place.start, place.end)
        if was and now and was[0] != now[0]:
            line = ChangeLine(quoted, " ".join(was), " ".join(now), key)
        else:
            line = ChangeLine(quoted, was[1] if was else "", now[1] if now else "", key)
        found.append((place.start, line))
    for one in document.rulings:
        if one.says != "taken":
            quoted = quote(document.text, *one.ghost.span)
            said = "rejected" if one.says == "rejected" else "proposed again"
            line = ChangeLine(quoted, f"proposed {tag_in_words(one.ghost.tag)}", said, one.key)
            found.append((one.ghost.start, line))
    result = [line for _, line in sorted(found, key=lambda pair: pair[0])]
    if document.done_changed:
        result.append(
            ChangeLine("done", "yes" if document.base_done else "no", "yes" if document.done else "no", DONE)
        )
    if not result and document.rulings:
        result.append(ChangeLine("taken", "what was proposed", "is there already"))
    elif not result and document.is_changed:
        result.append(ChangeLine("taken back", "after it was sent", "Save looks whether it arrived"))
    return tuple(result)


def _in_words(segment: DraftSegment | None) -> tuple[str, str] | None:
    """(span, tags) of a segment in words; an unfinished one says what was typed."""
    if segment is None:
        return None
    if segment.raw is not None:
        typed = (segment.raw.start, segment.raw.end)
        return ("–".join("?" if offset is None else str(offset) for offset in typed), "unfinished")
    finished = segment.finished()
    tags = ", ".join(tag_in_words(tag.names) for tag in finished.tags) or "no tag"
    return (f"{finished.start}–{finished.end}", tags)


def rename_in_words(rule: Rename, forward: bool) -> str:
    """`class Staff → Service`, `class Staff and its tags removed`, or the way back."""
    what = SINGULAR[rule.field]
    if not forward:
        return f"{what} {rule.new} → {rule.old}" if rule.is_fresh else f"{what} {rule.old} is back"
    if rule.new is None:
        return f"{what} {rule.old} and its tags removed"
    return f"{what} {rule.old} → {rule.new}" + ("" if rule.is_fresh else " (merged)")


def session_lines(draft: Draft) -> tuple[tuple[str, str], ...]:
    """(field, words) for each change of the session itself; `renames` for what goes through all documents."""
    found = [("renames", rename_in_words(rule, forward)) for rule, forward in draft.pending_renames]
    for name in draft.changed_fields:
        before, after = getattr(draft.base, name), getattr(draft, name)
        if isinstance(after, str):
            found.append((name, f"Session name: {before} → {after}"))
        else:
            before = renamed_list(before, name, draft.pending_renames)
            gained = [f"+ {other}" for other in after if other not in before]
            lost = [f"− {other}" for other in before if other not in after]
            found.append((name, f"{name.capitalize()}: " + (" · ".join(gained + lost) or "another order")))
    if draft.added:
        found.append(("added", f"+ {count_of(len(draft.added), 'document')}"))
    return tuple(found)


def sent_in_words(draft: Draft) -> str:
    """What a save sends: `2 changed documents, 1 rename, 3 new documents, the session's name`."""
    counts = (
        (len(draft.changed_documents), "changed document"),
        (len(draft.pending_renames), "rename"),
        (len(draft.added), "new document"),
    )
    fields = [f"the session's {field}" for field in draft.changed_fields]
    return ", ".join([*(count_of(number, what) for number, what in counts if number), *fields])


def change_count(draft: Draft) -> int:
    """How many unsaved changes there are: segments, done marks, session fields, renames and new documents."""
    session = len(draft.changed_fields) + len(draft.pending_renames) + len(draft.added)
    return session + sum(document.change_count for document in draft.changed_documents)
