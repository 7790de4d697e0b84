"""A product as a person adds and changes it: what is there already is not replaced unseen."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Conflict, Invalid
from ..store import catalog, productlist
from .actor import Actor
from .forms import ProductWithSkuIn
from .outcomes import Outcome
from .products import put_products, read_product
from .versions import version_of


def add_product(session: Session, actor: Actor, form: ProductWithSkuIn, *, now: datetime) -> None:
    """Raises Invalid, Conflict where there is one with that SKU."""
    if productlist.find_product(session, actor.account_id, form.sku) is not None:
        raise Conflict(f"There is a product {form.sku} already.")
    _put(session, actor, form, now)


def change_product(session: Session, actor: Actor, form: ProductWithSkuIn, seen: str, *, now: datetime) -> None:
    """Raises Invalid, NotFound, Conflict where it is no longer what was `seen`."""
    read_product(session, actor.account_id, form.sku)  # or it would be made
    catalog.lock_products(session, actor.account_id, [form.sku])
    known = read_product(session, actor.account_id, form.sku)
    if version_of(known) != seen:
        raise Conflict(f"Somebody changed {form.sku} meanwhile, so nothing was saved. Change it as it is now.")
    _put(session, actor, form, now)


def _put(session: Session, actor: Actor, form: ProductWithSkuIn, now: datetime) -> None:
    (result,) = put_products(session, actor, [(form.sku, form)], now=now)
    if result.outcome is Outcome.REFUSED:
        raise Invalid("Nothing was saved.", result.reasons)
