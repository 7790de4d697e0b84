"""The server under test: the real command in a process of its own, killed and started again at will."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from ...errors import Unavailable
from .plan import CONNECTIONS, PAGE_SIZE, READY_SECONDS, TRANSACTION_SECONDS

LOCAL = "127.0.0.1"
STOP_SECONDS = 15


def environment(folder: Path) -> dict[str, str]:
    """None of the merchant's settings: a soak must not reach their database."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SPARK_")}
    return outside | {
        "SPARK_DATA_DIR": str(folder),
        "SPARK_LOG_LEVEL": "WARNING",
        "SPARK_TRANSACTION_SECONDS": str(TRANSACTION_SECONDS),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://{LOCAL}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is ready. Raises Unavailable."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "spark_shipstation", "serve", "--first-run", "--port", str(self.port)],
                cwd=self.folder, env=environment(self.folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._wait_until_ready(self.process)

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """In order, by its id; with SIGKILL where it does not end in time."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.folder / "first-run.json").read_text())
        return facts

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + READY_SECONDS
        with httpx.Client(trust_env=False, timeout=5) as http:
            while process.poll() is None and time.monotonic() < give_up:
                try:
                    if http.get(f"{self.url}/readyz").status_code == httpx.codes.OK:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.05)
        raise Unavailable(f"The server did not start. Its last words: {self._last_words()}")

    def _last_words(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-2000:]


def connections(server: Server) -> list[dict[str, Any]]:
    """The ShipStation vendors of the soak, each with its password: the first start's and more of them."""
    facts = server.facts()
    key = facts["api_key"]
    with httpx.Client(
        base_url=f"{server.url}/api/v1", auth=(key["id"], key["secret"]), trust_env=False, timeout=30
    ) as api:
        first, *others = CONNECTIONS
        api.patch(f"/vendors/{first}", json={"page_size": PAGE_SIZE}).raise_for_status()
        made = [facts["shipstation"]]
        for name in others:
            form = {"name": name, "time_zone": CONNECTIONS[name], "page_size": PAGE_SIZE}
            made.append(api.post("/vendors", json=form).raise_for_status().json())
    return made
