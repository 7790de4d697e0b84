"""`notices …`, as real processes on a database of their own, beside a running server."""

import json
import signal
from pathlib import Path

import httpx

from builders import notice, order
from processes import Server, spark


def test_the_inbox_is_worked_at_from_the_command_line(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        vendor = server.facts()["shipstation"]
        auth = (vendor["username"], vendor["password"])

        def notify(number: str, tracking: str) -> int:
            body = notice(OrderNumber=number, TrackingNumber=tracking)
            answer = httpx.post(vendor["url"], params={"action": "shipnotify"}, content=body, auth=auth, timeout=30)
            return answer.status_code

        assert [notify("C-1", "T1"), notify("C-2", "T2"), notify("C-3", "T3")] == [404, 404, 404]
        assert notify("[B2B]9[/x]", "T4") == 404
        strange = spark(tmp_path, "notices", "list", COLUMNS="300")
        assert (strange.returncode, "[B2B]9[/x]" in strange.stdout) == (0, True)
        [first, *_] = json.loads(spark(tmp_path, "notices", "list", "--json").stdout)["notices"]
        assert spark(tmp_path, "notices", "dismiss", first["id"], "--reason", "no order").returncode == 0
        server.post_order(order(number="C-1"))
        server.post_order(order(number="D-2"))

        listed = spark(tmp_path, "notices", "list", "--state", "unmatched")
        assert (listed.returncode, listed.stdout.count("unmatched")) == (0, 3)
        ids = {
            entry["order_number"]: entry["id"]
            for entry in json.loads(spark(tmp_path, "notices", "list", "--json").stdout)["notices"]
        }
        shown = spark(tmp_path, "notices", "show", ids["C-3"])
        assert "<TrackingNumber>T3</TrackingNumber>" in shown.stdout

        every = spark(tmp_path, "notices", "replay", "--all")
        assert every.returncode == 1
        assert every.stdout.splitlines()[-1] == "3 notices: 1 settled, 2 still wait."
        one = spark(tmp_path, "notices", "replay", ids["C-2"], "--order", "D-2", "--json")
        assert (one.returncode, json.loads(one.stdout)["state"]) == (0, "applied")
        gone = spark(tmp_path, "notices", "dismiss", ids["C-3"], "--reason", "a test label")
        assert gone.stdout == f"{ids['C-3']} dismissed: a test label\n"
        assert spark(tmp_path, "notices", "replay", "--all").stdout == "0 notices: 0 settled, 0 still wait.\n"
        assert {entry["number"]: entry["status"] for entry in server.orders()} == {"C-1": "shipped", "D-2": "shipped"}

        refused = spark(tmp_path, "notices", "replay", ids["C-2"], "--order", "none")
        assert (refused.returncode, refused.stderr.startswith("Error: No order none was given")) == (2, True)
        assert spark(tmp_path, "notices", "replay").returncode == 2
        server.stop(signal.SIGINT)
