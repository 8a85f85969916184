"""The sample data in a new database."""

from __future__ import annotations

from pathlib import Path

from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import open_store
from tests.postgres import fresh_database
from tests.unit.server.storage.build import ME, documents_of


def test_sample_data_go_into_a_new_database_with_status_and_marks_as_they_are(tmp_path: Path) -> None:
    from labeling.sample import projects as sample_projects

    store = open_store(tmp_path, sample=True)
    for sample, project in zip(sample_projects(), store.projects.of_caller(ME), strict=True):
        project_id = project["project_id"]
        assert (project["name"], project["type"]) == (sample.name, sample.type)
        assert project["labels"] == list(sample.labels)
        assert [item["description"] for item in store.classes.of_project(project_id)] == [
            item.description for item in sample.classes
        ]
        sessions = store.sessions.of_project(ME, project_id)
        for wanted, session in zip(sample.sessions, sessions, strict=True):
            assert (session["status"], session["mode"]) == (wanted.status, wanted.mode)
            assert session["description"] == wanted.description
            assert (session["finished"] is not None) == (wanted.status == "FINISHED")
            assert session["finished"] is None or session["finished"] > session["created"]
            at = SessionAddress(project_id, session["id"])
            documents = documents_of(store, at)
            assert [item["text"] for item in documents] == [item.text for item in wanted.documents]
            assert [item["annotated"] for item in documents] == [
                bool(item.annotated) for item in wanted.documents
            ]
            assert [
                [
                    (segment["text"], tuple(segment["span"]), len(segment["tags"]))
                    for segment in item["segments"]
                ]
                for item in documents
            ] == [
                [(segment.text, segment.span, len(segment.tags)) for segment in item.segments]
                for item in wanted.documents
            ]
    store.close()


def test_a_new_database_on_a_server_gets_no_sample_data(tmp_path: Path) -> None:
    with fresh_database() as url:
        store = open_store(tmp_path, database_url=url, sample=True)
        assert store.projects.of_caller(ME) == []
        store.close()
