"""Files: a session made of one by `upload`, and given as one by `download`."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from zipfile import ZipFile

import httpx
import pytest

from labeling.formats import BY_NAME, FORMATS, read
from labeling.formats.apart import PLACES
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.source import Source
from labeling.formats.together import TOGETHER
from labeling.model import Document, Role, Session
from labeling.server.api import uploads
from labeling.server.rules.reading import AT_ONCE
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.stores import DATABASES

WRITTEN = [format_.name for format_ in FORMATS if format_.write]
REVIEWS = b"text,class,label\nThe bed was soft,Comfort,POS\nNobody came,Staff,neg\n"


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


@pytest.fixture
def lite() -> Iterator[Raw]:
    """For what is decided before anything is stored."""
    with serving() as raw:
        yield raw


def send(
    server: Raw, project: str, data: bytes, file_name: str = "Reviews.csv", /, **fields: str
) -> httpx.Response:
    """The form as clients send it."""
    return server.http.post(
        f"{project}/annotations/upload",
        files={"file": (file_name, data)},
        data=fields,
        headers={"Authorization": server.token},
    )


def refusal(response: httpx.Response, status: int = 400) -> str:
    assert response.status_code == status, response.text
    assert response.json().keys() == {"status", "message"}
    message: str = response.json()["message"]
    return message


def counts(server: Raw, project: str) -> tuple[int, int]:
    """Sessions and documents of a project."""
    return len(server.get(project + "/annotations")), server.get(project + "/documents")["count"]


def test_a_file_becomes_a_session_with_its_tags_and_the_names_that_they_use(server: Raw) -> None:
    project = server.project("CLASSLABEL", labels=["POS"])
    answer = send(server, project, b"text,class,label\nThe bed was soft,Price,NEG\nNobody came,,\n")
    assert answer.status_code == 200
    made = answer.json()
    assert (made["name"], made["document_count"], made["status"]) == ("Reviews", 2, "CREATED")
    assert (made["classes"], made["labels"]) == (["Comfort", "Staff", "Price"], ["POS", "NEG"])
    session = f"{project}/annotations/{made['id']}"
    assert server.get(session) == made
    first, second = server.documents(session)
    assert (units(first), units(second)) == ([(0, 16, "Price", "NEG")], [])


def test_labels_of_an_absa_project_are_the_projects(server: Raw) -> None:
    project = server.project(labels=["POS", "NEG"])
    made = send(server, project, REVIEWS).json()
    assert (made["classes"], made["labels"]) == (["Comfort", "Staff"], ["POS", "NEG"])
    documents = server.documents(f"{project}/annotations/{made['id']}")
    assert [units(one)[0][3] for one in documents] == ["POS", "NEG"]
    message = refusal(send(server, project, b"text,class,label\nNice,Staff,great\n", "other.csv"))
    assert "row 2: segment 1 has the label “great”, which is not one of the project's" in message


def test_a_file_of_which_a_row_is_refused_stores_nothing_and_names_the_row(server: Raw) -> None:
    project = server.project()
    good, bad = json.dumps(a_document("The bed")), json.dumps(a_document("Bad", a_segment(2, 9)))
    message = refusal(send(server, project, f"{good}\n{bad}\n{good}\n{{\n".encode(), "r.jsonl"))
    assert message.startswith("file: 2 lines of 4 cannot be taken, so nothing was stored. line 2: segment 1 ")
    assert "; line 4: is not JSON (" in message
    assert counts(server, project) == (0, 0)


def test_of_many_refused_rows_the_first_are_named_and_the_others_counted(lite: Raw) -> None:
    message = refusal(send(lite, lite.project(), b"[" + b"1," * 11 + b'{"text": "Nice"}]', "r.json"))
    assert message.startswith("file: 11 documents of 12 cannot be taken")
    assert message.count("is not a JSON object") == 5
    assert message.endswith("; and 6 more.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "file: The file is empty."),
        (b"%PDF-1.7", "file: The file is a PDF: take the text out of it first."),
        (b"text,class\n", "file: There are no documents in it."),
    ],
)
def test_a_file_without_a_document_says_why(lite: Raw, data: bytes, said: str) -> None:
    assert refusal(send(lite, lite.project(), data)) == said


@pytest.mark.parametrize("word", ["True", "true"])
def test_a_preview_answers_as_the_upload_would_and_stores_nothing(server: Raw, word: str) -> None:
    project = server.project(labels=["POS", "NEG"])
    shown = send(server, project, REVIEWS, show_preview=word)
    assert shown.status_code == 200
    assert counts(server, project) == (0, 0)
    made = send(server, project, REVIEWS, show_preview="False").json()
    told = ("id", "uuid", "created", "document_group_id")
    assert shown.json() == {**made, **dict.fromkeys(told)}
    assert counts(server, project) == (1, 2)
    refusal(send(server, project, REVIEWS, show_preview=word), 409)
    assert refusal(send(server, project, REVIEWS, show_preview="maybe")).startswith("show_preview: must be ")


def test_a_file_that_others_are_before_is_refused_for_a_while(lite: Raw) -> None:
    places = 0
    while PLACES.acquire(blocking=False):
        places += 1
    try:
        project = lite.project()
        answer = send(lite, project, b"PAR1 \0 PAR1", "r.parquet")
    finally:
        PLACES.release(places)
    assert refusal(answer, 429).startswith("Several large files are being read at the moment.")
    assert int(answer.headers["Retry-After"]) > 0
    assert counts(lite, project) == (0, 0)


def test_a_file_sent_twice_makes_one_session(server: Raw) -> None:
    project = server.project(labels=["POS", "NEG"])
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: send(server, project, REVIEWS), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    made = next(answer.json() for answer in answers if answer.status_code == 200)
    said = f"The project has a session “Reviews” already, number {made['id']}. Send another `name`."
    assert {answer.json()["message"] for answer in answers if answer.status_code == 409} == {said}
    assert counts(server, project) == (1, 2)
    assert send(server, project, REVIEWS, name=" Round two ").json()["name"] == "Round two"


@pytest.mark.parametrize(
    ("file_name", "name"),
    [("Bewertungen März.csv", "Bewertungen März"), ("C:\\data\\a.b.csv", "a.b"), (".csv", ".csv")],
)
def test_the_session_is_called_like_the_file(lite: Raw, file_name: str, name: str) -> None:
    project = lite.project(labels=["POS", "NEG"])
    # As browsers do: the name's own letters, backslashes as they are.
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'
    response = raw_form(lite, project, head.encode() + REVIEWS + b"\r\n--b--\r\n")
    assert response.json()["name"] == name


def raw_form(server: Raw, project: str, body: bytes, **headers: str) -> httpx.Response:
    sent = {"Content-Type": "multipart/form-data; boundary=b", **headers}
    return server.call("POST", f"{project}/annotations/upload", raw=body, headers=sent)


def test_the_format_may_be_said(lite: Raw) -> None:
    project = lite.project("CLASSLABEL")
    made = send(lite, project, REVIEWS, format="text").json()
    texts = [document["text"] for document in lite.documents(f"{project}/annotations/{made['id']}")]
    assert texts == REVIEWS.decode().splitlines()
    message = refusal(send(lite, project, REVIEWS, format="word"))
    assert message.startswith("format: must be one of ")
    assert all(format_.name in message for format_ in FORMATS if format_.read)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The form was cut off"),
        (b"--b--\r\n", "file: is required"),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--', "with its name"),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx',
            "The form was cut off: its last boundary is missing.",
        ),
        (b"--b\r\nNothing\r\n", "The form cannot be read: "),
        (
            2 * b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n',
            "Too many files",
        ),
    ],
)
def test_a_form_without_one_whole_file_is_refused(lite: Raw, body: bytes, message: str) -> None:
    project = lite.project()
    assert message in refusal(raw_form(lite, project, body))
    assert counts(lite, project) == (0, 0)


def test_what_is_no_form_or_packed_or_too_large_is_refused(
    lite: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = lite.project()
    upload = f"{project}/annotations/upload"
    said = "Content-Type: must be multipart/form-data, not application/json"
    assert lite.refused(upload, {"file": "text"}, "POST") == said
    packed = raw_form(lite, project, gzip.compress(b"--b--"), **{"Content-Encoding": "gzip"})
    assert "not as gzip" in refusal(packed, 415)
    monkeypatch.setattr(uploads, "LARGEST_BODY", 1000)
    assert refusal(send(lite, project, b"x" * 1000)) == "The body is larger than 1000 bytes."
    assert counts(lite, project) == (0, 0)


def test_who_may_not_is_told_so_before_the_form_is_read(lite: Raw) -> None:
    project, others = lite.project(), lite.project()
    session = lite.session(project)
    viewer, stranger = lite.person(Role.VIEWER, project), lite.person(Role.VIEWER, others, "bea@example.org")
    for token, status, read_status in (("", 401, 401), (viewer, 403, 200), (stranger, 403, 403)):
        call = lite.call("POST", f"{project}/annotations/upload", raw=b"no form", token=token)
        refusal(call, status)
        for path in (f"{session}/download", f"{project}/annotations/download"):
            assert lite.call("GET", path, token=token).status_code == read_status
    assert raw_form(lite, "/projects/99", b"no form").status_code == 404
    assert lite.call("GET", f"{project}/annotations/99/download").status_code == 404


# Downloads


def two_sessions(server: Raw) -> tuple[str, list[str]]:
    """A project with two sessions, whose documents have the same text, and one without any."""
    project = server.project("CLASSLABEL", name="Hotels", labels=["POS", "NEG"])
    first = [
        a_document("Ünser Bett 😀", a_segment(6, 10, a_tag(), a_tag("Staff", "NEG")), meta={"from": "mail"}),
        a_document("Nobody came", annotated=True),
    ]
    second = [a_document("Ünser Bett 😀", a_segment(0, 5, a_tag("Staff")))]
    names = ("Round, one", first), ("Runde 二", second), ("Empty", [])
    return project, [server.session(project, name=name, documents=documents) for name, documents in names]


def taken(document: Json) -> Json:
    """What of a document another server can take over."""
    return document["text"], units(document), document.get("meta"), document["annotated"]


def read_again(data: bytes, suffix: str) -> list[Json]:
    records = read(Source(data, f"a{suffix}"))
    assert not records.problem
    found = imported(records, guess(records))
    assert found.refused == ()
    plain = [{"annotated": False, "segments": [], **one.to_json()} for one in found.documents]
    for document in plain:
        for segment in document["segments"]:
            segment["tags"] = [{"class": None, "label": None, **tag} for tag in segment["tags"]]
    return plain


@pytest.mark.parametrize("name", ["json", "jsonl", "csv", "xlsx"])
def test_a_download_is_read_again_as_the_session_it_was(server: Raw, name: str) -> None:
    _, (session, other, _) = two_sessions(server)
    for path in (session, other):
        response = server.call("GET", f"{path}/download", format=name)
        assert response.status_code == 200
        read_back = read_again(response.content, BY_NAME[name].suffix)
        assert list(map(taken, read_back)) == list(map(taken, server.documents(path)))


def contents(data: bytes) -> Json:
    """What is in it, without the time at which a workbook was made."""
    if not data.startswith(b"PK"):
        return data
    archive = ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_download_in_any_format_is_what_the_page_would_save(lite: Raw, name: str) -> None:
    _, sessions = two_sessions(lite)
    format_ = BY_NAME[name]
    for path in sessions:
        response = lite.call("GET", f"{path}/download", format=name)
        assert response.headers["Content-Type"].partition(";")[0] == format_.mime
        session = Session.model_validate(lite.get(path))
        documents = [Document.model_validate(one) for one in lite.documents(path)]
        assert format_.write is not None
        saved = b"".join(format_.write(session, documents))
        assert contents(response.content) == contents(saved)
        if format_.mime.startswith("text/") or "json" in format_.mime:
            response.content.decode("utf-8")


def test_without_a_format_it_is_csv_and_an_unknown_one_is_refused_with_those_there_are(lite: Raw) -> None:
    project, (session, *_) = two_sessions(lite)
    for path in (f"{session}/download", f"{project}/annotations/download"):
        assert lite.call("GET", path).content == lite.call("GET", path, format="csv").content
        for word in ("word", "", "CSV"):
            message = refusal(lite.call("GET", path, format=word))
            assert message.startswith("format: ")
            assert all(name in message for name in TOGETHER)
    assert all(name in refusal(lite.call("GET", f"{session}/download", format="x")) for name in WRITTEN)


def test_a_file_is_sent_to_be_saved_under_the_sessions_name(lite: Raw) -> None:
    project, (session, other, _) = two_sessions(lite)
    named = {
        f"{session}/download": 'attachment; filename="Round one.csv"',
        f"{other}/download": "attachment; filename=\"Runde _.csv\"; filename*=UTF-8''Runde%20%E4%BA%8C.csv",
        f"{project}/annotations/download": 'attachment; filename="Hotels sessions.csv"',
    }
    for path, disposition in named.items():
        response = lite.call("GET", path)
        assert response.headers["Content-Disposition"] == disposition
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert int(response.headers["Content-Length"]) == len(response.content)
        head = lite.call("HEAD", path)
        # The file is not made for it, so its length is not known; each call has a name of its own.
        get, said = dict(response.headers), dict(head.headers)
        assert get.pop("x-request-id") != said.pop("x-request-id")
        assert get.pop("content-length")
        assert (head.status_code, head.content, said) == (200, b"", get)


def test_more_documents_than_are_read_at_a_time_come_in_their_order(server: Raw) -> None:
    session = server.session(documents=[a_document(f"Text {n}") for n in range(1003)])
    lines = server.call("GET", f"{session}/download", format="jsonl").text.splitlines()
    assert [json.loads(line)["text"] for line in lines] == [f"Text {n}" for n in range(1003)]


def test_of_many_documents_those_with_one_text_stay_apart_and_a_wrong_one_is_named(server: Raw) -> None:
    project = server.project()
    texts = [f"Text {n % 7}" for n in range(2 * AT_ONCE + 3)]
    session = server.session(project, documents=[a_document(text) for text in texts])
    lines = server.call("GET", f"{session}/download", format="jsonl").text.splitlines()
    assert [json.loads(line)["text"] for line in lines] == texts
    assert server.get(session)["document_count"] == len(texts)
    before = counts(server, project)
    for wrong, said in (
        ({"text": 5}, ".text: must be a valid string"),
        ({"text": "Text", "segments": [{"span": [0, 9]}]}, ".segments[0].span: [0, 9] is not a part"),
        ({"text": "Text", "segments": [{"span": [0, 4], "tags": [{"class": "No"}]}]}, ".segments[0].tags[0]"),
    ):
        body = {"name": "X", "documents": [*map(a_document, texts[: AT_ONCE + 5]), wrong]}
        message = server.refused(f"{project}/annotations", body, "POST")
        assert message.startswith(f"documents[{AT_ONCE + 5}]{said}"), message
    assert counts(server, project) == before


def test_all_sessions_come_in_one_file_that_says_which_document_is_whose(server: Raw) -> None:
    project, sessions = two_sessions(server)

    def file(name: str) -> bytes:
        response = server.call("GET", f"{project}/annotations/download", format=name)
        assert response.status_code == 200
        return response.content

    listed = json.loads(file("json"))
    one_by_one = [server.call("GET", f"{path}/download", format="json").json() for path in sessions]
    assert listed == one_by_one
    ids = [one["id"] for one in listed]
    lines = [json.loads(line) for line in file("jsonl").splitlines()]
    whose = [(line.pop("session"), line.pop("session_id")) for line in lines]
    assert whose == [("Round, one", ids[0])] * 2 + [("Runde 二", ids[1])]
    assert lines == [document for path in sessions for document in server.documents(path)]
    rows = list(csv.DictReader(io.StringIO(file("csv").decode("utf-8-sig"))))
    assert list(rows[0])[:3] == ["session", "session_id", "document"]
    assert [(row["session"], row["class"]) for row in rows] == [
        *(("Round, one", class_) for class_ in ("Comfort", "Staff", "")),
        ("Runde 二", "Staff"),
    ]


@pytest.mark.parametrize("name", ["jsonl", "csv", "xlsx"])
def test_a_file_of_all_sessions_is_read_again_as_their_documents(lite: Raw, name: str) -> None:
    project, sessions = two_sessions(lite)
    content = lite.call("GET", f"{project}/annotations/download", format=name).content
    found = read_again(content, BY_NAME[name].suffix)
    expected = [document for path in sessions for document in lite.documents(path)]
    assert [taken(one)[:2] for one in found] == [taken(one)[:2] for one in expected]
    assert [one["meta"]["session"] for one in found] == ["Round, one", "Round, one", "Runde 二"]


def test_a_format_that_takes_one_session_says_which_take_all(lite: Raw) -> None:
    for name in {*WRITTEN} - {*TOGETHER}:
        message = refusal(lite.call("GET", f"{lite.project()}/annotations/download", format=name))
        assert message == (
            f"format: all sessions in one file are given as {', '.join(TOGETHER)}; {name} takes one session"
        )
    assert {*TOGETHER} <= {*WRITTEN}


@pytest.mark.parametrize("name", TOGETHER)
def test_a_project_without_sessions_gives_a_file_without_documents(lite: Raw, name: str) -> None:
    response = lite.call("GET", f"{lite.project()}/annotations/download", format=name)
    assert response.status_code == 200
    assert name != "json" or response.json() == []
