"""JSON of any of the known shapes, told by what is in it: a session, a list of documents, tasks of Label
Studio, an object a line."""

from __future__ import annotations

import codecs

from labeling.formats import contract, jsonl, label_studio
from labeling.formats.jsonl import loaded
from labeling.formats.records import Records


def read(data: bytes) -> Records:
    """Never by the name of the file. What is neither is refused with what is wrong with it."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        return Records(problem="The file is empty.")
    value = loaded(data)
    if isinstance(value, str):
        first, *others = (line for line in data.split(b"\n") if line.strip())
        is_lines = bool(others) and isinstance(loaded(first), dict)
        return jsonl.read(data) if is_lines else Records(problem=f"The file {value}.")
    if label_studio.is_tasks(value):
        return label_studio.read(value)
    if isinstance(value, dict) and "documents" not in value and isinstance(value.get("text"), str):
        return contract.read([value])
    return contract.read(value)
