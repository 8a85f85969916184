"""Where what a lead says is kept, of which session, and who says it."""

from __future__ import annotations

from typing import NamedTuple

from components.shell.desk import Desk
from labeling.model import Session
from labeling.store.review import ReviewStore
from labeling.store.review_values import ReviewKey, Who


class Reviewer(NamedTuple):
    """The person at a desk, with the review store and the session's key there."""

    store: ReviewStore
    key: ReviewKey
    who: Who


def review_key(session: Session) -> ReviewKey:
    """What names a session in the review store."""
    return ReviewKey(str(session.project_id), session.lasting_name)


def reviewer(desk: Desk) -> Reviewer:
    """The person at the desk."""
    ui = desk.ui
    assert ui.store is not None
    who = Who(ui.sign_in.owner, ui.sign_in.name)
    return Reviewer(ui.store.review(ui.api_name), review_key(desk.session), who)
