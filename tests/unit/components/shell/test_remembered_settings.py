"""Settings that go with every run of every tab, colours first: they are Streamlit's own, found once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.config import get_config_options
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.runtime import app_session

from components.shell.compat import remember_settings


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Streamlit's way, and its settings as they are, are put back."""
    for name in ("_populate_theme_msg", "_populate_config_msg"):
        monkeypatch.setattr(app_session, name, getattr(app_session, name))
    get_config_options(force_reparse=True)
    yield
    get_config_options(force_reparse=True)


def sent() -> NewSession:
    """The settings as a run sends them."""
    message = NewSession()
    app_session._populate_config_msg(message.config)
    theme = message.custom_theme
    app_session._populate_theme_msg(theme)
    app_session._populate_theme_msg(theme.light, "theme.light")
    app_session._populate_theme_msg(theme.dark, "theme.dark")
    app_session._populate_theme_msg(theme.sidebar, "theme.sidebar")
    return message


def test_each_run_is_sent_the_settings_that_streamlit_finds() -> None:
    found = sent()
    assert found.config.toolbar_mode
    assert found.custom_theme.light.primary_color
    remember_settings()
    assert [sent() for _ in range(3)] == [found] * 3


def test_other_settings_are_sent_as_they_are_by_then() -> None:
    remember_settings()
    before = sent()
    others = {"theme.light.primaryColor": "#123456", "client.toolbarMode": "viewer"}
    get_config_options(force_reparse=True, options_from_flags=others)
    assert sent().custom_theme.light.primary_color == "#123456"
    assert sent().config.toolbar_mode != before.config.toolbar_mode
    get_config_options(force_reparse=True)
    assert sent() == before
