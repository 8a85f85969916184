from components.review.dot_names import sides


def test_a_name_stands_right_of_its_dot_or_where_it_lies_on_no_other() -> None:
    assert sides([(100, 100), (300, 100)], ["Ada", "Ben"]) == ["right", "right"]
    assert sides([(100, 100), (118, 102)], ["Ada", "Ben"]) == ["left", "right"]
    crowd = [(100 + 12 * (at % 5), 100 + 12 * (at // 5)) for at in range(25)]
    assert None in sides(crowd, ["Somebody"] * 25), "a name that finds no room is left to the hint of its dot"
