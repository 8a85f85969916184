"""A page with a part that is drawn alone, and a part in that, on a machine that is long too busy to send what
was drawn."""

import time

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession

from components.shell.compat import is_script
from components.shell.sending import send_all_that_is_drawn

BUSY = 1.0
"""Seconds."""


def when_there_is_time(session: AppSession) -> list[ForwardMsg]:
    """What there is to send, long after it could have been sent."""
    if session._browser_queue.is_empty():
        return []
    if time.monotonic() < vars(session).setdefault("free", time.monotonic() + BUSY):
        session._event_loop.call_later(BUSY / 10, session._message_enqueued_callback)
        return []
    del vars(session)["free"]
    return flush(session)


def count() -> None:
    st.session_state.count = counted() + 1


def counted() -> int:
    return st.session_state.get("count", 0)


@st.fragment
def part() -> None:
    with stands:
        st.text(f"counted to {counted()}")
        inner(counted())
    with bar:
        st.button("Count", on_click=count)


@st.fragment(run_every=5)
def inner(count: int) -> None:
    st.text(f"and within to {count}")


if is_script():
    bar, stands = st.container(), st.container()
    part()
    st.button("Draw all")
    time.sleep(BUSY / 5)
    st.text("all is drawn")
else:
    flush = AppSession.flush_browser_queue
    AppSession.flush_browser_queue = when_there_is_time
    send_all_that_is_drawn()
    app = st.App(__file__)
