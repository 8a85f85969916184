"""What a save did is undone as a step, exactly that and nothing that was done since."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from labeling.agreement.changes import of_classes, tag_changes
from labeling.agreement.tags import tagged_text
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change
from labeling.draft.history import take, undo
from labeling.model import Document, Segment, Tag, Unit
from labeling.reviewing.undoing import ToUndo, undo_all
from tests.unit.build import a_draft

TEXT = "Kind staff, small room, fair price, cold breakfast, late train."
CLASSES, LABELS = ("Staff", "Room", "Price"), ("POS", "NEG", "NEU")


def a_state(chance: Random, start: Document | None = None) -> Document:
    """A document with random tags; from a former one, with some of them changed."""
    segments = list(start.segments) if start else []
    for _ in range(chance.randint(1, 4)):
        if segments and chance.random() < 0.4:
            segments.pop(chance.randrange(len(segments)))
            continue
        first = chance.randrange(0, 50)
        names = (chance.choice(CLASSES), chance.choice(LABELS))
        tags = tuple(Tag.of(*one) for one in dict.fromkeys([names, (chance.choice(CLASSES), names[1])]))
        span = (first, first + chance.randint(1, 12))
        if all(one.span != span for one in segments):
            segments.append(Segment(span=span, text=TEXT[slice(*span)], tags=tags))
    return Document(id=1, text=TEXT, segments=tuple(segments))


def units(view: DraftDocument) -> Counter[Unit]:
    return Counter(unit for segment in view.segments for unit in segment.segment.units if any(unit[2:]))


def units_of(document: Document) -> Counter[Unit]:
    return Counter(unit for segment in document.segments for unit in segment.units if any(unit[2:]))


def undone(
    before: Document, after: Document, now: Document, classes: set[str | None] | None = None
) -> tuple[Draft, DraftDocument, int]:
    """A draft over `now` in which the save from `before` to `after` is undone; how much was left out."""
    draft = a_draft()
    view = draft.view(Loaded("id:1", 0, now))
    changes = tag_changes(tagged_text(before, 0).tags, tagged_text(after, 0).tags)
    marked = before.annotated if before.annotated != after.annotated else None
    wanted = {"id:1": ToUndo(of_classes(changes, classes), marked)}
    outcome = undo_all([view], wanted, "Restore", "w-1", draft.scheme)
    draft = take(draft, outcome.change, view)
    return draft, draft.view(Loaded("id:1", 0, now)), outcome.left_out


@pytest.mark.parametrize("seed", range(60))
def test_undoing_a_save_gives_the_tags_that_were_there_before_it(seed: int) -> None:
    chance = Random(seed)
    before = a_state(chance)
    after = a_state(chance, before)
    draft, view, left_out = undone(before, after, after)
    assert left_out == 0
    assert units(view) == units_of(before)
    assert units(undo(draft).view(Loaded("id:1", 0, after))) == units_of(after)


@pytest.mark.parametrize("seed", range(60))
def test_undoing_one_class_of_a_save_undoes_exactly_that(seed: int) -> None:
    chance = Random(1000 + seed)
    before = a_state(chance)
    after = a_state(chance, before)
    changes = tag_changes(tagged_text(before, 0).tags, tagged_text(after, 0).tags)
    _, view, left_out = undone(before, after, after, {"Room"})
    wanted = units_of(after)
    for change in of_classes(changes, {"Room"}):
        for tag, count in ((change.after, -1), (change.before, 1)):
            if tag is not None:
                wanted[tag.start, tag.end, tag.class_, tag.label] += count
    assert left_out == 0
    assert units(view) == +wanted


def test_what_was_done_since_stays_and_what_is_another_by_now_is_left_out() -> None:
    def state(*said: tuple[int, int, str, str]) -> Document:
        segments = (
            Segment(span=one[:2], text=TEXT[one[0] : one[1]], tags=(Tag.of(*one[2:]),)) for one in said
        )
        return Document(id=1, text=TEXT, segments=tuple(segments))

    staff, room, price = (0, 10, "Staff", "POS"), (12, 22, "Room", "NEG"), (24, 34, "Price", "POS")
    before, after = state(staff), state((0, 10, "Staff", "NEG"), room)
    now = state((0, 10, "Staff", "NEU"), room, price)
    _, view, left_out = undone(before, after, now)
    assert left_out == 1
    assert units(view) == units_of(state((0, 10, "Staff", "NEU"), price))


def test_the_mark_goes_back_as_well() -> None:
    before = Document(id=1, text=TEXT, annotated=False)
    after = before.model_copy(update={"annotated": True})
    draft, view, _ = undone(before, after, after)
    assert view.done is False
    assert undo(draft).view(Loaded("id:1", 0, after)).done is True


def test_names_that_the_session_lacks_by_now_are_left_out() -> None:
    gone = Document(
        id=1, text=TEXT, segments=(Segment(span=(0, 4), text="Kind", tags=(Tag.of("Old", "POS"),)),)
    )
    after = Document(id=1, text=TEXT)
    _, view, left_out = undone(gone, after, after)
    assert (left_out, units(view)) == (1, Counter())


def test_a_step_without_anything_to_do_is_empty() -> None:
    view = a_draft().view(Loaded("id:1", 0, Document(id=1, text=TEXT)))
    outcome = undo_all([view], {}, "Restore", "w", a_draft().scheme)
    assert outcome.change == Change("Restore", ())
