"""The lines of orders: kept by the shop's own line ids, routed when new, when still unrouted, or when what decides
about them changed."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules.address import country_code
from ...rules.routing import Catalog, Decision, route
from ...store import bulk, catalog, productlist
from ...store.base import new_id
from ...store.orders import Order, OrderLine, planning
from ...store.productlist import ListedProduct
from ..actor import Actor
from ..forms import Line, OrderIn


def keep_lines(
    session: Session, taken: Sequence[tuple[Order, OrderIn]], actor: Actor, moved: Collection[UUID] = ()
) -> set[UUID]:
    """Write the lines of these orders. A line that is no longer sent stays, with quantity 0.

    `moved` are the orders that go to another country than before: where rules ask for the country, they are routed
    anew. Answers the orders in which a line that was known got another vendor than before, or its first.
    """
    routed: set[UUID] = set()
    if not taken:
        return routed
    skus = {line.sku for _, form in taken for line in form.lines if line.sku}
    routing = catalog.routing_catalog(session, actor.account_id, skus)
    products = productlist.products_by_sku(session, actor.account_id, skus)
    known = planning.lines_of_orders(session, actor.account_id, [order.id for order, _ in taken])
    rows: list[dict[str, Any]] = []
    for order, form in taken:
        before = {line.external_id: line for line in known.get(order.id, [])}
        country = country_code(form.ship_to.country) or ""
        decides = order.id in moved and routing.asks_for_country
        for position, line in enumerate(form.lines, start=1):
            facts = _facts(line, position, products.get(line.sku))
            old = before.pop(line.external_id, None)
            if old is None:
                rows.append(_row(order, line, facts, route(line.sku, line.vendor, routing, country)))
            elif _update(old, facts, decides=decides or to_decide(old, line), routing=routing, country=country):
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
        "excluded": decision.excluded,
        **facts,
    }


def to_decide(old: OrderLine, line: Line) -> bool:
    """A line keeps its vendor, unless the shop changed what decides about it or it had none."""
    waits = old.vendor_id is None and not old.excluded
    return waits or old.sku != line.sku or old.named_vendor != (line.vendor or "")


def _update(old: OrderLine, facts: dict[str, Any], *, decides: bool, routing: Catalog, country: str) -> bool:
    """Set what differs, and route it where something `decides` anew. True = another vendor than before."""
    for name, value in facts.items():
        if getattr(old, name) != value:
            setattr(old, name, value)
    if not decides:
        return False
    before = (old.vendor_id, old.excluded)
    decision = route(old.sku, old.named_vendor, routing, country)
    old.vendor_id, old.excluded, old.reason = decision.vendor_id, decision.excluded, decision.reason
    return (old.vendor_id, old.excluded) != before


def _facts(line: Line, position: int, product: ListedProduct | None) -> dict[str, Any]:
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
        "discounts": [discount.model_dump(mode="json") for discount in line.discounts],
    }
