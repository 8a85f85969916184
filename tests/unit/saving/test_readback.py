from labeling.draft.document import Loaded, opened
from labeling.model import Document, Segment
from labeling.saving.plan import ExpectedDocument
from labeling.saving.readback import absent, carries, difference
from tests.unit.build import a_document, a_segment

TEXT = "Kind staff, small room."


def test_a_difference_is_told_with_the_number_of_the_document():
    document = a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS")))
    view = opened(Loaded("k", 16, document))
    held = a_document(TEXT, a_segment(TEXT, 18, 22, ("Room", "NEG")), a_segment(TEXT, 0, 4))
    expected = ExpectedDocument.unchanged(view)
    assert difference(expected, held) == "Document 17: 1 missing, 2 not from you."
    assert "done mark" in difference(expected, document)


def test_an_added_document_is_found_by_its_id_or_as_often_as_its_text_is_there():
    there = [Loaded(f"id:{n}", n, Document(text=text, id=n)) for n, text in enumerate("aab")]
    new, known, other = Document(text="a"), Document(text="b", id=2), Document(text="b", id=3)
    assert absent([new, new, new, known, other], there) == [new, other]
    assert absent([], iter(())) == []


def test_further_keys_of_what_was_sent_are_looked_for_wherever_a_server_has_put_the_tags_of_a_span():
    def segments(*notes: str | None) -> list[Segment]:
        tags = [{"class": "Staff"}, {"class": "Room"}]
        return [
            Segment.model_validate({"span": [5, 10], "tags": [tag], "note": note})
            for tag, note in zip(tags, notes, strict=True)
        ]

    assert carries(segments("kept", None), segments("kept", "theirs"))
    assert not carries(segments("kept", "too"), segments("kept", None))
