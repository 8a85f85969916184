"""How people are doing, worked out beside the screen: against the others, the known answers, themselves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from labeling.agreement.answers import (
    AnswerFigures,
    Pace,
    SelfFigures,
    against_answers,
    against_themselves,
    pace,
    with_answers,
)
from labeling.agreement.comparison import Comparison, NamePart
from labeling.agreement.people import Bias, Drift, Funnel, biases, drift, funnel
from labeling.agreement.shared import Counted, counts
from labeling.agreement.tags import TaggedText
from labeling.errors import Forbidden, NotFound
from labeling.model import Session, Status
from labeling.reviewing.agreement_job import Agreement, read_all, texts_of
from labeling.reviewing.beside import Beside, TellWhat
from labeling.reviewing.handed_in import ReadTexts, SessionTexts
from labeling.reviewing.known_answers import AnswerSession, came_twice, texts_with_answers
from labeling.store.review_values import StoredPlan


@dataclass(frozen=True)
class PersonSeen:
    """One person's figures, by their index among the sessions. `drift` is against the known answers where
    these are many enough (`is_known`), else against the others."""

    person: int
    answers: AnswerFigures
    themselves: SelfFigures
    drift: Drift | None
    is_known: bool
    pace: Pace | None


@dataclass(frozen=True)
class PeopleSeen:
    """The figures of the people, who are sessions; `comparison` is with the answers (`with_answers`).

    `funnel` and `biases` are against the others; None and empty where nobody is compared.
    """

    read: tuple[SessionTexts, ...]
    answers: tuple[AnswerSession, ...]
    comparison: Comparison
    people: tuple[PersonSeen, ...]
    funnel: Funnel | None
    biases: tuple[tuple[NamePart, Bias], ...]

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Those of the people, of the answers, and of the people once more, as in the comparison."""
        mine = tuple(one.session for one in self.read)
        return (*mine, *(one.session for one in self.answers), *mine)


class PeopleJob(Beside[PeopleSeen]):
    """One such work. `of`: the comparison of the sessions, where there are several; `parts`: which names
    biases are looked for in."""

    def __init__(
        self,
        read: ReadTexts,
        sessions: Sequence[Session],
        answers: Sequence[AnswerSession],
        plans: Sequence[StoredPlan],
        of: Agreement | None,
    ) -> None:
        self.sessions = tuple(sessions)
        self.of = of
        self._read, self._answers, self._plans = read, tuple(answers), tuple(plans)
        super().__init__("people", self._worked_out)

    def _worked_out(self, tell: TellWhat) -> PeopleSeen:
        known = {} if self.of is None else {one.session.id: one for one in self.of.read}
        read_all(self._read, self.sessions, known, tell)
        answers = [one for one in self._answers if self._is_read(one, known, tell)]
        read = tuple(known[session.id] for session in self.sessions)
        texts = [self._done(one) for one in read]
        twice = [came_twice(one.session, done, self._plans) for one, done in zip(read, texts, strict=True)]
        given = [texts_with_answers(known[one.session.id], one.part) for one in answers]
        tell("Comparing with known answers", 0, 1)
        comparison = with_answers(texts, given, twice)
        seed = [session.id for session in self.sessions]
        people = []
        for person, done in enumerate(texts):
            tell("Working out figures of people", person, len(texts))
            people.append(self._person(person, comparison, len(answers), seed, done))
        found, told = None, list[tuple[NamePart, Bias]]()
        if self.of is not None and self.of.comparison.texts:
            found = funnel(self.of.comparison, seed)
            for part in (NamePart.CLASS, NamePart.LABEL):
                if self.of.comparison.has(part):
                    tell("Looking for bias", 0, 1)
                    told += [(part, one) for one in biases(self.of.comparison, part)]
        return PeopleSeen(read, tuple(answers), comparison, tuple(people), found, tuple(told))

    def _is_read(self, answers: AnswerSession, known: dict[int, SessionTexts], tell: TellWhat) -> bool:
        """Whether a session of answers can be read: it may be hidden from the person."""
        with suppress(NotFound, Forbidden):
            read_all(self._read, [answers.session], known, tell)
        return answers.session.id in known

    def _done(self, read: SessionTexts) -> tuple[TaggedText, ...]:
        """What counts of a person's documents."""
        counted = Counted.DONE if self.of is None else self.of.counted
        finished = read.session.status == Status.FINISHED
        texts = texts_of(read, self.of is None or self.of.is_first)
        return tuple(text for text in texts if counts(text, counted, finished=finished))

    def _person(
        self,
        person: int,
        comparison: Comparison,
        answers: int,
        seed: Sequence[int],
        done: Sequence[TaggedText],
    ) -> PersonSeen:
        by_answers = drift(comparison, person, seed)
        drifted = by_answers
        if drifted is None and self.of is not None and self.of.comparison.texts:
            drifted = drift(self.of.comparison, person, seed)
        return PersonSeen(
            person,
            against_answers(comparison, person, answers, seed),
            against_themselves(comparison, person, answers, seed),
            drifted,
            by_answers is not None,
            pace(done),
        )
