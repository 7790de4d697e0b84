"""The writer process as the soak sees it: started with a task, told to end, asked what it did."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .server import environment

WRITER = "spark_shipstation.cli.soak.writer"
END_SECONDS = 45


class Merchant:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def end(self) -> dict[str, Any]:
        """Closes its input, which tells it to finish; answers what it did and what went wrong."""
        try:
            said, _ = self.process.communicate(timeout=END_SECONDS)
            told: dict[str, Any] = json.loads(said)
        except subprocess.TimeoutExpired:
            told = {"done": {}, "problems": [f"The writer did not end within {END_SECONDS} seconds."]}
        except ValueError:
            told = {"done": {}, "problems": [f"The writer ended with code {self.process.returncode}; see its log."]}
        return told


@contextmanager
def writing(folder: Path, task: dict[str, Any]) -> Iterator[Merchant]:
    with (folder / "writer.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", WRITER], cwd=folder, env=environment(folder), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        if process.stdin:
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
        yield Merchant(process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)
