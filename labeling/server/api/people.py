"""Calls about whoever asks: signing in and out, joining, one's own account."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from labeling.errors import Forbidden
from labeling.model import Role
from labeling.server.accounts import AccountChange, change_account, hash_of, register, sign_in
from labeling.server.api.answers import AnswerModel, reply
from labeling.server.api.deps import LoginBytes, SignedIn, address_of, own_pages_only, store_of, token_hash_of
from labeling.server.api.description import takes, tells
from labeling.server.invitations import join
from labeling.server.rules.people import (
    AccountBody,
    InvitationBody,
    JoinBody,
    LoginBody,
    RegistrationBody,
)
from labeling.server.rules.reading import read_body

router = APIRouter()
OWN_PAGES: dict[str, Any] = {"dependencies": [Depends(own_pages_only)]}


class LoginAnswer(AnswerModel):
    status: str
    message: str
    auth_token: str


class LogoutAnswer(AnswerModel):
    status: str
    message: str


class PersonAnswer(AnswerModel):
    status: str
    id: int
    email: str
    name: str | None


class InvitedAnswer(AnswerModel):
    email: str
    project: str
    role: Role
    has_account: bool


def _signed_in(token: str) -> Response:
    return reply({"status": "success", "message": "You are signed in.", "auth_token": token})


@router.post("/auth/login", **OWN_PAGES, **tells(LoginAnswer, 400, 401, 403, 415, 429), **takes(LoginBody))
async def login(request: Request, raw: LoginBytes) -> Response:
    """Sign in with e-mail and password."""
    body, store, address = read_body(raw, LoginBody), store_of(request), address_of(request)
    work = request.app.state.sign_ins.run
    return _signed_in(await work(lambda: sign_in(store, body.email, body.password, address)))


@router.post(
    "/auth/register",
    **OWN_PAGES,
    **tells(LoginAnswer, 400, 403, 409, 415, 429, status=201),
    **takes(RegistrationBody),
)
async def add_account(request: Request, raw: LoginBytes) -> Response:
    """Make an account, where whoever runs the server allows that. It has no role in any project yet."""
    if not request.app.state.registration:
        raise Forbidden("Nobody registers here by themselves: ask whoever runs this server.")
    body, store = read_body(raw, RegistrationBody), store_of(request)
    work = request.app.state.sign_ins.run
    token = await work(lambda: register(store, body.email, body.password, body.name))
    return reply({"status": "success", "message": "You are signed in.", "auth_token": token}, 201)


@router.post(
    "/auth/invitation", **OWN_PAGES, **tells(InvitedAnswer, 400, 403, 404, 415), **takes(InvitationBody)
)
def invited(request: Request, raw: LoginBytes) -> Response:
    """What an invitation is for. It is not used up by that."""
    found = store_of(request).members.invited(hash_of(read_body(raw, InvitationBody).secret))
    answer = {name: found[name] for name in ("email", "project", "role")}
    return reply({**answer, "has_account": found["password_hash"] is not None})


@router.post(
    "/auth/join", **OWN_PAGES, **tells(LoginAnswer, 400, 401, 403, 404, 409, 415, 429), **takes(JoinBody)
)
async def accept(request: Request, raw: LoginBytes) -> Response:
    """Use an invitation up: choose a password, or give that of the account, and be signed in."""
    body, store, address = read_body(raw, JoinBody), store_of(request), address_of(request)
    work = request.app.state.sign_ins.run
    return _signed_in(await work(lambda: join(store, body.secret, body.password, body.name or "", address)))


@router.get("/auth/status", **tells(PersonAnswer, 401))
def who(call: SignedIn) -> Response:
    """Who is signed in."""
    caller = call.caller
    return reply({"status": "success", "id": caller.id, "email": caller.email, "name": caller.name})


@router.put("/auth/account", **tells(PersonAnswer, 400, 401, 415, 429), **takes(AccountBody))
async def change_own(call: SignedIn, request: Request, raw: LoginBytes) -> Response:
    """Change one's own name or password. A new password ends all other sign-ins."""
    body = read_body(raw, AccountBody)
    change = AccountChange(body.name, body.password, body.old_password)
    store, person, token, at = call.store, call.caller.id, token_hash_of(request), address_of(request)
    await request.app.state.sign_ins.run(lambda: change_account(store, person, change, token, at))
    name = call.caller.name if body.name is None else body.name.strip() or None
    return reply({"status": "success", "id": person, "email": call.caller.email, "name": name})


@router.post("/auth/logout", **tells(LogoutAnswer, 401))
def logout(call: SignedIn, request: Request) -> Response:
    """Sign out: the token is not valid any more."""
    call.store.people.revoke(token_hash_of(request) or "")
    return reply({"status": "success", "message": "You are signed out."})


@router.delete("/auth/tokens", **tells(LogoutAnswer, 401))
def logout_everywhere(call: SignedIn) -> Response:
    """Sign out everywhere: none of the person's tokens is valid any more."""
    call.store.people.revoke_all(call.caller.id)
    return reply({"status": "success", "message": "You are signed out everywhere."})
