"""A plan: which documents are dealt to whom, as which sessions, and how it changes as people come and go.

Pure. What a plan says is wanted; `carrying_out` makes it so on the server.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from labeling.agreement.deal import Deal, Dealt, Terms, Why, deal
from labeling.errors import Invalid
from labeling.model import Part
from labeling.store.review_values import PlanSession, StoredPlan, Who

FORMAT = "tagwright-plan"
VERSION = 1


class PlanText(NamedTuple):
    """A document of a plan: its key, its id where the server gives one, its length."""

    key: str
    id: int | None
    characters: int


class PlanSource(BaseModel):
    """Where the documents came from: all of the project, a group or a session by its number."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["project", "group", "session"] = "project"
    number: int | None = None


class PlanPart(BaseModel):
    """A session of a plan: whose, under which name, with which documents (indexes of the plan's), in order.

    Without `session_id` it is yet to be made. `is_pending`: the server may not have it as it is here.
    `has_left`: what its person had not done was dealt to others. `is_taken_in`: it was there before, and
    nothing is dealt into it.
    """

    model_config = ConfigDict(frozen=True)
    number: int
    who: Who
    part: Part = Part.WORK
    title: str
    documents: tuple[Dealt, ...]
    session: str | None = None
    session_id: int | None = None
    is_pending: bool = True
    has_left: bool = False
    is_taken_in: bool = False

    @property
    def user_id(self) -> int | None:
        """The person's number on the server; None where only a name is known."""
        return int(self.who.person) if self.who.person.isdecimal() else None

    @property
    def indexes(self) -> frozenset[int]:
        """Its documents."""
        return frozenset(one.document for one in self.documents)


class Plan(BaseModel):
    """Documents dealt to people. `gold`: the session whose answers are known; `copies`: the ids of documents
    that stand for others where those come a second time, by index. `is_blind`: people do not see each other's
    sessions. `classes`, `labels`: the lists that these get; None: the project's."""

    model_config = ConfigDict(frozen=True)
    id: str
    project: str
    name: str
    by: Who
    terms: Terms
    source: PlanSource
    gold: int | None = None
    is_blind: bool = True
    classes: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    texts: tuple[PlanText, ...]
    copies: dict[int, int] = {}
    parts: tuple[PlanPart, ...]

    @property
    def work(self) -> tuple[PlanPart, ...]:
        """The sessions in which people work."""
        return tuple(part for part in self.parts if part.part is Part.WORK)

    @property
    def receiving(self) -> tuple[PlanPart, ...]:
        """Those of them into which more documents may be dealt."""
        return tuple(part for part in self.work if not part.has_left and not part.is_taken_in)

    @property
    def is_carried_out(self) -> bool:
        """Whether the server has all of it."""
        return not any(part.is_pending for part in self.parts)

    @property
    def gold_indexes(self) -> tuple[int, ...]:
        """The documents whose answers are known."""
        return tuple(
            sorted({one.document for part in self.parts for one in part.documents if one.why is Why.GOLD})
        )

    def id_of(self, dealt: Dealt) -> int | None:
        """The id of a document as it stands in a session; None where the server has none for it."""
        if dealt.why is Why.AGAIN:
            return self.copies.get(dealt.document)
        return self.texts[dealt.document].id

    def dealt_by_key(self, part: PlanPart) -> dict[str, Dealt]:
        """What each document of a session is in the plan, by the key that it has there."""
        found: dict[str, Dealt] = {}
        for one in part.documents:
            key = self.texts[one.document].key
            if one.why is Why.AGAIN:
                number = self.copies.get(one.document)
                key = f"{key.partition('#')[0]}#2" if number is None else f"id:{number}"
            found[key] = one
        return found

    def changed(self, *parts: PlanPart) -> Plan:
        """The plan with these in the place of those with their numbers, or after them."""
        known = {part.number: part for part in self.parts} | {part.number: part for part in parts}
        return self.model_copy(update={"parts": tuple(known.values())})

    def part_of(self, number: int) -> PlanPart:
        """The part with the number."""
        return next(part for part in self.parts if part.number == number)


class NewPlan(NamedTuple):
    """What a plan is made of: its name, whose it is, who works, and the documents; `gold_texts` go to all."""

    project: int
    name: str
    by: Who
    people: Sequence[Who]
    texts: Sequence[PlanText]
    terms: Terms
    source: PlanSource = PlanSource()
    gold: int | None = None
    gold_texts: Sequence[PlanText] = ()
    classes: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    is_blind: bool = True


