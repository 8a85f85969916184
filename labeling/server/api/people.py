"""Calls about people: signing in and out, and who is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from labeling.server.accounts import sign_in
from labeling.server.api.answers import AnswerModel, reply
from labeling.server.api.deps import LoginBytes, SignedIn, address_of, own_pages_only, store_of, token_hash_of
from labeling.server.api.description import takes, tells
from labeling.server.rules.bodies import LoginBody
from labeling.server.rules.reading import read_body

router = APIRouter()


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


@router.post(
    "/auth/login",
    dependencies=[Depends(own_pages_only)],
    **tells(LoginAnswer, 400, 401, 403, 415, 429),
    **takes(LoginBody),
)
async def login(request: Request, raw: LoginBytes) -> Response:
    """Sign in with e-mail and password."""
    body, store, address = read_body(raw, LoginBody), store_of(request), address_of(request)
    token = await request.app.state.sign_ins.run(lambda: sign_in(store, body.email, body.password, address))
    return reply({"status": "success", "message": "You are signed in.", "auth_token": token})


@router.get("/auth/status", **tells(PersonAnswer, 401))
def who(call: SignedIn) -> Response:
    """Who is signed in."""
    return reply({"status": "success", "id": call.caller.id, "email": call.caller.email})


@router.post("/auth/logout", **tells(LogoutAnswer, 401))
def logout(call: SignedIn, request: Request) -> Response:
    """Sign out: the token is not valid any more."""
    call.store.people.revoke(token_hash_of(request) or "")
    return reply({"status": "success", "message": "You are signed out."})
