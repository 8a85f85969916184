"""The app as `make run` starts it, on a port and in a folder of its own."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx

from tests.e2e.forked import ROOT, streamlit


class AppServer:
    """A running app. `stop` ends it as Ctrl-C does, `kill` at once. `anew`: as people start it (`forked`)."""

    def __init__(
        self,
        data: Path,
        *,
        env: Mapping[str, str] | None = None,
        script: Path | None = None,
        base_path: str = "",
        anew: bool = False,
    ) -> None:
        self.data = data
        self.anew = anew
        self.script = str(script or "app.py")
        self.base_path = base_path
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**environment(data), **(env or {})}
        self.log = data.parent / "app.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        command = ["run", self.script, "--server.port", str(self.port)]
        command += ["--server.baseUrlPath", self.base_path] if self.base_path else []
        self.process = streamlit(command, self.env, self.log, anew=self.anew)
        wait_for(
            f"{self.url}{'/' * bool(self.base_path)}{self.base_path}/_stcore/health",
            lambda: self.exit_code,
            self.log,
        )

    @property
    def exit_code(self) -> int | None:
        """Of the app that was started last; None while it runs."""
        return self.process.exitcode

    def stop(self) -> None:
        if self.exit_code is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.join(10)
            if self.exit_code is None:
                self.kill()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join(10)

    def hang(self) -> None:
        """As a machine does that swaps: nothing is answered, connections stand."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def revive(self) -> None:
        """Running, whatever a test that failed left of it."""
        if self.exit_code is None:
            self.wake()
        else:
            self.start()

    @property
    def token(self) -> str:
        return (self.data / "token").read_text().strip()

    def get(self, path: str, **query: object) -> object:
        """What the API under /api answers, as any other client with the token sees it."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.get(f"{self.url}/api{path}", params=dict(query), headers=headers, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def http(self) -> httpx.Client:
        """A client of the API under /api with the token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{self.url}/api/", headers=headers, trust_env=False, timeout=60)

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What the server's database holds."""
        connection = sqlite3.connect(f"file:{self.data / 'labeling.db'}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def write(self, sql: str, *values: object) -> None:
        """Put the server's database into a state that only its own work brings about."""
        connection = sqlite3.connect(self.data / "labeling.db", timeout=10)
        try:
            with connection:
                connection.execute(sql, values)
        finally:
            connection.close()

    def session(self, name: str) -> dict[str, object]:
        """The sample session of that name, as the API lists it."""
        for project in self.get("/projects"):
            for session in self.get(f"/projects/{project['id']}/annotations"):
                if session["name"] == name:
                    return session
        raise LookupError(name)


def environment(data: Path) -> dict[str, str]:
    """That of an app with a data folder of its own and sample data."""
    own = {"LABELING_DATA_DIR": str(data), "LABELING_SAMPLE": "1", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **own}


def free_port() -> int:
    """A port below those that a system gives away by itself, so that no connection takes it before the
    server does."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def wait_for(
    url: str,
    exit_code: Callable[[], int | None],
    log: Path,
    seconds: float = 120,
    *,
    verify: bool = True,
) -> None:
    """Until the address answers 200; a process that ended first, by its exit code, shows its log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (code := exit_code()) is not None:
            raise RuntimeError(f"the app ended with {code}:\n{log.read_text()[-4000:]}")
        try:
            if httpx.get(url, trust_env=False, timeout=2, verify=verify).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"no answer from {url}:\n{log.read_text()[-4000:]}")