def dealt(new: NewPlan) -> Deal:
    """How the documents would be dealt."""
    lengths = [text.characters for text in new.texts]
    return deal(lengths, len(new.people), new.terms, gold=len(new.gold_texts))


def planned(new: NewPlan, taken: Collection[str] = ()) -> Plan:
    """The plan. Its sessions get names that none has already: `taken`."""
    hands = dealt(new).hands
    titles = _titles(new.name, [who.name for who in new.people], taken)
    parts = [
        PlanPart(number=number, who=who, title=title, documents=hand)
        for number, (who, title, hand) in enumerate(zip(new.people, titles, hands, strict=True), start=1)
    ]
    if new.terms.again and any(one.why is Why.AGAIN for hand in hands for one in hand):
        parts.append(_second_time(new, parts, {*taken, *titles}))
    return Plan(
        id=str(uuid4()),
        project=str(new.project),
        name=new.name,
        by=new.by,
        terms=new.terms,
        source=new.source,
        gold=new.gold,
        is_blind=new.is_blind,
        classes=new.classes,
        labels=new.labels,
        texts=(*new.texts, *new.gold_texts),
        parts=tuple(parts),
    )


def _second_time(new: NewPlan, parts: Sequence[PlanPart], taken: Collection[str]) -> PlanPart:
    """The session that holds a copy of each document that comes a second time."""
    again = {one for part in parts for one in part.documents if one.why is Why.AGAIN}
    [title] = _titles(new.name, ["second time"], taken)
    return PlanPart(
        number=len(parts) + 1, who=new.by, part=Part.CHECK, title=title, documents=tuple(sorted(again))
    )


def _titles(name: str, ends: Iterable[str], taken: Collection[str]) -> list[str]:
    """A session's name for each, that no other has."""
    used, found = set(taken), []
    for end in ends:
        title = wanted = f"{name} · {end}"
        number = 2
        while title in used:
            title, number = f"{wanted} {number}", number + 1
        used.add(title)
        found.append(title)
    return found


# Changes


def joined(plan: Plan, people: Sequence[Who], texts: Sequence[PlanText], taken: Collection[str] = ()) -> Plan:
    """The plan with more people, to whom documents are dealt that are not in it yet, and the gold ones."""
    first = len(plan.texts)
    new = deal([text.characters for text in texts], len(people), plan.terms, gold=len(plan.gold_indexes))
    golden = dict(enumerate(plan.gold_indexes, start=len(texts)))
    number = max((part.number for part in plan.parts), default=0)
    titles = _titles(plan.name, [who.name for who in people], {*taken, *(part.title for part in plan.parts)})
    parts = [
        PlanPart(
            number=number + count,
            who=who,
            title=title,
            documents=tuple(
                Dealt(golden.get(one.document, first + one.document), one.why)
                for one in hand
                if one.why is not Why.AGAIN
            ),
        )
        for count, (who, title, hand) in enumerate(zip(people, titles, new.hands, strict=True), start=1)
    ]
    return plan.model_copy(update={"texts": (*plan.texts, *texts), "parts": (*plan.parts, *parts)})


def left(plan: Plan, number: int, done: Collection[int], taken: Collection[str] | None = None) -> Plan:
    """The plan without a person: of their documents those that are `done` stay theirs; the others go to the
    people who do not have them and have least to do.

    `taken`: the names of all sessions, where the server puts no document into a session that is there: each
    of these people then gets one more.
    """
    leaving = plan.part_of(number)
    kept = tuple(one for one in leaving.documents if one.document in done and one.why is not Why.AGAIN)
    open_ = (Why.ALONE, Why.SHARED)
    rest = [one for one in leaving.documents if one.document not in done and one.why in open_]
    staying = [part for part in plan.receiving if part.number != number]
    load = {part.number: sum(plan.texts[one].characters for one in part.indexes) for part in staying}
    more: dict[int, list[Dealt]] = {part.number: [] for part in staying}
    for one in rest:
        free = [part.number for part in staying if one.document not in part.indexes]
        if free:
            person = min(free, key=lambda each: load[each])
            more[person].append(one)
            load[person] += plan.texts[one.document].characters
    gone = {"documents": kept, "has_left": True, "is_pending": taken is None}
    getting = [(part, more[part.number]) for part in staying if more[part.number]]
    changed = [_with_more(part, new) for part, new in getting]
    if taken is not None:
        changed = _further(plan, [(part.who, new) for part, new in getting], taken)
    return plan.changed(leaving.model_copy(update=gone), *changed)


