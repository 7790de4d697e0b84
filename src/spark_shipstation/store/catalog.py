"""Products, and which vendors can ship them."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..rules.routing import Catalog, Offer
from ..rules.routing import Vendor as RoutingVendor
from .base import Base, Owned, among, new_id, owned_by
from .vendors import vendors_of


class Product(Owned, Base):
    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("account_id", "sku"),)

    sku: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    image_url: Mapped[str] = mapped_column(default="")
    weight: Mapped[Decimal | None]
    weight_unit: Mapped[str] = mapped_column(default="")


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


def find_product(session: Session, account_id: UUID, sku: str) -> Product | None:
    return session.scalars(select(Product).where(Product.account_id == account_id, Product.sku == sku)).first()


def lock_product(session: Session, account_id: UUID, sku: str) -> Product:
    """The product, made where it is new, and held: two who write it at once come one after the other."""
    made = {"account_id": account_id, "id": new_id(), "sku": sku, "name": "", "image_url": "", "weight_unit": ""}
    session.execute(insert(Product).on_conflict_do_nothing(index_elements=["account_id", "sku"]), [made])
    mine = (Product.account_id == account_id, Product.sku == sku)
    return session.scalars(select(Product).where(*mine).with_for_update()).one()


def products_by_sku(session: Session, account_id: UUID, skus: Collection[str]) -> dict[str, Product]:
    rows = session.scalars(select(Product).where(Product.account_id == account_id, among(Product.sku, skus)))
    return {product.sku: product for product in rows}


def offers_by_sku(session: Session, account_id: UUID, skus: Collection[str]) -> dict[str, list[Offer]]:
    rows = session.execute(
        select(
            Product.sku,
            ProductVendor.vendor_id,
            ProductVendor.priority,
            ProductVendor.vendor_sku,
            ProductVendor.location,
        )
        .join(
            ProductVendor,
            (ProductVendor.account_id == Product.account_id) & (ProductVendor.product_id == Product.id),
        )
        .where(Product.account_id == account_id, among(Product.sku, skus))
        .order_by(Product.sku, ProductVendor.priority, ProductVendor.vendor_id)
    )
    offers: dict[str, list[Offer]] = {}
    for sku, vendor_id, priority, vendor_sku, location in rows:
        offers.setdefault(sku, []).append(Offer(vendor_id, priority, vendor_sku, location))
    return offers


def routing_catalog(session: Session, account_id: UUID, skus: Collection[str]) -> Catalog:
    """All that routing needs for orders with these SKUs."""
    vendors = vendors_of(session, account_id)
    return Catalog(
        vendors={vendor.id: RoutingVendor(vendor.id, vendor.name, vendor.active) for vendor in vendors},
        offers=offers_by_sku(session, account_id, skus),
        default_vendor=next((vendor.id for vendor in vendors if vendor.is_default), None),
    )


def replace_offers(session: Session, product: Product, offers: Collection[Offer]) -> None:
    session.execute(
        delete(ProductVendor).where(
            ProductVendor.account_id == product.account_id, ProductVendor.product_id == product.id
        )
    )
    session.add_all(
        ProductVendor(
            account_id=product.account_id,
            product_id=product.id,
            vendor_id=offer.vendor_id,
            priority=offer.priority,
            vendor_sku=offer.vendor_sku,
            location=offer.location,
        )
        for offer in offers
    )
