"""What callers send about people: who signs in, who is invited, what is to change of somebody."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictStr
from pydantic_core import PydanticCustomError

from labeling.model import LONGEST_NAME, Role
from labeling.server.rules.bodies import BLANKS, NO_NUL, NOT_BLANK, RequestBody, says

LONGEST_EMAIL = 254
LEAST_PASSWORD = 8
LONGEST_PASSWORD = 1_000
_Secret = Annotated[StrictStr, Field(min_length=1, max_length=200), says(pattern=NO_NUL)]
_UNSEEN = r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Signs that control, turn the direction of writing, or show nothing."""
EMAIL = rf"^[^@{_UNSEEN}{BLANKS}]+@[^@{_UNSEEN}{BLANKS}]+$"
PERSON_NAME = r"^[^@\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$"
"""What could make a name look like another one, or like an e-mail, is no part of it."""


def _fits(pattern: str, words: str) -> AfterValidator:
    """What is said of the form, and held."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("form", words)
        return value

    return AfterValidator(check)


_Email = Annotated[
    StrictStr, _fits(EMAIL, "must be an e-mail address"), says(pattern=EMAIL, maxLength=LONGEST_EMAIL)
]
_NewPassword = Annotated[
    StrictStr, Field(min_length=LEAST_PASSWORD, max_length=LONGEST_PASSWORD), says(pattern=NO_NUL)
]
_PersonName = Annotated[
    StrictStr,
    Field(max_length=LONGEST_NAME),
    _fits(PERSON_NAME, "must be a name: no e-mail address, no signs that cannot be seen"),
    says(pattern=PERSON_NAME),
]


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
