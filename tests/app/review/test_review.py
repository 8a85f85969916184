"""The Review page, as a lead uses it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.shell import connections
from labeling.model import Document, NewProject, NewSession, Segment, Session, SessionChange, Tag, Type
from labeling.server.accounts import local_token
from labeling.server.storage.store import Store
from labeling.studio.client import LabelingClient
from tests.app.browser import picker
from tests.app.conftest import APP, server_over, session_named


def a_project(api: LabelingClient, *, type_: Type = Type.ABSA) -> int:
    project = NewProject(name="Reviewed", type=type_, classes=("Staff", "Room"), labels=("POS", "NEG"))
    return api.add_project(project).id


def a_session(
    api: LabelingClient, *documents: Document, name: str = "First round", project: int = 0
) -> Session:
    return api.create_session(project or a_project(api), NewSession(name=name, documents=documents))


def tagged(text: str, *tags: Tag) -> Document:
    """A document whose first word carries the tags; with none, a bare segment."""
    end = text.index(" ")
    return Document(text=text, segments=(Segment(text=text[:end], span=(0, end), tags=tags),))


def opened(app: AppTest, session: Session, **words: str) -> AppTest:
    """The page, opened by its link."""
    for name, value in {"project": session.project_id, "session": session.id, **words}.items():
        app.query_params[name] = str(value)
    app.switch_page("pages/review.py").run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def table(app: AppTest, name: str) -> list[dict[str, object]]:
    """The rows of the table whose accessible name begins so."""
    (found,) = (frame for frame in app.dataframe if frame.proto.alt.startswith(name))
    records: list[dict[str, object]] = found.value.to_dict("records")
    return records


def test_the_link_opens_the_session_that_it_names(app: AppTest, api: LabelingClient) -> None:
    project, number = session_named(api, "Monday inbox")
    opened(app, api.session(project, number))
    assert picker(app, "session").value == number
    assert metrics(app)["Documents"] == "12"
    assert dict(app.query_params) == {"project": str(project), "session": str(number)}


def test_every_sample_session_can_be_reviewed(app: AppTest, api: LabelingClient) -> None:
    for project in api.projects():
        for session in api.sessions(project.id):
            opened(app, session)
            assert all("This session failed" in error.value for error in app.error)
            many = f"{session.document_count:,} documents" if session.document_count else "No documents yet"
            assert any(many in bar.proto.text for bar in app.get("progress"))


def test_documents_segments_and_tags_are_counted(app: AppTest, api: LabelingClient) -> None:
    session = a_session(
        api,
        tagged("Staff were kind", Tag.of("Staff", "POS"), Tag.of("Room", "NEG")),
        tagged("Room was small"),
        Document(text="Nothing to say"),
    )
    opened(app, session)
    assert metrics(app) == {
        "Documents": "3",
        "Documents done": "0",
        "Documents without tags": "2",
        "Segments": "2",
        "Segments without tags": "1",
        "Tags": "2",
    }
    assert [list(row.values()) for row in table(app, "Tags by class and label")] == [
        ["Staff", 1, 0, 1],
        ["Room", 0, 1, 1],
        ["Total", 1, 1, 2],
    ]


def test_a_session_with_classes_only_has_one_column_of_numbers(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, type_=Type.CLASS)
    session = a_session(api, tagged("Staff were kind", Tag.of("Staff")), project=project)
    opened(app, session)
    assert [list(row.values()) for row in table(app, "Tags by class and label")] == [
        ["Staff", 1],
        ["Room", 0],
        ["Total", 1],
    ]


def test_the_chart_says_its_numbers_in_words(app: AppTest, api: LabelingClient) -> None:
    documents = [tagged("Staff were kind", Tag.of("Staff", "POS"), Tag.of("Room", "NEG"))]
    documents.append(tagged("Room was small", Tag.of("Room", "NEG")))
    opened(app, a_session(api, *documents))
    (chart,) = app.get("vega_lite_chart")
    assert chart.proto.alt.startswith("Tags by class and label: 3. Most: Room × NEG 2, Staff × POS 1.")


def test_a_chart_that_leaves_classes_out_says_so_and_the_table_has_them_all(
    app: AppTest, api: LabelingClient
) -> None:
    classes = tuple(f"Class {n}" for n in range(45))
    new = NewSession(name="Many", documents=(tagged("Room was small", Tag.of("Class 44")),), classes=classes)
    opened(app, api.create_session(a_project(api, type_=Type.CLASS), new))
    said = "The chart shows 30 of the 45 classes, those with the most tags; the table shows all."
    assert said in [caption.value for caption in app.caption]
    assert len(table(app, "Tags by class and label")) == len(classes) + 1


def test_tags_are_filtered_by_class_label_and_text(app: AppTest, api: LabelingClient) -> None:
    session = a_session(
        api,
        tagged("Staff were kind", Tag.of("Staff", "POS"), Tag.of("Room", "NEG")),
        tagged("Room was small", Tag.of("Room", "NEG")),
        tagged("Nice and clean", Tag.of("Room", "POS")),
    )
    opened(app, session, part="tags")
    assert len(table(app, "The tags")) == 4
    app.multiselect(key=f"review-class-{session.id}").set_value(["Room"])
    app.multiselect(key=f"review-label-{session.id}").set_value(["NEG"]).run()
    assert [(row["document"], row["text"]) for row in table(app, "The tags")] == [
        (1, "Staff"),
        (2, "Room"),
    ]
    app.text_input(key=f"review-text-{session.id}").set_value("rOOM").run()
    assert [row["document"] for row in table(app, "The tags")] == [2]
    assert "1 of 4 tags" in [caption.value for caption in app.caption]
    app.text_input(key=f"review-text-{session.id}").set_value("no such word").run()
    assert "No tag fits the filter." in [info.value for info in app.info]


def test_each_tag_links_to_its_document_on_annotate(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, Document(text="Nothing to say"), tagged("Room was small", Tag.of("Room", "NEG")))
    opened(app, session, part="tags")
    link = table(app, "The tags")[0]["link"]
    assert link == f"annotate?project={session.project_id}&session={session.id}&document=2&segment=0-4"


def test_a_ticked_row_offers_its_document_on_this_tab(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, Document(text="Nothing to say"), tagged("Room was small", Tag.of("Room", "NEG")))
    opened(app, session, part="tags")
    assert not app.get("page_link")
    app.session_state[f"review-tags-table-{session.id}"] = {
        "selection": {"rows": [0], "columns": [], "cells": []}
    }
    app.run()
    (link,) = app.get("page_link")
    assert link.proto.label == "Open document 2"
    here = f"project={session.project_id}&session={session.id}"
    assert link.proto.query_string == f"{here}&document=2&segment=0-4"


def test_what_is_left_to_do_is_listed_with_links(app: AppTest, api: LabelingClient) -> None:
    session = a_session(
        api, Document(text="Nothing to say"), tagged("Room was small"), tagged("Hi you", Tag.of("Room"))
    )
    opened(app, session, part="left")
    assert [row["document"] for row in table(app, "Documents without tags")] == [1, 2]
    app.get_by_key("review-left").set_value("bare").run()
    (row,) = table(app, "Segments without tags")
    assert (row["document"], row["text"], row["start"], row["end"]) == (2, "Room", 0, 4)
    assert str(row["link"]).endswith("document=2&segment=0-4")
    app.get_by_key("review-left").set_value("not-done").run()
    assert [row["document"] for row in table(app, "Documents not done")] == [1, 2, 3]
    assert str(table(app, "Documents not done")[1]["link"]).endswith("document=2")


def test_more_tags_than_a_page_holds_are_counted_truthfully(app: AppTest, api: LabelingClient) -> None:
    documents = [tagged(f"Room {n} was small", Tag.of("Room", "NEG"), Tag.of("Staff")) for n in range(500)]
    documents.append(tagged("Staff were kind", Tag.of("Staff", "POS")))
    session = a_session(api, *documents)
    opened(app, session, part="tags")
    app.button(key="review-read").click().run()
    assert len(table(app, "The tags")) == 1000
    app.get_by_key(f"review-tags-{session.id}-2").set_value(2).run()
    assert [row["document"] for row in table(app, "The tags")] == [501]
    assert any("1,001 tags: rows 1,001 to 1,001." in caption.value for caption in app.caption)


def test_a_large_session_is_read_only_when_asked_for(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, *[Document(text=f"Document {n}") for n in range(501)])
    opened(app, session)
    assert app.button(key="review-read").label == "Read all 501 documents"
    assert not app.metric
    app.button(key="review-read").click().run()
    assert metrics(app)["Documents"] == "501"


def test_numbers_stay_as_read_until_they_are_read_again(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, Document(text="Nothing to say"))
    opened(app, session)
    added = SessionChange(documents=(tagged("Room was small", Tag.of("Room", "NEG")),))
    api.update_session(session.project_id, session.id, added)
    app.run()
    assert metrics(app)["Documents"] == "1"
    app.button(key="review-again").click().run()
    assert (metrics(app)["Documents"], metrics(app)["Tags"]) == ("2", "1")


def test_sessions_are_filtered_by_status_and_mode_and_added_up(app: AppTest, api: LabelingClient) -> None:
    project, number = session_named(api, "Monday inbox")
    sessions = api.sessions(project)
    opened(app, api.session(project, number))
    assert len(table(app, "The sessions")) == len(sessions)
    app.multiselect(key="review-mode").set_value(["Correction"]).run()
    shown = [session for session in sessions if session.mode == "CORRECTION"]
    assert [row["name"] for row in table(app, "The sessions")] == [session.name for session in shown]
    documents = sum(session.document_count for session in shown)
    assert any(
        caption.value.startswith(f"{len(shown)} of {len(sessions)} sessions")
        and f"{documents} documents" in caption.value
        for caption in app.caption
    )


def test_a_session_without_documents_says_so(app: AppTest, api: LabelingClient) -> None:
    project, number = session_named(api, "Autumn guest book")
    opened(app, api.session(project, number))
    assert any("has no documents yet" in info.value for info in app.info)
    assert not app.metric


def test_a_project_without_sessions_says_so(app: AppTest, api: LabelingClient) -> None:
    app.query_params["project"] = str(a_project(api))
    app.switch_page("pages/review.py").run()
    assert not app.exception
    assert any("has no sessions yet" in info.value for info in app.info)


class BreaksDown(httpx.BaseTransport):
    """The server, which refuses the connection where `broken` stands in the path."""

    def __init__(self, server: httpx.BaseTransport) -> None:
        self.server, self.broken = server, ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.broken and self.broken in request.url.path:
            raise httpx.ConnectError("connection refused")
        return self.server.handle_request(request)


def test_a_server_that_goes_away_is_named_and_reading_can_be_repeated(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = BreaksDown(server_over(store))
    http = httpx.Client(transport=line, base_url="http://api")
    api = LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)
    st.cache_resource.clear()
    monkeypatch.setattr(connections, "connect", lambda token: api)
    session = a_session(api, Document(text="Nothing to say"))
    line.broken = "/documents"
    app = opened(AppTest.from_file(str(APP), default_timeout=30), session)
    assert "Could not read the documents: the server cannot be reached" in app.error[0].value
    assert not app.metric
    line.broken = ""
    app.button(key="load-again").click().run()
    assert metrics(app)["Documents"] == "1"


def test_the_filters_stand_in_the_address_which_opens_the_same_screen_anew(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(
        api,
        tagged("Staff were kind", Tag.of("Staff", "POS")),
        tagged("Room was small", Tag.of("Room", "NEG")),
    )
    opened(app, session)
    app.get_by_key("review-part").set_value("tags").run()
    app.multiselect(key=f"review-class-{session.id}").set_value(["Room"]).run()
    app.multiselect(key="review-status").set_value(["Created"]).run()
    said = dict(app.query_params)
    place = {"project": str(session.project_id), "session": str(session.id)}
    assert said == {**place, "part": "tags", "class": "Room", "status": "Created"}
    anew = AppTest.from_file(str(APP), default_timeout=30)
    anew.query_params.update(said)
    anew.switch_page("pages/review.py").run()
    assert [row["document"] for row in table(anew, "The tags")] == [2]
    assert anew.multiselect(key="review-status").value == ["Created"]
    assert dict(anew.query_params) == said
