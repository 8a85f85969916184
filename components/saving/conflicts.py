"""Mine beside theirs, for each place where somebody else did something else; nothing of these was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import set_widget, widget_value
from labeling.model import Unit, shape_of
from labeling.phrases import quote, tag_in_words
from labeling.saving.choosing import Asked
from labeling.saving.merge import Choice

SHOWN = 50
"""Conflicts shown at a time; the rest come after."""


def conflicts_asked(desk: Desk, save: Callable[[], None]) -> None:
    """Every conflict that is not chosen yet; `save` goes on with what is chosen."""
    asked = list(desk.ui.save.choosing_of(desk.session).asked(desk.draft))
    if not asked or desk.why:
        return
    with st.container(border=True, key="choices"):
        where = "place" if len(asked) == 1 else "places"
        st.markdown(
            f"**Somebody else changed the same {where} as you, differently.** Choose what is to stand. "
            "Everything else of yours and theirs is kept as it is."
        )
        with st.container(horizontal=True):
            for word, choice in (("All mine", "mine"), ("All theirs", "theirs")):
                st.button(word, key=f"choose-all-{choice}", on_click=_choose_all, args=(asked, choice))
        for one in asked[:SHOWN]:
            _conflict(one, both=not shape_of(desk.session.type).one_tag)
        if len(asked) > SHOWN:
            st.caption(f"{len(asked) - SHOWN:,} more after these.")
        is_chosen = any(widget_value(_key(one)) for one in asked)
        st.button(
            "Save with these choices",
            key="save-choices",
            type="primary",
            disabled=not is_chosen,
            help=None if is_chosen else "Choose at least one first",
            on_click=_save,
            args=(desk, asked, save),
        )


def _conflict(one: Asked, *, both: bool) -> None:
    (found, conflict), text = one, one.found.document.text
    start, end, *names = conflict.base
    words = {
        "mine": f"Mine: {_units(text, conflict.mine, (start, end))}",
        "theirs": f"Theirs: {_units(text, conflict.theirs, (start, end))}",
    } | ({"both": "Both"} if both and conflict.mine and conflict.theirs else {})
    was = tag_in_words((names[0], names[1]))
    st.radio(
        f"Document {found.document.position + 1}: {plain(quote(text, start, end))}, which was {plain(was)}",
        list(words),
        format_func=words.get,
        index=None,
        key=_key(one),
        horizontal=True,
    )


def _units(text: str, units: Sequence[Unit], at: tuple[int, int]) -> str:
    """Tags in words; with their text where that is another one."""
    if not units:
        return "deleted"
    return ", ".join(
        plain(("" if (start, end) == at else f"{quote(text, start, end)} ") + tag_in_words((class_, label)))
        for start, end, class_, label in units
    )


def _key(one: Asked) -> str:
    return "choice-" + "-".join(one.key)


def _choose_all(asked: Sequence[Asked], choice: Choice) -> None:
    for one in asked:
        set_widget(_key(one), choice)


def _save(desk: Desk, asked: Sequence[Asked], save: Callable[[], None]) -> None:
    chosen = [(one, choice) for one in asked if (choice := widget_value(_key(one)))]
    desk.ui.save.choosing[desk.session.key] = desk.ui.save.choosing_of(desk.session).choose(chosen)
    save()
