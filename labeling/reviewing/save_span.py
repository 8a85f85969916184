"""From when to when a session was saved, how often and by how many, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from labeling.errors import NotFound
from labeling.model import Session
from labeling.store.review import ReviewStore
from labeling.store.review_values import ReviewKey
from labeling.studio.client import LabelingClient

PAGE, MOST = 200, 5_000
"""Saves asked for at a time, and of one session at most."""


class SaveSpan(NamedTuple):
    """`is_whole`: the server says it of every save; else this app knows of those made with it alone. `more`:
    there are older ones, which were not asked for."""

    saves: int
    people: int
    first: datetime | None
    last: datetime | None
    is_whole: bool
    more: bool = False


def span_of_saves(api: LabelingClient, review: ReviewStore, session: Session) -> SaveSpan:
    """What the server's history says, else what the review store has of this app's own saves.

    Raises LabelingError, NotKept among them.
    """
    if api.info().can("history"):
        with suppress(NotFound):
            return _of_history(api, session)
    own = review.saves.all(ReviewKey(str(session.project_id), session.lasting_name))
    return _span(((one.at, one.by.person or one.by.name) for one in own), is_whole=False)


def _of_history(api: LabelingClient, session: Session) -> SaveSpan:
    found: list[tuple[datetime | None, object]] = []
    more = False
    for offset in range(0, MOST, PAGE):
        page = api.saves(session.project_id, session.id, offset=offset, limit=PAGE)
        found += [(save.at, save.user.id or save.user.email) for save in page.saves]
        more = page.has_more
        if not more:
            break
    return _span(found, is_whole=True)._replace(more=more)


def _span(saves: Iterable[tuple[datetime | None, object]], *, is_whole: bool) -> SaveSpan:
    known = list(saves)
    moments = [at for at, _ in known if at is not None]
    people = len({who for _, who in known if who})
    return SaveSpan(len(known), people, min(moments, default=None), max(moments, default=None), is_whole)
