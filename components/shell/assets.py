"""The scripts and styles of the components, served by URL, so that no message carries them.

One hash of all of them stands in their address, which therefore never changes its content. A tab loads all
of them as one script before a component is first drawn; so after an upgrade an old address is not needed any
more, and is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components.shell.linked import linked

COMPONENTS = Path(__file__).parent.parent
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
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
ALL = "components.js"
FILES[ALL] = linked(FILES).encode()
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
    """The script that a component sends with every message, so it is short: it loads the components, once for
    all of a page, and hands over to the default export of `js/main.js` in this one's folder.

    Raises FileNotFoundError where there is none.
    """
    if f"{folder}/js/main.js" not in FILES:
        raise FileNotFoundError(f"{folder}/js/main.js below {COMPONENTS}")
    return _LOADER % (f"{ADDRESS}/{ALL}", json.dumps(folder))


# The line may fail for a moment, and what `import` could not load under an address stays so until the page is
# loaded again: each try has another one, of the same file.
_LOADER = """\
const all = (window.tagwright ??= {}), at = "%s";
const load = (tries) => import(new URL(`${at}#${tries}`, document.baseURI)).catch(async (error) => {
  if (tries > 4) throw error;
  await new Promise((done) => setTimeout(done, 500));
  return load(tries + 1);
});
export default (await (all[at] ??= load(0))).component(%s);
"""
