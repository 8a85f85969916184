"""An app in which people sign in, and the browser that keeps their cookie."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from components.shell.sign_in.routes import sign_in_routes
from tests.app.browser import settled, whole
from tests.app.build import PASSWORD
from tests.contract.transport import InProcess


class Browser:
    """Its cookies, and the app's own addresses, which give it some; it opens pages with what it has."""

    def __init__(self, new_app: Callable[[], AppTest]) -> None:
        self.new_app = new_app
        self.cookies: dict[str, str] = {}
        self.page = "annotate"
        routes = Starlette(routes=sign_in_routes())
        self.http = httpx.Client(transport=InProcess(routes), base_url="http://tagwright")

    def post(self, path: str, **body: str) -> httpx.Response:
        answer = self.http.post(path, json=body, headers={"Origin": "http://tagwright"})
        self.cookies |= dict(answer.cookies)
        return answer

    def at(self, page: str) -> Browser:
        """The browser, which shows that page."""
        self.page = page
        return self

    def load(self, app: AppTest) -> AppTest:
        """The page anew, as the browser loads it at the same address; the window before is gone."""
        loaded = self.new_app()
        for name, values in app.query_params.items():
            loaded.query_params[name] = values
        return settled(whole(loaded.switch_page(f"pages/{self.page}.py").run()))

    def sign_in(self, app: AppTest, email: str) -> AppTest:
        """The page as it is loaded after the form was sent."""
        sent = {"email": email, "password": PASSWORD, "goesOn": form(app).get("goesOn", "")}
        assert self.post("/auth/session", **sent).status_code == 200
        return self.load(app)


def form(app: AppTest) -> dict[str, str]:
    """What the form is given; empty where it is not there."""
    nodes = [node for node in app.get("bidi_component") if node.key == "sign-in"]
    return dict(json.loads(nodes[0].proto.json)) if nodes else {}
