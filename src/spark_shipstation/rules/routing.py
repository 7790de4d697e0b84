"""Which vendor ships a line, and why: the line's own word, else the routing rules, else the product's vendors, else
the account's default vendor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from .matching import Rule, Traits


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
class Product:
    """What a product says about who ships it. Brand and tags of a line are those of its product."""

    brand: str = ""
    tags: frozenset[str] = frozenset()
    offers: tuple[Offer, ...] = ()

    def offer_of(self, vendor_id: UUID) -> Offer | None:
        return next((offer for offer in self.offers if offer.vendor_id == vendor_id), None)


UNKNOWN = Product()


@dataclass(frozen=True, slots=True)
class Catalog:
    """What routing may know of one account. `vendors` by id; `products` by SKU; `rules` in their order."""

    vendors: Mapping[UUID, Vendor]
    products: Mapping[str, Product] = field(default_factory=dict)
    default_vendor: UUID | None = None
    rules: Sequence[Rule] = ()
    _decided: "dict[tuple[str, str | None, str], Decision]" = field(
        init=False, compare=False, repr=False, default_factory=dict
    )

    def named(self, word: str) -> Vendor | None:
        """A vendor by its id or its name; names are compared without case."""
        wanted = word.strip().casefold()
        return next((v for v in self.vendors.values() if wanted in (v.name.casefold(), str(v.id), v.id.hex)), None)

    @property
    def asks_for_country(self) -> bool:
        return any(rule.countries for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Decision:
    """`vendor_id` is None for a line that is unrouted, or `excluded`: nobody ships it, and nobody should. `reason` is a
    sentence for a merchant in each case."""

    vendor_id: UUID | None
    reason: str
    location: str = ""
    vendor_sku: str = ""
    excluded: bool = False


def route(sku: str, named: str | None, catalog: Catalog, country: str = "") -> Decision:
    """Decide for one line that goes to that country (two letters).

    Inactive vendors get nothing, so the next that would ship it is chosen; but a vendor named on the line is not
    overruled, and the default vendor does not step in for one that was chosen for this line.
    """
    line = (sku, named, country)  # of many lines there are few kinds, and of rules there can be hundreds
    if line not in catalog._decided:
        catalog._decided[line] = _route(sku, named, catalog, country)
    return catalog._decided[line]


def _route(sku: str, named: str | None, catalog: Catalog, country: str) -> Decision:
    if named:
        return _route_named(sku, named, catalog)
    product = catalog.products.get(sku, UNKNOWN)
    inactive: list[str] = []
    return (
        _route_by_rules(Traits(sku, product.brand, product.tags, country), product, catalog, inactive)
        or _route_by_product(sku, product, catalog, inactive)
        or _route_to_default(sku, catalog, inactive)
    )


def _route_named(sku: str, named: str, catalog: Catalog) -> Decision:
    vendor = catalog.named(named)
    if vendor is None:
        return Decision(None, f"{_NAMES}“{named}”{_UNKNOWN}")
    if not vendor.active:
        return Decision(None, f"{_NAMES}{vendor.name}{_INACTIVE}")
    product = catalog.products.get(sku, UNKNOWN)
    return _to(vendor, product, f"{_NAMES}{vendor.name}")


_NAMES, _UNKNOWN, _INACTIVE = "the order names the vendor ", ", which does not exist", ", which is inactive"


def named_way_out(reason: str, *, has_vendor: bool = False) -> str:
    """What a person can do about a line with that reason of a decision, where the order names its vendor: rules and
    products are not asked then. "" where they are. `has_vendor` = it waits for none, but is to go elsewhere."""
    if not reason.startswith(_NAMES):
        return ""
    whom = reason.removeprefix(_NAMES)
    if whom.endswith(_UNKNOWN) and not has_vendor:
        whom = whom.removesuffix(_UNKNOWN)
        return f"Add a vendor named {whom}, or rename one to that, and it is routed; or {_ANOTHER}."
    if whom.endswith(_INACTIVE) and not has_vendor:
        return f"Switch {whom.removesuffix(_INACTIVE)} on, and it is routed; or {_ANOTHER}."
    return f"{_ANOTHER.capitalize()}: one that the order names is never overruled."


_ANOTHER = "have the shop send another vendor"


def _to(vendor: Vendor, product: Product, reason: str) -> Decision:
    offer = product.offer_of(vendor.id)
    return Decision(vendor.id, reason, offer.location if offer else "", offer.vendor_sku if offer else "")


def _route_by_rules(line: Traits, product: Product, catalog: Catalog, inactive: list[str]) -> Decision | None:
    """The first rule that matches; one whose vendor is inactive is passed over, and the vendor noted."""
    for rule in catalog.rules:
        if not rule.matches(line):
            continue
        if rule.vendor_id is None:
            return Decision(None, f"{rule.words} says that nobody ships it{_as(inactive)}", excluded=True)
        vendor = catalog.vendors[rule.vendor_id]
        if vendor.active:
            return _to(vendor, product, f"{rule.words} sends it to {vendor.name}{_as(inactive)}")
        inactive.append(vendor.name)
    return None


def _route_by_product(sku: str, product: Product, catalog: Catalog, inactive: list[str]) -> Decision | None:
    for offer in sorted(product.offers, key=lambda offer: (offer.priority, str(offer.vendor_id))):
        vendor = catalog.vendors[offer.vendor_id]
        if vendor.active:
            reason = f"product {sku} is shipped by {vendor.name} (priority {offer.priority}){_as(inactive)}"
            return Decision(vendor.id, reason, offer.location, offer.vendor_sku)
        inactive.append(vendor.name)
    return None


def _route_to_default(sku: str, catalog: Catalog, inactive: list[str]) -> Decision:
    if inactive:
        names = ", ".join(dict.fromkeys(inactive))
        return Decision(None, f"every vendor of product {sku} is inactive: {names}")
    default = catalog.vendors.get(catalog.default_vendor) if catalog.default_vendor else None
    if default is None:
        return Decision(None, f"no vendor is set for SKU {sku or '(none)'} and the account has no default vendor")
    if not default.active:
        return Decision(None, f"the account's default vendor {default.name} is inactive")
    return Decision(default.id, f"the account's default vendor is {default.name}")


def _as(inactive: list[str]) -> str:
    """Who would have come first, had they been active."""
    names = list(dict.fromkeys(inactive))
    return f", as {' and '.join(names)} {'are' if len(names) > 1 else 'is'} inactive" if names else ""
