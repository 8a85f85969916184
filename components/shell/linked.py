"""All modules of the components as one script: a browser asks once, however many there are."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import (?:\{([^{}]*)\}|\* as (\w+)) from "([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (default )?((?:async )?function\*?|const|class) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_END = """\
export const component = (folder) => {
  const [name, style, markup] = folders[folder];
  return modules["shell/component.js"].component(modules[name].default, style, markup);
};
"""


def linked(files: Mapping[str, bytes]) -> str:
    """One module that exports the exports of all by their path (`modules`), and what draws the component of
    a folder (`component`), with the styles and the markup beside its `js/main.js`.

    A module stands behind those that it imports. Raises ValueError where they import each other in a circle,
    or in a form that is not known here.
    """
    texts = {name: text.decode() for name, text in files.items()}
    scripts = {name: text for name, text in texts.items() if name.endswith(".js")}
    order: dict[str, int] = {}
    for name in scripts:
        _place(name, scripts, order, ())
    parts = [_scope(name, scripts[name], order) for name in order]
    exported = "".join(f"  {json.dumps(name)}: m{at},\n" for name, at in order.items())
    folders = {
        folder: (main, _beside(folder, ".css", texts), _beside(folder, ".html", texts))
        for main in scripts
        if (folder := main.removesuffix("/js/main.js")) != main
    }
    tail = f"export const modules = {{\n{exported}}};\nconst folders = {json.dumps(folders, indent=1)};\n"
    return "".join(parts) + tail + _END


def _place(name: str, scripts: Mapping[str, str], order: dict[str, int], within: tuple[str, ...]) -> None:
    """Number a module after those that it imports."""
    if name in within:
        raise ValueError(f"These modules import each other: {', '.join(within[within.index(name) :])}")
    if name in order:
        return
    if name not in scripts:
        raise ValueError(f"{within[-1]} imports {name}, which there is not")
    for _, _, path in _IMPORT.findall(scripts[name]):
        _place(_imported(name, path), scripts, order, (*within, name))
    order[name] = len(order)


def _imported(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _scope(name: str, text: str, order: Mapping[str, int]) -> str:
    """A module as a function of its own, that is called once and gives what is exported."""

    def bound(found: re.Match[str]) -> str:
        names, whole, path = found.groups()
        return f"const {whole or _taken(names)} = m{order[_imported(name, path)]};"

    exported = ["default: " * bool(default) + own for default, _, own in _EXPORT.findall(text)]
    body = _EXPORT.sub(r"\2 \3", _IMPORT.sub(bound, text))
    unknown = _OTHER.search(body)
    if unknown:
        raise ValueError(f"{name}: {unknown.group()}")
    return f"// {name}\nconst m{order[name]} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"


def _taken(names: str) -> str:
    return "{" + re.sub(r"(\w+) as (\w+)", r"\1: \2", names) + "}"


def _beside(folder: str, ending: str, texts: Mapping[str, str]) -> str:
    return "".join(
        text for name, text in texts.items() if name.startswith(f"{folder}/") and name.endswith(ending)
    )
