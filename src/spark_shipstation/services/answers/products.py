"""Products, and who can ship them."""

from pydantic import BaseModel


class ProductVendorOut(BaseModel):
    vendor: str
    vendor_id: str
    vendor_sku: str
    location: str
    priority: int


class ProductOut(BaseModel):
    sku: str
    name: str
    weight: dict[str, str] | None
    image_url: str
    brand: str
    tags: list[str]
    vendors: list[ProductVendorOut]
