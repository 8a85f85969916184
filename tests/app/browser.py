"""What a browser does to a page and AppTest does not: cells, rows and picks reported,
so that callbacks run."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from components.shell.markdown import APART
from tests.tab import given_to

TRIGGERS = ("trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value")


def report(app: AppTest, proto: Any, kind: str, state: object) -> AppTest:
    """Run the app with one element's state as the browser sends it; `kind` is the field that carries it."""
    states = app._tree.get_widget_states()
    widget = states.widgets.add()
    widget.id = proto.id
    setattr(widget, kind, json.dumps(state))
    app._run(states)
    return whole(app)


def as_held(app: AppTest) -> WidgetStates:
    """What the browser tells as long as it shows this: what each widget holds; a press is told once."""
    held = app._tree.get_widget_states().widgets
    return WidgetStates(widgets=[one for one in held if one.WhichOneof("value") not in TRIGGERS])


def late(app: AppTest, told: WidgetStates) -> AppTest:
    """The page after a message that was sent before the browser had drawn it."""
    app._run(told)
    return whole(app)


def whole(app: AppTest) -> AppTest:
    """The app, which ran without a fault."""
    assert not app.exception, app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    return settled(whole(app.button(key=key).click().run()))


def press_twice(app: AppTest, key: str) -> AppTest:
    """Two quick clicks: the second is told before the browser has drawn what the first one did."""
    button, told = app.button(key=key), as_held(app)
    told.widgets.add(id=button.id, trigger_value=True)
    whole(button.click().run())
    return settled(late(app, told))


def settled(app: AppTest) -> AppTest:
    """When a save under way is over: the browser looks again by itself, AppTest does not."""
    until = time.monotonic() + 30
    while any(button.key == "stop-save" for button in app.button):
        assert time.monotonic() < until, "the save goes on and on"
        time.sleep(0.02)
        whole(app.run())
    return app


def until_said(app: AppTest, words: str) -> AppTest:
    """The page once it says that: what is worked out beside it comes with a later run."""
    for _ in range(600):
        if words in shown(app):
            return app
        time.sleep(0.05)
        whole(app.run())
    raise AssertionError(f"the page never said: {words}")


def is_idle(app: AppTest, key: str) -> bool:
    """Whether a button cannot be pressed."""
    return bool(app.button(key=key).disabled)


def table(app: AppTest, key: str) -> Any:
    """The one table whose key begins so."""
    (found,) = (frame for frame in app.dataframe if (frame.key or "").startswith(key))
    return found


def rows(app: AppTest, key: str) -> list[dict[str, Any]]:
    """The rows that a table is given to show."""
    records: list[dict[str, Any]] = table(app, key).value.to_dict("records")
    return records


def choose_row(app: AppTest, key: str, row: int, column: str = "") -> AppTest:
    """Choose a row of a table by its tick or, with a column, by a click on that cell."""
    chosen = {"rows": [], "cells": [[row, column]]} if column else {"rows": [row], "cells": []}
    return report(app, table(app, key).proto, "string_value", {"selection": {"columns": [], **chosen}})


def with_parts(given: dict[str, Any]) -> dict[str, Any]:
    """What a component is given with its parts in it, all of which were sent."""
    rest = {name: value for name, value in given.items() if name != "parts"}
    return {**rest, **{name: value for part in given["parts"].values() for name, value in part.items()}}


def items_of(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents of the list, as its script makes them of what it is given."""
    return [
        {
            "position": position,
            "words": words,
            "tags": given["tags"][at],
            "done": at in given["done"],
            "changed": at in given["changed"],
        }
        for at, (position, words) in enumerate(given["documents"])
    ]


def listed_documents(app: AppTest) -> list[dict[str, Any]]:
    """The documents that the list shows; none where it is not there."""
    nodes = [node for node in app.get("bidi_component") if node.key == "documents"]
    return [item for node in nodes for item in items_of(with_parts(given_to(node.proto)))]


def open_in_list(app: AppTest, row: int) -> AppTest:
    """Click a document of the list."""
    opened = {"position": listed_documents(app)[row]["position"], "count": 1, "of": secrets.token_hex(4)}
    return report(app, app.get_by_key("documents").proto, "json_value", {"opened": opened})


def edit_cells(app: AppTest, cells: Mapping[int, Mapping[str, object]]) -> AppTest:
    """Type into cells of the segments table: row → column → value.

    As in the browser, what was typed before is reported again for as long as the table is the same.
    """
    grid = table(app, "segments-")
    held = app.session_state[grid.key]["edited_rows"] if grid.key in app.session_state else {}
    edited = {row: {**held.get(row, {}), **cells.get(row, {})} for row in {**held, **cells}}
    state = {"edited_rows": edited, "added_rows": [], "deleted_rows": []}
    return report(app, grid.proto, "string_value", state)


def tick(app: AppTest, *ticked: int) -> AppTest:
    return edit_cells(app, {row: {"tick": True} for row in ticked})


def drawn(app: AppTest) -> dict[str, Any]:
    """What the highlighter is given to draw."""
    return with_parts(given_to(app.get_by_key("text").proto))


def tag_on_text(app: AppTest, *acts: dict[str, Any], window: str = "w", scope: str = "") -> AppTest:
    """Do something on the text: acts as the browser numbers and sends them,
    of the open document unless they say."""
    data = drawn(app)
    here = {"window": window, "document": data["document"], "position": data["position"]}
    numbered = [{"number": number, **here, **act} for number, act in enumerate(acts, start=1)]
    state = {"report": {"scope": scope or data["scope"], "window": window, "acts": numbered}}
    return report(app, app.get_by_key("text").proto, "json_value", state)


def shown(app: AppTest) -> str:
    """All plain text on the page."""
    kinds: Sequence[Any] = (
        *(app.subheader, app.markdown, app.caption, app.text),
        *(app.info, app.warning, app.error, app.success, app.toast),
    )
    words = "\n".join(element.value for kind in kinds for element in kind)
    before, after = APART.format("|").split("|")
    return re.sub(f"{re.escape(before)}(.+?){re.escape(after)}", r"\1", words)


def named(widgets: Iterable[Any], name: str) -> Any:
    """The one of that name: its key is another one when the page gave it something else to show."""
    (found,) = (one for one in widgets if re.fullmatch(rf"{re.escape(name)}(-turn)?(-\d+)?", str(one.key)))
    return found


def show_tab(app: AppTest, tab: str) -> AppTest:
    """Choose what the pane beside the text shows."""
    return whole(named(app.segmented_control, "which-table").set_value(tab).run())


def picker(app: AppTest, name: str) -> Selectbox:
    """The choice of a project or a session: its key follows what it offers."""
    return next(box for box in app.selectbox if str(box.key).startswith(f"{name}-of-"))


def pager(app: AppTest) -> Any:
    """The pages of the document list: its key follows the page that is open."""
    return next(node for node in app.get("pagination") if str(node.key).startswith("document-page-"))
