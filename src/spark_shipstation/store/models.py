"""Every table, imported in one place so that the metadata is whole: for migrations."""

from . import accounts, catalog, feed, journal, notices, orders, people, shipments, vendors, wrong_credentials
from .base import Base

metadata = Base.metadata
__all__ = [
    "accounts",
    "catalog",
    "feed",
    "journal",
    "metadata",
    "notices",
    "orders",
    "people",
    "shipments",
    "vendors",
    "wrong_credentials",
]
