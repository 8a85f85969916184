"""People and their roles."""

from __future__ import annotations

import pytest

from labeling.errors import Invalid
from labeling.model import Role
from labeling.server.rules.bodies import ProjectBody
from labeling.server.storage.admission import Caller
from labeling.server.storage.store import Store
from tests.unit.server.storage.build import ME


def test_roles_hold_in_the_projects_that_are_named_or_in_all(store: Store) -> None:
    first, second = (
        store.projects.add(ME, ProjectBody.model_validate({"name": name, "type": "CLASS"}))["project_id"]
        for name in "ab"
    )
    assert store.people.save_person("a@b.c", "hash", Role.VIEWER, None) == 2
    assert store.people.save_person("a@b.c", None, Role.MANAGER, [second]) == 1
    person = Caller(2, "a@b.c", is_local=False)
    assert [(item["project_id"], item["role"]) for item in store.projects.of_caller(person)] == [
        (first, "VIEWER"),
        (second, "MANAGER"),
    ]
    with pytest.raises(Invalid, match="no project 99"):
        store.people.save_person("new@b.c", "hash", Role.VIEWER, [99])
    assert not store.people.has_account("new@b.c")
