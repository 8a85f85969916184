"""Whoever goes for good is not known any more, and what they did stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from labeling.errors import Invalid, NotFound, NotSignedIn
from labeling.model import Role
from labeling.server.rules.bodies import ProjectBody
from labeling.server.rules.queries import SavesQuery
from labeling.server.storage.admission import Caller, admit
from labeling.server.storage.store import Store
from tests.unit.server.storage.build import ME, a_session, change, tagged

ANN, BO = "ann@example.org", "bo@example.org"


def a_person(store: Store, email: str, role: Role, *project_ids: int) -> Caller:
    """Somebody with a password and a token, whose hash is the e-mail."""
    store.people.save_person(email, "secret hash", role, project_ids)
    user_id = store.former.find(email)
    store.people.keep_token(user_id, email, timedelta(hours=1))
    return Caller(user_id, email, is_local=False, role=role, client="Tagwright")


def test_a_person_who_goes_is_gone_and_what_they_saved_stays(store: Store) -> None:
    at = a_session(store, tagged("The bed", (4, 7)))
    ann = a_person(store, ANN, Role.ANNOTATOR, at.project_id)
    store.sessions.update(ann, at, change(name="By Ann"))
    store.members.invite(ann, at.project_id, "eve@example.org", Role.VIEWER, "secret", timedelta(hours=1))
    store.former.delete(ann.id)
    with pytest.raises(NotSignedIn):
        admit(store.database, ANN, {}, None)
    assert store.people.begin_sign_in(ANN, "") is None
    assert store.members.of_project(at.project_id) == []
    assert store.members.invitations(at.project_id) == []
    (save,) = store.saves.of_session(at, SavesQuery()).saves
    assert (save["user_id"], save["email"]) == (ann.id, f"former person {ann.id}")
    assert store.sessions.read(at)["name"] == "By Ann"
    with pytest.raises(NotFound, match="Nobody"):
        store.former.find(ANN)
    # Once more changes nothing, and the e-mail is free for somebody else.
    store.former.delete(ann.id)
    again = a_person(store, ANN, Role.VIEWER, at.project_id)
    assert again.id > ann.id
    assert store.people.account(ann.id)["password_hash"] is None


def test_nobody_goes_who_is_the_last_manager_of_a_project_unless_that_is_wanted(store: Store) -> None:
    first, second, gone = (
        store.projects.add(ME, ProjectBody.model_validate({"name": name, "type": "CLASS"}))["project_id"]
        for name in ("Alone", "Shared", "Deleted")
    )
    ann = a_person(store, ANN, Role.MANAGER, first, second, gone)
    bo = a_person(store, BO, Role.MANAGER, second)
    store.people.save_person(BO, None, Role.ANNOTATOR, [first])
    store.long_work.delete_project(ME, gone)
    with pytest.raises(Invalid, match="is the last manager of “Alone”"):
        store.former.delete(ann.id)
    assert admit(store.database, ANN, {}, None).id == ann.id
    store.former.delete(bo.id)
    with pytest.raises(Invalid, match="of “Alone” and “Shared”"):
        store.former.delete(ann.id)
    store.former.delete(ann.id, even_last=True)
    with pytest.raises(NotSignedIn):
        admit(store.database, ANN, {}, None)


def test_the_person_at_this_computer_stays(store: Store) -> None:
    with pytest.raises(Invalid, match="cannot be deleted"):
        store.former.delete(1)
    with pytest.raises(NotFound):
        store.former.delete(99)


def test_what_is_held_about_a_person_is_told_and_no_secret(store: Store) -> None:
    at = a_session(store, tagged("The bed", (4, 7)))
    ann = a_person(store, ANN, Role.ANNOTATOR, at.project_id)
    store.sessions.update(ann, at, change(name="By Ann"))
    store.people.begin_sign_in(ANN, "203.0.113.7")
    held = {name: list(rows) for name, rows in store.former.held(ann.id).items()}
    assert [(row["email"], row["id"]) for row in held["account"]] == [(ANN, ann.id)]
    assert [row["role"] for row in held["roles"]] == ["ANNOTATOR"]
    assert [(row["session_id"], row["client"]) for row in held["saves"]] == [(at.session_id, "Tagwright")]
    assert [row["address"] for row in held["failed_sign_ins"]] == ["203.0.113.7"]
    assert len(held["tokens"]) == 1
    assert "secret hash" not in str(held)
    assert held["sessions"] == []
