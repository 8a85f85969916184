"""Each person has keys of their own for classes and labels,
kept and changed in the help that lists all keys."""

from __future__ import annotations

import secrets

import pytest
from streamlit.testing.v1 import AppTest

from components.annotate.keys import KEYS
from components.shell import connections
from labeling.errors import NotKept
from labeling.model import Role, Session, SessionChange, Type
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, press, shown, tag_on_text, whole
from tests.app.build import a_person, a_project, a_session, opened
from tests.app.conftest import APP, Clock, new_app
from tests.app.sessions.test_sessions import ask, rename


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(api, "Nice staff, small room", "Cold room")


def press_help(app: AppTest) -> None:
    """The button and the key `?` of the text."""
    tag_on_text(app, {"kind": "ask", "what": "help"}, window=secrets.token_hex(4))


def keys(app: AppTest) -> dict[str, str]:
    """The keys that the text is told, of classes and labels."""
    data = drawn(app)["keys"]
    return {**data["classes"], **data["labels"]}


def is_open(app: AppTest) -> bool:
    return any(button.key == "keep-keys" for button in app.button)


def wanted(app: AppTest, **by_name: str) -> AppTest:
    """Open the help, type keys for some names, and press Keep."""
    press_help(app)
    for name, key in by_name.items():
        (field,) = (
            item for item in app.text_input if str(item.key).startswith("key-") and item.label == name
        )
        field.set_value(key)
    return press(app, "keep-keys")


def help_text(app: AppTest) -> str:
    return "".join(node.proto.body for node in app.get("html") if "key-groups'" in node.proto.body)


# Given and kept


def test_classes_have_digits_and_labels_have_letters(app: AppTest, session: Session) -> None:
    opened(app, session)
    assert keys(app) == {"Staff": "1", "Room": "2", "POS": "p", "NEG": "n", "NEU": "e"}


