"""What the person waits for is drawn by the browser before it is sent the rest of the page.

A browser shows nothing of what has come before it has drawn all of it, and the buttons and tables around a
text take longer than the text. So the rest of a run that opens a page, or another text there, waits until the
browser says that the text is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components.shell.sending import let_rest_wait, send_rest
from components.shell.state import UiState, widget_value

LONGEST = 0.5
"""Seconds that the rest waits at most."""
PATH = "text-is-there"


@dataclass
class AnotherText:
    """Whether the next run draws a text that the browser does not hold yet."""

    is_next: bool = False


def another_text(ui: UiState) -> None:
    """Have the rest of the next run wait: for callbacks that open another text."""
    ui.of(AnotherText).is_next = True


def name_of_rest(ui: UiState, component: str) -> str:
    """Under which name the rest of this run may wait for what that component draws; empty where it need not:
    where it draws no other text than before, or the page stayed open while the app was started anew."""
    another = ui.of(AnotherText)
    is_wanted, another.is_next = another.is_next, False
    opens = ui.screen.run == 1 and widget_value(component) is None
    return token_urlsafe(12) if is_wanted or opens else ""


def rest_waits(name: str) -> None:
    """Have what is drawn from here on wait under that name, if there is one."""
    if name:
        let_rest_wait(name, LONGEST)


def text_first(base_path: str = "") -> Route:
    """The route at which a browser says that the text is there."""
    below = f"/{base_path.strip('/')}".rstrip("/")
    return Route(f"{below}/{PATH}/{{name}}", _answer, methods=["POST"])


async def _answer(request: Request) -> Response:
    send_rest(request.path_params["name"])
    return Response(status_code=204)
