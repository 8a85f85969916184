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


class Tab:
    """A tab on a running app: `open` runs the page, `report` says what a component's person did.

    `components` holds the last message of each component by its key; of the last run, `elements` what it
    drew, `pages` the titles in its navigation, and `sent` the bytes by what they were for: a component's or
    an element's name.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        folder, self.page = parts.path.rsplit("/", 1)
        self.query = parts.query
        # As a browser does, but uncompressed: what is counted is what the app says.
        self._connection = connect(
            f"ws://{parts.netloc}{folder}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
            proxy=None,
        )
        self.socket = self._connection.__enter__()
        self.page_hash = ""
        self.components: dict[str, Any] = {}
        self.fragments: dict[str, str] = {}
        self.holds: list[str] = []
        self.states: dict[str, str] = {}
        self.sent: dict[str, int] = {}
        self.elements: list[Element] = []
        self.pages: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    @property
    def bytes_sent(self) -> int:
        """How many bytes the last run sent."""
        return sum(self.sent.values())

    def open(self) -> None:
        """Run the page as a tab does that was just opened."""
        self._run("")

    def report(self, key: str, state: dict[str, Any]) -> None:
        """Run what a component of that key is part of, as the browser does when its state has changed."""
        node = self.components[key]
        self.states[node.id] = json.dumps(state)
        self._run(self.fragments[key])

    def tag(self, span: Sequence[int], tag: Sequence[str], number: int) -> None:
        """Tag words of the open document, as the browser window `w` reports it; `number` counts its acts."""
        given = self.data("text")
        act = {"number": number, "window": "w", "document": given["document"], "position": 0, "kind": "add"}
        act |= {"span": list(span), "tag": list(tag)}
        report = {"scope": given["scope"], "window": "w", "acts": [act], "sent": number, "holds": self.holds}
        self.report("text", {"report": report})

    def state(self, key: str) -> dict[str, Any]:
        """What the component of that key last reported."""
        told: dict[str, Any] = json.loads(self.states.get(self.components[key].id, "{}"))
        return told

    def data(self, key: str) -> dict[str, Any]:
        """What the component of that key was last given."""
        given: dict[str, Any] = json.loads(self.components[key].json)
        return given

    def _run(self, fragment: str) -> None:
        message = BackMsg()
        script = message.rerun_script
        script.query_string, script.page_script_hash, script.fragment_id = (
            self.query,
            self.page_hash,
            fragment,
        )
        if not self.page_hash:
            script.page_name = self.page
        for name, value in self.states.items():
            script.widget_states.widgets.add(id=name, json_value=value)
        self.sent, self.elements, self.pages = {}, [], []
        self.socket.send(message.SerializeToString())
        while not self._is_over(self.socket.recv(WAIT, decode=False)):
            pass

    def _is_over(self, raw: bytes) -> bool:
        message = ForwardMsg.FromString(raw)
        kind = str(message.WhichOneof("type"))
        name = kind
        if kind == "delta":
            name = self._take(message)
        elif kind == "new_session":
            self.page_hash = message.new_session.page_script_hash
        elif kind == "navigation":
            self.pages = [page.page_name for page in message.navigation.app_pages]
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
        self.holds = list({**dict.fromkeys(self.holds), **json.loads(node.json).get("parts", {})})
        self.fragments[key] = message.delta.fragment_id
        return f"component {key}"
