"""The calls about people: signing in and out, joining, one's own account, who works in a project."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.errors import Unreadable
from labeling.model import Added, Invitation, Invited, Member, Person, Role
from labeling.studio.calls import Calls, json_of
from labeling.studio.codec import parsed


class PeopleCalls(Calls):
    """Those but `sign_in`, `who` and `sign_out` are for servers that name `people`."""

    def sign_in(self, email: str, password: str, *, browser: str = "") -> str:
        """The token for this person, for another client: this one goes on with its own.

        `browser`: the address of the person's browser, where it is known. The call goes out without a token,
        since one that has expired would be refused before the password is read.
        """
        return self._token_from("auth/login", {"email": email, "password": password}, browser)

    def _token_from(self, path: str, body: Mapping[str, object], browser: str) -> str:
        request = self._request("POST", path, body=body, signed=False)
        if browser:
            request.headers["X-Forwarded-For"] = browser
        fields = json_of(self._once(request))
        token = fields.get("auth_token") if isinstance(fields, dict) else None
        if not isinstance(token, str) or not token:
            raise Unreadable("the answer to the sign-in holds no token")
        return token

    def who(self) -> Person:
        return self._read(Person, "auth/status")

    def sign_out(self) -> None:
        """End the token on the server."""
        self._once(self._request("POST", "auth/logout"))

    def sign_out_everywhere(self) -> None:
        """End all of the person's tokens on the server."""
        self._once(self._request("DELETE", "auth/tokens"))

    def invitation(self, secret: str) -> Invited:
        """What a link is for. Raises NotFound for one that is not valid (any more)."""
        request = self._request("POST", "auth/invitation", body={"secret": secret}, signed=False)
        return parsed(Invited, json_of(self._once(request)), {})

    def join(self, secret: str, password: str, name: str, *, browser: str = "") -> str:
        """Use an invitation up; the token of the person, who has the role from now on."""
        body = {"secret": secret, "password": password, "name": name}
        return self._token_from("auth/join", body, browser)

    def change_account(
        self, *, name: str | None = None, password: str = "", old_password: str = ""
    ) -> Person:
        """Change one's own name or password; a new password ends all other sign-ins."""
        body: dict[str, object] = {} if name is None else {"name": name}
        body |= {"password": password, "old_password": old_password} if password else {}
        return parsed(Person, json_of(self._once(self._request("PUT", "auth/account", body=body))), {})

    # In a project

    def members(self, project_id: int) -> tuple[Member, ...]:
        """Who has a role in a project, for a manager; others see themselves."""
        return self._read_all(Member, f"projects/{project_id}/people")

    def add_member(self, project_id: int, email: str, role: Role) -> Added:
        """Give a role to somebody who has an account, else make an invitation. Raises Exists for a member."""
        return self._post(Added, f"projects/{project_id}/people", {"email": email, "role": role.value})

    def change_role(self, project_id: int, person_id: int, role: Role | None) -> None:
        """Give a member another role, or none. Raises Invalid where no manager would be left."""
        self._change_member(project_id, person_id, {"role": None if role is None else role.value})

    def end_sign_ins(self, project_id: int, person_id: int) -> None:
        """A member is not signed in anywhere any more. Raises Forbidden where somebody else is to do that."""
        self._change_member(project_id, person_id, {"sign_out": True})

    def unlock(self, project_id: int, person_id: int) -> None:
        """A member who gave wrong passwords may sign in again at once."""
        self._change_member(project_id, person_id, {"unlock": True})

    def _change_member(self, project_id: int, person_id: int, body: dict[str, object]) -> None:
        self._once(self._request("PUT", f"projects/{project_id}/people/{person_id}", body=body))

    def invitations(self, project_id: int) -> tuple[Invitation, ...]:
        """Who is invited and has not come yet."""
        return self._read_all(Invitation, f"projects/{project_id}/invitations")

    def withdraw(self, project_id: int, invitation_id: int) -> None:
        """An invitation is not valid any more."""
        self._once(self._request("DELETE", f"projects/{project_id}/invitations/{invitation_id}"))
