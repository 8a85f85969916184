"""A document that is read again and again while it is edited, saved, undone,
and changed by somebody else as well."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import Loaded, opened
from labeling.draft.edits import Change
from labeling.draft.history import redo, take, undo
from labeling.draft.matching import units_of
from labeling.draft.saved import rebased
from labeling.editing.table import set_done
from labeling.editing.text import Act, change_of
from labeling.model import Document, Segment, Tag
from labeling.saving.merge import merge
from tests.unit.build import a_document, a_draft, a_segment, key_of

TEXT = "Kind staff in a small room by the pool"
SPANS = [(0, 4), (5, 10), (16, 21), (22, 26), (34, 38)]
NAMES = [("Staff", "POS"), ("Room", "NEG"), ("Room", "POS")]
KEY = "id:1"


class World:
    """What the server holds, what this person last read of it, and their draft."""

    def __init__(self) -> None:
        self.held = a_document(
            TEXT, a_segment(TEXT, 5, 10, NAMES[0]), a_segment(TEXT, 22, 26, NAMES[1]), id=1
        )
        self.read = self.held
        self.draft = a_draft()
        self.number = 0

    def view(self):
        return self.draft.view(Loaded(KEY, 0, self.read))

    def act(self, kind: str, a: int, b: int) -> None:
        """Something done on a segment as it is drawn now."""
        view = self.view()
        self.number += 1
        fields = {
            "kind": kind,
            "number": self.number,
            "window": "w",
            "document": KEY,
            "span": SPANS[b % len(SPANS)],
        }
        if kind != "add":
            if not view.segments:
                return
            drawn = view.segments[a % len(view.segments)]
            tags = [tag.names for tag in drawn.segment.tags]
            fields |= {"segment": drawn.key, "at": (drawn.segment.start, drawn.segment.end)}
            fields |= {"was": tags[b % len(tags)] if tags else NAMES[0]}
        act = Act.model_validate({**fields, "tag": NAMES[(a + b) % len(NAMES)]})
        change = change_of(act, view, self.draft.scheme)
        if kind in ("add", "move", "delete"):
            assert isinstance(change, Change), change
        if isinstance(change, Change):
            self.draft = take(self.draft, change, view)

    def others(self, a: int, b: int) -> None:
        """Somebody else retags, removes or adds a segment."""
        segments = list(self.held.segments)
        new = a_segment(TEXT, *SPANS[b % len(SPANS)], NAMES[a % len(NAMES)])
        if a % 3 and segments:
            at = b % len(segments)
            kept = segments[at].model_copy(update={"tags": (Tag.of(*NAMES[(a + 1) % len(NAMES)]),)})
            segments[at : at + 1] = [kept] if a % 3 == 1 else []
        else:
            segments.insert(b % (len(segments) + 1), new)
        self.held = self.held.model_copy(update={"segments": tuple(segments)})

    def save(self) -> None:
        """As a save does it: read, merge, store, prove, and the draft goes on over what is held."""
        view = self.draft.documents.get(KEY)
        if view is not None and view.is_changed:
            merged = merge(view.base_segments, view.sendable, self.held.segments)
            done = view.done if view.done_changed else self.held.annotated
            self.held = self.held.model_copy(update={"segments": merged.segments, "annotated": done})
            self.draft = rebased(self.draft, None, {KEY: (view, self.held)}, self.draft)
            assert not self.draft.is_changed
        # What was read before a save is forgotten.
        self.read = self.held


moves = st.tuples(
    st.sampled_from(
        ["add", "tag", "retag", "untag", "move", "delete", "others", "read", "save", "undo", "redo", "done"]
    ),
    st.integers(0, 20),
    st.integers(0, 20),
)


@given(st.lists(moves, max_size=25))
def test_what_is_drawn_can_be_edited_and_an_edit_leaves_what_others_stored(made):
    world = World()
    for what, a, b in made:
        match what:
            case "others":
                world.others(a, b)
            case "read":
                world.read = world.held
            case "save":
                world.save()
            case "undo":
                world.draft = undo(world.draft)
            case "redo":
                world.draft = redo(world.draft)
            case "done":
                view = world.view()
                world.draft = take(world.draft, set_done(view, a % 2 == 0), view)
            case _:
                before = world.view()
                world.act(what, a, b)
                # Back at what was read, it follows what others did since.
                lost = shown(before) - shown(world.view()) if world.draft.is_changed else Counter()
                assert sum(lost.values()) <= most_lost(what, before)
        keys = [segment.key for segment in world.view().segments]
        assert len(keys) == len(set(keys))
        if not world.draft.is_changed:
            assert shown(world.view()) == units_of(world.read.segments)
    world.save()
    assert shown(world.view()) == units_of(world.held.segments)


def shown(view) -> Counter:
    return units_of(segment.finished() for segment in view.segments)


def most_lost(what: str, view) -> int:
    """Units that one act takes away at most: those of one segment."""
    if what == "add":
        return 0
    return max((len(segment.segment.units) for segment in view.segments), default=0)


def test_segments_keep_the_keys_that_a_reading_gave_them_while_other_documents_are_edited():
    read = a_document(TEXT, a_segment(TEXT, 5, 10, NAMES[0]), id=1)
    draft = a_draft()
    view = draft.view(Loaded(KEY, 0, read))
    draft = undo(take(draft, set_done(view, True), view))
    theirs = a_document(TEXT, a_segment(TEXT, 0, 4, NAMES[0]), a_segment(TEXT, 5, 10, NAMES[1]), id=1)
    drawn = [segment.key for segment in draft.view(Loaded(KEY, 0, theirs)).segments]
    other = draft.view(Loaded("id:2", 1, a_document("Two", id=2)))
    draft = take(draft, set_done(other, True), other)
    assert [segment.key for segment in draft.view(Loaded(KEY, 0, theirs)).segments] == drawn


def test_a_document_read_anew_keeps_the_keys_of_what_it_still_holds_in_whatever_order():
    several = [a_segment(TEXT, *span, NAMES[0]) for span in SPANS]
    draft = a_draft()
    view = opened(Loaded(KEY, 0, a_document(TEXT, *several, *several[:1], id=1)))
    draft = undo(take(draft, set_done(view, True), view))
    theirs: list[Segment] = [*reversed(several[1:]), several[0], several[0], several[0]]
    found = draft.view(Loaded(KEY, 0, Document(id=1, text=TEXT, segments=tuple(theirs)))).segments
    assert [segment.key for segment in found[:-3]] == [key_of(view, n) for n in (4, 3, 2, 1)]
    # There were two of it and are three: which is new nobody can say.
    assert not {segment.key for segment in found[-3:]} & {segment.key for segment in view.segments}


def test_a_draft_that_goes_on_shows_a_document_at_the_place_where_it_was_read():
    read = a_document(TEXT, id=1)
    draft = a_draft()
    view = draft.view(Loaded(KEY, 0, read))
    draft = take(draft, set_done(view, True), view)
    assert [draft.view(Loaded(KEY, place, read)).position for place in (0, 3, 3, 1)] == [0, 3, 3, 1]
    renamed = replace(draft, renames_held=draft.renames_held + 1)
    assert renamed.view(Loaded(KEY, 0, read)).position == 0
