"""The stand-in for ShipStation: it polls a store, keeps what it imported and posts what it shipped."""

from .calls import Answer, PageProblem, Poll, StoreClient
from .imports import ImportedOrder, Imports, Outcome, Taken
from .shipping import made_up_tracking_number, notice_for, open_items

__all__ = [
    "Answer", "ImportedOrder", "Imports", "Outcome", "PageProblem", "Poll", "StoreClient", "Taken",
    "made_up_tracking_number", "notice_for", "open_items",
]  # fmt: skip
