"""Two documents in one highlighter, and what Python holds as picked."""

import streamlit as st

from components.highlighter import Drawn, highlighter

TEXTS = {"id:1": "The 🙂 battery life is good.", "id:2": "The screen is bad."}
WORDS = {"id:1": ("battery life", "Battery"), "id:2": ("screen", "Screen")}


def remember(segment: str | None) -> None:
    st.session_state["picked"] = segment


def turn() -> None:
    st.session_state["document"] = "id:2"
    remember(None)


document = st.session_state.setdefault("document", "id:1")
text, (words, class_) = TEXTS[document], WORDS[document]
start = text.index(words)
st.button("Next", on_click=turn)
st.button("Pick", on_click=remember, args=(words,))
highlighter(
    key="text",
    document=document,
    text=text,
    segments=[Drawn(words, start, start + len(words), ((class_, "POS"),))],
    classes=["Battery", "Screen"],
    labels=["POS"],
    picked=st.session_state.get("picked"),
    on_pick=remember,
)
st.write("Python holds:", st.session_state.get("picked") or "nothing")
