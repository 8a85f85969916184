"""The sample data: enough of everything, and in order wherever a fault is not declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import regex

from labeling.model import Document, Mode, Segment, Status, Tag, Type, missing, shape_of
from labeling.sample import SampleProject, SampleSession, projects
from labeling.sample.markup import read_document, read_session
from labeling.spans import cuts_grapheme, span_problem, trim

PROJECTS = projects()
SESSIONS = [(project, session) for project in PROJECTS for session in project.sessions]
DOCUMENTS = [document for _, session in SESSIONS for document in session.documents]
WITH_FAULTS = "Letters with problems"
EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}]")
FAMILY = regex.compile(r"\p{Extended_Pictographic}\p{EMod}?(?:\u200d\p{Extended_Pictographic}\p{EMod}?)+")
FLAG = regex.compile(r"\p{Regional_Indicator}{2}")


def session_named(name: str) -> SampleSession:
    return next(session for _, session in SESSIONS if session.name == name)


def in_order() -> Iterator[tuple[SampleProject, SampleSession, Document]]:
    """Every document outside the session with declared faults."""
    for project, session in SESSIONS:
        if session.name != WITH_FAULTS:
            for document in session.documents:
                yield project, session, document


def faults(document: Document) -> set[str]:
    """Which kinds of fault that a server admits stand in a document."""
    found = set()
    for segment in document.segments:
        here = (segment.start, segment.end)
        if segment.text != document.text[slice(*here)]:
            found.add("text")
        if any(cuts_grapheme(document.text, offset) for offset in here):
            found.add("grapheme")
        if trim(document.text, *here) != here:
            found.add("edge")
        if len({tag.names for tag in segment.tags}) < len(segment.tags):
            found.add("duplicate")
    return found


def test_every_type_of_project_is_there_once() -> None:
    assert Counter(project.type for project in PROJECTS) == Counter(Type)


def test_there_are_sessions_of_both_modes_in_every_status_that_rests() -> None:
    assert len(SESSIONS) >= 8
    assert {session.mode for _, session in SESSIONS} == set(Mode)
    assert {session.status for _, session in SESSIONS} == {
        Status.CREATED,
        Status.STARTED,
        Status.ANNOTATING,
        Status.FINISHED,
        Status.FAILED,
    }


def test_names_of_projects_and_of_sessions_are_not_used_twice() -> None:
    assert len({project.name for project in PROJECTS}) == len(PROJECTS)
    assert len({session.name for _, session in SESSIONS}) == len(SESSIONS)


def test_there_are_sixty_documents_and_no_text_stands_twice() -> None:
    assert len(DOCUMENTS) >= 60
    assert len({document.text for document in DOCUMENTS}) == len(DOCUMENTS)
    assert all(document.text.strip() == document.text != "" for document in DOCUMENTS)


def test_one_session_is_empty_and_one_is_long_enough_to_be_paged() -> None:
    sizes = [len(session.documents) for _, session in SESSIONS]
    assert sizes.count(0) == 1
    assert max(sizes) >= 25


def test_one_session_has_eight_classes_or_more() -> None:
    assert max(len(session.classes) for _, session in SESSIONS) >= 8


@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("en", r"[a-z]"),
        ("de", r"[a-zäöüß]"),
        ("es", r"[a-zñáéíóú]"),
        ("ar", r"\p{Arabic}"),
        ("hi", r"\p{Devanagari}"),
        ("zh", r"\p{Han}"),
    ],
)
def test_each_language_has_documents_with_tags_in_its_own_script(language: str, letters: str) -> None:
    documents = [document for document in DOCUMENTS if (document.meta or {})["language"] == language]
    assert len(documents) >= 4
    assert all(regex.search(letters, document.text) for document in documents)
    spans = [segment for document in documents for segment in document.segments if segment.tags]
    assert any(regex.search(letters, segment.text or "") for segment in spans)


def test_every_document_says_one_of_the_six_languages() -> None:
    assert {(document.meta or {})["language"] for document in DOCUMENTS} == {
        "en",
        "de",
        "es",
        "ar",
        "hi",
        "zh",
    }


def test_ten_documents_have_emoji_with_joined_families_and_flags_among_them() -> None:
    assert sum(bool(EMOJI.search(document.text)) for document in DOCUMENTS) >= 10
    assert sum(bool(FAMILY.search(document.text)) for document in DOCUMENTS) >= 2
    assert sum(bool(FLAG.search(document.text)) for document in DOCUMENTS) >= 2


def test_letters_with_combining_marks_and_hindi_vowel_signs_are_tagged() -> None:
    texts = [segment.text or "" for document in DOCUMENTS for segment in document.segments]
    assert any(regex.search(r"[a-z]\p{Mn}", text) for text in texts)
    assert any(regex.search(r"\p{Devanagari}\p{Mc}", text) for text in texts)


def test_chinese_segments_stand_in_the_middle_of_text_without_spaces() -> None:
    assert any(
        regex.match(r"\p{Han}", document.text[segment.start - 1 :])
        and regex.match(r"\p{Han}", document.text[segment.end :])
        for document in DOCUMENTS
        for segment in document.segments
        if (document.meta or {})["language"] == "zh" and segment.start
    )


def test_some_documents_end_their_lines_with_crlf_and_have_segments_behind_it() -> None:
    crlf = [document for document in DOCUMENTS if "\r\n" in document.text]
    assert len(crlf) >= 3
    for document in crlf:
        assert "\n" not in document.text.replace("\r\n", "")
        assert max(segment.start for segment in document.segments) > document.text.index("\r\n")


def test_the_travel_diary_is_one_text_of_two_thousand_words_with_three_hundred_segments() -> None:
    diary = session_named("A travel diary").documents[0]
    assert 1_950 <= len(diary.text.split()) <= 2_100
    assert len(diary.segments) == 300
    assert len(set(diary.text.split("\n\n"))) == len(diary.text.split("\n\n")) >= 15
    overlapping = [
        inner
        for at, inner in enumerate(diary.segments)
        if any(inner.overlaps(outer) for outer in diary.segments[:at])
    ]
    assert 10 <= len(overlapping) <= 24
    crossing = [
        (one, other)
        for one in diary.segments
        for other in diary.segments
        if one.start < other.start < one.end < other.end
    ]
    assert crossing


def test_some_segments_are_not_tagged_yet_in_sessions_begun_and_not_begun() -> None:
    bare = Counter(
        session.status
        for _, session, document in in_order()
        for segment in document.segments
        if not segment.tags
    )
    assert bare[Status.CREATED] >= 5
    assert bare[Status.ANNOTATING] >= 5


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_sessions_use_only_names_of_their_project_each_once(project: SampleProject) -> None:
    known = [class_.name for class_ in project.classes]
    assert len(set(known)) == len(known)
    for session in project.sessions:
        assert missing(session.classes, known) == ()
        assert missing(session.labels, project.labels) == ()
        assert len(set(session.classes)) == len(session.classes)
        assert len(set(session.labels)) == len(session.labels)


def test_every_tag_uses_names_of_its_session() -> None:
    for _, session in SESSIONS:
        tags = [
            tag for document in session.documents for segment in document.segments for tag in segment.tags
        ]
        assert missing([tag.class_ for tag in tags], session.classes) == ()
        assert missing([tag.label for tag in tags], session.labels) == ()


def test_names_of_classes_and_labels_are_words() -> None:
    for project in PROJECTS:
        for name in (*(class_.name for class_ in project.classes), *project.labels):
            assert regex.fullmatch(r"[A-Z][A-Za-z-]*( [a-z]+)*|POS|NEG|NEU", name)


def test_tags_have_the_parts_that_the_type_of_their_project_asks_for() -> None:
    for project, session in SESSIONS:
        shape = shape_of(project.type)
        assert bool(session.classes) == shape.classes
        assert bool(session.labels) == shape.labels
        for document in session.documents:
            for segment in document.segments:
                assert not shape.one_tag or len(segment.tags) <= 1
                for tag in segment.tags:
                    assert (tag.class_ is not None, tag.label is not None) == (shape.classes, shape.labels)


def test_absa_labels_are_the_three_sentiments() -> None:
    absa = next(project for project in PROJECTS if project.type == Type.ABSA)
    assert absa.labels == ("POS", "NEG", "NEU")


def test_segments_of_a_label_project_are_the_whole_document() -> None:
    headlines = next(project for project in PROJECTS if project.type == Type.LABEL)
    segments = [
        (document, segment)
        for session in headlines.sessions
        for document in session.documents
        for segment in document.segments
    ]
    assert len(segments) >= 15
    assert all(segment.span == (0, len(document.text)) for document, segment in segments)


def test_pairs_and_classes_are_put_on_whole_documents_and_on_spans() -> None:
    for type_ in (Type.CLASSLABEL, Type.CLASS):
        whole = Counter(
            segment.span == (0, len(document.text))
            for project, session in SESSIONS
            for document in session.documents
            for segment in document.segments
            if project.type == type_ and segment.tags
        )
        assert whole[True] >= 2
        assert whole[False] >= 2


def test_spans_lie_in_their_text_even_where_faults_are_declared() -> None:
    assert all(segment.fits(len(document.text)) for document in DOCUMENTS for segment in document.segments)


def test_outside_the_declared_faults_every_span_and_text_is_in_order() -> None:
    for _, session, document in in_order():
        assert faults(document) == set(), (session.name, document.text[:40])
        problems = [span_problem(document.text, s.start, s.end) for s in document.segments]
        assert not any(problems), (session.name, document.text[:40])


def test_outside_the_declared_faults_segments_stand_in_reading_order() -> None:
    for _, _, document in in_order():
        order = [(segment.start, -segment.end) for segment in document.segments]
        assert order == sorted(order)


def test_the_letters_with_problems_hold_every_fault_that_a_server_admits() -> None:
    kinds = [faults(document) for document in session_named(WITH_FAULTS).documents]
    assert Counter(kind for found in kinds for kind in found) == {
        "text": 3,
        "grapheme": 4,
        "edge": 2,
        "duplicate": 1,
    }
    assert kinds.count(set()) == 1


def test_texts_unlike_their_slice_differ_by_case_by_white_space_and_by_a_utf_16_shift() -> None:
    unlike = [
        (document.text, segment)
        for document in session_named(WITH_FAULTS).documents
        for segment in document.segments
        if segment.text != document.text[segment.start : segment.end]
    ]
    said = [(segment.text or "", text[segment.start : segment.end]) for text, segment in unlike]
    assert sum(one.casefold() == other.casefold() for one, other in said) == 1
    assert sum("".join(one.split()) == "".join(other.split()) for one, other in said) == 1
    assert sum(utf16_slice(text, segment) == segment.text for text, segment in unlike) == 1


def utf16_slice(text: str, segment: Segment) -> str:
    units = text.encode("utf-16-le")
    return units[2 * segment.start : 2 * segment.end].decode("utf-16-le", errors="replace")


def test_the_done_mark_is_always_set_and_done_documents_are_tagged_throughout() -> None:
    assert all(document.annotated is not None for document in DOCUMENTS)
    done = [document for document in DOCUMENTS if document.annotated]
    assert len(done) >= 30
    assert all(document.segments for document in done)
    assert all(segment.tags for document in done for segment in document.segments)


@pytest.mark.parametrize("session", [session for _, session in SESSIONS], ids=lambda session: session.name)
def test_the_status_of_a_session_agrees_with_its_documents(session: SampleSession) -> None:
    done = [document.annotated for document in session.documents]
    if session.status == Status.FINISHED:
        assert done
        assert all(done)
    elif session.status == Status.ANNOTATING:
        assert set(done) == {True, False}
    else:
        assert not any(done)
    if session.status == Status.CREATED:
        assert not any(document.tag_count for document in session.documents)


def test_only_corrections_are_started_or_failed_and_a_failed_one_gives_its_reason() -> None:
    special = [session for _, session in SESSIONS if session.status in (Status.STARTED, Status.FAILED)]
    assert {session.mode for session in special} == {Mode.CORRECTION}
    assert all(session.description for session in special if session.status == Status.FAILED)
    started = [session for session in special if session.status == Status.STARTED]
    assert all(document.tag_count for session in started for document in session.documents)


def test_words_in_braces_become_a_segment_with_its_tags() -> None:
    document = read_document(" done language=en", "A {fine room|Room/POS; Price/NEU}.\n")
    assert document.text == "A fine room."
    tags = (Tag.of("Room", "POS"), Tag.of("Price", "NEU"))
    assert document.segments == (Segment(text="fine room", span=(2, 11), tags=tags),)
    assert document.annotated is True
    assert document.meta == {"language": "en"}


def test_segments_nest_and_may_be_bare_or_have_only_a_class_or_a_label() -> None:
    document = read_document("", "{the {old|} {bed|/NEG}|Bed}")
    assert [(s.text, s.tags) for s in document.segments] == [
        ("the old bed", (Tag.of("Bed"),)),
        ("old", ()),
        ("bed", (Tag.of(None, "NEG"),)),
    ]


def test_a_plus_line_finds_the_occurrence_it_names_and_may_give_another_text() -> None:
    document = read_document("", 'the bed, the bed\n+ "bed" #2 as "Bed" | Bed/POS\n')
    assert document.text == "the bed, the bed"
    assert document.segments == (Segment(text="Bed", span=(13, 16), tags=(Tag.of("Bed", "POS"),)),)


def test_the_head_of_a_document_can_tag_the_whole_of_it_or_leave_it_bare() -> None:
    tagged = read_document(" done | /Sport", "One nil\n\n")
    assert tagged.segments == (Segment(text="One nil", span=(0, 7), tags=(Tag.of(None, "Sport"),)),)
    assert read_document(" |", "One nil").segments == (Segment(text="One nil", span=(0, 7), tags=()),)


def test_crlf_counts_two_code_points_in_the_spans_behind_it() -> None:
    document = read_document(" crlf", "one\n{two|A}\n")
    assert document.text == "one\r\ntwo"
    assert document.segments[0].span == (5, 8)


def test_escaped_characters_are_text() -> None:
    document = read_document("", "\\{a\\} \\| \\\\ caf\\u0065\\u0301 a|b \\|c}\n\\+ one\n\\--- two")
    assert document.text == "{a} | \\ cafe\u0301 a|b |c}\n+ one\n--- two"
    assert document.segments == ()


@pytest.mark.parametrize(
    "body",
    [
        "an {open segment",
        "an end |Room} without a beginning",
        'the bed, the bed\n+ "bed" | Bed',
        'the bed\n+ "lamp" | Room',
        "the bed\n+ bed | Bed",
    ],
)
def test_mark_up_whose_segments_do_not_add_up_is_refused(body: str) -> None:
    with pytest.raises(ValueError):
        read_document("", body)


def test_a_session_without_documents_description_or_labels_is_read() -> None:
    session = read_session("Name: A\nMode: ANNOTATION\nStatus: CREATED\nClasses: Thanks, Data protection\n")
    assert session == SampleSession(
        name="A",
        mode=Mode.ANNOTATION,
        status=Status.CREATED,
        description=None,
        classes=("Thanks", "Data protection"),
        labels=(),
        documents=(),
    )
