"""The curl lines of the README, run by bash against a real server: they answer what the README says."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from processes import Server, environment

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
BOUND = 60  # seconds, for all lines together
MARK = "<!-- story -->"
BLOCK = re.compile(rf"^{MARK}\n```sh\n(?P<lines>.*?)^```$(?:\n\n```(?:json|xml)\n(?P<shown>.*?)^```$)?", re.M | re.S)
CUT = "=== next ==="


@dataclass(frozen=True)
class Step:
    """`shown` is the answer as the README prints it, "" where it prints none; `answer` is what came."""

    lines: str
    shown: str
    answer: str


@pytest.fixture(scope="module")
def story() -> list[Step]:
    """All blocks, in one shell, in the order of the README, on a server that has just been installed."""
    blocks = [(match["lines"], match["shown"] or "") for match in BLOCK.finditer(README)]
    script = "".join(f"{lines}printf '\\n{CUT}\\n'\n" for lines, _ in blocks)
    with (
        tempfile.TemporaryDirectory(prefix="spark-", ignore_cleanup_errors=True) as folder,
        Server(Path(folder)) as server,
    ):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=environment(server.data_dir),
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=BOUND,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.split(f"\n{CUT}\n")[:-1]
    return [Step(*block, answer) for block, answer in zip(blocks, answers, strict=True)]


def test_every_marked_block_is_run(story: list[Step]) -> None:
    """A mark that the pattern does not know would leave its block out without a word."""
    assert len(story) == README.count(MARK) >= 7
    assert all(step.shown for step in story[1:])


def test_every_answer_is_the_one_in_the_readme(story: list[Step]) -> None:
    for step in story:
        pattern = ".*?".join(re.escape(squeezed(part)) for part in step.shown.split("…"))
        assert re.fullmatch(pattern, squeezed(step.answer)), f"{step.lines}answered\n{step.answer}\nnot\n{step.shown}"


def squeezed(text: str) -> str:
    """Without what differs each time (ids) or in the layout only (spaces)."""
    return re.sub(r"\s+", "", re.sub(r"\b[0-9a-f]{32}\b", "ID", text))


def test_the_order_ends_as_shipped_in_two_packages(story: list[Step]) -> None:
    (order,) = json.loads(story[-1].answer)["orders"]
    assert order["status"] == "shipped"
    assert [package["carrier"] for package in order["shipments"]] == ["USPS", "UPS"]
