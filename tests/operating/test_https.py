"""The Caddyfile, run by Caddy before a real server: HTTPS with what Spark needs passed on, and nothing written down."""

import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from processes import Server, free_port, spark

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not shutil.which("caddy") and not os.environ.get("CI"), reason="Caddy is not installed (Debian's package caddy)"
)


@dataclass
class Https:
    server: Server
    base_url: str
    root: Path
    log: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.base_url, verify=ssl.create_default_context(cafile=self.root), timeout=30)


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Https]:
    """For localhost Caddy makes a certificate of its own; ports and folders are the test's."""
    folder, port = tmp_path_factory.mktemp("caddy"), free_port()
    base_url = f"https://localhost:{port}"
    wrapper = folder / "Caddyfile"
    wrapper.write_text(
        f"{{\n\tadmin off\n\thttp_port {free_port()}\n\thttps_port {port}\n\tskip_install_trust\n"
        f"\tstorage file_system {folder}/storage\n}}\nimport {ROOT}/Caddyfile\n"
    )
    with Server(tmp_path_factory.mktemp("https"), SPARK_BASE_URL=base_url, FORWARDED_ALLOW_IPS="*") as server:
        environment = os.environ | {
            "SPARK_BASE_URL": base_url, "UPSTREAM": f"127.0.0.1:{server.port}", "HOME": str(folder),
        }  # fmt: skip
        log = folder / "log"
        with log.open("wb") as out:
            caddy = subprocess.Popen(
                ["caddy", "run", "--config", str(wrapper), "--adapter", "caddyfile"],
                env=environment, cwd=folder, stdout=out, stderr=out,
            )  # fmt: skip
        made = Https(server, base_url, folder / "storage/pki/authorities/local/root.crt", log)
        try:
            wait_for(made, caddy)
            yield made
        finally:
            caddy.terminate()
            caddy.wait(30)


def wait_for(https: Https, caddy: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 30
    while True:
        assert caddy.poll() is None, https.log.read_text()
        try:
            with https.client() as client:
                client.get("/healthz").raise_for_status()
            return
        except (OSError, httpx.TransportError, ssl.SSLError):
            assert time.monotonic() < give_up, https.log.read_text()
            time.sleep(0.1)


def test_the_check_from_outside_finds_nothing_wrong(https: Https) -> None:
    vendor = https.server.facts()["shipstation"]
    assert vendor["url"].startswith(https.base_url)
    checked = spark(
        https.server.data_dir, "check", vendor["url"],
        "--username", vendor["username"], "--password", vendor["password"], SSL_CERT_FILE=str(https.root),
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_caddy_writes_no_query_string_and_passes_the_header_on(https: Https) -> None:
    vendor = https.server.facts()["shipstation"]
    query = {
        "action": "export",
        "start_date": "02/28/2024 07:31",
        "end_date": "02/29/2024 07:31",
        "SS-Password": "hush",
    }
    path = vendor["url"].removeprefix(https.base_url)
    with https.client() as client:
        answer = client.get(path, params=query, auth=(vendor["username"], vendor["password"]))
        refused = client.get(path, params=query)
    assert (answer.status_code, refused.status_code) == (200, 401)
    for written in (https.log.read_text(), https.server.output()):
        assert "hush" not in written
        assert "02/2" not in written
        assert "07%3A31" not in written


def test_a_request_that_comes_while_spark_is_started_anew_waits_for_it(https: Https) -> None:
    before = https.server
    after = Server(before.data_dir, **before.settings)
    after.port, after.base_url = before.port, before.base_url
    assert before.stop(signal.SIGTERM) == 0
    with https.client() as client, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/readyz")
        with after:
            assert waiting.result(60).status_code == 200
