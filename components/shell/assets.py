"""The scripts and styles of the components, served by URL, so that no message carries them.

One hash of all of them stands in their address, which therefore never changes its content. A tab loads all
that it needs when a component is first drawn; so after an upgrade an old address is not needed any more, and
is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

COMPONENTS = Path(__file__).parent.parent
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def read_files(folder: Path) -> dict[str, bytes]:
    """The scripts, styles and markup below a folder, by their path in it."""
    found = (file for file in sorted(folder.rglob("*")) if file.suffix in TYPES and file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


def hash_of(files: Mapping[str, bytes]) -> str:
    """16 hexadecimal digits that are others when any name or content is."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:16]


FILES = read_files(COMPONENTS)
"""Read once: a running app serves what it was started with, whatever an upgrade puts in the folder."""
# It tells the browser what there is to load: no message needs to say it.
FILES["shell/files.json"] = json.dumps(list(FILES)).encode()
ADDRESS = f"assets/{hash_of(FILES)}"
"""Where they are, seen from a page of the app."""


def assets(base_path: str = "") -> Route:
    """The route that serves them, below the path that the app is served under (`server.baseUrlPath`)."""
    prefix = base_path.strip("/")
    return Route(f"/{prefix}/{ADDRESS}/{{name:path}}" if prefix else f"/{ADDRESS}/{{name:path}}", _answer)


def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    # Looked up by name, so no path leads to another file.
    content = FILES.get(name)
    if content is None:
        return Response("Not found", 404, media_type="text/plain")
    return Response(content, headers=FOREVER, media_type=TYPES[Path(name).suffix])


def loader(folder: str) -> str:
    """The script that a component sends with every message, so it is short: it loads what is in the
    component's folder below `components/`, and hands over to the default export of its `js/main.js`.

    Raises FileNotFoundError where there is none.
    """
    if f"{folder}/js/main.js" not in FILES:
        raise FileNotFoundError(f"{folder}/js/main.js below {COMPONENTS}")
    return _LOADER % (ADDRESS, json.dumps(folder))


_LOADER = """\
const url = new URL("%s/shell/load.js", document.baseURI);
for (let tries = 5; tries; tries--) {
  if ((await fetch(url).catch(() => ({}))).ok) break;
  await new Promise((done) => setTimeout(done, 500));
}
export default await (await import(url)).component(%s);
"""