def _further(
    plan: Plan, getting: Sequence[tuple[Who, Sequence[Dealt]]], taken: Collection[str]
) -> list[PlanPart]:
    """A further session for each person with these documents."""
    first = max((part.number for part in plan.parts), default=0) + 1
    used = {*taken, *(part.title for part in plan.parts)}
    titles = _titles(plan.name, [who.name for who, _ in getting], used)
    return [
        PlanPart(number=number, who=who, title=title, documents=tuple(new))
        for number, ((who, new), title) in enumerate(zip(getting, titles, strict=True), start=first)
    ]


def given(plan: Plan, number: int, document: int) -> Plan:
    """The plan with one more document for a person; whoever has it already shares it from now on."""
    others = [part for part in plan.work if part.number != number and document in part.indexes]
    part = plan.part_of(number)
    if document in part.indexes:
        return plan
    shared = [
        other.model_copy(update={"documents": tuple(_shared(one, document) for one in other.documents)})
        for other in others
    ]
    why = Why.SHARED if others else Why.ALONE
    return plan.changed(*shared, _with_more(part, [Dealt(document, why)]))


def _shared(one: Dealt, document: int) -> Dealt:
    return Dealt(document, Why.SHARED) if one == Dealt(document, Why.ALONE) else one


def _with_more(part: PlanPart, more: Sequence[Dealt]) -> PlanPart:
    return part.model_copy(update={"documents": (*part.documents, *more), "is_pending": True})


def handed_over(plan: Plan, number: int, who: Who) -> Plan:
    """The plan with somebody else as the person of a session."""
    return plan.changed(plan.part_of(number).model_copy(update={"who": who}))


# As it is stored, and as a file


def stored(plan: Plan) -> StoredPlan:
    """As the review store has it."""
    sessions = [stored_part(part) for part in plan.parts]
    body = plan.model_dump(mode="json", exclude={"id", "project", "name", "by", "parts"})
    return StoredPlan(plan.id, plan.project, plan.name, plan.terms.seed, plan.by, tuple(sessions), body)


def stored_part(part: PlanPart) -> PlanSession:
    """A part of it as the review store has it."""
    body = part.model_dump(
        mode="json", include={"title", "documents", "is_pending", "has_left", "is_taken_in"}
    )
    if part.part is Part.DECIDED:
        body["name"] = part.title
    return PlanSession(part.number, part.who, part.part.value, part.session, part.session_id, body)


def is_dealt(kept: StoredPlan) -> bool:
    """Whether documents were dealt by a plan; else it only ties sessions together that are decided."""
    return "terms" in kept.body


def dealt_count(kept: StoredPlan) -> int:
    """How many documents it dealt out: without those of sessions that were taken in alone."""
    taken, dealt_out = set[int](), set[int]()
    for part in kept.sessions:
        held = taken if part.body.get("is_taken_in") else dealt_out
        held |= {index for index, _ in part.body.get("documents", ())}
    return len(kept.body.get("texts", ())) - len(taken - dealt_out)


def plan_of(kept: StoredPlan) -> Plan:
    """A plan as it was stored, its final version included, which is nobody's to carry out. Raises
    ValidationError where no documents were dealt by it."""
    parts = [
        {
            "title": one.body.get("name", ""),
            "documents": (),
            "is_pending": False,
            **one.body,
            **one._asdict(),
        }
        for one in kept.sessions
    ]
    own = {"id": kept.id, "project": kept.project, "name": kept.name, "by": kept.by}
    return Plan.model_validate({**kept.body, **own, "parts": parts})


def dealt_plans(kept: Iterable[StoredPlan]) -> list[Plan]:
    """Those of the plans by which documents were dealt, in their order."""
    return [plan_of(one) for one in kept if is_dealt(one)]


def exported(plan: Plan) -> bytes:
    """The plan as a file: JSON in UTF-8."""
    value = {"format": FORMAT, "version": VERSION, "plan": plan.model_dump(mode="json")}
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def imported(raw: bytes, project: int) -> Plan:
    """The plan in a file. Raises Invalid for what is none, and for one of another project."""
    try:
        value: Any = json.loads(raw)
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise Invalid("This file is no plan that Tagwright made.")
        if value.get("version") != VERSION:
            raise Invalid("This plan was made by a newer version of Tagwright.")
        plan = Plan.model_validate(value.get("plan"))
    except (ValueError, RecursionError) as error:
        kind = "is damaged" if isinstance(error, ValidationError) else "is no JSON"
        raise Invalid(f"This file {kind}: it cannot be read as a plan.") from None
    if any(not 0 <= one.document < len(plan.texts) for part in plan.parts for one in part.documents):
        raise Invalid("This file is damaged: it names documents that it does not have.")
    if plan.project != str(project):
        raise Invalid("This plan is that of another project.")
    return plan
