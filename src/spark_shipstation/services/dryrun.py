"""What would become of orders if they were sent now: who gets which line and why, and how the money is shared.

The same rules as intake's, on the same rows, in a transaction that cannot write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from ..rules.address import country_code, missing_fields
from ..rules.amounts import Amounts, Discount, LineAmounts, PartAmounts, Units, share_among_parts
from ..rules.numbers import free_number
from ..rules.routing import UNKNOWN, Catalog, Decision, route
from ..rules.splitting import Part, Plan, Wish, plan, units_after
from ..rules.status import Flag
from ..store import accounts, catalog
from ..store.base import new_id
from ..store.orders import Order, OrderLine, VendorOrder, planning, tallying
from ..store.session import forbid_writing
from .answers import DiscountOut
from .forms import Line, OrderIn
from .intake.lines import to_decide
from .intake.splitting import discounts_of, parts_of
from .routing_answers import PortionOut, RoutedLineOut, RoutedOut, RoutedPartOut, RoutedUnitsOut


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of the orders: those that were sent before, and what belongs to them."""

    routing: Catalog
    stores: Mapping[str, accounts.Store]
    orders: Mapping[planning.Key, Order]
    lines: Mapping[UUID, Sequence[OrderLine]]
    vendor_orders: Mapping[UUID, Sequence[VendorOrder]]
    parts: Mapping[UUID, list[Part]]
    unplaced: Units

    def order_of(self, form: OrderIn) -> Order | None:
        store = self.stores.get(form.store)
        return self.orders.get((store.id, form.external_id)) if store else None


@dataclass(frozen=True, slots=True)
class _Routed:
    """A line with what would be decided about it. `line` is None for one that was sent before and is no longer."""

    id: UUID
    external_id: str
    sku: str
    line: Line | None
    decision: Decision
    amounts: LineAmounts

    def wanted(self, unplaced: Units) -> int:
        """Units, less those that were cancelled while they had no vendor: they never get one."""
        return max(0, self.line.quantity - unplaced.get(self.id, 0)) if self.line else 0


def dry_run(session: Session, account_id: UUID, forms: Sequence[tuple[int, OrderIn]]) -> list[RoutedOut]:
    """One answer for each order, with its index."""
    forbid_writing(session)
    known = _load(session, account_id, [form for _, form in forms])
    return [_dry_run(session, account_id, index, form, known) for index, form in forms]


def _load(session: Session, account_id: UUID, forms: Sequence[OrderIn]) -> _Known:
    stores = {store.code: store for store in accounts.stores_of(session, account_id)}
    keys = [(stores[form.store].id, form.external_id) for form in forms if form.store in stores]
    skus = {line.sku for form in forms for line in form.lines}
    routing = catalog.routing_catalog(session, account_id, skus)
    orders = planning.orders_by_key(session, account_id, keys)
    if not orders:
        return _Known(routing, stores, orders, lines={}, vendor_orders={}, parts={}, unplaced={})
    ids = [order.id for order in orders.values()]
    vendor_orders = planning.vendor_orders_of_orders(session, account_id, ids)
    part_ids = [part.id for of_order in vendor_orders.values() for part in of_order]
    part_lines = planning.lines_of_vendor_orders(session, account_id, part_ids)
    line_ids = [line.id for of_part in part_lines.values() for line in of_part]
    sums = tallying.tallies(session, account_id, line_ids)
    return _Known(
        routing=routing,
        stores=stores,
        orders=orders,
        lines=planning.lines_of_orders(session, account_id, ids),
        vendor_orders=vendor_orders,
        parts={id_: parts_of(own, part_lines, sums) for id_, own in vendor_orders.items()},
        unplaced=tallying.unrouted_cancellations(session, account_id, ids),
    )


def _dry_run(session: Session, account_id: UUID, index: int, form: OrderIn, known: _Known) -> RoutedOut:
    order = known.order_of(form)
    routed = _route(form, order, known)
    parts = known.parts.get(order.id, []) if order else []
    wishes = [Wish(one.id, one.wanted(known.unplaced), one.decision.vendor_id, one.decision.excluded) for one in routed]
    planned = plan(wishes, parts)
    new = {vendor_id: new_id() for vendor_id in planned.new_parts}
    units = units_after(planned, parts, new)
    shared = share_among_parts(
        _amounts(form), {one.id: one.amounts for one in routed}, units, planned.unrouted, planned.excluded
    )
    lines = {one.id: one for one in routed}
    numbers = _numbers(session, account_id, form, order, planned, known)
    vendors = {part.id: part.vendor_id for part in parts} | {id_: vendor_id for vendor_id, id_ in new.items()}
    return RoutedOut(
        index=index,
        outcome="routed",
        id=order.id.hex if order else None,
        store=form.store,
        external_id=form.external_id,
        number=form.number,
        flags=_flags(form, planned, known),
        lines=[_line_out(one.line, one.decision, known) for one in routed if one.line],
        vendor_orders=[
            RoutedPartOut(
                id=None if part_id in new.values() else part_id.hex,
                number=numbers[part_id] if part_id in numbers else numbers[vendors[part_id]],
                vendor=known.routing.vendors[vendors[part_id]].name,
                vendor_id=vendors[part_id].hex,
                **_portion(units[part_id], amounts, lines, known, vendors[part_id]),
            )
            for part_id, amounts in shared.parts.items()
        ],
        unrouted=_portion_out(planned.unrouted, shared.unrouted, lines, known),
        excluded=_portion_out(planned.excluded, shared.excluded, lines, known),
    )


