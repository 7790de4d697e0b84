"""Spark: takes orders in, splits them by vendor, and serves a ShipStation account as one of those vendors."""

__version__ = "0.1.0"
