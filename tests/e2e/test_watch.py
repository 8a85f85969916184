"""What is done in another window is shown on an open page, though nothing is done there."""

from __future__ import annotations

import pytest

from bench.letters import letters, link, make_session
from labeling.studio.client import LabelingClient
from tests.e2e.app_server import AppServer
from tests.tab import Tab


@pytest.mark.parametrize("own", [0, 1])
def test_a_page_is_drawn_again_when_another_window_has_tagged_and_keeps_its_place(
    server: AppServer, own: int
) -> None:
    """`own`: how much was done on the page itself before."""
    with server.http() as http:
        address = link(server.url, make_session(LabelingClient(http), letters(3)), 2)
    with Tab(address) as here, Tab(address) as other:
        here.open()
        if own:
            here.tag((0, 6), ("Room", "POS"), 1)
        other.open()
        other.tag((14, 18), ("Staff", "NEG"), 2)
        here.listen()
        spans = {(one["start"], one["end"]) for one in here.data("text")["segments"]}
        assert (14, 18) in spans
        assert ((0, 6) in spans) == bool(own)
        assert here.data("text")["position"] == 1
