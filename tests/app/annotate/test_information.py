"""What documents carry beside their text is seen below it, and documents are found by it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from labeling.model import Document
from labeling.studio.client import LabelingClient
from tests.app.browser import listed_documents, press, shown
from tests.app.build import a_session, opened

LONG = {f"question {number}": "a long answer" for number in range(20)}


@pytest.fixture
def page(app: AppTest, api: LabelingClient) -> AppTest:
    documents = (
        Document(text="Good room", meta={"stars": 4, "by": "*Ann*"}),
        Document(text="Bad room", meta={"stars": 1}),
        Document(text="Small room", meta=LONG),
        Document(text="No room"),
    )
    return opened(app, a_session(api, *documents))


def test_it_stands_below_the_text_and_what_is_long_behind_a_button(page: AppTest) -> None:
    assert "stars: 4 · by: \\*Ann\\*" in shown(page)
    press(page, "next")
    assert "stars: 1" in shown(page)
    press(page, "next")
    assert "question 0: a long answer · question 1" in shown(page)
    assert "question 19" not in shown(page)
    assert len(page.table[0].value) == 20
    press(page, "next")
    assert "question" not in shown(page)


def test_documents_are_found_by_it_once_all_are_read(page: AppTest) -> None:
    page.text_input(key="document-information").set_value("STARS: 4").run()
    press(page, "read-all")
    assert [item["position"] for item in listed_documents(page)] == [0]
