"""Real processes: commands, and the server on a free port, with a data directory of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import psutil

START_SECONDS = 60


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Nothing of ours from outside, so that a developer's settings never reach a test."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
    return outside | {"SPARK_DATA_DIR": str(data_dir), "NO_COLOR": "1", "COLUMNS": "160"} | settings


def spark(data_dir: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`spark-shipstation WORDS`, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "spark_shipstation", *words],
        env=environment(data_dir, **settings),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def is_running(pid: int) -> bool:
    """A process that has ended but was not yet waited for is not running."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`spark-shipstation serve --first-run`, as `make run` starts it."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / "server.log"
        self.settings = settings

    def __enter__(self) -> "Server":
        with self.log.open("a") as log:
            self.started_at = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "spark_shipstation", "serve", "--first-run", "--port", str(self.port)],
                env=environment(self.data_dir, **self.settings),
                cwd=self.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop(signal.SIGINT)

    def _wait(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while True:
            assert self.process.poll() is None, f"the server ended: {self.output()}"
            assert time.monotonic() < give_up, f"the server did not start: {self.output()}"
            try:
                if self.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)

    def output(self) -> str:
        return self.log.read_text()[self.started_at :]

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.data_dir / "first-run.json").read_text())
        return facts

    @property
    def auth(self) -> tuple[str, str]:
        key = self.facts()["api_key"]
        return key["id"], key["secret"]

    def get(self, path: str, **query: str) -> httpx.Response:
        auth = self.auth if path.startswith("/api") else None
        return httpx.get(self.base_url + path, params=query, auth=auth, timeout=30)

    def post_order(self, document: dict[str, Any]) -> dict[str, Any]:
        response = httpx.post(f"{self.base_url}/api/v1/orders", json=document, auth=self.auth, timeout=30)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()["results"][0]
        return result

    def orders(self, **query: str) -> list[dict[str, Any]]:
        response = self.get("/api/v1/orders", **query)
        assert response.status_code == 200, response.text
        orders: list[dict[str, Any]] = response.json()["orders"]
        return orders
