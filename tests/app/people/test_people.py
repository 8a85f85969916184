"""The page People: a manager invites, changes roles, takes out; others see themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from labeling.errors import NotFound, NotSignedIn
from labeling.model import Role
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.app.browser import as_held, late, named, press, press_twice, shown, whole
from tests.app.build import PASSWORD, a_person, a_project
from tests.app.conftest import Clock

ANN, EVA, LEA = "ann@example.org", "eva@example.org", "lea@example.org"


@pytest.fixture
def project(api: LabelingClient) -> int:
    return a_project(api)


@pytest.fixture
def people(project: int, signed_in: Callable[..., AppTest]) -> AppTest:
    """The page, to its manager."""
    return signed_in("people", project, Role.MANAGER, "lea")


def invite(app: AppTest, email: str, role: Role = Role.ANNOTATOR) -> AppTest:
    named(app.text_input, "invite-email").set_value(email)
    app.selectbox(key="invite-role").set_value(role)
    (button,) = (button for button in app.button if button.label == "Invite")
    return whole(button.click().run())


def secret_in(app: AppTest) -> str:
    """The end of the one link that is shown."""
    [code] = app.code
    return str(code.value).partition("#")[2]


def test_whoever_has_no_account_is_given_a_link_that_is_shown_once(
    people: AppTest, api: LabelingClient, clock: Clock
) -> None:
    app = invite(people, f" {EVA.upper()} ", Role.VIEWER)
    assert f"**{EVA}** · Viewer" in shown(app).replace("\\", "")
    found = api.invitation(secret_in(app))
    assert (found.email, found.role) == (EVA, Role.VIEWER)
    api.join(secret_in(app), PASSWORD, "Eva")
    clock.pass_a_minute()
    app = whole(app.run())
    assert "**Eva**" in shown(app)
    assert not app.code


def test_a_new_link_ends_the_old_one_and_a_withdrawn_one_leads_nowhere(
    people: AppTest, api: LabelingClient, project: int
) -> None:
    app = invite(people, EVA)
    old = secret_in(app)
    app = press(app, f"again-{api.invitations(project)[0].id}")
    new = secret_in(app)
    with pytest.raises(NotFound):
        api.invitation(old)
    press(app, f"withdraw-{api.invitations(project)[0].id}")
    with pytest.raises(NotFound):
        api.invitation(new)
    assert EVA not in shown(whole(app.run()))


def test_whoever_is_in_another_project_of_the_manager_is_in_at_once(
    people: AppTest, api: LabelingClient, store: Store, project: int
) -> None:
    other = a_project(api)
    a_person(api, store, Role.MANAGER, other, "lea")
    a_person(api, store, Role.VIEWER, other)
    app = invite(people, ANN, Role.MANAGER)
    assert f"{ANN} is Manager now." in shown(app).replace("\\", "")
    assert {(one.email, one.role) for one in api.members(project)} == {
        (ANN, Role.MANAGER),
        (LEA, Role.MANAGER),
    }


def test_what_is_no_email_is_refused_with_what_is_wrong_and_the_second_of_two_clicks_does_nothing(
    people: AppTest, api: LabelingClient
) -> None:
    app = invite(people, "eva")
    assert "must be an e-mail address" in shown(app)
    assert "e-mail address" not in shown(invite(whole(app.run()), ""))


def test_roles_are_changed_sign_ins_ended_and_people_taken_out(
    people: AppTest, api: LabelingClient, store: Store, project: int, clock: Clock
) -> None:
    ann = a_person(api, store, Role.ANNOTATOR, project)
    member = api.members(project)[0]
    clock.pass_a_minute()
    app = whole(people.run())
    app = whole(app.selectbox(key=f"role-{project}-{member.id}").set_value(Role.VIEWER).run())
    assert ann.project(project).role == "VIEWER"
    # Another manager is faster: what this page still tells changes nothing back.
    told = as_held(app)
    api.change_role(project, member.id, Role.MANAGER)
    clock.pass_a_minute()
    late(whole(app.run()), told)
    assert ann.project(project).role == "MANAGER"
    app = press(app, f"end-{member.id}")
    with pytest.raises(NotSignedIn):
        ann.projects()
    press_twice(app, f"remove-{member.id}")
    assert not app.error
    assert [one.email for one in api.members(project)] == [LEA]


def test_who_is_no_manager_sees_themselves_and_can_change_nothing(
    api: LabelingClient, store: Store, project: int, signed_in: Callable[..., AppTest]
) -> None:
    a_person(api, store, Role.MANAGER, project, "boss")
    app = signed_in("people", project, Role.ANNOTATOR, "ann")
    assert ANN in shown(app).replace("\\", "")
    assert "boss" not in shown(app)
    assert [box.key for box in app.selectbox if box.key and box.key.startswith("role-")] == []
    assert not app.text_input
