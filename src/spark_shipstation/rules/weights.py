"""Weights: the units that shops use, turned into ShipStation's three. Decimal all the way, so no float noise."""

from decimal import Decimal

# unit of the shop → (unit of the wire, factor, grams in one wire unit)
_WIRE = {
    "oz": ("Ounces", Decimal(1), Decimal("28.349523125")),
    "lb": ("Pounds", Decimal(1), Decimal("453.59237")),
    "g": ("Grams", Decimal(1), Decimal(1)),
    "kg": ("Grams", Decimal(1000), Decimal(1)),
}
UNITS = tuple(_WIRE)


def to_wire(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value in ShipStation's unit of the same system, and that unit's name."""
    name, factor, _ = _WIRE[unit]
    return value * factor, name


def converted(value: Decimal, unit: str, wire_unit: str) -> Decimal:
    """The value in the given unit of the wire, whatever unit it came in."""
    own, name = to_wire(value, unit)
    if name == wire_unit:
        return own
    grams = {wire: in_grams for wire, _, in_grams in _WIRE.values()}
    return own * grams[name] / grams[wire_unit]
