"""What several people have of a document is decided place by place; what they do afterwards comes back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from labeling.agreement.tags import PlacedTag
from labeling.draft.decided import Decision
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, DecisionEdit, Refused
from labeling.draft.history import take, undo
from labeling.editing.tagging import tag_span
from labeling.model import Document
from labeling.reviewing.bulk_rules import Rule, by_rule
from labeling.reviewing.decisions import (
    Decided,
    PlaceStanding,
    as_edited,
    decide,
    decide_many,
    keep,
    standing,
    states_by_place,
    to_decide,
)
from tests.unit.build import a_draft

TEXT = "Kind staff, small room, fair price."
READ = Loaded("id:1", 0, Document(text=TEXT, id=1))
STAFF = PlacedTag(0, 10, "Staff", "POS")
ROOM, ROOM_NEU = PlacedTag(12, 22, "Room", "NEG"), PlacedTag(12, 22, "Room", "NEU")
PRICE = PlacedTag(24, 34, "Price", "POS")
People = tuple[list[PlacedTag], ...]


class Deciding:
    """A document, what people have of it, and a draft of its final version, with what is decided."""

    def __init__(self, *people: list[PlacedTag], draft: Draft | None = None) -> None:
        self.draft = draft or a_draft()
        self.decisions: dict[str, Decision] = {}
        self.is_done = False
        self.become(*people)

    def become(self, *people: list[PlacedTag]) -> None:
        """They have other tags from now on."""
        self.sides = to_decide([("abc"[at], tags) for at, tags in enumerate(people)])

    @property
    def places(self) -> tuple[PlaceStanding, ...]:
        found = standing(self.sides, self.decisions, is_done=self.is_done)
        # Counted without reading the decisions, they come to the same.
        assert states_by_place(self.sides, self.decisions.keys()) in (None, tuple(one.state for one in found))
        return found

    @property
    def states(self) -> list[tuple[int, str]]:
        return [(place.span[0], place.state) for place in self.places]

    def at(self, start: int) -> PlaceStanding:
        return next(place for place in self.places if place.span[0] == start)

    def choose(self, start: int, *tags: PlacedTag, how: str = "chosen") -> None:
        where = self.at(start)
        others = [one for one in self.decisions.values() if one != where.decision]
        view = self.draft.view(READ)
        step = f"s{self.draft.taken}"
        self.step(decide(view, self.draft, [Decided(where, tags, how)], step, others))  # type: ignore[arg-type]

    def step(self, change: Change | Refused) -> None:
        assert isinstance(change, Change)
        self.draft = take(self.draft, change, self.draft.view(READ))
        self._heard()

    def undo(self) -> None:
        self.draft = undo(self.draft)
        self._heard()

    def _heard(self) -> None:
        for edit in self.draft.steps[-1].edits:
            if isinstance(edit, DecisionEdit):
                if edit.before is not None:
                    self.decisions.pop(edit.before.place, None)
                if edit.after is not None:
                    self.decisions[edit.after.place] = edit.after

    @property
    def final(self) -> list[tuple[object, ...]]:
        """The tags of the final version."""
        units = (unit for one in self.draft.view(READ).segments for unit in one.segment.units)
        return sorted(units, key=str)


def test_a_place_is_decided_and_undone_in_one_step_with_its_tag() -> None:
    it = Deciding([STAFF, ROOM], [STAFF, ROOM_NEU])
    assert it.states == [(0, "agreed"), (12, "open")]
    it.choose(12, ROOM_NEU)
    assert it.final == [tuple(ROOM_NEU)]
    assert it.states == [(0, "agreed"), (12, "decided")]
    assert it.draft.steps[-1].name == "Decide “small room”: Room/NEU"
    it.choose(12, ROOM)
    assert it.final == [tuple(ROOM)]
    it.undo()
    assert (it.final, it.at(12).state) == ([tuple(ROOM_NEU)], "decided")
    it.undo()
    assert (it.final, it.at(12).state) == ([], "open")


def test_nothing_here_is_a_decision() -> None:
    it = Deciding([STAFF], [])
    it.choose(0, how="nothing")
    assert (it.final, it.states) == ([], [(0, "decided")])
    assert it.draft.changed_documents == ()
    it.undo()
    assert it.states == [(0, "open")]


def test_who_changes_what_was_decided_about_overtakes_it_and_the_final_version_stays() -> None:
    it = Deciding([ROOM], [])
    it.choose(12, ROOM)
    it.become([ROOM_NEU], [])
    assert (it.final, it.states) == ([tuple(ROOM)], [(12, "overtaken")])
    it.step(keep(it.draft.view(READ), it.at(12)))  # type: ignore[arg-type]
    assert (it.final, it.states) == ([tuple(ROOM)], [(12, "decided")])
    it.undo()
    it.choose(12, ROOM_NEU)
    assert (it.final, it.states, len(it.decisions)) == ([tuple(ROOM_NEU)], [(12, "decided")], 1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (([ROOM], [ROOM]), [(12, "decided")]),  # they have what was decided
        (([], []), [(12, "overtaken")]),  # nobody has it any more
        (([], [PlacedTag(14, 22, "Room", "NEG")]), [(14, "overtaken")]),
        (([ROOM, PRICE], []), [(12, "decided"), (24, "open")]),
    ],
)
def test_what_they_have_now_closes_a_decision_or_overtakes_it(now: People, state: object) -> None:
    it = Deciding([ROOM], [])
    it.choose(12, ROOM)
    it.become(*now)
    assert it.states == state


def test_where_nothing_was_decided_and_nobody_has_anything_any_more_nothing_is_left() -> None:
    it = Deciding([ROOM], [])
    it.choose(12, how="nothing")
    it.become([], [])
    assert it.states == []


def test_what_nobody_looked_at_follows_until_the_document_is_done() -> None:
    it = Deciding([STAFF], [STAFF])
    rule = by_rule(Rule("agreed"), it.at(0))
    assert rule is not None
    it.choose(0, *rule.outcome, how=rule.how)
    it.become([STAFF], [])
    assert it.states == [(0, "open")]
    it.is_done = True
    assert it.states == [(0, "overtaken")]
    it.choose(0, how="nothing")
    assert it.final == []


def test_a_tag_that_another_place_wants_as_well_stays() -> None:
    it = Deciding([STAFF], [PlacedTag(0, 4, "Staff", "POS"), PlacedTag(5, 10, "Staff", "POS")])
    first, second = it.places
    it.choose(first.span[0], STAFF)
    view = it.draft.view(READ)
    it.step(decide(view, it.draft, [Decided(second, (STAFF,), "chosen")], "x"))
    it.choose(second.span[0], how="nothing")
    assert it.final == [tuple(STAFF)]


def test_two_tags_on_one_span_are_two_places_and_what_is_there_already_stays() -> None:
    other = PlacedTag(12, 22, "Price", "NEG")
    it = Deciding([ROOM, other], [ROOM])
    it.step(tag_span(it.draft.view(READ), (12, 22), ("Staff", "NEU"), "mine", it.draft.scheme))
    assert len(it.places) == 2
    missing = next(place for place in it.places if place.state == "open")
    it.step(decide(it.draft.view(READ), it.draft, [Decided(missing, (other,), "chosen")], "x"))
    assert (12, 22, "Staff", "NEU") in it.final
    assert len(it.final) == 2


def test_a_name_that_an_annotator_added_comes_with_the_tag() -> None:
    it = Deciding([PlacedTag(0, 4, "Mood", "POS")], [])
    it.choose(0, PlacedTag(0, 4, "Mood", "POS"))
    assert it.draft.classes[-1] == "Mood"
    assert it.final == [(0, 4, "Mood", "POS")]


def test_what_is_made_by_hand_is_what_is_decided() -> None:
    it = Deciding([ROOM], [ROOM_NEU], draft=a_draft())
    place = it.at(12)
    it.step(tag_span(it.draft.view(READ), (18, 22), ("Room", "POS"), "mine", it.draft.scheme))
    it.step(tag_span(it.draft.view(READ), (0, 4), ("Staff", "POS"), "more", it.draft.scheme))
    it.step(as_edited(it.draft.view(READ), place, ()))
    [decision] = it.decisions.values()
    assert (decision.outcome, decision.how) == (((18, 22, "Room", "POS"),), "edited")
    assert it.states == [(12, "decided")]


@pytest.mark.parametrize(
    ("rule", "decided"),
    [
        (Rule("agreed"), {0: [STAFF]}),
        (Rule("majority"), {0: [STAFF], 12: [ROOM], 24: []}),
        (Rule("class", "Price"), {0: [STAFF], 24: [PRICE]}),
        (Rule("class", "Room"), {0: [STAFF]}),  # somebody says something else
        (Rule("person", "b"), {0: [STAFF], 12: [ROOM_NEU], 24: []}),
        (Rule("person", "z"), {0: [STAFF]}),
    ],
)
def test_a_rule_decides_many_places_as_one_step(rule: Rule, decided: Mapping[int, list[PlacedTag]]) -> None:
    it = Deciding([STAFF, ROOM, PRICE], [STAFF, ROOM_NEU], [STAFF, ROOM])
    found = [one for place in it.places if (one := by_rule(rule, place)) is not None]
    assert {one.where.span[0]: list(one.outcome) for one in found} == decided
    it.step(decide_many([it.draft.view(READ)], it.draft, {"id:1": found}, "s", "In bulk"))
    assert it.final == sorted((tuple(tag) for tags in decided.values() for tag in tags), key=str)
    it.undo()
    assert (it.final, it.decisions) == ([], {})


def test_a_rule_never_touches_what_somebody_decided() -> None:
    it = Deciding([ROOM], [ROOM_NEU], [ROOM])
    it.choose(12, ROOM_NEU)
    assert by_rule(Rule("majority"), it.at(12)) is None
    it.become([ROOM], [ROOM_NEU], [])
    assert (it.at(12).state, by_rule(Rule("person", "a"), it.at(12))) == ("overtaken", None)
