"""What a soak does and how long it may take. The same seed makes the same choices, as far as processes allow."""

import random
from dataclasses import dataclass
from enum import StrEnum

GRACE_SECONDS = 180  # beside the time asked for: to start, to finish what was begun, to compare, to clean up
READY_SECONDS = 60
PAGE_SIZE = 7  # small, so that a window has many pages
# A short overlap, so that a miss is not healed by the windows that follow; transactions must be shorter still.
OVERLAP_SECONDS, TRANSACTION_SECONDS, LOCK_SECONDS = 15, 10, 4
# The accounts of ShipStation, each with the time zone that it keeps. The first is the one that the first start makes.
CONNECTIONS = {"ShipStation": "UTC", "East": "America/New_York", "Mumbai": "Asia/Kolkata"}


class Blow(StrEnum):
    KILL = "kill"  # of the server, SIGKILL
    RESTART = "restart"  # of PostgreSQL, immediate: it recovers as after a crash


@dataclass(frozen=True, slots=True)
class Plan:
    seconds: float = 60
    kills: int = 3
    restarts: int = 1
    seed: int = 0

    def dice(self, name: str) -> random.Random:
        """One for each part of the soak, so that no part's choices hang on another's speed."""
        return random.Random(f"{self.seed} {name}")  # noqa: S311 - nothing secret is drawn

    def blows(self) -> list[tuple[float, Blow]]:
        """When what falls, in seconds from the start of the traffic; the last tenth is left in peace."""
        dice = self.dice("chaos")
        kinds = [Blow.KILL] * self.kills + [Blow.RESTART] * self.restarts
        return sorted((dice.uniform(0.1, 0.9) * self.seconds, kind) for kind in kinds)
