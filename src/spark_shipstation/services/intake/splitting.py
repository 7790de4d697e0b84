"""Orders → vendor orders: the plan of rules.splitting, carried out, and each part's share of the money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules.amounts import Amounts, Discount, LineAmounts, PartAmounts, share_among_parts
from ...rules.money import ZERO
from ...rules.numbers import is_form_of
from ...rules.routing import UNKNOWN, Product
from ...rules.splitting import Part, PartLine, Placing, Plan, Wish, plan, units_after
from ...store import bulk, catalog
from ...store.base import Json, id_of
from ...store.journal import MICROSECOND
from ...store.orders import Order, OrderLine, VendorOrder, VendorOrderLine, planning, tallying
from ..actor import Actor
from .numbering import insert_numbered, renumber


@dataclass(slots=True)
class Split:
    """An order with its lines and parts, as they are before and while it is planned anew."""

    order: Order
    lines: list[OrderLine]
    rows: dict[UUID, VendorOrder | VendorOrderLine]
    parts: list[Part]
    plan: Plan

    def misnumbered(self) -> list[VendorOrder]:
        """Open parts with the number that the order had before. What is closed keeps the number on its papers."""
        rows = [self.rows[part.id] for part in self.parts if not part.closed]
        return [row for row in rows if isinstance(row, VendorOrder) and not is_form_of(row.number, self.order.number)]


@dataclass(slots=True)
class Additions:
    """Rows to insert, for all orders at once. `bases` are the numbers that the new parts are given forms of."""

    parts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    bases: dict[UUID, str] = field(default_factory=dict)
    part_lines: list[dict[str, Any]] = field(default_factory=list)


def split_orders(session: Session, orders: Sequence[Order], actor: Actor, *, now: datetime) -> None:
    """Plan each order and write what differs. The caller has locked the orders."""
    if not orders:
        return
    splits = _planned(session, orders, actor)
    skus = {line.sku for split in splits for line in split.lines}
    products = catalog.routing_products(session, actor.account_id, skus)
    additions = Additions()
    for split in splits:
        for part in split.misnumbered():
            renumber(session, actor.account_id, part, split.order.number)
        new = {vendor_id: _part_id(split, vendor_id) for vendor_id in split.plan.new_parts}
        _add_parts(split, new, additions, now)
        _place_lines(split, new, products, additions)
        _share_amounts(split, units_after(split.plan, split.parts, new), additions)
    insert_numbered(session, actor.account_id, list(additions.parts.values()), additions.bases)
    bulk.insert_rows(session, VendorOrderLine, additions.part_lines)
    session.flush()


def _part_id(split: Split, vendor_id: UUID) -> UUID:
    """ShipStation's OrderID. An order that has to be sent again after a backup was put back gets those it had, so that
    ShipStation knows it again."""
    order, before = split.order, sum(part.vendor_id == vendor_id for part in split.parts)
    return id_of(order.placed_at, order.account_id, order.store_id, order.external_id, vendor_id, before)


def _planned(session: Session, orders: Sequence[Order], actor: Actor) -> list[Split]:
    order_ids = [order.id for order in orders]
    lines = planning.lines_of_orders(session, actor.account_id, order_ids)
    parts = planning.vendor_orders_of_orders(session, actor.account_id, order_ids)
    part_lines = planning.lines_of_vendor_orders(
        session, actor.account_id, [part.id for of_order in parts.values() for part in of_order]
    )
    sums = tallying.tallies(session, actor.account_id, [line.id for of_part in part_lines.values() for line in of_part])
    unplaced = tallying.unrouted_cancellations(session, actor.account_id, order_ids)
    return [
        _planned_order(order, lines[order.id], parts.get(order.id, []), part_lines, sums, unplaced) for order in orders
    ]


def _planned_order(
    order: Order,
    lines: list[OrderLine],
    vendor_orders: Sequence[VendorOrder],
    part_lines: Mapping[UUID, Sequence[VendorOrderLine]],
    sums: tallying.Sums,
    unplaced: Mapping[UUID, int],
) -> Split:
    """`unplaced` are the units of each line that were cancelled while they had no vendor: they never get one."""
    rows: dict[UUID, VendorOrder | VendorOrderLine] = {}
    for vendor_order in vendor_orders:
        rows |= {vendor_order.id: vendor_order} | {line.id: line for line in part_lines.get(vendor_order.id, ())}
    parts = parts_of(vendor_orders, part_lines, sums)
    wishes = [
        Wish(line.id, max(0, line.quantity - unplaced.get(line.id, 0)), line.vendor_id, line.excluded) for line in lines
    ]
    return Split(order, lines, rows, parts, plan(wishes, parts))


def parts_of(
    vendor_orders: Sequence[VendorOrder], part_lines: Mapping[UUID, Sequence[VendorOrderLine]], sums: tallying.Sums
) -> list[Part]:
    """The rows as the rules of a plan are given them."""
    return [
        Part(
            part.id,
            part.vendor_id,
            tuple(
                PartLine(line.id, line.order_line_id, tallying.tally_of(line, sums))
                for line in part_lines.get(part.id, ())
            ),
        )
        for part in vendor_orders
    ]


def _add_parts(split: Split, new: Mapping[UUID, UUID], additions: Additions, now: datetime) -> None:
    for vendor_id, part_id in new.items():
        additions.bases[part_id] = split.order.number
        additions.parts[part_id] = {
            "account_id": split.order.account_id,
            "id": part_id,
            "order_id": split.order.id,
            "vendor_id": vendor_id,
            "discounts": [],
            "tax_amount": ZERO,
            "shipping_amount": ZERO,
            "total": ZERO,
            "status": "",
            "flags": [],
            "face_digest": b"",
            "changed_at": None,
            "created_at": now + len(additions.parts) * MICROSECOND,  # of a batch, each stands behind the one before
        }


def _place_lines(split: Split, new: Mapping[UUID, UUID], products: Mapping[str, Product], additions: Additions) -> None:
    lines = {line.id: line for line in split.lines}
    vendors = {part.id: part.vendor_id for part in split.parts} | {id_: vendor_id for vendor_id, id_ in new.items()}
    placed: list[tuple[UUID, Placing]] = [(id_, p) for id_, placings in split.plan.additions.items() for p in placings]
    placed += [(new[vendor_id], p) for vendor_id, placings in split.plan.new_parts.items() for p in placings]
    for part_id, placing in placed:
        line = lines[placing.line_id]
        offer = products.get(line.sku, UNKNOWN).offer_of(vendors[part_id])
        additions.part_lines.append(
            {
                "account_id": line.account_id,
                "id": id_of(split.order.placed_at, part_id, line.external_id),
                "vendor_order_id": part_id,
                "order_line_id": line.id,
                "position": line.position,
                "quantity": placing.quantity,
                "last_quantity": placing.quantity,
                "vendor_sku": offer.vendor_sku if offer else "",
                "location": offer.location if offer else "",
            }
        )
    for line_id, quantity in split.plan.quantities.items():
        row = split.rows[line_id]
        assert isinstance(row, VendorOrderLine)  # noqa: S101 - the plan speaks of lines
        row.quantity = quantity
        row.last_quantity = quantity or row.last_quantity


def _share_amounts(split: Split, units: Mapping[UUID, Mapping[UUID, int]], additions: Additions) -> None:
    lines = {line.id: LineAmounts(line.unit_price, discounts_of(line.discounts, line.id)) for line in split.lines}
    shared = share_among_parts(amounts_of(split.order), lines, units, split.plan.unrouted, split.plan.excluded)
    for part_id, amounts in shared.parts.items():
        if part_id in additions.parts:
            additions.parts[part_id].update(_columns(amounts))
        else:
            for name, value in _columns(amounts).items():
                setattr(split.rows[part_id], name, value)


def amounts_of(order: Order) -> Amounts:
    return Amounts(order.currency, discounts_of(order.discounts), order.tax_amount, order.shipping_amount, order.total)


def discounts_of(rows: Iterable[Json], line_id: UUID | None = None) -> tuple[Discount, ...]:
    return tuple(Discount(row["code"], Decimal(row["amount"]), line_id) for row in rows)


def _columns(amounts: PartAmounts) -> dict[str, Any]:
    return {
        "discounts": [_plain(discount) for discount in amounts.discounts],
        "tax_amount": amounts.tax,
        "shipping_amount": amounts.shipping,
        "total": amounts.total,
    }


def _plain(discount: Discount) -> Json:
    """`line` is the id of the order line that it is on; one of the order as a whole has none."""
    on_line = {"line": discount.line_id.hex} if discount.line_id else {}
    return {"code": discount.code, "amount": str(discount.amount), **on_line}
