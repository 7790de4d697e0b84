"""What people and programs do to an order once it is there: hold, cancel, resend, mark as paid, ship by hand.

Each locks the order, changes it, writes its timeline and publishes what the vendors can see of it. `foresee` tells
what an action would lead to, or every reason why it cannot be done, and changes nothing.
"""

from .acting import hold, release, resend
from .cancelling import cancel
from .finding import find_order_id
from .foreseeing import Foresight, foresee, foreseen, foreseen_package
from .paying import mark_paid
from .shipping import ship

__all__ = [
    "Foresight",
    "cancel",
    "find_order_id",
    "foresee",
    "foreseen",
    "foreseen_package",
    "hold",
    "mark_paid",
    "release",
    "resend",
    "ship",
]
