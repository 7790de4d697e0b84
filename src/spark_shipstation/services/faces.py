"""Rows → what ShipStation is shown: a vendor order's exported face as a message of the protocol."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytz

from ..customstore import messages, writer
from ..customstore.window import to_wire
from ..rules import weights
from ..rules.address import country_code, missing_fields
from ..rules.status import Status, StatusNames
from ..rules.texts import visible
from ..store.orders.faces import Face, Head, Line

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PACKAGE_UNITS = {"in": "Inch", "cm": "Centimeter"}


def message_of(face: Face, names: StatusNames, tz: pytz.BaseTzInfo) -> messages.OrderMessage:
    """The order as the connection with these names and this zone gets it. Raises Unwritable in the writer only."""
    head = face.head
    fields = [*head.custom_fields, "", "", ""]
    return messages.OrderMessage(
        order_id=head.id.hex,
        number=head.number,
        order_date=to_wire(head.placed_at, tz),
        status=names.told(head.status),
        last_modified=to_wire(head.changed_at or _EPOCH, tz),
        total=head.total,
        shipping_amount=head.shipping_amount,
        tax_amount=head.tax_amount,
        shipping_method=head.shipping_method,
        payment_method=head.payment_method,
        currency=head.currency,
        customer_notes=head.customer_notes,
        internal_notes=head.internal_notes,
        gift=head.gift,
        gift_message=head.gift_message,
        custom_field1=fields[0],
        custom_field2=fields[1],
        custom_field3=fields[2],
        requested_warehouse=head.requested_warehouse,
        source=head.source or head.store_name,
        customer=_customer(head),
        dimensions=_dimensions(head.package),
        items=(*(_item(line, quantity) for line, quantity in _shown(face)), *_discounts(head)),
    )


def _shown(face: Face) -> list[tuple[Line, int]]:
    """Lines with their units. One with nothing left goes nowhere, unless the whole part was cancelled: then all
    lines say what was."""
    left = [(line, line.quantity - line.cancelled) for line in face.lines if line.quantity > line.cancelled]
    return left or [(line, line.last_quantity) for line in face.lines]


def _item(line: Line, quantity: int) -> messages.ItemMessage:
    weight, units = weights.to_wire(line.weight, line.weight_unit) if line.weight is not None else (None, None)
    return messages.ItemMessage(
        line_item_id=line.id.hex,
        sku=line.vendor_sku or line.sku,
        name=line.name,
        quantity=quantity,
        unit_price=line.unit_price,
        image_url=line.image_url,
        upc=line.upc,
        weight=weight,
        weight_units=units,
        location=line.vendor_location or line.line_location,
        options=tuple(_option(option, units) for option in line.options),
    )


def _option(option: dict[str, Any], units: str | None) -> messages.OptionMessage:
    """An option's weight counts in its item's unit, so it is left out where the item has none."""
    weight = option.get("weight")
    added = weights.converted(Decimal(weight["value"]), weight["unit"], units) if weight and units else None
    return messages.OptionMessage(option["name"], option["value"], added)


ADJUSTMENT_MARK = "-discount-"


def _discounts(head: Head) -> list[messages.ItemMessage]:
    """One adjustment line for each code with a share in this part."""
    return [
        messages.ItemMessage(
            line_item_id=f"{head.id.hex}{ADJUSTMENT_MARK}{index}",
            sku="",
            name=discount["code"] or "Discount",
            quantity=1,
            unit_price=-Decimal(discount["amount"]),
            adjustment=True,
        )
        for index, discount in enumerate(head.discounts, start=1)
        if Decimal(discount["amount"]) >= Decimal("0.005")
    ]


def _dimensions(package: dict[str, Any] | None) -> messages.DimensionsMessage | None:
    if not package:
        return None
    sides = {side: Decimal(package[side]) for side in ("length", "width", "height")}
    return messages.DimensionsMessage(units=_PACKAGE_UNITS[package["unit"]], **sides)


def _ship_to(head: Head) -> dict[str, Any]:
    """As it is; in a cancelled order with something in place of what is missing, so that the cancel gets through."""
    if head.status != Status.CANCELLED:
        return head.ship_to
    missing = missing_fields(head.ship_to)
    return head.ship_to | {field: "US" if field == "country" else "(cancelled)" for field in missing}


def _customer(head: Head) -> messages.CustomerMessage:
    customer, bill, ship = head.customer, head.bill_to, _ship_to(head)
    name = _first(ship.get("name"), ship.get("company"))
    buyer = _first(bill.get("name"), customer.get("name"), name)
    email = _first(bill.get("email"), customer.get("email"), ship.get("email"))
    phone = customer.get("phone") or ""
    return messages.CustomerMessage(
        code=_first(customer.get("code"), email, buyer, head.number),
        bill_to=messages.BillToMessage(
            name=buyer,
            company=bill.get("company") or customer.get("company"),
            phone=bill.get("phone") or phone or ship.get("phone"),
            email=email,
            address1=bill.get("address1"),
            address2=bill.get("address2"),
            city=bill.get("city"),
            state=bill.get("state"),
            postal_code=bill.get("postal_code"),
            country=country_code(bill.get("country", "")),
        ),
        ship_to=messages.ShipToMessage(
            name=name,
            company=ship.get("company"),
            address1=ship.get("address1", ""),
            address2=ship.get("address2"),
            city=ship.get("city", ""),
            state=ship.get("state", ""),
            postal_code=ship.get("postal_code", ""),
            country=country_code(ship.get("country", "")) or "",
            phone=ship.get("phone") or phone,
        ),
    )


def _first(*texts: str | None) -> str:
    """The first that says something."""
    return next((text for text in texts if text and visible(text)), "")


def digest_of(face: Face) -> bytes:
    """Of all that is exported but its times and the connection's words. Raises Unwritable.

    Two faces with the same digest look the same to the vendor.
    """
    message = message_of(face, StatusNames(), pytz.utc)
    undated = replace(message, last_modified=_EPOCH.replace(tzinfo=None), status=face.head.status)
    return hashlib.blake2b(writer.write_order(undated).encode(), digest_size=16).digest()
