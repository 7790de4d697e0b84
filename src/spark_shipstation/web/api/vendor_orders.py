"""Vendor orders by themselves, and packages that ShipStation does not report."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ...services import life, vendors
from ...services.answers import ShipmentOut, VendorOrdersOut, VendorOrderWholeOut
from ...services.forms import Moment, ShipmentIn
from ...services.reading import read_cursor
from ...services.vendor_orders import read_vendor_order, read_vendor_orders
from ...store.orders.parts import VendorOrderFilter
from ..deps import ApiBody, ReadingCaller, ReadSession, WriteSession, WritingCaller
from .documents import body_schema, read_optional_form

router = APIRouter(tags=["vendor orders"])


@router.get("/vendor-orders", summary="Vendor orders, newest first")
def get_vendor_orders(
    session: ReadSession,
    caller: ReadingCaller,
    vendor: Annotated[str | None, Query(description="name or id")] = None,
    status: str | None = None,
    store: str | None = None,
    number: str | None = None,
    updated_after: Annotated[Moment | None, Query(description="of the order; ISO 8601 with an offset")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VendorOrdersOut:
    account_id = caller.actor.account_id
    wanted = VendorOrderFilter(
        vendor_id=vendors.find_vendor(session, account_id, vendor).id if vendor else None,
        status=status,
        store=store,
        number=number,
        updated_after=updated_after,
        after=read_cursor(cursor) if cursor else None,
    )
    return read_vendor_orders(session, account_id, wanted, limit)


@router.get("/vendor-orders/{vendor_order_id}", summary="One vendor order, by its id")
def get_vendor_order(session: ReadSession, caller: ReadingCaller, vendor_order_id: str) -> VendorOrderWholeOut:
    return read_vendor_order(session, caller.actor.account_id, vendor_order_id)


@router.post(
    "/vendor-orders/{vendor_order_id}/shipments",
    status_code=201,
    summary="Record a package: of a vendor that is no ShipStation account, or shipped by hand",
    description="A ShipStation vendor is told with the next poll. 200 when the same package was recorded before.",
    openapi_extra=body_schema(ShipmentIn, required=False),
    responses={
        200: {"description": "This package was recorded before.", "model": ShipmentOut},
        409: {"description": "Nothing is open, or the key belongs to another package."},
    },
)
def post_shipment(
    session: WriteSession, caller: WritingCaller, vendor_order_id: str, body: ApiBody, response: Response
) -> ShipmentOut:
    form = read_optional_form(ShipmentIn, body)
    shipped = life.ship(session, caller.actor, vendor_order_id, form, now=caller.now)
    response.status_code = 201 if shipped.is_new else 200
    found = read_vendor_order(session, caller.actor.account_id, vendor_order_id)
    return next(package for package in found.shipments if package.id == shipped.shipment_id.hex)
