"""The figures against examples worked out by hand, and against counting without any of the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from nervaluate import Evaluator
from sklearn.metrics import cohen_kappa_score

from labeling.agreement.behind import NOT_TAGGED, confusion, in_cell, in_text, lost_at, tags_of, with_name
from labeling.agreement.chance import AlphaCounts
from labeling.agreement.characters import CharacterCounts
from labeling.agreement.comparison import Comparison, NamePart, TaskKind
from labeling.agreement.figures import Figures, LadderStep, figures
from labeling.agreement.intervals import Counts, estimates
from labeling.agreement.match import match
from labeling.agreement.tags import PlacedTag
from tests.unit.agreement.cases import a_text, changed, compared_texts, random_tags, tags

Tags = tuple[PlacedTag, ...]


def figures_of(comparison: Comparison) -> Figures:
    return figures(comparison, [1, 2], draws=20)


def ladder(found: Figures) -> list[float | None]:
    return [rung.f1.value for rung in found.ladder]


def alpha(units: Sequence[tuple[float, Sequence[object]]]) -> float | None:
    counts, of = Counts(1), AlphaCounts()
    of.document(units)
    return estimates(counts, {"alpha": of.measure(counts)}, [1])["alpha"].value


E1 = (
    tags("F 0-4", "SERVICE/NEG 10-17", "PRICE/POS 20-25"),
    tags("F 0-4", "SERVICE/NEG 10-15", "PRICE/NEG 20-25", "F 30-34"),
)
TWO = tags("F 0-4", "PRICE/POS 0-4")
EXAMPLES: list[tuple[str, int, Sequence[Tags], Sequence[float | None], float | None]] = [
    ("a first example", 40, E1, (6 / 7, 4 / 7, 4 / 7, 2 / 7), 1 - 79 * 22 / (6400 - 2454)),
    ("identical", 10, (tags("F 0-4"),) * 2, (1, 1, 1, 1), 1),
    ("all of the text alike", 4, (tags("F 0-4"),) * 2, (1, 1, 1, 1), None),
    ("both empty", 10, ((), ()), (None,) * 4, None),
    ("one empty", 10, (tags("F 0-4"), ()), (0, 0, 0, 0), -0.1875),
    ("touching", 10, (tags("F 0-4"), tags("F 4-8")), (0, 0, 0, 0), -0.58333),
    ("nested", 12, (tags("F 0-9", "F 2-5"), tags("F 0-9")), (2 / 3,) * 4, 1),
    ("two classes on a span", 10, (TWO, TWO[::-1]), (1, 1, 1, 1), 1),
    ("one of two classes", 10, (TWO, tags("F 0-4")), (2 / 3,) * 4, 0.32143),
    ("twice", 10, (tags("F 0-4", "F 0-4"), tags("F 0-4")), (2 / 3,) * 4, 1),
    ("cut with a gap", 10, (tags("F 0-9"), tags("F 0-4", "F 5-9")), (2 / 3, 0, 0, 0), 0.62745),
    ("cut without one", 10, (tags("F 0-8"), tags("F 0-4", "F 4-8")), (2 / 3, 0, 0, 0), 1),
    (
        "classes swapped",
        20,
        (tags("F 0-4", "PRICE/NEG 6-10"), tags("PRICE/POS 0-4", "FOOD/NEG 6-10")),
        (1, 1, 0, 0),
        0.35,
    ),
    ("a third who found nothing", 10, (tags("F 0-4"), tags("F 0-4"), ()), (0.5,) * 4, 0.34091),
]


@pytest.mark.parametrize(("name", "length", "given", "steps", "by_character"), EXAMPLES)
def test_hand_examples(
    name: str, length: int, given: Sequence[Tags], steps: Sequence[float | None], by_character: float | None
) -> None:
    found = figures_of(compared_texts((length, given)))
    assert ladder(found) == pytest.approx(list(steps)), name
    assert found.characters.estimate.value == pytest.approx(by_character, abs=5e-6), name


def test_the_first_example_in_all_its_figures() -> None:
    comparison = compared_texts((40, E1))
    found = figures_of(comparison)
    assert found.kappa[NamePart.LABEL].estimate.value == pytest.approx(0.4)
    assert (found.pairs, found.tags, found.same_borders, found.same_class, found.same_label) == (
        3,
        7,
        2,
        3,
        2,
    )
    assert {one.name: one.f1.value for one in found.by_class} == pytest.approx(
        {"FOOD": 2 / 3, "SERVICE": 1, "PRICE": 1}
    )
    assert {one.name: one.f1.value for one in found.by_label} == pytest.approx({"POS": 1 / 2, "NEG": 2 / 3})
    assert {one.name: one.alpha and one.alpha.value for one in found.by_class} == pytest.approx(
        {"FOOD": 0.61269, "SERVICE": 0.80645, "PRICE": 1}, abs=1e-4
    )
    assert [rung.lost for rung in found.ladder] == [1, 1, 0, 1]
    third = figures_of(compared_texts((40, (*E1, tags("F 0-4")))))
    assert third.strict.value == pytest.approx(6 / 16)


def test_a_third_who_has_not_done_the_document_is_missing_and_not_silent() -> None:
    found = figures_of(compared_texts((10, (tags("F 0-4"), tags("F 0-4"), None))))
    assert (found.strict.value, found.characters.estimate.value) == (1, 1)
    assert [pair.documents for pair in found.people] == [1, 0, 0]


def test_alpha_of_small_tables_known_from_books() -> None:
    assert alpha([(1, "PPP"), (1, "PPN"), (1, "NN"), (1, "UNN")]) == pytest.approx(0.428571, abs=1e-6)
    table = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
    units = [(1, [row[at] for row in table if row[at] != "*"]) for at in range(15)]
    assert alpha(units) == pytest.approx(0.691358, abs=1e-6)


def test_documents_are_added_up_and_not_averaged() -> None:
    one, three = tags("F 0-4"), tags("F 0-1", "F 2-3", "F 4-5")
    assert figures_of(compared_texts((10, (one, one)), (10, (three, ())))).strict.value == pytest.approx(0.4)


def test_documents_that_nobody_tagged_count_for_nothing_and_are_counted_beside() -> None:
    a, b = tags("F 0-4"), tags("PRICE/NEG 6-8")
    found = figures_of(compared_texts(*[(10, ((), ()))] * 80, *[(10, (a, b))] * 20))
    assert (found.strict.value, found.nothing, found.identical, found.documents) == (0, 80, 80, 100)
    assert found.identical_range == pytest.approx((0.708, 0.873), abs=1e-3)


def test_an_empty_first_document_and_overlapping_tags_are_plain_cases() -> None:
    """What a known library stumbles over."""
    touching = (tags("A/ 0-1"), tags("B/ 2-3", "A/ 0-2"))
    found = figures_of(compared_texts((5, ((), ())), (5, touching)))
    assert found.ladder[0].f1.value == pytest.approx(2 / 3)
    assert found.same_class == 1


def test_kappa_is_low_where_nearly_all_is_one_name_and_both_are_there_to_be_said() -> None:
    cells = {("POS", "POS"): 90, ("POS", "NEG"): 4, ("NEG", "POS"): 4, ("NEG", "NEG"): 2}
    texts = [
        (10, (tags(f"F/{a} 0-4"), tags(f"F/{b} 0-4")))
        for (a, b), times in cells.items()
        for _ in range(times)
    ]
    found = figures_of(compared_texts(*texts)).kappa[NamePart.LABEL]
    assert (found.agreed, found.estimate.value) == pytest.approx((0.92, 0.29078), abs=1e-4)
    assert found.most == ("POS", pytest.approx(0.94))


def test_the_data_tell_whether_people_marked_or_only_named() -> None:
    named = (tags("A/ 0-4", "B/ 5-9"), tags("B/ 0-4", "B/ 5-9"))
    found = compared_texts(*[(9, named)] * 3, (9, ((), ())))
    assert found.kind is TaskKind.NAMING
    segments = figures_of(found).segments
    assert segments["kappa of segments"].estimate.value == 0
    assert segments["kappa of segments"].agreed == pytest.approx(0.5)
    assert segments["alpha of segments"].estimate.value == pytest.approx(1 - 11 * 6 / (144 - 90))
    marked = compared_texts(*[(9, named)] * 3, (9, (tags("A/ 0-4"), tags("A/ 0-3"))))
    assert (marked.kind, figures_of(marked).segments) == (TaskKind.MARKING, {})


def test_a_given_segment_that_one_left_without_tags_is_a_value_of_its_own() -> None:
    spans = frozenset({(0, 4), (5, 9)})
    sessions = [[a_text(9, tags("A/ 0-4"), spans=spans)], [a_text(9, tags("A/ 0-4", "B/ 5-9"), spans=spans)]]
    from labeling.agreement.comparison import compare
    from labeling.agreement.shared import Counted, shared

    found = compare(shared(sessions), Counted.DONE, [False, False])
    assert found.kind is TaskKind.NAMING
    assert figures_of(found).segments["kappa of segments"].agreed == 0.5


# Against counting without any of the code.


def random_people(random: Random, people: int, length: int = 20) -> list[Tags | None]:
    first = random_tags(random, length)
    given: list[Tags | None] = [first, *(changed(random, first, length) for _ in range(people - 1))]
    return [None if people > 2 and random.random() < 0.2 else one for one in given]


def strict_by_hand(texts: Sequence[Sequence[Tags | None]]) -> Fraction | None:
    both = total = 0
    for by_person in texts:
        for one, other in combinations([given for given in by_person if given is not None], 2):
            both += (Counter(one) & Counter(other)).total()
            total += len(one) + len(other)
    return Fraction(2 * both, total) if total else None


def alpha_by_hand(units: Sequence[Sequence[object]]) -> float | None:
    """From the definition: observed and expected disagreement over pairs of values."""
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    n = len(values)
    observed = sum(sum(one != other for one in unit for other in unit) / (len(unit) - 1) for unit in units)
    expected = n * n - sum(times * times for times in Counter(values).values())
    return 1 - (n - 1) * observed / expected if expected else None


def names_at(given: Tags, at: int) -> frozenset[tuple[str | None, str | None]]:
    return frozenset(tag.names for tag in given if tag.start <= at < tag.end)


@pytest.mark.parametrize("seed", range(10))
def test_figures_of_random_people_equal_counting_character_by_character(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        people = random.choice((2, 2, 3, 4))
        texts = [random_people(random, people) for _ in range(random.randint(1, 2))]
        texts = [given for given in texts if sum(one is not None for one in given) > 1]
        if not texts:
            continue
        comparison = compared_texts(*[(20, given) for given in texts], people=people)
        counts = Counts(len(comparison.texts))
        everything, of_class = CharacterCounts(comparison).measures(counts)
        found = estimates(counts, {"all": everything, **{str(k): v for k, v in of_class.items()}}, [1])
        units = [
            [names_at(given, at) for given in text if given is not None] for text in texts for at in range(20)
        ]
        assert found["all"].value == pytest.approx(alpha_by_hand(units))
        for class_ in of_class:
            here = [[any(name == class_ for name, _ in value) for value in unit] for unit in units]
            assert found[str(class_)].value == pytest.approx(alpha_by_hand(here))
        passed = comparison.strict.sum()
        total = len(comparison.paired) + comparison.paired.sum()
        expected = strict_by_hand(texts)
        assert (Fraction(2 * int(passed), int(total)) if total else None) == expected


def test_kappa_equals_that_of_scikit_learn() -> None:
    random = Random(7)
    for _ in range(30):
        texts = []
        for _ in range(random.randint(3, 8)):
            given = random_tags(random, 20, 5)
            texts.append((20, (given, changed(random, given, 20))))
        comparison = compared_texts(*texts)
        pairs = [(one[a], other[b]) for _, (one, other) in texts for a, b in match(one, other).pairs]
        for part, found in figures_of(comparison).kappa.items():
            left, right = ([str(part.of(pair[side])) for pair in pairs] for side in (0, 1))
            if len({*left, *right}) > 1:
                assert found.estimate.value == pytest.approx(cohen_kappa_score(left, right))
            else:
                assert found.estimate.value is None
                assert found.only is not None


@pytest.mark.parametrize("people", [2, 4])
def test_every_number_has_as_many_spans_behind_it_as_it_says(people: int) -> None:
    random = Random(people)
    comparison = compared_texts(*[(20, random_people(random, people)) for _ in range(30)], people=people)
    found = figures_of(comparison)
    for part in NamePart:
        for pair in (None, *range(len(comparison.pairs))):
            table = confusion(comparison, part, pair)
            codes = [*range(len(table.names)), NOT_TAGGED]
            for row in codes:
                for column in codes:
                    cell = [*comparison.meetings(in_cell(comparison, part, row, column, pair))]
                    assert len(cell) == table.counts[row, column]
                    for meeting in cell:
                        named = [tag and part.of(tag) for tag in meeting.tags]
                        assert named == [
                            None if code == NOT_TAGGED else table.names[code] for code in (row, column)
                        ]
            assert table.counts.sum() == (
                len(comparison.paired) if pair is None else (comparison.pair_of == pair).sum()
            )
    assert [lost_at(comparison, step).sum() for step in LadderStep] == [rung.lost for rung in found.ladder]
    for part, names in ((NamePart.CLASS, found.by_class), (NamePart.LABEL, found.by_label)):
        for code, one in enumerate(names):
            assert comparison.names(part)[code] == one.name
            assert with_name(comparison, part, code, both=True).sum() == one.both
            assert with_name(comparison, part, code, both=False).sum() == one.apart
            behind = [len([*tags_of(comparison, person, part, one.name)]) for person in range(people)]
            assert behind == [*one.tags]
    assert [in_text(comparison, one.text).sum() for one in found.texts] == [
        one.differences for one in found.texts
    ]
    assert sum(pair.differences for pair in found.people) == (~comparison.strict).sum()


def plain_tags(random: Random) -> Tags:
    """Tags that neither overlap nor touch."""
    starts = sorted(random.sample(range(0, 60, 6), random.randint(1, 6)))
    return tuple(
        PlacedTag(at, at + random.randint(1, 4), random.choice("AB"), random.choice("PN")) for at in starts
    )


def shifted(random: Random, given: Tags) -> Tags:
    """What another person has: some borders and names are others, some tags are not there."""
    found = []
    for tag in given:
        luck = random.random()
        if luck < 0.2:
            continue
        end = tag.end + (luck < 0.4)
        label = random.choice("PN") if luck > 0.8 else tag.label
        found.append(tag._replace(end=end, label=label))
    return tuple(found)


@pytest.mark.parametrize("seed", range(5))
def test_on_plain_data_borders_and_all_of_a_tag_are_counted_as_nervaluate_does(seed: int) -> None:
    random = Random(seed)
    mine = [plain_tags(random) for _ in range(20)]
    others = [shifted(random, given) for given in mine]
    rungs = {
        rung.step: rung.f1.value
        for rung in figures_of(
            compared_texts(*((70, pair) for pair in zip(mine, others, strict=True)))
        ).ladder
    }
    # It counts both ends in.
    said = [
        [
            [{"label": f"{tag.class_}/{tag.label}", "start": tag.start, "end": tag.end - 1} for tag in given]
            for given in person
        ]
        for person in (mine, others)
    ]
    names = [f"{class_}/{label}" for class_ in "AB" for label in "PN"]
    judged = Evaluator(*said, tags=names, loader="dict").evaluate()["overall"]
    assert rungs[LadderStep.BORDERS] == pytest.approx(judged["exact"].f1)
    assert rungs[LadderStep.LABEL] == pytest.approx(judged["strict"].f1)
