import pytest

from components.shell.markdown import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Could not save: the server cannot be reached (400).",
            "Could not save: the server cannot be reached (400).",
        ),
        ("**x** and _y_", r"\*\*x\*\* and \_y\_"),
        (":red[danger] :material/home:", r"\:red\[danger\] \:material/home:"),
        ("![p](http://x.test/p.png)", r"!\[p\](http\://x.test/p.png)"),
        ("<b>$a$</b>", r"\<b\>\$a\$\</b\>"),
        ("# title", r"\# title"),
        ("1. first", r"1\. first"),
        ("- item\n\nnext", r"\- item next"),
        ("中文 👨‍👩‍👧 שלום", "中文 👨‍👩‍👧 שלום"),
    ],
)
def test_text_is_shown_as_it_is_and_never_as_mark_up(text, shown):
    assert plain(text) == shown
