"""Orders come in: stored, routed, split into vendor orders and published, in one transaction."""

from .taking import Result, take_orders

__all__ = ["Result", "take_orders"]
