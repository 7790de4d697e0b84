"""The lines of orders: kept by the shop's own line ids, routed when new, when still unrouted, or when what decides
about them changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules.routing import Catalog, Decision, route
from ...store import bulk, catalog
from ...store.base import new_id
from ...store.catalog import Product
from ...store.orders import Order, OrderLine, planning
from ..actor import Actor
from ..forms import Line, OrderIn


def keep_lines(session: Session, taken: Sequence[tuple[Order, OrderIn]], actor: Actor) -> set[UUID]:
    """Write the lines of these orders. A line that is no longer sent stays, with quantity 0.

    Answers the orders in which a line that was known got another vendor than before, or its first.
    """
    routed: set[UUID] = set()
    if not taken:
        return routed
    skus = {line.sku for _, form in taken for line in form.lines if line.sku}
    routing = catalog.routing_catalog(session, actor.account_id, skus)
    products = catalog.products_by_sku(session, actor.account_id, skus)
    known = planning.lines_of_orders(session, actor.account_id, [order.id for order, _ in taken])
    rows: list[dict[str, Any]] = []
    for order, form in taken:
        before = {line.external_id: line for line in known.get(order.id, [])}
        for position, line in enumerate(form.lines, start=1):
            facts = _facts(line, position, products.get(line.sku))
            old = before.pop(line.external_id, None)
            if old is None:
                decision = route(line.sku, line.vendor, routing)
                rows.append(_row(order, line, facts, decision))
            elif _update(old, facts, line, routing):
                routed.add(order.id)
        for gone in before.values():
            gone.quantity = 0
    bulk.insert_rows(session, OrderLine, rows)
    session.flush()
    return routed


def _row(order: Order, line: Line, facts: dict[str, Any], decision: Decision) -> dict[str, Any]:
    return {
        "account_id": order.account_id,
        "id": new_id(),
        "order_id": order.id,
        "external_id": line.external_id,
        "vendor_id": decision.vendor_id,
        "reason": decision.reason,
        **facts,
    }


def _update(old: OrderLine, facts: dict[str, Any], line: Line, routing: Catalog) -> bool:
    """A line keeps its vendor, unless the shop changed what decides about it or it had none. True = a new vendor."""
    before = old.vendor_id
    decides = old.sku != facts["sku"] or old.named_vendor != facts["named_vendor"]
    for name, value in facts.items():
        if getattr(old, name) != value:
            setattr(old, name, value)
    if before is None or decides:
        decision = route(line.sku, line.vendor, routing)
        old.vendor_id, old.reason = decision.vendor_id, decision.reason
    return old.vendor_id != before


def _facts(line: Line, position: int, product: Product | None) -> dict[str, Any]:
    """A line's columns. The product says what the shop left out: weight and image."""
    weight, unit = (line.weight.value, line.weight.unit) if line.weight else (None, "")
    if weight is None and product is not None and product.weight is not None:
        weight, unit = product.weight, product.weight_unit
    return {
        "position": position,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "weight": weight,
        "weight_unit": unit,
        "image_url": line.image_url or (product.image_url if product else ""),
        "upc": line.upc,
        "options": [option.model_dump(mode="json", exclude_none=True) for option in line.options],
        "location": line.location,
        "named_vendor": line.vendor or "",
    }
