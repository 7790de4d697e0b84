"""Products, which vendors can ship them, and the routing rules."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, delete, select, text
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..rules.matching import Rule
from ..rules.routing import Catalog, Offer
from ..rules.routing import Product as RoutingProduct
from ..rules.routing import Vendor as RoutingVendor
from .accounts import Account
from .asking import plain_rows, records
from .base import ACCOUNT, Base, Owned, among, given, new_id, owned_by
from .vendorlist import known_vendors
from .vendors import Vendor


class Product(Owned, Base):
    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("account_id", "sku"),)

    sku: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    image_url: Mapped[str] = mapped_column(default="")
    weight: Mapped[Decimal | None]
    weight_unit: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="", server_default=text("''"))
    tags: Mapped[list[str]] = mapped_column(default=list, server_default=text("'{}'"))


class ProductVendor(Base):
    """A vendor that can ship a product: asked in the order of `priority`, the lowest first."""

    __tablename__ = "product_vendors"
    __table_args__ = (
        owned_by("product_id", "products", ondelete="CASCADE"),
        owned_by("vendor_id", "vendors"),
        Index(None, "account_id", "vendor_id"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    priority: Mapped[int] = mapped_column(default=1)
    vendor_sku: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")


class RoutingRule(Owned, Base):
    """`vendor_id` None = nobody ships these lines. An empty text or list asks for nothing."""

    __tablename__ = "routing_rules"
    __table_args__ = (
        owned_by("vendor_id", "vendors"),
        UniqueConstraint("account_id", "position"),
        Index(None, "account_id", "vendor_id"),
    )

    position: Mapped[int]
    name: Mapped[str]
    sku: Mapped[str]
    sku_pattern: Mapped[str]
    brand: Mapped[str]
    tag: Mapped[str]
    countries: Mapped[list[str]]
    vendor_id: Mapped[UUID | None]


def lock_products(session: Session, account_id: UUID, skus: Iterable[str]) -> tuple[dict[str, Product], set[str]]:
    """The products by SKU, made where they are new, and held; and which SKUs are new.

    Made and locked in the order of their SKUs, so that two who write the same ones come one after the other.
    """
    wanted = sorted(set(skus))
    made = [
        {"account_id": account_id, "id": new_id(), "sku": sku, "name": "", "image_url": "", "weight_unit": "",
         "brand": "", "tags": []}
        for sku in wanted
    ]  # fmt: skip
    session.execute(insert(Product).on_conflict_do_nothing(index_elements=["account_id", "sku"]), made)
    rows = session.scalars(
        select(Product)
        .where(Product.account_id == account_id, among(Product.sku, wanted))
        .order_by(Product.sku)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    new = {row["id"] for row in made}
    return {product.sku: product for product in rows}, {product.sku for product in rows if product.id in new}


_ROUTING = (
    select(
        Product.sku,
        Product.brand,
        Product.tags,
        ProductVendor.vendor_id,
        ProductVendor.priority,
        ProductVendor.vendor_sku,
        ProductVendor.location,
    )
    .join(
        ProductVendor,
        (ProductVendor.account_id == Product.account_id) & (ProductVendor.product_id == Product.id),
        isouter=True,
    )
    .where(Product.account_id == ACCOUNT, Product.sku == given("skus", Product.sku))
    .order_by(Product.sku, ProductVendor.priority, ProductVendor.vendor_id)
)


def routing_products(session: Session, account_id: UUID, skus: Collection[str]) -> dict[str, RoutingProduct]:
    """By SKU, each with its vendors in the order in which they are asked."""
    rows = plain_rows(session, _ROUTING, account_id=account_id, skus=list(skus))
    found: dict[str, RoutingProduct] = {}
    for sku, brand, tags, vendor_id, priority, vendor_sku, location in rows:
        offers = found[sku].offers if sku in found else ()
        if vendor_id is not None:
            offers = (*offers, Offer(vendor_id, priority, vendor_sku, location))
        found[sku] = RoutingProduct(brand, frozenset(tags), offers)
    return found


class StoredRule(NamedTuple):
    """`vendor` is the name of the one with that id; both are None where nobody ships what matches."""

    position: int
    vendor_id: UUID | None
    name: str
    sku: str
    sku_pattern: str
    brand: str
    tag: str
    countries: list[str]
    vendor: str | None


def routing_catalog(session: Session, account_id: UUID, skus: Collection[str]) -> Catalog:
    """All that routing needs for orders with these SKUs."""
    vendors = known_vendors(session, account_id)
    return Catalog(
        vendors={vendor.id: RoutingVendor(vendor.id, vendor.name, vendor.active) for vendor in vendors},
        products=routing_products(session, account_id, skus),
        default_vendor=next((vendor.id for vendor in vendors if vendor.is_default), None),
        rules=[_rule(row) for row in rules_of(session, account_id)],
    )


def _rule(row: StoredRule) -> Rule:
    return Rule(
        row.position, row.vendor_id, row.name, row.sku, row.sku_pattern, row.brand, row.tag, tuple(row.countries)
    )


def replace_offers(session: Session, account_id: UUID, offers: Mapping[UUID, Collection[Offer]]) -> None:
    """Give each of these products, by id, these vendors and no others."""
    session.execute(
        delete(ProductVendor).where(
            ProductVendor.account_id == account_id, among(ProductVendor.product_id, offers.keys())
        )
    )
    rows = [
        {
            "account_id": account_id,
            "product_id": product_id,
            "vendor_id": offer.vendor_id,
            "priority": offer.priority,
            "vendor_sku": offer.vendor_sku,
            "location": offer.location,
        }
        for product_id, own in offers.items()
        for offer in own
    ]
    if rows:
        session.execute(plain_insert(ProductVendor), rows)


def rules_of(session: Session, account_id: UUID) -> list[StoredRule]:
    """In their order."""
    return records(session, StoredRule._make, _RULES, account_id=account_id)


_RULES = (
    select(
        RoutingRule.position,
        RoutingRule.vendor_id,
        RoutingRule.name,
        RoutingRule.sku,
        RoutingRule.sku_pattern,
        RoutingRule.brand,
        RoutingRule.tag,
        RoutingRule.countries,
        Vendor.name,
    )
    .outerjoin(Vendor, (Vendor.account_id == RoutingRule.account_id) & (Vendor.id == RoutingRule.vendor_id))
    .where(RoutingRule.account_id == ACCOUNT)
    .order_by(RoutingRule.position)
)


def hold_rules(session: Session, account_id: UUID) -> None:
    """Two who replace the rules come one after the other. Orders go on coming in meanwhile."""
    session.execute(select(Account.account_id).where(Account.account_id == account_id).with_for_update(key_share=True))


def replace_rules(session: Session, account_id: UUID, rules: Iterable[Rule]) -> None:
    session.execute(delete(RoutingRule).where(RoutingRule.account_id == account_id))
    rows = [
        {
            "account_id": account_id,
            "id": new_id(),
            "position": rule.place,
            "name": rule.name,
            "sku": rule.sku,
            "sku_pattern": rule.sku_pattern,
            "brand": rule.brand,
            "tag": rule.tag,
            "countries": list(rule.countries),
            "vendor_id": rule.vendor_id,
        }
        for rule in rules
    ]
    if rows:
        session.execute(plain_insert(RoutingRule), rows)
