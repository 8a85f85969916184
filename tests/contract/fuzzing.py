"""A fuzzer that reads the OpenAPI and holds the server to it: every check that it knows, on requests of one
call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import update

from labeling.model import ModelStatus, Role
from labeling.server.storage.tables import tokens
from tests.contract.proposed import a_correction
from tests.contract.raw import Raw, a_document, a_segment, a_tag, serving
from tests.stores import api_over

load_all_checks()
ROLES = (Role.MANAGER, Role.ANNOTATOR, Role.VIEWER)
IN_SESSION = {
    "project_id": 1,
    "annotation_id": 1,
    "document_id": 1,
    "segment_id": 1,
    "tag_id": 1,
    "n": 2,
}
IN_PROJECT = {
    "project_id": 1,
    "class_id": 3,
    "label_id": 2,
    "group_id": 1,
    "document_id": 2,
    "user_id": 2,
    "invitation_id": 1,
    "model_id": 1,
}
"""Things that no session uses, so that all can be done to them."""
IN_CORRECTION = {
    "project_id": 1,
    "correction_id": 2,
    "document_id": 3,
    "segment_id": 2,
    "tag_id": 2,
}
"""A tag that is only proposed, with its segment."""
NO_SCHEMA_SAYS = re.compile(
    r"is not a part of the text|is not among the (classes|labels) of the session"
    r"|the project has no document|is not in this session|differs from the text of document|is named twice"
    r"|cannot be left out while|^file: (?!must)|a class “.*” already|a label “.*” already|is already among"
    r"|cannot be deleted: it is among|Segments stand on|needs a class, a label or both|has no model"
    r"|is being cloned|the server is working on|labels of an ABSA project are fixed"
    r"|the project has no session|only a READY one predicts|it cannot be open again"
    r"|no model may learn from"
    r"|in small letters|old_password: |This account has no password|has no role in project"
    r"|to take it out with them"
)
"""Why a body in good form is refused: what it names is not there, or does not fit what is."""


@contextmanager
def fuzzed_server(database: str = "sqlite") -> Iterator[Raw]:
    """A server with a session of two documents, one of them tagged, the other marked since then, in a project
    with one more class and label."""
    with serving(database) as raw:
        segment = a_segment(4, 7, a_tag(sure=1), colour="red")
        project = raw.project("CLASSLABEL", labels=["POS"])
        documents = [a_document("The bed", segment, meta={"a": 1}), a_document("Two")]
        session = raw.session(project, documents=documents)
        raw.put(session, {"documents": [{"text": "Two", "annotated": True}]})
        raw.post(project + "/classes", {"name": "Unused"})
        raw.post(project + "/labels", {"name": "UNUSED"})
        raw.person(Role.VIEWER, project, "member@example.org")
        raw.post(project + "/people", {"email": "guest@example.org", "role": "ANNOTATOR"})
        # A model that predicts nothing: whoever guesses its number waits for no worker.
        made = a_correction(raw.store, 1, status=ModelStatus.FAILED, classes=("Staff",))
        assert made == {**IN_CORRECTION, "model_id": IN_PROJECT["model_id"]}
        yield raw


def ids_in(path: str) -> dict[str, int]:
    """The ids in a path of what is there."""
    known = IN_SESSION if "{annotation_id}" in path else IN_PROJECT
    known = IN_CORRECTION if "{correction_id}" in path else known
    return {name: value for name, value in known.items() if f"{{{name}}}" in path}


def token_of(server: Raw, role: Role) -> str:
    """The local user's, who is MANAGER everywhere, or that of somebody with the role in the first project."""
    return server.token if role is Role.MANAGER else server.person(role, "/projects/1")


def accepted(context: Any, response: Any, case: Any) -> bool | None:
    """Whatever the schema admits is accepted, but for what depends on what there is."""
    if response.status_code == 412:
        return None
    if response.status_code == 400 and NO_SCHEMA_SAYS.search(response.json()["message"]):
        return None
    found: bool | None = positive_data_acceptance(context, response, case)
    return found


CHECKS: dict[str, Any] = {
    "excluded_checks": [positive_data_acceptance],
    "additional_checks": [accepted],
}


def fuzz(server: Raw, method: str, path: str, mode: GenerationMode, token: str, examples: int) -> int:
    """Send generated requests for one call, check each answer, and count those that came through."""
    ids = ids_in(path)
    fixed = {"path_parameters": ids} if ids and mode is GenerationMode.POSITIVE else {}
    operation = _schema(server)[path][method.upper()]
    answered = []

    @seed(20260101)
    @settings_of(examples)
    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    def run(case: Any) -> None:
        answered.append(_checked(server, case, token).status_code)

    run()
    return sum(200 <= status < 300 for status in answered)


def _schema(server: Raw) -> Any:
    return _schema_of(api_over(server.store))


@cache
def _schema_of(app: FastAPI) -> Any:
    return signing(schemathesis.openapi.from_asgi("/openapi.json", app))


def signing(schema: Any) -> Any:
    """A schema as it is to be used here."""
    # Every request is signed: one that is bad for its lack of a token would be a good one.
    schema.config.generation.update(with_security_parameters=False)
    return schema


def settings_of(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _checked(server: Raw, case: Any, token: str) -> Any:
    response = case.call(headers=signed(token))
    case.validate_response(response, headers=signed(token), **CHECKS)
    sign_in_again(server)
    return response


def sign_in_again(server: Raw) -> None:
    """What signs out ends the token for all that comes after it."""
    with server.store.database.writing() as connection:
        connection.execute(update(tokens).values(revoked=None))
