"""What a soak came to: its numbers, what must be 0, what must have happened, and the words for both."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from ..showing import shown
from .plan import Plan

MUST_BE_0 = ("missed", "stale", "duplicates", "left_out", "lost", "double", "problems")
MUST_HAVE_HAPPENED = ("orders", "vendor_orders", "changes", "polls", "checked", "notices", "repeated")
MEANING = {
    "orders": "orders taken in",
    "vendor_orders": "vendor orders",
    "changes": "changes",
    "late": "holds committed in the minute after their own",
    "writes_retried": "writes that failed and were tried again",
    "polls": "windows read to their last page",
    "pages": "pages",
    "checked": "windows checked against the database",
    "notices": "notices of a new package",
    "repeated": "notices sent again after they were accepted",
    "failures": "polls and notices that failed and were tried again",
    "kills": "kills of the server",
    "restarts": "crashes of PostgreSQL",
    "missed": "vendor orders that never arrived",
    "stale": "vendor orders that arrived, but not as they are now",
    "duplicates": "orders twice in one window",
    "left_out": "orders that a window had to hold and did not",
    "accepted": "shipped units that were accepted",
    "recorded": "shipped units in the database",
    "lost": "accepted units that are not in the database",
    "double": "units in the database that nobody shipped",
    "problems": "other things that must not be",
    "seconds": "seconds in all",
}


@dataclass
class Report:
    """`details` are sentences on what is not 0 and should be, the first few of each kind."""

    plan: Plan
    numbers: dict[str, int | float] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Why the soak failed; empty when all is well."""
        numbers = self.numbers
        found = [f"{MEANING[name]}: {numbers.get(name)}, must be 0" for name in MUST_BE_0 if numbers.get(name) != 0]
        found += [f"{MEANING[name]}: none" for name in MUST_HAVE_HAPPENED if not numbers.get(name)]
        asked = {"kills": self.plan.kills, "restarts": self.plan.restarts}
        found += [
            f"{MEANING[name]}: {numbers.get(name)} of {n}" for name, n in asked.items() if numbers.get(name, 0) < n
        ]
        if numbers.get("accepted") != numbers.get("recorded"):
            found.append("shipped units accepted and in the database differ")
        return found

    def as_plain(self) -> dict[str, Any]:
        faults = self.faults()
        return {"passed": not faults, **self.numbers, "faults": faults, "details": self.details,
                "plan": asdict(self.plan)}  # fmt: skip

    def print(self) -> None:
        console = Console()
        table = Table(show_header=False, title="Soak", title_justify="left")
        table.add_column(justify="right")
        table.add_column()
        for name, meaning in MEANING.items():
            table.add_row(str(self.numbers.get(name, "?")), meaning + (" (must be 0)" if name in MUST_BE_0 else ""))
        console.print(table)
        for sentence in (*self.faults(), *self.details):
            console.print(shown(sentence), style="red", soft_wrap=True)
        if not self.faults():
            console.print("Every order arrived, every package counts once.", style="green")