def test_a_key_stays_when_classes_come_go_and_move_also_in_a_new_tab(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    for classes in (("Price", "Room", "Staff"), ("Price", "Room")):
        api.update_session(session.project_id, session.id, SessionChange(classes=classes))
        tab = opened(new_app(), session)
        assert keys(tab)["Room"] == "2"
        assert keys(tab)["Price"] == "3"
    api.update_session(session.project_id, session.id, SessionChange(classes=("Staff", "Room")))
    assert keys(opened(new_app(), session))["Staff"] == "1"


def test_a_class_that_is_renamed_takes_its_key_along_also_when_it_was_saved_in_between(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    opened(app, session, "sessions")
    ask(app, "rename", "classes", session, "Staff")
    rename(app, "classes", session, "Staff", "Team")
    press(app, "save")
    assert api.session(session.project_id, session.id).classes == ("Team", "Room")
    opened(app, session)
    assert {name: keys(app)[name] for name in ("Team", "Room")} == {"Team": "1", "Room": "2"}


def test_where_there_are_no_classes_labels_may_have_letters_alone(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.LABEL, classes=(), labels=("POS", "NEG"))
    opened(app, a_session(api, "Nice staff", project=project))
    assert drawn(app)["keys"] == {"classes": {}, "labels": {"POS": "p", "NEG": "n"}}


# The help


def test_the_help_opens_by_its_button_and_lists_every_key(app: AppTest, session: Session) -> None:
    opened(app, session)
    assert not is_open(app)
    press_help(app)
    assert is_open(app)
    for group in KEYS:
        assert group in help_text(app)
    assert "Give it a further tag" in help_text(app)
    assert "The same where whole documents are tagged, with nothing begun" not in help_text(app)


def test_the_help_opens_by_its_key_and_stays_open_whatever_else_runs_the_page(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    tag_on_text(app, {"kind": "ask", "what": "help"})
    assert is_open(app)
    press(app, "next")
    assert is_open(app)
    whole(app.run())
    assert is_open(app)


def test_the_fields_of_the_help_stay_with_their_names_when_the_list_changes_while_they_are_typed_in(
    app: AppTest, api: LabelingClient, session: Session, clock: Clock
) -> None:
    def fields() -> dict[str, str]:
        return {one.label: one.id for one in app.text_input if str(one.key).startswith("key-")}

    opened(app, session)
    press_help(app)
    before = fields()
    api.update_session(session.project_id, session.id, SessionChange(classes=("Price", "Room", "Staff")))
    clock.pass_a_minute()
    whole(app.run())
    after = fields()
    assert after.pop("Price")
    assert after == before


def test_another_page_closes_the_help(app: AppTest, session: Session) -> None:
    opened(app, session)
    press_help(app)
    opened(app, session, "sessions")
    opened(app, session)
    assert not is_open(app)


def test_the_help_leaves_out_what_a_session_has_no_use_for(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.LABEL, classes=(), labels=("POS", "NEG"))
    opened(app, a_session(api, "Nice staff", project=project))
    press_help(app)
    assert "The label with this key" in help_text(app)
    assert "The class with this key" not in help_text(app)
    assert "Give it a further tag" not in help_text(app)


def test_the_documentation_lists_the_same_keys() -> None:
    lines = [
        f"| {', '.join(f'`{key}`' for key in line.keys)} | {line.does} |"
        for lines_of in KEYS.values()
        for line in lines_of
    ]
    written = (APP.parent / "docs" / "keys.md").read_text(encoding="utf-8").splitlines()
    assert [row for row in written if row.startswith("| `")] == lines


# Your keys


def test_keys_are_changed_for_one_person_in_all_sessions_of_a_project(
    app: AppTest, api: LabelingClient, store: Store, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, session)
    wanted(app, Staff="2", Room="1", NEU="X")
    mine = {"Staff": "2", "Room": "1", "POS": "p", "NEG": "n", "NEU": "x"}
    assert (is_open(app), keys(app)) == (False, mine)
    second = a_session(api, "More", project=session.project_id, name="Second round")
    assert keys(opened(new_app(), second)) == mine
    assert keys(opened(new_app(), a_session(api, "Elsewhere")))["Staff"] == "1"
    ann = a_person(api, store, Role.ANNOTATOR, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: ann)
    assert keys(opened(new_app(), session))["Staff"] == "1"


def test_keys_that_cannot_be_had_are_told_and_nothing_is_kept(app: AppTest, session: Session) -> None:
    opened(app, session)
    before = keys(app)
    wanted(app, Staff="2", POS="c", NEG="/")
    assert is_open(app)
    (error,) = app.error
    assert "**Staff**: “2” is wanted for “Room” as well." in error.value
    assert "**POS**: “c” belongs to the page itself." in error.value
    assert "**NEG**: “/” does something else in the text." in error.value
    assert keys(app) == before == keys(opened(new_app(), session))


def test_an_emptied_key_is_given_again_and_all_of_them_can_be_automatic(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    wanted(app, Staff="2", Room="", POS="q")
    assert keys(app) == {"Staff": "2", "Room": "1", "POS": "q", "NEG": "n", "NEU": "e"}
    press_help(app)
    press(app, "reset-keys")
    assert keys(app) == {"Staff": "1", "Room": "2", "POS": "p", "NEG": "n", "NEU": "e"}


def test_names_are_shown_as_they_are_and_never_as_mark_up(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, classes=("*a* <b>", "[x](http://x)"))
    opened(app, a_session(api, "Nice staff", project=project))
    press_help(app)
    labels = [item.label for item in app.text_input if str(item.key).startswith("key-")]
    assert labels[:2] == ["\\*a\\* \\<b\\>", "\\[x\\](http:color[\\:]{foreground=inherit}//x)"]


def test_while_the_store_fails_the_keys_hold_in_this_tab_and_that_is_said(
    app: AppTest, session: Session, drafts: DraftStore, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def fails(*_: object) -> None:
        raise NotKept("the disk is full")

    opened(app, session)
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "set_preference", fails)
        wanted(app, Staff="7")
        assert keys(app)["Staff"] == "7"
        assert "Your keys hold in this tab only for now: the disk is full." in shown(app)
    clock.pass_a_minute()
    whole(app.run())
    assert keys(opened(new_app(), session))["Staff"] == "7"
