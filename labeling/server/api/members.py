"""Calls about who works in a project, and who is invited into it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import AwareDatetime

from labeling.model import Role
from labeling.server.api.answers import Answer, AnswerModel, moment, reply
from labeling.server.api.deps import BodyBytes, Manage, View
from labeling.server.api.description import takes, tells
from labeling.server.invitations import add_or_invite
from labeling.server.rules.people import MemberBody, MemberChangeBody
from labeling.server.rules.reading import read_body
from labeling.server.storage.ids import DbRow

router = APIRouter()
PEOPLE = "/projects/{project_id}/people"
INVITATIONS = "/projects/{project_id}/invitations"


class MemberAnswer(AnswerModel):
    id: int
    email: str
    name: str | None
    role: Role
    last_seen: AwareDatetime | None


class InvitationAnswer(AnswerModel):
    id: int
    email: str
    role: Role
    created: AwareDatetime
    expires: AwareDatetime
    invited_by: str


class SecretInvitationAnswer(InvitationAnswer):
    secret: str


class AddedAnswer(AnswerModel):
    person: MemberAnswer | None
    invitation: SecretInvitationAnswer | None


def _member(row: DbRow) -> Answer:
    return {**row, "last_seen": moment(row["last_seen"])}


def _invitation(row: DbRow) -> Answer:
    return {**row, "created": moment(row["created"]), "expires": moment(row["expires"])}


@router.get(PEOPLE, **tells(list[MemberAnswer], 401, 403, 404))
def people(call: View) -> Response:
    """Who has a role in the project, for a manager; others see themselves."""
    only = None if call.caller.role is Role.MANAGER else call.caller.id
    return reply([_member(row) for row in call.store.members.of_project(call.project_id, only)])


@router.post(PEOPLE, **tells(AddedAnswer, 400, 401, 403, 404, 409, 415, status=201), **takes(MemberBody))
def add_member(call: Manage, raw: BodyBytes) -> Response:
    """Give a role to somebody who is in another project that the caller manages; else an invitation, with the
    secret that its link ends in: it is told here only."""
    body = read_body(raw, MemberBody)
    row, secret = add_or_invite(call.store, call.caller, call.project_id, body.email, body.role)
    if secret:
        return reply({"person": None, "invitation": {**_invitation(row), "secret": secret}}, 201)
    return reply({"person": _member(row), "invitation": None}, 201)


@router.put(
    PEOPLE + "/{user_id}",
    **tells(MemberAnswer | None, 400, 401, 403, 404, 415),
    **takes(MemberChangeBody),
)
def change_member(call: Manage, raw: BodyBytes) -> Response:
    """Give a member another role or, with null, none; end all their tokens; forget their failed sign-ins."""
    body = read_body(raw, MemberChangeBody)
    row = call.store.members.change(call.caller, call.project_id, call.path["user_id"], body)
    return reply(None if row is None else _member(row))


@router.get(INVITATIONS, **tells(list[InvitationAnswer], 401, 403, 404))
def invitations(call: Manage) -> Response:
    """Who is invited and has not come yet."""
    return reply([_invitation(row) for row in call.store.members.invitations(call.project_id)])


@router.delete(INVITATIONS + "/{invitation_id}", **tells(None, 401, 403, 404, status=204))
def withdraw(call: Manage) -> Response:
    """Withdraw an invitation: its link is not valid any more."""
    call.store.members.withdraw(call.project_id, call.path["invitation_id"])
    return Response(status_code=204)
