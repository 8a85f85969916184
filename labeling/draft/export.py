"""A draft's unsaved changes as a file: in words, and the documents as they would be.

For when nothing else helps.
"""

from __future__ import annotations

import json

from labeling.draft.draft import Draft
from labeling.draft.summary import lines, session_lines


def write(draft: Draft) -> bytes:
    """UTF-8 JSON: `unsaved` in words; name, classes, labels and the changed `documents` in the contract's
    form, which New session reads; texts to be `added`; and rows that cannot be right yet, as typed."""
    changed = draft.changed_documents
    content = {
        "project_id": draft.base.project_id,
        "session_id": draft.base.id,
        "session": draft.base.name,
        "unsaved": {
            "session": [words for _, words in session_lines(draft)],
            "documents": [
                {"number": document.position + 1, "changes": [line.words for line in lines(document)]}
                for document in changed
            ],
        },
        "name": draft.name,
        "classes": draft.classes,
        "labels": draft.labels,
        "documents": [
            document.source.model_copy(
                update={"segments": document.sendable, "annotated": bool(document.done)}
            ).to_json()
            for document in changed
        ],
        "added": [document.to_json() for document in draft.added],
        "unfinished": [
            {"document": document.position + 1, **segment.to_json()}
            for document in changed
            for segment in document.unfinished
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace")


def name_of(project_id: int, session_id: int) -> str:
    """`unsaved-project-1-session-5.json`"""
    return f"unsaved-project-{project_id}-session-{session_id}.json"
