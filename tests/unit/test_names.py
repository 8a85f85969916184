"""One name for one thing: no two public classes of the rules and of the screens are called the same."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def public_classes() -> dict[str, list[str]]:
    """The files in which a class of each name is defined at the top."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(file for top in ("labeling", "components") for file in (ROOT / top).rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(file.relative_to(ROOT).as_posix())
    return found


def test_no_two_public_classes_have_one_name() -> None:
    found = public_classes()
    assert found["Draft"] == ["labeling/draft/draft.py"]
    assert {name: files for name, files in found.items() if len(files) > 1} == {}
