"""Which calls can follow one another: links, from where an id is told to every call that takes it, added to
what the server says of itself, so that stories of calls reach what is there and what earlier ones made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

Paths = dict[str, dict[str, Any]]
LISTED = {"documents": "/documents/*/id", "history": "/saves/*/n"}
"""Where a listing tells ids that is no bare array of things."""
FIRST = {
    "document_id": "/documents/0/id",
    "segment_id": "/documents/0/segments/0/id",
    "tag_id": "/documents/0/segments/0/tags/0/id",
}
"""Where a session's listing of documents tells ids that belong together."""
MODELS, CORRECTIONS = "/projects/{project_id}/models", "/projects/{project_id}/corrections"
PROJECTS = ("get", "/projects")
_ID = re.compile(r"{(\w+)}")


class Link(NamedTuple):
    """From one call, by method and path, to another, with what that is to be sent."""

    source: tuple[str, str]
    target: tuple[str, str]
    parameters: dict[str, str]
    body: dict[str, str] | None = None


def linked(described: dict[str, Any]) -> dict[str, Any]:
    """The description of an API, with links."""
    found = deepcopy(described)
    paths: Paths = found["paths"]
    for number, link in enumerate(links(paths)):
        (method, path), (other, target) = link.source, link.target
        responses = paths[path][method]["responses"]
        written: dict[str, Any] = {
            "operationId": paths[target][other]["operationId"],
            "parameters": link.parameters,
            "x-schemathesis": {"is_inferred": True},  # an asterisk in a pointer is any of a list
        }
        if link.body is not None:
            written["requestBody"] = link.body
        status = next(code for code in responses if code < "300")
        responses[status].setdefault("links", {})[f"link {number}"] = written
    return found


def links(paths: Paths) -> Iterator[Link]:
    """Those to each call that has an id in its path, from the calls that list or make what the last of them
    is the id of; and one from the list of projects, which tells nothing: by that it is sent to what is there
    from the beginning."""
    for path, methods in paths.items():
        for method in methods:
            if "{" in path:
                for source, told in ((PROJECTS, {}), *_sources(path, paths)):
                    yield Link(source, (method, path), {**told, **_details(methods[method])})
    above = {"path.project_id": "$request.path.project_id"}
    yield Link(("get", MODELS), ("post", CORRECTIONS), above, {"model_id": "$response.body#/*/id"})


def _sources(path: str, paths: Paths) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Calls that tell the ids in a path, and where each of them does."""
    collection, _, rest = path.rpartition("/{")
    kind, name = collection.rpartition("/")[2], rest.partition("}")[0]
    told = {f"path.{one}": f"$request.path.{one}" for one in _ID.findall(collection)}
    made = "/tag/id" if collection.startswith(CORRECTIONS + "/") else "/id"
    for method, pointer in (("get", LISTED.get(kind, "/*/id")), ("post", made)):
        if method in paths.get(collection, {}):
            yield (method, collection), {**told, f"path.{name}": f"$response.body#{pointer}"}
    if "/{segment_id}" in path:
        listing = path.partition("/{document_id}")[0]
        first = {f"path.{one}": f"$response.body#{at}" for one, at in FIRST.items() if one in path}
        yield ("get", listing), {**told, **first}


def _details(call: dict[str, Any]) -> dict[str, str]:
    """What makes a listing tell all ids."""
    asked = any(one["name"] == "details" for one in call.get("parameters", ()))
    return {"query.details": "segments,tags"} if asked else {}
