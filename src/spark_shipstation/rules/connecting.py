"""How a connection is doing, in a word and a sentence: what a merchant looks for first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Health(StrEnum):
    OFF = "off"
    WAITING = "waiting"
    CONNECTED = "connected"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Condition:
    health: Health
    sentence: str


def condition(
    *,
    active: bool,
    polled_at: datetime | None,
    refused_at: datetime | None,
    refusal: str,
    waiting: str,
    offset: int,
    now: datetime,
    late: timedelta,
) -> Condition:
    """The first that holds. `waiting` is the number of orders that nobody has picked up for `late`, "" = none."""
    hours = round(late / timedelta(hours=1))
    if not active:
        return Condition(Health.OFF, "Switched off: ShipStation's calls are refused.")
    if refused_at is not None and (polled_at is None or refused_at > polled_at):
        return Condition(Health.TROUBLE, f"The last poll was refused: {refusal}")
    if polled_at is None:
        return Condition(Health.WAITING, "Waiting for ShipStation's first call.")
    if waiting:
        return Condition(Health.TROUBLE, f"Not picked up for {hours} hours: {waiting}.")
    if now - polled_at > late:
        return Condition(Health.TROUBLE, f"No poll for {round((now - polled_at) / timedelta(hours=1))} hours.")
    if offset:
        return Condition(Health.TROUBLE, "Connected, but ShipStation keeps another time zone.")
    return Condition(Health.CONNECTED, "Connected.")
