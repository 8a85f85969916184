"""What callers send about people: who signs in, who is invited, what is to change of somebody."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictStr

from labeling.model import LONGEST_NAME, Role
from labeling.server.rules.bodies import BLANKS, NO_NUL, NOT_BLANK, RequestBody, says

LONGEST_EMAIL = 254
LEAST_PASSWORD = 8
LONGEST_PASSWORD = 1_000
_Secret = Annotated[StrictStr, Field(min_length=1, max_length=200), says(pattern=NO_NUL)]
_Email = Annotated[
    StrictStr,
    says(pattern=rf"^[^@\u0000{BLANKS}]+@[^\u0000{BLANKS}]+$", maxLength=LONGEST_EMAIL),
]
_NewPassword = Annotated[
    StrictStr, Field(min_length=LEAST_PASSWORD, max_length=LONGEST_PASSWORD), says(pattern=NO_NUL)
]
_PersonName = Annotated[StrictStr, Field(max_length=LONGEST_NAME), says(pattern=NO_NUL)]


class LoginBody(RequestBody):
    """The body of the sign-in."""

    email: Annotated[StrictStr, says(pattern=NOT_BLANK, maxLength=LONGEST_EMAIL)]
    password: Annotated[StrictStr, says(pattern=NO_NUL)]


class RegistrationBody(RequestBody):
    """The body that makes an account."""

    email: _Email
    password: _NewPassword
    first_name: _PersonName | None = None
    last_name: _PersonName | None = None

    @property
    def name(self) -> str:
        """Both names, as many as there are."""
        return " ".join(name.strip() for name in (self.first_name, self.last_name) if name and name.strip())


class AccountBody(RequestBody):
    """The body that changes one's own account: what is absent stays, an empty name is none."""

    name: _PersonName | None = None
    password: _NewPassword | None = None
    old_password: Annotated[StrictStr, says(pattern=NO_NUL)] | None = None


class MemberBody(RequestBody):
    """The body that brings somebody into a project."""

    email: _Email
    role: Role


class MemberChangeBody(RequestBody):
    """The body that changes a member: another `role`, null takes it away; `sign_out` ends all their tokens,
    `unlock` forgets their failed sign-ins."""

    role: Role | None = None
    sign_out: StrictBool | None = None
    unlock: StrictBool | None = None

    @property
    def removes(self) -> bool:
        """Whether the role is taken away: null, and not merely absent."""
        return "role" in self.model_fields_set and self.role is None


class InvitationBody(RequestBody):
    """The body that asks what an invitation is for."""

    secret: _Secret


class JoinBody(InvitationBody):
    """The body by which an invitation is used up."""

    password: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_PASSWORD), says(pattern=NO_NUL)]
    name: _PersonName | None = None
