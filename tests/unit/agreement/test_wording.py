"""Every case without a figure is said in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from labeling.agreement import wording
from labeling.agreement.comparison import Comparison, NamePart, compare
from labeling.agreement.figures import Figures, figures
from labeling.agreement.shared import Counted, shared
from labeling.agreement.tags import PlacedTag
from tests.unit.agreement.cases import a_text, compared_texts, tags

Tags = tuple[PlacedTag, ...]
AB = ("A", "B")


def compared(*texts: Sequence[Tags]) -> tuple[Comparison, Figures]:
    comparison = compared_texts(*[(10, given) for given in texts])
    return comparison, figures(comparison, [1, 2], draws=100)


def test_no_shared_document_is_no_agreement() -> None:
    both = shared([[a_text(3)], [a_text(4)]])
    comparison = compare(both, Counted.DONE, [False, False])
    assert wording.nothing_compared(0, comparison, AB) == "A and B share no document."
    found = figures(comparison, [1, 2])
    assert [rung.f1.value for rung in found.ladder] == [None] * 4
    assert wording.nothing_compared(0, comparison, ("A", "B", "C")) == "A, B and C share no document."


def test_shared_documents_that_are_not_done_are_counted() -> None:
    sessions = [[a_text(10, position=n, id=n, done=False) for n in range(40)] for _ in AB]
    comparison = compare(shared(sessions), Counted.DONE, [False, False])
    said = wording.nothing_compared(comparison.shared, comparison, AB)
    assert said == "They share 40 documents; 0 are done by both."


def test_nothing_to_tag_anywhere_is_not_said_as_a_number() -> None:
    comparison, found = compared(*[((), ())] * 40)
    assert wording.headline(found, AB) == "In all 40 shared documents both found nothing. F1 needs tags."
    assert wording.characters_in_words(found.characters) == (
        "Everything has the same tag (or none): chance cannot be told from agreement. "
        "They agree in 100 % of the text."
    )
    assert wording.nothing_compared(40, comparison, AB) == ""


def test_who_tagged_nothing_is_named() -> None:
    comparison, found = compared(*[(tags("F 0-4"), ())] * 12)
    assert wording.number(found.strict.value) == "0.000"
    assert wording.silent(comparison, AB) == ["B tagged nothing in 12 done documents."]
    assert wording.kappa_in_words(found.kappa[NamePart.CLASS], NamePart.CLASS, 12) == "No pair overlaps."
    assert (
        wording.places_in_words(found.places[NamePart.CLASS], NamePart.CLASS)
        == "No two tags meet at one place."
    )


def test_one_name_alone_is_said_with_the_raw_agreement() -> None:
    _, found = compared((tags("F 0-4"), tags("FOOD/NEG 0-4")))
    said = wording.kappa_in_words(found.kappa[NamePart.CLASS], NamePart.CLASS, 2)
    assert said == "All pairs are FOOD: κ needs two classes; raw agreement 100 %."
    said = wording.places_in_words(found.places[NamePart.CLASS], NamePart.CLASS)
    assert said == "All tags that meet are FOOD: α needs two classes; raw agreement 100 %."
    bare = tags("/POS 0-4")
    _, found = compared((bare, bare))
    assert found.kappa.keys() == {NamePart.LABEL}


def test_kappa_says_on_what_it_is_counted_and_why_it_is_low() -> None:
    cells = {("POS", "POS"): 90, ("POS", "NEG"): 4, ("NEG", "POS"): 4, ("NEG", "NEG"): 2}
    texts = [(tags(f"F/{a} 0-4"), tags(f"F/{b} 0-4")) for (a, b), n in cells.items() for _ in range(n)]
    _, found = compared(*texts)
    kappa = found.kappa[NamePart.LABEL]
    assert wording.number(kappa.estimate.value) == "0.291"
    assert wording.kappa_in_words(kappa, NamePart.LABEL, 200) == (
        "on 100 pairs of 200 tags; unmatched ones are not in it; raw agreement 92 %, "
        "lower beyond chance because 94 % are POS"
    )


def test_the_headline_names_the_step_that_loses_most() -> None:
    cases = {
        (tags("F 0-4"), tags("F 0-4")): "They agree in every tag.",
        (tags("F 0-4"), tags("F 0-5")): "They find the same places (1.00) but disagree on borders: 0.00.",
        (
            tags("F 0-4"),
            tags("B/POS 0-4"),
        ): "They mark the same spans (1.00) but give them other classes: 0.00.",
        (tags("F 0-4"), tags("FOOD/NEG 0-4")): (
            "They agree on spans and classes (1.00) but give other labels: 0.00."
        ),
        (tags("F 0-4"), tags("F 5-9")): (
            "They disagree most on where there is anything to tag: same place 0.00."
        ),
    }
    for given, said in cases.items():
        assert wording.where_lost(compared(given)[1]) == said


def test_an_interval_or_the_reason_why_there_is_none() -> None:
    same, other = (tags("F 0-4"), tags("F 0-4")), (tags("F 0-4"), tags("B/POS 0-4"))
    said = {
        n: wording.interval(compared(*texts)[1].strict)
        for n, texts in enumerate(([same] * 6, [same] * 20, [other] * 20, [same, other] * 10))
    }
    assert said[0] == "too few documents: 6, at least 10"
    assert said[1] == "0 of 20 documents differ; at most 13.9 % (95 %)"
    assert said[2] == "every document is alike: no interval"
    assert said[3].endswith("rough: 20 documents")


def test_what_is_not_quite_all_or_nothing_never_looks_so() -> None:
    assert [wording.number(value) for value in (0.99999, 1.0, 0.00001, 0.0, -0.5)] == [
        *("0.999", "1.000", "0.001", "0.000", "−0.500")
    ]
    assert [wording.percent(share) for share in (0.9999, 1.0, 0.0001, 0.0)] == [
        "99.9 %",
        "100 %",
        "0.1 %",
        "0 %",
    ]


def test_segments_that_are_not_compared_are_counted_beside() -> None:
    given = [[a_text(10, tags("F 0-4"), unfinished=2, broken=1)], [a_text(10, tags("F 0-3"))]]
    comparison = compare(shared(given), Counted.DONE, [False, False])
    assert (
        wording.left_out(comparison) == "Left out: 2 segments without tags and 1 segment outside their text."
    )


@pytest.mark.parametrize(
    "texts",
    [
        (),
        (((), ()),),
        ((tags("F 0-4"), ()),),
        ((tags("F 0-10"), tags("F 0-10")),),
        ((tags("/POS 0-10"), tags("F 0-10")),),
        ((tags("F 0-4"), tags("F 5-9"), ()),),
    ],
)
def test_no_figure_is_ever_not_a_number(texts: tuple[Sequence[Tags], ...]) -> None:
    found = compared(*texts)[1] if texts else figures(compared_texts(people=2), [1])
    assert "nan" not in repr(dataclasses.asdict(found)).lower()
    said = [
        wording.headline(found, AB),
        wording.characters_in_words(found.characters),
        *(wording.kappa_in_words(given, part, found.tags) for part, given in found.kappa.items()),
        *(wording.places_in_words(given, part) for part, given in found.places.items()),
    ]
    assert all(said)
