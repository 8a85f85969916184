"""The server's description of itself: its OpenAPI, true for every status, and a page to read it on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from labeling.server.api.answers import ErrorBody
from labeling.server.rules.bodies import STORABLE, storable
from labeling.server.rules.preconditions import ENTITY_TAG

VERSION = "0.1.0"
OPEN = ("/health", "/info", "/auth/login", "/auth/register", "/auth/invitation", "/auth/join")
"""What anybody may call."""

_REF = "#/components/schemas/"
_SAID = {
    400: "The body or a parameter is not acceptable; nothing was stored.",
    401: "No token, or one that is not valid.",
    403: "The caller's role in the project is too low.",
    404: "There is no such project, session or document.",
    409: "What is to be made is there already; nothing was stored.",
    412: "The session is in none of the states that If-Match names; nothing was stored.",
    415: "The body is packed; it has to be sent as it is.",
    429: "Too much is asked at the moment, or too many failed to sign in; nothing was done.",
    500: "The server made a mistake.",
    503: "The database cannot be used.",
}


def _header(name: str, description: str, **schema: str) -> dict[str, Any]:
    return {"headers": {name: {"description": description, "required": True, "schema": schema}}}


_TAGGED = _header(
    "ETag", "Names the state of the session that this answer shows.", type="string", pattern=ENTITY_TAG
)
_WITH = {
    415: _header("Accept-Encoding", "The one coding that is taken.", type="string", pattern="^identity$"),
    429: _header("Retry-After", "Seconds after which to try again.", type="string", pattern="^[1-9][0-9]*$"),
}


def tells(answer: Any, *failures: int, status: int = 200, tagged: bool = False) -> dict[str, Any]:
    """What a call answers: the model when all is well, with an ETag if `tagged`, and the statuses if not."""
    responses: dict[int, Any] = {
        code: {"model": ErrorBody, "description": _SAID[code], **_WITH.get(code, {})}
        for code in (*failures, 500)
    }
    return {
        "status_code": status,
        "response_model": answer,
        "responses": responses | ({status: _TAGGED} if tagged else {}),
    }


def gives_file(media_types: Iterable[str], *failures: int) -> dict[str, Any]:
    """What a call answers that gives a file in any of the types."""
    binary = {"type": "string", "format": "binary"}
    said = {
        "description": "The file.",
        "content": {kind: {"schema": {} if kind == "application/json" else binary} for kind in media_types},
        **_header("Content-Disposition", "The name under which to save it.", type="string"),
    }
    told = tells(None, *failures)
    return {**told, "response_class": Response, "responses": {**told["responses"], 200: said}}


_BODIES: list[type[BaseModel]] = []
"""What calls want in their bodies."""


def takes(body: type[BaseModel], media_type: str = "application/json") -> dict[str, Any]:
    """What a call wants in its body. The call reads it itself, so that a bad one is a 400 in our words."""
    _BODIES.append(body)
    schema = {"$ref": _REF + body.__name__}
    return {"openapi_extra": {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}}


def describe(app: FastAPI) -> None:
    """Have the app describe itself by `openapi_of`, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi_of(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The framework's description, made true: the bodies that calls read themselves, tokens, no 422."""
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found["components"]["schemas"]
    _, definitions = models_json_schema(
        [(body, "validation") for body in _BODIES], ref_template=_REF + "{model}"
    )
    schemas.update(_named({"Storable": storable, **definitions["$defs"]}))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, calls in found["paths"].items():
        ids = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
            for name in re.findall(r"{(\w+)}", path)
        ]
        for call in calls.values():
            if ids:
                call["parameters"] = [*ids, *call.get("parameters", ())]
            call["responses"].pop("422", None)
            if path not in OPEN:
                call["security"] = [{"token": []}]
    return found


def _named(schema: Any) -> Any:
    """The schema with a reference wherever something storable is meant."""
    if schema == STORABLE:
        return {"$ref": f"{_REF}Storable"}
    if isinstance(schema, dict):
        return {name: _named(part) for name, part in schema.items()}
    return [_named(part) for part in schema] if isinstance(schema, list) else schema


async def guide(request: Request) -> HTMLResponse:
    """The calls on one page that needs nothing from elsewhere."""
    found = request.app.openapi()
    calls = "".join(
        _section(method, path, call)
        for path, methods in found["paths"].items()
        for method, call in methods.items()
    )
    title = escape(found["info"]["title"])
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
        "color-scheme:light dark}h2{margin:2rem 0 0;font-size:1.1rem}code{font-family:ui-monospace,monospace}"
        "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0}</style>"
        f"<h1>{title} {escape(found['info']['version'])}</h1>"
        f"<p>{escape(found['info']['description'])} Send the token as <code>Authorization: Bearer …</code>. "
        'The same for machines: <a href="openapi.json">openapi.json</a>.</p>'
        f"{calls}</html>"
    )


def _section(method: str, path: str, call: dict[str, Any]) -> str:
    rows = [
        (f"{item['name']} ({item['in']})", item.get("description", "")) for item in call.get("parameters", ())
    ]
    if "requestBody" in call:
        rows += [
            (f"body ({kind})", said["schema"]["$ref"].removeprefix(_REF))
            for kind, said in call["requestBody"]["content"].items()
        ]
    rows += [(code, said["description"]) for code, said in call["responses"].items()]
    terms = "".join(f"<dt><code>{escape(name)}</code></dt><dd>{escape(text)}</dd>" for name, text in rows)
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p>{escape(call.get('description', ''))}</p><dl>{terms}</dl>"
    )
