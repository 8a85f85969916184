"""Who may make which call: the least role in the project; None: whoever is signed in, or whoever asks."""

from __future__ import annotations

from labeling.model import Role

SESSION = "annotations/{annotation_id}"
DOCUMENT = SESSION + "/documents/{document_id}"
SEGMENT = DOCUMENT + "/segments/{segment_id}"
CORRECTION = "corrections/{correction_id}"
CORRECTED = CORRECTION + "/documents/{document_id}/segments/{segment_id}"
_IN_PROJECT = {
    Role.VIEWER: f"""
        get
        get classes
        get classes/{{class_id}}
        get labels
        get labels/{{label_id}}
        get tags
        get groups
        get groups/{{group_id}}
        get groups/{{group_id}}/documents
        get documents
        get documents/{{document_id}}
        get annotations
        get annotations/download
        get {SESSION}
        get {SESSION}/download
        get {SESSION}/documents
        get {SESSION}/handed-in
        get {SESSION}/history
        get {SESSION}/history/{{n}}
        get {DOCUMENT}
        get {DOCUMENT}/history
        get {SEGMENT}/tags
        get {SEGMENT}/tags/{{tag_id}}
        get jobs
        get people
        get models
        get models/{{model_id}}
        get corrections
        get {CORRECTION}
        get {CORRECTION}/documents
    """,
    Role.ANNOTATOR: f"""
        post groups
        put groups/{{group_id}}
        put documents/{{document_id}}
        post annotations
        post annotations/upload
        put {SESSION}
        post {DOCUMENT}/statuses
        post {SEGMENT}/statuses
        post {SEGMENT}/tags
        put {SEGMENT}/tags/{{tag_id}}
        delete {SEGMENT}/tags/{{tag_id}}
        post corrections
        post {CORRECTED}/statuses
        post {CORRECTED}/tags
        put {CORRECTED}/tags/{{tag_id}}
        delete {CORRECTED}/tags/{{tag_id}}
        post {CORRECTED}/tags/{{tag_id}}/statuses
    """,
    Role.MANAGER: f"""
        put
        delete
        post clone
        get permissions
        get export
        post people
        put people/{{user_id}}
        get invitations
        delete invitations/{{invitation_id}}
        post classes
        put classes/{{class_id}}
        delete classes/{{class_id}}
        post labels
        put labels/{{label_id}}
        delete labels/{{label_id}}
        delete documents/{{document_id}}
        put {SESSION}/person
        delete {SESSION}
        delete {DOCUMENT}
        post models
        put models/{{model_id}}
        delete models/{{model_id}}
        delete {CORRECTION}
    """,
}
_OUTSIDE = """
    get /health
    get /info
    post /auth/login
    post /auth/register
    post /auth/invitation
    post /auth/join
    put /auth/account
    delete /auth/tokens
    get /auth/status
    post /auth/logout
    get /types
    get /sessions
    get /projects
    post /projects
"""


def _calls(listed: str, start: str = "") -> list[tuple[str, str]]:
    calls = [line.split() for line in listed.strip().splitlines()]
    return [(method, "/".join([start, *rest] if start else rest)) for method, *rest in calls]


_PROJECT = "/projects/{project_id}"
LEAST: dict[tuple[str, str], Role | None] = {
    **dict.fromkeys(_calls(_OUTSIDE)),
    **{call: role for role, listed in _IN_PROJECT.items() for call in _calls(listed, _PROJECT)},
}
"""By method and path as the OpenAPI writes them."""


def may(role: Role, method: str, path: str) -> bool:
    """Whether somebody with the role in the project may make the call."""
    least = LEAST[method, path]
    return least is None or role.allows(least)
