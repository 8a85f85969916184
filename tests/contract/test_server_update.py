"""The update call: what is absent stays, documents are matched and never removed,
and all or nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving, units
from tests.stores import DATABASES


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def tagged(text: str = "The bed was soft", **fields: Json) -> Json:
    return a_document(text, a_segment(4, 7, a_tag()), **fields)


def test_the_example_of_the_contract_is_accepted_and_answered_with_the_18_fields(server: Raw) -> None:
    session = server.session()
    answer = server.put(
        session,
        {
            "name": "This is my first labeling session",
            "classes": ["Comfort"],
            "labels": ["POS"],
            "documents": [
                {
                    "text": "Document 1",
                    "segments": [
                        {
                            "text": "Segment 1",
                            "span": [0, 9],
                            "tags": [{"class": "Comfort", "label": "POS"}],
                        }
                    ],
                }
            ],
        },
    )
    of_a_plan = {"part", "plan", "blind"}  # told to managers only
    assert set(answer) - of_a_plan == {
        *("created", "finished", "document_count", "document_group_id", "organization_id", "user_id"),
        *("project_id", "uuid", "id", "name", "progress", "model_id", "status", "mode", "type"),
        *("description", "classes", "labels"),
    }
    assert answer["name"] == "This is my first labeling session"
    assert (answer["classes"], answer["labels"], answer["document_count"]) == (["Comfort"], ["POS"], 1)
    assert (answer["type"], answer["mode"]) == ("ABSA", "ANNOTATION")
    assert server.get(session) == answer
    [document] = server.documents(session)
    assert document["text"] == "Document 1"
    # The segment's text is no slice of the document, and stays as it was sent.
    assert (document["segments"][0]["text"], document["segments"][0]["span"]) == ("Segment 1", [0, 9])
    assert units(document) == [(0, 9, "Comfort", "POS")]


@pytest.mark.parametrize(
    "body", [{}, dict.fromkeys(("name", "documents", "document_ids", "classes", "labels"))]
)
def test_what_is_absent_or_null_stays(server: Raw, body: Json) -> None:
    session = server.session(documents=[tagged()])
    before = server.listing(session)
    server.put(session, body)
    assert server.listing(session) == before


def test_an_empty_list_of_names_empties(server: Raw) -> None:
    session = server.session()
    assert server.put(session, {"labels": []})["labels"] == []
    assert server.get(session)["classes"] == ["Comfort", "Staff"]


def test_unknown_keys_of_the_body_are_ignored(server: Raw) -> None:
    session = server.session()
    answer = server.put(session, {"progress": 99, "status": "FINISHED", "colour": 1, "name": "Two"})
    assert (answer["name"], answer["progress"], answer["status"]) == ("Two", 0, "CREATED")


def test_a_known_text_changes_its_document_and_an_unknown_one_is_appended(server: Raw) -> None:
    session = server.session(documents=[tagged("The bed was soft"), tagged("The man was kind")])
    before = server.documents(session)
    answer = server.put(
        session, {"documents": [a_document("A new one"), a_document("The bed was soft", a_segment(0, 3))]}
    )
    after = server.documents(session)
    assert answer["document_count"] == 3
    assert [item["text"] for item in after] == ["The bed was soft", "The man was kind", "A new one"]
    assert [item["id"] for item in after[:2]] == [item["id"] for item in before]
    assert [item["position"] for item in after] == [0, 1, 2]
    assert units(after[0]) == [(0, 3, None, None)]
    assert after[1] == before[1]


def test_documents_that_are_not_named_stay_even_when_the_list_is_empty(server: Raw) -> None:
    session = server.session(documents=[tagged()])
    before = server.documents(session)
    server.put(session, {"documents": []})
    assert server.documents(session) == before


def test_the_nth_mention_of_a_text_is_the_nth_document_with_it(server: Raw) -> None:
    session = server.session(documents=[a_document("Good"), a_document("Bad"), a_document("Good")])
    server.put(
        session,
        {
            "documents": [
                a_document("Good", a_segment(0, 1)),
                a_document("Good", a_segment(0, 2)),
                a_document("Good", a_segment(0, 3)),
            ]
        },
    )
    after = server.documents(session)
    assert [item["text"] for item in after] == ["Good", "Bad", "Good", "Good"]
    assert [units(item) for item in after] == [
        [(0, 1, None, None)],
        [],
        [(0, 2, None, None)],
        [(0, 3, None, None)],
    ]


def test_an_id_names_one_of_several_documents_with_the_same_text(server: Raw) -> None:
    session = server.session(documents=[a_document("Good"), a_document("Good")])
    second = server.documents(session)[1]["id"]
    server.put(
        session,
        {"documents": [a_document("Good", a_segment(0, 1)), a_document("Good", a_segment(0, 2), id=second)]},
    )
    assert [units(item) for item in server.documents(session)] == [
        [(0, 1, None, None)],
        [(0, 2, None, None)],
    ]


def test_an_id_without_a_text_is_enough(server: Raw) -> None:
    session = server.session(documents=[a_document("Good")])
    [document] = server.documents(session)
    server.put(session, {"documents": [{"id": document["id"], "segments": [a_segment(0, 4)]}]})
    assert units(server.documents(session)[0]) == [(0, 4, None, None)]


def test_an_id_with_another_text_or_of_another_session_is_refused(server: Raw) -> None:
    project = server.project()
    session = server.session(project, documents=[a_document("Good")])
    other = server.session(project, documents=[a_document("Bad")])
    here, there = server.documents(session)[0]["id"], server.documents(other)[0]["id"]
    assert server.refused(session, {"documents": [{"id": here, "text": "Better"}]}).startswith(
        "documents[0].text: differs"
    )
    assert server.refused(session, {"documents": [{"id": there}]}).startswith("documents[0].id: ")
    twice = [{"id": here, "text": "Good"}, {"id": here, "text": "Good"}]
    assert server.refused(session, {"documents": twice}) == (
        f"documents[1].id: document {here} is named twice"
    )
    assert server.refused(session, {"documents": [{"segments": []}]}).startswith("documents[0]: ")


def test_the_same_change_twice_ends_in_the_same_state(server: Raw) -> None:
    session = server.session(documents=[a_document("Good"), a_document("Good")])
    change = {
        "name": "Again",
        "documents": [
            *[a_document("Good", a_segment(0, 4, a_tag())) for _ in range(3)],
            tagged("The new one"),
        ],
    }
    server.put(session, change)
    once = server.listing(session)
    server.put(session, change)
    assert server.listing(session) == once
    assert once["document_count"] == 4


def test_ids_add_documents_of_the_project_and_change_no_text(server: Raw) -> None:
    project = server.project()
    first = server.session(project, documents=[a_document("One"), a_document("Two")])
    ids = [item["id"] for item in server.documents(first)]
    second = server.session(project)
    body = {"document_ids": [ids[1], ids[1], ids[0]], "documents": [a_document("Three"), a_document("One")]}
    assert server.put(second, body)["document_count"] == 3
    after = server.documents(second)
    assert [item["text"] for item in after] == ["Two", "One", "Three"]
    assert [item["id"] for item in after[:2]] == [ids[1], ids[0]]
    assert server.put(second, body)["document_count"] == 3


def test_an_unknown_document_id_is_refused_and_nothing_is_stored(server: Raw) -> None:
    elsewhere = server.session(documents=[a_document("Elsewhere")])
    foreign = server.documents(elsewhere)[0]["id"]
    session = server.session(documents=[a_document("Here")])
    own = server.documents(session)[0]["id"]
    for wrong in (foreign, 10**9):
        message = server.refused(session, {"name": "No", "document_ids": [own, wrong]})
        assert message == f"document_ids[1]: the project has no document {wrong}"
    assert server.get(session)["name"] == "Round one"
    assert server.get(session)["document_count"] == 1


def test_segments_are_the_full_list_when_sent_and_stay_when_not(server: Raw) -> None:
    text = "The bed was soft"
    session = server.session(documents=[a_document(text, a_segment(0, 3), a_segment(4, 7, a_tag()))])
    before = server.documents(session)
    server.put(session, {"documents": [{"text": text}]})
    server.put(session, {"documents": [{"text": text, "segments": None}]})
    assert server.documents(session) == before
    server.put(session, {"documents": [a_document(text, a_segment(8, 11), a_segment(0, 3))]})
    assert units(server.documents(session)[0]) == [(8, 11, None, None), (0, 3, None, None)]
    server.put(session, {"documents": [{"text": text, "segments": []}]})
    assert server.documents(session)[0]["segments"] == []


def test_segments_with_the_same_span_keep_id_text_tags_and_unknown_keys(server: Raw) -> None:
    text = "The bed was soft"
    session = server.session(
        documents=[a_document(text, a_segment(4, 7, a_tag(sure=0.5), text="bett", colour="red"))]
    )
    [before] = server.documents(session)[0]["segments"]
    assert (before["colour"], before["text"], before["tags"][0]["sure"]) == ("red", "bett", 0.5)
    server.put(session, {"documents": [{"text": text, "segments": [{"span": [0, 3]}, {"span": [4, 7]}]}]})
    new, kept = server.documents(session)[0]["segments"]
    assert kept == before
    assert new["text"] == "The"
    assert new["id"] != kept["id"]


def test_a_tag_keeps_its_id_while_others_come_and_go(server: Raw) -> None:
    text = "The bed was soft"
    session = server.session(
        documents=[a_document(text, a_segment(4, 7, a_tag("Staff", "NEG"), a_tag(sure=1)))]
    )
    before = server.documents(session)[0]["segments"][0]["tags"]
    sent = a_segment(4, 7, a_tag(), a_tag("Staff", "NEG"), a_tag("Staff", "POS"))
    server.put(session, {"documents": [a_document(text, sent)]})
    kept, other, new = server.documents(session)[0]["segments"][0]["tags"]
    assert (kept, other) == (before[1], before[0])
    assert new["id"] not in [tag["id"] for tag in before]


def test_a_tag_that_is_given_other_names_keeps_its_id_and_only_the_keys_that_are_sent(server: Raw) -> None:
    text = "The bed was soft"
    first, second = a_tag("Staff", "NEG", sure=1), a_tag("Staff", "POS", sure=2)
    session = server.session(documents=[a_document(text, a_segment(4, 7, first, second))])
    one, two = server.documents(session)[0]["segments"][0]["tags"]
    named = {"id": two["id"], "label": "POS"}
    server.put(session, {"documents": [a_document(text, a_segment(4, 7, named, {"label": "NEG"}))]})
    assert server.documents(session)[0]["segments"][0]["tags"] == [
        {"id": two["id"], "class": None, "label": "POS"},
        {"id": one["id"], "class": None, "label": "NEG"},
    ]


def test_of_two_segments_with_one_span_the_named_one_is_kept(server: Raw) -> None:
    text = "The bed was soft"
    session = server.session(
        documents=[a_document(text, a_segment(4, 7, mark="a"), a_segment(4, 7, mark="b"))]
    )
    second = server.documents(session)[0]["segments"][1]
    server.put(session, {"documents": [a_document(text, second)]})
    assert server.documents(session)[0]["segments"] == [second]


@pytest.mark.parametrize("none", [[], {}])
def test_no_tags_as_a_list_or_as_an_empty_object_clears_the_tags(server: Raw, none: Json) -> None:
    session = server.session(documents=[tagged()])
    body = {"documents": [{"text": "The bed was soft", "segments": [{"span": [4, 7], "tags": none}]}]}
    server.put(session, body)
    assert server.documents(session)[0]["segments"][0]["tags"] == []


def test_a_document_sent_back_without_ids_and_meta_changes_nothing(server: Raw) -> None:
    document = a_document(
        "The bed was soft",
        a_segment(4, 7, a_tag(), a_tag(), text="unlike", colour="red"),
        a_segment(4, 7, a_tag("Staff", "NEG")),
        a_segment(0, 16),
        meta={"source": "web"},
    )
    session = server.session(documents=[document])
    before = server.listing(session)
    [read] = before["documents"]
    returned = {
        "text": read["text"],
        "segments": [
            {"text": item["text"], "span": item["span"], "tags": item["tags"]} for item in read["segments"]
        ],
    }
    server.put(session, {"documents": [returned]})
    assert server.listing(session) == before
    server.put(session, {"documents": before["documents"]})
    assert server.listing(session) == before


@pytest.mark.parametrize(
    "span",
    [[0, 0], [3, 2], [-1, 2], [0, 17], [16, 17], [0], [0, 1, 2], [0, "1"], [0, 1.5], [True, 2], [0, 10**30]],
)
def test_a_span_that_is_no_part_of_the_text_is_refused(server: Raw, span: Json) -> None:
    session = server.session(documents=[a_document()])
    good = {"text": "Fine"}
    bad = {"text": "The bed was soft", "segments": [{"span": [0, 16]}, {"span": span}]}
    message = server.refused(session, {"name": "No", "documents": [good, bad]})
    assert message.startswith("documents[1].segments[1].span: ")
    assert server.get(session)["name"] == "Round one"
    assert [item["text"] for item in server.documents(session)] == ["The bed was soft"]


def test_spans_count_code_points(server: Raw) -> None:
    text = "👩‍👩‍👧 é\r\n好"
    session = server.session(documents=[a_document(text, a_segment(len(text) - 1, len(text)))])
    assert server.documents(session)[0]["segments"][0]["text"] == "好"
    assert server.refused(session, {"documents": [a_document(text, a_segment(0, len(text) + 1))]})


def test_a_tag_with_a_name_that_the_session_lacks_is_refused_and_nothing_is_stored(server: Raw) -> None:
    session = server.session(documents=[a_document()])
    before = server.listing(session)
    for tag, where in ((a_tag("Noise"), "class"), (a_tag("Comfort", "MAYBE"), "label")):
        body = {"name": "No", "documents": [a_document("The bed was soft", a_segment(0, 3, a_tag(), tag))]}
        message = server.refused(session, body)
        assert message.startswith(f"documents[0].segments[0].tags[1].{where}: ")
        assert tag[where] in message
    assert server.listing(session) == before


def test_a_name_and_its_first_tag_may_come_in_one_body(server: Raw) -> None:
    session = server.session(documents=[a_document()])
    body = {
        "classes": ["Comfort", "Staff", "Noise"],
        "documents": [a_document("The bed was soft", a_segment(0, 3, a_tag("Noise")))],
    }
    assert server.put(session, body)["classes"] == ["Comfort", "Staff", "Noise"]


def test_dropping_a_name_in_use_is_refused_until_the_tags_go_in_the_same_body(server: Raw) -> None:
    session = server.session(documents=[tagged(), a_document("Other")])
    assert '"Comfort"' in server.refused(session, {"classes": ["Staff"]})
    assert '"POS"' in server.refused(session, {"labels": []})
    assert server.get(session)["classes"] == ["Comfort", "Staff"]
    renamed = {
        "classes": ["Staff", "Ease"],
        "documents": [a_document("The bed was soft", a_segment(4, 7, a_tag("Ease")))],
    }
    assert server.put(session, renamed)["classes"] == ["Staff", "Ease"]
    assert units(server.documents(session)[0]) == [(4, 7, "Ease", "POS")]


def test_names_are_merged_in_order_and_may_be_unknown_to_the_project(server: Raw) -> None:
    session = server.session()
    answer = server.put(session, {"classes": ["b", "a", "b", "B"], "labels": ["x", "x"]})
    assert (answer["classes"], answer["labels"]) == (["b", "a", "B"], ["x"])
    assert server.refused(session, {"classes": ["a", " \t"]}) == "classes[1]: must not be blank"
    assert server.refused(session, {"name": ""}).startswith("name: ")


def test_a_tag_needs_a_class_or_a_label_and_either_is_enough(server: Raw) -> None:
    session = server.session(documents=[a_document()])
    some = [{"class": "Comfort"}, {"label": "POS"}, {"class": "Staff", "label": None}]
    server.put(session, {"documents": [a_document("The bed was soft", a_segment(0, 3, *some))]})
    assert units(server.documents(session)[0]) == [
        (0, 3, "Comfort", None),
        (0, 3, None, "POS"),
        (0, 3, "Staff", None),
    ]
    for empty in ({}, {"class": None}, {"class": "", "label": ""}):
        message = server.refused(
            session, {"documents": [a_document("The bed was soft", a_segment(0, 3, empty))]}
        )
        assert message == "documents[0].segments[0].tags[0]: needs a class, a label or both"


def test_segments_may_overlap_repeat_and_carry_the_same_tag_twice(server: Raw) -> None:
    segments = [
        a_segment(0, 7, a_tag()),
        a_segment(4, 11),
        a_segment(4, 11),
        a_segment(5, 6, a_tag(), a_tag()),
    ]
    session = server.session(documents=[a_document("The bed was soft", *segments)])
    assert units(server.documents(session)[0]) == [
        (0, 7, "Comfort", "POS"),
        (4, 11, None, None),
        (4, 11, None, None),
        (5, 6, "Comfort", "POS"),
        (5, 6, "Comfort", "POS"),
    ]


def test_a_session_that_the_server_works_on_is_not_changed(server: Raw) -> None:
    session = server.session()
    # No call leads to these statuses yet, so the row is set by hand.
    with server.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE sessions SET status = 'PREDICTING'")
    assert "PREDICTING" in server.refused(session, {"name": "No"})
    assert server.get(session)["name"] == "Round one"


def test_one_document_shared_by_two_sessions_has_segments_of_its_own_in_each(server: Raw) -> None:
    project = server.project()
    first = server.session(project, documents=[tagged()])
    second = server.session(project, documents=None)
    assert [item["text"] for item in server.documents(second)] == ["The bed was soft"]
    assert server.documents(second)[0]["segments"] == []
    server.put(second, {"documents": [a_document("The bed was soft", a_segment(0, 1))]})
    assert units(server.documents(first)[0]) == [(4, 7, "Comfort", "POS")]


def test_creating_takes_names_from_the_project_and_ids_of_other_sessions_mean_nothing(server: Raw) -> None:
    project = server.project(labels=["POS"])
    first = server.session(project, documents=[tagged()])
    copies = server.documents(first)
    copy = server.post(project + "/annotations", {"name": "Copy", "documents": copies})
    assert (copy["classes"], copy["labels"], copy["status"]) == (["Comfort", "Staff"], ["POS"], "CREATED")
    [document] = server.documents(f"{project}/annotations/{copy['id']}")
    assert document["id"] != copies[0]["id"]
    assert units(document) == units(copies[0])
    message = server.refused(project + "/annotations", {"documents": [{"id": 1}]}, "POST")
    assert message == "documents[0].text: is required"
