"""New session and Download, through the pages."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from labeling.errors import Failed, Forbidden
from labeling.formats import xlsx
from labeling.model import Document, Info, Project, Session
from labeling.studio.client import LabelingClient
from tests.app.browser import picker, press, tag_on_text
from tests.app.build import held
from tests.app.conftest import Clock, session_named
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import whole

Field = str


@pytest.fixture
def page(app: AppTest) -> AppTest:
    app.switch_page("pages/new_session.py").run()
    assert not app.exception
    return app


def field(page: AppTest, name: str) -> Field:
    """The key of a field, whichever round the form is in."""
    rounds = page.session_state.get("new-session-round", 0)
    return f"new-{rounds}-{name}"


def proposed(page: AppTest, name: str) -> Field:
    """The key of a field that holds a proposal until it is changed."""
    place: str = page.session_state[field(page, f"field-{name}")]
    return place


def column(page: AppTest, title: str) -> Field:
    (key,) = [box.key for box in page.selectbox if box.label == f"{title} column"]
    return key


def paste(page: AppTest, text: str) -> AppTest:
    page.text_area(key=field(page, "paste")).set_value(text).run()
    return page


def upload(page: AppTest, name: str, data: bytes) -> AppTest:
    page.file_uploader(key=field(page, "file")).set_value((name, data, "text/plain")).run()
    assert not page.exception
    return page


def answer(page: AppTest, title: str, chosen: str) -> AppTest:
    """Change how the file was read."""
    (box,) = [box for box in page.selectbox if box.label == title]
    box.set_value(chosen).run()
    assert not page.exception
    return page


def answers(page: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in page.selectbox}


def create(page: AppTest) -> AppTest:
    page.button(key=field(page, "create")).click().run()
    assert not page.exception
    return page


def project_named(api: LabelingClient, name: str) -> Project:
    return next(project for project in api.projects() if project.name == name)


def sessions_of(api: LabelingClient, project: Project) -> dict[str, Session]:
    return {session.name: session for session in api.sessions(project.id)}


def pick(page: AppTest, project: Project) -> AppTest:
    picker(page, "project").set_value(project.id).run()
    return page


def shown(page: AppTest) -> str:
    """All plain text on the page."""
    kinds = (page.markdown, page.caption, page.info, page.warning, page.error, page.success, page.toast)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_pasted_lines_become_a_session_that_annotate_opens(page: AppTest, api: LabelingClient) -> None:
    project = project_named(api, "Product reviews")
    pick(page, project)
    assert page.button(key=field(page, "create")).disabled
    assert "There are no documents yet." in shown(page)
    paste(page, "Good sound\n\nBad 👍 battery\n")
    page.text_input(key=field(page, "name")).set_value("Mine").run()
    create(page)
    made = sessions_of(api, project)["Mine"]
    assert (made.classes, made.labels) == (project.classes, project.labels)
    assert [d.text for d in api.documents(project.id, made.id).documents] == ["Good sound", "Bad 👍 battery"]
    assert picker(page, "session").value == made.id
    assert "Made the session “Mine” with 2 documents." in shown(page)


def test_a_session_file_of_texts_that_begin_with_signs_leads_to_the_first_tag_and_keeps_its_own(
    page: AppTest, api: LabelingClient
) -> None:
    texts = (
        "+1 for the breakfast",
        "=SUM of all fears: the lift",
        "@reception you were kind",
        "-- no towels",
    )
    file = {
        "name": "signs",
        "classes": ["Room", "Staff"],
        "labels": ["POS", "NEG"],
        "documents": [
            *({"text": text} for text in texts[:3]),
            a_document(texts[3], a_segment(texts[3], 6, 12, ("Room", "NEG"))).to_json(),
        ],
    }
    page.segmented_control(key=field(page, "where-0")).set_value("In a new project").run()
    page.text_input(key=field(page, "project-name")).set_value("Of signs").run()
    upload(page, "signs.json", json.dumps(file).encode())
    create(page)
    tag_on_text(page, {"kind": "add", "span": [11, 20], "tag": ["Room", "POS"]})
    press(page, "save")
    made = sessions_of(api, project_named(api, "Of signs"))["signs"]
    assert (made.classes, made.labels) == (("Room", "Staff"), ("POS", "NEG"))
    units = [(11, 20, "Room", "POS")], [], [], [(6, 12, "Room", "NEG")]
    assert held(api, made) == [*zip(texts, units, strict=True)]


def test_a_double_click_makes_one_session(page: AppTest, api: LabelingClient) -> None:
    project = project_named(api, "Product reviews")
    pick(page, project)
    paste(page, "Good sound")
    before = len(api.sessions(project.id))
    button = page.button(key=field(page, "create"))
    button.click()
    states = page._tree.get_widget_states()  # what the browser sends with each of the two clicks
    page._run(states)
    page.switch_page("pages/new_session.py")._run(states)
    assert not page.exception
    assert len(api.sessions(project.id)) == before + 1


def test_a_new_project_is_made_with_the_session(page: AppTest, api: LabelingClient) -> None:
    page.segmented_control(key=field(page, "where-0")).set_value("In a new project").run()
    paste(page, "one\ntwo")
    assert "The new project needs a name." in shown(page)
    for name in ("name", "project-name"):
        assert not page.text_input(key=field(page, name)).max_chars, (
            "or the browser drops more without a word"
        )
    page.text_input(key=field(page, "project-name")).set_value("x" * 300).run()
    assert "The name of a project has at most 200 characters, and this one 300" in shown(page)
    page.text_input(key=field(page, "project-name")).set_value("My texts").run()
    page.multiselect(key=proposed(page, "classes")).set_value(["food, drink"]).run()
    page.multiselect(key=proposed(page, "labels")).set_value(["good", "bad"]).run()
    create(page)
    project = project_named(api, "My texts")
    assert (project.type, project.classes, project.labels) == (
        "CLASSLABEL",
        ("food", "drink"),
        ("good", "bad"),
    )
    (session,) = api.sessions(project.id)
    assert (session.document_count, session.classes, session.labels) == (
        2,
        ("food", "drink"),
        ("good", "bad"),
    )


def test_a_failure_keeps_what_was_typed_and_makes_no_second_project(
    page: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: LabelingClient, project_id: int, *sent: object) -> Session:
        raise Failed("disk full")

    page.segmented_control(key=field(page, "where-0")).set_value("In a new project").run()
    page.text_input(key=field(page, "project-name")).set_value("My texts").run()
    paste(page, "one\ntwo")
    page.multiselect(key=proposed(page, "classes")).set_value(["food"]).run()
    with monkeypatch.context() as patched:
        patched.setattr(LabelingClient, "send_session", failing)
        create(page)
    assert "Could not create the session" in shown(page)
    assert "disk full" in shown(page)
    assert page.text_area(key=field(page, "paste")).value == "one\ntwo"
    assert page.multiselect(key=proposed(page, "classes")).value == ["food"]
    create(page)
    assert [project.name for project in api.projects()].count("My texts") == 1
    (session,) = api.sessions(project_named(api, "My texts").id)
    assert (session.document_count, session.classes) == (2, ("food",))


def previewed(page: AppTest) -> list[str]:
    """The documents of the preview."""
    return list(next(frame.value for frame in page.dataframe if "text" in frame.value)["text"])


def test_a_csv_is_read_by_its_columns_and_refused_rows_are_listed(page: AppTest, api: LabelingClient) -> None:
    project = project_named(api, "Product reviews")
    pick(page, project)
    upload(
        page,
        "reviews.csv",
        "nr;review;topic\n1;Tönt gut;Klang\n2;;Klang\n3;Naja;\n".encode("cp1252"),
    )
    assert "2 documents · 1 tag · 1 row refused" in shown(page)
    assert answers(page)["Read as"] == "CSV"
    assert answers(page)["Encoding"] == "Windows-1252 (western European)"
    assert answers(page)["Separator"] == "semicolon"
    assert "check the letters in the preview" in shown(page)
    assert page.text_input(key=field(page, "name")).placeholder == "reviews"
    assert page.selectbox(key=column(page, "Text")).value == "review"
    refused = next(frame.value for frame in page.dataframe if "reason" in frame.value)
    assert refused[["number", "reason"]].values.tolist() == [[3, "no text"]]
    page.selectbox(key=column(page, "Class")).set_value("—").run()
    assert "2 documents · 1 row refused" in shown(page)
    page.selectbox(key=column(page, "Class")).set_value("topic").run()
    create(page)
    made = sessions_of(api, project)["reviews"]
    assert made.classes == (*project.classes, "Klang")
    units = [[s.units for s in d.segments] for d in api.documents(project.id, made.id).documents]
    assert units == [[((0, 8, "Klang", None),)], []]


def test_how_a_file_was_read_is_said_and_can_be_changed(page: AppTest) -> None:
    upload(page, "letters.csv", "Листки\ntext;n\nНомер чистый;1\n".encode("cp1251"))
    assert answers(page)["Encoding"] == "Windows-1251 (Cyrillic)"
    assert answers(page)["Names of the columns"] == "Row 2"
    assert previewed(page) == ["Номер чистый"]
    answer(page, "Encoding", "Windows-1253 (Greek)")
    assert previewed(page) == ["Νξμεπ χθρςϋι"]
    answer(page, "Encoding", "Windows-1251 (Cyrillic)")
    answer(page, "Names of the columns", "There are none")
    assert previewed(page) == ["Листки", "text", "Номер чистый"]
    answer(page, "Separator", "none: one column")
    assert previewed(page) == ["Листки", "text;n", "Номер чистый;1"]


def test_a_workbook_is_read_by_its_columns_and_has_neither_encoding_nor_separator(page: AppTest) -> None:
    text = "=Kind staff"
    made = a_document(text, a_segment(text, 1, 5, ("Staff", None)), annotated=True)
    upload(page, "letters.xlsx", whole(xlsx.write, [made]))
    assert "1 document · 1 tag · 1 marked done" in shown(page)
    assert previewed(page) == [text]
    assert answers(page)["Read as"] == "Excel workbook"
    assert not answers(page).keys() & {"Encoding", "Separator"}


def test_tasks_of_label_studio_are_told_from_a_session_by_what_is_in_them(page: AppTest) -> None:
    value = {"start": 4, "end": 8, "text": "soup", "labels": ["Food"]}
    annotation = {"result": [{"id": "a", "type": "labels", "value": value}], "was_cancelled": False}
    tasks = [{"id": 1, "data": {"text": "The soup"}, "annotations": [annotation], "predictions": []}]
    upload(page, "0aa1-tasks.json", json.dumps(tasks).encode())
    assert "1 document · 1 tag · 1 marked done" in shown(page)
    assert answers(page)["Read as"] == "Label Studio"
    assert previewed(page) == ["The soup"]


def test_another_file_is_read_by_its_own_columns(page: AppTest) -> None:
    upload(page, "one.csv", b"text,n\na,1\n")
    upload(page, "two.csv", b"n,body\n1,b\n")
    assert page.selectbox(key=column(page, "Text")).value == "body"
    assert page.text_input(key=field(page, "name")).placeholder == "two"


def test_a_name_that_was_typed_is_kept_when_a_file_comes(page: AppTest) -> None:
    page.text_input(key=field(page, "name")).set_value("Mine").run()
    upload(page, "two.csv", b"n,body\n1,b\n")
    assert page.text_input(key=field(page, "name")).value == "Mine"


def test_names_that_were_taken_out_can_be_put_back(page: AppTest, api: LabelingClient) -> None:
    pick(page, project_named(api, "Product reviews"))
    line = {"text": "Loud", "segments": [{"span": [0, 4], "tags": [{"class": "Sound", "label": "Praise"}]}]}
    upload(page, "x.jsonl", json.dumps(line).encode())
    page.multiselect(key=proposed(page, "classes")).set_value(["Battery"]).run()
    assert page.button(key=field(page, "create")).disabled
    assert "use classes that are not in the list" in shown(page)
    page.button(key=field(page, "add-names")).click().run()
    assert page.multiselect(key=proposed(page, "classes")).value == ["Battery", "Sound"]
    assert not page.button(key=field(page, "create")).disabled


def test_a_file_that_is_not_json_says_so_once(page: AppTest) -> None:
    upload(page, "x.json", b'{"documents": [')
    assert shown(page).count("The file is not JSON") == 1
    assert page.button(key=field(page, "create")).disabled


def test_a_download_of_another_type_says_why_it_does_not_fit(page: AppTest, api: LabelingClient) -> None:
    pick(page, project_named(api, "Support mail"))
    upload(
        page,
        "x.jsonl",
        b'{"text": "Hi", "segments": [{"span": [0, 2], "tags": [{"label": "POS"}]}]}',
    )
    refused = next(frame.value for frame in page.dataframe if "reason" in frame.value)
    assert "sessions of this type have no labels" in refused["reason"].iloc[0]


def test_a_viewer_is_told_why(
    page: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    viewed = tuple(project.model_copy(update={"role": "VIEWER"}) for project in api.projects())
    monkeypatch.setattr(api, "projects", lambda: viewed)
    clock.pass_a_minute()
    paste(page, "one")
    assert page.button(key=field(page, "create")).disabled
    assert "needs the role ANNOTATOR" in shown(page)


def test_a_server_that_makes_no_projects_offers_none(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "info", lambda: Info())
    app.switch_page("pages/new_session.py").run()
    assert not [control for control in app.segmented_control if control.key == field(app, "where-0")]
    assert "This server lets nobody make projects" in shown(app)


def prepared(app: AppTest, session: Session, format_: str) -> AppTest:
    key = f"{session.project_id}-{session.id}"
    app.selectbox(key=f"download-format-{key}").set_value(format_).run()
    app.button(key=f"download-prepare-{key}").click().run()
    assert not app.exception
    return app


@pytest.fixture
def opened(app: AppTest, api: LabelingClient) -> tuple[AppTest, Session]:
    """The Sessions page on a sample session."""
    project_id, session_id = session_named(api, "Guest letters, summer")
    app.query_params["project"], app.query_params["session"] = str(project_id), str(session_id)
    app.run()
    assert not app.exception
    return app, api.session(project_id, session_id)


@pytest.mark.parametrize(
    ("format_", "suffix"),
    [("JSON", ".json"), ("JSONL", ".jsonl"), ("CSV", ".csv"), ("Excel workbook", ".xlsx")],
)
def test_a_session_can_be_downloaded(opened: tuple[AppTest, Session], format_: str, suffix: str) -> None:
    app, session = opened
    prepared(app, session, format_)
    assert offered(app) == [f"Save Guest letters summer{suffix}"]
    assert f"{session.document_count} documents" in shown(app)


def offered(app: AppTest) -> list[str]:
    labels = [str(button.proto.label) for button in app.get("download_button")]
    return [label for label in labels if label.startswith("Save ")]


def test_a_prepared_file_stays_when_the_page_is_drawn_anew_and_goes_with_what_was_asked_for(
    opened: tuple[AppTest, Session],
) -> None:
    app, session = opened
    prepared(app, session, "CSV").run()
    assert offered(app) == ["Save Guest letters summer.csv"]
    app.selectbox(key=f"download-format-{session.project_id}-{session.id}").set_value("JSON").run()
    assert offered(app) == []
    prepared(app, session, "JSON").switch_page("pages/review.py").run()
    app.switch_page("pages/sessions.py").run()
    assert offered(app) == []


def test_a_download_that_fails_says_why_and_leaves_the_page(
    opened: tuple[AppTest, Session], api: LabelingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, session = opened

    def failing(*args: object, **options: object) -> list[Document]:
        raise Forbidden("role too low")

    monkeypatch.setattr(api, "documents", failing)
    prepared(app, session, "CSV")
    assert "Could not read the documents" in shown(app)
    assert not app.get("download_button")
    assert app.text_area(key="pasted-documents").label == "One document a line"


def column_uses(page: AppTest) -> list[list[object]]:
    return next(frame.value for frame in page.dataframe if "use" in frame.value).values.tolist()


def test_every_column_is_counted_and_what_is_kept_can_be_chosen(page: AppTest, api: LabelingClient) -> None:
    project = project_named(api, "Product reviews")
    pick(page, project)
    upload(page, "x.csv", b"nr,review,stars,by\n1,Good,4,Ann\n2,Bad sound,,Ben\n")
    assert column_uses(page) == [
        ["nr", "information about the document", 2],
        ["review", "text", 2],
        ["stars", "information about the document", 1],
        ["by", "information about the document", 2],
    ]
    (kept,) = [box for box in page.multiselect if box.label.startswith("Kept as information")]
    kept.set_value(["stars"]).run()
    assert [row[1] for row in column_uses(page)] == [
        "left out",
        "text",
        "information about the document",
        "left out",
    ]
    create(page)
    made = sessions_of(api, project)["x"]
    found = api.documents(project.id, made.id).documents
    assert [document.meta for document in found] == [{"stars": "4"}, None]


def test_a_flat_label_is_parted_as_its_values_show_and_can_be_read_otherwise(
    page: AppTest, api: LabelingClient
) -> None:
    pick(page, project_named(api, "Product reviews"))
    upload(page, "x.csv", b"text,label\nGood soup,Food-POS\nBad room,Room-NEG\n")
    assert page.multiselect(key=proposed(page, "labels")).value[-2:] == ["POS", "NEG"]
    answer(page, "What a name is", "label")
    assert page.multiselect(key=proposed(page, "labels")).value[-2:] == ["Food-POS", "Room-NEG"]


def test_labels_in_other_letters_become_the_projects(page: AppTest, api: LabelingClient) -> None:
    pick(page, project_named(api, "Hotels and journeys"))
    upload(page, "x.csv", b"text,label\nGood,pos\nBad,negative\nSo so,meh\n")
    assert "2 documents · 2 tags · 1 row refused" in shown(page)
    assert "pos → **POS**" in shown(page)
    assert "negative → **NEG**" in shown(page)


def test_it_is_said_where_the_documents_go(page: AppTest, api: LabelingClient) -> None:
    pick(page, project_named(api, "Product reviews"))
    upload(page, "x.csv", b"text\nGood\n")
    assert "Into the project **Product reviews**, as the session **x**." in shown(page)


def test_a_list_of_names_can_begin_with_a_preset(page: AppTest) -> None:
    page.segmented_control(key=field(page, "where-0")).set_value("In a new project").run()
    page.button(key=field(page, "preset-labels-yes")).click().run()
    assert page.multiselect(key=proposed(page, "labels")).value == ["yes", "no"]


def test_a_file_without_documents_is_told_once(page: AppTest) -> None:
    upload(page, "names.csv", b"text,label\n")
    assert shown(page).count("There are no documents in it.") == 1
    assert "Drop a file" not in shown(page)
    assert page.button(key=field(page, "create")).disabled


def test_a_picture_is_told_from_a_text(page: AppTest) -> None:
    upload(page, "x.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 20)
    assert "The file is a picture." in shown(page)
    assert page.button(key=field(page, "create")).disabled


def test_a_file_is_still_there_after_a_look_at_another_page_and_can_be_removed(page: AppTest) -> None:
    upload(page, "x.csv", b"nr,review\n1,Good\n")
    page.switch_page("pages/sessions.py").run()
    page.switch_page("pages/new_session.py").run()
    assert "**x.csv** is still here." in shown(page)
    assert previewed(page) == ["Good"]
    page.button(key=field(page, "drop-file")).click().run()
    assert "Drop a file or paste your texts" in shown(page)
    upload(page, "y.csv", b"nr,review\n1,Bad\n")
    assert previewed(page) == ["Bad"]
