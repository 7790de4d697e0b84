"""Which vendor ships a line, and why: the line's own word, else the product's vendors, else the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Vendor:
    id: UUID
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A vendor that can ship a product. The lowest `priority` is asked first."""

    vendor_id: UUID
    priority: int
    vendor_sku: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What routing may know of one account. `vendors` by id; `offers` by SKU."""

    vendors: Mapping[UUID, Vendor]
    offers: Mapping[str, Sequence[Offer]] = field(default_factory=dict)
    default_vendor: UUID | None = None

    def named(self, word: str) -> Vendor | None:
        """A vendor by its id or its name; names are compared without case."""
        wanted = word.strip().casefold()
        return next((v for v in self.vendors.values() if wanted in (v.name.casefold(), str(v.id), v.id.hex)), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """`vendor_id` is None for an unrouted line; `reason` is a sentence for a merchant either way."""

    vendor_id: UUID | None
    reason: str
    location: str = ""
    vendor_sku: str = ""


def route(sku: str, named: str | None, catalog: Catalog) -> Decision:
    """Decide for one line. Inactive vendors get nothing; a named vendor that cannot ship is not overruled."""
    if named:
        return _route_named(sku, named, catalog)
    passed_over = []
    for offer in sorted(catalog.offers.get(sku, ()), key=lambda offer: (offer.priority, str(offer.vendor_id))):
        vendor = catalog.vendors[offer.vendor_id]
        if vendor.active:
            reason = f"product {sku} is shipped by {vendor.name} (priority {offer.priority})"
            return Decision(vendor.id, reason, offer.location, offer.vendor_sku)
        passed_over.append(vendor.name)
    if passed_over:
        names = ", ".join(passed_over)
        return Decision(None, f"every vendor of product {sku} is inactive: {names}")
    default = catalog.vendors.get(catalog.default_vendor) if catalog.default_vendor else None
    if default is None:
        return Decision(None, f"no vendor is set for SKU {sku or '(none)'} and the account has no default vendor")
    if not default.active:
        return Decision(None, f"the account's default vendor {default.name} is inactive")
    return Decision(default.id, f"the account's default vendor is {default.name}")


def _route_named(sku: str, named: str, catalog: Catalog) -> Decision:
    vendor = catalog.named(named)
    if vendor is None:
        return Decision(None, f"the order names the vendor “{named}”, which does not exist")
    if not vendor.active:
        return Decision(None, f"the order names the vendor {vendor.name}, which is inactive")
    offer = next((o for o in catalog.offers.get(sku, ()) if o.vendor_id == vendor.id), None)
    return Decision(
        vendor.id,
        f"the order names the vendor {vendor.name}",
        offer.location if offer else "",
        offer.vendor_sku if offer else "",
    )
