"""What became of tags is told in words, and who made each what it is."""

from __future__ import annotations

import pytest

from labeling.agreement.blame import TagVersion, Touch, blame
from labeling.agreement.changes import change_in_words, of_classes, tag_changes
from tests.unit.agreement.cases import tags

TEXT = "The food was good, the screen dim, the battery weak."


def words(before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    return [change_in_words(change, TEXT) for change in tag_changes(tags(*before), tags(*after))]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((), ("BATTERY/POS 39-46",), ["+ “battery” BATTERY/POS"]),
        (("BATTERY/POS 39-46",), (), ["− “battery” BATTERY/POS"]),
        (("SCREEN/NEU 23-29",), ("SCREEN/NEG 23-29",), ["“screen” NEU → NEG"]),
        (("SCREEN/NEG 23-29",), ("PHONE/NEG 23-29",), ["“screen” SCREEN → PHONE"]),
        (("SCREEN/NEG 23-29",), ("PHONE/POS 23-29",), ["“screen” SCREEN/NEG → PHONE/POS"]),
        (("F 0-8",), ("F 4-8",), ["border “The food” → “food”"]),
        (("F 0-8",), ("FOOD/NEG 4-8",), ["“food” POS → NEG, border “The food” → “food”"]),
        (("SCREEN/ 23-29",), ("SCREEN/NEG 23-29",), ["“screen” no label → NEG"]),
        (("F 4-8", "SCREEN/NEG 23-29"), ("SCREEN/NEG 23-29", "F 4-8"), []),
        (
            ("F 4-8", "F 4-8"),
            ("F 4-8", "BATTERY/NEG 39-46"),
            ["− “food” FOOD/POS", "+ “battery” BATTERY/NEG"],
        ),
    ],
)
def test_a_change_is_said_in_words(before: tuple[str, ...], after: tuple[str, ...], said: list[str]) -> None:
    assert words(before, after) == said


def test_changes_are_found_by_the_classes_that_they_are_about() -> None:
    changes = tag_changes(tags("F 4-8", "SCREEN/NEG 23-29"), tags("PHONE/NEG 23-29", "PRICE/POS 0-3"))
    assert len(changes) == 3
    assert [len(of_classes(changes, [name])) for name in ("FOOD", "SCREEN", "PHONE", "OTHER")] == [1, 1, 1, 0]
    assert of_classes(changes, None) == changes


def test_a_tag_belongs_to_the_save_that_made_it_and_says_who_changed_it_since() -> None:
    versions = [
        TagVersion(7, tags("FOOD/NEG 4-8", "SCREEN/NEG 23-29", "PRICE/POS 0-3")),
        TagVersion(5, tags("FOOD/POS 4-8", "SCREEN/NEG 23-29", "PRICE/POS 0-3")),
        TagVersion(3, tags("FOOD/POS 0-8", "SCREEN/NEG 23-29")),
        TagVersion(0, tags("SCREEN/NEG 23-29", "BATTERY/POS 39-46")),
    ]
    food, screen, price = blame(versions)
    assert food == (Touch(7, ("label",)), Touch(5, ("border",)), Touch(3, ("made",)))
    assert screen == (Touch(0, ("made",)),)
    assert price == (Touch(5, ("made",)),)


def test_a_tag_taken_away_and_given_again_is_the_later_saves() -> None:
    versions = [
        TagVersion(4, tags("F 4-8")),
        TagVersion(3, ()),
        TagVersion(2, tags("F 4-8")),
        TagVersion(0, ()),
    ]
    assert blame(versions) == ((Touch(4, ("made",)),),)
    assert blame([]) == ()
    assert blame([TagVersion(0, tags("F 4-8"))]) == ((Touch(0, ("made",)),),)
