"""The modules of the components as one script: what stands where, and what is refused."""

from __future__ import annotations

import pytest

from components.shell.assets import ALL, COMPONENTS, FILES, read_files
from components.shell.linked import linked


def files(**modules: str) -> dict[str, bytes]:
    return {f"{name}.js": text.encode() for name, text in modules.items()}


def test_a_module_stands_behind_those_it_imports_in_a_scope_of_its_own() -> None:
    script = linked(
        files(
            a='import { x, y as z } from "./b.js";\nexport function sum() {\n  return x + z;\n}\n',
            b='import * as c from "./c.js";\nexport const x = c.x;\nexport const y = 2;\n',
            c="export const x = 1;\nexport default function main() {}\n",
        )
    )
    assert script.startswith(
        "// c.js\nconst m0 = (() => {\nconst x = 1;\nfunction main() {}\n"
        "return { x, default: main };\n})();\n"
        "// b.js\nconst m1 = (() => {\nconst c = m0;\nconst x = c.x;\n"
        "const y = 2;\nreturn { x, y };\n})();\n"
        "// a.js\nconst m2 = (() => {\nconst { x, y: z } = m1;\n"
        "function sum() {\n  return x + z;\n}\nreturn { sum };\n})();\n"
    )
    assert '"a.js": m2' in script


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        (
            {"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'},
            "import each other: a.js, b.js",
        ),
        ({"a": 'import { b } from "./b.js";\n'}, "a.js imports b.js, which there is not"),
        ({"a": 'import b from "./a.js";\n'}, "a.js: import b from"),
        ({"a": "export let b = 1;\n"}, "a.js: export let"),
        ({"a": "const b = 1;\nexport { b };\n"}, "a.js: export {"),
    ],
)
def test_what_cannot_be_linked_is_refused_at_the_start(modules: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        linked(files(**modules))


def test_a_component_has_the_styles_and_the_markup_of_its_folder_alone() -> None:
    component = b"export function component() {}\n"
    script = linked(
        {
            "shell/component.js": component,
            "x/js/main.js": b"export default function x() {}\n",
            "x/one.css": b".one {}\n",
            "x/two.css": b".two {}\n",
            "x/x.html": b"<i></i>\n",
            "y/y.css": b".other {}\n",
        }
    )
    assert '"x/js/main.js",\n  ".one {}\\n.two {}\\n",\n  "<i></i>\\n"' in script
    assert "other" not in script


def test_all_modules_of_the_components_are_in_the_one_that_is_served() -> None:
    script = FILES[ALL].decode()
    scripts = [name for name in read_files(COMPONENTS) if name.endswith(".js")]
    assert len(scripts) > 40
    assert all(f'  "{name}": m' in script for name in scripts)
