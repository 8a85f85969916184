"""What a lead counts, on hand-made documents."""

from __future__ import annotations

from labeling.documents.overview import TagFilter, about_done, crossing, overview, spread, totals
from labeling.draft.document import Loaded
from labeling.draft.vocabulary import Scheme
from labeling.model import Document, Segment, Session, Tag


def a_document(text: str, *segments: Segment, done: bool | None = False) -> Document:
    return Document(text=text, segments=segments, annotated=done)


def a_segment(start: int, end: int, *tags: tuple[str | None, str | None]) -> Segment:
    return Segment(span=(start, end), tags=tuple(Tag.of(*pair) for pair in tags))


def loaded(*documents: Document) -> list[Loaded]:
    return [Loaded(f"id:{n}", n, document) for n, document in enumerate(documents)]


def a_session(
    classes: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
    progress: float = 0.0,
    documents: int = 0,
    status: str = "ANNOTATING",
    type_: str = "ABSA",
) -> Session:
    return Session(
        id=1,
        project_id=1,
        type=type_,
        classes=classes,
        labels=labels,
        progress=progress,
        document_count=documents,
        status=status,
    )


def test_each_tag_is_a_row_with_the_number_on_screen_and_its_slice() -> None:
    seen = overview(
        loaded(
            a_document("Nothing here"),
            a_document("Good 🍕 here", a_segment(5, 6, ("Food", "POS"), ("Price", None)), done=True),
        )
    )
    assert [tuple(row) for row in seen.tags] == [
        (2, 5, 6, "🍕", "Food", "POS", True),
        (2, 5, 6, "🍕", "Price", None, True),
    ]


def test_a_document_that_cannot_be_read_is_told_and_counted_nowhere_else() -> None:
    seen = overview(
        loaded(a_document("one", a_segment(0, 3, ("A", None))), Document.unreadable({"text": 7}, "text"))
    )
    assert seen.unreadable == (2,)
    assert [row.document for row in seen.documents] == [1]
    assert (seen.untagged, len(seen.not_done), seen.bare) == ((), 1, ())


def test_documents_segments_and_tags_are_counted_apart() -> None:
    seen = overview(
        loaded(
            a_document("one two", a_segment(0, 3, ("A", None), ("B", None)), a_segment(4, 7)),
            a_document("three", a_segment(0, 5)),
            a_document("four"),
        )
    )
    assert (len(seen.documents), seen.segment_count, len(seen.tags), len(seen.bare)) == (3, 3, 2, 2)
    assert [row.document for row in seen.untagged] == [2, 3]
    assert [(row.document, row.text) for row in seen.bare] == [(1, "two"), (2, "three")]


def test_a_tag_with_neither_class_nor_label_is_no_tag() -> None:
    seen = overview(loaded(a_document("one", Segment(span=(0, 3), tags=(Tag(),)))))
    assert seen.tags == ()
    assert [row.document for row in seen.untagged] == [1]
    assert [row.text for row in seen.bare] == ["one"]


def test_a_span_outside_the_text_shows_the_text_that_was_sent_with_it() -> None:
    wrong = Segment(span=(2, 99), text="as sent", tags=(Tag.of("A"),))
    without = Segment(span=(-3, -1), tags=(Tag.of("A"),))
    seen = overview(loaded(a_document("one", wrong, without)))
    assert [row.text for row in seen.tags] == ["as sent", ""]


def test_done_is_unknown_when_the_server_does_not_say_it_of_every_document() -> None:
    said = overview(loaded(a_document("a", done=True), a_document("b", done=False)))
    unsaid = overview(loaded(a_document("a", done=True), a_document("b", done=None)))
    assert (said.done_count, [row.document for row in said.not_done]) == (1, [2])
    assert (unsaid.done_count, unsaid.not_done) == (None, ())


def test_density_is_tags_for_each_thousand_code_points() -> None:
    seen = overview(loaded(a_document("🍕" * 250, a_segment(0, 1, ("A", None))), a_document("x" * 250)))
    assert seen.density == 2.0
    assert overview([]).density == 0.0


def test_crossing_counts_pairs_and_their_sums() -> None:
    seen = overview(
        loaded(
            a_document("a", a_segment(0, 1, ("Food", "POS"), ("Food", "NEG"), ("Price", "NEG"))),
            a_document("b", a_segment(0, 1, ("Food", "POS"))),
        )
    )
    table = crossing(seen.tags, Scheme.of(a_session(("Food", "Price"), ("POS", "NEG"))))
    assert (table.classes, table.labels) == (("Food", "Price"), ("POS", "NEG"))
    assert [[table.counts[c, label] for label in table.labels] for c in table.classes] == [[2, 1], [0, 1]]
    assert (table.of_class("Food"), table.of_label("NEG"), table.total) == (3, 2, 4)


