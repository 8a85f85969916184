"""The app's colours go with every run of every tab: they are Streamlit's own, found once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.config import get_config_options
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.runtime import app_session

from components.shell.compat import remember_themes


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Streamlit's way, and its settings as they are, are put back."""
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    get_config_options(force_reparse=True)
    yield
    get_config_options(force_reparse=True)


def sent() -> NewSession:
    """The colours as a run sends them."""
    message = NewSession()
    theme = message.custom_theme
    app_session._populate_theme_msg(theme)
    app_session._populate_theme_msg(theme.light, "theme.light")
    app_session._populate_theme_msg(theme.dark, "theme.dark")
    app_session._populate_theme_msg(theme.sidebar, "theme.sidebar")
    return message


def test_each_run_is_sent_the_colours_that_streamlit_finds() -> None:
    found = sent()
    assert found.custom_theme.light.primary_color
    remember_themes()
    assert [sent() for _ in range(3)] == [found] * 3


def test_other_settings_give_other_colours() -> None:
    remember_themes()
    before = sent()
    get_config_options(force_reparse=True, options_from_flags={"theme.light.primaryColor": "#123456"})
    assert sent().custom_theme.light.primary_color == "#123456"
    get_config_options(force_reparse=True)
    assert sent() == before
