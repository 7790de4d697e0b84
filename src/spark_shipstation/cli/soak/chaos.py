"""What goes wrong, at random moments: the server is killed, PostgreSQL crashes. Each comes back before the next."""

import threading
import time
from collections import Counter
from pathlib import Path

from . import postgres
from .plan import Blow, Plan
from .server import Server


class Chaos:
    def __init__(self, plan: Plan, server: Server, data: Path) -> None:
        self.plan, self.server, self.data = plan, server, data
        self.dealt: Counter[Blow] = Counter()

    def run(self, stop: threading.Event) -> None:
        """Deals every blow of the plan, late rather than not at all. Raises Unavailable where nothing comes back."""
        began = time.monotonic()
        for moment, kind in self.plan.blows():
            if stop.wait(max(0, moment - (time.monotonic() - began))):
                return
            if kind is Blow.KILL:
                self.server.kill()
                self.server.start()
                self.dealt[kind] += 1
            else:
                self.dealt[kind] += postgres.crash_and_restart(self.data)
