"""Who may import whom: the table of the style guide, kept true by reading every import of the product."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PYDANTIC = {"pydantic", "pydantic_core"}
RULES = {"labeling"}
"""The package itself, without its parts that have a line of their own."""
SCREEN = {*RULES, "labeling.formats", "labeling.sample"}

TABLE: dict[str, set[str]] = {
    "app.py": {"components", "streamlit", "labeling.server", "labeling.settings", "starlette"},
    "pages/": {*SCREEN, "components", "streamlit"},
    "components/": {*SCREEN, "components", "streamlit", "pandas"},
    "components/review/charts.py": {"altair"},
    "components/shell/page.py": {"httpx"},
    "labeling/": {*RULES, "regex", *PYDANTIC},
    "labeling/studio/client.py": {"httpx"},
    "labeling/database.py": {"sqlalchemy", "alembic", "psycopg"},
    "labeling/store/database.py": {"sqlalchemy"},
    "labeling/store/drafts.py": {"sqlalchemy"},
    "labeling/store/tables.py": {"sqlalchemy"},
    "labeling/draft_migrations/": {*RULES, "sqlalchemy", "alembic"},
    "labeling/measures.py": {"nervaluate", "sklearn"},
    "labeling/store/faults.py": {"sqlalchemy"},
    "labeling/settings.py": {"pydantic_settings"},
    "labeling/formats/": {*RULES, "labeling.formats", *PYDANTIC, "pandas", "openpyxl"},
    "labeling/sample/": {*RULES, "labeling.sample", *PYDANTIC},
    "labeling/server/": {
        *SCREEN,
        "labeling.server",
        *PYDANTIC,
        "fastapi",
        "starlette",
        "sqlalchemy",
        "alembic",
        "psycopg",
        "uvicorn",
        "argon2",
        "sklearn",
    },
}
PARTS = ("labeling.server", "labeling.formats", "labeling.sample", "labeling.settings")


def allowed_in(path: str) -> set[str]:
    """What the table allows a file: the line of its folder, and a line of its own on top."""
    folder = max(
        (line for line in TABLE if line.endswith("/") and path.startswith(line)), key=len, default=""
    )
    return TABLE.get(folder, set()) | TABLE.get(path, set())


def imported(path: str, source: str) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function, by its full name."""
    package = path.removesuffix(".py").split("/")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: -node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{name.name}" for name in node.names if f"{module}.{name.name}" in PARTS)


def offences(path: str, source: str) -> list[str]:
    """The imports of a file that the table does not allow."""
    allowed = allowed_in(path)
    found = []
    for module in imported(path, source):
        top = module.split(".")[0]
        part = ".".join(module.split(".")[:2])
        wanted = (
            part if part in PARTS and not (part == "labeling.settings" and "labeling" in allowed) else top
        )
        if top not in sys.stdlib_module_names and wanted not in allowed:
            found.append(f"{path} imports {module}")
    return found


def product_files() -> list[Path]:
    return [
        ROOT / "app.py",
        *(file for top in ("pages", "components", "labeling") for file in (ROOT / top).rglob("*.py")),
    ]


def test_every_module_imports_only_what_the_table_allows() -> None:
    files = [file for file in product_files() if file.is_file()]
    assert ROOT / "labeling" / "client.py" in files
    wrong = [
        offence
        for file in files
        for offence in offences(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("labeling/draft/draft.py", "import httpx"),
        ("labeling/draft/draft.py", "import pandas as pd"),
        ("labeling/draft/draft.py", "from labeling.server.store import Store"),
        ("labeling/draft/draft.py", "from labeling import server"),
        ("labeling/draft/draft.py", "from .server import store"),
        ("labeling/draft/draft.py", "def late():\n    import streamlit"),
        ("labeling/draft/draft.py", "from labeling.formats import csv_file"),
        ("labeling/draft/draft.py", "from components.shell.state import UiState"),
        ("labeling/formats/csv_file.py", "import streamlit"),
        ("labeling/formats/csv_file.py", "from labeling.server.app import create_app"),
        ("labeling/server/store.py", "import streamlit"),
        ("labeling/server/store.py", "from components.shell.state import UiState"),
        ("components/shell/pickers.py", "import httpx"),
        ("components/shell/pickers.py", "import altair"),
        ("components/shell/pickers.py", "from labeling.server import store"),
        ("components/shell/pickers.py", "from pages import annotate"),
        ("pages/annotate.py", "import pandas"),
        ("pages/annotate.py", "from labeling.server.app import create_app"),
        ("pages/review.py", "from pages import annotate"),
        ("app.py", "from labeling.studio.client import connect"),
        ("app.py", "import pages.annotate"),
    ],
)
def test_a_forbidden_import_is_found(path: str, source: str) -> None:
    assert offences(path, source) != []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("labeling/studio/client.py", "import httpx\nfrom labeling.errors import Invalid"),
        (
            "labeling/draft/draft.py",
            "from __future__ import annotations\nimport json\nfrom .model import Document",
        ),
        ("labeling/formats/csv_file.py", "import pandas\nfrom labeling.formats.records import Record"),
        ("labeling/server/app.py", "from fastapi import FastAPI\nfrom labeling.sample import projects"),
        ("components/shell/page.py", "import httpx\nfrom labeling.settings import Settings"),
        ("components/review/charts.py", "import altair\nimport pandas"),
        (
            "pages/annotate.py",
            "from components.shell.page import frame\nfrom labeling.formats import csv_file",
        ),
        ("app.py", "from labeling.server.embed import mounts\nfrom labeling.settings import Settings"),
    ],
)
def test_an_allowed_import_is_let_pass(path: str, source: str) -> None:
    assert offences(path, source) == []
