"""Notices: kept as they came, then understood, matched and applied once. The notice contract."""

from .keeping import RawNotice, keep
from .settling import Settlement, settle

__all__ = ["RawNotice", "Settlement", "keep", "settle"]
