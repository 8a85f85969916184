"""Stories of calls that use what is there and what earlier ones made, held to what the OpenAPI says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from threading import Event
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from pydantic import BaseModel, ValidationError
from schemathesis import HookContext
from sqlalchemy import delete, insert, select

from labeling.server.rules.bodies import CorrectionBody, PersonBody, TagBody, TagChangeBody
from labeling.server.storage.store import Store
from labeling.server.storage.tables import metadata
from labeling.server.worker import Worker
from tests.contract.fuzzing import CHECKS, ids_in, settings_of, sign_in_again, signed, signing
from tests.contract.links import CORRECTIONS, linked
from tests.contract.proposed import TEXT
from tests.contract.raw import Raw, a_document, a_segment, a_tag
from tests.contract.roles import CORRECTED, SEGMENT, SESSION
from tests.stores import api_over
from tests.unit.prediction.corpus import reviews

LEARNED = {"correction_id": 5, "document_id": 46, "segment_id": 67, "tag_id": 67}
"""A tag that a model which has learned proposes; see `learn`."""
MANY = 99
"""Ids above that nobody has."""
_FORMS: dict[tuple[str, str], type[BaseModel]] = {
    ("post", CORRECTIONS): CorrectionBody,
    ("put", f"/projects/{{project_id}}/{SESSION}/person"): PersonBody,
    **{("post", f"/projects/{{project_id}}/{one}/tags"): TagBody for one in (SEGMENT, CORRECTED)},
    **{
        ("put", f"/projects/{{project_id}}/{one}/tags/{{tag_id}}"): TagChangeBody
        for one in (SEGMENT, CORRECTED)
    },
}
"""Bodies that name what has to be there."""
_NAMED = {"model_id": 2, "user_id": 2, "class": "Staff", "label": "POS"}
Told = Callable[[str, str, int], None]
"""Hears method, path and status of each call."""


def learn(server: Raw) -> None:
    """Give a fuzzed server a model that is READY, and what it proposes for five documents."""
    project = "/projects/1"
    done = [
        a_document(text, *(a_segment(*tag[:2], a_tag(*tag[2:])) for tag in tags), annotated=True)
        for text, tags in reviews(40)
    ]
    for number, texts in (1, ["The bed"]), (2, [TEXT, "Two beds"]):  # or they would be proposed for
        documents = [{"text": text, "annotated": True} for text in texts]
        server.put(f"{project}/annotations/{number}", {"documents": documents})
    named = {"classes": ["Food", "Place", "Staff"], "labels": ["NEG", "POS"]}
    session = server.session(project, name="Done", documents=done, **named)
    undone = [a_document(text) for text, _ in reviews(5, seed=1)]
    server.session(project, name="To do", documents=undone, **named)
    worker = Worker(server.store, Event())
    model = server.post(project + "/models", {"session_ids": [int(session.rpartition("/")[2])]})
    _work(worker)
    body = {"model_id": model["id"], "sample_size": 5}
    correction = server.post(project + "/corrections", body)
    _work(worker)
    page = server.get(f"{project}/corrections/{correction['id']}/documents", details="segments,tags")
    proposed = {
        (page["id"], document["id"], segment["id"], tag["id"])
        for document in page["documents"]
        for segment in document["segments"]
        for tag in segment["tags"]
    }
    assert tuple(LEARNED.values()) in proposed
    assert model["id"] == _NAMED["model_id"]


def stories(server: Raw, token: str, examples: int, steps: int, told: Told = lambda *call: None) -> int:
    """So many stories of so many calls each; how many calls came through. All begin with what the server
    holds now."""
    came_through = 0
    machine: Any = _linked_schema_of(api_over(server.store)).as_state_machine()
    worker = Worker(server.store, Event())
    held = Held(server.store)

    class Story(machine):  # type: ignore[misc]
        def setup(self) -> None:
            # What was called for a second time would else be answered otherwise, and the fuzzer thrown off.
            held.put_back()

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": signed(token)}

        def validate_response(self, response: Any, case: Any, **rest: Any) -> None:
            nonlocal came_through
            came_through += response.status_code < 300
            told(case.method, case.operation.path, response.status_code)
            case.validate_response(response, transport_kwargs=rest, recorder=self.recorder, **CHECKS)
            sign_in_again(server)
            _work(worker)  # what is deleted is gone before the next call

    run_state_machine_as_test(Story, settings=settings(settings_of(examples), stateful_step_count=steps))
    return came_through


class Held:
    """What a store holds, to be put back."""

    def __init__(self, store: Store) -> None:
        self._database = store.database
        with self._database.reading() as connection:
            self._rows = [
                (table, [dict(row) for row in connection.execute(select(table)).mappings()])
                for table in metadata.sorted_tables
            ]

    def put_back(self) -> None:
        with self._database.writing() as connection:
            for table, _ in reversed(self._rows):
                connection.execute(delete(table))
            for table, rows in self._rows:
                if rows:
                    connection.execute(insert(table), rows)


def _work(worker: Worker) -> None:
    """Do all that waits."""
    while worker.work_once(lambda seconds: None):
        pass


@cache
def _linked_schema_of(app: FastAPI) -> Any:
    schema: Any = schemathesis.openapi.from_dict(linked(app.openapi()))
    schema.app = app
    schema.config.phases.stateful.inference.algorithms = []  # all that it could find out is linked
    schema.hook("map_path_parameters")(_aimed)
    schema.hook("map_body")(_aimed_body)
    return signing(schema)


def _aimed(context: HookContext, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Ids that nobody has become those of what is there: what was drawn without knowing any would be answered
    with 404."""
    if not path_parameters or not all(isinstance(one, int) for one in path_parameters.values()):
        return path_parameters
    known = ids_in(_operation(context).path)
    if sum(path_parameters.values()) % 2 and "correction_id" in known:
        known |= {name: value for name, value in LEARNED.items() if name in known}
    return {name: known[name] if value > MANY else value for name, value in path_parameters.items()}


def _aimed_body(context: HookContext, body: Any) -> Any:
    """So does what a good body names, in every second one."""
    form = _FORMS.get((_operation(context).method, _operation(context).path))
    if form is None or not isinstance(body, dict) or len(str(body)) % 2:
        return body
    with suppress(ValidationError):
        form.model_validate(body)
        names = {field.alias or name for name, field in form.model_fields.items()}
        return {**body, **{name: value for name, value in _NAMED.items() if name in names}}
    return body


def _operation(context: HookContext) -> Any:
    assert context.operation is not None
    return context.operation
