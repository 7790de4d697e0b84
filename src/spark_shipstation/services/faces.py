"""Rows → what ShipStation is shown: a vendor order's exported face as a message of the protocol."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytz

from ..customstore import messages, writer
from ..customstore.cancels import within_limits
from ..customstore.window import to_wire
from ..rules import weights
from ..rules.address import country_code, missing_fields
from ..rules.bill import Adjustment, Bill, Part, bill
from ..rules.money import ZERO
from ..rules.presentation import CUSTOM_FIELDS, Discounts, Presentation
from ..rules.status import Status, StatusNames
from ..rules.texts import visible
from ..store.orders.faces import Face, Head, Line

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PACKAGE_UNITS = {"in": "Inch", "cm": "Centimeter"}


def message_of(
    face: Face, names: StatusNames, tz: pytz.BaseTzInfo, presentation: Presentation
) -> messages.OrderMessage:
    """The order as the connection with these settings gets it. Raises Unwritable in the writer only."""
    head = face.head
    shown, gone = _shown(face)
    costs = _bill(head, shown, gone, presentation)
    fields = _custom_fields(head, presentation)
    message = messages.OrderMessage(
        order_id=head.id.hex,
        number=head.number,
        order_date=to_wire(head.placed_at, tz),
        status=names.told(head.status),
        last_modified=to_wire(head.changed_at or _EPOCH, tz),
        total=costs.total,
        shipping_amount=costs.shipping,
        tax_amount=costs.tax,
        shipping_method=presentation.shipping_method(head.shipping_method),
        payment_method=head.payment_method,
        currency=head.currency,
        customer_notes=head.customer_notes,
        internal_notes=presentation.visible_notes(head.internal_notes, head.marked_notes),
        gift=head.gift,
        gift_message=head.gift_message,
        custom_field1=fields[0],
        custom_field2=fields[1],
        custom_field3=fields[2],
        requested_warehouse=head.requested_warehouse or presentation.requested_warehouse,
        source=head.source or presentation.source or head.store_name,
        customer=_customer(head, presentation),
        dimensions=_dimensions(head.package),
        items=(
            *(_item(line, units, price) for (line, units), price in zip(shown, costs.prices, strict=True)),
            *(_adjustment(head, adjustment) for adjustment in costs.adjustments),
        ),
    )
    return within_limits(message) if head.status == Status.CANCELLED else message


def _shown(face: Face) -> tuple[list[tuple[Line, int]], Decimal]:
    """Lines with their units, and the worth of the units that were cancelled. A line with nothing left goes nowhere,
    unless the whole part was cancelled: then all lines say what was."""
    left = [(line, line.quantity - line.cancelled) for line in face.lines if line.quantity > line.cancelled]
    if not left:
        return [(line, line.last_quantity) for line in face.lines], ZERO
    gone = [line.unit_price * min(line.cancelled, line.quantity) for line in face.lines if line.cancelled]
    return left, sum(gone, ZERO)


def _bill(head: Head, shown: list[tuple[Line, int]], gone: Decimal, presentation: Presentation) -> Bill:
    part = Part(
        lines=[(line.unit_price, units) for line, units in shown],
        discounts=[(discount["code"], Decimal(discount["amount"])) for discount in head.discounts],
        tax=head.tax_amount,
        shipping=head.shipping_amount,
        total=head.total,
        gone=gone,
    )
    return bill(part, spread=presentation.discounts == Discounts.SPREAD)


def _custom_fields(head: Head, presentation: Presentation) -> list[str]:
    """The shop's own, and the coupon codes where the vendor wants them: they take the place of what the shop says."""
    fields = [*head.custom_fields, "", "", ""]
    if presentation.coupon_codes_in:
        codes = [discount["code"] for discount in head.discounts if discount["code"] and Decimal(discount["amount"])]
        place = CUSTOM_FIELDS.index(presentation.coupon_codes_in)
        fields[place] = ", ".join(codes) or fields[place]
    return fields


def _item(line: Line, quantity: int, unit_price: Decimal) -> messages.ItemMessage:
    weight, units = weights.to_wire(line.weight, line.weight_unit) if line.weight is not None else (None, None)
    return messages.ItemMessage(
        line_item_id=line.id.hex,
        sku=line.vendor_sku or line.sku,
        name=line.name,
        quantity=quantity,
        unit_price=unit_price,
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


def _adjustment(head: Head, adjustment: Adjustment) -> messages.ItemMessage:
    return messages.ItemMessage(
        line_item_id=f"{head.id.hex}{ADJUSTMENT_MARK}{adjustment.key}",
        sku="",
        name=adjustment.name,
        quantity=1,
        unit_price=adjustment.amount,
        adjustment=True,
    )


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


def _customer(head: Head, presentation: Presentation) -> messages.CustomerMessage:
    customer, bill_to, ship = head.customer, head.bill_to, _ship_to(head)
    name = _first(ship.get("name"), ship.get("company"))
    buyer = _first(bill_to.get("name"), customer.get("name"), name)
    email, phones = "", ("", "")
    if not presentation.withhold_email:
        email = _first(bill_to.get("email"), customer.get("email"), ship.get("email"))
    if not presentation.withhold_phone:
        phone = customer.get("phone") or ""
        phones = (bill_to.get("phone") or phone or ship.get("phone") or "", ship.get("phone") or phone)
    return messages.CustomerMessage(
        code=_customer_code(head, email, buyer, presentation),
        bill_to=messages.BillToMessage(
            name=buyer,
            company=bill_to.get("company") or customer.get("company"),
            phone=phones[0],
            email=email,
            address1=bill_to.get("address1"),
            address2=bill_to.get("address2"),
            city=bill_to.get("city"),
            state=bill_to.get("state"),
            postal_code=bill_to.get("postal_code"),
            country=country_code(bill_to.get("country", "")),
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
            phone=phones[1],
        ),
    )


def _customer_code(head: Head, email: str, buyer: str | None, presentation: Presentation) -> str:
    """Many shops know a customer by the e-mail address, so a code may be just what is to be withheld."""
    code = head.customer.get("code")
    if presentation.withhold_email:
        code, buyer = ("" if "@" in (word or "") else word for word in (code, buyer))
    return _first(code, email, buyer, head.number)


def _first(*texts: str | None) -> str:
    """The first that says something."""
    return next((text for text in texts if text and visible(text)), "")


def digest_of(face: Face, presentation: Presentation) -> bytes:
    """Of all that the vendor is shown but times and the connection's words for statuses. Raises Unwritable.

    Two faces with the same digest look the same to the vendor.
    """
    message = message_of(face, StatusNames(), pytz.utc, presentation)
    undated = replace(message, last_modified=_EPOCH.replace(tzinfo=None), status=face.head.status)
    return hashlib.blake2b(writer.write_order(undated).encode(), digest_size=16).digest()
