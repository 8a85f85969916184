"""How long names may be and how many: what is new is measured, what is stored already stays usable."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from labeling.model import LONGEST_NAME, MOST_NAMES
from labeling.server.storage.tables import projects, sessions
from tests.contract.raw import Raw, a_document, a_segment, a_tag, serving

LONG, TOO_LONG = "🛏" * LONGEST_NAME, "🛏" * (LONGEST_NAME + 1)
MANY = [f"Class {number}" for number in range(MOST_NAMES)]


@pytest.fixture
def server() -> Iterator[Raw]:
    with serving() as raw:
        yield raw


def test_names_may_have_200_code_points_and_lists_2000_names(server: Raw) -> None:
    project = server.project(name=LONG, classes=[LONG, *MANY[1:]], labels=[LONG])
    session = server.session(project, name=LONG, classes=[*MANY[1:], LONG], labels=[LONG])
    answer = server.put(session, {"name": LONG[1:] + "!", "classes": [LONG, "Staff", *MANY[2:]]})
    assert len(answer["classes"]) == MOST_NAMES


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": TOO_LONG}, "name: must have at most 200 characters, not 201"),
        ({"classes": ["Comfort", TOO_LONG]}, "classes[1]: must have at most 200 characters, not 201"),
        ({"labels": [TOO_LONG]}, "labels[0]: must have at most 200 characters, not 201"),
        ({"classes": ["One", *MANY]}, "classes: must be at most 2,000, not 2,001"),
        ({"labels": ["One", *MANY]}, "labels: must be at most 2,000, not 2,001"),
        ({"labels": ["Same"] * (MOST_NAMES + 1)}, "labels: must be at most 2,000, not 2,001"),
    ],
)
def test_what_is_new_and_longer_is_refused_and_nothing_is_stored(
    server: Raw, body: dict[str, object], message: str
) -> None:
    project = server.project()
    session = server.session(project)
    before = server.get(session)
    assert server.refused(session, {**body, "documents": [a_document("New")]}) == message
    assert server.get(session) == before
    assert server.refused(project + "/annotations", body, "POST") == message
    assert server.refused("/projects", {"name": "P", "type": "ABSA", **body}, "POST") == message
    assert len(server.get(project + "/annotations")) == 1


def test_what_is_stored_already_is_read_kept_sent_back_and_made_smaller(server: Raw) -> None:
    project = server.project()
    session = server.session(project, documents=[a_document()])
    names = [TOO_LONG, *MANY, "One more"]
    with server.store.database.writing() as connection:
        connection.execute(update(sessions).values(name=TOO_LONG, classes=names))
        connection.execute(update(projects).values(name=TOO_LONG))
    read = server.get(session)
    assert (read["name"], read["classes"]) == (TOO_LONG, names)
    tagged = a_document("The bed was soft", a_segment(0, 3, a_tag(TOO_LONG)))
    server.put(session, {"name": TOO_LONG, "classes": names, "documents": [tagged]})
    assert server.documents(session)[0]["segments"][0]["tags"][0]["class"] == TOO_LONG
    assert "at most 2,000" in server.refused(session, {"classes": [*names, "Yet another"]})
    assert server.put(session, {"classes": names[:-1]})["classes"] == names[:-1]
    assert json.dumps(server.get(project))
