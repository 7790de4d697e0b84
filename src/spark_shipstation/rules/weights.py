"""Weights: the units that shops use, turned into ShipStation's three. Decimal all the way, so no float noise."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_GRAMS = {"Pounds": Decimal("453.59237"), "Ounces": Decimal("28.349523125"), "Grams": Decimal(1)}
# unit of the shop → (unit of the wire, factor), the first that says it in hundredths without loss; the last rounds.
_WIRE = {
    "lb": (("Pounds", Decimal(1)), ("Ounces", Decimal(16)), ("Grams", _GRAMS["Pounds"])),
    "oz": (("Ounces", Decimal(1)), ("Grams", _GRAMS["Ounces"])),
    "g": (("Grams", Decimal(1)),),
    "kg": (("Grams", Decimal(1000)),),
}
UNITS = tuple(_WIRE)
_LEAST = Decimal("0.01")
_SPELLINGS = {
    "lb": "lb lbs pound pounds",
    "oz": "oz ozs ounce ounces",
    "g": "g gr gm gms gram grams gramme grammes",
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
}
_UNITS = {word: unit for unit, words in _SPELLINGS.items() for word in words.split()}
SPELLINGS = tuple(_UNITS)


def unit_of(word: str) -> str | None:
    """`oz`, `lb`, `g` or `kg`, however it is spelled: `LBS`, `Ounces`, `kg.`; None for any other word."""
    return _UNITS.get(word.strip().rstrip(".").lower())


@lru_cache(maxsize=4096)
def to_wire(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value in hundredths of one of ShipStation's units, and that unit's name.

    In the shop's own unit where hundredths say it exactly (an eighth of a pound is 2 ounces, 1 kg is 1000 grams), so
    that weights × quantities add up; nothing that weighs something becomes weightless.
    """
    for name, factor in _WIRE[unit]:
        exact = value * factor
        told = exact.quantize(_LEAST, rounding=ROUND_HALF_UP)
        if told == exact:
            return told, name
    return (max(told, _LEAST) if value > 0 else told), name


def converted(value: Decimal, unit: str, wire_unit: str) -> Decimal:
    """The value in the given unit of the wire, whatever unit it came in."""
    name, factor = _WIRE[unit][0]
    if name == wire_unit:
        return value * factor
    return value * factor * _GRAMS[name] / _GRAMS[wire_unit]
