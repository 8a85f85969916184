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
}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def read_files(folder: Path) -> dict[str, bytes]:
    """The scripts, styles and markup below a folder, by their path in it."""
    found = (file for file in sorted(folder.rglob("*")) if file.suffix in TYPES and file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


def hash_of(files: Mapping[str, bytes]) -> str:
    """16 hexadecimal digits that are others when any name or content is."""
    each = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(json.dumps(each, sort_keys=True).encode()).hexdigest()[:16]


def folders_of(files: Mapping[str, bytes]) -> dict[str, dict[str, object]]:
    """What the component of each folder is made of: the `modules` in its folder `js`,
    and its one style and markup."""
    folders = sorted({name.removesuffix("/js/main.js") for name in files if name.endswith("/js/main.js")})
    return {folder: _made_of(folder, files) for folder in folders}


def _made_of(folder: str, files: Mapping[str, bytes]) -> dict[str, object]:
    def names(of: str, suffix: str) -> list[str]:
        paths = (Path(name) for name in sorted(files))
        return [path.name for path in paths if path.parent.as_posix() == of and path.suffix == suffix]

    modules = [name.removesuffix(".js") for name in names(f"{folder}/js", ".js")]
    return {
        "modules": modules,
        "css": "".join(names(folder, ".css")),
        "html": "".join(names(folder, ".html")),
    }


def _with_folders(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a module that tells the browser what to load: no message needs to say it."""
    return {
        **files,
        "shell/folders.js": f"export const FOLDERS = {json.dumps(folders_of(files))};\n".encode(),
    }


FILES = _with_folders(read_files(COMPONENTS))
"""Read once: a running app serves what it was started with, whatever an upgrade puts in the folder."""
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
    """The script that a component sends with every message, so it is short: it loads what the component is
    made of, all at once, and hands over to the default export of its module `main`.

    `folder`: below `components/`; its modules are in its folder `js`.
    """
    if f"{folder}/js/main.js" not in FILES:
        raise FileNotFoundError(f"{folder}/js/main.js below {COMPONENTS}")
    return _LOADER % (ADDRESS, json.dumps(folder))


_LOADER = """\
const load = (tries) => import(new URL("%s/shell/load.js", document.baseURI)).catch((error) => {
  if (!tries) throw error;
  return new Promise((done) => setTimeout(done, 500)).then(() => load(tries - 1));
});
export default await (await load(5)).component(%s);
"""