def test_crossing_keeps_unused_names_and_adds_those_the_session_lacks() -> None:
    seen = overview(loaded(a_document("a", a_segment(0, 1, ("Zoo", "POS"), ("Art", None)))))
    table = crossing(seen.tags, Scheme.of(a_session(("Food",), ("POS",))))
    assert table.classes == ("Food", "Art", "Zoo")
    assert table.labels == ("POS", None)
    assert (table.of_class("Food"), table.of_label(None)) == (0, 1)


def test_crossing_has_one_part_for_types_with_only_classes_or_only_labels() -> None:
    classes = overview(loaded(a_document("a", a_segment(0, 1, ("Food", None)))))
    labels = overview(loaded(a_document("a", a_segment(0, 1, (None, "POS")))))
    by_class = crossing(classes.tags, Scheme.of(a_session(("Food",), ("left over",), type_="CLASS")))
    by_label = crossing(labels.tags, Scheme.of(a_session((), ("POS",), type_="LABEL")))
    assert (by_class.has_classes, by_class.has_labels) == (True, False)
    assert (by_label.has_classes, by_label.has_labels) == (False, True)
    assert (by_class.counts["Food", None], by_label.counts[None, "POS"]) == (1, 1)


def test_the_most_used_names_keep_their_order_and_their_counts() -> None:
    tags = [("A", "x")] * 2 + [("B", "x")] * 1 + [("C", "y")] * 3
    seen = overview(loaded(a_document("a", a_segment(0, 1, *tags))))
    table = crossing(seen.tags, Scheme.of(a_session(("A", "B", "C"), ("x", "y")))).most_used(2, 9)
    assert (table.classes, table.labels) == (("A", "C"), ("x", "y"))
    assert (table.of_class("A"), table.of_class("C"), table.total) == (2, 3, 5)


def test_a_filter_joins_names_of_one_part_by_or_and_parts_by_and() -> None:
    tags = overview(
        loaded(
            a_document("Pizza", a_segment(0, 5, ("Food", "POS"), ("Price", "NEG"))),
            a_document("cold PIZZA", a_segment(0, 10, ("Food", "NEG"), (None, "NEG"))),
        )
    ).tags

    def admitted(wanted: TagFilter) -> list[tuple[int, str | None, str | None]]:
        return [(tag.document, tag.class_, tag.label) for tag in tags if wanted.admits(tag)]

    assert len(admitted(TagFilter())) == 4
    assert admitted(TagFilter(classes=("Food", None), labels=("NEG",))) == [
        (2, "Food", "NEG"),
        (2, None, "NEG"),
    ]
    assert admitted(TagFilter(text="pizza", labels=("POS",))) == [(1, "Food", "POS")]
    assert admitted(TagFilter(text="pasta")) == []


def test_spread_of_no_values_is_undefined() -> None:
    assert spread([]) is None
    assert spread([1, 2, 3, 10]) == (1, 2.5, 4.0, 10)


def test_totals_weigh_each_session_by_its_documents_and_round_down() -> None:
    sessions = [
        a_session(progress=100.0, documents=1, status="FINISHED"),
        a_session(progress=0.0, documents=2),
        a_session(progress=50.0, documents=0),
    ]
    assert totals(sessions) == (3, 1, 3, 33.3, None)
    assert totals([]) == (0, 0, 0, 0.0, 0)


def test_where_the_server_counts_what_is_done_nothing_is_made_of_a_percentage() -> None:
    large = a_session(progress=99.9, documents=30_011).model_copy(update={"annotated_count": 30_000})
    assert totals([large, large]) == (2, 0, 60_022, 99.9, 60_000)
    assert about_done(large) == 30_000
    assert about_done(a_session(progress=33.3, documents=3)) == 1


def test_totals_of_one_session_say_what_the_session_says() -> None:
    for tenths in range(1001):
        assert totals([a_session(progress=tenths / 10, documents=7)]).progress == tenths / 10


def test_every_tag_of_a_large_session_is_counted_and_found() -> None:
    segments = tuple(a_segment(n, n + 9, (f"Class {n}", "POS")) for n in range(5))
    seen = overview(loaded(*[a_document("Some words of a review. " * 10, *segments)] * 2_000))
    table = crossing(seen.tags, Scheme.of(a_session(tuple(f"Class {n}" for n in range(5)), ("POS",))))
    found = [tag for tag in seen.tags if TagFilter(text="WORD").admits(tag)]
    assert (table.total, len(found)) == (10_000, 10_000)