def _route(form: OrderIn, order: Order | None, known: _Known) -> list[_Routed]:
    """A line keeps its vendor as it would when the order is sent again."""
    old = {line.external_id: line for line in known.lines.get(order.id, ())} if order else {}
    country = country_code(form.ship_to.country) or ""
    moved = order is not None and (country_code(order.ship_to.get("country", "")) or "") != country
    decides = moved and known.routing.asks_for_country
    routed = []
    for line in form.lines:
        before = old.pop(line.external_id, None)
        if before is None or decides or to_decide(before, line):
            decision = route(line.sku, line.vendor, known.routing, country)
        else:
            decision = Decision(before.vendor_id, before.reason, excluded=before.excluded)
        id_ = before.id if before else new_id()
        discounts = tuple(Discount(given.code, given.amount, id_) for given in line.discounts)
        routed.append(_Routed(id_, line.external_id, line.sku, line, decision, LineAmounts(line.unit_price, discounts)))
    return routed + [_gone(line) for line in old.values()]


def _gone(line: OrderLine) -> _Routed:
    decision = Decision(line.vendor_id, line.reason, excluded=line.excluded)
    amounts = LineAmounts(line.unit_price, discounts_of(line.discounts, line.id))
    return _Routed(line.id, line.external_id, line.sku, None, decision, amounts)


def _amounts(form: OrderIn) -> Amounts:
    discounts = tuple(Discount(given.code, given.amount) for given in form.discounts)
    return Amounts(form.currency, discounts, form.tax_amount, form.shipping_amount, form.total)


def _numbers(
    session: Session, account_id: UUID, form: OrderIn, order: Order | None, planned: Plan, known: _Known
) -> dict[UUID, str]:
    """Of the vendor orders that there are by their ids, of the new ones by their vendors."""
    wanted = [(vendor_id, form.number) for vendor_id in planned.new_parts]
    taken = planning.numbers_taken(session, account_id, wanted)
    numbers = {vendor_id: free_number(form.number, taken.get(vendor_id, ())) for vendor_id, _ in wanted}
    return numbers | {part.id: part.number for part in (known.vendor_orders.get(order.id, ()) if order else ())}


def _flags(form: OrderIn, planned: Plan, known: _Known) -> list[str]:
    flags = set()
    if planned.unrouted:
        flags.add(Flag.UNROUTED)
        store = known.stores.get(form.store)
        if store and store.unrouted_waits:
            flags.add(Flag.NEEDS_ROUTING)
    if missing_fields(form.ship_to.model_dump()):
        flags.add(Flag.NEEDS_ADDRESS)
    return sorted(flags)


def _line_out(line: Line, decision: Decision, known: _Known) -> RoutedLineOut:
    vendor = known.routing.vendors[decision.vendor_id] if decision.vendor_id else None
    return RoutedLineOut(
        external_id=line.external_id,
        sku=line.sku,
        quantity=line.quantity,
        vendor=vendor.name if vendor else None,
        vendor_id=vendor.id.hex if vendor else None,
        excluded=decision.excluded,
        reason=decision.reason,
    )


def _portion_out(
    units: Units, amounts: PartAmounts | None, lines: Mapping[UUID, _Routed], known: _Known
) -> PortionOut | None:
    return PortionOut(**_portion(units, amounts, lines, known)) if amounts else None


def _portion(
    units: Units, amounts: PartAmounts, lines: Mapping[UUID, _Routed], known: _Known, vendor_id: UUID | None = None
) -> dict[str, object]:
    return {
        "lines": [_units_out(lines[id_], quantity, known, vendor_id) for id_, quantity in units.items() if quantity],
        "subtotal": amounts.subtotal,
        "discounts": [_discount_out(given, lines) for given in amounts.discounts if given.amount != Decimal(0)],
        "tax_amount": amounts.tax,
        "shipping_amount": amounts.shipping,
        "total": amounts.total,
    }


def _units_out(one: _Routed, quantity: int, known: _Known, vendor_id: UUID | None) -> RoutedUnitsOut:
    offer = known.routing.products.get(one.sku, UNKNOWN).offer_of(vendor_id) if vendor_id else None
    location = offer.location if offer else ""
    return RoutedUnitsOut(
        external_id=one.external_id,
        sku=(offer.vendor_sku if offer else "") or one.sku,
        location=location or (one.line.location if one.line else ""),
        quantity=quantity,
    )


def _discount_out(given: Discount, lines: Mapping[UUID, _Routed]) -> DiscountOut:
    line = lines[given.line_id].external_id if given.line_id else None
    return DiscountOut(code=given.code, amount=given.amount, line=line)
