"""Who may import whom: the table of the house,
kept true package by package by reading every import of the product."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PYDANTIC = {"pydantic", "pydantic_core"}
BASE = {
    f"labeling.{name}"
    for name in (
        *(
            "access",
            "addresses",
            "database",
            "errors",
            "faults",
            "json_pieces",
            "learned",
            "model",
            "packed",
            "phrases",
            "priority",
            "settings",
            "spans",
        ),
    )
}
"""What every package may import: values, offsets, words."""
RULES = {
    *BASE,
    *(
        f"labeling.{name}"
        for name in (
            *("studio", "draft", "editing", "checking", "documents", "store", "saving", "formats"),
            "agreement",
            "reviewing",
            "prediction",
            "suggesting",
        )
    ),
}
"""What screens may import: everything but the server."""
SERVING = {
    *("labeling.server.app", "labeling.server.accounts", "labeling.server.storage"),
    *("labeling.server.workers", "labeling.server.logs"),
}
"""What serving needs of the server, inside the app or alone."""

TABLE: dict[str, set[str]] = {
    "app.py": {"components", "streamlit", "labeling.server", "labeling.settings", "starlette"},
    "pages/": {*RULES, "components", "streamlit"},
    "components/": {*RULES, "streamlit", "pandas", "pyarrow"},
    "components/annotate/": {"components.shell"},
    "components/assign/": {"components.shell"},
    "components/models/": {"components.shell"},
    "components/new_session/": {"components.shell"},
    "components/panels/": {
        *("components.shell", "components.annotate.navigation", "components.annotate.table_pane"),
    },
    "components/people/": {"components.shell"},
    "components/review/": {"components.shell", "components.saving"},
    "components/review/charts.py": {"altair"},
    "components/review/check_chart.py": {"altair"},
    "components/review/overview_chart.py": {"altair"},
    "components/review/decide.py": {"components.annotate", "components.saving"},
    "components/review/decide_drawn.py": {"components.annotate"},
    "components/review/decide_edit.py": {"components.annotate", "components.saving"},
    "components/review/history_blame.py": {"components.annotate"},
    "components/saving/": {"components.shell"},
    "components/sessions/": {"components.shell"},
    "components/shell/assets.py": {"starlette"},
    "components/shell/first_page.py": {"starlette"},
    "components/shell/text_first.py": {"starlette"},
    "components/shell/connections.py": {"httpx"},
    "components/shell/sign_in/routes.py": {"starlette", "anyio", "pydantic"},
    "components/tables/": {"components.shell", "components.annotate.navigation"},
    "labeling/": {*BASE, *PYDANTIC},
    "labeling/spans.py": {"regex"},
    "labeling/database.py": {"sqlalchemy", "alembic", "psycopg"},
    "labeling/faults.py": {"sqlalchemy"},
    "labeling/settings.py": {"pydantic_settings"},
    "labeling/__main__.py": {"labeling.command", "labeling.formats"},
    "labeling/command/": {"labeling.formats", "labeling.studio"},
    "labeling/studio/": {"httpx"},
    "labeling/editing/": {"labeling.draft", "regex"},
    "labeling/checking/": {"labeling.draft", "labeling.editing"},
    "labeling/documents/": {"labeling.draft", "labeling.studio", "labeling.editing", "labeling.checking"},
    "labeling/store/": {"labeling.draft", "sqlalchemy", "alembic"},
    "labeling/store/sign_ins.py": {"cryptography"},
    "labeling/saving/": {"labeling.draft", "labeling.studio", "labeling.documents"},
    "labeling/saving/job.py": {"labeling.store"},
    "labeling/saving/own_saves.py": {"labeling.store"},
    "labeling/agreement/": {"numpy", "scipy"},
    "labeling/reviewing/": {
        *("labeling.draft", "labeling.editing", "labeling.studio", "labeling.documents"),
        *("labeling.store", "labeling.agreement", "labeling.checking"),
    },
    "labeling/reviewing/search.py": {"labeling.prediction"},
    "labeling/reviewing/handed_in.py": {"labeling.suggesting.said"},
    "labeling/reviewing/report_files.py": {"labeling.formats.workbook"},
    "labeling/formats/": {
        "pandas",
        "python_calamine",
        "pyarrow",
        "defusedxml",
        "charset_normalizer",
        "msgpack",
    },
    "labeling/prediction/": {"numpy", "regex"},
    "labeling/prediction/learner.py": {"pycrfsuite"},
    "labeling/suggesting/": {
        *("labeling.draft", "labeling.documents", "labeling.studio", "labeling.store"),
        *("labeling.agreement.deal", "labeling.reviewing.plans", "labeling.prediction"),
    },
    "labeling/server/storage/": {
        *("labeling.server.rules", "labeling.sample", "sqlalchemy", "alembic", "psycopg"),
    },
    "labeling/server/accounts.py": {"labeling.server.rules", "labeling.server.storage", "argon2"},
    "labeling/server/invitations.py": {"labeling.server.accounts", "labeling.server.storage"},
    "labeling/server/logs.py": set(),
    "labeling/server/person_deletion.py": {"labeling.server.storage", "labeling.store.drafts"},
    "labeling/server/metrics.py": {
        *("labeling.server.api", "labeling.server.guard", "labeling.server.storage"),
        *("prometheus_client", "starlette"),
    },
    "labeling/server/observed.py": {"labeling.server.api", "labeling.server.metrics", "starlette"},
    "labeling/server/api/": {
        *("labeling.server.rules", "labeling.server.storage", "labeling.server.accounts"),
        "labeling.server.invitations",
        *("labeling.server.guard", "labeling.formats", "fastapi", "starlette"),
    },
    "labeling/server/app.py": {
        *("labeling.server.api", "labeling.server.storage", "labeling.server.metrics"),
        *("labeling.server.observed", "fastapi", "starlette"),
    },
    "labeling/server/embed.py": {*SERVING, "labeling.store.drafts", "starlette"},
    "labeling/server/guard.py": {"starlette"},
    "labeling/server/training.py": {"labeling.prediction", "labeling.server.storage", "sqlalchemy"},
    "labeling/server/worker.py": {"labeling.server.storage", "labeling.server.training", "sqlalchemy"},
    "labeling/server/workers.py": {
        *("labeling.server.storage", "labeling.server.worker", "labeling.server.logs"),
        "labeling.server.training",
    },
    "labeling/server/__main__.py": {
        *SERVING,
        *("labeling.server.api.description", "labeling.server.backup", "labeling.store.database"),
        *("labeling.server.person_deletion", "labeling.store.drafts"),
        *("uvicorn", "fastapi"),
    },
}


def allowed_in(path: str) -> set[str]:
    """What the table allows a file: the lines of its folders, its own, and its own package."""
    lines = [line for line in TABLE if path == line or (line.endswith("/") and path.startswith(line))]
    return {package_of(path), *(name for line in lines for name in TABLE[line])}


def package_of(path: str) -> str:
    """`labeling.draft` for a module of that package, `labeling` for a module beside the packages.

    In the server each room is a package: `labeling.server.api`. Pages and what stands beside the rooms have
    none.
    """
    package = ".".join(path.split("/")[:-1][: 3 if path.startswith("labeling/server/") else 2])
    return "" if package in ("pages", "labeling.server") else package


def imported(path: str, source: str) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function, by its full name."""
    package = path.removesuffix(".py").split("/")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: -node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            if module in ("labeling", "components"):
                yield from (f"{module}.{name.name}" for name in node.names)
            else:
                yield module


