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
        ("![p](http://x.test/p.png)", r"!\[p\](http:color[\:]{foreground=inherit}//x.test/p.png)"),
        ("HTTPS://x.test", r"HTTPS:color[\:]{foreground=inherit}//x.test"),
        ("www.x.test, x.www", r"www:color[\.]{foreground=inherit}x.test, x.www"),
        ("ann.b+c@x.test or @ann", r"ann.b+c:color[\@]{foreground=inherit}x.test or \@ann"),
        ("http: //x", "http: //x"),
        ("<b>$a$</b>", r"\<b\>\$a\$\</b\>"),
        ("# title", r"\# title"),
        ("1. first", r"1\. first"),
        ("- item\n\nnext", r"\- item next"),
        ("中文 👨‍👩‍👧 שלום", "中文 👨‍👩‍👧 שלום"),
    ],
)
def test_text_is_shown_as_it_is_and_never_as_mark_up(text, shown):
    assert plain(text) == shown
