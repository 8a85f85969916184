"""Which suggestions stand on a document, and what is known of them afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.draft.edits import Change
from labeling.draft.history import take
from labeling.draft.ruled import Ghost
from labeling.draft.vocabulary import Renames
from labeling.editing.session import rename_name
from labeling.model import Segment, Unit
from labeling.prediction.model import Prediction
from labeling.store.review_values import StoredVerdict, Who
from labeling.suggesting.said import (
    SUGGESTED,
    SaidOf,
    SaidOfSuggestion,
    read_said,
    suggested_tags,
    verdict_on_ghost,
    worth_of,
)
from labeling.suggesting.showing import suggestions
from tests.unit.build import a_document, a_draft, a_segment, an_open_document

TEXT = "Kind staff, small room."
STAFF, ROOM = Prediction(5, 10, "Staff", "POS", 0.9), Prediction(12, 22, "Room", "NEG", 0.6)
AS_READ = Renames()
ANN, BOB = Who("2", "Ann"), Who("3", "Bob")


def open_on(
    *segments: Segment, said: Sequence[SaidOfSuggestion] = (), renames: Renames = AS_READ
) -> list[Unit]:
    document = an_open_document(a_document(TEXT, *segments))
    found = suggestions(document, [STAFF, ROOM], said, renames, 0)
    return [(one.start, one.end, *one.tag) for one in found]


def ghost(of: Prediction) -> Ghost:
    return Ghost(key="suggested-1", start=of.start, end=of.end, tag=(of.class_, of.label), confidence=0.5)


def verdict(
    of: Prediction, outcome: SaidOf, by: Who = ANN, names: tuple[str, str] | None = None
) -> StoredVerdict:
    return verdict_on_ghost("id:1", ghost(of), outcome, by, names or (None, None))


def test_what_has_its_like_on_the_document_is_suggested_no_more() -> None:
    assert open_on() == [STAFF.unit, ROOM.unit]
    assert open_on(a_segment(TEXT, 0, 10, ("Staff", "NEG"))) == [ROOM.unit]
    # Another class on the same words says another thing; a bare segment there is about to be tagged.
    assert open_on(a_segment(TEXT, 5, 10, ("Room", "POS"))) == [STAFF.unit, ROOM.unit]
    assert open_on(Segment(text="staff", span=(5, 10))) == [ROOM.unit]


def test_what_was_rejected_stays_away_and_what_was_changed_as_long_as_that_stands() -> None:
    said = read_said([verdict(STAFF, "rejected"), verdict(ROOM, "changed", names=("Price", "NEG"))])
    assert open_on(said=said) == [ROOM.unit]
    assert open_on(a_segment(TEXT, 12, 22, ("Price", "NEG")), said=said) == []


def test_names_follow_what_was_renamed_since() -> None:
    draft = a_draft()
    change = rename_name(draft, "classes", "Staff", "Service")
    assert isinstance(change, Change)
    renamed = take(draft, change)
    assert open_on(renames=renamed.renames) == [(5, 10, "Service", "POS"), ROOM.unit]


def test_it_is_known_of_each_tag_whether_it_was_suggested() -> None:
    kept = [
        verdict(STAFF, "taken"),
        verdict(ROOM, "changed", names=("Price", "NEG")),
        verdict(STAFF, "left", BOB),
        verdict(ROOM, "rejected", BOB),
        StoredVerdict("words", "x", "id:1", "right", ANN, {}),
        StoredVerdict(SUGGESTED, "y", "id:1", "taken", ANN, {"span": 3}),
    ]
    assert suggested_tags(kept) == {("id:1", STAFF.unit), ("id:1", (12, 22, "Price", "NEG"))}
    assert str(worth_of(read_said(kept))) == "taken 2 of 4"
    assert len({one.item for one in kept}) == 6  # of two people, two verdicts; each person's last word counts
    assert verdict(STAFF, "rejected").item == kept[0].item