def offences(path: str, source: str) -> list[str]:
    """The imports of a file that the table does not allow."""
    allowed = allowed_in(path)
    found = []
    for module in imported(path, source):
        parts = module.split(".")
        top = parts[0]
        known = {".".join(parts[:length]) for length in range(2, len(parts) + 1)}
        if top != "labeling":
            known = {*known, top} if top == "components" else {top}
        if top not in sys.stdlib_module_names and not known & allowed:
            found.append(f"{path} imports {module}")
    return found


def product_files() -> list[Path]:
    return [
        ROOT / "app.py",
        *(file for top in ("pages", "components", "labeling") for file in (ROOT / top).rglob("*.py")),
    ]


def test_every_module_imports_only_what_the_table_allows() -> None:
    files = [file for file in product_files() if file.is_file()]
    assert ROOT / "labeling" / "studio" / "client.py" in files
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
        ("labeling/draft/draft.py", "from labeling.studio.client import LabelingClient"),
        ("labeling/draft/draft.py", "from labeling.editing.table import move"),
        ("labeling/draft/draft.py", "from labeling.server.storage.store import Store"),
        ("labeling/draft/draft.py", "from labeling import server"),
        ("labeling/draft/draft.py", "from ..server import store"),
        ("labeling/draft/draft.py", "def late():\n    import streamlit"),
        ("labeling/draft/draft.py", "from components.shell.state import UiState"),
        ("labeling/model.py", "from labeling.draft.draft import Draft"),
        ("labeling/studio/client.py", "from labeling.draft.draft import Draft"),
        ("labeling/editing/text.py", "from labeling.documents.reader import Reader"),
        ("labeling/checking/problems.py", "from labeling.documents.reader import Reader"),
        ("labeling/documents/reader.py", "from labeling.saving.save import save"),
        ("labeling/agreement/match.py", "from labeling.draft.draft import Draft"),
        ("labeling/agreement/match.py", "import sklearn"),
        ("labeling/store/drafts.py", "from labeling.studio.client import LabelingClient"),
        ("labeling/saving/save.py", "from labeling.editing.table import move"),
        ("labeling/saving/save.py", "from labeling.store.drafts import DraftStore"),
        ("labeling/command/convert.py", "from labeling.draft.draft import Draft"),
        ("labeling/command/export.py", "import httpx"),
        ("labeling/__main__.py", "from labeling.server.app import create_app"),
        ("labeling/formats/csv_file.py", "from labeling.command.convert import convert"),
        ("labeling/formats/csv_file.py", "import streamlit"),
        ("labeling/formats/csv_file.py", "from labeling.draft.draft import Draft"),
        ("labeling/prediction/model.py", "import pycrfsuite"),
        ("labeling/prediction/model.py", "import sklearn"),
        ("labeling/server/app.py", "import streamlit"),
        ("labeling/server/app.py", "from labeling.draft.draft import Draft"),
        ("labeling/server/app.py", "import sqlalchemy"),
        ("labeling/server/api/documents.py", "from sqlalchemy import select"),
        ("labeling/server/api/documents.py", "from labeling.server.app import create_app"),
        ("labeling/server/api/documents.py", "from labeling.server import app"),
        ("labeling/server/storage/documents.py", "from labeling.server.api.answers import reply"),
        ("labeling/server/storage/documents.py", "from labeling.server.accounts import sign_in"),
        ("labeling/server/storage/documents.py", "import fastapi"),
        ("labeling/server/rules/merging.py", "from labeling.server.storage.store import Store"),
        ("labeling/server/rules/merging.py", "from labeling.server.api.answers import reply"),
        ("labeling/server/rules/merging.py", "import sqlalchemy"),
        ("labeling/server/embed.py", "from labeling.server.api.deps import Call"),
        ("labeling/server/app.py", "from components.shell.state import UiState"),
        ("components/shell/pickers.py", "import httpx"),
        ("components/shell/pickers.py", "import altair"),
        ("components/shell/pickers.py", "from labeling.server import app"),
        ("components/shell/pickers.py", "from components.sessions import names_form"),
        ("components/shell/pickers.py", "from pages import annotate"),
        ("components/saving/panel.py", "from components.annotate import text"),
        ("components/tables/all_documents.py", "from components.annotate.text import drawn_document"),
        ("components/panels/checks.py", "from components.tables.row_editor import Editor"),
        ("components/annotate/acts.py", "from components.saving.panel import press"),
        ("components/review/numbers.py", "from components.sessions.session_list import session_list"),
        ("components/new_session/form.py", "from components.sessions import names_form"),
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
            "from __future__ import annotations\nimport json\nfrom .edits import Edit",
        ),
        ("labeling/__main__.py", "from labeling.command.convert import convert"),
        ("labeling/command/export.py", "from labeling.studio.client import connect"),
        ("labeling/formats/csv_file.py", "import pandas\nfrom labeling.formats.records import Record"),
        (
            "labeling/server/app.py",
            "from fastapi import FastAPI\nfrom labeling.server.storage.store import Store",
        ),
        (
            "labeling/server/api/documents.py",
            "from labeling.server.api import parameters\nfrom labeling.server.storage.ids import DbRow",
        ),
        ("labeling/server/storage/samples.py", "import sqlalchemy\nfrom labeling.sample import projects"),
        ("labeling/agreement/match.py", "def late():\n    from scipy.optimize import linear_sum_assignment"),
        ("labeling/saving/job.py", "from labeling.store.synced import SyncedDraft"),
        ("components/shell/connections.py", "import httpx\nfrom labeling.settings import Settings"),
        ("components/review/charts.py", "import altair\nimport pandas"),
        ("components/panels/checks.py", "from components.annotate.navigation import go"),
        (
            "pages/annotate.py",
            "from components.shell.page import frame\nfrom labeling.formats import csv_file",
        ),
        ("app.py", "from labeling.server.embed import mounts\nfrom labeling.settings import Settings"),
    ],
)
def test_an_allowed_import_is_let_pass(path: str, source: str) -> None:
    assert offences(path, source) == []
