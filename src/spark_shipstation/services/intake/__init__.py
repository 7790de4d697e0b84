"""Orders come in: stored, routed, split into vendor orders and published, in one transaction."""

from .taking import Outcome, Result, take_orders

__all__ = ["Outcome", "Result", "take_orders"]
