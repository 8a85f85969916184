from components.shell.pickers import first_words, picker_key, told_apart


def test_equal_words_are_told_apart_by_their_ids():
    assert told_apart({5: "Inbox", 7: "Night", 9: "Inbox"}) == {
        5: "Inbox (id 5)",
        7: "Night",
        9: "Inbox (id 9)",
    }


def test_a_choice_with_other_words_or_on_another_page_is_another_widget():
    keys = {
        picker_key("Session", page, words)
        for page in ("annotate", "review")
        for words in (("A", "B"), ("A", "C"))
    }
    assert len(keys) == 4
    assert picker_key("Session", "review", ("A",)) == picker_key("Session", "review", ("A",))


def test_the_first_words_of_a_document_stand_on_one_line():
    assert first_words("One\r\n two\tthree", 9) == "One two t"
