"""A small chart of bars, two for each day, as numbers that the template draws. No style, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...services.overview import Day

WIDTH, HEIGHT, TOP, BOTTOM, LEFT = 640, 190, 12, 24, 40
GAP = 0.28


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    left: int
    floor: float
    bars: Sequence[Bar]
    lines: Sequence[tuple[float, int]]
    labels: Sequence[tuple[float, date]]
    words: str


def chart(days: Sequence[Day]) -> Chart:
    top = nice(max([day.served for day in days] + [day.shipped for day in days], default=0))
    scale = (HEIGHT - TOP - BOTTOM) / top
    step = (WIDTH - LEFT) / max(len(days), 1)
    width = step * (1 - GAP) / 2
    floor = HEIGHT - BOTTOM
    bars, labels = [], []
    for place, day in enumerate(days):
        x = LEFT + place * step + step * GAP / 2
        for kind, number, offset in (("served", day.served, 0.0), ("shipped", day.shipped, width)):
            tall = round(number * scale, 1)
            words = f"{day.on:%a} {day.on.day} {day.on:%b}: {number:,} {kind}"
            bars.append(Bar(kind, round(x + offset, 1), round(floor - tall, 1), round(width, 1), tall, words))
        if (len(days) - 1 - place) % 3 == 0:
            labels.append((round(x + width, 1), day.on))
    lines = [(round(floor - value * scale, 1), value) for value in (0, top // 2, top)]
    return Chart(WIDTH, HEIGHT, LEFT, floor, bars, lines, labels, _words(days))


def nice(most: int) -> int:
    """The least of 2, 4, 10, 20, 40, 100… that is not below: the middle line is a whole number."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if step * power >= most:
                return step * power
        power *= 10


def _words(days: Sequence[Day]) -> str:
    served, shipped = sum(day.served for day in days), sum(day.shipped for day in days)
    return (
        f"The last {len(days)} days: {served:,} {'order' if served == 1 else 'orders'} served to ShipStation, "
        f"{shipped:,} {'package' if shipped == 1 else 'packages'} shipped."
    )
