"""A tab without a browser: it speaks Streamlit's own protobuf over the websocket,
and counts the bytes it is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

WAIT = 30.0
"""Seconds that an answer may take."""


LINE: dict[str, Any] = {"subprotocols": ["streamlit"], "max_size": None, "compression": None, "proxy": None}
"""How to connect: as a browser does, but uncompressed, since what is counted is what the app says."""


class Talk:
    """What a tab says to the app and understands of its answers; the line between them is somebody else's.

    `address` is the websocket's. `components` holds the last message of each component by its key, `timers`
    the seconds after which each part is to be run again and again; of the last run, `elements` what it
    drew, `pages` the titles in its navigation, and `sent` the bytes by what they were for: a component's or
    an element's name.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        folder, self.page = parts.path.rsplit("/", 1)
        self.query = parts.query
        self.address = f"ws://{parts.netloc}{folder}/_stcore/stream"
        self.page_hash = ""
        self.timers: dict[str, float] = {}
        self.components: dict[str, Any] = {}
        self.fragments: dict[str, str] = {}
        self.holds: list[str] = []
        self.states: dict[str, str] = {}
        self.sent: dict[str, int] = {}
        self.elements: list[Element] = []
        self.pages: list[str] = []

    @property
    def bytes_sent(self) -> int:
        """How many bytes the last run sent."""
        return sum(self.sent.values())

    def reported(self, key: str, state: dict[str, Any]) -> bytes:
        """What the browser sends when the state of a component has changed: its part is to be run."""
        self.states[self.components[key].id] = json.dumps(state)
        return self.run(self.fragments[key])

    def acted(self, number: int, **act: Any) -> bytes:
        """What the browser window `w` sends of an act on the open document; `number` counts its acts."""
        given = self.data("text")
        common = {"number": number, "window": "w", "document": given["document"], "position": 0}
        report = {"scope": given["scope"], "window": "w", "acts": [common | act], "sent": number}
        return self.reported("text", {"report": report | {"holds": self.holds}})

    def state(self, key: str) -> dict[str, Any]:
        """What the component of that key last reported."""
        told: dict[str, Any] = json.loads(self.states.get(self.components[key].id, "{}"))
        return told

    def data(self, key: str) -> dict[str, Any]:
        """What the component of that key was last given."""
        return given_to(self.components[key])

    def run(self, fragment: str = "", *, by_timer: bool = False) -> bytes:
        """What the browser sends to have a part run, or the whole page."""
        message = BackMsg()
        script = message.rerun_script
        script.query_string, script.page_script_hash, script.fragment_id = (
            self.query,
            self.page_hash,
            fragment,
        )
        script.is_auto_rerun = by_timer
        if not self.page_hash:
            script.page_name = self.page
        for name, value in self.states.items():
            script.widget_states.widgets.add(id=name, json_value=value)
        self.sent, self.elements, self.pages = {}, [], []
        return message.SerializeToString()

    def hear(self, raw: bytes) -> bool:
        """Take in a message of the app; whether its run is over."""
        message = ForwardMsg.FromString(raw)
        kind = str(message.WhichOneof("type"))
        name = kind
        if kind == "delta":
            name = self._take(message)
        elif kind == "new_session":
            self.page_hash = message.new_session.page_script_hash
            if not message.metadata.run.fragment_ids:
                self.timers = {}
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
            self.pages = [page.page_name for page in message.navigation.app_pages]
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self.timers.pop(fragment, None)
        self.sent[name] = self.sent.get(name, 0) + len(raw)
        return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _take(self, message: ForwardMsg) -> str:
        """Note a component that is drawn; gives the name of what the message is for."""
        if message.delta.WhichOneof("type") != "new_element":
            return "block"
        element = message.delta.new_element
        self.elements.append(element)
        kind = str(element.WhichOneof("type"))
        if kind == "exception":
            raise RuntimeError(element.exception.message)
        if kind != "bidi_component":
            return kind
        node = element.bidi_component
        key = node.id.rsplit("-", 1)[-1]
        self.components[key] = node
        self.holds = list({**dict.fromkeys(self.holds), **given_to(node).get("parts", {})})
        self.fragments[key] = message.delta.fragment_id
        return f"component {key}"


def given_to(node: Any) -> dict[str, Any]:
    """What a component's message gives it: by itself, or in a list of its own."""
    given = json.loads(node.json or "{}")
    found: dict[str, Any] = given[0] if isinstance(given, list) else given
    return found


class Tab(Talk):
    """A tab on a running app: `open` runs the page, `report` says what a component's person did."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._connection = connect(self.address, **LINE)
        self.socket = self._connection.__enter__()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    def open(self) -> None:
        """Run the page as a tab does that was just opened."""
        self._send(self.run())

    def report(self, key: str, state: dict[str, Any]) -> None:
        """Run what a component of that key is part of, as the browser does when its state has changed."""
        self._send(self.reported(key, state))

    def tag(self, span: Sequence[int], tag: Sequence[str], number: int) -> None:
        """Tag words of the open document; `number` counts what is done on the text."""
        self._send(self.acted(number, kind="add", span=list(span), tag=list(tag)))

    def _send(self, message: bytes) -> None:
        self.socket.send(message)
        self.listen()

    def listen(self) -> None:
        """Take in a run until it is over; the app may have begun it by itself."""
        while not self.hear(self.socket.recv(WAIT, decode=False)):
            pass
