"""What people took of suggestions says nothing of what they find by themselves."""

from __future__ import annotations

from labeling.agreement.comparison import Comparison, compare
from labeling.agreement.figures import figures
from labeling.agreement.shared import Counted, shared
from labeling.agreement.suggested import SuggestedTags, WithoutSuggested, without_suggested
from labeling.agreement.tags import PlacedTag
from tests.unit.agreement.cases import a_text, tags

Tags = tuple[PlacedTag, ...]
NONE: SuggestedTags = frozenset()


def taken(*tags_: PlacedTag, at: int = 0) -> SuggestedTags:
    return frozenset((at, tag) for tag in tags_)


def left(people: list[list[Tags]], suggested: list[SuggestedTags]) -> tuple[WithoutSuggested, Comparison]:
    """`people`: what each has in each document of 20 characters, no two of them alike."""
    texts = [
        [a_text(20, given, position=at, text=str(at) * 20) for at, given in enumerate(theirs)]
        for theirs in people
    ]
    finished = [True] * len(people)
    found = without_suggested(shared(texts), suggested, Counted.DONE, finished)
    return found, compare(found.shared, Counted.DONE, finished)


def test_the_place_of_a_suggested_tag_goes_for_everybody_and_the_rest_stays() -> None:
    one, two, three = tags("F 0-4", "A/ 6-9"), tags("F 0-5", "B/ 6-9"), tags("F 0-4")
    found, comparison = left([[one], [two], [three]], [taken(one[0]), NONE, NONE])
    assert (found.places, found.documents) == (1, 0)
    [text] = comparison.texts
    assert [given.tags if given else None for given in text.by_person] == [one[1:], two[1:], ()]
    assert len(comparison.strict) == 3
    # The characters there are nothing that people agree on either.
    assert text.left_out == ((0, 5),)
    alone = left([[one[1:]], [two[1:]], [()]], [NONE] * 3)[1]
    of_all, of_rest = figures(comparison, [1], draws=20), figures(alone, [1], draws=20)
    assert (of_all.characters.units, of_rest.characters.units) == (15, 20)
    assert [rung.f1.value for rung in of_all.ladder] == [rung.f1.value for rung in of_rest.ladder]


def test_a_document_of_suggestions_alone_is_no_document_in_which_nothing_was_found() -> None:
    given = tags("F 0-4")
    found, comparison = left([[given, ()], [given, ()]], [taken(*given), NONE])
    assert (found.places, found.documents, len(comparison.texts)) == (1, 1, 1)
    assert found.words(is_left_out=True) == (
        "At 1 place somebody took a suggestion: it is left out, and 1 document which has nothing else."
    )
    assert "count like any other" in found.words(is_left_out=False)


def test_a_tag_that_is_no_longer_there_or_stands_elsewhere_leaves_nothing_out() -> None:
    given = tags("F 0-4")
    found, comparison = left([[given], [given]], [taken(*tags("F 0-5")) | taken(*given, at=1), NONE])
    assert (found.places, found.words(is_left_out=True), len(comparison.strict)) == (0, "", 1)


def test_of_a_tag_that_stands_twice_and_was_suggested_both_go() -> None:
    twice = tags("F 0-4", "F 0-4")
    found, _ = left([[twice], [tags("F 0-4", "A/ 8-9")]], [taken(twice[0]), NONE])
    assert found.places == 2
    [text] = found.shared.texts
    assert [given.tags if given else None for given in text.by_person] == [(), tags("A/ 8-9")]
