"""Where what a lead says is kept, of which session, and who says it."""

from __future__ import annotations

from typing import NamedTuple

from components.shell.desk import Desk
from labeling.store.review import ReviewStore
from labeling.store.review_values import ReviewKey, Who


class Reviewer(NamedTuple):
    """The person at a desk, with the review store and the session's key there."""

    store: ReviewStore
    key: ReviewKey
    who: Who


def reviewer(desk: Desk) -> Reviewer:
    """The person at the desk."""
    ui = desk.ui
    assert ui.store is not None
    key = ReviewKey(str(desk.session.project_id), desk.session.lasting_name)
    return Reviewer(ui.store.review(ui.api_name), key, Who(ui.sign_in.owner, ui.sign_in.name))
