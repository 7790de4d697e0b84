"""Rows → what ShipStation is shown: a vendor order's exported face as a message of the protocol."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytz

from ..customstore import messages, writer
from ..customstore.cancels import within_limits
from ..customstore.window import to_wire
from ..rules import weights
from ..rules.address import country_code, missing_fields
from ..rules.amounts import Discount
from ..rules.bill import Adjustment, Bill, Part, Sold, bill
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
    sold = _sold(face)
    costs = _bill(head, sold, presentation)
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
            *(  # a line with nothing left goes nowhere
                _item(line, units.units, price)
                for (line, units), price in zip(sold, costs.prices, strict=True)
                if units.units
            ),
            *(_adjustment(head, adjustment) for adjustment in costs.adjustments),
        ),
    )
    return within_limits(message) if head.status == Status.CANCELLED else message


def _sold(face: Face) -> list[tuple[Line, Sold]]:
    """Every line with its units. Once the whole part was cancelled, all lines say what was."""
    sold = [
        (line, Sold(line.unit_price, max(0, line.quantity - line.cancelled), line.quantity, line.order_line_id))
        for line in face.lines
    ]
    if any(units.units for _, units in sold):
        return sold
    return [(line, units._replace(units=line.last_quantity, sold=line.last_quantity)) for line, units in sold]


def _bill(head: Head, sold: Sequence[tuple[Line, Sold]], presentation: Presentation) -> Bill:
    part = Part(
        lines=[units for _, units in sold],
        discounts=[_discount(row) for row in head.discounts],
        tax=head.tax_amount,
        shipping=head.shipping_amount,
        total=head.total,
    )
    return bill(part, spread=presentation.discounts == Discounts.SPREAD)


def _discount(row: Mapping[str, Any]) -> Discount:
    """`line` is the id of the order line that it is on; one of the order as a whole has none."""
    on = row.get("line")
    return Discount(row["code"], Decimal(row["amount"]), UUID(on) if on else None)


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


CONTENT_DIGEST = 16  # bytes; the status follows them


def digest_of(face: Face, presentation: Presentation) -> bytes:
    """Of all that the vendor is shown but times and the connection's words for statuses. Raises Unwritable.

    Two faces with the same digest look the same to the vendor. The status stands in it as it is, so that a shipment,
    which changes nothing else, needs no face: see `with_status`.
    """
    return _content_digest(face, presentation, "-") + face.head.status.encode()


def is_old_digest_of(digest: bytes, face: Face, presentation: Presentation) -> bool:
    """Is it the digest of that face in its first form, which had the status mixed in?"""
    return len(digest) == CONTENT_DIGEST and digest == _content_digest(face, presentation, face.head.status)


def with_status(digest: bytes, before: str, status: str) -> bytes | None:
    """The digest of the same face with another status. None where only the face can tell: a cancelled one shows other
    things, and one that is held back, or whose digest has the first form, keeps none of its content."""
    if len(digest) <= CONTENT_DIGEST or Status.CANCELLED in (before, status):
        return None
    return digest[:CONTENT_DIGEST] + status.encode()


def _content_digest(face: Face, presentation: Presentation, status: str) -> bytes:
    message = message_of(face, StatusNames(), pytz.utc, presentation)
    undated = replace(message, last_modified=_EPOCH.replace(tzinfo=None), status=status)
    return hashlib.blake2b(writer.write_order(undated).encode(), digest_size=CONTENT_DIGEST).digest()
