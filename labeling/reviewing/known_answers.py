"""Where the answers are that people are compared with, and which of their documents came a second time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labeling.agreement.answers import Twice
from labeling.agreement.deal import Why
from labeling.agreement.shared import Counted, counts
from labeling.agreement.tags import TaggedText
from labeling.draft.keys import document_keys
from labeling.model import Document, Part, Session, Status
from labeling.reviewing.handed_in import SessionTexts
from labeling.reviewing.plans import Plan, dealt_plans
from labeling.store.review_values import StoredPlan


class AnswerSession(NamedTuple):
    """A session of answers: all of it (gold), or what of it is done (decided)."""

    session: Session
    part: Part

    @property
    def word(self) -> str:
        """What its answers are."""
        return "gold" if self.part is Part.GOLD else "decided"


def answers_for(
    sessions: Iterable[Session], plans: Sequence[StoredPlan], there: Iterable[Session]
) -> tuple[AnswerSession, ...]:
    """The answers for sessions of plans, gold before decided, of the sessions that are there."""
    work = {one.lasting_name for one in sessions}
    by_name, by_id = {}, {}
    for session in there:
        by_name[session.lasting_name] = by_id[session.id] = session
    found: dict[int, AnswerSession] = {}
    for plan in plans:
        if not any(one.part == "WORK" and one.session in work for one in plan.sessions):
            continue
        gold = plan.body.get("gold")
        if isinstance(gold, int) and gold in by_id:
            found.setdefault(gold, AnswerSession(by_id[gold], Part.GOLD))
        for one in plan.sessions:
            if one.part in ("GOLD", "DECIDED") and one.session in by_name:
                session = by_name[one.session]
                found.setdefault(session.id, AnswerSession(session, Part(one.part)))
    asked = [one for one in found.values() if one.session.lasting_name not in work]
    return tuple(sorted(asked, key=lambda one: (one.part is not Part.GOLD, one.session.id)))


def texts_with_answers(read: SessionTexts, part: Part) -> tuple[TaggedText, ...]:
    """The documents of such a session whose answers are known, as they are now."""
    if part is Part.GOLD:
        return read.texts
    finished = read.session.status == Status.FINISHED
    # Elsewhere no mark says what is done: then what was called done in this app is.
    done = [counts(then, Counted.DONE, finished=finished) for then in read.first]
    return tuple(text for text, is_done in zip(read.texts, done, strict=True) if is_done)


def came_twice(
    session: Session, texts: Sequence[TaggedText], plans: Sequence[StoredPlan]
) -> tuple[Twice, ...]:
    """The documents that its plan gave a person a second time: the first and the second of each, of `texts`,
    which are those that count."""
    found: list[Twice] = []
    by_id = {text.id: text for text in texts if text.id is not None}
    by_text: dict[str, list[TaggedText]] = defaultdict(list)
    for text in texts:
        by_text[text.text].append(text)
    copies = [some for some in by_text.values() if len(some) > 1]
    by_key = {document_keys([Document(text=some[0].text)])[0]: (some[0], some[1]) for some in copies}
    mine = (kept for kept in plans if any(one.session == session.lasting_name for one in kept.sessions))
    for plan in dealt_plans(mine):
        found += _twice(plan, session, by_id, by_key)
    return tuple(found)


def _twice(
    plan: Plan, session: Session, by_id: dict[int, TaggedText], by_key: dict[str, Twice]
) -> Iterable[Twice]:
    for part in plan.work:
        if part.session != session.lasting_name:
            continue
        for one in part.documents:
            if one.why is not Why.AGAIN:
                continue
            first, second = plan.texts[one.document].id, plan.id_of(one)
            if first is not None and second is not None:
                if first in by_id and second in by_id:
                    yield by_id[first], by_id[second]
            elif plan.texts[one.document].key in by_key:
                yield by_key[plan.texts[one.document].key]
